package sim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// maxRetries is how often Cloud tries a delivery again.
const maxRetries = 5

// Delivery is one attempt to deliver an event.
type Delivery struct {
	URL        string `json:"url"`
	Event      string `json:"event"`
	Identifier string `json:"identifier"` // the same over all attempts
	Retry      int    `json:"retry"`      // 0 for the first attempt
	// Status is the receiver's answer; 0: there was none.
	Status int    `json:"status"`
	Body   []byte `json:"body"`
}

// hooks are the registered webhooks, and who delivers for them. It has its own
// lock, which is taken under that of the Jira.
type hooks struct {
	mu      sync.Mutex
	list    []*hook
	log     []Delivery
	pending int
	quiet   chan struct{} // closed when nothing is pending; nil: as closed
	closed  bool
	running sync.WaitGroup
}

// hook is one registered webhook with its own deliverer.
type hook struct {
	url, secret string
	events      []string
	queue       []Delivery
	wake        chan struct{} // holds one
	dead        bool
	stop        context.CancelFunc
}

// RegisterWebhook has events delivered to a URL; without names, all of
// [Events]. With a secret every delivery is signed.
func (j *Jira) RegisterWebhook(to, secret string, events ...string) error {
	at, err := url.Parse(to)
	if err != nil || at.Host == "" {
		return fmt.Errorf("register webhook: %q is no URL", to)
	}
	for _, e := range events {
		if !knownEvent(e) {
			return fmt.Errorf("register webhook: %w event %q", ErrUnknown, e)
		}
	}
	j.hooks.mu.Lock()
	defer j.hooks.mu.Unlock()
	if j.hooks.closed {
		return errors.New("register webhook: Jira is closed")
	}
	h := &hook{url: to, secret: secret, events: slices.Clone(events), wake: make(chan struct{}, 1)}
	ctx, stop := context.WithCancel(j.life)
	h.stop = stop
	j.hooks.list = append(j.hooks.list, h)
	j.hooks.running.Go(func() { j.deliver(ctx, h) })
	return nil
}

// RemoveWebhooks forgets all webhooks and what was not yet delivered.
func (j *Jira) RemoveWebhooks() {
	j.hooks.mu.Lock()
	defer j.hooks.mu.Unlock()
	for _, h := range j.hooks.list {
		h.stop()
	}
	j.hooks.list = nil
}

// Deliveries returns every attempt to deliver an event, oldest first. Only the
// newest hundred thousand are kept.
func (j *Jira) Deliveries() []Delivery {
	j.hooks.mu.Lock()
	defer j.hooks.mu.Unlock()
	return slices.Clone(j.hooks.log)
}

// Delivered is closed when every event until now was delivered or given up.
func (j *Jira) Delivered() <-chan struct{} {
	j.hooks.mu.Lock()
	defer j.hooks.mu.Unlock()
	if j.hooks.pending == 0 {
		done := make(chan struct{})
		close(done)
		return done
	}
	return j.hooks.quiet
}

// send queues an event for those who want it; body is made only for them.
func (h *hooks) send(name string, body func() []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var raw []byte
	for _, hook := range h.list {
		if hook.dead || len(hook.events) > 0 && !slices.Contains(hook.events, name) {
			continue
		}
		if raw == nil {
			raw = body()
		}
		if h.pending == 0 {
			h.quiet = make(chan struct{})
		}
		h.pending++
		hook.queue = append(hook.queue, Delivery{URL: hook.url, Event: name, Identifier: rand.Text(), Body: raw})
		select {
		case hook.wake <- struct{}{}:
		default:
		}
	}
}

// done counts deliveries that came to their end.
func (h *hooks) done(n int) {
	h.pending -= n
	if h.pending == 0 && n > 0 {
		close(h.quiet)
	}
}

// wait returns when the last deliverer has ended; their lives must end before.
func (h *hooks) wait() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.running.Wait()
}

// next takes the oldest delivery of a hook.
func (h *hooks) next(from *hook) (Delivery, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(from.queue) == 0 {
		return Delivery{}, false
	}
	d := from.queue[0]
	from.queue = from.queue[1:]
	return d, true
}

// deliver delivers for one hook until its life ends.
func (j *Jira) deliver(ctx context.Context, h *hook) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for ctx.Err() == nil {
		d, ok := j.hooks.next(h)
		if !ok {
			select {
			case <-h.wake:
			case <-ctx.Done():
			}
			continue
		}
		j.tryDelivery(ctx, client, h.secret, d)
		j.hooks.mu.Lock()
		j.hooks.done(1)
		j.hooks.mu.Unlock()
	}
	j.hooks.mu.Lock()
	defer j.hooks.mu.Unlock()
	j.hooks.done(len(h.queue))
	h.queue, h.dead = nil, true
}

// tryDelivery delivers, on Cloud again and again; Data Center tries once.
func (j *Jira) tryDelivery(ctx context.Context, client *http.Client, secret string, d Delivery) {
	for {
		d.Status = j.post(ctx, client, secret, d)
		j.hooks.record(d)
		if !j.cfg.Cloud || !again(d.Status) || d.Retry == maxRetries {
			return
		}
		d.Retry++
		timer := time.NewTimer(j.cfg.WebhookRetry)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

func (h *hooks) record(d Delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.log) == maxRequests {
		h.log = slices.Clone(h.log[maxRequests/2:])
	}
	h.log = append(h.log, d)
}

// again reports whether Cloud tries again after that answer.
func again(status int) bool {
	switch status {
	case 0, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// post makes one attempt; 0 is no answer.
func (j *Jira) post(ctx context.Context, client *http.Client, secret string, d Delivery) int {
	ctx, cancel := context.WithTimeout(ctx, j.cfg.WebhookTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(d.Body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	req.Header.Set("User-Agent", "Atlassian Webhook HTTP Client")
	req.Header.Set("X-Atlassian-Webhook-Identifier", d.Identifier)
	if d.Retry > 0 {
		req.Header.Set("X-Atlassian-Webhook-Retry", strconv.Itoa(d.Retry))
	}
	if secret != "" {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(d.Body)
		req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	return resp.StatusCode
}

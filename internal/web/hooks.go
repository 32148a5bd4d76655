package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits of the receiver of webhooks. What is beyond them is found by the search
// for changes.
const (
	maxHook     = 2 << 20          // bytes of a body
	maxAtOnce   = 16               // whose sender has proved to know the secret
	hookTimeout = 10 * time.Second // for the body to arrive, and for the look to be left
	retryAfter  = "5"              // seconds
	// Who has not proved it, because the signature is the body's, has less.
	maxUnproved  = 8
	proveTimeout = 2 * time.Second // for the body to arrive
)

// What became of a webhook, as Metrics.Hook counts it.
const (
	HookAccepted = "accepted" // each of its issues will be looked at
	HookIgnored  = "ignored"  // it names no issue, or is too large
	HookRefused  = "refused"  // its sender does not know the secret
	HookFailed   = "failed"   // Jira is asked to send it again
)

// hookPath is where signed webhooks come; below it is the secret.
const hookPath = "/jira"

// Hooks receives Jira's webhooks.
type Hooks struct {
	listener net.Listener
	http     *http.Server
	secret   []byte
	see      func(context.Context, Hint) error
	count    func(verdict string)
	log      *slog.Logger
	now      func() time.Time
	slots    chan struct{} // one for each webhook that is being taken
	strange  *strangers    // those that are not proved yet
	patience time.Duration // with them

	told *rarely
}

// ListenHooks begins to listen on addr, host:port; webhooks are taken once Run is
// called. A webhook comes to /jira, signed with the secret (X-Hub-Signature), or to
// /jira/<secret>. See leaves a durable wish to look at the issue; it is called by
// several goroutines and must return when its context ends. Its error makes Jira
// send the webhook again.
func ListenHooks(ctx context.Context, addr, secret string, see func(context.Context, Hint) error, log *slog.Logger) (*Hooks, error) {
	if secret == "" {
		return nil, errors.New("listen for webhooks: without a secret everybody could sign them")
	}
	listener, err := listen(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("listen for webhooks on %s: %w; choose another address by ESCALAT_JIRA_WEBHOOK_ADDR, and tell it to Jira", addr, err)
	}
	h := &Hooks{
		listener: listener, secret: []byte(secret), see: see, log: log, now: time.Now,
		count: func(string) {}, slots: make(chan struct{}, maxAtOnce), told: newRarely(),
		strange: &strangers{}, patience: proveTimeout,
	}
	h.http = &http.Server{
		Handler:           http.HandlerFunc(h.receive),
		ReadTimeout:       hookTimeout,
		ReadHeaderTimeout: readTimeout,
		WriteTimeout:      3 * hookTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return h, nil
}

// Count has what becomes of each webhook counted. It must be called before Run.
func (h *Hooks) Count(count func(verdict string)) { h.count = count }

// Addr returns the address in use, with the real port when port 0 was asked.
func (h *Hooks) Addr() string { return h.listener.Addr().String() }

// Run takes webhooks until ctx ends; then it lets those in progress finish, for at
// most five seconds, and returns nil. It must be called once. After it, see is not
// called any more.
func (h *Hooks) Run(ctx context.Context) error {
	err := serve(ctx, h.http, h.listener, "webhooks")
	// Closing the connections ended the contexts of those that are still at work.
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	return err
}

// receive takes one webhook. A place is held by those alone whose sender has proved
// to know the secret: before its body by the path, after it by the signature.
func (h *Hooks) receive(w http.ResponseWriter, r *http.Request) {
	signatures, code, why := h.knock(r)
	if code != 0 {
		h.fail(w, r, code, HookRefused, why)
		return
	}
	var body []byte
	if signatures != nil {
		var proved bool
		if body, proved = h.prove(w, r, signatures); !proved {
			return
		}
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	default:
		h.fail(w, r, http.StatusServiceUnavailable, HookFailed, "too many at once")
		return
	}
	if signatures == nil {
		var arrived bool
		if body, arrived = h.body(w, r); !arrived {
			return
		}
	}
	h.take(w, r, body)
}

// body reads the body, or answers why not.
func (h *Hooks) body(w http.ResponseWriter, r *http.Request) (body []byte, arrived bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		h.fail(w, r, http.StatusRequestEntityTooLarge, HookIgnored, "its body is too large")
		return nil, false
	}
	if err != nil {
		h.fail(w, r, http.StatusRequestTimeout, HookFailed, "its body did not arrive")
		return nil, false
	}
	return body, true
}

// prove reads the body of a webhook and holds it against the signatures, or answers
// why not. Jira sends its body at once: who is slow must hurry, and makes room when
// others come.
func (h *Hooks) prove(w http.ResponseWriter, r *http.Request, signatures [][]byte) (body []byte, proved bool) {
	conn := http.NewResponseController(w)
	_ = conn.SetReadDeadline(time.Now().Add(h.patience)) // without it that of the server holds
	leave := h.strange.enter(func() { _ = conn.SetReadDeadline(time.Now()) })
	body, arrived := h.body(w, r)
	leave()
	if !arrived {
		return nil, false
	}
	if !h.signed(signatures, body) {
		h.fail(w, r, http.StatusUnauthorized, HookRefused, "the signature is another secret's")
		return nil, false
	}
	return body, true
}

// take leaves a look at each issue that an authentic webhook names.
func (h *Hooks) take(w http.ResponseWriter, r *http.Request, body []byte) {
	ctx, cancel := context.WithTimeout(r.Context(), hookTimeout)
	defer cancel()
	event, hints := read(body)
	verdict := HookIgnored
	for _, hint := range hints {
		if err := h.see(ctx, hint); err != nil {
			h.fail(w, r, http.StatusServiceUnavailable, HookFailed, "the look was not stored",
				"event", event, "issue", hint.IssueID, "err", err)
			return
		}
		verdict = HookAccepted
		h.log.DebugContext(ctx, "a webhook was taken", "event", event, "issue", hint.IssueID)
	}
	if verdict == HookIgnored {
		h.log.DebugContext(ctx, "a webhook names no issue", "event", event)
	}
	h.count(verdict)
	head(w, "", http.StatusNoContent)
}

// knock judges a request by what comes before its body. It returns the signatures
// to hold the body against, none when the path has proved enough, or else the code
// of a refusal.
func (h *Hooks) knock(r *http.Request) (signatures [][]byte, code int, why string) {
	given, below := strings.CutPrefix(r.URL.Path, hookPath+"/")
	proved := below && h.same(given)
	switch {
	case !proved && r.URL.Path != hookPath:
		return nil, http.StatusNotFound, "the path is not that of the webhooks"
	case r.Method != http.MethodPost:
		return nil, http.StatusMethodNotAllowed, "it is not a POST"
	case proved:
		return nil, 0, ""
	}
	for _, name := range []string{"X-Hub-Signature", "X-Hub-Signature-256"} {
		method, sum, _ := strings.Cut(r.Header.Get(name), "=")
		if raw, err := hex.DecodeString(sum); err == nil && len(raw) == sha256.Size && method == "sha256" {
			signatures = append(signatures, raw)
		}
	}
	if signatures == nil {
		return nil, http.StatusUnauthorized, "it has no signature sha256=…"
	}
	return signatures, 0, ""
}

// same compares a text with the secret, in a time that tells nothing of it, not
// even its length.
func (h *Hooks) same(given string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256(h.secret)
	return hmac.Equal(a[:], b[:])
}

// signed reports whether the signatures, of which there is one at least, are all
// the body's: who contradicts himself is not Jira.
func (h *Hooks) signed(signatures [][]byte, body []byte) bool {
	mac := hmac.New(sha256.New, h.secret)
	mac.Write(body)
	sum := mac.Sum(nil)
	right := len(signatures) > 0
	for _, s := range signatures {
		right = hmac.Equal(s, sum) && right
	}
	return right
}

// fail answers without detail, and logs what it was at most once a minute.
func (h *Hooks) fail(w http.ResponseWriter, r *http.Request, code int, verdict, why string, more ...any) {
	h.count(verdict)
	if tell, untold := h.told.tells(verdict, h.now()); tell {
		h.log.WarnContext(r.Context(), "a webhook was not taken", append([]any{"verdict", verdict, "why", why, "others_since", untold}, more...)...)
	}
	switch code {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	}
	head(w, "", code)
}

// Package alarm tells our own people on call what cannot wait: by a mail to each of them
// and by a webhook. Watch says when that is so because Jira is away.
//
// It promises that nobody who was told is told the same again by the same process, even
// if another way or another address failed and is tried once more; that a mail told again
// after a restart has the same Message-ID; that the webhook is followed nowhere, waits no
// longer than its timeout, and that neither its address nor its answer stands in an error.
// One who was told is enough: what else fails for good is said in the result.
package alarm

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
)

// Config says who is told and how.
type Config struct {
	// To are the addresses of the people on call; none: nobody is told by mail.
	To []string
	// From is who writes, and Domain that of our Message-IDs.
	From   message.Address
	Domain string
	// Mail sends a whole mail to one recipient. Its error has the classes of bridge.
	Mail func(ctx context.Context, to string, raw []byte) error
	// Webhook is the address that is told as JSON; empty: none. Secret signs what it is
	// told; empty: nothing is signed.
	Webhook, Secret string
	// Timeout bounds a call of the webhook. Zero: 10 s.
	Timeout time.Duration
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
}

// Teller tells people on call. It is made by New, and may be used by several goroutines.
type Teller struct {
	cfg    Config
	client *http.Client

	mu   sync.Mutex
	told map[string][]string // by alarm, who was told
	ids  []string            // of told, oldest first
}

// maxTold bounds how many alarms are remembered.
const maxTold = 500

// New makes a teller. It does not connect.
func New(cfg Config) *Teller {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 10 * time.Second
	}
	return &Teller{cfg: cfg, client: hookClient(cfg.Timeout), told: map[string][]string{}}
}

// webhook stands for the webhook among those who were told.
const webhook = ""

var errNobody = errors.New("alarm: nobody on call is configured by the ways that are to be used")

// Tell tells everybody by the ways that the alarm names, but those whom it has told this
// alarm already. Its error is permanent when nobody was told and trying again changes
// nothing, and temporary while somebody may still be.
func (t *Teller) Tell(ctx context.Context, a bridge.Alarm) (bridge.OnCallResult, error) {
	whom := t.whom(a)
	if len(whom) == 0 {
		return bridge.OnCallResult{}, bridge.Permanent(errNobody)
	}
	raw, err := t.mail(a)
	if err != nil {
		return bridge.OnCallResult{}, bridge.Permanent(fmt.Errorf("alarm: %w", err))
	}
	var failed []error
	for _, who := range whom {
		if t.knows(a.ID, who) {
			continue
		}
		if who == webhook {
			err = t.post(ctx, a)
		} else {
			err = t.cfg.Mail(ctx, who, raw)
		}
		if err == nil {
			t.remember(a.ID, who)
		} else {
			failed = append(failed, named(who, err))
		}
	}
	return t.outcome(a, failed)
}

// whom are the recipients by the ways of the alarm that are configured.
func (t *Teller) whom(a bridge.Alarm) []string {
	var all []string
	if a.Webhook && t.cfg.Webhook != "" {
		all = append(all, webhook) // it is the faster one
	}
	if a.Mail {
		all = append(all, t.cfg.To...)
	}
	return all
}

func named(who string, err error) error {
	if who == webhook {
		return err
	}
	return fmt.Errorf("mail to %s: %w", who, err)
}

// outcome makes one class of the errors of several.
func (t *Teller) outcome(a bridge.Alarm, failed []error) (bridge.OnCallResult, error) {
	r := bridge.OnCallResult{At: t.cfg.Now()}
	for _, who := range t.whom(a) {
		if known := t.knows(a.ID, who); known && who == webhook {
			r.Posted = true
		} else if known {
			r.Mailed = append(r.Mailed, who)
		}
	}
	passing := slices.IndexFunc(failed, func(err error) bool { return !bridge.IsPermanent(err) })
	switch {
	case len(failed) == 0:
		return r, nil
	case passing >= 0:
		return bridge.OnCallResult{}, later(failed)
	case r.Posted || len(r.Mailed) > 0:
		r.Failed = sayings(failed)
		return r, nil
	}
	return bridge.OnCallResult{}, bridge.Permanent(fmt.Errorf("alarm: %s", sayings(failed)))
}

// later is a temporary error: what failed for good among them must not end the others.
func later(failed []error) error {
	err := errors.New("alarm: " + sayings(failed))
	var at time.Time
	for _, f := range failed {
		if !bridge.IsPermanent(f) {
			at = bridge.Latest(at, bridge.RetryAt(f))
		}
	}
	if at.IsZero() {
		return err
	}
	return bridge.Later(err, at)
}

func sayings(failed []error) string {
	all := make([]string, len(failed))
	for i, err := range failed {
		all[i] = err.Error()
	}
	return strings.Join(all, "; ")
}

func (t *Teller) knows(id, who string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Contains(t.told[id], who)
}

func (t *Teller) remember(id, who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.told[id]; !known {
		if t.ids = append(t.ids, id); len(t.ids) > maxTold {
			delete(t.told, t.ids[0])
			t.ids = slices.Delete(t.ids, 0, 1)
		}
	}
	t.told[id] = append(t.told[id], who)
}

// mail renders the alarm. It says of itself that it is automatic: no desk is to be
// fooled, and our people's absence notes are not to answer it.
func (t *Teller) mail(a bridge.Alarm) ([]byte, error) {
	if !a.Mail || len(t.cfg.To) == 0 {
		return nil, nil
	}
	d := message.Draft{
		From: t.cfg.From, Subject: a.Subject, Text: a.Text, Date: a.At,
		MessageID: "oncall." + digest(a.ID) + "@" + t.cfg.Domain,
		Headers: [][2]string{
			{"Auto-Submitted", "auto-generated"},
			{"X-Auto-Response-Suppress", "All"},
			{"X-Escalat-Loop", t.cfg.Domain},
		},
	}
	for _, to := range t.cfg.To {
		d.To = append(d.To, message.Address{Address: to})
	}
	var b bytes.Buffer
	if err := message.Build(&b, d); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

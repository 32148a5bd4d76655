package send

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/token"
)

// Composer does effects of the kind bridge.ComposeMail. Composing changes
// nothing outside, so it may be done as often as it takes.
type Composer struct {
	Telling

	Issues Issues
	Blobs  Blobs
	Keys   token.Keyring
	Now    func() time.Time
	From   message.Address // of every notice
	Copy   string          // our own mailbox
	Domain string          // of Message-IDs
}

// Do reads the issue and renders the notice into a blob.
func (s *Composer) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.ComposeBody
	if err := decode(e, &body); err != nil {
		return nil, err
	}
	p, issue, why, err := s.wanted(ctx, s.Issues, c)
	if err != nil {
		return nil, err
	}
	if why != "" {
		return json.Marshal(bridge.ComposeResult{Withdrawn: why})
	}
	report := p.Profile.Judge(issue.Input(s.Now(), p.Profile))
	if !report.Complete() {
		return json.Marshal(bridge.ComposeResult{Incomplete: true})
	}
	n, err := s.render(ctx, c, p, body.Serial, spanish{profile: p.Profile, form: report.Form, issue: issue, values: report.Values})
	if err != nil {
		return nil, notDone(fmt.Errorf("compose notice %d of %s: %w", body.Serial, c.IssueKey, err))
	}
	return json.Marshal(bridge.ComposeResult{Notice: n})
}

func (s *Composer) render(ctx context.Context, c bridge.Case, p Provider, serial int, mail spanish) (bridge.Notice, error) {
	id, err := s.Keys.MessageID(c.Provider, c.ID, serial, s.Domain)
	if err != nil {
		return bridge.Notice{}, err
	}
	n := bridge.Notice{Serial: serial, MessageID: id, Subject: mail.subject(), From: s.From.Address, To: s.recipients(p), Copy: s.Copy}
	draft := message.Draft{
		From: s.From, To: addresses(n.To), Subject: n.Subject, Date: s.Now().In(p.Profile.Location()), MessageID: id,
		Headers: [][2]string{
			// A desk mutes what looks automatic; this only asks mailboxes not to
			// answer by themselves.
			{"X-Auto-Response-Suppress", "OOF, AutoReply"},
			{"X-Escalat-Loop", s.Domain},
		},
		Text: mail.text(),
	}
	n.Blob, n.Size, err = s.blob(ctx, draft)
	return n, err
}

// blob streams the mail into the store: it is never whole in memory.
func (s *Composer) blob(ctx context.Context, d message.Draft) (string, int64, error) {
	r, w := io.Pipe()
	built := make(chan error, 1)
	go func() {
		err := message.Build(w, d)
		_ = w.CloseWithError(err)
		built <- err
	}()
	name, size, err := s.Blobs.WriteBlob(ctx, r)
	_ = r.CloseWithError(io.ErrClosedPipe)
	if berr := <-built; berr != nil && !errors.Is(berr, io.ErrClosedPipe) {
		err = bridge.Permanent(berr) // the draft itself cannot be written
	}
	return name, size, err
}

// Find never finds: composing leaves nothing outside.
func (*Composer) Find(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, bool, error) {
	return nil, false, nil
}

// Settle plans the transmission, or says why there is none.
func (s *Composer) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	switch ev.What {
	case bridge.Failed:
		become(&c, bridge.Undelivered)
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "not composed", reason(ev.Err)),
			Effects: []bridge.Effect{tell("failed/"+e.Key, s.Texts.SendFailed(s.problem(c, ev.At, reason(ev.Err))))},
		}
	case bridge.Done:
		var r bridge.ComposeResult
		if err := json.Unmarshal(ev.Result, &r); err != nil {
			panic("send: result of " + e.Key + ": " + err.Error()) // our own JSON: a bug
		}
		return s.composed(c, e, ev, r)
	default:
		return bridge.Outcome{}
	}
}

func (s *Composer) composed(c bridge.Case, e bridge.Effect, ev bridge.Event, r bridge.ComposeResult) bridge.Outcome {
	switch {
	case r.Withdrawn != "":
		become(&c, bridge.Withdrawn)
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "withdrawn", r.Withdrawn),
			Effects: []bridge.Effect{tell("withdrawn/"+e.Key, s.Texts.Withdrawn(s.problem(c, ev.At, "")))},
		}
	case r.Incomplete: // edited since it was complete: it is asked for again
		if become(&c, bridge.Settling) {
			c.DueAt, c.Request.Fingerprint = ev.At, ""
			c.Rounds++
		}
		return bridge.Outcome{Case: c, Audit: entry(ev, "incomplete again", "")}
	}
	c.Notices = append(c.Notices, r.Notice)
	n := r.Notice
	key := fmt.Sprintf("transmit/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, n.Serial)
	body := bridge.TransmitBody{MessageID: n.MessageID, Blob: n.Blob, Size: n.Size, From: n.From, To: n.To, Copy: n.Copy}
	return bridge.Outcome{
		Case: c, Audit: entry(ev, "composed", n.MessageID), Keep: []string{n.Blob},
		Effects: []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.TransmitMail, key, body)},
	}
}

// notDone marks a failure before anything was written, whatever its class.
func notDone(err error) error {
	if err == nil || bridge.IsNotDone(err) {
		return err
	}
	return bridge.NotDone(err)
}

func addresses(list []string) []message.Address {
	out := make([]message.Address, len(list))
	for i, a := range list {
		out[i] = message.Address{Address: a}
	}
	return out
}

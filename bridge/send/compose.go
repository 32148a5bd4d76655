package send

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/token"
	"escalat/mapping"
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
	p, issue, why, err := s.wanted(ctx, s.Issues, c, body.Serial == 1)
	switch {
	case err != nil:
		return nil, err
	case why == resolved || why == closed:
		return json.Marshal(bridge.ComposeResult{Resolved: true})
	case why != "":
		return json.Marshal(bridge.ComposeResult{Withdrawn: string(why)})
	}
	r, err := s.compose(ctx, c, p, issue, body)
	if err != nil {
		return nil, notDone(fmt.Errorf("compose notice %d of %s: %w", body.Serial, c.IssueKey, err))
	}
	return json.Marshal(r)
}

func (s *Composer) compose(ctx context.Context, c bridge.Case, p Provider, issue bridge.Issue, body bridge.ComposeBody) (bridge.ComposeResult, error) {
	var n bridge.Notice
	var d message.Draft
	if body.Serial == 1 {
		mail := firstMail(p.Profile, issue, s.Now())
		if !mail.report.Complete() && c.Forced.CommentID == "" {
			return bridge.ComposeResult{Incomplete: true}, nil
		}
		n, d.Text = mail.notice(), mail.text()
	} else {
		if err := s.follows(c, p); err != nil {
			return bridge.ComposeResult{}, bridge.Permanent(err)
		}
		first := c.First()
		mail := additionMail(p.Profile, issue, c, body.Fields, s.Now())
		if len(mail.fields) == 0 {
			return bridge.ComposeResult{Nothing: true}, nil
		}
		n, d.Text = mail.notice(), mail.text()
		n.Subject = "Re: " + first.Subject
		d.InReplyTo, d.References = first.MessageID, []string{first.MessageID}
	}
	n.Serial = body.Serial
	err := s.render(ctx, c, p, &n, d)
	return bridge.ComposeResult{Notice: n}, err
}

// render gives the notice its identity and the mail its header, and writes it.
func (s *Composer) render(ctx context.Context, c bridge.Case, p Provider, n *bridge.Notice, d message.Draft) (err error) {
	if n.MessageID, err = s.Keys.MessageID(c.Provider, c.ID, n.Serial, s.Domain); err != nil {
		return err
	}
	n.From, n.To, n.Copy, n.Redirected = s.From.Address, s.recipients(p), s.Copy, s.Redirect != ""
	d.From, d.To, d.Subject, d.MessageID = s.From, addresses(n.To), n.Subject, n.MessageID
	d.Date = s.Now().In(p.Profile.Location())
	d.Headers = [][2]string{
		// A desk mutes what looks automatic; this only asks mailboxes not to
		// answer by themselves.
		{"X-Auto-Response-Suppress", "OOF, AutoReply"},
		{"X-Escalat-Loop", s.Domain},
	}
	n.Blob, n.Size, err = s.blob(ctx, d)
	return err
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
	var body bridge.ComposeBody
	if err := decode(e, &body); err != nil {
		return bridge.Outcome{}
	}
	switch ev.What {
	case bridge.Failed:
		if body.Serial > 1 {
			return s.notComposed(c, e, body, ev)
		}
		become(&c, bridge.Undelivered)
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "not composed", reason(ev.Err)),
			Effects: []bridge.Effect{tell("failed/"+e.Key, s.Texts.SendFailed(s.problem(c, nil, ev.At, reason(ev.Err))))},
		}
	case bridge.Done:
		var r bridge.ComposeResult
		if err := json.Unmarshal(ev.Result, &r); err != nil {
			panic("send: result of " + e.Key + ": " + err.Error()) // our own JSON: a bug
		}
		return s.composed(c, e, body, ev, r)
	default:
		return bridge.Outcome{}
	}
}

func (s *Composer) composed(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, r bridge.ComposeResult) bridge.Outcome {
	switch {
	case r.Withdrawn != "":
		if body.Serial == 1 {
			become(&c, bridge.Withdrawn)
		}
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "withdrawn", r.Withdrawn),
			Effects: []bridge.Effect{tell("withdrawn/"+e.Key, s.Texts.Withdrawn(s.problem(c, body.Fields, ev.At, "")))},
		}
	case r.Resolved && body.Serial > 1:
		return bridge.Outcome{Case: c, Audit: entry(ev, "not added", string(closed))}
	case r.Resolved:
		putBack(&c, ev.At)
		return bridge.Outcome{Case: c, Audit: entry(ev, "put back", string(resolved))}
	case r.Nothing:
		waitFor(&c, body.Fields, ev.At)
		return bridge.Outcome{Case: c, Audit: entry(ev, "nothing to add", "")}
	case r.Incomplete: // edited since it was complete: it is asked for again
		if putBack(&c, ev.At) {
			c.Request.Fingerprint = ""
		}
		return bridge.Outcome{Case: c, Audit: entry(ev, "incomplete again", "")}
	}
	n := r.Notice
	c.Notices = append(slices.Clone(c.Notices), n)
	key := fmt.Sprintf("transmit/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, n.Serial)
	switch {
	case n.Serial > 1:
		waitFor(&c, slices.DeleteFunc(slices.Clone(body.Fields), func(id string) bool { return slices.Contains(n.Fields, id) }), ev.At)
	default:
		c.Kind, c.Pending = n.Kind, n.Pending
		if c.Rounds > 0 { // an earlier one may have been put back
			key = fmt.Sprintf("%s/%d", key, c.Rounds)
		}
	}
	transmit := bridge.TransmitBody{MessageID: n.MessageID, Blob: n.Blob, Size: n.Size, From: n.From, To: n.To, Copy: n.Copy}
	return bridge.Outcome{
		Case: c, Audit: entry(ev, "composed", n.MessageID), Keep: []string{n.Blob},
		Effects: []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.TransmitMail, key, transmit)},
	}
}

// waitFor makes fields pending that an addition was to bring, and has the issue
// looked at again: what was gone when it was composed may be there by now.
func waitFor(c *bridge.Case, ids []string, at time.Time) {
	if len(ids) > 0 && (c.State == bridge.Sent || c.State == bridge.Answered) {
		c.DueAt = at
	}
	c.Pending = slices.Clone(c.Pending)
	for _, id := range ids {
		if !slices.Contains(c.Pending, id) {
			c.Pending = append(c.Pending, id)
		}
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

// doubts are the report's about those fields, for a notice.
func doubts(r mapping.Report, about func(id string) bool) []bridge.Doubt {
	var out []bridge.Doubt
	for _, d := range r.Doubts {
		if about(d.Field.ID) {
			out = append(out, bridge.Doubt{Field: d.Field.ID, Code: d.Code, Value: d.Value})
		}
	}
	return out
}

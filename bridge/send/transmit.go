package send

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// Mailer transmits stored bytes. Its errors say whether something left.
type Mailer interface {
	Send(ctx context.Context, body bridge.TransmitBody, open func() (io.ReadCloser, error)) (bridge.TransmitResult, error)
}

// Copies tells of our own copies. Seen returns the zero time when none came;
// Delay is how long they take, 0 when that was never measured; Read is the time
// up to which everything that had arrived in our mailbox was read and decided,
// zero when it never was.
type Copies interface {
	Seen(ctx context.Context, messageID string) (time.Time, error)
	Delay(ctx context.Context) (time.Duration, error)
	Read(ctx context.Context) (time.Time, error)
}

// errWaitingForCopy means that the server's answer was lost and that it is too
// early to say that the notice did not leave.
var errWaitingForCopy = errors.New("the server's answer was lost; waiting for our own copy")

// errMailboxUnread means that our mailbox was never read, so that nothing of what
// was sent could be proved.
var errMailboxUnread = errors.New("our mailbox was not read yet")

// errOtherRecipients means that the notice was composed for others than it would
// be now: the mode or the provider's addresses were changed meanwhile. It is not
// sent: a mail composed in mode live must not leave in mode redirect.
var errOtherRecipients = errors.New("composed for other recipients than are configured now")

// errUnproved means that nobody can say whether the notice left, and that it is
// not sent again by itself.
var errUnproved = errors.New("it cannot be proved that the notice left")

// Transmitter does effects of the kind bridge.TransmitMail.
type Transmitter struct {
	Telling

	Issues Issues
	Blobs  Blobs
	Mail   Mailer
	Copies Copies
	Now    func() time.Time
	// CopyWait is the least that is waited for our own copy.
	CopyWait time.Duration
	// Hold keeps an unproved notice from being sent once more.
	Hold bool
}

// Do transmits the notice, unless it was withdrawn meanwhile.
func (s *Transmitter) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.TransmitBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	n := c.Notice(body.MessageID)
	added := n != nil && n.Serial > 1
	if n != nil && n.Fat != nil && e.Sends <= 1 { // that may have left all the same
		if at, err := s.seen(ctx, c, body); err != nil || !at.IsZero() {
			return proved(bridge.TransmitResult{At: at, Fat: true}), notDone(err)
		}
	}
	p, issue, why, err := s.wanted(ctx, s.Issues, c, !added, about(n))
	switch {
	case err != nil:
		return nil, err
	case why == resolved || why == closed || why == reopened:
		return json.Marshal(bridge.TransmitResult{Resolved: true})
	case why != "":
		return json.Marshal(bridge.TransmitResult{Withdrawn: string(why)})
	}
	if n != nil {
		fault := unsaid(issue, p.Profile, n.Recompose())
		if fault != "" && (fault != bridge.FaultEdited || e.Sends <= 1) {
			return json.Marshal(bridge.TransmitResult{Fault: fault})
		}
	}
	if err := s.allowed(c, p, body, n); err != nil {
		return nil, bridge.Permanent(fmt.Errorf("notice of %s: %w", c.IssueKey, err))
	}
	if read, err := s.Copies.Read(ctx); err != nil || read.IsZero() {
		return nil, bridge.NotDone(errors.Join(errMailboxUnread, err))
	}
	if e.Sends > 1 { // the copy may have come since it was looked for
		if at, err := s.seen(ctx, c, body); err != nil || !at.IsZero() {
			return provedByCopy(e), notDone(err)
		}
	} else if n != nil && s.changed(c, n, p, issue) {
		return json.Marshal(bridge.TransmitResult{Changed: true})
	}
	r, err := s.Mail.Send(ctx, body, func() (io.ReadCloser, error) { return s.Blobs.OpenBlob(ctx, body.Blob) })
	if err != nil {
		return nil, fmt.Errorf("send notice of %s: %w", c.IssueKey, err)
	}
	r.Proof, r.News = "answer", s.news(c, p, issue)
	return json.Marshal(r)
}

// about is what a notice is that brings nothing of the form.
func about(n *bridge.Notice) bridge.About {
	if n == nil {
		return bridge.AboutForm
	}
	return n.About
}

// changed reports whether the issue is not any more what the notice was composed from:
// its texts say something else, or a file that it brings was taken away. Only before
// its first attempt does that hold it back; an older one does not remember it.
func (s *Transmitter) changed(c bridge.Case, n *bridge.Notice, p Provider, issue bridge.Issue) bool {
	waits := n.Serial > 1 || c.State == bridge.Sending
	return waits && differs(c, n, p, issue, s.Now())
}

// differs reports whether the issue is not any more what a notice was composed from that
// may not have left.
func differs(c bridge.Case, n *bridge.Notice, p Provider, issue bridge.Issue, now time.Time) bool {
	if n.Source == "" || n.Anew || n.Left() {
		return false
	}
	gone := func(f bridge.Evidence) bool {
		return !slices.ContainsFunc(issue.Attachments, func(a bridge.Attachment) bool { return a.ID == f.ID })
	}
	if slices.ContainsFunc(n.Files, gone) {
		return true
	}
	c.Drop(n.MessageID)
	body := n.Recompose()
	return n.Source != source(written(spanish{profile: p.Profile, issue: issue, c: c}, body, now), body, issue, c.Allowed)
}

// news reports whether the issue says or has what no notice knows: it was edited
// since the last one was composed, when nothing could follow that yet.
func (s *Transmitter) news(c bridge.Case, p Provider, issue bridge.Issue) bool {
	known := c.Considered(issue.Attachments)
	if slices.ContainsFunc(issue.Attachments, func(a bridge.Attachment) bool { return !a.Own && !known[a.ID] }) {
		return true
	}
	now := spanish{profile: p.Profile, issue: issue, c: c, report: p.Profile.Judge(issue.Following(c, s.Now(), p.Profile))}
	return slices.ContainsFunc(now.report.Form.All(), func(f *mapping.Field) bool {
		v, answered := now.report.Values.ByField[f.ID]
		return answered && !now.knows(f.ID, v)
	})
}

// allowed reports whether the notice may go to whom it was composed for.
func (s *Transmitter) allowed(c bridge.Case, p Provider, body bridge.TransmitBody, n *bridge.Notice) error {
	var cc []string
	if n != nil && n.Serial > 1 {
		if err := s.follows(c, p, n.About); err != nil {
			return err
		}
		cc = s.copied(p, n.About, n.Cc)
	}
	if !slices.Equal(body.To, append(slices.Clone(s.recipients(p)), cc...)) {
		return errOtherRecipients
	}
	return nil
}

// copied are those of the addresses that may have a claim besides the provider: they stand
// in its matrix today. In mode redirect none may.
func (t *Telling) copied(p Provider, about bridge.About, addresses []string) []string {
	var cc []string
	if t.Redirect != "" || about != bridge.AboutClaim {
		return nil
	}
	for _, a := range addresses {
		c, known := inMatrix(p.Profile, a)
		has := func(b string) bool { return strings.EqualFold(a, b) }
		if known && !slices.ContainsFunc(cc, has) && !slices.ContainsFunc(p.To, has) {
			cc = append(cc, c.Email)
		}
	}
	return cc
}

// Find looks for our own copy. That there is none counts only when the mailbox
// was read long enough after the attempt: after an outage it is read late.
func (s *Transmitter) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	var body bridge.TransmitBody
	if err := e.Decode(&body); err != nil {
		return nil, false, err
	}
	read, err := s.Copies.Read(ctx) // before the copy is looked for
	if err != nil {
		return nil, false, fmt.Errorf("ask how far our mailbox was read: %w", err)
	}
	if at, err := s.seen(ctx, c, body); err != nil || !at.IsZero() {
		return provedByCopy(e), err == nil, err
	}
	delay, err := s.Copies.Delay(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("delay of our own copies: %w", err)
	}
	if until := e.AttemptedAt.Add(max(s.CopyWait, 3*delay)); s.Now().Before(until) || read.Before(until) {
		return nil, false, fmt.Errorf("notice of %s: %w", c.IssueKey, errWaitingForCopy)
	}
	// What was never begun in the life that the store knows is not held back: it was
	// only looked for in case another life had sent it.
	if e.Sends > 0 && (s.Hold || e.Sends > 1) {
		return nil, false, bridge.Permanent(fmt.Errorf("notice of %s: %w", c.IssueKey, errUnproved))
	}
	return nil, false, nil
}

// seen returns when the notice was known to have left: our own copy came, or the
// provider has answered it. Zero: it is not known.
func (s *Transmitter) seen(ctx context.Context, c bridge.Case, body bridge.TransmitBody) (time.Time, error) {
	if n := c.Notice(body.MessageID); n != nil && !n.SeenAt.IsZero() {
		return n.SeenAt, nil
	}
	at, err := s.Copies.Seen(ctx, body.MessageID)
	if err != nil {
		return time.Time{}, fmt.Errorf("look for our own copy: %w", err)
	}
	return at, nil
}

func provedByCopy(e bridge.Effect) json.RawMessage {
	return proved(bridge.TransmitResult{At: e.AttemptedAt})
}

func proved(r bridge.TransmitResult) json.RawMessage {
	r.Proof = "copy"
	raw, err := json.Marshal(r)
	if err != nil {
		panic("send: " + err.Error()) // a time and a few words: a bug
	}
	return raw
}

// serverWords is what people are shown of an error: what the server replied, and to
// what, else what the innermost said. That a connection ended tells them nothing.
func serverWords(err error) string {
	var said interface{ Reply() string }
	if errors.As(err, &said) {
		if words := said.Reply(); words != "" {
			return words
		}
	}
	for err != nil {
		inner := errors.Unwrap(err)
		switch {
		case inner == nil && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
			return ""
		case inner == nil:
			return err.Error()
		}
		err = inner
	}
	return ""
}

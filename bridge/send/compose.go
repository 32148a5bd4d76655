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
	"escalat/bridge/message"
	"escalat/bridge/send/evidence"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// Files opens the content of an issue's attachments.
type Files interface {
	Attachment(ctx context.Context, a bridge.Attachment) (io.ReadCloser, error)
}

// Composer does effects of the kind bridge.ComposeMail. Composing changes
// nothing outside, so it may be done as often as it takes.
type Composer struct {
	Telling

	Issues Issues
	Blobs  Blobs
	Files  Files
	Keys   token.Keyring
	Now    func() time.Time
	From   message.Address // of every notice
	Copy   string          // our own mailbox
	Domain string          // of Message-IDs
	// Room returns how many bytes a whole mail may have, as the server that takes it
	// says; 0 while that is not known. Nil: it is never known.
	Room func(ctx context.Context) int64
	// Prints returns fingerprints of a text, by which a quote of it is known; nil: none
	// are kept.
	Prints func(text string) []uint32
	// MaxFiles is how many bytes the attachments of a mail may have, encoded; with 0
	// there are none.
	MaxFiles int64
	// Within bounds a context in time, as context.WithTimeout does; nil: files of a
	// first notice are read as long as it takes.
	Within func(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc)
}

// Do reads the issue and renders the notice into a blob.
func (s *Composer) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.ComposeBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	p, issue, why, err := s.wanted(ctx, s.Issues, c, body.Serial == 1)
	switch {
	case err != nil:
		return nil, err
	case why == resolved || why == closed:
		return json.Marshal(bridge.ComposeResult{Resolved: true})
	case why != "":
		return json.Marshal(bridge.ComposeResult{Withdrawn: string(why), Notice: bridge.Notice{Files: chosen(issue, body.Files)}})
	}
	r, err := s.compose(ctx, c, p, issue, body)
	if err != nil {
		err = notDone(fmt.Errorf("compose notice %d of %s: %w", body.Serial, c.IssueKey, err))
		return nil, &forFiles{err, chosen(issue, body.Files)}
	}
	return json.Marshal(r)
}

// chosen are the attachments with those ids.
func chosen(issue bridge.Issue, ids []string) []bridge.Evidence {
	var files []bridge.Evidence
	for _, a := range issue.Attachments {
		if slices.Contains(ids, a.ID) {
			files = append(files, bridge.Evidence{ID: a.ID, Name: a.Name, Size: a.Size})
		}
	}
	return files
}

func (s *Composer) compose(ctx context.Context, c bridge.Case, p Provider, issue bridge.Issue, body bridge.ComposeBody) (bridge.ComposeResult, error) {
	now := s.Now()
	base := spanish{profile: p.Profile, issue: issue, c: c, sender: s.From.Name}
	in := evidence.Input{Attachments: issue.Attachments, Brought: brought(c, body)}
	m := &parcel{names: base.names(), files: map[string]bridge.Attachment{}, tries: c.FileTries + 1}
	for _, a := range issue.Attachments {
		m.files[a.ID] = a
	}
	if body.Serial == 1 {
		mail := firstMail(base, now)
		if !mail.report.Complete() && c.Forced.CommentID == "" {
			return bridge.ComposeResult{Incomplete: true}, nil
		}
		m.writer, m.Notice = mail, mail.notice()
		in.Patterns = patterns(mail.fields())
	} else {
		if err := s.follows(c, p); err != nil {
			return bridge.ComposeResult{}, bridge.Permanent(err)
		}
		mail := additionMail(base, body.Fields, now)
		m.writer, m.Notice = mail, mail.notice()
		in.Only = append([]string{}, body.Files...) // none, and not all, where none was asked for
	}
	if body.Serial > 1 || c.Heard != "" {
		m.draft.InReplyTo, m.draft.References = answering(c)
	}
	m.Serial, m.Source, m.Fat = body.Serial, source(m.writer, issue), body.Fat
	if err := s.entitle(c, p, m, now); err != nil {
		return bridge.ComposeResult{}, err
	}
	return s.fill(ctx, m, in, body)
}

// brought are the attachments that the provider has. Of which nobody can say whether
// they left, a person may send them again.
func brought(c bridge.Case, body bridge.ComposeBody) []string {
	doubtful := c.Doubtful()
	return slices.DeleteFunc(c.Brought(), func(id string) bool { return slices.Contains(doubtful, id) && slices.Contains(body.Files, id) })
}

// answering is what a mail answers and refers to. Our first mail began the thread,
// also where it was answered before it was known to have left.
func answering(c bridge.Case) (inReplyTo string, references []string) {
	inReplyTo, references = c.Answering()
	if first := c.First(); first != nil && !slices.Contains(references, first.MessageID) {
		references = append([]string{first.MessageID}, references...)
	}
	return inReplyTo, references
}

// patterns are those of the files that answer fields.
func patterns(fields []*mapping.Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Files...)
	}
	return out
}

// fill gives the mail its files and writes it. An addition without anything is none.
func (s *Composer) fill(ctx context.Context, m *parcel, in evidence.Input, body bridge.ComposeBody) (bridge.ComposeResult, error) {
	if s.Room != nil && !s.Shadow {
		m.room = s.Room(ctx)
	}
	m.Room = m.room
	if err := m.choose(in, s.MaxFiles, body.Lean); err != nil {
		return bridge.ComposeResult{}, err
	}
	empty := func() bool { return m.Serial > 1 && len(m.Fields) == 0 && len(m.Files) == 0 }
	if !empty() {
		if err := s.pack(ctx, m); err != nil {
			return bridge.ComposeResult{}, err
		}
	}
	m.Abridge(in.Attachments)
	return bridge.ComposeResult{Notice: m.Notice, Nothing: empty()}, nil
}

// entitle gives the notice its identity and the mail its header.
func (s *Composer) entitle(c bridge.Case, p Provider, m *parcel, now time.Time) (err error) {
	if m.MessageID, err = s.Keys.MessageID(c.Provider, c.ID, m.Serial, s.Domain); err != nil {
		return err
	}
	m.From, m.To, m.Copy, m.Redirected = s.From.Address, s.recipients(p), s.Copy, s.Redirect != ""
	m.draft.From, m.draft.To, m.draft.Subject, m.draft.MessageID = s.From, addresses(m.To), m.Subject, m.MessageID
	m.draft.Date = now.In(p.Profile.Location())
	m.draft.Headers = [][2]string{
		// A desk mutes what looks automatic; this only asks mailboxes not to
		// answer by themselves.
		{"X-Auto-Response-Suppress", "OOF, AutoReply"},
		{"X-Escalat-Loop", s.Domain},
	}
	return nil
}

// blob streams the mail into the store: it is never whole in memory.
func (s *Composer) blob(ctx context.Context, d message.Draft) (string, int64, error) {
	r, w := io.Pipe()
	built := make(chan error, 1)
	go func() {
		err := build(w, d)
		_ = w.CloseWithError(err)
		built <- err
	}()
	name, size, err := s.Blobs.WriteBlob(ctx, r)
	_ = r.CloseWithError(io.ErrClosedPipe)
	var broken *fileError
	switch berr := <-built; {
	case errors.As(berr, &broken):
		err = broken
	case berr != nil && !errors.Is(berr, io.ErrClosedPipe):
		err = bridge.Permanent(berr) // the draft itself cannot be written
	}
	return name, size, err
}

// build builds the mail. That is done beside the attempt, whose keeper would not see
// a fault.
func build(w io.Writer, d message.Draft) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while a mail was built: %v", p)
		}
	}()
	return message.Build(w, d)
}

// Find never finds: composing leaves nothing outside.
func (*Composer) Find(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, bool, error) {
	return nil, false, nil
}

// Settle plans the transmission, or says why there is none.
func (s *Composer) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	var body bridge.ComposeBody
	if err := e.Decode(&body); err != nil {
		return bridge.Outcome{}
	}
	switch ev.What {
	case bridge.Delayed, bridge.Unknown:
		return s.late(c, e, body, ev)
	case bridge.Failed:
		c.FileTries, c.Anew = 0, false
		if body.Serial > 1 {
			return s.notComposed(c, e, body, ev)
		}
		become(&c, bridge.Undelivered)
		told := s.trouble(&c, notice{first: true}, ev.At, ev.Reason())
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "not composed", ev.Reason()), Effects: []bridge.Effect{tell("failed/"+e.Key, s.Texts.SendFailed(told))},
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

// late tells of a notice that could not be composed yet, and counts the attempts that
// its files have cost.
func (s *Composer) late(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event) bridge.Outcome {
	if files := (*filesError)(nil); errors.As(ev.Err, &files) {
		c.FileTries++
	}
	o := s.delayed(c, notice{first: body.Serial == 1, brings: s.asked(c, body, attachments(ev.Err))}, e, ev)
	if o.Case.ID == "" && c.FileTries > 0 {
		o.Case = c
	}
	return o
}

func (s *Composer) composed(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, r bridge.ComposeResult) bridge.Outcome {
	r.Notice.Anew = c.Anew
	c.FileTries, c.Anew = 0, false
	switch {
	case r.Withdrawn != "":
		if body.Serial == 1 && become(&c, bridge.Withdrawn) {
			c.CallUntil = time.Time{} // there is nothing to call about
		}
		told := s.problem(c, s.asked(c, body, r.Notice.Files), ev.At, "")
		return bridge.Outcome{
			Case: c, Audit: entry(ev, "withdrawn", r.Withdrawn),
			Effects: []bridge.Effect{tell("withdrawn/"+e.Key, s.Texts.Withdrawn(told))},
		}
	case r.Resolved && body.Serial > 1:
		return bridge.Outcome{Case: c, Audit: entry(ev, "not added", string(closed))}
	case r.Resolved:
		putBack(&c, ev.At)
		return bridge.Outcome{Case: c, Audit: entry(ev, "put back", string(resolved))}
	case r.Nothing:
		return s.nothing(c, e, body, ev, r)
	case r.Incomplete: // edited since it was complete: it is asked for again
		if putBack(&c, ev.At) {
			c.Request.Fingerprint = ""
		}
		return bridge.Outcome{Case: c, Audit: entry(ev, "incomplete again", "")}
	}
	return s.transmits(c, e, body, ev, r.Notice)
}

// nothing ends an addition that has nothing to say any more. Who asked for files
// hears why none went out.
func (s *Composer) nothing(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, r bridge.ComposeResult) bridge.Outcome {
	waitFor(&c, waiting(body.Fields, r.Notice), ev.At)
	o := bridge.Outcome{Case: c, Audit: entry(ev, "nothing to add", "")}
	if len(r.Notice.Omitted) > 0 {
		o.Effects = []bridge.Effect{tell("nothing/"+e.Key, s.Texts.NothingNew(text.NothingNew{
			MentionMarkup: wording.Mention(c, s.Team), Provider: s.name(c), Files: true, Left: leftFiles(r.Notice),
		}))}
	}
	return o
}

// transmits plans the transmission of what was composed.
func (s *Composer) transmits(c bridge.Case, e bridge.Effect, body bridge.ComposeBody, ev bridge.Event, n bridge.Notice) bridge.Outcome {
	c.Notices = append(slices.Clone(c.Notices), n)
	for _, f := range n.Files {
		c.Keep(f.Digest)
	}
	key := fmt.Sprintf("transmit/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, n.Serial)
	switch {
	case n.Serial > 1:
		key = "transmit/" + strings.TrimPrefix(e.Key, "compose/")
		waitFor(&c, waiting(body.Fields, n), ev.At)
	default:
		c.Kind, c.Pending = n.Kind, n.Pending
		if c.Rounds > 0 { // an earlier one may have been put back
			key = fmt.Sprintf("%s/%d", key, c.Rounds)
		}
	}
	action := "composed"
	if body.Lean { // the one with the attachments was refused
		key, action = strings.TrimSuffix(key, lean)+lean, "composed without attachments"
	}
	transmit := bridge.TransmitBody{MessageID: n.MessageID, Blob: n.Blob, Size: n.Size, From: n.From, To: n.To, Copy: n.Copy}
	return bridge.Outcome{
		Case: c, Audit: entry(ev, action, n.MessageID), Keep: []string{n.Blob},
		Effects: []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.TransmitMail, key, transmit)},
	}
}

// lean ends the keys of what is composed once more without attachments.
const lean = "/lean"

// waiting are those of the fields that an addition was to bring that the provider
// still waits for.
func waiting(ids []string, n bridge.Notice) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(n.Pending, id) })
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

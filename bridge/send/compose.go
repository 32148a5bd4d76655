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
	"escalat/bridge/token"
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
	// Guard finds what is private; nil: nothing is looked for.
	Guard Guard
	// MaxFiles is how many bytes the attachments of a mail may have, encoded; with 0
	// there are none.
	MaxFiles int64
	// Translator has texts translated that are not in the provider's language; nil: nobody
	// does. Patience is how long that may take; 0: 20 s. Watch, where it is set, is given
	// what was translated, and what was not, of a notice.
	Translator Translator
	Patience   time.Duration
	Watch      func(texts []Translated)
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
	p, issue, why, err := s.wanted(ctx, s.Issues, c, body.Serial == 1, body.About)
	switch {
	case err != nil:
		return nil, err
	case why == resolved || why == closed || why == reopened:
		return json.Marshal(bridge.ComposeResult{Resolved: true})
	case why != "":
		return json.Marshal(bridge.ComposeResult{Withdrawn: string(why), Notice: bridge.Notice{Files: chosen(issue, body.Files)}})
	}
	if fault := unsaid(issue, p.Profile, body); fault != "" {
		return json.Marshal(bridge.ComposeResult{Nothing: true, Fault: fault})
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
	now, by := s.Now(), s.channel(c, p)
	base := spanish{profile: p.Profile, issue: issue, c: c, sender: s.From.Name, portal: by != bridge.ByMail}
	in := evidence.Input{
		Attachments: issue.Attachments, Brought: brought(c, body), Sparing: s.Guard != nil, Images: map[string]bool{}, Left: map[string]bridge.LeftOut{},
	}
	base.turned = &turned{}
	m := &parcel{
		names: base.names(), turned: base.turned, files: map[string]bridge.Attachment{}, tries: c.FileTries + 1, writer: written(base, body, now),
		frame: s.frame(c, base.names()), looked: map[string]bridge.Inspection{},
	}
	for _, a := range issue.Attachments {
		m.files[a.ID] = a
	}
	switch w := m.writer.(type) {
	case first:
		if !w.report.Complete() && c.Forced.CommentID == "" {
			return bridge.ComposeResult{Incomplete: true}, nil
		}
		in.Patterns, in.Answering = patterns(w.fields()), patterns(w.answeredByFiles(w.fields()))
	case again:
		in.Patterns, in.Answering = patterns(w.fields()), patterns(w.answeredByFiles(w.fields()))
		in.Brought = unasked(c, issue, w.leaving())
		in.Meant = c.Brought() // a person had them sent
	default:
		in.Only = append([]string{}, body.Files...) // none, and not all, where none was asked for
	}
	if stopped := s.stops(maskedIn(m.writer)); len(stopped) > 0 {
		return bridge.ComposeResult{Stopped: stopped}, nil
	}
	if body.Serial > 1 {
		if err := s.follows(c, p, body.About); err != nil {
			return bridge.ComposeResult{}, bridge.Permanent(err)
		}
	}
	s.turn(ctx, c, p, m.writer, body)
	m.Notice = m.notice()
	m.turned.note(&m.Notice)
	_, _, given := m.frame.blocks(m.blocks(nil, nil))
	m.Subject, m.titled = m.frame.subject(m.Subject, given)
	if body.Serial > 1 || c.Heard != "" {
		m.draft.InReplyTo, m.draft.References = answering(c)
	}
	m.Serial, m.Source, m.Fat = body.Serial, source(m.writer, body, issue, c.Allowed), body.Fat
	m.About, m.Comment = body.About, body.Comment
	author, written := authorOf(issue, body)
	m.Author, m.Mention, m.Written = author.Name, author.Mention, written
	if err := s.entitle(c, p, m, body, now); err != nil {
		return bridge.ComposeResult{}, err
	}
	if by != bridge.ByMail {
		return s.enter(ctx, m, by, in, c.Allowed.Files)
	}
	return s.fill(ctx, m, in, body, c.Allowed.Files)
}

// brought are the attachments that the provider has. Of which nobody can say whether
// they left, a person may send them again.
func brought(c bridge.Case, body bridge.ComposeBody) []string {
	doubtful := c.Doubtful()
	return slices.DeleteFunc(c.Brought(), func(id string) bool { return slices.Contains(doubtful, id) && slices.Contains(body.Files, id) })
}

// unasked are the attachments that came when the provider had the form, and that neither
// went with anything since nor stand in the texts that leave: they go when a person asks for
// them.
func unasked(c bridge.Case, issue bridge.Issue, leaving []string) (ids []string) {
	if form := c.FormNotice(); form == nil || !form.Left() {
		return nil // it never had them
	}
	considered, texts := c.Considered(issue.Attachments), strings.Join(leaving, "\n")
	for _, a := range issue.Attachments {
		if !considered[a.ID] && !strings.Contains(texts, a.Name) {
			ids = append(ids, a.ID)
		}
	}
	return ids
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

// answeredByFiles are those of the fields that files answer, and no text does.
func (m spanish) answeredByFiles(fields []*mapping.Field) []*mapping.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *mapping.Field) bool {
		return m.report.Values.ByField[f.ID].Origin != attached
	})
}

// attached is the origin of a value that only files are.
const attached = "attachment"

// patterns are those of the files that answer fields.
func patterns(fields []*mapping.Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Files...)
	}
	return out
}

// fill gives the mail its files and writes it. An addition without anything is none.
func (s *Composer) fill(ctx context.Context, m *parcel, in evidence.Input, body bridge.ComposeBody, allowed []string) (bridge.ComposeResult, error) {
	if s.Room != nil && !s.Shadow {
		m.room = s.Room(ctx)
	}
	m.Room = m.room
	if err := m.choose(in, s.MaxFiles, body.Lean); err != nil {
		return bridge.ComposeResult{}, err
	}
	if err := s.look(ctx, m, allowed); err != nil {
		return bridge.ComposeResult{}, err
	}
	if !m.empty() {
		if err := s.pack(ctx, m); err != nil {
			return bridge.ComposeResult{}, err
		}
	}
	m.noted()
	m.Abridge(in.Attachments)
	return bridge.ComposeResult{Notice: m.Notice, Nothing: m.empty()}, nil
}

// empty reports whether it is an addition without anything.
func (m *parcel) empty() bool {
	return m.Serial > 1 && m.About == bridge.AboutForm && len(m.Fields) == 0 && len(m.Files) == 0 && len(m.Anyway) == 0
}

// entitle gives the notice its identity and the mail its header.
func (s *Composer) entitle(c bridge.Case, p Provider, m *parcel, body bridge.ComposeBody, now time.Time) (err error) {
	if m.MessageID, err = s.Keys.MessageID(c.Provider, c.ID, m.Serial, s.Domain); err != nil {
		return err
	}
	m.From, m.To, m.Copy, m.Redirected = s.From.Address, s.recipients(p), s.Copy, s.Redirect != ""
	m.Cc = s.copied(p, m.About, body.Cc)
	m.draft.From, m.draft.To, m.draft.Subject, m.draft.MessageID = s.From, addresses(m.To), m.Subject, m.MessageID
	m.draft.Cc = addresses(m.Cc)
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

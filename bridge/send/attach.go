package send

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/send/evidence"
	"escalat/bridge/send/letter"
	"escalat/mapping"
)

const (
	// listing is more than the names of the files take in the text, twice.
	listing = 48 << 10
	// patient is how often a file is asked for that Jira does not give.
	patient = 3
	// hurried is how long the files of a first notice are read, twice at most.
	hurried = 30 * time.Second
)

// writer knows the text of a mail, whatever files that brings.
type writer interface {
	notice() bridge.Notice
	leaving() []string
	blocks(files, omitted []bridge.Evidence) []letter.Block
	filing() mapping.Filing
}

// written is the text of a notice from the issue as it stands.
func written(base spanish, body bridge.ComposeBody, now time.Time) writer {
	switch {
	case body.Serial == 1:
		return firstMail(base, now)
	case body.About == bridge.AboutForm:
		return additionMail(base, body, now)
	case body.About == bridge.AboutAgain:
		return againMail(base, body, now)
	}
	return noteMail(base, body, now)
}

// source names the texts from which a mail is made, whatever the clock says and whoever
// is mentioned there. A claim, or that the case is closed or opened again, is made of none;
// a text of the team is named when it is decided to send it.
func source(w writer, body bridge.ComposeBody, issue bridge.Issue, allowed bridge.Allowed) string {
	switch body.About {
	case bridge.AboutWords:
		return body.Digest
	case bridge.AboutClaim, bridge.AboutClose, bridge.AboutReopen:
		return ""
	}
	texts := append([]string{w.notice().Kind, issue.Summary}, w.leaving()...)
	texts = slices.Concat(texts, allowed.Prints, allowed.Files) // by which more may leave
	return bridge.Digest(strings.Join(texts, "\x00"))
}

// parcel is a mail that is being put together.
type parcel struct {
	writer
	bridge.Notice

	names func(user string) string
	draft message.Draft
	files map[string]bridge.Attachment // by id
	room  int64                        // bytes of the whole mail; 0: not known
	tries int                          // of which files were the fault, with this one
	late  bool                         // they took too long once

	turned *turned
	frame  frame
	titled []framed // in its subject
	framed []framed // in its text
	in     evidence.Input
	looked map[string]bridge.Inspection // files that were looked into, by id
}

// write says in the draft what the mail brings.
func (m *parcel) write() {
	var l letter.Letter
	l.Names = m.names
	l.Blocks, m.framed, _ = m.frame.blocks(m.blocks(m.Files, m.Omitted))
	m.draft.Text, m.draft.HTML = l.Text(), l.HTML()
}

// leave takes a file out of the mail.
func (m *parcel) leave(i int, why bridge.LeftOut) {
	out := m.Files[i]
	out.Why, out.Digest = why, ""
	m.Files = slices.Delete(slices.Clone(m.Files), i, i+1)
	m.Omitted = append(slices.Clone(m.Omitted), out)
}

// choose decides which files the mail brings. With only, those; of a lean one none.
func (m *parcel) choose(in evidence.Input, most int64, lean bool) error {
	m.write()
	var text counter
	if err := message.Build(&text, m.draft); err != nil {
		return bridge.Permanent(err) // the draft itself cannot be written
	}
	in.Markup, in.Room = m.leaving(), most
	if m.room > 0 {
		in.Room = max(0, min(in.Room, m.room-int64(text)-listing))
	} else {
		m.room = in.Room + int64(text) + listing
	}
	m.in = in
	m.pick()
	for lean && len(m.Files) > 0 {
		m.leave(0, bridge.LeftRefused)
	}
	return nil
}

// counter counts what is written.
type counter int64

// Write counts.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// pack writes the mail into the store. What Jira does not give, and what makes it
// larger than the server takes, is left out.
func (s *Composer) pack(ctx context.Context, m *parcel) error {
	reading, done := s.hurry(ctx, m)
	defer func() { done() }()
	for {
		m.write()
		readers := s.attach(reading, m)
		name, size, err := s.blob(ctx, m.draft)
		late := reading.Err() != nil && ctx.Err() == nil
		switch {
		case err == nil && size > m.room && len(m.Files) > 0:
			m.leave(len(m.Files)-1, bridge.LeftNoRoom)
		case err == nil:
			for i, r := range readers {
				m.Files[i].Digest, m.Files[i].Size = hex.EncodeToString(r.hash.Sum(nil)), r.read
			}
			m.Blob, m.Size = name, size
			if s.Prints != nil {
				m.Prints = s.Prints(m.draft.Text)
			}
			return nil
		case late && len(m.Files) > 0:
			m.hasten(err)
			done()
			reading, done = s.hurry(ctx, m)
		case m.tries >= patient && len(m.Files) > 0 && errors.Is(ctx.Err(), context.DeadlineExceeded):
			// The files take longer than there is time. The incident must not wait for
			// them for ever: what is left is text and is written in a moment.
			m.cut(0)
			ctx = context.WithoutCancel(ctx)
			reading = ctx
		case !m.spares(ctx, err):
			return failing(m, err)
		}
	}
}

// hurry bounds how long the files of a first notice are read: an incident does not wait
// for a download that stalls. An addition does, as that brings what people ask for.
func (s *Composer) hurry(ctx context.Context, m *parcel) (context.Context, context.CancelFunc) {
	if m.Serial > 1 && m.About != bridge.AboutAgain || len(m.Files) == 0 || s.Within == nil {
		return ctx, func() {}
	}
	return s.Within(ctx, hurried)
}

// hasten leaves out the file at which the time was over, and those behind it; the
// second time all.
func (m *parcel) hasten(err error) {
	from := 0
	if broken := (*fileError)(nil); errors.As(err, &broken) && !m.late {
		from = broken.at
	}
	m.late = true
	m.cut(from)
}

// cut leaves out all files from that one on.
func (m *parcel) cut(from int) {
	for len(m.Files) > from {
		m.leave(from, bridge.LeftUnreadable)
	}
}

// spares leaves out what failed, if that is for good or was tried often enough, and
// reports whether it has.
func (m *parcel) spares(ctx context.Context, err error) bool {
	var broken *fileError
	enough := m.tries >= patient
	switch {
	case ctx.Err() != nil || len(m.Files) == 0:
		return false
	case errors.As(err, &broken) && (enough || bridge.IsPermanent(broken.err)):
		m.leave(broken.at, bridge.LeftUnreadable)
	case enough && broken == nil && !bridge.IsPermanent(err): // the store does not take it, perhaps for its size
		m.cut(0)
	default:
		return false
	}
	return true
}

// failing is an error of a mail, which is perhaps the fault of its files.
func failing(m *parcel, err error) error {
	var broken *fileError
	switch {
	case errors.As(err, &broken):
		return &filesError{bridge.NotDone(broken.temporary())}
	case len(m.Files) > 0 && !bridge.IsPermanent(err):
		return &filesError{err}
	}
	return err
}

// filesError is a failure that might not have been without files.
type filesError struct{ error }

// Unwrap returns the error.
func (e *filesError) Unwrap() error { return e.error }

// attach has the files streamed from Jira while the mail is built.
func (s *Composer) attach(ctx context.Context, m *parcel) []*reader {
	var readers []*reader
	m.draft.Attachments = nil
	for i, f := range m.Files {
		a := m.files[f.ID]
		r := &reader{at: i, name: f.ID, size: a.Size, hash: sha256.New()}
		readers = append(readers, r)
		m.draft.Attachments = append(m.draft.Attachments, message.File{
			Name: f.Name, Type: a.MIMEType,
			Open: func() (io.ReadCloser, error) {
				content, err := s.Files.Attachment(ctx, a)
				if err != nil {
					return nil, r.broken(err)
				}
				r.content = content
				return r, nil
			},
		})
	}
	return readers
}

// reader is a file that is being read, held against its size.
type reader struct {
	at      int // among the mail's files
	name    string
	size    int64 // 0: not known
	content io.ReadCloser
	hash    hash.Hash
	read    int64
}

// Read reads the file.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.content.Read(p)
	r.hash.Write(p[:n])
	r.read += int64(n)
	switch {
	case r.size > 0 && r.read > r.size:
		return n, r.broken(fmt.Errorf("more than its %d bytes", r.size))
	case errors.Is(err, io.EOF) && r.read < r.size:
		return n, r.broken(fmt.Errorf("%d bytes instead of %d: %w", r.read, r.size, io.ErrUnexpectedEOF))
	case errors.Is(err, io.EOF):
		return n, io.EOF
	case err != nil:
		return n, r.broken(err)
	}
	return n, nil
}

// Close gives the file back. Whether it was read to its end is known already.
func (r *reader) Close() error {
	_ = r.content.Close()
	return nil
}

func (r *reader) broken(err error) error { return &fileError{at: r.at, name: r.name, err: err} }

// fileError says that a file could not be read, not that the mail is wrong.
type fileError struct {
	at   int
	name string // its id
	err  error
}

func (e *fileError) Error() string { return "attachment " + e.name + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// temporary is the error without the class of the file, which the mail has not.
func (e *fileError) temporary() error {
	if at := bridge.RetryAt(e.err); !at.IsZero() {
		return bridge.Later(errors.New(e.Error()), at)
	}
	return errors.New(e.Error())
}

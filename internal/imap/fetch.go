package imap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"escalat/bridge"
)

const (
	maxHeader    = 64 << 10 // bytes kept of the header of an oversized mail
	minRate      = 8 << 10  // bytes a second that a mail must come with
	maxAttempts  = 64
	fetchMargin  = 64 << 10 // bytes around a mail in its answer
	reasonPrefix = "the server does not give it: "
)

// suspect is a mail at which reading failed.
type suspect struct {
	folder        string
	validity, uid uint32
}

// trouble is what happened there.
type trouble struct {
	failures int
	last     string
	arrived  time.Time
	size     int64 // more than announced; 0: not so
}

// attempts says how often a mail is tried before it is given up: twice, but
// more and more often while no mail at all can be read. Then it is rather the
// server that is ill, and mails must not be given up one after the other.
func (r *Reader) attempts() int {
	return min(2<<min(r.givenUp, 10), maxAttempts)
}

// read makes the ledger row of one mail; false: the mail is not there any more.
func (s *session) read(ctx context.Context, f *folder, uid uint32) (mail bridge.Mail, exists bool, err error) {
	mail = bridge.Mail{Folder: f.name, UIDValidity: f.cursor.UIDValidity, UID: uid}
	key := suspect{f.name, mail.UIDValidity, uid}
	known := s.suspects[key]
	if known.failures >= s.attempts() {
		s.givenUp++
		mail.Outcome, mail.Reason = bridge.MailUnreadable, reasonPrefix+known.last
		mail.ArrivedAt, mail.StoredAt = known.arrived, s.cfg.Now()
		return mail, true, nil
	}
	exists, err = s.fetch(ctx, &mail, &known)
	mail.StoredAt = s.cfg.Now()
	if err == nil {
		if exists {
			s.givenUp = 0
		}
		return mail, exists, nil
	}
	if _, ours := errors.AsType[*sinkError](err); !ours && ctx.Err() == nil {
		known.last, known.arrived = s.shorten(err.Error()), mail.ArrivedAt
		known.failures++
		s.suspects[key] = known
	}
	return mail, false, fmt.Errorf("imap: read mail %d of %s: %w", uid, f.name, err)
}

func (s *session) fetch(ctx context.Context, mail *bridge.Mail, known *trouble) (exists bool, err error) {
	size, exists, err := s.describe(mail)
	if err != nil || !exists {
		return false, err
	}
	if size = max(size, known.size); size > s.cfg.MaxSize {
		header := &goimap.FetchItemBodySection{
			Peek: true, Specifier: goimap.PartSpecifierHeader,
			Partial: &goimap.SectionPartial{Offset: 0, Size: maxHeader},
		}
		mail.Outcome = bridge.MailOversized
		mail.Reason = fmt.Sprintf("%d bytes, more than %d", size, s.cfg.MaxSize)
		mail.Blob, _, err = s.section(ctx, mail.UID, header, maxHeader)
		mail.Size = size
		return true, err
	}
	mail.Blob, mail.Size, err = s.section(ctx, mail.UID, &goimap.FetchItemBodySection{Peek: true}, s.cfg.MaxSize)
	if big, ok := errors.AsType[*bigError](err); ok {
		known.size = big.size
	}
	return true, err
}

// describe asks for what is known about a mail without its content.
func (s *session) describe(mail *bridge.Mail) (size int64, exists bool, err error) {
	var found []*imapclient.FetchMessageBuffer
	err = s.within(func() (err error) {
		found, err = s.client.Fetch(goimap.UIDSetNum(goimap.UID(mail.UID)), &goimap.FetchOptions{
			UID: true, RFC822Size: true, InternalDate: true,
		}).Collect()
		return err
	})
	if err != nil || len(found) == 0 {
		return 0, false, err
	}
	mail.ArrivedAt = found[0].InternalDate
	return found[0].RFC822Size, true, nil
}

// section streams one section of a mail into the sink.
func (s *session) section(ctx context.Context, uid uint32, what *goimap.FetchItemBodySection, limit int64) (blob string, size int64, err error) {
	g := newGuard(s.raw, s.cfg.CommandTimeout)
	s.wire.allow(limit + fetchMargin)
	cmd := s.client.Fetch(goimap.UIDSetNum(goimap.UID(uid)), &goimap.FetchOptions{
		UID: true, BodySection: []*goimap.FetchItemBodySection{what},
	})
	literal, found := firstSection(cmd)
	if !found {
		if err := g.end(cmd.Close()); err != nil {
			return "", 0, err
		}
		return "", 0, errors.New("no content")
	}
	content := &literalReader{}
	switch {
	case literal == nil:
		blob, size, err = s.store(ctx, content, 0)
	case literal.Size() > limit:
		err = &bigError{size: literal.Size()}
	default:
		content = s.stream(literal, g)
		blob, size, err = s.store(ctx, content, literal.Size())
	}
	g.timer.Reset(s.cfg.CommandTimeout)
	if ended := s.finish(cmd, content, err != nil); err == nil {
		err = ended
	}
	return blob, size, g.end(err)
}

// finish ends a FETCH. After a failure the rest of the answer is of no use, and
// the connection is cut. go-imap reads a literal that has failed once more when
// the command is closed, at the same time as its own goroutine goes on; so that
// goroutine must have ended first. If it does not, it is left alone.
func (s *session) finish(cmd *imapclient.FetchCommand, content *literalReader, failed bool) error {
	if failed {
		s.cut()
	}
	if content.broken && !s.ended() {
		return errSilent
	}
	return cmd.Close()
}

// firstSection goes to the content in the answer to a FETCH.
func firstSection(cmd *imapclient.FetchCommand) (goimap.LiteralReader, bool) {
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			if section, ok := item.(imapclient.FetchItemDataBodySection); ok {
				return section.Literal, true
			}
		}
	}
	return nil, false
}

// store hands bytes to the sink and tells the sink's failures from the server's.
func (s *session) store(ctx context.Context, r *literalReader, want int64) (blob string, size int64, err error) {
	blob, size, err = s.sink.Blob(ctx, r)
	switch {
	case r.err != nil:
		return "", 0, r.err
	case err != nil:
		return "", 0, &sinkError{err}
	case size != want:
		return "", 0, &sinkError{fmt.Errorf("%d bytes stored of %d", size, want)}
	}
	return blob, size, nil
}

// stream reads a literal under the watchdog, which sleeps while the sink works.
func (s *session) stream(literal goimap.LiteralReader, g *guard) *literalReader {
	g.timer.Stop()
	size := literal.Size()
	return &literalReader{
		r: literal, left: size, guard: g, silence: s.cfg.CommandTimeout,
		latest: time.Now().Add(s.cfg.CommandTimeout + time.Duration(size/minRate)*time.Second),
	}
}

// literalReader reads exactly the announced bytes: go-imap ends a literal that
// was cut off like a complete one. The zero literalReader is empty.
type literalReader struct {
	r       io.Reader
	left    int64
	guard   *guard
	silence time.Duration
	latest  time.Time
	err     error // how it failed
	broken  bool  // r has failed and must not be read again
}

func (l *literalReader) Read(b []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	if l.r == nil {
		return 0, io.EOF
	}
	l.guard.timer.Reset(l.silence)
	n, err := l.r.Read(b)
	l.guard.timer.Stop()
	l.left -= int64(n)
	switch {
	case err == nil:
		if time.Now().After(l.latest) {
			l.err = errSlow
		}
		return n, l.err
	case errors.Is(err, io.EOF) && l.left == 0:
		return n, io.EOF
	case errors.Is(err, io.EOF):
		l.err = io.ErrUnexpectedEOF
	default:
		l.err = err
	}
	l.broken = true
	if l.guard.fired.Load() {
		l.err = errSilent
	}
	return n, l.err
}

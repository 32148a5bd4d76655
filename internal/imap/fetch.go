package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"escalat/bridge"
	"escalat/bridge/message"
)

const (
	maxHeader    = 64 << 10  // bytes of a header that are looked at
	minRate      = 8 << 10   // bytes a second that a mail must come with
	largeRate    = 256 << 10 // the same of one that is larger than others, while which nothing else is read
	maxAttempts  = 64
	fetchMargin  = 64 << 10 // bytes around a mail in its answer
	maxID        = 998      // bytes of a Message-ID, which stands in one line
	reasonPrefix = "the server does not give it: "
)

// The reasons of rows that are decided here.
const (
	reasonSearched = "looked at in a searched folder"
	reasonDraft    = "a draft in a searched folder"
	reasonLarge    = "large, and nothing in its header is ours"
	reasonAnew     = "known from before the folder was made anew"
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
	header   bool  // it did not come whole: its header will do
}

// reading is a row in the making.
type reading struct {
	bridge.Mail

	late bool // it is nowhere but in a searched folder
}

// attempts says how often a mail is tried before it is given up: twice, but
// more and more often while no mail at all can be read. Then it is rather the
// server that is ill, and mails must not be given up one after the other.
func (r *Reader) attempts() int {
	return min(2<<min(r.givenUp, 10), maxAttempts)
}

// read makes the ledger row of one mail; false: the mail is not there any more.
func (s *session) read(ctx context.Context, f *folder, uid uint32) (mail reading, exists bool, err error) {
	mail.Folder, mail.UIDValidity, mail.UID = f.name, f.cursor.UIDValidity, uid
	key := suspect{f.name, mail.UIDValidity, uid}
	known := s.suspects[key]
	if known.failures >= s.attempts() {
		s.givenUp++
		mail.Outcome, mail.Reason = bridge.MailUnreadable, reasonPrefix+known.last
		mail.ArrivedAt, mail.StoredAt = known.arrived, s.cfg.Now()
		return mail, true, nil
	}
	exists, err = s.fetch(ctx, f, &mail, &known)
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
	return mail, false, fmt.Errorf("imap: read mail %d of %s: %w", uid, f.name, &mailError{err})
}

func (s *session) fetch(ctx context.Context, f *folder, mail *reading, known *trouble) (exists bool, err error) {
	flags, exists, err := s.describe(f, &mail.Mail)
	if err != nil || !exists {
		return false, err
	}
	mail.Size = max(mail.Size, known.size)
	large, anew := mail.Size > s.cfg.MaxSize, mail.UID <= f.cursor.Anew
	if large || anew || f.searched {
		header, err := s.header(ctx, mail.UID)
		if err != nil {
			return true, err
		}
		if decided, err := s.judge(ctx, f, mail, header, flags); decided || err != nil {
			return true, err
		}
		if mail.Size > s.cfg.KeepSize || large && known.header {
			mail.Blob, err = s.keep(ctx, header)
			return true, err
		}
	}
	return true, s.whole(ctx, &mail.Mail, known)
}

// judge decides by its header about a mail that is not fetched, and reports
// whether it did.
func (s *session) judge(ctx context.Context, f *folder, mail *reading, header []byte, flags []goimap.Flag) (decided bool, err error) {
	draft := slices.ContainsFunc(flags, func(flag goimap.Flag) bool { return strings.EqualFold(string(flag), string(goimap.FlagDraft)) })
	id := messageID(header)
	mail.MessageID = id
	if mail.UID <= f.cursor.Anew {
		if known, err := s.knownBefore(ctx, mail.Mail); known || err != nil {
			mail.Outcome, mail.Reason = bridge.MailDuplicate, reasonAnew
			return true, err
		}
	}
	mail.Outcome = bridge.MailUnrelated
	switch {
	case f.searched && draft:
		mail.Reason = reasonDraft
	case f.searched && !s.wanted(header):
		mail.Reason = reasonSearched
	case mail.Size > s.cfg.MaxSize && !s.wanted(header):
		mail.Reason = reasonLarge
	default:
		mail.Outcome, mail.MessageID = "", "" // whoever decides says it
		if f.searched {
			known, err := s.knownElsewhere(ctx, bridge.Mail{MessageID: id, Size: mail.Size})
			mail.late = !known
			return false, err
		}
		return false, nil
	}
	return true, nil
}

// wanted asks whether a mail is ours. A fault there costs no mail.
func (s *session) wanted(header []byte) (yes bool) {
	defer func() {
		if p := recover(); p != nil {
			s.cfg.Logger.Error("a header could not be judged, its mail is read", "panic", fmt.Sprint(p))
			yes = true
		}
	}()
	return s.cfg.Wanted == nil || s.cfg.Wanted(header)
}

// messageID returns the Message-ID of a header as the ledger has it.
func messageID(header []byte) string {
	m, err := message.Read(bytes.NewReader(header), message.Limits{})
	if err != nil || len(m.MessageID) > maxID {
		return ""
	}
	return m.MessageID
}

// describe asks for what is known about a mail without its content.
func (s *session) describe(f *folder, mail *bridge.Mail) (flags []goimap.Flag, exists bool, err error) {
	var found []*imapclient.FetchMessageBuffer
	err = s.within(func() (err error) {
		found, err = s.client.Fetch(goimap.UIDSetNum(goimap.UID(mail.UID)), &goimap.FetchOptions{
			UID: true, RFC822Size: true, InternalDate: true, Flags: f.searched,
		}).Collect()
		return err
	})
	if err != nil {
		return nil, false, err
	}
	var best *imapclient.FetchMessageBuffer
	for _, m := range found { // a server may tell of other mails meanwhile
		if (m.UID == goimap.UID(mail.UID) || len(found) == 1) && (best == nil || !m.InternalDate.IsZero()) {
			best = m
		}
	}
	if best == nil {
		return nil, false, nil
	}
	mail.ArrivedAt, mail.Size = best.InternalDate, best.RFC822Size
	return best.Flags, true, nil
}

// header returns the beginning of a mail's header.
func (s *session) header(ctx context.Context, uid uint32) (header []byte, err error) {
	what := &goimap.FetchItemBodySection{
		Peek: true, Specifier: goimap.PartSpecifierHeader,
		Partial: &goimap.SectionPartial{Offset: 0, Size: maxHeader},
	}
	err = s.section(ctx, uid, what, maxHeader, minRate, func(_ context.Context, r io.Reader) (int64, error) {
		header, err = io.ReadAll(r)
		return int64(len(header)), err
	})
	return header, err
}

// keep stores the header of a mail in its place.
func (s *session) keep(ctx context.Context, header []byte) (blob string, err error) {
	blob, _, err = s.sink.Blob(ctx, bytes.NewReader(header))
	if err != nil {
		return "", &sinkError{err}
	}
	return blob, nil
}

// whole streams a mail into the sink.
func (s *session) whole(ctx context.Context, mail *bridge.Mail, known *trouble) error {
	limit, rate, announced := s.cfg.MaxSize, int64(minRate), mail.Size
	large := mail.Size > limit
	if large {
		limit, rate = s.cfg.KeepSize, largeRate
	}
	err := s.section(ctx, mail.UID, &goimap.FetchItemBodySection{Peek: true}, limit, rate, func(ctx context.Context, r io.Reader) (n int64, err error) {
		mail.Blob, mail.Size, err = s.sink.Blob(ctx, r)
		return mail.Size, err
	})
	if err == nil && mail.Size == 0 && announced > 0 { // somebody has just moved it away
		return errors.New("no content")
	}
	if big, ok := errors.AsType[*bigError](err); ok {
		known.size = big.size
	} else if err != nil {
		known.header = large
	}
	return err
}

// section hands one section of a mail to into, which returns how many bytes it took.
func (s *session) section(ctx context.Context, uid uint32, what *goimap.FetchItemBodySection, limit, rate int64, into func(context.Context, io.Reader) (int64, error)) error {
	g := newGuard(s.raw, s.cfg.CommandTimeout)
	s.wire.allow(limit + fetchMargin)
	cmd := s.client.Fetch(goimap.UIDSetNum(goimap.UID(uid)), &goimap.FetchOptions{
		UID: true, BodySection: []*goimap.FetchItemBodySection{what},
	})
	literal, found := firstSection(cmd)
	if !found {
		if err := g.end(cmd.Close()); err != nil {
			return err
		}
		return errors.New("no content")
	}
	var err error
	content := &literalReader{}
	switch {
	case literal == nil:
		err = store(ctx, content, 0, into)
	case literal.Size() > limit:
		err = &bigError{size: literal.Size()}
	default:
		content = s.stream(literal, rate, g)
		err = store(ctx, content, literal.Size(), into)
	}
	g.timer.Reset(s.cfg.CommandTimeout)
	if ended := s.finish(cmd, content, err != nil); err == nil {
		err = ended
	}
	return g.end(err)
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

// store hands bytes over and tells the taker's failures from the server's.
func store(ctx context.Context, r *literalReader, want int64, into func(context.Context, io.Reader) (int64, error)) error {
	size, err := into(ctx, r)
	switch {
	case r.err != nil:
		return r.err
	case err != nil:
		return &sinkError{err}
	case size != want:
		return &sinkError{fmt.Errorf("%d bytes stored of %d", size, want)}
	}
	return nil
}

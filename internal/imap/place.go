package imap

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	goimap "github.com/emersion/go-imap/v2"

	"escalat/bridge"
)

// overlap is how far before the last complete search a folder that was not there
// then is read: SEARCH knows days, and each server its own.
const overlap = 48 * time.Hour

// place finds our place in an opened folder, and makes one on the first start
// and after a change of UIDVALIDITY.
func (s *session) place(ctx context.Context, f *folder, data *goimap.SelectData) error {
	cursor, known, err := s.sink.Cursor(ctx, f.name)
	if err != nil {
		return fmt.Errorf("imap: cursor of %s: %w", f.name, &sinkError{err})
	}
	if known && cursor.UIDValidity == data.UIDValidity {
		f.cursor = cursor
		return nil
	}
	to := Cursor{UIDValidity: data.UIDValidity}
	if known {
		s.cfg.Logger.Warn("mailbox folder was made anew, looking at all of it", "folder", f.name)
		to.Anew, err = s.end(data)
		if _, refused := errors.AsType[*goimap.Error](err); refused || errors.Is(err, errNoEnd) {
			to.Anew, err = math.MaxUint32, nil
		}
	} else {
		to.UID, err = s.beginning(ctx, f, data)
		to.First = to.UID
	}
	if err != nil {
		return fmt.Errorf("imap: end of %s: %w", f.name, err)
	}
	if err := s.sink.Commit(ctx, f.name, cursor, to, nil); err != nil {
		return fmt.Errorf("imap: cursor of %s: %w", f.name, &sinkError{err})
	}
	f.cursor = to
	return nil
}

// beginning returns after which UID the reading of a folder begins that has no
// cursor: at its end, but for one that was not there when all were searched last.
// What lies in that one may have been moved there before anybody saw it.
func (s *session) beginning(ctx context.Context, f *folder, data *goimap.SelectData) (uint32, error) {
	end, err := s.end(data)
	if err != nil || !f.searched {
		return end, err
	}
	at, err := s.sink.Searched(ctx)
	if err != nil {
		return 0, &sinkError{err}
	}
	if at.IsZero() {
		return end, nil
	}
	set, err := s.having(&goimap.SearchCriteria{Since: at.Add(-overlap)})
	if err != nil {
		return 0, err
	}
	for _, r := range set {
		if r.Start > 0 {
			end = min(end, uint32(r.Start)-1)
		}
	}
	return end, nil
}

var errNoEnd = errors.New("the server gives no UIDNEXT and does not find its last mail")

// end returns the last UID of the opened folder. UIDNEXT may be missing (RFC
// 3501, section 6.3.1), or not be true: one that is too high would hide every mail
// to come, so the last mail is asked for.
func (s *session) end(data *goimap.SelectData) (uint32, error) {
	if data.NumMessages == 0 {
		return 0, nil
	}
	last, err := s.last()
	next := uint32(data.UIDNext)
	switch {
	case err != nil:
		return 0, err
	case last == 0 && next == 0:
		return 0, errNoEnd
	case last == 0:
		return next - 1, nil
	case next == 0 || next > last:
		return last, nil
	}
	// A mail has come in between, and is ours, or UIDNEXT was wrong.
	again, err := s.examine(s.client.Mailbox().Name)
	if err != nil {
		return 0, err
	}
	if uint32(again.UIDNext) > last {
		return next - 1, nil
	}
	return last, nil
}

// last returns the greatest UID of the opened folder; 0: it is not found.
func (s *session) last() (last uint32, err error) {
	found, err := s.uids(goimap.UIDSet{{Start: 0, Stop: 0}}) // "*", the last mail
	for _, r := range found {
		last = max(last, uint32(r.Stop))
	}
	return last, err
}

// knownBefore reports whether a mail is one that was decided in the folder when
// that had another UIDVALIDITY.
func (s *session) knownBefore(ctx context.Context, mail bridge.Mail) (bool, error) {
	if mail.MessageID == "" || mail.ArrivedAt.IsZero() {
		return false, nil
	}
	like, err := s.sink.Like(ctx, mail.MessageID, mail.Size)
	if err != nil {
		return false, &sinkError{err}
	}
	for _, m := range like {
		if m.Folder == mail.Folder && m.UIDValidity != mail.UIDValidity && m.Outcome != "" &&
			m.MessageID == mail.MessageID && m.Size == mail.Size && m.ArrivedAt.Equal(mail.ArrivedAt) {
			return true, nil
		}
	}
	return false, nil
}

// knownElsewhere reports whether the ledger has the mail from another folder.
func (s *session) knownElsewhere(ctx context.Context, mail bridge.Mail) (bool, error) {
	if mail.MessageID == "" {
		return false, nil
	}
	like, err := s.sink.Like(ctx, mail.MessageID, mail.Size)
	if err != nil {
		return false, &sinkError{err}
	}
	return len(like) > 0, nil
}

package imap

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	goimap "github.com/emersion/go-imap/v2"

	"escalat/bridge"
)

// maxFound bounds how many mails are taken from one search.
const maxFound = 10_000

// look goes through all folders, the first one last so that it stays open for
// IDLE. A folder that the server refuses does not keep the others from being
// read: that error is bad, and the connection lives on.
func (s *session) look(ctx context.Context) (bad, err error) {
	select {
	case <-s.wake: // what it announced is about to be found
	default:
	}
	s.first = false
	var refused []error
	for i, name := range slices.Backward(s.cfg.Folders) {
		err := s.sweep(ctx, name)
		if _, ok := errors.AsType[*goimap.Error](err); ok {
			refused = append(refused, err)
			continue
		}
		if err != nil {
			return nil, err
		}
		s.first = i == 0
	}
	return errors.Join(refused...), nil
}

// folder is an opened folder and our place in it.
type folder struct {
	name   string
	cursor Cursor
}

// sweep reads what has arrived in a folder since its cursor.
func (s *session) sweep(ctx context.Context, name string) error {
	data, err := s.examine(name)
	if err != nil {
		return err
	}
	f := &folder{name: name}
	if f.cursor, err = s.place(ctx, name, data); err != nil {
		return err
	}
	for {
		before := f.cursor
		found, more, err := s.search(f)
		if err != nil {
			return err
		}
		if err := s.take(ctx, f, found); err != nil {
			return err
		}
		if !more || f.cursor == before {
			return nil
		}
	}
}

func (s *session) examine(name string) (*goimap.SelectData, error) {
	var data *goimap.SelectData
	err := s.within(func() (err error) {
		data, err = s.client.Select(name, &goimap.SelectOptions{ReadOnly: true}).Wait()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("imap: EXAMINE %s: %w", name, err)
	}
	if data.UIDValidity == 0 {
		return nil, fmt.Errorf("imap: EXAMINE %s: the server gives no UIDVALIDITY", name)
	}
	return data, nil
}

// place finds the cursor of an opened folder, and makes one on the first start
// and after a change of UIDVALIDITY.
func (s *session) place(ctx context.Context, name string, data *goimap.SelectData) (Cursor, error) {
	cursor, known, err := s.sink.Cursor(ctx, name)
	if err != nil {
		return Cursor{}, fmt.Errorf("imap: cursor of %s: %w", name, err)
	}
	if known && cursor.UIDValidity == data.UIDValidity {
		return cursor, nil
	}
	to := Cursor{UIDValidity: data.UIDValidity}
	if known {
		s.cfg.Logger.Warn("mailbox folder was made anew, reading all of it", "folder", name)
	} else if to.UID, err = s.end(data); err != nil {
		return Cursor{}, fmt.Errorf("imap: end of %s: %w", name, err)
	}
	if err := s.sink.Commit(ctx, name, cursor, to, nil); err != nil {
		return Cursor{}, fmt.Errorf("imap: store the cursor of %s: %w", name, err)
	}
	return to, nil
}

// end returns the last UID of the opened folder. UIDNEXT may be missing (RFC
// 3501, section 6.3.1).
func (s *session) end(data *goimap.SelectData) (uint32, error) {
	if data.UIDNext > 0 {
		return uint32(data.UIDNext) - 1, nil
	}
	if data.NumMessages == 0 {
		return 0, nil
	}
	found, err := s.uids(goimap.UIDSet{{Start: 0, Stop: 0}}) // "*", the last mail
	if err != nil {
		return 0, err
	}
	last := uint32(0)
	for _, r := range found {
		last = max(last, uint32(r.Stop))
	}
	if last == 0 {
		return 0, errors.New("the server gives no UIDNEXT and does not find its last mail")
	}
	return last, nil
}

// search returns the UIDs above the cursor, lowest first; more: there are others.
func (s *session) search(f *folder) (found []uint32, more bool, err error) {
	if f.cursor.UID == math.MaxUint32 {
		return nil, false, nil
	}
	set, err := s.uids(goimap.UIDSet{{Start: goimap.UID(f.cursor.UID) + 1, Stop: 0}})
	if err != nil {
		return nil, false, fmt.Errorf("imap: search %s: %w", f.name, err)
	}
	found, more = above(set, f.cursor.UID, maxFound)
	return found, more, nil
}

func (s *session) uids(set goimap.UIDSet) (goimap.UIDSet, error) {
	var data *goimap.SearchData
	err := s.within(func() (err error) {
		data, err = s.client.UIDSearch(&goimap.SearchCriteria{UID: []goimap.UIDSet{set}}, nil).Wait()
		return err
	})
	if err != nil {
		return nil, err
	}
	found, ok := data.All.(goimap.UIDSet)
	if !ok && data.All != nil {
		return nil, errors.New("the answer holds no UIDs")
	}
	return found, nil
}

// above returns at most limit UIDs of the set that are greater than last. A set
// comes from the server: it may name a range of four thousand million, or, for
// n:*, a mail below n when there is none above (RFC 9051, section 6.4.9).
func above(set goimap.UIDSet, last uint32, limit int) (found []uint32, more bool) {
	for _, r := range set {
		for uid := max(uint64(r.Start), uint64(last)+1); uid <= uint64(r.Stop); uid++ {
			if len(found) == limit {
				return found, true
			}
			found = append(found, uint32(uid))
		}
	}
	return found, false
}

// take reads mails and commits them in batches. What was read before an error
// is committed too, so that the next attempt begins where this one failed.
func (s *session) take(ctx context.Context, f *folder, found []uint32) error {
	var batch []bridge.Mail
	var bytes int64
	flush := func() error {
		err := s.commit(ctx, f, batch)
		batch, bytes = nil, 0
		return err
	}
	for _, uid := range found {
		mail, exists, err := s.read(ctx, f, uid)
		if err != nil {
			if stored := flush(); stored != nil {
				return stored
			}
			return err
		}
		if !exists {
			continue
		}
		batch = append(batch, mail)
		if bytes += mail.Size; len(batch) >= s.cfg.BatchMails || bytes >= s.cfg.BatchBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (s *session) commit(ctx context.Context, f *folder, batch []bridge.Mail) error {
	if len(batch) == 0 {
		return nil
	}
	to := Cursor{UIDValidity: f.cursor.UIDValidity, UID: batch[len(batch)-1].UID}
	if err := s.sink.Commit(ctx, f.name, f.cursor, to, batch); err != nil {
		return fmt.Errorf("imap: store mails of %s: %w", f.name, err)
	}
	f.cursor = to
	s.update(func(st *Status) {
		for _, mail := range batch {
			st.Stored++
			switch mail.Outcome {
			case bridge.MailOversized:
				st.Oversized++
			case bridge.MailUnreadable:
				st.Unreadable++
			}
		}
	})
	for _, mail := range batch {
		delete(s.suspects, suspect{f.name, mail.UIDValidity, mail.UID})
	}
	return nil
}

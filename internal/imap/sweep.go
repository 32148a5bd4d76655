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

// look goes through the watched folders, the first one last so that it stays open
// for IDLE. A folder that the server refuses does not keep the others from being
// read: that error is bad, and the connection lives on.
func (s *session) look(ctx context.Context) (bad, err error) {
	select {
	case <-s.wake: // what it announced is about to be found
	default:
	}
	var refused []error
	for _, name := range slices.Backward(s.cfg.Folders) {
		err := s.sweep(ctx, &folder{name: name}, math.MaxInt)
		if _, ok := errors.AsType[*goimap.Error](err); ok {
			refused = append(refused, err)
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	return errors.Join(refused...), nil
}

// folder is an opened folder and our place in it.
type folder struct {
	name     string
	searched bool // only headers are looked at
	cursor   Cursor
	messages uint32 // how many mails it holds, as the server says
}

// sweep reads what has arrived in a folder since its cursor, at most limit mails.
func (s *session) sweep(ctx context.Context, f *folder, limit int) error {
	if err := s.enter(ctx, f); err != nil {
		return err
	}
	for {
		before := f.cursor
		found, more, err := s.search(f, min(limit, maxFound))
		if err != nil {
			return err
		}
		if _, err := s.take(ctx, f, found); err != nil {
			return err
		}
		if limit -= len(found); !more || limit <= 0 || f.cursor == before {
			return nil
		}
	}
}

// enter opens a folder and finds our place in it.
func (s *session) enter(ctx context.Context, f *folder) error {
	s.first = false
	s.opened++
	data, err := s.examine(f.name)
	if err != nil {
		return err
	}
	f.messages = data.NumMessages
	if err := s.place(ctx, f, data); err != nil {
		return err
	}
	s.first = f.name == s.cfg.Folders[0]
	return nil
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

// search returns the UIDs above the cursor, lowest first; more: there are others.
func (s *session) search(f *folder, limit int) (found []uint32, more bool, err error) {
	if f.cursor.UID == math.MaxUint32 {
		return nil, false, nil
	}
	set, err := s.uids(goimap.UIDSet{{Start: goimap.UID(f.cursor.UID) + 1, Stop: 0}})
	if err != nil {
		return nil, false, fmt.Errorf("imap: search %s: %w", f.name, err)
	}
	found, more = above(set, f.cursor.UID, limit)
	return found, more, nil
}

func (s *session) uids(set goimap.UIDSet) (goimap.UIDSet, error) {
	return s.having(&goimap.SearchCriteria{UID: []goimap.UIDSet{set}})
}

// having returns the UIDs of the mails that meet the criteria.
func (s *session) having(criteria *goimap.SearchCriteria) (goimap.UIDSet, error) {
	var data *goimap.SearchData
	err := s.within(func() (err error) {
		data, err = s.client.UIDSearch(criteria, nil).Wait()
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
// is committed too, so that the next attempt begins where this one failed. It returns
// those that the server lists and does not give.
func (s *session) take(ctx context.Context, f *folder, found []uint32) (ghosts []uint32, err error) {
	var b batch
	for _, uid := range found {
		mail, exists, err := s.read(ctx, f, uid)
		if err != nil {
			if stored := s.commit(ctx, f, &b); stored != nil {
				return nil, stored
			}
			return nil, err
		}
		if !exists {
			ghosts = append(ghosts, uid)
			continue
		}
		b.add(mail)
		if len(b.mails) >= s.cfg.BatchMails || b.bytes >= s.cfg.BatchBytes {
			if err := s.commit(ctx, f, &b); err != nil {
				return nil, err
			}
		}
	}
	return ghosts, s.commit(ctx, f, &b)
}

// batch are mails for one transaction.
type batch struct {
	mails []bridge.Mail
	bytes int64
	late  int64 // mails that were not found where they should have been
}

func (b *batch) add(mail reading) {
	b.mails = append(b.mails, mail.Mail)
	if mail.Blob != "" {
		b.bytes += mail.Size
	}
	if mail.late {
		b.late++
	}
}

// commit stores the batch and empties it. Mails below the cursor leave it where it is.
func (s *session) commit(ctx context.Context, f *folder, b *batch) error {
	if len(b.mails) == 0 {
		return nil
	}
	to := f.cursor
	to.UID = max(to.UID, b.mails[len(b.mails)-1].UID)
	if err := s.sink.Commit(ctx, f.name, f.cursor, to, b.mails); err != nil {
		return fmt.Errorf("imap: mails of %s: %w", f.name, &sinkError{err})
	}
	s.count(f, to, b)
	f.cursor = to
	for _, mail := range b.mails {
		delete(s.suspects, suspect{f.name, mail.UIDValidity, mail.UID})
	}
	*b = batch{}
	return nil
}

func (s *session) count(f *folder, to Cursor, b *batch) {
	s.update(func(st *Status) {
		for _, mail := range b.mails {
			st.Stored++
			if mail.Outcome == bridge.MailUnreadable {
				st.Unreadable++
			}
			if mail.Size > s.cfg.MaxSize {
				st.Large++
			}
		}
		st.FoundSearched += b.late
		if to == f.cursor {
			st.FoundCompared += int64(len(b.mails))
		}
	})
}

package imap

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	goimap "github.com/emersion/go-imap/v2"
)

const (
	// maxCompared bounds the mails of a folder that are compared in one round, the
	// newest ones.
	maxCompared = 20_000
	// compareChunk is how many the ledger is asked for at a time.
	compareChunk = 1000
	// maxLate bounds the mails that are read below the cursor in one round.
	maxLate = 100
	// maxGhosts bounds what is remembered of mails that the server does not give.
	maxGhosts = 10_000
)

// compareDue compares the watched folders with the ledger when it is time to, and
// after each reconnection: a server that was replaced by a copy of itself may have
// lacked a mail when our cursor crossed it.
func (s *session) compareDue(ctx context.Context) error {
	if s.compared && s.cfg.Now().Before(s.beside.compareNext) {
		return nil
	}
	whole := true
	for _, name := range slices.Backward(s.cfg.Folders) {
		bad, err := s.attempt(ctx, "compare "+name, func() error { return s.compare(ctx, &folder{name: name}) })
		if err != nil {
			return err
		}
		whole = whole && bad == nil
	}
	s.compared, s.beside.compareNext = true, s.cfg.Now().Add(s.cfg.CompareInterval)
	if whole {
		s.update(func(st *Status) { st.LastCompare = s.cfg.Now() })
	}
	return nil
}

// compare reads what a watched folder holds up to its cursor and the ledger does
// not have.
func (s *session) compare(ctx context.Context, f *folder) error {
	if err := s.enter(ctx, f); err != nil {
		return err
	}
	low, high := f.cursor.First, f.cursor.UID
	if f.messages > maxCompared { // the answer has bounds too
		low = max(low, high-min(high, maxCompared))
	}
	if low >= high || f.messages == 0 {
		return nil
	}
	set, err := s.uids(goimap.UIDSet{{Start: goimap.UID(low) + 1, Stop: goimap.UID(high)}})
	if err != nil {
		return fmt.Errorf("imap: compare %s: %w", f.name, err)
	}
	missing, err := s.missing(ctx, f, newest(set, low, high, maxCompared))
	if err != nil || len(missing) == 0 {
		return err
	}
	stored := s.Status().FoundCompared
	ghosts, err := s.take(ctx, f, missing)
	if err != nil {
		return err
	}
	if n := s.Status().FoundCompared - stored; n > 0 {
		s.cfg.Logger.Warn("mailbox holds mails that were not there when they should have been, now read", "folder", f.name, "mails", n)
	}
	s.haunt(f, ghosts)
	return nil
}

// missing returns those of the mails that the ledger lacks, lowest first, without
// those that the server has already failed to give.
func (s *session) missing(ctx context.Context, f *folder, uids []uint32) (missing []uint32, err error) {
	for chunk := range slices.Chunk(uids, compareChunk) {
		found, err := s.sink.Missing(ctx, f.name, f.cursor.UIDValidity, chunk)
		if err != nil {
			return nil, &sinkError{err}
		}
		for _, uid := range found {
			if !s.beside.ghosts[suspect{f.name, f.cursor.UIDValidity, uid}] {
				missing = append(missing, uid)
			}
		}
		if len(missing) >= maxLate {
			missing = missing[:maxLate]
			break
		}
	}
	slices.Sort(missing)
	return missing, nil
}

// haunt remembers mails that the server lists and does not give.
func (s *session) haunt(f *folder, uids []uint32) {
	if len(s.beside.ghosts)+len(uids) > maxGhosts {
		clear(s.beside.ghosts)
	}
	for _, uid := range uids {
		s.beside.ghosts[suspect{f.name, f.cursor.UIDValidity, uid}] = true
	}
}

// newest returns at most limit UIDs of the set above low and up to high, the
// highest first. The set comes from the server, as that of above.
func newest(set goimap.UIDSet, low, high uint32, limit int) (found []uint32) {
	set = slices.Clone(set)
	slices.SortFunc(set, func(a, b goimap.UIDRange) int { return cmp.Compare(b.Stop, a.Stop) })
	for _, r := range set {
		for uid := uint64(min(uint32(r.Stop), high)); uid > uint64(low) && uid >= uint64(r.Start); uid-- {
			if len(found) == limit {
				return found
			}
			found = append(found, uint32(uid))
		}
	}
	slices.SortFunc(found, func(a, b uint32) int { return cmp.Compare(b, a) })
	return slices.Compact(found)
}

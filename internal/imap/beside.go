package imap

import (
	"context"
	"errors"
	"fmt"
	"time"

	goimap "github.com/emersion/go-imap/v2"
)

const (
	// searchBudget is how many mails are looked at in searched folders before the
	// watched ones are looked at again.
	searchBudget = 200
	// thorough is how often a searched folder is opened although the server says by
	// STATUS that nothing has come: each so many rounds.
	thorough = 10
	// listEvery is how often the folders are listed anew.
	listEvery = 10 * time.Minute
	// rest is how long something beside the watched folders is left alone at which the
	// connection broke.
	rest = time.Hour
)

// beside is what Run knows of the work beside the watched folders. It outlives a
// connection.
type beside struct {
	names      []string // the searched folders
	listed     time.Time
	searchNext time.Time
	round      int
	searchErr  string // what was said last of a search
	// resting says until when a piece of work is left alone.
	resting map[string]time.Time
	// ghosts are mails that the server lists and does not give.
	ghosts      map[suspect]bool
	compareNext time.Time
}

// lookBeside does what is due beside the watched folders; more: it has not come
// to an end, and the watched ones are to be looked at first. When another folder
// was opened the first one is looked at again, for IDLE. An error is one of the
// connection, which has ended.
func (s *session) lookBeside(ctx context.Context) (more bool, err error) {
	watching, opened := s.first, s.opened
	if err := s.compareDue(ctx); err != nil {
		return false, err
	}
	if more, err = s.searchDue(ctx); err != nil {
		return false, err
	}
	if more || opened == s.opened {
		return more, nil
	}
	if watching && !s.first {
		err := s.enter(ctx, &folder{name: s.cfg.Folders[0]})
		if _, refused := errors.AsType[*goimap.Error](err); err != nil && !refused {
			return false, err
		}
	}
	s.announce() // what came before the first folder was opened anew is not told in it
	return false, nil
}

// announce has the first folder looked at again at once.
func (s *session) announce() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// attempt does one piece of the work beside. Where the connection broke at it, it
// is left alone for a while: the watched folders come first. A refusal is told in
// bad, and so is that it is being left alone.
func (s *session) attempt(ctx context.Context, what string, do func() error) (bad, err error) {
	if until, found := s.beside.resting[what]; found {
		if s.cfg.Now().Before(until) {
			return fmt.Errorf("imap: %s: left alone for a while, the connection broke at it", what), nil
		}
		delete(s.beside.resting, what)
	}
	err = do()
	if err == nil || ctx.Err() != nil || errors.Is(err, ErrMoved) {
		return nil, err
	}
	if _, refused := errors.AsType[*goimap.Error](err); refused {
		return err, nil
	}
	_, ours := errors.AsType[*sinkError](err)
	_, mail := errors.AsType[*mailError](err)
	if !ours && !mail { // those have rules of their own
		s.beside.resting[what] = s.cfg.Now().Add(rest)
	}
	return nil, err
}

// searchDue goes through the searched folders when it is time to.
func (s *session) searchDue(ctx context.Context) (more bool, err error) {
	if !s.cfg.Elsewhere && len(s.cfg.Search) == 0 || s.cfg.Now().Before(s.beside.searchNext) {
		return false, nil
	}
	var refused []error
	bad, err := s.attempt(ctx, "LIST", func() error { return s.list() })
	if err != nil {
		return false, err
	}
	refused = append(refused, bad)
	left, closed := searchBudget, 0
	for _, name := range s.beside.names {
		f := &folder{name: name, searched: true}
		bad, err := s.attempt(ctx, "search "+name, func() error { return s.searchFolder(ctx, f, &left) })
		if err != nil {
			return false, err
		}
		if bad != nil {
			closed++
			if !s.cfg.Elsewhere { // another may have vanished since it was listed
				refused = append(refused, bad)
			}
		}
		if left <= 0 {
			return true, nil
		}
	}
	s.beside.round++
	s.beside.searchNext = s.cfg.Now().Add(s.cfg.SearchInterval)
	s.update(func(st *Status) { st.Refused = closed })
	s.searched(errors.Join(refused...))
	return false, nil
}

// searchFolder looks at what has come into a searched folder.
func (s *session) searchFolder(ctx context.Context, f *folder, left *int) error {
	if s.beside.round%thorough != 0 {
		news, err := s.news(ctx, f.name)
		if err != nil || !news {
			return err
		}
	}
	before := s.Status().Stored
	err := s.sweep(ctx, f, *left)
	*left -= int(s.Status().Stored - before)
	return err
}

// news reports whether something may have come into a folder that is not open.
func (s *session) news(ctx context.Context, name string) (bool, error) {
	cursor, known, err := s.sink.Cursor(ctx, name)
	if err != nil {
		return false, fmt.Errorf("imap: cursor of %s: %w", name, &sinkError{err})
	}
	if !known {
		return true, nil
	}
	var data *goimap.StatusData
	err = s.within(func() (err error) {
		data, err = s.client.Status(name, &goimap.StatusOptions{UIDNext: true, UIDValidity: true}).Wait()
		return err
	})
	if _, refused := errors.AsType[*goimap.Error](err); refused {
		return true, nil // opening it will tell
	}
	if err != nil {
		return false, fmt.Errorf("imap: STATUS %s: %w", name, err)
	}
	return data.UIDValidity != cursor.UIDValidity || data.UIDNext == 0 || uint64(data.UIDNext) > uint64(cursor.UID)+1, nil
}

// searched notes the end of a round. What is refused is logged when it is news.
func (s *session) searched(bad error) {
	text := ""
	if bad != nil {
		text = s.shorten(bad.Error())
	}
	if text != "" && text != s.beside.searchErr {
		s.cfg.Logger.Warn("mailbox folders cannot be searched, trying again", "err", text)
	}
	s.beside.searchErr = text
	if bad == nil {
		s.update(func(st *Status) { st.LastSearch = s.cfg.Now() })
	}
}

package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"escalat/bridge"
	"escalat/internal/jira"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/mapping"
)

// pollCursor is the cursor with the time of the last poll that succeeded, in
// milliseconds.
const pollCursor = "jira poll"

// page bounds how many cases are gone through in one transaction.
const page = 500

// setBackReach is how far back is searched when the last poll lies in the
// future: the clock no longer says how long ago it was.
const setBackReach = 24 * time.Hour

// searcher is the part of Jira that the poller needs.
type searcher interface {
	Bind(ctx context.Context) error
	Updated(ctx context.Context, since time.Duration) ([]jira.Hit, error)
}

// poller finds issues that changed and leaves the wish that they be looked at.
// One search a poll, however many cases are open.
type poller struct {
	jira      searcher
	store     *store.Store
	engine    queue.Engine
	profiles  []mapping.Profile
	now       func() time.Time
	log       *slog.Logger
	succeeded func(time.Time)
	every     time.Duration
	overlap   time.Duration
	health    health
	setBack   bool // it was logged that the last poll lies in the future

	// seen holds the issues that were looked at within the overlap, with the
	// time of their update: what Jira's index shows again is not news.
	seen map[string]time.Time
}

func (p *poller) run(ctx context.Context) error {
	failures, asked := 0, false
	for {
		err := p.once(ctx)
		if !asked && ctx.Err() == nil {
			if again := p.incomplete(ctx); again == nil {
				asked = true
			} else {
				err = errors.Join(err, ours(again))
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		wait := p.every
		if err != nil {
			failures++
			wait = max(wait, backoff(failures), bridge.RetryAt(err).Sub(p.now()))
		} else {
			failures = 0
			p.succeeded(p.now())
		}
		p.tell(ctx, err)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// tell logs how a poll went when it is news.
func (p *poller) tell(ctx context.Context, err error) {
	switch news := p.health.note(p.now(), err); {
	case !news:
	case err != nil:
		p.log.ErrorContext(ctx, "jira cannot be searched", "err", err)
	default:
		p.log.InfoContext(ctx, "jira is being searched")
	}
}

func (p *poller) once(ctx context.Context) error {
	begun := p.now()
	last, err := p.last(ctx)
	if err != nil {
		return ours(err)
	}
	// No issue can be read without its custom fields: readiness must say so.
	if err := p.jira.Bind(ctx); err != nil {
		return err
	}
	hits, err := p.jira.Updated(ctx, p.since(ctx, begun, last))
	if err != nil {
		return err
	}
	fresh := p.fresh(hits, begun)
	err = p.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, h := range fresh {
			if ours, err := p.ours(ctx, tx, h); err != nil {
				return err
			} else if !ours {
				continue
			}
			if err := p.engine.AskLook(ctx, tx, h.ID); err != nil {
				return err
			}
		}
		return setTime(ctx, tx, pollCursor, begun)
	})
	if err != nil {
		return ours(err)
	}
	for _, h := range fresh {
		p.seen[h.ID] = h.Updated
	}
	return nil
}

// incomplete asks for a look at each issue of which something is still to be sent:
// a profile, a setting or the program itself may say something else of it than it
// did before, and nobody may ever touch the issue again. The tick wakes the looks.
func (p *poller) incomplete(ctx context.Context) error {
	for after, n := "", 0; ; {
		var issues []string
		var last string
		err := p.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if issues, last, err = tx.Incomplete(ctx, after, page); err != nil {
				return err
			}
			for _, id := range issues {
				if err := tx.AskLook(ctx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		n += len(issues)
		if after = last; after == "" {
			p.log.InfoContext(ctx, "what is not sent yet is looked at once more", "cases", n)
			return nil
		}
	}
}

// since is how far back the search reaches.
func (p *poller) since(ctx context.Context, begun, last time.Time) time.Duration {
	switch {
	case last.IsZero():
		p.log.InfoContext(ctx, "first poll, older changes are not looked at", "since", begun.Add(-p.overlap))
		return p.overlap
	case !last.After(begun):
		p.setBack = false
		return p.overlap + begun.Sub(last)
	}
	if !p.setBack {
		p.log.WarnContext(ctx, "the clock was set back, changes are searched for from long before", "last", last, "since", begun.Add(-setBackReach))
	}
	p.setBack = true
	return p.overlap + setBackReach
}

func (p *poller) last(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := p.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		at, err = timeOf(ctx, tx, pollCursor)
		return err
	})
	return at, err
}

// fresh returns the hits that were not seen with this update, and forgets those
// that the overlap no longer reaches.
func (p *poller) fresh(hits []jira.Hit, now time.Time) []jira.Hit {
	var out []jira.Hit
	found := map[string]bool{}
	for _, h := range hits {
		found[h.ID] = true
		if at, ok := p.seen[h.ID]; !ok || h.Updated.IsZero() || !h.Updated.Equal(at) {
			out = append(out, h)
		}
	}
	for id, at := range p.seen {
		if !found[id] && now.Sub(at) > 2*p.overlap {
			delete(p.seen, id)
		}
	}
	return out
}

// ours reports whether an issue concerns us: by a label, or by a case that it
// has, whose label may just have been removed.
func (p *poller) ours(ctx context.Context, tx *store.Tx, h jira.Hit) (bool, error) {
	if h.LabelsUnknown {
		return true, nil
	}
	for i := range p.profiles {
		if len(p.profiles[i].EscalationLabels(h.Labels)) > 0 {
			return true, nil
		}
	}
	cases, err := tx.CasesOfIssue(ctx, h.ID)
	return len(cases) > 0, err
}

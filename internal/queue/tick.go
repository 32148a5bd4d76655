package queue

import (
	"context"
	"slices"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

const (
	// tickLimit bounds what one tick wakes of each sort; the next goes on.
	tickLimit = 500
	// looseBlobs is how old a blob is that nothing refers to and nobody can
	// still be writing.
	looseBlobs = 24 * time.Hour
	sweepEvery = time.Hour
)

// takeovers remembers since when each open attempt has stood still, on this
// process's monotonic clock: no clock of another machine is compared.
type takeovers struct {
	mu    sync.Mutex
	seen  map[store.Lane]time.Time // as of the last round through all lanes
	round map[store.Lane]time.Time // as of this round
	after store.Lane               // where the next tick goes on

	swept   time.Time // by the engine's clock
	retired time.Time // by the engine's clock
	forgot  time.Time // monotonic
}

// due says which of the lanes are to be woken. A round that has come to its end
// forgets the attempts that moved.
func (t *takeovers) due(lanes []store.Lane, patience func(bridge.Kind) time.Duration) []drainArgs {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	var out []drainArgs
	for _, l := range lanes {
		args := drainArgs{Case: l.CaseID, Target: string(l.Target)}
		if l.State == bridge.EffectStarted {
			since, ok := t.seen[l]
			if !ok {
				since = now
			}
			t.round[l] = since
			if now.Sub(since) < patience(l.Kind) {
				continue
			}
			args.Takeover = l.Tries
		}
		out = append(out, args)
	}
	t.after = store.Lane{}
	if len(lanes) == tickLimit {
		t.after = lanes[len(lanes)-1]
	} else {
		t.seen, t.round = t.round, map[store.Lane]time.Time{}
	}
	return out
}

func (e *engine[D, T]) Tick(ctx context.Context) error {
	now := e.Now()
	var lanes []store.Lane
	var issues, dueIssues []string
	var mails bool
	e.watch.mu.Lock()
	after := e.watch.after
	e.watch.mu.Unlock()
	err := e.Store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if lanes, err = tx.Lanes(ctx, now, after, tickLimit); err != nil {
			return err
		}
		if issues, err = tx.PendingLooks(ctx, now, tickLimit); err != nil {
			return err
		}
		if dueIssues, err = tx.DueIssues(ctx, now, tickLimit); err != nil {
			return err
		}
		mails, err = tx.MailsWaiting(ctx, now)
		return err
	})
	if err != nil {
		return err
	}
	drains := e.watch.due(lanes, e.patience)
	if err := e.wake(ctx, drains, issues, dueIssues, mails); err != nil {
		return err
	}
	if err := e.sweep(ctx, now); err != nil {
		return err
	}
	return e.retire(ctx, now)
}

// patience is how long an open attempt may stand still before it is another's: a
// kind that may take longer is left as much more time.
func (e *engine[D, T]) patience(k bridge.Kind) time.Duration {
	return e.Takeover + e.timeout(k) - e.Timeout
}

func (e *engine[D, T]) wake(ctx context.Context, drains []drainArgs, issues, due []string, mails bool) error {
	if len(drains) == 0 && len(issues) == 0 && len(due) == 0 && !mails {
		return nil
	}
	return e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		slices.Sort(due)
		for _, id := range due { // looks in order and before jobs, as everybody locks them
			if err := e.AskLook(ctx, tx, id); err != nil {
				return err
			}
		}
		for _, d := range drains {
			if err := e.insert(ctx, tx, d, d.Target); err != nil {
				return err
			}
		}
		for _, id := range issues {
			if err := e.insert(ctx, tx, lookArgs{Issue: id}, queueLook); err != nil {
				return err
			}
		}
		if mails {
			return e.MailsStored(ctx, tx)
		}
		return nil
	})
}

// sweep deletes, now and then, blobs that a process began and did not live to
// refer to, and more often the job rows of dead processes, which would keep
// others from being woken. A living job that has run for so long loses only its
// row: what it does is fenced by our own tables.
func (e *engine[D, T]) sweep(ctx context.Context, now time.Time) error {
	e.watch.mu.Lock()
	jobs, blobs := time.Since(e.watch.forgot) >= e.Takeover/4, now.Sub(e.watch.swept) >= sweepEvery
	if jobs {
		e.watch.forgot = time.Now()
	}
	if blobs {
		e.watch.swept = now
	}
	e.watch.mu.Unlock()
	if jobs {
		if err := e.Store.ForgetDead(ctx, e.Takeover); err != nil {
			return err
		}
	}
	if !blobs {
		return nil
	}
	return e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SweepBlobs(ctx, now.Add(-looseBlobs))
		return err
	})
}

// retire drops, now and then, the bytes of mails that were decided long ago: a step a
// tick while there are more.
func (e *engine[D, T]) retire(ctx context.Context, now time.Time) error {
	e.watch.mu.Lock()
	due := e.Retention > 0 && now.Sub(e.watch.retired) >= sweepEvery
	e.watch.mu.Unlock()
	if !due {
		return nil
	}
	var more bool
	err := e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		more, err = tx.DropOldMails(ctx, now.Add(-e.Retention), now.Add(-2*e.Retention))
		return err
	})
	if err != nil || more {
		return err
	}
	e.watch.mu.Lock()
	e.watch.retired = now
	e.watch.mu.Unlock()
	return nil
}

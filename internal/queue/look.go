package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"escalat/bridge"
	"escalat/internal/store"
)

// lookWorker reads an issue and lets the stages decide, until nobody has asked
// again meanwhile.
type lookWorker[D riverdriver.Driver[T], T any] struct {
	river.WorkerDefaults[lookArgs]

	e *engine[D, T]
}

func (w *lookWorker[D, T]) Work(ctx context.Context, job *river.Job[lookArgs]) error {
	for !w.e.stopping(ctx) {
		more, err := w.once(ctx, job)
		if errors.Is(err, store.ErrFenced) {
			return nil // a later look has decided on a newer reading
		}
		if err != nil || !more {
			return err
		}
	}
	return nil // the tick of the next life wakes it
}

func (w *lookWorker[D, T]) once(ctx context.Context, job *river.Job[lookArgs]) (more bool, err error) {
	var look store.Look
	err = w.e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		look, err = tx.ClaimLook(ctx, job.Args.Issue, w.e.Now())
		more = err == nil
		if errors.Is(err, store.ErrNotFound) {
			return complete[D](ctx, tx, job)
		}
		return err
	})
	if err != nil || !more {
		return false, err
	}
	issue, err := w.e.read(ctx, job.Args.Issue)
	if err != nil && !bridge.IsPermanent(err) {
		return true, w.putOff(ctx, look, err)
	}
	point("after look")
	return true, w.e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		return w.e.decide(ctx, tx, look, issue, err)
	})
}

func (e *engine[D, T]) read(ctx context.Context, id string) (bridge.Issue, error) {
	ctx, cancel := strictDeadline(ctx, time.Now().Add(e.Timeout))
	defer cancel()
	return e.Reader.Issue(ctx, id)
}

func (w *lookWorker[D, T]) putOff(ctx context.Context, look store.Look, cause error) error {
	until := w.e.later(cause, look.Fails+1)
	w.e.Logger.WarnContext(ctx, "issue could not be read, it will be tried again", "issue_id", look.IssueID, "until", until, "err", cause)
	return w.e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutOffLook(ctx, look, until) })
}

func (e *engine[D, T]) decide(ctx context.Context, tx *store.Tx, look store.Look, issue bridge.Issue, unreadable error) error {
	if err := tx.EndLook(ctx, look); err != nil {
		return err
	}
	cases, err := tx.LockCasesOfIssue(ctx, look.IssueID)
	if err != nil {
		return err
	}
	var outcomes []bridge.Outcome
	ask := &lookup{ctx: ctx, tx: tx, now: e.Now(), brake: e.Brake}
	if unreadable != nil {
		e.Logger.ErrorContext(ctx, "issue cannot be read any more", "issue_id", look.IssueID, "err", unreadable)
		outcomes = e.Decider.Unreadable(e.Now(), cases, unreadable)
	} else if outcomes, err = e.Decider.Decide(e.Now(), issue, cases, ask); err != nil {
		return fmt.Errorf("decide on issue %s: %w", look.IssueID, err)
	}
	for _, provider := range ask.tripped { // once, until nothing is held any more
		e.Logger.ErrorContext(ctx, "the brake holds escalations until a person releases them", "provider", provider,
			"limit", e.Brake.Limit, "window", e.Brake.Window.String(), "release", "escalat release "+provider)
	}
	for _, o := range outcomes {
		if err := e.apply(ctx, tx, o); err != nil {
			return err
		}
		e.Logger.InfoContext(ctx, "issue decided", "case", o.Case.ID, "issue", o.Case.IssueKey, "state", string(o.Case.State))
	}
	return nil
}

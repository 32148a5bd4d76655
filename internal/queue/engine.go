package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"escalat/bridge"
	"escalat/internal/store"
)

// The queues beside those of the targets.
const (
	queueLook    = "look"
	queueReceive = "receive"
)

// engine is generic over the two drivers only because River's transactions are.
type engine[D riverdriver.Driver[T], T any] struct {
	Config

	client *river.Client[T]
	watch  takeovers
	stop   chan struct{} // closed when no further attempt may begin
	once   sync.Once
}

// drainArgs names a lane. Takeover is the fence of the open attempt that may be
// taken over, or 0; it makes the job another one than that of the dead process.
type drainArgs struct {
	Case     string `json:"case"`
	Target   string `json:"target"`
	Takeover int    `json:"takeover"`
}

func (drainArgs) Kind() string { return "drain" }

type lookArgs struct {
	Issue string `json:"issue"`
}

func (lookArgs) Kind() string { return "look" }

type receiveArgs struct{}

func (receiveArgs) Kind() string { return "receive" }

// live are the states in which a second job of the same arguments is refused.
func live() river.UniqueOpts {
	return river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
		rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}}
}

func opts(queue string) *river.InsertOpts {
	return &river.InsertOpts{Queue: queue, MaxAttempts: 100, UniqueOpts: live()}
}

func newEngine[D riverdriver.Driver[T], T any](cfg Config, driver D) (*engine[D, T], error) {
	e := &engine[D, T]{Config: cfg, watch: takeovers{seen: map[store.Lane]time.Time{}, round: map[store.Lane]time.Time{}}, stop: make(chan struct{})}
	if e.Poll == 0 {
		e.Poll = time.Second
	}
	if e.ReadTimeout == 0 {
		e.ReadTimeout = readTimeout
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &drainWorker[D, T]{e: e})
	river.AddWorker(workers, &lookWorker[D, T]{e: e})
	river.AddWorker(workers, &receiveWorker[D, T]{e: e})
	queues := map[string]river.QueueConfig{queueLook: {MaxWorkers: 4}, queueReceive: {MaxWorkers: 1}}
	for _, t := range bridge.Targets() {
		queues[string(t)] = river.QueueConfig{MaxWorkers: max(cfg.Workers[t], 4)}
	}
	client, err := river.NewClient(driver, &river.Config{
		ID:      cfg.Owner,
		Logger:  slog.New(warnings{cfg.Logger.Handler()}),
		Queues:  queues,
		Workers: workers,
		// Attempts have timeouts of their own. River rescues no job without one;
		// the tick deletes those of dead processes instead.
		JobTimeout:                  -1,
		CompletedJobRetentionPeriod: 10 * time.Minute,
		FetchCooldown:               min(20*time.Millisecond, e.Poll),
		FetchPollInterval:           e.Poll,
		RetryPolicy:                 retry{},
	})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	e.client = client
	return e, nil
}

// warnings lets pass what River warns of; what it counts besides is no news.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

func (w warnings) WithAttrs(a []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(a)} }
func (w warnings) WithGroup(name string) slog.Handler   { return warnings{w.Handler.WithGroup(name)} }

// retry is River's view of a job that ended in an error: a database that was
// away, or a bug. Neither is helped by waiting for days.
type retry struct{}

func (retry) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Duration(job.Attempt)*time.Second, 30*time.Second))
}

func (e *engine[D, T]) Start(ctx context.Context) error { return e.client.Start(ctx) }

// stopping reports whether no further attempt may begin.
func (e *engine[D, T]) stopping(ctx context.Context) bool {
	select {
	case <-e.stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

func (e *engine[D, T]) Stop(ctx context.Context) error {
	e.once.Do(func() { close(e.stop) })
	if err := e.client.Stop(ctx); err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return e.client.StopAndCancel(ctx)
}

func (e *engine[D, T]) Idle(ctx context.Context) (bool, error) {
	r, err := e.client.JobList(ctx, river.NewJobListParams().First(1).States(
		rivertype.JobStateAvailable, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled))
	if err != nil {
		return false, err
	}
	return len(r.Jobs) == 0, nil
}

func (e *engine[D, T]) insert(ctx context.Context, tx *store.Tx, args river.JobArgs, queue string) error {
	if _, err := e.client.InsertTx(ctx, tx.Raw().(T), args, opts(queue)); err != nil { //nolint:forcetypeassert // by construction
		return fmt.Errorf("queue %s: %w", args.Kind(), err)
	}
	return nil
}

// complete ends the job within the transaction that saw that nothing is left, so
// that what is planned after it finds no live job in its way.
func complete[D riverdriver.Driver[T], T any, A river.JobArgs](ctx context.Context, tx *store.Tx, job *river.Job[A]) error {
	_, err := river.JobCompleteTx[D](ctx, tx.Raw().(T), job)  //nolint:forcetypeassert // by construction
	if err != nil && !errors.Is(err, rivertype.ErrNotFound) { // a row that was rescued or swept meanwhile is no concern of ours
		return fmt.Errorf("complete job %d: %w", job.ID, err)
	}
	return nil
}

func (e *engine[D, T]) AskLook(ctx context.Context, tx *store.Tx, issueID string) error {
	if err := tx.AskLook(ctx, issueID); err != nil {
		return err
	}
	return e.insert(ctx, tx, lookArgs{Issue: issueID}, queueLook)
}

func (e *engine[D, T]) AskLookAt(ctx context.Context, tx *store.Tx, issueID string, at time.Time) error {
	if !at.After(e.Now()) {
		return e.AskLook(ctx, tx, issueID)
	}
	return tx.AskLookAt(ctx, issueID, at) // the tick wakes it
}

func (e *engine[D, T]) MailsStored(ctx context.Context, tx *store.Tx) error {
	return e.insert(ctx, tx, receiveArgs{}, queueReceive)
}

func (e *engine[D, T]) Decide(ctx context.Context, caseID string, decide func(c bridge.Case, followers []bridge.Case) bridge.Outcome) error {
	return e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockCase(ctx, caseID)
		if err != nil {
			return err
		}
		followers, err := tx.LockFollowers(ctx, caseID)
		if err != nil {
			return err
		}
		o := decide(c, followers)
		if o.Case.ID == "" {
			return nil
		}
		return e.apply(ctx, tx, o)
	})
}

// apply writes an outcome, and those that hang on it, and wakes the lanes of what
// they plan.
func (e *engine[D, T]) apply(ctx context.Context, tx *store.Tx, o bridge.Outcome) error {
	if e.Mark != nil {
		o.Effects = append(e.Mark(&o.Case), o.Effects...)
	}
	e.lookFirst(o)
	save := tx.SaveCase
	if o.Case.Rev == 0 {
		save = tx.InsertCase
	}
	if err := save(ctx, o.Case); err != nil {
		return err
	}
	if err := tx.AppendAudit(ctx, o.Case, o.Audit); err != nil {
		return err
	}
	for _, name := range o.Keep {
		if err := tx.KeepBlob(ctx, name); err != nil {
			return err
		}
	}
	if err := e.wakeFollowers(ctx, tx, o.Case); err != nil {
		return err
	}
	if err := e.plan(ctx, tx, o); err != nil {
		return err
	}
	for _, other := range o.Others {
		if err := e.apply(ctx, tx, other); err != nil {
			return err
		}
	}
	return nil
}

// lookFirst has what a store may have forgotten looked for before it is done.
func (e *engine[D, T]) lookFirst(o bridge.Outcome) {
	if e.Since == nil || o.Case.OpenedAt.IsZero() || !o.Case.OpenedAt.Before(e.Since()) {
		return
	}
	for i := range o.Effects {
		switch o.Effects[i].Kind {
		case bridge.PostComment, bridge.PostAttachment, bridge.TransmitMail:
			o.Effects[i].State, o.Effects[i].AttemptedAt = bridge.EffectUnknown, o.Case.OpenedAt
		}
	}
}

// wakeFollowers has the issues that share a case looked at when it is over.
func (e *engine[D, T]) wakeFollowers(ctx context.Context, tx *store.Tx, c bridge.Case) error {
	if c.State != bridge.Withdrawn && c.State != bridge.Closed {
		return nil
	}
	followers, err := tx.Followers(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, f := range followers {
		if f.LeaderSent { // whatever becomes of the leader, it stays with it
			continue
		}
		if err := e.AskLook(ctx, tx, f.IssueID); err != nil {
			return err
		}
	}
	return nil
}

func (e *engine[D, T]) plan(ctx context.Context, tx *store.Tx, o bridge.Outcome) error {
	if err := e.holdAdditions(ctx, tx, o); err != nil {
		return err
	}
	planned, err := tx.PlanEffects(ctx, o.Case.ID, o.Effects)
	if err != nil {
		return err
	}
	woken := map[bridge.Target]bool{}
	for _, p := range planned {
		if woken[p.Target] || p.NotBefore.After(e.Now()) {
			continue
		}
		woken[p.Target] = true
		if err := e.insert(ctx, tx, drainArgs{Case: o.Case.ID, Target: string(p.Target)}, string(p.Target)); err != nil {
			return err
		}
	}
	return nil
}

// later is when a failed attempt is tried again.
func (e *engine[D, T]) later(err error, failures int) time.Time {
	at := e.Now().Add(e.Backoff(failures))
	if asked := bridge.RetryAt(err); asked.After(at) {
		return asked
	}
	return at
}

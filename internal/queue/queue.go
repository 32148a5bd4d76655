// Package queue does what the stages decided: each effect as nearly once as
// physics allows, in order, whatever process dies when.
//
// What must be exact is in the store; River only wakes, retries and spreads the
// work, and all of its rows may be deleted at any time. A job names a lane (a
// case and a target), an issue to look at, or the mails to be decided; it works
// until nothing is due.
//
// The contract with an Actor: before Do begins, the intent is committed (state
// started, a new fence in tries). An attempt that is found open, or whose end is
// not certain, is never done again before Find has looked for it. A result
// counts only while its fence does; who was overtaken changes nothing. The
// context of Do and Find ends after Config.Timeout, and its Err answers by the
// monotonic clock, so that a process that was paused sees at once that it is
// late; an attempt is taken over only after Config.Takeover, which is longer.
//
// Effects of a lane are done in the order in which they were planned, and one
// that fails for a passing reason holds those behind it.
package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"escalat/bridge"
	"escalat/internal/store"
)

// Actor does the effects of one kind.
type Actor interface {
	// Do writes to the outside. An error is classified by package bridge: what
	// is not marked NotDone or Permanent may have happened.
	Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error)
	// Find looks whether an earlier attempt happened. Not found without an error
	// means that it shall be done (again); an error means that nobody can say
	// yet, or with Permanent that nobody will and a person must decide.
	Find(ctx context.Context, c bridge.Case, e bridge.Effect) (result json.RawMessage, found bool, err error)
	// Settle decides what follows from the event for the case. It is pure and
	// may be called more than once.
	Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome
}

// Reader reads an issue by its id. A permanent error means that the issue cannot
// be read any more.
type Reader interface {
	Issue(ctx context.Context, id string) (bridge.Issue, error)
}

// Decider decides about an issue that was read, or that cannot be read. It is
// pure but for what it asks; an outcome whose case has Rev 0 opens it.
type Decider interface {
	Decide(now time.Time, issue bridge.Issue, cases []bridge.Case, ask bridge.Lookup) ([]bridge.Outcome, error)
	Unreadable(now time.Time, cases []bridge.Case, err error) []bridge.Outcome
}

// Receiver reads and decides mails. Read may open the mail more than once; it never
// fails on content, only when opening or reading does, when a name server that it needs
// is away, or when ctx ends. Decide is pure but for what it asks; c is the locked case
// that the message names, or nil, and followers are the locked cases that share it.
type Receiver interface {
	Read(ctx context.Context, open func() (io.ReadCloser, error), size int64) (bridge.Message, error)
	Decide(now time.Time, mail bridge.Mail, msg bridge.Message, c *bridge.Case, followers []bridge.Case, asked bridge.Ledger) (bridge.Verdict, error)
}

// Meter counts what ended.
type Meter interface {
	Effect(kind bridge.Kind, state bridge.EffectState)
	Mail(outcome bridge.MailOutcome)
}

// Config is what the engine needs.
type Config struct {
	Store *store.Store
	// Owner names this process. The caller holds the name (Store.Hold) or made
	// it unique.
	Owner    string
	Actors   map[bridge.Kind]Actor
	Reader   Reader
	Decider  Decider
	Receiver Receiver
	// Mark plans what shows on the issue how its case stands, whenever a case is
	// saved, and notes in the case that it did. Nil: nothing.
	Mark func(c *bridge.Case) []bridge.Effect
	// Since is when the store was last known to be complete: what is written for a
	// case from before may have been written already, and is looked for first. Nil
	// or the zero time: never.
	Since func() time.Time
	// Brake bounds how many escalations to one provider may begin within a time.
	// The zero value bounds nothing.
	Brake  Brake
	Now    func() time.Time // the clock of due times
	Logger *slog.Logger
	Meter  Meter

	Timeout  time.Duration                    // of Do and Find
	Long     map[bridge.Kind]time.Duration    // exceptions to Timeout, for uploads
	Takeover time.Duration                    // beyond the longest timeout, after which an open attempt is another's
	Backoff  func(failures int) time.Duration // between attempts
	// ReadTimeout is how long reading a mail may take; a minute when 0.
	ReadTimeout time.Duration
	// Retention is how long the bytes of decided mails are kept, and twice as long those
	// of mails that a person may still act upon. 0: for ever.
	Retention time.Duration
	// Poll is how often the database is asked for work, beside being told of it;
	// 1 s when 0.
	Poll    time.Duration
	Workers map[bridge.Target]int // at the same time; 4 when missing
}

// Brake is the bound of a provider's escalations.
type Brake struct {
	Limit  int
	Window time.Duration
}

// Engine is the running queue.
type Engine interface {
	// Start begins to work. Attempts that a former process of the same name left
	// open must have been released before.
	Start(ctx context.Context) error
	// Stop lets attempts under way end until ctx ends, then cuts them off.
	Stop(ctx context.Context) error
	// Tick wakes what is due: lanes, looks, mails and cases. Only the leader
	// calls it, about once a second or whenever its clock was moved.
	Tick(ctx context.Context) error
	// AskLook leaves the durable wish that an issue be looked at.
	AskLook(ctx context.Context, tx *store.Tx, issueID string) error
	// AskLookAt is AskLook for a look that has no use before at. One that is pending
	// already is brought forward, but not put off.
	AskLookAt(ctx context.Context, tx *store.Tx, issueID string, at time.Time) error
	// MailsStored wakes the decision about mails stored in this transaction.
	MailsStored(ctx context.Context, tx *store.Tx) error
	// Decide applies what is decided about a case, which is locked meanwhile with those
	// that share it; an outcome without a case changes nothing. decide must be pure: it
	// may be called more than once.
	Decide(ctx context.Context, caseID string, decide func(c bridge.Case, followers []bridge.Case) bridge.Outcome) error
	// Idle reports whether no job is waiting or running.
	Idle(ctx context.Context) (bool, error)
}

// New makes the engine for the store's database.
func New(cfg Config) (Engine, error) {
	if cfg.Takeover <= cfg.Timeout {
		return nil, fmt.Errorf("queue: takeover (%s) must be longer than the timeout of an effect (%s)", cfg.Takeover, cfg.Timeout)
	}
	if db := cfg.Store.SQLite(); db != nil {
		return newEngine(cfg, riversqlite.New(db))
	}
	return newEngine(cfg, riverpgxv5.New(cfg.Store.Postgres()))
}

func (c *Config) timeout(k bridge.Kind) time.Duration {
	if d, ok := c.Long[k]; ok {
		return d
	}
	return c.Timeout
}

// Release gives the attempts and jobs that a former process of that name left
// open back to the queue. The caller holds the name.
func Release(ctx context.Context, s *store.Store, owner string) (attempts int64, err error) {
	err = s.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		attempts, err = tx.ReleaseOwner(ctx, owner)
		return err
	})
	return attempts, errors.Join(err, s.Forget(ctx, owner))
}

// strict is a context whose Err answers by the clocks themselves: after the
// process was paused the timer that ends it may not have fired yet. The wall clock
// is asked as well, because the monotonic one stands still while a virtual machine
// is suspended; a clock that was put forward costs only an attempt.
type strict struct {
	context.Context //nolint:containedctx // it is one

	now func() time.Time
}

func strictDeadline(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithDeadline(parent, at)
	return strict{ctx, time.Now}, cancel
}

func (s strict) Err() error {
	if err := s.Context.Err(); err != nil {
		return err
	}
	d, ok := s.Deadline()
	if now := s.now(); ok && (!now.Before(d) || !now.Round(0).Before(d.Round(0))) {
		return context.DeadlineExceeded
	}
	return nil
}

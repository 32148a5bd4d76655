package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"escalat/bridge"
	"escalat/internal/store"
)

// drainWorker works one lane until nothing in it is due.
type drainWorker[D riverdriver.Driver[T], T any] struct {
	river.WorkerDefaults[drainArgs]

	e *engine[D, T]
}

// attempt is one claimed try at an effect and what became of it.
type attempt struct {
	c      bridge.Case
	effect bridge.Effect
	find   bool      // looked for instead of done
	begun  time.Time // before the claim was written: nobody else counts from earlier

	result json.RawMessage
	found  bool
	err    error
}

func (w *drainWorker[D, T]) Work(ctx context.Context, job *river.Job[drainArgs]) error {
	var last *attempt
	for {
		next, err := w.store(ctx, job, last)
		if errors.Is(err, store.ErrFenced) {
			w.e.Logger.WarnContext(ctx, "attempt was taken over, its result does not count", "case", job.Args.Case, "queue", job.Args.Target)
			return nil
		}
		if err != nil || next == nil {
			return err
		}
		point("after claim: " + string(next.effect.Kind))
		w.e.try(ctx, next)
		point("before result: " + string(next.effect.Kind))
		last = next
	}
}

// store is step, repeated while a result cannot be stored: what the other side
// answered must not be forgotten because the database was away. When another
// process may have taken the attempt over there is nothing left to be saved.
func (w *drainWorker[D, T]) store(ctx context.Context, job *river.Job[drainArgs], last *attempt) (*attempt, error) {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		next, err := w.step(ctx, job, last)
		if err == nil || last == nil || errors.Is(err, store.ErrFenced) || time.Since(last.begun) > w.e.patience(last.effect.Kind) {
			return next, err
		}
		w.e.Logger.ErrorContext(ctx, "result could not be stored, it will be tried again", "case", job.Args.Case, "kind", string(last.effect.Kind), "err", err)
		if err := sleep(context.WithoutCancel(ctx), pause); err != nil {
			return nil, err
		}
	}
}

// step stores the end of the last attempt and claims the next one, in one
// transaction that holds the case. It returns nil when nothing is to be done.
func (w *drainWorker[D, T]) step(ctx context.Context, job *river.Job[drainArgs], last *attempt) (next *attempt, err error) {
	stopping, begun := w.e.stopping(ctx), time.Now()
	err = w.e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		next = nil
		c, err := tx.LockCase(ctx, job.Args.Case)
		if err != nil {
			return err
		}
		if last != nil {
			if c, err = w.e.end(ctx, tx, c, last); err != nil {
				return err
			}
		}
		if stopping {
			return nil
		}
		if next, err = w.e.claim(ctx, tx, c, job.Args, begun); err != nil || next != nil {
			return err
		}
		return complete[D](ctx, tx, job)
	})
	if err != nil {
		return nil, err
	}
	if last != nil {
		ended, _ := w.e.judge(last)
		w.e.Meter.Effect(ended.Kind, ended.State)
	}
	if stopping {
		return nil, nil // the tick of the next life wakes the lane
	}
	return next, nil
}

// claim takes the head of the lane if it is due, and nobody is at it.
func (e *engine[D, T]) claim(ctx context.Context, tx *store.Tx, c bridge.Case, lane drainArgs, begun time.Time) (*attempt, error) {
	head, err := tx.Head(ctx, lane.Case, bridge.Target(lane.Target))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case head.NotBefore.After(e.Now()):
		return nil, nil
	case head.State == bridge.EffectStarted && head.Tries != lane.Takeover:
		return nil, nil // somebody is at it, or died at it: the tick will say
	}
	find := head.State != bridge.EffectPlanned
	claimed, err := tx.ClaimEffect(ctx, head, !find, e.Owner)
	if err != nil {
		return nil, err
	}
	return &attempt{c: c, effect: claimed, find: find, begun: begun}, nil
}

// try runs the actor outside any transaction.
func (e *engine[D, T]) try(ctx context.Context, a *attempt) {
	actor, ok := e.Actors[a.effect.Kind]
	if !ok {
		a.err = bridge.Permanent(fmt.Errorf("nobody does effects of kind %q", a.effect.Kind))
		return
	}
	ctx, cancel := strictDeadline(ctx, a.begun.Add(e.timeout(a.effect.Kind)))
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			a.err = fmt.Errorf("panic in %s: %v", a.effect.Kind, p)
		}
	}()
	tried := time.Now()
	if a.find {
		a.result, a.found, a.err = actor.Find(ctx, a.c, a.effect)
	} else {
		a.result, a.err = actor.Do(ctx, a.c, a.effect)
	}
	point("after do: " + string(a.effect.Kind))
	e.report(ctx, a, time.Since(tried))
}

func (e *engine[D, T]) report(ctx context.Context, a *attempt, took time.Duration) {
	log := e.Logger.With("case", a.c.ID, "issue", a.c.IssueKey, "kind", string(a.effect.Kind), "attempt", a.effect.Tries, "find", a.find, "took_ms", took.Milliseconds())
	switch {
	case a.err == nil && a.find && !a.found:
		log.WarnContext(ctx, "effect was looked for and not found, it will be done again")
	case a.err == nil:
		log.InfoContext(ctx, "effect done")
	case bridge.IsPermanent(a.err):
		log.ErrorContext(ctx, "effect refused", "err", a.err)
	default:
		log.WarnContext(ctx, "effect will be tried again", "err", a.err)
	}
}

// end stores what became of an attempt and what follows from it for the case.
func (e *engine[D, T]) end(ctx context.Context, tx *store.Tx, c bridge.Case, a *attempt) (bridge.Case, error) {
	effect, event := e.judge(a)
	if err := tx.EndAttempt(ctx, effect); err != nil {
		return c, err
	}
	if event.What == 0 {
		return c, nil
	}
	actor, ok := e.Actors[effect.Kind]
	if !ok {
		return c, nil
	}
	o := actor.Settle(c, effect, event)
	if o.Case.ID == "" {
		return c, nil
	}
	return o.Case, e.apply(ctx, tx, o)
}

// judge turns the end of an attempt into the effect's next state and the event
// that the stage hears, if any.
func (e *engine[D, T]) judge(a *attempt) (bridge.Effect, bridge.Event) {
	effect := a.effect
	event := bridge.Event{At: e.Now(), Err: a.err}
	if !a.find {
		effect.EndedAt = e.Now()
	}
	switch {
	case a.err == nil && a.find && !a.found:
		effect.State, event.What = bridge.EffectPlanned, bridge.Absent
		if effect.Sends >= maxSends && e.Now().Sub(effect.PlannedAt) >= patientFor {
			event.Err = fmt.Errorf("given up after %d attempts that left nothing behind", effect.Sends)
			effect.State, event.What, effect.Result = bridge.EffectFailed, bridge.Failed, failure(event.Err)
		}
	case a.err == nil:
		effect.State, effect.Result = bridge.EffectDone, a.result
		event.What, event.Result = bridge.Done, a.result
	case bridge.IsPermanent(a.err):
		effect.State, event.What = bridge.EffectFailed, bridge.Failed
		effect.Result = failure(a.err)
	case !a.find && bridge.IsNotDone(a.err):
		effect.State, effect.NotBefore = bridge.EffectPlanned, e.later(a.err, effect.Tries)
		effect.Sends-- // it was no send
		event.What = bridge.Delayed
	default:
		effect.State, effect.NotBefore = bridge.EffectUnknown, e.later(a.err, effect.Tries)
		if !a.find {
			event.What = bridge.Unknown
		}
	}
	return effect, event
}

// maxSends bounds how often an effect is begun whose attempts end in errors that
// do not say that nothing was done, while each time nothing is found: the other
// side is well and refuses it without saying so. It must not block its lane; but
// a maintenance of some hours looks the same, and must not cost a reply.
const (
	maxSends   = 20
	patientFor = 24 * time.Hour
)

func failure(err error) json.RawMessage {
	raw, _ := json.Marshal(map[string]string{"error": err.Error()}) //nolint:errchkjson // a string marshals
	return raw
}

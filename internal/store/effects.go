package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"escalat/bridge"
)

const effectColumns = "case_id, id, target, kind, key, body, state, tries, sends, planned_at, not_before, attempted_at, ended_at, result"

// open is the set of states in which an effect still has to end.
const openStates = "('planned', 'started', 'unknown')"

// PlanEffects adds effects to a locked case in their order and returns those
// whose key was not known yet. One in the state unknown, with the time since which
// it may have happened in AttemptedAt, is looked for before it is done.
func (tx *Tx) PlanEffects(ctx context.Context, caseID string, effects []bridge.Effect) ([]bridge.Effect, error) {
	var planned []bridge.Effect
	for _, e := range effects {
		state := bridge.EffectPlanned
		if e.State == bridge.EffectUnknown {
			state = e.State
		}
		n, err := tx.conn.exec(ctx, `INSERT INTO effects (case_id, id, target, kind, key, body, state, tries, sends, planned_at, not_before, attempted_at, ended_at, owner, result)
			SELECT $1, COALESCE(MAX(id), 0) + 1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10, '', '' FROM effects WHERE case_id = $11
			ON CONFLICT (key) DO NOTHING`,
			caseID, string(e.Target), string(e.Kind), e.Key, string(e.Body), string(state), millis(tx.now()), millis(e.NotBefore),
			millis(e.AttemptedAt), millis(e.AttemptedAt), caseID)
		if err != nil {
			return nil, fmt.Errorf("plan %s: %w", e.Key, err)
		}
		if n == 1 {
			planned = append(planned, e)
		}
	}
	return planned, nil
}

// LastEnded returns when the newest effect ended, zero when none has.
func (tx *Tx) LastEnded(ctx context.Context) (time.Time, error) {
	var ms int64
	err := tx.one(ctx, "SELECT COALESCE(MAX(ended_at), 0) FROM effects", nil, &ms)
	return fromMillis(ms), err
}

// MayHaveHappened has every comment, file and mail that is planned looked for before
// it is done: the store may be older than what was done.
func (tx *Tx) MayHaveHappened(ctx context.Context) error {
	_, err := tx.conn.exec(ctx, `UPDATE effects SET state = 'unknown', attempted_at = planned_at, ended_at = planned_at
		WHERE state = 'planned' AND kind IN ($1, $2, $3)`, string(bridge.PostComment), string(bridge.PostAttachment), string(bridge.TransmitMail))
	return err
}

// Writing reports whether a comment on the issue was begun whose end is not known.
func (tx *Tx) Writing(ctx context.Context, issueID string) (bool, error) {
	var n int64
	err := tx.one(ctx, `SELECT COUNT(*) FROM effects e JOIN cases c ON c.id = e.case_id
		WHERE c.issue_id = $1 AND e.kind = $2 AND e.state IN ('started', 'unknown')`, []any{issueID, string(bridge.PostComment)}, &n)
	return n > 0, err
}

// EffectKnown reports whether an effect of that key was ever planned.
func (tx *Tx) EffectKnown(ctx context.Context, key string) (bool, error) {
	var one int64
	err := tx.one(ctx, "SELECT 1 FROM effects WHERE key = $1", []any{key}, &one)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Head returns the oldest effect of a case and target that has not ended, or
// ErrNotFound. Later ones wait for it.
func (tx *Tx) Head(ctx context.Context, caseID string, target bridge.Target) (bridge.Effect, error) {
	es, err := tx.effects(ctx, "SELECT "+effectColumns+" FROM effects WHERE case_id = $1 AND target = $2 AND state IN "+openStates+" ORDER BY id LIMIT 1",
		caseID, string(target))
	if err != nil {
		return bridge.Effect{}, err
	}
	if len(es) == 0 {
		return bridge.Effect{}, ErrNotFound
	}
	return es[0], nil
}

// Effects returns all effects of a case, oldest first.
func (tx *Tx) Effects(ctx context.Context, caseID string) ([]bridge.Effect, error) {
	return tx.effects(ctx, "SELECT "+effectColumns+" FROM effects WHERE case_id = $1 ORDER BY id", caseID)
}

// PlannedSince returns when the nth newest effect of a kind was planned for a case since
// a time, or the zero time when there are fewer.
func (tx *Tx) PlannedSince(ctx context.Context, caseID string, kind bridge.Kind, since time.Time, n int) (time.Time, error) {
	var at int64
	err := tx.one(ctx, "SELECT planned_at FROM effects WHERE case_id = $1 AND kind = $2 AND planned_at > $3 ORDER BY planned_at DESC LIMIT 1 OFFSET $4",
		[]any{caseID, string(kind), millis(since), n - 1}, &at)
	if errors.Is(err, ErrNotFound) {
		return time.Time{}, nil
	}
	return fromMillis(at), err
}

// EffectsOf returns the effects with those keys, by case and oldest first.
func (tx *Tx) EffectsOf(ctx context.Context, keys ...string) ([]bridge.Effect, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	in, args := list(keys)
	return tx.effects(ctx, "SELECT "+effectColumns+" FROM effects WHERE key IN "+in+" ORDER BY case_id, id", args...)
}

func (tx *Tx) effects(ctx context.Context, query string, args ...any) ([]bridge.Effect, error) {
	var out []bridge.Effect
	err := tx.each(ctx, query, args, func(scan func(...any) error) error {
		var e bridge.Effect
		var target, kind, state, body, result string
		var tries, sends, planned, notBefore, attempted, ended int64
		if err := scan(&e.CaseID, &e.ID, &target, &kind, &e.Key, &body, &state, &tries, &sends, &planned, &notBefore, &attempted, &ended, &result); err != nil {
			return err
		}
		e.Target, e.Kind, e.State = bridge.Target(target), bridge.Kind(kind), bridge.EffectState(state)
		e.Body, e.Tries, e.Sends = json.RawMessage(body), int(tries), int(sends)
		e.PlannedAt = fromMillis(planned)
		e.NotBefore, e.AttemptedAt, e.EndedAt = fromMillis(notBefore), fromMillis(attempted), fromMillis(ended)
		if result != "" {
			e.Result = json.RawMessage(result)
		}
		out = append(out, e)
		return nil
	})
	return out, err
}

// ClaimEffect writes the intent: from here on the effect may have happened. do
// says that it will be done; otherwise it will be looked for. It returns the
// effect with its new fence, or ErrFenced.
func (tx *Tx) ClaimEffect(ctx context.Context, e bridge.Effect, do bool, owner string) (bridge.Effect, error) {
	sends, attempted, ended := e.Sends, e.AttemptedAt, e.EndedAt
	if do {
		sends, attempted, ended = e.Sends+1, tx.now(), time.Time{}
	}
	err := tx.exactly(ctx, ErrFenced, `UPDATE effects SET state = 'started', tries = tries + 1, sends = $1, attempted_at = $2, ended_at = $3, owner = $4
		WHERE case_id = $5 AND id = $6 AND tries = $7 AND state = $8`,
		sends, millis(attempted), millis(ended), owner, e.CaseID, e.ID, e.Tries, string(e.State))
	if err != nil {
		return e, fmt.Errorf("claim %s: %w", e.Key, err)
	}
	e.State, e.Tries, e.Sends, e.AttemptedAt, e.EndedAt = bridge.EffectStarted, e.Tries+1, sends, attempted, ended
	return e, nil
}

// EndAttempt stores what became of a claimed effect, or returns ErrFenced when
// somebody else has claimed it since.
func (tx *Tx) EndAttempt(ctx context.Context, e bridge.Effect) error {
	err := tx.exactly(ctx, ErrFenced, `UPDATE effects SET state = $1, not_before = $2, result = $3, sends = $4, ended_at = $5, owner = ''
		WHERE case_id = $6 AND id = $7 AND tries = $8 AND state = 'started'`,
		string(e.State), millis(e.NotBefore), string(e.Result), e.Sends, millis(e.EndedAt), e.CaseID, e.ID, e.Tries)
	if err != nil {
		return fmt.Errorf("end %s: %w", e.Key, err)
	}
	return nil
}

// Hurry makes the unknown effects of a case and target due at once, because there
// is something new to be found, and reports whether there were any.
func (tx *Tx) Hurry(ctx context.Context, caseID string, target bridge.Target) (bool, error) {
	n, err := tx.conn.exec(ctx, "UPDATE effects SET not_before = 0 WHERE case_id = $1 AND target = $2 AND state = 'unknown' AND not_before > 0", caseID, string(target))
	return n > 0, err
}

// ReleaseOwner makes the attempts that a former process of that name left open
// unknown, so that they are looked for at once, and returns how many. The caller
// holds the name.
func (tx *Tx) ReleaseOwner(ctx context.Context, owner string) (int64, error) {
	return tx.conn.exec(ctx, "UPDATE effects SET state = 'unknown', tries = tries + 1, owner = '' WHERE state = 'started' AND owner = $1", owner)
}

// Lane is the queue of one case's effects for one target, by its head.
type Lane struct {
	CaseID string
	Target bridge.Target
	ID     int64
	Kind   bridge.Kind
	State  bridge.EffectState
	Tries  int
}

// Lanes returns up to limit lanes after the given one whose head is started, or
// is due at now, in the order of case and target.
func (tx *Tx) Lanes(ctx context.Context, now time.Time, after Lane, limit int) ([]Lane, error) {
	var out []Lane
	err := tx.each(ctx, `SELECT e.case_id, e.target, e.id, e.kind, e.state, e.tries FROM effects e
		WHERE e.state IN `+openStates+` AND (e.state = 'started' OR e.not_before <= $1)
		AND (e.case_id > $2 OR (e.case_id = $3 AND e.target > $4))
		AND NOT EXISTS (SELECT 1 FROM effects f WHERE f.case_id = e.case_id AND f.target = e.target AND f.id < e.id AND f.state IN `+openStates+`)
		ORDER BY e.case_id, e.target LIMIT $5`,
		[]any{millis(now), after.CaseID, after.CaseID, string(after.Target), limit},
		func(scan func(...any) error) error {
			var l Lane
			var target, kind, state string
			var tries int64
			if err := scan(&l.CaseID, &target, &l.ID, &kind, &state, &tries); err != nil {
				return err
			}
			l.Target, l.Kind, l.State, l.Tries = bridge.Target(target), bridge.Kind(kind), bridge.EffectState(state), int(tries)
			out = append(out, l)
			return nil
		})
	return out, err
}

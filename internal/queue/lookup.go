package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

// lookup answers what a decision asks, within its transaction.
type lookup struct {
	ctx   context.Context //nolint:containedctx // it lives no longer than the transaction
	tx    *store.Tx
	now   time.Time
	brake Brake
	// tripped are the providers whose brake began to hold.
	tripped []string
}

// brakeState is what is kept of a provider's brake.
type brakeState struct {
	Begun      []time.Time `json:"begun,omitempty"` // escalations within the window
	Held       []time.Time `json:"held,omitempty"`  // those that were held within it
	ReleasedAt time.Time   `json:"releasedAt,omitzero"`
}

// maxHeld bounds how many are counted that were held.
const maxHeld = 1000

func brakeName(provider string) string { return "brake " + provider }

// Brake returns how the provider's brake stands. The row stays locked, so that two
// transactions never take the last place both.
func (l *lookup) Brake(provider string, take bool) (bridge.Brake, error) {
	s, err := lockBrake(l.ctx, l.tx, provider)
	if err != nil {
		return bridge.Brake{}, err
	}
	s.forget(l.now, l.brake.Window)
	b := bridge.Brake{
		Open: l.brake.Limit <= 0 || len(s.Begun) < l.brake.Limit, Held: len(s.Held),
		ReleasedAt: s.ReleasedAt, Limit: l.brake.Limit, Window: l.brake.Window,
	}
	if !take {
		return b, nil
	}
	if b.Open {
		s.Begun = append(s.Begun, l.now)
		return b, s.write(l.ctx, l.tx, provider)
	}
	if b.Held++; b.Held == 1 {
		l.tripped = append(l.tripped, provider)
	}
	s.Held = append(s.Held[max(0, len(s.Held)+1-maxHeld):], l.now)
	return b, s.write(l.ctx, l.tx, provider)
}

// forget lets go of what lies outside the window. Another process's clock may be
// ahead of ours, or the one that had been set was wrong.
func (s *brakeState) forget(now time.Time, window time.Duration) {
	outside := func(at time.Time) bool { return now.Sub(at).Abs() >= window }
	s.Begun, s.Held = slices.DeleteFunc(s.Begun, outside), slices.DeleteFunc(s.Held, outside)
}

func lockBrake(ctx context.Context, tx *store.Tx, provider string) (s brakeState, err error) {
	raw, err := tx.LockCursor(ctx, brakeName(provider))
	if err == nil && raw != "" {
		err = json.Unmarshal([]byte(raw), &s)
	}
	if err != nil {
		return s, fmt.Errorf("brake of %s: %w", provider, err)
	}
	return s, nil
}

func (s *brakeState) write(ctx context.Context, tx *store.Tx, provider string) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.SetCursor(ctx, brakeName(provider), string(raw))
}

// ReleaseBrake lets go on what the provider's brake holds, has the issues looked at,
// and returns them. The places within the window are free again. What begins to be
// held meanwhile may need a second call.
func ReleaseBrake(ctx context.Context, tx *store.Tx, provider string, now time.Time) ([]bridge.Case, error) {
	held, err := tx.CasesIn(ctx, bridge.Braked)
	if err != nil {
		return nil, fmt.Errorf("brake of %s: %w", provider, err)
	}
	held = slices.DeleteFunc(held, func(c bridge.Case) bool { return c.Provider != provider })
	slices.SortFunc(held, func(a, b bridge.Case) int { return strings.Compare(a.IssueID, b.IssueID) })
	at := now
	for _, c := range held { // looks before the brake, as a look locks them
		if err := tx.AskLook(ctx, c.IssueID); err != nil {
			return nil, err
		}
		if c.BrakedAt.After(at) { // by a clock that is ahead of this one
			at = c.BrakedAt
		}
	}
	if _, err := lockBrake(ctx, tx, provider); err != nil {
		return nil, err
	}
	s := brakeState{ReleasedAt: at}
	return held, s.write(ctx, tx, provider)
}

// Writing reports whether the end of a comment of ours on the issue is not known yet.
func (l *lookup) Writing(issueID string) (bool, error) { return l.tx.Writing(l.ctx, issueID) }

// CaseOf returns the newest case of another issue with the provider, or nil.
func (l *lookup) CaseOf(provider, issue string) (*bridge.Case, error) {
	c, err := l.tx.CaseOf(l.ctx, provider, issue)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &c, err
}

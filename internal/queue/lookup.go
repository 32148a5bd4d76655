package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
	Begun      []time.Time `json:"begun,omitempty"` // escalations within the window, oldest first
	ReleasedAt time.Time   `json:"releasedAt,omitzero"`
}

func brakeName(provider string) string { return "brake " + provider }

// Brake returns how the provider's brake stands. The row stays locked, so that two
// transactions never take the last place both.
func (l *lookup) Brake(provider string, take bool) (bridge.Brake, error) {
	var s brakeState
	raw, err := l.tx.LockCursor(l.ctx, brakeName(provider))
	if err != nil {
		return bridge.Brake{}, fmt.Errorf("brake of %s: %w", provider, err)
	}
	if err := s.read(raw); err != nil {
		return bridge.Brake{}, fmt.Errorf("brake of %s: %w", provider, err)
	}
	held, err := l.tx.CountCases(l.ctx, provider, bridge.Braked)
	if err != nil {
		return bridge.Brake{}, fmt.Errorf("brake of %s: %w", provider, err)
	}
	s.Begun = slices.DeleteFunc(s.Begun, func(at time.Time) bool {
		return at.After(l.now) || l.now.Sub(at) >= l.brake.Window // of the future: the clock was set back
	})
	b := bridge.Brake{
		Open: l.brake.Limit <= 0 || len(s.Begun) < l.brake.Limit, Held: held,
		ReleasedAt: s.ReleasedAt, Limit: l.brake.Limit, Window: l.brake.Window,
	}
	switch {
	case !take:
		return b, nil
	case !b.Open:
		if b.Held++; b.Held == 1 {
			l.tripped = append(l.tripped, provider)
		}
		return b, nil
	}
	s.Begun = append(s.Begun, l.now)
	return b, s.write(l.ctx, l.tx, provider)
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

func (s *brakeState) read(raw string) error {
	if raw == "" {
		return nil
	}
	return json.Unmarshal([]byte(raw), s)
}

func (s *brakeState) write(ctx context.Context, tx *store.Tx, provider string) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.SetCursor(ctx, brakeName(provider), string(raw))
}

// ReleaseBrake lets go on what the provider's brake holds, has the issues looked at,
// and returns them. The places within the window are free again.
func ReleaseBrake(ctx context.Context, tx *store.Tx, provider string, now time.Time) ([]bridge.Case, error) {
	if _, err := tx.LockCursor(ctx, brakeName(provider)); err != nil {
		return nil, fmt.Errorf("brake of %s: %w", provider, err)
	}
	held, err := tx.CasesIn(ctx, bridge.Braked)
	if err != nil {
		return nil, fmt.Errorf("brake of %s: %w", provider, err)
	}
	held = slices.DeleteFunc(held, func(c bridge.Case) bool { return c.Provider != provider })
	for _, c := range held {
		if err := tx.AskLook(ctx, c.IssueID); err != nil {
			return nil, err
		}
	}
	s := brakeState{ReleasedAt: now}
	return held, s.write(ctx, tx, provider)
}

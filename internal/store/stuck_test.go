package store_test

import (
	"context"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

// stuck is what was tried and has failed, and nothing else: not what was never tried, what
// is under way for the first time, what is of another target, and what has ended.
func stuck(t *testing.T, open func() *store.Store) {
	s := open()
	for _, id := range []string{"a", "b", "c"} {
		insertCase(t, s, newCase(id, id))
	}
	var planned time.Time
	plan := func(id string, e bridge.Effect) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.PlanEffects(ctx, id, []bridge.Effect{e}); err != nil {
				return err
			}
			h, err := tx.Head(ctx, id, e.Target)
			planned = h.PlannedAt
			return err
		})
	}
	attempt := func(id string, target bridge.Target, state bridge.EffectState) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			h, err := tx.Head(ctx, id, target)
			if err != nil {
				return err
			}
			if h, err = tx.ClaimEffect(ctx, h, true, "me"); err != nil || state == bridge.EffectStarted {
				return err
			}
			h.State = state
			return tx.EndAttempt(ctx, h)
		})
	}
	check := func(when string, wantEffect, wantLook bool) {
		t.Helper()
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			effect, look, err := tx.Stuck(ctx, bridge.ToJira)
			if effect.IsZero() == wantEffect || look.IsZero() == wantLook || wantEffect && !effect.Equal(planned) {
				t.Errorf("%s: %v, %v", when, effect, look)
			}
			return err
		})
	}
	check("empty", false, false)
	plan("a", bridge.Plan(bridge.ToMarks, bridge.EditLabels, "m", bridge.LabelsBody{}))
	attempt("a", bridge.ToMarks, bridge.EffectPlanned)
	plan("b", comment("b"))
	check("never tried, and another target's", false, false)
	attempt("b", bridge.ToJira, bridge.EffectStarted)
	check("under way", false, false)
	update(t, s, func(ctx context.Context, tx *store.Tx) error { _, err := tx.ReleaseOwner(ctx, "me"); return err })
	check("its process died", true, false)
	attempt("b", bridge.ToJira, bridge.EffectStarted)
	check("under way once more", true, false)
	update(t, s, func(ctx context.Context, tx *store.Tx) error { _, err := tx.ReleaseOwner(ctx, "me"); return err })
	attempt("b", bridge.ToJira, bridge.EffectDone)
	check("done", false, false)

	plan("c", comment("c"))
	attempt("c", bridge.ToJira, bridge.EffectPlanned)
	check("refused", true, false)
	attempt("c", bridge.ToJira, bridge.EffectFailed)
	check("refused for good", false, false)

	var look store.Look
	claim := func() {
		update(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			look, err = tx.ClaimLook(ctx, "a", tomorrow())
			return err
		})
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "a") })
	claim()
	check("a look", false, false)
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutOffLook(ctx, look, tomorrow()) })
	check("a look that failed", false, true)
	claim()
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, look) })
	check("it was read", false, false)
}

// tomorrow is when everything that was put off is due.
func tomorrow() time.Time { return time.Now().Add(24 * time.Hour) }

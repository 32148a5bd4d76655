package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

func byHand(t *testing.T, open func() *store.Store) {
	s := open()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	one := bridge.ByHand{MessageID: "a@aoc.test", Provider: "claranet", Key: "AOC-1", Domain: "aoc.test", SentAt: at}
	again, other := one, one
	again.SentAt, again.Domain = at.Add(time.Hour), "x"
	other.Key, other.Answer = "AOC-2", true
	early := bridge.ByHand{MessageID: "b", Provider: "claranet", Key: "AOC-3", SentAt: at.Add(-time.Minute)}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		for _, b := range []bridge.ByHand{one, again, other, early} {
			if err := tx.NoteByHand(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
	for since, want := range map[time.Time][]bridge.ByHand{{}: {early, one, other}, at: {one, other}, at.Add(time.Second): nil} {
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.ByHand(ctx, since, 10)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("since %s: %s", since, diff)
			}
			return err
		})
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		got, err := tx.ByHand(ctx, time.Time{}, 1)
		if len(got) != 1 {
			t.Errorf("%d, want the oldest alone", len(got))
		}
		return err
	})
}

func setAside(t *testing.T, open func() *store.Store) {
	s := open()
	for i := range 3 {
		insertCase(t, s, newCase(fmt.Sprint("c", i), fmt.Sprint(i)))
	}
	plan := func(id string, n int) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			if _, err := tx.LockCase(ctx, id); err != nil {
				return err
			}
			var all []bridge.Effect
			for i := range n {
				all = append(all, bridge.Plan(bridge.ToJira, bridge.PostComment, fmt.Sprint(id, "/", i), bridge.CommentBody{Text: "x"}))
			}
			_, err := tx.PlanEffects(ctx, id, all)
			return err
		})
	}
	plan("c0", 3)
	plan("c1", 1)
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		if recorded, err := tx.Recorded(ctx, "c0"); recorded || err != nil {
			t.Errorf("recorded before anything was done: %v %v", recorded, err)
		}
		n, err := tx.SetEffectsAside(ctx, "c0")
		if n != 3 {
			t.Errorf("%d effects set aside, want 3", n)
		}
		return err
	})
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		for id, want := range map[string]bool{"c0": true, "c1": false, "c2": false} {
			recorded, err := tx.Recorded(ctx, id)
			if err != nil || recorded != want {
				t.Errorf("%s: recorded %v, %v", id, recorded, err)
			}
		}
		all, err := tx.Effects(ctx, "c0")
		for _, e := range all {
			var r struct{ Shadow, Aside bool }
			if json.Unmarshal(e.Result, &r) != nil || !r.Shadow || !r.Aside || e.State != bridge.EffectDone || e.EndedAt.IsZero() {
				t.Errorf("%+v", e)
			}
		}
		if other, err := tx.Effects(ctx, "c1"); err != nil || other[0].State != bridge.EffectPlanned {
			t.Errorf("the effect of another case: %+v %v", other, err)
		}
		return err
	})
	var ids []string
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		ids = nil
		for after, round := "", 0; round == 0 || after != ""; round++ {
			all, last, err := tx.AllCases(ctx, after, 2)
			if err != nil {
				return err
			}
			for _, c := range all {
				ids = append(ids, c.ID)
			}
			after = last
		}
		return nil
	})
	if diff := cmp.Diff([]string{"c0", "c1", "c2"}, ids); diff != "" {
		t.Error(diff)
	}
}

func outcomesWithin(t *testing.T, open func() *store.Store) {
	s := open()
	for i, outcome := range []bridge.MailOutcome{bridge.MailPosted, bridge.MailPosted, bridge.MailUnrelated} {
		m := keepMail(t, s, uint32(i+1), "raw")
		m.Outcome, m.Reason = outcome, "x"
		decide(t, s, m, true)
	}
	insertMails(t, s, 2) // undecided
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		got, err := tx.OutcomesWithin(ctx, time.Time{}, tx.Now())
		if diff := cmp.Diff(map[bridge.MailOutcome]int64{bridge.MailPosted: 2, bridge.MailUnrelated: 1}, got); diff != "" {
			t.Error(diff)
		}
		if later, err := tx.OutcomesWithin(ctx, tx.Now().Add(time.Hour), tx.Now().Add(2*time.Hour)); err != nil || len(later) != 0 {
			t.Errorf("of later: %v %v", later, err)
		}
		return err
	})
}

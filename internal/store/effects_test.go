package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

func knownKey(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	insertCase(t, s, newCase("b", "2"))
	if got := plan(t, s, "a", comment("k1"), comment("k2")); len(got) != 2 {
		t.Fatalf("planned %d", len(got))
	}
	if got := plan(t, s, "b", comment("k2"), comment("k3")); len(got) != 1 || got[0].Key != "k3" {
		t.Fatalf("planned %v", got)
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		for key, want := range map[string]bool{"k1": true, "k3": true, "k4": false} {
			if got, err := tx.EffectKnown(ctx, key); got != want || err != nil {
				t.Errorf("%s known: %v, %v", key, got, err)
			}
		}
		return nil
	})
}

func effectOrder(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	mail := bridge.Plan(bridge.ToMail, bridge.ComposeMail, "m", bridge.ComposeBody{Serial: 1})
	plan(t, s, "a", comment("k1"), mail, comment("k2"))
	for _, want := range []string{"k1", "k2"} {
		e, err := head(t, s, "a")
		if err != nil || e.Key != want {
			t.Fatalf("head is %q, %v; want %q", e.Key, err, want)
		}
		if e = claim(t, s, e, "me"); e.Sends != 1 || e.Tries != 1 || e.AttemptedAt.IsZero() {
			t.Errorf("claimed %+v", e)
		}
		if err := end(t, s, e, bridge.EffectDone); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := head(t, s, "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("head of an empty lane: %v", err)
	}
}

func attemptFence(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	plan(t, s, "a", comment("k1"))
	e, _ := head(t, s, "a")
	mine := claim(t, s, e, "me")
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ClaimEffect(ctx, e, true, "other")
		return err
	})
	if !errors.Is(err, store.ErrFenced) {
		t.Errorf("claimed with an old fence: %v", err)
	}
	theirs := claim(t, s, mine, "other") // a takeover knows the state it takes over
	if err := end(t, s, mine, bridge.EffectDone); !errors.Is(err, store.ErrFenced) {
		t.Errorf("the former claimer stored its result: %v", err)
	}
	if err := end(t, s, theirs, bridge.EffectDone); err != nil {
		t.Error(err)
	}
	if err := end(t, s, theirs, bridge.EffectFailed); !errors.Is(err, store.ErrFenced) {
		t.Errorf("an ended effect ended again: %v", err)
	}
}

func releaseOwner(t *testing.T, open func() *store.Store) {
	s := open()
	for i, owner := range []string{"me", "other"} {
		id := fmt.Sprint("c", i)
		insertCase(t, s, newCase(id, id))
		plan(t, s, id, comment(id))
		e, _ := head(t, s, id)
		claim(t, s, e, owner)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ReleaseOwner(ctx, "me")
		if n != 1 {
			t.Errorf("released %d", n)
		}
		return err
	})
	mine, _ := head(t, s, "c0")
	theirs, _ := head(t, s, "c1")
	for id, want := range map[string]bool{"c0": false, "c1": false} { // neither waits for a time
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			if got, err := tx.Hurry(ctx, id, bridge.ToJira); got != want || err != nil {
				t.Errorf("hurried %s: %v %v", id, got, err)
			}
			return nil
		})
	}
	mine = claim(t, s, mine, "me")
	mine.NotBefore = time.Now().Add(time.Hour)
	if err := end(t, s, mine, bridge.EffectUnknown); err != nil {
		t.Fatal(err)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		if got, err := tx.Hurry(ctx, "c0", bridge.ToJira); !got || err != nil {
			t.Errorf("hurried: %v %v", got, err)
		}
		return nil
	})
	if mine, _ = head(t, s, "c0"); !mine.NotBefore.IsZero() {
		t.Errorf("still waits until %s", mine.NotBefore)
	}
	if mine.State != bridge.EffectUnknown || theirs.State != bridge.EffectStarted {
		t.Errorf("mine %s, theirs %s", mine.State, theirs.State)
	}
}

func lanes(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now()
	later := comment("later")
	later.NotBefore = now.Add(time.Hour)
	insertCase(t, s, newCase("a", "1"))
	insertCase(t, s, newCase("b", "2"))
	insertCase(t, s, newCase("c", "3"))
	plan(t, s, "a", later, comment("behind"))
	plan(t, s, "b", comment("b1"), comment("b2"), bridge.Plan(bridge.ToMail, bridge.ComposeMail, "b3", 0))
	plan(t, s, "c", comment("c1"))
	e, _ := head(t, s, "c")
	claim(t, s, e, "me")
	type lane = store.Lane
	jira, mail := bridge.ToJira, bridge.ToMail
	all := []lane{
		{"b", jira, 1, bridge.PostComment, bridge.EffectPlanned, 0},
		{"b", mail, 3, bridge.ComposeMail, bridge.EffectPlanned, 0},
		{"c", jira, 1, bridge.PostComment, bridge.EffectStarted, 1},
	}
	check := func(now time.Time, after lane, limit int, want []lane) {
		t.Helper()
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.Lanes(ctx, now, after, limit)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
	}
	check(now, lane{}, 10, all)
	check(now, lane{}, 2, all[:2])
	check(now, all[0], 10, all[1:])
	check(now, all[1], 10, all[2:])
	check(now.Add(2*time.Hour), lane{}, 1, []lane{{"a", jira, 1, bridge.PostComment, bridge.EffectPlanned, 0}})
}

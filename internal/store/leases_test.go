package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/store"
)

func looks(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now().Add(time.Minute)
	ask := func() {
		update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "1") })
	}
	claimLook := func() (l store.Look, err error) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error { l, err = tx.ClaimLook(ctx, "1", now); return nil })
		return l, err
	}
	endLook := func(l store.Look) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, l) })
	}
	ask()
	l, err := claimLook()
	if err != nil {
		t.Fatal(err)
	}
	ask() // while it is under way
	endLook(l)
	l, err = claimLook()
	if err != nil {
		t.Fatal("what was asked during a look is lost")
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutOffLook(ctx, l, now.Add(time.Hour)) })
	if _, err := claimLook(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("claimed before its time: %v", err)
	}
	ask()
	if l, err = claimLook(); err != nil || l.Fails != 1 {
		t.Errorf("asked again: %+v %v", l, err)
	}
	endLook(l)
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		ids, err := tx.PendingLooks(ctx, now.Add(time.Hour*2), 10)
		if len(ids) != 0 {
			t.Errorf("pending %v", ids)
		}
		return err
	})
}

func lookFence(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now().Add(time.Minute)
	var first, second store.Look
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "1") })
	for _, into := range []*store.Look{&first, &second} {
		update(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			*into, err = tx.ClaimLook(ctx, "1", now)
			return err
		})
	}
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, first) })
	if !errors.Is(err, store.ErrFenced) {
		t.Errorf("a look that was taken over decided: %v", err)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, second) })
}

func dueCases(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now()
	for i, due := range []time.Time{now.Add(-time.Minute), now.Add(time.Minute), {}, now.Add(-time.Hour), now.Add(-time.Second)} {
		c := newCase(fmt.Sprint("c", i), fmt.Sprint(i))
		c.DueAt = due
		insertCase(t, s, c)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "4") })
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		got, err := tx.DueIssues(ctx, now, 10)
		if diff := cmp.Diff([]string{"3", "0"}, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

func cursors(t *testing.T, open func() *store.Store) {
	s := open()
	move := func(from, to string) error {
		return s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.MoveCursor(ctx, "inbox", from, to) })
	}
	steps := []struct {
		from, to string
		want     error
	}{
		{"1", "2", store.ErrMoved}, {"", "1", nil}, {"", "1", store.ErrMoved}, {"1", "2", nil}, {"1", "3", store.ErrMoved},
	}
	for _, st := range steps {
		if err := move(st.from, st.to); !errors.Is(err, st.want) {
			t.Errorf("%q to %q: %v", st.from, st.to, err)
		}
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetCursor(ctx, "inbox", "9") })
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		v, err := tx.Cursor(ctx, "inbox")
		if v != "9" {
			t.Errorf("cursor %q", v)
		}
		return err
	})
}

func leases(t *testing.T, open func() *store.Store) {
	s := open()
	won := make(chan string, 8)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			me := fmt.Sprint("p", i)
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.TakeLease(ctx, "leader", store.Lease{}, me)
				return err
			})
			if err == nil {
				won <- me
			} else if !errors.Is(err, store.ErrMoved) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("%d winners", len(won))
	}
	me := <-won
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.ReadLease(ctx, "leader")
		if err != nil || l != (store.Lease{Owner: me, Epoch: 1}) {
			t.Errorf("lease %+v %v", l, err)
		}
		if l, err = tx.TakeLease(ctx, "leader", l, me); err != nil || l.Epoch != 2 {
			t.Errorf("renewed %+v %v", l, err)
		}
		return nil
	})
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.TakeLease(ctx, "leader", store.Lease{Owner: me, Epoch: 1}, "late")
		return err
	})
	if !errors.Is(err, store.ErrMoved) {
		t.Errorf("taken with an old epoch: %v", err)
	}
}

func holdName(t *testing.T, open func() *store.Store) {
	a, b := open(), open()
	for i, want := range []bool{true, false} {
		got, err := []*store.Store{a, b}[i].Hold(t.Context(), "one")
		if got != want || err != nil {
			t.Errorf("hold %d: %v %v", i, got, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	// The server may notice only a moment later that the connection is gone.
	beat := time.NewTicker(10 * time.Millisecond)
	defer beat.Stop()
	for held := false; !held; {
		var err error
		if held, err = b.Hold(t.Context(), "one"); err != nil {
			t.Fatalf("after the first was closed: %v", err)
		}
		select {
		case <-beat.C:
		case <-t.Context().Done():
			t.Fatal("the name is held after its holder was closed")
		}
	}
	if err := b.Forget(t.Context(), "one"); err != nil {
		t.Error(err)
	}
}

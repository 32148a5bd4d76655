package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// followers are the cases that share another, as long as they do.
func followers(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	for i, c := range []bridge.Case{
		{State: bridge.Joined, Leader: "a"},
		{State: bridge.Closed, Leader: "a"},
		{State: bridge.Joined, Leader: "b"},
		{State: bridge.Settling},
	} {
		c.ID, c.IssueID, c.Provider, c.Ordinal = fmt.Sprintf("f%d", i), fmt.Sprint(10+i), "claranet", 1
		insertCase(t, s, c)
	}
	names := func() (got []string) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			cs, err := tx.LockFollowers(ctx, "a")
			got = nil
			for _, c := range cs {
				got = append(got, c.ID)
			}
			return err
		})
		return got
	}
	if diff := cmp.Diff([]string{"f0"}, names()); diff != "" {
		t.Error(diff)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockCase(ctx, "f3")
		if err != nil {
			return err
		}
		c.State, c.Leader = bridge.Joined, "a"
		return tx.SaveCase(ctx, c)
	})
	if diff := cmp.Diff([]string{"f0", "f3"}, names()); diff != "" {
		t.Error(diff)
	}
}

// caseOfIssue finds the newest case by the id or the present key, and by no other.
func caseOfIssue(t *testing.T, open func() *store.Store) {
	s := open()
	for i, c := range []bridge.Case{
		{IssueID: "1", IssueKey: "A_B-1", Ordinal: 1},
		{IssueID: "1", IssueKey: "A_B-1", Ordinal: 2},
		{IssueID: "2", IssueKey: "AXB-1", Ordinal: 3}, // the underscore is no pattern
		{IssueID: "3", IssueKey: "A_B-12", Ordinal: 4, FormerKeys: []string{"OLD-1", "AXB-1"}},
	} {
		c.ID, c.Provider, c.State = fmt.Sprintf("c%d", i), "claranet", bridge.Sent
		insertCase(t, s, c)
	}
	for issue, want := range map[string]string{"1": "c1", "A_B-1": "c1", "AXB-1": "c2", "A_B-12": "c3", "OLD-1": "c3", "A_B-2": "", "9": ""} {
		var got bridge.Case
		err := s.View(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			got, err = tx.CaseOf(ctx, "claranet", issue)
			return err
		})
		if got.ID != want || (want == "") != errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %q, %v; want %q", issue, got.ID, err, want)
		}
	}
}

// openCases are found in pages.
func openCases(t *testing.T, open func() *store.Store) {
	s := open()
	for i, c := range []bridge.Case{
		{State: bridge.Settling},
		{State: bridge.Closed},
		{State: bridge.Closed, LabelOn: true},
		{State: bridge.Listed},
		{State: bridge.Withdrawn},
		{State: bridge.Braked},
	} {
		c.ID, c.IssueID, c.Provider, c.Ordinal = fmt.Sprintf("c%d", i), fmt.Sprint(i), "claranet", 1
		insertCase(t, s, c)
	}
	for _, limit := range []int{1, 2, 100} {
		var got []string
		after := ""
		for more := true; more; more = after != "" {
			view(t, s, func(ctx context.Context, tx *store.Tx) error {
				open, last, err := tx.OpenCases(ctx, after, limit)
				for _, c := range open {
					got = append(got, c.ID)
				}
				after = last
				return err
			})
		}
		if diff := cmp.Diff([]string{"c0", "c3", "c5"}, got); diff != "" {
			t.Errorf("in pages of %d: %s", limit, diff)
		}
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		closed, err := tx.CasesIn(ctx, bridge.Closed)
		if len(closed) != 2 {
			t.Errorf("%d are closed", len(closed))
		}
		return err
	})
}

// laterLooks wait for their time, which a second wish does not put off.
func laterLooks(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now()
	pending := func(at time.Time) (got []string) {
		view(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			got, err = tx.PendingLooks(ctx, at, 10)
			return err
		})
		return got
	}
	ask := func(at time.Time) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLookAt(ctx, "7", at) })
	}
	ask(now.Add(time.Minute))
	ask(now.Add(time.Hour))
	if got := pending(now); len(got) != 0 {
		t.Errorf("at once: %v", got)
	}
	if diff := cmp.Diff([]string{"7"}, pending(now.Add(2*time.Minute))); diff != "" {
		t.Error(diff)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "7") })
	if diff := cmp.Diff([]string{"7"}, pending(now)); diff != "" {
		t.Errorf("asked for at once: %s", diff)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.ClaimLook(ctx, "7", now)
		if err != nil {
			return err
		}
		return tx.EndLook(ctx, l)
	})
	ask(now.Add(time.Hour))
	if got := pending(now.Add(time.Minute)); len(got) != 0 {
		t.Errorf("a new wish after the look: %v", got)
	}
}

// plannedUnknown effects are looked for before they are done.
func plannedUnknown(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	e := comment("one")
	since := time.UnixMilli(1_700_000_000_000)
	e.State, e.AttemptedAt = bridge.EffectUnknown, since
	plan(t, s, "a", e, comment("two"))
	var got []bridge.Effect
	view(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		got, err = tx.Effects(ctx, "a")
		return err
	})
	if got[0].State != bridge.EffectUnknown || !got[0].AttemptedAt.Equal(since) || got[0].Sends != 0 || got[1].State != bridge.EffectPlanned {
		t.Errorf("%+v", got)
	}
}

// mayHaveHappened has what is planned looked for first, but for what is simply done
// again.
func mayHaveHappened(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	mark := bridge.Plan(bridge.ToMarks, bridge.EditLabels, "mark", bridge.LabelsBody{})
	plan(t, s, "a", comment("one"), mark, bridge.Plan(bridge.ToMail, bridge.TransmitMail, "mail", bridge.TransmitBody{}))
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.MayHaveHappened(ctx) })
	var got []bridge.Effect
	view(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		got, err = tx.Effects(ctx, "a")
		return err
	})
	want := []bridge.EffectState{bridge.EffectUnknown, bridge.EffectPlanned, bridge.EffectUnknown}
	for i, e := range got {
		if e.State != want[i] || (e.State == bridge.EffectUnknown) != e.AttemptedAt.Equal(e.PlannedAt) {
			t.Errorf("%s: %s, since %s", e.Key, e.State, e.AttemptedAt)
		}
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		writing, err := tx.Writing(ctx, "1")
		if !writing {
			t.Error("nothing is being written")
		}
		return err
	})
}

// place is another for a copy of the database, and the same after a new start.
func place(t *testing.T, open func() *store.Store) {
	a, err := open().Place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := open().Place(t.Context()); err != nil || a != b || a == "" {
		t.Errorf("%q and %q, %v", a, b, err)
	}
}

func TestExistingOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	if _, err := store.Open(t.Context(), store.Config{URL: path, Existing: true}); !errors.Is(err, store.ErrNoDatabase) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it was made: %v", err)
	}
	open(t, path)
	s, err := store.Open(t.Context(), store.Config{URL: path, Existing: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestPlaceOfACopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, copied, moved := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db"), filepath.Join(dir, "c.db")
	at := func(path string) string {
		s, err := store.Open(t.Context(), store.Config{URL: path})
		if err != nil {
			t.Fatal(err)
		}
		place, err := s.Place(t.Context())
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		return place
	}
	first := at(file)
	from, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	to, err := os.Create(copied)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(to, from); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(from.Close(), to.Close(), os.Rename(file, moved)); err != nil {
		t.Fatal(err)
	}
	if at(copied) == first {
		t.Errorf("a copy is %s as well", first)
	}
	if got := at(moved); got != first {
		t.Errorf("moved: %s, was %s", got, first)
	}
	a, b := open(t, cluster.Database(t)), open(t, cluster.Database(t))
	x, err := a.Place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if y, err := b.Place(t.Context()); err != nil || x == y {
		t.Errorf("two databases of a cluster: %s, %s, %v", x, y, err)
	}
}

// lockedCursor is made where there is none, and waits for whoever holds it.
func lockedCursor(t *testing.T, open func() *store.Store) {
	s := open()
	const n = 20
	done := make(chan error, n)
	for range n {
		go func() {
			done <- s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				v, err := tx.LockCursor(ctx, "count")
				if err != nil {
					return err
				}
				return tx.SetCursor(ctx, "count", v+"I")
			})
		}()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		v, err := tx.Cursor(ctx, "count")
		if len(v) != n {
			t.Errorf("%d of %d counted", len(v), n)
		}
		return err
	})
}

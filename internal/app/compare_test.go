package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/jira"
	"escalat/internal/store"
)

// shelf is a Jira of which only the labels are asked.
type shelf struct{ hits []jira.Hit }

func (s shelf) Labelled(_ context.Context, labels []string, unresolved bool, see func([]jira.Hit) error) error {
	if len(labels) == 0 || !unresolved {
		return errors.New("what is asked?")
	}
	return see(s.hits)
}

// The comparison finds what was missed: an issue that nobody knows, one that changed
// since it was read, and one that is followed and no longer found.
func TestComparison(t *testing.T) {
	t.Parallel()
	db, engine := database(t), &woken{}
	read := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	now := read.Add(time.Hour)
	for id, c := range map[string]bridge.Case{
		"1": {State: bridge.Sent}, "2": {State: bridge.Sent}, "3": {State: bridge.Answered}, "4": {State: bridge.Closed},
		"5": {State: bridge.Sent, UnreadableSince: read}, "6": {State: bridge.Asked, ResolvedSince: read},
	} {
		c.ID, c.IssueID, c.Provider, c.Ordinal, c.ReadAt = "c"+id, id, "claranet", 1, read
		if err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, c) }); err != nil {
			t.Fatal(err)
		}
	}
	c := &comparer{
		jira:  shelf{[]jira.Hit{{ID: "1", Updated: read}, {ID: "2", Updated: read.Add(time.Minute)}, {ID: "9", Updated: read}}},
		store: db, engine: engine, profiles: profiles(t), now: func() time.Time { return now }, every: time.Hour,
		log: slog.New(slog.DiscardHandler), next: now,
	}
	if err := c.due(t.Context()); err != nil {
		t.Fatal(err)
	}
	slices.Sort(engine.looks)
	if diff := cmp.Diff([]string{"2", "3", "9"}, engine.looks); diff != "" {
		t.Error(diff)
	}
	engine.looks = nil
	now = now.Add(59 * time.Minute)
	if err := c.due(t.Context()); err != nil || len(engine.looks) != 0 {
		t.Errorf("before its time: %v, %v", engine.looks, err)
	}
	now = now.Add(time.Minute)
	if err := c.due(t.Context()); err != nil || len(engine.looks) != 3 {
		t.Errorf("when it is due: %v, %v", engine.looks, err)
	}
}

// What is not sent yet is asked for once a term, however often the comparison fails.
func TestComparisonThatFails(t *testing.T) {
	t.Parallel()
	db, engine := database(t), &woken{}
	insertCases(t, db, 4)
	now := time.Now()
	c := &comparer{
		jira: brokenShelf{}, store: db, engine: engine, profiles: profiles(t), now: func() time.Time { return now }, every: time.Hour,
		log: slog.New(slog.DiscardHandler),
	}
	asked := func() (n int64) {
		err := db.View(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			looks, err := tx.PendingLooks(ctx, now.Add(time.Hour), 100)
			n = int64(len(looks))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := c.due(t.Context()); err == nil || asked() != 4 {
		t.Fatalf("%d looks, %v", asked(), err)
	}
	if err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.PutOffLook(ctx, store.Look{IssueID: "0"}, now.Add(2*time.Hour))
	}); err != nil {
		t.Fatal(err)
	}
	// One look was put off: asking again would bring it forward.
	if err := c.due(t.Context()); err == nil || asked() != 3 {
		t.Errorf("asked again: %d looks are due, %v", asked(), err)
	}
}

// brokenShelf is a Jira that does not answer the comparison.
type brokenShelf struct{}

func (brokenShelf) Labelled(context.Context, []string, bool, func([]jira.Hit) error) error {
	return errors.New("503")
}

// An issue of which no time is told is looked at.
func TestDiffers(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	read := []bridge.Case{{ReadAt: at}}
	for _, test := range []struct {
		cases   []bridge.Case
		updated time.Time
		want    bool
	}{{nil, at, true}, {read, at, false}, {read, at.Add(time.Second), true}, {read, time.Time{}, true}} {
		if got := differs(test.cases, test.updated); got != test.want {
			t.Errorf("%v, %s: %v", test.cases, test.updated, got)
		}
	}
}

package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/jira"
	"escalat/internal/store"
)

// index is a search that answers what the test puts into it.
type index struct {
	now   func() time.Time
	hits  []jira.Hit
	err   error
	since time.Duration
	bound error // what Bind answers
}

func (i *index) Bind(context.Context) error { return i.bound }

// Time is Jira's, a minute before ours.
func (i *index) Time(context.Context) (time.Time, error) { return i.now().Add(-time.Minute), nil }

func (i *index) Changed(_ context.Context, since time.Duration, see func([]jira.Hit) error) error {
	i.since = since
	for page := range slices.Chunk(i.hits, 2) {
		if err := see(page); err != nil {
			return err
		}
	}
	return i.err
}

func TestPollerAsksForWhatIsNewAndOurs(t *testing.T) {
	t.Parallel()
	db, engine, search := database(t), &woken{}, &index{}
	err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertCase(ctx, bridge.Case{ID: "c", IssueID: "3", Provider: "claranet", Ordinal: 1, State: bridge.Sent})
	})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	search.now = clock
	p := &poller{
		jira: search, store: db, engine: engine, now: clock, concerns: concerns{profiles: profiles(t), quiet: 2 * time.Minute, now: clock},
		log: slog.New(slog.DiscardHandler), overlap: 5 * time.Minute, seen: map[string]time.Time{},
	}
	poll := func(want ...string) {
		t.Helper()
		engine.looks = nil
		if err := p.once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, engine.looks); diff != "" {
			t.Error(diff)
		}
	}
	updated := now.Add(-time.Minute)
	search.hits = []jira.Hit{
		{ID: "1", Updated: updated, Labels: []string{"x", label}},
		{ID: "2", Updated: updated, Labels: []string{"x"}}, // nobody's
		{ID: "3", Updated: updated},                        // the label may just have been removed
		{ID: "4", Updated: updated, LabelsUnknown: true},
	}
	search.bound = errors.New("no such field")
	if err := p.once(t.Context()); !errors.Is(err, search.bound) || len(engine.looks) != 0 {
		t.Errorf("issues are asked for that cannot be read: %v, %v", engine.looks, err)
	}
	search.bound = nil
	poll("1 10:02:00", "3", "4") // the first is new: it is read when it has been quiet for two minutes
	if search.since != 5*time.Minute {
		t.Errorf("the first poll reached back %s", search.since)
	}
	now = now.Add(10 * time.Minute)
	poll() // the index shows the same again
	if search.since != 15*time.Minute {
		t.Errorf("after ten minutes the poll reached back %s", search.since)
	}
	search.hits[0].Updated = now
	poll("1 10:12:00")

	search.err, search.hits = errors.New("503"), nil
	if err := p.once(t.Context()); err == nil {
		t.Error("a failed search is a success")
	}
	now = now.Add(time.Hour)
	search.err, search.hits = nil, nil
	poll()
	if search.since != time.Hour+5*time.Minute {
		t.Errorf("after an outage the poll reached back %s: what happened meanwhile is lost", search.since)
	}
	if len(p.seen) != 0 {
		t.Errorf("still remembers %v", p.seen)
	}
}

// TestClockSetBackWhileStopped: the last poll lies in the future, so nobody can
// say how much happened since.
func TestClockSetBackWhileStopped(t *testing.T) {
	t.Parallel()
	db, search := database(t), &index{}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return setTime(ctx, tx, pollCursor, now.Add(3*time.Hour))
	})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	search.now = func() time.Time { return now }
	p := &poller{
		jira: search, store: db, engine: &woken{}, now: search.now,
		log: slog.New(slog.NewTextHandler(&log, nil)), overlap: 5 * time.Minute, seen: map[string]time.Time{},
	}
	search.err = errors.New("503")
	for range 3 {
		if err := p.once(t.Context()); err == nil {
			t.Error("a failed search is a success")
		}
		now = now.Add(time.Minute)
	}
	search.err = nil
	for _, want := range []time.Duration{24*time.Hour + 5*time.Minute, 6 * time.Minute} {
		if err := p.once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if search.since != want {
			t.Errorf("the poll reached back %s, want %s", search.since, want)
		}
		now = now.Add(time.Minute)
	}
	if n := strings.Count(log.String(), "set back"); n != 1 {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
	// A later time it is news again.
	now = now.Add(-time.Hour)
	if err := p.once(t.Context()); err != nil || search.since < 24*time.Hour || strings.Count(log.String(), "set back") != 2 {
		t.Errorf("reached back %s, %v:\n%s", search.since, err, log.String())
	}
}

// A search that breaks off goes on where it was, and what it had shown is not asked
// for again: a flood of changes that is too long for one search ends all the same.
func TestLongSearchGoesOn(t *testing.T) {
	t.Parallel()
	db, engine := database(t), &woken{}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	search := &index{now: clock, err: errors.New("too many pages")}
	for n := range 6 {
		search.hits = append(search.hits, jira.Hit{ID: fmt.Sprint(n), LabelsUnknown: true, Updated: now.Add(time.Duration(n-30) * time.Minute)})
	}
	p := &poller{
		jira: search, store: db, engine: engine, now: clock, concerns: concerns{now: clock},
		log: slog.New(slog.DiscardHandler), overlap: 5 * time.Minute, seen: map[string]time.Time{},
	}
	if err := p.once(t.Context()); err == nil {
		t.Error("a search that broke off is a success")
	}
	if len(engine.looks) != 6 {
		t.Errorf("looks %v", engine.looks)
	}
	if err := p.once(t.Context()); err == nil || search.since != 29*time.Minute {
		t.Errorf("went on %s back, want the newest hit by our clock and the overlap: %v", search.since, err)
	}
	if len(engine.looks) != 6 {
		t.Errorf("asked again: %v", engine.looks)
	}
}

// What only echoes a write of ours is not read again, unless something is waited
// for that a person might have written in the same moment.
func TestEchoesAreNotNews(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		c      bridge.Case
		labels []string
		after  time.Duration
		looked bool
	}{
		"an echo":                   {bridge.Case{State: bridge.Sent}, []string{label}, 0, false},
		"a moment later":            {bridge.Case{State: bridge.Sent}, []string{label}, time.Second, false},
		"somebody's edit":           {bridge.Case{State: bridge.Sent}, []string{label}, 3 * time.Second, true},
		"waits for data":            {bridge.Case{State: bridge.Asked}, []string{label}, 0, true},
		"waits for what is pending": {bridge.Case{State: bridge.Sent, Pending: []string{"impact"}}, []string{label}, 0, true},
		"the label is off":          {bridge.Case{State: bridge.Sent}, nil, 0, true},
		"another label is on":       {bridge.Case{State: bridge.Sent}, []string{label, "escalar-claranet"}, 0, true},
		"over, and labelled anew":   {bridge.Case{State: bridge.Closed}, []string{label}, 0, true},
		"an unreadable label list":  {bridge.Case{State: bridge.Sent}, nil, -1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, engine := database(t), &woken{}
			test.c.ID, test.c.IssueID, test.c.Provider, test.c.Ordinal, test.c.Labels = "c", "3", "claranet", 1, []string{label}
			test.c.Wrote("7", at)
			about := concerns{profiles: profiles(t), now: time.Now}
			err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if err := tx.InsertCase(ctx, test.c); err != nil {
					return err
				}
				return about.ask(ctx, tx, engine, change{
					issue: "3", updated: at.Add(max(test.after, 0)), labels: test.labels, unlabelled: test.after < 0,
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			if (len(engine.looks) > 0) != test.looked {
				t.Errorf("looks %v", engine.looks)
			}
		})
	}
}

// failing is an engine whose store fails at one issue.
type failing struct {
	woken

	at string
}

func (f *failing) AskLook(ctx context.Context, tx *store.Tx, id string) error {
	if id == f.at {
		return errors.New("database is locked")
	}
	return f.woken.AskLook(ctx, tx, id)
}

// What could not be stored is searched for again, however far the search had come.
func TestFailedPageIsNotPassed(t *testing.T) {
	t.Parallel()
	db, engine := database(t), &failing{at: "3"}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	search := &index{now: clock}
	for n, minutes := range []int{110, 100, 90, 10} {
		search.hits = append(search.hits, jira.Hit{ID: fmt.Sprint(n + 1), LabelsUnknown: true, Updated: now.Add(-time.Duration(minutes+1) * time.Minute)})
	}
	p := &poller{
		jira: search, store: db, engine: engine, now: clock, concerns: concerns{now: clock},
		log: slog.New(slog.DiscardHandler), overlap: 5 * time.Minute, seen: map[string]time.Time{},
	}
	if err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return setTime(ctx, tx, pollCursor, now.Add(-2*time.Hour))
	}); err != nil {
		t.Fatal(err)
	}
	if err := p.once(t.Context()); err == nil {
		t.Fatal("a store that fails is a success")
	}
	engine.at = ""
	if err := p.once(t.Context()); err != nil || search.since < 90*time.Minute {
		t.Errorf("the next search reached back %s, %v: what was not stored is passed over", search.since, err)
	}
	if diff := cmp.Diff([]string{"1", "2", "3", "4"}, slices.Compact(slices.Sorted(slices.Values(engine.looks)))); diff != "" {
		t.Error(diff)
	}
}

// A time of update in the future, by a clock that is wrong, puts no look off.
func TestFutureUpdate(t *testing.T) {
	t.Parallel()
	db, engine := database(t), &woken{}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	about := concerns{profiles: profiles(t), quiet: time.Minute, now: func() time.Time { return now }}
	err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return about.ask(ctx, tx, engine, change{issue: "1", updated: now.Add(48 * time.Hour), labels: []string{label}})
	})
	if diff := cmp.Diff([]string{"1 10:01:00"}, engine.looks); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// One case of the issue that waits is enough for an echo to be read.
func TestEchoOfAnotherCaseThatWaits(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	sent := bridge.Case{State: bridge.Sent}
	sent.Wrote("7", at)
	for _, waiting := range []bool{false, true} {
		other := bridge.Case{State: bridge.Closed}
		if waiting {
			other.State = bridge.Asked
		}
		if got := echo([]bridge.Case{sent, other}, nil, at); got == waiting {
			t.Errorf("waiting %v: echo %v", waiting, got)
		}
	}
}

// An update without a time is news each time; one that the overlap still reaches is
// remembered although the index did not show it for a while.
func TestWhatIsRemembered(t *testing.T) {
	t.Parallel()
	db, engine := database(t), &woken{}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	search := &index{now: clock}
	p := &poller{
		jira: search, store: db, engine: engine, now: clock, concerns: concerns{now: clock},
		log: slog.New(slog.DiscardHandler), overlap: 5 * time.Minute, seen: map[string]time.Time{},
	}
	timed := jira.Hit{ID: "1", LabelsUnknown: true, Updated: now.Add(-time.Minute)}
	for step, test := range []struct {
		hits []jira.Hit
		want int
	}{{[]jira.Hit{timed, {ID: "2", LabelsUnknown: true}}, 2}, {[]jira.Hit{{ID: "2", LabelsUnknown: true}}, 3}, {[]jira.Hit{timed}, 3}} {
		search.hits = test.hits
		if err := p.once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(engine.looks) != test.want {
			t.Errorf("step %d: looks %v", step, engine.looks)
		}
		now = now.Add(30 * time.Second)
	}
}

// Jira's word on when it may be asked again is kept.
func TestPollerWaitsAsItIsAsked(t *testing.T) {
	t.Parallel()
	now := time.Now()
	p := &poller{every: time.Second, now: func() time.Time { return now }}
	busy := bridge.Later(errors.New("429"), now.Add(time.Hour))
	for _, test := range []struct {
		err      error
		failures int
		want     time.Duration
	}{{nil, 0, time.Second}, {errors.New("503"), 3, 4 * time.Second}, {busy, 1, time.Hour}} {
		if got := p.wait(test.err, test.failures); got != test.want {
			t.Errorf("%v: %s, want %s", test.err, got, test.want)
		}
	}
}

package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/internal/store"
	"escalat/mapping/wiki"
)

func deciderInCatalan(t *testing.T) decider {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	return decider{profiles: profiles(t), texts: texts, since: never, confirmed: func() bool { return false }, rand: bytes.NewReader(bytes.Repeat([]byte{7}, 100))}
}

// roomy is a brake that holds nothing, in a world without other issues.
type roomy struct{}

func (roomy) Brake(string, bool) (bridge.Brake, error)    { return bridge.Brake{Open: true}, nil }
func (roomy) Writing(string) (bool, error)                { return false, nil }
func (roomy) CaseOf(string, string) (*bridge.Case, error) { return nil, nil }

func never() time.Time { return time.Time{} }

func TestDeciderJoinsTheStages(t *testing.T) {
	t.Parallel()
	d := deciderInCatalan(t)
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	out, err := d.Decide(now, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}}, nil, roomy{})
	if err != nil || len(out) != 1 {
		t.Fatalf("%d outcomes, %v", len(out), err)
	}
	o := out[0]
	if o.Case.State != bridge.Asked || len(o.Effects) != 1 || len(o.Audit) != 3 || o.Audit[0].Stage != "watch" || o.Audit[1].Stage != "validate" {
		t.Errorf("%+v", o)
	}
}

// TestSwitchedOffIsNotLookedAtForEver: a provider's address was taken out of the
// environment while a case of it waited.
func TestSwitchedOffIsNotLookedAtForEver(t *testing.T) {
	t.Parallel()
	db, now := database(t), time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	d := decider{rand: rand.Reader, since: never, confirmed: func() bool { return false }}
	for i, c := range []bridge.Case{
		{ID: "a", State: bridge.Settling, DueAt: now.Add(-time.Minute)}, {ID: "b", State: bridge.Sent},
	} {
		c.IssueID, c.Provider, c.Ordinal = "7", "claranet", i+1
		if err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, c) }); err != nil {
			t.Fatal(err)
		}
	}
	err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		cases, err := tx.LockCasesOfIssue(ctx, "7")
		if err != nil {
			return err
		}
		out, err := d.Decide(now, bridge.Issue{ID: "7", Key: "AOC-7", Labels: []string{label}}, cases, roomy{})
		if err != nil {
			return err
		}
		if len(out) != 1 || out[0].Case.ID != "a" || out[0].Case.State != bridge.Settling || len(out[0].Effects) != 0 ||
			len(out[0].Audit) != 1 || out[0].Audit[0].Action != "switched off" {
			return fmt.Errorf("%+v", out)
		}
		if err := tx.SaveCase(ctx, out[0].Case); err != nil {
			return err
		}
		if due, err := tx.DueIssues(ctx, now.Add(1000*time.Hour), 10); err != nil || len(due) != 0 {
			t.Errorf("still due: %v, %v", due, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Once the provider is on again it goes on with the next change of the issue.
	d = deciderInCatalan(t)
	cases := []bridge.Case{{ID: "a", IssueID: "7", Provider: "claranet", Ordinal: 1, Kind: "sistemas", State: bridge.Settling}}
	if out, err := d.Decide(now, bridge.Issue{ID: "7", Key: "AOC-7", Labels: []string{label}}, cases, roomy{}); err != nil || len(out) != 1 || out[0].Case.State != bridge.Asked {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestUnreadableIssueIsLookedAtAgainIfItMatters(t *testing.T) {
	t.Parallel()
	past, now := time.Unix(1, 0), time.Unix(2, 0)
	tests := map[string]struct {
		state   bridge.State
		off     bool
		pending []string
		due     time.Time
		want    time.Time
		noticed bool
	}{
		"settling":                 {state: bridge.Settling, due: past, want: now.Add(time.Hour), noticed: true},
		"asked":                    {state: bridge.Asked, want: now.Add(time.Hour), noticed: true},
		"of a provider that's off": {state: bridge.Asked, off: true, due: past, noticed: true},
		"being sent":               {state: bridge.Sending, want: now.Add(time.Hour), noticed: true},
		"refused":                  {state: bridge.Undelivered, want: now.Add(time.Hour), noticed: true},
		"sent":                     {state: bridge.Sent, want: now.Add(time.Hour), noticed: true},
		"sent, due":                {state: bridge.Sent, due: past, want: now.Add(time.Hour), noticed: true},
		"braked":                   {state: bridge.Braked, want: now.Add(time.Hour), noticed: true},
		"sent incomplete":          {state: bridge.Sent, pending: []string{"impact"}, want: now.Add(time.Hour), noticed: true},
		"closed incomplete":        {state: bridge.Closed, pending: []string{"impact"}},
		"withdrawn":                {state: bridge.Withdrawn},
		"closed, due":              {state: bridge.Closed, due: past, noticed: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := decider{profiles: profiles(t)}
			if test.off {
				d.profiles = nil
			}
			c := bridge.Case{ID: "c", Provider: "claranet", State: test.state, DueAt: test.due, Pending: test.pending}
			var want []bridge.Outcome
			if test.noticed {
				after := c
				after.DueAt, after.UnreadableSince = test.want, now
				want = []bridge.Outcome{{Case: after, Audit: []bridge.Entry{{At: now, Stage: "watch", Action: "unreadable", Reason: "404"}}}}
			}
			if diff := cmp.Diff(want, d.Unreadable(now, []bridge.Case{c}, errors.New("404"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What cannot be read is asked for less and less often, and given up after a month.
func TestUnreadableIsGivenUp(t *testing.T) {
	t.Parallel()
	d := decider{profiles: profiles(t)}
	begun := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		c    bridge.Case
		want bridge.State
	}{
		"never sent": {bridge.Case{State: bridge.Asked}, bridge.Withdrawn},
		"sent":       {bridge.Case{State: bridge.Sent, Notices: []bridge.Notice{{Serial: 1}}}, bridge.Closed},
	} {
		c, now, reads := test.c, begun, 0
		c.ID, c.Provider, c.CallUntil = "c", "claranet", begun
		for {
			out := d.Unreadable(now, []bridge.Case{c}, errors.New("404"))
			if reads++; len(out) != 1 || reads > 100 {
				t.Fatalf("%s: after %d readings %+v", name, reads, out)
			}
			if c = out[0].Case; c.DueAt.IsZero() {
				break
			}
			now = c.DueAt
		}
		if !c.CallUntil.IsZero() {
			t.Errorf("%s: call until %v", name, c.CallUntil)
		}
		if c.State != test.want || now.Sub(begun) != 30*24*time.Hour || reads != 24+30 {
			t.Errorf("%s: %s after %s and %d readings", name, c.State, now.Sub(begun), reads)
		}
	}
}

// What can be read again begins anew, and so does a beginning from before the clock was
// set back.
func TestReadableAgain(t *testing.T) {
	t.Parallel()
	d, now := deciderInCatalan(t), time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	c := bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, Kind: "sistemas", State: bridge.Asked, UnreadableSince: now.Add(-29 * 24 * time.Hour)}
	out, err := d.Decide(now, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}}, []bridge.Case{c}, roomy{})
	if err != nil || len(out) != 1 || !out[0].Case.UnreadableSince.IsZero() {
		t.Errorf("%+v, %v", out, err)
	}
	c.UnreadableSince = now.Add(time.Hour)
	if out := d.Unreadable(now, []bridge.Case{c}, errors.New("404")); !out[0].Case.UnreadableSince.Equal(now) {
		t.Errorf("unreadable since %s", out[0].Case.UnreadableSince)
	}
}

// TestPutBackLabelEscalatesAnew: the stages together end the old case and take
// the new one on.
func TestPutBackLabelEscalatesAnew(t *testing.T) {
	t.Parallel()
	d, now := deciderInCatalan(t), time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{
		{At: now.Add(-time.Hour), Added: []string{label}}, {At: now.Add(-20 * time.Second), Removed: []string{label}}, {At: now.Add(-10 * time.Second), Added: []string{label}},
	}}
	old := bridge.Case{ID: "old", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Undelivered, Kind: "sistemas", OpenedAt: now.Add(-59 * time.Minute)}
	out, err := d.Decide(now, issue, []bridge.Case{old}, roomy{})
	if err != nil || len(out) != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	if out[0].Case.ID != "old" || out[0].Case.State != bridge.Closed || len(out[0].Effects) != 0 {
		t.Errorf("the old case: %+v", out[0])
	}
	if out[1].Case.Ordinal != 2 || out[1].Case.State != bridge.Asked || len(out[1].Effects) != 1 {
		t.Errorf("the new case: %+v", out[1])
	}
}

// TestNothingStaysDue: whatever a case was due for, once its issue was looked at
// no time in the past is left, or the tick would have it looked at for ever; also
// after a while in which the issue could not be read.
func TestNothingStaysDue(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	states := []bridge.State{bridge.Settling, bridge.Asked, bridge.Sending, bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Withdrawn, bridge.Closed}
	for _, state := range states {
		for _, pending := range [][]string{nil, {"impact"}} {
			for _, labels := range [][]string{{label}, nil} {
				for _, off := range []bool{false, true} {
					d := deciderInCatalan(t)
					if off {
						d.profiles = nil
					}
					issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: labels}
					c := bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, Kind: "sistemas", State: state, Pending: pending, DueAt: now.Add(-time.Hour)}
					due := func(when string, at time.Time, out []bridge.Outcome) {
						for _, o := range out {
							if o.Case.ID == c.ID {
								c = o.Case
							}
						}
						if !c.DueAt.IsZero() && !c.DueAt.After(at) {
							t.Errorf("%s, pending %q, labels %q, off %v: %s it is due %v", state, pending, labels, off, when, c.DueAt)
						}
					}
					look := func(at time.Time) []bridge.Outcome {
						out, err := d.Decide(at, issue, []bridge.Case{c}, roomy{})
						if err != nil {
							t.Fatal(err)
						}
						return out
					}
					was := c
					due("looked at at once", now, look(now))
					c = was
					due("unreadable", now, d.Unreadable(now, []bridge.Case{c}, errors.New("404")))
					later := now.Add(2 * unreadableSoon)
					due("unreadable and then looked at", later, look(later))
				}
			}
		}
	}
}

// TestLeaderLooksAtWhatIsNotSent: what the program, a profile or the configuration
// says of an issue may have changed while nobody touched it.
func TestLeaderLooksAtWhatIsNotSent(t *testing.T) {
	t.Parallel()
	const cases = 2*page + 3
	db := database(t)
	insertCases(t, db, cases)
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	ctx, cancel := context.WithCancel(t.Context())
	clock := func() time.Time { return now }
	p := &poller{
		jira: &index{now: clock}, store: db, engine: &woken{}, now: clock, every: time.Hour,
		log: slog.New(slog.DiscardHandler), overlap: 5 * time.Minute, seen: map[string]time.Time{},
		succeeded: func(time.Time) { cancel() },
		compare: &comparer{
			jira: shelf{}, store: db, engine: &woken{}, profiles: profiles(t), now: clock, every: time.Hour,
			log: slog.New(slog.DiscardHandler),
		},
	}
	p.compare.asked = true // in a former term of leadership
	if err := p.run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	pending := func() int {
		var issues []string
		err := db.View(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			issues, err = tx.PendingLooks(ctx, now.Add(1000*time.Hour), 10*cases)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(issues)
	}
	if got := pending(); got != cases {
		t.Errorf("%d issues are to be looked at, want %d", got, cases)
	}
}

// insertCases adds so many cases that wait, and one that does not.
func insertCases(t testing.TB, db *store.Store, n int) {
	t.Helper()
	err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for i := range n + 1 {
			c := bridge.Case{ID: fmt.Sprintf("c%05d", i), IssueID: fmt.Sprint(i), Provider: "claranet", Ordinal: 1, State: bridge.Asked}
			switch {
			case i == n:
				c.State = bridge.Sent
			case i%2 == 0:
				c.State, c.Pending = bridge.Sent, []string{"impact"}
			}
			if err := tx.InsertCase(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkIncomplete measures what the beginning of leadership costs with 10,000
// cases of which something is to be sent.
func BenchmarkIncomplete(b *testing.B) {
	db, err := store.Open(b.Context(), store.Config{URL: filepath.Join(b.TempDir(), "b.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	insertCases(b, db, 10_000)
	c := &comparer{store: db, log: slog.New(slog.DiscardHandler)}
	for b.Loop() {
		if err := c.incomplete(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// TestShadowCallsNobody: the stages know in which mode they work.
func TestShadowCallsNobody(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"live", "redirect", "shadow"} {
		d, night := deciderInCatalan(t), time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
		d.trial, d.shadow = mode == "redirect", mode == "shadow"
		out, err := d.Decide(night, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}}, nil, roomy{})
		if err != nil || len(out) != 1 || out[0].Case.State != bridge.Asked || out[0].Case.CallUntil.IsZero() != (mode != "live") {
			t.Errorf("%s: %+v, %v", mode, out, err)
		}
	}
}

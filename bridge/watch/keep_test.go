package watch_test

import (
	"slices"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/watch"
)

// TestOlderStore: nothing is sent twice by a store that does not know what escalat
// wrote on the issue.
func TestOlderStore(t *testing.T) {
	t.Parallel()
	const endavant = "escalat endavant"
	tests := map[string]struct {
		state    bridge.State
		comments []bridge.Comment
		change   func(*bridge.Case, *watch.Input)
		want     bridge.State // empty: as it was
		actions  []string
	}{
		"settling":   {state: bridge.Settling, comments: []bridge.Comment{ours(minute(20), "7")}, want: bridge.Listed, actions: []string{"unknown past"}},
		"asked":      {state: bridge.Asked, comments: []bridge.Comment{ours(minute(20), "7")}, want: bridge.Listed, actions: []string{"unknown past"}},
		"braked":     {state: bridge.Braked, comments: []bridge.Comment{ours(minute(20), "7")}, want: bridge.Listed, actions: []string{"unknown past"}},
		"being sent": {state: bridge.Sending, comments: []bridge.Comment{ours(minute(20), "7")}},
		"sent":       {state: bridge.Sent, comments: []bridge.Comment{ours(minute(20), "7")}},
		"sent, with something pending": {state: bridge.Sent, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(c *bridge.Case, _ *watch.Input) {
			c.Pending = []string{"impact"}
		}, actions: []string{"unknown past"}},
		"remembered":         {state: bridge.Asked, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(c *bridge.Case, _ *watch.Input) { c.Wrote("7", time.Time{}) }},
		"perhaps just found": {state: bridge.Asked, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(_ *bridge.Case, in *watch.Input) { in.Writing = true }},
		"under way":          {state: bridge.Asked, comments: []bridge.Comment{ours(minute(51), "7")}},
		"before the case": {state: bridge.Asked, comments: []bridge.Comment{ours(minute(1), "7")}, change: func(_ *bridge.Case, in *watch.Input) {
			in.Since = minute(12)
		}},
		"of its life, before the store was confirmed": {state: bridge.Settling, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(_ *bridge.Case, in *watch.Input) {
			in.Since = minute(30)
		}, want: bridge.Listed, actions: []string{"unknown past"}},
		"somebody else's": {state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(20), "7", "hola")}},
		"what was commanded before was followed, perhaps": {
			state: bridge.Settling, comments: []bridge.Comment{said(pere, minute(16), "6", "escalat envia-ja"), ours(minute(20), "7")}, want: bridge.Listed, actions: []string{"unknown past"},
		},
		"a person has seen it": {state: bridge.Settling, comments: []bridge.Comment{ours(minute(20), "7"), said(pere, minute(21), "8", endavant)}},
		"listed":               {state: bridge.Listed, comments: []bridge.Comment{ours(minute(20), "7"), said(pere, minute(19), "8", endavant)}},
		"listed, and a person has seen it": {
			state: bridge.Listed, comments: []bridge.Comment{ours(minute(20), "7"), said(pere, minute(21), "8", endavant)}, want: bridge.Settling, actions: []string{"goes on"},
		},
		"braked, and a person has seen it": {
			state: bridge.Braked, comments: []bridge.Comment{ours(minute(20), "7"), said(pere, minute(21), "8", endavant)}, want: bridge.Settling, actions: []string{"goes on"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(15))}, Comments: test.comments}
			c := bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: test.state, OpenedAt: minute(15), LabelledAt: minute(15), BrakedAt: minute(15), DueAt: minute(70)}
			in := input(t, issue)
			if test.change != nil {
				test.change(&c, &in)
			}
			in.Cases = []bridge.Case{c}
			out := run(t, in)
			want := test.want
			if want == "" {
				want = test.state
			}
			if len(out) != 1 || out[0].Case.State != want || !slices.Equal(actions(out[0]), test.actions) || len(out[0].Effects) != 0 {
				t.Fatalf("%+v", out)
			}
			if got := out[0].Case; want == bridge.Listed && test.state != bridge.Listed && !got.DueAt.IsZero() || len(got.Pending) != 0 {
				t.Errorf("due %s, pending %q", got.DueAt, got.Pending)
			}
		})
	}
}

// TestListedForItsPastGoesOnWhenAPersonAsksAnew, by a command or by the label; what
// is known by then does not list it once more.
func TestListedForItsPastGoesOnWhenAPersonAsksAnew(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{
		ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))},
		Comments: []bridge.Comment{ours(minute(20), "7"), ours(minute(52), "8")}, // the second may be under way
	}
	in := input(t, issue)
	listed := run(t, in)[0].Case
	if listed.State != bridge.Listed {
		t.Fatalf("%+v", listed)
	}
	listed.ID = "old"
	in.Cases, in.Issue.Comments = []bridge.Case{listed}, append(slices.Clone(issue.Comments), said(pere, minute(58), "9", "escalat endavant"))
	on := run(t, in)[0].Case
	in.Cases, in.Now = []bridge.Case{on}, minute(70) // it was not under way
	if later := run(t, in)[0].Case; on.State != bridge.Settling || later.State != bridge.Settling {
		t.Errorf("%s, then %s", on.State, later.State)
	}
	in = input(t, issue, listed)
	in.Issue.Labelled = append(slices.Clone(issue.Labelled), removed(minute(56)), added(pere, minute(57)))
	if out := run(t, in); len(out) != 2 || out[0].Case.State != bridge.Withdrawn || out[1].Case.State != bridge.Settling {
		t.Errorf("the label was put back: %+v", out)
	}
}

// TestBrakedGoesOn when the brake is released after it was held, or at a person's
// word; the brake is not asked for it once more.
func TestBrakedGoesOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		released time.Time
		comment  bridge.Comment
		barred   []string
		want     bridge.State
	}{
		"nothing":                  {want: bridge.Braked},
		"released before":          {released: minute(19), want: bridge.Braked},
		"released then":            {released: minute(20), want: bridge.Settling},
		"released":                 {released: minute(40), want: bridge.Settling},
		"on command":               {comment: said(pere, minute(30), "8", "escalat endavant"), want: bridge.Settling},
		"on command to send":       {comment: said(pere, minute(30), "8", "escalat envia-ja"), want: bridge.Settling},
		"commanded as it was":      {comment: said(pere, minute(15), "8", "escalat endavant"), want: bridge.Settling},
		"commanded before":         {comment: said(pere, minute(14), "8", "escalat endavant"), want: bridge.Braked},
		"commanded by who may not": {comment: said(pere, minute(30), "8", "escalat endavant"), barred: []string{"pere"}, want: bridge.Braked},
		"commanded and done with":  {comment: said(pere, minute(30), "spent", "escalat endavant"), want: bridge.Braked},
	} {
		c := bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Braked, OpenedAt: minute(20), LabelledAt: minute(15), BrakedAt: minute(20), Spent: []string{"spent"}}
		in := input(t, bridge.Issue{ID: "1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(15))}, Comments: []bridge.Comment{test.comment}, Barred: test.barred}, c)
		lookup := &others{brake: bridge.Brake{Limit: 5, Held: 3, ReleasedAt: test.released}}
		in.Lookup = lookup
		out := run(t, in)
		if len(out) != 1 || out[0].Case.State != test.want || (len(out[0].Audit) == 1) != (test.want == bridge.Settling) || len(out[0].Effects) != 0 || lookup.taken != 0 {
			t.Errorf("%s: %+v, taken %d", name, out, lookup.taken)
		}
	}
}

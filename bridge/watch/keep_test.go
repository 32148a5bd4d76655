package watch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/watch"
	"escalat/bridge/wording"
	"escalat/mapping/wiki"
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
		"answered, and it is known what was told": {state: bridge.Answered, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(c *bridge.Case, _ *watch.Input) {
			c.Notices = []bridge.Notice{{Serial: 1}, {Serial: 2, Told: map[string]string{"impact": "x"}}}
		}, actions: []string{"unknown past"}},
		"remembered":         {state: bridge.Asked, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(c *bridge.Case, _ *watch.Input) { c.Wrote("7", time.Time{}) }},
		"perhaps just found": {state: bridge.Asked, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(_ *bridge.Case, in *watch.Input) { in.Writing = true }},
		"under way":          {state: bridge.Asked, comments: []bridge.Comment{ours(minute(59), "7")}},
		"a few minutes ago":  {state: bridge.Asked, comments: []bridge.Comment{ours(minute(55), "7")}, want: bridge.Listed, actions: []string{"unknown past"}},
		"archived":           {state: bridge.Asked, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(_ *bridge.Case, in *watch.Input) { in.Issue.Archived = true }, want: bridge.Withdrawn, actions: []string{"unknown past", "withdrawn"}},
		"resolved":           {state: bridge.Settling, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(_ *bridge.Case, in *watch.Input) { in.Issue.Resolved = true }, want: bridge.Withdrawn, actions: []string{"unknown past", "withdrawn"}},
		"refused":            {state: bridge.Refused, comments: []bridge.Comment{ours(minute(20), "7")}},
		"refused, and what was commanded before was followed, perhaps": {state: bridge.Refused, comments: []bridge.Comment{said(pere, minute(16), "6", "escalat envia-ja"), ours(minute(20), "7")}},
		"refused, and a person has seen it":                            {state: bridge.Refused, comments: []bridge.Comment{ours(minute(20), "7"), said(pere, minute(21), "8", endavant)}, want: bridge.Settling, actions: []string{"goes on"}},
		"listed once more":                                             {state: bridge.Settling, comments: []bridge.Comment{ours(minute(20), "7")}, change: func(c *bridge.Case, _ *watch.Input) { c.KnownUntil = minute(18) }, want: bridge.Listed, actions: []string{"unknown past"}},
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
			if len(c.Notices) > 1 && c.Told("impact") == "" {
				t.Error("the case that came in was changed")
			}
			want := test.want
			if want == "" {
				want = test.state
			}
			if len(out) != 1 || out[0].Case.State != want || !slices.Equal(actions(out[0]), test.actions) {
				t.Fatalf("%+v", out)
			}
			var told []string // whoever finds it listed knows why
			switch {
			case name == "listed once more":
				told = []string{fmt.Sprint("listed/1/claranet/1/", minute(20).Unix())}
			case want == bridge.Listed && test.state != bridge.Listed:
				told = []string{"listed/1/claranet/1"}
			}
			if !slices.Equal(keys(out[0]), told) {
				t.Errorf("told %q", keys(out[0]))
			}
			if got := out[0].Case; want == bridge.Listed && test.state != bridge.Listed && !got.DueAt.IsZero() || len(got.Pending) != 0 || got.Told("impact") != "" {
				t.Errorf("due %s, pending %q, told %q", got.DueAt, got.Pending, got.Told("impact"))
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
		Comments: []bridge.Comment{ours(minute(20), "7"), ours(minute(59), "8")}, // the second may be under way
	}
	in := input(t, issue)
	listed := run(t, in)[0].Case
	if listed.State != bridge.Listed {
		t.Fatalf("%+v", listed)
	}
	listed.ID = "old"
	in.Cases, in.Issue.Comments = []bridge.Case{listed}, append(slices.Clone(issue.Comments), said(pere, now, "9", "escalat endavant"))
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

// TestWhoSaidItHasSeenIt: what stood there when a person had a case go on does not list
// it later, when it is certain that no case remembers it.
func TestWhoSaidItHasSeenIt(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Settling, bridge.Asked, bridge.Listed, bridge.Braked, bridge.Refused} {
		for _, body := range []string{"escalat endavant", "escalat envia-ja"} {
			if body == "escalat envia-ja" && (state == bridge.Settling || state == bridge.Asked) {
				continue // it is being sent
			}
			c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: state, OpenedAt: minute(6), LabelledAt: minute(5), BrakedAt: minute(6)}
			in := input(t, bridge.Issue{
				ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))},
				Comments: []bridge.Comment{ours(minute(59), "7"), said(pere, now, "8", body)},
			}, c)
			on := run(t, in)[0].Case
			on.Spend("8") // it was followed
			in.Cases, in.Now = []bridge.Case{on}, minute(70)
			if out := run(t, in); len(out) != 1 || out[0].Case.State == bridge.Listed || len(out[0].Effects) != 0 {
				t.Errorf("%s, %s: %+v", state, body, out)
			}
		}
	}
}

// TestListedSaysWhy, and whom to call at night.
func TestListedSaysWhy(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	profile := profiles(t)[0]
	for name, test := range map[string]struct {
		change func(*watch.Input)
		silent bool
		want   bool // it is not known what was sent
	}{
		"confirmed after the label": {change: func(in *watch.Input) {}},
		"the very first start":      {change: func(in *watch.Input) { in.Confirmed = false }, silent: true},
		"labelled the day before":   {change: func(in *watch.Input) { in.Issue.Labelled[0].At = minute(30).Add(-24 * time.Hour) }},
		"labelled long before":      {change: func(in *watch.Input) { in.Issue.Labelled[0].At = minute(29).Add(-24 * time.Hour) }, silent: true},
		"it was told of something":  {change: func(in *watch.Input) { in.Issue.Comments = []bridge.Comment{ours(minute(6), "7")} }, want: true},
		"of something else, before": {change: func(in *watch.Input) { in.Issue.Comments = []bridge.Comment{ours(minute(4), "7")} }},
		"of something that is known": {change: func(in *watch.Input) {
			in.Issue.Comments, in.Cases[0].Posted = []bridge.Comment{ours(minute(6), "7")}, []string{"7"}
		}},
		"a person has it go on": {change: func(in *watch.Input) {
			in.Issue.Comments = []bridge.Comment{said(pere, minute(40), "7", "escalat endavant")}
		}, silent: true},
		"it shares another's": {change: func(in *watch.Input) {
			in.Issue.Comments = []bridge.Comment{said(pere, minute(40), "7", "escalat igual-que ST-2")}
		}, silent: true},
		"labelled since, an old store": {change: func(in *watch.Input) {
			in.Since, in.Confirmed, in.Issue.Comments = minute(4), false, []bridge.Comment{ours(minute(6), "7")}
		}, want: true},
	} {
		for _, at := range []time.Time{now, now.Add(12 * time.Hour)} {
			in := input(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}},
				bridge.Case{ID: "old", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Closed})
			in.Now, in.Since, in.Confirmed, in.Lookup = at, minute(30), true, world(bridge.Sent, nil)
			test.change(&in)
			out := run(t, in)
			if test.silent {
				if slices.ContainsFunc(keys(out[0]), func(key string) bool { return strings.HasPrefix(key, "listed/") }) {
					t.Errorf("%s: told %q", name, keys(out[0]))
				}
				continue
			}
			want := texts.Listed(text.Listed{MentionMarkup: "[~anna]", Provider: "Claranet", Unknown: test.want, GoOn: "escalat endavant", Call: wording.Call(&profile, "", texts, at)})
			if got := markup(t, out[0]); got != want || !slices.Equal(keys(out[0]), []string{"listed/1/claranet/2"}) {
				t.Errorf("%s, %s, %q:\n%s", name, at, keys(out[0]), got)
			}
		}
	}
}

// TestGoOnIsSpent where nothing is held, so that it releases nothing later.
func TestGoOnIsSpent(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{
		bridge.Settling, bridge.Asked, bridge.Sending, bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Joined, bridge.Listed, bridge.Braked, bridge.Refused,
	} {
		c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: state, OpenedAt: minute(6), LabelledAt: minute(5), BrakedAt: minute(6), Leader: "leader", LeaderIssue: "2", LeaderKey: "ST-2"}
		issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Barred: []string{"joana"}, Comments: []bridge.Comment{
			said(pere, minute(4), "6", "escalat endavant"), said(pere, minute(20), "7", "escalat endavant"), said(joana, minute(21), "8", "escalat endavant"), said(pere, minute(22), "9", "escalat envia-ja"),
		}}
		in := input(t, issue, c)
		in.Lookup = world(bridge.Asked, nil)
		out := run(t, in)
		got := out[0].Case
		want := state
		switch state {
		case bridge.Listed, bridge.Braked, bridge.Refused:
			want = bridge.Settling
		}
		if len(out) != 1 || got.State != want || len(out[0].Effects) != 0 {
			t.Errorf("%s: %+v", state, out)
		}
		// The one that sends is spent when it is followed.
		if spent := slices.Contains(got.Spent, "7"); !spent && want == state || len(got.Spent) > 1 {
			t.Errorf("%s: spent %q", state, got.Spent)
		}
		got.State, got.BrakedAt = bridge.Braked, now
		in.Cases = []bridge.Case{got}
		in.Issue.Comments = issue.Comments[:3]
		if out := run(t, in); out[0].Case.State != bridge.Braked {
			t.Errorf("%s: it was heard once more: %s %+v", state, out[0].Case.State, out[0].Audit)
		}
	}
	resolved := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Resolved: true, Comments: []bridge.Comment{said(pere, minute(20), "7", "escalat endavant")}}
	if out := decide(t, resolved, bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Asked, LabelledAt: minute(5)}); len(out[0].Case.Spent) != 0 {
		t.Errorf("resolved: %+v", out)
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

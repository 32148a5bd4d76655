package watch_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

// markup is the text of an outcome's only comment.
func markup(t *testing.T, o bridge.Outcome) string {
	t.Helper()
	if len(o.Effects) != 1 {
		t.Fatalf("effects %+v", o.Effects)
	}
	var body bridge.CommentBody
	if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil {
		t.Fatal(err)
	}
	return body.Text
}

// TestResolvedCloses what was sent, once, with a word to those who still have to
// tell the provider.
func TestResolvedCloses(t *testing.T) {
	t.Parallel()
	left := bridge.Notice{Serial: 1, SentAt: minute(10)}
	for name, test := range map[string]struct {
		state  bridge.State
		change func(*bridge.Case, *bridge.Issue)
		want   bridge.State
		told   bool
	}{
		"settling":      {state: bridge.Settling, want: bridge.Settling},
		"asked":         {state: bridge.Asked, want: bridge.Asked},
		"being sent":    {state: bridge.Sending, want: bridge.Sending},
		"listed":        {state: bridge.Listed, want: bridge.Withdrawn},
		"braked":        {state: bridge.Braked, want: bridge.Withdrawn},
		"refused":       {state: bridge.Refused, want: bridge.Withdrawn},
		"sent":          {state: bridge.Sent, want: bridge.Closed, told: true},
		"answered":      {state: bridge.Answered, want: bridge.Closed, told: true},
		"undelivered":   {state: bridge.Undelivered, want: bridge.Closed},
		"joined":        {state: bridge.Joined, want: bridge.Closed},
		"only recorded": {state: bridge.Sent, change: func(c *bridge.Case, _ *bridge.Issue) { c.Notices[0].Shadow = true }, want: bridge.Closed},
		"redirected":    {state: bridge.Answered, change: func(c *bridge.Case, _ *bridge.Issue) { c.Notices[0].Redirected = true }, want: bridge.Closed},
		"archived":      {state: bridge.Sent, change: func(_ *bridge.Case, i *bridge.Issue) { i.Archived = true }, want: bridge.Sent},
		"sent although it was": {state: bridge.Sent, change: func(c *bridge.Case, i *bridge.Issue) {
			i.ResolvedAt, c.Forced = minute(5), bridge.Forced{CommentID: "3", At: minute(6)}
		}, want: bridge.Sent},
		"sent at once, and then resolved": {state: bridge.Sent, change: func(c *bridge.Case, i *bridge.Issue) {
			i.ResolvedAt, c.Forced = minute(15), bridge.Forced{CommentID: "3", At: minute(6)}
		}, want: bridge.Closed, told: true},
		"taken off and put back as well": {state: bridge.Sent, change: func(_ *bridge.Case, i *bridge.Issue) {
			i.Labelled = []bridge.Labelling{added(anna, minute(5)), removed(minute(20)), added(anna, minute(30))}
		}, want: bridge.Closed, told: true},
	} {
		issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5)), {At: minute(30), Added: []string{"x"}}}, Resolved: true, Updated: minute(40)}
		c := bridge.Case{
			ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 2, State: test.state, OpenedAt: minute(5), LabelledAt: minute(5), Label: label,
			Notices: []bridge.Notice{left}, References: []string{"INC1"}, DueAt: minute(70), Leader: "l", LeaderIssue: "2", LeaderSent: true,
		}
		if test.change != nil {
			test.change(&c, &issue)
		}
		out := decide(t, issue, c)
		if len(out) != 1 || out[0].Case.State != test.want {
			t.Errorf("%s: %+v", name, out)
			continue
		}
		got := out[0].Case
		closed := test.want == bridge.Closed
		over := !test.want.Open()
		if (got.Closing == bridge.ByResolved) != closed || got.LabelOn != closed || over && !got.DueAt.IsZero() || got.LabelsAt.Equal(minute(30)) != closed || !got.ReadAt.Equal(minute(40)) {
			t.Errorf("%s: %+v", name, got)
		}
		if !test.told {
			if len(out[0].Effects) != 0 {
				t.Errorf("%s: told %q", name, keys(out[0]))
			}
			continue
		}
		if markup(t, out[0]) == "" || !slices.Equal(keys(out[0]), []string{"resolved/1/claranet/2"}) {
			t.Errorf("%s: told %q", name, keys(out[0]))
		}
	}
}

// TestHeldIsOverWithItsIssue: unless a person asks after that. When the issue is
// opened again its label is judged anew, and what was asked before counts no more.
func TestHeldIsOverWithItsIssue(t *testing.T) {
	t.Parallel()
	const endavant, envia = "escalat endavant", "escalat envia-ja"
	resolved := bridge.Issue{Resolved: true, ResolvedAt: minute(20)}
	for name, test := range map[string]struct {
		issue    bridge.Issue
		comments []bridge.Comment
		goesOn   bool
		next     bridge.State // of the next case, when it is opened again while the brake holds
	}{
		"resolved":                      {issue: resolved, next: bridge.Braked},
		"archived":                      {issue: bridge.Issue{Archived: true}, next: bridge.Braked},
		"nobody knows since when":       {issue: bridge.Issue{Resolved: true}, comments: []bridge.Comment{said(pere, minute(25), "8", endavant)}, next: bridge.Braked},
		"a person asked before":         {issue: resolved, comments: []bridge.Comment{said(pere, minute(15), "8", endavant), said(pere, minute(16), "9", envia)}, next: bridge.Braked},
		"a person asked after":          {issue: resolved, comments: []bridge.Comment{said(pere, minute(25), "8", envia)}, goesOn: true},
		"archived, and a person asked":  {issue: bridge.Issue{Archived: true, Resolved: true, ResolvedAt: minute(20)}, comments: []bridge.Comment{said(pere, minute(25), "8", envia)}, next: bridge.Braked},
		"who may not asked after":       {issue: bridge.Issue{Resolved: true, ResolvedAt: minute(20), Barred: []string{"pere"}}, comments: []bridge.Comment{said(pere, minute(25), "8", envia)}, next: bridge.Braked},
		"the label was put back":        {issue: bridge.Issue{Resolved: true, Labelled: []bridge.Labelling{added(anna, minute(5)), removed(minute(21)), added(anna, minute(22))}}, next: bridge.Braked},
		"with an unknown past":          {issue: resolved, comments: []bridge.Comment{ours(minute(18), "8")}, next: bridge.Listed},
		"a person asked, and it may be": {issue: resolved, comments: []bridge.Comment{said(pere, minute(25), "8", envia), ours(minute(26), "9")}, next: bridge.Listed},
	} {
		for _, state := range []bridge.State{bridge.Listed, bridge.Refused, bridge.Braked} {
			issue := test.issue
			issue.ID, issue.Key, issue.Labels, issue.Comments = "1", "AOC-1", []string{label}, test.comments
			if issue.Labelled == nil {
				issue.Labelled = []bridge.Labelling{added(anna, minute(5))}
			}
			in := input(t, issue, bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: state, OpenedAt: minute(6), LabelledAt: minute(5), Label: label, DueAt: minute(70), BrakedAt: minute(6)})
			in.Lookup = &others{brake: bridge.Brake{Limit: 5, Held: 1}}
			out := run(t, in)
			if len(out) != 1 || len(out[0].Effects) != 0 {
				t.Fatalf("%s, %s: %+v", name, state, out)
			}
			got := out[0].Case
			if test.goesOn {
				if got.State != bridge.Settling {
					t.Errorf("%s, %s: %s", name, state, got.State)
				}
				continue
			}
			if got.State != bridge.Withdrawn || got.Closing != "" || got.LabelOn || !got.DueAt.IsZero() || !slices.Contains(actions(out[0]), "withdrawn") {
				t.Errorf("%s, %s: %+v", name, state, got)
			}
			in.Cases = []bridge.Case{got}
			in.Issue.Resolved, in.Issue.ResolvedAt, in.Issue.Archived = false, time.Time{}, false
			if out := run(t, in); len(out) != 1 || out[0].Case.Ordinal != 2 || out[0].Case.State != test.next || len(out[0].Effects) != 1 {
				t.Errorf("%s, %s: opened again %+v", name, state, out)
			}
			if in.Since = minute(30); out[0].Case.State != bridge.Listed {
				if out := run(t, in); len(out) != 1 || out[0].Case.State != bridge.Listed || len(out[0].Effects) != 0 {
					t.Errorf("%s, %s: opened again, from before %+v", name, state, out)
				}
			}
		}
	}
}

// TestResolvedSaysWhomToTell at this hour.
func TestResolvedSaysWhomToTell(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	contacts := profiles(t)[0].Contacts
	for at, want := range map[time.Time]text.Resolved{
		now:                     {Phones: contacts.Day.Phones, Portal: contacts.Portal},
		now.Add(12 * time.Hour): {Phones: contacts.Night.Phones},
	} {
		in := input(t, bridge.Issue{ID: "1", Labels: []string{label}, Resolved: true}, bridge.Case{
			ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Sent, Label: label, References: []string{"INC1"},
			OpenedBy: anna, Notices: []bridge.Notice{{Serial: 1, SentAt: before}},
		})
		in.Now = at
		want.MentionMarkup, want.Provider, want.References, want.Label = "[~anna]", "Claranet", []string{"INC1"}, label
		if got := markup(t, run(t, in)[0]); got != texts.Resolved(want) {
			t.Errorf("%s:\n%s", at, got)
		}
	}
}

// TestLabelOfAClosedCase: one that stayed on opens nothing, one that was put on
// again does, once.
func TestLabelOfAClosedCase(t *testing.T) {
	t.Parallel()
	closed := bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: bridge.Closed, Closing: bridge.ByResolved, LabelOn: true, LabelsAt: minute(5), LabelledAt: minute(5)}
	on := added(anna, minute(5))
	for name, test := range map[string]struct {
		log      []bridge.Labelling
		off      bool
		resolved bool
		change   func(*bridge.Case)
		opens    bool
	}{
		"it stayed on":                          {log: []bridge.Labelling{on}},
		"another label came":                    {log: []bridge.Labelling{on, {At: minute(20), Added: []string{"x"}}}},
		"it was exchanged":                      {log: []bridge.Labelling{on, {At: minute(20), Added: []string{label}, Removed: []string{"escalar-claranet"}}}},
		"off and on again":                      {log: []bridge.Labelling{on, removed(minute(20)), added(anna, minute(21))}, opens: true},
		"off and on again, still resolved":      {log: []bridge.Labelling{on, removed(minute(20)), added(anna, minute(21))}, resolved: true},
		"off and on again before it was closed": {log: []bridge.Labelling{removed(minute(3)), on}},
		"a log without times": {log: []bridge.Labelling{added(anna, time.Time{}), removed(time.Time{}), added(anna, time.Time{})}, change: func(c *bridge.Case) {
			c.LabelsAt = time.Time{}
		}},
		"off":                         {log: []bridge.Labelling{on, removed(minute(20))}, off: true},
		"off and seen to be, then on": {log: []bridge.Labelling{on}, change: func(c *bridge.Case) { c.LabelOn = false }, opens: true},
	} {
		c := closed
		if test.change != nil {
			test.change(&c)
		}
		issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: test.log, Resolved: test.resolved}
		if test.off {
			issue.Labels = nil
		}
		out := decide(t, issue, c)
		switch {
		case test.opens:
			if c.LabelOn { // or its removal that is late would take the next one's label
				if len(out) != 2 || out[0].Case.ID != "c" || out[0].Case.LabelOn || out[0].Case.State != bridge.Closed || len(out[0].Audit) != 0 {
					t.Fatalf("%s: %+v", name, out)
				}
				out = out[1:]
			}
			if len(out) != 1 || out[0].Case.State != bridge.Settling || out[0].Case.Ordinal != 2 {
				t.Errorf("%s: %+v", name, out)
			}
		case test.off:
			if len(out) != 1 || out[0].Case.LabelOn || out[0].Case.State != bridge.Closed || len(out[0].Audit) != 0 {
				t.Errorf("%s: %+v", name, out)
			}
		case len(out) != 0:
			t.Errorf("%s: %+v", name, out)
		}
	}
}

// TestLabelOfACaseThatHasNotBegun: taking it off withdraws, taking it off and
// putting it back opens the next one.
func TestLabelOfACaseThatHasNotBegun(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Listed, bridge.Refused, bridge.Braked, bridge.Joined} {
		c := bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: state, OpenedAt: minute(6), LabelledAt: minute(5), DueAt: minute(70), Leader: "l", LeaderIssue: "2", LeaderSent: true}
		ended, closing := bridge.Withdrawn, bridge.Closing("")
		if state == bridge.Joined {
			ended, closing = bridge.Closed, bridge.ByLabel
		}
		out := decide(t, bridge.Issue{ID: "1", Labelled: []bridge.Labelling{added(anna, minute(5)), removed(minute(7))}}, c)
		if len(out) != 1 || out[0].Case.State != ended || out[0].Case.Closing != closing || len(out[0].Effects) != 0 || !out[0].Case.DueAt.IsZero() {
			t.Errorf("%s, off: %+v", state, out)
		}
		if closing != "" {
			closing = bridge.ByAnother
		}
		issue := bridge.Issue{ID: "1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5)), removed(minute(7)), added(pere, minute(8))}, Duplicates: []string{"2"}}
		in := input(t, issue, c)
		in.Lookup = &others{brake: bridge.Brake{Open: true}, cases: map[string]bridge.Case{"2": {ID: "l", IssueID: "2", State: bridge.Sent}}}
		out = run(t, in)
		next := bridge.Joined // by the link
		if state == bridge.Joined {
			next = bridge.Settling // it was parted from the other
		}
		if len(out) != 2 || out[0].Case.State != ended || out[0].Case.Closing != closing || out[1].Case.State != next || out[1].Case.Ordinal != 2 {
			t.Errorf("%s, put back: %+v", state, out)
		}
	}
}

func TestMovedAway(t *testing.T) {
	t.Parallel()
	in := input(t, bridge.Issue{ID: "1", Key: "OTHER-1", Labels: []string{label}}, bridge.Case{ID: "c", Provider: "claranet", Ordinal: 1, State: bridge.Settling})
	in.Projects = []string{"AOC"}
	if out := run(t, in); len(out) != 1 || out[0].Case.State != bridge.Settling || !strings.HasPrefix(out[0].Case.IssueKey, "OTHER-") {
		t.Errorf("%+v", out)
	}
}

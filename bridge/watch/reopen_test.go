package watch_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/watch"
)

// reopened is a case that was opened again at the 30th minute.
func reopened(change func(*bridge.Case)) bridge.Case {
	c := bridge.Case{
		ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Closed, Closing: bridge.ByLabel, Label: label, LabelledAt: minute(5),
		OpenedBy: anna, Notices: []bridge.Notice{{Serial: 1, SentAt: minute(10)}}, Labels: []string{label},
	}
	c.Reopen(bridge.Answered, minute(30))
	if change != nil {
		change(&c)
	}
	return c
}

// TestWhatIsOpenAgain is followed although its label is off, and although its issue was
// resolved before.
func TestWhatIsOpenAgain(t *testing.T) {
	t.Parallel()
	on := added(anna, minute(5))
	off := removed(minute(20))
	resolved := func(at time.Time) func(*bridge.Issue) {
		return func(i *bridge.Issue) { i.Resolved, i.ResolvedAt = true, at }
	}
	relabelled := func(c *bridge.Case) { c.Relabelled, c.LabelsAt = true, minute(32) }
	for name, test := range map[string]struct {
		log    []bridge.Labelling
		off    bool
		issue  func(*bridge.Issue)
		change func(*bridge.Case)
		want   []bridge.State
		// followed: a label that comes off next closes it.
		followed bool
		closing  bridge.Closing
		told     []string
	}{
		"its label is off":                       {log: []bridge.Labelling{on, off}, off: true, want: []bridge.State{bridge.Answered}},
		"its label stayed on":                    {log: []bridge.Labelling{on}, want: []bridge.State{bridge.Answered}, followed: true},
		"it was put back":                        {log: []bridge.Labelling{on, off, added(pere, minute(32))}, want: []bridge.State{bridge.Answered}, followed: true},
		"put back, off and on between two looks": {log: []bridge.Labelling{on, off, added(pere, minute(32)), removed(minute(33)), added(pere, minute(34))}, want: []bridge.State{bridge.Answered}, followed: true},
		"put back and off between two looks":     {log: []bridge.Labelling{on, off, added(pere, minute(32)), removed(minute(33))}, off: true, want: []bridge.State{bridge.Answered}},
		"put back, and taken off later":          {log: []bridge.Labelling{on, off, added(pere, minute(32)), removed(minute(40))}, off: true, change: relabelled, want: []bridge.State{bridge.Closed}, closing: bridge.ByLabel},
		"put back, off and on later":             {log: []bridge.Labelling{on, off, added(pere, minute(32)), removed(minute(40)), added(pere, minute(41))}, change: relabelled, want: []bridge.State{bridge.Closed, bridge.Settling}, closing: bridge.ByAnother},
		"resolved before":                        {log: []bridge.Labelling{on, off}, off: true, issue: resolved(minute(20)), want: []bridge.State{bridge.Answered}},
		"resolved before, its label on":          {log: []bridge.Labelling{on}, issue: resolved(minute(20)), want: []bridge.State{bridge.Answered}, followed: true},
		"resolved before, nobody knows when":     {log: []bridge.Labelling{on, off}, off: true, issue: resolved(time.Time{}), want: []bridge.State{bridge.Answered}},
		"resolved since":                         {log: []bridge.Labelling{on, off}, off: true, issue: resolved(minute(40)), want: []bridge.State{bridge.Closed}, closing: bridge.ByResolved, told: []string{"resolved/1/claranet/1/" + strconv.FormatInt(minute(30).Unix(), 10)}},
		"resolved since, its label on":           {log: []bridge.Labelling{on}, issue: resolved(minute(40)), want: []bridge.State{bridge.Closed}, closing: bridge.ByResolved, told: []string{"resolved/1/claranet/1/" + strconv.FormatInt(minute(30).Unix(), 10)}},
		"resolved since it was seen open":        {log: []bridge.Labelling{on, off}, off: true, issue: resolved(time.Time{}), change: func(c *bridge.Case) { c.ResolvedSince = time.Time{} }, want: []bridge.State{bridge.Closed}, closing: bridge.ByResolved, told: []string{"resolved/1/claranet/1/" + strconv.FormatInt(minute(30).Unix(), 10)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: test.log, Updated: now}
			if test.off {
				issue.Labels = nil
			}
			if test.issue != nil {
				test.issue(&issue)
			}
			out := decide(t, issue, reopened(test.change))
			var states []bridge.State
			for _, o := range out {
				states = append(states, o.Case.State)
			}
			if diff := cmp.Diff(test.want, states); diff != "" {
				t.Fatal(diff)
			}
			got := out[0]
			if got.Case.Closing != test.closing || got.Case.Relabelled != test.followed || !slices.Equal(keys(got), test.told) {
				t.Errorf("closed by %q, followed %v, told %q", got.Case.Closing, got.Case.Relabelled, keys(got))
			}
			if test.closing == bridge.ByResolved && got.Case.LabelOn == test.off {
				t.Errorf("a label is on: %v", got.Case.LabelOn)
			}
			if !test.followed || test.closing != "" {
				return
			}
			// Now it is taken off by a person, and the case is over; put back, the next begins.
			issue.Labels, issue.Labelled = nil, append(slices.Clone(issue.Labelled), removed(minute(45)))
			over := decide(t, issue, got.Case)
			if len(over) != 1 || over[0].Case.State != bridge.Closed || over[0].Case.Closing != bridge.ByLabel {
				t.Fatalf("taken off: %+v", over)
			}
			issue.Labels, issue.Labelled, issue.Resolved = []string{label}, append(slices.Clone(issue.Labelled), added(pere, minute(50))), false
			next := decide(t, issue, over[0].Case)
			if len(next) != 2 || next[0].Case.Closing != bridge.ByAnother || next[1].Case.State != bridge.Settling || next[1].Case.Ordinal != 2 {
				t.Fatalf("put back: %+v", next)
			}
		})
	}
}

// TestWhatAPersonClosed: the label that stayed on opens nothing until it was off once, and
// resolving the issue says nothing more.
func TestWhatAPersonClosed(t *testing.T) {
	t.Parallel()
	on := added(anna, minute(5))
	closed := bridge.Case{
		ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Closed, Closing: bridge.ByCommand, LabelledAt: minute(5), OpenedBy: anna,
		LabelOn: true, LabelsAt: minute(5), Notices: []bridge.Notice{{Serial: 1, SentAt: minute(10)}}, References: []string{"1234567"},
	}
	for name, test := range map[string]struct {
		log      []bridge.Labelling
		off      bool
		resolved bool
		states   []bridge.State
		stays    bool
	}{
		"it stayed on":            {log: []bridge.Labelling{on}, stays: true},
		"resolved afterwards":     {log: []bridge.Labelling{on}, resolved: true, stays: true},
		"taken off":               {log: []bridge.Labelling{on, removed(minute(20))}, off: true, states: []bridge.State{bridge.Closed}},
		"taken off, and resolved": {log: []bridge.Labelling{on, removed(minute(20))}, off: true, resolved: true, states: []bridge.State{bridge.Closed}},
		"taken off, and put back": {log: []bridge.Labelling{on, removed(minute(20)), added(pere, minute(21))}, states: []bridge.State{bridge.Closed, bridge.Settling}},
	} {
		issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: test.log, Resolved: test.resolved, ResolvedAt: minute(25)}
		if test.off {
			issue.Labels = nil
		}
		out := decide(t, issue, closed)
		var states []bridge.State
		for _, o := range out {
			states = append(states, o.Case.State)
			if len(o.Effects) != 0 || o.Case.LabelOn {
				t.Errorf("%s: %+v", name, o)
			}
		}
		if diff := cmp.Diff(test.states, states); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestACommandOfWhatIsOver has the case looked at as it is, so that it is heard: one that
// was given since, and is not done with, and is for its provider.
func TestACommandOfWhatIsOver(t *testing.T) {
	t.Parallel()
	over := bridge.Case{
		ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Closed, Closing: bridge.ByLabel, LabelledAt: minute(5), ReadAt: minute(20),
		Notices: []bridge.Notice{{Serial: 1, SentAt: minute(10)}},
	}
	const ovh = "escalar-ovh"
	for name, test := range map[string]struct {
		body   string
		at     time.Time
		change func(*watch.Input)
		heard  bool
	}{
		"open it again": {body: "escalat reobre", at: minute(30), heard: true},
		"how it stands": {body: "escalat estat", at: minute(30), heard: true},
		"close it":      {body: "escalat tanca", at: minute(30), heard: true},
		"help":          {body: "escalat ajuda", at: minute(30), heard: true},
		"by its name":   {body: "escalat claranet reobre", at: minute(30), heard: true},
		"withdrawn": {body: "escalat estat", at: minute(30), change: func(in *watch.Input) {
			in.Cases[0].State, in.Cases[0].Closing, in.Cases[0].Notices = bridge.Withdrawn, "", nil
		}, heard: true},
		"before it was over":      {body: "escalat reobre", at: minute(15)},
		"before its label":        {body: "escalat reobre", at: minute(4), change: func(in *watch.Input) { in.Cases[0].ReadAt = time.Time{} }},
		"done with":               {body: "escalat reobre", at: minute(30), change: func(in *watch.Input) { in.Cases[0].Spend(in.Issue.Commands()[0].Mark()) }},
		"long ago":                {body: "escalat reobre", at: minute(30), change: func(in *watch.Input) { in.Now = now.Add(48 * time.Hour) }},
		"of somebody else":        {body: "escalat reobre", at: minute(30), change: func(in *watch.Input) { in.Issue.Barred = []string{"pere"} }},
		"no command":              {body: "L’hem reobert.", at: minute(30)},
		"on an archived one":      {body: "escalat reobre", at: minute(30), change: func(in *watch.Input) { in.Issue.Archived = true }},
		"a text for its provider": {body: "Per a Claranet: torna a fallar", at: minute(30), heard: true},
		"another's is at work":    {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) { in.Issue.Labels = []string{ovh} }, heard: true},
		"a text of two days ago": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Now = now.Add(48 * time.Hour)
		}, heard: true},
		"a text of long ago": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Now = now.Add(8 * 24 * time.Hour)
		}},
		"a text from before": {body: "Per a Claranet: torna a fallar", at: minute(15)},
		"a text that nobody may send": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Issue.Barred = []string{"pere"}
		}, heard: true},
		"a text that was explained": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Cases[0].Spend("relay/7/closed")
		}},
		"a text that was given up": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Cases[0].GiveUp("7", bridge.Digest("torna a fallar"))
		}},
		"a text that has gone": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Cases[0].Relay("7", bridge.Digest("torna a fallar"))
		}},
		"a text edited since it went": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Cases[0].Relay("7", bridge.Digest("x"))
		}, heard: true},
		"an edit that was explained": {body: "Per a Claranet: torna a fallar", at: minute(30), change: func(in *watch.Input) {
			in.Cases[0].Relay("7", bridge.Digest("x"))
			in.Cases[0].Spend("relay/7/edited/" + bridge.Digest("torna a fallar"))
		}},
		"a text for another": {body: "Per a OVH: hola", at: minute(30), heard: true},
		"a text for another, who was told": {body: "Per a OVH: hola", at: minute(30), change: func(in *watch.Input) {
			in.Cases[0].Spend("relay/7/nowhere/ovh")
		}},
		"a text for another, who is at work": {body: "Per a OVH: hola", at: minute(30), change: func(in *watch.Input) { in.Issue.Labels = []string{ovh} }},
		"a text that only names it":          {body: "Parlem amb Claranet: torna a fallar", at: minute(30)},
		"a text on an archived one":          {body: "Per a Claranet: hola", at: minute(30), change: func(in *watch.Input) { in.Issue.Archived = true }},
		"another is at work":                 {body: "escalat estat", at: minute(30), change: func(in *watch.Input) { in.Issue.Labels = []string{ovh} }},
		"another, but by its name":           {body: "escalat claranet reobre", at: minute(30), change: func(in *watch.Input) { in.Issue.Labels = []string{ovh} }, heard: true},
		"its label stayed on": {body: "escalat reobre", at: minute(30), change: func(in *watch.Input) {
			in.Issue.Labels, in.Cases[0].LabelOn, in.Cases[0].LabelsAt = []string{label}, true, minute(5)
		}, heard: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input(t, bridge.Issue{
				ID: "1", Key: "AOC-1", Updated: minute(30), Labelled: []bridge.Labelling{added(anna, minute(5))}, Comments: []bridge.Comment{said(pere, test.at, "7", test.body)},
				Named: map[string]string{"claranet": "claranet", "ovh": "ovh"},
			}, over)
			if test.change != nil {
				test.change(&in)
			}
			var got []bridge.Outcome
			for _, o := range run(t, in) {
				if o.Case.Provider == "claranet" {
					got = append(got, o)
				}
			}
			if !test.heard {
				if len(got) != 0 {
					t.Errorf("%+v", got)
				}
				return
			}
			if diff := cmp.Diff([]bridge.Outcome{{Case: in.Cases[0]}}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestTwoProvidersOnOneIssue: each has its case, and the label of one says nothing of the
// other's.
func TestTwoProvidersOnOneIssue(t *testing.T) {
	t.Parallel()
	const other = "escalar-ovh-incidencia"
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label, other}, Labelled: []bridge.Labelling{added(anna, minute(5)), {By: pere, At: minute(6), Added: []string{other}}}}
	out := decide(t, issue)
	if len(out) != 2 || out[0].Case.Provider != "claranet" || out[1].Case.Provider != "ovh" || out[0].Case.OpenedBy != anna || out[1].Case.OpenedBy != pere {
		t.Fatalf("%+v", out)
	}
	claranet, ovh := out[0].Case, out[1].Case
	claranet.State, claranet.Notices = bridge.Sent, []bridge.Notice{{Serial: 1, SentAt: minute(10)}}
	ovh.State, ovh.Notices = bridge.Handed, []bridge.Notice{{Serial: 1, Channel: bridge.ByPortal}}
	issue.Labels, issue.Labelled = []string{other}, append(slices.Clone(issue.Labelled), removed(minute(20)))
	out = decide(t, issue, claranet, ovh)
	if len(out) != 2 || out[0].Case.State != bridge.Closed || out[1].Case.State != bridge.Handed {
		t.Fatalf("one label was taken off: %+v", out)
	}
	closed, ovh := out[0].Case, out[1].Case
	issue.Labels, issue.Labelled = []string{other, label}, append(slices.Clone(issue.Labelled), added(anna, minute(30)))
	out = decide(t, issue, closed, ovh)
	if len(out) != 3 || out[0].Case.Closing != bridge.ByAnother || out[1].Case.Ordinal != 2 || out[2].Case.ID != ovh.ID || out[2].Case.State != bridge.Handed {
		t.Fatalf("it was put back: %+v", out)
	}
}

// TestHandedToAPerson: a case that somebody is to enter in a portal is over with its label
// or its issue, says nothing then, leads those that share it, and shares nobody's.
func TestHandedToAPerson(t *testing.T) {
	t.Parallel()
	handed := bridge.Case{
		ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Handed, LabelledAt: minute(5), OpenedBy: anna, Label: label,
		Notices: []bridge.Notice{{Serial: 1, Channel: bridge.ByPortal}},
	}
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}}
	off, resolved, command := issue, issue, issue
	off.Labels, off.Labelled = nil, append(slices.Clone(issue.Labelled), removed(minute(20)))
	resolved.Resolved, resolved.ResolvedAt = true, minute(20)
	command.Comments = []bridge.Comment{said(anna, minute(30), "7", "escalat igual-que ST-2")}
	for name, test := range map[string]struct {
		issue bridge.Issue
		state bridge.State
		told  []string
	}{
		"it stays":                   {issue, bridge.Handed, nil},
		"the label was taken off":    {off, bridge.Closed, nil},
		"the issue was resolved":     {resolved, bridge.Closed, nil},
		"it is to share another one": {command, bridge.Handed, []string{"not-joined/1/claranet/1/7"}},
	} {
		in := input(t, test.issue, handed)
		in.Lookup = world(bridge.Sent, nil)
		out := run(t, in)
		if len(out) != 1 || out[0].Case.State != test.state || !slices.Equal(keys(out[0]), test.told) {
			t.Errorf("%s: %+v", name, out)
		}
	}
	in := input(t, bridge.Issue{ID: "9", Key: "AOC-9", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Duplicates: []string{"1"}})
	in.Lookup = &others{brake: bridge.Brake{Open: true}, cases: map[string]bridge.Case{"1": handed}}
	if out := run(t, in); len(out) != 1 || out[0].Case.State != bridge.Joined || out[0].Case.Leader != "c" || !strings.HasPrefix(keys(out[0])[0], "joined/") {
		t.Errorf("a duplicate of it: %+v", out)
	}
}

// TestMovedWhileItIsOver into a project that is not watched: a label there begins nothing,
// and what is open again goes on under its new key.
func TestMovedWhileItIsOver(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{ID: "1", Key: "OTHER-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5)), removed(minute(20)), added(anna, minute(40))}}
	in := input(t, issue, bridge.Case{
		ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Closed, Closing: bridge.ByLabel, Notices: []bridge.Notice{{Serial: 1}},
	})
	in.Projects = []string{"AOC"}
	if out := run(t, in); len(out) != 0 {
		t.Errorf("over: %+v", out)
	}
	in.Cases = []bridge.Case{reopened(nil)}
	out := run(t, in)
	if len(out) != 1 || out[0].Case.State != bridge.Answered || out[0].Case.IssueKey != "OTHER-1" || !slices.Equal(out[0].Case.FormerKeys, []string{"AOC-1"}) {
		t.Errorf("open again: %+v", out)
	}
}

// TestTheNextOneFollows: an older case of the issue is opened by no answer, and is over
// where one has opened it.
func TestTheNextOneFollows(t *testing.T) {
	t.Parallel()
	older := reopened(func(c *bridge.Case) { c.State, c.Closing, c.ReopenedAt = bridge.Closed, bridge.ByLabel, time.Time{} })
	newer := bridge.Case{ID: "d", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 2, State: bridge.Sent, LabelledAt: minute(40), Notices: []bridge.Notice{{Serial: 1, SentAt: minute(41)}}}
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(40))}}
	for name, c := range map[string]bridge.Case{"closed": older, "opened by an answer": reopened(nil)} {
		out := decide(t, issue, c, newer)
		if len(out) != 2 || out[0].Case.ID != "c" || out[0].Case.State != bridge.Closed || out[0].Case.Closing != bridge.ByAnother || out[1].Case.State != bridge.Sent {
			t.Fatalf("%s: %+v", name, out)
		}
		if again := decide(t, issue, out[0].Case, newer); len(again) != 1 || again[0].Case.ID != "d" {
			t.Errorf("%s, once more: %+v", name, again)
		}
	}
}

// TestOpenAgainBeforeAnythingWasSent: it keeps since when it is meant, and shares the case
// of a duplicate like any other.
func TestOpenAgainBeforeAnythingWasSent(t *testing.T) {
	t.Parallel()
	unsent := reopened(func(c *bridge.Case) { c.State, c.Notices = bridge.Settling, nil })
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labelled: []bridge.Labelling{added(anna, minute(5)), removed(minute(20))}}
	out := decide(t, issue, unsent)
	if len(out) != 1 || out[0].Case.State != bridge.Settling || out[0].Case.Label != label || !out[0].Case.LabelledAt.Equal(minute(5)) {
		t.Fatalf("%+v", out)
	}
	in := input(t, bridge.Issue{ID: "9", Key: "AOC-9", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(40))}, Duplicates: []string{"1"}})
	in.Lookup = &others{brake: bridge.Brake{Open: true}, cases: map[string]bridge.Case{"1": unsent}}
	if out := run(t, in); len(out) != 1 || out[0].Case.State != bridge.Joined {
		t.Errorf("a duplicate: %+v", out)
	}
}

package watch_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/watch"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

var (
	now    = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	anna   = bridge.User{ID: "anna", Mention: "[~anna]"}
	pere   = bridge.User{ID: "pere", Mention: "[~pere]"}
	joana  = bridge.User{ID: "joana", Mention: "[~joana]"}
	before = now.Add(-time.Hour)
)

const label = "escalar-claranet-sistemes"

// loaded are the profiles, read once: nobody may change them.
var loaded = sync.OnceValues(func() ([]mapping.Profile, error) { return mapping.Load(mapping.Embedded()) })

func profiles(t *testing.T) []mapping.Profile {
	t.Helper()
	ps, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

// others are the brake and the cases of other issues.
type others struct {
	brake bridge.Brake
	cases map[string]bridge.Case // by the issue's id, and by its key
	taken int
	err   error
}

func (o *others) Brake(_ string, take bool) (bridge.Brake, error) {
	if take {
		o.taken++
	}
	return o.brake, o.err
}

func (o *others) CaseOf(_, issue string) (*bridge.Case, error) {
	if c, ok := o.cases[issue]; ok {
		return &c, o.err
	}
	return nil, o.err
}

func free() *others { return &others{brake: bridge.Brake{Open: true}} }

func input(t *testing.T, issue bridge.Issue, cases ...bridge.Case) watch.Input {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	return watch.Input{Now: now, Issue: issue, Cases: cases, Profiles: profiles(t), Texts: texts, Team: "[~equip]", Lookup: free(), StateLabels: map[string][]string{"claranet": {"claranet-aturat", "claranet-enviat", "claranet-respost"}}, NewID: func() (string, error) {
		n++
		return fmt.Sprint("new", n), nil
	}}
}

// run decides, and checks that deciding once more on what came of it plans nothing
// new.
func run(t *testing.T, in watch.Input) []bridge.Outcome {
	t.Helper()
	out, err := watch.Decide(in)
	if err != nil {
		t.Fatal(err)
	}
	again := in
	again.Cases = slices.Clone(in.Cases)
	for _, o := range out {
		i := slices.IndexFunc(again.Cases, func(c bridge.Case) bool { return c.ID == o.Case.ID })
		if i < 0 {
			again.Cases = append(again.Cases, o.Case)
		} else {
			again.Cases[i] = o.Case
		}
	}
	more, err := watch.Decide(again)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range more {
		known := slices.ContainsFunc(again.Cases, func(c bridge.Case) bool { return cmp.Equal(c, o.Case) })
		if !known || len(o.Effects)+len(o.Audit) > 0 {
			t.Errorf("deciding again: %+v", o)
		}
	}
	return out
}

func decide(t *testing.T, issue bridge.Issue, cases ...bridge.Case) []bridge.Outcome {
	t.Helper()
	return run(t, input(t, issue, cases...))
}

func TestOpens(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		issue bridge.Issue
		cases []bridge.Case
		want  []bridge.Case // ID and what is new
	}{
		"resolved":       {issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Resolved: true}},
		"archived":       {issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Archived: true}},
		"no label":       {issue: bridge.Issue{Labels: []string{"urgent"}}},
		"somebody's own": {issue: bridge.Issue{Labels: []string{"escalar"}}},
		"who labelled last, not the assignee": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{"x", label}, Assignee: pere, Reporter: joana, Labelled: []bridge.Labelling{
				{By: joana, Added: []string{label}}, {By: joana, Removed: []string{label}}, {By: anna, At: before, Added: []string{"y", label}}, {By: pere, Added: []string{"x"}},
			}},
			want: []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, OpenedAt: now, OpenedBy: anna, Label: label, LabelledAt: before}},
		},
		"another spelling, labelled at creation, assigned": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{"Escalat-Claranet-Sistemas"}, Assignee: pere, Reporter: joana},
			want:  []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, OpenedAt: now, OpenedBy: pere, Label: "Escalat-Claranet-Sistemas"}},
		},
		"labelled at creation: the creator's": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Assignee: pere, Creator: joana, Updated: before},
			want:  []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, OpenedAt: now, OpenedBy: joana, Label: label, ReadAt: before}},
		},
		"again after a withdrawal, nobody assigned": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Reporter: joana},
			cases: []bridge.Case{{ID: "old2", Provider: "claranet", Ordinal: 2, State: bridge.Withdrawn}, {ID: "old1", Provider: "claranet", Ordinal: 1, State: bridge.Closed}},
			want:  []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 3, State: bridge.Settling, OpenedAt: now, Label: label}},
		},
		"after a case that was forced": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}},
			cases: []bridge.Case{
				{ID: "old1", Provider: "claranet", Ordinal: 1, State: bridge.Closed, Forced: bridge.Forced{CommentID: "7"}, Spent: []string{"5", "6"}},
				{ID: "old2", Provider: "claranet", Ordinal: 2, State: bridge.Closed, Spent: []string{"5", "6", "7", "9"}},
				{ID: "old3", Provider: "ovh", Ordinal: 1, State: bridge.Closed, Forced: bridge.Forced{CommentID: "8"}, Spent: []string{"4"}},
			},
			want: []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 3, State: bridge.Settling, OpenedAt: now, Label: label, Spent: []string{"5", "6", "7", "9"}}},
		},
		"without a kind": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{"escalar-claranet"}, Labelled: []bridge.Labelling{{By: anna, At: before, Added: []string{"escalar-claranet"}}}},
			want:  []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, OpenedAt: now, OpenedBy: anna, Label: "escalar-claranet", LabelledAt: before}},
		},
		"of both kinds: who came first": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label, "escalar-claranet-xarxa"}, Labelled: []bridge.Labelling{
				{By: anna, At: before, Added: []string{"escalar-claranet-xarxa"}}, {By: pere, At: before.Add(time.Minute), Added: []string{label}},
			}},
			want: []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, OpenedAt: now, OpenedBy: anna, Label: "escalar-claranet-xarxa", LabelledAt: before}},
		},
		"one label at creation, one later": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label, "escalar-claranet"}, Assignee: pere, Labelled: []bridge.Labelling{{By: anna, At: before, Added: []string{label}}}},
			want:  []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, OpenedAt: now, OpenedBy: anna, Label: "escalar-claranet"}},
		},
		"a kind that nobody knows": {issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{"escalar-claranet-correu"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []bridge.Case
			for _, o := range decide(t, test.issue, test.cases...) {
				if diff := cmp.Diff(profiles(t)[0].EscalationLabels(test.issue.Labels), o.Case.Labels); diff != "" {
					t.Error(diff)
				}
				o.Case.Labels = nil
				got = append(got, o.Case)
				if len(o.Audit) != 1 || o.Audit[0].Action != "opened" || len(o.Effects) != 0 {
					t.Errorf("audit %v, effects %v", o.Audit, o.Effects)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFollows(t *testing.T) {
	t.Parallel()
	labelled := bridge.Issue{ID: "1", Key: "NEW-9", Labels: []string{label}}
	bare := bridge.Issue{ID: "1", Key: "AOC-1"}
	tests := []struct {
		issue  bridge.Issue
		state  bridge.State
		want   bridge.State
		action string // of the audit; empty: none
	}{
		{labelled, bridge.Settling, bridge.Settling, ""},
		{labelled, bridge.Sent, bridge.Sent, ""},
		{bare, bridge.Settling, bridge.Withdrawn, "withdrawn"},
		{bare, bridge.Asked, bridge.Withdrawn, "withdrawn"},
		{bare, bridge.Sending, bridge.Sending, ""}, // the sender reads the issue by itself
		{bare, bridge.Sent, bridge.Closed, "closed"},
		{bare, bridge.Answered, bridge.Closed, "closed"},
		{bare, bridge.Undelivered, bridge.Closed, "closed"},
	}
	for _, test := range tests {
		c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, Kind: "sistemas", State: test.state, DueAt: before}
		out := decide(t, test.issue, c)
		if len(out) != 1 {
			t.Fatalf("%s: %d outcomes", test.state, len(out))
		}
		got := out[0]
		if got.Case.State != test.want || got.Case.IssueKey != test.issue.Key && test.issue.Key == "NEW-9" {
			t.Errorf("%s: became %+v", test.state, got.Case)
		}
		action := ""
		if len(got.Audit) > 0 {
			action = got.Audit[0].Action
		}
		if action != test.action {
			t.Errorf("%s: audit %q, want %q", test.state, action, test.action)
		}
	}
}

// TestPutBackBetweenTwoLooks: the label was there at the last look and is there
// now; only the change log tells that it was off meanwhile.
func TestPutBackBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	const other = "Escalat-Claranet-Sistemas"
	change := func(minute int, added, removed string) bridge.Labelling {
		l := bridge.Labelling{By: pere, At: before.Add(time.Duration(minute) * time.Minute)}
		if added != "" {
			l.Added = []string{added}
		}
		if removed != "" {
			l.Removed = []string{removed}
		}
		return l
	}
	on, off, back := change(0, label, ""), change(10, "", label), change(20, label, "")
	bare := bridge.Labelling{Added: []string{label}}
	sent := []bridge.Notice{{Serial: 1, SentAt: before.Add(5 * time.Minute)}}
	tests := map[string]struct {
		log     []bridge.Labelling
		change  func(*bridge.Case)
		labels  []string // on the issue; nil: the label
		again   bool
		answers time.Time // LabelledAt of the case that is open then; zero: before
	}{
		"taken off and put back":             {log: []bridge.Labelling{on, off, back}, again: true, answers: back.At},
		"labelled at creation":               {log: []bridge.Labelling{off, back}, change: func(c *bridge.Case) { c.LabelledAt = time.Time{} }, again: true, answers: back.At},
		"other labels changed as well":       {log: []bridge.Labelling{on, change(5, "x", "y"), off, change(15, "z", ""), back, change(25, "", "z")}, again: true, answers: back.At},
		"put back in another spelling":       {log: []bridge.Labelling{on, off, change(20, other, "")}, labels: []string{other}, again: true, answers: back.At},
		"exchanged, then off and on":         {log: []bridge.Labelling{on, change(5, other, label), change(10, "", other), change(20, other, "")}, labels: []string{other}, again: true, answers: back.At},
		"after the notice":                   {log: []bridge.Labelling{on, off, back}, change: func(c *bridge.Case) { c.Notices = sent }, again: true, answers: back.At},
		"off before the notice, on after it": {log: []bridge.Labelling{on, change(4, "", label), back}, change: func(c *bridge.Case) { c.Notices = sent }},
		"before the notice":                  {log: []bridge.Labelling{on, change(2, "", label), change(3, label, "")}, change: func(c *bridge.Case) { c.Notices = sent }},
		"nothing":                            {log: []bridge.Labelling{on}},
		"exchanged for another spelling":     {log: []bridge.Labelling{on, change(10, other, label)}, labels: []string{other}},
		"exchanged there and back":           {log: []bridge.Labelling{on, change(10, other, label), change(20, label, other)}},
		"another spelling beside it":         {log: []bridge.Labelling{on, change(10, other, ""), change(15, "", label), back}, labels: []string{other, label}},
		"before the case":                    {log: []bridge.Labelling{change(-30, label, ""), change(-20, "", label), on}},
		"somebody else's label":              {log: []bridge.Labelling{on, change(10, "", "escalar"), change(20, "escalar", "")}},
		"a log without times":                {log: []bridge.Labelling{bare, {Removed: []string{label}}, bare}},
		"a log that forgets that it was off": {log: []bridge.Labelling{on, change(5, "x", ""), back}},
	}
	for name, test := range tests {
		for _, state := range []bridge.State{bridge.Sent, bridge.Answered, bridge.Undelivered} {
			t.Run(name+"/"+string(state), func(t *testing.T) {
				t.Parallel()
				c := bridge.Case{
					ID: "old", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 4, Kind: "sistemas", State: state, Rev: 7,
					OpenedAt: before.Add(time.Minute), Label: label, LabelledAt: before,
				}
				if test.change != nil {
					test.change(&c)
				}
				labels := test.labels
				if labels == nil {
					labels = []string{label}
				}
				out := decide(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: append(labels, "x"), Labelled: test.log}, c)
				if !test.again {
					c.Labels = labels
					if diff := cmp.Diff([]bridge.Outcome{{Case: c}}, out); diff != "" {
						t.Errorf("it was never off (-want +got):\n%s", diff)
					}
					return
				}
				if len(out) != 2 {
					t.Fatalf("%d outcomes, want the end of one case and the beginning of another", len(out))
				}
				if o := out[0]; o.Case.ID != "old" || o.Case.State != bridge.Closed || len(o.Audit) != 1 || o.Audit[0].Action != "closed" {
					t.Errorf("the old case: %+v", o)
				}
				o := out[1]
				if o.Case.ID != "new1" || o.Case.Rev != 0 || o.Case.Ordinal != 5 || o.Case.State != bridge.Settling || !o.Case.LabelledAt.Equal(test.answers) ||
					o.Case.OpenedBy != pere || len(o.Audit) != 1 || o.Audit[0].Action != "opened" {
					t.Errorf("the new case: %+v", o)
				}
				// It answers what opened it.
				o.Case.State = bridge.Sent
				if out := decide(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: labels, Labelled: test.log}, out[0].Case, o.Case); len(out) != 1 || out[0].Case.ID != "new1" {
					t.Errorf("and then %+v", out)
				}
			})
		}
	}
}

// TestPutBackBeforeSending: what is still to be sent answers that as well; nothing
// is sent twice for it afterwards.
func TestPutBackBeforeSending(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{
		{At: before, Added: []string{label}}, {At: before.Add(time.Minute), Removed: []string{label}}, {At: before.Add(2 * time.Minute), Added: []string{label}},
	}}
	for _, state := range []bridge.State{bridge.Settling, bridge.Asked, bridge.Sending} {
		c := bridge.Case{ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, Kind: "sistemas", State: state, OpenedAt: before, Label: "old spelling", LabelledAt: before}
		out := decide(t, issue, c)
		if len(out) != 1 || out[0].Case.ID != "c" || out[0].Case.State != state || out[0].Case.Label != label {
			t.Errorf("%s: %+v", state, out)
		}
		c = out[0].Case
		c.State = bridge.Undelivered
		if out := decide(t, issue, c); len(out) != 1 || out[0].Case.State != bridge.Undelivered {
			t.Errorf("%s, then refused: escalated once more without being asked: %+v", state, out)
		}
	}
}

// TestAnyLabelKeepsTheCase: which kind the label names, and whether it names one,
// is not decided here; nor is the kind that was found forgotten.
func TestAnyLabelKeepsTheCase(t *testing.T) {
	t.Parallel()
	for _, labels := range [][]string{{label}, {"escalar-claranet"}, {"Escalat-Claranet-Xarxa"}, {label, "escalar-claranet-xarxa"}} {
		issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: labels}
		for _, state := range []bridge.State{bridge.Settling, bridge.Asked, bridge.Sending, bridge.Sent, bridge.Answered, bridge.Undelivered} {
			c := bridge.Case{ID: "c", Provider: "claranet", Ordinal: 1, Kind: "redes", State: state}
			if out := decide(t, issue, c); len(out) != 1 || out[0].Case.State != state || out[0].Case.Kind != "redes" || len(out[0].Audit) != 0 {
				t.Errorf("%q, %s: %+v", labels, state, out)
			}
		}
	}
}

// TestWhoeverIsAssignedMeanwhile is addressed, when nobody else is known.
func TestWhoeverIsAssignedMeanwhile(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Assignee: pere}
	for by, want := range map[bridge.User]bridge.User{{}: pere, anna: anna} {
		c := bridge.Case{ID: "c", Provider: "claranet", Ordinal: 1, State: bridge.Asked, OpenedBy: by}
		if got := decide(t, issue, c)[0].Case.OpenedBy; got != want {
			t.Errorf("%q became %q", by.ID, got.ID)
		}
	}
}

func TestEndedCasesAreLeftAlone(t *testing.T) {
	t.Parallel()
	c := bridge.Case{ID: "c", Provider: "claranet", Ordinal: 1, State: bridge.Closed}
	if out := decide(t, bridge.Issue{ID: "1"}, c); len(out) != 0 {
		t.Errorf("decided %v", out)
	}
}

func TestNoRandomness(t *testing.T) {
	t.Parallel()
	broken := errors.New("no entropy")
	_, err := watch.Decide(watch.Input{
		Issue: bridge.Issue{Labels: []string{label}}, Profiles: profiles(t), NewID: func() (string, error) { return "", broken },
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	in := input(t, bridge.Issue{Labels: []string{label}})
	in.Lookup = &others{err: broken}
	if _, err := watch.Decide(in); !errors.Is(err, broken) {
		t.Errorf("the brake: got %v", err)
	}
}

func (o *others) Writing(string) (bool, error) { return false, nil }

package watch_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/watch"
)

// added is a change by which the label was put on.
func added(by bridge.User, at time.Time, labels ...string) bridge.Labelling {
	if len(labels) == 0 {
		labels = []string{label}
	}
	return bridge.Labelling{By: by, At: at, Added: labels}
}

func removed(at time.Time) bridge.Labelling {
	return bridge.Labelling{By: pere, At: at, Removed: []string{label}}
}

// said is a comment of somebody of the team.
func said(by bridge.User, at time.Time, id, body string) bridge.Comment {
	return bridge.Comment{ID: id, Author: by, Created: at, Body: body}
}

// ours is a comment of our own.
func ours(at time.Time, id string) bridge.Comment {
	return bridge.Comment{ID: id, Created: at, Own: true}
}

// minute counts from an hour ago.
func minute(n int) time.Time { return before.Add(time.Duration(n) * time.Minute) }

func keys(o bridge.Outcome) []string {
	var out []string
	for _, e := range o.Effects {
		if e.Target == bridge.ToJira && e.Kind == bridge.PostComment {
			out = append(out, e.Key)
		} else {
			out = append(out, string("not a comment: "+e.Kind))
		}
	}
	return out
}

func actions(o bridge.Outcome) []string {
	var out []string
	for _, e := range o.Audit {
		out = append(out, e.Action)
	}
	return out
}

// TestWhatALabelBegins: not every label begins something.
func TestWhatALabelBegins(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{
		ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))},
		Creator: joana, Created: minute(0), Updated: minute(50),
	}
	tests := map[string]struct {
		change  func(*watch.Input)
		brake   bridge.Brake
		state   bridge.State // empty: none is opened
		actions []string
		keys    []string
		by      bridge.User
	}{
		"labelled since":      {change: func(in *watch.Input) { in.Since = minute(5) }, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"labelled before":     {change: func(in *watch.Input) { in.Since = minute(6) }, state: bridge.Listed, actions: []string{"listed"}, by: anna},
		"made with it before": {change: func(in *watch.Input) { in.Since, in.Issue.Labelled = minute(1), nil }, state: bridge.Listed, actions: []string{"listed"}, by: joana},
		"made with it since":  {change: func(in *watch.Input) { in.Since, in.Issue.Labelled = minute(0), nil }, state: bridge.Settling, actions: []string{"opened"}, by: joana},
		"before, by who may not": {change: func(in *watch.Input) {
			in.Since, in.Issue.Barred = minute(6), []string{"anna"}
		}, state: bridge.Listed, actions: []string{"listed"}, by: anna},
		"by who may not": {change: func(in *watch.Input) { in.Issue.Barred = []string{"anna"} }, state: bridge.Refused, actions: []string{"refused"}, keys: []string{"barred/1/claranet/3"}, by: anna},
		"made with it by who may not": {change: func(in *watch.Input) {
			in.Issue.Barred, in.Issue.Labelled = []string{"joana"}, nil
		}, state: bridge.Refused, actions: []string{"refused"}, keys: []string{"barred/1/claranet/3"}, by: joana},
		"by nobody knows whom, who may not": {change: func(in *watch.Input) {
			in.Issue.Barred, in.Issue.Labelled[0].By, in.Issue.Creator = []string{""}, bridge.User{}, bridge.User{}
		}, state: bridge.Refused, actions: []string{"refused"}, keys: []string{"barred/1/claranet/3"}},
		"by a customer": {change: func(in *watch.Input) { in.Issue.Labelled[0].By = bridge.User{ID: "c", Customer: true} }, state: bridge.Refused, actions: []string{"refused"}, keys: []string{"barred/1/claranet/3"}, by: bridge.User{ID: "c", Customer: true}},
		"by who may not, and then another by who may": {change: func(in *watch.Input) {
			in.Issue.Barred, in.Issue.Labels = []string{"anna"}, []string{label, "escalar-claranet"}
			in.Issue.Labelled = append(in.Issue.Labelled, added(pere, minute(9), "escalar-claranet"))
		}, state: bridge.Settling, actions: []string{"opened"}, by: pere},
		"with a comment of ours that nobody knows": {change: func(in *watch.Input) { in.Issue.Comments = []bridge.Comment{ours(minute(3), "7")} }, state: bridge.Listed, actions: []string{"unknown past"}, keys: []string{"listed/1/claranet/3"}, by: anna},
		"with one that an earlier case remembers": {change: func(in *watch.Input) {
			in.Issue.Comments, in.Cases[0].Posted = []bridge.Comment{ours(minute(3), "7")}, []string{"7"}
		}, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"with one that another provider's case remembers": {change: func(in *watch.Input) {
			in.Issue.Comments, in.Cases[1].Posted = []bridge.Comment{ours(minute(3), "7")}, []string{"7"}
		}, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"with one for which an earlier case was listed": {change: func(in *watch.Input) {
			in.Issue.Comments, in.Cases[0].KnownUntil = []bridge.Comment{ours(minute(3), "7")}, minute(3)
		}, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"with one from before": {change: func(in *watch.Input) {
			in.Issue.Comments, in.Since = []bridge.Comment{ours(minute(3), "7")}, minute(4)
		}, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"with one that is under way": {change: func(in *watch.Input) { in.Issue.Comments = []bridge.Comment{ours(minute(59), "7")} }, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"with one that a person knows": {change: func(in *watch.Input) {
			in.Issue.Comments = []bridge.Comment{ours(minute(3), "7"), said(pere, minute(8), "8", "escalat endavant")}
		}, state: bridge.Settling, actions: []string{"unknown past", "goes on"}, by: anna},
		"with one that came after what a person said": {change: func(in *watch.Input) {
			in.Issue.Comments = []bridge.Comment{said(pere, minute(8), "8", "escalat envia-ja"), ours(minute(9), "7")}
		}, state: bridge.Listed, actions: []string{"unknown past"}, keys: []string{"listed/1/claranet/3"}, by: anna},
		"labelled before, and a person asked since": {change: func(in *watch.Input) {
			in.Since, in.Issue.Comments = minute(6), []bridge.Comment{said(pere, minute(8), "8", "escalat envia-ja")}
		}, state: bridge.Settling, actions: []string{"listed", "goes on"}, by: anna},
		"labelled before, and a person asked since, and another thing before": {change: func(in *watch.Input) {
			in.Since, in.Issue.Comments = minute(10), []bridge.Comment{said(pere, minute(8), "8", "escalat igual-que ST-9"), said(pere, minute(12), "9", "escalat endavant")}
		}, state: bridge.Settling, actions: []string{"listed", "goes on"}, by: anna},
		"labelled before, and a person asked before": {change: func(in *watch.Input) {
			in.Since, in.Issue.Comments = minute(10), []bridge.Comment{said(pere, minute(8), "8", "escalat envia-ja")}
		}, state: bridge.Listed, actions: []string{"listed"}, by: anna},
		"labelled before, and who may not asked since": {change: func(in *watch.Input) {
			in.Since, in.Issue.Comments, in.Issue.Barred = minute(6), []bridge.Comment{said(pere, minute(8), "8", "escalat envia-ja")}, []string{"pere"}
		}, state: bridge.Listed, actions: []string{"listed"}, by: anna},
		"by who may not, and a person who may asked": {change: func(in *watch.Input) {
			in.Issue.Barred, in.Issue.Comments = []string{"anna"}, []bridge.Comment{said(pere, minute(8), "8", "escalat endavant")}
		}, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"by who may not, and who may asked before what may have followed": {change: func(in *watch.Input) {
			in.Issue.Barred, in.Issue.Comments = []string{"anna"}, []bridge.Comment{said(pere, minute(8), "8", "escalat endavant"), ours(minute(9), "7")}
		}, state: bridge.Refused, actions: []string{"refused"}, keys: []string{"barred/1/claranet/3"}, by: anna},
		"a copy": {change: func(in *watch.Input) {
			in.Issue.Labelled, in.Issue.Labels = nil, []string{"Claranet-Enviat", label}
		}, state: bridge.Listed, actions: []string{"listed"}, keys: []string{"listed/1/claranet/3"}, by: joana},
		"another label of the provider's": {change: func(in *watch.Input) {
			in.Issue.Labelled, in.Issue.Labels = nil, []string{"claranet-vpn", label}
		}, state: bridge.Settling, actions: []string{"opened"}, by: joana},
		"a copy of who may not": {change: func(in *watch.Input) {
			in.Issue.Labelled, in.Issue.Labels, in.Issue.Barred = nil, []string{label, "claranet-enviat"}, []string{"joana"}
		}, state: bridge.Listed, actions: []string{"listed"}, keys: []string{"listed/1/claranet/3"}, by: joana},
		"a copy, made before": {change: func(in *watch.Input) {
			in.Issue.Labelled, in.Issue.Labels, in.Since = nil, []string{label, "claranet-enviat"}, minute(1)
		}, state: bridge.Listed, actions: []string{"listed"}, by: joana},
		"a copy, and a person asked": {change: func(in *watch.Input) {
			in.Issue.Labelled, in.Issue.Labels, in.Issue.Comments = nil, []string{label, "claranet-enviat"}, []bridge.Comment{said(pere, now, "8", "escalat endavant")}
			in.Cases = nil
		}, state: bridge.Settling, actions: []string{"listed", "goes on"}, by: joana},
		"a copy that was labelled": {change: func(in *watch.Input) { in.Issue.Labels = []string{label, "claranet-enviat"} }, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"made with a state label of ours": {change: func(in *watch.Input) {
			in.Issue.Labelled, in.Issue.Labels, in.Cases[0].Marks = nil, []string{label, "claranet-enviat"}, 2
		}, state: bridge.Settling, actions: []string{"opened"}, by: joana},
		"made with a label of somebody else's": {change: func(in *watch.Input) {
			in.Issue.Labelled, in.Issue.Labels = nil, []string{label, "claranet", "ovh-enviat", "escalat-claranet"}
		}, state: bridge.Settling, actions: []string{"opened"}, by: joana},
		"too many":                    {brake: bridge.Brake{Held: 1, Limit: 5}, state: bridge.Braked, actions: []string{"opened", "braked"}, keys: []string{"braked/1/claranet/3"}, by: anna},
		"a flood":                     {brake: bridge.Brake{Held: 6, Limit: 5}, state: bridge.Braked, actions: []string{"opened", "braked"}, by: anna},
		"a flood that no label shows": {change: func(in *watch.Input) { in.Unmarked = true }, brake: bridge.Brake{Held: 6, Limit: 5}, state: bridge.Braked, actions: []string{"opened", "braked"}, keys: []string{"braked/1/claranet/3"}, by: anna},
		"too many, and a person asked": {change: func(in *watch.Input) {
			in.Issue.Comments = []bridge.Comment{said(pere, minute(8), "8", "escalat endavant")}
		}, brake: bridge.Brake{Held: 1, Limit: 5}, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"too many, and a person asked before it was labelled": {change: func(in *watch.Input) {
			in.Issue.Comments = []bridge.Comment{said(pere, minute(4), "8", "escalat endavant")}
		}, brake: bridge.Brake{Held: 1, Limit: 5}, state: bridge.Braked, actions: []string{"opened", "braked"}, keys: []string{"braked/1/claranet/3"}, by: anna},
		"in one of the projects":     {change: func(in *watch.Input) { in.Projects = []string{"ST", "aoc"} }, state: bridge.Settling, actions: []string{"opened"}, by: anna},
		"in none of the projects":    {change: func(in *watch.Input) { in.Projects = []string{"ST", "AO"} }},
		"resolved, and it was never": {change: func(in *watch.Input) { in.Issue.Resolved = true }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input(t, issue, bridge.Case{ID: "old", Provider: "claranet", Ordinal: 2, State: bridge.Withdrawn}, bridge.Case{ID: "ovh", Provider: "ovh", Ordinal: 1, State: bridge.Closed})
			in.Issue.Labelled = slices.Clone(issue.Labelled)
			lookup := free()
			if test.brake.Limit > 0 {
				lookup.brake = test.brake
			}
			if in.Lookup = lookup; test.change != nil {
				test.change(&in)
			}
			out := run(t, in)
			if test.state == "" {
				if len(out) != 0 {
					t.Errorf("opened %+v", out)
				}
				return
			}
			if len(out) != 1 {
				t.Fatalf("%d outcomes", len(out))
			}
			c := out[0].Case
			if c.State != test.state || c.OpenedBy != test.by || !slices.Equal(actions(out[0]), test.actions) || !slices.Equal(keys(out[0]), test.keys) {
				t.Errorf("%s by %q, %q, %q", c.State, c.OpenedBy.ID, actions(out[0]), keys(out[0]))
			}
			if (c.State == bridge.Braked) != c.BrakedAt.Equal(now) || !c.ReadAt.Equal(issue.Updated) {
				t.Errorf("braked at %s, read at %s", c.BrakedAt, c.ReadAt)
			}
			if counted := lookup.taken == 1; counted != (c.State == bridge.Settling && test.actions[0] == "opened" || c.State == bridge.Braked) {
				t.Errorf("the brake was asked %d times", lookup.taken)
			}
		})
	}
}

// TestRefusedUntilSomebodyWhoMay puts a label on.
func TestRefusedUntilSomebodyWhoMay(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Barred: []string{"anna"}}
	c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Refused, OpenedAt: minute(6), OpenedBy: anna, Label: label, LabelledAt: minute(5)}
	for name, test := range map[string]struct {
		log    []bridge.Labelling
		labels []string
		change func(*bridge.Issue)
		opens  bool
	}{
		"nothing":                  {log: []bridge.Labelling{added(anna, minute(5))}},
		"put back by who may":      {log: []bridge.Labelling{added(anna, minute(5)), removed(minute(7)), added(pere, minute(8))}, opens: true},
		"put back by who may not":  {log: []bridge.Labelling{added(anna, minute(5)), removed(minute(7)), added(anna, minute(8))}},
		"one more, of who may":     {log: []bridge.Labelling{added(anna, minute(5)), added(pere, minute(8), "escalar-claranet")}, labels: []string{label, "escalar-claranet"}, opens: true},
		"one more, of who may not": {log: []bridge.Labelling{added(anna, minute(5)), added(anna, minute(8), "escalar-claranet")}, labels: []string{label, "escalar-claranet"}},
		"now she may":              {log: []bridge.Labelling{added(anna, minute(5))}, change: func(i *bridge.Issue) { i.Barred = nil }},
	} {
		i := issue
		i.Labelled = test.log
		if test.labels != nil {
			i.Labels = test.labels
		}
		if test.change != nil {
			test.change(&i)
		}
		out := decide(t, i, c)
		if !test.opens {
			if len(out) != 1 || out[0].Case.State != bridge.Refused || len(out[0].Audit)+len(out[0].Effects) > 0 {
				t.Errorf("%s: %+v", name, out)
			}
			continue
		}
		if len(out) != 2 || out[0].Case.State != bridge.Withdrawn || out[0].Case.Closing != "" || out[1].Case.State != bridge.Settling || out[1].Case.OpenedBy != pere || out[1].Case.Ordinal != 2 {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

// TestRefusedGoesOn at the word of somebody who may, and takes a place of the brake's.
func TestRefusedGoesOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		comment bridge.Comment
		links   []string
		want    bridge.State
	}{
		"endavant":               {comment: said(pere, minute(8), "8", "escalat endavant"), want: bridge.Settling},
		"envia-ja":               {comment: said(pere, minute(8), "8", "escalat envia-ja"), want: bridge.Settling},
		"and it is a duplicate":  {comment: said(pere, minute(8), "8", "escalat endavant"), links: []string{"2"}, want: bridge.Joined},
		"who may not":            {comment: said(anna, minute(8), "8", "escalat endavant"), want: bridge.Refused},
		"before it was labelled": {comment: said(pere, minute(4), "8", "escalat endavant"), want: bridge.Refused},
		"done with":              {comment: said(pere, minute(8), "spent", "escalat endavant"), want: bridge.Refused},
		"something else":         {comment: said(pere, minute(8), "8", "escalat trucat INC-1"), want: bridge.Refused},
	} {
		c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Refused, OpenedAt: minute(6), OpenedBy: anna, Label: label, LabelledAt: minute(5), Spent: []string{"spent"}}
		in := input(t, bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Barred: []string{"anna"}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Comments: []bridge.Comment{test.comment}, Duplicates: test.links}, c)
		lookup := world(bridge.Sent, nil)
		lookup.brake = bridge.Brake{Limit: 5, Held: 1} // whoever says so has thought of it
		in.Lookup = lookup
		out := run(t, in)
		if len(out) != 1 || out[0].Case.State != test.want || out[0].Case.OpenedBy != anna || slices.Contains(actions(out[0]), "goes on") != (test.want != bridge.Refused) {
			t.Errorf("%s: %+v", name, out)
		}
		if (lookup.taken == 1) != (test.want == bridge.Settling) {
			t.Errorf("%s: the brake was asked %d times", name, lookup.taken)
		}
	}
}

// TestRefusedGoesOnWithTheLabelAsItIs: also when the one who may not has put it on once
// more; what was said before that is not meant for it.
func TestRefusedGoesOnWithTheLabelAsItIs(t *testing.T) {
	t.Parallel()
	for said8, want := range map[time.Time]bridge.State{minute(7): bridge.Refused, minute(9): bridge.Joined} {
		c := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Refused, OpenedAt: minute(6), OpenedBy: anna, Label: label, LabelledAt: minute(5)}
		in := input(t, bridge.Issue{
			ID: "1", Key: "AOC-1", Labels: []string{label}, Barred: []string{"anna"}, Duplicates: []string{"2"},
			Labelled: []bridge.Labelling{added(anna, minute(5)), removed(minute(6)), added(anna, minute(8))},
			Comments: []bridge.Comment{said(pere, said8, "8", "escalat endavant")},
		}, c)
		in.Lookup = world(bridge.Sent, nil)
		if out := run(t, in); len(out) != 1 || out[0].Case.State != want || !out[0].Case.LabelledAt.Equal(minute(8)) {
			t.Errorf("%s: %+v", said8, out)
		}
	}
}

// TestFloodIsHeld: of two hundred issues that are labelled at once five begin, five
// are told, and the others wait without a word.
func TestFloodIsHeld(t *testing.T) {
	t.Parallel()
	states, told := map[bridge.State]int{}, 0
	for n := range 200 {
		in := input(t, bridge.Issue{ID: fmt.Sprint(n), Key: fmt.Sprintf("AOC-%d", n), Labels: []string{label}})
		in.Lookup = &others{brake: bridge.Brake{Open: n < 5, Limit: 5, Window: 10 * time.Minute, Held: max(0, n-4)}}
		for _, o := range run(t, in) {
			states[o.Case.State]++
			told += len(o.Effects)
		}
	}
	if states[bridge.Settling] != 5 || states[bridge.Braked] != 195 || told != 5 {
		t.Errorf("%v, told %d", states, told)
	}
}

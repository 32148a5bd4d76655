package watch_test

import (
	"testing"

	"escalat/bridge"
	"escalat/bridge/watch"
)

// TestNoCallForWhatIsOver: nobody is to call the provider for a case that has ended, or
// that another one stands for; while it stays they still are.
func TestNoCallForWhatIsOver(t *testing.T) {
	t.Parallel()
	left := []bridge.Notice{{Serial: 1, SentAt: minute(10)}}
	for name, test := range map[string]struct {
		state  bridge.State
		change func(*bridge.Issue)
		want   bridge.State
		calls  bool
	}{
		"asked, it stays":       {state: bridge.Asked, want: bridge.Asked, calls: true},
		"sent, it stays":        {state: bridge.Sent, want: bridge.Sent, calls: true},
		"the label was removed": {state: bridge.Asked, change: func(i *bridge.Issue) { i.Labels = nil }, want: bridge.Withdrawn},
		"removed, it was sent":  {state: bridge.Sent, change: func(i *bridge.Issue) { i.Labels = nil }, want: bridge.Closed},
		"resolved":              {state: bridge.Answered, change: func(i *bridge.Issue) { i.Resolved = true }, want: bridge.Closed},
		"held and resolved":     {state: bridge.Braked, change: func(i *bridge.Issue) { i.Resolved = true }, want: bridge.Withdrawn},
		"put back": {state: bridge.Sent, change: func(i *bridge.Issue) {
			i.Labelled = append(i.Labelled, removed(minute(20)), added(anna, minute(30)))
		}, want: bridge.Closed},
		"it joins another": {state: bridge.Asked, change: func(i *bridge.Issue) { i.Duplicates = []string{"2"} }, want: bridge.Joined},
	} {
		issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}}
		if test.change != nil {
			test.change(&issue)
		}
		c := bridge.Case{
			ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: test.state, OpenedAt: minute(5), LabelledAt: minute(5), Label: label, CallUntil: minute(90),
		}
		if test.state == bridge.Sent || test.state == bridge.Answered {
			c.Notices = left
		}
		in := input(t, issue, c)
		in.Lookup = world(bridge.Sent, nil)
		out := run(t, in)
		if len(out) == 0 || out[0].Case.State != test.want || out[0].Case.CallUntil.IsZero() == test.calls {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

// TestTheNextCaseTakesOverWhatTheLabelsShow, so that nothing stays of the former when the
// next never shows anything; where none opens, the former takes it off.
func TestTheNextCaseTakesOverWhatTheLabelsShow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		state   bridge.State
		change  func(*watch.Input)
		closing bridge.Closing
		next    bridge.State // none: none opens
	}{
		"it settles":         {state: bridge.Sent, closing: bridge.ByAnother, next: bridge.Settling},
		"it is braked":       {state: bridge.Answered, change: func(in *watch.Input) { in.Lookup = &others{brake: bridge.Brake{Limit: 5, Held: 1}} }, closing: bridge.ByAnother, next: bridge.Braked},
		"it is listed":       {state: bridge.Sent, change: func(in *watch.Input) { in.Since = minute(50) }, closing: bridge.ByAnother, next: bridge.Listed},
		"it is refused":      {state: bridge.Sent, change: func(in *watch.Input) { in.Issue.Barred = []string{anna.ID} }, closing: bridge.ByAnother, next: bridge.Refused},
		"braked once more":   {state: bridge.Braked, next: bridge.Settling},
		"in no project":      {state: bridge.Sent, change: func(in *watch.Input) { in.Projects = []string{"ELSE"} }, closing: bridge.ByLabel},
		"braked, no project": {state: bridge.Braked, change: func(in *watch.Input) { in.Projects = []string{"ELSE"} }},
	} {
		issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5)), removed(minute(20)), added(anna, minute(30))}}
		c := bridge.Case{
			ID: "c", IssueID: "1", Provider: "claranet", Ordinal: 1, State: test.state, OpenedAt: minute(5), LabelledAt: minute(5), Label: label,
			CallUntil: minute(90), Shown: "claranet-enviat", ShownCall: true,
		}
		if test.state != bridge.Braked {
			c.Notices = []bridge.Notice{{Serial: 1, SentAt: minute(10)}}
		}
		in := input(t, issue, c)
		if test.change != nil {
			test.change(&in)
		}
		out := run(t, in)
		if ended := out[0].Case; ended.State.Open() || ended.Closing != test.closing || (ended.Shown == "") != (test.next != "") || ended.ShownCall != (test.next == "") {
			t.Errorf("%s: %+v", name, ended)
		}
		if test.next == "" {
			if len(out) != 1 {
				t.Errorf("%s: %+v", name, out[1].Case)
			}
			continue
		}
		if next := out[1].Case; next.State != test.next || next.Shown != "claranet-enviat" || !next.ShownCall || !next.CallUntil.IsZero() {
			t.Errorf("%s: %+v", name, next)
		}
	}
}

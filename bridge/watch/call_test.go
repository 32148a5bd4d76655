package watch_test

import (
	"testing"

	"escalat/bridge"
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

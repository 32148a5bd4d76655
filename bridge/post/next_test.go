package post_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/post"
)

// A removal that comes late takes no label off that somebody has put back.
func TestLateRemovalSparesTheNextLabel(t *testing.T) {
	t.Parallel()
	for name, on := range map[string]bool{"still on": true, "seen off meanwhile": false} {
		j := &labelBook{}
		c := bridge.Case{IssueID: "1", IssueKey: "AOC-1", State: bridge.Closed, LabelOn: on, Labels: []string{"escalar-claranet"}}
		e := bridge.Plan(bridge.ToMarks, bridge.EditLabels, "k", bridge.LabelsBody{Remove: []string{"escalar-claranet"}})
		if _, err := (&post.Labeller{Jira: j}).Do(t.Context(), c, e); err != nil {
			t.Fatal(err)
		}
		if (len(j.removed) == 1) != on {
			t.Errorf("%s: removed %q", name, j.removed)
		}
	}
}

// labelBook is the labels of an issue.
type labelBook struct{ removed []string }

func (l *labelBook) EditLabels(_ context.Context, _ string, _, remove []string) (time.Time, error) {
	l.removed = append(l.removed, remove...)
	return time.Time{}, nil
}

// TestTheNextCaseTakesOffWhatTheFormerShowed, whatever it shows itself.
func TestTheNextCaseTakesOffWhatTheFormerShowed(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Settling, bridge.Listed, bridge.Refused, bridge.Braked} {
		next := markedCase(func(c *bridge.Case) { c.State, c.Shown, c.ShownCall = state, "claranet-enviat", true })
		done := plan(allMarks(), &next)
		if len(done) != 1 {
			t.Fatalf("%s: %v", state, done)
		}
		var body bridge.LabelsBody
		if err := json.Unmarshal([]byte(done[0].Body), &body); err != nil {
			t.Fatal(err)
		}
		for _, label := range []string{"claranet-enviat", "claranet-cal-trucar"} {
			if !slices.Contains(body.Remove, label) {
				t.Errorf("%s: %s stays: %+v", state, label, body)
			}
		}
	}
}

// TestWhatANextCaseReplacedIsNotShown any more, though it was planned.
func TestWhatANextCaseReplacedIsNotShown(t *testing.T) {
	t.Parallel()
	show := bridge.LabelsBody{Add: []string{"claranet-enviat"}, Remove: []string{"claranet-aturat"}}
	for name, test := range map[string]struct {
		closing bridge.Closing
		body    bridge.LabelsBody
		want    bool
	}{
		"it goes on":       {"", show, true},
		"over":             {bridge.ByLabel, show, true},
		"another follows":  {bridge.ByAnother, show, false},
		"only to take off": {bridge.ByAnother, bridge.LabelsBody{Remove: show.Remove}, true},
	} {
		j := &marker{}
		c := markedCase(func(c *bridge.Case) { c.Closing = test.closing })
		_, err := (&post.Labeller{Jira: j}).Do(t.Context(), c, bridge.Plan(bridge.ToMarks, bridge.EditLabels, "k", test.body))
		if done := len(j.add)+len(j.remove) > 0; err != nil || done != test.want {
			t.Errorf("%s: %v, %v", name, done, err)
		}
	}
}

package watch_test

import (
	"testing"

	"escalat/bridge"
)

// TestACommandForAnother has nothing go on that is held for this one's provider.
func TestACommandForAnother(t *testing.T) {
	t.Parallel()
	held := bridge.Case{ID: "c", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Braked, Label: label, LabelledAt: minute(5), BrakedAt: minute(5), OpenedBy: anna}
	for body, want := range map[string]bridge.State{
		"escalat endavant": bridge.Settling, "escalat claranet endavant": bridge.Settling, "escalat endavant ovh": bridge.Braked, "escalat ovh envia-ja": bridge.Braked,
		"escalat envia-ja claranet": bridge.Settling, "escalat ovh igual-que AOC-2": bridge.Braked,
	} {
		issue := bridge.Issue{
			ID: "1", Key: "AOC-1", Labels: []string{label}, Labelled: []bridge.Labelling{added(anna, minute(5))}, Updated: now, Named: map[string]string{"claranet": "claranet", "ovh": "ovh"},
			Comments: []bridge.Comment{{ID: "7", Author: anna, Body: body, Created: minute(10)}},
		}
		in := input(t, issue, held)
		in.Lookup = &others{brake: bridge.Brake{Limit: 5}, cases: map[string]bridge.Case{"AOC-2": {ID: "other", IssueID: "2", State: bridge.Sent}}}
		if out := run(t, in); len(out) != 1 || out[0].Case.State != want {
			t.Errorf("%q: %+v", body, out)
		}
	}
}

package app

import (
	"context"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
	"escalat/internal/web"
)

// A webhook makes us read only what an escalation concerns: not every comment of
// every issue, and nothing of projects that are not watched.
func TestHook(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		hint   web.Hint
		looked bool
	}{
		"labelled":                           {web.Hint{IssueID: "1", Key: "AOC-1", Labels: []string{label}, LabelsKnown: true, Updated: at}, true},
		"without a label":                    {web.Hint{IssueID: "1", Key: "AOC-1", LabelsKnown: true, Updated: at}, false},
		"of another project":                 {web.Hint{IssueID: "1", Key: "RH-1", Labels: []string{label}, LabelsKnown: true, Updated: at}, false},
		"a comment on no case of ours":       {web.Hint{IssueID: "1", Key: "AOC-1"}, false},
		"a comment on a case":                {web.Hint{IssueID: "3"}, true},
		"a case that moved away":             {web.Hint{IssueID: "3", Key: "RH-3", LabelsKnown: true, Updated: at}, true},
		"a case whose label was taken off":   {web.Hint{IssueID: "3", Key: "AOC-3", LabelsKnown: true, Updated: at}, true},
		"a case, and an echo of our own":     {web.Hint{IssueID: "4", Key: "AOC-4", Labels: []string{label}, LabelsKnown: true, Updated: at}, false},
		"a deleted issue that we know":       {web.Hint{IssueID: "3", Key: "AOC-3", Deleted: true}, true},
		"a deleted issue of somebody else's": {web.Hint{IssueID: "1", Key: "AOC-1", Deleted: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, engine := database(t), &woken{}
			for _, id := range []string{"3", "4"} {
				c := bridge.Case{ID: "c" + id, IssueID: id, Provider: "claranet", Ordinal: 1, State: bridge.Sent, Labels: []string{label}}
				if id == "4" {
					c.Wrote("7", at)
				}
				if err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, c) }); err != nil {
					t.Fatal(err)
				}
			}
			about := concerns{profiles: profiles(t), projects: []string{"AOC"}, now: func() time.Time { return at }}
			see := hook(db, engine, about, func() time.Duration { return 0 })
			if err := see(t.Context(), test.hint); err != nil || (len(engine.looks) > 0) != test.looked {
				t.Errorf("looks %v, %v", engine.looks, err)
			}
		})
	}
}

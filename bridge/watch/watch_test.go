package watch_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/watch"
	"escalat/mapping"
)

var (
	now    = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	anna   = bridge.User{ID: "anna", Mention: "[~anna]"}
	pere   = bridge.User{ID: "pere", Mention: "[~pere]"}
	joana  = bridge.User{ID: "joana", Mention: "[~joana]"}
	before = now.Add(-time.Hour)
)

const label = "escalar-claranet-sistemes"

func profiles(t *testing.T) []mapping.Profile {
	t.Helper()
	ps, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func decide(t *testing.T, issue bridge.Issue, cases ...bridge.Case) []bridge.Outcome {
	t.Helper()
	n := 0
	out, err := watch.Decide(watch.Input{Now: now, Issue: issue, Cases: cases, Profiles: profiles(t), NewID: func() (string, error) {
		n++
		return fmt.Sprint("new", n), nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOpens(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		issue bridge.Issue
		cases []bridge.Case
		want  []bridge.Case // ID and what is new
	}{
		"no label":       {issue: bridge.Issue{Labels: []string{"urgent"}}},
		"somebody's own": {issue: bridge.Issue{Labels: []string{"escalar"}}},
		"who labelled last, not the assignee": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{"x", label}, Assignee: pere, Reporter: joana, Labelled: []bridge.Labelling{
				{By: joana, Added: []string{label}}, {By: joana, Removed: []string{label}}, {By: anna, Added: []string{"y", label}}, {By: pere, Added: []string{"x"}},
			}},
			want: []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, Kind: "sistemas", OpenedAt: now, OpenedBy: anna}},
		},
		"another spelling, labelled at creation, assigned": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{"Escalat-Claranet-Sistemas"}, Assignee: pere, Reporter: joana},
			want:  []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, State: bridge.Settling, Kind: "sistemas", OpenedAt: now, OpenedBy: pere}},
		},
		"again after a withdrawal": {
			issue: bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}, Reporter: joana},
			cases: []bridge.Case{{ID: "old2", Provider: "claranet", Ordinal: 2, State: bridge.Withdrawn}, {ID: "old1", Provider: "claranet", Ordinal: 1, State: bridge.Closed}},
			want:  []bridge.Case{{ID: "new1", IssueID: "1", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 3, State: bridge.Settling, Kind: "sistemas", OpenedAt: now, OpenedBy: joana}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []bridge.Case
			for _, o := range decide(t, test.issue, test.cases...) {
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

func TestKindFollowsTheLabelUntilSent(t *testing.T) {
	t.Parallel()
	issue := bridge.Issue{ID: "1", Key: "AOC-1", Labels: []string{label}}
	for state, want := range map[bridge.State]string{bridge.Asked: "sistemas", bridge.Sent: "redes"} {
		c := bridge.Case{ID: "c", Provider: "claranet", Ordinal: 1, Kind: "redes", State: state}
		if got := decide(t, issue, c)[0].Case.Kind; got != want {
			t.Errorf("%s: kind %s, want %s", state, got, want)
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
}

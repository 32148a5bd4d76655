package bridge_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/mapping"
)

// TestReopen: nothing that closed the case closes it again.
func TestReopen(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	c := bridge.Case{
		State: bridge.Closed, Closing: bridge.ByResolved, LabelOn: true, Unlabelled: true, Relabelled: true, ClosingProposed: at, DueAt: at.Add(time.Hour),
		NotUrgent: true, // the last time
		Labels:    []string{"escalar-claranet"}, Notices: []bridge.Notice{{Serial: 1}},
	}
	if !c.OpensAgain() {
		t.Error("it does not open again")
	}
	c.Reopen(bridge.Sent, at)
	want := bridge.Case{
		State: bridge.Sent, ReopenedAt: at, Unheard: true, ResolvedSince: at, DueAt: at, Labels: []string{"escalar-claranet"}, Notices: []bridge.Notice{{Serial: 1}},
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	for name, test := range map[string]struct {
		issue bridge.Issue
		rests bool
	}{
		"open":                  {bridge.Issue{}, false},
		"resolved before":       {bridge.Issue{Resolved: true, ResolvedAt: at.Add(-time.Minute)}, false},
		"resolved then":         {bridge.Issue{Resolved: true, ResolvedAt: at}, false},
		"resolved, who knows":   {bridge.Issue{Resolved: true}, false},
		"resolved since":        {bridge.Issue{Resolved: true, ResolvedAt: at.Add(time.Second)}, true},
		"resolved and archived": {bridge.Issue{Resolved: true, Archived: true}, true},
	} {
		if got := c.Rests(test.issue); got != test.rests {
			t.Errorf("%s: rests %v", name, got)
		}
	}
	since := c
	if since.ResolvedSince = at.Add(time.Second); c.Resting() || !since.Resting() {
		t.Errorf("rests: %v; resolved since: %v", c.Resting(), since.Resting())
	}
	c.ResolvedSince = time.Time{} // it was seen open since
	if !c.Rests(bridge.Issue{Resolved: true}) {
		t.Error("resolved since it was seen open: it goes on")
	}
	if !c.Follows(nil) || !c.Follows([]string{"x"}) {
		t.Error("it is not followed without its label")
	}
	c.Relabelled = true
	if c.Follows(nil) {
		t.Error("it is followed although a label came off")
	}
	if (&bridge.Case{}).Follows(nil) {
		t.Error("a case without a label is followed")
	}
}

// TestOpensAgain: what was told, and is not the next one's business.
func TestOpensAgain(t *testing.T) {
	t.Parallel()
	told := []bridge.Notice{{Serial: 1}}
	for name, test := range map[string]struct {
		c    bridge.Case
		want bool
	}{
		"by its label":         {bridge.Case{State: bridge.Closed, Closing: bridge.ByLabel, Notices: told}, true},
		"given up":             {bridge.Case{State: bridge.Closed, Notices: told}, true},
		"another follows":      {bridge.Case{State: bridge.Closed, Closing: bridge.ByAnother, Notices: told}, false},
		"it shared another's":  {bridge.Case{State: bridge.Closed, Closing: bridge.ByLabel, Leader: "x"}, false},
		"nothing was sent":     {bridge.Case{State: bridge.Withdrawn}, false},
		"it was never closed":  {bridge.Case{State: bridge.Answered, Notices: told}, false},
		"it was not delivered": {bridge.Case{State: bridge.Undelivered, Notices: told}, false},
	} {
		if got := test.c.OpensAgain(); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestPassedTo: the clock of the turn begins anew and loses nothing, and the form is still
// judged as it was told.
func TestPassedTo(t *testing.T) {
	t.Parallel()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	half := func(from, to time.Time) time.Duration { return to.Sub(from) / 2 }
	c := bridge.Case{
		Provider: "claranet", Kind: "sistemes", Turn: bridge.TurnProvider, TurnSince: at.Add(-2 * time.Hour), Late: map[string]time.Time{"answer": at},
		Times:   map[bridge.Turn]bridge.Spell{bridge.TurnProvider: {Wall: time.Hour, Working: time.Hour}},
		Notices: []bridge.Notice{{Serial: 1, Kind: "sistemes"}, {Serial: 2}},
	}
	if c.ToldKind() != "sistemes" {
		t.Errorf("told as %q", c.ToldKind())
	}
	before := c
	c.PassedTo("xarxa", at, half)
	want := before
	want.Kind, want.Passed, want.OtherKind, want.Late, want.TurnSince = "xarxa", "xarxa", "sistemes", nil, at
	want.DueAt, want.PassedAt = at, at
	want.Times = map[bridge.Turn]bridge.Spell{bridge.TurnProvider: {Wall: 3 * time.Hour, Working: 2 * time.Hour}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
	if before.Times[bridge.TurnProvider].Wall != time.Hour || c.ToldKind() != "sistemes" {
		t.Errorf("the times before are %v; told as %q", before.Times, c.ToldKind())
	}
	c.PassedTo("sistemes", at, half) // and back: the labels' other form stays what it was
	if c.Kind != "sistemes" || c.OtherKind != "sistemes" || c.Times[bridge.TurnProvider].Wall != 3*time.Hour {
		t.Errorf("%+v", c)
	}
	for i := range profiles {
		p := &profiles[i]
		if p.ID != "claranet" {
			continue
		}
		told := bridge.Case{Kind: p.Forms[0].ID, Notices: []bridge.Notice{{Serial: 1, Kind: p.Forms[0].ID}}}
		passed := told
		passed.PassedTo(p.Forms[1].ID, at, half)
		issue := bridge.Issue{Labels: []string{p.LabelOf(&p.Forms[1])}}
		if diff := cmp.Diff(issue.Following(told, at, p).Labels, issue.Following(passed, at, p).Labels); diff != "" {
			t.Error(diff)
		}
	}
}

package validate

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// TestResolvedIsLeftInPeace: nothing is asked or sent, that is said once, nobody
// looks again, and opened again it goes on.
func TestResolvedIsLeftInPeace(t *testing.T) {
	t.Parallel()
	for _, description := range []string{full, without("impact")} {
		for _, known := range []time.Time{{}, at(8, 45)} { // what the change log says
			in := input(t, description)
			in.Quiet, in.Patience = time.Minute, 10*time.Minute
			in.Case.WaitingSince, in.Case.Request.MendingSince = at(8, 58), at(8, 50)
			in.Issue.Resolved, in.Issue.ResolvedAt = true, known
			for look := range 3 {
				in.Now = at(9, look)
				out := Decide(in)
				c := out.Case
				if c.State != bridge.Settling || !c.DueAt.IsZero() || len(out.Effects) != 0 || !c.WaitingSince.IsZero() || !c.Request.MendingSince.IsZero() {
					t.Errorf("%d: %+v", look, out)
				}
				if look == 0 && action(t, out) != "resolved" || look > 0 && len(out.Audit) != 0 {
					t.Errorf("%d: audit %+v", look, out.Audit)
				}
				if want := cmpOr(known, at(9, 0)); !c.ResolvedSince.Equal(want) {
					t.Errorf("%d: at rest since %v", look, c.ResolvedSince)
				}
				in.Case = c
			}
			in.Now = at(9, 30)
			in.Issue.Resolved, in.Issue.ResolvedAt = false, time.Time{}
			out := Decide(in)
			want := bridge.Sending
			if description != full {
				want = bridge.Asked
			}
			if out.Case.State != want || len(out.Effects) != 1 || out.Audit[0].Action != "reopened" || !out.Case.ResolvedSince.IsZero() {
				t.Errorf("opened again: %+v", out)
			}
		}
	}
}

func cmpOr(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

// TestResolvedIsSentOnCommand: of a person who knows that it is.
func TestResolvedIsSentOnCommand(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		given, resolved, since time.Time
		sent                   bool
	}{
		"before it":                         {given: at(8, 40), resolved: at(8, 45)},
		"after it":                          {given: at(8, 46), resolved: at(8, 45), sent: true},
		"nobody knows since when":           {given: at(8, 46)},
		"after it was seen to be":           {given: at(8, 46), since: at(8, 41), sent: true},
		"after it, and then resolved again": {given: at(8, 46), since: at(8, 41), resolved: at(8, 50)},
	} {
		in := input(t, without("impact"))
		in.Issue.Resolved, in.Issue.ResolvedAt, in.Case.ResolvedSince = true, test.resolved, test.since
		in.Issue.Comments = []bridge.Comment{{ID: "7", Body: "escalat envia-ja", Created: test.given}}
		out := Decide(in)
		if sent := out.Case.State == bridge.Sending; sent != test.sent || out.Case.Forced.CommentID != "7" || !out.Case.DueAt.IsZero() || out.Case.Rests(in.Issue) == sent {
			t.Errorf("%s: %+v", name, out.Case)
		}
	}
}

// TestPlannedRequestOfWhatIsResolved is not posted; what was sent is followed as
// ever.
func TestPlannedRequestOfWhatIsResolved(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact"))
	out := Decide(in)
	while := bridge.While{State: bridge.Asked, Fingerprint: out.Case.Request.Fingerprint, Count: 1}
	if !while.Holds(out.Case) {
		t.Fatalf("%+v", out.Case.Request)
	}
	in.Case, in.Issue.Resolved = out.Case, true
	if rest := Decide(in).Case; while.Holds(rest) || rest.State != bridge.Asked {
		t.Errorf("%+v", rest)
	}
	in = sent(t, full, "impact")
	in.Issue.Resolved = true
	if _, fields := addition(t, &in); !slices.Equal(fields, []string{"impact"}) || !in.Case.ResolvedSince.IsZero() {
		t.Errorf("%q, %v", fields, in.Case.ResolvedSince)
	}
}

// TestSentIsNotAtRest: what was sent all the same is not taken for resting, unless it is
// only known from that time that a person wanted it.
func TestSentIsNotAtRest(t *testing.T) {
	t.Parallel()
	since := at(8, 41)
	for name, test := range map[string]struct {
		state    bridge.State
		resolved bool
		archived bool
		known    time.Time
		want     time.Time
	}{
		"sent, and opened again":        {state: bridge.Sent},
		"answered, and opened again":    {state: bridge.Answered},
		"undelivered, and opened again": {state: bridge.Undelivered},
		"joined, and opened again":      {state: bridge.Joined},
		"sent":                          {state: bridge.Sent, resolved: true, known: at(8, 40)},
		"being sent":                    {state: bridge.Sending, resolved: true, known: at(8, 40)},
		"nobody knows since when":       {state: bridge.Sending, resolved: true, want: since},
		"sent, and archived":            {state: bridge.Sent, archived: true, want: since},
		"asked, and still resolved":     {state: bridge.Asked, resolved: true, known: since, want: since},
	} {
		in := input(t, full)
		in.Case.State, in.Case.ResolvedSince = test.state, since
		in.Issue.Resolved, in.Issue.Archived, in.Issue.ResolvedAt = test.resolved, test.archived, test.known
		if got := Decide(in).Case.ResolvedSince; !got.Equal(test.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	in := input(t, without("impact"))
	in.Issue.Resolved, in.Issue.ResolvedAt, in.Case.ResolvedSince = true, at(8, 45), at(8, 45)
	in.Issue.Comments = []bridge.Comment{{ID: "7", Body: "escalat envia-ja", Created: at(8, 46)}}
	if out := Decide(in); out.Case.State != bridge.Sending || !out.Case.ResolvedSince.IsZero() || out.Case.Rests(in.Issue) {
		t.Errorf("sent on command: %+v", out.Case)
	}
}

// TestEveryCommandIsSpent that was followed, also those before the newest.
func TestEveryCommandIsSpent(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact"))
	in.Issue.Resolved, in.Issue.ResolvedAt = true, at(8, 50) // it stays at rest
	var all []bridge.Comment
	for i := range 4 {
		all = append(all, bridge.Comment{ID: strconv.Itoa(i + 1), Body: "escalat envia-ja", Created: at(8, i)})
	}
	for i, want := range map[int][]string{1: nil, 2: {"1"}, 4: {"1", "2", "3"}} {
		in := in
		in.Issue.Comments = all[:i]
		if i > 1 {
			in.Issue.Comments = all[:1]
			in.Case = Decide(in).Case
			in.Issue.Comments = all[:i]
		}
		out := Decide(in)
		if diff := cmp.Diff(want, out.Case.Spent); diff != "" || out.Case.Forced.CommentID != strconv.Itoa(i) {
			t.Errorf("%d: forced by %s %s", i, out.Case.Forced.CommentID, diff)
		}
		in.Case = out.Case
		if diff := cmp.Diff(out.Case, Decide(in).Case); diff != "" {
			t.Errorf("%d: another look changes it:\n%s", i, diff)
		}
	}
}

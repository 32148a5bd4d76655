package bridge

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSpendKeepsTheNewest(t *testing.T) {
	t.Parallel()
	var c Case
	var want []string
	for i := range 3 * maxSpent {
		before := c
		id := fmt.Sprint(i)
		c.Spend("", id, id, fmt.Sprint(i-1))
		if want = append(want, id); i == 0 {
			want = append(want, "-1")
		}
		if len(before.Spent) > 0 && cmp.Equal(before.Spent, c.Spent) {
			t.Fatalf("%d: the former slice was changed", i)
		}
	}
	if diff := cmp.Diff(want[len(want)-maxSpent:], c.Spent); diff != "" {
		t.Error(diff)
	}
}

func TestLeft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		notice Notice
		left   bool
	}{
		{Notice{}, false}, {Notice{SentAt: now}, true}, {Notice{SeenAt: now}, true}, {Notice{SentAt: now, Shadow: true}, false}, {Notice{SentAt: now, Redirected: true}, true},
	} {
		if got := test.notice.Left(); got != test.left {
			t.Errorf("%+v: %v", test.notice, got)
		}
	}
	c := Case{Notices: []Notice{{Serial: 2}, {Serial: 1, Subject: "first"}}}
	if first := c.First(); first == nil || first.Subject != "first" || (&Case{}).First() != nil {
		t.Errorf("%+v", first)
	}
}

func TestRemembers(t *testing.T) {
	t.Parallel()
	var c Case
	for i := range maxPosted + 10 {
		if c.Remembers(fmt.Sprint(1000 + i)) {
			t.Fatalf("%d, which is not there yet", i)
		}
		if c.Wrote(fmt.Sprint(1000+i), time.Time{}); !c.Remembers(fmt.Sprint(1000 + i)) {
			t.Fatalf("%d is forgotten", i)
		}
	}
	for id, want := range map[string]bool{"1000": true, "999": true, "1009": true, "1510": false, "2": true, "x": false, "": false} {
		if got := c.Remembers(id); got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
	if few := (Case{Posted: []string{"1000"}}); few.Remembers("999") {
		t.Error("of one that it remembers, others are not older")
	}
}

func TestRefer(t *testing.T) {
	t.Parallel()
	c := Case{References: []string{"INC1"}}
	before := c.References
	if !c.Refer("inc1") || len(c.References) != 1 || c.Refer("") || !c.Refer("INC2") || len(before) != 1 {
		t.Fatalf("%q, %q", c.References, before)
	}
	for i := range 2 * maxReferences {
		if has := c.Refer(fmt.Sprint("N", i)); has != (i < maxReferences-2) {
			t.Errorf("%d: %v", i, has)
		}
	}
	if len(c.References) != maxReferences || c.References[0] != "INC1" || !c.Refer("N3") {
		t.Errorf("%q", c.References)
	}
}

// TestRests: what is archived rests, whatever was commanded.
func TestRests(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	forced := Case{Forced: Forced{CommentID: "7", At: at.Add(time.Minute)}}
	for _, test := range []struct {
		c     Case
		issue Issue
		rests bool
	}{
		{Case{}, Issue{}, false},
		{Case{}, Issue{Resolved: true}, true},
		{Case{}, Issue{Archived: true}, true},
		{forced, Issue{Resolved: true, ResolvedAt: at}, false},
		{forced, Issue{Resolved: true, ResolvedAt: at.Add(time.Hour)}, true},
		{forced, Issue{Resolved: true, ResolvedAt: at, Archived: true}, true},
	} {
		if got := test.c.Rests(test.issue); got != test.rests {
			t.Errorf("%+v, %+v: %v", test.c, test.issue, got)
		}
	}
}

// TestWaits: what people write in the moment of a write of ours is no echo where it
// could matter.
func TestWaits(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		c     Case
		waits bool
	}{
		"settling":                  {Case{State: Settling}, true},
		"braked":                    {Case{State: Braked}, true},
		"being sent":                {Case{State: Sending}, false},
		"sent, nothing known of it": {Case{State: Sent, Notices: []Notice{{Serial: 1}}}, false},
		"sent, something pending":   {Case{State: Answered, Pending: []string{"impact"}}, true},
		"sent, a call is due":       {Case{State: Sent, CallUntil: at.Add(time.Hour)}, true},
		"being sent, it is due":     {Case{State: Sending, CallUntil: at.Add(time.Hour)}, true},
		"sent, with values":         {Case{State: Sent, Notices: []Notice{{Told: map[string]string{"impact": "x"}}}}, false},
	} {
		test.c.Echoes = []time.Time{at}
		if test.c.Waits() != test.waits || test.c.Echo(at.Add(time.Second)) == test.waits {
			t.Errorf("%s: waits %v, echo %v", name, test.c.Waits(), test.c.Echo(at.Add(time.Second)))
		}
	}
}

// TestFollowed: of so many commands that some were forgotten, old ones are held to be
// done with.
func TestFollowed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	said := func(id string, ago time.Duration) Command {
		return Command{Name: Phoned, Comment: Comment{ID: id, Created: now.Add(-ago)}}
	}
	var few, many Case
	few.Spend("7/trucat")
	for i := range maxSpent + 1 {
		many.Spend(fmt.Sprint(i, "/trucat"))
	}
	for name, test := range map[string]struct {
		c    Case
		one  Command
		want bool
	}{
		"known":                 {few, said("7", time.Hour), true},
		"old":                   {few, said("8", 25*time.Hour), false},
		"of many, known":        {many, said("7", time.Hour), true},
		"of many, new":          {many, said("9999", time.Hour), false},
		"of many, forgotten":    {many, said("0", 25*time.Hour), true},
		"of many, old, unknown": {many, said("9999", 25*time.Hour), true},
	} {
		if got := test.c.Followed(test.one, now); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestLose(t *testing.T) {
	t.Parallel()
	c := Case{Files: []string{"a", "b"}}
	before := c
	for _, digest := range []string{"", "x", "a"} {
		c.Lose(digest)
	}
	if !cmp.Equal(c.Files, []string{"b"}) || !cmp.Equal(before.Files, []string{"a", "b"}) || c.Has("a") {
		t.Errorf("%q, before %q", c.Files, before.Files)
	}
}

// TestCalled: an issue that is moved or renamed keeps the keys that it had.
func TestCalled(t *testing.T) {
	t.Parallel()
	var c Case
	for _, key := range []string{"A-1", "A-1", "B-7", "C-3", "B-7", "A-1"} {
		c.Called(key)
	}
	if want := []string{"A-1", "B-7", "C-3"}; c.IssueKey != "A-1" || !slices.Equal(c.FormerKeys, want) {
		t.Errorf("%s, before that %q, want %q", c.IssueKey, c.FormerKeys, want)
	}
	for n := range 2 * maxFormerKeys {
		c.Called(fmt.Sprint("D-", n))
	}
	if n := len(c.FormerKeys); n != maxFormerKeys || c.FormerKeys[n-1] != fmt.Sprint("D-", 2*maxFormerKeys-2) {
		t.Errorf("%d former keys: %q", n, c.FormerKeys)
	}
}

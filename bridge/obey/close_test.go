package obey

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// TestClaim: a claim brings what a person said, and no other follows for an hour, also
// behind one that nobody had commanded.
func TestClaim(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.Case.Additions = 2
	in.say(at(9, 50), "escalat reclama: tenim *300* usuaris aturats")
	out := Decide(in)
	if len(out.Effects) != 1 || out.Effects[0].Key != "compose/10001/claranet/1/4" {
		t.Fatalf("%+v", out.Effects)
	}
	want := bridge.ComposeBody{Serial: 4, About: bridge.AboutClaim, Comment: "70", Said: "tenim *300* usuaris aturats"}
	if diff := cmp.Diff(want, composed(t, out.Effects[0])); diff != "" || out.Case.Additions != 3 || out.Case.Claims != 1 || !out.Case.ClaimedAt.Equal(in.Now) {
		t.Errorf("%+v %s", out.Case, diff)
	}
	in.Case = out.Case
	in.Issue.Comments[0].Body, in.Issue.Comments[0].Updated = "escalat reclama: tenim 400 usuaris aturats", at(9, 55) // what was sent was
	in.Now = at(10, 1)
	if out = Decide(in); len(out.Effects)+len(out.Audit) != 0 {
		t.Errorf("edited: %q", done(t, out))
	}
	in.say(at(10, 58), "escalat reclama")
	in.Now = at(10, 59)
	out = Decide(in)
	if got := told(t, out)["reclama/10001/claranet/1/71/reclama"]; done(t, out) != "refused-too-soon" || !strings.Contains(got, "11.00") || !strings.Contains(got, "12.00") {
		t.Errorf("%q: %q", done(t, out), got)
	}
	in.Case = out.Case
	in.say(at(11, 0), "escalat reclama")
	in.Now = at(11, 0)
	if out = Decide(in); done(t, out) != "claim mail:claim" {
		t.Errorf("%q", done(t, out))
	}
	in = input(t, "ca")
	in.Case.Notices = append(in.Case.Notices, bridge.Notice{Serial: 2, About: bridge.AboutClaim, SentAt: at(9, 30)})
	in.say(at(9, 50), "escalat reclama")
	if out = Decide(in); done(t, out) != "refused-too-soon" {
		t.Errorf("behind another: %q", done(t, out))
	}
}

// TestWhatTheProviderHas: what is claimed, sent once more, closed and opened again goes by
// what is known to have arrived.
func TestWhatTheProviderHas(t *testing.T) {
	t.Parallel()
	returned := func(in *Input) { in.Case.Notices[0].Bounced = at(9, 5) }
	once := func(in *Input) {
		returned(in)
		in.Case.Notices = append(in.Case.Notices, bridge.Notice{Serial: 2, About: bridge.AboutAgain, SentAt: at(9, 20)})
	}
	portal := func(in *Input) { in.Case.Notices[0].Channel = bridge.ByPortal }
	recorded := func(in *Input) { in.Case.Notices[0].Shadow = true }
	shadow := func(in *Input) { recorded(in); in.Shadow = true }
	for name, test := range map[string]struct {
		change                        func(*Input)
		claim, again, closes, reopens string
	}{
		"returned":           {returned, "refused-undelivered", "sent once more mail:again", "closed-untold", "reopened-undelivered"},
		"and sent once more": {once, "claim mail:claim", "sent once more mail:again", "closed-told mail:close", "reopened mail:reopen"},
		"by the portal":      {portal, "claim mail:claim", "refused-by-portal", "closed-portal mail:close", "reopened-portal mail:reopen"},
		"recorded":           {recorded, "refused-undelivered", "sent once more mail:again", "closed-untold", "reopened-undelivered"},
		"in mode shadow":     {shadow, "claim mail:claim", "sent once more mail:again", "closed-told mail:close", "reopened mail:reopen"},
	} {
		for command, want := range map[string]string{"reclama": test.claim, "reenvia": test.again, "tanca": test.closes, "reobre": test.reopens} {
			in := input(t, "ca")
			if command == "reobre" {
				in.stands(bridge.Closed)
			}
			test.change(&in)
			in.say(at(9, 50), "escalat "+command)
			if out := Decide(in); done(t, out) != want {
				t.Errorf("%s, %s: %q, want %q", name, command, done(t, out), want)
			}
		}
	}
}

// TestClose: the label that is still on opens no other case, nobody is called any more, and
// the times are told.
func TestClose(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.Case.CallUntil, in.Case.DueAt, in.Case.WaitingSince = at(23, 0), at(10, 5), at(9, 59)
	in.say(at(9, 50), "escalat tanca: Ja funciona, gràcies.")
	out := Decide(in)
	c := out.Case
	if c.Closing != bridge.ByCommand || !c.LabelOn || !c.LabelsAt.Equal(at(8, 30)) || !c.CallUntil.IsZero() || !c.DueAt.IsZero() || !c.WaitingSince.IsZero() {
		t.Errorf("%+v", c)
	}
	if len(out.Effects) != 2 || out.Effects[0].Key != "tanca/10001/claranet/1/70/tanca" || composed(t, out.Effects[1]).Said != "Ja funciona, gràcies." {
		t.Errorf("%+v", out.Effects)
	}
	if got := told(t, out)["tanca/10001/claranet/1/70/tanca"]; !strings.Contains(got, "30\u00a0min") || !strings.Contains(got, "Claranet* 1\u00a0h") || strings.Contains(got, "des del") {
		t.Errorf("%q", got)
	}
	in.Issue.Labels = nil
	if c = Decide(in).Case; c.LabelOn {
		t.Errorf("%+v", c)
	}
}

// TestReopen: where a case stands that is open again.
func TestReopen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Input)
		state  bridge.State
		done   string
	}{
		"it had not answered": {func(*Input) {}, bridge.Sent, "reopened mail:reopen"},
		"it had":              {func(in *Input) { in.Case.HeardAt = at(9, 30) }, bridge.Answered, "reopened mail:reopen"},
		"by label":            {func(in *Input) { in.Case.Closing, in.Issue.Labels = bridge.ByLabel, nil }, bridge.Sent, "reopened mail:reopen"},
		"not entered":         {func(in *Input) { in.stands(bridge.Handed); in.stands(bridge.Closed) }, bridge.Handed, "reopened-unentered"},
		"not delivered":       {func(in *Input) { in.stands(bridge.Undelivered); in.stands(bridge.Closed) }, bridge.Undelivered, "reopened-undelivered"},
		"it shared another":   {func(in *Input) { in.stands(bridge.Joined); in.stands(bridge.Closed) }, bridge.Joined, "reopened-shared"},
		"never composed":      {func(in *Input) { in.stands(bridge.Closed); in.Case.Notices = nil }, bridge.Settling, "reopened-unsent"},
		"withdrawn, no label": {func(in *Input) { in.stands(bridge.Withdrawn); in.Issue.Labels = nil }, bridge.Withdrawn, "reopened-unlabelled"},
	} {
		in := input(t, "ca")
		in.stands(bridge.Closed)
		in.Case.LabelOn = true
		test.change(&in)
		in.say(at(9, 50), "escalat reobre")
		out := Decide(in)
		if got := done(t, out); got != test.done || out.Case.State != test.state {
			t.Errorf("%s: %q, %s", name, got, out.Case.State)
		}
		if open := test.state.Open(); open != (out.Case.ReopenedAt.Equal(in.Now) && !out.Case.LabelOn && out.Case.Closing == "" && out.Case.DueAt.Equal(in.Now)) {
			t.Errorf("%s: %+v", name, out.Case)
		}
	}
}

// TestReopenUnsent: what begins anew is asked for and composed anew, and an earlier word to
// send it at once does not count for it.
func TestReopenUnsent(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.stands(bridge.Withdrawn)
	in.Case.Forced, in.Case.Pending, in.Case.Request = bridge.Forced{CommentID: "5"}, []string{"impact"}, bridge.Request{Fingerprint: "x", Count: 2}
	in.Case.Notices = []bridge.Notice{{Serial: 1, MessageID: "m1"}}
	in.say(at(9, 50), "escalat reobre")
	c := Decide(in).Case
	if c.State != bridge.Settling || c.Rounds != 1 || c.First() != nil || c.Forced != (bridge.Forced{}) || len(c.Pending) != 0 || c.Request.Fingerprint != "" || c.Request.Count != 2 || !slices.Contains(c.Spent, "5") {
		t.Errorf("%+v", c)
	}
}

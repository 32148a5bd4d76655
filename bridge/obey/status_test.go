package obey

import (
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

// TestStatusAtNight: whom to call, what to say, and when people are reminded next.
func TestStatusAtNight(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.Now, in.Case.CallSince, in.Case.CallUntil = at(22, 0), at(21, 45), at(7, 0).Add(24*time.Hour)
	in.say(at(21, 59), "escalat estat")
	got := told(t, Decide(in))["estat/10001/claranet/1/70"]
	for _, want := range []string{"TRUQUEU ARA", "902 886 336", "23.15", "[~anna]", "El portal cau"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	for name, change := range map[string]func(*Input){
		"a test": func(in *Input) { in.Trial = true }, "recorded": func(in *Input) { in.Shadow = true }, "not due": func(in *Input) { in.Case.NoCall() },
		"over": func(in *Input) { in.Case.State = bridge.Closed },
	} {
		in := in
		change(&in)
		if got := told(t, Decide(in))["estat/10001/claranet/1/70"]; got == "" || strings.Contains(got, "TRUQUEU") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestWhichIsAsked: one case asks, with the words to write.
func TestWhichIsAsked(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	other := in.Case
	other.ID, other.Provider, other.OpenedAt = "other", "ovh", at(8, 0)
	in.Others = []bridge.Case{other}
	in.say(at(9, 50), "escalat portal CS77")
	out := Decide(in)
	got := told(t, out)["which/10001/claranet/1/70/portal/CS77"]
	if done(t, out) != "unclear" || !strings.Contains(got, "escalat portal claranet CS77") || !strings.Contains(got, "escalat portal ovh CS77") || len(out.Case.References) != 0 {
		t.Errorf("%q: %q", done(t, out), got)
	}
	in.Case = out.Case
	in.Issue.Comments[0].Body, in.Issue.Comments[0].Updated = "escalat portal claranet CS77", at(9, 55)
	if out = Decide(in); done(t, out) != "nothing-to-enter" || !slices.Equal(out.Case.References, []string{"CS77"}) {
		t.Errorf("%q, %q", done(t, out), out.Case.References)
	}
}

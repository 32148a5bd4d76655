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
	in.Case.Notices[0].SentAt = at(21, 50) // the mail of this night
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

// TestBesideACommand: what stands beside a command is not read, so that nothing is done, in
// any state, and that is said once a comment, with how to write it.
func TestBesideACommand(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"tanca ja funciona":                   "no s’ha fet res, perquè l’ordre {{escalat tanca ja funciona}} no s’entén. Escriviu només {{escalat tanca}} o, si ho voleu dir a Claranet, {{escalat tanca: TEXT}}.",
		"claranet reclama ens urgeix":         "l’ordre {{escalat claranet reclama ens urgeix}} no s’entén. Escriviu només {{escalat reclama}}",
		"reobre ha tornat a fallar":           "el que vulgueu dir a Claranet, en un comentari que comenci per {{Per a Claranet:",
		"trucat i m'han donat el INC(1)2":     "L’ordre s’escriu així, sola en una línia: {{escalat trucat ",
		"tanca ja funciona\nescalat portal x": "", // whichever, but one
	} {
		for _, state := range []bridge.State{bridge.Asked, bridge.Handed, bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Closed, bridge.Withdrawn, bridge.Joined} {
			in := input(t, "ca")
			in.stands(state)
			in.say(at(9, 30), "escalat "+line)
			out := Decide(in)
			got := told(t, out)
			if len(got) != 1 || out.Case.State != in.Case.State || len(out.Case.Notices) != len(in.Case.Notices) || out.Case.Additions != in.Case.Additions {
				t.Fatalf("%s, %q: %+v", state, line, out)
			}
			if text := got["no-command/10001/claranet/1/70"]; !strings.HasPrefix(text, "[~anna], ") || !strings.Contains(text, says) {
				t.Errorf("%s, %q: %q", state, line, got)
			}
			in.Case = out.Case
			if out = Decide(in); len(out.Effects)+len(out.Audit) != 0 {
				t.Errorf("%s, %q, once more: %+v", state, line, out)
			}
		}
	}
	in := input(t, "ca")
	in.say(at(9, 30), "escalat tanca ja funciona")
	in.Now = at(9, 30).Add(25 * time.Hour)
	if out := Decide(in); len(out.Effects) != 0 {
		t.Errorf("long ago: %+v", out)
	}
}

// TestStatusOfWhatIsStopped: what holds it is said, and not that data is missing.
func TestStatusOfWhatIsStopped(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.Case.State, in.Case.Notices, in.Case.Stopped = bridge.Asked, nil, []bridge.Hidden{{Kind: bridge.PrivateCard, Place: "impact", Line: 1}}
	in.say(at(9, 50), "escalat estat")
	if got := told(t, Decide(in))["estat/10001/claranet/1/70"]; !strings.Contains(got, "{{escalat envia-igualment MOTIU}}") || strings.Contains(got, "dades que falten") {
		t.Errorf("%s", got)
	}
	in.Case.Request.Fingerprint = "x" // and since then something is missing
	if got := told(t, Decide(in))["estat/10001/claranet/1/70"]; !strings.Contains(got, "dades que falten") {
		t.Errorf("%s", got)
	}
}

package validate

import (
	"slices"
	"testing"

	"escalat/bridge"
)

// TestTwoProviders: of two cases a command is followed by the one for which it is meant.
func TestTwoProviders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		body    string
		state   bridge.State
		change  func(*Input)
		effects []string
		refs    []string
	}{
		{body: "escalat trucat claranet INC7", state: bridge.Sent, effects: []string{"phoned/10001/claranet/2/7"}, refs: []string{"INC7"}},
		{body: "escalat trucat ovh INC7", state: bridge.Sent},
		{body: "escalat trucat", state: bridge.Sent},
		{body: "escalat trucat", state: bridge.Sent, change: func(in *Input) { in.Case.CallUntil = at(10, 0) }, effects: []string{"phoned/10001/claranet/2/7"}},
		{body: "escalat trucat", state: bridge.Sent, change: func(in *Input) { in.Others[0].CallUntil = at(10, 0) }},
		{body: "escalat trucat", state: bridge.Sent, change: func(in *Input) {
			in.Case.CallUntil, in.Others[0].Spent = at(10, 0), []string{"7/trucat"}
		}},
		{body: "escalat referencia INC7", state: bridge.Sent, change: func(in *Input) { in.Others[0].References = []string{"inc7"} }},
		{body: "escalat envia-ja", state: bridge.Asked, effects: []string{"compose/10001/claranet/2/1"}},
		{body: "escalat envia-ja ovh", state: bridge.Asked, effects: []string{"request/"}},
		{body: "escalat referencia INC7", state: bridge.Handed, change: func(in *Input) { in.Others = nil }}, // it says that it was entered
		{body: "escalat trucat INC7", state: bridge.Handed, change: func(in *Input) { in.Others = nil }, effects: []string{"phoned/10001/claranet/2/7"}, refs: []string{"INC7"}},
	} {
		in := input(t, without("impact"))
		in.Case.State, in.Case.LabelledAt, in.Issue.Named = test.state, at(8, 30), map[string]string{"claranet": "claranet", "ovh": "ovh"}
		in.Others = []bridge.Case{{ID: "other", Provider: "ovh", Ordinal: 1, State: bridge.Sent, LabelledAt: at(8, 30), OpenedAt: at(8, 40)}}
		in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 50), test.body)}
		if test.change != nil {
			test.change(&in)
		}
		out := Decide(in)
		got := effects(out)
		for i, key := range got {
			if len(key) > 8 && key[:8] == "request/" {
				got[i] = "request/"
			}
		}
		if !slices.Equal(got, test.effects) || !slices.Equal(out.Case.References, test.refs) {
			t.Errorf("%q, %s: %q, %q", test.body, test.state, got, out.Case.References)
		}
	}
}

// TestMisplacedForOneOfTwo: where a command is to be written is told by one of the cases.
func TestMisplacedForOneOfTwo(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		"escalat tanca": nil, "escalat tanca ovh": nil, "escalat tanca claranet": {"unheard/10001/claranet/2/tanca"}, "escalat estat": {"unheard/10001/claranet/2/estat"},
		"escalat contestat: ho miren\nescalat no-urgent claranet": {"unheard/10001/claranet/2/no-urgent"},
	} {
		in := input(t, full)
		in.Case.State, in.Case.LabelledAt, in.Issue.Named = bridge.Undelivered, at(8, 30), map[string]string{"claranet": "claranet", "ovh": "ovh"}
		in.Others = []bridge.Case{{ID: "other", Provider: "ovh", Ordinal: 1, State: bridge.Sent, LabelledAt: at(8, 30), OpenedAt: at(8, 40), Notices: []bridge.Notice{{Serial: 1, SentAt: at(8, 45)}}}}
		one := said("anna", "7", at(8, 50), body)
		one.Restricted = true
		in.Issue.Comments = []bridge.Comment{one}
		if got := effects(Decide(in)); !slices.Equal(got, want) {
			t.Errorf("%q: %q", body, got)
		}
	}
}

package receive

import (
	"testing"

	"escalat/bridge"
	"escalat/bridge/receive/authentic"
)

// TestProvedBy reads what the verdicts say.
func TestProvedBy(t *testing.T) {
	t.Parallel()
	for strength, want := range map[bridge.Strength]bridge.Strength{
		bridge.ByDMARC: bridge.ByDMARC, bridge.BySPF: bridge.BySPF, bridge.ByAddress: bridge.ByAddress, "": bridge.ByDMARC,
	} {
		for _, reason := range []string{authentic.Confirmed, authentic.VerifiedHere} {
			for _, answers := range []string{"", "a notice"} {
				a := answer{}
				a.Message.Authentic = bridge.Authenticity{Reason: reason, Strength: strength}
				a.Message.Answers = answers
				if got := ProvedBy(a.verdict(bridge.Outcome{}).Reason); got != want {
					t.Errorf("%q, %q: proved by %q", strength, reason, got)
				}
			}
		}
	}
	a := answer{}
	a.Mail.Release = &bridge.Release{Gate: bridge.GateUnproved}
	a.Message.Authentic = bridge.Authenticity{Reason: authentic.Confirmed, Strength: bridge.ByDMARC}
	if v := a.verdict(bridge.Outcome{}); ProvedBy(v.Reason) != "" {
		t.Errorf("%q is proved", v.Reason)
	}
	a.Mail.Release, a.Message.Colleague = nil, true
	if v := a.verdict(bridge.Outcome{}); ProvedBy(v.Reason) != "" {
		t.Errorf("%q is proved", v.Reason)
	}
}

package receive_test

import (
	"fmt"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
)

// TestBouncesAreToldAFewTimes: who makes a bounce is nobody's to prove. Who has the
// Message-ID of a notice tells the issue a few times, whatever addresses he invents, and
// keeps nobody from hearing that the provider's own address returned it.
func TestBouncesAreToldAFewTimes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.theCase()
	c.Notices[0].To = []string{"css@claranet.es", "noc@claranet.es"}
	told := map[string]bool{}
	bounce := func(to string, further ...string) {
		m := bridge.Message{
			CaseID: caseID, Answers: c.Notices[0].MessageID, Kind: bridge.KindBounce, Sign: "report", Hash: to,
			Bounce: &bridge.Bounce{Hard: true, Status: "5.1.1", Recipient: to, Further: further, Diagnostic: "x"},
		}
		v, err := b.Decide(receive.Input{Now: now, Mail: bridge.Mail{ArrivedAt: now.Add(time.Minute)}, Message: m, Case: c, Ledger: &past{}})
		if err != nil || v.Outcome != bridge.MailBounced || v.Case == nil {
			t.Fatalf("%+v, %v", v, err)
		}
		for _, e := range v.Case.Effects {
			told[e.Key] = true
		}
		changed := v.Case.Case
		c = &changed
	}
	for i := range 100 {
		bounce(fmt.Sprintf("x%d@evil.example", i))
		bounce("x1@evil.example", fmt.Sprintf("x%d@evil.example", i%3))
	}
	if len(told) > 6 || c.State != bridge.Sent {
		t.Fatalf("%d comments, %s", len(told), c.State)
	}
	before := len(told)
	bounce("CSS@claranet.es")
	if len(told) != before+1 || c.State != bridge.Sent {
		t.Errorf("one of two addresses: %d comments before, %d after, %s", before, len(told), c.State)
	}
	bounce("noc@claranet.es", "x1@evil.example")
	if len(told) != before+2 || c.State != bridge.Undelivered {
		t.Errorf("both addresses: %d comments before, %d after, %s", before, len(told), c.State)
	}
	bounce("noc@claranet.es", "css@claranet.es")
	bounce("css@claranet.es", "noc@claranet.es")
	if len(told) != before+2 {
		t.Errorf("%d comments for what was told", len(told)-before-2)
	}
}

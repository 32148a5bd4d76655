package receive_test

import (
	"testing"

	"escalat/bridge"
	"escalat/bridge/receive"
)

// TestTicketOfAnAPI: what a program only announces of a ticket that is read by its API is
// not told twice; what people write, what answers our mail, and what a person let pass is
// told, and so is everything of a ticket that is not read.
func TestTicketOfAnAPI(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, test := range map[string]struct {
		mail    mail
		ticket  int64
		release *bridge.Release
		want    bridge.MailOutcome
	}{
		"a program, by its number":   {mail{header: robot, subject: "[Ticket#1000001] caído", body: "Lo vemos.", nameless: true}, 7, nil, bridge.MailDuplicate},
		"no API":                     {mail{header: robot, subject: "[Ticket#1000001] caído", body: "Lo vemos.", nameless: true}, 0, nil, bridge.MailPosted},
		"a person":                   {mail{subject: "[Ticket#1000001] caído", body: "Lo vemos.", nameless: true}, 7, nil, bridge.MailPosted},
		"a program, in our thread":   {mail{header: robot, subject: "Re: [AOC SUP-42]", body: "Lo vemos."}, 7, nil, bridge.MailPosted},
		"a program, let pass by one": {mail{header: robot, subject: "[Ticket#1000001] caído", body: "Lo vemos.", nameless: true}, 7, &bridge.Release{Gate: bridge.GateUnproved, By: "anna"}, bridge.MailPosted},
	} {
		c := b.theCase()
		c.References, c.Ticket.ID = []string{"1000001"}, test.ticket
		header := test.mail.header
		if !test.mail.nameless {
			header += "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n"
		}
		m := b.read(test.mail.subject, header, test.mail.body)
		m.CaseID = c.ID
		v, err := b.Decide(receive.Input{
			Now: now, Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: now, Release: test.release}, Message: m, Case: c, Ledger: &past{},
		})
		if err != nil || v.Outcome != test.want || !v.Keep {
			t.Errorf("%s: %s %q, keep %v, %v", name, v.Outcome, v.Reason, v.Keep, err)
		}
	}
}

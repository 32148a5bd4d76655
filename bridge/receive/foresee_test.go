package receive_test

import (
	"testing"

	"escalat/bridge"
)

// TestWanted: by the header alone.
func TestWanted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, test := range map[string]struct {
		header string
		want   bool
	}{
		"a provider":           {"From: Marta <marta@claranet.es>\nSubject: Aviso\n", true},
		"below its domain":     {"From: robot@tickets.claranet.es\n", true},
		"looks like it":        {"From: marta@claranet.es.evil.example\n", false},
		"an answer to ours":    {"From: x@elsewhere.example\nIn-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n", true},
		"in the references":    {"From: x@elsewhere.example\nReferences: <a@b>\n <" + b.id("ovh", caseID, 1) + "> <c@d>\n", true},
		"our own copy":         {"From: " + own + "\nMessage-ID: <" + b.id("claranet", caseID, 1) + ">\n", true},
		"another mail of ours": {"From: " + own + "\nMessage-ID: <x@aoc.cat>\n", false},
		"names an issue":       {"From: x@elsewhere.example\nSubject: RE: [AOC SUP-42] Portal\n", true},
		"another's tag":        {"From: x@elsewhere.example\nSubject: RE: [XYZ SUP-42] Portal\n", false},
		"a mail server":        {"From: Mail Delivery System <MAILER-DAEMON@mx.example>\n", true},
		"a report":             {"From: x@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n", true},
		"a report of Exchange": {"From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.com\n", true},
		"failed recipients":    {"From: x@mx.example\nX-Failed-Recipients: css@claranet.es\n", true},
		"without a sender":     {"Return-Path: <>\nFrom: x@mx.example\n", true},
		"a newsletter":         {"From: news@shop.example\nSubject: Ofertas\nPrecedence: bulk\n", false},
		"nothing to read":      {"\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := b.Wanted([]byte(test.header)); got != test.want {
				t.Errorf("wanted: %t", got)
			}
		})
	}
}

// TestForesee: what would become of a mail if the case that it names existed.
func TestForesee(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	reply := "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n"
	for name, test := range map[string]struct {
		raw  string
		want bridge.MailOutcome
	}{
		"an answer":              {border(desk) + reply + "\nHola", bridge.MailPosted},
		"by the key":             {border(desk) + "Subject: [AOC SUP-42] x\n\nHola", bridge.MailPosted},
		"by a number":            {border(desk) + "Subject: [Ticket#1000001] x\n\nHola", bridge.MailPosted},
		"not confirmed":          {"From: " + desk + "\n" + reply + "\nHola", bridge.MailQuarantined},
		"of a stranger":          {"From: a@b.example\n" + reply + "\nHola", bridge.MailQuarantined},
		"about nothing of ours":  {"From: a@b.example\n\nHola", bridge.MailUnrelated},
		"of a provider, unnamed": {border(desk) + "\nHola", bridge.MailQuarantined},
		"no mail at all":         {"\x00\x01", bridge.MailUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := b.Read(t.Context(), opener(test.raw), 0)
			if err != nil {
				t.Fatal(err)
			}
			v, err := b.Foresee(now, m)
			if err != nil || v.Outcome != test.want {
				t.Errorf("%s (%s), %v", v.Outcome, v.Reason, err)
			}
		})
	}
}

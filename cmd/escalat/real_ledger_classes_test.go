package main

import (
	"escalat/bridge"
	"escalat/internal/peer"
)

// route is how a mail comes into our mailbox.
type route int

const (
	byDesk   route = iota // with the provider's login: its domain is confirmed
	byNobody              // without a login: nothing is
	byServer              // so, with the empty sender of a report
	returned              // to somebody who is not there: what Exim makes of it comes
	filtered              // a filter puts it into the junk folder
	appended              // a program puts it into the inbox, past every border
)

// shown is how often the text of a mail stands on its issue.
type shown int

const (
	nowhere shown = iota
	once
	perhaps // at most once: what a sender says of an absence is told once
)

// class is a sort of mails, and what must become of each of them.
type class struct {
	name    string
	share   int // of all, in proportion; 0: what is left over
	outcome bridge.MailOutcome
	or      bridge.MailOutcome // the other one that it may end in
	gate    bridge.Gate
	shown   shown
	make    func(m *mix, i int, c *class)
}

// classes are all sorts of mails. Their shares are what a mailbox never sees in a year,
// and all of it within a minute.
func classes() []*class {
	const posted, quarantined, unrelated = bridge.MailPosted, bridge.MailQuarantined, bridge.MailUnrelated
	return []*class{
		{name: "client", share: 240, outcome: posted, or: bridge.MailAcknowledged, shown: once, make: fromCorpus},
		{name: "reply", outcome: posted, shown: once, make: refer(func(e *envelope, n notified) { e.inReplyTo = n.ID })},
		{name: "references alone", share: 50, outcome: posted, shown: once, make: refer(func(e *envelope, n notified) {
			e.inReplyTo, e.references = e.mark+"-lost@claranet.test", []string{n.ID, e.mark + "-lost@claranet.test"}
		})},
		{name: "answers the desk", share: 40, outcome: posted, shown: once, make: refer(func(e *envelope, n notified) {
			e.subject, e.inReplyTo, e.references = "RE: lo de esta mañana", n.base, []string{n.base}
		})},
		{name: "ticket alone", share: 50, outcome: posted, shown: once, make: refer(func(e *envelope, n notified) { e.subject = "Actualización [Ticket#" + n.ticket + "]" })},
		{name: "key alone", share: 40, outcome: posted, shown: once, make: refer(func(e *envelope, n notified) { e.subject = "RV: [AOC " + n.key + "] novedades" })},
		{name: "files", share: 60, outcome: posted, shown: once, make: withFiles},
		{name: "update", share: 50, outcome: posted, or: bridge.MailAcknowledged, shown: once, make: fromSamples(byDesk, "classify/testdata/desk-*update*.eml", "classify/testdata/desk-servicenow-comments.eml", "classify/testdata/desk-delivery-news.eml")},
		{name: "acknowledgement", share: 30, outcome: bridge.MailAcknowledged, shown: once, make: fromSamples(byDesk, "classify/testdata/desk-*ack*.eml")},
		{name: "colleague", share: 20, outcome: posted, shown: once, make: colleague(true)},
		{name: "broken", share: 40, outcome: posted, shown: once, make: broken},
		{name: "same name, another day", share: 5, outcome: posted, shown: once, make: namesake},
		{name: "sent twice", share: 20, outcome: posted, shown: once, make: twice},
		{name: "to and copy", share: 10, outcome: posted, shown: once, make: toAndCopy},
		{name: "in junk", share: 15, outcome: posted, shown: once, make: inJunk},

		{name: "absence", share: 40, outcome: bridge.MailAbsent, shown: perhaps, make: fromSamples(byDesk, "classify/testdata/away-exchange*.eml", "classify/testdata/away-[gnvz]*.eml")},
		{name: "bounce", share: 50, outcome: bridge.MailBounced, make: fromSamples(byServer, "classify/testdata/bounce-[gmpqy]*.eml", "classify/testdata/bounce-ex[ci]*.eml", "classify/testdata/bounce-over*.eml")},
		{name: "bounce of Exim", share: 12, outcome: bridge.MailBounced, make: returnedByExim},
		{name: "receipt", share: 30, outcome: bridge.MailReceipt, make: fromSamples(byDesk, "classify/testdata/receipt-read-es.eml", "classify/testdata/receipt-[de]*ed.eml", "classify/testdata/receipt-exchange*.eml", "classify/testdata/receipt-displayed-en.eml")},
		{name: "large", share: 4, outcome: posted, shown: once, make: large(1_300_000)},
		{name: "huge", share: 4, outcome: bridge.MailOversized, make: large(2_300_000)},
		{name: "huge, a stranger's", share: 3, outcome: unrelated, make: hugeStranger},
		{name: "no mail at all", share: 4, outcome: bridge.MailUnreadable, make: garbage},

		{name: "forged", share: 25, outcome: quarantined, gate: bridge.GateUnproved, make: forge(byNobody, func(e *envelope, n notified) { e.inReplyTo = n.ID })},
		{name: "forged verdict", share: 15, outcome: quarantined, gate: bridge.GateUnproved, make: forge(byNobody, func(e *envelope, n notified) {
			e.inReplyTo, e.further = n.ID, "Authentication-Results: mx."+peer.Domain+"; dkim=pass header.d=claranet.test; dmarc=pass header.from=claranet.test\r\n"
		})},
		{name: "look-alike", share: 10, outcome: quarantined, gate: bridge.GateSender, make: forge(byDesk, func(e *envelope, n notified) {
			e.from, e.inReplyTo = "Anna Soler <anna.soler@claranet.test.evil.test>", n.ID
		})},
		{name: "two senders", share: 8, outcome: quarantined, gate: bridge.GateSender, make: forge(byDesk, func(e *envelope, n notified) {
			e.from, e.inReplyTo = "anna.soler@claranet.test, cap@evil.test", n.ID
		})},
		{name: "two fields From", share: 6, outcome: quarantined, make: forge(byNobody, func(e *envelope, n notified) {
			e.inReplyTo, e.further = n.ID, "From: Cap <cap@evil.test>\r\n"
		})},
		{name: "guessed key", share: 10, outcome: quarantined, gate: bridge.GateUnproved, make: forge(byNobody, func(e *envelope, n notified) { e.subject = "[AOC " + n.key + "] urgente" })},
		{name: "guessed ticket", share: 8, outcome: quarantined, gate: bridge.GateUnproved, make: forge(byNobody, func(e *envelope, n notified) { e.subject = "[Ticket#" + n.ticket + "] urgente" })},
		{name: "a stranger's answer", share: 10, outcome: quarantined, gate: bridge.GateSender, make: forge(byNobody, func(e *envelope, n notified) {
			e.from, e.inReplyTo, e.further = "Cap <cap@evil.test>", n.ID, "Reply-To: anna.soler@claranet.test\r\n"
		})},
		{name: "a stranger's guess", share: 8, outcome: unrelated, make: forge(byNobody, func(e *envelope, n notified) {
			e.from, e.subject = "Cap <cap@evil.test>", "[AOC "+n.key+"] urgente [Ticket#"+n.ticket+"]"
		})},
		{name: "wrong token", share: 8, outcome: unrelated, make: forge(byNobody, func(e *envelope, n notified) { e.subject, e.inReplyTo = "urgente", bent(n.ID) })},
		{name: "wrong token, confirmed", share: 6, outcome: quarantined, gate: bridge.GateCase, make: forge(byDesk, func(e *envelope, n notified) { e.subject, e.inReplyTo = "urgente", bent(n.ID) })},
		{name: "two issues", share: 8, outcome: quarantined, gate: bridge.GateCase, make: severalIssues},
		{name: "own mail, sent by another", share: 5, outcome: bridge.MailOwn, make: forge(byNobody, func(e *envelope, n notified) { e.from, e.id = ours, n.ID })},
		{name: "forged first", share: 8, outcome: quarantined, gate: bridge.GateUnproved, make: predicted},
		{name: "bounce of a stranger's", share: 8, outcome: unrelated, make: strangersBounce("fora.test")},
		{name: "bounce of what was not ours", share: 5, outcome: quarantined, gate: bridge.GateCase, make: strangersBounce("claranet.test")},

		{name: "newsletter", share: 40, outcome: unrelated, make: unrelatedMail(byNobody, "Ofertes <butlleti@botiga.test>", "List-Id: <ofertes.botiga.test>\r\nPrecedence: bulk\r\n")},
		{name: "private", share: 30, outcome: unrelated, make: colleague(false)},
		{name: "stranger", share: 20, outcome: unrelated, make: unrelatedMail(byNobody, "Algú <algu@fora.test>", "")},
		{name: "stranger away", share: 8, outcome: unrelated, make: unrelatedMail(byNobody, "Algú <algu@fora.test>", "Auto-Submitted: auto-replied\r\n")},
		{name: "newsletter in junk", share: 8, outcome: unrelated, make: unrelatedMail(filtered, "Ofertes <butlleti@botiga.test>", "List-Id: <ofertes.botiga.test>\r\n")},
	}
}

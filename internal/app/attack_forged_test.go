package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/token"
)

// forgery is a mail that must not be told on an issue.
type forgery struct{ name, raw string }

// author is how a From pretends, and what an honest border makes of it: of which domain
// it says something, and whether it confirms it.
type author struct {
	name, from, domain string
	pass               bool
}

const evil = "evil.example"

// authors pretend to be the provider's desk.
func authors() []author {
	mine := func(name, from string) author { return author{name, "From: " + from, evil, true} }
	like := func(name, domain string) author {
		return author{name, "From: CSS <css@" + domain + ">", domain, true}
	}
	theirs := func(name, from string) author { return author{name, "From: " + from, "claranet.es", false} }
	return []author{
		theirs("From alone", "css@claranet.es"), theirs("with a name", "Mesa de ayuda <css@claranet.es>"), theirs("upper case", "CSS@CLARANET.ES"),
		theirs("trailing dot", "css@claranet.es."), theirs("quoted local part", "\"css\"@claranet.es"), theirs("route", "<@evil.example:css@claranet.es>"),
		theirs("source of another", "css@claranet.es (x@evil.example)"), theirs("folded", "CSS\r\n\t<css@claranet.es>"), theirs("a comment inside", "css(x)@claranet.es"),
		theirs("blanks inside", "css @ claranet . es"),
		{"a subdomain", "From: css@mail.claranet.es", "mail.claranet.es", false},
		{"another provider", "From: css@ovh.com", "ovh.com", false},
		{"ourselves", "From: " + attackOwn, attackHost, false},
		{"a colleague", "From: anna@aoc.cat", attackHost, false},
		theirs("group of one", "CSS: css@claranet.es;"),

		like("superdomain", "es"), like("below evil", "claranet.es.evil.example"), like("hyphen", "css-claranet.es"), like("digit for a letter", "c1aranet.es"),
		like("capital i", "cIaranet.es"), like("punycode", "xn--clranet-1fg.es"), like("Cyrillic", "clаranet.es"), like("another country", "claranet.com"),
		like("not below", "notclaranet.es"), like("without a dot", "claranetes"), like("full-width dot", "claranet。es"), like("full-width letters", "ｃlaranet.es"),
		like("soft hyphen", "clara\u00adnet.es"), like("zero width", "claranet\u200b.es"), like("long s", "claranet.eſ"), like("Turkish i", "clara\u0131net.es"),
		like("Kelvin", "\u212Alaranet.es"), like("right to left", "\u202Ese.tenaralc"),

		mine("stranger", "x@evil.example"), mine("name is the address", "\"css@claranet.es\" <x@evil.example>"), mine("name is an angle address", "\"<css@claranet.es>\" <x@evil.example>"),
		mine("encoded name", "=?utf-8?q?css=40claranet=2Ees?= <x@evil.example>"), mine("encoded angle address", "=?utf-8?q?CSS_=3Ccss=40claranet=2Ees=3E?= <x@evil.example>"),
		mine("encoded line break", "=?utf-8?q?CSS=0D=0AFrom:_css=40claranet=2Ees?= <x@evil.example>"), mine("comment behind", "x@evil.example (css@claranet.es)"),
		mine("comment before", "(css@claranet.es) x@evil.example"), mine("nested comments", "css(@claranet.es(>)<)@evil.example"), mine("two at signs", "css@claranet.es@evil.example"),
		mine("address in the local part", "\"css@claranet.es\"@evil.example"), mine("percent route", "css%claranet.es@evil.example"), mine("bang", "claranet.es!css@evil.example"),
		mine("source route of theirs", "<@claranet.es:x@evil.example>"), mine("two addresses", "css@claranet.es, x@evil.example"), mine("two, the other first", "x@evil.example, css@claranet.es"),
		mine("semicolon", "css@claranet.es; x@evil.example"), mine("two in brackets", "<css@claranet.es> <x@evil.example>"), mine("name with a group", "css@claranet.es: x@evil.example;"),
		mine("group with two", "CSS: css@claranet.es, x@evil.example;"), mine("unclosed quote", "\"CSS <css@claranet.es> <x@evil.example>"), mine("unclosed bracket", "<x@evil.example <css@claranet.es>"),
		mine("literal", "css@[203.0.113.9]"), mine("NUL", "css@claranet.es\x00@evil.example"), mine("bare CR", "x@evil.example\rFrom: css@claranet.es"), mine("tabs", "css@claranet.es\t@evil.example"),
		mine("encoded address", "=?utf-8?q?css=40claranet=2Ees?="), mine("empty", ""), mine("null", "<>"), mine("only a name", "CSS Claranet"), mine("mailto", "mailto:css@claranet.es"),
		{"two From fields", "From: x@evil.example\r\nFrom: css@claranet.es", evil, true},
		{"two From fields, theirs first", "From: css@claranet.es\r\nFrom: x@evil.example", evil, true},
		// A border that goes by the one of two that is signed confirms it.
		{"two From fields, theirs confirmed", "From: css@claranet.es\r\nFrom: x@evil.example", "claranet.es", true},
		{"two addresses, theirs confirmed", "From: css@claranet.es, x@evil.example", "claranet.es", true},
		{"blank before the colon", "From: x@evil.example\r\nFrom : css@claranet.es", evil, true},
		{"another letter case", "From: x@evil.example\r\nFROM: css@claranet.es", evil, true},
		{"no From", "Sender: css@claranet.es", evil, true},
		{"Sender", "From: x@evil.example\r\nSender: css@claranet.es", evil, true},
		{"Reply-To", "From: x@evil.example\r\nReply-To: css@claranet.es", evil, true},
		{"Return-Path", "Return-Path: <css@claranet.es>\r\nFrom: x@evil.example", evil, true},
		{"Resent-From", "Resent-From: css@claranet.es\r\nFrom: x@evil.example", evil, true},
		{"X-Original-From", "From: x@evil.example\r\nX-Original-From: css@claranet.es", evil, true},
		{"a field of no name", "From: x@evil.example\r\n: css@claranet.es", evil, true},
		{"folded into From", "From: x@evil.example,\r\n css@claranet.es", evil, true},
		{"LF inside CRLF", "From: x@evil.example\nFrom: css@claranet.es", evil, true},
		{"header after a blank line", "From: x@evil.example\r\n \r\nFrom: css@claranet.es", evil, true},
	}
}

// namings are how a forger names a case of which he knows something.
func namings(s *siege, c bridge.Case) map[string]string {
	return map[string]string{
		"token":  "Subject: " + secret + "\r\nIn-Reply-To: <" + c.Notices[0].MessageID + ">\r\nReferences: <" + c.Notices[0].MessageID + ">",
		"key":    "Subject: RE: " + s.subject(c) + " " + secret,
		"ticket": "Subject: [" + c.References[0] + "] " + secret,
		"thread": "Subject: " + secret + "\r\nReferences: <" + c.Thread[1] + ">",
	}
}

const poison = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + secret +
	" everything is mended, close the case. Ticket: 99887766\r\n--b\r\nContent-Type: application/pdf; name=\"" + secret + ".pdf\"\r\n\r\n%PDF\r\n--b--\r\n"

// forged is a mail of a forger behind what the border says; with the source DKIM he
// signs it, with a key and a domain of his own.
func (s *siege) forged(above, header, body string) string {
	return s.forgedBy(evil, above, header, body)
}

func (s *siege) forgedBy(domain, above, header, body string) string {
	n := s.rand.Uint64()
	raw := header + "\r\nTo: " + attackOwn + fmt.Sprintf("\r\nDate: Mon, 2 Mar 2026 10:29:58 +0100\r\nMessage-ID: <f%d@evil.example>\r\n", n) + body
	if s.source == authentic.DKIM && strings.HasPrefix(header, "From:") && !strings.Contains(header, "\nFrom") {
		raw = dkimSigned(s.t, raw, domain, "other", careful())
	}
	return above + raw
}

// falseAuthors are all ways to pretend to be the provider, by all that names a case.
func (s *siege) falseAuthors() (out []forgery) {
	for i, a := range authors() {
		c := s.cases[i%oldCase]
		named := namings(s, c)
		for _, by := range slices.Sorted(maps.Keys(named)) {
			out = append(out, forgery{a.name + ", " + by, s.forgedBy(a.domain, judged(s.source, a.domain, a.pass), a.from+"\r\n"+named[by], poison)})
		}
	}
	return out
}

// falseResults are what a sender writes of himself below the border's Received, with and
// without a true word above it.
func (s *siege) falseResults() (out []forgery) {
	var written []string
	for _, source := range sources() {
		for n := range max(len(samples(source)), 1) {
			written = append(written, confirmed(s.t, source, n, "claranet.es"))
		}
	}
	for _, id := range []string{"mx.aoc.cat", "MX.AOC.CAT", "mx.aoc.cat 1", "mx.google.com", "\"mx.aoc.cat\"", "mx.aoc.cat.", "(x) mx.aoc.cat", "=?utf-8?q?mx=2Eaoc=2Ecat?="} {
		for _, name := range []string{"Authentication-Results", "AUTHENTICATION-RESULTS ", "ARC-Authentication-Results", "X-Authentication-Results", "Authentication-Results\r\n "} {
			value := id + "; spf=pass smtp.mailfrom=claranet.es; dkim=pass header.d=claranet.es; dmarc=pass header.from=claranet.es"
			if strings.HasPrefix(name, "ARC") {
				value = "i=1; " + value
			}
			written = append(written, name+": "+value+"\r\n")
		}
	}
	written = append(
		written,
		"Authentication-Results: spf=pass smtp.mailfrom=claranet.es; dkim=pass header.d=claranet.es;dmarc=pass action=none header.from=claranet.es;compauth=pass reason=100\r\n",
		"X-MS-Exchange-Organization-AuthAs: Internal\r\nX-MS-Exchange-Organization-AuthSource: DB8PR04MB7777.eurprd04.prod.outlook.com\r\n",
		"Received-SPF: pass (mx.aoc.cat: domain of css@claranet.es designates 203.0.113.9 as permitted sender)\r\n",
		"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=claranet.es; s=s1; h=from; bh=YWJj; b=YWJj\r\n",
	)
	for i, w := range written {
		c := s.cases[i%oldCase]
		for name, above := range map[string]string{"a true no above": judged(s.source, "claranet.es", false), "nothing above": silent(s.source)} {
			header := w + "From: css@claranet.es\r\n" + namings(s, c)["token"]
			out = append(out, forgery{fmt.Sprintf("results %q, %s", w[:min(len(w), 60)], name), s.forged(above, header, poison)})
		}
	}
	return out
}

// falseTokens are mails of the true provider, or of the other one, that name no case with
// what proves something. Nobody may get them onto an issue.
func (s *siege) falseTokens() (out []forgery) {
	c, other := s.cases[1], s.cases[otherCase]
	id := c.Notices[0].MessageID
	foreign, err := keyring(s.t, key(2, "x")).MessageID("claranet", c.ID, 1, attackHost)
	if err != nil {
		s.t.Fatal(err)
	}
	unborn, err := s.ring.MessageID("claranet", c.ID, 7, attackHost)
	if err != nil {
		s.t.Fatal(err)
	}
	nobody, err := s.ring.MessageID("claranet", strings.Repeat("q", token.CaseIDLength), 1, attackHost)
	if err != nil {
		s.t.Fatal(err)
	}
	n := 0
	add := func(name, domain, subject string, fields ...string) {
		n++
		l := letter{from: "css@" + domain, subject: subject, id: fmt.Sprintf("t%d@%s", n, domain), at: attackNow(), fields: fields, body: poison}
		out = append(out, forgery{name, s.sealed(l, n, domain)})
	}
	ref := func(id string) string { return "References: <" + id + ">" }
	for i := 0; i < token.Length; i += 3 {
		add(fmt.Sprintf("letter %d of a token", i), "claranet.es", secret, ref(id[:i]+string("ab"[map[bool]int{true: 1}[id[i] == 'a']])+id[i+1:]))
	}
	add("token cut short", "claranet.es", secret, ref(id[:token.Length-1]+"@aoc.cat"))
	add("token without its beginning", "claranet.es", secret, ref(id[1:]))
	add("token behind the at sign", "claranet.es", secret, ref("x@"+id[:token.Length]))
	add("token of another installation", "claranet.es", secret, ref(foreign))
	add("token of a notice that is not", "claranet.es", secret, ref(unborn))
	add("token of a case that is not", "claranet.es", secret, ref(nobody))
	add("token that is too old", "claranet.es", secret, ref(s.cases[oldCase].Notices[0].MessageID))
	add("token of the other provider", "claranet.es", secret, ref(other.Notices[0].MessageID))
	add("the other one with a token", "ovh.com", secret, ref(id))
	add("the other one with a key", "ovh.com", "RE: [AOC "+c.IssueKey+"] "+secret)
	add("the other one with a ticket", "ovh.com", "["+c.References[0]+"] "+secret)
	add("the other one with the thread", "ovh.com", secret, ref(c.Thread[1]))
	add("tokens of two cases", "claranet.es", secret, ref(id), "In-Reply-To: <"+s.cases[2].Notices[0].MessageID+">")
	add("tokens of two providers", "claranet.es", secret, ref(id+"> <"+other.Notices[0].MessageID))
	add("two keys", "claranet.es", "RE: [AOC "+c.IssueKey+"] [AOC "+s.cases[2].IssueKey+"] "+secret)
	add("two tickets", "claranet.es", "["+c.References[0]+"] ["+s.cases[2].References[0]+"] "+secret)
	add("a key and another's ticket", "claranet.es", "[AOC "+c.IssueKey+"] ["+s.cases[2].References[0]+"] "+secret)
	add("two threads", "claranet.es", secret, ref(c.Thread[1]+"> <"+s.cases[2].Thread[1]))
	for _, field := range []string{"Message-ID-Old", "X-Reference", "Thread-Index", "Original-Message-ID", "List-ID", "Resent-Message-ID", "Comments"} {
		add("token in "+field, "claranet.es", secret, field+": <"+id+">")
	}
	add("token in the subject", "claranet.es", secret+" <"+id+">")
	for i := range 12 {
		add("guessed key", "claranet.es", fmt.Sprintf("RE: [AOC SUP-%d] %s", 5000+i, secret))
		add("guessed ticket", "claranet.es", fmt.Sprintf("[CLARANET-71%04d] %s", i, secret))
		add("part of a key", "claranet.es", fmt.Sprintf("RE: [AOC SUP-1%02dX] [AOCSUP-10%d] [XAOC SUP-10%d] %s", i, i%10, i%10, secret))
	}
	return out
}

// TestForgeriesAreNotPosted: nothing that a forger sends is told on an issue, but for a
// few notices without content, and no case is another for it.
func TestForgeriesAreNotPosted(t *testing.T) {
	t.Parallel()
	for _, source := range besieged() {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			s := newSiege(t, source)
			all := slices.Concat(s.falseAuthors(), s.falseResults(), s.falseTokens(), s.falsePrograms(), s.redirected(), s.broken())
			if testing.Short() {
				all = slices.DeleteFunc(all, func(forgery) bool { return s.rand.IntN(12) > 0 })
			}
			s.hold(all)
		})
	}
}

// mostNotices is of how many quarantined mails an issue is told by a forger who has a
// token, and one by all who have none.
const mostNotices = 6

// hold sends forgeries and checks that they did nothing.
func (s *siege) hold(all []forgery) {
	s.t.Helper()
	before := s.standing()
	var raws []string
	for _, f := range all {
		raws = append(raws, f.raw)
	}
	tally, posted := map[bridge.MailOutcome]int{}, 0
	for i, m := range s.put(raws...) {
		tally[m.Outcome]++
		if slices.Contains([]bridge.MailOutcome{bridge.MailPosted, bridge.MailAcknowledged, bridge.MailAbsent, bridge.MailOwn}, m.Outcome) {
			posted++
			s.t.Errorf("%s: %s %q", all[i].name, m.Outcome, m.Reason)
		}
	}
	after := s.standing()
	for id, was := range before.cases {
		if after.cases[id] != was {
			s.t.Errorf("case %s was changed:\n%s\n%s", id, was, after.cases[id])
		}
		s.notices(after.effects[id][len(before.effects[id]):])
	}
	s.balanced()
	s.t.Logf("%s: %d of %d forgeries posted, %v", s.source, posted, len(all), tally)
}

// notices checks that of forged mails nothing is told but that they came.
func (s *siege) notices(planned []bridge.Effect) {
	s.t.Helper()
	if len(planned) > mostNotices {
		s.t.Errorf("%d effects, the last one %s", len(planned), planned[len(planned)-1].Key)
	}
	for _, e := range planned {
		var body bridge.CommentBody
		if err := json.Unmarshal(e.Body, &body); err != nil {
			s.t.Fatal(err)
		}
		if !strings.HasPrefix(e.Key, "quarantine/") || strings.Contains(string(e.Body), secret) {
			s.t.Errorf("planned %s: %s", e.Key, body.Text)
		}
		if marks := active(body.Text); len(marks) > 0 {
			s.t.Errorf("%s has %q: %s", e.Key, marks, body.Text)
		}
	}
}

// TestAFloodIsHeldBack: of a thousand mails of a confirmed sender, or under a leaked token
// of ours, only a few are told.
func TestAFloodIsHeldBack(t *testing.T) {
	t.Parallel()
	n, flood := 1000, receive.Flood{Case: 20, Sender: 35, All: 60}
	if testing.Short() {
		n = 120
	}
	s := newSiege(t, authentic.Authserv, func(c *receive.Config) { c.Flood = flood })
	var raws []string
	for i := range n {
		writer, place := "css@claranet.es", 1 // one sender, one case; then several cases; then many senders
		switch i * 3 / n {
		case 1:
			place = 1 + i%4
		case 2:
			writer, place = fmt.Sprintf("css%d@claranet.es", i), 5+i%9
		}
		l := letter{
			from: writer, subject: s.subject(s.cases[place]), id: fmt.Sprintf("flood%d@claranet.es", i), at: attackNow().Add(time.Duration(i) * time.Second),
			fields: []string{"In-Reply-To: <" + s.cases[place].Notices[0].MessageID + ">"}, body: "\r\nHola\r\n",
		}
		raws = append(raws, s.sealed(l, i, "claranet.es"))
	}
	byCase, bySender, told := map[string]int{}, map[string]int{}, 0
	for _, m := range s.put(raws...) {
		if m.Outcome == bridge.MailPosted {
			byCase[m.CaseID]++
			bySender[m.Sender]++
			told++
		} else if m.Outcome != bridge.MailQuarantined || m.Gate != bridge.GateFlood || m.Blob == "" {
			t.Errorf("%s %q", m.Outcome, m.Reason)
		}
	}
	if told != flood.All || byCase[s.cases[1].ID] != flood.Case || bySender["css@claranet.es"] != flood.Sender {
		t.Errorf("%d told, %v, %v", told, byCase, bySender)
	}
	for id, effects := range s.standing().effects {
		warned := 0
		for _, e := range effects {
			if strings.HasPrefix(e.Key, "flood/") {
				warned++
			}
		}
		if len(effects) != byCase[id]+warned || warned > 1 {
			t.Errorf("case %s: %d effects, %d warnings", id, len(effects), warned)
		}
	}
	s.balanced()

	var leaked []forgery // a token that became known, under hundreds of addresses
	for i := range n / 2 {
		header := fmt.Sprintf("From: x%d@evil.example\r\n", i) + namings(s, s.cases[20])["token"]
		leaked = append(leaked, forgery{"leaked", s.forged(judged(s.source, evil, true), header, poison)})
	}
	s.hold(leaked)
}

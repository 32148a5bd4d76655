package app

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/token"
	"escalat/mapping/wiki"
)

// report is a mail of a mail server about another one (RFC 3464).
func report(kind, original string) string {
	return "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=" + kind + "; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + secret +
		" could not be delivered\r\n--b\r\nContent-Type: message/" + kind + "\r\n\r\nReporting-MTA: dns; x\r\nOriginal-Message-ID: <" + original + ">\r\n\r\nFinal-Recipient: rfc822; css@claranet.es\r\n" +
		"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 " + secret + "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: " + attackOwn +
		"\r\nTo: css@claranet.es\r\nMessage-ID: <" + original + ">\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
}

// falsePrograms are bounces, receipts, absences and acknowledgements of forgers. Who makes
// a bounce is nobody's to prove, so that those here name no mail that we signed.
func (s *siege) falsePrograms() (out []forgery) {
	c := s.cases[3]
	id := c.Notices[0].MessageID
	foreign, err := keyring(s.t, key(1, "x"), key(2, "y")).MessageID("claranet", c.ID, 1, attackHost)
	if err != nil {
		s.t.Fatal(err)
	}
	above := judged(s.source, evil, true)
	for i, from := range []string{"MAILER-DAEMON@mx.aoc.cat", "postmaster@claranet.es", "Mail Delivery System <mailer-daemon@googlemail.com>", "<>", "MicrosoftExchange329e@aoc.onmicrosoft.com", "css@claranet.es"} {
		for name, original := range map[string]string{
			"guessed": strings.Repeat("a", token.Length) + "@aoc.cat", "of another installation": foreign, "a letter changed": "b" + id[1:], "of the thread": c.Thread[1],
			"the key": c.IssueKey, "the case": c.ID + "@aoc.cat", "none": "",
		} {
			out = append(out, forgery{fmt.Sprintf("bounce %d, %s", i, name), s.forged(above, "Return-Path: <>\r\nFrom: "+from+"\r\nSubject: Undelivered Mail Returned to Sender", report("delivery-status", original))})
		}
	}
	for name, naming := range namings(s, c) {
		for kind, fields := range map[string]string{
			"receipt": "From: x@evil.example", "absence": "From: x@evil.example\r\nAuto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All",
			"absence of theirs": "From: css@claranet.es\r\nAuto-Submitted: auto-replied", "acknowledgement": "From: no-reply@claranet.es\r\nAuto-Submitted: auto-generated",
			"update": "From: css@claranet.es\r\nAuto-Submitted: auto-generated\r\nX-OTRS-Loop: 1\r\nPrecedence: bulk",
		} {
			body, says := poison, author{domain: evil, pass: true}
			if kind == "receipt" {
				body = report("disposition-notification", c.Thread[1])
			}
			if strings.Contains(fields, "claranet.es") {
				says = author{domain: "claranet.es"}
			}
			out = append(out, forgery{kind + " by " + name, s.forged(judged(s.source, says.domain, says.pass), fields+"\r\n"+naming, body)})
		}
	}
	return out
}

// redirected are mails of outsiders that somebody passes on to us.
func (s *siege) redirected() (out []forgery) {
	named := namings(s, s.cases[4])
	for name, fields := range map[string]string{
		"forwarded as it is":       "Received: from out.claranet.es by mail.evil.example; Mon\r\nFrom: css@claranet.es",
		"envelope rewritten":       "Return-Path: <SRS0=ab=cd=claranet.es=css@evil.example>\r\nFrom: css@claranet.es",
		"resent":                   "Resent-From: css@claranet.es\r\nResent-To: " + attackOwn + "\r\nFrom: x@evil.example",
		"of a list":                "List-Id: <x.evil.example>\r\nFrom: CSS via List <x@evil.example>\r\nReply-To: css@claranet.es",
		"sealed by a stranger":     "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=evil.example; s=a; b=YWJj\r\nARC-Message-Signature: i=1; a=rsa-sha256; d=evil.example; s=a; h=from; bh=YWJj; b=YWJj\r\nARC-Authentication-Results: i=1; evil.example; dmarc=pass header.from=claranet.es\r\nFrom: css@claranet.es",
		"sealed in a named name":   "ARC-Seal: i=1; a=rsa-sha256; cv=none; d=reenvia.aoc.cat; s=a; b=YWJj\r\nARC-Message-Signature: i=1; a=rsa-sha256; d=reenvia.aoc.cat; s=a; h=from; bh=YWJj; b=YWJj\r\nARC-Authentication-Results: i=1; reenvia.aoc.cat; dmarc=pass header.from=claranet.es\r\nFrom: css@claranet.es",
		"forwarded by a colleague": "Subject: RV: x\r\nFrom: anna@aoc.cat\r\nX-Forwarded-For: css@claranet.es",
	} {
		for by, naming := range named {
			domain := "claranet.es"
			for _, d := range []string{evil, attackHost} {
				if strings.Contains(fields[strings.LastIndex(fields, "From: "):], "@"+d) {
					domain = d
				}
			}
			out = append(out, forgery{name + ", " + by, s.forged(judged(s.source, domain, domain == evil), fields+"\r\n"+naming, poison)})
		}
	}
	return out
}

// broken are mails whose header is to be read in two ways.
func (s *siege) broken() (out []forgery) {
	naming := namings(s, s.cases[5])["token"]
	pass := confirmed(s.t, s.source, 0, "claranet.es")
	for name, header := range map[string]string{
		"100 kB before the From":      "X-Fill: " + strings.Repeat("a", 100<<10) + "\r\nFrom: x@evil.example\r\n" + naming,
		"a million fields":            strings.Repeat("X: y\r\n", 1<<16) + "From: css@claranet.es\r\n" + naming,
		"2 MB of From":                "From: " + strings.Repeat("x@evil.example, ", 1<<17) + "css@claranet.es\r\n" + naming,
		"NUL in the header":           "From: x@evil.example\r\nX: \x00\r\nFrom: css@claranet.es\r\n" + naming,
		"bare CR begins a field":      "X: a\r" + pass + "From: css@claranet.es\r\n" + naming,
		"bare LF begins a field":      "X: a\n" + pass + "From: css@claranet.es\r\n" + naming,
		"LF CR":                       "X: a\n\r" + pass + "From: css@claranet.es\r\n" + naming,
		"a field without a colon":     "From x@evil.example\r\nFrom: css@claranet.es\r\n" + naming,
		"mbox line":                   ">From css@claranet.es Mon Mar 2\r\nFrom: css@claranet.es\r\n" + naming,
		"the border's lines in From":  "From: =?utf-8?q?x=0D=0A" + hexed(pass) + "?= <css@claranet.es>\r\n" + naming,
		"lines in the subject":        "From: css@claranet.es\r\nSubject: =?utf-8?b?eA0KQXV0aGVudGljYXRpb24tUmVzdWx0czogbXguYW9jLmNhdDsgZG1hcmM9cGFzcw==?= " + secret + "\r\n" + naming[strings.Index(naming, "In-Reply-To"):],
		"continuation of the border":  " dmarc=pass header.from=claranet.es\r\nFrom: css@claranet.es\r\n" + naming,
		"ten thousand references":     "From: css@claranet.es\r\nReferences: " + strings.Repeat("<a@b>\r\n ", 10000) + "\r\n" + naming,
		"a From of encoded words":     "From: " + strings.Repeat("=?utf-8?q?a?= ", 5000) + "<css@claranet.es>\r\n" + naming,
		"ten thousand comments":       "From: " + strings.Repeat("(", 10000) + "css@claranet.es" + strings.Repeat(")", 10000) + " css@claranet.es\r\n" + naming,
		"the token is 100 kB":         "From: css@claranet.es\r\nReferences: <" + strings.Repeat("a", 100<<10) + s.cases[5].Notices[0].MessageID + ">\r\nSubject: x",
		"the subject is full of keys": "From: css@claranet.es\r\nSubject: " + strings.Repeat("[AOC SUP-105] ", 5000) + secret,
	} {
		out = append(out, forgery{name, s.forged(judged(s.source, "claranet.es", false), header, poison)})
	}
	return out
}

// TestReplays: what a third person does with a genuine mail of the provider, and with a
// name that he foresees, neither tells anything twice nor keeps the genuine one away.
func TestReplays(t *testing.T) {
	t.Parallel()
	for _, source := range besieged() {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			s := newSiege(t, source)
			c, next := s.cases[1], s.cases[2]
			plain := "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nReiniciat.\r\n"
			sent := func(to string, fields ...string) string {
				raw := letter{from: "css@claranet.es", subject: "Re: " + s.subject(c), id: "r1@claranet.es", at: attackNow(), fields: fields, body: plain}.raw()
				return dkimSigned(t, strings.Replace(raw, attackOwn, to, 1), "claranet.es", "rsa2048", careful())
			}
			whole := sent(attackOwn, "In-Reply-To: <"+c.Notices[0].MessageID+">")
			good, bad := confirmed(t, source, 0, "claranet.es"), judged(source, "claranet.es", false)
			swap := func(old, by string) string { return bad + strings.Replace(whole, old, by, 1) }
			foreseen := []forgery{
				{"the name foreseen", s.sealedBadly(letter{from: "css@claranet.es", subject: secret, id: "r1@claranet.es", at: attackNow(), fields: []string{"In-Reply-To: <" + c.Notices[0].MessageID + ">"}, body: poison})},
			}
			s.hold(foreseen)
			if m := s.put(good + whole)[0]; m.Outcome != bridge.MailPosted || m.CaseID != c.ID {
				t.Fatalf("the genuine one behind it: %s %q", m.Outcome, m.Reason)
			}
			again := []forgery{
				{"as it is", good + whole},
				{"by another way", strings.Replace(good, "10:30", "11:30", 1) + whole},
				{"with fields above", good + "X-Evil: 1\r\nReceived: from x by y; Mon\r\n" + whole},
				{"another body", swap("Reiniciat.", secret)},
				{"another subject", swap("Subject: ", "Subject: "+secret+" ")},
				{"another name", swap("<r1@", "<r2@")},
				{"another day", swap("02 Mar 2026", "03 Mar 2026")},
				{"another case", swap(c.Notices[0].MessageID, next.Notices[0].MessageID)},
				{"a second case", good + "In-Reply-To: <" + next.Notices[0].MessageID + ">\r\n" + whole},
				{"a second From", bad + "From: x@evil.example\r\n" + whole},
				{"a second subject", good + "Subject: [AOC " + next.IssueKey + "] " + secret + "\r\n" + whole},
				{"a part more", bad + whole + "\r\n" + secret},
				{"as a file", s.forged(judged(source, evil, true), "From: x@evil.example\r\n"+namings(s, next)["key"], "Content-Type: message/rfc822\r\n\r\n"+whole)},
			}
			if source == authentic.DKIM { // whose border says nothing, so that all must be in the signature
				again = append(
					again, forgery{"to somebody else", good + sent("victim@other.example", "In-Reply-To: <"+next.Notices[0].MessageID+">", "X: 1")},
					forgery{"to somebody else, and then to us", good + "To: " + attackOwn + "\r\n" + sent("victim@other.example", "In-Reply-To: <"+next.Notices[0].MessageID+">")},
					forgery{"with references that were not signed", good + strings.Replace(dkimSigned(t, letter{from: "css@claranet.es", subject: "Hola", id: "r9@claranet.es", at: attackNow(), body: plain}.raw(), "claranet.es", "rsa2048", careful()[:6]), "Subject:", "References: <"+next.Notices[0].MessageID+">\r\nSubject:", 1)},
				)
			}
			s.hold(again)
			s.falseCopy(c)
		})
	}
}

// falseCopy writes as if it were our own copy of a notice whose Message-ID became known.
// All that it may do is what our copy did: the notice has certainly left.
func (s *siege) falseCopy(c bridge.Case) {
	s.t.Helper()
	before := s.standing()
	raw := judged(s.source, attackHost, false) + "From: Suport <" + attackOwn + ">\r\nSubject: " + secret + "\r\nMessage-ID: <" + c.Notices[0].MessageID + ">\r\n" + poison
	if m := s.put(raw)[0]; m.Outcome != bridge.MailOwn || len(m.Planned) != 0 {
		s.t.Errorf("a false copy: %s, %v", m.Outcome, m.Planned)
	}
	seen := regexp.MustCompile(`,"seenAt":"[^"]*"`)
	for id, stands := range s.standing().cases {
		if was := before.cases[id]; seen.ReplaceAllString(stands, "") != seen.ReplaceAllString(was, "") {
			s.t.Errorf("case %s was changed:\n%s\n%s", id, was, stands)
		}
	}
}

// sealedBadly is the letter as the border hands it on when a forger sent it.
func (s *siege) sealedBadly(l letter) string {
	return judged(s.source, "claranet.es", false) + l.raw()
}

// active are the marks in a text that do something in Jira.
func active(markup string) (found []string) {
	var walk func(n wiki.Node)
	walk = func(n wiki.Node) {
		if n.Target == "https://online.claranet.es/" { // the provider's own, by its profile
			return
		}
		if slices.Contains([]wiki.Kind{wiki.Mention, wiki.Image, wiki.File, wiki.Tag, wiki.Color, wiki.Link, wiki.Emoticon}, n.Kind) {
			found = append(found, fmt.Sprint(n.Kind, " ", n.Target, n.Text))
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(wiki.Parse(markup).Root)
	return found
}

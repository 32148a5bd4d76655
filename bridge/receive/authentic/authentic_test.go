package authentic_test

import (
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
)

var policy = authentic.Policy{Senders: []string{"claranet.es", "soporte@desk.example"}, Authserv: "mx.aoc.cat"}

const (
	from     = "From: CSS <css@claranet.es>\n"
	arrival  = "Received: from mail.claranet.es (mail.claranet.es [192.0.2.1])\n\tby mx.aoc.cat (Postfix) with ESMTPS id 4B; Mon, 2 Mar 2026 10:30:00 +0100\n"
	delivery = "Return-Path: <css@claranet.es>\nReceived: from mx.aoc.cat ([127.0.0.1]) by mx.aoc.cat with LMTP id x for <ops@aoc.cat>; Mon\n"
	internal = "Received: from mx.aoc.cat by store.interior.test with ESMTP; Mon\n"
	pass     = "Authentication-Results: mx.aoc.cat; dmarc=pass (p=reject) header.from=claranet.es\n"
	signed   = "Authentication-Results: mx.aoc.cat;\n\tdkim=pass header.d=claranet.es header.s=s1;\n\tspf=pass smtp.mailfrom=claranet.es\n"
	theirs   = "Received: from pc by mail.claranet.es; Mon\nDKIM-Signature: v=1\n"
)

func results(s string) string { return "Authentication-Results: " + s + "\n" }

func TestCheck(t *testing.T) {
	t.Parallel()
	const yes, no = true, false
	tests := map[string]struct {
		header            string
		allowed, verified bool
		reason            string
	}{
		"dmarc passes":               {pass + arrival + theirs + from, yes, yes, authentic.Confirmed},
		"dkim passes, aligned":       {signed + arrival + theirs + from, yes, yes, authentic.Confirmed},
		"after internal hops":        {delivery + internal + pass + arrival + theirs + from, yes, yes, authentic.Confirmed},
		"two fields of the border":   {results("mx.aoc.cat; spf=pass smtp.mailfrom=x.es") + pass + arrival + from, yes, yes, authentic.Confirmed},
		"version and letter case":    {results("MX.aoc.cat 1; DMARC=PASS header.from=Claranet.ES") + arrival + from, yes, yes, authentic.Confirmed},
		"a host below the id":        {pass + "Received: from x by mx2.mx.aoc.cat with ESMTP; Mon\n" + from, yes, yes, authentic.Confirmed},
		"identity without domain":    {results("mx.aoc.cat; dkim=pass header.i=@claranet.es") + arrival + from, yes, yes, authentic.Confirmed},
		"signed by a host of theirs": {results("mx.aoc.cat; dkim=pass header.d=mail.claranet.es") + arrival + from, yes, yes, authentic.Confirmed},
		"from a domain below": {
			results("mx.aoc.cat; dmarc=pass header.from=css.claranet.es") + arrival + "From: a@css.claranet.es\n", yes, yes, authentic.Confirmed,
		},
		"one address": {
			results("mx.aoc.cat; dmarc=pass header.from=desk.example") + arrival + "From: Soporte@Desk.example\n", yes, yes, authentic.Confirmed,
		},

		"forged, below the arrival": {arrival + pass + theirs + from, yes, no, authentic.NoResults},
		"forged, with its own arrival": {
			arrival + pass + arrival + from, yes, no, authentic.NoResults,
		},
		"forged, under a genuine failure": {
			results("mx.aoc.cat; dmarc=fail header.from=claranet.es") + arrival + pass + from, yes, no, authentic.DMARCFails,
		},
		"forged, under a genuine one of another domain": {
			results("mx.aoc.cat; dkim=pass header.d=evil.com") + arrival + pass + from, yes, no, authentic.NothingAligned,
		},
		"forged, border adds none": {delivery + internal + arrival + theirs + pass + from, yes, no, authentic.NoResults},
		"forged, no border at all": {pass + "Received: from x by mx.evil.com with ESMTP; Mon\n" + from, yes, no, authentic.NoBorder},
		"no Received at all":       {pass + from, yes, no, authentic.NoBorder},
		"delivery alone":           {pass + delivery + from, yes, no, authentic.NoBorder},
		"forged, greeting says LMTP": {
			"Received: from x by mx.aoc.cat with LMTP id 1; (unknown [203.0.113.9]) by mx.aoc.cat (Postfix) with ESMTP; Mon\n" + pass + arrival + from,
			yes, no, authentic.NoResults,
		},
		"forged, greeting opens a comment": {
			"Received: from x( by mx.aoc.cat with LMTP id 1; Mon\n\tby mx.aoc.cat with ESMTP; Mon\n" + pass + arrival + from, yes, no, authentic.NoResults,
		},
		"forged, greeting hides the arrival": {
			"Received: from x( (unknown [203.0.113.9]) by mx.aoc.cat with ESMTP\n\t(envelope-from <\"a)\"@evil.com>) id 1; Mon\n" + pass + arrival + from,
			yes, no, authentic.NoResults,
		},
		"border is the sender's greeting only": {pass + "Received: from mx.aoc.cat by mx.evil.com; Mon\n" + from, yes, no, authentic.NoBorder},
		"look-alike of the border": {
			results("mx.aoc.cat.evil.com; dmarc=pass header.from=claranet.es") + arrival + from, yes, no, authentic.NoResults,
		},
		"look-alike host": {pass + "Received: from x by notmx.aoc.cat; Mon\n" + from, yes, no, authentic.NoBorder},
		"another id":      {results("relay.example; dmarc=pass header.from=claranet.es") + arrival + from, yes, no, authentic.NoResults},
		"id in a comment": {results("(mx.aoc.cat;) relay.example; dmarc=pass header.from=claranet.es") + arrival + from, yes, no, authentic.NoResults},

		"result in a quoted string": {
			results(`mx.aoc.cat; spf=fail smtp.mailfrom="x; dmarc=pass header.from=claranet.es"`) + arrival + from, yes, no, authentic.NothingAligned,
		},
		"result in a comment": {
			results("mx.aoc.cat; spf=fail (x; dmarc=pass header.from=claranet.es) smtp.mailfrom=x") + arrival + from, yes, no, authentic.NothingAligned,
		},
		"result in a nested comment": {
			results(`mx.aoc.cat; spf=fail ((\); ) ; dkim=pass header.d=claranet.es)`) + arrival + from, yes, no, authentic.NothingAligned,
		},
		"comment without end": {
			results("mx.aoc.cat; dkim=pass header.d=claranet.es (") + arrival + from, yes, no, authentic.Unreadable,
		},
		"said twice": {
			results("mx.aoc.cat; dkim=pass header.d=evil.com header.d=claranet.es") + arrival + from, yes, no, authentic.Unreadable,
		},
		"pass and fail": {
			results("mx.aoc.cat; dmarc=pass header.from=claranet.es; dmarc=fail header.from=claranet.es") + arrival + from, yes, no, authentic.DMARCFails,
		},
		"dmarc of another From": {
			results("mx.aoc.cat; dmarc=pass header.from=evil.com") + arrival + from, yes, no, authentic.DMARCFails,
		},
		"dmarc without a From":     {results("mx.aoc.cat; dmarc=pass") + arrival + from, yes, no, authentic.DMARCFails},
		"dmarc fails, dkim passes": {results("mx.aoc.cat; dkim=pass header.d=claranet.es; dmarc=fail header.from=claranet.es") + arrival + from, yes, no, authentic.DMARCFails},
		"spf alone":                {results("mx.aoc.cat; spf=pass smtp.mailfrom=css@claranet.es") + arrival + from, yes, no, authentic.OnlySPF},
		"dkim of another organisation": {
			results("mx.aoc.cat; dkim=pass header.d=evil.es") + arrival + from, yes, no, authentic.NothingAligned,
		},
		"dkim fails": {results("mx.aoc.cat; dkim=fail header.d=claranet.es") + arrival + from, yes, no, authentic.NothingAligned},
		"nothing":    {results("mx.aoc.cat; none") + arrival + from, yes, no, authentic.NothingAligned},

		"look-alike domain": {
			results("mx.aoc.cat; dmarc=pass header.from=claranet-es.com") + arrival + "From: css@claranet-es.com\n", no, yes, authentic.NotNamed,
		},
		"domain that ends alike": {
			results("mx.aoc.cat; dmarc=pass header.from=evilclaranet.es") + arrival + "From: css@evilclaranet.es\n", no, yes, authentic.NotNamed,
		},
		"Cyrillic domain":  {pass + arrival + "From: css@clаranet.es\n", no, no, authentic.NotNamed},
		"parent domain":    {pass + arrival + "From: css@es\n", no, no, authentic.NotNamed},
		"another address":  {pass + arrival + "From: otro@desk.example\n", no, no, authentic.NotNamed},
		"address in name":  {pass + arrival + `From: "css@claranet.es" <x@evil.com>` + "\n", no, no, authentic.NotNamed},
		"encoded name":     {pass + arrival + "From: =?utf-8?q?css=40claranet=2Ees?= <x@evil.com>\n", no, no, authentic.NotNamed},
		"quoted local":     {pass + arrival + `From: "css@claranet.es"@evil.com` + "\n", no, no, authentic.NotNamed},
		"bare name":        {pass + arrival + "From: css@claranet.es <x@evil.com>\n", no, no, authentic.SeveralSenders},
		"two senders":      {pass + arrival + "From: css@claranet.es, x@evil.com\n", no, no, authentic.SeveralSenders},
		"two From fields":  {pass + arrival + from + "From: x@evil.com\n", no, no, authentic.SeveralSenders},
		"the same twice":   {pass + arrival + from + from, no, no, authentic.SeveralSenders},
		"only a Sender":    {pass + arrival + "Sender: css@claranet.es\n", no, no, authentic.NoSender},
		"header cut short": {pass + arrival + from + "X: " + strings.Repeat("x", 300<<10) + "\n", yes, no, authentic.HeaderTooLong},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := message.Read(strings.NewReader(test.header+"\nbody\n"), message.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			got := authentic.Check(policy, m)
			if got.Allowed != test.allowed || got.Verified != test.verified || got.Reason != test.reason {
				t.Errorf("got %+v, want allowed %v, verified %v, %q", got, test.allowed, test.verified, test.reason)
			}
		})
	}
}

func TestBorderByName(t *testing.T) {
	t.Parallel()
	p := policy
	p.Authserv, p.Border = "aoc.cat", []string{"mx1.aoc.cat"}
	genuine := "Received: from store by lmtp.aoc.cat with ESMTP; Mon\n" + results("aoc.cat; dmarc=pass header.from=claranet.es") +
		"Received: from x by MX1.aoc.cat with ESMTP; Mon\n"
	forged := "Received: from x by mx1.aoc.cat with ESMTP; Mon\n" + results("aoc.cat; dmarc=pass header.from=claranet.es") +
		"Received: from y by aoc.cat with ESMTP; Mon\n"
	for header, want := range map[string]bool{genuine: true, forged: false} {
		m, err := message.Read(strings.NewReader(header+from+"\n"), message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := authentic.Check(p, m); got.Verified != want {
			t.Errorf("%+v, want verified %v for\n%s", got, want, header)
		}
	}
}

func TestNothingConfiguredConfirmsNobody(t *testing.T) {
	t.Parallel()
	m, err := message.Read(strings.NewReader("Authentication-Results: ; dmarc=pass header.from=claranet.es\nReceived: from x by ; Mon\n"+from+"\n"), message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := authentic.Check(authentic.Policy{}, m); got != (bridge.Authenticity{Reason: authentic.NotNamed}) {
		t.Errorf("%+v", got)
	}
}

// FuzzBelowTheBorder lets a stranger write all that stands below the border's
// Received line, and one word that the border repeats in its field.
func FuzzBelowTheBorder(f *testing.F) {
	f.Add(pass+arrival, "x")
	f.Add("\t folded\n"+pass, `x; dmarc=pass header.from=claranet.es`)
	f.Add(from+pass, `x\"; dkim=pass header.d=claranet.es (`)
	f.Fuzz(func(t *testing.T, theirs, word string) {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "", "\n", "").Replace(word)
		raw := results(`mx.aoc.cat; spf=fail smtp.mailfrom="`+quoted+`"`) + arrival + from + theirs
		m, err := message.Read(strings.NewReader(raw), message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := authentic.Check(policy, m); got.Verified {
			t.Errorf("%+v", got)
		}
	})
}

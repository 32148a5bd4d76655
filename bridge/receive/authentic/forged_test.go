package authentic_test

import (
	"net/netip"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
)

// TestForged are mails that somebody else wrote, each with the reason why it is not
// believed, where it does not depend on how the From is read. The table of TestCheck has those against a border that speaks RFC 8601.
func TestForged(t *testing.T) {
	t.Parallel()
	const (
		anna    = "From: Anna <anna@aoc.cat>\n"
		passed  = "dmarc=pass action=none header.from=claranet.es;compauth=pass reason=100"
		failed  = "spf=fail (sender IP is 203.0.113.9) smtp.mailfrom=evil.com; dkim=none (message not signed) header.d=none;dmarc=fail action=oreject header.from=claranet.es;compauth=fail reason=000"
		evil    = "Received: from x.evil.com (203.0.113.9) by DB5PEPF00014B8A.mail.protection.outlook.com (10.167.8.198) with Microsoft SMTP Server id 15.20; Mon\n"
		hop     = "Received: from DB8PR04MB7777.eurprd04.prod.outlook.com (2603:10a6:1::1) by AM9PR04MB8888.eurprd04.prod.outlook.com with HTTPS; Mon\n"
		inside  = "X-MS-Exchange-Organization-AuthAs: Internal\nX-MS-Exchange-Organization-AuthSource: VI1PR04MB1111.eurprd04.prod.outlook.com\n"
		ofEvil  = "Received: from x.evil.com (x.evil.com. [203.0.113.9]) by mx.google.com with ESMTPS id 1 for <escalat@aoc.cat>; Mon\n"
		ownSet  = "ARC-Authentication-Results: i=1; mx.google.com; spf=pass smtp.mailfrom=x@evil.com; dmarc=fail (p=REJECT) header.from=claranet.es\n"
		spfEvil = "Received-SPF: pass (google.com: domain of x@evil.com) client-ip=203.0.113.9;\n"
		said    = "mx.google.com; dmarc=pass (p=REJECT) header.from=claranet.es"
		arcPass = "mx.aoc.cat; dmarc=fail header.from=claranet.es; arc=pass header.oldest-pass=0"
		comment = "mx.aoc.cat; arc=pass (i=1 spf=pass spfdomain=claranet.es dkim=pass dkdomain=claranet.es dmarc=pass fromdomain=claranet.es)"
	)
	ours := sealed(1, "reenvia.aoc.cat", "none", "claranet.es")
	all := policies()
	for name, test := range map[string]struct{ policy, header, reason string }{
		// The From and those who look like it.
		"From alone":                     {"authserv", arrival + from, authentic.NoResults},
		"From alone, no header else":     {"authserv", from, authentic.NoBorder},
		"no From":                        {"authserv", pass + arrival + "Reply-To: css@claranet.es\n", authentic.NoSender},
		"null From":                      {"authserv", pass + arrival + "From: <>\n", authentic.NoSender},
		"group From":                     {"authserv", results("mx.aoc.cat; dmarc=permerror") + arrival + "From: css@claranet.es:;\n", authentic.DMARCFails},
		"group of two":                   {"authserv", pass + arrival + "From: Desk: css@claranet.es, x@evil.com;\n", authentic.SeveralSenders},
		"address as group name":          {"authserv", results("mx.aoc.cat; dmarc=pass header.from=evil.com") + arrival + "From: \"css@claranet.es\": x@evil.com;\n", authentic.NotNamed},
		"Reply-To of the provider":       {"authserv", results("mx.aoc.cat; dmarc=pass header.from=evil.com") + arrival + "From: x@evil.com\nReply-To: css@claranet.es\n", authentic.NotNamed},
		"Sender of the provider":         {"authserv", results("mx.aoc.cat; dmarc=pass header.from=evil.com") + arrival + "From: x@evil.com\nSender: css@claranet.es\n", authentic.NotNamed},
		"Resent-From of the provider":    {"authserv", pass + arrival + "From: x@evil.com\nResent-From: css@claranet.es\n", authentic.NotNamed},
		"subdomain of evil":              {"authserv", results("mx.aoc.cat; dmarc=pass header.from=claranet.es.evil.com") + arrival + "From: css@claranet.es.evil.com\n", authentic.NotNamed},
		"hyphen for a dot":               {"authserv", results("mx.aoc.cat; dmarc=pass header.from=css-claranet.es") + arrival + "From: css@css-claranet.es\n", authentic.NotNamed},
		"homoglyph in ASCII":             {"authserv", results("mx.aoc.cat; dmarc=pass header.from=c1aranet.es") + arrival + "From: css@c1aranet.es\n", authentic.NotNamed},
		"homoglyph as punycode":          {"authserv", results("mx.aoc.cat; dmarc=pass header.from=xn--clranet-1fg.es") + arrival + "From: css@xn--clranet-1fg.es\n", authentic.NotNamed},
		"full-width dot":                 {"authserv", pass + arrival + "From: css@claranet。es\n", authentic.NotNamed},
		"another country":                {"authserv", results("mx.aoc.cat; dmarc=pass header.from=claranet.com") + arrival + "From: css@claranet.com\n", authentic.NotNamed},
		"two at signs":                   {"authserv", results("mx.aoc.cat; dmarc=pass header.from=evil.com") + arrival + "From: css@claranet.es@evil.com\n", ""},
		"percent route":                  {"authserv", pass + arrival + "From: css%claranet.es@evil.com\n", authentic.NotNamed},
		"our own address":                {"colleagues", results("mx.aoc.cat; dmarc=pass header.from=aoc.cat") + arrival + "From: Escalat@aoc.cat\n", authentic.NotNamed},
		"colleague of a look-alike":      {"colleagues", results("mx.aoc.cat; dmarc=pass header.from=aoc-cat.com") + arrival + "From: anna@aoc-cat.com\n", authentic.NotNamed},
		"colleague without proof":        {"colleagues", results("mx.aoc.cat; spf=pass smtp.mailfrom=aoc.cat") + arrival + anna, authentic.OnlySPF},
		"logged in as somebody else":     {"colleagues", results("mx.aoc.cat; auth=pass smtp.auth=pere@aoc.cat") + arrival + anna, authentic.NothingAligned},
		"login failed":                   {"colleagues", results("mx.aoc.cat; auth=fail smtp.auth=anna@aoc.cat") + arrival + anna, authentic.NothingAligned},
		"login is none of a provider's":  {"authserv", results("mx.aoc.cat; auth=pass smtp.auth=css@claranet.es") + arrival + from, authentic.NothingAligned},
		"header of a public suffix":      {"authserv", results("mx.aoc.cat; dkim=pass header.d=es") + arrival + from, authentic.NothingAligned},
		"sister below a public suffix":   {"authserv", results("mx.aoc.cat; dkim=pass header.d=evil.gob.es") + arrival + "From: a@claranet.es\n", authentic.NothingAligned},
		"signed by a look-alike":         {"authserv", results("mx.aoc.cat; dkim=pass header.d=claranet.es.evil.com") + arrival + from, authentic.NothingAligned},
		"identity with two at signs":     {"authserv", results("mx.aoc.cat; dkim=pass header.i=x@claranet.es@evil.com") + arrival + from, authentic.NothingAligned},
		"identity with blanks":           {"authserv", results("mx.aoc.cat; dkim=pass header.i=x header.d=claranet.es y@evil.com") + arrival + from, authentic.Unreadable},
		"identity with a wide blank":     {"authserv", results("mx.aoc.cat; dkim=pass header.i=x\u00a0header.d=claranet.es@evil.com") + arrival + from, authentic.NothingAligned},
		"encoded word":                   {"authserv", results("mx.aoc.cat; =?utf-8?q?dmarc=3Dpass?= header.from=claranet.es") + arrival + from, authentic.Unreadable},
		"pass in a reason":               {"authserv", results(`mx.aoc.cat; spf=fail reason="dmarc=pass header.from=claranet.es"`) + arrival + from, authentic.NothingAligned},
		"pass as a property":             {"authserv", results("mx.aoc.cat; spf=fail dmarc=pass header.from=claranet.es") + arrival + from, authentic.NothingAligned},
		"pass in a folded comment":       {"authserv", results("mx.aoc.cat; spf=fail (x\n\t; dmarc=pass header.from=claranet.es;\n\t) smtp.mailfrom=x") + arrival + from, authentic.NothingAligned},
		"backslash before the quote":     {"authserv", results(`mx.aoc.cat; spf=fail smtp.mailfrom="x\"; dmarc=pass header.from=claranet.es; y="`) + arrival + from, authentic.NothingAligned},
		"pass that is longer":            {"authserv", results("mx.aoc.cat; dmarc=passed header.from=claranet.es") + arrival + from, authentic.DMARCFails},
		"error of the DNS":               {"authserv", results("mx.aoc.cat; dmarc=temperror header.from=claranet.es; dkim=pass header.d=claranet.es") + arrival + from, authentic.DMARCFails},
		"id with a version of tomorrow":  {"authserv", results("mx.aoc.cat 2; dmarc=pass header.from=claranet.es") + arrival + from, authentic.Unreadable},
		"method of tomorrow":             {"authserv", results("mx.aoc.cat; dmarc/2=pass header.from=claranet.es") + arrival + from, authentic.Unreadable},
		"malformed no, then a yes":       {"authserv", results("mx.aoc.cat; dmarc=fail (x header.from=claranet.es") + signed + arrival + from, authentic.Unreadable},
		"id in upper case, below":        {"authserv", arrival + strings.ToUpper(pass) + from, authentic.NoResults},
		"old name of the field":          {"authserv", strings.Replace(pass, "Authentication-Results", "Authentication-Result", 1) + arrival + from, authentic.NoResults},
		"ARC set alone":                  {"authserv", "ARC-Authentication-Results: i=1; mx.aoc.cat; dmarc=pass header.from=claranet.es\n" + arrival + from, authentic.NoResults},
		"Received-SPF alone":             {"authserv spf", "Received-SPF: pass client-ip=192.0.2.1; envelope-from=css@claranet.es\n" + arrival + from, authentic.NoResults},
		"host below a look-alike":        {"authserv", pass + "Received: from x by a.notmx.aoc.cat with ESMTP; Mon\n" + from, authentic.NoBorder},
		"loop-back only in the greeting": {"authserv", "Received: from localhost (x.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + pass + arrival + from, authentic.NoResults},
		"loop-back as a literal": {
			"authserv", "Received: from [127.0.0.1] (unknown [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + pass + arrival + from, authentic.NoResults,
		},
		"loop-back in a greeting of words": {
			"authserv", "Received: from a (localhost [127.0.0.1]) by mx.aoc.cat (x.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + pass + arrival + from, authentic.NoResults,
		},
		"loop-back before the address": {
			"authserv", "Received: from a (localhost [127.0.0.1]) (x.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + pass + arrival + from, authentic.NoResults,
		},

		// The weaker proofs.
		"spf of another domain":      {"authserv spf", results("mx.aoc.cat; dmarc=none; spf=pass smtp.mailfrom=x@evil.com") + arrival + from, authentic.NothingAligned},
		"spf of the greeting":        {"authserv spf", results("mx.aoc.cat; dmarc=none; spf=pass smtp.helo=claranet.es") + arrival + from, authentic.NothingAligned},
		"spf softfail":               {"authserv spf", results("mx.aoc.cat; dmarc=none; spf=softfail smtp.mailfrom=claranet.es") + arrival + from, authentic.NothingAligned},
		"spf against dmarc":          {"authserv spf", results("mx.aoc.cat; dmarc=fail header.from=claranet.es; spf=pass smtp.mailfrom=claranet.es") + arrival + from, authentic.DMARCFails},
		"address against dmarc":      {"authserv address", results("mx.aoc.cat; dmarc=fail header.from=claranet.es") + arrival + from, authentic.DMARCFails},
		"another address":            {"authserv address", "Received: from x.evil.com (x.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + from, authentic.NoResults},
		"address below the border":   {"authserv address", "Received: from x.evil.com (x.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + arrival + from, authentic.NoResults},
		"address as greeting":        {"authserv address", "Received: from [192.0.2.1] (x.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + from, authentic.NoResults},
		"address in qmail's words":   {"authserv address", "Received: from unknown (HELO [192.0.2.1]) (203.0.113.9) by mx.aoc.cat with SMTP; Mon\n" + from, authentic.NoResults},
		"address in Exim's greeting": {"authserv address", "Received: from [203.0.113.9] (helo=[192.0.2.1]) by mx.aoc.cat with esmtp; Mon\n" + from, authentic.NoResults},
		"address as certificate": {
			"authserv address", "Received: from x.evil.com (x.evil.com [203.0.113.9]) (Client CN \"a [192.0.2.1]\", Issuer \"b\" (not verified)) by mx.aoc.cat with ESMTPS; Mon\n" + from, authentic.NoResults,
		},
		"address as a name":          {"authserv address", "Received: from x (192.0.2.1.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTP; Mon\n" + from, authentic.NoResults},
		"address below look-alike":   {"authserv address", "Received: from x (a.b [192.0.2.1]) by mx.evil.com with ESMTP; Mon\n" + from, authentic.NoBorder},
		"neighbouring address":       {"authserv address", "Received: from x (a.b [192.0.2.16]) by mx.aoc.cat with ESMTP; Mon\n" + from, authentic.NoResults},
		"microsoft, another address": {"m365 address", evil + from, authentic.NoResults},

		// Microsoft.
		"microsoft, below the door":         {"m365", hop + evil + results(passed) + from, authentic.NoResults},
		"microsoft, under a genuine no":     {"m365", hop + results(failed) + evil + results(passed) + from, authentic.DMARCFails},
		"microsoft, a door of his own":      {"m365", hop + results(failed) + evil + results(passed) + door + from, authentic.DMARCFails},
		"microsoft, door adds none":         {"m365", hop + evil + results(passed) + door + from, authentic.NoResults},
		"microsoft, not through it":         {"m365", "Received: from x by mx.interior.test with ESMTP; Mon\n" + results(passed) + door + from, authentic.OtherHost},
		"microsoft, no Received":            {"m365", results(passed) + from, authentic.NoBorder},
		"microsoft, look-alike of the door": {"m365", results(passed) + "Received: from x by a.mail.protection.outlook.com.evil.com; Mon\n" + from, authentic.OtherHost},
		"microsoft, hop with two by":        {"m365", "Received: from a by evil.com by AM9PR04MB8888.eurprd04.prod.outlook.com with HTTPS; Mon\n" + results(passed) + door + from, authentic.OtherHost},
		"microsoft, pass in a comment":      {"m365", results("spf=fail (sender IP is 203.0.113.9; dmarc=pass header.from=claranet.es) smtp.mailfrom=evil.com") + evil + from, authentic.NothingAligned},
		"microsoft, pass in quotes":         {"m365", results(`spf=fail smtp.mailfrom="a; dmarc=pass header.from=claranet.es; b"`) + evil + from, authentic.NothingAligned},
		"microsoft, only compauth":          {"m365", results("spf=none smtp.mailfrom=evil.com;dmarc=none action=none header.from=claranet.es;compauth=pass reason=130") + evil + from, authentic.NothingAligned},
		"microsoft, best guess of evil":     {"m365", results("dkim=pass (signature was verified) header.d=evil.com;dmarc=bestguesspass action=none header.from=claranet.es") + evil + from, authentic.NothingAligned},
		"microsoft, another From":           {"m365", results("dmarc=pass action=none header.from=evil.com") + evil + from, authentic.DMARCFails},
		"microsoft, malformed and a yes":    {"m365", results("dmarc=fail (x header.from=claranet.es") + results(passed) + evil + from, authentic.Unreadable},
		"microsoft, said twice":             {"m365", results("dkim=pass header.d=evil.com header.d=claranet.es") + evil + from, authentic.Unreadable},
		"microsoft, authserv-id of ours":    {"m365", evil + pass + arrival + from, authentic.NoResults},
		"internal, from outside":            {"m365 colleagues", hop + results(strings.ReplaceAll(failed, "claranet.es", "aoc.cat")) + evil + anna + inside, authentic.DMARCFails},
		"internal, no Received":             {"m365 colleagues", anna + inside, authentic.NoBorder},
		"internal, from a foreign host":     {"m365 colleagues", "Received: from x.evil.com (203.0.113.9) by AM9PR04MB8888.eurprd04.prod.outlook.com with SMTP; Mon\n" + anna + inside, authentic.NoBorder},
		"internal, greeting of Microsoft's": {"m365 colleagues", strings.Replace(evil, "x.evil.com", "a.prod.outlook.com", 1) + anna + inside, authentic.NoResults},
		"internal, not quite":               {"m365 colleagues", hop + anna + strings.Replace(inside, "Internal", "Internal74", 1), authentic.NoBorder},
		"internal, said twice":              {"m365 colleagues", hop + anna + inside + "X-MS-Exchange-Organization-AuthAs: Anonymous\n", authentic.NoBorder},
		"internal, foreign source":          {"m365 colleagues", hop + anna + "X-MS-Exchange-Organization-AuthAs: Internal\nX-MS-Exchange-Organization-AuthSource: mail.evil.com\n", authentic.NoBorder},
		"internal, of another domain":       {"m365", hop + from + inside, authentic.NoBorder},
		"internal, elsewhere":               {"colleagues", hop + anna + inside, authentic.NoBorder},

		// Google.
		"google, below its own":           {"google", ofEvil + spfEvil + results("mx.google.com; dmarc=fail (p=REJECT) header.from=claranet.es") + results(said) + from, authentic.DMARCFails},
		"google, own set says no":         {"google", ownSet + ofEvil + spfEvil + results(said) + from, authentic.DMARCFails},
		"google, own set says nothing":    {"google", "ARC-Authentication-Results: i=1; mx.google.com; spf=none\n" + ofEvil + results(said) + from, authentic.NothingAligned},
		"google, not the next field":      {"google", ofEvil + "X-Mailer: x\n" + results(said) + from, authentic.NoResults},
		"google, under his Received":      {"google", ofEvil + "Received: from a by b with SMTP; Mon\n" + results(said) + from, authentic.NoResults},
		"google, his ARC set":             {"google", ofEvil + "ARC-Authentication-Results: i=1; " + said + "\n" + from, authentic.NoResults},
		"google, his Received of Google":  {"google", ofEvil + spfEvil + results("mx.google.com; dmarc=fail header.from=claranet.es") + ofEvil + results(said) + from, authentic.DMARCFails},
		"google, no Received":             {"google", results(said) + from, authentic.NoBorder},
		"google, look-alike":              {"google", "Received: from a by mx.google.com.evil.com with SMTP; Mon\n" + results(said) + from, authentic.NoBorder},
		"google, another id":              {"google", ofEvil + results("mx.evil.com; dmarc=pass header.from=claranet.es") + from, authentic.NoResults},
		"google, set of another above":    {"google", "ARC-Authentication-Results: i=1; mx.evil.com; dmarc=pass header.from=claranet.es\n" + ofEvil + from, authentic.NoResults},
		"google, spf alone of the domain": {"google", ofEvil + results("mx.google.com; spf=pass smtp.mailfrom=x@claranet.es") + from, authentic.OnlySPF},

		// Chains of forwarders.
		"sealed, no sealer configured":     {"authserv", results(arcPass) + arrival + ours + from, authentic.DMARCFails},
		"sealed by evil":                   {"authserv sealed", results(arcPass) + arrival + sealed(1, "evil.com", "none", "claranet.es") + from, authentic.DMARCFails},
		"sealed by a look-alike":           {"authserv sealed", results(arcPass) + arrival + sealed(1, "notreenvia.aoc.cat", "none", "claranet.es") + from, authentic.DMARCFails},
		"sealed by evil, then by ours":     {"authserv sealed", results(arcPass) + arrival + sealed(2, "reenvia.aoc.cat", "pass", "claranet.es") + sealed(1, "evil.com", "none", "claranet.es") + from, authentic.DMARCFails},
		"sealed by ours, then by evil":     {"authserv sealed", results(arcPass) + arrival + sealed(2, "evil.com", "pass", "claranet.es") + sealed(1, "reenvia.aoc.cat", "none", "claranet.es") + from, authentic.DMARCFails},
		"sealed, border says no":           {"authserv sealed", results("mx.aoc.cat; arc=fail header.oldest-pass=0; dmarc=none") + arrival + ours + from, authentic.NothingAligned},
		"sealed, border says nothing":      {"authserv sealed", results("mx.aoc.cat; dmarc=none") + arrival + ours + from, authentic.NothingAligned},
		"sealed, border names no oldest":   {"authserv sealed", results("mx.aoc.cat; arc=pass; dmarc=fail header.from=claranet.es") + arrival + ours + from, authentic.DMARCFails},
		"sealed, border says it twice":     {"authserv sealed", results(arcPass+"; arc=pass header.oldest-pass=0") + arrival + ours + from, authentic.DMARCFails},
		"sealed, in a forged field":        {"authserv sealed", arrival + results(arcPass) + ours + from, authentic.NoResults},
		"sealed, another domain":           {"authserv sealed", results(arcPass) + arrival + sealed(1, "reenvia.aoc.cat", "none", "evil.com") + from, authentic.DMARCFails},
		"sealed, a link is missing":        {"authserv sealed", results(arcPass) + arrival + sealed(2, "reenvia.aoc.cat", "pass", "claranet.es") + from, authentic.DMARCFails},
		"sealed, a link twice":             {"authserv sealed", results(arcPass) + arrival + ours + ours + from, authentic.DMARCFails},
		"sealed, results twice":            {"authserv sealed", results(arcPass) + arrival + ours + "ARC-Authentication-Results: i=1; x; dmarc=pass header.from=claranet.es\n" + from, authentic.DMARCFails},
		"sealed, From not signed":          {"authserv sealed", results(arcPass) + arrival + strings.Replace(ours, "h=to : From", "h=to", 1) + from, authentic.DMARCFails},
		"sealed, part of the text":         {"authserv sealed", results(arcPass) + arrival + strings.Replace(ours, "h=to : From", "l=0; h=to : From", 1) + from, authentic.DMARCFails},
		"sealed, chain begins in the air":  {"authserv sealed", results(arcPass) + arrival + strings.Replace(ours, "cv=none", "cv=pass", 1) + from, authentic.DMARCFails},
		"sealed, chain was broken":         {"authserv sealed", results(arcPass) + arrival + sealed(2, "reenvia.aoc.cat", "fail", "claranet.es") + ours + from, authentic.DMARCFails},
		"sealed, first link says no":       {"authserv sealed", results(arcPass) + arrival + strings.Replace(ours, "dmarc=pass", "dmarc=fail", 1) + from, authentic.DMARCFails},
		"sealed, first link malformed":     {"authserv sealed", results(arcPass) + arrival + strings.Replace(ours, "(p=reject)", "(", 1) + from, authentic.DMARCFails},
		"sealed, comment of another":       {"authserv sealed", results(strings.Replace(comment, "fromdomain=claranet.es", "fromdomain=evil.com", 1)) + arrival + ours + from, authentic.NothingAligned},
		"sealed, comment without dmarc":    {"authserv sealed", results("mx.aoc.cat; arc=pass (i=1 spf=pass spfdomain=claranet.es)") + arrival + ours + from, authentic.NothingAligned},
		"sealed, comment says it twice":    {"authserv sealed", results(strings.Replace(comment, "i=1", "i=1 dmarc=pass", 1)) + arrival + ours + from, authentic.NothingAligned},
		"sealed, comment with other words": {"authserv sealed", results(strings.Replace(comment, "i=1", "i=1 and", 1)) + arrival + ours + from, authentic.NothingAligned},
		"google's comment, sealed by evil": {"google sealed", strings.ReplaceAll(sample(t, "google-forwarder"), "reenvia.aoc.cat", "evil.com"), authentic.DMARCFails},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := authentic.Check(all[test.policy], read(t, test.header+"\nbody\n"))
			if got.Allowed && got.Verified || test.reason != "" && got.Reason != test.reason {
				t.Errorf("got %+v, want %q", got, test.reason)
			}
			if got.Verified != (got.Strength != "") {
				t.Errorf("verified %v by %q", got.Verified, got.Strength)
			}
		})
	}
}

// TestUnknownProof accepts nothing weaker for a word that it does not know.
func TestUnknownProof(t *testing.T) {
	t.Parallel()
	p := policies()["authserv address"]
	p.Proof = "anything"
	m := read(t, arrival+from+"\n")
	if got := authentic.Check(p, m); got.Verified {
		t.Errorf("%+v", got)
	}
	p.Proof, p.Addresses = bridge.ByAddress, []netip.Prefix{}
	if got := authentic.Check(p, m); got.Verified {
		t.Errorf("%+v", got)
	}
	p = policies()["authserv"]
	p.Authserv, p.Border = "", []string{"mx.aoc.cat"}
	if got := authentic.Check(p, read(t, results("dmarc=pass header.from=claranet.es")+arrival+from+"\n")); got.Verified {
		t.Errorf("%+v", got)
	}
}

// FuzzSources lets a stranger write everything that a stranger may write: what is below
// the border's lines, and any word inside what the border quotes of him.
func FuzzSources(f *testing.F) {
	for _, s := range []string{pass, arrival + pass, door + "Authentication-Results: dmarc=pass header.from=claranet.es\n", sealed(1, "reenvia.aoc.cat", "none", "claranet.es")} {
		f.Add(s, `a"; dmarc=pass header.from=claranet.es; (`)
		f.Add(" folded\n"+s, `x\`)
	}
	f.Fuzz(func(t *testing.T, theirs, word string) {
		word = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return '_'
			}
			return r
		}, word)
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
		said := "spf=fail smtp.mailfrom=" + quoted + "; arc=pass header.oldest-pass=0; dmarc=none header.from=claranet.es\n"
		google := "Received: from x.evil.com (x.evil.com. [203.0.113.9]) by mx.google.com with ESMTPS id 1; Mon\n"
		evil := "Received: from x.evil.com (203.0.113.9) by A.mail.protection.outlook.com (10.1.2.3) with Microsoft SMTP Server id 15; Mon\n"
		mine := "Received: from x.evil.com (x.evil.com [203.0.113.9]) by mx.aoc.cat with ESMTPS id 1; Mon\n"
		for name, header := range map[string]string{
			"authserv":         "Authentication-Results: mx.aoc.cat; " + said + mine,
			"authserv spf":     "Authentication-Results: mx.aoc.cat; " + said + mine,
			"authserv address": "Authentication-Results: mx.aoc.cat; " + said + mine,
			"m365":             "Authentication-Results: " + said + evil,
			"m365 address":     "Authentication-Results: " + said + evil,
			"m365 colleagues":  "Authentication-Results: " + said + evil,
			"google":           google + "Authentication-Results: mx.google.com; " + said,
			"google spf":       google + "Authentication-Results: mx.google.com; " + said,
		} {
			m, err := message.Read(strings.NewReader(header+from+theirs+"\n\n"), message.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := authentic.Check(policies()[name], m); got.Allowed && got.Verified {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}

// FuzzResults reads what borders write, whatever it is, and is never sure of more than
// one thing at once.
func FuzzResults(f *testing.F) {
	f.Add("mx.aoc.cat; dmarc=pass header.from=claranet.es", arrival)
	f.Add(`mx.aoc.cat 1; arc=pass (i=1 dmarc=pass fromdomain=claranet.es)`, sealed(1, "reenvia.aoc.cat", "none", "claranet.es"))
	f.Fuzz(func(t *testing.T, value, header string) {
		m, err := message.Read(strings.NewReader(header+"\n"+results(strings.ReplaceAll(value, "\n", " "))+header+"\n"+from+"\n"), message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for name, p := range policies() {
			got := authentic.Check(p, m)
			if got.Verified != (got.Strength != "") || got.Reason == "" {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}

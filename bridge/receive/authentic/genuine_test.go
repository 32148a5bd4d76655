package authentic_test

import (
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
)

// policies of the same provider, by source, and variations of them.
func policies() map[string]authentic.Policy {
	base := authentic.Policy{Senders: []string{"claranet.es"}, Own: []string{"escalat@aoc.cat"}}
	with := func(change func(*authentic.Policy)) authentic.Policy {
		p := base
		change(&p)
		return p
	}
	m365 := func(p *authentic.Policy) { p.Source = authentic.M365 }
	google := func(p *authentic.Policy) { p.Source = authentic.Google }
	authserv := func(p *authentic.Policy) { p.Authserv = "mx.aoc.cat" }
	networks := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/28"), netip.MustParsePrefix("2001:db8:25::/64")}
	return map[string]authentic.Policy{
		"authserv":         with(authserv),
		"authserv spf":     with(func(p *authentic.Policy) { authserv(p); p.Proof = bridge.BySPF }),
		"authserv address": with(func(p *authentic.Policy) { authserv(p); p.Proof, p.Addresses = bridge.ByAddress, networks }),
		"m365":             with(m365),
		"m365 spf":         with(func(p *authentic.Policy) { m365(p); p.Proof = bridge.BySPF }),
		"m365 address":     with(func(p *authentic.Policy) { m365(p); p.Proof, p.Addresses = bridge.ByAddress, networks }),
		"m365 own host":    with(func(p *authentic.Policy) { m365(p); p.Border = []string{"interior.aoc.cat"} }),
		"m365 colleagues":  with(func(p *authentic.Policy) { m365(p); p.Senders = []string{"aoc.cat"} }),
		"google":           with(google),
		"google spf":       with(func(p *authentic.Policy) { google(p); p.Proof = bridge.BySPF }),
		"google sealed":    with(func(p *authentic.Policy) { google(p); p.Sealers = []string{"reenvia.aoc.cat"} }),
		"authserv sealed":  with(func(p *authentic.Policy) { authserv(p); p.Sealers = []string{"reenvia.aoc.cat"} }),
		"colleagues":       with(func(p *authentic.Policy) { authserv(p); p.Senders = []string{"aoc.cat"} }),
	}
}

func read(t testing.TB, raw string) message.Mail {
	t.Helper()
	m, err := message.Read(strings.NewReader(raw), message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func sample(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "headers", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestSamples judges whole headers as real borders write them, and each of them once
// more with the fields of a forger below.
func TestSamples(t *testing.T) {
	t.Parallel()
	const no = bridge.Strength("")
	all := policies()
	for name, test := range map[string]struct {
		policy, method string
		strength       bridge.Strength
		reason         string
	}{
		"m365-dkim":                           {"m365", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"m365-two-signatures":                 {"m365", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"m365-former":                         {"m365", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"m365-best-guess":                     {"m365", "dkim", bridge.ByDMARC, authentic.Confirmed},
		"m365-no-dmarc":                       {"m365", "dkim", bridge.ByDMARC, authentic.Confirmed},
		"m365-spf":                            {"m365", "spf", no, authentic.OnlySPF},
		"m365-spf with spf":                   {"m365 spf", "spf", bridge.BySPF, authentic.Confirmed},
		"m365-spf with address":               {"m365 address", "spf", bridge.BySPF, authentic.Confirmed},
		"m365-other-tenant":                   {"m365", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"m365-colleague":                      {"m365 colleagues", "internal", bridge.ByDMARC, authentic.ByColleague},
		"m365-own-host-above":                 {"m365 own host", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"m365-own-host-above not configured":  {"m365", "", no, authentic.OtherHost},
		"m365-dkim judged as authserv":        {"authserv", "", no, authentic.NoBorder},
		"google-arc":                          {"google", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"google-plain":                        {"google", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"google-spf":                          {"google", "spf", no, authentic.OnlySPF},
		"google-spf with spf":                 {"google spf", "spf", bridge.BySPF, authentic.Confirmed},
		"google-forwarder":                    {"google", "dmarc", no, authentic.DMARCFails},
		"google-forwarder sealed":             {"google sealed", "arc", bridge.ByDMARC, authentic.Confirmed},
		"exim":                                {"authserv", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"postfix-opendkim-opendmarc":          {"authserv", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"postfix-amavis":                      {"authserv", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"rspamd":                              {"authserv", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"gateway":                             {"authserv", "dmarc", bridge.ByDMARC, authentic.Confirmed},
		"gateway judged as m365":              {"m365", "", no, authentic.NoResults},
		"postfix-opendkim-opendmarc weakened": {"authserv address", "dmarc", bridge.ByDMARC, authentic.Confirmed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, _, _ := strings.Cut(name, " ")
			raw := sample(t, file)
			forged := results("mx.aoc.cat; dmarc=pass header.from=evil.com") + results("spf=fail smtp.mailfrom=x;dmarc=fail action=none header.from=claranet.es") +
				results("mx.google.com; dmarc=fail header.from=claranet.es")
			for _, raw := range []string{raw, strings.ReplaceAll(raw, "\n", "\r\n"), raw + forged} {
				got := authentic.Check(all[test.policy], read(t, raw+"\nbody\n"))
				if got.Verified != (test.strength != no) || got.Strength != test.strength || got.Method != test.method || got.Reason != test.reason || !got.Allowed {
					t.Errorf("got %+v, want %q %q %q", got, test.method, test.strength, test.reason)
				}
			}
		})
	}
}

// TestGenuine are the shapes of single fields.
func TestGenuine(t *testing.T) {
	t.Parallel()
	const (
		local = "Received: from [10.1.2.3] (pc7.interior.aoc.cat [10.1.2.3]) by mx.aoc.cat (Postfix) with ESMTPSA id 1; Mon\n"
		anna  = "From: Anna <Anna@aoc.cat>\n"
	)
	all := policies()
	for name, test := range map[string]struct {
		policy, header, method string
		strength               bridge.Strength
	}{
		"quoted value":               {"authserv", results(`mx.aoc.cat; dmarc=pass reason="p=none; all well (really)" header.from="claranet.es"`) + arrival + from, "dmarc", bridge.ByDMARC},
		"method with a version":      {"authserv", results("mx.aoc.cat 1; dmarc/1=pass header.from=claranet.es") + arrival + from, "dmarc", bridge.ByDMARC},
		"comment before the id":      {"authserv", results("(by us) mx.aoc.cat (really); dmarc=pass header.from=claranet.es") + arrival + from, "dmarc", bridge.ByDMARC},
		"comment glued":              {"authserv", results("mx.aoc.cat; spf=pass(ok)smtp.mailfrom=x.es;dmarc=pass(p=none)header.from=claranet.es") + arrival + from, "dmarc", bridge.ByDMARC},
		"domain with a dot at end":   {"authserv", results("mx.aoc.cat; dmarc=pass header.from=claranet.es.") + arrival + from, "dmarc", bridge.ByDMARC},
		"empty result at the end":    {"authserv", results("mx.aoc.cat; dmarc=pass header.from=claranet.es;") + arrival + from, "dmarc", bridge.ByDMARC},
		"none, then the rest":        {"authserv", results("mx.aoc.cat; none") + pass + arrival + from, "dmarc", bridge.ByDMARC},
		"dmarc none, signed":         {"authserv", results("mx.aoc.cat; dmarc=none header.from=claranet.es; dkim=pass header.d=claranet.es") + arrival + from, "dkim", bridge.ByDMARC},
		"one of two signatures":      {"authserv", results("mx.aoc.cat; dkim=fail header.d=claranet.es; dkim=pass header.d=claranet.es header.s=b") + arrival + from, "dkim", bridge.ByDMARC},
		"signed by the domain above": {"authserv", results("mx.aoc.cat; dkim=pass header.d=claranet.es") + arrival + "From: a@css.claranet.es\n", "dkim", bridge.ByDMARC},
		"signed and a sister's":      {"authserv", results("mx.aoc.cat; dkim=pass header.d=mailer.example; dkim=pass header.i=css@tickets.claranet.es") + arrival + from, "dkim", bridge.ByDMARC},
		"another border above it":    {"authserv", results("spam.interior.test; dmarc=fail header.from=claranet.es") + internal + pass + arrival + from, "dmarc", bridge.ByDMARC},
		"spf, address in brackets":   {"authserv spf", results("mx.aoc.cat; spf=pass smtp.mailfrom=<css@claranet.es>") + arrival + from, "spf", bridge.BySPF},
		"spf of a domain below":      {"authserv spf", results("mx.aoc.cat; dmarc=none; spf=pass smtp.mailfrom=bounces@m.claranet.es") + arrival + from, "spf", bridge.BySPF},
		"spf accepted, dmarc there":  {"authserv spf", pass + arrival + from, "dmarc", bridge.ByDMARC},
		"address, nothing said":      {"authserv address", arrival + from, "address", bridge.ByAddress},
		"address, only iprev":        {"authserv address", results("mx.aoc.cat; iprev=pass; dmarc=none") + arrival + from, "address", bridge.ByAddress},
		"address, as Exim writes it": {
			"authserv address", "Received: from mail.claranet.es ([192.0.2.9] helo=x) by mx.aoc.cat with esmtp; Mon\n" + from, "address", bridge.ByAddress,
		},
		"address, Exim without a name": {
			"authserv address", "Received: from [192.0.2.9] (helo=x.example) by mx.aoc.cat with esmtp; Mon\n" + from, "address", bridge.ByAddress,
		},
		"address, no name, a port": {
			"authserv address", "Received: from x.example ([192.0.2.9]:4711) by mx.aoc.cat with esmtp; Mon\n" + from, "address", bridge.ByAddress,
		},
		"address, IPv6": {
			"authserv address", "Received: from x (unknown [IPv6:2001:db8:25::9]) by mx.aoc.cat with ESMTPS; Mon\n" + from, "address", bridge.ByAddress,
		},
		"address, as Exchange writes it": {
			"m365 address", "Received: from mail.claranet.es (192.0.2.1) by X.mail.protection.outlook.com (10.1.2.3) with Microsoft SMTP Server id 15; Mon\n" + from, "address", bridge.ByAddress,
		},
		"a colleague who logged in": {"colleagues", results("mx.aoc.cat; auth=pass smtp.auth=anna@aoc.cat") + local + anna, "auth", bridge.ByDMARC},
		"a colleague who is signed": {"colleagues", results("mx.aoc.cat; dkim=pass header.d=aoc.cat") + local + anna, "dkim", bridge.ByDMARC},
		"through a forwarder that seals": {
			"authserv sealed", results("mx.aoc.cat; dmarc=fail header.from=claranet.es; arc=pass smtp.remote-ip=198.51.100.9 header.oldest-pass=0") + arrival + sealed(1, "reenvia.aoc.cat", "none", "claranet.es") + from, "arc", bridge.ByDMARC,
		},
		"through two of them": {
			"authserv sealed", results("mx.aoc.cat; arc=pass header.oldest-pass=2") + arrival + sealed(2, "b.reenvia.aoc.cat", "pass", "x.es") + sealed(1, "reenvia.aoc.cat", "none", "claranet.es") + from, "arc", bridge.ByDMARC,
		},
		"encoded name":          {"authserv", pass + arrival + "From: =?utf-8?q?CSS_=28N2=29?= <css@claranet.es>\n", "dmarc", bridge.ByDMARC},
		"comment in the From":   {"authserv", pass + arrival + "From: css@claranet.es (CSS)\n", "dmarc", bridge.ByDMARC},
		"folded From":           {"authserv", pass + arrival + "From: CSS\n <css@claranet.es>\n", "dmarc", bridge.ByDMARC},
		"another Reply-To":      {"authserv", pass + arrival + from + "Reply-To: tickets@desk.example\n", "dmarc", bridge.ByDMARC},
		"name of the field":     {"authserv", strings.Replace(pass, "Authentication-Results:", "AUTHENTICATION-RESULTS :", 1) + arrival + from, "dmarc", bridge.ByDMARC},
		"microsoft, one line":   {"m365", results("spf=none (sender IP is 192.0.2.1) smtp.helo=x;dkim=pass (signature was verified) header.d=claranet.es;dmarc=none action=none header.from=claranet.es;compauth=pass reason=102") + door + from, "dkim", bridge.ByDMARC},
		"microsoft, bounce":     {"m365", results("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=;dkim=pass (signature was verified) header.d=claranet.es;dmarc=pass action=none header.from=claranet.es") + door + from, "dmarc", bridge.ByDMARC},
		"microsoft, two fields": {"m365", results("dkim=timeout (key query timeout) header.d=x.es") + results("dmarc=pass action=none header.from=claranet.es") + door + from, "dmarc", bridge.ByDMARC},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := authentic.Check(all[test.policy], read(t, test.header+"\nbody\n"))
			if !got.Allowed || !got.Verified || got.Method != test.method || got.Strength != test.strength {
				t.Errorf("got %+v, want %q by %q", got, test.method, test.strength)
			}
		})
	}
}

// door is how Microsoft takes a mail in.
const door = "Received: from mail.claranet.es (192.0.2.1) by DB5PEPF00014B8A.mail.protection.outlook.com (10.167.8.198) with Microsoft SMTP Server id 15.20; Mon\n"

// sealed is a link of a chain of forwarders.
func sealed(i int, by, validation, domain string) string {
	n := string(rune('0' + i))
	return "ARC-Seal: i=" + n + "; a=rsa-sha256; cv=" + validation + "; d=" + by + "; s=a; b=YWJj\n" +
		"ARC-Message-Signature: i=" + n + "; a=rsa-sha256; d=" + by + "; s=a; h=to : From; bh=YWJj; b=YWJj\n" +
		"ARC-Authentication-Results: i=" + n + "; " + by + "; dmarc=pass (p=reject) header.from=" + domain + "\n"
}

// TestSecondAuthor is in no sample's favour: with another address in its From none of
// them proves anything.
func TestSecondAuthor(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/headers/*.eml")
	if err != nil || len(files) < 18 {
		t.Fatal(files, err)
	}
	for _, name := range slices.Sorted(maps.Keys(policies())) {
		p := policies()[name]
		for _, file := range files {
			raw := sample(t, strings.TrimSuffix(filepath.Base(file), ".eml"))
			other := strings.ReplaceAll(raw, "From: ", "From: x@evil.com, ")
			if got := authentic.Check(p, read(t, other+"\n")); got.Verified || got.Allowed {
				t.Errorf("%s, %s: %+v", name, file, got)
			}
		}
	}
}

package app

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"escalat/bridge/receive/authentic"
)

var authenticData = filepath.Join("..", "..", "bridge", "receive", "authentic", "testdata")

// samples are whole headers as real borders write them about claranet.es, by source.
func samples(source authentic.Source) []string {
	return map[authentic.Source][]string{
		authentic.Authserv: {"postfix-opendkim-opendmarc", "rspamd", "exim", "postfix-amavis", "gateway"},
		authentic.M365:     {"m365-dkim", "m365-two-signatures", "m365-former", "m365-best-guess", "m365-no-dmarc"},
		authentic.Google:   {"google-arc", "google-plain", "google-forwarder"},
	}[source]
}

// confirmed returns what the n-th of the borders writes above a mail of the domain, which
// it confirms. With the source DKIM a border says nothing.
func confirmed(t *testing.T, source authentic.Source, n int, domain string) string {
	t.Helper()
	if source == authentic.DKIM {
		return "Received: from mail." + domain + " (mail." + domain + " [192.0.2.1]) by mx.aoc.cat with ESMTPS id 1; Mon, 2 Mar 2026 10:30:00 +0100\r\n"
	}
	names := samples(source)
	raw, err := os.ReadFile(filepath.Join(authenticData, "headers", names[n%len(names)]+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`\r?\n`).Split(string(raw), -1)
	end := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "From:") || strings.HasPrefix(l, "DKIM-Signature:") })
	return strings.ReplaceAll(strings.Join(lines[:end], "\r\n")+"\r\n", "claranet.es", domain)
}

// judged returns what an honest border writes about a mail from evil.example whose From is
// of the domain.
func judged(source authentic.Source, domain string, pass bool) string {
	verdict := map[bool]string{true: "pass", false: "fail"}[pass]
	const spf = "spf=pass smtp.mailfrom=evil.example"
	switch source {
	case authentic.Authserv:
		return "Authentication-Results: mx.aoc.cat; " + spf + "; dkim=none; dmarc=" + verdict + " header.from=" + domain + "\r\n" +
			"Received: from x.evil.example (x.evil.example [203.0.113.9]) by mx.aoc.cat (Postfix) with ESMTPS id 1; Mon, 2 Mar 2026 10:30:00 +0100\r\n"
	case authentic.M365:
		return "Received: from AM9PR04MB8888.eurprd04.prod.outlook.com (2603:10a6:20b:400::12) by DB8PR04MB7777.eurprd04.prod.outlook.com with HTTPS; Mon, 2 Mar 2026 09:30:05 +0000\r\n" +
			"Authentication-Results: spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=evil.example; dkim=none (message not signed) header.d=none;dmarc=" + verdict + " action=quarantine header.from=" + domain + ";compauth=fail reason=000\r\n" +
			"Received: from x.evil.example (203.0.113.9) by DB5PEPF00014B8A.mail.protection.outlook.com (10.167.8.198) with Microsoft SMTP Server id 15.20.9700.12; Mon, 2 Mar 2026 09:30:02 +0000\r\n"
	case authentic.Google:
		return "Received: by 2002:a05:6a10:1234:b0:5ef:aaaa:bbbb with SMTP id x1csp100001pxk; Mon, 2 Mar 2026 01:30:05 -0800 (PST)\r\n" +
			"ARC-Authentication-Results: i=1; mx.google.com; " + spf + "; dmarc=" + verdict + " (p=REJECT) header.from=" + domain + "\r\n" +
			"Received: from x.evil.example (x.evil.example. [203.0.113.9]) by mx.google.com with ESMTPS id 5b1; Mon, 02 Mar 2026 01:30:05 -0800 (PST)\r\n" +
			"Authentication-Results: mx.google.com; " + spf + "; dmarc=" + verdict + " (p=REJECT) header.from=" + domain + "\r\n"
	}
	return "Received: from x.evil.example (x.evil.example [203.0.113.9]) by mx.aoc.cat with ESMTPS id 1; Mon, 2 Mar 2026 10:30:00 +0100\r\n"
}

// silent returns what a border writes that checks nothing. Google writes its results into
// every mail, but not always a second time above its Received.
func silent(source authentic.Source) string {
	said := "Authentication-Results"
	if source == authentic.Google {
		said = "ARC-" + said
	}
	kept := slices.DeleteFunc(strings.Split(judged(source, "claranet.es", false), "\r\n"), func(line string) bool { return strings.HasPrefix(line, said) })
	return strings.Join(kept, "\r\n")
}

// dnsOf is a DNS in which the provider's domains have its key, and every other domain
// the forger's.
type dnsOf struct{ t *testing.T }

// LookupTXT implements authentic.Resolver.
func (d dnsOf) LookupTXT(_ context.Context, name string) ([]string, error) {
	_, domain, signed := strings.Cut(name, "._domainkey.")
	if !signed {
		return nil, nil
	}
	file := "other"
	for _, honest := range []string{"claranet.es", "ovh.com", "aoc.cat"} {
		if domain == honest || strings.HasSuffix(domain, "."+honest) {
			file = "rsa2048"
		}
	}
	der, err := x509.MarshalPKIXPublicKey(pemKey(d.t, file).Public())
	if err != nil {
		return nil, err
	}
	return []string{"v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)}, nil
}

func pemKey(t *testing.T, name string) crypto.Signer {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(authenticData, "keys", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(raw)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(crypto.Signer)
}

// careful are the fields that a careful signer signs.
func careful() []string {
	return []string{"from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version", "content-type"}
}

// dkimSigned signs a mail for the domain (RFC 6376), relaxed/relaxed; what stands above it
// is added afterwards.
func dkimSigned(t *testing.T, raw, domain, key string, fields []string) string {
	t.Helper()
	header, body, _ := strings.Cut(raw, "\r\n\r\n")
	body = regexp.MustCompile(`[ \t]+`).ReplaceAllString(body, " ")
	body = regexp.MustCompile(` ?(\r\n|$)`).ReplaceAllString(body, "$1")
	if body = strings.TrimRight(body, "\r\n"); body != "" {
		body += "\r\n"
	}
	text := sha256.Sum256([]byte(body))
	field := "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n d=" + domain + "; s=s1;\r\n h=" + strings.Join(fields, ":") +
		";\r\n bh=" + base64.StdEncoding.EncodeToString(text[:]) + ";\r\n b="
	there := strings.Split(regexp.MustCompile(`\r\n([^ \t])`).ReplaceAllString(header, "\x00$1"), "\x00")
	var signed strings.Builder
	for _, name := range fields {
		for i, line := range slices.Backward(there) {
			if own, _, _ := strings.Cut(line, ":"); strings.EqualFold(strings.TrimSpace(own), name) {
				signed.WriteString(relaxedField(line) + "\r\n")
				there = slices.Delete(there, i, i+1)
				break
			}
		}
	}
	signed.WriteString(relaxedField(field))
	sum := sha256.Sum256([]byte(signed.String()))
	signature, err := pemKey(t, key).Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	return field + base64.StdEncoding.EncodeToString(signature) + "\r\n" + raw
}

func relaxedField(field string) string {
	name, value, _ := strings.Cut(field, ":")
	value = regexp.MustCompile(`[ \t]+`).ReplaceAllString(strings.ReplaceAll(value, "\r\n", ""), " ")
	return strings.ToLower(strings.TrimSpace(name)) + ":" + strings.Trim(value, " ")
}

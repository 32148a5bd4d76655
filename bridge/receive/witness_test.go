package receive_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
)

// dns has the provider's key, or is away.
type dns struct {
	key ed25519.PublicKey
	err error
}

func (d *dns) LookupTXT(_ context.Context, name string) ([]string, error) {
	if name != "s._domainkey.claranet.es" {
		return nil, d.err
	}
	return []string{"k=ed25519; p=" + base64.StdEncoding.EncodeToString(d.key)}, d.err
}

// signing is a bench whose provider is confirmed by its signature.
func signing(t *testing.T) (bench, *dns, func(signed, unsigned string) string) {
	t.Helper()
	key := ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", ed25519.SeedSize)))
	zone := &dns{key: key.Public().(ed25519.PublicKey)}
	c := config(t)
	c.Providers[0].Policy = authentic.Policy{Senders: []string{"claranet.es"}, Source: authentic.DKIM, Own: []string{own}}
	c.Resolver, c.Now = zone, func() time.Time { return now }
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	const text = "Hecho.\r\n"
	return bench{r, c.Keys, t}, zone, func(signed, unsigned string) string {
		signed += "From: css@claranet.es\r\nTo: " + own + "\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\nMessage-ID: <r1@claranet.es>\r\n"
		var names []string
		var header strings.Builder
		for line := range strings.SplitSeq(strings.TrimSuffix(signed, "\r\n"), "\r\n") {
			name, value, _ := strings.Cut(line, ": ")
			names = append(names, strings.ToLower(name))
			header.WriteString(strings.ToLower(name) + ":" + value + "\r\n")
		}
		body := sha256.Sum256([]byte(text))
		field := "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=claranet.es; s=s; h=" + strings.Join(names, ":") + "; bh=" + base64.StdEncoding.EncodeToString(body[:]) + "; b="
		sum := sha256.Sum256([]byte(header.String() + "dkim-signature:" + field))
		return "DKIM-Signature: " + field + base64.StdEncoding.EncodeToString(ed25519.Sign(key, sum[:])) + "\r\n" + unsigned + signed + "\r\n" + text
	}
}

// TestSignedAlone: what nobody signed says nothing of a signed mail.
func TestSignedAlone(t *testing.T) {
	t.Parallel()
	b, _, sign := signing(t)
	ref := "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\r\n"
	other := "In-Reply-To: <" + b.id("claranet", "bcdefghijklmnopa", 1) + ">\r\n"
	for name, test := range map[string]struct {
		raw     string
		caseID  string
		outcome bridge.MailOutcome
	}{
		"the answer is signed":     {sign(ref+"Subject: Re: Tall\r\n", ""), caseID, bridge.MailPosted},
		"the answer is not":        {sign("Subject: Re: Tall\r\n", ref), "", bridge.MailQuarantined},
		"put into another case":    {sign("Subject: Re: Tall\r\n", other), "", bridge.MailQuarantined},
		"another one above":        {other + sign(ref+"Subject: Re: Tall\r\n", ""), "", bridge.MailQuarantined},
		"a subject that is put in": {sign(ref, "Subject: [AOC SUP-1]\r\n"), caseID, bridge.MailQuarantined},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, m := b.decide(test.raw, b.theCase())
			if v.Outcome != test.outcome || m.Authentic.Verified && m.CaseID != test.caseID {
				t.Errorf("%s %q, case %q, %+v", v.Outcome, v.Reason, m.CaseID, m.Authentic)
			}
		})
	}
}

// TestSignedLater: while the DNS is away nothing is decided.
func TestSignedLater(t *testing.T) {
	t.Parallel()
	b, zone, sign := signing(t)
	raw := sign("Subject: Re: [AOC SUP-42]\r\n", "")
	zone.err = errors.New("away")
	if _, err := b.Read(t.Context(), opener(raw), 0); !errors.Is(err, zone.err) {
		t.Error(err)
	}
	zone.err = nil
	if m, err := b.Read(t.Context(), opener(raw), 0); err != nil || !m.Authentic.Verified {
		t.Errorf("%+v, %v", m.Authentic, err)
	}
}

// TestColleague tells who is one.
func TestColleague(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Colleagues = authentic.Policy{Senders: []string{"aoc.cat"}, Authserv: "mx.aoc.cat", Own: []string{own}}
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b := bench{r, c.Keys, t}
	ref := "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n"
	for name, test := range map[string]struct {
		raw                 string
		colleague, verified bool
		provider            string
	}{
		"in the thread":        {border("anna@aoc.cat") + ref, true, true, "claranet"},
		"not proved":           {strings.Replace(border("anna@aoc.cat"), "dmarc=pass", "dmarc=fail", 1) + ref, true, false, "claranet"},
		"outside any thread":   {border("anna@aoc.cat"), true, true, ""},
		"the provider":         {border("css@claranet.es") + ref, false, true, "claranet"},
		"our own address":      {border(own) + ref, true, true, "claranet"},
		"of another provider":  {border("a@ovh.com") + ref, false, true, "claranet"},
		"somebody who is none": {border("x@evil.com") + ref, false, true, "claranet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := b.Read(t.Context(), opener(test.raw+"\nHecho.\n"), 0)
			if err != nil || m.Colleague != test.colleague || m.Authentic.Verified != test.verified || m.Provider != test.provider || m.Authentic.Allowed != (test.colleague || name == "the provider") {
				t.Errorf("%v, colleague %v, %q, %+v", err, m.Colleague, m.Provider, m.Authentic)
			}
		})
	}
}

package authentic_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"escalat/bridge/receive/authentic"
)

// FuzzSigned changes a genuine mail. What is still believed says the same.
func FuzzSigned(f *testing.F) {
	genuine := sign(f, letter)
	policy, z := signedPolicy(), newZone(f)
	for _, at := range []int{0, 40, strings.Index(genuine, "From:"), strings.Index(genuine, "Bon dia"), len(genuine)} {
		f.Add(at, 0, "Subject: x\r\n")
		f.Add(at, 3, " \r\n")
		f.Add(at, 1, "")
	}
	f.Fuzz(func(t *testing.T, at, cut int, put string) {
		if at < 0 || cut < 0 || at > len(genuine) || cut > len(genuine)-at {
			return
		}
		raw := genuine[:at] + put + genuine[at+cut:]
		open := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(raw)), nil }
		got, m, err := authentic.Judge(context.Background(), policy, read(t, raw), authentic.Outside{Open: open, Resolver: z, At: now()})
		if err != nil {
			t.Fatal(err)
		}
		if !got.Verified {
			return
		}
		var said strings.Builder
		for _, p := range m.Pieces {
			said.WriteString(p.Plain + p.HTML)
		}
		words := strings.Join(strings.Fields(said.String()), " ")
		if strings.Contains(strings.ToLower(raw), "content-transfer-encoding") { // the form of the text may be open
			words = "Bon dia, ja està resolt."
		}
		if m.Subject != "RE: [AOC SUP-42] Tall" || m.MessageID != "1@claranet.es" || words != "Bon dia, ja està resolt." ||
			len(m.From) != 1 || m.From[0].Address != "css@claranet.es" || len(m.InReplyTo) != 1 || len(m.References) != 1 {
			t.Errorf("%+v of %q", m, raw)
		}
	})
}

// FuzzKeys reads whatever the DNS says of a key or of a domain.
func FuzzKeys(f *testing.F) {
	f.Add(record(f, secret(f, "rsa2048")), "v=DMARC1; p=none; adkim=s")
	f.Add("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=; t=y:s", "v=DMARC1")
	raw := sign(f, letter, by("tickets.claranet.es", "s1", "other"))
	f.Fuzz(func(t *testing.T, key, policy string) {
		z := &zone{records: map[string][]string{"s1._domainkey.tickets.claranet.es": {key}, "_dmarc.claranet.es": {policy}}}
		got, _, err := judge(t, signedPolicy(), raw, z, now())
		if err != nil || got.Verified && !strings.Contains(strings.Join(strings.Fields(key), ""), strings.Split(record(t, secret(t, "other")), "p=")[1][:40]) {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

package dkim_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"escalat/bridge/receive/authentic/dkim"

	msgauth "github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// example2005 is that of RFC 6376, appendix A.2.
const example2005 = `DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
      c=simple/simple; q=dns/txt; i=joe@football.example.com;
      h=Received : From : To : Subject : Date : Message-ID;
      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB
      4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut
      KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV
      4bmp/YzhwvcubU4=;
Received: from client1.football.example.com  [192.0.2.1]
      by submitserver.example.com with SUBMISSION;
      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game. Are you hungry yet?

Joe.
`

// example2018 is that of RFC 8463, appendix A.3.
const example2018 = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
`

// keys are those of the examples.
func keys() map[string][]string {
	return map[string][]string{
		"brisbane._domainkey.example.com": {"v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt" +
			"IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"},
		"test._domainkey.football.example.com": {"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qh" +
			"dR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"},
		"brisbane._domainkey.football.example.com": {"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="},
	}
}

func options(wanted string) dkim.Options {
	return dkim.Options{
		Wanted: func(domain string) bool { return domain == wanted }, Most: 5, Header: 64 << 10, At: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
		Lookup: func(_ context.Context, name string) ([]string, error) { return keys()[name], nil },
	}
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// whys are the verdicts on the signatures, empty for one that counts.
func whys(t *testing.T, r io.Reader, o dkim.Options) []dkim.Why {
	t.Helper()
	_, signatures, err := dkim.Verify(t.Context(), r, o)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]dkim.Why, len(signatures))
	for i, s := range signatures {
		list[i] = s.Why
	}
	return list
}

// TestExamples verifies the mails of the standards, whole, byte by byte, and changed.
func TestExamples(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		raw, domain string
		want        []dkim.Why
	}{
		"RFC 6376":                  {example2005, "example.com", []dkim.Why{""}},
		"RFC 8463":                  {example2018, "football.example.com", []dkim.Why{"", ""}},
		"nobody wants them":         {example2018, "example.com", []dkim.Why{}},
		"empty lines at the end":    {example2005 + "\n\n\n", "example.com", []dkim.Why{""}},
		"a blank in the simple one": {strings.Replace(example2005, "Hi.", "Hi. ", 1), "example.com", []dkim.Why{dkim.OtherText}},
		"a blank in the relaxed":    {strings.Replace(example2018, "Hi.", "Hi. \t", 1), "football.example.com", []dkim.Why{"", ""}},
		"a blank in a simple field": {strings.Replace(example2005, "Subject: Is", "Subject:  Is", 1), "example.com", []dkim.Why{dkim.Wrong}},
		"a field more, oversigned":  {"Subject: x\n" + example2018, "football.example.com", []dkim.Why{dkim.Wrong, dkim.Wrong}},
		"one signature was broken":  {strings.Replace(example2018, "b=F45d", "b=G45d", 1), "football.example.com", []dkim.Why{"", dkim.Wrong}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, raw := range []string{test.raw, crlf(test.raw)} {
				for _, r := range []io.Reader{strings.NewReader(raw), iotest.OneByteReader(strings.NewReader(raw)), iotest.DataErrReader(strings.NewReader(raw))} {
					if diff := cmp.Diff(test.want, whys(t, r, options(test.domain))); diff != "" {
						t.Error(diff)
					}
				}
			}
		})
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	header, signatures, err := dkim.Verify(t.Context(), strings.NewReader(crlf(example2018)), options("football.example.com"))
	if err != nil || len(header) != 7 {
		t.Fatal(header, err)
	}
	if f := header[4]; !f.Is("SUBJECT") || f.Value() != "Is dinner ready?" {
		t.Errorf("%q %q", f.Name, f.Value())
	}
	want := dkim.Signature{Domain: "football.example.com", Fields: []string{"from", "to", "subject", "date", "message-id", "from", "subject", "date"}}
	if diff := cmp.Diff(want, signatures[0]); diff != "" {
		t.Error(diff)
	}
	for name, raw := range map[string]string{
		"no field":        "nothing\n\n",
		"no name":         ": x\n\n",
		"folded first":    " x: y\n\n",
		"a lone CR":       "A: x\ry\n\n",
		"accent in it":    "Àrea: x\n\n",
		"too long":        "A: " + strings.Repeat("x", 70<<10) + "\n\n",
		"too many":        strings.Repeat("A: x\n", 20<<10) + "\n",
		"folded for ever": "A: x\n" + strings.Repeat(" \n", 20<<10),
		"without an end":  strings.Repeat("A: x\n", 20<<10),
	} {
		if _, _, err := dkim.Verify(t.Context(), strings.NewReader(raw), options("")); !errors.Is(err, dkim.ErrHeader) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if header, _, err := dkim.Verify(t.Context(), strings.NewReader("A : x\n\t y\nB:"), options("")); err != nil || len(header) != 2 || header[0].Value() != "x y" || header[1].Value() != "" {
		t.Errorf("%q, %v", header, err)
	}
}

// TestNoWork: without a signature that could count neither DNS nor text is touched.
func TestNoWork(t *testing.T) {
	t.Parallel()
	head, _, _ := strings.Cut(crlf(example2005), "\r\n\r\n")
	body := iotest.ErrReader(errors.New("the text was read"))
	o := options("example.com")
	o.At = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	o.Lookup = func(_ context.Context, name string) ([]string, error) { return nil, errors.New("asked for " + name) }
	expired := strings.Replace(head, "v=1;", "v=1; x=1;", 1)
	raw := io.MultiReader(strings.NewReader(expired+"\r\n\r\n"), body)
	if got := whys(t, raw, o); len(got) != 1 || got[0] != dkim.Expired {
		t.Errorf("%q", got)
	}
	raw = io.MultiReader(strings.NewReader(head+"\r\n\r\n"), body)
	if _, _, err := dkim.Verify(t.Context(), raw, o); err == nil || !strings.Contains(err.Error(), "asked for brisbane._domainkey.example.com") {
		t.Error(err)
	}
}

// TestOneQuestion: signatures of one key ask for it once, and there are not too many.
func TestOneQuestion(t *testing.T) {
	t.Parallel()
	signature, rest, _ := strings.Cut(example2005, "Received:")
	asked := 0
	o := options("example.com")
	o.Lookup = func(_ context.Context, name string) ([]string, error) {
		asked++
		return keys()[name], nil
	}
	got := whys(t, strings.NewReader(strings.Repeat(signature, 9)+"Received:"+rest), o)
	if len(got) != 5 || got[0] != "" || got[4] != "" || asked != 1 {
		t.Errorf("%q after %d questions", got, asked)
	}
}

// TestSignsAnother: a signature may sign another one.
func TestSignsAnother(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	record := "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
	var signed bytes.Buffer
	raw := crlf(example2018)
	err := msgauth.Sign(&signed, strings.NewReader(raw), &msgauth.SignOptions{
		Domain: "example.org", Selector: "a", Signer: key, HeaderKeys: []string{"From", "DKIM-Signature", "DKIM-Signature"},
	})
	if err != nil {
		t.Fatal(err)
	}
	o := options("example.org")
	o.At = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) // the signer writes the machine's time
	o.Lookup = func(_ context.Context, name string) ([]string, error) {
		if name != "a._domainkey.example.org" {
			t.Errorf("asked for %s", name)
		}
		return []string{record}, nil
	}
	for raw, want := range map[string]dkim.Why{
		signed.String(): "",
		strings.Replace(signed.String(), "s=test;", "s=tost;", 1):                                        dkim.Wrong,
		"DKIM-Signature: v=1; d=evil.com\r\n" + signed.String():                                          "",
		strings.Replace(signed.String(), "From: Joe", "DKIM-Signature: v=1; d=evil.com\r\nFrom: Joe", 1): dkim.Wrong,
		strings.Replace(signed.String(), "\r\nFrom: Joe", "\r\nX: DKIM-Signature\r\nFrom: Joe", 1):       "",
	} {
		if diff := cmp.Diff([]dkim.Why{want}, whys(t, strings.NewReader(raw), o)); diff != "" {
			t.Errorf("%s\n%s", diff, raw)
		}
	}
}

// TestTime: what the caller says of the time decides, and what has expired by the
// machine's clock does not count either.
func TestTime(t *testing.T) {
	t.Parallel()
	signed := func(tags string) string { return strings.Replace(example2018, "t=1528637909;", tags, 1) }
	day := func(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	for name, test := range map[string]struct {
		tags string
		at   time.Time
		want dkim.Why // of a signature that its tags made wrong
	}{
		"when it was signed":         {"t=1528637909;", time.Unix(1528637909, 0), ""},
		"the clocks differ a little": {"t=1528637909;", time.Unix(1528637909, 0).Add(-9 * time.Minute), ""},
		"before":                     {"t=1528637909;", time.Unix(1528637909, 0).Add(-11 * time.Minute), dkim.Future},
		"ends in the year 2100":      {"x=4102444800;", day(2026), dkim.Wrong},
		"ended for the caller":       {"x=4102444800;", day(2101), dkim.Expired},
		"ended for the machine":      {"x=1528637909;", day(2018), dkim.Expired},
		"ends before it begins":      {"t=4102444800; x=4102444799;", day(2026), dkim.Malformed},
		"a time that is none":        {"t=-1;", day(2026), dkim.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options("football.example.com")
			o.At = test.at
			if got := whys(t, strings.NewReader(signed(test.tags)), o); got[0] != test.want {
				t.Errorf("%q, want %q", got[0], test.want)
			}
		})
	}
}

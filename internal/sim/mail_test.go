package sim_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const (
	bridge = "escalat@aoc.test"
	css    = "css@claranet.test"
)

func newMail(t *testing.T) *sim.Mail {
	t.Helper()
	m, err := sim.NewMail(sim.MailConfig{
		Mailboxes: []sim.Mailbox{{Address: bridge, Password: "secret", Border: true}, {Address: css, Password: "desk"}},
		MaxSize:   100_000,
		Now:       (&clock{at: morning}).now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// trust believes the simulator's authority, and nobody else.
func trust(t *testing.T, m *sim.Mail) *tls.Config {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(m.CAPEM()) {
		t.Fatal("no certificate in the PEM")
	}
	return &tls.Config{RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

// submit connects and, with a password, logs in.
func submit(t *testing.T, m *sim.Mail, password string) *smtp.Client {
	t.Helper()
	c, err := smtp.DialStartTLS(m.SMTPAddr(), trust(t, m))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if password != "" {
		if err := c.Auth(sasl.NewPlainClient("", bridge, password)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// raw is a mail; the token stands in its Message-ID.
func raw(token, from string) []byte {
	return []byte("From: AOC <" + from + ">\r\nTo: <" + css + ">\r\nSubject: [AOC AOC-1] Incidencia\r\n" +
		"Message-ID: <" + token + "@aoc.test>\r\nDate: Wed, 21 Oct 2026 08:12:00 +0000\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n\r\nBuenos días:\r\n\r\n.Se ha caído e-NOTUM.\r\n")
}

func TestSubmission(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	c := submit(t, m, "secret")
	body := raw("m1", bridge)
	opts := &smtp.MailOptions{EnvelopeID: "e1", Return: smtp.DSNReturnHeaders}
	if err := c.Mail(bridge, opts); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{css, bridge} {
		if err := c.Rcpt(to, &smtp.RcptOptions{Notify: []smtp.DSNNotify{smtp.DSNNotifyFailure}}); err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	answer, err := w.CloseWithResponse()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(answer.StatusText, "OK id=SIM000001") {
		t.Errorf("answer %+v", answer)
	}
	atDesk, own := m.Delivered(css), m.Delivered(bridge)
	if len(atDesk) != 1 || len(own) != 1 {
		t.Fatalf("delivered %d and %d, want 1 and 1", len(atDesk), len(own))
	}
	for _, stored := range [][]byte{atDesk[0], own[0]} {
		if !bytes.HasSuffix(stored, body) || !bytes.HasPrefix(stored, []byte("Return-Path: <"+bridge+">\r\n")) {
			t.Errorf("stored:\n%s", stored)
		}
	}
	if bytes.Contains(atDesk[0], []byte("Authentication-Results")) {
		t.Error("the desk has no border")
	}
	if r := results(t, own[0]); r[0].(*authres.AuthResult).Value != authres.ResultPass {
		t.Errorf("own copy: %+v", r[0])
	}
	got := m.Transactions()
	if len(got) != 1 || got[0].User != bridge || got[0].MessageID != "m1@aoc.test" || got[0].Envelope != "e1" || got[0].Size != len(body) {
		t.Errorf("transactions %+v", got)
	}
}

// results parses the first line of its name, which must stand above Received.
func results(t *testing.T, stored []byte) []authres.Result {
	t.Helper()
	head, _, found := bytes.Cut(stored, []byte("\r\nReceived:"))
	_, value, ok := bytes.Cut(head, []byte("\r\nAuthentication-Results: "))
	if !found || !ok {
		t.Fatalf("no verdict above Received:\n%s", stored)
	}
	id, list, err := authres.Parse(string(value))
	if err != nil || id != "mx.aoc.test" {
		t.Fatalf("authserv-id %q, %v", id, err)
	}
	return list
}

func TestSMTPRefusals(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	t.Run("password", func(t *testing.T) {
		plain, err := smtp.Dial(m.SMTPAddr())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = plain.Close() }()
		if err := plain.Auth(sasl.NewPlainClient("", bridge, "secret")); err == nil {
			t.Error("a password in clear was taken")
		}
		c := submit(t, m, "")
		if err := c.Auth(sasl.NewLoginClient(bridge, "wrong")); code(err) != 535 {
			t.Errorf("wrong password: %v", err)
		}
		if err := c.Auth(sasl.NewLoginClient(bridge, "secret")); err != nil {
			t.Errorf("LOGIN: %v", err)
		}
	})
	t.Run("recipients", func(t *testing.T) {
		for password, want := range map[string]map[string]int{
			"secret": {css: 0, "reject-1@claranet.test": 550, "defer-1@claranet.test": 451, "nobody@claranet.test": 550, "any@elsewhere.test": 0},
			"":       {css: 0, "any@elsewhere.test": 550},
		} {
			c := submit(t, m, password)
			if err := c.Mail(bridge, nil); err != nil {
				t.Fatal(err)
			}
			for to, status := range want {
				if got := code(c.Rcpt(to, nil)); got != status {
					t.Errorf("%s, logged in %t: %d, want %d", to, password != "", got, status)
				}
			}
		}
	})
	t.Run("size", func(t *testing.T) {
		c := submit(t, m, "secret")
		if err := c.Mail(bridge, &smtp.MailOptions{Size: 100_001}); code(err) != 552 {
			t.Errorf("announced: %v", err)
		}
		line := strings.Repeat("a", 998) + "\r\n"
		if err := c.SendMail(bridge, []string{css}, strings.NewReader(strings.Repeat(line, 101))); code(err) != 552 {
			t.Errorf("sent: %v", err)
		}
	})
	if n := len(m.Transactions()); n != 0 {
		t.Errorf("%d transactions, want 0", n)
	}
}

// code is the reply code of an SMTP error, 0 for none.
func code(err error) int {
	var refusal *smtp.SMTPError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &refusal):
		return refusal.Code
	}
	return -1
}

func TestSMTPFaults(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	for name, test := range map[string]struct {
		stage, address string
		fault          sim.Fault
		code, stored   int
	}{
		"lost answer":  {sim.AtData, css, sim.Fault{Drop: sim.DropAfter}, -1, 1},
		"cut":          {sim.AtData, css, sim.Fault{Drop: sim.DropBefore}, -1, 0},
		"late refusal": {sim.AtData, "", sim.Fault{Status: 451, Text: "later"}, 451, 0},
		"sender":       {sim.AtMail, bridge, sim.Fault{Status: 421, Text: "busy"}, 421, 0},
		"recipient":    {sim.AtRcpt, css, sim.Fault{Status: 550, Text: "no"}, 550, 0},
		"only late":    {sim.AtData, "", sim.Fault{Delay: 1}, 0, 1},
	} {
		before := len(m.Delivered(css))
		c := submit(t, m, "secret")
		m.Fail(test.stage, test.address, test.fault)
		err := c.SendMail(bridge, []string{css}, bytes.NewReader(raw("m", bridge)))
		if code(err) != test.code {
			t.Errorf("%s: %v, want %d", name, err, test.code)
		}
		if got := len(m.Delivered(css)) - before; got != test.stored {
			t.Errorf("%s: %d stored, want %d", name, got, test.stored)
		}
	}
	m.Fail(sim.AtConnect, "", sim.Fault{Drop: sim.DropBefore})
	if _, err := smtp.DialStartTLS(m.SMTPAddr(), trust(t, m)); err == nil {
		t.Error("connected")
	}
	m.Fail(sim.AtAuth, "", sim.Fault{Status: 454, Text: "later", Times: -1})
	c := submit(t, m, "")
	if err := c.Auth(sasl.NewPlainClient("", bridge, "secret")); code(err) != 454 {
		t.Errorf("auth: %v", err)
	}
	m.ClearFaults()
	c, err := smtp.DialTLS(m.SMTPSAddr(), trust(t, m))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Auth(sasl.NewPlainClient("", bridge, "secret")); err != nil {
		t.Errorf("over TLS: %v", err)
	}
}

func TestBorder(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	forged := append([]byte("Authentication-Results: MX.aoc.test 1;\r\n dkim=pass header.d=claranet.test;\r\n dmarc=pass header.from=claranet.test\r\n"+
		"Authentication-Results: mx.other.test; dkim=pass header.d=claranet.test\r\n"), raw("f", css)...)
	for name, test := range map[string]struct {
		domain, author string
		dkim, dmarc    authres.ResultValue
	}{
		"provider":         {"claranet.test", css, authres.ResultPass, authres.ResultPass},
		"forger":           {"", css, authres.ResultNone, authres.ResultFail},
		"another's domain": {"evil.test", css, authres.ResultPass, authres.ResultFail},
		"subdomain":        {"claranet.test", "css@mail.claranet.test", authres.ResultPass, authres.ResultPass},
		"lookalike":        {"claranet.test", "css@notclaranet.test", authres.ResultPass, authres.ResultFail},
	} {
		if err := m.Provider(test.domain).Send(css, []string{bridge}, raw("m", test.author)); err != nil {
			t.Fatal(err)
		}
		all := m.Delivered(bridge)
		r := results(t, all[len(all)-1])
		dkim, dmarc := r[0].(*authres.DKIMResult), r[1].(*authres.DMARCResult)
		if dkim.Value != test.dkim || dmarc.Value != test.dmarc || dmarc.From != strings.SplitN(test.author, "@", 2)[1] {
			t.Errorf("%s: %+v %+v", name, dkim, dmarc)
		}
	}
	if err := m.Provider("").Send(css, []string{bridge}, forged); err != nil {
		t.Fatal(err)
	}
	all := m.Delivered(bridge)
	last := string(all[len(all)-1])
	if n := strings.Count(strings.ToLower(last), "authentication-results: mx.aoc.test"); n != 1 {
		t.Errorf("%d verdicts in the border's name:\n%s", n, last)
	}
	if !strings.Contains(last, "Authentication-Results: mx.other.test;") {
		t.Error("another server's verdict was taken out")
	}
	// A stranger over SMTP is a forger too.
	if err := submit(t, m, "").SendMail(css, []string{bridge}, bytes.NewReader(raw("s", css))); err != nil {
		t.Fatal(err)
	}
	all = m.Delivered(bridge)
	if r := results(t, all[len(all)-1]); r[1].(*authres.DMARCResult).Value != authres.ResultFail {
		t.Errorf("stranger: %+v", r[1])
	}
	if err := m.Provider("").Send(css, []string{"nobody@aoc.test"}, forged); !errors.Is(err, sim.ErrUnknown) {
		t.Errorf("unknown mailbox: %v", err)
	}
}

func FuzzBorder(f *testing.F) {
	f.Add([]byte("From: a@b.test\r\nAuthentication-Results: mx.aoc.test; dkim=pass\r\n\tx\r\n\r\nbody"))
	f.Add([]byte("\nAuthentiCAtion-Results: mX.AoC.test;"))
	f.Add([]byte("From: \"\r\n\r\nAuthentication-Results: mx.aoc.test; dkim=pass\r\n"))
	f.Add([]byte(" folded first\nSubject: x"))
	m, err := sim.NewMail(sim.MailConfig{Mailboxes: []sim.Mailbox{{Address: bridge, Password: "x", Border: true}}})
	if err != nil {
		f.Fatal(err)
	}
	var n int
	f.Fuzz(func(t *testing.T, mail []byte) {
		if err := m.Provider("").Send("", []string{bridge}, mail); err != nil {
			t.Fatal(err)
		}
		all := m.Delivered(bridge)
		if n++; len(all) != n {
			t.Fatalf("%d stored, want %d", len(all), n)
		}
		// The header ends at the first empty line, whatever ends its lines.
		head, _, _ := bytes.Cut(bytes.ReplaceAll(all[n-1], []byte("\r\n"), []byte("\n")), []byte("\n\n"))
		if bytes.Count(bytes.ToLower(head), []byte("\nauthentication-results: mx.aoc.test;")) > 1 {
			t.Errorf("a forged verdict stands:\n%q", all[n-1])
		}
	})
}

func BenchmarkSubmission(b *testing.B) {
	m, err := sim.NewMail(sim.MailConfig{Mailboxes: []sim.Mailbox{{Address: bridge, Password: "x", Border: true}, {Address: css, Password: "y"}}})
	if err != nil {
		b.Fatal(err)
	}
	if err := m.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = m.Close() }()
	c, err := smtp.Dial(m.SMTPAddr())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	mail := raw("m", bridge)
	for b.Loop() {
		if err := c.SendMail(bridge, []string{css, bridge}, bytes.NewReader(mail)); err != nil {
			b.Fatal(err)
		}
	}
}

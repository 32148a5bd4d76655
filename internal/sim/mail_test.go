package sim_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
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

// dialIMAP logs in; updates gets a signal for each EXISTS.
func dialIMAP(t *testing.T, m *sim.Mail, updates chan<- uint32) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialStartTLS(m.IMAPAddr(), &imapclient.Options{
		TLSConfig: trust(t, m),
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil && updates != nil {
				updates <- *data.NumMessages
			}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Login(bridge, "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

func fetch(t *testing.T, c *imapclient.Client, uids imap.UIDSet, peek bool) []*imapclient.FetchMessageBuffer {
	t.Helper()
	list, err := c.Fetch(uids, &imap.FetchOptions{
		UID: true, Flags: true, RFC822Size: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{{Peek: peek}},
	}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestIMAPReadsWhatWasStored(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	c := dialIMAP(t, m, nil)
	data, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if data.UIDNext != 1 || data.UIDValidity == 0 || data.NumMessages != 0 {
		t.Errorf("select %+v", data)
	}
	// Byte for byte, also where no parser could follow.
	odd := []byte("this is no header\nSubject: \xff\xfe\n\n body \x00 end")
	for _, mail := range [][]byte{raw("m1", css), odd} {
		if err := m.Deliver(bridge, mail); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Noop().Wait(); err != nil {
		t.Fatal(err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 1, Stop: 0}}}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{1, 2}, found.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	got := fetch(t, c, imap.UIDSet{{Start: 1, Stop: 0}}, true)
	if len(got) != 2 || !bytes.Equal(got[1].BodySection[0].Bytes, odd) || got[1].RFC822Size != int64(len(odd)) {
		t.Fatalf("fetched %+v", got)
	}
	if !got[0].InternalDate.Equal(morning) || len(got[0].Flags) != 0 {
		t.Errorf("letter %+v", got[0])
	}
	// "*" is the last mail, also when its UID is smaller (RFC 3501, section 6.4.8).
	// Asked by a search, because go-imap's client passes over such a fetch.
	found, err = c.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 9, Stop: 0}}}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{2}, found.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	// EXAMINE writes nothing, not even \Seen.
	if got := fetch(t, c, imap.UIDSetNum(1), false); len(got) != 1 {
		t.Fatalf("fetched %d", len(got))
	}
	if got := fetch(t, c, imap.UIDSetNum(1), true); len(got[0].Flags) != 0 {
		t.Errorf("EXAMINE set %v", got[0].Flags)
	}
	err = c.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
	if err == nil {
		t.Error("EXAMINE let a flag be set")
	}
}

func TestIMAPIdleTellsOfNewMail(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	updates := make(chan uint32, 16)
	c := dialIMAP(t, m, updates)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	// One comes before IDLE and must not wait for the next.
	if err := m.Deliver(bridge, raw("m0", css)); err != nil {
		t.Fatal(err)
	}
	for n := uint32(1); n <= 3; n++ {
		idle, err := c.Idle()
		if err != nil {
			t.Fatal(err)
		}
		if n > 1 {
			if err := m.Deliver(bridge, raw("m", css)); err != nil {
				t.Fatal(err)
			}
		}
		if got := <-updates; got != n {
			t.Errorf("told of %d mails, want %d", got, n)
		}
		if err := errors.Join(idle.Close(), idle.Wait()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIMAPFoldersAndFlags(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	for i := range 3 {
		if err := m.Deliver(bridge, raw(fmt.Sprint("m", i), css)); err != nil {
			t.Fatal(err)
		}
	}
	c := dialIMAP(t, m, nil)
	if err := c.Create("Tractats", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	fetch(t, c, imap.UIDSetNum(1), false)
	unseen, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{2, 3}, unseen.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	byID, err := c.UIDSearch(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-Id", Value: "m2@aoc.test"}}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{3}, byID.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	if _, err := c.Move(imap.UIDSetNum(1), "Tractats").Wait(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(imap.UIDSetNum(2), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.UIDExpunge(imap.UIDSetNum(2)).Close(); err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, c, imap.UIDSet{{Start: 1, Stop: 0}}, true); len(got) != 1 || got[0].UID != 3 || got[0].SeqNum != 1 {
		t.Errorf("left %+v", got)
	}
	status, err := c.Status("Tractats", &imap.StatusOptions{NumMessages: true, UIDNext: true, UIDValidity: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if *status.NumMessages != 1 || status.UIDNext != 2 {
		t.Errorf("status %+v", status)
	}
	folders, err := c.List("", "*", nil).Collect()
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != 2 || folders[0].Mailbox != "INBOX" {
		t.Errorf("folders %+v", folders)
	}
	if n := len(m.Delivered(bridge)); n != 3 {
		t.Errorf("%d delivered, want 3 whatever became of them", n)
	}
}

func TestIMAPSectionsAndSearch(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	c := dialIMAP(t, m, nil)
	mail := raw("m1", css)
	appending := c.Append("INBOX", int64(len(mail)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagFlagged}, Time: morning})
	if _, err := appending.Write(mail); err != nil {
		t.Fatal(err)
	}
	if err := appending.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err := appending.Wait(); err != nil || data.UID != 1 {
		t.Fatalf("append %+v, %v", data, err)
	}
	if err := c.Subscribe("inbox").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("inbox", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	head, body, _ := bytes.Cut(mail, []byte("\r\n\r\n"))
	list, err := c.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{Envelope: true, BodyStructure: &imap.FetchItemBodyStructure{}, BodySection: []*imap.FetchItemBodySection{
		{Specifier: imap.PartSpecifierHeader, Peek: true},
		{Specifier: imap.PartSpecifierText, Peek: true},
		{Partial: &imap.SectionPartial{Offset: 6, Size: 3}, Peek: true},
		{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Subject"}, Peek: true},
	}}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{string(head) + "\r\n\r\n", string(body), "AOC", "Subject: [AOC AOC-1] Incidencia\r\n\r\n"} {
		if got := string(list[0].BodySection[i].Bytes); got != want {
			t.Errorf("section %d: %q, want %q", i, got, want)
		}
	}
	if list[0].Envelope.MessageID != "m1@aoc.test" {
		t.Errorf("envelope %+v", list[0].Envelope)
	}
	day := morning.AddDate(0, 0, 1)
	for name, test := range map[string]struct {
		criteria imap.SearchCriteria
		hit      bool
	}{
		"flag":   {imap.SearchCriteria{Flag: []imap.Flag{imap.FlagFlagged}}, true},
		"larger": {imap.SearchCriteria{Larger: int64(len(mail))}, false},
		"since":  {imap.SearchCriteria{Since: morning}, true},
		"before": {imap.SearchCriteria{Since: morning, Before: morning}, false},
		"day":    {imap.SearchCriteria{Since: morning, Before: day}, true},
		"body":   {imap.SearchCriteria{Body: []string{"e-notum"}}, true},
		"text":   {imap.SearchCriteria{Text: []string{"no such words"}}, false},
		"not":    {imap.SearchCriteria{Not: []imap.SearchCriteria{{Flag: []imap.Flag{imap.FlagSeen}}}}, true},
		"or":     {imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{{Flag: []imap.Flag{imap.FlagSeen}}, {Body: []string{"nothing"}}}}}, false},
	} {
		found, err := c.UIDSearch(&test.criteria, nil).Wait()
		if err != nil {
			t.Fatal(err)
		}
		if got := len(found.AllUIDs()) == 1; got != test.hit {
			t.Errorf("%s: %t, want %t", name, got, test.hit)
		}
	}
}

func TestIMAPFaults(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	if err := m.Deliver(bridge, raw("m", css)); err != nil {
		t.Fatal(err)
	}
	c := dialIMAP(t, m, nil)
	first, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	m.Fail(sim.AtFetch, bridge, sim.Fault{Drop: sim.DropBefore})
	if _, err := c.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{UID: true}).Collect(); err == nil {
		t.Error("fetched over a dropped connection")
	}
	c = dialIMAP(t, m, nil)
	if err := m.NewUIDValidity(bridge); err != nil {
		t.Fatal(err)
	}
	if err := c.Noop().Wait(); err == nil {
		t.Error("the connection outlived the mailbox")
	}
	c = dialIMAP(t, m, nil)
	second, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if second.UIDValidity <= first.UIDValidity || second.NumMessages != 1 {
		t.Errorf("first %+v, second %+v", first, second)
	}
	m.Fail(sim.AtIMAP, "", sim.Fault{Drop: sim.DropBefore})
	if _, err := imapclient.DialStartTLS(m.IMAPAddr(), &imapclient.Options{TLSConfig: trust(t, m)}); err == nil {
		t.Error("connected")
	}
	secure, err := imapclient.DialTLS(m.IMAPSAddr(), &imapclient.Options{TLSConfig: trust(t, m)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = secure.Close() }()
	if err := secure.Login(bridge, "wrong").Wait(); err == nil {
		t.Error("wrong password was taken")
	}
	if err := secure.Authenticate(sasl.NewPlainClient("", bridge, "secret")); err != nil {
		t.Error(err)
	}
}

// TestIMAPUnannounced delivers while a client fetches: a mail that the session
// has not been told of must not appear with sequence number 0, which would end
// the session.
func TestIMAPUnannounced(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	c := dialIMAP(t, m, nil)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	const mails = 300
	done := make(chan error, 1)
	go func() {
		var err error
		for range mails {
			err = errors.Join(err, m.Deliver(bridge, raw("m", css)))
		}
		done <- err
	}()
	var last imap.UID
	for last < mails {
		list, err := c.Fetch(imap.UIDSet{{Start: last + 1, Stop: 0}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}).Collect()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			if l.SeqNum == 0 {
				t.Fatal("sequence number 0")
			}
			last = max(last, l.UID)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
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

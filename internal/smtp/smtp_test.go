package smtp

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"escalat/bridge"
	"escalat/internal/oauth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	sender   = "aoc@example.test"
	desk     = "desk@provider.test"
	password = "correct horse"
)

var clock = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func client(t *testing.T, cfg Config) *Client {
	t.Helper()
	cfg.Now = func() time.Time { return clock }
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func (s *server) client(t *testing.T, mode Mode) *Client {
	t.Helper()
	return client(t, Config{Addr: s.addr, TLS: mode, Username: sender, Password: password, RootCAs: s.pool})
}

const mail = "From: aoc@example.test\r\nSubject: x\r\n\r\n.one dot\r\nlast\r\n"

func envelope() Envelope {
	return Envelope{From: sender, To: []string{desk}, Copy: sender, Size: int64(len(mail)), ID: "<aoc.1=x+y@example.test>"}
}

func text(s string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
}

func TestSend(t *testing.T) {
	t.Parallel()
	for _, mode := range []Mode{Implicit, StartTLS, None} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			s := startServer(t, mode)
			receipt, err := s.client(t, mode).Send(t.Context(), envelope(), text(mail))
			if err != nil {
				t.Fatal(err)
			}
			if !receipt.At.Equal(clock) || !strings.HasPrefix(receipt.Answer, "250 ") || receipt.CopyRefused != "" {
				t.Errorf("receipt %+v", receipt)
			}
			want := []delivery{{
				From: sender, To: []string{desk, sender}, Mail: mail,
				Opts: gosmtp.MailOptions{
					Size: int64(len(mail)), Return: gosmtp.DSNReturnHeaders, Body: gosmtp.Body8BitMIME, EnvelopeID: "<aoc.1=x+y@example.test>",
				},
				Ask: []gosmtp.RcptOptions{{
					Notify:                []gosmtp.DSNNotify{gosmtp.DSNNotifyFailure, gosmtp.DSNNotifyDelayed},
					OriginalRecipientType: gosmtp.DSNAddressTypeRFC822, OriginalRecipient: desk,
				}, {Notify: []gosmtp.DSNNotify{gosmtp.DSNNotifyNever}}},
			}}
			if diff := cmp.Diff(want, s.mails()); diff != "" {
				t.Errorf("delivered (-want +got):\n%s", diff)
			}
			if s.logins != 1 {
				t.Errorf("%d logins", s.logins)
			}
		})
	}
}

func TestSendOwnMailboxOnce(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	env := envelope()
	env.To = []string{strings.ToUpper(sender)}
	if _, err := s.client(t, None).Send(t.Context(), env, text(mail)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{strings.ToUpper(sender)}, s.mails()[0].To); diff != "" {
		t.Error(diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	perm := &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "no \x1b[31msuch user"}
	temp := &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 2, 1}, Message: "later"}
	auth := &gosmtp.SMTPError{Code: 530, EnhancedCode: gosmtp.EnhancedCode{5, 7, 0}, Message: "log in"}
	tests := []struct {
		name      string
		fault     func(*server)
		permanent bool
		words     string
	}{
		{"sender for good", func(s *server) { s.refuseMail = perm }, true, "MAIL FROM <aoc@example.test>: 550 5.1.1 no [31msuch user"},
		{"sender for now", func(s *server) { s.refuseMail = temp }, false, "451 4.2.1 later"},
		{"login demanded", func(s *server) { s.refuseMail = auth }, false, "530 5.7.0 log in"},
		{"recipient for good", func(s *server) { s.refuseRcpt[desk] = perm }, true, "RCPT TO <desk@provider.test>: 550 5.1.1"},
		{"recipient for now", func(s *server) { s.refuseRcpt[desk] = temp }, false, "RCPT TO <desk@provider.test>: 451"},
		{"second recipient", func(s *server) { s.refuseRcpt["two@provider.test"] = perm }, true, "<two@provider.test>"},
		{"copy for now", func(s *server) { s.refuseRcpt[sender] = temp }, false, "RCPT TO <aoc@example.test>: 451"},
		{"mail for good", func(s *server) { s.refuseData = perm }, true, "mail data: 550"},
		{"mail for now", func(s *server) { s.refuseData = temp }, false, "mail data: 451"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, None)
			tt.fault(s)
			env := envelope()
			env.To = append(env.To, "two@provider.test")
			_, err := s.client(t, None).Send(t.Context(), env, text(mail))
			wantClass(t, err, true, tt.permanent)
			if err != nil && !strings.Contains(err.Error(), tt.words) {
				t.Errorf("error %q lacks %q", err, tt.words)
			}
			if len(s.mails()) != 0 {
				t.Error("something was sent")
			}
			<-s.quits
		})
	}
}

func TestCopyRefused(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	s.refuseRcpt[sender] = &gosmtp.SMTPError{Code: 552, EnhancedCode: gosmtp.EnhancedCode{5, 2, 2}, Message: "mailbox full"}
	receipt, err := s.client(t, None).Send(t.Context(), envelope(), text(mail))
	if err != nil {
		t.Fatal(err)
	}
	if receipt.CopyRefused != "552 5.2.2 mailbox full" {
		t.Errorf("CopyRefused = %q", receipt.CopyRefused)
	}
	if diff := cmp.Diff([]string{desk}, s.mails()[0].To); diff != "" {
		t.Error(diff)
	}
}

func TestServersSize(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	env := envelope()
	env.Size = 1<<20 + 1
	_, err := s.client(t, None).Send(t.Context(), env, text(mail))
	wantClass(t, err, true, true)
	if want := "the mail has 1048577 bytes, the server takes 1048576"; err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, bridge.ErrTooLarge) {
		t.Errorf("error %v lacks %q", err, want)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := startServer(t, StartTLS)
	c := client(t, Config{Addr: s.addr, TLS: StartTLS, Username: sender, Password: "wrong one", RootCAs: s.pool})
	_, err := c.Send(t.Context(), envelope(), text(mail))
	wantClass(t, err, true, false)
	if err == nil || strings.Contains(err.Error(), "wrong one") || !strings.Contains(err.Error(), "no: ***") {
		t.Errorf("error %v", err)
	}
	if at := bridge.RetryAt(err); !at.Equal(clock.Add(refusedPause)) {
		t.Errorf("retry at %v", at)
	}
}

func TestEncryptionIsNotNegotiable(t *testing.T) {
	t.Parallel()
	plain := startServer(t, None)
	secure := startServer(t, StartTLS)
	other := startServer(t, Implicit)
	tests := []struct {
		name   string
		client *Client
		server *server
		words  string
	}{
		{"no STARTTLS", client(t, Config{Addr: plain.addr, TLS: StartTLS, Username: sender, Password: password}), plain, "STARTTLS"},
		{"unknown certificate", client(t, Config{Addr: secure.addr, TLS: StartTLS, Username: sender, Password: password}), secure, "certificate"},
		{"certificate of another", client(t, Config{Addr: other.addr, TLS: Implicit, Username: sender, Password: password, RootCAs: secure.pool}), other, "certificate"},
		{"clear text instead of TLS", client(t, Config{Addr: plain.addr, TLS: Implicit, Username: sender, Password: password}), plain, "TLS"},
	}
	for _, tt := range tests {
		_, err := tt.client.Send(t.Context(), envelope(), text(mail))
		wantClass(t, err, true, false)
		if err == nil || !strings.Contains(err.Error(), tt.words) {
			t.Errorf("%s: error %v lacks %q", tt.name, err, tt.words)
		}
		if tt.server.logins != 0 {
			t.Errorf("%s: a password was sent", tt.name)
		}
	}
}

func TestServerWithoutLogin(t *testing.T) {
	t.Parallel()
	s := startServer(t, None, func(_ *server, srv *gosmtp.Server) { srv.AllowInsecureAuth = false })
	_, err := s.client(t, None).Send(t.Context(), envelope(), text(mail))
	wantClass(t, err, true, false)
	if err == nil || !strings.Contains(err.Error(), "offers neither AUTH PLAIN nor AUTH LOGIN") {
		t.Errorf("error %v", err)
	}
}

// lapsed is a context that has ended although nobody was told yet: what a
// process sees that was paused.
type lapsed struct {
	context.Context
	mu    sync.Mutex
	ended bool
}

func (l *lapsed) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		return context.DeadlineExceeded
	}
	return nil
}

func (l *lapsed) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
}

// hook calls back when its text is at its end.
type hook struct {
	io.Reader
	atEnd func() error
}

func (h *hook) Read(b []byte) (int, error) {
	n, err := h.Reader.Read(b)
	if errors.Is(err, io.EOF) {
		if e := h.atEnd(); e != nil {
			return n, e
		}
	}
	return n, err
}

func (h *hook) Close() error { return nil }

func TestLapsedContext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		open func(*lapsed) func() (io.ReadCloser, error)
		data int
		step string
	}{
		{"before DATA", func(ctx *lapsed) func() (io.ReadCloser, error) {
			return func() (io.ReadCloser, error) { ctx.end(); return text(mail)() }
		}, 0, "before DATA"},
		{"before the final dot", func(ctx *lapsed) func() (io.ReadCloser, error) {
			return func() (io.ReadCloser, error) {
				return &hook{strings.NewReader(mail), func() error { ctx.end(); return nil }}, nil
			}
		}, 1, "final dot"},
	}
	for _, mode := range []Mode{None, StartTLS, Implicit} {
		for _, tt := range tests {
			t.Run(string(mode)+" "+tt.name, func(t *testing.T) {
				t.Parallel()
				s := startServer(t, mode)
				ctx := &lapsed{Context: t.Context()}
				_, err := s.client(t, mode).Send(ctx, envelope(), tt.open(ctx))
				wantClass(t, err, true, false)
				if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), tt.step) {
					t.Errorf("error %v", err)
				}
				s.ended(mode)
				if len(s.mails()) != 0 || s.dataSeen != tt.data {
					t.Errorf("%d mails, DATA %d times", len(s.mails()), s.dataSeen)
				}
			})
		}
	}
}

func TestUnreadableMailIsNotSent(t *testing.T) {
	t.Parallel()
	broken := errors.New("blob is gone")
	tests := []struct {
		name      string
		open      func() (io.ReadCloser, error)
		permanent bool
		words     string
	}{
		{"cannot be opened", func() (io.ReadCloser, error) { return nil, broken }, false, "open the mail: blob is gone"},
		{"breaks off", func() (io.ReadCloser, error) {
			return &hook{strings.NewReader(mail), func() error { return broken }}, nil
		}, false, "read the mail: blob is gone"},
		{"too short", text(mail[:20] + "\r\n"), false, "22 bytes instead of"},
		{"too long", text(mail + mail), false, "bytes instead of"},
		{"bare line feed", text("a: b\r\n\r\nx\ny\r\n"), true, "CR LF"},
		{"bare carriage return", text("a: b\r\n\r\nx\ry\r\n"), true, "CR LF"},
		{"carriage return at the end", text("a: b\r\n\r\nx\r"), true, "CR LF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, StartTLS)
			_, err := s.client(t, StartTLS).Send(t.Context(), envelope(), tt.open)
			wantClass(t, err, true, tt.permanent)
			if err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("error %v lacks %q", err, tt.words)
			}
			s.ended(StartTLS)
			if len(s.mails()) != 0 {
				t.Errorf("a mail went out: %+v", s.mails())
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]Config{
		"no port":                   {Addr: "mail.example.test", TLS: Implicit},
		"no host":                   {Addr: ":25", TLS: Implicit},
		"no mode":                   {Addr: "mail.example.test:25"},
		"clear text over a network": {Addr: "192.0.2.1:25", TLS: None},
		"clear text to a name":      {Addr: "mail.example.test:25", TLS: None},
		"user without password":     {Addr: "mail.example.test:465", TLS: Implicit, Username: "x"},
		"two words as a name":       {Addr: "mail.example.test:465", TLS: Implicit, LocalName: "a b"},
		"unknown mechanism":         {Addr: "mail.example.test:465", TLS: Implicit, Auth: "ntlm"},
		"XOAUTH2 without tokens":    {Addr: "mail.example.test:465", TLS: Implicit, Username: "x", Password: "y", Auth: oauth.AuthXOAUTH2},
		"PLAIN with tokens alone":   {Addr: "mail.example.test:465", TLS: Implicit, Username: "x", Tokens: &vault{}, Auth: oauth.AuthPlain},
		"user with a separator":     {Addr: "mail.example.test:465", TLS: Implicit, Username: "x\x01auth=y", Tokens: &vault{}},
	}
	for name, cfg := range tests {
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, host := range []string{"localhost:25", "127.0.0.1:25", "[::1]:25", "127.9.9.9:25"} {
		if _, err := New(Config{Addr: host, TLS: None}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestBadEnvelope(t *testing.T) {
	t.Parallel()
	c := client(t, Config{Addr: "127.0.0.1:1", TLS: None})
	bad := map[string]Envelope{
		"nobody":        {From: sender},
		"no sender":     {To: []string{desk}},
		"line end":      {From: sender, To: []string{"a@b.test>\r\nDATA"}},
		"bracket":       {From: sender, To: []string{"a@b.test> NOTIFY=NEVER <x"}},
		"no domain":     {From: sender, To: []string{"a@"}},
		"not ASCII":     {From: sender, To: []string{"niño@b.test"}},
		"copy":          {From: sender, To: []string{desk}, Copy: "me"},
		"negative size": {From: sender, To: []string{desk}, Size: -1},
	}
	for name, env := range bad {
		_, err := c.Send(t.Context(), env, text(mail))
		if !bridge.IsPermanent(err) || !strings.Contains(err.Error(), "envelope") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func wantClass(t *testing.T, err error, notDone, permanent bool) {
	t.Helper()
	if err == nil {
		t.Error("no error")
		return
	}
	if bridge.IsNotDone(err) != notDone || bridge.IsPermanent(err) != permanent {
		t.Errorf("%v: not done %v, permanent %v; want %v, %v", err, bridge.IsNotDone(err), bridge.IsPermanent(err), notDone, permanent)
	}
}

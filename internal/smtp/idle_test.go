package smtp

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"escalat/bridge"
)

// carry takes one mail on a connection that is greeted.
func (k *talk) carry() {
	k.must("MAIL", "250 ok")
	k.must("RCPT", "250 ok")
	k.must("DATA", "354 go on")
	if !k.mail() {
		k.t.Error("the mail did not end")
	}
	k.say("250 2.0.0 Ok: queued as 4XyZ12345")
}

// first is a whole conversation up to the taken mail.
func (k *talk) first() {
	k.say("220 hello")
	k.must("EHLO", "250 mail.example.test")
	k.carry()
}

// twice sends two mails and returns what came of the second. opened counts how
// often its bytes were asked for.
func twice(t *testing.T, cfg Config, body string) (receipt Receipt, opened int, err error) {
	t.Helper()
	c := client(t, cfg)
	if _, err := c.Send(t.Context(), plainEnvelope(), text(mail)); err != nil {
		t.Fatal(err)
	}
	receipt, err = c.Send(t.Context(), plainEnvelope(), func() (io.ReadCloser, error) {
		opened++
		return text(body)()
	})
	return receipt, opened, err
}

// What happens on a connection that carries its second mail. Where the server
// had not asked for the mail's bytes, it goes out over another connection.
func TestReusedConnection(t *testing.T) {
	t.Parallel()
	long := "a: b\r\n\r\n" + strings.Repeat(strings.Repeat("x", 70)+"\r\n", 200_000)
	toData := func(k *talk) {
		k.must("NOOP", "250 ok")
		k.must("MAIL", "250 ok")
		k.must("RCPT", "250 ok")
		k.must("DATA", "354 go on")
	}
	tests := []struct {
		name   string
		second func(*talk) // on the connection of the first mail
		body   string
		anew   bool   // the mail goes out over another connection
		class  string // otherwise
		silent bool
	}{
		{"lives", func(k *talk) { k.must("NOOP", "250 ok"); k.carry(); k.must("QUIT", "221 bye") }, mail, false, "sent", false},
		{"dies between the mails", func(*talk) {}, mail, true, "", false},
		{"said goodbye long ago", func(k *talk) { k.say("421 4.4.2 idle for too long") }, mail, true, "", false},
		{"answers late", func(k *talk) { k.hear("NOOP"); k.hear("never") }, mail, true, "", true},
		{"does not know NOOP", func(k *talk) { k.must("NOOP", "502 what?") }, mail, true, "", false},
		{"drops at MAIL", func(k *talk) { k.must("NOOP", "250 ok"); k.hear("MAIL") }, mail, true, "", false},
		{"has had enough", func(k *talk) { k.must("NOOP", "250 ok"); k.must("MAIL", "421 4.7.0 too many mails") }, mail, true, "", false},
		{"has forgotten us", func(k *talk) { k.must("NOOP", "250 ok"); k.must("MAIL", "530 5.7.57 not authenticated") }, mail, true, "", false},
		{"wants to know us first", func(k *talk) {
			k.must("NOOP", "250 ok")
			k.must("MAIL", "503 5.5.1 authenticate first")
			k.hear("QUIT")
		}, mail, true, "", false},
		{"takes no more over it", func(k *talk) { k.must("NOOP", "250 ok"); k.must("MAIL", "554 5.7.0 too many mails"); k.hear("QUIT") }, mail, true, "", false},
		{"does not trust us any more", func(k *talk) { k.must("NOOP", "250 ok"); k.must("MAIL", "535 5.7.3 token expired"); k.hear("QUIT") }, mail, true, "", false},
		{"refuses the sender", func(k *talk) { k.must("NOOP", "250 ok"); k.must("MAIL", "550 no"); k.hear("QUIT") }, mail, true, "", false},
		{"refuses the recipient", func(k *talk) {
			k.must("NOOP", "250 ok")
			k.must("MAIL", "250 ok")
			k.must("RCPT", "550 no")
			k.hear("QUIT")
		}, mail, true, "", false},
		{"refuses the mail", func(k *talk) {
			k.must("NOOP", "250 ok")
			k.must("MAIL", "250 ok")
			k.must("RCPT", "250 ok")
			k.must("DATA", "554 5.5.1 no")
			k.hear("QUIT")
		}, mail, true, "", false},
		{"drops right after MAIL", func(k *talk) { k.must("NOOP", "250 ok"); k.must("MAIL", "250 ok"); k.hear("RCPT") }, mail, true, "", false},
		{"refuses for now", func(k *talk) {
			k.must("NOOP", "250 ok")
			k.must("MAIL", "250 ok")
			k.must("RCPT", "451 later")
			k.hear("QUIT")
		}, mail, false, "not done", false},
		{"drops at DATA", func(k *talk) {
			k.must("NOOP", "250 ok")
			k.must("MAIL", "250 ok")
			k.must("RCPT", "250 ok")
			k.hear("DATA")
		}, mail, true, "", false},
		{"answers everything twice", func(k *talk) {
			k.say("250 2.0.0 Ok: queued as 4XyZ12345")
			k.must("NOOP", "250 ok")
			k.must("MAIL", "250 ok")
			k.must("RCPT", "250 ok")
			k.must("DATA", "354 go on")
			if k.mail() {
				k.t.Error("a final dot although the replies are out of step")
			}
		}, mail, false, "not done", false},
		{"drops in the mail", toData, long, false, "not done", false},
		{"drops after the dot", func(k *talk) { toData(k); k.mail() }, mail, false, "unknown", false},
		{"is silent after the dot", func(k *talk) { toData(k); k.mail(); k.hear("never") }, mail, false, "unknown", true},
		{"shuts down after the dot", func(k *talk) { toData(k); k.mail(); k.say("421 later") }, mail, false, "not done", false},
		{"refuses after the dot", func(k *talk) { toData(k); k.mail(); k.say("554 5.6.0 no") }, mail, false, "content", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var anew atomic.Bool
			addr := script(t, func(k *talk) { k.first(); tt.second(k) }, func(k *talk) {
				anew.Store(true)
				k.first()
				k.must("QUIT", "221 bye")
			})
			cfg := Config{Addr: addr, TLS: None}
			if tt.silent {
				cfg.CommandTimeout, cfg.SubmissionTimeout = 300*time.Millisecond, 300*time.Millisecond
			}
			receipt, opened, err := twice(t, cfg, tt.body)
			if tt.anew {
				tt.class = "sent"
			}
			if got := classOf(receipt, err); got != tt.class || anew.Load() != tt.anew {
				t.Errorf("%s, over another connection: %v; want %s, %v: %v", got, anew.Load(), tt.class, tt.anew, err)
			}
			if opened > 1 {
				t.Errorf("the mail was opened %d times", opened)
			}
		})
	}
}

// The final dot of the first mail says nothing about the second.
func TestAccountOfEachDot(t *testing.T) {
	t.Parallel()
	for _, mode := range []Mode{None, StartTLS, Implicit} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			s := startServer(t, mode)
			c := s.client(t, mode)
			if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil {
				t.Fatal(err)
			}
			ctx := &lapsed{Context: t.Context()}
			_, err := c.Send(ctx, envelope(), func() (io.ReadCloser, error) {
				return &hook{strings.NewReader(mail), func() error { ctx.end(); return nil }}, nil
			})
			wantClass(t, err, true, false)
			if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "final dot") {
				t.Fatalf("error %v", err)
			}
			if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil {
				t.Fatal(err)
			}
			c.Close()
			s.ended(mode)
			s.ended(mode)
			if len(s.mails()) != 2 || s.dataSeen != 3 || s.logins != 2 {
				t.Errorf("%d mails, DATA %d times, %d logins", len(s.mails()), s.dataSeen, s.logins)
			}
		})
	}
}

func TestManyMails(t *testing.T) {
	t.Parallel()
	s := startServer(t, Implicit)
	c := s.client(t, Implicit)
	for range maxMails + 1 {
		if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.mails()) != maxMails+1 || s.logins != 2 {
		t.Errorf("%d mails with %d logins", len(s.mails()), s.logins)
	}
	c.Close()
	c.Close()
	if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil || s.logins != 3 {
		t.Errorf("after Close: %v, %d logins", err, s.logins)
	}
	for range 3 {
		<-s.quits
	}
	if c.idle != nil {
		t.Error("a connection was left open")
	}
}

func TestConnectionOfItsOwn(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	c := client(t, Config{Addr: s.addr, TLS: None, Username: sender, Password: password, IdleTimeout: -1})
	for range 2 {
		if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil {
			t.Fatal(err)
		}
		<-s.quits
	}
	if s.logins != 2 {
		t.Errorf("%d logins", s.logins)
	}
}

// A connection that nobody needs says goodbye by itself.
func TestIdleEnds(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	c := client(t, Config{Addr: s.addr, TLS: None, Username: sender, Password: password, IdleTimeout: 20 * time.Millisecond})
	if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil {
		t.Fatal(err)
	}
	<-s.quits
}

// The context of a mail that was taken must not end the next one.
func TestContextsAreApart(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	c := s.client(t, None)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.Send(ctx, envelope(), text(mail))
		cancel()
		if err != nil {
			t.Error(err)
		}
	}
	if s.logins != 1 {
		t.Errorf("%d logins", s.logins)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	c := s.client(t, None)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			for range 5 { // over the connection that another has just left, too
				if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil {
					t.Error(err)
				}
			}
			if n, err := c.Limit(t.Context()); n != 1<<20 || err != nil {
				t.Errorf("limit %d, %v", n, err)
			}
		})
	}
	all.Wait()
	if n := len(s.mails()); n != 20*5 {
		t.Errorf("%d mails", n)
	}
}

func TestLimit(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	c := s.client(t, None)
	now := clock
	c.cfg.Now = func() time.Time { return now }
	limit := func(want int64, logins int) {
		t.Helper()
		if n, err := c.Limit(t.Context()); n != want || err != nil || s.logins != logins {
			t.Errorf("limit %d, %v, %d logins", n, err, s.logins)
		}
	}
	limit(1<<20, 1)
	if _, err := c.Send(t.Context(), envelope(), text(mail)); err != nil || s.logins != 1 {
		t.Errorf("the mail: %v, %d logins", err, s.logins)
	}
	c.Close()
	limit(1<<20, 1) // within the hour nobody is asked
	now = now.Add(sizeAge)
	limit(1<<20, 2)

	none := startServer(t, None, func(_ *server, srv *gosmtp.Server) { srv.MaxMessageBytes = 0 })
	if n, err := client(t, Config{Addr: none.addr, TLS: None}).Limit(t.Context()); n != 0 || err != nil {
		t.Errorf("without a limit: %d, %v", n, err)
	}
	_, err := client(t, Config{Addr: "127.0.0.1:1", TLS: None}).Limit(t.Context())
	wantClass(t, err, true, false)
}

// A server may take more from somebody who is logged in: what it said before
// is not held against a mail.
func TestSizeAfterLogin(t *testing.T) {
	t.Parallel()
	env := plainEnvelope()
	env.Size = int64(len(mail))
	for name, again := range map[string]string{"more": "250 SIZE 1000", "no limit": "250 HELP", "the same": "250 SIZE 10", "no RSET": ""} {
		addr := script(t, func(k *talk) {
			k.say("220 hello")
			k.must("EHLO", "250-mail.example.test\r\n250-SIZE 10\r\n250 AUTH PLAIN")
			k.must("AUTH", "235 ok")
			if again == "" {
				k.must("RSET", "502 what?")
			} else {
				k.must("RSET", "250 ok")
				k.must("EHLO", "250-mail.example.test\r\n"+again)
			}
			if name == "more" || name == "no limit" {
				k.carry()
			}
			k.must("QUIT", "221 bye")
		})
		c := client(t, Config{Addr: addr, TLS: None, Username: sender, Password: password})
		_, err := c.Send(t.Context(), env, text(mail))
		if refused := errors.Is(err, bridge.ErrTooLarge) && bridge.IsPermanent(err); refused != (name == "the same" || name == "no RSET") || err != nil && !refused {
			t.Errorf("%s: %v", name, err)
		}
		c.Close()
	}
}

// The limit is asked for on the connection that waits. When that one is gone it
// is asked for on another, and the next mail goes out once.
func TestLimitOnReusedConnection(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ask    func(*talk)
		anew   bool
		silent bool
	}{
		"answers": {func(k *talk) {
			k.must("RSET", "250 ok")
			k.must("EHLO", "250-mail.example.test\r\n250 SIZE 77")
			k.must("NOOP", "250 ok")
			k.carry()
			k.must("QUIT", "221 bye")
		}, false, false},
		"drops at RSET":        {func(k *talk) { k.hear("RSET") }, true, false},
		"answers RSET late":    {func(k *talk) { k.hear("RSET"); k.hear("never") }, true, true},
		"hangs up at RSET":     {func(k *talk) { k.must("RSET", "421 bye") }, true, false},
		"wants no second EHLO": {func(k *talk) { k.must("RSET", "250 ok"); k.must("EHLO", "503 again?") }, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var anew atomic.Bool
			addr := script(t, func(k *talk) { k.first(); k.must("NOOP", "250 ok"); tt.ask(k) }, func(k *talk) {
				anew.Store(true)
				k.say("220 hello")
				k.must("EHLO", "250-mail.example.test\r\n250 SIZE 77")
				k.must("NOOP", "250 ok")
				k.carry()
				k.must("QUIT", "221 bye")
			})
			cfg := Config{Addr: addr, TLS: None}
			if tt.silent {
				cfg.CommandTimeout = 300 * time.Millisecond
			}
			c := client(t, cfg)
			now := clock
			c.cfg.Now = func() time.Time { return now }
			if _, err := c.Send(t.Context(), plainEnvelope(), text(mail)); err != nil {
				t.Fatal(err)
			}
			now = now.Add(sizeAge)
			if n, err := c.Limit(t.Context()); n != 77 || err != nil || anew.Load() != tt.anew {
				t.Errorf("limit %d over another connection %v: %v", n, anew.Load(), err)
			}
			if receipt, err := c.Send(t.Context(), plainEnvelope(), text(mail)); err != nil || receipt.QueueID != "4XyZ12345" {
				t.Errorf("the next mail: %+v, %v", receipt, err)
			}
		})
	}
}

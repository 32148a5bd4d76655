package smtp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// talk is one scripted conversation on the server's side.
type talk struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// say writes lines.
func (k *talk) say(lines ...string) {
	for _, l := range lines {
		_, _ = io.WriteString(k.conn, l+"\r\n")
	}
}

// hear reads a line and reports whether it begins with want.
func (k *talk) hear(want string) bool {
	line, err := k.in.ReadString('\n')
	return err == nil && strings.HasPrefix(strings.ToUpper(line), want)
}

// must reads a line that has to begin with want, and answers.
func (k *talk) must(want, answer string) {
	if !k.hear(want) {
		k.t.Errorf("the client did not say %s", want)
	}
	k.say(answer)
}

// toData goes on until the mail's bytes come.
func (k *talk) toData() {
	k.say("220 hello")
	k.must("EHLO", "250 mail.example.test")
	k.must("MAIL", "250 ok")
	k.must("RCPT", "250 ok")
	k.must("DATA", "354 go on")
}

// mail reads up to the final dot; false: it did not come.
func (k *talk) mail() bool {
	for {
		line, err := k.in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			return true
		}
	}
}

// script starts a server that holds one conversation after the other and hangs
// up after each.
func script(t *testing.T, says ...func(*talk)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		for _, say := range says {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			done.Go(func() {
				defer func() { _ = conn.Close() }()
				say(&talk{t: t, conn: conn, in: bufio.NewReader(conn)})
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		done.Wait()
	})
	return l.Addr().String()
}

func plainEnvelope() Envelope { return Envelope{From: sender, To: []string{desk}} }

func TestHostileServer(t *testing.T) {
	t.Parallel()
	long := "a: b\r\n\r\n" + strings.Repeat(strings.Repeat("x", 70)+"\r\n", 200_000)
	tests := []struct {
		name               string
		say                func(*talk)
		body               string
		notDone, permanent bool
		words              string
		silent             bool // only a timeout ends it
	}{
		{"hangs up at once", func(*talk) {}, mail, true, false, "greeting", false},
		{"does not want us", func(k *talk) { k.say("554 go away") }, mail, true, false, "554 go away", false},
		{"garbage", func(k *talk) { k.say("HTTP/1.1 400 Bad\x00\x1b[2J Request") }, mail, true, false, "greeting", false},
		{"endless greeting", func(k *talk) {
			for {
				if _, err := io.WriteString(k.conn, "220-"+strings.Repeat("x", 500)+"\r\n"); err != nil {
					return
				}
			}
		}, mail, true, false, "says too much", false},
		{"silent greeting", func(k *talk) { k.hear("never") }, mail, true, false, "timeout", true},
		{"hangs up after MAIL", func(k *talk) {
			k.say("220 hello")
			k.must("EHLO", "250 mail.example.test")
			k.hear("MAIL")
		}, mail, true, false, "MAIL FROM", false},
		{"shuts down at RCPT", func(k *talk) {
			k.say("220 hello")
			k.must("EHLO", "250 mail.example.test")
			k.must("MAIL", "250 ok")
			k.must("RCPT", "421 4.3.2 shutting down")
		}, mail, true, false, "421 4.3.2 shutting down", false},
		{"refuses DATA for good", func(k *talk) {
			k.say("220 hello")
			k.must("EHLO", "250 mail.example.test")
			k.must("MAIL", "250 ok")
			k.must("RCPT", "250 ok")
			k.must("DATA", "554 no")
		}, mail, true, true, "DATA: 554 no", false},
		{"breaks off in the mail", func(k *talk) { k.toData() }, long, true, false, "mail data", false},
		{"takes no more of the mail", func(k *talk) { k.toData(); <-k.t.Context().Done() }, long, true, false, "mail data", true},
		{"hangs up after the final dot", func(k *talk) { k.toData(); k.mail() }, mail, false, false, "no reply to the mail", false},
		{"is silent after the final dot", func(k *talk) { k.toData(); k.mail(); k.hear("never") }, mail, false, false, "timeout", true},
		{"garbage after the final dot", func(k *talk) { k.toData(); k.mail(); k.say("what?") }, mail, false, false, "no reply to the mail", false},
		{"354 after the final dot", func(k *talk) { k.toData(); k.mail(); k.say("354 more") }, mail, false, false, "no reply to the mail", false},
		{"half a reply", func(k *talk) { k.toData(); k.mail(); _, _ = io.WriteString(k.conn, "25") }, mail, false, false, "no reply to the mail", false},
		{"shuts down after the final dot", func(k *talk) { k.toData(); k.mail(); k.say("421 later") }, mail, true, false, "421 later", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := script(t, tt.say)
			cfg := Config{Addr: addr, TLS: None}
			if tt.silent {
				cfg.CommandTimeout, cfg.SubmissionTimeout = 300*time.Millisecond, 300*time.Millisecond
			}
			c := client(t, cfg)
			_, err := c.Send(t.Context(), plainEnvelope(), text(tt.body))
			wantClass(t, err, tt.notDone, tt.permanent)
			if err != nil && (!strings.Contains(err.Error(), tt.words) || strings.ContainsAny(err.Error(), "\x00\x1b\r\n")) {
				t.Errorf("error %q lacks %q", err, tt.words)
			}
		})
	}
}

// go-smtp's own timeouts are minutes and begin after STARTTLS.
func TestSilentBeforeTLS(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*talk){
		"greeting": func(*talk) {},
		"STARTTLS": func(k *talk) {
			k.say("220 hello")
			k.must("EHLO", "250-mail.example.test\r\n250 STARTTLS")
			k.hear("STARTTLS")
		},
		"handshake": func(k *talk) {
			k.say("220 hello")
			k.must("EHLO", "250-mail.example.test\r\n250 STARTTLS")
			k.must("STARTTLS", "220 go on")
		},
	}
	for name, say := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := script(t, func(k *talk) { say(k); _, _ = io.Copy(io.Discard, k.in) })
			c := client(t, Config{Addr: addr, TLS: StartTLS, CommandTimeout: 300 * time.Millisecond})
			_, err := c.Send(t.Context(), plainEnvelope(), text(mail))
			wantClass(t, err, true, false)
			if err == nil || !strings.Contains(err.Error(), "timeout") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestUnusualAcceptance(t *testing.T) {
	t.Parallel()
	addr := script(t, func(k *talk) { k.toData(); k.mail(); k.say("251 taken\x07 over"); k.must("QUIT", "221 bye") })
	receipt, err := client(t, Config{Addr: addr, TLS: None}).Send(t.Context(), plainEnvelope(), text(mail))
	if err != nil || receipt.Answer != "251 taken over" {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestSilentFarewell(t *testing.T) {
	t.Parallel()
	addr := script(t, func(k *talk) { k.toData(); k.mail(); k.say("250 2.0.0 queued as 1"); k.hear("QUIT"); k.hear("never") })
	c := client(t, Config{Addr: addr, TLS: None, CommandTimeout: 300 * time.Millisecond})
	receipt, err := c.Send(t.Context(), plainEnvelope(), text(mail))
	if err != nil || receipt.Answer != "250 2.0.0 queued as 1" {
		t.Errorf("%+v, %v", receipt, err)
	}
}

// The end of the context cuts every wait. Before the final dot nothing was
// sent; after it nobody knows.
func TestCancel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		say     func(*talk)
		notDone bool
	}{
		{"greeting", func(*talk) {}, true},
		{"recipient", func(k *talk) {
			k.say("220 hello")
			k.must("EHLO", "250 mail.example.test")
			k.must("MAIL", "250 ok")
			k.hear("RCPT")
		}, true},
		{"reply to the mail", func(k *talk) { k.toData(); k.mail() }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			addr := script(t, func(k *talk) {
				tt.say(k)
				cancel()
				k.hear("never")
			})
			_, err := client(t, Config{Addr: addr, TLS: None}).Send(ctx, plainEnvelope(), text(mail))
			wantClass(t, err, tt.notDone, false)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestAuthLogin(t *testing.T) {
	t.Parallel()
	var user, pass string
	addr := script(t, func(k *talk) {
		k.say("220 hello")
		k.must("EHLO", "250-mail.example.test\r\n250 AUTH CRAM-MD5 LOGIN")
		k.must("AUTH LOGIN\r\n", "334 VXNlciBOYW1lAA==") // "User Name" and a NUL, as one maker has it
		user, _ = k.in.ReadString('\n')
		k.say("334 UGFzc3dvcmQA")
		pass, _ = k.in.ReadString('\n')
		k.say("235 ok")
		k.must("MAIL", "550 that is all")
	})
	c := client(t, Config{Addr: addr, TLS: None, Username: sender, Password: password})
	_, err := c.Send(t.Context(), plainEnvelope(), text(mail))
	wantClass(t, err, true, true)
	if got := fmt.Sprintf("%q %q", user, pass); got != `"YW9jQGV4YW1wbGUudGVzdA==\r\n" "Y29ycmVjdCBob3JzZQ==\r\n"` {
		t.Error(got)
	}
}

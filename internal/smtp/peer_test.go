package smtp

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/oauth"
	"escalat/internal/peer"
)

const realDesk = "desk@" + peer.Domain

// TestExim sends through a real Exim into a real Dovecot.
func TestExim(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	border := peer.Exim(t, boxes, peer.EximOptions{SizeLimit: 200_000})
	cfg := Config{
		Addr: border.SMTP, TLS: StartTLS, Username: sender, Password: peer.Password, RootCAs: border.Cert.Pool,
		LocalName: "escalat.example.test",
	}
	c := client(t, cfg)
	head := "From: aoc@example.test\r\nMessage-ID: <1@example.test>\r\nSubject: real\r\n\r\n"
	raw := head + ".\r\n..two\r\n" + strings.Repeat("line\r\n", 20_000) + ".\r\n"

	t.Run("both get the same bytes", func(t *testing.T) {
		receipt, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}, Copy: sender, Size: int64(len(raw))}, text(raw))
		if err != nil {
			t.Fatal(err)
		}
		if id, ok := strings.CutPrefix(receipt.Answer, "250 OK id="); !ok || receipt.QueueID != id || receipt.CopyRefused != "" {
			t.Errorf("receipt %+v", receipt)
		}
		for _, user := range peer.Users() {
			if mails := boxes.Await(t, user, 1); !strings.HasSuffix(mails[0], raw) {
				t.Errorf("%s got something else: %.300q", user, mails[0])
			}
		}
	})
	t.Run("refusals", func(t *testing.T) {
		for _, tt := range []struct {
			to, own   string
			size      int64
			permanent bool
			words     string
		}{
			{"refuse-me@example.test", sender, 0, true, "RCPT TO <refuse-me@example.test>: 550 5.1.1 no such mailbox"},
			{"later-me@example.test", sender, 0, false, "RCPT TO <later-me@example.test>: 451 4.2.1 mailbox is busy"},
			{realDesk, "later-me@example.test", 0, false, "451 4.2.1"},
			{realDesk, sender, 200_001, true, "the server takes 200000"},
		} {
			_, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk, tt.to}, Copy: tt.own, Size: tt.size}, text(raw))
			wantClass(t, err, true, tt.permanent)
			if err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("error %v lacks %q", err, tt.words)
			}
		}
	})
	t.Run("too big without a warning", func(t *testing.T) {
		_, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}}, text(raw+raw))
		wantClass(t, err, true, true)
		if !errors.Is(err, bridge.ErrTooLarge) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("wrong password", func(t *testing.T) {
		wrong := cfg
		wrong.Password = "not this"
		_, err := client(t, wrong).Send(t.Context(), Envelope{From: sender, To: []string{realDesk}}, text(raw))
		wantClass(t, err, true, false)
		if !bridge.RetryAt(err).After(clock) || !strings.Contains(err.Error(), "535") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("our own mailbox refused", func(t *testing.T) {
		receipt, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}, Copy: "refuse-own@example.test"}, text(raw))
		if err != nil || receipt.CopyRefused != "550 5.1.1 no such mailbox" {
			t.Errorf("%+v, %v", receipt, err)
		}
		boxes.Await(t, realDesk, 2)
	})
	t.Run("dies in the middle", func(t *testing.T) {
		open := func() (io.ReadCloser, error) {
			first := &hook{strings.NewReader(raw), func() error { border.Stop(); return nil }}
			return struct {
				io.Reader
				io.Closer
			}{io.MultiReader(first, strings.NewReader(raw)), first}, nil
		}
		cfg := cfg
		cfg.CommandTimeout, cfg.SubmissionTimeout = 5*time.Second, 5*time.Second
		_, err := client(t, cfg).Send(t.Context(), Envelope{From: sender, To: []string{realDesk}}, open)
		if err == nil || bridge.IsPermanent(err) {
			t.Errorf("error %v", err)
		}
		border.Start(t)
		if _, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}}, text(head+"after\r\n")); err != nil {
			t.Fatal(err)
		}
		mails := boxes.Await(t, realDesk, 3)
		if len(mails) != 3 || !strings.HasSuffix(mails[2], head+"after\r\n") {
			t.Errorf("%d mails; the last %.300q", len(mails), mails[len(mails)-1])
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		border.Stop()
		_, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}}, text(raw))
		wantClass(t, err, true, false)
		if errors.Unwrap(err) == nil {
			t.Errorf("error %v", err)
		}
	})
}

// TestEximTokens logs in to a real Exim with access tokens.
func TestEximTokens(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	good := peer.Token(sender, time.Now().Add(time.Hour))
	border := peer.Exim(t, boxes, peer.EximOptions{Token: good})
	raw := "From: aoc@example.test\r\nSubject: token\r\n\r\nbody\r\n"
	for i, auth := range []oauth.Auth{oauth.AuthAuto, oauth.AuthXOAUTH2, oauth.AuthOAuthBearer} {
		v := &vault{tokens: []string{"stale", good}}
		c := client(t, Config{Addr: border.SMTP, TLS: StartTLS, Username: sender, Auth: auth, Tokens: v, RootCAs: border.Cert.Pool})
		if _, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}, Size: int64(len(raw))}, text(raw)); err != nil {
			t.Errorf("%s: %v", auth, err)
		}
		if len(v.forgot) != 1 {
			t.Errorf("%s: forgot %q", auth, v.forgot)
		}
		if mails := boxes.Await(t, realDesk, i+1); !strings.Contains(mails[i], "esmtpsa") {
			t.Errorf("%s: not by a login: %.300q", auth, mails[i])
		}
	}
	v := &vault{tokens: []string{"stale", "stale too"}}
	c := client(t, Config{Addr: border.SMTP, TLS: StartTLS, Username: sender, Tokens: v, RootCAs: border.Cert.Pool})
	_, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}}, text(raw))
	wantClass(t, err, true, false)
	if !bridge.RetryAt(err).After(clock) || !strings.Contains(err.Error(), "AUTH: 535") {
		t.Errorf("error %v", err)
	}
}

// TestEximNotifies has a mail bounce: the notification names the mail as we do.
func TestEximNotifies(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	border := peer.Exim(t, boxes, peer.EximOptions{SizeLimit: 200_000})
	c := client(t, Config{Addr: border.SMTP, TLS: StartTLS, Username: sender, Password: peer.Password, RootCAs: border.Cert.Pool})
	if n, err := c.Limit(t.Context()); n != 200_000 || err != nil {
		t.Errorf("limit %d, %v", n, err)
	}
	raw := "From: aoc@example.test\r\nMessage-ID: <aoc.1.x@example.test>\r\nSubject: bounces\r\n\r\nbody\r\n"
	env := Envelope{From: sender, To: []string{"nobody-here@example.test"}, ID: "<aoc.1.x@example.test>"}
	receipt, err := c.Send(t.Context(), env, text(raw))
	if err != nil || receipt.QueueID == "" || !strings.Contains(border.Log(), receipt.QueueID) {
		t.Errorf("%+v, %v; the server's log:\n%s", receipt, err, border.Log())
	}
	bounce := boxes.Await(t, sender, 1)[0]
	for _, want := range []string{"Original-Envelope-Id: <aoc.1.x@example.test>", "Original-Recipient: rfc822;nobody-here@example.test"} {
		if !strings.Contains(strings.ToLower(bounce), strings.ToLower(want)) {
			t.Errorf("the notification lacks %q:\n%s", want, bounce)
		}
	}
	if strings.Contains(bounce, "\r\nbody\r\n") {
		t.Error("the notification has the whole mail")
	}
}

// TestEximRestarts sends three mails, the last after the server was stopped and
// started: each is taken once, and the first two over one connection.
func TestEximRestarts(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	border := peer.Exim(t, boxes, peer.EximOptions{})
	c := client(t, Config{Addr: border.SMTP, TLS: StartTLS, Username: sender, Password: peer.Password, RootCAs: border.Cert.Pool})
	send := func(subject string) {
		t.Helper()
		raw := "From: aoc@example.test\r\nSubject: " + subject + "\r\n\r\nbody\r\n"
		if _, err := c.Send(t.Context(), Envelope{From: sender, To: []string{realDesk}, Size: int64(len(raw))}, text(raw)); err != nil {
			t.Fatal(err)
		}
	}
	send("one")
	first := c.idle
	send("two")
	if first == nil || c.idle != first {
		t.Error("the connection was not kept")
	}
	border.Stop()
	border.Start(t)
	send("three")
	if c.idle == first {
		t.Error("a connection outlived its server")
	}
	boxes.Await(t, realDesk, 3)
	// Counted where they came in: a server that is stopped while it hands a mail
	// on may do that twice.
	if n := strings.Count(border.Log(), " <= "+sender+" "); n != 3 {
		t.Errorf("%d mails were taken:\n%s", n, border.Log())
	}
}

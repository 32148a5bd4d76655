package imap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/peer"
)

const account = "aoc@" + peer.Domain

// TestDovecot reads from a real Dovecot. A poll in half an hour leaves the
// noticing to IDLE.
func TestDovecot(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	sink := newMemory()
	boxes.Deliver(t, account, letter(0))
	boxes.Await(t, account, 1)
	cfg := Config{
		Addr: boxes.IMAPS, TLS: Implicit, RootCAs: boxes.Cert.Pool, Username: account, Password: peer.Password,
		PollInterval: maxPoll, MaxSize: 100_000,
	}
	r := start(t, sink, cfg)
	first := sink.next(t)
	if first.From != (Cursor{}) || first.To.UID != 1 || first.To.UIDValidity == 0 || first.Mails != nil {
		t.Fatalf("commit %+v", first)
	}
	read := func(raw string) {
		t.Helper()
		mail := sink.mails(t, 1)[0]
		if got := sink.blob(mail.Blob); mail.Outcome != "" || !strings.HasSuffix(got, raw) || !strings.HasPrefix(got, "Return-Path: ") || mail.Size != int64(len(got)) {
			t.Errorf("row %+v, blob %.300q", mail, got)
		}
		if mail.ArrivedAt.IsZero() {
			t.Error("no time of arrival")
		}
	}

	boxes.Deliver(t, account, letter(1))
	read(letter(1))

	boxes.Kick(t, account)
	boxes.Deliver(t, account, letter(2))
	read(letter(2))

	boxes.Stop()
	boxes.Start(t)
	boxes.Deliver(t, account, letter(3))
	read(letter(3))

	boxes.Deliver(t, account, "Subject: big\r\n\r\n"+strings.Repeat("0123456789\r\n", 10_000))
	if big := sink.mails(t, 1)[0]; big.Outcome != "oversized" || !strings.HasSuffix(sink.blob(big.Blob), "Subject: big\r\n\r\n") {
		t.Errorf("row %+v", big)
	}

	boxes.Recreate(t, account)
	anew := sink.next(t)
	if anew.To.UID != 0 || anew.To.UIDValidity == first.To.UIDValidity || anew.Mails != nil {
		t.Errorf("commit %+v", anew)
	}
	boxes.Deliver(t, account, letter(4))
	read(letter(4))

	if err := r.stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if st := r.Status(); st.Stored != 5 || st.Oversized != 1 || st.Unreadable != 0 {
		t.Errorf("status %+v", st)
	}
	if strings.Contains(r.log.String(), peer.Password) {
		t.Error("the password is in the log")
	}
	if diff := cmp.Diff([]string{""}, boxes.Flags(account)); diff != "" {
		t.Errorf("flags of the mails:\n%s", diff)
	}
}

func TestDovecotBySTARTTLS(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	sink := newMemory()
	cfg := Config{
		Addr: boxes.IMAP, TLS: StartTLS, RootCAs: boxes.Cert.Pool, Username: account, Password: peer.Password, PollInterval: maxPoll,
	}
	start(t, sink, cfg)
	sink.next(t)
	boxes.Deliver(t, account, letter(1))
	sink.mails(t, 1)

	cfg.Password = "not this"
	r, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.connect(t.Context(), sink)
	if err == nil || !strings.Contains(err.Error(), "login refused") || strings.Contains(err.Error(), "not this") {
		t.Errorf("wrong password: %v", err)
	}
}

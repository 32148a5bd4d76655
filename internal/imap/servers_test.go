package imap

import (
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/peer"
)

const account = "aoc@" + peer.Domain

// server is a real one.
type server interface {
	Deliver(t testing.TB, user, raw string)
	Kick(t testing.TB, user string)
	Recreate(t testing.TB, user string)
	Start(t testing.TB)
	Stop()
}

// reachable is a server and how it is reached in clear and by TLS.
type reachable struct {
	server

	imap, imaps string
	roots       *x509.CertPool
}

// servers are the real ones that are read here in the same way.
func servers() map[string]func(t testing.TB) reachable {
	return map[string]func(t testing.TB) reachable{
		"Dovecot": func(t testing.TB) reachable {
			boxes := peer.Dovecot(t)
			return reachable{boxes, boxes.IMAP, boxes.IMAPS, boxes.Cert.Pool}
		},
		"Cyrus": func(t testing.TB) reachable {
			boxes := peer.StartCyrus(t)
			return reachable{boxes, boxes.IMAP, boxes.IMAPS, boxes.Cert.Pool}
		},
	}
}

func (r reachable) config() Config {
	return Config{
		Addr: r.imaps, TLS: Implicit, RootCAs: r.roots, Username: account, Password: peer.Password, PollInterval: maxPoll,
	}
}

// person is somebody at the same mailbox.
func (r reachable) person(t *testing.T) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialInsecure(r.imap, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Login(account, peer.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

// create makes a folder.
func create(t *testing.T, c *imapclient.Client, name string) {
	t.Helper()
	if err := c.Create(name, nil).Wait(); err != nil {
		t.Fatalf("create %s: %v", name, err)
	}
}

// put appends a mail that came at a time.
func put(t *testing.T, c *imapclient.Client, folder, raw string, at time.Time) {
	t.Helper()
	cmd := c.Append(folder, int64(len(raw)), &goimap.AppendOptions{Time: at})
	_, err := cmd.Write([]byte(raw))
	if closed := cmd.Close(); err == nil {
		err = closed
	}
	if err == nil {
		_, err = cmd.Wait()
	}
	if err != nil {
		t.Fatalf("append to %s: %v", folder, err)
	}
}

// The same story on each server: noticing by IDLE, a lost connection, a restart, a large
// mail, and nothing changed in the mailbox. A poll in half an hour leaves the noticing
// to IDLE.
func TestServers(t *testing.T) {
	t.Parallel()
	for name, begin := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			boxes := begin(t)
			boxes.Deliver(t, account, letter(0))
			create(t, boxes.person(t), "Junk")
			cfg := boxes.config()
			cfg.MaxSize, cfg.KeepSize, cfg.Wanted = 100_000, 2_000_000, func(h []byte) bool { return !strings.Contains(string(h), "foreign") }
			sink := newMemory()
			r := start(t, sink, cfg)
			if c := sink.next(t); c.From != (Cursor{}) || c.To.UID != 1 || c.To.First != 1 || c.Mails != nil {
				t.Fatalf("commit %+v", c)
			}
			read := func(raw string) {
				t.Helper()
				boxes.Deliver(t, account, raw)
				mail := sink.mails(t, 1)[0]
				if got := sink.blob(mail.Blob); mail.Outcome != "" || !holds(got, raw) || mail.Size != int64(len(got)) || mail.ArrivedAt.IsZero() {
					t.Errorf("row %+v, blob %.300q", mail, got)
				}
			}
			read(letter(1))
			boxes.Kick(t, account)
			read(letter(2))
			boxes.Stop()
			boxes.Start(t)
			read(letter(3))
			big := strings.Repeat(strings.Repeat("0123456789", 7)+"\r\n", 20_000)
			read("Subject: big\r\n\r\n" + big)
			boxes.Deliver(t, account, "Subject: foreign\r\n\r\n"+big)
			boxes.Deliver(t, account, "Subject: huge\r\n\r\n"+big+big)
			rest := sink.mails(t, 2)
			if rest[0].Outcome != bridge.MailUnrelated || rest[0].Blob != "" {
				t.Errorf("row %+v", rest[0])
			}
			if got := sink.blob(rest[1].Blob); rest[1].Outcome != "" || !holds(got, "Subject: huge\r\n\r\n") || rest[1].Size < 2_800_000 {
				t.Errorf("row %+v, blob %q", rest[1], got)
			}
			if err := r.stop(); err != nil {
				t.Errorf("Run: %v", err)
			}
			if st := r.Status(); st.Stored != 6 || st.Large != 3 || st.Unreadable != 0 || st.FoundCompared != 0 {
				t.Errorf("status %+v", st)
			}
			if strings.Contains(r.log.String(), peer.Password) {
				t.Error("the password is in the log")
			}
			untouched(t, boxes, 7)
		})
	}
}

// holds reports whether a mail is one that was delivered: servers add fields above
// its own and below them.
func holds(got, raw string) bool {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	return strings.Contains(got, "\r\n"+head+"\r\n") && strings.HasSuffix(got, "\r\n\r\n"+body)
}

// untouched checks that INBOX holds its mails unread.
func untouched(t *testing.T, boxes reachable, want uint32) {
	t.Helper()
	st, err := boxes.person(t).Status("INBOX", &goimap.StatusOptions{NumMessages: true, NumUnseen: true}).Wait()
	if err != nil || *st.NumMessages != want || *st.NumUnseen != want {
		t.Errorf("status %+v, %v", st, err)
	}
}

// What a filter put into a folder for junk, and what a person moved before it was seen,
// is found; drafts and sent mails are left alone.
func TestServersSearched(t *testing.T) {
	t.Parallel()
	for name, begin := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			boxes := begin(t)
			boxes.Deliver(t, account, letter(0))
			person := boxes.person(t)
			for _, folder := range []string{"Junk", "Àrea tècnica", "Enviats"} {
				create(t, person, folder)
			}
			put(t, person, "Junk", mailOf("before", true), clock)
			cfg := boxes.config()
			cfg.Elsewhere, cfg.Wanted, cfg.PollInterval, cfg.Now = true, forUs, often, hurried()
			sink := newMemory()
			r := start(t, sink, cfg)
			for range 3 {
				sink.next(t)
			}
			put(t, person, "Junk", mailOf("junk", true), clock)
			put(t, person, "Junk", mailOf("spam", false), clock)
			put(t, person, "Enviats", mailOf("sent", true), clock)
			got := rowsOf(sink, sink.mails(t, 2))
			_ = r.stop()

			boxes.Deliver(t, account, mailOf("moved", true)) // while nobody reads
			if _, err := person.Select("INBOX", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			found, err := person.UIDSearch(&goimap.SearchCriteria{Header: []goimap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: "moved"}}}, nil).Wait()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := person.Move(found.All, "Àrea tècnica").Wait(); err != nil {
				t.Fatal(err)
			}
			start(t, sink, cfg)
			last := sink.mails(t, 1)[0]
			if last.Folder != "Àrea tècnica" || last.Outcome != "" || !holds(sink.blob(last.Blob), mailOf("moved", true)) {
				t.Errorf("row %+v", last)
			}
			want := []row{{"Junk", "", mailOf("junk", true), "", ""}, {"Junk", "spam@example.test", "", reasonSearched, bridge.MailUnrelated}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if st := r.Status(); st.Searched != 2 || st.FoundSearched != 1 || st.Err != "" {
				t.Errorf("status %+v", st)
			}
		})
	}
}

// A mailbox that is made anew and filled with its mails again, each with its time of
// arrival, is not read again, but for what was not in it before.
func TestServersAnew(t *testing.T) {
	t.Parallel()
	for name, begin := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			boxes := begin(t)
			boxes.Deliver(t, account, letter(0))
			person := boxes.person(t)
			cfg := boxes.config()
			cfg.PollInterval = often
			sink := newMemory()
			r := start(t, sink, cfg)
			first := sink.next(t)
			at := func(i int) time.Time { return clock.Add(time.Duration(i) * time.Hour) }
			for i := range 3 {
				put(t, person, "INBOX", mailOf(fmt.Sprint(i), true), at(i))
			}
			sink.mails(t, 3)
			sink.decide()
			_ = r.stop()

			boxes.Recreate(t, account)
			boxes.Deliver(t, account, letter(7))
			person = boxes.person(t)
			for i := range 4 {
				put(t, person, "INBOX", mailOf(fmt.Sprint(i), true), at(i))
			}
			start(t, sink, cfg)
			if c := sink.next(t); c.Mails != nil || c.To.UID != 0 || c.To.Anew != 5 || c.To.UIDValidity == first.To.UIDValidity {
				t.Errorf("commit %+v", c)
			}
			var reasons []string
			got := sink.mails(t, 5)
			for _, m := range got {
				reasons = append(reasons, m.Reason)
			}
			if diff := cmp.Diff([]string{"", reasonAnew, reasonAnew, reasonAnew, ""}, reasons); diff != "" {
				t.Error(diff)
			}
			if sink.blob(got[4].Blob) != mailOf("3", true) || !holds(sink.blob(got[0].Blob), letter(7)) {
				t.Errorf("rows %+v", got)
			}
		})
	}
}

// A mailbox is read by STARTTLS, and its password is no secret of the log when it is
// not the right one.
func TestServersBySTARTTLS(t *testing.T) {
	t.Parallel()
	for name, begin := range servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			boxes := begin(t)
			boxes.Deliver(t, account, letter(0))
			cfg := boxes.config()
			cfg.Addr, cfg.TLS = boxes.imap, StartTLS
			sink := newMemory()
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
		})
	}
}

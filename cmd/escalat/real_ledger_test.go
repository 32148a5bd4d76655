package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"escalat/internal/app"
	"escalat/internal/peer"
)

const (
	issuesOfLedger = 12
	hands          = 6 // that deliver
	// wholeOfLedger is up to which size a mail is read whole, in bytes; the hash of a
	// larger one is that of its beginning.
	wholeOfLedger = 1 << 20
	// endurance bounds the waits for all the mails.
	endurance = 3 * time.Minute
)

// TestRealLedger is the reconciliation: mails of every sort come all at once through a
// real border into a real mailbox, where people and filters move them, while the program
// is killed, its connections are ended and the server is restarted. In the end each mail
// has its outcome and its reason, the sum is what came, and each text stands where it
// belongs, once.
func TestRealLedger(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in the program that is built here")
	}
	t.Parallel()
	bin := build(t)
	for _, tc := range []struct {
		name     string
		database func(*testing.T) string
		mails    int
	}{{"sqlite", sqlite, 1000}, {"postgres", postgres, 250}} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			newReconciliation(t, bin, tc.database).tell(tc.mails)
		})
	}
}

// reconciliation is the mailbox and what is done to it.
type reconciliation struct {
	*story

	environment []string
	issues      []notified
	mix         *mix

	queue     chan piece
	busy      sync.WaitGroup
	delivered atomic.Int64 // that a server has taken
	failed    atomic.Pointer[error]
	closed    sync.Once // of the queue
	ledger    *app.Ledger
	box       map[string]held // what came, by FOLDER/UIDVALIDITY/UID

	byHash, byID map[string]string // marks of mails, by hash and Message-ID
}

func newReconciliation(t *testing.T, bin string, database func(*testing.T) string) *reconciliation {
	t.Helper()
	s := &story{T: t, open: true, boxes: peer.Dovecot(t)}
	s.border = peer.Exim(t, s.boxes, peer.EximOptions{})
	s.wire = &wire{addr: s.border.SMTP} // straight
	s.jira, s.url = startJira(t, false)
	r := &reconciliation{story: s, queue: make(chan piece, 4*hands)}
	r.environment = append(s.environ(database(t)),
		"ESCALAT_BRAKE_LIMIT=1000", "ESCALAT_MAIL_HOURLY_PER_CASE=0", "ESCALAT_MAIL_HOURLY_PER_SENDER=0", "ESCALAT_MAIL_HOURLY_TOTAL=0",
		"ESCALAT_IMAP_MAX_SIZE=1MiB", "ESCALAT_IMAP_KEEP_SIZE=2MiB", "ESCALAT_IMAP_POLL_INTERVAL=1s",
		// On PostgreSQL what a killed process had begun waits until it would have ended.
		"ESCALAT_QUEUE_EFFECT_TIMEOUT=10s", "ESCALAT_QUEUE_TAKEOVER=15s", "ESCALAT_QUEUE_LEASE=5s")
	s.daemon = newDaemon(t, bin, r.environment)
	return r
}

func (r *reconciliation) tell(total int) {
	r.person(func(c *imapclient.Client) {
		for _, folder := range []string{"Junk", "Arxiu", "Arxiu/Claranet"} {
			r.act(c.Create(folder, nil).Wait())
		}
	})
	r.daemon.start()
	r.escalated()
	r.mix = newMix(r.story, r.issues, total)
	r.deliver()
	r.flooded()
	r.worked()
	r.settled()
	r.check()
}

// escalated: the desk has a notice of every issue.
func (r *reconciliation) escalated() {
	for i := range issuesOfLedger {
		_, key := r.jira.CreateIssue(person, "AOC", fmt.Sprintf("%s (%d)", summary, i+1), complete)
		r.act(r.jira.AddLabel(person, key, label))
		r.issues = append(r.issues, notified{key: key, ticket: strconv.Itoa(7300101 + i), files: map[string]bool{}})
	}
	r.patient("the desk has all notices", func() bool { return r.mails(desk) == issuesOfLedger && r.mails(ours) == issuesOfLedger })
	for _, l := range r.read(desk) {
		key := regexp.MustCompile(`AOC-\d+`).FindString(l.Subject)
		for i := range r.issues {
			if r.issues[i].key == key {
				r.issues[i].letter = l
			}
		}
	}
	for _, n := range r.issues {
		if n.ID == "" {
			r.Fatalf("no notice is about %s", n.key)
		}
	}
	r.patient("the issues are told", func() bool { return r.daemon.idle() })
}

// deliver starts the hands that do.
func (r *reconciliation) deliver() {
	for range hands {
		h := &hand{reconciliation: r, open: map[string]*smtp.Client{}}
		r.busy.Go(h.work)
	}
	r.Cleanup(r.delivers)
}

// delivers ends the deliveries: what is queued is still handed over.
func (r *reconciliation) delivers() {
	r.closed.Do(func() { close(r.queue) })
	r.busy.Wait()
}

// hand is somebody who hands over mails, one after the other.
type hand struct {
	*reconciliation

	open map[string]*smtp.Client // by login
}

func (h *hand) work() {
	defer func() {
		for _, c := range h.open {
			_ = c.Close()
		}
	}()
	for p := range h.queue {
		if err := h.give(p); err != nil {
			err = fmt.Errorf("%s %s: %w", p.class.name, p.mark, err)
			h.failed.CompareAndSwap(nil, &err)
		}
		h.delivered.Add(1)
	}
}

func (h *hand) give(p piece) error {
	to := []string{ours}
	if p.copies > 1 {
		to = append(to, strings.Replace(ours, "@", "+copia@", 1))
	}
	login, from := "", "algu@claranet.test"
	switch p.route {
	case byDesk:
		login, from = desk, desk
	case byServer:
		from = ""
	case returned:
		from, to = ours, []string{"ningu-" + p.mark[5:9] + "@" + peer.Domain}
	case filtered:
		return h.append("Junk", h.bordered(p.raw))
	case appended:
		return h.append("INBOX", p.raw)
	}
	c, err := h.client(login)
	if err != nil {
		return err
	}
	return c.SendMail(from, to, strings.NewReader(p.raw))
}

func (h *hand) client(login string) (*smtp.Client, error) {
	if c := h.open[login]; c != nil {
		return c, nil
	}
	conn, err := net.Dial("tcp", h.border.SMTP)
	if err != nil {
		return nil, err
	}
	c := smtp.NewClient(conn)
	if login != "" {
		c, err = smtp.NewClientStartTLS(conn, &tls.Config{RootCAs: h.border.Cert.Pool, ServerName: "localhost"})
		if err == nil {
			err = c.Auth(sasl.NewPlainClient("", login, peer.Password))
		}
	}
	h.open[login] = c
	return c, err
}

// bordered is a mail with what the border writes above it, as a filter behind it sees it.
func (r *reconciliation) bordered(raw string) string {
	verdict := "dkim=none; dmarc=fail header.from=botiga.test"
	if strings.Contains(raw, "@claranet.test>\r\nTo:") {
		verdict = "dkim=pass header.d=claranet.test; dmarc=pass header.from=claranet.test"
	}
	return "Authentication-Results: " + r.border.AuthservID + "; " + verdict + "\r\n" +
		"Received: from localhost ([192.0.2.25])\r\n\tby mail." + peer.Domain + " with esmtps id 1abcde-000000000-0000;\r\n\tWed, 17 Jun 2026 10:40:02 +0200\r\n" + raw
}

// append puts a mail into a folder, as a filter does, until the server takes it.
func (r *reconciliation) append(folder, raw string) (err error) {
	ctx, cancel := context.WithTimeout(r.Context(), endurance)
	defer cancel()
	beat := time.NewTicker(pace)
	defer beat.Stop()
	for ctx.Err() == nil {
		var c *imapclient.Client
		if c, err = r.login(); err == nil {
			cmd := c.Append(folder, int64(len(raw)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}})
			_, err = cmd.Write([]byte(raw))
			if err == nil {
				err = cmd.Close()
			}
			if err == nil {
				_, err = cmd.Wait()
			}
			_ = c.Close()
			if err == nil {
				return nil
			}
		}
		<-beat.C
	}
	return err
}

func (r *reconciliation) login() (*imapclient.Client, error) {
	c, err := imapclient.DialTLS(r.boxes.IMAPS, &imapclient.Options{TLSConfig: &tls.Config{RootCAs: r.boxes.Cert.Pool, ServerName: "localhost"}})
	if err != nil {
		return nil, err
	}
	if err := c.Login(ours, peer.Password).Wait(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// person does something in the mailbox, by a mail program.
func (r *reconciliation) person(act func(*imapclient.Client)) {
	r.Helper()
	c, err := r.login()
	r.act(err)
	defer c.Close()
	act(c)
}

// patient waits as daemon.await does, for something that takes long.
func (r *reconciliation) patient(what string, ok func() bool) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), endurance)
	defer cancel()
	beat := time.NewTicker(5 * pace)
	defer beat.Stop()
	for !ok() {
		if err := r.failed.Load(); err != nil {
			r.Fatalf("waiting until %s: %v", what, *err)
		}
		select {
		case <-ctx.Done():
			r.Fatalf("waiting until %s: not within %s", what, endurance)
		case <-beat.C:
		}
	}
}

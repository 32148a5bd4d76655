package peer

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	gosmtp "github.com/emersion/go-smtp"
)

//go:embed dovecot.conf.tmpl
var dovecotConf string

// Mailboxes is a Dovecot with the accounts aoc and desk at Domain. They are
// opened by Password, or by an access token that Token made.
type Mailboxes struct {
	IMAP  string // host:port; STARTTLS, and a password in the clear
	IMAPS string // host:port; TLS from the first byte
	LMTP  string // host:port
	Cert  *Certificate

	dovecot, doveadm string
	dir              string
	as               identity
	process          *process
}

// Users returns the addresses of the mailboxes.
func Users() []string { return []string{"aoc@" + Domain, "desk@" + Domain} }

// Dovecot starts a Dovecot with empty mailboxes that ends with the test.
func Dovecot(t testing.TB) *Mailboxes {
	t.Helper()
	m := &Mailboxes{
		dovecot: find(t, "dovecot", "dovecot-imapd", "/usr/sbin"),
		doveadm: find(t, "doveadm", "dovecot-imapd", "/usr/bin"),
		Cert:    NewCertificate(t),
	}
	if _, err := os.Stat("/usr/lib/dovecot/lmtp"); err != nil {
		missing(t, "Dovecot's LMTP server", "dovecot-lmtpd")
	}
	if err := m.prepare(); err != nil {
		t.Fatalf("dovecot: %v", err)
	}
	t.Cleanup(func() {
		m.Stop()
		_ = os.RemoveAll(m.dir)
	})
	m.Start(t)
	return m
}

func (m *Mailboxes) prepare() (err error) {
	if m.as, err = somebody("nobody"); err != nil {
		return err
	}
	if m.dir, err = folder("dovecot", m.as); err != nil {
		return err
	}
	addrs, err := ports(3)
	if err != nil {
		return err
	}
	m.IMAP, m.IMAPS, m.LMTP = addrs[0], addrs[1], addrs[2]
	for _, sub := range []string{"run", "state", "mail"} {
		path := filepath.Join(m.dir, sub)
		if err := errors.Join(os.Mkdir(path, 0o755), m.as.own(path)); err != nil {
			return err
		}
	}
	var users, conf strings.Builder
	for _, u := range Users() {
		fmt.Fprintf(&users, "%s:{PLAIN}%s:%d:%d::%s\n", u, Password, m.as.uid, m.as.gid, m.home(u))
	}
	err = template.Must(template.New("dovecot").Parse(dovecotConf)).Execute(&conf, map[string]string{
		"Dir": m.dir, "User": m.as.name, "Group": m.as.group, "Domain": Domain,
		"IMAP": port(m.IMAP), "IMAPS": port(m.IMAPS), "LMTP": port(m.LMTP),
	})
	return errors.Join(err,
		write(filepath.Join(m.dir, "cert.pem"), string(m.Cert.PEM), m.as),
		write(filepath.Join(m.dir, "key.pem"), string(m.Cert.KeyPEM), m.as),
		write(filepath.Join(m.dir, "users"), users.String(), m.as),
		m.acceptTokens(),
		write(m.conf(), conf.String(), m.as))
}

func (m *Mailboxes) conf() string { return filepath.Join(m.dir, "dovecot.conf") }

func (m *Mailboxes) home(user string) string {
	name, _, _ := strings.Cut(user, "@")
	return filepath.Join(m.dir, "mail", name)
}

// Start starts the server again after Stop, on the same ports and mailboxes.
func (m *Mailboxes) Start(t testing.TB) {
	t.Helper()
	p, err := launch(m.as, m.dir, filepath.Join(m.dir, "log"), m.dovecot, "-F", "-c", m.conf())
	if err != nil {
		t.Fatalf("dovecot: %v", err)
	}
	m.process = p
	if err := p.until(func() bool { return greets(m.IMAP) && greets(m.LMTP) }); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the server and with it every connection.
func (m *Mailboxes) Stop() {
	if m.process != nil {
		m.process.stop(syscall.SIGTERM)
		m.process = nil
	}
}

// Recreate empties a mailbox; its folders get another UIDVALIDITY. The server is
// stopped meanwhile.
func (m *Mailboxes) Recreate(t testing.TB, user string) {
	t.Helper()
	m.Stop()
	if err := os.RemoveAll(m.home(user)); err != nil {
		t.Fatalf("empty the mailbox of %s: %v", user, err)
	}
	nextSecond() // the new UIDVALIDITY
	m.Start(t)
}

// Kick ends the connections of a user, as an administrator does, as soon as there are
// any.
func (m *Mailboxes) Kick(t testing.TB, user string) {
	t.Helper()
	var said string
	err := m.process.until(func() bool {
		out, err := run(m.as, m.doveadm, "-c", m.conf(), "kick", user)
		said = out
		return err == nil
	})
	if err != nil {
		t.Fatalf("doveadm kick %s: %s: %v", user, said, err)
	}
}

// Deliver puts a mail into a mailbox.
func (m *Mailboxes) Deliver(t testing.TB, user, raw string) {
	t.Helper()
	if err := deliver(m.LMTP, user, raw); err != nil {
		t.Fatalf("deliver to %s: %v", user, err)
	}
}

func deliver(lmtp, user, raw string) error {
	conn, err := dial(lmtp)
	if err != nil {
		return err
	}
	c := gosmtp.NewClientLMTP(conn)
	defer func() { _ = c.Close() }()
	if err := c.Mail("someone@elsewhere.test", nil); err != nil {
		return err
	}
	if err := c.Rcpt(user, nil); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		return err
	}
	return w.Close()
}

// Await waits until a mailbox holds at least n mails and returns them as they
// are stored, oldest first.
func (m *Mailboxes) Await(t testing.TB, user string, n int) []string {
	t.Helper()
	var mails []string
	err := m.process.until(func() bool {
		mails = m.mails(user)
		return len(mails) >= n
	})
	if err != nil {
		t.Fatalf("%d of %d mails for %s: %v", len(mails), n, user, err)
	}
	return mails
}

// Flags returns the flags of the mails of a mailbox, oldest first, in the
// letters of a maildir: S stands for seen.
func (m *Mailboxes) Flags(user string) []string {
	var flags []string
	for _, path := range m.files(user) {
		_, letters, _ := strings.Cut(filepath.Base(path), ":2,")
		flags = append(flags, letters)
	}
	return flags
}

func (m *Mailboxes) files(user string) []string {
	var files []string
	for _, sub := range []string{"new", "cur"} {
		found, _ := filepath.Glob(filepath.Join(m.home(user), "mail", sub, "*"))
		files = append(files, found...)
	}
	slices.SortFunc(files, func(a, b string) int { return stored(a).Compare(stored(b)) })
	return files
}

// stored returns when Dovecot stored the mail in a file, from the file's name.
func stored(path string) time.Time {
	var seconds, micros int64
	_, _ = fmt.Sscanf(filepath.Base(path), "%d.M%dP", &seconds, &micros)
	return time.Unix(seconds, micros*1000)
}

func (m *Mailboxes) mails(user string) []string {
	var mails []string
	for _, path := range m.files(user) {
		if raw, err := os.ReadFile(path); err == nil {
			mails = append(mails, strings.ReplaceAll(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n", "\r\n"))
		}
	}
	return mails
}

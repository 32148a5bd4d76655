package peer

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"
)

//go:embed cyrus.imapd.tmpl
var cyrusIMAPD string

//go:embed cyrus.master.tmpl
var cyrusMaster string

// Cyrus is a Cyrus IMAP server with the same accounts as Mailboxes, opened by
// Password. As a package it cannot be installed beside Dovecot, so it runs out of
// a folder into which its packages were unpacked; see Unpacked.
type Cyrus struct {
	IMAP  string // host:port; STARTTLS, and a password in the clear
	IMAPS string // host:port; TLS from the first byte
	LMTP  string // host:port
	Cert  *Certificate

	root    string // of the unpacked packages
	dir     string
	as      identity
	process *process
}

// Unpacked is the folder with the packages that are not installed: ESCALAT_PEERS,
// or one in the cache of root, which the servers' user may enter, or of whoever
// runs the tests.
func Unpacked() string {
	if dir := os.Getenv("ESCALAT_PEERS"); dir != "" {
		return dir
	}
	if os.Getuid() == 0 {
		return "/var/cache/escalat-peers"
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	return filepath.Join(dir, "escalat-peers")
}

// StartCyrus starts a Cyrus with empty mailboxes that ends with the test.
func StartCyrus(t testing.TB) *Cyrus {
	t.Helper()
	c := &Cyrus{root: filepath.Join(Unpacked(), "cyrus"), Cert: NewCertificate(t)}
	if _, err := os.Stat(filepath.Join(c.root, "complete")); err != nil {
		missing(t, "Cyrus below "+c.root, "it conflicts with Dovecot: .ci/peers.sh unpacks it")
	}
	if err := c.prepare(); err != nil {
		t.Fatalf("cyrus: %v", err)
	}
	t.Cleanup(func() {
		c.Stop()
		_ = os.RemoveAll(c.dir)
	})
	c.Start(t)
	return c
}

func (c *Cyrus) prepare() (err error) {
	if c.as, err = somebody("nobody"); err != nil {
		return err
	}
	if c.dir, err = folder("cyrus", c.as); err != nil {
		return err
	}
	addrs, err := ports(3)
	if err != nil {
		return err
	}
	c.IMAP, c.IMAPS, c.LMTP = addrs[0], addrs[1], addrs[2]
	values := map[string]string{
		"Dir": c.dir, "Bin": c.bin(""), "User": c.as.name, "Group": c.as.group, "Domain": Domain,
		"IMAP": c.IMAP, "IMAPS": c.IMAPS, "LMTP": c.LMTP,
	}
	var imapd, master strings.Builder
	err = errors.Join(
		template.Must(template.New("imapd").Parse(cyrusIMAPD)).Execute(&imapd, values),
		template.Must(template.New("master").Parse(cyrusMaster)).Execute(&master, values),
		write(filepath.Join(c.dir, "cert.pem"), string(c.Cert.PEM), c.as),
		write(filepath.Join(c.dir, "key.pem"), string(c.Cert.KeyPEM), c.as))
	return errors.Join(err,
		write(c.conf("imapd.conf"), imapd.String(), c.as),
		write(c.conf("cyrus.conf"), master.String(), c.as),
		c.empty(), c.accounts())
}

func (c *Cyrus) bin(program string) string {
	return filepath.Join(c.root, "usr/lib/cyrus/bin", program)
}
func (c *Cyrus) conf(name string) string { return filepath.Join(c.dir, name) }

// env runs a program with the libraries of the unpacked packages.
func (c *Cyrus) env(program string, args ...string) []string {
	libs := filepath.Join(c.root, "usr/lib/*-linux-gnu")
	if found, _ := filepath.Glob(libs); len(found) > 0 {
		libs = found[0]
	}
	other := filepath.Join(c.root, "lib", filepath.Base(libs))
	return append([]string{"LD_LIBRARY_PATH=" + libs + ":" + other, "SASL_PATH=" + filepath.Join(libs, "sasl2"), "CYRUS_VERBOSE=0", program}, args...)
}

// empty makes the server's folders as they are before anybody has a mail.
func (c *Cyrus) empty() error {
	for _, sub := range []string{"conf", "spool"} {
		if err := os.RemoveAll(c.conf(sub)); err != nil {
			return err
		}
	}
	for _, sub := range []string{"conf", "conf/socket", "conf/proc", "conf/log", "conf/db", "spool"} {
		if err := errors.Join(os.Mkdir(c.conf(sub), 0o755), c.as.own(c.conf(sub))); err != nil {
			return err
		}
	}
	return nil
}

// accounts writes the passwords.
func (c *Cyrus) accounts() error {
	for _, user := range Users() {
		name, _, _ := strings.Cut(user, "@")
		args := c.env(filepath.Join(c.root, "usr/sbin/saslpasswd2"), "-p", "-c", "-f", c.conf("sasldb2"), "-u", Domain, name)
		if out, err := runWith(c.as, Password, "/usr/bin/env", args...); err != nil {
			return fmt.Errorf("password of %s: %w: %s", user, err, out)
		}
	}
	return nil
}

// Start starts the server again after Stop, on the same ports and mailboxes.
func (c *Cyrus) Start(t testing.TB) {
	t.Helper()
	args := c.env(c.bin("master"), "-C", c.conf("imapd.conf"), "-M", c.conf("cyrus.conf"), "-p", c.conf("master.pid"), "-D")
	p, err := launch(c.as, c.dir, c.conf("log"), "/usr/bin/env", args...)
	if err != nil {
		t.Fatalf("cyrus: %v", err)
	}
	c.process = p
	if err := p.until(func() bool { return greets(c.IMAP) && greets(c.LMTP) }); err != nil {
		t.Fatal(err)
	}
}

// Stop ends the server and with it every connection.
func (c *Cyrus) Stop() {
	if c.process != nil {
		c.process.stop(syscall.SIGTERM)
		c.process = nil
	}
}

// Recreate empties all mailboxes; their folders get another UIDVALIDITY. The
// server is stopped meanwhile.
func (c *Cyrus) Recreate(t testing.TB, _ string) {
	t.Helper()
	c.Stop()
	if err := c.empty(); err != nil {
		t.Fatalf("empty the mailboxes: %v", err)
	}
	nextSecond() // the new UIDVALIDITY
	c.Start(t)
}

// nextSecond waits until the clock shows another second.
func nextSecond() {
	for start := time.Now().Unix(); time.Now().Unix() == start; {
		<-time.After(pace)
	}
}

// Kick ends the connections of everybody: Cyrus has no word for one user's.
func (c *Cyrus) Kick(t testing.TB, _ string) {
	t.Helper()
	clients, err := os.ReadDir(c.conf("conf/proc"))
	if err != nil {
		t.Fatalf("connections of cyrus: %v", err)
	}
	for _, entry := range clients { // one file a process, by its number
		what, _ := os.ReadFile(c.conf(filepath.Join("conf/proc", entry.Name())))
		if pid, err := strconv.Atoi(entry.Name()); err == nil && strings.HasPrefix(string(what), "imap") {
			_ = syscall.Kill(pid, syscall.SIGTERM)
		}
	}
}

// Deliver puts a mail into a mailbox.
func (c *Cyrus) Deliver(t testing.TB, user, raw string) {
	t.Helper()
	if err := deliver(c.LMTP, user, raw); err != nil {
		t.Fatalf("deliver to %s: %v", user, err)
	}
}

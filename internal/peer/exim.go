package peer

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	gosmtp "github.com/emersion/go-smtp"
)

//go:embed exim.conf.tmpl
var eximConf string

// Border is an Exim that takes mail for the mailboxes, from anybody without a
// login and from their owners with one, and delivers it to Dovecot.
//
// It judges as a border does: a mail that desk@example.test submits with its
// login stands for one whose DKIM and DMARC pass for the domain of its From; a
// mail without a login fails DMARC; a mail of another login is not judged. The
// verdict is the header field Authentication-Results above the border's own
// Received, and every other one is taken out.
//
// Recipients that begin with refuse- get a 550, with later- a 451, and everybody
// while Defer says so. An unknown name is accepted, and then a bounce goes to the
// sender.
type Border struct {
	SMTP       string // host:port; STARTTLS, with AUTH PLAIN and LOGIN after it
	AuthservID string // of its verdicts
	Cert       *Certificate

	exim    string
	dir     string
	as      identity
	process *process
}

// EximOptions changes what Exim starts one for; the zero value will do.
type EximOptions struct {
	AuthservID string // empty: "mx.example.test"
	SizeLimit  int64  // bytes of a mail; zero: 30 MB
	// Token is an access token that opens every account by XOAUTH2 and
	// OAUTHBEARER; empty: those are not offered.
	Token string
}

// Exim starts an Exim before the mailboxes that ends with the test.
func Exim(t testing.TB, boxes *Mailboxes, options EximOptions) *Border {
	t.Helper()
	b := &Border{
		exim: find(t, "exim4", "exim4-daemon-light", "/usr/sbin"), AuthservID: options.AuthservID, Cert: boxes.Cert,
	}
	if b.AuthservID == "" {
		b.AuthservID = "mx." + Domain
	}
	if options.SizeLimit == 0 {
		options.SizeLimit = 30_000_000
	}
	if err := b.prepare(boxes, options); err != nil {
		t.Fatalf("exim: %v", err)
	}
	t.Cleanup(func() {
		b.Stop()
		_ = os.RemoveAll(b.dir)
	})
	b.Start(t)
	return b
}

func (b *Border) prepare(boxes *Mailboxes, options EximOptions) (err error) {
	if b.as, err = somebody("nobody"); err != nil {
		return err
	}
	if b.dir, err = folder("exim", b.as); err != nil {
		return err
	}
	addrs, err := ports(1)
	if err != nil {
		return err
	}
	b.SMTP = addrs[0]
	for _, sub := range []string{"spool", "log"} {
		path := filepath.Join(b.dir, sub)
		if err := errors.Join(os.Mkdir(path, 0o755), b.as.own(path)); err != nil {
			return err
		}
	}
	// Debian's program runs as root whoever starts it. A copy does not, and so
	// it also ends when we do.
	if err := copyProgram(filepath.Join(b.dir, "exim4"), b.exim); err != nil {
		return err
	}
	var conf strings.Builder
	err = template.Must(template.New("exim").Parse(eximConf)).Execute(&conf, map[string]string{
		"Host": "mail." + Domain, "Dir": b.dir, "UID": strconv.Itoa(b.as.uid), "GID": strconv.Itoa(b.as.gid),
		"SMTP": port(b.SMTP), "LMTP": port(boxes.LMTP), "Domain": Domain, "Password": Password,
		"SizeLimit": strconv.FormatInt(options.SizeLimit, 10), "AuthservID": b.AuthservID, "Provider": "desk@" + Domain,
		"Token": regexp.QuoteMeta(options.Token),
	})
	return errors.Join(err,
		write(filepath.Join(b.dir, "cert.pem"), string(b.Cert.PEM), b.as),
		write(filepath.Join(b.dir, "key.pem"), string(b.Cert.KeyPEM), b.as),
		write(filepath.Join(b.dir, "exim.conf"), conf.String(), b.as))
}

func copyProgram(to, from string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	// A process that is forked meanwhile has the file open for writing until it
	// executes something: until then the copy could not be.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}

// Start starts the server again after Stop, on the same port and queue.
func (b *Border) Start(t testing.TB) {
	t.Helper()
	// What it keeps there are hints, which it makes anew. One that was being made
	// when it was killed it would wait for without end.
	if err := os.RemoveAll(filepath.Join(b.dir, "spool", "db")); err != nil {
		t.Fatalf("exim: %v", err)
	}
	p, err := launch(b.as, b.dir, filepath.Join(b.dir, "stderr"), filepath.Join(b.dir, "exim4"),
		"-C", filepath.Join(b.dir, "exim.conf"), "-bdf", "-q1m")
	if err != nil {
		t.Fatalf("exim: %v", err)
	}
	b.process = p
	if err := p.until(func() bool { return greets(b.SMTP) }); err != nil {
		t.Fatalf("%v\n%s", err, b.Log())
	}
}

// Stop ends the server.
func (b *Border) Stop() {
	if b.process != nil {
		b.process.stop(syscall.SIGTERM)
		b.process = nil
	}
}

// Step is a point of a transaction at which the server may put a mail off.
type Step string

// The steps.
const (
	AtRecipients Step = "rcpt" // each RCPT gets a 451
	AtMail       Step = "data" // the final dot gets one
)

// Defer has the server put mails off at that point, or take them again. What it
// put off stands in its log as temporarily rejected.
func (b *Border) Defer(t testing.TB, at Step, on bool) {
	t.Helper()
	path := filepath.Join(b.dir, "defer-"+string(at))
	act := func() error { return write(path, "", b.as) }
	if !on {
		act = func() error { return os.Remove(path) }
	}
	if err := act(); err != nil {
		t.Fatalf("exim: put mails off: %v", err)
	}
}

// Log returns what the server logged about mails and refusals.
func (b *Border) Log() string {
	var all strings.Builder
	files, _ := filepath.Glob(filepath.Join(b.dir, "log", "*"))
	for _, f := range files {
		if raw, err := os.ReadFile(f); err == nil {
			fmt.Fprintf(&all, "%s:\n%s", filepath.Base(f), raw)
		}
	}
	return all.String()
}

// Flush has the server try at once to deliver everything that waits, also what it has
// just failed to deliver.
func (b *Border) Flush(t testing.TB) {
	t.Helper()
	if out, err := run(b.as, filepath.Join(b.dir, "exim4"), "-C", filepath.Join(b.dir, "exim.conf"), "-qff"); err != nil {
		t.Fatalf("exim -qff: %v: %s", err, out)
	}
}

// Queued returns how many mails the server has taken and not delivered yet.
func (b *Border) Queued() int {
	waiting, _ := filepath.Glob(filepath.Join(b.dir, "spool", "input", "*-H"))
	return len(waiting)
}

// Receive hands the border a mail as a stranger does, without a login.
func (b *Border) Receive(t testing.TB, from, to, raw string) {
	t.Helper()
	if err := b.receive(from, to, raw); err != nil {
		t.Fatalf("hand a mail to the border: %v", err)
	}
}

func (b *Border) receive(from, to, raw string) error {
	conn, err := dial(b.SMTP)
	if err != nil {
		return err
	}
	c := gosmtp.NewClient(conn)
	defer func() { _ = c.Close() }()
	return c.SendMail(from, []string{to}, strings.NewReader(raw))
}

func dial(addr string) (net.Conn, error) { return net.DialTimeout("tcp", addr, 5*time.Second) }

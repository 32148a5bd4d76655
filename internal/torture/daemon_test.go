package torture_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"escalat/internal/sim"
)

// copyWait is the least that the program waits for its own copy of a mail.
const copyWait = 2 * time.Second

// daemon is one instance of the program, which may live many times.
type daemon struct {
	t       *testing.T
	program string
	name    string
	dir     string
	env     []string
	life    *life
}

// life is one process.
type life struct {
	process *os.Process
	ended   chan struct{}
	err     error // of waiting, after ended
}

// newDaemon makes an instance that lives in the world and keeps what it knows in
// the database. It does not start it.
func newDaemon(t *testing.T, program, name, database string, info sim.WorldInfo) *daemon {
	t.Helper()
	d := &daemon{t: t, program: program, name: name, dir: t.TempDir()}
	ca := filepath.Join(d.dir, "ca.pem")
	if err := os.WriteFile(ca, []byte(info.CAPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	d.env = []string{
		"TORTURE_ORDERS=" + d.orders(),
		"ESCALAT_MODE=live", "ESCALAT_TRANSLATE_WITH=none", "ESCALAT_INSTANCE=" + name, "ESCALAT_DATABASE_URL=" + database,
		"ESCALAT_TOKEN_KEYS=1:" + base64.StdEncoding.EncodeToString([]byte("a key of thirty-two bytes, exact")),
		"ESCALAT_JIRA_URL=" + info.JiraURL, "ESCALAT_JIRA_TOKEN=" + info.JiraToken, "ESCALAT_JIRA_POLL_INTERVAL=1s",
		"ESCALAT_SMTP_ADDR=" + info.SMTPAddr, "ESCALAT_SMTP_USERNAME=" + info.MailAddress, "ESCALAT_SMTP_PASSWORD=" + info.MailPassword,
		"ESCALAT_SMTP_CA_FILE=" + ca,
		"ESCALAT_IMAP_ADDR=" + info.IMAPSAddr, "ESCALAT_IMAP_USERNAME=" + info.MailAddress, "ESCALAT_IMAP_PASSWORD=" + info.MailPassword,
		"ESCALAT_IMAP_CA_FILE=" + ca, "ESCALAT_IMAP_POLL_INTERVAL=2s",
		"ESCALAT_MAIL_FROM=Suport <" + info.MailAddress + ">", "ESCALAT_MAIL_AUTHSERV_ID=" + info.AuthServID,
		"ESCALAT_CLARANET_TO=" + info.Desks[0].Address, "ESCALAT_CLARANET_SENDERS=" + info.Desks[0].Address,
		"ESCALAT_HTTP_ADDR=127.0.0.1:0", "ESCALAT_LOG_LEVEL=info", "ESCALAT_BRAKE_LIMIT=1000",
		"ESCALAT_QUIET_TIME=0s", "ESCALAT_QUEUE_TICK=200ms", "ESCALAT_QUEUE_LEASE=3s",
		"ESCALAT_QUEUE_EFFECT_TIMEOUT=4s", "ESCALAT_QUEUE_TAKEOVER=6s", "ESCALAT_MAIL_COPY_WAIT=" + copyWait.String(),
	}
	if info.Cloud {
		d.env = append(d.env, "ESCALAT_JIRA_USER="+info.JiraEmail)
	}
	t.Cleanup(func() {
		d.kill()
		if t.Failed() {
			t.Logf("the end of what %s said:\n%s", name, tail(d.said(), 40))
		}
	})
	return d
}

// orders is the file with what the next point shall do.
func (d *daemon) orders() string { return filepath.Join(d.dir, "orders") }

// order says what the program does when it passes the point for the n-th time.
func (d *daemon) order(act, n, point string) {
	d.t.Helper()
	fresh := d.orders() + ".fresh"
	err := errors.Join(os.WriteFile(fresh, []byte(act+" "+n+" "+point), 0o600), os.Rename(fresh, d.orders()))
	if err != nil {
		d.t.Fatal(err)
	}
}

// withdraw takes the order back; who was held by it goes on.
func (d *daemon) withdraw() {
	_ = os.Remove(d.orders() + ".reached")
	_ = os.Remove(d.orders())
}

// held reports whether the program stands at the point of its order.
func (d *daemon) held() bool {
	_, err := os.Stat(d.orders() + ".reached")
	return err == nil
}

func (d *daemon) log() string { return filepath.Join(d.dir, "log") }

// said returns all that the instance logged in all its lives.
func (d *daemon) said() string {
	raw, err := os.ReadFile(d.log())
	if err != nil {
		return ""
	}
	return string(raw)
}

// start begins a life. One goroutine starts the process and waits for it on one
// system thread: the kernel's promise to end it with us is bound to that thread.
func (d *daemon) start() {
	d.t.Helper()
	out, err := os.OpenFile(d.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd := exec.Command(d.program, "run")
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = d.env, d.dir, out, out
	cmd.SysProcAttr = dieWithParent()
	d.life = &life{ended: make(chan struct{})}
	started := make(chan error)
	go func(l *life) {
		runtime.LockOSThread()
		defer close(l.ended)
		err := cmd.Start()
		l.process = cmd.Process
		started <- err
		if err == nil {
			l.err = cmd.Wait()
		}
	}(d.life)
	if err := <-started; err != nil {
		d.t.Fatal(err)
	}
}

// dead reports whether the present life has ended.
func (d *daemon) dead() bool {
	if d.life == nil {
		return true
	}
	select {
	case <-d.life.ended:
		return true
	default:
		return false
	}
}

func (d *daemon) signal(s os.Signal) {
	d.t.Helper()
	if err := d.life.process.Signal(s); err != nil {
		d.t.Errorf("send %s to %s: %v", s, d.name, err)
	}
}

// kill ends the present life at once, if it has not ended.
func (d *daemon) kill() {
	if d.life == nil || d.life.process == nil {
		return
	}
	_ = d.life.process.Kill()
	<-d.life.ended
}

// killed reports whether the life that has ended was ended by SIGKILL.
func (l *life) killed() bool {
	exit, ok := errors.AsType[*exec.ExitError](l.err)
	if !ok {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// tail returns the last n lines.
func tail(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// logged reports whether the instance wrote a line with all of these words.
func (d *daemon) logged(words ...string) bool {
	for line := range bytes.Lines([]byte(d.said())) {
		found := true
		for _, w := range words {
			found = found && bytes.Contains(line, []byte(w))
		}
		if found {
			return true
		}
	}
	return false
}

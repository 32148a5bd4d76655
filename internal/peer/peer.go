// Package peer starts real servers for tests: Dovecot, Cyrus, Exim and PostgreSQL,
// as Debian packages them, each as a private process on free loopback ports with
// everything it writes in a folder of its own. Tests alone import it.
//
// A server ends with the test that started it, and on Linux also when the test
// binary dies. root steps down to an ordinary user, because these servers
// refuse to work as root; anybody else runs them as he is.
//
// Where a server is not installed the test is skipped and says which package is
// missing; with ESCALAT_REQUIRE_PEERS=1 it fails instead.
package peer

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

const (
	// Password opens every mailbox.
	Password = "secret"
	// Domain is the mail domain of the mailboxes.
	Domain = "example.test"

	readyTimeout = 30 * time.Second
	pace         = 10 * time.Millisecond // between two looks at something that takes its time
)

// missing ends the test because something is not installed.
func missing(t testing.TB, what, debianPackage string) {
	t.Helper()
	text := fmt.Sprintf("NOT TESTED AGAINST THE REAL SERVER: %s is not installed (apt-get install %s)", what, debianPackage)
	if os.Getenv("ESCALAT_REQUIRE_PEERS") == "1" {
		t.Fatal(text)
	}
	t.Skip(text)
}

// find returns the path of a program, or ends the test.
func find(t testing.TB, program, debianPackage string, places ...string) string {
	t.Helper()
	if path, err := exec.LookPath(program); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return real
		}
	}
	for _, pattern := range places {
		found, _ := filepath.Glob(filepath.Join(pattern, program))
		if len(found) > 0 {
			return found[len(found)-1]
		}
	}
	missing(t, program, debianPackage)
	return ""
}

// folder makes a private folder that the servers' user owns and may enter. A
// path below t.TempDir would be closed to him.
func folder(name string, as identity) (string, error) {
	dir, err := os.MkdirTemp("", "peer-"+name+"-")
	if err != nil {
		return "", err
	}
	if err := errors.Join(os.Chmod(dir, 0o755), as.own(dir)); err != nil {
		_ = os.RemoveAll(dir)
		return "", err
	}
	return dir, nil
}

// ports returns loopback addresses with ports that are free now. They lie below
// those that the kernel gives away by itself, so that nobody gets one by chance
// before the server is up or while it is being started again.
func ports(n int) ([]string, error) {
	const lowest, highest, tries = 15_000, 30_000, 1000
	var addrs []string
	for range tries {
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(lowest+rand.IntN(highest-lowest)))
		if err != nil {
			continue
		}
		defer func() { _ = l.Close() }()
		if addrs = append(addrs, l.Addr().String()); len(addrs) == n {
			return addrs, nil
		}
	}
	return nil, errors.New("no free ports")
}

func port(addr string) string {
	_, p, _ := net.SplitHostPort(addr)
	return p
}

// greets reports whether a server says its first line at addr.
func greets(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	_, err = bufio.NewReader(conn).ReadString('\n')
	return err == nil
}

// until asks ready again and again, and gives up when the process has ended.
func (p *process) until(ready func() bool) error {
	late := time.NewTimer(readyTimeout)
	defer late.Stop()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for !ready() {
		select {
		case <-p.done:
			return fmt.Errorf("%s has ended: %s", p.name, p.said())
		case <-late.C:
			return fmt.Errorf("%s is not ready after %s: %s", p.name, readyTimeout, p.said())
		case <-tick.C:
		}
	}
	return nil
}

// write puts a file into a server's folder.
func write(path, text string, as identity) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return as.own(path)
}

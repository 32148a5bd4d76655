package peer_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/jackc/pgx/v5"

	"escalat/internal/peer"
)

// The cluster is shared by the tests here, and TestMain ends it.
var cluster peer.Cluster

func TestMain(m *testing.M) {
	code := m.Run()
	cluster.Stop()
	os.Exit(code)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	one, two := cluster.Database(t), cluster.Database(t)
	if one == two {
		t.Fatalf("both are %s", one)
	}
	conn, err := pgx.Connect(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var encoding string
	if err := conn.QueryRow(t.Context(), "SHOW server_encoding").Scan(&encoding); err != nil || encoding != "UTF8" {
		t.Errorf("encoding %q, %v", encoding, err)
	}
	if _, err := conn.Exec(t.Context(), "CREATE TABLE a (b BIGINT)"); err != nil {
		t.Error(err)
	}
	other, err := pgx.Connect(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close(t.Context()) }()
	if _, err := other.Exec(t.Context(), "SELECT * FROM a"); err == nil {
		t.Error("the databases share a table")
	}
}

func TestBorder(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	border := peer.Exim(t, boxes, peer.EximOptions{})
	forged := "Authentication-Results: mx.example.test; dmarc=pass header.from=provider.test\r\n" +
		"AUTHENTICATION-RESULTS: mx.example.test (yes);\r\n\tdkim=pass\r\n" +
		"From: =?utf-8?q?D=C3=A9sk?= <robot@Provider.test>\r\nSubject: forged\r\n\r\nbody\r\n"
	border.Receive(t, "robot@provider.test", "aoc@example.test", forged)
	mail := boxes.Await(t, "aoc@example.test", 1)[0]
	names := fields(t, mail)
	// Dovecot adds its own lines above those of the border.
	want := []string{"Return-Path", "Delivered-To", "Received", "Authentication-Results", "Received", "From", "Subject"}
	if got := strings.Join(names, " "); !strings.HasPrefix(got, strings.Join(want[:5], " ")) || strings.Count(got, "Authentication-Results") != 1 {
		t.Errorf("fields %v, want %v", names, want)
	}
	verdict := regexp.MustCompile(`(?m)^Authentication-Results: (.*(?:\r\n[ \t].*)*)`).FindStringSubmatch(mail)
	if verdict == nil || strings.TrimSpace(verdict[1]) != "mx.example.test; dkim=none; dmarc=fail header.from=provider.test" {
		t.Errorf("verdict %q", verdict)
	}
}

// TestBorderKeepsMails while the mailboxes are away, and delivers them when it is told.
func TestBorderKeepsMails(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	border := peer.Exim(t, boxes, peer.EximOptions{})
	boxes.Stop()
	border.Receive(t, "robot@provider.test", "aoc@example.test", "From: robot@provider.test\r\nSubject: s\r\n\r\nbody\r\n")
	border.Flush(t)
	if n := border.Queued(); n != 1 {
		t.Errorf("%d mails wait, want 1:\n%s", n, border.Log())
	}
	boxes.Start(t)
	border.Flush(t)
	boxes.Await(t, "aoc@example.test", 1)
	border.Flush(t)
	if n := border.Queued(); n != 0 {
		t.Errorf("%d mails wait, want none:\n%s", n, border.Log())
	}
}

// fields returns the names of the header fields in their order.
func fields(t *testing.T, mail string) []string {
	t.Helper()
	var names []string
	lines := bufio.NewScanner(strings.NewReader(mail))
	for lines.Scan() && lines.Text() != "" {
		if name, _, ok := strings.Cut(lines.Text(), ":"); ok && !strings.ContainsAny(name, " \t") {
			names = append(names, name)
		}
	}
	return names
}

// The provider's own submission passes, ours is not judged.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	border := peer.Exim(t, boxes, peer.EximOptions{AuthservID: "edge.example.test"})
	submit(t, border, "desk@example.test", "From: Desk <css@provider.test>\r\nSubject: one\r\n\r\nbody\r\n")
	submit(t, border, "aoc@example.test", "Authentication-Results: edge.example.test; dkim=pass\r\nFrom: aoc@example.test\r\n\r\nbody\r\n")
	var pass, none bool
	for _, mail := range boxes.Await(t, "aoc@example.test", 2) {
		flat := strings.Join(strings.Fields(mail), " ")
		pass = pass || strings.Contains(flat, "Authentication-Results: edge.example.test; dkim=pass header.d=provider.test; dmarc=pass header.from=provider.test")
		none = none || !strings.Contains(mail, "Authentication-Results")
	}
	if !pass || !none {
		t.Errorf("pass %v, none %v:\n%s", pass, none, boxes.Await(t, "aoc@example.test", 2))
	}
}

// submit sends a mail to aoc with somebody's login.
func submit(t *testing.T, border *peer.Border, user, raw string) {
	t.Helper()
	conn, err := net.Dial("tcp", border.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClientStartTLS(conn, &tls.Config{RootCAs: border.Cert.Pool, ServerName: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Auth(sasl.NewPlainClient("", user, peer.Password)); err != nil {
		t.Fatal(err)
	}
	if err := c.SendMail(user, []string{"aoc@example.test"}, strings.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
}

// A mail that is delivered to Cyrus is in its mailbox, also after a new start, and gone
// with it when it is made anew.
func TestCyrus(t *testing.T) {
	t.Parallel()
	boxes := peer.StartCyrus(t)
	count := func() uint32 {
		t.Helper()
		c, err := imapclient.DialTLS(boxes.IMAPS, &imapclient.Options{TLSConfig: &tls.Config{RootCAs: boxes.Cert.Pool, ServerName: "localhost"}})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close() }()
		if err := c.Login("desk@example.test", peer.Password).Wait(); err != nil {
			t.Fatal(err)
		}
		box, err := c.Select("INBOX", nil).Wait()
		if err != nil {
			t.Fatal(err)
		}
		return box.NumMessages
	}
	boxes.Deliver(t, "desk@example.test", "Subject: one\r\n\r\nbody\r\n")
	if n := count(); n != 1 {
		t.Errorf("%d mails", n)
	}
	boxes.Stop()
	boxes.Start(t)
	if n := count(); n != 1 {
		t.Errorf("%d mails after a new start", n)
	}
	boxes.Recreate(t, "desk@example.test")
	boxes.Deliver(t, "aoc@example.test", "Subject: two\r\n\r\nbody\r\n")
	if n := count(); n != 0 {
		t.Errorf("%d mails after it was made anew", n)
	}
}

const dies = "PEER_TEST_DIES"

// A test binary that dies takes its servers along.
func TestServersDieWithTheTest(t *testing.T) {
	if os.Getenv(dies) != "" {
		dieWithServers(t)
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux promises it")
	}
	peer.Dovecot(t).Stop() // skips where nothing is installed
	dir, err := os.MkdirTemp("", "dies-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	again := exec.Command(os.Args[0], "-test.run=^TestServersDieWithTheTest$")
	again.Env = append(os.Environ(), dies+"=1", "TMPDIR="+dir)
	out, err := again.Output()
	addrs := strings.Fields(string(out))
	if err == nil || len(addrs) < 3 || addrs[0] != "SERVERS" {
		t.Fatalf("the other test binary: %v, %s", err, out)
	}
	for _, addr := range addrs[1:] {
		for {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				break
			}
			_ = conn.Close()
			if t.Context().Err() != nil {
				t.Fatalf("%s still answers", addr)
			}
		}
	}
}

func dieWithServers(t *testing.T) {
	boxes := peer.Dovecot(t)
	border := peer.Exim(t, boxes, peer.EximOptions{})
	postgres, err := pgx.ParseConfig(cluster.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("SERVERS %s %s 127.0.0.1:%d\n", boxes.IMAP, border.SMTP, postgres.Port)
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	_ = self.Kill()
	select {}
}

package imap

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"escalat/internal/oauth"
)

// answerBudget bounds what the server may say between two of our commands, in
// bytes, besides a mail that was asked for. A search that finds 400,000 mails
// fits.
const answerBudget = 4 << 20

var (
	errTalkative = errors.New("the server says too much")
	errSilent    = error(silence{})
	errSlow      = errors.New("the server sends too slowly")
)

// wire is the connection below go-imap. go-imap buffers strings and literals of
// any length, so the bytes are counted here; and its own read deadlines are
// left out, because the waits are bounded where they happen (guard).
type wire struct {
	net.Conn
	budget atomic.Int64
}

func (w *wire) allow(n int64) { w.budget.Store(n) }

func (w *wire) Read(b []byte) (int, error) {
	left := w.budget.Load()
	if left <= 0 {
		return 0, errTalkative
	}
	if int64(len(b)) > left {
		b = b[:left]
	}
	n, err := w.Conn.Read(b)
	w.budget.Add(-int64(n))
	return n, err
}

// silence is a timeout, as net.Error tells them.
type silence struct{}

func (silence) Error() string { return "the server does not answer" }
func (silence) Unwrap() error { return os.ErrDeadlineExceeded }

// SetReadDeadline does nothing.
func (w *wire) SetReadDeadline(time.Time) error { return nil }

// guard is a watchdog around a wait for the server: go-imap has no timeout and
// no context there. When it fires it closes the network connection, which is
// the one thing that ends every wait.
type guard struct {
	timer *time.Timer
	fired atomic.Bool
}

func newGuard(conn net.Conn, d time.Duration) *guard {
	g := &guard{}
	g.timer = time.AfterFunc(d, func() {
		g.fired.Store(true)
		_ = conn.Close()
	})
	return g
}

// end stops the watchdog and says of err what it knows better.
func (g *guard) end(err error) error {
	g.timer.Stop()
	if err != nil && g.fired.Load() {
		return errSilent
	}
	return err
}

// upgrade speaks the clear part of a connection and changes it to TLS (RFC
// 9051, section 6.2.1). go-imap can wait for ever inside its own STARTTLS when
// the connection breaks there. The greeting was used up here, so go-imap is
// given another one.
func upgrade(ctx context.Context, conn net.Conn, config *tls.Config) (net.Conn, error) {
	plain := bufio.NewReaderSize(conn, 4096)
	greeting, err := plain.ReadSlice('\n')
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	if !bytes.HasPrefix(bytes.ToUpper(greeting), []byte("* OK")) {
		return nil, fmt.Errorf("greeting: %s", oauth.Clean(string(greeting)))
	}
	if _, err := io.WriteString(conn, "S1 STARTTLS\r\n"); err != nil {
		return nil, fmt.Errorf("STARTTLS: %w", err)
	}
	if err := startTLSAnswer(plain); err != nil {
		return nil, fmt.Errorf("STARTTLS: %w", err)
	}
	if plain.Buffered() > 0 {
		return nil, errors.New("STARTTLS: the server went on in the clear")
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return &greeted{Conn: secure, r: io.MultiReader(strings.NewReader("* OK encrypted\r\n"), secure)}, nil
}

func startTLSAnswer(r *bufio.Reader) error {
	for range 20 {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if bytes.HasPrefix(line, []byte("* ")) {
			continue
		}
		if bytes.HasPrefix(bytes.ToUpper(line), []byte("S1 OK")) {
			return nil
		}
		return errors.New(oauth.Clean(string(line)))
	}
	return errTalkative
}

// greeted is a connection with something to be read first.
type greeted struct {
	net.Conn
	r io.Reader
}

func (g *greeted) Read(b []byte) (int, error) { return g.r.Read(b) }

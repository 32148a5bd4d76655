package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"escalat/internal/peer"
)

// wireFault is what a wire does to the first mail, or to all of them.
type wireFault string

const (
	// waitForEnd: the server takes the mail, its answer is lost, and nothing more
	// happens until the program is gone.
	waitForEnd wireFault = "its answer waits for ever"
	// cutAnswer: the server takes the mail, and the connection breaks before its
	// answer is through.
	cutAnswer wireFault = "its answer is cut off"
	// cutMail: the connection breaks when the program has sent the final dot, and
	// the server never gets it.
	cutMail wireFault = "the mail is cut off"
	// hideSize: nobody hears how large a mail may be.
	hideSize wireFault = "the SIZE is hidden"
)

// wire stands between the program and a submission server. It passes on every
// line of both, but for its fault: the worst that a network can do to a sender.
type wire struct {
	addr string

	// answered is closed when the server has taken a mail whose answer is lost.
	answered chan struct{}

	border *peer.Border
	life   context.Context //nolint:containedctx // of the test: the wire ends with it
	once   sync.Once
	fault  wireFault
}

// newWire lays a wire to the border.
func newWire(t *testing.T, border *peer.Border, fault wireFault) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := &wire{addr: l.Addr().String(), answered: make(chan struct{}), border: border, life: ctx, fault: fault}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { w.carry(conn) })
		}
	})
	t.Cleanup(func() {
		cancel()
		l.Close()
		serving.Wait()
	})
	return w
}

// end is one end of a connection.
type end struct {
	net.Conn
	lines *bufio.Reader
}

func (e *end) use(conn net.Conn) { e.Conn, e.lines = conn, bufio.NewReader(conn) }

// pass carries one line to the other end and returns it.
func (e *end) pass(to *end) (string, error) {
	text, err := e.lines.ReadString('\n')
	if err != nil {
		return "", err
	}
	_, err = to.Write([]byte(text))
	return strings.TrimRight(text, "\r\n"), err
}

// reply carries an answer, which may have several lines (RFC 5321, section
// 4.2.1), and returns its code. What begins a line with hidden is not passed on.
func (e *end) reply(to *end, hidden string) (string, error) {
	for {
		text, err := e.lines.ReadString('\n')
		if err != nil {
			return "", err
		}
		more := len(text) > 3 && text[3] == '-'
		if hidden == "" || !more || !strings.HasPrefix(text[4:], hidden) {
			_, err = to.Write([]byte(text))
		}
		if err != nil || !more {
			return text[:min(3, len(text))], err
		}
	}
}

// carry serves one connection of the program, a command and its answer at a
// time.
func (w *wire) carry(conn net.Conn) {
	var client, server end
	client.use(conn)
	defer func() { client.Close() }()
	out, err := net.Dial("tcp", w.border.SMTP)
	if err != nil {
		return
	}
	server.use(out)
	defer func() { server.Close() }()
	stop := context.AfterFunc(w.life, func() {
		conn.Close()
		out.Close()
	})
	defer stop()
	hidden := map[bool]string{true: "SIZE"}[w.fault == hideSize]
	if _, err := server.reply(&client, hidden); err != nil {
		return
	}
	for {
		command, err := client.pass(&server)
		if err != nil {
			return
		}
		code, err := server.reply(&client, hidden)
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(command); {
		case verb == "STARTTLS" && code == "220":
			err = w.encrypt(&client, &server)
		case verb == "DATA" && code == "354":
			err = w.mail(&client, &server)
		}
		if err != nil {
			return
		}
	}
}

// encrypt takes both ends into TLS, with the server's own certificate.
func (w *wire) encrypt(client, server *end) error {
	pair, err := tls.X509KeyPair(w.border.Cert.PEM, w.border.Cert.KeyPEM)
	if err != nil {
		return err
	}
	client.use(tls.Server(client.Conn, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}))
	server.use(tls.Client(server.Conn, &tls.Config{RootCAs: w.border.Cert.Pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}))
	return nil
}

// mail carries a mail and the answer to it, or does to the first one what the
// fault says.
func (w *wire) mail(client, server *end) error {
	fault := wireFault("")
	w.once.Do(func() { fault = w.fault })
	for {
		text, err := client.lines.ReadString('\n')
		if err != nil {
			return err
		}
		last := strings.TrimRight(text, "\r\n") == "."
		if last && fault == cutMail {
			return io.ErrUnexpectedEOF
		}
		if _, err := server.Write([]byte(text)); err != nil {
			return err
		}
		if last {
			break
		}
	}
	if fault != waitForEnd && fault != cutAnswer {
		_, err := server.reply(client, "")
		return err
	}
	if _, err := server.lines.ReadString('\n'); err != nil {
		return err
	}
	close(w.answered)
	if fault == cutAnswer {
		return io.ErrUnexpectedEOF
	}
	_, err := client.lines.ReadString('\n')
	return err
}

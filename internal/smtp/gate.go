package smtp

import (
	"errors"
	"net"
	"time"
)

// maxReplies bounds what a server may say to us about one mail, in bytes.
const maxReplies = 256 << 10

var errTalkative = errors.New("the server says too much")

// gate is the network connection below go-smtp (and below TLS). It bounds what
// go-smtp leaves unbounded, and it knows on which side of the final dot we are.
//
// go-smtp keeps the last bytes of a mail in a buffer and writes them together
// with the final dot when the data command is closed; only when all of that was
// accepted by the operating system does it begin to read the reply. So after
// arm, a write is the last moment to withdraw, and a read means that the dot
// has gone out. A write that fails leaves the dot incomplete, on a plain
// connection as in a TLS record, and no server accepts that.
type gate struct {
	net.Conn
	limit  time.Duration // for one reply and for one write
	unread int           // bytes that may still come
	allow  func() error  // asked before each write once the dot is next
	dotOut bool
}

func newGate(conn net.Conn, limit time.Duration) *gate {
	return &gate{Conn: conn, limit: limit, unread: maxReplies}
}

// begin forgets the mail before: its final dot says nothing of the next one's.
func (g *gate) begin(limit time.Duration) {
	g.allow, g.dotOut = nil, false
	g.limit, g.unread = limit, maxReplies
}

// arm says that the next writes carry the final dot.
func (g *gate) arm(allow func() error, limit time.Duration) {
	g.allow, g.dotOut = allow, false
	g.limit = limit
}

func (g *gate) Read(b []byte) (int, error) {
	if g.allow != nil {
		g.dotOut = true
	}
	if g.unread <= 0 {
		return 0, errTalkative
	}
	n, err := g.Conn.Read(b[:min(len(b), g.unread)])
	g.unread -= n
	return n, err
}

func (g *gate) Write(b []byte) (int, error) {
	if g.allow != nil && !g.dotOut {
		if err := g.allow(); err != nil {
			return 0, err
		}
	}
	// go-smtp sets no deadline while the mail is streamed.
	if err := g.Conn.SetWriteDeadline(time.Now().Add(g.limit)); err != nil {
		return 0, err
	}
	return g.Conn.Write(b)
}

// SetDeadline is called by go-smtp for each command. The STARTTLS handshake
// comes before its own timeouts can be set, so they are cut here.
func (g *gate) SetDeadline(t time.Time) error {
	if latest := time.Now().Add(g.limit); t.After(latest) {
		t = latest
	}
	return g.Conn.SetDeadline(t)
}

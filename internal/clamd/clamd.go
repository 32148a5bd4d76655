// Package clamd asks a clamd (ClamAV's daemon) whether a file is infected, by its
// command INSTREAM: the file is streamed to it and never held in memory.
//
// An error means that nobody can say, and that asking again may help, unless it is
// permanent: the daemon takes no file of that size.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"escalat/bridge"
)

const (
	chunkSize = 64 << 10
	maxAnswer = 4 << 10 // bytes
	// silence is how long the daemon may take to accept a chunk, and to say what it
	// found.
	dialTimeout = 10 * time.Second
	silence     = 2 * time.Minute
)

// Client asks one daemon. It holds no connection and may be used by several
// goroutines.
type Client struct {
	network, addr string
}

// New makes a client for host:port, or for unix:/path of a socket.
func New(addr string) (*Client, error) {
	path, socket := strings.CutPrefix(addr, "unix:")
	if socket && strings.HasPrefix(path, "/") {
		return &Client{"unix", path}, nil
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil || socket || host == "" || port == "" {
		return nil, fmt.Errorf("clamd: %q is neither host:port nor unix:/path", addr)
	}
	return &Client{"tcp", addr}, nil
}

// Scan returns the name of what the file is infected with, or nothing. An error of r is
// returned as it is.
func (c *Client) Scan(ctx context.Context, r io.Reader) (found string, err error) {
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, c.network, c.addr)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	ours, err := send(ctx, conn, r)
	if err != nil && ours {
		return "", err
	}
	// What it says explains best why it took no more.
	answer, said := read(ctx, conn)
	if said != nil {
		return "", fmt.Errorf("clamd: %w", errors.Join(ctx.Err(), err, said))
	}
	return verdict(answer)
}

// send streams the file. Ours says that reading it failed, not the connection.
func send(ctx context.Context, conn net.Conn, r io.Reader) (ours bool, err error) {
	w := patient{ctx, conn}
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return false, err
	}
	chunk := make([]byte, 4+chunkSize)
	for {
		n, end := io.ReadFull(r, chunk[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(chunk, uint32(n)) //nolint:gosec // at most chunkSize
			if _, err := w.Write(chunk[:4+n]); err != nil {
				return false, err
			}
		}
		switch {
		case errors.Is(end, io.EOF), errors.Is(end, io.ErrUnexpectedEOF):
			_, err := w.Write(make([]byte, 4))
			return false, err
		case end != nil:
			return true, end
		}
	}
}

// patient writes with a time limit of its own for each piece.
type patient struct {
	ctx  context.Context //nolint:containedctx // it lives no longer than the call
	conn net.Conn
}

// Write implements io.Writer.
func (p patient) Write(b []byte) (int, error) {
	if err := wait(p.ctx, p.conn); err != nil {
		return 0, err
	}
	return p.conn.Write(b)
}

// wait gives the connection until the time limit, unless ctx has ended.
func wait(ctx context.Context, conn net.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(silence)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // it ended before the limit was set
		return err
	}
	return nil
}

func read(ctx context.Context, conn net.Conn) (string, error) {
	if err := wait(ctx, conn); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(io.LimitReader(conn, maxAnswer)).ReadString(0)
	if err != nil && (answer == "" || !errors.Is(err, io.EOF)) {
		return "", err
	}
	return strings.Trim(answer, "\x00\r\n "), nil
}

// verdict reads "stream: OK", "stream: NAME FOUND" or "… ERROR".
func verdict(answer string) (found string, err error) {
	said := strings.TrimSpace(strings.TrimPrefix(answer, "stream:"))
	if said == "OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(said, " FOUND"); ok {
		return strings.ToValidUTF8(strings.TrimSpace(name), "?"), nil
	}
	err = fmt.Errorf("clamd: it says %q", answer)
	if strings.Contains(strings.ToLower(said), "size limit exceeded") {
		return "", bridge.Permanent(err)
	}
	return "", err
}

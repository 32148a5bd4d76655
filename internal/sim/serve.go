package sim

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// web owns an HTTP server and all goroutines of its connections.
type web struct {
	server *http.Server
	url    string
	end    context.CancelFunc
	serve  sync.WaitGroup
	conns  sync.WaitGroup
	once   sync.Once
	err    error
}

// startWeb listens on addr and serves until close, which then calls end, where
// it is not nil, so that those who wait for something else give up.
func startWeb(addr string, handler http.Handler, end context.CancelFunc) (*web, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	w := &web{url: "http://" + listener.Addr().String(), end: end}
	w.server = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 30 * time.Second,
		// StateNew is told before Serve can return, so that after Serve nobody
		// is added any more and waiting is sound.
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				w.conns.Add(1)
			case http.StateClosed, http.StateHijacked:
				w.conns.Done()
			}
		},
	}
	w.serve.Go(func() { _ = w.server.Serve(listener) })
	return w, nil
}

// close ends the server and returns when its last goroutine has ended.
func (w *web) close() error {
	if w == nil {
		return nil
	}
	w.once.Do(func() {
		w.err = w.server.Close()
		if w.end != nil {
			w.end()
		}
		w.serve.Wait()
		w.conns.Wait()
	})
	return w.err
}

// tracked is a listener that knows the connections that it accepted.
type tracked struct {
	net.Listener
	admit func() bool // false: the connection is closed at once

	mu    sync.Mutex
	conns map[*trackedConn]struct{}
	open  sync.WaitGroup // of connections whose owner has not closed them
}

// trackedConn tells its listener when its owner, the goroutine that serves it,
// closes it.
type trackedConn struct {
	net.Conn
	from *tracked
	once sync.Once
}

// track listens on addr.
func track(addr string, admit func() bool) (*tracked, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return &tracked{Listener: listener, admit: admit, conns: map[*trackedConn]struct{}{}}, nil
}

// Accept implements net.Listener.
func (t *tracked) Accept() (net.Conn, error) {
	for {
		conn, err := t.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if !t.admit() {
			_ = conn.Close()
			continue
		}
		c := &trackedConn{Conn: conn, from: t}
		t.open.Add(1)
		t.mu.Lock()
		t.conns[c] = struct{}{}
		t.mu.Unlock()
		return c, nil
	}
}

// drop cuts every open connection under the hands of its owner, who then
// notices and closes it.
func (t *tracked) drop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for c := range t.conns {
		_ = c.Conn.Close()
	}
}

// Close implements net.Conn.
func (c *trackedConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() {
		c.from.mu.Lock()
		delete(c.from.conns, c)
		c.from.mu.Unlock()
		c.from.open.Done()
	})
	return err
}

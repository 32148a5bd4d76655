package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"escalat/internal/oauth"
)

// session is one connection, logged in.
type session struct {
	*Reader
	sink   Sink
	raw    net.Conn // closing it ends every wait at once; TLS would say goodbye first
	wire   *wire
	client *imapclient.Client
	caps   goimap.CapSet // what the server can after the login
	idle   bool          // it can IDLE
	first  bool          // the first folder is open
	wake   chan struct{} // the mailbox has changed; holds one
	forget func() bool   // stops watching the context

	opened   int  // how often a folder was opened
	compared bool // the watched folders were compared in this session
}

// connect opens a connection. An access token that the server refuses has
// perhaps just ended, or was taken back: with another one it is tried once
// more.
func (r *Reader) connect(ctx context.Context, sink Sink) (*session, error) {
	s, err := r.dial(ctx, sink)
	if _, stale := errors.AsType[*oauth.StaleError](err); stale {
		return r.dial(ctx, sink)
	}
	return s, err
}

func (r *Reader) dial(ctx context.Context, sink Sink) (*session, error) {
	raw, err := r.dialer().DialContext(ctx, "tcp", r.cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("imap: connect: %w", err)
	}
	s := &session{Reader: r, sink: sink, raw: raw, wake: make(chan struct{}, 1)}
	s.forget = context.AfterFunc(ctx, s.cut)
	if err := s.open(ctx); err != nil {
		s.close()
		return nil, fmt.Errorf("imap: %w", err)
	}
	return s, nil
}

// A connection on which nobody answers is found out within two minutes, also while
// IDLE waits without a word.
func (r *Reader) dialer() *net.Dialer {
	return &net.Dialer{
		Timeout:         r.cfg.CommandTimeout,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: time.Minute, Interval: 15 * time.Second, Count: 4},
	}
}

func (s *session) open(ctx context.Context) error {
	conn, err := s.secure(ctx)
	if err != nil {
		return err
	}
	s.wire = &wire{Conn: conn}
	s.wire.allow(answerBudget)
	s.client = imapclient.New(s.wire, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			// Called by the goroutine that reads: it must not block.
			Mailbox: func(*imapclient.UnilateralDataMailbox) {
				select {
				case s.wake <- struct{}{}:
				default:
				}
			},
		},
	})
	if err := s.within(s.client.WaitGreeting); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	return s.login(ctx)
}

// secure makes of the network connection one that a password may travel on.
func (s *session) secure(ctx context.Context) (conn net.Conn, err error) {
	g := newGuard(s.raw, s.cfg.CommandTimeout)
	defer func() { err = g.end(err) }()
	config := &tls.Config{ServerName: s.host, RootCAs: s.cfg.RootCAs, MinVersion: tls.VersionTLS12}
	switch s.cfg.TLS {
	case StartTLS:
		return upgrade(ctx, s.raw, config)
	case None:
		if remote, err := netip.ParseAddrPort(s.raw.RemoteAddr().String()); err != nil || !remote.Addr().Unmap().IsLoopback() {
			return nil, errors.New("the server is not on the loopback interface: TLS is needed")
		}
		return s.raw, nil
	default:
		secure := tls.Client(s.raw, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("TLS: %w", err)
		}
		return secure, nil
	}
}

// within runs a wait for the server under the watchdog.
func (s *session) within(wait func() error) error {
	g := newGuard(s.raw, s.cfg.CommandTimeout)
	if s.wire != nil {
		s.wire.allow(answerBudget)
	}
	return g.end(wait())
}

// wait returns when the first folder has changed, the poll is due or ctx has
// ended; with an error when the connection has.
func (s *session) wait(ctx context.Context) error {
	due := time.NewTimer(s.cfg.PollInterval)
	defer due.Stop()
	if !s.idle || !s.first {
		return s.rest(ctx, due.C)
	}
	var idle *imapclient.IdleCommand
	if err := s.within(func() (err error) {
		idle, err = s.client.Idle()
		return err
	}); err != nil {
		if _, refused := errors.AsType[*goimap.Error](err); refused {
			s.idle = false
			return s.rest(ctx, due.C)
		}
		return fmt.Errorf("imap: IDLE: %w", err)
	}
	rested := s.rest(ctx, due.C)
	err := s.within(func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
	if rested != nil {
		return rested
	}
	if err != nil {
		return fmt.Errorf("imap: leave IDLE: %w", err)
	}
	return nil
}

func (s *session) rest(ctx context.Context, due <-chan time.Time) error {
	s.wire.allow(answerBudget)
	select {
	case <-s.wake:
		return nil
	case <-due:
		return nil
	case <-s.client.Closed():
		return errors.New("imap: the server has closed the connection")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cut ends the connection without a word, and with it every wait.
func (s *session) cut() { _ = s.raw.Close() }

// ended cuts the connection and reports whether go-imap's goroutine has ended.
// It has nothing to wait for then, but what it does is not in our hands.
func (s *session) ended() bool {
	s.cut()
	timer := time.NewTimer(s.cfg.CommandTimeout)
	defer timer.Stop()
	select {
	case <-s.client.Closed():
		return true
	case <-timer.C:
		return false
	}
}

// close ends the connection and waits for the goroutine that reads it.
func (s *session) close() {
	s.forget()
	s.cut()
	if s.client != nil && !s.ended() {
		s.cfg.Logger.Error("mailbox connection does not end")
	}
}

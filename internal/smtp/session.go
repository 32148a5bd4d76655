package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"escalat/bridge"
	"escalat/internal/oauth"
)

const (
	// quitTimeout bounds the farewell: the receipt must be stored at once.
	quitTimeout = 2 * time.Second
	// refusedPause keeps refused credentials from locking the account.
	refusedPause = 10 * time.Minute
)

// session is one connection, greeted, encrypted and authenticated.
type session struct {
	*Client
	conn   net.Conn
	gate   *gate
	smtp   *gosmtp.Client
	login  *oauth.Exchange // by which an access token was shown; nil: none was
	entire bool            // the extensions are those of a user who is logged in
	mails  int             // taken over it
	expiry *time.Timer

	// Of the one call that it serves now.
	ctx    context.Context
	forget func() bool // stops watching ctx
	reused bool        // it has waited for this call
	begun  bool        // the server has asked for the mail's bytes
}

// connect opens a connection. An access token that the server refuses has
// perhaps just ended, or was taken back: with another one it is tried once
// more.
func (c *Client) connect(ctx context.Context) (*session, error) {
	s, err := c.dial(ctx)
	if _, stale := errors.AsType[*oauth.StaleError](err); stale {
		return c.dial(ctx)
	}
	return s, err
}

func (c *Client) dial(ctx context.Context) (*session, error) {
	dialer := net.Dialer{Timeout: c.cfg.CommandTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", c.cfg.Addr)
	if err != nil {
		return nil, bridge.NotDone(fmt.Errorf("smtp: connect: %w", err))
	}
	s := &session{Client: c, conn: conn, gate: newGate(conn, c.cfg.CommandTimeout)}
	s.serve(ctx)
	if err := s.open(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// serve gives the connection to a call, whose context ends it.
func (s *session) serve(ctx context.Context) {
	s.ctx, s.begun = ctx, false
	s.forget = context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	s.gate.begin(s.cfg.CommandTimeout)
}

func (s *session) open() error {
	if err := s.greet(); err != nil {
		return bridge.NotDone(s.told("greeting", err))
	}
	if s.cfg.Username == "" {
		s.entire = true
		s.note()
		return nil
	}
	return s.authenticate()
}

// greet brings the connection to the end of EHLO, encrypted where it must be.
func (s *session) greet() error {
	config := &tls.Config{ServerName: s.host, RootCAs: s.cfg.RootCAs, MinVersion: tls.VersionTLS12}
	switch s.cfg.TLS {
	case Implicit:
		conn := tls.Client(s.gate, config)
		ctx, cancel := context.WithTimeout(s.ctx, s.cfg.CommandTimeout)
		defer cancel()
		if err := conn.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("TLS: %w", err)
		}
		s.smtp = gosmtp.NewClient(conn)
	case StartTLS:
		var err error
		if s.smtp, err = gosmtp.NewClientStartTLS(s.gate, config); err != nil {
			return fmt.Errorf("STARTTLS: %w", err)
		}
	case None:
		if remote, err := netip.ParseAddrPort(s.conn.RemoteAddr().String()); err != nil || !remote.Addr().Unmap().IsLoopback() {
			return errors.New("the server is not on the loopback interface: TLS is needed")
		}
		s.smtp = gosmtp.NewClient(s.gate)
	}
	s.smtp.CommandTimeout = s.cfg.CommandTimeout
	s.smtp.SubmissionTimeout = s.cfg.SubmissionTimeout
	if err := s.smtp.Hello(s.cfg.LocalName); err != nil {
		return err
	}
	if state, ok := s.smtp.TLSConnectionState(); s.cfg.TLS != None && (!ok || !state.HandshakeComplete) {
		return errors.New("the connection is not encrypted")
	}
	return nil
}

// quit says goodbye, without waiting long. It must not be called once DATA has
// begun and its end was not reached: go-smtp would finish the mail first.
func (s *session) quit() {
	s.gate.limit = min(quitTimeout, s.cfg.CommandTimeout)
	_ = s.smtp.Quit()
}

func (s *session) close() {
	s.forget()
	_ = s.conn.Close()
}

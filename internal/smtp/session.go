package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"escalat/bridge"
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
	ctx    context.Context // of the one call of Send that it lives in
	conn   net.Conn
	gate   *gate
	smtp   *gosmtp.Client
	forget func() bool // stops watching ctx
}

func (c *Client) connect(ctx context.Context) (*session, error) {
	dialer := net.Dialer{Timeout: c.cfg.CommandTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", c.cfg.Addr)
	if err != nil {
		return nil, bridge.NotDone(fmt.Errorf("smtp: connect: %w", err))
	}
	s := &session{Client: c, ctx: ctx, conn: conn, gate: newGate(conn, c.cfg.CommandTimeout)}
	s.forget = context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := s.open(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) open() error {
	if err := s.greet(); err != nil {
		return bridge.NotDone(s.told("greeting", err))
	}
	if s.cfg.Username == "" {
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

func (s *session) authenticate() error {
	var mechanism sasl.Client
	switch {
	case s.smtp.SupportsAuth(sasl.Plain):
		mechanism = sasl.NewPlainClient("", s.cfg.Username, s.cfg.Password)
	case s.smtp.SupportsAuth(sasl.Login):
		mechanism = &loginClient{username: s.cfg.Username, password: s.cfg.Password}
	default:
		return bridge.NotDone(errors.New("smtp: the server offers neither AUTH PLAIN nor AUTH LOGIN"))
	}
	err := s.smtp.Auth(mechanism)
	if err == nil {
		return nil
	}
	told := bridge.NotDone(s.told("AUTH", err))
	if code(err) >= 500 {
		// Not permanent: credentials are mended by the operator, and then the
		// mail must go out.
		return bridge.Later(told, s.cfg.Now().Add(refusedPause))
	}
	return told
}

// loginClient speaks LOGIN by the order of the prompts: their words differ from
// server to server, and go-sasl's own client knows only one of them.
type loginClient struct {
	username, password string
	asked              int
}

func (l *loginClient) Start() (mech string, ir []byte, err error) { return sasl.Login, nil, nil }

func (l *loginClient) Next([]byte) ([]byte, error) {
	l.asked++
	switch l.asked {
	case 1:
		return []byte(l.username), nil
	case 2:
		return []byte(l.password), nil
	default:
		return nil, errors.New("a third prompt in AUTH LOGIN")
	}
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

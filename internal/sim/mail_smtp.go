package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// smtpServer makes the SMTP server. It offers AUTH only under TLS.
func (m *Mail) smtpServer() *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &smtpSession{mail: m, conn: c}, nil
	}))
	s.Domain = m.cfg.Hostname
	s.TLSConfig = m.tls
	s.MaxMessageBytes = m.cfg.MaxSize
	s.MaxRecipients = 100
	s.EnableDSN = true
	s.EnableSMTPUTF8 = true
	s.ErrorLog = silent()
	return s
}

// smtpSession is one connection.
type smtpSession struct {
	mail *Mail
	conn *smtp.Conn
	user string

	from string
	opts *smtp.MailOptions
	to   []string
}

// AuthMechanisms implements smtp.AuthSession.
func (s *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain, sasl.Login} }

// Auth implements smtp.AuthSession.
func (s *smtpSession) Auth(mech string) (sasl.Server, error) {
	switch mech {
	case sasl.Plain:
		return sasl.NewPlainServer(func(identity, user, password string) error {
			if identity != "" && identity != user {
				return smtp.ErrAuthFailed
			}
			return s.login(user, password)
		}), nil
	case sasl.Login:
		return &loginServer{login: s.login}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *smtpSession) login(user, password string) error {
	if err := s.strike(AtAuth, user); err != nil {
		return err
	}
	a := s.mail.account(user)
	if a == nil || a.Password == "" || !same(a.Password, password) {
		return smtp.ErrAuthFailed
	}
	s.user = a.Address
	return nil
}

// loginServer is the LOGIN mechanism, which go-sasl has for clients only.
type loginServer struct {
	login func(user, password string) error
	user  *string
}

// Next implements sasl.Server.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil:
		return []byte("Username:"), false, nil
	case l.user == nil:
		user := string(response)
		l.user = &user
		return []byte("Password:"), false, nil
	}
	return nil, true, l.login(*l.user, string(response))
}

// errCut says that the connection was cut on purpose; the client never sees it.
var errCut = errors.New("connection cut")

// strike lets an armed fault happen. DropAfter is left to the caller.
func (s *smtpSession) strike(stage, address string) error {
	f, struck := s.mail.faults.take(stage, address)
	if !struck {
		return nil
	}
	alive := f.wait(s.mail.ctx)
	switch {
	case !alive, f.Drop != "":
		_ = s.conn.Conn().Close()
		return errCut
	case f.Status != 0:
		return &smtp.SMTPError{Code: f.Status, EnhancedCode: smtp.EnhancedCode{f.Status / 100, 0, 0}, Message: f.Text}
	}
	return nil
}

// Reset implements smtp.Session.
func (s *smtpSession) Reset() { s.from, s.opts, s.to = "", nil, nil }

// Logout implements smtp.Session.
func (s *smtpSession) Logout() error { return nil }

// Mail implements smtp.Session.
func (s *smtpSession) Mail(from string, opts *smtp.MailOptions) error {
	if err := s.strike(AtMail, from); err != nil {
		return err
	}
	s.from, s.opts = from, opts
	return nil
}

// Rcpt implements smtp.Session.
func (s *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.strike(AtRcpt, to); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(to, "reject-"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "User unknown"}
	case strings.HasPrefix(to, "defer-"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Try again later"}
	case s.mail.local(to) && s.mail.account(to) == nil:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "User unknown"}
	case !s.mail.local(to) && s.user == "":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Relaying denied"}
	}
	s.to = append(s.to, to)
	return nil
}

// Data implements smtp.Session.
func (s *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	f, struck := s.mail.faults.take(AtData, s.to[0])
	switch {
	case struck && !f.wait(s.mail.ctx), f.Drop == DropBefore:
		_ = s.conn.Conn().Close()
		return errCut
	case f.Drop != DropAfter && f.Status != 0:
		return &smtp.SMTPError{Code: f.Status, EnhancedCode: smtp.EnhancedCode{f.Status / 100, 0, 0}, Message: f.Text}
	}
	id := s.accept(raw)
	if f.Drop == DropAfter {
		_ = s.conn.Conn().Close()
		return errCut
	}
	// An answer with a queue id; go-smtp says what an SMTPError holds.
	return &smtp.SMTPError{Code: 250, EnhancedCode: smtp.EnhancedCode{2, 0, 0}, Message: "OK id=" + id}
}

// accept takes the mail for all its recipients and returns its queue id.
func (s *smtpSession) accept(raw []byte) string {
	protocol := "ESMTP"
	if _, secure := s.conn.TLSConnectionState(); secure {
		protocol = "ESMTPS"
	}
	if s.user != "" {
		protocol += "A"
	}
	sum := sha256.Sum256(raw)
	t := Transaction{
		User: s.user, From: s.from, To: s.to, MessageID: messageIDOf(raw), Size: len(raw),
		SHA256: hex.EncodeToString(sum[:]), Envelope: s.opts.EnvelopeID,
	}
	h := hop{from: s.from, helo: s.conn.Hostname(), protocol: protocol, verdict: verdict{user: s.user}}
	return s.mail.take(raw, t, h)
}

// take stores a mail for all its recipients and records it, in this order, so
// that what is recorded can be read.
func (m *Mail) take(raw []byte, t Transaction, h hop) string {
	m.mu.Lock()
	m.nextQueueID++
	t.ID = fmt.Sprintf("SIM%06d", m.nextQueueID)
	m.mu.Unlock()
	t.At = m.cfg.Now()
	h.id, h.at = t.ID, t.At
	for _, to := range t.To {
		h.rcpt = to
		a := m.outside(to)
		a.deliver(stamp(raw, m.cfg.Hostname, h, a.Border), t.At)
	}
	m.mu.Lock()
	m.transactions = append(m.transactions, t)
	m.mu.Unlock()
	return t.ID
}

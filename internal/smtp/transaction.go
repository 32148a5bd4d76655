package smtp

import (
	"errors"
	"fmt"
	"io"

	gosmtp "github.com/emersion/go-smtp"

	"escalat/bridge"
)

// outgoing is a mail on its way. Its bytes are opened once, whatever number of
// connections it takes.
type outgoing struct {
	Envelope
	open func() (io.ReadCloser, error)
	body io.ReadCloser
}

func (m *outgoing) bytes() (io.Reader, error) {
	if m.body == nil {
		body, err := m.open()
		if err != nil {
			return nil, bridge.NotDone(fmt.Errorf("smtp: open the mail: %w", err))
		}
		m.body = body
	}
	return m.body, nil
}

func (m *outgoing) close() {
	if m.body != nil {
		_ = m.body.Close()
	}
}

// deliver sends one mail, and decides what becomes of the connection: only one
// on which nothing failed lives on.
func (s *session) deliver(m *outgoing) (receipt Receipt, err error) {
	if receipt.CopyRefused, err = s.address(m.Envelope); err == nil {
		receipt.Answer, err = s.transmit(m)
	}
	receipt.At = s.cfg.Now()
	switch {
	case err == nil:
		s.mails++
		s.keep()
		receipt.QueueID = queueID(receipt.Answer)
		return receipt, nil
	case s.begun || gone(err):
		// No further command: go-smtp ends an open mail with its final dot before
		// it says anything else.
		s.close()
	default:
		s.quit()
		s.close()
	}
	return Receipt{}, err
}

// address opens the transaction: sender and every recipient. On an error
// nothing has been sent. copyRefused holds the server's words when only our own
// mailbox was refused.
func (s *session) address(env Envelope) (copyRefused string, err error) {
	if err := s.fits(env.Size); err != nil {
		return "", err
	}
	options := &gosmtp.MailOptions{Size: env.Size, Return: gosmtp.DSNReturnHeaders, EnvelopeID: env.envelopeID()}
	if err := s.smtp.Mail(env.From, options); err != nil {
		return "", s.refused("MAIL FROM <"+env.From+">", err)
	}
	for _, to := range env.To {
		ask := &gosmtp.RcptOptions{
			Notify:                []gosmtp.DSNNotify{gosmtp.DSNNotifyFailure, gosmtp.DSNNotifyDelayed},
			OriginalRecipientType: gosmtp.DSNAddressTypeRFC822, OriginalRecipient: to,
		}
		if err := s.smtp.Rcpt(to, ask); err != nil {
			return "", s.refused("RCPT TO <"+to+">", err)
		}
	}
	if !env.hasCopy() {
		return "", nil
	}
	return s.addressCopy(env.Copy)
}

// envelopeID returns the ID, or nothing when it cannot be written. Whatever
// xtext escapes takes three octets.
func (e Envelope) envelopeID() string {
	octets := len(e.ID)
	for i := range len(e.ID) {
		switch b := e.ID[i]; {
		case b < ' ' || b > '~':
			return ""
		case b == ' ' || b == '+' || b == '=':
			octets += 2
		}
	}
	if octets > maxEnvelopeID {
		return ""
	}
	return e.ID
}

// addressCopy adds our own mailbox. A bounce of the copy would be taken for a
// bounce of the notice, so none is asked for.
func (s *session) addressCopy(own string) (refused string, err error) {
	never := &gosmtp.RcptOptions{Notify: []gosmtp.DSNNotify{gosmtp.DSNNotifyNever}}
	err = s.smtp.Rcpt(own, never)
	switch c := code(err); {
	case err == nil:
		return "", nil
	case c >= 500:
		return s.words(err), nil
	default:
		return "", bridge.NotDone(s.told("RCPT TO <"+own+">", err))
	}
}

// transmit sends the mail's bytes and returns the server's reply to them.
func (s *session) transmit(m *outgoing) (answer string, err error) {
	body, err := m.bytes()
	if err != nil {
		return "", err
	}
	if err := s.ctx.Err(); err != nil {
		return "", bridge.NotDone(fmt.Errorf("smtp: before DATA: %w", err))
	}
	data, err := s.smtp.Data()
	if err != nil {
		return "", s.unwanted("DATA", err)
	}
	s.begun = true
	if err := s.stream(data, body, m.Size); err != nil {
		return "", err
	}
	return s.finish(data)
}

func (s *session) stream(data io.Writer, body io.Reader, size int64) error {
	checked := &lines{r: body}
	n, err := io.Copy(data, checked)
	switch {
	case errors.Is(err, errLineEnd):
		return bridge.Permanent(fmt.Errorf("smtp: the mail: %w", err))
	case checked.err != nil:
		return bridge.NotDone(fmt.Errorf("smtp: read the mail: %w", checked.err))
	case err != nil:
		return bridge.NotDone(s.told("mail data", err))
	case size > 0 && n != size:
		return bridge.NotDone(fmt.Errorf("smtp: the mail has %d bytes instead of %d", n, size))
	}
	return nil
}

// finish sends the final dot and reads the reply to the mail.
func (s *session) finish(data *gosmtp.DataCommand) (answer string, err error) {
	s.gate.arm(s.ctx.Err, s.cfg.SubmissionTimeout)
	response, err := data.CloseWithResponse()
	if err == nil {
		return s.shorten("250 " + response.StatusText), nil
	}
	c := code(err)
	switch {
	case !s.gate.dotOut:
		return "", bridge.NotDone(s.told("final dot", err))
	case c >= 200 && c < 300: // RFC 5321, section 4.2.1: the first digit decides
		return s.words(err), nil
	case c >= 400:
		return "", s.unwanted("mail data", err)
	default:
		return "", s.told("no reply to the mail", err)
	}
}

var errLineEnd = errors.New("a line end is not CR LF")

// lines passes a mail on and refuses a bare CR or LF (RFC 5321, section 2.3.8):
// go-smtp would change the one, and servers disagree about the other.
type lines struct {
	r   io.Reader
	cr  bool
	err error // of r, other than io.EOF
}

func (l *lines) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	for _, c := range b[:n] {
		if (c == '\n') != l.cr {
			return 0, errLineEnd
		}
		l.cr = c == '\r'
	}
	switch {
	case err == nil:
	case !errors.Is(err, io.EOF):
		l.err = err
	case l.cr:
		return 0, errLineEnd
	}
	return n, err
}

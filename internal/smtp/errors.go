package smtp

import (
	"errors"
	"fmt"
	"strings"

	gosmtp "github.com/emersion/go-smtp"

	"escalat/bridge"
	"escalat/internal/oauth"
)

// code returns the reply code that err carries, or 0.
func code(err error) int {
	if reply, ok := errors.AsType[*gosmtp.SMTPError](err); ok && reply.Code < 600 {
		return reply.Code
	}
	return 0
}

// loginWanted reports whether a reply demands authentication, or refuses it,
// which is the operator's to mend and so not permanent (RFC 4954, section 6).
func loginWanted(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

// refused classifies a reply inside a transaction.
func (s *session) refused(step string, err error) error {
	told := s.told(step, err)
	switch c := code(err); {
	case loginWanted(c):
		return bridge.Later(bridge.NotDone(told), s.cfg.Now().Add(refusedPause))
	case c >= 500 && tooLarge(err):
		return bridge.Permanent(&contentError{told, bridge.ErrTooLarge})
	case c >= 500:
		return bridge.Permanent(told)
	default:
		return bridge.NotDone(told)
	}
}

// unwanted is refused for a reply to the mail itself: sender and recipients were
// taken before it.
func (s *session) unwanted(step string, err error) error {
	refused := s.refused(step, err)
	if bridge.IsPermanent(refused) && !errors.Is(refused, bridge.ErrTooLarge) && !unknownAddress(err) {
		return bridge.Permanent(&contentError{refused, bridge.ErrContent})
	}
	return refused
}

// contentError is a refusal that is about what the mail brings.
type contentError struct {
	error

	what error
}

func (e *contentError) Unwrap() []error { return []error{e.error, e.what} }

// unknownAddress reports whether a refusal is about an address (RFC 3463, section
// 3.2), which some servers say only when they have the whole mail.
func unknownAddress(err error) bool {
	reply, ok := errors.AsType[*gosmtp.SMTPError](err)
	return ok && reply.EnhancedCode[0] == 5 && reply.EnhancedCode[1] == 1
}

// tooLarge reports whether a permanent refusal is about the mail's size (RFC
// 1870, section 6.2; RFC 3463, sections 3.3 and 3.4). An enhanced code decides;
// without one it is 552, unless a full mailbox is meant, for which servers use
// the same number.
func tooLarge(err error) bool {
	reply, ok := errors.AsType[*gosmtp.SMTPError](err)
	if !ok {
		return false
	}
	switch reply.EnhancedCode {
	case gosmtp.EnhancedCode{5, 3, 4}, gosmtp.EnhancedCode{5, 2, 3}:
		return true
	case gosmtp.EnhancedCode{}, gosmtp.EnhancedCodeNotSet:
		text := strings.ToLower(reply.Message)
		return strings.Contains(text, "5.3.4") || strings.Contains(text, "5.2.3") ||
			reply.Code == 552 && !strings.Contains(text, "quota") && !strings.Contains(text, "full")
	}
	return false
}

// gone reports whether the connection failed rather than the mail: there was no
// reply that one could understand, or the server hangs up, or has forgotten that
// we are logged in.
func gone(err error) bool {
	if _, ok := errors.AsType[*toldError](err); !ok {
		return false
	}
	c := code(err)
	return c == 0 || c == 421 || c == 530
}

// told wraps err with what was being done. Its text is fit for people and logs,
// whatever the server said.
func (s *session) told(step string, err error) error {
	if ended := s.ctx.Err(); ended != nil && code(err) == 0 {
		return fmt.Errorf("smtp: %s: %w", step, ended)
	}
	return &toldError{text: "smtp: " + step + ": " + s.words(err), err: err}
}

type toldError struct {
	text string
	err  error
}

func (e *toldError) Error() string { return e.text }
func (e *toldError) Unwrap() error { return e.err }

// Reply returns what the server replied, behind the command that it replied to; empty
// when it did not.
func (e *toldError) Reply() string {
	if code(e.err) == 0 {
		return ""
	}
	return strings.TrimPrefix(e.text, "smtp: ")
}

// words returns what the server said, or else the error's text.
func (s *session) words(err error) string {
	reply, ok := errors.AsType[*gosmtp.SMTPError](err)
	if !ok {
		return s.shorten(err.Error())
	}
	text := fmt.Sprintf("%d %s", reply.Code, reply.Message)
	if e := reply.EnhancedCode; e != gosmtp.EnhancedCodeNotSet && e != (gosmtp.EnhancedCode{}) {
		text = fmt.Sprintf("%d %d.%d.%d %s", reply.Code, e[0], e[1], e[2], reply.Message)
	}
	return s.shorten(text)
}

// shorten cleans a server's text and takes our secrets out of it: some servers
// repeat what they were told.
func (s *session) shorten(text string) string {
	text = s.cfg.login().Mask(text)
	if s.login != nil {
		text = s.login.Mask(text)
	}
	return oauth.Clean(text)
}

package oauth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"unicode"

	"github.com/emersion/go-sasl"
)

// Auth says how one logs in to a mail server.
type Auth string

// The ways.
const (
	// AuthAuto is the first that the server offers: with access tokens
	// OAUTHBEARER or XOAUTH2, with a password PLAIN or LOGIN.
	AuthAuto        Auth = "auto"
	AuthPlain       Auth = "plain"
	AuthLogin       Auth = "login" // in IMAP the command of that name
	AuthXOAUTH2     Auth = "xoauth2"
	AuthOAuthBearer Auth = "oauthbearer"
)

// Tokens gives access tokens. A Source does.
type Tokens interface {
	// Token returns one that is good now. An *Error says why there is none.
	Token(ctx context.Context) (string, error)
	// Forget drops one that the server refused.
	Forget(token string)
}

// Login is who logs in to a mail server, and by what.
type Login struct {
	Auth     Auth // empty: AuthAuto
	Username string
	Password string
	Tokens   Tokens // nil: a password it is
}

// ErrNoUser says that a login names nobody.
var ErrNoUser = errors.New("there is no user")

// Check refuses a login that could never be.
func (l Login) Check() error {
	mechanisms, err := l.mechanisms()
	switch {
	case err != nil:
		return err
	case l.Username == "":
		return ErrNoUser
	case strings.ContainsFunc(l.Username, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("the user has a control character")
	case ByToken(mechanisms[0]) && l.Tokens == nil:
		return fmt.Errorf("there is nothing that gives access tokens for %s", mechanisms[0])
	case !ByToken(mechanisms[0]) && l.Password == "":
		return errors.New("there is a user but no password")
	}
	return nil
}

// mechanisms returns the names of the mechanisms, the best first.
func (l Login) mechanisms() ([]string, error) {
	switch l.Auth {
	case AuthAuto, "":
		if l.Tokens != nil {
			return []string{sasl.OAuthBearer, XOAUTH2}, nil
		}
		return []string{sasl.Plain, sasl.Login}, nil
	case AuthPlain, AuthLogin, AuthXOAUTH2, AuthOAuthBearer:
		return []string{strings.ToUpper(string(l.Auth))}, nil
	}
	return nil, fmt.Errorf("unknown mechanism %q", string(l.Auth))
}

// Choose returns the best mechanism that the server offers. An error names those
// that were wanted, each behind the word by which the server offers one.
func (l Login) Choose(word string, offered func(mechanism string) bool) (string, error) {
	mechanisms, err := l.mechanisms()
	if err != nil {
		return "", err
	}
	for _, m := range mechanisms {
		if offered(m) {
			return m, nil
		}
	}
	if len(mechanisms) == 1 {
		return "", errors.New("the server does not offer " + word + mechanisms[0])
	}
	return "", errors.New("the server offers neither " + word + strings.Join(mechanisms, " nor "+word))
}

// Mask takes the password out of a server's text: some repeat what they were told.
func (l Login) Mask(text string) string {
	if l.Password == "" {
		return text
	}
	encoded := base64.StdEncoding.EncodeToString
	return strings.NewReplacer(
		encoded([]byte("\x00"+l.Username+"\x00"+l.Password)), "***",
		encoded([]byte(l.Password)), "***",
		l.Password, "***",
	).Replace(text)
}

// ByToken reports whether a mechanism takes an access token.
func ByToken(mechanism string) bool { return mechanism == sasl.OAuthBearer || mechanism == XOAUTH2 }

// StaleError says that the server refused an access token, so that the login is
// tried once with another one.
type StaleError struct{ Err error }

// Error returns what the server said.
func (e *StaleError) Error() string { return e.Err.Error() }

// Unwrap returns the refusal.
func (e *StaleError) Unwrap() error { return e.Err }

// Loopback reports whether a host is this machine by its very name, so that
// credentials may travel to it in clear.
func Loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// maxWords bounds what is kept of a stranger's text, in characters.
const maxWords = 300

// Clean makes a stranger's text one short line of printable characters.
func Clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxWords {
		text = string(runes[:maxWords]) + "…"
	}
	return text
}

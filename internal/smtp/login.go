package smtp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"

	"escalat/bridge"
	"escalat/internal/oauth"
)

// Auth says how we log in.
type Auth string

// The ways.
const (
	// AuthAuto is the first that the server offers: with access tokens
	// OAUTHBEARER or XOAUTH2, with a password PLAIN or LOGIN.
	AuthAuto        Auth = "auto"
	AuthPlain       Auth = "plain"
	AuthLogin       Auth = "login"
	AuthXOAUTH2     Auth = "xoauth2"
	AuthOAuthBearer Auth = "oauthbearer"
)

// Tokens gives access tokens.
type Tokens interface {
	// Token returns one that is good now. An *oauth.Error says why there is none.
	Token(ctx context.Context) (string, error)
	// Forget drops one that the server refused.
	Forget(token string)
}

// mechanisms returns the names of the mechanisms, the best first.
func (c Config) mechanisms() ([]string, error) {
	switch c.Auth {
	case AuthAuto, "":
		if c.Tokens != nil {
			return []string{sasl.OAuthBearer, oauth.XOAUTH2}, nil
		}
		return []string{sasl.Plain, sasl.Login}, nil
	case AuthPlain, AuthLogin, AuthXOAUTH2, AuthOAuthBearer:
		return []string{strings.ToUpper(string(c.Auth))}, nil
	}
	return nil, fmt.Errorf("unknown mechanism %q", string(c.Auth))
}

// byToken reports whether a mechanism takes an access token.
func byToken(mechanism string) bool {
	return mechanism == sasl.OAuthBearer || mechanism == oauth.XOAUTH2
}

// checkLogin refuses a login that could never be.
func (c Config) checkLogin() error {
	mechanisms, err := c.mechanisms()
	switch {
	case err != nil:
		return err
	case c.Username == "":
		return nil
	case strings.ContainsFunc(c.Username, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errors.New("the user has a control character")
	case byToken(mechanisms[0]) && c.Tokens == nil:
		return fmt.Errorf("there is nothing that gives access tokens for %s", mechanisms[0])
	case !byToken(mechanisms[0]) && c.Password == "":
		return errors.New("there is a user but no password")
	}
	return nil
}

// tokenError says that the server refused an access token.
type tokenError struct{ error }

func (e *tokenError) Unwrap() error { return e.error }

func (s *session) authenticate() error {
	mechanism, err := s.mechanism()
	if err != nil {
		return bridge.NotDone(err)
	}
	if byToken(mechanism) {
		return s.showToken(mechanism)
	}
	login := sasl.NewPlainClient("", s.cfg.Username, s.cfg.Password)
	if mechanism == sasl.Login {
		login = &loginClient{username: s.cfg.Username, password: s.cfg.Password}
	}
	return s.refusedLogin(s.smtp.Auth(login))
}

// mechanism returns the best that the server offers.
func (s *session) mechanism() (string, error) {
	mechanisms, err := s.cfg.mechanisms()
	if err != nil {
		return "", fmt.Errorf("smtp: %w", err)
	}
	if i := slices.IndexFunc(mechanisms, s.smtp.SupportsAuth); i >= 0 {
		return mechanisms[i], nil
	}
	if len(mechanisms) == 1 {
		return "", errors.New("smtp: the server does not offer AUTH " + mechanisms[0])
	}
	return "", errors.New("smtp: the server offers neither AUTH " + strings.Join(mechanisms, " nor AUTH "))
}

// showToken logs in with an access token. One that the server does not accept
// is forgotten.
func (s *session) showToken(mechanism string) error {
	token, err := s.cfg.Tokens.Token(s.ctx)
	if err != nil {
		missing := bridge.NotDone(fmt.Errorf("smtp: login: %w", err))
		if e, ok := errors.AsType[*oauth.Error](err); ok && e.Refused() {
			return bridge.Later(missing, s.cfg.Now().Add(refusedPause))
		}
		return missing
	}
	s.login = oauth.SMTP(mechanism, s.cfg.Username, token, s.host, s.port)
	err = s.smtp.Auth(s.login)
	if err == nil {
		return nil
	}
	failed := s.refusedLogin(err)
	if s.login.Refused() || code(err) >= 500 {
		s.cfg.Tokens.Forget(token)
		return &tokenError{bridge.Later(failed, s.cfg.Now().Add(refusedPause))}
	}
	return failed
}

// refusedLogin classifies the reply to a login. A refusal is not permanent:
// credentials are mended by the operator, and then the mail must go out.
func (s *session) refusedLogin(err error) error {
	if err == nil {
		return nil
	}
	step := "AUTH"
	if s.login != nil && s.login.Explanation != "" {
		step += " (" + s.login.Explanation + ")"
	}
	told := bridge.NotDone(s.told(step, err))
	if code(err) >= 500 {
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

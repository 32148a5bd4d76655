package smtp

import (
	"errors"
	"fmt"

	"github.com/emersion/go-sasl"

	"escalat/bridge"
	"escalat/internal/oauth"
)

// login is who logs in, and by what.
func (c Config) login() oauth.Login {
	return oauth.Login{Auth: c.Auth, Username: c.Username, Password: c.Password, Tokens: c.Tokens}
}

func (s *session) authenticate() error {
	mechanism, err := s.mechanism()
	if err != nil {
		return bridge.NotDone(err)
	}
	if oauth.ByToken(mechanism) {
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
	mechanism, err := s.cfg.login().Choose("AUTH ", s.smtp.SupportsAuth)
	if err != nil {
		return "", fmt.Errorf("smtp: %w", err)
	}
	return mechanism, nil
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
		return &oauth.StaleError{Err: bridge.Later(failed, s.cfg.Now().Add(refusedPause))}
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

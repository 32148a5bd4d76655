package imap

import (
	"context"
	"errors"
	"fmt"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"

	"escalat/internal/oauth"
)

// ErrRefused says that the server does not accept the credentials, or that who
// gives access tokens does not.
var ErrRefused = errors.New("login refused")

// login is who logs in, and by what.
func (c Config) login() oauth.Login {
	return oauth.Login{Auth: c.Auth, Username: c.Username, Password: c.Password, Tokens: c.Tokens}
}

func (s *session) login(ctx context.Context) error {
	if err := s.authenticate(ctx); err != nil {
		return err
	}
	// Asked again: what is offered before the login is often less.
	var caps goimap.CapSet
	if err := s.within(func() (err error) {
		caps, err = s.client.Capability().Wait()
		return err
	}); err != nil {
		return fmt.Errorf("CAPABILITY: %w", err)
	}
	s.caps = caps
	s.idle = caps.Has(goimap.CapIdle) || caps.Has(goimap.CapIMAP4rev2)
	return nil
}

func (s *session) authenticate(ctx context.Context) error {
	var mechanism string
	if err := s.within(func() (err error) {
		mechanism, err = s.mechanism()
		return err
	}); err != nil {
		return fmt.Errorf("login: %w", err)
	}
	switch {
	case oauth.ByToken(mechanism):
		return s.showToken(ctx, mechanism)
	case mechanism == sasl.Plain:
		return s.outcome(s.within(func() error {
			return s.client.Authenticate(sasl.NewPlainClient("", s.cfg.Username, s.cfg.Password))
		}))
	}
	return s.outcome(s.within(func() error { return s.client.Login(s.cfg.Username, s.cfg.Password).Wait() }))
}

// mechanism returns the best that the server offers. The command LOGIN is not
// announced; it is there unless the server says otherwise.
func (s *session) mechanism() (string, error) {
	if s.client.State() != goimap.ConnStateNotAuthenticated {
		return "", errors.New("the server wants no login")
	}
	caps := s.client.Caps()
	return s.cfg.login().Choose("AUTH=", func(m string) bool { return m == sasl.Login || caps.Has(goimap.AuthCap(m)) })
}

// showToken logs in with an access token. One that the server does not accept
// is forgotten. After a refusal the connection is of no more use.
func (s *session) showToken(ctx context.Context, mechanism string) error {
	token, err := s.cfg.Tokens.Token(ctx)
	if err != nil {
		if e, ok := errors.AsType[*oauth.Error](err); ok && e.Refused() {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		return fmt.Errorf("login: %w", err)
	}
	login := oauth.IMAP(mechanism, s.cfg.Username, token, s.host, s.port)
	err = s.within(func() error { return s.client.Authenticate(login) })
	switch {
	case err == nil:
		return nil
	case login.Refused() || refusal(err):
		s.cfg.Tokens.Forget(token)
		text := login.Mask(err.Error())
		if login.Explanation != "" {
			text += " (" + login.Explanation + ")"
		}
		return &oauth.StaleError{Err: fmt.Errorf("%w: %s", ErrRefused, s.shorten(text))}
	}
	return &maskedError{text: "login: " + s.shorten(login.Mask(err.Error())), err: err}
}

// outcome says what the server's answer to a password means, without the
// password, which it may repeat.
func (s *session) outcome(err error) error {
	switch {
	case err == nil:
		return nil
	case refusal(err):
		return fmt.Errorf("%w: %s", ErrRefused, s.shorten(err.Error()))
	}
	return fmt.Errorf("login: %w", err)
}

// maskedError is an error whose text was made fit for logs.
type maskedError struct {
	text string
	err  error
}

func (e *maskedError) Error() string { return e.text }
func (e *maskedError) Unwrap() error { return e.err }

// refusal tells refused credentials from a server that has troubles of its own
// (RFC 5530, section 3).
func refusal(err error) bool {
	answer, ok := errors.AsType[*goimap.Error](err)
	if !ok || answer.Type != goimap.StatusResponseTypeNo {
		return false
	}
	switch answer.Code {
	case goimap.ResponseCodeUnavailable, goimap.ResponseCodeInUse, goimap.ResponseCodeServerBug,
		goimap.ResponseCodeContactAdmin, goimap.ResponseCodeLimit:
		return false
	}
	return true
}

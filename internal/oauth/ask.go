package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// ask asks the endpoint for a token and keeps it.
func (s *Source) ask(ctx context.Context) (string, error) {
	s.mu.Lock()
	style, refresh := s.style, s.refresh
	s.mu.Unlock()

	answer, style, err := s.exchange(ctx, style, refresh)
	if err != nil {
		return "", s.refusedWith(refresh, s.failure(ctx, refresh, err))
	}
	if err := checkToken(answer); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.style = style
	now := s.cfg.Now()
	s.token, s.until = answer.AccessToken, now.Add(useful(answer.Expiry))
	s.status = Status{Obtained: now, Success: now}
	if !answer.Expiry.IsZero() {
		s.status.Ends = now.Add(time.Until(answer.Expiry))
	}
	if answer.RefreshToken != "" && refresh != "" {
		s.refresh = answer.RefreshToken
	}
	return s.token, nil
}

// refusedWith goes back to the configured refresh token when the one that the
// endpoint had given in its place does not hold.
func (s *Source) refusedWith(refresh string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok && e.Refused() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.refresh == refresh {
			s.refresh = s.cfg.RefreshToken
		}
	}
	return err
}

// exchange makes the request. The client's secret goes into the body, as the
// large providers document it; an endpoint that refuses the client there and
// never took it is asked once more with the secret in the header (RFC 6749,
// section 2.3.1).
func (s *Source) exchange(ctx context.Context, style oauth2.AuthStyle, refresh string) (*oauth2.Token, oauth2.AuthStyle, error) {
	if style != oauth2.AuthStyleAutoDetect {
		answer, err := s.request(ctx, style, refresh)
		return answer, style, err
	}
	answer, err := s.request(ctx, oauth2.AuthStyleInParams, refresh)
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); !ok || refused.ErrorCode != "invalid_client" || s.cfg.ClientSecret == "" {
		return answer, oauth2.AuthStyleInParams, err
	}
	if answer, again := s.request(ctx, oauth2.AuthStyleInHeader, refresh); again == nil {
		return answer, oauth2.AuthStyleInHeader, nil
	}
	return nil, oauth2.AuthStyleAutoDetect, err
}

func (s *Source) request(ctx context.Context, style oauth2.AuthStyle, refresh string) (*oauth2.Token, error) {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, s.client)
	if refresh == "" {
		return (&clientcredentials.Config{
			ClientID: s.cfg.ClientID, ClientSecret: s.cfg.ClientSecret, TokenURL: s.cfg.TokenURL,
			Scopes: strings.Fields(s.cfg.Scope), AuthStyle: style,
		}).Token(ctx)
	}
	// The scope was granted with the refresh token (RFC 6749, section 6).
	return (&oauth2.Config{
		ClientID: s.cfg.ClientID, ClientSecret: s.cfg.ClientSecret,
		Endpoint: oauth2.Endpoint{TokenURL: s.cfg.TokenURL, AuthStyle: style},
	}).TokenSource(ctx, &oauth2.Token{RefreshToken: refresh}).Token()
}

// checkToken refuses what could not be shown to a mail server, or would say
// something else there: both mechanisms end their fields with a control
// character.
func checkToken(answer *oauth2.Token) error {
	if kind := answer.Type(); !strings.EqualFold(kind, "Bearer") {
		return &Error{Reason: "the endpoint gave a token of another kind than Bearer"}
	}
	if len(answer.AccessToken) > maxToken {
		return &Error{Reason: fmt.Sprintf("the endpoint gave a token of %d bytes", len(answer.AccessToken))}
	}
	if strings.ContainsFunc(answer.AccessToken, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return &Error{Reason: "the endpoint gave a token with a character that no token has"}
	}
	return nil
}

// useful returns how long a token is used that ends then: not to its end, and
// one that lives shortly for most of its life.
func useful(end time.Time) time.Duration {
	if end.IsZero() {
		return unknownLife
	}
	life := time.Until(end)
	return life - min(earliest, life/5)
}

// bounded cuts answers that are too long.
type bounded struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = &shortBody{ReadCloser: answer.Body, left: maxAnswer}
	return answer, nil
}

var errLong = errors.New("the answer is too long")

// shortBody fails when it is longer than it may be.
type shortBody struct {
	io.ReadCloser
	left int
}

func (b *shortBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errLong
	}
	return n, err
}

// Package oauth has what logging in to the two mail servers shares: it chooses the
// mechanism, gets access tokens for servers that take no password, and speaks the
// two mechanisms by which a token is shown to them.
//
// It promises: a token is asked for when somebody needs one and kept until
// shortly before it ends; callers who need one at the same time share one
// request; the answer is bounded in size and time, and no redirection is
// followed, because the request holds the secret. An error names what the
// endpoint said (RFC 6749, section 5.2), and neither it nor its cause holds a
// secret or a token. Keep replaces a token in time whether or not somebody needs one,
// so that a grant that was taken away is known before the servers are lost.
//
// A refresh token that the endpoint replaces is replaced in memory alone: after
// a restart the configured one is used again, which endpoints allow until it
// ends by itself.
package oauth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// Config tells where tokens come from.
type Config struct {
	TokenURL     string // https, or http to this machine
	ClientID     string
	ClientSecret string // empty: a public client, which needs a refresh token
	// RefreshToken is what a person granted once; empty: the client asks for
	// itself (client credentials).
	RefreshToken string
	Scope        string         // separated by blanks; may be empty
	RootCAs      *x509.CertPool // nil: those of the system
	// Timeout bounds one request to the endpoint; zero: 30 s.
	Timeout time.Duration
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Pause waits between two looks of Keep; nil: by the system's timer.
	Pause func(ctx context.Context, d time.Duration) error
}

const (
	// maxAnswer bounds the answer of the endpoint, its header and its body each,
	// in bytes.
	maxAnswer = 64 << 10
	// maxToken bounds a token, in bytes: it goes into one line of a command (RFC
	// 4954, section 4, gives such a line 12,288 in base64).
	maxToken = 9000
	// earliest is the most by which a token is given up before its end: a login
	// that begins now may take its time.
	earliest = 5 * time.Minute
	// unknownLife is how long a token is kept of which the endpoint does not say
	// how long it lives.
	unknownLife = 10 * time.Minute
)

// Source gives access tokens. It is safe for use by several goroutines.
type Source struct {
	cfg    Config
	client *http.Client

	mu      sync.Mutex
	token   string
	until   time.Time // the token is used before this
	flight  *flight   // the request under way, or nil
	style   oauth2.AuthStyle
	refresh string // the newest refresh token
	status  Status
}

// Status tells how getting tokens goes.
type Status struct {
	Obtained time.Time // when the present token was; zero: there is none
	Ends     time.Time // when it ends, as the endpoint said; zero: it did not
	Success  time.Time // when the endpoint gave one last; zero: never
	Failures int       // attempts in a row that failed since
	Err      error     // of the last one; nil: it succeeded
}

// Status returns how getting tokens goes. It may be called at any time.
func (s *Source) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// flight is a request that several callers wait for.
type flight struct {
	done  chan struct{} // closed when the rest is set
	token string
	err   error
	again bool // it ended because its caller did: another one must ask
}

// New checks the configuration; it does not connect.
func New(cfg Config) (*Source, error) {
	if err := checkURL(cfg.TokenURL); err != nil {
		return nil, fmt.Errorf("oauth: token URL: %w", err)
	}
	if cfg.ClientID == "" {
		return nil, errors.New("oauth: the client's id is needed")
	}
	if cfg.ClientSecret == "" && cfg.RefreshToken == "" {
		return nil, errors.New("oauth: a client's secret or a refresh token is needed")
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Pause == nil {
		cfg.Pause = pause
	}
	return &Source{cfg: cfg, client: newClient(cfg), refresh: cfg.RefreshToken}, nil
}

// checkURL keeps the secret off the network in clear.
func checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "":
		return errors.New("it is not an absolute URL")
	case u.User != nil:
		return errors.New("it must hold no user and no password")
	case u.Scheme == "https" || u.Scheme == "http" && Loopback(u.Hostname()):
		return nil
	}
	return errors.New("it must begin with https://")
}

// newClient makes a client for a request an hour: it keeps no connection.
func newClient(cfg Config) *http.Client {
	wire := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		TLSClientConfig:        &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxAnswer,
	}
	return &http.Client{
		Transport:     bounded{wire},
		Timeout:       cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Token returns a token that is good for a login now. Its error is an *Error,
// or that of the context.
func (s *Source) Token(ctx context.Context) (string, error) {
	for {
		token, f, first := s.join()
		if token != "" {
			return token, nil
		}
		if first {
			s.lead(ctx, f)
			return f.token, f.err
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return "", fmt.Errorf("oauth: %w", ctx.Err())
		}
		if !f.again {
			return f.token, f.err
		}
	}
}

// join returns the token that is kept, or the request to wait for, or a new one
// that the caller has to make.
func (s *Source) join() (token string, f *flight, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != "" && s.cfg.Now().Before(s.until) {
		return s.token, nil, false
	}
	if s.flight == nil {
		s.flight, first = &flight{done: make(chan struct{})}, true
	}
	return "", s.flight, first
}

// lead makes the request for everybody who waits.
func (s *Source) lead(ctx context.Context, f *flight) {
	defer close(f.done)
	defer func() { // also when the request panics: nobody may wait for ever
		s.mu.Lock()
		s.flight = nil
		s.mu.Unlock()
	}()
	f.err = &Error{Reason: "the request did not end"}
	f.token, f.err = s.ask(ctx)
	f.again = f.err != nil && ctx.Err() != nil
	if f.err != nil && !f.again {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.status.Failures++
		s.status.Err = f.err
	}
}

// Forget drops a token that a server refused, so that the next call asks for
// another one. A token that has been replaced meanwhile is not affected.
func (s *Source) Forget(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == token {
		s.token = ""
		s.status.Obtained, s.status.Ends = time.Time{}, time.Time{}
	}
}

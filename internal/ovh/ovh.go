// Package ovh speaks to the support tickets of OVHcloud's API.
//
// Credentials: there is one way to log in, and it goes to the configured endpoint and
// nowhere else: no redirect is followed. Nothing is read from the environment or from
// OVHcloud's own files of configuration.
//
// Failure: every error says by bridge's marks what it means. What OVHcloud refuses is
// permanent, with its words; what cannot have reached it, and what it says it has not
// begun (too many requests, not available), is marked as not done; anything else that
// happens to a write leaves open whether it was done. Errors of reads carry the same
// marks and say nothing about an earlier write. No error holds a secret or an address
// with a query.
//
// Nothing is tried twice by itself, but once when OVHcloud finds that our clock went
// another way since it was compared with its own: what it refuses for that it has not
// done. Answers are bounded in size, number and time. A Client may be used by many
// goroutines.
package ovh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ovh/go-ovh/ovh"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"escalat/bridge"
)

// Config says where the API is and how to log in: by AppKey, AppSecret and ConsumerKey,
// or by AccessToken, or by ClientID and ClientSecret.
type Config struct {
	// Endpoint is a name of OVHcloud's, such as ovh-eu, or an address that ends in the
	// version: https://eu.api.ovh.com/1.0.
	Endpoint string

	AppKey, AppSecret, ConsumerKey string
	AccessToken                    string
	ClientID, ClientSecret         string
	// TokenURL is where a service account gets its tokens; empty: where OVHcloud gives
	// them for that endpoint.
	TokenURL string

	// Timeout bounds each exchange; 30 s when 0.
	Timeout time.Duration
	// Now is the clock of what is to be tried later; time.Now when nil. What is signed is
	// signed by the machine's clock, as far as that is off OVHcloud's.
	Now func() time.Time
}

const (
	defaultTimeout = 30 * time.Second
	dialTimeout    = 10 * time.Second
	idleTimeout    = 60 * time.Second
	maxAnswer      = 8 << 20 // bytes
	maxHeader      = 64 << 10
)

// Client speaks to one account.
type Client struct {
	cfg      Config
	endpoint string
	account  *clientcredentials.Config // of a service account; else nil
	http     *http.Client
	secrets  []string

	// mu guards what the requests are made with. The library's client writes to itself
	// whenever it makes one.
	mu     sync.Mutex
	signer *ovh.Client
	ask    *bound
	token  *oauth2.Token
}

// New makes a client. It asks nothing yet.
func New(cfg Config) (*Client, error) {
	endpoint, err := endpointOf(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &Client{cfg: cfg, endpoint: endpoint}
	for _, secret := range []string{cfg.AppSecret, cfg.ConsumerKey, cfg.AccessToken, cfg.ClientSecret, cfg.AppKey, cfg.ClientID} {
		if len(secret) >= leastSecret {
			c.secrets = append(c.secrets, secret)
		}
	}
	if err := c.login(); err != nil {
		return nil, err
	}
	c.http = &http.Client{
		Timeout:       cfg.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSHandshakeTimeout:    dialTimeout,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        idleTimeout,
			MaxResponseHeaderBytes: maxHeader,
		},
	}
	c.reset()
	return c, nil
}

// leastSecret is how long a secret is at least that is looked for in OVHcloud's words.
const leastSecret = 4

// endpointOf is the address of an endpoint.
func endpointOf(name string) (string, error) {
	if known, ok := ovh.Endpoints[strings.ToLower(name)]; ok {
		return known, nil
	}
	u, err := url.Parse(strings.TrimRight(name, "/"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("ovh: the endpoint is neither a name of OVHcloud's nor an address such as https://eu.api.ovh.com/1.0")
	}
	return u.String(), nil
}

// login checks that there is one way to log in.
func (c *Client) login() error {
	var ways, halves int
	for _, way := range [][]string{
		{c.cfg.AppKey, c.cfg.AppSecret, c.cfg.ConsumerKey}, {c.cfg.AccessToken}, {c.cfg.ClientID, c.cfg.ClientSecret},
	} {
		set := 0
		for _, part := range way {
			if part != "" {
				set++
			}
		}
		switch set {
		case 0:
		case len(way):
			ways++
		default:
			halves++
		}
	}
	if ways != 1 || halves > 0 {
		return errors.New("ovh: one way to log in is needed: application key, its secret and a consumer key; or an access token; or a service account's id and secret")
	}
	if c.cfg.ClientID == "" {
		return nil
	}
	tokens := c.cfg.TokenURL
	if tokens == "" {
		tokens = map[string]string{
			ovh.OvhEU: "https://www.ovh.com/auth/oauth2/token",
			ovh.OvhCA: "https://ca.ovh.com/auth/oauth2/token",
			ovh.OvhUS: "https://us.ovhcloud.com/auth/oauth2/token",
		}[c.endpoint]
	}
	if tokens == "" {
		return errors.New("ovh: this endpoint takes no service account")
	}
	c.account = &clientcredentials.Config{ClientID: c.cfg.ClientID, ClientSecret: c.cfg.ClientSecret, TokenURL: tokens, Scopes: []string{"all"}}
	return nil
}

// Close closes the connections that wait to be used again.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// reset forgets how far our clock is off OVHcloud's. The caller holds mu, or is New.
func (c *Client) reset() {
	c.ask = &bound{next: c.http.Transport}
	c.signer = &ovh.Client{
		AppKey: c.cfg.AppKey, AppSecret: c.cfg.AppSecret, ConsumerKey: c.cfg.ConsumerKey, AccessToken: c.cfg.AccessToken,
		Client:    &http.Client{Transport: c.ask, CheckRedirect: c.http.CheckRedirect},
		Timeout:   c.cfg.Timeout,
		UserAgent: "escalat",
	}
	_ = c.signer.SetEndpoint(c.endpoint) // it has no slash at its end, which alone is refused
}

// request makes a request that is logged in. It may ask OVHcloud for the time, or for a
// token, and for nothing else.
func (c *Client) request(ctx context.Context, method, path string, body any, login bool) (*http.Request, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.ask.ctx = ctx // the library asks the time with none
	req, err := c.signer.NewRequest(method, path, body, login)
	if err != nil {
		return nil, fmt.Errorf("ask for the time: %w", c.broken(err))
	}
	if c.account != nil && login {
		token, err := c.bearer(ctx)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req, nil
}

// bearer is a token of the service account.
func (c *Client) bearer(ctx context.Context) (string, error) {
	if c.token.Valid() {
		return c.token.AccessToken, nil
	}
	token, err := c.account.Token(context.WithValue(ctx, oauth2.HTTPClient, c.http))
	if err != nil {
		if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) {
			return "", fmt.Errorf("get an access token: %w", c.unlogged(refused))
		}
		return "", fmt.Errorf("get an access token: %w", c.broken(err))
	}
	c.token = token
	return token.AccessToken, nil
}

// call makes an exchange; into, when it is not nil, takes the answer.
func (c *Client) call(ctx context.Context, method, path string, body, into any, login bool) error {
	err := c.once(ctx, method, path, body, into, login)
	if !errors.Is(err, errOutOfTime) {
		return err
	}
	c.mu.Lock()
	c.reset()
	c.mu.Unlock()
	return c.once(ctx, method, path, body, into, login)
}

func (c *Client) once(ctx context.Context, method, path string, body, into any, login bool) error {
	req, err := c.request(ctx, method, path, body, login)
	if err != nil {
		return c.unsent(err)
	}
	var way journey
	resp, err := c.http.Do(way.guard(ctx, req))
	if err != nil {
		if !way.connected() {
			return c.unsent(err)
		}
		return c.broken(err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return c.refusal(resp)
	}
	resp.Body = &limited{ReadCloser: resp.Body, left: maxAnswer}
	if err := (&ovh.Client{}).UnmarshalResponse(resp, into); err != nil {
		return c.broken(fmt.Errorf("read the answer: %w", err))
	}
	return nil
}

// unsent is an error of what never left.
func (c *Client) unsent(err error) error {
	if bridge.IsPermanent(err) {
		return err
	}
	return bridge.NotDone(c.broken(err))
}

package translate

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"escalat/bridge"
)

// Bounds of an exchange by HTTP.
const (
	defaultRemoteTimeout = 30 * time.Second
	dialTimeout          = 10 * time.Second
	idleConnTimeout      = 60 * time.Second
	maxAnswer            = 4 << 20 // bytes
	maxRefusal           = 16 << 10
	maxWords             = 200 // letters of a refusal that an error repeats
	shortest             = time.Second
	longest              = 15 * time.Minute
	pauseOnBusy          = time.Minute // where nobody says how long
	quotaExceeded        = 456         // DeepL's own status
	tooManyAtDeepL       = 529         // and another one
)

// What callers may want to recognise with errors.Is.
var (
	// ErrCredentials means that the key is not accepted.
	ErrCredentials = errors.New("the key is not accepted")
	// ErrQuota means that the account has used up what it may have translated.
	ErrQuota = errors.New("the quota is used up")
	// ErrBusy means that it asked to be left alone for a while.
	ErrBusy = errors.New("it asks to be left alone")
)

// remote is a service that is asked by HTTP, in JSON.
type remote struct {
	name, url, key string
	http           *http.Client
	wire           *http.Transport
	now            func() time.Time

	mu    sync.Mutex
	until time.Time // asked to be left alone
}

// remoteConfig is what both services need.
type remoteConfig struct {
	name, url, key string
	timeout        time.Duration
	pool           *x509.CertPool
	now            func() time.Time
}

// newRemote checks the address: a key is only ever sent over TLS, or to this machine.
func newRemote(cfg remoteConfig) (*remote, error) {
	u, err := url.Parse(cfg.url)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("%s: the address must be https://host/path, without a login or a query", cfg.name)
	}
	if u.Scheme == "http" && cfg.key != "" && !local(u.Hostname()) {
		return nil, fmt.Errorf("%s: a key needs an address with https", cfg.name)
	}
	if strings.ContainsFunc(cfg.key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fmt.Errorf("%s: the key holds what no key holds, such as a blank", cfg.name)
	}
	if cfg.timeout <= 0 {
		cfg.timeout = defaultRemoteTimeout
	}
	wire := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: dialTimeout}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: cfg.pool},
		TLSHandshakeTimeout:    dialTimeout,
		IdleConnTimeout:        idleConnTimeout,
		MaxIdleConnsPerHost:    2,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
	}
	return &remote{
		name: cfg.name, url: strings.TrimRight(cfg.url, "/"), key: cfg.key, now: cfg.now, wire: wire,
		http: &http.Client{
			Transport: wire, Timeout: cfg.timeout,
			// Nothing goes to an address that nobody has configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// post sends what is asked and reads the answer into into.
func (r *remote) post(ctx context.Context, path string, header http.Header, ask, into any) error {
	if err := r.free(); err != nil {
		return err
	}
	body, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+path, bytes.NewReader(body))
	if err != nil {
		return r.broken(err)
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "escalat")
	resp, err := r.http.Do(req)
	if err != nil {
		return r.broken(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return r.refusal(resp)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return r.broken(err)
	}
	if len(raw) > maxAnswer || !isJSON(resp.Header) || json.Unmarshal(raw, into) != nil {
		return errAnswered
	}
	return nil
}

// free is an error while it has asked to be left alone.
func (r *remote) free() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.until.After(r.now()) {
		return bridge.Later(ErrBusy, r.until)
	}
	return nil
}

// refusal says what an answer means that is no success.
func (r *remote) refusal(resp *http.Response) error {
	status := resp.StatusCode
	err := fmt.Errorf("%s answered %s%s", r.name, strings.TrimSpace(strconv.Itoa(status)+" "+http.StatusText(status)), r.words(resp))
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable, status == tooManyAtDeepL:
		at := r.now().Add(r.wait(resp.Header))
		r.mu.Lock()
		r.until = at
		r.mu.Unlock()
		return bridge.Later(fmt.Errorf("%w: %w", ErrBusy, err), at)
	case status == quotaExceeded:
		return bridge.Permanent(fmt.Errorf("%w: %w", ErrQuota, err))
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return bridge.Permanent(fmt.Errorf("%w: %w", ErrCredentials, err))
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status >= 500, status < 400 && status >= 300:
		return err
	}
	return bridge.Permanent(err)
}

// words are the service's own of a refusal, unless they might repeat the text: they are
// then longer than its sentences are.
func (r *remote) words(resp *http.Response) string {
	if status := resp.StatusCode; status >= 300 && status < 400 {
		return ": a redirect, which is not followed"
	}
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // what came of it is enough
	var said struct{ Message, Error string }
	if !isJSON(resp.Header) || json.Unmarshal(raw, &said) != nil {
		return ""
	}
	text := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(said.Message+said.Error, "?"), func(c rune) bool {
		return unicode.IsSpace(c) || !unicode.IsPrint(c)
	}), " ")
	if text == "" || len([]rune(text)) > maxWords {
		return ""
	}
	return ": " + r.clean(text)
}

// clean takes the key out of a text.
func (r *remote) clean(text string) string {
	if r.key == "" {
		return text
	}
	return strings.ReplaceAll(text, r.key, "[key]")
}

// wait is how long it asks to be left alone.
func (r *remote) wait(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= 0 {
		return max(shortest, time.Duration(min(n, int64(longest/time.Second)))*time.Second)
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return pauseOnBusy
	}
	now := r.now()
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs // the date is one of their clock
	}
	return max(shortest, min(date.Sub(now), longest))
}

// broken is an exchange that ended without an answer that counts.
func (r *remote) broken(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if text := err.Error(); r.clean(text) != text {
		return errors.New(r.clean(text))
	}
	return err
}

func isJSON(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

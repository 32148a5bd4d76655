package oauth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// endpoint is a token endpoint that counts.
type endpoint struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []url.Values
	basic  []string // what came as user and password
	answer func(n int, w http.ResponseWriter, form url.Values)
}

func newEndpoint(t *testing.T, answer func(n int, w http.ResponseWriter, form url.Values)) *endpoint {
	t.Helper()
	e := &endpoint{answer: answer}
	e.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		user, pass, _ := r.BasicAuth()
		e.mu.Lock()
		e.asked, e.basic = append(e.asked, r.PostForm), append(e.basic, user+":"+pass)
		n := len(e.asked)
		e.mu.Unlock()
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		e.answer(n, w, r.PostForm)
	}))
	e.Config.ErrorLog = log.New(io.Discard, "", 0)
	e.StartTLS()
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.asked)
}

// source asks the endpoint by a clock that the test turns.
func (e *endpoint) source(t *testing.T, change func(*Config)) (*Source, *time.Time) {
	t.Helper()
	now := start
	cfg := Config{
		TokenURL: e.URL + "/token", ClientID: "escalat", ClientSecret: "hunter2 &%", Scope: "https://outlook.office365.com/.default",
		Now: func() time.Time { return now },
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.client.Transport.(bounded).RoundTripper.(*http.Transport).TLSClientConfig.RootCAs = e.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	return s, &now
}

// numbered gives the tokens t1, t2 and so on, which live for an hour.
func numbered(n int, w http.ResponseWriter, _ url.Values) {
	fmt.Fprintf(w, `{"token_type":"Bearer","expires_in":3600,"access_token":"t%d"}`, n)
}

func want(t *testing.T, s *Source, token string) {
	t.Helper()
	got, err := s.Token(t.Context())
	if err != nil || got != token {
		t.Errorf("token %q, %v; want %q", got, err, token)
	}
}

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, numbered)
	s, now := e.source(t, nil)
	want(t, s, "t1")
	*now = start.Add(54 * time.Minute)
	want(t, s, "t1")
	*now = start.Add(56 * time.Minute) // it has four minutes left
	want(t, s, "t2")
	s.Forget("t1") // somebody else's news are old
	want(t, s, "t2")
	s.Forget("t2")
	want(t, s, "t3")
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {"escalat"}, "client_secret": {"hunter2 &%"},
		"scope": {"https://outlook.office365.com/.default"},
	}
	if diff := cmp.Diff([]url.Values{form, form, form}, e.asked); diff != "" {
		t.Error(diff)
	}
}

func TestShortLife(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, func(n int, w http.ResponseWriter, _ url.Values) {
		fmt.Fprintf(w, `{"expires_in":%q,"access_token":"t%d"}`, []string{"100", "0"}[min(n, 2)-1], n)
	})
	s, now := e.source(t, nil)
	want(t, s, "t1")
	*now = start.Add(70 * time.Second)
	want(t, s, "t1")
	*now = start.Add(81 * time.Second)
	want(t, s, "t2")
	*now = now.Add(unknownLife - time.Second)
	want(t, s, "t2")
	*now = now.Add(2 * time.Second)
	want(t, s, "t3")
}

func TestRefreshToken(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, func(n int, w http.ResponseWriter, form url.Values) {
		if form.Get("refresh_token") == "r3" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant","error_description":"r3 has been\r\nrevoked"}`)
			return
		}
		fmt.Fprintf(w, `{"token_type":"bearer","expires_in":3600,"access_token":"t%d","refresh_token":"r%d"}`, n, n+1)
	})
	s, _ := e.source(t, func(c *Config) { c.RefreshToken, c.ClientSecret = "r1", "" })
	want(t, s, "t1")
	s.Forget("t1")
	want(t, s, "t2")
	s.Forget("t2")
	_, err := s.Token(t.Context())
	if e, ok := errors.AsType[*Error](err); !ok || !e.Refused() || err.Error() != "oauth: no access token: invalid_grant: *** has been revoked" {
		t.Errorf("error %v", err)
	}
	want(t, s, "t4")
	var got []string
	for _, form := range e.asked {
		if form.Get("grant_type") != "refresh_token" || form.Has("client_secret") || form.Has("scope") {
			t.Errorf("asked %v", form)
		}
		got = append(got, form.Get("refresh_token"))
	}
	if diff := cmp.Diff([]string{"r1", "r2", "r3", "r1"}, got); diff != "" {
		t.Errorf("the configured token is the last resort:\n%s", diff)
	}
}

// An endpoint that wants the secret in the header is understood, and what it
// wants is kept in mind.
func TestSecretInHeader(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, func(n int, w http.ResponseWriter, form url.Values) {
		if form.Has("client_secret") {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"invalid_client"}`)
			return
		}
		numbered(n, w, form)
	})
	s, _ := e.source(t, nil)
	want(t, s, "t2")
	s.Forget("t2")
	want(t, s, "t3")
	if diff := cmp.Diff([]string{":", "escalat:hunter2+%26%25", "escalat:hunter2+%26%25"}, e.basic); diff != "" {
		t.Error(diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	pair := base64.StdEncoding.EncodeToString([]byte("escalat:hunter2+%26%25"))
	tests := []struct {
		name, answer string
		status       int
		want         Error
		asked        int
		refused      bool
	}{
		{
			"wrong secret", `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret hunter2 &% (hunter2+%26%25, ` + pair + `).\r\nTrace ID: 1"}`, 401,
			Error{Status: 401, Code: "invalid_client", Description: "AADSTS7000215: Invalid client secret *** (***, ***). Trace ID: 1"},
			2, true,
		},
		{"unknown client", `{"error":"unauthorized_client"}`, 400, Error{Status: 400, Code: "unauthorized_client"}, 1, true},
		{"error in a good answer", `{"error":"invalid_scope"}`, 200, Error{Status: 200, Code: "invalid_scope"}, 1, true},
		{"overloaded", `{"error":"temporarily_unavailable"}`, 503, Error{Status: 503, Code: "temporarily_unavailable"}, 1, false},
		{"a proxy's page", `<html>hunter2 &%`, 502, Error{Status: 502, Reason: "the endpoint answered 502 Bad Gateway"}, 1, false},
		{"elsewhere", ``, 307, Error{Status: 307, Reason: "the endpoint answered 307 Temporary Redirect"}, 1, false},
		{"no token", `{}`, 200, Error{Reason: "oauth2: server response missing access_token"}, 1, false},
		{"not JSON", `hello`, 200, Error{Reason: "oauth2: cannot parse json: invalid character 'h' looking for beginning of value"}, 1, false},
		{"another kind", `{"access_token":"t","token_type":"mac"}`, 200, Error{Reason: "the endpoint gave a token of another kind than Bearer"}, 1, false},
		{"control character", `{"access_token":"t\u0001\u0001user=root"}`, 200, Error{Reason: "the endpoint gave a token with a character that no token has"}, 1, false},
		{"huge token", `{"access_token":"` + strings.Repeat("t", maxToken+1) + `"}`, 200, Error{Reason: "the endpoint gave a token of 9001 bytes"}, 1, false},
		{"endless", strings.Repeat(" ", maxAnswer+1), 200, Error{Reason: "oauth2: cannot fetch token: the answer is too long"}, 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, func(_ int, w http.ResponseWriter, _ url.Values) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.answer)
			})
			s, _ := e.source(t, nil)
			_, err := s.Token(t.Context())
			got, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Error(diff)
			}
			if got.Refused() != tt.refused || e.count() != tt.asked || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("refused %v, asked %d times: %v", got.Refused(), e.count(), err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, numbered)
	s, _ := e.source(t, func(c *Config) { c.TokenURL = strings.Replace(c.TokenURL, "127.0.0.1", "localhost.invalid", 1) })
	_, err := s.Token(t.Context())
	if e, ok := errors.AsType[*Error](err); !ok || e.Refused() || e.Status != 0 || e.Reason == "" {
		t.Errorf("error %v", err)
	}
	stranger, err := New(Config{TokenURL: e.URL, ClientID: "a", ClientSecret: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Token(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	slow := newEndpoint(t, func(_ int, _ http.ResponseWriter, _ url.Values) { <-t.Context().Done() })
	s, _ = slow.source(t, func(c *Config) { c.Timeout = 50 * time.Millisecond })
	if _, err := s.Token(t.Context()); err == nil || !strings.Contains(err.Error(), "exceeded") {
		t.Errorf("silence: %v", err)
	}
}

// Many callers, one request; and whoever gives up does not take it from the
// others.
func TestOneRequest(t *testing.T) {
	t.Parallel()
	arrived, goOn := make(chan struct{}, 10), make(chan struct{})
	e := newEndpoint(t, func(n int, w http.ResponseWriter, form url.Values) {
		arrived <- struct{}{}
		<-goOn
		numbered(n, w, form)
	})
	s, _ := e.source(t, nil)
	first, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error, 2)
	go func() { _, err := s.Token(first); gaveUp <- err }()
	<-arrived

	var waiting sync.WaitGroup
	for range 20 {
		waiting.Go(func() { want(t, s, "t2") })
	}
	hasty, stop := context.WithCancel(t.Context())
	stop()
	go func() { _, err := s.Token(hasty); gaveUp <- err }()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who does not wait: %v", err)
	}
	cancel()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who asked: %v", err)
	}
	<-arrived // another one asks in his place
	close(goOn)
	waiting.Wait()
	if e.count() != 2 {
		t.Errorf("%d requests", e.count())
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := Config{TokenURL: "https://login.example.test/token", ClientID: "a", ClientSecret: "b"}
	for name, change := range map[string]func(*Config){
		"no URL":            func(c *Config) { c.TokenURL = "" },
		"relative":          func(c *Config) { c.TokenURL = "/token" },
		"in the clear":      func(c *Config) { c.TokenURL = "http://login.example.test/token" },
		"with a password":   func(c *Config) { c.TokenURL = "https://a:b@login.example.test/token" },
		"other scheme":      func(c *Config) { c.TokenURL = "ftp://localhost/token" },
		"no client":         func(c *Config) { c.ClientID = "" },
		"no secret at all":  func(c *Config) { c.ClientSecret = "" },
		"control character": func(c *Config) { c.TokenURL = "https://login.example.test/\n" },
	} {
		cfg := good
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, url := range []string{good.TokenURL, "http://localhost:1/x", "http://[::1]/x"} {
		if _, err := New(Config{TokenURL: url, ClientID: "a", RefreshToken: "r"}); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestExchange(t *testing.T) {
	t.Parallel()
	bearer := "n,a=a=3Db@example.test,\x01host=mail.example.test\x01port=993\x01auth=Bearer tok\x01\x01"
	older := "user=a=b@example.test\x01auth=Bearer tok\x01\x01"
	for _, tt := range []struct {
		exchange              *Exchange
		mechanism, first, end string
	}{
		{SMTP(XOAUTH2, "a=b@example.test", "tok", "mail.example.test", 993), XOAUTH2, older, ""},
		{IMAP(XOAUTH2, "a=b@example.test", "tok", "mail.example.test", 993), XOAUTH2, older, "\x01"},
		{SMTP("OAUTHBEARER", "a=b@example.test", "tok", "mail.example.test", 993), "OAUTHBEARER", bearer, "\x01"},
		{IMAP("OAUTHBEARER", "a=b@example.test", "tok", "mail.example.test", 993), "OAUTHBEARER", bearer, "\x01"},
	} {
		e := tt.exchange
		mechanism, first, err := e.Start()
		if mechanism != tt.mechanism || string(first) != tt.first || err != nil || e.Refused() || e.Explanation != "" {
			t.Errorf("%s %q, %v", mechanism, first, err)
		}
		end, err := e.Next([]byte("{\"status\":\"401\",\r\n\"tok\":\"tok\"}"))
		if end == nil || string(end) != tt.end || err != nil || !e.Refused() || e.Explanation != `{"status":"401", "***":"***"}` {
			t.Errorf("%s: %q, %v, %s", tt.mechanism, end, err, e.Explanation)
		}
		if _, err := e.Next(nil); err == nil {
			t.Errorf("%s answers a second challenge", tt.mechanism)
		}
		if got := e.Mask("you said " + base64.StdEncoding.EncodeToString(first)); got != "you said ***" {
			t.Errorf("%s: %s", tt.mechanism, got)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("AADSTS\r\n\xff\x1b[2J")
	f.Add("250 \xff\x1b]0;title\a ok\r\nmore")
	f.Fuzz(func(t *testing.T, s string) {
		if c := Clean(s); strings.ContainsAny(c, "\r\n\x00\x1b") || len([]rune(c)) > maxWords+1 || len([]rune(c)) <= maxWords && Clean(c) != c {
			t.Errorf("%q", c)
		}
	})
}

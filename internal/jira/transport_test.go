package jira

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"escalat/bridge"
)

// foreign is a host that is not Jira; it notes the headers that it is given.
func foreign(t *testing.T) (*httptest.Server, func() []http.Header) {
	t.Helper()
	seen := make(chan http.Header, 100)
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Clone()
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "hello")
	}))
	t.Cleanup(s.Close)
	return s, func() []http.Header {
		var all []http.Header
		for {
			select {
			case h := <-seen:
				all = append(all, h)
			default:
				return all
			}
		}
	}
}

func TestRedirectsTakeNothingAway(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		other, seen := foreign(t)
		f.files = []*fakeFile{{ID: 31, Name: "a.txt", Type: "text/plain", Data: []byte("hello"), Created: f.now}}
		c := f.client()
		if _, err := c.Detect(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "attachment/31") {
				return false
			}
			http.Redirect(w, r, other.URL+"/taken?token=signed-url-secret", http.StatusTemporaryRedirect)
			return true
		})
		_, read := c.Issue(t.Context(), "10001")
		_, _, post := c.Comment(t.Context(), "10001", "k", "un text que no ha de sortir")
		_, file := c.Attach(t.Context(), "10001", "a.txt", "text/plain", 3, strings.NewReader("abc"))
		_, list := updated(t, c, time.Minute)
		for i, err := range []error{read, post, file, list} {
			if err == nil || bridge.IsPermanent(err) || strings.Contains(err.Error(), "signed-url") {
				t.Errorf("call %d: %v", i, err)
			}
		}
		if got := seen(); len(got) != 0 {
			t.Errorf("%d requests of the REST interface followed a redirect away", len(got))
		}
		body, err := c.Attachment(t.Context(), bridge.Attachment{ID: "31", Size: 5, MIMEType: "text/plain"})
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		got := seen()
		if len(got) != 1 {
			t.Fatalf("the content came by %d requests to the other host, want 1", len(got))
		}
		for _, name := range []string{"Authorization", "Cookie", "Referer", "X-Atlassian-Token"} {
			if v := got[0].Get(name); v != "" {
				t.Errorf("the other host was given %s: %s", name, v)
			}
		}
	})
}

// A write that is redirected would come back as the answer to a read.
func TestWritesAreNotRedirected(t *testing.T) {
	t.Parallel()
	for _, code := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Cloud)
			f.answer(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/10001/comment") {
					return false
				}
				http.Redirect(w, r, "/jira/rest/api/2/issue/SUP-7/comment", code)
				return true
			})
			_, _, err := f.client().Comment(t.Context(), "10001", "k", "text")
			if said, ok := errors.AsType[*StatusError](err); !ok || said.Status != code || bridge.IsNotDone(err) || bridge.IsPermanent(err) {
				t.Errorf("Comment: %v", err)
			}
			if n := f.count(""); n != 1 || len(f.comments) != 0 {
				t.Errorf("%d requests, %d comments", n, len(f.comments))
			}
		})
	}
}

// What lies beside the context path belongs to another application.
func TestCredentialsAreBoundToTheBase(t *testing.T) {
	t.Parallel()
	b, err := newBase("https://Jira.Example.org/jira/")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"https://jira.example.org/jira":                 true,
		"https://jira.example.org:443/jira/rest/api/2":  true,
		"HTTPS://JIRA.example.ORG/jira/x":               true,
		"https://jira.example.org/jiraX/rest":           false,
		"https://jira.example.org/":                     false,
		"https://jira.example.org/jira/../confluence":   false,
		"https://jira.example.org/jira/%2e%2e/x":        false,
		"https://jira.example.org/jira/..%2Fconfluence": false,
		`https://jira.example.org/jira/..\x`:            false,
		"http://jira.example.org/jira/":                 false,
		"https://jira.example.org:8443/jira/":           false,
		"https://jira.example.org.evil.example/jira/":   false,
		"https://evil.example/jira/":                    false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var given string
		tr := &transport{base: b, authorization: "Bearer x", next: wire(func(r *http.Request) (*http.Response, error) {
			given = r.Header.Get("Authorization")
			return answer(r, 200, "text/plain", ""), nil
		})}
		req := (&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{"Authorization": {"Basic y"}, "Cookie": {"z"}}}).WithContext(t.Context())
		resp, err := tr.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := given == "Bearer x"; got != want || !want && given != "" {
			t.Errorf("%s: Authorization %q", text, given)
		}
		if req.Header.Get("Authorization") != "Basic y" {
			t.Errorf("%s: the caller's request was changed", text)
		}
	}
}

func TestAtlassianTokenIsCorrected(t *testing.T) {
	t.Parallel()
	var got string
	c, err := newClient(Config{URL: "https://jira.example.org", Token: testToken}, wire(func(r *http.Request) (*http.Response, error) {
		got = r.Header.Get("X-Atlassian-Token") + " " + r.Header.Get("User-Agent")
		return answer(r, 201, "application/json", `{}`), nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	req, err := c.api.NewMultiPartRequestWithContext(t.Context(), "POST", "rest/api/2/x", new(bytes.Buffer))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.api.Do(req, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got != "no-check escalat" {
		t.Errorf("X-Atlassian-Token and User-Agent: %q", got)
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.hits = 1
		c := f.client(func(cfg *Config) { cfg.ReadOnly = true })
		if _, err := c.Issue(t.Context(), "10001"); err != nil {
			t.Error(err)
		}
		if hits, err := updated(t, c, 3*time.Minute); err != nil || len(hits) != 1 {
			t.Errorf("Updated = %v, %v", hits, err)
		}
		_, _, post := c.Comment(t.Context(), "10001", "k", "text")
		_, file := c.Attach(t.Context(), "10001", "a.txt", "text/plain", 1, strings.NewReader("x"))
		for _, err := range []error{post, file} {
			if !errors.Is(err, ErrReadOnly) || !bridge.IsPermanent(err) {
				t.Errorf("%v; want a permanent ErrReadOnly", err)
			}
		}
		if n := f.count("POST rest/api/2/issue"); n != 0 {
			t.Errorf("%d writes reached Jira", n)
		}
	})
}

func TestReadOnlyRefusesEveryOtherMethodAndPath(t *testing.T) {
	t.Parallel()
	b, err := newBase("https://jira.example.org/jira")
	if err != nil {
		t.Fatal(err)
	}
	tr := &transport{base: b, readOnly: true}
	for what, want := range map[string]bool{
		"GET /jira/rest/api/2/issue/1":             true,
		"POST /jira/rest/api/2/search":             true,
		"POST /jira/rest/api/2/search/jql":         true,
		"POST /jira/rest/api/2/search/../issue":    false,
		"POST /rest/api/2/search":                  false,
		"POST /jira/rest/api/2/issue/1/comment":    false,
		"PUT /jira/rest/api/2/search":              false,
		"DELETE /jira/rest/api/2/issue/1":          false,
		"PATCH /jira/rest/api/2/issue/1":           false,
		"POST /jira/rest/api/2/search/jql/%2e%2e/": false,
	} {
		method, path, _ := strings.Cut(what, " ")
		req, err := http.NewRequestWithContext(t.Context(), method, "https://jira.example.org"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := tr.permit(req); (err == nil) != want {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// strictContext answers like the queue's: Err turns before Done is closed.
type strictContext struct {
	context.Context
	over atomic.Bool
}

func (c *strictContext) Err() error {
	if c.over.Load() {
		return context.DeadlineExceeded
	}
	return c.Context.Err()
}

func TestNoWriteAfterTheContextEnded(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		ctx := &strictContext{Context: t.Context()}
		if _, err := c.Detect(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := c.uploadLimit(ctx); err != nil {
			t.Fatal(err)
		}
		ctx.over.Store(true)
		_, _, post := c.Comment(ctx, "10001", "k", "text")
		_, file := c.Attach(ctx, "10001", "a.txt", "text/plain", 1, strings.NewReader("x"))
		for _, err := range []error{post, file} {
			if !errors.Is(err, context.DeadlineExceeded) || !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
				t.Errorf("%v (not done %t)", err, bridge.IsNotDone(err))
			}
		}
		if len(f.comments) != 0 || len(f.files) != 0 || f.count("POST") != 0 {
			t.Error("something was written")
		}
	})
}

// The process may be paused while it connects: between the first look at the
// context and the request lie a connection and a handshake.
func TestNoWriteAfterTheContextEndedWhileConnecting(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	ctx := &strictContext{Context: t.Context()}
	cfg := f.config()
	dialer := tls.Dialer{Config: f.server.Client().Transport.(*http.Transport).TLSClientConfig}
	c, err := newClient(cfg, &http.Transport{DialTLSContext: func(ctx2 context.Context, network, addr string) (net.Conn, error) {
		defer ctx.over.Store(true)
		return dialer.DialContext(ctx2, network, addr)
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = c.Comment(ctx, "10001", "k", "text")
	if !errors.Is(err, context.DeadlineExceeded) || !bridge.IsNotDone(err) {
		t.Errorf("Comment: %v (not done %t)", err, bridge.IsNotDone(err))
	}
	if len(f.comments) != 0 {
		t.Error("a comment was written")
	}
}

func TestUnreachableIsNotDone(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	f := newFake(t, Cloud)
	for name, change := range map[string]func(*Config){
		"refused":     func(c *Config) { c.URL = "https://" + addr },
		"unknown":     func(c *Config) { c.URL = "https://jira.invalid" },
		"certificate": func(c *Config) { c.RootCAs = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := f.client(change)
			_, _, err := c.Comment(t.Context(), "10001", "k", "text")
			if err == nil || !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
				t.Errorf("Comment: %v (not done %t, permanent %t)", err, bridge.IsNotDone(err), bridge.IsPermanent(err))
			}
			if _, err := c.Issue(t.Context(), "10001"); err == nil || bridge.IsNotDone(err) {
				t.Errorf("Issue: %v: a read is never marked as not done", err)
			}
		})
	}
}

// After the request was written nobody can say.
func TestLostAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPost {
				return false
			}
			if strings.HasSuffix(r.URL.Path, "comment") {
				f.post(httptest.NewRecorder(), r)
			} else {
				f.attach(httptest.NewRecorder(), r)
			}
			panic(http.ErrAbortHandler)
		})
		_, _, err := c.Comment(t.Context(), "10001", "the-key", "text")
		if err == nil || bridge.IsNotDone(err) || bridge.IsPermanent(err) {
			t.Errorf("Comment: %v (not done %t)", err, bridge.IsNotDone(err))
		}
		_, err = c.Attach(t.Context(), "10001", "a.txt", "text/plain", 3, strings.NewReader("abc"))
		if err == nil || bridge.IsNotDone(err) || bridge.IsPermanent(err) {
			t.Errorf("Attach: %v (not done %t)", err, bridge.IsNotDone(err))
		}
		if id, at, found, err := c.FindComment(t.Context(), "10001", "the-key", f.now); err != nil || !found || id != "20000" || !at.Equal(f.now) {
			t.Errorf("FindComment = %q, %t, %v", id, found, err)
		}
		if id, found, err := c.FindAttachment(t.Context(), "10001", "a.txt", 3, f.now); err != nil || !found || id != "30000" {
			t.Errorf("FindAttachment = %q, %t, %v", id, found, err)
		}
	})
}

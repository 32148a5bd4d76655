package jira

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// wire is a transport below ours that never touches a socket.
type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	return w(r)
}

func answer(r *http.Request, code int, kind, body string) *http.Response {
	return &http.Response{
		StatusCode: code, Header: http.Header{"Content-Type": {kind}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

func wiredClient(t *testing.T, w wire) *Client {
	t.Helper()
	c, err := newClient(Config{
		URL: "https://jira.example.org", User: testUser, Token: testToken,
		Now: func() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) },
	}, held(t, w))
	if err != nil {
		t.Fatal(err)
	}
	c.jitter = func() time.Duration { return 0 }
	return c
}

// cannedClient speaks to a Cloud that knows who we are; the rest is answered by
// respond.
func cannedClient(t *testing.T, respond func(path string) (int, string)) *Client {
	t.Helper()
	return wiredClient(t, func(r *http.Request) (*http.Response, error) {
		code, body := 200, ""
		switch {
		case strings.HasSuffix(r.URL.Path, "/serverInfo"):
			body = `{"deploymentType":"Cloud","versionNumbers":[1001,0,0]}`
		case strings.HasSuffix(r.URL.Path, "/myself"):
			body = `{"accountId":"557058:escalat"}`
		default:
			code, body = respond(r.URL.Path)
		}
		return answer(r, code, "application/json", body), nil
	})
}

func decode(r *http.Request, v any) error { return json.NewDecoder(r.Body).Decode(v) }

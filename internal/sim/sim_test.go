package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/internal/contract"
	"escalat/internal/sim"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a time that stands still until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

var morning = time.Date(2026, 10, 21, 8, 12, 0, 0, time.UTC)

// documents are Jira's own; what the simulator answers is held against them.
var documents = contract.New()

// unchecked is for what Jira answers and its document does not name.
func unchecked(next http.Handler) http.Handler { return next }

// newJira starts a Jira on a clock that stands still.
func newJira(t *testing.T, cfg sim.JiraConfig) (*sim.Jira, *caller) {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = (&clock{at: morning}).now
	}
	if cfg.Wrap == nil && !cfg.Odd {
		cfg.Wrap = documents.WrapAnswers(t, cfg.Cloud)
	}
	j := sim.NewJira(cfg)
	url, err := j.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &caller{t: t, base: url, client: newClient(t), auth: func(r *http.Request) { r.Header.Set("Authorization", "Bearer sim-token") }}
	if cfg.Cloud {
		c.auth = func(r *http.Request) { r.SetBasicAuth("escalat@aoc.test", "sim-token") }
	}
	return j, c
}

// newClient is a client that follows no redirect and leaves no goroutine.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// caller speaks to one HTTP listener.
type caller struct {
	t      *testing.T
	base   string
	client *http.Client
	auth   func(*http.Request)
	ctx    context.Context // nil: the test's
}

// with is the same caller whose requests end with ctx.
func (c *caller) with(ctx context.Context) *caller {
	other := *c
	other.ctx = ctx
	return &other
}

// reply is an answer as it came.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// send makes a request; body is sent as JSON unless it is a string.
func (c *caller) send(method, path string, body any) (reply, error) {
	c.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	if strings.HasPrefix(path, "/") {
		path = c.base + path
	}
	ctx := c.ctx
	if ctx == nil {
		ctx = c.t.Context()
	}
	req, err := http.NewRequestWithContext(ctx, method, path, reader)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if c.auth != nil {
		c.auth(req)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	return reply{status: resp.StatusCode, header: resp.Header, body: raw}, err
}

// want makes a request that must answer with the status.
func (c *caller) want(status int, method, path string, body any) reply {
	c.t.Helper()
	r, err := c.send(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	if r.status != status {
		c.t.Fatalf("%s %s: status %d, want %d: %s", method, path, r.status, status, r.body)
	}
	return r
}

// into decodes the answer.
func (r reply) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(r.body, v); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
}

// doc is a JSON object.
type doc = map[string]any

// doc decodes an object.
func (r reply) doc(t *testing.T) doc {
	t.Helper()
	var d doc
	r.into(t, &d)
	return d
}

// at walks into nested objects and lists.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, ok := v.(doc)
			if !ok {
				t.Fatalf("no object at %v of %v", step, path)
			}
			v = m[s]
		case int:
			l, ok := v.([]any)
			if !ok || len(l) <= s {
				t.Fatalf("no element %d of %v in %v", s, path, v)
			}
			v = l[s]
		}
	}
	return v
}

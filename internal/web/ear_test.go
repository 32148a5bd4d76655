package web_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/internal/web"
)

// secret is that of the published example of a signature.
const secret = "It's a Secret to Everybody"

// ear is a receiver of webhooks with all that it saw, counted and logged.
type ear struct {
	*web.Hooks
	url string

	mu     sync.Mutex
	hints  []web.Hint
	counts map[string]int
	log    bytes.Buffer
	now    time.Time
	err    error // of see
}

// listen runs a receiver until the test ends. Enter, which may be nil, is called
// within each look. Patience is with those who have not proved to know the secret.
func listen(t *testing.T, enter func(context.Context), patience ...time.Duration) *ear {
	t.Helper()
	e := &ear{counts: map[string]int{}, now: time.Date(2026, 7, 21, 4, 30, 0, 0, time.UTC)}
	ctx, cancel := context.WithCancel(t.Context())
	see := func(ctx context.Context, h web.Hint) error {
		if enter != nil {
			enter(ctx)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.hints = append(e.hints, h)
		return e.err
	}
	hooks, err := web.ListenHooks(ctx, "127.0.0.1:0", secret, see, slog.New(slog.NewTextHandler(e, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	hooks.Count(func(verdict string) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.counts[verdict]++
	})
	hooks.SetNow(func() time.Time {
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.now
	})
	for _, d := range patience {
		hooks.SetPatience(d)
	}
	e.Hooks, e.url = hooks, "http://"+hooks.Addr()
	done := make(chan error, 1)
	go func() { done <- hooks.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return e
}

// Write keeps what was logged.
func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.Write(p)
}

// lines returns the lines of the log that contain a word.
func (e *ear) lines(word string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Split(strings.TrimSuffix(grep(e.log.String(), word), "\n"), "\n")
}

func (e *ear) counted() map[string]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.counts)
}

func (e *ear) seen() []web.Hint {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.hints)
}

// set changes the receiver's clock and the error of see.
func (e *ear) set(later time.Duration, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.now, e.err = e.now.Add(later), err
}

func sign(body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// send sends a request with headers of name and value in turn.
func send(t *testing.T, method, url string, body io.Reader, headers ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	// A header that is too long is answered by Go's server itself.
	if answer, err := io.ReadAll(resp.Body); err != nil || len(answer) > 0 && resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%s answers with detail: %q, %v", url, answer, err)
	}
	return resp
}

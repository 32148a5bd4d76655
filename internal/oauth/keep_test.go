package oauth

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A token is replaced before its end although nobody asks for it, and a grant that was
// taken away shows at once, while the present token still lives.
func TestKeep(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, func(n int, w http.ResponseWriter, form url.Values) {
		switch n {
		case 2, 3:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 4:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"granted-once has expired"}`))
		default:
			numbered(n, w, form)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var now *time.Time
	var s *Source
	var slept []time.Duration
	var failures []int
	pauses := func(ctx context.Context, d time.Duration) error {
		slept, failures = append(slept, d), append(failures, s.Status().Failures)
		if len(slept) == 60 {
			cancel()
		}
		*now = now.Add(d)
		return ctx.Err()
	}
	s, now = e.source(t, func(c *Config) {
		c.RefreshToken = "granted-once" // a client that is refused is asked once
		c.ClientSecret = ""
		c.Pause = pauses
	})
	var book bytes.Buffer
	if err := s.Keep(ctx, slog.New(slog.NewTextHandler(&book, nil))); !errors.Is(err, context.Canceled) {
		t.Errorf("Keep: %v", err)
	}
	// 55 minutes of a minute, then two that are tried again in a minute, one that a
	// person must mend, and all is well.
	for i, d := range slept {
		wantPause, wantFailures := time.Minute, 0
		if i >= 55 && i <= 57 {
			wantFailures = i - 54
		}
		if i == 57 {
			wantPause = 10 * time.Minute
		}
		if d != wantPause || failures[i] != wantFailures {
			t.Errorf("pause %d: %s after %d failures, want %s after %d", i, d, failures[i], wantPause, wantFailures)
		}
	}
	st := s.Status()
	if n := e.count(); n != 5 || st.Failures != 0 || st.Err != nil || !st.Obtained.Equal(st.Success) || st.Success.Sub(start) != 67*time.Minute {
		t.Errorf("asked %d times, status %+v", n, st)
	}
	if left := st.Ends.Sub(st.Obtained); left < 59*time.Minute || left > time.Hour {
		t.Errorf("the token lives for %s", left)
	}
	text := book.String()
	if strings.Count(text, "level=ERROR") != 2 || strings.Count(text, "given again") != 1 || strings.Contains(text, "granted-once") || !strings.Contains(text, "invalid_client") {
		t.Errorf("log:\n%s", text)
	}
	s.Forget("t5")
	if st := s.Status(); !st.Obtained.IsZero() || !st.Ends.IsZero() || st.Success.IsZero() {
		t.Errorf("status of no token %+v", st)
	}
}

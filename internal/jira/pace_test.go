package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

// stopped is a machine's clock that moves only while somebody sleeps.
type stopped struct {
	now    time.Time
	sleeps int
}

// pacedClient has a clock that costs no time, and a Jira that notes the times of
// the requests by it.
func pacedClient(t *testing.T, respond func(r *http.Request) *http.Response) (*Client, *stopped, *[]time.Time) {
	t.Helper()
	clock := &stopped{now: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)}
	var asked []time.Time
	c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
		asked = append(asked, clock.now)
		if respond != nil {
			return respond(r), nil
		}
		return answer(r, 200, "application/json", `{"id":"7"}`), nil
	})
	c.now = func() time.Time { return clock.now }
	c.pace.clock = c.now
	c.pace.sleep = func(ctx context.Context, d time.Duration) error {
		clock.sleeps++
		clock.now = clock.now.Add(d)
		return ctx.Err()
	}
	return c, clock, &asked
}

// most is how many of the times lie within a span.
func most(times []time.Time, span time.Duration) int {
	found, first := 0, 0
	for last := range times {
		for times[last].Sub(times[first]) >= span {
			first++
		}
		found = max(found, last-first+1)
	}
	return found
}

func TestWritesOnOneIssue(t *testing.T) {
	t.Parallel()
	c, clock, asked := pacedClient(t, nil)
	begun := clock.now
	for range 400 {
		if _, _, err := c.Comment(t.Context(), "1", "k", "text"); err != nil {
			t.Fatal(err)
		}
	}
	if n := most(*asked, 2*time.Second); n != 10 {
		t.Errorf("%d writes in 2 s, want 10", n)
	}
	if n := most(*asked, 30*time.Second); n != 80 {
		t.Errorf("%d writes in 30 s, want 80", n)
	}
	if d := clock.now.Sub(begun); d > 2*time.Minute+30*time.Second {
		t.Errorf("400 writes took %v", d)
	}
	sleeps := clock.sleeps
	if _, _, err := c.Comment(t.Context(), "2", "k", "text"); err != nil || clock.sleeps != sleeps {
		t.Errorf("a write on another issue waited: %v", err)
	}
}

func TestRequestsAltogether(t *testing.T) {
	t.Parallel()
	c, _, asked := pacedClient(t, nil)
	for i := range 300 {
		if _, err := c.EditLabels(t.Context(), fmt.Sprint(i), []string{"a"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := most(*asked, time.Second); n > 40 || n < 30 {
		t.Errorf("%d writes in a second", n)
	}
	*asked = nil
	for range 300 {
		if err := c.ask(t.Context(), "ask", "rest/api/2/field", new([]int)); err != nil {
			t.Fatal(err)
		}
	}
	if n := most(*asked, time.Second); n > 80 || n < 60 {
		t.Errorf("%d reads in a second", n)
	}
}

// Who has not the time to wait is told when to come again, and nothing was done.
func TestNoTimeToWait(t *testing.T) {
	t.Parallel()
	c, clock, asked := pacedClient(t, nil)
	for range 10 {
		if _, _, err := c.Comment(t.Context(), "1", "k", "text"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	want := clock.now.Add(2 * time.Second)
	for range 500 { // what is not done takes no place from what is
		_, _, err := c.Comment(ctx, "1", "k", "text")
		if !bridge.IsNotDone(err) || bridge.IsPermanent(err) || !bridge.RetryAt(err).Equal(want) || len(*asked) != 10 {
			t.Fatalf("%v at %v, want %v; %d requests", err, bridge.RetryAt(err), want, len(*asked))
		}
	}
	if _, _, err := c.Comment(ctx, "2", "k", "text"); err != nil || clock.now.After(want.Add(-time.Second)) {
		t.Errorf("another issue: %v at %v", err, clock.now)
	}
	if _, _, err := c.Comment(t.Context(), "1", "k", "text"); err != nil || !clock.now.Equal(want) {
		t.Errorf("%v at %v, want %v", err, clock.now, want)
	}
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	for range 30 {
		if _, _, err := c.Comment(cancelled, "1", "k", "text"); !errors.Is(err, context.Canceled) || !bridge.IsNotDone(err) {
			t.Fatalf("%v", err)
		}
	}
	if n := len(*asked); n != 12 {
		t.Errorf("%d requests, want 12", n)
	}
}

func TestIssuesAreForgotten(t *testing.T) {
	t.Parallel()
	p, now := newPace(), time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	p.clock = func() time.Time { return now }
	for i := range 3 * mostIssues {
		wait, ok := p.plan(call{write: true, issue: fmt.Sprint(i)}, time.Hour)
		if now = now.Add(wait); !ok || len(p.issues) > mostIssues {
			t.Fatalf("%d issues are remembered", len(p.issues))
		}
	}
	one := p.issues[fmt.Sprint(3*mostIssues-1)]
	for range 3 * mostRemembered {
		one.add(now)
	}
	if len(one.times) != mostRemembered {
		t.Errorf("%d times are remembered", len(one.times))
	}
}

// An issue that Jira wants to be left alone is left alone, however many others are
// written on.
func TestHeldIssueIsNotForgotten(t *testing.T) {
	t.Parallel()
	c, clock, asked := pacedClient(t, func(r *http.Request) *http.Response {
		resp := answer(r, 429, "application/json", `{}`)
		resp.Header.Set("RateLimit-Reason", "jira-per-issue-on-write")
		resp.Header.Set("Retry-After", "600")
		return resp
	})
	write := func() error {
		_, err := c.EditLabels(t.Context(), "1", []string{"a"}, nil)
		return err
	}
	until := clock.now.Add(10 * time.Minute)
	if err := write(); !bridge.RetryAt(err).Equal(until) {
		t.Fatalf("%v at %v, want %v", err, bridge.RetryAt(err), until)
	}
	others := func() {
		c.pace.mu.Lock()
		defer c.pace.mu.Unlock()
		for i := range 2 * mostIssues {
			clock.now = clock.now.Add(10 * time.Millisecond)
			c.pace.issue(fmt.Sprint(100+i), clock.now).add(clock.now)
		}
	}
	others()
	if err := write(); !bridge.RetryAt(err).Equal(until) || len(*asked) != 1 {
		t.Errorf("%v at %v, %d requests", err, bridge.RetryAt(err), len(*asked))
	}
	clock.now = until.Add(longestSpan)
	others()
	if c.pace.issues["1"] != nil || len(c.pace.issues) > mostIssues {
		t.Errorf("%d issues are remembered, the one that was held among them: %t", len(c.pace.issues), c.pace.issues["1"] != nil)
	}
}

// What one call was told holds for all.
func TestPauseIsForAll(t *testing.T) {
	t.Parallel()
	for _, code := range []int{429, 503} {
		status := code
		c, clock, asked := pacedClient(t, func(r *http.Request) *http.Response {
			resp := answer(r, status, "application/json", `{"id":"7"}`)
			resp.Header.Set("Retry-After", "17")
			return resp
		})
		until := clock.now.Add(17 * time.Second)
		first := c.ask(t.Context(), "ask", "rest/api/2/field", new([]int))
		_, _, write := c.Comment(t.Context(), "1", "k", "text")
		_, file := c.Attach(t.Context(), "1", "a.txt", "text/plain", 1, strings.NewReader("x"))
		_, read := c.Issue(t.Context(), "1")
		for i, err := range []error{first, write, file, read} {
			if err == nil || bridge.IsPermanent(err) || !bridge.RetryAt(err).Equal(until) || bridge.IsNotDone(err) != (i == 1 || i == 2) {
				t.Errorf("%d, call %d: %v (not done %t) at %v, want %v", code, i, err, bridge.IsNotDone(err), bridge.RetryAt(err), until)
			}
		}
		if len(*asked) != 1 {
			t.Errorf("%d: %d requests, want 1", code, len(*asked))
		}
		clock.now, status = until, 200
		if _, _, err := c.Comment(t.Context(), "1", "k", "text"); err != nil || len(*asked) != 2 {
			t.Errorf("%d, after the pause: %v", code, err)
		}
	}
}

// What went wrong with one request is no reason to leave Jira alone.
func TestNoPause(t *testing.T) {
	t.Parallel()
	for code, after := range map[int]string{500: "17", 503: "", 401: "17", 409: "17"} {
		c, _, asked := pacedClient(t, func(r *http.Request) *http.Response {
			resp := answer(r, code, "application/json", `{}`)
			if after != "" {
				resp.Header.Set("Retry-After", after)
			}
			return resp
		})
		for range 2 {
			if err := c.ask(t.Context(), "ask", "rest/api/2/field", new([]int)); err == nil || bridge.IsPermanent(err) {
				t.Errorf("%d: %v", code, err)
			}
		}
		if len(*asked) != 2 {
			t.Errorf("%d: %d requests, want 2", code, len(*asked))
		}
	}
}

// A 429 that does not say for how long, or says 0, while it repeats.
func TestPauseOfUnknownLength(t *testing.T) {
	t.Parallel()
	for _, told := range []string{"", "0", "soon"} {
		status := 429
		c, clock, _ := pacedClient(t, func(r *http.Request) *http.Response {
			resp := answer(r, status, "application/json", `[]`)
			if told != "" {
				resp.Header.Set("Retry-After", told)
			}
			return resp
		})
		jitter := 300 * time.Millisecond
		c.jitter = func() time.Duration { return jitter }
		ask := func() time.Duration {
			until := bridge.RetryAt(c.ask(t.Context(), "ask", "rest/api/2/field", new([]int)))
			if until.IsZero() {
				return 0
			}
			wait := until.Sub(clock.now)
			clock.now = until
			return wait
		}
		for i, want := range []int{1, 2, 4, 8, 16, 32, 60, 60, 60} {
			if got := ask(); got != time.Duration(want)*time.Second+jitter {
				t.Errorf("%q, pause %d is %v, want %d s", told, i, got, want)
			}
		}
		status = 200
		if got := ask(); got != 0 {
			t.Errorf("%v", got)
		}
		status = 429
		if got := ask(); got != time.Second+jitter {
			t.Errorf("%q, after a success: %v", told, got)
		}
	}
}

// Those who were asking when the pause began teach nothing new.
func TestPauseLearnedAtOnce(t *testing.T) {
	t.Parallel()
	c, clock, _ := pacedClient(t, nil)
	var calls []call
	for range 8 {
		k, err := c.admit(t.Context(), call{op: "ask"})
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, k)
	}
	resp := &http.Response{Header: http.Header{}}
	for i, k := range calls {
		if until := c.pause(k, resp, 0); !until.Equal(clock.now.Add(time.Second)) {
			t.Errorf("answer %d: until %v", i, until)
		}
	}
	c.heed(calls[0], resp.Header) // a late success of an earlier round
	if c.pace.guess != 1 {
		t.Errorf("guess %d", c.pace.guess)
	}
	if until := c.pause(calls[7], resp, time.Minute); !until.Equal(clock.now.Add(time.Minute)) {
		t.Errorf("a longer one: until %v", until)
	}
}

// Too much on one issue is no reason to leave the others alone.
func TestPauseOfOneIssue(t *testing.T) {
	t.Parallel()
	c, clock, asked := pacedClient(t, func(r *http.Request) *http.Response {
		if !strings.Contains(r.URL.Path, "/issue/1/") || r.Method == http.MethodGet {
			return answer(r, 201, "application/json", `{"id":"7"}`)
		}
		resp := answer(r, 429, "application/json", `{}`)
		resp.Header.Set("RateLimit-Reason", "jira-per-issue-on-write")
		resp.Header.Set("Retry-After", "20")
		return resp
	})
	for i, want := range []int{1, 1} {
		_, _, err := c.Comment(t.Context(), "1", "k", "text")
		if !bridge.IsNotDone(err) || !bridge.RetryAt(err).Equal(clock.now.Add(20*time.Second)) || len(*asked) != want {
			t.Errorf("%d: %v, %d requests", i, err, len(*asked))
		}
	}
	if _, _, err := c.Comment(t.Context(), "2", "k", "text"); err != nil {
		t.Errorf("another issue: %v", err)
	}
	if err := c.ask(t.Context(), "ask", "rest/api/2/issue/1/comment", new(commentPage)); err != nil {
		t.Errorf("a read: %v", err)
	}
}

// Another host, of files, says nothing of Jira.
func TestPauseOfAnotherHost(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.files = []*fakeFile{{ID: 31, Name: "a.txt", Type: "text/plain", Data: []byte("hello"), Created: f.now}}
		media := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "600")
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		t.Cleanup(media.Close)
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			away := strings.Contains(r.URL.Path, "/content/") || strings.Contains(r.URL.Path, "/secure/")
			if away {
				http.Redirect(w, r, media.URL, http.StatusSeeOther)
			}
			return away
		})
		c := f.client()
		if _, err := c.Attachment(t.Context(), bridge.Attachment{ID: "31", Size: 5}); !bridge.RetryAt(err).Equal(f.now.Add(10 * time.Minute)) {
			t.Errorf("Attachment: %v at %v", err, bridge.RetryAt(err))
		}
		if _, err := c.Issue(t.Context(), "10001"); err != nil {
			t.Errorf("Issue: %v", err)
		}
	})
}

// An empty bucket of Data Center is given the time to be filled.
func TestHintOfDataCenter(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		remaining, interval, after string
		want                       time.Duration
	}{
		{"0", "5", "0", 5 * time.Second},
		{"0", "5", "9", 9 * time.Second},
		{"0", "100000", "", time.Minute},
		{"1", "5", "0", 0},
		{"0", "", "0", 0}, // as Cloud
		{"0", "-1", "0", 0},
		{"", "5", "", 0},
	} {
		c, clock, _ := pacedClient(t, func(r *http.Request) *http.Response {
			resp := answer(r, 200, "application/json", `[]`)
			for name, value := range map[string]string{"X-RateLimit-Remaining": test.remaining, "X-RateLimit-Interval-Seconds": test.interval, "Retry-After": test.after} {
				if value != "" {
					resp.Header.Set(name, value)
				}
			}
			return resp
		})
		c.timeout = time.Hour
		begun := clock.now
		for range 2 {
			if err := c.ask(t.Context(), "ask", "rest/api/2/field", new([]int)); err != nil {
				t.Fatal(err)
			}
		}
		if got := clock.now.Sub(begun); got != test.want {
			t.Errorf("%+v: waited %v", test, got)
		}
		body, err := c.open(t.Context(), "read", "rest/api/2/attachment/content/1", bridge.Attachment{})
		if err != nil {
			t.Fatal(err)
		}
		_ = body.Close()
		begun = clock.now
		if err := c.ask(t.Context(), "ask", "rest/api/2/field", new([]int)); err != nil || clock.now.Sub(begun) != test.want {
			t.Errorf("%+v, after a file: waited %v, %v", test, clock.now.Sub(begun), err)
		}
	}
}

func TestSleep(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	if err := sleep(ctx, time.Nanosecond); err != nil {
		t.Errorf("%v", err)
	}
	cancel()
	if err := sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/web"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a server until the test ends and returns its URL.
func start(t *testing.T, parts []web.Part, m *web.Metrics) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	srv, err := web.Listen(ctx, "127.0.0.1:0", parts, m, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- srv.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return "http://" + srv.Addr()
}

func get(t *testing.T, url, accept string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	// Connections of its own: the shared pool would outlive the test.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body), resp.Header
}

func part(name string, ready bool, since time.Time, why string) web.Part {
	return web.Part{Name: name, Status: func(context.Context) web.Status {
		return web.Status{Ready: ready, Since: since, Why: why}
	}}
}

func since() time.Time { return time.Date(2026, 3, 1, 9, 30, 0, 5e8, time.FixedZone("", 3600)) }

func TestReady(t *testing.T) {
	t.Parallel()
	jira := part("jira", true, since(), "")
	imap := part("imap", false, since(), "the server refused the login")
	fresh := part("queue", false, time.Time{}, "not started")
	for name, tc := range map[string]struct {
		parts []web.Part
		code  int
		text  string
	}{
		"all ready":   {[]web.Part{jira}, 200, "jira: ready since 2026-03-01T08:30:00Z\n"},
		"one is not":  {[]web.Part{jira, imap}, 503, "jira: ready since 2026-03-01T08:30:00Z\nimap: NOT READY since 2026-03-01T08:30:00Z: the server refused the login\n"},
		"no time yet": {[]web.Part{fresh}, 503, "queue: NOT READY: not started\n"},
		"nothing":     {nil, 200, "nothing runs\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, body, head := get(t, start(t, tc.parts, nil)+"/readyz", "")
			if code != tc.code || body != tc.text {
				t.Errorf("got %d\n%s\nwant %d\n%s", code, body, tc.code, tc.text)
			}
			if head.Get("Cache-Control") != "no-store" {
				t.Error("the answer may be cached")
			}
		})
	}
}

func TestReadyJSON(t *testing.T) {
	t.Parallel()
	url := start(t, []web.Part{part("jira", true, since(), ""), part("imap", false, time.Time{}, "away")}, nil)
	want := map[string]any{"ready": false, "parts": []any{
		map[string]any{"name": "jira", "ready": true, "since": "2026-03-01T08:30:00Z"},
		map[string]any{"name": "imap", "ready": false, "why": "away"},
	}}
	for _, tc := range []struct{ path, accept string }{{"/readyz", "application/json"}, {"/readyz?format=json", "text/plain"}} {
		code, body, _ := get(t, url+tc.path, tc.accept)
		var got map[string]any
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" || code != 503 {
			t.Errorf("%s: %d\n%s", tc.path, code, diff)
		}
	}
	if _, body, _ := get(t, url+"/readyz?format=text", "application/json"); !strings.HasPrefix(body, "jira: ready") {
		t.Errorf("the parameter does not win over the header: %s", body)
	}
}

// TestHealthNeedsNothing: a part that is away must not get the process killed.
func TestHealthNeedsNothing(t *testing.T) {
	t.Parallel()
	asked := part("never", false, time.Time{}, "")
	asked.Status = func(context.Context) web.Status {
		t.Error("/healthz asked a part")
		return web.Status{}
	}
	url := start(t, []web.Part{asked}, nil)
	if code, body, _ := get(t, url+"/healthz", ""); code != 200 || body != "ok\n" {
		t.Errorf("got %d %q", code, body)
	}
	for _, path := range []string{"/", "/metrics", "/debug/pprof/"} {
		if code, _, _ := get(t, url+path, ""); code != 404 {
			t.Errorf("%s answers %d", path, code)
		}
	}
}

// TestOnlyReading shows that no method but GET and HEAD is known.
func TestOnlyReading(t *testing.T) {
	t.Parallel()
	url := start(t, nil, web.NewMetrics("test"))
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s answers %d", path, resp.StatusCode)
		}
	}
}

// TestStopWaits shows that an answer in progress is finished by a stop.
func TestStopWaits(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}), make(chan struct{})
	slow := web.Part{Name: "slow", Status: func(context.Context) web.Status {
		close(asked)
		<-answer
		return web.Status{Ready: true}
	}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	srv, err := web.Listen(ctx, "127.0.0.1:0", []web.Part{slow}, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Run(ctx) }()
	body := make(chan string, 1)
	go func() {
		_, b, _ := get(t, "http://"+srv.Addr()+"/readyz", "")
		body <- b
	}()
	<-asked
	cancel()
	// The listener closes first: when nobody can come any more, the stop is on.
	for {
		conn, err := net.Dial("tcp", srv.Addr())
		if err != nil {
			break
		}
		conn.Close()
	}
	select {
	case err := <-stopped:
		t.Fatalf("Run returned before the answer: %v", err)
	default:
	}
	close(answer)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := <-body; got != "slow: ready\n" {
		t.Errorf("the answer in progress was %q", got)
	}
}

func TestListenFails(t *testing.T) {
	t.Parallel()
	url := start(t, nil, nil)
	addr := strings.TrimPrefix(url, "http://")
	_, err := web.Listen(t.Context(), addr, nil, nil, slog.New(slog.DiscardHandler))
	want := "listen for monitors on " + addr + ": bind: address already in use; choose another address by ESCALAT_HTTP_ADDR, with port 0 any free one"
	if !errors.Is(err, syscall.EADDRINUSE) || err.Error() != want {
		t.Errorf("a port in use: %v", err)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := web.NewMetrics("v1.2.3")
	var away atomic.Bool
	m.Oldest(map[string]web.Age{
		"mail":   func(context.Context) (time.Duration, error) { return 90 * time.Second, nil },
		"look":   func(context.Context) (time.Duration, error) { return -time.Second, nil },
		"effect": func(context.Context) (time.Duration, error) { return age(away.Load()) },
	})
	success := m.Loop("imap")
	m.Loop("jira")
	m.Mail(bridge.MailPosted)
	m.Mail(bridge.MailPosted)
	m.Effect(bridge.PostComment, bridge.EffectDone)
	success(time.UnixMilli(1_700_000_000_250))
	url := start(t, nil, m) + "/metrics"

	_, body, _ := get(t, url, "")
	for _, want := range []string{
		`escalat_mails_total{outcome="posted"} 2`,
		`escalat_mails_total{outcome="quarantined"} 0`,
		`escalat_effects_total{kind="comment",state="done"} 1`,
		`escalat_effects_total{kind="transmit",state="unknown"} 0`,
		`escalat_loop_last_success_timestamp_seconds{loop="imap"} 1.70000000025e+09`,
		`escalat_loop_last_success_timestamp_seconds{loop="jira"} 0`,
		`escalat_oldest_unhandled_age_seconds{thing="mail"} 90`,
		`escalat_oldest_unhandled_age_seconds{thing="look"} 0`,
		`escalat_oldest_unhandled_age_seconds{thing="effect"} 7`,
		`escalat_build_info{version="v1.2.3"} 1`,
		`go_goroutines `,
		`promhttp_metric_handler_errors_total{cause="gathering"} 0`,
	} {
		if !strings.Contains(body, "\n"+want) {
			t.Errorf("no line %s", want)
		}
	}

	away.Store(true)
	code, body, _ := get(t, url, "")
	if code != 200 || strings.Contains(body, `thing="effect"`) || !strings.Contains(body, `thing="mail"} 90`) {
		t.Errorf("an age that cannot be told: %d\n%s", code, grep(body, "oldest"))
	}
	if _, body, _ = get(t, url, ""); !strings.Contains(body, `promhttp_metric_handler_errors_total{cause="gathering"} 1`) {
		t.Errorf("the failure was not counted:\n%s", grep(body, "errors_total"))
	}
}

func age(away bool) (time.Duration, error) {
	if away {
		return 0, errors.New("the database is away")
	}
	return 7 * time.Second, nil
}

func grep(body, word string) string {
	var lines []string
	for line := range strings.Lines(body) {
		if strings.Contains(line, word) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}

// TestMetricsOfJira: how the cases stand, whether nothing is written, and when the
// token ends.
func TestMetricsOfJira(t *testing.T) {
	t.Parallel()
	m := web.NewMetrics("test")
	var held, away atomic.Bool
	m.Cases(func(context.Context) (map[[2]string]int64, error) {
		if away.Load() {
			return nil, errors.New("the database is away")
		}
		return map[[2]string]int64{{"claranet", "braked"}: 3, {"claranet", "sent"}: 12, {"ovh", "closed"}: 1, {"\xff", "sent"}: 1}, nil
	})
	m.Held(held.Load)
	url := start(t, nil, m) + "/metrics"
	_, body, _ := get(t, url, "")
	for _, want := range []string{
		`escalat_cases{provider="claranet",state="braked"} 3`, `escalat_cases{provider="claranet",state="sent"} 12`,
		`escalat_cases{provider="ovh",state="closed"} 1`, `escalat_held 0`, `escalat_webhooks_total{verdict="refused"} 0`,
	} {
		if !strings.Contains(body, "\n"+want+"\n") {
			t.Errorf("no line %s:\n%s", want, grep(body, "escalat_"))
		}
	}
	if strings.Contains(body, "escalat_jira_token") || strings.Count(body, "\nescalat_cases{") != 3 {
		t.Errorf("lines of what is not known:\n%s", grep(body, "escalat_"))
	}

	m.TokenExpires(time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC))
	m.Hook(web.HookRefused)
	held.Store(true)
	away.Store(true)
	code, body, _ := get(t, url, "")
	for _, want := range []string{"escalat_held 1", "escalat_jira_token_expires_timestamp_seconds 1.8064512e+09", `escalat_webhooks_total{verdict="refused"} 1`} {
		if !strings.Contains(body, "\n"+want+"\n") {
			t.Errorf("no line %s:\n%s", want, grep(body, "escalat_"))
		}
	}
	if code != 200 || strings.Contains(body, "escalat_cases{") {
		t.Errorf("numbers that cannot be told: %d\n%s", code, grep(body, "escalat_cases"))
	}
}

// TestReference: each metric of ours is told, with its labels.
func TestReference(t *testing.T) {
	t.Parallel()
	reference, err := web.Reference()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| `escalat_cases` | `provider`; `state` (answered, asked, braked, closed, handed, joined, listed, refused, sending, sent, settling, undelivered, withdrawn) | Cases by",
		"| `escalat_held` |  | 1: the database and Jira do not belong together and a person must confirm: nothing is written", "| `escalat_jira_token_expires_timestamp_seconds` |  | When",
		"| `escalat_webhooks_total` | `verdict` (accepted, failed, ignored, refused) | Webhooks",
	} {
		if !strings.Contains(reference, want) {
			t.Errorf("no %s in\n%s", want, reference)
		}
	}
}

// TestKnownSeries holds the zeroed series to what bridge can say.
func TestKnownSeries(t *testing.T) {
	t.Parallel()
	m := web.NewMetrics("test")
	url := start(t, nil, m)
	_, before, _ := get(t, url+"/metrics", "")
	m.Mail(bridge.MailUnreadable)
	for _, verdict := range []string{web.HookAccepted, web.HookIgnored, web.HookRefused, web.HookFailed} {
		m.Hook(verdict)
	}
	for _, kind := range []bridge.Kind{
		bridge.PostComment, bridge.PostAttachment, bridge.ComposeMail, bridge.TransmitMail,
		bridge.EditLabels, bridge.LinkReference, bridge.FillField, bridge.MoveIssue, bridge.ShowTurn,
		bridge.OpenTicket, bridge.ReplyTicket, bridge.CloseTicket, bridge.ReopenTicket, bridge.TellOnCall,
	} {
		for _, state := range []bridge.EffectState{bridge.EffectDone, bridge.EffectFailed, bridge.EffectUnknown, bridge.EffectPlanned} {
			m.Effect(kind, state)
		}
	}
	_, after, _ := get(t, url+"/metrics", "")
	for _, name := range []string{"escalat_mails_total", "escalat_effects_total", "escalat_webhooks_total"} {
		if b, a := strings.Count(before, name), strings.Count(after, name); a != b {
			t.Errorf("%s: %d lines became %d", name, b, a)
		}
	}
	if n := strings.Count(after, "\nescalat_effects_total{"); n != 56 || n != strings.Count(grep(after, "escalat_effects_total{"), "} 1\n") {
		t.Errorf("not one of each kind and state:\n%s", grep(after, "escalat_effects_total"))
	}
	reference, err := web.Reference()
	if err != nil || !strings.Contains(reference, "`state` (done, failed, planned, unknown)") {
		t.Errorf("%s, %v", reference, err)
	}
}

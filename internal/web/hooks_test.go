package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"escalat/internal/web"

	"github.com/google/go-cmp/cmp"
)

const link = `{"webhookEvent":"issuelink_created","issueLink":{"sourceIssueId":7,"destinationIssueId":8}}`

// TestHookProof: a webhook is believed when its sender knows the secret.
func TestHookProof(t *testing.T) {
	t.Parallel()
	const published = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
	escaped := strings.ReplaceAll(secret, " ", "%20")
	for name, tc := range map[string]struct {
		method, path, body string
		headers            []string
		code               int
		verdict            string
	}{
		"the published example":           {"POST", "/jira", "Hello World!", []string{"X-Hub-Signature", published}, 204, web.HookIgnored},
		"the published example, shouted":  {"POST", "/jira", "Hello World!", []string{"X-Hub-Signature", "sha256=" + strings.ToUpper(published[7:])}, 204, web.HookIgnored},
		"signed":                          {"POST", "/jira", link, []string{"X-Hub-Signature", sign(link)}, 204, web.HookAccepted},
		"signed by the other header":      {"POST", "/jira", link, []string{"X-Hub-Signature-256", sign(link)}, 204, web.HookAccepted},
		"one of two signatures is right":  {"POST", "/jira", link, []string{"X-Hub-Signature", "sha1=" + strings.Repeat("0", 40), "X-Hub-Signature-256", sign(link)}, 204, web.HookAccepted},
		"the secret in the path":          {"POST", "/jira/" + escaped, link, nil, 204, web.HookAccepted},
		"no body, the secret in the path": {"POST", "/jira/" + escaped, "", nil, 204, web.HookIgnored},

		"both signatures are right": {"POST", "/jira", link, []string{"X-Hub-Signature", sign(link), "X-Hub-Signature-256", sign(link)}, 204, web.HookAccepted},
		"only the first is right":   {"POST", "/jira", link, []string{"X-Hub-Signature", sign(link), "X-Hub-Signature-256", sign("x")}, 401, web.HookRefused},
		"only the second is right":  {"POST", "/jira", link, []string{"X-Hub-Signature", sign("x"), "X-Hub-Signature-256", sign(link)}, 401, web.HookRefused},

		"another body":                 {"POST", "/jira", link + " ", []string{"X-Hub-Signature", sign(link)}, 401, web.HookRefused},
		"no signature":                 {"POST", "/jira", link, nil, 401, web.HookRefused},
		"an empty signature":           {"POST", "/jira", link, []string{"X-Hub-Signature", "sha256="}, 401, web.HookRefused},
		"half a signature":             {"POST", "/jira", link, []string{"X-Hub-Signature", sign(link)[:39]}, 401, web.HookRefused},
		"a signature without a method": {"POST", "/jira", link, []string{"X-Hub-Signature", sign(link)[7:]}, 401, web.HookRefused},
		"another method":               {"POST", "/jira", link, []string{"X-Hub-Signature", strings.Replace(sign(link), "256", "512", 1)}, 401, web.HookRefused},
		"no method":                    {"POST", "/jira", link, []string{"X-Hub-Signature", "none=" + sign(link)[7:]}, 401, web.HookRefused},
		"another secret in the path":   {"POST", "/jira/" + escaped + "x", link, nil, 404, web.HookRefused},
		"part of the secret":           {"POST", "/jira/It's", link, nil, 404, web.HookRefused},
		"no secret in the path":        {"POST", "/jira/", link, nil, 404, web.HookRefused},
		"a signature beside the path":  {"POST", "/jira/x", link, []string{"X-Hub-Signature", sign(link)}, 404, web.HookRefused},
		"the secret elsewhere":         {"POST", "/" + escaped, link, nil, 404, web.HookRefused},
		"the secret as a question":     {"POST", "/jira?secret=" + escaped, link, nil, 401, web.HookRefused},
		"a way around":                 {"POST", "/jira/../jira/" + escaped, link, nil, 404, web.HookRefused},
		"the monitors' paths":          {"POST", "/metrics", link, []string{"X-Hub-Signature", sign(link)}, 404, web.HookRefused},
		"reading":                      {"GET", "/jira", "", []string{"X-Hub-Signature", sign("")}, 405, web.HookRefused},
		"reading with the secret":      {"GET", "/jira/" + escaped, "", nil, 405, web.HookRefused},
		"reading without it":           {"GET", "/jira/x", "", nil, 404, web.HookRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := listen(t, nil)
			resp := send(t, tc.method, e.url+tc.path, strings.NewReader(tc.body), tc.headers...)
			if resp.StatusCode != tc.code || (tc.code == 405) != (resp.Header.Get("Allow") == "POST") {
				t.Errorf("got %d, want %d; Allow: %s", resp.StatusCode, tc.code, resp.Header.Get("Allow"))
			}
			if diff := cmp.Diff(map[string]int{tc.verdict: 1}, e.counted()); diff != "" {
				t.Error(diff)
			}
			if got := len(e.seen()); (got > 0) != (tc.verdict == web.HookAccepted) {
				t.Errorf("%d issues are looked at", got)
			}
			if log := e.lines(""); strings.Contains(strings.Join(log, ""), "Secret") {
				t.Errorf("the log shows the secret: %s", log)
			}
		})
	}
}

// TestHookLooks: each issue that a webhook names is looked at, and a look that
// could not be stored makes Jira send it again.
func TestHookLooks(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	post := func() *http.Response {
		return send(t, http.MethodPost, e.url+"/jira", strings.NewReader(link), "X-Hub-Signature", sign(link))
	}
	both := []web.Hint{{IssueID: "7", Event: "issuelink_created"}, {IssueID: "8", Event: "issuelink_created"}}
	if resp := post(); resp.StatusCode != 204 || !cmp.Equal(both, e.seen()) {
		t.Errorf("got %d, %+v", resp.StatusCode, e.seen())
	}
	e.set(0, errors.New("the database is away"))
	if resp := post(); resp.StatusCode != 503 || resp.Header.Get("Retry-After") != "5" || len(e.seen()) != 3 {
		t.Errorf("got %d, Retry-After %q, %d looks", resp.StatusCode, resp.Header.Get("Retry-After"), len(e.seen()))
	}
	if diff := cmp.Diff(map[string]int{web.HookAccepted: 1, web.HookFailed: 1}, e.counted()); diff != "" {
		t.Error(diff)
	}
	if got := e.lines("verdict=failed"); len(got) != 1 || !strings.Contains(got[0], `issue=7`) || !strings.Contains(got[0], "the database is away") {
		t.Errorf("the log: %q", got)
	}
}

// TestHookLog: of a webhook only the event, the issue's id and the verdict reach the
// log, and what is refused reaches it at most once a minute.
func TestHookLog(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	const told = `{"webhookEvent":"jira:issue_updated","user":{"name":"PRIVATE"},"issue":{"id":"7","key":"PRIVATE-1","fields":{"summary":"PRIVATE","labels":["PRIVATE"]}}}`
	const forged = `{"webhookEvent":"x\nlevel=ERROR PRIVATE","comment":{"self":"/PRIVATE","body":"PRIVATE"}}`
	for _, body := range []string{told, forged, "PRIVATE", "PRIVATE" + told} {
		send(t, http.MethodPost, e.url+"/jira?PRIVATE=1", strings.NewReader(body), "X-Hub-Signature", sign(body))
		send(t, http.MethodPost, e.url+"/jira?PRIVATE=1", strings.NewReader(body), "X-Hub-Signature", sign("PRIVATE?"), "User-Agent", "PRIVATE")
		send(t, http.MethodPost, e.url+"/PRIVATE", strings.NewReader(body))
	}
	if got := e.lines("PRIVATE"); got[0] != "" {
		t.Errorf("the log shows what is private: %q", got)
	}
	if got := e.lines("issue=7"); len(got) != 1 || !strings.Contains(got[0], "event=jira:issue_updated issue=7") {
		t.Errorf("the log: %q", got)
	}
	if diff := cmp.Diff(map[string]int{web.HookAccepted: 1, web.HookIgnored: 3, web.HookRefused: 8}, e.counted()); diff != "" {
		t.Error(diff)
	}
	if got := e.lines("verdict=refused"); len(got) != 1 || !strings.Contains(got[0], "others_since=0") {
		t.Errorf("%d lines of what was refused: %q", len(got), got)
	}
	e.set(time.Minute, nil)
	send(t, http.MethodPost, e.url+"/jira", strings.NewReader(told))
	if got := e.lines("verdict=refused"); len(got) != 2 || !strings.Contains(got[1], "others_since=7") {
		t.Errorf("%d lines a minute later: %q", len(got), got)
	}
	e.set(-time.Hour, nil)
	send(t, http.MethodPost, e.url+"/jira", strings.NewReader(told))
	if got := e.lines("verdict=refused"); len(got) != 3 {
		t.Errorf("%d lines after the clock was set back", len(got))
	}
}

// TestHookTooLarge: the largest body is read, one byte more is left to the search.
func TestHookTooLarge(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	const issue = `{"issue":{"id":"7"}}`
	full := issue + strings.Repeat(" ", 2<<20-len(issue))
	if resp := send(t, http.MethodPost, e.url+"/jira", strings.NewReader(full), "X-Hub-Signature", sign(full)); resp.StatusCode != 204 || len(e.seen()) != 1 {
		t.Errorf("a full body: %d", resp.StatusCode)
	}
	// The length is not told: only reading shows it.
	over := io.MultiReader(strings.NewReader(full), strings.NewReader(" "))
	if resp := send(t, http.MethodPost, e.url+"/jira", over, "X-Hub-Signature", sign(full+" ")); resp.StatusCode != 413 || len(e.seen()) != 1 {
		t.Errorf("a byte more: %d", resp.StatusCode)
	}
	if diff := cmp.Diff(map[string]int{web.HookAccepted: 1, web.HookIgnored: 1}, e.counted()); diff != "" {
		t.Error(diff)
	}
	if resp := send(t, http.MethodPost, e.url+"/jira", strings.NewReader(""), "X-Hub-Signature", strings.Repeat("x", 32<<10)); resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a long header: %d", resp.StatusCode)
	}
}

// TestHookCutOff: a body that ends early is asked for again.
func TestHookCutOff(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	conn, err := net.Dial("tcp", e.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /jira HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: "+sign(link)+"\r\nContent-Length: 1000\r\n\r\n"+link)
	if err = errors.Join(err, conn.(*net.TCPConn).CloseWrite()); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") {
		t.Errorf("%q, %v", answer, err)
	}
	if diff := cmp.Diff(map[string]int{web.HookFailed: 1}, e.counted()); diff != "" || e.seen() != nil {
		t.Errorf("%v %s", e.seen(), diff)
	}
}

// TestHooksAtOnce: sixteen are taken at the same time, what is beyond them comes
// again.
func TestHooksAtOnce(t *testing.T) {
	t.Parallel()
	const most = 16
	entered, leave := make(chan struct{}), make(chan struct{})
	e := listen(t, func(context.Context) {
		entered <- struct{}{}
		<-leave
	})
	const body = `{"issue":{"id":"7"}}`
	post := func() int {
		return send(t, http.MethodPost, e.url+"/jira", strings.NewReader(body), "X-Hub-Signature", sign(body)).StatusCode
	}
	codes := make(chan int, most)
	for range most {
		go func() { codes <- post() }()
	}
	for range most {
		<-entered
	}
	if resp := send(t, http.MethodPost, e.url+"/jira", strings.NewReader(body), "X-Hub-Signature", sign(body)); resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" {
		t.Errorf("one more: %d, %v", resp.StatusCode, resp.Header)
	}
	// Who knows no secret is told so even then.
	if resp := send(t, http.MethodPost, e.url+"/jira", strings.NewReader(body)); resp.StatusCode != 401 {
		t.Errorf("a stranger: %d", resp.StatusCode)
	}
	close(leave)
	for range most {
		if code := <-codes; code != 204 {
			t.Errorf("one of those that were taken: %d", code)
		}
	}
	go func() { <-entered }()
	if code := post(); code != 204 {
		t.Errorf("when all are done: %d", code)
	}
	if diff := cmp.Diff(map[string]int{web.HookAccepted: most + 1, web.HookFailed: 1, web.HookRefused: 1}, e.counted()); diff != "" {
		t.Error(diff)
	}
}

// TestHooksStop: a webhook in progress is finished by a stop, and none is seen
// after it.
func TestHooksStop(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	see := func(ctx context.Context, _ web.Hint) error {
		close(entered)
		<-leave
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hooks, err := web.ListenHooks(ctx, "127.0.0.1:0", secret, see, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stopped, code := make(chan error, 1), make(chan int, 1)
	go func() { stopped <- hooks.Run(ctx) }()
	const body = `{"issue":{"id":"7"}}`
	go func() {
		code <- send(t, http.MethodPost, "http://"+hooks.Addr()+"/jira", strings.NewReader(body), "X-Hub-Signature", sign(body)).StatusCode
	}()
	<-entered
	cancel()
	// The listener closes first: when nobody can come any more, the stop is on.
	for {
		conn, err := net.Dial("tcp", hooks.Addr())
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
	close(leave)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := <-code; got != 204 {
		t.Errorf("the webhook in progress was answered with %d", got)
	}
}

func TestListenHooksFails(t *testing.T) {
	t.Parallel()
	e := listen(t, nil)
	see := func(context.Context, web.Hint) error { return nil }
	_, err := web.ListenHooks(t.Context(), e.Addr(), secret, see, slog.New(slog.DiscardHandler))
	want := "listen for webhooks on " + e.Addr() + ": bind: address already in use; choose another address by ESCALAT_JIRA_WEBHOOK_ADDR, and tell it to Jira"
	if !errors.Is(err, syscall.EADDRINUSE) || err.Error() != want {
		t.Errorf("a port in use: %v", err)
	}
	if _, err := web.ListenHooks(t.Context(), "127.0.0.1:0", "", see, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "secret") {
		t.Errorf("without a secret: %v", err)
	}
}

package web_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/internal/web"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

const opsPassword = "correct horse battery"

// guard is a page with all that it does, counted and logged.
type guard struct {
	*web.OpsServer
	url string

	mu      sync.Mutex
	now     time.Time
	cases   []web.OpsCase
	account web.OpsAccount
	errs    map[string]error // of cases, account, phoned
	acts    []string
	counts  map[string]int
	log     bytes.Buffer
}

// stand serves a page until the test ends.
func stand(t *testing.T, lang string, cases ...web.OpsCase) *guard {
	t.Helper()
	texts, err := text.For(lang, func(s string) string { return s })
	if err != nil {
		t.Fatal(err)
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	g := &guard{cases: cases, counts: map[string]int{}, errs: map[string]error{}, now: time.Date(2026, 11, 22, 21, 30, 0, 0, time.UTC)}
	ctx, cancel := context.WithCancel(t.Context())
	s, err := web.ListenOps(ctx, "127.0.0.1:0", web.Ops{
		Password: opsPassword, Texts: texts, Zone: madrid, Cases: g.open, Phoned: g.phoned,
		Account: func(context.Context) (web.OpsAccount, error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.account, g.errs["account"]
		},
	}, slog.New(slog.NewTextHandler(g, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	s.Count(func(verdict string) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.counts[verdict]++
	})
	s.SetNow(func() time.Time {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.now
	})
	s.SetSecret("the same in each test")
	g.OpsServer, g.url = s, "http://"+s.Addr()
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return g
}

func (g *guard) open(context.Context) ([]web.OpsCase, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.cases), g.errs["cases"]
}

// phoned does what the program does: the call is not due any more.
func (g *guard) phoned(_ context.Context, caseID, by, reference string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.errs["phoned"]; err != nil {
		return err
	}
	g.acts = append(g.acts, fmt.Sprintf("%s by %q: %q", caseID, by, reference))
	for i := range g.cases {
		if g.cases[i].ID == caseID {
			g.cases[i].Call = nil
		}
	}
	return nil
}

// Write keeps what was logged.
func (g *guard) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.Write(p)
}

func (g *guard) later(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = g.now.Add(d)
}

// fails has something fail from now on.
func (g *guard) fails(what string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.errs[what] = err
}

func (g *guard) acted() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.acts)
}

func (g *guard) counted() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.counts)
}

func (g *guard) logged() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.log.String()
}

// answer is what came back.
type answer struct {
	code   int
	header http.Header
	body   string
}

// ask sends a request as it is.
func (g *guard) ask(t *testing.T, method, path, password, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, g.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if password != "" {
		req.SetBasicAuth("marta", password)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(all)}
}

func (g *guard) get(t *testing.T, path string) answer {
	t.Helper()
	return g.ask(t, http.MethodGet, path, opsPassword, "")
}

// formOf returns the hidden fields of the form of a case, as a browser would send them.
func formOf(t *testing.T, page, caseID string) url.Values {
	t.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form.*?</form>`).FindAllString(page, -1) {
		values := url.Values{}
		for _, m := range regexp.MustCompile(`name="(\w+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
			values.Set(m[1], strings.NewReplacer("&#43;", "+", "&amp;", "&", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">").Replace(m[2]))
		}
		if values.Get("case") == caseID {
			return values
		}
	}
	t.Fatalf("no form of %s in:\n%s", caseID, page)
	return nil
}

// post sends a form from the page itself.
func (g *guard) post(t *testing.T, form url.Values, headers ...string) answer {
	t.Helper()
	return g.ask(t, http.MethodPost, "/called", opsPassword, form.Encode(),
		append([]string{"Content-Type", "application/x-www-form-urlencoded", "Origin", g.url}, headers...)...)
}

// night is a case of which the provider must be called.
func night(id, key string) web.OpsCase {
	return web.OpsCase{
		ID: id, IssueKey: key, Link: "https://jira.example.org/browse/" + key, Provider: "Claranet", State: bridge.Sent,
		Turn: text.Turn{
			Provider: "Claranet", Whose: "provider", Since: time.Date(2026, 11, 22, 20, 6, 0, 0, time.UTC),
			Spells: []text.Spell{{Whose: "us", Wall: 6 * time.Minute}, {Whose: "provider", Wall: 84 * time.Minute}},
		},
		Call: &web.OpsCall{
			Since: time.Date(2026, 11, 22, 20, 5, 0, 0, time.UTC), Numbers: []string{"902 886 336", "+34 934 452 699"},
			Say: "Llamamos de AOC por una incidencia urgente: «El portal no respon».", SayLang: "es",
		},
	}
}

// evening is a page with something of everything.
func evening(t *testing.T, lang string) *guard {
	t.Helper()
	answered := night("c2", "SUP-9")
	answered.Call, answered.State, answered.Turn.Whose = nil, bridge.Answered, "us"
	answered.Turn.Since = answered.Turn.Since.Add(-30 * time.Hour)
	answered.References = []string{"20264711", "20264712"}
	handed := night("c3", "XARXA-120")
	handed.Provider, handed.State, handed.Link = "OVH", bridge.Handed, ""
	handed.Turn = text.Turn{Provider: "OVH", Whose: "us", Since: time.Date(2026, 11, 22, 20, 20, 0, 0, time.UTC)}
	handed.Call.Since, handed.Call.Numbers = time.Date(2026, 11, 22, 20, 20, 0, 0, time.UTC), []string{"902 106 113"}
	braked := web.OpsCase{ID: "c4", IssueKey: "SUP-10", Link: "https://jira.example.org/browse/SUP-10", Provider: "Claranet", State: bridge.Braked}
	g := stand(t, lang, handed, night("c1", "SUP-12"), answered, braked)
	g.account = web.OpsAccount{
		Quarantined: 3, Oldest: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), Braked: 1,
		JiraAway: time.Date(2026, 11, 22, 21, 20, 0, 0, time.UTC), ProofsSince: time.Date(2026, 10, 23, 0, 5, 0, 0, time.UTC),
		Proofs: []web.OpsProof{
			{Provider: "Claranet", Weakest: bridge.ByDMARC, Mails: map[bridge.Strength]int64{bridge.ByDMARC: 214}},
			{Provider: "OVH", Weakest: bridge.ByAddress, Mails: map[bridge.Strength]int64{bridge.BySPF: 12, bridge.ByAddress: 2}},
		},
	}
	return g
}

// TestOpsPage: the whole page in each language.
func TestOpsPage(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			g := evening(t, lang)
			got := g.get(t, "/")
			if got.code != http.StatusOK {
				t.Fatalf("got %d", got.code)
			}
			golden(t, "page-"+lang, got.body)
			quiet := stand(t, lang)
			golden(t, "quiet-"+lang, quiet.get(t, "/").body)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "ops", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

// TestOpsHeaders: nothing but the page's own style is loaded, and nobody frames it.
func TestOpsHeaders(t *testing.T) {
	t.Parallel()
	g := evening(t, "ca")
	page := g.get(t, "/")
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy":         "same-origin", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := page.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	cookie := page.header.Get("Set-Cookie")
	for _, word := range []string{"HttpOnly", "SameSite=Strict"} {
		if !strings.Contains(cookie, word) {
			t.Errorf("the cookie is not %s: %s", word, cookie)
		}
	}
	if strings.Contains(cookie, "Secure") || !strings.Contains(g.ask(t, "GET", "/", opsPassword, "", "X-Forwarded-Proto", "https").header.Get("Set-Cookie"), "Secure") {
		t.Error("the cookie is Secure where it should not be, or not where it should")
	}
	if strings.Contains(page.body, "<script") || strings.Contains(page.body, "style=") || regexp.MustCompile(`(src|href)="https?://`).MatchString(strings.ReplaceAll(page.body, "https://jira.example.org/browse/", "")) {
		t.Error("the page loads something")
	}
	css := g.ask(t, "GET", "/ops.css", "", "")
	if css.code != 200 || css.header.Get("Content-Type") != "text/css; charset=utf-8" || strings.Contains(css.body, "url(") || strings.Contains(css.body, "@import") {
		t.Errorf("the style: %d %s", css.code, css.header.Get("Content-Type"))
	}
	if got := g.ask(t, "GET", "/other", opsPassword, ""); got.code != 404 {
		t.Errorf("another path: %d", got.code)
	}
	if got := g.ask(t, "PUT", "/called", opsPassword, ""); got.code != 405 {
		t.Errorf("another method: %d", got.code)
	}
}

func TestListenOpsFails(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", func(s string) string { return s })
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	if _, err := web.ListenOps(t.Context(), "127.0.0.1:0", web.Ops{Texts: texts, Password: "elevenchars"}, log); err == nil || !strings.Contains(err.Error(), "shorter than 12 characters") {
		t.Errorf("a short password: %v", err)
	}
	g := stand(t, "ca")
	_, err = web.ListenOps(t.Context(), g.Addr(), web.Ops{Texts: texts, Password: opsPassword}, log)
	want := "listen for the ops page on " + g.Addr() + ": bind: address already in use; choose another address by ESCALAT_OPS_ADDR"
	if err == nil || err.Error() != want {
		t.Errorf("a port in use: %v", err)
	}
}

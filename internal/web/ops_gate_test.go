package web_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/bridge/text"
	"escalat/internal/web"
)

func mustTexts(t *testing.T) text.Texts {
	t.Helper()
	texts, err := text.For("ca", func(s string) string { return s })
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestOpsPassword: nothing is shown to who does not know the password.
func TestOpsPassword(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string][]string{
		"none":          nil,
		"another":       {"Authorization", "Basic bWFydGE6d3Jvbmc="},
		"another kind":  {"Authorization", "Bearer " + opsPassword},
		"no password":   {"Authorization", "Basic bWFydGE6"},
		"no base64":     {"Authorization", "Basic !!!"},
		"only a cookie": {"Cookie", "escalat-ops=x.y"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := evening(t, "ca")
			form := formOf(t, g.get(t, "/").body, "c1").Encode()
			for _, got := range []answer{
				g.ask(t, "GET", "/", "", "", headers...),
				g.ask(t, "POST", "/called", "", form, append([]string{"Origin", g.url, "Content-Type", "application/x-www-form-urlencoded"}, headers...)...),
			} {
				if got.code != http.StatusUnauthorized || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic ") ||
					!strings.Contains(got.body, "Cal la contrasenya.") || strings.Contains(got.body, "SUP-") || got.header.Get("Set-Cookie") != "" {
					t.Errorf("got %d %v: %s", got.code, got.header, got.body)
				}
			}
			if g.acted() != nil {
				t.Errorf("it was done: %v", g.acted())
			}
			if got := g.logged(); strings.Contains(got, "marta") || strings.Contains(got, "wrong ") || strings.Contains(got, "127.0.0.1") {
				t.Errorf("the log says who it was: %s", got)
			}
		})
	}
}

// TestOpsGuessing: after ten wrong passwords within a minute even the right one does not
// help, but who has had the page open is not locked out by others.
func TestOpsGuessing(t *testing.T) {
	t.Parallel()
	g := evening(t, "ca")
	cookie, _, _ := strings.Cut(g.get(t, "/").header.Get("Set-Cookie"), ";")
	guess := func(password string, headers ...string) int {
		return g.ask(t, "GET", "/", password, "", headers...).code
	}
	for i := range 10 {
		if got := guess("wrong"); got != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	shut := g.ask(t, "GET", "/", opsPassword, "")
	if shut.code != http.StatusTooManyRequests || shut.header.Get("Retry-After") != "60" || !strings.Contains(shut.body, "massa contrasenyes incorrectes") {
		t.Errorf("got %d: %s", shut.code, shut.body)
	}
	if got := guess(opsPassword, "Cookie", cookie); got != http.StatusOK {
		t.Errorf("a browser that is known: %d", got)
	}
	if got := guess(opsPassword, "Cookie", cookie+"x"); got != http.StatusTooManyRequests {
		t.Errorf("a cookie that was made up: %d", got)
	}
	for i := range 10 {
		if got := guess("wrong", "Cookie", cookie); got != http.StatusUnauthorized {
			t.Fatalf("guess %d of the browser: %d", i, got)
		}
	}
	if got := guess(opsPassword, "Cookie", cookie); got != http.StatusTooManyRequests {
		t.Errorf("a stolen cookie guesses on: %d", got)
	}
	g.later(time.Minute)
	if got := guess(opsPassword); got != http.StatusOK {
		t.Errorf("a minute later: %d", got)
	}
	g.later(-time.Hour)
	for range 10 {
		guess("wrong")
	}
	g.later(-time.Hour)
	if got := guess(opsPassword); got != http.StatusOK {
		t.Errorf("after the clock was put back: %d", got)
	}
	if got := strings.Count(g.logged(), "the password is wrong"); got > 3 {
		t.Errorf("%d lines of wrong passwords", got)
	}
}

// TestOpsManyStrangers: those beyond whom are counted apart share one account, which
// still ends.
func TestOpsManyStrangers(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
	gate := web.NewGate(opsPassword)
	for i := range 3000 {
		gate.Try(remote(i), "wrong", now)
	}
	if got := gate.Watched(); got > 1001 {
		t.Errorf("%d accounts", got)
	}
	if gate.Try(remote(5000), opsPassword, now) {
		t.Error("those beyond have no bound")
	}
	if gate.Try(remote(5), opsPassword, now) != true {
		t.Error("one wrong password locks out")
	}
	if !gate.Try(remote(5000), opsPassword, now.Add(time.Minute)) {
		t.Error("it does not end")
	}
	// One network of IPv6 is one visitor.
	gate = web.NewGate(opsPassword)
	for i := range 10 {
		gate.Try(fmt.Sprintf("[2001:db8::%d]:4000", i), "wrong", now)
	}
	if gate.Try("[2001:db8::99]:1", opsPassword, now) || !gate.Try("[2001:db8:0:1::99]:1", opsPassword, now) {
		t.Error("networks are not told apart")
	}
}

func remote(i int) string { return fmt.Sprintf("10.0.%d.%d:4000", i/250, i%250) }

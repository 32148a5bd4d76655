package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/web"
)

// TestOpsLong: long lists are cut, and the number of the others is told.
func TestOpsLong(t *testing.T) {
	t.Parallel()
	var cases []web.OpsCase
	for i := range 260 {
		c := night(fmt.Sprintf("c%03d", i), fmt.Sprintf("SUP-%d", i))
		c.Call.Since, c.Turn.Since = c.Call.Since.Add(time.Duration(-i)*time.Minute), c.Turn.Since.Add(time.Duration(-i)*time.Minute)
		if i >= 55 {
			c.Call = nil
		}
		cases = append(cases, c)
	}
	cases[0].References = []string{"1", "2", "3", "4", "5", "6", "7"}
	cases[259].References = cases[0].References
	g := stand(t, "ca", cases...)
	for i := range 60 {
		g.account.Proofs = append(g.account.Proofs, web.OpsProof{Provider: fmt.Sprint("P", i), Mails: map[bridge.Strength]int64{}})
	}
	page := g.get(t, "/").body
	if got := strings.Count(page, "<form"); got != 50 {
		t.Errorf("%d calls", got)
	}
	if got := strings.Count(page, `<th role="rowheader"`); got != 250 {
		t.Errorf("%d rows", got)
	}
	for _, want := range []string{"<p>… i 5 més</p>", "<p>… i 60 més</p>", "<p>… i 10 més</p>", "3, 4, 5, 6, 7, … i 2 més"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	// The oldest calls are those that are shown.
	if !strings.Contains(page, `name="case" value="c054"`) || strings.Contains(page, `name="case" value="c000"`) {
		t.Error("the newest calls are shown")
	}
	// A call that is not shown may be noted all the same, when its turn comes.
	if got := g.post(t, formOf(t, page, "c054")); got.code != http.StatusSeeOther {
		t.Errorf("got %d", got.code)
	}
	if !strings.Contains(g.get(t, "/").body, "<p>… i 4 més</p>") {
		t.Error("the number stays")
	}
}

// TestOpsHostile: whatever strangers write stays text.
func TestOpsHostile(t *testing.T) {
	t.Parallel()
	const bad = `"><script>alert(1)</script>'` + "\u202eRTL\u0000\r\nX: y{{.}}</blockquote><b onclick=x>\u200b"
	c := night("c1", bad)
	c.Provider, c.State, c.References = bad, bridge.State(bad), []string{bad, bad}
	c.Link = "javascript:alert(1)"
	c.Turn.Provider, c.Turn.Whose = bad, "provider"
	c.Call.Numbers, c.Call.Say, c.Call.SayLang = []string{bad, "javascript:1", "+34 900" + bad}, bad, bad
	g := stand(t, "ca", c)
	g.account.Proofs = []web.OpsProof{{Provider: bad, Weakest: bridge.Strength(bad)}}
	page := g.ask(t, "GET", "/?noted="+url.QueryEscape(bad)+"&proof="+url.QueryEscape(bad), opsPassword, "").body
	check := func(page string) {
		t.Helper()
		for _, word := range []string{"<script", "<b ", `="javascript:`, "\u202e", "\u0000", "\u200b", "</blockquote><"} {
			if strings.Contains(page, word) {
				t.Errorf("the page has %q", word)
			}
		}
		for _, tag := range regexp.MustCompile(`<[a-zA-Z][^<>]*>`).FindAllString(page, -1) {
			if strings.Contains(tag, "onclick=x") && !strings.Contains(tag, "&lt;b onclick=x&gt;") {
				t.Errorf("an attribute got out: %s", tag)
			}
		}
	}
	check(page)
	// What was entered stands in the form again, as text.
	form := url.Values{"case": {"c1"}, "by": {bad}, "reference": {bad}}
	plain := night("c1", "SUP-1")
	g = stand(t, "ca", plain)
	form.Set("since", formOf(t, g.get(t, "/").body, "c1").Get("since"))
	again := g.post(t, form)
	if again.code != http.StatusForbidden || !strings.Contains(again.body, `value="&#34;&gt;&lt;script&gt;`) {
		t.Errorf("got %d: %s", again.code, again.body)
	}
	check(again.body)
	if got := g.logged(); strings.Contains(got, "script") || strings.Contains(got, "marta") {
		t.Errorf("the log shows who it was: %s", got)
	}
}

// TestOpsHeld: what stops everything is told in words that say what to do.
func TestOpsHeld(t *testing.T) {
	t.Parallel()
	g := stand(t, "ca")
	g.account = web.OpsAccount{Held: true, Undelivered: 2, Late: 1, SetAside: 4}
	page := g.get(t, "/").body
	for _, want := range []string{
		`<div class="bad"><dt>Enviaments</dt><dd>aturats: la base de dades i Jira no es corresponen; executeu «escalat reconcile»</dd></div>`,
		`<div><dt>Jira</dt><dd>respon</dd></div>`,
		`<div class="bad"><dt>Casos amb un correu no lliurat</dt><dd>2</dd></div>`,
		`<div class="bad"><dt>Casos en què el proveïdor fa tard</dt><dd>1</dd></div>`,
		`<div class="bad"><dt>Correus apartats sense llegir</dt><dd>4</dd></div>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in:\n%s", want, page)
		}
	}
	// Who loads the answer of a form again comes back to the page.
	if got := g.get(t, "/called"); got.code != http.StatusSeeOther || got.header.Get("Location") != "./" {
		t.Errorf("got %d %s", got.code, got.header.Get("Location"))
	}
}

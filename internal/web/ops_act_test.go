package web_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/internal/web"

	"github.com/google/go-cmp/cmp"
)

// TestOpsPhoned: a form notes the call once, and the page says so.
func TestOpsPhoned(t *testing.T) {
	t.Parallel()
	g := stand(t, "ca", night("c1", "SUP-12"))
	form := formOf(t, g.get(t, "/").body, "c1")
	if form.Get("by") != "marta" {
		t.Errorf("the name of the login is not offered: %q", form.Get("by"))
	}
	form.Set("by", "  Marta\tExample ")
	form.Set("reference", " 20264711 ")
	done := g.post(t, form)
	if done.code != http.StatusSeeOther || !strings.HasPrefix(done.header.Get("Location"), "./?noted=SUP-12&proof=") {
		t.Fatalf("got %d %s %s", done.code, done.header.Get("Location"), done.body)
	}
	page := g.get(t, strings.TrimPrefix(done.header.Get("Location"), ".")).body
	for _, want := range []string{"Queda anotat que s’ha trucat per SUP-12.", "No cal trucar a ningú.", `role="status"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in:\n%s", want, page)
		}
	}
	// The same form once more, as after a second press.
	if again := g.post(t, form); again.code != http.StatusConflict || !strings.Contains(again.body, "ja consta o ja no cal fer-la") {
		t.Errorf("got %d: %s", again.code, again.body)
	}
	if diff := cmp.Diff([]string{`c1 by "Marta Example": "20264711"`}, g.acted()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{web.OpsShown: 2, web.OpsNoted: 1, web.OpsRefused: 1}, g.counted()); diff != "" {
		t.Error(diff)
	}
	if got := g.logged(); strings.Contains(got, "Marta") || strings.Contains(got, "marta") || strings.Contains(got, "20264711") {
		t.Errorf("the log: %s", got)
	}
	if got := g.get(t, "/?noted=SUP-13&proof="+strings.SplitN(done.header.Get("Location"), "proof=", 2)[1]); strings.Contains(got.body, "SUP-13") {
		t.Error("anybody may have the page say that a call was noted")
	}
}

// TestOpsTwoAtOnce: of forms that come at the same moment one is noted.
func TestOpsTwoAtOnce(t *testing.T) {
	t.Parallel()
	g := stand(t, "ca", night("c1", "SUP-12"))
	form := formOf(t, g.get(t, "/").body, "c1")
	codes := make(chan int, 8)
	for range cap(codes) {
		go func() { codes <- g.post(t, form).code }()
	}
	got := map[int]int{}
	for range cap(codes) {
		got[<-codes]++
	}
	if diff := cmp.Diff(map[int]int{http.StatusSeeOther: 1, http.StatusConflict: 7}, got); diff != "" || len(g.acted()) != 1 {
		t.Errorf("%v %s", g.acted(), diff)
	}
}

// TestOpsForged: what does not come from a form of this page, of this process and of this
// call changes nothing.
func TestOpsForged(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		headers []string // replaced
		values  map[string]string
		code    int
		says    string
	}{
		"another site":              {headers: []string{"Origin", "https://evil.example"}, code: 403, says: "no venia d’aquesta pàgina"},
		"another port":              {headers: []string{"Origin", "http://127.0.0.1:1"}, code: 403, says: "no venia d’aquesta pàgina"},
		"a site that hides":         {headers: []string{"Origin", "null"}, code: 403, says: "no venia d’aquesta pàgina"},
		"a browser's word for it":   {headers: []string{"Sec-Fetch-Site", "cross-site"}, code: 403, says: "no venia d’aquesta pàgina"},
		"a sister site":             {headers: []string{"Sec-Fetch-Site", "same-site"}, code: 403, says: "no venia d’aquesta pàgina"},
		"no browser":                {headers: []string{"Origin", ""}, code: 403, says: "no venia d’aquesta pàgina"},
		"no token":                  {values: map[string]string{"token": ""}, code: 403, says: "havia caducat"},
		"another token":             {values: map[string]string{"token": "x"}, code: 403, says: "havia caducat"},
		"the token of another case": {values: map[string]string{"case": "c2"}, code: 403, says: "havia caducat"},
		"the token of another call": {values: map[string]string{"since": "1795377901"}, code: 403, says: "havia caducat"},
		"no name":                   {values: map[string]string{"by": " \u200b "}, code: 422, says: "Escriviu qui ha trucat"},
		"a long name":               {values: map[string]string{"by": strings.Repeat("à", 101)}, code: 422, says: "100 caràcters"},
		"a long number":             {values: map[string]string{"reference": strings.Repeat("9", 65)}, code: 422, says: "64 caràcters"},
		"another kind of form":      {headers: []string{"Content-Type", "multipart/form-data; boundary=x"}, code: 415, says: "no es pot llegir"},
		"no form":                   {headers: []string{"Content-Type", "text/plain"}, code: 415, says: "no es pot llegir"},
		"a form of any length":      {values: map[string]string{"by": strings.Repeat("x", 8<<10)}, code: 413, says: "no es pot llegir"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := stand(t, "ca", night("c1", "SUP-12"), night("c2", "SUP-13"))
			form := formOf(t, g.get(t, "/").body, "c1")
			for field, value := range tc.values {
				form.Set(field, value)
			}
			got := g.post(t, form, tc.headers...)
			if got.code != tc.code || !strings.Contains(got.body, tc.says) {
				t.Errorf("got %d: %s", got.code, got.body)
			}
			if !strings.Contains(got.body, `role="alert"`) {
				t.Error("the page does not announce it")
			}
			if acts := g.acted(); acts != nil {
				t.Errorf("it was done: %v", acts)
			}
			if got := g.counted()[web.OpsRefused]; got != 1 {
				t.Errorf("counted %d times", got)
			}
		})
	}
	t.Run("a broken form", func(t *testing.T) {
		t.Parallel()
		g := stand(t, "ca", night("c1", "SUP-12"))
		got := g.ask(t, "POST", "/called", opsPassword, "by=%zz", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
		if got.code != http.StatusBadRequest || g.acted() != nil {
			t.Errorf("got %d", got.code)
		}
	})
}

// TestOpsRestarted: a form of the process before this one is offered again, with what was
// entered.
func TestOpsRestarted(t *testing.T) {
	t.Parallel()
	g := stand(t, "ca", night("c1", "SUP-12"))
	form := formOf(t, g.get(t, "/").body, "c1")
	form.Set("token", "of-another-process")
	form.Set("by", "Joan Example")
	form.Set("reference", "4711")
	again := g.post(t, form)
	if again.code != http.StatusForbidden || !strings.Contains(again.body, "Torneu a prémer «He trucat».") {
		t.Fatalf("got %d: %s", again.code, again.body)
	}
	if got := g.post(t, formOf(t, again.body, "c1")); got.code != http.StatusSeeOther {
		t.Errorf("got %d", got.code)
	}
	if diff := cmp.Diff([]string{`c1 by "Joan Example": "4711"`}, g.acted()); diff != "" {
		t.Error(diff)
	}
}

// TestOpsOldCall: the form of last night's call does not note tonight's.
func TestOpsOldCall(t *testing.T) {
	t.Parallel()
	g := stand(t, "ca", night("c1", "SUP-12"))
	form := formOf(t, g.get(t, "/").body, "c1")
	g.mu.Lock()
	tonight := *g.cases[0].Call
	tonight.Since = tonight.Since.Add(24 * time.Hour)
	g.cases[0].Call = &tonight
	g.mu.Unlock()
	if got := g.post(t, form); got.code != http.StatusConflict || g.acted() != nil {
		t.Errorf("got %d, %v", got.code, g.acted())
	}
}

// TestOpsFails: what cannot be read or noted is said in words, and the rest is shown.
func TestOpsFails(t *testing.T) {
	t.Parallel()
	g := evening(t, "ca")
	form := formOf(t, g.get(t, "/").body, "c1")
	form.Set("reference", "4711")
	away := errors.New("the database is away")

	g.fails("account", away)
	if got := g.get(t, "/"); got.code != 200 || !strings.Contains(got.body, "Ara mateix no es pot saber.") || !strings.Contains(got.body, "SUP-12") {
		t.Errorf("without the numbers: %d: %s", got.code, got.body)
	}
	g.fails("account", nil)
	for _, tc := range []struct {
		err  error
		code int
		says string
	}{
		{away, 503, "escriviu «escalat trucat 4711» en un comentari a SUP-12"},
		{fmt.Errorf("note: %w", web.ErrOpsNotDue), 409, "ja consta o ja no cal fer-la"},
		{fmt.Errorf("note: %w", web.ErrOpsTicket), 422, "Claranet no fa servir números de tiquet com aquest"},
	} {
		g.fails("phoned", tc.err)
		if got := g.post(t, form); got.code != tc.code || !strings.Contains(got.body, tc.says) || !strings.Contains(got.body, `value="4711"`) {
			t.Errorf("%v: %d: %s", tc.err, got.code, got.body)
		}
	}
	g.fails("cases", away)
	if got := g.get(t, "/"); got.code != 503 || !strings.Contains(got.body, "Ara mateix no es poden llegir els casos") || !strings.Contains(got.body, "214") {
		t.Errorf("without the cases: %d: %s", got.code, got.body)
	}
	if got := g.post(t, form); got.code != 503 || !strings.Contains(got.body, "no s’ha anotat res") {
		t.Errorf("without the cases: %d: %s", got.code, got.body)
	}
	if g.acted() != nil {
		t.Errorf("it was done: %v", g.acted())
	}
	if got := g.logged(); strings.Count(got, "the database is away") != 3 || strings.Contains(got, "4711") || strings.Contains(got, "marta") {
		t.Errorf("the log: %s", got)
	}
}

// TestOpsStop: an act in progress is finished by a stop, and none is begun after it.
func TestOpsStop(t *testing.T) {
	t.Parallel()
	g := stand(t, "ca", night("c1", "SUP-12"))
	form := formOf(t, g.get(t, "/").body, "c1")
	entered, leave := make(chan struct{}), make(chan struct{})
	texts := mustTexts(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := web.ListenOps(ctx, "127.0.0.1:0", web.Ops{
		Password: opsPassword, Texts: texts, Cases: g.open,
		Account: func(context.Context) (web.OpsAccount, error) { return web.OpsAccount{}, nil },
		Phoned: func(context.Context, string, string, string) error {
			close(entered)
			<-leave
			return nil
		},
	}, discard())
	if err != nil {
		t.Fatal(err)
	}
	s.SetSecret("the same in each test")
	stopped, code := make(chan error, 1), make(chan int, 1)
	go func() { stopped <- s.Run(ctx) }()
	other := &guard{url: "http://" + s.Addr()}
	go func() { code <- other.post(t, form).code }()
	<-entered
	cancel()
	// The listener closes first: when nobody can come any more, the stop is on.
	for {
		conn, err := net.Dial("tcp", s.Addr())
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
	if got := <-code; got != http.StatusSeeOther {
		t.Errorf("the act in progress was answered with %d", got)
	}
}

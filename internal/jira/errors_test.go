package jira

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

// Every status, for a write and for a read.
func TestEveryStatus(t *testing.T) {
	t.Parallel()
	permanent := []int{400, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451}
	notDone := []int{401, 407, 409, 429}
	for code := 100; code <= 599; code++ {
		var served int
		client := func() *Client {
			return cannedClient(t, func(string) (int, string) {
				served++
				return code, `{"id":"7","key":"A-1","fields":{"labels":[],"comment":{"total":0,"comments":[]}},"changelog":{"histories":[]}}`
			})
		}
		_, _, post := client().Comment(t.Context(), "1", "k", "el text")
		gone := code == 404
		if gone != errors.Is(post, bridge.ErrUnwritable) {
			t.Errorf("%d: %v", code, post)
		}
		_, read := client().Issue(t.Context(), "1") // another one: the first may have to pause
		// What may be the issue's fault is asked about; 404 asks who we are besides.
		asked := map[int]int{400: 1, 403: 1, 404: 1}[code]
		if served != 2+asked {
			t.Errorf("%d: %d requests, want %d: no attempt of its own", code, served, 2+asked)
		}
		if ok := code >= 200 && code <= 299; ok {
			if post != nil || read != nil {
				t.Errorf("%d: %v, %v", code, post, read)
			}
			continue
		}
		if post == nil || read == nil {
			t.Fatalf("%d: no error", code)
		}
		final := slices.Contains(permanent, code)
		if bridge.IsPermanent(post) != (final && !gone) || bridge.IsPermanent(read) != final {
			t.Errorf("%d: permanent %t (write), %t (read); want %t", code, bridge.IsPermanent(post), bridge.IsPermanent(read), final)
		}
		if got, want := bridge.IsNotDone(post), final || slices.Contains(notDone, code); got != want {
			t.Errorf("%d: a write is not done: %t, want %t", code, got, want)
		}
		if got := bridge.IsNotDone(read); got != final {
			t.Errorf("%d: a read is not done: %t", code, got)
		}
		if errors.Is(post, ErrIssueFull) != (code == 413) || errors.Is(post, ErrTooLarge) || errors.Is(read, ErrTooLarge) != (code == 413) {
			t.Errorf("%d: %v, %v", code, post, read)
		}
		for _, err := range []error{post, read} {
			if gone && errors.Is(err, bridge.ErrUnwritable) {
				continue // the issue takes nothing, and may again
			}
			if errors.Is(err, ErrNotFound) != (code == 404) || errors.Is(err, ErrCredentials) != (code == 401) {
				t.Errorf("%d: wrong kind: %v", code, err)
			}
			if bridge.RetryAt(err).IsZero() == (code == 429) {
				t.Errorf("%d: to be tried again at %v", code, bridge.RetryAt(err))
			}
			if said, ok := errors.AsType[*StatusError](err); !ok || said.Status != code || !strings.Contains(err.Error(), fmt.Sprint(code)) {
				t.Errorf("%d: %v", code, err)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	tests := []struct {
		code        int
		after, date string
		want        time.Duration // 0: no time
		notDone     bool
	}{
		{429, "17", "", 17 * time.Second, true},
		{429, "0", "", time.Second, true},
		{429, "-3", "", time.Second, true},
		{429, "2.5", "", 2500 * time.Millisecond, true},
		{429, "", "", time.Second, true},
		{429, "aviat", "", time.Second, true},
		{429, "NaN", "", time.Second, true},
		{429, "1e300", "", time.Hour, true},
		{429, date(90 * time.Second), "", 90 * time.Second, true},
		{429, date(0), "", time.Second, true},
		{429, date(390 * time.Second), date(300 * time.Second), 90 * time.Second, true}, // their clock is ahead
		{429, date(48 * time.Hour), "", time.Hour, true},
		{503, "30", "", 30 * time.Second, false},
		{503, "0", "", time.Second, false},
		{503, "", "", 0, false},
		{500, "5", "", 5 * time.Second, false},
	}
	for _, test := range tests {
		c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
			resp := answer(r, test.code, "application/json", `{}`)
			if test.after != "" {
				resp.Header.Set("Retry-After", test.after)
			}
			if test.date != "" {
				resp.Header.Set("Date", test.date)
			}
			return resp, nil
		})
		_, _, err := c.Comment(t.Context(), "1", "k", "text")
		var want time.Time
		if test.want != 0 {
			want = now.Add(test.want)
		}
		if got := bridge.RetryAt(err); !got.Equal(want) || bridge.IsNotDone(err) != test.notDone || bridge.IsPermanent(err) {
			t.Errorf("%d, %q: at %v, want %v; not done %t", test.code, test.after, got, want, bridge.IsNotDone(err))
		}
	}
}

func TestRetryJitter(t *testing.T) {
	t.Parallel()
	c, err := newClient(Config{URL: "https://jira.example.org", Token: testToken}, wire(nil))
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[time.Duration]bool)
	for range 50 {
		d := c.jitter()
		if d < 0 || d >= time.Second {
			t.Fatalf("jitter %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 10 {
		t.Errorf("%d different values in 50", len(seen))
	}
}

func TestCredentialsAreTemporary(t *testing.T) {
	t.Parallel()
	const page = `<html><form action="/login.jsp"><input type=password name=os_password></form></html>`
	tests := map[string]struct {
		code    int
		header  []string
		notDone bool
	}{
		"401":                    {401, nil, true},
		"captcha":                {403, []string{"X-Seraph-LoginReason", "AUTHENTICATION_DENIED"}, true},
		"hidden by Cloud":        {404, []string{"X-Seraph-LoginReason", "AUTHENTICATED_FAILED"}, true},
		"anonymous":              {400, []string{"X-AUSERNAME", "anonymous"}, true},
		"login page":             {200, []string{"Content-Type", "text/html;charset=UTF-8"}, false},
		"sent to the login page": {302, []string{"Location", "/jira/login.jsp?os_destination=x"}, false},
		"sent to single sign-on": {302, []string{"Location", "https://idp.example.org/saml2?SAMLRequest=x"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "login.jsp") {
					return answer(r, 200, "text/html", page), nil
				}
				resp := answer(r, test.code, "application/json", page)
				for i := 0; i+1 < len(test.header); i += 2 {
					resp.Header.Set(test.header[i], test.header[i+1])
				}
				return resp, nil
			})
			_, read := c.Issue(t.Context(), "10001")
			_, _, post := c.Comment(t.Context(), "10001", "k", "text")
			for _, err := range []error{read, post} {
				if !errors.Is(err, ErrCredentials) || errors.Is(err, ErrNotFound) || bridge.IsPermanent(err) {
					t.Errorf("%v; want a temporary ErrCredentials", err)
				}
			}
			if bridge.IsNotDone(post) != test.notDone {
				t.Errorf("not done %t, want %t", bridge.IsNotDone(post), test.notDone)
			}
		})
	}
}

// A success for a nobody is none: Cloud's search finds nothing for an expired
// token and says so only in a header.
func TestAnonymousSuccess(t *testing.T) {
	t.Parallel()
	c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
		body := `{"issues":[],"deploymentType":"Cloud","accountId":"557058:escalat"}`
		resp := answer(r, 200, "application/json", body)
		if r.Method == http.MethodPost {
			resp.Header.Set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
		}
		return resp, nil
	})
	if _, err := updated(t, c, time.Minute); !errors.Is(err, ErrCredentials) {
		t.Errorf("Updated: %v; want ErrCredentials", err)
	}
}

// A server in front that does not find Jira is not Jira that does not find the
// issue.
func TestNotFoundOfAnotherServer(t *testing.T) {
	t.Parallel()
	c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
		return answer(r, 404, "text/html", "<h1>Not Found</h1><p>nginx</p>"), nil
	})
	_, _, err := c.Comment(t.Context(), "1", "k", "text")
	if err == nil || errors.Is(err, ErrNotFound) || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
		t.Errorf("Comment: %v", err)
	}
}

func TestWebPageInsteadOfJira(t *testing.T) {
	t.Parallel()
	c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
		return answer(r, 200, "text/html", "<h1>Manteniment</h1>"), nil
	})
	_, _, err := c.Comment(t.Context(), "1", "k", "text")
	if err == nil || errors.Is(err, ErrCredentials) || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
		t.Errorf("Comment: %v", err)
	}
}

func TestErrorsHoldNoSecretsAndNoText(t *testing.T) {
	t.Parallel()
	const body = "El servidor d'e-NOTUM no respon des de les 9.\nLa contrasenya és peix-blau-27."
	encoded := base64.StdEncoding.EncodeToString([]byte(testUser + ":" + testToken))
	for name, test := range map[string]struct{ kind, answer string }{
		"echo":     {"application/json", `{"errorMessages":["Can not parse: El servidor d'e-NOTUM no respon des de les 9. La contra"],"errors":{}}`},
		"part":     {"application/json", `{"errors":{"comment":"near 'contrasenya és peix-blau-27'"}}`},
		"token":    {"application/json", `{"errorMessages":["bad header Basic ` + encoded + `, token ` + testToken + `"]}`},
		"page":     {"text/html", `<html>` + body + testToken + `</html>`},
		"text":     {"text/plain", body + encoded},
		"garbage":  {"application/json", `{"errorMessages": "` + testToken + ` ` + `El servidor d'e-NOTUM no respon`},
		"long":     {"application/json", `{"errorMessages":["` + strings.Repeat("molt llarg ", 5000) + testToken + `"]}`},
		"controls": {"application/json", `{"errorMessages":["\u001b[31mroig\r\nFals: entrada\u202e"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
				return answer(r, 400, test.kind, test.answer), nil
			})
			_, _, err := c.Comment(t.Context(), "1", "k", body)
			if bridge.IsPermanent(err) != (test.kind != "text/html") {
				t.Fatalf("Comment: %v", err)
			}
			text := err.Error()
			for _, secret := range []string{testToken, encoded, "peix-blau", "servidor d'e-NOTUM", "\n", "\r", "\x1b", "\u202e"} {
				if strings.Contains(text, secret) {
					t.Errorf("%q is in %s", secret, text)
				}
			}
			if len([]rune(text)) > longestWords+100 {
				t.Errorf("%d characters", len([]rune(text)))
			}
		})
	}
}

func TestErrorsKeepJirasWords(t *testing.T) {
	t.Parallel()
	c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
		return answer(r, 400, "application/json", `{"errorMessages":["Primer."],"errors":{"comment":"The entered text is too long.","a":"b"}}`), nil
	})
	_, _, err := c.Comment(t.Context(), "10001", "k", "hola")
	const want = "jira: comment on issue 10001: Jira answered 400 Bad Request: Primer.; a: b; comment: The entered text is too long."
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

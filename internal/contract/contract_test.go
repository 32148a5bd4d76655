package contract

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func small() *Documents { return in(func() string { return "testdata" }) }

// said is one exchange.
type said struct {
	method, path, kind, body string
	code                     int // 0: the connection is broken off
	answerKind, answer       string
}

// play lets an exchange pass the checker, and returns what came through.
func play(t *testing.T, c *Checker, s said) (got string) {
	t.Helper()
	handler := c.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = string(raw)
		if s.code == 0 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", s.answerKind)
		w.WriteHeader(s.code)
		if s.answer == "" {
			return
		}
		if _, err := io.WriteString(w, s.answer); err != nil {
			t.Error(err)
		}
	}))
	r := httptest.NewRequestWithContext(t.Context(), s.method, "/jira"+s.path, strings.NewReader(s.body))
	if s.kind != "" {
		r.Header.Set("Content-Type", s.kind)
	}
	w := httptest.NewRecorder()
	defer func() {
		if s.code == 0 && recover() == nil {
			t.Error("the connection was not broken off")
		}
		if s.code != 0 && (w.Code != s.code || w.Body.String() != s.answer) {
			t.Errorf("answered %d %q", w.Code, w.Body)
		}
	}()
	handler.ServeHTTP(w, r)
	return got
}

const (
	plainJSON = "application/json"
	issue     = "/rest/api/2/issue/SUP-7"
	files     = issue + "/attachments"
	form      = "multipart/form-data; boundary=b"
)

func part(name string) string {
	return "--b\r\nContent-Disposition: form-data; name=" + name + "; filename=f\r\nContent-Type: application/pdf\r\n\r\nx\r\n--b--\r\n"
}

func TestBreaches(t *testing.T) {
	t.Parallel()
	docs := small()
	for name, test := range map[string]struct {
		said
		dataCenter bool
		want       []string
	}{
		"good":                    {said: said{"GET", issue + "?fields=a,b&limit=3", "", "", 200, plainJSON + ";charset=UTF-8", `{"id":"1"}`}},
		"good edit":               {said: said{"PUT", issue, plainJSON, `{"summary":"s"}`, 204, "", ""}},
		"not there":               {said: said{"GET", issue, "", "", 404, "text/html", "<p>no"}},
		"limited":                 {said: said{"GET", issue, "", "", 429, "", ""}},
		"down":                    {said: said{"GET", issue, "", "", 503, "text/html", "<p>"}},
		"an empty side of change": {said: said{"GET", issue, "", "", 200, plainJSON, `{"changelog":{"histories":[{"items":[{"from":null}]}]}}`}},
		"file":                    {said: said{"POST", files, form, part("file"), 403, "", ""}, want: []string{"POST /rest/api/2/issue/{issueIdOrKey}/attachments: request: no X-Atlassian-Token: no-check"}},
		"not of Jira":             {said: said{"GET", "/sim/issues?x=1", "", "", 200, "", "x"}},
		"unknown path":            {said: said{"GET", "/rest/api/3/issue/SUP-7", "", "", 200, "", ""}, want: []string{"GET /rest/api/3/issue/SUP-7: request: there is no such path"}},
		"unknown method":          {said: said{"DELETE", issue, "", "", 204, "", ""}, want: []string{"DELETE /rest/api/2/issue/SUP-7: request: the path does not have this method"}},
		"removed":                 {said: said{"GET", "/rest/api/2/search", "", "", 200, "", ""}, want: []string{"GET /rest/api/2/search: request: Cloud has removed this search and answers 410; it is search/jql now"}},
		"unknown parameter":       {said: said{"GET", issue + "?field=a", "", "", 404, "", ""}, want: []string{"GET /rest/api/2/issue/{issueIdOrKey}: request: the query parameter field is not documented"}},
		"parameter of another kind": {said: said{"GET", issue + "?limit=all", "", "", 400, "", ""}, want: []string{
			"GET /rest/api/2/issue/{issueIdOrKey}: request: query limit: value all: an invalid integer: invalid syntax",
		}},
		"unknown member": {said: said{"PUT", issue, plainJSON, `{"sumary":"s"}`, 204, "", ""}, want: []string{
			`PUT /rest/api/2/issue/{issueIdOrKey}: request: property "sumary" is unsupported`,
		}},
		"member that only answers have": {said: said{"PUT", issue, plainJSON, `{"id":"1"}`, 400, "", ""}, want: []string{
			`PUT /rest/api/2/issue/{issueIdOrKey}: request: /id: readOnly property "id" in request`,
		}},
		"no body": {said: said{"PUT", issue, plainJSON, "", 204, "", ""}, want: []string{"PUT /rest/api/2/issue/{issueIdOrKey}: request: value is required but missing"}},
		"body of another kind": {said: said{"PUT", issue, "text/plain", "x", 415, "", ""}, want: []string{
			`PUT /rest/api/2/issue/{issueIdOrKey}: request: header Content-Type has unexpected value "text/plain"`,
		}},
		"body where there is none": {said: said{"GET", issue, plainJSON, "{}", 404, "", ""}, want: []string{
			"GET /rest/api/2/issue/{issueIdOrKey}: request: request body not allowed for this request",
		}},
		"broken off":     {said: said{"PUT", issue, plainJSON, `[]`, 0, "", ""}, want: []string{"PUT /rest/api/2/issue/{issueIdOrKey}: request: value must be an object"}},
		"unknown status": {said: said{"GET", issue, "", "", 418, "", ""}, want: []string{"GET /rest/api/2/issue/{issueIdOrKey}: answer 418: status is not supported"}},
		"answer of another kind": {said: said{"GET", issue, "", "", 200, "text/html", "<p>"}, want: []string{
			`GET /rest/api/2/issue/{issueIdOrKey}: answer 200: response header Content-Type has unexpected value: "text/html"`,
		}},
		"answer without what it is": {said: said{"GET", issue, "", "", 200, plainJSON, ""}, want: []string{"GET /rest/api/2/issue/{issueIdOrKey}: answer 200: EOF"}},
		"answers of other shapes": {said: said{"GET", issue, "", "", 200, plainJSON, `{"id":1,"x":2,"changelog":{"histories":[{"id":"1"},{"id":2},{"id":3}]}}`}, want: []string{
			"GET /rest/api/2/issue/{issueIdOrKey}: answer 200: /changelog/histories/*/id: value must be a string (2 times)",
			"GET /rest/api/2/issue/{issueIdOrKey}: answer 200: /id: value must be a string",
			`GET /rest/api/2/issue/{issueIdOrKey}: answer 200: property "x" is unsupported`,
		}},
		"groups of a user":       {dataCenter: true, said: said{"GET", "/rest/api/2/user?key=k&expand=groups", "", "", 200, "", ""}},
		"bytes of a file":        {dataCenter: true, said: said{"GET", "/secure/attachment/7/a%20b%2Fc", "", "", 200, "text/plain", "x"}},
		"something else secure":  {dataCenter: true, said: said{"GET", "/secure/admin", "", "", 200, "", ""}, want: []string{"GET /secure/admin: request: there is no such path"}},
		"bytes of a file, Cloud": {said: said{"GET", "/secure/attachment/7/a", "", "", 200, "", ""}, want: []string{"GET /secure/attachment/7/a: request: there is no such path"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := docs.Checker(t, !test.dataCenter)
			if got := play(t, c, test.said); got != test.body && test.code != 0 {
				t.Errorf("the handler read %q", got)
			}
			if diff := cmp.Diff(test.want, c.Forget()); diff != "" {
				t.Errorf("breaches (-want +got):\n%s", diff)
			}
			if left := c.Breaches(); len(left) > 0 {
				t.Errorf("not forgotten: %q", left)
			}
		})
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	docs := small()
	for name, test := range map[string]struct {
		body string
		want []string
	}{
		"good":         {body: part("file")},
		"another part": {body: part("upload"), want: []string{"a part upload of a form is not documented", "the form has no part file"}},
		"no end":       {body: "--b\r\nContent-Disposition: form-data; name=file\r\n\r\nx", want: []string{"the form is broken: multipart: NextPart: EOF"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := docs.Checker(t, true)
			handler := c.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				// As a server reads it: up to the last boundary.
				raw := make([]byte, len(test.body))
				if _, err := io.ReadFull(r.Body, raw); err != nil || string(raw) != test.body {
					t.Errorf("the handler read %q: %v", raw, err)
				}
			}))
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, files, strings.NewReader(test.body))
			r.Header.Set("Content-Type", form)
			r.Header.Set("X-Atlassian-Token", "no-check")
			handler.ServeHTTP(httptest.NewRecorder(), r)
			var want []string
			for _, breach := range test.want {
				want = append(want, "POST /rest/api/2/issue/{issueIdOrKey}/attachments: request: "+breach)
			}
			if diff := cmp.Diff(want, c.Forget()); diff != "" {
				t.Errorf("breaches (-want +got):\n%s", diff)
			}
		})
	}
}

var methodOf = map[string]string{issue: http.MethodPut, files: http.MethodPost}

// A body that is cut off stays cut off, and neither it nor its answer is held against
// anything.
func TestCutOff(t *testing.T) {
	t.Parallel()
	c := small().Checker(t, true)
	cut := errors.New("the line went dead")
	handler := c.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if raw, err := io.ReadAll(r.Body); !errors.Is(err, cut) || string(raw) != `{"summ` {
			t.Errorf("the handler read %q: %v", raw, err)
		}
		w.WriteHeader(http.StatusTeapot) // nobody hears it
	}))
	for _, length := range []int64{100, -1} {
		for path, kind := range map[string]string{issue: plainJSON, files: form} {
			body := io.MultiReader(strings.NewReader(`{"summ`), failing{cut})
			r := httptest.NewRequestWithContext(t.Context(), methodOf[path], path, body)
			r.ContentLength = length
			r.Header.Set("Content-Type", kind)
			r.Header.Set("X-Atlassian-Token", "no-check")
			handler.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	if found := c.Forget(); len(found) > 0 {
		t.Errorf("breaches: %q", found)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestOnPurpose(t *testing.T) {
	t.Parallel()
	c := small().Checker(t, true)
	handler := c.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		OnPurpose(w)
		w.WriteHeader(http.StatusTeapot)
	}))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, issue+"?x=1", nil))
	want := []string{"GET /rest/api/2/issue/{issueIdOrKey}: request: the query parameter x is not documented"}
	if diff := cmp.Diff(want, c.Forget()); diff != "" {
		t.Errorf("breaches (-want +got):\n%s", diff)
	}
}

// spy is a test that is watched.
type spy struct {
	testing.TB
	errors, logs []string
	cleanups     []func()
	skipped      bool
}

func (s *spy) Helper()           {}
func (s *spy) Cleanup(f func())  { s.cleanups = append(s.cleanups, f) }
func (s *spy) Log(args ...any)   { s.logs = append(s.logs, fmt.Sprint(args...)) }
func (s *spy) Error(args ...any) { s.errors = append(s.errors, fmt.Sprint(args...)) }
func (s *spy) Skip(args ...any)  { s.Log(args...); s.skipped = true }

func TestReport(t *testing.T) {
	t.Parallel()
	teapot := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	const parameter = "GET /rest/api/2/issue/{issueIdOrKey}: request: the query parameter "
	for name, test := range map[string]struct {
		wrap func(*Documents, testing.TB, bool) func(http.Handler) http.Handler
		want []string
	}{
		"both": {(*Documents).Wrap, []string{
			"not as Jira's own document says: GET /rest/api/2/issue/{issueIdOrKey}: answer 418: status is not supported (2 times)",
			"not as Jira's own document says: " + parameter + strings.Repeat("à", (longestBreach-len(parameter))/2) + "…",
		}},
		"requests": {(*Documents).WrapRequests, []string{
			"not as Jira's own document says: " + parameter + strings.Repeat("à", (longestBreach-len(parameter))/2) + "…",
		}},
		"answers": {(*Documents).WrapAnswers, []string{
			"not as Jira's own document says: GET /rest/api/2/issue/{issueIdOrKey}: answer 418: status is not supported (2 times)",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &spy{}
			docs := small()
			docs.Need(s)
			handler := test.wrap(docs, s, true)(teapot)
			for _, path := range []string{issue, issue, issue + "?" + strings.Repeat("à", longestBreach)} {
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			}
			for _, f := range s.cleanups {
				f()
			}
			if diff := cmp.Diff(test.want, s.errors); diff != "" || s.skipped {
				t.Errorf("skipped %v; reported (-want +got):\n%s", s.skipped, diff)
			}
		})
	}
}

// Without documents everything passes, and the log says so.
func TestWithoutDocuments(t *testing.T) {
	t.Parallel()
	docs := in(func() string { return "" })
	s := &spy{}
	docs.Need(s)
	teapot := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	docs.Wrap(s, true)(teapot).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/rest/x", nil))
	if diff := cmp.Diff([]string{unset, unset}, s.logs); diff != "" || !s.skipped || len(s.cleanups)+len(s.errors) > 0 {
		t.Errorf("skipped %v, %d cleanups, errors %q; logged (-want +got):\n%s", s.skipped, len(s.cleanups), s.errors, diff)
	}
}

func TestOperation(t *testing.T) {
	t.Parallel()
	docs := small()
	text, known := docs.Operation(t, true, http.MethodGet, "/rest/api/2/issue/{issueIdOrKey}")
	if !known || text != "Get issue\nPermissions required: Browse projects." {
		t.Errorf("%v: %q", known, text)
	}
	for _, call := range [][2]string{{http.MethodDelete, "/rest/api/2/issue/{issueIdOrKey}"}, {http.MethodGet, "/rest/api/2/other"}} {
		if _, known := docs.Operation(t, true, call[0], call[1]); known {
			t.Errorf("%s %s is known", call[0], call[1])
		}
	}
}

func TestType(t *testing.T) {
	t.Parallel()
	docs := small()
	const path = "/rest/api/2/issue/{issueIdOrKey}"
	for members, want := range map[string]string{
		"id": "string", "changelog": "object", "changelog/histories": "array", "changelog/histories/*/items/*/from": "string",
		"key": "", "changelog/other/deep": "", "id/*": "", "id/*/x": "",
	} {
		if got := docs.Type(t, true, http.MethodGet, path, strings.Split(members, "/")...); got != want {
			t.Errorf("%s is of type %q, want %q", members, got, want)
		}
	}
	for _, call := range [][2]string{{http.MethodPut, path}, {http.MethodDelete, path}, {http.MethodGet, "/rest/api/2/other"}} {
		if got := docs.Type(t, true, call[0], call[1], "id"); got != "" {
			t.Errorf("%s %s: type %q", call[0], call[1], got)
		}
	}
}

// Every exception says why, and is about a call that Jira's own document has,
// except what is said to be beside it.
func TestExceptions(t *testing.T) {
	t.Parallel()
	docs := New()
	docs.Need(t)
	var all []exception
	for _, list := range [][]exception{gone(), parameters(), statuses(), places(), headers()} {
		all = append(all, list...)
	}
	for _, x := range append(all, resources()...) {
		if x.reason == "" {
			t.Errorf("%s %s %v: no reason", x.call, x.what, x.status)
		}
	}
	for _, x := range all {
		found := x.call == "* *"
		for _, isCloud := range []bool{true, false} {
			for path, item := range docs.of(t, isCloud).doc.Paths.Map() {
				for method := range item.Operations() {
					found = found || x.about(isCloud, method+" "+path)
				}
			}
		}
		if !found {
			t.Errorf("%s: no document has this call", x.call)
		}
	}
}

// What a request costs besides its handling.
func BenchmarkExchange(b *testing.B) {
	docs := New()
	docs.Need(b)
	const answer = `{"startAt":0,"maxResults":100,"total":1,"comments":[{"id":"1","body":"x","author":{"accountId":"a","displayName":"A"},"created":"2026-11-21T10:00:00.000+0100"}]}`
	handler := docs.Wrap(b, true)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", plainJSON)
		_, _ = io.WriteString(w, answer)
	}))
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, issue+"/comment?startAt=0&maxResults=100&orderBy=created&expand=properties", nil)
	for b.Loop() {
		handler.ServeHTTP(httptest.NewRecorder(), r)
	}
}

// What the reading of the larger document costs each process that needs it.
func BenchmarkRead(b *testing.B) {
	docs := New()
	docs.Need(b)
	for b.Loop() {
		New().of(b, true)
	}
}

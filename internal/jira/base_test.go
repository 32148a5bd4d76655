package jira

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"escalat/bridge"
)

func parsed(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// A file may be on another host, but not among what listens on this machine alone,
// unless Jira itself does.
func TestFollowAway(t *testing.T) {
	t.Parallel()
	const jira, local = "https://jira.example.org/jira", "http://127.0.0.1:8080/jira"
	for _, test := range []struct {
		base, to string
		method   string
		hops     int
		want     bool
	}{
		{jira, "https://media.example.org/file", "GET", 1, true},
		{jira, "https://media.example.org/file", "GET", maxRedirects + 1, false},
		{jira, "https://media.example.org/file", "POST", 1, false},
		{jira, "http://media.example.org/file", "GET", 1, false},
		{jira, "http://127.0.0.1:9100/metrics", "GET", 1, false},
		{jira, "HTTP://localhost/", "GET", 1, false},
		{jira, "http://[::1]/", "GET", 1, false},
		{jira, "ftp://media.example.org/file", "GET", 1, false},
		{jira, "file:///etc/passwd", "GET", 1, false},
		{local, "http://127.0.0.1:9100/media/1", "GET", 1, true},
		{local, "http://localhost:9100/media/1", "GET", 1, true},
		{local, "https://media.example.org/file", "GET", 1, true},
		{local, "http://media.example.org/file", "GET", 1, false},
		{local, "http://10.0.0.1/", "GET", 1, false},
	} {
		b, err := newBase(test.base)
		if err != nil {
			t.Fatal(err)
		}
		via := make([]*http.Request, test.hops)
		via[0] = &http.Request{Method: test.method, URL: parsed(t, test.base)}
		if err := b.followAway(&http.Request{Method: "GET", URL: parsed(t, test.to)}, via); (err == nil) != test.want {
			t.Errorf("%s from %s, %s, %d hops: %v", test.to, test.base, test.method, test.hops, err)
		}
	}
}

// Whatever a server on the way makes of a path, it leads nowhere else.
func TestPathsThatLeadElsewhere(t *testing.T) {
	t.Parallel()
	b, err := newBase("https://jira.example.org/jira")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct{ covered, redirected bool }{
		"/jira/secure/attachment/1/a.txt":        {true, true},
		"/jira/a...b/..c/d..":                    {true, true},
		"/jira/secure/attachment/1/a%3Bb%20.txt": {true, true},
		"/jira/secure/attachment/1/100%25.txt":   {true, false},
		"/jira/secure/attachment/1/%2525zz%25.x": {true, false},
		"/jira/secure/attachment/1/a%2Etxt":      {true, false},
		"/jira/x;jsessionid=1":                   {false, false},
		"/jira/..;/other":                        {false, false},
		"/jira/x/..;a=b/y":                       {false, false},
		"/jira/x/..%3b/y":                        {false, false},
		"/jira/%2e%2e/other":                     {false, false},
		"/jira/x/%2e%2e/y":                       {false, false},
		"/jira/x/.%2E/y":                         {false, false},
		"/jira/%252e%252e/other":                 {false, false},
		"/jira/x/..%252fy":                       {false, false},
		"/jira/x/..%255cy":                       {false, false},
		"/jira/x/%25252e%25252e/y":               {false, false},
		"/jira/x/%25zz%2f..%2f..%2fother":        {false, false},
		"/jira/x/../y":                           {false, false},
		"/jira/./y":                              {false, false},
		`/jira/x\y`:                              {false, false},
	} {
		u := parsed(t, "https://jira.example.org"+path)
		if b.covers(u) != want.covered || b.redirected(u) != want.redirected {
			t.Errorf("%s: covered %t, redirected %t; want %+v", path, b.covers(u), b.redirected(u), want)
		}
		// Where an answer leads, the credentials go only as far as that.
		for _, cause := range []*http.Response{nil, {StatusCode: 302}} {
			given := false
			tr := &transport{base: b, authorization: "Bearer x", next: wire(func(r *http.Request) (*http.Response, error) {
				given = r.Header.Get("Authorization") != ""
				return answer(r, 200, "text/plain", ""), nil
			})}
			req := (&http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}, Response: cause}).WithContext(t.Context())
			resp, err := tr.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if allowed := cause == nil && want.covered || want.redirected; given != allowed {
				t.Errorf("%s, redirected %t: credentials %t", path, cause != nil, given)
			}
		}
		via := []*http.Request{{Method: http.MethodGet, URL: parsed(t, "https://jira.example.org/jira/x")}}
		if err := b.followWithin(&http.Request{Method: http.MethodGet, URL: u}, via); (err == nil) != want.redirected {
			t.Errorf("%s: followed: %v", path, err)
		}
	}
}

// Whoever names a file cannot keep it from being read.
func TestAttachmentOfAnyName(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	names := []string{"", ".", "..", "..;x.txt", "%2e%2e", "..%2f..%2fother", "100%.txt", "a;b.txt", "%252525252e.txt", "a?b#c.txt", "à ñ.txt"}
	for i, name := range names {
		f.files = append(f.files, &fakeFile{ID: 31 + i, Name: name, Type: "text/plain", Data: []byte(name + "!"), Created: f.now, Content: "https://other.example.org/x"})
	}
	c := f.client()
	for _, file := range f.files {
		body, err := c.Attachment(t.Context(), bridge.Attachment{ID: f.file(file)["id"].(string), Size: int64(len(file.Data)), MIMEType: "text/plain"})
		if err != nil {
			t.Errorf("%q: %v", file.Name, err)
			continue
		}
		got, err := io.ReadAll(body)
		if err != nil || string(got) != string(file.Data) {
			t.Errorf("%q: %q, %v", file.Name, got, err)
		}
		_ = body.Close()
	}
}

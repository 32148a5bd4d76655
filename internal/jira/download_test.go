package jira

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"escalat/bridge"
	"escalat/internal/sim"
)

// A file has as many bytes as Jira says, or, where it does not say, no more than
// is accepted.
func TestDownloadIsBounded(t *testing.T) {
	t.Parallel()
	const bound = 10
	for _, test := range []struct {
		size, there int
		kind        error
		permanent   bool
	}{
		{bound, bound, nil, false},
		{bound, bound - 1, io.ErrUnexpectedEOF, false},
		{bound, bound + 1, errAny, false}, // Jira said so a moment ago: it may be another file now
		{bound, 5 * bound, errAny, false},
		{0, 0, nil, false},
		{0, bound, nil, false},
		{0, bound + 1, ErrTooLarge, true},
		{0, 5 * bound, ErrTooLarge, true},
	} {
		for how, r := range map[string]io.Reader{
			"at once": strings.NewReader(strings.Repeat("x", test.there)), "byte by byte": iotest.OneByteReader(strings.NewReader(strings.Repeat("x", test.there))),
			"with its end": iotest.DataErrReader(strings.NewReader(strings.Repeat("x", test.there))),
		} {
			d := &download{body: io.NopCloser(r), cancel: func() {}, op: "read", size: int64(test.size), bound: bound}
			got, err := io.ReadAll(d)
			if (err != nil) != (test.kind != nil) || bridge.IsPermanent(err) != test.permanent || len(got) > bound {
				t.Errorf("%+v, %s: %d bytes, %v", test, how, len(got), err)
			}
			if test.kind != errAny && !errors.Is(err, test.kind) || errors.Is(err, ErrTooLarge) != (test.kind == ErrTooLarge) { //nolint:errorlint // which one the table names
				t.Errorf("%+v, %s: %v", test, how, err)
			}
			if err == nil && len(got) != test.there {
				t.Errorf("%+v, %s: %d bytes", test, how, len(got))
			}
		}
	}
}

var errAny = errors.New("any error")

// A file is read whatever it is called, and asked for at the place of files alone: what
// it is called leads nowhere else and looks like no page to log in.
func TestDownloadWhateverItsName(t *testing.T) {
	t.Parallel()
	for _, flavour := range []Flavour{Cloud, DataCenter} {
		t.Run(string(flavour), func(t *testing.T) {
			t.Parallel()
			j := sim.NewJira(sim.JiraConfig{Cloud: flavour == Cloud, ContextPath: "/jira"})
			at, err := j.Start("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = j.Close() })
			cfg := Config{URL: at, Token: "sim-token"}
			if flavour == Cloud {
				cfg.User = "escalat@aoc.test"
			}
			c := simulated(t, cfg)
			id, key := j.CreateIssue("marta.puig", "AOC", "Noms", "")
			for _, name := range ugly() {
				if _, err := j.AddAttachment("marta.puig", key, name, "text/html", []byte("<p>"+name)); err != nil {
					t.Fatal(err)
				}
			}
			issue, err := c.Issue(t.Context(), id)
			if err != nil || len(issue.Attachments) != len(ugly()) {
				t.Fatalf("%d attachments, %v", len(issue.Attachments), err)
			}
			for i, name := range ugly() {
				if got, err := whole(t, c, issue.Attachments[i]); err != nil || got != "<p>"+name {
					t.Errorf("%q: %.60q, %v", name, got, err)
				}
			}
			for _, r := range j.Requests() {
				if strings.Contains(r.Path, "attachment/") && (r.Method != http.MethodGet || r.Status != http.StatusOK) {
					t.Errorf("%s %s: %d", r.Method, r.Path, r.Status)
				}
			}
		})
	}
}

// ugly are names of files that mean something in a path, a URL, a header or a page.
func ugly() []string {
	return []string{
		"captura de pantalla.png", " ", "file", "rest", "traça e\u0301 \u65e5\u672c \U0001f600.txt", strings.Repeat("à", 255),
		"100 % lliure.txt", "100%25.txt", "a%2Fb.txt", "a%5Cb.txt", "%2e%2e", strings.Repeat("%", 255), "%zz",
		"a#b.txt", "què?.txt", "a?redirect=true", "a+b&c=d.txt", "a:b", "http://x.test/a", "a;b.txt", "a;jsessionid=1", "..;", "..;/a",
		".", "..", "...", "../a.txt", "../../../rest/api/2/myself", "a/b.txt", "a//b.txt", "/a", "a/", `..\a.txt`, `\[~admin]`,
		`<b>"q".html`, "a\u202egnp.exe", "a\nb.txt", "a\r\nX: y", "a\x00b", "\u0085", "\ufeff", "login.html", "SAML login.html", "[^x.txt]", "{code}",
	}
}

func whole(t *testing.T, c *Client, a bridge.Attachment) (string, error) {
	t.Helper()
	body, err := c.Attachment(t.Context(), a)
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(body)
	return string(raw), errors.Join(err, body.Close())
}

// FuzzContentPath: whatever Jira says of a file, it is asked for where files are, with
// the credentials, and at Jira itself.
func FuzzContentPath(f *testing.F) {
	for _, name := range ugly() {
		f.Add(name, "https://jira.test/jira/secure/attachment/31/"+url.PathEscape(name))
		f.Add(name, "https://jira.test/jira/secure/attachment/31/"+name)
	}
	f.Add("", "https://evil.test/jira/secure/attachment/31/a")
	at, err := newBase("https://jira.test/jira")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, content string) {
		path := at.downloadPath("31", wireAttachment{Filename: name, Content: content})
		u, err := url.Parse(at.String() + path)
		if err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		if within, here := at.within(u); !here || !strings.HasPrefix(within, "secure/attachment/31/") || u.RawQuery != "" || u.Fragment != "" {
			t.Errorf("%q of %q, %q is not where files are", path, name, content)
		}
	})
}

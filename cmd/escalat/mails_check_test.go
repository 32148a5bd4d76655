package main

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// check holds a mail to what every one promises.
func (m mailed) check(t *testing.T) {
	t.Helper()
	checkLines(t, m.raw)
	m.checkHeader(t)
	m.checkBoundaries(t)
	m.checkPage(t)
	m.checkKept(t)
}

// checkLines: seven bits, CRLF alone, no line that a relay would cut, or that the
// transport or a mailbox file would take for something else.
func checkLines(t *testing.T, raw []byte) {
	t.Helper()
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		t.Error("the last line has no end")
	}
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		odd := bytes.ContainsFunc(line, func(r rune) bool { return r > '~' || r < ' ' && r != '\t' })
		if odd || len(line) > 78 || bytes.HasPrefix(line, []byte(".")) || bytes.HasPrefix(line, []byte("From ")) {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
}

// encodedWord is one of RFC 2047.
var encodedWord = regexp.MustCompile(`=\?[^?]*\?[^?]*\?[^?]*\?=`)

// checkHeader: the fields that a mail has, each once and in this order, and nothing
// besides; folded where they may be.
func (m mailed) checkHeader(t *testing.T) {
	t.Helper()
	head, _, _ := bytes.Cut(m.raw, []byte("\r\n\r\n"))
	unfolded := strings.NewReplacer("\r\n ", " ", "\r\n\t", "\t").Replace(string(head))
	var names []string
	values := map[string]string{}
	for field := range strings.SplitSeq(unfolded, "\r\n") {
		name, value, _ := strings.Cut(field, ": ")
		names = append(names, name)
		values[name] = value
		if len(field) > 998 {
			t.Errorf("%s has %d bytes", name, len(field))
		}
		for _, word := range encodedWord.FindAllString(value, -1) {
			if len(word) > 75 {
				t.Errorf("an encoded word of %d bytes: %s", len(word), word)
			}
		}
	}
	want := []string{"Date", "From", "To", "Subject", "Message-ID", "X-Auto-Response-Suppress", "X-Escalat-Loop", "MIME-Version", "Content-Type"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	var decoder mime.WordDecoder
	subject, err := decoder.DecodeHeader(values["Subject"])
	if err != nil || subject != m.told.Mail.Subject || !strings.HasPrefix(subject, "[AOC SUP-") || len([]rune(subject)) > 150 {
		t.Errorf("subject %q, told %q; %v", subject, m.told.Mail.Subject, err)
	}
	if strings.ContainsFunc(subject, func(r rune) bool { return unicode.IsControl(r) || r == 0x202e }) {
		t.Errorf("the subject steers: %q", subject)
	}
}

// checkBoundaries: the lines that divide the mail are only those that must.
func (m mailed) checkBoundaries(t *testing.T) {
	t.Helper()
	parts := len(m.told.Mail.Attachments) + 2
	want := parts + 1 // each begins with one, and the alternative ends with one
	if len(m.told.Mail.Attachments) > 0 {
		want += 2 // and the mixed, whose first part is the alternative
	}
	if got := bytes.Count(m.raw, []byte("\r\n--=_")); got != want {
		t.Errorf("%d lines divide the mail, want %d", got, want)
	}
	read, err := mail.ReadMessage(bytes.NewReader(m.raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	// The worst text knows how its own mail is divided.
	if m.name == hostileMail && !strings.Contains(m.told.Mail.Text, "\n--"+params["boundary"]+"\n") {
		t.Errorf("the fixture does not hold its boundary, which is %s", params["boundary"])
	}
}

// hostileMail is the fixture that tries everything.
const hostileMail = "10-hostil"

// checkPage: the page says the same as the text, and nothing in it acts or is fetched.
func (m mailed) checkPage(t *testing.T) {
	t.Helper()
	if m.page != m.told.Mail.HTML {
		t.Error("--html prints another page than the mail has")
	}
	if !strings.HasSuffix(m.shown, "\n\n"+steered(m.told.Mail.Text)) {
		t.Errorf("the preview ends otherwise than the mail:\n%s", m.told.Mail.Text)
	}
	if diff := cmp.Diff(saidWords(m.told.Mail.Text), saidWords(pageText(t, m.page))); diff != "" {
		t.Errorf("the text (-) and the page (+) do not say the same:\n%s", diff)
	}
	z := html.NewTokenizer(strings.NewReader(m.page))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if slices.Contains([]string{"script", "img", "link", "style", "iframe", "object", "embed", "form", "input", "svg", "video", "audio", "base"}, token.Data) &&
			token.Type != html.TextToken {
			t.Errorf("the page has <%s>", token.Data)
		}
		for _, a := range token.Attr {
			link := a.Key == "href" && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "mailto:")
			if link || strings.HasPrefix(a.Key, "on") || a.Key == "src" || strings.Contains(a.Val, "url(") {
				t.Errorf("the page has %s=%q", a.Key, a.Val)
			}
		}
	}
}

// pageText is what a page says, its blocks on lines of their own and the numbers of
// its lists before their items.
func pageText(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		inline := slices.Contains([]atom.Atom{atom.A, atom.Strong, atom.Em, atom.Cite, atom.Del, atom.Ins, atom.Sup, atom.Sub, atom.Code, atom.Span}, n.DataAtom)
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && !inline {
			b.WriteByte('\n')
		}
		item := 0
		for c := range n.ChildNodes() {
			if n.DataAtom == atom.Ol && c.DataAtom == atom.Li {
				item++
				b.WriteString("\n" + strings.Repeat("#", item) + ". ")
			}
			walk(c)
		}
		if n.Type == html.ElementNode && !inline {
			b.WriteByte('\n')
		}
	}
	walk(root)
	return b.String()
}

// number begins an item of a list of numbers, in the text by one and in what is made
// of the page by strokes.
var number = regexp.MustCompile(`^(?:[0-9]+|#+)\.$`)

// saidWords leaves out the marks that stand for what a page shows by its looks.
func saidWords(s string) []string {
	var all []string
	for _, w := range strings.FieldsFunc(s, unicode.IsSpace) {
		w = strings.Map(func(r rune) rune {
			if strings.ContainsRune("-*|>", r) {
				return -1
			}
			return r
		}, w)
		if w != "" && w != "/" && !number.MatchString(w) {
			all = append(all, w)
		}
	}
	return all
}

// checkKept: what must stay in Jira is nowhere in the mail, however it is encoded.
func (m mailed) checkKept(t *testing.T) {
	t.Helper()
	read, err := mail.ReadMessage(bytes.NewReader(m.raw))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(read.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range m.never {
		if !bytes.Contains(m.issue, []byte(word)) {
			t.Errorf("the issue has no %q that could leave", word)
		}
		for where, text := range map[string]string{
			"mail": string(m.raw), "body": string(body), "text": m.told.Mail.Text, "page": m.page, "subject": m.told.Mail.Subject,
		} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				t.Errorf("the %s says %q", where, word)
			}
		}
		for _, a := range m.told.Mail.Attachments {
			if strings.Contains(a.Name, word) {
				t.Errorf("%q is attached", a.Name)
			}
		}
	}
}

package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"escalat/bridge/message"
	"escalat/internal/sim"
	"escalat/mapping/wiki"

	"github.com/google/go-cmp/cmp"
)

// canary is a host that nobody has a reason to ask.
type canary struct {
	url string

	mu    sync.Mutex
	asked []string
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	c := &canary{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.asked = append(c.asked, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization"))
	}))
	t.Cleanup(srv.Close)
	c.url = srv.URL
	return c
}

// quiet: nobody has asked it.
func (c *canary) quiet(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.asked) > 0 {
		t.Errorf("another host was asked:\n%s", strings.Join(c.asked, "\n"))
	}
}

// attacks are texts that mean something to Jira's markup, to mail, to paths or to a
// query language, by what they would like to be.
func attacks(url string) map[string]string {
	return map[string]string{
		"macros":     "{html}<script src=" + url + "/x.js></script>{html} {include:AOC-1} {jql:project=AOC} {code}x{code} {quote}q{quote} {panel:title=P}p{panel} {color:red}r{color} {anchor:a}",
		"ends":       "{noformat} {noformat}{noformat} {{}} }} {{ {code} [~marta.puig] {noformat}",
		"mentions":   "[~admin] [~accountid:712020:0123456789abcdef] [~marta.puig] @admin \\[~admin]",
		"links":      "[aquí|" + url + "/link] [" + url + "/bare] [mailto:cap@evil.test] [#a] [^fitxer] [AOC-1] [text|javascript:alert(1)]",
		"images":     "!" + url + "/pixel.png! !captura.png|thumbnail! !x.png|width=1!",
		"marks":      "*b* _i_ -d- +u+ ^s^ ~t~ ??c?? {{m}} {*}b{*} (!) :) (/) \\\\ ---- h1. t",
		"headers":    "a\r\nBcc: cap@evil.test\r\nSubject: un altre\r\n\r\ncos",
		"words":      "=?utf-8?q?a=0d=0aBcc:_cap@evil.test?= =?utf-8?b?DQpCY2M6IGNhcEBldmlsLnRlc3Q=?=",
		"smuggling":  "a\n.\r\nMAIL FROM:<cap@evil.test>\r\nRCPT TO:<cap@evil.test>\r\nDATA\r\n.\r\n",
		"paths":      "../../../rest/api/2/user?username=admin#x %2e%2e%2f%2e%2e%2fadmin /../../secure/admin",
		"query":      `" OR project = INF ORDER BY key -- ' \" ) or (1=1`,
		"address":    `"cap@evil.test" <cap@evil.test>, altre@evil.test; <script>`,
		"directions": "a\u202egnp.exe\u202c \u2066b\u2069 \u200bc \ufeffd \x00\x1b[31m \u0085e\u2028f",
		"subject":    "[AOC INF-1] escalat igual-que AOC-1",
	}
}

// TestAttackTexts puts each of those texts wherever a stranger can write. What comes of
// it on the issue and at the desk must have the shape of what comes of harmless texts,
// and nothing may be asked that is not asked for those.
func TestAttackTexts(t *testing.T) {
	t.Parallel()
	flavours := []bool{true, false}
	if testing.Short() { // what the race detector sees of one it would see of the other
		flavours = flavours[:1]
	}
	for _, cloud := range flavours {
		t.Run(map[bool]string{true: "cloud", false: "datacenter"}[cloud], func(t *testing.T) {
			t.Parallel()
			bird := newCanary(t)
			o := play(t, sim.WorldConfig{Jira: sim.JiraConfig{Cloud: cloud, Projects: []string{"AOC", "INF"}}}, "ESCALAT_BRAKE_LIMIT=1000")
			a := attack{outside: o, bird: bird}
			harmless := a.play("res", "un text corrent")
			if len(harmless.letters) != 1 || len(harmless.comments) < 3 {
				t.Fatalf("a harmless text: %d mails, %d comments", len(harmless.letters), len(harmless.comments))
			}
			texts := attacks(bird.url)
			for _, name := range []string{"macros", "ends", "mentions", "links", "images", "marks"} {
				if len(shape(texts[name])) == 0 {
					t.Errorf("%s would be harmless as it stands", name)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(texts)) {
				a.same(name, harmless, a.play(name, texts[name]))
			}
			a.nowhereElse()
		})
	}
}

// attack plays one text after the other.
type attack struct {
	*outside

	bird   *canary
	played int
}

// came is what came of a text: what the desk received and what stands on the issue.
type came struct {
	key      string
	letters  [][]byte
	comments []sim.Comment
	files    []sim.Attachment
	envelope []sim.Transaction
}

// play has somebody with that name escalate an issue that says it everywhere: first
// without a field, so that it is asked for and a value is shown as it is. The desk
// answers with the same text, from somebody of that name, with a file of that name.
func (a *attack) play(name, text string) came {
	a.Helper()
	a.played++
	user := fmt.Sprintf("atacant%d", a.played)
	a.Jira.SetUser(sim.User{Name: user, DisplayName: text})
	// It is Catalan whatever the text is: the team is told of that.
	form := "Bon dia, els ajuntaments no poden entrar al servei des d'ahir a la tarda.\n\n" +
		"Aplicació afectada: " + text + "\n" +
		"Data i hora d'inici del problema: " + text + "\n" +
		"Persona responsable de contacte de l'AOC: " + text + "\n" +
		"Comportament anòmal detectat: " + text + "\n" +
		"Evidències de l'error alertat: " + text + "\n"
	_, key := a.Jira.CreateIssue(user, "AOC", text, form+"Impacte en negoci: pendent\n")
	_, err := a.Jira.AddAttachment(user, key, text, "text/plain", []byte("contingut"))
	a.must(err)
	a.must(a.Jira.AddLabel(user, key, label))
	a.until(name+" is asked", func() bool { return a.told(key, "«pendent»") == 1 })
	before := len(a.toDesk())
	_, err = a.Jira.AddComment(user, key, "Impacte en negoci: "+text)
	a.must(err)
	a.until(name+" is sent", func() bool { return a.told(key, "enviat a Claranet") == 1 })
	letters := a.Mail.Delivered(a.Info.Desks[0].Address)
	answered := a.told(key, "ha respost")
	a.must(a.answer(letters[len(letters)-1], text))
	a.until(name+" is answered", func() bool { return a.told(key, "ha respost") == answered+1 })
	issue, err := a.Jira.Issue(key)
	a.must(err)
	c := came{key: key, letters: letters[len(letters)-1:], envelope: a.toDesk()[before:]}
	for _, comment := range issue.Comments {
		if comment.Author == "escalat" {
			c.comments = append(c.comments, *comment)
		}
	}
	for _, file := range issue.Attachments {
		if file.Author == "escalat" {
			c.files = append(c.files, *file)
		}
	}
	return c
}

// answer sends a reply whose every part says the text.
func (a *attack) answer(letter []byte, text string) error {
	m, err := message.Read(bytes.NewReader(letter), message.Limits{})
	if err != nil {
		return err
	}
	raw := "From: " + encoded(text) + " <css@claranet.test>\r\nTo: <escalat@aoc.test>\r\nSubject: Re: " + encoded(text) + "\r\n" +
		"Message-ID: <" + fmt.Sprintf("atac-%d", a.played) + "@claranet.test>\r\nIn-Reply-To: <" + m.MessageID + ">\r\n" +
		"Date: Sun, 22 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(text)) + "\r\n" +
		"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename*=utf-8''" + url.PathEscape(text) + "\r\n\r\nfitxer\r\n--b--\r\n"
	return a.Mail.Provider("claranet.test").Send("css@claranet.test", []string{"escalat@aoc.test"}, []byte(raw))
}

// encoded hides a text from whoever reads a header without decoding it: line breaks
// come out only then.
func encoded(text string) string {
	var words []string
	for part := range slices.Chunk([]rune(text), 12) {
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(string(part)))+"?=")
	}
	return strings.Join(words, "\r\n ")
}

// same holds what came of an attack against what came of a harmless text.
func (a *attack) same(name string, want, got came) {
	a.Helper()
	if len(got.letters) != len(want.letters) || len(got.envelope) != len(want.envelope) || len(got.comments) != len(want.comments) || len(got.files) != len(want.files) {
		a.Errorf("%s: %d mails in %d transactions, %d comments, %d files; want %d, %d, %d, %d", name,
			len(got.letters), len(got.envelope), len(got.comments), len(got.files),
			len(want.letters), len(want.envelope), len(want.comments), len(want.files))
		return
	}
	for i := range got.letters {
		a.mail(name, want, got, i)
	}
	for i, c := range got.comments {
		if diff := cmp.Diff(shape(want.comments[i].Body), shape(c.Body)); diff != "" {
			a.Errorf("%s: comment %d has another shape (-want +got):\n%s\n%s", name, i+1, diff, c.Body)
		}
		if extra := len(c.Mentions) - len(want.comments[i].Mentions); extra != 0 {
			a.Errorf("%s: comment %d addresses %v", name, i+1, c.Mentions)
		}
	}
	for _, f := range got.files {
		if strings.ContainsAny(f.Name, "/\\\r\n\x00") || strings.HasPrefix(f.Name, ".") {
			a.Errorf("%s: a file is named %q", name, f.Name)
		}
	}
}

// mail: the bytes have the same header lines, one recipient and the same parts; the
// transaction goes to the desk and to us.
func (a *attack) mail(name string, want, got came, i int) {
	a.Helper()
	if diff := cmp.Diff(want.envelope[i].To, got.envelope[i].To); diff != "" || got.envelope[i].From != want.envelope[i].From {
		a.Errorf("%s: from %s, recipients (-want +got):\n%s", name, got.envelope[i].From, diff)
	}
	harmless, hostile := headersOf(a.T, want.letters[i]), headersOf(a.T, got.letters[i])
	if diff := cmp.Diff(slices.Sorted(maps.Keys(harmless)), slices.Sorted(maps.Keys(hostile))); diff != "" {
		a.Errorf("%s: other header lines (-want +got):\n%s", name, diff)
	}
	for _, header := range []string{"From", "To", "Cc", "Bcc", "Reply-To", "Content-Type", "In-Reply-To", "References"} {
		one := func(h mail.Header) string {
			return boundary.ReplaceAllString(strings.Join(h[header], "|"), "boundary=B")
		}
		if diff := cmp.Diff(one(harmless), one(hostile)); diff != "" {
			a.Errorf("%s: %s (-want +got):\n%s", name, header, diff)
		}
	}
	m, err := message.Read(bytes.NewReader(got.letters[i]), message.Limits{})
	a.must(err)
	if !strings.HasPrefix(m.Subject, "[AOC "+got.key+"] ") {
		a.Errorf("%s: the subject is %q", name, m.Subject)
	}
	if bad := regexp.MustCompile(`(?:^|[^\r])\n|\r(?:[^\n]|$)`).Find(got.letters[i]); bad != nil {
		a.Errorf("%s: the mail has a line that ends in half: %q", name, bad)
	}
	harm, err := message.Read(bytes.NewReader(want.letters[i]), message.Limits{})
	a.must(err)
	if len(m.Parts) != len(harm.Parts) || len(m.Parts) != 1 { // the file that has that name
		a.Errorf("%s: %d parts, want %d", name, len(m.Parts), len(harm.Parts))
	}
	for _, p := range m.Parts {
		if strings.ContainsAny(p.Name, "/\\") || strings.ContainsFunc(p.Name, misleads) || strings.HasPrefix(p.Name, ".") {
			a.Errorf("%s: a part is named %q", name, p.Name)
		}
	}
	if got := strings.Count(m.Text, "\nFicheros adjuntos:\n"); got != strings.Count(harm.Text, "\nFicheros adjuntos:\n") || got == 0 && len(m.Parts) > 0 {
		a.Errorf("%s: the attachments are named %d times:\n%s", name, got, m.Text)
	}
	if i := strings.IndexFunc(m.Text, misleads); i >= 0 {
		a.Errorf("%s: the text has %q", name, m.Text[i:min(len(m.Text), i+8)])
	}
	for _, wrong := range active(a.T, got.letters[i]) {
		a.Errorf("%s: the page has %s", name, wrong)
	}
}

var boundary = regexp.MustCompile(`boundary="?[^";]+"?`)

func headersOf(t *testing.T, raw []byte) mail.Header {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header
}

// shape counts what a markup is made of beside text. A bare address is a link that
// shows where it goes, which Jira makes of it anywhere.
func shape(markup string) map[string]int {
	out := map[string]int{}
	names := map[wiki.Kind]string{
		wiki.Heading: "heading", wiki.Quote: "quote", wiki.Panel: "panel", wiki.Table: "table", wiki.Code: "code",
		wiki.Preformatted: "noformat", wiki.Rule: "rule", wiki.List: "list", wiki.Strong: "strong", wiki.Emphasis: "emphasis", wiki.Citation: "citation",
		wiki.Deleted: "deleted", wiki.Inserted: "inserted", wiki.Superscript: "superscript", wiki.Subscript: "subscript",
		wiki.Monospace: "monospace", wiki.Color: "colour", wiki.Link: "link", wiki.Mention: "mention", wiki.Image: "image",
		wiki.File: "file", wiki.Emoticon: "emoticon", wiki.Tag: "tag",
	}
	tree := wiki.Parse(markup)
	var walk func(wiki.Node)
	walk = func(n wiki.Node) {
		bare := n.Kind == wiki.Link && tree.Source[n.Start:n.End] == n.Target
		if name := names[n.Kind]; name != "" && !bare {
			out[name]++
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(tree.Root)
	return out
}

// TestRedirects has Jira, or what stands before it, send requests to another host. None
// goes there, and the work is done once Jira answers itself.
func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, cloud := range []bool{true, false} {
		t.Run(map[bool]string{true: "cloud", false: "datacenter"}[cloud], func(t *testing.T) {
			t.Parallel()
			bird := newCanary(t)
			o := play(t, sim.WorldConfig{Jira: sim.JiraConfig{Cloud: cloud}})
			o.calm()
			var struck []<-chan struct{}
			for _, call := range []struct {
				method, path string
				status       int
			}{
				{http.MethodPost, "/rest/api/2/search", http.StatusTemporaryRedirect},
				{http.MethodGet, "/rest/api/2/issue/*", http.StatusFound},
				{http.MethodPost, "/rest/api/2/issue/*/comment", http.StatusTemporaryRedirect},
				{http.MethodPut, "/rest/api/2/issue/*", http.StatusPermanentRedirect},
			} {
				struck = append(struck, o.Jira.Fail(call.method, call.path, sim.Fault{
					Status: call.status, Header: map[string]string{"Location": bird.url + "/elsewhere"},
				}))
			}
			key := o.escalate(summary, complete)
			for _, strike := range struck {
				o.until("every request was sent elsewhere once", func() bool { return happened(strike) })
			}
			o.until(key+" is sent", func() bool { return o.told(key, "Claranet") > 0 && len(o.toDesk()) > 0 })
			o.calm()
			if n := len(o.toDesk()); n != 1 {
				t.Errorf("%d mails", n)
			}
			if n := o.told(key, "enviat a Claranet"); n != 1 {
				t.Errorf("told %d times", n)
			}
			bird.quiet(t)
		})
	}
}

// nowhereElse: no other host was asked, and of Jira only what a table allows.
func (a *attack) nowhereElse() {
	a.Helper()
	a.bird.quiet(a.T)
	for _, r := range a.Jira.Requests() {
		if !slices.ContainsFunc(known(), func(re *regexp.Regexp) bool { return re.MatchString(r.Method + " " + r.Path) }) {
			a.Errorf("Jira was asked %s %s?%s", r.Method, r.Path, r.Query)
		}
	}
	for _, t := range a.toDesk() {
		if !slices.Equal(t.To, []string{"css@claranet.test", "escalat@aoc.test"}) {
			a.Errorf("a mail went to %v", t.To)
		}
	}
	if others := a.Jira.Comments("INF-1"); len(others) > 0 {
		a.Errorf("%d comments on another issue", len(others))
	}
}

// known are the requests that escalat makes.
func known() (out []*regexp.Regexp) {
	for _, text := range []string{
		`GET /rest/api/2/(serverInfo|myself|field)`, `(GET|PUT) /rest/api/2/user/properties/escalat`, `POST /rest/api/2/search(/jql)?`,
		`(GET|PUT) /rest/api/2/issue/\d+`, `(GET|POST) /rest/api/2/issue/\d+/comment`, `GET /rest/api/2/issue/\d+/changelog`,
		`GET /rest/api/2/attachment/(meta|\d+)`, `GET /rest/api/2/attachment/content/\d+`, `GET /secure/attachment/\d+/.*`,
		`POST /rest/api/2/issue/\d+/(attachments|remotelink)`,
	} {
		out = append(out, regexp.MustCompile("^(?s:"+text+")$"))
	}
	return out
}

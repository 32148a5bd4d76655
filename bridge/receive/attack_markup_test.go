package receive_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

// charms are what in Jira's markup would do something.
func charms() []string {
	return []string{
		"{color:red}x{color}", "{color:#ff0000}x", "x{color}", "[~admin]", "[~accountid:5b10a2844c20165700ede21g]", "@admin [~ admin]", "!http://evil.example/x.png!",
		"!secret.png!", "!secret.png|width=300,height=1!", "!x.mp4|autoplay=true!", "[^secret.pdf]", "[look here|http://evil.example/]", "[http://evil.example/]",
		"[x|mailto:a@evil.example]", "[x|file:///etc/passwd]", "[x|javascript:alert(1)]", "[#anchor]", "[x|#anchor]", "{anchor:x}", "{toc}", "{html}<b>x</b>{html}", "{quote}x{quote}",
		"{code}x{code}", "{code:java|title=x}", "{noformat}", "{noformat}x{noformat}{color:red}y{color}", "{panel:title=x}y{panel}", "{expand}x{expand}", "{jiraissues:jql=1}", "{{x}}", "{x}",
		"*x* _y_ -z- +w+ ^a^ ~b~ ??c??", "(!) (/) (x) (?) (on) (*r) :) ;) :D", "h1. x", "bq. x", "----", "---- x", "|a|b|", "||a||b||", "* x", "# x", "- x", "\\\\", "\\{color:red}x\\{color}",
		"\\\\{color:red}x{color}", "\\\\[~admin]", "\\[~admin]", "a\\", "{", "}", "[", "]", "!", "|", "{{{color:red}}}", "{no{noformat}format}", "&#123;color:red&#125;x&#123;color&#125;", "&#91;~admin&#93;",
		"{color:red\u2028}x", "{\u200bcolor:red}", "x\u2028h1. y", "x\u0085* y", "x\vh1. y", "x\rh1. y", "[~\u00adadmin]", "{color\u00a0:red}x{color}", "[[~admin]]", "[[~admin]|x]", "![~admin]!", "{*}x{*}", "[x|y|z]", "!!x.png!!",
		"http://evil.example/!x.png!", "http://evil.example/{color:red}x{color}", "http://evil.example/[~admin]", "mailto:a@b.example!x.png!", "www.evil.example|x", "{color:red}" + strings.Repeat("x", 300) + "{color}",
	}
}

// spell puts a charm into a mail.
type spell struct {
	name string
	// mail is what stands behind what the border writes, with its From.
	mail func(charm string) string
	// shown: its text is shown, and so the charm must be there to be read.
	shown bool
	// built: the field makes structure of its own (lists, tables, links), whose targets
	// are the charm's.
	built bool
}

func word(s string) string {
	return "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?="
}

func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// spells are all fields of a mail that a comment may show.
func spells(id string) []spell {
	const from = "From: CSS <css@claranet.es>\n"
	ref := "Message-ID: <m@claranet.es>\nDate: Mon, 2 Mar 2026 10:29:58 +0100\nMIME-Version: 1.0\nIn-Reply-To: <" + id + ">\n"
	plain := "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
	in := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) + "\n" }
	page := func(inside func(string) string) func(string) string {
		return func(c string) string {
			return from + ref + "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n" + in("<p>Hola</p>"+inside(html.EscapeString(c)))
		}
	}
	file := func(name string) func(string) string {
		return func(c string) string {
			return from + ref + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHola\n--b\nContent-Type: image/png; " + fmt.Sprintf(name, percent(c)) + "\nContent-ID: <i>\n\n" + strings.Repeat("P", 4000) + "\n--b--\n"
		}
	}
	return []spell{
		{"display name", func(c string) string { return "From: " + word(c) + " <css@claranet.es>\n" + ref + plain + in("Hola") }, false, false},
		{"local part", func(c string) string {
			return "From: \"" + strings.NewReplacer("\\", "\\\\", "\r", "").Replace(c) + "\"@claranet.es\n" + ref + plain + in("Hola")
		}, false, false},
		{"subject", func(c string) string {
			return from + "Subject: " + word("[Ticket#1234567] "+c) + "\n" + ref + plain + in("Hola")
		}, false, false},
		{"ticket in a text", func(c string) string {
			return from + "Auto-Submitted: auto-generated\n" + ref + plain + in("Ticket: 1234567"+c)
		}, true, false},
		{"a line", func(c string) string { return from + ref + plain + in(c) }, true, false},
		{"behind a word", func(c string) string { return from + ref + plain + in("Hola "+c+" adéu") }, true, false},
		{"several lines", func(c string) string { return from + ref + plain + in(c+"\n"+c+"\n\n"+c) }, true, false},
		{"indented", func(c string) string { return from + ref + plain + in("Hola\n   "+c+"\n\t"+c) }, true, false},
		{"columns", func(c string) string {
			return from + ref + plain + in("Host        Loss   Avg\n1. a.b      0.0%   1.0 "+c+"\n2. c.d      0.0%   2.0 "+c+"\n3. e.f      1.0%   3.0\n")
		}, true, false},
		{"between quoted lines", func(c string) string {
			return from + ref + plain + in("El mar, 3 feb 2026 a las 10:12, AOC <a@aoc.cat> escribió:\n> Pregunta "+c+"\n\nResposta "+c+"\n\n> Una altra "+c+"\n\nSí\n")
		}, false, true},
		{"paragraph", page(func(c string) string { return "<p>" + c + "</p>" }), true, false},
		{"divided", page(func(c string) string {
			_, size := 0, len(c)/2
			for size > 0 && (c[size]&0xC0 == 0x80 || strings.Contains(c, "&")) {
				size--
			}
			return "<p>" + c[:size] + "<span></span>" + c[size:] + "</p><p>" + c[:size] + "<b></b><i>" + c[size:] + "</i></p>"
		}), false, true},
		{"emphasis", page(func(c string) string {
			return "<b>" + c + "</b><i>" + c + "</i><u>" + c + "</u><s>" + c + "</s><code>" + c + "</code>"
		}), true, true},
		{"heading", page(func(c string) string { return "<h1>" + c + "</h1>" }), true, true},
		{"list", page(func(c string) string { return "<ul><li>" + c + "<ol><li>" + c + "</ol></ul>" }), true, true},
		{"table", page(func(c string) string { return "<table border=1><tr><th>" + c + "<th>b<tr><td>" + c + "<td>x</table>" }), true, true},
		{"pre", page(func(c string) string { return "<pre>a\n" + c + "\nb</pre>" }), true, true},
		{"blockquote", page(func(c string) string { return "<blockquote>" + c + "</blockquote><p>Sí</p>" }), false, true},
		{"link's text", page(func(c string) string { return "<a href=\"https://claranet.es/a\">" + c + "</a>" }), true, true},
		{"link's target", page(func(c string) string {
			return "<a href=\"" + c + "\">aquí</a><a href=\"https://claranet.es/" + c + "\">aquí</a>"
		}), false, true},
		{"link's title", page(func(c string) string { return "<a title=\"" + c + "\" href=\"https://claranet.es/a\">aquí</a>" }), false, true},
		{"image", page(func(c string) string {
			return "<img src=\"https://evil.example/x.png\" alt=\"" + c + "\" title=\"" + c + "\"><img src=\"" + c + "\"><img src=\"cid:" + c + "\" alt=x>"
		}), false, true},
		{"font and class", page(func(c string) string {
			return "<font color=\"" + c + "\" face=\"" + c + "\"><span class=\"" + c + "\" id=\"" + c + "\">x</span></font><a name=\"" + c + "\">y</a>"
		}), false, true},
		{"file name", file("name*=utf-8''%s.png"), false, false},
		{"file name, blocked", file("name*=utf-8''%s.exe"), false, false},
		{"file name, inline", func(c string) string {
			return from + ref + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Hola <img src=\"cid:i\" alt=\"x\"></p>\n--b\nContent-Type: image/png; name*=utf-8''" + percent(c) + ".png\nContent-ID: <i>\n\n" + strings.Repeat("P", 4000) + "\n--b--\n"
		}, false, true},
		{"absence", func(c string) string {
			return "From: " + word(c) + " <css@claranet.es>\nSubject: Automatic reply: x\nAuto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n" + ref + plain + in("Estaré fuera. "+c)
		}, true, false},
		{"bounce", func(c string) string {
			return "Return-Path: <>\nFrom: MAILER-DAEMON@claranet.es\nSubject: Undelivered Mail\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n" + c +
				"\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; " + c + "@claranet.es\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 " + c +
				"\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <" + id + ">\nSubject: x\n\nx\n--b--\n"
		}, false, false},
		{"bounce in words", func(c string) string {
			return "Return-Path: <>\nFrom: MAILER-DAEMON@claranet.es\nSubject: failure notice\n\nHi. This is the qmail-send program at x.\n\n<css@claranet.es>:\n" + c + "\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <" + id + ">\n\nx\n"
		}, false, false},
		{"stranger", func(c string) string { return "From: " + word(c) + " <x@" + "evil.example>\n" + ref + plain + in(c) }, false, false},
		{"stranger's local part", func(c string) string {
			return "From: \"" + strings.NewReplacer("\\", "\\\\", "\r", "").Replace(c) + "\"@evil.example\n" + ref + plain + in(c)
		}, false, false},
	}
}

// TestMarkupIsInert: nothing that a field of a mail holds does anything on the issue, and
// nothing is lost by it. The model is how Jira reads markup.
func TestMarkupIsInert(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"ca", "es", "en"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			c := config(t)
			texts, err := text.For(language, wiki.Escape)
			if err != nil {
				t.Fatal(err)
			}
			c.Texts, c.Blocked, c.Team = texts, []string{"exe"}, ""
			r, err := receive.New(c)
			if err != nil {
				t.Fatal(err)
			}
			all := charms()
			if testing.Short() || language != "ca" { // the texts around differ, what is in them does not
				all = slices.Collect(thirds(all))
			}
			for _, s := range spells(bench{r, c.Keys, t}.id("claranet", caseID, 1)) {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					comments := 0
					for _, charm := range all {
						comments += bench{r, c.Keys, t}.cast(s, charm)
					}
					if comments < 2*len(all) {
						t.Errorf("%d comments for %d mails", comments, len(all))
					}
				})
			}
		})
	}
}

// thirds is every third of a list.
func thirds(list []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(list) && yield(list[i]); i += 3 {
		}
	}
}

// cast reads a mail with a charm, as it is decided for a provider that is confirmed, for
// one that is let pass, and on an issue that shares the case; it returns how many
// comments that made.
func (b bench) cast(s spell, charm string) (comments int) {
	b.t.Helper()
	raw := border("css@claranet.es")
	raw = raw[:strings.Index(raw, "From:")] + s.mail(charm)
	for _, release := range []*bridge.Release{nil, {Gate: bridge.GateSender, By: charm}} {
		m, err := b.Read(b.t.Context(), opener(raw), int64(len(raw)))
		if err != nil {
			b.t.Fatal(err)
		}
		v, err := b.Decide(receive.Input{
			Now: now.Add(time.Minute), Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: now, Release: release}, Message: m, Case: b.theCase(),
			Followers: []bridge.Case{{ID: "bcdefghijklmnopq", IssueID: "10043", IssueKey: "SUP-43", Provider: "claranet", State: bridge.Joined, Leader: caseID}}, Ledger: &past{},
		})
		if err != nil {
			b.t.Fatal(err)
		}
		if v.Case == nil {
			continue
		}
		for _, o := range append([]bridge.Outcome{*v.Case}, v.Case.Others...) {
			for _, e := range o.Effects {
				if e.Kind == bridge.PostComment {
					comments++
					b.inert(s, charm, e, v.Outcome)
				}
			}
		}
	}
	return comments
}

func (b bench) inert(s spell, charm string, e bridge.Effect, outcome bridge.MailOutcome) {
	b.t.Helper()
	var body bridge.CommentBody
	if err := json.Unmarshal(e.Body, &body); err != nil {
		b.t.Fatal(err)
	}
	for kind, target := range marks(body.Text, s, charm) {
		b.t.Errorf("%s, %q: %s (kind %d) in\n%s", s.name, charm, target, kind, body.Text)
	}
	if shown := outcome == bridge.MailPosted || outcome == bridge.MailAcknowledged || outcome == bridge.MailAbsent; s.shown && shown {
		if plain := letters(wiki.Plain(body.Text)); !strings.Contains(plain, letters(charm)) {
			b.t.Errorf("%s: %q is lost in\n%s", s.name, charm, body.Text)
		}
	}
}

// letters is what of a text people read: no blanks, no signs that only divide.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\v\u0085\u2028\u00a0\u200b\u00ad", r) {
			return -1
		}
		return r
	}, html.UnescapeString(s))
}

// marks are the nodes of a comment that do what they must not.
func marks(markup string, s spell, charm string) map[wiki.Kind]string {
	found := map[wiki.Kind]string{}
	never := []wiki.Kind{wiki.Mention, wiki.File, wiki.Tag, wiki.Color, wiki.Emoticon}
	onlyBuilt := []wiki.Kind{wiki.Image, wiki.Heading, wiki.Panel, wiki.Table, wiki.Rule, wiki.List, wiki.Quote, wiki.Deleted, wiki.Citation, wiki.Superscript, wiki.Subscript, wiki.Code}
	tree := wiki.Parse(markup)
	var walk func(n wiki.Node)
	walk = func(n wiki.Node) {
		switch {
		case n.Kind == wiki.Emoticon && (n.Start == 0 || tree.Source[n.Start-1] == '\n'): // with which our own notices begin
		case slices.Contains(never, n.Kind), slices.Contains(onlyBuilt, n.Kind) && !s.built:
			found[n.Kind] = n.Target + n.Text
		case n.Kind == wiki.Image && strings.Contains(n.Target, "/"):
			found[n.Kind] = n.Target
		case n.Kind == wiki.Link && !linked(n.Target, charm):
			found[n.Kind] = n.Target
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(tree.Root)
	return found
}

// linked reports whether a link goes where the mail itself says that it goes.
func linked(target, charm string) bool {
	if target == "https://online.claranet.es/" || strings.HasPrefix(target, "https://claranet.es/") || // the portal is ours to tell
		strings.HasPrefix(target, "https://evil.example/x.png") || strings.HasPrefix(target, "mailto:css@claranet.es") || strings.Contains(target, "@evil.example") || strings.Contains(target, "@claranet.es") {
		return true
	}
	for _, scheme := range []string{"http://", "mailto:", "www."} {
		if at := strings.Index(target, scheme); at >= 0 && strings.Contains(charm, target[at:][:min(len(target)-at, len(scheme)+8)]) {
			return true
		}
	}
	return false
}

// TestTheMarkupModelSeesMarks: what the test above looks for is found where it is.
func TestTheMarkupModelSeesMarks(t *testing.T) {
	t.Parallel()
	for _, charm := range []string{"{color:red}x{color}", "[~admin]", "!http://evil.example/x.png!", "[^secret.pdf]", "{anchor:x}", "h1. x", "||a||b||", "x (!)", "[look here|http://other.example/]"} {
		if got := marks(charm, spell{}, ""); len(got) == 0 {
			t.Errorf("nothing is seen in %q", charm)
		}
	}
	if got := slices.Collect(maps.Keys(marks("Hola *Anna*, http://evil.example/a", spell{}, "http://evil.example/a"))); len(got) > 0 {
		t.Errorf("%v in an ordinary text", got)
	}
}

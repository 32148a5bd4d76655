package page

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"escalat/mapping/wiki"
)

// TestBounds: whatever is too much is told, and what stands before it is read.
func TestBounds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, html string
		ok         bool
		want       string // is among the lines
	}{
		{"deep", strings.Repeat("<div>", maxDepth-5) + "a", true, "a"},
		{"too deep", strings.Repeat("<div>", 50*maxDepth) + "a" + strings.Repeat("</div>", 50*maxDepth) + "<p>b", false, "b"},
		{"quotes too deep", strings.Repeat("<blockquote type=cite>a", 2*maxDepth), false, "a"},
		{"too many elements", strings.Repeat("<p>a</p>", maxNodes), false, "a"},
		{"too long", "<p>a</p>" + strings.Repeat("x", maxBytes), false, "a"},
		{"an attribute that is long", `<p style="` + strings.Repeat("color:red;", 1<<16) + `">a`, true, "a"},
		{"attributes", "<p " + strings.Repeat("a=b ", 1<<16) + ">a", true, "a"},
		{"style elements", strings.Repeat("<style>.a{color:red}.b{x:y}</style>", 1<<12) + "<p class='a b'>a", true, "a"},
		{"a table in a table", strings.Repeat("<table><tr><td>", 100) + "a", true, "a"},
		{"cells", "<table border=1>" + strings.Repeat("<tr><td>a<td>b", 1<<12) + "</table>", true, "a | b"},
		{"classes", `<p class="` + strings.Repeat("x ", 1<<12) + `">a`, true, "a"},
		{"ends without beginnings", strings.Repeat("</b></p></div></td></table>", 1<<12) + "a", true, "a"},
		{"a comment that does not end", "a<!-- b", true, "a"},
		{"a tag that does not end", "a<div class='b", true, "a"},
		{"a style that does not end", "a<style>b", true, "a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, ok := Read(tt.html)
			if ok != tt.ok || !slices.ContainsFunc(lines, func(l Line) bool { return l.Text == tt.want }) {
				t.Errorf("%t, %d lines, %.200s", ok, len(lines), dump(lines[:min(len(lines), 5)]))
			}
			if why := broken(tt.html, lines); why != "" {
				t.Error(why)
			}
		})
	}
}

// broken says what of lines is not as Read promises.
func broken(source string, lines []Line) string {
	empty, total := true, 0
	for i, l := range lines {
		total += len(l.Text)
		blank := l.Kind == wiki.ProseLine && l.Text == "" && len(l.Spans) == 0
		if blank && empty || blank && i == len(lines)-1 {
			return fmt.Sprintf("line %d of %d is empty", i, len(lines))
		}
		empty = blank
		if why := brokenText(l.Text, l.Spans, ""); why != "" {
			return fmt.Sprintf("line %d: %s", i, why)
		}
		if l.Kind == wiki.RowLine && len(l.Cells) < 1 {
			return fmt.Sprintf("line %d is a row without cells", i)
		}
		for _, c := range l.Cells {
			if why := brokenText(c.Text, c.Spans, "\n"); why != "" {
				return fmt.Sprintf("line %d: cell: %s", i, why)
			}
		}
	}
	if total > 4*len(source)+100 {
		return fmt.Sprintf("%d bytes of %d", total, len(source))
	}
	return ""
}

func brokenText(text string, spans []wiki.Span, allowed string) string {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\t' && !strings.ContainsRune(allowed, r) }) {
		return fmt.Sprintf("%q is no line", text)
	}
	done := 0
	for _, s := range spans {
		if s.Start < done || s.End < s.Start || s.End > len(text) || s.Start == s.End && s.Style != wiki.ImageStyle || !utf8.ValidString(text[s.Start:s.End]) {
			return fmt.Sprintf("span %+v of %q", s, text)
		}
		if s.Style == wiki.LinkStyle && targetOf(s.Target) != s.Target {
			return fmt.Sprintf("a link to %q", s.Target)
		}
		done = s.End
	}
	return ""
}

func wikiLines(lines []Line) (all []wiki.Line) {
	for _, l := range lines {
		all = append(all, l.Line)
	}
	return all
}

// brokenMarkup says what in the markup of lines no mail may bring in.
func brokenMarkup(lines []Line) string {
	c := wiki.Compose(wikiLines(lines), nil)
	markup := c.Markup(len(c.Text()))
	var find func(n wiki.Node) string
	tree := wiki.Parse(markup)
	find = func(n wiki.Node) string {
		switch n.Kind {
		case wiki.Mention, wiki.Image, wiki.File, wiki.Emoticon, wiki.Color, wiki.Panel, wiki.Code, wiki.Tag, wiki.Citation, wiki.Inserted, wiki.Superscript, wiki.Subscript:
			return fmt.Sprintf("%q holds %q", markup, tree.Source[n.Start:n.End])
		case wiki.Link:
			if targetOf(n.Target) == "" && !strings.HasPrefix(n.Target, "http") {
				return fmt.Sprintf("%q goes to %q", markup, n.Target)
			}
		}
		for _, child := range n.Children {
			if why := find(child); why != "" {
				return why
			}
		}
		return ""
	}
	return find(tree.Root)
}

func FuzzPage(f *testing.F) {
	for _, c := range clients() {
		f.Add(c.html)
	}
	for _, body := range bodies(f) {
		f.Add(body)
	}
	for _, s := range []string{
		"<table border=1><tr><th>a<td>b<tr><td><ul><li>c</table>", "<pre>a\n b</pre>", "<style>p{display:none}.a{margin:0}</style><p class=a>b",
		`<a href="https://a.es/]|x">{quote}</a>`, "<ol start=3><li value=9>a", "<p style='mso-list:l0 level3'><span style='mso-list:Ignore'>1.</span>x", "<img src=cid:x alt='[y]'>",
		"<div style='white-space:pre-line'>a\n\n b</div>", "<q>a<q>b", "<b>a<i>b</b>c</i>", "&#0;&#x202e;&#8203;&nbsp;", "<tt>a</tt><br><tt>b</tt>", "</p></td><td></table><tr>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		lines, _ := Read(source)
		if why := broken(source, lines); why != "" {
			t.Fatal(why)
		}
		if why := brokenMarkup(lines); why != "" && !strings.Contains(source, "&") {
			t.Fatal(why)
		}
	})
}

// bodies are the HTML of whole mails, by file.
func bodies(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/bodies/*.html")
	if err != nil || len(paths) < 25 {
		t.Fatalf("%d bodies: %v", len(paths), err)
	}
	all := map[string]string{}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = string(body)
	}
	return all
}

// BenchmarkRead reads a mebibyte; beside it how many times as long as only looking at the
// tags that takes.
func BenchmarkRead(b *testing.B) {
	all := ""
	for _, body := range bodies(b) {
		all += body
	}
	const size = 1 << 20
	for _, bench := range []struct{ name, html string }{
		{"bodies", strings.Repeat(all, size/len(all)+1)},
		{"text", strings.Repeat("a b ", size/4)},
		{"bold", strings.Repeat("<b>a</b>", size/8)},
		{"blocks that do not end", strings.Repeat("<p>a<div>", size/9)},
		{"ends without beginnings", strings.Repeat("<div>", maxDepth-2) + strings.Repeat("</b>", size/4)},
		{"tables", strings.Repeat("<table><tr><td>a<td>b</table>", size/29)},
		{"tables in tables", strings.Repeat(strings.Repeat("<table><tr><td>a:<td>b", 100)+strings.Repeat("</table>", 100), size/3000)},
		{"quotes without an end", strings.Repeat("<div class=gmail_quote>", size/23)},
		{"lines in a fixed width", strings.Repeat("<tt>a</tt><br><br>", size/18)},
		{"lists", strings.Repeat("<ul><li>a", size/9)},
		{"styles", strings.Repeat("<style>.a{color:red}</style><p class=a>", size/39)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.html)))
			tags := time.Duration(0)
			for b.Loop() {
				Read(bench.html)
				b.StopTimer()
				start := time.Now()
				for z := html.NewTokenizer(strings.NewReader(bench.html)); z.Next() != html.ErrorToken; {
				}
				tags += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed())/float64(tags), "times-tags")
		})
	}
}

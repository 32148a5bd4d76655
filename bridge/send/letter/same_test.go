package letter_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"

	"escalat/bridge/send/letter"
)

// spoken returns the words that a page shows, in their order.
func spoken(t rapid.TB, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		block := n.Type == html.ElementNode && !inline(n.DataAtom)
		if block {
			b.WriteByte('\n')
		}
		if n.DataAtom == atom.Li && n.Parent != nil && n.Parent.DataAtom == atom.Ol {
			b.WriteString(strconv.Itoa(place(n)) + ". ")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if block {
			b.WriteByte('\n')
		}
	}
	walk(root)
	return words(b.String())
}

func inline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Strong, atom.Em, atom.Cite, atom.Del, atom.Ins, atom.Sup, atom.Sub, atom.Code, atom.Span:
		return true
	}
	return false
}

// place returns which item of its list n is.
func place(n *html.Node) int {
	i := 1
	for c := n.PrevSibling; c != nil; c = c.PrevSibling {
		if c.DataAtom == atom.Li {
			i++
		}
	}
	return i
}

// words leaves out the marks that stand for what HTML shows by looks: bullets,
// bars, quotes, strokes and what is struck out.
func words(s string) []string {
	var all []string
	for _, w := range strings.FieldsFunc(s, unicode.IsSpace) {
		w = strings.Map(func(r rune) rune {
			if strings.ContainsRune("-*|>", r) {
				return -1
			}
			return r
		}, w)
		if w != "" && w != "/" {
			all = append(all, w)
		}
	}
	return all
}

// check holds both forms of a letter against what they promise.
func check(t rapid.TB, blocks []letter.Block) {
	t.Helper()
	l := letter.Letter{Blocks: blocks, Names: names}
	text, page := l.Text(), l.HTML()
	if l.Text() != text || l.HTML() != page {
		t.Error("the same letter gave two texts")
	}
	if diff := cmp.Diff(words(text), spoken(t, page)); diff != "" {
		t.Errorf("the text (-) and the HTML (+) do not say the same:\n%s", diff)
	}
	for i, line := range strings.Split(text, "\n") {
		if line != "-- " && strings.TrimRightFunc(line, unicode.IsSpace) != line {
			t.Errorf("line %d ends in a blank: %q", i, line)
		}
	}
	if strings.Contains(text, "\n\n\n") || text != "" && !strings.HasSuffix(text, "\n") || strings.HasPrefix(text, "\n") {
		t.Errorf("empty lines: %q", text)
	}
	harmless(t, page)
}

// harmless fails for what mail programs block, and for colours that a dark window
// would hide.
func harmless(t rapid.TB, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			continue
		}
		token := z.Token()
		switch token.DataAtom {
		case atom.Script, atom.Img, atom.Link, atom.Style, atom.Iframe, atom.Object, atom.Form, atom.Svg:
			t.Errorf("the page has <%s>", token.Data)
		}
		for _, a := range token.Attr {
			colours := strings.Contains(";"+a.Val, ";color:") == strings.Contains(a.Val, "background:")
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "class", a.Key == "id":
				t.Errorf("the page has %s=%q", a.Key, a.Val)
			case a.Key == "style" && (!colours || strings.Contains(a.Val, "url(")):
				t.Errorf("style %q", a.Val)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "http") && !strings.HasPrefix(a.Val, "mailto:"):
				t.Errorf("link to %q", a.Val)
			}
		}
	}
}

func TestBothFormsSayTheSame(t *testing.T) {
	t.Parallel()
	deep := field("hoja:", "fin")
	for range 3000 {
		deep = field("rama:", "x", deep)
	}
	all := letters()
	all["deep"] = []letter.Block{deep}
	all["long"] = []letter.Block{said(letter.Paragraph, strings.Repeat("una línea  muy larga\t", 50_000)), {Kind: letter.Markup, Markup: strings.Repeat("*largo* [x|https://example.net] ", 20_000)}}
	for name, blocks := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, blocks)
		})
	}
}

var pieces = []string{
	"hola", "Núria", "9:35", " ", "  ", "\t", "\n", "\n\n", "\r\n", "<script>", "</td>", "]]>", "&lt;", "&", "\"", "'",
	"{code}", "{code:title=a b.log}\n", "{noformat}", "{quote}", "{panel:title=T}", "{color:red}", "{color}", "*", "_", "-", "--", "----\n", "~", "^",
	"[", "]", "|", "||", "[texto|https://example.net/ñ?a=b]", "[https://example.net]", "[x|javascript:y]", "mailto:a@example.org", "[b|mailto:a@example.org]", "[~npuig]", "[~evil]",
	"!i.png!", "[^f.txt]", "\n* ", "\n# ", "\n|", "\n||", "\nbq. ", "\nh1. ", "\\\\", "\\", "\x00", "\x1b[31m", "\u202e", "\u2028", "\u00a0", "\ufeff", "\u2060", "\ufffe", "\xff", "(!)", ":)", "-- \n", "\nFrom ", "\n.\n", "😀", mtr,
}

func genText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
	})
}

func genBlock(depth int) *rapid.Generator[letter.Block] {
	return rapid.Custom(func(t *rapid.T) letter.Block {
		b := letter.Block{Kind: letter.Kind(rapid.IntRange(int(letter.Marker), int(letter.Foot)).Draw(t, "kind")), Text: genText().Draw(t, "text")}
		switch b.Kind {
		case letter.Field:
			b.Label = genText().Draw(t, "label")
			b.Note = rapid.SampledFrom([]string{"", "(«x» en el original)", "En el original:\nuno\ndos"}).Draw(t, "note")
			if rapid.Bool().Draw(t, "rich") {
				b.Markup = genText().Draw(t, "markup")
			}
			if depth > 0 {
				b.Parts = rapid.SliceOfN(genBlock(depth-1), 0, 2).Draw(t, "parts")
			}
		case letter.List:
			b.Items = rapid.SliceOfN(genText(), 0, 3).Draw(t, "items")
		case letter.Markup:
			b.Markup = genText().Draw(t, "markup")
		}
		return b
	})
}

func TestAnyLetterSaysTheSameTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { check(t, rapid.SliceOfN(genBlock(2), 0, 5).Draw(t, "blocks")) })
}

func FuzzLetter(f *testing.F) {
	for _, s := range pieces {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, plain, markup string) {
		l := letter.Letter{Names: names, Blocks: []letter.Block{
			said(letter.Marker, plain), said(letter.Alert, plain),
			{Kind: letter.Field, Label: plain, Text: plain, Note: plain, Parts: []letter.Block{field(plain, markup)}},
			{Kind: letter.List, Items: []string{plain}},
			{Kind: letter.Markup, Markup: markup},
			said(letter.Foot, plain),
		}}
		_ = l.Text()
		harmless(t, l.HTML())
	})
}

// TestLinesOfTheSourceEnd keeps what a relay or an editor must carry short where
// the text itself is.
func TestLinesOfTheSourceEnd(t *testing.T) {
	t.Parallel()
	tag := regexp.MustCompile(`<[^>]*>`)
	for name, blocks := range letters() {
		l := letter.Letter{Blocks: blocks, Names: names}
		for line := range strings.SplitSeq(l.HTML(), "\n") {
			if words := tag.ReplaceAllString(line, ""); len(line)-len(words) > 700 {
				t.Errorf("%s: a line of %d bytes: %q", name, len(line), line)
			}
		}
	}
}

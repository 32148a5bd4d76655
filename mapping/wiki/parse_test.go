package wiki

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// broken says what is wrong with a tree's places, or nothing.
func broken(t Tree) string {
	if t.Source != clean(t.Source) || len(t.Source) > maxMarkup {
		return "the source is not clean"
	}
	if t.Root.Kind != Document || t.Root.Start != 0 || t.Root.End != len(t.Source) {
		return "the root is not the whole"
	}
	return brokenNode(t.Source, t.Root, 0)
}

// brokenText says what is wrong with the tree of s or with what shows of it.
func brokenText(s string) string {
	tree := Parse(s)
	if why := broken(tree); why != "" {
		return why
	}
	if plain := Plain(s); plain != clean(plain) {
		return fmt.Sprintf("Plain holds what is no text: %q", plain)
	}
	return unbalanced(HTML(s, Options{Image: func(name string) (string, bool) { return "cid:" + name, true }}))
}

func brokenNode(src string, n Node, depth int) string {
	here := fmt.Sprintf("%s at %d-%d (%d-%d)", kindNames[n.Kind], n.Start, n.End, n.InnerStart, n.InnerEnd)
	if n.Start < 0 || n.Start > n.InnerStart || n.InnerStart > n.InnerEnd || n.InnerEnd > n.End || n.End > len(src) {
		return here + ": places out of order"
	}
	if !utf8.ValidString(src[n.Start:n.End]) || !utf8.ValidString(src[n.InnerStart:n.InnerEnd]) {
		return here + ": cuts a character"
	}
	if depth > 3*maxDepth {
		return here + ": too deep"
	}
	if why := brokenKind(src, n); why != "" {
		return here + ": " + why
	}
	at := n.InnerStart
	for i, c := range n.Children {
		if c.Start < at || c.End > n.InnerEnd {
			return fmt.Sprintf("%s: child %s at %d-%d stands outside or overlaps", here, kindNames[c.Kind], c.Start, c.End)
		}
		if c.Kind == Text && i > 0 && n.Children[i-1].Kind == Text {
			return here + ": two texts side by side"
		}
		at = c.End
		if why := brokenNode(src, c, depth+1); why != "" {
			return why
		}
	}
	return ""
}

// holds is what each kind may hold.
var holds = map[Kind]func(Kind) bool{
	Document: isBlock, Quote: isBlock, Panel: isBlock, Cell: isBlock, Item: isBlock,
	List: func(k Kind) bool { return k == Item }, Table: func(k Kind) bool { return k == Row },
	Row: func(k Kind) bool { return k == Cell }, Paragraph: isInline, Heading: isInline,
	Strong: isInline, Emphasis: isInline, Citation: isInline, Deleted: isInline, Inserted: isInline,
	Superscript: isInline, Subscript: isInline, Monospace: isInline, Color: isInline, Link: isInline,
}

func isBlock(k Kind) bool  { return k > Document && k < Text && k != Item && k != Row && k != Cell }
func isInline(k Kind) bool { return k >= Text }

func brokenKind(src string, n Node) string {
	for _, c := range n.Children {
		if may := holds[n.Kind]; may == nil || !may(c.Kind) {
			return "holds " + kindNames[c.Kind]
		}
	}
	own := src[n.Start:n.End]
	switch n.Kind {
	case Document, Text, Break:
	case Paragraph, Heading, Row, List, Item, Table:
		if own != strings.TrimFunc(own, isBlank) || own == "" {
			return fmt.Sprintf("begins or ends with a blank: %q", own)
		}
	case Cell:
		if own != strings.TrimFunc(own, isBlank) {
			return fmt.Sprintf("begins or ends with a blank: %q", own)
		}
	default:
		if own == "" {
			return "is empty"
		}
	}
	if utf8.ValidString(n.Text) && n.Text == clean(n.Text) {
		return ""
	}
	return fmt.Sprintf("shows %q", n.Text)
}

// pieces are what markup is made of, and what breaks it.
var pieces = []string{
	"a", "Impacte", "més", " ", "  ", "\t", "\u00a0", "\n", "\n\n", "\r\n", "* ", "** ", "*# ", "- ", "# ", "## ", "*", "_", "-", "+", "^", "~", "??",
	"||", "|", "| ", "h1. ", "h3.", "bq. ", "----", "{quote}", "{panel}", "{panel:title=a|b=c}", "{expand}", "{expand:a b}", "{code}", "{code:java}", "{noformat}",
	"{color}", "{color:red}", "{*}", "{_}", "{??}", "{{", "}}", "{", "}", "[", "]", "[a|http://a.es]", "[http://a.es|http://a.es|smart-link]",
	"[~x]", "[~accountid:5b:1]", "[^f.txt]", "!x.png!", "!x.png|thumbnail!", "!", "http://a-b.es/_x_?y=(z)", ":)", "(x)", "(*)", ":D", "{anchor:z}",
	"{foo}", `\`, `\\`, `\{`, "&amp;", "&nbsp;", "&#39;", "&#8;", "&#10;", "\u2060", "🙂", "\xff", "\x00", "mailto:", ".", ":", "1",
}

func TestPlacesHold(t *testing.T) {
	t.Parallel()
	markup := rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "pieces"), "")
		from := rapid.IntRange(0, len(s)).Draw(t, "from")
		return s[from:rapid.IntRange(from, len(s)).Draw(t, "to")]
	})
	rapid.Check(t, func(t *rapid.T) {
		s := markup.Draw(t, "markup")
		if why := brokenText(s); why != "" {
			t.Fatalf("%q: %s\n%s", s, why, dump(Parse(s).Root.Children))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Add(strings.Join(pieces, ""))
	f.Add(strings.Join(pieces, "\n"))
	paths, err := filepath.Glob("testdata/texts/*.wiki")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if why := brokenText(s); why != "" {
			t.Fatalf("%q: %s", s, why)
		}
	})
}

// hostile are texts that grow and mean to take long.
var hostile = map[string]string{
	"stars": "*", "words in stars": "*a ", "braces": "{", "closed braces": "{{", "brackets": "[", "panels": "{panel}", "open panels": "{panel:a}",
	"bars": "|", "rows": "|a\n", "rows and items": "|a\n* b\n", "colours": "{color:red}", "quotes": "{quote}a", "deep items": "* a\n** b\n",
	"sorts of items": "* a\n# b\n", "code": "{code}a", "backslashes": `\\a`, "only backslashes": `\`, "images": "!a.png|", "links": "[a|", "entities": "&amp",
	"lines": "a\n", "blank lines": " \n", "marks": "*_-+^~", "forced marks": "{*}a{_}", "addresses": "http://a(", "faces": ":)", "dashes": "-",
	"line of blanks": " ", "spaces of the web": "\u00a0", "open fixed": "{{a", "mentions": "[~a]", "noformat": "{noformat}{", "headings": "h1. {quote}a",
	"lines of an item": "b\n", "cells of panels": "|{panel:title=a|b}|{panel}", "fixed": "{{a}}", "bad addresses": "http://. ", "blocks on a line": "a{quote}b{quote}",
	"bad links": `[\\a|b] `, "tags on lines": "{anchor:a}\n", "wide marks": "*      a", "entities that show": "&lt;",
}

// BenchmarkHostile shows whether time grows as the text does: of each pair the
// second, twice as long, takes about twice as long.
func BenchmarkHostile(b *testing.B) {
	for name, piece := range hostile {
		for _, size := range []int{1 << 16, 1 << 17} {
			s := "* a\n" + strings.Repeat("{panel:title=x}", maxDepth-2) + strings.Repeat(piece, size/len(piece)) + strings.Repeat("{panel}", maxDepth-2)
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				for b.Loop() {
					HTML(s, Options{})
					Plain(s)
				}
			})
		}
	}
}

package wiki

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shots are the images that are on the issue.
func shots(id string) string {
	return map[string]string{"shot": "captura 1.png", "bad": "a|b!{quote}.png", "mail": "original.eml", "far": "http://evil.example/x.png", "par": "foto (2).JPG"}[id]
}

// on returns a line of prose with one span over the part that is marked by « ».
func on(style Style, target, text string) Line {
	before, rest, _ := strings.Cut(text, "«")
	shown, behind, _ := strings.Cut(rest, "»")
	return Line{Text: before + shown + behind, Spans: []Span{{Start: len(before), End: len(before) + len(shown), Style: style, Target: target}}}
}

func TestComposeOfALine(t *testing.T) {
	t.Parallel()
	const wj = string(joiner)
	tests := []struct {
		name string
		line Line
		want string
	}{
		{"strong", on(StrongStyle, "", "Estat: «OK», ja"), "Estat: *OK*, ja"},
		{"strong with blanks at its ends", on(StrongStyle, "", "Estat:« OK »ja"), "Estat: *OK* ja"},
		{"strong in a word", on(StrongStyle, "", "in«com»plet"), "incomplet"},
		{"strong behind a sign", on(StrongStyle, "", "a:«b»"), "a:b"},
		{"strong with its own mark", on(StrongStyle, "", "«a*b»"), `*a\*b*`},
		{"strong around an address", on(StrongStyle, "", "«http://a.es/x_y*»"), `http://a.es/x_y\*`},
		{"strong of signs", on(StrongStyle, "", "«***»"), `\*\*\*`},
		{"emphasis", on(EmphasisStyle, "", "(«sic»)"), "(_sic_)"},
		{"struck", on(StruckStyle, "", "web-1 «web-2»."), `web-1 -web-2-.`},
		{"struck that looks like a face", on(StruckStyle, "", ":«D»"), ":" + wj + "D"},
		{"mono", on(MonoStyle, "", "Feu «systemctl restart x-y» ara"), "Feu {{systemctl restart x-y}} ara"},
		{"mono of one word", on(MonoStyle, "", "«quote» i «code»"), "quote i «code»"},
		{"mono with braces", on(MonoStyle, "", "«${x}»"), `$\{x\}`},
		{"link", on(LinkStyle, "https://a.es/x y|z]#f", "veieu «el tiquet», si us plau"), "veieu [el tiquet|https://a.es/x%20y%7Cz%5D#f], si us plau"},
		{"link whose text closes it", on(LinkStyle, "https://a.es/", "«a|b](x)»"), `[a\|b\]\(x)|https://a.es/]`},
		{"link that shows where it goes", on(LinkStyle, "https://a.es/x_y", "«https://a.es/x_y»"), "[https://a.es/x_y]"},
		{"link that shows it nearly", on(LinkStyle, "https://www.a.es/", "«a.es»"), "[https://www.a.es/]"},
		{"link of a host to its page", on(LinkStyle, "https://desk.a.es/1", "«el de a.es»"), "[el de a.es|https://desk.a.es/1]"},
		{"link that deceives", on(LinkStyle, "https://evil.example/a", "«https://www.bank.es/login»"), "https://www.bank.es/login ([https://evil.example/a])"},
		{"link that deceives by a name", on(LinkStyle, "https://evil.example/a", "«Entreu a bank.es»"), "Entreu a bank.es ([https://evil.example/a])"},
		{"link beside a word", on(LinkStyle, "https://a.es/", "veieu«això»ara"), "veieu" + wj + "[això|https://a.es/]" + wj + "ara"},
		{"link to mail", on(LinkStyle, "mailto:a_b@c.es", "«a_b@c.es»"), "[mailto:a_b@c.es]"},
		{"link to mail with a name", on(LinkStyle, "mailto:a@c.es", "«Suport»"), "[Suport|mailto:a@c.es]"},
		{"link to mail that deceives", on(LinkStyle, "mailto:a@evil.example", "«suport@c.es»"), "suport@c.es ([mailto:a@evil.example])"},
		{"link to a telephone", on(LinkStyle, "tel:+34934000000", "«93 400 00 00»"), "93 400 00 00"},
		{"link to a telephone with a name", on(LinkStyle, "tel:+34934000000", "«Guàrdia»"), "[Guàrdia|tel:+34934000000]"},
		{"link to a script", on(LinkStyle, "javascript:alert(1)", "«Entreu»"), "Entreu"},
		{"link to a file", on(LinkStyle, "file://srv/x", "«Entreu»"), "Entreu"},
		{"link to a person", on(LinkStyle, "~admin", "«Entreu»"), "Entreu"},
		{"link with a password", on(LinkStyle, "https://bank.es@evil.example/", "«Entreu»"), "Entreu"},
		{"link of nothing", on(LinkStyle, "https://a.es/", "a« »b"), "a b"},
		{"link with an entity", on(LinkStyle, "https://a.es/?a=1&#93;x", "«b»"), "[b|https://a.es/?a=1&%2393;x]"},
		{"image", on(ImageStyle, "shot", "Veieu «[Gràfica]»"), "Veieu !captura 1.png|thumbnail!"},
		{"image with brackets in its name", on(ImageStyle, "par", "«»"), "!foto (2).JPG|thumbnail!"},
		{"image beside words", on(ImageStyle, "shot", "a«x»b"), "a" + wj + "!captura 1.png|thumbnail!" + wj + "b"},
		{"image that is not on the issue", on(ImageStyle, "none", "Veieu «[Gràfica]»"), `Veieu \[Gràfica\]`},
		{"image whose name is markup", on(ImageStyle, "bad", "«[x]»"), `\[x\]`},
		{"image from elsewhere", on(ImageStyle, "far", "«[x]»"), `\[x\]`},
		{"image that is none", on(ImageStyle, "mail", "«[x]»"), `\[x\]`},
		{"heading", Line{Text: "Resum *a*", Kind: HeadingLine, Level: 1}, `h4. Resum \*a\*`},
		{"ruler", Line{Kind: RulerLine}, "----"},
		{"a line end within", Line{Text: "a\nh1. b"}, "a h1. b"},
		{"spans out of order and place", Line{Text: "ñu", Spans: []Span{{Start: 1, End: 9, Style: StrongStyle}, {Start: -3, End: -1, Style: LinkStyle}}}, "*ñu*"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := Compose([]Line{tt.line}, shots)
			if diff := cmp.Diff(tt.want, c.Markup(len(c.Text()))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if why := brokenComposed([]Line{tt.line}); why != "" {
				t.Error(why)
			}
		})
	}
}

func listed(kind LineKind, level int, text string) Line {
	return Line{Kind: kind, Level: level, Text: text}
}

func cells(header bool, texts ...string) Line {
	l := Line{Kind: RowLine, Text: strings.Join(texts, " | ")}
	for _, text := range texts {
		l.Cells = append(l.Cells, LineCell{Text: text, Header: header})
	}
	return l
}

func quotedBy(depth int, lines ...Line) []Line {
	for i := range lines {
		lines[i].Quote = depth
	}
	return lines
}

func TestComposeOfBlocks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		lines      []Line
		want, text string
	}{
		{
			"lists",
			[]Line{{Text: "Cal:"}, listed(BulletLine, 1, "a"), listed(BulletLine, 2, "b"), listed(NumberedLine, 3, "c"), listed(NumberedLine, 3, "d"), {Text: "més de d"}, listed(BulletLine, 1, "- e"), {}, {Text: "f"}, listed(NumberedLine, 4, "g")},
			"Cal:\n* a\n** b\n**# c\n**# d\nmés de d\n* \\- e\n\nf\n# g",
			"Cal:\n- a\n  - b\n    1. c\n    2. d\nmés de d\n- - e\n\nf\n1. g",
		},
		{
			"a list of another sort",
			[]Line{listed(BulletLine, 1, "a"), listed(NumberedLine, 1, "b"), listed(NumberedLine, 1, "c")},
			"* a\n# b\n# c", "- a\n1. b\n2. c",
		},
		{
			"table",
			[]Line{{Text: "Servidors"}, cells(true, "Nom", "IP"), cells(false, "web|1", "192.0.2.1\n192.0.2.2"), cells(false, "", "- x"), {Text: "Fi"}},
			"Servidors\n||Nom||IP||\n|web\\|1|192.0.2.1 \\\\ 192.0.2.2|\n| |\\- x|\n\nFi",
			"Servidors\nNom | IP\nweb|1 | 192.0.2.1 / 192.0.2.2\n | - x\nFi",
		},
		{
			"preformatted",
			[]Line{{Text: "a"}, {Kind: FixedLine, Text: "  x  {code}"}, {Kind: FixedLine}, {Kind: FixedLine, Text: "{noformat}y"}, {Text: "b"}},
			"a\n{noformat}\n  x  {code}\n\n{" + string(joiner) + "noformat}y {noformat}\nb", "a\n  x  {code}\n\n{noformat}y\nb",
		},
		{
			"quoted", append(quotedBy(1, Line{Text: "a"}, listed(BulletLine, 1, "b")), Line{Text: "c"}),
			"{quote}\na\n* b\n {quote}\nc", "> a\n> - b\nc",
		},
		{
			"quoted twice", append(quotedBy(1, Line{Text: "a"}), quotedBy(2, Line{Text: "b"}, listed(BulletLine, 1, "c"))...),
			"{quote}\na\n> b\n> c\n {quote}", "> a\n> > b\n> > c",
		},
		{
			"a quote's tag in preformatted text in a quote", quotedBy(1, Line{Kind: FixedLine, Text: "{quote} [~all]"}),
			"{quote}\n{noformat}\n{" + string(joiner) + "quote} [~all] {noformat}\n {quote}", "> {quote} [~all]",
		},
		{
			"columns in prose, with a link",
			[]Line{on(LinkStyle, "https://a.es/", "«web-1»    OK   1"), {Text: "web-2    KO   2"}, on(StrongStyle, "", "«Fi»")},
			"{noformat}\nweb-1    OK   1\nweb-2    KO   2 {noformat}\n*Fi*", "web-1    OK   1\nweb-2    KO   2\nFi",
		},
		{"only a quote of nothing", quotedBy(1, Line{}, Line{}), "", "> \n> "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := Compose(tt.lines, nil)
			if diff := cmp.Diff(tt.want, c.Markup(len(c.Text()))); diff != "" {
				t.Errorf("markup (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.text, c.Text()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if why := brokenComposed(tt.lines); why != "" {
				t.Error(why)
			}
		})
	}
}

// TestComposeOfPlainLines: without spans lines of prose show as Show shows them, cut
// anywhere.
func TestComposeOfPlainLines(t *testing.T) {
	t.Parallel()
	for path, text := range shownTexts(t) {
		v := Look(text)
		c := Compose(proseLines(v.Text()), nil)
		if diff := cmp.Diff(v.Text(), c.Text()); diff != "" {
			t.Fatalf("%s: text (-look +compose):\n%s", path, diff)
		}
		for n := -1; n <= len(v.Text())+1; n++ {
			if diff := cmp.Diff(v.Markup(n), c.Markup(n)); diff != "" {
				t.Fatalf("%s: %d bytes (-look +compose):\n%s", path, n, diff)
			}
		}
	}
}

func proseLines(text string) (lines []Line) {
	for text := range strings.SplitSeq(text, "\n") {
		lines = append(lines, Line{Text: text})
	}
	return lines
}

// brokenComposed says what of lines Compose does not show as they are, whole and cut
// anywhere near an end, or what stands in the markup that nobody asked for.
func brokenComposed(lines []Line) string {
	c := Compose(withoutEntities(lines), shots)
	whole := len(c.Text())
	for _, n := range []int{whole, whole - 1, whole - 2, whole * 7 / 8, whole * 3 / 4, whole / 2, whole / 3, whole / 5, 7, 1, 0, -1} {
		if why := brokenCut(c, lines, n); why != "" {
			return fmt.Sprintf("%+v: %s", lines, why)
		}
	}
	return ""
}

// withoutEntities leaves out what is not escaped.
func withoutEntities(lines []Line) []Line {
	lines = slices.Clone(lines)
	for i := range lines {
		l := &lines[i]
		l.Text = strings.ReplaceAll(l.Text, "&", "+")
		l.Cells = slices.Clone(l.Cells)
		for j := range l.Cells {
			l.Cells[j].Text = strings.ReplaceAll(l.Cells[j].Text, "&", "+")
		}
	}
	return lines
}

func brokenCut(c Composed, lines []Line, n int) string {
	out := c.Markup(n)
	text := strings.ToValidUTF8(c.Text()[:max(0, min(n, len(c.Text())))], "")
	want, got := showing(text), showing(Plain(out))
	switch {
	case n >= len(c.Text()) && want != got:
		return fmt.Sprintf("shows (-want +got):\n%s\nby %q", cmp.Diff(want, got), out)
	case !strings.HasPrefix(want, got):
		return fmt.Sprintf("%d bytes show (-want +got):\n%s\nby %q", n, cmp.Diff(want, got), out)
	case len(want)-len(got) > maxTarget+200:
		return fmt.Sprintf("%d bytes show %q, not %q", n, got, want)
	}
	tree := Parse(out)
	if bad, ok := findNode(tree.Root, func(n Node) bool { return !asked(tree, n, lines) }); ok {
		return fmt.Sprintf("%d bytes: %q holds %s", n, out, dumpNode(bad))
	}
	if why := unpaired(out); why != "" {
		return fmt.Sprintf("%d bytes: %q: %s", n, out, why)
	}
	return ""
}

// showing is what a text shows, without blanks and what Plain writes for what is no text:
// the marks of lists, quotes and what is struck out, the numbers of items, which Jira
// counts anew, and the strokes between cells and their lines.
func showing(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == joiner || strings.ContainsRune("-/|>", r) {
			return -1
		}
		return r
	}, softBlanks(s))
	var b strings.Builder
	for word := range strings.FieldsSeq(s) {
		if !isNumber(word) {
			b.WriteString(word)
		}
	}
	return b.String()
}

func isNumber(word string) bool {
	number, ok := strings.CutSuffix(word, ".")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}

// asked says whether lines ask for a node.
func asked(tree Tree, n Node, lines []Line) bool {
	switch n.Kind {
	case Document, Paragraph, Text, Break:
		return true
	case Preformatted:
		return n.InnerEnd < n.End
	case Link:
		return tree.Source[n.Start:n.End] == n.Target || hasSpan(lines, func(s Span) bool {
			target, ok := addressOf(s.Target)
			return s.Style == LinkStyle && ok && target == n.Target
		})
	case Image:
		return hasSpan(lines, func(s Span) bool { return s.Style == ImageStyle && shots(s.Target) == n.Target }) && isImageName(n.Target)
	case Strong, Emphasis, Deleted, Monospace:
		style := map[Kind]Style{Strong: StrongStyle, Emphasis: EmphasisStyle, Deleted: StruckStyle, Monospace: MonoStyle}[n.Kind]
		return hasSpan(lines, func(s Span) bool { return s.Style == style })
	case Quote:
		return hasLine(lines, func(l Line) bool { return l.Quote > 0 })
	case Heading:
		return n.Level == 4 && hasLine(lines, func(l Line) bool { return l.Kind == HeadingLine })
	case List, Item:
		return hasLine(lines, func(l Line) bool { return l.Kind == BulletLine || l.Kind == NumberedLine })
	case Table, Row, Cell:
		return hasLine(lines, func(l Line) bool { return l.Kind == RowLine })
	case Rule:
		return hasLine(lines, func(l Line) bool { return l.Kind == RulerLine })
	}
	return false
}

func hasLine(lines []Line, is func(Line) bool) bool { return slices.ContainsFunc(lines, is) }

func hasSpan(lines []Line, is func(Span) bool) bool {
	return hasLine(lines, func(l Line) bool {
		return slices.ContainsFunc(l.Spans, is) || slices.ContainsFunc(l.Cells, func(c LineCell) bool { return slices.ContainsFunc(c.Spans, is) })
	})
}

// unpaired reads tags as Data Center's parser does, for which the end of a block is its
// own next tag, wherever that stands: so each quote must end where it should, and only
// tags of ours may be there.
func unpaired(s string) string {
	for i := 0; i < len(s); {
		if s[i] == '\\' {
			i += 2
			continue
		}
		name, end := macroTag(s, i)
		if strings.HasPrefix(s[i:], "{{") {
			if name, _ = macroTag(s, i+1); couldBeMacro(name) {
				return "a tag in braces: " + name
			}
			i += 2
			continue
		}
		if end < 0 || !couldBeMacro(name) {
			i++
			continue
		}
		if name != quote && name != noformat {
			return "a tag " + name
		}
		last := end
		for ; ; last++ {
			if last >= len(s) {
				return "no end of " + name
			}
			if other, e := macroTag(s, last); e >= 0 {
				if strings.EqualFold(other, name) {
					break
				}
				last = e - 1
			}
		}
		if name == quote {
			if why := unpaired(s[end:last]); why != "" {
				return "in a quote: " + why
			}
		}
		_, i = macroTag(s, last)
	}
	return ""
}

// couldBeMacro says whether a macro could be called so.
func couldBeMacro(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return !isWord(r) && r != '-' && r != '_' })
}

var linePieces = append(slices.Clone(shownPieces), "a", "b ", " c", ".", "(", ")", "?", ":", ";", "D", "-", "!", "https://a.es/x", "bank.es", "a@b.es", "{quote}", "{{", "}}", "\\", "|", "||", "[", "]", "h4. ", "e-mail", "(y", "#", "& ", "\n", "1. ", "----", "/")

// drawLine draws a line of any kind, with spans at any places.
func drawLine(t *rapid.T) Line {
	l := Line{
		Kind:  rapid.SampledFrom([]LineKind{ProseLine, ProseLine, ProseLine, HeadingLine, BulletLine, NumberedLine, RowLine, FixedLine, RulerLine, -1, 99}).Draw(t, "kind"),
		Level: rapid.IntRange(-1, 9).Draw(t, "level"),
		Quote: rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 40, -1}).Draw(t, "quote"),
	}
	l.Text, l.Spans = drawText(t)
	for range rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "cells") {
		text, spans := drawText(t)
		l.Cells = append(l.Cells, LineCell{Text: text, Spans: spans, Header: rapid.Bool().Draw(t, "header")})
	}
	return l
}

func drawText(t *rapid.T) (text string, spans []Span) {
	text = strings.Join(rapid.SliceOfN(rapid.SampledFrom(linePieces), 0, 6).Draw(t, "pieces"), "")
	for range rapid.IntRange(0, 3).Draw(t, "spans") {
		start := rapid.IntRange(-1, len(text)+1).Draw(t, "start")
		spans = append(spans, Span{
			Start: start, End: start + rapid.IntRange(-1, 12).Draw(t, "length"),
			Style:  Style(rapid.IntRange(0, 7).Draw(t, "style")),
			Target: rapid.SampledFrom([]string{"https://a.es/x?y=1#z", "http://a.es/{a}|b]", "mailto:a@b.es", "tel:+34600000000", "javascript:x", "shot", "bad", "far", "", "~all", "https://bank.es@a.es/", "https://evil.example/"}).Draw(t, "target"),
		})
	}
	return text, spans
}

func TestComposeOfAnyLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if why := brokenComposed(rapid.SliceOfN(rapid.Custom(drawLine), 0, 8).Draw(t, "lines")); why != "" {
			t.Fatal(why)
		}
	})
}

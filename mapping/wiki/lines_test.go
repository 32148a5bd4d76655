package wiki

import (
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
			"quoted below a list", append([]Line{listed(BulletLine, 1, "a")}, quotedBy(1, Line{Text: "b"})...),
			"* a\n\n{quote}\nb\n {quote}", "- a\n> b",
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
		{"only a quote of nothing", quotedBy(1, Line{}, Line{}), "", ">\n>"},
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

func TestComposeOfAnyLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if why := brokenComposed(rapid.SliceOfN(rapid.Custom(drawLine), 0, 8).Draw(t, "lines")); why != "" {
			t.Fatal(why)
		}
	})
}

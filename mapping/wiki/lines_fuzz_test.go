package wiki

import (
	"strings"
	"testing"
)

// fuzzTargets are where links go, and which images stand, in a plan.
func fuzzTargets() []string {
	return []string{"https://a.es/x?y=1#z", "http://a.es/{a}|b]", "mailto:a@b.es", "tel:+34600000000", "javascript:x", "shot", "bad", "par", "", "~all", "https://evil.example/"}
}

// planned makes lines of a text by a plan: for each line its kind, how deep it is quoted
// and its spans.
func planned(text, target string, plan []byte) []Line {
	next := func() int {
		if len(plan) == 0 {
			return 0
		}
		b := plan[0]
		plan = plan[1:]
		return int(b)
	}
	spans := func(text string) (spans []Span) {
		for range next() % 4 {
			s := Span{Start: next() - 1}
			s.End = s.Start + next()%40 - 1
			s.Style = Style(next() % 8)
			targets := append(fuzzTargets(), target)
			s.Target = targets[next()%len(targets)]
			spans = append(spans, s)
		}
		return spans
	}
	var lines []Line
	for text := range strings.SplitSeq(text, "\n") {
		shape := next()
		l := Line{Text: text, Kind: LineKind(shape % 8), Level: shape / 8 % 4, Quote: shape / 32 % 4}
		l.Spans = spans(text)
		if l.Kind == RowLine {
			for cell := range strings.SplitSeq(text, "\t") {
				cell = strings.ReplaceAll(cell, "\v", "\n")
				l.Cells = append(l.Cells, LineCell{Text: cell, Spans: spans(cell), Header: next()%2 == 1})
			}
		}
		lines = append(lines, l)
	}
	return lines
}

func FuzzCompose(f *testing.F) {
	for i, s := range append(append([]string{}, seeds...), linePieces...) {
		f.Add(s, "https://a.es/", []byte{byte(i), 1, 1, 9, byte(i), byte(i)})
		f.Add("a\tb\n"+s+"\t"+s, s, []byte{4, 0, 0, 0, 0, 1, 4, 0, 1, 2, 5, 5, 11})
		f.Add(s+"\n"+s+"\n"+s, s, []byte{32, 0, 34, 1, 1, 20, 5, 11, 37, 0})
	}
	for _, text := range shownTexts(f) {
		f.Add(text, "shot", []byte{0, 2, 1, 9, 1, 0, 12, 9, 5, 0})
	}
	f.Fuzz(func(t *testing.T, text, target string, plan []byte) {
		if len(text) > 8<<10 || strings.Count(text, "\n") > 200 {
			t.Skip("cut at many places, that takes long")
		}
		lines := planned(text, target, plan)
		if why := brokenComposed(lines); why != "" {
			t.Fatal(why)
		}
	})
}

// TestComposedMarkupGrows: of more text the markup is longer, but for a few signs. So a
// search for what fits finds it.
func TestComposedMarkupGrows(t *testing.T) {
	t.Parallel()
	for i, lines := range [][]Line{
		{on(StrongStyle, "", "Hola «a tothom», bon dia"), on(LinkStyle, "https://a.es/1", "veieu «el tiquet» ara"), on(ImageStyle, "shot", "i «la gràfica»")},
		{cells(true, "a", "b"), cells(false, "c\nd", "e"), {Text: "f"}, cells(false, "g", "h")},
		quotedBy(1, Line{Text: "a"}, listed(BulletLine, 1, "b"), Line{Kind: FixedLine, Text: "c  d"}, Line{Kind: HeadingLine, Text: "e"}),
	} {
		c := Compose(lines, shots)
		most := 0
		for n := range len(c.Text()) + 1 {
			length := len(c.Markup(n))
			if length < most-8 {
				t.Errorf("%d: %d bytes of markup show %d bytes, fewer before: %d", i, length, n, most)
			}
			most = max(most, length)
		}
	}
}

// TestComposeIsBounded: however long the lines are, there is a table or list only within
// what is read back as one, and all of the text shows.
func TestComposeIsBounded(t *testing.T) {
	t.Parallel()
	tests := map[string][]Line{
		"rows":   repeated(3*maxRows, Line{Kind: RowLine, Text: "a | b", Cells: []LineCell{{Text: "a"}, {Text: "b"}}}),
		"cells":  {cells(false, strings.Split(strings.Repeat("a ", 3*maxRow), " ")...)},
		"levels": {listed(BulletLine, 1, "a"), listed(BulletLine, 50, "b"), listed(BulletLine, 70, "c"), listed(NumberedLine, 80, "d"), listed(BulletLine, 90, "e"), listed(BulletLine, 91, "f"), listed(BulletLine, 92, "g"), listed(BulletLine, 93, "h")},
		"quotes": quotedBy(1000, repeated(3, Line{Text: "a"})...),
		"blocks": repeated(2000, Line{Kind: HeadingLine, Text: "a"}),
	}
	for name, lines := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if why := brokenComposed(lines); why != "" {
				t.Error(cutShort(why))
			}
		})
	}
}

func cutShort(s string) string { return s[:min(len(s), 500)] }

func repeated(n int, l Line) []Line {
	lines := make([]Line, n)
	for i := range lines {
		lines[i] = l
	}
	return lines
}

func BenchmarkCompose(b *testing.B) {
	text := ""
	for _, s := range shownTexts(b) {
		text += s
	}
	plain := proseLines(strings.Repeat(text, 1<<20/len(text)))
	link := on(LinkStyle, "https://a.es/1", "veieu «el tiquet» ara")
	for _, bench := range []struct {
		name  string
		lines []Line
	}{
		{"texts", plain},
		{"links", repeated(1<<20/40, link)},
		{"quotes in turn", append(repeated(5000, link), quotedBy(1, repeated(5000, link)...)...)},
		{"columns", repeated(1<<20/20, Line{Text: "web-1    OK   1"})},
		{"one line", []Line{{Text: strings.Repeat("a ", 1<<19)}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			c := Compose(bench.lines, nil)
			b.SetBytes(int64(len(c.Text())))
			for range b.N {
				c := Compose(bench.lines, nil)
				c.Markup(len(c.Text()))
			}
		})
	}
}

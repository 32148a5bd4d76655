package wiki

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

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

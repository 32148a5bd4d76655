package wiki

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// part is a part of a line that is more than text, by its place in the block's text.
type part struct {
	start, end int
	style      Style
	label      int    // where the text of a link ends; behind it its address shows
	target     string // of a link; the name of an image
	alone      bool   // a link that shows its address and nothing else
}

// lineBuilder collects the text of a line, which begins at some place of its block.
type lineBuilder struct {
	at    int
	text  strings.Builder
	parts []part
}

func (b *lineBuilder) end() int { return b.at + b.text.Len() }

// cleanSpans returns a text without what does not show, with its spans in order and none
// over another. Instead of a line end stands what is given.
func cleanSpans(text string, spans []Span, lineEnd string) (string, []Span) {
	var b strings.Builder
	var kept []Span
	done := 0
	write := func(to int) {
		b.WriteString(strings.ReplaceAll(clean(text[done:to]), "\n", lineEnd))
		done = to
	}
	for _, s := range spans {
		s.Start, s.End = onRune(text, s.Start), onRune(text, s.End)
		if s.Start < done || s.End < s.Start {
			continue
		}
		write(s.Start)
		from := b.Len()
		write(s.End)
		if s.Start, s.End = from, b.Len(); s.Start < s.End || s.Style == ImageStyle {
			kept = append(kept, s)
		}
	}
	write(len(text))
	return b.String(), kept
}

// onRune returns the place in s, or the one before it where a character begins.
func onRune(s string, i int) int {
	i = min(max(i, 0), len(s))
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// spans adds a line's text and what of it is more than text. In a heading only links and
// images are.
func (c *composer) spans(b *lineBuilder, text string, spans []Span, heading bool) {
	done := 0
	for _, s := range spans {
		b.text.WriteString(text[done:s.Start])
		done = s.End
		shown := text[s.Start:s.End]
		switch {
		case s.Style == LinkStyle:
			b.link(shown, s.Target)
		case s.Style == ImageStyle:
			c.picture(b, shown, s.Target)
		case !heading && rendersIn(text, s):
			b.mark(shown, s.Style)
		default:
			b.text.WriteString(shown)
		}
	}
	b.text.WriteString(text[done:])
}

// mark adds a text that has a look; the blanks at its ends have none.
func (b *lineBuilder) mark(shown string, style Style) {
	inner := strings.TrimFunc(shown, isBlank)
	before, behind, _ := strings.Cut(shown, inner)
	b.text.WriteString(before)
	start := b.end()
	b.text.WriteString(inner)
	b.parts = append(b.parts, part{start: start, end: b.end(), style: style})
	b.text.WriteString(behind)
}

// rendersIn says whether Jira shows the look of a span: its marks must stand at the edge
// of a word, and what they hold must not change what they are.
func rendersIn(text string, s Span) bool {
	shown := text[s.Start:s.End]
	inner := strings.TrimFunc(shown, isBlank)
	first, last := after(inner), before(inner)
	if !strings.ContainsFunc(inner, isWord) || strings.Contains(inner, "://") || !isWord(first) && !strings.ContainsRune("([\"'«“‘¿¡<#@/$%", first) || isMargin(last) {
		return false
	}
	start := s.Start + strings.Index(shown, inner)
	prev, next := before(text[:start]), after(text[start+len(inner):])
	opens, closes := "(\"'«“‘¿¡", ".,;:)\"'»”’!?…"
	switch s.Style {
	case StrongStyle, EmphasisStyle:
	case StruckStyle:
		opens, closes = "", ".,;"
	case MonoStyle:
		if strings.ContainsAny(inner, "{}\\") || isMacro(inner) {
			return false
		}
	default:
		return false
	}
	return (isBlank(prev) || strings.ContainsRune(opens, prev) && !inAddress(text[:start])) && (isBlank(next) || strings.ContainsRune(closes, next))
}

// inAddress says whether what follows s could be read as a part of an address that s
// ends in.
func inAddress(s string) bool {
	word := s[max(0, len(s)-maxTarget):]
	if at := strings.LastIndexFunc(word, isBlank); at >= 0 {
		word = word[at:]
	} else if len(word) == maxTarget {
		return true
	}
	return strings.Contains(word, "://")
}

// isMacro says whether some renderer could take for a macro what stands in two braces.
func isMacro(inner string) bool {
	name, _, _ := strings.Cut(inner, ":")
	return !strings.ContainsFunc(strings.TrimFunc(name, isBlank), func(r rune) bool { return !isWord(r) && r != '-' && r != '_' })
}

// picture adds an image, or what stands in its place.
func (c *composer) picture(b *lineBuilder, shown, id string) {
	name := ""
	if c.image != nil {
		name = c.image(id)
	}
	if !isImageName(name) {
		b.text.WriteString(shown)
		return
	}
	start := b.end()
	b.text.WriteString("[" + name + "]")
	b.parts = append(b.parts, part{start: start, end: b.end(), style: ImageStyle, target: name})
}

// isImageName says whether a file can be shown by its name: an image, and nothing in the
// name that is markup.
func isImageName(name string) bool {
	if len(name) > 200 || name != clean(name) || isBlank(after(name)) || !hasExtension(name) || strings.Contains(name, "  ") {
		return false
	}
	if strings.ContainsFunc(name, func(r rune) bool { return !isWord(r) && !strings.ContainsRune(" ._-(),", r) }) {
		return false
	}
	return slices.Contains([]string{"png", "jpg", "jpeg", "gif", "bmp"}, strings.ToLower(name[strings.LastIndexByte(name, '.')+1:]))
}

// inline writes what a line shows from lo to hi, with its marks. Text that stands side by
// side is escaped at once.
func (k *block) inline(b *strings.Builder, l *composedLine, lo, hi int) {
	hi = min(hi, l.end)
	for _, p := range l.parts {
		if p.start >= hi {
			break
		}
		if hi < p.end && (p.style == LinkStyle || p.style == ImageStyle) {
			if p.style == LinkStyle && !p.alone {
				hi = min(hi, p.label)
			} else {
				hi = p.start
			}
			break
		}
		if markup := k.part(p, hi); markup != "" {
			b.WriteString(Escape(k.text[lo:p.start]))
			b.WriteString(markup)
			lo = min(p.end, hi)
		}
	}
	if lo < hi {
		b.WriteString(Escape(k.text[lo:hi]))
	}
}

// part returns the markup of a part, of which what stands before hi shows; nothing when
// that is text.
func (k *block) part(p part, hi int) string {
	switch p.style {
	case ImageStyle:
		return k.apart(p, "!"+p.target+"|thumbnail!")
	case LinkStyle:
		return k.apart(p, p.markup(k.text))
	}
	inner := strings.TrimRightFunc(k.text[p.start:min(p.end, hi)], isBlank)
	if !strings.ContainsFunc(inner, isWord) || isMargin(before(inner)) || p.style == MonoStyle && isMacro(inner) {
		return ""
	}
	open, end := marksOf(p.style)
	return open + Escape(inner) + end
}

// apart returns markup that is one thing with nothing beside it.
func (k *block) apart(p part, markup string) string {
	if isClose(before(k.text[:p.start])) || inAddress(k.text[:p.start]) {
		markup = string(joiner) + markup
	}
	if isClose(after(k.text[p.end:])) {
		markup += string(joiner)
	}
	return markup
}

// isClose says whether a character beside a link or an image could be one thing with it
// for some renderer.
func isClose(r rune) bool {
	return !isBlank(r) && !strings.ContainsRune(".,;()«»\"'¿¡", r)
}

func marksOf(s Style) (open, end string) {
	switch s {
	case StrongStyle:
		return "*", "*"
	case EmphasisStyle:
		return "_", "_"
	case StruckStyle:
		return "-", "-"
	}
	return "{{", "}}"
}

package mapping

import (
	"slices"
	"strings"

	"escalat/mapping/wiki"
)

// with is the part from c to other, or other when c is none.
func (c cut) with(other cut) cut {
	if c.to == 0 {
		return other
	}
	return cut{c.from, other.to}
}

// moved is the part that much further on; none stays none.
func (c cut) moved(n int) cut {
	if c.to == 0 {
		return c
	}
	return cut{c.from + n, c.to + n}
}

// formWords stand in brackets behind the labels of forms, by normal.
var formWords = wordSet(
	"opcional", "optional", "si escau", "si cal", "si s’escau", "si procede", "si aplica", "si s’aplica", "if applicable", "obligatori", "obligatòria", "obligatorio", "obligatoria", "mandatory", "required",
	"recomanat", "recomendado", "recommended",
)

// saysMore says whether what stands in brackets behind a label is an answer, and
// not what a form says there: help, an example, a question, a part of the label.
func (f *Field) saysMore(inner string) bool {
	word := normal(inner)
	if word == "" || formWords[word] || strings.HasSuffix(strings.TrimSpace(inner), "?") || placeholders[word] || isPromise(word) || strings.Trim(word, "x ") == "" {
		return false
	}
	for _, format := range []string{"dd mm", "aaaa", "yyyy", "hh mm"} {
		if strings.Contains(word, format) {
			return false
		}
	}
	if f.isSaying(withoutLead(word)) {
		return false
	}
	holds := func(s string) bool { return strings.Contains(" "+normal(s)+" ", " "+word+" ") }
	return !slices.ContainsFunc(slices.Concat(f.Label.all(), f.Aliases, f.Help.all()), holds) && !slices.ContainsFunc(f.Label.all(), func(l string) bool { return isOf(word, l) })
}

// isOf says whether each word of a text is one of the label's, with slips.
func isOf(text, label string) bool {
	own := runeWords(normal(label))
	return !slices.ContainsFunc(runeWords(text), func(w []rune) bool {
		return !slices.ContainsFunc(own, func(o []rune) bool { return slip(o, w) < 2 })
	})
}

// asideIn finds the brackets that end a label with slips and say more.
func asideIn(text string, from, to int, f *Field) cut {
	open := strings.IndexByte(text[from:to], '(')
	if open < 0 {
		return cut{}
	}
	c := cut{from + open, from + open + bracketed(text[from+open:to])}
	if c.to == c.from || strings.ContainsFunc(text[c.to:to], isLetter) || !f.saysMore(text[c.from+1:c.to-1]) {
		return cut{}
	}
	return c
}

// besides is the piece's text with what stands in brackets behind its label, which
// alone is the answer where nothing else is. Behind a date it disturbs less.
func (p *piece) besides(page *page, text string) string {
	if p.aside.to == 0 {
		return text
	}
	aside := page.markup([]cut{p.aside})
	switch {
	case p.field.isPlaceholder(text):
		return aside
	case p.field.Type == DateTime:
		return text + " " + aside
	case strings.Contains(text, "\n"):
		return aside + "\n" + text
	}
	return aside + " " + text
}

// unstruck is markup without what is struck out in it, or all of it when nothing
// else would be left.
func unstruck(markup string) string {
	if strings.Count(markup, "-") < 2 {
		return markup
	}
	tree := wiki.Parse(markup)
	var struck []cut
	findStruck(tree.Root, &struck)
	if len(struck) == 0 || !stands(tree.Root) {
		return markup
	}
	var b strings.Builder
	at := 0
	for _, c := range struck {
		b.WriteString(strings.TrimRight(tree.Source[at:c.from], " "))
		if at = c.to; b.Len() > 0 && at < len(tree.Source) && tree.Source[at] != '\n' {
			b.WriteByte(' ')
		}
		at += len(tree.Source[at:]) - len(strings.TrimLeft(tree.Source[at:], " "))
	}
	b.WriteString(tree.Source[at:])
	return strings.TrimLeft(strings.TrimFunc(b.String(), isBlankRune), "/, ")
}

// findStruck finds what is struck out, the outermost marks.
func findStruck(n wiki.Node, into *[]cut) {
	for _, c := range n.Children {
		if c.Kind == wiki.Deleted {
			*into = append(*into, cut{c.Start, c.End})
			continue
		}
		findStruck(c, into)
	}
}

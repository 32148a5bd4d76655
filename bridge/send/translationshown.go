package send

import (
	"slices"
	"strings"

	"escalat/bridge/send/letter"
	"escalat/mapping/wiki"
)

// The words in which a notice says what language it is in.
const (
	titleOriginals = "Texto original (en catalán):"
	sayTranslated  = "Traducción automática del catalán: el texto original está al final."
	sayOnRequest   = "Traducción automática del catalán: si necesitan el texto original, pídannoslo."
	sayCatalan     = "El texto está en catalán."
	sayPartCatalan = "Parte del texto está en catalán."
	sayContinues   = "(El texto original continúa. Si lo necesitan, pídannoslo.)"
)

// translated marks the blocks of a mail: near the top that they were translated, or that
// they are in Catalan, and before the foot what was written.
func (m spanish) translated(blocks []letter.Block) []letter.Block {
	if m.turned == nil || len(m.turned.found) == 0 {
		return blocks
	}
	originals := m.asWritten()
	at := 0
	for at < len(blocks) && (blocks[at].Kind == letter.Marker || blocks[at].Kind == letter.Alert) {
		at++
	}
	if at < len(blocks) && blocks[at].Kind == letter.Paragraph { // what it is about
		at++
	}
	blocks = slices.Insert(slices.Clone(blocks), at, paragraph(m.turned.mark(len(originals) > 0)))
	return slices.Insert(blocks, len(blocks)-1, originals...)
}

// mark is what is said near the top, with the originals in the mail or without.
func (t *turned) mark(with bool) string {
	switch {
	case with:
		return sayTranslated
	case len(t.from) > 0:
		return sayOnRequest
	case t.part:
		return sayPartCatalan
	}
	return sayCatalan
}

// asWritten are the originals of what was translated, each under its label, as far as there
// is room.
func (m spanish) asWritten() []letter.Block {
	var blocks []letter.Block
	left := m.turned.room - len(titleOriginals) - len(sayContinues)
	for _, o := range m.turned.from {
		b := letter.Block{Kind: letter.Field, Label: withColon(o.label), Place: o.place}
		if b.Markup = spared(o.text); o.plain {
			b.Text, b.Markup = o.text, ""
		}
		if m.turned.bound {
			shown := m.reads(saying{b.Text + b.Markup, o.plain})
			if left -= len(o.label) + len(shown) + perLine*(3+strings.Count(shown, "\n")); left < 0 {
				break
			}
		}
		blocks = append(blocks, b)
	}
	if len(blocks) == 0 {
		return nil
	}
	if len(blocks) < len(m.turned.from) {
		blocks = append(blocks, paragraph(sayContinues))
	}
	return slices.Insert(blocks, 0, heading(titleOriginals))
}

// perLine is more than the margin of a line takes, in bytes.
const perLine = 10

// spared is markup without what stands in it as it is, which nobody translates: a log is
// not said twice.
func spared(markup string) string {
	tree := wiki.Parse(markup)
	var b strings.Builder
	done := 0
	for _, n := range tree.Root.Children {
		if n.Kind == wiki.Code || n.Kind == wiki.Preformatted {
			b.WriteString(tree.Source[done:n.Start] + "(…)")
			done = n.End
		}
	}
	return b.String() + tree.Source[done:]
}

// lastOf is where the end of a letter begins: the originals, or who writes.
func lastOf(blocks []letter.Block) int {
	for i, b := range blocks {
		if b.Kind == letter.Heading && b.Text == titleOriginals {
			return i
		}
	}
	return max(0, len(blocks)-1)
}

// fit bounds the originals, so that a text does not become longer than that for them: they
// give way before anything else does.
func (t *turned) fit(most int, write func() string) string {
	t.bound = false
	whole := write()
	if len(whole) <= most || len(t.from) == 0 {
		return whole
	}
	t.bound, t.room = true, 0
	without := write()
	if t.room = most - len(without); t.room <= 0 {
		return without
	}
	if some := write(); len(some) <= most {
		return some
	}
	t.room = 0
	return write()
}

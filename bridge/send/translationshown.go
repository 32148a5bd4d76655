package send

import (
	"slices"
	"strings"

	"escalat/bridge/send/letter"
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
	said := m.turned.mark()
	if said == "" {
		return blocks
	}
	at := 0
	for at < len(blocks) && (blocks[at].Kind == letter.Marker || blocks[at].Kind == letter.Alert) {
		at++
	}
	if at < len(blocks) && blocks[at].Kind == letter.Paragraph { // what it is about
		at++
	}
	blocks = slices.Insert(slices.Clone(blocks), at, paragraph(said))
	return slices.Insert(blocks, len(blocks)-1, m.asWritten()...)
}

// mark is what is said near the top, or nothing.
func (t *turned) mark() string {
	switch {
	case t == nil || len(t.found) == 0:
		return ""
	case len(t.from) > 0 && t.room != nil && *t.room <= 0:
		return sayOnRequest
	case len(t.from) > 0:
		return sayTranslated
	case t.part:
		return sayPartCatalan
	}
	return sayCatalan
}

// asWritten are the originals of what was translated, each under its label, as far as there
// is room.
func (m spanish) asWritten() []letter.Block {
	t := m.turned
	if len(t.from) == 0 || t.room != nil && *t.room <= 0 {
		return nil
	}
	blocks := []letter.Block{heading(titleOriginals)}
	left, bound := 0, t.room != nil
	if bound {
		left = *t.room - len(titleOriginals) - len(sayContinues)
	}
	for _, o := range t.from {
		b := letter.Block{Kind: letter.Field, Label: withColon(o.label), Place: o.place}
		if b.Markup = o.text; o.plain {
			b.Text, b.Markup = o.text, ""
		}
		if bound {
			shown := m.reads(o.saying)
			if left -= len(o.label) + len(shown) + perLine*(3+strings.Count(shown, "\n")); left < 0 {
				return append(blocks, paragraph(sayContinues))
			}
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// perLine is more than the margin of a line takes.
const perLine = 10

// lastOf is where the end of a letter begins: the originals, or who writes.
func lastOf(blocks []letter.Block) int {
	for i, b := range blocks {
		if b.Kind == letter.Heading && b.Text == titleOriginals {
			return i
		}
	}
	return max(0, len(blocks)-1)
}

// fit bounds the originals so that a text does not become longer than that for them. What
// was written goes before anything else does.
func (t *turned) fit(most int, write func() string) string {
	if t == nil {
		return write()
	}
	t.room = nil
	whole := write()
	if len(whole) <= most || len(t.from) == 0 {
		return whole
	}
	none := 0
	t.room = &none
	without := write()
	room := most - len(without)
	if room <= len(titleOriginals)+len(sayContinues) {
		return without
	}
	t.room = &room
	if some := write(); len(some) <= most {
		return some
	}
	t.room = &none
	return write()
}

package mapping

import (
	"strings"

	"escalat/mapping/wiki"
)

// columns are the words that head the columns of a form, and titles those that call
// the form itself, by normal: they say nothing of an incident.
var (
	columns = wordSet(
		"camp", "camps", "campo", "campos", "field", "fields", "dada", "dades", "dato", "datos", "data", "concepte", "conceptes", "concepto", "conceptos",
		"element", "elements", "elemento", "elementos", "ítem", "ítems", "apartat", "apartats", "apartado", "apartados", "etiqueta", "label", "nom", "nombre", "name",
		"pregunta", "preguntes", "preguntas", "question", "questions", "resposta", "respostes", "respuesta", "respuestas", "answer", "answers", "response",
		"valor", "valors", "valores", "value", "values", "contingut", "contenido", "content", "text", "texto", "descripció", "descripción", "description",
		"detall", "detalls", "detalle", "detalles", "detail", "details", "informació", "información", "information", "info", "nota", "notes", "notas", "note",
		"comentari", "comentaris", "comentario", "comentarios", "comment", "comments", "observacions", "observaciones",
	)
	titles = wordSet(
		"formulari", "formulario", "form", "fitxa", "ficha", "plantilla", "template", "qüestionari", "cuestionario", "incidència", "incidencia", "incident",
		"escalat", "escalament", "escalado", "escalación", "escalada", "escalation", "proveïdor", "proveedor", "provider",
	)
	// joints stand between them.
	joints = wordSet("de", "del", "dels", "d", "l", "la", "el", "els", "les", "los", "las", "a", "al", "als", "per", "para", "i", "y", "of", "the", "to", "for", "and")
)

// isColumn says whether a text does nothing but head a column of a form, and isTitle
// whether it does nothing but call the form.
func (r *reader) isColumn(text string) bool { return r.holdsOf(columns, text) }

func (r *reader) isTitle(text string) bool {
	return r.holdsOf(columns, text) || r.holdsOf(titles, text)
}

// holdsOf says whether a text holds a word of the set, and none but those that say
// nothing of an incident.
func (r *reader) holdsOf(set map[string]bool, text string) bool {
	if len(text) > maxLabel {
		return false
	}
	found := false
	for w := range strings.FieldsSeq(normal(text)) {
		found = found || set[w]
		if !columns[w] && !titles[w] && !joints[w] && !r.names[w] {
			return false
		}
	}
	return found
}

// bereft returns what stood only above what was taken: the head of a table and the
// title of a section of which nothing else is left. Whoever fills in a form means them
// for nobody.
func (r *reader) bereft(taken []cut) []cut {
	if len(taken) == 0 {
		return nil
	}
	var out []cut
	c := r.census(taken)
	for _, t := range r.tables {
		out = append(out, r.tableHead(t.rows, c)...)
	}
	if len(out) > 0 {
		c = r.census(append(taken, out...))
	}
	b := bereaved{reader: r, census: c}
	b.frame(0, 0, len(r.page.lines))
	return append(out, b.titles...)
}

// tableHead returns the first rows of a table that only head what was taken of it.
func (r *reader) tableHead(rows [][]cell, c census) []cut {
	var head []cut
	first := 0
	for ; first < len(rows) && r.isHeadRow(rows[first], c); first++ {
		for _, cell := range rows[first] {
			from, to := r.trim(cell.from, cell.to)
			head = append(head, cut{from, to})
		}
	}
	any := false
	for _, row := range rows[first:] {
		for _, cell := range row {
			if c.left[cell.to] > c.left[cell.from] {
				return nil
			}
			any = any || c.taken[cell.to] > c.taken[cell.from]
		}
	}
	if !any {
		return nil
	}
	return head
}

// isHeadRow says whether a row is of heads alone. One cell by itself is a title.
func (r *reader) isHeadRow(row []cell, c census) bool {
	any := false
	for _, cell := range row {
		if c.left[cell.to] == c.left[cell.from] {
			continue
		}
		text := r.shown[cell.from:cell.to]
		if !r.isColumn(text) && (len(row) > 1 || !r.isTitle(text)) {
			return false
		}
		any = true
	}
	return any
}

// bereaved finds the titles whose sections were taken, from the last line to the first.
type bereaved struct {
	*reader
	census
	titles []cut
}

// section is what is known of the lines behind a place, up to where a title of a level
// would end.
type section struct{ left, taken bool }

// How deep a title is that is no heading of Jira's six.
const (
	boldTitle  = 7
	plainTitle = 8
)

// frame looks at the lines of a frame, and says what is in it.
func (b *bereaved) frame(frame, first, end int) (all section) {
	var open [plainTitle + 1]section // by level
	for i := end - 1; i >= first; i-- {
		l := &b.page.lines[i]
		now := section{b.census.left[l.to] > b.census.left[l.from], b.census.taken[l.to] > b.census.taken[l.from]}
		level := 0
		if below := b.frameBelow(l.frame, frame); l.frame != frame {
			f := &b.frames[below]
			now, i = b.frame(below, f.first, i+1), f.first
		} else if level = b.level(l); level > 0 && now.left && !now.taken && open[level].taken && !open[level].left && b.isTitleLine(l) {
			b.titles = append(b.titles, cut{l.from, l.to})
			now = section{taken: true}
		}
		for n := range open {
			if level > 0 && n >= level && now.left && !now.taken {
				open[n] = section{}
				continue
			}
			open[n] = open[n].with(now)
		}
		all = all.with(now)
	}
	return all
}

func (s section) with(other section) section {
	return section{s.left || other.left, s.taken || other.taken}
}

// level returns how deep a line is as a title, or 0 for one that is none.
func (b *bereaved) level(l *line) int {
	switch {
	case b.literal(l.frame) || l.rule:
		return 0
	case l.heading:
		for _, s := range b.path(l.from) {
			if s.node.Kind == wiki.Heading {
				return s.node.Level
			}
		}
		return 0
	case l.strong:
		return boldTitle
	case strings.HasSuffix(b.page.text(l), ":"):
		return plainTitle
	}
	return 0
}

func (r *reader) isTitleLine(l *line) bool {
	begin, _ := decoration(r.page.text(l))
	return r.isTitle(r.page.text(l)[begin:])
}

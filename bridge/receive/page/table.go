package page

import (
	"strings"

	"golang.org/x/net/html/atom"

	"escalat/mapping/wiki"
)

const (
	maxCell      = 500 // bytes of a cell that holds a value
	maxCellLines = 12
	maxColumns   = 30
)

// grid is a table's cells that hold something, row by row.
type grid [][]*element

// table writes a table: as one when it holds values in columns, else cell by cell.
func (w *writer) table(e *element, c context) {
	g, rest := gridOf(e)
	for _, other := range rest {
		w.element(other, c)
	}
	switch {
	case c.cell || !g.holdsValues(e):
		w.placed(g, c)
	case g.isPairs():
		w.pairs(g, c)
	default:
		w.block(true)
		w.rowsOf(g, c)
		w.block(true)
	}
}

// gridOf returns a table's cells, and what stands in it beside them.
func gridOf(e *element) (g grid, rest []*element) {
	for _, part := range e.children {
		switch {
		case part.style.gone:
		case part.atom == atom.Tr:
			g = append(g, cellsOf(part))
		case part.atom == atom.Tbody || part.atom == atom.Thead || part.atom == atom.Tfoot:
			inner, others := gridOf(part)
			g, rest = append(g, inner...), append(rest, others...)
		case part.atom != atom.Col && part.atom != atom.Colgroup && (part.size > 0 || part.atom == atom.Caption):
			rest = append(rest, part)
		}
	}
	return g, rest
}

func cellsOf(row *element) (cells []*element) {
	for _, cell := range row.children {
		if !cell.style.gone && (cell.atom == atom.Td || cell.atom == atom.Th || cell.size > 0) {
			cells = append(cells, cell)
		}
	}
	return cells
}

// holdsValues says whether a table's cells are values in columns. Of one that says that
// it only places, each row must hold as many.
func (g grid) holdsValues(e *element) bool {
	full, most, rows, header := 0, 0, 0, false
	even := true
	for _, row := range g {
		n := 0
		for _, cell := range row {
			if cell.holds&(aTable|aBlock) != 0 || cell.size > maxCell || cell.breaks > maxCellLines {
				return false
			}
			if cell.size > 0 {
				n++
			}
			header = header || cell.atom == atom.Th
		}
		if n == 0 {
			continue
		}
		rows++
		if n > 1 {
			full++
		}
		even = even && (most == 0 || n == most)
		most = max(most, n)
	}
	if most < 2 || most > maxColumns {
		return false
	}
	role := e.attr("role")
	strong := header || e.style.bordered == yes || strings.Contains(e.attr("class"), "TableGrid")
	switch {
	case role == "presentation" || role == "none":
		return rows > 1 && even
	case strong:
		return rows > 1 || header
	}
	return rows > 1 && 2*full > rows
}

// isPairs says whether a table is lines of a name with a colon and a value.
func (g grid) isPairs() bool {
	for _, row := range g {
		row = full(row)
		if len(row) == 0 {
			continue
		}
		if len(row) != 2 || row[0].breaks > 0 && row[0].size > 60 || !strings.HasSuffix(firstText(row[0], 80), ":") || row[1].breaks > 1 {
			return false
		}
	}
	return true
}

// full returns the cells that hold something.
func full(row []*element) (cells []*element) {
	for _, cell := range row {
		if cell.size > 0 {
			cells = append(cells, cell)
		}
	}
	return cells
}

// placed writes the cells of a table that places them, one below the other.
func (w *writer) placed(g grid, c context) {
	w.block(false)
	for _, row := range g {
		cells := full(row)
		if len(cells) == 2 && (cells[0].holds|cells[1].holds)&(aTable|aBlock) == 0 && (grid{cells}).isPairs() {
			w.pairs(grid{cells}, c)
			continue
		}
		for _, cell := range row {
			w.element(cell, c)
		}
	}
	w.block(false)
}

// pairs writes the names and values of a table, a line each.
func (w *writer) pairs(g grid, c context) {
	w.block(false)
	for _, row := range g {
		for i, cell := range full(row) {
			if i > 0 {
				w.blank = true
			}
			inner := c.with(&cell.style)
			if inner.space != kept {
				inner.space = collapsed
			}
			w.inCell(cell, inner, i == 0)
		}
		w.block(false)
	}
}

// inCell writes a cell on the present line; the blocks in it go on there.
func (w *writer) inCell(cell *element, c context, first bool) {
	if first {
		w.flush()
	}
	for _, line := range cellLines(cell, c) {
		for at := 0; at < len(line.Text); {
			part, l, end := line.part(at)
			inner := c
			inner.bold, inner.italic, inner.struck, inner.mono, inner.target = false, false, false, false, ""
			switch l.Style {
			case wiki.LinkStyle:
				inner.target = l.Target
			case wiki.StrongStyle:
				inner.bold = true
			case wiki.EmphasisStyle:
				inner.italic = true
			case wiki.StruckStyle:
				inner.struck = true
			case wiki.MonoStyle:
				inner.mono = true
			}
			w.words(part, &inner)
			at = end
		}
		w.blank = true
	}
}

// part returns the text of a line from at on that looks alike, how, and where it ends.
func (l Line) part(at int) (string, wiki.Span, int) {
	for _, s := range l.Spans {
		switch {
		case s.End <= at:
		case s.Start > at:
			return l.Text[at:s.Start], wiki.Span{}, s.Start
		default:
			return l.Text[at:s.End], s, s.End
		}
	}
	return l.Text[at:], wiki.Span{}, len(l.Text)
}

// cellLines reads the lines of a cell.
func cellLines(cell *element, c context) []row {
	c.cell, c.kind, c.level = true, wiki.ProseLine, 0
	inner := &writer{}
	inner.children(cell, c)
	inner.flush()
	kept := inner.rows[:0]
	for _, r := range inner.rows {
		if r.letters > 0 {
			r.trimFrom(len(r.Text) - len(strings.TrimLeft(r.Text, " \t")))
			kept = append(kept, r)
		}
	}
	return kept
}

// rowsOf writes the rows of a table, without the columns that are empty in all of them.
func (w *writer) rowsOf(g grid, c context) {
	used := make([]bool, 0, maxColumns)
	for _, row := range g {
		for i, cell := range row {
			if i == len(used) {
				used = append(used, false)
			}
			used[i] = used[i] || cell.size > 0
		}
	}
	first := len(w.rows)
	for _, cells := range g {
		if len(full(cells)) == 0 {
			continue
		}
		r := row{Line: Line{Line: wiki.Line{Kind: wiki.RowLine, Quote: c.quote}, Mark: c.marked()}, letters: 1}
		for i, cell := range cells {
			if used[i] {
				r.Cells = append(r.Cells, w.cell(cell, c))
			}
		}
		texts := make([]string, len(r.Cells))
		for i, cell := range r.Cells {
			texts[i] = strings.ReplaceAll(cell.Text, "\n", " ")
		}
		r.Text = strings.Join(texts, " | ")
		w.begin(&r)
		w.push(r)
	}
	for i := first; i+2 < len(w.rows); i++ {
		if w.rows[i].Kind == wiki.RowLine {
			w.rows[i].head()
			break
		}
	}
}

// head makes headings of the cells of a first row that is all in bold.
func (r *row) head() {
	for _, c := range r.Cells {
		if !c.Header && (len(c.Spans) != 1 || c.Spans[0].Style != wiki.StrongStyle || c.Spans[0].Start > 0 || c.Spans[0].End < len(c.Text)) {
			return
		}
	}
	for i := range r.Cells {
		if c := &r.Cells[i]; !c.Header {
			c.Header, c.Spans = true, nil
		}
	}
}

// cell reads a cell: its lines, divided by line ends.
func (w *writer) cell(e *element, c context) wiki.LineCell {
	cell := wiki.LineCell{Header: e.atom == atom.Th}
	c = c.with(&e.style)
	if cell.Header {
		c.bold = false
	}
	for i, r := range cellLines(e, c) {
		if i > 0 {
			cell.Text += "\n"
		}
		for _, s := range r.Spans {
			if cell.Header && s.Style == wiki.StrongStyle {
				continue
			}
			s.Start += len(cell.Text)
			s.End += len(cell.Text)
			cell.Spans = append(cell.Spans, s)
		}
		cell.Text += r.Text
	}
	return cell
}

package mapping

import "strings"

// tableAt returns the table that begins with the line i and stands in no other,
// or -1.
func (r *reader) tableAt(i int) int {
	t, at := -1, r.page.lines[i].frame
	for at > 0 {
		if f := &r.frames[at]; f.table > 0 {
			t = f.table - 1
		}
		at = r.frames[at].parent
	}
	if t < 0 || t == r.within-1 || r.firstLine(t) != i {
		return -1
	}
	return t
}

// firstLine returns the first line of a table.
func (r *reader) firstLine(t int) int {
	rows := r.tables[t].rows
	if len(rows) == 0 || len(rows[0]) == 0 {
		return -1
	}
	return r.frames[rows[0][0].frame].first
}

// tableLabels returns the labels that cells are, by row and column, and whether
// the table holds any label at all.
func (r *reader) tableLabels(t int) (found [][]*labelled, ok bool) {
	rows := r.tables[t].rows
	found = make([][]*labelled, len(rows))
	for i, row := range rows {
		found[i] = make([]*labelled, len(row))
		for j, c := range row {
			found[i][j] = r.cellLabel(c)
			ok = ok || found[i][j] != nil
			for n := r.frames[c.frame].first; n < r.frames[c.frame].last; n++ {
				ok = ok || len(r.page.lines[n].marks) > 0
			}
		}
	}
	return found, ok
}

// cellLabel returns the label that a cell is, or nil.
func (r *reader) cellLabel(c cell) *labelled {
	from, to := r.trim(c.from, c.to)
	if from == to || to-from > maxLabel || r.count > maxMarks {
		return nil
	}
	text := strings.ReplaceAll(r.shown[from:to], "\n", " ")
	if m, ok := r.finder.first(text, true, true); ok && m.alone {
		r.count++
		if r.struck(from+m.at, to) {
			return m.ended()
		}
		return m.labelled
	}
	return nil
}

// table reads a table that holds labels: beside their values, in a row above
// them, or with them in a cell.
func (r *reader) table(t int, found [][]*labelled) int {
	r.within = t + 1
	defer func() { r.within, r.notes = 0, nil }()
	rows := r.tables[t].rows
	r.notes = r.notesOf(rows)
	for i := 0; i < len(rows); {
		switch {
		case r.isHeader(rows, found, i):
			i = r.columns(rows, found, i)
		case holdsLabel(found[i]):
			i = r.row(rows, found, i)
		default:
			r.cells(rows[i])
			i++
		}
	}
	last := 0
	for _, row := range rows {
		for _, c := range row {
			last = max(last, r.frames[c.frame].last)
		}
	}
	return last
}

// notes head a column that is for colleagues, by normal.
var notes = wordSet("nota", "notes", "notas", "notes internes", "notas internas", "note", "comentari", "comentaris", "comentario", "comentarios", "comment", "comments",
	"observacions", "observaciones", "intern", "interna", "interno", "internal", "ús intern", "uso interno")

// notesOf returns the columns whose heading says that they are for colleagues.
func (r *reader) notesOf(rows [][]cell) map[int]bool {
	columns := map[int]bool{}
	if len(rows) > 1 && len(rows[0]) > 2 {
		for j, c := range rows[0] {
			if from, to := r.trim(c.from, c.to); j > 1 && to-from < maxLabel && notes[normal(r.shown[from:to])] {
				columns[j] = true
			}
		}
	}
	return columns
}

func holdsLabel(found []*labelled) bool {
	for _, l := range found {
		if l != nil {
			return true
		}
	}
	return false
}

// isHeader says whether the labels of the row i stand above their values.
func (r *reader) isHeader(rows [][]cell, found [][]*labelled, i int) bool {
	labels, next := 0, i+1
	for j, c := range rows[i] {
		switch {
		case found[i][j] != nil:
			labels++
		case !c.header || r.isEmpty(c):
			return false
		}
	}
	below := next < len(rows) && !holdsLabel(found[next])
	switch width := len(rows[i]); {
	case labels == 0:
		return false
	case labels < width: // other headings stand among them
		return below && len(rows[next]) == width && (labels > 1 || found[i][0] == nil)
	case width == 1:
		return next < len(rows)
	case width == 2 && next < len(rows):
		// |Aplicació|Impacte| may be an answer that is called like a label.
		return len(rows[next]) < 2 || found[next][0] == nil || found[next][1] != nil || r.isEmpty(rows[next][1])
	}
	return true
}

func (r *reader) isEmpty(c cell) bool {
	from, to := r.trim(c.from, c.to)
	return from == to
}

// columns takes the values below a row of labels, up to the next row that holds
// a label.
func (r *reader) columns(rows [][]cell, found [][]*labelled, i int) int {
	column := map[int]int{}
	for j, l := range found[i] {
		if l != nil {
			column[j] = len(r.pieces)
			r.pieces = append(r.pieces, r.labelPiece(l, rows[i][j]))
		}
	}
	next := i + 1
	for ; next < len(rows) && !holdsLabel(found[next]); next++ {
		for j, c := range rows[next] {
			if p, ok := column[j]; ok && (r.first || next == i+1) {
				r.pieces[p].values = r.addCell(r.pieces[p].values, c)
			}
		}
	}
	return next
}

func (r *reader) labelPiece(l *labelled, c cell) piece {
	from, to := r.trim(c.from, c.to)
	p := piece{labelled: l, from: from, to: to}
	if text := r.shown[from:to]; strings.ContainsAny(text, "([") {
		if m, ok := r.finder.first(strings.ReplaceAll(text, "\n", " "), true, true); ok {
			p.aside = m.aside.moved(from)
		}
	}
	return p
}

// addCell adds what a cell says to a value. In a comment it ends at the first
// empty line.
func (r *reader) addCell(values []cut, c cell) []cut {
	from, to := r.trim(c.from, c.to)
	f := &r.frames[c.frame]
	for i := f.first + 1; i < f.last && !r.first; i++ {
		if r.page.lines[i].gap && !r.literal(r.page.lines[i].frame) {
			to = r.page.lines[i-1].to
			break
		}
	}
	if from < to {
		values = append(values, cut{from, to})
	}
	return values
}

// row takes the values beside the labels of a row, with the rows below that only
// go on with it, and returns the next row.
func (r *reader) row(rows [][]cell, found [][]*labelled, i int) int {
	row := rows[i]
	for j := 0; j < len(row); {
		l := found[i][j]
		if l == nil {
			r.cells(row[j : j+1])
			j++
			continue
		}
		p := r.labelPiece(l, row[j])
		for j++; j < len(row) && (found[i][j] == nil || len(row) == 2); j++ {
			if !r.notes[j] && (r.first || len(p.values) == 0 && found[i][j-1] == l) {
				p.values = r.addCell(p.values, row[j])
			}
		}
		r.pieces = append(r.pieces, p)
	}
	next := i + 1
	if !r.first {
		return next
	}
	for ; next < len(rows) && len(rows[next]) > 1 && r.isEmpty(rows[next][0]) && found[i][0] != nil && !holdsLabel(found[next]); next++ {
		p := &r.pieces[len(r.pieces)-1]
		for j, c := range rows[next] {
			if !r.notes[j] {
				p.values = r.addCell(p.values, c)
			}
		}
	}
	return next
}

// cells reads cells that are no labels: each by itself.
func (r *reader) cells(cells []cell) {
	for _, c := range cells {
		f := &r.frames[c.frame]
		r.open = nil
		for i := f.first; i < f.last; {
			i = r.step(i)
		}
	}
	r.open = nil
}

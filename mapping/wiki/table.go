package wiki

import "strings"

// isRow says whether a table's row begins at i: at a bar that does not stand
// alone.
func (p *parser) isRow(i, hi, depth int) bool {
	if depth >= maxDepth || p.src[i] != '|' || p.full() || p.cells >= maxCells {
		return false
	}
	return !p.lineBlank(p.barEnd(i, hi), hi)
}

// barEnd returns where the one or two bars at i end.
func (p *parser) barEnd(i, hi int) int {
	if i+1 < hi && p.src[i+1] == '|' {
		return i + 2
	}
	return i + 1
}

func (p *parser) table(i, hi, depth int) Node {
	t := Node{Kind: Table, Start: i, InnerStart: i}
	for {
		row := p.row(i, p.rowEnd(i, hi, depth), depth)
		t.Children = append(t.Children, row)
		t.End, t.InnerEnd = row.End, row.End
		end := p.skipBlank(row.End, hi, false)
		if end == hi {
			return t
		}
		if i = p.skipBlank(end+1, hi, false); i >= hi || !p.isRow(i, hi, depth) {
			return t
		}
	}
}

// rowEnd returns where the row that begins at i ends. A row without a bar at
// its end goes on over lines of text, and over any line when a bar follows.
func (p *parser) rowEnd(i, hi, depth int) int {
	end := p.wholeLine(i, hi, depth)
	if p.endsInBar(i, end) {
		return end
	}
	text := true
	for at := end; at < hi; {
		next := p.skipBlank(at+1, hi, false)
		if next >= hi || p.src[next] == '\n' {
			break
		}
		if p.src[next] == '|' {
			if p.lineBlank(next+1, hi) {
				end = next + 1 // the bar at the end, on its own line
			}
			break
		}
		at = p.wholeLine(next, hi, depth)
		text = text && !p.marked(next, hi, depth)
		barred := p.nextBar(next, at, depth) < at
		if text || barred {
			end = at
		}
		if barred && p.endsInBar(next, at) {
			break
		}
	}
	return end
}

// endsInBar says whether a bar that is not escaped ends the part.
func (p *parser) endsInBar(lo, hi int) bool {
	s := p.src[lo:p.trimEnd(lo, hi)]
	return strings.HasSuffix(s, "|") && (!strings.HasSuffix(s, `\|`) || strings.HasSuffix(s, `\\|`))
}

func (p *parser) row(lo, hi, depth int) Node {
	hi = p.trimEnd(lo, hi)
	row := Node{Kind: Row, Start: lo, End: hi, InnerStart: lo, InnerEnd: hi}
	for i := lo; i < hi; {
		inner := p.barEnd(i, hi)
		if inner == hi {
			break // the bar at the end
		}
		end := hi
		if p.cells++; p.cells < maxCells {
			end = p.nextBar(inner, hi, depth)
		}
		row.Children = append(row.Children, p.cell(inner, end, depth, inner-i == 2))
		i = end
	}
	return row
}

// cell reads the cell between two bars.
func (p *parser) cell(lo, hi, depth int, header bool) Node {
	p.nodes++
	n := Node{Kind: Cell, Header: header}
	n.Start = p.skipBlank(lo, hi, true)
	if n.Start == hi {
		n.Start = lo // an empty cell is where an answer would go
	}
	n.End = p.trimEnd(n.Start, hi)
	n.InnerStart, n.InnerEnd = n.Start, n.End
	n.Children = p.blocks(n.Start, n.End, depth+1, true)
	return n
}

// nextBar returns where the next bar stands that parts two cells: none in a
// block in tags, a tag, a link or an image. It returns hi when there is none.
func (p *parser) nextBar(lo, hi, depth int) int {
	for i := lo; i < hi; {
		switch p.src[i] {
		case '|':
			return i
		case '\\':
			n, _ := p.backslash(i, lo, hi)
			i += max(n, 1)
		case '{':
			i = p.braceEnd(i, hi, depth)
		case '[':
			i = max(p.linkAt(i, hi).end, i+1)
		case '!':
			i = max(p.imageAt(i, lo, hi).end, i+1)
		default:
			i++
		}
	}
	return hi
}

// braceEnd returns where what the brace at i begins ends.
func (p *parser) braceEnd(i, hi, depth int) int {
	if s, ok := p.pairFrom(i, hi, depth); ok && s.start == i {
		return s.end
	}
	if s, ok := p.fixedAt(i, hi); ok {
		return s.end
	}
	if s, ok := p.tagAt(i, hi); ok && p.src[i+1] != '{' {
		return s.end
	}
	return i + 1
}

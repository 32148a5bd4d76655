package wiki

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// block is lines that are one thing: prose, a list, a table, preformatted text, or a
// heading or ruler alone.
type block struct {
	kind   LineKind
	quoted bool
	at     int    // where its text begins in that of the whole, with what stands before its first line
	text   string // its own: without what stands before each line
	lines  []composedLine
	fixed  []extent // in the text; of prose and of preformatted text
}

// composedLine is one of its lines.
type composedLine struct {
	at         int // where its text begins in that of the whole
	start, end int // in the block's text
	mark       string
	parts      []part
	cells      []composedCell
}

type composedCell struct {
	header bool
	lines  []composedLine
}

// together says whether two lines that follow each other are of one block.
func together(a, b *Line) bool {
	if a.Quote != b.Quote {
		return a.Quote < 1 && b.Quote < 1 && kindOf(a) == ProseLine && kindOf(b) == ProseLine
	}
	ka, kb := kindOf(a), kindOf(b)
	switch ka {
	case ProseLine, FixedLine, RowLine:
		return ka == kb
	case BulletLine, NumberedLine:
		return kb == BulletLine || kb == NumberedLine
	}
	return false
}

// maxRow bounds the cells of a row, maxRows the rows of a text.
const (
	maxRow  = 40
	maxRows = 400
)

// kindOf is how a line is shown: what cannot be quoted twice is prose then, and so is
// what is none of the kinds.
func kindOf(l *Line) LineKind {
	switch {
	case l.Kind == FixedLine:
		return FixedLine
	case l.Quote > 1, l.Kind < ProseLine, l.Kind > RulerLine, l.Kind == RowLine && (len(l.Cells) < 2 || len(l.Cells) > maxRow):
		return ProseLine
	}
	return l.Kind
}

// maxQuote bounds the marks before a line that is quoted more than once.
const maxQuote = 8

// composer makes blocks of lines.
type composer struct {
	image  func(id string) string
	text   strings.Builder
	own    strings.Builder // of the present block
	blocks []block
	rows   int
	lists  []listLevel
}

// listLevel is a list that goes on.
type listLevel struct {
	level, count int
	kind         LineKind
}

// add adds lines that are of one block.
func (c *composer) add(lines []Line) {
	kind := kindOf(&lines[0])
	if kind != BulletLine && kind != NumberedLine && (kind != ProseLine || slices.ContainsFunc(lines, func(l Line) bool { return blank(l.Text) })) {
		c.lists = nil
	}
	if c.text.Len() > 0 || len(c.blocks) > 0 {
		c.text.WriteByte('\n')
	}
	if c.rows += len(lines); kind != RowLine {
		c.rows -= len(lines)
	} else if c.rows > maxRows {
		kind = ProseLine
	}
	k := block{kind: kind, quoted: lines[0].Quote > 0, at: c.text.Len()}
	shown, spans := c.cleaned(lines)
	fixed := fixedOf(kind, shown)
	c.own.Reset()
	for i, next := 0, 0; i < len(lines); i++ {
		for next < len(fixed) && i >= fixed[next].end {
			next++
		}
		if i > 0 {
			c.text.WriteByte('\n')
			c.own.WriteByte('\n')
		}
		c.line(&k, &lines[i], shown[i], spans[i], next < len(fixed) && i >= fixed[next].start)
	}
	k.text = c.own.String()
	for _, e := range fixed {
		k.fixed = append(k.fixed, extent{k.lines[e.start].start, k.lines[e.end-1].end})
	}
	c.blocks = append(c.blocks, k)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// cleaned returns the texts and spans of lines without what does not show.
func (c *composer) cleaned(lines []Line) (texts []string, spans [][]Span) {
	texts, spans = make([]string, len(lines)), make([][]Span, len(lines))
	for i, l := range lines {
		texts[i], spans[i] = cleanSpans(l.Text, l.Spans, " ")
	}
	return texts, spans
}

// fixedOf returns which of the lines of a block stand in a fixed width.
func fixedOf(kind LineKind, lines []string) []extent {
	switch kind {
	case ProseLine:
		return fixedLines(lines)
	case FixedLine:
		return []extent{{0, len(lines)}}
	}
	return nil
}

// line adds a line to a block and to the text.
func (c *composer) line(k *block, l *Line, text string, spans []Span, fixed bool) {
	if k.quoted {
		c.text.WriteByte('>')
		if text != "" || k.kind != ProseLine || l.Quote > 1 {
			c.text.WriteByte(' ')
		}
	}
	p := composedLine{}
	switch k.kind {
	case BulletLine, NumberedLine:
		label := ""
		p.mark, label = c.itemMark(l)
		c.text.WriteString(label)
	case HeadingLine:
		p.mark = "h4. "
	case RulerLine:
		text, spans = "----", nil
	}
	p.at, p.start = c.text.Len(), c.own.Len()
	var b lineBuilder
	if k.kind == RowLine {
		p.cells = c.cells(&b, p.start, l)
	} else {
		b.at = p.start
		b.text.WriteString(strings.Repeat("> ", min(max(l.Quote-1, 0), maxQuote)))
		if fixed || k.kind == RulerLine {
			spans = nil
		}
		c.spans(&b, text, spans, k.kind == HeadingLine)
		p.parts = b.parts
	}
	c.own.WriteString(b.text.String())
	c.text.WriteString(b.text.String())
	p.end = c.own.Len()
	k.lines = append(k.lines, p)
}

// maxLevel bounds how deep lists stand in one another.
const maxLevel = 6

// itemMark returns the mark of an item, as markup and as text.
func (c *composer) itemMark(l *Line) (mark, label string) {
	for len(c.lists) > 0 && c.lists[len(c.lists)-1].level > l.Level {
		c.lists = c.lists[:len(c.lists)-1]
	}
	last := len(c.lists) - 1
	switch {
	case last >= 0 && (c.lists[last].level == l.Level || last+1 == maxLevel):
		if c.lists[last].kind != l.Kind {
			c.lists[last] = listLevel{level: l.Level, kind: l.Kind}
		}
	default:
		c.lists = append(c.lists, listLevel{level: l.Level, kind: l.Kind})
		last++
	}
	c.lists[last].count++
	for _, level := range c.lists {
		if level.kind == NumberedLine {
			mark += "#"
		} else {
			mark += "*"
		}
	}
	label = strings.Repeat("  ", last) + "- "
	if l.Kind == NumberedLine {
		label = strings.Repeat("  ", last) + strconv.Itoa(c.lists[last].count) + ". "
	}
	return mark + " ", label
}

// cells adds the cells of a row.
func (c *composer) cells(b *lineBuilder, at int, l *Line) []composedCell {
	b.at = at
	cells := make([]composedCell, 0, len(l.Cells))
	for i, cell := range l.Cells {
		if i > 0 {
			b.text.WriteString(" | ")
		}
		p := composedCell{header: cell.Header}
		text, spans := cleanSpans(cell.Text, cell.Spans, "\n")
		for from := 0; from <= len(text); {
			end := len(text)
			if n := strings.IndexByte(text[from:], '\n'); n >= 0 {
				end = from + n
			}
			if from > 0 {
				b.text.WriteString(" / ")
			}
			b.parts = nil
			start := at + b.text.Len()
			c.spans(b, text[from:end], within(spans, from, end), false)
			p.lines = append(p.lines, composedLine{start: start, end: at + b.text.Len(), parts: b.parts})
			from = end + 1
		}
		cells = append(cells, p)
	}
	return cells
}

// within returns the spans of a part of a text, as that part counts.
func within(spans []Span, from, end int) (kept []Span) {
	for _, s := range spans {
		lo, hi := max(s.Start, from), min(s.End, end)
		if lo < hi || lo == hi && s.Start == s.End && s.Style == ImageStyle {
			s.Start, s.End = lo-from, hi-from
			kept = append(kept, s)
		}
	}
	return kept
}

// cut returns how much of a block's own text shows when n bytes of the whole do.
func (k *block) cut(n int) int {
	shown := 0
	for i := range k.lines {
		l := &k.lines[i]
		if l.at > n && i > 0 {
			break
		}
		shown = min(l.start+max(n-l.at, 0), l.end)
		if i+1 < len(k.lines) && l.at+(l.end-l.start) < n {
			shown = l.end + 1
		}
	}
	for shown < len(k.text) && shown > 0 && !utf8.RuneStart(k.text[shown]) {
		shown--
	}
	return shown
}

// standsApart says whether an empty line must part the block from the next, for what
// goes on below an item or a row belongs to it.
func (k *block) standsApart(next *block) bool {
	if next.kind == ProseLine && blank(next.text[:next.lines[0].end]) {
		return false // there is one
	}
	switch k.kind {
	case RowLine:
		return true
	case BulletLine, NumberedLine:
		return next.kind != ProseLine
	}
	return false
}

// markup returns the markup of the first n bytes of the block.
func (k *block) markup(n int) string {
	var b strings.Builder
	switch k.kind {
	case RulerLine:
		if n == len(k.text) {
			b.WriteString(k.text)
		}
	case RowLine:
		for i := range k.lines {
			if l := &k.lines[i]; i == 0 || l.start < n {
				k.row(&b, l, n)
			}
		}
	case ProseLine, FixedLine:
		k.prose(&b, n)
	default:
		for i := range k.lines {
			var shown strings.Builder
			if l := &k.lines[i]; l.start < n {
				k.inline(&shown, l, l.start, n)
			}
			if blank(shown.String()) {
				continue
			}
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(k.lines[i].mark + shown.String())
		}
	}
	return b.String()
}

// prose writes lines of prose, and those of them that need a fixed width: see View.
func (k *block) prose(b *strings.Builder, n int) {
	done, lines := 0, k.lines
	for _, e := range k.fixed {
		end := min(e.end, n)
		if e.start >= end || blank(k.text[e.start:end]) {
			break
		}
		lines = k.escape(b, lines, done, e.start)
		fixed := softBlanks(k.text[e.start:end])
		if k.quoted {
			// A quote ends at its tag wherever that stands.
			fixed = strings.ReplaceAll(fixed, "{", "{"+string(joiner))
		}
		b.WriteString(NoFormat(fixed))
		done = end
	}
	k.escape(b, lines, done, n)
}

// escape writes the text from lo to hi, where some of the lines stand, and returns those
// that stand further on.
func (k *block) escape(b *strings.Builder, lines []composedLine, lo, hi int) []composedLine {
	for len(lines) > 0 && lines[0].start < hi {
		l := &lines[0]
		lines = lines[1:]
		if len(l.parts) > 0 && l.start >= lo {
			b.WriteString(Escape(k.text[lo:l.start]))
			lo = min(l.end, hi)
			k.inline(b, l, l.start, lo)
		}
	}
	b.WriteString(Escape(k.text[lo:hi]))
	return lines
}

// row writes a row. Of one that is cut the last cell may be a part.
func (k *block) row(b *strings.Builder, l *composedLine, n int) {
	mark, shown := "", false
	var row strings.Builder
	for i, cell := range l.cells {
		if i > 0 && cell.lines[0].start > n {
			break
		}
		mark = "|"
		if cell.header {
			mark = "||"
		}
		row.WriteString(mark)
		before := row.Len()
		for j := range cell.lines {
			line := &cell.lines[j]
			if j > 0 {
				if line.start >= n {
					break
				}
				row.WriteString(` \\ `)
			}
			k.inline(&row, line, line.start, min(line.end, n))
		}
		if blank(row.String()[before:]) {
			row.WriteByte(' ')
		} else {
			shown = true
		}
	}
	if !shown {
		return
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(row.String() + mark)
}

package mapping

import (
	"slices"
	"strings"

	"escalat/mapping/wiki"
)

// piece is what a source says of a field: where its label stands and where its
// value does. Of a table it is several parts.
type piece struct {
	*labelled
	from, to int // the label
	values   []cut
	panel    int   // the span of the panel whose title is the label
	bare     bool  // nothing but the name of a form
	aside    cut   // what stands in brackets behind the label
	extra    cut   // what shows behind the value and is none of it
	leads    []cut // what a mail's quote puts before the value's lines

	text     string // of the value, as markup
	blank    bool   // the value is no answer
	quoted   bool   // label and value are somebody else's words
	replaced bool   // another answer stands over it, and it says something else
}

// reader cuts a page into pieces.
type reader struct {
	*page
	*finder
	first  bool // the first source: empty lines may stand before a value
	pieces []piece
	open   *opening     // of the last piece, while its value may go on
	within int          // the table whose cells are read, plus one
	notes  map[int]bool // its columns that are no part of a value
}

// opening is a value that may go on.
type opening struct {
	line        int // of the label
	frame, item int
	heading     bool // its text goes on to the next heading
	empty       bool // nothing of the value has been found
	mailed      bool // in the quote of a mail
}

// read finds the pieces of a page.
func (r *reader) read() {
	r.finder.comment = !r.first
	r.finder.lines(r.page)
	for i := 0; i < len(r.page.lines); {
		if !r.first && r.mailHead(i) { // what follows is somebody else's
			r.open = nil
			i = r.frames[r.page.lines[i].frame].last
			continue
		}
		i = r.step(i)
	}
}

// step takes the line i and what belongs to it whole, and returns the next.
func (r *reader) step(i int) int {
	l := &r.page.lines[i]
	r.titles(i)
	if t := r.tableAt(i); t >= 0 {
		if found, ok := r.tableLabels(t); ok {
			r.open = nil
			return r.table(t, found)
		}
	}
	if r.literal(l.frame) && r.frames[l.frame].first == i {
		strong, any := r.labelsIn(l.frame)
		if strong < 2 && (r.open != nil && r.belongs(i) || !any) {
			return r.whole(i)
		}
		r.open = nil
	}
	switch {
	case l.rule, r.signed(l):
		r.open = nil
	case r.isPasted(i):
		r.extend(l, l.from, l.to)
	case len(l.marks) > 0:
		r.take(i)
	case r.isKind(l):
		r.open = nil
		r.pieces = append(r.pieces, r.bareKind(l))
	case r.open != nil && r.belongs(i):
		over := !r.first && r.open.empty && l.gap
		if r.extend(l, l.from, l.to); over {
			r.open = nil
		}
	default:
		r.open = nil
	}
	return i + 1
}

// whole takes a block shown as it is, whose lines are no labels.
func (r *reader) whole(i int) int {
	f := &r.frames[r.page.lines[i].frame]
	end := f.last
	if !r.first && f.open { // it may not have been meant to hold the rest
		for end = i; end < f.last && (end == i || !r.page.lines[end].gap); end++ {
		}
	}
	if r.open != nil && r.belongs(i) {
		over := !r.first && r.open.empty && r.page.lines[i].gap
		r.extend(&r.page.lines[i], r.page.lines[i].from, r.page.lines[end-1].to)
		if over || end < f.last {
			r.open = nil
		}
	} else {
		r.open = nil
	}
	return f.last
}

// labelsIn counts the fields whose labels begin lines of a block, by labels that
// are enough to know them by, and says whether it holds the form at all. Single
// words before a colon stand in every log.
func (r *reader) labelsIn(frame int) (strong int, any bool) {
	f := &r.frames[frame]
	fields, all := map[string]bool{}, map[string]bool{}
	for i := f.first; i < f.last; i++ {
		l := &r.page.lines[i]
		for _, m := range l.marks {
			if all[m.field.ID] = true; m.long && m.first {
				fields[m.field.ID] = true
			}
		}
	}
	return len(fields), len(fields) > 0 || r.first && len(all) > 1
}

// take takes a line with labels.
func (r *reader) take(i int) {
	l := &r.page.lines[i]
	if m := &l.marks[0]; !m.first {
		switch from := l.from; {
		case r.open != nil && r.belongs(i):
			r.extend(l, from, r.trimTo(from, m.from))
		default:
			m.from += len(leadingStop(r.shown[m.from:m.to]))
		}
	}
	for n, m := range l.marks {
		end := l.to
		if n+1 < len(l.marks) {
			end = l.marks[n+1].from
		}
		p := piece{labelled: m.labelled, from: m.from, to: m.to, aside: m.aside}
		from, to := r.trim(m.to, max(m.to, end))
		if m.stray != "" && to-len(m.stray) > from && strings.HasSuffix(r.shown[from:to], m.stray) {
			p.extra = cut{to - len(m.stray), to}
			to -= len(m.stray)
		}
		r.pieces = append(r.pieces, p)
		r.open = &opening{line: i, frame: l.frame, empty: true, mailed: mailLead(r.page.text(l)) > 0}
		if r.items[l.item].first == i {
			r.open.item = l.item // below an item's first line people mean no item
		}
		if from < to {
			r.extend(l, from, to)
		}
		r.open.heading = l.heading && r.open.empty
	}
	if l.heading && !r.open.empty { // it says all on its own line
		r.open = nil
	}
}

// leadingStop returns the sign that ends a sentence at the beginning of s.
func leadingStop(s string) string {
	for _, sign := range []string{".", "!", "?", "…"} {
		if strings.HasPrefix(s, sign) {
			return sign
		}
	}
	return ""
}

func (r *reader) trimTo(from, to int) int {
	_, to = r.trim(from, to)
	return to
}

// extend adds what stands from a line on to the value that goes on.
func (r *reader) extend(l *line, from, to int) {
	p := &r.pieces[len(r.pieces)-1]
	if lead := mailLead(r.shown[from:to]); r.open.mailed && from == l.from && lead > 0 {
		p.leads = append(p.leads, cut{from, from + lead})
		if from += lead; from < to {
			p.values = append(p.values, cut{from, from})
		}
	}
	if from >= to {
		return
	}
	if n := len(p.values); n == 0 {
		p.values = []cut{{from, to}}
	} else {
		p.values[n-1].to = to
	}
	r.open.empty = false
	if inside, _ := r.itemAt(l, r.open.frame); !inside { // behind the quote of the label
		r.open.frame, r.open.item = r.frames[r.open.frame].parent, 0
	}
}

// titles opens the panels that begin with the line i under a label: what they
// hold is the value.
func (r *reader) titles(i int) {
	var frames []int
	for at := r.page.lines[i].frame; at != 0 && r.frames[at].first == i; at = r.frames[at].parent {
		frames = append(frames, at)
	}
	for _, at := range slices.Backward(frames) {
		f := &r.frames[at]
		if f.title == "" || len(f.title) > maxLabel || r.count > maxMarks {
			continue
		}
		if m, ok := r.finder.first(f.title, true, true); ok && m.alone && m.long {
			r.count++
			r.spans[f.span].titled = true
			from := r.page.lines[i].from
			r.pieces = append(r.pieces, piece{labelled: m.labelled, from: from, to: from, panel: f.span})
			r.open = &opening{line: i, frame: at, empty: true, heading: true}
		}
	}
}

// belongs says whether the line i goes on with the open value.
func (r *reader) belongs(i int) bool {
	l, o := &r.page.lines[i], r.open
	if l.heading || !r.literal(l.frame) && (isEnding(r.page.text(l)) || r.mailHead(i) || !r.first && (r.speaks(l) || r.closed(i))) {
		return false
	}
	inside, item := r.itemAt(l, o.frame)
	if !inside {
		return r.leaves(o, l) && r.over(i)
	}
	return r.below(o, item) && r.over(i)
}

// itemAt says whether a line stands in a frame, and in which of its items.
func (r *reader) itemAt(l *line, frame int) (inside bool, item int) {
	item = l.item
	for at := l.frame; at != frame; at = r.frames[at].parent {
		if at == 0 {
			return false, 0
		}
		item = r.frames[at].item
	}
	return true, item
}

// leaves says whether a value may stand behind the quote or panel that holds
// nothing but its label.
func (r *reader) leaves(o *opening, l *line) bool {
	f := &r.frames[o.frame]
	if !o.empty || f.kind != wiki.Quote && f.kind != wiki.Panel || f.last-f.first > 1 {
		return false
	}
	inside, _ := r.itemAt(l, f.parent)
	return inside
}

// below says whether an item is the label's own, stands below it, or belongs to
// another list right behind.
func (r *reader) below(o *opening, item int) bool {
	if o.item == 0 || item == 0 || r.items[item].root != r.items[o.item].root {
		return true
	}
	for at := item; at != 0; at = r.items[at].parent {
		if at == o.item {
			return true
		}
	}
	return false
}

// over says whether no empty line before the line i ends the value.
func (r *reader) over(i int) bool {
	if i == r.open.line { // below a panel's title
		return true
	}
	l, last, o := &r.page.lines[i], &r.page.lines[i-1], r.open
	listed := l.item != 0 && last.item != 0 && l.frame == last.frame && r.items[l.item].root == r.items[last.item].root
	switch {
	case !r.first:
		return !l.gap || listed && i-1 != o.line || r.isShownBelow(i)
	case !l.blank || listed || o.heading:
		return true
	case l.frame != o.frame && r.frameBelow(l.frame, o.frame) == r.frameBelow(last.frame, o.frame):
		return true // inside a panel, a quote, a table
	}
	return o.empty && r.pieces[len(r.pieces)-1].field.Required || r.isHop(i)
}

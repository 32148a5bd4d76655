package mapping

import (
	"sort"
	"strings"

	"escalat/mapping/wiki"
)

// page is a text as a person sees it: what shows, line by line, each character
// with its place in the markup.
type page struct {
	source string
	shown  string
	// start and stop are, for each byte that shows, where its character stands in
	// the source, with an escape before it.
	start, stop []int32
	lines       []line
	frames      []frame // 0 is the whole text
	items       []item  // 0 is none
	tables      []grid
	spans       []span // the nodes, each before those that it holds
	hidden      []cut  // what shows nothing and may be half of a pair
}

// line is one line that shows something.
type line struct {
	from, to int // in shown, without the blanks around
	frame    int
	item     int
	heading  bool
	strong   bool // all of it
	rule     bool // a horizontal line
	// blank: an empty line stands before it, outside of what it does not share with
	// the line before. gap: one stands anywhere between the two.
	blank, gap bool
	marks      []mark
}

// frame is something that holds lines of its own: a panel, a quote, a block
// shown as it is, a cell.
type frame struct {
	kind       wiki.Kind
	parent     int
	item       int  // in which it stands
	table      int  // of a cell: which, plus one
	start, end int  // in the source
	first      int  // line
	last       int  // line after the last
	open       bool // a block that never ends
	title      string
	span       int
}

// item is an item of a list.
type item struct {
	parent int
	list   int // which list; each deeper one is another
	root   int // the list at the top
	first  int // line
}

// grid is a table.
type grid struct {
	frame int // in which it stands
	rows  [][]cell
}

type cell struct {
	from, to int // in shown
	frame    int
	header   bool
}

// span is a node and what it shows.
type span struct {
	node     *wiki.Node
	from, to int
	parent   int
	titled   bool // a panel whose title is the label of what it holds
	spent    bool // and that was taken
}

// cut is a part of the source.
type cut struct{ from, to int }

// newPage reads markup.
func newPage(markup string) *page {
	tree := wiki.Parse(markup)
	w := writer{page: &page{source: tree.Source, frames: []frame{{end: len(tree.Source)}}, items: []item{{}}}}
	w.block(&tree.Root, place{parent: -1})
	w.shown = w.b.String()
	w.frames[0].last = len(w.lines)
	for i := range w.spans {
		s := &w.spans[i]
		s.from, s.to = w.trim(s.from, s.to)
	}
	return w.page
}

// trim returns the part without the blanks at its ends.
func (p *page) trim(from, to int) (int, int) {
	from += len(p.shown[from:to]) - len(strings.TrimLeftFunc(p.shown[from:to], isBlankRune))
	return from, from + len(strings.TrimRightFunc(p.shown[from:to], isBlankRune))
}

func (p *page) text(l *line) string { return p.shown[l.from:l.to] }

// literal says whether the frame is a block shown as it is.
func (p *page) literal(frame int) bool {
	return p.frames[frame].kind == wiki.Code || p.frames[frame].kind == wiki.Preformatted
}

// within says whether a frame is the other or stands in it.
func (p *page) within(frame, other int) bool {
	for frame != other && frame != 0 {
		frame = p.frames[frame].parent
	}
	return frame == other
}

// path returns the nodes that hold the character at, the innermost first.
func (p *page) path(at int) []span {
	i := sort.Search(len(p.spans), func(i int) bool { return p.spans[i].from > at }) - 1
	var out []span
	for ; i >= 0; i = p.spans[i].parent {
		if s := p.spans[i]; s.from <= at && at < s.to {
			out = append(out, s)
		}
	}
	return out
}

package mapping

import (
	"html"
	"strings"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// writer makes a page of a tree.
type writer struct {
	*page
	b     strings.Builder
	begun int  // where the present line begins in what shows
	bold  int  // how many marks of bold are open
	thin  bool // something on the line is not bold
	empty bool // a line without text stood since the last line
	lists int
	root  int
}

// place is where a block stands.
type place struct {
	parent, frame, item int
	heading             bool
}

func (w *writer) block(n *wiki.Node, at place) {
	from := w.b.Len()
	w.spans = append(w.spans, span{node: n, parent: at.parent})
	me := len(w.spans) - 1
	at.parent = me
	switch n.Kind {
	case wiki.Paragraph, wiki.Heading:
		at.heading = n.Kind == wiki.Heading
		w.inline(n.Children, at)
		w.endLine(n.InnerEnd, n.End, at)
	case wiki.Rule:
		w.begun = w.b.Len()
		w.put("\n", n.Start, n.End)
		w.add(line{rule: true}, at)
	case wiki.Quote, wiki.Panel, wiki.Code, wiki.Preformatted:
		w.frame(n, at)
	case wiki.List:
		w.list(n, at)
	case wiki.Table:
		w.table(n, at)
	default:
		for i := range n.Children {
			w.block(&n.Children[i], at)
		}
	}
	w.spans[me].from, w.spans[me].to = from, w.b.Len()
}

// frame writes what has lines of its own.
func (w *writer) frame(n *wiki.Node, at place) int {
	f := frame{kind: n.Kind, parent: at.frame, item: at.item, start: n.Start, end: n.End, first: len(w.lines), span: at.parent}
	f.open = n.InnerEnd == n.End
	if n.Kind == wiki.Panel {
		f.title = n.Title
	}
	w.frames = append(w.frames, f)
	at.frame, at.item = len(w.frames)-1, 0
	if n.Kind == wiki.Code || n.Kind == wiki.Preformatted {
		w.literalLines(n, at)
	}
	for i := range n.Children {
		w.block(&n.Children[i], at)
	}
	w.frames[at.frame].last = len(w.lines)
	return at.frame
}

// literalLines writes the lines of a block shown as it is.
func (w *writer) literalLines(n *wiki.Node, at place) {
	for i := n.InnerStart; i < n.InnerEnd; {
		end := n.InnerEnd
		if next := strings.IndexByte(w.source[i:end], '\n'); next >= 0 {
			end = i + next
		}
		empty := w.empty
		w.put(w.source[i:end], i, end)
		w.endLine(end, min(end+1, n.InnerEnd), at)
		if begun := len(w.lines) > w.frames[at.frame].first; !begun && (i == n.InnerStart || !w.frames[at.frame].open) {
			w.empty = empty // what stands before the first line is no empty line of the text
		}
		i = end + 1
	}
	w.empty = false // the block has an end of its own
}

func (w *writer) list(n *wiki.Node, at place) {
	w.lists++
	list, up := w.lists, at.item
	if up == 0 {
		w.root = list
	}
	root := w.root
	for i := range n.Children {
		w.items = append(w.items, item{parent: up, list: list, root: root, first: len(w.lines)})
		at.item = len(w.items) - 1
		w.block(&n.Children[i], at)
		w.root = root
	}
}

func (w *writer) table(n *wiki.Node, at place) {
	t := len(w.tables)
	w.tables = append(w.tables, grid{frame: at.frame})
	for r := range n.Children {
		row := &n.Children[r]
		w.spans = append(w.spans, span{node: row, from: w.b.Len(), parent: at.parent})
		me := len(w.spans) - 1
		var cells []cell
		for c := range row.Children {
			child := &row.Children[c]
			w.spans = append(w.spans, span{node: child, from: w.b.Len(), parent: me})
			mine := len(w.spans) - 1
			f := w.frame(child, place{parent: mine, frame: at.frame, item: at.item})
			w.frames[f].table = t + 1
			w.spans[mine].to = w.b.Len()
			cells = append(cells, cell{from: w.spans[mine].from, to: w.b.Len(), frame: f, header: child.Header})
		}
		w.spans[me].to = w.b.Len()
		w.tables[t].rows = append(w.tables[t].rows, cells)
	}
}

// inline writes what stands in a paragraph.
func (w *writer) inline(nodes []wiki.Node, at place) {
	for i := range nodes {
		n := &nodes[i]
		w.spans = append(w.spans, span{node: n, from: w.b.Len(), parent: at.parent})
		me := len(w.spans) - 1
		switch n.Kind {
		case wiki.Text:
			w.align(n.Text, n.Start, n.End)
		case wiki.Emoticon:
			w.align(n.Text, n.Start, n.End)
		case wiki.Break:
			w.endLine(n.Start, n.End, at)
		case wiki.Image, wiki.File, wiki.Mention:
			w.put(string(object), n.Start, n.End)
		case wiki.Tag:
			w.hidden = append(w.hidden, cut{n.Start, n.End})
		case wiki.Link:
			w.link(n, at, me)
		default:
			w.marked(n, at, me)
		}
		w.spans[me].to = w.b.Len()
	}
}

// link writes what a link shows; where it shows nothing it is an object.
func (w *writer) link(n *wiki.Node, at place, me int) {
	from := w.b.Len()
	at.parent = me
	w.inline(n.Children, at)
	if w.b.Len() == from {
		w.put(string(object), n.Start, n.End)
	}
}

func (w *writer) marked(n *wiki.Node, at place, me int) {
	if n.Kind == wiki.Strong {
		w.bold++
	}
	at.parent = me
	w.inline(n.Children, at)
	if n.Kind == wiki.Strong {
		w.bold--
	}
}

// put writes text that stands in the source as it shows, or as a whole.
func (w *writer) put(text string, start, stop int) {
	whole := stop-start != len(text)
	for i := range text {
		_, n := utf8.DecodeRuneInString(text[i:])
		for range n {
			if whole {
				w.start, w.stop = append(w.start, int32(start)), append(w.stop, int32(stop))
			} else {
				w.start, w.stop = append(w.start, int32(start+i)), append(w.stop, int32(start+i+n))
			}
		}
		w.weigh(text[i : i+n])
	}
	w.b.WriteString(text)
}

func (w *writer) weigh(char string) {
	if r, _ := utf8.DecodeRuneInString(char); w.bold == 0 && !isBlankRune(r) && r != ':' {
		w.thin = true
	}
}

// align writes text whose escapes and entities are gone.
func (w *writer) align(text string, start, end int) {
	src := w.source[start:end]
	if src == text {
		w.put(text, start, end)
		return
	}
	i := 0
	for j, r := range text {
		n := utf8.RuneLen(r)
		from := i
		for i < len(src) {
			next, size := utf8.DecodeRuneInString(src[i:])
			if next == '\u2060' {
				i += size
				continue
			}
			if next == '\\' && r != '\\' {
				i++
				continue
			}
			if next == '&' {
				size = reference(src[i:])
			}
			i += size
			break
		}
		for range n {
			w.start, w.stop = append(w.start, int32(start+from)), append(w.stop, int32(start+i))
		}
		w.weigh(text[j : j+n])
	}
	// The last character reaches to the end, whatever was read of the rest.
	for k := len(w.stop) - 1; k >= 0 && i < len(src) && w.stop[k] == int32(start+i); k-- {
		w.stop[k] = int32(end)
	}
	w.b.WriteString(text)
}

// reference returns the length of the character reference that s begins with, or
// of its first character.
func reference(s string) int {
	if end := strings.IndexByte(s[:min(len(s), 12)], ';'); end > 1 && strings.LastIndexByte(s[:end], '&') == 0 && html.UnescapeString(s[:end+1]) != s[:end+1] {
		return end + 1
	}
	return 1
}

// endLine ends the present line; what ends it stands in the source from start to
// stop.
func (w *writer) endLine(start, stop int, at place) {
	text := w.b.String()[w.begun:]
	trimmed := strings.TrimLeftFunc(text, isBlankRune)
	from := w.begun + len(text) - len(trimmed)
	to := from + len(strings.TrimRightFunc(trimmed, isBlankRune))
	if from < to && mailLead(w.b.String()[from:to]) < to-from {
		w.add(line{from: from, to: to, heading: at.heading, strong: !w.thin}, at)
	} else {
		w.empty = true
	}
	w.b.WriteByte('\n')
	w.start, w.stop = append(w.start, int32(start)), append(w.stop, int32(stop))
	w.begun, w.thin = w.b.Len(), false
}

// mailLead returns the length of what a mail puts before each line that it
// quotes: > with blanks.
func mailLead(s string) int {
	n := 0
	for i, r := range s {
		if r != '>' && (i == 0 || !isBlankRune(r)) {
			return n
		}
		n = i + utf8.RuneLen(r)
	}
	return n
}

// add adds a line and says whether an empty one stands before it.
func (w *writer) add(l line, at place) {
	if l.rule {
		l.from = w.begun
		l.to = l.from
		w.begun, w.thin = w.b.Len(), false
	}
	l.frame, l.item = at.frame, at.item
	if n := len(w.lines); n > 0 {
		last := &w.lines[n-1]
		end, start := int(w.stop[max(last.to-1, 0)]), int(w.start[l.from])
		if f := &w.frames[last.frame]; l.frame != last.frame && w.literal(last.frame) {
			end = f.end
		}
		if f := &w.frames[l.frame]; l.frame != last.frame && w.literal(l.frame) && !f.open {
			start = f.start
		}
		l.gap = w.empty || holdsBlank(w.source[min(end, start):start])
		for f := last.frame; !w.within(l.frame, f); f = w.frames[f].parent {
			end = max(end, w.frames[f].end)
		}
		for f := l.frame; !w.within(last.frame, f); f = w.frames[f].parent {
			start = min(start, w.frames[f].start)
		}
		l.blank = w.empty || holdsBlank(w.source[min(end, start):start])
	}
	w.empty = false
	w.lines = append(w.lines, l)
}

// holdsBlank says whether an empty line stands in a part of the source that
// shows nothing.
func holdsBlank(s string) bool {
	first := strings.IndexByte(s, '\n')
	for first >= 0 {
		s = s[first+1:]
		if first = strings.IndexByte(s, '\n'); first >= 0 && isBlank(s[:first]) {
			return true
		}
	}
	return false
}

package mapping

import (
	"slices"
	"strings"

	"escalat/mapping/network"
	"escalat/mapping/wiki"
)

// frameBelow returns which of the frames right inside of other the frame stands
// in, or 0.
func (r *reader) frameBelow(frame, other int) int {
	for frame != 0 && r.frames[frame].parent != other {
		frame = r.frames[frame].parent
	}
	return frame
}

// isShownBelow says whether the line i begins a block shown as it is, or is a file,
// right below one empty line and a label that is enough to know it by: that alone
// is the answer of a comment.
func (r *reader) isShownBelow(i int) bool {
	l, last, o := &r.page.lines[i], &r.page.lines[i-1], r.open
	if !o.empty || i-1 != o.line || !r.pieces[len(r.pieces)-1].long {
		return false
	}
	start := int(r.start[l.from])
	switch {
	case r.literal(l.frame):
		start = r.frames[l.frame].start
	case !r.isFile(l):
		return false
	}
	end := int(r.stop[last.to-1])
	return strings.Count(r.source[min(end, start):start], "\n") == 2
}

// isFile says whether a line shows images and files and nothing else.
func (r *reader) isFile(l *line) bool {
	for i, c := range r.page.text(l) {
		if isBlankRune(c) {
			continue
		}
		path := r.path(l.from + i)
		if c != object || len(path) == 0 || path[0].node.Kind != wiki.Image && path[0].node.Kind != wiki.File {
			return false
		}
	}
	return true
}

// maxHops bounds a route with empty lines in it, in bytes.
const maxHops = 8 << 10

// traced are the lines with which a tool ends a route, by normal.
var traced = wordSet("traza completa", "traça completa", "trace complete", "seguiment complet")

// isHop says whether the line i goes on with the route that the value is: Windows
// prints empty lines in it.
func (r *reader) isHop(i int) bool {
	p := &r.pieces[len(r.pieces)-1]
	l := &r.page.lines[i]
	if len(p.field.Formats) == 0 || len(p.values) == 0 || l.to-p.values[0].from > maxHops {
		return false
	}
	text := r.page.text(l)
	hop := text[0] >= '0' && text[0] <= '9' && (strings.Contains(text, "ms") || strings.Contains(text, "*"))
	return (hop || traced[normal(text)]) && network.LooksLike(r.shown[p.values[0].from:l.to], p.field.Formats...)
}

// isPasted says whether the line i holds nothing but single words before colons and
// stands amid what was pasted as an answer, as a log.
func (r *reader) isPasted(i int) bool {
	l := &r.page.lines[i]
	if r.open == nil || len(l.marks) == 0 || l.gap || l.heading || l.strong || l.item != 0 || r.literal(l.frame) || i-2 <= r.open.line {
		return false
	}
	if t := r.pieces[len(r.pieces)-1].field.Type; t != Evidence && t != LongText {
		return false
	}
	for _, m := range l.marks {
		if m.long || slices.ContainsFunc(r.path(m.at), func(s span) bool { return s.node.Kind == wiki.Strong }) {
			return false
		}
	}
	for _, above := range r.page.lines[i-2 : i] {
		if above.frame != l.frame || above.item != 0 {
			return false
		}
	}
	return isOutput(r.page.text(&r.page.lines[i-1])) && isOutput(r.page.text(&r.page.lines[i-2])) && r.belongs(i)
}

// isOutput says whether a line looks as if a program had written it.
func isOutput(text string) bool { return strings.ContainsAny(text[mailLead(text):], ":={}<>$/\\|") }

// isKind says whether a line is nothing but the name of a form, as a heading, in
// bold, before a colon where no value goes on, or as the first line of all.
func (r *reader) isKind(l *line) bool {
	text := r.page.text(l)
	if r.kind == nil || len(text) > maxLabel {
		return false
	}
	begin, _ := decoration(text)
	if !r.kinds[normal(text[begin:])] || r.struck(l.from+begin, l.from+begin+1) {
		return false
	}
	if l.heading || l.strong || r.first && l == &r.page.lines[0] {
		return true
	}
	return strings.HasSuffix(strings.TrimRight(text, "*_ "), ":") && (l.gap || r.open == nil || r.frames[l.frame].first < len(r.page.lines) && l == &r.page.lines[r.frames[l.frame].first])
}

func (r *reader) bareKind(l *line) piece {
	begin, _ := decoration(r.page.text(l))
	from := l.from + begin
	to := from + len(strings.TrimRightFunc(r.shown[from:l.to], func(c rune) bool { return !isLetter(c) }))
	return piece{labelled: r.kind, from: l.from, to: l.to, values: []cut{{from, to}}, bare: true}
}

package mapping

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// maxValue bounds a value, in bytes.
const maxValue = 64 << 10

// markup returns what shows in the parts as markup: as it is written, without
// the halves of marks whose other halves stand outside. What is too long is cut
// at a line.
func (p *page) markup(parts []cut) string {
	var out []string
	left := maxValue
	for _, c := range parts {
		from, to := p.trim(c.from, c.to)
		end := p.fit(from, to, left)
		if from < end {
			s := p.slice(from, end)
			left -= len(s) + 1
			out = append(out, s)
		}
		if end < to {
			out = append(out, "…")
			break
		}
	}
	return strings.TrimFunc(strings.Join(out, "\n"), isBlankRune)
}

// fit returns where the part must end so that its markup is not longer than
// limit.
func (p *page) fit(from, to, limit int) int {
	if from >= to || int(p.stop[to-1]-p.start[from]) <= limit {
		return to
	}
	last := int(p.start[from]) + max(limit-maxTags, 0)
	end := from + sort.Search(to-from, func(i int) bool { return int(p.stop[from+i]) > last })
	for end > from && p.start[end] == p.start[end-1] {
		end-- // not within a character
	}
	if at := strings.LastIndexByte(p.shown[from:end], '\n'); at > 0 {
		end = from + at
	}
	_, end = p.trim(from, end)
	return end
}

// maxTags is what a frame around a part may take, in bytes.
const maxTags = 200

// slice returns what shows from a to b, where no blanks are, as markup.
func (p *page) slice(a, b int) string {
	begin, end := p.path(a), p.path(b-1)
	lo, hi := int(p.start[a]), int(p.stop[b-1])
	var cuts []cut
	for _, s := range begin {
		switch {
		case s.from == a && (s.to <= b && s.takesMarks(a, b) || s.node.Kind == wiki.Item && s.to > b):
			lo = min(lo, s.node.Start)
		case s.to > b || s.from < a:
			cuts = append(cuts, cut{s.node.InnerEnd, s.node.End})
		}
	}
	for _, s := range end {
		switch {
		case s.to == b && s.from >= a:
			if s.takesMarks(a, b) {
				hi = max(hi, s.node.End)
			}
		case s.literal() && s.from >= a && lo < s.node.Start:
			return p.clean(lo, s.node.Start, cuts) + wiki.NoFormat(p.shown[s.from:b])
		case s.literal():
			return verbatim(p.shown[a:b])
		case s.node.Kind != wiki.Item: // a bullet has no other half
			cuts = append(cuts, cut{s.node.Start, s.node.InnerStart})
		}
	}
	return unmarked(p.clean(lo, hi, cuts), p.source[:p.behindHidden(lo)])
}

// behindHidden returns where what shows nothing at a place of the source ends.
func (p *page) behindHidden(at int) int {
	first := sort.Search(len(p.hidden), func(i int) bool { return p.hidden[i].from >= at })
	for _, h := range p.hidden[first:] {
		if h.from != at {
			break
		}
		at = h.to
	}
	return at
}

// unmarked keeps what now begins a line from being a heading's or quote's mark,
// which it was not where it stood.
func unmarked(s, before string) string {
	before = before[strings.LastIndexByte(before, '\n')+1:]
	if isBlank(before) || !isMark(s) {
		return s
	}
	return s[:2] + "\u2060" + s[2:]
}

// isMark says whether s begins as a heading or a quote does.
func isMark(s string) bool {
	return len(s) > 2 && s[2] == '.' && (s[:2] == "bq" || s[0] == 'h' && s[1] >= '1' && s[1] <= '6')
}

func (s span) literal() bool { return s.node.Kind == wiki.Code || s.node.Kind == wiki.Preformatted }

// takesMarks says whether a node in the part from a to b is written with its
// marks: a heading's mark and a cell's bars are no part of a value, and no bullet
// of a single item is.
func (s span) takesMarks(a, b int) bool {
	switch s.node.Kind {
	case wiki.Document, wiki.Heading, wiki.Row, wiki.Cell:
		return false
	case wiki.Panel:
		return !s.titled
	case wiki.List, wiki.Item:
		return s.from != a || s.to != b || len(s.node.Children) > 1
	}
	return true
}

// clean returns the source from lo to hi without the cuts and without what may
// be half of a pair and shows nothing.
func (p *page) clean(lo, hi int, cuts []cut) string {
	first := sort.Search(len(p.hidden), func(i int) bool { return p.hidden[i].from >= lo })
	for _, h := range p.hidden[first:] {
		if h.to > hi {
			break
		}
		cuts = append(cuts, h)
	}
	if len(cuts) == 0 {
		return p.source[lo:max(lo, hi)]
	}
	slices.SortFunc(cuts, func(a, b cut) int { return a.from - b.from })
	var b strings.Builder
	for _, c := range cuts {
		if c.from >= lo && c.to <= hi && !p.inBrace(c.from) {
			splice(&b, p.source[lo:c.from])
			lo = c.to
		}
	}
	splice(&b, p.source[lo:max(lo, hi)])
	return b.String()
}

// inBrace says whether a brace stands open at a place: without what follows
// there it could become a tag.
func (p *page) inBrace(at int) bool {
	before := p.source[max(0, at-maxTag):at]
	open := strings.LastIndexByte(before, '{')
	return open >= 0 && open > strings.LastIndexAny(before, "}\n")
}

// maxTag is how long a tag may be, in bytes.
const maxTag = 500

// splice adds what stood behind a part that was cut out. Signs that come to stand
// side by side or at the beginning of a line so must not make a mark: a joiner
// keeps them apart.
func splice(b *strings.Builder, s string) {
	if s == "" {
		return
	}
	if b.Len() > 0 {
		last, _ := utf8.DecodeLastRuneInString(b.String())
		next, _ := utf8.DecodeRuneInString(s)
		if !isBlankRune(last) && !isBlankRune(next) && (!isLetter(last) || !isLetter(next)) || last == '\n' && isMark(s) {
			b.WriteRune('\u2060')
		}
	}
	b.WriteString(s)
}

// verbatim returns markup that shows a part of a block as it is.
func verbatim(s string) string {
	s = strings.ReplaceAll(s, "\u2060", "")
	if strings.Join(strings.Fields(s), " ") == s {
		return wiki.Escape(s)
	}
	return wiki.NoFormat(s)
}

// rest returns the page's markup without what the pieces took: labels, values,
// and whatever held nothing else.
func (p *page) rest(taken []cut) string {
	if len(taken) == 0 {
		return strings.TrimFunc(p.source, isBlankRune)
	}
	c := p.census(taken)
	drop := make([]bool, len(p.source))
	for at := range p.shown {
		if c.taken[at+1] > c.taken[at] {
			fill(drop, int(p.start[at]), int(p.stop[at]))
		}
	}
	for i := range p.spans {
		p.dropMarks(drop, &p.spans[i], c)
	}
	for _, h := range p.hidden {
		if !p.inBrace(h.from) {
			fill(drop, h.from, h.to)
		}
	}
	return p.join(drop)
}

// census counts, up to each place, what shows and was taken, and what was left.
type census struct{ taken, left []int32 }

func (p *page) census(taken []cut) census {
	is := make([]bool, len(p.shown))
	for _, c := range taken {
		fill(is, c.from, c.to)
	}
	c := census{make([]int32, len(p.shown)+1), make([]int32, len(p.shown)+1)}
	for at, char := range p.shown {
		for i := at; i < at+utf8.RuneLen(char); i++ {
			c.taken[i+1], c.left[i+1] = c.taken[i], c.left[i]
			switch {
			case is[i]:
				c.taken[i+1]++
			case !isBlankRune(char):
				c.left[i+1]++
			}
		}
	}
	return c
}

func fill(set []bool, from, to int) {
	for i := from; i < to; i++ {
		set[i] = true
	}
}

// dropMarks drops a node of which all was taken, and the marks of one of which
// a part was.
func (p *page) dropMarks(drop []bool, s *span, c census) {
	n := s.node
	if c.taken[s.to] == c.taken[s.from] {
		return
	}
	whole := c.left[s.to] == c.left[s.from]
	switch {
	case n.Kind == wiki.Document:
	case whole && n.Kind == wiki.Cell:
		start := n.Start // with the bar before it
		for start > 0 && (p.source[start-1] == ' ' || p.source[start-1] == '\t') {
			start--
		}
		for bars := 0; start > 0 && p.source[start-1] == '|' && bars < 2; bars++ {
			start--
		}
		fill(drop, start, n.End)
	case whole:
		fill(drop, n.Start, n.End)
	case n.Kind == wiki.Item:
		if len(n.Children) > 0 && p.allTaken(s, c) {
			fill(drop, n.Start, n.InnerStart)
		}
	case n.Kind >= wiki.Strong && n.Kind <= wiki.Color, s.spent:
		fill(drop, n.Start, n.InnerStart)
		fill(drop, n.InnerEnd, n.End)
	}
}

// allTaken says whether all of an item's own text was taken, so that only deeper
// items are left of it.
func (p *page) allTaken(s *span, c census) bool {
	first := s.node.Children[0]
	end := sort.Search(s.to-s.from, func(i int) bool { return int(p.start[s.from+i]) >= first.End }) + s.from
	return first.Kind != wiki.List && c.left[end] == c.left[s.from]
}

// join joins the lines of which something is left.
func (p *page) join(drop []bool) string {
	var lines []string
	dropped := false // since the last line that was kept
	for i := 0; i <= len(p.source); {
		end := len(p.source)
		if n := strings.IndexByte(p.source[i:], '\n'); n >= 0 {
			end = i + n
		}
		line, touched := p.kept(drop, i, end)
		if (touched || dropped) && mailLead(strings.TrimFunc(line, isBlankRune)) >= len(strings.TrimFunc(line, isBlankRune)) {
			line = "" // nothing but what a mail puts before a line
		}
		i = end + 1
		last := ""
		if len(lines) > 0 {
			last = lines[len(lines)-1]
		}
		switch {
		case isBlank(line) && touched:
			dropped = true
		case isBlank(line):
			if !dropped || !isBlank(last) {
				lines = append(lines, line)
			}
		default:
			if dropped && runsOn(last, line) {
				lines = append(lines, "")
			}
			lines, dropped = append(lines, line), false
		}
	}
	return trimRules(lines)
}

// kept returns what is left of a line.
func (p *page) kept(drop []bool, from, to int) (line string, touched bool) {
	var b strings.Builder
	at, first := from, from
	for i := from; i < to; i++ {
		if !drop[i] && b.Len() == 0 && at == i {
			first = i
		}
		if drop[i] {
			splice(&b, p.source[at:i])
			at, touched = i+1, true
		}
	}
	if !touched { // an empty line may stand in what is gone
		return p.source[from:to], from == to && from < len(drop) && drop[from]
	}
	splice(&b, p.source[at:to])
	return unmarked(strings.TrimFunc(b.String(), isBlankRune), p.source[from:first]), true
}

// runsOn says whether a line would become part of the item or row above it.
func runsOn(above, line string) bool {
	above, line = strings.TrimSpace(above), strings.TrimSpace(line)
	if above == "" || line == "" || strings.IndexByte("*#-|", above[0]) < 0 {
		return false
	}
	return above[0] != line[0]
}

// trimRules joins lines; a horizontal line at an end parts nothing any more, and
// an empty line of a mail's quote says nothing there.
func trimRules(lines []string) string {
	isRule := func(s string) bool {
		s = strings.TrimSpace(s)
		return isBlank(s) || len(s) >= 4 && strings.Trim(s, "-") == "" || mailLead(s) == len(s)
	}
	for len(lines) > 0 && isRule(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && isRule(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return strings.TrimFunc(strings.Join(lines, "\n"), isBlankRune)
}

package wiki

import (
	"cmp"
	"strings"
	"unicode"
)

// blocks reads the blocks between lo and hi. Without marks only blocks in tags
// are known, and text: so it is in a list's item.
func (p *parser) blocks(lo, hi, depth int, marks bool) []Node {
	var nodes []Node
	first := true // nothing but blanks stands before on this line
	for pos := lo; ; {
		start := p.skipBlank(pos, hi, true)
		if start >= hi {
			return nodes
		}
		if p.nodes++; p.full() {
			end := p.trimEnd(start, hi)
			return append(nodes, Node{Kind: Paragraph, Start: start, End: end, InnerStart: start, InnerEnd: end, Children: []Node{p.plain(start, end)}})
		}
		first = first || strings.Contains(p.src[pos:start], "\n")
		var n Node
		if s, ok := p.pairFrom(start, hi, depth); ok && s.start == start {
			n = p.tagged(s, depth)
		} else if first && marks && p.marked(start, hi, depth) {
			n = p.block(start, hi, depth)
		} else {
			n = p.paragraph(start, hi, depth, marks)
		}
		nodes = append(nodes, n)
		pos, first = n.End, false
	}
}

// tagged reads a block in tags.
func (p *parser) tagged(s span, depth int) Node {
	n := Node{Start: s.start, End: s.end, InnerStart: s.innerStart, InnerEnd: s.innerEnd, Title: argument(s.args, "title")}
	switch s.name {
	case code, noformat:
		n.Kind = Code
		if s.name == noformat {
			n.Kind = Preformatted
		}
		n.Text = literalText(p.src[s.innerStart:s.innerEnd])
		return n
	case panel:
		n.Kind = Panel
	case expand:
		n.Kind, n.Title = Panel, cmp.Or(n.Title, expandTitle(s.args))
	default:
		n.Kind, n.Title = Quote, ""
	}
	n.Children = p.blocks(s.innerStart, s.innerEnd, depth+1, true)
	return n
}

// expandTitle returns the title of a part to expand: what stands behind the colon
// without a name.
func expandTitle(args string) string {
	title, _, _ := strings.Cut(args, "|")
	if strings.Contains(title, "=") {
		return ""
	}
	return strings.TrimSpace(title)
}

// literalText returns what a literal block shows: neither the rest of the line
// of its first tag nor the blanks before its last one.
func literalText(s string) string {
	if line, rest, ok := strings.Cut(s, "\n"); ok && strings.TrimSpace(line) == "" {
		s = rest
	}
	return strings.TrimRight(strings.ReplaceAll(s, string(joiner), ""), " \t\n")
}

// marked says whether the line whose first character stands at i begins a block
// by a mark: rule 4.
func (p *parser) marked(i, hi, depth int) bool {
	switch p.src[i] {
	case 'h', 'b':
		return p.prefixEnd(i, hi) > 0
	case '|':
		return p.isRow(i, hi, depth)
	case '-':
		return p.ruleEnd(i, hi) > 0 || p.listMark(i, hi, depth).level > 0
	case '*', '#':
		return p.listMark(i, hi, depth).level > 0
	}
	return false
}

// block reads the block that the mark at i begins.
func (p *parser) block(i, hi, depth int) Node {
	switch p.src[i] {
	case 'h', 'b':
		return p.prefixed(i, hi, depth)
	case '|':
		return p.table(i, hi, depth)
	}
	if end := p.ruleEnd(i, hi); end > 0 {
		return Node{Kind: Rule, Start: i, End: end, InnerStart: i, InnerEnd: end}
	}
	return p.list(i, hi, depth)
}

// prefixEnd returns where h1. or bq. ends that stands at i, or 0. A name of a
// host may begin so.
func (p *parser) prefixEnd(i, hi int) int {
	s := p.src[i:hi]
	if len(s) < 3 || s[2] != '.' {
		return 0
	}
	if s[:2] != "bq" && (s[0] != 'h' || s[1] < '1' || s[1] > '6') {
		return 0
	}
	if r := after(s[3:]); unicode.IsLower(r) || unicode.IsDigit(r) {
		return 0
	}
	return i + 3
}

// prefixed reads a heading or a bq., which end with their line.
func (p *parser) prefixed(i, hi, depth int) Node {
	mark := p.prefixEnd(i, hi)
	end := p.textLine(mark, hi, depth)
	n := Node{Kind: Heading, Start: i, InnerStart: p.skipBlank(mark, end, false), Level: int(p.src[i+1] - '0')}
	if n.InnerStart == end {
		n.InnerStart = mark
	}
	n.InnerEnd = p.trimEnd(n.InnerStart, end)
	n.End = n.InnerEnd
	if p.src[i] == 'h' {
		n.Children = p.inline(n.InnerStart, n.InnerEnd, depth, true)
		return n
	}
	n.Kind, n.Level = Quote, 0
	if n.InnerStart < n.InnerEnd {
		n.Children = []Node{p.paragraphOf(n.InnerStart, n.InnerEnd, depth)}
	}
	return n
}

// ruleEnd returns where the rule ends that stands at i, or 0.
func (p *parser) ruleEnd(i, hi int) int {
	end := i
	for end < hi && p.src[end] == '-' {
		end++
	}
	if end-i < 4 || !p.lineBlank(end, hi) {
		return 0
	}
	return end
}

// paragraph reads the lines from i that begin no other block.
func (p *parser) paragraph(i, hi, depth int, marks bool) Node {
	end := p.textLine(i, hi, depth)
	for end < hi && p.src[end] == '\n' {
		next := p.skipBlank(end+1, hi, false)
		if next == hi || p.src[next] == '\n' || marks && p.marked(next, hi, depth) {
			break
		}
		end = p.textLine(next, hi, depth)
	}
	return p.paragraphOf(i, p.trimEnd(i, end), depth)
}

func (p *parser) paragraphOf(lo, hi, depth int) Node {
	return Node{
		Kind: Paragraph, Start: lo, End: hi, InnerStart: lo, InnerEnd: hi,
		Children: p.inline(lo, hi, depth, true),
	}
}

// textLine returns where the line ends that i stands in, or where a block in
// tags begins on it.
func (p *parser) textLine(i, hi, depth int) int {
	if s, ok := p.pairFrom(i, hi, depth); ok {
		hi = s.start
	}
	return p.lineEnd(i, hi)
}

func (p *parser) lineEnd(i, hi int) int {
	if n := strings.IndexByte(p.src[i:hi], '\n'); n >= 0 {
		return i + n
	}
	return hi
}

// wholeLine returns where the line ends that i stands in; what stands in tags
// does not end it.
func (p *parser) wholeLine(i, hi, depth int) int {
	for {
		s, ok := p.pairFrom(i, hi, depth)
		if !ok {
			return p.lineEnd(i, hi)
		}
		if end := p.lineEnd(i, s.start); end < s.start {
			return end
		}
		i = s.end
	}
}

// skipBlank returns the first place from i that is no blank; with lines, no
// line break either.
func (p *parser) skipBlank(i, hi int, lines bool) int {
	for i < hi {
		switch c := p.src[i]; {
		case c == ' ' || c == '\t' || c == '\n' && lines:
			i++
		case c == 0xC2 && i+1 < hi && p.src[i+1] == 0xA0:
			i += 2
		default:
			return i
		}
	}
	return hi
}

// trimEnd returns where the part from lo to hi ends without blanks and line
// breaks.
func (p *parser) trimEnd(lo, hi int) int {
	for hi > lo {
		switch c := p.src[hi-1]; {
		case c == ' ' || c == '\t' || c == '\n':
			hi--
		case c == 0xA0 && hi-2 >= lo && p.src[hi-2] == 0xC2:
			hi -= 2
		default:
			return hi
		}
	}
	return lo
}

// lineBlank says whether only blanks follow on the line.
func (p *parser) lineBlank(i, hi int) bool {
	i = p.skipBlank(i, hi, false)
	return i == hi || p.src[i] == '\n'
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\u00a0' || r == '\n' }

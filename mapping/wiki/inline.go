package wiki

import (
	"strings"
	"unicode/utf8"
)

// line reads the inline nodes of one part of the text.
type line struct {
	p             *parser
	lo, hi, depth int
	links         bool // links are read; not inside a link
	out           []Node
	open          []mark
	text          strings.Builder // what shows of the text from textStart
	textStart     int
	textEnd       int
}

// mark is one that waits for its partner. While it does it stands in out as
// what it is alone.
type mark struct {
	kind       Kind
	forced     bool // in braces: {*}
	at         int  // in out
	start, end int
	target     string
}

// inline reads the inline nodes between lo and hi.
func (p *parser) inline(lo, hi, depth int, links bool) []Node {
	l := &line{p: p, lo: lo, hi: hi, depth: depth, links: links}
	for i := lo; i < hi; {
		if p.full() {
			l.add(p.plain(i, hi))
			break
		}
		if n := special(p.src[i:hi]); n > 0 {
			l.write(i, i+n, p.src[i:i+n])
			i += n
			continue
		}
		i = l.read(i)
	}
	l.flush()
	return joinText(l.out)
}

// specials begin what may be markup.
const specials = "\n\\{[!&h(:;*_-+^~?"

// special returns where the next character stands that may be markup.
func special(s string) int {
	if n := strings.IndexAny(s[:min(len(s), 64)], specials); n >= 0 {
		return n
	}
	n := min(len(s), 64)
	for n < len(s) && !utf8.RuneStart(s[n]) {
		n++
	}
	return n
}

// read reads what stands at i and returns where to go on.
func (l *line) read(i int) int {
	src := l.p.src
	switch src[i] {
	case '\n':
		l.endLine()
		return l.add(Node{Kind: Break, Start: i, End: i + 1, InnerStart: i, InnerEnd: i + 1})
	case '\\':
		return l.readBackslash(i)
	case '{':
		return l.readBrace(i)
	case '[':
		return l.readLink(i)
	case '!':
		if n := l.p.imageAt(i, l.lo, l.hi); n.end > 0 {
			return l.add(Node{
				Kind: Image, Start: i, End: n.end, InnerStart: n.innerStart, InnerEnd: n.innerEnd,
				Target: src[n.innerStart:n.innerEnd],
			})
		}
	case '&':
		if n, text := entity(src[i:l.hi]); n > 0 {
			return l.write(i, i+n, text)
		}
	case 'h':
		if n := l.addressEnd(i); n > 0 {
			shown := Node{Kind: Text, Start: i, End: n, InnerStart: i, InnerEnd: n, Text: src[i:n]}
			return l.add(Node{
				Kind: Link, Start: i, End: n, InnerStart: i, InnerEnd: n,
				Target: src[i:n], Children: []Node{shown},
			})
		}
	case '(', ':', ';':
		if n := emoticon(src[i:l.hi]); n > 0 {
			return l.add(Node{Kind: Emoticon, Start: i, End: i + n, InnerStart: i, InnerEnd: i + n, Text: src[i : i+n]})
		}
	default:
		return l.readMark(i)
	}
	return l.write(i, i+1, src[i:i+1])
}

// write adds text that shows what stands from i to end.
func (l *line) write(i, end int, text string) int {
	if l.textEnd != i || l.text.Len() == 0 {
		l.flush()
		l.textStart = i
	}
	l.text.WriteString(text)
	l.textEnd = end
	return end
}

// flush makes a node of the text that was written.
func (l *line) flush() {
	if l.textEnd > l.textStart {
		text := strings.ReplaceAll(l.text.String(), string(joiner), "")
		l.out = append(l.out, textNode(l.textStart, l.textEnd, text))
		l.p.nodes++
	}
	l.text.Reset()
	l.textStart = l.textEnd
}

func textNode(start, end int, text string) Node {
	return Node{Kind: Text, Start: start, End: end, InnerStart: start, InnerEnd: end, Text: text}
}

// add adds a node and returns where it ends.
func (l *line) add(n Node) int {
	l.flush()
	l.p.nodes++
	l.out = append(l.out, n)
	l.textStart, l.textEnd = n.End, n.End
	return n.End
}

// endLine gives up the marks that wait: their partners stand on the same line.
// A colour may hold several lines.
func (l *line) endLine() {
	kept := l.open[:0]
	for _, m := range l.open {
		if m.kind == Color {
			kept = append(kept, m)
		}
	}
	l.open = kept
}

func (l *line) readBackslash(i int) int {
	n, text := l.p.backslash(i, l.lo, l.hi)
	switch {
	case n == 0:
		return l.write(i, i+1, `\`)
	case text != "\n":
		return l.write(i, i+n, text)
	}
	end := l.p.skipBlank(i+n, l.hi, false)
	if end < l.hi && l.p.src[end] == '\n' {
		l.endLine()
		end++ // the line ends here anyway
	}
	return l.add(Node{Kind: Break, Start: i, End: end, InnerStart: i, InnerEnd: end})
}

// backslash reads the backslash at i: how long what it makes is and what that
// shows; 0 when it is itself. Rules 1 and 2.
func (p *parser) backslash(i, lo, hi int) (int, string) {
	rest := p.src[i+1 : hi]
	if before(p.src[lo:i]) == '\\' || rest == "" {
		return 0, ""
	}
	if rest[0] == '\\' {
		if strings.Contains(firstWord(rest[1:]), `\`) {
			return 2, `\\`
		}
		return 2, "\n"
	}
	if strings.IndexByte("-#*_+?^~|%{}[]()!@", rest[0]) >= 0 {
		return 2, rest[:1]
	}
	return 0, ""
}

func (l *line) readBrace(i int) int {
	src := l.p.src
	if s, ok := l.p.fixedAt(i, l.hi); ok && !l.full() {
		n := Node{Kind: Monospace, Start: i, End: s.end, InnerStart: s.innerStart, InnerEnd: s.innerEnd}
		n.Children = l.p.fixedText(s.innerStart, s.innerEnd)
		return l.add(n)
	}
	if strings.HasPrefix(src[i:l.hi], "{{") {
		return l.write(i, i+2, "{{")
	}
	t, ok := l.p.tagAt(i, l.hi)
	if !ok || l.full() {
		return l.write(i, i+1, "{")
	}
	if kind, ok := markKind(t.name); ok && t.args == "" {
		return l.readForced(t, kind)
	}
	switch t.name {
	case color:
		return l.readColor(t)
	case anchor, quote, panel, expand:
		return l.add(tagNode(t))
	}
	return l.write(i, t.end, src[i:t.end])
}

func tagNode(t span) Node {
	return Node{Kind: Tag, Start: t.start, End: t.end, InnerStart: t.innerStart, InnerEnd: t.innerEnd}
}

// fixedText is what {{}} holds: nothing but escapes is known there, because
// people put there what is full of marks.
func (p *parser) fixedText(lo, hi int) []Node {
	l := &line{p: p, lo: lo, hi: hi, textStart: lo, textEnd: lo}
	for i := lo; i < hi; {
		c := p.src[i]
		n, text := 0, ""
		switch c {
		case '\\':
			if n, text = p.backslash(i, lo, hi); text == "\n" || text == `\\` {
				text = `\\`
			}
		case '&':
			n, text = entity(p.src[i:hi])
		}
		if n == 0 {
			n, text = 1, p.src[i:i+1]
		}
		i = l.write(i, i+n, text)
	}
	l.flush()
	return l.out
}

// full says whether marks are too deep to be any.
func (l *line) full() bool { return l.depth+len(l.open) >= maxDepth }

// joinText makes one node of texts that stand side by side.
func joinText(nodes []Node) []Node {
	kept := nodes[:0]
	for i := 0; i < len(nodes); {
		j := i + 1
		for j < len(nodes) && nodes[i].Kind == Text && nodes[j].Kind == Text && nodes[j].Start == nodes[j-1].End {
			j++
		}
		n := nodes[i]
		if j > i+1 {
			var b strings.Builder
			for _, t := range nodes[i:j] {
				b.WriteString(t.Text)
			}
			n = textNode(n.Start, nodes[j-1].End, b.String())
		}
		kept = append(kept, n)
		i = j
	}
	return kept
}

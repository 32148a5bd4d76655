package wiki

import (
	"sort"
	"strings"
)

// maxMarkup bounds what is read, in bytes. Jira's own limit for a text is
// 32 767 characters unless an administrator raised it.
const maxMarkup = 1 << 20

// maxDepth bounds how many quotes, panels, lists, tables, emphases and colours
// stand in one another. Deeper marks are text.
const maxDepth = 32

// maxNodes bounds the nodes of a text and maxCells the cells of its tables. What
// stands beyond is text, on one line.
const (
	maxNodes = 100_000
	maxCells = 20_000
)

// Parse reads markup. It reads every text: what is no markup is text, and what
// stands beyond one mebibyte is left out.
func Parse(markup string) Tree {
	p := newParser(markup)
	root := Node{Kind: Document, End: len(p.src), InnerEnd: len(p.src)}
	root.Children = p.blocks(0, len(p.src), 0, true)
	return Tree{Source: p.src, Root: root}
}

// full says whether no more markup is read.
func (p *parser) full() bool { return p.nodes >= maxNodes }

// plain is a part of the text as text on one line.
func (p *parser) plain(lo, hi int) Node {
	return textNode(lo, hi, strings.ReplaceAll(strings.ReplaceAll(p.src[lo:hi], "\n", " "), string(joiner), ""))
}

func newParser(markup string) *parser {
	markup = clean(markup)
	if len(markup) > maxMarkup {
		markup = strings.ToValidUTF8(markup[:maxMarkup], "")
	}
	p := &parser{src: markup}
	p.survey()
	return p
}

// parser holds what is known of the whole text before its blocks are read. Only
// the counts change while they are.
type parser struct {
	src   string
	nodes int // so far, about
	cells int
	// literals are the {code} and {noformat} blocks, pairs these and the quotes,
	// panels and parts to expand, by their place. No two overlap unless one holds the other.
	literals, pairs []span
	// fixed are the {{…}}. No tag stands in them.
	fixed []span
}

// span is a pair of tags, or of marks, and what stands between.
type span struct {
	start, innerStart, innerEnd, end int
	name, args                       string
}

func (s span) literal() bool { return s.name == code || s.name == noformat }

// The tags that are known.
const (
	code   = "code"
	panel  = "panel"
	expand = "expand"
	quote  = "quote"
	color  = "color"
	anchor = "anchor"
)

// survey finds the tags that pair. It is done for the whole text at once,
// because a block's end must be known before what it holds can be read.
func (p *parser) survey() {
	s := surveyor{p: p, count: map[string]int{}}
	for i := 0; i < len(p.src); {
		next := strings.IndexAny(p.src[i:], `\{`)
		if next < 0 {
			break
		}
		i = s.step(i + next)
	}
	sort.Slice(p.pairs, func(i, j int) bool { return p.pairs[i].start < p.pairs[j].start })
}

type surveyor struct {
	p     *parser
	open  []span         // the tags that wait for their partner
	count map[string]int // of open, by name
	// braces and line are where the next two closing braces and the next line
	// break stand, seen from the last place that asked.
	braces, line int
}

// step reads the backslash or brace at i and returns where to go on.
func (s *surveyor) step(i int) int {
	p := s.p
	if p.src[i] == '\\' {
		n, _ := p.backslash(i, 0, len(p.src))
		return i + max(n, 1)
	}
	if strings.HasPrefix(p.src[i:], "{{") {
		return s.double(i)
	}
	t, ok := p.tagAt(i, len(p.src))
	switch {
	case !ok:
		return i + 1
	case t.literal():
		t.innerStart = t.end
		t.innerEnd, t.end = p.literalEnd(t)
		p.literals = append(p.literals, t)
		p.pairs = append(p.pairs, t)
	case t.name == panel || t.name == expand || t.name == quote:
		s.pair(t)
	}
	return t.end
}

// double reads the two braces at i.
func (s *surveyor) double(i int) int {
	src, inner := s.p.src, i+2
	s.braces = nextFrom(src, s.braces, inner, "}}")
	s.line = nextFrom(src, s.line, inner, "\n")
	end := s.braces
	if end >= len(src) || end > s.line || end == inner {
		return inner
	}
	for strings.HasPrefix(src[end:], "}}}") {
		end++
	}
	s.p.fixed = append(s.p.fixed, span{start: i, innerStart: inner, innerEnd: end, end: end + 2})
	return end + 2
}

// nextFrom returns where want stands at or after from; known is the last answer,
// for a place before from. So a text is searched once.
func nextFrom(src string, known, from int, want string) int {
	if known >= from {
		return known
	}
	if n := strings.Index(src[from:], want); n >= 0 {
		return from + n
	}
	return len(src)
}

// pair takes the tag of a quote, a panel or a part to expand. Only one without arguments can close;
// what was opened since then and did not close stays alone.
func (s *surveyor) pair(t span) {
	if t.args != "" || s.count[t.name] == 0 {
		s.open = append(s.open, t)
		s.count[t.name]++
		return
	}
	for {
		o := s.open[len(s.open)-1]
		s.open = s.open[:len(s.open)-1]
		s.count[o.name]--
		if o.name == t.name {
			o.innerStart, o.innerEnd, o.end = o.end, t.start, t.end
			s.p.pairs = append(s.p.pairs, o)
			return
		}
	}
}

// maxTag bounds a tag, in bytes.
const maxTag = 500

// tagAt returns the tag that begins at i and ends before hi: its name in lower
// case and what follows the colon.
func (p *parser) tagAt(i, hi int) (span, bool) {
	hi = min(hi, i+maxTag)
	for j := i + 1; j < hi; j++ {
		switch p.src[j] {
		case '{', '\n':
			return span{}, false
		case '}':
			name, args, _ := strings.Cut(p.src[i+1:j], ":")
			name = strings.ToLower(strings.TrimSpace(name))
			return span{start: i, innerStart: i + 1, innerEnd: j, end: j + 1, name: name, args: args}, name != ""
		}
	}
	return span{}, false
}

// literalEnd returns where the block ends whose first tag is t: at its own name
// only, and at the end of the text when that does not come.
func (p *parser) literalEnd(t span) (innerEnd, end int) {
	for i := t.end; ; {
		next := strings.IndexByte(p.src[i:], '{')
		if next < 0 {
			end = p.trimEnd(t.end, len(p.src))
			return end, end
		}
		i += next
		if last, ok := p.tagAt(i, len(p.src)); ok && last.name == t.name {
			return i, last.end
		}
		i++
	}
}

// argument returns what is given for name in a tag's arguments.
func argument(args, name string) string {
	for arg := range strings.SplitSeq(args, "|") {
		key, value, ok := strings.Cut(arg, "=")
		if ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// spanFrom returns the first of spans that begins at or after i.
func spanFrom(spans []span, i int) (span, bool) {
	n := sort.Search(len(spans), func(n int) bool { return spans[n].start >= i })
	if n == len(spans) {
		return span{}, false
	}
	return spans[n], true
}

// pairFrom returns the first block in tags that begins at or after i and stands
// in a part that ends at hi. At the greatest depth only literal blocks count.
func (p *parser) pairFrom(i, hi, depth int) (span, bool) {
	spans := p.pairs
	if depth >= maxDepth {
		spans = p.literals
	}
	s, ok := spanFrom(spans, i)
	return s, ok && s.end <= hi
}

// fixedAt returns the {{…}} that begins at i and ends before hi.
func (p *parser) fixedAt(i, hi int) (span, bool) {
	s, ok := spanFrom(p.fixed, i)
	return s, ok && s.start == i && s.end <= hi
}

package page

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"escalat/mapping/wiki"
)

// context is what holds for a place of the page.
type context struct {
	bold, italic, struck, mono bool
	invisible, tiny            bool
	ink, ground                string
	space                      space
	target                     string // of the link

	kind  wiki.LineKind
	level int // of the heading
	depth int // of the list
	quote int
	mark  Mark
	// intro says, in what holds an attribution and then a quote, that the quote did
	// not come yet.
	intro *bool
	list  *list
	cell  bool // in a cell of a table: no blocks but lines
}

// list is the list that a place stands in.
type list struct {
	ordered, plain bool
	next           int
	usual          bool // numbered from 1
	letters        bool
}

func (c *context) look() look {
	switch {
	case c.target != "":
		return look{wiki.LinkStyle, c.target}
	case c.kind == wiki.FixedLine, c.kind == wiki.HeadingLine:
		return look{}
	case c.mono:
		return look{style: wiki.MonoStyle}
	case c.struck:
		return look{style: wiki.StruckStyle}
	case c.bold:
		return look{style: wiki.StrongStyle}
	case c.italic:
		return look{style: wiki.EmphasisStyle}
	}
	return look{}
}

// marked is what the structure says of a text here.
func (c *context) marked() Mark {
	if c.intro != nil && *c.intro && c.mark == None {
		return Attribution
	}
	return c.mark
}

// unseen says whether nobody sees a text here.
func (c *context) unseen() bool {
	return c.invisible || c.tiny || c.ink == "transparent" || c.ink == c.ground && c.ink != unknown
}

// with returns the context inside of an element that looks so.
func (c context) with(st *style) context {
	c.bold, c.italic, c.mono = st.bold.or(c.bold), st.italic.or(c.italic), st.mono.or(c.mono)
	c.struck = c.struck || st.struck
	c.invisible, c.tiny = st.invisible.or(c.invisible), st.tiny.or(c.tiny)
	if st.space != inherited {
		c.space = st.space
	}
	if st.ink != "" {
		c.ink = st.ink
	}
	switch {
	case st.background:
		c.ground = unknown
	case st.ground != "" && st.ground != "transparent":
		c.ground = st.ground
	}
	return c
}

func (w *writer) children(e *element, c context) {
	for _, child := range e.children {
		w.element(child, c)
	}
}

// element writes an element, or a text.
func (w *writer) element(e *element, c context) {
	if e.atom == 0 && e.name == "" {
		w.write(e.text, &c)
		return
	}
	if e.style.gone || e.style.wordMark {
		return
	}
	c = c.with(&e.style)
	switch e.atom {
	case atom.Br:
		if c.unseen() && !w.begun {
			return
		}
		w.newline(&c)
	case atom.Wbr:
	case atom.Hr:
		w.role(e, c, w.ruler)
	case atom.Img, atom.Image:
		w.picture(e, c)
	case atom.Table:
		w.role(e, c, w.table)
	case atom.A:
		w.anchor(e, c)
	case atom.Q:
		w.write("“", &c)
		w.children(e, c)
		w.write("”", &c)
	default:
		if block := isBlock(e.atom) || isTablePart(e.atom); e.style.block.or(block) {
			w.role(e, c, w.blockElement)
		} else {
			w.role(e, c, w.children)
		}
	}
}

// write writes text.
func (w *writer) write(s string, c *context) {
	if c.unseen() {
		w.blank = w.blank || strings.ContainsAny(s, blanks)
		return
	}
	if c.space == inherited || c.space == collapsed {
		w.words(s, c)
		return
	}
	w.lines(s, c)
}

// blockElement writes an element that begins and ends lines.
func (w *writer) blockElement(e *element, c context) {
	above, below := e.style.gapAbove == yes, e.style.gapBelow == yes
	switch e.atom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if c.list == nil && !c.cell {
			c.kind, c.level = wiki.HeadingLine, int(e.atom.String()[1]-'0')
		} else {
			c.bold = true
		}
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		above, below = c.list == nil, c.list == nil
		c.list = newList(e)
		if !c.list.plain && !c.cell {
			c.depth++
		}
	case atom.Li:
		w.block(false)
		w.listItem(e, c)
		return
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		if c.space == kept && !c.cell {
			c.kind = wiki.FixedLine
		}
		e = withoutFirstBreak(e)
	case atom.P:
		if e.style.wordList > 0 && !c.cell {
			w.block(false)
			w.wordItem(e, c)
			return
		}
		above, below = above && c.list == nil, below && c.list == nil
	}
	w.block(above)
	w.children(e, c)
	w.block(below)
}

// withoutFirstBreak leaves out the line end right behind the tag of preformatted text.
func withoutFirstBreak(e *element) *element {
	if len(e.children) == 0 || e.children[0].atom != 0 || e.children[0].name != "" {
		return e
	}
	first := *e.children[0]
	first.text = strings.TrimPrefix(strings.TrimPrefix(first.text, "\r"), "\n")
	other := *e
	other.children = append([]*element{&first}, e.children[1:]...)
	return &other
}

func newList(e *element) *list {
	l := &list{ordered: e.atom == atom.Ol, plain: e.style.unlisted == yes, next: 1, usual: true}
	if n, err := strconv.Atoi(strings.TrimSpace(e.attr("start"))); err == nil && l.ordered {
		l.next, l.usual = n, n == 1
	}
	if kind := e.attr("type"); l.ordered && (kind == "a" || kind == "A") {
		l.usual, l.letters = false, true
	}
	return l
}

// listItem writes an item of a list: the first line with its mark, the others below.
func (w *writer) listItem(e *element, c context) {
	l := c.list
	if l == nil {
		l = &list{usual: true}
		c.list, c.depth = l, 1
	}
	it := &item{kind: wiki.BulletLine, level: max(c.depth, 1)}
	if l.ordered {
		it.kind = wiki.NumberedLine
		if n, err := strconv.Atoi(strings.TrimSpace(e.attr("value"))); err == nil && n != l.next {
			l.next, l.usual = n, false
		}
	}
	switch {
	case l.plain || e.style.unlisted == yes:
		it = nil
	case l.ordered && (!l.usual || c.cell):
		it.label = l.number() + " "
	case c.cell:
		it.label = "• "
	}
	l.next++
	w.item = it
	w.children(e, c)
	w.block(false)
	w.item = nil
}

func (l *list) number() string {
	if l.letters && l.next >= 1 && l.next <= 26 {
		return string(rune('a'+l.next-1)) + "."
	}
	return strconv.Itoa(l.next) + "."
}

// wordItem writes an item of a list as Word writes it: a paragraph with a mark.
func (w *writer) wordItem(e *element, c context) {
	mark := strings.TrimSpace(wordLabel(e, 0))
	it := &item{kind: wiki.BulletLine, level: e.style.wordList}
	if number := strings.TrimRight(mark, ".)"); number != mark && number != "" && len(mark) < 8 {
		it.label = mark + " "
	}
	w.item = it
	c.list = &list{usual: true}
	w.children(e, c)
	w.block(false)
	w.item = nil
}

// wordLabel returns the text of the mark that Word put into a paragraph.
func wordLabel(e *element, depth int) string {
	if e.atom == 0 && e.name == "" {
		return ""
	}
	if e.style.wordMark {
		return cut(strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return ' '
			}
			return r
		}, firstText(e, 40)), 40)
	}
	for i, child := range e.children {
		if i > 4 || depth > 4 {
			break
		}
		if label := wordLabel(child, depth+1); label != "" {
			return label
		}
	}
	return ""
}

// ruler writes a horizontal line.
func (w *writer) ruler(_ *element, c context) {
	w.block(false)
	w.earlier = w.earlier || w.divider
	w.divider = false
	if c.cell {
		return
	}
	w.push(row{Line: Line{Line: wiki.Line{Kind: wiki.RulerLine, Quote: c.quote}, Mark: c.mark}})
}

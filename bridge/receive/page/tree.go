package page

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// element is an element or, without a name, a text.
type element struct {
	atom     atom.Atom
	name     string // of an element that has no atom
	attrs    []attr
	text     string
	style    style
	children []*element

	// What it holds, with all that stands in it.
	size   int // bytes of visible text, about
	breaks int // how many lines it ends, about
	holds  content
}

// attr is an attribute that is looked at; its key is in lower case.
type attr struct{ key, value string }

// content is what stands somewhere in an element.
type content uint8

const (
	aTable content = 1 << iota
	aQuote
	aBlock  // what does not fit into a cell
	aHeader // a cell of headings
)

func (e *element) attr(key string) string {
	for _, a := range e.attrs {
		if a.key == key {
			return a.value
		}
	}
	return ""
}

func (e *element) has(key string) bool {
	for _, a := range e.attrs {
		if a.key == key {
			return true
		}
	}
	return false
}

// builder makes a tree of tags. It closes what people and programs leave open as
// browsers do, but never lets a tag of letters end a block: a quote stays whole.
type builder struct {
	root  *element
	open  []*element
	over  int // elements that are open beyond the greatest depth
	nodes int
	whole bool
	sheet sheet
	css   *strings.Builder // of the style element that is open
}

// parse reads HTML. It reports false when not all of the structure was read.
func parse(source string) (*element, bool) {
	b := &builder{root: &element{atom: atom.Body}, whole: true, sheet: sheet{}}
	b.open = []*element{b.root}
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if b.nodes++; b.nodes > maxNodes {
			b.whole = false
			break
		}
		switch kind {
		case html.TextToken:
			b.addText(z)
		case html.StartTagToken, html.SelfClosingTagToken:
			b.start(z, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(atom.Lookup(name), string(name))
		}
	}
	weigh(b.root, b.sheet)
	return b.root, b.whole
}

func (b *builder) top() *element { return b.open[len(b.open)-1] }

func (b *builder) addText(z *html.Tokenizer) {
	if b.css != nil {
		b.css.Write(z.Raw())
		return
	}
	text := string(z.Text())
	if b.top().atom == atom.Head {
		if strings.Trim(text, blanks) == "" {
			return
		}
		b.pop(len(b.open) - 1)
	}
	b.top().children = append(b.top().children, &element{text: text})
}

// start reads a tag that begins an element.
func (b *builder) start(z *html.Tokenizer, closed bool) {
	name, more := z.TagName()
	e := &element{atom: atom.Lookup(name)}
	if e.atom == 0 {
		e.name = string(name)
	}
	e.attrs = attributes(z, more)
	if e.atom == atom.Noscript {
		z.NextIsNotRawText() // no reader of mails runs scripts
	}
	if e.atom == atom.Html || e.atom == atom.Body {
		if b.top().atom == atom.Head {
			b.pop(len(b.open) - 1)
		}
		return // one is enough
	}
	b.closeFor(e.atom)
	b.top().children = append(b.top().children, e)
	if e.atom == atom.Style {
		b.css = &strings.Builder{}
	}
	if isVoid(e.atom) || closed && strings.Contains(e.name, ":") {
		return
	}
	if len(b.open) >= maxDepth {
		b.over++
		b.whole = false
		return
	}
	b.open = append(b.open, e)
}

// maxAttribute bounds the value of an attribute, in bytes.
const maxAttribute = 8192

// attributes returns those of the present tag that are looked at.
func attributes(z *html.Tokenizer, more bool) []attr {
	var attrs []attr
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "id", "class", "style", "href", "src", "alt", "cite", "type", "color", "bgcolor", "face", "hidden", "width", "height",
			"role", "border", "start", "value", "name", "aria-hidden", "originalsrc", "data-marker", "data-smartmail", "data-signature", "data-o-mail-quote":
			attrs = append(attrs, attr{string(key), string(value[:min(len(value), maxAttribute)])})
		}
	}
	return attrs
}

// end reads a tag that ends an element.
func (b *builder) end(a atom.Atom, name string) {
	switch {
	case b.css != nil:
		if a == atom.Style {
			b.sheet.read(b.css.String())
			b.css = nil
			if b.over > 0 {
				b.over--
			} else {
				b.pop(len(b.open) - 1)
			}
		}
		return
	case b.over > 0:
		b.over--
		return
	case a == atom.Html || a == atom.Body:
		return
	case a == atom.Br || a == atom.P && b.find(stopsBlock, isOne(atom.P)) == 0:
		b.top().children = append(b.top().children, &element{atom: a})
		return
	}
	stop := stopsBlock
	switch {
	case isTablePart(a):
		stop = isOne(atom.Table)
		if a == atom.Table {
			stop = never
		}
	case !isBlock(a):
		stop = func(e *element) bool { return isBlock(e.atom) || isTablePart(e.atom) }
	}
	if at := b.find(stop, func(e *element) bool { return e.atom == a && e.name == nameOf(a, name) }); at > 0 {
		b.pop(at)
	}
}

func nameOf(a atom.Atom, name string) string {
	if a != 0 {
		return ""
	}
	return name
}

// find returns where the innermost open element stands that is wanted, or 0 when one
// that stops the search comes before.
func (b *builder) find(stop, wanted func(*element) bool) int {
	for at := len(b.open) - 1; at > 0; at-- {
		if wanted(b.open[at]) {
			return at
		}
		if stop(b.open[at]) {
			break
		}
	}
	return 0
}

// pop closes the open elements from at on.
func (b *builder) pop(at int) {
	if at > 0 {
		b.open, b.over = b.open[:at], 0
	}
}

// closeFor closes what cannot go on when a begins.
func (b *builder) closeFor(a atom.Atom) {
	if b.over > 0 {
		return
	}
	if b.top().atom == atom.Head && !inHead(a) {
		b.pop(len(b.open) - 1)
	}
	switch a {
	case atom.Li:
		b.pop(b.find(isOne(atom.Ul, atom.Ol, atom.Td, atom.Th, atom.Table), isOne(atom.Li)))
	case atom.Dd, atom.Dt:
		b.pop(b.find(isOne(atom.Dl, atom.Td, atom.Th, atom.Table), isOne(atom.Dd, atom.Dt)))
	case atom.Td, atom.Th:
		b.pop(b.find(isOne(atom.Tr, atom.Table), isOne(atom.Td, atom.Th)))
	case atom.Tr:
		b.pop(b.find(isOne(atom.Table, atom.Tbody, atom.Thead, atom.Tfoot), isOne(atom.Tr)))
	case atom.Tbody, atom.Thead, atom.Tfoot:
		b.pop(b.find(isOne(atom.Table), isOne(atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Caption)))
	case atom.A:
		b.pop(b.find(func(e *element) bool { return isBlock(e.atom) || isTablePart(e.atom) }, isOne(atom.A)))
	default:
		if isBlock(a) {
			b.pop(b.find(stopsBlock, isOne(atom.P)))
		}
	}
}

func never(*element) bool { return false }

// isOne returns the question whether an element is one of those.
func isOne(atoms ...atom.Atom) func(*element) bool {
	return func(e *element) bool { return slices.Contains(atoms, e.atom) }
}

// stopsBlock says whether a block's tag does not end what stands outside of e.
func stopsBlock(e *element) bool {
	switch e.atom {
	case atom.Table, atom.Td, atom.Th, atom.Caption, atom.Button, atom.Object, atom.Template:
		return true
	}
	return false
}

func inHead(a atom.Atom) bool {
	switch a {
	case atom.Base, atom.Link, atom.Meta, atom.Noscript, atom.Script, atom.Style, atom.Template, atom.Title, atom.Object:
		return true
	}
	return a == 0 // the programs' own, as <xml>
}

func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Image, atom.Input, atom.Link, atom.Meta,
		atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

func isTablePart(a atom.Atom) bool {
	switch a {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption:
		return true
	}
	return false
}

// isBlock says whether an element begins and ends lines and closes a paragraph.
func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd, atom.Details, atom.Dialog, atom.Dir, atom.Div,
		atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Header, atom.Hgroup, atom.Hr, atom.Legend, atom.Li, atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section,
		atom.Summary, atom.Table, atom.Ul, atom.Xmp, atom.Plaintext, atom.Listing:
		return true
	}
	return false
}

// weigh works out what each element holds, once for all.
func weigh(e *element, s sheet) {
	if e.atom == 0 && e.name == "" {
		e.size = len(strings.Trim(e.text, blanks+"\u00a0\u200b\u200c\u00ad\ufeff\u034f\u2007"))
		return
	}
	e.style = s.styleOf(e)
	for _, c := range e.children {
		weigh(c, s)
		if c.style.gone {
			continue
		}
		e.size += c.size
		e.breaks += c.breaks
		e.holds |= c.holds
	}
	if e.style.gone {
		e.size = 0
	}
	switch e.atom {
	case atom.Table:
		e.holds |= aTable
	case atom.Blockquote:
		e.holds |= aQuote | aBlock
	case atom.Pre, atom.Hr:
		e.holds |= aBlock
	case atom.Th:
		e.holds |= aHeader
	case atom.Br, atom.P, atom.Div, atom.Li:
		e.breaks++
	case atom.Img:
		if _, ok := contentID(e); ok {
			e.size++
		}
	}
}

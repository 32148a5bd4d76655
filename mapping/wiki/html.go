package wiki

import (
	"html"
	"net/url"
	"strconv"
	"strings"
)

// Options say what HTML shows of what stands outside of the text.
type Options struct {
	// Names returns the name of a person who is mentioned, or "" for what the
	// markup calls that person.
	Names func(user string) string
	// Image returns the address of the image of that name. Without one the
	// name shows in brackets, as that of an image from elsewhere always does.
	Image func(name string) (src string, ok bool)
}

// HTML returns markup as HTML for the body of a mail or a page: complete
// elements only, every text escaped, no script, nothing that is fetched from
// elsewhere. Links go to http, https and mail addresses; the others show where
// they would go.
func HTML(markup string, opts Options) string {
	t := Parse(markup)
	w := &page{src: t.Source, opts: opts}
	w.blocks(t.Root.Children)
	return w.b.String()
}

type page struct {
	src  string
	opts Options
	b    strings.Builder
}

// The looks that make sense of what they mark. Mail programs know no other
// place for them.
const (
	panelStyle = "border:1px solid #c1c7d0;padding:0 12px;margin:12px 0"
	tableStyle = "border-collapse:collapse"
	cellStyle  = "border:1px solid #c1c7d0;padding:4px 8px;text-align:left;vertical-align:top"
	quoteStyle = "border-left:2px solid #c1c7d0;margin:12px 0;padding:0 12px"
	codeStyle  = "background:#f4f5f7;padding:8px;white-space:pre-wrap"
)

func (w *page) blocks(nodes []Node) {
	for _, n := range nodes {
		w.block(n)
	}
}

func (w *page) block(n Node) {
	switch n.Kind {
	case Paragraph:
		if n.Children = shown(n.Children); len(n.Children) > 0 {
			w.inlines("p", "", n)
			w.b.WriteByte('\n')
		}
	case Heading:
		w.inlines("h"+strconv.Itoa(n.Level), "", n)
		w.b.WriteByte('\n')
	case Quote:
		w.around("blockquote", quoteStyle, n, false)
	case Panel:
		w.panel(n)
	case List:
		w.around(listElement(n), "", n, false)
	case Item:
		w.around("li", "", n, true)
	case Table:
		w.around("table", tableStyle, n, false)
	case Row:
		w.around("tr", "", n, false)
	case Cell:
		w.around(cellElement(n), cellStyle, n, true)
	case Code, Preformatted:
		w.code(n)
	case Rule:
		w.b.WriteString("<hr>\n")
	}
}

func listElement(n Node) string {
	if n.Ordered {
		return "ol"
	}
	return "ul"
}

func cellElement(n Node) string {
	if n.Header {
		return "th"
	}
	return "td"
}

// around writes an element with the blocks that n holds. Its first paragraph
// may stand in it without an element of its own, as in an item.
func (w *page) around(element, style string, n Node, bare bool) {
	w.openElement(element, style)
	children := n.Children
	if bare && len(children) > 0 && children[0].Kind == Paragraph {
		w.inline(shown(children[0].Children))
		children = children[1:]
	}
	if len(children) > 0 {
		w.b.WriteByte('\n')
	}
	w.blocks(children)
	w.closeElement(element)
	w.b.WriteByte('\n')
}

func (w *page) panel(n Node) {
	w.openElement("div", panelStyle)
	w.b.WriteByte('\n')
	if n.Title != "" {
		w.b.WriteString("<p><strong>" + html.EscapeString(n.Title) + "</strong></p>\n")
	}
	w.blocks(n.Children)
	w.b.WriteString("</div>\n")
}

func (w *page) code(n Node) {
	if n.Title != "" {
		w.b.WriteString("<p><strong>" + html.EscapeString(n.Title) + "</strong></p>\n")
	}
	w.openElement("pre", codeStyle)
	// A line break right behind the tag would not show.
	w.b.WriteString("\n" + html.EscapeString(n.Text) + "</pre>\n")
}

func (w *page) openElement(element, style string) {
	w.b.WriteString("<" + element)
	if style != "" {
		w.b.WriteString(` style="` + style + `"`)
	}
	w.b.WriteByte('>')
}

func (w *page) closeElement(element string) { w.b.WriteString("</" + element + ">") }

// inlines writes an element with the inline nodes that n holds.
func (w *page) inlines(element, style string, n Node) {
	w.openElement(element, style)
	w.inline(n.Children)
	w.closeElement(element)
}

// markElement returns the element of a mark.
func markElement(k Kind) string {
	switch k {
	case Strong:
		return "strong"
	case Emphasis:
		return "em"
	case Citation:
		return "cite"
	case Deleted:
		return "del"
	case Inserted:
		return "ins"
	case Superscript:
		return "sup"
	case Subscript:
		return "sub"
	case Monospace:
		return "code"
	}
	return "span"
}

func (w *page) inline(nodes []Node) {
	for _, n := range nodes {
		switch n.Kind {
		case Text, Emoticon:
			w.b.WriteString(html.EscapeString(n.Text))
		case Break:
			w.b.WriteString("<br>\n")
		case Color:
			w.inlines("span", colorStyle(n.Target), n)
		case Link:
			w.link(n)
		case Mention:
			w.b.WriteString(html.EscapeString(nameOf(n.Target, w.opts.Names)))
		case Image:
			w.image(n)
		case File:
			w.b.WriteString("[" + html.EscapeString(n.Target) + "]")
		case Tag:
		default:
			w.inlines(markElement(n.Kind), "", n)
		}
	}
}

// colorStyle returns the style for a colour: a word or # and figures.
func colorStyle(name string) string {
	figures, isFigures := strings.CutPrefix(name, "#")
	if len(figures) == 0 || len(figures) > 24 {
		return ""
	}
	for _, r := range strings.ToLower(figures) {
		letter, digit := r >= 'a' && r <= 'z', r >= '0' && r <= '9'
		if isFigures && !digit && (!letter || r > 'f') || !isFigures && !letter {
			return ""
		}
	}
	return "color:" + name
}

func (w *page) link(n Node) {
	if address, ok := safeAddress(n.Target); ok {
		w.b.WriteString(`<a href="` + html.EscapeString(address) + `" rel="noopener noreferrer">`)
		w.inline(n.Children)
		w.closeElement("a")
		return
	}
	w.inline(n.Children)
	if tellsAddress(w.src, n, plainText{src: w.src}.children(n)) {
		w.b.WriteString(" (" + html.EscapeString(n.Target) + ")")
	}
}

// safeAddress returns where a link may go that a stranger wrote.
func safeAddress(target string) (string, bool) {
	u, err := url.Parse(target)
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		return u.String(), u.Host != ""
	case "mailto":
		return u.String(), u.Opaque != ""
	}
	return "", false
}

func (w *page) image(n Node) {
	if w.opts.Image != nil && !hasScheme(n.Target) {
		if src, ok := w.opts.Image(n.Target); ok {
			w.b.WriteString(`<img src="` + html.EscapeString(src) + `" alt="` + html.EscapeString(n.Target) + `">`)
			return
		}
	}
	w.b.WriteString("[" + html.EscapeString(n.Target) + "]")
}

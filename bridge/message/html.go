package message

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxQuote = 8   // levels of quoting shown
	maxList  = 8   // levels of lists shown
	maxLink  = 500 // bytes of an address shown after its text
)

// htmlText shows HTML in plain lines: quotes marked by "> ", lists by their
// bullets, cells of a table divided by " | ", preformatted text as it is. It
// works token by token, so that no depth of nesting matters, and stops after
// limit bytes.
func htmlText(source string, limit int) string {
	w := &lines{limit: limit}
	z := html.NewTokenizer(strings.NewReader(source))
	for !w.full() {
		switch z.Next() {
		case html.ErrorToken:
			w.flush()
			return w.out.String()
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(z.Token())
		case html.EndTagToken:
			w.end(z.Token().DataAtom)
		}
	}
	w.flush()
	return w.out.String()
}

// lines is the text being written.
type lines struct {
	limit  int
	out    strings.Builder
	line   strings.Builder
	space  bool // a blank is due before the next word
	gap    bool // an empty line is due before the next line,
	gapAt  int  // quoted no deeper than this
	quotes []bool
	depth  int // of quoting
	pre    int
	hidden atom.Atom // the element whose text is not shown
	lists  []int     // next number of each open list, 0 for bullets
	href   string
	linkAt int
}

func (w *lines) full() bool { return w.out.Len()+w.line.Len() > w.limit }

// flush ends the line, if there is one.
func (w *lines) flush() {
	if w.line.Len() > 0 {
		w.newline()
	}
	w.space = false
}

// newline ends the line, empty or not.
func (w *lines) newline() {
	prefix := strings.Repeat("> ", w.depth)
	if w.gap && w.out.Len() > 0 {
		w.out.WriteString(strings.TrimRight(strings.Repeat("> ", min(w.gapAt, w.depth)), " ") + "\n")
	}
	w.gap = false
	w.out.WriteString(strings.TrimRight(prefix+w.line.String(), " ") + "\n")
	w.line.Reset()
	w.space = false
	w.linkAt = 0
}

func (w *lines) paragraph() {
	w.flush()
	if !w.gap || w.depth < w.gapAt {
		w.gapAt = w.depth
	}
	w.gap = true
}

func (w *lines) text(s string) {
	if w.hidden != 0 {
		return
	}
	if w.pre > 0 {
		for i, l := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
			if i > 0 {
				w.newline()
			}
			w.line.WriteString(l)
		}
		return
	}
	words := strings.FieldsFunc(s, isBlank)
	if len(words) == 0 {
		w.space = w.space || s != ""
		return
	}
	if isBlank(rune(s[0])) {
		w.space = true
	}
	for i, word := range words {
		if (i > 0 || w.space) && w.line.Len() > 0 {
			w.line.WriteByte(' ')
		}
		w.line.WriteString(word)
	}
	w.space = isBlank(rune(s[len(s)-1]))
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }

func (w *lines) start(t html.Token) {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Title, atom.Template:
		if t.Type == html.StartTagToken {
			w.hidden = t.DataAtom
		}
	case atom.Body:
		w.hidden = 0
	case atom.Br:
		w.newline()
	case atom.Hr:
		w.flush()
		w.line.WriteString("________________________________")
		w.newline()
	case atom.Blockquote:
		w.paragraph()
		w.quote(attr(t, "style"))
	case atom.Pre:
		w.paragraph()
		w.pre++
	case atom.Ul, atom.Ol:
		w.list(t.DataAtom)
	case atom.Li:
		w.item()
	case atom.Td, atom.Th:
		if w.line.Len() > 0 {
			w.line.WriteString(" |")
			w.space = true
		}
	case atom.A:
		w.href, w.linkAt = attr(t, "href"), w.line.Len()
	default:
		w.block(t.DataAtom)
	}
}

func (w *lines) end(a atom.Atom) {
	switch a {
	case w.hidden:
		w.hidden = 0
	case atom.Blockquote:
		w.paragraph()
		if n := len(w.quotes); n > 0 {
			if w.quotes[n-1] {
				w.depth--
			}
			w.quotes = w.quotes[:n-1]
		}
	case atom.Pre:
		w.paragraph()
		w.pre = max(w.pre-1, 0)
	case atom.Ul, atom.Ol:
		w.lists = w.lists[:max(len(w.lists)-1, 0)]
		w.listBorder()
	case atom.A:
		w.link()
	default:
		w.block(a)
	}
}

// block ends the line at the border of a block element.
func (w *lines) block(a atom.Atom) {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Dl:
		w.paragraph()
	case atom.Div, atom.Tr, atom.Li, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Address,
		atom.Center, atom.Form, atom.Dt, atom.Dd, atom.Main, atom.Tbody, atom.Thead, atom.Caption, atom.Figure:
		w.flush()
	}
}

// quote opens a blockquote. Without a border it is how some clients indent.
func (w *lines) quote(style string) {
	style = strings.ReplaceAll(strings.ToLower(style), " ", "")
	marked := !strings.Contains(style, "border:none") && w.depth < maxQuote
	w.quotes = append(w.quotes, marked)
	if marked {
		w.depth++
	}
}

func (w *lines) list(a atom.Atom) {
	w.listBorder()
	next := 0
	if a == atom.Ol {
		next = 1
	}
	w.lists = append(w.lists, next)
}

// listBorder sets the outermost list off from the text around it.
func (w *lines) listBorder() {
	if len(w.lists) == 0 {
		w.paragraph()
		return
	}
	w.flush()
}

func (w *lines) item() {
	w.flush()
	bullet := "- "
	if n := len(w.lists); n > 0 {
		if w.lists[n-1] > 0 {
			bullet = strconv.Itoa(w.lists[n-1]) + ". "
			w.lists[n-1]++
		}
		bullet = strings.Repeat("  ", min(n, maxList)-1) + bullet
	}
	w.line.WriteString(bullet)
}

// link adds the address after a link whose text is another one.
func (w *lines) link() {
	href := strings.TrimSpace(w.href)
	w.href = ""
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(href, "https://"), "http://"), "/")
	if bare == href || bare == "" || len(href) > maxLink || w.hidden != 0 {
		return
	}
	shown := w.line.String()
	shown = shown[min(w.linkAt, len(shown)):]
	if strings.TrimSpace(shown) == "" || strings.Contains(shown, bare) {
		return
	}
	w.line.WriteString(" (" + href + ")")
}

func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

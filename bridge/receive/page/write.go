package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// look is how a piece of text looks, as a line says it: one thing at most.
type look struct {
	style  wiki.Style
	target string
}

// row is a line while the mail is read.
type row struct {
	Line

	letters int  // bytes that are no blanks
	mono    int  // of them in a fixed width
	gap     bool // an empty line that nobody wrote: the room between paragraphs
	pre     bool // preformatted text
}

// writer makes lines of texts and the borders of blocks.
type writer struct {
	rows []row

	// The present line.
	text    strings.Builder
	now     row
	begun   bool // something is in it, if only a blank that counts
	blank   bool // a blank is due before the next word
	shown   look // of the span that is open
	shownAt int

	gap     bool // an empty line is due before the next line
	earlier bool // the next line begins an earlier mail
	divider bool // a ruler that comes next does
	item    *item
}

// item is a list's item whose first line did not come yet.
type item struct {
	kind  wiki.LineKind
	level int
	label string // stands before the text, where no list can say it
}

// words writes text whose blanks do not count.
func (w *writer) words(s string, c *context) {
	for s != "" {
		n := strings.IndexAny(s, blanks)
		if n < 0 {
			n = len(s)
		}
		if n > 0 {
			w.put(s[:n], c)
			s = s[n:]
			continue
		}
		w.blank = true
		s = strings.TrimLeft(s, blanks)
	}
}

// lines writes text whose line ends count.
func (w *writer) lines(s string, c *context) {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	for {
		line, rest, more := strings.Cut(s, "\n")
		switch {
		case c.space == linesKept:
			w.words(line, c)
		case line != "":
			w.put(line, c)
		}
		if !more {
			return
		}
		w.newline(c)
		s = rest
	}
}

// put adds text to the line as it is, but for what nobody sees.
func (w *writer) put(s string, c *context) {
	if s = visible(s); s == "" {
		return
	}
	w.start(c)
	w.span(c.look())
	w.text.WriteString(s)
	n := len(s) - strings.Count(s, " ") - strings.Count(s, "\t")
	w.now.letters += n
	if c.mono {
		w.now.mono += n
	}
	w.now.pre = w.now.pre || c.space == kept
}

// visible makes ordinary blanks of those that do not break, and leaves out signs without
// width and those that turn the direction of writing.
func visible(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < 0x7f
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u00a0', '\u2007', '\u202f':
			return ' '
		case '\t':
			return r
		case '\u00ad', '\u034f', '\u061c', '\u115f', '\u1160', '\u17b4', '\u17b5', '\u180e', '\u200b', '\u200c', '\u200e', '\u200f', '\u2060', '\u2061', '\u2062', '\u2063', '\u2064', '\u3164', '\ufeff', '\uffa0':
			return -1
		}
		if unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u206f' || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
}

// start begins a line where none is, with what the place says of it, and writes the
// blank that is due.
func (w *writer) start(c *context) {
	if !w.begun {
		w.begun, w.blank = true, false
		w.now = row{Line: Line{Line: wiki.Line{Kind: c.kind, Level: c.level, Quote: c.quote}, Mark: c.marked()}}
	}
	if w.blank {
		if w.shown != c.look() {
			w.span(look{})
		}
		w.text.WriteByte(' ')
		w.blank = false
	}
}

// span says how the text looks that comes next.
func (w *writer) span(l look) {
	if l == w.shown {
		return
	}
	if w.shown.style != 0 && w.text.Len() > w.shownAt {
		w.now.Spans = append(w.now.Spans, wiki.Span{Start: w.shownAt, End: w.text.Len(), Style: w.shown.style, Target: w.shown.target})
	}
	w.shown, w.shownAt = l, w.text.Len()
}

// image writes a picture that is a part of the mail.
func (w *writer) image(id, alt string, c *context) {
	w.start(c)
	w.span(look{})
	at := w.text.Len()
	if alt != "" {
		w.text.WriteString("[" + alt + "]")
	}
	w.now.Spans = append(w.now.Spans, wiki.Span{Start: at, End: w.text.Len(), Style: wiki.ImageStyle, Target: id})
	w.now.letters++
	w.shownAt = w.text.Len()
}

// flush ends the line if there is one.
func (w *writer) flush() {
	if !w.begun {
		w.blank = false
		return
	}
	w.span(look{})
	r := w.now
	r.Text = w.text.String()
	w.text.Reset()
	w.begun, w.blank = false, false
	r.trim()
	if r.letters == 0 {
		w.push(row{Line: Line{Line: wiki.Line{Kind: emptyKind(r), Quote: r.Quote}, Mark: r.Mark}, pre: r.pre})
		return
	}
	w.begin(&r)
	w.push(r)
}

// emptyKind is the kind of a line without text: only in a preformatted block an empty
// line is a part of something.
func emptyKind(r row) wiki.LineKind {
	if r.Kind == wiki.FixedLine {
		return r.Kind
	}
	return wiki.ProseLine
}

// begin gives a line with text what waits for one.
func (w *writer) begin(r *row) {
	w.divider = false
	if w.earlier {
		w.earlier = false
		if r.Mark != Forwarded {
			r.Mark = Earlier
		}
	}
	if w.item == nil {
		return
	}
	if w.item.label != "" {
		r.indent(w.item.label)
	} else if r.Kind == wiki.ProseLine || r.Kind == wiki.HeadingLine {
		r.Kind, r.Level = w.item.kind, w.item.level
	}
	w.item = nil
}

// indent puts a text before that of the line.
func (r *row) indent(label string) {
	r.Text = label + r.Text
	for i := range r.Spans {
		r.Spans[i].Start += len(label)
		r.Spans[i].End += len(label)
	}
}

// push adds a line, below an empty one where that is due.
func (w *writer) push(r row) {
	if w.gap && len(w.rows) > 0 {
		last := w.rows[len(w.rows)-1]
		w.rows = append(w.rows, row{Line: Line{Line: wiki.Line{Quote: min(last.Quote, r.Quote)}, Mark: between(last.Mark, r.Mark)}, gap: true})
	}
	w.gap = false
	w.rows = append(w.rows, r)
}

// between is what is said of the empty line between two lines.
func between(above, below Mark) Mark {
	if above == below {
		return above
	}
	return None
}

// newline ends the line, empty or not. Above the text of an item none is empty.
func (w *writer) newline(c *context) {
	if !w.begun {
		if w.item != nil {
			return
		}
		w.start(c)
	}
	w.flush()
}

// block ends the line at the border of a block; a gap is seen there or not.
func (w *writer) block(gap bool) {
	w.flush()
	w.gap = w.gap || gap
}

// inForward says whether a mail that was passed on stands right above: some programs
// mark its header and its text one by one.
func (w *writer) inForward() bool {
	if w.begun && w.now.letters > 0 {
		return w.now.Mark == Forwarded
	}
	for _, r := range slices.Backward(w.rows[max(0, len(w.rows)-maxApart):]) {
		if r.letters > 0 {
			return r.Mark == Forwarded
		}
	}
	return false
}

// maxApart is how many empty lines may stand between the parts of a mail passed on.
const maxApart = 4

// trim takes the blanks off the end, and a single one off the beginning.
func (r *row) trim() {
	cut := 0
	if !r.pre && strings.HasPrefix(r.Text, " ") && !strings.HasPrefix(r.Text, "  ") {
		cut = 1
	}
	r.trimFrom(cut)
}

// trimFrom takes so many bytes off the beginning, and the blanks off the end.
func (r *row) trimFrom(cut int) {
	text := strings.TrimRight(r.Text, " \t")
	cut = min(cut, len(text))
	r.Text = text[cut:]
	kept := r.Spans[:0]
	for _, s := range r.Spans {
		s.Start = min(max(s.Start-cut, 0), len(r.Text))
		s.End = min(max(s.End-cut, 0), len(r.Text))
		for s.Style != wiki.ImageStyle && s.Start < s.End && r.Text[s.Start] == ' ' {
			s.Start++
		}
		for s.Style != wiki.ImageStyle && s.Start < s.End && r.Text[s.End-1] == ' ' {
			s.End--
		}
		if s.Start < s.End || s.Style == wiki.ImageStyle {
			kept = append(kept, s)
		}
	}
	r.Spans = kept
}

// cut returns s up to so many bytes, between letters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit]
}

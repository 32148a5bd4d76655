package page

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// blanks are the characters that HTML takes for one blank, however many.
const blanks = " \t\n\r\f"

// style is what is looked at of how an element is to look.
type style struct {
	gone       bool // with all it holds
	invisible  choice
	tiny       choice
	block      choice
	bold       choice
	italic     choice
	mono       choice
	struck     bool
	space      space
	ink        string // "" when it says nothing
	ground     string
	gapAbove   choice // an empty line is seen above
	gapBelow   choice
	bar        choice // a line on the left
	topLine    choice // a line above
	bordered   choice // a line on all sides
	unlisted   choice // a list without marks
	wordList   int    // the level of an item of a list as Word writes it
	wordMark   bool   // the mark of such an item
	background bool   // a picture behind the text: nobody knows its colour
}

// choice is what a style says of a quality: nothing, yes or no.
type choice int8

const (
	unsaid choice = iota
	yes
	no
)

func choose(b bool) choice {
	if b {
		return yes
	}
	return no
}

func (c choice) or(inherited bool) bool {
	if c == unsaid {
		return inherited
	}
	return c == yes
}

// space is what becomes of blanks and line ends.
type space int8

const (
	inherited space = iota
	collapsed
	kept      // both stay as they are
	wrapped   // the same, but for text
	linesKept // line ends stay
)

// natural sets how an element looks without any style.
func (st *style) natural(a atom.Atom) {
	switch a {
	case atom.B, atom.Strong:
		st.bold = yes
	case atom.I, atom.Em, atom.Cite, atom.Var, atom.Dfn:
		st.italic = yes
	case atom.S, atom.Strike, atom.Del:
		st.struck = true
	case atom.Tt, atom.Code, atom.Kbd, atom.Samp:
		st.mono = yes
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		st.space, st.gapAbove, st.gapBelow = kept, yes, yes
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Dl, atom.Blockquote, atom.Figure:
		st.gapAbove, st.gapBelow = yes, yes
	}
}

// isGone says whether nobody sees an element that is no part of the text.
func isGone(a atom.Atom) bool {
	switch a {
	case atom.Head, atom.Title, atom.Style, atom.Script, atom.Template, atom.Select, atom.Datalist, atom.Iframe, atom.Object, atom.Embed,
		atom.Audio, atom.Video, atom.Canvas, atom.Svg, atom.Math, atom.Map, atom.Noframes, atom.Noembed, atom.Applet:
		return true
	}
	return false
}

// attributes reads the attributes that say how an element looks.
func (st *style) attributes(e *element) {
	for _, a := range e.attrs {
		switch a.key {
		case "class":
			if strings.Contains(a.value, "MsoNormal") || strings.Contains(a.value, "MsoPlainText") || strings.Contains(a.value, "MsoListParagraph") || strings.Contains(a.value, "MsoNoSpacing") {
				st.gapAbove, st.gapBelow = no, no
			}
		case "color":
			st.ink = colorOf(a.value)
		case "bgcolor":
			st.ground = colorOf(a.value)
		case "face":
			st.mono = choose(isMono(a.value))
		case "border":
			st.bordered = choose(a.value != "0" && a.value != "")
		}
	}
}

// read reads declarations as they stand in a style attribute.
func (st *style) read(css string) {
	if css == "" {
		return
	}
	flat := flatness{}
	for declaration := range strings.SplitSeq(css, ";") {
		key, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		value = strings.ToLower(strings.TrimSpace(value))
		value = strings.TrimSpace(strings.TrimSuffix(value, "!important"))
		key = strings.ToLower(strings.TrimSpace(key))
		st.declare(key, value)
		st.frame(key, value)
		flat.declare(key, value)
	}
	st.gone = st.gone || flat.gone()
}

// declare reads one declaration of the text.
func (st *style) declare(key, value string) {
	switch key {
	case "display":
		st.display(value)
	case "visibility":
		st.invisible = choose(value == "hidden" || value == "collapse")
	case "opacity":
		if n, ok := number(value); ok && n == 0 {
			st.gone = true
		}
	case "font-size":
		n, ok := number(value)
		st.tiny = choose(ok && (n == 0 || n <= 1 && !strings.HasSuffix(value, "em") && !strings.HasSuffix(value, "%")))
	case "font-weight":
		n, _ := number(value)
		st.bold = choose(strings.HasPrefix(value, "bold") || n >= 600)
	case "font-style":
		st.italic = choose(value == "italic" || value == "oblique")
	case "font-family":
		st.mono = choose(isMono(value))
	case "text-decoration", "text-decoration-line":
		st.struck = st.struck || strings.Contains(value, "line-through")
	case "white-space":
		st.whiteSpace(value)
	case "color":
		st.ink = colorOf(value)
	case "background", "background-color":
		st.ground = colorOf(value)
		st.background = strings.Contains(value, "url(") || strings.Contains(value, "gradient")
	case "background-image":
		st.background = value != "none"
	case "list-style", "list-style-type":
		st.unlisted = choose(strings.Contains(value, "none"))
	case "mso-list":
		st.wordMark = value == "ignore"
		if _, level, ok := strings.Cut(value, "level"); ok && !st.wordMark {
			n, _ := number(level)
			st.wordList = int(min(n, 9))
		}
	}
}

// frame reads one declaration of what stands around the text.
func (st *style) frame(key, value string) {
	switch key {
	case "margin":
		st.margin(value)
	case "margin-top", "margin-block-start":
		st.gapAbove = isGapValue(value)
	case "margin-bottom", "margin-block-end":
		st.gapBelow = isGapValue(value)
	case "border":
		st.bordered = choose(isLine(value))
		st.bar, st.topLine = no, no
	case "border-left", "border-left-style", "border-inline-start":
		st.bar = choose(isLine(value))
	case "border-top", "border-top-style":
		st.topLine = choose(isLine(value))
	}
}

// isLine says whether a border can be seen.
func isLine(value string) bool {
	if value == "" || strings.Contains(value, "none") || strings.Contains(value, "hidden") {
		return false
	}
	for field := range strings.FieldsSeq(value) {
		if n, ok := number(field); ok && n == 0 {
			return false
		}
	}
	return true
}

func (st *style) display(value string) {
	switch value {
	case "none":
		st.gone = true
	case "inline":
		st.block = no
	case "block", "table", "list-item", "flex", "grid":
		st.block = yes
	}
}

func (st *style) whiteSpace(value string) {
	switch value {
	case "pre", "nowrap pre":
		st.space = kept
	case "pre-wrap", "break-spaces", "-moz-pre-wrap", "-pre-wrap", "-o-pre-wrap":
		st.space = wrapped
	case "pre-line":
		st.space = linesKept
	case "normal", "nowrap":
		st.space = collapsed
	}
}

func (st *style) margin(value string) {
	sides := strings.Fields(value)
	if len(sides) == 0 {
		return
	}
	st.gapAbove, st.gapBelow = isGapValue(sides[0]), isGapValue(sides[0])
	if len(sides) > 2 {
		st.gapBelow = isGapValue(sides[2])
	}
}

// isGapValue says whether a margin is so wide that an empty line is seen.
func isGapValue(value string) choice {
	n, ok := number(value)
	if !ok {
		return unsaid
	}
	return choose(n >= 5 || n > 0.3 && !strings.HasSuffix(value, "px") && !strings.HasSuffix(value, "pt"))
}

// flatness collects what together makes an element no room.
type flatness struct{ none, low, cut, away bool }

func (f *flatness) declare(key, value string) {
	n, ok := number(value)
	switch key {
	case "max-height":
		f.none = ok && n == 0
	case "height", "max-width", "width":
		f.low = f.low || ok && n == 0
	case "overflow":
		f.cut = value == "hidden"
	case "text-indent", "left", "top", "margin-left":
		f.away = f.away || ok && n <= -999
	}
}

func (f *flatness) gone() bool { return f.none || f.low && f.cut || f.away }

// number reads the number that a value begins with.
func number(value string) (float64, bool) {
	end := 0
	for end < len(value) && (value[end] >= '0' && value[end] <= '9' || value[end] == '.' || value[end] == '-' && end == 0) {
		end++
	}
	n, err := strconv.ParseFloat(value[:min(end, 20)], 64)
	return n, err == nil
}

// isMono says whether a list of fonts begins with one of a fixed width.
func isMono(fonts string) bool {
	first, _, _ := strings.Cut(strings.ToLower(fonts), ",")
	for _, name := range []string{"courier", "consolas", "mono", "menlo", "lucida console", "source code", "cascadia", "terminal", "fixedsys"} {
		if strings.Contains(first, name) {
			return true
		}
	}
	return false
}

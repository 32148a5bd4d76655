package wiki

import "strings"

// Line is one line of a text that came from elsewhere, with what it looks like there:
// see Compose. The text is as people see it; nothing in it is markup.
type Line struct {
	Text  string // one line; of a row the cells, divided by " | "
	Spans []Span // what looks special within Text, in order, none over another
	Kind  LineKind
	// Level is how deep a list item stands, or the size of a heading, from 1.
	Level int
	// Quote is how deep the line is quoted; 0: it is not.
	Quote int
	// Cells are those of a row; their texts and spans count in Text's place.
	Cells []LineCell
}

// LineKind is what a line is.
type LineKind int

// The kinds of lines.
const (
	ProseLine    LineKind = iota
	HeadingLine           // a heading
	BulletLine            // an item of a list
	NumberedLine          // an item of a numbered list
	RowLine               // of a table; consecutive rows are one table
	FixedLine             // preformatted; consecutive ones are one block
	RulerLine             // a horizontal line
)

// LineCell is a cell of a row.
type LineCell struct {
	Text   string
	Spans  []Span
	Header bool
}

// Span is a part of a line's text, in bytes.
type Span struct {
	Start, End int
	Style      Style
	// Target is the address of a link, or the Content-ID of an image.
	Target string
}

// Style is how a span looks.
type Style int

// The looks.
const (
	StrongStyle Style = iota + 1
	EmphasisStyle
	StruckStyle
	MonoStyle
	LinkStyle
	ImageStyle // its text is what stands in its place when it is not shown
)

// Composed is a text in lines, as markup.
type Composed struct {
	text   string
	blocks []block
}

// Compose takes the lines of a text. Image returns the file name under which an image
// of that Content-ID is on the issue, or nothing; nil: none is.
//
// Where a line has no spans it shows as in Show, and so lines that are nothing but prose
// make the same markup. A look shows where Jira renders it, else its text alone. A link
// that shows an address shows the one where it goes. Of an image that is not on the issue
// its text stands there. A table or list that is quoted more than once is lines of text.
func Compose(lines []Line, image func(id string) string) Composed {
	c := composer{image: image}
	for i := 0; i < len(lines); {
		end := i + 1
		for end < len(lines) && together(&lines[i], &lines[end]) {
			end++
		}
		c.add(lines[i:end])
		i = end
	}
	return Composed{text: c.text.String(), blocks: c.blocks}
}

// Text returns the plain text, lines divided by line ends, as Plain shows the markup:
// items behind "- " or their number, quotes behind "> ", a link with its address behind
// it in brackets, an image by its name in square brackets.
func (c Composed) Text() string { return c.text }

// Markup returns markup that shows the first n bytes of Text as they stand in the
// whole: what is in a table or in bold there is so here, and always closed. A link or an
// image shows when all of it does; of a link the text shows before. Of more bytes the
// markup is longer, but for a few characters.
func (c Composed) Markup(n int) string {
	var b strings.Builder
	for i := 0; i < len(c.blocks); {
		end := i
		for end < len(c.blocks) && c.blocks[end].quoted == c.blocks[i].quoted {
			end++
		}
		section, shows := markupOf(c.blocks[i:end], n)
		if c.blocks[i].quoted && shows {
			section = quoteTags(section)
		}
		if i > 0 && c.blocks[i].at <= n && (shows || !c.blocks[i].quoted) {
			b.WriteByte('\n')
			if shows && c.blocks[i].quoted && c.blocks[i-1].kind != ProseLine {
				b.WriteByte('\n') // else the quote belongs to the item above
			}
		}
		if shows || !c.blocks[i].quoted {
			b.WriteString(section)
		}
		i = end
	}
	return b.String()
}

// quoteTags puts markup into a quote. A blank keeps the tags on their own lines apart from
// an escaped brace above, which for some renderer could take one for its own: rule 5.
func quoteTags(markup string) string {
	return "{quote}\n" + strings.ReplaceAll(markup, "\n{noformat}", "\n {noformat}") + "\n {quote}"
}

// markupOf returns the markup of blocks that stand in one another's company, and whether
// it shows anything.
func markupOf(blocks []block, n int) (markup string, shows bool) {
	var b strings.Builder
	for i := range blocks {
		k := &blocks[i]
		if k.at > n {
			break
		}
		part := k.markup(k.cut(n))
		if i > 0 && (part != "" || k.kind == ProseLine) {
			b.WriteByte('\n')
			if blocks[i-1].standsApart(k) && shows {
				b.WriteByte('\n')
			}
		}
		b.WriteString(part)
		shows = shows || strings.TrimSpace(part) != ""
	}
	return b.String(), shows
}

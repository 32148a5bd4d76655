package wiki

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
	lines []Line
	image func(id string) string
}

// Compose takes the lines of a text. Image returns the file name under which an image
// of that Content-ID is on the issue, or nothing; nil: none is.
func Compose(lines []Line, image func(id string) string) Composed {
	return Composed{lines: lines, image: image}
}

// Text returns the plain text, lines divided by line ends.
func (c Composed) Text() string {
	s := ""
	for i, l := range c.lines {
		if i > 0 {
			s += "\n"
		}
		s += l.Text
	}
	return s
}

// Markup returns markup that shows the first n bytes of Text.
func (c Composed) Markup(n int) string { return Look(c.Text()).Markup(n) }

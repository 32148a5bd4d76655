// Package letter writes what is said to a provider's desk in the two forms of one
// mail: as text and as HTML. Both say the same.
package letter

// Kind says what a Block is.
type Kind int

// The kinds of blocks.
const (
	Marker    Kind = iota // Text, the line above which the desk answers; first of all
	Alert                 // Text that must be seen before everything else
	Heading               // Text
	Paragraph             // Text
	Field                 // Label and Text or Markup, with Parts below and indented
	List                  // Items
	Markup                // Markup: what a person wrote
	Foot                  // Text, below a line
)

// Block is a part of a letter.
type Block struct {
	Kind  Kind
	Label string // of a Field, with its colon or question mark
	Text  string // plain; its lines end in \n
	// Markup is Jira wiki markup. Of a Field it is shown in the place of Text.
	Markup string
	// Note follows the value of a Field and says more of it, such as how it was
	// written; may be empty.
	Note  string
	Items []string // of a List, plain
	Parts []Block  // of a Field
}

// Letter is a mail to a desk.
type Letter struct {
	Blocks []Block
	// Names returns the name of a person whom markup mentions, or "".
	Names func(user string) string
}

// Text returns the letter as plain text.
func (l Letter) Text() string { return "" }

// HTML returns the letter as the HTML body of a mail.
func (l Letter) HTML() string { return "" }

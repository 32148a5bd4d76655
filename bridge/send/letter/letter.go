// Package letter writes what is said to a provider's desk in the two forms of one
// mail: as text and as HTML. Both say the same, word for word and in the same
// order; what a link or a mark hides in HTML stands in its text as well.
//
// The HTML is what every mail program and ticket system shows: tables, styles on
// the elements themselves, nothing that is fetched from elsewhere, and no colour of
// a text without that of its ground. Without any style it still reads well.
//
// Texts may be anything: what they hold is shown, never obeyed. Controls go, and
// those that turn the direction of writing with them, so that no text can show as
// another one than it is.
package letter

import "strings"

// Kind says what a Block is.
type Kind int

// The kinds of blocks.
const (
	Marker    Kind = iota // Text, the line above which the desk answers; first of all
	Alert                 // Text that must be seen before everything else
	Heading               // Text
	Paragraph             // Text; an empty one sets the fields around it apart
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
	// Place names what the block says to who wrote the letter; it is not shown.
	Place string
	Parts []Block // of a Field
}

// Letter is a mail to a desk.
type Letter struct {
	Blocks []Block
	// Names returns the name of a person whom markup mentions, or "".
	Names func(user string) string
}

// maxIndent bounds how far parts move to the right; those that lie deeper stand
// below each other.
const maxIndent = 6

// ordered returns the blocks with the marker first: a reply is cut there, and
// nothing of ours may stand above it.
func (l Letter) ordered() []Block {
	var markers, rest []Block
	for _, b := range l.Blocks {
		if b.Kind == Marker {
			markers = append(markers, b)
		} else {
			rest = append(rest, b)
		}
	}
	return append(markers, rest...)
}

// names is Names, with names that show as what they are.
func (l Letter) names(user string) string {
	if l.Names == nil {
		return ""
	}
	return clean(l.Names(user))
}

// value returns what a field says, as text.
func (l Letter) value(b Block) string {
	if b.Markup != "" {
		return l.plain(b.Markup)
	}
	return trim(clean(b.Text))
}

// noteApart says whether the note has lines of its own below the value.
func noteApart(value, note string) bool { return strings.Contains(value+note, "\n") }

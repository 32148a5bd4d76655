package letter

import (
	"slices"
	"strings"
	"unicode"
)

// indent is how far a value of several lines, and each part, stands to the right.
const indent = "    "

// Text returns the letter as plain text: no line is wrapped, none ends in a blank
// but the one that parts the foot (RFC 3676, section 4.3), and no two empty ones
// follow each other.
func (l Letter) Text() string {
	w := &text{letter: l}
	before := Marker
	for _, b := range l.ordered() {
		// A list belongs to the sentence above it.
		if (b.Kind != Field || before != Field) && (b.Kind != List || before != Paragraph && before != Heading) {
			w.gap = true
		}
		w.block(b)
		before = b.Kind
	}
	return w.out.String()
}

// text is a letter being written as text.
type text struct {
	letter Letter
	out    strings.Builder
	gap    bool // an empty line is due before the next one
	footed bool
}

func (w *text) block(b Block) {
	switch b.Kind {
	case Field:
		w.field(b, 0)
	case Markup:
		w.lines("", "", "", w.letter.plain(b.Markup))
	case Alert:
		w.lines("", "*** ", " ***", trim(clean(b.Text)))
	case List:
		for _, item := range b.Items {
			w.item(trim(clean(item)))
		}
	case Foot:
		w.foot(trim(clean(b.Text)))
	default:
		w.lines("", "", "", trim(clean(b.Text)))
	}
}

// line writes a line. Of what is blank only the fact remains.
func (w *text) line(s string) {
	if s = strings.TrimRightFunc(s, unicode.IsSpace); s == "" {
		w.gap = true
		return
	}
	if w.gap && w.out.Len() > 0 {
		w.out.WriteByte('\n')
	}
	w.gap = false
	w.out.WriteString(s + "\n")
}

// lines writes each line of s between the same two texts.
func (w *text) lines(margin, before, after, s string) {
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) == "" {
			w.gap = w.gap || s != ""
			continue
		}
		w.line(margin + before + line + after)
	}
}

// field writes a value behind its label, or below it when it has several lines.
func (w *text) field(b Block, level int) {
	margin := strings.Repeat(indent, min(level, maxIndent))
	below := strings.Repeat(indent, min(level+1, maxIndent))
	label, value, note := oneLine(b.Label), w.letter.value(b), trim(clean(b.Note))
	if noteApart(value, note) {
		w.line(margin + label)
		w.lines(below, "", "", value)
		w.lines(below, "", "", note)
	} else {
		w.line(margin + strings.Join(filled(label, value, note), " "))
	}
	for _, part := range b.Parts {
		w.field(part, level+1)
	}
}

// filled returns what of its arguments says something.
func filled(all ...string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return strings.TrimSpace(s) == "" })
}

func (w *text) item(s string) {
	if s == "" {
		return
	}
	first, rest, more := strings.Cut(s, "\n")
	w.line("- " + first)
	if more {
		w.lines("  ", "", "", rest)
	}
}

// foot writes the line by which mail programs know what is no part of the text.
// No other line can be one: theirs end in no blank.
func (w *text) foot(s string) {
	if s != "" && !w.footed {
		w.gap, w.footed = false, true
		if w.out.Len() > 0 {
			w.out.WriteByte('\n')
		}
		w.out.WriteString("-- \n")
	}
	w.lines("", "", "", s)
}

func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

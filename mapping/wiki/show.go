package wiki

import (
	"strings"
	"unicode/utf8"
)

// View is a plain text and which of its lines make sense in a fixed width only: what
// tools print in columns, tables drawn with signs, logs, traces and code.
type View struct {
	text   string
	blocks []extent
}

// extent is a part of a text, in bytes.
type extent struct{ start, end int }

// Look reads a text.
func Look(s string) View {
	v := View{text: clean(s)}
	at, done := 0, 0
	lines := strings.Split(v.text, "\n")
	for _, block := range fixedLines(lines) {
		for ; done < block.start; done++ {
			at += len(lines[done]) + 1
		}
		e := extent{start: at}
		for ; done < block.end; done++ {
			at += len(lines[done]) + 1
		}
		e.end = at - 1
		v.blocks = append(v.blocks, e)
	}
	return v
}

// Text returns the text with what Markup leaves out taken away: controls, and marks
// that turn the direction of writing.
func (v View) Text() string { return v.text }

// Markup returns markup that shows the first n bytes of Text as they stand in the
// whole: what is in a fixed width there is so here, and always closed. Of more bytes
// it is longer but for a few characters, because a sign can need its backslash at the
// end of a text only.
func (v View) Markup(n int) string {
	n = max(0, min(n, len(v.text)))
	for n < len(v.text) && n > 0 && !utf8.RuneStart(v.text[n]) {
		n--
	}
	var b strings.Builder
	done := 0
	for _, e := range v.blocks {
		end := min(e.end, n)
		if e.start >= end || strings.TrimSpace(v.text[e.start:end]) == "" {
			break
		}
		b.WriteString(Escape(v.text[done:e.start]))
		b.WriteString(NoFormat(softBlanks(v.text[e.start:end])))
		done = end
	}
	b.WriteString(Escape(v.text[done:n]))
	return b.String()
}

// Show returns markup that shows s as it is: prose as Escape does, and what makes
// sense in a fixed width only as NoFormat does.
func Show(s string) string {
	v := Look(s)
	return v.Markup(len(v.text))
}

// Aligned says whether most of a text makes sense in a fixed width only.
func Aligned(s string) bool {
	lines := strings.Split(clean(s), "\n")
	fixed := 0
	for _, block := range fixedLines(lines) {
		fixed += block.end - block.start
	}
	return fixed > 0 && 2*fixed >= len(lines)
}

// softBlanks makes ordinary blanks of those that do not break: mail programs write
// them for a run of blanks.
func softBlanks(s string) string {
	return strings.Map(func(r rune) rune {
		if isHard(r) {
			return ' '
		}
		return r
	}, s)
}

func isHard(r rune) bool { return r == '\u00a0' || r == '\u2007' || r == '\u202f' }

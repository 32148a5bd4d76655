package text

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The marks before a line of a check.
const (
	markAnswer  = "✓"
	markMissing = "✗"
	markDoubt   = "?"
)

// maxColumn bounds the column of labels of a check, in characters.
const maxColumn = 40

// Check says what an issue answers of a form and what it does not, as lines of
// plain text for a terminal.
func (t Texts) Check(c Check) string {
	var b builder
	b.paragraph(t.verdict(c))
	b.paragraph(t.rows(c))
	if len(c.Doubts) > 0 {
		lines := []string{t.words.toReview}
		for _, d := range c.Doubts {
			lines = append(lines, markDoubt+" "+t.Doubt(d))
		}
		b.paragraph(strings.Join(lines, "\n"))
	}
	return b.String()
}

// verdict is the one line that says whether it can go out.
func (t Texts) verdict(c Check) string {
	w := t.words
	form := oneLine(c.Form, maxLabel)
	if form == "" {
		form = w.noKind
	}
	switch n := len(c.Missing); {
	case c.Complete:
		return fmt.Sprintf(w.complete, form)
	case n == 0:
		return fmt.Sprintf(w.incomplete, form)
	case n == 1:
		return fmt.Sprintf(w.lacksOne, form)
	default:
		return fmt.Sprintf(w.lacksMany, form, n)
	}
}

// rows is a line for each field: what is missing first, as that is what is looked
// for.
func (t Texts) rows(c Check) string {
	doubted := map[string]bool{}
	for _, d := range c.Doubts {
		doubted[d.Label] = true
	}
	var rows []row
	for _, m := range c.Missing {
		says := t.problemWords(m.Code)
		if instead := oneLine(m.Instead, maxValue); instead != "" {
			says = fmt.Sprintf(t.words.noAnswer, instead)
		}
		rows = append(rows, row{markMissing, m.Label, says})
	}
	for _, a := range c.Answers {
		mark := markAnswer
		if doubted[a.Label] {
			mark = markDoubt
		}
		rows = append(rows, row{mark, a.Label, oneLine(a.Value, maxValue)})
	}
	return aligned(rows)
}

// row is a line of a check.
type row struct{ mark, label, says string }

// aligned writes rows with what they say in one column.
func aligned(rows []row) string {
	width := 0
	for i, r := range rows {
		rows[i].label = oneLine(r.label, maxColumn)
		width = max(width, utf8.RuneCountInString(rows[i].label))
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		lines[i] = strings.TrimRight(fmt.Sprintf("%s %-*s  %s", r.mark, width, r.label, r.says), " ")
	}
	return strings.Join(lines, "\n")
}

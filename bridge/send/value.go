package send

import (
	"strconv"
	"strings"
	"unicode"

	"escalat/mapping"
	"escalat/mapping/wiki"
)

// said is a field's value as it goes out: as it was understood, and where it says
// more, as it was written.
func (m spanish) said(f *mapping.Field) string {
	plain := m.plain(f)
	v := m.report.Values.ByField[f.ID]
	switch {
	case v.Answer != nil:
		return understood(v.Answer.Name.In("es"), plain, !v.Answer.Says(plain))
	case v.Option != nil:
		return understood(v.Option.Name.In("es"), plain, !v.Option.Says(plain))
	case !v.Date.At.IsZero():
		return understood(v.Date.Spanish(), plain, !datesOnly(v))
	}
	return plain
}

// datesOnly reports whether a value is a date and nothing else, in full: what
// leaves the year to be understood, or is not sure, may have been understood
// wrongly.
func datesOnly(v mapping.Value) bool {
	if v.Date.Unsure || v.Date.Several {
		return false
	}
	plain := wiki.Plain(v.Text)
	start, end := v.Date.Start, v.Date.End
	if start < 0 || end > len(plain) || start > end {
		return false
	}
	return strings.IndexFunc(plain[:start]+plain[end:], isWord) < 0 && strings.Contains(plain[start:end], strconv.Itoa(v.Date.At.Year()))
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// understood puts what was meant before what was written.
func understood(meant, written string, more bool) string {
	switch {
	case !more:
		return meant
	case strings.Contains(written, "\n"):
		return meant + ". En el original:\n" + written
	}
	return meant + " («" + written + "» en el original)"
}

func (m spanish) plain(f *mapping.Field) string {
	return strings.TrimSpace(m.markup(m.report.Values.ByField[f.ID].Text))
}

// markup is what markup shows, with the people who are mentioned by name.
func (m spanish) markup(s string) string {
	return wiki.PlainWith(s, func(user string) string { return m.issue.People[user] })
}

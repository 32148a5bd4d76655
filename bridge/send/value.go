package send

import (
	"slices"
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
		return understood(v.Option.Name.In("es"), plain, !saysOnly(v.Option, plain))
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
	return bare(plain[:start]+plain[end:]) == "" && strings.Contains(plain[start:end], strconv.Itoa(v.Date.At.Year()))
}

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

// saysOnly reports whether a text is one of the option's words and nothing else.
func saysOnly(o *mapping.Option, text string) bool {
	words := append([]string{o.ID, o.Name.ES, o.Name.CA, o.Name.EN}, o.Words...)
	return slices.ContainsFunc(words, func(w string) bool { return w != "" && bare(w) == bare(text) })
}

// bare is s without capitals and signs.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

func (m spanish) plain(f *mapping.Field) string {
	return strings.TrimSpace(m.markup(m.report.Values.ByField[f.ID].Text))
}

// markup is what markup shows, with the people who are mentioned by name.
func (m spanish) markup(s string) string {
	return wiki.PlainWith(s, func(user string) string { return m.issue.People[user] })
}

package send

import (
	"strconv"
	"strings"

	"escalat/bridge"
	"escalat/bridge/send/letter"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// value writes a field's value as it goes out: as it was understood, and where it
// says more, as it was written; else as it stands. It reports whether there is one.
func (m spanish) value(b *letter.Block, f *mapping.Field) bool {
	written := m.plain(f)
	if written == "" {
		return false
	}
	meant, more := m.meant(f, written)
	switch {
	case meant == "":
		b.Markup = m.inSpanish(m.report.Values.ByField[f.ID].Text)
	case more:
		b.Text, b.Note = meant, m.original(f)
	default:
		b.Text = meant
	}
	return true
}

// meant is what a value means in the provider's words, or nothing where that is not
// known, and whether more was written than that.
func (m spanish) meant(f *mapping.Field, written string) (meant string, more bool) {
	v := m.report.Values.ByField[f.ID]
	switch {
	case v.Answer != nil:
		return v.Answer.Name.In("es"), !v.Answer.Says(written)
	case v.Option != nil:
		return v.Option.Name.In("es"), !v.Option.Says(written)
	case !v.Date.At.IsZero():
		return v.Date.Spanish(), !datesOnly(v)
	}
	return "", false
}

// said is a field's value as plain text.
func (m spanish) said(f *mapping.Field) string {
	written := m.plain(f)
	meant, more := m.meant(f, written)
	switch {
	case meant == "":
		return m.translatedOf(f)
	case more:
		return meant + " " + oneLine(m.original(f))
	}
	return meant
}

// original is what was written, beside what it was understood to mean.
func (m spanish) original(f *mapping.Field) string {
	written, said := m.plain(f), m.translatedOf(f)
	switch several := strings.Contains(said, "\n"); {
	case several && said != written:
		return "Texto traducido:\n" + said
	case several:
		return "Texto original:\n" + said
	case said != written:
		return "(«" + said + "» en el original, traducido)"
	}
	return "(«" + said + "» en el original)"
}

// translatedOf is what stands in the place of a field's value, without markup.
func (m spanish) translatedOf(f *mapping.Field) string {
	return m.reads(saying{text: m.inSpanish(m.report.Values.ByField[f.ID].Text)})
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

// plain is a field's value as it was written, without markup.
func (m spanish) plain(f *mapping.Field) string {
	return bridge.Plain(m.report.Values.ByField[f.ID], m.issue.People)
}

// shown is what markup shows, with the people who are mentioned by name.
func (m spanish) shown(markup string) string { return wiki.PlainWith(markup, m.names()) }

// digest names what the mail says of a value, whoever is mentioned there.
func digest(v mapping.Value) string { return bridge.Digest(bridge.Plain(v, nil)) }

// knows reports whether the provider was told just that. Older notices remember it with
// the names of whom it mentions.
func (m spanish) knows(id string, v mapping.Value) bool {
	told := m.c.Told(id)
	return told != "" && (told == digest(v) || told == bridge.Digest(bridge.Plain(v, m.issue.People)))
}

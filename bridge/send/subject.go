package send

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/mapping"
)

// maxSubject bounds a subject, in letters: what desks show in their lists.
const maxSubject = 150

// maxApplication bounds what stands before the summary in a subject, in letters.
const maxApplication = 60

// subject is "[AOC KEY-123] Sistemas – application – summary". What the summary
// says already is not said twice.
func (m first) subject() string {
	kind := m.report.Form.Name.In("es")
	if m.report.Form.ID == "" {
		kind = "Tipo " + toConfirm
	}
	parts := []string{kind}
	tagged := "[" + m.profile.Tag + " " + m.issue.Key + "]"
	summary := m.summary()
	application := m.application()
	if application != "" && !within(summary, application) {
		parts = append(parts, application)
	}
	if summary != "" && (application == "" || !within(application, summary) || within(summary, application)) {
		parts = append(parts, summary)
	}
	return entitled(tagged, ticket(m.c, m.profile), strings.Join(parts, " – "))
}

// application is what the form's answer says that the profile wants in the subject, or
// empty.
func (m first) application() string {
	for _, f := range m.report.Form.All() {
		if !f.Subject {
			continue
		}
		said := m.translatedOf(f)
		if meant, _ := m.meant(f, m.plain(f)); meant != "" {
			said = meant
		}
		name, _, _ := strings.Cut(said, "\n")
		return cut(strings.TrimRight(oneLine(name), " :;,.–-"), maxApplication)
	}
	return ""
}

// replying is the subject of what follows the first mail: the same, with the
// provider's ticket number when that is known.
func replying(c bridge.Case, p *mapping.Profile) string {
	subject := ""
	if n := c.First(); n != nil {
		subject = n.Subject
	}
	tagged, text := parted(c, p, subject)
	return entitled("Re: "+tagged, ticket(c, p), text)
}

// parted divides a subject of ours into our mark and what it says, without ticket
// numbers.
func parted(c bridge.Case, p *mapping.Profile, subject string) (tagged, text string) {
	text = oneLine(subject)
	for strings.HasPrefix(text, "Re: ") {
		text = strings.TrimPrefix(text, "Re: ")
	}
	if end := strings.IndexByte(text, ']'); strings.HasPrefix(text, "["+p.Tag+" ") && end > 0 {
		tagged, text = text[:end+1], strings.TrimSpace(text[end+1:])
	}
	for _, number := range known(c, p) { // also that which was the newest then
		if rest, ok := strings.CutPrefix(text, number); ok {
			return tagged, strings.TrimSpace(rest)
		}
	}
	return tagged, text
}

// spoken is what a subject of ours says, for the telephone.
func spoken(c bridge.Case, p *mapping.Profile, subject string) string {
	_, text := parted(c, p, subject)
	return text
}

// entitled puts a subject together. A ticket number that stands in the text already
// is not repeated.
func entitled(tagged, ticket, text string) string {
	parts := []string{tagged, ticket, text}
	if ticket == "" || strings.Contains(strings.ToLower(text), strings.ToLower(ticket)) {
		parts = []string{tagged, text}
	}
	return cut(oneLine(strings.Map(visible, strings.Join(parts, " "))), maxSubject)
}

// visible drops what does not show or turns the direction of writing, so that no
// subject shows as another one than it is.
func visible(r rune) rune {
	turns := r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
	if turns || unicode.IsControl(r) && !unicode.IsSpace(r) || r == 0xfeff {
		return -1
	}
	return r
}

// ticket is the provider's ticket number as it writes it in subjects, or empty.
func ticket(c bridge.Case, p *mapping.Profile) string {
	if list := known(c, p); len(list) > 0 {
		return list[0]
	}
	return ""
}

// known are the provider's ticket numbers as they are written in subjects, the
// newest first.
func known(c bridge.Case, p *mapping.Profile) []string {
	var out []string
	if written := oneLine(c.Written); written != "" {
		out = append(out, written)
	}
	for _, number := range slices.Backward(c.References) {
		if written := oneLine(p.References.Write(number)); written != "" {
			out = append(out, written)
		}
	}
	return out
}

// spokenOf is the provider's ticket number that the text names: the one that the subject
// bears, else the newest; empty where none is known.
func spokenOf(c bridge.Case) string {
	newest := ""
	for _, number := range slices.Backward(c.References) {
		switch number = oneLine(number); {
		case number == "":
		case within(c.Written, number):
			return number
		case newest == "":
			newest = number
		}
	}
	return newest
}

// within reports whether the words of part stand in whole, whatever the letter case
// and the form of the apostrophes.
func within(whole, part string) bool {
	whole, part = even(whole), even(part)
	for from := 0; part != ""; {
		at := strings.Index(whole[from:], part)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(whole[:at])
		behind, size := utf8.DecodeRuneInString(whole[at+len(part):])
		if (at == 0 || !isWord(before)) && (size == 0 || !isWord(behind)) {
			return true
		}
		from = at + len(part)
	}
	return false
}

// even levels what makes no difference between two ways of writing.
func even(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u2018', '\u2019', '\u00b4', '`':
			return '\''
		}
		return unicode.ToLower(r)
	}, s)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens s to at most n letters, at a word where there is one.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n-1]
	short := string(r)
	if i := strings.LastIndex(short, " "); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimRight(short, " –-,;:") + "…"
}

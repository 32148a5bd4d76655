package bridge

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping"
)

// Spellings are how a case may have noted a ticket: by its number, or as a person has
// copied it: Ticket#123 for 123.
func Spellings(t mapping.Ticket) []string {
	spellings := []string{t.Number}
	if whole := strings.Trim(t.Written, "[]() "); whole != t.Number && whole != "" {
		spellings = append(spellings, whole)
	}
	return spellings
}

// Knows reports whether the ticket is one of the case's references.
func (c *Case) Knows(t mapping.Ticket) bool {
	return slices.ContainsFunc(Spellings(t), func(s string) bool {
		return slices.ContainsFunc(c.References, func(known string) bool { return strings.EqualFold(known, s) })
	})
}

// Repeats reports whether a subject of ours holds the ticket, which the case does not
// know: somebody of the team wrote it, and an answer only repeats it.
func (c *Case) Repeats(t mapping.Ticket) bool {
	return !c.Knows(t) && slices.ContainsFunc(c.Notices, func(n Notice) bool { return holds(n.Subject, t.Number) })
}

// holds reports whether a word stands in a text by itself, in any letter case.
func holds(text, word string) bool {
	text, word = strings.ToUpper(text), strings.ToUpper(word)
	part := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for end := 0; word != ""; {
		at := strings.Index(text[end:], word)
		if at < 0 {
			break
		}
		before, _ := utf8.DecodeLastRuneInString(text[:end+at])
		end += at + len(word)
		if after, _ := utf8.DecodeRuneInString(text[end:]); !part(before) && !part(after) {
			return true
		}
	}
	return false
}

// TicketNumber is the ticket number of a provider that a word is, or empty: one has a
// digit, and no sign that none has.
func TicketNumber(word string) string { return ticket(strings.TrimSpace(word)) }

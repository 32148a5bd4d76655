package bridge

import (
	"slices"
	"strings"

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

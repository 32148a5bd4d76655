package message

import (
	"strings"
	"unicode"
)

// Prefix is what a mailbox puts before the subject of another mail.
type Prefix int

// What a mailbox does with a mail of which it keeps the subject.
const (
	NoPrefix Prefix = iota
	Answers         // Re:
	PassesOn        // Fwd:
)

// CutPrefix cuts off the first such prefix, and says which it was. What stands in
// brackets before it hides it.
func CutPrefix(subject string) (prefix Prefix, rest string) {
	const longest = 40
	before, rest, found := strings.Cut(subject, ":")
	if !found || len(before) > longest {
		return NoPrefix, subject
	}
	word := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, before)
	word = strings.TrimRight(word, "0123456789[]()^") // RE[2]:
	switch word {
	case "re", "resp", "res", "aw", "antw", "sv", "rif":
		return Answers, strings.TrimSpace(rest)
	case "rv", "rm", "fw", "fwd", "tr", "wg", "i", "reenv", "reenviado", "reenviat", "enc":
		return PassesOn, strings.TrimSpace(rest)
	}
	return NoPrefix, subject
}

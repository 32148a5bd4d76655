package bridge

import (
	"slices"
	"strings"
)

// phoned reads a command that says that the provider was called, perhaps with the
// ticket number or the hour. Anything else behind it is a story: that nobody answered,
// for one.
func phoned(words []string) Command {
	first, rest := letters(words[0]), words[1:]
	exact := slices.Contains([]string{"trucat", "llamado", "phoned", "called"}, first)
	if !exact && (!slipped(first, "trucat") || slices.Contains([]string{"trucant", "truncat", "trufat"}, first)) {
		return Command{}
	}
	if len(rest) > 0 {
		if number := ticket(rest[0]); number != "" && !timely(number) && alone(rest[1:]) {
			return Command{Name: Phoned, Args: []string{number}, Sure: exact}
		}
	}
	if alone(hour(rest)) {
		return Command{Name: Phoned, Sure: exact && alone(rest)}
	}
	return Command{}
}

// hour takes an hour away with which words begin: 10.30, les 10:30 h, 22h, ara.
func hour(words []string) []string {
	for i, w := range words {
		switch said := letters(w); {
		case i == 0 && slices.Contains([]string{"ara", "ahora", "now", "ja", "ya"}, said):
			return words[1:]
		case slices.Contains([]string{"a", "les", "las", "la", "at"}, said):
		case isHour(w):
			words = words[i+1:]
			if len(words) > 0 && slices.Contains([]string{"h", "hores", "horas"}, letters(words[0])) {
				words = words[1:]
			}
			return words
		default:
			return words
		}
	}
	return words
}

// isHour reports whether a word is an hour of the day: 10.30, 10:30h, 22h.
func isHour(word string) bool {
	digits := func(s string) bool {
		return s != "" && len(s) <= 2 && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	}
	word = strings.TrimRight(strings.ToLower(word), ".,;:!)")
	short, h := strings.CutSuffix(word, "h")
	at := strings.IndexAny(short, ".:h")
	if at < 0 {
		return h && digits(short)
	}
	return digits(short[:at]) && len(short)-at == 3 && digits(short[at+1:])
}

// timely reports whether a number is rather an hour, a date or how often: 10.30,
// 22/11/2026, 2.
func timely(number string) bool {
	parts := strings.FieldsFunc(strings.TrimRight(strings.ToLower(number), "h"), func(r rune) bool { return strings.ContainsRune("./-", r) })
	for i, part := range parts {
		year := len(part) == 4 && len(parts) == 3 && i != 1
		if len(part) > 2 && !year || strings.ContainsFunc(part, func(r rune) bool { return r < '0' || r > '9' }) {
			return false
		}
	}
	return len(parts) <= 3
}

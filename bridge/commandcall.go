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
	number, after := numberIn(rest)
	if number == "" {
		number, after = numberIn(hour(rest))
	}
	after = hour(after)
	switch {
	case !alone(after):
		return Command{}
	case number == "":
		return Command{Name: Phoned, Sure: exact && alone(rest)}
	}
	return Command{Name: Phoned, Args: []string{number}, Sure: exact}
}

// maxIntroduced bounds the words that stand before a number.
const maxIntroduced = 4

// numberIn reads a ticket number with which words begin, and what people put before one:
// tiquet núm. 12345. It is empty when there is none; an hour, a date or a count is none.
func numberIn(words []string) (number string, rest []string) {
	at := 0
	for at < len(words) && at < maxIntroduced && slices.Contains(introducing(at > 0), letters(words[at])) {
		at++
	}
	if at == len(words) {
		return "", words
	}
	word := words[at]
	for _, sign := range []string{"núm.", "num.", "nº.", "n.º", "nº", "n°"} {
		if len(word) > len(sign) && strings.EqualFold(word[:len(sign)], sign) {
			word = word[len(sign):]
			break
		}
	}
	if number = ticket(word); number == "" || timely(number) {
		return "", words
	}
	return number, words[at+1:]
}

// introducing are the words that say that a number follows, further those that do so
// behind others.
func introducing(further bool) []string {
	words := []string{
		"tiquet", "ticket", "tíquet", "ref", "referencia", "reference", "num", "núm", "numero", "número", "number", "nº", "n", "no", "cas", "caso", "case", "codi", "codigo", "código",
		"el", "la", "the", "es", "is", "amb", "con", "with",
	}
	if further {
		words = append(words, "de", "del", "of")
	}
	return words
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

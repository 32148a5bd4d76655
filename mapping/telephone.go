package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// How many digits make a telephone number: by themselves, and behind a word that says
// so, as those of an extension.
const (
	minTelephone = 6
	minExtension = 2
)

// telephones are the words before a number that is called, by normal.
var telephones = wordSet("t", "tel", "tels", "tlf", "tlfn", "tlfno", "telf", "tfn", "tfno", "telèfon", "telèfons", "teléfono", "teléfonos", "telephone", "phone",
	"mòbil", "móvil", "mobile", "mob", "mov", "fix", "fijo", "ext", "exts", "extensió", "extensión", "extension", "x", "int", "centraleta", "centralita", "voip")

// betweens may stand between such a word and its number, by normal.
var betweens = wordSet("n", "no", "num", "número", "number", "de", "contacte", "contacto", "intern", "interna", "interno", "internal", "curt", "curta", "corto", "corta",
	"directe", "directo")

// phoneLines begin a line that is nothing but somebody's number, by normal.
var phoneLines = wordSet("tel", "tels", "tlf", "tlfn", "tlfno", "telf", "tfn", "tfno", "telèfon", "telèfons", "teléfono", "teléfonos", "telephone", "phone", "mòbil", "móvil", "mobile")

// noPhone says whether there is no telephone number for a person: neither where the
// person is named nor in a line of the rest of its own, as some tables have it.
func noPhone(markup, rest string) bool {
	for line := range strings.Lines(spoken(markup)) {
		if holdsPhone(line) {
			return false
		}
	}
	for line := range strings.Lines(spoken(rest)) {
		begin, _ := decoration(line)
		if w, _ := nextWord(line[begin:], nil); phoneLines[string(w)] && holdsPhone(line) {
			return false
		}
	}
	return true
}

// spoken is markup as plain text. Whoever is mentioned is no number, whatever Jira
// calls the account.
func spoken(markup string) string {
	return wiki.PlainWith(markup, func(string) string { return "@" })
}

// holdsPhone says whether a line holds a telephone number. The digits of a mail's or a
// page's address are none.
func holdsPhone(line string) bool {
	digits, called := 0, false
	for _, word := range strings.FieldsFunc(line, func(r rune) bool { return isBlankRune(r) || strings.ContainsRune(",;<>|", r) }) {
		if strings.Contains(word, "@") || strings.Contains(word, "://") {
			digits, called = 0, false
			continue
		}
		for i := 0; i < len(word); {
			r, n := utf8.DecodeRuneInString(word[i:])
			switch {
			case unicode.IsDigit(r):
				if digits++; digits >= minTelephone || called && digits >= minExtension {
					return true
				}
			case unicode.IsLetter(r):
				n = lettersLength(word[i:])
				name := normal(word[i : i+n])
				digits, called = 0, telephones[name] || called && betweens[name]
			case strings.ContainsRune("/:–—", r): // dates and hours are no numbers to call
				digits = 0
			}
			i += n
		}
	}
	return false
}

// lettersLength returns the length of the letters that s begins with.
func lettersLength(s string) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !silent(r) }); n >= 0 {
		return n
	}
	return len(s)
}

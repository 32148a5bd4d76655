package translate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// stems are the beginnings of Catalan verbs that the dictionary does not have, with
// those of verbs of the same meaning and conjugation that it has.
var stems = []struct{ from, to string }{{"des", "guard"}}

// endings are those of the first conjugation that an incident may have.
var endings = map[string]bool{
	"ar": true, "a": true, "o": true, "en": true, "em": true, "eu": true, "at": true, "ada": true, "ats": true, "ades": true, "ant": true,
	"ava": true, "aven": true, "àvem": true, "àveu": true, "i": true, "is": true, "in": true, "arà": true, "aran": true, "arem": true,
	"areu": true, "aria": true, "arien": true, "és": true, "essin": true,
}

// known writes a text in words that the dictionary has.
func known(text string) string {
	if !strings.Contains(text, "des") && !strings.Contains(text, "Des") {
		return text
	}
	var b strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(text)
		}
		b.WriteString(synonym(text[:end]))
		_, n := utf8.DecodeRuneInString(text[end:])
		b.WriteString(text[end : end+n])
		text = text[end+n:]
	}
	return b.String()
}

// synonym is a word that the dictionary has, for one that it has not.
func synonym(word string) string {
	for _, s := range stems {
		ending, found := strings.CutPrefix(strings.ToLower(word), s.from)
		if !found || !endings[ending] {
			continue
		}
		if first, n := utf8.DecodeRuneInString(s.to); unicode.IsUpper(rune(word[0])) {
			return string(unicode.ToUpper(first)) + s.to[n:] + ending
		}
		return s.to + ending
	}
	return word
}

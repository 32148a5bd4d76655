package mapping

import (
	"strings"
	"unicode"

	"escalat/mapping/wiki"
)

// folds are the accented letters of the team's languages as one character.
// Decomposed accents are dropped as marks.
var folds = map[rune]rune{
	'à': 'a', 'á': 'a', 'â': 'a', 'ä': 'a', 'ã': 'a', 'è': 'e', 'é': 'e', 'ê': 'e', 'ë': 'e',
	'ì': 'i', 'í': 'i', 'î': 'i', 'ï': 'i', 'ò': 'o', 'ó': 'o', 'ô': 'o', 'ö': 'o', 'õ': 'o',
	'ù': 'u', 'ú': 'u', 'û': 'u', 'ü': 'u', 'ç': 'c', 'ñ': 'n',
}

// normal is s for comparing: lower case, without accents, every run of other
// characters than letters and digits as one space.
func normal(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		r = unicode.ToLower(r)
		if f, ok := folds[r]; ok {
			r = f
		}
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// labelKey is normal for a label: what stands in brackets is no part of it.
func labelKey(s string) string {
	for {
		open := strings.IndexByte(s, '(')
		if open < 0 {
			return normal(s)
		}
		end := strings.IndexByte(s[open:], ')')
		if end < 0 {
			return normal(s[:open])
		}
		s = s[:open] + " " + s[open+end+1:]
	}
}

// placeholders stand for an answer that is still to come, compared by normal.
var placeholders = wordSet(
	"n/a", "na", "n.d.", "no aplica", "no procede", "no procedeix", "not applicable",
	"pendent", "pendents", "pendiente", "pendientes", "pending",
	"pendent de confirmar", "pendiente de confirmar", "per confirmar", "por confirmar",
	"pendent de definir", "pendiente de definir", "per definir", "por definir",
	"pendent d’omplir", "per omplir", "omplir", "por rellenar", "rellenar", "a completar", "completar",
	"tbd", "tbc", "to be defined", "to be confirmed",
	"desconegut", "desconeguda", "desconocido", "desconocida", "unknown", "no ho sé", "no ho sabem", "no lo sé", "no lo sabemos",
	"sense informació", "sin información", "sense dades", "sin datos", "null",
)

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[normal(w)] = true
	}
	return set
}

// isPlaceholder says whether markup holds no answer to the field: nothing, only
// signs, a word that promises one, or the form's own example.
func (f *Field) isPlaceholder(markup string) bool {
	text := wiki.Plain(markup)
	word := normal(text)
	if word == "" {
		return !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.So, r) })
	}
	for _, a := range f.Answers {
		if word == normal(a) {
			return false
		}
	}
	if placeholders[word] || strings.Trim(word, "x ") == "" {
		return true
	}
	for _, e := range f.Example.all() {
		if e != "" && word == normal(e) {
			return true
		}
	}
	return false
}

package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// folds are the accented letters of the team's languages as one character.
// Decomposed accents are dropped as marks.
var folds = map[rune]rune{
	'à': 'a', 'á': 'a', 'â': 'a', 'ä': 'a', 'ã': 'a', 'ª': 'a', 'è': 'e', 'é': 'e', 'ê': 'e', 'ë': 'e',
	'ì': 'i', 'í': 'i', 'î': 'i', 'ï': 'i', 'ò': 'o', 'ó': 'o', 'ô': 'o', 'ö': 'o', 'õ': 'o', 'º': 'o',
	'ù': 'u', 'ú': 'u', 'û': 'u', 'ü': 'u', 'ç': 'c', 'ñ': 'n',
}

// normal is s for comparing: lower case, without accents, every run of other
// characters than letters and digits as one space.
func normal(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		switch {
		case silent(r):
		case isLetter(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(folded(r))
		default:
			gap = true
		}
	}
	return b.String()
}

// folded is a letter as it is compared.
func folded(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	r = unicode.ToLower(r)
	if f, ok := folds[r]; ok {
		return f
	}
	return r
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// silent is what stands inside a word and is no letter of it: a decomposed
// accent, a soft hyphen, a joiner.
func silent(r rune) bool {
	return r > unicode.MaxASCII && (unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r))
}

// isBlankRune: spaces of any width, and what shows as nothing.
func isBlankRune(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff' || r == '\u2800' || r == '\u3164' || unicode.IsControl(r)
}

func notBlankRune(r rune) bool { return !isBlankRune(r) }

func isBlank(s string) bool { return strings.IndexFunc(s, notBlankRune) < 0 }

// labelKey is normal for a label: what stands in brackets is no part of it.
func labelKey(s string) string {
	var b strings.Builder
	for s != "" {
		open := strings.IndexAny(s, "([")
		if open < 0 {
			break
		}
		b.WriteString(s[:open] + " ")
		n := bracketed(s[open:])
		if n == 0 {
			s = ""
			break
		}
		s = s[open+n:]
	}
	b.WriteString(s)
	return normal(b.String())
}

// bracketed returns the length of the brackets that s begins with, or 0 when
// they do not close.
func bracketed(s string) int {
	depth := 0
	for i := 0; i < len(s) && i <= maxLabel; i++ {
		switch s[i] {
		case '(', '[':
			depth++
		case ')', ']':
			if depth--; depth <= 0 {
				return i + 1
			}
		}
	}
	return 0
}

// placeholders stand for an answer that is still to come, compared by normal.
var placeholders = wordSet(
	"n/a", "na", "n.d.", "n/d", "s/d", "no aplica", "no procede", "no procedeix", "no s’aplica", "not applicable",
	"pendent", "pendents", "pendiente", "pendientes", "pending", "falta", "falten dades", "faltan datos",
	"tbd", "tbc", "tba", "to be defined", "to be confirmed",
	"pte", "pdte", "pdt", "adjuntar", "per adjuntar", "por adjuntar", "desconegut", "desconeguda", "desconocido", "desconocida", "unknown", "no ho sé", "no ho sabem", "no lo sé", "no lo sabemos",
	"no se sap", "no se sabe", "ni idea", "no info", "sense info", "sin info",
	"sense informació", "sin información", "sense dades", "sin datos", "null", "nil", "undefined", "lorem ipsum",
	"dd/mm/aaaa", "dd/mm/yyyy", "dd/mm/aaaa hh:mm", "dd/mm/yyyy hh:mm", "hh:mm", "aaaa-mm-dd", "yyyy-mm-dd", "aaaa-mm-dd hh:mm", "yyyy-mm-dd hh:mm",
)

func wordSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[normal(w)] = true
	}
	return set
}

// isPlaceholder says whether markup holds no answer to the field: nothing, only
// signs, a word that promises one, a prompt in brackets, or what the form itself
// says of the field.
func (f *Field) isPlaceholder(markup string) bool {
	text := strings.TrimFunc(wiki.Plain(markup), isBlankRune)
	word := normal(text)
	if word == "" {
		return !strings.ContainsFunc(text, isSymbol) && !hasFace(markup)
	}
	if isStruck(markup) {
		return true
	}
	if len(word) > maxPrompt {
		return f.isSaying(word)
	}
	if a := f.excuse(word); a != nil && a.Says(word) || f.called(text) != nil {
		return false
	}
	if placeholders[word] || isPromise(word) || isAsked(word, text) || isNote(word, text) || strings.Trim(word, "x ") == "" {
		return true
	}
	return f.isPrompt(text) && !holdsFile(markup) || f.isSaying(withoutLead(word))
}

// maxPrompt bounds what may be a word for an answer to come, in bytes.
const maxPrompt = 200

// isSymbol: an emoji says something; an empty box to tick does not.
func isSymbol(r rune) bool {
	return unicode.Is(unicode.So, r) && !strings.ContainsRune("☐□▢⬜▫◻◽⬛\ufffc\ufffd", r)
}

// isPrompt says whether the text is nothing but an order in brackets: <nom>,
// [omplir]. An address or a number in brackets is an answer, and so is what
// somebody quotes between guillemets.
func (f *Field) isPrompt(text string) bool {
	first, n := utf8.DecodeRuneInString(text)
	last, m := utf8.DecodeLastRuneInString(text)
	if n+m >= len(text) {
		return false
	}
	inner := text[n : len(text)-m]
	switch string(first) + string(last) {
	case "<>", "[]", "{}":
		return !strings.ContainsAny(inner, "0123456789@<>[]{}«»./\\\n")
	case "«»", "‹›", "()":
		word := normal(inner)
		return placeholders[word] || isPromise(word) || f.isSaying(word) || slices.ContainsFunc(f.Aliases, func(a string) bool { return isNormal(a, word) })
	}
	return false
}

// isStruck says whether all that markup shows is struck out.
func isStruck(markup string) bool {
	if !strings.Contains(markup, "-") {
		return false
	}
	root := wiki.Parse(markup).Root
	return hasKind(root, wiki.Deleted) && !stands(root)
}

// stands says whether a node shows something that is not struck out.
func stands(n wiki.Node) bool {
	switch n.Kind {
	case wiki.Deleted:
		return false
	case wiki.Image, wiki.File, wiki.Mention, wiki.Link, wiki.Emoticon:
		return true
	}
	return strings.ContainsFunc(n.Text, saysSomething) || slices.ContainsFunc(n.Children, stands)
}

// holdsFile says whether markup shows a file, a person or a link.
func holdsFile(markup string) bool {
	return hasKind(wiki.Parse(markup).Root, wiki.Image, wiki.File, wiki.Mention, wiki.Link)
}

func hasFace(markup string) bool { return hasKind(wiki.Parse(markup).Root, wiki.Emoticon) }

func hasKind(n wiki.Node, kinds ...wiki.Kind) bool {
	if slices.Contains(kinds, n.Kind) && n.Text != "(?)" {
		return true
	}
	return slices.ContainsFunc(n.Children, func(c wiki.Node) bool { return hasKind(c, kinds...) })
}

// isSaying says whether a text, by normal, is what the form itself says of the
// field. Copied as it is, it answers nothing.
func (f *Field) isSaying(word string) bool {
	for _, p := range []Phrase{f.Example, f.Help, f.Label} {
		for _, s := range []string{p.ES, p.CA, p.EN} {
			if s != "" && (isNormal(s, word) || strings.ContainsAny(s, "([") && labelKey(s) == word) {
				return true
			}
		}
	}
	return false
}

// isNormal says whether s is word by normal.
func isNormal(s, word string) bool {
	gap := false
	left := word
	for _, r := range s {
		switch {
		case silent(r):
		case isLetter(r):
			if gap && len(left) < len(word) {
				if !strings.HasPrefix(left, " ") {
					return false
				}
				left = left[1:]
			}
			gap = false
			want, n := utf8.DecodeRuneInString(left)
			if n == 0 || want != folded(r) {
				return false
			}
			left = left[n:]
		default:
			gap = true
		}
	}
	return left == ""
}

// withoutLead takes away what announces an example, of a text by normal.
func withoutLead(word string) string {
	for _, lead := range []string{"per exemple ", "por ejemplo ", "for example ", "p ex ", "p ej ", "exemple ", "ejemplo ", "example ", "ex ", "ej ", "e g "} {
		if rest, ok := strings.CutPrefix(word, lead); ok {
			return rest
		}
	}
	return word
}

// endings are words with which people end what they write, by normal; nothing
// of theirs is an answer.
var endings = wordSet(
	"gràcies", "moltes gràcies", "mil gràcies", "gràcies i salutacions", "gràcies per tot", "gràcies per endavant", "gràcies per avançat", "gràcies a tothom", "merci", "mercès",
	"gracias", "muchas gracias", "mil gracias", "gracias y un saludo", "gracias por todo", "gracias de antemano", "gracias por adelantado", "gracias y saludos",
	"thanks", "thank you", "many thanks", "thanks in advance", "cheers",
	"salutacions", "salutacions cordials", "una salutació", "una salutació cordial", "ben cordialment", "cordialment", "atentament", "rebeu una salutació",
	"saludos", "saludos cordiales", "un saludo", "un cordial saludo", "un saludo cordial", "cordialmente", "atentamente", "reciban un saludo", "recibid un saludo",
	"regards", "best regards", "kind regards", "best", "sincerely",
	"fins aviat", "fins ara", "adéu", "adeu-siau", "hasta luego", "hasta pronto", "una abraçada", "un abrazo", "bon dia a tothom",
	"quedem a l’espera", "quedo a l’espera", "restem a l’espera", "resto a l’espera", "quedamos a la espera", "quedo a la espera",
	"quedem a la vostra disposició", "quedo a la vostra disposició", "quedamos a vuestra disposición", "quedo a vuestra disposición",
	"salut", "salut!", "bona tarda", "bona nit", "que vagi bé",
)

// isEnding says whether a line is nothing but the words that end a letter.
func isEnding(line string) bool {
	if len(line) > maxPrompt {
		return false
	}
	word := normal(line)
	if endings[word] {
		return true
	}
	// "Salutacions, Anna", "Gràcies per la vostra ajuda"
	head, rest, _ := strings.Cut(line, ",")
	if endings[normal(head)] && len(strings.Fields(rest)) <= 4 && !strings.ContainsAny(rest, ":0123456789") {
		return true
	}
	for _, thanks := range []string{"gracies per ", "moltes gracies per ", "gracias por ", "muchas gracias por ", "thanks for ", "thank you for ", "quedem a l espera ", "quedamos a la espera "} {
		if strings.HasPrefix(word, thanks) && strings.Count(word, " ") <= 7 {
			return true
		}
	}
	return false
}

// isNote says whether it is a programmer's note to oneself: in capitals, since in
// small letters the word is a Spanish answer.
func isNote(word, text string) bool { return word == "todo" && text == strings.ToUpper(text) }

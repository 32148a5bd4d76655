package sentence

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrase is a part of a text that stays whole, of one word or several.
type phrase struct {
	extent
	to string
}

// phrases finds what stays whole in a text: masks, quotes, names, commands, and the
// glossary's terms of several words.
type phrases struct {
	o *Options
	// names are the names by their first word as it is written, and those of the
	// glossary by theirs in lower case.
	names map[string][]string
}

func newPhrases(o *Options) *phrases {
	p := &phrases{o: o, names: map[string][]string{}}
	for _, name := range o.Names {
		if name = strings.TrimSpace(name); utf8.RuneCountInString(name) > 1 {
			first := leadingWord(name)
			p.names[first] = append(p.names[first], name)
		}
	}
	return p
}

// leadingWord is the letters, digits and inner signs that s begins with.
func leadingWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		return s
	}
	return s[:end]
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// in returns the phrases of a text in order, none over another.
func (p *phrases) in(s string) []phrase {
	var found []phrase
	inWord := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		end, to := 0, ""
		if !inWord {
			end, to = p.at(s, i, r)
		}
		if end > i {
			found = append(found, phrase{extent{i, end}, to})
			i, inWord = end, false
			continue
		}
		inWord = isWordRune(r) || r == '_' || inWord && strings.ContainsRune("-./:@", r)
		i += size
	}
	return found
}

// at returns where the phrase ends that begins at i, and what it becomes; 0: none does.
func (p *phrases) at(s string, i int, r rune) (end int, to string) {
	for _, mask := range p.o.Masks {
		if mask != "" && strings.HasPrefix(s[i:], mask) {
			return i + len(mask), ""
		}
	}
	if !isWordRune(r) {
		return p.quoteEnd(s, i, r), ""
	}
	word := leadingWord(s[i:min(len(s), i+maxLookWord)])
	for _, name := range p.names[word] {
		if end := i + len(name); strings.HasPrefix(s[i:], name) && edge(s, end) {
			return end, ""
		}
	}
	if end, to := p.o.Glossary.phraseAt(s, i, word); end > 0 {
		return end, to
	}
	return commandEnd(s, i), ""
}

// maxLookWord bounds a word that is looked up, in bytes.
const maxLookWord = 80

// edge says whether a word can end at i.
func edge(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return !isWordRune(r)
}

// maxQuote bounds a quote, in bytes.
const maxQuote = 300

// quoteEnd returns where the quote ends that begins at i and stays as it is, or 0.
func (p *phrases) quoteEnd(s string, i int, open rune) int {
	closing := closingQuote(open)
	if closing == "" {
		return 0
	}
	from := i + utf8.RuneLen(open)
	rest := s[from:min(len(s), from+maxQuote)]
	if line := strings.IndexByte(rest, '\n'); line >= 0 {
		rest = rest[:line]
	}
	n := quoteLength(rest, closing)
	if n < 1 || !p.stays(rest[:n], s[max(0, i-maxReport):i], open) {
		return 0
	}
	return from + n + len(closing)
}

func closingQuote(open rune) string {
	switch open {
	case '"', '\'', '`':
		return string(open)
	case '«':
		return "»"
	case '“':
		return "”"
	case '‘':
		return "’"
	}
	return ""
}

// quoteLength returns how long the quote is that s begins with. A straight one may
// hold an apostrophe.
func quoteLength(s, closing string) int {
	for from := 0; ; {
		n := strings.Index(s[from:], closing)
		if n < 0 {
			return -1
		}
		if from += n; closing == "`" || edge(s, from+len(closing)) {
			return from
		}
		from += len(closing)
	}
}

// maxReport bounds how far before a quote is looked for what says that it is a
// message, in bytes.
const maxReport = 60

// stays says whether what is quoted is to be shown as it was read: code, what a
// program said or what stands on a button. before is what stands before it.
func (p *phrases) stays(quote, before string, open rune) bool {
	switch {
	case open == '`', reports(before):
		return true
	case open == '\'' || open == '‘':
		return false // an apostrophe looks so, too
	case p.o.Want != nil && !p.o.Want(quote):
		return true
	}
	for word := range strings.FieldsSeq(quote) {
		if _, core, _ := edges(word); core != "" && technical(core) {
			return true
		}
	}
	return false
}

// reports says whether a text ends in words that bring a message of a program.
func reports(before string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(before)) {
		_, core, _ := edges(word)
		if _, rest := elided(core); reporting[rest] {
			return true
		}
	}
	return false
}

// reporting are the words that bring the message of a program, or a name of what
// it shows.
var reporting = set(`error errors missatge missatges mensaje mensajes message avís avis aviso alerta alarma log logs
	mostra mostrant apareix aparece surt sortint retorna retornava retornant devuelve
	botó botón button pestanya pestaña menú menu opció opción camp campo títol pantalla
	excepció excepción exception sortida salida resposta respuesta literal text texto assumpte asunto`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		m[word] = true
	}
	return m
}

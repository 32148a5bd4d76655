package date

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// kind says what a token is.
type kind byte

const (
	word   kind = iota + 1 // letters, lower case and without accents
	number                 // digits
	mark                   // one other character
)

// token is a piece of the text. Apostrophes and blanks are none, except an
// apostrophe between digits: 9'30.
type token struct {
	kind       kind
	text       string
	value      int  // of a number of at most four digits
	start, end int  // in the text, in bytes
	glued      bool // nothing stands between this one and the one before
	line       int
}

// folds are accented letters and other forms of a character as the plain one.
var folds = map[rune]rune{
	'à': 'a', 'á': 'a', 'â': 'a', 'ä': 'a', 'ã': 'a', 'è': 'e', 'é': 'e', 'ê': 'e', 'ë': 'e',
	'ì': 'i', 'í': 'i', 'î': 'i', 'ï': 'i', 'ò': 'o', 'ó': 'o', 'ô': 'o', 'ö': 'o', 'õ': 'o',
	'ù': 'u', 'ú': 'u', 'û': 'u', 'ü': 'u', 'ç': 'c', 'ñ': 'n',
	'：': ':', '∶': ':', '–': '-', '—': '-', '‑': '-', '‐': '-', '−': '-', '⁄': '/', '’': '\'', '‘': '\'', '´': '\'', '`': '\'', 'ʼ': '\'', '′': '\'',
}

// tokenize cuts the beginning of a text into tokens.
func tokenize(text string) []token {
	s := scanner{text: text}
	count := 0
	for i, r := range text {
		if count++; count > maxText {
			break
		}
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[i:])
		}
		r = unicode.ToLower(r)
		if f, ok := folds[r]; ok {
			r = f
		}
		s.add(r, i, i+size)
	}
	for i := range s.tokens {
		if t := &s.tokens[i]; t.kind == number && len(t.text) <= 4 {
			t.value, _ = strconv.Atoi(t.text)
		}
	}
	return s.tokens
}

type scanner struct {
	text   string
	tokens []token
	gap    bool // a blank stands before what comes
	closed bool // what comes begins a new token
	line   int
}

// add takes the next character in.
func (s *scanner) add(r rune, start, end int) {
	switch {
	case r == '\n':
		s.line++
		s.gap = true
	case unicode.IsSpace(r):
		s.gap = true
	case unicode.In(r, unicode.Mn, unicode.Cf): // a decomposed accent, an invisible sign
	case r == '\'' && !s.betweenDigits(start, end):
		s.closed = true
	case r >= '0' && r <= '9':
		s.extend(number, r, start, end)
	case unicode.IsLetter(r):
		s.extend(word, r, start, end)
	default:
		s.closed = true
		s.extend(mark, r, start, end)
	}
}

func (s *scanner) extend(k kind, r rune, start, end int) {
	if n := len(s.tokens); n > 0 && !s.gap && !s.closed && s.tokens[n-1].kind == k {
		s.tokens[n-1].text += string(r)
		s.tokens[n-1].end = end
		return
	}
	glued := len(s.tokens) > 0 && !s.gap
	s.tokens = append(s.tokens, token{kind: k, text: string(r), start: start, end: end, glued: glued, line: s.line})
	s.gap, s.closed = false, k == mark
}

func (s *scanner) betweenDigits(start, end int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(s.text) && s.text[i] >= '0' && s.text[i] <= '9' }
	return digit(start-1) && digit(end)
}

// tok returns a token, or an empty one outside the text.
func (r *reader) tok(i int) token {
	if i < 0 || i >= len(r.tokens) {
		return token{}
	}
	return r.tokens[i]
}

// is reports whether a token is that word or mark.
func (r *reader) is(i int, text string) bool { return r.tok(i).text == text }

// in reports whether a token is one of those words or marks.
func (r *reader) in(i int, words map[string]bool) bool { return words[r.tok(i).text] }

// phraseAt returns the value and the end of the longest of the phrases that stands at i.
// Hyphens inside it do not matter.
func phraseAt[V any](r *reader, i int, phrases map[string][]phrase[V]) (value V, end int, ok bool) {
	for _, p := range phrases[r.tok(i).text] {
		if next := r.follow(i, p.words); next > end {
			value, end, ok = p.value, next, true
		}
	}
	return value, end, ok
}

// follow returns where the words end that stand at i, or 0.
func (r *reader) follow(i int, words []string) int {
	for n, w := range words {
		if n > 0 && r.is(i, "-") {
			i++
		}
		if !r.is(i, w) {
			return 0
		}
		i++
	}
	return i
}

// clean reports whether a number may begin at i: it is not the rest of a name, a
// version, an address or an amount.
func (r *reader) clean(i int) bool {
	t, before := r.tok(i), r.tok(i-1)
	if !t.glued {
		return true
	}
	if before.kind != mark {
		return before.text == "l" || before.text == "d" // l’1
	}
	switch before.text {
	case "#", "%", "€", "$", "£", "+", "&":
		return false
	case ":":
		return !before.glued || r.labels(i-2)
	case ".", ",", "-", "/", "_", "\\":
		return !before.glued || r.tok(i-2).kind == mark && r.tok(i-2).text != before.text
	}
	return true
}

// ends reports whether a number may end before i. joins are the marks that may
// stand between it and another number.
func (r *reader) ends(i int, joins string) bool {
	t := r.tok(i)
	if t.kind == 0 || !t.glued {
		return !r.in(i, units)
	}
	if t.kind != mark {
		return false
	}
	if t.text == "%" || t.text == "€" || t.text == "$" || t.text == "£" || t.text == "°" {
		return false
	}
	joined := r.tok(i+1).glued && r.tok(i+1).kind == number
	return !joined || contains(joins, t.text) || !contains(".,:/-_'", t.text)
}

// labels tells the end of a label before a colon from a part of an address.
func (r *reader) labels(i int) bool {
	t := r.tok(i)
	if t.kind == word {
		return !t.glued || !r.is(i-1, ":") && r.tok(i-1).kind != number
	}
	return t.text == "*" || t.text == ")" || t.text == "}"
}

package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// parting is what parts a label from its value.
type parting int

const (
	apart    parting = iota // nothing does
	colon                   // a colon
	sign                    // a dash, an arrow, an equals sign
	question                // the label's own question mark
	ending                  // nothing follows on the line
)

// part is partingOf, but that it takes the questions of a comment for talk: there only
// one of the form's own is a label, before nothing else or before a choice.
func (f *finder) part(s string, l *labelled) (parting, int) {
	how, n := partingOf(s, l)
	if !f.comment || how != question || l.field.answers(s[n:]) {
		return how, n
	}
	if l.own && isBlank(s[n:]) {
		return ending, n
	}
	return apart, 0
}

// answers says whether a text begins with one of the field's choices.
func (f *Field) answers(text string) bool {
	if f.Type != Choice {
		return false
	}
	text = text[:min(len(text), maxLabel)]
	if n := strings.IndexAny(text, ",.;:(\n"); n >= 0 {
		text = text[:n]
	}
	words := strings.Fields(text)
	return len(f.chosen(strings.Join(words[:min(len(words), 6)], " "))) == 1
}

// isQuotedKey says whether a line begins with a name in quotes before a colon, as
// data does that programs write.
func isQuotedKey(text string) bool {
	s := strings.TrimLeft(text, " \t{[,-")
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return false
	}
	end := strings.IndexByte(s[1:min(len(s), maxLabel)], s[0])
	return end > 0 && strings.HasPrefix(strings.TrimLeft(s[end+2:], " \t"), ":")
}

// partingOf reads what parts a label from its value at the beginning of s, and
// returns its length.
func partingOf(s string, l *labelled) (parting, int) {
	i := blanks(s)
	asked := false
	for i < len(s) && s[i] == '?' {
		i, asked = i+1, true
	}
	if asked {
		i += blanks(s[i:])
		if i < len(s) && s[i] == '(' { // help, before the colon
			if end := i + bracketed(s[i:]); colons(s[end+blanks(s[end:]):]) > 0 {
				i = end + blanks(s[end:])
			}
		}
	}
	if n := colons(s[i:]); n > 0 {
		return colon, i + n
	}
	if strings.HasPrefix(s[i:], ".-") { // as offices number and part
		return colon, i + len(".-")
	}
	tab := strings.ContainsRune(s[:i], '\t')
	switch n := signs(s, i); {
	case asked && (l.question || l.long):
		return question, i + n
	case strings.IndexFunc(s, saysSomething) < 0:
		return ending, len(s)
	case (n > 0 || tab) && l.long && !asked:
		return sign, i + n
	}
	return apart, 0
}

// colons returns the length of the colons that s begins with. An address has a
// colon as well.
func colons(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !strings.ContainsRune(":：﹕︰∶꞉", r) {
			break
		}
		n += size
	}
	if strings.HasPrefix(s[n:], "//") {
		return 0
	}
	return n
}

// signs returns the length of another sign at i that parts a label from its
// value. A dash needs a blank at its side.
func signs(s string, i int) int {
	for _, arrow := range []string{"=>", "->", "-->", "=", "→", "➔", "➜", "➡", "⇒", "►", "▶", "»", "|"} {
		if strings.HasPrefix(s[i:], arrow) {
			return len(arrow)
		}
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	next, size := utf8.DecodeRuneInString(s[i+n:])
	free := isBlankRune(next) || size == 0
	if n > 0 && strings.ContainsRune("-–—−", r) && (r != '-' && (i > 0 || free) || i > 0 && free) {
		return n
	}
	return 0
}

func blanks(s string) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return !isBlankRune(r) && !silent(r) || r == '\n' }); n >= 0 {
		return n
	}
	return len(s)
}

// saysSomething: signs behind a label are no answer, an emoji is.
func saysSomething(r rune) bool { return isLetter(r) || unicode.Is(unicode.So, r) }

// decoration returns the length of what may stand before a label: blanks,
// bullets, numbers, emoji, marks of headings and quotes. stray are the marks of
// emphasis that stand right before the label.
func decoration(s string) (n int, stray string) {
	i := 0
	for i < len(s) && i < maxLabel {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case isBlankRune(r):
		case strings.ContainsRune("*_", r):
			for i+size < len(s) && s[i+size] == byte(r) {
				size++
			}
			stray = s[i : i+size]
			i += size
			continue
		case numbered(s[i:]) > 0:
			size = numbered(s[i:])
		case face(s[i:]) > 0:
			size = face(s[i:])
		case r == '{' && macro(s[i:]) > 0:
			size = macro(s[i:])
		case r != object && (isDecoration(r) || strings.ContainsRune("+-#>•·–—▪◦●○■►▶→‣⁃➤¿¡|~.…", r)):
		default:
			return i, stray
		}
		stray = ""
		i += size
	}
	return i, stray
}

func isDecoration(r rune) bool {
	return r > unicode.MaxASCII && (silent(r) || unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.Me, r))
}

// face returns the length of the emoticon that s begins with.
func face(s string) int {
	for _, f := range []string{"(/)", "(x)", "(!)", "(?)", "(i)", "(y)", "(n)", "(+)", "(-)", "(on)", "(off)", "(*)", "(*r)", "(*g)", "(*b)", "(*y)", "(flag)", "(flagoff)"} {
		if strings.HasPrefix(s, f) {
			return len(f)
		}
	}
	return 0
}

// object stands in a page for what is no text: an image, a file, a mention.
const object = '\ufffc'

// numbered returns the length of a number, a letter or a heading mark at the
// beginning: 1. 1) 1.2 (1) a) [x] h3.
func numbered(s string) int {
	for _, mark := range []string{"[ ]", "[x]", "[X]", "bq.", "bq:"} {
		if strings.HasPrefix(s, mark) {
			return len(mark)
		}
	}
	if len(s) > 2 && s[0] == 'h' && s[1] >= '1' && s[1] <= '6' && s[2] == '.' {
		return 3
	}
	i := 0
	if s[0] == '(' {
		i = 1
	}
	digits := i
	for i < len(s) && i < 6 && (s[i] >= '0' && s[i] <= '9' || i > digits && s[i] == '.' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
		i++
	}
	if i == digits && i+1 < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z') && (s[i+1] == ')' || s[i+1] == '.' && i+2 < len(s) && s[i+2] == ' ') {
		return i + 2
	}
	if i == digits || i == len(s) {
		return 0
	}
	for _, end := range []string{".-", ".", ")", "-", "º", "ª", "/", "\ufe0f", "\u20e3", " "} {
		if strings.HasPrefix(s[i:], end) {
			return i + len(end)
		}
	}
	return 0
}

// macro returns the length of a tag that stands before a label in a block which
// is shown as it is: {*} {panel}.
func macro(s string) int {
	if end := strings.IndexByte(s[:min(len(s), 60)], '}'); end > 1 && !strings.ContainsAny(s[1:end], " {") {
		return end + 1
	}
	return 0
}

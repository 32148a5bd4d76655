package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLabel bounds a label in a text, in bytes.
const maxLabel = 200

// labelled is a field under one of its labels.
type labelled struct {
	field    *Field
	key      string // the label by labelKey
	own      bool   // the form's own label, not an alias
	long     bool   // of several words, or own: enough to know it by
	lone     bool   // a line that is nothing else is the label, even without a colon
	question bool   // asks, so that the answer may follow the question mark
	other    bool   // of a field that is not wanted: it only ends a value
}

// labels are all labels that a text may hold.
type labels struct {
	root  word
	keys  []key
	helps map[*Field][][]string
	kinds map[string]bool // how the forms are called, by normal
	kind  *labelled       // under which a line is read that is nothing but that
}

// word is what labels have in common up to one of their words.
type word struct {
	next  map[string]*word
	label *labelled // that ends here
}

// newLabels makes the labels of the fields that are wanted and of the others.
// Who comes first keeps a label; own labels come before aliases.
func newLabels(fields, others []*Field) *labels {
	x := &labels{helps: map[*Field][][]string{}, kinds: map[string]bool{}}
	for i, list := range [][]*Field{fields, others} {
		for _, f := range list {
			for _, l := range f.Label.all() {
				x.add(l, labelled{field: f, own: true, other: i > 0})
			}
		}
		for _, f := range list {
			for _, a := range f.Aliases {
				x.add(a, labelled{field: f, other: i > 0})
			}
			for _, h := range f.Help.all() {
				if words := strings.Fields(normal(h)); len(words) > 1 {
					x.helps[f] = append(x.helps[f], words)
				}
			}
		}
	}
	for _, f := range fields {
		if f.ID == KindID && x.kind == nil {
			x.kind = &labelled{field: f}
			for i := range f.Choices {
				for _, w := range f.Choices[i].says() {
					x.kinds[w] = true
				}
			}
		}
	}
	return x
}

// add adds a label, and once more with what stands in brackets as a part of it.
func (x *labels) add(label string, l labelled) {
	x.addKey(labelKey(label), label, l)
	x.addKey(normal(label), label, l)
}

func (x *labels) addKey(key, label string, l labelled) {
	if l.key = key; key == "" {
		return
	}
	l.long = l.own || strings.Contains(l.key, " ")
	l.lone = l.own || strings.Count(l.key, " ") > 2
	l.question = strings.Contains(label, "?")
	at := &x.root
	for w := range strings.FieldsSeq(l.key) {
		if at.next == nil {
			at.next = map[string]*word{}
		}
		if at.next[w] == nil {
			at.next[w] = &word{}
		}
		at = at.next[w]
	}
	if at.label == nil {
		at.label = &l
		x.keys = append(x.keys, newKey(&l))
	}
}

// hit is a label that stands at the beginning of a text, and where it ends.
type hit struct {
	*labelled
	end int
}

// at returns the labels that s begins with, the longest first.
func (x *labels) at(s string) []hit {
	var hits []hit
	var buf [64]byte
	at := &x.root
	for i := 0; i <= maxLabel; {
		w, n := nextWord(s[i:], buf[:0])
		if n == 0 || at.next[string(w)] == nil {
			break
		}
		at = at.next[string(w)]
		i += n
		if at.label != nil {
			hits = append(hits, hit{at.label, i})
		}
		i += insideLabel(s[i:])
	}
	slices.Reverse(hits)
	return hits
}

// nextWord appends the word that s begins with to buf, by normal, and returns
// how long it is in s.
func nextWord(s string, buf []byte) (w []byte, n int) {
	for i, r := range s {
		switch {
		case isLetter(r):
			buf = utf8.AppendRune(buf, folded(r))
		case i > 0 && silent(r):
		default:
			return buf, i
		}
		if i > maxLabel {
			return nil, 0
		}
	}
	return buf, len(s)
}

// insideLabel returns the length of what may stand between two words of a label.
func insideLabel(s string) int {
	for i := 0; i < len(s) && i < maxLabel; {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '(' || r == '[':
			if n = bracketed(s[i:]); n == 0 {
				return i
			}
		case isLetter(r) || r == '\n' || !isBlankRune(r) && !silent(r) && !strings.ContainsRune("'’‘´`/-–—,.&_\"“”«»", r):
			return i
		}
		i += n
	}
	return min(len(s), maxLabel)
}

// behind returns the length of what may stand between a label and what parts it
// from the value: brackets, the form's own help, the other half of marks.
func (x *labels) behind(s string, f *Field) int {
	i, end := 0, 0 // blanks at the end are left
	for i < len(s) && i < 4*maxLabel {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case isBlankRune(r) && r != '\t' && r != '\n', silent(r):
			i += n
			continue
		case r == '(' || r == '[':
			n = bracketed(s[i:])
		case !strings.ContainsRune("*_\"”»’'", r):
			n = x.help(s[i:], f)
		}
		if n == 0 {
			break
		}
		i += n
		end = i
	}
	return end
}

// help returns the length of the field's help that s begins with, with the sign
// that ends it.
func (x *labels) help(s string, f *Field) int {
	for _, words := range x.helps[f] {
		if n := beginsWith(s, words); n > 0 {
			for n < len(s) && strings.IndexByte(".)]", s[n]) >= 0 {
				n++
			}
			return n
		}
	}
	return 0
}

// beginsWith returns the length of those words when s begins with them.
func beginsWith(s string, words []string) int {
	var buf [64]byte
	end, i := 0, 0
	for _, want := range words {
		for i < len(s) {
			r, n := utf8.DecodeRuneInString(s[i:])
			if isLetter(r) {
				break
			}
			i += n
		}
		w, n := nextWord(s[i:], buf[:0])
		if n == 0 || string(w) != want {
			return 0
		}
		i += n
		end = i
	}
	return end
}

// sort of what parts a label from its value.
type parting int

const (
	apart    parting = iota // nothing does
	colon                   // a colon
	sign                    // a dash, an arrow, an equals sign
	question                // the label's own question mark
	ending                  // nothing follows on the line
)

// part reads what parts a label from its value at the beginning of s, and
// returns its length.
func part(s string, l *labelled) (parting, int) {
	i := blanks(s)
	asked := false
	for i < len(s) && s[i] == '?' {
		i, asked = i+1, true
	}
	if asked {
		i += blanks(s[i:])
		if i < len(s) && s[i] == '(' {
			i += bracketed(s[i:])
			i += blanks(s[i:])
		}
	}
	if n := colons(s[i:]); n > 0 {
		return colon, i + n
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
// is shown as it is: {*} {color:red} {panel}.
func macro(s string) int {
	if end := strings.IndexByte(s[:min(len(s), 60)], '}'); end > 1 && !strings.ContainsAny(s[1:end], " {") {
		return end + 1
	}
	return 0
}

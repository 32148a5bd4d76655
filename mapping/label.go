package mapping

import (
	"slices"
	"strings"
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
	narrow   bool   // names a part of the field only
	slipped  bool   // found only by a slip
}

// labels are all labels that a text may hold.
type labels struct {
	fields []*Field // that are wanted
	root   word
	keys   []key
	helps  map[*Field][][]string
	kinds  map[string]bool // how the forms are called, by normal
	kind   *labelled       // under which a line is read that is nothing but that
	names  map[string]bool // words that name the provider and its customer, by normal
	heeds  bool            // what the texts say besides is kept
}

// word is what labels have in common up to one of their words.
type word struct {
	next  map[string]*word
	label *labelled // that ends here
}

// newLabels makes the labels of the fields that are wanted and of the others.
// Who comes first keeps a label; own labels come before aliases.
func newLabels(fields, others []*Field) *labels {
	x := &labels{fields: fields, helps: map[*Field][][]string{}, kinds: map[string]bool{}}
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
			for _, a := range f.Also {
				x.add(a, labelled{field: f, other: i > 0, narrow: true})
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
					x.kinds[w] = !titles[w] // which heads any issue's text
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
// from the value: brackets, the form's own help, the other half of marks. aside is
// where brackets stand that say something of their own; square ones offer choices.
func (x *labels) behind(s string, f *Field) (end int, aside cut) {
	for i := 0; i < len(s) && i < 4*maxLabel; { // blanks at the end are left
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case isBlankRune(r) && r != '\t' && r != '\n', silent(r):
			i += n
			continue
		case r == '(' || r == '[':
			if n = bracketed(s[i:]); n > 0 && r == '(' && f.saysMore(s[i+1:i+n-1]) {
				aside = aside.with(cut{i, i + n})
			}
		case colons(s[i:]) > 0 || signs(s, i) > 0: // help behind it stands for the answer
			n = 0
		case !strings.ContainsRune("*_\"”»’'", r):
			n = x.help(s[i:], f)
		}
		if n == 0 {
			break
		}
		i += n
		end = i
	}
	return end, aside
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

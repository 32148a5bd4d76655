package mapping

import (
	"cmp"
	"slices"
	"strings"
)

// typed is the field's type; a field that says none is text.
func (f *Field) typed() Type { return cmp.Or(f.Type, Text) }

// chosen returns the options that a plain text names, in the form's order. Longer
// words go first and are used up, so that "no és constant" may mean something
// else than "constant".
func (f *Field) chosen(text string) []*Option {
	type word struct {
		text   string
		option int
	}
	// Each word of the text gets its own blanks, so that one that is used up does
	// not take its neighbour's.
	spaced := func(s string) string { return " " + strings.ReplaceAll(s, " ", "  ") + " " }
	var words []word
	for i := range f.Choices {
		for _, w := range f.Choices[i].says() {
			words = append(words, word{spaced(w), i})
		}
	}
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(len(b.text), len(a.text)) })
	left, named := spaced(normal(text)), make([]bool, len(f.Choices))
	for _, w := range words {
		if strings.Contains(left, w.text) {
			left, named[w.option] = strings.ReplaceAll(left, w.text, " | "), true
		}
	}
	var chosen []*Option
	for i := range f.Choices {
		if named[i] {
			chosen = append(chosen, &f.Choices[i])
		}
	}
	return chosen
}

// called returns the option whose name or word the whole plain text is, or nil.
func (f *Field) called(text string) *Option {
	key := normal(text)
	for i := range f.Choices {
		if key != "" && slices.Contains(f.Choices[i].says(), key) {
			return &f.Choices[i]
		}
	}
	return nil
}

// says returns everything that means the option, by normal.
func (o *Option) says() []string { return sayings(o.Name, o.Words) }

// Says reports whether a plain text is the option and nothing else.
func (o *Option) Says(text string) bool { return slices.Contains(o.says(), normal(text)) }

// Says reports whether a plain text is the answer and nothing else.
func (a *Answer) Says(text string) bool {
	return slices.Contains(sayings(a.Name, a.Words), normal(text))
}

// excuse returns the standard answer with which a plain text begins, or nil. Of
// several it is the one that says most.
func (f *Field) excuse(plain string) *Answer {
	if len(f.Answers) == 0 {
		return nil
	}
	said := normal(plain) + " "
	var found *Answer
	longest := 0
	for i := range f.Answers {
		for _, w := range sayings(f.Answers[i].Name, f.Answers[i].Words) {
			if len(w) > longest && strings.HasPrefix(said, w+" ") {
				found, longest = &f.Answers[i], len(w)
			}
		}
	}
	return found
}

// sayings returns a name in all languages and other words, by normal.
func sayings(name Phrase, others []string) []string {
	var words []string
	for _, w := range append(name.all(), others...) {
		if key := normal(w); key != "" && !slices.Contains(words, key) {
			words = append(words, key)
		}
	}
	return words
}

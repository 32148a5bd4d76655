package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTerm bounds a word of the glossary, in letters.
const maxTerm = 100

// glossary checks the words that stay in a translation, and those that have one of their
// own. No word can be both.
func (d *document) glossary(p *Profile) {
	seen := map[string]bool{}
	for i, word := range p.Glossary {
		at := fmt.Sprintf("$.glossary[%d]", i)
		d.term(at, word)
		if key := strings.ToLower(word); seen[key] {
			d.report(at, "word %q stands twice", word)
		} else {
			seen[key] = true
		}
	}
	for _, word := range slices.Sorted(maps.Keys(p.Terms)) {
		d.term("$.terms", word)
		switch to := p.Terms[word]; {
		case strings.TrimSpace(to) == "":
			d.report("$.terms", "term %q has no translation", word)
		case strings.ContainsFunc(to, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`*_[]{}|^~+#\<>@!`, r) }):
			d.report("$.terms", "term %q becomes %q, which may be markup", word, to)
		case utf8.RuneCountInString(to) > maxTerm:
			d.report("$.terms", "term %q becomes more than %d characters", word, maxTerm)
		}
		if seen[strings.ToLower(word)] {
			d.report("$.terms", "term %q stays by the glossary", word)
		}
	}
}

// term reports what cannot be found as a word.
func (d *document) term(at, word string) {
	d.line(at, word, maxTerm)
	first, _ := utf8.DecodeRuneInString(word)
	if word != strings.TrimSpace(word) || !unicode.IsLetter(first) && !unicode.IsDigit(first) {
		d.report(at, "word %q must begin with a letter or a digit, and end in no blank", word)
	}
}

package text

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// ProblemCodes returns the codes for which Problem has a sentence of its own,
// sorted.
func ProblemCodes() []string { return slices.Sorted(maps.Keys(catalan.problems)) }

// DoubtCodes returns the codes for which Doubt has a sentence of its own, sorted.
func DoubtCodes() []string { return slices.Sorted(maps.Keys(catalan.doubts)) }

// Problem says in one line of plain text why a field counts as missing.
func (t Texts) Problem(label, code string) string {
	return oneLine(label, maxLabel) + behind(label, t.problemWords(code)) + "."
}

// Doubt says in one line of plain text what looks wrong with a value, and what
// to do about it.
func (t Texts) Doubt(d Doubtful) string {
	words := t.doubtWords(d.Why)
	return t.valued(d.Label, oneLine(d.Label, maxLabel), d.Value, words.why, sameText) + ". " + words.do
}

// doubtful lists doubts under their heading, or is nothing. What to do about
// each is said only when it can still be done here.
func (t Texts) doubtful(heading string, doubts []Doubtful, advise bool) string {
	if len(doubts) == 0 {
		return ""
	}
	lines := []string{heading}
	for _, d := range doubts {
		words := t.doubtWords(d.Why)
		line := "* " + t.valued(d.Label, "*"+t.escape(d.Label)+"*", d.Value, words.why, t.escape) + "."
		if advise {
			line += " " + words.do
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// valued puts a label as it is shown, and a value if there is one, before what is
// said of them.
func (t Texts) valued(label, shown, value, sentence string, escape func(string) string) string {
	if value = oneLine(value, maxValue); value == "" {
		return shown + behind(label, sentence)
	}
	return fmt.Sprintf(t.words.valued, shown, escape(value), sentence)
}

// asks reports whether a label is a question, which ends by itself.
func asks(label string) bool { return strings.HasSuffix(strings.TrimSpace(label), "?") }

// withColon ends a label that is to be filled in.
func withColon(label string) string {
	if asks(label) {
		return label
	}
	return label + ":"
}

// behind joins a sentence to its label.
func behind(label, sentence string) string {
	if asks(label) {
		return " " + upperFirst(sentence)
	}
	return ": " + sentence
}

// sameText is the escape function of plain text.
func sameText(s string) string { return s }

func (t Texts) problemWords(code string) string {
	if s, ok := t.words.problems[code]; ok {
		return s
	}
	return t.words.problemElse
}

func (t Texts) doubtWords(code string) doubt {
	if d, ok := t.words.doubts[code]; ok {
		return d
	}
	return t.words.doubtElse
}

// How much of what a person wrote is shown on one line, in characters.
const (
	maxLabel = 100
	maxValue = 80
)

// oneLine is s without line breaks, without characters that are not seen, such as
// those that steer a terminal, and not longer than that.
func oneLine(s string, most int) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) || unicode.IsSpace(r) {
			return r
		}
		return -1
	}, s)
	line := []rune(strings.Join(strings.Fields(seen), " "))
	if len(line) <= most {
		return string(line)
	}
	return strings.TrimRight(string(line[:most-1]), " ") + "…"
}

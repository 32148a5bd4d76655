package translate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge/sentence"
)

// format is how a service is told what must not change.
type format struct {
	write func(s sentence.Sentence) string
	// read gives the pieces of an answer: free text, and the numbers of the fixed ones.
	// It is false where the answer is not well formed.
	read func(answer string) ([]part, bool)
}

// part is free text, or the number of a fixed piece of the source.
type part struct {
	text  string
	fixed int // -1 for free text
}

// inBatches has the sentences with words translated, at most count and size bytes at a
// time; the others stay as they are.
func inBatches(sentences []sentence.Sentence, f format, count, size int, ask func(texts []string) ([]string, error)) ([]sentence.Sentence, error) {
	out := make([]sentence.Sentence, len(sentences))
	var texts []string
	var places []int
	held := 0
	flush := func() error {
		if len(texts) == 0 {
			return nil
		}
		answers, err := ask(texts)
		if err != nil {
			return err
		}
		if len(answers) != len(texts) {
			return errAnswered
		}
		for k, i := range places {
			out[i] = rebuild(sentences[i], answers[k], f)
		}
		texts, places, held = nil, nil, 0
		return nil
	}
	for i, s := range sentences {
		if !hasWords(s) {
			out[i] = slices.Clone(s)
			continue
		}
		text := f.write(s)
		if len(texts) == count || held+len(text) > size {
			if err := flush(); err != nil {
				return nil, err
			}
		}
		texts, places, held = append(texts, text), append(places, i), held+len(text)
	}
	if err := flush(); err != nil {
		return nil, err
	}
	return out, nil
}

func hasWords(s sentence.Sentence) bool {
	return slices.ContainsFunc(s, func(p sentence.Piece) bool {
		return !p.Fixed && strings.ContainsFunc(p.Text, unicode.IsLetter)
	})
}

// rebuild puts the fixed pieces of a sentence into its translation, each as it was; nil
// when one of them is not there exactly once.
func rebuild(source sentence.Sentence, answer string, f format) sentence.Sentence {
	parts, ok := f.read(answer)
	if !ok {
		return nil
	}
	var out sentence.Sentence
	seen := make([]bool, len(source))
	last := -1 // the fixed piece that stands before
	for _, p := range parts {
		if p.fixed < 0 {
			if last >= 0 && startsWord(p.text) && blankAfter(source, last) {
				p.text = " " + p.text
			}
			out, last = appendPieces(out, sentence.Piece{Text: p.text}), -1
			continue
		}
		if p.fixed >= len(source) || seen[p.fixed] || !source[p.fixed].Fixed {
			return nil
		}
		seen[p.fixed] = true
		if (last >= 0 || endsInWord(out)) && blankBefore(source, p.fixed) {
			out = appendPieces(out, sentence.Piece{Text: " "})
		}
		out, last = appendPieces(out, source[p.fixed]), p.fixed
	}
	for i, p := range source {
		if p.Fixed && !seen[i] {
			return nil
		}
	}
	if strings.TrimSpace(out.String()) == "" {
		return nil
	}
	return trimmed(source, out)
}

// The services drop blanks beside what must not change now and then.

func blankBefore(s sentence.Sentence, i int) bool {
	if i == 0 || s[i-1].Fixed {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s[i-1].Text)
	return unicode.IsSpace(last)
}

func blankAfter(s sentence.Sentence, i int) bool {
	if i+1 == len(s) || s[i+1].Fixed {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s[i+1].Text)
	return unicode.IsSpace(first)
}

func endsInWord(s sentence.Sentence) bool {
	if len(s) == 0 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s[len(s)-1].Text)
	return isWord(last)
}

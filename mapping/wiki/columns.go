package wiki

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxGaps bounds the gaps of a line that are looked at.
const maxGaps = 40

// tabWidth is how far apart tabs stop.
const tabWidth = 8

// gap is a run of blanks between two words: where they begin and end in a fixed
// width.
type gap struct {
	from, to, end int // the end of the word before; the word behind
	tab           bool
	weak          bool // behind a number at the beginning, as lists have it too
}

// gapsOf returns the gaps of a line that could part columns. People write two blanks
// as well: behind a sentence, behind the mark of an item, behind a label, around the
// strokes of a signature. Those are none.
func gapsOf(line string) []gap {
	var gaps []gap
	words, letters, singles, wide := 0, 0, 0, false
	column, end := 0, 0 // of what was read, and of the last word
	word, tab := "", false
	for rest := line; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if isGap(r) {
			if column++; r == '\t' {
				column, tab = (column+tabWidth-1)/tabWidth*tabWidth, true
			}
			rest = rest[size:]
			continue
		}
		next := wordOf(rest)
		g := gap{from: end, to: column, end: column + utf8.RuneCountInString(next), tab: tab, weak: words == 1 && isHop(word)}
		switch {
		case words == 0:
		case !tab && g.to-g.from < 2:
			singles++
		case len(gaps) < maxGaps && parts(word, next, words == 1, g):
			gaps = append(gaps, g)
			wide = wide || tab || g.to-g.from > 2
		}
		if words++; isProse(next) {
			letters++
		}
		word, tab = next, false
		column += utf8.RuneCountInString(word)
		end, rest = column, rest[len(word):]
	}
	if !wide && singles > len(gaps) && 10*letters >= 7*words || len(gaps) == 1 && contact.MatchString(head(line)) {
		return nil
	}
	return gaps
}

// isGap says whether r stands between words and takes room.
func isGap(r rune) bool { return r == '\t' || unicode.Is(unicode.Zs, r) }

func wordOf(s string) string {
	if end := strings.IndexFunc(s, isGap); end >= 0 {
		return s[:end]
	}
	return s
}

// parts says whether the gap between two words parts columns; first says that
// nothing stands before them.
func parts(word, next string, first bool, g gap) bool {
	last, _ := utf8.DecodeLastRuneInString(word)
	switch {
	case first && isItem(word), last == ':' && !isHop(word), isStroke(word), isStroke(next):
		return false
	case strings.ContainsRune(".,;!?…»”\")", last):
		return g.tab || g.to-g.from > 2
	}
	return true
}

func isStroke(word string) bool { return word == "|" || word == "│" || word == "·" || word == "•" }

// isItem says whether a word is the mark of a list's item.
func isItem(word string) bool {
	if r, size := utf8.DecodeRuneInString(word); size == len(word) {
		return r == 'o' || !unicode.IsDigit(r) && !unicode.IsLetter(r)
	}
	mark := strings.TrimRight(word, ".)-º")
	return mark != word && len(mark) <= 3 && strings.Trim(mark, "0123456789") == "" || mark != word && len(mark) == 1
}

// isHop says whether a word is a number as tools put it before a line: 1, 1:, 1?:.
func isHop(word string) bool {
	n := strings.TrimRight(word, ":?")
	return n != "" && len(n) <= 3 && strings.Trim(n, "0123456789") == ""
}

// isProse says whether a word is of letters, with the signs of a sentence around.
func isProse(word string) bool {
	word = strings.TrimFunc(word, unicode.IsPunct)
	return word != "" && strings.IndexFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !strings.ContainsRune("-'’·", r)
	}) < 0
}

// similar says whether two lines have their gaps at the same places. With few gaps
// that may be chance, so that it must be exact.
func similar(a, b []gap) bool {
	strongA, strongB := strong(a), strong(b)
	if strongA == 0 || strongB == 0 {
		return false
	}
	if n := tabs(a); n > 0 && n == tabs(b) {
		return true
	}
	off := 0
	if strongA > 1 && strongB > 1 {
		off = 1
	}
	near := func(x, y int) bool { return max(x-y, y-x) <= off }
	return slices.ContainsFunc(a, func(g gap) bool {
		return slices.ContainsFunc(b, func(h gap) bool { return near(g.from, h.from) || near(g.to, h.to) || near(g.end, h.end) })
	})
}

func strong(gaps []gap) (n int) {
	for _, g := range gaps {
		if !g.weak {
			n++
		}
	}
	return n
}

func tabs(gaps []gap) (n int) {
	for _, g := range gaps {
		if g.tab {
			n++
		}
	}
	return n
}

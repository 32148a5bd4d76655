package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/spelling"
)

// allowance is how many slips a label of that many letters may hold. Short
// labels are too near to others.
func allowance(letters int) int {
	switch {
	case letters >= 16:
		return 3
	case letters >= 9:
		return 2
	case letters >= 5:
		return 1
	}
	return 0
}

// minSlip is the fewest letters of a word that may hold a slip: "no" and "sí",
// "AOC" and a number are other words with a letter changed.
const minSlip = 5

// articles are the words that people leave out of a long label, or add to it.
var articles = wordSet("de", "del", "d’", "la", "el", "l’", "dels", "les", "els", "las", "los", "the", "of")

// key is a label for finding the one that was meant. An alias of one word takes
// no slips: it is too near to words of other things.
type key struct {
	label   *labelled
	words   [][]rune
	length  int
	letters uint64 // which letters it holds
	slips   int    // how many are let pass
}

func newKey(label *labelled) key {
	k := key{label: label, words: runeWords(label.key), length: utf8.RuneCountInString(label.key), letters: letterSet(label.key)}
	if !label.long { // Server and Contact stand in every log
		return k
	}
	k.slips = allowance(k.length - len(k.words) + 1)
	return k
}

func runeWords(s string) [][]rune {
	var words [][]rune
	for w := range strings.FieldsSeq(s) {
		words = append(words, []rune(w))
	}
	return words
}

// letterSet is a set of the letters of s: one slip changes at most two.
func letterSet(s string) uint64 {
	var set uint64
	for _, r := range s {
		set |= 1 << (uint32(r) & 63)
	}
	return set
}

// near returns the label that a misspelt one is nearest to, or nil when none is
// near enough or two fields are equally near. word is by labelKey.
func (x *labels) near(word string) *labelled {
	n := utf8.RuneCountInString(word)
	if n < 4 || n > maxLabel {
		return nil
	}
	words, letters := runeWords(word), letterSet(word)
	var best *labelled
	least, tie := maxSlips+1, false
	for i := range x.keys {
		k := &x.keys[i]
		limit := min(k.slips, least)
		// An article with its blank takes four more characters.
		if limit == 0 || abs(k.length-n) > limit+4 || abs(len(k.words)-len(words)) > 1 || ones(k.letters^letters) > 2*limit+4 {
			continue
		}
		d := k.distance(words, limit)
		switch {
		case d > limit:
		case d < least:
			best, least, tie = k.label, d, false
		case k.label.field.ID != best.field.ID:
			tie = true
		}
	}
	if tie {
		return nil
	}
	return best
}

// distance is how many slips make the label of words, or more than limit. Each
// word may hold one, if it is long; a long label may miss an article or have
// another one, and one may stand before any.
func (k *key) distance(words [][]rune, limit int) int {
	i, j, d := 0, 0, 0
	spare := len(k.words) > 3 || len(words) > len(k.words) && articles[string(words[0])]
	for i < len(k.words) && j < len(words) {
		n := slip(k.words[i], words[j])
		switch {
		case n > 1 && k.elided(i, words[j]):
			i, j, d = i+2, j+1, d+1
		case n <= 1:
			i, j, d = i+1, j+1, d+n
		case !spare:
			return limit + 1
		default:
			left, right := articles[string(k.words[i])], articles[string(words[j])]
			if !left && !right {
				return limit + 1
			}
			spare, d = false, d+1
			if left {
				i++
			}
			if right {
				j++
			}
		}
		if d > limit {
			return d
		}
	}
	if i < len(k.words) || j < len(words) {
		return limit + 1
	}
	return d
}

// elided says whether a word is the label's words from i on, without the
// apostrophe between them.
func (k *key) elided(i int, word []rune) bool {
	return len(k.words[i]) == 1 && i+1 < len(k.words) && word[0] == k.words[i][0] && slices.Equal(k.words[i+1], word[1:])
}

// slip is how many slips make the word b of a: none, one, or 2 for more than a
// word may hold.
func slip(a, b []rune) int {
	switch {
	case slices.Equal(a, b):
		return 0
	case len(a) < minSlip || len(b) < minSlip-1 || abs(len(a)-len(b)) > 1 || slices.ContainsFunc(b, unicode.IsNumber):
		return 2
	}
	return spelling.Slips(a, b, 1)
}

// maxSlips is the greatest allowance.
const maxSlips = 3

func abs(n int) int { return max(n, -n) }

func ones(set uint64) int {
	n := 0
	for ; set != 0; set &= set - 1 {
		n++
	}
	return n
}

package mapping

import "unicode/utf8"

// allowance is how many slips a label of that many letters may hold. Short
// words are too near to others.
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

// key is a label for finding the one that was meant. An alias of one word takes
// no slips: it is too near to words of other things.
type key struct {
	label   *labelled
	runes   []rune
	letters uint64 // which letters it holds
	slips   int    // how many are let pass
}

func newKey(label *labelled) key {
	k := key{label: label, runes: []rune(label.key), letters: letterSet(label.key)}
	if !label.long { // Server and Contact stand in every log
		return k
	}
	n := 0
	for _, r := range k.runes {
		if r != ' ' {
			n++
		}
	}
	k.slips = allowance(n)
	return k
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
	runes, letters := []rune(word), letterSet(word)
	var best *labelled
	least, tie := maxSlips+1, false
	for i := range x.keys {
		k := &x.keys[i]
		limit := min(k.slips, least)
		if limit == 0 || abs(len(k.runes)-n) > limit || ones(k.letters^letters) > 2*limit {
			continue
		}
		d := slips(k.runes, runes, limit)
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

// slips is how many letters must be added, left out, changed or swapped with
// their neighbour to make b of a (Damerau–Levenshtein), or more than limit when
// it is more.
func slips(a, b []rune, limit int) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := range row {
			row[j] = limit + 1
		}
		lo, hi := max(1, i-limit), min(len(b), i+limit)
		if lo == 1 {
			row[0] = i
		}
		least := row[lo-1]
		for j := lo; j <= hi; j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j-1]+cost, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}

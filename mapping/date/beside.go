package date

import (
	"strings"

	"escalat/mapping/spelling"
)

// beside reports whether a clock without a day may be taken for one of today:
// nothing around it looks like a day that was not understood. Before the clock
// stand only words that are known to tell no day; behind it, nothing that looks
// like one.
func (r *reader) beside(f found, all []found) bool {
	for k := 0; k < len(r.tokens); k++ {
		if end := within(k, all); end > k {
			k = end - 1
			continue
		}
		if r.tok(k).kind == number {
			end, ok := r.harmless(k, k >= f.to)
			if !ok {
				return false
			}
			k = end - 1
			continue
		}
		if r.tok(k).kind == word && (k < f.from && !r.in(k, companions) || k >= f.to && r.likeDay(k)) {
			return false
		}
	}
	return !r.attached(f.to)
}

// within returns where the moment ends in which a token stands, or 0.
func within(i int, all []found) int {
	for _, f := range all {
		if i >= f.from && i < f.past {
			return f.past
		}
	}
	return 0
}

// harmless returns the end of a number that is no part of a day: an address, the
// code of an error, and behind the clock what is counted and the number of a
// machine.
func (r *reader) harmless(i int, after bool) (int, bool) {
	if end := r.address(i); end > i {
		return end, true
	}
	if len(r.tok(i).text) == 3 && r.in(i-1, codeWords) && !r.tok(i+1).glued {
		return i + 1, true
	}
	if !after {
		return i, false
	}
	name := r.tok(i).glued && r.tok(i-1).kind == word && len(r.tok(i-1).text) > 1
	next := r.tok(i + 1)
	counts := r.clean(i) && next.kind == word && !next.glued && strings.HasSuffix(next.text, "s") && !r.likeDay(i+1)
	return i + 1, name || counts
}

// address returns where an address of four numbers ends, with its mask, or i.
func (r *reader) address(i int) int {
	for n := range 4 {
		if _, ok := r.figures(i+2*n, 1, 3); !ok || n > 0 && (!r.is(i+2*n-1, ".") || !r.glued(i+2*n-1, i+2*n)) {
			return i
		}
	}
	if _, ok := r.figures(i+8, 1, 2); ok && r.is(i+7, "/") && r.glued(i+7, i+8) {
		return i + 9
	}
	return i + 7
}

// likeDay reports whether a word tells a day, or looks as if it were meant to.
func (r *reader) likeDay(i int) bool {
	text := r.tok(i).text
	if _, _, ok := phraseAt(r, i, relativeDays); ok || dayish[text] || r.is(i, "mes") && r.in(i+1, passed) {
		return true
	}
	if wordMonths[text] || len(text) < 5 || notDays[text] {
		return false
	}
	for _, names := range []map[string]int{months, weekdays} {
		for name := range names {
			if len(name) > 4 && near(text, name) {
				return true
			}
		}
	}
	return false
}

// attached reports whether "of" joins to a clock what was not read as its day.
func (r *reader) attached(i int) bool {
	return r.in(i, ofWords) && r.tok(i+1).kind == word && !r.in(i+1, manners) || r.is(i, "of")
}

// near reports whether two words that begin alike differ by at most two letters of
// a long word, one of a short one.
func near(a, b string) bool {
	most := 1
	if len(b) > 7 {
		most = 2
	}
	if a[0] != b[0] || len(a) > len(b)+most || len(b) > len(a)+most {
		return false
	}
	return spelling.Distance(a, b) <= most
}

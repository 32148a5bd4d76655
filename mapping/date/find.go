package date

import "time"

// found is a moment, and where its tokens end.
type found struct {
	Date
	from, to int
	past     int  // where the rest of its span ends
	dayless  bool // nothing said the day: that of writing is taken
	floating bool // the last such day is taken: dimarts, dia 3, 3/10
	begins   bool // a word says that something begins there
	outer    bool // a day that belongs to another thing: després del desplegament del 20/11
}

// maxFound bounds how many moments of a text are looked at.
const maxFound = 16

// read finds the moments of the text and returns the one that is meant.
func (r *reader) read() (Date, verdict) {
	all, v := r.all()
	if v != good {
		return Date{}, v
	}
	n := choose(all)
	f := all[n]
	if f.dayless && !r.beside(f, all) || all[0].dayless && f.Precision == Day && !r.beside(all[0], all) {
		return Date{}, impossible
	}
	if f.floating && r.shifted(f) {
		return Date{}, impossible
	}
	for _, other := range all {
		if f.dayless && !other.dayless && other.Precision == Day {
			if !other.outer {
				return Date{}, impossible
			}
			f.Unsure = true
		}
		doubted := f.Precision == Day || !f.begins && !other.outer || other.begins
		f.Several = f.Several || doubted && f.differs(other)
	}
	f.Start, f.End = r.tokens[f.from].start, r.tokens[f.to-1].end
	return f.Date, good
}

// all finds the moments at which something may begin, in their order. Behind the
// first one, what cannot be is another moment that was not understood.
func (r *reader) all() ([]found, verdict) {
	var all []found
	for i, last := 0, 0; i < len(r.tokens) && len(all) < maxFound; {
		if end := r.ending(i, len(all) > 0 && i == last); end > i {
			if i = end; len(all) > 0 {
				all[len(all)-1].past = end
			}
			continue
		}
		f, v := r.at(i)
		switch {
		case v == impossible && len(all) == 0:
			return nil, v
		case v == impossible:
			all[0].Several = true
			fallthrough
		case v == none:
			i++
			continue
		}
		f.from, f.past = i, r.rest(f.to)
		f.begins, f.outer = r.begins(f, last), r.outer(f)
		f.Unsure = f.Unsure || f.outer && f.Precision != Day
		all = append(all, f)
		i, last = f.past, f.past
	}
	if len(all) == 0 {
		return nil, none
	}
	return all, good
}

// choose returns which of the moments is meant: the first that a word of beginning
// introduces, else the first. A day that belongs to another thing gives way to a
// moment that has its own.
func choose(all []found) int {
	for n, f := range all {
		if f.begins && (!f.dayless || all[0].dayless) {
			return n
		}
	}
	if all[0].outer && all[0].Precision == Day {
		for n, f := range all {
			if f.Precision != Day && !f.dayless {
				return n
			}
		}
	}
	return 0
}

// differs reports whether the other one is another moment, and not the same told
// again or told less.
func (f found) differs(other found) bool {
	if f.Precision == Day || other.Precision == Day {
		y, m, n := f.At.Date()
		y2, m2, n2 := other.At.Date()
		return !other.dayless && !f.dayless && (y != y2 || m != m2 || n != n2)
	}
	if other.dayless { // the same hour, told in another way
		return f.At.Format("15:04") != other.At.Format("15:04")
	}
	return f.At.Sub(other.At).Abs() >= time.Minute
}

// begins reports whether a word of beginning introduces a moment, in its part of
// the sentence and not before the moment that ends at last.
func (r *reader) begins(f found, last int) bool {
	for k := f.to - 1; k >= max(last, f.from-8); k-- {
		if k < f.from && (r.in(k, clauseMarks) && !r.is(k, ":") || r.tok(k).line != r.tok(f.from).line) {
			return false
		}
		if r.in(k, beginWords) {
			return true
		}
	}
	return false
}

// outer reports whether a moment is what a word before it is told by: the
// deployment of the 20th.
func (r *reader) outer(f found) bool {
	of := r.in(f.from-1, ofWords) || r.is(f.from-1, "of")
	return of && r.tok(f.from-2).kind == word && !r.in(f.from-2, companions)
}

// shifted reports whether words beside a day say that it is not the last one of
// its name: dimarts vinent, el mes passat el dia 3.
func (r *reader) shifted(f found) bool {
	for k := f.from - 6; k < f.to+5; k++ {
		if _, _, ok := phraseAt(r, k, shifts); ok && r.tok(k).line == r.tok(f.from).line {
			return true
		}
	}
	return false
}

// ending returns where a moment ends that is not a beginning: fins a les 9:20, and
// what a dash joins to the moment before.
func (r *reader) ending(i int, joined bool) int {
	even := r.is(i+1, "i") || r.is(i+1, "y") // fins i tot
	if (even || !r.in(i, endWords)) && (!joined || !r.in(i, spanMarks)) {
		return i
	}
	for k := i + 1; k < i+5; k++ {
		if f, v := r.at(k); v == good {
			return f.to
		}
		if !r.in(k, leads) && !r.in(k, articles) && !r.in(k, toDay) {
			break
		}
	}
	return i
}

// now reads that what is told begins as it is written.
func (r *reader) now() (Date, bool) {
	for i := range r.tokens {
		sure, end, ok := phraseAt(r, i, nowWords)
		if ok && (sure || i == 0 && end == len(r.tokens)) {
			return Date{At: r.written.In(r.zone).Truncate(time.Second), Precision: Minute, Start: r.tokens[i].start, End: r.tokens[end-1].end}, true
		}
	}
	return Date{}, false
}

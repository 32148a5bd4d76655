package date

import "time"

// amount is how long ago something was.
type amount struct {
	span   time.Duration
	days   int
	months int
	approx bool
	hours  bool // told in hours or more
}

// maxAgo bounds the numbers of "ago".
const maxAgo = 1000

// ago reads fa 2 hores, hace media hora, 20 minutes ago: a moment.
func (r *reader) ago(i int) (found, verdict) {
	a, end, ok := r.amountAgo(i)
	if !ok || a.span == 0 {
		return found{}, none
	}
	at := r.written.Add(-a.span).In(r.zone)
	for range a.days {
		at = at.AddDate(0, 0, -1)
	}
	d := Date{At: at.Truncate(time.Minute), Precision: Minute, Approximate: a.approx || a.hours}
	if a.hours {
		d.Precision = Hour
	}
	return found{Date: d, to: end}, good
}

// daysAgo reads fa tres dies, hace una semana: a day.
func (r *reader) daysAgo(i int) (day, int, verdict) {
	a, end, ok := r.amountAgo(i)
	if !ok || a.span != 0 {
		return day{}, 0, none
	}
	back := func(today time.Time) time.Time { return today.AddDate(0, -a.months, -a.days) }
	return day{form: inDays, offset: back, approx: a.approx}, end, good
}

func (r *reader) amountAgo(i int) (amount, int, bool) {
	if r.in(i, agoLeads) {
		j, approx := i+1, !r.is(i, "fa") && !r.is(i, "hace")
		for n := 0; n < 4 && r.in(j, agoFillers) && !r.amountNext(j); n++ {
			approx = true
			j++
		}
		a, end, ok := r.amount(j)
		a.approx = a.approx || approx
		return a, end, ok
	}
	if r.tok(i).kind == number && !r.clean(i) {
		return amount{}, 0, false
	}
	a, end, ok := r.amount(i)
	if !ok || !r.is(end, "ago") {
		return amount{}, 0, false
	}
	return a, end + 1, true
}

// amountNext reports whether the word at i is the amount itself: una hora, and
// not unas dos horas.
func (r *reader) amountNext(i int) bool {
	_, _, ok := r.amount(i)
	return ok
}

// amount reads how long: dues hores i mitja, un parell de dies, 1 h 20 min.
func (r *reader) amount(i int) (amount, int, bool) {
	a, j, ok := r.quantity(i)
	if !ok {
		return amount{}, 0, false
	}
	k := r.skip(r.skip(j, andWords), commaMark)
	if a.hours && k > j && r.in(k, halfWords) { // una hora i mitja
		a.span += a.span / time.Duration(max(1, int(a.span/time.Hour))) / 2
		return a, k + 1, true
	}
	if b, end, ok := r.quantity(k); ok && b.months == 0 && (a.hours && !b.hours || a.days > 0 && b.hours) {
		a.span += b.span
		return a, end, true
	}
	return a, j, true
}

// quantity reads a number and its unit.
func (r *reader) quantity(i int) (amount, int, bool) {
	if span, end, ok := r.clocked(i); ok {
		return amount{span: span, hours: true}, end, true
	}
	if half, end, ok := phraseAt(r, i, fixedSpans); ok {
		return amount{span: time.Duration(half) * time.Minute, approx: half > 15 && half < 60, hours: half >= 60}, end, true
	}
	var a amount
	tenths, j, ok := 0, i, false
	if _, end, pair := phraseAt(r, i, pairWords); pair {
		tenths, j, ok, a.approx = 20, end, true, true
	} else if r.is(i, "a") || r.is(i, "an") {
		tenths, j, ok = 10, i+1, true
	} else if n, end, number := r.numeral(i, 59); number && n <= maxAgo {
		tenths, j, ok = 10*n, end, true
		if f, has := r.figures(end+1, 1, 1); has && r.in(end, fractions) && r.glued(end, end+1) {
			tenths, j = tenths+f, end+2
		}
	}
	if !ok {
		return amount{}, 0, false
	}
	switch unit := r.tok(j).text; {
	case secondWords[unit]:
		a.span = time.Duration(tenths) * time.Second / 10
	case minuteWords[unit]:
		a.span = time.Duration(tenths) * time.Minute / 10
	case hourWords[unit]:
		a.span, a.hours = time.Duration(tenths)*time.Hour/10, true
	case dayWords[unit]:
		a.days = tenths / 10
	case weekWords[unit]:
		a.days, a.approx = 7*tenths/10, true
	case monthWords[unit]:
		a.months, a.approx = tenths/10, true
	default:
		return amount{}, 0, false
	}
	return a, j + 1, true
}

// clocked reads a span that is written like a time: 2:30 h.
func (r *reader) clocked(i int) (time.Duration, int, bool) {
	h, ok := r.figures(i, 1, 3)
	m, ok2 := r.figures(i+2, 2, 2)
	if !ok || !ok2 || m > 59 || !r.is(i+1, ":") || !r.glued(i+1, i+2) || !r.in(i+3, hourWords) {
		return 0, 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, i + 4, true
}

// lasts reports whether what begins at i is how long something takes, and not a
// time: a word before it says so.
func (r *reader) lasts(i int) bool {
	k := i - 1
	for n := 0; n < 3 && r.in(k, agoFillers) && !r.in(k, spanWords); n++ {
		if r.is(k, "de") && r.in(k-1, lasting) {
			return true
		}
		k--
	}
	return r.in(k, spanWords)
}

package date

import "time"

// day is a day as it is told.
type day struct {
	form       dayForm
	year       int
	month      time.Month
	number     int // of the month
	weekday    time.Weekday
	hasWeekday bool
	last       bool // the weekday before that of today
	relative   relative
	offset     func(time.Time) time.Time // of inDays: back from the day of writing
	part       Part
	approx     bool
	unsure     bool // the text contradicts itself
}

// dayForm says what is told of a day.
type dayForm int

const (
	unsaid      dayForm = iota
	full                // year, month and number
	yearless            // month and number
	numberAlone         // the number alone
	ofWeek              // the weekday alone
	inDays              // relative
)

// floating reports whether the day is the last one that fits what is told.
func (d day) floating() bool {
	return d.form == yearless || d.form == numberAlone || d.form == ofWeek
}

// day reads a day that begins at i.
func (r *reader) day(i int) (day, int, verdict) {
	d, end, v := r.calendarDay(i)
	if v != none {
		return d, end, v
	}
	if rel, end, ok := phraseAt(r, i, relativeDays); ok {
		return day{form: inDays, relative: rel, part: rel.part}, end, good
	}
	if r.is(i, "manana") && !r.in(i-1, partsOfManana) {
		if _, _, v := r.clockAfter(i+1, nil); v != none {
			return day{form: inDays, relative: relative{days: 1}}, i + 1, good
		}
	}
	if d, end, v := r.daysAgo(i); v != none {
		return d, end, v
	}
	if d, end, v := r.weekday(i); v != none {
		return d, end, v
	}
	return r.numberedDay(i)
}

// calendarDay reads a day with its month.
func (r *reader) calendarDay(i int) (day, int, verdict) {
	if r.tok(i).kind == word {
		return r.monthFirst(i)
	}
	if r.tok(i).kind != number || !r.clean(i) {
		return day{}, 0, none
	}
	if d, end, v := r.firstOf(i); v != none {
		return d, end, v
	}
	return r.inFigures(i)
}

// firstOf reads the first of several days: 20 i 21 de novembre, 21-22/11/2026.
func (r *reader) firstOf(i int) (day, int, verdict) {
	n, ok := r.figures(i, 1, 2)
	if !ok || n < 1 || !r.in(i+1, daySpans) || r.tok(i+2).kind != number {
		return day{}, 0, none
	}
	d, end, v := r.inFigures(i + 2)
	if v != good || n >= d.number || r.is(i+1, "-") && r.is(i+3, "-") {
		return day{}, 0, none
	}
	d.number = n
	return d, end, good
}

// inFigures reads a day with its month that begins with a number.
func (r *reader) inFigures(i int) (day, int, verdict) {
	for _, form := range []func(int) (day, int, verdict){r.iso, r.basic, r.threeParts, r.blankParts, r.dayMonth, r.twoParts} {
		if d, end, v := form(i); v != none {
			return d, end, v
		}
	}
	return day{}, 0, none
}

// figures returns the number at i, if it has between least and most digits.
func (r *reader) figures(i, least, most int) (int, bool) {
	t := r.tok(i)
	return t.value, t.kind == number && len(t.text) >= least && len(t.text) <= most
}

// iso reads 2026-11-22.
func (r *reader) iso(i int) (day, int, verdict) {
	y, ok := r.figures(i, 4, 4)
	m, ok2 := r.figures(i+2, 1, 2)
	n, ok3 := r.figures(i+4, 1, 2)
	sep := r.tok(i + 1).text
	if !ok || !ok2 || !ok3 || !contains("-/.", sep) || !r.is(i+3, sep) || !r.glued(i+1, i+4) || !plausibleYear(y) {
		return day{}, 0, none
	}
	return r.exact(y, m, n, i+5)
}

// basic reads 20261122T0930, and 20261122 9:30 and 22112026 9:30: without the time
// it is any number.
func (r *reader) basic(i int) (day, int, verdict) {
	t := r.tok(i)
	compact := r.is(i+1, "t") && r.glued(i+1, i+2) && r.tok(i+2).kind == number
	if t.kind != number || len(t.text) != 8 || !compact && !r.colonClock(i+1) {
		return day{}, 0, none
	}
	n := 0
	for _, c := range t.text {
		n = 10*n + int(c-'0')
	}
	switch {
	case plausibleYear(n / 10000):
		return r.exact(n/10000, n/100%100, n%100, i+1)
	case plausibleYear(n%10000) && !compact:
		return r.exact(n%10000, n/10000%100, n/1000000, i+1)
	}
	return day{}, 0, none
}

// colonClock reports whether a time with a colon stands at i, apart.
func (r *reader) colonClock(i int) bool {
	return !r.tok(i).glued && r.tok(i).kind == number && len(r.tok(i).text) <= 2 && r.is(i+1, ":") && r.glued(i+1, i+2) && r.tok(i+2).kind == number
}

// blankParts reads 22 11 2026 9:30.
func (r *reader) blankParts(i int) (day, int, verdict) {
	n, ok := r.figures(i, 1, 2)
	m, ok2 := r.figures(i+1, 1, 2)
	y, ok3 := r.figures(i+2, 4, 4)
	if !ok || !ok2 || !ok3 || !plausibleYear(y) || !r.colonClock(i+3) || !r.opens(i) && !r.announced(i) {
		return day{}, 0, none
	}
	return r.exact(y, m, n, i+3)
}

// threeParts reads 22/11/2026, 22-11-26, 22.11.2026, 22/Nov/2026 and, for a year
// of four digits, 22 / 11 / 2026.
func (r *reader) threeParts(i int) (day, int, verdict) {
	n, ok := r.figures(i, 1, 2)
	y, ok2 := r.figures(i+4, 2, 4)
	sep := r.tok(i + 1).text
	long := len(r.tok(i+4).text) == 4
	known := contains("-/.", sep) || long && contains("_,\\", sep)
	if !ok || !ok2 || len(r.tok(i+4).text) == 3 || !known || !r.is(i+3, sep) || !r.glued(i+1, i+4) && (!long || !contains("-/", sep)) {
		return day{}, 0, none
	}
	m, named := months[r.tok(i+2).text]
	if !named {
		if m, ok = r.figures(i+2, 1, 2); !ok {
			return day{}, 0, none
		}
	}
	if !long {
		y += 2000
	}
	if !plausibleYear(y) || !long && !named && sep != "/" && !r.shortYear(i, n, m, y) {
		return day{}, 0, none
	}
	return r.exact(y, m, n, i+5)
}

// shortYear tells 22-11-26 and 22.11.26 from versions and numbers of things.
func (r *reader) shortYear(i, n, m, y int) bool {
	year := r.written.Year()
	return n >= 1 && n <= 31 && m >= 1 && m <= 12 && y >= year-10 && y <= year+1 && !r.in(i-1, versions)
}

// exact is a whole date that ends before end.
func (r *reader) exact(y, m, n, end int) (day, int, verdict) {
	if !r.dayEnds(end) {
		return day{}, 0, none
	}
	if m < 1 || m > 12 || n < 1 || n > daysIn(y, m) {
		return day{}, 0, impossible
	}
	return day{form: full, year: y, month: time.Month(m), number: n}, end, good
}

// dayEnds reports whether a date may end before i: a time may be glued to it.
func (r *reader) dayEnds(i int) bool {
	if r.ends(i, "") {
		return true
	}
	t := r.tok(i)
	time := r.tok(i+1).kind == number && r.tok(i+1).glued
	if t.text == "t" {
		return time
	}
	return time && contains("-,_:", t.text) && r.is(i+2, ":") && r.glued(i+2, i+3)
}

// glued reports whether the tokens from first to last stand without blanks.
func (r *reader) glued(first, last int) bool {
	for i := first; i <= last; i++ {
		if !r.tok(i).glued {
			return false
		}
	}
	return true
}

// dayMonth reads 22 de novembre del 2026, 22nd of November, 22 Nov 26, 22-nov.
func (r *reader) dayMonth(i int) (day, int, verdict) {
	n, ok := r.figures(i, 1, 2)
	if !ok {
		return day{}, 0, none
	}
	if d, end, v := r.ofMonth(i, n); v != none {
		return d, end, v
	}
	j := r.skip(r.skip(r.ordinal(i+1), dayMonthWords), dayMonthWords)
	m, ok := months[r.tok(j).text]
	if !ok || r.ambiguous(j, j > i+1) {
		return day{}, 0, none
	}
	return r.yearAfter(n, m, j+1)
}

// ofMonth reads 22 del 11, where a year or a time follows.
func (r *reader) ofMonth(i, n int) (day, int, verdict) {
	m, ok := r.figures(i+2, 1, 2)
	if !ok || !r.is(i+1, "del") || m < 1 || m > 12 || !r.ends(i+3, "") {
		return day{}, 0, none
	}
	d, end, v := r.yearAfter(n, m, i+3)
	if _, _, timed := r.clockAfter(end, nil); v == good && d.form == yearless && timed == none {
		return day{}, 0, none
	}
	return d, end, v
}

// ordinal skips what makes a number of a day an ordinal.
func (r *reader) ordinal(i int) int {
	if r.tok(i).glued && r.in(i, ordinals) {
		return i + 1
	}
	return i
}

func (r *reader) skip(i int, words map[string]bool) int {
	if r.in(i, words) {
		return i + 1
	}
	return i
}

// ambiguous reports whether what could be a month is another word: des de les 9,
// 3 may, 10 set.
func (r *reader) ambiguous(i int, joined bool) bool {
	if !wordMonths[r.tok(i).text] || joined {
		return false
	}
	next := r.tok(i + 1)
	if next.kind == 0 || next.text == "." || next.text == "," {
		return false
	}
	j := r.skip(i+1, ofWords)
	year, ok := r.figures(j, 4, 4)
	return !ok || !plausibleYear(year)
}

// yearAfter reads the year that may stand behind a day and a month.
func (r *reader) yearAfter(n, m, i int) (day, int, verdict) {
	j := i
	if r.is(j, ".") && (r.tok(j+1).kind == number || r.in(j+1, yearWords)) {
		j++
	}
	for range 2 {
		j = r.skip(j, yearWords)
	}
	if y, ok := r.figures(j, 4, 4); ok && plausibleYear(y) && r.dayEnds(j+1) {
		return r.exact(y, m, n, j+1)
	}
	if y, ok := r.figures(j, 2, 2); ok && j > i && !r.is(j-1, ",") && !r.is(j-1, ".") && r.ends(j+1, "") && !r.in(j+1, hourWords) {
		return r.exact(2000+y, m, n, j+1)
	}
	if n < 1 || n > daysIn(2000, m) {
		return day{}, 0, impossible
	}
	return day{form: yearless, month: time.Month(m), number: n}, i, good
}

// monthFirst reads Nov 22, 2026; a time may stand before the year.
func (r *reader) monthFirst(i int) (day, int, verdict) {
	m, ok := months[r.tok(i).text]
	if !ok {
		return day{}, 0, none
	}
	j := i + 1
	if r.is(j, ".") || r.is(j, "-") && r.glued(j, j+1) {
		j++
	}
	n, ok := r.figures(j, 1, 2)
	j = r.ordinal(j + 1)
	if !ok || !r.ends(j, "-,") || r.is(j, ":") || r.is(j, "h") || r.counted(j) {
		return day{}, 0, none
	}
	if wordMonths[r.tok(i).text] && !r.monthSure(j) {
		return day{}, 0, none
	}
	if r.is(j, ",") || r.is(j, "-") {
		j++
	}
	if y, ok := r.figures(j, 4, 4); ok && plausibleYear(y) && r.dayEnds(j+1) {
		return r.exact(y, m, n, j+1)
	}
	if n < 1 || n > daysIn(2000, m) {
		return day{}, 0, impossible
	}
	return day{form: yearless, month: time.Month(m), number: n}, j, good
}

// monthSure reports whether a year or a time follows.
func (r *reader) monthSure(i int) bool {
	i = r.skip(i, commaMark)
	y, ok := r.figures(i, 4, 4)
	return ok && plausibleYear(y) || r.is(i+1, ":")
}

// twoParts reads 22/11, and 22-11 and 22.11 where a day is announced.
func (r *reader) twoParts(i int) (day, int, verdict) {
	n, ok := r.figures(i, 1, 2)
	m, ok2 := r.figures(i+2, 1, 2)
	sep := r.tok(i + 1).text
	apart := sep == "/" && r.colonClock(i+3) && r.opens(i) // 22 / 11 9:30
	if !ok || !ok2 || !contains("/-.", sep) || !r.glued(i+1, i+2) && !apart || !r.dayEnds(i+3) {
		return day{}, 0, none
	}
	if _, _, v := r.quarters(i); v != none { // 3/4 de 9
		return day{}, 0, none
	}
	dotted := m >= 1 && m <= 12 && n >= 1 && n <= 31 && r.colonClock(r.skip(i+3, commaMark)) && !r.in(i-1, versions) // 22.11 9:30
	if sep == "." && (r.in(i+3, hourWords) || !dotted && !r.in(i-1, dayNames) && (!r.is(i-1, ":") || !r.in(i-2, dayNames))) {
		return day{}, 0, none
	}
	announced := r.announced(i)
	_, _, timed := r.clockAfter(i+3, nil)
	always := n == 24 && m == 7
	alone := r.alone(i, i+3) && !always
	can := m >= 1 && m <= 12 && n >= 1 && n <= daysIn(2000, m)
	shown := alone && (can || n <= 31 && m <= 12)
	switch {
	case sep == "-" && !announced && timed == none:
		return day{}, 0, none
	case !announced && timed == none && !shown:
		return day{}, 0, none
	case r.counted(i + 3):
		return day{}, 0, none
	case !can:
		return day{}, 0, impossible
	}
	return day{form: yearless, month: time.Month(m), number: n}, i + 3, good
}

// announced reports whether a word before i says that a day comes.
func (r *reader) announced(i int) bool {
	if r.in(i-1, announcers) || r.is(i-1, ":") && r.in(i-2, announcers) {
		return true
	}
	_, ok := weekdays[r.tok(i-1).text]
	_, short := shortWeekdays[r.tok(i-1).text]
	return ok || short
}

// alone reports whether only marks or ends of lines stand around some tokens.
func (r *reader) alone(first, end int) bool {
	before, after := r.tok(first-1), r.tok(end)
	left := before.kind == 0 || before.kind == mark || before.line != r.tok(first).line
	right := after.kind == 0 || after.kind == mark || after.line != r.tok(end-1).line
	return left && right
}

func plausibleYear(y int) bool { return y >= 1990 && y <= 2100 }

func daysIn(y, m int) int {
	return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

package date

import "time"

// weekday reads a weekday with the number of its day, or alone.
func (r *reader) weekday(i int) (day, int, verdict) {
	w, long := weekdays[r.tok(i).text]
	if !long {
		var short bool
		if w, short = shortWeekdays[r.tok(i).text]; !short {
			return day{}, 0, none
		}
	}
	j := i + 1
	for range 3 {
		j = r.skip(j, weekdayFillers)
	}
	if d, end, v := r.calendarDay(j); v != none && (long || r.tok(j).kind == number) {
		d.weekday, d.hasWeekday = time.Weekday(w), true
		return d, end, v
	}
	if d, end, v := r.dayNumber(j); v != none {
		d.weekday, d.hasWeekday = time.Weekday(w), true
		return d, end, v
	}
	if !long || r.in(i-1, often) {
		return day{}, 0, none
	}
	if r.otherwise(r.skip(i+1, passed)) {
		return day{}, 0, impossible
	}
	d := day{form: ofWeek, weekday: time.Weekday(w), hasWeekday: true, last: r.in(i-1, passed)}
	if r.in(i+1, passed) {
		d.last = true
		return d, i + 2, good
	}
	return d, i + 1, good
}

// numberedDay reads "dia 22", and "el 22" where nothing else is meant by it.
func (r *reader) numberedDay(i int) (day, int, verdict) {
	switch {
	case r.in(i, dayWords) && r.tok(i-1).kind != number:
		j := r.skip(i+1, colonMark)
		if n, ok := r.figures(j, 1, 2); ok && n > 31 && r.ends(j+1, "") && !r.counted(j+1) {
			return day{}, 0, impossible
		}
		return r.dayNumber(j)
	case r.is(i, "el") || r.is(i, "del") || r.is(i, "the"):
		_, _, whole := r.calendarDay(i + 1)
		d, end, v := r.dayNumber(i + 1)
		if v != good || whole != none {
			return day{}, 0, none
		}
		if _, _, ok := r.partAfter(end, nil); ok {
			return d, end, good
		}
		span := r.is(end, "al") && r.tok(end+1).kind == number // del 21 al 22
		if c, _, v := r.clockAfter(end, nil); span || r.tok(end).kind == 0 || v == impossible || v == good && !c.loose {
			return d, end, good
		}
	case r.tok(i).kind == number && r.opens(i) && r.tok(i).value > 14 && r.in(i+1, partLeads): // 21 al matí
		d, end, v := r.dayNumber(i)
		if p, _, ok := r.partAfter(end, nil); v == good && ok && (p == Morning || p == Dawn) {
			return d, end, good
		}
	}
	return day{}, 0, none
}

// dayNumber reads the number of a day of the month, if the number counts nothing.
func (r *reader) dayNumber(i int) (day, int, verdict) {
	n, ok := r.figures(i, 1, 2)
	end := r.ordinal(i + 1)
	if !ok || n < 1 || n > 31 || !r.ends(end, "") || r.counted(end) || r.in(end, hourWords) || r.is(end, ":") {
		return day{}, 0, none
	}
	if r.in(end, ofWords) && r.in(end+1, thisWords) && r.is(end+2, "mes") {
		end += 3
	}
	if r.otherwise(end) {
		return day{}, 0, impossible
	}
	return day{form: numberAlone, number: n}, end, good
}

// counted reports whether the word at i is what a number before it counts: such
// a word is a plural, and those end in s.
func (r *reader) counted(i int) bool {
	t, before := r.tok(i), r.tok(i-1)
	if units[t.text] {
		return true
	}
	n := len(t.text)
	return t.kind == word && t.line == before.line && n > 1 && t.text[n-1] == 's' && !mine[t.text]
}

// midnight is the beginning of a day by the wall of a zone.
func midnight(y int, m time.Month, n int) time.Time {
	return time.Date(y, m, n, 0, 0, 0, 0, time.UTC)
}

// ahead is how far a day without a year or month may lie in the future: further
// away, the last one is meant.
const ahead = 3 * 24 * time.Hour

// resolve returns the day as the midnight of UTC that has its number. now is the
// moment of writing, by the same clock.
func (d day) resolve(now time.Time) time.Time {
	today := midnight(now.Date())
	switch d.form {
	case full:
		return midnight(d.year, d.month, d.number)
	case yearless:
		d.hasWeekday = false // a wrong one must not choose the year
		return d.lastOf(today, func(back int) (int, time.Month) { return today.Year() - back, d.month }, 8)
	case numberAlone:
		return d.lastOf(today, func(back int) (int, time.Month) {
			m := midnight(today.Year(), today.Month()-time.Month(back), 1)
			return m.Year(), m.Month()
		}, 12)
	case ofWeek:
		back := (int(today.Weekday()) - int(d.weekday) + 7) % 7
		if back == 0 && d.last {
			back = 7
		}
		return today.AddDate(0, 0, -back)
	case inDays:
		if d.offset != nil {
			return d.offset(today)
		}
		days := d.relative.days
		if d.relative.this && now.Hour() < 15 {
			days-- // the night that is over, or that began yesterday
		}
		return today.AddDate(0, 0, days)
	}
	return today
}

// lastOf returns the last day with that number in the months that back names. A
// weekday that is told chooses between one to come and the one before.
func (d day) lastOf(today time.Time, month func(back int) (int, time.Month), most int) time.Time {
	var first time.Time
	for back := range most + 1 {
		y, m := month(back)
		at := midnight(y, m, d.number)
		if at.Month() != m || at.Sub(today) > ahead {
			continue
		}
		if !d.hasWeekday || at.Weekday() == d.weekday {
			return at
		}
		if first.IsZero() {
			first = at
		}
		if !at.After(today) {
			return at
		}
	}
	return first
}

// again reads the day that a word for it introduces: avui, 22 de novembre. What is
// told by its number stands; a weekday that is another one leaves nothing.
func (r *reader) again(d *day, i int) (int, verdict) {
	if d.form != inDays || d.offset != nil {
		return i, good
	}
	told := d.resolve(r.written.In(r.zone))
	j, end, named := i, i, -1
	for n := 0; n < 4 && (r.in(j, weekdayFillers) || r.announced(j+1) && r.tok(j).kind == word); n++ {
		if w, ok := weekdays[r.tok(j).text]; ok {
			named, end = w, j+1
		}
		j++
	}
	e, next, v := r.calendarDay(j)
	if v == none && (r.in(j-1, dayWords) || named >= 0 && end == j) {
		e, next, v = r.dayNumber(j)
	}
	if v != good {
		if named >= 0 && time.Weekday(named) != told.Weekday() {
			return i, impossible
		}
		return end, good
	}
	e.part, e.approx = d.part, d.approx
	at := e.resolve(r.written.In(r.zone))
	night := d.part == Night && at.Equal(told.AddDate(0, 0, 1))
	e.unsure = !at.Equal(told) && !night || named >= 0 && time.Weekday(named) != at.Weekday()
	*d = e
	return next, good
}

// otherwise reports whether "of" joins to a day what was not understood, and what
// makes it another day: el 21 de nobembre, dilluns de la setmana passada.
func (r *reader) otherwise(i int) bool {
	if !r.in(i, ofWords) && !r.is(i, "of") {
		return false
	}
	if _, _, ok := r.partAfter(i, nil); ok || r.in(i+1, manners) {
		return false
	}
	if r.in(i+1, thisWords) {
		return !r.in(i+2, thisSpans)
	}
	k := i + 1
	for r.in(k, articles) || r.is(k, "el") {
		k++
	}
	if _, _, ok := phraseAt(r, k, clockWords); ok || r.tok(k).kind != word {
		return false
	}
	_, _, v := r.core(k, told)
	return v == none
}

// weekdayBehind reads the weekday behind a date: 22/11/2026 (diumenge).
func (r *reader) weekdayBehind(d *day, i int) int {
	j := i
	if r.is(j, ",") || r.is(j, "(") {
		j++
	}
	w, ok := weekdays[r.tok(j).text]
	if !ok || d.hasWeekday || r.tok(j).line != r.tok(i-1).line {
		return i
	}
	d.weekday, d.hasWeekday = time.Weekday(w), true
	return j + 1
}

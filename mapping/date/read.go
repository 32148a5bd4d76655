package date

import "time"

// verdict is what an attempt to read something says.
type verdict int

const (
	none       verdict = iota // no such thing stands there
	good                      // it does
	impossible                // it does, and cannot be
)

// reader reads the tokens of a text.
type reader struct {
	tokens  []token
	written time.Time
	zone    *time.Location
}

// later is how far a time may lie in the future before that of the day before is
// meant: clocks differ, and people round up.
const later = 10 * time.Minute

// at reads a date and time that begin at i.
func (r *reader) at(i int) (found, verdict) {
	if f, v := r.ago(i); v != none {
		return f, v
	}
	d, j, v := r.day(i)
	if v == impossible {
		return found{}, v
	}
	if v == good {
		return r.dayFirst(i, d, j)
	}
	if f, v := r.only(i); v != none {
		return f, v
	}
	c, j, v := r.clock(i)
	if v != good {
		return found{}, v
	}
	return r.clockFirst(i, c, j)
}

// dayFirst reads the time that stands behind a day.
func (r *reader) dayFirst(i int, d day, j int) (found, verdict) {
	d.approx = d.approx || r.roughlyBefore(i)
	j, v := r.again(&d, j)
	if v == impossible {
		return found{}, v
	}
	if d.form == full || d.form == yearless {
		j = r.weekdayBehind(&d, j)
	}
	if f, ok := r.agoBehind(d, j); ok {
		return f, good
	}
	if p, ok := r.partBefore(i); ok && d.part == 0 {
		d.part = p
		if next, end, v := r.day(r.skip(j+1, articles)); p == Dawn && v == good && (r.is(j, "a") || r.is(j, "al") || r.is(j, "to")) {
			d, j = next, end // de dissabte a diumenge
			d.part = p
		}
	}
	c, end, v := r.clockAfter(j, &d)
	if v == none {
		if _, next, ok := r.partAfter(j, &d); ok {
			j = next
		}
		c, end, v = r.clockBehind(j)
	}
	if v == impossible {
		return found{}, v
	}
	if v == none || r.ownDay(d, end) {
		return r.whole(d, i, j), good
	}
	if y, ok := r.figures(end, 4, 4); ok && d.form == yearless && plausibleYear(y) && r.ends(end+1, "") {
		if d.number > daysIn(y, int(d.month)) {
			return found{}, impossible
		}
		d.form, d.year = full, y
		end++
	}
	return r.join(d, c, i, end)
}

// ownDay reports whether another day than the one before it follows a time: del
// 20/11, a les 9:20 d’avui.
func (r *reader) ownDay(d day, i int) bool {
	_, _, relative := phraseAt(r, i, relativeDays)
	if !relative && !r.in(i, ofWords) && !r.is(i, "of") && !r.is(i, "on") {
		return false
	}
	if !relative {
		i++
	}
	own, end, v := r.day(r.skip(i, articles))
	if v != good {
		own, end, v = r.day(i)
	}
	if v != good {
		return false
	}
	if _, v = r.again(&own, end); v == impossible {
		return true
	}
	now := r.written.In(r.zone)
	return !own.resolve(now).Equal(d.resolve(now))
}

// agoBehind reads a span that says more than the day before it: avui fa una hora.
func (r *reader) agoBehind(d day, i int) (found, bool) {
	if d.form != inDays || d.offset != nil || d.relative.days != 0 {
		return found{}, false
	}
	for n := 0; n < 3 && r.in(i, toClock); n++ {
		i++
	}
	f, v := r.ago(i)
	return f, v == good
}

// partBefore reads a part of the day before a day: noche del 21/11.
func (r *reader) partBefore(i int) (Part, bool) {
	if !r.in(i, ofWords) {
		i--
	}
	p, ok := partWords[r.tok(i-1).text]
	return p, ok && r.in(i, ofWords)
}

// clockFirst reads the day that may stand behind a time.
func (r *reader) clockFirst(i int, c clock, j int) (found, verdict) {
	c.approx = c.approx || r.roughlyBefore(i)
	end := r.rest(j)
	for k, steps := end, 0; steps < 8; steps++ {
		d, next, v := r.day(k)
		if v == good {
			next, v = r.again(&d, next)
		}
		if v == impossible {
			return found{}, v
		}
		if v == good {
			if p, after, ok := r.partAfter(next, &d); ok && c.part == 0 {
				d.part, next = p, after
			}
			next = r.zoneBehind(&c, next)
			return r.join(d, c, i, next)
		}
		if !r.in(k, toDay) || r.tok(k).line > r.tok(j-1).line+1 {
			break
		}
		k++
	}
	return r.join(day{}, c, i, j)
}

// only reads what is a moment where nothing else is written: 9.20, and the small
// hours without a day.
func (r *reader) only(i int) (found, verdict) {
	if p, end, ok := phraseAt(r, i, smallHours); ok && r.opens(i) {
		if c, next, v := r.clockAfter(end, nil); v == good {
			return r.join(day{part: p}, c, i, next)
		}
		f := r.whole(day{form: inDays, part: p}, i, end)
		f.dayless = true
		return f, good
	}
	h, ok := r.figures(0, 1, 2)
	m, ok2 := r.figures(2, 2, 2)
	last := r.is(3, ".") && len(r.tokens) == 4
	if i > 0 || !ok || !ok2 || len(r.tokens) != 3 && !last || !r.is(1, ".") && !r.is(1, "'") || !r.glued(1, 2) {
		return found{}, none
	}
	if h > 0 && m > 0 && m <= 12 && r.is(1, ".") { // 9.10 is a day as well
		return found{}, none
	}
	c := clock{hour: h, minute: m, precision: Minute}
	if c.possible() != good {
		return found{}, none
	}
	return r.join(day{}, c, 0, 3)
}

// rest skips the second half of a span: 9:00 - 9:30, les 9 i les 10.
func (r *reader) rest(i int) int {
	if !r.in(i, spans) {
		return i
	}
	j := r.skip(i+1, untilWords)
	if _, _, v := r.calendarDay(j); v != none {
		return i
	}
	_, end, v := r.core(r.skip(j, articles), told)
	if v != good {
		return i
	}
	return end
}

// clockBehind looks for the time of a day further on in the same sentence.
func (r *reader) clockBehind(i int) (clock, int, verdict) {
	for k := i; k < min(i+20, len(r.tokens)); k++ {
		t := r.tok(k)
		if t.line != r.tok(i-1).line || endWords[t.text] || clauses[t.text] && !r.tok(k+1).glued {
			break
		}
		if _, _, v := r.calendarDay(k); v != none {
			break
		}
		if _, _, ok := phraseAt(r, k, relativeDays); ok {
			break
		}
		c, end, v := r.clock(k)
		if v == impossible || v == good && !c.loose {
			c.approx = c.approx || r.roughlyBefore(k)
			return c, end, v
		}
	}
	return clock{}, 0, none
}

// roughlyBefore reports whether a word before i says that the time is not exact.
func (r *reader) roughlyBefore(i int) bool {
	for k := i - 1; k >= i-4 && k >= 0; k-- {
		if r.in(k, roughly) {
			return true
		}
		if !r.in(k, articles) && !r.in(k, leads) && !r.in(k, toDay) {
			return false
		}
	}
	return false
}

// whole is a day without a time.
func (r *reader) whole(d day, from, to int) found {
	at := d.resolve(r.written.In(r.zone))
	date := Date{
		At: r.local(at, nil), Precision: Day, Part: d.part, Approximate: d.approx || d.part != 0,
		Unsure: d.unsure || r.contradicted(d, at, from, to),
	}
	return found{Date: date, to: to, floating: d.floating()}
}

// contradicted reports whether a weekday that is told with a date is another one.
func (r *reader) contradicted(d day, at time.Time, from, to int) bool {
	if d.form != full && d.form != yearless && d.form != numberAlone {
		return false
	}
	if d.hasWeekday && d.weekday != at.Weekday() {
		return true
	}
	for k := from; k < to; k++ {
		if w, ok := weekdays[r.tok(k).text]; ok && time.Weekday(w) != at.Weekday() {
			return true
		}
	}
	return false
}

// join makes a moment of a day and a time.
func (r *reader) join(d day, c clock, from, to int) (found, verdict) {
	part := c.part
	if part == 0 {
		part = d.part
	}
	if !c.settle(part) || c.foreign && !c.fixed {
		return found{}, impossible
	}
	zone := r.zone
	switch {
	case c.fixed:
		zone = time.FixedZone("", c.offset)
	case c.place != nil:
		zone = c.place
	}
	date := d.resolve(r.written.In(zone))
	if c.zone != "" && !c.fixed {
		r.season(&c, date.Add(c.span()))
	}
	at, guessed := r.moment(d, c, zone)
	m := Date{
		At: at, Precision: c.precision, Approximate: c.approx || d.approx,
		Unsure: guessed || c.unsure || d.unsure || r.contradicted(d, date, from, to),
	}
	return found{Date: m, to: to, dayless: d.form == unsaid, floating: d.floating()}, good
}

// moment is the instant of a day and a time that is settled, and whether another
// one may be meant as well: the same hour of the afternoon, or that of today.
func (r *reader) moment(d day, c clock, zone *time.Location) (time.Time, bool) {
	now := r.written.In(zone)
	date := d.resolve(now)
	instant := func(days, hours int) time.Time {
		return r.local(date.AddDate(0, 0, days).Add(c.span()+time.Duration(hours)*time.Hour), &c)
	}
	come := func(t time.Time) bool { return t.After(r.written.Add(later)) }
	at := instant(0, 0)
	if d.part == Night && c.part == 0 && c.hour < 6 && d.form != unsaid {
		if next := instant(1, 0); !come(next) { // the small hours of a night are of the next day
			return next, false
		}
		return at, false
	}
	if c.spoken && c.part == 0 && d.part == 0 {
		return r.spokenMoment(d, c, instant, come)
	}
	if c.hour == 24 && c.named && come(at) { // the midnight with which the day began
		return instant(-1, 0), false
	}
	if !come(at) {
		return at, c.halfTold() && d.part == 0 && !come(instant(0, 12))
	}
	switch {
	case d.form == unsaid:
		return instant(-1, 0), true
	case d.form == ofWeek && date.Equal(midnight(now.Date())):
		return instant(-7, 0), true
	}
	return at, false
}

// halfTold reports whether an hour may be one of the afternoon: nobody who says
// that something began at 4 says 04:00, 4 h or 4 in the morning.
func (c clock) halfTold() bool {
	return c.precision == Hour && c.hour >= 1 && c.hour <= 7 && c.part == 0 && !c.unit && !c.padded && !c.named
}

// spokenMoment says which of the two halves of the day a clock of twelve hours
// means.
func (r *reader) spokenMoment(d day, c clock, instant func(days, hours int) time.Time, come func(time.Time) bool) (time.Time, bool) {
	morning, evening := 0, 12
	if c.hour >= 12 {
		morning, evening = -12, 0
	}
	today := d.form == inDays && d.relative.days == 0 && d.offset == nil
	if d.form != unsaid && !today {
		if c.hour >= 8 && c.hour <= 12 {
			return instant(0, 0), false
		}
		return instant(0, evening), false
	}
	for _, hours := range []int{evening, morning} {
		if at := instant(0, hours); !come(at) {
			return at, false
		}
	}
	if today {
		return instant(0, 0), false
	}
	return instant(-1, evening), true
}

// local returns the instant at which a clock shows what wall does in UTC.
func (r *reader) local(wall time.Time, c *clock) time.Time {
	if c != nil && c.fixed {
		return wall.Add(-time.Duration(c.offset) * time.Second).In(r.zone)
	}
	zone := r.zone
	if c != nil && c.place != nil {
		zone = c.place
	}
	var first time.Time
	for i, day := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(day).In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		name, in := at.Zone()
		if in == offset && (c == nil || c.zone == "" || c.zone == name || i == 1) {
			return at.In(r.zone)
		}
		if i == 0 {
			first = at
		}
	}
	return first.In(r.zone)
}

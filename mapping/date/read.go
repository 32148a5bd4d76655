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
func (r *reader) at(i int) (Date, int, verdict) {
	if d, end, v := r.ago(i); v != none {
		return d, end, v
	}
	d, j, v := r.day(i)
	if v == impossible {
		return Date{}, 0, v
	}
	if v == good {
		return r.dayFirst(i, d, j)
	}
	c, j, v := r.clock(i)
	if v != good {
		return Date{}, 0, v
	}
	return r.clockFirst(i, c, j)
}

// dayFirst reads the time that stands behind a day.
func (r *reader) dayFirst(i int, d day, j int) (Date, int, verdict) {
	d.approx = d.approx || r.roughlyBefore(i)
	j = r.again(&d, j)
	if p, ok := r.partBefore(i); ok && d.part == 0 {
		d.part = p
	}
	c, end, v := r.clockAfter(j, &d)
	if v == none {
		if _, next, ok := r.partAfter(j, &d); ok {
			j = next
		}
		c, end, v = r.clockBehind(j)
	}
	switch v {
	case impossible:
		return Date{}, 0, v
	case none:
		return r.whole(d), j, good
	}
	if y, ok := r.figures(end, 4, 4); ok && d.form == yearless && plausibleYear(y) && r.ends(end+1, "") {
		if d.number > daysIn(y, int(d.month)) {
			return Date{}, 0, impossible
		}
		d.form, d.year = full, y
		end++
	}
	return r.join(d, c, end)
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
func (r *reader) clockFirst(i int, c clock, j int) (Date, int, verdict) {
	c.approx = c.approx || r.roughlyBefore(i)
	end := r.rest(j)
	for k, steps := end, 0; steps < 8; steps++ {
		d, next, v := r.day(k)
		if v == impossible {
			return Date{}, 0, v
		}
		if v == good {
			if p, after, ok := r.partAfter(next, &d); ok && c.part == 0 {
				d.part, next = p, after
			}
			return r.join(d, c, next)
		}
		if !r.in(k, toDay) || r.tok(k).line > r.tok(j-1).line+1 {
			break
		}
		k++
	}
	return r.join(day{}, c, j)
}

// rest skips the second half of a span: 9:00 - 9:30, les 9 i les 10.
func (r *reader) rest(i int) int {
	if !r.in(i, spans) {
		return i
	}
	j := r.skip(i+1, untilWords)
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
		if t.line != r.tok(i-1).line || clauses[t.text] && !r.tok(k+1).glued {
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

// whole is a day without a time.
func (r *reader) whole(d day) Date {
	at := d.resolve(r.written.In(r.zone))
	return Date{At: r.local(at, nil), Precision: Day, Part: d.part, Approximate: d.approx || d.part != 0}
}

// join makes a moment of a day and a time.
func (r *reader) join(d day, c clock, end int) (Date, int, verdict) {
	part := c.part
	if part == 0 {
		part = d.part
	}
	if !c.settle(part) {
		return Date{}, 0, impossible
	}
	zone := r.zone
	if c.fixed {
		zone = time.FixedZone("", c.offset)
	}
	at := r.moment(d, c, zone)
	precision := c.precision
	return Date{At: at, Precision: precision, Approximate: c.approx || d.approx}, end, good
}

// moment is the instant of a day and a time that is settled.
func (r *reader) moment(d day, c clock, zone *time.Location) time.Time {
	now := r.written.In(zone)
	date := d.resolve(now)
	instant := func(days, hours int) time.Time {
		return r.local(date.AddDate(0, 0, days).Add(c.span()+time.Duration(hours)*time.Hour), &c)
	}
	come := func(t time.Time) bool { return t.After(r.written.Add(later)) }
	at := instant(0, 0)
	if d.part == Night && c.part == 0 && c.hour < 6 && d.form != unsaid {
		if next := instant(1, 0); !come(next) { // the small hours of a night are of the next day
			return next
		}
		return at
	}
	if c.spoken && c.part == 0 && d.part == 0 {
		return r.spokenMoment(d, c, instant, come)
	}
	if c.hour == 24 && c.named && come(at) { // the midnight with which the day began
		return instant(-1, 0)
	}
	if !come(at) {
		return at
	}
	switch {
	case d.form == unsaid:
		return instant(-1, 0)
	case d.form == ofWeek && date.Equal(midnight(now.Date())):
		return instant(-7, 0)
	}
	return at
}

// spokenMoment says which of the two halves of the day a clock of twelve hours
// means.
func (r *reader) spokenMoment(d day, c clock, instant func(days, hours int) time.Time, come func(time.Time) bool) time.Time {
	morning, evening := 0, 12
	if c.hour >= 12 {
		morning, evening = -12, 0
	}
	today := d.form == inDays && d.relative.days == 0 && d.offset == nil
	if d.form != unsaid && !today {
		if c.hour >= 8 && c.hour <= 12 {
			return instant(0, 0)
		}
		return instant(0, evening)
	}
	for _, hours := range []int{evening, morning} {
		if at := instant(0, hours); !come(at) {
			return at
		}
	}
	if today {
		return instant(0, 0)
	}
	return instant(-1, evening)
}

// local returns the instant at which a clock shows what wall does in UTC.
func (r *reader) local(wall time.Time, c *clock) time.Time {
	if c != nil && c.fixed {
		return wall.Add(-time.Duration(c.offset) * time.Second).In(r.zone)
	}
	var first time.Time
	for i, day := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(day).In(r.zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(r.zone)
		name, in := at.Zone()
		if in == offset && (c == nil || c.zone == "" || c.zone == name || i == 1) {
			return at
		}
		if i == 0 {
			first = at
		}
	}
	return first
}

package calendar

import (
	"math"
	"time"
)

// walk goes through a desk's time, forward, and remembers the part of the zone and the
// year where it is. Times are seconds since 1970.
type walk struct {
	zone     *time.Location
	from, to int64 // seconds after midnight on the wall
	days     uint8 // a bit for each day of the week
	closed   Holidays

	since, change int64 // the times between which offset holds
	offset        int64
	year          int
	holidays      year
	known         bool // year and holidays are set
}

func (h Hours) walk() walk {
	w := walk{zone: h.zone(), from: wall(h.From), to: wall(h.To), closed: h.Closed}
	for _, d := range h.Days {
		w.days |= 1 << (uint(d) % 7)
	}
	if len(h.Days) == 0 {
		w.days = 1<<7 - 1
	}
	return w
}

// wall returns a minute of the day in seconds, whatever is given for one.
func wall(minute int) int64 { return int64((minute%day+day)%day) * 60 }

// span reports whether the desk is open at that second, and until when that holds for
// certain: until the wall shows another hour of the desk or another day, or its clock is
// changed.
func (w *walk) span(at int64) (open bool, end int64) {
	if at < w.since || at >= w.change {
		w.move(at)
	}
	today, second := divide(at+w.offset, seconds)
	left := seconds - second
	for _, hour := range []int64{w.from, w.to} {
		if hour > second {
			left = min(left, hour-second)
		}
	}
	return w.open(today, second), min(at+left, w.change)
}

// move notes in which part of the zone a time is.
func (w *walk) move(at int64) {
	t := time.Unix(at, 0).In(w.zone)
	_, offset := t.Zone()
	since, change := t.ZoneBounds()
	w.offset, w.since, w.change = int64(offset), math.MinInt64, math.MaxInt64
	if !since.IsZero() {
		w.since = since.Unix()
	}
	if !change.IsZero() {
		w.change = change.Unix()
	}
	if w.change <= at {
		// Go names a change that has been on the last day of a leap year, from 2040 on.
		// Clocks are changed at full quarters of an hour: until the next one all holds.
		_, gone := divide(at, quarter)
		w.change = at + quarter - gone
	}
}

// open reports whether the desk is open on that day, counted since 1970, at that second
// of the wall.
func (w *walk) open(today, second int64) bool {
	switch {
	case w.from == w.to:
		return w.works(today)
	case w.from < w.to:
		return w.from <= second && second < w.to && w.works(today)
	case second >= w.from:
		return w.works(today)
	}
	return second < w.to && w.works(today-1)
}

// works reports whether the desk works on that day, counted since 1970.
func (w *walk) works(today int64) bool {
	if _, weekday := divide(today+int64(time.Thursday), 7); w.days&(1<<weekday) == 0 {
		return false
	}
	if w.closed.none() {
		return true
	}
	number, month, dayOfMonth := time.Unix(today*seconds, 0).UTC().Date()
	if !w.known || number != w.year {
		w.year, w.holidays, w.known = number, w.closed.of(number), true
	}
	return !w.holidays.has(month, dayOfMonth)
}

// divide divides so that the rest is not negative.
func divide(a, b int64) (quotient, rest int64) {
	rest = (a%b + b) % b
	return (a - rest) / b, rest
}

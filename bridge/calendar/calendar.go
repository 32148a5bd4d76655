// Package calendar answers when a desk is open. It knows no clock: every
// question carries its own time.
//
// Hours are wall-clock hours of a zone, the same every day. Where the clock is
// put forward or back the wall decides: an hour that is skipped is not open,
// an hour that comes twice is open twice.
package calendar

import "time"

const day = 24 * 60 // minutes

// Hours is a span of the day.
type Hours struct {
	Zone *time.Location // nil means UTC
	// From and To are minutes after midnight, 0 to 1440. From is open, To is
	// not. To before From goes over midnight; To equal to From never closes.
	From, To int
}

// Open reports whether the desk is open at t.
func (h Hours) Open(t time.Time) bool {
	from, to := h.From%day, h.To%day
	if from == to {
		return true
	}
	t = t.In(h.zone())
	minute := t.Hour()*60 + t.Minute()
	if from < to {
		return from <= minute && minute < to
	}
	return minute >= from || minute < to
}

// Next returns the first time, not before t, at which the desk is open. It is
// t itself while the desk is open.
func (h Hours) Next(t time.Time) time.Time {
	if h.Open(t) {
		return t
	}
	t = t.In(h.zone())
	var next time.Time
	consider := func(c time.Time) {
		if !c.Before(t) && h.Open(c) && (next.IsZero() || c.Before(next)) {
			next = c
		}
	}
	for d := -1; d <= 3; d++ {
		for _, c := range h.opening(t.Year(), t.Month(), t.Day()+d) {
			consider(c)
		}
	}
	if _, change := t.ZoneBounds(); !change.IsZero() {
		consider(change.In(h.zone())) // the opening was in the hour that is skipped
	}
	return next
}

// opening returns when the wall shows the opening minute on that day: by the
// offset at the day's beginning and by that at its end, which differ when the
// clock is changed.
func (h Hours) opening(year int, month time.Month, dayOfMonth int) [2]time.Time {
	wall := time.Date(year, month, dayOfMonth, 0, h.From%day, 0, 0, time.UTC)
	var at [2]time.Time
	for i, hour := range []int{0, 24} {
		_, offset := time.Date(year, month, dayOfMonth, hour, 0, 0, 0, h.zone()).Zone()
		at[i] = wall.Add(-time.Duration(offset) * time.Second).In(h.zone())
	}
	return at
}

func (h Hours) zone() *time.Location {
	if h.Zone == nil {
		return time.UTC
	}
	return h.Zone
}

// Package calendar answers when a desk is open and how much of its time has passed. It
// knows no clock: every question carries its own time.
//
// Hours are wall-clock hours of a zone, on the days of the week and none of the
// holidays. Where the clock is put forward or back the wall decides: an hour that is
// skipped is not open, an hour that comes twice is open twice. What has passed is
// counted as it really passes.
//
// No question fails or runs on: the search for what never comes ends, and says so by
// the zero time.
package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	day     = 24 * 60      // minutes
	seconds = 24 * 60 * 60 // of a day on a wall whose clock is not changed

	quarter = 15 * 60 // of an hour, in seconds

	// horizon bounds how far Next and Until look, century what Working and After count
	// through, both in seconds: longer than the gap of any desk, and than any case.
	horizon = 400 * seconds
	century = 36525 * seconds
)

// Hours are when a desk is open. The zero value never closes.
type Hours struct {
	Zone *time.Location // nil means UTC
	// From and To are minutes after midnight, 0 to 1440. From is open, To is not. To
	// before From goes over midnight, into a morning that belongs to the day before it.
	// To equal to From is the whole day, from midnight to midnight.
	From, To int
	Days     []time.Weekday // none: every day
	Closed   Holidays
}

// weekdays are how the days of the week are written, in the order of time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Days returns the days of the week that are written mon, tue, wed, thu, fri, sat, sun.
// Its error names each one that is not; the days are then the others.
func Days(words []string) ([]time.Weekday, error) {
	var days []time.Weekday
	var errs []error
	for _, word := range words {
		i := slices.Index(weekdays, word)
		if i < 0 {
			errs = append(errs, fmt.Errorf("day %q: no such day of the week; there are %s", word, strings.Join(weekdays, ", ")))
			continue
		}
		days = append(days, time.Weekday(i))
	}
	return days, errors.Join(errs...)
}

// Open reports whether the desk is open at t.
func (h Hours) Open(t time.Time) bool {
	w := h.walk()
	open, _ := w.span(second(t))
	return open
}

// Next returns the first time, not before t, at which the desk is open: t itself while
// it is open, and the zero time when it does not open within 400 days.
func (h Hours) Next(t time.Time) time.Time {
	at, found := h.until(second(t), true)
	switch {
	case !found:
		return time.Time{}
	case at > second(t):
		return h.wall(at)
	}
	return t
}

// Until returns the first time after t at which the desk, which is open at t, is closed.
// It is the zero time while the desk is closed, and when it does not close within 400
// days.
func (h Hours) Until(t time.Time) time.Time {
	if at, found := h.until(second(t), false); found && at > second(t) {
		return h.wall(at)
	}
	return time.Time{}
}

// until returns the first second, not before that one, at which the desk is open, or is
// not.
func (h Hours) until(from int64, open bool) (at int64, found bool) {
	w := h.walk()
	for at = from; at < from+horizon; {
		is, end := w.span(at)
		if is == open {
			return at, true
		}
		at = end
	}
	return 0, false
}

// Working returns how long the desk is open between two times: Working(a, b) and
// Working(b, c) make Working(a, c). It is zero when to is not after from. Only the first
// hundred years count.
func (h Hours) Working(from, to time.Time) time.Duration {
	if from, to = bounded(from), bounded(to); !to.After(from) {
		return 0
	}
	w := h.walk()
	first, last := second(from), second(to)
	if last-first > century {
		last, to = first+century, time.Unix(first+century, 0)
	}
	var passed time.Duration
	if open, _ := w.span(first); open {
		passed = -time.Duration(from.Nanosecond())
	}
	for at := first; at < last; {
		open, end := w.span(at)
		if end = min(end, last); open {
			passed += time.Duration(end-at) * time.Second
		}
		at = end
	}
	if open, _ := w.span(last); open {
		passed += time.Duration(to.Nanosecond())
	}
	return passed
}

// After returns the first time at which d of the desk's hours have passed since t: t
// itself when d is not positive, the zero time when that takes more than a hundred years.
func (h Hours) After(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t
	}
	if d > century*time.Second {
		return time.Time{}
	}
	w := h.walk()
	first := second(t)
	if open, _ := w.span(first); open {
		d += time.Duration(t.Nanosecond()) // counted from the whole second on
	}
	for at := first; at < first+century; {
		open, end := w.span(at)
		if length := time.Duration(end-at) * time.Second; open && d <= length {
			return h.wall(at).Add(d)
		} else if open {
			d -= length
		}
		at = end
	}
	return time.Time{}
}

// bounded brings a time that nobody means within some seventeen thousand years, so that
// nothing overflows.
func bounded(t time.Time) time.Time {
	if s := t.Unix(); s <= -1<<39 || s >= 1<<39 {
		return time.Unix(min(max(s, -1<<39), 1<<39), 0)
	}
	return t
}

// second returns the whole second of a time.
func second(t time.Time) int64 { return bounded(t).Unix() }

func (h Hours) wall(second int64) time.Time { return time.Unix(second, 0).In(h.zone()) }

func (h Hours) zone() *time.Location {
	if h.Zone == nil {
		return time.UTC
	}
	return h.Zone
}

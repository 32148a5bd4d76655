package wording

import (
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// ReminderAt is when people are reminded, for the nth time, of a call that is due since
// then: after 10, 30 and 60 minutes, and then hourly. The 0th is when it becomes due.
func ReminderAt(since time.Time, n int) time.Time {
	switch {
	case n <= 0:
		return since
	case n == 1:
		return since.Add(10 * time.Minute)
	case n == 2:
		return since.Add(30 * time.Minute)
	}
	return since.Add(time.Duration(n-2) * time.Hour)
}

// NewestReminder is the newest reminder of such a call that has come by now, or -1 before
// it is due, and when the next one comes.
func NewestReminder(since, now time.Time) (n int, next time.Time) {
	if now.Before(since) {
		return -1, since
	}
	n = 2 + int(now.Sub(since)/time.Hour)
	for n > 0 && ReminderAt(since, n).After(now) {
		n--
	}
	return n, ReminderAt(since, n+1)
}

// forgotten is after how long nobody is reminded any more to call about a case.
const forgotten = 7 * 24 * time.Hour

// Reminders is NewestReminder of the call that is due for a case, with the zero time when
// none is to come before the desk opens. The first night is told in full. After that what
// is still not confirmed is told once a night, when the desk closes, and after a week no
// more: who did not call until then has a reason, and what is late is told by day.
func Reminders(c bridge.Case, p *mapping.Profile, now time.Time) (n int, next time.Time) {
	n, next = NewestReminder(c.CallSince, now)
	desk, base := Hours(p, c.Kind), Began(c)
	if form := c.FormNotice(); form != nil && form.Left() {
		base = bridge.Latest(base, bridge.Latest(form.SentAt, form.SeenAt))
	}
	first := base
	if desk.Open(base) {
		first = desk.Until(base)
	}
	if c.CallSince.After(first) {
		n, next = min(n, 0), time.Time{}
		if c.CallSince.Sub(base) > forgotten {
			n = -1
		}
	}
	if n > 0 && ReminderAt(c.CallSince, n).Before(base) { // what came since then has told it
		n = -1
	}
	if !next.Before(c.CallUntil) {
		next = time.Time{}
	}
	return n, next
}

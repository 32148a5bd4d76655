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
// none is to come before the desk opens. The first night is told in full, and so is each
// one of what did not reach the provider: by day nothing reminds of that. Else what is
// still not known there is told once a night after that, when the desk closes. After a week
// nothing is told any more: who did not call until then has a reason.
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
	later := c.CallSince.After(first)
	if later && c.State != bridge.Undelivered {
		n, next = min(n, 0), time.Time{}
	}
	if later && c.CallSince.Sub(base) > forgotten {
		n, next = -1, time.Time{}
	}
	if n > 0 && ReminderAt(c.CallSince, n).Before(base) { // what came since then has told it
		n = -1
	}
	if !next.Before(c.CallUntil) {
		next = time.Time{}
	}
	return n, next
}

// entryAfter is after how long people are reminded of a notice that nobody has entered in
// the provider's portal. Until then the provider knows nothing, so the first ones come soon;
// who has not done it after three days has a reason.
func entryAfter() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{15 * time.Minute, time.Hour, day, 2 * day, 3 * day}
}

// Given is when a person was last asked to enter the case's first notice in the provider's
// portal.
func Given(c bridge.Case) time.Time { return bridge.Latest(c.HandedAt, c.ReopenedAt) }

// EntryReminders is the newest reminder of a first notice that is still to be entered in the
// provider's portal, when that was due, and when the next one comes; -1 before the first,
// and the zero time when none is to come. Each comes while the desk is open, from whose
// opening they count: then there is somebody who would read it.
func EntryReminders(c bridge.Case, p *mapping.Profile, now time.Time) (n int, at, next time.Time) {
	n = -1
	if c.State != bridge.Handed || c.NotUrgent || c.HandedAt.IsZero() {
		return n, at, next
	}
	desk := Hours(p, c.Kind)
	from := desk.Next(Given(c))
	if from.IsZero() { // it never opens
		return n, at, next
	}
	for i, after := range entryAfter() {
		due := desk.Next(from.Add(after))
		if now.Before(due) {
			return n, at, due
		}
		n, at = i, due
	}
	return n, at, next
}

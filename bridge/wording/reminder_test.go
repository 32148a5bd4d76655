package wording_test

import (
	"cmp"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/wording"
)

// TestReminders: the first night is told in full, each further one once, or in full where
// nothing was delivered, and after a week none.
func TestReminders(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	day := func(d, hour, minute int) time.Time { return time.Date(2026, 11, d, hour, minute, 0, 0, p.Location()) }
	for name, test := range map[string]struct {
		began, since, now time.Time
		n                 int
		next              time.Time
		state             bridge.State // asked, where it is empty
	}{
		"the first night":                 {day(2, 10, 0), day(2, 17, 0), day(2, 17, 31), 2, day(2, 18, 0), ""},
		"labelled at night":               {day(2, 23, 40), day(2, 23, 40), day(2, 23, 51), 1, day(3, 0, 10), ""},
		"the last before it opens":        {day(2, 10, 0), day(2, 17, 0), day(3, 7, 1), 16, time.Time{}, ""},
		"the second night":                {day(2, 10, 0), day(3, 17, 0), day(3, 17, 0), 0, time.Time{}, ""},
		"the second night, later":         {day(2, 10, 0), day(3, 17, 0), day(3, 22, 0), 0, time.Time{}, ""},
		"the second, begun at night":      {day(2, 23, 40), day(3, 17, 0), day(3, 17, 0), 0, time.Time{}, ""},
		"the seventh night":               {day(2, 17, 0), day(9, 17, 0), day(9, 17, 0), 0, time.Time{}, ""},
		"after a week nobody is told":     {day(2, 10, 0), day(9, 17, 0), day(9, 17, 0), -1, time.Time{}, ""},
		"not delivered, the second night": {day(2, 10, 0), day(3, 17, 0), day(3, 17, 31), 2, day(3, 18, 0), bridge.Undelivered},
		"not delivered, after a week":     {day(2, 10, 0), day(9, 17, 0), day(9, 17, 31), -1, time.Time{}, bridge.Undelivered},
		"to be entered":                   {day(2, 10, 0), day(3, 17, 0), day(3, 17, 31), 0, time.Time{}, bridge.Handed},
	} {
		c := bridge.Case{State: cmp.Or(test.state, bridge.Asked), LabelledAt: test.began, CallSince: test.since, CallUntil: wording.Hours(p, "").Next(test.now)}
		if n, next := wording.Reminders(c, p, test.now); n != test.n || !next.Equal(test.next) {
			t.Errorf("%s: %d, next %v", name, n, next)
		}
	}
}

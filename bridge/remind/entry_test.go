package remind

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/mapping"
)

// unentered is a case that a person was given to enter in the portal at that time, of a desk
// with those hours.
func unentered(t tester, hours mapping.Hours, given string) *world {
	p := usual(t)
	p.Hours = hours
	w := begin(t, p, "ca", clockIn(t, p, given).Add(-time.Minute))
	c := &w.in.Case
	c.State, c.HandedAt = bridge.Handed, clockIn(t, p, given)
	c.Notices = []bridge.Notice{{Serial: 1, Channel: bridge.ByPortal, Filed: &mapping.Filing{Link: "https://portal.example/nou"}}}
	w.save(c.HandedAt)
	w.look(c.HandedAt)
	return w
}

// TestEntry: each reminder in its minute, until the notice is entered or it is not urgent.
func TestEntry(t *testing.T) {
	t.Parallel()
	always, office := mapping.Hours{From: "00:00", To: "24:00"}, mapping.Hours{From: "09:00", To: "18:00", Days: []string{"mon", "tue", "wed", "thu", "fri"}}
	for name, test := range map[string]struct {
		hours  mapping.Hours
		given  string
		change func(c *bridge.Case)
		want   []string
	}{
		"always open": {hours: always, given: "20 23:50", want: []string{"21 00:05:00 0", "21 00:50:00 1", "21 23:50:00 2", "22 23:50:00 3", "23 23:50:00 4"}},
		"by day":      {hours: office, given: "23 10:00", want: []string{"23 10:15:00 0", "23 11:00:00 1", "24 10:00:00 2", "25 10:00:00 3", "26 10:00:00 4"}},
		"at night":    {hours: office, given: "23 22:00", want: []string{"24 09:15:00 0", "24 10:00:00 1", "25 09:00:00 2", "26 09:00:00 3", "27 09:00:00 4"}},
		"before a weekend": { // what falls together is told once
			hours: office, given: "20 17:30", want: []string{"20 17:45:00 0", "23 09:00:00 3", "23 17:30:00 4"},
		},
		"opened again": {
			hours: always, given: "20 10:00", change: func(c *bridge.Case) { c.ReopenedAt = c.HandedAt.Add(48 * time.Hour) },
			want: []string{"22 10:15:00 0", "22 11:00:00 1", "23 10:00:00 2", "24 10:00:00 3", "25 10:00:00 4"},
		},
		"it is entered":          {hours: always, given: "20 10:00", change: func(c *bridge.Case) { c.Entered(c.HandedAt); c.State = bridge.Answered }},
		"it is closed":           {hours: always, given: "20 10:00", change: func(c *bridge.Case) { c.State = bridge.Closed }},
		"it is withdrawn":        {hours: always, given: "20 10:00", change: func(c *bridge.Case) { c.State = bridge.Withdrawn }},
		"not urgent":             {hours: always, given: "20 10:00", change: func(c *bridge.Case) { c.NotUrgent = true }},
		"since when, who knows":  {hours: always, given: "20 10:00", change: func(c *bridge.Case) { c.HandedAt = time.Time{} }},
		"only an addition waits": {hours: always, given: "20 10:00", change: func(c *bridge.Case) { c.State = bridge.Sent }},
	} {
		w := unentered(t, test.hours, test.given)
		p := w.in.Profile
		if test.change != nil {
			test.change(&w.in.Case)
			w.look(w.in.Case.DueAt)
		}
		w.until(clockIn(t, p, "30 12:00"))
		var got []string
		for _, l := range w.lines {
			if before, rest, is := strings.Cut(l, "entry/10001/claranet/1/"); is {
				_, n, _ := strings.Cut(rest, "/")
				got = append(got, before+n)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestEntryOutage: of what was missed the newest is told, once and not at night; a test is
// not reminded of.
func TestEntryOutage(t *testing.T) {
	t.Parallel()
	w := unentered(t, mapping.Hours{From: "09:00", To: "18:00"}, "23 10:00")
	p := w.in.Profile
	key := func(n int) string {
		return fmt.Sprintf("entry/10001/claranet/1/%d/%d", clockIn(t, p, "23 10:00").Unix(), n)
	}
	w.look(clockIn(t, p, "23 20:00"))
	if told := w.told(); len(told) != 0 || !w.in.Case.DueAt.Equal(clockIn(t, p, "24 09:00")) {
		t.Errorf("at night: %q, due %v", told, w.in.Case.DueAt)
	}
	w.look(clockIn(t, p, "24 09:00"))
	w.look(clockIn(t, p, "24 09:30"))
	w.look(clockIn(t, p, "26 11:00"))
	if diff := cmp.Diff([]string{"24 09:00:00 " + key(1), "26 11:00:00 " + key(4)}, w.told()); diff != "" || !w.in.Case.DueAt.IsZero() {
		t.Errorf("due %v: %s", w.in.Case.DueAt, diff)
	}
	for _, part := range []string{"3\u00a0dies 1\u00a0h", "https://portal.example/nou", "escalat portal", "escalat no-urgent"} {
		if said := w.comment(key(4)); !strings.Contains(said, part) {
			t.Errorf("no %q in %s", part, said)
		}
	}
	for name, change := range map[string]func(*Input){"redirect": func(in *Input) { in.Trial = true }, "shadow": func(in *Input) { in.Shadow = true }} {
		w := unentered(t, mapping.Hours{From: "00:00", To: "24:00"}, "23 10:00")
		change(&w.in)
		w.look(clockIn(t, p, "23 12:00"))
		if told := w.told(); len(told) != 0 {
			t.Errorf("%s: %q", name, told)
		}
	}
}

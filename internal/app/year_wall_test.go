package app

import (
	"slices"
	"sync"
	"time"
)

// What must come out of a script is calculated here a second time, minute by minute and by
// the rules alone: nothing of the calendar, of the stages or of their texts is asked.

// spanishHolidays are those of the whole of Spain within the year, by hand.
func spanishHolidays() []string {
	return []string{
		"2026-10-12", "2026-11-01", "2026-12-06", "2026-12-08", "2026-12-25", "2027-01-01", "2027-01-06", "2027-03-26", "2027-05-01", "2027-08-15",
	}
}

// catalanHolidays are Catalonia's own, and two local days.
func catalanHolidays() []string {
	return []string{"2026-09-11", "2026-12-26", "2027-03-29", "2027-06-24", "2026-09-24", "2027-05-17"}
}

// wall is a desk by the clock on the wall: whether it is open in each minute, and how many
// open minutes were before it; for those in which it is closed since when and until when.
type wall struct {
	open   []bool
	before []int
	since  []int
	until  []int
}

const margin = 10 * 24 * 60 // before the year

func (w *wall) isOpen(m int) bool { return w.open[m+margin] }

func (w *wall) passed(from, to int) int { return w.before[to+margin] - w.before[from+margin] }

func (w *wall) closedSince(m int) int { return w.since[m+margin] }

func (w *wall) opensAt(m int) int { return w.until[m+margin] }

func newWall(open func(local time.Time) bool) *wall {
	n := minuteOf(yearEnds) + margin + 40*24*60
	w := &wall{open: make([]bool, n), before: make([]int, n+1), since: make([]int, n), until: make([]int, n)}
	for i := range n {
		w.open[i] = open(minute(i - margin).In(madrid()))
		w.before[i+1] = w.before[i]
		if w.open[i] {
			w.before[i+1]++
		}
		if w.since[i] = i - margin; i > 0 && !w.open[i] && !w.open[i-1] {
			w.since[i] = w.since[i-1]
		}
	}
	for i := n - 1; i >= 0; i-- {
		if w.until[i] = i - margin; i < n-1 && !w.open[i] {
			w.until[i] = w.until[i+1]
		}
	}
	return w
}

// walls are the desks of a year.
var walls = sync.OnceValue(func() map[string]*wall {
	on := func(days []string, at time.Time) bool { return slices.Contains(days, at.Format(time.DateOnly)) }
	weekend := func(at time.Time) bool { return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday }
	catalan := slices.Concat(spanishHolidays(), catalanHolidays())
	return map[string]*wall{
		"always":   newWall(func(time.Time) bool { return true }),
		"claranet": newWall(func(at time.Time) bool { return at.Hour() >= 8 && at.Hour() < 17 }),
		"strict": newWall(func(at time.Time) bool {
			return at.Hour() >= 8 && at.Hour() < 17 && !weekend(at) && !on(catalan, at)
		}),
		"office": newWall(func(at time.Time) bool {
			return at.Hour() >= 9 && at.Hour() < 18 && !weekend(at) && !on(spanishHolidays(), at)
		}),
	}
})

// rule is something that is told when it has not come for so many open minutes.
type rule struct {
	name    string
	after   int
	without string // confirmation, answer or news
	step    bool
	comment bool // people are told by a comment
	claim   bool // the provider is told, where the matrix acts
	onCall  bool
}

// rules are those of a script, the furthest last.
func (s script) rules() []rule {
	var out []rule
	switch {
	case s.provider == "claranet":
		out = []rule{{name: "acknowledgement", after: 60, without: "confirmation"}, {name: "answer", after: 240, without: "answer"}, {name: "silence", after: 18 * 60, without: "news"}}
	case s.kind == "incidencia":
		out = []rule{{name: "answer", after: 8 * 60, without: "answer"}, {name: "silence", after: 12 * 60, without: "news"}}
	default:
		out = []rule{{name: "answer", after: 27 * 60, without: "answer"}, {name: "silence", after: 27 * 60, without: "news"}}
	}
	if s.strict {
		out = append(
			out,
			rule{name: "step/desk", after: 90, without: "confirmation", step: true, comment: true},
			rule{name: "step/head", after: 180, without: "answer", step: true, comment: true, claim: s.acts},
			rule{name: "step/guard", after: 300, without: "answer", step: true, onCall: true},
			rule{name: "step/all", after: 540, without: "news", step: true, comment: !s.acts, claim: s.acts, onCall: true},
		)
	}
	return out
}

// desk is the provider's.
func (s script) desk() *wall {
	switch {
	case s.kind == "incidencia":
		return walls()["always"]
	case s.provider == "ovh":
		return walls()["office"]
	case s.strict:
		return walls()["strict"]
	}
	return walls()["claranet"]
}

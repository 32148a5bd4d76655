package calendar

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// naive is the model: it looks at the wall of every minute, and knows of holidays what
// was drawn.
type naive struct {
	zone     *time.Location
	from, to int
	days     map[time.Weekday]bool // none: every day
	yearly   map[string]bool       // 01-02
	once     map[string]bool       // 2006-01-02
}

func (n naive) works(on time.Time) bool {
	return (len(n.days) == 0 || n.days[on.Weekday()]) && !n.yearly[on.Format("01-02")] && !n.once[on.Format(time.DateOnly)]
}

func (n naive) open(t time.Time) bool {
	t = t.In(n.zone)
	date := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) // whose days are all 24 hours
	minute, from, to := t.Hour()*60+t.Minute(), n.from%day, n.to%day
	switch {
	case from == to:
		return n.works(date)
	case from < to:
		return n.works(date) && from <= minute && minute < to
	}
	return minute >= from && n.works(date) || minute < to && n.works(date.AddDate(0, 0, -1))
}

// working counts the open minutes that begin in between.
func (n naive) working(from, to time.Time) time.Duration {
	var d time.Duration
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if n.open(at) {
			d += time.Minute
		}
	}
	return d
}

// zones change their clocks by an hour, by half of one, at midnight, by a whole day, and
// never.
func zones() []string {
	return []string{"Europe/Madrid", "UTC", "America/St_Johns", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"}
}

// changes lie within a day of a change of the clock of one of the zones, or at a turn of
// a year.
func changes() []int64 {
	return []int64{
		1774746000, 1792890000, // Madrid, 2026
		1300000000, 1320550000, // St John's, 2011, one minute after midnight
		1775314800,             // Lord Howe, 2026
		1541300400, 1550368800, // São Paulo, 2018 and 2019, at midnight
		1325239200,             // Apia, which had no 30 December 2011
		1798761600, 1830297600, // New Year, 2027 and 2028
		2240524800, // the last day of 2040
	}
}

// draw draws a desk and its model.
func draw(t *rapid.T) (Hours, naive) {
	n := naive{
		zone: zone(t, rapid.SampledFrom(zones()).Draw(t, "zone")),
		from: rapid.IntRange(0, day).Draw(t, "from"),
		to:   rapid.IntRange(0, day).Draw(t, "to"),
		days: map[time.Weekday]bool{}, yearly: map[string]bool{}, once: map[string]bool{},
	}
	h := Hours{Zone: n.zone, From: n.from, To: n.to}
	for _, d := range rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 0, 6, rapid.ID[int]).Draw(t, "days") {
		n.days[time.Weekday(d)] = true
		h.Days = append(h.Days, time.Weekday(d))
	}
	var local []string
	for _, m := range rapid.SliceOfN(rapid.IntRange(0, 20*365), 0, 8).Draw(t, "local") {
		on := time.Date(2011, 1, 1+m, 0, 0, 0, 0, time.UTC)
		if m%2 == 0 {
			n.once[on.Format(time.DateOnly)] = true
			local = append(local, on.Format(time.DateOnly))
		} else {
			n.yearly[on.Format("01-02")] = true
			local = append(local, on.Format("01-02"))
		}
	}
	closed, err := NewHolidays(nil, local)
	if err != nil {
		t.Fatal(err)
	}
	h.Closed = closed
	return h, n
}

// drawTime draws a whole minute near a change of a clock.
func drawTime(t *rapid.T, name string) time.Time {
	base := rapid.SampledFrom(changes()).Draw(t, name+" base")
	return time.Unix(base/60*60, 0).Add(time.Duration(rapid.IntRange(-3*day, 3*day).Draw(t, name)) * time.Minute)
}

// TestOpenAsOnTheWall: the desk is open at each minute at which the model is.
func TestOpenAsOnTheWall(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, n := draw(t)
		at := drawTime(t, "at")
		for range 12 * 60 {
			if got := h.Open(at); got != n.open(at) {
				t.Fatalf("Open(%v) = %v", at.In(n.zone), got)
			}
			at = at.Add(time.Minute)
		}
	})
}

// TestNextAndUntil: Next is the first open minute, Until the first closed one after it.
func TestNextAndUntil(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, n := draw(t)
		at := drawTime(t, "at")
		next, model := h.Next(at), at
		end := at.AddDate(0, 0, 30)
		for ; model.Before(end) && !n.open(model); model = model.Add(time.Minute) {
			if !h.Until(model).IsZero() && model.Equal(at) {
				t.Fatalf("a closed desk closes: Until(%v) = %v", model, h.Until(model))
			}
		}
		if model.Before(end) && !next.Equal(model) || !model.Before(end) && !next.IsZero() && next.Before(end) {
			t.Fatalf("Next(%v) = %v, want %v", at.In(n.zone), next, model.In(n.zone))
		}
		if next.IsZero() || !model.Before(end) {
			return
		}
		until := h.Until(next)
		for ; model.Before(end) && n.open(model); model = model.Add(time.Minute) {
			continue
		}
		if model.Before(end) && !until.Equal(model) || !model.Before(end) && !until.IsZero() && until.Before(end) {
			t.Fatalf("Until(%v) = %v, want %v", next.In(n.zone), until, model.In(n.zone))
		}
	})
}

// TestWithinTheMinute: between the boundaries nothing changes, and Next does not go back
// to the whole second.
func TestWithinTheMinute(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, _ := draw(t)
		minute := drawTime(t, "at")
		at := minute.Add(time.Duration(rapid.Int64Range(0, int64(time.Minute)-1).Draw(t, "within")))
		if h.Open(at) != h.Open(minute) {
			t.Fatalf("Open(%v) is not Open(%v)", at, minute)
		}
		next := h.Next(at)
		if h.Open(at) && next != at {
			t.Fatalf("Next(%v) = %v while it is open", at, next)
		}
		if !next.IsZero() && (next.Before(at) || !h.Open(next) || next.After(at) && h.Open(next.Add(-1))) {
			t.Fatalf("Next(%v) = %v is not the opening", at, next)
		}
		if until := h.Until(at); !until.IsZero() && (!until.After(at) || h.Open(until) || !h.Open(until.Add(-1))) {
			t.Fatalf("Until(%v) = %v is not the closing", at, until)
		}
	})
}

// TestWorkingCounts: Working is the number of open minutes, and parts of it add up, at
// any nanosecond.
func TestWorkingCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, n := draw(t)
		from := drawTime(t, "from")
		to := from.Add(time.Duration(rapid.IntRange(-60, 6*day).Draw(t, "minutes")) * time.Minute)
		if got, want := h.Working(from, to), n.working(from, to); got != want {
			t.Fatalf("Working(%v, %v) = %v, want %v", from.In(n.zone), to.In(n.zone), got, want)
		}
		var at [3]time.Time
		at[0] = from.Add(time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "first")))
		for i := range 2 {
			at[i+1] = at[i].Add(time.Duration(rapid.Int64Range(0, int64(96*time.Hour)).Draw(t, "then")))
		}
		first, second, both := h.Working(at[0], at[1]), h.Working(at[1], at[2]), h.Working(at[0], at[2])
		if first+second != both || first < 0 || second < 0 || both > at[2].Sub(at[0]) {
			t.Fatalf("Working of %v: %v and %v make %v", at, first, second, both)
		}
	})
}

// TestAfterIsInverse: After is the first time until which that much of the desk's time
// has passed, and later when more of it has.
func TestAfterIsInverse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, _ := draw(t)
		at := drawTime(t, "at").Add(time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "within")))
		d := time.Duration(rapid.Int64Range(1, int64(60*time.Hour)).Draw(t, "duration"))
		after := h.After(at, d)
		if after.IsZero() {
			if !h.Next(at).IsZero() {
				t.Fatalf("After(%v, %v) never comes, but the desk opens at %v", at, d, h.Next(at))
			}
			return
		}
		if got := h.Working(at, after); got != d {
			t.Fatalf("After(%v, %v) = %v, until which %v pass", at, d, after, got)
		}
		if got := h.Working(at, after.Add(-1)); got != d-1 {
			t.Fatalf("After(%v, %v) = %v, and the nanosecond before it %v have passed", at, d, after, got)
		}
		if more := h.After(at, d+1); !more.After(after) {
			t.Fatalf("After(%v, %v) = %v, one nanosecond more %v", at, d, after, more)
		}
		later := at.Add(time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(t, "later")))
		if again := h.After(later, d); again.Before(after) {
			t.Fatalf("After(%v, %v) = %v, of the later %v it is %v", at, d, after, later, again)
		}
	})
}

// TestChanges: both changes of the clock of each year, by the dates of the law: the last
// Sundays of March and October, at 1 h UTC.
func TestChanges(t *testing.T) {
	t.Parallel()
	madrid := zone(t, "Europe/Madrid")
	always, night, desk := Hours{Zone: madrid}, Hours{Zone: madrid, From: 60, To: 240}, Hours{Zone: madrid, From: 480, To: 1020}
	half := Hours{Zone: madrid, From: 150, To: 165}         // 2:30 to 2:45, which is skipped, or comes twice
	shift := Hours{Zone: madrid, From: 22 * 60, To: 6 * 60} // of the night before
	for _, tc := range []struct {
		on                               string
		always, night, desk, half, shift int // hours, of half minutes
	}{
		{"2024-03-31", 23, 2, 9, 0, 5},
		{"2024-10-27", 25, 4, 9, 30, 7},
		{"2025-03-30", 23, 2, 9, 0, 5},
		{"2025-10-26", 25, 4, 9, 30, 7},
		{"2026-03-29", 23, 2, 9, 0, 5},
		{"2026-10-25", 25, 4, 9, 30, 7},
		{"2027-03-28", 23, 2, 9, 0, 5},
		{"2027-10-31", 25, 4, 9, 30, 7},
		{"2028-03-26", 23, 2, 9, 0, 5},
		{"2028-10-29", 25, 4, 9, 30, 7},
		{"2029-03-25", 23, 2, 9, 0, 5},
		{"2029-10-28", 25, 4, 9, 30, 7},
		{"2030-03-31", 23, 2, 9, 0, 5},
		{"2030-10-27", 25, 4, 9, 30, 7},
	} {
		t.Run(tc.on, func(t *testing.T) {
			t.Parallel()
			midnight, err := time.ParseInLocation(time.DateOnly, tc.on, madrid)
			if err != nil {
				t.Fatal(err)
			}
			next := midnight.AddDate(0, 0, 1)
			got := fmt.Sprint(always.Working(midnight, next), night.Working(midnight, next), desk.Working(midnight, next),
				half.Working(midnight, next), shift.Working(midnight, midnight.Add(12*time.Hour)))
			hours := func(n int) time.Duration { return time.Duration(n) * time.Hour }
			want := fmt.Sprint(hours(tc.always), hours(tc.night), hours(tc.desk), time.Duration(tc.half)*time.Minute, hours(tc.shift))
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			opens := desk.Next(midnight)
			if opens.Format("15:04") != "08:00" || desk.Until(opens).Format("15:04 -07") != "17:00 "+next.Format("-07") {
				t.Errorf("the desk is open from %v to %v", opens, desk.Until(opens))
			}
			first := half.Next(midnight)
			if tc.half == 0 {
				if want := next.Add(150 * time.Minute); !first.Equal(want) {
					t.Errorf("what is skipped opens at %v", first)
				}
				return
			}
			second := half.Next(half.Until(first))
			if second.Sub(first) != time.Hour || first.Format("15:04 MST") != "02:30 CEST" || second.Format("15:04 MST") != "02:30 CET" {
				t.Errorf("what comes twice opens at %v and %v", first, second)
			}
		})
	}
}

// TestShiftsOverMidnight: the morning belongs to the day before it.
func TestShiftsOverMidnight(t *testing.T) {
	t.Parallel()
	closed, err := NewHolidays([]string{"es"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h := Hours{From: 22 * 60, To: 6 * 60, Days: []time.Weekday{time.Thursday, time.Friday}, Closed: closed}
	at := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for s, want := range map[string]bool{
		"2026-12-03 05:00": false, // Thursday, of Wednesday's
		"2026-12-03 23:00": true, "2026-12-04 05:00": true, "2026-12-04 23:00": true,
		"2026-12-05 05:00": true, // Saturday, of Friday's
		"2026-12-05 23:00": false,
		"2026-12-25 05:00": true,                             // Christmas, of the eve's
		"2026-12-25 23:00": false, "2026-12-26 05:00": false, // of Christmas'
		"2026-01-01 05:00": false, "2027-01-01 05:00": true, "2027-01-01 23:00": false,
	} {
		if got := h.Open(at(s)); got != want {
			t.Errorf("%s: open is %v", s, got)
		}
	}
	if got := h.Next(at("2026-12-24 06:00")); !got.Equal(at("2026-12-24 22:00")) {
		t.Errorf("opens at %v", got)
	}
}

// TestNever: a desk that never opens, or never closes, is told from the others by the
// zero time.
func TestNever(t *testing.T) {
	t.Parallel()
	var every []string
	for on := time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC); on.Year() == 2028; on = on.AddDate(0, 0, 1) {
		every = append(every, on.Format("01-02"))
	}
	all, err := NewHolidays(nil, every)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	never := Hours{From: 480, To: 1020, Closed: all}
	if never.Open(at) || !never.Next(at).IsZero() || !never.Until(at).IsZero() || !never.After(at, 1).IsZero() || never.Working(at, at.AddDate(3, 0, 0)) != 0 {
		t.Errorf("it opens: %v %v", never.Next(at), never.After(at, 1))
	}
	always := Hours{}
	if !always.Open(at) || always.Next(at) != at || !always.Until(at).IsZero() {
		t.Errorf("it closes at %v", always.Until(at))
	}
	if got := always.After(at, 50*365*24*time.Hour); !got.Equal(at.Add(50 * 365 * 24 * time.Hour)) {
		t.Errorf("after fifty years it is %v", got)
	}
	if got := always.After(at, math.MaxInt64); !got.IsZero() {
		t.Errorf("after all of time it is %v", got)
	}
	if got := always.After(at, 0); got != at || !always.After(at, -1).Equal(at) {
		t.Errorf("after nothing it is %v", got)
	}
	// The closing that a long feast hides is still found.
	closed, err := NewHolidays(nil, []string{"2027-11-22"})
	if err != nil {
		t.Fatal(err)
	}
	if got := (Hours{Closed: closed}).Until(at); got.Format(time.DateOnly) != "2027-11-22" {
		t.Errorf("it closes at %v", got)
	}
}

// TestOddTimes: no time and no number makes a question run on or fail.
func TestOddTimes(t *testing.T) {
	t.Parallel()
	closed, err := NewHolidays([]string{"es-ct"}, []string{"02-29"})
	if err != nil {
		t.Fatal(err)
	}
	odd := []time.Time{
		{},
		time.Unix(math.MinInt64, 0), time.Unix(math.MaxInt64, 999_999_999), time.Unix(math.MaxInt64-1000, 0), time.Unix(-1<<39, 0), time.Unix(1<<39, 0),
		time.Date(-1, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC), time.Date(2026, 3, 29, 2, 30, 0, 0, time.UTC),
	}
	for _, h := range []Hours{
		{}, {Zone: zone(t, "Europe/Madrid"), From: -100, To: 99999, Closed: closed}, {From: math.MinInt, To: math.MaxInt, Days: []time.Weekday{-3, 99}},
	} {
		for _, from := range odd {
			h.Open(from)
			h.Next(from)
			h.Until(from)
			h.After(from, time.Hour)
			for _, to := range odd {
				if got := h.Working(from, to); got < 0 || got > century*time.Second {
					t.Errorf("Working(%v, %v) = %v", from, to, got)
				}
			}
		}
	}
}

package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hours is when the provider's desk works, by the wall clock. To equal to From, or 00:00
// to 24:00, never closes on a day that is open.
type Hours struct {
	From string `yaml:"from"` // 08:00
	To   string `yaml:"to"`   // 17:00; 24:00 is the end of the day
	// Days are those of the week: mon, tue, wed, thu, fri, sat, sun; none: every day.
	Days []string `yaml:"days"`
	// Holidays are the calendars on whose holidays it is closed: es, es-ct; none: it works
	// on them.
	Holidays []string `yaml:"holidays"`
	// Local are further days on which it is closed: 06-24 in every year, 2027-09-24 once.
	Local []string `yaml:"local"`
}

// Minutes returns the hours as minutes after midnight, 0 to 1440.
func (h Hours) Minutes() (from, to int) {
	from, _ = clock(h.From)
	to, _ = clock(h.To)
	return from, to
}

// Weekdays returns the days of the week, nil for every day.
func (h Hours) Weekdays() []time.Weekday {
	var days []time.Weekday
	for _, name := range h.Days {
		if i := slices.Index(weekdays(), name); i >= 0 {
			days = append(days, time.Weekday(i))
		}
	}
	return days
}

// closes reports whether there is an hour at which the desk does not work.
func (h Hours) closes() bool {
	from, to := h.Minutes()
	return from%(24*60) != to%(24*60) || len(h.Days) > 0 && len(h.Days) < len(weekdays()) || len(h.Holidays)+len(h.Local) > 0
}

// HolidayRegions are the calendars that Hours.Holidays may name.
func HolidayRegions() []string { return []string{"es", "es-ct"} }

// weekdays are the days as hours name them, at the place of their time.Weekday.
func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// maxLocal bounds the further days on which a desk is closed.
const maxLocal = 60

// hours checks when a desk works.
func (d *document) hours(at string, h Hours) {
	for _, hour := range [][2]string{{at + ".from", h.From}, {at + ".to", h.To}} {
		if _, ok := clock(hour[1]); !ok {
			d.report(hour[0], "hour %q must be written as 08:00", hour[1])
		}
	}
	d.distinctOf(at+".days", "day", h.Days, weekdays())
	d.distinctOf(at+".holidays", "region", h.Holidays, HolidayRegions())
	if len(h.Local) > maxLocal {
		d.report(at+".local", "local days must be at most %d", maxLocal)
		return
	}
	seen := map[string]bool{}
	for i, day := range h.Local {
		at := fmt.Sprintf("%s.local[%d]", at, i)
		if !isDay(day) {
			d.report(at, "day %q must be one of every year, as 06-24, or of one, as 2027-09-24", day)
			continue
		}
		d.once(at, "day", day, seen)
	}
}

// distinctOf checks words that must each be one of the known, once.
func (d *document) distinctOf(at, what string, words, known []string) {
	seen := map[string]bool{}
	for i, w := range words {
		at := fmt.Sprintf("%s[%d]", at, i)
		if d.known(at, what, w, known) {
			d.once(at, what, w, seen)
		}
	}
}

// isDay says whether a text is a day of the calendar, of one year or of every.
func isDay(s string) bool {
	if len(s) == len("06-24") {
		s = "2024-" + s // which has a 29 February
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// clock reads 08:00 as minutes after midnight; 24:00 is the end of the day.
func clock(s string) (minutes int, ok bool) {
	hh, mm, found := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hh, 10, 8)
	m, err2 := strconv.ParseUint(mm, 10, 8)
	if !found || len(hh) != 2 || len(mm) != 2 || err1 != nil || err2 != nil || m > 59 || h > 24 || h == 24 && m > 0 {
		return 0, false
	}
	return int(h*60 + m), true
}

package calendar

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/es"
)

// Holidays are days on which a desk is closed. The zero value is none; a value never
// changes, and costs next to nothing to make.
type Holidays struct {
	yearly []*cal.Holiday
	local  []date
}

// date is a day of one year, or of every year when its year is zero.
type date struct {
	year  int
	month time.Month
	day   int
}

// region is a calendar that a profile may name.
type region struct {
	name string
	days []*cal.Holiday
}

// regions are the calendars. What a government moves to the Monday when a holiday falls
// on a Sunday, and the two days of each town, it decides anew for every year: those are
// local days.
var regions = []region{
	{"es", es.Holidays},
	{"es-ct", slices.Concat(es.Holidays, []*cal.Holiday{
		aa.EasterMonday.Clone(&cal.Holiday{Name: "Dilluns de Pasqua Florida"}),
		{Name: "Sant Joan", Month: time.June, Day: 24, Func: cal.CalcDayOfMonth},
		{Name: "Diada Nacional de Catalunya", Month: time.September, Day: 11, Func: cal.CalcDayOfMonth},
		{Name: "Sant Esteve", Month: time.December, Day: 26, Func: cal.CalcDayOfMonth},
	})},
}

// Regions returns the names of the calendars that NewHolidays knows: es, the national
// holidays of Spain, and es-ct, those and Catalonia's own.
func Regions() []string {
	names := make([]string, len(regions))
	for i, r := range regions {
		names[i] = r.name
	}
	return names
}

// NewHolidays returns the holidays of the regions and the local days: MM-DD in every
// year, YYYY-MM-DD once. Its error names each item that is wrong, and what would be
// right; the holidays are then those of the others.
func NewHolidays(regions, local []string) (Holidays, error) {
	var h Holidays
	var errs []error
	for _, name := range regions {
		days, err := holidaysOf(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if h.yearly == nil {
			h.yearly = days // shared: nobody writes to it
			continue
		}
		h.yearly = slices.Concat(h.yearly, days)
	}
	for _, day := range local {
		d, err := parseDate(day)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		h.local = append(h.local, d)
	}
	return h, errors.Join(errs...)
}

func holidaysOf(name string) ([]*cal.Holiday, error) {
	for _, r := range regions {
		if r.name == name {
			return slices.Clip(r.days), nil
		}
	}
	return nil, fmt.Errorf("holidays %q: no such calendar; there are %s", name, strings.Join(Regions(), ", "))
}

func parseDate(s string) (date, error) {
	if t, err := time.Parse("01-02", s); err == nil { // of the year 0, which is a leap year
		return date{0, t.Month(), t.Day()}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() == 0 {
		return date{}, fmt.Errorf("local day %q: no such day; write 06-24 for every year, or 2027-09-24 for one", s)
	}
	return date{t.Year(), t.Month(), t.Day()}, nil
}

// none reports whether there are no holidays.
func (h Holidays) none() bool { return len(h.yearly) == 0 && len(h.local) == 0 }

// year is the holidays of one year: a bit for each day of each month.
type year [12]uint32

func (y *year) add(m time.Month, day int) { y[m-1] |= 1 << day }

func (y *year) has(m time.Month, day int) bool { return y[m-1]&(1<<day) != 0 }

// of returns the holidays of that year.
func (h Holidays) of(number int) year {
	var y year
	for _, holiday := range h.yearly {
		// The library gives the midnight of the machine's zone, where there may be none
		// on that day: noon is on it everywhere.
		if midnight, _ := holiday.Calc(number); !midnight.IsZero() {
			_, m, day := midnight.Add(12 * time.Hour).Date()
			y.add(m, day)
		}
	}
	for _, d := range h.local {
		if d.year == 0 || d.year == number {
			y.add(d.month, d.day)
		}
	}
	return y
}

package calendar

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// byHand returns the days of the table that a person wrote, by calendar.
func byHand(t *testing.T) map[string]map[string]bool {
	t.Helper()
	file, err := os.Open("testdata/holidays.golden")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	table := map[string]map[string]bool{"es": {}, "es-ct": {}}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		on, err := time.Parse(time.DateOnly, words[0])
		if err != nil || weekdays[on.Weekday()] != words[1] || table[words[2]] == nil {
			t.Fatalf("the table contradicts itself: %q %v", lines.Text(), err)
		}
		table["es-ct"][words[0]] = true // Catalonia has the national ones too
		if words[2] == "es" {
			table["es"][words[0]] = true
		}
	}
	return table
}

// TestHolidays holds every day of seven years against the table.
func TestHolidays(t *testing.T) {
	t.Parallel()
	table := byHand(t)
	madrid := zone(t, "Europe/Madrid")
	for name, each := range map[string]int{"es": 10, "es-ct": 14} {
		if got := len(table[name]); got != 7*each {
			t.Errorf("%s: the table has %d days", name, got)
		}
		closed, err := NewHolidays([]string{name}, nil)
		if err != nil {
			t.Fatal(err)
		}
		desk := Hours{Zone: madrid, From: 8 * 60, To: 17 * 60, Closed: closed}
		for on := time.Date(2024, 1, 1, 12, 0, 0, 0, madrid); on.Year() < 2031; on = on.AddDate(0, 0, 1) {
			if want := !table[name][on.Format(time.DateOnly)]; desk.Open(on) != want {
				t.Errorf("%s: %s: open is %v, want %v", name, on.Format("2006-01-02 Mon"), !want, want)
			}
		}
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for _, name := range Regions() {
		if h, err := NewHolidays([]string{name}, nil); err != nil || h.none() {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff([]string{"es", "es-ct"}, Regions()); diff != "" {
		t.Error(diff)
	}
}

func TestLocalDays(t *testing.T) {
	t.Parallel()
	closed, err := NewHolidays([]string{"es", "es-ct"}, []string{"09-24", "2027-05-17", "02-29"})
	if err != nil {
		t.Fatal(err)
	}
	desk := Hours{Closed: closed}
	for on, want := range map[string]bool{
		"2026-09-24": false, "2027-09-24": false, "2026-05-17": true, "2027-05-17": false, "2028-05-17": true,
		"2027-02-28": true, "2027-03-01": true, "2028-02-28": true, "2028-02-29": false, "2028-03-01": true,
		"2027-06-24": false, "2027-12-25": false, "2027-03-25": true, // Maundy Thursday
	} {
		at, err := time.Parse(time.DateOnly, on)
		if err != nil {
			t.Fatal(err)
		}
		if got := desk.Open(at.Add(12 * time.Hour)); got != want {
			t.Errorf("%s: open is %v", on, got)
		}
	}
}

// TestWrong: every item that is wrong is named, and the others count.
func TestWrong(t *testing.T) {
	t.Parallel()
	h, err := NewHolidays(
		[]string{"es-md", "es", "ES-CT", ""},
		[]string{"24/06", "6-24", "02-30", "2027-02-29", "0000-01-02", "2027-9-24", "09-24 ", "", "09-24"},
	)
	want := `holidays "es-md": no such calendar; there are es, es-ct
holidays "ES-CT": no such calendar; there are es, es-ct
holidays "": no such calendar; there are es, es-ct`
	for _, day := range []string{"24/06", "6-24", "02-30", "2027-02-29", "0000-01-02", "2027-9-24", "09-24 ", ""} {
		want += "\nlocal day \"" + day + "\": no such day; write 06-24 for every year, or 2027-09-24 for one"
	}
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
	if y := h.of(2027); !y.has(time.October, 12) || !y.has(time.September, 24) || y.has(time.June, 24) {
		t.Errorf("what is right does not count: %b", y)
	}
	days, err := Days([]string{"mon", "Tue", "sun"})
	if diff := cmp.Diff([]time.Weekday{time.Monday, time.Sunday}, days); diff != "" {
		t.Error(diff)
	}
	if want := `day "Tue": no such day of the week; there are sun, mon, tue, wed, thu, fri, sat`; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// TestHolidaysAreShared: calendars that are made beside each other leave the tables as
// they are.
func TestHolidaysAreShared(t *testing.T) {
	t.Parallel()
	before := slices.Clone(regions[0].days)
	for range 3 {
		if _, err := NewHolidays([]string{"es", "es-ct", "es"}, []string{"01-02"}); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(before, regions[0].days) || len(regions[1].days) != len(before)+4 {
		t.Error("the tables have changed")
	}
}

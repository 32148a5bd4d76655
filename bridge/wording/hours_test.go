package wording_test

import (
	"testing"
	"time"

	"escalat/bridge/wording"
	"escalat/mapping"
)

// TestHours: the days, the holidays and the local days of the profile, or of the form
// that has its own, close the desk.
func TestHours(t *testing.T) {
	t.Parallel()
	p := &mapping.Profile{
		Hours: mapping.Hours{From: "08:00", To: "17:00"},
		Forms: []mapping.Form{{ID: "assistance", Hours: &mapping.Hours{
			From: "09:00", To: "18:00", Days: []string{"mon", "tue", "wed", "thu", "fri"},
			Holidays: []string{"es-ct"}, Local: []string{"09-24", "2027-05-17"},
		}}},
	}
	for at, want := range map[string][2]bool{ // of the profile, and of the form
		"2027-09-23 08:30": {true, false}, "2027-09-23 17:30": {false, true},
		"2027-09-25 12:00": {true, false}, // Saturday
		"2027-09-10 12:00": {true, true}, "2027-12-24 12:00": {true, true},
		"2027-12-06 12:00": {true, false}, "2027-06-24 12:00": {true, false},
		"2027-09-24 12:00": {true, false}, "2027-05-17 12:00": {true, false}, "2028-05-17 12:00": {true, true},
	} {
		on, err := time.Parse("2006-01-02 15:04", at)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{wording.Hours(p, "").Open(on), wording.Hours(p, "assistance").Open(on)}; got != want {
			t.Errorf("%s: open is %v, want %v", at, got, want)
		}
	}
}

func BenchmarkHours(b *testing.B) {
	p := &mapping.Profile{Hours: mapping.Hours{
		From: "09:00", To: "18:00", Days: []string{"mon", "tue", "wed", "thu", "fri"}, Holidays: []string{"es-ct"}, Local: []string{"09-24", "2027-05-17"},
	}}
	b.ReportAllocs()
	for b.Loop() {
		wording.Hours(p, "")
	}
}

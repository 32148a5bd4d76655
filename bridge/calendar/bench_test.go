package calendar

import (
	"testing"
	"time"
)

func benchmarkDesk(b *testing.B, madrid *time.Location) Hours {
	b.Helper()
	closed, err := NewHolidays([]string{"es-ct"}, []string{"09-24", "2027-05-17"})
	if err != nil {
		b.Fatal(err)
	}
	days, err := Days([]string{"mon", "tue", "wed", "thu", "fri"})
	if err != nil {
		b.Fatal(err)
	}
	return Hours{Zone: madrid, From: 480, To: 1020, Days: days, Closed: closed}
}

func BenchmarkWorkingYear(b *testing.B) {
	h, from := benchmarkDesk(b, zone(b, "Europe/Madrid")), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(1, 0, 0)
	b.ReportAllocs()
	for b.Loop() {
		h.Working(from, to)
	}
}

func BenchmarkNew(b *testing.B) {
	madrid := zone(b, "Europe/Madrid")
	b.ReportAllocs()
	for b.Loop() {
		benchmarkDesk(b, madrid)
	}
}

func BenchmarkNext(b *testing.B) {
	h, at := benchmarkDesk(b, zone(b, "Europe/Madrid")), time.Date(2026, 12, 24, 20, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		h.Next(at)
	}
}

func BenchmarkOpen(b *testing.B) {
	h, at := benchmarkDesk(b, zone(b, "Europe/Madrid")), time.Date(2026, 12, 24, 10, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		h.Open(at)
	}
}

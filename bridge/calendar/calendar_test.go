package calendar

import (
	"testing"
	"time"
	_ "time/tzdata" // the zone must be there on every machine

	"pgregory.net/rapid"
)

func zone(t interface {
	Helper()
	Fatal(...any)
}, name string,
) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestOpen(t *testing.T) {
	t.Parallel()
	madrid := zone(t, "Europe/Madrid")
	desk := Hours{Zone: madrid, From: 8 * 60, To: 17 * 60}
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 22, hour, minute, 0, 0, madrid) }
	tests := []struct {
		name  string
		hours Hours
		at    time.Time
		want  bool
	}{
		{"first minute", desk, at(8, 0), true},
		{"before", desk, at(7, 59), false},
		{"last minute", desk, at(16, 59), true},
		{"closing", desk, at(17, 0), false},
		{"another zone's time", desk, time.Date(2026, 7, 1, 6, 30, 0, 0, time.UTC), true}, // 8.30 in summer
		{"the same in winter", desk, time.Date(2026, 12, 1, 6, 30, 0, 0, time.UTC), false},
		{"over midnight, late", Hours{Zone: madrid, From: 22 * 60, To: 6 * 60}, at(23, 0), true},
		{"over midnight, early", Hours{Zone: madrid, From: 22 * 60, To: 6 * 60}, at(5, 59), true},
		{"over midnight, by day", Hours{Zone: madrid, From: 22 * 60, To: 6 * 60}, at(12, 0), false},
		{"never closes", Hours{Zone: madrid, To: day}, at(3, 0), true},
		{"no zone", Hours{From: 60, To: 120}, time.Date(2026, 1, 1, 1, 30, 0, 0, time.UTC), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.hours.Open(tt.at); got != tt.want {
				t.Errorf("Open(%v) = %v, want %v", tt.at, got, tt.want)
			}
		})
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	madrid := zone(t, "Europe/Madrid")
	tests := []struct {
		name     string
		from, to int
		at, want time.Time
	}{
		{"tomorrow", 480, 1020, time.Date(2026, 11, 22, 17, 0, 0, 0, madrid), time.Date(2026, 11, 23, 8, 0, 0, 0, madrid)},
		{"today", 480, 1020, time.Date(2026, 11, 22, 3, 0, 0, 0, madrid), time.Date(2026, 11, 22, 8, 0, 0, 0, madrid)},
		{"over the clock put forward", 480, 1020, time.Date(2026, 3, 28, 23, 0, 0, 0, madrid), time.Date(2026, 3, 29, 6, 0, 0, 0, time.UTC)},
		{"over the clock put back", 480, 1020, time.Date(2026, 10, 24, 23, 0, 0, 0, madrid), time.Date(2026, 10, 25, 7, 0, 0, 0, time.UTC)},
		{"opening that is skipped", 150, 1020, time.Date(2026, 3, 29, 0, 0, 0, 0, madrid), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC)},
		{"opening that comes twice", 150, 165, time.Date(2026, 10, 25, 0, 50, 0, 0, time.UTC), time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := Hours{Zone: madrid, From: tt.from, To: tt.to}
			if got := h.Next(tt.at); !got.Equal(tt.want) {
				t.Errorf("Next(%v) = %v, want %v", tt.at, got, tt.want)
			}
		})
	}
}

// TestNextIsFirst: the desk is open at Next, and at no minute before it.
func TestNextIsFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := Hours{
			Zone: zone(t, rapid.SampledFrom([]string{"Europe/Madrid", "UTC", "America/St_Johns", "Australia/Lord_Howe"}).Draw(t, "zone")),
			From: rapid.IntRange(0, day).Draw(t, "from"),
			To:   rapid.IntRange(0, day).Draw(t, "to"),
		}
		// Half of the times lie about a change of the clock in Madrid.
		base := rapid.SampledFrom([]int64{1774746000, 1792890000, 1790000000, 1800000000}).Draw(t, "base")
		at := time.Unix(base+rapid.Int64Range(-200_000, 200_000).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nano"))
		next := h.Next(at)
		if next.Before(at) || !h.Open(next) {
			t.Fatalf("Next(%v) = %v, open: %v", at, next, h.Open(next))
		}
		if next.Sub(at) > 49*time.Hour {
			t.Fatalf("Next(%v) = %v is too late", at, next)
		}
		for c := at; c.Before(next); c = c.Add(time.Minute) {
			if h.Open(c) {
				t.Fatalf("Next(%v) = %v, but open at %v", at, next, c)
			}
		}
		if next.After(at) && h.Open(next.Add(-time.Nanosecond)) {
			t.Fatalf("Next(%v) = %v, but open just before", at, next)
		}
	})
}

package alarm

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// step is a sample by minutes, and what it is to say. Down and Waiting: -1 for none.
type step struct {
	now, down, waiting int
	want               Verdict
}

func sample(s step) Sample {
	minute := func(n int) time.Time {
		if n < 0 {
			return time.Time{}
		}
		return at().Add(time.Duration(n) * time.Minute)
	}
	return Sample{Now: minute(s.now), Down: minute(s.down), Waiting: minute(s.waiting)}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]step{
		"there and nothing waits":     {{0, -1, -1, Nothing}, {60, -1, -1, Nothing}},
		"there, something waits":      {{0, -1, 0, Nothing}, {60, -1, 0, Nothing}},
		"away, nothing waits":         {{0, 0, -1, Nothing}, {60, 0, -1, Nothing}},
		"away, something waits":       {{4, 0, 0, Nothing}, {5, 0, 0, Away}, {6, 0, 0, Nothing}, {600, 0, 0, Nothing}},
		"it waits since later":        {{5, 0, 3, Nothing}, {7, 0, 3, Nothing}, {8, 0, 3, Away}},
		"it waited before":            {{5, 2, 0, Nothing}, {6, 2, 0, Nothing}, {7, 2, 0, Away}},
		"seen late":                   {{300, 0, 1, Away}},
		"back before it is told":      {{4, 0, 0, Nothing}, {5, -1, 0, Nothing}, {6, 6, 0, Nothing}, {10, 6, 0, Nothing}, {11, 6, 0, Away}},
		"recovery":                    {{5, 0, 0, Away}, {9, -1, -1, Nothing}, {10, -1, -1, Nothing}, {11, -1, -1, Back}, {12, -1, -1, Nothing}},
		"comes and goes":              {{5, 0, 0, Away}, {6, -1, 0, Nothing}, {7, 7, 0, Nothing}, {20, 7, 0, Nothing}, {21, -1, -1, Nothing}, {23, -1, -1, Back}},
		"what waited ended meanwhile": {{5, 0, 0, Away}, {9, 0, -1, Nothing}, {10, -1, -1, Nothing}, {12, -1, -1, Back}},
		"away once more":              {{5, 0, 0, Away}, {6, -1, -1, Nothing}, {8, -1, -1, Back}, {20, 20, 20, Nothing}, {25, 20, 20, Away}},
		"the clock was put back":      {{30, 60, 60, Nothing}, {65, 60, 60, Away}, {70, -1, -1, Nothing}, {40, -1, -1, Nothing}, {41, -1, -1, Nothing}, {42, -1, -1, Back}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s := Watch{After: 5 * time.Minute, Calm: 2 * time.Minute}, State{}
			for i, one := range steps {
				var got Verdict
				if s, got = w.Look(s, sample(one)); got != one.want {
					t.Fatalf("step %d (minute %d): %d, want %d; %+v", i, one.now, got, one.want, s)
				}
			}
		})
	}
}

// TestWatchAlternates: whatever happens, away and back are told in turn, never away for
// what is there or has nothing waiting, never back for what is away.
func TestWatchAlternates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, s, last := Watch{After: 5 * time.Minute, Calm: 2 * time.Minute}, State{}, Back
		now := 0
		for range rapid.IntRange(1, 60).Draw(t, "samples") {
			now += rapid.IntRange(-3, 10).Draw(t, "passed")
			now = max(now, 0)
			one := step{now: now, down: rapid.IntRange(-1, now).Draw(t, "down"), waiting: rapid.IntRange(-1, now).Draw(t, "waiting")}
			next, got := w.Look(s, sample(one))
			switch {
			case got == Nothing:
			case got == last:
				t.Fatalf("%d twice", got)
			case got == Away && (one.down < 0 || one.waiting < 0 || now-max(one.down, one.waiting) < 5):
				t.Fatalf("away too early: %+v", one)
			case got == Back && one.down >= 0:
				t.Fatalf("back while it is away: %+v", one)
			}
			if got != Nothing {
				last = got
			}
			s = next
		}
	})
}

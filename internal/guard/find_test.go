package guard

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"escalat/bridge"
)

func newGuard(t testing.TB, treat map[bridge.Private]Treatment) *Guard {
	t.Helper()
	g, err := New(Config{Key: []byte("the key of an installation"), Treat: treat})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// masked is a text as people see it: through the issue that screens it.
func masked(g *Guard, text string) string {
	return bridge.Issue{Description: text}.Screened(g.Text).Description
}

// Of everything private, in every place, at least 98 in 100 are found.
func TestFindsWhatIsPrivate(t *testing.T) {
	t.Parallel()
	const least = 0.98
	each := 60
	if testing.Short() {
		each = 6
	}
	g := newGuard(t, nil)
	where := places()
	for kind, sample := range makers() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(8, 3))
			missed, all := 0, 0
			for _, place := range slices.Sorted(maps.Keys(where)) {
				lost := 0
				for range each {
					s := where[place](r, sample(r))
					all++
					if left := masked(g, s.text); strings.Contains(left, s.value) {
						lost++
						if missed+lost <= 12 {
							t.Logf("%s: %q is left in %q", place, s.value, left)
						}
					}
				}
				missed += lost
				if share := 1 - float64(lost)/float64(each); share < 0.95 {
					t.Errorf("%s: %.1f %% found", place, 100*share)
				}
			}
			share := 1 - float64(missed)/float64(all)
			t.Logf("%s: %.2f %% of %d found", kind, 100*share, all)
			if share < least {
				t.Errorf("%s: %.2f %% of %d found", kind, 100*share, all)
			}
		})
	}
}

package torture_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	terminate = syscall.SIGTERM
	// short is the number of kills on each database in an ordinary test run.
	short = 14
	// yards is how many programs are tortured at the same time on each database:
	// most of the time each of them waits.
	yards = 4
)

// kills returns how many kills each database gets.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("ESCALAT_TORTURE")
	if text == "" {
		return short
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("ESCALAT_TORTURE is %q, want a number of kills", text)
	}
	return n
}

// chance returns a source of random numbers and tells its seed.
func chance(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// TestTortureByKills kills the program on each database, by turns at each point,
// at any moment and at its start, and counts.
func TestTortureByKills(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	for _, db := range databases {
		t.Run(db.name, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			random := chance(t)
			report := &report{kills: map[string]int{}}
			t.Cleanup(func() { t.Logf("%s, %s: %s", db.name, time.Since(begun).Round(time.Second), report) })
			turns := turns(kills(t), random)
			for n := range yards {
				mine := rand.New(rand.NewPCG(random.Uint64(), 0))
				t.Run(strconv.Itoa(n), func(t *testing.T) {
					t.Parallel()
					y := newYard(t, programs.program(t), db.make(t), mine)
					for i := n; i < len(turns); i += yards {
						if !y.torment(turns[i]) {
							t.Errorf("kill %d, %s: not all is right again", i, turns[i].name)
							break
						}
					}
					found := y.finish()
					found.flawless(t)
					report.add(y.kills, found)
				})
			}
		})
	}
}

// turns are n ways to end, each about as often as the others, in any order.
func turns(n int, random *rand.Rand) []end {
	var out []end
	for len(out) < n {
		out = append(out, ends()...)
	}
	out = out[:n]
	random.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// report sums up what several yards found.
type report struct {
	mu    sync.Mutex
	kills map[string]int
	found tally
}

func (r *report) add(kills map[string]int, found tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, n := range kills {
		r.kills[name] += n
	}
	r.found.add(found)
}

func (r *report) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	sum := 0
	for _, name := range slices.Sorted(maps.Keys(r.kills)) {
		fmt.Fprintf(&b, "  %-24s %4d\n", name, r.kills[name])
		sum += r.kills[name]
	}
	return fmt.Sprintf("%d kills\n%s  %s", sum, b.String(), r.found)
}

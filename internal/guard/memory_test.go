package guard

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// What is remembered is what would be found, and is the caller's own; texts that nobody asks
// for are forgotten, and what is asked for by many is looked at once or twice.
func TestMemory(t *testing.T) {
	t.Parallel()
	var m memory
	looked := map[string]int{}
	var mu sync.Mutex
	look := func(text string) []bridge.Hit {
		mu.Lock()
		defer mu.Unlock()
		looked[text]++
		return []bridge.Hit{{Kind: bridge.PrivateCard, Start: len(text) - 4, End: len(text), Print: "p"}}
	}
	long := func(n int) string { return strings.Repeat("x", worth) + fmt.Sprintf("%04d", n) }
	want := []bridge.Hit{{Kind: bridge.PrivateCard, Start: worth, End: worth + 4, Print: "p"}}
	for range 3 {
		hits := m.find(long(1), look)
		if diff := cmp.Diff(want, hits); diff != "" {
			t.Fatal(diff)
		}
		hits[0].Start = 7 // it is the caller's
	}
	if looked[long(1)] != 1 {
		t.Errorf("looked %d times", looked[long(1)])
	}
	for range 3 {
		m.find("short", look)
	}
	if looked["short"] != 3 {
		t.Errorf("a short text was remembered: looked %d times", looked["short"])
	}
	for n := range 3 * remembered {
		m.find(long(n), look)
		m.find(long(9_999), look) // again and again
	}
	if looked[long(9_999)] != 1 {
		t.Errorf("what is asked for was forgotten: looked %d times", looked[long(9_999)])
	}
	if n := len(m.young) + len(m.old); n > 2*remembered+1 {
		t.Errorf("%d texts are remembered", n)
	}
	m.find(long(0), look)
	if looked[long(0)] != 2 {
		t.Errorf("the oldest text was not forgotten: looked %d times", looked[long(0)])
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { m.find(long(5_000), look) })
	}
	all.Wait()
}

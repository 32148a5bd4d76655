package queue_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

func TestEffectEnds(t *testing.T) {
	tests := map[string]struct {
		faults []fault
		times  int // how often it really happened
		finds  int
		state  bridge.EffectState
		events []bridge.EventKind
	}{
		"done": {times: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Done}},
		"refused for good": {
			faults: []fault{{err: bridge.Permanent(errors.New("550"))}},
			state:  bridge.EffectFailed, events: []bridge.EventKind{bridge.Failed},
		},
		"certainly not done, twice": {
			faults: []fault{{err: bridge.NotDone(errors.New("451"))}, {err: bridge.Later(bridge.NotDone(errors.New("429")), time.Date(2026, 1, 1, 0, 20, 0, 0, time.UTC))}},
			times:  1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Delayed, bridge.Delayed, bridge.Done},
		},
		"answer lost after it happened": {
			faults: []fault{{err: errLost, happens: true}},
			times:  1, finds: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Unknown, bridge.Done},
		},
		"answer lost before it happened": {
			faults: []fault{{err: errLost}},
			times:  1, finds: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Unknown, bridge.Absent, bridge.Done},
		},
		"a panic after it happened": {
			faults: []fault{{err: errors.New("panic"), happens: true}},
			times:  1, finds: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Unknown, bridge.Done},
		},
	}
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url()).start()
		var keys []string
		for name, test := range tests {
			b.world.faults[name] = test.faults
			b.addCase(name, comment(name))
			keys = append(keys, name)
		}
		b.until(30*time.Second, keys...)
		for name, test := range tests {
			e := b.effects(name)[0]
			if got := b.world.times(name); got != test.times {
				t.Errorf("%s: happened %d times, want %d", name, got, test.times)
			}
			if e.State != test.state || b.world.finds[name] != test.finds || !slices.Equal(b.world.events[name], test.events) {
				t.Errorf("%s: %s, looked for %d times, events %v", name, e.State, b.world.finds[name], b.world.events[name])
			}
		}
	})
}

func TestLaneKeepsOrder(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url()).start()
		b.world.faults["k1"] = []fault{{err: bridge.NotDone(errors.New("down"))}, {err: errLost}}
		b.addCase("a", comment("k1"), comment("k2"), transmit("m1"), comment("k3"))
		b.until(30*time.Second, "k1", "k2", "k3", "m1")
		var jira []string
		for _, k := range b.world.done {
			if k != "m1" {
				jira = append(jira, k)
			}
		}
		if !slices.Equal(jira, []string{"k1", "k2", "k3"}) {
			t.Errorf("done in the order %v", jira)
		}
		if b.world.done[0] != "m1" {
			t.Errorf("another target waited for a failing one: %v", b.world.done)
		}
	})
}

func TestOutcomeFollows(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url()).start()
		b.world.then = func(_ bridge.Case, e bridge.Effect, ev bridge.Event) []bridge.Effect {
			if e.Key == "m1" && ev.What == bridge.Done {
				return []bridge.Effect{comment("told"), comment("told")}
			}
			return nil
		}
		b.addCase("a", transmit("m1"))
		b.until(0, "m1", "told") // the clock stands still: what follows is woken by the transaction that planned it
		if n := b.world.times("told"); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestFormerProcess(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		b.addCase("a", comment("happened"))
		b.addCase("b", comment("did not"))
		b.world.done = append(b.world.done, "happened")
		for _, id := range []string{"a", "b"} {
			b.update(func(ctx context.Context, tx *store.Tx) error {
				h, err := tx.Head(ctx, id, bridge.ToJira)
				if err != nil {
					return err
				}
				_, err = tx.ClaimEffect(ctx, h, true, "me")
				return err
			})
		}
		if n, err := queue.Release(t.Context(), b.store, "me"); n != 2 || err != nil {
			t.Fatalf("released %d, %v", n, err)
		}
		b.start()
		b.until(time.Second, "happened", "did not")
		for _, k := range []string{"happened", "did not"} {
			if b.world.times(k) != 1 || b.world.finds[k] != 1 {
				t.Errorf("%s: %d times, looked for %d times", k, b.world.times(k), b.world.finds[k])
			}
		}
	})
}

func TestTakeover(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		// The dead process's attempt is not ours to release; only its standing
		// still for longer than any attempt lasts makes it so.
		b := newBench(t, url(), func(c *queue.Config) { c.Timeout, c.Takeover = 500*time.Millisecond, time.Second })
		b.addCase("a", comment("k"))
		b.update(func(ctx context.Context, tx *store.Tx) error {
			h, err := tx.Head(ctx, "a", bridge.ToJira)
			if err != nil {
				return err
			}
			_, err = tx.ClaimEffect(ctx, h, true, "dead")
			return err
		})
		b.start()
		b.until(time.Second, "k") // on a machine that stalls an attempt may come too late to begin, and is put off
		if b.world.times("k") != 1 || b.world.finds["k"] == 0 {
			t.Errorf("%d times, looked for %d times", b.world.times("k"), b.world.finds["k"])
		}
	})
}

func TestOvertakenResultDoesNotCount(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		b.world.block = make(chan struct{})
		b.addCase("a", comment("k"))
		b.start()
		b.tick()
		<-b.world.began
		b.update(func(ctx context.Context, tx *store.Tx) error { // another process takes over and finds it done
			h, err := tx.Head(ctx, "a", bridge.ToJira)
			if err != nil {
				return err
			}
			e, err := tx.ClaimEffect(ctx, h, false, "other")
			if err != nil {
				return err
			}
			e.State, e.Result = bridge.EffectDone, json.RawMessage(`{"by":"other"}`)
			return tx.EndAttempt(ctx, e)
		})
		close(b.world.block)
		b.addCase("b", comment("next"))
		b.until(time.Second, "next")
		if e := b.effects("a")[0]; string(e.Result) != `{"by":"other"}` {
			t.Errorf("the overtaken process stored %s", e.Result)
		}
		if len(b.world.events["k"]) != 0 {
			t.Errorf("the overtaken process settled: %v", b.world.events["k"])
		}
	})
}

// TestYear runs a year on the injected clock: an effect a day, each planned for
// its own minute by the one before.
func TestYear(t *testing.T) {
	if testing.Short() {
		t.Skip("a year is long under the race detector")
	}
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		day := func(n int) bridge.Effect {
			e := comment(fmt.Sprint("day ", n))
			e.NotBefore = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, n)
			return e
		}
		at := map[string]time.Time{}
		b.world.then = func(_ bridge.Case, e bridge.Effect, ev bridge.Event) []bridge.Effect {
			at[e.Key] = ev.At
			if n := len(at); n < 365 {
				return []bridge.Effect{day(n)}
			}
			return nil
		}
		b.addCase("a", day(0))
		b.start()
		for n := range 365 {
			b.rest()
			b.clock.add(day(n).NotBefore.Sub(b.clock.Now()))
			b.tick()
			if got, want := <-b.world.ended, fmt.Sprint("day ", n); got != want {
				t.Fatalf("%s ended, want %s", got, want)
			}
		}
		b.world.mu.Lock()
		defer b.world.mu.Unlock()
		if len(b.world.done) != 365 || !at["day 364"].Equal(day(364).NotBefore) {
			t.Errorf("%d done, the last at %s", len(b.world.done), at["day 364"])
		}
	})
}

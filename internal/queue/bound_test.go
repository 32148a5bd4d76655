package queue_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// TestAdditionsAreBounded: of a case to which somebody adds without end twenty mails a
// day are composed, and the others follow in their order.
func TestAdditionsAreBounded(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		compose := func(serial int) bridge.Effect {
			return bridge.Plan(bridge.ToMail, bridge.ComposeMail, fmt.Sprint("compose ", serial), bridge.ComposeBody{Serial: serial})
		}
		b := newBench(t, url(), func(c *queue.Config) {
			c.Actors[bridge.ComposeMail] = c.Actors[bridge.PostComment]
		})
		b.world.then = func(_ bridge.Case, e bridge.Effect, ev bridge.Event) (all []bridge.Effect) {
			switch {
			case ev.What == bridge.Done && e.Key == "go":
				for serial := 1; serial <= 24; serial++ {
					all = append(all, compose(serial))
				}
				return append(all, comment("behind"))
			case ev.What == bridge.Done && e.Key == "again":
				return []bridge.Effect{compose(24), compose(25)}
			}
			return nil
		}
		b.addCase("a", comment("go"))
		b.start()
		b.tick()
		b.until(0, "go", "behind", "compose 1", "compose 20")
		if n := b.world.times("compose 21"); n != 0 {
			t.Error("the twenty-first left within the day")
		}
		b.plan("a", comment("again")) // one that is known is not counted twice
		b.until(0, "again")
		var held []string
		for _, e := range b.effects("a") {
			if e.NotBefore.IsZero() {
				continue
			}
			held = append(held, e.Key)
			if left := e.NotBefore.Sub(e.PlannedAt); left != 24*time.Hour {
				t.Errorf("%s waits for %s", e.Key, left)
			}
		}
		if diff := cmp.Diff([]string{"compose 21", "compose 22", "compose 23", "compose 24", "compose 25"}, held); diff != "" {
			t.Error(diff)
		}
		b.until(time.Hour, "compose 21", "compose 22", "compose 23", "compose 24", "compose 25")
		said := strings.Join(b.audit("a"), "\n")
		if n := strings.Count(said, "queue: addition put off: 20 mails within 24h0m0s, it goes on at 2026-01-0"); n != 5 {
			t.Errorf("said %d times:\n%s", n, said)
		}
		b.update(func(ctx context.Context, tx *store.Tx) error {
			at, err := tx.PlannedSince(ctx, "a", bridge.ComposeMail, time.Time{}, 26)
			if !at.IsZero() {
				t.Error("a twenty-sixth was planned")
			}
			return err
		})
	})
}

package queue_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// braking opens a case an issue, braked when the brake says so.
type braking struct{ decider }

func (braking) Decide(_ time.Time, issue bridge.Issue, cases []bridge.Case, ask bridge.Lookup) ([]bridge.Outcome, error) {
	if len(cases) > 0 {
		return []bridge.Outcome{{Case: cases[0], Effects: []bridge.Effect{comment("again " + issue.ID)}}}, nil
	}
	b, err := ask.Brake("claranet", true)
	if err != nil {
		return nil, err
	}
	c := bridge.Case{ID: "case" + issue.ID, IssueID: issue.ID, IssueKey: issue.Key, Provider: "claranet", Ordinal: 1, State: bridge.Settling}
	if !b.Open {
		c.State = bridge.Braked
	}
	return []bridge.Outcome{{Case: c, Effects: []bridge.Effect{comment("opened " + issue.ID)}}}, nil
}

func braked(b *bench) (n int) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.CasesIn(ctx, bridge.Braked)
		n = len(held)
		return err
	})
	return n
}

// The brake lets so many begin within its window and no more, however many looks
// are worked at the same time; what is released goes on, and so does who comes later.
func TestBrake(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) {
			c.Decider, c.Brake = braking{}, queue.Brake{Limit: 5, Window: 10 * time.Minute}
		}).start()
		var keys []string
		b.update(func(ctx context.Context, tx *store.Tx) error {
			keys = nil
			for i := range 12 {
				keys = append(keys, fmt.Sprintf("opened %d", i))
				if err := b.AskLook(ctx, tx, fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return nil
		})
		b.until(0, keys...)
		if n := braked(b); n != 7 {
			t.Fatalf("%d of 12 are held, want 7", n)
		}
		b.clock.add(9 * time.Minute)
		b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, "100") })
		b.until(0, "opened 100")
		b.clock.add(2 * time.Minute)
		b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, "101") })
		b.until(0, "opened 101")
		if n := braked(b); n != 8 {
			t.Fatalf("%d are held after the window, want 8", n)
		}
		var held []bridge.Case
		b.update(func(ctx context.Context, tx *store.Tx) (err error) {
			held, err = queue.ReleaseBrake(ctx, tx, "claranet", b.clock.Now())
			return err
		})
		keys = nil
		for _, c := range held {
			keys = append(keys, "again "+c.IssueID)
		}
		if len(keys) != 8 {
			t.Fatalf("%d were released", len(keys))
		}
		b.until(0, keys...)
	})
}

// What is written for a case from before the store was confirmed is looked for
// first: it may have been written already.
func TestWhatMayHaveHappened(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		begun := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		b := newBench(t, url(), func(c *queue.Config) { c.Since = func() time.Time { return begun } })
		b.world.then = func(c bridge.Case, e bridge.Effect, _ bridge.Event) []bridge.Effect {
			if e.Key != "first "+c.ID {
				return nil
			}
			return []bridge.Effect{comment("next " + c.ID), transmit("mail " + c.ID)}
		}
		b.world.done = []string{"next old", "next young"} // in the life that the store has forgotten
		b.start()
		for id, opened := range map[string]time.Time{"old": begun.Add(-time.Hour), "young": begun.Add(time.Hour)} {
			b.update(func(ctx context.Context, tx *store.Tx) error {
				c := bridge.Case{ID: id, IssueID: id, Provider: "claranet", Ordinal: 1, State: bridge.Sending, OpenedAt: opened}
				if err := tx.InsertCase(ctx, c); err != nil {
					return err
				}
				_, err := tx.PlanEffects(ctx, id, []bridge.Effect{comment("first " + id)})
				return err
			})
		}
		b.until(time.Second, "next old", "next young", "mail old", "mail young")
		for key, want := range map[string]int{"next old": 1, "mail old": 1, "next young": 2, "mail young": 1} {
			if got := b.world.times(key); got != want {
				t.Errorf("%s happened %d times, want %d", key, got, want)
			}
		}
	})
}

// over ends the case of the issue it looks at.
type over struct{ decider }

func (over) Decide(_ time.Time, issue bridge.Issue, cases []bridge.Case, _ bridge.Lookup) ([]bridge.Outcome, error) {
	c := cases[0]
	if c.Leader == "" {
		c.State = bridge.Closed
	}
	return []bridge.Outcome{{Case: c, Effects: []bridge.Effect{comment("looked at " + issue.ID)}}}, nil
}

// Who shares a case is looked at when that is over.
func TestFollowersAreWoken(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Decider = over{} }).start()
		b.addCase("1")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			c := bridge.Case{ID: "f", IssueID: "2", Provider: "claranet", Ordinal: 1, State: bridge.Joined, Leader: "1"}
			if err := tx.InsertCase(ctx, c); err != nil {
				return err
			}
			return b.AskLook(ctx, tx, "1")
		})
		b.until(time.Second, "looked at 1", "looked at 2")
	})
}

// told decides that a mail concerns the case and whoever shares it.
type told struct {
	mu        sync.Mutex
	followers []string
}

func (*told) Read(context.Context, func() (io.ReadCloser, error), int64) (bridge.Message, error) {
	return bridge.Message{MessageID: "m", CaseID: "1"}, nil
}

func (r *told) Decide(_ time.Time, _ bridge.Mail, _ bridge.Message, c *bridge.Case, followers []bridge.Case, _ bridge.Ledger) (bridge.Verdict, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := bridge.Outcome{Case: *c, Effects: []bridge.Effect{comment("reply " + c.ID)}}
	r.followers = nil
	for _, f := range followers {
		r.followers = append(r.followers, f.ID)
		o.Others = append(o.Others, bridge.Outcome{Case: f, Effects: []bridge.Effect{comment("reply " + f.ID)}})
	}
	return bridge.Verdict{Outcome: bridge.MailPosted, Keep: true, Case: &o}, nil
}

func TestFollowersHearReplies(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		r := &told{}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = r }).start()
		b.addCase("1")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			for _, id := range []string{"f", "g"} {
				c := bridge.Case{ID: id, IssueID: id, Provider: "claranet", Ordinal: 1, State: bridge.Joined, Leader: "1"}
				if err := tx.InsertCase(ctx, c); err != nil {
					return err
				}
			}
			name := store.NewBlobName()
			if err := tx.PutBlob(ctx, name, []byte("mail")); err != nil {
				return err
			}
			if err := tx.InsertMails(ctx, []bridge.Mail{{Folder: "INBOX", UIDValidity: 1, UID: 1, Blob: name}}); err != nil {
				return err
			}
			return b.MailsStored(ctx, tx)
		})
		b.until(time.Second, "reply 1", "reply f", "reply g")
		r.mu.Lock()
		defer r.mu.Unlock()
		if !slices.Equal(r.followers, []string{"f", "g"}) {
			t.Errorf("followers %v", r.followers)
		}
	})
}

// Marks go out in a lane of their own: one that Jira does not take holds up no
// comment. They are planned whenever a case is saved, and once.
func TestMarksHoldUpNothing(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) {
			c.Mark = func(c *bridge.Case) []bridge.Effect {
				if c.Shown == string(c.State) {
					return nil
				}
				c.Shown = string(c.State)
				return []bridge.Effect{bridge.Plan(bridge.ToMarks, bridge.EditLabels, "mark "+c.ID+" "+c.Shown, bridge.LabelsBody{Add: []string{"x"}})}
			}
		})
		b.cfg.Actors[bridge.EditLabels] = b.world
		away := bridge.NotDone(errLost)
		for range 3 {
			b.world.faults["mark case1 settling"] = append(b.world.faults["mark case1 settling"], fault{err: away})
		}
		b.start()
		b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, "1") })
		b.until(0, "opened 1")
		b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, "1") })
		b.until(0, "again 1")
		b.until(time.Minute, "mark case1 settling")
		if n := len(b.effects("case1")); n != 3 {
			t.Errorf("%d effects, want the mark and two comments", n)
		}
	})
}

// probe lets a test ask as a decision does.
type probe struct {
	decider

	ask func(bridge.Lookup) error
}

func (p probe) Decide(_ time.Time, issue bridge.Issue, cases []bridge.Case, ask bridge.Lookup) ([]bridge.Outcome, error) {
	if err := p.ask(ask); err != nil {
		return nil, err
	}
	return p.decider.Decide(time.Time{}, issue, cases, ask)
}

// asks runs f within a decision.
func asks(b *bench, n int, f func(bridge.Lookup) error) {
	b.t.Helper()
	*b.cfg.Decider.(*probe) = probe{ask: f}
	id := fmt.Sprint(1000 + n)
	b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, id) })
	b.until(0, "opened "+id)
}

// The brake: asking takes nothing, each provider has its own, the window slides, a
// clock that was ahead counts, and what is released is known to be.
func TestBrakeStands(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) {
			c.Decider, c.Brake = &probe{}, queue.Brake{Limit: 2, Window: 10 * time.Minute}
		}).start()
		n := 0
		stands := func(provider string, take, open bool, held int) {
			t.Helper()
			n++
			var got bridge.Brake
			asks(b, n, func(l bridge.Lookup) (err error) {
				got, err = l.Brake(provider, take)
				return err
			})
			if got.Open != open || got.Held != held || got.Limit != 2 || got.Window != 10*time.Minute {
				t.Errorf("step %d: %+v, want open %v, held %d", n, got, open, held)
			}
		}
		for range 3 {
			stands("claranet", false, true, 0)
		}
		stands("claranet", true, true, 0)
		b.clock.add(-time.Minute) // another process, whose clock is behind
		stands("claranet", true, true, 0)
		stands("claranet", true, false, 1)
		stands("claranet", true, false, 2)
		stands("claranet", false, false, 2)
		stands("ovh", true, true, 0)
		b.clock.add(11*time.Minute - time.Millisecond)
		stands("claranet", false, true, 0) // the second and what was held are out of the window, the first is not
		stands("claranet", true, true, 0)
		stands("claranet", true, false, 1)
		b.clock.add(time.Millisecond)
		stands("claranet", true, true, 1)
		released := b.clock.Now()
		b.update(func(ctx context.Context, tx *store.Tx) error {
			_, err := queue.ReleaseBrake(ctx, tx, "claranet", released)
			return err
		})
		for provider, want := range map[string]bool{"claranet": true, "ovh": false} {
			n++
			asks(b, n, func(l bridge.Lookup) error {
				s, err := l.Brake(provider, false)
				if s.ReleasedAt.Equal(released) != want || s.Held != 0 || !s.Open {
					t.Errorf("%s after the release: %+v", provider, s)
				}
				return err
			})
		}
	})
}

// A limit of none holds nothing.
func TestNoBrake(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Decider = &probe{} }).start()
		for n := range 5 {
			asks(b, n, func(l bridge.Lookup) error {
				s, err := l.Brake("claranet", true)
				if !s.Open {
					t.Errorf("held: %+v", s)
				}
				return err
			})
		}
	})
}

// What is released is that provider's alone, also by a clock that is behind.
func TestReleaseIsOfOneProvider(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		at := b.clock.Now().Add(time.Hour) // by whoever held them
		b.update(func(ctx context.Context, tx *store.Tx) error {
			for i, provider := range []string{"claranet", "ovh", "claranet"} {
				c := bridge.Case{ID: fmt.Sprint(i), IssueID: fmt.Sprint(i), Provider: provider, Ordinal: 1, State: bridge.Braked, BrakedAt: at}
				if err := tx.InsertCase(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		b.update(func(ctx context.Context, tx *store.Tx) error {
			held, err := queue.ReleaseBrake(ctx, tx, "claranet", b.clock.Now())
			if err != nil || len(held) != 2 {
				t.Errorf("released %+v, %v", held, err)
			}
			looks, err := tx.PendingLooks(ctx, b.clock.Now(), 10)
			if !slices.Equal(looks, []string{"0", "2"}) {
				t.Errorf("looks %v", looks)
			}
			raw, lerr := tx.Cursor(ctx, "brake claranet")
			if want := at.UTC().Format(time.RFC3339); !strings.Contains(raw, want) {
				t.Errorf("%s does not say %s: they would be held on", raw, want)
			}
			return errors.Join(err, lerr)
		})
	})
}

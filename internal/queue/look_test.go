package queue_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

func TestLooks(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		reader := &issues{errs: map[string][]error{"2": {errors.New("503"), errors.New("503")}}}
		b := newBench(t, url(), func(c *queue.Config) { c.Reader = reader }).start()
		ask := func(id string) {
			b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, id) })
		}
		ask("1")
		ask("2")
		b.until(30*time.Second, "opened 1", "opened 2")
		if reader.reads["2"] != 3 {
			t.Errorf("read %d times", reader.reads["2"])
		}
		ask("1")
		b.until(time.Second, "again 1")
		reader.mu.Lock()
		reader.errs["1"] = []error{bridge.Permanent(errors.New("404"))}
		reader.mu.Unlock()
		b.update(func(ctx context.Context, tx *store.Tx) error { // due by itself
			c, err := tx.LockCase(ctx, "case1")
			if err != nil {
				return err
			}
			c.DueAt = b.clock.Now().Add(time.Hour)
			return tx.SaveCase(ctx, c)
		})
		b.until(time.Minute, "gone 1")
	})
}

func TestMails(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = &mails{panic: -1, away: 9} }).start()
		b.addCase("a")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			var rows []bridge.Mail
			for i, text := range []string{"one", "poison", "two", "undecidable", "one", "three", "unlucky"} {
				name := store.NewBlobName()
				if err := tx.PutBlob(ctx, name, []byte(text)); err != nil {
					return err
				}
				rows = append(rows, bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: uint32(i + 1), Blob: name})
			}
			if err := tx.InsertMails(ctx, rows); err != nil {
				return err
			}
			return b.MailsStored(ctx, tx)
		})
		b.until(time.Minute, "reply one", "reply two", "reply three", "reply unlucky")
		want := map[uint32]bridge.MailOutcome{1: "posted", 2: "unreadable", 3: "posted", 4: "unreadable", 5: "duplicate", 6: "posted", 7: "posted"}
		for got := map[uint32]bridge.MailOutcome{}; !mapsEqual(got, want); {
			if t.Context().Err() != nil {
				t.Fatalf("decided %v", got)
			}
			b.clock.add(time.Minute)
			b.tick()
			_ = b.store.View(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				ms, err := tx.Mails(ctx, 10)
				for _, m := range ms {
					got[m.UID] = m.Outcome
				}
				return err
			})
		}
	})
}

func mapsEqual(a, b map[uint32]bridge.MailOutcome) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func TestLeadership(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		s, err := store.Open(t.Context(), store.Config{URL: url()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		var mu sync.Mutex
		leading := 0
		led := make(chan string)
		run := func(ctx context.Context, name string) chan error {
			l := &queue.Leadership{Store: s, Owner: name, Lease: 3 * time.Second, Logger: discard()}
			done := make(chan error, 1)
			go func() {
				done <- l.Run(ctx, func(ctx context.Context) error {
					mu.Lock()
					leading++
					if leading > 1 {
						t.Error("two lead at the same time")
					}
					mu.Unlock()
					led <- name
					<-ctx.Done()
					mu.Lock()
					leading--
					mu.Unlock()
					return ctx.Err()
				})
			}()
			return done
		}
		first, stopFirst := context.WithCancel(t.Context())
		second, stopSecond := context.WithCancel(t.Context())
		defer stopSecond()
		doneFirst := run(first, "first")
		if got := <-led; got != "first" {
			t.Fatalf("%s leads", got)
		}
		doneSecond := run(second, "second")
		stopFirst()
		<-doneFirst
		if got := <-led; got != "second" {
			t.Fatalf("%s leads", got)
		}
		stopSecond()
		<-doneSecond
	})
}

package queue_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// hostile reads and decides mails of which some are bad: what they do is what stands in
// them before the first blank.
type hostile struct {
	mu     sync.Mutex
	mended bool
	reads  map[string]int
	never  chan struct{} // what a mail waits for that never ends
}

func (h *hostile) bad(msg string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mended {
		return ""
	}
	word, _, _ := strings.Cut(msg, " ")
	return word
}

func (h *hostile) Read(ctx context.Context, open func() (io.ReadCloser, error), _ int64) (bridge.Message, error) {
	raw, err := open()
	if err != nil {
		return bridge.Message{}, err
	}
	data, err := io.ReadAll(raw)
	_ = raw.Close()
	h.mu.Lock()
	h.reads[string(data)]++
	h.mu.Unlock()
	switch h.bad(string(data)) {
	case "poison":
		panic("a parser with a bug")
	case "slow":
		<-ctx.Done()
		return bridge.Message{}, ctx.Err()
	case "endless":
		<-h.never
	}
	return bridge.Message{MessageID: string(data), Hash: string(data), From: []bridge.Address{{Address: "N2@Proveedor.example"}}, Provider: "claranet", CaseID: "a"}, err
}

func (h *hostile) Decide(_ time.Time, _ bridge.Mail, msg bridge.Message, c *bridge.Case, _ []bridge.Case, past bridge.Ledger) (bridge.Verdict, error) {
	if h.bad(msg.MessageID) == "undecidable" {
		panic("a decision with a bug")
	}
	same, err := past.Same(msg.Hash)
	if same != nil || err != nil {
		return bridge.Verdict{Outcome: bridge.MailDuplicate}, err
	}
	return bridge.Verdict{Outcome: bridge.MailPosted, Keep: true, Case: &bridge.Outcome{Case: *c, Effects: []bridge.Effect{comment("reply " + msg.MessageID)}}}, nil
}

func (b *bench) ledger() (l store.Ledger) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) (err error) {
		l, err = tx.Ledger(ctx)
		return err
	})
	if l.Difference() != 0 {
		b.t.Errorf("the account does not add up: %+v", l)
	}
	return l
}

func (b *bench) outcomes() map[bridge.MailOutcome]int64 {
	b.t.Helper()
	l := b.ledger()
	if l.Undecided > 0 {
		l.Outcomes[""] = l.Undecided
	}
	return l.Outcomes
}

// newHostile makes a bench whose mails are read by h, for so long at most.
func newHostile(t *testing.T, url string, within time.Duration) (*bench, *hostile) {
	t.Helper()
	h := &hostile{reads: map[string]int{}, never: make(chan struct{})}
	t.Cleanup(func() { close(h.never) })
	b := newBench(t, url, func(c *queue.Config) { c.Receiver, c.ReadTimeout = h, within })
	b.addCase("a")
	return b, h
}

// putMails stores mails whose text is their Message-ID, in one batch.
func (b *bench) putMails(texts ...string) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) error {
		var rows []bridge.Mail
		for i, text := range texts {
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
}

// TestOneBadMailDelaysNoOther: of fifty mails those that are well are decided in one
// pass, whatever the others do; these are set aside, and decided once a person has them
// tried again.
func TestOneBadMailDelaysNoOther(t *testing.T) {
	const never = time.Hour
	tests := []struct {
		bad    []string
		within time.Duration
	}{
		{[]string{"poison 1", "poison 2", "poison 3"}, never},
		{[]string{"slow 1", "slow 2", "endless"}, 3 * time.Second},
		{[]string{"undecidable 1", "undecidable 2", "undecidable 3"}, never},
		{[]string{"poison 1", "poison 2", "undecidable"}, never},
	}
	if testing.Short() { // what the race detector sees of some it would see of the others
		tests = tests[1:2]
	}
	for _, test := range tests {
		t.Run(strings.Join(test.bad, ", "), func(t *testing.T) {
			databases(t, func(t *testing.T, url func() string) {
				b, h := newHostile(t, url(), test.within)
				b.putMails(among(50, test.bad)...)
				b.start()
				b.rest()
				// A machine that is at its end may read any mail too slowly.
				if diff := cmp.Diff(map[bridge.MailOutcome]int64{"": 3, bridge.MailPosted: 47}, b.outcomes()); diff != "" && test.within == never {
					t.Fatalf("after one pass: %s", diff)
				}
				for range 3 {
					b.clock.add(time.Hour)
					b.tick()
					b.rest()
				}
				l := b.ledger()
				if l.SetAside != 3 || l.Outcomes[bridge.MailUnreadable] != 3 {
					t.Fatalf("%+v", l)
				}
				for _, text := range test.bad {
					if n := h.reads[text]; n != store.MailCrashes {
						t.Errorf("%s was read %d times", text, n)
					}
				}
				h.mu.Lock()
				h.mended = true
				h.mu.Unlock()
				b.retryAll()
				b.tick()
				b.rest()
				if diff := cmp.Diff(map[bridge.MailOutcome]int64{bridge.MailPosted: 50}, b.outcomes()); diff != "" {
					t.Errorf("tried again: %s", diff)
				}
				if b.ledger().SetAside != 0 {
					t.Error("still set aside")
				}
			})
		})
	}
}

// among are so many mails with bad ones among them.
func among(n int, bad []string) (texts []string) {
	for i := range n {
		text := fmt.Sprintf("well %d", i)
		if at := i - 3; at >= 0 && at%20 == 0 && at/20 < len(bad) {
			text = bad[at/20]
		}
		texts = append(texts, text)
	}
	return texts
}

// retryAll has what could not be read tried again, and checks that it was kept with its
// reason.
func (b *bench) retryAll() {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) error {
		ms, err := tx.ListMails(ctx, store.MailFilter{Outcome: bridge.MailUnreadable, Limit: 100})
		if err != nil {
			return err
		}
		for _, m := range ms {
			if !strings.HasPrefix(m.Reason, "deciding it failed 2 times: ") || m.Blob == "" {
				b.t.Errorf("set aside as %+v", m)
			}
			if _, err := queue.RetryMail(ctx, tx, store.IDOf(m).String(), "somebody", b.clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestASlowMailIsWaitedForLast: what is behind it in the batch is decided while it is
// still being read.
func TestASlowMailIsWaitedForLast(t *testing.T) {
	t.Parallel()
	slow := &waits{hostile: hostile{reads: map[string]int{}}, until: make(chan struct{})}
	b := newBench(t, t.TempDir()+"/q.db", func(c *queue.Config) { c.Receiver, c.ReadTimeout = slow, 10*time.Second })
	b.addCase("a")
	b.putMails("wait", "well 1", "well 2")
	b.start()
	for range 2 {
		if key := <-b.world.ended; key == "reply wait" {
			t.Fatal("it was not waited for")
		}
	}
	close(slow.until)
	b.until(time.Minute, "reply wait")
	if diff := cmp.Diff(map[bridge.MailOutcome]int64{bridge.MailPosted: 3}, b.outcomes()); diff != "" {
		t.Error(diff)
	}
}

// TestAStopWaitsForNoSlowMail: it is put off, and that is no fault of it.
func TestAStopWaitsForNoSlowMail(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		slow := &waits{hostile: hostile{reads: map[string]int{}}, until: make(chan struct{})}
		t.Cleanup(func() { close(slow.until) })
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver, c.ReadTimeout = slow, time.Minute })
		b.addCase("a")
		b.putMails("wait", "well")
		if err := b.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		<-b.world.ended
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 40*time.Second)
		defer cancel()
		if err := b.Stop(ctx); err != nil || ctx.Err() != nil {
			t.Fatal(err, ctx.Err())
		}
		if m := b.mail(1); m.Outcome != "" || m.Tries != 1 || m.Crashes != 0 || m.Reason != "for a passing reason, see the log" {
			t.Errorf("%+v", m)
		}
		b.ledger()
	})
}

// waits reads one mail only when it is told to.
type waits struct {
	hostile

	until chan struct{}
}

func (w *waits) Read(ctx context.Context, open func() (io.ReadCloser, error), size int64) (bridge.Message, error) {
	m, err := w.hostile.Read(ctx, open, size)
	if m.MessageID == "wait" {
		<-w.until
	}
	return m, err
}

// TestAPassingReasonSetsNothingAside, however often it comes.
func TestAPassingReasonSetsNothingAside(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		m := &mails{away: 7}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = m })
		b.addCase("a")
		b.putMails("unlucky", "well")
		b.start()
		b.until(time.Hour, "reply unlucky", "reply well")
		if diff := cmp.Diff(map[bridge.MailOutcome]int64{bridge.MailPosted: 2}, b.outcomes()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestTheLedgerRemembers what a decision said, and finds the same bytes by it.
func TestTheLedgerRemembers(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b, _ := newHostile(t, url(), time.Hour)
		b.putMails("one", "two", "one")
		b.start()
		b.rest()
		if diff := cmp.Diff(map[bridge.MailOutcome]int64{bridge.MailPosted: 2, bridge.MailDuplicate: 1}, b.outcomes()); diff != "" {
			t.Error(diff)
		}
		b.update(func(ctx context.Context, tx *store.Tx) error {
			m, err := tx.Mail(ctx, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: 1})
			if m.Hash != "one" || m.Sender != "n2@proveedor.example" || m.Provider != "claranet" || m.CaseID != "a" || !m.DecidedAt.Equal(b.clock.Now()) {
				t.Errorf("%+v", m)
			}
			if diff := cmp.Diff([]string{"reply one"}, m.Planned); diff != "" {
				t.Error(diff)
			}
			return err
		})
	})
}

package queue_test

import (
	"context"
	"errors"
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

// fickle knows a mail by its bytes, and makes of it what it is told to.
type fickle struct {
	mu      sync.Mutex
	outcome bridge.MailOutcome
}

func (f *fickle) says(o bridge.MailOutcome) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.outcome = o
}

func (f *fickle) Read(_ context.Context, open func() (io.ReadCloser, error), _ int64) (bridge.Message, error) {
	raw, err := open()
	if err != nil {
		return bridge.Message{}, errors.New("a reader that says nothing of the cause")
	}
	defer func() { _ = raw.Close() }()
	data, err := io.ReadAll(raw)
	return bridge.Message{MessageID: string(data), Hash: "hash of " + string(data), CaseID: "a"}, err
}

func (f *fickle) Decide(_ time.Time, m bridge.Mail, msg bridge.Message, c *bridge.Case, _ []bridge.Case, l bridge.Ledger) (bridge.Verdict, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m.Release == nil {
		same, err := l.Same(msg.Hash)
		if err != nil {
			return bridge.Verdict{}, err
		}
		if same != nil {
			return bridge.Verdict{Outcome: bridge.MailDuplicate, Reason: fmt.Sprintf("of %d, %s", same.UID, same.Outcome)}, nil
		}
	}
	v := bridge.Verdict{Outcome: f.outcome, Reason: "as told", Keep: true}
	switch f.outcome {
	case bridge.MailQuarantined:
		v.Gate = bridge.GateFlood
	case bridge.MailPosted:
		v.Case = &bridge.Outcome{Case: *c, Effects: []bridge.Effect{comment("reply " + msg.MessageID)}}
	}
	return v, nil
}

func (b *bench) retry(ref string) error {
	return b.act(func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
		return queue.RetryMail(ctx, tx, ref, "me", b.clock.Now())
	})
}

func (b *bench) stand(want ...string) {
	b.t.Helper()
	var got []string
	for i := range want {
		m := b.mail(uint32(i + 1))
		got = append(got, fmt.Sprintf("%s: %s", m.Outcome, m.Reason))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Error(diff)
	}
	b.ledger() // it adds up
}

// TestRetryOfAMailThatHasACopy: two rows are not each the duplicate of the other.
func TestRetryOfAMailThatHasACopy(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		f := &fickle{outcome: bridge.MailUnreadable}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = f })
		b.addCase("a")
		b.putMails("m@x", "m@x")
		b.start()
		b.rest()
		b.stand("unreadable: as told", "duplicate: of 1, unreadable")
		f.says(bridge.MailPosted)
		if err := b.retry("INBOX/1/1"); err != nil {
			t.Fatal(err)
		}
		b.next()
		b.stand("posted: as told", "duplicate: of 1, unreadable")
		if n := b.world.times("reply m@x"); n != 1 || b.mail(1).Blob == "" {
			t.Errorf("posted %d times", n)
		}
		b.putMail(3, "m@x")
		b.next()
		b.stand("posted: as told", "duplicate: of 1, unreadable", "duplicate: of 1, posted")
	})
}

// TestDiscardedMailIsNotPostedLater, where it is seen in another place.
func TestDiscardedMailIsNotPostedLater(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		f := &fickle{outcome: bridge.MailQuarantined}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = f })
		b.addCase("a")
		b.putMails("m@x")
		b.start()
		b.rest()
		err := b.act(func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
			return queue.DiscardMail(ctx, tx, "m@x", "me", b.clock.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
		f.says(bridge.MailPosted)
		b.putMail(2, "m@x")
		b.putMail(3, "m@x")
		b.next()
		b.stand("discarded: discarded by me; it was quarantined: as told", "duplicate: of 1, discarded", "duplicate: of 1, discarded")
		if n := b.world.times("reply m@x"); n != 0 {
			t.Errorf("posted %d times", n)
		}
	})
}

// TestMailWithoutItsBytesIsSetAside after two tries, and holds up nobody who waits until
// everything before a time is decided. It can be had fetched once more.
func TestMailWithoutItsBytesIsSetAside(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		f := &fickle{outcome: bridge.MailPosted}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = f })
		b.addCase("a")
		b.putMails("lost@x", "well@x")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			m, err := tx.Mail(ctx, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: 1})
			if err != nil {
				return err
			}
			return tx.DropBlob(ctx, m.Blob)
		})
		b.start()
		b.rest()
		for range store.MailCrashes {
			if m := b.mail(1); m.Outcome != "" || m.Reason != "its bytes are not in the store" {
				t.Errorf("%+v", m)
			}
			b.clock.add(24 * time.Hour)
			b.next()
		}
		b.stand("unreadable: deciding it failed 2 times: its bytes are not in the store", "posted: as told")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			if at, err := tx.OldestUndecided(ctx); !at.IsZero() || err != nil {
				t.Errorf("undecided since %s, %v", at, err)
			}
			return nil
		})
		if l := b.ledger(); l.SetAside != 1 {
			t.Errorf("%+v", l)
		}
		b.comesAgain(f, "unreadable", "its bytes are not in the store")
	})
}

// TestMailThatTheServerDidNotGive is set aside without being tried, and fetched once more
// when a person says so.
func TestMailThatTheServerDidNotGive(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		f := &fickle{outcome: bridge.MailPosted}
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = f })
		b.addCase("a")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertMails(ctx, []bridge.Mail{
				{Folder: "INBOX", UIDValidity: 1, UID: 1, Outcome: bridge.MailUnreadable, Reason: "the server does not give it: BYE"},
			})
		})
		b.start()
		b.rest()
		if l := b.ledger(); l.SetAside != 1 {
			t.Errorf("%+v", l)
		}
		b.comesAgain(f, "unreadable", "the server does not give it: BYE")
	})
}

// comesAgain has mail 1 fetched once more, first without success.
func (b *bench) comesAgain(f *fickle, outcome, reason string) {
	b.t.Helper()
	missing := func() (uids []uint32) {
		b.update(func(ctx context.Context, tx *store.Tx) (err error) {
			uids, err = tx.MissingMails(ctx, "INBOX", 1, []uint32{1})
			return err
		})
		return uids
	}
	if got := missing(); len(got) != 0 {
		b.t.Errorf("missing %v before anybody asked", got)
	}
	for range 2 { // once is enough, twice no harm
		if err := b.retry("INBOX/1/1"); err != nil {
			b.t.Fatal(err)
		}
	}
	b.next()
	m := b.mail(1)
	if string(m.Outcome) != outcome || !strings.HasPrefix(m.Reason, "asked for once more by me; before: ") || strings.Count(m.Reason, "by me") != 1 || !strings.HasSuffix(m.Reason, reason) {
		b.t.Errorf("%s: %s", m.Outcome, m.Reason)
	}
	if l := b.ledger(); l.SetAside != 0 {
		b.t.Errorf("%+v", l)
	}
	if diff := cmp.Diff([]uint32{1}, missing()); diff != "" {
		b.t.Error(diff)
	}
	seen := b.ledger().Seen
	f.says(bridge.MailPosted)
	b.putMail(1, "again@x")
	b.next()
	if m := b.mail(1); m.Outcome != bridge.MailPosted || m.MessageID != "again@x" || b.ledger().Seen != seen {
		b.t.Errorf("%+v", m)
	}
	if got := missing(); len(got) != 0 {
		b.t.Errorf("still missing %v", got)
	}
	b.ledger()
}

// bouncing takes every mail for a bounce that tells nothing.
type bouncing struct{ fickle }

func (*bouncing) Decide(time.Time, bridge.Mail, bridge.Message, *bridge.Case, []bridge.Case, bridge.Ledger) (bridge.Verdict, error) {
	return bridge.Verdict{Outcome: bridge.MailBounced, Reason: "of a notice that is not known", Keep: true}, nil
}

// TestBouncesThatTellNothingAreNoFlood: anybody can send them.
func TestBouncesThatTellNothingAreNoFlood(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = &bouncing{} })
		b.addCase("a")
		b.putMails(strings.Split(strings.Repeat("m@x ", 59)+"m@x", " ")...)
		b.start()
		b.rest()
		if got := b.outcomes()[bridge.MailBounced]; got != 60 {
			t.Fatalf("%d bounces", got)
		}
		b.update(func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.RecentMails(ctx, "a", "", b.clock.Now().Add(-time.Hour))
			if diff := cmp.Diff(bridge.Recent{}, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
	})
}

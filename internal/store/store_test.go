package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// The suite runs on each database: what the queue relies on is one contract.
func TestStore(t *testing.T) {
	t.Parallel()
	databases := map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "with space & more.db") },
		"postgres": func(t *testing.T) string { return cluster.Database(t) },
	}
	tests := map[string]func(t *testing.T, open func() *store.Store){
		"update is all or nothing":              updateAllOrNothing,
		"one failing update spares the others":  failureSparesOthers,
		"a panic comes back to its caller":      panicComesBack,
		"a cancelled caller begins nothing":     cancelledCaller,
		"a case keeps what it holds":            caseRoundTrip,
		"a case is locked":                      caseLock,
		"a known key plans nothing":             knownKey,
		"effects are claimed in order":          effectOrder,
		"an attempt is fenced":                  attemptFence,
		"a former process's attempts":           releaseOwner,
		"lanes show their heads":                lanes,
		"looks are not lost":                    looks,
		"a late look is fenced":                 lookFence,
		"due cases":                             dueCases,
		"incomplete cases":                      incompleteCases,
		"mails are claimed in batches":          mailBatches,
		"a mail is decided once":                mailFence,
		"blobs of every size":                   blobSizes,
		"loose blobs are swept":                 blobSweep,
		"cursors compare and set":               cursors,
		"leases change hands once":              leases,
		"the audit keeps its order":             audit,
		"backlog":                               backlog,
		"a view changes nothing":                viewReadsOnly,
		"an instance name is held by one":       holdName,
		"everything is there after a new start": reopen,
		"cases that share another":              followers,
		"the case of an issue":                  caseOfIssue,
		"open cases":                            openCases,
		"looks of later":                        laterLooks,
		"effects that may have happened":        plannedUnknown,
		"the database itself":                   place,
		"what may have happened":                mayHaveHappened,
		"a cursor is locked":                    lockedCursor,
		"cases that know a ticket":              ticketCases,
		"the account of mails adds up":          ledgerAddsUp,
		"what is known of a mail":               mailRemembered,
		"mails of late":                         recentMails,
		"mails of the same bytes":               sameMails,
		"mails whose bytes are gone":            bytesGo,
		"a mail is asked for once more":         askedAgain,
		"a mail comes in another's place":       forgotten,
		"blobs that are there":                  blobsThere,
		"a mail is opened again once":           reopenFenced,
		"old mails are dropped":                 oldMailsDropped,
		"old mails are dropped in steps":        oldMailsInSteps,
		"mails are listed":                      listedMails,
		"cases of a conversation":               threadCases,
		"mails that were stored before":         mailsBefore,
		"what waits, and what is stuck":         stuck,
		"what was sent by hand":                 byHand,
		"what is only recorded":                 setAside,
		"outcomes of late":                      outcomesWithin,
	}
	for db, url := range databases {
		t.Run(db, func(t *testing.T) {
			t.Parallel()
			for name, test := range tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					u := url(t)
					test(t, func() *store.Store { return open(t, u) })
				})
			}
		})
	}
}

func open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

type fn = func(ctx context.Context, tx *store.Tx) error

func update(t testing.TB, s *store.Store, f fn) {
	t.Helper()
	if err := s.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, s *store.Store, f fn) {
	t.Helper()
	if err := s.View(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func newCase(id, issue string) bridge.Case {
	return bridge.Case{ID: id, IssueID: issue, IssueKey: "AOC-" + issue, Provider: "claranet", Ordinal: 1, State: bridge.Settling}
}

func insertCase(t testing.TB, s *store.Store, c bridge.Case) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, c) })
}

func comment(key string) bridge.Effect {
	return bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: key})
}

func plan(t testing.TB, s *store.Store, caseID string, effects ...bridge.Effect) (planned []bridge.Effect) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		if _, err := tx.LockCase(ctx, caseID); err != nil {
			return err
		}
		planned, err = tx.PlanEffects(ctx, caseID, effects)
		return err
	})
	return planned
}

func head(t testing.TB, s *store.Store, caseID string) (e bridge.Effect, err error) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		e, err = tx.Head(ctx, caseID, bridge.ToJira)
		return nil
	})
	return e, err
}

func claim(t testing.TB, s *store.Store, e bridge.Effect, owner string) bridge.Effect {
	t.Helper()
	update(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		e, err = tx.ClaimEffect(ctx, e, true, owner)
		return err
	})
	return e
}

func end(t testing.TB, s *store.Store, e bridge.Effect, state bridge.EffectState) error {
	t.Helper()
	e.State = state
	return s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.EndAttempt(ctx, e) })
}

func updateAllOrNothing(t *testing.T, open func() *store.Store) {
	s := open()
	boom := errors.New("boom")
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertCase(ctx, newCase("a", "1")); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Case(ctx, "a"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the case of a failed update is there: %v", err)
		}
		return nil
	})
}

func failureSparesOthers(t *testing.T, open func() *store.Store) {
	s := open()
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if err := tx.InsertCase(ctx, newCase(fmt.Sprint("c", i), fmt.Sprint(i))); err != nil {
					return err
				}
				if i%3 == 0 {
					return tx.InsertCase(ctx, newCase(fmt.Sprint("c", i), "again")) // a broken constraint, not only a refusal
				}
				return nil
			})
			if (err != nil) != (i%3 == 0) {
				t.Errorf("update %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		b, err := tx.Backlog(ctx)
		if n := b.Cases["claranet settling"]; n != 40 {
			t.Errorf("%d cases, want 40", n)
		}
		return err
	})
}

func panicComesBack(t *testing.T, open func() *store.Store) {
	s := open()
	func() {
		defer func() {
			if p := recover(); p != "ouch" {
				t.Errorf("recovered %v", p)
			}
		}()
		_ = s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertCase(ctx, newCase("a", "1")); err != nil {
				return err
			}
			panic("ouch")
		})
	}()
	insertCase(t, s, newCase("a", "1"))
}

func cancelledCaller(t *testing.T, open func() *store.Store) {
	s := open()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if ctx.Err() != nil {
			t.Error("a transaction that has begun must be brought to its end")
		}
		return nil
	})
	ctx, cancel = context.WithCancel(t.Context())
	err := s.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		cancel()
		return tx.InsertCase(ctx, newCase("a", "1"))
	})
	if err != nil {
		t.Errorf("cancelled half-way: %v", err)
	}
}

func caseRoundTrip(t *testing.T, open func() *store.Store) {
	s := open()
	at := time.Date(2026, 11, 22, 1, 2, 3, 4e6, time.UTC)
	want := newCase("a", "1")
	want.DueAt, want.OpenedAt, want.Kind = at, at, "sistemas"
	want.OpenedBy = bridge.User{ID: "u", Name: "Núria «Ñ»", Mention: "[~u]"}
	want.Notices = []bridge.Notice{{Serial: 1, MessageID: "m@x", To: []string{"css@claranet.es"}, SentAt: at}}
	want.References = []string{"123"}
	insertCase(t, s, want)
	want.State = bridge.Sent
	want.Notices[0].Answer = "250 ok"
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.LockCase(ctx, "a"); err != nil {
			return err
		}
		return tx.SaveCase(ctx, want)
	})
	want.Rev = 2
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		got, err := tx.Case(ctx, "a")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

func caseLock(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			update(t, s, func(ctx context.Context, tx *store.Tx) error {
				c, err := tx.LockCase(ctx, "a")
				if err != nil {
					return err
				}
				c.Request.Count++
				return tx.SaveCase(ctx, c)
			})
		})
	}
	wg.Wait()
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.Case(ctx, "a")
		if c.Request.Count != 20 || c.Rev != 21 {
			t.Errorf("count %d, rev %d: an update was lost", c.Request.Count, c.Rev)
		}
		return err
	})
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, errors.New("broken") }

func audit(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	at := time.UnixMilli(1).UTC()
	want := []bridge.Entry{{At: at, Stage: "watch", Action: "opened"}, {At: at, Stage: "validate", Action: "asked", Reason: "2 missing"}, {At: at, Stage: "send", Action: "sent"}}
	for _, part := range [][]bridge.Entry{want[:2], want[2:]} {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.LockCase(ctx, "a")
			if err != nil {
				return err
			}
			return tx.AppendAudit(ctx, c, part)
		})
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		got, err := tx.Audit(ctx, "a")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

func backlog(t *testing.T, open func() *store.Store) {
	s := open()
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		b, err := tx.Backlog(ctx)
		if !b.OldestEffect.IsZero() || !b.OldestLook.IsZero() || !b.OldestMail.IsZero() {
			t.Errorf("an empty store waits: %+v", b)
		}
		return err
	})
	insertCase(t, s, newCase("a", "1"))
	plan(t, s, "a", comment("k1"), comment("k2"))
	insertMails(t, s, 2)
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "1") })
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		b, err := tx.Backlog(ctx)
		if b.OldestEffect.IsZero() || b.OldestLook.IsZero() || b.OldestMail.IsZero() {
			t.Errorf("nothing waits: %+v", b)
		}
		if b.Effects["jira planned"] != 2 || b.Mails[""] != 2 || b.Cases["claranet settling"] != 1 {
			t.Errorf("counted %+v", b)
		}
		return err
	})
}

func viewReadsOnly(t *testing.T, open func() *store.Store) {
	s := open()
	err := s.View(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, newCase("a", "1")) })
	if err == nil {
		t.Error("a view wrote")
	}
}

func reopen(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	view(t, open(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Case(ctx, "a")
		return err
	})
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"postgres://u:p@ss@h:5432/db?sslmode=verify-full&password=x": "postgres://h:5432/db",
		"postgresql://h/db": "postgresql://h/db",
		"data/escalat.db":   "data/escalat.db",
	} {
		if got := store.Redact(url); got != want {
			t.Errorf("%s: %s", url, got)
		}
	}
}

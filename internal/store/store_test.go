package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
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
		cs, err := tx.OpenCases(ctx, 100)
		if len(cs) != 40 {
			t.Errorf("%d cases, want 40", len(cs))
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

func knownKey(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	insertCase(t, s, newCase("b", "2"))
	if got := plan(t, s, "a", comment("k1"), comment("k2")); len(got) != 2 {
		t.Fatalf("planned %d", len(got))
	}
	if got := plan(t, s, "b", comment("k2"), comment("k3")); len(got) != 1 || got[0].Key != "k3" {
		t.Fatalf("planned %v", got)
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		for key, want := range map[string]bool{"k1": true, "k3": true, "k4": false} {
			if got, err := tx.EffectKnown(ctx, key); got != want || err != nil {
				t.Errorf("%s known: %v, %v", key, got, err)
			}
		}
		return nil
	})
}

func effectOrder(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	mail := bridge.Plan(bridge.ToMail, bridge.ComposeMail, "m", bridge.ComposeBody{Serial: 1})
	plan(t, s, "a", comment("k1"), mail, comment("k2"))
	for _, want := range []string{"k1", "k2"} {
		e, err := head(t, s, "a")
		if err != nil || e.Key != want {
			t.Fatalf("head is %q, %v; want %q", e.Key, err, want)
		}
		if e = claim(t, s, e, "me"); e.Sends != 1 || e.Tries != 1 || e.AttemptedAt.IsZero() {
			t.Errorf("claimed %+v", e)
		}
		if err := end(t, s, e, bridge.EffectDone); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := head(t, s, "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("head of an empty lane: %v", err)
	}
}

func attemptFence(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	plan(t, s, "a", comment("k1"))
	e, _ := head(t, s, "a")
	mine := claim(t, s, e, "me")
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.ClaimEffect(ctx, e, true, "other")
		return err
	})
	if !errors.Is(err, store.ErrFenced) {
		t.Errorf("claimed with an old fence: %v", err)
	}
	theirs := claim(t, s, mine, "other") // a takeover knows the state it takes over
	if err := end(t, s, mine, bridge.EffectDone); !errors.Is(err, store.ErrFenced) {
		t.Errorf("the former claimer stored its result: %v", err)
	}
	if err := end(t, s, theirs, bridge.EffectDone); err != nil {
		t.Error(err)
	}
	if err := end(t, s, theirs, bridge.EffectFailed); !errors.Is(err, store.ErrFenced) {
		t.Errorf("an ended effect ended again: %v", err)
	}
}

func releaseOwner(t *testing.T, open func() *store.Store) {
	s := open()
	for i, owner := range []string{"me", "other"} {
		id := fmt.Sprint("c", i)
		insertCase(t, s, newCase(id, id))
		plan(t, s, id, comment(id))
		e, _ := head(t, s, id)
		claim(t, s, e, owner)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ReleaseOwner(ctx, "me")
		if n != 1 {
			t.Errorf("released %d", n)
		}
		return err
	})
	mine, _ := head(t, s, "c0")
	theirs, _ := head(t, s, "c1")
	for id, want := range map[string]bool{"c0": false, "c1": false} { // neither waits for a time
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			if got, err := tx.Hurry(ctx, id, bridge.ToJira); got != want || err != nil {
				t.Errorf("hurried %s: %v %v", id, got, err)
			}
			return nil
		})
	}
	mine = claim(t, s, mine, "me")
	mine.NotBefore = time.Now().Add(time.Hour)
	if err := end(t, s, mine, bridge.EffectUnknown); err != nil {
		t.Fatal(err)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		if got, err := tx.Hurry(ctx, "c0", bridge.ToJira); !got || err != nil {
			t.Errorf("hurried: %v %v", got, err)
		}
		return nil
	})
	if mine, _ = head(t, s, "c0"); !mine.NotBefore.IsZero() {
		t.Errorf("still waits until %s", mine.NotBefore)
	}
	if mine.State != bridge.EffectUnknown || theirs.State != bridge.EffectStarted {
		t.Errorf("mine %s, theirs %s", mine.State, theirs.State)
	}
}

func lanes(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now()
	later := comment("later")
	later.NotBefore = now.Add(time.Hour)
	insertCase(t, s, newCase("a", "1"))
	insertCase(t, s, newCase("b", "2"))
	insertCase(t, s, newCase("c", "3"))
	plan(t, s, "a", later, comment("behind"))
	plan(t, s, "b", comment("b1"), comment("b2"), bridge.Plan(bridge.ToMail, bridge.ComposeMail, "b3", 0))
	plan(t, s, "c", comment("c1"))
	e, _ := head(t, s, "c")
	claim(t, s, e, "me")
	type lane = store.Lane
	jira, mail := bridge.ToJira, bridge.ToMail
	all := []lane{
		{"b", jira, 1, bridge.PostComment, bridge.EffectPlanned, 0},
		{"b", mail, 3, bridge.ComposeMail, bridge.EffectPlanned, 0},
		{"c", jira, 1, bridge.PostComment, bridge.EffectStarted, 1},
	}
	check := func(now time.Time, after lane, limit int, want []lane) {
		t.Helper()
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.Lanes(ctx, now, after, limit)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
	}
	check(now, lane{}, 10, all)
	check(now, lane{}, 2, all[:2])
	check(now, all[0], 10, all[1:])
	check(now, all[1], 10, all[2:])
	check(now.Add(2*time.Hour), lane{}, 1, []lane{{"a", jira, 1, bridge.PostComment, bridge.EffectPlanned, 0}})
}

func looks(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now().Add(time.Minute)
	ask := func() {
		update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "1") })
	}
	claimLook := func() (l store.Look, err error) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error { l, err = tx.ClaimLook(ctx, "1", now); return nil })
		return l, err
	}
	endLook := func(l store.Look) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, l) })
	}
	ask()
	l, err := claimLook()
	if err != nil {
		t.Fatal(err)
	}
	ask() // while it is under way
	endLook(l)
	l, err = claimLook()
	if err != nil {
		t.Fatal("what was asked during a look is lost")
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutOffLook(ctx, l, now.Add(time.Hour)) })
	if _, err := claimLook(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("claimed before its time: %v", err)
	}
	ask()
	if l, err = claimLook(); err != nil || l.Fails != 1 {
		t.Errorf("asked again: %+v %v", l, err)
	}
	endLook(l)
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		ids, err := tx.PendingLooks(ctx, now.Add(time.Hour*2), 10)
		if len(ids) != 0 {
			t.Errorf("pending %v", ids)
		}
		return err
	})
}

func lookFence(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now().Add(time.Minute)
	var first, second store.Look
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "1") })
	for _, into := range []*store.Look{&first, &second} {
		update(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
			*into, err = tx.ClaimLook(ctx, "1", now)
			return err
		})
	}
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, first) })
	if !errors.Is(err, store.ErrFenced) {
		t.Errorf("a look that was taken over decided: %v", err)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, second) })
}

func dueCases(t *testing.T, open func() *store.Store) {
	s := open()
	now := time.Now()
	for i, due := range []time.Time{now.Add(-time.Minute), now.Add(time.Minute), {}, now.Add(-time.Hour), now.Add(-time.Second)} {
		c := newCase(fmt.Sprint("c", i), fmt.Sprint(i))
		c.DueAt = due
		insertCase(t, s, c)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "4") })
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		got, err := tx.DueIssues(ctx, now, 10)
		if diff := cmp.Diff([]string{"3", "0"}, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

func insertMails(t testing.TB, s *store.Store, n int) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		var ms []bridge.Mail
		for i := range n {
			ms = append(ms, bridge.Mail{Folder: "INBOX", UIDValidity: 1<<32 - 1, UID: uint32(i + 1)})
		}
		return tx.InsertMails(ctx, ms)
	})
}

func claimMails(t testing.TB, s *store.Store, limit int) (ms []bridge.Mail) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		ms, err = tx.ClaimMails(ctx, time.Now(), limit)
		return err
	})
	return ms
}

func mailBatches(t *testing.T, open func() *store.Store) {
	s := open()
	insertMails(t, s, 5)
	insertMails(t, s, 5) // the same again
	uids := func(ms []bridge.Mail) (out []uint32) {
		for _, m := range ms {
			out = append(out, m.UID)
		}
		return out
	}
	check := func(want ...uint32) bridge.Mail {
		t.Helper()
		ms := claimMails(t, s, 3)
		if diff := cmp.Diff(want, uids(ms)); diff != "" {
			t.Fatal(diff)
		}
		return ms[0]
	}
	decide := func(m bridge.Mail) {
		t.Helper()
		m.Outcome = bridge.MailUnrelated
		update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DecideMail(ctx, m, true) })
	}
	check(1, 2, 3) // and the process ends
	for crashes := 1; crashes < 4; crashes++ {
		m := check(1)
		if m.Crashes != crashes {
			t.Fatalf("%d crashes, want %d", m.Crashes, crashes)
		}
		if crashes == 3 {
			decide(m)
		}
	}
	m := check(2)
	m.Crashes = 0 // it was not its fault
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutOffMail(ctx, m, time.Now().Add(time.Hour)) })
	decide(check(3))
	check(4, 5)
}

func mailFence(t *testing.T, open func() *store.Store) {
	s := open()
	insertMails(t, s, 1)
	first := claimMails(t, s, 1)[0]
	second := claimMails(t, s, 1)[0] // its claimer is held to be dead
	decide := func(m bridge.Mail) error {
		m.Outcome, m.Reason, m.MessageID = bridge.MailOwn, "token", "m@x"
		return s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.DecideMail(ctx, m, false) })
	}
	if err := decide(first); !errors.Is(err, store.ErrFenced) {
		t.Errorf("decided with an old fence: %v", err)
	}
	if err := decide(second); err != nil {
		t.Fatal(err)
	}
	if err := decide(second); !errors.Is(err, store.ErrFenced) {
		t.Errorf("decided twice: %v", err)
	}
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		if at, err := tx.OwnCopy(ctx, "m@x"); err != nil || at.IsZero() {
			t.Errorf("own copy: %v %v", at, err)
		}
		if _, err := tx.OwnCopy(ctx, "other@x"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a copy that never came: %v", err)
		}
		waiting, err := tx.MailsWaiting(ctx, time.Now())
		if waiting {
			t.Error("a decided mail waits")
		}
		return err
	})
}

func blobSizes(t *testing.T, open func() *store.Store) {
	s := open()
	for _, size := range []int{0, 1, store.ChunkSize - 1, store.ChunkSize, store.ChunkSize + 1, 3*store.ChunkSize + 7} {
		data := make([]byte, size)
		_, _ = rand.Read(data)
		name, n, err := s.WriteBlob(t.Context(), bytes.NewReader(data))
		if err != nil || n != int64(size) {
			t.Fatalf("%d bytes: wrote %d, %v", size, n, err)
		}
		small := store.NewBlobName()
		update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.PutBlob(ctx, small, data) })
		for _, name := range []string{name, small} {
			r, err := s.OpenBlob(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes: read %d, %v", size, len(got), err)
			}
		}
	}
	if _, err := s.OpenBlob(t.Context(), "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a missing blob: %v", err)
	}
	broken := io.MultiReader(strings.NewReader("begin"), iotestErr{})
	if _, _, err := s.WriteBlob(t.Context(), broken); err == nil {
		t.Error("a broken source gave a blob")
	}
}

type iotestErr struct{}

func (iotestErr) Read([]byte) (int, error) { return 0, errors.New("broken") }

func blobSweep(t *testing.T, open func() *store.Store) {
	s := open()
	loose, _, err := s.WriteBlob(t.Context(), strings.NewReader("loose"))
	if err != nil {
		t.Fatal(err)
	}
	kept, _, err := s.WriteBlob(t.Context(), strings.NewReader("kept"))
	if err != nil {
		t.Fatal(err)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertMails(ctx, []bridge.Mail{{Folder: "INBOX", UIDValidity: 1, UID: 1, Blob: kept}})
	})
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SweepBlobs(ctx, time.Now().Add(time.Minute))
		return err
	})
	if _, err := s.OpenBlob(t.Context(), loose); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("loose: %v", err)
	}
	if _, err := s.OpenBlob(t.Context(), kept); err != nil {
		t.Errorf("kept: %v", err)
	}
	m := claimMails(t, s, 1)[0]
	m.Outcome = bridge.MailUnrelated
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DecideMail(ctx, m, false) })
	if _, err := s.OpenBlob(t.Context(), kept); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the body of an unrelated mail was kept: %v", err)
	}
}

func cursors(t *testing.T, open func() *store.Store) {
	s := open()
	move := func(from, to string) error {
		return s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.MoveCursor(ctx, "inbox", from, to) })
	}
	steps := []struct {
		from, to string
		want     error
	}{
		{"1", "2", store.ErrMoved}, {"", "1", nil}, {"", "1", store.ErrMoved}, {"1", "2", nil}, {"1", "3", store.ErrMoved},
	}
	for _, st := range steps {
		if err := move(st.from, st.to); !errors.Is(err, st.want) {
			t.Errorf("%q to %q: %v", st.from, st.to, err)
		}
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetCursor(ctx, "inbox", "9") })
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		v, err := tx.Cursor(ctx, "inbox")
		if v != "9" {
			t.Errorf("cursor %q", v)
		}
		return err
	})
}

func leases(t *testing.T, open func() *store.Store) {
	s := open()
	won := make(chan string, 8)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			me := fmt.Sprint("p", i)
			err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.TakeLease(ctx, "leader", store.Lease{}, me)
				return err
			})
			if err == nil {
				won <- me
			} else if !errors.Is(err, store.ErrMoved) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("%d winners", len(won))
	}
	me := <-won
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.ReadLease(ctx, "leader")
		if err != nil || l != (store.Lease{Owner: me, Epoch: 1}) {
			t.Errorf("lease %+v %v", l, err)
		}
		if l, err = tx.TakeLease(ctx, "leader", l, me); err != nil || l.Epoch != 2 {
			t.Errorf("renewed %+v %v", l, err)
		}
		return nil
	})
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.TakeLease(ctx, "leader", store.Lease{Owner: me, Epoch: 1}, "late")
		return err
	})
	if !errors.Is(err, store.ErrMoved) {
		t.Errorf("taken with an old epoch: %v", err)
	}
}

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

func holdName(t *testing.T, open func() *store.Store) {
	a, b := open(), open()
	for i, want := range []bool{true, false} {
		got, err := []*store.Store{a, b}[i].Hold(t.Context(), "one")
		if got != want || err != nil {
			t.Errorf("hold %d: %v %v", i, got, err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Hold(t.Context(), "one"); !got || err != nil {
		t.Errorf("after the first was closed: %v %v", got, err)
	}
	if err := b.Forget(t.Context(), "one"); err != nil {
		t.Error(err)
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

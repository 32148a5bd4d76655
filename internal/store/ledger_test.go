package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// account returns the numbers of all mails, which must add up.
func account(t testing.TB, s *store.Store) (l store.Ledger) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		l, err = tx.Ledger(ctx)
		return err
	})
	if l.Difference() != 0 {
		t.Errorf("the account does not add up: %+v", l)
	}
	return l
}

// keepMail stores a mail with these bytes and returns it claimed.
func keepMail(t testing.TB, s *store.Store, uid uint32, raw string) bridge.Mail {
	t.Helper()
	return keepSized(t, s, uid, raw, int64(len(raw)))
}

// keepSized is keepMail of a mail that is said to have that size.
func keepSized(t testing.TB, s *store.Store, uid uint32, raw string, size int64) bridge.Mail {
	t.Helper()
	m := bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: uid, Blob: store.NewBlobName(), Size: size}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.PutBlob(ctx, m.Blob, []byte(raw)); err != nil {
			return err
		}
		return tx.InsertMails(ctx, []bridge.Mail{m})
	})
	ms := claimMails(t, s, 1)
	if len(ms) != 1 || ms[0].UID != uid {
		t.Fatalf("claimed %+v", ms)
	}
	return ms[0]
}

func decide(t testing.TB, s *store.Store, m bridge.Mail, keep bool) {
	t.Helper()
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DecideMail(ctx, m, keep) })
}

func mailOf(t testing.TB, s *store.Store, uid uint32) (m bridge.Mail) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
		m, err = tx.Mail(ctx, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: uid})
		return err
	})
	return m
}

// ledgerAddsUp whatever becomes of the mails.
func ledgerAddsUp(t *testing.T, open func() *store.Store) {
	s := open()
	want := store.Ledger{Outcomes: map[bridge.MailOutcome]int64{}}
	check := func(when string) {
		t.Helper()
		got := account(t, s)
		got.OldestQuarantined = time.Time{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	check("nothing was seen")
	for uid, outcome := range []bridge.MailOutcome{bridge.MailPosted, bridge.MailQuarantined, bridge.MailQuarantined, bridge.MailUnrelated, bridge.MailUnreadable} {
		m := keepMail(t, s, uint32(uid+1), "raw")
		m.Outcome = outcome
		decide(t, s, m, outcome != bridge.MailUnrelated)
		want.Seen++
		want.Outcomes[outcome]++
	}
	want.Quarantined = 2
	check("decided")
	insertMails(t, s, 3)
	insertMails(t, s, 3) // the same again
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertMails(ctx, []bridge.Mail{{Folder: "INBOX", UIDValidity: 1, UID: 99, Outcome: bridge.MailOversized}})
	})
	want.Seen, want.Undecided, want.Outcomes[bridge.MailOversized] = 9, 3, 1
	check("seen again, and one that is decided already")
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertMails(ctx, []bridge.Mail{{Folder: "INBOX", UIDValidity: 1, UID: 100}}); err != nil {
			return err
		}
		return errors.New("the process ends")
	})
	if err == nil {
		t.Fatal("committed")
	}
	check("one that was not committed")
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.ReopenMail(ctx, mailOf(t, s, 2), &bridge.Release{Gate: bridge.GateCase}); err != nil {
			return err
		}
		return tx.DiscardMail(ctx, mailOf(t, s, 3), "nobody needs it")
	})
	want.Undecided, want.Quarantined, want.Outcomes[bridge.MailDiscarded] = 4, 0, 1
	delete(want.Outcomes, bridge.MailQuarantined)
	check("released and discarded")
	m := claimMails(t, s, 1)[0]
	if m.UID != 2 || m.Crashes != 1 || m.Release == nil || m.Release.Gate != bridge.GateCase {
		t.Fatalf("the released mail is claimed as %+v", m)
	}
	for range store.MailCrashes { // its claimer ends each time
		m = claimMails(t, s, 1)[0]
	}
	m.Outcome = bridge.MailUnreadable
	decide(t, s, m, true)
	want.Undecided, want.SetAside, want.Outcomes[bridge.MailUnreadable] = 3, 1, 2
	check("set aside")
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.DropOldMails(ctx, time.Now().Add(time.Hour), time.Now().Add(time.Hour))
		return err
	})
	want.SetAside = 0
	check("nothing is kept any more")
}

// mailRemembered: what a decision says of a mail is found again, and never by itself.
func mailRemembered(t *testing.T, open func() *store.Store) {
	s := open()
	m := keepMail(t, s, 1, "raw")
	m.Outcome, m.Hash, m.Sender, m.Provider, m.Gate = bridge.MailQuarantined, "abc", "a\x00@x", "claranet", bridge.GateFlood
	m.Reason, m.CaseID, m.CaseRev, m.Planned = "too many", "c1", 7, []string{"one", "two"}
	decide(t, s, m, true)
	got := mailOf(t, s, 1)
	if got.DecidedAt.IsZero() || got.Tries != 1 {
		t.Errorf("%+v", got)
	}
	want := m
	want.Sender, want.DecidedAt = "a@x", got.DecidedAt
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	same := func(hash string, not uint32) (uid uint32) {
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			m, err := tx.SameMail(ctx, hash, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: not})
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			uid = m.UID
			return err
		})
		return uid
	}
	for hash, want := range map[string]uint32{"abc": 1, "other": 0, "": 0} {
		if got := same(hash, 9); got != want {
			t.Errorf("same as %q: %d", hash, got)
		}
	}
	if got := same("abc", 1); got != 0 {
		t.Error("a mail is the same as itself")
	}
	m = keepMail(t, s, 2, "raw")
	m.Outcome, m.Hash = bridge.MailPosted, "abc"
	decide(t, s, m, true)
	if got := same("abc", 9); got != 2 {
		t.Errorf("the one that was told is %d", got)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DiscardMail(ctx, mailOf(t, s, 1), "") })
	if got := same("abc", 2); got != 1 {
		t.Errorf("a discarded one is the same mail no more: %d", got)
	}
}

// recentMails counts what was told on issues alone, once: of four outcomes on the case and
// of the sender, and bounces, whose sender is anybody, in all.
func recentMails(t *testing.T, open func() *store.Store) {
	s := open()
	for i, outcome := range bridge.MailOutcomes() {
		for j, by := range [][2]string{{"c1", "a@x"}, {"c1", "b@x"}, {"c2", "a@x"}} {
			for k, planned := range [][]string{{fmt.Sprint("key ", i, j)}, {fmt.Sprint("key ", i, j)}, nil} { // told, told again, not told
				m := keepMail(t, s, uint32(100*i+10*j+k+1), "raw")
				m.Outcome, m.CaseID, m.Sender, m.Planned = outcome, by[0], by[1], planned
				decide(t, s, m, false)
			}
		}
	}
	for name, test := range map[string]struct {
		since time.Time
		want  bridge.Recent
	}{
		"an hour": {time.Now().Add(-time.Hour), bridge.Recent{Case: 8, Sender: 8, All: 15}},
		"later":   {time.Now().Add(time.Hour), bridge.Recent{}},
	} {
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.RecentMails(ctx, "c1", "a@x", test.since)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			return err
		})
	}
}

// reopenFenced: only what stands as the caller has read it is opened or discarded, and a
// claim from before counts no more.
func reopenFenced(t *testing.T, open func() *store.Store) {
	s := open()
	claim := keepMail(t, s, 1, "raw")
	m := claim
	m.Outcome = bridge.MailQuarantined
	decide(t, s, m, true)
	read := mailOf(t, s, 1)
	act := func(f func(context.Context, *store.Tx) error) error { return s.Update(t.Context(), f) }
	reopen := func(ctx context.Context, tx *store.Tx) error { return tx.ReopenMail(ctx, read, nil) }
	if err := act(reopen); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func(context.Context, *store.Tx) error{
		"opened twice":              reopen,
		"discarded when it is open": func(ctx context.Context, tx *store.Tx) error { return tx.DiscardMail(ctx, read, "") },
		"decided by an old claim":   func(ctx context.Context, tx *store.Tx) error { return tx.DecideMail(ctx, m, true) },
	} {
		if err := act(f); !errors.Is(err, store.ErrFenced) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m = claimMails(t, s, 1)[0]
	m.Outcome = bridge.MailQuarantined
	decide(t, s, m, false)
	read = mailOf(t, s, 1)
	if err := act(reopen); !errors.Is(err, store.ErrFenced) {
		t.Errorf("opened without its bytes: %v", err)
	}
}

// listedMails are filtered, the newest first, page by page.
func listedMails(t *testing.T, open func() *store.Store) {
	s := open()
	for i, m := range []bridge.Mail{
		{Outcome: bridge.MailPosted, CaseID: "c1", MessageID: "a@x", Provider: "claranet"},
		{Outcome: bridge.MailQuarantined, CaseID: "c1", MessageID: "b@x", Provider: "ovh"},
		{Outcome: bridge.MailQuarantined, MessageID: "c@x"},
		{Outcome: bridge.MailUnrelated, MessageID: "a@x"},
	} {
		claimed := keepMail(t, s, uint32(i+1), "raw")
		claimed.Outcome, claimed.CaseID, claimed.MessageID, claimed.Provider = m.Outcome, m.CaseID, m.MessageID, m.Provider
		decide(t, s, claimed, false)
	}
	insertMails(t, s, 1)
	for name, test := range map[string]struct {
		filter store.MailFilter
		want   []uint32
	}{
		"an outcome":   {store.MailFilter{Outcome: bridge.MailQuarantined}, []uint32{2, 3}},
		"a case":       {store.MailFilter{CaseID: "c1"}, []uint32{1, 2}},
		"both":         {store.MailFilter{CaseID: "c1", Outcome: bridge.MailQuarantined}, []uint32{2}},
		"a Message-ID": {store.MailFilter{MessageID: "a@x\x00"}, []uint32{1, 4}},
		"a provider":   {store.MailFilter{Provider: "ovh"}, []uint32{2}},
		"a UID":        {store.MailFilter{UID: 3}, []uint32{3}},
		"undecided":    {store.MailFilter{Undecided: true}, []uint32{1}},
		"none so new":  {store.MailFilter{Since: time.Now().Add(time.Hour)}, nil},
		"of long ago":  {store.MailFilter{Since: time.Now().Add(-time.Hour), Provider: "ovh"}, []uint32{2}},
	} {
		test.filter.Limit = 10
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			ms, err := tx.ListMails(ctx, test.filter)
			var uids []uint32
			for _, m := range ms {
				uids = append(uids, m.UID)
			}
			slices.Sort(uids)
			if diff := cmp.Diff(test.want, uids); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			return err
		})
	}
	var paged []string
	for skip := 0; skip < 6; skip += 2 {
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			ms, err := tx.ListMails(ctx, store.MailFilter{Skip: skip, Limit: 2})
			for _, m := range ms {
				paged = append(paged, store.IDOf(m).String())
			}
			return err
		})
	}
	slices.Sort(paged)
	if len(paged) != 5 || len(slices.Compact(paged)) != 5 {
		t.Errorf("pages hold %v", paged)
	}
}

func TestMailID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]store.MailID{
		"INBOX/1/2":                {Folder: "INBOX", UIDValidity: 1, UID: 2},
		"a/b c/4294967295/1":       {Folder: "a/b c", UIDValidity: 1<<32 - 1, UID: 1},
		"/1/2":                     {},
		"1/2":                      {},
		"INBOX/1/4294967296":       {},
		"INBOX/-1/2":               {},
		"INBOX/1/2/":               {},
		"INBOX":                    {},
		"":                         {},
		strings.Repeat("/", 1<<10): {},
	} {
		got, ok := store.ParseMailID(text)
		if got != want || ok != (want != store.MailID{}) {
			t.Errorf("%q: %+v %t", text, got, ok)
		}
		if ok && got.String() != text {
			t.Errorf("%q is written %q", text, got)
		}
	}
}

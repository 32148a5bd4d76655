package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// sameMails: which row of the same bytes is a reason not to decide on a mail.
func sameMails(t *testing.T, open func() *store.Store) {
	s := open()
	type row struct {
		outcome bridge.MailOutcome
		kept    bool
	}
	for i, test := range []struct {
		rows []row
		want int // which of them, from 1; 0: none
	}{
		{[]row{{bridge.MailPosted, true}}, 1},
		{[]row{{bridge.MailPosted, false}}, 1},
		{[]row{{bridge.MailUnrelated, false}}, 1},
		{[]row{{bridge.MailQuarantined, true}}, 1},
		{[]row{{bridge.MailQuarantined, false}}, 1},
		{[]row{{bridge.MailDiscarded, false}}, 1},
		{[]row{{bridge.MailUnreadable, true}}, 1},
		{[]row{{bridge.MailUnreadable, false}}, 0},
		{[]row{{bridge.MailDuplicate, false}}, 0},
		{[]row{{bridge.MailDuplicate, true}}, 0},
		{[]row{{bridge.MailUnreadable, false}, {bridge.MailDuplicate, false}}, 0},
		{[]row{{bridge.MailQuarantined, true}, {bridge.MailDiscarded, false}}, 2},
		{[]row{{bridge.MailDiscarded, false}, {bridge.MailPosted, false}}, 2},
		{[]row{{bridge.MailDiscarded, false}, {bridge.MailOversized, false}}, 2},
	} {
		hash := string(rune('a' + i))
		for j, r := range test.rows {
			m := keepMail(t, s, uint32(10*i+j+1), "raw")
			m.Outcome, m.Hash = r.outcome, hash
			decide(t, s, m, r.kept)
		}
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.SameMail(ctx, hash, store.MailID{Folder: "Other", UIDValidity: 1, UID: 1})
			switch {
			case test.want == 0 && !errors.Is(err, store.ErrNotFound):
				t.Errorf("%v: %+v, %v", test.rows, got, err)
			case test.want != 0 && (err != nil || got.UID != uint32(10*i+test.want)):
				t.Errorf("%v: mail %d, %v", test.rows, got.UID, err)
			}
			return nil
		})
	}
}

// bytesGo says that what retention dropped was told all the same.
func bytesGo(t *testing.T, open func() *store.Store) {
	s := open()
	for i, outcome := range []bridge.MailOutcome{bridge.MailPosted, bridge.MailUnreadable} {
		m := keepMail(t, s, uint32(i+1), "raw")
		m.Outcome, m.Hash = outcome, string(outcome)
		decide(t, s, m, true)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.DropOldMails(ctx, time.Now().Add(time.Hour), time.Now().Add(time.Hour))
		return err
	})
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		if got, err := tx.SameMail(ctx, "posted", store.MailID{}); got.UID != 1 || got.Blob != "" {
			t.Errorf("posted: %+v, %v", got, err)
		}
		if got, err := tx.SameMail(ctx, "unreadable", store.MailID{}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unreadable: %+v, %v", got, err)
		}
		return nil
	})
}

// askedAgain: a mail without bytes that a person asks for is missing until it comes, and is
// one mail all the time.
func askedAgain(t *testing.T, open func() *store.Store) {
	s := open()
	given := bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: 1, Outcome: bridge.MailUnreadable, Reason: "the server does not give it: x"}
	insert := func(m bridge.Mail) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			if m.Blob != "" {
				if err := tx.PutBlob(ctx, m.Blob, []byte("raw")); err != nil {
					return err
				}
			}
			return tx.InsertMails(ctx, []bridge.Mail{m})
		})
	}
	stands := func(when string, setAside int64, missing ...uint32) {
		t.Helper()
		if l := account(t, s); l.Seen != 2 || l.SetAside != setAside {
			t.Errorf("%s: %+v", when, l)
		}
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.MissingMails(ctx, "INBOX", 1, []uint32{1, 2})
			if diff := cmp.Diff(missing, slices.Clone(got)); diff != "" {
				t.Errorf("%s: missing %s", when, diff)
			}
			return err
		})
	}
	ask := func(m bridge.Mail) error {
		return s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.AskMail(ctx, m, "asked for by me") })
	}
	insert(given)
	other := keepMail(t, s, 2, "raw")
	stands("not given", 1)
	if err := ask(other); !errors.Is(err, store.ErrFenced) {
		t.Errorf("an undecided one is asked for: %v", err)
	}
	for range 2 { // asking twice is asking
		if err := ask(mailOf(t, s, 1)); err != nil {
			t.Fatal(err)
		}
	}
	stands("asked for", 0, 1)
	if m := mailOf(t, s, 1); m.Outcome != bridge.MailUnreadable || m.Reason != "asked for by me" {
		t.Errorf("until then it is %+v", m)
	}
	insert(given)
	stands("not given again", 1)
	if m := mailOf(t, s, 1); m.Reason != given.Reason {
		t.Errorf("%+v", m)
	}
	if err := ask(mailOf(t, s, 1)); err != nil {
		t.Fatal(err)
	}
	whole := bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: 1, Blob: store.NewBlobName(), Size: 3}
	insert(whole)
	stands("given", 0)
	if m := mailOf(t, s, 1); m.Outcome != "" || m.Blob != whole.Blob || m.Size != 3 || m.Reason != "" || m.Tries != 0 || !m.DecidedAt.IsZero() {
		t.Errorf("%+v", m)
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error { // its bytes are kept
		_, err := tx.SweepBlobs(ctx, time.Now().Add(time.Hour))
		return err
	})
	r, err := s.OpenBlob(t.Context(), whole.Blob)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	late := whole
	late.Blob = store.NewBlobName()
	insert(late)
	if m := mailOf(t, s, 1); m.Blob != whole.Blob {
		t.Error("what nobody asked for took its place")
	}
}

// forgotten: nothing of what was decided about a mail counts for the one that comes in its
// place, and who claimed it before does not decide it.
func forgotten(t *testing.T, open func() *store.Store) {
	s := open()
	claim := keepMail(t, s, 1, "raw")
	m := claim
	m.Outcome, m.Hash, m.Sender, m.Provider, m.CaseID, m.CaseRev, m.Planned = bridge.MailUnreadable, "abc", "a@x", "claranet", "c1", 3, []string{"key"}
	decide(t, s, m, false)
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.AskMail(ctx, mailOf(t, s, 1), ""); err != nil {
			return err
		}
		name := store.NewBlobName()
		if err := tx.PutBlob(ctx, name, []byte("raw")); err != nil {
			return err
		}
		return tx.InsertMails(ctx, []bridge.Mail{{Folder: "INBOX", UIDValidity: 1, UID: 1, Blob: name, Size: 3, MessageID: "m@x"}})
	})
	now := claimMails(t, s, 1)[0]
	want := bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: 1, Blob: now.Blob, Size: 3, MessageID: "m@x", StoredAt: now.StoredAt, Tries: 1}
	if diff := cmp.Diff(want, now); diff != "" {
		t.Error(diff)
	}
	for name, do := range map[string]func(context.Context, *store.Tx) error{
		"decided": func(ctx context.Context, tx *store.Tx) error { return tx.DecideMail(ctx, m, true) },
		"put off": func(ctx context.Context, tx *store.Tx) error { return tx.PutOffMail(ctx, claim, time.Now()) },
	} {
		if err := s.Update(t.Context(), do); !errors.Is(err, store.ErrFenced) {
			t.Errorf("%s by an old claim: %v", name, err)
		}
	}
	account(t, s)
}

// blobsThere are known by their name.
func blobsThere(t *testing.T, open func() *store.Store) {
	s := open()
	m := keepMail(t, s, 1, "")
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		for name, want := range map[string]bool{m.Blob: true, "": false, "other": false} {
			if got, err := tx.HasBlob(ctx, name); got != want || err != nil {
				t.Errorf("%q: %t, %v", name, got, err)
			}
		}
		return nil
	})
}

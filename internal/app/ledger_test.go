package app

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/config"
	"escalat/internal/imap"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// ledgerBeside opens the ledger of a database that another process holds, with three
// mails in it: one that was posted, one in quarantine, and one that could not be read.
func ledgerBeside(t *testing.T) (*Ledger, *store.Store) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := store.Open(t.Context(), store.Config{URL: path, Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	err = db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		c := bridge.Case{ID: "c1", IssueID: "1", IssueKey: "SUP-1", Provider: "claranet", Ordinal: 1, State: bridge.Answered}
		if err := tx.InsertCase(ctx, c); err != nil {
			return err
		}
		if c, err = tx.LockCase(ctx, c.ID); err != nil {
			return err
		}
		if _, err := tx.PlanEffects(ctx, c.ID, []bridge.Effect{bridge.Tell(c, "reply", "1", "text"), bridge.Tell(c, "other", "", "text")}); err != nil {
			return err
		}
		if err := tx.AppendAudit(ctx, c, []bridge.Entry{{Stage: "receive", Action: "reply posted", Reason: "confirmed"}}); err != nil {
			return err
		}
		for i, m := range []bridge.Mail{
			{MessageID: "posted@x", Outcome: bridge.MailPosted, CaseID: "c1", CaseRev: c.Rev, Planned: []string{"reply/1/claranet/1/1"}},
			{MessageID: "kept@x", Outcome: bridge.MailQuarantined, Gate: bridge.GateCase, Reason: "names several cases"},
			{MessageID: "bad@x", Outcome: bridge.MailUnreadable},
		} {
			if err := putDecided(ctx, tx, uint32(i+1), m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var cfg config.Config
	cfg.IMAP.Folders = []string{"INBOX"}
	if err := cfg.Store.Database.UnmarshalText([]byte(path)); err != nil {
		t.Fatal(err)
	}
	l, err := OpenLedger(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, db
}

// putDecided stores a mail with its outcome; its bytes are its Message-ID.
func putDecided(ctx context.Context, tx *store.Tx, uid uint32, m bridge.Mail) error {
	m.Folder, m.UIDValidity, m.UID, m.Blob = "INBOX", 1, uid, store.NewBlobName()
	if err := tx.PutBlob(ctx, m.Blob, []byte(m.MessageID)); err != nil {
		return err
	}
	if err := tx.InsertMails(ctx, []bridge.Mail{{Folder: m.Folder, UIDValidity: m.UIDValidity, UID: m.UID, Blob: m.Blob}}); err != nil {
		return err
	}
	claimed, err := tx.ClaimMails(ctx, tx.Now(), 1)
	if err != nil || len(claimed) != 1 {
		return errors.Join(err, errors.New("it was not claimed"))
	}
	m.Tries = claimed[0].Tries
	return tx.DecideMail(ctx, m, true)
}

// TestLedgerBesideARunningEscalat tells and changes what the other has stored.
func TestLedgerBesideARunningEscalat(t *testing.T) {
	t.Parallel()
	l, db := ledgerBeside(t)
	all, err := l.Explain(t.Context(), "SUP-1")
	if err != nil || len(all) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	e := all[0]
	if e.Case == nil || e.Case.ID != "c1" || len(e.Audit) != 1 || len(e.Effects) != 1 || e.Effects[0].State != bridge.EffectPlanned {
		t.Errorf("explained so: %+v", e)
	}
	if all, err = l.Explain(t.Context(), "kept@x"); err != nil || len(all) != 1 || all[0].Case != nil || all[0].Mail.Reason != "names several cases" {
		t.Errorf("%+v, %v", all, err)
	}
	_, raw, err := l.Raw(t.Context(), "<kept@x>")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	if data, err := io.ReadAll(raw); string(data) != "kept@x" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	if _, err := l.Release(t.Context(), "kept@x", bridge.GateCase, "SUP-1", "anna"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Release(t.Context(), "kept@x", bridge.GateCase, "SUP-1", "anna"); !errors.Is(err, queue.ErrNotPossible) {
		t.Errorf("released twice: %v", err)
	}
	if _, err := l.Retry(t.Context(), "bad@x", "anna"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Discard(t.Context(), "posted@x", "anna"); !errors.Is(err, queue.ErrNotPossible) {
		t.Errorf("discarded what is not in quarantine: %v", err)
	}
	err = db.View(t.Context(), func(ctx context.Context, tx *store.Tx) error { // the one that runs sees it
		m, err := tx.Mail(ctx, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: 2})
		if m.Outcome != "" || m.Release == nil || m.Release.CaseID != "c1" || m.Release.By != "anna" || m.Release.At.IsZero() {
			t.Errorf("%+v", m)
		}
		waits, werr := tx.MailsWaiting(ctx, tx.Now())
		if !waits {
			t.Error("no mail waits")
		}
		return errors.Join(err, werr)
	})
	if err != nil {
		t.Error(err)
	}
	got, err := l.Account(t.Context())
	if err != nil || got.Seen != 3 || got.Undecided != 2 || got.Outcomes[bridge.MailPosted] != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestRetryOfWhatTheServerDidNotGive has it fetched by the next comparison, where there is
// one that comes by it, and is one mail of the account all the time.
func TestRetryOfWhatTheServerDidNotGive(t *testing.T) {
	t.Parallel()
	l, db := ledgerBeside(t)
	s := newSink(db, &woken{})
	at := imap.Cursor{UIDValidity: 7, UID: 9, First: 3}
	row := func(folder string, validity, uid uint32) bridge.Mail {
		return bridge.Mail{Folder: folder, UIDValidity: validity, UID: uid, Outcome: bridge.MailUnreadable, Reason: "the server does not give it: so"}
	}
	given := row("INBOX", 7, 8)
	for folder, rows := range map[string][]bridge.Mail{"INBOX": {row("INBOX", 6, 5), given}, "Junk": {row("Junk", 7, 8)}} {
		if err := s.Commit(t.Context(), folder, imap.Cursor{}, at, rows); err != nil {
			t.Fatal(err)
		}
	}
	stands := func(when string, setAside int64, missing ...uint32) {
		t.Helper()
		a, err := l.Account(t.Context())
		difference := a.Seen - a.Undecided // the gauge escalat_ledger_difference
		for _, n := range a.Outcomes {
			difference -= n
		}
		if err != nil || a.Seen != 6 || difference != 0 || a.SetAside != setAside {
			t.Errorf("%s: %+v, %v", when, a, err)
		}
		got, err := s.Missing(t.Context(), "INBOX", 7, []uint32{8})
		if diff := cmp.Diff(missing, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", when, err, diff)
		}
	}
	stands("not given", 3)
	for ref, says := range map[string]string{
		"Junk/7/8":  "in its folder a mail is looked at once: move it into one of INBOX",
		"INBOX/6/5": "its folder was made anew since",
	} {
		if _, err := l.Retry(t.Context(), ref, "anna"); !errors.Is(err, queue.ErrNotPossible) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", ref, err)
		}
	}
	stands("not possible", 3)
	if m, err := l.Retry(t.Context(), "INBOX/7/8", "anna"); err != nil || m.Blob != "" || m.Reason != given.Reason {
		t.Errorf("%+v, %v", m, err)
	}
	stands("asked for", 2, 8)
	if err := s.Commit(t.Context(), "INBOX", at, at, []bridge.Mail{given}); err != nil {
		t.Fatal(err)
	}
	stands("not given again", 3)
	if _, err := l.Retry(t.Context(), "INBOX/7/8", "anna"); err != nil {
		t.Fatal(err)
	}
	blob, size, err := s.Blob(t.Context(), strings.NewReader("raw"))
	if err != nil {
		t.Fatal(err)
	}
	whole := bridge.Mail{Folder: "INBOX", UIDValidity: 7, UID: 8, Blob: blob, Size: size}
	if err := s.Commit(t.Context(), "INBOX", at, at, []bridge.Mail{whole}); err != nil {
		t.Fatal(err)
	}
	stands("given", 2)
	if _, raw, err := l.Raw(t.Context(), "INBOX/7/8"); err != nil {
		t.Error(err)
	} else if data, err := io.ReadAll(raw); string(data) != "raw" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
}

// TestQuarantinePages are of what waits there alone.
func TestQuarantinePages(t *testing.T) {
	t.Parallel()
	l, db := ledgerBeside(t)
	err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for uid := range uint32(4) {
			if err := putDecided(ctx, tx, uid+10, bridge.Mail{Outcome: bridge.MailQuarantined}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var pages []int
	for skip := 0; len(pages) < 4; skip += 2 {
		ms, err := l.Quarantined(t.Context(), skip, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ms {
			seen[store.IDOf(m).String()] = true
		}
		pages = append(pages, len(ms))
	}
	if diff := cmp.Diff([]int{2, 2, 1, 0}, pages); diff != "" || len(seen) != 5 {
		t.Errorf("%v %s", seen, diff)
	}
	if ms, err := l.Mails(t.Context(), MailFilter{}); err != nil || len(ms) != 7 {
		t.Errorf("%d mails in all, %v", len(ms), err)
	}
}

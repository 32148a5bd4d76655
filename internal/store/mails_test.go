package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

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

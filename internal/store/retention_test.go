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

// oldMailsDropped: bytes go by age, unless they are still needed; what became of the mail
// stays.
func oldMailsDropped(t *testing.T, open func() *store.Store) {
	s := open()
	insertCase(t, s, newCase("a", "1"))
	var blobs []string
	for i, outcome := range []bridge.MailOutcome{bridge.MailPosted, bridge.MailPosted, bridge.MailQuarantined, bridge.MailUnreadable} {
		m := keepMail(t, s, uint32(i+1), "raw")
		blobs = append(blobs, m.Blob)
		m.Outcome, m.Hash = outcome, "abc"
		decide(t, s, m, true)
	}
	undecided := keepMail(t, s, 9, "raw")
	file := bridge.Plan(bridge.ToJira, bridge.PostAttachment, "file", bridge.AttachBody{Blob: blobs[1]})
	plan(t, s, "a", file)
	kept := func() (uids []uint32) {
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			ms, err := tx.Mails(ctx, 100)
			for _, m := range ms {
				if m.Blob != "" {
					uids = append(uids, m.UID)
				}
				if m.Outcome != "" && m.Hash != "abc" {
					t.Errorf("mail %d has lost its hash", m.UID)
				}
			}
			return err
		})
		slices.Sort(uids)
		return uids
	}
	drop := func(before, earlier time.Duration, want ...uint32) {
		t.Helper()
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			more, err := tx.DropOldMails(ctx, time.Now().Add(before), time.Now().Add(earlier))
			if more {
				t.Error("more of so few")
			}
			return err
		})
		if diff := cmp.Diff(want, kept()); diff != "" {
			t.Error(diff)
		}
	}
	drop(-time.Hour, -time.Hour, 1, 2, 3, 4, 9)
	drop(time.Hour, -time.Hour, 2, 3, 4, 9)
	drop(time.Hour, time.Hour, 2, 9)
	if _, err := s.OpenBlob(t.Context(), blobs[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("its bytes are still there: %v", err)
	}
	e, err := head(t, s, "a")
	if err != nil {
		t.Fatal(err)
	}
	e = claim(t, s, e, "me")
	drop(time.Hour, time.Hour, 2, 9) // it is being written
	e.State = bridge.EffectDone
	update(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.EndAttempt(ctx, e) })
	drop(time.Hour, time.Hour, 9)
	if _, err := s.OpenBlob(t.Context(), undecided.Blob); err != nil {
		t.Error(err)
	}
}

// oldMailsInSteps: a step is bounded by number and by size.
func oldMailsInSteps(t *testing.T, open func() *store.Store) {
	s := open()
	for name, test := range map[string]struct {
		mails int
		size  int64
		want  []bool // whether there is more, step by step
	}{
		"many":       {120, 1, []bool{true, true, false}},
		"large":      {3, 40 << 20, []bool{true, true, false}},
		"very large": {2, 1 << 30, []bool{true, false}},
		"none":       {0, 0, []bool{false}},
	} {
		first := 1000 * (len(name) + test.mails) // the mails of each are others
		for i := range test.mails {
			m := keepSized(t, s, uint32(first+i), "raw", test.size)
			m.Outcome = bridge.MailPosted
			decide(t, s, m, true)
		}
		var steps []bool
		for more := true; more && len(steps) < 10; steps = append(steps, more) {
			update(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				more, err = tx.DropOldMails(ctx, time.Now().Add(time.Hour), time.Time{})
				return err
			})
		}
		if diff := cmp.Diff(test.want, steps); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			ms, err := tx.Mails(ctx, 1000)
			for _, m := range ms {
				if m.Blob != "" {
					t.Errorf("%s: mail %d is still kept", name, m.UID)
				}
			}
			return err
		})
	}
}

package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// What was stored before is known by its number, and by its Message-ID and size.
func mailsBefore(t *testing.T, open func() *store.Store) {
	s := open()
	at := time.UnixMilli(1_700_000_000_000)
	row := func(folder string, validity, uid uint32, id string, size int64) bridge.Mail {
		return bridge.Mail{
			Folder: folder, UIDValidity: validity, UID: uid, MessageID: id, Size: size, ArrivedAt: at,
			Outcome: bridge.MailUnrelated, Reason: "so",
		}
	}
	update(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertMails(ctx, []bridge.Mail{
			row("INBOX", 1, 5, "a@x", 10), row("INBOX", 1, 4_294_967_295, "b@x", 10), row("INBOX", 2, 6, "a@x", 10),
			row("Archive", 1, 7, "a@x", 11), row("Archive", 1, 8, "", 10),
		})
	})
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		missing, err := tx.MissingMails(ctx, "INBOX", 1, []uint32{4_294_967_295, 7, 6, 5, 4})
		if diff := cmp.Diff([]uint32{7, 6, 4}, missing); diff != "" || err != nil {
			t.Errorf("missing: %v\n%s", err, diff)
		}
		if missing, err = tx.MissingMails(ctx, "INBOX", 1, nil); missing != nil || err != nil {
			t.Errorf("of none %v, %v", missing, err)
		}
		like, err := tx.LikeMails(ctx, "a@x", 10)
		var got []string
		for _, m := range like {
			got = append(got, store.IDOf(m).String())
			if m.Outcome != bridge.MailUnrelated || !m.ArrivedAt.Equal(at) {
				t.Errorf("row %+v", m)
			}
		}
		if diff := cmp.Diff([]string{"INBOX/1/5", "INBOX/2/6"}, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

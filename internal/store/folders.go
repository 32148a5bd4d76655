package store

import (
	"context"
	"slices"

	"escalat/bridge"
)

// maxLike bounds the mails that LikeMails returns.
const maxLike = 50

// MissingMails returns those of the UIDs of a folder that the ledger does not have, or
// that a person has asked for once more.
func (tx *Tx) MissingMails(ctx context.Context, folder string, uidValidity uint32, uids []uint32) ([]uint32, error) {
	if len(uids) == 0 {
		return nil, nil
	}
	has := map[uint32]bool{}
	err := tx.each(ctx, "SELECT uid FROM mails WHERE folder = $1 AND uidvalidity = $2 AND uid BETWEEN $3 AND $4 AND NOT again",
		[]any{folder, int64(uidValidity), int64(slices.Min(uids)), int64(slices.Max(uids))}, func(scan func(...any) error) error {
			var uid int64
			if err := scan(&uid); err != nil {
				return err
			}
			has[uint32(uid)] = true //nolint:gosec // written from uint32
			return nil
		})
	if err != nil {
		return nil, err
	}
	var missing []uint32
	for _, uid := range uids {
		if !has[uid] {
			missing = append(missing, uid)
		}
	}
	return missing, nil
}

// LikeMails returns mails of the ledger with that Message-ID and size, the newest
// first.
func (tx *Tx) LikeMails(ctx context.Context, messageID string, size int64) ([]bridge.Mail, error) {
	return tx.mails(ctx, "SELECT "+mailColumns+" FROM mails WHERE message_id = $1 AND size = $2 ORDER BY stored_at DESC, folder, uidvalidity, uid LIMIT $3",
		storable(messageID), size, maxLike)
}

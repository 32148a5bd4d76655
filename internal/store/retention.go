package store

import (
	"context"
	"fmt"
	"time"
)

// Most that one step of DropOldMails takes.
const (
	dropMails = 50
	dropBytes = 64 << 20
)

// DropOldMails drops the bytes of mails that were decided before a time, those that a
// person may still act upon only before an earlier one, the oldest first. Ids, hashes,
// outcomes and reasons stay, so that a mail which is seen again is never told again.
// What an effect that has not ended still needs is left. It takes a bounded step and
// reports whether there may be more.
func (tx *Tx) DropOldMails(ctx context.Context, before, earlier time.Time) (more bool, err error) {
	ms, err := tx.mails(ctx, "SELECT "+mailColumns+` FROM mails m WHERE m.blob <> '' AND m.outcome <> '' AND m.decided_at < $1
		AND (m.outcome NOT IN ('quarantined', 'unreadable') OR m.decided_at < $2)
		AND NOT EXISTS (SELECT 1 FROM effects e WHERE e.state IN `+openStates+` AND e.body LIKE '%"' || m.blob || '"%')
		ORDER BY m.decided_at LIMIT $3`, millis(before), millis(earlier), dropMails)
	if err != nil {
		return false, fmt.Errorf("look for old mails: %w", err)
	}
	size := int64(0)
	for i, m := range ms {
		if size += m.Size; i > 0 && size > dropBytes {
			return true, nil
		}
		n, err := tx.conn.exec(ctx, "UPDATE mails SET blob = '' WHERE folder = $1 AND uidvalidity = $2 AND uid = $3 AND blob = $4 AND outcome = $5",
			m.Folder, int64(m.UIDValidity), int64(m.UID), m.Blob, string(m.Outcome))
		if err == nil && n == 1 { // else a person has just let it go on
			err = tx.DropBlob(ctx, m.Blob)
		}
		if err != nil {
			return false, fmt.Errorf("drop the bytes of mail %s: %w", IDOf(m), err)
		}
	}
	return len(ms) == dropMails, nil
}

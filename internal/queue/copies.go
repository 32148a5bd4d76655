package queue

import (
	"context"
	"errors"
	"strconv"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

// copyDelay is the cursor with the measured delay of our own copies, in milliseconds.
const copyDelay = "mail copy delay"

// copyCame lets a notice that waits for its copy be looked for at once.
func (e *engine[D, T]) copyCame(ctx context.Context, tx *store.Tx, c bridge.Case, messageID string) error {
	if err := measureCopy(ctx, tx, c.Notice(messageID)); err != nil {
		return err
	}
	waits, err := tx.Hurry(ctx, c.ID, bridge.ToMail)
	if err != nil || !waits {
		return err
	}
	return e.insert(ctx, tx, drainArgs{Case: c.ID, Target: string(bridge.ToMail)}, string(bridge.ToMail))
}

// measureCopy remembers how long our own copies take: the longest of late, which
// fades by a tenth with each copy.
func measureCopy(ctx context.Context, tx *store.Tx, n *bridge.Notice) error {
	if n == nil || n.SentAt.IsZero() || n.SeenAt.Before(n.SentAt) {
		return nil
	}
	old, err := CopyDelay(ctx, tx)
	if err != nil {
		return err
	}
	delay := max(n.SeenAt.Sub(n.SentAt), old*9/10)
	return tx.SetCursor(ctx, copyDelay, strconv.FormatInt(delay.Milliseconds(), 10))
}

// CopyDelay returns how long our own copies take to arrive, as measured; 0 when
// none was measured yet.
func CopyDelay(ctx context.Context, tx *store.Tx) (time.Duration, error) {
	v, err := tx.Cursor(ctx, copyDelay)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	ms, err := strconv.ParseInt(v, 10, 64)
	return time.Duration(ms) * time.Millisecond, err
}

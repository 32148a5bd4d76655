package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"escalat/bridge/post"
	"escalat/internal/jira"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// links gives the post stage the remote links of Jira.
type links struct{ client *jira.Client }

// SetLink makes or changes the link with that global id.
func (l links) SetLink(ctx context.Context, issueID string, link post.Link) (time.Time, error) {
	return l.client.SetLink(ctx, issueID, jira.Link(link))
}

// caseCounts counts the cases by provider and state.
func caseCounts(db *store.Store) func(context.Context) (map[[2]string]int64, error) {
	return func(ctx context.Context) (map[[2]string]int64, error) {
		out := map[[2]string]int64{}
		err := db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
			b, err := tx.Backlog(ctx)
			for name, n := range b.Cases {
				provider, state, _ := strings.Cut(name, " ")
				out[[2]string{provider, state}] = n
			}
			return err
		})
		return out, err
	}
}

// copies tells the send stage of our own copies.
type copies struct{ store *store.Store }

// Seen returns when the copy of a notice came, or the zero time.
func (c copies) Seen(ctx context.Context, messageID string) (at time.Time, err error) {
	err = c.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		at, err = tx.OwnCopy(ctx, messageID)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	return at, err
}

// Delay returns how long our own copies take.
func (c copies) Delay(ctx context.Context) (d time.Duration, err error) {
	err = c.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = queue.CopyDelay(ctx, tx)
		return err
	})
	return d, err
}

// mailboxRead is the cursor with the time at which the last complete look into
// the mailbox began.
const mailboxRead = "mailbox read"

// Read returns the time up to which everything that had arrived in our mailbox
// was read and decided, zero when it never was.
func (c copies) Read(ctx context.Context) (at time.Time, err error) {
	err = c.store.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		undecided, err := tx.OldestUndecided(ctx)
		if err != nil {
			return err
		}
		if at, err = timeOf(ctx, tx, mailboxRead); err == nil && !undecided.IsZero() && undecided.Before(at) {
			at = undecided
		}
		return err
	})
	return at, err
}

// timeOf reads a cursor that is a time, zero when it was never set.
func timeOf(ctx context.Context, tx *store.Tx, name string) (time.Time, error) {
	v, err := tx.Cursor(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("cursor %s: %w", name, err)
	}
	return time.UnixMilli(ms), nil
}

func setTime(ctx context.Context, tx *store.Tx, name string, at time.Time) error {
	return tx.SetCursor(ctx, name, strconv.FormatInt(at.UnixMilli(), 10))
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"escalat/internal/store"
)

// claim raises the generation here and on Jira. What is pending here may be there
// already when the process ends in between. Where another process has begun to claim
// meanwhile, the last word is its own.
func (g *guardian) claim(ctx context.Context, next installation, remote *claim, at time.Time) error {
	was := next
	next.Pending = generation(next, remote) + 1
	if err := g.replace(ctx, was, next); err != nil {
		return err
	}
	mine := claim{ID: next.ID, Generation: next.Pending, Mailbox: g.mailbox, At: at.UTC()}
	if err := g.jira.SetUserProperty(ctx, claimProperty, mine); err != nil {
		return err
	}
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := lockInstallation(ctx, tx)
		if err != nil || now.ID != next.ID || now.Pending != mine.Generation {
			return err
		}
		now.Generation, now.Pending = mine.Generation, 0
		return writeInstallation(ctx, tx, now)
	}))
}

// replace saves what follows from what was read, unless another process has claimed
// Jira since.
func (g *guardian) replace(ctx context.Context, was, next installation) error {
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := lockInstallation(ctx, tx)
		switch {
		case err != nil:
			return err
		case now.Generation != was.Generation || now.Pending > next.Pending:
			return errors.New("another process claims Jira at the same time")
		}
		return writeInstallation(ctx, tx, next)
	}))
}

func generation(i installation, remote *claim) int64 {
	if remote == nil {
		return i.Generation
	}
	return max(i.Generation, remote.Generation)
}

// takeOver claims Jira because a person has confirmed what differed. What is being
// claimed is noted first: Jira may take it although its answer is lost. From here on
// what the store knows of as not done yet may have been done, in the life that it has
// forgotten.
func (g *guardian) takeOver(ctx context.Context, local, next installation, remote *claim) error {
	stale := local.Claiming != nil && !remote.is(*local.Claiming) && local.Claiming.Generation <= generation(next, remote)
	if local.Claiming == nil || stale {
		local.Claiming = &claim{ID: next.ID, Generation: generation(next, remote) + 1, Mailbox: g.mailbox, At: next.Since.UTC()}
		if err := g.save(ctx, local); err != nil {
			return err
		}
	}
	mine := *local.Claiming
	if !remote.is(mine) {
		if err := g.jira.SetUserProperty(ctx, claimProperty, mine); err != nil {
			return err
		}
	}
	next.ID, next.Generation, next.ConfirmedAt = mine.ID, mine.Generation, next.Since
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.MayHaveHappened(ctx); err != nil {
			return err
		}
		// What was read of the mailbox in that life proves nothing of it.
		if err := tx.DropCursor(ctx, mailboxRead); err != nil {
			return err
		}
		return writeInstallation(ctx, tx, next)
	}))
}

func (g *guardian) save(ctx context.Context, i installation) error {
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return writeInstallation(ctx, tx, i) }))
}

func writeInstallation(ctx context.Context, tx *store.Tx, i installation) error {
	raw, err := json.Marshal(i)
	if err != nil {
		return err
	}
	return tx.SetCursor(ctx, installationCursor, string(raw))
}

// lockInstallation returns what the store knows, the zero value when it is new, and
// keeps others from changing it until the transaction ends.
func lockInstallation(ctx context.Context, tx *store.Tx) (i installation, err error) {
	raw, err := tx.LockCursor(ctx, installationCursor)
	if err == nil && raw != "" {
		err = json.Unmarshal([]byte(raw), &i)
	}
	if err != nil {
		return i, fmt.Errorf("read which installation the database belongs to: %w", err)
	}
	return i, nil
}

// readInstallation returns what the store knows, or nil when it is new.
func readInstallation(ctx context.Context, db *store.Store) (*installation, error) {
	var raw string
	err := db.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		raw, err = tx.Cursor(ctx, installationCursor)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	var i installation
	if err == nil {
		err = json.Unmarshal([]byte(raw), &i)
	}
	if err != nil {
		return nil, fmt.Errorf("read which installation the database belongs to: %w", err)
	}
	return &i, nil
}

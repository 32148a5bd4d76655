package store

import (
	"context"
	"fmt"
	"time"
)

// AskLook leaves the durable wish that an issue be read and decided upon. Asking
// again while a look is under way makes another one follow it.
func (tx *Tx) AskLook(ctx context.Context, issueID string) error {
	at := millis(tx.now())
	_, err := tx.conn.exec(ctx, `INSERT INTO looks (issue_id, asked, done, asked_at, tries, fails, not_before) VALUES ($1, 1, 0, $2, 0, 0, 0)
		ON CONFLICT (issue_id) DO UPDATE SET asked = looks.asked + 1, not_before = 0,
		asked_at = CASE WHEN looks.asked > looks.done THEN looks.asked_at ELSE excluded.asked_at END`, issueID, at)
	if err != nil {
		return fmt.Errorf("ask for a look at issue %s: %w", issueID, err)
	}
	return nil
}

// AskLookAt is AskLook for a look that has no use before at. One that is pending
// already is brought forward, but not put off.
func (tx *Tx) AskLookAt(ctx context.Context, issueID string, at time.Time) error {
	now := millis(tx.now())
	_, err := tx.conn.exec(ctx, `INSERT INTO looks (issue_id, asked, done, asked_at, tries, fails, not_before) VALUES ($1, 1, 0, $2, 0, 0, $3)
		ON CONFLICT (issue_id) DO UPDATE SET asked = looks.asked + 1,
		not_before = CASE WHEN looks.asked > looks.done AND looks.not_before < excluded.not_before THEN looks.not_before ELSE excluded.not_before END,
		asked_at = CASE WHEN looks.asked > looks.done THEN looks.asked_at ELSE excluded.asked_at END`, issueID, now, millis(at))
	if err != nil {
		return fmt.Errorf("ask for a later look at issue %s: %w", issueID, err)
	}
	return nil
}

// Look is a claimed look at an issue.
type Look struct {
	IssueID string
	Asked   int64 // what was asked for when it was claimed
	Tries   int64 // the fence; never set back
	Fails   int   // failures since the last look that succeeded
}

// ClaimLook claims the look at an issue, or returns ErrNotFound when none is
// pending and due at now.
func (tx *Tx) ClaimLook(ctx context.Context, issueID string, now time.Time) (Look, error) {
	l := Look{IssueID: issueID}
	err := tx.one(ctx, `UPDATE looks SET tries = tries + 1 WHERE issue_id = $1 AND asked > done AND not_before <= $2
		RETURNING asked, tries, fails`, []any{issueID, millis(now)}, &l.Asked, &l.Tries, &l.Fails)
	return l, err
}

// EndLook marks what the look answered as done and its failures as forgotten, or
// returns ErrFenced. What was asked for meanwhile stays pending. It also locks
// the issue against other looks until the transaction ends.
func (tx *Tx) EndLook(ctx context.Context, l Look) error {
	return tx.exactly(ctx, ErrFenced, "UPDATE looks SET done = $1, fails = 0 WHERE issue_id = $2 AND tries = $3", l.Asked, l.IssueID, l.Tries)
}

// PutOffLook says that the look failed and is to be tried again after a time, or
// returns ErrFenced.
func (tx *Tx) PutOffLook(ctx context.Context, l Look, until time.Time) error {
	return tx.exactly(ctx, ErrFenced, "UPDATE looks SET not_before = $1, fails = fails + 1 WHERE issue_id = $2 AND tries = $3", millis(until), l.IssueID, l.Tries)
}

// PendingLooks returns up to limit issues that are to be looked at at now, the
// longest waiting first.
func (tx *Tx) PendingLooks(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return tx.strings(ctx, "SELECT issue_id FROM looks WHERE asked > done AND not_before <= $1 ORDER BY asked_at, issue_id LIMIT $2", millis(now), limit)
}

package store

import (
	"context"
	"fmt"
	"time"

	"escalat/bridge"
)

// NoteByHand notes a mail that somebody has sent by hand, once, in however many folders it
// lies.
func (tx *Tx) NoteByHand(ctx context.Context, b bridge.ByHand) error {
	_, err := tx.conn.exec(ctx, `INSERT INTO by_hand (message_id, provider, issue_key, domain, sent_at, answer)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		storable(b.MessageID), b.Provider, storable(b.Key), storable(b.Domain), millis(b.SentAt), b.Answer)
	if err != nil {
		return fmt.Errorf("note a mail by hand: %w", err)
	}
	return nil
}

// ByHand returns the mails that people have sent by hand since then, oldest first, at most
// limit.
func (tx *Tx) ByHand(ctx context.Context, since time.Time, limit int) ([]bridge.ByHand, error) {
	var out []bridge.ByHand
	err := tx.each(ctx, `SELECT message_id, provider, issue_key, domain, sent_at, answer FROM by_hand
		WHERE sent_at >= $1 ORDER BY sent_at, message_id, provider, issue_key LIMIT $2`, []any{millis(since), limit},
		func(scan func(...any) error) error {
			var b bridge.ByHand
			var at int64
			err := scan(&b.MessageID, &b.Provider, &b.Key, &b.Domain, &at, &b.Answer)
			b.SentAt = fromMillis(at)
			out = append(out, b)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read what was sent by hand: %w", err)
	}
	return out, nil
}

// AllCases returns up to limit cases after the one with that id, of every state, and the
// last of them, empty at the end.
func (tx *Tx) AllCases(ctx context.Context, after string, limit int) (all []bridge.Case, last string, err error) {
	all, err = tx.cases(ctx, "SELECT "+caseColumns+" FROM cases WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
	if err != nil {
		return nil, "", fmt.Errorf("go through the cases: %w", err)
	}
	if len(all) == limit {
		last = all[limit-1].ID
	}
	return all, last, nil
}

// onlyRecorded is how the result of an effect begins or goes on that mode shadow has
// recorded, as encoding/json writes it.
const onlyRecorded = `%"shadow":true%`

// Recorded reports whether anything of a case was only recorded, in mode shadow.
func (tx *Tx) Recorded(ctx context.Context, caseID string) (bool, error) {
	var n int64
	err := tx.one(ctx, "SELECT COUNT(*) FROM effects WHERE case_id = $1 AND state = 'done' AND result LIKE $2", []any{caseID, onlyRecorded}, &n)
	if err != nil {
		return false, fmt.Errorf("look for what was only recorded: %w", err)
	}
	return n > 0, nil
}

// SetEffectsAside ends what is still to be done of a locked case, as recorded only, and
// returns how many effects that were. Nothing follows from them.
func (tx *Tx) SetEffectsAside(ctx context.Context, caseID string) (int64, error) {
	n, err := tx.conn.exec(ctx, `UPDATE effects SET state = 'done', tries = tries + 1, ended_at = $1, result = '{"shadow":true,"aside":true}'
		WHERE case_id = $2 AND state IN `+openStates, millis(tx.now()), caseID)
	if err != nil {
		return 0, fmt.Errorf("set aside what was planned for case %s: %w", caseID, err)
	}
	return n, nil
}

// OutcomesWithin counts the mails that were decided between two times, by their outcome.
func (tx *Tx) OutcomesWithin(ctx context.Context, since, until time.Time) (counts map[bridge.MailOutcome]int64, err error) {
	counts = map[bridge.MailOutcome]int64{}
	err = tx.each(ctx, "SELECT outcome, COUNT(*) FROM mails WHERE outcome <> '' AND decided_at BETWEEN $1 AND $2 GROUP BY outcome", []any{millis(since), millis(until)},
		func(scan func(...any) error) error {
			var outcome string
			var n int64
			err := scan(&outcome, &n)
			counts[bridge.MailOutcome(outcome)] = n
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("count mails: %w", err)
	}
	return counts, nil
}

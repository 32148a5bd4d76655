package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
)

const mailColumns = "folder, uidvalidity, uid, message_id, blob, size, arrived_at, stored_at, tries, crashes, outcome, reason, case_id"

// InsertMails adds mails to the ledger and keeps their blobs. A mail that the
// ledger has already is passed over. Mails with an outcome are decided already.
func (tx *Tx) InsertMails(ctx context.Context, mails []bridge.Mail) error {
	for _, m := range mails {
		n, err := tx.conn.exec(ctx, `INSERT INTO mails (`+mailColumns+`, not_before)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9, $10, '', 0) ON CONFLICT (folder, uidvalidity, uid) DO NOTHING`,
			m.Folder, int64(m.UIDValidity), int64(m.UID), m.MessageID, m.Blob, m.Size, millis(m.ArrivedAt), millis(tx.now()), string(m.Outcome), m.Reason)
		if err != nil {
			return fmt.Errorf("store mail %s/%d/%d: %w", m.Folder, m.UIDValidity, m.UID, err)
		}
		if n == 1 && m.Blob != "" {
			if err := tx.KeepBlob(ctx, m.Blob); err != nil {
				return err
			}
		}
	}
	return nil
}

// ClaimMails claims the oldest undecided mails that are due at now: up to limit
// that nobody has tried yet, or a single one that was tried before, so that a
// mail which ends the process takes no other with it. A claim of a single mail is
// held to be a crash until it ends. They come as they stand in their folders,
// whatever the clock did while they were stored.
func (tx *Tx) ClaimMails(ctx context.Context, now time.Time, limit int) ([]bridge.Mail, error) {
	ms, err := tx.mails(ctx, "SELECT "+mailColumns+` FROM mails WHERE outcome = '' AND not_before <= $1
		ORDER BY stored_at, folder, uidvalidity, uid LIMIT $2`, millis(now), limit)
	if err != nil {
		return nil, err
	}
	for i := range ms {
		if ms[i].Tries > 0 {
			ms = ms[:max(i, 1)]
			break
		}
	}
	for i := range ms {
		m := &ms[i]
		if m.Tries > 0 {
			m.Crashes++
		}
		err := tx.exactly(ctx, ErrFenced, "UPDATE mails SET tries = tries + 1, crashes = $1 WHERE folder = $2 AND uidvalidity = $3 AND uid = $4 AND tries = $5 AND outcome = ''",
			m.Crashes, m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries)
		if err != nil {
			return nil, err
		}
		m.Tries++
	}
	slices.SortStableFunc(ms, func(a, b bridge.Mail) int {
		return cmp.Or(cmp.Compare(a.Folder, b.Folder), cmp.Compare(a.UIDValidity, b.UIDValidity), cmp.Compare(a.UID, b.UID))
	})
	return ms, nil
}

// DecideMail writes the outcome of a claimed mail, or returns ErrFenced. Without
// keep its blob is dropped; id, hash and reason stay.
func (tx *Tx) DecideMail(ctx context.Context, m bridge.Mail, keep bool) error {
	blob := m.Blob
	if !keep {
		blob = ""
	}
	err := tx.exactly(ctx, ErrFenced, `UPDATE mails SET outcome = $1, reason = $2, case_id = $3, message_id = $4, blob = $5
		WHERE folder = $6 AND uidvalidity = $7 AND uid = $8 AND tries = $9 AND outcome = ''`,
		string(m.Outcome), storable(m.Reason), m.CaseID, storable(m.MessageID), blob, m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries)
	if err != nil {
		return fmt.Errorf("decide mail %s/%d/%d: %w", m.Folder, m.UIDValidity, m.UID, err)
	}
	if !keep && m.Blob != "" {
		return tx.DropBlob(ctx, m.Blob)
	}
	return nil
}

// PutOffMail ends a claim without a decision: the mail is tried again after a
// time. Its crashes are stored as m says. It returns ErrFenced like DecideMail.
func (tx *Tx) PutOffMail(ctx context.Context, m bridge.Mail, until time.Time) error {
	return tx.exactly(ctx, ErrFenced, `UPDATE mails SET not_before = $1, crashes = $2
		WHERE folder = $3 AND uidvalidity = $4 AND uid = $5 AND tries = $6 AND outcome = ''`,
		millis(until), m.Crashes, m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries)
}

// storable takes out of a stranger's text what PostgreSQL does not store.
func storable(s string) string { return strings.ReplaceAll(s, "\x00", "") }

// MailsWaiting reports whether a mail is undecided and due at now.
func (tx *Tx) MailsWaiting(ctx context.Context, now time.Time) (bool, error) {
	var one int64
	err := tx.one(ctx, "SELECT 1 FROM mails WHERE outcome = '' AND not_before <= $1 LIMIT 1", []any{millis(now)}, &one)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// OldestUndecided returns when the oldest mail that is not decided arrived, or
// the zero time. After an outage that is long before it was stored.
func (tx *Tx) OldestUndecided(ctx context.Context) (time.Time, error) {
	var at int64
	err := tx.one(ctx, "SELECT COALESCE(MIN(CASE WHEN arrived_at > 0 AND arrived_at < stored_at THEN arrived_at ELSE stored_at END), 0) FROM mails WHERE outcome = ''", nil, &at)
	return fromMillis(at), err
}

// OwnCopy returns when our own copy of a notice was stored, or ErrNotFound.
func (tx *Tx) OwnCopy(ctx context.Context, messageID string) (time.Time, error) {
	var at int64
	err := tx.one(ctx, "SELECT stored_at FROM mails WHERE message_id = $1 AND outcome = $2 ORDER BY stored_at LIMIT 1", []any{messageID, string(bridge.MailOwn)}, &at)
	return fromMillis(at), err
}

// Mails returns the newest mails of the ledger, up to limit.
func (tx *Tx) Mails(ctx context.Context, limit int) ([]bridge.Mail, error) {
	return tx.mails(ctx, "SELECT "+mailColumns+" FROM mails ORDER BY stored_at DESC, folder, uidvalidity, uid DESC LIMIT $1", limit)
}

func (tx *Tx) mails(ctx context.Context, query string, args ...any) ([]bridge.Mail, error) {
	var out []bridge.Mail
	err := tx.each(ctx, query, args, func(scan func(...any) error) error {
		var m bridge.Mail
		var validity, uid, arrived, stored, tries, crashes int64
		var outcome string
		if err := scan(&m.Folder, &validity, &uid, &m.MessageID, &m.Blob, &m.Size, &arrived, &stored, &tries, &crashes, &outcome, &m.Reason, &m.CaseID); err != nil {
			return err
		}
		m.UIDValidity, m.UID = uint32(validity), uint32(uid) //nolint:gosec // written from uint32
		m.ArrivedAt, m.StoredAt, m.Tries, m.Crashes, m.Outcome = fromMillis(arrived), fromMillis(stored), int(tries), int(crashes), bridge.MailOutcome(outcome)
		out = append(out, m)
		return nil
	})
	return out, err
}

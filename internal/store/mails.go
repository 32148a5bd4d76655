package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
)

const mailColumns = "folder, uidvalidity, uid, message_id, blob, size, arrived_at, stored_at, tries, crashes, outcome, reason, case_id, " +
	"hash, sender, provider, gate, decided_at, released, case_rev, planned"

// MailCrashes is how often a mail may end the process, meet a fault of ours or take too
// long before it is set aside: the claim after that decides it unread.
const MailCrashes = 2

// mailsSeen is the cursor with the number of mails that were ever put into the ledger.
const mailsSeen = "mails seen"

// InsertMails adds mails to the ledger, counts them and keeps their blobs. A mail that
// the ledger has already is passed over, unless a person has asked for it once more: then
// it takes the place of its row. Mails with an outcome are decided already.
func (tx *Tx) InsertMails(ctx context.Context, mails []bridge.Mail) error {
	seen, now := int64(0), tx.now()
	for _, m := range mails {
		var decided time.Time
		if m.Outcome != "" {
			decided = now
		}
		n, err := tx.conn.exec(ctx, `INSERT INTO mails (folder, uidvalidity, uid, message_id, blob, size, arrived_at, stored_at,
			tries, crashes, not_before, outcome, reason, case_id, decided_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, $9, $10, '', $11) ON CONFLICT (folder, uidvalidity, uid) DO NOTHING`,
			m.Folder, int64(m.UIDValidity), int64(m.UID), m.MessageID, m.Blob, m.Size, millis(m.ArrivedAt), millis(now),
			string(m.Outcome), m.Reason, millis(decided))
		if err != nil {
			return fmt.Errorf("store mail %s: %w", IDOf(m), err)
		}
		stored := n == 1
		if !stored {
			if stored, err = tx.replaceMail(ctx, m, now, decided); err != nil {
				return fmt.Errorf("store mail %s anew: %w", IDOf(m), err)
			}
		}
		if stored && m.Blob != "" {
			if err := tx.KeepBlob(ctx, m.Blob); err != nil {
				return err
			}
		}
		seen += n
	}
	return tx.countSeen(ctx, seen)
}

// replaceMail puts a mail in the place of a row that was asked for once more, and reports
// whether there was one. Nothing of what was known of the mail counts any more.
func (tx *Tx) replaceMail(ctx context.Context, m bridge.Mail, stored, decided time.Time) (bool, error) {
	n, err := tx.conn.exec(ctx, `UPDATE mails SET message_id = $1, blob = $2, size = $3, arrived_at = $4, stored_at = $5, outcome = $6, reason = $7, decided_at = $8,
		tries = 0, crashes = 0, not_before = 0, again = $9, case_id = '', hash = '', sender = '', provider = '', gate = '', released = '', case_rev = 0, planned = ''
		WHERE folder = $10 AND uidvalidity = $11 AND uid = $12 AND again`,
		m.MessageID, m.Blob, m.Size, millis(m.ArrivedAt), millis(stored), string(m.Outcome), m.Reason, millis(decided),
		false, m.Folder, int64(m.UIDValidity), int64(m.UID))
	return n == 1, err
}

// countSeen counts mails in the transaction that stores them.
func (tx *Tx) countSeen(ctx context.Context, n int64) error {
	if n == 0 {
		return nil
	}
	_, err := tx.conn.exec(ctx, `INSERT INTO cursors (name, value) VALUES ($1, CAST($2 AS TEXT))
		ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(cursors.value AS BIGINT) + CAST(excluded.value AS BIGINT) AS TEXT)`, mailsSeen, strconv.FormatInt(n, 10))
	if err != nil {
		return fmt.Errorf("count mails: %w", err)
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

// DecideMail writes the outcome of a claimed mail and what is known of it, or returns
// ErrFenced. Without keep its blob is dropped; id, hash and reason stay.
func (tx *Tx) DecideMail(ctx context.Context, m bridge.Mail, keep bool) error {
	blob := m.Blob
	if !keep {
		blob = ""
	}
	planned, err := plannedText(m.Planned)
	if err != nil {
		return err
	}
	err = tx.exactly(ctx, ErrFenced, `UPDATE mails SET outcome = $1, reason = $2, case_id = $3, message_id = $4, blob = $5,
		hash = $6, sender = $7, provider = $8, gate = $9, decided_at = $10, case_rev = $11, planned = $12
		WHERE folder = $13 AND uidvalidity = $14 AND uid = $15 AND tries = $16 AND outcome = '' AND blob = $17`,
		string(m.Outcome), storable(m.Reason), m.CaseID, storable(m.MessageID), blob,
		m.Hash, storable(m.Sender), m.Provider, string(m.Gate), millis(tx.now()), m.CaseRev, planned,
		m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries, m.Blob)
	if err != nil {
		return fmt.Errorf("decide mail %s: %w", IDOf(m), err)
	}
	if !keep && m.Blob != "" {
		return tx.DropBlob(ctx, m.Blob)
	}
	return nil
}

// plannedText is how the keys of effects are stored: empty for none.
func plannedText(keys []string) (string, error) {
	if len(keys) == 0 {
		return "", nil
	}
	raw, err := json.Marshal(keys)
	return storable(string(raw)), err
}

// PutOffMail ends a claim without a decision: the mail is tried again after a
// time. Its crashes and its reason are stored as m says. It returns ErrFenced like
// DecideMail.
func (tx *Tx) PutOffMail(ctx context.Context, m bridge.Mail, until time.Time) error {
	return tx.exactly(ctx, ErrFenced, `UPDATE mails SET not_before = $1, crashes = $2, reason = $3
		WHERE folder = $4 AND uidvalidity = $5 AND uid = $6 AND tries = $7 AND outcome = '' AND blob = $8`,
		millis(until), m.Crashes, storable(m.Reason), m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries, m.Blob)
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

func (tx *Tx) mails(ctx context.Context, query string, args ...any) ([]bridge.Mail, error) {
	var out []bridge.Mail
	err := tx.each(ctx, query, args, func(scan func(...any) error) error {
		m, err := scanMail(scan)
		out = append(out, m)
		return err
	})
	return out, err
}

func scanMail(scan func(...any) error) (m bridge.Mail, err error) {
	var validity, uid, arrived, stored, tries, crashes, decided int64
	var outcome, gate, released, planned string
	err = scan(&m.Folder, &validity, &uid, &m.MessageID, &m.Blob, &m.Size, &arrived, &stored, &tries, &crashes, &outcome, &m.Reason, &m.CaseID,
		&m.Hash, &m.Sender, &m.Provider, &gate, &decided, &released, &m.CaseRev, &planned)
	if err != nil {
		return m, err
	}
	m.UIDValidity, m.UID = uint32(validity), uint32(uid) //nolint:gosec // written from uint32
	m.ArrivedAt, m.StoredAt, m.DecidedAt = fromMillis(arrived), fromMillis(stored), fromMillis(decided)
	m.Tries, m.Crashes, m.Outcome, m.Gate = int(tries), int(crashes), bridge.MailOutcome(outcome), bridge.Gate(gate)
	if err := errors.Join(unpack(released, &m.Release), unpack(planned, &m.Planned)); err != nil {
		return m, fmt.Errorf("mail %s: %w", IDOf(m), err)
	}
	return m, nil
}

// unpack reads what is stored as JSON, or as nothing.
func unpack(text string, into any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

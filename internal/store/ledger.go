package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
)

// MailID names a row of the ledger.
type MailID struct {
	Folder      string
	UIDValidity uint32
	UID         uint32
}

// IDOf is the mail's id.
func IDOf(m bridge.Mail) MailID { return MailID{m.Folder, m.UIDValidity, m.UID} }

// String is how people name it: FOLDER/UIDVALIDITY/UID.
func (id MailID) String() string { return fmt.Sprintf("%s/%d/%d", id.Folder, id.UIDValidity, id.UID) }

// ParseMailID reads what String writes. A folder may have slashes of its own.
func ParseMailID(s string) (id MailID, ok bool) {
	rest, uid := cutLast(s)
	folder, validity := cutLast(rest)
	u, err1 := strconv.ParseUint(uid, 10, 32)
	v, err2 := strconv.ParseUint(validity, 10, 32)
	if folder == "" || err1 != nil || err2 != nil {
		return MailID{}, false
	}
	return MailID{folder, uint32(v), uint32(u)}, true
}

// cutLast cuts at the last slash; without one there is nothing before.
func cutLast(s string) (before, after string) {
	at := strings.LastIndexByte(s, '/')
	return s[:max(at, 0)], s[at+1:]
}

// told are the outcomes of mails that are told on an issue, the first time at least.
const told = "('posted', 'acknowledgement', 'out-of-office', 'bounce', 'oversized')"

// Ledger is the account of all mails. Seen is the sum of the others unless one was lost
// or counted twice.
type Ledger struct {
	Seen      int64 // ever put into the ledger
	Undecided int64
	Outcomes  map[bridge.MailOutcome]int64
	// Quarantined are those that wait for a person, the oldest since OldestQuarantined.
	Quarantined       int64
	OldestQuarantined time.Time
	// SetAside failed again and again, or the server does not give them, and nobody has
	// had them tried again yet.
	SetAside int64
}

// Difference is what Seen is beyond the sum; 0 unless the account is wrong.
func (l Ledger) Difference() int64 {
	d := l.Seen - l.Undecided
	for _, n := range l.Outcomes {
		d -= n
	}
	return d
}

// Ledger counts the mails. What is waited for are those whose bytes are still there.
func (tx *Tx) Ledger(ctx context.Context) (Ledger, error) {
	l := Ledger{Outcomes: map[bridge.MailOutcome]int64{}}
	var oldest int64
	err := errors.Join(
		tx.one(ctx, "SELECT CAST(value AS BIGINT) FROM cursors WHERE name = $1", []any{mailsSeen}, &l.Seen),
		tx.each(ctx, "SELECT outcome, COUNT(*) FROM mails GROUP BY outcome", nil, func(scan func(...any) error) error {
			var outcome string
			var n int64
			err := scan(&outcome, &n)
			if outcome == "" {
				l.Undecided = n
			} else {
				l.Outcomes[bridge.MailOutcome(outcome)] = n
			}
			return err
		}),
		tx.one(ctx, "SELECT COUNT(*), COALESCE(MIN(decided_at), 0) FROM mails WHERE outcome = $1 AND blob <> ''",
			[]any{string(bridge.MailQuarantined)}, &l.Quarantined, &oldest),
		tx.one(ctx, `SELECT COUNT(*) FROM mails WHERE outcome = $1 AND NOT again
			AND (blob <> '' AND crashes > $2 OR blob = '' AND tries = 0)`, // one that was never claimed has no bytes from the beginning
			[]any{string(bridge.MailUnreadable), MailCrashes}, &l.SetAside),
	)
	l.OldestQuarantined = fromMillis(oldest)
	if err != nil {
		return l, fmt.Errorf("count the ledger: %w", err)
	}
	return l, nil
}

// SameMail returns a decided mail of the same bytes that is not the one with that id, or
// ErrNotFound: one that was told on an issue before others, then one that a person has
// discarded. A duplicate is none, its bytes are gone: two rows must not be each the reason
// of the other. Nor is one that could not be read and whose bytes are gone.
func (tx *Tx) SameMail(ctx context.Context, hash string, not MailID) (bridge.Mail, error) {
	return tx.oneMail(ctx, "SELECT "+mailColumns+` FROM mails WHERE hash = $1 AND hash <> '' AND outcome NOT IN ('', 'duplicate')
		AND NOT (outcome = 'unreadable' AND blob = '') AND NOT (folder = $2 AND uidvalidity = $3 AND uid = $4)
		ORDER BY CASE WHEN outcome IN `+told+` THEN 0 WHEN outcome = 'discarded' THEN 1 ELSE 2 END, decided_at, folder, uidvalidity, uid LIMIT 1`,
		hash, not.Folder, int64(not.UIDValidity), int64(not.UID))
}

// RecentMails counts what was told on issues since then because of mails: on the case, of
// the sender, and in all. Mails of one plan were told once. A bounce counts among all
// alone: nothing proves who sent it, and it must not keep back those who can prove it.
func (tx *Tx) RecentMails(ctx context.Context, caseID, sender string, since time.Time) (r bridge.Recent, err error) {
	var ofCase, ofSender, all int64
	err = tx.one(ctx, `SELECT COUNT(DISTINCT CASE WHEN case_id = $1 AND outcome <> 'bounce' THEN planned END),
		COUNT(DISTINCT CASE WHEN sender = $2 AND outcome <> 'bounce' THEN planned END), COUNT(DISTINCT planned)
		FROM mails WHERE decided_at >= $3 AND planned <> '' AND outcome IN `+told, []any{caseID, storable(sender), millis(since)}, &ofCase, &ofSender, &all)
	if err != nil {
		return r, fmt.Errorf("count recent mails: %w", err)
	}
	return bridge.Recent{Case: int(ofCase), Sender: int(ofSender), All: int(all)}, nil
}

// Mail returns the mail with that id, or ErrNotFound.
func (tx *Tx) Mail(ctx context.Context, id MailID) (bridge.Mail, error) {
	return tx.oneMail(ctx, "SELECT "+mailColumns+" FROM mails WHERE folder = $1 AND uidvalidity = $2 AND uid = $3",
		id.Folder, int64(id.UIDValidity), int64(id.UID))
}

func (tx *Tx) oneMail(ctx context.Context, query string, args ...any) (bridge.Mail, error) {
	ms, err := tx.mails(ctx, query, args...)
	switch {
	case err != nil:
		return bridge.Mail{}, fmt.Errorf("mail: %w", err)
	case len(ms) == 0:
		return bridge.Mail{}, fmt.Errorf("mail: %w", ErrNotFound)
	}
	return ms[0], nil
}

const newestFirst = " ORDER BY stored_at DESC, folder, uidvalidity, uid DESC"

// Mails returns the newest mails of the ledger, up to limit.
func (tx *Tx) Mails(ctx context.Context, limit int) ([]bridge.Mail, error) {
	return tx.ListMails(ctx, MailFilter{Limit: limit})
}

// MailFilter says which mails are listed. Empty fields are no condition.
type MailFilter struct {
	Outcome   bridge.MailOutcome
	Undecided bool // those that have no outcome, in place of Outcome
	Provider  string
	CaseID    string
	MessageID string // without angle brackets
	UID       uint32
	Since     time.Time // stored then or later
	Skip      int       // how many of the newest are passed over
	Limit     int
}

// ListMails returns mails, the newest first.
func (tx *Tx) ListMails(ctx context.Context, f MailFilter) ([]bridge.Mail, error) {
	query, args := "SELECT "+mailColumns+" FROM mails WHERE stored_at >= $1", []any{millis(f.Since)}
	where := func(column string, value any) {
		args = append(args, value)
		query += fmt.Sprintf(" AND %s = $%d", column, len(args))
	}
	if f.Outcome != "" || f.Undecided {
		where("outcome", string(f.Outcome))
	}
	for _, one := range [][2]string{{"provider", f.Provider}, {"case_id", f.CaseID}, {"message_id", f.MessageID}} {
		if one[1] != "" {
			where(one[0], storable(one[1]))
		}
	}
	if f.UID != 0 {
		where("uid", int64(f.UID))
	}
	args = append(args, f.Limit, f.Skip)
	ms, err := tx.mails(ctx, query+newestFirst+fmt.Sprintf(" LIMIT $%d OFFSET $%d", len(args)-1, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list mails: %w", err)
	}
	return ms, nil
}

// ReopenMail makes a decided mail undecided again, with its crashes forgotten, so that
// it is claimed by itself. A release is stored with it. It returns ErrFenced when the
// mail is not any more what the caller has read, and never does so without its bytes.
func (tx *Tx) ReopenMail(ctx context.Context, m bridge.Mail, release *bridge.Release) error {
	released := ""
	if release != nil {
		raw, err := json.Marshal(release)
		if err != nil {
			return err
		}
		released = storable(string(raw))
	}
	err := tx.exactly(ctx, ErrFenced, `UPDATE mails SET outcome = '', reason = '', gate = '', decided_at = 0, tries = tries + 1, crashes = 0, not_before = 0, released = $1
		WHERE folder = $2 AND uidvalidity = $3 AND uid = $4 AND tries = $5 AND outcome = $6 AND blob <> ''`,
		released, m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries, string(m.Outcome))
	if err != nil {
		return fmt.Errorf("have mail %s decided again: %w", IDOf(m), err)
	}
	return nil
}

// AskMail has a mail that could not be read, and whose bytes are not here, count as
// missing, so that the mailbox is asked for it once more. Its row stays until then. It
// returns ErrFenced when the mail is not any more what the caller has read.
func (tx *Tx) AskMail(ctx context.Context, m bridge.Mail, reason string) error {
	err := tx.exactly(ctx, ErrFenced, `UPDATE mails SET again = $1, reason = $2
		WHERE folder = $3 AND uidvalidity = $4 AND uid = $5 AND tries = $6 AND outcome = $7 AND blob = $8`,
		true, storable(reason), m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries, string(bridge.MailUnreadable), m.Blob)
	if err != nil {
		return fmt.Errorf("ask for mail %s once more: %w", IDOf(m), err)
	}
	return nil
}

// DiscardMail ends a quarantined mail by a person's decision and drops its bytes. It
// returns ErrFenced when the mail is not any more what the caller has read.
func (tx *Tx) DiscardMail(ctx context.Context, m bridge.Mail, reason string) error {
	err := tx.exactly(ctx, ErrFenced, `UPDATE mails SET outcome = $1, reason = $2, gate = '', decided_at = $3, blob = '', tries = tries + 1
		WHERE folder = $4 AND uidvalidity = $5 AND uid = $6 AND tries = $7 AND outcome = $8`,
		string(bridge.MailDiscarded), storable(reason), millis(tx.now()), m.Folder, int64(m.UIDValidity), int64(m.UID), m.Tries, string(bridge.MailQuarantined))
	if err != nil {
		return fmt.Errorf("discard mail %s: %w", IDOf(m), err)
	}
	if m.Blob == "" {
		return nil
	}
	return tx.DropBlob(ctx, m.Blob)
}

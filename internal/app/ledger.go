package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/internal/config"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/internal/web"
)

// Ledger is what commands ask of the mails that were seen, and do to those that wait for
// a person. A mail is named by FOLDER/UIDVALIDITY/UID, a UID alone, a Message-ID with or
// without angle brackets, or the key of an issue; errors.Is tells queue.ErrNoMail,
// queue.ErrSeveralMails (the error names them) and queue.ErrNotPossible (the error says
// why). What is released or tried again is decided by the escalat that runs on the same
// database, within a second or so, or else by the next one.
type Ledger struct {
	db      *store.Store
	watched []string // folders
}

// MailFilter says which mails are listed; its empty fields are no condition.
type MailFilter = store.MailFilter

// mostMails bounds a list that says no limit of its own.
const mostMails = 100

// OpenLedger opens the configured database beside an escalat that may be running on it.
// The caller closes the ledger.
func OpenLedger(ctx context.Context, cfg config.Config) (*Ledger, error) {
	db, err := openExisting(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Ledger{db: db, watched: cfg.IMAP.Folders}, nil
}

// Close ends the use of the database.
func (l *Ledger) Close() error { return l.db.Close() }

// Account returns the numbers of all mails.
func (l *Ledger) Account(ctx context.Context) (web.Ledger, error) { return mailAccount(l.db)(ctx) }

// Mails lists mails, the newest first; a hundred when the filter says no limit.
func (l *Ledger) Mails(ctx context.Context, f MailFilter) (found []bridge.Mail, err error) {
	if f.Limit <= 0 {
		f.Limit = mostMails
	}
	err = l.db.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = tx.ListMails(ctx, f)
		return err
	})
	return found, err
}

// Find returns the mails that ref names, the newest first, at most a hundred.
func (l *Ledger) Find(ctx context.Context, ref string) (found []bridge.Mail, err error) {
	err = l.db.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		found, err = queue.FindMails(ctx, tx, ref)
		return err
	})
	return found, err
}

// Quarantined lists what waits in quarantine, the newest first, a page at a time: skip
// of them are passed over.
func (l *Ledger) Quarantined(ctx context.Context, skip, limit int) ([]bridge.Mail, error) {
	return l.Mails(ctx, MailFilter{Outcome: bridge.MailQuarantined, Skip: skip, Limit: limit})
}

// Explained is everything that is known of a mail.
type Explained struct {
	Mail bridge.Mail
	// Case is the one that the mail was found to belong to, as it stands now; nil where
	// there is none.
	Case *bridge.Case
	// Audit are the entries of the case about the mail, and Effects what the decision
	// planned, as it stands now: also what it would have planned and was known already.
	Audit   []bridge.Entry
	Effects []bridge.Effect
}

// Explain tells of each mail that ref names what became of it and why, the newest first.
func (l *Ledger) Explain(ctx context.Context, ref string) (all []Explained, err error) {
	err = l.db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		all = nil
		found, err := queue.FindMails(ctx, tx, ref)
		if err != nil {
			return err
		}
		for _, m := range found {
			e, err := explain(ctx, tx, m)
			if err != nil {
				return fmt.Errorf("explain mail %s: %w", store.IDOf(m), err)
			}
			all = append(all, e)
		}
		return nil
	})
	return all, err
}

func explain(ctx context.Context, tx *store.Tx, m bridge.Mail) (e Explained, err error) {
	e.Mail = m
	if e.Effects, err = tx.EffectsOf(ctx, m.Planned...); err != nil || m.CaseID == "" {
		return e, err
	}
	c, err := tx.Case(ctx, m.CaseID)
	if errors.Is(err, store.ErrNotFound) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	e.Case = &c
	e.Audit, err = tx.AuditAbout(ctx, m)
	return e, err
}

// Raw opens the bytes of the one mail that ref names. ctx must live as long as the
// reader, which the caller closes.
func (l *Ledger) Raw(ctx context.Context, ref string) (bridge.Mail, io.ReadCloser, error) {
	var m bridge.Mail
	err := l.db.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		m, err = queue.KeptMail(ctx, tx, ref)
		return err
	})
	if err != nil {
		return m, nil, err
	}
	raw, err := l.db.OpenBlob(ctx, m.Blob)
	if err != nil {
		return m, nil, fmt.Errorf("mail %s: %w", store.IDOf(m), err)
	}
	return m, raw, nil
}

// Release lets the quarantined mail that ref names pass the gate, which must be the one
// that keeps it. Of bridge.GateCase it must be said to which case the mail belongs: by
// its id, or by the key of its issue. It returns the mail as it was.
func (l *Ledger) Release(ctx context.Context, ref string, gate bridge.Gate, belongs, by string) (bridge.Mail, error) {
	return l.act(ctx, func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
		return queue.ReleaseMail(ctx, tx, ref, bridge.Release{Gate: gate, CaseID: belongs, By: by, At: tx.Now()})
	})
}

// Discard ends the quarantined mail that ref names and drops its bytes. It returns the
// mail as it was.
func (l *Ledger) Discard(ctx context.Context, ref, by string) (bridge.Mail, error) {
	return l.act(ctx, func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
		return queue.DiscardMail(ctx, tx, ref, by, tx.Now())
	})
}

// Retry has the mail that ref names decided once more, which could not be read or was
// set aside. It returns the mail as it was. Of one without a Blob the bytes are not here:
// it is fetched once more when the mailbox is compared next, within
// ESCALAT_IMAP_COMPARE_INTERVAL, if the server has it still.
func (l *Ledger) Retry(ctx context.Context, ref, by string) (bridge.Mail, error) {
	return l.act(ctx, func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
		m, err := queue.RetryMail(ctx, tx, ref, by, tx.Now())
		if err == nil && m.Blob == "" {
			err = l.comesAgain(ctx, tx, m)
		}
		return m, err
	})
}

// comesAgain returns an error where no comparison will come by the mail.
func (l *Ledger) comesAgain(ctx context.Context, tx *store.Tx, m bridge.Mail) error {
	if !slices.Contains(l.watched, m.Folder) {
		return fmt.Errorf("%w: mail %s is not kept, and in its folder a mail is looked at once: move it into one of %s, where it is read anew",
			queue.ErrNotPossible, store.IDOf(m), strings.Join(l.watched, ", "))
	}
	v, err := tx.Cursor(ctx, cursorName(m.Folder))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if c, err := parseCursor(v); err == nil && c.UIDValidity != m.UIDValidity {
		return fmt.Errorf("%w: mail %s is not kept, and its folder was made anew since: what it had then was read once more, under other numbers",
			queue.ErrNotPossible, store.IDOf(m))
	}
	return nil
}

func (l *Ledger) act(ctx context.Context, do func(context.Context, *store.Tx) (bridge.Mail, error)) (m bridge.Mail, err error) {
	err = l.db.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		m, err = do(ctx, tx)
		return err
	})
	return m, err
}

// mailAccount counts all mails, for the gauges and the commands.
func mailAccount(db *store.Store) func(context.Context) (web.Ledger, error) {
	return func(ctx context.Context) (out web.Ledger, err error) {
		err = db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
			l, err := tx.Ledger(ctx)
			out = web.Ledger{
				Seen: l.Seen, Undecided: l.Undecided, Outcomes: l.Outcomes,
				Quarantined: l.Quarantined, Oldest: l.OldestQuarantined, SetAside: l.SetAside,
			}
			return err
		})
		return out, err
	}
}

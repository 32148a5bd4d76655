package queue

import (
	"context"
	"errors"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

// ledger answers what a decision about a mail asks, within its transaction.
type ledger struct {
	ctx  context.Context //nolint:containedctx // it lives no longer than the transaction
	tx   *store.Tx
	mail store.MailID // the one that is decided
}

// Known reports whether an effect of that key was ever planned.
func (l *ledger) Known(key string) (bool, error) { return l.tx.EffectKnown(l.ctx, key) }

// Same returns a mail of the same bytes that was decided before, or nil.
func (l *ledger) Same(hash string) (*bridge.Mail, error) {
	m, err := l.tx.SameMail(l.ctx, hash, l.mail)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, err
	}
	return &m, nil
}

// Recent counts what was told on issues since then because of mails.
func (l *ledger) Recent(caseID, sender string, since time.Time) (bridge.Recent, error) {
	return l.tx.RecentMails(l.ctx, caseID, senderOf(sender), since)
}

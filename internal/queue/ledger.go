package queue

import (
	"context"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

// ledger answers what a decision about a mail asks, within its transaction.
type ledger struct {
	ctx context.Context //nolint:containedctx // it lives no longer than the transaction
	tx  *store.Tx
}

// Known reports whether an effect of that key was ever planned.
func (l *ledger) Known(key string) (bool, error) { return l.tx.EffectKnown(l.ctx, key) }

// Same returns a mail of the same bytes that was decided before, or nil.
func (*ledger) Same(string) (*bridge.Mail, error) { return nil, nil } //nolint:nilnil // there is none

// Recent counts the mails since then that were told on issues.
func (*ledger) Recent(string, string, time.Time) (bridge.Recent, error) { return bridge.Recent{}, nil }

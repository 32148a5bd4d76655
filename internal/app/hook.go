package app

import (
	"context"
	"time"

	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/internal/web"
)

// hook leaves a durable look at an issue of which a webhook speaks. It may come to
// any process, whoever leads. Nothing that it says is believed: the issue is read.
func hook(db *store.Store, engine queue.Engine, about concerns, ahead func() time.Duration) func(context.Context, web.Hint) error {
	return func(ctx context.Context, h web.Hint) error {
		ahead := ahead()
		return db.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			if !h.LabelsKnown {
				// An event that does not show the issue: only an issue that has a case
				// is of interest for it, what is newly labelled comes with its labels.
				cases, err := tx.CasesOfIssue(ctx, h.IssueID)
				if err != nil || len(cases) == 0 {
					return err
				}
			}
			return about.ask(ctx, tx, engine, change{
				issue: h.IssueID, key: h.Key, updated: h.Updated, labels: h.Labels, unlabelled: !h.LabelsKnown, ahead: ahead,
			})
		})
	}
}

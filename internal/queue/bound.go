package queue

import (
	"context"
	"fmt"
	"time"

	"escalat/bridge"
	"escalat/internal/store"
)

// A case may have so many mails composed within so long; further additions wait. No
// person writes as many, and a desk that is written to without end stops reading.
const (
	maxComposed    = 20
	composedWithin = 24 * time.Hour
)

// holdAdditions puts off the additions of a case that has had many mails composed: they
// leave in their order as soon as there is room. A first notice never waits.
func (e *engine[D, T]) holdAdditions(ctx context.Context, tx *store.Tx, o bridge.Outcome) error {
	before := 0 // of the same outcome
	for i := range o.Effects {
		one := &o.Effects[i]
		if one.Kind != bridge.ComposeMail {
			continue
		}
		known, err := tx.EffectKnown(ctx, one.Key)
		var body bridge.ComposeBody
		if err == nil && !known && one.Decode(&body) == nil && body.Serial > 1 { // what cannot be read fails by itself
			err = e.holdAddition(ctx, tx, o.Case, one, before)
		}
		if err != nil {
			return fmt.Errorf("bound the mails of case %s: %w", o.Case.ID, err)
		}
		if !known {
			before++
		}
	}
	return nil
}

func (e *engine[D, T]) holdAddition(ctx context.Context, tx *store.Tx, c bridge.Case, one *bridge.Effect, before int) error {
	nth := e.Now()
	if before < maxComposed {
		var err error
		nth, err = tx.PlannedSince(ctx, c.ID, bridge.ComposeMail, e.Now().Add(-composedWithin), maxComposed-before)
		if err != nil || nth.IsZero() {
			return err
		}
	}
	if until := nth.Add(composedWithin); until.After(one.NotBefore) {
		one.NotBefore = until
	}
	e.Logger.ErrorContext(ctx, "an addition waits: too many mails of one case", "case", c.ID, "issue", c.IssueKey, "until", one.NotBefore)
	return tx.AppendAudit(ctx, c, []bridge.Entry{{
		At: e.Now(), Stage: "queue", Action: "addition put off",
		Reason: fmt.Sprintf("%d mails within %s, it goes on at %s", maxComposed, composedWithin, one.NotBefore.UTC().Format(time.RFC3339)),
	}})
}

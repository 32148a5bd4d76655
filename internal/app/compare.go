package app

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/internal/jira"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/mapping"
)

// page bounds how many cases are gone through in one transaction.
const page = 500

// labelled is the part of Jira that the comparison needs.
type labelled interface {
	Labelled(ctx context.Context, labels []string, unresolved bool, see func([]jira.Hit) error) error
}

// comparer compares, now and then, every open case with Jira: what the search for
// changes and the webhooks have missed is found here. It costs one search, and one
// reading of each issue that is not as it was when it was last read.
type comparer struct {
	jira     labelled
	store    *store.Store
	engine   queue.Engine
	profiles []mapping.Profile
	now      func() time.Time
	log      *slog.Logger
	every    time.Duration
	next     time.Time // the first comparison of a term of leadership is due at once
	asked    bool      // what is not sent yet was asked for in this term
}

// begin starts a term of leadership: what the former leader made of its last
// comparison is not known.
func (c *comparer) begin() { c.next, c.asked = time.Time{}, false }

// due compares when it is the time for it. The first time it also has each issue
// looked at of which something is still to be sent: a profile, a setting or the
// program itself may say something else of it than it did before.
func (c *comparer) due(ctx context.Context) error {
	if c.now().Before(c.next) {
		return nil
	}
	if !c.asked {
		if err := c.incomplete(ctx); err != nil {
			return ours(err)
		}
		c.asked = true
	}
	if err := c.once(ctx); err != nil {
		return err
	}
	c.next = c.now().Add(c.every)
	return nil
}

func (c *comparer) once(ctx context.Context) error {
	seen, asked := map[string]bool{}, 0
	err := c.jira.Labelled(ctx, c.labels(), true, func(hits []jira.Hit) error {
		slices.SortFunc(hits, func(a, b jira.Hit) int { return strings.Compare(a.ID, b.ID) })
		return ours(c.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			for _, h := range hits {
				seen[h.ID] = true
				cases, err := tx.CasesOfIssue(ctx, h.ID)
				if err != nil {
					return err
				}
				if !differs(cases, h.Updated) {
					continue
				}
				if err := c.engine.AskLook(ctx, tx, h.ID); err != nil {
					return err
				}
				asked++
			}
			return nil
		}))
	})
	if err != nil {
		return err
	}
	missing, err := c.missing(ctx, seen)
	if err != nil {
		return ours(err)
	}
	c.log.InfoContext(ctx, "compared with jira", "labelled", len(seen), "changed", asked, "not_found", missing)
	return nil
}

// differs reports whether an issue that carries a label is not as its cases know it.
func differs(cases []bridge.Case, updated time.Time) bool {
	for _, c := range cases {
		if !updated.IsZero() && !updated.After(c.ReadAt) {
			return false
		}
	}
	return true
}

// missing asks for a look at each issue that is followed and was not found with its
// label: it was taken off, or the issue was moved away, resolved, archived, deleted
// or restricted.
func (c *comparer) missing(ctx context.Context, seen map[string]bool) (n int, err error) {
	for after := ""; ; {
		err := c.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
			open, last, err := tx.OpenCases(ctx, after, page)
			if err != nil {
				return err
			}
			slices.SortFunc(open, func(a, b bridge.Case) int { return strings.Compare(a.IssueID, b.IssueID) })
			for _, one := range open {
				resting := one.Resting() && (one.State == bridge.Settling || one.State == bridge.Asked)
				if seen[one.IssueID] || resting || !one.UnreadableSince.IsZero() {
					continue
				}
				if err := c.engine.AskLook(ctx, tx, one.IssueID); err != nil {
					return err
				}
				n++
			}
			after = last
			return nil
		})
		if err != nil || after == "" {
			return n, err
		}
	}
}

// labels are all the labels that escalate.
func (c *comparer) labels() []string {
	var out []string
	for i := range c.profiles {
		out = append(out, c.profiles[i].Labels()...)
	}
	return out
}

// incomplete asks for a look at each issue of which something is still to be sent.
// The tick wakes the looks.
func (c *comparer) incomplete(ctx context.Context) error {
	for after, n := "", 0; ; {
		var issues []string
		var last string
		err := c.store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if issues, last, err = tx.Incomplete(ctx, after, page); err != nil {
				return err
			}
			for _, id := range issues {
				if err := tx.AskLook(ctx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		n += len(issues)
		if after = last; after == "" {
			c.log.InfoContext(ctx, "what is not sent yet is looked at once more", "cases", n)
			return nil
		}
	}
}

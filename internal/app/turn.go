package app

import (
	"context"
	"time"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/wording"
	"escalat/internal/store"
	"escalat/internal/web"
	"escalat/mapping"
)

// marking is asked whenever a case is saved: it keeps whose turn it is, and plans what
// shows on the issue how the case stands.
type marking struct {
	profiles []mapping.Profile
	marks    post.Marks
	now      func() time.Time
	// ended is told of each turn that has ended. A transaction that is repeated tells it
	// once more.
	ended func(provider string, turn bridge.Turn, wall, working time.Duration)
}

func (m marking) plan(c *bridge.Case) []bridge.Effect {
	for i := range m.profiles {
		if p := &m.profiles[i]; p.ID == c.Provider {
			m.pass(c, p)
		}
	}
	return m.marks.Plan(c)
}

func (m marking) pass(c *bridge.Case, p *mapping.Profile) {
	turn, before := c.Turn, c.Times[c.Turn]
	c.Pass(c.Whose(), m.now(), wording.Hours(p, c.Kind).Working)
	if turn != "" && turn != c.Turn {
		m.ended(c.Provider, turn, c.Times[turn].Wall-before.Wall, c.Times[turn].Working-before.Working)
	}
}

// turnCounts counts the open cases by whose turn it is.
func turnCounts(db *store.Store, profiles []mapping.Profile) func(context.Context) (web.Turns, error) {
	return func(ctx context.Context) (web.Turns, error) {
		out := web.Turns{Cases: map[string]map[bridge.Turn]int64{}, Calls: map[string]int64{}, Late: map[string]int64{}}
		for i := range profiles {
			out.Cases[profiles[i].ID] = map[bridge.Turn]int64{}
		}
		err := eachOpen(ctx, db, func(c bridge.Case) {
			if counts := out.Cases[c.Provider]; counts != nil && c.Turn != "" {
				counts[c.Turn]++
			}
			if !c.CallUntil.IsZero() && c.State != bridge.Joined {
				out.Calls[c.Provider]++
			}
			if len(c.Late) > 0 {
				out.Late[c.Provider]++
			}
		})
		return out, err
	}
}

// openPage is how many cases are gone through in one transaction.
const openPage = 500

// eachOpen goes through the open cases.
func eachOpen(ctx context.Context, db *store.Store, see func(bridge.Case)) error {
	for after := ""; ; {
		var page []bridge.Case
		err := db.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			page, after, err = tx.OpenCases(ctx, after, openPage)
			return err
		})
		if err != nil {
			return err
		}
		for _, c := range page {
			see(c)
		}
		if after == "" {
			return nil
		}
	}
}

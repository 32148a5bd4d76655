package app

import (
	"context"
	"time"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/remind"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/internal/store"
	"escalat/internal/web"
	"escalat/mapping"
)

// marking is asked whenever a case is saved: it keeps whose turn it is and when the case is
// looked at for that, drops what it need not remember, and plans what shows on the issue how
// the case stands.
type marking struct {
	profiles []mapping.Profile
	marks    post.Marks
	texts    text.Texts
	test     bool // nothing goes to the provider: mode shadow or redirect
	now      func() time.Time
	// ended is told of each turn that has ended. A transaction that is repeated tells it
	// once more.
	ended func(provider string, turn bridge.Turn, wall, working time.Duration)
}

func (m marking) plan(c *bridge.Case) []bridge.Effect {
	c.Slim()
	if p := profileOf(m.profiles, c.Provider); p != nil {
		m.pass(c, p)
	}
	return m.marks.Plan(c)
}

func (m marking) pass(c *bridge.Case, p *mapping.Profile) {
	now, turn, since, before := m.now(), c.Turn, c.TurnSince, c.Times[c.Turn]
	c.Pass(c.Whose(), now, wording.Hours(p, c.Kind).Working)
	if turn != "" && turn != c.Turn {
		m.ended(c.Provider, turn, c.Times[turn].Wall-before.Wall, c.Times[turn].Working-before.Working)
	}
	if c.Unrelayed && ended(c.State) && c.UnreadableSince.IsZero() { // what waited for the notice
		c.Due(now)
	}
	if c.Turn == turn && c.TurnSince.Equal(since) && c.State == c.MovedOf { // as it was when it was last saved
		return
	}
	if told := c.ToldAt(); since.IsZero() && !told.IsZero() && now.Sub(told) > noticed {
		c.Late = remind.Everything(p, c.Kind, now) // of a case from before turns were noted
	}
	m.due(c, p, now)
}

// ended reports whether it is known how the first notice ended.
func ended(s bridge.State) bool {
	return s == bridge.Sent || s == bridge.Answered || s == bridge.Undelivered
}

// noticed is how long after something was told it is noted at most whose turn it is.
const noticed = time.Hour

// due has the case looked at when something is to be told of its new turn. That is known
// without its issue: reading that again only to learn it would cost a request each time.
func (m marking) due(c *bridge.Case, p *mapping.Profile, now time.Time) {
	asked := *c
	asked.DueAt = time.Time{}
	next := remind.Decide(remind.Input{
		Now: now, Issue: bridge.Issue{ID: c.IssueID, Key: c.IssueKey, Labels: []string{c.Label}}, Case: asked, Profile: p, Texts: m.texts, Trial: m.test,
	})
	if len(next.Effects) > 0 {
		c.Due(now)
		return
	}
	c.Due(next.Case.DueAt)
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

package app

import (
	"context"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/remind"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/internal/config"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/internal/web"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// operating is what the page for who is on call shows and does.
type operating struct {
	store    *store.Store
	engine   queue.Engine
	profiles []mapping.Profile
	texts    text.Texts
	jira     string // address
	zone     *time.Location
	held     func() bool
	down     func() time.Time           // since when Jira is away
	test     bool                       // nothing goes to the provider: mode shadow or redirect
	weakest  map[string]bridge.Strength // proof of a sender that counts, by profile id
	now      func() time.Time
}

func newOps(cfg config.Config, o operating) web.Ops {
	return web.Ops{
		Password: cfg.Ops.Password.Reveal(), Texts: o.texts, Zone: o.zone, Cases: o.cases, Phoned: o.phoned, Account: o.account,
	}
}

// cases are those that are open, with what is to be said where the provider must be
// called.
func (o operating) cases(ctx context.Context) ([]web.OpsCase, error) {
	var out []web.OpsCase
	now := o.now()
	err := eachOpen(ctx, o.store, func(c bridge.Case) {
		p := profileOf(o.profiles, c.Provider)
		if p == nil {
			return
		}
		turn := wording.Times(c, p, now)
		turn.Since = turn.Since.In(o.zone)
		shown := web.OpsCase{
			ID: c.ID, IssueKey: c.IssueKey, Provider: p.Name, State: c.State, Turn: turn, References: c.References,
			Link: strings.TrimRight(o.jira, "/") + "/browse/" + c.IssueKey,
		}
		if since := remind.Calling(c, p, now, o.test); !since.IsZero() {
			shown.Call = &web.OpsCall{Since: since.In(o.zone), Numbers: p.Contacts.Night.Phones, Say: c.Say, SayLang: p.Language}
		}
		out = append(out, shown)
	})
	return out, err
}

// phoned notes that somebody has called about a case, and says so on its issue.
func (o operating) phoned(ctx context.Context, caseID, by, reference string) error {
	if reference != "" && bridge.TicketNumber(reference) == "" {
		return web.ErrOpsTicket
	}
	due := false
	err := o.engine.Decide(ctx, caseID, func(c bridge.Case, _ []bridge.Case) bridge.Outcome {
		now, p := o.now(), profileOf(o.profiles, c.Provider)
		if due = p != nil && !remind.Calling(c, p, now, o.test).IsZero(); !due {
			return bridge.Outcome{}
		}
		number := bridge.TicketNumber(reference)
		if number != "" && !c.Refer(number) {
			number = ""
		}
		told := text.Phoned{MentionMarkup: wiki.EscapeLine(by), Provider: p.Name, At: now.In(p.Location()), Reference: number}
		tell := bridge.Tell(c, "phoned", "ops/"+now.UTC().Format(time.RFC3339), o.texts.Phoned(told))
		wording.Aware(&c, p, now)
		return bridge.Outcome{
			Case: c, Effects: []bridge.Effect{tell},
			Audit: []bridge.Entry{{At: now, Stage: "ops", Action: "phoned", Reason: "on the ops page, by " + by}},
		}
	})
	if err == nil && !due {
		return web.ErrOpsNotDue
	}
	return err
}

// proved are the mails that were taken for the providers' own, by how strong a proof.
func (o operating) proved(ctx context.Context) ([]web.OpsProof, error) {
	var accepted map[string]map[string]int64
	err := o.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		accepted, err = tx.Accepted(ctx)
		return err
	})
	out := make([]web.OpsProof, len(o.profiles))
	for i := range o.profiles {
		p := &o.profiles[i]
		out[i] = web.OpsProof{Provider: p.Name, Weakest: o.weakest[p.ID], Mails: map[bridge.Strength]int64{}}
		for reason, n := range accepted[p.ID] {
			if by := receive.ProvedBy(reason); by != "" {
				out[i].Mails[by] += n
			}
		}
	}
	return out, err
}

// account are the numbers besides.
func (o operating) account(ctx context.Context) (web.OpsAccount, error) {
	a := web.OpsAccount{Held: o.held(), JiraAway: o.down()}
	ledger, err := mailAccount(o.store)(ctx)
	if err != nil {
		return a, err
	}
	if a.Proofs, err = o.proved(ctx); err != nil {
		return a, err
	}
	a.Quarantined, a.Oldest, a.SetAside = ledger.Quarantined, ledger.Oldest, ledger.SetAside
	err = eachOpen(ctx, o.store, func(c bridge.Case) {
		switch c.State {
		case bridge.Braked:
			a.Braked++
		case bridge.Undelivered:
			a.Undelivered++
		}
		if len(c.Late) > 0 {
			a.Late++
		}
	})
	return a, err
}

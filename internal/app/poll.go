package app

import (
	"context"
	"errors"
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

// pollCursor is the cursor with the time of the last poll that succeeded, in
// milliseconds.
const pollCursor = "jira poll"

// setBackReach is how far back is searched when the last poll lies in the
// future: the clock no longer says how long ago it was.
const setBackReach = 24 * time.Hour

// searcher is the part of Jira that the poller needs.
type searcher interface {
	Bind(ctx context.Context) error
	Time(ctx context.Context) (time.Time, error)
	Changed(ctx context.Context, since time.Duration, see func([]jira.Hit) error) error
}

// poller finds issues that changed and leaves the wish that they be looked at.
// One search a poll, however many cases are open.
type poller struct {
	jira      searcher
	compare   *comparer
	concerns  concerns
	store     *store.Store
	engine    queue.Engine
	now       func() time.Time
	log       *slog.Logger
	succeeded func(time.Time)
	every     time.Duration
	overlap   time.Duration
	health    health
	setBack   bool // it was logged that the last poll lies in the future

	// seen holds the issues that were looked at within the overlap, with the
	// time of their update: what Jira's index shows again is not news.
	seen map[string]time.Time
}

func (p *poller) run(ctx context.Context) error {
	p.compare.begin()
	failures := 0
	for {
		err := p.once(ctx)
		if err == nil {
			err = p.compare.due(ctx)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failures++
		} else {
			failures = 0
			p.succeeded(p.now())
		}
		p.tell(ctx, err)
		if err := pause(ctx, p.wait(err, failures)); err != nil {
			return err
		}
	}
}

// wait is how long it is until the next poll.
func (p *poller) wait(err error, failures int) time.Duration {
	if err == nil {
		return p.every
	}
	return max(p.every, backoff(failures), bridge.RetryAt(err).Sub(p.now()))
}

// tell logs how a poll went when it is news.
func (p *poller) tell(ctx context.Context, err error) {
	switch news := p.health.note(p.now(), err); {
	case !news:
	case err != nil:
		p.log.ErrorContext(ctx, "jira cannot be searched", "err", err)
	default:
		p.log.InfoContext(ctx, "jira is being searched")
	}
}

func (p *poller) once(ctx context.Context) error {
	begun := p.now()
	last, err := p.last(ctx)
	if err != nil {
		return ours(err)
	}
	// No issue can be read without its custom fields: readiness must say so.
	if err := p.jira.Bind(ctx); err != nil {
		return err
	}
	theirs, err := p.jira.Time(ctx)
	if err != nil {
		return err
	}
	found := map[string]bool{}
	var reached time.Time // by our clock
	err = p.jira.Changed(ctx, p.since(ctx, begun, last), func(page []jira.Hit) error {
		if err := p.look(ctx, page, theirs.Sub(begun)); err != nil {
			return err
		}
		for _, h := range page {
			found[h.ID] = true
			reached = h.Updated.Add(begun.Sub(theirs))
		}
		return nil
	})
	switch {
	case err == nil:
		reached = begun
		p.forget(found, begun)
	case reached.After(last) && reached.Before(begun):
		// What was shown before it failed need not be shown again: a search that is
		// too long to be read at once ends all the same.
	default:
		return err
	}
	moved := p.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return setTime(ctx, tx, pollCursor, reached) })
	return errors.Join(err, ours(moved))
}

// look leaves a durable look at each hit of the page that is news and concerns us.
func (p *poller) look(ctx context.Context, page []jira.Hit, ahead time.Duration) error {
	fresh := slices.DeleteFunc(slices.Clone(page), func(h jira.Hit) bool {
		at, ok := p.seen[h.ID]
		return ok && !h.Updated.IsZero() && h.Updated.Equal(at)
	})
	if len(fresh) == 0 {
		return nil
	}
	// In one order everywhere, so that two transactions never wait for each other.
	slices.SortFunc(fresh, func(a, b jira.Hit) int { return strings.Compare(a.ID, b.ID) })
	err := p.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, h := range fresh {
			if err := p.concerns.ask(ctx, tx, p.engine, change{
				issue: h.ID, updated: h.Updated, labels: h.Labels, unlabelled: h.LabelsUnknown, ahead: ahead,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return ours(err)
	}
	for _, h := range fresh {
		p.seen[h.ID] = h.Updated
	}
	return nil
}

// forget lets go of what the overlap no longer reaches.
func (p *poller) forget(found map[string]bool, now time.Time) {
	for id, at := range p.seen {
		if !found[id] && now.Sub(at) > 2*p.overlap {
			delete(p.seen, id)
		}
	}
}

// since is how far back the search reaches.
func (p *poller) since(ctx context.Context, begun, last time.Time) time.Duration {
	switch {
	case last.IsZero():
		p.log.InfoContext(ctx, "first poll, older changes are not looked at", "since", begun.Add(-p.overlap))
		return p.overlap
	case !last.After(begun):
		p.setBack = false
		return p.overlap + begun.Sub(last)
	}
	if !p.setBack {
		p.log.WarnContext(ctx, "the clock was set back, changes are searched for from long before", "last", last, "since", begun.Add(-setBackReach))
	}
	p.setBack = true
	return p.overlap + setBackReach
}

func (p *poller) last(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := p.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		at, err = timeOf(ctx, tx, pollCursor)
		return err
	})
	return at, err
}

// concerns says which changes of issues are worth reading the issue for.
type concerns struct {
	profiles []mapping.Profile
	projects []string // that are watched; none: every one
	quiet    time.Duration
	now      func() time.Time
}

// change is what a search or a webhook says of an issue. Nothing but the id is
// trusted any further.
type change struct {
	issue      string
	key        string    // empty when it is not known
	updated    time.Time // by Jira's clock; zero when it is not known
	labels     []string
	unlabelled bool          // the labels are not known
	ahead      time.Duration // Jira's clock before ours
}

// ask leaves a durable look at the issue when the change concerns us: an escalation
// label is on, or there is a case, whose label may just have been removed. What only
// echoes a write of ours is not read again. One that was only just labelled is read
// when the quiet time is over: nothing would be done with it before.
func (c concerns) ask(ctx context.Context, tx *store.Tx, engine queue.Engine, ch change) error {
	cases, err := tx.CasesOfIssue(ctx, ch.issue)
	if err != nil {
		return err
	}
	on := escalating(c.profiles, ch.labels)
	switch {
	case len(cases) == 0 && (len(on) == 0 && !ch.unlabelled || c.elsewhere(ch.key)):
		return nil
	case len(cases) == 0 && !ch.updated.IsZero() && !ch.unlabelled:
		at := ch.updated.Add(-ch.ahead)
		if now := c.now(); at.After(now) { // two clocks, one of them wrong
			at = now
		}
		return engine.AskLookAt(ctx, tx, ch.issue, at.Add(c.quiet))
	case len(cases) > 0 && !ch.unlabelled && echo(cases, on, ch.updated):
		return nil
	}
	return engine.AskLook(ctx, tx, ch.issue)
}

// elsewhere reports whether the issue is surely in a project that is not watched.
func (c concerns) elsewhere(key string) bool {
	project, _, known := strings.Cut(key, "-")
	return known && len(c.projects) > 0 && !slices.Contains(c.projects, project)
}

// escalating are those of the labels that escalate to one of the providers.
func escalating(profiles []mapping.Profile, labels []string) []string {
	var out []string
	for i := range profiles {
		out = append(out, profiles[i].EscalationLabels(labels)...)
	}
	return out
}

// echo reports whether the update is a write of ours: some case of the issue says
// so, none waits for anything, and the labels are those that were last seen.
func echo(cases []bridge.Case, labels []string, updated time.Time) bool {
	if updated.IsZero() {
		return false
	}
	ours := false
	var seen []string
	for i := range cases {
		c := &cases[i]
		if c.Waits() {
			return false
		}
		ours = ours || c.Echo(updated)
		if c.State.Open() {
			seen = append(seen, c.Labels...)
		}
	}
	slices.Sort(seen)
	labels = slices.Sorted(slices.Values(labels))
	return ours && slices.Equal(slices.Compact(seen), slices.Compact(labels))
}

package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/internal/jira"
	"escalat/internal/store"
	"escalat/internal/web"
)

// claims is the part of Jira in which an installation is known.
type claims interface {
	Identity(ctx context.Context) (jira.Identity, error)
	Time(ctx context.Context) (time.Time, error)
	UserProperty(ctx context.Context, key string, into any) (found bool, err error)
	SetUserProperty(ctx context.Context, key string, value any) error
	Labelled(ctx context.Context, labels []string, unresolved bool, see func([]jira.Hit) error) error
}

// guardian keeps an installation from writing anything before it is certain that
// its store knows what was written.
type guardian struct {
	jira    claims
	store   *store.Store
	mailbox string
	marks   []string // state labels
	shadow  bool     // nothing may be written, so nothing is claimed
	now     func() time.Time
	log     *slog.Logger
	every   time.Duration // between two looks while it is held or Jira is away

	mu        sync.Mutex
	since     time.Time // zero until it is established
	confirmed bool      // it did not begin then, it was confirmed
	held      bool
	status    web.Status
	away      time.Time // since when Jira has not answered; zero: it has
}

// Forgotten is when the store may have forgotten something last: when a person
// confirmed what had been held; zero when nobody ever had to.
func (g *guardian) Forgotten() time.Time {
	if !g.Confirmed() {
		return time.Time{}
	}
	return g.Since()
}

// Since is when this installation began, or was last confirmed, by Jira's clock.
func (g *guardian) Since() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.since
}

// Confirmed reports whether Since is when a person confirmed what had been held.
func (g *guardian) Confirmed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.confirmed
}

// Held reports whether a person must confirm before anything is written.
func (g *guardian) Held() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held
}

// Status is how it stands, for readiness.
func (g *guardian) Status() web.Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.status
}

func (g *guardian) note(s web.Status) (news bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = s.Why == heldWords
	news = g.status.Why != s.Why || g.status.Ready != s.Ready
	if news {
		s.Since = g.now()
		g.status = s
	}
	return news
}

// noteAway notes whether Jira has answered.
func (g *guardian) noteAway(away bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !away:
		g.away = time.Time{}
	case g.away.IsZero():
		g.away = g.now()
	}
}

// down is since when Jira has not answered what is asked before anything else is; zero
// once it has.
func (g *guardian) down() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.away
}

// heldWords are what readiness says.
const heldWords = "held, run “escalat reconcile”"

// lead claims Jira for this installation as soon as nothing speaks against it. Only
// the leader does.
func (g *guardian) lead(ctx context.Context) error { return g.until(ctx, g.establish) }

// await returns when the installation is established, by whoever leads, or with the
// error of ctx.
func (g *guardian) await(ctx context.Context) error { return g.until(ctx, g.established) }

// until repeats a question until the answer is good. It says once why it waits. What
// is established and then held has been at work: the process must end.
func (g *guardian) until(ctx context.Context, ask func(context.Context) error) error {
	for failures := 0; ; {
		err := ask(ctx)
		switch {
		case err == nil:
			g.noteAway(false)
			g.note(web.Status{Ready: true})
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ErrHeld) && !g.Since().IsZero():
			return err
		case errors.Is(err, ErrHeld):
			failures = 0
			g.noteAway(false)
			if g.note(web.Status{Why: heldWords}) {
				g.log.ErrorContext(ctx, "nothing is written until a person has confirmed it: run “escalat reconcile”", "err", err)
			}
		case errors.Is(err, errNoClaim):
			g.note(web.Status{Why: "nobody leads yet"})
		default:
			failures++
			if _, mine := errors.AsType[*storeError](err); !mine {
				g.noteAway(true)
			}
			if g.note(web.Status{Why: why(err)}) {
				g.log.WarnContext(ctx, "it is not certain yet that the database and Jira belong together", "err", err)
			}
		}
		if err := pause(ctx, max(g.every, backoff(failures))); err != nil {
			return err
		}
	}
}

// clockMargin is how much Jira's clock may be misjudged: a label that was put on right
// after the start must not be taken for one from before.
const clockMargin = 5 * time.Second

// errNoClaim means that the leader has not claimed Jira yet.
var errNoClaim = errors.New("no process has claimed Jira yet")

// established reports whether this installation is known here and on Jira.
func (g *guardian) established(ctx context.Context) error {
	if g.shadow {
		local, err := readInstallation(ctx, g.store)
		if err == nil && local == nil {
			err = errNoClaim
		}
		if err != nil {
			return ours(err)
		}
		g.begin(*local)
		return nil
	}
	e, reasons, err := g.compare(ctx)
	switch {
	case err != nil:
		return err
	case e.confirmed(): // the leader is taking over
		return errNoClaim
	case len(reasons) > 0:
		return fmt.Errorf("%w: %s", ErrHeld, strings.Join(reasons, "; "))
	case e.local == nil || e.remote == nil || e.local.Generation == 0:
		return errNoClaim
	}
	if s, err := g.shadowed(ctx); err != nil {
		return err
	} else if s.on() { // the leader sets aside what that has left
		return errNoClaim
	}
	g.begin(*e.local)
	return nil
}

func (g *guardian) begin(i installation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.since, g.confirmed = i.Since, !i.ConfirmedAt.IsZero() && i.ConfirmedAt.Equal(i.Since)
}

// compare gathers the evidence and judges it. Where it speaks against working it is
// gathered once more: the leader may just have been claiming Jira.
func (g *guardian) compare(ctx context.Context) (e evidence, reasons []string, err error) {
	for range 2 {
		if e, err = g.gather(ctx); err != nil {
			return e, nil, err
		}
		if reasons = e.reasons(); len(reasons) == 0 {
			break
		}
	}
	return e, reasons, nil
}

// establish compares, and claims Jira when nothing speaks against it.
func (g *guardian) establish(ctx context.Context) error {
	e, reasons, err := g.compare(ctx)
	if err != nil {
		return err
	}
	confirmed := e.confirmed()
	switch {
	case g.shadow && len(reasons) > 0:
		g.log.WarnContext(ctx, "mode shadow: in another mode this installation would be held", "reasons", strings.Join(reasons, "; "))
	case len(reasons) > 0 && !confirmed:
		return fmt.Errorf("%w: %s", ErrHeld, strings.Join(reasons, "; "))
	}
	if g.shadow {
		if err := g.beginShadow(ctx, e.local != nil && e.local.Generation > 0); err != nil {
			return err
		}
	}
	if g.shadow && e.local != nil {
		g.begin(*e.local)
		return nil
	}
	theirs, err := g.jira.Time(ctx)
	if err != nil {
		return err
	}
	if !g.shadow && e.local != nil {
		if err := g.endShadow(ctx, *e.local, confirmed, theirs.Add(-clockMargin)); err != nil {
			return err
		}
		if !confirmed { // it may begin anew
			if e.local, err = readInstallation(ctx, g.store); err != nil || e.local == nil {
				return ours(err)
			}
		}
	}
	next := installation{ID: strings.ToLower(rand.Text()[:12]), Since: theirs.Add(-clockMargin), Bound: e.now}
	if e.local != nil {
		if e.local.ID != "" {
			next.ID = e.local.ID
		}
		next.Generation = e.local.Generation
		switch {
		case confirmed:
		case e.local.Generation > 0:
			next.Since, next.ConfirmedAt = e.local.Since, e.local.ConfirmedAt
		default: // mode shadow may have seen labels that are younger
			next.Since = bridge.Latest(next.Since, e.local.Since)
		}
	}
	switch {
	case g.shadow:
		err = g.save(ctx, next)
	case confirmed:
		err = g.takeOver(ctx, *e.local, next, e.remote)
	default:
		err = g.claim(ctx, next, e.remote, theirs)
	}
	if err != nil {
		return err
	}
	local, err := readInstallation(ctx, g.store)
	if err != nil || local == nil {
		return ours(err)
	}
	g.begin(*local)
	return nil
}

// renew claims Jira anew, so that a copy that is made of the store from now on is
// known to be older. It fails with ErrHeld when somebody else has claimed it.
func (g *guardian) renew(ctx context.Context) error {
	if g.shadow {
		return nil
	}
	e, reasons, err := g.compare(ctx)
	if err != nil {
		return err
	}
	if len(reasons) > 0 {
		return fmt.Errorf("%w: %s", ErrHeld, strings.Join(reasons, "; "))
	}
	if e.local == nil || e.remote == nil {
		return nil
	}
	theirs, err := g.jira.Time(ctx)
	if err != nil {
		return err
	}
	return g.claim(ctx, *e.local, e.remote, theirs)
}

func (g *guardian) gather(ctx context.Context) (e evidence, err error) {
	if e.local, err = readInstallation(ctx, g.store); err != nil {
		return e, ours(err)
	}
	if e.now.Place, err = g.store.Place(ctx); err != nil {
		return e, ours(err)
	}
	identity, err := g.jira.Identity(ctx)
	if err != nil {
		return e, err
	}
	e.now.Jira, e.now.Account, e.now.Mailbox = identity.URL, identity.Account, g.mailbox
	var there claim
	found, err := g.jira.UserProperty(ctx, claimProperty, &there)
	if err != nil {
		return e, err
	}
	if found {
		e.remote = &there
	} else if e.local == nil || e.local.Generation+e.local.Pending == 0 {
		e.marked, err = g.marked(ctx)
	}
	return e, err
}

// mostMarked bounds how many marked issues are named.
const mostMarked = 10

// errEnough ends a search that has found what it was for.
var errEnough = errors.New("enough")

// marked are some of the issues that carry a state label.
func (g *guardian) marked(ctx context.Context) (keys []string, err error) {
	err = g.jira.Labelled(ctx, g.marks, false, func(hits []jira.Hit) error {
		for _, h := range hits {
			if len(keys) == mostMarked {
				return errEnough
			}
			keys = append(keys, h.Key)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	slices.Sort(keys)
	return keys, err
}

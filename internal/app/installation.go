package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/internal/jira"
	"escalat/internal/store"
	"escalat/internal/web"
)

// installationCursor is the cursor in which the store keeps which installation it
// belongs to; claimProperty the property of our account in which Jira does.
const (
	installationCursor = "installation"
	claimProperty      = "escalat"
)

// ErrHeld means that the store and Jira do not belong together: what was written
// already may not be in the store. Nothing is written until a person confirms.
var ErrHeld = errors.New("held: the database and Jira do not belong together; run “escalat reconcile”")

// bound is what an installation is tied to.
type bound struct {
	Jira    string `json:"jira"`
	Account string `json:"account"`
	Mailbox string `json:"mailbox"`
	Place   string `json:"place"` // the database itself, as the store names it
}

// installation is what the store knows of the installation that it belongs to.
type installation struct {
	ID string `json:"id"`
	// Generation is raised with each term and every few minutes in which something
	// is written, here and on Jira: an older copy of the store has an older one.
	// Pending is the one that is being written to Jira.
	Generation int64     `json:"generation"`
	Pending    int64     `json:"pending,omitempty"`
	Since      time.Time `json:"since"` // when it began, or was last confirmed, by Jira's clock
	Bound      bound     `json:"bound"`
	// Confirmed is what a person was shown and has confirmed, until it is acted on,
	// and Claiming what is being written to Jira because of it.
	Confirmed string `json:"confirmed,omitempty"`
	Claiming  *claim `json:"claiming,omitempty"`
	// ConfirmedAt is when it was last confirmed, by Jira's clock; zero when it only
	// began.
	ConfirmedAt time.Time `json:"confirmedAt,omitzero"`
}

// claim is what Jira knows of it.
type claim struct {
	ID         string    `json:"id"`
	Generation int64     `json:"generation"`
	Mailbox    string    `json:"mailbox"`
	At         time.Time `json:"at"`
}

// is reports whether Jira has taken that claim.
func (c *claim) is(other claim) bool {
	return c != nil && c.ID == other.ID && c.Generation == other.Generation
}

// evidence is everything from which it is judged whether store and Jira belong
// together.
type evidence struct {
	local  *installation // nil: the store is new
	remote *claim        // nil: Jira knows of no installation
	now    bound
	marked []string // keys of issues that carry marks of ours; asked for only where nobody claims them
}

// reasons says why the store and Jira do not belong together; none when they do, or
// when neither knows the other.
func (e evidence) reasons() []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	l, r := e.local, e.remote
	known := l != nil && (l.Generation > 0 || r != nil && r.ID == l.ID) // it has claimed this Jira before
	switch {
	case !known && r != nil:
		say("the database is new or empty, but Jira knows an installation (%s, generation %d, last seen %s)", r.ID, r.Generation, r.At.UTC().Format(time.RFC3339))
	case !known && len(e.marked) > 0:
		say("the database is new or empty, but issues in Jira carry labels of escalat: %s", strings.Join(e.marked, ", "))
	case known && r == nil:
		say("Jira knows of no installation, but the database belongs to one (%s, generation %d): another Jira or account, or an older copy of Jira", l.ID, l.Generation)
	case known && r.ID != l.ID:
		say("Jira belongs to another installation (%s, generation %d, last seen %s) than the database (%s)", r.ID, r.Generation, r.At.UTC().Format(time.RFC3339), l.ID)
	case known && r.Generation > max(l.Generation, l.Pending):
		say("the database is older than Jira (generation %d, Jira has %d of %s): it was restored from a copy, or a copy of it works somewhere else", l.Generation, r.Generation, r.At.UTC().Format(time.RFC3339))
	case known && r.Generation < l.Generation:
		say("Jira is older than the database (generation %d, the database has %d): Jira was restored from a copy", r.Generation, l.Generation)
	}
	if known {
		out = append(out, l.Bound.differs(e.now)...)
	}
	return out
}

// differs says in what an installation is tied to something else than before.
func (b bound) differs(now bound) []string {
	var out []string
	for _, one := range []struct{ what, was, is string }{
		{"Jira's address", b.Jira, now.Jira},
		{"the account in Jira", b.Account, now.Account},
		{"the mailbox", b.Mailbox, now.Mailbox},
		{"the database itself, perhaps a copy", b.Place, now.Place},
	} {
		if one.was != one.is {
			out = append(out, fmt.Sprintf("%s was %s and is now %s", one.what, one.was, one.is))
		}
	}
	return out
}

// code names what a person is shown, so that what is confirmed is that and nothing
// that came afterwards.
func (e evidence) code() string {
	l := installation{}
	if e.local != nil {
		l = *e.local
		l.Confirmed, l.Claiming = "", nil
	}
	raw, err := json.Marshal([]any{l, e.remote, e.now, e.reasons()})
	if err != nil {
		panic("app: " + err.Error()) // texts and numbers: a bug
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:4])
}

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
			g.note(web.Status{Ready: true})
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, ErrHeld) && !g.Since().IsZero():
			return err
		case errors.Is(err, ErrHeld):
			failures = 0
			if g.note(web.Status{Why: heldWords}) {
				g.log.ErrorContext(ctx, "nothing is written until a person has confirmed it: run “escalat reconcile”", "err", err)
			}
		case errors.Is(err, errNoClaim):
			g.note(web.Status{Why: "nobody leads yet"})
		default:
			failures++
			if g.note(web.Status{Why: why(err)}) {
				g.log.WarnContext(ctx, "it is not certain yet that the database and Jira belong together", "err", err)
			}
		}
		if err := pause(ctx, max(g.every, backoff(failures))); err != nil {
			return err
		}
	}
}

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
	case len(reasons) > 0:
		return fmt.Errorf("%w: %s", ErrHeld, strings.Join(reasons, "; "))
	case e.local == nil || e.remote == nil || e.local.Generation == 0:
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
	if g.shadow && e.local != nil {
		g.begin(*e.local)
		return nil
	}
	theirs, err := g.jira.Time(ctx)
	if err != nil {
		return err
	}
	next := installation{ID: strings.ToLower(rand.Text()[:12]), Since: theirs, Bound: e.now}
	if e.local != nil {
		if e.local.ID != "" {
			next.ID = e.local.ID
		}
		next.Generation = e.local.Generation
		if e.local.Generation > 0 && !confirmed {
			next.Since, next.ConfirmedAt = e.local.Since, e.local.ConfirmedAt
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

// claim raises the generation here and on Jira. What is pending here may be there
// already when the process ends in between. Where another process has begun to claim
// meanwhile, the last word is its own.
func (g *guardian) claim(ctx context.Context, next installation, remote *claim, at time.Time) error {
	was := next
	next.Pending = generation(next, remote) + 1
	if err := g.replace(ctx, was, next); err != nil {
		return err
	}
	mine := claim{ID: next.ID, Generation: next.Pending, Mailbox: g.mailbox, At: at.UTC()}
	if err := g.jira.SetUserProperty(ctx, claimProperty, mine); err != nil {
		return err
	}
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		raw, err := tx.LockCursor(ctx, installationCursor)
		if err != nil {
			return err
		}
		var now installation
		if err := json.Unmarshal([]byte(raw), &now); err != nil {
			return fmt.Errorf("read which installation the database belongs to: %w", err)
		}
		if now.ID != next.ID || now.Pending != mine.Generation {
			return nil
		}
		now.Generation, now.Pending = mine.Generation, 0
		return writeInstallation(ctx, tx, now)
	}))
}

// replace saves what follows from what was read, unless another process has claimed
// Jira since.
func (g *guardian) replace(ctx context.Context, was, next installation) error {
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		raw, err := tx.LockCursor(ctx, installationCursor)
		if err != nil {
			return err
		}
		var now installation
		if raw != "" {
			err = json.Unmarshal([]byte(raw), &now)
		}
		switch {
		case err != nil:
			return fmt.Errorf("read which installation the database belongs to: %w", err)
		case now.Generation != was.Generation || now.Pending > next.Pending:
			return errors.New("another process claims Jira at the same time")
		}
		return writeInstallation(ctx, tx, next)
	}))
}

func generation(i installation, remote *claim) int64 {
	if remote == nil {
		return i.Generation
	}
	return max(i.Generation, remote.Generation)
}

// takeOver claims Jira because a person has confirmed what differed. What is being
// claimed is noted first: Jira may take it although its answer is lost. From here on
// what the store knows of as not done yet may have been done, in the life that it has
// forgotten.
func (g *guardian) takeOver(ctx context.Context, local, next installation, remote *claim) error {
	if local.Claiming == nil {
		local.Claiming = &claim{ID: next.ID, Generation: generation(next, remote) + 1, Mailbox: g.mailbox, At: next.Since.UTC()}
		if err := g.save(ctx, local); err != nil {
			return err
		}
	}
	mine := *local.Claiming
	if !remote.is(mine) {
		if err := g.jira.SetUserProperty(ctx, claimProperty, mine); err != nil {
			return err
		}
	}
	next.ID, next.Generation, next.ConfirmedAt = mine.ID, mine.Generation, next.Since
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.MayHaveHappened(ctx); err != nil {
			return err
		}
		// What was read of the mailbox in that life proves nothing of it.
		if err := tx.DropCursor(ctx, mailboxRead); err != nil {
			return err
		}
		return writeInstallation(ctx, tx, next)
	}))
}

// confirmed reports whether a person has confirmed exactly this, or Jira has already
// taken the claim that followed from it.
func (e evidence) confirmed() bool {
	switch {
	case e.local == nil || e.local.Confirmed == "":
		return false
	case e.local.Claiming != nil && e.remote.is(*e.local.Claiming):
		return true
	}
	return e.local.Confirmed == e.code()
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

func (g *guardian) save(ctx context.Context, i installation) error {
	return ours(g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return writeInstallation(ctx, tx, i) }))
}

func writeInstallation(ctx context.Context, tx *store.Tx, i installation) error {
	raw, err := json.Marshal(i)
	if err != nil {
		return err
	}
	return tx.SetCursor(ctx, installationCursor, string(raw))
}

// readInstallation returns what the store knows, or nil when it is new.
func readInstallation(ctx context.Context, db *store.Store) (*installation, error) {
	var raw string
	err := db.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		raw, err = tx.Cursor(ctx, installationCursor)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	var i installation
	if err == nil {
		err = json.Unmarshal([]byte(raw), &i)
	}
	if err != nil {
		return nil, fmt.Errorf("read which installation the database belongs to: %w", err)
	}
	return &i, nil
}

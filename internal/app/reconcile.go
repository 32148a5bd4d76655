package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/internal/config"
	"escalat/internal/jira"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/mapping"
)

// mostListed bounds how many issues a reconciliation lists.
const mostListed = 200

// Reconciliation is what differs between the database and Jira.
type Reconciliation struct {
	Mode     config.Mode
	Database string   // where it is, without secrets
	Reasons  []string // why nothing is written; none when they belong together
	Code     string   // what confirms exactly this
	// Confirmed: this was confirmed, now or before, and waits for a running escalat.
	Confirmed bool
	// Issues are those that carry an escalation label and are not resolved, and what
	// the database knows of them; More is how many there are beside those listed.
	Issues []ReconciledIssue
	More   int
}

// ReconciledIssue is an issue that carries an escalation label.
type ReconciledIssue struct {
	Key      string
	Summary  string
	Provider string
	State    bridge.State // of its newest case; empty: the database knows of none
}

// Reconcile compares the database with Jira and writes nothing outside. With the
// code of what differs it notes in the database that a person has confirmed it; a
// running escalat, or the next one, then begins to work: labels that were put on
// before are listed and not sent.
func Reconcile(ctx context.Context, cfg config.Config, profiles []mapping.Profile, code string) (Reconciliation, error) {
	on := providers(cfg, profiles)
	db, err := openExisting(ctx, cfg)
	if err != nil {
		return Reconciliation{}, err
	}
	defer func() { _ = db.Close() }()
	tracker, err := newTracker(cfg, on.list, true, slog.New(slog.DiscardHandler))
	if err != nil {
		return Reconciliation{}, err
	}
	defer tracker.Close()
	g := newGuardian(cfg, on.list, tracker, db, time.Now, slog.New(slog.DiscardHandler))
	e, reasons, err := g.compare(ctx)
	if err != nil {
		return Reconciliation{}, err
	}
	r := Reconciliation{Mode: cfg.General.Mode, Database: place(cfg.Store.Database.Reveal()), Reasons: reasons, Code: e.code()}
	r.Confirmed = e.confirmed()
	if err := r.list(ctx, tracker, db, on.list); err != nil {
		return r, err
	}
	slices.SortFunc(r.Issues, func(a, b ReconciledIssue) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(len(a.Key), len(b.Key)), cmp.Compare(a.Key, b.Key))
	})
	if code == "" || len(reasons) == 0 {
		return r, nil
	}
	if code != r.Code {
		return r, fmt.Errorf("%w: %q is not the code of what differs now, %s", ErrNotConfirmed, code, r.Code)
	}
	next := installation{}
	if e.local != nil {
		next = *e.local
	}
	next.Confirmed = r.Code
	r.Confirmed = true
	return r, g.save(ctx, next)
}

// ErrNotConfirmed means that something else was confirmed than what is so.
var ErrNotConfirmed = errors.New("not confirmed")

// list finds the issues that carry an escalation label.
func (r *Reconciliation) list(ctx context.Context, tracker *jira.Client, db *store.Store, profiles []mapping.Profile) error {
	for i := range profiles {
		p := &profiles[i]
		err := tracker.Labelled(ctx, p.Labels(), true, func(hits []jira.Hit) error {
			return db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
				for _, h := range hits {
					if len(r.Issues) == mostListed {
						r.More++
						continue
					}
					c, err := tx.CaseOf(ctx, p.ID, h.ID)
					if err != nil && !errors.Is(err, store.ErrNotFound) {
						return err
					}
					r.Issues = append(r.Issues, ReconciledIssue{Key: h.Key, Summary: h.Summary, Provider: p.Name, State: c.State})
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Braked returns what the brakes hold.
func Braked(ctx context.Context, cfg config.Config) ([]bridge.Case, error) {
	db, err := openExisting(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	var held []bridge.Case
	err = db.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		held, err = tx.CasesIn(ctx, bridge.Braked)
		return err
	})
	return held, err
}

// Release lets go on what the provider's brake holds and returns it. A running
// escalat goes on with it at once.
func Release(ctx context.Context, cfg config.Config, profiles []mapping.Profile, provider string) ([]bridge.Case, error) {
	if !slices.ContainsFunc(profiles, func(p mapping.Profile) bool { return p.ID == provider }) {
		return nil, fmt.Errorf("there is no profile %q", provider)
	}
	db, err := openExisting(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	var held []bridge.Case
	for range 2 { // what was just being held is found the second time
		var more []bridge.Case
		err = db.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			more, err = queue.ReleaseBrake(ctx, tx, provider, time.Now())
			return err
		})
		for _, c := range more {
			if !slices.ContainsFunc(held, func(h bridge.Case) bool { return h.ID == c.ID }) {
				held = append(held, c)
			}
		}
	}
	return held, err
}

// openExisting opens the database of a running escalat beside it. A path that leads
// to no file is a mistake of whoever asks, and must not become an empty database.
func openExisting(ctx context.Context, cfg config.Config) (*store.Store, error) {
	url := cfg.Store.Database.Reveal()
	db, err := store.Open(ctx, store.Config{URL: url, Existing: true})
	if errors.Is(err, store.ErrNoDatabase) {
		return nil, fmt.Errorf("no database at %s: run this where escalat runs, in its working directory and with its environment", place(url))
	}
	return db, err
}

// place is where the database is, without secrets.
func place(url string) string {
	if store.IsPostgres(url) {
		return store.Redact(url)
	}
	path, err := filepath.Abs(url)
	if err != nil {
		return url
	}
	return path
}

func newGuardian(cfg config.Config, profiles []mapping.Profile, tracker claims, db *store.Store, now func() time.Time, log *slog.Logger) *guardian {
	g := &guardian{
		jira: tracker, store: db, mailbox: string(cfg.Mail.Address), shadow: cfg.General.Mode == config.Shadow,
		now: now, log: log, every: min(cfg.Jira.PollInterval, 5*time.Second),
	}
	for i := range profiles {
		g.marks = append(g.marks, post.StateLabels(&profiles[i])...)
	}
	return g
}

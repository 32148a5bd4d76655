package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"escalat/internal/config"
	"escalat/internal/imap"
	"escalat/internal/oauth"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/internal/web"
)

// leading is what one process at a time does: it polls Jira, reads the mailbox
// and ticks.
type leading struct {
	guard    *guardian
	expiries []expiry
	tokens   *oauth.Source // nil where the mail servers take passwords
	poll     *poller
	mailbox  *imap.Reader
	sink     *sink
	owner    string
	engine   queue.Engine
	tickets  *ticketReader // nil where no provider is told by an API
	filings  *filings      // likewise
	away     *onCall       // nil where nobody is on call
	tick     time.Duration
	now      func() time.Time
	log      *slog.Logger
	ticked   func(time.Time)
	mailed   func(time.Time)
	// compared and searched are told when the reader had come to the end of that.
	compared, searched func(time.Time)

	tickOK health
	mailOK health

	mu    sync.Mutex
	leads bool
	since time.Time
}

// run works until ctx ends, or somebody else is seen to lead.
func (l *leading) run(ctx context.Context) error {
	l.set(true)
	defer l.set(false)
	group, ctx := errgroup.WithContext(ctx)
	if l.away != nil { // also while Jira cannot say yet that the store is its own: that may last the night
		group.Go(func() error { return unlessEnded(ctx, l.away.run(ctx)) })
	}
	group.Go(func() error { return l.work(ctx) })
	err := group.Wait()
	if errors.Is(err, imap.ErrMoved) {
		return nil // after a pause; the lease says the same in a moment
	}
	return err
}

// work does what only the leader does, once it is certain that the store belongs to
// Jira.
func (l *leading) work(ctx context.Context) error {
	if err := l.guard.lead(ctx); err != nil {
		return unlessEnded(ctx, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return unlessEnded(ctx, l.poll.run(ctx)) })
	group.Go(func() error { return unlessEnded(ctx, l.mailbox.Run(ctx, markedSink{l.sink})) })
	group.Go(func() error { return unlessEnded(ctx, l.ticks(ctx)) })
	group.Go(func() error { return unlessEnded(ctx, l.renew(ctx)) })
	for _, e := range l.expiries {
		group.Go(func() error { return unlessEnded(ctx, l.warn(ctx, e)) })
	}
	if l.filings != nil {
		group.Go(func() error { return unlessEnded(ctx, l.filings.run(ctx)) })
	}
	if l.tickets != nil {
		group.Go(func() error { return unlessEnded(ctx, l.tickets.run(ctx)) })
	}
	if l.tokens != nil {
		group.Go(func() error { return unlessEnded(ctx, l.tokens.Keep(ctx, l.log)) })
	}
	return group.Wait()
}

// down is since when Jira is away; zero: it is there.
func (l *leading) down() time.Time { return earliest(l.poll.health.down(), l.guard.down()) }

func (l *leading) set(leads bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.leads, l.since = leads, l.now()
}

// How often it is looked whether anything was written, and how often the claim is
// renewed at most: a copy of the store that is older than that is known by its
// generation.
const (
	writtenEvery = time.Minute
	renewEvery   = 10 * time.Minute
)

// renew raises the installation's generation when something was written since, and
// until then asks at least whether Jira is still claimed by this one. Jira being away
// costs nothing: it is tried again. Somebody else's claim ends the process, which
// starts again as held.
func (l *leading) renew(ctx context.Context) error {
	// What was the last of all that was written, not when: clocks of several processes
	// need not agree.
	checked, err := l.written(ctx)
	if err != nil {
		return err
	}
	renewed, next := checked, l.now()
	for {
		if err := pause(ctx, writtenEvery); err != nil {
			return err
		}
		written, err := l.written(ctx)
		begun, ask := l.now(), l.guard.established
		anew := !written.Equal(renewed) && !begun.Before(next)
		switch {
		case err != nil: // a store that fails is said by the tick
			continue
		case anew:
			ask = l.guard.renew
		case written.Equal(checked):
			continue
		}
		switch err := ask(ctx); {
		case errors.Is(err, ErrHeld):
			return err
		case err != nil:
			l.log.WarnContext(ctx, "the installation could not be claimed anew", "err", err)
			continue
		case anew:
			renewed, next = written, begun.Add(renewEvery)
		}
		checked = written
	}
}

// written is when the newest write ended, by the clock of whoever made it.
func (l *leading) written(ctx context.Context) (at time.Time, err error) {
	err = l.sink.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		at, err = tx.LastEnded(ctx)
		return err
	})
	return at, err
}

// Within warnWithin of its end an expiry is warned of, each warnEvery.
const (
	warnWithin = 14 * 24 * time.Hour
	warnEvery  = 24 * time.Hour
)

// expiry is something that ends and that nothing works without.
type expiry struct {
	what string
	at   time.Time
}

// expiries are those whose end the configuration tells.
func expiries(cfg config.Config) []expiry {
	all := []expiry{{"the token for Jira", cfg.Jira.TokenExpires.Time()}, {"the secret for access to the mail servers", cfg.OAuth.Expires.Time()}}
	return slices.DeleteFunc(all, func(e expiry) bool { return e.at.IsZero() })
}

// warn says in time that something will end.
func (l *leading) warn(ctx context.Context, e expiry) error {
	for {
		switch left := e.at.Sub(l.now()); {
		case left <= 0:
			l.log.ErrorContext(ctx, "credentials have ended, make others", "what", e.what, "ended", e.at.Format(time.DateOnly))
		case left < warnWithin:
			l.log.ErrorContext(ctx, "credentials end soon, make others", "what", e.what, "ends", e.at.Format(time.DateOnly), "days_left", int(left.Hours()/24))
		}
		if err := pause(ctx, warnEvery); err != nil {
			return err
		}
	}
}

// ticks wakes what is due. A failing database is said once. The mailbox's state
// is noted here too: its reader only answers when it is asked.
func (l *leading) ticks(ctx context.Context) error {
	beat := time.NewTicker(l.tick)
	defer beat.Stop()
	noted := map[string]time.Time{}
	for {
		err := l.engine.Tick(ctx)
		if err == nil {
			err = l.noteLooks(ctx, noted)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if news := l.tickOK.note(l.now(), ours(err)); err != nil && news {
			l.log.ErrorContext(ctx, "due work could not be looked for", "err", err)
		}
		if err == nil {
			l.ticked(l.now())
		}
		mailbox := l.mailbox.Status()
		l.mailOK.mailbox(mailbox)
		for _, end := range []struct {
			at   time.Time
			tell func(time.Time)
		}{{mailbox.LastSuccess, l.mailed}, {mailbox.LastCompare, l.compared}, {mailbox.LastSearch, l.searched}} {
			if !end.at.IsZero() {
				end.tell(end.at)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-beat.C:
		}
	}
}

// noteLooks remembers how far the mailbox was read, and when all of it was searched.
func (l *leading) noteLooks(ctx context.Context, noted map[string]time.Time) error {
	s := l.mailbox.Status()
	for name, at := range map[string]time.Time{mailboxRead: s.LastLook, mailboxSearched: s.LastSearch} {
		if !at.After(noted[name]) {
			continue
		}
		if err := l.sink.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return setTime(ctx, tx, name, at) }); err != nil {
			return err
		}
		noted[name] = at
	}
	return nil
}

// boxOf and tokensOf are what the metrics tell.
func boxOf(s imap.Status, watched int) web.Mailbox {
	return web.Mailbox{
		Watched: watched, Searched: s.Searched, Refused: s.Refused, LeftOut: s.LeftOut,
		FoundSearched: s.FoundSearched, FoundCompared: s.FoundCompared,
	}
}

func tokensOf(s oauth.Status) web.Tokens {
	return web.Tokens{Obtained: s.Obtained, Ends: s.Ends, Success: s.Success, Failures: s.Failures}
}

// parts is what readiness is made of.
func (l *leading) parts(db *store.Store) []web.Part {
	return []web.Part{
		{Name: "database", Status: func(ctx context.Context) web.Status {
			err := db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ReadLease(ctx, queue.LeaseName)
				return err
			})
			if err != nil {
				return web.Status{Why: "does not answer"}
			}
			return web.Status{Ready: true}
		}},
		{Name: "installation", Status: func(context.Context) web.Status { return l.guard.Status() }},
		{Name: "jira", Status: func(ctx context.Context) web.Status { return l.part(ctx, db, l.poll.health.status()) }},
		{Name: "mailbox", Status: func(ctx context.Context) web.Status { return l.part(ctx, db, l.mailOK.mailbox(l.mailbox.Status())) }},
		{Name: "tick", Status: func(ctx context.Context) web.Status { return l.part(ctx, db, l.tickOK.status()) }},
	}
}

// part is the status of a part that only the leader works at. A process that
// does not lead is ready to, if somebody else does.
func (l *leading) part(ctx context.Context, db *store.Store, s web.Status) web.Status {
	l.mu.Lock()
	leads, since := l.leads, l.since
	l.mu.Unlock()
	if leads {
		return s
	}
	other := false
	err := db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		lease, err := tx.ReadLease(ctx, queue.LeaseName)
		other = lease.Owner != "" && lease.Owner != l.owner
		return err
	})
	if err != nil || !other {
		return web.Status{Since: since, Why: "no process leads yet"}
	}
	return web.Status{Ready: true, Since: since, Why: "another process leads"}
}

// ages tells how long the oldest unhandled things have waited.
func ages(db *store.Store, now func() time.Time) map[string]web.Age {
	age := func(of func(store.Backlog) time.Time) web.Age {
		return func(ctx context.Context) (d time.Duration, err error) {
			err = db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
				b, err := tx.Backlog(ctx)
				if at := of(b); err == nil && !at.IsZero() {
					d = max(now().Sub(at), 0)
				}
				return err
			})
			return d, err
		}
	}
	return map[string]web.Age{
		web.ThingEffect: age(func(b store.Backlog) time.Time { return b.OldestEffect }),
		web.ThingLook:   age(func(b store.Backlog) time.Time { return b.OldestLook }),
		web.ThingMail:   age(func(b store.Backlog) time.Time { return b.OldestMail }),
	}
}

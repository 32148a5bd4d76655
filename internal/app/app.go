// Package app puts escalat together: Run is one straight function from the
// configuration to the working daemon, and the only place where the stages, the
// engine and the adapters know each other.
//
// Who owns what: Run owns the store, the engine and three goroutines (the web
// server, the guard of the instance name, and leadership). Under leadership run the poller, the
// mailbox reader and the tick. Run returns after all of them have ended.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/receive"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/bridge/ticket"
	"escalat/internal/alarm"
	"escalat/internal/config"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/internal/web"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

const (
	// settling is how long Jira may take to show what a cut-off request wrote.
	settling = 5 * time.Second
	// transfer is how long a file may take into Jira.
	transfer = 10 * time.Minute
	// carrying is how many times longer than another effect a mail may take with its
	// attachments: to be composed, and to be handed over. What a dead process was at is
	// taken over that much later.
	carrying = 5
	// vigil is how often it is asked whether the instance name is still ours.
	vigil = 3 * time.Second
	// starts is how often the queue is asked to start before the process ends.
	starts = 5
)

// ErrInUse means that another process works on the same database file.
var ErrInUse = errors.New("another escalat works on this database")

// Run works until ctx ends, then lets what is under way end, and returns. The
// profiles are all that were loaded; those without an address are off.
func Run(ctx context.Context, cfg config.Config, profiles []mapping.Profile, version string, log *slog.Logger) error {
	now := time.Now
	texts, err := text.For(string(cfg.General.Language), wiki.EscapeLine)
	if err != nil {
		return err
	}
	on := providers(cfg, profiles)
	if err := on.glossaries(cfg); err != nil {
		return err
	}
	if len(on.list) == 0 {
		log.WarnContext(ctx, "no provider is on, nothing will be escalated")
	}

	db, err := store.Open(ctx, store.Config{URL: cfg.Store.Database.Reveal(), Exclusive: true})
	if errors.Is(err, store.ErrHeld) {
		return fmt.Errorf("%w; an SQLite file serves one process at a time", ErrInUse)
	}
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	owner, err := hold(ctx, db, cfg.General.Instance, cfg.Timing.Lease, log)
	if err != nil {
		return err
	}
	released, err := queue.Release(ctx, db, owner)
	if err != nil {
		return fmt.Errorf("take over what the former process left: %w", err)
	}
	log.InfoContext(ctx, "started", "version", version, "mode", string(cfg.General.Mode), "owner", owner, "providers", on.names(), "released", released)

	tracker, err := newTracker(cfg, on.list, cfg.General.Mode == config.Shadow, log)
	if err != nil {
		return err
	}
	defer tracker.Close()
	if err := bind(ctx, tracker, cfg, on.list, log); err != nil {
		return err
	}
	guardian := newGuardian(cfg, on.list, tracker, db, now, log)
	tokens, err := newTokens(cfg.OAuth)
	if err != nil {
		return err
	}

	telling := newTelling(cfg, on, texts)
	mailer, err := newMailer(cfg, tokens)
	if err != nil {
		return err
	}
	defer mailer.close()
	private, err := newGuard(cfg)
	if err != nil {
		return err
	}
	by := cfg.Translate
	if cfg.General.Mode == config.Shadow && by.With.Remote() { // which would get the texts
		log.InfoContext(ctx, "in mode shadow no text is given to a service: what would leave is not translated")
		by.With = config.TranslateNone
	}
	translator, err := newTranslator(ctx, by, now, log)
	if err != nil {
		return err
	}
	if translator != nil {
		defer func() { _ = translator.Close() }()
	}
	issues := reader{jira: tracker, profiles: on.list, limited: len(cfg.Jira.Groups)+len(cfg.Jira.Roles) > 0, private: private.Text}
	composer := newComposer(cfg, telling, issues, tracker, db, now)
	composer.Room, composer.Prints, composer.Guard = mailer.room, receive.Prints, private
	translates(composer, translator)
	transmitter := &send.Transmitter{
		Telling: telling, Issues: issues, Blobs: db, Mail: mailer, Copies: copies{db}, Now: now,
		CopyWait: cfg.Timing.CopyWait, Hold: cfg.Timing.Resend == config.ResendHold,
	}
	commenter := &post.Commenter{Jira: tracker, Texts: texts, Names: on.display, Now: now, Settling: settling}
	attacher := &post.Attacher{Jira: tracker, Blobs: db, Limits: limits(cfg), Texts: texts, Names: on.display, Now: now, Settling: settling}
	if attacher.Scanner, err = newScanner(cfg); err != nil {
		return err
	}
	teller := newTeller(cfg, mailer, now)
	apis, err := newAPIs(cfg, on, now)
	if err != nil {
		return err
	}
	defer func() {
		for _, api := range apis {
			api.Close()
		}
	}()
	filer := &ticket.Filer{
		Providers: ticketProviders(cfg, on, apis), Issues: issues, Sources: composer, Cases: ticketCases{db}, Texts: texts, Zone: telling.Zone, Team: telling.Team,
		Trial: cfg.General.Mode == config.Redirect, Settling: settling, Now: now,
	}
	actors := map[bridge.Kind]queue.Actor{
		bridge.OpenTicket: filer, bridge.ReplyTicket: filer, bridge.CloseTicket: filer, bridge.ReopenTicket: filer,
		bridge.TellOnCall:  &post.OnCall{Teller: teller, Texts: texts, Names: on.display},
		bridge.MoveIssue:   &post.Mover{Jira: tracker, Status: cfg.Jira.Transitions, Texts: texts, Names: on.display},
		bridge.ShowTurn:    &post.TurnShower{Jira: tracker, Field: on.turn},
		bridge.ComposeMail: composer, bridge.TransmitMail: transmitter,
		bridge.PostComment: commenter, bridge.PostAttachment: attacher,
		bridge.EditLabels:    &post.Labeller{Jira: tracker},
		bridge.LinkReference: &post.Linker{Jira: links{tracker}, Profiles: on.list, Texts: texts},
		bridge.FillField:     &post.FieldFiller{Jira: tracker, Field: on.field},
	}
	if cfg.General.Mode == config.Shadow {
		for kind := range actors {
			if kind != bridge.ComposeMail { // which writes to our own store alone
				actors[kind] = shadow{Actor: actors[kind], now: now, log: log}
			}
		}
	}
	marks := post.Marks{
		Profiles: on.list, StateLabels: cfg.Jira.StateLabels.On(), Links: cfg.Jira.ReferenceLinks.On(), Field: on.field,
		Turn: on.turn, Moves: cfg.Jira.Transitions, Texts: texts,
	}
	receiver, err := newReceiver(cfg, on, texts, newResolver())
	if err != nil {
		return err
	}
	mailbox, err := newMailbox(cfg, tokens, receiver.Wanted, log)
	if err != nil {
		return err
	}

	metrics := web.NewMetrics(version)
	marked := marking{profiles: on.list, marks: marks, texts: texts, test: cfg.General.Mode != config.Live, now: now, ended: metrics.Turn}
	engine, err := queue.New(queue.Config{
		Store: db, Owner: owner, Actors: actors, Receiver: mails{receiver}, Mark: marked.plan, Since: guardian.Forgotten,
		Reader: issues,
		Brake:  queue.Brake{Limit: int(cfg.Brake.Limit), Window: cfg.Brake.Window},
		Decider: decider{
			profiles: on.list, texts: texts, quiet: cfg.Timing.Quiet, patience: cfg.Timing.Patience,
			perDay: int(cfg.Timing.PerDay), team: cfg.General.Team.Markup(), trial: cfg.General.Mode == config.Redirect, shadow: cfg.General.Mode == config.Shadow,
			projects: projects(cfg.Jira.Projects), since: guardian.Since, confirmed: guardian.Confirmed,
			unmarked: !cfg.Jira.StateLabels.On(), stateLabels: stateLabels(on.list), sendChanges: on.sendChanges, acts: on.acts, guarded: true, rand: rand.Reader,
		},
		Now: now, Logger: log, Meter: metrics,
		Timeout: cfg.Timing.EffectTimeout, Takeover: cfg.Timing.Takeover, Backoff: backoff,
		Long: long(cfg.Timing.EffectTimeout), Retention: cfg.Mail.Retention,
	})
	if err != nil {
		return err
	}

	about := concerns{profiles: on.list, projects: projects(cfg.Jira.Projects), quiet: cfg.Timing.Quiet, now: now}
	leads := &leading{
		guard: guardian, expiries: expiries(cfg), tokens: tokens,
		poll: &poller{
			jira: tracker, store: db, engine: engine, concerns: about, now: now, log: log, succeeded: metrics.Loop(web.LoopJira),
			every: cfg.Jira.PollInterval, overlap: cfg.Jira.Overlap, seen: map[string]time.Time{},
			compare: &comparer{
				jira: tracker, store: db, engine: engine, profiles: on.list, now: now, log: log, every: cfg.Jira.ReconcileInterval,
			},
		},
		mailbox: mailbox, sink: newSink(db, engine), owner: owner, engine: engine, tick: cfg.Timing.Tick,
		now: now, log: log, ticked: metrics.Loop(web.LoopTick), mailed: metrics.Loop(web.LoopMailbox),
		compared: metrics.Loop(web.LoopCompare), searched: func(time.Time) {},
	}
	leads.sink.decided = metrics.Mail
	if len(apis) > 0 {
		leads.tickets = newTicketReader(cfg, apis, receiver, db, engine, now, log, metrics.Loop(web.LoopTickets))
		leads.filings = newFilings(on, apis, metrics.Filings(), log)
	}
	if (len(cfg.OnCall.To) > 0 || !cfg.OnCall.Webhook.IsZero()) && cfg.General.Mode != config.Shadow {
		leads.away = &onCall{
			watch: alarm.Watch{After: cfg.OnCall.After, Calm: awayCalm}, down: leads.down, teller: teller, store: db,
			profiles: on.list, texts: texts, zone: telling.Zone, test: cfg.General.Mode != config.Live, now: now, log: log,
		}
	}
	if cfg.IMAP.Search.String() != "none" {
		leads.searched = metrics.Loop(web.LoopSearch)
	}
	metrics.Mailbox(func() web.Mailbox { return boxOf(mailbox.Status(), len(cfg.IMAP.Folders)) })
	if tokens != nil {
		metrics.Tokens(now, func() web.Tokens { return tokensOf(tokens.Status()) })
	}
	if at := cfg.OAuth.Expires.Time(); !at.IsZero() {
		metrics.SecretExpires(at)
	}
	metrics.Oldest(ages(db, now))
	metrics.Cases(caseCounts(db))
	metrics.Ledger(mailAccount(db))
	metrics.Turns(turnCounts(db, on.list))
	metrics.Held(guardian.Held)
	if at := cfg.Jira.TokenExpires.Time(); !at.IsZero() {
		metrics.TokenExpires(at)
	}
	server, err := web.Listen(ctx, string(cfg.Health.Addr), leads.parts(db), metrics, log)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "listening", "addr", server.Addr())
	var hooks *web.Hooks
	if cfg.Jira.WebhookAddr != "" {
		see := hook(db, engine, about, tracker.Ahead)
		if hooks, err = web.ListenHooks(ctx, string(cfg.Jira.WebhookAddr), cfg.Jira.WebhookSecret.Reveal(), see, log); err != nil {
			return err
		}
		hooks.Count(metrics.Hook)
		log.InfoContext(ctx, "listening for webhooks", "addr", hooks.Addr())
	}

	var page *web.OpsServer
	if cfg.Ops.Addr != "" {
		shown := operating{
			store: db, engine: engine, profiles: on.list, texts: texts, jira: string(cfg.Jira.URL), zone: telling.Zone,
			held: guardian.Held, down: leads.down, test: cfg.General.Mode != config.Live, weakest: on.weakest, now: now,
		}
		if page, err = web.ListenOps(ctx, string(cfg.Ops.Addr), newOps(cfg, shown), log); err != nil {
			return err
		}
		page.Count(metrics.Ops)
		log.InfoContext(ctx, "listening for the ops page", "addr", page.Addr())
	}

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return server.Run(ctx) })
	if page != nil {
		group.Go(func() error { return page.Run(ctx) })
	}
	if hooks != nil {
		group.Go(func() error { return hooks.Run(ctx) })
	}
	group.Go(func() error { return keep(ctx, db) })
	started := false
	group.Go(func() error { // nothing is written before it is certain that the store knows what was
		if err := guardian.await(ctx); err != nil {
			return unlessEnded(ctx, err)
		}
		started = true
		return begin(ctx, engine.Start, log)
	})
	group.Go(func() error {
		l := &queue.Leadership{Store: db, Owner: owner, Lease: cfg.Timing.Lease, Logger: log}
		return unlessEnded(ctx, l.Run(ctx, leads.run))
	})
	err = group.Wait()
	log.InfoContext(context.WithoutCancel(ctx), "stopping")
	if !started {
		return err
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.Timing.Shutdown)
	defer cancel()
	return errors.Join(err, engine.Stop(stop))
}

// begin starts the queue. It gives up within ten seconds where the database is slow,
// as on a host that starts everything at once; a process that ended for that would
// only be started again to meet the same.
func begin(ctx context.Context, start func(context.Context) error, log *slog.Logger) error {
	for failures := 1; ; failures++ {
		err := start(context.WithoutCancel(ctx))
		if err == nil {
			return nil
		}
		err = fmt.Errorf("start the queue: %w", err)
		if failures == starts {
			return err
		}
		log.WarnContext(ctx, "the queue does not start, it is tried again", "error", err)
		if pause(ctx, backoff(failures)) != nil {
			return err
		}
	}
}

// hold takes the name of this process. On PostgreSQL the former life's connection
// may linger for a while; a name that lives longer than that belongs to another
// process, and ours gets a random end: nothing that the other left is then ours.
func hold(ctx context.Context, db *store.Store, name string, patience time.Duration, log *slog.Logger) (string, error) {
	begun := time.Now()
	for {
		ok, err := db.Hold(ctx, name)
		switch {
		case err != nil:
			return "", fmt.Errorf("take the instance name: %w", err)
		case ok:
			return name, nil
		}
		if time.Since(begun) >= patience {
			break
		}
		if err := pause(ctx, patience/10); err != nil {
			return "", err
		}
	}
	unique := name + "-" + strings.ToLower(rand.Text()[:6])
	log.WarnContext(ctx, "another process has this instance name, give each its own in ESCALAT_INSTANCE", "owner", unique)
	if _, err := db.Hold(ctx, unique); err != nil {
		return "", fmt.Errorf("take the instance name: %w", err)
	}
	return unique, nil
}

// keep ends the process when it has lost its name: another one may then release
// what this one is doing. It is started again with everything in place.
func keep(ctx context.Context, db *store.Store) error {
	for {
		if pause(ctx, vigil) != nil {
			return nil
		}
		asked, cancel := context.WithTimeout(ctx, 2*vigil)
		err := db.Alive(asked)
		cancel()
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// backoff doubles from a second to five minutes.
func backoff(failures int) time.Duration {
	return min(time.Second<<min(max(failures-1, 0), 9), 5*time.Minute)
}

// unlessEnded forgets the error with which a loop says that ctx ended.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return nil
	}
	return err
}

// long are the effects that move files.
func long(usual time.Duration) map[bridge.Kind]time.Duration {
	return map[bridge.Kind]time.Duration{
		bridge.PostAttachment: max(transfer, usual), bridge.ComposeMail: carrying * usual, bridge.TransmitMail: carrying * usual,
	}
}

func projects(keys []config.ProjectKey) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = string(k)
	}
	return out
}

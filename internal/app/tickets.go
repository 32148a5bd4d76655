package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/internal/config"
	"escalat/internal/ovh"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// ticketAPI reads the tickets of a provider.
type ticketAPI interface {
	Ticket(ctx context.Context, id int64) (bridge.Ticket, error)
	Messages(ctx context.Context, id int64) ([]bridge.TicketMessage, error)
	Numbered(ctx context.Context, number string) (int64, error)
}

// ticketReader reads what the providers' APIs say of the tickets of our cases. Nothing
// tells of a change there, so it asks.
type ticketReader struct {
	apis      map[string]ticketAPI // by profile id
	every     map[string]time.Duration
	receiver  *receive.Receiver
	store     *store.Store
	engine    queue.Engine
	now       func() time.Time
	log       *slog.Logger
	succeeded func(time.Time)
	health    health

	next   map[string]time.Time // when a provider's tickets are read again
	closed time.Time            // when those of closed cases were last read
}

const (
	// ticketBeat is how often it is looked whose tickets are to be read.
	ticketBeat = time.Second
	// afterwards is how long the ticket of a closed case is read, each afterwardsEvery:
	// the provider may answer all the same.
	afterwards      = 14 * 24 * time.Hour
	afterwardsEvery = time.Hour
)

func newTicketReader(cfg config.Config, apis map[string]*ovh.Client, receiver *receive.Receiver, db *store.Store, engine queue.Engine,
	now func() time.Time, log *slog.Logger, succeeded func(time.Time),
) *ticketReader {
	r := &ticketReader{
		apis: map[string]ticketAPI{}, every: map[string]time.Duration{}, next: map[string]time.Time{},
		receiver: receiver, store: db, engine: engine, now: now, log: log, succeeded: succeeded,
	}
	for id, api := range apis {
		r.apis[id], r.every[id] = api, cfg.Providers[id].API.PollInterval
	}
	return r
}

// newAPI makes the client of a provider's tickets.
func newAPI(cfg config.API, now func() time.Time) (*ovh.Client, error) {
	return ovh.New(ovh.Config{
		Endpoint: string(cfg.Endpoint), AppKey: cfg.Key.Reveal(), AppSecret: cfg.Secret.Reveal(), ConsumerKey: cfg.ConsumerKey.Reveal(),
		AccessToken: cfg.Token.Reveal(), ClientID: cfg.ClientID.Reveal(), ClientSecret: cfg.ClientSecret.Reveal(), Now: now,
	})
}

// ticketCases says whose ticket one is.
type ticketCases struct{ store *store.Store }

// TicketCases returns the cases that have the number.
func (t ticketCases) TicketCases(ctx context.Context, provider, number string) (cases []bridge.Case, err error) {
	err = t.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		cases, err = tx.TicketCases(ctx, provider, number)
		return err
	})
	return cases, err
}

func (r *ticketReader) run(ctx context.Context) error {
	for {
		if err := r.due(ctx); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			return err
		}
		if err := pause(ctx, ticketBeat); err != nil {
			return err
		}
	}
}

// due reads the tickets of the providers whose time has come. Its error is one of the
// store.
func (r *ticketReader) due(ctx context.Context) error {
	now := r.now()
	due := map[string]bool{}
	for id := range r.apis {
		if !now.Before(r.next[id]) {
			due[id], r.next[id] = true, now.Add(r.every[id])
		}
	}
	if len(due) == 0 {
		return nil
	}
	cases, err := r.cases(ctx, now)
	var failed error
	for _, c := range cases {
		if !due[c.Provider] || ctx.Err() != nil {
			continue
		}
		failed = errors.Join(failed, r.read(ctx, c))
	}
	failed = errors.Join(err, failed)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	switch news := r.health.note(now, failed); {
	case failed == nil:
		r.succeeded(r.now())
		if news {
			r.log.InfoContext(ctx, "tickets are being read")
		}
	case news:
		r.log.ErrorContext(ctx, "tickets cannot be read", "err", failed)
	}
	return nil
}

// cases are those that have a ticket to be read.
func (r *ticketReader) cases(ctx context.Context, now time.Time) ([]bridge.Case, error) {
	var out []bridge.Case
	add := func(c bridge.Case) {
		if r.apis[c.Provider] != nil && (c.Ticket.ID != 0 || len(c.References) > 0) {
			out = append(out, c)
		}
	}
	if err := eachOpen(ctx, r.store, add); err != nil || now.Sub(r.closed) < afterwardsEvery {
		return out, ours(err)
	}
	r.closed = now
	err := r.store.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		closed, err := tx.CasesIn(ctx, bridge.Closed)
		for _, c := range closed {
			if now.Sub(bridge.Latest(c.ReadAt, c.HeardAt)) < afterwards {
				add(c)
			}
		}
		return err
	})
	return out, ours(err)
}

// read reads one ticket, and its messages when it was changed.
func (r *ticketReader) read(ctx context.Context, c bridge.Case) error {
	api := r.apis[c.Provider]
	if c.Ticket.ID == 0 {
		return r.find(ctx, api, c)
	}
	now, err := api.Ticket(ctx, c.Ticket.ID)
	if err != nil {
		return err
	}
	known := c.Ticket
	if now.Updated.Equal(known.Updated) && now.State == known.State && now.Category == known.Category {
		return nil
	}
	messages, err := api.Messages(ctx, c.Ticket.ID)
	if err != nil {
		return err
	}
	return ours(r.engine.Decide(ctx, c.ID, func(c bridge.Case, followers []bridge.Case) bridge.Outcome {
		return r.receiver.Ticket(receive.TicketInput{Now: r.now(), Case: c, Followers: followers, Ticket: now, Messages: messages})
	}))
}

// find looks for the ticket of a case of which only the number is known: a person has
// opened it.
func (r *ticketReader) find(ctx context.Context, api ticketAPI, c bridge.Case) error {
	number := c.References[len(c.References)-1]
	id, err := api.Numbered(ctx, number)
	if err != nil || id == 0 {
		return err
	}
	return ours(r.engine.Decide(ctx, c.ID, func(c bridge.Case, _ []bridge.Case) bridge.Outcome {
		if c.Ticket.ID != 0 {
			return bridge.Outcome{}
		}
		c.Ticket = bridge.Ticket{ID: id, Number: number}
		return bridge.Outcome{Case: c, Audit: []bridge.Entry{{At: r.now(), Stage: "receive", Action: "ticket found", Reason: number}}}
	}))
}

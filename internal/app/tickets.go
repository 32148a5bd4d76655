package app

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strconv"
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
	closed map[string]time.Time // when those of its closed cases were last read
	rests  map[string]rest      // by the case and its ticket, what is not asked for at present
}

// rest is a ticket that the provider's API does not have, or does not show.
type rest struct {
	since, until time.Time
	refused      bool // it was said so; else no ticket has that number
}

const (
	// ticketBeat is how often it is looked whose tickets are to be read.
	ticketBeat = time.Second
	// afterwards is how long the ticket of a closed case is read, each afterwardsEvery:
	// the provider may answer all the same.
	afterwards      = 14 * 24 * time.Hour
	afterwardsEvery = time.Hour
	// A ticket that is not there is asked for each missingEvery, and one whose number is
	// not known after missingFor each missingLater.
	missingEvery = time.Hour
	missingFor   = 24 * time.Hour
	missingLater = 24 * time.Hour
)

func newTicketReader(cfg config.Config, apis map[string]*ovh.Client, receiver *receive.Receiver, db *store.Store, engine queue.Engine,
	now func() time.Time, log *slog.Logger, succeeded func(time.Time),
) *ticketReader {
	r := &ticketReader{
		apis: map[string]ticketAPI{}, every: map[string]time.Duration{},
		next: map[string]time.Time{}, closed: map[string]time.Time{}, rests: map[string]rest{},
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
	cases, err := r.cases(ctx, now, due)
	var failed error
	for _, c := range cases {
		if ctx.Err() != nil {
			break
		}
		failed = errors.Join(failed, r.ask(ctx, c, now))
	}
	r.forget(now)
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

// cases are those of the providers that are due which have a ticket to be read.
func (r *ticketReader) cases(ctx context.Context, now time.Time, due map[string]bool) ([]bridge.Case, error) {
	var out []bridge.Case
	add := func(c bridge.Case) {
		if due[c.Provider] && (c.Ticket.ID != 0 || len(c.References) > 0) {
			out = append(out, c)
		}
	}
	if err := eachOpen(ctx, r.store, add); err != nil {
		return out, ours(err)
	}
	afterwardsDue := map[string]bool{}
	for id := range due {
		if now.Sub(r.closed[id]) >= afterwardsEvery {
			afterwardsDue[id] = true
		}
	}
	if len(afterwardsDue) == 0 {
		return out, nil
	}
	err := r.store.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		closed, err := tx.CasesIn(ctx, bridge.Closed)
		for _, c := range closed {
			if afterwardsDue[c.Provider] && now.Sub(bridge.Latest(c.ReadAt, c.HeardAt)) < afterwards {
				add(c)
			}
		}
		return err
	})
	if err != nil {
		return out, ours(err)
	}
	for id := range afterwardsDue {
		r.closed[id] = now
	}
	return out, nil
}

// ask reads the ticket of a case, unless it was not there a while ago. That it is not
// concerns this case alone; what is refused because of our credentials concerns all.
func (r *ticketReader) ask(ctx context.Context, c bridge.Case, now time.Time) error {
	key := ticketKey(c)
	known, rests := r.rests[key]
	if rests && now.Before(known.until) && !now.Before(known.since) { // else the clock was put back
		return nil
	}
	found, err := r.read(ctx, c)
	gone := err != nil && bridge.IsPermanent(err) && !errors.Is(err, ovh.ErrCredentials)
	switch {
	case err != nil && !gone:
		return err
	case found && !gone:
		delete(r.rests, key)
		return nil
	case !rests || now.Before(known.since):
		known.since = now
	}
	known.until = now.Add(missingEvery)
	if !gone && now.Sub(known.since) >= missingFor {
		known.until = now.Add(missingLater)
	}
	if gone && !known.refused {
		r.log.WarnContext(ctx, "a ticket cannot be read, it is asked for once an hour", "case", c.ID, "issue", c.IssueKey, "ticket", c.Ticket.Number, "err", err)
	}
	known.refused = known.refused || gone
	r.rests[key] = known
	return nil
}

// ticketKey names what is asked for of a case: another number is asked for at once.
func ticketKey(c bridge.Case) string {
	if c.Ticket.ID != 0 {
		return c.ID + "/" + strconv.FormatInt(c.Ticket.ID, 10)
	}
	return c.ID + "/#" + c.References[len(c.References)-1]
}

// forget drops what has not been asked for any more since it was due.
func (r *ticketReader) forget(now time.Time) {
	maps.DeleteFunc(r.rests, func(_ string, one rest) bool { return now.Sub(one.until) > missingLater })
}

// read reads one ticket, and its messages when it was changed. It reports whether there is
// such a ticket.
func (r *ticketReader) read(ctx context.Context, c bridge.Case) (found bool, err error) {
	api := r.apis[c.Provider]
	if c.Ticket.ID == 0 {
		return r.find(ctx, api, c)
	}
	now, err := api.Ticket(ctx, c.Ticket.ID)
	if err != nil {
		return false, err
	}
	known := c.Ticket
	if now.Updated.Equal(known.Updated) && now.State == known.State && now.Category == known.Category {
		return true, nil
	}
	messages, err := api.Messages(ctx, c.Ticket.ID)
	if err != nil {
		return false, err
	}
	return true, ours(r.engine.Decide(ctx, c.ID, func(c bridge.Case, followers []bridge.Case) bridge.Outcome {
		return r.receiver.Ticket(receive.TicketInput{Now: r.now(), Case: c, Followers: followers, Ticket: now, Messages: messages})
	}))
}

// find looks for the ticket of a case of which only the number is known: a person has
// opened it.
func (r *ticketReader) find(ctx context.Context, api ticketAPI, c bridge.Case) (found bool, err error) {
	number := c.References[len(c.References)-1]
	id, err := api.Numbered(ctx, number)
	if err != nil || id == 0 {
		return false, err
	}
	return true, ours(r.engine.Decide(ctx, c.ID, func(c bridge.Case, _ []bridge.Case) bridge.Outcome {
		if c.Ticket.ID != 0 {
			return bridge.Outcome{}
		}
		c.Ticket = bridge.Ticket{ID: id, Number: number}
		return bridge.Outcome{Case: c, Audit: []bridge.Entry{{At: r.now(), Stage: "receive", Action: "ticket found", Reason: number}}}
	}))
}

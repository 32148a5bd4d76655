package ticket

import (
	"context"
	"fmt"
	"strings"

	"escalat/bridge"
)

// The results' proofs.
const (
	byAnswer = "answer"
	byList   = "list"
)

// closedTicket is the state of a closed ticket, as OVHcloud calls it.
const closedTicket = "closed"

// write does what the effect asks for.
func (f *Filer) write(ctx context.Context, t task) (bridge.TicketResult, error) {
	if t.e.Kind == bridge.OpenTicket {
		return f.open(ctx, t)
	}
	ticket, err := f.ticketOf(ctx, t)
	if err != nil {
		return bridge.TicketResult{}, err
	}
	id := ticket.ID
	r := bridge.TicketResult{ID: id, Number: ticket.Number, Proof: byAnswer}
	switch t.e.Kind {
	case bridge.ReplyTicket:
		r.Reopened, err = reply(ctx, t.p.API, id, t.n.Body)
	case bridge.ReopenTicket:
		err = reopen(ctx, t.p.API, id, t.n.Body)
	case bridge.CloseTicket:
		err = f.shut(ctx, t, id)
	default:
		err = bridge.Permanent(fmt.Errorf("nobody files effects of kind %q", t.e.Kind))
	}
	if err != nil {
		return bridge.TicketResult{}, err
	}
	r.At = f.Now()
	if strings.TrimSpace(t.n.Body) != "" {
		r.Message = f.ownMessage(ctx, t, id)
	}
	return r, nil
}

// ownMessage is the id of what was just written, or 0: the API does not say it, and that
// it cannot be read back changes nothing.
func (f *Filer) ownMessage(ctx context.Context, t task, id int64) int64 {
	messages, err := t.p.API.Messages(ctx, id)
	if err != nil {
		return 0
	}
	return said(t, messages)
}

// open opens a ticket. A service that the API does not know holds up no incident: its
// reference stands in the text as well.
func (f *Filer) open(ctx context.Context, t task) (bridge.TicketResult, error) {
	n := Asked(*t.n)
	r, err := t.p.API.Create(ctx, n)
	if n.Service != "" && bridge.IsPermanent(err) {
		without := n
		without.Service = ""
		again, failed := t.p.API.Create(ctx, without)
		if failed == nil {
			again.Unfiled = n.Service
			return again, nil
		}
		if !bridge.IsNotDone(failed) || !bridge.IsPermanent(failed) {
			return r, failed
		}
	}
	return r, err
}

// Asked is what the API is asked for, to open a ticket with that notice.
func Asked(n bridge.Notice) bridge.NewTicket {
	t := bridge.NewTicket{Subject: n.Subject, Body: n.Body}
	if by := n.Filed; by != nil {
		t.Type, t.Category, t.Subcategory, t.Product = by.Type, by.Category, by.Subcategory, by.Product
		t.Service, t.Impact, t.Urgency = by.Service, by.Impact, by.Urgency
	}
	return t
}

// reply writes into a ticket. One that was closed is opened again by it.
func reply(ctx context.Context, api API, id int64, body string) (reopened bool, err error) {
	err = api.Reply(ctx, id, body)
	if err == nil || !closedNow(ctx, api, id, err) {
		return false, err
	}
	return true, api.Reopen(ctx, id, body)
}

// reopen opens a ticket again. One that is open just gets the text.
func reopen(ctx context.Context, api API, id int64, body string) error {
	err := api.Reopen(ctx, id, body)
	if err == nil || !refused(err) {
		return err
	}
	ticket, _, unread := api.Titled(ctx, id)
	if unread != nil || isClosed(ticket) {
		return err
	}
	return api.Reply(ctx, id, body)
}

// shut says that we close the ticket, unless that is there already, and closes it. One
// that the provider has closed is closed.
func (f *Filer) shut(ctx context.Context, t task, id int64) error {
	api := t.p.API
	if strings.TrimSpace(t.n.Body) != "" && (t.e.Tries <= 1 || f.ownMessage(ctx, t, id) == 0) {
		switch err := api.Reply(ctx, id, t.n.Body); {
		case err == nil:
		case closedNow(ctx, api, id, err):
			return nil
		default:
			return err
		}
	}
	if err := api.CloseTicket(ctx, id); err != nil && !closedNow(ctx, api, id, err) {
		return err
	}
	return nil
}

// refused reports whether the API said no to a write, and not only that it is busy.
func refused(err error) bool {
	return bridge.IsNotDone(err) && bridge.RetryAt(err).IsZero()
}

// closedNow reports whether a write was refused and the ticket is closed.
func closedNow(ctx context.Context, api API, id int64, err error) bool {
	if !refused(err) {
		return false
	}
	ticket, _, unread := api.Titled(ctx, id)
	return unread == nil && isClosed(ticket)
}

func isClosed(t bridge.Ticket) bool { return strings.EqualFold(t.State, closedTicket) }

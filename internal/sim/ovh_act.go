package sim

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Answer is what somebody of OVH writes into a ticket.
func (o *OVH) Answer(ticket int64, text string) error {
	return o.act(ticket, func(t *OVHTicket) error {
		o.say(t, fromSupport, text)
		return nil
	})
}

// Write is what a person of the customer writes into a ticket in the customer area.
func (o *OVH) Write(ticket int64, text string) error {
	return o.act(ticket, func(t *OVHTicket) error {
		if t.State == "closed" {
			return errClosedTicket
		}
		o.say(t, fromCustomer, text)
		return nil
	})
}

// desk is how OVH calls who handles the category.
func desk(category string) string {
	switch category {
	case "incident":
		return "servicio de incidencias"
	case "assistance":
		return "soporte de asistencia técnica"
	}
	return "servicio comercial"
}

// Pass has the ticket handled in another category (assistance, billing, incident), which
// OVH says in it.
func (o *OVH) Pass(ticket int64, category string) error {
	return o.act(ticket, func(t *OVHTicket) error {
		if !slices.Contains(enumOf("category"), category) {
			return fmt.Errorf("%w category %q", ErrUnknown, category)
		}
		if t.Category == category {
			return fmt.Errorf("ticket %d is of the category %s already", t.Number, category)
		}
		t.Category = category
		o.say(t, fromSupport, "Su solicitud no corresponde al nivel en el que se ha abierto. El ticket se ha transferido al "+desk(category)+".")
		return nil
	})
}

// Shut closes the ticket, as OVH does, with a last word.
func (o *OVH) Shut(ticket int64, text string) error {
	return o.act(ticket, func(t *OVHTicket) error {
		if text != "" {
			o.say(t, fromSupport, text)
		}
		o.turn(t, "closed")
		return nil
	})
}

// Reopen opens the ticket again, as OVH does.
func (o *OVH) Reopen(ticket int64) error {
	return o.act(ticket, func(t *OVHTicket) error {
		o.turn(t, "open")
		return nil
	})
}

// Archive puts a closed ticket away: only who asks for archived ones finds it.
func (o *OVH) Archive(ticket int64) error {
	return o.act(ticket, func(t *OVHTicket) error {
		if t.State != "closed" {
			return fmt.Errorf("ticket %d is %s: only a closed one is archived", t.Number, t.State)
		}
		t.Archived = true
		return nil
	})
}

// NewTicket is what a customer asks for.
type NewTicket struct {
	Subject     string `json:"subject"`
	Body        string `json:"body"`
	Type        string `json:"type,omitempty"`
	Category    string `json:"category,omitempty"`
	Subcategory string `json:"subcategory,omitempty"`
	Product     string `json:"product,omitempty"`
	Service     string `json:"serviceName,omitempty"`
	Impact      string `json:"impact,omitempty"`
	Urgency     string `json:"urgency,omitempty"`
}

// Enter opens a ticket as a person does in the customer area.
func (o *OVH) Enter(n NewTicket) (OVHTicket, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if refused := o.refuses(n); refused != nil {
		return OVHTicket{}, refused
	}
	return o.open(n).clone(), nil
}

// Revoke has the consumer key and the token refused from now on, or taken again.
func (o *OVH) Revoke(revoked bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.revoked = revoked
}

func (o *OVH) act(ticket int64, f func(*OVHTicket) error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	t := o.find(ticket)
	if t == nil {
		return unknownTicket(ticket)
	}
	return f(t)
}

// The first id, number and message; none of one kind is one of another.
const (
	firstTicket  = 3_100_001
	firstNumber  = 8_800_001
	firstMessage = 51_000_001
)

// open adds a ticket with its first message.
func (o *OVH) open(n NewTicket) *OVHTicket {
	setDefault(&n.Type, "genericRequest")
	at, count := o.now(), int64(len(o.tickets))
	t := &OVHTicket{
		ID: firstTicket + count, Number: firstNumber + count, Subject: n.Subject, Type: n.Type, Category: n.Category,
		Subcategory: n.Subcategory, Product: n.Product, Service: n.Service, Impact: n.Impact, Urgency: n.Urgency,
		State: "open", Created: at, Updated: at,
	}
	o.tickets = append(o.tickets, t)
	o.say(t, fromCustomer, n.Body)
	return t
}

// say adds a message, of which the robot tells the customer, unless he wrote it himself
// into a ticket that he knows of.
func (o *OVH) say(t *OVHTicket, from, body string) {
	m := OVHMessage{ID: firstMessage + o.messages, From: from, Body: body, At: o.now()}
	o.messages++
	t.Messages = append(t.Messages, m)
	t.Updated = m.At
	if from == fromSupport || len(t.Messages) == 1 {
		o.tell(t, m)
	}
}

func (o *OVH) turn(t *OVHTicket, state string) {
	t.State, t.Archived, t.Updated = state, false, o.now()
}

// now is the time as OVH notes it, in whole seconds.
func (o *OVH) now() time.Time { return o.cfg.Now().UTC().Truncate(time.Second) }

var errClosedTicket = errors.New("this ticket is closed")

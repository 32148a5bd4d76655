package ticket_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/ticket"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

var morning = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// kept is a ticket as the API keeps it.
type kept struct {
	id       int64
	number   string
	subject  string
	state    string
	asked    bridge.NewTicket
	created  time.Time
	messages []bridge.TicketMessage
}

// lost is how a call goes wrong: by that error, before or after it was carried out.
type lost struct {
	err   error
	after bool
}

var (
	errBroken = errors.New("the connection ended")
	errNobody = bridge.NotDone(errors.New("connection refused"))
)

// said is a refusal with words of the API.
type said string

func (s said) Error() string { return "the API: " + string(s) }
func (s said) Reply() string { return string(s) }

// fake is an API that keeps tickets as OVHcloud does.
type fake struct {
	now     func() time.Time
	tickets []*kept
	wrong   map[string][]lost // by method, for its next calls
	away    error             // of every call
	service string            // the only one that is known
	calls   []string
}

// fails has the next calls of a method go wrong.
func (f *fake) fails(method string, errs ...lost) {
	if f.wrong == nil {
		f.wrong = map[string][]lost{}
	}
	f.wrong[method] = append(f.wrong[method], errs...)
}

// do makes a call.
func (f *fake) do(method string, write func() error) error {
	f.calls = append(f.calls, method)
	if f.away != nil {
		return f.away
	}
	var l lost
	if list := f.wrong[method]; len(list) > 0 {
		l, f.wrong[method] = list[0], list[1:]
	}
	if l.err != nil && !l.after {
		return l.err
	}
	if err := write(); err != nil {
		return err
	}
	return l.err
}

func (f *fake) find(id int64) (*kept, error) {
	for _, k := range f.tickets {
		if k.id == id {
			return k, nil
		}
	}
	return nil, bridge.Permanent(said("404: no such ticket"))
}

// add opens a ticket.
func (f *fake) add(subject, body string) *kept {
	n := int64(len(f.tickets))
	k := &kept{id: 100 + n, number: fmt.Sprint(9000 + n), subject: subject, state: "open", created: f.now()}
	f.tickets = append(f.tickets, k)
	k.say(f.now(), body, false)
	return k
}

func (k *kept) say(at time.Time, body string, support bool) {
	k.messages = append(k.messages, bridge.TicketMessage{ID: k.id*1000 + int64(len(k.messages)), Body: body, Created: at, Support: support})
}

// Create opens a ticket.
func (f *fake) Create(_ context.Context, n bridge.NewTicket) (r bridge.TicketResult, err error) {
	err = f.do("create", func() error {
		if n.Service != "" && n.Service != f.service {
			return bridge.Permanent(said("404: This service does not exist"))
		}
		k := f.add(n.Subject, n.Body)
		k.asked = n
		r = bridge.TicketResult{At: f.now(), ID: k.id, Number: k.number, Message: k.messages[0].ID, Proof: "answer"}
		return nil
	})
	if err != nil {
		return bridge.TicketResult{}, err
	}
	return r, nil
}

// Reply writes into a ticket.
func (f *fake) Reply(_ context.Context, id int64, body string) error {
	return f.do("reply", func() error {
		k, err := f.find(id)
		if err == nil && k.state == "closed" {
			return bridge.NotDone(said("409: this ticket is closed"))
		}
		if err == nil {
			k.say(f.now(), body, false)
		}
		return err
	})
}

// Reopen opens a closed ticket.
func (f *fake) Reopen(_ context.Context, id int64, body string) error {
	return f.do("reopen", func() error {
		k, err := f.find(id)
		if err == nil && k.state != "closed" {
			return bridge.NotDone(said("409: this ticket is not closed"))
		}
		if err == nil {
			k.state = "open"
			k.say(f.now(), body, false)
		}
		return err
	})
}

// CloseTicket closes one.
func (f *fake) CloseTicket(_ context.Context, id int64) error {
	return f.do("close", func() error {
		k, err := f.find(id)
		if err == nil && k.state == "closed" {
			return bridge.NotDone(said("409: already closed"))
		}
		if err == nil {
			k.state = "closed"
		}
		return err
	})
}

// List lists those that were opened since then.
func (f *fake) List(_ context.Context, subject string, since time.Time) (ids []int64, err error) {
	err = f.do("list", func() error {
		for _, k := range f.tickets {
			if !k.created.Before(since) && strings.Contains(k.subject, subject) {
				ids = append(ids, k.id)
			}
		}
		return nil
	})
	return ids, err
}

// Numbered finds a ticket by its number.
func (f *fake) Numbered(_ context.Context, number string) (id int64, err error) {
	err = f.do("numbered", func() error {
		for _, k := range f.tickets {
			if k.number == number {
				id = k.id
			}
		}
		return nil
	})
	return id, err
}

// Titled reads a ticket.
func (f *fake) Titled(_ context.Context, id int64) (t bridge.Ticket, subject string, err error) {
	err = f.do("titled", func() error {
		k, err := f.find(id)
		if err == nil {
			t, subject = bridge.Ticket{ID: k.id, Number: k.number, State: k.state}, k.subject
		}
		return err
	})
	return t, subject, err
}

// Messages reads its messages.
func (f *fake) Messages(_ context.Context, id int64) (list []bridge.TicketMessage, err error) {
	err = f.do("messages", func() error {
		k, err := f.find(id)
		if err == nil {
			list = slices.Clone(k.messages)
		}
		return err
	})
	return list, err
}

var loaded = sync.OnceValues(func() ([]mapping.Profile, error) { return mapping.Load(mapping.Embedded()) })

// desk is a filer with its fakes.
type desk struct {
	*ticket.Filer

	t     *testing.T
	api   *fake
	at    time.Time
	issue bridge.Issue
	jira  error // of reading the issue
	why   bridge.Fault
	anew  bool
	cases []bridge.Case
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "ovh" })
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, at: morning, issue: bridge.Issue{ID: "1", Key: "ST-1", Labels: []string{"escalar-ovh-incidencia"}}}
	d.api = &fake{now: d.now, service: "aoc.test"}
	d.Filer = &ticket.Filer{
		Providers: map[string]ticket.Provider{"ovh": {Profile: &profiles[at], API: d.api, Patience: 30 * time.Minute}},
		Issues:    d, Sources: d, Cases: d, Texts: texts, Zone: time.UTC, Team: "[~equip]", Settling: 2 * time.Minute, Now: d.now,
	}
	return d
}

func (d *desk) now() time.Time { return d.at }

// Issue implements ticket.Issues.
func (d *desk) Issue(context.Context, string) (bridge.Issue, error) { return d.issue, d.jira }

// Outdated implements ticket.Sources.
func (d *desk) Outdated(bridge.Case, bridge.Notice, bridge.Issue) (bridge.Fault, bool) {
	return d.why, d.anew
}

// TicketCases implements ticket.Cases.
func (d *desk) TicketCases(_ context.Context, _, number string) (out []bridge.Case, _ error) {
	for _, c := range d.cases {
		if slices.Contains(c.References, number) {
			out = append(out, c)
		}
	}
	return out, nil
}

const (
	subject = "[AOC ST-1] aoc.test – No responde"
	form    = "Servicio: aoc.test\nQué falla: la web <index> no responde & da error\n"
)

// sending is a case whose first notice is composed for the API.
func sending() bridge.Case {
	return bridge.Case{
		ID: "case", IssueID: "1", Provider: "ovh", State: bridge.Sending, IssueKey: "ST-1", Ordinal: 1, Kind: "incidencia", Label: "escalar-ovh-incidencia",
		Labels: []string{"escalar-ovh-incidencia"}, OpenedAt: morning, Notices: []bridge.Notice{{
			Serial: 1, MessageID: "m1@aoc", Channel: bridge.ByAPI, Subject: subject, Body: form, Kind: "incidencia",
			Filed: &mapping.Filing{Category: "incident", Type: "genericRequest", Product: "hosting", Service: "aoc.test", Impact: "high"},
		}},
	}
}

// sent is a case whose ticket is open, with another notice.
func (d *desk) sent(n bridge.Notice) bridge.Case {
	c := sending()
	k := d.api.add(subject, form)
	c.State, c.Notices[0].SentAt, c.References = bridge.Sent, d.at, []string{k.number}
	c.Ticket = bridge.Ticket{ID: k.id, Number: k.number, State: "open", Ours: []int64{k.messages[0].ID}}
	n.Serial, n.MessageID, n.Channel = 2, "m2@aoc", bridge.ByAPI
	c.Notices = append(c.Notices, n)
	return c
}

func effect(kind bridge.Kind, messageID string, at time.Time) bridge.Effect {
	e := bridge.Plan(bridge.ToTickets, kind, "transmit/1/ovh/1/1", bridge.TicketBody{MessageID: messageID})
	e.PlannedAt, e.CaseID = at, "case"
	return e
}

// run plays the queue until the effect has ended, or for so many attempts: between two of
// them a minute passes. It returns the case, the effects that followed, and what was told.
func (d *desk) run(c bridge.Case, e bridge.Effect, attempts int) (bridge.Case, bridge.Effect, []bridge.Effect) {
	d.t.Helper()
	var follows []bridge.Effect
	for range attempts {
		if e.State == bridge.EffectDone || e.State == bridge.EffectFailed {
			break
		}
		ev := d.attempt(c, &e)
		if ev.What != 0 {
			if o := d.Settle(c, e, ev); o.Case.ID != "" {
				c = o.Case
				for _, next := range o.Effects { // known keys are passed over
					if !slices.Contains(keys(follows), next.Key) {
						follows = append(follows, next)
					}
				}
			}
		}
		d.at = d.at.Add(time.Minute)
	}
	return c, e, follows
}

// attempt makes one attempt, as the queue does.
func (d *desk) attempt(c bridge.Case, e *bridge.Effect) bridge.Event {
	ctx, ev := d.t.Context(), bridge.Event{At: d.at}
	find := e.State == bridge.EffectUnknown || e.State == bridge.EffectStarted
	e.Tries++
	var raw json.RawMessage
	found := false
	if find {
		raw, found, ev.Err = d.Find(ctx, c, *e)
	} else {
		e.Sends, e.AttemptedAt, e.EndedAt = e.Sends+1, d.at, d.at
		raw, ev.Err = d.Do(ctx, c, *e)
	}
	switch {
	case ev.Err == nil && find && !found:
		e.State, ev.What = bridge.EffectPlanned, bridge.Absent
	case ev.Err == nil:
		e.State, e.Result, ev.Result, ev.What = bridge.EffectDone, raw, raw, bridge.Done
	case bridge.IsPermanent(ev.Err):
		e.State, ev.What = bridge.EffectFailed, bridge.Failed
	case !find && bridge.IsNotDone(ev.Err):
		e.State, ev.What = bridge.EffectPlanned, bridge.Delayed
		e.Sends--
	default:
		e.State = bridge.EffectUnknown
		if !find {
			ev.What = bridge.Unknown
		}
	}
	return ev
}

// told are the texts of the comments among effects.
func told(t *testing.T, effects []bridge.Effect) []string {
	t.Helper()
	var out []string
	for _, e := range effects {
		if e.Kind != bridge.PostComment {
			continue
		}
		var body bridge.CommentBody
		if err := e.Decode(&body); err != nil {
			t.Fatal(err)
		}
		out = append(out, body.Text)
	}
	return out
}

// keys are the keys of effects.
func keys(effects []bridge.Effect) []string {
	var out []string
	for _, e := range effects {
		out = append(out, e.Key)
	}
	return out
}

// Package ticket writes to the tickets of a provider's API: it opens them, replies, closes
// them and opens them again, with the notices that were composed as their text.
//
// Before an attempt the issue is read once more: what is not wanted any more is not
// written, and what was composed from texts that are no longer there is composed anew.
//
// The API knows no keys by which to tell a repetition. So an attempt whose answer was lost
// is looked for: a new ticket among those that were opened since it was planned, by its
// subject and its first message, what we replied among the ticket's messages. That
// nothing is found counts only after a settling time, since a request that was cut off
// may still be under way. Every attempt but the first looks before it writes, whatever
// the one before said.
//
// What the API refuses, or cannot take for longer than configured, goes the way of a
// person: the text stands in a comment, ready to be entered in the provider's portal. So
// does what nobody can say of for that long whether it is there, with a word to look first.
package ticket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

const stage = "ticket"

// Issues reads an issue by its id.
type Issues interface {
	Issue(ctx context.Context, id string) (bridge.Issue, error)
}

// Sources says whether a notice that may not have left is still what the issue says: why
// its text may not leave, or that it must be composed anew.
type Sources interface {
	Outdated(c bridge.Case, n bridge.Notice, issue bridge.Issue) (why bridge.Fault, changed bool)
}

// Cases returns those that have a ticket number of the provider.
type Cases interface {
	TicketCases(ctx context.Context, provider, number string) ([]bridge.Case, error)
}

// Teller says something to a provider by its API. Its errors say whether something was
// written.
type Teller interface {
	Create(ctx context.Context, n bridge.NewTicket) (bridge.TicketResult, error)
	Reply(ctx context.Context, id int64, body string) error
	Reopen(ctx context.Context, id int64, body string) error
}

// Closer closes tickets.
type Closer interface {
	CloseTicket(ctx context.Context, id int64) error
}

// Finder finds tickets: those that were opened since then, with a subject only those that
// the API finds for it, and the one of that number, 0 where there is none.
type Finder interface {
	List(ctx context.Context, subject string, since time.Time) ([]int64, error)
	Numbered(ctx context.Context, number string) (int64, error)
}

// Reader reads tickets.
type Reader interface {
	Titled(ctx context.Context, id int64) (t bridge.Ticket, subject string, err error)
	Messages(ctx context.Context, id int64) ([]bridge.TicketMessage, error)
}

// API is a provider's.
type API interface {
	Teller
	Closer
	Finder
	Reader
}

// Provider is a profile with its API.
type Provider struct {
	Profile *mapping.Profile
	// API is nil where the provider is told otherwise by now: what was composed for it is
	// given to a person.
	API API
	// Patience is for how long after it was planned something is tried before a person
	// gets it.
	Patience time.Duration
	// SendChanges: as in send.Provider.
	SendChanges bool
}

// Filer does effects of the kinds bridge.OpenTicket, ReplyTicket, CloseTicket and
// ReopenTicket.
type Filer struct {
	Providers map[string]Provider // by profile id
	Issues    Issues
	Sources   Sources
	Cases     Cases
	Texts     text.Texts
	Zone      *time.Location // in which times are told
	Team      string         // markup that addresses the team, for when nobody else is known
	// Trial: in mode redirect nothing goes to an API, also what was composed for it before.
	Trial bool
	// Settling is how long after an attempt what is not there may still appear.
	Settling time.Duration
	Now      func() time.Time
}

var (
	// errTrial means that it was composed for the API, and that nothing may go there now.
	errTrial = errors.New("mode redirect: nothing goes to the provider")
	// errAway means that it certainly did not happen for longer than configured.
	errAway = errors.New("the API could not take it for longer than configured")
	// errUnsure means that nobody could say for longer than configured.
	errUnsure = errors.New("nobody can say whether it is there")
	// errSettling means that it is too early to say that nothing was written.
	errSettling = errors.New("not found yet; it may still be under way")
	// errUnread means that Jira is away: nobody can be told there.
	errUnread = errors.New("the issue cannot be read")
	// errNoAPI means that the provider has another channel by now.
	errNoAPI = errors.New("the provider is not told by its API any more")
	// errNoTicket means that nobody knows the ticket that it is to go into.
	errNoTicket = errors.New("the API knows no ticket of the case")
)

// task is an effect with what it is about.
type task struct {
	c bridge.Case
	e bridge.Effect
	n *bridge.Notice // of c
	p Provider
}

// task reads an effect. What it lacks it will never have.
func (f *Filer) task(c bridge.Case, e bridge.Effect) (task, error) {
	var body bridge.TicketBody
	if err := e.Decode(&body); err != nil {
		return task{}, err
	}
	p, ok := f.Providers[c.Provider]
	if !ok {
		return task{}, bridge.Permanent(fmt.Errorf("provider %s is not configured", c.Provider))
	}
	n := c.Notice(body.MessageID)
	if n == nil {
		return task{}, bridge.Permanent(fmt.Errorf("%s has no notice %s", c.IssueKey, body.MessageID))
	}
	return task{c, e, n, p}, nil
}

// Do writes to the API, unless it was done already or is not wanted any more.
func (f *Filer) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	t, err := f.task(c, e)
	switch {
	case err != nil:
		return nil, err
	case t.p.API == nil:
		return nil, bridge.Permanent(errNoAPI)
	}
	if e.Tries > 1 {
		r, found, err := f.look(ctx, t)
		if err != nil {
			return nil, f.patient(t, bridge.NotDone(unclassed(err)))
		}
		if found {
			return json.Marshal(r)
		}
	}
	if r, err := f.unwanted(ctx, t); err != nil || r != nil {
		return r, err
	}
	r, err := f.write(ctx, t)
	if err != nil {
		return nil, f.patient(t, fmt.Errorf("ticket of %s: %w", c.IssueKey, err))
	}
	return json.Marshal(r)
}

// patient makes an end of what certainly did not happen for too long.
func (f *Filer) patient(t task, err error) error {
	if bridge.IsNotDone(err) && !bridge.IsPermanent(err) && f.late(t) {
		return bridge.Permanent(fmt.Errorf("%w: %w", errAway, err))
	}
	return err
}

// late reports whether a person is to get it now.
func (f *Filer) late(t task) bool { return f.Now().Sub(t.e.PlannedAt) >= t.p.Patience }

// unwanted is the result of a notice that shall not leave any more, or nil.
func (f *Filer) unwanted(ctx context.Context, t task) (json.RawMessage, error) {
	issue, err := f.Issues.Issue(ctx, t.c.IssueID)
	if err != nil {
		return nil, notDone(fmt.Errorf("%s: %w: %w", t.c.IssueKey, errUnread, err))
	}
	var r bridge.TicketResult
	switch why := unwanted(t, issue); why {
	case "":
		if r.Fault, r.Changed = f.Sources.Outdated(t.c, *t.n, issue); r.Fault == "" && !r.Changed {
			break
		}
		return json.Marshal(r)
	case unlabelled:
		return json.Marshal(bridge.TicketResult{Withdrawn: string(why)})
	default:
		return json.Marshal(bridge.TicketResult{Resolved: true})
	}
	if f.Trial {
		return nil, bridge.Permanent(errTrial)
	}
	return nil, nil
}

// refusal says why a notice is not wanted any more.
type refusal string

const (
	unlabelled refusal = "the label was removed"
	resolved   refusal = "the issue is resolved" // or archived
	closed     refusal = "the case is closed"    // and nobody waits for an addition
	reopened   refusal = "the case is open"      // and the provider is not told that it is closed
)

// unwanted is why the notice is not wanted any more, or empty.
func unwanted(t task, issue bridge.Issue) refusal {
	c, first := &t.c, t.n.Serial == 1
	byLabel := c.Closing == bridge.ByLabel && t.n.About == bridge.AboutForm
	switch {
	case t.n.About == bridge.AboutClose && c.Closing == "":
		return reopened
	case t.n.About == bridge.AboutClose:
		return ""
	case !first && c.Closing != "" && !byLabel:
		return closed // whose label it is that is on or off now does not matter
	case !c.Follows(t.p.Profile.EscalationLabels(issue.Labels)) || byLabel && !first:
		return unlabelled
	case first && c.Rests(issue):
		return resolved
	}
	return ""
}

// notDone marks a failure before anything was written, whatever its class.
func notDone(err error) error {
	if err == nil || bridge.IsNotDone(err) {
		return err
	}
	return bridge.NotDone(err)
}

// lookError is an error of a look, which says nothing about the write.
type lookError struct{ err error }

func (e *lookError) Error() string { return e.err.Error() }

// Reply is what the API said, or nothing.
func (e *lookError) Reply() string { return replied(e.err) }

// unclassed takes from an error what it would say about a write. When to ask again stays.
func unclassed(err error) error {
	if at := bridge.RetryAt(err); !at.IsZero() {
		return bridge.Later(&lookError{err}, at)
	}
	return &lookError{err}
}

// replied is what people are shown of an error: the API's words.
func replied(err error) string {
	var said interface{ Reply() string }
	if errors.As(err, &said) {
		return said.Reply()
	}
	return ""
}

// ticketOf is the ticket of the case, by its id at the API.
func (f *Filer) ticketOf(ctx context.Context, t task) (bridge.Ticket, error) {
	if t.c.Ticket.ID != 0 {
		return t.c.Ticket, nil
	}
	if len(t.c.References) == 0 {
		return bridge.Ticket{}, bridge.Permanent(errNoTicket)
	}
	number := t.c.References[len(t.c.References)-1] // as a person has told it
	id, err := t.p.API.Numbered(ctx, number)
	switch {
	case err != nil:
		return bridge.Ticket{}, bridge.NotDone(unclassed(err))
	case id == 0:
		return bridge.Ticket{}, bridge.Permanent(fmt.Errorf("%w: it does not know %s", errNoTicket, strconv.Quote(number)))
	}
	return bridge.Ticket{ID: id, Number: number}, nil
}

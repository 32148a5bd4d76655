package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"
	"unicode"

	"escalat/bridge"
)

const (
	// margin is how much earlier than it was planned something of ours may be dated: our
	// clock and the API's differ.
	margin = 10 * time.Minute
	// mostRead bounds how many tickets are read to find one; of more only those that the
	// API finds for the subject.
	mostRead = 50
)

// Find looks for what an earlier attempt may have written.
func (f *Filer) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	t, err := f.task(c, e)
	switch {
	case err != nil:
		return nil, false, err
	case t.p.API == nil:
		return nil, false, bridge.Permanent(fmt.Errorf("%w: %w", errUnsure, errNoAPI))
	}
	r, found, err := f.look(ctx, t)
	switch {
	case err != nil && f.late(t):
		return nil, false, bridge.Permanent(fmt.Errorf("ticket of %s: %w: %w", c.IssueKey, errUnsure, unclassed(err)))
	case err != nil:
		return nil, false, unclassed(err)
	case found:
		raw, err := json.Marshal(r)
		return raw, err == nil, err
	}
	if until := ended(e).Add(f.Settling); f.Now().Before(until) {
		return nil, false, bridge.Later(fmt.Errorf("ticket of %s: %w", c.IssueKey, errSettling), until)
	}
	if f.late(t) && e.Sends > 1 { // it answers what is asked, and does not do what it is told
		return nil, false, bridge.Permanent(fmt.Errorf("ticket of %s: %w", c.IssueKey, errAway))
	}
	return nil, false, nil
}

// ended is when the last attempt was known to have ended, else when it began.
func ended(e bridge.Effect) time.Time { return bridge.Latest(e.AttemptedAt, e.EndedAt) }

// look looks for what the effect writes.
func (f *Filer) look(ctx context.Context, t task) (bridge.TicketResult, bool, error) {
	if t.e.Kind == bridge.OpenTicket {
		return f.lookOpened(ctx, t)
	}
	known, err := f.ticketOf(ctx, t)
	switch {
	case bridge.IsPermanent(err): // writing says so
		return bridge.TicketResult{}, false, nil
	case err != nil:
		return bridge.TicketResult{}, false, err
	}
	id := known.ID
	ticket, _, err := t.p.API.Titled(ctx, id)
	if err != nil {
		return bridge.TicketResult{}, false, err
	}
	r := bridge.TicketResult{At: f.found(t, time.Time{}), ID: id, Number: ticket.Number, Proof: byList}
	if t.e.Kind == bridge.CloseTicket && !isClosed(ticket) {
		return r, false, nil
	}
	messages, err := t.p.API.Messages(ctx, id)
	if err != nil {
		return r, false, err
	}
	r.Message = said(t, messages)
	if at := slices.IndexFunc(messages, func(m bridge.TicketMessage) bool { return m.ID == r.Message }); at >= 0 {
		r.At = f.found(t, messages[at].Created)
	}
	return r, r.Message != 0 || t.e.Kind == bridge.CloseTicket, nil
}

// found is when something was written that was found: by the API's clock, which need not
// be ours.
func (f *Filer) found(t task, created time.Time) time.Time {
	if created.IsZero() || created.After(f.Now()) || created.Before(t.e.PlannedAt) {
		return bridge.Latest(t.e.AttemptedAt, t.e.PlannedAt)
	}
	return created
}

// said is the id of the message by which we wrote the notice, the first of several, or 0.
func said(t task, messages []bridge.TicketMessage) int64 {
	want := bare(t.n.Body)
	for _, m := range messages {
		early := !m.Created.IsZero() && m.Created.Before(t.e.PlannedAt.Add(-margin))
		if !m.Support && !early && !slices.Contains(t.c.Ticket.Ours, m.ID) && bare(m.Body) == want {
			return m.ID
		}
	}
	return 0
}

// lookOpened looks for the ticket among those that were opened since it was planned. The
// API's own search for a subject is not relied on: one that took it for a pattern would
// find nothing.
func (f *Filer) lookOpened(ctx context.Context, t task) (bridge.TicketResult, bool, error) {
	since := t.e.PlannedAt.Add(-margin)
	ids, err := t.p.API.List(ctx, "", since)
	if err == nil && len(ids) > mostRead {
		ids, err = t.p.API.List(ctx, t.n.Subject, since)
	}
	if err != nil {
		return bridge.TicketResult{}, false, err
	}
	for _, id := range ids[:min(len(ids), mostRead)] {
		r, found, err := f.opened(ctx, t, id)
		if err != nil || found {
			return r, found, err
		}
	}
	return bridge.TicketResult{}, false, nil
}

// opened reports whether that ticket is ours: it has our subject and our text, and no
// other case has it.
func (f *Filer) opened(ctx context.Context, t task, id int64) (r bridge.TicketResult, found bool, err error) {
	ticket, subject, err := t.p.API.Titled(ctx, id)
	if err != nil || bare(subject) != bare(t.n.Subject) {
		return r, false, err
	}
	messages, err := t.p.API.Messages(ctx, id)
	if err != nil || len(messages) == 0 || messages[0].Support || bare(messages[0].Body) != bare(t.n.Body) {
		return r, false, err
	}
	owners, err := f.Cases.TicketCases(ctx, t.c.Provider, ticket.Number)
	if err != nil || slices.ContainsFunc(owners, func(c bridge.Case) bool { return c.ID != t.c.ID }) {
		return r, false, err
	}
	return bridge.TicketResult{
		At: f.found(t, messages[0].Created), ID: id, Number: ticket.Number, Message: messages[0].ID, Proof: byList,
	}, true, nil
}

// bare are the letters and digits of a text without its tags: an API changes blanks, signs
// and the way in which lines end.
func bare(s string) string {
	s = untagged(html.UnescapeString(s))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// untagged is a text without what looks like a tag of HTML.
func untagged(s string) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(s[open:], '>')
		if end < 0 {
			break
		}
		out.WriteString(s[:open])
		s = s[open+end+1:]
	}
	out.WriteString(s)
	return out.String()
}

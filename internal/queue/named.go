package queue

import (
	"context"
	"errors"
	"slices"

	"escalat/bridge"
	"escalat/internal/store"
	"escalat/mapping"
)

// named returns the cases that a mail names where no identity of ours stands in it, by
// the Message-IDs that it answers or refers to, else by the keys of issues and by ticket
// numbers, unlocked. There are several when it is not certain which one is meant.
//
// All of them are anybody's to write: they count only for a sender who is allowed, and
// among the cases with that provider; the Message-IDs also for a colleague, and for whom
// a person has let pass. Of a sender who is not confirmed only the one case that is
// surely meant is named, for the mail to be kept and told there.
func named(ctx context.Context, tx *store.Tx, msg bridge.Message, release *bridge.Release) ([]bridge.Case, error) {
	allowed := msg.Provider != "" && msg.Authentic.Allowed
	if msg.Own || msg.CaseID != "" || slices.Contains(msg.Defects, bridge.SeveralCases) {
		return nil, nil
	}
	var found []bridge.Case
	var err error
	if allowed || msg.Colleague || release.Passes(bridge.GateSender) {
		found, err = byThread(ctx, tx, msg)
	}
	if err == nil && len(found) == 0 && allowed {
		found, err = bySubject(ctx, tx, msg)
	}
	if len(found) > 1 && !msg.Authentic.Verified && !release.Passes(bridge.GateUnproved) {
		return nil, err
	}
	return found, err
}

// maxAnswered bounds how many Message-IDs of a mail are looked for: the newest.
const maxAnswered = 100

// byThread returns the cases to whose conversation the mail belongs. Who answers one of
// its mails means it, whatever stands in the subject by now.
func byThread(ctx context.Context, tx *store.Tx, msg bridge.Message) ([]bridge.Case, error) {
	ids := slices.Clone(msg.InReplyTo)
	for _, id := range slices.Backward(msg.References) {
		ids = append(ids, id)
	}
	found, err := tx.ThreadCases(ctx, msg.Provider, ids[:min(len(ids), maxAnswered)]...)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i], err = leader(ctx, tx, found[i]); err != nil {
			return nil, err
		}
	}
	return newest(found), nil
}

// bySubject returns the cases that the mail names by keys of issues and by ticket
// numbers. The subject says what a mail is about. A text also speaks of the tickets of
// others: it counts only when the subject names no case and no number, be it one that
// nobody knows.
func bySubject(ctx context.Context, tx *store.Tx, msg bridge.Message) ([]bridge.Case, error) {
	byKey, err := byKeys(ctx, tx, msg)
	if err != nil {
		return nil, err
	}
	tickets := slices.DeleteFunc(slices.Clone(msg.Tickets), func(t mapping.Ticket) bool {
		return slices.ContainsFunc(byKey, func(c bridge.Case) bool { return c.Repeats(t) })
	})
	if len(byKey)+len(msg.Tickets) == 0 && msg.Authentic.Verified {
		tickets = msg.Spoken
	}
	byNumber, err := byTickets(ctx, tx, msg.Provider, tickets)
	return newest(append(byKey, byNumber...)), err
}

// byKeys returns the newest case of each issue that the mail names. A key without a
// case names none.
func byKeys(ctx context.Context, tx *store.Tx, msg bridge.Message) (found []bridge.Case, err error) {
	for _, key := range msg.Keys {
		c, err := tx.CaseOf(ctx, msg.Provider, key)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil {
			c, err = leader(ctx, tx, c)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// byTickets returns the cases that know any of the tickets.
func byTickets(ctx context.Context, tx *store.Tx, provider string, tickets []mapping.Ticket) (found []bridge.Case, err error) {
	for _, t := range tickets {
		cases, err := byTicket(ctx, tx, provider, t)
		if err != nil {
			return nil, err
		}
		found = append(found, cases...)
	}
	return found, nil
}

// byTicket returns the cases that know the ticket. Where several issues were told the
// same number, those that are over give way to those that are not: the provider still
// works on it. Of two that are not over neither does.
func byTicket(ctx context.Context, tx *store.Tx, provider string, t mapping.Ticket) ([]bridge.Case, error) {
	found, err := tx.TicketCases(ctx, provider, bridge.Spellings(t)...)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i], err = leader(ctx, tx, found[i]); err != nil {
			return nil, err
		}
	}
	found = newest(found)
	under := slices.DeleteFunc(slices.Clone(found), func(c bridge.Case) bool { return !c.State.Open() })
	if len(under) > 0 {
		return under, nil
	}
	return found, nil
}

// leader returns the case that a joined one shares, for others itself.
func leader(ctx context.Context, tx *store.Tx, c bridge.Case) (bridge.Case, error) {
	for range 3 { // one that joined a joined one is on its way to the first
		if c.State != bridge.Joined || c.Leader == "" {
			break
		}
		next, err := tx.Case(ctx, c.Leader)
		if errors.Is(err, store.ErrNotFound) {
			break
		}
		if err != nil {
			return c, err
		}
		c = next
	}
	return c, nil
}

// newest keeps the newest case of each issue: whichever of them is meant, the mail
// belongs on that issue.
func newest(cases []bridge.Case) []bridge.Case {
	var out []bridge.Case
	for _, c := range cases {
		i := slices.IndexFunc(out, func(o bridge.Case) bool { return o.IssueID == c.IssueID })
		switch {
		case i < 0:
			out = append(out, c)
		case c.Ordinal > out[i].Ordinal:
			out[i] = c
		}
	}
	return out
}

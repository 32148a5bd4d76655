package queue

import (
	"context"
	"errors"
	"slices"

	"escalat/bridge"
	"escalat/internal/store"
	"escalat/mapping"
)

// named returns the cases that a mail of a provider names where no identity of ours
// stands in it: by the keys of issues and by ticket numbers, unlocked. There are
// several when it is not certain which one is meant.
//
// Both are anybody's to write: they count only for a sender who is allowed, and among
// the cases with that provider. Of a sender who is not confirmed only the one case that
// the subject surely means is named, for the mail to be kept and told there. The
// subject says what a mail is about. A text also speaks of the tickets of others: it
// counts only when the subject names no case and no number, be it one that nobody knows.
func named(ctx context.Context, tx *store.Tx, msg bridge.Message) ([]bridge.Case, error) {
	allowed := msg.Provider != "" && msg.Authentic.Allowed
	if !allowed || msg.Own || msg.CaseID != "" || slices.Contains(msg.Defects, bridge.SeveralCases) {
		return nil, nil
	}
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
	found := newest(append(byKey, byNumber...))
	if len(found) > 1 && !msg.Authentic.Verified {
		return nil, err
	}
	return found, err
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

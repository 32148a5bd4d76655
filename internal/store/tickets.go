package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"escalat/bridge"
)

// maxTicketCases bounds how many cases are looked at for one ticket number: of more
// than a few nobody could say which is meant.
const maxTicketCases = 50

const insertTicket = "INSERT INTO tickets (provider, number, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"

// capitals is how a ticket number is looked for: letter case says nothing.
func capitals(number string) string { return storable(strings.ToUpper(strings.TrimSpace(number))) }

// noteTickets has the case found by its references. None is ever taken off a case.
func (tx *Tx) noteTickets(ctx context.Context, c bridge.Case) error {
	for _, number := range c.References {
		if _, err := tx.conn.exec(ctx, insertTicket, c.Provider, capitals(number), c.ID); err != nil {
			return fmt.Errorf("note ticket of case %s: %w", c.ID, err)
		}
	}
	return nil
}

// TicketCases returns the cases that have one of these ticket numbers of the
// provider among their references, in whatever letter case, unlocked, each once.
func (tx *Tx) TicketCases(ctx context.Context, provider string, numbers ...string) ([]bridge.Case, error) {
	var out []bridge.Case
	for _, number := range numbers {
		found, err := tx.cases(ctx, "SELECT "+caseColumns+` FROM cases WHERE id IN
			(SELECT case_id FROM tickets WHERE provider = $1 AND number = $2) ORDER BY ordinal DESC, id LIMIT $3`,
			provider, capitals(number), maxTicketCases)
		if err != nil {
			return nil, fmt.Errorf("cases of ticket %q: %w", number, err)
		}
		for _, c := range found {
			has := slices.ContainsFunc(c.References, func(r string) bool { return capitals(r) == capitals(number) })
			known := slices.ContainsFunc(out, func(o bridge.Case) bool { return o.ID == c.ID })
			if has && !known {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// fillTickets notes the references of the cases that are older than the table of
// tickets. The two databases read a list within a body in different words, so it is
// read here.
func fillTickets(ctx context.Context, tx *sql.Tx) error {
	conn := &Tx{conn: sqlConn{tx}}
	var all []bridge.Case
	err := conn.each(ctx, `SELECT id, provider, body FROM cases WHERE body LIKE '%"references":[%'`, nil, func(scan func(...any) error) error {
		var c struct {
			References []string `json:"references"`
		}
		var id, provider, body string
		if err := scan(&id, &provider, &body); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return fmt.Errorf("body of case %s: %w", id, err)
		}
		all = append(all, bridge.Case{ID: id, Provider: provider, References: c.References})
		return nil
	})
	if err != nil {
		return fmt.Errorf("read references: %w", err)
	}
	for _, c := range all {
		if err := conn.noteTickets(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

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

const (
	// maxThreadCases bounds how many cases are looked at for one mail's references.
	maxThreadCases = 50
	// maxThreadIDs bounds how many Message-IDs are looked for, or noted, at once.
	maxThreadIDs = 200
)

// noteThread has the case found by the Message-IDs of its conversation. None is ever
// taken off: what a long thread has forgotten is still answered.
func (tx *Tx) noteThread(ctx context.Context, c bridge.Case) error {
	ids := slices.Clone(c.Thread)
	for _, n := range c.Notices[max(0, len(c.Notices)-maxThreadIDs/2):] {
		ids = append(ids, n.MessageID)
	}
	ids = messageIDs(ids)
	if len(ids) == 0 {
		return nil
	}
	in, args := list(ids, c.Provider, c.ID)
	known, err := tx.strings(ctx, "SELECT message_id FROM threads WHERE provider = $1 AND case_id = $2 AND message_id IN "+in, args...)
	if err != nil {
		return fmt.Errorf("thread of case %s: %w", c.ID, err)
	}
	for _, id := range ids {
		if slices.Contains(known, id) {
			continue
		}
		_, err := tx.conn.exec(ctx, "INSERT INTO threads (provider, message_id, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", c.Provider, id, c.ID)
		if err != nil {
			return fmt.Errorf("note thread of case %s: %w", c.ID, err)
		}
	}
	return nil
}

// messageIDs are those that can be stored, each once, the first of a great many.
func messageIDs(ids []string) (out []string) {
	for _, id := range ids {
		if id = storable(id); id != "" && len(out) < maxThreadIDs && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// list makes the list of an IN out of values, with the arguments that stand before.
func list(values []string, before ...any) (in string, args []any) {
	var b strings.Builder
	for i, v := range values {
		before = append(before, v)
		fmt.Fprintf(&b, "%s$%d", []string{"(", ", "}[min(i, 1)], len(before))
	}
	return b.String() + ")", before
}

// ThreadCases returns the cases with the provider, or with any when it is empty, to
// whose conversation one of the Message-IDs belongs, unlocked, each once.
func (tx *Tx) ThreadCases(ctx context.Context, provider string, ids ...string) ([]bridge.Case, error) {
	ids = messageIDs(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := list(ids, provider, maxThreadCases)
	where := "provider = $1"
	if provider == "" {
		where = "$1 = ''"
	}
	found, err := tx.cases(ctx, "SELECT "+caseColumns+" FROM cases WHERE id IN (SELECT case_id FROM threads WHERE "+where+
		" AND message_id IN "+in+") ORDER BY ordinal DESC, id LIMIT $2", args...)
	if err != nil {
		return nil, fmt.Errorf("cases of a thread: %w", err)
	}
	return found, nil
}

// fillThreads notes the conversations of the cases that are older than the table of
// threads.
func fillThreads(ctx context.Context, tx *sql.Tx) error {
	conn := &Tx{conn: sqlConn{tx}}
	var all []bridge.Case
	err := conn.each(ctx, `SELECT id, provider, body FROM cases WHERE body LIKE '%"messageID":%' OR body LIKE '%"thread":[%'`, nil, func(scan func(...any) error) error {
		var id, provider, body string
		if err := scan(&id, &provider, &body); err != nil {
			return err
		}
		var c struct {
			Thread  []string `json:"thread"`
			Notices []struct {
				MessageID string `json:"messageID"`
			} `json:"notices"`
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return fmt.Errorf("body of case %s: %w", id, err)
		}
		one := bridge.Case{ID: id, Provider: provider, Thread: c.Thread}
		for _, n := range c.Notices {
			one.Notices = append(one.Notices, bridge.Notice{MessageID: n.MessageID})
		}
		all = append(all, one)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read threads: %w", err)
	}
	for _, c := range all {
		if err := conn.noteThread(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
)

const caseColumns = "id, issue_id, provider, ordinal, state, rev, due_at, body"

// InsertCase adds a case. A second case of the same issue, provider and ordinal
// is an error.
func (tx *Tx) InsertCase(ctx context.Context, c bridge.Case) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	_, err = tx.conn.exec(ctx, "INSERT INTO cases ("+caseColumns+", leader, issue_key) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9)",
		c.ID, c.IssueID, c.Provider, c.Ordinal, string(c.State), millis(c.DueAt), string(body), c.Leader, c.IssueKey)
	if err != nil {
		return fmt.Errorf("insert case %s: %w", c.ID, err)
	}
	return tx.noteWays(ctx, c)
}

// noteWays has the case found by what mails may name.
func (tx *Tx) noteWays(ctx context.Context, c bridge.Case) error {
	if err := tx.noteTickets(ctx, c); err != nil {
		return err
	}
	return tx.noteThread(ctx, c)
}

// LockCase begins a transaction on a case: until it ends nobody else changes the
// case or its effects. It returns ErrNotFound when there is no such case.
func (tx *Tx) LockCase(ctx context.Context, id string) (bridge.Case, error) {
	return tx.oneCase(ctx, "UPDATE cases SET rev = rev + 1 WHERE id = $1 RETURNING "+caseColumns, id)
}

// Case returns a case without locking it, or ErrNotFound.
func (tx *Tx) Case(ctx context.Context, id string) (bridge.Case, error) {
	return tx.oneCase(ctx, "SELECT "+caseColumns+" FROM cases WHERE id = $1", id)
}

func (tx *Tx) oneCase(ctx context.Context, query, id string) (bridge.Case, error) {
	cs, err := tx.cases(ctx, query, id)
	if err != nil {
		return bridge.Case{}, fmt.Errorf("case %s: %w", id, err)
	}
	if len(cs) == 0 {
		return bridge.Case{}, fmt.Errorf("case %s: %w", id, ErrNotFound)
	}
	return cs[0], nil
}

// LockCasesOfIssue locks and returns the cases of an issue, oldest first.
func (tx *Tx) LockCasesOfIssue(ctx context.Context, issueID string) ([]bridge.Case, error) {
	cs, err := tx.CasesOfIssue(ctx, issueID)
	if err != nil {
		return nil, err
	}
	for i := range cs {
		if cs[i], err = tx.LockCase(ctx, cs[i].ID); err != nil {
			return nil, err
		}
	}
	return cs, nil
}

// CasesOfIssue returns the cases of an issue, oldest first.
func (tx *Tx) CasesOfIssue(ctx context.Context, issueID string) ([]bridge.Case, error) {
	return tx.cases(ctx, "SELECT "+caseColumns+" FROM cases WHERE issue_id = $1 ORDER BY provider, ordinal", issueID)
}

func (tx *Tx) cases(ctx context.Context, query string, args ...any) ([]bridge.Case, error) {
	var out []bridge.Case
	err := tx.each(ctx, query, args, func(scan func(...any) error) error {
		var c bridge.Case
		var id, issue, provider, state, body string
		var ordinal, rev, due int64
		if err := scan(&id, &issue, &provider, &ordinal, &state, &rev, &due, &body); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return fmt.Errorf("body of case %s: %w", id, err)
		}
		c.ID, c.IssueID, c.Provider, c.Ordinal = id, issue, provider, int(ordinal)
		c.State, c.Rev, c.DueAt = bridge.State(state), rev, fromMillis(due)
		out = append(out, c)
		return nil
	})
	return out, err
}

// SaveCase writes a case that was locked before in this transaction.
func (tx *Tx) SaveCase(ctx context.Context, c bridge.Case) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	err = tx.exactly(ctx, fmt.Errorf("save case %s: %w", c.ID, ErrNotFound),
		"UPDATE cases SET state = $1, due_at = $2, body = $3, leader = $4, issue_key = $5 WHERE id = $6",
		string(c.State), millis(c.DueAt), string(body), c.Leader, c.IssueKey, c.ID)
	if err != nil {
		return err
	}
	return tx.noteWays(ctx, c)
}

// LockFollowers locks and returns the cases that share the case with that id, in
// the order of their ids.
func (tx *Tx) LockFollowers(ctx context.Context, leader string) ([]bridge.Case, error) {
	cs, err := tx.Followers(ctx, leader)
	if err != nil {
		return nil, err
	}
	for i := range cs {
		if cs[i], err = tx.LockCase(ctx, cs[i].ID); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(cs, func(c bridge.Case) bool { return c.Leader != leader || c.State != bridge.Joined }), nil
}

// Followers returns the cases that share the case with that id, unlocked.
func (tx *Tx) Followers(ctx context.Context, leader string) ([]bridge.Case, error) {
	return tx.cases(ctx, "SELECT "+caseColumns+" FROM cases WHERE leader = $1 AND state = $2 ORDER BY id", leader, string(bridge.Joined))
}

// CaseOf returns the newest case that an issue, by its id or by a key that it has or
// had, has with the provider, unlocked, or ErrNotFound. An issue that has the key
// goes before one that had it.
func (tx *Tx) CaseOf(ctx context.Context, provider, issue string) (bridge.Case, error) {
	const newest = " ORDER BY ordinal DESC, id LIMIT 1"
	ways := []struct{ where, value string }{
		{"issue_id = $2" + newest, issue},
		{"issue_key = $2" + newest, issue},
		// A key that the issue had, or one from before keys had a column of their own.
		// The pattern may find more.
		{"body LIKE $2 ORDER BY ordinal DESC, id", `%"` + issue + `"%`},
	}
	if _, err := strconv.ParseUint(issue, 10, 64); err == nil { // an id is no key
		ways = ways[:1]
	}
	for i, way := range ways {
		found, err := tx.cases(ctx, "SELECT "+caseColumns+" FROM cases WHERE provider = $1 AND "+way.where, provider, way.value)
		if err != nil {
			return bridge.Case{}, fmt.Errorf("case of issue %s: %w", issue, err)
		}
		for _, c := range found {
			if i < 2 || c.IssueKey == issue || slices.Contains(c.FormerKeys, issue) {
				return c, nil
			}
		}
	}
	return bridge.Case{}, fmt.Errorf("case of issue %s: %w", issue, ErrNotFound)
}

// CasesCalled returns the cases of every provider of the issue that has or had that
// key, the newest first.
func (tx *Tx) CasesCalled(ctx context.Context, key string) ([]bridge.Case, error) {
	found, err := tx.cases(ctx, "SELECT "+caseColumns+" FROM cases WHERE issue_key = $1 OR body LIKE $2 ORDER BY ordinal DESC, id",
		storable(key), `%"`+storable(key)+`"%`)
	if err != nil {
		return nil, fmt.Errorf("cases of issue %s: %w", key, err)
	}
	return slices.DeleteFunc(found, func(c bridge.Case) bool { return c.IssueKey != key && !slices.Contains(c.FormerKeys, key) }), nil
}

// OpenCases returns up to limit cases after the one with that id whose label is
// followed, and the last of those gone through, empty at the end.
func (tx *Tx) OpenCases(ctx context.Context, after string, limit int) (open []bridge.Case, last string, err error) {
	found, err := tx.cases(ctx, "SELECT "+caseColumns+` FROM cases WHERE id > $1 AND state NOT IN ('withdrawn', 'closed')
		ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return nil, "", fmt.Errorf("look for open cases: %w", err)
	}
	if len(found) == limit {
		last = found[limit-1].ID
	}
	return found, last, nil
}

// CasesIn returns the cases in that state, of every provider, in the order of their
// ids.
func (tx *Tx) CasesIn(ctx context.Context, state bridge.State) ([]bridge.Case, error) {
	return tx.cases(ctx, "SELECT "+caseColumns+" FROM cases WHERE state = $1 ORDER BY provider, id", string(state))
}

// DueIssues returns up to limit issues with a case due at now, the longest due
// first, that nobody is already asked to look at.
func (tx *Tx) DueIssues(ctx context.Context, now time.Time, limit int) ([]string, error) {
	return tx.strings(ctx, `SELECT c.issue_id FROM cases c WHERE c.due_at > 0 AND c.due_at <= $1
		AND NOT EXISTS (SELECT 1 FROM looks l WHERE l.issue_id = c.issue_id AND l.asked > l.done)
		GROUP BY c.issue_id ORDER BY MIN(c.due_at) LIMIT $2`, millis(now), limit)
}

// Incomplete returns issues with a case of which something is still to be sent:
// nothing was, or the provider was told that something is to be confirmed. It goes
// through up to limit cases after the one with that id, and returns the last of
// them, empty at the end.
func (tx *Tx) Incomplete(ctx context.Context, after string, limit int) (issues []string, last string, err error) {
	// The pattern only saves reading most of what was sent: a notice says it too.
	found, err := tx.cases(ctx, "SELECT "+caseColumns+` FROM cases WHERE id > $1 AND (state IN ('settling', 'asked')
		OR state IN ('sent', 'answered') AND body LIKE '%"pending":[%') ORDER BY id LIMIT $2`, after, limit)
	if err != nil {
		return nil, "", fmt.Errorf("look for incomplete cases: %w", err)
	}
	for _, c := range found {
		if c.State == bridge.Settling || c.State == bridge.Asked || len(c.Pending) > 0 {
			issues = append(issues, c.IssueID)
		}
	}
	if len(found) == limit {
		last = found[limit-1].ID
	}
	return issues, last, nil
}

func (tx *Tx) strings(ctx context.Context, query string, args ...any) ([]string, error) {
	var out []string
	err := tx.each(ctx, query, args, func(scan func(...any) error) error {
		var s string
		if err := scan(&s); err != nil {
			return err
		}
		out = append(out, s)
		return nil
	})
	return out, err
}

// AppendAudit adds decisions to a case's audit, in order.
func (tx *Tx) AppendAudit(ctx context.Context, c bridge.Case, entries []bridge.Entry) error {
	for i, e := range entries {
		_, err := tx.conn.exec(ctx, `INSERT INTO audit (case_id, rev, n, at, stage, action, reason)
			SELECT $1, $2, COUNT(*), $3, $4, $5, $6 FROM audit WHERE case_id = $7 AND rev = $8`,
			c.ID, c.Rev, millis(e.At), e.Stage, e.Action, storable(e.Reason), c.ID, c.Rev)
		if err != nil {
			return fmt.Errorf("audit of case %s, entry %d: %w", c.ID, i, err)
		}
	}
	return nil
}

// Audit returns a case's audit, oldest first.
func (tx *Tx) Audit(ctx context.Context, caseID string) ([]bridge.Entry, error) {
	return tx.audit(ctx, caseID, func(int64, bridge.Entry) bool { return true })
}

// AuditAbout returns the entries about a mail: those of the decision about it, and those
// of what a person did to it.
func (tx *Tx) AuditAbout(ctx context.Context, m bridge.Mail) ([]bridge.Entry, error) {
	return tx.audit(ctx, m.CaseID, func(rev int64, e bridge.Entry) bool {
		return rev == m.CaseRev || strings.HasPrefix(e.Reason, IDOf(m).String()+",")
	})
}

func (tx *Tx) audit(ctx context.Context, caseID string, which func(rev int64, e bridge.Entry) bool) ([]bridge.Entry, error) {
	var out []bridge.Entry
	err := tx.each(ctx, "SELECT rev, at, stage, action, reason FROM audit WHERE case_id = $1 ORDER BY rev, n", []any{caseID},
		func(scan func(...any) error) error {
			var e bridge.Entry
			var rev, at int64
			if err := scan(&rev, &at, &e.Stage, &e.Action, &e.Reason); err != nil {
				return err
			}
			if e.At = fromMillis(at); which(rev, e) {
				out = append(out, e)
			}
			return nil
		})
	return out, err
}

package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping/spelling"
)

// Transition is a way of an issue's workflow from where the issue is.
type Transition struct {
	ID   string
	Name string
	To   string // name of the status to which it leads
	// Needs are the fields that it wants filled in and that Jira does not fill in itself.
	Needs []Needed
}

// Needed is a field that a transition wants filled in.
type Needed struct {
	ID   string
	Name string
}

// Bounds of what a workflow is believed to have.
const (
	maxTransitions = 200
	maxNeeds       = 50
)

type wireTransition struct {
	ID     ident                      `json:"id"`
	Name   string                     `json:"name"`
	To     wireStatus                 `json:"to"`
	Fields map[string]json.RawMessage `json:"fields"`
}

type wireStatus struct {
	Name     string `json:"name"`
	Category struct {
		Key string `json:"key"`
	} `json:"statusCategory"`
}

type wireNeed struct {
	Name       string `json:"name"`
	Required   flag   `json:"required"`
	HasDefault flag   `json:"hasDefaultValue"`
}

// Transitions are those that our account may make with the issue of that numeric id, in
// Jira's order.
func (c *Client) Transitions(ctx context.Context, issueID string) ([]Transition, error) {
	op := "ask where issue " + issueID + " can go"
	if !number.MatchString(issueID) {
		return nil, bridge.Permanent(fmt.Errorf("jira: issue %.40q: not a numeric id", issueID))
	}
	var w struct {
		Transitions []json.RawMessage `json:"transitions"`
	}
	if err := c.ask(ctx, op, "rest/api/2/issue/"+issueID+"/transitions?expand=transitions.fields", &w); err != nil {
		return nil, c.confirmed(ctx, err)
	}
	if w.Transitions == nil {
		return nil, fmt.Errorf("jira: %s: the answer has no list of transitions", op)
	}
	var all []Transition
	for _, one := range members[wireTransition](w.Transitions) {
		if len(all) < maxTransitions && number.MatchString(string(one.ID)) {
			all = append(all, Transition{ID: string(one.ID), Name: strings.TrimSpace(one.Name), To: strings.TrimSpace(one.To.Name), Needs: one.needs()})
		}
	}
	return all, nil
}

// needs are the fields that are required and have no default, sorted by their names.
func (w wireTransition) needs() []Needed {
	var all []Needed
	for id, raw := range w.Fields {
		var f wireNeed
		if err := json.Unmarshal(raw, &f); err != nil && !oddValue(err) {
			continue
		}
		if f.Required.set && !f.HasDefault.set {
			all = append(all, Needed{ID: id, Name: cmp.Or(strings.TrimSpace(f.Name), id)})
		}
	}
	slices.SortFunc(all, func(a, b Needed) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return all[:min(len(all), maxNeeds)]
}

// Move takes the issue with that numeric id to the status of that name, in whatever
// letter case, by the transition that leads there, or else by the one that is so named.
// One that is there already stays as it is, and so does one that is done, unless
// evenDone: somebody has resolved it. A workflow that has no such transition now, or only
// one that wants fields filled in, is a permanent *bridge.NotMoved. at is as EditLabels
// has it.
func (c *Client) Move(ctx context.Context, issueID, status string, evenDone bool) (at time.Time, err error) {
	op := fmt.Sprintf("move issue %s to %q", issueID, shorten(oneLine(status), longestName))
	leave, err := c.turns.take(ctx, issueID)
	if err != nil {
		return at, bridge.NotDone(fmt.Errorf("jira: %s: %w", op, err))
	}
	defer leave()
	all, err := c.Transitions(ctx, issueID)
	if err != nil {
		return at, bridge.NotDone(err)
	}
	ways := leading(all, status)
	now, err := c.standing(ctx, op, issueID, ways)
	switch {
	case err != nil:
		return at, bridge.NotDone(err)
	case strings.EqualFold(now.status, strings.TrimSpace(status)), now.done && !evenDone:
		return at, nil
	}
	way, err := passable(all, ways, now, status)
	if err != nil {
		return at, bridge.Permanent(fmt.Errorf("jira: %s: %w", op, err))
	}
	at, err = c.do(ctx, call{
		op: op, method: http.MethodPost, path: "rest/api/2/issue/" + issueID + "/transitions",
		body: map[string]map[string]string{"transition": {"id": way.ID}}, write: true, issue: issueID,
	}, nil)
	if err != nil {
		return time.Time{}, c.confirmedWrite(ctx, err)
	}
	return at, nil
}

// leading are the transitions that lead to the status, or, where none does, those of
// that name.
func leading(all []Transition, status string) []Transition {
	status = strings.TrimSpace(status)
	var to, named []Transition
	for _, t := range all {
		if strings.EqualFold(t.To, status) {
			to = append(to, t)
		}
		if strings.EqualFold(t.Name, status) {
			named = append(named, t)
		}
	}
	if len(to) > 0 {
		return to
	}
	return named
}

// standing is how an issue stands before it is moved.
type standing struct {
	status string
	done   bool
	filled map[string]bool // of the fields that its ways need
}

func (c *Client) standing(ctx context.Context, op, issueID string, ways []Transition) (standing, error) {
	fields := []string{"status", "resolution"}
	for _, t := range ways {
		for _, n := range t.Needs {
			if fieldID(n.ID) && !slices.Contains(fields, n.ID) {
				fields = append(fields, n.ID)
			}
		}
	}
	var w struct {
		Fields map[string]json.RawMessage `json:"fields"`
	}
	if err := c.ask(ctx, op, "rest/api/2/issue/"+issueID+"?fields="+strings.Join(fields, ","), &w); err != nil {
		return standing{}, c.confirmed(ctx, err)
	}
	var status wireStatus
	if err := json.Unmarshal(w.Fields["status"], &status); err != nil && !oddValue(err) || status.Name == "" {
		return standing{}, fmt.Errorf("jira: %s: the answer has no status", op)
	}
	s := standing{
		status: strings.TrimSpace(status.Name), filled: map[string]bool{},
		done: status.Category.Key == "done" || said(w.Fields["resolution"]),
	}
	for _, id := range fields {
		s.filled[id] = holds(w.Fields[id])
	}
	return s, nil
}

// fieldID reports whether id may stand in a query: letters, digits and underscores.
func fieldID(id string) bool {
	return id != "" && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// holds reports whether a field has a value: Jira keeps it when a transition brings none.
func holds(raw json.RawMessage) bool {
	switch strings.TrimSpace(string(raw)) {
	case "", "null", `""`, "[]", "{}":
		return false
	}
	return true
}

// passable is the first of the ways that needs nothing which the issue does not have.
func passable(all, ways []Transition, now standing, status string) (Transition, error) {
	refused := &bridge.NotMoved{Status: shorten(oneLine(status), longestName)}
	for _, t := range ways {
		var empty []string
		for _, n := range t.Needs {
			if !now.filled[n.ID] {
				empty = append(empty, shorten(oneLine(n.Name), longestName))
			}
		}
		if len(empty) == 0 {
			return t, nil
		}
		if refused.Fields == nil {
			refused.Fields = empty
		}
	}
	for _, t := range all {
		if to := shorten(oneLine(t.To), longestName); to != "" && !slices.Contains(refused.Ways, to) {
			refused.Ways = append(refused.Ways, to)
		}
	}
	return Transition{}, refused
}

// Statuses are the names of the statuses that the workflows of Jira have, sorted, each
// once.
func (c *Client) Statuses(ctx context.Context) ([]string, error) {
	const op = "ask which statuses there are"
	var list []json.RawMessage
	if err := c.ask(ctx, op, "rest/api/2/status", &list); err != nil {
		return nil, preliminary(err)
	}
	var names []string
	for _, s := range members[wireStatus](list) {
		if name := strings.TrimSpace(s.Name); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("jira: %s: the answer has no list of statuses", op)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// CheckStatuses asks Jira whether there are statuses of those names, in whatever letter
// case. Those that are not are one permanent error, each with the nearest; when Jira does
// not answer the error is temporary. Without names nothing is asked.
func (c *Client) CheckStatuses(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	known, err := c.Statuses(ctx)
	if err != nil {
		return err
	}
	var problems []error
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, strings.TrimSpace(name)) }) {
			continue
		}
		said := fmt.Errorf("%q: no status that the account sees has this name", shorten(oneLine(name), longestName))
		if near := nearestStatus(known, name); near != "" {
			said = fmt.Errorf("%w; the nearest: %q", said, near)
		}
		problems = append(problems, said)
	}
	if err := errors.Join(problems...); err != nil {
		return bridge.Permanent(fmt.Errorf("jira: statuses: %w", err))
	}
	return nil
}

// nearestStatus is the one most like a name, where at least half of it is the same.
func nearestStatus(known []string, name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	best, far := "", len(name)/2+1
	for _, k := range known {
		if len(k) > 2*len(name) {
			continue
		}
		if d := spelling.Distance(name, strings.ToLower(k)); d < far {
			best, far = k, d
		}
	}
	return shorten(oneLine(best), longestName)
}

// Package watch decides which cases an issue has: a label of a provider opens
// one, removing the label withdraws it or stops following it.
//
// Decide is a function of its input. It never sends anything: what an open case
// needs next is the business of the other stages.
package watch

import (
	"fmt"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

const stage = "watch"

// Input is what a decision is made from.
type Input struct {
	Now      time.Time
	Issue    bridge.Issue
	Cases    []bridge.Case     // all of the issue
	Profiles []mapping.Profile // of the providers that are switched on
	// NewID draws the id of a new case.
	NewID func() (string, error)
}

// Decide returns one outcome for each provider that the issue's labels name, or
// that has an open case of the issue: also where nothing changes, since the next
// stage may have something to decide. The error is that of NewID.
func Decide(in Input) ([]bridge.Outcome, error) {
	var out []bridge.Outcome
	for i := range in.Profiles {
		p := &in.Profiles[i]
		o, ok, err := provider(in, p)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, o)
		}
	}
	return out, nil
}

func provider(in Input, p *mapping.Profile) (bridge.Outcome, bool, error) {
	form, label, asked := p.FormForLabel(in.Issue.Labels)
	last, ordinal := latest(in.Cases, p.ID)
	switch {
	case asked && (last == nil || !last.State.Open()):
		o, err := open(in, p, form, label, ordinal+1)
		return o, err == nil, err
	case asked:
		return keep(in, *last, form), true, nil
	case last != nil && last.State.Open():
		return leave(in, *last), true, nil
	}
	return bridge.Outcome{}, false, nil
}

// latest returns the issue's newest case with the provider, and its ordinal.
func latest(cases []bridge.Case, provider string) (*bridge.Case, int) {
	var last *bridge.Case
	for i := range cases {
		if c := &cases[i]; c.Provider == provider && (last == nil || c.Ordinal > last.Ordinal) {
			last = c
		}
	}
	if last == nil {
		return nil, 0
	}
	return last, last.Ordinal
}

func open(in Input, p *mapping.Profile, form *mapping.Form, label string, ordinal int) (bridge.Outcome, error) {
	id, err := in.NewID()
	if err != nil {
		return bridge.Outcome{}, fmt.Errorf("id of a new case: %w", err)
	}
	c := bridge.Case{
		ID: id, IssueID: in.Issue.ID, IssueKey: in.Issue.Key, Provider: p.ID, Ordinal: ordinal,
		State: bridge.Settling, Kind: form.ID, OpenedAt: in.Now, OpenedBy: opener(in.Issue, label),
	}
	return bridge.Outcome{Case: c, Audit: entry(in, "opened", "label "+label)}, nil
}

// opener is who put the label on, else the assignee, else the reporter.
func opener(issue bridge.Issue, label string) bridge.User {
	for _, l := range slices.Backward(issue.Labelled) {
		if slices.Contains(l.Added, label) {
			return l.By
		}
	}
	if !issue.Assignee.IsZero() {
		return issue.Assignee
	}
	return issue.Reporter
}

// keep follows what may change while the label stays: the issue's key, and the
// kind as long as nothing was sent.
func keep(in Input, c bridge.Case, form *mapping.Form) bridge.Outcome {
	o := bridge.Outcome{Case: c}
	o.Case.IssueKey = in.Issue.Key
	if c.Kind != form.ID && unsent(c.State) {
		o.Case.Kind = form.ID
		o.Audit = entry(in, "kind changed", form.ID)
	}
	return o
}

func unsent(s bridge.State) bool { return s == bridge.Settling || s == bridge.Asked }

// leave acts on a label that is gone. What is being sent reads the issue again
// by itself; what was sent is no longer followed, though replies still come.
func leave(in Input, c bridge.Case) bridge.Outcome {
	o := bridge.Outcome{Case: c}
	switch {
	case unsent(c.State):
		o.Case.State, o.Case.DueAt = bridge.Withdrawn, time.Time{}
		o.Audit = entry(in, "withdrawn", "the label was removed before anything was sent")
	case c.State != bridge.Sending:
		o.Case.State, o.Case.DueAt = bridge.Closed, time.Time{}
		o.Audit = entry(in, "closed", "the label was removed")
	}
	return o
}

func entry(in Input, action, reason string) []bridge.Entry {
	return []bridge.Entry{{At: in.Now, Stage: stage, Action: action, Reason: reason}}
}

// Package watch decides which cases an issue has: a label of a provider opens
// one, whatever kind it names or none; removing the last one withdraws it or stops
// following it. A label that was taken off and put back after the notice escalates
// anew, also when both happened between two looks.
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

// Decide returns an outcome for each provider that the issue's labels name, or
// that has an open case of the issue: also where nothing changes, since the next
// stage may have something to decide. There are two where a case ends and another
// begins, in this order. The error is that of NewID.
func Decide(in Input) ([]bridge.Outcome, error) {
	var out []bridge.Outcome
	for i := range in.Profiles {
		p := &in.Profiles[i]
		o, err := provider(in, p)
		if err != nil {
			return nil, err
		}
		out = append(out, o...)
	}
	return out, nil
}

func provider(in Input, p *mapping.Profile) ([]bridge.Outcome, error) {
	labels := p.EscalationLabels(in.Issue.Labels)
	asked := len(labels) > 0
	last, ordinal := latest(in.Cases, p.ID)
	followed := last != nil && last.State.Open()
	var out []bridge.Outcome
	switch {
	case followed && !asked:
		return append(out, leave(in, *last)), nil
	case followed && !again(in, p, *last):
		return append(out, keep(in, *last, labels)), nil
	case followed:
		out = append(out, end(in, *last, "the label was taken off and put back"))
	case !asked:
		return nil, nil
	}
	if in.Issue.Resolved { // a label on something that is over escalates nothing
		return out, nil
	}
	opened, err := open(in, p, labels, ordinal+1)
	return append(out, opened), err
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

// open begins a case. Which kind it is, validate finds out.
func open(in Input, p *mapping.Profile, labels []string, ordinal int) (bridge.Outcome, error) {
	id, err := in.NewID()
	if err != nil {
		return bridge.Outcome{}, fmt.Errorf("id of a new case: %w", err)
	}
	label, by, at := labelling(in.Issue, labels)
	if by.IsZero() {
		by = in.Issue.Assignee
	}
	c := bridge.Case{
		ID: id, IssueID: in.Issue.ID, IssueKey: in.Issue.Key, Provider: p.ID, Ordinal: ordinal,
		State: bridge.Settling, OpenedAt: in.Now, OpenedBy: by, Label: label, LabelledAt: at,
	}
	for _, earlier := range in.Cases { // what they followed, this one does not
		if earlier.Provider == p.ID {
			c.Spend(append(slices.Clone(earlier.Spent), earlier.Forced.CommentID)...)
		}
	}
	return bridge.Outcome{Case: c, Audit: entry(in, "opened", "label "+label)}, nil
}

// labelling finds the first of the labels that are on: who put it there, nobody
// where the change log does not say, and when, at no known time where it does
// not say so of each of them.
func labelling(issue bridge.Issue, labels []string) (label string, by bridge.User, at time.Time) {
	unknown := ""
	for _, l := range labels {
		i := lastAdded(issue.Labelled, l)
		switch {
		case i < 0:
			unknown = l
		case label == "" || issue.Labelled[i].At.Before(at):
			label, by, at = l, issue.Labelled[i].By, issue.Labelled[i].At
		}
	}
	if unknown != "" {
		return unknown, by, time.Time{}
	}
	return label, by, at
}

// lastAdded is the place in the log where the label was last put on, or -1.
func lastAdded(log []bridge.Labelling, label string) int {
	for i, l := range slices.Backward(log) {
		if slices.Contains(l.Added, label) {
			return i
		}
	}
	return -1
}

// again reports whether somebody asked for another escalation: after the case's
// own labelling and after its notice the provider's last label was taken off,
// and a later change put one on. A label that was only exchanged for another in
// one change was never off.
func again(in Input, p *mapping.Profile, c bridge.Case) bool {
	if unsent(c.State) || c.State == bridge.Sending {
		return false // what is sent next answers every labelling so far
	}
	since := settled(c)
	on, putBack := p.EscalationLabels(in.Issue.Labels), false
	for _, l := range slices.Backward(in.Issue.Labelled) {
		removed := p.EscalationLabels(l.Removed)
		switch {
		case !l.At.After(since): // or at an unknown time
			return false
		case putBack && len(removed) > 0:
			return true
		}
		// on becomes what it was before this change.
		on = slices.DeleteFunc(on, func(label string) bool { return slices.Contains(l.Added, label) })
		on = append(on, removed...)
		putBack = len(on) == 0
	}
	return false
}

// settled is up to when the changes of labels are answered by the case.
func settled(c bridge.Case) time.Time {
	at := c.LabelledAt
	if at.IsZero() {
		at = c.OpenedAt
	}
	for _, n := range c.Notices {
		if n.SentAt.After(at) {
			at = n.SentAt
		}
	}
	return at
}

// keep follows what may change while a label stays: the issue's key, and as long
// as nothing was sent which labelling it is that the case answers, and whose it is
// while that is nobody.
func keep(in Input, c bridge.Case, labels []string) bridge.Outcome {
	c.IssueKey = in.Issue.Key
	if unsent(c.State) || c.State == bridge.Sending {
		c.Label, _, c.LabelledAt = labelling(in.Issue, labels)
		if c.OpenedBy.IsZero() {
			c.OpenedBy = in.Issue.Assignee
		}
	}
	return bridge.Outcome{Case: c}
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
		return end(in, c, "the label was removed")
	}
	return o
}

func end(in Input, c bridge.Case, reason string) bridge.Outcome {
	c.State, c.DueAt = bridge.Closed, time.Time{}
	return bridge.Outcome{Case: c, Audit: entry(in, "closed", reason)}
}

func entry(in Input, action, reason string) []bridge.Entry {
	return []bridge.Entry{{At: in.Now, Stage: stage, Action: action, Reason: reason}}
}

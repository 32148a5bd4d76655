// Package watch decides which cases an issue has: a label of a provider opens
// one, whatever kind it names or none; removing the last one withdraws it or stops
// following it, and so does resolving the issue once its notice was sent. A label
// that was taken off and put back after the notice escalates anew, also when both
// happened between two looks; one that merely stayed on does not. A case that was
// opened again, by an answer or a person, needs no label: what closed it before closes
// it no more, and a label that is put on it is followed like the first.
//
// Not every label begins something. One from before this installation, on an issue
// of which the store does not know what escalat wrote there, or on a copy, is only listed;
// of who may not escalate it is refused; more than a few at once are held by the
// brake; and an issue that is the same as another shares that one's case. From
// there a case goes on by the word of a person who may, or by the brake's release;
// when its issue is resolved instead, it is over, and a label that is still on when
// that is opened again is judged anew.
//
// Decide is a function of its input. It never sends anything: what an open case
// needs next is the business of the other stages.
package watch

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
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
	// Since is when this installation began, by Jira's clock: what was labelled
	// before is listed. Zero: nothing is.
	Since time.Time
	Texts text.Texts
	// Team is markup that addresses the team, for when nobody else is known.
	Team   string
	Lookup bridge.Lookup
	// Projects are the keys of those in which a case may open; none: in any. One that
	// is open is followed wherever its issue moves.
	Projects []string
	// Writing: a comment of ours on the issue was begun, perhaps long ago, and nobody
	// knows yet how that ended. Then one that no case remembers is no sign of a past
	// that the store does not know.
	Writing bool
	// Confirmed: Since is when a person confirmed what had been held, so that what was
	// labelled shortly before is told of it; else it is the very first start.
	Confirmed bool
	// Unmarked: no state labels show how a case stands.
	Unmarked bool
	// StateLabels are, by profile id, the labels that show how a case stands.
	StateLabels map[string][]string
}

// Decide returns an outcome for each provider that the issue's labels name, or
// that has an open case of the issue: also where nothing changes, since the next
// stage may have something to decide. There are two where a case ends, or lets go of
// its label, and another begins, in this order. The error is that of NewID or Lookup.
func Decide(in Input) ([]bridge.Outcome, error) {
	var out []bridge.Outcome
	commands := sync.OnceValue(in.Issue.Commands) // every comment is read for them
	for i := range in.Profiles {
		p := &in.Profiles[i]
		d := decision{Input: in, p: p, labels: p.EscalationLabels(in.Issue.Labels), commands: func() []bridge.Command { return naming(commands(), p.ID) }}
		o, err := d.decide()
		if err != nil {
			return nil, fmt.Errorf("%s and %s: %w", in.Issue.Key, p.ID, err)
		}
		out = append(append(out, d.former()...), o...)
	}
	return out, nil
}

// former are the cases in whose place another has come, and that an answer would open
// again, or has: older ones did not note it.
func (d *decision) former() []bridge.Outcome {
	last, _ := latest(d.Cases, d.p.ID)
	var out []bridge.Outcome
	for i := range d.Cases {
		switch c := d.Cases[i]; {
		case c.Provider != d.p.ID || c.Ordinal >= last.Ordinal:
		case c.State.Open():
			out = append(out, d.end(c, bridge.ByAnother, "the next one follows the issue"))
		case c.OpensAgain():
			c.Closing = bridge.ByAnother
			out = append(out, bridge.Outcome{Case: c})
		}
	}
	return out
}

// naming are the commands that name the provider, or none.
func naming(commands []bridge.Command, provider string) []bridge.Command {
	return slices.DeleteFunc(slices.Clone(commands), func(one bridge.Command) bool { return one.Provider != "" && one.Provider != provider })
}

// decision is what is decided about the issue and one provider.
type decision struct {
	Input

	p      *mapping.Profile
	labels []string // the provider's that are on the issue

	commands func() []bridge.Command // nobody may change them
}

func (d *decision) decide() ([]bridge.Outcome, error) {
	last, ordinal := latest(d.Cases, d.p.ID)
	switch {
	case last == nil || !last.State.Open():
		return d.over(last, ordinal)
	case !last.Follows(d.labels):
		return []bridge.Outcome{d.leave(*last)}, nil
	case d.idle(*last):
		return []bridge.Outcome{d.drop(*last)}, nil
	case d.finished(*last):
		return []bridge.Outcome{d.resolve(*last)}, nil
	case !d.again(*last):
		o, err := d.keep(*last)
		return []bridge.Outcome{o}, err
	}
	ended := d.end(*last, bridge.ByAnother, "the label was taken off and put back")
	d.Cases = slices.Clone(d.Cases)
	for i := range d.Cases {
		if d.Cases[i].ID == ended.Case.ID {
			d.Cases[i] = ended.Case
		}
	}
	opened, err := d.opens(ordinal + 1)
	if err != nil {
		return nil, err
	}
	succeed(&ended.Case, opened)
	return append([]bridge.Outcome{ended}, opened...), nil
}

// succeed hands what the labels show to the next case, which takes it off when it shows
// something else. Where none opens, the case that has ended takes it off itself.
func succeed(ended *bridge.Case, opened []bridge.Outcome) {
	for i := range opened {
		next := &opened[i].Case
		next.Shown, next.ShownCall = ended.Shown, ended.ShownCall
		ended.Shown, ended.ShownCall = "", false
	}
	if len(opened) == 0 && ended.Closing == bridge.ByAnother {
		ended.Closing = bridge.ByLabel
	}
}

// over decides where no case is open: a label opens the next one, unless it is the
// one with which the last was closed.
func (d *decision) over(last *bridge.Case, ordinal int) ([]bridge.Outcome, error) {
	stayed := last != nil && last.LabelOn
	switch {
	case len(d.labels) == 0 && stayed:
		o := d.outcome(*last)
		o.Case.LabelOn = false
		return []bridge.Outcome{o}, nil
	case len(d.labels) == 0 || stayed && !d.putBack(last.LabelsAt):
		return d.spoken(last), nil
	}
	opened, err := d.opens(ordinal + 1)
	if err != nil || len(opened) == 0 {
		return d.spoken(last), err
	}
	opensAgain := last != nil && last.OpensAgain() // and no more then
	if stayed || opensAgain {
		o := d.outcome(*last)
		o.Case.LabelOn = false // or its label would be taken off the next
		if opensAgain {
			o.Case.Closing = bridge.ByAnother
		}
		opened = append([]bridge.Outcome{o}, opened...)
	}
	return opened, nil
}

// answeredFor is for how long after it was written somebody waits to be told of a text for
// the provider that it is not sent: those who wrote it while nothing could be read, too.
const answeredFor = 7 * 24 * time.Hour

// spoken is the case that is over, as it is, when somebody has commanded something of
// it since that is not done with, or has written to its provider: what that means is
// decided elsewhere. While another provider is at work on the issue, what names none is
// meant for that one.
func (d *decision) spoken(last *bridge.Case) []bridge.Outcome {
	if last == nil || d.Issue.Archived {
		return nil
	}
	since := bridge.Latest(last.Meant(d.Issue), last.ReadAt)
	if d.commanded(last, since) || d.addressed(last, since) {
		return []bridge.Outcome{{Case: *last}}
	}
	return nil
}

// commanded reports whether a command since then is meant for the case that is over.
func (d *decision) commanded(last *bridge.Case, since time.Time) bool {
	mine, unclear := bridge.Meant(d.Issue, d.commands(), *last, d.Cases)
	return slices.ContainsFunc(slices.Concat(mine, unclear), func(one bridge.Command) bool {
		fresh := !one.At().Before(since) && !one.Stale(d.Now) && !last.Followed(one, d.Now)
		return fresh && (one.Provider != "" || !d.elsewhere())
	})
}

// addressed reports whether a text since then, for its provider or for one to whom the
// issue was never escalated, is to be explained by the case that is over.
func (d *decision) addressed(last *bridge.Case, since time.Time) bool {
	fresh := func(c bridge.Comment) bool { return !c.At().Before(since) && d.Now.Sub(c.At()) <= answeredFor }
	if slices.ContainsFunc(d.Issue.Addressed(d.p), func(a bridge.Addressed) bool { return fresh(a.Comment) && !last.Explained(a) }) {
		return true
	}
	strays := bridge.Strays(d.Issue, d.Profiles, *last, d.Cases)
	return slices.ContainsFunc(strays, func(s bridge.Stray) bool { return fresh(s.Comment) })
}

// elsewhere reports whether another provider is at work on the issue, or is about to be.
func (d *decision) elsewhere() bool {
	open := func(c bridge.Case) bool { return c.Provider != d.p.ID && c.State.Open() }
	return slices.ContainsFunc(d.Cases, open) || slices.ContainsFunc(d.Profiles, func(p mapping.Profile) bool {
		return p.ID != d.p.ID && len(p.EscalationLabels(d.Issue.Labels)) > 0
	})
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

// outcome is the case with what it follows of its issue in every state.
func (d *decision) outcome(c bridge.Case) bridge.Outcome {
	c.Called(d.Issue.Key)
	c.Labels, c.ReadAt = d.labels, d.Issue.Updated
	if !c.ReopenedAt.IsZero() && !c.Relabelled && c.State.Open() && len(d.labels) > 0 {
		c.Relabelled, c.LabelsAt = true, newest(d.Issue.Labelled)
	}
	return bridge.Outcome{Case: c}
}

func (d *decision) audit(o *bridge.Outcome, action, reason string) {
	o.Audit = append(o.Audit, bridge.Entry{At: d.Now, Stage: stage, Action: action, Reason: reason})
}

// tell plans a comment about the case.
func tell(o *bridge.Outcome, what, which, markup string) {
	o.Effects = append(o.Effects, bridge.Tell(o.Case, what, which, markup))
}

// unsent reports whether nothing of the case was sent or is being sent, and nothing
// keeps it from being.
func unsent(s bridge.State) bool { return s == bridge.Settling || s == bridge.Asked }

// held reports whether nothing is done of the case until somebody has it go on.
func held(s bridge.State) bool {
	return s == bridge.Listed || s == bridge.Refused || s == bridge.Braked
}

// newest is the newest change of the issue's labels that is known.
func newest(log []bridge.Labelling) time.Time {
	var at time.Time
	for _, l := range log {
		at = bridge.Latest(at, l.At)
	}
	return at
}

// contains compares as Jira does with its keys.
func contains(list []string, s string) bool {
	return slices.ContainsFunc(list, func(one string) bool { return strings.EqualFold(one, s) })
}

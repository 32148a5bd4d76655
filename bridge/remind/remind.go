// Package remind keeps the clocks of a case that wait for nothing on its issue: that the
// provider must be called, and what has not come from it.
//
// It promises of the call: it is due from the labelling on while the provider's desk is
// closed, whether or not the form is complete, and from the minute at which the desk
// closes when nothing was sent until then or nobody has confirmed what was. It ends when
// the provider knows, when its desk opens, or when a person says that it is not urgent.
// People are reminded after 10, 30 and 60 minutes and then hourly, for a week: of the nights
// after the first one each is told once, unless the provider has nothing in writing because
// that could not be delivered.
//
// Of what has not come: what is late by the profile is told once a turn, and each step of
// the matrix is done once a turn, in the minute in which the time has passed, counted in
// the hours of the desk and told within them. What has come meanwhile is not told.
//
// Of a first notice that a person is to enter in the provider's portal people are reminded
// after 15 minutes and after an hour, and then daily, while the desk is open, until it is
// entered, a person says that it is not urgent, or three days have passed.
//
// Nothing is made up for: of several reminders that an outage or a clock that jumped left
// over the newest is told, of what is late and of the steps the furthest. Each has a key
// by its place in the schedule, so that none is told twice, and the case is due again at
// the minute of the next.
//
// Decide is a function of its input: it changes nothing outside and reads no clock.
package remind

import (
	"time"

	"escalat/bridge"
	"escalat/bridge/calendar"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// stage names this stage in the audit.
const stage = "remind"

// Input is what a decision is made from.
type Input struct {
	Now     time.Time
	Issue   bridge.Issue
	Case    bridge.Case
	Profile *mapping.Profile
	Texts   text.Texts
	// Team is markup that addresses the team, for when nobody else is known.
	Team string
	// Trial: in mode redirect nothing goes to the provider. Shadow: nothing goes to
	// anybody. In neither is anything expected of the provider.
	Trial, Shadow bool
	// Acts: a step of the matrix that goes by mail is sent by itself; else it is proposed.
	Acts bool
}

// Decide says what is to be told now, and brings forward when the case is due again. It
// never puts that off.
func Decide(in Input) bridge.Outcome {
	d := &decision{Input: in, out: bridge.Outcome{Case: in.Case}, desk: wording.Hours(in.Profile, in.Case.Kind)}
	silent := d.silent()
	d.call(silent)
	if !silent {
		d.entry()
		d.await()
	}
	return d.out
}

type decision struct {
	Input
	out  bridge.Outcome
	desk calendar.Hours
}

// silent reports whether nothing is told about the case: it is over, shares another's,
// its issue rests or is escalated no more, or the provider knows nothing of it because
// this is a test.
func (d *decision) silent() bool {
	c := &d.out.Case
	return d.Trial || d.Shadow || !c.State.Open() || c.State == bridge.Joined || c.Rests(d.Issue) ||
		!c.Follows(d.Profile.EscalationLabels(d.Issue.Labels))
}

// sentAt is when the notice left by which the provider has the form, or zero while it does
// not have it.
func (d *decision) sentAt() time.Time {
	first := d.out.Case.FormNotice()
	switch {
	case first == nil || !first.Left() || first.Redirected:
		return time.Time{}
	case first.SentAt.IsZero():
		return first.SeenAt
	}
	return first.SentAt
}

// confirmed reports whether the provider, be it a program of its desk, has confirmed that
// it knows of the case. Cases from before that was noted show it otherwise.
func (d *decision) confirmed() bool {
	c := &d.out.Case
	return !c.ConfirmedAt.IsZero() || !c.AwareAt.IsZero() || !c.HeardAt.IsZero() || c.Heard != "" || len(c.References) > 0
}

// local is a time as the team is shown it.
func (d *decision) local(at time.Time) time.Time { return at.In(d.Profile.Location()) }

func (d *decision) mention() string { return wording.Mention(d.Case, d.Team) }

func (d *decision) tell(what, which, markup string) {
	d.out.Effects = append(d.out.Effects, bridge.Tell(d.out.Case, what, which, markup))
}

func (d *decision) audit(action, reason string) {
	d.out.Audit = append(d.out.Audit, bridge.Entry{At: d.Now, Stage: stage, Action: action, Reason: reason})
}

package obey

import (
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// close ends the case and tells the provider, if that has it. The label may stay on: it
// opens no other case until it was off.
func (d *decision) close(one bridge.Command) {
	c := &d.out.Case
	times := wording.Times(*c, d.Profile, d.Now)
	times.Whose = "" // it is over
	o := text.Ordered{Turn: times, Leader: c.LeaderKey}
	switch state := c.State; state {
	case bridge.Closed:
		d.refuse(one, text.ClosedAlready)
	case bridge.Withdrawn:
		d.refuse(one, text.ClosedNothing)
	case bridge.Sending:
		d.refuse(one, text.RefusedSending)
	case bridge.Settling, bridge.Asked, bridge.Listed, bridge.Refused, bridge.Braked:
		d.end(bridge.Withdrawn)
		d.answer(one, text.ClosedUnsent, o)
	case bridge.Joined:
		d.end(bridge.Closed)
		d.answer(one, text.ClosedShared, o)
	default:
		tells := state != bridge.Handed && d.has()
		d.end(bridge.Closed)
		what := text.ClosedUntold
		switch {
		case tells && d.byPortal():
			what = text.ClosedPortal
		case tells:
			what = text.ClosedTold
		}
		d.answer(one, what, o)
		if tells {
			d.compose(bridge.AboutClose, one)
		}
	}
}

// end closes or withdraws the case.
func (d *decision) end(state bridge.State) {
	c := &d.out.Case
	c.State, c.DueAt, c.WaitingSince, c.Relabelled = state, time.Time{}, time.Time{}, false
	c.Request.MendingSince = time.Time{}
	c.NoCall()
	if state == bridge.Closed {
		c.Closing = bridge.ByCommand
	}
	c.LabelOn, c.LabelsAt = len(d.Profile.EscalationLabels(d.Issue.Labels)) > 0, newest(d.Issue.Labelled)
}

// newest is the newest change of the issue's labels that is known.
func newest(log []bridge.Labelling) time.Time {
	var at time.Time
	for _, l := range log {
		at = bridge.Latest(at, l.At)
	}
	return at
}

// reopen opens a closed case again, and tells the provider if that has it. One of which
// nothing was sent begins anew where its label is on: without it a label begins another.
func (d *decision) reopen(one bridge.Command) {
	c := &d.out.Case
	labelled := len(d.Profile.EscalationLabels(d.Issue.Labels)) > 0
	switch {
	case c.State.Open():
		d.refuse(one, text.ReopenedAlready)
	case c.First() == nil && c.Leader != "":
		c.Reopen(bridge.Joined, d.Now)
		d.answer(one, text.ReopenedShared, text.Ordered{})
	case c.First() == nil || c.State == bridge.Withdrawn:
		if !labelled {
			d.refuse(one, text.ReopenedUnlabelled)
			return
		}
		d.anew()
		d.answer(one, text.ReopenedUnsent, text.Ordered{})
	case d.has():
		state, what := bridge.Sent, text.Reopened
		if !c.HeardAt.IsZero() || c.Heard != "" {
			state = bridge.Answered
		}
		if d.byPortal() {
			what = text.ReopenedPortal
		}
		c.Reopen(state, d.Now)
		d.answer(one, what, text.Ordered{})
		d.compose(bridge.AboutReopen, one)
	case d.byPortal():
		c.Reopen(bridge.Handed, d.Now)
		d.answer(one, text.ReopenedUnentered, text.Ordered{})
	default:
		c.Reopen(bridge.Undelivered, d.Now)
		d.answer(one, text.ReopenedUndelivered, text.Ordered{})
	}
}

// anew has the case judged as if it had just begun: what is missing is asked for once
// more, and what was composed before is composed under another key.
func (d *decision) anew() {
	c := &d.out.Case
	if first := c.First(); first != nil {
		c.Drop(first.MessageID)
	}
	c.Spend(c.Forced.CommentID)
	c.Forced, c.Pending, c.Request.Fingerprint = bridge.Forced{}, nil, ""
	c.Rounds++
	c.Reopen(bridge.Settling, d.Now)
}

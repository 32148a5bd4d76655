package watch

import (
	"strconv"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// leave acts on a label that is gone. What is being sent reads the issue again
// by itself; what was sent is no longer followed, though replies still come.
func (d *decision) leave(c bridge.Case) bridge.Outcome {
	if c.State == bridge.Sending {
		return d.outcome(c)
	}
	return d.end(c, bridge.ByLabel, "the label was removed")
}

// end closes a case, or withdraws one of which nothing was sent.
func (d *decision) end(c bridge.Case, why bridge.Closing, reason string) bridge.Outcome {
	o := d.outcome(c)
	o.Case.DueAt, o.Case.Relabelled = time.Time{}, false
	o.Case.NoCall()
	switch c.State {
	case bridge.Settling, bridge.Asked, bridge.Listed, bridge.Refused, bridge.Braked:
		o.Case.State = bridge.Withdrawn
		d.audit(&o, "withdrawn", reason+" before anything was sent")
	default:
		o.Case.State, o.Case.Closing = bridge.Closed, why
		d.audit(&o, "closed", reason)
	}
	return o
}

// finished reports whether a case is over because its issue is resolved. What was
// not sent rests instead, what a person had sent all the same goes on, and nothing
// is said on an archived issue.
func (d *decision) finished(c bridge.Case) bool {
	switch c.State {
	case bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Handed, bridge.Joined:
		return d.Issue.Resolved && !d.Issue.Archived && c.Rests(d.Issue)
	}
	return false
}

// idle reports whether a case that is held is over with its issue: that is resolved,
// and nobody has asked since that it be sent, or it is archived.
func (d *decision) idle(c bridge.Case) bool {
	switch {
	case !held(c.State):
		return false
	case d.Issue.Archived || !d.Issue.Resolved:
		return d.Issue.Archived
	}
	at, _ := d.word(c)
	return at.IsZero() || d.Issue.ResolvedAt.IsZero() || at.Before(d.Issue.ResolvedAt)
}

// drop withdraws a case that is idle. What was said before does not have the next one
// go on, and the past that nobody knew has that one listed.
func (d *decision) drop(c bridge.Case) bridge.Outcome {
	reason := "the issue was resolved"
	if d.Issue.Archived {
		reason = "the issue was archived"
	}
	o := d.end(c, bridge.ByResolved, reason)
	for _, one := range d.commands() {
		if goes(one) {
			o.Case.Spend(one.Mark())
		}
	}
	if c.State != bridge.Braked {
		o.Case.KnownUntil = time.Time{}
	}
	return o
}

// resolve closes a case whose label is still on, and reminds that the provider
// still works on it, if the provider knows of it.
func (d *decision) resolve(c bridge.Case) bridge.Outcome {
	o := d.end(c, bridge.ByResolved, "the issue was resolved")
	o.Case.LabelOn, o.Case.LabelsAt, o.Case.WaitingSince = len(d.labels) > 0, newest(d.Issue.Labelled), time.Time{}
	first := c.FormNotice()
	if c.State != bridge.Sent && c.State != bridge.Answered || first == nil || !first.Left() || first.Redirected {
		return o
	}
	which := "" // it was resolved before it was opened again
	if !c.ReopenedAt.IsZero() {
		which = strconv.FormatInt(c.ReopenedAt.Unix(), 10)
	}
	phones, portal := wording.Desk(d.p, c.Kind, d.Texts, d.Now)
	tell(&o, "resolved", which, d.Texts.Resolved(text.Resolved{
		MentionMarkup: wording.Mention(c, d.Team), Provider: d.p.Name, References: c.References, Label: c.Label, Phones: phones, Portal: portal,
	}))
	return o
}

package bridge

import (
	"slices"
	"time"
)

// Reopen opens a closed case again at that time, in that state. What closed it before
// closes it no more: neither the label that is off or merely stayed on, nor that the
// issue was resolved before. What was known or said of its urgency was of the time before:
// who has heard of it from the provider itself notes that afterwards.
func (c *Case) Reopen(state State, at time.Time) {
	c.State, c.Closing, c.LabelOn, c.Unlabelled, c.Relabelled = state, "", false, false, false
	c.ReopenedAt, c.ClosingProposed = at, time.Time{}
	c.ResolvedSince = at // where the change log does not say since when
	c.NotUrgent, c.Unheard = false, true
	c.Due(at)
}

// OpensAgain reports whether an answer to the case opens it again: it was told, and no
// other case of the issue has taken its place.
func (c *Case) OpensAgain() bool {
	return c.State == Closed && c.Closing != ByAnother && c.First() != nil
}

// Follows reports whether the case goes on with those escalation labels on its issue. One
// that was opened again needs none until one was put on.
func (c *Case) Follows(labels []string) bool {
	return len(labels) > 0 || !c.ReopenedAt.IsZero() && !c.Relabelled
}

// Resting reports whether nothing is asked or sent because the issue was resolved, and
// nobody has opened the case again since.
func (c *Case) Resting() bool { return !c.ResolvedSince.IsZero() && !c.reopenedAfter(c.ResolvedSince) }

// reopenedAfter reports whether the case was opened again after the issue was resolved.
func (c *Case) reopenedAfter(resolved time.Time) bool {
	return !c.ReopenedAt.IsZero() && !resolved.IsZero() && !resolved.After(c.ReopenedAt)
}

// ToldKind is the id of the form as which the provider was told of the case, also once it
// has passed the ticket on.
func (c *Case) ToldKind() string {
	if c.Passed != "" {
		for _, n := range slices.Backward(c.Notices) {
			if n.Kind != "" {
				return n.Kind
			}
		}
	}
	return c.Kind
}

// PassedTo notes at that time that the provider handles the ticket by another form from
// now on: what is usual of that counts anew. The time until now is added to whose turn it
// was; working is as for Pass.
func (c *Case) PassedTo(form string, at time.Time, working func(from, to time.Time) time.Duration) {
	if c.OtherKind == "" { // what the labels name is no change of the team's
		c.OtherKind = c.ToldKind()
	}
	c.Kind, c.Passed, c.PassedAt = form, form, at
	turn := c.Turn
	c.Pass("", at, working)
	c.Pass(turn, at, working)
	c.Late = nil
	c.Due(at) // what is late counts anew
}

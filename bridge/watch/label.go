package watch

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
)

// labelling is how a label came on the issue.
type labelling struct {
	label string
	by    bridge.User
	at    time.Time // zero where the change log does not say: with the issue
}

// labelled finds the first of the labels that are on, of those by people who may
// escalate if there are any. Where the change log does not say whose it is, it is
// the creator's.
func (d *decision) labelled() labelling {
	var first labelling
	for i, label := range d.labels {
		l := labelling{label: label, by: d.Issue.Creator}
		if at := lastAdded(d.Issue.Labelled, label); at >= 0 {
			l.by, l.at = d.Issue.Labelled[at].By, d.Issue.Labelled[at].At
		}
		may, mayFirst := d.Issue.May(l.by), d.Issue.May(first.by)
		if i == 0 || may && !mayFirst || may == mayFirst && l.at.Before(first.at) {
			first = l
		}
	}
	return first
}

// copied reports whether the labels came with the issue, as those of a clone do: none
// was put on, and there is one that shows how a case stands although none showed it.
func (d *decision) copied() bool {
	if len(d.others()) > 0 || slices.ContainsFunc(d.Cases, func(c bridge.Case) bool { return c.Provider == d.p.ID && c.Marks > 0 }) {
		return false
	}
	return slices.ContainsFunc(d.Issue.Labels, func(label string) bool {
		return slices.Contains(d.StateLabels[d.p.ID], strings.ToLower(label))
	})
}

// owner is whom what concerns the case is addressed to.
func (d *decision) owner(l labelling) bridge.User {
	for _, user := range append([]bridge.User{l.by, d.Issue.Creator}, d.others()...) {
		if !user.IsZero() {
			return user
		}
	}
	return d.Issue.Assignee
}

// others are those who put the labels on.
func (d *decision) others() []bridge.User {
	var users []bridge.User
	for _, label := range d.labels {
		if at := lastAdded(d.Issue.Labelled, label); at >= 0 {
			users = append(users, d.Issue.Labelled[at].By)
		}
	}
	return users
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
// own labelling and after its notice the provider's last label was taken off, and a
// later change put one on. One that was refused asks for somebody else's label,
// whether the first was taken off or not: who may does not ask in vain.
//
// Before a case that was opened again had its label seen on, putting that back only has
// it followed.
func (d *decision) again(c bridge.Case) bool {
	switch {
	case !c.ReopenedAt.IsZero() && !c.Relabelled:
		return false
	case unsent(c.State) || c.State == bridge.Sending:
		return false // what is sent next answers every labelling so far
	case c.State == bridge.Refused:
		l := d.labelled()
		return d.Issue.May(l.by) && l.at.After(settled(c))
	}
	return d.putBack(settled(c))
}

// putBack reports whether since then the provider's last label was taken off, and a
// later change put one on. A label that was only exchanged for another in one
// change was never off.
func (d *decision) putBack(since time.Time) bool {
	on, back := slices.Clone(d.labels), false
	for _, l := range slices.Backward(d.Issue.Labelled) {
		removed := d.p.EscalationLabels(l.Removed)
		switch {
		case !l.At.After(since): // or at an unknown time
			return false
		case back && len(removed) > 0:
			return true
		}
		// on becomes what it was before this change.
		on = slices.DeleteFunc(on, func(label string) bool { return slices.Contains(l.Added, label) })
		on = append(on, removed...)
		back = len(on) == 0
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
		at = bridge.Latest(at, n.SentAt)
	}
	if !c.ReopenedAt.IsZero() {
		at = bridge.Latest(bridge.Latest(at, c.ReopenedAt), c.LabelsAt)
	}
	return at
}

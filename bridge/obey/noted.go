package obey

import (
	"slices"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// answered notes that the provider has answered by telephone: it knows of the case, and it
// is the team's turn.
func (d *decision) answered(one bridge.Command) {
	c := &d.out.Case
	what := text.HasAnswered
	switch c.State {
	case bridge.Joined:
		d.refuse(one, text.RefusedElsewhere)
		return
	case bridge.Closed, bridge.Withdrawn:
		d.refuse(one, text.RefusedClosed)
		return
	case bridge.Sent:
		c.State = bridge.Answered
	case bridge.Answered, bridge.Undelivered, bridge.Sending:
	case bridge.Handed:
		what = text.HasAnsweredUnentered
	default:
		what = text.HasAnsweredUnsent
	}
	at := one.At()
	wording.Heard(c, d.Profile, at)
	if c.ConfirmedAt.IsZero() {
		c.ConfirmedAt = at
	}
	if !one.Stale(d.Now) { // or it was about another night
		c.NoCall()
	}
	d.answer(one, what, text.Ordered{At: at})
}

// notUrgent notes that nobody is to be called.
func (d *decision) notUrgent(one bridge.Command) {
	c := &d.out.Case
	switch c.State {
	case bridge.Joined:
		d.refuse(one, text.RefusedElsewhere)
		return
	case bridge.Closed, bridge.Withdrawn:
		d.refuse(one, text.RefusedClosed)
		return
	}
	c.NotUrgent = true
	c.NoCall()
	d.answer(one, text.NotUrgent, text.Ordered{})
}

// entered notes that a person has entered in the provider's portal what was to be entered
// there, and under which number.
func (d *decision) entered(one bridge.Command) {
	c := &d.out.Case
	number := one.Number()
	switch {
	case c.State == bridge.Joined:
		d.refuse(one, text.RefusedElsewhere)
		return
	case c.State == bridge.Closed || c.State == bridge.Withdrawn:
		d.refuse(one, text.RefusedClosed)
		return
	case number == "" && len(c.References) == 0:
		d.refuse(one, text.NumberLacking)
		return
	case number == "":
		number = c.References[len(c.References)-1]
	}
	if !c.Refer(number) {
		d.audit("too many references", number)
	}
	o := text.Ordered{Reference: number}
	// The provider's own mail may have told its number before.
	first := c.State == bridge.Handed || d.unentered()
	switch found := c.Entered(one.At()); {
	case first:
		if c.ConfirmedAt.IsZero() {
			c.ConfirmedAt = one.At()
		}
		if c.State == bridge.Handed {
			c.State = bridge.Sent
		}
		d.answer(one, text.Entered, o)
	case found:
		d.answer(one, text.EnteredFurther, o)
	default:
		d.answer(one, text.NothingToEnter, o)
	}
}

// unentered reports whether nobody has said yet that the first notice stands in the
// provider's portal.
func (d *decision) unentered() bool {
	first := d.out.Case.First()
	return first != nil && first.Channel == bridge.ByPortal && first.SentAt.IsZero()
}

// has reports whether the provider has the form, as far as is known: by its first notice,
// or by one that brought it once more. A notice that was only recorded counts in mode
// shadow.
func (d *decision) has() bool {
	return slices.ContainsFunc(d.out.Case.Notices, func(n bridge.Notice) bool {
		form := n.Serial == 1 || n.About == bridge.AboutAgain
		return form && n.Bounced.IsZero() && (n.Left() || n.Shadow && d.Shadow)
	})
}

// byPortal reports whether people enter the case in the provider's portal.
func (d *decision) byPortal() bool {
	first := d.out.Case.First()
	return first != nil && first.Channel == bridge.ByPortal
}

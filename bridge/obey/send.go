package obey

import (
	"escalat/bridge"
	"escalat/bridge/text"
)

// claim has an answer of the provider claimed.
func (d *decision) claim(one bridge.Command) {
	c := &d.out.Case
	last := c.Claimed()
	switch why := d.unreached(); {
	case why != "":
		d.refuse(one, why)
	case !last.IsZero() && d.Now.Before(last.Add(bridge.BetweenClaims)):
		d.answer(one, text.RefusedTooSoon, text.Ordered{At: last, Until: last.Add(bridge.BetweenClaims)})
	default:
		c.Claims++
		c.ClaimedAt = d.Now
		d.compose(bridge.AboutClaim, one)
		d.audit("claim", "comment "+one.Comment.ID)
	}
}

// unreached is why the provider can be told nothing of the case, or empty.
func (d *decision) unreached() text.Order {
	switch c := &d.out.Case; {
	case c.State == bridge.Joined:
		return text.RefusedElsewhere
	case c.State == bridge.Closed || c.State == bridge.Withdrawn:
		return text.RefusedClosed
	case c.State == bridge.Sending:
		return text.RefusedSending
	case c.State == bridge.Handed:
		return text.RefusedUnentered
	case c.State != bridge.Undelivered && c.State != bridge.Sent && c.State != bridge.Answered:
		return text.RefusedUnsent
	case !d.has():
		return text.RefusedUndelivered
	}
	return ""
}

// again has the form sent to the provider once more, at a person's risk that it arrives
// twice.
func (d *decision) again(one bridge.Command) {
	switch why := d.unreached(); {
	case why != "" && why != text.RefusedUndelivered:
		d.refuse(one, why)
	case d.byPortal():
		d.refuse(one, text.RefusedByPortal)
	default:
		d.compose(bridge.AboutAgain, one)
		d.audit("sent once more", "comment "+one.Comment.ID)
	}
}

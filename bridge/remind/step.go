package remind

import (
	"fmt"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// do does a step of the matrix by its ways, and reports whether what has not come is
// claimed by that, and told. A mail is only proposed where escalat does not act by
// itself, and where it was claimed a short while ago; one that goes out is told when it has.
func (d *decision) do(k clock) (claimed, told bool) {
	ways := k.step.Ways
	by := func(way string) bool { return slices.Contains(ways, way) }
	claimed = by(mapping.WayMail) && d.Acts && d.claimedAt().IsZero()
	if told = len(ways) == 0 || by(mapping.WayPropose) || by(mapping.WayMail) && !claimed; told {
		d.tellLate(k, claimed)
	}
	if claimed {
		d.claim(k.step)
	}
	if by(mapping.WayOnCall) || by(mapping.WayWebhook) {
		d.onCall(k, by(mapping.WayOnCall), by(mapping.WayWebhook), claimed)
	}
	return claimed, told
}

// claimedAt is when what has not come was claimed, by a person or a step, where that is so
// short a while ago that the provider is not asked again; else zero.
func (d *decision) claimedAt() time.Time {
	if at := d.out.Case.Claimed(); d.Now.Sub(at) < bridge.BetweenClaims {
		return at
	}
	return time.Time{}
}

// claim plans the mail that claims what has not come, with the people of the step in
// copy.
func (d *decision) claim(s *mapping.Step) {
	c := &d.out.Case
	c.Claims, c.ClaimedAt = c.Claims+1, d.Now
	c.Additions++
	body := bridge.ComposeBody{Serial: 1 + c.Additions, About: bridge.AboutClaim}
	for _, p := range s.People {
		if p.Email != "" && !slices.Contains(body.Cc, p.Email) {
			body.Cc = append(body.Cc, p.Email)
		}
	}
	key := fmt.Sprintf("compose/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, body.Serial)
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, body))
	d.audit("claim", stepID(s))
}

// onCall tells who is on call in our own organisation. What the issue says does not
// leave by that way.
func (d *decision) onCall(k clock, mail, webhook, claimed bool) {
	c := &d.out.Case
	l := d.words(k)
	l.Claimed = claimed
	subject, body := d.Texts.OnCall(l)
	key := fmt.Sprintf("oncall/%s/%s/%d/%s/%s", c.IssueID, c.Provider, c.Ordinal, k.id, d.turn())
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToOnCall, bridge.TellOnCall, key, bridge.OnCallBody{
		Subject: subject, Text: body, Mail: mail, Webhook: webhook, Step: k.step.ID,
	}))
	d.audit("on call", k.id)
}

package bridge

import (
	"maps"
	"time"
)

// Turn says whose turn it is: who is to do something for the case to go on.
type Turn string

// The turns. Empty: nobody's, the case is over or waits for nothing of its own.
const (
	TurnUs       Turn = "us"       // our team, or escalat itself
	TurnProvider Turn = "provider" // the provider
	TurnData     Turn = "data"     // our team, which was asked for mandatory information
)

// Spell is a length of time: as the clock counts it, and of it what lay within the hours
// of the provider's desk.
type Spell struct {
	Wall    time.Duration `json:"wall"`
	Working time.Duration `json:"working"`
}

// Pass notes at that time whose turn it is. When that is another one than before, the
// time until now is added to the former's; working returns how much of a span lay within
// the hours of the provider's desk. A clock that was put back adds nothing.
func (c *Case) Pass(to Turn, at time.Time, working func(from, to time.Time) time.Duration) {
	if to == c.Turn {
		return
	}
	if c.Turn != "" && at.After(c.TurnSince) {
		c.Times = maps.Clone(c.Times)
		if c.Times == nil {
			c.Times = map[Turn]Spell{}
		}
		s := c.Times[c.Turn]
		s.Wall += at.Sub(c.TurnSince)
		s.Working += working(c.TurnSince, at)
		c.Times[c.Turn] = s
	}
	c.Turn, c.TurnSince, c.Late = to, at, nil
}

// Whose is whose turn it is, by how the case stands: the provider's once it was told
// something that it has not answered.
func (c *Case) Whose() Turn {
	switch c.State {
	case Asked:
		return TurnData
	case Settling, Sending, Handed, Undelivered:
		return TurnUs
	case Sent:
		return TurnProvider
	case Answered:
		if c.ToldAt().After(c.HeardAt) {
			return TurnProvider
		}
		return TurnUs
	}
	return ""
}

// ToldAt is when the newest notice left that is known to have; zero when none did.
func (c *Case) ToldAt() time.Time {
	var at time.Time
	for i := range c.Notices {
		if n := &c.Notices[i]; n.Left() && n.Bounced.IsZero() {
			if n.SentAt.IsZero() {
				at = Latest(at, n.SeenAt)
			} else {
				at = Latest(at, n.SentAt)
			}
		}
	}
	return at
}

// BetweenClaims is how long after a claim no other is sent: a desk that is asked all the
// time stops reading.
const BetweenClaims = time.Hour

// Claimed is when an answer was last claimed, also where nobody had commanded that; zero
// when it was not.
func (c *Case) Claimed() time.Time {
	at := c.ClaimedAt
	for i := range c.Notices {
		if n := &c.Notices[i]; n.About == AboutClaim {
			at = Latest(at, n.SentAt)
		}
	}
	return at
}

// Due has the case looked at again by then; the zero time changes nothing.
func (c *Case) Due(at time.Time) {
	if !at.IsZero() && (c.DueAt.IsZero() || at.Before(c.DueAt)) {
		c.DueAt = at
	}
}

// NoCall notes that nobody need call the provider about the case any more.
func (c *Case) NoCall() { c.CallUntil, c.CallSince, c.CallTold = time.Time{}, time.Time{}, time.Time{} }

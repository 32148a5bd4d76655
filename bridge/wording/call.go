package wording

import (
	"time"

	"escalat/bridge"
	"escalat/bridge/calendar"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Call says whom to telephone about a case of that kind, which may be empty, at that
// time; nil while the provider's desk is open, or when it has no telephone outside its
// hours.
func Call(p *mapping.Profile, kind string, texts text.Texts, at time.Time) *text.Call {
	if Hours(p, kind).Open(at) || len(p.Contacts.Night.Phones) == 0 {
		return nil
	}
	call := &text.Call{Provider: p.Name, Numbers: p.Contacts.Night.Phones}
	from, to := p.HoursOf(kind).Minutes()
	if !within(from, to, at.In(p.Location())) { // else it is closed for the day
		call.Hours = texts.Hours(to, from)
	}
	return call
}

// within reports whether a time of the day lies between two, in minutes.
func within(from, to int, at time.Time) bool {
	minute := at.Hour()*60 + at.Minute()
	if from < to {
		return from <= minute && minute < to
	}
	return from <= minute || minute < to
}

// Due is Call for a case, with what to say; nil also when the provider knows of it, and
// when a person said that nobody is to be called. It notes
// in the case until when the call is due, and that people are told of it now.
func Due(c *bridge.Case, p *mapping.Profile, texts text.Texts, at time.Time, summary string) *text.Call {
	call := Call(p, c.Kind, texts, at)
	if call == nil || c.NotUrgent || Known(*c, p, at) {
		return nil
	}
	Owe(c, p, at)
	c.CallTold = at
	call.Say = say(*c, p, summary)
	c.Say = call.Say
	return call
}

// Known reports whether somebody of the provider knows of the case at that time: since it
// began, or since the desk was closed before that. That a person opened it again they do not
// know by what they knew before.
func Known(c bridge.Case, p *mapping.Profile, at time.Time) bool {
	if c.Unheard {
		return false
	}
	return !c.AwareAt.IsZero() && !c.AwareAt.Before(Began(c)) || SinceClosing(Hours(p, c.Kind), c.AwareAt, at)
}

// Owe notes in the case that the provider, whose desk is closed at that time, must be
// called until it opens: since the case began, or since the desk was closed after that.
func Owe(c *bridge.Case, p *mapping.Profile, at time.Time) {
	desk := Hours(p, c.Kind)
	if !at.Before(c.CallUntil) { // what was due before is over
		c.NoCall()
	}
	c.CallUntil = desk.Next(at)
	if c.CallSince.IsZero() {
		c.CallSince = closedSince(desk, Began(*c), at)
	}
}

// Began is since when a case is to be told to the provider: since it was labelled, or
// opened again.
func Began(c bridge.Case) time.Time {
	at := c.LabelledAt
	if at.IsZero() {
		at = c.OpenedAt
	}
	return bridge.Latest(at, c.ReopenedAt)
}

// Again is Call for what comes after a first notice; nil also when somebody of the
// provider has written since its desk was closed, and so reads mail tonight. That a
// person has called does not tell it what is new. With what to say while the call about
// the case itself is due.
func Again(c bridge.Case, p *mapping.Profile, texts text.Texts, at time.Time, summary string) *text.Call {
	call := Call(p, c.Kind, texts, at)
	if call == nil || c.NotUrgent || SinceClosing(Hours(p, c.Kind), c.HeardAt, at) {
		return nil
	}
	if at.Before(c.CallUntil) {
		call.Say = say(c, p, summary)
	}
	return call
}

// SinceClosing reports whether then is of the same night as at: the desk was closed
// between them, and opens for both at the same time.
func SinceClosing(desk calendar.Hours, then, at time.Time) bool {
	return !then.IsZero() && desk.Next(then).Equal(desk.Next(at))
}

// closedSince returns since when the desk, which is closed at a time, has been, but
// nothing before then.
func closedSince(desk calendar.Hours, then, at time.Time) time.Time {
	if !then.Before(at) {
		return at
	}
	if SinceClosing(desk, then, at) {
		return then
	}
	open, closed := then.Unix(), at.Unix()
	for closed-open > 1 {
		if middle := open + (closed-open)/2; SinceClosing(desk, time.Unix(middle, 0), at) {
			closed = middle
		} else {
			open = middle
		}
	}
	return time.Unix(closed, 0).In(at.Location())
}

// Aware notes that the provider knows of a case since then: until its desk opens next
// it need not be called.
func Aware(c *bridge.Case, p *mapping.Profile, at time.Time) {
	c.AwareAt, c.Unheard = bridge.Latest(c.AwareAt, at), false
	if c.ConfirmedAt.IsZero() {
		c.ConfirmedAt = at
	}
	if !Hours(p, c.Kind).Next(at).Before(c.CallUntil) {
		c.NoCall()
	}
}

// Heard is Aware because somebody of the provider wrote.
func Heard(c *bridge.Case, p *mapping.Profile, at time.Time) {
	c.HeardAt = bridge.Latest(c.HeardAt, at)
	Aware(c, p, at)
}

package ticket

import (
	"errors"
	"fmt"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// How many failures in a row make a delay worth telling: a minute or so; what the telephone
// is asked for is told sooner.
const (
	delayedUsually = 6
	delayedCalling = 2
)

// delayed tells, once an effect, that the API does not take it yet.
func (f *Filer) delayed(x *ending) bridge.Outcome {
	told := f.trouble(x)
	after := delayedUsually
	if told.Call != nil {
		after = delayedCalling
	}
	if errors.Is(x.ev.Err, errUnread) || x.e.Tries < after {
		return bridge.Outcome{}
	}
	return x.saying("delayed", "delayed/"+x.e.Key, f.Texts.TicketDelayed(told))
}

// trouble makes the arguments of a text about what is not there, or perhaps not.
func (f *Filer) trouble(x *ending) text.TicketTrouble {
	p := x.p.Profile
	told := text.TicketTrouble{
		MentionMarkup: wording.Mention(x.c, f.Team), Provider: p.Name, Reason: words(x.ev.Err),
		Further: !x.first(), About: string(x.n.About), Phones: p.PhonesOf(formOf(x)), Portal: p.PortalOf(formOf(x)),
	}
	if told.Further {
		told.Number = x.c.Ticket.Number
	}
	if until := x.e.PlannedAt.Add(x.p.Patience); until.After(x.ev.At) {
		told.Until = until.In(f.Zone)
	}
	told.Call = f.call(x, false)
	return told
}

// withdrawn ends a notice whose label was removed before.
func (f *Filer) withdrawn(x *ending, why string) bridge.Outcome {
	if !x.first() {
		told := f.trouble(x)
		return x.saying("withdrawn", "withdrawn/"+x.e.Key, f.Texts.TicketWithdrawn(told), why)
	}
	if x.c.State == bridge.Sending {
		x.c.State = bridge.Withdrawn
		x.c.NoCall() // there is nothing to call about
	}
	told := f.Texts.Withdrawn(text.SendProblem{MentionMarkup: wording.Mention(x.c, f.Team), Provider: x.p.Profile.Name})
	return x.saying("withdrawn", "withdrawn/"+x.e.Key, told, why)
}

// putBack puts a case back whose issue was resolved before its ticket was opened: there is
// no such notice then.
func (x *ending) putBack() bridge.Outcome {
	if x.settles() {
		x.c.Pending = nil
		x.c.Drop(x.n.MessageID)
	}
	return bridge.Outcome{Case: x.c, Audit: entry(x.ev, "put back", string(resolved))}
}

// settles has a case that was to be sent decided upon anew. What follows gets other keys
// than what is put back.
func (x *ending) settles() bool {
	if x.c.State != bridge.Sending {
		return false
	}
	x.c.State, x.c.DueAt = bridge.Settling, x.ev.At
	x.c.Rounds++
	return true
}

// dropped has a notice composed anew of which nothing was written, because the issue says
// something else by now: what somebody took out does not leave. A first one is decided
// upon anew, as it may not be complete any more.
func (x *ending) dropped() bridge.Outcome {
	o := bridge.Outcome{Audit: entry(x.ev, "composed anew", "the issue was changed before it was sent")}
	switch {
	case x.first() && x.settles():
		x.c.Pending, x.c.Request.Fingerprint = nil, ""
	case x.first() && !x.c.State.Open():
		o.Case = x.c
		return o
	default:
		x.c.Rounds++
		key := fmt.Sprintf("compose/%s/%s/%d/%d/anew/%d", x.c.IssueID, x.c.Provider, x.c.Ordinal, x.n.Serial, x.c.Rounds)
		o.Effects = []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, x.n.Recompose())}
	}
	x.c.Anew = true
	x.c.Drop(x.n.MessageID)
	o.Case = x.c
	return o
}

// over ends what is not wanted any more because the case is closed, or open again. Whoever
// wrote a text for the provider hears of it.
func (f *Filer) over(x *ending) bridge.Outcome {
	o := bridge.Outcome{Audit: entry(x.ev, "not added", string(closed))}
	if x.n.About == bridge.AboutWords {
		x.c.Unrelay(x.n.Comment)
		o.Effects = []bridge.Effect{f.notRelayed(x, text.RelayClosed)}
	}
	o.Case = x.c
	return o
}

// unsaid ends a notice of which nothing was written, because of the comment whose text it
// was to bring. What the comment says by now may go out; that it is hidden is told by who
// decides about that.
func (f *Filer) unsaid(x *ending, why bridge.Fault) bridge.Outcome {
	o := bridge.Outcome{Audit: entry(x.ev, "not said", string(why)+": comment "+x.n.Comment)}
	if x.n.About == bridge.AboutWords {
		x.c.Unrelay(x.n.Comment)
		x.c.Due(x.ev.At)
	}
	if said, tells := wording.Unsaid(x.n.About, why); tells {
		o.Effects = []bridge.Effect{f.notRelayed(x, said)}
	}
	x.c.Drop(x.n.MessageID)
	o.Case = x.c
	return o
}

func (f *Filer) notRelayed(x *ending, why text.NotRelayedWhy) bridge.Effect {
	return tell("unsaid/"+x.e.Key, f.Texts.NotRelayed(text.NotRelayed{
		MentionMarkup: wording.Mention(x.c, f.Team), Provider: x.p.Profile.Name, Why: why, Command: "escalat " + bridge.Reopen,
	}))
}

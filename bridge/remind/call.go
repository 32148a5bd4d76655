package remind

import (
	"fmt"
	"strconv"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// call keeps that the provider must be called: since when, until when, and what people
// were reminded of.
func (d *decision) call(silent bool) {
	c := &d.out.Case
	if silent || c.NotUrgent {
		c.NoCall()
		return
	}
	if !c.CallUntil.IsZero() && (!d.Now.Before(c.CallUntil) || d.desk.Open(d.Now)) {
		d.opened()
	}
	if !c.CallUntil.IsZero() && told(c.State) && !d.needed() {
		c.NoCall()
		d.audit("no call", "the provider knows")
	}
	switch {
	case d.desk.Open(d.Now):
		if d.owed() != "" && !d.confirmed() && len(d.Profile.Contacts.Night.Phones) > 0 {
			c.Due(d.desk.Until(d.Now)) // then it is due
		}
		return
	case c.CallUntil.IsZero() && !d.needed():
		return
	case c.CallUntil.IsZero():
		d.audit("call due", string(d.owed()))
	}
	if wording.Owe(c, d.Profile, d.Now); c.CallUntil.IsZero() { // it never opens again
		c.NoCall()
		return
	}
	d.remind()
}

// opened ends a call, since the desk is open again. When nobody has called and nothing
// says that the provider knows, people are told; not when it has closed once more
// meanwhile.
func (d *decision) opened() {
	c := &d.out.Case
	until := c.CallUntil
	c.NoCall()
	d.audit("desk open", "the provider need not be called any more")
	why := d.owed()
	if why == "" || d.confirmed() || !d.desk.Open(d.Now) {
		return
	}
	if why == text.OwedRecord { // now that they read it again it is more
		why = text.OwedUnconfirmed
	}
	told := text.DeskOpen{MentionMarkup: d.mention(), Provider: d.Profile.Name, Why: why, SentAt: d.local(d.sentAt())}
	told.Phones, told.Portal = wording.Desk(d.Profile, c.Kind, d.Texts, d.Now)
	d.tell("call-open", strconv.FormatInt(until.Unix(), 10), d.Texts.DeskOpen(told))
}

// owed is why the provider is to be told by telephone, or empty where it is not by this
// case. What is held was perhaps never meant: its own comment has said whom to call if
// it is urgent, and a flood that the brake holds shall not call for as many calls. Of
// what somebody there has answered the provider knows, unless a person has opened it again
// since.
func (d *decision) owed() text.Owed {
	c := &d.out.Case
	switch c.State {
	case bridge.Settling, bridge.Asked:
		return text.OwedUnsent
	case bridge.Sending:
		return text.OwedSending
	case bridge.Undelivered:
		return text.OwedUndelivered
	case bridge.Handed:
		return text.OwedHanded
	case bridge.Sent, bridge.Answered: // which a program's answer makes it, too
		if sent := d.sentAt(); !sent.IsZero() && (c.HeardAt.IsZero() || c.Unheard) {
			if d.confirmed() || wording.SinceClosing(d.desk, sent, d.Now) {
				return text.OwedRecord
			}
			return text.OwedUnconfirmed
		}
	}
	return ""
}

// needed reports whether a call is due tonight. What was sent by day waits for a
// confirmation, by a program at least; of what began or was sent tonight only a person
// of the provider can know.
func (d *decision) needed() bool {
	c := &d.out.Case
	owed, began := d.owed(), wording.Began(*c)
	switch {
	case owed == "" || wording.Known(*c, d.Profile, d.Now) || !d.reachable():
		return false
	case owed == text.OwedRecord:
		return wording.SinceClosing(d.desk, began, d.Now) || wording.SinceClosing(d.desk, d.sentAt(), d.Now)
	}
	return !d.confirmed()
}

// told reports whether the provider was told of the case: then it is known what would
// end a call. Of what was not told another stage may have reasons of its own.
func told(s bridge.State) bool { return s == bridge.Sent || s == bridge.Answered }

// remind tells people that the provider is still to be called, once each time that it is
// due for that.
func (d *decision) remind() {
	c := &d.out.Case
	n, next := wording.Reminders(*c, d.Profile, d.Now)
	if d.held() || next.IsZero() { // see owed; when it goes on the reminders do
		next = c.CallUntil
	}
	if c.Due(next); d.held() {
		return
	}
	// Who labelled at night is told by the comment that follows from the label: only a
	// closing of the desk is told by itself.
	closing := c.CallSince.After(wording.Began(*c))
	if n < 0 || n == 0 && !closing || !c.CallTold.Before(wording.ReminderAt(c.CallSince, n)) {
		return
	}
	call := wording.Call(d.Profile, c.Kind, d.Texts, d.Now)
	if call == nil { // its telephones are gone from the profile
		return
	}
	call.Say = wording.Spoken(d.Profile, d.Issue, *c, d.Now)
	told := text.Reminder{MentionMarkup: d.mention(), Call: *call, Why: d.owed(), SentAt: d.local(d.sentAt())}
	if n > 0 {
		told.For = d.Now.Sub(c.CallSince)
	}
	c.CallTold, c.Say = d.Now, call.Say
	d.tell("call", fmt.Sprintf("%d/%d", c.CallSince.Unix(), n), d.Texts.Reminder(told))
	d.audit("call reminder", strconv.Itoa(n))
}

func (d *decision) held() bool {
	s := d.out.Case.State
	return s == bridge.Listed || s == bridge.Refused || s == bridge.Braked
}

package watch

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// underWay is how old a comment of ours must be to be held for one that no case
// remembers: of a younger one, Jira's clock and ours may not agree. See Input.Writing.
const underWay = 2 * time.Minute

// keep decides about a case whose label stays: what it is listed or held for, what it
// may go on for, and whose case it shares. One that would be held now, while its issue
// is over, ends at once and says nothing.
func (d *decision) keep(c bridge.Case) (bridge.Outcome, error) {
	o, err := d.stay(c)
	if err != nil {
		return o, err
	}
	if d.idle(o.Case) {
		ended := d.drop(o.Case)
		ended.Audit = append(o.Audit, ended.Audit...)
		return ended, nil
	}
	d.heard(&o.Case)
	return o, nil
}

func (d *decision) stay(c bridge.Case) (bridge.Outcome, error) {
	o := d.outcome(c)
	d.relabel(&o.Case)
	begins := false
	switch c.State {
	case bridge.Undelivered:
		return o, nil
	case bridge.Refused:
		if begins = d.admit(&o); !begins {
			return o, nil
		}
	case bridge.Joined:
		back, err := d.follow(&o)
		if err != nil {
			return o, err
		}
		begins = back
	case bridge.Sent, bridge.Answered:
		d.forget(&o)
	}
	earlier := o.Case.KnownUntil
	listed := d.past(&o)
	err := d.proceed(&o, begins && !listed)
	if listed && o.Case.State == bridge.Listed {
		which := "" // it was listed, or had go on, before
		if !earlier.IsZero() {
			which = strconv.FormatInt(o.Case.KnownUntil.Unix(), 10)
		}
		d.tellListed(&o, which, true)
	}
	d.relabel(&o.Case)
	return o, err
}

// admit has a refused case go on, when somebody who may says so.
func (d *decision) admit(o *bridge.Outcome) bool {
	d.past(o) // what was said before it is not meant for what follows
	c := &o.Case
	at, comment := d.word(*c)
	if at.IsZero() {
		return false
	}
	c.State, c.KnownUntil = bridge.Settling, bridge.Latest(c.KnownUntil, at)
	d.audit(o, "goes on", "comment "+comment)
	return true
}

// heard spends what had, or would have had, a case go on that is not held now, so that
// it releases no later one. Who said it has seen what stood there.
func (d *decision) heard(c *bridge.Case) {
	if held(c.State) || d.Issue.Resolved || d.Issue.Archived {
		return
	}
	for _, one := range d.commands() {
		if one.Name != bridge.GoOn || !d.counts(*c, one) {
			continue
		}
		c.Spend(one.Mark())
		if unsent(c.State) {
			c.KnownUntil = bridge.Latest(c.KnownUntil, one.At())
		}
	}
}

// tellListed says that the case waits for a person's word.
func (d *decision) tellListed(o *bridge.Outcome, which string, unknown bool) {
	tell(o, "listed", which, d.Texts.Listed(text.Listed{
		MentionMarkup: wording.Mention(o.Case, d.Team), Provider: d.p.Name, Unknown: unknown,
		GoOn: "escalat " + bridge.GoOn, Call: wording.Call(d.p, o.Case.Kind, d.Texts, d.Now),
	}))
}

// relabel follows, as long as nothing was sent, which labelling it is that the case
// answers, and whose it is while that is nobody.
func (d *decision) relabel(c *bridge.Case) {
	if !unsent(c.State) && c.State != bridge.Sending && c.State != bridge.Refused {
		return
	}
	if len(d.labels) == 0 { // it was opened again, and needs none
		return
	}
	l := d.labelled()
	c.Label, c.LabelledAt = l.label, l.at
	if c.OpenedBy.IsZero() {
		c.OpenedBy = d.Issue.Assignee
	}
}

// past lists a case of which nothing was sent, as far as the store knows, when there
// are comments of ours on the issue that no case remembers: the store is older than
// they are, and perhaps everything was sent. It reports whether it did.
func (d *decision) past(o *bridge.Outcome) bool {
	c := &o.Case
	switch c.State {
	case bridge.Settling, bridge.Asked, bridge.Braked, bridge.Listed, bridge.Refused:
	default:
		return false
	}
	since := d.Since
	if born := c.OpenedAt.Add(-underWay); born.Before(since) {
		since = born // what was written since then is of this case
	}
	past := d.unknown(*c, since)
	if past.IsZero() {
		return false
	}
	c.KnownUntil = past
	if at, _ := d.word(*c); c.State == bridge.Listed || c.State == bridge.Refused || !at.IsZero() {
		return false // a person has seen them, or will
	}
	c.State, c.DueAt, c.WaitingSince = bridge.Listed, time.Time{}, time.Time{}
	d.audit(o, "unknown past", "there are comments of ours that no case remembers")
	return true
}

// forget has nothing more follow what was sent, when the store does not know what
// has followed already: neither what is pending nor what was changed.
func (d *decision) forget(o *bridge.Outcome) {
	c := &o.Case
	told := slices.ContainsFunc(c.Notices, func(n bridge.Notice) bool { return len(n.Told) > 0 })
	if len(c.Pending) == 0 && !told {
		return
	}
	past := d.unknown(*c, c.OpenedAt.Add(-underWay))
	if past.IsZero() {
		return
	}
	c.Pending, c.KnownUntil, c.DueAt = nil, past, time.Time{}
	c.Notices = slices.Clone(c.Notices)
	for i := range c.Notices {
		c.Notices[i].Told = nil
	}
	d.audit(o, "unknown past", "what is pending or was changed may have followed already")
}

// unknown is when the newest comment of ours was written, after that time and after
// what is known, that none of the issue's cases remembers; zero when there is none.
func (d *decision) unknown(c bridge.Case, since time.Time) time.Time {
	since = bridge.Latest(since, c.KnownUntil)
	for _, other := range d.Cases {
		if other.Provider == c.Provider {
			since = bridge.Latest(since, other.KnownUntil)
		}
	}
	var at time.Time
	if d.Writing {
		return at
	}
	for _, comment := range d.Issue.Comments {
		remembered := func(c bridge.Case) bool { return c.Remembers(comment.ID) }
		// On an issue without a case nothing of ours can be under way.
		settled := len(d.Cases) == 0 || comment.Created.Before(d.Now.Add(-underWay))
		if comment.Own && comment.Created.After(since) && settled && !slices.ContainsFunc(d.Cases, remembered) {
			at = bridge.Latest(at, comment.Created)
		}
	}
	return at
}

// word is the newest command of a person that has the case go on, and its comment.
func (d *decision) word(c bridge.Case) (at time.Time, comment string) {
	for _, one := range d.commands() {
		if goes(one) && d.counts(c, one) && !one.At().Before(at) {
			at, comment = one.At(), one.Comment.ID
		}
	}
	return at, comment
}

// goes reports whether a command has a case go on that is held.
func goes(one bridge.Command) bool { return one.Name == bridge.GoOn || one.Name == bridge.SendNow }

// counts reports whether a command is meant for the case as it stands: it was given
// after its labelling, and with all that it was listed for in sight.
func (d *decision) counts(c bridge.Case, one bridge.Command) bool {
	since := bridge.Latest(c.Meant(d.Issue), c.KnownUntil)
	if c.State == bridge.Listed {
		since = bridge.Latest(since, d.Since)
	}
	return !one.At().Before(since) && !c.Followed(one, d.Now)
}

// release has a listed case go on at a person's word, and a braked one also when
// the brake was released.
func (d *decision) release(o *bridge.Outcome) error {
	c := &o.Case
	if c.State != bridge.Listed && c.State != bridge.Braked {
		return nil
	}
	at, comment := d.word(*c)
	switch {
	case !at.IsZero():
		c.KnownUntil = bridge.Latest(c.KnownUntil, at)
		d.audit(o, "goes on", "comment "+comment)
	case c.State == bridge.Listed:
		return nil
	default:
		b, err := d.Lookup.Brake(d.p.ID, false)
		if err != nil {
			return fmt.Errorf("ask the brake: %w", err)
		}
		if b.ReleasedAt.IsZero() || b.ReleasedAt.Before(c.BrakedAt) {
			return nil
		}
		d.audit(o, "goes on", "the brake was released")
	}
	c.State = bridge.Settling
	return nil
}

package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// opens begins the next case, where one may begin: a label on something that is
// over escalates nothing.
func (d *decision) opens(ordinal int) ([]bridge.Outcome, error) {
	elsewhere := len(d.Projects) > 0 && !contains(d.Projects, d.Issue.Project())
	if d.Issue.Resolved || d.Issue.Archived || elsewhere {
		return nil, nil
	}
	o, err := d.open(ordinal)
	return []bridge.Outcome{o}, err
}

// open begins a case. Which kind it is, validate finds out.
func (d *decision) open(ordinal int) (bridge.Outcome, error) {
	id, err := d.NewID()
	if err != nil {
		return bridge.Outcome{}, fmt.Errorf("id of a new case: %w", err)
	}
	l := d.labelled()
	o := d.outcome(bridge.Case{
		ID: id, IssueID: d.Issue.ID, Provider: d.p.ID, Ordinal: ordinal,
		State: bridge.Settling, OpenedAt: d.Now, OpenedBy: d.owner(l), Label: l.label, LabelledAt: l.at,
	})
	c := &o.Case
	for _, earlier := range d.Cases { // what they followed, this one does not
		if earlier.Provider == d.p.ID {
			c.Spend(append(slices.Clone(earlier.Spent), earlier.Forced.CommentID)...)
		}
	}
	at := l.at
	if at.IsZero() {
		at = d.Issue.Created
	}
	switch past := d.unknown(*c, d.Since); {
	case at.Before(d.Since):
		c.State, c.KnownUntil = bridge.Listed, past
		d.audit(&o, "listed", "labelled before this installation began")
	case !d.Issue.May(l.by):
		c.State = bridge.Refused
		d.audit(&o, "refused", "label "+l.label+" of "+cmp.Or(l.by.ID, "somebody unknown"))
		tell(&o, "barred", "", d.Texts.Barred(text.Barred{
			MentionMarkup: cmp.Or(l.by.Mention, d.Team), Provider: d.p.Name, Call: wording.Call(d.p, d.Texts, d.Now),
		}))
		return o, nil
	case !past.IsZero():
		c.State, c.KnownUntil = bridge.Listed, past
		d.audit(&o, "unknown past", "there are comments of ours that no case remembers")
	default:
		d.audit(&o, "opened", "label "+l.label)
	}
	return o, d.proceed(&o, c.State == bridge.Settling)
}

// proceed has a case share another issue's, or go on, if somebody wants it to; one
// that only begins asks the brake.
func (d *decision) proceed(o *bridge.Outcome, begins bool) error {
	if joined, err := d.share(o); err != nil || joined {
		return err
	}
	if begins {
		return d.brake(o)
	}
	listed := o.Case.State == bridge.Listed
	if err := d.release(o); err != nil || !listed || o.Case.State == bridge.Listed {
		return err
	}
	_, err := d.share(o) // a link joins only what is not listed
	return err
}

// brake counts a case that begins, and holds it when there were too many; not one
// of which a person has said already that it shall go on.
func (d *decision) brake(o *bridge.Outcome) error {
	c := &o.Case
	b, err := d.Lookup.Brake(d.p.ID, true)
	if err != nil {
		return fmt.Errorf("ask the brake: %w", err)
	}
	if at, _ := d.word(*c); b.Open || !at.IsZero() {
		return nil
	}
	again := "" // it was held before
	if !c.BrakedAt.IsZero() {
		again = strconv.FormatInt(c.BrakedAt.Unix(), 10)
	}
	c.State, c.BrakedAt = bridge.Braked, d.Now
	d.audit(o, "braked", fmt.Sprintf("more than %d escalations began within %s", b.Limit, b.Window))
	if b.Held <= b.Limit { // of a flood the first ones tell enough
		tell(o, "braked", again, d.Texts.Braked(text.Braked{
			MentionMarkup: wording.Mention(*c, d.Team), Provider: d.p.Name, Limit: b.Limit, Window: b.Window,
			GoOn: "escalat " + bridge.GoOn, Call: wording.Call(d.p, d.Texts, d.Now),
		}))
	}
	return nil
}

package watch

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

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

// recently is how long before a confirmation a label was put on by people who still
// wait for what becomes of it.
const recently = 24 * time.Hour

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
	told := d.begin(&o, l)
	if c.State == bridge.Refused {
		return o, nil
	}
	err = d.proceed(&o, c.State == bridge.Settling)
	if told.tells && c.State == bridge.Listed {
		d.tellListed(&o, "", told.unknown)
	}
	d.heard(c)
	return o, err
}

// listing says what is told of a case that is listed.
type listing struct {
	tells   bool
	unknown bool // what was sent for it is not known
}

// begin judges what a labelling begins: a case that is listed, refused, or goes on.
func (d *decision) begin(o *bridge.Outcome, l labelling) listing {
	c, at := &o.Case, l.at
	if at.IsZero() {
		at = d.Issue.Created
	}
	past, copied := d.unknown(*c, d.Since), d.copied()
	sent := copied || !d.unknown(*c, at).IsZero() // perhaps, by a store that is lost
	c.KnownUntil = past
	word, _ := d.word(*c)
	switch {
	case at.Before(d.Since):
		c.State = bridge.Listed
		d.audit(o, "listed", "labelled before this installation began")
		return listing{tells: d.Confirmed && d.Since.Sub(at) <= recently, unknown: sent}
	case copied:
		c.State = bridge.Listed
		d.audit(o, "listed", "a copy: nobody labelled it, and a label shows how another stands")
		return listing{tells: true, unknown: true}
	case !d.Issue.May(l.by) && word.IsZero():
		c.State = bridge.Refused
		d.audit(o, "refused", "label "+l.label+" of "+cmp.Or(l.by.ID, "somebody unknown"))
		tell(o, "barred", "", d.Texts.Barred(text.Barred{
			MentionMarkup: cmp.Or(l.by.Mention, d.Team), Provider: d.p.Name, Call: wording.Call(d.p, c.Kind, d.Texts, d.Now),
		}))
	case !past.IsZero():
		c.State = bridge.Listed
		d.audit(o, "unknown past", "there are comments of ours that no case remembers")
		return listing{tells: true, unknown: true}
	default:
		d.audit(o, "opened", "label "+l.label)
	}
	return listing{}
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
	if b.Held <= b.Limit || d.Unmarked { // of a flood the first ones tell enough, and labels show the others
		tell(o, "braked", again, d.Texts.Braked(text.Braked{
			MentionMarkup: wording.Mention(*c, d.Team), Provider: d.p.Name, Limit: b.Limit, Window: b.Window,
			GoOn: "escalat " + bridge.GoOn, Call: wording.Call(d.p, c.Kind, d.Texts, d.Now),
		}))
	}
	return nil
}

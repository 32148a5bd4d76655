package validate

import (
	"fmt"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// maxAnswer is how old a command may be to be answered: nobody waits any longer.
const maxAnswer = day

// obey notes the newest command to send what there is. Those before it have been
// followed with it.
func (d *decision) obey() {
	c := &d.out.Case
	given := d.given(d.Issue.Commands(), d.opened())
	if len(given) == 0 {
		return
	}
	newest := given[len(given)-1]
	former := []string{c.Forced.CommentID}
	for _, one := range given {
		former = append(former, one.Comment.ID)
	}
	c.Spend(slices.DeleteFunc(former, func(id string) bool { return id == newest.Comment.ID })...)
	c.Forced = bridge.Forced{CommentID: newest.Comment.ID, By: newest.Comment.Author, At: newest.At()}
}

// given returns the commands to send since then that are not done with.
func (d *decision) given(commands []bridge.Command, since time.Time) []bridge.Command {
	return slices.DeleteFunc(commands, func(c bridge.Command) bool {
		return c.Name != bridge.SendNow || c.At().Before(since) || slices.Contains(d.Case.Spent, c.Comment.ID)
	})
}

// opened is since when what people say is meant for this case: since it was
// labelled.
func (d *decision) opened() time.Time {
	switch {
	case !d.Case.LabelledAt.IsZero():
		return d.Case.LabelledAt
	case d.Case.Ordinal <= 1: // labelled when the issue was made
		return d.Issue.Created
	}
	return d.Case.OpenedAt
}

// rests reports whether nothing is asked or sent because the issue is resolved.
// That it is opened again is a change of the issue, which is looked at.
func (d *decision) rests() bool {
	c := &d.out.Case
	begins := c.ResolvedSince.IsZero()
	switch {
	case !d.Issue.Resolved:
		if c.ResolvedSince = (time.Time{}); !begins {
			d.audit("reopened", "")
		}
		return false
	case !d.Issue.ResolvedAt.IsZero():
		c.ResolvedSince = d.Issue.ResolvedAt
	case begins:
		c.ResolvedSince = d.Now
	}
	if !c.Rests(d.Issue) {
		return false
	}
	c.WaitingSince, c.Request.MendingSince = time.Time{}, time.Time{}
	if begins {
		d.audit("resolved", "nothing is asked or sent until it is opened again")
	}
	return true
}

// overheard says, once a case, where a command is to be written that stands where it
// does not count.
func (d *decision) overheard() {
	for _, one := range d.recent(d.given(d.Issue.Overheard(), d.opened())) {
		told := d.Texts.Unheard(text.Unheard{MentionMarkup: d.mention(one.Comment.Author), SendNow: "escalat " + bridge.SendNow})
		d.tell("unheard", "", told)
		return
	}
}

// answer tells whoever has what was sent be sent that it was, once a comment.
func (d *decision) answer() {
	c := &d.out.Case
	first := c.First()
	if first == nil || !first.Shadow && !first.Left() {
		return
	}
	since := first.SentAt
	if since.IsZero() {
		since = first.SeenAt
	}
	for _, one := range d.recent(d.given(d.Issue.Commands(), since)) {
		id := one.Comment.ID
		if !one.Sure || id == c.Forced.CommentID || slices.Contains(c.Spent, id) {
			continue
		}
		c.Spend(id)
		d.audit("already sent", "comment "+id)
		d.tell("already", "/"+id, d.Texts.Already(text.Already{
			MentionMarkup: d.mention(one.Comment.Author), Provider: d.Profile.Name, To: first.To, At: since.In(d.Profile.Location()),
			Pending: d.labels(c.Pending), Redirected: first.Redirected, Simulated: first.Shadow,
		}))
	}
}

// recent leaves out commands for whose answer nobody waits any more.
func (d *decision) recent(commands []bridge.Command) []bridge.Command {
	return slices.DeleteFunc(commands, func(c bridge.Command) bool { return d.Now.Sub(c.At()) > maxAnswer })
}

// otherKind returns the form that the labels name when the provider was told
// another and the team does not know that yet, or nil.
func (d *decision) otherKind() *mapping.Form {
	c := &d.out.Case
	first := c.First()
	if d.Profile.Form(c.Kind) == nil || first == nil || !first.Left() || first.Redirected {
		return nil
	}
	form := d.Profile.Judge(mapping.Input{Now: d.Now, Labels: d.Issue.Labels}).Form
	switch form.ID {
	case "": // none or several: nobody has said another
		return nil
	case c.Kind:
		c.OtherKind = ""
		return nil
	case c.OtherKind:
		return nil
	}
	return form
}

// tellKind says that the provider still has the former kind, once a change.
func (d *decision) tellKind(form *mapping.Form) {
	c := &d.out.Case
	c.OtherKind = form.ID
	c.KindChanges++
	lang := d.Texts.Language()
	told := text.KindChanged{MentionMarkup: d.mention(bridge.User{}), Provider: d.Profile.Name, Told: d.Profile.Form(c.Kind).Name.In(lang), Now: form.Name.In(lang)}
	if call := d.call(); call != nil {
		told.Phones = call.Numbers
	} else {
		told.Phones, told.Portal = d.Profile.Contacts.Day.Phones, d.Profile.Contacts.Portal
	}
	d.audit("kind changed", form.ID)
	d.tell("kind", fmt.Sprintf("/%d", c.KindChanges), d.Texts.KindChanged(told))
}

// tell plans a comment about the case.
func (d *decision) tell(what, which, markup string) {
	c := &d.out.Case
	key := fmt.Sprintf("%s/%s/%s/%d%s", what, c.IssueID, c.Provider, c.Ordinal, which)
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: markup}))
}

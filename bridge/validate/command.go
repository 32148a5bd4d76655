package validate

import (
	"slices"
	"strconv"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// obey notes the newest command to send what there is. Those before it have been
// followed with it.
func (d *decision) obey() {
	c := &d.out.Case
	given := d.given(d.commands(), d.Case.Meant(d.Issue))
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
	return slices.DeleteFunc(slices.Clone(commands), func(c bridge.Command) bool {
		return c.Name != bridge.SendNow || c.At().Before(since) || d.Case.Followed(c, d.Now)
	})
}

// rests reports whether nothing is asked or sent because the issue is resolved or
// archived. That it no longer is, is a change of the issue, which is looked at.
func (d *decision) rests() bool {
	c := &d.out.Case
	begins := c.ResolvedSince.IsZero()
	switch {
	case !d.Issue.Resolved && !d.Issue.Archived:
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
	switch {
	case begins && d.Issue.Archived:
		d.audit("archived", "nothing is asked or sent while it is")
	case begins:
		d.audit("resolved", "nothing is asked or sent until it is opened again")
	}
	return true
}

// awake forgets since when a case rested that rests no more; not as long as a command
// is held against that time.
func (d *decision) awake() {
	c := &d.out.Case
	over := !d.Issue.Resolved && !d.Issue.Archived || !d.Issue.ResolvedAt.IsZero()
	if unsent := c.State == bridge.Settling || c.State == bridge.Asked; !unsent && over {
		c.ResolvedSince = time.Time{}
	}
}

// overheard says, once a case, where a command is to be written that stands where it
// does not count.
func (d *decision) overheard() {
	for _, one := range d.recent(d.given(d.heard(), d.Case.Meant(d.Issue))) {
		if one.Barred {
			continue
		}
		d.unheard(one, "")
		return
	}
}

// misplaced says the same of what else may be commanded, once a case each.
func (d *decision) misplaced() {
	if d.Issue.Archived {
		return
	}
	since := d.Case.Meant(d.Issue)
	for _, name := range []string{
		bridge.Phoned, bridge.SendChanges, bridge.SendFiles, bridge.SendAnyway, bridge.Status, bridge.Again, bridge.HasAnswered, bridge.Portal, bridge.NotUrgent,
		bridge.Claim, bridge.Close, bridge.Reopen, bridge.Help,
	} {
		for _, one := range d.recent(d.heard()) {
			if one.Name == name && !one.Barred && !one.At().Before(since) {
				d.unheard(one, name)
				break
			}
		}
	}
}

func (d *decision) unheard(one bridge.Command, which string) {
	d.tell("unheard", which, d.Texts.Unheard(text.Unheard{MentionMarkup: d.mention(one.Comment.Author), SendNow: "escalat " + one.Name}))
}

// barred says, once a case, to somebody who commands and may not that it did nothing.
func (d *decision) barred() {
	if d.Issue.Archived {
		return
	}
	since := d.Case.Meant(d.Issue)
	for _, one := range d.recent(d.heard()) {
		if !one.Barred || one.At().Before(since) {
			continue
		}
		told := text.Barred{MentionMarkup: d.mention(one.Comment.Author), Provider: d.Profile.Name, Command: true, Call: d.call()}
		d.tell("barred-command", "", d.Texts.Barred(told))
		return
	}
}

// answer tells whoever has what was sent be sent that it was, once a comment.
func (d *decision) answer() {
	c := &d.out.Case
	first := c.FormNotice()
	if first == nil || !first.Shadow && !first.Left() {
		return
	}
	since := first.SentAt
	if since.IsZero() {
		since = first.SeenAt
	}
	for _, one := range d.recent(d.given(d.commands(), since)) {
		id := one.Comment.ID
		if !one.Sure || id == c.Forced.CommentID || c.Followed(one, d.Now) {
			continue
		}
		c.Spend(id)
		d.audit("already sent", "comment "+id)
		d.tell("already", id, d.Texts.Already(text.Already{
			MentionMarkup: d.mention(one.Comment.Author), Provider: d.Profile.Name, To: first.To, At: since.In(d.Profile.Location()),
			Pending: d.labels(c.Pending), Redirected: first.Redirected, Simulated: first.Shadow,
		}))
	}
}

// recent leaves out commands for whose answer nobody waits any more.
func (d *decision) recent(commands []bridge.Command) []bridge.Command {
	return slices.DeleteFunc(slices.Clone(commands), func(c bridge.Command) bool { return c.Stale(d.Now) })
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
	case c.Kind, c.ToldKind():
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
	told.Phones, told.Portal = wording.Desk(d.Profile, c.Kind, d.Texts, d.Now)
	d.audit("kind changed", form.ID)
	d.tell("kind", strconv.Itoa(c.KindChanges), d.Texts.KindChanged(told))
}

// tell plans a comment about the case.
func (d *decision) tell(what, which, markup string) {
	d.out.Effects = append(d.out.Effects, bridge.Tell(d.out.Case, what, which, markup))
}

package validate

import (
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// noted remembers what people tell of the provider, its ticket numbers and that it was
// called, and says so of each.
func (d *decision) noted() {
	c := &d.out.Case
	since := d.Case.Meant(d.Issue)
	for _, one := range d.commands() {
		// Of what is to be entered in the provider's portal the number says that it was.
		told := one.Name == bridge.Reference && c.State != bridge.Handed || one.Name == bridge.Phoned
		if !told || one.At().Before(since) || c.Followed(one, d.Now) {
			continue
		}
		again := slices.ContainsFunc(c.Spent, func(mark string) bool { return strings.HasPrefix(mark, one.Comment.ID+"/"+bridge.Phoned) })
		c.Spend(one.Mark())
		number := one.Number()
		switch {
		case number == "":
		case c.Refer(number):
			d.audit("reference", number)
		default:
			d.audit("too many references", number)
			number = ""
		}
		if one.Name == bridge.Phoned {
			wording.Aware(c, d.Profile, one.At())
			d.audit("phoned", "comment "+one.Comment.ID)
		}
		d.confirm(one, number, one.Name == bridge.Phoned && !again)
	}
}

// confirm answers whoever told something of the provider: that it was called once a
// comment, a ticket number once.
func (d *decision) confirm(one bridge.Command, number string, phoned bool) {
	mention, leader := d.mention(one.Comment.Author), ""
	if d.Case.State == bridge.Joined { // whose case is not ours to change
		leader = d.Case.LeaderKey
	}
	switch {
	case d.Issue.Archived || one.Stale(d.Now):
	case phoned:
		d.tell("phoned", one.Comment.ID, d.Texts.Phoned(text.Phoned{
			MentionMarkup: mention, Provider: d.Profile.Name, At: one.At().In(d.Profile.Location()), Reference: number, Leader: leader,
		}))
	case number != "":
		d.tell("noted", strings.ToLower(number), d.Texts.Noted(text.Noted{MentionMarkup: mention, Provider: d.Profile.Name, Reference: number, Leader: leader}))
	}
}

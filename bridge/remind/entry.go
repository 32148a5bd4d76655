package remind

import (
	"fmt"
	"strconv"

	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// entry reminds of a first notice that a person was given to enter in the provider's portal
// and that nothing says to be there: of the newest that is due, while the desk is open.
func (d *decision) entry() {
	c := &d.out.Case
	n, at, next := wording.EntryReminders(*c, d.Profile, d.Now)
	c.Due(next)
	switch {
	case n < 0 || !c.EntryTold.Before(at):
		return
	case !d.desk.Open(d.Now): // it was missed
		c.Due(d.desk.Next(d.Now))
		return
	}
	given := wording.Given(*c)
	c.EntryTold = d.Now
	told := text.Unentered{MentionMarkup: d.mention(), Provider: d.Profile.Name, For: d.Now.Sub(given), Link: d.Profile.PortalOf(c.Kind)}
	if first := c.First(); first != nil && first.Filed != nil && first.Filed.Link != "" {
		told.Link = first.Filed.Link
	}
	d.tell("entry", fmt.Sprintf("%d/%d", given.Unix(), n), d.Texts.Unentered(told))
	d.audit("entry reminder", strconv.Itoa(n))
}

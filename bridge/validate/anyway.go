package validate

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// maxReason bounds what is recorded of a reason, in letters.
const maxReason = 300

// allow follows the command to let leave what looks private: all that is there now, and
// nothing that comes later. What of it the provider was to have goes at once as one
// addition.
func (d *decision) allow() {
	c := &d.out.Case
	since := bridge.Latest(d.Case.Meant(d.Issue), c.KnownUntil)
	for _, one := range d.commands() {
		if one.Name != bridge.SendAnyway || one.At().Before(since) || c.Followed(one, d.Now) {
			continue
		}
		c.Spend(one.Mark())
		d.anyway(one)
	}
	d.Issue = d.Issue.Allow(c.Allowed.Prints)
}

func (d *decision) anyway(one bridge.Command) {
	c := &d.out.Case
	reason := d.reason(one)
	switch {
	case one.Stale(d.Now):
		d.audit("too late", one.Name+", comment "+one.Comment.ID)
		return
	case c.State == bridge.Joined || !c.State.Open():
		d.refuse(one)
		return
	case reason == "":
		d.answerAnyway(one, text.AnywayReason)
		return
	}
	before := d.Issue.Allow(c.Allowed.Prints)
	prints, files := d.private(one.At()), c.Withheld()
	fresh := slices.DeleteFunc(slices.Clone(prints), func(p string) bool { return slices.Contains(c.Allowed.Prints, p) })
	if len(fresh)+len(files) == 0 {
		d.answerAnyway(one, text.AnywayNothing)
		return
	}
	places, former := d.places(before), c.Allowed
	c.Allowed = bridge.Allowed{
		CommentID: one.Comment.ID, By: one.Comment.Author, At: one.At(), Reason: reason,
		Prints: together(c.Allowed.Prints, prints), Files: together(c.Allowed.Files, files),
	}
	sent := c.State == bridge.Sent || c.State == bridge.Answered
	if sent && !d.release(before, files) { // it stands where nothing leaves
		c.Allowed = former
		d.answerAnyway(one, text.AnywayNothing)
		return
	}
	d.audit("allowed", allowing(one, reason, places, files))
	if !sent {
		d.answerAnyway(one, text.AnywayNoted)
	}
}

// reason is what the person says for it, in a line and without what is private, be it allowed
// or not.
func (d *decision) reason(one bridge.Command) string {
	for _, masked := range d.Issue.Allow(nil).Commands() {
		if masked.Name == one.Name && masked.Comment.ID == one.Comment.ID {
			return oneLine(wiki.Plain(masked.Text))
		}
	}
	return ""
}

// private are the prints of what was private then in texts that leave, and of what only
// notices gave away. What stands in a comment that is not for the provider alone, or was
// written since, is not among them.
func (d *decision) private(at time.Time) []string {
	allowed := d.out.Case.Allowed.Prints
	masked := d.leaving(d.Issue.Allow(allowed))
	var prints []string
	for _, print := range d.Issue.PrintsUntil(at) {
		if d.leaving(d.Issue.Allow(together(allowed, []string{print}))) != masked {
			prints = append(prints, print)
		}
		if len(prints) == maxAllowed {
			break
		}
	}
	for _, n := range d.Case.Notices {
		for print := range n.Framed {
			prints = append(prints, print)
		}
	}
	slices.Sort(prints)
	return slices.Compact(prints)
}

// maxAllowed bounds what one command lets leave, which an issue is judged for each of.
const maxAllowed = 100

// leaving is what leaves of the issue, in one text.
func (d *decision) leaving(issue bridge.Issue) string {
	r := d.Profile.Judge(issue.Following(d.out.Case, d.Now, d.Profile))
	texts := []string{issue.Summary, r.Values.Rest}
	for _, f := range r.Form.All() {
		texts = append(texts, r.Values.ByField[f.ID].Text)
	}
	for _, a := range issue.Addressed(d.Profile) {
		texts = append(texts, a.Text)
	}
	for _, a := range issue.Attachments {
		texts = append(texts, a.Name)
	}
	return strings.Join(texts, "\n")
}

// places tells what is masked in the texts that are for the provider, as long as nothing more
// is allowed.
func (d *decision) places(issue bridge.Issue) []bridge.Hidden {
	c := &d.out.Case
	r := d.Profile.Judge(issue.Following(*c, d.Now, d.Profile))
	hidden := bridge.Masks(issue.Summary, bridge.PlaceSummary)
	for _, f := range r.Form.All() {
		hidden = append(hidden, bridge.Masks(r.Values.ByField[f.ID].Text, f.ID)...)
	}
	hidden = append(hidden, bridge.Masks(r.Values.Rest, bridge.PlaceRest)...)
	for _, a := range issue.Addressed(d.Profile) {
		hidden = append(hidden, bridge.Masks(a.Text, bridge.PlaceWords)...)
	}
	for _, n := range d.Case.Notices {
		for _, h := range n.Hidden {
			framed := func(place string) bool { return place == h.Place }
			if !slices.Contains(hidden, h) && len(n.Framed) > 0 && slices.ContainsFunc(slices.Collect(maps.Values(n.Framed)), framed) {
				hidden = append(hidden, h)
			}
		}
	}
	return hidden
}

// allowing says for the audit who lets leave what, and why; never a value.
func allowing(one bridge.Command, reason string, places []bridge.Hidden, files []string) string {
	told := []string{fmt.Sprintf("comment %s of %s", one.Comment.ID, one.Comment.Author.ID), "reason: " + reason}
	for _, h := range places {
		told = append(told, fmt.Sprintf("%s in %s, line %d", h.Kind, h.Place, h.Line))
	}
	for _, id := range files {
		told = append(told, "file "+id)
	}
	return strings.Join(told, "; ")
}

// release plans what follows the first notice: one addition with what it brought masked and
// what it did not bring, and the texts that went masked once more. It reports whether there
// is anything.
func (d *decision) release(before bridge.Issue, files []string) bool {
	c := &d.out.Case
	after := d.Issue.Allow(c.Allowed.Prints)
	was, is := d.Profile.Judge(before.Following(*c, d.Now, d.Profile)), d.Profile.Judge(after.Following(*c, d.Now, d.Profile))
	body := bridge.ComposeBody{}
	for _, f := range is.Form.All() {
		if is.Values.ByField[f.ID].Text != was.Values.ByField[f.ID].Text || d.framed(f.ID) {
			body.Fields = append(body.Fields, f.ID)
		}
	}
	body.Anyway = slices.Clone(body.Fields)
	if before.Summary != after.Summary || d.framed(bridge.PlaceSummary) {
		body.Anyway = append(body.Anyway, bridge.PlaceSummary)
	}
	if is.Values.Rest != was.Values.Rest || d.framed(bridge.PlaceRest) {
		body.Anyway = append(body.Anyway, bridge.PlaceRest)
	}
	body.Files = d.attached(files)
	again := d.unrelay(before, after)
	if len(body.Anyway)+len(body.Files) == 0 {
		return again
	}
	c.Additions++
	body.Serial = 1 + c.Additions
	p := parcel{fields: body.Fields, files: body.Files}
	d.offered(items(is, p))
	c.Pending = slices.DeleteFunc(slices.Clone(c.Pending), func(id string) bool { return slices.Contains(body.Fields, id) })
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, composeKey(c, body.Serial), body))
	return true
}

// framed reports whether something stands there that only a notice gave away.
func (d *decision) framed(place string) bool {
	return slices.ContainsFunc(d.Case.Notices, func(n bridge.Notice) bool {
		return slices.Contains(slices.Collect(maps.Values(n.Framed)), place)
	})
}

// attached are those of the files that are still on the issue.
func (d *decision) attached(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return !slices.ContainsFunc(d.Issue.Attachments, func(a bridge.Attachment) bool { return a.ID == id })
	})
}

// unrelay has the team's texts for the provider go once more that went masked.
func (d *decision) unrelay(before, after bridge.Issue) bool {
	c := &d.out.Case
	found := false
	for _, a := range before.Addressed(d.Profile) {
		if now := after.Says(d.Profile, a.Comment.ID, a.Digest); now.Fault != bridge.FaultEdited {
			continue
		}
		planned, was := c.OnItsWay(a.Comment.ID)
		switch {
		case c.GivenUp(a.Comment.ID, a.Digest):
		case was && planned == a.Digest && d.went(a.Comment.ID): // one under way is composed anew by itself
		default:
			continue
		}
		c.Unrelay(a.Comment.ID)
		found = true
	}
	return found
}

// went reports whether the text of a comment has gone to the provider, or perhaps.
func (d *decision) went(commentID string) bool {
	return slices.ContainsFunc(d.Case.Notices, func(n bridge.Notice) bool {
		return n.About == bridge.AboutWords && n.Comment == commentID && (n.Left() || n.Shadow || n.Unproved || n.Channel == bridge.ByPortal)
	})
}

// stopped reports whether a field of an addition holds something that must not leave.
func (d *decision) stopped(id string, v mapping.Value) bool {
	return slices.ContainsFunc(d.Case.Stopped, func(h bridge.Hidden) bool {
		return h.Place == id && slices.ContainsFunc(bridge.Masks(v.Text, id), func(m bridge.Hidden) bool { return m.Kind == h.Kind })
	})
}

func (d *decision) refuse(one bridge.Command) {
	d.audit("refused", one.Name+", comment "+one.Comment.ID)
	why := text.RefusedClosed
	if d.out.Case.State == bridge.Joined {
		why = text.RefusedElsewhere
	}
	d.tell(one.Name, one.Mark(), d.Texts.Ordered(why, text.Ordered{
		MentionMarkup: d.mention(one.Comment.Author), Provider: d.Profile.Name, Leader: d.out.Case.LeaderKey,
	}))
}

func (d *decision) answerAnyway(one bridge.Command, what text.AnywayWhat) {
	d.audit("anyway: "+string(what), "comment "+one.Comment.ID)
	d.tell(one.Name, one.Mark(), d.Texts.Anyway(text.Anyway{MentionMarkup: d.mention(one.Comment.Author), Provider: d.Profile.Name, What: what}))
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= maxReason {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:maxReason-1])) + "…"
}

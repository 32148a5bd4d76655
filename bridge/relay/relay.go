// Package relay decides which texts of the team go to the provider: the comments that begin
// with «Per a Claranet:», and nothing else.
//
// It promises: a text goes once, as it stands when nobody has touched it for the quiet time,
// in the thread of the case, with the files that it names or that came with it. What is
// edited after that does not go, and what could not go is said, once, with what to do. A
// text waits for the first notice: without it the provider would not know what it is about.
// There are only so many a day and a case. One for a provider to whom the
// issue was never escalated is said to go nowhere.
//
// Whether the text may leave is asked once more immediately before it does; see
// bridge.Issue.Says. Decide is a function of its input: it changes nothing outside and reads
// no clock.
package relay

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// stage names this stage in the audit.
const stage = "relay"

// Bounds of the texts of a case: people write a few, a program that comments may write
// without end.
const (
	perDay  = 30
	perCase = 300

	day = 24 * time.Hour
	// old is how long after it was written a text still goes out.
	old = 7 * day
	// patience is how long a text may wait for a first notice that is under way before
	// that is said.
	patience = 10 * time.Minute
)

// Input is what a decision is made from.
type Input struct {
	Now     time.Time
	Issue   bridge.Issue
	Case    bridge.Case // as the stages before have decided
	Profile *mapping.Profile
	Texts   text.Texts
	Team    string // markup that addresses the team, for when nobody else is known
	// Trial: in mode redirect nothing goes to the provider. Shadow: nothing goes to
	// anybody. In neither is the provider called.
	Trial  bool
	Shadow bool
	// Quiet is how long nobody must have edited a text. Zero or less means at once.
	Quiet time.Duration
	// Others are the issue's cases besides, and Profiles those of all providers that are
	// switched on: see bridge.Strays.
	Others   []bridge.Case
	Profiles []mapping.Profile
}

// Decide says what follows for the case from what the team has written to its provider.
func Decide(in Input) bridge.Outcome {
	d := decision{Input: in, out: bridge.Outcome{Case: in.Case}}
	d.out.Case.Unrelayed = false
	if in.Issue.Archived { // nothing is asked or said there
		return d.out
	}
	for _, a := range in.Issue.Addressed(in.Profile) {
		d.one(a)
	}
	for _, stray := range bridge.Strays(in.Issue, in.Profiles, in.Case, in.Others) {
		d.astray(stray)
	}
	return d.out
}

type decision struct {
	Input
	out bridge.Outcome
}

// one decides about a comment.
func (d *decision) one(a bridge.Addressed) {
	c, id := &d.out.Case, a.Comment.ID
	planned, was := c.OnItsWay(id)
	since := bridge.Latest(d.Case.Meant(d.Issue), c.KnownUntil)
	switch {
	case was && planned != a.Digest && d.gone(id):
		d.say(a, text.RelayEdited, a.Digest)
	case was || c.GivenUp(id, a.Digest):
	case a.Comment.At().Before(since):
		d.early(a, since)
	case a.Fault != "":
		d.fault(a)
	case d.Now.Sub(a.Comment.At()) > old:
		d.giveUp(a, text.RelayOld)
	default:
		d.meant(a)
	}
}

// gone reports whether the text of the comment has gone to the provider, or to a person who
// enters it: what it is changed to then does not follow.
func (d *decision) gone(commentID string) bool {
	return slices.ContainsFunc(d.Case.Notices, func(n bridge.Notice) bool {
		out := n.Left() || n.Shadow || n.Unproved || n.Channel == bridge.ByPortal
		return n.About == bridge.AboutWords && n.Comment == commentID && out
	})
}

// early says that what was written before the issue was escalated does not go. Of a later
// escalation it was perhaps of the one before.
func (d *decision) early(a bridge.Addressed, since time.Time) {
	recent := since.Sub(a.Comment.At()) <= day && d.Now.Sub(since) <= day
	if a.Fault == "" && recent && d.Case.Ordinal <= 1 && d.Case.KnownUntil.IsZero() {
		d.say(a, text.RelayEarly, "")
	}
}

// astray says that a text is for a provider to whom the issue was never escalated.
func (d *decision) astray(stray bridge.Stray) {
	if d.Now.Sub(stray.Comment.At()) > old {
		return
	}
	c := &d.out.Case
	c.Spend(stray.Mark())
	d.audit("not sent", string(text.RelayNowhere)+": comment "+stray.Comment.ID+", "+stray.Profile.ID)
	told := text.NotRelayed{
		MentionMarkup: cmp.Or(stray.Comment.Author.Mention, wording.Mention(*c, d.Team)),
		Provider:      stray.Profile.Name, Why: text.RelayNowhere, Label: stray.Profile.LabelOf(&mapping.Form{}),
	}
	which := stray.Comment.ID + "/nowhere/" + stray.Profile.ID
	d.out.Effects = append(d.out.Effects, bridge.Tell(*c, "relay", which, d.Texts.NotRelayed(told)))
}

// fault says why a comment goes to nobody, while somebody may still wait for it.
func (d *decision) fault(a bridge.Addressed) {
	why := map[bridge.Fault]text.NotRelayedWhy{
		bridge.FaultUnclear: text.RelayUnclear, bridge.FaultEmpty: text.RelayEmpty,
		bridge.FaultHidden: text.RelayHidden, bridge.FaultBarred: text.RelayBarred,
	}[a.Fault]
	if d.Now.Sub(a.Comment.At()) <= day && why != "" {
		d.say(a, why, "")
	}
}

// meant decides about a text that is for the provider of this case.
func (d *decision) meant(a bridge.Addressed) {
	c := &d.out.Case
	switch c.State {
	case bridge.Settling, bridge.Sending, bridge.Asked, bridge.Handed:
		c.Unrelayed = true
	}
	switch c.State {
	case bridge.Sent, bridge.Answered:
		d.goes(a)
	case bridge.Settling, bridge.Sending:
		if until := a.Comment.At().Add(patience); d.Now.Before(until) {
			c.Due(until)
			return
		}
		d.say(a, text.RelayFirst, "")
	case bridge.Asked:
		d.say(a, text.RelayAsked, "")
	case bridge.Handed:
		d.say(a, text.RelayPortal, "")
	case bridge.Listed, bridge.Braked:
		d.say(a, text.RelayHeld, "")
	case bridge.Closed:
		d.say(a, text.RelayClosed, "")
	case bridge.Refused:
		d.giveUp(a, text.RelayRefused)
	case bridge.Withdrawn:
		d.giveUp(a, text.RelayWithdrawn)
	case bridge.Joined:
		d.giveUp(a, text.RelayJoined)
	case bridge.Undelivered:
		d.giveUp(a, text.RelayUndelivered)
	}
}

// goes plans the notice that brings the text, as soon as nobody edits it any more.
func (d *decision) goes(a bridge.Addressed) {
	c := &d.out.Case
	if until := a.Comment.At().Add(d.Quiet); d.Quiet > 0 && d.Now.Before(until) {
		c.Due(until)
		return
	}
	if len(c.Relayed) >= perCase {
		d.say(a, text.RelayCase, "")
		return
	}
	if until := d.full(); d.Now.Before(until) {
		c.Due(until)
		d.say(a, text.RelayDay, "")
		return
	}
	c.Relay(a.Comment.ID, a.Digest)
	c.Additions++
	serial := 1 + c.Additions
	key := fmt.Sprintf("compose/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, serial)
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, bridge.ComposeBody{
		Serial: serial, About: bridge.AboutWords, Comment: a.Comment.ID, Digest: a.Digest, Files: d.Issue.FilesOf(a),
	}))
	d.audit("text", "comment "+a.Comment.ID)
}

// full is until when there are enough texts for a day; zero when there is room for one.
func (d *decision) full() time.Time {
	var recent []time.Time
	for _, c := range d.Issue.Comments {
		if _, planned := d.out.Case.OnItsWay(c.ID); planned && d.Now.Sub(c.At()) < day {
			recent = append(recent, c.At())
		}
	}
	if len(recent) < perDay {
		return time.Time{}
	}
	slices.SortFunc(recent, time.Time.Compare)
	return recent[len(recent)-perDay].Add(day)
}

// giveUp is say for a text that goes only when it is written anew.
func (d *decision) giveUp(a bridge.Addressed, why text.NotRelayedWhy) {
	d.say(a, why, "")
	d.out.Case.GiveUp(a.Comment.ID, a.Digest)
}

// say tells who wrote it, once a comment and reason, or once a version, why a text is not
// sent.
func (d *decision) say(a bridge.Addressed, why text.NotRelayedWhy, version string) {
	c := &d.out.Case
	which := a.Comment.ID + "/" + string(why)
	if version != "" {
		which += "/" + version
	}
	mark := "relay/" + which
	if slices.Contains(c.Spent, mark) {
		return
	}
	c.Spend(mark)
	d.audit("not sent", string(why)+": comment "+a.Comment.ID)
	d.out.Effects = append(d.out.Effects, bridge.Tell(*c, "relay", which, d.Texts.NotRelayed(d.told(a, why))))
}

// told are the arguments of the comment that says so.
func (d *decision) told(a bridge.Addressed, why text.NotRelayedWhy) text.NotRelayed {
	c := d.out.Case
	told := text.NotRelayed{
		MentionMarkup: cmp.Or(a.Comment.Author.Mention, wording.Mention(c, d.Team)), Provider: d.Profile.Name, Why: why, Leader: c.LeaderKey,
	}
	told.Phones, told.Portal = wording.Desk(d.Profile, c.Kind, d.Texts, d.Now)
	switch why {
	case text.RelayHeld:
		told.Command = "escalat " + bridge.GoOn
	case text.RelayClosed:
		told.Command = "escalat " + bridge.Reopen
	case text.RelayPortal:
		told.Command = "escalat " + bridge.Portal
	case text.RelayDay:
		told.Many, told.At = perDay, d.full().In(d.Profile.Location())
	case text.RelayCase:
		told.Many = perCase
	case text.RelayUndelivered:
		if !d.Trial && !d.Shadow {
			told.Call = wording.Call(d.Profile, c.Kind, d.Texts, d.Now)
		}
	}
	return told
}

func (d *decision) audit(action, reason string) {
	d.out.Audit = append(d.out.Audit, bridge.Entry{At: d.Now, Stage: stage, Action: action, Reason: reason})
}

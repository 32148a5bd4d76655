// Package obey follows what people command of a case: how it stands, that the provider
// has answered by telephone, that nobody is to be called, an answer to be claimed, the
// notice to be sent once more, its number in the provider's portal, to close the case
// and to open it again. What decides whether the notice goes out is validate's, and
// who may command is Issue.Commands'.
//
// It promises: each command is done once, in the order in which they were given, however
// often the issue is read and whatever is edited in its comment, and answered once, or
// by the comment that says that a mail has left. A command that makes sense for several of
// the issue's cases is done for none, and one of them asks for which. What looks like a
// command, and what stands beside one without being read, does nothing and is explained,
// once a comment. For an answer to a command of yesterday
// nobody waits: what it tells is noted, and what would be sent or changed is not. On an
// archived issue nothing is done.
//
// Decide is a function of its input: it changes nothing outside and reads no clock.
package obey

import (
	"cmp"
	"fmt"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// stage names this stage in the audit.
const stage = "obey"

// Input is what a decision is made from.
type Input struct {
	Now     time.Time
	Issue   bridge.Issue
	Case    bridge.Case
	Profile *mapping.Profile
	Texts   text.Texts
	// Team is markup that addresses the team, for when nobody else is known.
	Team string
	// Trial: in mode redirect nothing goes to the provider. Shadow: nothing goes to
	// anybody. In neither must the provider be called.
	Trial, Shadow bool
	// Others are the issue's cases besides: see bridge.Meant.
	Others []bridge.Case
}

// Decide says what follows from the commands that are meant for the case.
func Decide(in Input) bridge.Outcome {
	d := &decision{Input: in, out: bridge.Outcome{Case: in.Case}}
	if in.Issue.Archived {
		return d.out
	}
	// What was said before a store was lost was followed, perhaps.
	since := bridge.Latest(in.Case.Meant(in.Issue), in.Case.KnownUntil)
	mine, unclear := bridge.Meant(in.Issue, in.Issue.Commands(), in.Case, in.Others)
	for _, one := range mine {
		if follow := d.followed(one); follow != nil && d.takes(one, since) {
			follow(one)
		}
	}
	for _, one := range unclear {
		if d.takes(one, since) {
			d.which(one)
		}
	}
	return d.out
}

type decision struct {
	Input
	out bridge.Outcome
}

// followed is what follows a command; nil: another stage does.
func (d *decision) followed(one bridge.Command) func(bridge.Command) {
	switch one.Name {
	case bridge.HasAnswered:
		return d.answered
	case bridge.NotUrgent:
		return d.notUrgent
	case bridge.Portal:
		return d.entered
	case bridge.Reference: // of what is to be entered there it can only be the number
		if d.out.Case.State == bridge.Handed {
			return d.entered
		}
		return nil
	case bridge.Status:
		return d.unlessStale(d.status)
	case bridge.Help:
		return d.unlessStale(d.help)
	case bridge.NotKnown:
		return d.unlessStale(d.mistaken)
	case bridge.Claim:
		return d.unlessStale(d.claim)
	case bridge.Again:
		return d.unlessStale(d.again)
	case bridge.Close:
		return d.unlessStale(d.close)
	case bridge.Reopen:
		return d.unlessStale(d.reopen)
	}
	return nil
}

// takes spends a command that was given since then, and reports whether it was not done
// with before.
func (d *decision) takes(one bridge.Command, since time.Time) bool {
	c := &d.out.Case
	if one.At().Before(since) || c.Followed(one, d.Now) {
		return false
	}
	c.Spend(one.Mark())
	return true
}

// unlessStale follows a command only while somebody waits for what becomes of it.
func (d *decision) unlessStale(follow func(bridge.Command)) func(bridge.Command) {
	return func(one bridge.Command) {
		if one.Stale(d.Now) {
			d.audit("too late", one.Name+", comment "+one.Comment.ID)
			return
		}
		follow(one)
	}
}

// compose plans a notice that brings nothing of the form.
func (d *decision) compose(about bridge.About, one bridge.Command) {
	c := &d.out.Case
	c.Additions++
	serial := 1 + c.Additions
	key := fmt.Sprintf("compose/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, serial)
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, bridge.ComposeBody{
		Serial: serial, About: about, Comment: one.Comment.ID, Said: one.Text,
	}))
}

// answer tells whoever commanded what became of it, unless nobody waits for that any more.
func (d *decision) answer(one bridge.Command, what text.Order, o text.Ordered) {
	d.audit(string(what), "comment "+one.Comment.ID)
	if one.Stale(d.Now) {
		return
	}
	c := &d.out.Case
	o.MentionMarkup, o.Provider = d.mention(one), d.Profile.Name
	o.Leader, o.Label = cmp.Or(o.Leader, c.LeaderKey), c.Label
	o.Phones, o.Portal = wording.Desk(d.Profile, c.Kind, d.Texts, d.Now)
	o.At, o.Until = d.local(o.At), d.local(o.Until)
	d.tell(one.Name, one.Mark(), d.Texts.Ordered(what, o))
}

// refuse says why nothing was done.
func (d *decision) refuse(one bridge.Command, why text.Order) { d.answer(one, why, text.Ordered{}) }

func (d *decision) mention(one bridge.Command) string {
	return cmp.Or(one.Comment.Author.Mention, wording.Mention(d.Case, d.Team))
}

// local is a time as the team is shown it.
func (d *decision) local(at time.Time) time.Time { return at.In(d.Profile.Location()) }

func (d *decision) tell(what, which, markup string) {
	d.out.Effects = append(d.out.Effects, bridge.Tell(d.out.Case, what, which, markup))
}

func (d *decision) audit(action, reason string) {
	d.out.Audit = append(d.out.Audit, bridge.Entry{At: d.Now, Stage: stage, Action: action, Reason: reason})
}

// Package validate decides whether an escalation has everything that the
// provider's form demands, and what follows.
//
// It promises: nothing is asked or sent while somebody is still writing (the
// quiet time), but an issue that is never left in peace is judged all the same.
// A request names all that is missing in one comment. There is a new one only
// when somebody changed something and that is no longer what the last one asked
// for; who has filled in a part is left at work for a while; and there are only so
// many a day. As long as something is missing that nobody was asked for, the time
// of the next look is set: nothing is forgotten. As soon as nothing is missing,
// composing the notice is planned, once. Only absence holds an escalation back,
// and no longer than until a person says that it shall go out at once; what was
// missing then follows as an addition when it comes. Outside the provider's hours
// every request begins with whom to telephone. Of an issue that is resolved nothing
// is asked or sent, unless a person says so after that.
//
// What a person says in vain is answered, once: a command to send what was sent, or
// one that stands where it does not count or is of somebody who may not command,
// and another kind of which the provider knows nothing. The provider's ticket number
// that a person tells is noted, and that it was called, whatever the case waits for. A
// case that is listed, refused, braked or joined waits for others: of it nothing is
// asked or sent.
//
// What the provider was told and people change later, and what they upload later, is
// offered once a change, or sent by itself where that is configured; a person's word
// sends it at once, and also the files for which the first mail had no room. What is
// sent later is one addition, never the whole again.
//
// Decide is a function of its input: it changes nothing outside and reads no
// clock.
package validate

import (
	"fmt"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// stage names this stage in the audit.
const stage = "validate"

// Input is what a decision is made from.
type Input struct {
	Now     time.Time
	Issue   bridge.Issue
	Case    bridge.Case
	Profile *mapping.Profile
	Texts   text.Texts
	// Quiet is how long nobody must have edited the issue. Zero or less means
	// at once.
	Quiet time.Duration
	// Patience is how long somebody who has filled in a part is left at work
	// before the rest is asked for once more. Zero or less means not at all.
	Patience time.Duration
	// PerDay is how many requests a case may have within any 24 hours. Zero or
	// less means as many as it takes.
	PerDay int
	// Team is markup that addresses the team, for when nobody else is known.
	Team string
	// Trial: in mode redirect nothing goes to the provider. Shadow: nothing goes to
	// anybody. In neither must the provider be called.
	Trial  bool
	Shadow bool
	// SendChanges: what changes after the first notice is sent by itself; else it is
	// offered.
	SendChanges bool
	// Guarded: what is private does not leave, and of pictures only those that somebody
	// means: what nothing names is offered, also where changes are sent by themselves.
	Guarded bool
	// Others are the issue's cases besides: see bridge.Meant.
	Others []bridge.Case
}

// Decide says what follows for the case from the issue as it stands: before its
// notice whether to ask or to send, after it whether what was missing has come. A
// case in any other state waits for nothing on the issue; when a joined one looks at
// the one that it shares is not decided here.
func Decide(in Input) bridge.Outcome {
	d := decision{
		Input: in, out: bridge.Outcome{Case: in.Case},
		commands: sync.OnceValue(func() []bridge.Command {
			mine, _ := bridge.Meant(in.Issue, in.Issue.Commands(), in.Case, in.Others)
			return mine
		}),
		heard: sync.OnceValue(func() []bridge.Command {
			mine, unclear := bridge.Meant(in.Issue, in.Issue.Overheard(), in.Case, in.Others)
			return append(mine, unclear...)
		}),
		meant: sync.OnceValue(func() map[string]int { return bridge.MeantFiles(in.Issue.Attachments) }),
	}
	if in.Case.State != bridge.Joined {
		d.out.Case.DueAt = time.Time{}
	}
	if !in.Issue.Archived {
		d.allow()
	}
	switch in.Case.State {
	case bridge.Settling, bridge.Asked:
		d.noted()
		d.unsent()
	case bridge.Sent, bridge.Answered:
		d.noted()
		d.barred()
		d.misplaced()
		d.follow()
	case bridge.Sending, bridge.Undelivered, bridge.Braked, bridge.Handed:
		d.noted()
		d.barred()
		d.misplaced()
	case bridge.Listed, bridge.Refused, bridge.Joined:
		d.noted()
	}
	d.awake()
	return d.out
}

type decision struct {
	Input
	out bridge.Outcome

	// Every comment is read for them; nobody may change them.
	commands, heard func() []bridge.Command
	meant           func() map[string]int // see bridge.MeantFiles
}

// unsent decides about a case of which the provider knows nothing yet.
func (d *decision) unsent() {
	c := &d.out.Case
	d.obey()
	if d.rests() {
		return
	}
	d.barred()
	d.misplaced()
	forced := c.Forced.CommentID != ""
	if !forced {
		d.overheard()
		if d.early() {
			return
		}
	}
	c.WaitingSince = time.Time{}
	known := d.Issue.Input(d.Now, d.Profile)
	r := d.Profile.Judge(known)
	d.kind(r.Form.ID)
	seen := digest(known)
	switch {
	case (r.Complete() || forced) && len(c.Stopped) > 0 && c.Weighed == seen:
		c.State = bridge.Asked
		d.audit("still stopped", "nobody changed anything")
	case (r.Complete() || forced) && d.contradicted(r, forced):
		c.State = bridge.Settling
	case r.Complete():
		d.through(r)
		d.send("complete", "", seen)
	case forced:
		d.through(r)
		d.send("forced", "comment "+c.Forced.CommentID, seen)
	default:
		d.ask(r, seen)
	}
}

// kind notes which form is meant.
func (d *decision) kind(id string) {
	c := &d.out.Case
	if c.Kind == id {
		return
	}
	c.Kind = id
	if id == "" {
		id = "not known"
	}
	d.audit("kind", id)
}

// send plans the first notice.
func (d *decision) send(action, reason, seen string) {
	c := &d.out.Case
	c.Weighed = seen
	c.State, c.Request.MendingSince, c.Request.Held = bridge.Sending, time.Time{}, false
	d.spoken()
	key := composeKey(c, 1)
	if c.Rounds > 0 { // it was complete before, and then no longer
		key = fmt.Sprintf("%s/%d", key, c.Rounds)
	}
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, bridge.ComposeBody{Serial: 1}))
	d.audit(action, reason)
}

func composeKey(c *bridge.Case, serial int) string {
	return fmt.Sprintf("compose/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, serial)
}

func (d *decision) audit(action, reason string) {
	d.out.Audit = append(d.out.Audit, bridge.Entry{At: d.Now, Stage: stage, Action: action, Reason: reason})
}

package watch

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

const (
	// leaderWait is after how long a joined case looks whether the one that it shares
	// was sent, or will never be.
	leaderWait = 15 * time.Minute
	// failedWait is the same once it was told that its mail was not delivered: a person
	// must act.
	failedWait = time.Hour
	// maxDuplicates bounds of how many links it is looked where they lead.
	maxDuplicates = 20
)

// share has a case join that of another issue: at a person's command, or, while
// nothing of it was sent, because a link says that the issue is a duplicate. It
// reports whether it is joined. Whoever asks for it in vain is told why, once.
func (d *decision) share(o *bridge.Outcome) (joined bool, err error) {
	c := &o.Case
	if d.Issue.Resolved || d.Issue.Archived {
		return c.State == bridge.Joined, nil
	}
	given := slices.DeleteFunc(slices.Clone(d.commands()), func(one bridge.Command) bool {
		return one.Name != bridge.SameAs || one.Key() == "" && !one.Sure || !d.counts(*c, one)
	})
	if len(given) == 0 {
		return d.linked(o)
	}
	for _, one := range given {
		c.Spend(one.Mark())
	}
	newest := given[len(given)-1]
	why := text.JoinAlreadySent
	if waiting(c.State) {
		if why, err = d.obey(o, newest); err != nil || why == "" {
			return why == "", err
		}
	}
	shares := c.Leader
	if joined, err = d.linked(o); err == nil && c.Leader == shares {
		d.refuse(o, newest, why)
	}
	return joined, err
}

// obey joins the case of the issue that a command names, or says why not.
func (d *decision) obey(o *bridge.Outcome, one bridge.Command) (text.JoinRefusal, error) {
	if one.Key() == "" {
		return text.JoinNoKey, nil
	}
	leader, err := d.leader(one.Key())
	switch {
	case err != nil:
		return "", err
	case leader == nil:
		return text.JoinNoCase, nil
	case leader.ID != o.Case.Leader:
		d.join(o, leader, "comment "+one.Comment.ID)
	}
	return "", nil
}

// waiting reports whether a case may still share another's: nothing of it was sent.
func waiting(s bridge.State) bool {
	return unsent(s) || s == bridge.Braked || s == bridge.Listed || s == bridge.Joined
}

// linked joins the case of an issue of which a link says that this one is its
// duplicate. A link is no word that would have something go on that is listed.
func (d *decision) linked(o *bridge.Outcome) (joined bool, err error) {
	switch state := o.Case.State; {
	case state == bridge.Joined:
		return true, nil
	case state == bridge.Listed || !waiting(state) || d.parted():
		return false, nil
	}
	for _, issue := range d.Issue.Duplicates[:min(maxDuplicates, len(d.Issue.Duplicates))] {
		leader, err := d.leader(issue)
		if err != nil {
			return false, err
		}
		if leader != nil {
			d.join(o, leader, "a link says that it is a duplicate")
			return true, nil
		}
	}
	return false, nil
}

// parted reports whether a person once had the issue escalated by itself again. A
// link then joins it no more.
func (d *decision) parted() bool {
	return slices.ContainsFunc(d.Cases, func(c bridge.Case) bool {
		return c.Provider == d.p.ID && c.Leader != "" && (c.Closing == bridge.ByLabel || c.Closing == bridge.ByAnother)
	})
}

// leader returns the case with the provider that the other issue has, by its id or
// key, or shares in its turn; nil when there is none under way, or it is this
// issue's own.
func (d *decision) leader(issue string) (*bridge.Case, error) {
	for range 2 {
		c, err := d.Lookup.CaseOf(d.p.ID, issue)
		if err != nil {
			return nil, fmt.Errorf("case of %s: %w", issue, err)
		}
		if c == nil || c.IssueID == d.Issue.ID {
			return nil, nil
		}
		switch c.State {
		case bridge.Settling, bridge.Asked, bridge.Sending, bridge.Handed, bridge.Sent, bridge.Answered, bridge.Undelivered:
			if d.stands(c) {
				return nil, nil
			}
			return c, nil
		case bridge.Joined:
			issue = cmp.Or(c.LeaderIssue, c.LeaderKey)
		default:
			return nil, nil
		}
	}
	return nil, nil
}

// stands reports whether nothing will be sent for a case soon: it is held, its issue
// is over or cannot be read.
func (d *decision) stands(c *bridge.Case) bool {
	rests := unsent(c.State) && c.Resting()
	// A permission that was taken by mistake comes back within a day; what is being
	// sent may have left already.
	unreadable := unsent(c.State) && !c.UnreadableSince.IsZero() && d.Now.Sub(c.UnreadableSince) >= unreadableDay
	return held(c.State) || rests || unreadable
}

// unreadableDay is how long an issue must have been hidden to count as lost.
const unreadableDay = 24 * time.Hour

// join shares the leader's case, and says so.
func (d *decision) join(o *bridge.Outcome, leader *bridge.Case, why string) {
	c := &o.Case
	d.attach(o, leader)
	d.audit(o, "joined", leader.IssueKey+": "+why)
	which := leader.ID
	if c.Joins > 0 { // perhaps the same one
		which = fmt.Sprint(which, "/", c.Joins)
	}
	c.Joins++
	tell(o, "joined", which, d.Texts.Joined(text.Joined{
		MentionMarkup: wording.Mention(*c, d.Team), Provider: d.p.Name, Leader: leader.IssueKey, References: leader.References,
		Waiting: !c.LeaderSent, Call: wording.Call(d.p, c.Kind, d.Texts, d.Now), Leave: c.Label,
	}))
	d.failed(o, leader)
}

func (d *decision) attach(o *bridge.Outcome, leader *bridge.Case) {
	c := &o.Case
	c.State, c.WaitingSince, c.DueAt = bridge.Joined, time.Time{}, time.Time{}
	c.NoCall() // whoever leads is called for
	c.Leader, c.LeaderIssue, c.LeaderKey, c.LeaderSent = leader.ID, leader.IssueID, leader.IssueKey, sent(leader)
	if !c.LeaderSent {
		c.DueAt = d.Now.Add(leaderWait)
	}
}

// failed tells, once a leader, that its mail was not delivered, and does not look so
// often any more whether it was.
func (d *decision) failed(o *bridge.Outcome, leader *bridge.Case) {
	c := &o.Case
	if leader.State != bridge.Undelivered || c.LeaderSent {
		return
	}
	c.DueAt = d.Now.Add(failedWait)
	if c.LeaderFailed == leader.ID {
		return
	}
	c.LeaderFailed = leader.ID
	d.audit(o, "not delivered", "the mail of "+leader.IssueKey)
	told := text.LeaderFailed{
		MentionMarkup: wording.Mention(*c, d.Team), Provider: d.p.Name, Leader: leader.IssueKey, Call: wording.Call(d.p, c.Kind, d.Texts, d.Now),
	}
	told.Phones, told.Portal = wording.Desk(d.p, c.Kind, d.Texts, d.Now)
	tell(o, "leader-failed", leader.ID, d.Texts.LeaderFailed(told))
}

// sent reports whether a notice of the case went out, as far as the mode lets any.
func sent(c *bridge.Case) bool {
	first := c.First()
	return first != nil && (first.Left() || first.Shadow)
}

// refuse says why an issue does not share the case of another.
func (d *decision) refuse(o *bridge.Outcome, one bridge.Command, why text.JoinRefusal) {
	d.audit(o, "not joined", string(why))
	if one.Stale(d.Now) {
		return
	}
	named := ""
	if len(one.Args) > 0 {
		named = one.Args[0]
	}
	phones, portal := wording.Desk(d.p, o.Case.Kind, d.Texts, d.Now)
	tell(o, "not-joined", one.Comment.ID, d.Texts.NotJoined(text.NotJoined{
		MentionMarkup: cmp.Or(one.Comment.Author.Mention, wording.Mention(o.Case, d.Team)), Provider: d.p.Name, Leader: named, Why: why,
		Phones: phones, Portal: portal,
	}))
}

// follow looks what has become of the case that a joined one shares, until that was
// sent. When it will not be, this one goes by itself: somebody still needs it.
// Nothing is said on an archived issue, and nothing begins for it.
func (d *decision) follow(o *bridge.Outcome) (back bool, err error) {
	c := &o.Case
	if d.Issue.Archived {
		c.DueAt = time.Time{}
		return false, nil
	}
	issue := cmp.Or(c.LeaderIssue, c.LeaderKey)
	leader, err := d.Lookup.CaseOf(d.p.ID, issue)
	if err != nil {
		return false, fmt.Errorf("case of %s: %w", issue, err)
	}
	same := leader != nil && leader.ID == c.Leader
	if same {
		c.LeaderKey, c.LeaderSent = leader.IssueKey, c.LeaderSent || sent(leader)
	}
	c.DueAt = time.Time{}
	if c.LeaderSent {
		return false, nil
	}
	// Where each has joined the other in the same moment, one of them leads.
	mutual := leader != nil && leader.State == bridge.Joined && leader.Leader == c.ID && leader.ID < c.ID
	if mutual || same && leader.State.Open() && leader.State != bridge.Joined && !d.stands(leader) {
		c.DueAt = d.Now.Add(leaderWait)
		if same {
			d.failed(o, leader)
		}
		return false, nil
	}
	if leader, err = d.leader(issue); err != nil {
		return false, err
	}
	if leader != nil {
		d.attach(o, leader)
		d.audit(o, "joined", leader.IssueKey+": it took over from the one that was shared")
		d.failed(o, leader)
		return false, nil
	}
	c.State = bridge.Settling
	d.audit(o, "alone", "nothing is sent for "+c.LeaderKey)
	c.Leader, c.LeaderIssue, c.LeaderKey = "", "", ""
	return true, nil
}

package remind

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// clock is something that is told, or done, when it has not come for so long.
type clock struct {
	id      string
	without text.Awaited
	after   mapping.Duration
	usual   mapping.Expected
	step    *mapping.Step // of the matrix; nil: only told
}

// The ids of what is told to be late.
const (
	lateAcknowledgement = "acknowledgement"
	lateAnswer          = "answer"
	lateSilence         = "silence"
)

// stepID is the id of a step of the matrix among what was told to be late.
func stepID(s *mapping.Step) string { return "step/" + s.ID }

// clocks are those of the case: what is late, the furthest last, and the steps of the
// matrix in their order.
func (d *decision) clocks() []clock {
	e := d.Profile.ExpectOf(d.out.Case.Kind)
	usual := map[text.Awaited]mapping.Expected{text.AwaitedAcknowledgement: e.Acknowledgement, text.AwaitedAnswer: e.Answer, text.AwaitedNews: e.Silence}
	all := []clock{{id: lateAcknowledgement, without: text.AwaitedAcknowledgement, after: e.Acknowledgement.Late}}
	all = append(all, clock{id: lateAnswer, without: text.AwaitedAnswer, after: e.Answer.Late})
	if !d.out.Case.HeardAt.IsZero() {
		all = append(all, clock{id: lateSilence, without: text.AwaitedNews, after: e.Silence.Late})
	}
	for i := range d.Profile.Matrix {
		s := &d.Profile.Matrix[i]
		all = append(all, clock{id: stepID(s), without: text.Awaited(s.Without), after: s.After, step: s})
	}
	for i := range all {
		all[i].usual = usual[all[i].without]
	}
	return slices.DeleteFunc(all, func(k clock) bool { return k.after <= 0 })
}

// Everything is what may be late of a case of that kind, as if all of it had been told
// then: of a case about whose turns nothing is known.
func Everything(p *mapping.Profile, kind string, at time.Time) map[string]time.Time {
	d := decision{Input: Input{Profile: p, Case: bridge.Case{Kind: kind, HeardAt: at}}}
	d.out.Case = d.Case
	out := map[string]time.Time{}
	for _, k := range d.clocks() {
		out[k.id] = at
	}
	return out
}

// await tells what has not come from the provider while it is its turn, and does the
// steps of the matrix; what is not yet to be told has the case due then.
func (d *decision) await() {
	c := &d.out.Case
	if c.Whose() != bridge.TurnProvider || d.sentAt().IsZero() {
		return
	}
	var due []clock
	for _, k := range d.clocks() {
		switch at := d.ends(k); {
		case at.IsZero():
		case d.Now.Before(at):
			c.Due(at)
		case c.Turn != bridge.TurnProvider: // whose turn it is is noted when the case is saved
			c.Due(d.Now)
		case !d.desk.Open(d.Now): // it was missed, and nobody is there now
			c.Due(d.desk.Next(d.Now))
		default:
			due = append(due, k)
		}
	}
	d.overdue(due)
}

// ends is when a clock has run out and the desk is open; zero when it does not run, or was
// told of.
func (d *decision) ends(k clock) time.Time {
	c, since := &d.out.Case, d.since(k.without)
	if _, told := c.Late[k.id]; since.IsZero() || told && c.Turn == bridge.TurnProvider {
		return time.Time{}
	}
	return d.open(d.desk.After(since, time.Duration(k.after)))
}

// open is the first time, not before then, at which the desk is open.
func (d *decision) open(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return d.desk.Next(at)
}

// since is since when something has not come; zero when it has, or is not waited for.
// What is usual counts anew of a case that was opened again or passed on.
func (d *decision) since(without text.Awaited) time.Time {
	c := &d.out.Case
	var at time.Time
	switch {
	case without == text.AwaitedNews:
		at = d.toldAt()
	case without == text.AwaitedAcknowledgement && d.confirmed(), !c.HeardAt.IsZero():
		return at
	default:
		at = d.sentAt()
	}
	return bridge.Latest(at, bridge.Latest(c.ReopenedAt, c.PassedAt))
}

// toldAt is since when news are waited for: since we last told something, or they did.
// A claim tells nothing, so it puts nothing off; but one may be what made it their turn.
func (d *decision) toldAt() time.Time {
	c := &d.out.Case
	told, claimed := c.HeardAt, time.Time{}
	for i := range c.Notices {
		n := &c.Notices[i]
		at := n.SentAt
		if at.IsZero() {
			at = n.SeenAt
		}
		switch {
		case !n.Left() || !n.Bounced.IsZero():
		case n.About != bridge.AboutClaim:
			told = bridge.Latest(told, at)
		case at.After(c.HeardAt) && (claimed.IsZero() || at.Before(claimed)):
			claimed = at
		}
	}
	if told.Equal(c.HeardAt) {
		return bridge.Latest(told, claimed)
	}
	return told
}

// overdue tells the furthest of what is overdue and notes all of it. Of the steps of the
// matrix only the furthest is done: those before it were for less.
func (d *decision) overdue(due []clock) {
	if len(due) == 0 {
		return
	}
	c := &d.out.Case
	late := maps.Clone(c.Late)
	if late == nil {
		late = map[string]time.Time{}
	}
	for _, k := range due {
		late[k.id] = d.Now
		d.audit("late", k.id)
	}
	c.Late = late
	last := due[len(due)-1]
	if last.step == nil {
		d.tellLate(last, false)
		return
	}
	claimed, told := d.do(last)
	if told {
		return
	}
	for _, k := range slices.Backward(due) {
		if k.step == nil {
			d.tellLate(k, claimed)
			return
		}
	}
}

// tellLate plans the comment that says what has not come.
func (d *decision) tellLate(k clock, claimed bool) {
	l := d.words(k)
	l.Claimed = claimed
	d.tell("late", k.id+"/"+d.turn(), d.Texts.Late(l))
}

// turn names the present turn.
func (d *decision) turn() string { return strconv.FormatInt(d.out.Case.TurnSince.Unix(), 10) }

// words makes the arguments of the texts about it.
func (d *decision) words(k clock) text.Late {
	c := &d.out.Case
	since := d.since(k.without)
	l := text.Late{
		MentionMarkup: d.mention(), Key: c.IssueKey, Provider: d.Profile.Name, What: k.without, Unconfirmed: !d.confirmed(),
		Since: d.local(since), Wall: d.Now.Sub(since), Working: d.desk.Working(since, d.Now),
		From: time.Duration(k.usual.From), To: time.Duration(k.usual.To), Claim: "escalat " + bridge.Claim,
	}
	switch {
	case since.Equal(c.PassedAt):
		l.Reckoned, l.Form = text.SincePassed, c.Kind
		if f := d.Profile.Form(c.Kind); f != nil {
			l.Form = f.Name.In(d.Texts.Language())
		}
	case since.Equal(c.ReopenedAt):
		l.Reckoned = text.SinceReopened
	}
	if at := d.claimedAt(); !at.IsZero() {
		l.ClaimedAt = d.local(at)
	}
	l.Phones, l.Portal = wording.Desk(d.Profile, c.Kind, d.Texts, d.Now)
	if k.step == nil {
		return l
	}
	l.Step = len(k.step.People) > 0
	for _, p := range k.step.People {
		l.People = append(l.People, text.Person{Name: p.Name, Role: p.Role.In(d.Texts.Language()), Email: p.Email, Phones: p.Phones})
	}
	return l
}

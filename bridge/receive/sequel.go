package receive

import (
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// sequel is what follows from what a provider writes, beside its comment.
type sequel struct {
	effects []bridge.Effect
	audit   []bridge.Entry
}

func (s *sequel) tells(key, comment string, audit bridge.Entry) {
	s.effects = append(s.effects, bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: comment}))
	s.audit = append(s.audit, audit)
}

// closes and opens are the commands that close a case and open it again.
const (
	closes = "escalat " + bridge.Close
	opens  = "escalat " + bridge.Reopen
)

// said is what a provider's message comes to.
type said struct {
	at      time.Time
	robot   bool // a program may have written it
	takenIn bool // its program has taken ours in
	survey  bool // it only asks how it was
	closes  bool // the case is held to be solved
	passes  *mapping.Form
}

// says reads what a message of the provider comes to by the phrases of its profile. A
// program's subject counts like its text; a person's repeats ours.
func says(p *mapping.Profile, subject, body string, robot bool) said {
	s := said{robot: robot, closes: p.Mail.Closes(body) || robot && p.Mail.Closes(subject)}
	s.survey = !s.closes && p.Mail.IsSurvey(subject, body)
	if id, ok := p.Mail.PassesTo(body); ok {
		s.passes = p.Form(id)
	}
	return s
}

// opens reports whether the message opens a case again: somebody there wrote it who does
// not only say goodbye.
func (s said) opens(c *bridge.Case) bool {
	return c.OpensAgain() && !s.robot && !s.takenIn && !s.survey && !s.closes
}

// taken notes in the case what an accepted mail of the provider means for it, and returns
// what follows.
func (r *Receiver) taken(a *answer, c *bridge.Case, notice int) sequel {
	m := a.Message
	p, known := r.providers[c.Provider]
	if !known {
		return sequel{}
	}
	s := says(p.Profile, m.Subject, m.Reply, m.Robot || m.Kind != "")
	s.at, s.takenIn = a.at(), m.Kind == bridge.KindAcknowledgement
	if notice < 0 {
		notice = shows(c, m.Subject)
	}
	return r.note(a, c, s, notice)
}

// note notes in the case what a message of the provider means for it: where it stands, who
// knows of it, whether it is open again, solved, or passed on. The place of the notice
// that it answers is -1 where it proves none.
func (r *Receiver) note(a *answer, c *bridge.Case, s said, notice int) (out sequel) {
	a.acknowledged, a.survey = s.takenIn, s.survey
	if s.survey {
		return out
	}
	if a.reopened = s.opens(c); a.reopened {
		c.Reopen(bridge.Answered, a.Now)
		out.audit = append(out.audit, a.entry("reopened", "by an answer"))
	}
	hear(c, s.at, notice, s.takenIn)
	confirm(c, s.at, notice)
	switch {
	case s.robot || s.takenIn:
	case s.passes != nil && len(s.passes.Through) == 0: // whose turn it is stays: they go on, elsewhere
		wording.Aware(c, r.providers[c.Provider].Profile, s.at)
	default:
		a.heard = true
		r.aware(*a, c)
	}
	r.passed(&out, a, c, s.passes)
	if s.closes {
		r.propose(&out, a, c, "")
	}
	return out
}

// confirm notes when a program of the provider first confirmed that it has the first
// notice: it answered it, or wrote of the ticket that it became. Who opened another by
// telephone has confirmed no mail.
func confirm(c *bridge.Case, at time.Time, notice int) {
	first := c.FormNotice()
	if !c.ConfirmedAt.IsZero() || first == nil || !first.Left() {
		return
	}
	if mail := first.Channel == "" || first.Channel == bridge.ByMail; notice >= 0 || !mail {
		c.ConfirmedAt = at
		if !c.CallUntil.IsZero() { // perhaps it need not be called any more
			c.Due(at)
		}
	}
}

// followed reports whether something was told of the case and is followed.
func followed(c *bridge.Case) bool {
	return c.State == bridge.Sent || c.State == bridge.Answered || c.State == bridge.Undelivered
}

// propose proposes to close the case, once until something new is told. The ticket is the
// number of one that the provider has closed.
func (r *Receiver) propose(out *sequel, a *answer, c *bridge.Case, ticket string) {
	if !followed(c) || !c.ClosingProposed.IsZero() && !c.ToldAt().After(c.ClosingProposed) {
		return
	}
	c.ClosingProposed = a.Now
	out.tells("closing/"+c.ID+"/"+a.key, r.config.Texts.Solved(text.Solved{
		MentionMarkup: wording.Mention(*c, r.config.Team), Provider: r.name(c.Provider), Ticket: ticket, Close: closes,
	}), a.entry("closing proposed", "the provider holds it to be solved"))
}

// passed has the case follow the provider, which handles it by another form from now on:
// its clock, and what people are told of it.
func (r *Receiver) passed(out *sequel, a *answer, c *bridge.Case, form *mapping.Form) {
	if form == nil || form.ID == c.Kind || !followed(c) && c.State != bridge.Handed {
		return
	}
	p := r.providers[c.Provider].Profile
	before, level := c.Kind, 0
	if former := p.Form(before); former != nil {
		level = former.Level
	}
	c.PassedTo(form.ID, a.Now, wording.Hours(p, before).Working)
	expect, hours := p.ExpectOf(form.ID).Answer, wording.Hours(p, form.ID)
	told := text.Passed{
		MentionMarkup: wording.Mention(*c, r.config.Team), Provider: r.name(c.Provider), Level: form.Level != level, Form: form.Name.In(r.config.Texts.Language()),
		From: time.Duration(expect.From), To: time.Duration(expect.To), Days: hours.Days, Opens: hours.From, Closes: hours.To,
		Asks: len(form.Through) > 0,
	}
	if n := len(c.References); n > 0 {
		told.Ticket = c.References[n-1]
	}
	out.tells(strings.Join([]string{"passed", c.ID, form.ID, a.key}, "/"), r.config.Texts.Passed(told), a.entry("passed on", before+" to "+form.ID))
}

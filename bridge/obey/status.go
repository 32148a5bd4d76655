package obey

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// status says how the case stands.
func (d *decision) status(one bridge.Command) {
	c := &d.out.Case
	d.audit("status", "comment "+one.Comment.ID)
	told := text.Status{
		MentionMarkup: d.mention(one), Provider: d.Profile.Name, Standing: standing(c.State), Leader: c.LeaderKey,
		References: c.References, Turn: wording.Times(*c, d.Profile, d.Now),
	}
	lang := d.Texts.Language()
	if c.State.Open() && c.State != bridge.Joined {
		told.Pending = wording.Labels(d.Profile, c.Kind, c.Pending, lang)
		told.NotUrgent = c.NotUrgent
		d.calls(&told)
	}
	if stopped := c.State == bridge.Asked && len(c.Stopped) > 0 && c.Request.Fingerprint == ""; stopped {
		told.Standing = text.StandsStopped
	} else if c.State == bridge.Asked {
		told.Missing = wording.Labels(d.Profile, c.Kind, c.Request.Fields, lang)
	}
	d.times(&told)
	if c.Whose() == bridge.TurnProvider {
		usual := d.Profile.ExpectOf(c.Kind).Answer
		told.UsualFrom, told.UsualTo = time.Duration(usual.From), time.Duration(usual.To)
	}
	d.tell(one.Name, one.Comment.ID, d.Texts.Status(told))
}

// times tells what was sent and heard when.
func (d *decision) times(told *text.Status) {
	c := &d.out.Case
	first := c.FormNotice()
	if first == nil {
		return
	}
	at := func(t time.Time) time.Time {
		if t.IsZero() {
			return t
		}
		return d.local(t)
	}
	sent := first.SentAt
	if sent.IsZero() {
		sent = first.SeenAt
	}
	told.SentAt, told.ConfirmedAt, told.HeardAt = at(sent), at(c.ConfirmedAt), at(c.HeardAt)
	told.Test = first.Redirected || first.Shadow
	if last := c.ToldAt(); last.After(sent) {
		told.LastSentAt = at(last)
	}
}

// calls tells whom to call while that is due, and when people are reminded next. Nobody
// is called about a test.
func (d *decision) calls(told *text.Status) {
	c := &d.out.Case
	if c.CallUntil.IsZero() || !d.Now.Before(c.CallUntil) || d.Trial || d.Shadow {
		return
	}
	if told.Call = wording.Call(d.Profile, c.Kind, d.Texts, d.Now); told.Call == nil {
		return
	}
	told.Call.Say = wording.Spoken(d.Profile, d.Issue, *c, d.Now)
	if c.CallSince.IsZero() {
		return
	}
	if _, next := wording.Reminders(*c, d.Profile, d.Now); !next.IsZero() {
		told.RemindAt = d.local(next)
	}
}

func standing(s bridge.State) text.Standing {
	switch s {
	case bridge.Settling:
		return text.StandsSettling
	case bridge.Asked:
		return text.StandsAsked
	case bridge.Sending:
		return text.StandsSending
	case bridge.Handed:
		return text.StandsHanded
	case bridge.Sent:
		return text.StandsSent
	case bridge.Answered:
		return text.StandsAnswered
	case bridge.Undelivered:
		return text.StandsUndelivered
	case bridge.Listed, bridge.Braked:
		return text.StandsHeld
	case bridge.Refused:
		return text.StandsRefused
	case bridge.Joined:
		return text.StandsJoined
	case bridge.Withdrawn:
		return text.StandsWithdrawn
	}
	return text.StandsClosed
}

// help says which commands there are, once a comment.
func (d *decision) help(one bridge.Command) {
	d.audit("help", "comment "+one.Comment.ID)
	d.tell(one.Name, one.Comment.ID, d.Texts.Help(text.Help{MentionMarkup: d.mention(one), Provider: d.Profile.Name, Several: d.providers()}))
}

// mistaken answers what looks like a command and is none, or is one beside which something
// else stands, once a comment.
func (d *decision) mistaken(one bridge.Command) {
	d.audit("no command", one.Args[0])
	meant := ""
	if len(one.Args) > 1 {
		meant = one.Args[1]
	}
	d.tell("no-command", one.Comment.ID, d.Texts.Mistaken(text.Mistaken{MentionMarkup: d.mention(one), Said: one.Args[0], Meant: meant, Beside: one.Beside, Provider: d.Profile.Name}))
}

// which asks for which provider a command is meant, or says that it is for none of the
// issue's.
func (d *decision) which(one bridge.Command) {
	d.audit("unclear", one.Name+", comment "+one.Comment.ID)
	if one.Stale(d.Now) {
		return
	}
	told := text.Which{MentionMarkup: d.mention(one), Named: one.Provider}
	if one.Provider == "" {
		for _, provider := range d.providers() {
			told.Commands = append(told.Commands, strings.Join(append([]string{"escalat", one.Name, provider}, one.Args...), " "))
		}
	}
	d.tell("which", one.Mark(), d.Texts.Which(told))
}

// providers are the ids of the profiles to whose providers the issue was escalated.
func (d *decision) providers() []string {
	all := []string{d.Case.Provider}
	for _, c := range d.Others {
		if !slices.Contains(all, c.Provider) {
			all = append(all, c.Provider)
		}
	}
	slices.Sort(all)
	return all
}

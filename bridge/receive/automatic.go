package receive

import (
	"fmt"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping/wiki"
)

// program decides on what only programs write: a bounce and a receipt. Of a bounce
// counts that it names a mail that we signed; who sent it is nobody's to prove.
func (r *Receiver) program(in Input) (v bridge.Verdict, done bool) {
	m := in.Message
	proved := m.Authentic.Allowed && m.Authentic.Verified
	switch {
	case m.Kind == bridge.KindBounce && m.Bounce != nil && m.Answers != "":
		return r.bounced(in), true
	case m.Kind == bridge.KindReceipt && m.CaseID != "":
		return bridge.Verdict{Outcome: bridge.MailReceipt, Reason: m.Sign}, true
	case m.Kind == bridge.KindReceipt && proved:
		return bridge.Verdict{Outcome: bridge.MailReceipt, Reason: m.Sign}, true
	case m.Kind == bridge.KindBounce && !proved && m.CaseID == "" && r.toProvider(m.Bounce):
		return keep(string(bridge.KindBounce)+toOthers, bridge.GateCase), true
	case m.Kind == bridge.KindBounce && !proved && m.CaseID == "":
		return bridge.Verdict{Outcome: bridge.MailUnrelated, Reason: string(bridge.KindBounce) + notOurs}, true
	}
	return v, false
}

// toProvider reports whether a bounce is of a mail to a provider.
func (r *Receiver) toProvider(b *bridge.Bounce) bool {
	return b != nil && slices.ContainsFunc(failing(b), func(to string) bool {
		return slices.ContainsFunc(r.config.Providers, func(p Provider) bool { return authentic.Allows(p.Senders, to) })
	})
}

// bounced notes that a notice did not reach whom it was for.
func (r *Receiver) bounced(in Input) bridge.Verdict {
	m := in.Message
	v := bridge.Verdict{Outcome: bridge.MailBounced, Reason: unknownBounce, Keep: true}
	if in.Case == nil || in.Case.ID != m.CaseID {
		return v
	}
	i := r.notice(in.Case, m.Answers)
	if i < 0 {
		return v
	}
	c := change(in.Case)
	n := &c.Notices[i]
	if onlyCopy(failing(m.Bounce), *n) {
		v.Reason = bouncedCopy
		v.Case = &bridge.Outcome{Case: c, Audit: []bridge.Entry{in.entry(bouncedCopy, m.Bounce.Status)}}
		return v
	}
	v.Reason = strings.TrimSpace(m.Sign + " " + m.Bounce.Status)
	v.Case = r.returned(in, c, n)
	return v
}

// returned tells what a bounce means for the case: the notice did not arrive, not
// everywhere, or not yet.
func (r *Receiver) returned(in Input, c bridge.Case, n *bridge.Notice) *bridge.Outcome {
	b, at := in.Message.Bounce, in.at()
	told := text.Bounced{
		Provider: r.name(c.Provider), To: failing(b), At: at.In(r.config.Zone), Reason: b.Diagnostic,
		Addition: n.Serial > 1 || !c.State.Open(), Late: !b.Hard, MentionMarkup: wording.Mention(c, r.config.Team),
	}
	if len(told.To) == 0 {
		told.To = n.To
	}
	key, action := fmt.Sprintf("bounce/%s/%d/%s", c.ID, n.Serial, digest(strings.ToLower(strings.Join(told.To, ",")))), "returned"
	if told.Late {
		key, action = fmt.Sprintf("late/%s/%d", c.ID, n.Serial), "late"
	} else {
		if !isNews(n, told.To) && !n.Bounced.IsZero() {
			return &bridge.Outcome{Case: c, Audit: []bridge.Entry{in.entry("notice returned again", b.Status)}}
		}
		n.Bounced = at
		told.Perhaps = !slices.ContainsFunc(told.To, func(to string) bool { return one(n.To, to) || one(n.Cc, to) })
		told.Some = !told.Perhaps && (n.Reached() || c.State == bridge.Answered && n.Serial == 1)
	}
	lost := !told.Late && !told.Some && !told.Perhaps
	if lost && n.Serial == 1 && (c.State == bridge.Sending || c.State == bridge.Sent) {
		c.State = bridge.Undelivered
	}
	if p, ok := r.providers[c.Provider]; ok && !n.Redirected {
		if lost && n.Serial == 1 {
			told.Call = wording.Due(&c, p.Profile, r.config.Texts, in.Now, summaryOf(n.Subject))
		} else if lost {
			told.Call = wording.Again(c, p.Profile, r.config.Texts, in.Now, summaryOf(n.Subject))
		}
		told.Phones, told.Portal = wording.Desk(p.Profile, in.Case.Kind, r.config.Texts, in.Now)
	}
	return &bridge.Outcome{
		Case:    c,
		Effects: []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: r.config.Texts.Bounced(told)})},
		Audit:   []bridge.Entry{in.entry("notice "+action, in.Message.Bounce.Status)},
	}
}

// maxReturned is of how many addresses a notice remembers that they returned it, beside
// those that it went to. Whoever has its Message-ID can write that any address did.
const maxReturned = 5

// isNews notes who returned the notice, and reports whether somebody did who had not.
func isNews(n *bridge.Notice, returned []string) (news bool) {
	for _, to := range returned {
		if one(n.BouncedTo, to) || len(n.BouncedTo) >= maxReturned && !one(n.To, to) {
			continue
		}
		n.BouncedTo, news = append(slices.Clone(n.BouncedTo), to), true
	}
	return news
}

// failing are the addresses that a bounce names.
func failing(b *bridge.Bounce) []string {
	if b.Recipient == "" {
		return nil
	}
	return append([]string{b.Recipient}, b.Further...)
}

// onlyCopy reports whether nobody but our own mailbox failed to get the notice.
func onlyCopy(failed []string, n bridge.Notice) bool {
	return len(failed) > 0 && !slices.ContainsFunc(failed, func(to string) bool { return !strings.EqualFold(to, n.Copy) }) &&
		!slices.ContainsFunc(n.To, func(to string) bool { return strings.EqualFold(to, n.Copy) })
}

// one reports whether a list of addresses names that one.
func one(list []string, address string) bool {
	return slices.ContainsFunc(list, func(other string) bool { return strings.EqualFold(other, address) })
}

// summaryOf is what a subject of ours is about, without the key before it.
func summaryOf(subject string) string {
	if _, rest, ok := strings.Cut(subject, "] "); ok {
		return rest
	}
	return subject
}

// maxAbsence bounds what is shown of an absence, in bytes.
const maxAbsence = 1500

// absent tells of somebody who is away, once a sender and case. It teaches nothing and
// answers nothing.
func (r *Receiver) absent(in Input, key string) bridge.Verdict {
	if in.Message.Colleague { // whom the provider need not wait for
		return bridge.Verdict{Outcome: bridge.MailAbsent, Reason: ofColleague}
	}
	told := text.Absent{
		Provider: r.name(in.Case.Provider), From: sender(in), At: in.at().In(r.config.Zone),
		BodyMarkup: wiki.Show(shorten(in.Message.Reply, maxAbsence)),
	}
	if p, ok := r.providers[in.Case.Provider]; ok {
		told.Phones, told.Portal = wording.Desk(p.Profile, in.Case.Kind, r.config.Texts, in.Now)
	}
	return bridge.Verdict{
		Outcome: bridge.MailAbsent, Reason: in.Message.Sign, Keep: true,
		Case: in.tells(key, r.config.Texts.Absent(told), "absence noted", in.Message.Sign),
	}
}

// tooLarge tells of a mail of which only the header was fetched.
func (r *Receiver) tooLarge(in Input, key string) bridge.Verdict {
	if in.Message.Colleague {
		return bridge.Verdict{Outcome: bridge.MailOversized, Reason: tooLarge + ", " + ofColleague, Keep: true}
	}
	comment := r.config.Texts.TooLarge(text.TooLarge{
		Provider: r.name(in.Case.Provider), From: sender(in), At: in.at().In(r.config.Zone), Size: in.Message.Size,
		ReleasedBy: in.releasedBy(), Unverified: in.unverified(),
	})
	return bridge.Verdict{
		Outcome: bridge.MailOversized, Reason: tooLarge, Keep: true,
		Case: in.tells(key, comment, "mail too large", fmt.Sprintf("%d bytes", in.Message.Size)),
	}
}

func (in Input) absenceKey() string { return "absence/" + in.Case.ID + "/" + digest(in.sender()) }

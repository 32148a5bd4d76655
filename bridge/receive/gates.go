package receive

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// Flood bounds how many mails are told on issues within an hour. A zero bounds
// nothing.
type Flood struct{ Case, Sender, All int }

const floodWindow = time.Hour

func (f Flood) over(n bridge.Recent) bool {
	return f.Case > 0 && n.Case >= f.Case || f.Sender > 0 && n.Sender >= f.Sender || f.All > 0 && n.All >= f.All
}

// passes reports whether a person has let the mail pass that gate.
func (in Input) passes(g bridge.Gate) bool {
	return in.Mail.Release.Passes(g)
}

// releasedBy is who let the mail pass, or nothing.
func (in Input) releasedBy() string {
	if in.Mail.Release == nil {
		return ""
	}
	return shorten(in.Mail.Release.By, maxSender)
}

// unverified reports whether a person let a mail pass whose sender nothing proves.
func (in Input) unverified() bool {
	return in.Mail.Release != nil && (!in.Message.Authentic.Allowed || !in.Message.Authentic.Verified)
}

// named reports whether the mail names its case, or a person has said that it belongs
// there.
func (in Input) named() bool {
	if in.Case == nil {
		return false
	}
	return in.Case.ID == in.Message.CaseID || in.passes(bridge.GateCase) && in.Case.ID == in.Mail.Release.CaseID
}

// sender is the address that the mail claims to come from, in small letters.
func (in Input) sender() string {
	if len(in.Message.From) == 0 {
		return ""
	}
	return strings.ToLower(in.Message.From[0].Address)
}

// gates keeps back what must not be told, and otherwise returns the place of the
// notice that the mail answers, or -1.
func (r *Receiver) gates(in Input) (notice int, v bridge.Verdict, kept bool) {
	m := in.Message
	switch {
	case in.named():
	case slices.Contains(m.Defects, bridge.SeveralCases):
		return 0, keep(bridge.SeveralCases, bridge.GateCase), true
	case m.CaseID == "":
		return 0, unmatched(m), true
	default:
		return 0, keep(unknownCase, bridge.GateCase), true
	}
	notice = -1
	if m.Answers != "" && !in.passes(bridge.GateCase) {
		notice = r.notice(in.Case, m.Answers)
		switch {
		case notice < 0:
			return 0, keep(unknownNotice, bridge.GateCase), true
		case r.expired(in.Case.Notices[notice], in.at()):
			return 0, keep(expired, bridge.GateCase), true
		}
	}
	allowed := m.Authentic.Allowed || in.passes(bridge.GateSender)
	verified := m.Authentic.Verified || in.passes(bridge.GateUnproved)
	switch {
	case allowed && verified:
		return notice, v, false
	case m.Colleague: // who wrote from inside and cannot be confirmed is no alarm
		return 0, keep(m.Authentic.Reason, bridge.GateUnproved), true
	case !allowed:
		return 0, r.quarantine(in, bridge.GateSender), true
	}
	return 0, r.quarantine(in, bridge.GateUnproved), true
}

// expired reports whether a notice is so old that an answer to it is no proof any more.
func (r *Receiver) expired(n bridge.Notice, at time.Time) bool {
	return r.config.Lifetime > 0 && !n.SentAt.IsZero() && at.Sub(n.SentAt) > r.config.Lifetime
}

// keep is the verdict of a mail that is kept for people to look at.
func keep(reason string, gate bridge.Gate) bridge.Verdict {
	return bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: reason, Gate: gate, Keep: true}
}

// unmatched decides on a mail that names no case. One that a provider has surely
// sent is kept for people to look at; anybody can write a provider's address.
func unmatched(m bridge.Message) bridge.Verdict {
	sure := m.Authentic.Allowed && m.Authentic.Verified && !m.Colleague
	switch {
	case slices.Contains(m.Defects, message.Unreadable):
		return bridge.Verdict{Outcome: bridge.MailUnreadable, Reason: message.Unreadable, Keep: true}
	case sure && slices.Contains(m.Defects, bridge.HeaderOnly):
		return bridge.Verdict{Outcome: bridge.MailOversized, Reason: tooLarge + ", from a provider", Keep: true}
	case sure:
		return keep(fromProvider, bridge.GateCase)
	case m.Authentic.Allowed && !m.Colleague:
		return bridge.Verdict{Outcome: bridge.MailUnrelated, Reason: claimsProvider}
	}
	return bridge.Verdict{Outcome: bridge.MailUnrelated, Reason: noIdentity}
}

// maxStrangers is of how many senders an issue is told whose mails were kept back. Who
// has one mail of ours can write under as many addresses as he likes.
const maxStrangers = 5

// quarantine keeps the mail and tells the issue, once a sender, and once in all of
// those that name the case by what everybody can read: a second notice has the same
// key and is passed over. Of too many senders the ledger alone is told.
func (r *Receiver) quarantine(in Input, gate bridge.Gate) bridge.Verdict {
	m := in.Message
	reason, from := text.NotAuthentic, ""
	switch {
	case len(m.From) != 1:
		reason = text.AmbiguousSender
	case !m.Authentic.Allowed:
		reason = text.NotAllowed
	}
	if len(m.From) > 0 {
		from = shorten(m.From[0].Address, maxAddress)
	}
	told := text.Quarantined{Provider: r.name(in.Case.Provider), From: from, At: in.at().In(r.config.Zone), Reason: reason}
	if p, ok := r.providers[in.Case.Provider]; ok {
		told.Phones, told.Portal = wording.Desk(p.Profile, in.Case.Kind, r.config.Texts, in.Now)
	}
	comment := r.config.Texts.Quarantined(told)
	var senders []string
	for _, a := range m.From {
		senders = append(senders, strings.ToLower(a.Address))
	}
	who := digest(strings.Join(senders, ","))
	if m.Answers == "" { // its subject is anybody's to write, under as many addresses
		who = "named"
	}
	v := keep(m.Authentic.Reason, gate)
	v.Case = in.tells("quarantine/"+in.Case.ID+"/"+who, comment, "mail quarantined", m.Authentic.Reason)
	switch c := &v.Case.Case; {
	case m.Answers == "" || slices.Contains(c.Strangers, who):
	case len(c.Strangers) < maxStrangers:
		c.Strangers = append(slices.Clone(c.Strangers), who)
	default:
		v.Case.Effects = nil
	}
	return v
}

// flood keeps back what comes after too many mails, and says so once an hour.
func (r *Receiver) flood(in Input) bridge.Verdict {
	comment := r.config.Texts.Flooded(text.Flooded{Provider: r.name(in.Case.Provider), At: in.at().In(r.config.Zone)})
	v := keep(flooded, bridge.GateFlood)
	v.Case = in.tells("flood/"+in.Case.ID+"/"+in.Now.UTC().Format("2006010215"), comment, "mail quarantined", flooded)
	return v
}

// tells is the outcome that changes nothing but posts one comment.
func (in Input) tells(key, comment, action, reason string) *bridge.Outcome {
	return &bridge.Outcome{
		Case:    change(in.Case),
		Effects: []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: comment})},
		Audit:   []bridge.Entry{in.entry(action, reason)},
	}
}

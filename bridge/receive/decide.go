package receive

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/text"
)

// Input is what a decision is made from.
type Input struct {
	Now     time.Time
	Mail    bridge.Mail
	Message bridge.Message
	// Case is the one that Message.CaseID names, locked; nil when there is none. The
	// caller has set CaseID where the mail, without an identity of ours, names exactly
	// one case by its tickets and keys, and its sender is confirmed.
	Case *bridge.Case
	// Followers are the cases of other issues that share Case, locked.
	Followers []bridge.Case
	// Ledger knows what was decided before.
	Ledger bridge.Ledger
}

// The reasons of the ledger. Those of an accepted or refused sender are
// authentic's.
const (
	ownCopy        = "our own copy"
	ownAgain       = "our own copy, seen before"
	ownUnknown     = "our own copy of a notice that is not known"
	noIdentity     = "no identity of ours"
	fromProvider   = "no identity of ours, from a provider"
	claimsProvider = "no identity of ours, claims to be from a provider"
	unknownCase    = "names a case that is not known"
	unknownNotice  = "names a notice that is not known"
	answeredBefore = "posted before"
	byName         = authentic.Confirmed + ", found by a ticket number or a key"
)

const stage = "receive"

// Decide says in which outcome the mail ends and what follows for its case. The
// error is that of the ledger: nothing was decided.
func (r *Receiver) Decide(in Input) (bridge.Verdict, error) {
	m := in.Message
	switch {
	case m.Own:
		return r.own(in), nil
	case slices.Contains(m.Defects, bridge.SeveralCases):
		return bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: bridge.SeveralCases, Keep: true}, nil
	case m.CaseID == "":
		return unmatched(m), nil
	case in.Case == nil || in.Case.ID != m.CaseID:
		return bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: unknownCase, Keep: true}, nil
	}
	notice := -1
	if m.Answers != "" {
		notice = r.notice(in.Case, m.Answers)
	}
	switch {
	case notice < 0 && m.Answers != "":
		return bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: unknownNotice, Keep: true}, nil
	case !m.Authentic.Allowed || !m.Authentic.Verified:
		return r.quarantine(in), nil
	}
	known, err := in.Ledger.Known(replyKey(in.Case, m))
	if err != nil {
		return bridge.Verdict{}, fmt.Errorf("receive: look for an earlier post: %w", err)
	}
	if known {
		return bridge.Verdict{Outcome: bridge.MailDuplicate, Reason: answeredBefore}, nil
	}
	return r.accept(in, notice), nil
}

// unmatched decides on a mail that names no case. One that a provider has surely
// sent is kept for people to look at; anybody can write a provider's address.
func unmatched(m bridge.Message) bridge.Verdict {
	switch {
	case slices.Contains(m.Defects, message.Unreadable):
		return bridge.Verdict{Outcome: bridge.MailUnreadable, Reason: message.Unreadable, Keep: true}
	case m.Authentic.Allowed && m.Authentic.Verified:
		return bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: fromProvider, Keep: true}
	case m.Authentic.Allowed:
		return bridge.Verdict{Outcome: bridge.MailUnrelated, Reason: claimsProvider}
	}
	return bridge.Verdict{Outcome: bridge.MailUnrelated, Reason: noIdentity}
}

// notice returns the place of the notice that the id names, or -1. It goes by
// the signed serial: a relay may have changed the rest of the id.
func (r *Receiver) notice(c *bridge.Case, id string) int {
	caseID, serial, ok := r.config.Keys.FromMessageID(c.Provider, id)
	if !ok || caseID != c.ID {
		return -1
	}
	return slices.IndexFunc(c.Notices, func(n bridge.Notice) bool { return n.Serial == serial })
}

// own notes that our copy of a notice has arrived, the proof that it was sent.
func (r *Receiver) own(in Input) bridge.Verdict {
	v := bridge.Verdict{Outcome: bridge.MailOwn, Reason: ownUnknown}
	if in.Case == nil || in.Case.ID != in.Message.CaseID {
		return v
	}
	i := r.notice(in.Case, in.Message.Answers)
	if i < 0 {
		return v
	}
	if !in.Case.Notices[i].SeenAt.IsZero() {
		v.Reason = ownAgain
		return v
	}
	c := change(in.Case)
	c.Notices[i].SeenAt = in.at()
	v.Reason = ownCopy
	v.Case = &bridge.Outcome{Case: c, Audit: []bridge.Entry{in.entry("own copy seen", ownCopy)}}
	return v
}

// quarantine keeps the mail and tells the issue, once a sender, and once in all of
// those that name the case by what everybody can read: a second notice has the same
// key and is passed over.
func (r *Receiver) quarantine(in Input) bridge.Verdict {
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
	comment := r.config.Texts.Quarantined(text.Quarantined{
		Provider: r.name(in.Case.Provider), From: from, At: in.at().In(r.config.Zone), Reason: reason,
	})
	var senders []string
	for _, a := range m.From {
		senders = append(senders, strings.ToLower(a.Address))
	}
	key := "quarantine/" + in.Case.ID + "/" + digest(strings.Join(senders, ","))
	if m.Answers == "" { // its subject is anybody's to write, under as many addresses
		key = "quarantine/" + in.Case.ID + "/named"
	}
	return bridge.Verdict{
		Outcome: bridge.MailQuarantined, Reason: m.Authentic.Reason, Keep: true,
		Case: &bridge.Outcome{
			Case:    change(in.Case),
			Effects: []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: comment})},
			Audit:   []bridge.Entry{in.entry("mail quarantined", m.Authentic.Reason)},
		},
	}
}

// change copies the case, so that the caller's stays as it is.
func change(c *bridge.Case) bridge.Case {
	changed := *c
	changed.Notices = slices.Clone(c.Notices)
	return changed
}

func (r *Receiver) name(provider string) string {
	if p, ok := r.providers[provider]; ok {
		return p.Name
	}
	return provider
}

// at is when the mail arrived.
func (in Input) at() time.Time {
	for _, t := range []time.Time{in.Mail.ArrivedAt, in.Mail.StoredAt} {
		if !t.IsZero() {
			return t
		}
	}
	return in.Now
}

func (in Input) entry(action, reason string) bridge.Entry {
	return bridge.Entry{At: in.Now, Stage: stage, Action: action, Reason: reason}
}

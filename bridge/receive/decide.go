package receive

import (
	"fmt"
	"slices"
	"time"

	"escalat/bridge"
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
	sameBytes      = "the same bytes as "
	byPerson       = ", discarded by a person"
	ofColleague    = "of a colleague in the thread"
	released       = "let pass by a person: "
	expired        = "answers a notice that is too old"
	flooded        = "too many mails"
	tooLarge       = "too large to be fetched"
	notOurs        = ", of a mail that is not ours"
	toOthers       = ", of a mail to a provider that is not ours"
	unknownBounce  = "of a notice that is not known"
	bouncedCopy    = "our own copy could not be delivered"
	toldBefore     = "told before"
	noted          = "noted"
	ownCopy        = "our own copy"
	ownAgain       = "our own copy, seen before"
	ownUnknown     = "our own copy of a notice that is not known"
	noIdentity     = "no identity of ours"
	fromProvider   = "no identity of ours, from a provider"
	claimsProvider = "no identity of ours, claims to be from a provider"
	unknownCase    = "names a case that is not known"
	unknownNotice  = "names a notice that is not known"
	answeredBefore = "posted before"
	byName         = ", found by a ticket number or a key"
	byAPI          = "a program's notice of a ticket that is read by its API"
)

const stage = "receive"

// Decide says in which outcome the mail ends and what follows for its case. The
// error is that of the ledger: nothing was decided.
func (r *Receiver) Decide(in Input) (bridge.Verdict, error) {
	m := in.Message
	if m.Own {
		return r.own(in), nil
	}
	if in.Mail.Release == nil {
		same, err := in.Ledger.Same(m.Hash)
		if err != nil {
			return bridge.Verdict{}, fmt.Errorf("receive: look for the same mail: %w", err)
		}
		if same != nil {
			reason := fmt.Sprintf("%s%s/%d/%d", sameBytes, same.Folder, same.UIDValidity, same.UID)
			if same.Outcome == bridge.MailDiscarded {
				reason += byPerson
			}
			return bridge.Verdict{Outcome: bridge.MailDuplicate, Reason: reason}, nil
		}
	}
	if v, done := r.program(in); done {
		return v, nil
	}
	notice, v, kept := r.gates(in)
	if kept {
		return v, nil
	}
	return r.let(in, notice)
}

// let decides on a mail that passed the gates.
func (r *Receiver) let(in Input, notice int) (bridge.Verdict, error) {
	if in.passes(bridge.GateFlood) {
		return r.take(in, notice)
	}
	recent, err := in.Ledger.Recent(in.Case.ID, in.sender(), in.Now.Add(-floodWindow))
	if err != nil {
		return bridge.Verdict{}, fmt.Errorf("receive: count the mails before: %w", err)
	}
	if r.config.Flood.over(recent) {
		return r.flood(in), nil
	}
	return r.take(in, notice)
}

// take decides on a mail that is told on the issue, unless it was before.
func (r *Receiver) take(in Input, notice int) (bridge.Verdict, error) {
	m := in.Message
	key, former := in.replyKey(), formerKey(in.Case, m)
	absence := m.Kind == bridge.KindAbsence && in.Mail.Release == nil // what a person let pass is shown as it is
	headerOnly := slices.Contains(m.Defects, bridge.HeaderOnly)
	switch {
	case absence:
		key = in.absenceKey()
	case headerOnly: // the whole of it may still come
		key = "large/" + in.Case.ID + "/" + in.id()
	}
	for _, k := range []string{key, former} {
		known, err := in.Ledger.Known(k)
		switch {
		case err != nil:
			return bridge.Verdict{}, fmt.Errorf("receive: look for an earlier post: %w", err)
		case known && absence && k == key:
			return bridge.Verdict{Outcome: bridge.MailAbsent, Reason: toldBefore, Keep: true}, nil
		case known:
			return bridge.Verdict{Outcome: bridge.MailDuplicate, Reason: answeredBefore}, nil
		}
	}
	switch {
	case announces(in):
		return bridge.Verdict{Outcome: bridge.MailDuplicate, Reason: byAPI, Keep: true}, nil
	case absence:
		return r.absent(in, key), nil
	case headerOnly:
		return r.tooLarge(in, key), nil
	}
	return r.accept(in, notice), nil
}

// announces reports whether a program of the provider only tells by mail what its API says
// of the ticket: that is read there, whole and in order. What brings files is told all the
// same, since the API has none.
func announces(in Input) bool {
	m := in.Message
	program := m.Automatic || m.Kind == bridge.KindUpdate || m.Kind == bridge.KindAcknowledgement
	return in.Case.Ticket.ID != 0 && program && m.Answers == "" && len(m.Parts) == 0 && in.Mail.Release == nil
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

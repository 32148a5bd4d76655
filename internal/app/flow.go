package app

import (
	"io"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/bridge/validate"
	"escalat/bridge/watch"
	"escalat/mapping"
)

// decider is the flow from an issue to what follows: watch says which cases
// there are, validate whether they are complete.
type decider struct {
	profiles []mapping.Profile
	texts    text.Texts
	quiet    time.Duration
	patience time.Duration
	perDay   int
	team     string // markup
	trial    bool   // mode redirect
	rand     io.Reader
}

// Decide decides about an issue that was read.
func (d decider) Decide(now time.Time, issue bridge.Issue, cases []bridge.Case) ([]bridge.Outcome, error) {
	outcomes, err := watch.Decide(watch.Input{
		Now: now, Issue: issue, Cases: cases, Profiles: d.profiles,
		NewID: func() (string, error) { return token.NewCaseID(d.rand) },
	})
	if err != nil {
		return nil, err
	}
	for i, o := range outcomes {
		p := d.profile(o.Case.Provider)
		next := validate.Decide(validate.Input{
			Now: now, Issue: issue, Case: o.Case, Profile: &d.profiles[p], Texts: d.texts,
			Quiet: d.quiet, Patience: d.patience, PerDay: d.perDay, Team: d.team, Trial: d.trial,
		})
		next.Effects = append(o.Effects, next.Effects...)
		next.Audit = append(o.Audit, next.Audit...)
		outcomes[i] = next
	}
	return append(outcomes, d.undecided(now, cases, outcomes)...), nil
}

// undecided ends the waiting of cases about which no stage decides, so that they do
// not stay due for ever: those that are over, and those whose provider is off. A
// change of the issue, or the next start, brings these back once it is on again.
func (d decider) undecided(now time.Time, cases []bridge.Case, outcomes []bridge.Outcome) []bridge.Outcome {
	var out []bridge.Outcome
	for _, c := range cases {
		decided := slices.ContainsFunc(outcomes, func(o bridge.Outcome) bool { return o.Case.ID == c.ID })
		if decided || c.DueAt.IsZero() {
			continue
		}
		c.DueAt = time.Time{}
		audit := entry(now, "over", "nothing is waited for")
		if d.profile(c.Provider) < 0 {
			audit = entry(now, "switched off", "the provider has no address to send to")
		}
		out = append(out, bridge.Outcome{Case: c, Audit: audit})
	}
	return out
}

// profile is the index of the provider's profile, or -1 when it is off.
func (d decider) profile(provider string) int {
	return slices.IndexFunc(d.profiles, func(p mapping.Profile) bool { return p.ID == provider })
}

// unreadableFor is after how long an issue that could not be read is looked at
// again.
const unreadableFor = time.Hour

// Unreadable says what follows when an issue cannot be read. What was not sent
// yet, or not all of it, is looked at again after a while, so that it goes on when
// the permission returns. Other cases wait for nothing on the issue: they are not
// looked at by themselves, replies still come, and a change of the issue is
// noticed.
func (d decider) Unreadable(now time.Time, cases []bridge.Case, err error) []bridge.Outcome {
	var out []bridge.Outcome
	for _, c := range cases {
		due, waiting := time.Time{}, false
		switch c.State {
		case bridge.Settling, bridge.Asked:
			waiting = true
		case bridge.Sent, bridge.Answered:
			waiting = len(c.Pending) > 0
		}
		if waiting && d.profile(c.Provider) >= 0 {
			due = now.Add(unreadableFor)
		}
		if c.DueAt.Equal(due) {
			continue
		}
		c.DueAt = due
		out = append(out, bridge.Outcome{Case: c, Audit: entry(now, "unreadable", err.Error())})
	}
	return out
}

func entry(now time.Time, action, reason string) []bridge.Entry {
	return []bridge.Entry{{At: now, Stage: "watch", Action: action, Reason: reason}}
}

// mails gives the queue the receive stage in the queue's words.
type mails struct{ *receive.Receiver }

// Decide decides about a mail that was read.
func (m mails) Decide(now time.Time, mail bridge.Mail, msg bridge.Message, c *bridge.Case, known func(string) (bool, error)) (bridge.Verdict, error) {
	return m.Receiver.Decide(receive.Input{Now: now, Mail: mail, Message: msg, Case: c, Known: known})
}

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
		p := slices.IndexFunc(d.profiles, func(p mapping.Profile) bool { return p.ID == o.Case.Provider })
		next := validate.Decide(validate.Input{
			Now: now, Issue: issue, Case: o.Case, Profile: &d.profiles[p], Texts: d.texts, Quiet: d.quiet,
		})
		next.Effects = append(o.Effects, next.Effects...)
		next.Audit = append(o.Audit, next.Audit...)
		outcomes[i] = next
	}
	return outcomes, nil
}

// Unreadable keeps cases whose issue cannot be read from being looked at again
// by themselves; replies still come, and a change of the issue is noticed.
func (d decider) Unreadable(now time.Time, cases []bridge.Case, err error) []bridge.Outcome {
	var out []bridge.Outcome
	for _, c := range cases {
		if !c.State.Open() || c.DueAt.IsZero() {
			continue
		}
		c.DueAt = time.Time{}
		out = append(out, bridge.Outcome{Case: c, Audit: []bridge.Entry{{At: now, Stage: "watch", Action: "unreadable", Reason: err.Error()}}})
	}
	return out
}

// mails gives the queue the receive stage in the queue's words.
type mails struct{ *receive.Receiver }

// Decide decides about a mail that was read.
func (m mails) Decide(now time.Time, mail bridge.Mail, msg bridge.Message, c *bridge.Case, known func(string) (bool, error)) (bridge.Verdict, error) {
	return m.Receiver.Decide(receive.Input{Now: now, Mail: mail, Message: msg, Case: c, Known: known})
}

package app

import (
	"io"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/obey"
	"escalat/bridge/post"
	"escalat/bridge/receive"
	"escalat/bridge/relay"
	"escalat/bridge/remind"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/bridge/validate"
	"escalat/bridge/watch"
	"escalat/mapping"
)

// decider is the flow from an issue to what follows: watch says which cases
// there are, validate whether they are complete, obey what people command of them, relay
// what they want said to the provider, and remind what is due.
type decider struct {
	profiles    []mapping.Profile
	texts       text.Texts
	quiet       time.Duration
	patience    time.Duration
	perDay      int
	team        string // markup
	trial       bool   // mode redirect
	shadow      bool   // mode shadow
	projects    []string
	since       func() time.Time    // see guardian
	confirmed   func() bool         // see guardian
	unmarked    bool                // no state labels
	stateLabels map[string][]string // by profile id
	sendChanges map[string]bool     // by profile id
	guarded     bool                // what is private does not leave
	acts        map[string]bool     // by profile id, whose matrix is acted on by itself
	rand        io.Reader
}

// stateLabels are, by profile id, the labels that show how a case stands.
func stateLabels(profiles []mapping.Profile) map[string][]string {
	out := make(map[string][]string, len(profiles))
	for i := range profiles {
		out[profiles[i].ID] = post.StateLabels(&profiles[i])
	}
	return out
}

// Decide decides about an issue that was read.
func (d decider) Decide(now time.Time, issue bridge.Issue, cases []bridge.Case, ask bridge.Lookup) ([]bridge.Outcome, error) {
	for i := range cases { // it can be read
		cases[i].UnreadableSince = time.Time{}
	}
	writing, err := ask.Writing(issue.ID)
	if err != nil {
		return nil, err
	}
	outcomes, err := watch.Decide(watch.Input{
		Now: now, Issue: issue, Cases: cases, Profiles: d.profiles, Projects: d.projects,
		Since: d.since(), Texts: d.texts, Team: d.team, Lookup: ask, Writing: writing,
		Confirmed: d.confirmed(), Unmarked: d.unmarked, StateLabels: d.stateLabels,
		NewID: func() (string, error) { return token.NewCaseID(d.rand) },
	})
	if err != nil {
		return nil, err
	}
	seen := d.shown(cases, outcomes) // as each of them sees the others
	for i := range outcomes {
		outcomes[i] = d.decide(now, issue, outcomes[i], seen)
	}
	return append(outcomes, d.undecided(now, cases, outcomes)...), nil
}

// shown are the issue's cases with providers that are on, as watch has left them.
func (d decider) shown(cases []bridge.Case, outcomes []bridge.Outcome) []bridge.Case {
	var out []bridge.Case
	for _, o := range outcomes {
		out = append(out, o.Case)
	}
	for _, c := range cases {
		known := slices.ContainsFunc(out, func(o bridge.Case) bool { return o.ID == c.ID })
		if !known && profileOf(d.profiles, c.Provider) != nil {
			out = append(out, c)
		}
	}
	return out
}

// decide has the case go through the stages behind watch. Each sees it as the one before
// has left it.
func (d decider) decide(now time.Time, issue bridge.Issue, o bridge.Outcome, others []bridge.Case) bridge.Outcome {
	p := profileOf(d.profiles, o.Case.Provider)
	stages := []func(c bridge.Case, issue bridge.Issue) bridge.Outcome{
		func(c bridge.Case, issue bridge.Issue) bridge.Outcome {
			return validate.Decide(validate.Input{
				Now: now, Issue: issue, Case: c, Profile: p, Texts: d.texts, Others: others,
				Quiet: d.quiet, Patience: d.patience, PerDay: d.perDay, Team: d.team, Trial: d.trial, Shadow: d.shadow,
				SendChanges: d.sendChanges[c.Provider], Guarded: d.guarded,
			})
		},
		func(c bridge.Case, issue bridge.Issue) bridge.Outcome {
			return obey.Decide(obey.Input{
				Now: now, Issue: issue, Case: c, Profile: p, Texts: d.texts, Team: d.team, Trial: d.trial, Shadow: d.shadow, Others: others,
			})
		},
		func(c bridge.Case, issue bridge.Issue) bridge.Outcome {
			return relay.Decide(relay.Input{
				Now: now, Issue: issue, Case: c, Profile: p, Texts: d.texts, Team: d.team, Trial: d.trial, Shadow: d.shadow, Quiet: d.quiet,
				Others: others, Profiles: d.profiles,
			})
		},
		func(c bridge.Case, issue bridge.Issue) bridge.Outcome {
			return remind.Decide(remind.Input{
				Now: now, Issue: issue, Case: c, Profile: p, Texts: d.texts, Team: d.team, Trial: d.trial, Shadow: d.shadow, Acts: d.acts[c.Provider],
			})
		},
	}
	for _, stage := range stages {
		// What a person lets leave is masked for no stage behind.
		next := stage(o.Case, issue.Allow(o.Case.Allowed.Prints))
		o.Case = next.Case
		o.Effects = append(o.Effects, next.Effects...)
		o.Audit = append(o.Audit, next.Audit...)
		o.Others = append(o.Others, next.Others...)
		o.Keep = append(o.Keep, next.Keep...)
	}
	return o
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
		if profileOf(d.profiles, c.Provider) == nil {
			audit = entry(now, "switched off", "the provider has no address to send to")
		}
		out = append(out, bridge.Outcome{Case: c, Audit: audit})
	}
	return out
}

// An issue that cannot be read is looked at again: for a day each hour, since a
// permission was perhaps taken by mistake, then daily, and after a month no more.
const (
	unreadableSoon = time.Hour
	unreadableDay  = 24 * time.Hour
)

// Unreadable says what follows when an issue is deleted, or hidden from our account.
// Each case that follows it goes on when it can be read again, and is over when that
// lasts: what was not sent is withdrawn, what was sent is closed. Replies still
// come meanwhile.
func (d decider) Unreadable(now time.Time, cases []bridge.Case, err error) []bridge.Outcome {
	var out []bridge.Outcome
	for _, c := range cases {
		over := !c.State.Open() || profileOf(d.profiles, c.Provider) == nil
		if over && c.DueAt.IsZero() {
			continue
		}
		o := bridge.Outcome{Case: c, Audit: entry(now, "unreadable", err.Error())}
		if c.UnreadableSince.IsZero() || c.UnreadableSince.After(now) {
			o.Case.UnreadableSince = now
		}
		lasted := now.Sub(o.Case.UnreadableSince)
		switch {
		case over:
			o.Case.DueAt = time.Time{}
		case lasted >= bridge.GivenUpAfter:
			o.Case.NoCall()
			o.Case.DueAt, o.Case.State = time.Time{}, bridge.Closed
			if c.First() == nil {
				o.Case.State = bridge.Withdrawn
			}
			o.Audit = append(o.Audit, entry(now, "given up", "the issue could not be read for a month")...)
		case lasted >= unreadableDay:
			o.Case.DueAt = now.Add(unreadableDay)
		default:
			o.Case.DueAt = now.Add(unreadableSoon)
		}
		out = append(out, o)
	}
	return out
}

func entry(now time.Time, action, reason string) []bridge.Entry {
	return []bridge.Entry{{At: now, Stage: "watch", Action: action, Reason: reason}}
}

// mails gives the queue the receive stage in the queue's words.
type mails struct{ *receive.Receiver }

// Decide decides about a mail that was read.
func (m mails) Decide(now time.Time, mail bridge.Mail, msg bridge.Message, c *bridge.Case, followers []bridge.Case, asked bridge.Ledger) (bridge.Verdict, error) {
	return m.Receiver.Decide(receive.Input{Now: now, Mail: mail, Message: msg, Case: c, Followers: followers, Ledger: asked})
}

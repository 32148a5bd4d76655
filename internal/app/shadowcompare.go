package app

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
)

// Compared is an escalation, or what people took for one: what escalat would have done,
// and what they did.
type Compared struct {
	Issue    string  `json:"issue"`
	Provider string  `json:"provider"`
	Finding  Finding `json:"finding"`
	// ByHand and Escalat are when either was sent, or would have been; zero: it was not.
	ByHand  time.Time `json:"byHand,omitzero"`
	Escalat time.Time `json:"escalat,omitzero"`
	// Missing are the ids of the fields that were missing when people sent it; Judged says
	// whether that is known.
	Missing []string `json:"missing,omitempty"`
	Judged  bool     `json:"judged"`
	// Unsure is why it cannot be told.
	Unsure Unsure `json:"unsure,omitempty"`
}

// Finding is what a comparison has shown.
type Finding string

// The findings.
const (
	FoundBoth      Finding = "both"       // both sent it
	FoundEscalat   Finding = "escalat"    // nobody wrote to the provider by hand
	FoundWaiting   Finding = "waiting"    // people sent it, and escalat would still be asking
	FoundUnlabeled Finding = "no-label"   // people sent it, and nobody put a label on
	FoundUnsure    Finding = "cannot-say" // see Unsure
)

// Unsure is why it cannot be told what people did, or escalat would have done.
type Unsure string

// The reasons.
const (
	UnsureBefore  Unsure = "before"  // the label was put on before mode shadow began
	UnsureTalk    Unsure = "answers" // the mails go on with an earlier conversation
	UnsureChannel Unsure = "channel" // people write to this provider in its portal
	UnsureHeld    Unsure = "held"    // refused, held by the brake, or joined to another issue
	UnsureUnsent  Unsure = "unsent"  // the label was taken off, or the case has not come so far
)

// compare lays side by side what people and escalat did, by issue and provider. Where an
// issue was escalated more than once, the first mail that begins a conversation belongs to
// the first escalation, and so on.
func (g *gathering) compare() []Compared {
	firsts, answers := map[[2]string][]bridge.ByHand{}, map[[2]string][]bridge.ByHand{}
	for _, one := range g.byHand {
		if one.SentAt.After(g.report.To) && !g.report.Running { // else a clock of theirs is fast
			continue
		}
		id := [2]string{g.current(one.Key, one.Provider), one.Provider}
		if one.Answer {
			answers[id] = append(answers[id], one)
		} else {
			firsts[id] = append(firsts[id], one)
		}
	}
	slices.SortFunc(g.cases, func(a, b weighed) int { return cmp.Or(a.OpenedAt.Compare(b.OpenedAt), strings.Compare(a.ID, b.ID)) })
	out := []Compared{}
	for _, c := range g.cases {
		id := [2]string{c.IssueKey, c.Provider}
		var hand *bridge.ByHand
		if mails := firsts[id]; len(mails) > 0 {
			hand, firsts[id] = &mails[0], mails[1:]
		}
		if row, told := g.row(c, hand, len(answers[id]) > 0); told {
			out = append(out, row)
		}
		delete(answers, id)
	}
	known := map[[2]string]bool{}
	for _, c := range g.known {
		known[[2]string{c.IssueKey, c.Provider}] = true
	}
	for id, mails := range firsts {
		if !known[id] && len(mails) > 0 { // of a known one they are further mails
			out = append(out, Compared{Issue: id[0], Provider: id[1], Finding: FoundUnlabeled, ByHand: mails[0].SentAt})
		}
	}
	for id, mails := range answers {
		if !known[id] && len(firsts[id]) == 0 {
			out = append(out, Compared{Issue: id[0], Provider: id[1], Finding: FoundUnsure, ByHand: mails[0].SentAt, Unsure: UnsureTalk})
		}
	}
	slices.SortFunc(out, func(a, b Compared) int {
		return cmp.Or(a.at().Compare(b.at()), strings.Compare(a.Issue, b.Issue), strings.Compare(a.Provider, b.Provider))
	})
	return out
}

// current is the key by which the issue goes now that people called so.
func (g *gathering) current(key, provider string) string {
	for _, c := range g.known {
		if c.Provider == provider && slices.Contains(c.FormerKeys, key) {
			return c.IssueKey
		}
	}
	return key
}

// at is when the first of both was sent.
func (c Compared) at() time.Time {
	if c.Escalat.IsZero() || !c.ByHand.IsZero() && c.ByHand.Before(c.Escalat) {
		return c.ByHand
	}
	return c.Escalat
}

// row compares one case with the mail that people have sent, if any.
func (g *gathering) row(c weighed, hand *bridge.ByHand, answered bool) (row Compared, told bool) {
	row = Compared{Issue: c.IssueKey, Provider: c.Provider}
	if first := c.First(); first != nil && first.Shadow {
		row.Escalat = first.SentAt
	}
	if hand != nil {
		row.ByHand = hand.SentAt
		row.Missing, row.Judged = c.missing(hand.SentAt, row.Escalat)
	}
	unsure := func(why Unsure) (Compared, bool) {
		row.Finding, row.Unsure = FoundUnsure, why
		return row, true
	}
	p := profileOf(g.profiles, c.Provider)
	switch {
	case hand == nil && answered:
		return unsure(UnsureTalk)
	case hand == nil && row.Escalat.IsZero():
		return row, false // neither did
	case hand == nil && (p == nil || p.Channel != "" && p.Channel != string(bridge.ByMail)):
		return unsure(UnsureChannel)
	case hand == nil:
		row.Finding = FoundEscalat
	case !row.Escalat.IsZero():
		row.Finding = FoundBoth
	case began(c.audit) == "listed" || began(c.audit) == "unknown past":
		return unsure(UnsureBefore)
	case began(c.audit) == "refused" || c.State == bridge.Braked || c.State == bridge.Joined:
		return unsure(UnsureHeld)
	case c.Request.Count > 0:
		row.Finding = FoundWaiting
	default:
		return unsure(UnsureUnsent)
	}
	return row, true
}

// missing are the fields that were missing at a time, by what was last said of the form
// until then, and whether anything was.
func (c weighed) missing(at, sent time.Time) (ids []string, known bool) {
	if !sent.IsZero() && !at.Before(sent) {
		if first := c.First(); first != nil {
			return slices.Clone(first.Pending), true
		}
	}
	for _, e := range c.audit {
		if e.At.After(at) || e.Stage != "validate" {
			continue
		}
		switch e.Action {
		case saidAsk, saidStill:
			ids, known = strings.Split(strings.TrimPrefix(e.Reason, saidUnedited), ", "), true
		case "complete":
			ids, known = nil, true
		}
	}
	return ids, known
}

package text

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Shadow is what mode shadow has recorded: what escalat would have done, what people did
// meanwhile, and what is to be done before escalat may write. Times are in the zone to be
// shown already.
type Shadow struct {
	From, To time.Time
	Running  bool // it goes on
	// Issues are those that were labelled, among them those labelled before it began, by
	// somebody who may not, in too great a number, and those that still lack something.
	Issues, Listed, Refused, Braked, Waiting int

	Escalations []ShadowEscalations
	Further     int // mails after the first ones
	Requests    int // for what is missing, of so many issues
	Asked       int
	Fields      []Tally // what was asked for, the most often first
	Calls       []Tally // by provider: issues for which it would have had to be called
	// Comments, Files, Labels and Others are what would have been written to Jira.
	Comments, Files, Labels, Others int
	OnCall                          int // messages to who is on call

	Posted, Acknowledged, Absent, Bounced, Quarantined, Unreadable int // mails that came

	Compared []Compared

	Hidden                             []Hidden // of which the kind alone counts
	Withheld, Images, Stopped          int
	Translated                         int
	NoTranslator, Away, Partly, Denied int // mails whose texts stayed as they were written, by why
	Failed                             int // writes that went wrong
}

// ShadowEscalations counts those to a provider, of one form.
type ShadowEscalations struct {
	Provider string
	Kind     string // name of the form; empty: none
	Number   int
}

// Tally counts something that has a name.
type Tally struct {
	Name   string
	Number int
}

// Compared is an escalation that people or escalat, or both, have sent or would have.
type Compared struct {
	Issue, Provider string
	Finding         string // a code: both, escalat, waiting, no-label, cannot-say
	ByHand, Escalat time.Time
	Missing         []string // names of the fields that were missing when people sent it
	Judged          bool     // whether that is known
	Unsure          string   // a code: before, answers, channel, held, unsent
}

// Bounds of the report.
const (
	mostMissing  = 5
	mostCompared = 100
)

// ShadowReport is the report in plain text, to be read in a terminal or aloud. The escape
// function of the texts must leave plain text as it is.
func (t Texts) ShadowReport(s Shadow) string {
	w := t.shadowed()
	var b builder
	b.paragraph(lines(fmt.Sprintf(w.title, t.words.when(s.From), t.words.when(s.To)), w.nothing))
	for _, part := range []struct{ title, text string }{
		{w.would, t.shadowSent(s)},
		{w.came, t.shadowCame(s)},
		{w.hands, t.shadowHands(s)},
		{w.private, t.shadowPrivate(s)},
		{w.wrong, t.shadowWrong(s)},
		{w.next, t.shadowNext(s)},
	} {
		b.paragraph(lines(strings.ToUpper(part.title), part.text))
	}
	return b.String() + "\n"
}

// times says how many of something there are, in the singular or the plural.
func times(n int, words [2]string) string {
	if n == 1 {
		return words[0]
	}
	return fmt.Sprintf(words[1], n)
}

// some is the sentence about how many there are, or nothing where there are none.
func some(n int, words [2]string) string {
	if n == 0 {
		return ""
	}
	return times(n, words)
}

// tallied lists names with numbers, the first of a great many.
func tallied(all []Tally, most int) string {
	var parts []string
	for _, one := range all[:min(len(all), most)] {
		parts = append(parts, fmt.Sprintf("%s: %d", one.Name, one.Number))
	}
	return strings.Join(parts, "; ")
}

// and joins the last of a list by a word.
func (t Texts) and(all []string) string {
	all = slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "" })
	if last := len(all) - 1; last > 0 {
		return strings.Join(all[:last], ", ") + t.guarding().and + all[last]
	}
	return strings.Join(all, "")
}

func (t Texts) shadowSent(s Shadow) string {
	w := t.shadowed()
	out := []string{some(s.Issues, w.issues)}
	if s.Issues == 0 {
		out = []string{w.noIssues}
	}
	out = append(out, some(s.Listed, w.listed), some(s.Refused, w.refused), some(s.Braked, w.braked))
	total := 0
	for _, e := range s.Escalations {
		total += e.Number
	}
	if total == 0 {
		out = append(out, w.noneSent)
	} else {
		out = append(out, times(total, w.sent))
	}
	for _, e := range s.Escalations {
		out = append(out, fmt.Sprintf("  - %s: %d", strings.Join(slices.DeleteFunc([]string{e.Provider, e.Kind}, func(p string) bool { return p == "" }), ", "), e.Number))
	}
	out = append(out, some(s.Further, w.further))
	if s.Requests > 0 {
		out = append(out, fmt.Sprintf(times(s.Requests, w.requests), times(s.Asked, w.ofIssues)))
		if len(s.Fields) > 0 {
			out = append(out, fmt.Sprintf(w.fields, tallied(s.Fields, mostMissing)))
		}
	}
	out = append(out, some(s.Waiting, w.waiting))
	for _, c := range s.Calls {
		out = append(out, fmt.Sprintf(w.calls, c.Name, times(c.Number, w.ofIssues)))
	}
	written := t.and([]string{some(s.Comments, w.comments), some(s.Files, w.files), some(s.Labels, w.labels), some(s.Others, w.others)})
	if written != "" {
		out = append(out, fmt.Sprintf(w.written, written))
	}
	return lines(append(out, some(s.OnCall, w.onCall))...)
}

func (t Texts) shadowCame(s Shadow) string {
	w := t.shadowed()
	came := t.and([]string{some(s.Posted, w.posted), some(s.Acknowledged, w.acknowledged), some(s.Absent, w.absent), some(s.Bounced, w.bounced)})
	told := w.noMails
	if came != "" {
		told = fmt.Sprintf(w.mails, came)
	}
	return lines(told, some(s.Quarantined, w.quarantined))
}

func (t Texts) shadowHands(s Shadow) string {
	w := t.shadowed()
	if len(s.Compared) == 0 {
		return w.nothingByHand
	}
	var both []time.Duration
	var rows []string
	for i, c := range s.Compared {
		if c.Finding == "both" {
			both = append(both, c.ByHand.Sub(c.Escalat).Truncate(time.Minute))
		}
		if i < mostCompared {
			rows = append(rows, "  - "+t.comparison(c))
		}
	}
	if more := len(s.Compared) - mostCompared; more > 0 {
		rows = append(rows, "  "+fmt.Sprintf(t.words.more, more))
	}
	return lines(append(append([]string{w.howKnown}, rows...), t.median(both))...)
}

// median says what is usual of the escalations that both have sent.
func (t Texts) median(both []time.Duration) string {
	if len(both) == 0 {
		return ""
	}
	slices.Sort(both)
	middle := both[len(both)/2]
	if len(both)%2 == 0 {
		middle = (both[len(both)/2-1] + middle) / 2
	}
	middle = middle.Truncate(time.Minute)
	w := t.shadowed()
	of := times(len(both), w.ofIssues)
	switch {
	case middle > 0:
		return fmt.Sprintf(w.medianBefore, of, t.lapse(middle))
	case middle < 0:
		return fmt.Sprintf(w.medianAfter, of, t.lapse(-middle))
	}
	return fmt.Sprintf(w.medianSame, of)
}

// comparison is one line of the comparison.
func (t Texts) comparison(c Compared) string {
	w := t.shadowed()
	head := c.Issue + ", " + c.Provider + ": "
	hand, ours := t.words.when(c.ByHand), t.words.when(c.Escalat)
	switch c.Finding {
	case "escalat":
		return head + fmt.Sprintf(w.onlyEscalat, ours)
	case "no-label":
		return head + fmt.Sprintf(w.noLabel, hand)
	case "waiting":
		return head + fmt.Sprintf(w.handOnly, hand) + t.lacked(c)
	case "cannot-say":
		return head + w.unsure[c.Unsure]
	}
	told := fmt.Sprintf(w.same, hand)
	switch d := c.ByHand.Sub(c.Escalat).Truncate(time.Minute); {
	case d > 0:
		told = fmt.Sprintf(w.before, hand, ours, t.lapse(d))
	case d < 0:
		told = fmt.Sprintf(w.after, hand, ours, t.lapse(-d))
	}
	return head + told + t.lacked(c)
}

// lacked says what the mail of the people did not have.
func (t Texts) lacked(c Compared) string {
	w := t.shadowed()
	switch {
	case !c.Judged:
		return " " + w.notJudged
	case len(c.Missing) == 0:
		return ""
	}
	return " " + fmt.Sprintf(w.lacked, t.and(c.Missing))
}

func (t Texts) shadowPrivate(s Shadow) string {
	w := t.shadowed()
	var out []string
	if len(s.Hidden) > 0 {
		out = append(out, fmt.Sprintf(w.hidden, t.found(s.Hidden)))
	}
	out = append(out, some(s.Withheld, w.withheld), some(s.Images, w.images), some(s.Stopped, w.stopped))
	if lines(out...) == "" {
		out = []string{w.noPrivate}
	}
	return lines(append(out, some(s.Translated, w.translated), some(s.NoTranslator, w.noTranslator), some(s.Away, w.away), some(s.Partly, w.partly), some(s.Denied, w.denied))...)
}

func (t Texts) shadowWrong(s Shadow) string {
	w := t.shadowed()
	if told := lines(some(s.Failed, w.failed), some(s.Unreadable, w.unreadable)); told != "" {
		return told
	}
	return w.noneWrong
}

// week is how long mode shadow shows little of what can come.
const week = 5 * 24 * time.Hour

// shadowNext says what is to be done before escalat may write, what was seen first.
func (t Texts) shadowNext(s Shadow) string {
	w := t.shadowed()
	noLabel, lacked := 0, 0
	for _, c := range s.Compared {
		if c.Finding == "no-label" {
			noLabel++
		}
		if len(c.Missing) > 0 {
			lacked++
		}
	}
	var steps []string
	when := func(is bool, step string) {
		if is {
			steps = append(steps, step)
		}
	}
	if !s.Running {
		return w.over
	}
	when(s.To.Sub(s.From) < week, w.stepWait)
	when(s.Failed+s.Unreadable > 0, w.stepWrong)
	when(s.Quarantined > 0, w.stepQuarantine)
	when(noLabel > 0, w.stepLabel)
	when(s.Requests > 0 || lacked > 0, w.stepForm)
	when(len(s.Hidden) > 0 || s.Withheld+s.Stopped > 0, w.stepPrivate)
	when(s.NoTranslator > 0, w.stepTranslator)
	steps = append(steps, w.stepRedirect, w.stepLive, w.stepBacklog)
	for i := range steps {
		steps[i] = fmt.Sprintf("  %d. %s", i+1, steps[i])
	}
	return lines(steps...)
}

package send

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// ending is how a transmission ended, for its case.
type ending struct {
	c  bridge.Case
	n  *bridge.Notice // of c
	e  bridge.Effect
	ev bridge.Event

	brings cargo
}

// move changes the state of the case, which stands as its first notice does.
func (x *ending) move(to bridge.State) {
	if x.n.Serial == 1 {
		become(&x.c, to)
	}
}

// Settle tells the team what became of the notice.
func (s *Transmitter) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	var body bridge.TransmitBody
	if err := e.Decode(&body); err != nil {
		return bridge.Outcome{}
	}
	c.Notices = slices.Clone(c.Notices)
	x := &ending{c: c, e: e, ev: ev}
	if x.n = c.Notice(body.MessageID); x.n == nil {
		x.n = &bridge.Notice{Serial: 1, MessageID: body.MessageID}
	}
	x.brings = s.brings(c, x.n)
	switch ev.What {
	case bridge.Delayed:
		return s.late(x)
	case bridge.Unknown:
		return s.said(x, "unknown", "unknown", s.Texts.SendUnknown)
	case bridge.Absent:
		if e.Sends == 0 { // it was never begun, so nobody was told of it
			return bridge.Outcome{Case: c, Audit: entry(ev, "not sent before", "")}
		}
		return s.said(x, "sent again", "again", s.Texts.SendAgain)
	case bridge.Failed:
		return s.failed(x)
	}
	var r bridge.TransmitResult
	if err := json.Unmarshal(ev.Result, &r); err != nil {
		panic("send: result of " + e.Key + ": " + err.Error()) // our own JSON: a bug
	}
	switch {
	case (r.Withdrawn != "" || r.Resolved || r.Fault != "") && e.Sends > 1: // an earlier attempt may have left
		x.move(bridge.Undelivered)
		return s.said(x, "withdrawn, unproved", "stuck", s.Texts.SendStuck)
	case r.Resolved && x.n.Serial > 1:
		return s.over(c, e, x.n.Recompose(), ev)
	case r.Resolved:
		return notSent(c, body, ev)
	case r.Fault != "":
		said := x.n.Recompose()
		c.Drop(x.n.MessageID)
		return s.unsaid(c, e, said, ev, r.Fault)
	case r.Changed:
		return x.dropped()
	case r.Withdrawn != "":
		return s.withdrawn(x)
	}
	return s.left(x, body, r)
}

// late tells of a notice that is attempted again. What was composed anew was attempted
// now: it is held against the issue from here on.
func (s *Transmitter) late(x *ending) bridge.Outcome {
	anew := x.n.Anew
	x.n.Anew = false
	o := s.delayed(x.c, x.about(), x.e, x.ev)
	if anew && o.Case.ID == "" {
		o.Case = x.c
	}
	return o
}

// about is what the team is told of.
func (x *ending) about() notice {
	return notice{first: x.n.Serial == 1, subject: x.n.Subject, brings: x.brings}
}

// withdrawn ends a notice that nobody wants any more: there is nothing to call about.
func (s *Transmitter) withdrawn(x *ending) bridge.Outcome {
	x.move(bridge.Withdrawn)
	if x.c.State == bridge.Withdrawn {
		x.c.NoCall()
	}
	return x.saying("withdrawn", "withdrawn", s.Texts.Withdrawn(s.problem(x.c, x.brings, x.ev.At, "")))
}

// said tells the team of a notice that did not go well.
func (s *Transmitter) said(x *ending, action, verb string, write func(text.SendProblem) string) bridge.Outcome {
	return x.saying(action, verb, write(s.trouble(&x.c, x.about(), x.ev.At, serverWords(x.ev.Err))))
}

func (x *ending) saying(action, verb, markup string) bridge.Outcome {
	return bridge.Outcome{
		Case: x.c, Audit: entry(x.ev, action, x.ev.Reason()),
		Effects: []bridge.Effect{tell(fmt.Sprintf("%s/%s/%d", verb, x.e.Key, x.e.Sends), markup)},
	}
}

// failed ends a notice that was refused for good. Of an addition that certainly did
// not leave the provider knows nothing.
func (s *Transmitter) failed(x *ending) bridge.Outcome {
	why, never := notFollowing(x.ev.Err)
	unproved := errors.Is(x.ev.Err, errUnproved)
	switch {
	case x.lightens():
		return x.lighter()
	case unproved:
		x.n.Unproved = true
	case x.n.Serial > 1:
		if x.n.About == bridge.AboutWords {
			x.c.GiveUp(x.n.Comment, x.n.Source)
		}
		x.n.Files, x.n.Told, x.n.Fat = nil, nil, nil
	}
	x.move(bridge.Undelivered)
	switch {
	case unproved:
		return s.said(x, "unproved", "stuck", s.Texts.SendStuck)
	case never:
		return bridge.Outcome{
			Case: x.c, Audit: entry(x.ev, "refused", x.ev.Reason()), Effects: []bridge.Effect{s.notAdded(x.c, x.e, x.brings, x.ev.At, why)},
		}
	}
	return s.said(x, "refused", "failed", s.Texts.SendFailed)
}

// lightens reports whether the notice would perhaps be taken without its files, and
// says something without them.
func (x *ending) lightens() bool {
	unwanted := errors.Is(x.ev.Err, bridge.ErrTooLarge) || errors.Is(x.ev.Err, bridge.ErrContent)
	return unwanted && len(x.n.Files) > 0 && x.e.Sends <= 1 && x.n.SentAt.IsZero() && x.n.SeenAt.IsZero() &&
		(x.n.Serial == 1 || len(x.n.Fields) > 0 || x.n.About != bridge.AboutForm)
}

// lighter has the notice composed anew, without its files: the incident must not
// wait for them. What was refused is kept with that, in case it left all the same.
func (x *ending) lighter() bridge.Outcome {
	body := x.n.Recompose()
	fat := *x.n
	body.Lean, body.Fat = true, &fat
	x.c.Drop(x.n.MessageID)
	key := "compose/" + strings.TrimPrefix(x.e.Key, "transmit/") + lean
	return bridge.Outcome{
		Case: x.c, Audit: entry(x.ev, "refused, again without attachments", x.ev.Reason()),
		Effects: []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, body)},
	}
}

// dropped has a notice composed anew of which nothing was sent, because the issue says
// something else by now: what somebody took out does not leave. A first one is decided
// upon anew, as it may not be complete any more.
func (x *ending) dropped() bridge.Outcome {
	first := x.n.Serial == 1
	o := bridge.Outcome{Audit: entry(x.ev, "composed anew", "the issue was changed before it was sent")}
	switch {
	case first && putBack(&x.c, x.ev.At):
		x.c.Pending, x.c.Request.Fingerprint = nil, ""
	case first && !x.c.State.Open():
		o.Case = x.c
		return o
	default:
		x.c.Rounds++
		key := fmt.Sprintf("compose/%s/%s/%d/%d/anew/%d", x.c.IssueID, x.c.Provider, x.c.Ordinal, x.n.Serial, x.c.Rounds)
		o.Effects = []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, x.n.Recompose())}
	}
	x.c.Anew = true
	x.c.Drop(x.n.MessageID)
	o.Case = x.c
	return o
}

// left ends a notice that was handed over, or recorded as such.
func (s *Transmitter) left(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) bridge.Outcome {
	if r.Fat {
		s.restore(x)
	}
	x.n.SentAt, x.n.Answer, x.n.QueueID, x.n.Shadow = r.At, r.Answer, r.QueueID, r.Shadow
	if !r.Shadow {
		x.c.Threaded(x.n.MessageID, false)
	}
	x.move(bridge.Sent)
	if x.n.About == bridge.AboutAgain && x.c.State == bridge.Undelivered {
		x.c.State = bridge.Sent
	}
	came := r.News || r.Proof == "copy" || x.n.Serial == 1 && len(x.c.Pending) > 0
	if came && x.c.State.Open() {
		x.c.DueAt = x.ev.At // something may have come while it was being sent
	}
	var comment string
	switch {
	case x.n.Serial == 1:
		comment = s.sent(x, body, r)
	case x.n.About != bridge.AboutForm:
		comment = s.told(x, body, r)
	default:
		comment = s.added(x, body, r)
	}
	action, proof := "sent", "proof: "+r.Proof
	if r.Shadow {
		action, proof = "recorded", "mode shadow: nothing was sent"
	}
	return bridge.Outcome{Case: x.c, Audit: entry(x.ev, action, proof), Effects: []bridge.Effect{tell("sent/"+x.e.Key, comment)}}
}

// restore puts the notice with files back that left although the server refused it.
func (s *Transmitter) restore(x *ending) {
	fat := x.n.Fat
	if fat == nil {
		return
	}
	seen := x.n.SeenAt
	*x.n = *fat
	x.n.SeenAt = seen
	if x.n.Serial == 1 {
		x.c.Kind, x.c.Pending = x.n.Kind, x.n.Pending
	}
	x.brings = s.brings(x.c, x.n)
}

// notSent puts a case back whose issue was resolved before its notice left: there
// is no such notice then.
func notSent(c bridge.Case, body bridge.TransmitBody, ev bridge.Event) bridge.Outcome {
	if putBack(&c, ev.At) {
		c.Pending = nil
		c.Drop(body.MessageID)
	}
	return bridge.Outcome{Case: c, Audit: entry(ev, "put back", string(resolved))}
}

func (s *Transmitter) sent(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) string {
	return s.Texts.Sent(text.Sent{
		MentionMarkup: wording.Mention(x.c, s.Team), Provider: s.name(x.c), To: body.To, At: r.At.In(s.Zone), Subject: x.n.Subject, MessageID: body.MessageID,
		Call: s.due(&x.c, x.n.Subject, bridge.Latest(r.At, x.ev.At), r.Shadow || s.redirected(body)), ByCopy: r.Proof == "copy", CopyRefused: r.CopyRefused, Redirected: s.redirected(body),
		Pending: s.labels(x.c, x.n.Missing()), Doubts: s.doubtful(x.c, x.n),
		Files: names(x.n.Files), Left: leftFiles(*x.n), SendFiles: sends(x.n), Private: s.private(x.c, *x.n), Untranslated: string(x.n.Untranslated), Follows: s.Providers[x.c.Provider].SendChanges,
	})
}

func (s *Transmitter) added(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) string {
	return s.Texts.Added(text.Added{
		MentionMarkup: wording.Mention(x.c, s.Team), Provider: s.name(x.c), To: body.To, At: r.At.In(s.Zone), MessageID: body.MessageID,
		Call: s.dueAgain(x, r), ByCopy: r.Proof == "copy", CopyRefused: r.CopyRefused, Redirected: s.redirected(body),
		Labels: x.brings.added, Changed: x.brings.changed, Pending: s.labels(x.c, missing(x.c)), Doubts: s.doubtful(x.c, x.n),
		Files: names(x.n.Files), Left: leftFiles(*x.n), SendFiles: sends(x.n), Private: s.private(x.c, *x.n), Untranslated: string(x.n.Untranslated), Anyway: len(x.n.Anyway) > 0,
	})
}

// missing are the fields that the provider was told are to be confirmed; of what follows
// when it gets another answer it has one.
func missing(c bridge.Case) []string {
	return slices.DeleteFunc(slices.Clone(c.Pending), func(id string) bool { return c.Told(id) != "" })
}

// dueAgain is whom to call besides an addition.
func (s *Transmitter) dueAgain(x *ending, r bridge.TransmitResult) *text.Call {
	p, ok := s.Providers[x.c.Provider]
	if !ok {
		return nil
	}
	first := bridge.Notice{}
	if n := x.c.First(); n != nil {
		first = *n
	}
	return wording.Again(x.c, p.Profile, s.Texts, bridge.Latest(r.At, x.ev.At), spoken(x.c, p.Profile, first.Subject))
}

func (s *Transmitter) told(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) string {
	told := text.Told{
		MentionMarkup: cmp.Or(x.n.Mention, wording.Mention(x.c, s.Team)), Provider: s.name(x.c), About: string(x.n.About), To: body.To[:max(0, len(body.To)-len(x.n.Cc))], At: r.At.In(s.Zone),
		Author: x.n.Author, Written: x.n.Written.In(s.Zone), MessageID: body.MessageID, Call: s.dueAgain(x, r), ByCopy: r.Proof == "copy", CopyRefused: r.CopyRefused, Redirected: s.redirected(body),
		Files: names(x.n.Files), Left: leftFiles(*x.n), SendFiles: sends(x.n), Private: s.private(x.c, *x.n), Untranslated: string(x.n.Untranslated), Pending: s.labels(x.c, x.n.Missing()), Cc: x.n.Cc,
	}
	switch {
	case x.n.About == bridge.AboutClose: // nobody is called about what is over
		told.Call = nil
	case x.n == x.c.FormNotice(): // the first did not arrive
		told.Call = s.due(&x.c, x.n.Subject, bridge.Latest(r.At, x.ev.At), r.Shadow || told.Redirected)
	}
	return s.Texts.Told(told)
}

// redirected reports whether the notice went to an own address instead.
func (s *Transmitter) redirected(body bridge.TransmitBody) bool {
	return s.Redirect != "" && slices.Equal(body.To, []string{s.Redirect})
}

// sendFiles is how a person has files sent that the provider does not have.
const sendFiles = "escalat " + bridge.SendFiles

// sends is the command that sends what another mail can bring, or nothing.
func sends(n *bridge.Notice) string {
	for _, f := range n.Omitted {
		switch f.Why {
		case bridge.LeftNoRoom, bridge.LeftUnreadable:
			return sendFiles
		case bridge.LeftRefused:
			if n.Room > 0 { // now it is known how many go into one
				return sendFiles
			}
		}
	}
	return ""
}

// leftFiles are what a notice does not bring, and how many more there are.
func leftFiles(n bridge.Notice) []text.LeftFile {
	var out []text.LeftFile
	for _, f := range n.Omitted {
		if f.Why == bridge.LeftPrivate || f.Why == bridge.LeftClosed || f.Why == bridge.LeftImage {
			continue // told apart: see wording.Private
		}
		out = append(out, text.LeftFile{Name: f.Name, Size: f.Size, Why: string(f.Why)})
	}
	for _, why := range slices.Sorted(maps.Keys(n.Further)) {
		if why != bridge.LeftImage {
			out = append(out, text.LeftFile{Why: string(why), More: n.Further[why]})
		}
	}
	return out
}

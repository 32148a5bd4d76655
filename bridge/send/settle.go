package send

import (
	"encoding/json"
	"errors"
	"fmt"
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
	if err := decode(e, &body); err != nil {
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
		return s.delayed(c, x.brings, e, ev)
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
	case (r.Withdrawn != "" || r.Resolved) && e.Sends > 1: // an earlier attempt may have left
		x.move(bridge.Undelivered)
		return s.said(x, "withdrawn, unproved", "stuck", s.Texts.SendStuck)
	case r.Resolved && x.n.Serial > 1:
		return bridge.Outcome{Case: c, Audit: entry(ev, "not added", string(closed))}
	case r.Resolved:
		return notSent(c, body, ev)
	case r.Withdrawn != "":
		x.move(bridge.Withdrawn)
		return s.said(x, "withdrawn", "withdrawn", s.Texts.Withdrawn)
	}
	return s.left(x, body, r)
}

// said tells the team of a notice that did not go well.
func (s *Transmitter) said(x *ending, action, verb string, write func(text.SendProblem) string) bridge.Outcome {
	told := s.problem(x.c, x.brings, x.ev.At, serverWords(x.ev.Err))
	return bridge.Outcome{
		Case: x.c, Audit: entry(x.ev, action, reason(x.ev.Err)),
		Effects: []bridge.Effect{tell(fmt.Sprintf("%s/%s/%d", verb, x.e.Key, x.e.Sends), write(told))},
	}
}

// failed ends a notice that was refused for good. Of an addition that certainly did
// not leave the provider knows nothing.
func (s *Transmitter) failed(x *ending) bridge.Outcome {
	why, never := notFollowing(x.ev.Err)
	unproved := errors.Is(x.ev.Err, ErrUnproved)
	switch {
	case x.lightens():
		return x.lighter()
	case x.n.Serial > 1 && !unproved:
		x.n.Files, x.n.Told = nil, nil
	}
	x.move(bridge.Undelivered)
	switch {
	case unproved:
		return s.said(x, "unproved", "stuck", s.Texts.SendStuck)
	case never:
		return bridge.Outcome{
			Case: x.c, Audit: entry(x.ev, "refused", reason(x.ev.Err)), Effects: []bridge.Effect{s.notAdded(x.c, x.brings, x.ev.At, why)},
		}
	}
	return s.said(x, "refused", "failed", s.Texts.SendFailed)
}

// lightens reports whether the notice would perhaps be taken without its files, and
// says something without them.
func (x *ending) lightens() bool {
	return errors.Is(x.ev.Err, bridge.ErrTooLarge) && len(x.n.Files) > 0 && x.e.Sends <= 1 && x.n.SentAt.IsZero() && x.n.SeenAt.IsZero() &&
		(x.n.Serial == 1 || len(x.n.Fields) > 0)
}

// lighter has the notice composed anew, without its files: the incident must not
// wait for them. There is no such notice until then.
func (x *ending) lighter() bridge.Outcome {
	body := bridge.ComposeBody{Serial: x.n.Serial, Lean: true}
	if x.n.Serial > 1 {
		body.Fields = x.n.Fields
		for _, f := range append(slices.Clone(x.n.Files), x.n.Omitted...) {
			body.Files = append(body.Files, f.ID)
		}
	}
	id := x.n.MessageID
	x.c.Notices = slices.DeleteFunc(x.c.Notices, func(n bridge.Notice) bool { return n.MessageID == id })
	key := "compose/" + strings.TrimPrefix(x.e.Key, "transmit/") + lean
	return bridge.Outcome{
		Case: x.c, Audit: entry(x.ev, "too large, again without attachments", reason(x.ev.Err)),
		Effects: []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, body)},
	}
}

// left ends a notice that was handed over, or recorded as such.
func (s *Transmitter) left(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) bridge.Outcome {
	x.n.SentAt, x.n.Answer, x.n.QueueID, x.n.Shadow = r.At, r.Answer, r.QueueID, r.Shadow
	if !r.Shadow {
		x.c.Threaded(x.n.MessageID, false)
	}
	x.move(bridge.Sent)
	came := r.News || r.Proof == "copy" || x.n.Serial == 1 && len(x.c.Pending) > 0
	if came && x.c.State.Open() {
		x.c.DueAt = x.ev.At // something may have come while it was being sent
	}
	comment := ""
	if x.n.Serial > 1 {
		comment = s.added(x, body, r)
	} else {
		comment = s.sent(x, body, r)
	}
	action, proof := "sent", "proof: "+r.Proof
	if r.Shadow {
		action, proof = "recorded", "mode shadow: nothing was sent"
	}
	return bridge.Outcome{Case: x.c, Audit: entry(x.ev, action, proof), Effects: []bridge.Effect{tell("sent/"+x.e.Key, comment)}}
}

// notSent puts a case back whose issue was resolved before its notice left: there
// is no such notice then.
func notSent(c bridge.Case, body bridge.TransmitBody, ev bridge.Event) bridge.Outcome {
	if putBack(&c, ev.At) {
		c.Pending = nil
		c.Notices = slices.DeleteFunc(c.Notices, func(n bridge.Notice) bool { return n.MessageID == body.MessageID })
	}
	return bridge.Outcome{Case: c, Audit: entry(ev, "put back", string(resolved))}
}

func (s *Transmitter) sent(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) string {
	return s.Texts.Sent(text.Sent{
		MentionMarkup: wording.Mention(x.c, s.Team), Provider: s.name(x.c), To: body.To, At: r.At.In(s.Zone), Subject: x.n.Subject, MessageID: body.MessageID,
		Call: s.due(x, body, r), ByCopy: r.Proof == "copy", CopyRefused: r.CopyRefused, Redirected: s.redirected(body),
		Pending: s.labels(x.c, x.n.Pending), Doubts: s.doubtful(x.c, x.n),
		Files: names(x.n.Files), Left: leftFiles(x.n.Omitted), SendFiles: sends(x.n), Follows: s.Providers[x.c.Provider].SendChanges,
	})
}

func (s *Transmitter) added(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) string {
	return s.Texts.Added(text.Added{
		MentionMarkup: wording.Mention(x.c, s.Team), Provider: s.name(x.c), To: body.To, At: r.At.In(s.Zone), MessageID: body.MessageID,
		Call: s.dueAgain(x, r), ByCopy: r.Proof == "copy", CopyRefused: r.CopyRefused, Redirected: s.redirected(body),
		Labels: x.brings.added, Changed: x.brings.changed, Pending: s.labels(x.c, x.c.Pending), Doubts: s.doubtful(x.c, x.n),
		Files: names(x.n.Files), Left: leftFiles(x.n.Omitted), SendFiles: sends(x.n),
	})
}

// due is whom to call besides the first notice. That the call is due stands in the
// case, which is looked at when the desk opens. A case that is over waits for no
// call, and nobody is called about a test.
func (s *Transmitter) due(x *ending, body bridge.TransmitBody, r bridge.TransmitResult) *text.Call {
	p, ok := s.Providers[x.c.Provider]
	at := bridge.Latest(r.At, x.ev.At)
	if !ok || r.Shadow || s.redirected(body) || !x.c.State.Open() {
		return s.call(x.c, at)
	}
	call := wording.Due(&x.c, p.Profile, s.Texts, at, spoken(x.c, p.Profile, x.n.Subject))
	if until := x.c.CallUntil; !until.IsZero() && (x.c.DueAt.IsZero() || x.c.DueAt.After(until)) {
		x.c.DueAt = until
	}
	return call
}

// dueAgain is whom to call besides an addition. Who has written since the desk was
// closed is there and reads it.
func (s *Transmitter) dueAgain(x *ending, r bridge.TransmitResult) *text.Call {
	p, ok := s.Providers[x.c.Provider]
	at := bridge.Latest(r.At, x.ev.At)
	if ok && x.c.Heard != "" {
		aside := x.c
		if wording.Due(&aside, p.Profile, s.Texts, at, "") == nil {
			return nil
		}
	}
	return s.call(x.c, at)
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

func leftFiles(omitted []bridge.Evidence) []text.LeftFile {
	var out []text.LeftFile
	for _, f := range omitted {
		out = append(out, text.LeftFile{Name: f.Name, Size: f.Size, Why: string(f.Why)})
	}
	return out
}

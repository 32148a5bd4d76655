package ticket

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

// ending is how a task ended, for its case.
type ending struct {
	task

	ev bridge.Event
}

func (x *ending) first() bool { return x.n.Serial == 1 }

// Settle tells the team what became of the notice.
func (f *Filer) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	c.Notices = slices.Clone(c.Notices)
	t, err := f.task(c, e)
	if err != nil { // nobody knows any more what it was about
		return bridge.Outcome{Case: c, Audit: entry(ev, "lost", err.Error())}
	}
	x := &ending{t, ev}
	switch ev.What {
	case bridge.Delayed:
		return f.delayed(x)
	case bridge.Unknown:
		told := f.Texts.TicketUnknown(f.trouble(x))
		return x.saying("unknown", "unknown/"+e.Key, told) // once, however often it is tried
	case bridge.Absent:
		return bridge.Outcome{Case: x.c, Audit: entry(ev, "not found", "")}
	case bridge.Failed:
		return f.failed(x)
	}
	var r bridge.TicketResult
	if err := json.Unmarshal(ev.Result, &r); err != nil {
		panic("ticket: result of " + e.Key + ": " + err.Error()) // our own JSON: a bug
	}
	return f.done(x, r)
}

// done ends what is there, or was not written because it is not wanted any more.
func (f *Filer) done(x *ending, r bridge.TicketResult) bridge.Outcome {
	switch {
	case r.Withdrawn != "":
		return f.withdrawn(x, r.Withdrawn)
	case r.Resolved && x.first():
		return x.putBack()
	case r.Resolved:
		return f.over(x)
	case r.Fault != "":
		return f.unsaid(x, r.Fault)
	case r.Changed:
		return x.dropped()
	}
	return f.filed(x, r)
}

// filed ends a notice that is in its ticket, or was recorded as such.
func (f *Filer) filed(x *ending, r bridge.TicketResult) bridge.Outcome {
	x.n.SentAt, x.n.Shadow = r.At, r.Shadow
	first := x.first()
	if !r.Shadow {
		x.knows(r)
	}
	if again := x.n.About == bridge.AboutAgain && x.c.State == bridge.Undelivered; again || first && x.c.State == bridge.Sending {
		x.c.State = bridge.Sent
	}
	if (r.Proof == byList || first && len(x.c.Pending) > 0) && x.c.State.Open() {
		x.c.Due(x.ev.At) // something may have come while it was being written
	}
	action, proof := "filed", "proof: "+r.Proof
	if r.Shadow {
		action, proof = "recorded", "mode shadow: nothing was sent"
	}
	told := f.Texts.Filed(f.told(x, r))
	return x.saying(action, "filed/"+x.e.Key, told, proof)
}

// knows notes in the case which ticket it is, and that the provider has the notice.
func (x *ending) knows(r bridge.TicketResult) {
	c := &x.c
	if c.Ticket.ID == 0 {
		c.Ticket.ID = r.ID
	}
	if r.Number != "" {
		c.Ticket.Number = r.Number
		c.Refer(r.Number)
	}
	if r.Message != 0 && !slices.Contains(c.Ticket.Ours, r.Message) {
		ours := append(slices.Clone(c.Ticket.Ours), r.Message)
		c.Ticket.Ours = ours[max(0, len(ours)-maxOurs):]
	}
	if x.first() && c.ConfirmedAt.IsZero() { // its desk has given it a number
		c.ConfirmedAt = r.At
	}
	for _, file := range x.n.Files {
		c.Keep(file.Digest)
	}
}

// maxOurs bounds the messages of ours that a case remembers.
const maxOurs = 300

// told are the arguments of the comment about what was filed. Of a new ticket the call is
// noted in the case where it is due all the same.
func (f *Filer) told(x *ending, r bridge.TicketResult) text.Filed {
	p, lang, n := x.p.Profile, f.Texts.Language(), x.n
	form := formOf(x)
	told := text.Filed{
		MentionMarkup: wording.Mention(x.c, f.Team), Provider: p.Name, Number: x.c.Ticket.Number, At: r.At.In(f.Zone), Subject: n.Subject,
		Service: r.Unfiled, Cut: n.Cut, Link: p.PortalOf(form), Found: r.Proof == byList, Follows: x.p.SendChanges,
		Further: !x.first(), About: string(n.About), Reopened: r.Reopened, Author: n.Author, Written: n.Written.In(f.Zone),
		Pending: wording.Labels(p, x.c.Kind, n.Missing(), lang),
	}
	if n.Written.IsZero() {
		told.Written = time.Time{}
	}
	if by := p.Form(form); by != nil {
		told.As = by.Name.In(lang)
	}
	for _, file := range n.Files {
		told.Inside = append(told.Inside, file.Name)
	}
	told.Upload, told.Private = uploads(*n), wording.Private(x.c, p, *n, lang)
	told.Untranslated = string(n.Untranslated)
	for _, d := range n.Doubts {
		told.Doubts = append(told.Doubts, text.Doubtful{Label: wording.Labels(p, x.c.Kind, []string{d.Field}, lang)[0], Value: d.Value, Why: string(d.Code)})
	}
	if told.Further {
		f.brings(x, &told)
	}
	told.Call = f.call(x, r.Shadow)
	return told
}

// brings are what an addition brings, and what is missing after it.
func (f *Filer) brings(x *ending, told *text.Filed) {
	p, lang, n := x.p.Profile, f.Texts.Language(), x.n
	added := slices.DeleteFunc(slices.Clone(n.Fields), func(id string) bool { return slices.Contains(n.Changed, id) })
	told.Added, told.Changed = wording.Labels(p, x.c.Kind, added, lang), wording.Labels(p, x.c.Kind, n.Changed, lang)
	if n.About == bridge.AboutForm {
		told.Pending = wording.Labels(p, x.c.Kind, slices.DeleteFunc(slices.Clone(x.c.Pending), func(id string) bool { return x.c.Told(id) != "" }), lang)
	}
}

// call is whom to call besides. Of a first notice that stands in the case; nobody is called
// about a test, nor about what is over.
func (f *Filer) call(x *ending, shadow bool) *text.Call {
	p := x.p.Profile
	switch {
	case x.n.About == bridge.AboutClose || shadow || f.Trial || !x.c.State.Open():
		return nil
	case !x.first():
		subject := x.n.Subject
		if first := x.c.First(); first != nil {
			subject = first.Subject
		}
		return wording.Again(x.c, p, f.Texts, x.ev.At, subject)
	}
	call := wording.Due(&x.c, p, f.Texts, x.ev.At, x.n.Subject)
	x.c.Due(x.c.CallUntil)
	return call
}

// formOf is the form by which the ticket is filed.
func formOf(x *ending) string {
	for _, id := range []string{x.n.Form, x.n.Kind} {
		if id != "" {
			return id
		}
	}
	return x.c.Kind
}

// uploads are the files that only a person can bring.
func uploads(n bridge.Notice) []text.LeftFile {
	var out []text.LeftFile
	for _, file := range n.Omitted {
		if file.Why == bridge.LeftChannel {
			out = append(out, text.LeftFile{Name: file.Name, Size: file.Size})
		}
	}
	if more := n.Further[bridge.LeftChannel]; more > 0 {
		out = append(out, text.LeftFile{More: more})
	}
	return out
}

// failed gives a person what the API has refused, or could not take for too long.
func (f *Filer) failed(x *ending) bridge.Outcome {
	why, reason := text.HandedRefused, words(x.ev.Err)
	switch err := x.ev.Err; {
	case errors.Is(err, errTrial), errors.Is(err, errNoAPI) && !errors.Is(err, errUnsure): // that is how it is told
		why, reason = "", ""
	case errors.Is(err, errAway):
		why = text.HandedAway
	case !bridge.IsPermanent(err): // the queue has given up
		why = text.HandedAway
	case errors.Is(err, errUnsure):
		why = text.HandedUnsure
		x.n.Unproved = true
	}
	o := bridge.Outcome{Audit: entry(x.ev, "handed", x.ev.Reason())}
	o.Case, o.Effects = wording.Handed(x.c, wording.Hand{
		Profile: x.p.Profile, Texts: f.Texts, Team: f.Team, Notice: *x.n, Why: why, Reason: reason, Key: x.e.Key, At: x.ev.At, Trial: f.Trial,
	})
	return o
}

// words is what people are shown of an error: what the API said. What we say of ourselves
// stands in the log.
func words(err error) string { return strings.TrimSpace(replied(err)) }

func (x *ending) saying(action, key, markup string, why ...string) bridge.Outcome {
	reason := x.ev.Reason()
	if len(why) > 0 {
		reason = why[0]
	}
	return bridge.Outcome{Case: x.c, Audit: entry(x.ev, action, reason), Effects: []bridge.Effect{tell(key, markup)}}
}

// tell plans a comment.
func tell(key, markup string) bridge.Effect {
	return bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: markup})
}

func entry(ev bridge.Event, action, why string) []bridge.Entry {
	return []bridge.Entry{{At: ev.At, Stage: stage, Action: action, Reason: why}}
}

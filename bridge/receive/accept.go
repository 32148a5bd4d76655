package receive

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/receive/reply"
	"escalat/bridge/wording"
)

// answer is an accepted mail, and what is told of it beside its text.
type answer struct {
	Input

	key          string        // names it in the keys of effects
	parts        []bridge.Part // that are attached
	names        []string      // theirs
	blocked      []string      // that are kept out
	known        []string      // of those that are on the issue already
	learned      []string      // ticket numbers
	acknowledged bool
	survey       bool   // it only asks how it was
	reopened     bool   // it has opened the case again
	heard        bool   // somebody of the provider wrote it
	textName     string // of the file that holds the whole text, where it is needed
	// ticket is the number of the ticket in which it stands, where it is no mail; portal:
	// it was written there in our name.
	ticket string
	portal bool
}

// lacks says which files must hold what a comment does not show.
type lacks struct{ text, raw bool }

func (l lacks) and(other lacks) lacks { return lacks{l.text || other.text, l.raw || other.raw} }

// accept takes the mail for one of the provider: it plans the attachments, and then
// the comment that names them. The issues that share the case get the comment alone.
func (r *Receiver) accept(in Input, notice int) bridge.Verdict {
	in.Message = unquoted(in.Message, in.Case)
	m := in.Message
	c := change(in.Case)
	id := in.id()
	a := answer{Input: in, key: id, textName: r.config.Texts.WholeName(id[:8])}
	var follows sequel
	switch {
	case in.Mail.Release != nil: // a person's word proves nothing of the sender
	case m.Colleague:
		c.Threaded(m.MessageID, false)
	default:
		a.learned = learn(&c, m)
		follows = r.taken(&a, &c, notice)
		c.Threaded(m.MessageID, true)
	}
	parts, known, blocked := r.sift(&c, m.Parts)
	a.blocked = blocked
	a.parts, a.known, a.names = parts, known, fileNames(parts, rawName, a.textName)

	var effects []bridge.Effect
	for i, part := range parts {
		effects = append(effects, r.attach(c.ID, id, fmt.Sprint(part.Index), bridge.AttachBody{
			Blob: in.Mail.Blob, Part: part.Index, Name: a.names[i], Type: part.Type, Size: part.Size, Digest: part.Digest,
		}))
	}
	comment, missing := r.comment(a, c)
	own := missing.text
	others, missingThere := r.share(a)
	missing = missing.and(missingThere)
	if missing.text {
		text := shorten(m.Reply, maxText)
		effects = append(effects, r.attach(c.ID, id, "text", bridge.AttachBody{
			Text: text, Name: a.textName, Type: "text/plain; charset=utf-8", Size: int64(len(text)),
		}))
	}
	if missing.raw {
		effects = append(effects, r.attach(c.ID, id, "raw", bridge.AttachBody{
			Blob: in.Mail.Blob, Part: message.Whole, Name: rawName, Type: "message/rfc822", Size: m.Size,
		}))
	}
	body := bridge.CommentBody{Text: comment}
	if own { // should Jira take still less of it, that file holds the whole as well
		body.Whole = a.textName
	}
	effects = append(effects, bridge.Plan(bridge.ToJira, bridge.PostComment, in.replyKey(), body))
	v := a.verdict(bridge.Outcome{Case: c, Effects: append(effects, follows.effects...), Others: others})
	v.Case.Audit = append(v.Case.Audit, follows.audit...)
	return v
}

// Prints returns fingerprints of a text that we send, by which a quote of it is known
// that nothing marks as one.
func Prints(text string) []uint32 { return reply.Prints(text) }

// unquoted takes what we sent ourselves off the end of the new text.
func unquoted(m bridge.Message, c *bridge.Case) bridge.Message {
	var prints []uint32
	for i := range c.Notices {
		prints = append(prints, c.Notices[i].Prints...)
	}
	lines, cut := reply.Overlap(m.Lines, prints)
	if cut != "" {
		m.Lines, m.Reply, m.Cut = lines, reply.Plain(lines), strings.TrimLeft(m.Cut+"\n"+cut, "\n")
	}
	return m
}

func (a answer) verdict(o bridge.Outcome) bridge.Verdict {
	v := bridge.Verdict{Outcome: bridge.MailPosted, Reason: a.Message.Authentic.Reason, Keep: true}
	if by := a.Message.Authentic.Strength; by != "" && by != bridge.ByDMARC { // which the profile accepts
		v.Reason += alone(by)
	}
	action := "reply posted"
	switch {
	case a.Mail.Release != nil:
		v.Reason, action = released+string(a.Mail.Release.Gate), "released mail posted"
	case a.Message.Colleague:
		v.Reason, action = ofColleague, "colleague’s mail posted"
	case a.Message.Answers == "":
		v.Reason += byName
	}
	if a.acknowledged {
		v.Outcome, action = bridge.MailAcknowledged, "acknowledgement posted"
	}
	o.Audit = []bridge.Entry{a.entry(action, v.Reason)}
	if len(a.learned) > 0 {
		o.Audit = append(o.Audit, a.entry("ticket learned", strings.Join(a.learned, ", ")))
	}
	v.Case = &o
	return v
}

// hear notes what a message says of where the case stands. Only an answer to a notice
// proves that the notice arrived: a ticket may have been opened by telephone. That a
// program has taken it in answers nothing, and tells no person of it.
func hear(c *bridge.Case, at time.Time, notice int, acknowledged bool) {
	proved := notice >= 0
	if proved {
		if n := &c.Notices[notice]; n.SentAt.IsZero() && n.SeenAt.IsZero() {
			n.SeenAt = at
		}
	}
	switch waits := c.State == bridge.Undelivered || c.State == bridge.Handed; {
	case acknowledged && proved && waits:
		c.State = bridge.Sent
	case acknowledged:
	case c.State == bridge.Sent, proved && (c.State == bridge.Sending || waits):
		c.State = bridge.Answered
	}
}

// aware notes that somebody of the provider wrote, and so need not be called until its
// desk opens next. What a program may have written tells nobody of anything.
func (r *Receiver) aware(a answer, c *bridge.Case) {
	if p, known := r.providers[c.Provider]; known && a.heard {
		wording.Heard(c, p.Profile, a.at())
	}
}

// shows returns the place of the first notice when the mail's subject holds the whole
// of that notice's, which only who has it can write, or -1. Of an issue that was
// escalated before it may be the subject of that other notice.
func shows(c *bridge.Case, subject string) int {
	one := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return slices.IndexFunc(c.Notices, func(n bridge.Notice) bool {
		return c.Ordinal <= 1 && n.Serial == 1 && n.Subject != "" && strings.Contains(one(subject), one(n.Subject))
	})
}

// share plans the comment on each issue that shares the case, and says what one of
// them does not show.
func (r *Receiver) share(a answer) (others []bridge.Outcome, missing lacks) {
	for i := range a.Followers {
		c := change(&a.Followers[i])
		if c.State != bridge.Joined || c.Leader != a.Case.ID || c.IssueID == a.Case.IssueID {
			continue
		}
		comment, there := r.comment(a, c)
		missing = missing.and(there)
		r.aware(a, &c)
		key := "reply/" + c.ID + "/" + a.key
		others = append(others, bridge.Outcome{
			Case:    c,
			Effects: []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: comment})},
			Audit:   []bridge.Entry{a.entry("reply posted, shared", authentic.Confirmed)},
		})
	}
	return others, missing
}

// attach plans a file. While files are scanned they hold up no comment.
func (r *Receiver) attach(caseID, messageID, index string, body bridge.AttachBody) bridge.Effect {
	target := bridge.ToJira
	if r.config.Scanned && body.Blob != "" {
		target = bridge.ToFiles
	}
	return bridge.Plan(target, bridge.PostAttachment, "attach/"+caseID+"/"+messageID+"/"+index, body)
}

// replyKey names the post of a mail by what comes from outside, so that the same
// mail is posted once however often it comes.
func (in Input) replyKey() string { return "reply/" + in.Case.ID + "/" + in.id() }

// formerKey is how it was named while the Date was no part of it.
func formerKey(c *bridge.Case, m bridge.Message) string {
	return "reply/" + c.ID + "/" + digest(c.Provider+cmp.Or(m.MessageID, m.Hash))
}

// id names the mail by its Message-ID and Date: there are desks that write several
// mails under one Message-ID. One that was let pass by a person is named by its
// bytes, so that it does not stand in the place of a genuine one of that name.
func (in Input) id() string {
	m := in.Message
	if in.Mail.Release != nil {
		return digest(in.Case.Provider + m.Hash + string(in.Mail.Release.Gate))
	}
	id := cmp.Or(m.MessageID, m.Hash)
	if !m.Date.IsZero() {
		id += m.Date.UTC().Format(time.RFC3339)
	}
	return digest(in.Case.Provider + id)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

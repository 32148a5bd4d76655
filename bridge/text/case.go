package text

import (
	"fmt"
	"time"
)

// Barred answers somebody who may neither escalate nor command: who can.
func (t Texts) Barred(b Barred) string {
	format := t.words.barredLabel
	if b.Command {
		format = t.words.barredCommand
	}
	var out builder
	out.paragraph(t.call(b.Call, t.words.callBarred))
	out.paragraph(address(b.MentionMarkup, t.sentence(format, b.Provider)))
	return out.String()
}

// Braked says that the brake holds an escalation: that nothing was sent, why, and
// what lets it go on.
func (t Texts) Braked(b Braked) string {
	w := t.words
	n := int(b.Window / time.Minute)
	window := t.sentence(count(n, w.minute, w.minutes), n)
	var out builder
	out.paragraph(t.call(b.Call, w.callNow))
	out.paragraph(address(b.MentionMarkup, t.sentence(w.braked, b.Provider, b.Limit, markup(window), b.GoOn)))
	return out.String()
}

// Resolved reminds that the provider perhaps still works on what is resolved here.
func (t Texts) Resolved(r Resolved) string {
	w := t.words
	how := w.byPhoneOrPortal
	if r.Portal == "" {
		how = w.byPhone
	}
	told := t.sentence(w.resolved, r.Provider, t.references(r.References), markup(how))
	if r.Label != "" {
		told += " " + t.sentence(w.resolvedAnew, r.Label)
	}
	var b builder
	b.paragraph(address(r.MentionMarkup, told))
	b.paragraph(t.desk(r.Phones, r.Portal))
	return b.String()
}

// Joined says that an issue shares the escalation of another, and how it leaves it.
func (t Texts) Joined(j Joined) string {
	w := t.words
	format, asked := w.joined, (*Call)(nil) // nobody is called about what was sent
	if j.Waiting {
		format, asked = w.joinedWaiting, j.Call
	}
	told := t.sentence(format, j.Provider, j.Leader, t.references(j.References))
	if j.Leave != "" {
		told += " " + t.sentence(w.joinedLeave, j.Leave)
	}
	var b builder
	b.paragraph(t.call(asked, w.callNow))
	b.paragraph(address(j.MentionMarkup, told))
	return b.String()
}

// LeaderFailed says that the mail of the issue whose escalation this one shares was
// not delivered, where to read more, and how to tell the provider.
func (t Texts) LeaderFailed(l LeaderFailed) string {
	w := t.words
	how := w.byPhoneOrPortal
	if l.Portal == "" || l.Call != nil {
		how = w.byPhone
	}
	var b builder
	b.paragraph(t.call(l.Call, w.callNow))
	b.paragraph(address(l.MentionMarkup, t.sentence(w.leaderFailed, l.Provider, l.Leader, markup(how))))
	if l.Call == nil {
		b.paragraph(t.desk(l.Phones, l.Portal))
	}
	return b.String()
}

// Listed says that an escalation waits for a person's word, why, and which.
func (t Texts) Listed(l Listed) string {
	w := t.words
	format := w.listed
	if l.Unknown {
		format = w.listedUnknown
	}
	var b builder
	b.paragraph(t.call(l.Call, w.callNow))
	b.paragraph(address(l.MentionMarkup, t.sentence(format, l.Provider, l.GoOn)))
	return b.String()
}

// sameAs is how the command to share another issue's escalation is written.
const sameAs = "escalat igual-que ABC-123"

// NotJoined says why an issue does not share the escalation of another.
func (t Texts) NotJoined(n NotJoined) string {
	w := t.words
	switch {
	case n.Why == JoinNoKey || n.Leader == "":
		return address(n.MentionMarkup, t.sentence(w.joinNoKey, sameAs))
	case n.Why != JoinAlreadySent:
		return address(n.MentionMarkup, t.sentence(w.joinNoCase, n.Provider, n.Leader))
	}
	how := w.byPhoneOrPortal
	if n.Portal == "" {
		how = w.byPhone
	}
	var b builder
	b.paragraph(address(n.MentionMarkup, t.sentence(w.joinAlreadySent, n.Provider, n.Leader, markup(how))))
	b.paragraph(t.desk(n.Phones, n.Portal))
	return b.String()
}

// Noted says that the provider's ticket number was noted.
func (t Texts) Noted(n Noted) string {
	if n.Leader != "" {
		return address(n.MentionMarkup, t.sentence(t.words.notedHere, n.Provider, n.Reference)+" "+t.tellThere(n.Leader))
	}
	return address(n.MentionMarkup, t.sentence(t.words.noted, n.Provider, n.Reference))
}

// references are the provider's, in brackets behind what they are of, or nothing.
func (t Texts) references(all []string) markup {
	if len(all) == 0 {
		return ""
	}
	return " (" + t.bold(all) + ")"
}

// CutShort ends a comment that was too long and says where all of it is.
func (t Texts) CutShort(file string) string { return t.sentence(t.words.cutShort, file) }

// WholeName is the name of the file that holds the whole of a comment; the mark
// tells it from others.
func (t Texts) WholeName(mark string) string { return t.words.wholeComment + "-" + mark + ".txt" }

// Relationship is in one line of plain text what an issue is to the provider's
// ticket.
func (t Texts) Relationship(provider string) string {
	return oneLine(fmt.Sprintf(t.words.relationship, provider), maxLabel)
}

package text

import (
	"strings"
	"unicode"
)

// Reply shows what the provider answered.
func (t Texts) Reply(r Reply) string {
	var b builder
	switch {
	case r.Closed && r.Reopen != "":
		b.paragraph(t.sentence(t.closing().closed, r.Provider, r.Reopen))
	case r.Closed:
		b.paragraph(t.sentence(t.words.closed, r.Provider))
	}
	b.paragraph(t.reopened(r))
	b.paragraph(t.released(r.Provider, r.ReleasedBy, r.Unverified))
	b.paragraph(lines(t.wrote(r), t.learned(r.Learned)))
	if strings.TrimSpace(r.BodyMarkup) != "" {
		b.paragraph(r.BodyMarkup)
	}
	if r.Sealed {
		b.paragraph(t.words.sealed)
	} else {
		b.paragraph(t.notAllShown(r))
	}
	b.paragraph(lines(
		t.filesOf(r, t.list(r.Files), t.words.files, t.words.filesAt),
		t.filesOf(r, t.names(r.Known), t.words.known, t.words.knownAt),
		t.blocked(r.Blocked),
	))
	return b.String()
}

// wrote says who wrote what, and when.
func (t Texts) wrote(r Reply) string {
	format, ticket := t.words.replied, t.inTickets()
	from := t.escape(r.From)
	if r.Ticket != "" {
		from = t.sentence(ticket.from, r.Ticket)
	}
	switch {
	case r.Unverified:
		format = t.words.claimed
	case r.Portal:
		format = ticket.portal
	case r.Colleague:
		format = t.words.colleague
	case r.Acknowledged && r.Ticket != "":
		format = ticket.acknowledged
	case r.Acknowledged && r.ByHand:
		format = ticket.entered
	case r.Acknowledged:
		format = t.words.acknowledged
	case r.Survey:
		format = ticket.survey
	}
	return t.sentence(format, r.Provider, markup(from), t.when(r.At))
}

// filesOf names files of a reply, here or at the leader, or is nothing.
func (t Texts) filesOf(r Reply, files markup, here, at string) string {
	switch {
	case files == "":
		return ""
	case r.Leader != "":
		return t.sentence(at, r.Leader, files)
	}
	return t.sentence(here, files)
}

// blocked names files that are kept out, or is nothing.
func (t Texts) blocked(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return t.sentence(t.words.blocked, t.names(names))
}

// learned names ticket numbers that are new, or is nothing.
func (t Texts) learned(numbers []string) string {
	if len(numbers) == 0 {
		return ""
	}
	return t.sentence(count(len(numbers), t.words.ticket, t.words.tickets), t.bold(numbers))
}

// notAllShown says why the reply is not shown, or not all of it, and where it is.
func (t Texts) notAllShown(r Reply) string {
	w := t.words
	var why string
	switch {
	case r.Shortened:
		why = w.shortened
	case strings.TrimSpace(r.BodyMarkup) == "":
		why = w.noText
	default:
		return ""
	}
	switch {
	case r.Whole != "" && r.Leader != "":
		return why + " " + t.sentence(w.wholeAt, r.Leader, r.Whole)
	case r.Whole != "":
		return why + " " + t.sentence(w.whole, r.Whole)
	case len(r.Files) > 0:
		return why + " " + w.seeFiles
	}
	return why
}

// Quarantined says that a mail about the case was kept back. It shows nothing
// of the mail but the sender's address.
func (t Texts) Quarantined(q Quarantined) string {
	w := t.words
	why := w.notAuthentic
	switch q.Reason {
	case NotAllowed:
		why = w.notAllowed
	case AmbiguousSender:
		why = w.ambiguousSender
	}
	from := q.From
	if from == "" {
		from = w.noSender
	}
	var b builder
	b.paragraph(upperFirst(t.sentence(w.quarantined, q.Provider, from, t.when(q.At), markup(why))))
	b.paragraph(t.desk(q.Phones, q.Portal))
	return b.String()
}

// FileFailed says that a file of a reply, or the whole of a comment, could not be
// attached.
func (t Texts) FileFailed(f FileFailed) string {
	format := t.words.fileFailed
	switch {
	case f.Comment:
		format = t.words.commentFileFailed
	case f.Infected:
		format = t.words.fileInfected
	case f.Unscanned:
		format = t.words.fileUnscanned
	}
	var b builder
	b.paragraph(upperFirst(t.sentence(format, f.Provider, f.Name, t.size(f.Size))))
	if f.Reason != "" {
		b.paragraph(t.sentence(t.words.reason, f.Reason))
	}
	return b.String()
}

// CommentFailed stands in the place of a comment that Jira refused for good. It
// holds nothing for which it could be refused as well: no emphasis, no mention,
// only characters that every database keeps, and the reason is cut.
func (t Texts) CommentFailed(f CommentFailed) string {
	var b builder
	b.paragraph(t.sentence(t.words.commentFailed, harmless(f.Provider)))
	if reason := harmless(f.Reason); reason != "" {
		b.paragraph(t.sentence(t.words.reason, reason))
	}
	return b.String()
}

// maxReason bounds a reason in a comment that must not be refused, in
// characters.
const maxReason = 200

// harmless is s in a size and in characters that no Jira refuses: those beyond
// Unicode's first plane are too long for some databases.
func harmless(s string) string {
	var out []rune
	for _, r := range strings.Join(strings.Fields(s), " ") {
		switch {
		case len(out) == maxReason:
			return string(out) + "..."
		case unicode.IsControl(r) || r > 0xffff:
			r = '?'
		}
		out = append(out, r)
	}
	return string(out)
}

// size is bytes as a person of the language says it.
func (t Texts) size(bytes int64) markup {
	return markup(Size(bytes, t.words.decimal))
}

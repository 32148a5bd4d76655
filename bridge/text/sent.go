package text

import "strings"

// Sent says that the provider's server took a notice.
func (t Texts) Sent(s Sent) string {
	w := t.words
	format, asked := w.sent, s.Call
	if s.Redirected { // nobody is called about a test
		format, asked = w.redirected, nil
	}
	var b builder
	b.paragraph(t.call(asked, w.callAlso))
	told := address(s.MentionMarkup, t.sentence(format, s.Provider, t.list(s.To), t.when(s.At), s.Subject))
	b.paragraph(lines(told, t.attached(s.Files)))
	b.paragraph(t.left(w.notAttached, s.Left, s.SendFiles, s.Provider))
	b.paragraph(t.private(s.Private, s.Provider))
	b.paragraph(t.untranslated(s.Untranslated, s.Provider, s.Redirected))
	b.paragraph(t.pending(s.Pending, w.pendingOne, w.pendingMany))
	b.paragraph(t.sentAsIs(s.Doubts, s.Provider, s.Call != nil, s.Redirected))
	b.paragraph(t.next(s))
	t.proof(&b, s.ByCopy, s.CopyRefused, s.MessageID)
	return b.String()
}

// next says what happens after a mail to the provider.
func (t Texts) next(s Sent) string {
	switch {
	case s.Redirected:
		return ""
	case s.Follows:
		return t.words.answerHere + " " + t.words.laterFollows
	}
	return t.words.answerHere + " " + t.words.later
}

// Added says that the provider's server took an addition.
func (t Texts) Added(a Added) string {
	w, asked := t.words, a.Call
	if a.Redirected {
		asked = nil
	}
	var b builder
	b.paragraph(t.call(asked, w.callAlsoAdded))
	b.paragraph(address(a.MentionMarkup, t.brought(a)))
	b.paragraph(t.left(w.notAttached, a.Left, a.SendFiles, a.Provider))
	b.paragraph(t.private(a.Private, a.Provider))
	b.paragraph(t.untranslated(a.Untranslated, a.Provider, a.Redirected))
	b.paragraph(t.pending(a.Pending, w.stillOne, w.stillMany))
	b.paragraph(t.sentAsIs(a.Doubts, a.Provider, a.Call != nil, a.Redirected))
	t.proof(&b, a.ByCopy, a.CopyRefused, a.MessageID)
	return b.String()
}

// brought says what an addition brings: first what had been missing, else the
// changes, else the files, and what there is besides on lines of its own.
func (t Texts) brought(a Added) string {
	if a.Anyway {
		return t.allowed(a)
	}
	w := t.words
	var format string
	var main markup
	also := []string{t.changed(a.Changed), t.attached(a.Files)}
	switch {
	case len(a.Labels) == 0 && len(a.Changed) > 0:
		format, main, also[0] = w.addedChanges, t.bold(a.Changed), ""
	case len(a.Labels) == 0 && len(a.Files) > 0:
		format, main, also[1] = count(len(a.Files), w.addedFile, w.addedFiles), t.names(a.Files), ""
	case len(a.Pending) > 0:
		format, main = w.addedPart, t.bold(a.Labels)
	default:
		format, main = w.added, t.bold(a.Labels)
	}
	if a.Redirected {
		format = w.addedRedirected
	}
	told := t.sentence(format, a.Provider, t.list(a.To), t.when(a.At), main, t.with(a.Labels, a.Changed, a.Files))
	if len(a.Labels) > 0 && len(a.Pending) == 0 {
		told += " " + w.nothingMissing
	}
	return lines(append([]string{told}, also...)...)
}

// with says in a few words what an addition is with, or is nothing of a first mail.
func (t Texts) with(labels, changed, files []string) markup {
	switch {
	case len(labels) > 0:
		return markup(t.words.withMissing)
	case len(changed) > 0:
		return markup(t.words.withChanges)
	case len(files) > 0:
		return markup(t.words.withAttached)
	}
	return ""
}

// changed names the fields of which the provider is told something else, or is
// nothing.
func (t Texts) changed(labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	return t.sentence(t.words.changes, t.bold(labels))
}

// pending says what went out as still to be confirmed, as lines to copy and fill
// in, or is nothing.
func (t Texts) pending(labels []string, one, many string) string {
	if len(labels) == 0 {
		return ""
	}
	block := make([]string, len(labels))
	for i, label := range labels {
		block[i] = withColon(oneLine(label, maxLabel))
	}
	return count(len(labels), one, many) + "\n" + frame(strings.Join(block, "\n"))
}

// sentAsIs tells of doubtful values that went out, and, unless the provider has
// not seen them, how to put them right.
func (t Texts) sentAsIs(doubts []Doubtful, provider string, calling, test bool) string {
	w := t.words
	heading := w.sentAsIs
	switch {
	case test:
		heading = w.sentAsIsTest
	case calling:
		heading = t.sentence(w.sentAsIsCalling, provider)
	}
	return t.doubtful(heading, doubts, false)
}

// proof says how it is known that the mail went out.
func (t Texts) proof(b *builder, byCopy bool, copyRefused, messageID string) {
	if byCopy {
		b.paragraph(t.words.byCopy)
	}
	if copyRefused != "" {
		b.paragraph(t.sentence(t.words.copyRefused, copyRefused))
	}
	if messageID != "" {
		b.paragraph("Message-ID: " + t.escape(messageID))
	}
}

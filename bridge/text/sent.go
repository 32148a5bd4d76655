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
	b.paragraph(address(s.MentionMarkup, t.sentence(format, s.Provider, t.list(s.To), t.when(s.At), s.Subject)))
	b.paragraph(t.pending(s.Pending, w.pendingOne, w.pendingMany))
	t.sentAsIs(&b, s.Doubts, s.Provider, s.Call != nil, s.Redirected)
	t.proof(&b, s.ByCopy, s.CopyRefused, s.MessageID)
	return b.String()
}

// Added says that the provider's server took what had been missing.
func (t Texts) Added(a Added) string {
	w := t.words
	format, asked := w.added, a.Call
	switch {
	case a.Redirected:
		format, asked = w.addedRedirected, nil
	case len(a.Pending) > 0:
		format = w.addedPart
	}
	var b builder
	b.paragraph(t.call(asked, w.callAlsoAdded))
	told := t.sentence(format, a.Provider, t.list(a.To), t.when(a.At), t.bold(a.Labels))
	if len(a.Pending) == 0 {
		told += " " + w.nothingMissing
	}
	b.paragraph(address(a.MentionMarkup, told))
	b.paragraph(t.pending(a.Pending, w.stillOne, w.stillMany))
	t.sentAsIs(&b, a.Doubts, a.Provider, a.Call != nil, a.Redirected)
	t.proof(&b, a.ByCopy, a.CopyRefused, a.MessageID)
	return b.String()
}

// pending says what went out as still to be confirmed, as lines to copy and fill
// in, or is nothing.
func (t Texts) pending(labels []string, one, many string) string {
	if len(labels) == 0 {
		return ""
	}
	lines := make([]string, len(labels))
	for i, label := range labels {
		lines[i] = withColon(oneLine(label, maxLabel))
	}
	return count(len(labels), one, many) + "\n" + frame(strings.Join(lines, "\n"))
}

// sentAsIs tells of doubtful values that went out, and, unless the provider has
// not seen them, how to put them right there.
func (t Texts) sentAsIs(b *builder, doubts []Doubtful, provider string, calling, test bool) {
	w := t.words
	b.paragraph(t.doubtful(w.sentAsIs, doubts, false))
	switch {
	case len(doubts) == 0 || test:
	case calling:
		b.paragraph(t.sentence(w.tellInCall, provider))
	default:
		b.paragraph(t.sentence(w.tellByDay, provider))
	}
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

package text

import "strings"

// SendFailed says that a notice was refused and nothing was sent.
func (t Texts) SendFailed(p SendProblem) string {
	return t.problem(p, t.words.sendFailed, t.words.addFailed, true)
}

// SendDelayed says that a notice could not be handed to our mail server yet and
// is being tried again.
func (t Texts) SendDelayed(p SendProblem) string { return t.urgent(p, t.words.sendDelayed) }

// SendUnknown says that nobody can tell yet whether a notice was sent.
func (t Texts) SendUnknown(p SendProblem) string { return t.urgent(p, t.words.sendUnknown) }

// SendAgain says that an unproved notice is sent once more.
func (t Texts) SendAgain(p SendProblem) string {
	return t.problem(p, t.words.sendAgain, t.words.sendAgain, false)
}

// SendStuck says that a notice was repeated once and is still unproved, so a
// person must decide.
func (t Texts) SendStuck(p SendProblem) string {
	return t.problem(p, t.words.sendStuck, t.words.addStuck, true)
}

// Withdrawn says that the label was removed before sending: nothing was sent, or
// not the addition. Of a first notice it never asks to call, whatever Call says:
// there is nothing to call about.
func (t Texts) Withdrawn(p SendProblem) string {
	if !p.addition() {
		p.Call = nil
	}
	return t.saying(p, t.words.withdrawn, t.words.addWithdrawn, t.words.callWithdrawn, p.addition())
}

// NotAdded says that an addition was not sent because the provider has no notice
// that it could be added to, and how everything gets there.
func (t Texts) NotAdded(p SendProblem) string {
	w := t.words
	why := w.firstUnsent
	switch p.First {
	case FirstSimulated:
		why = w.firstSimulated
	case FirstElsewhere:
		why = t.sentence(w.firstElsewhere, t.list(p.FirstTo))
	}
	var b builder
	b.paragraph(t.call(p.Call, w.callNow))
	b.paragraph(address(p.MentionMarkup, t.sentence(w.notAdded, p.Provider, markup(why), t.what(p))))
	b.paragraph(t.brings(p))
	return b.String()
}

// urgent is problem for what may come right by itself: it speaks of calling
// only for a hurry, and not when the call stands above already.
func (t Texts) urgent(p SendProblem, format string) string {
	if p.Call == nil {
		format += " " + t.words.ifUrgent
	}
	return t.problem(p, format, format, true)
}

// problem writes one paragraph that names the provider, what an addition brings,
// how to reach the desk when the paragraph speaks of that, and the reason. An
// addition has a format of its own where the label would send everything anew.
func (t Texts) problem(p SendProblem, first, addition string, reach bool) string {
	then := t.words.callNow
	if p.addition() {
		then = t.words.callNowAdded
	}
	return t.saying(p, first, addition, then, reach)
}

// saying is problem with what to say of the call.
func (t Texts) saying(p SendProblem, first, addition, then string, reach bool) string {
	w := t.words
	format := first
	if p.addition() {
		format = addition
	}
	how := w.byPhoneOrPortal
	if p.Call != nil || p.Portal == "" {
		how = w.byPhone
	}
	var b builder
	b.paragraph(t.call(p.Call, then))
	b.paragraph(address(p.MentionMarkup, t.sentence(format, p.Provider, t.what(p), markup(how))))
	b.paragraph(t.brings(p))
	if reach && p.Call == nil {
		b.paragraph(t.desk(p.Phones, p.Portal))
	}
	if p.Reason != "" {
		b.paragraph(t.sentence(w.reason, p.Reason))
	}
	return b.String()
}

// addition reports whether the notice is not the first one.
func (p SendProblem) addition() bool {
	return p.About != "" || len(p.Added)+len(p.Changed)+len(p.Files) > 0
}

// what says in a few words what the notice is about, or is nothing of a first one.
func (t Texts) what(p SendProblem) markup {
	if p.About != "" {
		return markup(t.both().of[p.About])
	}
	return t.with(p.Added, p.Changed, p.Files)
}

// brings names what an addition brings, or is nothing of a first notice.
func (t Texts) brings(p SendProblem) string {
	var missing, files string
	if len(p.Added) > 0 {
		missing = t.sentence(t.words.wasMissing, t.bold(p.Added))
	}
	if len(p.Files) > 0 {
		files = t.sentence(t.words.attachments, t.names(p.Files))
	}
	return lines(missing, t.changed(p.Changed), files)
}

// desk is how to reach the provider's desk, or nothing.
func (t Texts) desk(phones []string, portal string) string {
	var parts []string
	switch len(phones) {
	case 0:
	case 1:
		parts = append(parts, t.sentence(t.words.phone, phones[0]))
	default:
		parts = append(parts, t.sentence(t.words.phones, t.list(phones)))
	}
	if portal != "" {
		parts = append(parts, t.sentence(t.words.portal, portal))
	}
	return strings.Join(parts, " · ")
}

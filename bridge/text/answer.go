package text

// Already answers a command to send what was sent before: what can still follow,
// and how everything is sent anew.
func (t Texts) Already(a Already) string {
	w := t.words
	format := w.already
	switch {
	case a.Simulated:
		return address(a.MentionMarkup, t.sentence(w.alreadySimulated, a.Provider))
	case a.Redirected:
		format = w.alreadyRedirected
	}
	told := t.sentence(format, a.Provider, t.list(a.To), t.when(a.At))
	var b builder
	if len(a.Pending) == 0 {
		told += " " + w.sendAnew
	}
	b.paragraph(address(a.MentionMarkup, told))
	b.paragraph(t.pending(a.Pending, w.stillOne, w.stillMany))
	return b.String()
}

// Unheard answers a command that stands where it does not count: where to write it.
func (t Texts) Unheard(u Unheard) string {
	return address(u.MentionMarkup, t.sentence(t.words.unheard, u.SendNow))
}

// KindChanged says that the provider still has the former kind, and what to do.
func (t Texts) KindChanged(k KindChanged) string {
	how := t.words.byPhoneOrPortal
	if k.Portal == "" {
		how = t.words.byPhone
	}
	var b builder
	b.paragraph(address(k.MentionMarkup, t.sentence(t.words.kindChanged, k.Provider, k.Told, k.Now, markup(how))))
	b.paragraph(t.desk(k.Phones, k.Portal))
	return b.String()
}

package text

import "strings"

// Absent notes the automatic answer of somebody of the provider who is away.
func (t Texts) Absent(a Absent) string {
	var b builder
	b.paragraph(t.sentence(t.words.absent, a.Provider, a.From, t.when(a.At)))
	if strings.TrimSpace(a.BodyMarkup) != "" {
		b.paragraph(a.BodyMarkup)
	}
	b.paragraph(t.desk(a.Phones, a.Portal))
	return b.String()
}

// Bounced says that a mail server could not deliver a notice.
func (t Texts) Bounced(p Bounced) string {
	w := t.words
	how, format, calling := w.byPhoneOrPortal, w.bounced, w.callNow
	if p.Call != nil || p.Portal == "" {
		how = w.byPhone
	}
	switch {
	case p.Late:
		format, calling = w.delayed, ""
	case p.Perhaps:
		format, calling = w.bouncedPerhaps, ""
	case p.Some:
		format, calling = w.bouncedSome, ""
	case p.Addition:
		format, calling = w.bouncedAdded, w.callNowAdded
	}
	var b builder
	if calling != "" {
		b.paragraph(t.call(p.Call, calling))
	}
	b.paragraph(address(p.MentionMarkup, t.sentence(format, p.Provider, t.list(p.To), t.when(p.At), markup(how))))
	if p.Reason != "" {
		b.paragraph(t.sentence(w.reason, p.Reason))
	}
	if p.Call == nil || calling == "" {
		b.paragraph(t.desk(p.Phones, p.Portal))
	}
	return b.String()
}

// Flooded says that so many mails came that the next ones are kept back.
func (t Texts) Flooded(f Flooded) string {
	return upperFirst(t.sentence(t.words.flooded, f.Provider, t.when(f.At)))
}

// TooLarge says that a mail is too large to be fetched.
func (t Texts) TooLarge(l TooLarge) string {
	var b builder
	b.paragraph(t.released(l.Provider, l.ReleasedBy, l.Unverified))
	b.paragraph(upperFirst(t.sentence(t.words.tooLarge, l.Provider, l.From, t.when(l.At), t.size(l.Size))))
	return b.String()
}

// released says that a person let a mail pass, or is nothing.
func (t Texts) released(provider, by string, unverified bool) string {
	switch {
	case unverified:
		return t.sentence(t.words.unverified, provider, by)
	case by != "":
		return t.sentence(t.words.released, by)
	}
	return ""
}

// Package wording puts what several stages know into the arguments of the texts: whom
// to telephone, whom to address, how the team calls a field.
package wording

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/calendar"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Call says whom to telephone about a case of that kind, which may be empty, at that
// time; nil while the provider's desk is open, or when it has no telephone outside its
// hours.
func Call(p *mapping.Profile, kind string, texts text.Texts, at time.Time) *text.Call {
	if Hours(p, kind).Open(at) || len(p.Contacts.Night.Phones) == 0 {
		return nil
	}
	from, to := p.HoursOf(kind).Minutes()
	return &text.Call{Provider: p.Name, Hours: texts.Hours(to, from), Numbers: p.Contacts.Night.Phones}
}

// Due is Call for a case, with what to say; nil also when the provider knows of it
// since its desk was closed. It notes in the case until when the call is due.
func Due(c *bridge.Case, p *mapping.Profile, texts text.Texts, at time.Time, summary string) *text.Call {
	call := Call(p, c.Kind, texts, at)
	if call == nil {
		return nil
	}
	if sinceClosing(Hours(p, c.Kind), c.AwareAt, at) {
		return nil
	}
	c.CallUntil = Hours(p, c.Kind).Next(at)
	call.Say = say(*c, p, summary)
	return call
}

// Again is Call for what comes after a first notice; nil also when somebody of the
// provider has written since its desk was closed, and so reads mail tonight. That a
// person has called does not tell it what is new. With what to say while the call about
// the case itself is due.
func Again(c bridge.Case, p *mapping.Profile, texts text.Texts, at time.Time, summary string) *text.Call {
	call := Call(p, c.Kind, texts, at)
	if call == nil || sinceClosing(Hours(p, c.Kind), c.HeardAt, at) {
		return nil
	}
	if at.Before(c.CallUntil) {
		call.Say = say(c, p, summary)
	}
	return call
}

// sinceClosing reports whether then is of the same night as at.
func sinceClosing(desk calendar.Hours, then, at time.Time) bool {
	return !then.IsZero() && desk.Next(then).Equal(desk.Next(at))
}

// Aware notes that the provider knows of a case since then: until its desk opens next
// it need not be called.
func Aware(c *bridge.Case, p *mapping.Profile, at time.Time) {
	c.AwareAt = bridge.Latest(c.AwareAt, at)
	if !Hours(p, c.Kind).Next(at).Before(c.CallUntil) {
		c.CallUntil = time.Time{}
	}
}

// Heard is Aware because somebody of the provider wrote.
func Heard(c *bridge.Case, p *mapping.Profile, at time.Time) {
	c.HeardAt = bridge.Latest(c.HeardAt, at)
	Aware(c, p, at)
}

// maxSaid bounds what is read aloud of a summary, in letters.
const maxSaid = 80

// say is what to tell the provider on the telephone, in its language: short enough to
// be read aloud.
func say(c bridge.Case, p *mapping.Profile, summary string) string {
	summary = strings.Join(strings.Fields(summary), " ")
	if utf8.RuneCountInString(summary) > maxSaid {
		summary = string([]rune(summary)[:maxSaid])
		if i := strings.LastIndex(summary, " "); i > len(summary)/2 {
			summary = summary[:i]
		}
		summary = strings.TrimRight(summary, " ,;:.–-") + "…"
	}
	said := "Llamamos de " + p.Tag + " por una incidencia urgente"
	if summary != "" {
		said += ": «" + summary + "»"
	}
	said += ". Nuestra referencia es " + c.IssueKey + ". "
	if n := len(c.References); n > 0 {
		said += "Su número de ticket es " + c.References[n-1] + ". "
	}
	switch first := c.First(); {
	case first != nil && !first.Bounced.IsZero():
		return said + "El correo con los datos no les ha llegado: se los damos ahora."
	case first != nil && first.Left() && !first.Redirected:
		return said + "Tienen los datos en el correo que les hemos enviado."
	case c.State == bridge.Undelivered:
		return said + "No nos consta que el correo con los datos haya salido: se los damos ahora."
	}
	return said + "Los datos les llegarán por correo."
}

// Hours are those of the provider's desk for a case of that kind, which may be empty.
func Hours(p *mapping.Profile, kind string) calendar.Hours {
	from, to := p.HoursOf(kind).Minutes()
	return calendar.Hours{Zone: p.Location(), From: from, To: to}
}

// Desk says how the provider is told at that time: outside its hours by the night's
// telephones, else by the desk's or by its portal. Any of it may be empty.
func Desk(p *mapping.Profile, kind string, texts text.Texts, at time.Time) (phones []string, portal string) {
	if call := Call(p, kind, texts, at); call != nil {
		return call.Numbers, ""
	}
	return p.PhonesOf(kind), p.PortalOf(kind)
}

// Mention is markup that addresses who escalated, else the team.
func Mention(c bridge.Case, team string) string { return cmp.Or(c.OpenedBy.Mention, team) }

// Labels are how the team calls the fields with those ids, in the order of the
// form of that kind, the kind first; of all forms while the kind is not known. An
// id that no form has stands for itself.
func Labels(p *mapping.Profile, kind string, ids []string, lang string) []string {
	fields := []*mapping.Field{&p.Kind}
	if f := p.Form(kind); f != nil {
		fields = append(fields, f.All()...)
	}
	for i := range p.Forms {
		fields = append(fields, p.Forms[i].All()...)
	}
	place := func(id string) int {
		return slices.IndexFunc(fields, func(f *mapping.Field) bool { return f.ID == id })
	}
	ids = slices.Clone(ids)
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	var out []string
	for _, id := range ids {
		if i := place(id); i >= 0 {
			id = fields[i].Label.In(lang)
		}
		out = append(out, id)
	}
	return out
}

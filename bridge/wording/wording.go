// Package wording puts what several stages know into the arguments of the texts: whom
// to telephone, whom to address, how the team calls a field.
package wording

import (
	"cmp"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/calendar"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Hours are those of the provider's desk for a case of that kind, which may be empty.
func Hours(p *mapping.Profile, kind string) calendar.Hours {
	hours := p.HoursOf(kind)
	from, to := hours.Minutes()
	// A profile was checked when it was loaded: there is nothing wrong left in it.
	days, _ := calendar.Days(hours.Days)
	closed, _ := calendar.NewHolidays(hours.Holidays, hours.Local)
	return calendar.Hours{Zone: p.Location(), From: from, To: to, Days: days, Closed: closed}
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

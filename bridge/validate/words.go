package validate

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/calendar"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// maxInstead bounds what is shown of a placeholder, in letters.
const maxInstead = 60

// words makes the arguments of the request.
func (d *decision) words(r mapping.Report, again bool) text.Request {
	lang := d.Texts.Language()
	out := text.Request{
		MentionMarkup: d.mention(bridge.User{}),
		Provider:      d.Profile.Name,
		Form:          r.Form.Name.In(lang),
		Block:         r.Block(lang),
		SendNow:       "escalat " + bridge.SendNow,
		Call:          d.call(),
		Again:         again,
		Trial:         d.Trial,
	}
	for _, p := range r.Problems {
		if p.Field.ID == mapping.KindID {
			out.Kinds = d.kinds(p)
			continue
		}
		out.Missing = append(out.Missing, text.Missing{
			Label: p.Field.Label.In(lang), Help: p.Field.Help.In(lang), Example: p.Field.Example.In(lang),
			Instead: shorten(wiki.Plain(r.Values.Blanks[p.Field.ID].Text)),
		})
	}
	for _, doubt := range r.Doubts {
		out.Doubts = append(out.Doubts, text.Doubtful{Label: doubt.Field.Label.In(lang), Value: doubt.Value, Why: string(doubt.Code)})
	}
	return out
}

// mention addresses that user, else who escalated, else the team.
func (d *decision) mention(user bridge.User) string {
	return cmp.Or(user.Mention, d.Case.OpenedBy.Mention, d.Team)
}

// labels are how the team calls fields.
func (d *decision) labels(ids []string) []string {
	lang := d.Texts.Language()
	fields := []*mapping.Field{&d.Profile.Kind}
	if f := d.Profile.Form(d.out.Case.Kind); f != nil {
		fields = append(fields, f.All()...)
	}
	for i := range d.Profile.Forms {
		fields = append(fields, d.Profile.Forms[i].All()...)
	}
	var out []string
	for _, id := range ids {
		label := id
		if i := slices.IndexFunc(fields, func(f *mapping.Field) bool { return f.ID == id }); i >= 0 {
			label = fields[i].Label.In(lang)
		}
		out = append(out, label)
	}
	return out
}

// kinds is the question which form is meant.
func (d *decision) kinds(p mapping.Problem) *text.Kinds {
	lang := d.Texts.Language()
	k := &text.Kinds{Label: p.Field.Label.In(lang), Both: p.Code == mapping.Ambiguous}
	for i := range d.Profile.Forms {
		f := &d.Profile.Forms[i]
		k.Names = append(k.Names, f.Name.In(lang))
		k.Labels = append(k.Labels, bridge.EscalationLabel(d.Profile, f))
	}
	return k
}

// call says whom to telephone now, or nil while the provider's desk is open.
func (d *decision) call() *text.Call {
	from, to := d.Profile.Hours.Minutes()
	if (calendar.Hours{Zone: d.Profile.Location(), From: from, To: to}).Open(d.Now) {
		return nil
	}
	return &text.Call{Provider: d.Profile.Name, Hours: d.Texts.Hours(to, from), Numbers: d.Profile.Contacts.Night.Phones}
}

// shorten makes a line of what stands in the place of an answer.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= maxInstead {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:maxInstead-1])) + "…"
}

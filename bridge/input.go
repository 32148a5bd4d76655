package bridge

import (
	"slices"
	"time"

	"escalat/mapping"
)

// Input returns what the profile's forms are judged from at that time: the
// description first and then the comments, oldest first, the custom fields that
// the profile names, and the attachments. A comment counts from when it was last
// edited. Comments that are our own, restricted to a role or group, or seen by
// customers are no source.
func (i Issue) Input(now time.Time, p *mapping.Profile) mapping.Input {
	in := mapping.Input{Now: now, Labels: i.Labels, Summary: i.Summary, Fields: map[string]mapping.Source{}}
	for _, c := range i.Comments {
		if c.FromTeam() {
			in.Sources = append(in.Sources, mapping.Source{Text: c.Body, At: c.At(), Origin: "comment " + c.ID})
		}
	}
	slices.SortStableFunc(in.Sources, func(a, b mapping.Source) int { return a.At.Compare(b.At) })
	described := mapping.Source{Text: i.Description, At: i.Created, Origin: "description", Former: i.Former}
	if n := len(i.Former); n > 0 {
		described.At, described.Born = Latest(described.At, i.Former[n-1].Until), i.Created
	}
	in.Sources = append([]mapping.Source{described}, in.Sources...)
	for id, name := range p.Jira {
		if v, ok := i.Fields[name]; ok {
			in.Fields[id] = mapping.Source{Text: v.Markup, At: v.At, Origin: "field " + name}
		}
	}
	for _, a := range i.Attachments {
		if !a.Own {
			in.Files = append(in.Files, mapping.File{Name: a.Name, At: a.Created})
		}
	}
	return in
}

// Following is Input for an issue of which the provider was already told: the kind
// stays as it was told, whatever the labels say meanwhile.
func (i Issue) Following(c Case, now time.Time, p *mapping.Profile) mapping.Input {
	in := i.Input(now, p)
	if f := p.Form(c.Kind); f != nil {
		in.Labels = []string{p.LabelOf(f)}
	}
	return in
}

// FromTeam reports whether the comment may fill a field or give a command.
func (c Comment) FromTeam() bool { return !c.Own && !c.Restricted && !c.Public && !c.Author.Customer }

// At is since when the comment says what it says: its last edit.
func (c Comment) At() time.Time { return Latest(c.Created, c.Updated) }

// Latest is the later of two times; the zero time is before all others.
func Latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

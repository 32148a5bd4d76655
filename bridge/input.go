package bridge

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"escalat/mapping"
)

// Input returns what the profile's forms are judged from at that time: the
// description first and then the comments, oldest first, the custom fields that
// the profile names, and the attachments. A comment counts from when it was last
// edited. Comments that are our own, restricted to a role or group, or seen by
// customers are no source, and files that customers uploaded answer nothing: they do
// not leave by themselves.
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
		if !a.Own && !a.Author.Customer {
			in.Files = append(in.Files, mapping.File{Name: a.Name, At: a.Created})
		}
	}
	return in
}

// Following is Input for an issue of which the provider was already told: the kind
// stays as it was told, whatever the labels say meanwhile or the provider makes of it.
func (i Issue) Following(c Case, now time.Time, p *mapping.Profile) mapping.Input {
	in := i.Input(now, p)
	if f := p.Form(c.ToldKind()); f != nil {
		in.Labels = []string{p.LabelOf(f)}
	}
	return in
}

// FileKey is what makes two names of files the same: letter case, the ways to write an
// accent, the kinds of blanks and what shows as nothing do not count.
func FileKey(name string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "\uFFFD"))
	s = norm.NFKC.String(strings.ToLower(norm.NFKC.String(s)))
	return strings.Join(strings.Fields(s), " ")
}

// MeantFiles returns, by FileKey, the place of the attachment that a name means: the newest
// of the team. A customer's is meant only where the team has none of that name: what
// comes later under a name that somebody wrote is not what he meant. Our own never are.
func MeantFiles(attachments []Attachment) map[string]int {
	meant := map[string]int{}
	for i, a := range attachments {
		if a.Own {
			continue
		}
		name := FileKey(a.Name)
		if last, twice := meant[name]; !twice || !a.Author.Customer || attachments[last].Author.Customer {
			meant[name] = i
		}
	}
	return meant
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

package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"escalat/mapping"
	"escalat/mapping/wiki"
)

// Fields names, by the id of a form's field, the custom field of Jira that holds
// its value: an id, or a name.
type Fields map[string]string

// UnmarshalText reads “field=Jira field” separated by semicolons. A name of Jira
// may hold any sign but a semicolon.
func (f *Fields) UnmarshalText(text []byte) error {
	fields := Fields{}
	for pair := range strings.SplitSeq(string(text), ";") {
		id, name, ok := strings.Cut(pair, "=")
		id, name = strings.TrimSpace(id), strings.TrimSpace(name)
		switch {
		case strings.TrimSpace(pair) == "":
			continue // a semicolon at the end
		case !ok || id == "" || name == "":
			return invalid("has the part %s, which is not “field=Jira field”", quote(strings.TrimSpace(pair)))
		case fields[id] != "":
			return invalid("names the field %s twice", quote(id))
		}
		fields[id] = name
	}
	*f = fields
	return nil
}

// String returns the fields as they are written, sorted.
func (f Fields) String() string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, id+"="+f[id])
	}
	return strings.Join(parts, "; ")
}

// bindFields returns the profiles with the custom fields of Jira that the environment
// names for them in the place of their own, and each field that its profile does not
// have.
func (c Config) bindFields(profiles []mapping.Profile) ([]mapping.Profile, []Problem) {
	bound := slices.Clone(profiles)
	var problems []Problem
	for i := range bound {
		p := &bound[i]
		own := c.Providers[p.ID].Fields
		if len(own) == 0 {
			continue
		}
		known := fieldIDs(p)
		p.Jira = maps.Clone(p.Jira)
		if p.Jira == nil {
			p.Jira = map[string]string{}
		}
		for _, id := range slices.Sorted(maps.Keys(own)) {
			if !slices.Contains(known, id) {
				problems = append(problems, Problem{
					Name: FieldsVariable(p.ID),
					What: fmt.Sprintf("names the field %s, which no form of %s has; it has: %s", quote(id), p.ID, strings.Join(known, ", ")),
				})
			}
			p.Jira[id] = own[id]
		}
	}
	return bound, problems
}

// FieldsVariable is the name of the variable that holds a profile's Fields.
func FieldsVariable(profile string) string { return providerPrefix(profile) + "FIELDS" }

// fieldIDs returns the ids of a profile's fields, each once, the kind first.
func fieldIDs(p *mapping.Profile) []string {
	ids := []string{mapping.KindID}
	for i := range p.Forms {
		for _, f := range p.Forms[i].All() {
			if !slices.Contains(ids, f.ID) {
				ids = append(ids, f.ID)
			}
		}
	}
	return ids
}

// Team is whom a comment addresses when nobody in particular is known.
type Team string

// maxTeam bounds a Team, in letters: it stands at the beginning of comments.
const maxTeam = 200

var mentions = regexp.MustCompile(`\[~[^\]\[|\s]+\]`)

// UnmarshalText refuses what would not fit into one line.
func (t *Team) UnmarshalText(text []byte) error {
	v := strings.TrimSpace(string(text))
	if utf8.RuneCountInString(v) > maxTeam || strings.ContainsAny(v, "\r\n") {
		return invalid("is longer than %d letters or more than a line", maxTeam)
	}
	*t = Team(v)
	return nil
}

// Markup returns the team as Jira markup: its mentions stay mentions, the rest is
// shown as it is written.
func (t Team) Markup() string {
	var b strings.Builder
	end := 0
	for _, at := range mentions.FindAllStringIndex(string(t), -1) {
		b.WriteString(escaped(string(t[end:at[0]])) + string(t[at[0]:at[1]]))
		end = at[1]
	}
	b.WriteString(escaped(string(t[end:])))
	return b.String()
}

// escaped keeps the blanks at the edges, which separate mentions.
func escaped(s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	inner := strings.TrimSpace(s)
	i := strings.Index(s, inner)
	return s[:i] + wiki.EscapeLine(inner) + s[i+len(inner):]
}

// Count is a number of things.
type Count int

// String returns the number.
func (c Count) String() string { return strconv.Itoa(int(c)) }

// UnmarshalText refuses what is no whole number.
func (c *Count) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return invalid("is %s, which is not a whole number", quote(string(text)))
	}
	*c = Count(n)
	return nil
}

// Forms returns what the forms of an issue are judged with, without judging any
// other variable but the folder of the profiles: the language of the comments, and
// the profiles with the custom fields of Jira as Bind returns them. Its error is that of Load.
func Forms(environ []string, profiles []mapping.Profile) (Language, []mapping.Profile, error) {
	ids := make([]string, len(profiles))
	for i := range profiles {
		ids[i] = profiles[i].ID
	}
	src := newSource(environ)
	maps.DeleteFunc(src.values, func(name, _ string) bool {
		return name != Prefix+"LANGUAGE" && name != Prefix+"PROFILES_DIR" && !slices.ContainsFunc(ids, func(id string) bool { return name == FieldsVariable(id) })
	})
	var general struct {
		Language Language `env:"LANGUAGE,default=ca"`
		Profiles Folder   `env:"PROFILES_DIR"`
	}
	src.decode(Prefix, &general)
	cfg := Config{Providers: map[string]Provider{}}
	for _, id := range ids {
		var p Provider
		src.decode(providerPrefix(id), &p)
		cfg.Providers[id] = p
	}
	if err := src.err(variables(ids)); err != nil {
		return "", nil, err
	}
	bound, problems := cfg.bindFields(profiles)
	if len(problems) > 0 {
		return "", nil, &Error{problems}
	}
	return general.Language, bound, nil
}

// ForReading returns how Jira is reached, without judging any variable that
// reading an issue does not need. Its error is that of Load.
func ForReading(environ []string) (Jira, error) {
	src := newSource(environ)
	maps.DeleteFunc(src.values, func(name, _ string) bool { return !strings.HasPrefix(name, Prefix+"JIRA_") })
	vars := slices.DeleteFunc(variables(nil), func(v Variable) bool { return !strings.HasPrefix(v.Name, Prefix+"JIRA_") })
	var cfg Config
	src.readFiles(vars)
	src.decode(Prefix, &cfg)
	for _, v := range vars {
		if !src.has(v.Name) && !src.refused[v.Name] && v.need == "always" {
			src.add(v.Name, "is required")
		}
	}
	return cfg.Jira, src.err(vars)
}

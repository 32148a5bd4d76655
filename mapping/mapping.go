// Package mapping is the rulebook: which information a provider demands, under
// which labels, whom to call and when, as data (profiles in YAML) and as the
// functions that read a form's values from texts and say what is missing.
//
// Loading is strict: an unknown key, a missing label or a doubled word is an
// error with file, line and column, and all errors of all files are reported at
// once. Reading is tolerant and total: any text gives values. Only absence is a
// problem; whether a value is sensible is not judged here.
//
// Nothing here reads a clock, a socket or the environment; profiles come from
// the file systems that Load is given.
package mapping

import (
	"slices"
	"strings"
	"time"
)

// Profile is what is known of a provider.
type Profile struct {
	ID       string   `yaml:"id"`       // lower-case word, part of keys
	Name     string   `yaml:"name"`     // as people say it
	Label    string   `yaml:"label"`    // the provider's part of an escalation label
	Language string   `yaml:"language"` // of what is sent to the provider
	Tag      string   `yaml:"tag"`      // begins the subject: [AOC KEY-123]
	Zone     string   `yaml:"zone"`     // IANA name
	Hours    Hours    `yaml:"hours"`
	Contacts Contacts `yaml:"contacts"`
	// Senders are the domains (example.org) and addresses (a@example.org) from
	// which the provider writes.
	Senders []string `yaml:"senders"`
	Forms   []Form   `yaml:"forms"`

	location *time.Location
}

// Location is the provider's zone, or UTC for a profile that was not loaded.
func (p *Profile) Location() *time.Location {
	if p.location == nil {
		return time.UTC
	}
	return p.location
}

// Hours is when the provider's desk works, every day, by the wall clock.
type Hours struct {
	From string `yaml:"from"` // 08:00
	To   string `yaml:"to"`   // 17:00; 24:00 is the end of the day
}

// Minutes returns the hours as minutes after midnight, 0 to 1440.
func (h Hours) Minutes() (from, to int) {
	from, _ = clock(h.From)
	to, _ = clock(h.To)
	return from, to
}

// Contacts is how the provider is reached.
type Contacts struct {
	Portal  string `yaml:"portal"`
	Day     Desk   `yaml:"day"`     // within the hours
	Night   Desk   `yaml:"night"`   // outside them
	General Desk   `yaml:"general"` // for information, not for incidents
}

// Desk is one way to reach the provider.
type Desk struct {
	Email  string   `yaml:"email"`
	Phones []string `yaml:"phones"` // in order of preference
}

// Form is the information that is mandatory for one kind of escalation.
type Form struct {
	ID     string   `yaml:"id"`
	Name   Phrase   `yaml:"name"`
	Labels []string `yaml:"labels"` // the kind's part of an escalation label
	Fields []Field  `yaml:"fields"`
}

// Field is one piece of information.
type Field struct {
	ID      string   `yaml:"id"`
	Label   Phrase   `yaml:"label"`
	Aliases []string `yaml:"aliases"` // other labels under which it is recognised
	Help    Phrase   `yaml:"help"`
	Example Phrase   `yaml:"example"` // never a value: copied as it is, it is a placeholder
	// Answers are words that are an answer here although they are a
	// placeholder elsewhere.
	Answers  []string `yaml:"answers"`
	Required bool     `yaml:"required"`
	Fields   []Field  `yaml:"fields"` // its parts, in order
}

// Phrase is one text in the languages of the team.
type Phrase struct {
	CA string `yaml:"ca"`
	ES string `yaml:"es"`
	EN string `yaml:"en"`
}

// In returns the phrase in that language (ca, es, en), else in Spanish, the
// language of the providers, else in any.
func (p Phrase) In(lang string) string {
	switch {
	case lang == "ca" && p.CA != "":
		return p.CA
	case lang == "en" && p.EN != "":
		return p.EN
	case p.ES != "":
		return p.ES
	case p.CA != "":
		return p.CA
	}
	return p.EN
}

func (p Phrase) all() []string { return []string{p.ES, p.CA, p.EN} }

// Form returns the form with that id, or nil.
func (p *Profile) Form(id string) *Form {
	for i := range p.Forms {
		if p.Forms[i].ID == id {
			return &p.Forms[i]
		}
	}
	return nil
}

// FormForLabel finds the form that an issue's labels ask for, and the label as
// it is written there. escalar- and escalat- mean the same, and so does any
// letter case. It is not ok when no label asks for a form, nor when two ask for
// different ones: which is meant is a question, not a guess.
func (p *Profile) FormForLabel(labels []string) (form *Form, label string, ok bool) {
	for _, l := range labels {
		f := p.formOf(l)
		if f == nil {
			continue
		}
		if form != nil && form != f {
			return nil, "", false
		}
		if form == nil {
			form, label = f, l
		}
	}
	return form, label, form != nil
}

func (p *Profile) formOf(label string) *Form {
	l := strings.ToLower(strings.TrimSpace(label))
	kind, ok := strings.CutPrefix(l, "escalar-"+p.Label+"-")
	if !ok {
		if kind, ok = strings.CutPrefix(l, "escalat-"+p.Label+"-"); !ok {
			return nil
		}
	}
	for i := range p.Forms {
		if slices.Contains(p.Forms[i].Labels, kind) {
			return &p.Forms[i]
		}
	}
	return nil
}

// All returns the form's fields in the form's order, each before its parts.
func (f *Form) All() []*Field { return flatten(nil, f.Fields) }

func flatten(into []*Field, fields []Field) []*Field {
	for i := range fields {
		into = append(into, &fields[i])
		into = flatten(into, fields[i].Fields)
	}
	return into
}

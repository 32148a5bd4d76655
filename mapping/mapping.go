// Package mapping is the rulebook: which information a provider demands, under
// which labels, whom to call and when, as data (profiles in YAML) and as the
// functions that read a form's values from an issue and say what is missing.
//
// Loading is strict: an unknown key or word, a missing label, a word that would
// mean two things or a condition that nobody could fulfil is an error with file,
// line and column, and all errors of all files are reported at once. Reading is
// tolerant and total: any text gives values. Judge is the one question: which
// form is meant, what it says, what is missing and what looks wrong. Only absence
// is a problem; what looks wrong is a doubt, which is told and holds nothing back.
//
// Nothing here reads a clock, a socket or the environment; profiles come from
// the file systems that Load is given, and the time is part of the input.
package mapping

import "regexp"

// Form is the information that is mandatory for one kind of escalation.
type Form struct {
	ID string `yaml:"id"`
	// Level is that of the provider's support, 0 where it has none.
	Level int `yaml:"level"`
	// Hours, Phones and Expect stand for those of the profile: nil, none, zero members:
	// those count.
	Hours  *Hours   `yaml:"hours"`
	Phones []string `yaml:"phones"`
	Expect Expect   `yaml:"expect"`
	// Filing is how it is filed where it does not go by mail.
	Filing Filing `yaml:"filing"`
	// Through are the tickets by which it is asked for, the first whose condition holds;
	// none: by its own.
	Through []Through `yaml:"through"`
	Name    Phrase    `yaml:"name"`
	Labels  []string  `yaml:"labels"` // the kind's part of an escalation label
	Words   []string  `yaml:"words"`  // how a text says this kind, besides its names
	Fields  []Field   `yaml:"fields"`

	kind  Phrase              // label of the line that says the kind; empty for an only form
	words map[string][]string // of the profile, for the conditions
	index *index              // the labels of the fields and of the kind
}

// Field is one piece of information.
type Field struct {
	ID      string   `yaml:"id"`
	Label   Phrase   `yaml:"label"`
	Aliases []string `yaml:"aliases"` // other labels under which it is recognised
	// Also are labels that name a part of it only: what stands under them is an
	// answer where nothing stands under another label.
	Also    []string `yaml:"also"`
	Help    Phrase   `yaml:"help"`
	Example Phrase   `yaml:"example"` // never a value: copied as it is, it is a placeholder
	Type    Type     `yaml:"type"`    // Text when it is not said
	// Choices are what may be answered; of a field of type Choice only.
	Choices []Option `yaml:"choices"`
	// Answers say that there is no answer: they are one here although they are a
	// placeholder elsewhere.
	Answers  []Answer `yaml:"answers"`
	Required bool     `yaml:"required"`
	// Prominent: an answer stands before everything else in what is sent.
	Prominent bool `yaml:"prominent"`
	// Subject: an answer stands in the subject of what is sent.
	Subject bool `yaml:"subject"`
	// When restricts Required to where it holds; nil: everywhere.
	When *Condition `yaml:"when"`
	// Files are patterns (path.Match, any letter case) of the names of attached
	// files that are an answer by themselves; one that begins with ! excludes. Of a
	// field of type Evidence only.
	Files []string `yaml:"files"`
	// Pattern is a regular expression (RE2, any letter case) that an answer should match as
	// a whole; empty: any.
	Pattern string `yaml:"pattern"`
	// Formats are what the answer should look like, one of them: mtr, tracepath,
	// traceroute. Of a field of type Evidence only.
	Formats []string `yaml:"formats"`
	Fields  []Field  `yaml:"fields"` // its parts, in order

	pattern *regexp.Regexp

	varies bool // not always required, but somewhere; in the form of the shared fields
}

// Type says what a field's answer is.
type Type string

// The types.
const (
	Text     Type = "text"     // a line or some
	LongText Type = "longtext" // may be long
	DateTime Type = "datetime" // a day and an hour
	Person   Type = "person"   // whom to call
	Host     Type = "host"     // IP addresses, networks, host names, addresses of pages
	Choice   Type = "choice"   // one of the field's choices
	Evidence Type = "evidence" // text or an attached file that shows something
)

// Option is one of the answers that a field of type Choice may have.
type Option struct {
	ID    string   `yaml:"id"`
	Name  Phrase   `yaml:"name"`
	Words []string `yaml:"words"` // other ways to say it
}

// Answer is a standard answer: unknown, not applicable.
type Answer struct {
	Name  Phrase   `yaml:"name"`
	Words []string `yaml:"words"` // other ways to say it
}

// Condition says when a field is required. Exactly one of All, Any, Not and
// Field is set; with Field exactly one of Is, Says and Filled.
type Condition struct {
	All []Condition `yaml:"all"`
	Any []Condition `yaml:"any"`
	Not *Condition  `yaml:"not"`
	// Field is the id of a field of the form, or summary.
	Field string `yaml:"field"`
	// Is holds option ids of a choice, or whole answers, one of which it must be.
	Is []string `yaml:"is"`
	// Says is the name of a list of the profile's Words: the answer holds one of
	// them, as words.
	Says string `yaml:"says"`
	// Filled holds where the field has an answer (true) or has none (false).
	Filled *bool `yaml:"filled"`
}

// KindID is the id of the field that says which form is meant.
const KindID = "kind"

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

// each calls f with every language in which the phrase is given.
func (p Phrase) each(f func(lang, text string)) {
	for i, text := range p.all() {
		if text != "" {
			f([]string{"es", "ca", "en"}[i], text)
		}
	}
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

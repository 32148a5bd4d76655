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

import (
	"regexp"
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
	// Channel is how notices reach it: mail, manual, api; empty: mail.
	Channel string `yaml:"channel"`
	// Account is what the provider calls the customer's identifier, which is
	// configuration; empty where it has none.
	Account Phrase `yaml:"account"`
	// Identifier is the customer's identifier. It is no part of the file.
	Identifier string `yaml:"-"`
	// Expect is what is usual, and what is late.
	Expect Expect `yaml:"expect"`
	// Matrix are the steps of escalation within the provider, in order.
	Matrix []Step `yaml:"matrix"`
	// Proposals are the rules by which the facts speak for a form, the strongest first.
	Proposals []Proposal `yaml:"proposals"`
	// Senders are the domains (example.org) and addresses (a@example.org) from
	// which the provider writes.
	Senders []string `yaml:"senders"`
	// References is how the provider writes its ticket numbers.
	References References `yaml:"references"`
	// Mail is how its mails are read.
	Mail Mail `yaml:"mail"`
	// Kind is how a text says which form is meant: a field whose choices are the
	// forms. Its id is KindID.
	Kind Field `yaml:"kind"`
	// Words are named lists of words that conditions look for.
	Words map[string][]string `yaml:"words"`
	// Jira names, by field id (KindID for the kind), the custom fields of Jira in
	// which values stand: customfield_10010, or a name that only one field has.
	Jira  map[string]string `yaml:"jira"`
	Forms []Form            `yaml:"forms"`

	location *time.Location
	common   *Form  // of the fields that all forms share; its ID is empty
	index    *index // the labels of the kind
}

// Mail is how a provider's mails are read.
type Mail struct {
	// Proof is the weakest proof of the sender's domain that is accepted: dmarc, spf or
	// address; empty: dmarc.
	Proof string `yaml:"proof"`
	// Acknowledgements are regular expressions (RE2, any letter case) of what begins the
	// subject or the text of a mail with which its desk's program takes ours in.
	Acknowledgements []string `yaml:"acknowledgements"`
	// Footers are beginnings of paragraphs that its mails end in, such as its legal
	// notice: from there on they are cut.
	Footers []string `yaml:"footers"`
	// Closings are regular expressions (RE2, any letter case) of what the provider writes
	// when it holds the case to be solved or closed.
	Closings []string `yaml:"closings"`
	// Surveys are those of what it writes only to ask how it was: subjects, or beginnings
	// of the text.
	Surveys []string `yaml:"surveys"`
	// Passes are what it writes when it passes a ticket on to be handled by another form.
	Passes []Pass `yaml:"passes"`

	closings, surveys []*regexp.Regexp
	openings          []*regexp.Regexp // the acknowledgements, made when the profile is checked
}

// Pass is what a provider writes when a ticket is handled by another form from now on.
type Pass struct {
	Says []string `yaml:"says"` // regular expressions (RE2, any letter case)
	Form string   `yaml:"form"` // id

	says []*regexp.Regexp
}

// Expect is what is usual of a provider, and what is late. All times are of its desk's
// hours.
type Expect struct {
	Acknowledgement Expected `yaml:"acknowledgement"` // from the first notice on
	Answer          Expected `yaml:"answer"`          // from the first notice on, by a person
	Silence         Expected `yaml:"silence"`         // from what was last told on, after an answer
}

// Expected is how long something takes.
type Expected struct {
	// From and To are what is usual: means, no promises. Zero: nothing is known.
	From Duration `yaml:"from"`
	To   Duration `yaml:"to"`
	// Late is when people are told that it has not come; zero: never.
	Late Duration `yaml:"late"`
}

// Duration is a length of time as a profile writes it: 90m, 6h.
type Duration time.Duration

// Step is one of a provider's steps of escalation.
type Step struct {
	ID    string   `yaml:"id"`
	After Duration `yaml:"after"` // of the desk's hours
	// Without is what has not come: acknowledgement, answer (both since the first notice)
	// or news (since what was last told).
	Without string    `yaml:"without"`
	People  []Contact `yaml:"people"`
	// Ways are what is done: propose (a comment), mail (in the thread, with the people's
	// addresses in Cc), oncall (a mail to who is on call here), webhook. Empty: propose.
	Ways []string `yaml:"ways"`
}

// Contact is somebody at the provider.
type Contact struct {
	Name   string   `yaml:"name"`
	Role   Phrase   `yaml:"role"`
	Phones []string `yaml:"phones"`
	Email  string   `yaml:"email"`
}

// Proposal is a rule by which the facts speak for a form.
type Proposal struct {
	Form string `yaml:"form"` // id
	// Says is the name of a list of the profile's Words, one of which stands in the issue;
	// Unless one of which none does.
	Says   string `yaml:"says"`
	Unless string `yaml:"unless"`
	Reason Phrase `yaml:"reason"`
}

// Location is the provider's zone, or UTC for a profile that was not loaded.
func (p *Profile) Location() *time.Location {
	if p.location == nil {
		return time.UTC
	}
	return p.location
}

// Hours is when the provider's desk works, by the wall clock. To equal to From, or 00:00
// to 24:00, never closes on a day that is open.
type Hours struct {
	From string `yaml:"from"` // 08:00
	To   string `yaml:"to"`   // 17:00; 24:00 is the end of the day
	// Days are those of the week: mon, tue, wed, thu, fri, sat, sun; none: every day.
	Days []string `yaml:"days"`
	// Holidays are the calendars on whose holidays it is closed: es, es-ct; none: it works
	// on them.
	Holidays []string `yaml:"holidays"`
	// Local are further days on which it is closed: 06-24 in every year, 2027-09-24 once.
	Local []string `yaml:"local"`
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

// Filing is how a form is filed at the provider.
type Filing struct {
	// Menu is where it is entered in the provider's portal, and Choice what is chosen
	// there, both in the provider's words. Link leads there; empty: Contacts.Portal.
	Menu   string `yaml:"menu"`
	Choice string `yaml:"choice"`
	Link   string `yaml:"link"`
	// What the API calls it.
	Type        string `yaml:"type"`
	Category    string `yaml:"category"`
	Subcategory string `yaml:"subcategory"`
	Product     string `yaml:"product"`
	Impact      string `yaml:"impact"`
	Urgency     string `yaml:"urgency"`
	// Service is the id of the field whose answer is the service's reference; Choices
	// says, by the id of a field of type Choice, what of this its options change:
	// kind: {mail: {product: exchange}}.
	Service string                       `yaml:"service"`
	Choices map[string]map[string]Filing `yaml:"choices"`
}

// Through says by which other form's ticket a form is asked for, while a condition holds.
type Through struct {
	When *Condition `yaml:"when"` // nil: always
	Form string     `yaml:"form"` // id
	// Heading names what is asked for, in the provider's language.
	Heading string `yaml:"heading"`
	// Pending are the ids of fields that follow when they get another answer.
	Pending []string `yaml:"pending"`
	// Tell is what the team is told of it.
	Tell Phrase `yaml:"tell"`
}

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

// Form returns the form with that id, or nil.
func (p *Profile) Form(id string) *Form {
	for i := range p.Forms {
		if p.Forms[i].ID == id {
			return &p.Forms[i]
		}
	}
	return nil
}

// EscalationLabels returns those of an issue's labels that escalate to the
// provider, as they are written there: escalar-claranet, and with the kind of one
// of its forms escalar-claranet-sistemes. escalat- means the same, and so does any
// letter case.
func (p *Profile) EscalationLabels(labels []string) []string {
	var out []string
	for _, l := range labels {
		if kind, ok := p.kindOf(l); ok && (kind == "" || p.formOf(l) != nil) {
			out = append(out, l)
		}
	}
	return out
}

// kindOf returns what stands behind the provider in an escalation label.
func (p *Profile) kindOf(label string) (kind string, ok bool) {
	l := strings.ToLower(strings.TrimSpace(label))
	rest, ok := strings.CutPrefix(l, escalate+p.Label)
	if !ok {
		rest, ok = strings.CutPrefix(l, escalated+p.Label)
	}
	if !ok || rest != "" && rest[0] != '-' {
		return "", false
	}
	return strings.TrimPrefix(rest, "-"), true
}

// LabelOf returns the label that escalates to the provider in the form's kind.
func (p *Profile) LabelOf(f *Form) string {
	label := escalate + p.Label
	if len(f.Labels) > 0 {
		label += "-" + f.Labels[0]
	}
	return label
}

// Labels returns every label that escalates to the provider, in lower case: without
// a kind and with that of each form, as it is written and as it is often miswritten.
func (p *Profile) Labels() []string {
	var out []string
	for _, begins := range []string{escalate, escalated} {
		out = append(out, begins+p.Label)
		for i := range p.Forms {
			for _, kind := range p.Forms[i].Labels {
				out = append(out, begins+p.Label+"-"+kind)
			}
		}
	}
	return out
}

// What begins an escalation label.
const (
	escalate  = "escalar-"
	escalated = "escalat-"
)

// formOf returns the form whose kind the label names, or nil.
func (p *Profile) formOf(label string) *Form {
	kind, _ := p.kindOf(label)
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

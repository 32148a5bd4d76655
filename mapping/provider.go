package mapping

import (
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
	// Glossary are words and names that stay in a translation for the provider, Terms
	// those that have one of their own.
	Glossary []string          `yaml:"glossary"`
	Terms    map[string]string `yaml:"terms"`
	// Jira names, by field id (KindID for the kind), the custom fields of Jira in
	// which values stand: customfield_10010, or a name that only one field has.
	Jira  map[string]string `yaml:"jira"`
	Forms []Form            `yaml:"forms"`

	location *time.Location
	common   *Form  // of the fields that all forms share; its ID is empty
	index    *index // the labels of the kind
	lexicon  *lexicon
}

// Location is the provider's zone, or UTC for a profile that was not loaded.
func (p *Profile) Location() *time.Location {
	if p.location == nil {
		return time.UTC
	}
	return p.location
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

// Channels are the words for Profile.Channel.
func Channels() []string { return []string{"mail", "manual", "api"} }

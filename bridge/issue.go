package bridge

import (
	"slices"
	"strings"
	"time"

	"escalat/mapping"
)

// Issue is a Jira issue as it was read by its id: one snapshot, never updated.
type Issue struct {
	ID          string // numeric, never changes
	Key         string // PROJECT-123; changes when the issue is moved
	Summary     string
	Description string // Jira wiki markup
	// Former is what the description said before its edits, oldest first; the
	// newest of a great many.
	Former []mapping.Revision
	// Fields are the values of the custom fields that were asked for, by the id
	// or name by which they were. A field without a value is not there.
	Fields      map[string]FieldValue
	Status      string
	Resolved    bool
	ResolvedAt  time.Time // by the change log; zero when that does not say
	Labels      []string
	Reporter    User
	Creator     User // who made it, and so whose labels it was made with
	Assignee    User // zero when nobody is assigned
	Created     time.Time
	Updated     time.Time
	Comments    []Comment    // oldest first, complete
	Attachments []Attachment // oldest first
	Labelled    []Labelling  // oldest first
	// Archived: Jira takes no change of it any more.
	Archived bool
	// Duplicates are the ids of the issues of which a link says that this one is a
	// duplicate of them.
	Duplicates []string
	// Barred are the ids of those among who labelled and commented who may neither
	// escalate nor command; an empty id stands for whoever is not known. None where
	// everybody may.
	Barred []string
	// Named are the profile ids of the providers, by the words in lower case by which a
	// command may name one.
	Named map[string]string
	// People are the names of the users that the issue's texts mention, where they
	// are known, by what stands in the mention: [~name] or [~accountid:id].
	People map[string]string
	// Screen is what it said before what is private was masked; nil: nobody looked.
	Screen *Screen
}

// FieldValue is the value of a custom field.
type FieldValue struct {
	Markup string    // Jira wiki markup that shows it
	At     time.Time // when it was last changed, or the issue's creation
}

// User is somebody in Jira.
type User struct {
	ID      string // accountId on Cloud, name on Data Center
	Name    string // as displayed; never to be trusted as markup
	Mention string // wiki markup that addresses the user on this Jira's flavour
	// Customer: of a service desk, and not of the organisation.
	Customer bool
}

// IsZero reports whether there is no user.
func (u User) IsZero() bool { return u.ID == "" }

// May reports whether the user may escalate the issue and command.
func (i Issue) May(u User) bool { return !u.Customer && !slices.Contains(i.Barred, u.ID) }

// Project is the key of the issue's project.
func (i Issue) Project() string {
	project, _, _ := strings.Cut(i.Key, "-")
	return project
}

// Comment is a comment of an issue.
type Comment struct {
	ID         string
	Author     User
	Body       string // Jira wiki markup
	Created    time.Time
	Updated    time.Time
	Restricted bool // visible to a role or group only
	Public     bool // a service-desk customer sees it
	Own        bool // written by escalat's own account
}

// Attachment is a file of an issue. Its content is fetched by ID.
type Attachment struct {
	ID       string
	Name     string
	Size     int64 // bytes
	MIMEType string
	Author   User
	Created  time.Time
	Own      bool // uploaded by escalat's own account
}

// Labelling is one change of an issue's labels, from its change log.
type Labelling struct {
	By      User
	At      time.Time
	Added   []string
	Removed []string
}

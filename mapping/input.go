package mapping

import "time"

// Input is what is known of an issue when its information is judged.
type Input struct {
	Now     time.Time // of the judgement; nothing can have begun later
	Labels  []string  // of the issue
	Summary string    // plain text
	// Sources are the texts in which values may stand: the description first,
	// then the team's comments, oldest first.
	Sources []Source
	// Fields are the values of the custom fields that the profile names, by the
	// id of the form's field (KindID for the kind). An answer there stands over
	// every text.
	Fields map[string]Source
	// Files are the attachments, oldest first, without our own.
	Files []File
}

// File is an attachment.
type File struct {
	Name string
	At   time.Time
}

// Revision is what a text said before it was edited.
type Revision struct {
	Text  string    // Jira wiki markup
	Until time.Time // when it was replaced
}

// Report is what an issue says of a form, and what is the matter with it.
type Report struct {
	// Form is the form that is meant; while that is not known, a form of the
	// fields that all of the provider's forms share, whose ID is empty.
	Form     *Form
	Values   Values
	Problems []Problem // in the form's order, the kind first; they hold an escalation back
	Doubts   []Doubt   // in the form's order; they are told
	// Through is the other form's ticket by which the form is asked for, as things are;
	// nil: by its own, or the form is not known.
	Through *Through
	// Proposed are the forms for which the facts speak, the strongest first, and Against
	// the strongest where a person chose another form; nil when nothing speaks against it.
	Proposed []Proposed
	Against  *Proposed
}

// Complete reports whether nothing is missing.
func (r Report) Complete() bool { return len(r.Problems) == 0 }

// Doubt is an answer that looks wrong. It is sent as it stands.
type Doubt struct {
	Field *Field
	Code  Code
	Value string // the doubtful part as plain text, shortened; may be empty
}

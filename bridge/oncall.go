package bridge

import "time"

// Alarm is what people on call in our own organisation are told. It holds nothing of what
// an issue says.
type Alarm struct {
	// ID names it for ever: told again it is the same one.
	ID string
	// Event is what happened, in a constant word for programs; Key and Provider (a profile
	// id) are empty when it is about no issue.
	Event    string
	Key      string
	Provider string
	Subject  string
	Text     string // plain, of several lines
	At       time.Time
	// Mail and Webhook say by which ways.
	Mail    bool
	Webhook bool
}

// The events of alarms.
const (
	AlarmStep     = "step"      // a step of a provider's matrix is due
	AlarmCase     = "case"      // something else of a case cannot wait
	AlarmJiraAway = "jira-away" // Jira is away while something waits for it
	AlarmJiraBack = "jira-back" // it is back
)

// OnCallResult is the result of TellOnCall.
type OnCallResult struct {
	At time.Time `json:"at,omitzero"`
	// Mailed are the addresses whose mail server took the mail, Posted whether the webhook
	// was told.
	Mailed []string `json:"mailed,omitempty"`
	Posted bool     `json:"posted,omitempty"`
	// Failed says why further ones could not be told; may be empty.
	Failed string `json:"failed,omitempty"`
}

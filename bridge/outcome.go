package bridge

import (
	"encoding/json"
	"time"
)

// Outcome is what a stage decided about one case. It is applied in one
// transaction that holds the case's lock: all of it or nothing.
type Outcome struct {
	Case    Case     // as it shall be
	Effects []Effect // planned, in this order; known keys are passed over
	Audit   []Entry
	// Others are what the same decision means for further cases.
	Others []Outcome
	// Keep names blobs that the case refers to from now on.
	Keep []string
}

// Entry is a line of the audit: a decision and its reason. It never holds the
// body of a message or a secret.
type Entry struct {
	At     time.Time
	Stage  string
	Action string // a constant word
	Reason string
}

// Event is what became of an effect, as the stage that planned it hears it.
type Event struct {
	What   EventKind
	At     time.Time
	Result json.RawMessage // of Done
	Err    error           // of Failed and Unknown
}

// Reason is what its error says, or empty.
func (ev Event) Reason() string {
	if ev.Err == nil {
		return ""
	}
	return ev.Err.Error()
}

// EventKind is the kind of an Event.
type EventKind int

// The kinds of events.
const (
	// Done: it has happened, known from Do or from Find.
	Done EventKind = iota + 1
	// Failed: it was refused for good and will not be tried again.
	Failed
	// Unknown: it may have happened; it will be looked for. Told once an attempt.
	Unknown
	// Delayed: the attempt failed and certainly changed nothing; it will be tried
	// again. Told at each such failure.
	Delayed
	// Absent: it was looked for and is held not to have happened; it will be
	// done once more.
	Absent
)

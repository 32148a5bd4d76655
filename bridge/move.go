package bridge

import (
	"fmt"
	"strings"
)

// NotMoved is the error with which an issue's workflow does not take it to a status.
type NotMoved struct {
	Status string
	// Fields are the names of those that the transition to it wants filled in; none: no
	// transition leads there, and Ways are the statuses to which some do.
	Fields []string
	Ways   []string
}

// Error names what is wanted.
func (e *NotMoved) Error() string {
	switch {
	case len(e.Fields) > 0:
		return fmt.Sprintf("the transition to %q wants these fields filled in: %s", e.Status, strings.Join(e.Fields, ", "))
	case len(e.Ways) > 0:
		return fmt.Sprintf("no transition leads to %q, only to: %s", e.Status, strings.Join(e.Ways, ", "))
	}
	return fmt.Sprintf("no transition leads to %q, nor anywhere", e.Status)
}

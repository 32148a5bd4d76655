package authentic

import (
	"strings"

	"escalat/bridge/message"
)

// googleResults returns what Google says of the sender, and what the sender brought.
func googleResults(above, below []message.Field) ([]string, []message.Field) {
	own, rest := ownResults(below)
	for _, f := range above {
		if !f.Is("ARC-Authentication-Results") {
			continue
		}
		if results, ok := instance(f.Value); ok {
			return []string{results}, rest
		}
	}
	return own, rest
}

// ownResults takes the fields off that Google puts below its Received.
func ownResults(below []message.Field) ([]string, []message.Field) {
	for i, f := range below {
		switch {
		case f.Is("Authentication-Results"):
			return []string{f.Value}, below[i+1:]
		case !f.Is("Received-SPF"):
			return nil, below
		}
	}
	return nil, nil
}

// instance takes "i=1;" off.
func instance(value string) (rest string, ok bool) {
	first, rest, ok := strings.Cut(value, ";")
	return strings.TrimSpace(rest), ok && strings.HasPrefix(strings.TrimSpace(first), "i=")
}

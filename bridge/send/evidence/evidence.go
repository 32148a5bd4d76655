// Package evidence chooses which of an issue's attachments a mail to a provider
// brings.
package evidence

import "escalat/bridge"

// Input is what is chosen from.
type Input struct {
	Attachments []bridge.Attachment // of the issue, oldest first
	// Markup are the texts that leave (values, further description), as Jira markup:
	// what they embed or name is evidence.
	Markup []string
	// Patterns are those of the fields that files answer by themselves (mapping.Field.Files).
	Patterns []string
	// Only are the ids of those that are asked for by a person; nil: all that are
	// evidence.
	Only []string
	// Brought are the ids of those that the provider has already; they are neither
	// taken nor left.
	Brought []string
	// Room is how many bytes all of them may have in the mail, encoded.
	Room int64
}

// Choose returns which attachments a mail brings, in the order in which it brings
// them, and which it does not, each with the reason.
func Choose(Input) (take, omitted []bridge.Evidence) { return nil, nil }

// Encoded is how many bytes a file of that size has in a mail, in base64 with its
// line ends (RFC 2045, section 6.8) and the header of its part.
func Encoded(size int64) int64 { return size }

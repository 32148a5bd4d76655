// Package classify says what kind of mail one is: of a person, or one of the five that
// programs send.
package classify

import (
	"escalat/bridge"
	"escalat/bridge/message"
)

// Verdict is what kind of mail one is, and by which sign.
type Verdict struct {
	Kind   bridge.MailKind
	Reason string // constant words, for the ledger
	Bounce *bridge.Bounce
}

// Classify says what kind of mail m is.
func Classify(message.Mail) Verdict { return Verdict{} }

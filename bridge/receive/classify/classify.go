// Package classify says what kind of mail one is: of a person, or one of the five that
// programs send.
package classify

import (
	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/mapping"
)

// Verdict is what kind of mail one is, and by which sign.
type Verdict struct {
	Kind   bridge.MailKind // empty: a person wrote it
	Reason string          // constant words, for the ledger; empty of a person's
	// Bounce is what a bounce says, and of a receipt that a mail has arrived.
	Bounce *bridge.Bounce
}

// Classify says what kind of mail m is. The profile is that of the provider who seems to
// have sent it, by whose acknowledgements and ticket numbers its desk is known; nil: of
// none. It reads m.Text by itself: nothing needs to be cut before.
func Classify(m message.Mail, profile *mapping.Profile) Verdict { return Verdict{} }

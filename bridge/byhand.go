package bridge

import "time"

// ByHand is a mail that somebody of the team has sent to a provider about an issue, and not
// escalat. No more of it is kept than it takes to compare what people do with what escalat
// would do: neither its text nor who wrote it.
type ByHand struct {
	MessageID string // without angle brackets; where it has none, the SHA-256 of the mail
	Provider  string // profile id
	Key       string // of the issue that its subject names
	Domain    string // of its sender
	SentAt    time.Time
	// Answer: it goes on with a conversation that was there before.
	Answer bool
}

// misdated is how far the time that a mail says of itself may lie from its arrival.
const misdated = 24 * time.Hour

// Arrived is the mail with that time of arrival in the place of one that it says of itself
// and that cannot be.
func (b ByHand) Arrived(at time.Time) ByHand {
	if b.SentAt.IsZero() || !at.IsZero() && b.SentAt.Sub(at).Abs() > misdated {
		b.SentAt = at
	}
	return b
}

package bridge

import (
	"time"

	"escalat/mapping"
)

// Message is a mail that came in, as far as it could be read. Texts are valid
// UTF-8 whatever the mail contained.
type Message struct {
	MessageID  string   // without angle brackets; may be empty
	InReplyTo  []string // without angle brackets
	References []string // without angle brackets
	From       []Address
	Subject    string
	Date       time.Time // as the sender says; zero when unreadable
	Text       string    // the whole text, as the sender's client shows it
	Reply      string    // the new text: without quote and marker
	Cut        string    // what was cut from Text
	Parts      []Part
	Hash       string // SHA-256 of the raw mail, hex
	Size       int64  // raw bytes
	// CaseID is the case that a verified identity of ours names, or empty.
	CaseID string
	// Answers is the Message-ID of ours by which CaseID was found; empty when it was
	// found by a ticket number or a key.
	Answers string
	// Provider is the id of the profile by whose rules the sender was judged; empty
	// when no profile names the sender and no identity of ours stands in the mail.
	Provider string
	// Tickets are the provider's ticket numbers that its subject names, and Spoken
	// those of its text. Keys are the keys of issues that its subject names as ours do.
	Tickets []mapping.Ticket
	Spoken  []mapping.Ticket
	Keys    []string
	// Automatic: it says itself that a program wrote it (RFC 3834, section 5). Robot:
	// it may have, by any sign, so that nobody can rely on a person having read ours.
	Automatic bool
	Robot     bool
	// Own: this is the copy of a notice that escalat itself sent.
	Own bool
	// Authentic says how the sender stands after the profile's source of truth.
	Authentic Authenticity
	// Defects says what was wrong with the mail, for the ledger.
	Defects []string
}

// Address is a mailbox (RFC 5322, section 3.4).
type Address struct {
	Name    string
	Address string // lower-case domain
}

// SeveralCases is the defect of a mail that names more than one case of ours.
const SeveralCases = "names several cases"

// Part is a leaf part of a mail that is not its text.
type Part struct {
	Index  int // of the leaf parts, depth first, from 0
	Name   string
	Type   string // media type, lower case
	Size   int64  // decoded bytes
	Inline bool
	ID     string // Content-ID without angle brackets
	Digest string // SHA-256 of the decoded bytes, hex
}

// Authenticity is the verdict about who sent a message.
type Authenticity struct {
	Allowed  bool   // the profile names the sender
	Verified bool   // the source of truth confirms the sender's domain
	Method   string // dkim, spf, dmarc …
	Reason   string // for the ledger, constant words and domains only
}

// MailOutcome is what became of a mail. Each mail that the mailbox shows ends
// in exactly one.
type MailOutcome string

// The outcomes of a mail.
const (
	MailPosted       MailOutcome = "posted"
	MailAcknowledged MailOutcome = "acknowledgement"
	MailOwn          MailOutcome = "own"
	MailDuplicate    MailOutcome = "duplicate"
	MailQuarantined  MailOutcome = "quarantined"
	MailUnrelated    MailOutcome = "unrelated"
	MailOversized    MailOutcome = "oversized"
	MailUnreadable   MailOutcome = "unreadable"
)

// Mail is a row of the ledger. Folder, UIDValidity and UID name it.
type Mail struct {
	Folder      string
	UIDValidity uint32
	UID         uint32
	MessageID   string
	Blob        string // the raw bytes; empty once they are not kept
	Size        int64
	ArrivedAt   time.Time // the server's INTERNALDATE
	StoredAt    time.Time
	Tries       int // claims so far; the fence of the present one
	// Crashes counts claims of this mail alone that did not come to an end, or
	// that ended in a fault of ours.
	Crashes int
	Outcome MailOutcome // empty: not decided yet
	Reason  string
	CaseID  string
}

// Verdict is what receive decided about a mail: its outcome in the ledger and,
// where it concerns a case, what follows for the case.
type Verdict struct {
	Outcome MailOutcome
	Reason  string
	// Case is nil when the mail changes no case.
	Case *Outcome
	// Keep says whether the raw mail stays in the store.
	Keep bool
}

package bridge

import (
	"slices"
	"time"

	"escalat/mapping"
	"escalat/mapping/wiki"
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
	// Lines are those of Reply, with what they look like.
	Lines []wiki.Line
	// Kind is what kind of automatic mail it is; empty: a person's. Sign is by what
	// that was seen, and Bounce what a bounce says.
	Kind   MailKind
	Sign   string
	Bounce *Bounce
	// Colleague: somebody of our own organisation wrote it.
	Colleague bool
	// Sealed: its content is encrypted and cannot be read here.
	Sealed bool
	Parts  []Part
	Hash   string // SHA-256 of the raw mail, hex
	Size   int64  // raw bytes
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
	// ByHand says, in mode shadow, of which issues somebody of the team writes to which
	// provider in it.
	ByHand []ByHand
}

// Address is a mailbox (RFC 5322, section 3.4).
type Address struct {
	Name    string
	Address string // lower-case domain
}

// Defects that are no fault of the mail's form.
const (
	// SeveralCases: it names more than one case of ours.
	SeveralCases = "names several cases"
	// HeaderOnly: it is so large that only its header was fetched.
	HeaderOnly = "only its header was fetched"
)

// Part is a leaf part of a mail that is not its text.
type Part struct {
	Index  int // of the leaf parts, depth first, from 0
	Name   string
	Type   string // media type, lower case
	Size   int64  // decoded bytes
	Inline bool
	ID     string // Content-ID without angle brackets
	Digest string // SHA-256 of the decoded bytes, hex
	// Signature: it signs the rest of the mail (RFC 1847), which nobody reads.
	Signature bool
}

// Authenticity is the verdict about who sent a message.
type Authenticity struct {
	Allowed  bool   // the profile names the sender
	Verified bool   // the source of truth confirms the sender's domain
	Method   string // dkim, spf, dmarc …
	Reason   string // for the ledger, constant words and domains only
	// Strength is by how strong a proof the domain is confirmed.
	Strength Strength
}

// Strength is how strong the proof of a sender is.
type Strength string

// The strengths, the strongest first.
const (
	ByDMARC   Strength = "dmarc"   // DMARC passes, or a DKIM signature that is aligned
	BySPF     Strength = "spf"     // only the envelope's domain, aligned
	ByAddress Strength = "address" // only that the mail came in through an address of the provider
)

// MailKind is a kind of automatic mail.
type MailKind string

// The kinds.
const (
	KindUpdate          MailKind = "update"          // a desk's program tells something
	KindAcknowledgement MailKind = "acknowledgement" // a desk's program has taken ours in
	KindAbsence         MailKind = "out-of-office"
	KindBounce          MailKind = "bounce"
	KindReceipt         MailKind = "receipt" // of delivery or of reading
)

// Bounce is what a mail says of one that could not be delivered.
type Bounce struct {
	Hard       bool   // it will never be delivered; else it is late, or may be tried again
	Status     string // RFC 3463: 5.1.1; empty when it is not told
	Recipient  string // address; empty when it is not told
	Diagnostic string // what the server said, one line, at most 300 bytes
	// Further are the other recipients of whom it says the same.
	Further []string
	// Originals are the Message-IDs of mails that it may speak of, without angle
	// brackets, the surest first.
	Originals []string
	// Delivered: it says that the mail did arrive.
	Delivered bool
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
	MailAbsent       MailOutcome = "out-of-office"
	MailBounced      MailOutcome = "bounce"
	MailReceipt      MailOutcome = "receipt"
	MailOversized    MailOutcome = "oversized"
	MailUnreadable   MailOutcome = "unreadable"
	MailDiscarded    MailOutcome = "discarded" // by a person, out of quarantine
)

// MailOutcomes are all of them.
func MailOutcomes() []MailOutcome {
	return []MailOutcome{
		MailPosted, MailAcknowledged, MailAbsent, MailBounced, MailReceipt, MailOwn, MailDuplicate,
		MailQuarantined, MailUnrelated, MailOversized, MailUnreadable, MailDiscarded,
	}
}

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
	// Hash is the SHA-256 of the raw mail, hex, once it was read. Sender is the address
	// of its From, and Provider the profile by whose rules it was judged; both empty of a
	// mail that is unrelated.
	Hash      string
	Sender    string
	Provider  string
	DecidedAt time.Time
	// Gate is what keeps it in quarantine, where a person may override it.
	Gate Gate
	// Release is set when a person let it go on out of quarantine.
	Release *Release
	// CaseRev is the Rev that the case had in the decision, by which the audit's entries
	// about it are found; Planned are the keys of the effects that were decided upon.
	CaseRev int64
	Planned []string
}

// Gate is a reason to keep a mail in quarantine that a person may override.
type Gate string

// The gates.
const (
	GateUnproved Gate = "unproved" // nothing proves that it comes from whom it says
	GateSender   Gate = "sender"   // the profile does not name its sender
	GateCase     Gate = "case"     // it names no case, several, or one that is not known
	GateFlood    Gate = "flood"    // too many came
)

// Gates are all of them.
func Gates() []Gate { return []Gate{GateUnproved, GateSender, GateCase, GateFlood} }

// Release is a person's word that a mail shall pass one gate.
type Release struct {
	Gate   Gate      `json:"gate"`
	CaseID string    `json:"case,omitempty"` // of GateCase: to which case it belongs
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	// Also are gates that it was let pass before, where another one kept it then.
	Also []Gate `json:"also,omitempty"`
}

// Passes reports whether a person has said that the mail shall pass that gate; of nil
// nobody has.
func (r *Release) Passes(g Gate) bool {
	return r != nil && (r.Gate == g || slices.Contains(r.Also, g))
}

// Ledger answers what a decision about a mail asks of what was decided before.
type Ledger interface {
	// Known reports whether an effect of that key was ever planned.
	Known(effectKey string) (bool, error)
	// Same returns a mail of the same bytes that was decided before, and not as a
	// duplicate, or nil.
	Same(hash string) (*Mail, error)
	// Recent counts what was told on issues since then because of mails: on the case, of
	// the sender, and in all, bounces only in all.
	Recent(caseID, sender string, since time.Time) (Recent, error)
}

// Recent are numbers of mails.
type Recent struct{ Case, Sender, All int }

// Verdict is what receive decided about a mail: its outcome in the ledger and,
// where it concerns a case, what follows for the case.
type Verdict struct {
	Outcome MailOutcome
	Reason  string
	// Gate is what keeps a quarantined mail back, where a person may override it.
	Gate Gate
	// Case is nil when the mail changes no case.
	Case *Outcome
	// Keep says whether the raw mail stays in the store.
	Keep bool
}

package bridge

import "time"

// Channel is a way in which notices reach a provider.
type Channel string

// The channels.
const (
	ByMail   Channel = "mail"   // by e-mail, to the configured addresses
	ByPortal Channel = "manual" // a person enters it in the provider's portal
	ByAPI    Channel = "api"    // by the API of the provider's tickets (OVHcloud's)
)

// Channels are all of them.
func Channels() []Channel { return []Channel{ByMail, ByPortal, ByAPI} }

// Ticket is a ticket of a provider's API, as it was last read.
type Ticket struct {
	ID     int64  `json:"id,omitempty"` // 0: there is none
	Number string `json:"number,omitempty"`
	State  string `json:"state,omitempty"` // as the API calls it
	// Category is what it is filed under there, as the API calls it.
	Category string `json:"category,omitempty"`
	// Updated is its last change, and Message the highest id of the messages that were
	// looked at. Ours are the ids of those that we wrote, the newest of a great many.
	Updated time.Time `json:"updated,omitzero"`
	Message int64     `json:"message,omitempty"`
	Ours    []int64   `json:"ours,omitempty"`
}

// NewTicket is a ticket to be opened by the API; what is empty is not told.
type NewTicket struct {
	Subject, Body                        string
	Type, Category, Subcategory, Product string
	Service                              string // the reference of the contracted service
	Impact, Urgency                      string
}

// TicketMessage is a message of a ticket.
type TicketMessage struct {
	ID      int64
	Body    string // plain text, perhaps with HTML; never to be trusted as markup
	Created time.Time
	// Support: the provider wrote it; else the customer, which is us.
	Support bool
}

// TicketBody is the body of OpenTicket, ReplyTicket, CloseTicket and ReopenTicket. What
// is said stands in the notice with that Message-ID.
type TicketBody struct {
	MessageID string `json:"messageID"`
	// Form is the id of the form by which a new ticket is filed.
	Form string `json:"form,omitempty"`
}

// TicketResult is their result.
type TicketResult struct {
	At     time.Time `json:"at"`
	ID     int64     `json:"id,omitempty"`     // of the ticket
	Number string    `json:"number,omitempty"` // of the ticket
	// Message is the id of what we wrote; 0 when that is not known.
	Message int64 `json:"message,omitempty"`
	// Proof says how it is known: "answer", or "list" when the answer was lost and the
	// ticket or message was found.
	Proof string `json:"proof"`
	// Withdrawn, Resolved, Changed and Shadow: as in TransmitResult.
	Withdrawn string `json:"withdrawn,omitempty"`
	Resolved  bool   `json:"resolved,omitempty"`
	Changed   bool   `json:"changed,omitempty"`
	Shadow    bool   `json:"shadow,omitempty"`
	// Fault: as in TransmitResult.
	Fault Fault `json:"fault,omitempty"`
	// Unfiled is the reference of a service that the API did not know: the ticket was opened
	// without it. Reopened: the ticket had been closed, and was opened again by this.
	Unfiled  string `json:"unfiled,omitempty"`
	Reopened bool   `json:"reopened,omitempty"`
}

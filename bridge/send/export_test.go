package send

// The errors that tests tell apart.
var (
	ErrFirstUnsent     = errFirstUnsent
	ErrFirstSimulated  = errFirstSimulated
	ErrFirstElsewhere  = errFirstElsewhere
	ErrFirstReal       = errFirstReal
	ErrWaitingForCopy  = errWaitingForCopy
	ErrMailboxUnread   = errMailboxUnread
	ErrOtherRecipients = errOtherRecipients
	ErrUnproved        = errUnproved
)

// What is a name.
var (
	Begins = begins
	Called = called
)

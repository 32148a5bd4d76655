// Package text holds every sentence that escalat writes to the team in Jira, in
// Catalan (the default), Spanish and English.
//
// Each function returns Jira wiki markup, short, saying what to do next.
// Arguments named Markup are markup already; every other string is escaped
// here, so that nothing in it becomes a macro, a mention, a link or an image.
// Problem, Doubt and Check return plain text for a terminal, of which nothing
// steers it; Relationship and WholeName are plain text too, and so are TurnLine, When, the
// words of the ops page and the mails to who is on call: OnCall, JiraAway and JiraBack.
package text

import "time"

// Call is whom to telephone: the provider's numbers at this hour.
type Call struct {
	Provider string
	Hours    string   // as a person says it: "de 17 h a 8 h"; may be empty
	Numbers  []string // in order of preference
	// Say is what to tell them, in the provider's language. It is set while a case
	// waits for the call: then the text also says how to note that they were called.
	Say string
}

// LeftFile is an attachment that a mail does not bring.
type LeftFile struct {
	Name string
	Size int64  // bytes
	Why  string // a code: those of bridge.LeftOut
	More int    // it stands for so many, which are not named
}

// Offer says that the provider does not have what was changed or uploaded since its
// mail.
type Offer struct {
	MentionMarkup string
	Provider      string
	Changed       []string   // labels of the fields
	Files         []string   // names
	SendChanges   string     // the command that sends the fields
	SendFiles     string     // the command that sends the files
	Left          []LeftFile // which no mail can bring
	Call          *Call      // set when the desk is closed and takes only calls
}

// NothingNew answers a command to send what the provider has already.
type NothingNew struct {
	MentionMarkup string
	Provider      string
	Files         bool // files were asked for, else changes
	Named         bool // and by their names: of others nothing is said
	// Left are files that cannot be sent by mail.
	Left    []LeftFile
	Private Private
}

// Phoned notes that a person called the provider.
type Phoned struct {
	MentionMarkup string
	Provider      string
	At            time.Time // already in the zone to be shown
	Reference     string    // may be empty
	Leader        string    // key of the issue whose escalation is shared; empty: none is
}

// Missing is a mandatory field without a value.
type Missing struct {
	Label   string // as the form names it
	Help    string // may be empty
	Example string // may be empty
	Instead string // what stands there and is no answer: a placeholder; may be empty
}

// Doubtful is a value that looks wrong.
type Doubtful struct {
	Label string // as the form names it
	Value string // as it stands, shortened; may be empty
	Why   string // a code: see Doubt
}

// Kinds is the question which kind of problem it is.
type Kinds struct {
	Label  string   // of the line that answers it
	Names  []string // of the kinds
	Labels []string // Jira labels that choose them, in the same order
	Both   bool     // more than one was asked for; else none
	// Proposed is the name of the one that the facts speak for, and Reason why, as a
	// clause; empty: they speak for none.
	Proposed, Reason string
}

// Request asks for missing information.
type Request struct {
	MentionMarkup string // whom it addresses; may be empty
	Provider      string
	Form          string // "Sistemas"; empty while the kind is not known
	Kinds         *Kinds // set while the kind is not known
	Missing       []Missing
	Doubts        []Doubtful
	Block         string // lines to copy into the description and fill in
	SendNow       string // the command that sends what there is
	Call          *Call  // set when the telephone must not wait for the form
	Again         bool   // something was filled in since the last request
	Trial         bool   // mode redirect: nothing will go to the provider
	ByHand        bool   // a person enters it in the provider's portal
}

// Sent says that the provider's server took a notice.
type Sent struct {
	MentionMarkup string
	Provider      string
	To            []string
	At            time.Time // already in the zone to be shown
	Subject       string
	MessageID     string
	Call          *Call  // set when the provider must be called as well
	ByCopy        bool   // the server's answer was lost; our own copy proves it
	CopyRefused   string // the server's words when our own mailbox was refused
	Redirected    bool   // mode redirect: it went to an own address, not to the provider
	// Pending are the labels of what was missing and is told to be confirmed.
	Pending []string
	Doubts  []Doubtful // sent as they stand
	// Files are the names of the attachments that it brings, Left those that it does
	// not; SendFiles is the command that sends what another mail can bring.
	Files     []string
	Left      []LeftFile
	SendFiles string
	Private   Private // what did not leave as it is
	// Untranslated says why texts go out in Catalan: a code, one of bridge.Untranslated.
	Untranslated string
	// Follows: what is changed or uploaded later is sent by itself; else it is offered.
	Follows bool
}

// Added says that the provider's server took an addition: what had been missing, what
// was changed, or files.
type Added struct {
	MentionMarkup string
	Provider      string
	To            []string
	At            time.Time // already in the zone to be shown
	MessageID     string
	Labels        []string // of the fields that it brings and that had been missing
	Changed       []string // of those of which the provider was told something else
	Files         []string // names of the attachments that it brings
	Left          []LeftFile
	SendFiles     string
	Private       Private  // what did not leave as it is
	Untranslated  string   // a code, one of bridge.Untranslated
	Anyway        bool     // it brings what had been masked or withheld, at a person's word
	Pending       []string // of those that are still missing
	Doubts        []Doubtful
	ByCopy        bool
	CopyRefused   string
	Redirected    bool
	Call          *Call
}

// SendProblem says that a notice was not, or perhaps not, sent.
type SendProblem struct {
	MentionMarkup string
	Provider      string
	Reason        string // the server's words, shortened; may be empty
	Call          *Call  // set when the desk is closed and takes only calls
	// Phones and Portal are how the desk is told of things while it is open;
	// either may be empty. They are not shown together with Call.
	Phones []string
	Portal string
	// Added, Changed and Files are what the notice brings when it is not the first one
	// but an addition; see Added.
	Added   []string
	Changed []string
	Files   []string
	// About says what it is when it brings nothing of the form: a code, one of
	// bridge.About.
	About string
	// First says why there is nothing that an addition could be added to, and
	// FirstTo whom the first notice went to instead; see NotAdded.
	First   FirstNotice
	FirstTo []string
}

// FirstNotice says what became of the notice that the provider does not have.
type FirstNotice string

// What became of it.
const (
	FirstUnsent    FirstNotice = "unsent"    // nothing says that it left
	FirstSimulated FirstNotice = "simulated" // mode shadow
	FirstElsewhere FirstNotice = "elsewhere" // it went to other addresses
)

// Already answers a command to send what was sent before.
type Already struct {
	MentionMarkup string
	Provider      string
	To            []string
	At            time.Time // already in the zone to be shown
	Pending       []string  // labels of what is still to be confirmed
	Redirected    bool      // mode redirect: it went to an own address, not to the provider
	Simulated     bool      // mode shadow: it was only recorded
}

// Unheard answers a command that stands where it does not count.
type Unheard struct {
	MentionMarkup string
	SendNow       string // the command
}

// KindChanged says that the label names another kind than the provider was told.
type KindChanged struct {
	MentionMarkup string
	Provider      string
	Told          string // the kind that the provider was told
	Now           string // the kind of the label
	// Phones and Portal are how the provider is told at this hour; either may be
	// empty.
	Phones []string
	Portal string
}

// Barred answers somebody who may neither escalate nor command.
type Barred struct {
	MentionMarkup string
	Provider      string
	Command       bool // by a command in a comment; else by a label
	// Call is set when the desk is closed: what is urgent does not wait for a
	// permission.
	Call *Call
}

// Braked says that the brake holds an escalation.
type Braked struct {
	MentionMarkup string
	Provider      string
	Limit         int           // escalations that may begin within Window
	Window        time.Duration // whole minutes
	GoOn          string        // the command that lets this one go on
	Call          *Call
}

// Resolved reminds that the provider perhaps still works on what is resolved here.
type Resolved struct {
	MentionMarkup string
	Provider      string
	References    []string // of the provider; may be empty
	Label         string   // that escalates anew when it is put on again
	Phones        []string // of the provider's desk at this hour; may be empty
	Portal        string   // may be empty
}

// Joined says that an issue shares the escalation of another.
type Joined struct {
	MentionMarkup string
	Provider      string
	Leader        string // key of the other issue
	References    []string
	// Waiting: nothing was sent for the other issue yet. Call is set when the
	// telephone must not wait for it; else it is not shown.
	Waiting bool
	Call    *Call
	// Leave is what parts it from the other again: the escalation label, to be
	// taken off and put back.
	Leave string
}

// LeaderFailed says that the mail of the issue whose escalation this one shares was
// not delivered.
type LeaderFailed struct {
	MentionMarkup string
	Provider      string
	Leader        string // key of the other issue
	Call          *Call
	// Phones and Portal are how the provider is told at this hour; either may be
	// empty. They are not shown together with Call.
	Phones []string
	Portal string
}

// Listed says that an escalation waits for a person's word because escalat cannot
// know whether it was sent.
type Listed struct {
	MentionMarkup string
	Provider      string
	// Unknown: the issue shows an escalation that the database does not know, its own
	// or that of which it is a copy.
	// Else the label was put on while escalat was held.
	Unknown bool
	GoOn    string // the command that sends it
	Call    *Call
}

// NotJoined says why an issue does not share the escalation of another.
type NotJoined struct {
	MentionMarkup string
	Provider      string
	Leader        string // key that was named, as it was written; may be empty
	Why           JoinRefusal
	// Phones and Portal are how the provider is told at this hour that two issues are
	// the same; either may be empty.
	Phones []string
	Portal string
}

// JoinRefusal says why.
type JoinRefusal string

// The reasons.
const (
	JoinNoKey       JoinRefusal = "no-key"       // the command names no issue
	JoinNoCase      JoinRefusal = "no-case"      // the other issue is not escalated to the provider
	JoinAlreadySent JoinRefusal = "already-sent" // this issue was sent by itself, or is being sent
)

// Noted says that the provider's ticket number was noted.
type Noted struct {
	MentionMarkup string
	Provider      string
	Reference     string
	Leader        string // key of the issue whose escalation is shared; empty: none is
}

// Reply is what the provider answered.
type Reply struct {
	Provider   string
	From       string // display name and address
	At         time.Time
	BodyMarkup string
	Files      []string // attached beside the comment
	// Known are the names of files that it brings and that are on the issue already.
	Known []string
	// Blocked are the names of files that are kept out for their type.
	Blocked []string
	// Learned are ticket numbers of the provider that it told for the first time.
	Learned []string
	// Acknowledged: a program of the provider has only confirmed that our mail came.
	// ByHand: that was entered in its portal, and is no mail.
	Acknowledged bool
	ByHand       bool
	Shortened    bool // the message is larger than what is shown
	// Whole is the attached file that holds the whole mail. It is needed when
	// Shortened is set, and serves when BodyMarkup and Files are empty.
	Whole string
	// Closed: nothing follows the case any more when the reply comes.
	Closed bool
	// Reopen is the command that opens it again, where a person has closed it; else empty.
	Reopen string
	// Leader is the key of the issue to which the files are attached, when the
	// comment stands on another that shares its escalation.
	Leader string
	// Colleague: somebody of our own organisation wrote it.
	Colleague bool
	// ReleasedBy is who let it pass out of quarantine; empty: it was not there.
	// Unverified: nothing proves that it comes from whom it says.
	ReleasedBy string
	Unverified bool
	// Sealed: it is encrypted, and what is in it stands in Files.
	Sealed bool
	// Survey: it only asks how the provider's support was.
	Survey bool
	// Ticket is the number of the ticket of the provider's API in which it stands, where it
	// is no mail and From is empty. Portal: it was written there in our name.
	Ticket string
	Portal bool
	// Reopened: the case was closed, and this has opened it again. Then MentionMarkup
	// addresses who is to know, and Close is the command that closes it.
	Reopened      bool
	MentionMarkup string
	Close         string
}

// Absent is the automatic answer of somebody who is away.
type Absent struct {
	Provider   string
	From       string // display name and address
	At         time.Time
	BodyMarkup string
	Phones     []string // of the provider's desk; may be empty
	Portal     string   // may be empty
}

// Bounced is what a mail server said of a notice.
type Bounced struct {
	MentionMarkup string
	Provider      string
	To            []string  // whom it did not reach
	At            time.Time // already in the zone to be shown
	Reason        string    // the server's words, shortened; may be empty
	Addition      bool      // it is not the first notice
	Some          bool      // other addresses of the provider have it
	Late          bool      // it is still being tried
	Perhaps       bool      // an address behind the provider's own returned it
	Call          *Call     // set when the desk is closed and takes only calls
	// Phones and Portal are how the desk is told of things while it is open.
	Phones []string
	Portal string
}

// Flooded says that too many mails came.
type Flooded struct {
	Provider string
	At       time.Time
}

// TooLarge is a mail of which only the header was fetched.
type TooLarge struct {
	Provider string
	From     string // display name and address
	At       time.Time
	Size     int64 // bytes
	// ReleasedBy and Unverified are those of a Reply.
	ReleasedBy string
	Unverified bool
}

// Quarantined says that a mail about the case was kept back.
type Quarantined struct {
	Provider string
	From     string // the address it claims
	At       time.Time
	Reason   QuarantineReason
	Phones   []string // of the provider's desk; may be empty
	Portal   string   // may be empty
}

// QuarantineReason says why a mail was kept back.
type QuarantineReason string

// The reasons.
const (
	NotAllowed      QuarantineReason = "not-allowed"      // the profile does not name the sender
	NotAuthentic    QuarantineReason = "not-authentic"    // the sender's domain is not confirmed
	AmbiguousSender QuarantineReason = "ambiguous-sender" // none or several From addresses
)

// CommentFailed says that Jira refused a comment of ours for good.
type CommentFailed struct {
	Provider string
	Reason   string // Jira's words; may be empty
}

// FileFailed says that a file of a reply could not be attached.
type FileFailed struct {
	Provider string
	Name     string
	Size     int64 // bytes
	Reason   string
	Comment  bool // it holds the whole of a comment of ours, and is of no reply
	// Infected: a scanner found something in it, which Reason names. Unscanned: it takes
	// no such file.
	Infected  bool
	Unscanned bool
}

// Check is what an issue says of a form, for a terminal.
type Check struct {
	Form     string // empty while the kind is not known
	Complete bool
	Answers  []Answer // in the form's order
	Missing  []Unanswered
	Doubts   []Doubtful
}

// Answer is a field with its value.
type Answer struct {
	Label string // as the form names it
	Value string // plain text of any length
}

// Unanswered is a field that is missing in a check.
type Unanswered struct {
	Label   string // as the form names it
	Code    string // see Problem
	Instead string // what stands there and is no answer: a placeholder; may be empty
}

package bridge

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Target is a counterpart to whom effects are written; it is also the name of
// the queue that works them. Effects of one case and target are done in the
// order in which they were planned.
type Target string

// The targets.
const (
	ToJira Target = "jira"
	ToMail Target = "mail"
	// ToMarks is Jira again: what only shows how a case stands, and must hold up no
	// comment.
	ToMarks Target = "marks"
	// ToFiles is Jira once more: files that are scanned first, and must hold up no
	// comment while the scanner is away.
	ToFiles Target = "files"
	// ToTickets is the API of the provider's tickets.
	ToTickets Target = "tickets"
	// ToOnCall is who is on call in our own organisation, by mail or by webhook.
	ToOnCall Target = "oncall"
)

// Targets are all of them.
func Targets() []Target { return []Target{ToJira, ToMail, ToMarks, ToFiles, ToTickets, ToOnCall} }

// Kind names what an effect does, and so who does it.
type Kind string

// The kinds of effects. The comment names the type of the body.
const (
	PostComment    Kind = "comment"  // CommentBody
	PostAttachment Kind = "attach"   // AttachBody
	ComposeMail    Kind = "compose"  // ComposeBody
	TransmitMail   Kind = "transmit" // TransmitBody
	EditLabels     Kind = "labels"   // LabelsBody
	LinkReference  Kind = "link"     // ReferenceBody: a remote link of the issue
	FillField      Kind = "field"    // ReferenceBody: a custom field of the issue
	ShowTurn       Kind = "turn"     // TurnBody: a custom field that shows whose turn it is
	MoveIssue      Kind = "move"     // MoveBody: a transition of the issue's workflow
	OpenTicket     Kind = "open"     // TicketBody
	ReplyTicket    Kind = "reply"    // TicketBody
	CloseTicket    Kind = "close"    // TicketBody
	ReopenTicket   Kind = "reopen"   // TicketBody
	TellOnCall     Kind = "oncall"   // OnCallBody
)

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{
		PostComment, PostAttachment, ComposeMail, TransmitMail, EditLabels, LinkReference, FillField,
		ShowTurn, MoveIssue, OpenTicket, ReplyTicket, CloseTicket, ReopenTicket, TellOnCall,
	}
}

// EffectState says how far an effect is.
type EffectState string

// The states of an effect. Started and Unknown are never free: they are looked
// for before they are done again.
const (
	EffectPlanned EffectState = "planned"
	EffectStarted EffectState = "started"
	EffectUnknown EffectState = "unknown"
	EffectDone    EffectState = "done"
	EffectFailed  EffectState = "failed"
)

// Effect is one write to the outside.
type Effect struct {
	ID     int64
	CaseID string
	Target Target
	Kind   Kind
	// Key names the effect by outside facts (issue, provider, ordinal, hash of
	// a mail), never by a row. It is unique for ever: planning a known key
	// again plans nothing.
	Key       string
	Body      json.RawMessage
	State     EffectState
	Tries     int // claims so far; the fence of the present one
	Sends     int // how often Do was begun and may have written
	PlannedAt time.Time
	NotBefore time.Time // zero: at once
	// AttemptedAt is when Do was last begun, EndedAt when that attempt was known
	// to have ended; zero before the first time, and EndedAt also while nobody
	// knows, because its process died.
	AttemptedAt time.Time
	EndedAt     time.Time
	Result      json.RawMessage
}

// Plan makes an effect. The body must marshal to JSON.
func Plan(target Target, kind Kind, key string, body any) Effect {
	raw, err := json.Marshal(body)
	if err != nil {
		panic("bridge: effect body of " + string(kind) + " does not marshal: " + err.Error())
	}
	return Effect{Target: target, Kind: kind, Key: key, Body: raw, State: EffectPlanned}
}

// Decode reads the effect's body. One that cannot be read never can.
func (e Effect) Decode(into any) error {
	if err := json.Unmarshal(e.Body, into); err != nil {
		return Permanent(fmt.Errorf("body of effect %s: %w", e.Key, err))
	}
	return nil
}

// Tell makes the effect of a comment about the case. Its key is made of what it tells,
// of the issue, the provider and which escalation that is, and of which says which one
// it is where there may be several.
func Tell(c Case, what, which, markup string) Effect {
	key := strings.TrimSuffix(fmt.Sprintf("%s/%s/%s/%d/%s", what, c.IssueID, c.Provider, c.Ordinal, which), "/")
	return Plan(ToJira, PostComment, key, CommentBody{Text: markup})
}

// CommentBody is the body of PostComment.
type CommentBody struct {
	Text string `json:"text"` // Jira wiki markup
	// While, when it is set, is what must still hold when it is posted.
	While *While `json:"while,omitempty"`
	// Whole, when it is set, is the file with the whole text, of which this is a part.
	Whole string `json:"whole,omitempty"`
}

// While says of which request a comment is, so that none is posted that is no
// longer open.
type While struct {
	State       State  `json:"state"`
	Fingerprint string `json:"fingerprint"`
	Count       int    `json:"count"`
}

// Holds reports whether the case is still as it was then, and not at rest.
func (w While) Holds(c Case) bool {
	return c.State == w.State && !c.Resting() && w.Of(c)
}

// Of reports whether it is the case's last request.
func (w While) Of(c Case) bool {
	return c.Request.Fingerprint == w.Fingerprint && c.Request.Count == w.Count
}

// CommentResult is its result.
type CommentResult struct {
	ID string `json:"id"`
	// At is when Jira took it, by its clock; zero when that is not known.
	At time.Time `json:"at,omitzero"`
	// Skipped: it was not posted, because what it was to be posted for is over.
	Skipped bool `json:"skipped,omitempty"`
}

// AttachBody is the body of PostAttachment: one part of a received mail, or a text
// of ours.
type AttachBody struct {
	Blob string `json:"blob"` // the raw mail; empty for a text
	Part int    `json:"part"` // index of the leaf part, depth first, from 0
	Text string `json:"text,omitempty"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"` // decoded bytes
	// Digest, when it is set, is what the case remembers the file by; see Case.Keep.
	Digest string `json:"digest,omitempty"`
}

// AttachResult is its result.
type AttachResult struct {
	ID string `json:"id"`
	// At is when Jira took it, by its clock; zero when that is not known.
	At time.Time `json:"at,omitzero"`
}

// LabelsBody is the body of EditLabels. Labels that are there already, or are not
// there, are no error.
type LabelsBody struct {
	Add    []string `json:"add,omitempty"`
	Remove []string `json:"remove,omitempty"`
}

// ReferenceBody is the body of LinkReference and FillField.
type ReferenceBody struct {
	Reference string `json:"reference"`
}

// MarkResult is the result of EditLabels, LinkReference and FillField.
type MarkResult struct {
	At time.Time `json:"at,omitzero"` // when Jira took it, by its clock; zero when that is not known
}

// TurnBody is the body of ShowTurn.
type TurnBody struct {
	Text string `json:"text"` // one line
}

// MoveBody is the body of MoveIssue.
type MoveBody struct {
	Event Moment `json:"event"`
}

// Moment is a moment in the life of a case at which the issue's status may change.
type Moment string

// The moments.
const (
	AtAsked    Moment = "asked"
	AtSent     Moment = "sent"
	AtAnswered Moment = "answered"
	AtClosed   Moment = "closed"
	AtReopened Moment = "reopened"
)

// Moments are all of them.
func Moments() []Moment { return []Moment{AtAsked, AtSent, AtAnswered, AtClosed, AtReopened} }

// OnCallBody is the body of TellOnCall.
type OnCallBody struct {
	Subject string `json:"subject"`
	Text    string `json:"text"` // plain
	// Mail and Webhook say by which ways.
	Mail    bool `json:"mail,omitempty"`
	Webhook bool `json:"webhook,omitempty"`
	// Step is the id of the step of the matrix that it is, or empty.
	Step string `json:"step,omitempty"`
}

// About says what a notice is that brings nothing of the form.
type About string

// What it is.
const (
	AboutForm   About = ""       // the form, or an addition to it
	AboutWords  About = "words"  // a text for the provider, from a comment
	AboutClaim  About = "claim"  // an answer is claimed
	AboutAgain  About = "again"  // the first notice once more, at a person's word
	AboutClose  About = "close"  // the case is closed here
	AboutReopen About = "reopen" // and open again
)

// ComposeBody is the body of ComposeMail.
type ComposeBody struct {
	Serial int `json:"serial"`
	// About says what the notice is, when it brings nothing of the form.
	About About `json:"about,omitempty"`
	// Comment is the id of the comment of AboutWords, or of the command that asked for it;
	// Digest that of its text when it was decided to send it: what was edited since does
	// not leave.
	Comment string `json:"comment,omitempty"`
	Digest  string `json:"digest,omitempty"`
	// Said is what the person who commanded wants said besides; markup.
	Said string `json:"said,omitempty"`
	// Cc are further recipients, of a claim.
	Cc []string `json:"cc,omitempty"`
	// Fields are the ids of the fields whose values an addition brings; none for
	// the first notice, which brings everything.
	Fields []string `json:"fields,omitempty"`
	// Anyway are those of an addition's places of which a person lets leave what was
	// masked: ids of Fields, and the summary or the further description; see Hidden.
	Anyway []string `json:"anyway,omitempty"`
	// Files are the ids of the attachments that an addition brings; the first notice
	// brings what is evidence.
	Files []string `json:"files,omitempty"`
	// Lean: without attachments, because the mail with them was refused, which was
	// Fat.
	Lean bool    `json:"lean,omitempty"`
	Fat  *Notice `json:"fat,omitempty"`
}

// ComposeResult is its result: a notice ready to be transmitted, or the reason
// why nothing is to be sent any more.
type ComposeResult struct {
	Notice    Notice `json:"notice"`
	Withdrawn string `json:"withdrawn,omitempty"`
	// Resolved: the issue is, and nobody has asked since that it be sent; of an
	// addition, the case was closed meanwhile.
	Resolved bool `json:"resolved,omitempty"`
	// Incomplete: somebody took away what was there when it was decided to send.
	Incomplete bool `json:"incomplete,omitempty"`
	// Nothing: the values of an addition are no longer there. Fault is why, of what a
	// comment says.
	Nothing bool  `json:"nothing,omitempty"`
	Fault   Fault `json:"fault,omitempty"`
	// Stopped is what must not leave, not even masked, until a person says so.
	Stopped []Hidden `json:"stopped,omitempty"`
}

// TransmitBody is the body of TransmitMail.
type TransmitBody struct {
	MessageID string   `json:"messageID"`
	Blob      string   `json:"blob"`
	Size      int64    `json:"size"`
	From      string   `json:"from"`
	To        []string `json:"to"`
	Copy      string   `json:"copy"`
}

// TransmitResult is its result.
type TransmitResult struct {
	At     time.Time `json:"at"`
	Answer string    `json:"answer"` // the server's last reply
	// QueueID is what the server calls the mail, by that reply; may be empty.
	QueueID string `json:"queueID,omitempty"`
	// Proof says how it is known: "answer", or "copy" when the server's answer
	// was lost and our own copy arrived.
	Proof string `json:"proof"`
	// CopyRefused holds the server's words when our own mailbox was refused.
	CopyRefused string `json:"copyRefused,omitempty"`
	// Withdrawn says why nothing was sent although it was planned.
	Withdrawn string `json:"withdrawn,omitempty"`
	// Resolved: nothing was sent, because the issue is resolved; of an addition,
	// because the case was closed meanwhile.
	Resolved bool `json:"resolved,omitempty"`
	// Shadow: nothing was sent, it was only recorded.
	Shadow bool `json:"shadow,omitempty"`
	// Changed: nothing was sent, because the issue is not any more what the notice was
	// composed from.
	Changed bool `json:"changed,omitempty"`
	// Fat: what left was the notice with files in whose place this one was to go.
	Fat bool `json:"fat,omitempty"`
	// News: when it was sent the issue said or had more than was composed.
	News bool `json:"news,omitempty"`
	// Fault: nothing was sent, because of the comment whose text it brings.
	Fault Fault `json:"fault,omitempty"`
}

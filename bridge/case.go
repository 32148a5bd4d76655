package bridge

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// State says where a case stands. The zero value is no state.
type State string

// The states of a case, in the order in which a case normally takes them.
const (
	// Settling: labelled, and the quiet time after the last edit has not passed.
	Settling State = "settling"
	// Asked: mandatory information is missing and was asked for.
	Asked State = "asked"
	// Sending: complete; the notice is being composed or transmitted.
	Sending State = "sending"
	// Sent: the provider's server took the notice.
	Sent State = "sent"
	// Answered: the provider has replied at least once.
	Answered State = "answered"
	// Handed: the notice stands in a comment, for a person to enter it in the provider's
	// portal and to say under which number.
	Handed State = "handed"
	// Undelivered: the notice was refused, or nobody can say; a person must act.
	Undelivered State = "undelivered"
	// Withdrawn: the label was removed before anything was sent.
	Withdrawn State = "withdrawn"
	// Closed: nothing more is sent; what still comes is posted.
	Closed State = "closed"
	// Listed: it was labelled before this installation began to work, or it has a
	// past that the store does not know. Nothing is done until a person asks anew.
	Listed State = "listed"
	// Refused: who labelled may not escalate. Nothing is done.
	Refused State = "refused"
	// Braked: too many escalations to the provider began within a short time.
	// Nothing is done until it is released.
	Braked State = "braked"
	// Joined: it shares the case of another issue. Nothing is sent for it; what the
	// provider writes is posted here as well.
	Joined State = "joined"
)

// Open reports whether the case follows its issue's label: it is not over. Of one
// that is listed, refused or braked nothing is done yet.
func (s State) Open() bool { return s != "" && s != Withdrawn && s != Closed }

// Case is one escalation of one issue to one provider.
type Case struct {
	// ID is random, 16 letters of lower-case base32. It is the case part of
	// every identity that escalat signs.
	ID       string    `json:"-"`
	IssueID  string    `json:"-"`
	Provider string    `json:"-"` // profile id
	State    State     `json:"-"`
	Rev      int64     `json:"-"` // grows by one with each transaction on the case
	DueAt    time.Time `json:"-"` // when the issue must be looked at again; zero: never by itself

	IssueKey string `json:"issueKey"`
	// FormerKeys are those that the issue had before it was moved, oldest first.
	FormerKeys []string  `json:"formerKeys,omitempty"`
	Ordinal    int       `json:"ordinal"` // 1 for the issue's first escalation to the provider
	Kind       string    `json:"kind"`    // form id; empty while it is not known
	OpenedAt   time.Time `json:"openedAt"`
	OpenedBy   User      `json:"openedBy"` // who labelled, else the assignee, else nobody
	// Label is the label that opened the case, as it is written on the issue, and
	// LabelledAt when it was put on, by Jira's clock; zero when the change log does
	// not say. Both follow the issue until the notice is sent.
	Label      string    `json:"label"`
	LabelledAt time.Time `json:"labelledAt,omitzero"`
	Request    Request   `json:"request"`
	// WaitingSince is since when the quiet time has been waited for; zero when it
	// is not.
	WaitingSince time.Time `json:"waitingSince,omitzero"`
	// Rounds counts how often the case went back from composing, or what it composed
	// was dropped, because the issue was no longer the same.
	Rounds int `json:"rounds,omitempty"`
	// Forced is the command to send what there is; zero while nobody gave it.
	Forced Forced `json:"forced,omitzero"`
	// Allowed is what a person lets leave although it looks private, and Stopped what stops
	// the notice that would bring it, as the team was told.
	Allowed Allowed  `json:"allowed,omitzero"`
	Stopped []Hidden `json:"stopped,omitempty"`
	// Aside are files that were withheld from an addition that brought nothing else.
	Aside []Evidence `json:"aside,omitempty"`
	// Weighed is a digest of what the issue said when its first notice was last to be
	// composed: what was stopped is composed anew when that is another.
	Weighed string `json:"weighed,omitempty"`
	// Spent are the ids of the comments whose command was followed, by this case or
	// an earlier one of the issue with the provider, or answered: see Spend.
	Spent []string `json:"spent,omitempty"`
	// ResolvedSince is since when nothing is asked or sent because the issue is
	// resolved; zero when it is not.
	ResolvedSince time.Time `json:"resolvedSince,omitzero"`
	// OtherKind is the form that the labels name instead of the one that the
	// provider was told, as the team was last told of it; KindChanges counts that.
	OtherKind   string   `json:"otherKind,omitempty"`
	KindChanges int      `json:"kindChanges,omitempty"`
	Notices     []Notice `json:"notices,omitempty"`
	// Pending are the ids of the fields that the provider was told are to be
	// confirmed, and that have not followed yet.
	Pending []string `json:"pending,omitempty"`
	// Additions counts the notices after the first that were planned.
	Additions int `json:"additions,omitempty"`
	// Returned are the ids of fields that are pending once more because their
	// addition could not be composed; a second time they are not.
	Returned []string `json:"returned,omitempty"`
	// References are the provider's ticket numbers, oldest first. Marked are those of
	// them that the issue's remote links and the configured field show.
	References []string `json:"references,omitempty"`
	Marked     []string `json:"marked,omitempty"`

	// Labels are the escalation labels as they were last seen on the issue.
	Labels []string `json:"labels,omitempty"`
	// Shown is the state label that is on the issue by our doing, or was planned
	// to be; Marks counts how often the marks of the issue were planned anew.
	Shown string `json:"shown,omitempty"`
	Marks int    `json:"marks,omitempty"`
	// Unlabelled: it was planned to take the escalation labels off, because the issue
	// was resolved.
	Unlabelled bool `json:"unlabelled,omitempty"`
	// Closing says why it was closed; empty for a case that is not.
	Closing Closing `json:"closing,omitempty"`
	// LabelOn: it was closed while a label was on, which does not open another case
	// until it was off once. LabelsAt is the time of the newest change of labels
	// that was known then, by Jira's clock.
	LabelOn  bool      `json:"labelOn,omitempty"`
	LabelsAt time.Time `json:"labelsAt,omitzero"`
	// Leader is the id of the case that a joined one shares, LeaderKey the key of
	// that case's issue.
	Leader    string `json:"leader,omitempty"`
	LeaderKey string `json:"leaderKey,omitempty"`
	// LeaderIssue is the id of that case's issue. LeaderSent: its notice was seen to
	// have been sent, so that this case waits for nothing of it.
	LeaderIssue string `json:"leaderIssue,omitempty"`
	LeaderSent  bool   `json:"leaderSent,omitempty"`
	// Joins counts how often it joined one.
	Joins int `json:"joins,omitempty"`
	// LeaderFailed is the id of the case of which it was told here that its mail was
	// not delivered.
	LeaderFailed string `json:"leaderFailed,omitempty"`
	// KnownUntil is up to when comments of ours that no case remembers are no news:
	// the case was listed for them, or a person has had it go on since.
	KnownUntil time.Time `json:"knownUntil,omitzero"`
	// BrakedAt is when the brake held it.
	BrakedAt time.Time `json:"brakedAt,omitzero"`
	// ReadAt is the issue's time of update when it was last decided upon. Echoes are
	// the times of our own last writes to the issue. Both by Jira's clock.
	ReadAt time.Time   `json:"readAt,omitzero"`
	Echoes []time.Time `json:"echoes,omitempty"`
	// Posted are the ids of our comments on the issue, of the case's effects.
	Posted []string `json:"posted,omitempty"`
	// UnreadableSince is since when the issue cannot be read; zero when it can.
	UnreadableSince time.Time `json:"unreadableSince,omitzero"`

	// Thread holds the Message-IDs of the conversation with the provider, ours and
	// theirs, in the order in which they came; of a great many the first and the
	// newest. Heard is the provider's newest.
	Thread []string `json:"thread,omitempty"`
	Heard  string   `json:"heard,omitempty"`
	// Written is how the provider writes its newest reference in a subject, such as
	// [Ticket#123]; empty while it was never seen in one.
	Written string `json:"written,omitempty"`
	// Strangers are digests of the senders of whose quarantined mails the issue was told.
	Strangers []string `json:"strangers,omitempty"`
	// Files are digests (SHA-256, hex) of files that are on the issue already: those
	// that came with replies and those that we sent.
	Files []string `json:"files,omitempty"`
	// FileTries counts how often the notice that is being composed failed because of
	// files. Anew: what was composed was dropped, because the issue was changed before
	// it left, and is composed once more.
	FileTries int  `json:"fileTries,omitempty"`
	Anew      bool `json:"anew,omitempty"`
	// Offered is a digest of what people were last told that the provider does not
	// have; Offers counts that.
	Offered string `json:"offered,omitempty"`
	Offers  int    `json:"offers,omitempty"`
	// CallUntil is until when the provider must be called; zero when it need not.
	// AwareAt is when the provider was last known to know of it: a person called, or
	// somebody there wrote. HeardAt is when somebody there, and no program, last wrote.
	CallUntil time.Time `json:"callUntil,omitzero"`
	AwareAt   time.Time `json:"awareAt,omitzero"`
	HeardAt   time.Time `json:"heardAt,omitzero"`
	// ShownCall: the label that asks to call is on the issue by our doing, or was
	// planned to be.
	ShownCall bool `json:"shownCall,omitempty"`

	// CallSince is since when the provider must be called, and CallTold when people were
	// last reminded of it; zero while CallUntil is. NotUrgent: a person said that nobody
	// is to be called about the case.
	CallSince time.Time `json:"callSince,omitzero"`
	CallTold  time.Time `json:"callTold,omitzero"`
	NotUrgent bool      `json:"notUrgent,omitempty"`
	// Say is what people were last told to say on the telephone.
	Say string `json:"say,omitempty"`
	// ConfirmedAt is when the provider, be it a program of its desk, first confirmed that
	// it has the first notice: by an acknowledgement, an answer, or by telephone.
	ConfirmedAt time.Time `json:"confirmedAt,omitzero"`
	// Turn says who is to act, TurnSince since when, and Times how long it was each one's
	// turn before that; see Pass.
	Turn      Turn           `json:"turn,omitempty"`
	TurnSince time.Time      `json:"turnSince,omitzero"`
	Times     map[Turn]Spell `json:"times,omitempty"`
	// Late are the ids of what was told to be late since TurnSince, with the time, steps
	// of the matrix among them. Claims counts the claims that were planned.
	Late   map[string]time.Time `json:"late,omitempty"`
	Claims int                  `json:"claims,omitempty"`
	// ClaimedAt is when the newest claim was planned.
	ClaimedAt time.Time `json:"claimedAt,omitzero"`
	// Ticket is what the provider's API says of the case's ticket there.
	Ticket Ticket `json:"ticket,omitzero"`
	// Relayed are, by the id of a comment, digests of the texts for the provider that were
	// planned to be sent; see Relay, GiveUp.
	Relayed map[string]string `json:"relayed,omitempty"`
	// Unrelayed: when the issue was last looked at, such a text waited for the first notice.
	Unrelayed bool `json:"unrelayed,omitempty"`
	// ReopenedAt is when a closed case was last opened again, by a reply or a person: what
	// would have closed it before does not close it.
	ReopenedAt time.Time `json:"reopenedAt,omitzero"`
	// Relabelled: a label was seen on since then, and taking it off closes the case. LabelsAt
	// is the newest change of labels that was known when it was first seen.
	Relabelled bool `json:"relabelled,omitempty"`
	// Unheard: it was opened again, and nobody of the provider is known to know that.
	Unheard bool `json:"unheard,omitempty"`
	// ClosingProposed is when people were last told that the provider holds the case to
	// be solved.
	ClosingProposed time.Time `json:"closingProposed,omitzero"`
	// Passed is the form by which the provider handles the ticket since it has passed it on,
	// which is Kind then; empty while it has not.
	// PassedAt is when it did.
	Passed   string    `json:"passed,omitempty"`
	PassedAt time.Time `json:"passedAt,omitzero"`
	// HandedAt is when the first notice was given to a person, to be entered in the
	// provider's portal, and EntryTold when people were last reminded that it is not there.
	HandedAt  time.Time `json:"handedAt,omitzero"`
	EntryTold time.Time `json:"entryTold,omitzero"`
	// Moved is the moment for which the issue's status was last to change, and MovedOf the
	// state of the case at which that was last looked at.
	Moved   Moment `json:"moved,omitempty"`
	MovedOf State  `json:"movedOf,omitempty"`
	// ShownTurn is whose turn the configured field shows by our doing, or was planned to,
	// and ShownTurnSince since when.
	ShownTurn      Turn      `json:"shownTurn,omitempty"`
	ShownTurnSince time.Time `json:"shownTurnSince,omitzero"`
	// Contradicted names the choice of a form against which the facts were told, which was
	// at ContradictedAt.
	Contradicted   string    `json:"contradicted,omitempty"`
	ContradictedAt time.Time `json:"contradictedAt,omitzero"`
}

// Closing says why a case was closed.
type Closing string

// The reasons.
const (
	ByLabel    Closing = "label"    // the escalation label was removed
	ByAnother  Closing = "another"  // the label was put back: the next case follows
	ByResolved Closing = "resolved" // the issue was resolved
	ByCommand  Closing = "command"  // a person closed it, and the provider was told
)

// Request is the last request for missing information.
type Request struct {
	Fingerprint string    `json:"fingerprint,omitempty"` // of the set of problems
	Fields      []string  `json:"fields,omitempty"`      // ids of what was asked for
	At          time.Time `json:"at,omitzero"`
	Count       int       `json:"count,omitempty"`
	// Earlier are the times of the requests of the last day before this one.
	Earlier []time.Time `json:"earlier,omitempty"`
	// Seen is a digest of what the issue said when it was asked.
	Seen string `json:"seen,omitempty"`
	// MendingSince is since when a part of what was asked for has been seen filled
	// in, and the rest is waited for; zero when it is not.
	MendingSince time.Time `json:"mendingSince,omitzero"`
	// Held: another request is due, but there were enough of them for a day.
	Held bool `json:"held,omitempty"`
}

// Forced is the command of a person to send although something is missing.
type Forced struct {
	CommentID string    `json:"commentID"`
	By        User      `json:"by"`
	At        time.Time `json:"at"`
}

// Allowed is the command of a person to send what looks private: that which stood there
// when it was given, and nothing that came later.
type Allowed struct {
	CommentID string    `json:"commentID"` // of the newest command
	By        User      `json:"by"`
	At        time.Time `json:"at"`
	Reason    string    `json:"reason"`           // as the person wrote it, without what is private
	Prints    []string  `json:"prints,omitempty"` // see Hit.Print
	Files     []string  `json:"files,omitempty"`  // ids of attachments
}

// Bounds of what a case remembers.
const (
	maxFormerKeys = 20
	maxEchoes     = 8
	maxPosted     = 500
)

// Called notes the issue's present key.
func (c *Case) Called(key string) {
	if key == c.IssueKey {
		return
	}
	if c.IssueKey != "" && !slices.Contains(c.FormerKeys, c.IssueKey) {
		former := append(slices.Clone(c.FormerKeys), c.IssueKey)
		c.FormerKeys = former[max(0, len(former)-maxFormerKeys):]
	}
	c.IssueKey = key
}

// Wrote remembers that something of ours was written on the issue at that time, by
// Jira's clock: the comment of that id, or nothing that has one.
func (c *Case) Wrote(commentID string, at time.Time) {
	if commentID != "" && !slices.Contains(c.Posted, commentID) {
		posted := append(slices.Clone(c.Posted), commentID)
		c.Posted = posted[max(0, len(posted)-maxPosted):]
	}
	if !at.IsZero() {
		echoes := append(slices.Clone(c.Echoes), at)
		c.Echoes = echoes[max(0, len(echoes)-maxEchoes):]
	}
}

// Remembers reports whether the comment of ours with that id was posted for the
// case. Of so many that the oldest were forgotten, it holds older ones to be too:
// Jira counts its ids upwards.
func (c *Case) Remembers(commentID string) bool {
	if slices.Contains(c.Posted, commentID) {
		return true
	}
	if len(c.Posted) < maxPosted {
		return false
	}
	oldest, err := strconv.ParseUint(c.Posted[0], 10, 64)
	id, wrong := strconv.ParseUint(commentID, 10, 64)
	return err == nil && wrong == nil && id < oldest
}

// maxReferences bounds the provider's ticket numbers of a case.
const maxReferences = 20

// Refer remembers a ticket number of the provider and reports whether the case has
// it now: of a great many the first ones are kept.
func (c *Case) Refer(reference string) bool {
	if slices.ContainsFunc(c.References, func(known string) bool { return strings.EqualFold(known, reference) }) {
		return true
	}
	if reference == "" || len(c.References) >= maxReferences {
		return false
	}
	c.References = append(slices.Clone(c.References), reference)
	return true
}

// EchoWindow is how far Jira's time of an update may lie from the time at which it
// says that it took what caused it.
const EchoWindow = 2 * time.Second

// Echo reports whether an update of the issue at that time is our own doing, and
// nothing is waited for that a person might have written in the same moment.
func (c *Case) Echo(updated time.Time) bool {
	if c.Waits() {
		return false
	}
	return slices.ContainsFunc(c.Echoes, func(at time.Time) bool { return updated.Sub(at).Abs() <= EchoWindow })
}

// Waits reports whether the case needs something of the issue to go on, or waits for a
// person to say that the provider was called. That the provider was told otherwise can
// wait for the next look.
func (c *Case) Waits() bool {
	if !c.CallUntil.IsZero() {
		return true
	}
	switch c.State {
	case Settling, Asked, Listed, Refused, Braked, Handed:
		return true
	case Sent, Answered:
		return len(c.Pending) > 0
	}
	return false
}

// maxSpent bounds how many comments are remembered whose command is done with: more
// than people write in a long night.
const maxSpent = 300

// Spend remembers comments whose command is done with, the newest of them.
func (c *Case) Spend(ids ...string) {
	spent := slices.Clone(c.Spent)
	for _, id := range ids {
		if id != "" && !slices.Contains(spent, id) {
			spent = append(spent, id)
		}
	}
	c.Spent = spent[max(0, len(spent)-maxSpent):]
}

// Followed reports whether a command is done with. Of so many that the oldest were
// forgotten it holds old ones to be, too.
func (c *Case) Followed(one Command, now time.Time) bool {
	return slices.Contains(c.Spent, one.Mark()) || len(c.Spent) >= maxSpent && one.Stale(now)
}

// Rests reports whether a case of which nothing was sent waits because its issue is
// archived, or resolved. A command that was given after that sends what is resolved
// all the same, and a case that was opened again after that goes on.
func (c *Case) Rests(i Issue) bool {
	switch {
	case i.Archived:
		return true
	case !i.Resolved:
		return false
	}
	since := i.ResolvedAt
	if since.IsZero() {
		since = c.ResolvedSince
	}
	if c.reopenedAfter(since) {
		return false
	}
	return c.Forced.CommentID == "" || since.IsZero() || c.Forced.At.Before(since)
}

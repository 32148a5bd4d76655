package bridge

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"escalat/mapping"
)

// Notice is a mail to the provider: fixed bytes under one Message-ID.
type Notice struct {
	Serial    int       `json:"serial"` // 1 for the first notice of the case
	MessageID string    `json:"messageID"`
	Blob      string    `json:"blob"`
	Size      int64     `json:"size"`
	Subject   string    `json:"subject"`
	From      string    `json:"from"` // envelope sender
	To        []string  `json:"to"`   // the provider's addresses
	Copy      string    `json:"copy"` // our own mailbox, second recipient of the same transaction
	SentAt    time.Time `json:"sentAt,omitzero"`
	SeenAt    time.Time `json:"seenAt,omitzero"` // when our own copy arrived
	Answer    string    `json:"answer,omitempty"`
	// Channel is how it goes; empty: by mail. Body is its text where it is no mail: what is
	// entered in the provider's portal, or sent to its API. About says what it is when it
	// brings nothing of the form, and Comment the comment whose text it brings.
	Channel Channel `json:"channel,omitempty"`
	Body    string  `json:"body,omitempty"`
	// Sum stands for Body once it has left: see Case.Slim.
	Sum     string `json:"sum,omitempty"`
	About   About  `json:"about,omitempty"`
	Comment string `json:"comment,omitempty"`
	// Cut: that text was too long for a ticket, and its end is not in it.
	Cut bool `json:"cut,omitempty"`
	// Author is the name of who wrote that comment, Written when.
	Author  string    `json:"author,omitempty"`
	Mention string    `json:"mention,omitempty"` // Jira markup that addresses the author
	Written time.Time `json:"written,omitzero"`
	// Said is what the person who asked for it wants said besides; markup.
	Said string `json:"said,omitempty"`
	// Filed is how it is filed where it does not go by mail: see mapping.Profile.FilingOf.
	Filed *mapping.Filing `json:"filed,omitempty"`
	// Cc are recipients besides the provider's usual ones.
	Cc []string `json:"cc,omitempty"`
	// Form is the id of the form by which it is filed, where that is not Kind: see
	// mapping.Through.
	Form string `json:"form,omitempty"`
	// Shadow: it was only recorded as sent. Redirected: it was composed for an own
	// address in the provider's place.
	Shadow     bool   `json:"shadow,omitempty"`
	Redirected bool   `json:"redirected,omitempty"`
	Kind       string `json:"kind,omitempty"` // form id that it names
	// Pending are the ids of the fields that it tells are to be confirmed. Fields
	// are those whose values it brings: of an addition, and of the first notice
	// where that could not name the kind.
	Pending []string `json:"pending,omitempty"`
	Fields  []string `json:"fields,omitempty"`
	Doubts  []Doubt  `json:"doubts,omitempty"`
	// Changed are those of Fields of which the provider was told something else
	// before. Told is, by field id, a digest of what it was told; see Digest.
	Changed []string          `json:"changed,omitempty"`
	Told    map[string]string `json:"told,omitempty"`
	// Files are the attachments of the issue that it brings, and Omitted those that it
	// does not, each with the reason.
	Files   []Evidence `json:"files,omitempty"`
	Omitted []Evidence `json:"omitted,omitempty"`
	// Further counts those that it does not bring besides Omitted, by their reason.
	// Upto is then the highest id of the attachments that were there: Jira counts
	// upwards.
	Further map[LeftOut]int `json:"further,omitempty"`
	Upto    uint64          `json:"upto,omitempty"`
	// Hidden is what was masked in its texts. Anyway is as in ComposeBody.
	Hidden []Hidden `json:"hidden,omitempty"`
	Anyway []string `json:"anyway,omitempty"`
	// Framed are the places of those of Hidden that only the notice around them gave away,
	// by their prints: the issue knows nothing of them. See Hit.
	Framed map[string]string `json:"framed,omitempty"`
	// Tongue is the language from which texts of it were translated, or were to be:
	// Untranslated is then why they stand as they were written; empty: they were translated.
	Tongue       string       `json:"tongue,omitempty"`
	Untranslated Untranslated `json:"untranslated,omitempty"`
	// Source is a digest of the texts from which it was composed; empty where that
	// was not noted. Anew: it was composed because what was composed before was of
	// other texts, and is attempted as it is.
	Source string `json:"source,omitempty"`
	Anew   bool   `json:"anew,omitempty"`
	// Fat is the notice that the server refused, in whose place this one goes
	// without files.
	Fat *Notice `json:"fat,omitempty"`
	// Unproved: nobody can say whether it left, and it is not sent again.
	Unproved bool `json:"unproved,omitempty"`
	// Room is how many bytes the server took in one mail, as it said then; 0 when that
	// was not known.
	Room int64 `json:"room,omitempty"`
	// Prints are fingerprints of its lines, by which a quote of it is known.
	Prints []uint32 `json:"prints,omitempty"`
	// Bounced is when a mail server said that it could not be delivered, BouncedTo to
	// whom; zero and empty while none did.
	Bounced   time.Time `json:"bounced,omitzero"`
	BouncedTo []string  `json:"bouncedTo,omitempty"`
	// QueueID is what the server calls the mail, by its answer; may be empty.
	QueueID string `json:"queueID,omitempty"`
}

// Untranslated says why a notice is in the language in which it was written.
type Untranslated string

// The reasons.
const (
	NoTranslator     Untranslated = "none"    // none is configured
	TranslatorAway   Untranslated = "away"    // it did not answer, or in vain
	PartlyTranslated Untranslated = "partly"  // some sentences would have been damaged
	NotPermitted     Untranslated = "private" // something private stood in it, and it is a service of others
)

// Doubt is a value that looked wrong when it was sent.
type Doubt struct {
	Field string       `json:"field"` // id
	Code  mapping.Code `json:"code"`
	Value string       `json:"value,omitempty"`
}

// Notice returns the notice with that Message-ID, or nil.
func (c *Case) Notice(messageID string) *Notice {
	for i := range c.Notices {
		if c.Notices[i].MessageID == messageID {
			return &c.Notices[i]
		}
	}
	return nil
}

// Drop takes the notice with that Message-ID out of the case.
func (c *Case) Drop(messageID string) {
	c.Notices = slices.DeleteFunc(slices.Clone(c.Notices), func(n Notice) bool { return n.MessageID == messageID })
}

// First returns the first notice, or nil.
func (c *Case) First() *Notice {
	for i := range c.Notices {
		if c.Notices[i].Serial == 1 {
			return &c.Notices[i]
		}
	}
	return nil
}

// FormNotice is the notice by which the provider has the form: the first, or where that did not
// arrive one that brought it once more; the first also where nobody knows. Nil when there
// is none.
func (c *Case) FormNotice() *Notice {
	first := c.First()
	if first != nil && first.Left() && first.Bounced.IsZero() {
		return first
	}
	for i := range c.Notices {
		if n := &c.Notices[i]; n.About == AboutAgain && n.Left() {
			return n
		}
	}
	return first
}

// Reached reports whether an address of the provider is left that the notice was not
// returned from, of those in copy, too.
func (n *Notice) Reached() bool {
	return slices.ContainsFunc(slices.Concat(n.To, n.Cc), func(to string) bool {
		return !slices.ContainsFunc(n.BouncedTo, func(b string) bool { return strings.EqualFold(b, to) })
	})
}

// Left reports whether the notice is known to have left: by the server's answer,
// by our own copy, or because somebody has answered it.
func (n *Notice) Left() bool { return !n.Shadow && (!n.SentAt.IsZero() || !n.SeenAt.IsZero()) }

// Missing are those of Pending that have no answer in what it tells.
func (n *Notice) Missing() []string {
	return slices.DeleteFunc(slices.Clone(n.Pending), func(id string) bool { return n.Told[id] != "" })
}

// Withheld are the files that it does not bring because of what they hold, or because
// nobody can look into them.
func (n *Notice) Withheld() []Evidence {
	return slices.DeleteFunc(slices.Clone(n.Omitted), func(f Evidence) bool { return f.Why != LeftPrivate && f.Why != LeftClosed })
}

// maxAside bounds the files that a case remembers to be withheld by no notice.
const maxAside = 100

// SetAside remembers files that were withheld while there is no notice to say so.
func (c *Case) SetAside(files []Evidence) {
	aside := slices.Clone(c.Aside)
	for _, f := range files {
		aside = slices.DeleteFunc(aside, func(known Evidence) bool { return known.ID == f.ID })
		aside = append(aside, f)
	}
	c.Aside = aside[max(0, len(aside)-maxAside):]
}

// Withheld returns the ids of the files that were withheld from the provider, did not go
// since, and that nobody has let leave.
func (c *Case) Withheld() []string {
	last := map[string]bool{}
	var ids []string
	for _, f := range c.Aside {
		last[f.ID] = true
		ids = append(ids, f.ID)
	}
	for i := range c.Notices {
		n := &c.Notices[i]
		for _, f := range n.Files {
			last[f.ID] = false
		}
		for _, f := range n.Withheld() {
			last[f.ID] = true
			ids = append(ids, f.ID)
		}
	}
	out := slices.DeleteFunc(ids, func(id string) bool { return !last[id] || slices.Contains(c.Allowed.Files, id) })
	slices.Sort(out)
	return slices.Compact(out)
}

// Recompose is what composes the notice once more, from the issue as it is then.
func (n *Notice) Recompose() ComposeBody {
	body := ComposeBody{Serial: n.Serial}
	if n.Serial == 1 {
		return body
	}
	body.About, body.Comment, body.Said, body.Cc = n.About, n.Comment, n.Said, n.Cc
	if n.About == AboutWords {
		body.Digest = n.Source
	}
	if n.About == AboutAgain {
		return body
	}
	body.Fields, body.Anyway = n.Fields, n.Anyway
	for _, f := range slices.Concat(n.Files, n.Omitted) {
		body.Files = append(body.Files, f.ID)
	}
	return body
}

// Entered notes that a person has entered in the provider's portal what was given to be
// entered there, and reports whether there was any.
func (c *Case) Entered(at time.Time) bool {
	c.Notices = slices.Clone(c.Notices)
	found := false
	for i := range c.Notices {
		if n := &c.Notices[i]; n.Channel == ByPortal && n.SentAt.IsZero() {
			n.SentAt, found = at, true
		}
	}
	return found
}

const (
	maxOmitted = 200 // files that a notice names as left out
	reasons    = 8   // more than there are for that
)

// Abridge keeps of a great many files that are left out the first, and how many more
// there are; attachments are all that were there.
func (n *Notice) Abridge(attachments []Attachment) {
	if len(n.Omitted) <= maxOmitted {
		return
	}
	n.Further = map[LeftOut]int{}
	seen := map[LeftOut]bool{}
	var kept []Evidence
	for _, f := range n.Omitted {
		if len(kept) < maxOmitted-reasons || !seen[f.Why] { // each reason has a name
			kept = append(kept, f)
		} else {
			n.Further[f.Why]++
		}
		seen[f.Why] = true
	}
	n.Omitted = kept
	for _, a := range attachments {
		if id, err := strconv.ParseUint(a.ID, 10, 64); err == nil {
			n.Upto = max(n.Upto, id)
		}
	}
}

// Considered returns those of the attachments that were there when a notice was
// composed, by their ids: it brings them, or they are left out.
func (c *Case) Considered(attachments []Attachment) map[string]bool {
	out := map[string]bool{}
	for _, f := range c.Aside {
		out[f.ID] = true
	}
	for i := range c.Notices {
		n := &c.Notices[i]
		for _, f := range slices.Concat(n.Files, n.Omitted) {
			out[f.ID] = true
		}
		for _, a := range attachments {
			number, err := strconv.ParseUint(a.ID, 10, 64)
			out[a.ID] = out[a.ID] || len(n.Further) > 0 && err == nil && number <= n.Upto
		}
	}
	return out
}

package web

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// Limits of what is taken from a webhook.
const (
	maxLabels = 1000
	maxAuthor = 255 // bytes
)

// Hint says that an issue should be looked at. Of what it tells, only the issue's
// id is certain to be known.
type Hint struct {
	IssueID     string
	Key         string
	Labels      []string
	LabelsKnown bool // many events do not tell the labels
	// Author is the account id, or on Data Center the name, of who did it; empty
	// when the event does not say.
	Author  string
	Updated time.Time // of the issue; zero when the event does not say
	Event   string    // Jira's name of it; empty when it is no such name
	Deleted bool      // the issue itself
}

// hook is the part of a webhook that is read. Every member may be missing or of
// another shape than this.
type hook struct {
	Event   odd[string] `json:"webhookEvent"`
	Issue   odd[issue]  `json:"issue"`
	User    odd[person] `json:"user"`
	Comment odd[struct {
		Self   odd[string] `json:"self"`
		Author odd[person] `json:"author"`
		Editor odd[person] `json:"updateAuthor"`
	}] `json:"comment"`
	Link odd[struct {
		Source      number `json:"sourceIssueId"`
		Destination number `json:"destinationIssueId"`
	}] `json:"issueLink"`
}

type issue struct {
	ID     number      `json:"id"`
	Key    odd[string] `json:"key"`
	Fields odd[struct {
		Labels  tags        `json:"labels"`
		Updated odd[string] `json:"updated"`
	}] `json:"fields"`
}

type person struct {
	AccountID odd[string] `json:"accountId"`
	Name      odd[string] `json:"name"`
}

// odd is a value that stays zero when it is of another type: one odd member must
// not hide the rest.
type odd[T any] struct{ value T }

// UnmarshalJSON never fails.
func (o *odd[T]) UnmarshalJSON(raw []byte) error {
	var v T
	if json.Unmarshal(raw, &v) != nil {
		v = *new(T)
	}
	o.value = v
	return nil
}

// number is an id of digits, which Jira writes as a text or as a number. It stays
// empty when it is anything else.
type number string

// UnmarshalJSON never fails.
func (n *number) UnmarshalJSON(raw []byte) error {
	*n = toNumber(string(bytes.Trim(raw, `"`)))
	return nil
}

func toNumber(s string) number {
	if !numbers.MatchString(s) {
		return ""
	}
	return number(s)
}

// tags are labels. They stay unknown when they are no list of texts, or too many.
type tags struct {
	list  []string
	known bool
}

// UnmarshalJSON never fails.
func (l *tags) UnmarshalJSON(raw []byte) error {
	*l = tags{}
	if bytes.Count(raw, []byte{','}) >= maxLabels {
		return nil
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil && list != nil {
		*l = tags{list, true}
	}
	return nil
}

var (
	// As long as the ids and keys that Jira is asked for.
	numbers = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)
	keys    = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,254}-[1-9][0-9]{0,17}$`)
	events  = regexp.MustCompile(`^[a-z][a-z0-9:_-]{0,63}$`)
)

// read returns the name of the event and the issues that a webhook names, each
// once. What cannot be read names none.
func read(body []byte) (event string, hints []Hint) {
	var h hook
	if json.Unmarshal(body, &h) != nil {
		return "", nil
	}
	if events.MatchString(h.Event.value) {
		event = h.Event.value
	}
	all := []Hint{h.issue(event)}
	for _, id := range []number{h.Link.value.Source, h.Link.value.Destination} {
		all = append(all, Hint{IssueID: string(id)})
	}
	seen := map[string]bool{"": true}
	for _, hint := range all {
		if seen[hint.IssueID] {
			continue
		}
		seen[hint.IssueID] = true
		hint.Author, hint.Event = h.author(event), event
		hints = append(hints, hint)
	}
	return event, hints
}

// issue returns what is told of the issue, or of the one that the comment is on: a
// server's events of comments have no issue.
func (h *hook) issue(event string) Hint {
	i := h.Issue.value
	if i.ID == "" {
		return Hint{IssueID: string(commented(h.Comment.value.Self.value))}
	}
	hint := Hint{
		IssueID: string(i.ID),
		Labels:  i.Fields.value.Labels.list, LabelsKnown: i.Fields.value.Labels.known,
		Updated: moment(i.Fields.value.Updated.value),
		Deleted: event == "jira:issue_deleted",
	}
	if keys.MatchString(i.Key.value) {
		hint.Key = i.Key.value
	}
	return hint
}

// commented returns the issue's id of a comment's address: …/issue/10001/comment/5.
func commented(self string) number {
	const before = "/issue/"
	at := strings.LastIndex(self, before)
	if at < 0 {
		return ""
	}
	id, _, found := strings.Cut(self[at+len(before):], "/comment/")
	if !found {
		return ""
	}
	return toNumber(id)
}

// author returns who did it. Whose comment was deleted is not who deleted it.
func (h *hook) author(event string) string {
	people := []person{h.User.value}
	if event != "comment_deleted" {
		people = append(people, h.Comment.value.Editor.value, h.Comment.value.Author.value)
	}
	for _, p := range people {
		for _, name := range []string{p.AccountID.value, p.Name.value} {
			if name != "" && len(name) <= maxAuthor {
				return name
			}
		}
	}
	return ""
}

// moment reads a time as Jira writes it, or as the rest of the world does.
func moment(s string) time.Time {
	for _, form := range []string{"2006-01-02T15:04:05Z0700", time.RFC3339, "2006-01-02T15:04:05Z07"} {
		if t, err := time.Parse(form, s); err == nil && t.Year() > 0 && t.Year() < 10000 {
			return t
		}
	}
	return time.Time{}
}

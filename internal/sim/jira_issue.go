package sim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Issue is an issue with everything that hangs on it. Users are named by
// [User.Name].
type Issue struct {
	ID          string        `json:"id"`
	Key         string        `json:"key"`
	OldKeys     []string      `json:"oldKeys,omitempty"`
	Summary     string        `json:"summary"`
	Description string        `json:"description"`
	Status      string        `json:"status"`
	Resolution  string        `json:"resolution,omitempty"`
	Labels      []string      `json:"labels"`
	Reporter    string        `json:"reporter"`
	Creator     string        `json:"creator"`
	Assignee    string        `json:"assignee,omitempty"`
	Created     time.Time     `json:"created"`
	Updated     time.Time     `json:"updated"`
	Comments    []*Comment    `json:"comments"`
	Attachments []*Attachment `json:"attachments"`
	History     []Change      `json:"history"`
	Properties  []Property    `json:"properties,omitempty"`
	Links       []Link        `json:"links,omitempty"`
	RemoteLinks []*RemoteLink `json:"remoteLinks,omitempty"`
	// Archived is when it was archived, ArchivedBy by whom; nil: it is not.
	Archived   *time.Time `json:"archived,omitempty"`
	ArchivedBy string     `json:"archivedBy,omitempty"`
	// Restricted: a security level hides it from the account.
	Restricted bool `json:"restricted,omitempty"`
	// Odd: it is told in the odd shapes of [JiraConfig.Odd].
	Odd bool `json:"odd,omitempty"`
	// Fields are the custom fields that have a value, by id, as a person wrote it.
	Fields map[string]string `json:"fields,omitempty"`
}

// Comment is a comment of an issue.
type Comment struct {
	ID         string      `json:"id"`
	Author     string      `json:"author"`
	Editor     string      `json:"editor,omitempty"` // the last; "" the author
	Body       string      `json:"body"`
	Created    time.Time   `json:"created"`
	Updated    time.Time   `json:"updated"`
	Visibility *Visibility `json:"visibility,omitempty"`
	Properties []Property  `json:"properties,omitempty"`
	// Mentions are the names of the users whom the body addresses.
	Mentions []string `json:"mentions,omitempty"`
}

// Visibility restricts a comment to a role or group.
type Visibility struct {
	Type  string `json:"type"` // role or group
	Value string `json:"value"`
}

// Property is an entity property.
type Property struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// Change is an entry of the change log.
type Change struct {
	ID     string       `json:"id"`
	Author string       `json:"author"`
	At     time.Time    `json:"at"`
	Items  []ChangeItem `json:"items"`
}

// ChangeItem is one changed field.
type ChangeItem struct {
	Field   string `json:"field"`             // a custom field's name
	FieldID string `json:"fieldId,omitempty"` // of a custom field
	From    string `json:"from"`
	To      string `json:"to"`
}

// CreateIssue makes an issue, and its project where there is none.
func (j *Jira) CreateIssue(user, project, summary, description string) (id, key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.cfg.Now()
	issue := &Issue{
		ID: j.id(), Key: j.nextKey(project),
		Summary: summary, Description: j.stored(description), Status: j.cfg.Statuses[0].Name, Labels: []string{},
		Reporter: j.user(user).Name, Creator: j.user(user).Name, Created: now, Updated: now,
		Comments: []*Comment{}, Attachments: []*Attachment{}, History: []Change{},
	}
	j.issues = append(j.issues, issue)
	j.byRef[issue.ID] = issue
	j.byRef[issue.Key] = issue
	j.touch(issue)
	j.tell(event{name: "jira:issue_created", kind: "issue_created", issue: issue, user: user})
	return issue.ID, issue.Key
}

// Edit changes fields as a person would: summary, description, assignee,
// reporter, status, resolution, project, which moves the issue and changes its key, or a
// custom field by its id or its name. Anything else is an error, and so is a
// value that the field cannot hold; then nothing is changed. Without a change
// there is no entry in the change log.
func (j *Jira) Edit(user, key string, fields map[string]string) error {
	return j.write(key, func(issue *Issue) error {
		custom := map[string]Field{}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if name == "project" || issue.text(name) != nil {
				continue
			}
			f, err := j.field(name)
			if err == nil {
				err = checkField(f, fields[name])
			}
			if err != nil {
				return fmt.Errorf("edit %s: %w", key, err)
			}
			custom[name] = f
		}
		var items []ChangeItem
		for _, name := range []string{"summary", "description", "assignee", "reporter", "status", "resolution"} {
			if value, given := fields[name]; given {
				items = append(items, j.setText(issue, name, value)...)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(custom)) {
			items = append(items, j.setField(issue, custom[name], fields[name])...)
		}
		if project, given := fields["project"]; given {
			items = append(items, j.move(issue, project)...)
		}
		j.changed(issue, user, together(items))
		return nil
	})
}

// AddLabel adds a label.
func (j *Jira) AddLabel(user, key, label string) error {
	return j.write(key, func(issue *Issue) error {
		j.changed(issue, user, issue.relabel([]string{label}, nil))
		return nil
	})
}

// RemoveLabel removes a label.
func (j *Jira) RemoveLabel(user, key, label string) error {
	return j.write(key, func(issue *Issue) error {
		j.changed(issue, user, issue.relabel(nil, []string{label}))
		return nil
	})
}

// AddComment adds a comment that everybody on the issue sees.
func (j *Jira) AddComment(user, key, body string) (id string, err error) {
	return j.AddRestrictedComment(user, key, body, nil)
}

// AddRestrictedComment adds a comment for one role or group.
func (j *Jira) AddRestrictedComment(user, key, body string, only *Visibility) (id string, err error) {
	err = j.write(key, func(issue *Issue) error {
		id = j.comment(issue, &Comment{Author: j.user(user).Name, Body: body, Visibility: only}).ID
		return nil
	})
	return id, err
}

// AddAttachment attaches a file.
func (j *Jira) AddAttachment(user, key, name, mimeType string, content []byte) (id string, err error) {
	err = j.write(key, func(issue *Issue) error {
		id = j.attach(issue, user, name, mimeType, content).ID
		return nil
	})
	return id, err
}

// Issue returns a copy of the issue with that id or key.
func (j *Jira) Issue(ref string) (Issue, error) {
	var out Issue
	err := j.act(ref, func(issue *Issue) error {
		raw, err := json.Marshal(issue)
		if err != nil {
			return fmt.Errorf("copy %s: %w", ref, err)
		}
		return json.Unmarshal(raw, &out)
	})
	return out, err
}

// Comments returns the issue's comments, oldest first; none for an unknown issue.
func (j *Jira) Comments(ref string) []Comment {
	j.mu.Lock()
	defer j.mu.Unlock()
	issue := j.byRef[ref]
	if issue == nil {
		return nil
	}
	out := make([]Comment, len(issue.Comments))
	for i, c := range issue.Comments {
		out[i] = *c
		out[i].Properties = slices.Clone(c.Properties)
	}
	return out
}

// Attachments returns the issue's attachments with content, oldest first; none
// for an unknown issue.
func (j *Jira) Attachments(ref string) []Attachment {
	j.mu.Lock()
	defer j.mu.Unlock()
	issue := j.byRef[ref]
	if issue == nil {
		return nil
	}
	out := make([]Attachment, len(issue.Attachments))
	for i, a := range issue.Attachments {
		out[i] = *a
	}
	return out
}

// write is act on an issue that is not archived.
func (j *Jira) write(ref string, f func(*Issue) error) error {
	return j.act(ref, func(issue *Issue) error {
		if issue.Archived != nil {
			return fmt.Errorf("issue %s is archived", ref)
		}
		return f(issue)
	})
}

// act runs f on an issue under the lock.
func (j *Jira) act(ref string, f func(*Issue) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	issue := j.byRef[ref]
	if issue == nil {
		return fmt.Errorf("%w issue %q", ErrUnknown, ref)
	}
	return f(issue)
}

// id returns a new id. The caller holds mu, as for all below.
func (j *Jira) id() string {
	j.nextID++
	return strconv.FormatInt(j.nextID, 10)
}

// stored is the text as Jira keeps it: Cloud loses leading line breaks in its
// way through its own document format.
func (j *Jira) stored(text string) string {
	if j.cfg.Cloud {
		return strings.TrimLeft(text, "\r\n")
	}
	return text
}

// text returns the field that holds a text, or nil.
func (i *Issue) text(field string) *string {
	switch field {
	case "summary":
		return &i.Summary
	case "description":
		return &i.Description
	case "assignee":
		return &i.Assignee
	case "reporter":
		return &i.Reporter
	case "status":
		return &i.Status
	case "resolution":
		return &i.Resolution
	}
	return nil
}

// setText sets a field and says what changed. A status in which an issue is done resolves
// it, all else reopens.
func (j *Jira) setText(issue *Issue, name, value string) []ChangeItem {
	if name == "description" {
		value = j.stored(value)
	}
	if (name == "assignee" || name == "reporter") && value != "" {
		value = j.user(value).Name
	}
	field := issue.text(name)
	if *field == value {
		return nil
	}
	items := []ChangeItem{{Field: name, From: *field, To: value}}
	*field = value
	if name == "status" {
		resolution := ""
		if j.resolves(value) {
			resolution = "Done"
		}
		items = append(items, j.setText(issue, "resolution", resolution)...)
	}
	return items
}

// move gives the issue a key of another project; the old key goes on leading
// to it.
func (j *Jira) move(issue *Issue, project string) []ChangeItem {
	old := issue.Key
	if strings.HasPrefix(old, project+"-") {
		return nil
	}
	former, _, _ := strings.Cut(old, "-")
	issue.OldKeys = append(slices.Clip(issue.OldKeys), old)
	issue.Key = j.nextKey(project)
	j.byRef[issue.Key] = issue
	return []ChangeItem{{Field: "project", From: former, To: project}, {Field: "Key", From: old, To: issue.Key}}
}

// together makes one item of those about one field: a status that sets a
// resolution, and then another resolution.
func together(items []ChangeItem) []ChangeItem {
	var out []ChangeItem
	for _, item := range items {
		i := slices.IndexFunc(out, func(o ChangeItem) bool { return o.Field == item.Field && o.FieldID == item.FieldID })
		if i < 0 {
			out = append(out, item)
			continue
		}
		out[i].To = item.To
	}
	return slices.DeleteFunc(out, func(i ChangeItem) bool { return i.From == i.To })
}

// relabel adds and removes labels and says what changed.
func (i *Issue) relabel(add, remove []string) []ChangeItem {
	before := strings.Join(i.Labels, " ")
	labels := slices.DeleteFunc(slices.Clone(i.Labels), func(l string) bool { return slices.Contains(remove, l) })
	for _, l := range add {
		if !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	i.Labels = labels
	after := strings.Join(labels, " ")
	if before == after {
		return nil
	}
	return []ChangeItem{{Field: "labels", From: before, To: after}}
}

// changed writes the change log. Without a change nothing is touched.
func (j *Jira) changed(issue *Issue, user string, items []ChangeItem) {
	if len(items) == 0 {
		return
	}
	issue.Updated = j.cfg.Now()
	issue.History = append(issue.History, Change{ID: j.id(), Author: j.user(user).Name, At: issue.Updated, Items: items})
	j.touch(issue)
	j.tell(event{
		name: "jira:issue_updated", kind: kindOf(items), issue: issue, user: user, change: &issue.History[len(issue.History)-1],
	})
}

func tooLong(text string, limit int) bool { return utf8.RuneCountInString(text) > limit }

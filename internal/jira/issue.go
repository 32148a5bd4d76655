package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
)

type wireIssue struct {
	ID     ident  `json:"id"`
	Key    string `json:"key"`
	Self   string `json:"self"`
	Fields struct {
		Summary     string `json:"summary"`
		Description string `json:"description"`
		Status      struct {
			Name string `json:"name"`
		} `json:"status"`
		Resolution json.RawMessage `json:"resolution"`
		Labels     json.RawMessage `json:"labels"`
		Project    struct {
			Type string `json:"projectTypeKey"`
		} `json:"project"`
		Reporter    wireUser          `json:"reporter"`
		Creator     wireUser          `json:"creator"`
		Assignee    wireUser          `json:"assignee"`
		Created     stamp             `json:"created"`
		Updated     stamp             `json:"updated"`
		Comment     commentPage       `json:"comment"`
		Attachments []json.RawMessage `json:"attachment"`
		Links       []json.RawMessage `json:"issuelinks"`
		ArchivedAt  json.RawMessage   `json:"archiveddate"`
		ArchivedBy  json.RawMessage   `json:"archivedby"`
	} `json:"fields"`
	Changelog struct {
		Histories []json.RawMessage `json:"histories"`
		Total     quantity          `json:"total"`
	} `json:"changelog"`
}

const (
	issueFields   = "summary,description,status,resolution,labels,project,reporter,creator,assignee,created,updated,attachment,archiveddate,archivedby"
	commentFields = ",comment"
	linkFields    = ",issuelinks"
)

// Issue reads the issue with that numeric id or key, with all its comments, the
// history of its labels and its description, and the configured custom fields.
// An issue that is not there, or not for us, is ErrNotFound.
func (c *Client) Issue(ctx context.Context, id string) (bridge.Issue, error) {
	if !validIssue(id) {
		return bridge.Issue{}, bridge.Permanent(fmt.Errorf("jira: read issue %.40q: neither an id nor a key", id))
	}
	srv, err := c.detected(ctx)
	if err != nil {
		return bridge.Issue{}, err
	}
	custom, err := c.fields(ctx)
	if err != nil {
		return bridge.Issue{}, err
	}
	fields := issueFields
	if len(c.duplicates) > 0 {
		fields += linkFields
	}
	w, err := c.readIssue(ctx, id, fields+commentFields, custom)
	if errors.Is(err, errTooLong) {
		// Data Center sends every comment at once; by pages they are readable.
		w, err = c.readIssue(ctx, id, fields, custom)
	}
	if err != nil {
		return bridge.Issue{}, c.confirmed(ctx, err)
	}
	if w.ID == "" || !issueKey.MatchString(w.Key) {
		return bridge.Issue{}, errors.New("jira: read issue: the answer has no id or no key")
	}
	if !said(w.Fields.Labels) {
		// An issue without labels has an empty list of them.
		return bridge.Issue{}, fmt.Errorf("jira: read issue %s: the answer has no labels, not even an empty list: are they on the project's screens?", w.ID)
	}
	m := material{issueAnswer: w, fields: custom, duplicates: c.duplicates}
	if m.comments, err = c.comments(ctx, srv, w.wireIssue); err != nil {
		return bridge.Issue{}, err
	}
	if m.histories, err = c.changes(ctx, srv, w.wireIssue); err != nil {
		return bridge.Issue{}, err
	}
	issue, err := m.issue(srv)
	if err != nil {
		return bridge.Issue{}, fmt.Errorf("jira: read issue %s: %w", w.ID, err)
	}
	return issue, nil
}

func validIssue(id string) bool { return number.MatchString(id) || issueKey.MatchString(id) }

func (c *Client) readIssue(ctx context.Context, id, fields string, custom []boundField) (issueAnswer, error) {
	for _, f := range custom {
		fields += "," + f.id
	}
	w := issueAnswer{wanted: len(custom) > 0}
	query := url.Values{"fields": {fields}, "expand": {"changelog"}}
	err := c.ask(ctx, "read issue "+id, "rest/api/2/issue/"+id+"?"+query.Encode(), &w)
	return w, err
}

// issueAnswer is an issue with its custom fields, where they are wanted.
type issueAnswer struct {
	wireIssue
	wanted bool
	custom map[string]customValue // by id; system fields stand there too
}

// UnmarshalJSON fails as that of an issue without custom fields does.
func (a *issueAnswer) UnmarshalJSON(raw []byte) error {
	if a.wanted {
		var all struct {
			Fields map[string]customValue `json:"fields"`
		}
		_ = json.Unmarshal(raw, &all) // what is wrong is told by the next reading
		a.custom = all.Fields
	}
	return json.Unmarshal(raw, &a.wireIssue)
}

// material is an issue with everything of which it is made.
type material struct {
	issueAnswer
	fields     []boundField
	duplicates []string      // names of the types of links
	comments   []wireComment // once each
	histories  []wireHistory
}

// issue is what the material shows.
func (m material) issue(srv Server) (bridge.Issue, error) {
	labels, err := m.labels()
	if err != nil {
		return bridge.Issue{}, err
	}
	sortHistories(m.histories)
	f := m.Fields
	issue := bridge.Issue{
		ID:          string(m.ID),
		Key:         m.Key,
		Summary:     plain(f.Summary),
		Description: plain(f.Description),
		Former:      former(m.histories),
		Fields:      m.values(),
		Status:      plain(f.Status.Name),
		Resolved:    said(f.Resolution),
		Labels:      labels,
		Reporter:    f.Reporter.user(srv.Flavour),
		Creator:     f.Creator.user(srv.Flavour),
		Assignee:    f.Assignee.user(srv.Flavour),
		Created:     time.Time(f.Created),
		Updated:     time.Time(f.Updated),
		Attachments: attachments(srv, f.Attachments),
		Labelled:    labellings(srv, m.histories),
		Archived:    said(f.ArchivedAt) || said(f.ArchivedBy),
		Duplicates:  duplicates(f.Links, m.duplicates),
	}
	if issue.Resolved {
		issue.ResolvedAt = resolvedAt(m.histories)
	}
	for _, one := range m.comments {
		issue.Comments = append(issue.Comments, one.comment(srv, f.Project.Type))
	}
	sortComments(issue.Comments)
	issue.People = m.people(srv.Flavour, issue)
	return issue, nil
}

// said reports whether a value is there.
func said(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

type wireIssueLink struct {
	Type struct {
		Name string `json:"name"`
	} `json:"type"`
	Outward struct {
		ID ident `json:"id"`
	} `json:"outwardIssue"`
}

// duplicates are the ids of the issues that this one duplicates. Of a link each
// issue shows the other one only. With an outwardIssue it is to be read by the
// type's outward words, which are "duplicates": this issue duplicates that one.
// The original shows the duplicate as inwardIssue, "is duplicated by".
func duplicates(raw []json.RawMessage, types []string) []string {
	if len(types) == 0 {
		return nil
	}
	var out []string
	for _, link := range members[wireIssueLink](raw) {
		id := string(link.Outward.ID)
		named := func(name string) bool {
			return strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(link.Type.Name))
		}
		if id != "" && slices.ContainsFunc(types, named) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// people are the names of those who take part, by what stands in a mention.
func (m material) people(flavour Flavour, issue bridge.Issue) map[string]string {
	list := []bridge.User{issue.Reporter, issue.Assignee, issue.Creator}
	for _, c := range issue.Comments {
		list = append(list, c.Author)
	}
	for _, a := range issue.Attachments {
		list = append(list, a.Author)
	}
	for _, h := range slices.Backward(m.histories) {
		list = append(list, h.Author.user(flavour))
	}
	var people map[string]string
	for _, u := range list {
		who, ok := strings.CutPrefix(strings.TrimSuffix(u.Mention, "]"), "[~")
		if !ok || strings.TrimSpace(u.Name) == "" || people[who] != "" {
			continue
		}
		if people == nil {
			people = make(map[string]string)
		}
		people[who] = u.Name
	}
	return people
}

// labels is strict about the list: an unreadable one must not look like labels
// that were taken away, which would withdraw an escalation. Only in a file may it
// be missing.
func (w wireIssue) labels() ([]string, error) {
	raw := w.Fields.Labels
	if !said(raw) {
		return nil, nil
	}
	var list []any
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, errors.New("its labels are not a list")
	}
	var labels []string
	for _, member := range list {
		if label, ok := member.(string); ok && label != "" {
			labels = append(labels, plain(label))
		}
	}
	return labels, nil
}

func attachments(srv Server, raw []json.RawMessage) []bridge.Attachment {
	var out []bridge.Attachment
	for _, w := range members[wireAttachment](raw) {
		if w.ID != "" || srv.filed && w.Filename != "" {
			out = append(out, w.attachment(srv))
		}
	}
	slices.SortStableFunc(out, func(a, b bridge.Attachment) int { return byID(a.ID, b.ID) })
	return out
}

// members reads each element of a list for itself; an odd one is read as far
// as possible.
func members[T any](raw []json.RawMessage) []T {
	out := make([]T, 0, len(raw))
	for _, one := range raw {
		var v T
		if err := json.Unmarshal(one, &v); err != nil && !oddValue(err) {
			continue
		}
		out = append(out, v)
	}
	return out
}

// byID orders numeric ids.
func byID(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

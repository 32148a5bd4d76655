package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"escalat/bridge"
)

type wireIssue struct {
	ID     ident  `json:"id"`
	Key    string `json:"key"`
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
		Assignee    wireUser          `json:"assignee"`
		Created     stamp             `json:"created"`
		Updated     stamp             `json:"updated"`
		Comment     commentPage       `json:"comment"`
		Attachments []json.RawMessage `json:"attachment"`
	} `json:"fields"`
	Changelog struct {
		Histories []json.RawMessage `json:"histories"`
		Total     quantity          `json:"total"`
	} `json:"changelog"`
}

const (
	issueFields   = "summary,description,status,resolution,labels,project,reporter,assignee,created,updated,attachment"
	commentFields = ",comment"
)

// Issue reads the issue with that numeric id or key, with all its comments and
// the history of its labels. An issue that is not there, or not for us, is
// ErrNotFound.
func (c *Client) Issue(ctx context.Context, id string) (bridge.Issue, error) {
	if !validIssue(id) {
		return bridge.Issue{}, bridge.Permanent(fmt.Errorf("jira: read issue %.40q: neither an id nor a key", id))
	}
	srv, err := c.detected(ctx)
	if err != nil {
		return bridge.Issue{}, err
	}
	w, err := c.readIssue(ctx, id, issueFields+commentFields)
	if errors.Is(err, errTooLong) {
		// Data Center sends every comment at once; by pages they are readable.
		w, err = c.readIssue(ctx, id, issueFields)
	}
	if err != nil {
		return bridge.Issue{}, c.confirmed(ctx, err)
	}
	issue, err := w.issue(srv)
	if err != nil {
		return bridge.Issue{}, err
	}
	if issue.Comments, err = c.comments(ctx, srv, w); err != nil {
		return bridge.Issue{}, err
	}
	if issue.Labelled, err = c.labellings(ctx, srv, w); err != nil {
		return bridge.Issue{}, err
	}
	return issue, nil
}

func validIssue(id string) bool { return number.MatchString(id) || issueKey.MatchString(id) }

func (c *Client) readIssue(ctx context.Context, id, fields string) (wireIssue, error) {
	var w wireIssue
	query := url.Values{"fields": {fields}, "expand": {"changelog"}}
	err := c.ask(ctx, "read issue "+id, "rest/api/2/issue/"+id+"?"+query.Encode(), &w)
	return w, err
}

// issue is w without comments and history, which may need further pages.
func (w wireIssue) issue(srv Server) (bridge.Issue, error) {
	if w.ID == "" || !issueKey.MatchString(w.Key) {
		return bridge.Issue{}, errors.New("jira: read issue: the answer has no id or no key")
	}
	labels, err := w.labels()
	if err != nil {
		return bridge.Issue{}, fmt.Errorf("jira: read issue %s: %w", w.ID, err)
	}
	f := w.Fields
	return bridge.Issue{
		ID:          string(w.ID),
		Key:         w.Key,
		Summary:     plain(f.Summary),
		Description: plain(f.Description),
		Status:      plain(f.Status.Name),
		Resolved:    len(f.Resolution) > 0 && string(f.Resolution) != "null",
		Labels:      labels,
		Reporter:    f.Reporter.user(srv.Flavour),
		Assignee:    f.Assignee.user(srv.Flavour),
		Created:     time.Time(f.Created),
		Updated:     time.Time(f.Updated),
		Attachments: attachments(srv, f.Attachments),
	}, nil
}

// labels is strict about the list: an unreadable one must not look like labels
// that were taken away, which would withdraw an escalation.
func (w wireIssue) labels() ([]string, error) {
	raw := w.Fields.Labels
	if len(raw) == 0 || string(raw) == "null" {
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
		if w.ID != "" {
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

// labellings are the changes of labels, oldest first. Only Cloud cuts the
// change log that comes with an issue, and only Cloud pages it.
func (c *Client) labellings(ctx context.Context, srv Server, w wireIssue) ([]bridge.Labelling, error) {
	histories := members[wireHistory](w.Changelog.Histories)
	if srv.Flavour == Cloud && (w.Changelog.Histories == nil || int(w.Changelog.Total) > len(w.Changelog.Histories)) {
		var err error
		if histories, err = c.histories(ctx, string(w.ID)); err != nil {
			return nil, err
		}
	}
	// Cloud tells the newest first. Ids grow with time; the times are not
	// always readable.
	slices.SortStableFunc(histories, func(a, b wireHistory) int { return byID(string(a.ID), string(b.ID)) })
	var out []bridge.Labelling
	for _, h := range histories {
		if labelling, ok := h.labelling(srv); ok {
			out = append(out, labelling)
		}
	}
	return out, nil
}

func (c *Client) histories(ctx context.Context, id string) ([]wireHistory, error) {
	var all []wireHistory
	for range maxPages {
		var page struct {
			Values []json.RawMessage `json:"values"`
			Total  quantity          `json:"total"`
			IsLast bool              `json:"isLast"`
		}
		path := fmt.Sprintf("rest/api/2/issue/%s/changelog?startAt=%d&maxResults=%d", id, len(all), pageSize)
		if err := c.ask(ctx, "read the changes of issue "+id, path, &page); err != nil {
			return nil, c.confirmed(ctx, err)
		}
		all = append(all, members[wireHistory](page.Values)...)
		if page.IsLast || len(page.Values) == 0 || page.Total > 0 && len(all) >= int(page.Total) {
			return all, nil
		}
	}
	return nil, fmt.Errorf("jira: read the changes of issue %s: more than %d pages", id, maxPages)
}

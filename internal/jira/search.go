package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"escalat/bridge"
)

// The searches. Cloud has removed the first, Data Center has not the second.
const (
	searchPath    = "rest/api/2/search"
	searchJQLPath = "rest/api/2/search/jql"
)

const (
	searchSize = 200 // issues asked for at once
	// searchOverlap are rows read twice on Data Center: an issue that is
	// updated between two pages moves to the end, and those behind it move up.
	searchOverlap = 20
	// fruitless is after how many pages in a row without anything new the search
	// on Cloud has ended: it shows issues again, and may give tokens for ever.
	fruitless = 3
)

// Hit is an issue that a search found.
type Hit struct {
	ID      string
	Key     string
	Summary string    // by Labelled only
	Updated time.Time // zero when it was not readable
	Labels  []string
	// LabelsUnknown: they were not there or not readable; only reading the issue will
	// tell.
	LabelsUnknown bool
}

// Changed shows the issues of the projects that were updated in the last since,
// rounded up to minutes, by Jira's clock; those updated first come first. see is
// called once a page that brings something, and each issue is shown once at most.
// An error of see ends the search. After any other error everything up to there
// was shown. Cloud's search lags behind, by minutes at worst, and may leave out
// today what it showed yesterday: the caller overlaps.
func (c *Client) Changed(ctx context.Context, since time.Duration, see func([]Hit) error) error {
	return c.find(ctx, &finding{
		op: "search for updated issues", jql: c.recent(since),
		fields: []string{"labels", "updated"}, see: see,
	})
}

// recent is the JQL. A relative time is read by Jira's clock and needs no zone.
func (c *Client) recent(since time.Duration) string {
	minutes := max(1, (since+time.Minute-1)/time.Minute)
	return c.scoped(fmt.Sprintf("updated >= -%dm", minutes))
}

func (c *Client) scoped(jql string) string {
	if c.scope != "" {
		jql = c.scope + " AND " + jql
	}
	return jql + " ORDER BY updated ASC"
}

// mostLabels bounds a search by labels.
const mostLabels = 500

// Labelled shows the issues of the projects with one of the labels, as Changed
// does, with their summaries; with unresolved only those without a resolution.
// Without labels nothing is asked.
func (c *Client) Labelled(ctx context.Context, labels []string, unresolved bool, see func([]Hit) error) error {
	const op = "search for labelled issues"
	if len(labels) == 0 {
		return nil
	}
	if len(labels) > mostLabels {
		return bridge.Permanent(fmt.Errorf("jira: %s: %d labels, the most is %d", op, len(labels), mostLabels))
	}
	quoted := make([]string, 0, len(labels))
	for _, label := range labels {
		if err := checkLabel(label); err != nil {
			return bridge.Permanent(fmt.Errorf("jira: %s: %w", op, err))
		}
		quoted = append(quoted, `"`+label+`"`)
	}
	jql := "labels in (" + strings.Join(quoted, ",") + ")"
	if unresolved {
		jql += " AND resolution is EMPTY"
	}
	return c.find(ctx, &finding{op: op, jql: c.scoped(jql), fields: []string{"labels", "updated", "summary"}, see: see})
}

// longestLabel is Jira's own bound.
const longestLabel = 255

// checkLabel reports what no label of Jira holds, and what would end a text of
// JQL.
func checkLabel(label string) error {
	switch {
	case label == "" || len(label) > longestLabel:
		return fmt.Errorf("label %.40q has %d bytes, not 1 to %d", label, len(label), longestLabel)
	case strings.ContainsFunc(label, func(r rune) bool {
		return r == '"' || r == '\'' || r == '\\' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}):
		return fmt.Errorf("label %.40q holds a blank, a quote, a backslash or what is not printable", label)
	}
	return nil
}

type searchRequest struct {
	JQL           string   `json:"jql"`
	Fields        []string `json:"fields"`
	MaxResults    int      `json:"maxResults"`
	NextPageToken string   `json:"nextPageToken,omitempty"` // Cloud
	StartAt       *int     `json:"startAt,omitempty"`       // Data Center
}

type searchResult struct {
	Issues        []json.RawMessage `json:"issues"`
	Total         quantity          `json:"total"`
	NextPageToken string            `json:"nextPageToken"`
	IsLast        bool              `json:"isLast"`
}

// finding is one search and what it has shown.
type finding struct {
	op     string
	jql    string
	fields []string
	see    func([]Hit) error
	seen   map[string]bool
}

func (c *Client) find(ctx context.Context, f *finding) error {
	srv, err := c.detected(ctx)
	if err != nil {
		return err
	}
	f.seen = make(map[string]bool)
	if srv.Flavour == Cloud {
		return c.searchCloud(ctx, f)
	}
	return c.searchDataCenter(ctx, f)
}

func (c *Client) searchCloud(ctx context.Context, f *finding) error {
	token, idle := "", 0
	used := make(map[string]bool)
	for range maxPages {
		page, err := c.search(ctx, searchJQLPath, f, searchRequest{NextPageToken: token})
		if err != nil {
			return err
		}
		fresh, err := f.show(page)
		if err != nil {
			return err
		}
		if idle++; fresh {
			idle = 0
		}
		token = page.NextPageToken
		if token == "" || used[token] || page.IsLast || idle == fruitless {
			return nil
		}
		used[token] = true
	}
	return f.tooMany()
}

func (c *Client) searchDataCenter(ctx context.Context, f *finding) error {
	start := 0
	for range maxPages {
		page, err := c.search(ctx, searchPath, f, searchRequest{StartAt: &start})
		if err != nil {
			return err
		}
		if _, err := f.show(page); err != nil {
			return err
		}
		n := len(page.Issues)
		if n == 0 || page.Total >= 0 && start+n >= int(page.Total) {
			return nil
		}
		start += n - min(searchOverlap, n/2)
	}
	return f.tooMany()
}

func (f *finding) tooMany() error {
	return fmt.Errorf("jira: %s: more than %d pages", f.op, maxPages)
}

func (c *Client) search(ctx context.Context, path string, f *finding, request searchRequest) (searchResult, error) {
	request.JQL, request.Fields, request.MaxResults = f.jql, f.fields, searchSize
	page := searchResult{Total: -1} // not known, where it is not told
	_, err := c.do(ctx, call{op: f.op, method: http.MethodPost, path: path, body: request}, &page)
	if errors.Is(err, ErrNotFound) {
		// It is the search that is not there; nobody may read this as an issue.
		return searchResult{}, bridge.Permanent(preliminary(err))
	}
	if err == nil && page.Issues == nil {
		err = fmt.Errorf("jira: %s: the answer has no list of issues", f.op)
	}
	return page, err
}

// show hands over what the page brings for the first time, and reports whether
// that is anything.
func (f *finding) show(page searchResult) (bool, error) {
	var hits []Hit
	for _, w := range members[wireIssue](page.Issues) {
		id := string(w.ID)
		if id == "" || f.seen[id] || !issueKey.MatchString(w.Key) {
			continue
		}
		f.seen[id] = true
		labels, err := w.labels()
		hits = append(hits, Hit{
			ID: id, Key: w.Key, Summary: plain(w.Fields.Summary), Updated: time.Time(w.Fields.Updated),
			Labels: labels, LabelsUnknown: err != nil || !said(w.Fields.Labels),
		})
	}
	if len(hits) == 0 {
		return false, nil
	}
	return true, f.see(hits)
}

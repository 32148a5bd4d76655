package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

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
)

// Hit is an issue that a search found.
type Hit struct {
	ID      string
	Key     string
	Updated time.Time // zero when it was not readable
	Labels  []string
	// LabelsUnknown: they were not readable; only reading the issue will tell.
	LabelsUnknown bool
}

// Updated finds the issues of the projects that were updated in the last since,
// rounded up to minutes, by Jira's clock; those updated first come first.
// Cloud's search lags behind, by minutes at worst: the caller overlaps. It is
// all of them or an error.
func (c *Client) Updated(ctx context.Context, since time.Duration) ([]Hit, error) {
	srv, err := c.detected(ctx)
	if err != nil {
		return nil, err
	}
	f := finding{seen: make(map[string]bool)}
	if srv.Flavour == Cloud {
		err = c.searchCloud(ctx, c.recent(since), &f)
	} else {
		err = c.searchDataCenter(ctx, c.recent(since), &f)
	}
	if err != nil {
		return nil, err
	}
	return f.hits, nil
}

// recent is the JQL. A relative time is read by Jira's clock and needs no zone.
func (c *Client) recent(since time.Duration) string {
	minutes := max(1, (since+time.Minute-1)/time.Minute)
	jql := fmt.Sprintf("updated >= -%dm ORDER BY updated ASC", minutes)
	if c.scope != "" {
		jql = c.scope + " AND " + jql
	}
	return jql
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

func (c *Client) searchCloud(ctx context.Context, jql string, f *finding) error {
	token := ""
	used := make(map[string]bool)
	for range maxPages {
		page, err := c.search(ctx, searchJQLPath, searchRequest{JQL: jql, NextPageToken: token})
		if err != nil {
			return err
		}
		f.add(page)
		token = page.NextPageToken
		if token == "" || used[token] || page.IsLast {
			return nil
		}
		used[token] = true
	}
	return errTooManyPages
}

func (c *Client) searchDataCenter(ctx context.Context, jql string, f *finding) error {
	start := 0
	for range maxPages {
		page, err := c.search(ctx, searchPath, searchRequest{JQL: jql, StartAt: &start})
		if err != nil {
			return err
		}
		f.add(page)
		n := len(page.Issues)
		if n == 0 || page.Total >= 0 && start+n >= int(page.Total) {
			return nil
		}
		start += n - min(searchOverlap, n/2)
	}
	return errTooManyPages
}

var errTooManyPages = fmt.Errorf("jira: search for updated issues: more than %d pages", maxPages)

func (c *Client) search(ctx context.Context, path string, request searchRequest) (searchResult, error) {
	const op = "search for updated issues"
	request.Fields, request.MaxResults = []string{"labels", "updated"}, searchSize
	var page searchResult
	err := c.do(ctx, call{op: op, method: http.MethodPost, path: path, body: request}, &page)
	if errors.Is(err, ErrNotFound) {
		// It is the search that is not there; nobody may read this as an issue.
		return searchResult{}, bridge.Permanent(preliminary(err))
	}
	if err == nil && page.Issues == nil {
		err = fmt.Errorf("jira: %s: the answer has no list of issues", op)
	}
	return page, err
}

// finding collects hits, each issue once.
type finding struct {
	hits []Hit
	seen map[string]bool
}

func (f *finding) add(page searchResult) {
	for _, w := range members[wireIssue](page.Issues) {
		id := string(w.ID)
		if id == "" || f.seen[id] || !issueKey.MatchString(w.Key) {
			continue
		}
		f.seen[id] = true
		labels, err := w.labels()
		f.hits = append(f.hits, Hit{ID: id, Key: w.Key, Updated: time.Time(w.Fields.Updated), Labels: labels, LabelsUnknown: err != nil})
	}
}

package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

type wireHistory struct {
	ID      ident      `json:"id"`
	Author  wireUser   `json:"author"`
	Created stamp      `json:"created"`
	Items   []wireItem `json:"items"`
}

type wireItem struct {
	Field   string `json:"field"`
	FieldID string `json:"fieldId"`
	Type    string `json:"fieldtype"`
	From    string `json:"fromString"`
	To      string `json:"toString"`
}

// system reports whether the item is about a field of Jira's own. Data Center
// may leave the id out, and translates no name of its own fields.
func (w wireItem) system(id string) bool {
	if w.FieldID != "" {
		return w.FieldID == id
	}
	return w.Field == id && w.Type != "custom"
}

// changes are the entries of the change log. Only Cloud cuts the change log that
// comes with an issue, and only Cloud pages it.
func (c *Client) changes(ctx context.Context, srv Server, w wireIssue) ([]wireHistory, error) {
	if srv.Flavour == Cloud && (w.Changelog.Histories == nil || int(w.Changelog.Total) > len(w.Changelog.Histories)) {
		return c.histories(ctx, string(w.ID))
	}
	return members[wireHistory](w.Changelog.Histories), nil
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

// sortHistories puts the oldest first; Cloud tells the newest first. Ids grow
// with time; the times are not always readable.
func sortHistories(list []wireHistory) {
	known := !slices.ContainsFunc(list, func(h wireHistory) bool { return h.ID == "" })
	slices.SortStableFunc(list, func(a, b wireHistory) int {
		if known {
			return byID(string(a.ID), string(b.ID))
		}
		return time.Time(a.Created).Compare(time.Time(b.Created))
	})
}

// labellings are the changes of labels in a sorted change log.
func labellings(srv Server, histories []wireHistory) []bridge.Labelling {
	var out []bridge.Labelling
	for _, h := range histories {
		if labelling, ok := h.labelling(srv); ok {
			out = append(out, labelling)
		}
	}
	return out
}

// labelling returns the change of labels in a history entry, if there is one.
func (w wireHistory) labelling(srv Server) (bridge.Labelling, bool) {
	out := bridge.Labelling{By: w.Author.user(srv.Flavour), At: time.Time(w.Created)}
	for _, item := range w.Items {
		if !item.system("labels") {
			continue
		}
		from, to := strings.Fields(plain(item.From)), strings.Fields(plain(item.To))
		out.Removed = append(out.Removed, missing(from, to)...)
		out.Added = append(out.Added, missing(to, from)...)
	}
	return out, len(out.Added)+len(out.Removed) > 0
}

// resolvedAt is when an issue that is resolved became so, by a sorted change log;
// zero when that does not say.
func resolvedAt(histories []wireHistory) time.Time {
	for _, h := range slices.Backward(histories) {
		for _, item := range h.Items {
			if item.system("resolution") {
				return time.Time(h.Created)
			}
		}
	}
	return time.Time{}
}

// missing returns what is in a and not in b, each once.
func missing(a, b []string) []string {
	seen := make(map[string]bool, len(a)+len(b))
	for _, s := range b {
		seen[s] = true
	}
	var out []string
	for _, s := range a {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// Bounds of what is kept of the description's past.
const (
	maxFormer      = 30
	maxFormerBytes = 256 << 10
)

// former is what the description said before its edits, by a sorted change log:
// the newest that fit.
func former(histories []wireHistory) []mapping.Revision {
	var out []mapping.Revision
	left := maxFormerBytes
	for _, h := range slices.Backward(histories) {
		for _, item := range slices.Backward(h.Items) {
			if !item.system("description") || time.Time(h.Created).IsZero() {
				continue
			}
			one := mapping.Revision{Text: plain(item.From), Until: time.Time(h.Created)}
			switch {
			case len(one.Text) > left && len(out) == 0:
				// When the description was changed must be known, whatever its size.
				one.Text = wholeLines(one.Text, left)
				return []mapping.Revision{one}
			case len(one.Text) > left, len(out) == maxFormer:
				slices.Reverse(out)
				return out
			}
			left -= len(one.Text)
			out = append(out, one)
		}
	}
	slices.Reverse(out)
	return out
}

// wholeLines returns the lines of s that fit into n bytes, or the part of the
// first one that does.
func wholeLines(s string, n int) string {
	s = s[:n]
	if end := strings.LastIndexByte(s, '\n'); end >= 0 {
		return s[:end]
	}
	return strings.ToValidUTF8(s, "") // without half a character at the end
}

package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"

	"escalat/bridge"
)

// The properties of a comment: ours, and the one by which a service desk keeps
// a comment from its customers.
const (
	ownProperty    = "escalat"
	publicProperty = "sd.public.comment"
)

type commentPage struct {
	Comments []json.RawMessage `json:"comments"`
	Total    *quantity         `json:"total"`
	StartAt  quantity          `json:"startAt"`
}

// complete reports whether the page holds all comments.
func (p commentPage) complete() bool {
	return p.Comments != nil && p.StartAt == 0 && p.endsAt(len(p.Comments))
}

// endsAt reports whether there is nothing after the first n comments.
func (p commentPage) endsAt(n int) bool {
	return p.Total != nil && *p.Total >= 0 && int(*p.Total) <= n
}

// comments are all comments of the issue, each once. Those that came with it
// serve when they are all and say what is needed.
func (c *Client) comments(ctx context.Context, srv Server, w wireIssue) ([]wireComment, error) {
	var all []wireComment
	if page := w.Fields.Comment; page.complete() && (srv.Flavour == Cloud || w.Fields.Project.Type != "service_desk") {
		all = members[wireComment](page.Comments)
	} else {
		err := c.eachPage(ctx, string(w.ID), "created", func(page []wireComment) bool {
			all = append(all, page...)
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	seen := make(map[ident]bool, len(all))
	return slices.DeleteFunc(all, func(one wireComment) bool {
		// A page may shift while the next is read.
		twice := one.ID == "" || seen[one.ID]
		seen[one.ID] = true
		return twice
	}), nil
}

// sortComments orders by time where every time is known, else by id.
func sortComments(list []bridge.Comment) {
	timed := !slices.ContainsFunc(list, func(c bridge.Comment) bool { return c.Created.IsZero() })
	slices.SortStableFunc(list, func(a, b bridge.Comment) int {
		if timed && !a.Created.Equal(b.Created) {
			return a.Created.Compare(b.Created)
		}
		return byID(a.ID, b.ID)
	})
}

// eachPage reads the comments page by page until see returns false.
func (c *Client) eachPage(ctx context.Context, id, order string, see func([]wireComment) bool) error {
	op := "read the comments of issue " + id
	read := 0
	for range maxPages {
		var page commentPage
		query := url.Values{
			"startAt": {strconv.Itoa(read)}, "maxResults": {strconv.Itoa(pageSize)},
			"orderBy": {order}, "expand": {"properties"},
		}
		if err := c.ask(ctx, op, "rest/api/2/issue/"+id+"/comment?"+query.Encode(), &page); err != nil {
			return c.confirmed(ctx, err)
		}
		if page.Comments == nil {
			return fmt.Errorf("jira: %s: the answer has no list of comments", op)
		}
		read += len(page.Comments)
		if !see(members[wireComment](page.Comments)) || len(page.Comments) == 0 || page.endsAt(read) {
			return nil
		}
	}
	return fmt.Errorf("jira: %s: more than %d pages", op, maxPages)
}

type newComment struct {
	Body       string        `json:"body"`
	Properties []newProperty `json:"properties"`
}

type newProperty struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

type ownMark struct {
	Key string `json:"key"`
}

type internalMark struct {
	Internal bool `json:"internal"`
}

// longestKey keeps the property well below Jira's 32 768 characters.
const longestKey = 1000

// Comment posts body, in wiki markup, on the issue with that numeric id and
// returns the comment's id and when Jira took it, by its clock; zero when the
// answer does not say. The comment carries key, by which FindComment knows
// it, and is never shown to customers of a service desk. A body that is longer
// than Jira takes is refused before it is asked; a full issue is ErrIssueFull.
func (c *Client) Comment(ctx context.Context, issueID, key, body string) (id string, at time.Time, err error) {
	if err := checkTarget(issueID, key); err != nil {
		return "", at, err
	}
	if body == "" {
		return "", at, bridge.Permanent(fmt.Errorf("jira: comment on issue %s: the text is empty", issueID))
	}
	if n := utf16Length(body); n > longestComment {
		return "", at, bridge.Permanent(fmt.Errorf("jira: comment on issue %s: %d characters, Jira takes %d", issueID, n, longestComment))
	}
	var made wireComment
	_, err = c.do(ctx, call{
		op:     "comment on issue " + issueID,
		method: http.MethodPost,
		path:   "rest/api/2/issue/" + issueID + "/comment",
		body: newComment{Body: body, Properties: []newProperty{
			{Key: ownProperty, Value: ownMark{Key: key}},
			{Key: publicProperty, Value: internalMark{Internal: true}},
		}},
		write:    true,
		issue:    issueID,
		quiet:    body,
		tooLarge: ErrIssueFull,
	}, &made)
	if err != nil {
		return "", at, c.blamed(ctx, issueID, c.confirmedWrite(ctx, err))
	}
	if made.ID == "" {
		return "", at, fmt.Errorf("jira: comment on issue %s: the answer has no id", issueID)
	}
	return string(made.ID), made.taken(), nil
}

// longestComment is the most that Jira takes, in UTF-16 characters.
const longestComment = 32767

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

func checkTarget(issueID, key string) error {
	if !number.MatchString(issueID) {
		return bridge.Permanent(fmt.Errorf("jira: issue %.40q: not a numeric id", issueID))
	}
	if key == "" || len(key) > longestKey {
		return bridge.Permanent(fmt.Errorf("jira: issue %s: the key has %d bytes, not 1 to %d", issueID, len(key), longestKey))
	}
	return nil
}

// confirmedWrite is confirmed for a write: Jira refused it, so nothing was
// done, whatever the question afterwards brings.
func (c *Client) confirmedWrite(ctx context.Context, err error) error {
	if !bridge.IsNotDone(err) {
		return err
	}
	return bridge.NotDone(c.confirmed(ctx, err))
}

// FindComment looks for the comment that Comment posted with key at or after
// since (our clock), newest first. It reads every page that can hold it, even when
// one of the clocks was corrected meanwhile, by two days at most.
func (c *Client) FindComment(ctx context.Context, issueID, key string, since time.Time) (id string, at time.Time, found bool, err error) {
	if err := checkTarget(issueID, key); err != nil {
		return "", at, false, err
	}
	srv, err := c.detected(ctx)
	if err != nil {
		return "", at, false, err
	}
	from := srv.from(since, commentMargin)
	var candidates []wireComment
	err = c.eachPage(ctx, issueID, "-created", func(page []wireComment) bool {
		for _, one := range page {
			if one.ID != "" && srv.own(one.Author) && !before(one.Created, from) {
				candidates = append(candidates, one)
			}
		}
		return !endsBefore(page, from)
	})
	if err != nil {
		return "", at, false, err
	}
	slices.SortStableFunc(candidates, func(a, b wireComment) int { return byID(string(b.ID), string(a.ID)) })
	for _, one := range candidates {
		ours, err := c.carries(ctx, one, key)
		if err != nil || ours {
			return string(one.ID), one.taken(), ours, err
		}
	}
	return "", at, false, nil
}

// from is the earliest time, by Jira's clock, of what was written since then
// by ours.
func (s Server) from(since time.Time, margin time.Duration) time.Time {
	return since.Add(s.Offset - margin)
}

// before is false for a time that is not readable.
func before(s stamp, t time.Time) bool {
	return !time.Time(s).IsZero() && time.Time(s).Before(t)
}

// endsBefore reports whether the page is ordered newest first and ends before
// t, so that nothing later follows. A server that ignores the order is read to
// its end.
func endsBefore(page []wireComment, t time.Time) bool {
	if len(page) < 2 || !before(page[len(page)-1].Created, t) {
		return false
	}
	return slices.IsSortedFunc(page, func(a, b wireComment) int {
		return time.Time(b.Created).Compare(time.Time(a.Created))
	})
}

// carries reports whether the comment has our property with key. Lists may
// leave properties out, although asked for; then the property is read singly.
func (c *Client) carries(ctx context.Context, one wireComment, key string) (bool, error) {
	property, listed := one.property(ownProperty)
	if !listed {
		if len(one.Properties) > 0 {
			return false, nil
		}
		path := "rest/api/2/comment/" + string(one.ID) + "/properties/" + ownProperty
		err := c.ask(ctx, "read the property of comment "+string(one.ID), path, &property)
		if errors.Is(err, ErrNotFound) {
			err = c.confirmed(ctx, err)
			if errors.Is(err, ErrNotFound) {
				return false, nil
			}
		}
		if err != nil {
			return false, preliminary(err)
		}
	}
	var mark ownMark
	return property.into(&mark) && mark.Key == key, nil
}

package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
)

// edits are changes of an issue by verbs, so that what others change in the same
// moment is not lost.
type edits struct {
	Update map[string][]map[string]string `json:"update"`
}

// EditLabels puts labels on the issue with that numeric id and takes others off,
// in one request. Those that are there already, or are not there, are no error.
// at is when Jira answered, by its clock; zero when it did not say, or when there
// was nothing to do. A change by somebody else in the same moment (409) is
// temporary, and nothing was done.
func (c *Client) EditLabels(ctx context.Context, issueID string, add, remove []string) (at time.Time, err error) {
	op := "change the labels of issue " + issueID
	var verbs []map[string]string
	for i, label := range slices.Concat(add, remove) {
		if err := checkLabel(label); err != nil {
			return at, bridge.Permanent(fmt.Errorf("jira: %s: %w", op, err))
		}
		verb := "add"
		if i >= len(add) {
			verb = "remove"
		}
		verbs = append(verbs, map[string]string{verb: label})
	}
	return c.edit(ctx, op, issueID, "labels", verbs)
}

// edit changes one field.
func (c *Client) edit(ctx context.Context, op, issueID, field string, verbs []map[string]string) (at time.Time, err error) {
	if !number.MatchString(issueID) {
		return at, bridge.Permanent(fmt.Errorf("jira: issue %.40q: not a numeric id", issueID))
	}
	if len(verbs) == 0 {
		return at, nil
	}
	at, err = c.do(ctx, call{
		op: op, method: http.MethodPut, path: "rest/api/2/issue/" + issueID,
		body: edits{Update: map[string][]map[string]string{field: verbs}}, write: true, issue: issueID,
	}, nil)
	if err != nil {
		return time.Time{}, c.confirmedWrite(ctx, err)
	}
	return at, nil
}

// Link is a link of an issue to something outside of Jira.
type Link struct {
	GlobalID     string // names the link for ever; at most 255 bytes
	URL          string // http or https
	Title        string
	Summary      string // beside the title; may be empty
	Relationship string // the heading below which it is shown; may be empty
	Application  string // the name of where it leads; may be empty
}

type wireLink struct {
	GlobalID    string `json:"globalId"`
	Application struct {
		Name string `json:"name"`
	} `json:"application"`
	Relationship string `json:"relationship"`
	Object       struct {
		URL     string `json:"url"`
		Title   string `json:"title"`
		Summary string `json:"summary"`
	} `json:"object"`
}

// longestLinkText is Jira's bound of the global id and of the texts of a link.
const longestLinkText = 255

// check reports what Jira would refuse, or show as something to click on that is
// no page.
func (l Link) check() error {
	for name, text := range map[string]string{"global id": l.GlobalID, "title": l.Title} {
		if strings.TrimSpace(text) == "" || len(text) > longestLinkText {
			return fmt.Errorf("the link's %s has %d bytes, not 1 to %d", name, len(text), longestLinkText)
		}
	}
	if len(l.Relationship) > longestLinkText || len(l.Application) > longestLinkText {
		return fmt.Errorf("the link's relationship or application has more than %d bytes", longestLinkText)
	}
	u, err := url.Parse(l.URL)
	if err != nil || u.Host == "" || u.User != nil || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return errors.New("the link's URL is not one of a web page")
	}
	return nil
}

// SetLink makes or changes the link with that global id of the issue with that
// numeric id. Doing it again changes nothing. at is as EditLabels has it. An issue
// with too many links is ErrIssueFull.
func (c *Client) SetLink(ctx context.Context, issueID string, l Link) (at time.Time, err error) {
	op := "link issue " + issueID
	if !number.MatchString(issueID) {
		return at, bridge.Permanent(fmt.Errorf("jira: issue %.40q: not a numeric id", issueID))
	}
	if err := l.check(); err != nil {
		return at, bridge.Permanent(fmt.Errorf("jira: %s: %w", op, err))
	}
	// All members each time: Jira clears those that are not sent.
	w := wireLink{GlobalID: l.GlobalID, Relationship: l.Relationship}
	w.Application.Name = l.Application
	w.Object.URL, w.Object.Title, w.Object.Summary = l.URL, l.Title, l.Summary
	at, err = c.do(ctx, call{
		op: op, method: http.MethodPost, path: "rest/api/2/issue/" + issueID + "/remotelink",
		body: w, write: true, issue: issueID, tooLarge: ErrIssueFull,
	}, nil)
	if err != nil {
		return time.Time{}, c.confirmedWrite(ctx, err)
	}
	return at, nil
}

// Bounds of what AppendField and SetField write, in bytes.
const (
	longestWord = 255
	longestLine = 1000
)

// AppendField writes value at the end of a text field of the issue with that
// numeric id, after a comma; when it stands there already, as a word of its own,
// nothing is written. Jira has no verb for that: calls on one issue wait for each
// other, and when somebody else wrote the field in the same moment, so that value
// is not there afterwards, the error is temporary and AppendField is to be called
// again. field is one of Config.ReferenceFields. at is as EditLabels has it.
func (c *Client) AppendField(ctx context.Context, issueID, field, value string) (at time.Time, err error) {
	op := fmt.Sprintf("write field %q of issue %s", shorten(oneLine(field), longestName), issueID)
	if !number.MatchString(issueID) {
		return at, bridge.Permanent(fmt.Errorf("jira: issue %.40q: not a numeric id", issueID))
	}
	if value == "" || len(value) > longestWord || strings.TrimSpace(value) != value || strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return at, bridge.Permanent(fmt.Errorf("jira: %s: the value is not one line of 1 to %d bytes", op, longestWord))
	}
	bound, err := c.reference(ctx, field)
	if err != nil {
		return at, bridge.NotDone(fmt.Errorf("jira: %s: %w", op, err))
	}
	leave, err := c.turns.take(ctx, issueID)
	if err != nil {
		return at, bridge.NotDone(fmt.Errorf("jira: %s: %w", op, err))
	}
	defer leave()
	old, err := c.textOf(ctx, op, issueID, bound.id)
	if err != nil {
		return at, bridge.NotDone(err)
	}
	if holdsWord(old, value) {
		return at, nil
	}
	whole := value
	if strings.TrimSpace(old) != "" {
		whole = strings.TrimRightFunc(old, unicode.IsSpace) + ", " + value
	}
	if at, err = c.edit(ctx, op, issueID, bound.id, []map[string]string{{"set": whole}}); err != nil {
		return time.Time{}, err
	}
	if err := c.kept(ctx, op, issueID, bound.id, value); err != nil {
		return time.Time{}, err
	}
	return at, nil
}

// SetField puts value into a text field of the issue with that numeric id, in the place
// of what stands there; an empty one empties it. field is one of Config.ReferenceFields.
// at is as EditLabels has it.
func (c *Client) SetField(ctx context.Context, issueID, field, value string) (at time.Time, err error) {
	op := fmt.Sprintf("write field %q of issue %s", shorten(oneLine(field), longestName), issueID)
	if len(value) > longestLine || strings.TrimSpace(value) != value || strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) && r != '\u00a0' }) {
		return at, bridge.Permanent(fmt.Errorf("jira: %s: the value is not one line of at most %d bytes", op, longestLine))
	}
	bound, err := c.reference(ctx, field)
	if err != nil {
		return at, bridge.NotDone(fmt.Errorf("jira: %s: %w", op, err))
	}
	leave, err := c.turns.take(ctx, issueID)
	if err != nil {
		return at, bridge.NotDone(fmt.Errorf("jira: %s: %w", op, err))
	}
	defer leave()
	return c.edit(ctx, op, issueID, bound.id, []map[string]string{{"set": value}})
}

// kept looks whether value, which was written, stands in the field. The error says
// nothing of what was done.
func (c *Client) kept(ctx context.Context, op, issueID, id, value string) error {
	now, err := c.textOf(ctx, op, issueID, id)
	switch {
	case err != nil:
		return preliminary(err)
	case !holdsWord(now, value):
		return fmt.Errorf("jira: %s: it was written and is not there: did somebody else write the field in the same moment?", op)
	}
	return nil
}

// textOf is what stands in a text field.
func (c *Client) textOf(ctx context.Context, op, issueID, id string) (string, error) {
	var w struct {
		Fields map[string]json.RawMessage `json:"fields"`
	}
	if err := c.ask(ctx, op, "rest/api/2/issue/"+issueID+"?fields="+id, &w); err != nil {
		return "", c.confirmed(ctx, err)
	}
	if w.Fields == nil {
		return "", fmt.Errorf("jira: %s: the answer has no fields", op)
	}
	raw := w.Fields[id]
	if !said(raw) {
		return "", nil
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return "", bridge.Permanent(fmt.Errorf("jira: %s: what stands in it is no text", op))
	}
	return text, nil
}

// holdsWord reports whether word stands in text, and not as a part of a longer
// word.
func holdsWord(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(word):])
		if !inWord(before) && !inWord(after) {
			return true
		}
		_, first := utf8.DecodeRuneInString(text[at:])
		from = at + first
	}
}

// inWord reports whether a reference may go on with r, which is no character at
// all where the text ends.
func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '/'
}

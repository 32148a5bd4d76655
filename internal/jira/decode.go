package jira

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/bridge"
)

// maxIssueFile bounds what Decode reads, in bytes.
const maxIssueFile = 16 << 20

// DecodeOptions say what a file alone does not tell.
type DecodeOptions struct {
	// Fields are the custom fields that are wanted, as in Config.Fields. Names are
	// known where the file was read with expand=names; a name that is not there is
	// a field without a value.
	Fields []string
	// Own is the account whose comments and files are escalat's own: its account
	// id, name or key. Comments with escalat's property are its own in any case.
	Own string
	// DuplicateLinks are as in Config.
	DuplicateLinks []string
}

// FileError says what is wrong with a file that Decode was given, and where.
type FileError struct {
	Line, Column int // from 1; the column in characters
	Text         string
}

// Error is line, column and text, as a file's name is put before them.
func (e *FileError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Text) }

// Decode reads an issue from a file that holds what Jira answers to GET
// rest/api/2/issue/KEY, of either flavour: with its comments, and with the change
// log where it was asked for (expand=changelog). It reads as Issue does, but
// what is missing is left out: an object with fields is enough. A comment without
// a time counts as written right after what stands before it. leftOut is how many
// comments the file says that there are and does not hold: Jira cuts them in some
// answers. Every error is a *FileError.
func Decode(raw []byte, opts DecodeOptions) (issue bridge.Issue, leftOut int, err error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if err := readable(raw); err != nil {
		return bridge.Issue{}, 0, err
	}
	if err := shaped(raw); err != nil {
		return bridge.Issue{}, 0, err
	}
	w := issueAnswer{wanted: len(opts.Fields) > 0}
	if err := json.Unmarshal(raw, &w); err != nil && !oddValue(err) {
		return bridge.Issue{}, 0, fileError(raw, 0, "%v", err)
	}
	custom, err := filedFields(raw, opts.Fields)
	if err != nil {
		return bridge.Issue{}, 0, fileError(raw, place(raw, "names"), "%v", err)
	}
	if !issueKey.MatchString(w.Key) {
		w.Key = ""
	}
	if w.Fields.Project.Type == "" {
		// Only of a service desk it matters who sees a comment.
		w.Fields.Project.Type = "unknown"
	}
	m := material{
		issueAnswer: w,
		fields:      custom,
		duplicates:  opts.DuplicateLinks,
		comments:    inOrder(members[wireComment](w.Fields.Comment.Comments), w.Fields.Created),
		histories:   members[wireHistory](w.Changelog.Histories),
	}
	issue, err = m.issue(Server{Flavour: m.flavour(), Me: bridge.User{ID: strings.TrimSpace(opts.Own)}, filed: true})
	if err != nil {
		return bridge.Issue{}, 0, fileError(raw, place(raw, "fields", "labels"), "%v", err)
	}
	if page := w.Fields.Comment; page.Total != nil {
		leftOut = max(int(*page.Total)-len(page.Comments), 0)
	}
	return issue, leftOut, nil
}

// inOrder gives a comment without a time the latest time before it.
func inOrder(list []wireComment, created stamp) []wireComment {
	latest := time.Time(created)
	for i := range list {
		if at := time.Time(list[i].Created); !at.IsZero() {
			latest = at
		}
		list[i].Created = stamp(latest)
	}
	return list
}

// flavour is told by the users: only Cloud has account ids. Without users it is
// told by where the issue stands.
func (m material) flavour() Flavour {
	users := []wireUser{m.Fields.Reporter, m.Fields.Assignee, m.Fields.Creator}
	for _, c := range m.comments {
		users = append(users, c.Author)
	}
	for _, a := range members[wireAttachment](m.Fields.Attachments) {
		users = append(users, a.Author)
	}
	for _, h := range m.histories {
		users = append(users, h.Author)
	}
	named := false
	for _, u := range users {
		if u.AccountID != "" || strings.Contains(u.Self, "accountId=") {
			return Cloud
		}
		named = named || u.Name != "" || u.Key != ""
	}
	if at, err := url.Parse(m.Self); err == nil && !named {
		host := strings.ToLower(at.Hostname())
		if strings.HasSuffix(host, ".atlassian.net") || host == "api.atlassian.com" {
			return Cloud
		}
	}
	return DataCenter
}

// filedFields finds the fields by what the file itself tells of them.
func filedFields(raw []byte, wanted []string) ([]boundField, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	var said struct {
		Fields map[string]customValue `json:"fields"`
		Names  map[string]string      `json:"names"`
		Schema map[string]fieldSchema `json:"schema"`
	}
	if err := json.Unmarshal(raw, &said); err != nil && !oddValue(err) {
		return nil, err
	}
	known := make(map[string]bool)
	for id := range said.Fields {
		known[id] = true
	}
	for id := range said.Names {
		known[id] = true
	}
	var list catalogue
	for _, id := range slices.Sorted(maps.Keys(known)) {
		list = append(list, wireField{ID: id, Name: said.Names[id], Schema: said.Schema[id]})
	}
	var bound []boundField
	var problems []error
	for _, text := range wanted {
		f, err := list.find(text)
		switch {
		case err == nil:
			bound = append(bound, f.bound(text))
		case !errors.Is(err, errNoField):
			problems = append(problems, fmt.Errorf("custom field %q: %w", text, err))
		}
	}
	return bound, errors.Join(problems...)
}

// readable reports what is wrong with the file as a whole.
func readable(raw []byte) error {
	switch start := bytes.TrimSpace(raw); {
	case len(raw) > maxIssueFile:
		return fileError(nil, 0, "the file has %d bytes, more than the %d that are read", len(raw), maxIssueFile)
	case len(start) == 0:
		return fileError(nil, 0, "the file is empty")
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")), bytes.IndexByte(raw[:min(len(raw), 64)], 0) >= 0:
		return fileError(nil, 0, "the file is not UTF-8 but UTF-16 or no text at all: save it as UTF-8")
	case start[0] == '<':
		return fileError(nil, 0, "the file is a web page, not JSON: was the address rest/api/2/issue/KEY, and the login accepted?")
	}
	if n := invalid(raw); n >= 0 {
		return fileError(raw, n, "this is not UTF-8: save the file as UTF-8")
	}
	err := json.Unmarshal(raw, new(json.RawMessage))
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
		if int(broken.Offset) >= len(raw) && strings.HasPrefix(broken.Error(), "unexpected end") {
			return fileError(raw, len(raw), "the file ends in the middle of its JSON")
		}
		return fileError(raw, int(broken.Offset)-1, "this is not JSON: %v", broken)
	}
	if err != nil {
		return fileError(raw, 0, "this is not JSON: %v", err)
	}
	return nil
}

// invalid returns where the first byte stands that is not UTF-8, or -1.
func invalid(raw []byte) int {
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// fileError makes the error for what stands at the offset.
func fileError(raw []byte, offset int, format string, args ...any) *FileError {
	before := raw[:max(0, min(offset, len(raw)))]
	line := bytes.LastIndexByte(before, '\n') + 1
	return &FileError{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: 1 + utf8.RuneCount(before[line:]),
		Text:   fmt.Sprintf(format, args...),
	}
}

package jira

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// shaped reports what would be lost of a file that is JSON: that it is not an
// issue, or that what is to be judged is of another shape than version 2 gives.
// Everything else of an odd shape is left out, as in an answer of Jira.
func shaped(raw []byte) error {
	var top struct {
		Fields   json.RawMessage `json:"fields"`
		Issue    json.RawMessage `json:"issue"`
		Issues   json.RawMessage `json:"issues"`
		Messages json.RawMessage `json:"errorMessages"`
	}
	if kind := kindOf(raw); kind != kindObject {
		return fileError(raw, place(raw), "an issue is a JSON object; this is %s", kind)
	}
	_ = json.Unmarshal(raw, &top) // a raw message takes every value
	switch kind := kindOf(top.Fields); {
	case kind == kindObject:
		return shapedFields(raw, top.Fields)
	case kind != kindAbsent:
		return fileError(raw, place(raw, "fields"), "fields is %s, not an object", kind)
	case kindOf(top.Messages) != kindAbsent:
		return fileError(raw, 0, "this is no issue but a refusal of Jira: %s", shorten(oneLine(string(top.Messages)), longestWords))
	case kindOf(top.Issues) != kindAbsent:
		return fileError(raw, place(raw, "issues"), "this is the answer of a search: give one issue, as rest/api/2/issue/KEY answers it")
	case kindOf(top.Issue) != kindAbsent:
		return fileError(raw, place(raw, "issue"), "this is the body of a webhook: give its issue alone")
	}
	return fileError(raw, 0, "the object has no fields: is it what rest/api/2/issue/KEY answers?")
}

func shapedFields(raw, fields []byte) error {
	var f struct {
		Summary     json.RawMessage `json:"summary"`
		Description json.RawMessage `json:"description"`
		Labels      json.RawMessage `json:"labels"`
		Comment     json.RawMessage `json:"comment"`
	}
	_ = json.Unmarshal(fields, &f)
	if err := isText(raw, f.Summary, "fields", "summary"); err != nil {
		return err
	}
	if err := isText(raw, f.Description, "fields", "description"); err != nil {
		return err
	}
	if kind := kindOf(f.Labels); kind != kindAbsent && kind != kindList {
		return fileError(raw, place(raw, "fields", "labels"), "fields.labels is %s, not a list", kind)
	}
	var page struct {
		Comments json.RawMessage `json:"comments"`
	}
	if kind := kindOf(f.Comment); kind == kindAbsent {
		return nil
	} else if kind != kindObject {
		return fileError(raw, place(raw, "fields", "comment"), "fields.comment is %s, not an object with a list of comments", kind)
	}
	_ = json.Unmarshal(f.Comment, &page)
	if kind := kindOf(page.Comments); kind != kindAbsent && kind != kindList {
		return fileError(raw, place(raw, "fields", "comment", "comments"), "fields.comment.comments is %s, not a list", kind)
	}
	return shapedComments(raw, page.Comments)
}

func shapedComments(raw, comments []byte) error {
	var all []json.RawMessage
	if kindOf(comments) == kindList {
		_ = json.Unmarshal(comments, &all)
	}
	for i, one := range all {
		path := []any{"fields", "comment", "comments", i}
		if kind := kindOf(one); kind != kindObject {
			return fileError(raw, place(raw, path...), "%s is %s, not a comment", spell(path), kind)
		}
		var c struct {
			Body json.RawMessage `json:"body"`
		}
		_ = json.Unmarshal(one, &c)
		if err := isText(raw, c.Body, append(path, "body")...); err != nil {
			return err
		}
	}
	return nil
}

// isText reports a text that is none. Version 3 gives texts as objects.
func isText(raw, value []byte, path ...any) error {
	switch kind := kindOf(value); kind {
	case kindAbsent, kindText:
		return nil
	case kindObject:
		return fileError(raw, place(raw, path...), "%s is a document of version 3 of Jira's interface (ADF): read the issue by version 2, rest/api/2/issue/KEY", spell(path))
	default:
		return fileError(raw, place(raw, path...), "%s is %s, not a text", spell(path), kind)
	}
}

func spell(path []any) string {
	var b strings.Builder
	for _, step := range path {
		switch s := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", s)
		case string:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s)
		}
	}
	return b.String()
}

// The kinds of values, as an error names them.
const (
	kindAbsent = "nothing"
	kindObject = "an object"
	kindList   = "a list"
	kindText   = "a text"
)

func kindOf(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return kindAbsent
	}
	switch raw[0] {
	case 'n':
		return kindAbsent
	case '{':
		return kindObject
	case '[':
		return kindList
	case '"':
		return kindText
	case 't', 'f':
		return "true or false"
	}
	return "a number"
}

// place returns where the value begins to which the path leads: the names of
// members and the places in lists, from the whole. raw is JSON.
func place(raw []byte, path ...any) int {
	d := json.NewDecoder(bytes.NewReader(raw))
	for _, step := range path {
		if !enter(d, step) {
			break
		}
	}
	at := int(d.InputOffset())
	for at < len(raw) && strings.IndexByte(" \t\r\n:,", raw[at]) >= 0 {
		at++
	}
	return at
}

// enter reads up to the value of one step; false where there is none.
func enter(d *json.Decoder, step any) bool {
	if _, err := d.Token(); err != nil {
		return false
	}
	for i := 0; d.More(); i++ {
		if name, ok := step.(string); ok {
			key, err := d.Token()
			if said, _ := key.(string); err != nil || strings.EqualFold(said, name) {
				return err == nil
			}
		} else if step == i {
			return true
		}
		if err := skip(d); err != nil {
			return false
		}
	}
	return false
}

// skip reads past one value.
func skip(d *json.Decoder) error {
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

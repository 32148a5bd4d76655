package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Field is a custom field. Jira does not mind two fields of one name.
type Field struct {
	// ID is customfield_ and a number; default the next from customfield_10100.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Type is text (the default), textarea, url, number, date, datetime, select,
	// multiselect, cascading, user, users, labels or versions.
	Type string `json:"type"`
}

// fieldType is how Jira describes a type of field and its values.
type fieldType struct {
	typ, items string
	key        string // the end of the type's URI
	show       func(j *Jira, r *http.Request, text string) any
	valid      func(text string) bool // nil: every text is
}

// fieldTypeOf knows the types. A person writes every value as a text; where
// there may be several, they are joined by commas.
func fieldTypeOf(name string) (fieldType, bool) {
	t, known := map[string]fieldType{
		"text":        {typ: "string", key: "textfield", show: showText},
		"textarea":    {typ: "string", key: "textarea", show: showText},
		"url":         {typ: "string", key: "url", show: showText},
		"number":      {typ: "number", key: "float", show: showNumber, valid: isNumber},
		"date":        {typ: "date", key: "datepicker", show: showText, valid: isDay},
		"datetime":    {typ: "datetime", key: "datetime", show: showTime, valid: isTime},
		"select":      {typ: "option", key: "select", show: showOption},
		"multiselect": {typ: "array", items: "option", key: "multiselect", show: each(showOption)},
		"cascading":   {typ: "option-with-child", key: "cascadingselect", show: showCascade},
		"user":        {typ: "user", key: "userpicker", show: showUser},
		"users":       {typ: "array", items: "user", key: "multiuserpicker", show: each(showUser)},
		"labels":      {typ: "array", items: "string", key: "labels", show: each(showText)},
		"versions":    {typ: "array", items: "version", key: "multiversion", show: each(showVersion)},
	}[name]
	return t, known
}

func showText(_ *Jira, _ *http.Request, text string) any { return text }

// showNumber shows a number as the flavour writes it: Java's doubles have an
// exponent from ten millions on.
func showNumber(j *Jira, _ *http.Request, text string) any {
	n, _ := strconv.ParseFloat(text, 64)
	if j.cfg.Cloud {
		return n
	}
	s := strconv.FormatFloat(n, 'f', -1, 64)
	if n >= 1e7 || n <= -1e7 {
		s = strconv.FormatFloat(n, 'E', -1, 64)
		mantissa, exponent, _ := strings.Cut(s, "E")
		if !strings.Contains(mantissa, ".") {
			mantissa += ".0"
		}
		return json.Number(mantissa + "E" + strings.TrimLeft(exponent, "+0"))
	}
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return json.Number(s)
}

func showTime(j *Jira, _ *http.Request, text string) any {
	at, _ := time.Parse(time.RFC3339, text)
	return j.wire(at)
}

func showOption(j *Jira, r *http.Request, text string) any {
	return map[string]any{"self": j.base(r) + "/rest/api/2/customFieldOption/1", "id": "1", "value": text}
}

// showCascade shows "parent / child".
func showCascade(j *Jira, r *http.Request, text string) any {
	parent, child, deep := strings.Cut(text, " / ")
	out, _ := showOption(j, r, parent).(map[string]any)
	if deep {
		out["child"] = showOption(j, r, child)
	}
	return out
}

func showUser(j *Jira, r *http.Request, text string) any { return j.userJSON(r, j.user(text)) }

func showVersion(_ *Jira, _ *http.Request, text string) any {
	return map[string]any{"id": "1", "name": text, "archived": false, "released": false}
}

// each shows every one of a list.
func each(show func(*Jira, *http.Request, string) any) func(*Jira, *http.Request, string) any {
	return func(j *Jira, r *http.Request, text string) any {
		out := []any{}
		for _, one := range splitList([]string{text}) {
			out = append(out, show(j, r, one))
		}
		return out
	}
}

func isNumber(text string) bool {
	n, err := strconv.ParseFloat(text, 64)
	return err == nil && n-n == 0 // neither infinite nor no number
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

// adoptFields completes the configured fields. A type that is not known, or an
// id that is none or is given twice, is a mistake of whoever wrote the
// configuration.
func (c *JiraConfig) adoptFields() {
	fields := make([]Field, 0, len(c.Fields))
	for _, f := range c.Fields {
		setDefault(&f.ID, "customfield_"+strconv.Itoa(10_100+len(fields)))
		setDefault(&f.Type, "text")
		number, ours := strings.CutPrefix(f.ID, "customfield_")
		if _, err := strconv.ParseUint(number, 10, 32); err != nil || !ours {
			panic("sim: custom field " + f.ID + ": the id is not customfield_ and a number")
		}
		if _, known := fieldTypeOf(f.Type); !known {
			panic("sim: custom field " + f.ID + ": unknown type " + f.Type)
		}
		if slices.ContainsFunc(fields, func(o Field) bool { return o.ID == f.ID }) {
			panic("sim: custom field " + f.ID + " is there twice")
		}
		fields = append(fields, f)
	}
	c.Fields = fields
}

// field finds the custom field of that id, or the only one of that name.
func (j *Jira) field(ref string) (Field, error) {
	var named []Field
	for _, f := range j.cfg.Fields {
		if f.ID == ref {
			return f, nil
		}
		if f.Name == ref {
			named = append(named, f)
		}
	}
	switch len(named) {
	case 0:
		return Field{}, fmt.Errorf("%w field %q", ErrUnknown, ref)
	case 1:
		return named[0], nil
	}
	return Field{}, fmt.Errorf("%d fields are called %q", len(named), ref)
}

// setField sets a custom field and says what changed; an empty text empties it.
// The caller holds mu.
func (j *Jira) setField(issue *Issue, f Field, text string) []ChangeItem {
	before := issue.Fields[f.ID]
	if before == text {
		return nil
	}
	if text == "" {
		delete(issue.Fields, f.ID)
	} else {
		if issue.Fields == nil {
			issue.Fields = map[string]string{}
		}
		issue.Fields[f.ID] = text
	}
	return []ChangeItem{{Field: f.Name, FieldID: f.ID, From: before, To: text}}
}

// checkField refuses what the field's type cannot hold.
func checkField(f Field, text string) error {
	t, _ := fieldTypeOf(f.Type)
	if text != "" && t.valid != nil && !t.valid(text) {
		return fmt.Errorf("field %s (%s) cannot hold %q", f.ID, f.Type, text)
	}
	return nil
}

// customJSON shows the custom fields of an issue; one without a value is null.
// The caller holds mu.
func (j *Jira) customJSON(r *http.Request, issue *Issue, into map[string]any) {
	for _, f := range j.cfg.Fields {
		into[f.ID] = nil
		if text := issue.Fields[f.ID]; text != "" {
			t, _ := fieldTypeOf(f.Type)
			into[f.ID] = t.show(j, r, text)
		}
	}
}

// systemFields are the fields of Jira's own: id, name, type.
func systemFields() [][3]string {
	return [][3]string{
		{"summary", "Summary", "string"},
		{"description", "Description", "string"},
		{"labels", "Labels", "array"},
		{"status", "Status", "status"},
		{"resolution", "Resolution", "resolution"},
		{"reporter", "Reporter", "user"},
		{"assignee", "Assignee", "user"},
		{"creator", "Creator", "user"},
		{"created", "Created", "datetime"},
		{"updated", "Updated", "datetime"},
		{"comment", "Comment", "comments-page"},
		{"attachment", "Attachment", "array"},
		{"project", "Project", "project"},
		{"issuetype", "Issue Type", "issuetype"},
		{"issuelinks", "Linked Issues", "array"},
	}
}

// listFields answers with every field. Data Center gives no key.
func (j *Jira) listFields(w http.ResponseWriter, _ *http.Request) {
	list := []map[string]any{}
	for _, f := range systemFields() {
		list = append(list, map[string]any{
			"id": f[0], "name": f[1], "custom": false, "orderable": true, "navigable": true, "searchable": true,
			"clauseNames": []string{f[0]}, "schema": map[string]any{"type": f[2], "system": f[0]},
		})
	}
	for _, f := range j.cfg.Fields {
		number, _ := strings.CutPrefix(f.ID, "customfield_")
		list = append(list, map[string]any{
			"id": f.ID, "name": f.Name, "custom": true, "orderable": true, "navigable": true, "searchable": true,
			"clauseNames": []string{"cf[" + number + "]", f.Name}, "schema": f.schema(),
		})
	}
	if j.cfg.Cloud {
		for _, f := range list {
			f["key"] = f["id"]
		}
	}
	writeJSON(w, http.StatusOK, list)
}

// schema describes the field's values.
func (f Field) schema() map[string]any {
	t, _ := fieldTypeOf(f.Type)
	number, _ := strings.CutPrefix(f.ID, "customfield_")
	id, _ := strconv.Atoi(number)
	out := map[string]any{"type": t.typ, "custom": "com.atlassian.jira.plugin.system.customfieldtypes:" + t.key, "customId": id}
	if t.items != "" {
		out["items"] = t.items
	}
	return out
}

// namesJSON names the fields that an answer shows.
func (j *Jira) namesJSON(shown map[string]any) map[string]string {
	names := map[string]string{}
	for _, f := range systemFields() {
		if _, there := shown[f[0]]; there {
			names[f[0]] = f[1]
		}
	}
	for _, f := range j.cfg.Fields {
		if _, there := shown[f.ID]; there {
			names[f.ID] = f.Name
		}
	}
	return names
}

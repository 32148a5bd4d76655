package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// editBody is the body of an edit.
type editBody struct {
	Fields     map[string]json.RawMessage              `json:"fields"`
	Update     map[string][]map[string]json.RawMessage `json:"update"`
	Properties []Property                              `json:"properties"`
	History    json.RawMessage                         `json:"historyMetadata"`
}

// edit is what an edit body asks for.
type edit struct {
	jira        *Jira
	texts       map[string]string // summary, description
	custom      map[string]string // custom fields by id; "" empties
	setLabels   *[]string
	add, remove []string
}

func (j *Jira) putIssue(w http.ResponseWriter, r *http.Request) {
	var body editBody
	if !readJSON(w, r, &body, j.cfg.Cloud) {
		return
	}
	if r.URL.Query().Get("notifyUsers") == "false" && !j.cfg.Cloud && !j.cfg.Admin {
		refuse(w, http.StatusForbidden, "To discard the user notification either admin or project admin permissions are required.")
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
		want, field, complaint := body.parse(j)
		if complaint != "" {
			refuseField(w, field, complaint)
			return
		}
		var items []ChangeItem
		for _, name := range []string{"summary", "description"} {
			if value, given := want.texts[name]; given {
				items = append(items, j.setText(issue, name, value)...)
			}
		}
		remove := want.remove
		if want.setLabels != nil {
			remove = slices.DeleteFunc(slices.Clone(issue.Labels), func(l string) bool { return slices.Contains(*want.setLabels, l) })
			want.add = *want.setLabels
		}
		items = append(items, issue.relabel(want.add, remove)...)
		for _, f := range j.cfg.Fields {
			if text, given := want.custom[f.ID]; given {
				items = append(items, j.setField(issue, f, text)...)
			}
		}
		for _, p := range body.Properties {
			setProperty(&issue.Properties, p)
		}
		j.changed(issue, j.cfg.Account, items)
		empty(w, http.StatusNoContent)
	})
}

// parse checks the whole edit before any of it is done. A complaint goes with
// the field that it is about.
func (b editBody) parse(j *Jira) (want edit, field, complaint string) {
	want = edit{jira: j, texts: map[string]string{}, custom: map[string]string{}}
	for _, p := range b.Properties {
		if !validProperty(p) {
			return want, "properties", "The property value is not valid."
		}
	}
	for name, raw := range b.Fields {
		if _, both := b.Update[name]; both {
			return want, name, fmt.Sprintf("Field '%s' cannot appear in both 'fields' and 'update'", name)
		}
		if complaint := want.set(name, raw); complaint != "" {
			return want, name, complaint
		}
	}
	for name, verbs := range b.Update {
		for _, v := range verbs {
			for verb, raw := range v {
				if complaint := want.update(name, verb, raw); complaint != "" {
					return want, name, complaint
				}
			}
		}
	}
	return want, "", ""
}

// update takes one verb on one field.
func (e *edit) update(name, verb string, raw json.RawMessage) (complaint string) {
	if verb == "set" {
		return e.set(name, raw)
	}
	var label string
	if name != "labels" || verb != "add" && verb != "remove" {
		return fmt.Sprintf("Field '%s' does not support operation '%s'", name, verb)
	}
	if err := json.Unmarshal(raw, &label); err != nil {
		return "Operation value must be a string"
	}
	if verb == "remove" {
		e.remove = append(e.remove, label)
		return ""
	}
	e.add = append(e.add, label)
	return checkLabels(label)
}

// set takes a whole value.
func (e *edit) set(name string, raw json.RawMessage) (complaint string) {
	switch name {
	case "labels":
		var labels []string
		if err := json.Unmarshal(raw, &labels); err != nil {
			return "Operation value must be a list of strings"
		}
		e.setLabels = &labels
		return checkLabels(labels...)
	case "summary", "description":
		var text *string
		if err := json.Unmarshal(raw, &text); err != nil {
			return "Operation value must be a string"
		}
		if text == nil {
			text = new(string)
		}
		e.texts[name] = *text
		return checkText(name, *text)
	}
	if i := slices.IndexFunc(e.jira.cfg.Fields, func(f Field) bool { return f.ID == name }); i >= 0 {
		e.custom[name], complaint = e.jira.fieldValue(e.jira.cfg.Fields[i], raw)
		return complaint
	}
	return fmt.Sprintf("Field '%s' cannot be set. It is not on the appropriate screen, or unknown.", name)
}

func checkLabels(labels ...string) (complaint string) {
	for _, l := range labels {
		if strings.ContainsAny(l, " \t\r\n") || l == "" {
			return fmt.Sprintf("The label '%s' contains spaces which is invalid.", l)
		}
		if tooLong(l, maxLabelLength) {
			return fmt.Sprintf("The label '%s' exceeds the maximum length of 255 characters.", l)
		}
	}
	return ""
}

func checkText(name, text string) (complaint string) {
	switch {
	case name == "summary" && strings.TrimSpace(text) == "":
		return "You must specify a summary of the issue."
	case name == "summary" && strings.ContainsAny(text, "\r\n"):
		return "The summary is invalid because it contains newline characters."
	case name == "summary" && tooLong(text, maxSummaryLength):
		return "Summary must be less than 255 characters."
	case tooLong(text, maxCommentLength):
		return tooLongText
	}
	return ""
}

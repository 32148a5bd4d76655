package sim

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// issueRoutes adds what is about issues.
func (j *Jira) issueRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /rest/api/2/issue/{issue}", j.getIssue)
	mux.HandleFunc("PUT /rest/api/2/issue/{issue}", j.putIssue)
	if j.cfg.Cloud {
		mux.HandleFunc("GET /rest/api/2/issue/{issue}/changelog", j.getChangelog)
	}
	j.propertyRoutes(mux, "/rest/api/2/issue/{issue}/properties", func(r *http.Request) *[]Property {
		if issue := j.byRef[r.PathValue("issue")]; issue != nil {
			return &issue.Properties
		}
		return nil
	})
}

// withIssue runs f on the issue that the path names, under mu.
func (j *Jira) withIssue(w http.ResponseWriter, r *http.Request, f func(*Issue)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	issue := j.byRef[r.PathValue("issue")]
	if issue == nil {
		message := "Issue Does Not Exist"
		if j.cfg.Cloud {
			message = "Issue does not exist or you do not have permission to see it."
		}
		refuse(w, http.StatusNotFound, message)
		return
	}
	f(issue)
}

func (j *Jira) getIssue(w http.ResponseWriter, r *http.Request) {
	j.withIssue(w, r, func(issue *Issue) {
		fields := splitList(r.URL.Query()["fields"])
		if len(fields) == 0 {
			fields = []string{"*all"}
		}
		out := j.issueJSON(r, issue, fields, len(issue.Comments))
		if expands(r, "changelog") {
			out["changelog"] = j.changelogJSON(r, issue)
		}
		if shown, ok := out["fields"].(map[string]any); ok && expands(r, "names") {
			out["names"] = j.namesJSON(shown)
		}
		writeJSON(w, http.StatusOK, out)
	})
}

// issueJSON shows an issue. No more than the given number of comments stands in it.
func (j *Jira) issueJSON(r *http.Request, issue *Issue, fields []string, comments int) map[string]any {
	return map[string]any{
		"expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
		"id":     issue.ID,
		"key":    issue.Key,
		"self":   j.base(r) + "/rest/api/2/issue/" + issue.ID,
		"fields": j.fieldsJSON(r, issue, fields, comments),
	}
}

// fieldsJSON shows the chosen fields.
func (j *Jira) fieldsJSON(r *http.Request, issue *Issue, fields []string, comments int) map[string]any {
	project, _, _ := strings.Cut(issue.Key, "-")
	all := map[string]any{
		"summary":     issue.Summary,
		"description": nullable(issue.Description),
		"status":      statusJSON(issue.Status),
		"resolution":  nil,
		"labels":      slices.Clone(issue.Labels),
		"reporter":    j.userJSON(r, j.user(issue.Reporter)),
		"creator":     j.userJSON(r, j.user(issue.Reporter)),
		"assignee":    nil,
		"created":     j.wire(issue.Created),
		"updated":     j.wire(issue.Updated),
		"project":     map[string]any{"key": project, "name": project, "id": "10000", "projectTypeKey": "software"},
		"issuetype":   map[string]any{"id": "10001", "name": "Incident", "subtask": false},
		"comment":     j.commentBlock(r, issue, comments),
		"attachment":  j.attachmentList(r, issue),
	}
	j.customJSON(r, issue, all)
	if issue.Assignee != "" {
		all["assignee"] = j.userJSON(r, j.user(issue.Assignee))
	}
	if issue.Resolution != "" {
		all["resolution"] = map[string]any{"id": "1", "name": issue.Resolution}
	}
	chosen := map[string]any{}
	for _, f := range fields {
		switch name, minus := strings.CutPrefix(f, "-"); {
		case minus:
			delete(chosen, name)
		case f == "*all":
			maps.Copy(chosen, all)
		case f == "*navigable":
			for k, v := range all {
				if k != "comment" && k != "attachment" {
					chosen[k] = v
				}
			}
		default:
			if v, known := all[f]; known {
				chosen[f] = v
			}
		}
	}
	return chosen
}

func (j *Jira) commentBlock(r *http.Request, issue *Issue, limit int) map[string]any {
	list := []map[string]any{}
	for _, c := range cut(issue.Comments, 0, limit) {
		list = append(list, j.commentJSON(r, issue, c, false))
	}
	return map[string]any{
		"comments": list, "startAt": 0, "maxResults": len(list), "total": len(issue.Comments),
	}
}

func (j *Jira) attachmentList(r *http.Request, issue *Issue) []map[string]any {
	list := []map[string]any{}
	for _, a := range issue.Attachments {
		list = append(list, j.attachmentJSON(r, a))
	}
	return list
}

// statusJSON shows a status with its category.
func statusJSON(name string) map[string]any {
	category := "indeterminate"
	switch name {
	case "To Do":
		category = "new"
	case "Done":
		category = "done"
	}
	return map[string]any{"id": "1", "name": name, "statusCategory": map[string]any{"key": category, "name": name}}
}

// nullable is null for an empty text.
func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (j *Jira) wire(t time.Time) string { return t.In(j.cfg.Zone).Format(wireTime) }

// changelogJSON shows the change log of an expanded issue. Cloud begins with
// the newest and stops at a hundred.
func (j *Jira) changelogJSON(r *http.Request, issue *Issue) map[string]any {
	list := slices.Clone(issue.History)
	if j.cfg.Cloud {
		slices.Reverse(list)
		list = cut(list, 0, 100)
	}
	out := []map[string]any{}
	for _, c := range list {
		out = append(out, j.changeJSON(r, c))
	}
	return map[string]any{"startAt": 0, "maxResults": len(out), "total": len(issue.History), "histories": out}
}

func (j *Jira) getChangelog(w http.ResponseWriter, r *http.Request) {
	start, size, ok := paging(w, r, 100)
	if !ok {
		return
	}
	size = min(size, 100)
	j.withIssue(w, r, func(issue *Issue) {
		out := []map[string]any{}
		for _, c := range cut(issue.History, start, size) {
			out = append(out, j.changeJSON(r, c))
		}
		writeJSON(w, http.StatusOK, map[string]any{
			"startAt": start, "maxResults": size, "total": len(issue.History),
			"isLast": start+len(out) >= len(issue.History), "values": out,
		})
	})
}

// changeJSON shows an entry of the change log. Data Center names no field id.
func (j *Jira) changeJSON(r *http.Request, c Change) map[string]any {
	items := []map[string]any{}
	for _, i := range c.Items {
		item := map[string]any{
			"field": i.Field, "fieldtype": "jira", "fromString": i.From, "toString": i.To, "from": nil, "to": nil,
		}
		if j.cfg.Cloud {
			item["fieldId"] = cmp.Or(i.FieldID, i.Field)
		}
		if i.FieldID != "" {
			item["fieldtype"] = "custom"
		}
		items = append(items, item)
	}
	return map[string]any{
		"id": c.ID, "author": j.userJSON(r, j.user(c.Author)), "created": j.wire(c.At), "items": items,
	}
}

// editBody is the body of an edit.
type editBody struct {
	Fields map[string]json.RawMessage              `json:"fields"`
	Update map[string][]map[string]json.RawMessage `json:"update"`
}

// edit is what an edit body asks for.
type edit struct {
	texts       map[string]string // summary, description
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
	want, field, complaint := body.parse()
	if complaint != "" {
		refuseField(w, field, complaint)
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
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
		j.changed(issue, j.cfg.Account, items)
		w.WriteHeader(http.StatusNoContent)
	})
}

// parse checks the whole edit before any of it is done. A complaint goes with
// the field that it is about.
func (b editBody) parse() (want edit, field, complaint string) {
	want.texts = map[string]string{}
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
	return fmt.Sprintf("Field '%s' cannot be set. It is not on the appropriate screen, or unknown.", name)
}

func checkLabels(labels ...string) (complaint string) {
	for _, l := range labels {
		if strings.ContainsAny(l, " \t\r\n") || l == "" {
			return fmt.Sprintf("The label '%s' contains spaces which is invalid.", l)
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

package sim

import (
	"cmp"
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
		if issue := j.byRef[r.PathValue("issue")]; j.sees(issue) {
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
	if !j.sees(issue) {
		refuse(w, http.StatusNotFound, hiddenIssue(j.cfg.Cloud))
		return
	}
	f(issue)
}

// hiddenIssue is what Jira says of an issue that is not there, or that the
// caller may not see: it does not say which.
func hiddenIssue(cloud bool) string {
	if cloud {
		return "Issue does not exist or you do not have permission to see it."
	}
	return "Issue Does Not Exist"
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
		if names := splitList(r.URL.Query()["properties"]); len(names) > 0 {
			out["properties"] = propertyMap(issue.Properties, names)
		}
		writeJSON(w, http.StatusOK, j.shape(issue, out))
	})
}

// propertyMap shows the named properties, or all of them for "*all".
func propertyMap(list []Property, names []string) map[string]any {
	out := map[string]any{}
	for _, p := range list {
		if slices.Contains(names, p.Key) || slices.Contains(names, "*all") {
			out[p.Key] = p.Value
		}
	}
	return out
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
		"summary":      issue.Summary,
		"description":  nullable(issue.Description),
		"status":       j.statusJSON(r, issue.Status),
		"resolution":   nil,
		"labels":       slices.Clone(issue.Labels),
		"reporter":     j.userJSON(r, j.user(issue.Reporter)),
		"creator":      j.userJSON(r, j.user(issue.Creator)),
		"assignee":     nil,
		"created":      j.wire(issue.Created),
		"updated":      j.wire(issue.Updated),
		"project":      j.projectJSON(r, project),
		"issuetype":    map[string]any{"self": j.base(r) + "/rest/api/2/issuetype/10001", "id": "10001", "name": "Incident", "subtask": false},
		"issuelinks":   j.linksJSON(r, issue),
		"comment":      j.commentBlock(r, issue, comments),
		"attachment":   j.attachmentList(r, issue),
		"archiveddate": nil,
		"archivedby":   nil,
	}
	if issue.Archived != nil {
		all["archiveddate"] = j.wire(*issue.Archived)
		all["archivedby"] = j.userJSON(r, j.user(issue.ArchivedBy))
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
		writeJSON(w, http.StatusOK, j.shape(issue, map[string]any{
			"startAt": start, "maxResults": size, "total": len(issue.History),
			"isLast": start+len(out) >= len(issue.History), "values": out,
		}))
	})
}

// changeJSON shows an entry of the change log. Data Center names no field id.
func (j *Jira) changeJSON(r *http.Request, c Change) map[string]any {
	items := []map[string]any{}
	for _, i := range c.Items {
		item := map[string]any{
			"field": i.Field, "fieldtype": "jira", "from": nil, "to": nil,
			"fromString": nullable(i.From), "toString": nullable(i.To),
		}
		if i.Field == "labels" { // an empty list is a text
			item["fromString"], item["toString"] = i.From, i.To
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

package sim

import (
	"encoding/json"
	"net/http"
	"slices"
)

// event is what a webhook tells.
type event struct {
	name    string // jira:issue_created, comment_created …
	kind    string // the name of the event's type: issue_updated, issue_commented …
	issue   *Issue
	user    string
	change  *Change
	comment *Comment
}

// kindOf is the type of the event of a change.
func kindOf(items []ChangeItem) string {
	for _, i := range items {
		switch {
		case i.Field == "Key":
			return "issue_moved"
		case i.Field == "resolution" && i.To != "":
			return "issue_resolved"
		case i.Field == "resolution":
			return "issue_reopened"
		case i.Field == "assignee":
			return "issue_assigned"
		}
	}
	return "issue_updated"
}

// here is a request as from a caller on this machine: answers name the host.
func (j *Jira) here() *http.Request { return &http.Request{Host: j.host} }

// tell gives an event to the webhooks that want it. The caller holds mu.
//
// On Data Center a comment is also a change of the issue, and told as such.
func (j *Jira) tell(e event) {
	j.hooks.send(e.name, func() []byte { return j.eventJSON(e) })
	if e.comment != nil && !j.cfg.Cloud {
		e.name = "jira:issue_updated"
		j.hooks.send(e.name, func() []byte { return j.eventJSON(e) })
	}
}

// eventJSON is the body of a delivery, in the shape of the flavour.
func (j *Jira) eventJSON(e event) []byte {
	r := j.here()
	body := map[string]any{"timestamp": j.cfg.Now().UnixMilli(), "webhookEvent": e.name}
	if e.comment != nil {
		body["comment"] = j.commentJSON(r, e.issue, e.comment, false)
	}
	switch aboutComment := e.comment != nil && e.name != "jira:issue_updated"; {
	case aboutComment && j.cfg.Cloud:
		// Nobody says who did it, and the issue is cut down.
		body["eventType"] = "primaryProjectEvent"
		body["issue"] = j.cutIssueJSON(r, e.issue)
	case aboutComment:
		// No issue at all: only the comment's address names it.
	default:
		body["issue_event_type_name"] = e.kind
		body["user"] = j.userJSON(r, j.user(e.user))
		body["issue"] = j.issueJSON(r, e.issue, []string{"*all"}, len(e.issue.Comments))
	}
	if e.change != nil {
		change := j.changeJSON(r, *e.change)
		body["changelog"] = map[string]any{"id": e.change.ID, "items": change["items"]}
	}
	var told any = body
	if j.cfg.Odd || e.issue.Odd {
		told = oddly(body)
	}
	raw, err := json.Marshal(told)
	if err != nil {
		panic("sim: webhook does not marshal: " + err.Error())
	}
	return raw
}

// cutIssueJSON is what Cloud tells of the issue of a comment.
func (j *Jira) cutIssueJSON(r *http.Request, issue *Issue) map[string]any {
	return map[string]any{
		"id": issue.ID, "key": issue.Key, "self": j.base(r) + "/rest/api/2/" + issue.ID,
		"fields": j.fieldsJSON(r, issue, []string{"summary", "issuetype", "project", "assignee", "status"}, 0),
	}
}

// Events are the names of the events that are told.
func Events() []string {
	return []string{
		"jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated", "comment_deleted",
	}
}

func knownEvent(name string) bool { return slices.Contains(Events(), name) }

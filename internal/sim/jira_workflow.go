package sim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Status is a status of the workflow.
type Status struct {
	Name string `json:"name"`
	// Category is new, indeterminate (the default) or done. Who gets there is resolved.
	Category string `json:"category"`
}

// Transition is a transition of the workflow, which all issues share.
type Transition struct {
	// ID is a number; default 11, 21, 31 … by the place in the list.
	ID   string `json:"id"`
	Name string `json:"name"` // default that of the status
	// From are the statuses from which it leads away; none: from every one.
	From []string `json:"from"`
	To   string   `json:"to"`
	// Screen are the fields that are shown with it.
	Screen []ScreenField `json:"screen"`
}

// ScreenField is a field of a transition's screen: resolution, summary, description, or a
// custom field by its id.
type ScreenField struct {
	ID       string `json:"id"`
	Required bool   `json:"required"`
	// Default: Jira fills it in by itself.
	Default bool `json:"default"`
}

// adoptWorkflow completes the workflow: without one it is the simple one that a new
// project has. What cannot be is a mistake of whoever wrote the configuration.
func (c *JiraConfig) adoptWorkflow() {
	if len(c.Statuses) == 0 {
		c.Statuses = []Status{{"To Do", "new"}, {"In Progress", "indeterminate"}, {"Done", "done"}}
	}
	c.Statuses = slices.Clone(c.Statuses)
	for i := range c.Statuses {
		setDefault(&c.Statuses[i].Category, "indeterminate")
	}
	if c.Transitions == nil {
		for _, s := range c.Statuses {
			c.Transitions = append(c.Transitions, Transition{To: s.Name})
		}
	}
	c.Transitions = slices.Clone(c.Transitions)
	for i := range c.Transitions {
		t := &c.Transitions[i]
		setDefault(&t.ID, strconv.Itoa(11+10*i))
		setDefault(&t.Name, t.To)
		for _, name := range append([]string{t.To}, t.From...) {
			if c.status(name) < 0 {
				panic("sim: transition " + t.Name + ": unknown status " + name)
			}
		}
		for _, f := range t.Screen {
			if _, known := c.screenName(f.ID); !known {
				panic("sim: transition " + t.Name + ": unknown field " + f.ID)
			}
		}
	}
}

// status is the place of the status of that name, or -1.
func (c *JiraConfig) status(name string) int {
	return slices.IndexFunc(c.Statuses, func(s Status) bool { return s.Name == name })
}

// doneStatus is the name of the first status in which an issue is done.
func (c *JiraConfig) doneStatus() string {
	for _, s := range c.Statuses {
		if s.Category == "done" {
			return s.Name
		}
	}
	return "Done"
}

// screenName is how a field that may be on a screen is called.
func (c *JiraConfig) screenName(id string) (name string, known bool) {
	for _, f := range systemFields() {
		if f[0] == id && slices.Contains([]string{"resolution", "summary", "description"}, id) {
			return f[1], true
		}
	}
	for _, f := range c.Fields {
		if f.ID == id {
			return f.Name, true
		}
	}
	return "", false
}

// statusJSON shows a status with its category. One that is not of the workflow, which a
// person may set, is in progress.
func (j *Jira) statusJSON(r *http.Request, name string) map[string]any {
	id, category := "1", "indeterminate"
	if i := j.cfg.status(name); i >= 0 {
		id, category = strconv.Itoa(10_000+i), j.cfg.Statuses[i].Category
	}
	known := map[string]struct {
		id           int
		name, colour string
	}{"new": {2, "To Do", "blue-gray"}, "indeterminate": {4, "In Progress", "yellow"}, "done": {3, "Done", "green"}}[category]
	return map[string]any{
		"self": j.base(r) + "/rest/api/2/status/" + id, "id": id, "name": name, "description": "",
		"iconUrl": j.base(r) + "/images/icons/statuses/generic.png",
		"statusCategory": map[string]any{
			"self": j.base(r) + "/rest/api/2/statuscategory/" + strconv.Itoa(known.id), "id": known.id,
			"key": category, "name": known.name, "colorName": known.colour,
		},
	}
}

// resolves reports whether who gets to the status is resolved.
func (j *Jira) resolves(status string) bool {
	i := j.cfg.status(status)
	return i >= 0 && j.cfg.Statuses[i].Category == "done"
}

// workflowRoutes adds statuses and transitions.
func (j *Jira) workflowRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /rest/api/2/status", func(w http.ResponseWriter, r *http.Request) {
		list := []map[string]any{}
		for _, s := range j.cfg.Statuses {
			list = append(list, j.statusJSON(r, s.Name))
		}
		writeJSON(w, http.StatusOK, list)
	})
	mux.HandleFunc("GET /rest/api/2/issue/{issue}/transitions", j.getTransitions)
	mux.HandleFunc("POST /rest/api/2/issue/{issue}/transitions", j.postTransition)
}

// open are the transitions that lead away from where the issue is. Without the permission
// there are none.
func (j *Jira) open(issue *Issue) []Transition {
	if !j.may("TRANSITION_ISSUES") || issue.Archived != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(j.cfg.Transitions), func(t Transition) bool {
		return len(t.From) > 0 && !slices.Contains(t.From, issue.Status)
	})
}

func (j *Jira) getTransitions(w http.ResponseWriter, r *http.Request) {
	j.withIssue(w, r, func(issue *Issue) {
		list := []map[string]any{}
		for i, t := range j.open(issue) {
			if only := r.URL.Query().Get("transitionId"); only != "" && only != t.ID {
				continue
			}
			one := map[string]any{"id": t.ID, "name": t.Name, "to": j.statusJSON(r, t.To)}
			if j.cfg.Cloud {
				one["hasScreen"], one["isGlobal"], one["isInitial"] = len(t.Screen) > 0, len(t.From) == 0, false
				one["isAvailable"], one["isConditional"] = true, false
			} else {
				one["opsbarSequence"] = 10 * (i + 1)
			}
			if expands(r, "transitions.fields") {
				one["fields"] = j.screenJSON(t)
			}
			list = append(list, one)
		}
		writeJSON(w, http.StatusOK, map[string]any{"expand": "transitions", "transitions": list})
	})
}

// screenJSON describes the fields of a transition's screen. Data Center gives a field id
// in the place of the key.
func (j *Jira) screenJSON(t Transition) map[string]any {
	out := map[string]any{}
	for _, f := range t.Screen {
		name, _ := j.cfg.screenName(f.ID)
		one := map[string]any{
			"required": f.Required, "hasDefaultValue": f.Default, "name": name,
			"operations": []string{"set"}, "schema": map[string]any{"type": "string", "system": f.ID},
		}
		if i := slices.IndexFunc(j.cfg.Fields, func(c Field) bool { return c.ID == f.ID }); i >= 0 {
			one["schema"] = j.cfg.Fields[i].schema()
		}
		if j.cfg.Cloud {
			one["key"] = f.ID
		} else {
			one["fieldId"] = f.ID
		}
		out[f.ID] = one
	}
	return out
}

// transitionBody is the body of a transition.
type transitionBody struct {
	Transition *struct {
		ID json.RawMessage `json:"id"` // a text, or a number
	} `json:"transition"`
	Fields     map[string]json.RawMessage              `json:"fields"`
	Update     map[string][]map[string]json.RawMessage `json:"update"`
	Properties []Property                              `json:"properties"`
	History    json.RawMessage                         `json:"historyMetadata"`
}

func (j *Jira) postTransition(w http.ResponseWriter, r *http.Request) {
	var body transitionBody
	if !readJSON(w, r, &body, j.cfg.Cloud) {
		return
	}
	if body.Transition == nil {
		refuse(w, http.StatusBadRequest, "Missing 'transition' identifier")
		return
	}
	id := strings.Trim(string(body.Transition.ID), `"`)
	if _, err := strconv.Atoi(id); err != nil && !j.cfg.Cloud {
		refuse(w, http.StatusInternalServerError, "Internal server error")
		return
	}
	j.withIssue(w, r, func(issue *Issue) {
		open := j.open(issue)
		i := slices.IndexFunc(open, func(t Transition) bool { return t.ID == id })
		if i < 0 {
			refuse(w, http.StatusBadRequest, fmt.Sprintf("It seems that you have tried to perform a workflow operation (%s) that is not valid for the current state of this issue.", id))
			return
		}
		if field, complaint := j.transit(issue, open[i], body.Fields); complaint != "" {
			refuseField(w, field, complaint)
			return
		}
		empty(w, http.StatusNoContent)
	})
}

// transit takes the issue through the transition, or says what is wrong and with which
// field. What the screen shows and nobody gives stays as it is on the issue.
func (j *Jira) transit(issue *Issue, t Transition, given map[string]json.RawMessage) (field, complaint string) {
	want := edit{jira: j, texts: map[string]string{}, custom: map[string]string{}}
	for id, raw := range given {
		if !slices.ContainsFunc(t.Screen, func(f ScreenField) bool { return f.ID == id }) {
			return id, fmt.Sprintf("Field '%s' cannot be set. It is not on the appropriate screen, or unknown.", id)
		}
		if complaint := want.onScreen(id, raw); complaint != "" {
			return id, complaint
		}
	}
	for _, f := range t.Screen {
		name, _ := j.cfg.screenName(f.ID)
		if f.Required && !f.Default && want.texts[f.ID]+want.custom[f.ID] == "" && issue.value(f.ID) == "" {
			return f.ID, name + " is required."
		}
	}
	items := j.setText(issue, "status", t.To)
	for _, name := range []string{"resolution", "summary", "description"} {
		if value, there := want.texts[name]; there {
			items = append(items, j.setText(issue, name, value)...)
		}
	}
	for _, f := range j.cfg.Fields {
		if text, there := want.custom[f.ID]; there {
			items = append(items, j.setField(issue, f, text)...)
		}
	}
	j.changed(issue, j.cfg.Account, together(items))
	return "", ""
}

// onScreen takes a value that comes with a transition, where a resolution may be among
// them.
func (e *edit) onScreen(id string, raw json.RawMessage) (complaint string) {
	if id != "resolution" {
		return e.set(id, raw)
	}
	var named struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(raw, &named); err != nil || named.Name == "" {
		return "Could not find valid 'id' or 'name' in resolution object."
	}
	e.texts["resolution"] = named.Name
	return ""
}

// value is what stands in a field that a screen may show.
func (i *Issue) value(field string) string {
	if text := i.text(field); text != nil {
		return *text
	}
	return i.Fields[field]
}

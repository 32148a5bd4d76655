package sim

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// oddly is an answer in the odd shapes that were seen: times that end in Z,
// members that nobody documents, null for an empty list, ids that are numbers,
// users without a name to show, change log items without the field's id.
func oddly(answer any) any {
	raw, err := json.Marshal(answer)
	if err != nil {
		panic("sim: answer does not marshal: " + err.Error())
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		panic("sim: answer does not parse: " + err.Error())
	}
	return odd("", v)
}

// odd bends a value that is the member of that name.
func odd(name string, v any) any {
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return nil
		}
		for i := range v {
			v[i] = odd("", v[i])
		}
	case map[string]any:
		if name == "properties" || name == "value" { // ours, not Jira's
			return v
		}
		for k := range v {
			v[k] = odd(k, v[k])
		}
		oddMembers(v)
	case string:
		return oddText(name, v)
	}
	return v
}

// oddMembers takes away what is often missing, and adds what nobody knows.
func oddMembers(m map[string]any) {
	_, cloud := m["accountId"]
	_, server := m["name"]
	if _, user := m["active"]; user && (cloud || server) {
		delete(m, "displayName")
	}
	if _, item := m["fieldtype"]; item {
		delete(m, "fieldId")
	}
	m["tmpFromAnApp"] = map[string]any{"enabled": true, "list": []any{nil, 1}}
}

func oddText(name, text string) any {
	switch name {
	case "created", "updated":
		if at, ok := parseWire(text); ok {
			return at.UTC().Format("2006-01-02T15:04:05.000Z")
		}
	case "id":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return text
}

func parseWire(text string) (time.Time, bool) {
	at, err := time.Parse(wireTime, text)
	return at, err == nil
}

// shape is an answer about an issue as it shall be told.
func (j *Jira) shape(issue *Issue, answer map[string]any) any {
	if j.cfg.Odd || issue.Odd {
		return oddly(answer)
	}
	return answer
}

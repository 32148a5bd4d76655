package sim

import (
	"encoding/json"
	"strings"
	"time"
)

// maxTextLine is how long a field of one line may be, in characters.
const maxTextLine = 255

// fieldValue reads a value as a program writes it, as the text that a person
// would have written; "" for null. The caller holds mu.
func (j *Jira) fieldValue(f Field, raw json.RawMessage) (text, complaint string) {
	if string(raw) == "null" {
		return "", ""
	}
	switch f.Type {
	case "number":
		var n json.Number
		if json.Unmarshal(raw, &n) != nil || len(raw) > 0 && raw[0] == '"' {
			return "", "Operation value must be a number"
		}
		return n.String(), ""
	case "select", "user":
		return j.oneValue(f, raw)
	case "cascading":
		return cascadeValue(raw)
	case "multiselect", "users", "labels", "versions":
		return j.listValue(f, raw)
	}
	if json.Unmarshal(raw, &text) != nil {
		return "", "Operation value must be a string"
	}
	return lineValue(f, text)
}

// lineValue checks a value that is a text.
func lineValue(f Field, text string) (value, complaint string) {
	t, _ := fieldTypeOf(f.Type)
	switch {
	case f.Type == "datetime":
		at, err := time.Parse(wireTime, text)
		if err != nil {
			return "", "Error parsing time: " + text
		}
		return at.Format(time.RFC3339), ""
	case t.valid != nil && text != "" && !t.valid(text):
		return "", "Error parsing value: " + text
	case f.Type == "textarea" && tooLong(text, maxCommentLength):
		return "", tooLongText
	case f.Type != "textarea" && tooLong(text, maxTextLine):
		return "", "The entered text is too long. It exceeds the allowed limit of 255 characters."
	case f.Type == "text" && strings.ContainsAny(text, "\r\n"):
		return "", "The value must not contain newline characters."
	}
	return text, ""
}

// named is a value that is an object.
type named struct {
	Value     string `json:"value"`
	Name      string `json:"name"`
	AccountID string `json:"accountId"`
}

// oneValue reads an option, a version or a user.
func (j *Jira) oneValue(f Field, raw json.RawMessage) (text, complaint string) {
	var v named
	if json.Unmarshal(raw, &v) != nil {
		return "", "Operation value must be an object"
	}
	switch {
	case strings.HasPrefix(f.Type, "user"):
		for _, u := range j.users {
			if j.cfg.Cloud && v.AccountID == u.AccountID || !j.cfg.Cloud && v.Name == u.Name {
				return u.Name, ""
			}
		}
		return "", "User '" + v.Name + v.AccountID + "' does not exist."
	case f.Type == "versions":
		text = v.Name
	default:
		text = v.Value
	}
	if text == "" {
		return "", "Option id 'null' is not valid"
	}
	return text, ""
}

// cascadeValue reads an option with its child as "parent / child".
func cascadeValue(raw json.RawMessage) (text, complaint string) {
	var v struct {
		named
		Child *named `json:"child"`
	}
	if json.Unmarshal(raw, &v) != nil || v.Value == "" {
		return "", "Option id 'null' is not valid"
	}
	if v.Child != nil {
		return v.Value + " / " + v.Child.Value, ""
	}
	return v.Value, ""
}

// listValue reads several values, joined by commas.
func (j *Jira) listValue(f Field, raw json.RawMessage) (text, complaint string) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return "", "data was not an array"
	}
	var texts []string
	for _, one := range list {
		var text string
		if f.Type != "labels" {
			text, complaint = j.oneValue(f, one)
		} else if json.Unmarshal(one, &text) != nil {
			complaint = "Operation value must be a string"
		} else {
			complaint = checkLabels(text)
		}
		if complaint != "" {
			return "", complaint
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ","), ""
}

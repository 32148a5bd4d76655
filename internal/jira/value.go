package jira

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping/wiki"
)

// maxValue bounds the value of one custom field, in bytes of JSON.
const maxValue = 256 << 10

// customValue is the value of a custom field as it came; none when it is huge.
type customValue []byte

// UnmarshalJSON never fails.
func (v *customValue) UnmarshalJSON(raw []byte) error {
	*v = nil
	if len(raw) <= maxValue {
		*v = bytes.Clone(raw)
	}
	return nil
}

// values are the values of the custom fields that were asked for, by the text
// by which they were. The histories are sorted.
func (m material) values() map[string]bridge.FieldValue {
	var out map[string]bridge.FieldValue
	for _, f := range m.fields {
		markup := f.show(m.custom[f.id])
		if strings.TrimSpace(markup) == "" {
			continue
		}
		if out == nil {
			out = make(map[string]bridge.FieldValue)
		}
		out[f.text] = bridge.FieldValue{Markup: markup, At: f.changed(m.histories, time.Time(m.Fields.Created))}
	}
	return out
}

// changed is when the field was last changed, or else its issue's creation.
func (b boundField) changed(histories []wireHistory, created time.Time) time.Time {
	for _, h := range slices.Backward(histories) {
		at := time.Time(h.Created)
		if !at.IsZero() && slices.ContainsFunc(h.Items, b.meant) {
			return at
		}
	}
	return created
}

// meant reports whether the item of a change log is about the field.
func (b boundField) meant(item wireItem) bool {
	if item.FieldID != "" {
		return item.FieldID == b.id
	}
	name := strings.TrimSpace(item.Field)
	return item.Type != "jira" && slices.ContainsFunc(b.names, func(n string) bool { return strings.EqualFold(n, name) })
}

// show returns the wiki markup that shows the value; nothing for no value and
// for one of a shape that means nothing here.
func (b boundField) show(raw customValue) string {
	if raw == nil {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return ""
	}
	switch v := value.(type) {
	case string:
		if b.markup {
			return plain(v)
		}
	case []any:
		var parts []string
		for _, one := range v {
			if text := single(one); strings.TrimSpace(text) != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, ", ")
	}
	return single(value)
}

// single shows a value that is no list.
func single(value any) string {
	switch v := value.(type) {
	case string:
		if isDate(v) {
			return v // no markup is in it, and nobody looks for a date with backslashes
		}
		return escape(v)
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return escape(decimal(v))
	case map[string]any:
		return named(v)
	}
	return ""
}

// named shows what has a name: an option, with what was chosen below it, a
// user, a version, a component, a group, a project.
func named(v map[string]any) string {
	for _, member := range []string{"value", "displayName", "name"} {
		name, ok := v[member].(string)
		if !ok || strings.TrimSpace(name) == "" {
			continue
		}
		child, _ := v["child"].(map[string]any)
		if below, _ := child["value"].(string); member == "value" && strings.TrimSpace(below) != "" {
			return escape(name) + " / " + escape(below)
		}
		return escape(name)
	}
	return ""
}

// decimal writes a number without exponent: Data Center writes 1.0E7. Nothing
// for a number that is too large to be one.
func decimal(n json.Number) string {
	if _, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return n.String()
	}
	f, err := n.Float64()
	if err != nil || math.IsInf(f, 0) {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// isDate reports whether s is a day or a time as Jira writes them.
func isDate(s string) bool {
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return true
	}
	return slices.ContainsFunc(timeForms, func(form string) bool {
		_, err := time.Parse(form, s)
		return err == nil
	})
}

func escape(s string) string { return wiki.Escape(plain(s)) }

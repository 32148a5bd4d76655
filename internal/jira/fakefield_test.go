package jira

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

const fieldType = "com.atlassian.jira.plugin.system.customfieldtypes:"

// fakeField is a field as GET field shows it; kind is the end of its type.
func (f *fakeJira) field(id, name, typ, kind string) {
	schema := map[string]any{"type": typ}
	if kind != "" {
		schema["custom"] = fieldType + kind
	}
	one := map[string]any{"id": id, "name": name, "custom": strings.HasPrefix(id, "customfield_"), "schema": schema}
	if f.flavour == Cloud {
		one["key"] = id
	}
	f.fields = append(f.fields, one)
}

// withExtra adds the custom and further fields that are asked for.
func (f *fakeJira) withExtra(r *http.Request, fields map[string]any) map[string]any {
	asked := strings.Split(r.URL.Query().Get("fields"), ",")
	out := maps.Clone(fields)
	for _, more := range []map[string]any{f.custom, f.extra} {
		for id, value := range more {
			if slices.Contains(asked, id) {
				out[id] = value
			}
		}
	}
	return out
}

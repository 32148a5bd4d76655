package jira

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"escalat/internal/sim"
)

// contract is one of Jira's OpenAPI documents, as far as answers are held
// against it: references, types, members and whether there may be others.
type contract struct {
	Paths map[string]map[string]struct {
		Responses map[string]struct {
			Content map[string]struct {
				Schema contractSchema `json:"schema"`
			} `json:"content"`
		} `json:"responses"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]contractSchema `json:"schemas"`
	} `json:"components"`
}

type contractSchema struct {
	Ref        string                    `json:"$ref"`
	AllOf      []contractSchema          `json:"allOf"`
	Type       string                    `json:"type"`
	Items      *contractSchema           `json:"items"`
	Properties map[string]contractSchema `json:"properties"`
	Required   []string                  `json:"required"`
	Additional any                       `json:"additionalProperties"`
}

// readContract reads the document of a flavour from the folder that
// ESCALAT_JIRA_OPENAPI names.
func readContract(t *testing.T, flavour Flavour) contract {
	t.Helper()
	folder := os.Getenv("ESCALAT_JIRA_OPENAPI")
	if folder == "" {
		t.Skip("ESCALAT_JIRA_OPENAPI is not set: NOT held against Jira's own documents")
	}
	name := map[Flavour]string{Cloud: "jira-cloud-v2-derived.json", DataCenter: "jira-dc-10.3-rest.json"}[flavour]
	raw, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	var c contract
	if err := json.Unmarshal(raw, &c); err != nil {
		// Parts that are not used here may be of shapes that are not known here.
		t.Logf("%s: %v", name, err)
	}
	return c
}

// answer is the schema of the good answer to a GET.
func (c contract) answer(t *testing.T, path string) contractSchema {
	t.Helper()
	schema := c.Paths[path]["get"].Responses["200"].Content["application/json"].Schema
	if schema.Ref == "" && schema.Type == "" {
		t.Fatalf("the document has no answer to GET %s", path)
	}
	return schema
}

// resolve follows references.
func (c contract) resolve(s contractSchema) contractSchema {
	for range 10 {
		switch {
		case s.Ref != "":
			s = c.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
		case len(s.AllOf) == 1:
			s = s.AllOf[0]
		default:
			return s
		}
	}
	return s
}

// breaches are the places where the value is not as the schema says.
func (c contract) breaches(s contractSchema, value any, at string) []string {
	s = c.resolve(s)
	kind := ""
	switch v := value.(type) {
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
		if s.Type == "integer" && v == math.Trunc(v) {
			kind = "integer"
		}
	case []any:
		kind = "array"
	case map[string]any:
		kind = "object"
	}
	if s.Type != "" && s.Type != kind {
		return []string{fmt.Sprintf("%s is of type %q, not %s", at, kind, s.Type)}
	}
	var found []string
	if list, ok := value.([]any); ok && s.Items != nil {
		for i, one := range list {
			found = append(found, c.breaches(*s.Items, one, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	members, _ := value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if known, ok := s.Properties[name]; ok {
			found = append(found, c.breaches(known, members[name], at+"."+name)...)
		} else if s.Additional == false {
			found = append(found, at+"."+name+" is not in the document")
		}
	}
	for _, name := range s.Required {
		if _, ok := members[name]; kind == "object" && !ok {
			found = append(found, at+"."+name+" is missing")
		}
	}
	return found
}

// The fields that the client is tested with are such as Jira's own documents
// tell, and so are those of the simulator.
func TestFieldsAreAsDocumented(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		doc := readContract(t, f.flavour)
		schema := doc.answer(t, "/rest/api/2/field")
		withFields(f)
		// The documents do not know of it, but servers send it.
		delete(f.fields[len(f.fields)-1], "untranslatedName")
		j := sim.NewJira(sim.JiraConfig{Cloud: f.flavour == Cloud, Fields: []sim.Field{
			{Name: "Inici", Type: "datetime"}, {Name: "Entorns", Type: "multiselect"}, {Name: "Lloc", Type: "cascading"},
		}})
		for name, get := range map[string]func() []byte{
			"fake": func() []byte {
				raw, err := json.Marshal(f.fields)
				if err != nil {
					t.Fatal(err)
				}
				return raw
			},
			"simulator": func() []byte {
				r := httptest.NewRequest(http.MethodGet, "/rest/api/2/field", nil)
				r.Header.Set("Authorization", "Bearer sim-token")
				if f.flavour == Cloud {
					r.SetBasicAuth("escalat@aoc.test", "sim-token")
				}
				w := httptest.NewRecorder()
				j.Handler().ServeHTTP(w, r)
				return w.Body.Bytes()
			},
		} {
			var answer any
			if err := json.Unmarshal(get(), &answer); err != nil {
				t.Fatal(err)
			}
			for _, breach := range doc.breaches(schema, answer, "field") {
				t.Errorf("%s: %s", name, breach)
			}
			if list, _ := answer.([]any); len(list) < 5 {
				t.Errorf("%s: %d fields", name, len(list))
			}
		}
		// What is wrong is found.
		wrong := []any{map[string]any{"id": 5.0, "schema": map[string]any{"type": []any{}}}}
		if found := doc.breaches(schema, wrong, "field"); len(found) != 2 {
			t.Errorf("breaches of a wrong answer: %q", found)
		}
		// What the client reads is documented.
		one := doc.resolve(*doc.resolve(schema).Items)
		for _, path := range [][]string{{"id"}, {"name"}, {"schema", "type"}, {"schema", "custom"}} {
			at := one
			for _, step := range path {
				at = doc.resolve(at.Properties[step])
			}
			if at.Type != "string" {
				t.Errorf("%s is of type %q in the document", strings.Join(path, "."), at.Type)
			}
		}
	})
}

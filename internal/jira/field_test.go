package jira

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// wants makes the client read the fields.
func wants(fields ...string) func(*Config) {
	return func(c *Config) { c.Fields = fields }
}

// withFields fills the catalogue.
func withFields(f *fakeJira) {
	f.field("summary", "Resum", "string", "")
	f.field("environment", "Entorn", "string", "")
	f.field("customfield_10010", "Aplicació afectada", "string", "textfield")
	f.field("customfield_10011", "Impacte", "option", "select")
	f.field("customfield_10012", "impacte ", "string", "textarea")
	f.field("customfield_10013", "Inici", "datetime", "datetime")
	f.field("customfield_10014", "Resum", "string", "textfield")
	f.field("customfield_10016", "Environment", "string", "textfield")
	f.fields = append(f.fields, map[string]any{
		"id": "customfield_10015", "name": "Persona de contacte", "untranslatedName": "Contact", "custom": true, "schema": map[string]any{"type": "user"},
	})
}

func TestBind(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		tests := map[string]string{
			"customfield_10011":     "customfield_10011",
			" customfield_10012 ":   "customfield_10012",
			"Aplicació afectada":    "customfield_10010",
			" APLICACIÓ afectada  ": "customfield_10010",
			"contact":               "customfield_10015",
			"Persona de contacte":   "customfield_10015",
			"resum":                 "customfield_10014", // a system field of that name is not meant
			"Environment":           "customfield_10016", // no more than one whose id is nearly so
		}
		for text, id := range tests {
			c := f.client(wants(text, text))
			if err := c.Bind(t.Context()); err != nil {
				t.Errorf("%q: %v", text, err)
				continue
			}
			if got := c.custom.bound; len(got) != 1 || got[0].id != id || got[0].text != text {
				t.Errorf("%q is bound to %+v, want %s", text, got, id)
			}
		}
	})
}

func TestBindTellsEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		c := f.client(wants("Aplicacio afectada", "Impacte", "Inici", "environment", "Entorn", "customfield_99999", "Res de res de res"))
		err := c.Bind(t.Context())
		if !bridge.IsPermanent(err) {
			t.Fatalf("Bind: %v; want a permanent error", err)
		}
		want := strings.Join([]string{
			`jira: custom fields: "Aplicacio afectada": no custom field that the account sees has this id or name; the nearest: "Aplicació afectada" (customfield_10010)`,
			`"Impacte": 2 custom fields have this name: use the id of one of them: "Impacte" (customfield_10011), "impacte" (customfield_10012)`,
			`"environment": this is a field of Jira's own, not a custom field`,
			`"Entorn": this is a field of Jira's own, not a custom field`,
			`"customfield_99999": no custom field that the account sees has this id or name; the nearest: "Aplicació afectada" (customfield_10010), "Impacte" (customfield_10011), "impacte" (customfield_10012)`,
			`"Res de res de res": no custom field that the account sees has this id or name`,
		}, "\n")
		if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		// What nobody can read for now is not lost: an issue is tried again.
		if _, err := c.Issue(t.Context(), "10001"); err == nil || bridge.IsPermanent(err) || !strings.Contains(err.Error(), "Aplicacio afectada") {
			t.Errorf("Issue: %v; want a temporary error that names the field", err)
		}
	})
}

func TestBindTemporary(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		c := f.client(wants("Inici"))
		for _, code := range []int{401, 403, 404, 429, 500, 503} {
			f.status("GET", "/field", code)
			_, read := c.Issue(t.Context(), "10001")
			for i, err := range []error{c.Bind(t.Context()), read} {
				if err == nil || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
					t.Errorf("%d, call %d: %v; want a temporary error", code, i, err)
				}
			}
			f.pass(time.Minute)
		}
		for _, body := range []string{`{}`, `[]`, `null`, `"x"`, `[`, ``} {
			f.answer(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/field") {
					return false
				}
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprint(w, body)
				return true
			})
			if err := c.Bind(t.Context()); err == nil || bridge.IsPermanent(err) {
				t.Errorf("%s: %v; want a temporary error", body, err)
			}
		}
		f.answer(nil)
		before := f.count("GET rest/api/2/field")
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := c.Issue(t.Context(), "10001"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := f.count("GET rest/api/2/field") - before; n != 1 {
			t.Errorf("asked %d times which fields there are, want once", n)
		}
	})
}

func TestWithoutFieldsNothingIsAsked(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	c := f.client()
	if err := c.Bind(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := f.count(""); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestBlankFieldIsRefused(t *testing.T) {
	t.Parallel()
	_, err := New(Config{URL: "https://jira.example.org", Token: testToken, Fields: []string{"Inici", " "}})
	if err == nil || !strings.Contains(err.Error(), "custom field 2 of 2") {
		t.Errorf("New: %v", err)
	}
}

func TestOddFieldsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	serve := `[7,null,{"id":5},{"id":"customfield_1/../x","name":"Inici"},{"id":"customfield_10","name":["a"],"schema":3},{"id":"customfield_11","name":"Inici","schema":{"type":["x"]}}]`
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/field") {
			return false
		}
		fmt.Fprint(w, serve)
		return true
	})
	c := f.client(wants("Inici", "customfield_10"))
	if err := c.Bind(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := c.custom.bound; got[0].id != "customfield_11" || got[1].id != "customfield_10" {
		t.Errorf("bound %+v", got)
	}
}

// fieldHistory is an entry of the change log about a custom field.
func fieldHistory(f *fakeJira, id int, fieldID, name string) map[string]any {
	item := map[string]any{"field": name, "fieldtype": "custom", "fromString": "a", "toString": "b"}
	if f.flavour == Cloud {
		item["fieldId"] = fieldID
	}
	return map[string]any{
		"id": fmt.Sprint(id), "author": f.user("joan"), "created": wireTime(f.now.Add(time.Duration(id) * time.Second)), "items": []any{item},
	}
}

func TestIssueWithFields(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		f.custom = map[string]any{
			"customfield_10010": "*e-NOTUM*", "customfield_10011": map[string]any{"value": "Total {x}"}, "customfield_10012": nil,
			"customfield_10013": "2026-11-21T10:00:00.000+0100",
		}
		f.histories = []map[string]any{
			fieldHistory(f, 5, "customfield_10077", "Una altra"), fieldHistory(f, 4, "customfield_10010", "Aplicació afectada"),
			fieldHistory(f, 3, "customfield_10010", "Aplicació afectada"), history(f, 2, "marta", "", "a"),
		}
		got, err := f.client(wants("aplicació afectada", "customfield_10011", "customfield_10012", "Inici")).Issue(t.Context(), "10001")
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bridge.FieldValue{
			"aplicació afectada": {Markup: "*e-NOTUM*", At: f.now.Add(4 * time.Second)},
			"customfield_10011":  {Markup: `Total \{x\}`, At: f.now.Add(-time.Hour)},
			"Inici":              {Markup: "2026-11-21T10:00:00.000+0100", At: f.now.Add(-time.Hour)},
		}
		if diff := cmp.Diff(want, got.Fields); diff != "" {
			t.Errorf("Fields (-want +got):\n%s", diff)
		}
		if n := f.count("GET rest/api/2/issue/"); n != 1 {
			t.Errorf("%d requests for the issue, want 1", n)
		}
	})
}

func TestWhoseChangeItIs(t *testing.T) {
	t.Parallel()
	field := boundField{id: "customfield_1", names: []string{"labels", "Etiquetes"}}
	for text, want := range map[string]struct{ custom, labels bool }{
		`{"field":"labels","fieldtype":"jira"}`:                             {false, true},
		`{"field":"labels","fieldtype":"custom"}`:                           {true, false},
		`{"field":"labels","fieldtype":"jira","fieldId":"labels"}`:          {false, true},
		`{"field":"labels","fieldtype":"custom","fieldId":"customfield_1"}`: {true, false},
		`{"field":"labels","fieldtype":"custom","fieldId":"customfield_2"}`: {false, false},
		`{"field":" ETIQUETES ","fieldtype":"custom"}`:                      {true, false},
		`{"field":"other","fieldtype":"custom"}`:                            {false, false},
	} {
		var item wireItem
		if err := json.Unmarshal([]byte(text), &item); err != nil {
			t.Fatal(err)
		}
		if field.meant(item) != want.custom || item.system("labels") != want.labels {
			t.Errorf("%s: custom %t, labels %t", text, field.meant(item), item.system("labels"))
		}
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value, text, markup string // as of another field, as of a text field
	}{
		{`"*fort* {x}"`, `\*fort\* \{x\}`, `*fort* {x}`},
		{`"a\r\nb"`, "a\nb", "a\r\nb"},
		{`"a\u0000b"`, "ab", "ab"},
		{`"2026-11-21"`, "2026-11-21", "2026-11-21"},
		{`"2026-11-21T10:00:00.000+0100"`, "2026-11-21T10:00:00.000+0100", "2026-11-21T10:00:00.000+0100"},
		{`3`, "3", "3"},
		{`3.0`, "3", "3"},
		{`3.50`, "3.5", "3.5"},
		{`1.0E7`, "10000000", "10000000"},
		{`1e-7`, "0.0000001", "0.0000001"},
		{`-4`, `\-4`, `\-4`},
		{`123456789012345678`, "123456789012345678", "123456789012345678"},
		{`1e999`, "", ""},
		{`true`, "true", "true"},
		{`false`, "false", "false"},
		{`{"value":"Alt","id":"1"}`, "Alt", "Alt"},
		{`{"value":"Xarxa","child":{"value":"LAN [1]"}}`, `Xarxa / LAN \[1\]`, `Xarxa / LAN \[1\]`},
		{`{"value":"Xarxa","child":null}`, "Xarxa", "Xarxa"},
		{`{"accountId":"1","displayName":"Marta Puig","name":"marta"}`, "Marta Puig", "Marta Puig"},
		{`{"name":"2.1","id":"3"}`, "2.1", "2.1"},
		{`["a","b_","c d"]`, `a, b\_, c d`, `a, b\_, c d`},
		{`[{"name":"2.1"},{"value":"x"},{"displayName":"Marta"},7,null,[1],{}]`, "2.1, x, Marta, 7", "2.1, x, Marta, 7"},
		{`null`, "", ""},
		{`{}`, "", ""},
		{`[]`, "", ""},
		{`[[]]`, "", ""},
		{`{"value":{"a":1}}`, "", ""},
		{`{"value":" ","name":"n"}`, "n", "n"},
		{`{"cycle":{"name":"x"}}`, "", ""},
		{`{"value":5}`, "", ""},
	}
	for _, test := range tests {
		if got := (boundField{}).show([]byte(test.value)); got != test.text {
			t.Errorf("%s: %q, want %q", test.value, got, test.text)
		}
		if got := (boundField{markup: true}).show([]byte(test.value)); got != test.markup {
			t.Errorf("%s as markup: %q, want %q", test.value, got, test.markup)
		}
	}
}

func TestWhichTextsAreMarkup(t *testing.T) {
	t.Parallel()
	for schema, want := range map[fieldSchema]bool{
		{Type: "string", Custom: fieldType + "textfield"}:              true,
		{Type: "string", Custom: fieldType + "textarea"}:               true,
		{Type: "string", Custom: fieldType + "url"}:                    false,
		{Type: "string", Custom: "com.example.plugin:calculated-text"}: false,
		{Type: "option", Custom: fieldType + "select"}:                 false,
		{Type: "string"}: true,
		{}:               true,
		{Type: "date"}:   false,
	} {
		if got := schema.markup(); got != want {
			t.Errorf("%+v: %t", schema, got)
		}
	}
}

// A value of whatever shape costs itself, not the issue.
func TestOddFieldValues(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		for name, value := range map[string]any{
			"huge": strings.Repeat("x", maxValue), "blank": " \n", "deep": []any{[]any{map[string]any{"a": []int{1}}}}, "object": map[string]any{"content": []string{}},
		} {
			f.mu.Lock()
			f.custom = map[string]any{"customfield_10010": value}
			f.mu.Unlock()
			got, err := f.client(wants("customfield_10010")).Issue(t.Context(), "10001")
			if err != nil || len(got.Fields) != 0 || got.Summary == "" {
				t.Errorf("%s: %+v, %v", name, got.Fields, err)
			}
		}
	})
}

package sim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// everyType is a field of every type, and a second one of a name.
func everyType() []sim.Field {
	return []sim.Field{
		{ID: "customfield_10010", Name: "Aplicació afectada"},
		{Name: "Detall", Type: "textarea"},
		{Name: "Pàgina", Type: "url"},
		{Name: "Usuaris", Type: "number"},
		{Name: "Dia", Type: "date"},
		{Name: "Inici", Type: "datetime"},
		{Name: "Impacte", Type: "select"},
		{Name: "Entorns", Type: "multiselect"},
		{Name: "Lloc", Type: "cascading"},
		{Name: "Contacte", Type: "user"},
		{Name: "Avisats", Type: "users"},
		{Name: "Marques", Type: "labels"},
		{Name: "Versions", Type: "versions"},
		{ID: "customfield_10011", Name: "Impacte"},
	}
}

func TestFieldsAreListed(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		_, c := newJira(t, sim.JiraConfig{Cloud: cloud, Fields: everyType()})
		var list []doc
		c.want(http.StatusOK, "GET", "/rest/api/2/field", nil).into(t, &list)
		byID := map[string]doc{}
		for _, f := range list {
			byID[f["id"].(string)] = f
			if _, keyed := f["key"]; keyed != cloud {
				t.Errorf("%v: a key on the wrong flavour", f["id"])
			}
		}
		if byID["summary"]["custom"] != false || len(byID) != len(list) {
			t.Errorf("fields %v", list)
		}
		for id, want := range map[string]doc{
			"customfield_10010": {"type": "string", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textfield", "customId": 10010.0},
			"customfield_10106": {"type": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select", "customId": 10106.0},
			"customfield_10107": {"type": "array", "items": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:multiselect", "customId": 10107.0},
		} {
			if diff := cmp.Diff(any(want), byID[id]["schema"]); diff != "" || byID[id]["custom"] != true {
				t.Errorf("%s (-want +got):\n%s", id, diff)
			}
		}
		if byID["customfield_10106"]["name"] != byID["customfield_10011"]["name"] {
			t.Error("two fields of one name are not there")
		}
	})
}

func TestFieldValues(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Fields: everyType()})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		err := j.Edit("marta", key, map[string]string{
			"Aplicació afectada": "*e-NOTUM*", "Detall": "a\nb", "Usuaris": "12000000", "Dia": "2026-10-21", "Inici": "2026-10-21T09:30:00+02:00",
			"customfield_10106": "Alt", "Entorns": "PRO, PRE", "Lloc": "Xarxa / Tallafocs", "Contacte": "pere.mas", "Avisats": "marta,pere.mas",
			"Marques": "a,b", "Versions": "2.1",
		})
		if err != nil {
			t.Fatal(err)
		}
		issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil)
		fields := at(t, issue.doc(t), "fields")
		for id, want := range map[string]any{
			"customfield_10010": "*e-NOTUM*", "customfield_10101": "a\nb", "customfield_10102": nil, "customfield_10103": 12e6,
			"customfield_10104": "2026-10-21", "customfield_10105": "2026-10-21T07:30:00.000+0000", "customfield_10111": []any{"a", "b"},
		} {
			if diff := cmp.Diff(want, at(t, fields, id)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", id, diff)
			}
		}
		if strings.Contains(string(issue.body), "1.2E7") == cloud {
			t.Error("a large number is written as the other flavour does")
		}
		for _, deep := range []struct {
			want any
			path []any
		}{
			{"Alt", []any{"customfield_10106", "value"}},
			{"PRE", []any{"customfield_10107", 1, "value"}},
			{"Xarxa", []any{"customfield_10108", "value"}},
			{"Tallafocs", []any{"customfield_10108", "child", "value"}},
			{"Pere Mas", []any{"customfield_10109", "displayName"}},
			{"Marta", []any{"customfield_10110", 0, "displayName"}},
			{"2.1", []any{"customfield_10112", 0, "name"}},
		} {
			if got := at(t, fields, deep.path...); got != deep.want {
				t.Errorf("%v: %v, want %v", deep.path, got, deep.want)
			}
		}
	})
}

func TestFieldsAreChosenAndNamed(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Fields: everyType()})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key + "?fields=summary,customfield_10010,customfield_99999"
		few := c.want(http.StatusOK, "GET", path, nil).doc(t)
		if diff := cmp.Diff(any(doc{"summary": "x", "customfield_10010": nil}), few["fields"]); diff != "" || few["names"] != nil {
			t.Errorf("chosen (-want +got):\n%s", diff)
		}
		named := c.want(http.StatusOK, "GET", path+"&expand=names", nil).doc(t)
		if diff := cmp.Diff(any(doc{"summary": "Summary", "customfield_10010": "Aplicació afectada"}), named["names"]); diff != "" {
			t.Errorf("names (-want +got):\n%s", diff)
		}
	})
}

func TestChangesOfTextsAndFields(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Fields: everyType()})
		_, key := j.CreateIssue("marta", "AOC", "x", "Impacte: total")
		edits := map[string]string{"description": "Impacte: parcial\nContacte: Pere", "customfield_10010": "e-NOTUM"}
		for range 2 { // the second changes nothing
			if err := j.Edit("pere", key, edits); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Edit("pere", key, map[string]string{"project": "AOC"}); err != nil {
			t.Fatal(err)
		}
		issue, err := j.Issue(key)
		if err != nil {
			t.Fatal(err)
		}
		want := []sim.ChangeItem{
			{Field: "description", From: "Impacte: total", To: "Impacte: parcial\nContacte: Pere"},
			{Field: "Aplicació afectada", FieldID: "customfield_10010", To: "e-NOTUM"},
		}
		if len(issue.History) != 1 {
			t.Fatalf("%d entries, want 1: %+v", len(issue.History), issue.History)
		}
		if diff := cmp.Diff(want, issue.History[0].Items); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
		shown := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"?expand=changelog", nil).doc(t)
		items := at(t, shown, "changelog", "histories", 0, "items")
		text, custom := at(t, items, 0).(doc), at(t, items, 1).(doc)
		if text["fromString"] != "Impacte: total" || text["fieldtype"] != "jira" {
			t.Errorf("description: %v", text)
		}
		var id any
		if cloud {
			id = "customfield_10010"
		}
		if custom["field"] != "Aplicació afectada" || custom["fieldId"] != id || custom["fieldtype"] != "custom" || custom["toString"] != "e-NOTUM" {
			t.Errorf("custom field: %v", custom)
		}
	})
}

func TestEditThatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{Fields: everyType()})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	for name, fields := range map[string]map[string]string{
		"unknown":   {"summary": "y", "customfield_1": "a"},
		"ambiguous": {"summary": "y", "Impacte": "Alt"},
		"number":    {"summary": "y", "Usuaris": "molts"},
		"infinite":  {"summary": "y", "Usuaris": "Inf"},
		"day":       {"summary": "y", "Dia": "ahir"},
		"time":      {"summary": "y", "Inici": "2026-10-21"},
	} {
		r, err := c.send("PATCH", "/sim/issues/"+key, doc{"user": "marta", "fields": fields})
		if err != nil || r.status < 400 {
			t.Errorf("%s: status %d, %v", name, r.status, err)
		}
	}
	c.want(http.StatusOK, "PATCH", "/sim/issues/"+key, doc{"user": "marta", "fields": doc{"customfield_10010": "e-NOTUM"}})
	c.want(http.StatusOK, "PATCH", "/sim/issues/"+key, doc{"user": "marta", "fields": doc{"customfield_10011": "Alt", "customfield_10010": ""}})
	issue, err := j.Issue(key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"customfield_10011": "Alt"}, issue.Fields); diff != "" || issue.Summary != "x" {
		t.Errorf("summary %q, fields (-want +got):\n%s", issue.Summary, diff)
	}
}

func TestDisplay(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, _ := newJira(t, sim.JiraConfig{Cloud: cloud})
		text := "Truqueu a " + j.Mention("marta.puig") + " o a [~ningu]"
		if got := j.Display(text); got != "Truqueu a Marta Puig o a [~ningu]" {
			t.Errorf("Display = %q", got)
		}
	})
}

func TestWrongFieldsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	for name, fields := range map[string][]sim.Field{
		"id": {{ID: "summary"}}, "type": {{Type: "float"}}, "twice": {{ID: "customfield_1"}, {ID: "customfield_1"}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			sim.NewJira(sim.JiraConfig{Fields: fields})
		}()
	}
}

func TestSnapshotHoldsFields(t *testing.T) {
	t.Parallel()
	j, _ := newJira(t, sim.JiraConfig{Fields: everyType()})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	if err := j.Edit("marta", key, map[string]string{"Lloc": "Xarxa"}); err != nil {
		t.Fatal(err)
	}
	var state struct {
		Issues []sim.Issue `json:"issues"`
	}
	if err := json.Unmarshal(j.Snapshot(), &state); err != nil || state.Issues[0].Fields["customfield_10108"] != "Xarxa" {
		t.Errorf("snapshot %+v, %v", state, err)
	}
}

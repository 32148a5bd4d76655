package sim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

func TestEditCustomFields(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Fields: []sim.Field{
			{ID: "customfield_1", Name: "Referència"},
			{ID: "customfield_2", Name: "Usuaris", Type: "number"},
			{ID: "customfield_3", Name: "Inici", Type: "datetime"},
			{ID: "customfield_4", Name: "Gravetat", Type: "select"},
			{ID: "customfield_5", Name: "Entorns", Type: "multiselect"},
			{ID: "customfield_6", Name: "Lloc", Type: "cascading"},
			{ID: "customfield_7", Name: "Responsable", Type: "user"},
			{ID: "customfield_8", Name: "Avisats", Type: "users"},
			{ID: "customfield_9", Name: "Marques", Type: "labels"},
			{ID: "customfield_10", Name: "Versions", Type: "versions"},
			{ID: "customfield_11", Name: "Detall", Type: "textarea"},
			{ID: "customfield_12", Name: "Dia", Type: "date"},
		}})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key
		marta := doc{"name": "marta"}
		if cloud {
			marta = doc{"accountId": j.User("marta").AccountID}
		}
		c.want(http.StatusNoContent, "PUT", path, doc{"fields": doc{
			"customfield_1": "INC-1", "customfield_2": 3.5, "customfield_3": "2026-11-21T10:00:00.000+0100", "customfield_4": doc{"value": "Alta"},
			"customfield_5": []doc{{"value": "pre"}, {"value": "pro"}}, "customfield_6": doc{"value": "Xarxa", "child": doc{"value": "LAN"}},
			"customfield_7": marta, "customfield_8": []doc{marta}, "customfield_9": []string{"a", "b"}, "customfield_10": []doc{{"name": "1.0"}},
			"customfield_12": "2026-11-21",
		}, "update": doc{"customfield_11": []doc{{"set": "a\nb"}}}})
		issue, err := j.Issue(key)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"customfield_1": "INC-1", "customfield_2": "3.5", "customfield_3": "2026-11-21T10:00:00+01:00", "customfield_4": "Alta",
			"customfield_5": "pre,pro", "customfield_6": "Xarxa / LAN", "customfield_7": "marta", "customfield_8": "marta",
			"customfield_9": "a,b", "customfield_10": "1.0", "customfield_11": "a\nb", "customfield_12": "2026-11-21",
		}
		if diff := cmp.Diff(want, issue.Fields); diff != "" {
			t.Error(diff)
		}
		if n := len(issue.History[0].Items); n != len(want) || issue.History[0].Author != "escalat" {
			t.Errorf("%d changes, want %d", n, len(want))
		}
		c.want(http.StatusNoContent, "PUT", path, doc{"fields": doc{"customfield_1": nil}})
		if issue, _ = j.Issue(key); issue.Fields["customfield_1"] != "" {
			t.Errorf("not emptied: %q", issue.Fields["customfield_1"])
		}
		for name, fields := range map[string]doc{
			"long line":    {"customfield_1": strings.Repeat("a", 256)},
			"two lines":    {"customfield_1": "a\nb"},
			"number":       {"customfield_1": 7},
			"no number":    {"customfield_2": "3"},
			"no time":      {"customfield_3": "2026-11-21"},
			"no day":       {"customfield_12": "demà"},
			"no option":    {"customfield_4": doc{}},
			"text":         {"customfield_4": "Alta"},
			"no list":      {"customfield_5": doc{"value": "pre"}},
			"no cascade":   {"customfield_6": doc{}},
			"nobody":       {"customfield_7": doc{"name": "ningú", "accountId": "ningú"}},
			"spaced label": {"customfield_9": []string{"a b"}},
			"no label":     {"customfield_9": []int{1}},
			"long text":    {"customfield_11": strings.Repeat("a", 32_768)},
			"one is wrong": {"customfield_1": "bo", "customfield_2": "dolent"},
		} {
			if r, err := c.send("PUT", path, doc{"fields": fields}); err != nil || r.status != http.StatusBadRequest {
				t.Errorf("%s: status %d, %v", name, r.status, err)
			}
		}
		after, _ := j.Issue(key)
		if diff := cmp.Diff(issue, after); diff != "" {
			t.Errorf("a refused edit changed the issue: %s", diff)
		}
	})
}

// TestWhatMovesUpdated: properties are no change of the issue.
func TestWhatMovesUpdated(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		clock := &clock{at: morning}
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Now: clock.now})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		comment := c.want(http.StatusCreated, "POST", "/rest/api/2/issue/"+key+"/comment", doc{"body": "x"}).doc(t)["id"].(string)
		issue := "/rest/api/2/issue/" + key
		for _, test := range []struct {
			method, path string
			body         any
			moves        bool
		}{
			{"PUT", issue + "/properties/p", doc{"a": 1}, false},
			{"DELETE", issue + "/properties/p", nil, false},
			{"PUT", "/rest/api/2/comment/" + comment + "/properties/p", doc{"a": 1}, false},
			{"PUT", "/rest/api/2/user/properties/p?" + who(j, cloud, "escalat"), doc{"a": 1}, false},
			{"PUT", issue, doc{"properties": []doc{{"key": "q", "value": 1}}}, false},
			{"PUT", issue, doc{"update": doc{"labels": []doc{{"add": "a"}}}}, true},
			{"PUT", issue, doc{"update": doc{"labels": []doc{{"add": "a"}}}}, false}, // it has it
			{"POST", issue + "/comment", doc{"body": "y"}, true},
			{"PUT", issue + "/comment/" + comment, doc{"body": "z"}, true},
			{"POST", issue + "/remotelink", doc{"object": doc{"url": "https://ex.test", "title": "x"}}, true},
			{"GET", issue, nil, false},
		} {
			before, _ := j.Issue(key)
			clock.at = clock.at.Add(time.Minute)
			if r, err := c.send(test.method, test.path, test.body); err != nil || r.status >= 300 {
				t.Fatalf("%s %s: %d %v %s", test.method, test.path, r.status, err, r.body)
			}
			after, _ := j.Issue(key)
			if moved := !after.Updated.Equal(before.Updated); moved != test.moves {
				t.Errorf("%s %s: updated moved %t", test.method, test.path, moved)
			}
		}
		if got, _ := j.Issue(key); len(got.Properties) != 1 || got.Properties[0].Key != "q" {
			t.Errorf("properties %v", got.Properties)
		}
	})
}

func TestConflict(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{Cloud: true})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	j.Fail("PUT", "/rest/api/2/issue/", sim.Fault{Status: http.StatusConflict})
	body := doc{"update": doc{"labels": []doc{{"add": "a"}}}}
	c.want(http.StatusConflict, "PUT", "/rest/api/2/issue/"+key, body)
	c.want(http.StatusNoContent, "PUT", "/rest/api/2/issue/"+key, body)
}

func TestInternalComments(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, ServiceDesks: []string{"SD"}})
		internal := []doc{{"key": "sd.public.comment", "value": doc{"internal": true}}}
		for project, kind := range map[string]string{"SD": "service_desk", "AOC": "software"} {
			_, key := j.CreateIssue("marta", project, "x", "")
			issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil).doc(t)
			if at(t, issue, "fields", "project", "projectTypeKey") != kind {
				t.Errorf("%s: project %v", project, at(t, issue, "fields", "project"))
			}
			if got := c.want(http.StatusOK, "GET", "/rest/api/2/project/"+project, nil).doc(t); got["key"] != project || cloud && got["projectTypeKey"] != kind {
				t.Errorf("project %v", got)
			}
			path := "/rest/api/2/issue/" + key + "/comment"
			public := c.want(http.StatusCreated, "POST", path, doc{"body": "x"}).doc(t)
			hidden := c.want(http.StatusCreated, "POST", path, doc{"body": "x", "properties": internal}).doc(t)
			id, err := j.AddInternalComment("marta", key, "nota")
			if err != nil {
				t.Fatal(err)
			}
			theirs := c.want(http.StatusOK, "GET", path+"/"+id+"?expand=properties", nil).doc(t)
			if at(t, theirs, "properties", 0, "value", "internal") != true {
				t.Errorf("%s: %v", project, theirs)
			}
			for _, test := range []struct {
				comment doc
				public  bool
			}{{public, true}, {hidden, project != "SD"}, {theirs, project != "SD"}} {
				var want any // Data Center does not say
				if cloud {
					want = test.public
				}
				if test.comment["jsdPublic"] != want {
					t.Errorf("%s: jsdPublic is %v, want %v", project, test.comment["jsdPublic"], want)
				}
			}
		}
	})
}

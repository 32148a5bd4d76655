package sim_test

import (
	"net/http"
	"testing"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

func workflow(cloud bool) sim.JiraConfig {
	return sim.JiraConfig{
		Cloud: cloud, Fields: []sim.Field{{ID: "customfield_1", Name: "Causa"}, {ID: "customfield_2", Name: "Equip"}},
		Statuses: []sim.Status{{Name: "Obert", Category: "new"}, {Name: "En espera"}, {Name: "Tancat", Category: "done"}},
		Transitions: []sim.Transition{
			{Name: "Espera", From: []string{"Obert"}, To: "En espera"},
			{ID: "77", Name: "Tanca", From: []string{"En espera"}, To: "Tancat", Screen: []sim.ScreenField{
				{ID: "resolution", Required: true, Default: true}, {ID: "customfield_1", Required: true}, {ID: "customfield_2"},
			}},
		},
	}
}

// transitions are what the account may do with the issue: id, name and status.
func transitions(t *testing.T, c *caller, key string) (out [][3]string) {
	t.Helper()
	var body struct {
		Transitions []struct {
			ID, Name string
			To       struct{ Name string }
		}
	}
	c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"/transitions", nil).into(t, &body)
	for _, one := range body.Transitions {
		out = append(out, [3]string{one.ID, one.Name, one.To.Name})
	}
	return out
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, workflow(cloud))
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key + "/transitions"
		if diff := cmp.Diff([][3]string{{"11", "Espera", "En espera"}}, transitions(t, c, key)); diff != "" {
			t.Error(diff)
		}
		c.want(http.StatusBadRequest, "POST", path, doc{})
		c.want(http.StatusBadRequest, "POST", path, doc{"transition": doc{"id": "77"}}) // not from here
		c.want(http.StatusNoContent, "POST", path, doc{"transition": doc{"id": "11"}})
		shown := c.want(http.StatusOK, "GET", path+"?expand=transitions.fields&transitionId=77", nil).doc(t)
		if name := at(t, shown, "transitions", 0, "fields", "customfield_1", "name"); name != "Causa" {
			t.Errorf("%v", shown)
		}
		c.want(http.StatusBadRequest, "POST", path, doc{"transition": doc{"id": "77"}}) // Causa is required
		c.want(http.StatusBadRequest, "POST", path, doc{"transition": doc{"id": "77"}, "fields": doc{"summary": "y", "customfield_1": "z"}})
		issue, err := j.Issue(key)
		if err != nil || issue.Status != "En espera" || issue.Resolution != "" || issue.Summary != "x" {
			t.Fatalf("%+v, %v", issue, err)
		}
		c.want(http.StatusNoContent, "POST", path, doc{"transition": doc{"id": "77"}, "fields": doc{"customfield_1": "disc", "resolution": doc{"name": "Fixed"}}})
		issue, err = j.Issue(key)
		if err != nil || issue.Status != "Tancat" || issue.Resolution != "Fixed" || issue.Fields["customfield_1"] != "disc" {
			t.Fatalf("%+v, %v", issue, err)
		}
		if last := issue.History[len(issue.History)-1]; len(last.Items) != 3 || last.Author != "escalat" {
			t.Errorf("%+v", last)
		}
		if left := transitions(t, c, key); len(left) != 0 {
			t.Errorf("%v", left)
		}
	})
}

// TestWorkflowKeepsWhatIsThere: a field that is required and filled in stands in no way.
func TestWorkflowKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, workflow(cloud))
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		if err := j.Edit("marta", key, map[string]string{"status": "En espera", "Causa": "disc"}); err != nil {
			t.Fatal(err)
		}
		path := "/rest/api/2/issue/" + key + "/transitions"
		if err := j.SetLacks("TRANSITION_ISSUES"); err != nil {
			t.Fatal(err)
		}
		if none := transitions(t, c, key); len(none) != 0 {
			t.Errorf("without the permission: %v", none)
		}
		c.want(http.StatusBadRequest, "POST", path, doc{"transition": doc{"id": "77"}})
		if err := j.SetLacks(); err != nil {
			t.Fatal(err)
		}
		c.want(http.StatusNoContent, "POST", path, doc{"transition": doc{"id": "77"}})
		if issue, err := j.Issue(key); err != nil || issue.Resolution != "Done" {
			t.Errorf("%+v, %v", issue, err)
		}
		if err := j.Reopen("marta", key); err != nil {
			t.Fatal(err)
		}
		if issue, err := j.Issue(key); err != nil || issue.Resolution != "" || issue.Status != "Obert" {
			t.Errorf("%+v, %v", issue, err)
		}
		var names []string
		var statuses []struct {
			Name           string
			StatusCategory struct{ Key string }
		}
		c.want(http.StatusOK, "GET", "/rest/api/2/status", nil).into(t, &statuses)
		for _, s := range statuses {
			names = append(names, s.Name+" "+s.StatusCategory.Key)
		}
		if diff := cmp.Diff([]string{"Obert new", "En espera indeterminate", "Tancat done"}, names); diff != "" {
			t.Error(diff)
		}
	})
}

// TestSimpleWorkflow: without one everybody may go everywhere.
func TestSimpleWorkflow(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	want := [][3]string{{"11", "To Do", "To Do"}, {"21", "In Progress", "In Progress"}, {"31", "Done", "Done"}}
	if diff := cmp.Diff(want, transitions(t, c, key)); diff != "" {
		t.Error(diff)
	}
	for name, cfg := range map[string]sim.JiraConfig{
		"a status": {Transitions: []sim.Transition{{To: "Lluna"}}},
		"a field":  {Transitions: []sim.Transition{{To: "Done", Screen: []sim.ScreenField{{ID: "customfield_9"}}}}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s that is unknown is no panic", name)
				}
			}()
			sim.NewJira(cfg)
		}()
	}
}

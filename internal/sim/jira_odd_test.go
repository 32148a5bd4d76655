package sim_test

import (
	"net/http"
	"strings"
	"testing"

	"escalat/internal/sim"
)

func TestOddShapes(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		for name, cfg := range map[string]sim.JiraConfig{"all": {Cloud: cloud, Odd: true}, "one issue": {Cloud: cloud, Wrap: unchecked}} {
			j, c := newJira(t, cfg)
			id, key := j.CreateIssue("marta", "AOC", "x", "")
			if err := j.SetOdd(key, true); err != nil {
				t.Fatal(err)
			}
			_, plain := j.CreateIssue("marta", "AOC", "y", "")
			comment := c.want(http.StatusCreated, "POST", "/rest/api/2/issue/"+key+"/comment",
				doc{"body": "x", "properties": []doc{{"key": "p", "value": doc{"id": "7", "list": []int{}}}}}).doc(t)
			if _, number := comment["id"].(float64); !number {
				t.Errorf("%s: comment's id is %v", name, comment["id"])
			}
			issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"?expand=changelog", nil).doc(t)
			fields := issue["fields"].(doc)
			if fields["labels"] != nil || fields["issuelinks"] != nil || fields["created"] != "2026-10-21T08:12:00.000Z" {
				t.Errorf("%s: fields %v", name, fields)
			}
			if reporter := fields["reporter"].(doc); reporter["displayName"] != nil || reporter["active"] != true {
				t.Errorf("%s: reporter %v", name, reporter)
			}
			if _, number := issue["id"].(float64); !number || issue["tmpFromAnApp"] == nil {
				t.Errorf("%s: issue %v", name, issue)
			}
			// What is ours comes back as it was sent.
			list := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"/comment?expand=properties", nil).doc(t)
			value := at(t, list, "comments", 0, "properties", 0, "value").(doc)
			if value["id"] != "7" || value["list"] == nil {
				t.Errorf("%s: property %v", name, value)
			}
			if err := j.AddLabel("marta", key, "a"); err != nil {
				t.Fatal(err)
			}
			issue = c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+id+"?expand=changelog", nil).doc(t)
			item := at(t, issue, "changelog", "histories", 0, "items", 0).(doc)
			if _, there := item["fieldId"]; there || item["field"] != "labels" {
				t.Errorf("%s: item %v", name, item)
			}
			other := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+plain, nil).doc(t)
			if _, number := other["id"].(float64); number != cfg.Odd {
				t.Errorf("%s: the other issue: %v", name, other["id"])
			}
		}
	})
}

func TestOddWebhook(t *testing.T) {
	t.Parallel()
	j, _ := newJira(t, sim.JiraConfig{Cloud: true, Odd: true})
	r := newReceiver(t)
	if err := j.RegisterWebhook(r.url, ""); err != nil {
		t.Fatal(err)
	}
	j.CreateIssue("marta", "AOC", "x", "")
	<-j.Delivered()
	created := r.got(t)["jira:issue_created"]
	if len(created) != 1 || !strings.HasSuffix(at(t, created[0], "issue", "fields", "updated").(string), "Z") {
		t.Errorf("created %v", created)
	}
}

package sim_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"
)

func TestSearchLags(t *testing.T) {
	t.Parallel()
	clock := &clock{at: morning}
	j, c := newJira(t, sim.JiraConfig{Cloud: true, Now: clock.now, SearchLag: time.Minute})
	id, key := j.CreateIssue("marta", "AOC", "x", "")
	found := func(jql string) string {
		t.Helper()
		return strings.Join(keysOf(t, c, true, jql), " ")
	}
	if got := found("project = AOC"); got != "" {
		t.Errorf("at once: %s", got)
	}
	c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil) // reading by key does not lag
	n, err := strconv.Atoi(id)
	if err != nil {
		t.Fatal(err)
	}
	fresh := c.want(http.StatusOK, "POST", "/rest/api/2/search/jql", doc{"jql": "project = AOC", "reconcileIssues": []int{n}}).doc(t)
	if len(fresh["issues"].([]any)) != 1 {
		t.Errorf("reconciled: %v", fresh)
	}
	byGet := c.want(http.StatusOK, "GET", "/rest/api/2/search/jql?jql=project=AOC&reconcileIssues="+id, nil).doc(t)
	if len(byGet["issues"].([]any)) != 1 {
		t.Errorf("reconciled: %v", byGet)
	}
	clock.at = clock.at.Add(time.Minute)
	if got := found("project = AOC"); got != key {
		t.Errorf("a minute later: %q", got)
	}
	if err := j.AddLabel("marta", key, "a"); err != nil {
		t.Fatal(err)
	}
	if err := j.Edit("marta", key, map[string]string{"summary": "y"}); err != nil {
		t.Fatal(err)
	}
	page := c.want(http.StatusOK, "POST", "/rest/api/2/search/jql", doc{"jql": "project = AOC", "fields": []string{"summary", "labels"}}).doc(t)
	if at(t, page, "issues", 0, "fields", "summary") != "x" || found("labels = a") != "" {
		t.Errorf("the search knows too much: %v", page)
	}
	clock.at = clock.at.Add(time.Minute)
	if found("labels = a") != key {
		t.Error("the label is never found")
	}
	if err := j.Delete(key); err != nil {
		t.Fatal(err)
	}
	if found("project = AOC") != key {
		t.Error("a deleted issue is gone from the search at once")
	}
	clock.at = clock.at.Add(time.Minute)
	if got := found("project = AOC"); got != "" {
		t.Errorf("a deleted issue is still found: %s", got)
	}
}

func TestFrozenIndex(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Fields: []sim.Field{{Name: "Lloc"}}})
		_, one := j.CreateIssue("marta", "AOC", "x", "")
		found := func() string {
			t.Helper()
			return strings.Join(keysOf(t, c, cloud, "labels is EMPTY ORDER BY key"), " ")
		}
		j.FreezeIndex()
		_, two := j.CreateIssue("marta", "AOC", "y", "")
		if err := j.AddLabel("marta", one, "a"); err != nil {
			t.Fatal(err)
		}
		if err := j.Edit("marta", one, map[string]string{"Lloc": "sala"}); err != nil {
			t.Fatal(err)
		}
		if got := found(); got != one {
			t.Errorf("frozen: %s", got)
		}
		j.AdvanceIndex()
		if got := found(); got != two {
			t.Errorf("advanced: %s", got)
		}
		if err := j.RenameUser("marta", "marta.puig"); err != nil {
			t.Fatal(err)
		}
		if err := j.RemoveLabel("marta.puig", one, "a"); err != nil {
			t.Fatal(err)
		}
		if got := found(); got != two {
			t.Errorf("still frozen: %s", got)
		}
		j.ThawIndex()
		if got := found(); got != one+" "+two {
			t.Errorf("thawed: %s", got)
		}
	})
}

func TestFlicker(t *testing.T) {
	t.Parallel()
	clock := &clock{at: morning}
	j, c := newJira(t, sim.JiraConfig{Cloud: true, Flicker: true, Now: clock.now})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	var counts []int
	for range 4 {
		counts = append(counts, len(keysOf(t, c, true, "project = AOC")))
	}
	clock.at = clock.at.Add(time.Minute)
	if err := j.AddLabel("marta", key, "a"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		counts = append(counts, len(keysOf(t, c, true, "project = AOC")))
	}
	for i, want := range []int{1, 0, 1, 1, 1, 0, 1} {
		if counts[i] != want {
			t.Fatalf("found %v", counts)
		}
	}
}

func TestRepeatedToken(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{Cloud: true, RepeatToken: true})
	for range 3 {
		j.CreateIssue("marta", "AOC", "x", "")
	}
	search := func(token any) doc {
		body := doc{"jql": "project = AOC", "maxResults": 2}
		if token != nil {
			body["nextPageToken"] = token
		}
		return c.want(http.StatusOK, "POST", "/rest/api/2/search/jql", body).doc(t)
	}
	first := search(nil)
	last := search(first["nextPageToken"])
	if len(last["issues"].([]any)) != 1 || last["nextPageToken"] != first["nextPageToken"] || first["nextPageToken"] == nil {
		t.Errorf("%v then %v", first, last)
	}
}

func TestSearchTellsProperties(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{Cloud: true})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	c.want(http.StatusCreated, "PUT", "/rest/api/2/issue/"+key+"/properties/p", doc{"a": 1})
	page := c.want(http.StatusOK, "POST", "/rest/api/2/search/jql", doc{"jql": "project = AOC", "properties": []string{"p", "q"}, "expand": "changelog"}).doc(t)
	if at(t, page, "issues", 0, "properties", "p", "a") != 1.0 || at(t, page, "issues", 0, "changelog", "total") != 0.0 {
		t.Errorf("page %v", page)
	}
	c.want(http.StatusBadRequest, "POST", "/rest/api/2/search/jql", doc{"jql": "project = AOC", "properties": []string{"1", "2", "3", "4", "5", "6"}})
	many := make([]int, 51)
	c.want(http.StatusBadRequest, "POST", "/rest/api/2/search/jql", doc{"jql": "project = AOC", "reconcileIssues": many})
	issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"?properties=*all", nil).doc(t)
	if at(t, issue, "properties", "p", "a") != 1.0 {
		t.Errorf("issue %v", issue)
	}
}

func TestDataCenterCapsThePage(t *testing.T) {
	t.Parallel()
	_, c := newJira(t, sim.JiraConfig{})
	if got := c.want(http.StatusOK, "GET", "/rest/api/2/search?jql=&maxResults=5000", nil).doc(t)["maxResults"]; got != 1000.0 {
		t.Errorf("maxResults %v", got)
	}
}

package sim_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// keysOf are the keys that a search finds.
func keysOf(t *testing.T, c *caller, cloud bool, jql string) []string {
	t.Helper()
	path := "/rest/api/2/search"
	if cloud {
		path += "/jql"
	}
	page := c.want(http.StatusOK, "POST", path, doc{"jql": jql, "fields": []string{"summary"}}).doc(t)
	keys := []string{}
	for _, issue := range page["issues"].([]any) {
		keys = append(keys, issue.(doc)["key"].(string))
	}
	return keys
}

// writes are what a program may do to an issue, with a comment of its own.
func writes(key, comment string) map[string][3]any {
	issue := "/rest/api/2/issue/" + key
	return map[string][3]any{
		"edit":            {"PUT", issue, doc{"update": doc{"labels": []doc{{"add": "x"}}}}},
		"comment":         {"POST", issue + "/comment", doc{"body": "x"}},
		"edit a comment":  {"PUT", issue + "/comment/" + comment, doc{"body": "x"}},
		"comment's entry": {"PUT", "/rest/api/2/comment/" + comment + "/properties/p", doc{"a": 1}},
		"property":        {"PUT", issue + "/properties/p", doc{"a": 1}},
		"remote link":     {"POST", issue + "/remotelink", doc{"globalId": "g", "object": doc{"url": "https://ex.test/1", "title": "x"}}},
	}
}

func TestIssuesThatAreNotThere(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		for name, hide := range map[string]func(j *sim.Jira, key string) error{
			"deleted":    func(j *sim.Jira, key string) error { return j.Delete(key) },
			"restricted": func(j *sim.Jira, key string) error { return j.Restrict(key, true) },
		} {
			j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Wrap: unchecked})
			id, key := j.CreateIssue("marta", "AOC", "x", "")
			_, other := j.CreateIssue("marta", "AOC", "y", "")
			if err := j.LinkIssues("marta", "Duplicate", other, key); err != nil {
				t.Fatal(err)
			}
			comment := c.want(http.StatusCreated, "POST", "/rest/api/2/issue/"+key+"/comment", doc{"body": "x"}).doc(t)["id"].(string)
			file, err := j.AddAttachment("marta", key, "a.txt", "", []byte("a"))
			if err != nil {
				t.Fatal(err)
			}
			if err := hide(j, key); err != nil {
				t.Fatal(err)
			}
			for what, w := range writes(key, comment) {
				if r, err := c.send(w[0].(string), w[1].(string), w[2]); err != nil || r.status != http.StatusNotFound {
					t.Errorf("%s: %s: status %d, %v", name, what, r.status, err)
				}
			}
			for _, path := range []string{
				"/rest/api/2/issue/" + key, "/rest/api/2/issue/" + id, "/rest/api/2/issue/" + key + "/comment",
				"/rest/api/2/comment/" + comment + "/properties/p", "/rest/api/2/attachment/" + file,
				"/rest/api/2/issue/" + key + "/properties/p", "/rest/api/2/issue/" + key + "/remotelink",
			} {
				c.want(http.StatusNotFound, "GET", path, nil)
			}
			if got := keysOf(t, c, cloud, "project = AOC"); len(got) != 1 || got[0] != other {
				t.Errorf("%s: found %v", name, got)
			}
			if links := at(t, c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+other, nil).doc(t), "fields", "issuelinks").([]any); len(links) != 0 {
				t.Errorf("%s: links %v", name, links)
			}
		}
	})
}

func TestDeletedIsForgottenAndRestrictedComesBack(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	id, key := j.CreateIssue("marta", "AOC", "x", "")
	for _, hidden := range []bool{true, true, false} {
		if err := j.Restrict(key, hidden); err != nil {
			t.Fatal(err)
		}
	}
	issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"?expand=changelog", nil).doc(t)
	if n := len(at(t, issue, "changelog", "histories").([]any)); n != 2 {
		t.Errorf("%d changes of the security level, want 2", n)
	}
	if err := j.Delete(id); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Issue(key); !errors.Is(err, sim.ErrUnknown) {
		t.Errorf("after deletion: %v", err)
	}
	if err := j.Delete(key); !errors.Is(err, sim.ErrUnknown) {
		t.Errorf("deleted twice: %v", err)
	}
	if _, next := j.CreateIssue("marta", "AOC", "x", ""); next != "AOC-2" {
		t.Errorf("the number is given again: %s", next)
	}
}

func TestArchivedTakesNoWrite(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		id, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key
		comment := c.want(http.StatusCreated, "POST", path+"/comment", doc{"body": "x"}).doc(t)["id"].(string)
		if got := at(t, c.want(http.StatusOK, "GET", path, nil).doc(t), "fields", "archiveddate"); got != nil {
			t.Errorf("archived %v", got)
		}
		if err := j.Archive("pere", key); err != nil {
			t.Fatal(err)
		}
		if err := j.Archive("pere", key); err == nil {
			t.Error("archived twice")
		}
		issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+id, nil).doc(t)
		if at(t, issue, "fields", "archiveddate") != "2026-10-21T08:12:00.000+0000" || at(t, issue, "fields", "archivedby", "displayName") != "Pere" {
			t.Errorf("archived %v", issue["fields"])
		}
		before, _ := j.Issue(key)
		for what, w := range writes(key, comment) {
			r, err := c.send(w[0].(string), w[1].(string), w[2])
			if err != nil || r.status != http.StatusBadRequest && r.status != http.StatusForbidden {
				t.Errorf("%s: status %d, %v", what, r.status, err)
			}
		}
		if r := upload(t, c, key, "no-check", map[string]string{"a": "a"}); r.status != http.StatusForbidden {
			t.Errorf("upload: %d", r.status)
		}
		if _, err := j.AddComment("marta", key, "x"); err == nil {
			t.Error("a person comments it")
		}
		after, _ := j.Issue(key)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(diff)
		}
		if got := keysOf(t, c, cloud, "project = AOC"); len(got) != 0 {
			t.Errorf("found %v", got)
		}
		if err := j.Restore(key); err != nil {
			t.Fatal(err)
		}
		if err := j.Restore(key); err == nil {
			t.Error("restored twice")
		}
		c.want(http.StatusCreated, "POST", path+"/comment", doc{"body": "x"})
		if got := keysOf(t, c, cloud, "project = AOC"); len(got) != 1 {
			t.Errorf("found %v", got)
		}
	})
}

// changeItems are the last entry of a change log.
func changeItems(t *testing.T, j *sim.Jira, key string) []sim.ChangeItem {
	t.Helper()
	issue, err := j.Issue(key)
	if err != nil || len(issue.History) == 0 {
		t.Fatalf("%d changes, %v", len(issue.History), err)
	}
	return issue.History[len(issue.History)-1].Items
}

func TestMoveResolveReopen(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		for _, step := range []struct {
			act  func() error
			want []sim.ChangeItem
		}{
			{func() error { return j.Move("marta", key, "SIS") }, []sim.ChangeItem{{Field: "project", From: "AOC", To: "SIS"}, {Field: "Key", From: key, To: "SIS-1"}}},
			{func() error { return j.Resolve("marta", key, "Won't Do") }, []sim.ChangeItem{
				{Field: "status", From: "To Do", To: "Done"}, {Field: "resolution", To: "Won't Do"},
			}},
			{func() error { return j.Reopen("marta", "SIS-1") }, []sim.ChangeItem{{Field: "status", From: "Done", To: "To Do"}, {Field: "resolution", From: "Won't Do"}}},
		} {
			if err := step.act(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(step.want, changeItems(t, j, key)); diff != "" {
				t.Error(diff)
			}
		}
		for _, ref := range []string{key, "SIS-1"} {
			issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+ref, nil).doc(t)
			if issue["key"] != "SIS-1" || at(t, issue, "fields", "project", "key") != "SIS" {
				t.Errorf("%s: %v", ref, issue)
			}
		}
		if got := keysOf(t, c, cloud, "key = "+key); len(got) != 1 || got[0] != "SIS-1" {
			t.Errorf("by the old key: %v", got)
		}
	})
}

func TestIssueLinks(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, a := j.CreateIssue("marta", "AOC", "a", "")
		idB, b := j.CreateIssue("marta", "AOC", "b", "")
		for range 2 { // twice is once
			if err := j.LinkIssues("marta", "Duplicate", a, b); err != nil {
				t.Fatal(err)
			}
		}
		links := func(key string) []any {
			return at(t, c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"?fields=issuelinks", nil).doc(t), "fields", "issuelinks").([]any)
		}
		out, in := links(a), links(b)
		if len(out) != 1 || at(t, out[0], "outwardIssue", "key") != b || at(t, out[0], "outwardIssue", "id") != idB || at(t, out[0], "inwardIssue") != nil {
			t.Errorf("outward %v", out)
		}
		if len(in) != 1 || at(t, in[0], "inwardIssue", "key") != a || at(t, in[0], "outwardIssue") != nil {
			t.Errorf("inward %v", in)
		}
		kind := at(t, in[0], "type").(doc)
		if kind["name"] != "Duplicate" || kind["inward"] != "is duplicated by" || kind["outward"] != "duplicates" {
			t.Errorf("type %v", kind)
		}
		if got := changeItems(t, j, b); got[0].Field != "Link" || !strings.Contains(got[0].To, "is duplicated by "+a) {
			t.Errorf("change %v", got)
		}
		for name, err := range map[string]error{
			"itself":       j.LinkIssues("marta", "Duplicate", a, a),
			"unknown type": j.LinkIssues("marta", "Nonsense", a, b),
			"unknown":      j.LinkIssues("marta", "Duplicate", a, "AOC-9"),
			"no such link": j.UnlinkIssues("marta", "Blocks", a, b),
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
		}
		if err := j.UnlinkIssues("marta", "Duplicate", a, b); err != nil {
			t.Fatal(err)
		}
		if len(links(a))+len(links(b)) != 0 {
			t.Error("a link is left")
		}
	})
}

func TestConditions(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Projects: []string{"AOC", "SIS"}})
		_, one := j.CreateIssue("marta", "AOC", "x", "")
		_, two := j.CreateIssue("marta", "AOC", "x", "")
		three, _ := j.CreateIssue("marta", "SIS", "x", "")
		for key, label := range map[string]string{one: "a", two: "b"} {
			if err := j.AddLabel("marta", key, label); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Resolve("marta", two, "Duplicate"); err != nil {
			t.Fatal(err)
		}
		for jql, want := range map[string]string{
			`labels in (a, b, "ningú")`: "AOC-1 AOC-2",
			`labels = ningú`:            "",
			`labels is EMPTY`:           "SIS-1",
			`labels IS NOT empty`:       "AOC-1 AOC-2",
			`labels not in (a)`:         "AOC-2",
			`labels != a`:               "AOC-2",
			`project in (AOC, SIS) AND resolution is EMPTY`:           "AOC-1 SIS-1",
			`resolution = Unresolved`:                                 "AOC-1 SIS-1",
			`resolution is not EMPTY`:                                 "AOC-2",
			`resolution = duplicate`:                                  "AOC-2",
			`resolution != Duplicate`:                                 "",
			`statusCategory != Done`:                                  "AOC-1 SIS-1",
			`status in ("Done", "To Do") and assignee is null`:        "AOC-1 AOC-2 SIS-1",
			`id in (` + three + `)`:                                   "SIS-1",
			`key in (AOC-1, SIS-1) AND resolution in (Unresolved)`:    "AOC-1 SIS-1",
			`project not in (AOC)`:                                    "SIS-1",
			`project = AOC AND id not in (` + three + `) order by id`: "AOC-1 AOC-2",
		} {
			if !strings.Contains(strings.ToLower(jql), "order by") {
				jql += " ORDER BY key"
			}
			if got := strings.Join(keysOf(t, c, cloud, jql), " "); got != want {
				t.Errorf("%s: %q, want %q", jql, got, want)
			}
		}
		for _, jql := range []string{
			"key in (AOC-1, AOC-99)", "id = 99", "project is EMPTY", "labels is", "labels is not", "labels not (a)", "updated not in (-5m)", "key is empty",
			"labels > a", "resolution is Unresolved",
		} {
			path := "/rest/api/2/search?jql=" + url.QueryEscape(jql)
			if cloud {
				path = strings.Replace(path, "search", "search/jql", 1)
			}
			if r, err := c.send("GET", path, nil); err != nil || r.status != http.StatusBadRequest {
				t.Errorf("%s: status %d, %v", jql, r.status, err)
			}
		}
	})
}

package sim_test

import (
	"net/http"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// TestFileNamesThatJiraRefuses: a name comes as it was sent, with its folders.
func TestFileNamesThatJiraRefuses(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Wrap: unchecked})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		for _, name := range []string{
			"", "a:b.txt", "a?b.txt", "a*b.txt", "a|b.txt", "a<b.txt", "a>b.txt", `a"b.txt`, `a\b.txt`, "a/b.txt", "../../b.txt", "/etc/passwd",
			strings.Repeat("a", 252) + ".txt",
		} {
			if r := upload(t, c, key, "no-check", map[string]string{name: "x"}); r.status != http.StatusBadRequest || !strings.Contains(string(r.body), "file name") {
				t.Errorf("%.30q: %d %.80s", name, r.status, r.body)
			}
		}
		if got := j.Attachments(key); len(got) != 0 {
			t.Errorf("%d files", len(got))
		}
		for _, name := range []string{"..", "a;b%2Fc 'd'.txt", strings.Repeat("à", 251) + ".txt"} {
			if r := upload(t, c, key, "no-check", map[string]string{name: "x"}); r.status != http.StatusOK {
				t.Errorf("%.30q: %d %.80s", name, r.status, r.body)
			}
		}
		if got := j.Attachments(key); len(got) != 3 || got[0].Name != ".." || got[1].Name != "a;b%2Fc 'd'.txt" {
			t.Errorf("files %+v", got)
		}
	})
}

func TestLabelsThatJiraRefuses(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key
		long := strings.Repeat("é", 256)
		for name, body := range map[string]doc{
			"added": {"update": doc{"labels": []doc{{"add": long}}}},
			"set":   {"fields": doc{"labels": []string{"a", long}}},
			"blank": {"update": doc{"labels": []doc{{"add": "a b"}}}},
		} {
			if r := c.want(http.StatusBadRequest, "PUT", path, body); !strings.Contains(string(r.body), "labels") {
				t.Errorf("%s: %s", name, r.body)
			}
		}
		c.want(http.StatusNoContent, "PUT", path, doc{"update": doc{"labels": []doc{{"add": long[2:]}}}})
		if issue, err := j.Issue(key); err != nil || len(issue.Labels) != 1 {
			t.Errorf("%v, %v", issue.Labels, err)
		}
	})
}

// TestQuotedJQL: a backslash takes from a quote that it ends the text.
func TestQuotedJQL(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		path := "/rest/api/2/search"
		if cloud {
			path += "/jql"
		}
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		label := `a"b\c'dé`
		if err := j.AddLabel("marta", key, label); err != nil {
			t.Fatal(err)
		}
		for jql, found := range map[string]int{
			`labels = "a\"b\\c'dé"`: 1, `labels = 'a"b\\c\'d\u00e9'`: 1, `labels = "a\"b\\c\'d\u00E9"`: 1,
			`labels = "a"`: 0, `labels = "a\tb"`: 0, `labels = "a\nb\rc\ d"`: 0, `labels = "\\"`: 0, `labels = ""`: 0,
		} {
			page := c.want(http.StatusOK, "POST", path, doc{"jql": "project = AOC AND " + jql}).doc(t)
			if got := len(page["issues"].([]any)); got != found {
				t.Errorf("%s: %d issues, want %d", jql, got, found)
			}
		}
		for _, jql := range []string{`labels = "a\" ORDER BY key`, `labels = "a\`, `labels = "a`, `labels = "\x"`, `labels = "\u00e"`, `labels = "\u00"`, `labels = "a\\\"`} {
			if r := c.want(http.StatusBadRequest, "POST", path, doc{"jql": "project = AOC AND " + jql}); !strings.Contains(string(r.body), "JQL") {
				t.Errorf("%s: %s", jql, r.body)
			}
		}
	})
}

// TestGroupsShown: with the user come some of the groups, and how many there are.
func TestGroupsShown(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, GroupsShown: 2})
		for _, group := range []string{"a", "b", "c"} {
			j.SetGroup(group, "marta")
		}
		j.SetGroup("a", "marta", "pere")
		for user, want := range map[string][]string{"marta": {"a", "b"}, "pere": {"a"}} {
			got := c.want(http.StatusOK, "GET", "/rest/api/2/user?expand=groups&"+who(j, cloud, user), nil).doc(t)
			var names []string
			for _, g := range at(t, got, "groups", "items").([]any) {
				names = append(names, g.(doc)["name"].(string))
			}
			if diff := cmp.Diff(want, names); diff != "" || at(t, got, "groups", "size") != map[string]float64{"marta": 3, "pere": 1}[user] {
				t.Errorf("%s: %v %s", user, got["groups"], diff)
			}
		}
		if cloud {
			var all []doc
			if c.want(http.StatusOK, "GET", "/rest/api/2/user/groups?"+who(j, cloud, "marta"), nil).into(t, &all); len(all) != 3 {
				t.Errorf("all groups: %v", all)
			}
		}
	})
}

// TestRefusalOfAProxy: what stands in front of Jira refuses with a page of its own,
// and Jira never hears of it.
func TestRefusalOfAProxy(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	page := map[string]string{"Content-Type": "text/html; charset=utf-8"}
	j.Fail("POST", "/rest/api/2/issue/*/comment", sim.Fault{Status: 403, Text: "<h1>Request blocked</h1>", Header: page})
	r := c.want(http.StatusForbidden, "POST", "/rest/api/2/issue/"+key+"/comment", doc{"body": "hola"})
	if r.header.Get("Content-Type") != page["Content-Type"] || string(r.body) != "<h1>Request blocked</h1>" || len(j.Comments(key)) != 0 {
		t.Errorf("%v %s, %d comments", r.header, r.body, len(j.Comments(key)))
	}
}

package sim_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// flavours runs a test on both.
func flavours(t *testing.T, f func(t *testing.T, cloud bool)) {
	for _, cloud := range []bool{true, false} {
		t.Run(fmt.Sprintf("cloud=%t", cloud), func(t *testing.T) {
			t.Parallel()
			f(t, cloud)
		})
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		_, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		right := c.auth
		for name, auth := range map[string]func(*http.Request){
			"nobody":         nil,
			"wrong token":    func(r *http.Request) { r.SetBasicAuth("escalat@aoc.test", "no") },
			"wrong bearer":   func(r *http.Request) { r.Header.Set("Authorization", "Bearer no") },
			"other flavour":  func(r *http.Request) { r.Header.Set("Authorization", "Bearer sim-token") },
			"other flavour2": func(r *http.Request) { r.SetBasicAuth("escalat@aoc.test", "sim-token") },
		} {
			if (name == "other flavour" && !cloud) || (name == "other flavour2" && cloud) {
				continue
			}
			c.auth = auth
			r := c.want(http.StatusUnauthorized, "GET", "/rest/api/2/myself", nil)
			if r.header.Get("X-Seraph-LoginReason") == "" {
				t.Errorf("%s: no login reason", name)
			}
		}
		c.auth = nil
		c.want(http.StatusOK, "GET", "/rest/api/2/serverInfo", nil)
		c.auth = right
		c.want(http.StatusOK, "GET", "/rest/api/latest/myself", nil)
	})
}

func TestServerInfoTellsTheFlavour(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		_, c := newJira(t, sim.JiraConfig{Cloud: cloud, ContextPath: "/jira", Zone: time.FixedZone("CEST", 7200)})
		info := c.want(http.StatusOK, "GET", "/rest/api/2/serverInfo", nil).doc(t)
		want := "Server"
		if cloud {
			want = "Cloud"
		}
		if info["deploymentType"] != want || info["baseUrl"] != c.base || info["serverTime"] != "2026-10-21T10:12:00.000+0200" {
			t.Errorf("serverInfo %v", info)
		}
		me := c.want(http.StatusOK, "GET", "/rest/api/2/myself", nil).doc(t)
		_, hasAccount := me["accountId"]
		_, hasName := me["name"]
		if hasAccount != cloud || hasName == cloud {
			t.Errorf("myself %v", me)
		}
	})
}

func TestIssueByIDAndKey(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		id, key := j.CreateIssue("marta.puig", "AOC", "El servei no respon", "Aplicació afectada: e-NOTUM")
		if err := j.AddLabel("marta.puig", key, "escalar-claranet-sistemes"); err != nil {
			t.Fatal(err)
		}
		if _, err := j.AddAttachment("marta.puig", key, "captura.png", "image/png", []byte("PNG")); err != nil {
			t.Fatal(err)
		}
		issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+id+"?expand=changelog", nil).doc(t)
		if issue["key"] != key || at(t, issue, "fields", "summary") != "El servei no respon" {
			t.Errorf("issue %v", issue)
		}
		if got := at(t, issue, "fields", "created"); got != "2026-10-21T08:12:00.000+0000" {
			t.Errorf("created %v", got)
		}
		if got := at(t, issue, "fields", "attachment", 0, "filename"); got != "captura.png" {
			t.Errorf("attachment %v", got)
		}
		// Labelling is in the change log: Cloud tells the newest first.
		place := 0
		if cloud {
			place = 1
		}
		item := at(t, issue, "changelog", "histories", place, "items", 0)
		if at(t, item, "field") != "labels" || at(t, item, "toString") != "escalar-claranet-sistemes" {
			t.Errorf("changelog item %v", item)
		}
		if name := at(t, issue, "changelog", "histories", place, "author", "displayName"); name != "Marta Puig" {
			t.Errorf("author %v", name)
		}
		few := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"?fields=summary,labels", nil).doc(t)
		if n := len(few["fields"].(doc)); n != 2 {
			t.Errorf("%d fields, want 2", n)
		}
		c.want(http.StatusNotFound, "GET", "/rest/api/2/issue/AOC-99", nil)

		// Moved: the id and the old key go on leading to it.
		if err := j.Edit("marta.puig", key, map[string]string{"project": "SIS"}); err != nil {
			t.Fatal(err)
		}
		for _, ref := range []string{id, key, "SIS-1"} {
			if got := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+ref, nil).doc(t)["key"]; got != "SIS-1" {
				t.Errorf("%s leads to %v", ref, got)
			}
		}
	})
}

func TestChangelogEndpointIsOfCloudOnly(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		for i := range 5 {
			if err := j.AddLabel("marta", key, "l"+strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		if !cloud {
			c.want(http.StatusNotFound, "GET", "/rest/api/2/issue/"+key+"/changelog", nil)
			return
		}
		page := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"/changelog?startAt=3&maxResults=3", nil).doc(t)
		if page["isLast"] != true || page["total"] != 5.0 || len(page["values"].([]any)) != 2 {
			t.Errorf("page %v", page)
		}
	})
}

func TestCommentWithProperties(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key + "/comment"
		posted := c.want(http.StatusCreated, "POST", path, doc{
			"body":       "Falten dades, " + j.Mention("marta") + ". {noformat}" + j.Mention("escalat") + "{noformat}",
			"properties": []doc{{"key": "escalat", "value": doc{"effect": "k1"}}},
		}).doc(t)
		id := posted["id"].(string)

		got := j.Comments(key)
		if len(got) != 1 || got[0].Author != "escalat" || string(got[0].Properties[0].Value) != `{"effect":"k1"}` {
			t.Fatalf("comments %+v", got)
		}
		if diff := cmp.Diff([]string{"marta"}, got[0].Mentions); diff != "" {
			t.Error(diff)
		}
		list := c.want(http.StatusOK, "GET", path+"?expand=properties&orderBy=-created", nil).doc(t)
		if at(t, list, "comments", 0, "properties", 0, "value", "effect") != "k1" {
			t.Errorf("list %v", list)
		}
		if p := c.want(http.StatusOK, "GET", "/rest/api/2/comment/"+id+"/properties/escalat", nil).doc(t); at(t, p, "value", "effect") != "k1" {
			t.Errorf("property %v", p)
		}
		c.want(http.StatusNotFound, "GET", "/rest/api/2/comment/"+id+"/properties/other", nil)
		c.want(http.StatusCreated, "PUT", "/rest/api/2/comment/"+id+"/properties/other", doc{"a": 1})
		c.want(http.StatusOK, "PUT", "/rest/api/2/comment/"+id+"/properties/other", doc{"a": 2})
		c.want(http.StatusBadRequest, "PUT", "/rest/api/2/comment/"+id+"/properties/other", "{")
		c.want(http.StatusNoContent, "DELETE", "/rest/api/2/comment/"+id+"/properties/other", nil)
		c.want(http.StatusNotFound, "GET", "/rest/api/2/comment/1/properties/escalat", nil)

		wantStatus := http.StatusNotFound
		if cloud {
			wantStatus = http.StatusOK
		}
		c.want(wantStatus, "POST", "/rest/api/2/comment/list?expand=properties", `{"ids":[`+id+`]}`)
	})
}

func TestCommentRefusals(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key + "/comment"
		long := strings.Repeat("ç", 32_767)
		onCloud := http.StatusCreated
		if cloud {
			onCloud = http.StatusBadRequest
		}
		for name, test := range map[string]struct {
			body   any
			status int
		}{
			"longest":       {doc{"body": long}, http.StatusCreated},
			"too long":      {doc{"body": long + "ç"}, http.StatusBadRequest},
			"empty":         {doc{"body": " \n"}, http.StatusBadRequest},
			"no JSON":       {"{", http.StatusBadRequest},
			"long property": {doc{"body": "a", "properties": []doc{{"key": strings.Repeat("k", 256), "value": 1}}}, http.StatusBadRequest},
			"restricted":    {doc{"body": "a", "visibility": doc{"type": "role", "value": "Administrators"}}, http.StatusCreated},
			"go-jira's AddComment": {
				`{"author":{"avatarUrls":{}},"body":"a","updateAuthor":{"avatarUrls":{}},"visibility":{}}`, onCloud,
			},
			"unknown member": {`{"body":"a","nonsense":1}`, onCloud},
		} {
			if r, err := c.send("POST", path, test.body); err != nil || r.status != test.status {
				t.Errorf("%s: status %d, want %d, %v: %.200s", name, r.status, test.status, err, r.body)
			}
		}
		r := c.want(http.StatusBadRequest, "POST", path, doc{"body": long + "ç"}).doc(t)
		if got := at(t, r, "errors", "comment"); got != "The entered text is too long. It exceeds the allowed limit of 32,767 characters." {
			t.Errorf("message %v", got)
		}
	})
}

func TestCommentPaging(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Wrap: unchecked})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		for i := range 120 {
			if _, err := j.AddComment("marta", key, strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		var seen []string
		for start := 0; ; {
			page := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key+"/comment?maxResults=1000&orderBy=-created&startAt="+strconv.Itoa(start), nil).doc(t)
			comments := page["comments"].([]any)
			for _, comment := range comments {
				seen = append(seen, comment.(doc)["body"].(string))
			}
			if limit := 100; cloud && len(comments) > limit {
				t.Fatalf("page of %d", len(comments))
			}
			if start += len(comments); start >= int(page["total"].(float64)) {
				break
			}
		}
		if len(seen) != 120 || seen[0] != "119" || seen[119] != "0" {
			t.Errorf("%d comments from %s", len(seen), seen[0])
		}
		c.want(http.StatusBadRequest, "GET", "/rest/api/2/issue/"+key+"/comment?orderBy=body", nil)
		c.want(http.StatusBadRequest, "GET", "/rest/api/2/issue/"+key+"/comment?startAt=x", nil)
	})
}

func TestEditByREST(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key
		c.want(http.StatusNoContent, "PUT", path, doc{"update": doc{"labels": []doc{{"add": "a"}, {"add": "b"}}}})
		c.want(http.StatusNoContent, "PUT", path, doc{"update": doc{"labels": []doc{{"remove": "a"}}}, "fields": doc{"summary": "y", "description": nil}})
		issue, err := j.Issue(key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"b"}, issue.Labels); diff != "" || issue.Summary != "y" {
			t.Error(diff, issue.Summary)
		}
		c.want(http.StatusNoContent, "PUT", path, doc{"fields": doc{"labels": []string{"c"}}})
		if issue, _ = j.Issue(key); len(issue.Labels) != 1 || issue.Labels[0] != "c" {
			t.Errorf("labels %v", issue.Labels)
		}
		for name, body := range map[string]any{
			"both":         doc{"fields": doc{"labels": []string{"a"}}, "update": doc{"labels": []doc{{"add": "b"}}}},
			"space":        doc{"update": doc{"labels": []doc{{"add": "a b"}}}},
			"unknown":      doc{"fields": doc{"customfield_1": 1}},
			"no summary":   doc{"fields": doc{"summary": ""}},
			"two lines":    doc{"fields": doc{"summary": "a\nb"}},
			"long summary": doc{"fields": doc{"summary": strings.Repeat("a", 256)}},
			"unknown verb": doc{"update": doc{"labels": []doc{{"edit": "a"}}}},
		} {
			if r, err := c.send("PUT", path, body); err != nil || r.status != http.StatusBadRequest {
				t.Errorf("%s: status %d, %v", name, r.status, err)
			}
		}
		after, _ := j.Issue(key)
		if diff := cmp.Diff(issue, after); diff != "" {
			t.Errorf("a refused edit changed the issue: %s", diff)
		}
		quiet := http.StatusNoContent
		if !cloud {
			quiet = http.StatusForbidden
		}
		c.want(quiet, "PUT", path+"?notifyUsers=false", doc{"update": doc{"labels": []doc{{"add": "z"}}}})
	})
}

func TestProperties(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		me := c.want(http.StatusOK, "GET", "/rest/api/2/myself", nil).doc(t)
		who := "?username=escalat"
		if cloud {
			who = "?accountId=" + me["accountId"].(string)
		}
		for _, path := range []string{"/rest/api/2/issue/" + key + "/properties/p", "/rest/api/2/user/properties/p" + who} {
			c.want(http.StatusNotFound, "GET", path, nil)
			c.want(http.StatusCreated, "PUT", path, doc{"generation": 1})
			if got := at(t, c.want(http.StatusOK, "GET", path, nil).doc(t), "value", "generation"); got != 1.0 {
				t.Errorf("%s: %v", path, got)
			}
		}
		c.want(http.StatusNotFound, "GET", "/rest/api/2/user/properties/p?username=nobody", nil)
		if !strings.Contains(string(j.Snapshot()), `"generation": 1`) {
			t.Error("snapshot without the user's property")
		}
	})
}

func TestPeopleAndTheAccountEdit(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "\n\ntext")
		if issue, _ := j.Issue(key); (issue.Description == "text") != cloud {
			t.Errorf("stored %q", issue.Description)
		}
		if err := j.AddLabel("marta", key, "a"); err != nil {
			t.Fatal(err)
		}
		if err := j.RemoveLabel("pere", key, "a"); err != nil {
			t.Fatal(err)
		}
		if err := j.Edit("pere", key, map[string]string{"status": "Done", "assignee": "pere"}); err != nil {
			t.Fatal(err)
		}
		issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil).doc(t)
		if at(t, issue, "fields", "resolution", "name") != "Done" || at(t, issue, "fields", "status", "statusCategory", "key") != "done" ||
			at(t, issue, "fields", "assignee", "displayName") != "Pere" {
			t.Errorf("issue %v", issue["fields"])
		}
		theirs, err := j.AddComment("marta", key, "meu")
		if err != nil {
			t.Fatal(err)
		}
		path := "/rest/api/2/issue/" + key + "/comment/"
		own := c.want(http.StatusCreated, "POST", path[:len(path)-1], doc{"body": "nostre"}).doc(t)["id"].(string)
		c.want(http.StatusBadRequest, "PUT", path+theirs, doc{"body": "canviat"})
		c.want(http.StatusOK, "PUT", path+own, doc{"body": "canviat", "properties": []doc{{"key": "p", "value": 1}}})
		got := c.want(http.StatusOK, "GET", path+own+"?expand=properties", nil).doc(t)
		if got["body"] != "canviat" || at(t, got, "properties", 0, "key") != "p" {
			t.Errorf("comment %v", got)
		}
		c.want(http.StatusNotFound, "GET", path+"1", nil)
		var fields []doc
		c.want(http.StatusOK, "GET", "/rest/api/2/field", nil).into(t, &fields)
		if len(fields) == 0 || fields[0]["id"] != "summary" {
			t.Errorf("fields %v", fields)
		}
		plain := *c
		plain.auth = func(r *http.Request) { c.auth(r); r.Header.Set("Content-Type", "text/plain") }
		plain.want(http.StatusUnsupportedMediaType, "PUT", path+own, doc{"body": "x"})
	})
}

func TestRequestsAreLogged(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	c.want(http.StatusOK, "GET", "/rest/api/2/myself", nil)
	c.want(http.StatusNotFound, "GET", "/rest/api/2/issue/AOC-1?fields=summary", nil)
	want := []sim.Request{
		{Method: "GET", Path: "/rest/api/2/myself", Status: 200, At: morning},
		{Method: "GET", Path: "/rest/api/2/issue/AOC-1", Query: "fields=summary", Status: 404, At: morning},
	}
	if diff := cmp.Diff(want, j.Requests()); diff != "" {
		t.Error(diff)
	}
}

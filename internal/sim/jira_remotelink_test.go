package sim_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"
)

func TestRemoteLinkIsAnUpsert(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		clock := &clock{at: morning}
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Now: clock.now})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key + "/remotelink"
		body := doc{
			"globalId": "escalat:k1", "relationship": "escalated to",
			"object": doc{"url": "https://suport.ex.test/1", "title": "INC-1", "summary": "resum"},
		}
		clock.at = clock.at.Add(time.Minute)
		first := c.want(http.StatusCreated, "POST", path, body).doc(t)
		if issue, _ := j.Issue(key); !issue.Updated.Equal(clock.at) || issue.History[0].Items[0].Field != "RemoteIssueLink" {
			t.Errorf("updated %v, %v", issue.Updated, issue.History)
		}
		again := c.want(http.StatusOK, "POST", path, doc{
			"globalId": "escalat:k1", "object": doc{"url": "https://suport.ex.test/2", "title": "INC-2"},
		}).doc(t)
		if first["id"] != again["id"] {
			t.Errorf("ids %v and %v", first["id"], again["id"])
		}
		links := j.RemoteLinks(key)
		if len(links) != 1 || links[0].Title != "INC-2" || links[0].Summary != "" || links[0].Relationship != "" {
			t.Errorf("what was not sent is left: %+v", links)
		}
		one := c.want(http.StatusOK, "GET", path+"?globalId=escalat:k1", nil).doc(t)
		if at(t, one, "object", "url") != "https://suport.ex.test/2" || one["relationship"] != nil {
			t.Errorf("link %v", one)
		}
		// Without a global id each is a new one.
		for range 2 {
			c.want(http.StatusCreated, "POST", path, doc{"object": doc{"url": "https://ex.test", "title": "x"}})
		}
		links = j.RemoteLinks(key)
		if len(links) != 3 {
			t.Fatalf("%d links, want 3", len(links))
		}
		id := strconv.FormatInt(links[1].ID, 10)
		c.want(http.StatusNoContent, "PUT", path+"/"+id, doc{"object": doc{"url": "https://ex.test/3", "title": "tres"}})
		if got := at(t, c.want(http.StatusOK, "GET", path+"/"+id, nil).doc(t), "object", "title"); got != "tres" {
			t.Errorf("title %v", got)
		}
		c.want(http.StatusNoContent, "DELETE", path+"/"+id, nil)
		c.want(http.StatusNoContent, "DELETE", path+"?globalId=escalat:k1", nil)
		c.want(http.StatusNotFound, "DELETE", path+"?globalId=escalat:k1", nil)
		c.want(http.StatusNotFound, "GET", path+"?globalId=escalat:k1", nil)
		c.want(http.StatusNotFound, "GET", path+"/"+id, nil)
		c.want(http.StatusNotFound, "GET", "/rest/api/2/issue/AOC-9/remotelink", nil)
		if n := len(j.RemoteLinks(key)); n != 1 {
			t.Errorf("%d links are left, want 1", n)
		}
	})
}

// The documents take the list of all links for one link.
func TestRemoteLinksAreAList(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Wrap: unchecked})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key + "/remotelink"
		for want := range 3 {
			var all []doc
			c.want(http.StatusOK, "GET", path, nil).into(t, &all)
			if len(all) != want {
				t.Errorf("%d links, want %d", len(all), want)
			}
			c.want(http.StatusCreated, "POST", path, doc{"object": doc{"url": "https://ex.test", "title": "x"}})
		}
	})
}

func TestRemoteLinkRefusals(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		for name, body := range map[string]any{
			"no object":      doc{"globalId": "g"},
			"no title":       doc{"object": doc{"url": "https://ex.test"}},
			"no URL":         doc{"object": doc{"title": "x"}},
			"relative URL":   doc{"object": doc{"title": "x", "url": "/x"}},
			"long global id": doc{"globalId": strings.Repeat("g", 256), "object": doc{"url": "https://ex.test", "title": "x"}},
			"long title":     doc{"object": doc{"url": "https://ex.test", "title": strings.Repeat("t", 256)}},
			"no JSON":        "{",
		} {
			if r, err := c.send("POST", "/rest/api/2/issue/"+key+"/remotelink", body); err != nil || r.status != http.StatusBadRequest {
				t.Errorf("%s: status %d, %v", name, r.status, err)
			}
		}
		if n := len(j.RemoteLinks(key)); n != 0 {
			t.Errorf("%d links", n)
		}
	})
}

func TestLimitsOfOneIssue(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, PerIssue: sim.PerIssue{Comments: 1, Attachments: 2, RemoteLinks: 1}})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		path := "/rest/api/2/issue/" + key
		link := func(id string) doc { return doc{"globalId": id, "object": doc{"url": "https://ex.test", "title": "x"}} }
		c.want(http.StatusCreated, "POST", path+"/comment", doc{"body": "x"})
		c.want(http.StatusRequestEntityTooLarge, "POST", path+"/comment", doc{"body": "x"})
		c.want(http.StatusCreated, "POST", path+"/remotelink", link("a"))
		c.want(http.StatusRequestEntityTooLarge, "POST", path+"/remotelink", link("b"))
		c.want(http.StatusOK, "POST", path+"/remotelink", link("a"))
		upload(t, c, key, "no-check", map[string]string{"a": "a"})
		if r := upload(t, c, key, "no-check", map[string]string{"b": "b", "c": "c"}); r.status != http.StatusRequestEntityTooLarge {
			t.Errorf("upload: %d", r.status)
		}
		if len(j.Comments(key)) != 1 || len(j.Attachments(key)) != 1 || len(j.RemoteLinks(key)) != 1 {
			t.Error("something was added over the limit")
		}
	})
}

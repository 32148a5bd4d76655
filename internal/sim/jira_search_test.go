package sim_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"
)

func TestSearchOfTheOtherFlavourIsGone(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		_, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		if !cloud {
			c.want(http.StatusNotFound, "GET", "/rest/api/2/search/jql?jql=project=AOC", nil)
			return
		}
		for _, method := range []string{"GET", "POST"} {
			r := c.want(http.StatusGone, method, "/rest/api/2/search", doc{"jql": "project=AOC"})
			if !strings.Contains(string(r.body), "/rest/api/3/search/jql") {
				t.Errorf("message %s", r.body)
			}
		}
	})
}

func TestSearchJQL(t *testing.T) {
	t.Parallel()
	clock := &clock{at: morning}
	j, c := newJira(t, sim.JiraConfig{Cloud: true, Projects: []string{"AOC", "B"}, Now: clock.now})
	for i := range 5 {
		j.CreateIssue("marta", "AOC", strconv.Itoa(i), "")
		clock.at = clock.at.Add(2 * time.Minute)
	}
	search := func(body doc) doc {
		t.Helper()
		return c.want(http.StatusOK, "POST", "/rest/api/2/search/jql", body).doc(t)
	}
	page := search(doc{"jql": `project in ("AOC","B") AND updated >= -5m ORDER BY updated ASC`})
	if n := len(page["issues"].([]any)); n != 2 || page["isLast"] != true || page["nextPageToken"] != nil {
		t.Fatalf("page %v", page)
	}
	if first := at(t, page, "issues", 0).(doc); len(first) != 1 || first["id"] == nil {
		t.Errorf("without fields an issue is its id only: %v", first)
	}
	jql := "project = AOC AND updated >= " + strconv.FormatInt(morning.UnixMilli(), 10) + " ORDER BY key DESC"
	var keys []string
	for token := ""; ; {
		body := doc{"jql": jql, "maxResults": 2, "fields": []string{"summary"}}
		if token != "" {
			body["nextPageToken"] = token
		}
		page := search(body)
		for _, issue := range page["issues"].([]any) {
			keys = append(keys, issue.(doc)["key"].(string))
		}
		next, more := page["nextPageToken"].(string)
		if !more {
			break
		}
		token = next
	}
	if got := strings.Join(keys, " "); got != "AOC-5 AOC-4 AOC-3 AOC-2 AOC-1" {
		t.Errorf("keys %s", got)
	}
	get := c.want(http.StatusOK, "GET", "/rest/api/2/search/jql?fields=summary,labels&maxResults=1&jql="+url.QueryEscape(jql), nil).doc(t)
	if at(t, get, "issues", 0, "fields", "summary") != "4" {
		t.Errorf("by GET %v", get)
	}
	for name, body := range map[string]any{
		"unbounded":      doc{"jql": "ORDER BY created"},
		"empty":          doc{"jql": ""},
		"unknown member": doc{"jql": "project = AOC", "startAt": 1},
		"no page":        doc{"jql": "project = AOC", "maxResults": 0},
		"large page":     doc{"jql": "project = AOC", "maxResults": 5001},
		"other token":    doc{"jql": "project = AOC", "nextPageToken": "MTp4"},
		"no project":     doc{"jql": "project = NO"},
		"no field":       doc{"jql": "nonsense = 1"},
		"no date":        doc{"jql": "updated >= tomorrow"},
	} {
		if r, err := c.send("POST", "/rest/api/2/search/jql", body); err != nil || r.status != http.StatusBadRequest {
			t.Errorf("%s: status %d, %v: %s", name, r.status, err, r.body)
		}
	}
}

func TestSearchOfDataCenter(t *testing.T) {
	t.Parallel()
	clock := &clock{at: morning}
	zone := time.FixedZone("CEST", 7200)
	j, c := newJira(t, sim.JiraConfig{Now: clock.now, Zone: zone})
	for i := range 3 {
		_, key := j.CreateIssue("marta", "AOC", strconv.Itoa(i), "")
		if err := j.AddLabel("marta", key, "Escalar"+strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
		clock.at = clock.at.Add(time.Hour)
	}
	for jql, want := range map[string]float64{
		`project = "AOC"`:                         3,
		`project != AOC`:                          0,
		`updated >= "2026/10/21 11:12"`:           2, // in the caller's zone
		`updated < "2026-10-21 11:12"`:            1,
		`updated >= -90m`:                         1,
		`created > -2d and created <= -1h`:        3,
		`labels in ("escalar1", escalar2)`:        2,
		`labels = Escalar0 AND project in (AOC)`:  1,
		`key in (AOC-1, AOC-3) ORDER BY key DESC`: 2,
		`ORDER BY created`:                        3, // Data Center does not mind
		``:                                        3,
	} {
		page := c.want(http.StatusOK, "GET", "/rest/api/2/search?jql="+url.QueryEscape(jql), nil).doc(t)
		if page["total"] != want {
			t.Errorf("%s: %v issues, want %v", jql, page["total"], want)
		}
	}
	page := c.want(http.StatusOK, "POST", "/rest/api/2/search", doc{
		"jql": "project = AOC ORDER BY updated ASC", "startAt": 1, "maxResults": 1, "fields": []string{"summary", "comment"},
	}).doc(t)
	if page["total"] != 3.0 || at(t, page, "issues", 0, "fields", "summary") != "1" {
		t.Errorf("page %v", page)
	}
	c.want(http.StatusBadRequest, "GET", "/rest/api/2/search?jql="+url.QueryEscape(`project in ("AOC"`), nil)
}

func FuzzJQL(f *testing.F) {
	for _, seed := range []string{
		`project in ("A","B") AND updated >= -5m ORDER BY updated ASC, key`, `labels = "x`, `order by`, `a = (`, `id!=1`, `updated <= 99999999999999999999`,
		`labels not in (a, b) and resolution is not empty`, `key is`, `status != Done and assignee is null`,
	} {
		f.Add(seed)
	}
	j := sim.NewJira(sim.JiraConfig{Projects: []string{"A", "B"}})
	j.CreateIssue("marta", "A", "x", "")
	f.Fuzz(func(t *testing.T, jql string) {
		// Whatever is asked: an answer or a refusal, and never more than there is.
		if n, err := j.Count(jql); err == nil && n > 1 {
			t.Errorf("%q found %d issues", jql, n)
		}
	})
}

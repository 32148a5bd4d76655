package sim_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"escalat/internal/sim"
)

func TestCloudLimits(t *testing.T) {
	t.Parallel()
	clock := &clock{at: morning}
	j, c := newJira(t, sim.JiraConfig{Cloud: true, Now: clock.now, Limits: &sim.Limits{Issues: 3, ShortWrites: 2, LongWrites: 3}})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	_, other := j.CreateIssue("marta", "AOC", "y", "")
	path := "/rest/api/2/issue/" + key

	// The burst is of the endpoint, whichever the issue.
	for i := range 3 {
		r := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+[]string{key, other, key}[i], nil)
		if r.header.Get("X-RateLimit-Limit") != "" {
			t.Errorf("header %v", r.header)
		}
	}
	r := c.want(http.StatusTooManyRequests, "GET", path, nil)
	for name, want := range map[string]string{
		"Retry-After": "1", "X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-10-21T08:12Z", "RateLimit-Reason": "jira-burst-based",
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	c.want(http.StatusOK, "GET", path+"/comment", nil) // another endpoint
	clock.at = clock.at.Add(time.Second)
	c.want(http.StatusOK, "GET", path, nil)

	// Writes to one issue, whichever they are.
	comment := doc{"body": "x"}
	c.want(http.StatusCreated, "POST", path+"/comment", comment)
	c.want(http.StatusNoContent, "PUT", path, doc{"update": doc{"labels": []doc{{"add": "a"}}}})
	r = c.want(http.StatusTooManyRequests, "POST", path+"/comment", comment)
	if r.header.Get("RateLimit-Reason") != "jira-per-issue-on-write" || r.header.Get("Retry-After") != "2" {
		t.Errorf("header %v", r.header)
	}
	c.want(http.StatusCreated, "POST", "/rest/api/2/issue/"+other+"/comment", comment)
	clock.at = clock.at.Add(2 * time.Second)
	if r := c.want(http.StatusCreated, "POST", path+"/comment", comment); r.header.Get("X-RateLimit-NearLimit") != "" {
		t.Errorf("near the limit: %v", r.header)
	}
	r = c.want(http.StatusTooManyRequests, "POST", path+"/comment", comment) // the third in thirty seconds was the last
	if r.header.Get("Retry-After") != "28" || r.header.Get("X-RateLimit-Reset") != "2026-10-21T08:12:31Z" {
		t.Errorf("header %v", r.header)
	}
	clock.at = clock.at.Add(28 * time.Second)
	c.want(http.StatusCreated, "POST", path+"/comment", comment)
	if n := len(j.Comments(key)); n != 3 {
		t.Errorf("%d comments, want 3", n)
	}
}

func TestNearTheLimit(t *testing.T) {
	t.Parallel()
	_, c := newJira(t, sim.JiraConfig{Cloud: true, Limits: &sim.Limits{Reads: 5}})
	var near []bool
	for range 5 {
		near = append(near, c.want(http.StatusOK, "GET", "/rest/api/2/myself", nil).header.Get("X-RateLimit-NearLimit") == "true")
	}
	if near[0] || near[3] || !near[4] {
		t.Errorf("near %v", near)
	}
}

func TestDataCenterLimits(t *testing.T) {
	t.Parallel()
	clock := &clock{at: morning}
	_, c := newJira(t, sim.JiraConfig{Now: clock.now, Limits: &sim.Limits{Bucket: 3, Fill: 2, Interval: 10 * time.Second}})
	ask := func(status int, left string) {
		t.Helper()
		r := c.want(status, "GET", "/rest/api/2/myself", nil)
		for name, want := range map[string]string{
			"X-RateLimit-Limit": "3", "X-RateLimit-Remaining": left, "X-RateLimit-Interval-Seconds": "10", "X-RateLimit-FillRate": "2", "Retry-After": "0",
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	}
	for _, left := range []string{"2", "1", "0"} {
		ask(http.StatusOK, left)
	}
	ask(http.StatusTooManyRequests, "0")
	clock.at = clock.at.Add(9 * time.Second)
	ask(http.StatusTooManyRequests, "0")
	clock.at = clock.at.Add(time.Second)
	ask(http.StatusOK, "1")
	clock.at = clock.at.Add(time.Hour) // never more than the bucket holds
	ask(http.StatusOK, "2")
}

func TestStandardLimits(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		_, c := newJira(t, sim.JiraConfig{Cloud: cloud, Limits: &sim.Limits{}})
		most := 50
		if cloud {
			most = 100
		}
		for i := range most {
			if r, err := c.send("GET", "/rest/api/2/myself", nil); err != nil || r.status != http.StatusOK {
				t.Fatalf("request %d: status %d, %v", i, r.status, err)
			}
		}
		c.want(http.StatusTooManyRequests, "GET", "/rest/api/2/myself", nil)
	})
}

func TestCaptcha(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, CaptchaAfter: 2})
		wrong := *c
		wrong.auth = func(r *http.Request) { r.Header.Set("Authorization", "Bearer no") }
		wrong.want(http.StatusUnauthorized, "GET", "/rest/api/2/myself", nil)
		c.want(http.StatusOK, "GET", "/rest/api/2/myself", nil) // begins anew
		wrong.want(http.StatusUnauthorized, "GET", "/rest/api/2/myself", nil)
		wrong.want(http.StatusUnauthorized, "GET", "/rest/api/2/myself", nil)
		r := c.want(http.StatusForbidden, "GET", "/rest/api/2/myself", nil)
		if r.header.Get("X-Seraph-LoginReason") != "AUTHENTICATION_DENIED" || r.header.Get("X-Authentication-Denied-Reason") == "" {
			t.Errorf("header %v", r.header)
		}
		j.AnswerCaptcha()
		c.want(http.StatusOK, "GET", "/rest/api/2/myself", nil)
	})
}

func TestExpiredToken(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Wrap: unchecked})
		id, key := j.CreateIssue("marta", "AOC", "x", "")
		n, _ := strconv.Atoi(id)
		j.ExpireToken()
		search := "/rest/api/2/search"
		if cloud {
			search += "/jql"
		}
		for _, call := range []struct {
			method, path string
			body         any
			cloud        int
		}{
			{"GET", "/rest/api/2/myself", nil, http.StatusUnauthorized},
			{"GET", "/rest/api/2/serverInfo", nil, http.StatusOK},
			{"GET", "/rest/api/2/field", nil, http.StatusOK},
			{"GET", "/rest/api/2/issue/" + key, nil, http.StatusNotFound},
			{"POST", "/rest/api/2/issue/" + key + "/comment", doc{"body": "x"}, http.StatusNotFound},
			{"GET", "/rest/api/2/comment/1/properties/p", nil, http.StatusNotFound},
			{"POST", search, doc{"jql": "project = AOC", "reconcileIssues": []int{n}}, http.StatusOK},
		} {
			want := http.StatusUnauthorized
			if cloud {
				want = call.cloud
			}
			r := c.want(want, call.method, call.path, call.body)
			if r.header.Get("X-Seraph-LoginReason") != "AUTHENTICATED_FAILED" {
				t.Errorf("%s: header %v", call.path, r.header)
			}
			if call.path == search && cloud && string(r.body) != `{"isLast":true,"issues":[]}` {
				t.Errorf("found %s", r.body)
			}
		}
		if n := len(j.Comments(key)); n != 0 {
			t.Errorf("%d comments", n)
		}
		j.RenewToken()
		c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil)
	})
}

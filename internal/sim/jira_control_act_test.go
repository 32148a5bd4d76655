package sim_test

import (
	"net/http"
	"testing"

	"escalat/internal/sim"
)

// TestActsOverControl does what people do as another process would.
func TestActsOverControl(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, CaptchaAfter: 1})
		r := newReceiver(t)
		_, a := j.CreateIssue("marta", "AOC", "a", "")
		_, b := j.CreateIssue("marta", "AOC", "b", "")
		do := func(method, path string, body any) doc {
			t.Helper()
			return c.want(http.StatusOK, method, "/sim/"+path, body).doc(t)
		}
		issue := func(ref string) sim.Issue {
			t.Helper()
			got, err := j.Issue(ref)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		do("POST", "webhooks", doc{"url": r.url, "secret": "clau", "events": []string{"comment_deleted"}})
		comment := do("POST", "issues/"+a+"/comments", doc{"user": "marta", "body": "nota", "internal": true})["id"].(string)
		if p := issue(a).Comments[0].Properties; len(p) != 1 {
			t.Errorf("properties %v", p)
		}
		do("PUT", "issues/"+a+"/comments/"+comment, doc{"user": "pere", "body": "canviada"})
		if got := issue(a).Comments[0]; got.Body != "canviada" || got.Editor != "pere" {
			t.Errorf("comment %+v", got)
		}
		do("DELETE", "issues/"+a+"/comments/"+comment, doc{"user": "pere"})
		c.want(http.StatusNotFound, "DELETE", "/sim/issues/"+a+"/comments/"+comment, nil)
		<-j.Delivered()
		if n := len(r.got(t)["comment_deleted"]); n != 1 {
			t.Errorf("%d deliveries", n)
		}
		var deliveries []sim.Delivery
		c.want(http.StatusOK, "GET", "/sim/webhooks/deliveries", nil).into(t, &deliveries)
		if len(deliveries) != 1 || deliveries[0].Status != http.StatusOK {
			t.Errorf("deliveries %+v", deliveries)
		}
		do("DELETE", "webhooks", nil)

		do("POST", "issues/"+a+"/links", doc{"user": "marta", "type": "Duplicate", "to": b})
		if len(issue(b).Links) != 1 {
			t.Error("no link")
		}
		do("DELETE", "issues/"+a+"/links", doc{"user": "marta", "type": "Duplicate", "to": b})
		do("POST", "issues/"+a+"/resolve", doc{"user": "marta"})
		if got := issue(a); got.Resolution != "Done" || got.Status != "Done" {
			t.Errorf("resolved %+v", got)
		}
		do("POST", "issues/"+a+"/reopen", doc{"user": "marta"})
		if got := issue(a); got.Resolution != "" {
			t.Errorf("reopened %+v", got)
		}
		do("POST", "issues/"+a+"/move", doc{"user": "marta", "project": "SIS"})
		if got := issue(a); got.Key != "SIS-1" {
			t.Errorf("moved %s", got.Key)
		}
		do("POST", "issues/"+b+"/archive", doc{"user": "marta"})
		if issue(b).Archived == nil {
			t.Error("not archived")
		}
		do("POST", "issues/"+b+"/restore", nil)
		do("POST", "issues/"+b+"/odd", doc{"odd": true})
		do("POST", "issues/"+b+"/restrict", doc{"hidden": true})
		if got := issue(b); got.Archived != nil || !got.Odd || !got.Restricted {
			t.Errorf("issue %+v", got)
		}
		do("DELETE", "issues/"+b, nil)
		c.want(http.StatusNotFound, "GET", "/sim/issues/"+b, nil)

		if u := do("PUT", "users/client", doc{"accountType": "customer", "inactive": true}); u["accountType"] != "customer" || u["displayName"] != "Client" {
			t.Errorf("user %v", u)
		}
		do("POST", "users/client/rename", doc{"to": "clienta"})
		if !j.User("clienta").Inactive {
			t.Error("not renamed")
		}
		do("PUT", "groups/operadors", doc{"users": []string{"marta"}})
		do("PUT", "projects/AOC/roles/Escaladors", doc{"users": []string{"pere"}, "groups": []string{"operadors"}})
		if roles := c.want(http.StatusOK, "GET", "/rest/api/2/project/AOC/role", nil).doc(t); roles["Escaladors"] == nil {
			t.Errorf("roles %v", roles)
		}
		if r, err := c.send("PUT", "/sim/lacks", []string{"ADD_COMMENTS"}); err != nil || r.status != http.StatusOK {
			t.Errorf("lacks: %d, %v", r.status, err)
		}
		c.want(http.StatusBadRequest, "POST", "/rest/api/2/issue/SIS-1/comment", doc{"body": "x"})

		do("POST", "index/freeze", nil)
		j.CreateIssue("marta", "AOC", "c", "")
		if got := keysOf(t, c, cloud, "project = AOC"); len(got) != 0 {
			t.Errorf("frozen: %v", got)
		}
		do("POST", "index/advance", nil)
		if got := keysOf(t, c, cloud, "project = AOC"); len(got) != 1 {
			t.Errorf("advanced: %v", got)
		}
		do("POST", "index/thaw", nil)

		do("POST", "token/expire", nil)
		c.want(http.StatusUnauthorized, "GET", "/rest/api/2/myself", nil)
		do("POST", "token/renew", nil)
		wrong := *c
		wrong.auth = nil
		wrong.want(http.StatusUnauthorized, "GET", "/rest/api/2/myself", nil)
		c.want(http.StatusForbidden, "GET", "/rest/api/2/myself", nil)
		do("POST", "captcha/answer", nil)
		c.want(http.StatusOK, "GET", "/rest/api/2/myself", nil)
	})
}

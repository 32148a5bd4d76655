package sim_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// receiver takes deliveries; it answers with the statuses in turn, then 200.
type receiver struct {
	url string

	mu       sync.Mutex
	statuses []int
	hold     chan struct{} // when not nil: nobody is answered before
	headers  []http.Header
	bodies   [][]byte
}

func newReceiver(t *testing.T, statuses ...int) *receiver {
	t.Helper()
	r := &receiver{statuses: statuses}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	r.url = s.URL
	return r
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	hold, status := r.hold, http.StatusOK
	r.headers, r.bodies = append(r.headers, req.Header.Clone()), append(r.bodies, body)
	if len(r.statuses) > 0 {
		status, r.statuses = r.statuses[0], r.statuses[1:]
	}
	r.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-req.Context().Done():
		}
	}
	w.WriteHeader(status)
}

// got are the bodies that came, by the name of their event.
func (r *receiver) got(t *testing.T) map[string][]doc {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[string][]doc{}
	for _, raw := range r.bodies {
		var d doc
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		name := d["webhookEvent"].(string)
		out[name] = append(out[name], d)
	}
	return out
}

func TestWebhookShapes(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, _ := newJira(t, sim.JiraConfig{Cloud: cloud, ContextPath: "/jira"})
		r := newReceiver(t)
		const secret = "clau"
		if err := j.RegisterWebhook(r.url+"/hook", secret); err != nil {
			t.Fatal(err)
		}
		id, key := j.CreateIssue("marta", "AOC", "x", "")
		if err := j.AddLabel("pere", key, "a"); err != nil {
			t.Fatal(err)
		}
		comment, err := j.AddComment("pere", key, "hola")
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range []func() error{
			func() error { return j.EditComment("pere", key, comment, "adeu") },
			func() error { return j.DeleteComment("pere", key, comment) },
			func() error { return j.Delete(key) },
		} {
			if err := act(); err != nil {
				t.Fatal(err)
			}
		}
		<-j.Delivered()
		got := r.got(t)
		for _, name := range sim.Events() {
			if len(got[name]) == 0 {
				t.Fatalf("no %s", name)
			}
		}
		update := got["jira:issue_updated"][0]
		if at(t, update, "issue", "id") != id || at(t, update, "user", "displayName") != "Pere" || update["issue_event_type_name"] != "issue_updated" ||
			at(t, update, "changelog", "items", 0, "toString") != "a" || update["timestamp"] == nil {
			t.Errorf("update %v", update)
		}
		if _, there := at(t, update, "changelog", "items", 0).(doc)["fieldId"]; there != cloud {
			t.Errorf("changelog %v", update["changelog"])
		}
		commented := got["comment_created"][0]
		if _, there := commented["user"]; there {
			t.Errorf("a comment's event has a user: %v", commented["user"])
		}
		issue, whole := commented["issue"].(doc)
		if whole != cloud {
			t.Fatalf("comment_created %v", commented)
		}
		if cloud {
			if fields := issue["fields"].(doc); fields["summary"] != "x" || fields["labels"] != nil || fields["description"] != nil {
				t.Errorf("cut-down issue %v", fields)
			}
			// Only Cloud leaves it at that.
			if n := len(got["jira:issue_updated"]); n != 1 {
				t.Errorf("%d updates, want 1", n)
			}
		} else {
			if self := at(t, commented, "comment", "self").(string); !strings.Contains(self, "/jira/rest/api/2/issue/"+id+"/comment/"+comment) {
				t.Errorf("self %s", self)
			}
			if got["jira:issue_updated"][1]["issue_event_type_name"] != "issue_commented" {
				t.Errorf("updates %v", got["jira:issue_updated"])
			}
		}
		if at(t, got["comment_updated"][0], "comment", "body") != "adeu" || at(t, got["jira:issue_deleted"][0], "issue", "key") != key {
			t.Errorf("got %v", got)
		}
		for i, h := range r.headers {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(r.bodies[i])
			if h.Get("X-Hub-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) || h.Get("X-Atlassian-Webhook-Retry") != "" {
				t.Errorf("header %v", h)
			}
		}
	})
}

// attempts are the retry and status of each attempt.
func attempts(j *sim.Jira) [][2]int {
	var out [][2]int
	for _, d := range j.Deliveries() {
		out = append(out, [2]int{d.Retry, d.Status})
	}
	return out
}

func TestWebhookRetries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		statuses []int
		want     [][2]int
	}{
		"at once":   {nil, [][2]int{{0, 200}}},
		"later":     {[]int{503, 408, 409, 425, 429}, [][2]int{{0, 503}, {1, 408}, {2, 409}, {3, 425}, {4, 429}, {5, 200}}},
		"never":     {[]int{500, 500, 500, 500, 500, 500, 500}, [][2]int{{0, 500}, {1, 500}, {2, 500}, {3, 500}, {4, 500}, {5, 500}}},
		"refused":   {[]int{400}, [][2]int{{0, 400}}},
		"elsewhere": {[]int{307}, [][2]int{{0, 307}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flavours(t, func(t *testing.T, cloud bool) {
				j, _ := newJira(t, sim.JiraConfig{Cloud: cloud, WebhookRetry: time.Microsecond})
				r := newReceiver(t, test.statuses...)
				if err := j.RegisterWebhook(r.url, "", "jira:issue_created"); err != nil {
					t.Fatal(err)
				}
				_, key := j.CreateIssue("marta", "AOC", "x", "")
				if err := j.AddLabel("marta", key, "a"); err != nil { // not asked for
					t.Fatal(err)
				}
				<-j.Delivered()
				want := test.want
				if !cloud {
					want = want[:1]
				}
				if diff := cmp.Diff(want, attempts(j)); diff != "" {
					t.Error(diff)
				}
				r.mu.Lock()
				defer r.mu.Unlock()
				for i, h := range r.headers {
					if h.Get("X-Atlassian-Webhook-Identifier") != r.headers[0].Get("X-Atlassian-Webhook-Identifier") || h.Get("X-Hub-Signature") != "" {
						t.Errorf("header %v", h)
					}
					if (h.Get("X-Atlassian-Webhook-Retry") == "") != (i == 0) {
						t.Errorf("attempt %d: retry %q", i, h.Get("X-Atlassian-Webhook-Retry"))
					}
				}
			})
		})
	}
}

func TestWebhookToNobody(t *testing.T) {
	t.Parallel()
	j, _ := newJira(t, sim.JiraConfig{Cloud: true, WebhookTimeout: time.Millisecond, WebhookRetry: time.Microsecond})
	r := newReceiver(t)
	r.hold = make(chan struct{}) // answers too late
	defer close(r.hold)
	if err := j.RegisterWebhook(r.url, ""); err != nil {
		t.Fatal(err)
	}
	j.CreateIssue("marta", "AOC", "x", "")
	<-j.Delivered()
	if got := attempts(j); len(got) != 6 || got[5] != [2]int{5, 0} {
		t.Errorf("attempts %v", got)
	}
}

func TestWebhookEndsWithJira(t *testing.T) {
	t.Parallel()
	j, _ := newJira(t, sim.JiraConfig{Cloud: true, WebhookRetry: time.Hour})
	r := newReceiver(t, http.StatusInternalServerError)
	if err := j.RegisterWebhook(r.url, ""); err != nil {
		t.Fatal(err)
	}
	j.CreateIssue("marta", "AOC", "x", "")
	j.CreateIssue("marta", "AOC", "y", "")
	delivered := j.Delivered()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	<-delivered // given up
	j.CreateIssue("marta", "AOC", "z", "")
	<-j.Delivered()
	if err := j.RegisterWebhook(r.url, ""); err == nil {
		t.Error("registered with a closed Jira")
	}
}

func TestWebhookRegistration(t *testing.T) {
	t.Parallel()
	j, _ := newJira(t, sim.JiraConfig{})
	if err := j.RegisterWebhook("/hook", ""); err == nil {
		t.Error("registered without a host")
	}
	if err := j.RegisterWebhook("http://127.0.0.1:1/", "", "issue_exploded"); !errors.Is(err, sim.ErrUnknown) {
		t.Errorf("unknown event: %v", err)
	}
	r := newReceiver(t)
	if err := j.RegisterWebhook(r.url, ""); err != nil {
		t.Fatal(err)
	}
	j.RemoveWebhooks()
	j.CreateIssue("marta", "AOC", "x", "")
	<-j.Delivered()
	if got := r.got(t); len(got) != 0 {
		t.Errorf("delivered %v", got)
	}
}

// A webhook's deed is known when its answer is: the order of events is kept.
func TestWebhookOrder(t *testing.T) {
	t.Parallel()
	j, _ := newJira(t, sim.JiraConfig{})
	r := newReceiver(t)
	if err := j.RegisterWebhook(r.url, "", "comment_created"); err != nil {
		t.Fatal(err)
	}
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	want := []string{"1", "2", "3"}
	for _, text := range want {
		if _, err := j.AddComment("marta", key, text); err != nil {
			t.Fatal(err)
		}
	}
	<-j.Delivered()
	var bodies []string
	for _, d := range r.got(t)["comment_created"] {
		bodies = append(bodies, at(t, d, "comment", "body").(string))
	}
	if diff := cmp.Diff(want, bodies); diff != "" {
		t.Error(diff)
	}
}

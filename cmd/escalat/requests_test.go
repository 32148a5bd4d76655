package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// TestRequestsAreFew counts what is asked of Jira, from outside: at the start, for an
// escalation, for an answer, and while nothing happens, however many cases are open. It
// runs alone: what is late because others work would be counted as well.
func TestRequestsAreFew(t *testing.T) {
	if testing.Short() {
		t.Skip("counted without the race detector")
	}
	for _, cloud := range []bool{true, false} {
		t.Run(map[bool]string{true: "cloud", false: "datacenter"}[cloud], func(t *testing.T) {
			t.Parallel()
			o := play(t, sim.WorldConfig{Jira: sim.JiraConfig{
				Cloud: cloud, Fields: []sim.Field{{ID: referenceField, Name: "Referència"}},
			}}, "ESCALAT_BRAKE_LIMIT=1000", "ESCALAT_CLARANET_REFERENCE_FIELD=Referència")
			o.begun()
			first := o.escalated(nil)
			o.answered(first)
			o.escalated(fileRequests(cloud))
			o.idle()
			o.claims()
		})
	}
}

// begun: what is asked before the first issue is. That there is no property yet is
// believed only when Jira still knows who asks; the leader and whoever waits for it
// ask both.
func (o *outside) begun() {
	o.Helper()
	o.calm()
	most := map[string]int{
		"GET /rest/api/2/serverInfo": 1, "GET /rest/api/2/myself": 1 + 2, "GET /rest/api/2/field": 1,
		"GET" + claimed: 3, "PUT" + claimed: 1,
	}
	got := slices.DeleteFunc(o.since(0), func(s string) bool { return strings.Contains(s, "/rest/api/2/search") })
	o.Logf("at the start: %s", strings.Join(got, ", "))
	for _, one := range got {
		if most[one]--; most[one] < 0 {
			o.Errorf("at the start: one %s too many:\n%s", one, strings.Join(got, "\n"))
		}
	}
}

// fileRequests are the requests for the one file of an escalation: Data Center says first
// where the bytes are. It is looked into, and then carried: never whole in memory.
func fileRequests(cloud bool) []string {
	once := []string{"GET /rest/api/2/attachment/N", "GET /secure/attachment/N/registre 1.log"}
	if cloud {
		once = []string{"GET /rest/api/2/attachment/content/N"}
	}
	return slices.Concat(once, once)
}

// escalated: a complete issue without files costs at most four requests beside the
// polls, and one for its label; with a file those for its bytes as well. A poll that
// falls between a write and its being remembered has the issue read once more, but not
// each of three times.
func (o *outside) escalated(bytes []string) (key string) {
	o.Helper()
	var tried []string
	for range 3 {
		_, key = o.Jira.CreateIssue(person, "AOC", summary, complete)
		if len(bytes) > 0 {
			_, err := o.Jira.AddAttachment(person, key, "registre 1.log", "text/plain", []byte("503"))
			o.must(err)
		}
		n := len(o.Jira.Requests())
		o.must(o.Jira.AddLabel(person, key, label))
		o.until(key+" is sent", func() bool { return o.told(key, "enviat a Claranet") == 1 })
		o.calm()
		got := beside(o.since(n))
		o.Logf("an escalation: %s", strings.Join(got, ", "))
		files := slices.DeleteFunc(slices.Clone(got), func(s string) bool { return !strings.Contains(s, "/attachment/") })
		if times(got, "PUT /rest/api/2/issue/N") == 1 && len(got) <= 4+1+len(bytes) && slices.Equal(files, bytes) {
			return key
		}
		tried = append(tried, strings.Join(got, ", "))
	}
	o.Errorf("more than four requests for an escalation, one for its label and %q:\n%s", bytes, strings.Join(tried, "\n"))
	return key
}

func times(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// answered: an answer without files costs its comment, the first one also a label. Of a
// poll between a write and its being remembered see escalated.
func (o *outside) answered(key string) {
	o.Helper()
	comment, put := "POST /rest/api/2/issue/N/comment", "PUT /rest/api/2/issue/N"
	letters := o.letters()
	again := 0
	for i, want := range [][]string{{comment, put}, {comment}, {comment}} {
		n := len(o.Jira.Requests())
		text := fmt.Sprintf("Respuesta %d", i)
		_, err := o.Desk("claranet").Reply(letters[len(letters)-1].MessageID, sim.Reply{Text: text})
		o.must(err)
		o.until("the answer is there", func() bool { return o.told(key, text) == 1 })
		o.calm()
		got := beside(o.since(n))
		if times(got, "GET /rest/api/2/issue/N") == 1 {
			again++
			got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, http.MethodGet) })
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			o.Errorf("for answer %d (-want +got):\n%s", i+1, diff)
		}
	}
	if again > 1 {
		o.Errorf("%d answers had the issue read again", again)
	}
}

// claims: the claim on Jira is renewed every ten minutes at most, and asked for once a
// minute; where it is not as it should be, twice, each time with who asks.
func (o *outside) claims() {
	o.Helper()
	all := o.Jira.Requests()
	minutes := int(all[len(all)-1].At.Sub(all[0].At)/time.Minute) + 1
	put, get := times(o.since(0), "PUT"+claimed), times(o.since(0), "GET"+claimed)
	if put > 2+minutes/10 || get > 3+2*minutes {
		o.Errorf("in %d minutes the claim was renewed %d times and asked for %d times", minutes, put, get)
	}
}

// idle: with many open cases a poll is one request. The program pauses for a second
// between two polls, so what lies nearer belongs to one poll.
func (o *outside) idle() {
	o.Helper()
	const open, polls = 30, 3
	n, told := len(o.Jira.Requests()), o.everywhere("enviat a Claranet")
	for i := range open {
		o.escalate(fmt.Sprintf("%s (%d)", summary, i), complete)
	}
	o.until("all are told", func() bool { return o.everywhere("enviat a Claranet") == told+open })
	o.calm()
	if got := beside(o.since(n)); len(got) > 6*open {
		o.Errorf("%d requests for %d escalations", len(got), open)
	}
	n = len(o.Jira.Requests())
	o.until("some polls are over", func() bool { return len(o.Jira.Requests()) >= n+polls })
	asked := slices.DeleteFunc(slices.Clone(o.Jira.Requests()[n:]), func(r sim.Request) bool { return strings.HasSuffix(claimed, r.Path) })
	for i, r := range asked {
		switch {
		case r.Method != http.MethodPost || !strings.HasPrefix(r.Path, "/rest/api/2/search"):
			o.Errorf("while nothing happens: %s %s", r.Method, r.Path)
		case i > 0 && r.At.Sub(asked[i-1].At) < 900*time.Millisecond:
			o.Errorf("two requests in one poll: %s %s", r.Method, r.Path)
		}
	}
}

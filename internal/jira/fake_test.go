package jira

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/internal/contract"
)

const (
	testToken = "s3cr3t-token-value"
	testUser  = "escalat@example.org"
)

// fakeJira is a Jira of one flavour below the context path /jira. Its answers
// come from its state; hook may answer first.
type fakeJira struct {
	t       *testing.T
	flavour Flavour
	server  *httptest.Server
	now     time.Time

	mu          sync.Mutex
	hook        func(w http.ResponseWriter, r *http.Request) bool
	asked       []string // "METHOD path", without the base
	projectType string
	labels      []string
	comments    []*fakeComment // oldest first
	inIssue     int            // comments that come with the issue; -1: all
	pageCap     int            // most comments of a page
	noExpand    bool           // properties are not in lists
	noOrder     bool           // orderBy is ignored
	files       []*fakeFile
	uploadLimit int64
	histories   []map[string]any // newest first on Cloud
	historyCut  int
	resolved    bool
	hits        int // issues that the search finds
	fields      []map[string]any
	custom      map[string]any // values of the issue's custom fields
	searchCap   int
	jql         string // that the search is asked with
	noTotal     bool   // the search does not say how many there are
	links       []wireLink
	properties  map[string]json.RawMessage // of our account
	people      fakePeople
	extra       map[string]any // further fields of the issue
}

type fakeComment struct {
	ID         int
	Author     string
	Body       string
	Created    time.Time
	Visibility any
	Public     *bool
	Properties map[string]json.RawMessage
}

type fakeFile struct {
	ID      int
	Name    string
	Type    string
	Data    []byte
	Author  string
	Created time.Time
	Content string // overrides the URL
}

func newFake(t *testing.T, flavour Flavour) *fakeJira {
	t.Helper()
	f := &fakeJira{
		t: t, flavour: flavour, inIssue: -1, pageCap: 1000, searchCap: 1000,
		uploadLimit: 1 << 30, projectType: "software", labels: []string{"escalar-claranet-sistemes"},
		now:        time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
		jql:        `project in ("SUP","XARXA") AND updated >= -3m ORDER BY updated ASC`,
		properties: map[string]json.RawMessage{},
		people:     newFakePeople(),
	}
	t.Cleanup(f.inTable)
	f.server = httptest.NewUnstartedServer(documents.Wrap(t, flavour == Cloud)(http.HandlerFunc(f.serve)))
	f.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	f.server.StartTLS()
	t.Cleanup(f.server.Close)
	return f
}

func (f *fakeJira) config() Config {
	pool := x509.NewCertPool()
	pool.AddCert(f.server.Certificate())
	return Config{
		URL: f.server.URL + "/jira", User: testUser, Token: testToken, RootCAs: pool,
		Now: func() time.Time { return f.now }, Projects: []string{"SUP", "XARXA"},
	}
}

func (f *fakeJira) client(change ...func(*Config)) *Client {
	f.t.Helper()
	cfg := f.config()
	for _, c := range change {
		c(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		f.t.Fatal(err)
	}
	c.jitter = func() time.Duration { return 0 }
	f.t.Cleanup(c.Close)
	return c
}

// answer sets the hook: requests for which it returns true are answered by it.
func (f *fakeJira) answer(hook func(w http.ResponseWriter, r *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook = hook
}

// status makes requests of method whose path holds part end with code.
func (f *fakeJira) status(method, part string, code int, header ...string) {
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != method || !strings.Contains(r.URL.Path, part) {
			return false
		}
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", "application/json")
		}
		w.WriteHeader(code)
		fmt.Fprint(w, `{"errorMessages":["No s'ha pogut fer."],"errors":{}}`)
		return true
	})
}

// pass lets time go by, for Jira and the client.
func (f *fakeJira) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *fakeJira) count(prefix string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, a := range f.asked {
		if strings.HasPrefix(a, prefix) {
			n++
		}
	}
	return n
}

func (f *fakeJira) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/jira/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	f.asked = append(f.asked, r.Method+" "+rest)
	w.Header().Set("Date", f.now.Add(90*time.Second).Format(http.TimeFormat))
	user, token, _ := r.BasicAuth()
	if (user != testUser || token != testToken) && r.Header.Get("Authorization") != "Bearer "+testToken {
		f.refuse(w, http.StatusUnauthorized, "no credentials")
		return
	}
	if f.hook != nil && f.hook(w, r) {
		contract.OnPurpose(w)
		return
	}
	f.route(w, r, rest)
}

func (f *fakeJira) route(w http.ResponseWriter, r *http.Request, rest string) {
	switch parts := strings.Split(rest, "/"); {
	case rest == "rest/api/2/serverInfo":
		f.serverInfo(w)
	case rest == "rest/api/2/myself":
		me := f.user("escalat")
		me["timeZone"] = "Europe/Madrid"
		f.json(w, 200, me)
	case strings.HasPrefix(rest, "rest/api/2/user/properties/"):
		f.userProperty(w, r, parts[5])
	case rest == "rest/api/2/user" || rest == "rest/api/2/user/groups" || rest == "rest/api/2/groups/picker" || strings.HasPrefix(rest, "rest/api/2/project/"):
		f.membership(w, r, parts[3:])
	case rest == "rest/api/2/field":
		f.json(w, 200, f.fields)
	case rest == "rest/api/2/attachment/meta":
		f.json(w, 200, map[string]any{"enabled": true, "uploadLimit": f.uploadLimit})
	case rest == "rest/api/2/search" || rest == "rest/api/2/search/jql":
		f.search(w, r, strings.HasSuffix(rest, "jql"))
	case strings.HasPrefix(rest, "rest/api/2/comment/"):
		f.property(w, parts[4], parts[6])
	case strings.HasPrefix(rest, "rest/api/2/attachment/content/") && f.flavour == Cloud:
		f.content(w, parts[5])
	case strings.HasPrefix(rest, "rest/api/2/attachment/"):
		f.fileInfo(w, parts[4])
	case strings.HasPrefix(rest, "secure/attachment/") && f.flavour == DataCenter:
		f.content(w, parts[2])
	case strings.HasPrefix(rest, "rest/api/2/issue/"):
		f.issueRoute(w, r, parts[4:])
	default:
		f.refuse(w, 404, "no such resource")
	}
}

func (f *fakeJira) issueRoute(w http.ResponseWriter, r *http.Request, parts []string) {
	switch what := strings.Join(append([]string{r.Method}, parts[1:]...), " "); {
	case parts[0] != "10001" && parts[0] != "SUP-7":
		f.refuse(w, 404, "Issue does not exist or you do not have permission to see it.")
	case what == "GET":
		f.issue(w, r)
	case what == "GET comment":
		f.list(w, r)
	case what == "POST comment":
		f.post(w, r)
	case what == "PUT":
		f.edit(w, r)
	case what == "POST remotelink":
		f.link(w, r)
	case what == "POST attachments":
		f.attach(w, r)
	case what == "GET changelog" && f.flavour == Cloud:
		f.changelog(w, r)
	default:
		f.refuse(w, 405, "method")
	}
}

func (f *fakeJira) json(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(code)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Error(err)
	}
}

func (f *fakeJira) refuse(w http.ResponseWriter, code int, text string) {
	f.json(w, code, map[string]any{"errorMessages": []string{text}, "errors": map[string]string{}})
}

func (f *fakeJira) user(name string) map[string]any {
	if f.flavour == Cloud {
		return map[string]any{"accountId": "557058:" + name, "displayName": strings.ToUpper(name)}
	}
	return map[string]any{"name": name, "key": "JIRAUSER-" + name, "displayName": strings.ToUpper(name)}
}

func wireTime(t time.Time) string {
	return t.In(time.FixedZone("", 3600)).Format("2006-01-02T15:04:05.000-0700")
}

func (f *fakeJira) serverInfo(w http.ResponseWriter) {
	info := map[string]any{"deploymentType": "Server", "version": "10.3.13", "versionNumbers": []int{10, 3, 13}}
	if f.flavour == Cloud {
		info = map[string]any{"deploymentType": "Cloud", "version": "1001.0.0-SNAPSHOT", "versionNumbers": []int{1001, 0, 0}}
	}
	info["serverTime"] = wireTime(f.now.Add(90 * time.Second))
	f.json(w, 200, info)
}

func (f *fakeJira) comment(c *fakeComment, expand bool) map[string]any {
	out := map[string]any{
		"id": strconv.Itoa(c.ID), "author": f.user(c.Author), "body": c.Body,
		"created": wireTime(c.Created), "updated": wireTime(c.Created),
	}
	if c.Visibility != nil {
		out["visibility"] = c.Visibility
	}
	if f.flavour == Cloud {
		out["jsdPublic"] = c.Public == nil || *c.Public
	}
	if expand && !f.noExpand {
		list := []map[string]any{}
		for k, v := range c.Properties {
			list = append(list, map[string]any{"key": k, "value": v})
		}
		out["properties"] = list
	}
	return out
}

func (f *fakeJira) issue(w http.ResponseWriter, r *http.Request) {
	inside := f.comments
	if f.inIssue >= 0 && f.inIssue < len(inside) {
		inside = inside[:f.inIssue]
	}
	comments := []any{}
	for _, c := range inside {
		comments = append(comments, f.comment(c, false))
	}
	files := []any{}
	for _, a := range f.files {
		files = append(files, f.file(a))
	}
	histories := append([]map[string]any{}, f.histories...)
	if f.historyCut > 0 {
		histories = histories[:f.historyCut]
	}
	f.json(w, 200, map[string]any{
		"id": "10001", "key": "SUP-7",
		"fields": f.withExtra(r, map[string]any{
			"summary": "El web no respon", "description": "Aplicació afectada: e-NOTUM",
			"status": map[string]any{"name": "Obert"}, "resolution": map[bool]any{true: map[string]any{"name": "Done"}}[f.resolved], "labels": f.labels,
			"project":  map[string]any{"key": "SUP", "projectTypeKey": f.projectType},
			"reporter": f.user("marta"), "assignee": nil,
			"created": wireTime(f.now.Add(-time.Hour)), "updated": wireTime(f.now),
			"comment":    map[string]any{"comments": comments, "maxResults": len(comments), "total": len(f.comments), "startAt": 0},
			"attachment": files,
		}),
		"changelog": map[string]any{"startAt": 0, "maxResults": len(histories), "total": len(f.histories), "histories": histories},
	})
}

func (f *fakeJira) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	all := slices.Clone(f.comments)
	if q.Get("orderBy") == "-created" && !f.noOrder {
		slices.Reverse(all)
	}
	start, _ := strconv.Atoi(q.Get("startAt"))
	size, _ := strconv.Atoi(q.Get("maxResults"))
	start = min(start, len(all))
	page := []any{}
	for _, c := range all[start:min(len(all), start+min(size, f.pageCap))] {
		page = append(page, f.comment(c, q.Get("expand") == "properties"))
	}
	f.json(w, 200, map[string]any{"startAt": start, "maxResults": size, "total": len(all), "comments": page})
}

func (f *fakeJira) post(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Body       string `json:"body"`
		Properties []struct {
			Key   string          `json:"key"`
			Value json.RawMessage `json:"value"`
		} `json:"properties"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		f.refuse(w, 400, "Invalid request payload. Refer to the REST API documentation and try again.")
		return
	}
	c := &fakeComment{ID: 20000 + len(f.comments), Author: "escalat", Body: body.Body, Created: f.now, Properties: map[string]json.RawMessage{}}
	for _, p := range body.Properties {
		c.Properties[p.Key] = p.Value
	}
	f.comments = append(f.comments, c)
	f.json(w, 201, f.comment(c, false))
}

func (f *fakeJira) property(w http.ResponseWriter, id, key string) {
	for _, c := range f.comments {
		if v, ok := c.Properties[key]; ok && strconv.Itoa(c.ID) == id {
			f.json(w, 200, map[string]any{"key": key, "value": v})
			return
		}
	}
	f.refuse(w, 404, "The property with key '"+key+"' does not exist.")
}

func (f *fakeJira) changelog(w http.ResponseWriter, r *http.Request) {
	start, _ := strconv.Atoi(r.URL.Query().Get("startAt"))
	oldest := append([]map[string]any{}, f.histories...)
	slices.Reverse(oldest)
	end := min(len(oldest), start+3)
	f.json(w, 200, map[string]any{"startAt": start, "total": len(oldest), "isLast": end == len(oldest), "values": oldest[start:end]})
}

// both runs a test against both flavours.
func both(t *testing.T, test func(t *testing.T, f *fakeJira)) {
	for _, flavour := range []Flavour{Cloud, DataCenter} {
		t.Run(string(flavour), func(t *testing.T) {
			t.Parallel()
			test(t, newFake(t, flavour))
		})
	}
}

package sim

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// searchRoutes adds the searches: each flavour has one.
func (j *Jira) searchRoutes(mux *http.ServeMux) {
	if !j.cfg.Cloud {
		mux.HandleFunc("GET /rest/api/2/search", j.search)
		mux.HandleFunc("POST /rest/api/2/search", j.search)
		return
	}
	mux.HandleFunc("/rest/api/2/search", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "+
			"A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046")
	})
	mux.HandleFunc("GET /rest/api/2/search/jql", j.searchJQL)
	mux.HandleFunc("POST /rest/api/2/search/jql", j.searchJQL)
}

// searchRequest is what Data Center's search understands.
type searchRequest struct {
	JQL        string   `json:"jql"`
	StartAt    int      `json:"startAt"`
	MaxResults *int     `json:"maxResults"`
	Fields     []string `json:"fields"`
}

func (j *Jira) search(w http.ResponseWriter, r *http.Request) {
	var body searchRequest
	if r.Method == http.MethodPost {
		if !readJSON(w, r, &body, false) {
			return
		}
	} else {
		start, size, ok := paging(w, r, 50)
		if !ok {
			return
		}
		body = searchRequest{JQL: r.URL.Query().Get("jql"), StartAt: start, MaxResults: &size, Fields: splitList(r.URL.Query()["fields"])}
	}
	size := 50
	if body.MaxResults != nil {
		size = min(*body.MaxResults, 1000)
	}
	if body.StartAt < 0 || size < 0 {
		refuse(w, http.StatusBadRequest, "The value of startAt or maxResults is not valid.")
		return
	}
	if len(body.Fields) == 0 {
		body.Fields = []string{"*navigable"}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	found, err := j.find(body.JQL, nil)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	found = j.flicker(found, nil, body.StartAt == 0)
	out := []any{}
	for _, issue := range cut(found, body.StartAt, size) {
		out = append(out, j.shape(issue, j.issueJSON(r, issue, body.Fields, len(issue.Comments))))
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"expand": "names,schema", "startAt": body.StartAt, "maxResults": size, "total": len(found), "issues": out,
	})
}

// searchJQLRequest is what Cloud's search understands; anything else is refused.
type searchJQLRequest struct {
	JQL             string   `json:"jql"`
	NextPageToken   string   `json:"nextPageToken"`
	MaxResults      *int     `json:"maxResults"`
	Fields          []string `json:"fields"`
	Expand          string   `json:"expand"`
	Properties      []string `json:"properties"`
	FieldsByKeys    bool     `json:"fieldsByKeys"`
	ReconcileIssues []int64  `json:"reconcileIssues"`
}

func (j *Jira) searchJQL(w http.ResponseWriter, r *http.Request) {
	body, ok := readSearchJQL(w, r)
	if !ok {
		return
	}
	size := 50
	if body.MaxResults != nil {
		size = *body.MaxResults
	}
	start, valid := tokenStart(body.NextPageToken, body.JQL)
	switch {
	case size < 1 || size > 5000:
		refuse(w, http.StatusBadRequest, "The value of maxResults must be between 1 and 5000.")
		return
	case len(body.ReconcileIssues) > 50:
		refuse(w, http.StatusBadRequest, "No more than 50 issues can be reconciled.")
		return
	case len(body.Properties) > 5:
		refuse(w, http.StatusBadRequest, "No more than 5 properties can be asked for.")
		return
	case !valid:
		refuse(w, http.StatusBadRequest, "The nextPageToken is not valid.")
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	fresh := []string{}
	for _, id := range body.ReconcileIssues {
		fresh = append(fresh, strconv.FormatInt(id, 10))
	}
	found, err := j.find(body.JQL, fresh)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	found = j.flicker(found, fresh, start == 0)
	out := []any{}
	for _, issue := range cut(found, start, size) {
		out = append(out, j.foundJSON(r, issue, body))
	}
	answer := map[string]any{"issues": out, "isLast": start+len(out) >= len(found)}
	if start+len(out) < len(found) {
		answer["nextPageToken"] = pageToken(start+len(out), body.JQL)
	}
	if j.cfg.RepeatToken && body.NextPageToken != "" && start+len(out) >= len(found) {
		answer["nextPageToken"], answer["isLast"] = body.NextPageToken, false
	}
	writeJSON(w, http.StatusOK, answer)
}

// foundJSON shows a found issue: its id only, unless fields are asked for.
func (j *Jira) foundJSON(r *http.Request, issue *Issue, body searchJQLRequest) any {
	out := map[string]any{"id": issue.ID}
	if len(body.Fields) > 0 {
		out = j.issueJSON(r, issue, body.Fields, 20)
	}
	if len(body.Properties) > 0 {
		out["properties"] = propertyMap(issue.Properties, body.Properties)
	}
	if expandsIn(body.Expand, "changelog") {
		out["changelog"] = j.changelogJSON(r, issue)
	}
	return j.shape(issue, out)
}

// readSearchJQL takes the search from the body or from the query.
func readSearchJQL(w http.ResponseWriter, r *http.Request) (searchJQLRequest, bool) {
	var body searchJQLRequest
	if r.Method == http.MethodPost {
		return body, readJSON(w, r, &body, true)
	}
	q := r.URL.Query()
	body = searchJQLRequest{
		JQL: q.Get("jql"), NextPageToken: q.Get("nextPageToken"), Fields: splitList(q["fields"]),
		Properties: splitList(q["properties"]), Expand: q.Get("expand"),
	}
	for _, text := range splitList(q["reconcileIssues"]) {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			refuse(w, http.StatusBadRequest, "The value of reconcileIssues is not valid: "+text)
			return body, false
		}
		body.ReconcileIssues = append(body.ReconcileIssues, id)
	}
	if text := q.Get("maxResults"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = -1
		}
		body.MaxResults = &n
	}
	return body, true
}

// pageToken names where the next page of this search begins.
func pageToken(start int, jql string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d:%s", start, jql))
}

// tokenStart is the reverse of pageToken; a token of another search is not valid.
func tokenStart(token, jql string) (int, bool) {
	if token == "" {
		return 0, true
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	start, of, _ := strings.Cut(string(raw), ":")
	n, numberErr := strconv.Atoi(start)
	return n, err == nil && numberErr == nil && n >= 0 && of == jql
}

// find runs a query; fresh are ids of issues that it sees as they are. The
// caller holds mu.
func (j *Jira) find(text string, fresh []string) ([]*Issue, error) {
	q, err := parseJQL(text)
	if err != nil {
		return nil, err
	}
	if j.cfg.Cloud && len(q.clauses) == 0 {
		return nil, jqlError("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
	}
	tests := make([]func(*Issue) bool, 0, len(q.clauses))
	for _, c := range q.clauses {
		test, err := j.condition(c)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	found := []*Issue{}
	for _, issue := range slices.Backward(j.searchable(fresh)) { // newest first, unless told otherwise
		if j.sees(issue) && issue.Archived == nil && !slices.ContainsFunc(tests, func(test func(*Issue) bool) bool { return !test(issue) }) {
			found = append(found, issue)
		}
	}
	slices.SortStableFunc(found, func(a, b *Issue) int { return q.compare(a, b) })
	return found, nil
}

// Count returns how many issues a query finds, or what Jira says about it.
func (j *Jira) Count(jql string) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	found, err := j.find(jql, nil)
	return len(found), err
}

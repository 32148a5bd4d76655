package jira

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/contract"
)

// documents are Jira's own. What this package's tests send is held against
// them, and so is what the Jiras that they play answer, except where an answer is
// wrong on purpose.
var documents = contract.New()

// held is a transport of a Cloud that holds the requests against the documents.
// What a test answers by hand is its own affair.
func held(t *testing.T, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	return heldWire{contract: documents.Wrap(t, true), next: next}
}

type heldWire struct {
	contract func(http.Handler) http.Handler
	next     http.RoundTripper
}

func (h heldWire) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	h.contract(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		contract.OnPurpose(w)
		resp, err = h.next.RoundTrip(r)
	})).ServeHTTP(httptest.NewRecorder(), r)
	return resp, err
}

// What is wrong is found: in a request, and in an answer of the fake.
func TestHeld(t *testing.T) {
	t.Parallel()
	documents.Need(t)
	both(t, func(t *testing.T, f *fakeJira) {
		f.fields = []map[string]any{{"id": 5, "schema": map[string]any{"type": []string{}}}}
		c := documents.Checker(t, f.flavour == Cloud)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/jira/rest/api/2/field?all=true", nil)
		r.SetBasicAuth(testUser, testToken)
		c.Wrap(http.HandlerFunc(f.serve)).ServeHTTP(httptest.NewRecorder(), r)
		want := []string{
			"GET /rest/api/2/field: answer 200: /*/id: value must be a string",
			"GET /rest/api/2/field: answer 200: /*/schema/type: value must be a string",
			"GET /rest/api/2/field: request: the query parameter all is not documented",
		}
		if diff := cmp.Diff(want, c.Forget()); diff != "" {
			t.Errorf("breaches (-want +got):\n%s", diff)
		}
	})
}

// What the client reads, Jira's documents know, as far as they tell members.
func TestWhatIsReadIsDocumented(t *testing.T) {
	t.Parallel()
	documents.Need(t)
	const (
		issue   = "GET /rest/api/2/issue/{issueIdOrKey}"
		comment = issue + "/comment"
	)
	onBoth := map[string]string{
		"GET /rest/api/2/field */id":            "string",
		"GET /rest/api/2/field */name":          "string",
		"GET /rest/api/2/field */schema/type":   "string",
		"GET /rest/api/2/field */schema/custom": "string",

		"GET /rest/api/2/myself displayName":                        "string",
		"GET /rest/api/2/myself timeZone":                           "string",
		"GET /rest/api/2/attachment/meta enabled":                   "boolean",
		"GET /rest/api/2/attachment/meta uploadLimit":               "integer",
		"GET /rest/api/2/project/{projectIdOrKey}/role/{id} actors": "array",

		issue + " id":                                           "string",
		issue + " key":                                          "string",
		issue + " fields":                                       "object",
		issue + " changelog/total":                              "integer",
		issue + " changelog/histories/*/created":                "string",
		issue + " changelog/histories/*/items/*/field":          "string",
		issue + " changelog/histories/*/items/*/fieldtype":      "string",
		issue + " changelog/histories/*/items/*/fromString":     "string",
		issue + " changelog/histories/*/items/*/toString":       "string",
		comment + " total":                                      "integer",
		comment + " startAt":                                    "integer",
		comment + " comments/*/id":                              "string",
		comment + " comments/*/body":                            "string",
		comment + " comments/*/created":                         "string",
		comment + " comments/*/author/displayName":              "string",
		comment + " comments/*/properties/*/key":                "string",
		comment + " comments/*/visibility/type":                 "string",
		"POST /rest/api/2/issue/{issueIdOrKey}/comment id":      "string",
		"POST /rest/api/2/issue/{issueIdOrKey}/comment created": "string",
	}
	members := map[Flavour]map[string]string{
		Cloud: {
			"GET /rest/api/2/serverInfo deploymentType":                    "string",
			"GET /rest/api/2/serverInfo versionNumbers":                    "array",
			"GET /rest/api/2/serverInfo serverTime":                        "string",
			"GET /rest/api/2/myself accountId":                             "string",
			"GET /rest/api/2/user groups":                                  "object",
			"GET /rest/api/2/user accountType":                             "string",
			"POST /rest/api/2/search/jql issues/*/key":                     "string",
			"POST /rest/api/2/search/jql nextPageToken":                    "string",
			"POST /rest/api/2/search/jql isLast":                           "boolean",
			issue + " changelog/histories/*/items/*/fieldId":               "string",
			issue + "/changelog values/*/items/*/fieldId":                  "string",
			issue + "/changelog isLast":                                    "boolean",
			comment + " comments/*/jsdPublic":                              "boolean",
			"POST /rest/api/2/issue/{issueIdOrKey}/attachments */id":       "string",
			"POST /rest/api/2/issue/{issueIdOrKey}/attachments */filename": "string",
		},
		DataCenter: {
			"GET /rest/api/2/myself name":          "string",
			"GET /rest/api/2/myself key":           "string",
			"POST /rest/api/2/search issues/*/key": "string",
			"POST /rest/api/2/search total":        "integer",
		},
	}
	for flavour, own := range members {
		all := maps.Clone(onBoth)
		maps.Copy(all, own)
		for _, at := range slices.Sorted(maps.Keys(all)) {
			method, rest, _ := strings.Cut(at, " ")
			path, member, _ := strings.Cut(rest, " ")
			if got := documents.Type(t, flavour == Cloud, method, path, strings.Split(member, "/")...); got != all[at] {
				t.Errorf("%s: %s is of type %q in the document, not %q", flavour, at, got, all[at])
			}
		}
	}
}

package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"escalat/internal/web"

	"github.com/google/go-cmp/cmp"
)

// recorded returns a webhook as Jira sends it.
func recorded(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "hooks", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestRecorded: what the two flavours send.
func TestRecorded(t *testing.T) {
	t.Parallel()
	const ada, biel = "712020:1f4c8d90-5b73-42ae-9c61-08d7e3b5a2f4", "5b10ac8d82e05b22cc7d4ef5"
	at := func(minute, second, ms int) time.Time {
		return time.Date(2026, 7, 21, 2, minute, second, ms*1e6, time.UTC)
	}
	wants := map[string][]web.Hint{
		"cloud-issue-updated": {{
			IssueID: "10042", Key: "SUP-17", Labels: []string{"escalat-claranet", "vpn"}, LabelsKnown: true,
			Author: ada, Updated: at(30, 0, 117), Event: "jira:issue_updated",
		}},
		"cloud-comment-created": {{IssueID: "10042", Key: "SUP-17", Author: biel, Event: "comment_created"}},
		"cloud-issue-deleted": {{
			IssueID: "10042", Key: "SUP-17", Labels: []string{}, LabelsKnown: true,
			Author: ada, Updated: at(35, 0, 0), Event: "jira:issue_deleted", Deleted: true,
		}},
		"cloud-issuelink-created": {{IssueID: "10042", Event: "issuelink_created"}, {IssueID: "10031", Event: "issuelink_created"}},
		"server-issue-updated": {{
			IssueID: "90792", Key: "INFRA_2-2461", Labels: []string{"escalat-ovh"}, LabelsKnown: true,
			Author: "aexemple", Updated: at(30, 0, 0), Event: "jira:issue_updated",
		}},
		"server-issue-commented": {{
			IssueID: "90792", Key: "INFRA_2-2461", Labels: []string{}, LabelsKnown: true,
			Author: "bexemple", Updated: at(30, 1, 250), Event: "jira:issue_updated",
		}},
		"server-comment-updated": {{IssueID: "90792", Author: "aexemple", Event: "comment_updated"}},
		"server-comment-deleted": {{IssueID: "90792", Event: "comment_deleted"}},
		"server-project-updated": nil,
	}
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil || len(files) != len(wants) {
		t.Fatalf("%d recorded webhooks, %d expected, %v", len(files), len(wants), err)
	}
	for name, want := range wants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got := web.Read(recorded(t, name))
			// Two times are the same in whatever zone they were written.
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestOddHooks: a member of another shape hides nothing but itself.
func TestOddHooks(t *testing.T) {
	t.Parallel()
	many := `"` + strings.Repeat(`x","`, 1000) + `"`
	for name, tc := range map[string]struct {
		body string
		want []web.Hint
	}{
		"nothing":                   {``, nil},
		"no JSON":                   {`issue=10001`, nil},
		"a list":                    {`[{"issue":{"id":"1"}}]`, nil},
		"null":                      {`null`, nil},
		"half":                      {`{"issue":{"id":"10001"}`, nil},
		"too deep":                  {`{"issue":{"id":"10001"},"x":` + strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000) + `}`, nil},
		"id as a number":            {`{"issue":{"id":10001}}`, []web.Hint{{IssueID: "10001"}}},
		"id with a fraction":        {`{"issue":{"id":10001.0}}`, nil},
		"id with an exponent":       {`{"issue":{"id":1e4}}`, nil},
		"id that is a path":         {`{"issue":{"id":"10001/../../admin"}}`, nil},
		"id below zero":             {`{"issue":{"id":-5}}`, nil},
		"id of zero":                {`{"issue":{"id":"0"}}`, nil},
		"id too long":               {`{"issue":{"id":"1234567890123456789"}}`, nil},
		"id too long, as a number":  {`{"issue":{"id":1234567890123456789}}`, nil},
		"the longest id":            {`{"issue":{"id":"123456789012345678","key":"A-123456789012345678"}}`, []web.Hint{{IssueID: "123456789012345678", Key: "A-123456789012345678"}}},
		"key too long":              {`{"issue":{"id":"7","key":"A-1234567890123456789"}}`, []web.Hint{{IssueID: "7"}}},
		"id that is an object":      {`{"issue":{"id":{"id":"1"}}}`, nil},
		"key without an id":         {`{"issue":{"key":"SUP-1"}}`, nil},
		"key that is none":          {`{"issue":{"id":"1","key":"../SUP-1"}}`, []web.Hint{{IssueID: "1"}}},
		"issue that is a text":      {`{"issue":"10001","issueLink":{"sourceIssueId":7}}`, []web.Hint{{IssueID: "7"}}},
		"fields that are a list":    {`{"issue":{"id":"1","fields":[]}}`, []web.Hint{{IssueID: "1"}}},
		"labels of numbers":         {`{"issue":{"id":"1","fields":{"labels":[1]}}}`, []web.Hint{{IssueID: "1"}}},
		"labels null":               {`{"issue":{"id":"1","fields":{"labels":null}}}`, []web.Hint{{IssueID: "1"}}},
		"labels without end":        {`{"issue":{"id":"1","fields":{"labels":[` + many + `]}}}`, []web.Hint{{IssueID: "1"}}},
		"labels twice":              {`{"issue":{"id":"1","fields":{"labels":["a"],"labels":7}}}`, []web.Hint{{IssueID: "1"}}},
		"time in UTC":               {`{"issue":{"id":"1","fields":{"updated":"2026-07-21T02:30:00Z"}}}`, []web.Hint{{IssueID: "1", Updated: time.Date(2026, 7, 21, 2, 30, 0, 0, time.UTC)}}},
		"time with a colon":         {`{"issue":{"id":"1","fields":{"updated":"2026-07-21T04:30:00.5+02:00"}}}`, []web.Hint{{IssueID: "1", Updated: time.Date(2026, 7, 21, 2, 30, 0, 5e8, time.UTC)}}},
		"time that is none":         {`{"issue":{"id":"1","fields":{"updated":"yesterday"}}}`, []web.Hint{{IssueID: "1"}}},
		"event that is no name":     {"{\"webhookEvent\":\"jira:\\nlevel=ERROR\",\"issue\":{\"id\":\"1\"}}", []web.Hint{{IssueID: "1"}}},
		"author beyond bounds":      {`{"user":{"name":"` + strings.Repeat("x", 256) + `"},"issue":{"id":"1"}}`, []web.Hint{{IssueID: "1"}}},
		"author without an account": {`{"user":{"accountId":null,"name":"a"},"issue":{"id":"1"}}`, []web.Hint{{IssueID: "1", Author: "a"}}},
		"link of an issue to itself": {
			`{"issueLink":{"sourceIssueId":"7","destinationIssueId":7}}`,
			[]web.Hint{{IssueID: "7"}},
		},
		"link beside its issue": {
			`{"issue":{"id":"7","key":"SUP-7"},"issueLink":{"sourceIssueId":7,"destinationIssueId":8}}`,
			[]web.Hint{{IssueID: "7", Key: "SUP-7"}, {IssueID: "8"}},
		},
		"comment of another host": {
			`{"comment":{"self":"https://jira.example.cat/issue/x/rest/api/2/issue/12/comment/5"}}`,
			[]web.Hint{{IssueID: "12"}},
		},
		"comment that names no issue": {`{"comment":{"self":"https://jira.example.cat/rest/api/2/comment/5"}}`, nil},
		"comment of no issue's id":    {`{"comment":{"self":"https://jira.example.cat/rest/api/2/issue/SUP-1/comment/5"}}`, nil},
		"issue's own address":         {`{"comment":{"self":"https://jira.example.cat/rest/api/2/issue/12"}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, got := web.Read([]byte(tc.body)); !cmp.Equal(tc.want, got) {
				t.Error(cmp.Diff(tc.want, got))
			}
		})
	}
}

// FuzzRead looks for a body that makes the reader panic, or say what could not go
// into a path, a log or a query.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/hooks/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		f.Add(recorded(f, strings.TrimSuffix(filepath.Base(file), ".json")))
	}
	f.Add([]byte(`{"webhookEvent":["x"],"issue":{"id":1,"fields":{"labels":[null,"a,b"],"updated":7}},"issueLink":{"sourceIssueId":"2"}}`))
	id, key, event := regexp.MustCompile(`^[1-9][0-9]{0,18}$`), regexp.MustCompile(`^([A-Z][A-Z0-9_]*-[1-9][0-9]*)?$`), regexp.MustCompile(`^[a-z0-9:_-]{0,64}$`)
	f.Fuzz(func(t *testing.T, body []byte) {
		name, hints := web.Read(body)
		seen := map[string]bool{}
		for _, h := range hints {
			if !id.MatchString(h.IssueID) || !key.MatchString(h.Key) || h.Event != name || !event.MatchString(name) {
				t.Errorf("%+v", h)
			}
			if len(h.Author) > 255 || len(h.Labels) > 1000 || !h.LabelsKnown && h.Labels != nil || seen[h.IssueID] {
				t.Errorf("beyond its bounds: %s", fmt.Sprintf("%.300q", fmt.Sprint(h)))
			}
			seen[h.IssueID] = true
		}
		if len(hints) > 3 {
			t.Errorf("%d issues of one webhook", len(hints))
		}
	})
}

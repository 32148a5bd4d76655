package jira

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// rawIssue is what the fake answers to GET issue, as a person saves it.
func rawIssue(t *testing.T, f *fakeJira, query string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, f.server.URL+"/jira/rest/api/2/issue/SUP-7?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(testUser, testToken)
	return fetch(t, f.server.Client(), req)
}

func fetch(t *testing.T, client *http.Client, req *http.Request) []byte {
	t.Helper()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return raw
}

// What is read from a file is what is read from Jira.
func TestDecodeReadsAsIssue(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		f.custom = map[string]any{"customfield_10010": "*e-NOTUM*", "customfield_10011": map[string]any{"value": "Total"}}
		f.comments = []*fakeComment{
			{ID: 101, Author: "marta", Body: "Hola", Created: f.now.Add(-3 * time.Minute), Visibility: map[string]any{"type": "role", "value": "Admins"}},
			{ID: 102, Author: "escalat", Body: "Falten dades", Created: f.now.Add(-2 * time.Minute)},
		}
		f.files = []*fakeFile{{ID: 31, Name: "mtr.txt", Type: "text/plain", Data: []byte("HOST"), Author: "escalat", Created: f.now}}
		f.histories = []map[string]any{edited(f, 3, "abans", "ara"), fieldHistory(f, 2, "customfield_10010", "Aplicació afectada"), history(f, 1, "joan", "", "a b")}
		fields := []string{"Aplicació afectada", "customfield_10011"}
		want, err := f.client(wants(fields...)).Issue(t.Context(), "SUP-7")
		if err != nil {
			t.Fatal(err)
		}
		raw := rawIssue(t, f, "fields=x,customfield_10010,customfield_10011&expand=changelog")
		named := strings.TrimSuffix(strings.TrimSpace(string(raw)), "}") +
			`,"names":{"customfield_10010":"Aplicació afectada","customfield_10011":"Impacte","summary":"Resum"}}`
		own := map[Flavour]string{Cloud: "557058:escalat", DataCenter: "Escalat"}[f.flavour]
		got, _, err := Decode([]byte("\ufeff\n"+named), DecodeOptions{Fields: fields, Own: own})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-Issue +Decode):\n%s", diff)
		}
		if len(got.Fields) != 2 || len(got.Former) != 1 || !got.Comments[1].Own || !got.Attachments[0].Own {
			t.Errorf("Decode = %+v", got)
		}
		if other, _, err := Decode([]byte(named), DecodeOptions{}); err != nil || other.Comments[1].Own || other.Fields != nil {
			t.Errorf("without options: %+v, %v", other, err)
		}
	})
}

func TestDecodePartsThatAreMissing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		text string
		opts DecodeOptions
		want bridge.Issue
	}{
		"fields alone": {`{"fields":{}}`, DecodeOptions{Fields: []string{"Inici", "customfield_1"}}, bridge.Issue{}},
		"nulls": {
			`{"id":null,"key":null,"fields":{"summary":null,"description":null,"labels":null,"comment":null,"attachment":null,"reporter":null},"changelog":null,"names":null}`,
			DecodeOptions{Fields: []string{"Inici"}},
			bridge.Issue{},
		},
		"comments without ids and times": {
			`{"fields":{"created":"2026-11-21T09:00:00Z","comment":{"comments":[{"body":"a"},{"body":"b","created":"2026-11-21T10:01:00+0100","updated":"2026-11-21T09:02:00.5Z"},{"body":"c"}]}}}`,
			DecodeOptions{},
			bridge.Issue{Created: at, Comments: []bridge.Comment{
				{Body: "a", Created: at},
				{Body: "b", Created: at.Add(time.Minute), Updated: at.Add(2*time.Minute + time.Second/2)},
				{Body: "c", Created: at.Add(time.Minute)},
			}},
		},
		"the order of time": {
			`{"fields":{"comment":{"comments":[{"id":"1","body":"new","created":"2026-11-21T10:00:00Z"},{"id":"2","body":"old","created":"2026-11-21T09:00:00Z"}]}}}`,
			DecodeOptions{},
			bridge.Issue{Comments: []bridge.Comment{
				{ID: "2", Body: "old", Created: at}, {ID: "1", Body: "new", Created: at.Add(time.Hour)},
			}},
		},
		"files": {
			`{"fields":{"attachment":[{"filename":"mtr.txt","author":{"key":"JIRAUSER1"}},{},7]}}`,
			DecodeOptions{Own: "JIRAUSER1"},
			bridge.Issue{Attachments: []bridge.Attachment{{Name: "mtr.txt", Own: true}}},
		},
		"odd key": {`{"id":"x","key":"../1","fields":{"summary":"s"}}`, DecodeOptions{}, bridge.Issue{Summary: "s"}},
		"only the property says that it is ours": {
			`{"fields":{"comment":{"comments":[{"body":"a","properties":[{"key":"escalat","value":{"key":"k"}}]},{"body":"b","properties":[{"key":"escalat","value":{}}]},{"body":"c"}]}}}`,
			DecodeOptions{},
			bridge.Issue{Comments: []bridge.Comment{{Body: "a", Own: true}, {Body: "b"}, {Body: "c"}}},
		},
		"restricted": {
			`{"fields":{"comment":{"comments":[{"body":"a","visibility":{"type":"group","value":"x"}},{"body":"b","visibility":{}}]}}}`,
			DecodeOptions{},
			bridge.Issue{Comments: []bridge.Comment{{Body: "a", Restricted: true}, {Body: "b"}}},
		},
		"a field by its type": {
			`{"fields":{"customfield_1":"*a*","customfield_2":"*a*","customfield_3":"*a*","created":"2026-11-21T09:00:00Z"},"schema":{"customfield_2":{"type":"string","custom":"com.example:url"}},"names":{"customfield_3":"Inici"}}`,
			DecodeOptions{Fields: []string{"customfield_1", "customfield_2", "inici", "Inici ", "absent"}},
			bridge.Issue{Created: at, Fields: map[string]bridge.FieldValue{
				"customfield_1": {Markup: "*a*", At: at}, "customfield_2": {Markup: `\*a\*`, At: at}, "inici": {Markup: "*a*", At: at}, "Inici ": {Markup: "*a*", At: at},
			}},
		},
		"history without ids": {
			`{"fields":{"description":"c"},"changelog":{"histories":[{"created":"2026-11-21T09:01:00Z","items":[{"field":"description","fromString":"b"}]},{"created":"2026-11-21T09:00:00Z","items":[{"field":"description","fromString":"a"}]}]}}`,
			DecodeOptions{},
			bridge.Issue{Description: "c", Former: revisions(at, "a", "b")},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := Decode([]byte(test.text), test.opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodePublic(t *testing.T) {
	t.Parallel()
	comments := `"comment":{"comments":[{"jsdPublic":true},{"jsdPublic":false},{"properties":[{"key":"sd.public.comment","value":{"internal":true}}]},{}]}`
	for project, want := range map[string][]bool{
		`"project":{"projectTypeKey":"service_desk"},`: {true, false, false, true},
		`"project":{"projectTypeKey":"software"},`:     {false, false, false, false},
		``: {false, false, false, false},
	} {
		got, _, err := Decode([]byte(`{"fields":{`+project+comments+`}}`), DecodeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var public []bool
		for _, c := range got.Comments {
			public = append(public, c.Public)
		}
		if diff := cmp.Diff(want, public); diff != "" {
			t.Errorf("%s (-want +got):\n%s", project, diff)
		}
	}
}

func TestDecodeFlavour(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Flavour{
		`{"fields":{"reporter":{"accountId":"1"}}}`:                                                          Cloud,
		`{"fields":{"reporter":{"self":"https://x.example/rest/api/2/user?accountId=5"}}}`:                   Cloud,
		`{"fields":{"reporter":null,"comment":{"comments":[{"author":{"accountId":"1"}}]}}}`:                 Cloud,
		`{"fields":{},"changelog":{"histories":[{"author":{"accountId":"1"}}]}}`:                             Cloud,
		`{"fields":{"attachment":[{"author":{"accountId":"1"}}]}}`:                                           Cloud,
		`{"self":"https://example.atlassian.net/rest/api/2/issue/1","fields":{}}`:                            Cloud,
		`{"self":"https://jira.example.org/rest/api/2/issue/1","fields":{}}`:                                 DataCenter,
		`{"self":"https://example.atlassian.net/rest/api/2/issue/1","fields":{"reporter":{"name":"marta"}}}`: DataCenter,
		`{"fields":{"reporter":{"name":"marta"}}}`:                                                           DataCenter,
		`{"fields":{}}`: DataCenter,
	} {
		var m material
		if err := json.Unmarshal([]byte(text), &m.issueAnswer); err != nil {
			t.Fatal(err)
		}
		m.comments, m.histories = members[wireComment](m.Fields.Comment.Comments), members[wireHistory](m.Changelog.Histories)
		if got := m.flavour(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	const adf = " is a document of version 3 of Jira's interface (ADF): read the issue by version 2, rest/api/2/issue/KEY"
	tests := []struct{ text, want string }{
		{"", "1:1: the file is empty"},
		{"\ufeff \n", "1:1: the file is empty"},
		{"\xff\xfe{\x00}\x00", "1:1: the file is not UTF-8 but UTF-16 or no text at all: save it as UTF-8"},
		{"{\x00}\x00", "1:1: the file is not UTF-8 but UTF-16 or no text at all: save it as UTF-8"},
		{"{\n \"fields\": {\"summary\": \"caf\xe9\"}}", "2:28: this is not UTF-8: save the file as UTF-8"},
		{" <!DOCTYPE html><html>", "1:1: the file is a web page, not JSON: was the address rest/api/2/issue/KEY, and the login accepted?"},
		{"{\"fields\":\n  {\"à\": tru}}", "2:12: this is not JSON: invalid character '}' in literal true (expecting 'e')"},
		{"{\"fields\":{}}\nx", "2:1: this is not JSON: invalid character 'x' after top-level value"},
		{"{\"fields\":\n{", "2:2: the file ends in the middle of its JSON"},
		{"\n[]", "2:1: an issue is a JSON object; this is a list"},
		{"null", "1:1: an issue is a JSON object; this is nothing"},
		{"{}", "1:1: the object has no fields: is it what rest/api/2/issue/KEY answers?"},
		{"{\"id\":1,\n\"fields\": [1]}", "2:11: fields is a list, not an object"},
		{"{\"issues\":[]}", "1:11: this is the answer of a search: give one issue, as rest/api/2/issue/KEY answers it"},
		{"{\"issue\":{\"fields\":{}}}", "1:10: this is the body of a webhook: give its issue alone"},
		{"{\"errorMessages\":[\"Issue does not exist\"],\"errors\":{}}", `1:1: this is no issue but a refusal of Jira: ["Issue does not exist"]`},
		{"{\"fields\":{\"a\":[{}],\n \"description\": {\"type\":\"doc\"}}}", "2:17: fields.description" + adf},
		{"{\"fields\":{\"description\":5}}", "1:26: fields.description is a number, not a text"},
		{"{\"fields\":{\"summary\":true}}", "1:22: fields.summary is true or false, not a text"},
		{"{\"fields\":{\"labels\":\"a\"}}", "1:21: fields.labels is a text, not a list"},
		{"{\"fields\":{\"comment\":[]}}", "1:22: fields.comment is a list, not an object with a list of comments"},
		{"{\"fields\":{\"comment\":{\"comments\":{}}}}", "1:34: fields.comment.comments is an object, not a list"},
		{"{\"fields\":{\"comment\":{\"comments\":[{},\n \"x\"]}}}", "2:2: fields.comment.comments[1] is a text, not a comment"},
		{"{\"fields\":{\"comment\":{\"total\":2,\"comments\":[{\"body\":\"a\"},\n{\"author\":{\"x\":[1]},\n\"body\" : {}}]}}}", "3:10: fields.comment.comments[1].body" + adf},
		{"{\"fields\":{},\"names\":{\"customfield_1\":\"Inici\",\"customfield_2\":\"INICI\"}}", `1:22: custom field "inici": 2 custom fields have this name: use the id of one of them: "Inici" (customfield_1), "INICI" (customfield_2)`},
		{"{\"fields\":{\"summary\":\"s\"}}" + strings.Repeat(" ", maxIssueFile), "1:1: the file has 16777242 bytes, more than the 16777216 that are read"},
	}
	for _, test := range tests {
		got, _, err := Decode([]byte(test.text), DecodeOptions{Fields: []string{"inici"}})
		if err == nil || err.Error() != test.want {
			t.Errorf("%.60q:\n got %v\nwant %s", test.text, err, test.want)
		}
		if _, ok := errors.AsType[*FileError](err); !ok || got.Summary != "" {
			t.Errorf("%.60q: %T, %+v", test.text, err, got)
		}
	}
}

// A file may be nested as deep as it likes.
func TestDecodeDeep(t *testing.T) {
	t.Parallel()
	deep := `{"fields":{"customfield_1":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + `}}`
	_, _, err := Decode([]byte(deep), DecodeOptions{Fields: []string{"customfield_1"}})
	if err == nil || !strings.Contains(err.Error(), "exceeded max depth") {
		t.Errorf("Decode: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"fields":{"summary":"s","description":"a\nb","labels":["x"],"comment":{"comments":[{"id":"2","body":"b","created":"2026-11-21T10:00:00.000+0100","visibility":{"type":"role"}}]},"customfield_1":{"value":"v","child":{"value":"w"}}},"names":{"customfield_1":"Inici"}}`,
		`{"id":"1","key":"A-1","self":"https://x.atlassian.net/","fields":{"reporter":{"accountId":"5","displayName":"M"},"customfield_1":[1.0E7,{"name":"n"}]},"changelog":{"histories":[{"id":"1","created":"2026-11-21T10:00:00Z","items":[{"field":"description","fromString":"a"},{"fieldId":"customfield_1"}]}]}}`,
		`{"fields":{"comment":{"comments":[{"body":{"type":"doc"}}]}}}`, `{"fields":{"labels":5}}`, `[`, "{\n\"fields\":\n{\"description\" : 5}}", `{"issues":[1]}`, "\ufeff{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, _, err := Decode(raw, DecodeOptions{Fields: []string{"customfield_1", "Inici"}, Own: "escalat"})
		if err != nil {
			wrong, ok := errors.AsType[*FileError](err)
			if !ok || wrong.Line < 1 || wrong.Column < 1 || wrong.Text == "" {
				t.Errorf("%T: %v", err, err)
			}
			return
		}
		for name, v := range got.Fields {
			if strings.TrimSpace(v.Markup) == "" || !utf8.ValidString(v.Markup) || name != "customfield_1" && name != "Inici" {
				t.Errorf("field %q: %q", name, v.Markup)
			}
		}
		if len(got.Former) > maxFormer {
			t.Errorf("%d revisions", len(got.Former))
		}
		for who := range got.People {
			if strings.ContainsAny(who, "[]{}|\\") {
				t.Errorf("mention of %q", who)
			}
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("the issue does not marshal: %v", err)
		}
	})
}

package jira

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

func history(f *fakeJira, id int, who, from, to string) map[string]any {
	return map[string]any{
		"id": fmt.Sprint(id), "author": f.user(who), "created": wireTime(f.now.Add(time.Duration(id) * time.Second)),
		"items": []any{
			map[string]any{"field": "status", "fromString": "Obert", "toString": "En curs"},
			map[string]any{"field": "labels", "from": "", "fromString": from, "to": "", "toString": to},
		},
	}
}

func TestIssue(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		no := false
		f.comments = []*fakeComment{
			{ID: 101, Author: "marta", Body: "Hola", Created: f.now.Add(-3 * time.Minute), Visibility: map[string]any{"type": "role", "value": "Administrators"}},
			{ID: 102, Author: "escalat", Body: "Falten dades", Created: f.now.Add(-2 * time.Minute), Public: &no},
		}
		f.files = []*fakeFile{{ID: 31, Name: "mtr.txt", Type: "text/plain", Data: []byte("HOST"), Author: "marta", Created: f.now}}
		f.histories = []map[string]any{history(f, 2, "marta", "a b", "b c"), history(f, 1, "joan", "", "a b")}
		c := f.client()
		got, err := c.Issue(t.Context(), "SUP-7")
		if err != nil {
			t.Fatal(err)
		}
		user := func(name string) bridge.User {
			if f.flavour == Cloud {
				return bridge.User{ID: "557058:" + name, Name: strings.ToUpper(name), Mention: "[~accountid:557058:" + name + "]"}
			}
			return bridge.User{ID: name, Name: strings.ToUpper(name), Mention: "[~" + name + "]"}
		}
		want := bridge.Issue{
			ID: "10001", Key: "SUP-7", Summary: "El web no respon", Description: "Aplicació afectada: e-NOTUM",
			Status: "Obert", Labels: []string{"escalar-claranet-sistemes"}, Reporter: user("marta"),
			Created: f.now.Add(-time.Hour), Updated: f.now,
			Comments: []bridge.Comment{
				{ID: "101", Author: user("marta"), Body: "Hola", Created: f.now.Add(-3 * time.Minute), Updated: f.now.Add(-3 * time.Minute), Restricted: true},
				{ID: "102", Author: user("escalat"), Body: "Falten dades", Created: f.now.Add(-2 * time.Minute), Updated: f.now.Add(-2 * time.Minute), Own: true},
			},
			Attachments: []bridge.Attachment{{ID: "31", Name: "mtr.txt", Size: 4, MIMEType: "text/plain", Author: user("marta"), Created: f.now}},
			Labelled: []bridge.Labelling{
				{By: user("joan"), At: f.now.Add(time.Second), Added: []string{"a", "b"}},
				{By: user("marta"), At: f.now.Add(2 * time.Second), Added: []string{"c"}, Removed: []string{"a"}},
			},
			People: map[string]string{},
		}
		for _, name := range []string{"marta", "joan", "escalat"} {
			want.People[strings.Trim(user(name).Mention, "[~]")] = strings.ToUpper(name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Issue (-want +got):\n%s", diff)
		}
		if n := f.count("GET rest/api/2/issue/"); n != 1 {
			t.Errorf("%d requests for an issue whose comments were complete, want 1", n)
		}
	})
}

func TestIssuePagesComments(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for i := range 250 {
			f.comments = append(f.comments, &fakeComment{ID: 1000 + i, Author: "marta", Body: fmt.Sprint(i), Created: f.now.Add(time.Duration(i) * time.Second)})
		}
		f.inIssue, f.pageCap = 20, 60
		got, err := f.client().Issue(t.Context(), "10001")
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Comments) != 250 {
			t.Fatalf("%d comments, want 250", len(got.Comments))
		}
		for i, one := range got.Comments {
			if one.Body != fmt.Sprint(i) {
				t.Fatalf("comment %d is %q", i, one.Body)
			}
		}
	})
}

func TestIssuePagesChangesOnCloud(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	for i := 7; i >= 1; i-- {
		f.histories = append(f.histories, history(f, i, "marta", fmt.Sprint(i-1), fmt.Sprint(i)))
	}
	f.historyCut = 2
	got, err := f.client().Issue(t.Context(), "10001")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Labelled) != 7 || got.Labelled[0].Added[0] != "1" || got.Labelled[6].Added[0] != "7" {
		t.Errorf("Labelled = %+v", got.Labelled)
	}
}

func TestIssueTooLongForOneAnswer(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	f.comments = []*fakeComment{{ID: 1, Author: "marta", Body: "Hola", Created: f.now}}
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Query().Get("fields"), "comment") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"id":"10001","fields":{"summary":"`)
		chunk := []byte(strings.Repeat("x", 1<<20))
		for range maxAnswer>>20 + 1 {
			_, _ = w.Write(chunk)
		}
		return true
	})
	f.inIssue = 0
	got, err := f.client().Issue(t.Context(), "10001")
	if err != nil || len(got.Comments) != 1 {
		t.Errorf("Issue = %d comments, %v; want 1", len(got.Comments), err)
	}
}

func TestServiceDesk(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	mark := func(internal bool) map[string]json.RawMessage {
		return map[string]json.RawMessage{publicProperty: json.RawMessage(fmt.Sprintf(`{"internal":%t}`, internal))}
	}
	for project, want := range map[string][]bool{"service_desk": {true, false, true}, "software": {false, false, false}} {
		t.Run(project, func(t *testing.T) {
			t.Parallel()
			both(t, func(t *testing.T, f *fakeJira) {
				f.projectType = project
				f.comments = []*fakeComment{
					{ID: 1, Author: "client", Created: f.now, Public: &yes},
					{ID: 2, Author: "marta", Created: f.now, Public: &no, Properties: mark(true)},
					{ID: 3, Author: "marta", Created: f.now, Public: &yes, Properties: mark(false)},
				}
				got, err := f.client().Issue(t.Context(), "10001")
				if err != nil {
					t.Fatal(err)
				}
				var public []bool
				for _, one := range got.Comments {
					public = append(public, one.Public)
				}
				if diff := cmp.Diff(want, public); diff != "" {
					t.Errorf("public (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// serveIssue makes the issue's answer be text.
func serveIssue(f *fakeJira, text string) {
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/issue/10001") {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, text)
		return true
	})
}

func TestIssueOddValues(t *testing.T) {
	t.Parallel()
	const frame = `{"id":%s,"key":"SUP-7","fields":{"labels":["a",5,null,"b"],"comment":{"total":0,"comments":[]},%s},"changelog":{"total":0,"histories":[]}}`
	tests := map[string]struct {
		id, fields string
		check      func(bridge.Issue) bool
	}{
		"number as id":        {`10001`, `"summary":"s"`, func(i bridge.Issue) bool { return i.ID == "10001" && i.Summary == "s" }},
		"odd labels are left": {`"10001"`, `"summary":"s"`, func(i bridge.Issue) bool { return len(i.Labels) == 2 }},
		"document as text":    {`"10001"`, `"description":{"type":"doc"},"summary":"s"`, func(i bridge.Issue) bool { return i.Description == "" && i.Summary == "s" }},
		"odd user":            {`"10001"`, `"reporter":[1,2],"summary":"s"`, func(i bridge.Issue) bool { return i.Reporter.IsZero() && i.Summary == "s" }},
		"odd status":          {`"10001"`, `"status":"open","summary":"s"`, func(i bridge.Issue) bool { return i.Status == "" && i.Summary == "s" }},
		"odd time":            {`"10001"`, `"created":"ahir","updated":{},"summary":"s"`, func(i bridge.Issue) bool { return i.Created.IsZero() && i.Summary == "s" }},
		"nothing printable":   {`"10001"`, `"summary":"a\u0000b"`, func(i bridge.Issue) bool { return i.Summary == "ab" }},
		"odd attachments":     {`"10001"`, `"attachment":[null,7,{"id":3,"size":"12"},{"id":"../4"}]`, func(i bridge.Issue) bool { return len(i.Attachments) == 1 && i.Attachments[0].Size == 12 }},
		"resolved":            {`"10001"`, `"resolution":{"name":"Done"}`, func(i bridge.Issue) bool { return i.Resolved }},
		"odd resolution":      {`"10001"`, `"resolution":"Done"`, func(i bridge.Issue) bool { return i.Resolved }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Cloud)
			serveIssue(f, fmt.Sprintf(frame, test.id, test.fields))
			got, err := f.client().Issue(t.Context(), "10001")
			if err != nil || !test.check(got) {
				t.Errorf("Issue = %+v, %v", got, err)
			}
		})
	}
}

func TestIssueOddComments(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	serveIssue(f, `{"id":"10001","key":"SUP-7","fields":{"labels":[],"comment":{"startAt":0,"total":5,"comments":[
		{"id":"5","author":null,"body":"tard","created":"2026-11-21T10:00:00Z"},
		{"id":4,"author":{"accountId":"1"},"body":"clar","created":"2026-11-21T10:00:00.000+0100","visibility":"role"},
		{"id":"3","author":"x","body":{"type":"doc"},"visibility":{}},
		"no", {"id":"5","body":"dues vegades"}]}}}`)
	got, err := f.client().Issue(t.Context(), "10001")
	if err != nil {
		t.Fatal(err)
	}
	want := []bridge.Comment{
		{ID: "3"},
		{ID: "4", Author: bridge.User{ID: "1", Mention: "[~accountid:1]"}, Body: "clar", Created: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), Restricted: true},
		{ID: "5", Body: "tard", Created: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got.Comments); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
}

// What cannot be read must not look like labels that were taken away.
func TestIssueUnreadableLabels(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"id":"10001","key":"SUP-7","fields":{"labels":{"a":1}}}`,
		`{"id":"10001","key":"SUP-7","fields":{"labels":"a"}}`,
		`{"id":"10001","key":"SUP-7"}`, `{"id":"10001","key":"SUP-7","fields":null}`, `{"id":"10001","key":"SUP-7","fields":"x"}`,
		`{"id":"10001","key":"SUP-7","fields":{"comment":{"comments":[],"total":0,"startAt":0}},"changelog":{"histories":[],"total":0}}`,
		`{"id":"10001","key":"SUP-7","fields":{"labels":null,"comment":{"comments":[],"total":0,"startAt":0}},"changelog":{"histories":[],"total":0}}`,
		`{"id":"10001"}`, `{"key":"SUP-7"}`, `{}`, `[]`, `null`, ``, `{"id":"10001","key":"../x"}`, `{"id":"10001","key":"SUP-7"`,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, Cloud)
			serveIssue(f, text)
			got, err := f.client().Issue(t.Context(), "10001")
			if err == nil || bridge.IsPermanent(err) || errors.Is(err, ErrNotFound) {
				t.Errorf("Issue = %+v, %v; want a temporary error", got, err)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	want := time.Date(2025, 7, 25, 19, 15, 12, 997e6, time.UTC)
	for text, ok := range map[string]bool{
		`"2025-07-25T21:15:12.997+0200"`:  true,
		`"2025-07-25T19:15:12.997Z"`:      true,
		`"2025-07-25T21:15:12.997+02:00"`: true,
		`1753470912997`:                   true,
		`"1753470912997"`:                 true,
		`"2025-07-25"`:                    false,
		`""`:                              false,
		`null`:                            false,
		`true`:                            false,
		`[1]`:                             false,
		`-5`:                              false,
		`"0000-01-01T00:00:00Z"`:          false,
	} {
		var s stamp
		if err := json.Unmarshal([]byte(text), &s); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got := time.Time(s); got.Equal(want) != ok || got.IsZero() == ok {
			t.Errorf("%s = %v", text, got)
		}
	}
}

func TestIssueNotThere(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		_, err := f.client().Issue(t.Context(), "404")
		if !errors.Is(err, ErrNotFound) || !bridge.IsPermanent(err) {
			t.Errorf("Issue: %v; want a permanent ErrNotFound", err)
		}
	})
}

// Cloud hides every issue from a token that it does not accept any more.
func TestNotFoundByExpiredToken(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		if _, err := c.Detect(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			code := http.StatusNotFound
			if strings.HasSuffix(r.URL.Path, "myself") {
				code = http.StatusUnauthorized
			}
			f.refuse(w, code, "hidden")
			return true
		})
		_, read := c.Issue(t.Context(), "10001")
		_, _, post := c.Comment(t.Context(), "10001", "k", "text")
		_, file := c.Attach(t.Context(), "10001", "a.txt", "text/plain", 1, strings.NewReader("x"))
		for name, err := range map[string]error{"Issue": read, "Comment": post, "Attach": file} {
			if !errors.Is(err, ErrCredentials) || errors.Is(err, ErrNotFound) || bridge.IsPermanent(err) {
				t.Errorf("%s: %v; want a temporary ErrCredentials", name, err)
			}
			if name != "Issue" && !bridge.IsNotDone(err) {
				t.Errorf("%s: not marked as not done", name)
			}
		}
	})
}

func TestIdsAreChecked(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	for _, id := range []string{"", "../../admin?x=1#", "sup-7", "SUP-7/comment", "SUP-", "-1", "1 2", "SUP-7\n", "SUP%2D7", strings.Repeat("9", 30)} {
		_, read := c.Issue(t.Context(), id)
		_, _, post := c.Comment(t.Context(), id, "k", "text")
		_, _, _, find := c.FindComment(t.Context(), id, "k", f.now)
		_, file := c.Attach(t.Context(), id, "a", "", 0, strings.NewReader(""))
		_, _, seek := c.FindAttachment(t.Context(), id, "a", 0, f.now)
		_, load := c.Attachment(t.Context(), bridge.Attachment{ID: id})
		for i, err := range []error{read, post, find, file, seek, load} {
			if !bridge.IsPermanent(err) {
				t.Errorf("%q, call %d: %v; want a permanent error", id, i, err)
			}
		}
	}
	if n := f.count(""); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func FuzzIssue(f *testing.F) {
	for _, seed := range []string{
		`{"id":"1","key":"A-1","fields":{"summary":"s","labels":["x"],"comment":{"total":1,"comments":[{"id":"2","body":"b","created":"2026-11-21T10:00:00.000+0100"}]}}}`,
		`{"id":1,"key":"A-1","fields":{"comment":{"total":"x"},"attachment":[{"id":3}]},"changelog":{"total":9,"histories":[{"id":"1","items":[{"field":"labels","toString":"a"}]}]}}`,
		`{"id":"1","key":"A-1","fields":{"project":{"projectTypeKey":"service_desk"},"comment":{"total":1,"comments":[{"id":"2","properties":[{"key":"sd.public.comment","value":"{}"}]}]}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := cannedClient(t, func(path string) (int, string) {
			if strings.HasSuffix(path, "/issue/1") {
				return 200, string(raw)
			}
			return 200, `{"comments":[],"values":[],"total":0,"isLast":true}`
		})
		got, err := c.Issue(t.Context(), "1")
		if err != nil {
			return
		}
		if !number.MatchString(got.ID) || !issueKey.MatchString(got.Key) {
			t.Errorf("id %q, key %q", got.ID, got.Key)
		}
		for _, one := range got.Comments {
			if !number.MatchString(one.ID) || strings.ContainsRune(one.Body, 0) {
				t.Errorf("comment %+v", one)
			}
		}
		for _, one := range got.Attachments {
			if !number.MatchString(one.ID) || one.Size < 0 {
				t.Errorf("attachment %+v", one)
			}
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("the issue does not marshal: %v", err)
		}
	})
}

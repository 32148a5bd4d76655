package jira

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

func TestIdentityAndTime(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client(func(cfg *Config) { cfg.URL = strings.Replace(cfg.URL, "https", "HTTPS", 1) + "//" })
		got, err := c.Identity(t.Context())
		want := Identity{URL: f.server.URL + "/jira/", Account: map[Flavour]string{Cloud: "557058:escalat", DataCenter: "JIRAUSER-escalat"}[f.flavour]}
		if err != nil || got != want {
			t.Errorf("Identity = %+v, %v; want %+v", got, err, want)
		}
		f.pass(time.Hour)
		if now, err := c.Time(t.Context()); err != nil || !now.Equal(f.now.Add(90*time.Second)) {
			t.Errorf("Time = %v, %v", now, err)
		}
		if n := f.count(""); n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
	})
}

func TestUserProperty(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		type mark struct {
			ID         string `json:"id"`
			Generation int    `json:"generation"`
		}
		c := f.client()
		var got mark
		if found, err := c.UserProperty(t.Context(), "escalat.installation", &got); err != nil || found {
			t.Fatalf("before: %t, %v", found, err)
		}
		for i := range 2 {
			want := mark{ID: "à", Generation: i}
			if err := c.SetUserProperty(t.Context(), "escalat.installation", want); err != nil {
				t.Fatal(err)
			}
			if found, err := c.UserProperty(t.Context(), "escalat.installation", &got); err != nil || !found || got != want {
				t.Errorf("%d: %+v, %t, %v", i, got, found, err)
			}
		}
		// Data Center may keep the text that it was sent.
		f.properties["quoted"] = json.RawMessage(`"{\"id\":\"q\"}"`)
		if found, err := c.UserProperty(t.Context(), "quoted", &got); err != nil || !found || got.ID != "q" {
			t.Errorf("quoted: %+v, %t, %v", got, found, err)
		}
		f.properties["odd"] = json.RawMessage(`[1]`)
		if _, err := c.UserProperty(t.Context(), "odd", &got); !bridge.IsPermanent(err) {
			t.Errorf("odd: %v", err)
		}
	})
}

func TestUserPropertyRefuses(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	for _, key := range []string{"", "..", "a/b", "a b", "a?b", "a#", "%2e", strings.Repeat("a", 256)} {
		_, read := c.UserProperty(t.Context(), key, new(int))
		write := c.SetUserProperty(t.Context(), key, 1)
		for _, err := range []error{read, write} {
			if !bridge.IsPermanent(err) {
				t.Errorf("%q: %v", key, err)
			}
		}
	}
	for _, value := range []any{make(chan int), strings.Repeat("x", longestProperty)} {
		if err := c.SetUserProperty(t.Context(), "k", value); !bridge.IsPermanent(err) {
			t.Errorf("%T: %v", value, err)
		}
	}
	if n := f.count(""); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// "Not there" begins an installation anew: only Jira itself may say so.
func TestUserPropertyThatCannotBeRead(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, code := range []int{401, 403, 429, 500, 503} {
			f.status("GET", "/properties/", code)
			if found, err := f.client().UserProperty(t.Context(), "k", new(int)); err == nil || found {
				t.Errorf("%d: %t, %v", code, found, err)
			}
		}
		f.status("GET", "/properties/", 404, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
		if _, err := f.client().UserProperty(t.Context(), "k", new(int)); !errors.Is(err, ErrCredentials) {
			t.Errorf("a token that expired: %v", err)
		}
	})
}

func TestDuplicatesCustomersAndArchive(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		link := func(name, side string, id any) map[string]any {
			return map[string]any{"id": "1", "type": map[string]any{"name": name, "inward": "is duplicated by", "outward": "duplicates"}, side: map[string]any{"id": id, "key": "SUP-1"}}
		}
		creator := f.user("client")
		creator["accountType"] = "customer"
		f.extra = map[string]any{
			"creator":      creator,
			"archiveddate": wireTime(f.now),
			"issuelinks": []any{
				link("duplicate", "outwardIssue", "10005"), link("Duplicate", "outwardIssue", 10005), link("Duplicate", "inwardIssue", "10006"),
				link("Blocks", "outwardIssue", "10007"), link("Duplicat", "outwardIssue", "10008"), link("Duplicat", "outwardIssue", "../1"), "odd",
			},
		}
		f.histories = []map[string]any{}
		types := []string{"Duplicate", " DUPLICAT"}
		issue, err := f.client(func(c *Config) { c.DuplicateLinks = types }).Issue(t.Context(), "10001")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"10005", "10008"}, issue.Duplicates); diff != "" {
			t.Errorf("Duplicates (-want +got):\n%s", diff)
		}
		if !issue.Archived || issue.Creator.ID != f.id("client") || issue.Creator.Customer != (f.flavour == Cloud) || issue.Reporter.Customer {
			t.Errorf("archived %t, creator %+v, reporter %+v", issue.Archived, issue.Creator, issue.Reporter)
		}
		if n := f.count("GET rest/api/2/issue"); n != 1 {
			t.Errorf("%d requests to read the issue, want 1", n)
		}
		filed, _, err := Decode(rawIssue(t, f, "fields=creator,archiveddate,issuelinks&expand=changelog"), DecodeOptions{DuplicateLinks: types})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(issue, filed); diff != "" {
			t.Errorf("(-Issue +Decode):\n%s", diff)
		}
		plain, err := f.client().Issue(t.Context(), "10001")
		if err != nil || plain.Duplicates != nil {
			t.Errorf("without types of links: %v, %v", plain.Duplicates, err)
		}
	})
}

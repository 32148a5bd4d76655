package jira

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

func TestComment(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		id, at, err := f.client().Comment(t.Context(), "10001", "falten/10001/claranet/1", "Falten dades: *Impacte*")
		if err != nil || id != "20000" || !at.Equal(f.now) {
			t.Fatalf("Comment = %q, %v", id, err)
		}
		got := f.comments[0]
		if got.Body != "Falten dades: *Impacte*" ||
			string(got.Properties["escalat"]) != `{"key":"falten/10001/claranet/1"}` ||
			string(got.Properties["sd.public.comment"]) != `{"internal":true}` || len(got.Properties) != 2 {
			t.Errorf("posted %+v", got)
		}
	})
}

func TestCommentAnswerWithoutID(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `{}`, `[]`, `{"id":{}}`, `{"id":"../1"}`, `ok`} {
		c := wiredClient(t, func(r *http.Request) (*http.Response, error) {
			return answer(r, 201, "application/json", body), nil
		})
		id, _, err := c.Comment(t.Context(), "1", "k", "text")
		if err == nil || bridge.IsNotDone(err) || bridge.IsPermanent(err) {
			t.Errorf("%q: %q, %v; want an unknown outcome", body, id, err)
		}
	}
}

func TestCommentRefusesNothing(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	_, _, empty := c.Comment(t.Context(), "10001", "k", "")
	_, _, noKey := c.Comment(t.Context(), "10001", "", "text")
	_, _, longKey := c.Comment(t.Context(), "10001", strings.Repeat("k", longestKey+1), "text")
	for _, err := range []error{empty, noKey, longKey} {
		if !bridge.IsPermanent(err) {
			t.Errorf("%v", err)
		}
	}
}

func mark(key string) map[string]json.RawMessage {
	return map[string]json.RawMessage{"escalat": json.RawMessage(fmt.Sprintf(`{"key":%q}`, key)), "sd.public.comment": json.RawMessage(`{"internal":true}`)}
}

func TestFindComment(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		const server = 90 * time.Second // Jira's clock is ahead by this
		since := f.now.Add(-time.Hour)
		at := func(d time.Duration) time.Time { return since.Add(server + d) }
		f.comments = []*fakeComment{
			{ID: 1, Author: "escalat", Created: at(-commentMargin - time.Minute), Properties: mark("too-old")},
			{ID: 2, Author: "escalat", Created: at(-commentMargin + time.Minute), Properties: mark("in-margin")},
			{ID: 3, Author: "marta", Created: at(time.Minute), Properties: mark("forged")},
			{ID: 4, Author: "escalat", Created: at(2 * time.Minute), Properties: mark("mine")},
			{ID: 5, Author: "escalat", Created: at(3 * time.Minute)},
			{ID: 6, Author: "escalat", Created: at(3 * time.Minute), Properties: map[string]json.RawMessage{"escalat": json.RawMessage(`"{\"key\":\"quoted\"}"`)}},
			{ID: 7, Author: "escalat", Created: at(4 * time.Minute), Properties: mark("twice")},
			{ID: 8, Author: "escalat", Created: at(5 * time.Minute), Properties: mark("twice")},
		}
		for _, how := range []string{"as documented", "no properties in lists", "order ignored", "one a page"} {
			f.mu.Lock()
			f.noExpand, f.noOrder, f.pageCap = how == "no properties in lists", how == "order ignored", 1000
			if how == "one a page" {
				f.pageCap = 1
			}
			f.mu.Unlock()
			for key, want := range map[string]string{"mine": "4", "in-margin": "2", "quoted": "6", "twice": "8", "too-old": "", "forged": "", "missing": ""} {
				id, _, found, err := f.client().FindComment(t.Context(), "10001", key, since)
				if err != nil || found != (want != "") || found && id != want {
					t.Errorf("%s, %s: %q, %t, %v; want %q", how, key, id, found, err, want)
				}
			}
		}
	})
}

func TestFindCommentReadsEveryPage(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for i := range 300 {
			one := &fakeComment{ID: 1000 + i, Author: "marta", Created: f.now.Add(time.Duration(i) * time.Second)}
			if i == 20 {
				one.Author, one.Properties = "escalat", mark("deep")
			}
			f.comments = append(f.comments, one)
		}
		f.pageCap = 50
		if id, _, found, err := f.client().FindComment(t.Context(), "10001", "deep", f.now); err != nil || !found || id != "1020" {
			t.Errorf("FindComment = %q, %t, %v", id, found, err)
		}
	})
}

func TestFindCommentStopsAtOldOnes(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	for i := range 300 {
		f.comments = append(f.comments, &fakeComment{ID: 1000 + i, Author: "marta", Created: f.now.Add(time.Duration(i-300) * time.Hour)})
	}
	c := f.client()
	if _, _, found, err := c.FindComment(t.Context(), "10001", "k", f.now); err != nil || found {
		t.Fatalf("FindComment = %t, %v", found, err)
	}
	if n := f.count("GET rest/api/2/issue/10001/comment"); n != 1 {
		t.Errorf("%d pages were read, want 1", n)
	}
}

// "Not found" allows to post again: whatever is not a list of comments must be
// an error.
func TestFindCommentFailsWhenItCannotLook(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	f.comments = []*fakeComment{{ID: 1, Author: "escalat", Created: f.now, Properties: mark("k")}}
	f.noExpand = true
	c := f.client()
	for _, body := range []string{`{}`, `[]`, `{"comments":"x"}`, `{"comments":null,"total":0}`, `{"com`, ``, `<html>`} {
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/comment") {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, body)
			return true
		})
		if _, _, found, err := c.FindComment(t.Context(), "10001", "k", f.now); err == nil || found || bridge.IsNotDone(err) {
			t.Errorf("%s: %t, %v; want an error that says nothing", body, found, err)
		}
	}
	for _, code := range []int{401, 403, 429, 500, 503} {
		f.status("GET", "/properties/", code)
		if _, _, found, err := c.FindComment(t.Context(), "10001", "k", f.now); err == nil || found || bridge.IsNotDone(err) {
			t.Errorf("property answered with %d: %t, %v; want an error that says nothing", code, found, err)
		}
		f.pass(time.Minute)
	}
	f.answer(nil)
	if _, _, _, err := c.FindComment(t.Context(), "404", "k", f.now); !errors.Is(err, ErrNotFound) {
		t.Errorf("missing issue: %v", err)
	}
}

package jira

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"escalat/mapping"
)

// edited is an entry of the change log about the description.
func edited(f *fakeJira, id int, from, to string) map[string]any {
	item := map[string]any{"field": "description", "fieldtype": "jira", "fromString": from, "toString": to}
	if f.flavour == Cloud {
		item["fieldId"] = "description"
	}
	return map[string]any{
		"id": fmt.Sprint(id), "author": f.user("marta"), "created": wireTime(f.now.Add(time.Duration(id) * time.Minute)), "items": []any{item},
	}
}

func TestFormer(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.histories = []map[string]any{
			edited(f, 12, "segona", "tercera"), history(f, 11, "joan", "", "a"), edited(f, 9, "", "segona"),
		}
		got, err := f.client().Issue(t.Context(), "10001")
		if err != nil {
			t.Fatal(err)
		}
		want := []mapping.Revision{
			{Text: "", Until: f.now.Add(9 * time.Minute)},
			{Text: "segona", Until: f.now.Add(12 * time.Minute)},
		}
		if diff := cmp.Diff(want, got.Former); diff != "" {
			t.Errorf("Former (-want +got):\n%s", diff)
		}
		if n := f.count("GET rest/api/2/issue/"); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
	})
}

func TestFormerIsPagedOnCloud(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	for i := 7; i >= 1; i-- {
		f.histories = append(f.histories, edited(f, i, fmt.Sprint("v", i-1), fmt.Sprint("v", i)))
	}
	f.historyCut = 2
	got, err := f.client().Issue(t.Context(), "10001")
	if err != nil || len(got.Former) != 7 || got.Former[0].Text != "v0" || got.Former[6].Text != "v6" {
		t.Errorf("Former = %+v, %v", got.Former, err)
	}
}

func TestFormerIsBounded(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	log := func(texts ...string) []wireHistory {
		var list []wireHistory
		for i, text := range texts {
			list = append(list, wireHistory{Created: stamp(at.Add(time.Duration(i) * time.Minute)), Items: []wireItem{{Field: "description", From: text}}})
		}
		return list
	}
	long := strings.Repeat("é", maxFormerBytes/4) // half of what is kept
	for name, test := range map[string]struct {
		log  []wireHistory
		want []string
	}{
		"count":     {log(strings.Fields(strings.Repeat("x ", maxFormer+5))...), slices.Repeat([]string{"x"}, maxFormer)},
		"size":      {log("gone", "y"+long, long, "new"), []string{long, "new"}},
		"fits":      {log(long, long), []string{long, long}},
		"one alone": {log("gone", "first\n"+long+"\n"+long), []string{"first\n" + long}},
		"one line":  {log("x" + long + long), []string{"x" + long + long[:len(long)-2]}},
		"no time":   {[]wireHistory{{Items: []wireItem{{Field: "description", From: "x"}}}}, nil},
		"others":    {[]wireHistory{{Created: stamp(at), Items: []wireItem{{Field: "description", Type: "custom", From: "x"}, {Field: "Description"}}}}, nil},
	} {
		var got []string
		for _, r := range former(test.log) {
			if !utf8.ValidString(r.Text) || r.Until.IsZero() {
				t.Errorf("%s: revision until %v, valid %t", name, r.Until, utf8.ValidString(r.Text))
			}
			got = append(got, r.Text)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %d revisions, want %d or other texts", name, len(got), len(test.want))
		}
	}
}

func TestResolvedAt(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		resolution := func(id int, from, to string) map[string]any {
			h := edited(f, id, from, to)
			item := h["items"].([]any)[0].(map[string]any)
			item["field"] = "resolution"
			if f.flavour == Cloud {
				item["fieldId"] = "resolution"
			}
			return h
		}
		f.histories = []map[string]any{
			resolution(12, "", "Done"), edited(f, 13, "a", "b"), resolution(9, "Done", ""), resolution(5, "", "Done"),
		}
		for resolved, want := range map[bool]time.Time{false: {}, true: f.now.Add(12 * time.Minute)} {
			f.resolved = resolved
			got, err := f.client().Issue(t.Context(), "10001")
			if err != nil || got.Resolved != resolved || !got.ResolvedAt.Equal(want) {
				t.Errorf("resolved %v at %v, %v; want %v", got.Resolved, got.ResolvedAt, err, want)
			}
		}
	})
}

// revisions are texts that were replaced a minute after one another.
func revisions(at time.Time, texts ...string) []mapping.Revision {
	var out []mapping.Revision
	for i, text := range texts {
		out = append(out, mapping.Revision{Text: text, Until: at.Add(time.Duration(i) * time.Minute)})
	}
	return out
}

package jira

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

func TestUpdated(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, size := range []struct{ hits, page int }{{0, 50}, {1, 50}, {50, 50}, {51, 50}, {437, 50}, {437, 1000}, {5, 1}, {7, 2}} {
			f.mu.Lock()
			f.hits, f.searchCap = size.hits, size.page
			f.mu.Unlock()
			hits, err := f.client().Updated(t.Context(), 2*time.Minute+time.Second)
			if err != nil || len(hits) != size.hits {
				t.Fatalf("%+v: %d hits, %v", size, len(hits), err)
			}
			for i, hit := range hits {
				if hit.ID != fmt.Sprint(10000+i) || hit.Key != fmt.Sprintf("SUP-%d", i) || !hit.Updated.Equal(f.now) || len(hit.Labels) != 1 {
					t.Fatalf("%+v: hit %d is %+v", size, i, hit)
				}
			}
		}
	})
}

func TestRecent(t *testing.T) {
	t.Parallel()
	c := &Client{}
	for since, want := range map[time.Duration]string{
		0: "-1m", -time.Hour: "-1m", time.Nanosecond: "-1m", time.Minute: "-1m",
		time.Minute + 1: "-2m", 36 * time.Hour: "-2160m",
	} {
		if got := c.recent(since); got != "updated >= "+want+" ORDER BY updated ASC" {
			t.Errorf("%v: %s", since, got)
		}
	}
}

// An issue that is updated between two pages moves to the end, and pulls those
// behind it over the border of the pages.
func TestUpdatedWhileIssuesMove(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	order := make([]int, 90)
	for i := range order {
		order[i] = i + 1
	}
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/search") {
			return false
		}
		var q searchRequest
		if err := decode(r, &q); err != nil {
			t.Error(err)
		}
		issues := []any{}
		for _, n := range order[*q.StartAt:min(len(order), *q.StartAt+40)] {
			issues = append(issues, map[string]any{"id": fmt.Sprint(n), "key": fmt.Sprintf("A-%d", n)})
		}
		f.json(w, 200, map[string]any{"issues": issues, "total": len(order)})
		order = append(order[3:], order[:3]...)
		return true
	})
	hits, err := f.client().Updated(t.Context(), time.Minute)
	if err != nil || len(hits) != 90 {
		t.Errorf("%d hits, %v; want 90", len(hits), err)
	}
}

func TestUpdatedEnds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer string
		asked  int
		fails  bool
	}{
		"token repeats":  {`{"issues":[],"nextPageToken":"same"}`, 2, false},
		"last":           {`{"issues":[],"nextPageToken":"%d","isLast":true}`, 1, false},
		"without end":    {`{"issues":[],"nextPageToken":"%d"}`, maxPages, true},
		"no list":        {`{}`, 1, true},
		"list is null":   {`{"issues":null}`, 1, true},
		"list is a text": {`{"issues":"x"}`, 1, true},
		"odd issues":     {`{"issues":[null,5,{"id":"x"},{"id":"1"},{"id":"2","key":"a b"}]}`, 1, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			c := cannedClient(t, func(string) (int, string) {
				asked++
				return 200, strings.ReplaceAll(test.answer, "%d", fmt.Sprint(asked))
			})
			hits, err := c.Updated(t.Context(), time.Minute)
			if (err != nil) != test.fails || len(hits) != 0 || asked != test.asked {
				t.Errorf("%d hits, %v after %d requests", len(hits), err, asked)
			}
		})
	}
}

func TestUpdatedOddLabels(t *testing.T) {
	t.Parallel()
	c := cannedClient(t, func(string) (int, string) {
		return 200, `{"issues":[{"id":"1","key":"A-1","fields":{"labels":{},"updated":5}},{"id":"2","key":"A-2"}]}`
	})
	hits, err := c.Updated(t.Context(), time.Minute)
	if err != nil || len(hits) != 2 {
		t.Errorf("%+v, %v", hits, err)
	}
}

// A search that is not there must not be taken for an issue that is not there.
func TestUpdatedNotThere(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, code := range []int{404, 410} {
			f.status(http.MethodPost, "search", code)
			_, err := f.client().Updated(t.Context(), time.Minute)
			if !bridge.IsPermanent(err) || errors.Is(err, ErrNotFound) {
				t.Errorf("%d: %v", code, err)
			}
		}
	})
}

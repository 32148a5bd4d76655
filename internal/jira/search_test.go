package jira

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"escalat/bridge"
)

// updated collects what Changed shows.
func updated(t *testing.T, c *Client, since time.Duration) (all []Hit, err error) {
	t.Helper()
	err = c.Changed(t.Context(), since, func(page []Hit) error {
		all = append(all, page...)
		return nil
	})
	return all, err
}

func TestUpdated(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, size := range []struct{ hits, page int }{{0, 50}, {1, 50}, {50, 50}, {51, 50}, {437, 50}, {437, 1000}, {5, 1}, {7, 2}} {
			f.mu.Lock()
			f.hits, f.searchCap = size.hits, size.page
			f.mu.Unlock()
			hits, err := updated(t, f.client(), 2*time.Minute+time.Second)
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

// Each page is shown as it comes, each issue once, and nothing is lost of what was
// shown before an error.
func TestChanged(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.hits, f.searchCap = 437, 50
		c := f.client()
		var pages, hits int
		seen := map[string]bool{}
		err := c.Changed(t.Context(), 3*time.Minute, func(page []Hit) error {
			pages++
			for _, h := range page {
				if seen[h.ID] || h.ID != fmt.Sprint(10000+hits) || h.Summary != "" {
					t.Errorf("page %d: %+v after %d", pages, h, hits)
				}
				seen[h.ID] = true
				hits++
			}
			return nil
		})
		if err != nil || hits != 437 || pages < 9 {
			t.Errorf("%d hits on %d pages, %v", hits, pages, err)
		}
		stop := errors.New("enough")
		before := f.count("POST")
		if err := c.Changed(t.Context(), 3*time.Minute, func([]Hit) error { return stop }); !errors.Is(err, stop) || f.count("POST")-before != 1 {
			t.Errorf("%v after %d requests", err, f.count("POST")-before)
		}
		asked := 0
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if asked++; asked <= 3 {
				return false
			}
			f.refuse(w, 500, "no")
			return true
		})
		shown := 0
		err = c.Changed(t.Context(), 3*time.Minute, func(page []Hit) error { shown += len(page); return nil })
		if err == nil || shown < 100 || shown > 150 {
			t.Errorf("%d were shown before %v", shown, err)
		}
	})
}

// What was shown before there are too many pages counts.
func TestChangedWithoutEnd(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		f.hits, f.searchCap = 3*maxPages, 1
		c, pages := f.client(), 0
		c.pace.reads.SetLimit(rate.Inf)
		err := c.Changed(t.Context(), 3*time.Minute, func([]Hit) error { pages++; return nil })
		if err == nil || bridge.IsPermanent(err) || pages != maxPages {
			t.Errorf("%d pages, %v", pages, err)
		}
	})
}

// Cloud may show the same issues again and again, each time with another token.
func TestChangedNothingNew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ until, asked int }{"never": {1, 1 + fruitless}, "now and then": {10, 10 + fruitless}} {
		asked := 0
		c := cannedClient(t, func(string) (int, string) {
			asked++
			id := 1
			if asked <= test.until {
				id = (asked + 2) / 3 // something new on every third page
			}
			return 200, fmt.Sprintf(`{"issues":[{"id":"%d","key":"A-1"}],"nextPageToken":"%d"}`, id, asked)
		})
		if err := c.Changed(t.Context(), time.Minute, func([]Hit) error { return nil }); err != nil || asked != test.asked {
			t.Errorf("%s: %v after %d pages", name, err, asked)
		}
	}
}

func TestLabelled(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		for unresolved, jql := range map[bool]string{
			false: `project in ("SUP","XARXA") AND labels in ("escalar-claranet","Escalat-ñ_1") ORDER BY updated ASC`,
			true:  `project in ("SUP","XARXA") AND labels in ("escalar-claranet","Escalat-ñ_1") AND resolution is EMPTY ORDER BY updated ASC`,
		} {
			f.mu.Lock()
			f.hits, f.jql = 250, jql
			f.mu.Unlock()
			hits := 0
			err := c.Labelled(t.Context(), []string{"escalar-claranet", "Escalat-ñ_1"}, unresolved, func(page []Hit) error {
				for _, h := range page {
					if h.Summary != "resum" || h.ID != fmt.Sprint(10000+hits) {
						t.Errorf("%+v", h)
					}
					hits++
				}
				return nil
			})
			if err != nil || hits != 250 {
				t.Errorf("%d hits, %v", hits, err)
			}
		}
		before := f.count("")
		see := func([]Hit) error { t.Error("something was shown"); return nil }
		if err := c.Labelled(t.Context(), nil, true, see); err != nil {
			t.Errorf("no labels: %v", err)
		}
		for _, label := range []string{"", "a b", `a")OR(project="X`, `a\`, "a\n", "a'"} {
			if err := c.Labelled(t.Context(), []string{"good", label}, true, see); !bridge.IsPermanent(err) {
				t.Errorf("%q: %v", label, err)
			}
		}
		if err := c.Labelled(t.Context(), make([]string, mostLabels+1), true, see); !bridge.IsPermanent(err) {
			t.Errorf("too many: %v", err)
		}
		if f.count("") != before {
			t.Error("something was asked")
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
	hits, err := updated(t, f.client(), time.Minute)
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
		"nothing new":    {`{"issues":[],"nextPageToken":"%d"}`, fruitless, false},
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
			hits, err := updated(t, c, time.Minute)
			if (err != nil) != test.fails || len(hits) != 0 || asked != test.asked {
				t.Errorf("%d hits, %v after %d requests", len(hits), err, asked)
			}
		})
	}
}

func TestUpdatedOddLabels(t *testing.T) {
	t.Parallel()
	c := cannedClient(t, func(string) (int, string) {
		return 200, `{"issues":[{"id":"1","key":"A-1","fields":{"labels":{},"updated":5}},{"id":"2","key":"A-2"},{"id":"3","key":"A-3","fields":null},
			{"id":"4","key":"A-4","fields":{"labels":null}},{"id":"5","key":"A-5","fields":{"labels":[]}},{"id":"6","key":"A-6","fields":{"labels":["a"]}}]}`
	})
	hits, err := updated(t, c, time.Minute)
	if err != nil || len(hits) != 6 {
		t.Fatalf("%+v, %v", hits, err)
	}
	for i, hit := range hits {
		if hit.LabelsUnknown != (i < 4) || len(hit.Labels) != max(0, i-4) {
			t.Errorf("%+v", hit)
		}
	}
}

// Where it is not told how many issues there are, only an empty page is the end.
func TestUpdatedWithoutTotal(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	f.hits, f.searchCap, f.noTotal = 437, 50, true
	if hits, err := updated(t, f.client(), 3*time.Minute); err != nil || len(hits) != 437 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
	f.hits = 0
	before := f.count("POST")
	if hits, err := updated(t, f.client(), 3*time.Minute); err != nil || len(hits) != 0 || f.count("POST") != before+1 {
		t.Errorf("%d hits, %v after %d requests", len(hits), err, f.count("POST")-before)
	}
}

// A search that is not there must not be taken for an issue that is not there.
func TestUpdatedNotThere(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, code := range []int{404, 410} {
			f.status(http.MethodPost, "search", code)
			_, err := updated(t, f.client(), time.Minute)
			if !bridge.IsPermanent(err) || errors.Is(err, ErrNotFound) {
				t.Errorf("%d: %v", code, err)
			}
		}
	})
}

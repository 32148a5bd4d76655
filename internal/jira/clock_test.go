package jira

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// ahead has Jira's clock be ahead by d, in what it says of its time (serverInfo)
// and in the dates of its answers.
func (f *fakeJira) ahead(said, dated time.Duration) {
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Date", f.now.Add(dated).Format(http.TimeFormat))
		if !strings.HasSuffix(r.URL.Path, "serverInfo") {
			return false
		}
		kind := map[Flavour]string{Cloud: "Cloud", DataCenter: "Server"}[f.flavour]
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"deploymentType":%q,"versionNumbers":[10,3,13],"serverTime":%q}`, kind, wireTime(f.now.Add(said)))
		return true
	})
}

// A clock that is corrected after Jira was asked for its time hides nothing of
// ours.
func TestClockIsCorrected(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		if d := c.Ahead(); d != 0 {
			t.Errorf("ahead by %v before it was asked", d)
		}
		f.ahead(time.Hour, time.Hour)
		if _, err := c.Detect(t.Context()); err != nil || c.Ahead() != time.Hour {
			t.Fatalf("ahead by %v, %v", c.Ahead(), err)
		}
		f.ahead(0, 0)
		since := f.now
		f.files = []*fakeFile{{ID: 31, Name: "a.txt", Data: []byte("abc"), Author: "escalat", Created: f.now}}
		if id, found, err := c.FindAttachment(t.Context(), "10001", "a.txt", 3, since); err != nil || !found || id != "31" {
			t.Errorf("FindAttachment = %q, %t, %v", id, found, err)
		}
		now, err := c.Time(t.Context())
		if err != nil || !now.Equal(f.now) || c.Ahead() != 0 {
			t.Errorf("Time = %v, %v, ahead by %v; Jira has %v", now, err, c.Ahead(), f.now)
		}
	})
}

// A comment carries what tells it apart: no answer with a date is needed.
func TestFindCommentWhateverTheClock(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, off := range []time.Duration{time.Hour, 25 * time.Hour, -25 * time.Hour} {
			c := f.client()
			f.ahead(off, 90*time.Second) // the dates are those of a server in front
			if _, err := c.Detect(t.Context()); err != nil || c.Ahead() != off {
				t.Fatal(c.Ahead(), err)
			}
			f.ahead(0, 90*time.Second)
			key := off.String()
			id, _, err := c.Comment(t.Context(), "10001", key, "text")
			if err != nil {
				t.Fatal(err)
			}
			if got, _, found, err := c.FindComment(t.Context(), "10001", key, f.now); err != nil || !found || got != id {
				t.Errorf("%v: FindComment = %q, %t, %v; it would be posted again", off, got, found, err)
			}
		}
	})
}

func TestLook(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		known Server
		date  time.Duration // after begun
		lasts time.Duration
		age   string
		want  time.Duration
	}{
		"the same":                   {known: Server{Offset: time.Minute, dates: true}, date: time.Minute, want: time.Minute},
		"whole seconds":              {known: Server{Offset: time.Minute, dates: true}, date: time.Minute - clockPrecision, want: time.Minute},
		"set back":                   {known: Server{Offset: time.Minute, dates: true}, date: 10 * time.Second, want: 10 * time.Second},
		"set forth":                  {known: Server{Offset: time.Minute, dates: true}, date: 50 * time.Hour, want: 50 * time.Hour},
		"a slow answer":              {known: Server{Offset: time.Minute, dates: true}, date: time.Minute, lasts: 40 * time.Second, want: time.Minute},
		"a slow one that says more":  {known: Server{Offset: time.Minute, dates: true}, date: time.Hour, lasts: 40 * time.Second, want: time.Hour - 20*time.Second},
		"too slow":                   {known: Server{Offset: time.Minute, dates: true}, date: time.Hour, lasts: longestLook + 1, want: time.Minute},
		"our clock was set back":     {known: Server{Offset: time.Minute, dates: true}, date: time.Hour, lasts: -time.Minute, want: time.Minute},
		"kept by a cache":            {known: Server{Offset: time.Minute, dates: true}, date: time.Hour, age: "3000", want: time.Minute},
		"dates of another clock":     {known: Server{Offset: time.Minute, dates: true, front: time.Hour}, date: time.Hour + time.Minute, want: time.Minute},
		"another clock, it is moved": {known: Server{Offset: time.Minute, dates: true, front: time.Hour}, date: 2 * time.Hour, want: time.Hour},
		"the first one had no date":  {known: Server{Offset: time.Minute}, date: time.Hour, want: time.Minute},
	} {
		now := begun.Add(test.lasts)
		c := &Client{now: func() time.Time { return now }}
		h := http.Header{"Date": {begun.Add(test.date).Format(http.TimeFormat)}}
		if test.age != "" {
			h.Set("Age", test.age)
		}
		c.look(h, begun) // nobody was asked yet
		if d := c.Ahead(); d != 0 {
			t.Errorf("%s: ahead by %v before it was asked", name, d)
		}
		c.server.known.Store(&test.known)
		c.look(http.Header{"Date": {"aviat"}}, begun)
		c.look(http.Header{}, begun)
		if d := c.Ahead(); d != test.known.Offset {
			t.Errorf("%s: ahead by %v after an answer without a date", name, d)
		}
		if c.look(h, begun); c.Ahead() != test.want {
			t.Errorf("%s: ahead by %v, want %v", name, c.Ahead(), test.want)
		}
	}
}

func TestLookAtOnce(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client()
	if _, err := c.Detect(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.ahead(time.Hour, time.Hour)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := c.known(t.Context()); err != nil {
				t.Error(err)
			}
			if srv, err := c.Detect(t.Context()); err != nil || srv.Offset != c.Ahead() || srv.Offset != time.Hour {
				t.Errorf("%v, %v", srv.Offset, err)
			}
		})
	}
	wg.Wait()
}

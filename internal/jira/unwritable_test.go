package jira

import (
	"errors"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/sim"
)

// What an issue cannot take at present is kept for later, whatever the reason; what
// Jira refuses for itself is refused.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
		j, cfg := simulator(t, flavour, sim.JiraConfig{Now: func() time.Time { return now }})
		cfg.Now = func() time.Time { return now }
		c := simulated(t, cfg)
		tests := map[string]struct {
			bar, allow func(key string) error
			says       string
		}{
			"hidden": {
				func(key string) error { return j.Restrict(key, true) }, func(key string) error { return j.Restrict(key, false) }, "hidden",
			},
			"archived": {
				func(key string) error { return j.Archive("marta.puig", key) }, j.Restore, "archived",
			},
			"no permission": {
				func(string) error { j.SetLacks("ADD_COMMENTS", "CREATE_ATTACHMENTS"); return nil },
				func(string) error { j.SetLacks(); return nil }, "lacks",
			},
		}
		for name, test := range tests {
			id, key := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
			if err := test.bar(key); err != nil {
				t.Fatal(err)
			}
			_, _, comment := c.Comment(t.Context(), id, "k", "text")
			_, file := c.Attach(t.Context(), id, "a.txt", "text/plain", 1, strings.NewReader("x"))
			for _, err := range []error{comment, file} {
				if !errors.Is(err, bridge.ErrUnwritable) || bridge.IsPermanent(err) || !bridge.IsNotDone(err) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v", name, err)
				}
				if at := bridge.RetryAt(err); !at.Equal(now.Add(unwritableFor)) {
					t.Errorf("%s: again at %s", name, at)
				}
			}
			if err := test.allow(key); err != nil {
				t.Fatal(err)
			}
			if _, _, err := c.Comment(t.Context(), id, "k", "text"); err != nil {
				t.Errorf("%s, when it is over: %v", name, err)
			}
			if _, err := c.Attach(t.Context(), id, "a.txt", "text/plain", 1, strings.NewReader("x")); err != nil {
				t.Errorf("%s, when it is over: %v", name, err)
			}
		}
		id, _ := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
		j.SetLacks("CREATE_ATTACHMENTS") // a file is refused for good, so that the comment tells of it
		if _, err := c.Attach(t.Context(), id, "a.txt", "text/plain", 1, strings.NewReader("x")); !bridge.IsPermanent(err) {
			t.Errorf("no permission for files: %v", err)
		}
		if _, _, err := c.Comment(t.Context(), id, "k", strings.Repeat("x", 40_000)); !bridge.IsPermanent(err) || errors.Is(err, bridge.ErrUnwritable) {
			t.Errorf("too long: %v", err)
		}
	})
}

package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// TestShadowSkips: a request that would not be posted any more is not counted as posted.
func TestShadowSkips(t *testing.T) {
	t.Parallel()
	s := shadow{now: time.Now, log: slog.New(slog.DiscardHandler)}
	asked := bridge.Case{State: bridge.Asked, Request: bridge.Request{Fingerprint: "f", Count: 1}}
	e := bridge.Plan(bridge.ToJira, bridge.PostComment, "k", bridge.CommentBody{While: &bridge.While{State: bridge.Asked, Fingerprint: "f", Count: 1}})
	for name, tc := range map[string]struct {
		c    bridge.Case
		want string
	}{
		"open": {asked, `{"shadow":true}`}, "over": {bridge.Case{State: bridge.Sent}, `{"shadow":true,"skipped":true}`},
	} {
		raw, err := s.Do(t.Context(), tc.c, e)
		if err != nil || compactly(raw) != tc.want {
			t.Errorf("%s: %s, %v", name, raw, err)
		}
	}
}

func compactly(raw json.RawMessage) string {
	var v map[string]any
	if json.Unmarshal(raw, &v) != nil {
		return "no JSON: " + string(raw)
	}
	out, _ := json.Marshal(v)
	return string(out)
}

// TestFate: what becomes of which case when mode shadow ends.
func TestFate(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	live, only := bridge.Notice{Serial: 1, SentAt: at}, bridge.Notice{Serial: 1, SentAt: at, Shadow: true}
	for name, tc := range map[string]struct {
		c                bridge.Case
		recorded, opened bool
		want             fate
	}{
		"opened in shadow":               {bridge.Case{State: bridge.Settling, ReadAt: at}, false, true, asideWhole},
		"sent in shadow":                 {bridge.Case{State: bridge.Sent, ReadAt: at, Notices: []bridge.Notice{only}}, true, true, asideWhole},
		"closed in shadow":               {bridge.Case{State: bridge.Closed, LabelOn: true, Notices: []bridge.Notice{only}}, true, true, asideWhole},
		"asked in live, sent in shadow":  {bridge.Case{State: bridge.Sent, ReadAt: at, Notices: []bridge.Notice{only}}, true, false, asideWhole},
		"asked in live":                  {bridge.Case{State: bridge.Asked, ReadAt: at}, false, false, asideNot},
		"sent in live":                   {bridge.Case{State: bridge.Sent, ReadAt: at, Notices: []bridge.Notice{live}}, false, false, asideNot},
		"sent in live, more in shadow":   {bridge.Case{State: bridge.Sent, ReadAt: at, Notices: []bridge.Notice{live, only}}, true, false, asidePart},
		"set aside before":               {bridge.Case{State: bridge.Withdrawn}, true, true, asideNot},
		"withdrawn by itself, in shadow": {bridge.Case{State: bridge.Withdrawn, ReadAt: at}, true, true, asideWhole},
	} {
		if got := fateOf(tc.c, tc.recorded, tc.opened); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// TestGoesLive: what mode shadow has left is set aside before anything may be written, in
// a store that never worked otherwise and in one that did, and a restart changes nothing.
func TestGoesLive(t *testing.T) {
	t.Parallel()
	for _, worked := range []bool{false, true} {
		a := newAccount()
		s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
		clock := a.now
		guard := func(shadow bool) *guardian {
			g := guardOf(a, s)
			g.shadow, g.now = shadow, func() time.Time { return clock }
			return g
		}
		lead := func(shadow bool) *guardian {
			g := guard(shadow)
			if err := g.lead(t.Context()); err != nil {
				t.Fatal(err)
			}
			return g
		}
		if worked {
			lead(false)
			insert(t, s, bridge.Case{ID: "live", IssueID: "1", OpenedAt: clock, State: bridge.Sent, ReadAt: clock, Notices: []bridge.Notice{{Serial: 1, SentAt: clock}}})
		}
		clock, a.now = clock.Add(time.Hour), a.now.Add(time.Hour)
		before := a.written()
		lead(true)
		insert(t, s, bridge.Case{
			ID: "only", IssueID: "2", OpenedAt: clock, LabelledAt: a.now.Add(time.Hour), State: bridge.Sent, ReadAt: clock,
			Notices: []bridge.Notice{{Serial: 1, SentAt: clock, Shadow: true}}, Shown: "claranet-enviat", DueAt: clock, LabelOn: true,
		})
		if a.written() != before {
			t.Errorf("worked %v: mode shadow has written to Jira", worked)
		}
		clock, a.now = clock.Add(time.Hour), a.now.Add(time.Hour)
		if err := guard(false).established(t.Context()); !errors.Is(err, errNoClaim) {
			t.Errorf("worked %v: a process that does not lead begins before it is set aside: %v", worked, err)
		}
		g := lead(false)
		if want := a.now.Add(time.Millisecond); !g.Since().Equal(want) { // labelled in the very second
			t.Errorf("worked %v: since %s, want %s", worked, g.Since(), want)
		}
		if g.Confirmed() {
			t.Errorf("worked %v: taken for confirmed by a person", worked)
		}
		only := caseWith(t, s, "only")
		if only.State != bridge.Withdrawn || only.LabelOn || only.Shown != "" || !only.DueAt.IsZero() || !only.ReadAt.IsZero() || !only.OpenedAt.Before(clock) {
			t.Errorf("worked %v: %+v", worked, only)
		}
		if worked {
			if live := caseWith(t, s, "live"); live.State != bridge.Sent || live.ReadAt.IsZero() {
				t.Errorf("what was sent in live: %+v", live)
			}
		}
		since, rev := g.Since(), only.Rev
		clock, a.now = clock.Add(time.Hour), a.now.Add(time.Hour)
		if again := lead(false); !again.Since().Equal(since) || caseWith(t, s, "only").Rev != rev {
			t.Errorf("worked %v: a restart begins anew: %s, %s", worked, again.Since(), since)
		}
	}
}

// TestCorrected: of a case that was sent before only what was recorded since is forgotten.
func TestCorrected(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	c := bridge.Case{
		State: bridge.Answered, ReadAt: at, Marked: []string{"1"}, References: []string{"1"}, Shown: "claranet-respost",
		Notices: []bridge.Notice{{Serial: 1, SentAt: at}, {Serial: 2, SentAt: at, Shadow: true}},
	}
	got := corrected(c)
	if len(got.Notices) != 1 || got.Notices[0].Serial != 1 || got.Marked != nil || len(got.References) != 1 || got.Shown == c.Shown || !got.ReadAt.IsZero() {
		t.Errorf("%+v", got)
	}
	if len(c.Notices) != 2 {
		t.Error("the caller's case was changed")
	}
}

func insert(t *testing.T, s *store.Store, all ...bridge.Case) {
	t.Helper()
	err := s.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, c := range all {
			if c.Provider == "" {
				c.Provider, c.Ordinal = "claranet", 1
			}
			if err := tx.InsertCase(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func caseWith(t *testing.T, s *store.Store, id string) (c bridge.Case) {
	t.Helper()
	err := s.View(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		c, err = tx.Case(ctx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func goldenReport(t *testing.T, name, got string) {
	t.Helper()
	if *updateNights {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s:\n%s", name, diff)
	}
}

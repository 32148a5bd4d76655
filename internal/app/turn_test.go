package app

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
	"escalat/internal/web"
)

// TestTurnIsKept: whenever a case is saved it is noted whose turn it is, in wall time and
// in the desk's hours, and each turn that ends is told once.
func TestTurnIsKept(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC) // 16 h in Madrid; the desk closes at 17 h
	var ended []string
	m := marking{profiles: profiles(t), now: func() time.Time { return at }, ended: func(provider string, turn bridge.Turn, wall, working time.Duration) {
		ended = append(ended, fmt.Sprintf("%s %s %s %s", provider, turn, wall, working))
	}}
	c := bridge.Case{ID: "a", IssueID: "7", IssueKey: "AOC-7", Provider: "claranet", Kind: "sistemas", Ordinal: 1, State: bridge.Asked}
	for _, step := range []struct {
		after time.Duration
		state bridge.State
		want  bridge.Turn
	}{
		{0, bridge.Asked, bridge.TurnData},
		{30 * time.Minute, bridge.Sent, bridge.TurnProvider},
		{time.Hour, bridge.Sent, bridge.TurnProvider},
		{15 * time.Hour, bridge.Answered, bridge.TurnUs}, // 8.30 h
		{time.Minute, bridge.Closed, ""},
	} {
		at = at.Add(step.after)
		c.State = step.state
		m.plan(&c)
		if c.Turn != step.want {
			t.Errorf("%s: the turn is %q", step.state, c.Turn)
		}
	}
	want := []string{"claranet data 30m0s 30m0s", "claranet provider 16h0m0s 1h0m0s", "claranet us 1m0s 1m0s"}
	if diff := cmp.Diff(want, ended); diff != "" {
		t.Error(diff)
	}
	off := bridge.Case{Provider: "nobody", State: bridge.Sent}
	if m.plan(&off); off.Turn != "" {
		t.Errorf("whose provider is off: %q", off.Turn)
	}
}

// TestTurnsAreCounted: the open cases by whose turn it is, calls that are due and
// providers that are late; more of them than are read at once.
func TestTurnsAreCounted(t *testing.T) {
	t.Parallel()
	db := database(t)
	late := map[string]time.Time{"answer": noon}
	cases := []bridge.Case{
		{Provider: "claranet", State: bridge.Sent, Turn: bridge.TurnProvider, Late: late},
		{Provider: "claranet", State: bridge.Asked, Turn: bridge.TurnData, CallUntil: noon},
		{Provider: "claranet", State: bridge.Joined, CallUntil: noon},
		{Provider: "claranet", State: bridge.Closed, Turn: bridge.TurnUs, Late: late},
		{Provider: "nobody", State: bridge.Sent, Turn: bridge.TurnProvider},
	}
	for range openPage + 1 {
		cases = append(cases, bridge.Case{Provider: "claranet", State: bridge.Answered, Turn: bridge.TurnUs})
	}
	err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for i, c := range cases {
			c.ID, c.IssueID, c.Ordinal = fmt.Sprintf("case%04d", i), fmt.Sprint(i), 1
			if err := tx.InsertCase(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := turnCounts(db, profiles(t))(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := web.Turns{
		Cases: map[string]map[bridge.Turn]int64{"claranet": {bridge.TurnProvider: 1, bridge.TurnData: 1, bridge.TurnUs: openPage + 1}, "ovh": {}},
		Calls: map[string]int64{"claranet": 1}, Late: map[string]int64{"claranet": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

package bridge

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSpendKeepsTheNewest(t *testing.T) {
	t.Parallel()
	var c Case
	var want []string
	for i := range 3 * maxSpent {
		before := c
		id := fmt.Sprint(i)
		c.Spend("", id, id, fmt.Sprint(i-1))
		if want = append(want, id); i == 0 {
			want = append(want, "-1")
		}
		if len(before.Spent) > 0 && cmp.Equal(before.Spent, c.Spent) {
			t.Fatalf("%d: the former slice was changed", i)
		}
	}
	if diff := cmp.Diff(want[len(want)-maxSpent:], c.Spent); diff != "" {
		t.Error(diff)
	}
}

func TestLeft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		notice Notice
		left   bool
	}{
		{Notice{}, false}, {Notice{SentAt: now}, true}, {Notice{SeenAt: now}, true}, {Notice{SentAt: now, Shadow: true}, false}, {Notice{SentAt: now, Redirected: true}, true},
	} {
		if got := test.notice.Left(); got != test.left {
			t.Errorf("%+v: %v", test.notice, got)
		}
	}
	c := Case{Notices: []Notice{{Serial: 2}, {Serial: 1, Subject: "first"}}}
	if first := c.First(); first == nil || first.Subject != "first" || (&Case{}).First() != nil {
		t.Errorf("%+v", first)
	}
}

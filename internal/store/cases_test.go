package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// incompleteCases are found in pages, wherever the pages end.
func incompleteCases(t *testing.T, open func() *store.Store) {
	s := open()
	told := []bridge.Notice{{Serial: 1, Pending: []string{"impact"}}}
	for i, c := range []bridge.Case{
		{State: bridge.Settling},
		{State: bridge.Asked},
		{State: bridge.Sending, Pending: []string{"impact"}},
		{State: bridge.Sent},
		{State: bridge.Sent, Notices: told},
		{State: bridge.Sent, Notices: told, Pending: []string{"impact"}},
		{State: bridge.Answered, Pending: []string{"kind"}},
		{State: bridge.Undelivered, Pending: []string{"impact"}},
		{State: bridge.Withdrawn},
		{State: bridge.Closed, Pending: []string{"impact"}},
		{State: bridge.Asked},
	} {
		c.ID, c.IssueID, c.Provider, c.Ordinal = fmt.Sprintf("c%02d", i), fmt.Sprint(i), "claranet", 1
		insertCase(t, s, c)
	}
	for _, limit := range []int{1, 2, 3, 100} {
		var got []string
		after, pages := "", 0
		for more := true; more; more = after != "" {
			view(t, s, func(ctx context.Context, tx *store.Tx) error {
				issues, last, err := tx.Incomplete(ctx, after, limit)
				got, after = append(got, issues...), last
				return err
			})
			if pages++; pages > 20 {
				t.Fatal("it does not end")
			}
		}
		if diff := cmp.Diff([]string{"0", "1", "5", "6", "10"}, got); diff != "" {
			t.Errorf("in pages of %d: %s", limit, diff)
		}
	}
}

package post

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"escalat/bridge"
)

// A reply waits for its issue for a month, and no longer; what cannot be looked for
// neither.
func TestWaitedForAMonth(t *testing.T) {
	t.Parallel()
	planned := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	e := bridge.Effect{PlannedAt: planned}
	barred := bridge.NotDone(fmt.Errorf("comment: %w", bridge.ErrUnwritable))
	gone := bridge.Permanent(errors.New("404"))
	for days, over := range map[int]bool{0: false, 29: false, 30: true} {
		now := planned.AddDate(0, 0, days)
		if err := waited(barred, e, now); bridge.IsPermanent(err) != over {
			t.Errorf("after %d days: %v", days, err)
		}
		err := hidden(gone, e, now)
		if bridge.IsPermanent(err) != over || !over && !bridge.RetryAt(err).Equal(now.Add(hiddenFor)) {
			t.Errorf("looked for after %d days: %v", days, err)
		}
	}
	other := errors.New("503")
	if waited(other, e, planned.AddDate(1, 0, 0)) != other || hidden(other, e, planned) != other { //nolint:errorlint // the very same
		t.Error("another error is changed")
	}
}

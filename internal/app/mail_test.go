package app

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestRoomIsAskedForBriefly: a server that does not say how large a mail may be holds
// nothing up.
func TestRoomIsAskedForBriefly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		size int64
		err  error
		want int64
	}{{10 << 20, nil, 10 << 20}, {10 << 20, errors.New("no answer"), 0}} {
		got := room(t.Context(), func(ctx context.Context) (int64, error) {
			if until, ok := ctx.Deadline(); !ok || time.Until(until) > 10*time.Second {
				t.Errorf("asked until %v", until)
			}
			return test.size, test.err
		})
		if got != test.want {
			t.Errorf("%d, want %d", got, test.want)
		}
	}
	if got := (mailer{}).room(t.Context()); got != 0 {
		t.Errorf("%d of no server", got)
	}
}

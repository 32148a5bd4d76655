package web

import (
	"sync"
	"time"
)

// quiet is the least time between two lines of the log about what went wrong: strangers
// must not fill it.
const quiet = time.Minute

// rarely remembers what the log was told of what went wrong.
type rarely struct {
	mu   sync.Mutex
	told map[string]telling // by verdict
}

// telling says when a verdict was logged last, and how many were not since.
type telling struct {
	at     time.Time
	untold int
}

func newRarely() *rarely { return &rarely{told: map[string]telling{}} }

// tells reports whether a verdict is to be logged now, and how many of it were not
// since the last time.
func (r *rarely) tells(verdict string, now time.Time) (tell bool, untold int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.told[verdict]
	if !t.at.IsZero() && now.Sub(t.at) < quiet && !now.Before(t.at) {
		t.untold++
		r.told[verdict] = t
		return false, 0
	}
	r.told[verdict] = telling{at: now}
	return true, t.untold
}

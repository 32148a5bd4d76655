package sim

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Where a dropped connection is cut.
const (
	// DropBefore cuts it before anything was done.
	DropBefore = "before"
	// DropAfter cuts it when everything was done: only the answer is lost.
	DropAfter = "after"
)

// Fault is something that goes wrong. A fault without Status and Drop only
// delays.
type Fault struct {
	// Status is the HTTP status or the SMTP reply code to answer with instead
	// of doing anything.
	Status int `json:"status,omitempty"`
	// Text is the answer's body (HTTP) or text (SMTP).
	Text string `json:"text,omitempty"`
	// Header is added to the HTTP answer, for instance Retry-After.
	Header map[string]string `json:"header,omitempty"`
	// Drop cuts the connection: DropBefore or DropAfter.
	Drop string `json:"drop,omitempty"`
	// Delay in milliseconds passes before anything else, also when the caller
	// gives up meanwhile: what he asked for is done late.
	Delay int64 `json:"delay,omitempty"`
	// Hold, when not nil, is waited for before anything else.
	Hold <-chan struct{} `json:"-"`
	// Skip matches pass unharmed before the first strike.
	Skip int `json:"skip,omitempty"`
	// Times is how often it strikes; 0 means once, negative until forgotten.
	Times int `json:"times,omitempty"`
}

// wait passes the fault's delay and hold. It reports false when ctx, the
// simulator's life, ended before.
func (f Fault) wait(ctx context.Context) bool {
	if f.Delay > 0 {
		timer := time.NewTimer(time.Duration(f.Delay) * time.Millisecond)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return false
		}
	}
	if f.Hold == nil {
		return true
	}
	select {
	case <-f.Hold:
		return true
	case <-ctx.Done():
	}
	select { // released before the end counts, whichever was seen first
	case <-f.Hold:
		return true
	default:
		return false
	}
}

// armed is a fault that waits for its match.
type armed struct {
	method  string
	pattern string
	fault   Fault
	left    int // strikes left; negative: no end
	struck  chan struct{}
	done    bool // struck is closed
}

// faultBook holds the armed faults of one simulator.
type faultBook struct {
	mu   sync.Mutex
	list []*armed
}

// arm adds a fault and returns a channel that is closed at its first strike.
func (b *faultBook) arm(method, pattern string, f Fault) <-chan struct{} {
	a := &armed{method: method, pattern: pattern, fault: f, left: f.Times, struck: make(chan struct{})}
	if a.left == 0 {
		a.left = 1
	}
	b.mu.Lock()
	b.list = append(b.list, a)
	b.mu.Unlock()
	return a.struck
}

// clear forgets every fault.
func (b *faultBook) clear() {
	b.mu.Lock()
	b.list = nil
	b.mu.Unlock()
}

// awaits reports whether a fault is armed for such an event.
func (b *faultBook) awaits(method, path string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.list, func(a *armed) bool { return a.matches(method, path) })
}

func (a *armed) matches(method, path string) bool {
	return (a.method == "" || strings.EqualFold(a.method, method)) && matchPrefix(a.pattern, path)
}

// take returns the fault that strikes this event, if one does.
func (b *faultBook) take(method, path string) (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, a := range b.list {
		if !a.matches(method, path) {
			continue
		}
		if a.fault.Skip > 0 {
			a.fault.Skip--
			continue
		}
		if a.left > 0 {
			a.left--
		}
		if a.left == 0 {
			b.list = append(b.list[:i:i], b.list[i+1:]...)
		}
		if !a.done {
			a.done = true
			close(a.struck)
		}
		return a.fault, true
	}
	return Fault{}, false
}

// matchPrefix reports whether path begins with pattern, in which a segment "*"
// stands for any segment. The last segment of the pattern may be the beginning
// of a segment.
func matchPrefix(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) > len(have) {
		return false
	}
	for i, w := range want {
		last := i == len(want)-1
		switch {
		case w == "*" || w == have[i]:
		case last && strings.HasPrefix(have[i], w):
		default:
			return false
		}
	}
	return true
}

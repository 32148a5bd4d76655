package jira

import (
	"context"
	"fmt"
	"sync"
)

// turns let one at a time of our own work on each issue. Only the issues on which
// somebody works, or waits to, are remembered.
type turns struct {
	mu   sync.Mutex
	each map[string]*turn
}

type turn struct {
	taken chan struct{} // holds one while somebody works
	users int           // who works or waits; guarded by turns.mu
}

func newTurns() *turns { return &turns{each: make(map[string]*turn)} }

// take waits for the turn of the issue; leave must be called after the work.
func (t *turns) take(ctx context.Context, issueID string) (leave func(), err error) {
	t.mu.Lock()
	one := t.each[issueID]
	if one == nil {
		one = &turn{taken: make(chan struct{}, 1)}
		t.each[issueID] = one
	}
	one.users++
	t.mu.Unlock()
	select {
	case one.taken <- struct{}{}:
		return func() {
			<-one.taken
			t.forget(issueID, one)
		}, nil
	case <-ctx.Done():
		t.forget(issueID, one)
		return nil, fmt.Errorf("wait for what else is written on it: %w", ctx.Err())
	}
}

// forget counts one user less.
func (t *turns) forget(issueID string, one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.users--; one.users == 0 {
		delete(t.each, issueID)
	}
}

package imap

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
)

// virtual is a clock that only sleeping moves, and each look by a little.
type virtual struct {
	mu  sync.Mutex
	now time.Time
	end time.Time
}

func (v *virtual) read() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

func (v *virtual) pass(d time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.now = v.now.Add(d)
}

// sleep passes the time at once, until the test's end.
func (v *virtual) sleep(ctx context.Context, d time.Duration) bool {
	v.pass(d)
	return ctx.Err() == nil && v.read().Before(v.end)
}

// A server that is of no use is not hammered, and one that refuses the login is asked
// so seldom that no account is locked: the shortest pauses that chance can give.
func TestNoStorm(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		odd   func(v *virtual) func(k *talk, tag, said string) bool
		most  int // connections in an hour
		least int
	}{
		"accepts and drops": {func(*virtual) func(*talk, string, string) bool {
			return func(k *talk, _, said string) bool { _ = k.conn.Close(); return true }
		}, 70, 20},
		"drops after a look": {func(v *virtual) func(*talk, string, string) bool {
			return func(k *talk, _, said string) bool {
				if said != "IDLE" {
					return false
				}
				v.pass(29 * time.Second)
				_ = k.conn.Close()
				return true
			}
		}, 60, 20},
		"refuses the login": {func(*virtual) func(*talk, string, string) bool {
			return func(k *talk, tag, said string) bool {
				if !strings.HasPrefix(said, "LOGIN") {
					return false
				}
				k.say("%s NO [AUTHENTICATIONFAILED] no", tag)
				return true
			}
		}, 8, 3},
		"works for a while": {func(v *virtual) func(*talk, string, string) bool {
			return func(k *talk, _, said string) bool {
				if said != "IDLE" {
					return false
				}
				v.pass(time.Minute)
				_ = k.conn.Close()
				return true
			}
		}, 60, 55},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &virtual{now: clock, end: clock.Add(time.Hour)}
			f := newFake(t)
			f.script(tt.odd(v))
			r, err := New(Config{Addr: f.addr, TLS: None, Username: "u", Password: password, Now: v.read, Logger: quiet()})
			if err != nil {
				t.Fatal(err)
			}
			r.sleep, r.pauses.random = v.sleep, func() float64 { return 0.999 }
			sink := newMemory().at(7, 0)
			if err := r.Run(t.Context(), sink); err != nil {
				t.Fatal(err)
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			if f.conns > tt.most || f.conns < tt.least {
				t.Errorf("%d connections in an hour", f.conns)
			}
		})
	}
}

// Whoever begins to read anew goes on where the last pause was broken off.
func TestPauseOutlivesTheLead(t *testing.T) {
	t.Parallel()
	v := &virtual{now: clock, end: clock.Add(24 * time.Hour)}
	f := newFake(t)
	f.script(func(k *talk, tag, said string) bool {
		return strings.HasPrefix(said, "LOGIN") && k.say("%s NO [AUTHENTICATIONFAILED] no", tag)
	})
	r, err := New(Config{Addr: f.addr, TLS: None, Username: "u", Password: password, Now: v.read, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	var slept []time.Duration
	r.pauses.random = func() float64 { return 0 }
	r.sleep = func(_ context.Context, d time.Duration) bool {
		slept = append(slept, d)
		v.pass(10 * time.Second) // then the lead is lost
		return false
	}
	for range 3 {
		if err := r.Run(t.Context(), newMemory()); err != nil {
			t.Fatal(err)
		}
	}
	if len(slept) != 3 || slept[0] != time.Minute || slept[1] != 50*time.Second || slept[2] != 40*time.Second || f.conns != 1 {
		t.Errorf("slept %v, %d connections", slept, f.conns)
	}
}

package imap

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

// TestSilenceIsATimeout, as any caller recognises one.
func TestSilenceIsATimeout(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	asked := make(chan struct{}, 100)
	f.script(func(k *talk, _, said string) bool {
		if !strings.HasPrefix(said, "LOGIN") {
			return false
		}
		asked <- struct{}{}
		k.hang()
		return true
	})
	r := start(t, newMemory(), Config{Addr: f.addr, CommandTimeout: quick, Backoff: time.Microsecond, BackoffMax: time.Microsecond})
	for range 2 {
		<-asked
	}
	_ = r.stop()
	if timeout, ok := errors.AsType[net.Error](r.Status().Cause); !ok || !timeout.Timeout() {
		t.Errorf("cause %v", r.Status().Cause)
	}
}

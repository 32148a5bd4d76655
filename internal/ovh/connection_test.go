package ovh_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/ovh"
	"escalat/internal/sim"
)

// TestConnection: what is known when a connection ends, or there is none.
func TestConnection(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	c := newClient(t, keys(url))
	const create = "/1.0/support/tickets/create"
	o.Fail("POST", create, sim.Fault{Drop: sim.DropAfter})
	if _, err := c.Create(t.Context(), incident()); err == nil || classOf(err) != (class{}) || len(o.Tickets()) != 1 {
		t.Errorf("a lost answer: %v", err)
	}
	o.Fail("POST", create, sim.Fault{Drop: sim.DropBefore})
	if _, err := c.Create(t.Context(), incident()); err == nil || classOf(err) != (class{}) || len(o.Tickets()) != 1 {
		t.Errorf("a lost request: %v", err)
	}
	// The caller gives up.
	hold := make(chan struct{})
	struck := o.Fail("POST", create, sim.Fault{Hold: hold})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-struck
		cancel()
	}()
	if _, err := c.Create(ctx, incident()); !errors.Is(err, context.Canceled) || bridge.IsNotDone(err) {
		t.Errorf("given up: %v", err)
	}
	close(hold)
	if _, err := c.Create(ctx, incident()); !errors.Is(err, context.Canceled) || !bridge.IsNotDone(err) {
		t.Errorf("given up before: %v", err)
	}
	// The time cannot be had: nothing was sent.
	other := newClient(t, keys(url))
	o.Fail("GET", "/1.0/auth/time", sim.Fault{Drop: sim.DropBefore, Times: 5})
	if _, err := other.Create(t.Context(), incident()); err == nil || !bridge.IsNotDone(err) || !strings.Contains(err.Error(), "ask for the time") {
		t.Errorf("no time: %v", err)
	}
	o.ClearFaults()
	// Nobody listens.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	away := newClient(t, ovh.Config{Endpoint: "http://" + addr + "/1.0", AccessToken: "token-with-a-secret"})
	if _, err := away.Create(t.Context(), incident()); !bridge.IsNotDone(err) || bridge.IsPermanent(err) || strings.Contains(err.Error(), "http://") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestTimeout: an answer that does not come ends the exchange, and says nothing.
func TestTimeout(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	hold := make(chan struct{})
	o.Fail("POST", "/1.0/support/tickets/create", sim.Fault{Hold: hold})
	cfg := keys(url)
	cfg.Timeout = 300 * time.Millisecond
	_, err := newClient(t, cfg).Create(t.Context(), incident())
	close(hold)
	if err == nil || classOf(err) != (class{}) {
		t.Errorf("hang: %v", err)
	}
}

// TestClockMoves: when the clocks part after they were compared, they are compared anew.
func TestClockMoves(t *testing.T) {
	t.Parallel()
	o, url, now := simulated(t)
	c := newClient(t, keys(url))
	for range 3 {
		if _, err := c.Create(t.Context(), incident()); err != nil {
			t.Fatal(err)
		}
		now.move(7 * time.Hour)
	}
	times := slices.DeleteFunc(o.Requests(), func(r sim.Request) bool { return r.Path != "/1.0/auth/time" })
	if len(times) != 3 || len(o.Tickets()) != 3 {
		t.Errorf("asked for the time %d times, %d tickets", len(times), len(o.Tickets()))
	}
}

// TestManyAtOnce: a client is used by several goroutines.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	c := newClient(t, keys(url))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			r, err := c.Create(t.Context(), incident())
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := c.Messages(t.Context(), r.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(o.Tickets()); n != 8 {
		t.Errorf("%d tickets", n)
	}
}

// TestRedirect: the login goes nowhere else.
func TestRedirect(t *testing.T) {
	t.Parallel()
	var seen []http.Header
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r.Header) }))
	defer other.Close()
	url := served(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	c := newClient(t, ovh.Config{Endpoint: url, AccessToken: "sim-ovh-token"})
	if _, err := c.Create(t.Context(), incident()); !bridge.IsNotDone(err) {
		t.Error(err)
	}
	if _, err := c.Messages(t.Context(), 1); err == nil {
		t.Error("messages of nowhere")
	}
	if len(seen) != 0 {
		t.Errorf("another host saw %v", seen)
	}
}

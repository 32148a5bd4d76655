package app

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/ticket"
	"escalat/internal/ovh"
	"escalat/internal/sim"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// filing is a filer that speaks to the simulated API of OVHcloud on a clock of its own.
type filing struct {
	*ticket.Filer

	t   *testing.T
	api *sim.OVH
	mu  sync.Mutex
	at  time.Time
}

func newFiling(t *testing.T) *filing {
	t.Helper()
	f := &filing{t: t, at: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)}
	f.api = sim.NewOVH(sim.OVHConfig{Now: f.now}, nil)
	url, err := f.api.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := ovh.New(ovh.Config{Endpoint: url, AppKey: "sim-app-key", AppSecret: "sim-app-secret", ConsumerKey: "sim-consumer-key", Now: f.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		if err := f.api.Close(); err != nil {
			t.Error(err)
		}
	})
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	p := &profiles[slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "ovh" })]
	f.Filer = &ticket.Filer{
		Providers: map[string]ticket.Provider{"ovh": {Profile: p, API: client, Patience: 30 * time.Minute}},
		Issues:    f, Sources: f, Cases: f, Texts: texts, Zone: time.UTC, Settling: 2 * time.Minute, Now: f.now,
	}
	return f
}

func (f *filing) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

func (f *filing) wait(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = f.at.Add(d)
}

// Issue implements ticket.Issues: the issue stays as it was.
func (f *filing) Issue(context.Context, string) (bridge.Issue, error) {
	return bridge.Issue{ID: "1", Key: "ST-1", Labels: []string{"escalar-ovh-incidencia"}}, nil
}

// Outdated implements ticket.Sources.
func (*filing) Outdated(bridge.Case, bridge.Notice, bridge.Issue) (bridge.Fault, bool) {
	return "", false
}

// TicketCases implements ticket.Cases.
func (*filing) TicketCases(context.Context, string, string) ([]bridge.Case, error) { return nil, nil }

// open is the effect that opens the ticket of the case.
func (f *filing) open() (bridge.Case, bridge.Effect) {
	c := bridge.Case{
		ID: "case", IssueID: "1", Provider: "ovh", State: bridge.Sending, IssueKey: "ST-1", Ordinal: 1, Kind: "incidencia",
		Notices: []bridge.Notice{{
			Serial: 1, MessageID: "m1@aoc", Channel: bridge.ByAPI, Subject: "[AOC ST-1] aoc.test – No responde «la web»",
			Body: "Servicio: aoc.test\n\nLa web no responde <desde> las 8 & da error.\n", Kind: "incidencia",
			Filed: &mapping.Filing{Type: "genericRequest", Category: "incident", Service: "aoc.test"},
		}},
	}
	e := bridge.Plan(bridge.ToTickets, bridge.OpenTicket, "transmit/1/ovh/1/1", bridge.TicketBody{MessageID: "m1@aoc"})
	e.PlannedAt, e.AttemptedAt, e.Tries, e.Sends = f.now(), f.now(), 1, 1
	return c, e
}

// creations counts from outside how often a ticket was asked for.
func (f *filing) creations() int {
	return len(slices.DeleteFunc(f.api.Requests(), func(r sim.Request) bool {
		return r.Method != http.MethodPost || !strings.HasSuffix(r.Path, "/create")
	}))
}

// found looks until something is said for good.
func (f *filing) found(c bridge.Case, e bridge.Effect) (json.RawMessage, bool) {
	f.t.Helper()
	for range 10 {
		e.Tries++
		raw, found, err := f.Find(f.t.Context(), c, e)
		switch {
		case err == nil:
			return raw, found
		case bridge.IsPermanent(err):
			f.t.Fatal(err)
		}
		f.wait(time.Minute)
	}
	f.t.Fatal("nothing is said")
	return nil, false
}

const createPath = "/1.0/support/tickets/create"

// TestFilerLostAnswer: the answer to a new ticket is lost, and the ticket is found; so it
// is when the process died at it and the request went on by itself.
func TestFilerLostAnswer(t *testing.T) {
	t.Parallel()
	for name, killed := range map[string]bool{"the answer is lost": false, "the process is killed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFiling(t)
			c, e := f.open()
			ctx, kill := context.WithCancel(t.Context())
			defer kill()
			released := make(chan struct{})
			if killed {
				struck := f.api.Fail(http.MethodPost, createPath, sim.Fault{Hold: released})
				go func() {
					<-struck
					kill()
				}()
			} else {
				f.api.Fail(http.MethodPost, createPath, sim.Fault{Drop: sim.DropAfter})
			}
			if _, err := f.Do(ctx, c, e); err == nil || bridge.IsNotDone(err) || bridge.IsPermanent(err) {
				t.Fatalf("attempt: %v", err)
			}
			if killed { // it is not there yet, and nobody may say that it will not be
				if _, found, err := f.Find(t.Context(), c, e); found || err == nil || bridge.IsPermanent(err) {
					t.Errorf("found %v, %v", found, err)
				}
				close(released)
				for len(f.api.Tickets()) == 0 { // the request that went on by itself
					runtime.Gosched()
				}
			}
			raw, found := f.found(c, e)
			var r bridge.TicketResult
			if err := json.Unmarshal(raw, &r); err != nil || !found {
				t.Fatal(found, err)
			}
			kept := f.api.Tickets()
			if len(kept) != 1 || f.creations() != 1 || r.ID != kept[0].ID || r.Message != kept[0].Messages[0].ID || r.Proof != "list" {
				t.Errorf("%d tickets, %d creations, result %+v", len(kept), f.creations(), r)
			}
			o := f.Settle(c, e, bridge.Event{What: bridge.Done, At: f.now(), Result: raw})
			if o.Case.State != bridge.Sent || o.Case.Ticket.ID != kept[0].ID || len(o.Effects) != 1 {
				t.Errorf("outcome %+v", o)
			}
		})
	}
}

// TestFilerNever: a request that never arrived is made again, once.
func TestFilerNever(t *testing.T) {
	t.Parallel()
	f := newFiling(t)
	c, e := f.open()
	f.api.Fail(http.MethodPost, createPath, sim.Fault{Drop: sim.DropBefore})
	if _, err := f.Do(t.Context(), c, e); err == nil || bridge.IsNotDone(err) {
		t.Fatalf("attempt: %v", err)
	}
	if _, found := f.found(c, e); found {
		t.Error("found what was never there")
	}
	e.Tries, e.Sends = e.Tries+5, 2
	if raw, err := f.Do(t.Context(), c, e); err != nil || !strings.Contains(string(raw), `"answer"`) || len(f.api.Tickets()) != 1 || f.creations() != 2 {
		t.Errorf("%s %v, %d tickets", raw, err, len(f.api.Tickets()))
	}
}

// TestFilerRefused: what the API says no to goes to a person, with its words.
func TestFilerRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(*filing, *bridge.Notice)
		says    string
	}{
		"an unknown category":   {func(_ *filing, n *bridge.Notice) { n.Filed.Category = "incidence" }, "TicketCategoryEnum"},
		"a revoked credential":  {func(f *filing, _ *bridge.Notice) { f.api.Revoke(true) }, "This credential is not valid"},
		"nothing to be written": {func(_ *filing, n *bridge.Notice) { n.Body = " \n" }, "body"},
	} {
		f := newFiling(t)
		c, e := f.open()
		test.arrange(f, &c.Notices[0])
		_, err := f.Do(t.Context(), c, e)
		if !bridge.IsPermanent(err) || len(f.api.Tickets()) != 0 {
			t.Fatalf("%s: %v", name, err)
		}
		o := f.Settle(c, e, bridge.Event{What: bridge.Failed, At: f.now(), Err: err})
		if body := string(o.Effects[0].Body); o.Case.State != bridge.Handed || !strings.Contains(body, test.says) || strings.Contains(body, "sim-") {
			t.Errorf("%s: %s %s", name, o.Case.State, body)
		}
	}
}

// TestFilerUnknownService: a service that OVHcloud does not know holds up no incident.
func TestFilerUnknownService(t *testing.T) {
	t.Parallel()
	f := newFiling(t)
	c, e := f.open()
	c.Notices[0].Filed.Service = "another.example"
	raw, err := f.Do(t.Context(), c, e)
	kept := f.api.Tickets()
	if err != nil || len(kept) != 1 || kept[0].Service != "" || kept[0].Category != "incident" || !strings.Contains(string(raw), `"unfiled":"another.example"`) {
		t.Errorf("%s %v %+v", raw, err, kept)
	}
}

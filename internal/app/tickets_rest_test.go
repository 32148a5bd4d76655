package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/ovh"
	"escalat/internal/store"
)

// desks is an API that has no ticket but those that are set, and counts what it is asked.
type desks struct {
	tickets map[int64]bridge.Ticket
	numbers map[string]int64
	err     map[string]error // by what is asked for
	asked   map[string]int
}

func (d *desks) note(what string) error {
	d.asked[what]++
	return d.err[what]
}

func (d *desks) Ticket(_ context.Context, id int64) (bridge.Ticket, error) {
	what := fmt.Sprint(id)
	if err := d.note(what); err != nil {
		return bridge.Ticket{}, err
	}
	if t, ok := d.tickets[id]; ok {
		return t, nil
	}
	return bridge.Ticket{}, bridge.Permanent(fmt.Errorf("read ticket %d: %w", id, ovh.ErrNotFound))
}

func (d *desks) Messages(context.Context, int64) ([]bridge.TicketMessage, error) { return nil, nil }

func (d *desks) Numbered(_ context.Context, number string) (int64, error) {
	return d.numbers[number], d.note(number)
}

type ticketDesk struct {
	*ticketReader

	t    *testing.T
	at   time.Time
	api  *desks
	logs bytes.Buffer
	well int // how often the loop succeeded
}

func newTicketDesk(t *testing.T) *ticketDesk {
	t.Helper()
	d := &ticketDesk{t: t, at: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	d.api = &desks{tickets: map[int64]bridge.Ticket{}, numbers: map[string]int64{}, err: map[string]error{}, asked: map[string]int{}}
	d.ticketReader = &ticketReader{
		apis: map[string]ticketAPI{"ovh": d.api}, every: map[string]time.Duration{"ovh": time.Minute}, store: database(t), engine: &woken{},
		now: func() time.Time { return d.at }, log: slog.New(slog.NewTextHandler(&d.logs, nil)), succeeded: func(time.Time) { d.well++ },
		next: map[string]time.Time{}, closed: map[string]time.Time{}, rests: map[string]rest{},
	}
	return d
}

func (d *ticketDesk) has(id, provider string, state bridge.State, ticket int64, numbers ...string) {
	d.t.Helper()
	c := bridge.Case{
		ID: id, IssueID: "i" + id, IssueKey: "SUP-" + id, Provider: provider, Ordinal: 1, State: state, References: numbers,
		Ticket: bridge.Ticket{ID: ticket}, ReadAt: d.at,
	}
	err := d.store.Update(d.t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, c) })
	if err != nil {
		d.t.Fatal(err)
	}
}

// pass lets the time pass in steps, and returns what was asked for in it.
func (d *ticketDesk) pass(of, step time.Duration) map[string]int {
	d.t.Helper()
	clear(d.api.asked)
	for end := d.at.Add(of); d.at.Before(end); d.at = d.at.Add(step) {
		if err := d.due(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
	}
	return d.api.asked
}

// TestTicketsThatAreNotThere: they are asked for seldom, and do not trouble the others.
func TestTicketsThatAreNotThere(t *testing.T) {
	t.Parallel()
	d := newTicketDesk(t)
	d.api.tickets[8] = bridge.Ticket{ID: 8}
	d.has("a", "ovh", bridge.Sent, 7)
	d.has("b", "ovh", bridge.Sent, 8)
	d.has("c", "ovh", bridge.Sent, 0, "unknown")
	d.has("d", "ovh", bridge.Closed, 9)
	if diff := cmp.Diff(map[string]int{"7": 24, "8": 1440, "unknown": 24, "9": 24}, d.pass(24*time.Hour, time.Minute)); diff != "" {
		t.Errorf("the first day: %s", diff)
	}
	if diff := cmp.Diff(map[string]int{"7": 24, "8": 1440, "unknown": 1, "9": 24}, d.pass(24*time.Hour, time.Minute)); diff != "" {
		t.Errorf("the second day: %s", diff)
	}
	if s := d.health.status(); !s.Ready || d.well != 2880 {
		t.Errorf("%+v, %d times", s, d.well)
	}
	if n := strings.Count(d.logs.String(), "a ticket cannot be read"); n != 2 {
		t.Errorf("told %d times", n)
	}
}

// TestTicketIsThereAgain, another number is asked for at once, and what is over is
// forgotten.
func TestTicketIsThereAgain(t *testing.T) {
	t.Parallel()
	d := newTicketDesk(t)
	d.has("a", "ovh", bridge.Sent, 7)
	d.has("b", "ovh", bridge.Sent, 0, "x")
	d.pass(30*time.Minute, time.Minute)
	d.api.tickets[7] = bridge.Ticket{ID: 7}
	err := d.store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockCase(ctx, "b")
		if err != nil {
			return err
		}
		c.References = []string{"x", "y"}
		return tx.SaveCase(ctx, c)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"y": 1}, d.pass(30*time.Minute, time.Minute)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"7": 30}, d.pass(30*time.Minute, time.Minute)); diff != "" {
		t.Error(diff)
	}
	d.at = d.at.Add(-6 * time.Hour) // the clock was put back: nothing rests until it has come again
	d.next = map[string]time.Time{}
	if diff := cmp.Diff(map[string]int{"7": 30, "y": 1}, d.pass(30*time.Minute, time.Minute)); diff != "" {
		t.Errorf("put back: %s", diff)
	}
	if d.pass(33*time.Hour, time.Hour); len(d.rests) != 1 {
		t.Errorf("it remembers %v", d.rests)
	}
}

// TestTicketsOfAll: what concerns every ticket is told as the loop's.
func TestTicketsOfAll(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"away": errors.New("no route"), "credentials": bridge.Permanent(fmt.Errorf("read: %w", ovh.ErrCredentials)),
	} {
		d := newTicketDesk(t)
		d.has("a", "ovh", bridge.Sent, 7)
		d.api.err["7"] = err
		if asked := d.pass(10*time.Minute, time.Minute); asked["7"] != 10 || d.health.status().Ready || d.well != 0 || len(d.rests) > 0 {
			t.Errorf("%s: %v, %+v", name, asked, d.health.status())
		}
		if n := strings.Count(d.logs.String(), "tickets cannot be read"); n != 1 {
			t.Errorf("%s: told %d times", name, n)
		}
	}
}

// TestClosedTicketsOfEachProvider: those of one are read each hour also when another is
// asked more often.
func TestClosedTicketsOfEachProvider(t *testing.T) {
	t.Parallel()
	d := newTicketDesk(t)
	d.apis["other"], d.every["other"] = d.api, 7*time.Minute
	d.api.tickets[7], d.api.tickets[8] = bridge.Ticket{ID: 7}, bridge.Ticket{ID: 8}
	d.has("a", "ovh", bridge.Closed, 7)
	d.has("b", "other", bridge.Closed, 8)
	asked := d.pass(10*time.Hour, time.Minute)
	if asked["7"] != 10 || asked["8"] != 10 {
		t.Errorf("asked %v", asked)
	}
	d.at = d.at.Add(afterwards)
	if asked = d.pass(2*time.Hour, time.Minute); len(asked) > 0 {
		t.Errorf("long closed: %v", asked)
	}
}

package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"escalat/bridge"
	"escalat/internal/sim"
)

// The references of two providers that answer in the same moment are both kept.
func TestAppendFieldAtOnce(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		j, cfg := simulator(t, flavour, sim.JiraConfig{Fields: []sim.Field{{Name: "Referència"}}})
		cfg.ReferenceFields = []string{"Referència"}
		c := simulated(t, cfg)
		id, _ := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
		var wg sync.WaitGroup
		for n := range 6 {
			wg.Go(func() {
				if _, err := c.AppendField(t.Context(), id, "Referència", fmt.Sprintf("INC-%d", n)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		text, err := c.textOf(t.Context(), "read", id, c.custom.references[0].id)
		for n := range 6 {
			if !holdsWord(text, fmt.Sprintf("INC-%d", n)) || err != nil {
				t.Errorf("INC-%d is not in %q, %v", n, text, err)
			}
		}
		if len(c.turns.each) != 0 {
			t.Errorf("%d issues are remembered", len(c.turns.each))
		}
	})
}

// What somebody else overwrites in the same moment is written again.
func TestAppendFieldThatIsOverwritten(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		withFields(f)
		const field = "customfield_10010"
		c := f.client(func(cfg *Config) { cfg.ReferenceFields = []string{field} })
		add := func() error {
			at, err := c.AppendField(t.Context(), "10001", field, "INC-1")
			if at.IsZero() != (err != nil) {
				t.Errorf("at %v with %v", at, err)
			}
			return err
		}
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPut {
				return false
			}
			f.custom = map[string]any{field: "INC-12"} // of somebody who read before us
			w.WriteHeader(http.StatusNoContent)
			return true
		})
		if err := add(); err == nil || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
			t.Errorf("overwritten: %v (not done %t)", err, bridge.IsNotDone(err))
		}
		// Whether it is there cannot be read: that says nothing of the write.
		for _, code := range []int{404, 403, 500, 401} {
			written := false
			f.answer(func(w http.ResponseWriter, r *http.Request) bool {
				if written && r.Method == http.MethodGet {
					f.refuse(w, code, "no")
					return true
				}
				if r.Method == http.MethodPut {
					written = true
					w.WriteHeader(http.StatusNoContent)
				}
				return written
			})
			if err := add(); err == nil || bridge.IsPermanent(err) || bridge.IsNotDone(err) || errors.Is(err, ErrNotFound) {
				t.Errorf("%d: %v (not done %t)", code, err, bridge.IsNotDone(err))
			}
		}
		f.answer(nil)
		if err := add(); err != nil || f.custom[field] != "INC-12, INC-1" {
			t.Errorf("again: %v, %v", err, f.custom)
		}
	})
}

func TestTurns(t *testing.T) {
	t.Parallel()
	turns := newTurns()
	leave, err := turns.take(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.take(gone, "1"); !errors.Is(err, context.Canceled) {
		t.Errorf("a second one on the same issue: %v", err)
	}
	other, err := turns.take(t.Context(), "2")
	if err != nil {
		t.Fatal(err)
	}
	other()
	if n := len(turns.each); n != 1 {
		t.Errorf("%d issues are remembered, want the one that is worked on", n)
	}
	leave()
	if n := len(turns.each); n != 0 {
		t.Errorf("%d issues are remembered when nobody works", n)
	}
}

func TestAppendFieldDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	withFields(f)
	c := f.client(func(cfg *Config) { cfg.ReferenceFields = []string{"customfield_10010"} })
	if err := c.Bind(t.Context()); err != nil {
		t.Fatal(err)
	}
	leave, err := c.turns.take(t.Context(), "10001")
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	before := f.count("")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.AppendField(gone, "10001", "customfield_10010", "INC-1")
	if !errors.Is(err, context.Canceled) || !bridge.IsNotDone(err) || f.count("") != before {
		t.Errorf("%v (not done %t), %d requests", err, bridge.IsNotDone(err), f.count("")-before)
	}
}

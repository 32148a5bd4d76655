package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/sim"
)

// office is a workflow in which waiting is free and closing wants a cause.
func office() sim.JiraConfig {
	return sim.JiraConfig{
		Fields: []sim.Field{{ID: "customfield_1", Name: "Causa"}, {ID: "customfield_2", Name: "Equip"}, {Name: "Torn"}},
		Statuses: []sim.Status{
			{Name: "Obert", Category: "new"}, {Name: "En curs"}, {Name: "En espera del proveïdor"}, {Name: "Tancat", Category: "done"}, {Name: "Arxivat", Category: "done"},
		},
		Transitions: []sim.Transition{
			{Name: "Comença", From: []string{"Obert", "En espera del proveïdor", "Tancat"}, To: "En curs"},
			{Name: "Espera", From: []string{"Obert", "En curs"}, To: "En espera del proveïdor"},
			{Name: "Tanca amb causa", From: []string{"En curs"}, To: "Tancat", Screen: []sim.ScreenField{
				{ID: "resolution", Required: true, Default: true}, {ID: "customfield_1", Required: true}, {ID: "customfield_2", Required: true}, {ID: "summary", Required: true},
			}},
			{Name: "Tanca sense", From: []string{"En espera del proveïdor"}, To: "Tancat", Screen: []sim.ScreenField{{ID: "customfield_1", Required: true}}},
			{Name: "Tanca", From: []string{"En espera del proveïdor"}, To: "Tancat"},
		},
	}
}

// moves runs a test on an issue of an office.
func moves(t *testing.T, test func(t *testing.T, j *sim.Jira, c *Client, id string)) {
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		j, cfg := simulator(t, flavour, office())
		cfg.ReferenceFields = []string{"Torn"}
		id, _ := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
		test(t, j, simulated(t, cfg), id)
	})
}

func status(t *testing.T, j *sim.Jira, id string) string {
	t.Helper()
	issue, err := j.Issue(id)
	if err != nil {
		t.Fatal(err)
	}
	return issue.Status
}

// asked counts the requests of that method to the issue's transitions.
func asked(j *sim.Jira, method string) (n int) {
	for _, r := range j.Requests() {
		if r.Method == method && strings.HasSuffix(r.Path, "/transitions") {
			n++
		}
	}
	return n
}

func TestMove(t *testing.T) {
	t.Parallel()
	moves(t, func(t *testing.T, j *sim.Jira, c *Client, id string) {
		for _, step := range []struct{ to, at string }{
			{"EN ESPERA del proveïdor", "En espera del proveïdor"}, // by its status, in any letter case
			{"En espera del proveïdor", "En espera del proveïdor"}, // there already
			{"comença", "En curs"},                                 // by the name of the transition
			{"En espera del proveïdor", "En espera del proveïdor"},
			{"Tancat", "Tancat"},  // by the one of two that wants nothing
			{"En curs", "Tancat"}, // somebody has resolved it
		} {
			before := asked(j, http.MethodPost)
			at, err := c.Move(t.Context(), id, step.to, false)
			if err != nil || status(t, j, id) != step.at {
				t.Fatalf("to %s: %v, it is at %s", step.to, err, status(t, j, id))
			}
			if moved := asked(j, http.MethodPost) > before; moved == at.IsZero() {
				t.Errorf("to %s: at %v, moved %v", step.to, at, moved)
			}
		}
		if _, err := c.Move(t.Context(), id, "En curs", true); err != nil || status(t, j, id) != "En curs" {
			t.Errorf("even though it is done: %v, %s", err, status(t, j, id))
		}
		if n := asked(j, http.MethodPost); n != 5 {
			t.Errorf("%d transitions, want 5", n)
		}
	})
}

// TestMoveThatIsNotPossible: what is wanted is named, and nothing is tried.
func TestMoveThatIsNotPossible(t *testing.T) {
	t.Parallel()
	moves(t, func(t *testing.T, j *sim.Jira, c *Client, id string) {
		refused := func(to string, want bridge.NotMoved, says string) {
			t.Helper()
			_, err := c.Move(t.Context(), id, to, false)
			got, ok := errors.AsType[*bridge.NotMoved](err)
			if !ok || !bridge.IsPermanent(err) || !strings.Contains(err.Error(), says) {
				t.Fatalf("to %s: %v", to, err)
			}
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Errorf("to %s: %s", to, diff)
			}
		}
		refused("Arxivat", bridge.NotMoved{Status: "Arxivat", Ways: []string{"En curs", "En espera del proveïdor"}}, `no transition leads to "Arxivat", only to: En curs, En espera del proveïdor`)
		if _, err := c.Move(t.Context(), id, "En curs", false); err != nil {
			t.Fatal(err)
		}
		refused("Tancat", bridge.NotMoved{Status: "Tancat", Fields: []string{"Causa", "Equip"}, Ways: []string{"En espera del proveïdor", "Tancat"}}, `wants these fields filled in: Causa, Equip`)
		if err := j.Edit("marta.puig", id, map[string]string{"Causa": "disc", "Equip": "N2"}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Move(t.Context(), id, "Tancat", false); err != nil || status(t, j, id) != "Tancat" {
			t.Errorf("with the fields filled in: %v, %s", err, status(t, j, id))
		}
		if err := j.SetLacks("TRANSITION_ISSUES"); err != nil {
			t.Fatal(err)
		}
		_, err := c.Move(t.Context(), id, "En curs", true)
		if got, ok := errors.AsType[*bridge.NotMoved](err); !ok || got.Ways != nil || !strings.HasSuffix(err.Error(), "nor anywhere") {
			t.Errorf("without the permission: %v", err)
		}
		if n := asked(j, http.MethodPost); n != 2 {
			t.Errorf("%d transitions, want 2", n)
		}
	})
}

// TestMoveThatFails: the class of each refusal, and that an answer that is lost is no harm.
func TestMoveThatFails(t *testing.T) {
	t.Parallel()
	moves(t, func(t *testing.T, j *sim.Jira, c *Client, id string) {
		const path = "/rest/api/2/issue/"
		for code, want := range map[int]struct{ permanent, notDone bool }{400: {true, true}, 404: {true, true}, 409: {false, true}, 500: {false, false}} {
			j.Fail(http.MethodPost, path, sim.Fault{Status: code, Times: 1})
			_, err := c.Move(t.Context(), id, "En curs", false)
			if err == nil || bridge.IsPermanent(err) != want.permanent || bridge.IsNotDone(err) != want.notDone {
				t.Errorf("%d: %v (permanent %t, not done %t)", code, err, bridge.IsPermanent(err), bridge.IsNotDone(err))
			}
		}
		j.ClearFaults()
		for _, code := range []int{500, 503} {
			j.Fail(http.MethodGet, path, sim.Fault{Status: code, Times: 1})
			if _, err := c.Move(t.Context(), id, "En curs", false); err == nil || bridge.IsPermanent(err) || !bridge.IsNotDone(err) {
				t.Errorf("reading, %d: %v", code, err)
			}
		}
		j.ClearFaults()
		j.Fail(http.MethodPost, path, sim.Fault{Drop: sim.DropAfter, Times: 1})
		if _, err := c.Move(t.Context(), id, "En curs", false); err == nil || bridge.IsNotDone(err) {
			t.Errorf("a lost answer: %v", err)
		}
		before := asked(j, http.MethodPost)
		if _, err := c.Move(t.Context(), id, "En curs", false); err != nil || asked(j, http.MethodPost) != before {
			t.Errorf("once more: %v", err)
		}
		for _, wrong := range []string{"AOC-1", "1/../2", ""} {
			if _, err := c.Move(t.Context(), wrong, "En curs", false); !bridge.IsPermanent(err) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if _, err := c.Move(t.Context(), "99999999", "En curs", false); !errors.Is(err, ErrNotFound) {
			t.Errorf("an issue that is not there: %v", err)
		}
	})
}

func TestMoveInReadOnly(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		j, cfg := simulator(t, flavour, office())
		cfg.ReadOnly, cfg.ReferenceFields = true, []string{"Torn"}
		c := simulated(t, cfg)
		id, _ := j.CreateIssue("marta.puig", "AOC", "x", "")
		_, move := c.Move(t.Context(), id, "En curs", false)
		_, field := c.SetField(t.Context(), id, "Torn", "x")
		if !errors.Is(move, ErrReadOnly) || !errors.Is(field, ErrReadOnly) || status(t, j, id) != "Obert" {
			t.Errorf("%v, %v", move, field)
		}
	})
}

// TestOddTransitions: what is no transition is passed over, and an answer that is none is
// temporary.
func TestOddTransitions(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client()
		answer := func(transitions, issue string) {
			f.answer(func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("Content-Type", "application/json")
				body := issue
				if strings.HasSuffix(r.URL.Path, "/transitions") {
					body = transitions
				}
				fmt.Fprint(w, body)
				return true
			})
		}
		answer(`{"transitions":[7,null,{"id":{},"name":"x"},{"id":"../1","name":"y"},{"id":5,"name":["z"],"to":{"name":"A"},"fields":{"a b":{"required":true},"c":7,"d":{"required":"true","hasDefaultValue":false,"name":"D"}}}]}`, `{}`)
		got, err := c.Transitions(t.Context(), "10001")
		want := []Transition{{ID: "5", To: "A", Needs: []Needed{{"d", "D"}, {"a b", "a b"}}}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		for _, one := range [][2]string{
			{`{}`, `{}`},
			{`[]`, `{}`},
			{`{"transitions":null}`, `{}`},
			{`{"transitions":[]}`, `{}`},
			{`{"transitions":[]}`, `{"fields":{"status":7}}`},
			{`{"transitions":[]}`, `{"fields":{"status":{"name":""}}}`},
		} {
			answer(one[0], one[1])
			if _, err := c.Move(t.Context(), "10001", "A", false); err == nil || bridge.IsPermanent(err) {
				t.Errorf("%v: %v; want a temporary error", one, err)
			}
		}
		many := strings.Repeat(`{"id":"1","name":"a","to":{"name":"A"}},`, maxTransitions+5)
		answer(`{"transitions":[`+strings.TrimSuffix(many, ",")+`]}`, `{}`)
		if got, err := c.Transitions(t.Context(), "10001"); err != nil || len(got) != maxTransitions {
			t.Errorf("%d transitions, %v", len(got), err)
		}
	})
}

func TestCheckStatuses(t *testing.T) {
	t.Parallel()
	moves(t, func(t *testing.T, j *sim.Jira, c *Client, _ string) {
		if err := c.CheckStatuses(t.Context(), nil); err != nil || len(j.Requests()) != 0 {
			t.Errorf("without names: %v, %v", err, j.Requests())
		}
		if err := c.CheckStatuses(t.Context(), []string{"en curs", " Tancat "}); err != nil {
			t.Error(err)
		}
		err := c.CheckStatuses(t.Context(), []string{"En espera del proveidor", "Lluna plena", "Tancat"})
		want := "jira: statuses: \"En espera del proveidor\": no status that the account sees has this name; the nearest: \"En espera del proveïdor\"\n" +
			`"Lluna plena": no status that the account sees has this name`
		if !bridge.IsPermanent(err) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		j.Fail(http.MethodGet, "/rest/api/2/status", sim.Fault{Status: 404, Times: 1})
		if err := c.CheckStatuses(t.Context(), []string{"Tancat"}); err == nil || bridge.IsPermanent(err) {
			t.Errorf("Jira does not answer: %v", err)
		}
	})
}

// TestSetField: the value takes the place of what stands there, by one request.
func TestSetField(t *testing.T) {
	t.Parallel()
	moves(t, func(t *testing.T, j *sim.Jira, c *Client, id string) {
		if err := c.Bind(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, value := range []string{"Pendent de Claranet des del 22/11/2026 a les 9.05\u00a0h", "Pendent de nosaltres", "Pendent de nosaltres", ""} {
			before := len(j.Requests())
			at, err := c.SetField(t.Context(), id, "Torn", value)
			issue, _ := j.Issue(id)
			if err != nil || at.IsZero() || issue.Fields["customfield_10102"] != value || len(j.Requests()) != before+1 {
				t.Errorf("%q: %v, %v, %v", value, at, err, issue.Fields)
			}
		}
		for _, wrong := range []string{" a", "a\nb", "a\x00", strings.Repeat("a", longestLine+1)} {
			if _, err := c.SetField(t.Context(), id, "Torn", wrong); !bridge.IsPermanent(err) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if _, err := c.SetField(t.Context(), id, "Causa", "x"); !bridge.IsPermanent(err) {
			t.Errorf("a field that is not configured: %v", err)
		}
		if _, err := c.SetField(t.Context(), "AOC-1", "Torn", "x"); !bridge.IsPermanent(err) {
			t.Errorf("an issue that is none: %v", err)
		}
	})
}

// TestMovesTakeTurns: while something else of ours writes on the issue nothing is asked.
func TestMovesTakeTurns(t *testing.T) {
	t.Parallel()
	moves(t, func(t *testing.T, j *sim.Jira, c *Client, id string) {
		if err := c.Bind(t.Context()); err != nil {
			t.Fatal(err)
		}
		leave, err := c.turns.take(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		before := len(j.Requests())
		_, move := c.Move(ended, id, "En curs", false)
		_, field := c.SetField(ended, id, "Torn", "x")
		for _, err := range []error{move, field} {
			if !errors.Is(err, context.Canceled) || !bridge.IsNotDone(err) {
				t.Errorf("%v; want one that was not done", err)
			}
		}
		if after := len(j.Requests()); after != before {
			t.Errorf("%d requests", after-before)
		}
		leave()
		if _, err := c.Move(t.Context(), id, "En curs", false); err != nil || status(t, j, id) != "En curs" {
			t.Errorf("%v, %s", err, status(t, j, id))
		}
	})
}

package jira

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/internal/sim"
)

// Who is in so many groups that Jira does not tell them all is not taken for
// nobody.
func TestMemberOfMoreGroupsThanAreTold(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		var many []string
		for n := range 60 {
			many = append(many, fmt.Sprintf("group-%02d", n))
		}
		f.people.groups["marta"], f.people.groups["pere"], f.people.cut = append(many, "guardia"), many, 50
		for name, test := range map[string]struct {
			who           string
			groups, roles []string
			member, sure  bool // on Data Center
		}{
			"among those told":      {"marta", []string{"group-49"}, nil, true, true},
			"among the others":      {"marta", []string{"guardia"}, nil, true, false},
			"in none of them":       {"pere", []string{"guardia"}, nil, false, false},
			"has a role":            {"pere", []string{"guardia"}, []string{"Tècnics"}, true, true},
			"has a role by a group": {"marta", nil, []string{"Tècnics"}, true, false},
			"all of few are told":   {"joan", []string{"group-00"}, nil, false, true},
		} {
			c := f.client(func(cfg *Config) { cfg.Groups, cfg.Roles = test.groups, test.roles })
			for range 2 {
				is, err := c.Member(t.Context(), bridge.User{ID: f.id(test.who)}, "SUP")
				sure := test.sure || f.flavour == Cloud
				if (err == nil) != sure || is != (sure && test.member) || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
					t.Errorf("%s: %t, %v", name, is, err)
				}
			}
		}
	})
}

func TestMemberWhoseGroupsCannotBeAsked(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	f.people.groups["marta"], f.people.cut = []string{"a", "b", "c"}, 2
	for _, answer := range []struct {
		code int
		body string
	}{{503, `{}`}, {403, `{}`}, {404, `{}`}, {200, `[]`}, {200, `null`}, {200, `{}`}, {200, `[{"name":"a"},{"name":"b"}]`}} {
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/user/groups") {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(answer.code)
			fmt.Fprint(w, answer.body)
			return true
		})
		c := f.client(func(cfg *Config) { cfg.Groups = []string{"zz"} })
		if is, err := c.Member(t.Context(), bridge.User{ID: f.id("marta")}, "SUP"); is || err == nil || bridge.IsPermanent(err) {
			t.Errorf("%+v: %t, %v", answer, is, err)
		}
	}
}

func TestSimulatedMemberOfManyGroups(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		j, cfg := simulator(t, flavour, sim.JiraConfig{GroupsShown: 1})
		j.SetGroup("altres", "marta.puig")
		j.SetGroup("tecnics", "marta.puig")
		cfg.Groups = []string{"tecnics"}
		who := bridge.User{ID: "marta.puig"}
		if flavour == Cloud {
			who.ID = j.User("marta.puig").AccountID
		}
		if is, err := simulated(t, cfg).Member(t.Context(), who, "AOC"); is != (flavour == Cloud) || (err == nil) != (flavour == Cloud) || bridge.IsPermanent(err) {
			t.Errorf("%t, %v", is, err)
		}
	})
}

// An account id, a name and a key are never the same, however they read.
func TestIdentitiesAreToldApart(t *testing.T) {
	t.Parallel()
	all := []wireUser{{AccountID: "pere"}, {Name: "Pere"}, {Key: "pere"}}
	for i, a := range all {
		if ids := a.identities(); len(ids) != 1 || !overlap(ids, ids) {
			t.Errorf("%+v: %q", a, ids)
		}
		for _, b := range all[i+1:] {
			if overlap(a.identities(), b.identities()) {
				t.Errorf("%+v is taken for %+v", a, b)
			}
		}
	}
	same := wireUser{AccountID: "A", Name: "B", Key: "C"}
	if ids := same.identities(); len(ids) != 3 || !slices.ContainsFunc(ids, func(id string) bool { return overlap([]string{id}, wireUser{Key: "c"}.identities()) }) {
		t.Errorf("%q", ids)
	}
	if ids := (wireUser{}).identities(); ids != nil {
		t.Errorf("nobody is %q", ids)
	}
}

// On Cloud an actor of a role is shown with a name that says nothing.
func TestMemberTellsNamesFromAccounts(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/role/10101") {
			return false
		}
		f.json(w, 200, map[string]any{"id": 10101, "name": "Tècnics", "actors": []any{
			map[string]any{"type": "atlassian-user-role-actor", "name": f.id("marta"), "actorUser": map[string]any{"accountId": f.id("pere")}},
		}})
		return true
	})
	c := f.client(func(cfg *Config) { cfg.Roles = []string{"Tècnics"} })
	for name, want := range map[string]bool{"pere": true, "marta": false} {
		if is, err := c.Member(t.Context(), bridge.User{ID: f.id(name)}, "SUP"); err != nil || is != want {
			t.Errorf("%s: %t, %v", name, is, err)
		}
	}
}

package jira

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

func TestMember(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		tests := map[string]struct {
			groups, roles []string
			members       string // in SUP
		}{
			"nothing configured": {nil, nil, "marta pere joan anna nobody"},
			"group":              {[]string{"aoc-sistemes "}, nil, "marta"},
			"groups":             {[]string{"guardia", "jira-users"}, nil, "marta pere joan"},
			"group by its id":    {[]string{"00000000-0000-4000-8000-00000000000C"}, nil, "marta"},
			"role":               {nil, []string{"tècnics"}, "pere joan"},
			"group or role":      {[]string{"AOC-Sistemes"}, []string{"Missing", "Tècnics"}, "marta pere joan"},
			"role not there":     {nil, []string{"Missing"}, ""},
		}
		for name, test := range tests {
			c := f.client(func(cfg *Config) { cfg.Groups, cfg.Roles = test.groups, test.roles })
			for _, who := range []string{"marta", "pere", "joan", "anna", "nobody"} {
				user := bridge.User{ID: f.id(who)}
				if who == "nobody" {
					user = bridge.User{}
				}
				want := strings.Contains(test.members, who)
				before := f.count("GET rest/api/2/user")
				for range 2 {
					if got, err := c.Member(t.Context(), user, "SUP"); err != nil || got != want {
						t.Errorf("%s: %s is a member: %t, %v", name, who, got, err)
					}
				}
				if n := f.count("GET rest/api/2/user") - before; n > 1 || n == 1 && user.IsZero() {
					t.Errorf("%s: %s was asked for %d times", name, who, n)
				}
				user.Customer = true
				if got, err := c.Member(t.Context(), user, "SUP"); err != nil || got {
					t.Errorf("%s: the customer %s is a member: %t, %v", name, who, got, err)
				}
			}
		}
	})
}

// Jira says of some users only itself that they are customers.
func TestMemberIsNoCustomer(t *testing.T) {
	t.Parallel()
	f := newFake(t, Cloud)
	c := f.client(func(cfg *Config) { cfg.Groups = []string{"AOC-Sistemes"} })
	if got, err := c.Member(t.Context(), bridge.User{ID: f.id("client")}, "SUP"); err != nil || got {
		t.Errorf("Member = %t, %v", got, err)
	}
}

// On Data Center the key of an account may be the name of another, which was made
// after the first was renamed.
func TestMemberTellsNamesFromKeys(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/user") {
			return false
		}
		f.json(w, 200, map[string]any{"name": r.URL.Query().Get("username"), "key": "pere", "groups": map[string]any{"size": 0, "items": []any{}}})
		return true
	})
	c := f.client(func(cfg *Config) { cfg.Roles = []string{"Tècnics"} })
	for name, want := range map[string]bool{"pere": true, "PERE": true, "pau": false} {
		if got, err := c.Member(t.Context(), bridge.User{ID: name}, "SUP"); err != nil || got != want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
}

func TestMemberIsRemembered(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		c := f.client(func(cfg *Config) { cfg.Roles = []string{"Tècnics"} })
		ask := func(want bool, requests int) {
			t.Helper()
			before := f.count("")
			got, err := c.Member(t.Context(), bridge.User{ID: f.id("anna")}, "SUP")
			if err != nil || got != want || f.count("")-before != requests {
				t.Errorf("Member = %t, %v after %d requests, want %t after %d", got, err, f.count("")-before, want, requests)
			}
		}
		f.people.groups["anna"] = nil
		ask(false, 5) // what the server is, who we are, the user, the roles, the role
		f.people.groups["anna"] = []string{"guardia"}
		f.pass(memberAge - time.Second)
		ask(false, 0)
		f.pass(2 * time.Second)
		ask(true, 3)
	})
}

func TestMembersAreBounded(t *testing.T) {
	t.Parallel()
	all := map[string]int{}
	for i := range 25 {
		keep(all, string(rune('a'+i)), i, 10)
		if len(all) > 10 || all[string(rune('a'+i))] != i {
			t.Fatalf("%d: %v", i, all)
		}
	}
}

// What the account may not read is said with what it needs, and nobody is taken
// for a stranger or a member because of it.
func TestMemberWithoutPermission(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for hidden, remedy := range map[string]string{"users": "Browse users and groups", "groups": "Browse users and groups", "roles": "Administer Projects"} {
			f.mu.Lock()
			f.people.hidden = hidden
			f.mu.Unlock()
			c := f.client(func(cfg *Config) { cfg.Roles = []string{"Tècnics"} })
			got, err := c.Member(t.Context(), bridge.User{ID: f.id("pere")}, "SUP")
			for _, err := range []error{err, c.CheckMembership(t.Context())} {
				if got || !bridge.IsPermanent(err) || !strings.Contains(err.Error(), remedy) {
					t.Errorf("%s: %t, %v", hidden, got, err)
				}
			}
		}
	})
}

func TestMemberWhileJiraIsAway(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, path := range []string{"/user", "/role", "/role/10101", "/serverInfo"} {
			for _, code := range []int{429, 500, 503} {
				c := f.client(func(cfg *Config) { cfg.Roles = []string{"Tècnics"} })
				f.status("GET", path, code)
				if got, err := c.Member(t.Context(), bridge.User{ID: f.id("pere")}, "SUP"); got || err == nil || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
					t.Errorf("%s, %d: %t, %v", path, code, got, err)
				}
			}
		}
		// A token that expired is no missing permission.
		f.answer(nil)
		c := f.client(func(cfg *Config) { cfg.Roles = []string{"Tècnics"} })
		if _, err := c.Detect(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.answer(func(w http.ResponseWriter, _ *http.Request) bool { f.refuse(w, 401, "no"); return true })
		if _, err := c.Member(t.Context(), bridge.User{ID: f.id("pere")}, "SUP"); err == nil || bridge.IsPermanent(err) {
			t.Errorf("%v", err)
		}
		if err := c.CheckMembership(t.Context()); err == nil || bridge.IsPermanent(err) {
			t.Errorf("%v", err)
		}
	})
}

func TestCheckMembership(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for name, test := range map[string]struct {
			groups, roles []string
			want          []string
		}{
			"nothing":            {nil, nil, nil},
			"there":              {[]string{"guardia"}, []string{"tècnics"}, nil},
			"by id":              {[]string{"952D12c3-5b5b-4d04-bb32-44d383afc4b2"}, nil, nil},
			"a part of a name":   {[]string{"guard"}, nil, []string{`"guard"`}},
			"neither":            {[]string{"Missing", "guardia"}, []string{"Tecnics"}, []string{`"missing"`, `"Tecnics"`, "SUP, XARXA"}},
			"in one of projects": {nil, []string{"Administrators", "Tècnics"}, nil},
		} {
			before := f.count("")
			err := f.client(func(cfg *Config) { cfg.Groups, cfg.Roles = test.groups, test.roles }).CheckMembership(t.Context())
			if bridge.IsPermanent(err) != (test.want != nil) || (err != nil) != (test.want != nil) {
				t.Errorf("%s: %v", name, err)
			}
			for _, word := range test.want {
				if err != nil && !strings.Contains(err.Error(), word) {
					t.Errorf("%s: %v does not name %s", name, err, word)
				}
			}
			if name == "nothing" && f.count("") != before {
				t.Error("something was asked")
			}
		}
	})
}

// A group that cannot be looked for is none that is missing.
func TestCheckMembershipOfUnknownGroup(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		check := func() error {
			return f.client(func(cfg *Config) { cfg.Groups = []string{"suport"} }).CheckMembership(t.Context())
		}
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			asked := strings.HasSuffix(r.URL.Path, "/picker")
			if asked {
				f.json(w, 200, map[string]any{"total": 50, "groups": []map[string]any{{"name": "suport-web"}}})
			}
			return asked
		})
		if err := check(); err != nil {
			t.Errorf("only a part of the groups is shown: %v", err)
		}
		f.status("GET", "/picker", 403)
		if err := check(); err != nil {
			t.Errorf("groups may not be looked for: %v", err)
		}
		f.status("GET", "/picker", 503)
		if err := check(); err == nil || bridge.IsPermanent(err) {
			t.Errorf("away: %v", err)
		}
	})
}

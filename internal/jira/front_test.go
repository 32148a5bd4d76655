package jira

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/internal/sim"
)

// blocked refuses with a page everything whose path holds part.
func (f *fakeJira) blocked(part string, code int) {
	f.answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, part) {
			return false
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(code)
		fmt.Fprint(w, "<html>Request blocked by the web firewall</html>")
		return true
	})
}

// What a proxy or a firewall refuses says nothing of the issue, and it may have
// refused only to hand on the answer.
func TestRefusalsOfAServerInFront(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, code := range []int{400, 402, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 431, 451} {
			c := f.client()
			if _, err := c.Detect(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.blocked("", code)
			_, read := c.Issue(t.Context(), "10001")
			_, _, post := c.Comment(t.Context(), "10001", "k", "text")
			_, labels := c.EditLabels(t.Context(), "10001", []string{"a"}, nil)
			_, property := c.UserProperty(t.Context(), "k", new(int))
			for i, err := range []error{read, post, labels, property} {
				if err == nil || bridge.IsPermanent(err) || bridge.IsNotDone(err) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrIssueFull) || errors.Is(err, ErrTooLarge) {
					t.Errorf("%d, call %d: %v (permanent %t, not done %t)", code, i, err, bridge.IsPermanent(err), bridge.IsNotDone(err))
				}
				if said, ok := errors.AsType[*StatusError](err); !ok || said.Status != code || !strings.Contains(err.Error(), "firewall") || strings.Contains(err.Error(), "blocked") {
					t.Errorf("%d, call %d: %v", code, i, err)
				}
			}
			f.answer(nil)
			if _, err := c.uploadLimit(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.blocked("/attachments", code)
			_, file := c.Attach(t.Context(), "10001", "a.txt", "text/plain", 1, strings.NewReader("x"))
			large := code == http.StatusRequestEntityTooLarge // such a server bounds files too
			if file == nil || bridge.IsPermanent(file) != large || bridge.IsNotDone(file) != large || errors.Is(file, ErrTooLarge) != large {
				t.Errorf("%d, file: %v (permanent %t, not done %t)", code, file, bridge.IsPermanent(file), bridge.IsNotDone(file))
			}
		}
	})
}

// What is certain whoever says it stays so.
func TestPlainRefusalsOfAServerInFront(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for code, kind := range map[int]error{401: ErrCredentials, 407: nil, 429: nil} {
			f.blocked("", code)
			_, _, err := f.client().Comment(t.Context(), "10001", "k", "text")
			if err == nil || bridge.IsPermanent(err) || !bridge.IsNotDone(err) || kind != nil && !errors.Is(err, kind) || bridge.RetryAt(err).IsZero() == (code == 429) {
				t.Errorf("%d: %v (not done %t)", code, err, bridge.IsNotDone(err))
			}
		}
		f.answer(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "login.jsp") {
				http.Redirect(w, r, "/jira/login.jsp", http.StatusFound)
				return true
			}
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusForbidden)
			return true
		})
		if _, err := f.client().Detect(t.Context()); !errors.Is(err, ErrCredentials) || bridge.IsPermanent(err) {
			t.Errorf("a login page that is refused: %v", err)
		}
	})
}

// A page is no word on what the account may ask.
func TestMemberBehindAFirewall(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, f *fakeJira) {
		for _, path := range []string{"/api/2/user", "/role"} {
			for _, code := range []int{403, 404} {
				c := f.client(func(cfg *Config) { cfg.Roles = []string{"Tècnics"} })
				f.blocked(path, code)
				is, err := c.Member(t.Context(), bridge.User{ID: f.id("pere")}, "SUP")
				for _, err := range []error{err, c.CheckMembership(t.Context())} {
					if is || err == nil || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
						t.Errorf("%s, %d: %t, %v", path, code, is, err)
					}
				}
			}
		}
	})
}

func TestSimulatedFirewall(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		j, cfg := simulator(t, flavour, sim.JiraConfig{})
		c := simulated(t, cfg)
		id, key := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
		j.Fail("", "/rest/api/2/issue/", sim.Fault{Status: 403, Text: "<h1>Blocked</h1>", Header: map[string]string{"Content-Type": "text/html"}, Times: 2})
		_, read := c.Issue(t.Context(), id)
		_, _, post := c.Comment(t.Context(), id, "k", "<script>")
		for _, err := range []error{read, post} {
			if err == nil || bridge.IsPermanent(err) || bridge.IsNotDone(err) {
				t.Errorf("%v (permanent %t)", err, bridge.IsPermanent(err))
			}
		}
		if _, _, err := c.Comment(t.Context(), id, "k", "<script>"); err != nil || len(j.Comments(key)) != 1 {
			t.Errorf("afterwards: %v, %d comments", err, len(j.Comments(key)))
		}
	})
}

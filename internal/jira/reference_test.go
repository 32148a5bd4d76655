package jira

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/sim"
)

// permission is what the call needs there; empty: it is not made.
func (c Call) permission(flavour Flavour) string {
	return map[Flavour]string{Cloud: c.Cloud, DataCenter: c.DataCenter}[flavour]
}

func (c Call) String() string { return c.Method + " " + c.Path }

// row finds the row of a request: of those that fit, the one that says most.
func row(flavour Flavour, method, path string) (Call, bool) {
	var found []Call
	for _, c := range Calls() {
		want, got := strings.Split(c.Path, "/"), strings.Split(path, "/")
		fits := func(w, g string) bool { return w == g || strings.HasPrefix(w, "{") && g != "" }
		if c.Method == method && c.permission(flavour) != "" && slices.EqualFunc(want, got, fits) {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return Call{}, false
	}
	return slices.MinFunc(found, func(a, b Call) int { return strings.Count(a.Path, "{") - strings.Count(b.Path, "{") }), true
}

// inTable holds what the fake was asked against the table.
func (f *fakeJira) inTable() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, asked := range f.asked {
		method, path, _ := strings.Cut(asked, " ")
		if path == "login.jsp" {
			continue // a redirect led there
		}
		if _, ok := row(f.flavour, method, "/"+path); !ok {
			f.t.Errorf("%s: %s is not in the table of calls", f.flavour, asked)
		}
	}
}

// calls remembers which rows were asked for.
type calls struct {
	flavour Flavour
	mu      sync.Mutex
	made    map[string]bool
	strange []string
}

func (c *calls) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		if found, ok := row(c.flavour, r.Method, r.URL.EscapedPath()); ok {
			c.made[found.String()] = true
		} else {
			c.strange = append(c.strange, r.Method+" "+r.URL.EscapedPath())
		}
		c.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// One of everything that the client does makes every call of the table, and no
// other. The fakes of the other tests hold their requests against it as well.
func TestCallsAreMade(t *testing.T) {
	t.Parallel()
	for _, flavour := range []Flavour{Cloud, DataCenter} {
		t.Run(string(flavour), func(t *testing.T) {
			t.Parallel()
			log := &calls{flavour: flavour, made: map[string]bool{}}
			j := sim.NewJira(sim.JiraConfig{
				Cloud: flavour == Cloud, HideProperties: true, GroupsShown: 1, Fields: []sim.Field{{Name: "Referència"}, {Name: "Impacte"}},
			})
			j.SetGroup("suport")
			j.SetGroup("altres", "marta.puig")
			j.SetGroup("usuaris", "marta.puig")
			j.SetRole("AOC", "Tècnics", []string{"marta.puig"}, nil)
			server := httptest.NewServer(log.wrap(documents.Wrap(t, flavour == Cloud)(j.Handler())))
			t.Cleanup(server.Close)
			everything(t, j, server.URL, flavour)
			want := map[string]bool{}
			for _, c := range Calls() {
				if c.permission(flavour) != "" {
					want[c.String()] = true
				}
			}
			if diff := cmp.Diff(want, log.made); diff != "" {
				t.Errorf("calls (-table +made):\n%s", diff)
			}
			if len(log.strange) > 0 {
				t.Errorf("not in the table: %q", log.strange)
			}
		})
	}
}

// everything does each thing that the client can do.
func everything(t *testing.T, j *sim.Jira, url string, flavour Flavour) {
	t.Helper()
	cfg := Config{
		URL: url, Token: "sim-token", Projects: []string{"AOC"}, Fields: []string{"Impacte"}, ReferenceFields: []string{"Referència"},
		Groups: []string{"suport"}, Roles: []string{"Tècnics"},
	}
	if flavour == Cloud {
		cfg.User = "escalat@aoc.test"
	}
	c := simulated(t, cfg)
	ctx := t.Context()
	id, key := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "Impacte: total")
	for i := range 101 { // more than Cloud sends with an issue
		if err := j.Edit("marta.puig", key, map[string]string{"Impacte": fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := j.AddAttachment("marta.puig", key, "traça à.txt", "text/plain", []byte("contingut")); err != nil {
		t.Fatal(err)
	}
	var issue bridge.Issue
	steps := []struct {
		what string
		do   func() error
	}{
		{"CheckMembership", func() error { return c.CheckMembership(ctx) }},
		{"SetUserProperty", func() error { return c.SetUserProperty(ctx, "escalat", map[string]string{"id": "1"}) }},
		{"UserProperty", func() error {
			var mark map[string]string
			found, err := c.UserProperty(ctx, "escalat", &mark)
			return met(err, found && mark["id"] == "1")
		}},
		{"Changed", func() error {
			found := 0
			err := c.Changed(ctx, time.Hour, func(page []Hit) error { found += len(page); return nil })
			return met(err, found == 1)
		}},
		{"Comment without the permission", func() error {
			j.SetLacks("ADD_COMMENTS")
			_, _, err := c.Comment(ctx, id, "k0", "text")
			j.SetLacks()
			return met(nil, errors.Is(err, bridge.ErrUnwritable))
		}},
		{"EditLabels", func() error { _, err := c.EditLabels(ctx, id, []string{"escalar"}, nil); return err }},
		{"Labelled", func() error {
			found := 0
			err := c.Labelled(ctx, []string{"escalar"}, true, func(page []Hit) error { found += len(page); return nil })
			return met(err, found == 1)
		}},
		{"Issue", func() (err error) { issue, err = c.Issue(ctx, id); return met(err, len(issue.Attachments) == 1) }},
		{"Member", func() error {
			is, err := c.Member(ctx, issue.Reporter, "AOC")
			return met(err, is)
		}},
		{"Attachment", func() error {
			body, err := c.Attachment(ctx, issue.Attachments[0])
			if err != nil {
				return err
			}
			raw, err := io.ReadAll(body)
			return met(err, string(raw) == "contingut" && body.Close() == nil)
		}},
		{"Comment", func() error { _, _, err := c.Comment(ctx, id, "k", "Falten dades"); return err }},
		{"FindComment", func() error {
			_, _, found, err := c.FindComment(ctx, id, "k", time.Now().Add(-time.Minute))
			return met(err, found)
		}},
		{"Attach", func() error {
			_, err := c.Attach(ctx, id, "resposta.txt", "text/plain", 3, bytes.NewReader([]byte("abc")))
			return err
		}},
		{"FindAttachment", func() error {
			_, found, err := c.FindAttachment(ctx, id, "resposta.txt", 3, time.Now().Add(-time.Minute))
			return met(err, found)
		}},
		{"SetLink", func() error {
			_, err := c.SetLink(ctx, id, Link{GlobalID: "g", URL: "https://suport.example.org/1", Title: "INC-1", Relationship: "Proveïdor"})
			return err
		}},
		{"AppendField", func() error { _, err := c.AppendField(ctx, id, "Referència", "INC-1"); return err }},
		{"SetField", func() error { _, err := c.SetField(ctx, id, "Referència", "INC-2"); return err }},
		{"CheckStatuses", func() error { return c.CheckStatuses(ctx, []string{"In Progress"}) }},
		{"Move", func() error {
			_, err := c.Move(ctx, id, "In Progress", false)
			moved, _ := j.Issue(id)
			return met(err, moved.Status == "In Progress")
		}},
	}
	for _, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.what, err)
		}
	}
}

// met is err, or an error when what was to be seen was not.
func met(err error, seen bool) error {
	if err == nil && !seen {
		err = errors.New("not what was expected")
	}
	return err
}

// Each call is one that Jira's own documents have, and the permissions are those
// that Cloud's names. Data Center's names none.
func TestCallsAreDocumented(t *testing.T) {
	t.Parallel()
	documents.Need(t)
	for _, c := range Calls() {
		for _, flavour := range []Flavour{Cloud, DataCenter} {
			needed := c.permission(flavour)
			if needed == "" || strings.HasPrefix(c.Path, "/secure/") {
				continue // the bytes of a file, beside the REST interface
			}
			text, known := documents.Operation(t, flavour == Cloud, c.Method, c.Path)
			if !known {
				t.Errorf("%s: the document has no %s", flavour, c)
			}
			if flavour != Cloud {
				continue
			}
			_, text, _ = strings.Cut(strings.ToLower(text), "permissions")
			text = strings.ReplaceAll(text, "permission to access jira", "access to jira") // as it says elsewhere
			for one := range strings.SplitSeq(needed, ", ") {
				if !strings.Contains(text, strings.ToLower(one)) {
					t.Errorf("%s: the document says nothing of %q: %s", c, one, text)
				}
			}
		}
	}
}

// The table says everything of each call, and each call once.
func TestCalls(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range Calls() {
		if seen[c.String()] {
			t.Errorf("%s is there twice", c)
		}
		seen[c.String()] = true
		if c.For == "" || c.When == "" || c.Cloud+c.DataCenter == "" {
			t.Errorf("%s: not all is said: %+v", c, c)
		}
		if search := strings.Contains(c.Path, "/search"); c.Writes != (c.Method != http.MethodGet && !search) {
			t.Errorf("%s: writes %v", c, c.Writes)
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d calls", len(seen))
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSuffix(Reference(), "\n"), "\n")
	if len(lines) != len(Calls())+2 {
		t.Errorf("%d lines for %d calls", len(lines), len(Calls()))
	}
	for _, line := range lines {
		if strings.Count(line, "|") != 6 {
			t.Errorf("not five cells: %s", line)
		}
	}
	for _, want := range []string{
		"| `GET /rest/api/2/user/properties/{propertyKey}` | which installation works with this account | when a term of leadership begins, at each renewal (every ten minutes in which something was written), and every few seconds while held | access to Jira | access to Jira |",
		"| `PUT /rest/api/2/user/properties/{propertyKey}` | writes that this installation works with this account | when a term of leadership begins, and at each renewal | access to Jira | access to Jira |",
		"| `GET /rest/api/2/issue/{issueIdOrKey}/changelog` | changes that did not come with the issue | with each look at an issue of more than a hundred changes | *Browse projects* | not made |",
		"| `PUT /rest/api/2/issue/{issueIdOrKey}` | writes labels, and the fields for the provider's references and for whose turn it is | once a change of state | *Browse projects*, *Edit issues* | *Browse Projects*, *Edit Issues* |",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %s in\n%s", want, Reference())
		}
	}
}

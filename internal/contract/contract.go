// Package contract holds what is said to a Jira and what it answers against
// Jira's own OpenAPI documents. It is for tests: no program contains it.
//
// A checker stands around a handler that plays Jira and lets everything pass
// as it is. Each request (path, query, header, body) and each answer (status,
// body) that is not as the document of the flavour says is a breach, and an
// error of the test when that ends. What real Jira does and no document says is
// a table of exceptions, each with its reason.
//
// The documents are Atlassian's and no part of this repository. The folder
// that ESCALAT_JIRA_OPENAPI names has them; where it is not set everything
// passes unchecked, and the log of the test says so.
package contract

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Folder is the environment variable that names the folder of the documents.
const Folder = "ESCALAT_JIRA_OPENAPI"

const unset = Folder + " is not set: NOT held against Jira's own documents"

// Documents are Jira's documents of both flavours. Each is read when it is
// first needed, and once: a process keeps one value for all of its tests.
type Documents struct {
	folder            func() string
	cloud, dataCenter func() (*document, error)
}

// document is one of them, ready to be asked.
type document struct {
	doc    *openapi3.T
	router routers.Router
}

// New makes the documents without reading them.
func New() *Documents {
	// Asked late: a variable that is read while a package begins is none on which
	// the go command knows a test to depend.
	return in(func() string { return os.Getenv(Folder) })
}

func in(folder func() string) *Documents {
	read := func(name string) func() (*document, error) {
		return sync.OnceValues(func() (*document, error) { return load(filepath.Join(folder(), name)) })
	}
	return &Documents{folder: folder, cloud: read("jira-cloud-v2-derived.json"), dataCenter: read("jira-dc-10.3-rest.json")}
}

// load reads a document. It is not validated itself: it is as it is, and its
// small faults are not ours.
func load(file string) (*document, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read Jira's document: %w", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		return nil, fmt.Errorf("read Jira's document %s: %w", file, err)
	}
	doc.Servers = nil // it is played by whatever server a test has
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("read the paths of Jira's document %s: %w", file, err)
	}
	return &document{doc: doc, router: router}, nil
}

func (d *Documents) of(t testing.TB, cloud bool) *document {
	t.Helper()
	read := d.dataCenter
	if cloud {
		read = d.cloud
	}
	doc, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Need skips a test that is about the documents where there are none.
func (d *Documents) Need(t testing.TB) {
	t.Helper()
	if d.folder() == "" {
		t.Skip(unset)
	}
}

// Wrap puts a checker around a handler that plays a Jira of the flavour, and
// reports its breaches when the test ends. The handler must not be asked any
// more then: whoever closes its server in a cleanup does so after this call.
func (d *Documents) Wrap(t testing.TB, cloud bool) func(http.Handler) http.Handler {
	t.Helper()
	return d.Checker(t, cloud).Wrap
}

// WrapAnswers is Wrap for a test that asks what no client of ours asks: only
// the answers are held against the document.
func (d *Documents) WrapAnswers(t testing.TB, cloud bool) func(http.Handler) http.Handler {
	t.Helper()
	c := d.Checker(t, cloud)
	c.onlyAnswers = true
	return c.Wrap
}

// WrapRequests is Wrap for a Jira whose answers are odd on purpose: only what
// it is asked is held against the document.
func (d *Documents) WrapRequests(t testing.TB, cloud bool) func(http.Handler) http.Handler {
	t.Helper()
	c := d.Checker(t, cloud)
	c.onlyRequests = true
	return c.Wrap
}

// Checker is Wrap for a test that has more to ask.
func (d *Documents) Checker(t testing.TB, cloud bool) *Checker {
	t.Helper()
	c := &Checker{cloud: cloud, breaches: map[string]int{}}
	if d.folder() == "" {
		t.Log(unset)
		return c
	}
	c.document = d.of(t, cloud)
	t.Cleanup(func() {
		for _, breach := range c.Breaches() {
			t.Error("not as Jira's own document says: " + breach)
		}
	})
	return c
}

// Operation returns what the document of the flavour says about a call, such as
// GET /rest/api/2/issue/{issueIdOrKey}, and whether it knows it.
func (d *Documents) Operation(t testing.TB, cloud bool, method, path string) (description string, known bool) {
	t.Helper()
	item := d.of(t, cloud).doc.Paths.Value(path)
	if item == nil || item.GetOperation(method) == nil {
		return "", false
	}
	op := item.GetOperation(method)
	return op.Summary + "\n" + op.Description, true
}

// Type returns the type of a member of the good answer to a call, by the names
// that lead to it; * stands for each member of a list. It is empty where the
// document has no such member.
func (d *Documents) Type(t testing.TB, cloud bool, method, path string, members ...string) string {
	t.Helper()
	item := d.of(t, cloud).doc.Paths.Value(path)
	if item == nil || item.GetOperation(method) == nil {
		return ""
	}
	var at *openapi3.SchemaRef
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		if answer := item.GetOperation(method).Responses.Status(status); answer != nil && at == nil {
			if media := answer.Value.Content.Get("application/json"); media != nil {
				at = media.Schema
			}
		}
	}
	for _, name := range members {
		if at == nil {
			return ""
		}
		if at = behind(at); name == "*" {
			at = at.Value.Items
		} else {
			at = at.Value.Properties[name]
		}
	}
	if at == nil || behind(at).Value.Type == nil {
		return ""
	}
	return strings.Join(behind(at).Value.Type.Slice(), " or ")
}

// behind is the schema that another one only names.
func behind(s *openapi3.SchemaRef) *openapi3.SchemaRef {
	for len(s.Value.AllOf) == 1 {
		s = s.Value.AllOf[0]
	}
	return s
}

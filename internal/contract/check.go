package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// Checker holds what passes a handler against one document. It may be used by
// many goroutines.
type Checker struct {
	cloud    bool
	document *document // nil: nothing is checked

	onlyAnswers, onlyRequests bool

	mu       sync.Mutex
	breaches map[string]int // how often
}

// Breaches returns what was not as documented, in alphabetical order, each once.
func (c *Checker) Breaches() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, breach := range slices.Sorted(maps.Keys(c.breaches)) {
		if n := c.breaches[breach]; n > 1 {
			breach += fmt.Sprintf(" (%d times)", n)
		}
		out = append(out, breach)
	}
	return out
}

// Forget returns the breaches and forgets them: they were made on purpose.
func (c *Checker) Forget() []string {
	found := c.Breaches()
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.breaches)
	return found
}

// longestBreach bounds a text that may repeat what was sent, in bytes.
const longestBreach = 500

func (c *Checker) breach(text string) {
	text = strings.ToValidUTF8(text, "\ufffd")
	if len(text) > longestBreach {
		end := longestBreach
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "…"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.breaches[text]++
}

// Wrap returns a handler that lets everything through to next, and sees it.
// Only what is said to Jira is seen: not the media host, nor how a test
// commands its simulator.
func (c *Checker) Wrap(next http.Handler) http.Handler {
	if c.document == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, ours := below(r.URL)
		if !ours {
			next.ServeHTTP(w, r)
			return
		}
		e := exchange{checker: c, request: r.Clone(context.WithoutCancel(r.Context()))}
		e.request.URL = at
		sent, seen, answered := takeBody(r), &recorder{ResponseWriter: w}, false
		// Also when the handler breaks the connection off, which it does by a panic.
		defer func() {
			if e.find() {
				e.checkRequest(sent)
				if answered && !sent.broken && !seen.onPurpose && !c.onlyRequests {
					e.checkAnswer(seen)
				}
			}
		}()
		next.ServeHTTP(seen, r)
		answered = true
	})
}

// below returns the URL without the context path of Jira, and whether it leads
// to one of Jira's resources.
func below(u *url.URL) (*url.URL, bool) {
	path := u.EscapedPath()
	start := len(path)
	for _, root := range []string{"/rest/", "/secure/"} {
		if i := strings.Index(path, root); i >= 0 {
			start = min(start, i)
		}
	}
	if start == len(path) {
		return nil, false
	}
	at, err := url.Parse(path[start:])
	if err != nil {
		return nil, false
	}
	at.RawQuery = u.RawQuery
	return at, true
}

// exchange is one request and its answer.
type exchange struct {
	checker *Checker
	request *http.Request
	input   *openapi3filter.RequestValidationInput
	refused bool // the request is a breach
}

func (e *exchange) String() string {
	path := e.request.URL.EscapedPath()
	if e.input != nil {
		path = e.input.Route.Path
	}
	return e.request.Method + " " + path
}

// nonsense is a breach of the request.
func (e *exchange) nonsense(what string) {
	e.refused = true
	if !e.checker.onlyAnswers {
		e.breach("request: " + what)
	}
}

func (e *exchange) breach(what string) {
	e.checker.breach(e.String() + ": " + what)
}

// find looks the operation up, and reports whether there is more to be checked.
func (e *exchange) find() bool {
	if x, found := e.excepted(gone(), always); found {
		e.nonsense(x.reason)
		return false
	}
	if _, found := e.excepted(resources(), always); found {
		return false
	}
	route, vars, err := e.checker.document.router.FindRoute(e.request)
	switch {
	case err == nil:
		e.input = &openapi3filter.RequestValidationInput{Request: e.request, PathParams: vars, Route: route}
		return true
	case errors.Is(err, routers.ErrMethodNotAllowed):
		e.nonsense("the path does not have this method")
	default:
		e.nonsense("there is no such path")
	}
	return false
}

func options() *openapi3filter.Options {
	return &openapi3filter.Options{
		AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
		IncludeResponseStatus:             true,
		MultiError:                        true,
		RejectWhenRequestBodyNotSpecified: true,
		SkipSettingDefaults:               true,
	}
}

func (e *exchange) checkRequest(sent *body) {
	e.checkQuery()
	if x, found := e.excepted(headers(), always); found {
		name, value, _ := strings.Cut(x.what, ": ")
		if e.request.Header.Get(name) != value {
			e.nonsense("no " + x.what)
		}
	}
	opts := options()
	data, whole := sent.taken()
	kind, params, _ := mime.ParseMediaType(e.request.Header.Get("Content-Type"))
	// The library reads the parts of a form by their kind, and does not know
	// every kind.
	form := kind == "multipart/form-data"
	opts.ExcludeRequestBody = form || !whole
	if form && whole {
		e.checkForm(data, params["boundary"])
	}
	e.request.Body, e.request.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	e.request.GetBody = nil
	e.input.Options = opts
	if err := openapi3filter.ValidateRequest(context.Background(), e.input); err != nil {
		e.report("request", err, e.nonsense)
	}
}

// checkQuery finds the parameters that no document knows; the library looks
// only at those that it knows.
func (e *exchange) checkQuery() {
	known := map[string]bool{}
	for _, list := range []openapi3.Parameters{e.input.Route.PathItem.Parameters, e.input.Route.Operation.Parameters} {
		for _, p := range list {
			known[p.Value.Name] = known[p.Value.Name] || p.Value.In == openapi3.ParameterInQuery
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.request.URL.Query())) {
		_, found := e.excepted(parameters(), func(x exception) bool { return x.what == name })
		if !known[name] && !found {
			e.nonsense("the query parameter " + name + " is not documented")
		}
	}
}

// checkForm holds the names of a form's parts against the document.
func (e *exchange) checkForm(data []byte, boundary string) {
	var media *openapi3.MediaType
	if b := e.input.Route.Operation.RequestBody; b != nil {
		media = b.Value.Content.Get("multipart/form-data")
	}
	if media == nil || media.Schema == nil {
		e.nonsense("a form is not documented")
		return
	}
	seen := map[string]bool{}
	for form := multipart.NewReader(bytes.NewReader(data), boundary); ; {
		part, err := form.NextPart()
		if err == io.EOF { // wrapped, it says that the form has no end
			break
		}
		if err != nil {
			e.nonsense("the form is broken: " + err.Error())
			return
		}
		seen[part.FormName()] = true
		if media.Schema.Value.Properties[part.FormName()] == nil {
			e.nonsense("a part " + part.FormName() + " of a form is not documented")
		}
	}
	for _, name := range media.Schema.Value.Required {
		if !seen[name] {
			e.nonsense("the form has no part " + name)
		}
	}
}

func (e *exchange) checkAnswer(seen *recorder) {
	code := seen.status()
	if _, found := e.excepted(statuses(), func(x exception) bool { return slices.Contains(x.status, code) }); found || seen.over {
		return
	}
	if e.refused && code >= 400 {
		return // how nonsense is refused, no document says
	}
	if answer := e.input.Route.Operation.Responses.Status(code); answer != nil && seen.copied.Len() == 0 && mayBeEmpty(answer.Value) {
		return
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: e.input, Status: code, Header: seen.Header(),
		Body: io.NopCloser(bytes.NewReader(seen.copied.Bytes())), Options: options(),
	}
	if err := openapi3filter.ValidateResponse(context.Background(), answer); err != nil {
		what := fmt.Sprintf("answer %d", code)
		e.report(what, err, func(text string) { e.breach(what + ": " + text) })
	}
}

// mayBeEmpty reports whether the document says of an answer only that it may
// be JSON, of whatever shape: so it writes down that there is none.
func mayBeEmpty(answer *openapi3.Response) bool {
	for _, media := range answer.Content {
		if s := media.Schema; s != nil && (s.Ref != "" || s.Value.Type != nil || len(s.Value.AllOf) > 0) {
			return false
		}
	}
	return true
}

// report tells each fault of an error that may hold many.
func (e *exchange) report(what string, err error, tell func(string)) {
	for _, fault := range faults(err) {
		at := what
		if fault.where != "" {
			at += " " + fault.where
		}
		_, found := e.excepted(places(), func(x exception) bool { return x.what == at || x.what == at+" "+fault.member() })
		if !found {
			tell(fault.String())
		}
	}
}

// fault is one place that is not as documented.
type fault struct {
	where string // in the body; or a parameter
	text  string
}

// member is the name of a member that is not documented, or nothing.
func (f fault) member() string {
	_, name, _ := strings.Cut(f.text, "property \"")
	name, rest, _ := strings.Cut(name, "\"")
	if rest != " is unsupported" {
		return ""
	}
	return name
}

func (f fault) String() string {
	if f.where == "" {
		return f.text
	}
	return f.where + ": " + f.text
}

// faults takes an error of the library apart.
func faults(err error) []fault {
	switch err := err.(type) { //nolint:errorlint // the library nests its errors; each is taken apart in turn
	case openapi3.MultiError:
		var out []fault
		for _, one := range err {
			out = append(out, faults(one)...)
		}
		return out
	case *openapi3filter.RequestError:
		return within(err.Parameter, err.Reason, err.Err)
	case *openapi3filter.ResponseError:
		return within(nil, err.Reason, err.Err)
	case *openapi3.SchemaError:
		if inner, ok := errors.AsType[openapi3.MultiError](err.Origin); ok && err.SchemaField == "allOf" {
			return faults(inner) // of its members; their places are whole
		}
		return []fault{{where: place(err.JSONPointer()), text: err.Reason}}
	}
	return []fault{{text: err.Error()}}
}

func within(parameter *openapi3.Parameter, reason string, err error) []fault {
	out := []fault{{text: reason}}
	if err != nil {
		out = faults(err)
	}
	if parameter != nil {
		for i := range out {
			out[i].where = strings.TrimSuffix(parameter.In+" "+parameter.Name+" "+out[i].where, " ")
		}
	}
	return out
}

// place shows a place in a body without the numbers of list members, so that
// the same breach is the same text.
func place(pointer []string) string {
	var out strings.Builder
	for _, step := range pointer {
		if strings.Trim(step, "0123456789") == "" {
			step = "*"
		}
		out.WriteString("/" + step)
	}
	return out.String()
}

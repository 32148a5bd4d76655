package jira

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

const userAgent = "escalat"

var (
	errTooLong   = errors.New("the answer is longer than is accepted")
	errElsewhere = errors.New("a write to another place than Jira is refused")
)

// transport is the only way out. It binds the credentials to the base, refuses
// writes where they are not wanted, and tells requests that certainly did not
// reach anybody from the others.
type transport struct {
	next          http.RoundTripper
	base          base
	authorization string
	readOnly      bool
}

// unsentError says that Jira cannot have acted on the request.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }

// RoundTrip sends one request.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.permit(req); err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, &unsentError{err}
	}
	var connected atomic.Bool
	out := req.Clone(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	t.dress(out)
	guardBody(out)
	resp, err := t.next.RoundTrip(out)
	if err != nil && !connected.Load() {
		return nil, &unsentError{err}
	}
	return resp, err
}

// permit is asked immediately before a request is sent.
func (t *transport) permit(req *http.Request) error {
	if req.Method == http.MethodGet {
		return nil
	}
	rest, here := t.base.within(req.URL)
	switch {
	case !here:
		return errElsewhere
	case t.readOnly && !isSearch(req.Method, rest):
		return ErrReadOnly
	default:
		return expired(req.Context())
	}
}

func isSearch(method, rest string) bool {
	return method == http.MethodPost && (rest == searchPath || rest == searchJQLPath)
}

// dress puts on what Jira shall see and takes off what others shall not.
func (t *transport) dress(out *http.Request) {
	h := out.Header
	for _, name := range []string{"Authorization", "Cookie", "Referer"} {
		h.Del(name)
	}
	h.Set("User-Agent", userAgent)
	here := t.base.covers(out.URL)
	if out.Response != nil { // which led here
		here = t.base.redirected(out.URL)
	}
	if !here {
		h.Del("X-Atlassian-Token")
		return
	}
	h.Set("Authorization", t.authorization)
	if out.Method != http.MethodGet {
		// "nocheck" is deprecated since REST 3.0.0 and is logged by Data Center.
		h.Set("X-Atlassian-Token", "no-check")
	}
}

type originKey struct{}

// withOrigin remembers ctx itself: the context of the queue answers strictly by
// the clock, which contexts derived from it do not after a pause.
func withOrigin(ctx context.Context) context.Context {
	return context.WithValue(ctx, originKey{}, ctx)
}

func expired(ctx context.Context) error {
	if origin, ok := ctx.Value(originKey{}).(context.Context); ok {
		if err := origin.Err(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// guardBody makes the body of a write end with an error once the context has
// ended. Connecting takes time, and a request without its body is no request.
func guardBody(out *http.Request) {
	if out.Method == http.MethodGet || out.Body == nil || out.Body == http.NoBody {
		return
	}
	ctx := out.Context()
	out.Body = &guardedBody{ReadCloser: out.Body, ctx: ctx}
	again := out.GetBody
	if again == nil {
		return
	}
	out.GetBody = func() (io.ReadCloser, error) {
		body, err := again()
		if err != nil {
			return nil, err
		}
		return &guardedBody{ReadCloser: body, ctx: ctx}, nil
	}
}

type guardedBody struct {
	io.ReadCloser
	ctx   context.Context
	given bool // something was handed over to be sent
}

func (b *guardedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if gone := expired(b.ctx); gone != nil {
		if !b.given {
			return 0, &unsentError{gone}
		}
		return 0, gone
	}
	b.given = b.given || n > 0
	return n, err
}

// doer is the HTTP client that go-jira is given: it bounds what is read and
// refuses pages that are no answer of the REST interface.
type doer struct{ client *http.Client }

// Do sends req.
func (d doer) Do(req *http.Request) (*http.Response, error) {
	resp, err := d.client.Do(req)
	if err != nil {
		return nil, err
	}
	if !success(resp.StatusCode) {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxErrorAnswer, cut: true}
		return resp, nil
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
	if err := d.check(req, resp); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// check finds the successes that are none: a page to log in, or an answer to
// nobody because the credentials did not count.
func (d doer) check(req *http.Request, resp *http.Response) error {
	if isHTML(resp) {
		head, err := io.ReadAll(io.LimitReader(resp.Body, maxErrorAnswer))
		if err != nil {
			return err
		}
		return &pageError{login: isLogin(resp) || mentionsLogin(string(head))}
	}
	reads := req.Method == http.MethodGet || strings.Contains(req.URL.Path, "/"+searchPath)
	if reads && unknownCaller(resp) {
		return &pageError{login: true}
	}
	return nil
}

// pageError is a success that does not come from Jira's REST interface.
type pageError struct{ login bool }

func (e *pageError) Error() string {
	if e.login {
		return "the answer is for somebody who is not logged in"
	}
	return "the answer is a web page, not Jira's REST interface: is the URL right, or is there a proxy?"
}

// Is makes a page to log in an ErrCredentials.
func (e *pageError) Is(target error) bool { return e.login && target == ErrCredentials }

func success(status int) bool { return status >= 200 && status <= 299 }

func isHTML(resp *http.Response) bool {
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return err == nil && (kind == "text/html" || kind == "application/xhtml+xml")
}

func mentionsLogin(page string) bool {
	page = strings.ToLower(page)
	for _, word := range []string{"login", "log in", "sign in", "password", "samlrequest"} {
		if strings.Contains(page, word) {
			return true
		}
	}
	return false
}

// isLogin reports whether the answer comes from, or leads to, a login page.
func isLogin(resp *http.Response) bool {
	where := resp.Header.Get("Location")
	if resp.Request != nil && resp.Request.URL != nil {
		where += " " + resp.Request.URL.Path
	}
	where = strings.ToLower(where)
	return strings.Contains(where, "login") || strings.Contains(where, "saml") || unknownCaller(resp)
}

// unknownCaller reports whether Jira says that it took the caller for nobody.
// Cloud answers a refused token with what an anonymous visitor may see, which
// is "not found" for every issue; the header is the only difference.
func unknownCaller(resp *http.Response) bool {
	switch resp.Header.Get("X-Seraph-LoginReason") {
	case "AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED":
		return true
	}
	return strings.EqualFold(resp.Header.Get("X-AUSERNAME"), "anonymous")
}

// boundedBody reads at most left bytes; then it ends, or fails with errTooLong.
type boundedBody struct {
	io.ReadCloser
	left int64
	cut  bool // end quietly
	over bool
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if b.left < 0 {
		return 0, b.excess()
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		b.over = true
		return n - 1, b.excess()
	}
	return n, err
}

func (b *boundedBody) excess() error {
	if b.cut {
		return io.EOF
	}
	return errTooLong
}

// Close reads the little that may be left, so that the connection can be used
// again, and closes.
func (b *boundedBody) Close() error {
	if !b.over {
		_, _ = io.CopyN(io.Discard, b.ReadCloser, 4<<10)
	}
	return b.ReadCloser.Close()
}

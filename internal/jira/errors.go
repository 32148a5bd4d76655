package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	gojira "github.com/andygrunwald/go-jira"

	"escalat/bridge"
)

// What callers may want to recognise with errors.Is.
var (
	// ErrNotFound: Jira says that the issue or attachment is not there, or not
	// for this account. It is permanent.
	ErrNotFound = errors.New("not found")
	// ErrCredentials: Jira does not accept the token, or wants a captcha
	// solved. It is temporary: somebody must act, nothing may be lost.
	ErrCredentials = errors.New("the credentials are not accepted")
	// ErrTooLarge: the file is larger than Jira, or escalat, accepts. It is
	// permanent.
	ErrTooLarge = errors.New("larger than is accepted")
	// ErrIssueFull: Jira takes no more of this on the issue, because there are too
	// many there already. It is permanent.
	ErrIssueFull = errors.New("the issue is full: Jira takes no more of these on it")
	// ErrReadOnly: Config.ReadOnly kept the request from being sent. It is
	// permanent.
	ErrReadOnly = errors.New("writing to Jira is switched off")
)

// StatusError is an answer of Jira that is no success.
type StatusError struct {
	Status int    // HTTP status
	Text   string // Jira's words, cleaned and shortened; may be empty
	kind   error
	page   bool // it is a page of a server in front of Jira, as isFront has it
}

// Error is the status and Jira's words.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("Jira answered %d", e.Status)
	if name := http.StatusText(e.Status); name != "" {
		text += " " + name
	}
	if e.Text != "" {
		text += ": " + e.Text
	}
	if e.kind == ErrIssueFull { //nolint:errorlint // it is set by us, unwrapped
		text += ": " + ErrIssueFull.Error()
	}
	return text
}

// Unwrap returns ErrNotFound, ErrCredentials, ErrTooLarge, ErrIssueFull or nil.
func (e *StatusError) Unwrap() error { return e.kind }

// failure makes the error of an exchange that failed. It reads and closes what
// is left of the answer.
func (c *Client) failure(k call, resp *gojira.Response, err error) error {
	if resp != nil && resp.Response != nil && !success(resp.StatusCode) {
		return c.refusal(k, resp.Response, c.words(gojira.NewJiraError(resp, err), k.quiet))
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		// Its text repeats the URL, which may be a signed one of another host.
		err = wrapped.Err
	}
	said := &cleanError{text: c.clean(err.Error(), k.quiet), err: err}
	if _, unsent := errors.AsType[*unsentError](err); !unsent {
		return said
	}
	if errors.Is(err, ErrReadOnly) || errors.Is(err, errElsewhere) {
		return bridge.Permanent(said)
	}
	return k.untouched(said)
}

// cleanError is an error with a text that may be shown.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }
func (e *cleanError) Unwrap() error { return e.err }

// final are the refusals that would be the same the next time. Every other
// status is temporary.
func final(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusNotAcceptable, http.StatusGone, http.StatusLengthRequired, http.StatusRequestEntityTooLarge,
		http.StatusRequestURITooLong, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity,
		http.StatusRequestHeaderFieldsTooLarge, http.StatusUnavailableForLegalReasons:
		return true
	}
	return false
}

// refusal says what a status means.
func (c *Client) refusal(k call, resp *http.Response, text string) error {
	e := &StatusError{Status: resp.StatusCode, Text: text}
	client := e.Status >= 400 && e.Status <= 499
	switch {
	case e.Status == http.StatusTooManyRequests:
		wait, _ := c.retryAfter(resp.Header)
		return bridge.Later(k.untouched(e), c.pause(k, resp, wait))
	case e.Status == http.StatusUnauthorized, client && unknownCaller(resp):
		e.kind = ErrCredentials
		return k.untouched(e)
	case e.Status == http.StatusProxyAuthRequired:
		return k.untouched(e)
	case client && isFront(k, resp):
		e.page, e.Text = true, "a web page, not Jira's words: did a proxy or a firewall refuse it?"
		if isLogin(resp) {
			e.kind = ErrCredentials
		}
		return e
	case final(e.Status):
		e.kind = map[int]error{
			http.StatusNotFound:              ErrNotFound,
			http.StatusRequestEntityTooLarge: cmp.Or(k.tooLarge, ErrTooLarge),
		}[e.Status]
		return bridge.Permanent(e)
	case e.Status == http.StatusConflict:
		return k.untouched(e)
	case e.Status >= 300 && e.Status <= 399:
		// Only the host: the rest may be signed.
		if to, err := resp.Location(); err == nil {
			e.Text = "to " + shorten(oneLine(to.Host), longestWords) + ", which is not followed"
		}
		if isLogin(resp) {
			e.kind = ErrCredentials
		}
		return e
	}
	// A server in front may answer 5xx for a request that Jira has carried
	// out: the outcome of a write stays unknown.
	wait, told := c.retryAfter(resp.Header)
	switch {
	case !told:
		return e
	case e.Status == http.StatusServiceUnavailable:
		return bridge.Later(e, c.pause(k, resp, max(wait, shortestWait)))
	}
	return bridge.Later(e, c.now().Add(max(wait, shortestWait)+c.jitter()))
}

// isFront reports whether a refusal is of a server in front of Jira, such as a
// firewall, or a proxy that does not find Jira while it starts: it says nothing of
// the request, and the next one may pass. Where such a server bounds the size of
// files, that is as good as Jira's own bound.
func isFront(k call, resp *http.Response) bool {
	bound := k.file && resp.StatusCode == http.StatusRequestEntityTooLarge
	return isHTML(resp) && !bound
}

// preliminary takes from an error what it would say about a request that was
// not made: the class of the question asked before it. It stays temporary.
func preliminary(err error) error {
	out := error(&cleanError{text: err.Error(), err: knownKind(err)})
	if at := bridge.RetryAt(err); !at.IsZero() {
		out = bridge.Later(out, at)
	}
	return out
}

func knownKind(err error) error {
	for _, kind := range []error{ErrCredentials, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return nil
}

// Bounds of Jira's words in an error, in characters.
const (
	longestWords = 300
	echoLength   = 16
)

// words are Jira's own messages. Of anything that is not Jira's JSON nothing
// is repeated: it may hold whatever was sent.
func (c *Client) words(err error, quiet string) string {
	said, ok := errors.AsType[*gojira.Error](err)
	if !ok {
		return ""
	}
	messages := slices.Clone(said.ErrorMessages)
	for _, field := range slices.Sorted(maps.Keys(said.Errors)) {
		messages = append(messages, field+": "+said.Errors[field])
	}
	for i, message := range messages {
		messages[i] = c.clean(message, quiet)
	}
	return shorten(strings.Join(messages, "; "), longestWords)
}

// clean makes a stranger's text fit for a log: one line, short, without
// secrets and without what was sent (quiet).
func (c *Client) clean(s, quiet string) string {
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, "[secret]")
	}
	s = shorten(oneLine(s), longestWords)
	if echoes(s, oneLine(quiet)) {
		return "(a text that repeats what was sent)"
	}
	return s
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
}

func shorten(s string, longest int) string {
	runes := []rune(s)
	if len(runes) <= longest {
		return s
	}
	return string(runes[:longest]) + "…"
}

// echoes reports whether s repeats some words of what was sent.
func echoes(s, sent string) bool {
	if len(sent) > 3 && strings.Contains(s, sent) {
		return true
	}
	runes := []rune(s)
	for i := 0; i+echoLength <= len(runes); i++ {
		if strings.Contains(sent, string(runes[i:i+echoLength])) {
			return true
		}
	}
	return false
}

// oddValue reports whether err says only that some value has another shape
// than documented; the rest was read.
func oddValue(err error) bool {
	_, odd := errors.AsType[*json.UnmarshalTypeError](err)
	return odd
}

package ovh

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"escalat/bridge"
)

// What callers may want to recognise with errors.Is.
var (
	// ErrCredentials: OVHcloud does not accept the login. The error says which part.
	ErrCredentials = errors.New("the credentials are not accepted")
	// ErrNotFound: there is no such ticket, or no such service.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the ticket's state does not allow it, as to answer a closed one.
	ErrConflict = errors.New("the ticket's state does not allow it")

	errOutOfTime = errors.New("the clocks differ")
)

// Bounds of what an error repeats.
const (
	maxRefusal  = 64 << 10 // bytes that are read
	maxWords    = 300      // letters
	maxQuery    = 80       // letters of the request's id at OVHcloud
	shortest    = time.Second
	longest     = 15 * time.Minute
	pauseOnBusy = time.Minute // where OVHcloud does not say how long
)

// StatusError is an answer of OVHcloud that is no success.
type StatusError struct {
	Status int
	Text   string // OVHcloud's words, cleaned and shortened; may be empty
	Query  string // what OVHcloud's support calls the request by; may be empty
	About  string // which of our credentials is meant; may be empty
	kind   error
}

// Error is the status and OVHcloud's words.
func (e *StatusError) Error() string {
	text := "OVHcloud answered " + e.status()
	if e.About != "" {
		text += " (" + e.About + ")"
	}
	if e.Text != "" {
		text += ": " + e.Text
	}
	if e.Query != "" {
		text += " [request " + e.Query + "]"
	}
	return text
}

// Reply is what people are shown: the status and OVHcloud's words.
func (e *StatusError) Reply() string {
	if e.Text == "" {
		return e.status()
	}
	return strconv.Itoa(e.Status) + ": " + e.Text
}

func (e *StatusError) status() string {
	return strings.TrimSpace(strconv.Itoa(e.Status) + " " + http.StatusText(e.Status))
}

// Unwrap returns ErrCredentials, ErrNotFound, ErrConflict or nil.
func (e *StatusError) Unwrap() error { return e.kind }

// refused is OVHcloud's own form of a refusal.
type refused struct {
	Class   string            `json:"class"`
	Code    string            `json:"errorCode"`
	Message string            `json:"message"`
	Details map[string]string `json:"details"`
}

// refusal says what an answer means that is no success. It closes the answer.
func (c *Client) refusal(resp *http.Response) error {
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // what came of it is enough
	_ = resp.Body.Close()
	e := &StatusError{Status: resp.StatusCode, Query: shorten(oneLine(resp.Header.Get("X-Ovh-Queryid")), maxQuery)}
	var said refused
	own := isJSON(resp.Header) && json.Unmarshal(raw, &said) == nil && said.Message != ""
	if own {
		e.Text = c.clean(said.Message)
		if missing := said.Details["unauthorizedActionsByIAM"]; missing != "" {
			e.Text = c.clean(said.Message + ": " + missing)
		}
	}
	switch {
	case e.Status == http.StatusTooManyRequests, e.Status == http.StatusServiceUnavailable:
		wait, told := c.wait(resp.Header)
		if !told {
			wait = pauseOnBusy
		}
		return bridge.Later(bridge.NotDone(e), c.cfg.Now().Add(wait))
	case e.Status >= 500:
		if wait, told := c.wait(resp.Header); told {
			return bridge.Later(e, c.cfg.Now().Add(wait))
		}
		return e
	case e.Status < 400:
		return c.elsewhere(e, resp)
	case !own:
		// Of a server in front: the next request may pass.
		e.Text = "a page, not OVHcloud's words: did a proxy or a firewall refuse it?"
		return bridge.NotDone(e)
	}
	return c.judge(e, said)
}

// elsewhere is a redirect. What one of them leads to may be the result of the request.
func (c *Client) elsewhere(e *StatusError, resp *http.Response) error {
	if to, err := resp.Location(); err == nil {
		e.Text = "to " + shorten(oneLine(to.Host), maxWords) + ", which is not followed"
	}
	if e.Status == http.StatusSeeOther {
		return e
	}
	return bridge.NotDone(e)
}

// judge says what OVHcloud's own refusal means.
func (c *Client) judge(e *StatusError, said refused) error {
	if about := c.credential(e.Status, said); about != "" {
		e.kind, e.About = ErrCredentials, about
		if c.account != nil && e.Status == http.StatusUnauthorized { // another token may be taken
			c.mu.Lock()
			c.token = nil
			c.mu.Unlock()
			return bridge.NotDone(e)
		}
		return bridge.Permanent(e)
	}
	switch e.Status {
	case http.StatusBadRequest:
		if said.Code == "QUERY_TIME_OUT" || strings.Contains(strings.ToLower(said.Message), "out of time") {
			e.kind = errOutOfTime
			return bridge.NotDone(e)
		}
	case http.StatusRequestTimeout, http.StatusLocked, http.StatusTooEarly:
		return bridge.NotDone(e)
	case http.StatusConflict:
		e.kind = ErrConflict
		return bridge.NotDone(e)
	case http.StatusNotFound:
		e.kind = ErrNotFound
	}
	return bridge.Permanent(e)
}

// credential says which part of the login a refusal is about, or nothing.
func (c *Client) credential(status int, said refused) string {
	message := strings.ToLower(said.Message)
	says := func(code string, words ...string) bool {
		for _, w := range words {
			if strings.Contains(message, w) {
				return true
			}
		}
		return code != "" && said.Code == code
	}
	switch {
	case says("INVALID_SIGNATURE", "invalid signature"):
		return "the application secret, or the consumer key, is not the application key's"
	case says("INVALID_KEY", "application key"):
		return "the application key"
	case says("NOT_GRANTED_CALL", "not been granted"), said.Details["unauthorizedActionsByIAM"] != "":
		return "the login is good, but has no right to this call"
	case status != http.StatusUnauthorized && !says("INVALID_CREDENTIAL", "credential") && !says("NOT_CREDENTIAL", "must login"):
		return ""
	case c.cfg.AccessToken != "":
		return "the access token"
	case c.account != nil:
		return "the service account"
	}
	return "the consumer key"
}

// unlogged is a refused service account.
func (c *Client) unlogged(r *oauth2.RetrieveError) error {
	e := &StatusError{Text: c.clean(strings.TrimSpace(r.ErrorCode + " " + r.ErrorDescription)), About: "the service account", kind: ErrCredentials}
	if r.Response != nil {
		e.Status = r.Response.StatusCode
	}
	if e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status < 400 {
		e.kind, e.About = nil, ""
		return e
	}
	return bridge.Permanent(e)
}

// wait is how long OVHcloud asks to be left alone.
func (c *Client) wait(h http.Header) (time.Duration, bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseInt(value, 10, 64); err == nil && n >= 0 {
		return max(shortest, time.Duration(min(n, int64(longest/time.Second)))*time.Second), true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	now := c.cfg.Now()
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs // the date is one of their clock
	}
	return max(shortest, min(date.Sub(now), longest)), true
}

// broken is an exchange that ended without an answer that counts. Its address, which has
// a query, is not repeated.
func (c *Client) broken(err error) error {
	status, clean := (*StatusError)(nil), (*cleanError)(nil)
	if errors.As(err, &status) || errors.As(err, &clean) {
		return err
	}
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &cleanError{c.clean(err.Error()), err}
}

// cleanError is an error with a text that may be shown.
type cleanError struct {
	text string
	err  error
}

func (e *cleanError) Error() string { return e.text }
func (e *cleanError) Unwrap() error { return e.err }

func isJSON(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// clean makes a stranger's text fit for a log and a comment: one line, short, without
// secrets.
func (c *Client) clean(s string) string {
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, "[secret]")
	}
	return shorten(oneLine(s), maxWords)
}

func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
}

func shorten(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

package web

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a form.
const (
	maxForm   = 8 << 10 // bytes
	maxName   = 100     // characters
	maxTicket = 64      // characters
)

// entry is what a form brought.
type entry struct {
	caseID, since, token string
	by, reference        string
}

// called notes that somebody has called. Every way out is a page that says what became
// of it.
func (s *OpsServer) called(w http.ResponseWriter, r *http.Request, v visitor) {
	e, ok := s.entry(w, r)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), opsTimeout)
	defer cancel()
	select {
	case s.acting <- struct{}{}:
		defer func() { <-s.acting }()
	case <-ctx.Done():
		s.fail(r, "wait for another act", ctx.Err())
		s.message(w, http.StatusServiceUnavailable, s.words.NotNow)
		return
	}
	cases, err := s.ops.Cases(ctx)
	if err != nil {
		s.fail(r, "read the cases", err)
		s.message(w, http.StatusServiceUnavailable, s.words.NotNow)
		return
	}
	c := due(cases, e)
	if code, why := s.judge(e, c); code != 0 {
		s.count(OpsRefused)
		s.page(w, r, v, code, why, e)
		return
	}
	if err := s.ops.Phoned(ctx, c.ID, e.by, e.reference); err != nil {
		s.notNoted(w, r, v, e, c, err)
		return
	}
	s.count(OpsNoted)
	key := shown(c.IssueKey, maxKey)
	s.redirect(w, "./?"+url.Values{"noted": {key}, "proof": {s.gate.sign("noted", key)}}.Encode())
}

// entry reads a form, or answers why not.
func (s *OpsServer) entry(w http.ResponseWriter, r *http.Request) (entry, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		s.refuse(w, r, http.StatusUnsupportedMediaType, s.words.Unreadable, "it is no form")
		return entry{}, false
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		code := http.StatusBadRequest
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			code = http.StatusRequestEntityTooLarge
		}
		s.refuse(w, r, code, s.words.Unreadable, "its form cannot be read")
		return entry{}, false
	}
	field := func(name string) string { return oneLine(r.PostForm.Get(name)) }
	return entry{
		caseID: field("case"), since: field("since"), token: field("token"), by: field("by"), reference: field("reference"),
	}, true
}

// due returns the case of a form whose call is still the one that the form was of, or
// nil.
func due(cases []OpsCase, e entry) *OpsCase {
	for i := range cases {
		if c := &cases[i]; c.ID == e.caseID && c.Call != nil && since(c.Call) == e.since {
			return c
		}
	}
	return nil
}

// since names a call among those of a case.
func since(c *OpsCall) string { return strconv.FormatInt(c.Since.Unix(), 10) }

// judge returns the code and the words of a refusal, or zero. c is the case, nil when
// its call is not due.
func (s *OpsServer) judge(e entry, c *OpsCase) (code int, why string) {
	switch {
	case !s.gate.signed(e.token, "form", e.caseID, e.since):
		return http.StatusForbidden, fmt.Sprintf(s.words.Expired, s.words.Phoned)
	case c == nil:
		return http.StatusConflict, s.words.NotDue
	case e.by == "":
		return http.StatusUnprocessableEntity, s.words.NeedName
	case utf8.RuneCountInString(e.by) > maxName:
		return http.StatusUnprocessableEntity, fmt.Sprintf(s.words.NameTooLong, maxName)
	case utf8.RuneCountInString(e.reference) > maxTicket:
		return http.StatusUnprocessableEntity, fmt.Sprintf(s.words.TicketTooLong, maxTicket)
	}
	return 0, ""
}

// notNoted says why a call was not noted.
func (s *OpsServer) notNoted(w http.ResponseWriter, r *http.Request, v visitor, e entry, c *OpsCase, err error) {
	switch {
	case errors.Is(err, ErrOpsNotDue):
		s.count(OpsRefused)
		s.page(w, r, v, http.StatusConflict, s.words.NotDue, e)
	case errors.Is(err, ErrOpsTicket):
		s.count(OpsRefused)
		s.page(w, r, v, http.StatusUnprocessableEntity, fmt.Sprintf(s.words.NoTicket, shown(c.Provider, maxLabel)), e)
	default:
		s.fail(r, "note a call", err)
		command := strings.TrimSpace("escalat trucat " + e.reference)
		s.page(w, r, v, http.StatusServiceUnavailable, fmt.Sprintf(s.words.NotNoted, command, shown(c.IssueKey, maxKey)), e)
	}
}

// token is what a form of a case's call must bring.
func (s *OpsServer) token(c *OpsCase) string { return s.gate.sign("form", c.ID, since(c.Call)) }

// noted returns the key of the issue whose call was just noted, if this process says so.
func (s *OpsServer) noted(r *http.Request) string {
	q := r.URL.Query()
	key := q.Get("noted")
	if key == "" || !s.gate.signed(q.Get("proof"), "noted", key) {
		return ""
	}
	return key
}

// when writes a time for people and for machines.
func (s *OpsServer) when(t time.Time) opsTime {
	t = t.In(s.ops.Zone)
	return opsTime{Machine: t.Format(time.RFC3339), Said: s.ops.Texts.When(t)}
}

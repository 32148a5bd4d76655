package jira

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
)

// Jira's shapes as they come. A value of an odd shape is left out; it must not
// lose the issue.

type wireUser struct {
	AccountID   string `json:"accountId"`
	Name        string `json:"name"`
	Key         string `json:"key"`
	DisplayName string `json:"displayName"`
	AccountType string `json:"accountType"` // Cloud
	Self        string `json:"self"`
}

// What may stand in a mention without ending it.
var (
	accountID = regexp.MustCompile(`^[A-Za-z0-9:_.-]{1,128}$`)
	userName  = regexp.MustCompile(`^[^\[\]{}|\\~\pC\pZ]{1,255}$`)
)

func (w wireUser) user(f Flavour) bridge.User {
	u := bridge.User{Name: plain(w.DisplayName)}
	if f == Cloud {
		u.ID, u.Customer = plain(w.AccountID), w.customer()
		if accountID.MatchString(u.ID) {
			u.Mention = "[~accountid:" + u.ID + "]"
		}
		return u
	}
	u.ID = plain(w.Name)
	if userName.MatchString(u.ID) {
		u.Mention = "[~" + u.ID + "]"
	}
	return u
}

// customer reports whether the account is one of a service desk's customers, which
// only Cloud says.
func (w wireUser) customer() bool { return strings.EqualFold(w.AccountType, "customer") }

// plain takes out the character that no database keeps in a text.
func plain(s string) string { return strings.ReplaceAll(s, "\x00", "") }

// ident is an id: digits, as a string or as a number; empty when it is neither.
type ident string

// UnmarshalJSON never fails.
func (i *ident) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	*i = ""
	if number.MatchString(text) {
		*i = ident(text)
	}
	return nil
}

// quantity is a whole number that is not negative, as a number or a string;
// -1 when it is neither.
type quantity int64

// UnmarshalJSON never fails.
func (q *quantity) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err != nil || n < 0 {
		n = -1
	}
	*q = quantity(n)
	return nil
}

// flag is true, false or nothing of the kind.
type flag struct{ known, set bool }

// UnmarshalJSON never fails.
func (f *flag) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	*f = flag{known: text == "true" || text == "false", set: text == "true"}
	return nil
}

// stamp is a time; zero when it is not readable.
type stamp time.Time

// Jira writes the first; the others were seen from servers in front of it.
var timeForms = []string{
	"2006-01-02T15:04:05.000-0700",
	"2006-01-02T15:04:05-0700",
	time.RFC3339Nano,
	"2006-01-02T15:04:05-07",
}

// UnmarshalJSON never fails. It reads milliseconds since 1970 too.
func (s *stamp) UnmarshalJSON(raw []byte) error {
	*s = stamp{}
	text := strings.Trim(string(raw), `"`)
	for _, form := range timeForms {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 0 && t.Year() < 10000 {
			*s = stamp(t)
			return nil
		}
	}
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil && ms > 0 && ms < 1<<47 {
		*s = stamp(time.UnixMilli(ms).UTC())
	}
	return nil
}

type wireProperty struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// into reads the property's value; a server may give it as a string of JSON.
func (p wireProperty) into(v any) bool {
	raw := []byte(p.Value)
	var quoted string
	if json.Unmarshal(raw, &quoted) == nil && quoted != "" {
		raw = []byte(quoted)
	}
	return json.Unmarshal(raw, v) == nil
}

type wireComment struct {
	ID         ident           `json:"id"`
	Author     wireUser        `json:"author"`
	Body       string          `json:"body"`
	Created    stamp           `json:"created"`
	Updated    stamp           `json:"updated"`
	Visibility json.RawMessage `json:"visibility"`
	JSDPublic  flag            `json:"jsdPublic"`
	Properties []wireProperty  `json:"properties"`
}

func (w wireComment) property(key string) (wireProperty, bool) {
	for _, p := range w.Properties {
		if p.Key == key {
			return p, true
		}
	}
	return wireProperty{}, false
}

// restricted takes every visibility that is not plainly empty for a
// restriction: the safe side.
func (w wireComment) restricted() bool {
	raw := string(bytes.TrimSpace(w.Visibility))
	return raw != "" && raw != "null" && raw != "{}"
}

// public tells whether a service-desk customer sees the comment. Cloud says
// jsdPublic also where there is no service desk. Data Center says it only by a
// property, and what is not marked as internal is public.
func (w wireComment) public(project string) bool {
	if project != "" && project != "service_desk" {
		return false
	}
	if w.JSDPublic.known {
		return w.JSDPublic.set
	}
	if p, ok := w.property(publicProperty); ok {
		var v struct {
			Internal flag `json:"internal"`
		}
		return !p.into(&v) || !v.Internal.set
	}
	return project == "service_desk"
}

// taken is when Jira took what the comment says, zero when it does not say.
func (w wireComment) taken() time.Time {
	if updated := time.Time(w.Updated); updated.After(time.Time(w.Created)) {
		return updated
	}
	return time.Time(w.Created)
}

// marked reports whether the comment carries our property.
func (w wireComment) marked() bool {
	property, ok := w.property(ownProperty)
	var mark ownMark
	return ok && property.into(&mark) && mark.Key != ""
}

func (w wireComment) comment(srv Server, project string) bridge.Comment {
	return bridge.Comment{
		ID:         string(w.ID),
		Author:     w.Author.user(srv.Flavour),
		Body:       plain(w.Body),
		Created:    time.Time(w.Created),
		Updated:    time.Time(w.Updated),
		Restricted: w.restricted(),
		Public:     w.public(project),
		Own:        srv.own(w.Author) || srv.filed && w.marked(),
	}
}

type wireAttachment struct {
	ID       ident    `json:"id"`
	Filename string   `json:"filename"`
	Size     quantity `json:"size"`
	MIMEType string   `json:"mimeType"`
	Author   wireUser `json:"author"`
	Created  stamp    `json:"created"`
	Content  string   `json:"content"`
}

func (w wireAttachment) attachment(srv Server) bridge.Attachment {
	return bridge.Attachment{
		ID:       string(w.ID),
		Name:     plain(w.Filename),
		Size:     max(0, int64(w.Size)),
		MIMEType: plain(w.MIMEType),
		Author:   w.Author.user(srv.Flavour),
		Created:  time.Time(w.Created),
		Own:      srv.own(w.Author),
	}
}

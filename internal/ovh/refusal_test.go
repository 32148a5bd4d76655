package ovh_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/ovh"

	"github.com/google/go-cmp/cmp"
)

// class is what an error says.
type class struct{ permanent, notDone, later bool }

func classOf(err error) class {
	return class{bridge.IsPermanent(err), bridge.IsNotDone(err), !bridge.RetryAt(err).IsZero()}
}

// TestRefusals: what each answer to a new ticket means.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const own = `{"class":"Client::X","message":"No puede ser: sim-app-secret"}`
	for name, test := range map[string]struct {
		status int
		kind   string // of content; default JSON
		header [2]string
		body   string
		want   class
		is     error
		says   string
	}{
		"bad request":        {status: 400, body: own, want: class{permanent: true, notDone: true}, says: "OVHcloud answered 400 Bad Request: No puede ser: [secret]"},
		"signature":          {status: 400, body: `{"errorCode":"INVALID_SIGNATURE","message":"Invalid signature"}`, want: class{permanent: true, notDone: true}, is: ovh.ErrCredentials, says: "application secret"},
		"time":               {status: 400, body: `{"message":"Query out of time"}`, want: class{notDone: true}, says: "out of time"},
		"unauthorised":       {status: 401, body: own, want: class{permanent: true, notDone: true}, is: ovh.ErrCredentials, says: "the consumer key"},
		"invalid key":        {status: 403, body: `{"message":"This application key is invalid"}`, want: class{permanent: true, notDone: true}, is: ovh.ErrCredentials, says: "the application key"},
		"invalid credential": {status: 403, body: `{"message":"This credential is not valid"}`, want: class{permanent: true, notDone: true}, is: ovh.ErrCredentials, says: "the consumer key"},
		"not granted":        {status: 403, body: `{"message":"This call has not been granted"}`, want: class{permanent: true, notDone: true}, is: ovh.ErrCredentials, says: "no right"},
		"IAM": {
			status: 403, body: `{"message":"Forbidden","details":{"unauthorizedActionsByIAM":"support:ticket/create"}}`,
			want: class{permanent: true, notDone: true}, is: ovh.ErrCredentials, says: "support:ticket/create",
		},
		"forbidden":       {status: 403, body: own, want: class{permanent: true, notDone: true}},
		"firewall":        {status: 403, kind: "text/html", body: "<h1>secret page</h1>", want: class{notDone: true}, says: "proxy"},
		"no such service": {status: 404, body: own, want: class{permanent: true, notDone: true}, is: ovh.ErrNotFound},
		"no such page":    {status: 404, kind: "text/plain", body: "404 page not found", want: class{notDone: true}},
		"conflict":        {status: 409, body: own, want: class{notDone: true}, is: ovh.ErrConflict},
		"timeout":         {status: 408, body: own, want: class{notDone: true}},
		"too large":       {status: 413, body: own, want: class{permanent: true, notDone: true}},
		"too many":        {status: 429, body: own, header: [2]string{"Retry-After", "120"}, want: class{notDone: true, later: true}},
		"too many, page":  {status: 429, kind: "text/html", want: class{notDone: true, later: true}},
		"broken":          {status: 500, body: own, want: class{}},
		"broken, later":   {status: 500, body: own, header: [2]string{"Retry-After", "7"}, want: class{later: true}},
		"bad gateway":     {status: 502, kind: "text/html", body: "<html>", want: class{}},
		"away":            {status: 503, body: "", want: class{notDone: true, later: true}},
		"away till":       {status: 503, body: "", header: [2]string{"Retry-After", "Wed, 21 Oct 2026 08:13:00 GMT"}, want: class{notDone: true, later: true}},
		"moved":           {status: 301, header: [2]string{"Location", "https://other.example/secret?x=1"}, want: class{notDone: true}, says: "other.example, which is not followed"},
		"see other":       {status: 303, header: [2]string{"Location", "/1.0/support"}, want: class{}},
		"garbage":         {status: 200, body: `{"ticketId":`, want: class{}},
		"a page":          {status: 200, kind: "text/html", body: "<html>", want: class{}},
		"nothing":         {status: 200, body: "null", want: class{}, says: "names none"},
		"another type":    {status: 200, body: `{"ticketId":{}}`, want: class{}},
		"no id":           {status: 200, body: `{"ticketId":"x"}`, want: class{}, says: "no id"},
		"huge":            {status: 200, body: `{"a":"` + strings.Repeat("x", 9<<20) + `"}`, want: class{}, says: "longer than is accepted"},
		"deep":            {status: 200, body: strings.Repeat(`{"a":`, 20_000), want: class{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := served(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if test.kind != "" {
					w.Header().Set("Content-Type", test.kind)
				}
				w.Header().Set("X-Ovh-Queryid", "EU.ext-1.abc")
				if test.header[0] != "" {
					w.Header().Set(test.header[0], test.header[1])
				}
				w.Header().Set("Date", morning.Format(http.TimeFormat))
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			})
			_, err := newClient(t, keys(url)).Create(t.Context(), incident())
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(test.want, classOf(err), cmp.AllowUnexported(class{})); diff != "" {
				t.Errorf("%v: %s", err, diff)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			if text := err.Error(); !strings.Contains(text, test.says) || len(text) > 700 || strings.Contains(text, "secret page") || strings.Contains(text, "sim-app-secret") || strings.Contains(text, "x=1") {
				t.Errorf("error %q", text)
			}
			if at := bridge.RetryAt(err); test.want.later && (at.Before(morning.Add(time.Second)) || at.After(morning.Add(2*time.Minute))) {
				t.Errorf("later: %v", at)
			}
		})
	}
}

// TestReplyShown: what people are shown of a refusal.
func TestReplyShown(t *testing.T) {
	t.Parallel()
	_, url, _ := simulated(t)
	n := incident()
	n.Category = "incidence"
	_, err := newClient(t, keys(url)).Create(t.Context(), n)
	var said interface{ Reply() string }
	if !errors.As(err, &said) || !strings.Contains(said.Reply(), "400: [category]") {
		t.Errorf("%v", err)
	}
}

// TestOdd: answers of other shapes than documented are read, or refused as a whole.
func TestOdd(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"/1.0/support/tickets/create":      `{"ticketId":"12","ticketNumber":"CS1234567","messageId":null,"additionalNotice":"x"}`,
		"/1.0/support/tickets/12":          `{"ticketId":12,"ticketNumber":99,"state":"open","category":null,"updateDate":"yesterday","subject":7}`,
		"/1.0/support/tickets/13":          `{"ticketId":13,"state":null,"category":"a\nb","subject":null}`,
		"/1.0/support/tickets/14":          `{"ticketId":15}`,
		"/1.0/support/tickets/13/messages": `[{"messageId":3,"from":"system","body":"c"},{"messageId":1,"from":"customer","body":"a"},{"messageId":3,"body":"c"}]`,
		"/1.0/support/tickets/14/messages": `[{"from":"support","body":"a"}]`,
		"/1.0/support/tickets/12/messages": `null`,
		"/1.0/support/tickets":             `["5",3,3]`,
	}
	url := served(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, answers[r.URL.Path])
	})
	c, ctx := newClient(t, keys(url)), t.Context()
	if r, err := c.Create(ctx, incident()); err != nil || r.ID != 12 || r.Number != "CS1234567" || r.Message != 0 {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := c.Ticket(ctx, 12); err == nil {
		t.Error("a subject that is a number")
	}
	if got, err := c.Ticket(ctx, 13); err != nil || !cmp.Equal(got, bridge.Ticket{ID: 13, Number: "13", Category: "a b"}) {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := c.Ticket(ctx, 14); err == nil {
		t.Error("another ticket")
	}
	if got, err := c.Messages(ctx, 13); err != nil || len(got) != 2 || got[0].Support || !got[1].Support {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := c.Messages(ctx, 14); err == nil {
		t.Error("a message without an id")
	}
	if got, err := c.Messages(ctx, 12); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := c.List(ctx, "", morning); err != nil || !slices.Equal(got, []int64{3, 5}) {
		t.Errorf("%v %v", got, err)
	}
}

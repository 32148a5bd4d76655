package ovh_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/ovh"
	"escalat/internal/sim"
	"escalat/mapping"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var morning = time.Date(2026, 10, 21, 8, 12, 0, 0, time.UTC)

// clock is a time that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// keys are those of the simulator.
func keys(url string) ovh.Config {
	return ovh.Config{Endpoint: url, AppKey: "sim-app-key", AppSecret: "sim-app-secret", ConsumerKey: "sim-consumer-key", Now: func() time.Time { return morning }}
}

func newClient(t *testing.T, cfg ovh.Config) *ovh.Client {
	t.Helper()
	c, err := ovh.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// simulated starts the API.
func simulated(t *testing.T) (o *sim.OVH, url string, now *clock) {
	t.Helper()
	now = &clock{at: morning}
	o = sim.NewOVH(sim.OVHConfig{Now: now.now}, nil)
	url, err := o.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o, url, now
}

// served starts a server that answers as told.
func served(t *testing.T, f http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /1.0/auth/time", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, time.Now().Unix()) })
	mux.HandleFunc("/", f)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/1.0"
}

func incident() bridge.NewTicket {
	return bridge.NewTicket{
		Subject: "[AOC ST-1] No responde «la web»", Body: "Servicio: aoc-web.test\nDesde: 08:00\n", Type: "genericRequest", Category: "incident",
		Subcategory: "down", Product: "hosting", Service: "aoc-web.test", Impact: "high", Urgency: "high",
	}
}

// TestLife walks through a ticket's life, by each way to log in.
func TestLife(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]ovh.Config{
		"keys":  keys(""),
		"token": {AccessToken: "sim-ovh-token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, url, now := simulated(t)
			cfg.Endpoint = url + "/"
			cfg.Now = now.now
			c, ctx := newClient(t, cfg), t.Context()
			if err := c.Ping(ctx); err != nil {
				t.Fatal(err)
			}
			r, err := c.Create(ctx, incident())
			if err != nil {
				t.Fatal(err)
			}
			kept := o.Tickets()[0]
			want := bridge.TicketResult{At: morning, ID: kept.ID, Number: strconv.FormatInt(kept.Number, 10), Message: kept.Messages[0].ID, Proof: "answer"}
			if diff := cmp.Diff(want, r); diff != "" {
				t.Error(diff)
			}
			if kept.Subject != incident().Subject || kept.Messages[0].Body != incident().Body || kept.Impact != "high" || kept.Service != "aoc-web.test" || kept.Subcategory != "down" {
				t.Errorf("ticket %+v", kept)
			}
			now.move(time.Minute)
			if err := c.Reply(ctx, r.ID, "Más datos."); err != nil {
				t.Error(err)
			}
			if err := o.Answer(r.ID, "Lo miramos.\n<b>Saludos</b>"); err != nil {
				t.Fatal(err)
			}
			messages, err := c.Messages(ctx, r.ID)
			if err != nil || len(messages) != 3 || messages[1].Support || messages[1].Body != "Más datos." || !messages[2].Support || messages[0].ID != r.Message {
				t.Errorf("messages %+v %v", messages, err)
			}
			if !messages[2].Created.Equal(morning.Add(time.Minute)) {
				t.Errorf("created %v", messages[2].Created)
			}
			got, subject, err := c.Titled(ctx, r.ID)
			if diff := cmp.Diff(bridge.Ticket{ID: r.ID, Number: r.Number, State: "open", Category: "incident", Updated: morning.Add(time.Minute)}, got); diff != "" || err != nil || subject != incident().Subject {
				t.Error(diff, err, subject)
			}
			if err := errors.Join(c.CloseTicket(ctx, r.ID), c.Reopen(ctx, r.ID, "Vuelve a fallar."), c.CloseTicket(ctx, r.ID)); err != nil {
				t.Error(err)
			}
			if err := c.Reply(ctx, r.ID, "x"); !errors.Is(err, ovh.ErrConflict) || bridge.IsPermanent(err) || !bridge.IsNotDone(err) {
				t.Errorf("reply to a closed ticket: %v", err)
			}
			if ids, err := c.List(ctx, incident().Subject, morning); err != nil || !slices.Equal(ids, []int64{r.ID}) {
				t.Errorf("list %v %v", ids, err)
			}
			if ids, err := c.List(ctx, "", morning.Add(time.Second)); err != nil || len(ids) != 0 {
				t.Errorf("list %v %v", ids, err)
			}
			if id, err := c.Numbered(ctx, r.Number); err != nil || id != r.ID {
				t.Errorf("number %v %v", id, err)
			}
			if err := o.Archive(r.ID); err != nil {
				t.Fatal(err)
			}
			if id, err := c.Numbered(ctx, r.Number); err != nil || id != r.ID {
				t.Errorf("number of an archived one %v %v", id, err)
			}
			if id, err := c.Numbered(ctx, "7"); err != nil || id != 0 {
				t.Errorf("no such number %v %v", id, err)
			}
			if _, err := c.Ticket(ctx, 7); !errors.Is(err, ovh.ErrNotFound) || !bridge.IsPermanent(err) {
				t.Errorf("no such ticket: %v", err)
			}
		})
	}
}

// TestOneLogin: a client needs an endpoint, and exactly one whole way to log in.
func TestOneLogin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cfg  ovh.Config
		good bool
	}{
		"keys":              {keys("ovh-eu"), true},
		"upper case":        {keys("OVH-EU"), true},
		"token":             {ovh.Config{Endpoint: "ovh-ca", AccessToken: "t"}, true},
		"service account":   {ovh.Config{Endpoint: "ovh-us", ClientID: "i", ClientSecret: "s"}, true},
		"its own tokens":    {ovh.Config{Endpoint: "https://api.example/1.0", ClientID: "i", ClientSecret: "s", TokenURL: "https://api.example/token"}, true},
		"none":              {ovh.Config{Endpoint: "ovh-eu"}, false},
		"two":               {ovh.Config{Endpoint: "ovh-eu", AccessToken: "t", ClientID: "i", ClientSecret: "s"}, false},
		"one and a half":    {ovh.Config{Endpoint: "ovh-eu", AccessToken: "t", AppKey: "k"}, false},
		"half":              {ovh.Config{Endpoint: "ovh-eu", AppKey: "k", AppSecret: "s"}, false},
		"no account there":  {ovh.Config{Endpoint: "kimsufi-eu", ClientID: "i", ClientSecret: "s"}, false},
		"no endpoint":       {keys(""), false},
		"unknown endpoint":  {keys("ovh-mars"), false},
		"a login in it":     {keys("https://a:b@api.example/1.0"), false},
		"a query in it":     {keys("https://api.example/1.0?a"), false},
		"another scheme":    {keys("ftp://api.example/1.0"), false},
		"half of a service": {ovh.Config{Endpoint: "ovh-eu", ClientID: "i"}, false},
	} {
		if _, err := ovh.New(test.cfg); (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoEnvironment: the library's own variables and files are not read.
func TestNoEnvironment(t *testing.T) {
	o, url, _ := simulated(t)
	t.Setenv("OVH_ACCESS_TOKEN", "another")
	t.Setenv("OVH_ENDPOINT", "ovh-us")
	if err := newClient(t, keys(url)).Ping(t.Context()); err != nil || len(o.Requests()) != 2 {
		t.Errorf("%v %v", err, o.Requests())
	}
}

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

// TestReply: what people are shown of a refusal.
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

// TestConnection: what is known when a connection ends, or there is none.
func TestConnection(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	c := newClient(t, keys(url))
	const create = "/1.0/support/tickets/create"
	o.Fail("POST", create, sim.Fault{Drop: sim.DropAfter})
	if _, err := c.Create(t.Context(), incident()); err == nil || classOf(err) != (class{}) || len(o.Tickets()) != 1 {
		t.Errorf("a lost answer: %v", err)
	}
	o.Fail("POST", create, sim.Fault{Drop: sim.DropBefore})
	if _, err := c.Create(t.Context(), incident()); err == nil || classOf(err) != (class{}) || len(o.Tickets()) != 1 {
		t.Errorf("a lost request: %v", err)
	}
	// The caller gives up.
	hold := make(chan struct{})
	struck := o.Fail("POST", create, sim.Fault{Hold: hold})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-struck
		cancel()
	}()
	if _, err := c.Create(ctx, incident()); !errors.Is(err, context.Canceled) || bridge.IsNotDone(err) {
		t.Errorf("given up: %v", err)
	}
	close(hold)
	if _, err := c.Create(ctx, incident()); !errors.Is(err, context.Canceled) || !bridge.IsNotDone(err) {
		t.Errorf("given up before: %v", err)
	}
	// The time cannot be had: nothing was sent.
	other := newClient(t, keys(url))
	o.Fail("GET", "/1.0/auth/time", sim.Fault{Drop: sim.DropBefore, Times: 5})
	if _, err := other.Create(t.Context(), incident()); err == nil || !bridge.IsNotDone(err) || !strings.Contains(err.Error(), "ask for the time") {
		t.Errorf("no time: %v", err)
	}
	o.ClearFaults()
	// Nobody listens.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	away := newClient(t, ovh.Config{Endpoint: "http://" + addr + "/1.0", AccessToken: "token-with-a-secret"})
	if _, err := away.Create(t.Context(), incident()); !bridge.IsNotDone(err) || bridge.IsPermanent(err) || strings.Contains(err.Error(), "http://") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestTimeout: an answer that does not come ends the exchange, and says nothing.
func TestTimeout(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	hold := make(chan struct{})
	o.Fail("POST", "/1.0/support/tickets/create", sim.Fault{Hold: hold})
	cfg := keys(url)
	cfg.Timeout = 300 * time.Millisecond
	_, err := newClient(t, cfg).Create(t.Context(), incident())
	close(hold)
	if err == nil || classOf(err) != (class{}) {
		t.Errorf("hang: %v", err)
	}
}

// TestClockMoves: when the clocks part after they were compared, they are compared anew.
func TestClockMoves(t *testing.T) {
	t.Parallel()
	o, url, now := simulated(t)
	c := newClient(t, keys(url))
	for range 3 {
		if _, err := c.Create(t.Context(), incident()); err != nil {
			t.Fatal(err)
		}
		now.move(7 * time.Hour)
	}
	times := slices.DeleteFunc(o.Requests(), func(r sim.Request) bool { return r.Path != "/1.0/auth/time" })
	if len(times) != 3 || len(o.Tickets()) != 3 {
		t.Errorf("asked for the time %d times, %d tickets", len(times), len(o.Tickets()))
	}
}

// TestManyAtOnce: a client is used by several goroutines.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	c := newClient(t, keys(url))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			r, err := c.Create(t.Context(), incident())
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := c.Messages(t.Context(), r.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(o.Tickets()); n != 8 {
		t.Errorf("%d tickets", n)
	}
}

// TestRedirect: the login goes nowhere else.
func TestRedirect(t *testing.T) {
	t.Parallel()
	var seen []http.Header
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r.Header) }))
	defer other.Close()
	url := served(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+r.URL.Path, http.StatusTemporaryRedirect)
	})
	c := newClient(t, ovh.Config{Endpoint: url, AccessToken: "sim-ovh-token"})
	if _, err := c.Create(t.Context(), incident()); !bridge.IsNotDone(err) {
		t.Error(err)
	}
	if _, err := c.Messages(t.Context(), 1); err == nil {
		t.Error("messages of nowhere")
	}
	if len(seen) != 0 {
		t.Errorf("another host saw %v", seen)
	}
}

// TestServiceAccount: a token is taken, kept, and taken anew when it is refused.
func TestServiceAccount(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	var mu sync.Mutex
	asked, status := 0, http.StatusOK
	given := "old-token"
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if status != http.StatusOK {
			fmt.Fprint(w, `{"error":"invalid_client","error_description":"client-secret is wrong"}`)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": given, "token_type": "Bearer", "expires_in": 3600})
	}))
	defer tokens.Close()
	c := newClient(t, ovh.Config{Endpoint: url, ClientID: "client-id", ClientSecret: "client-secret", TokenURL: tokens.URL})
	set := func(token string, code int) {
		mu.Lock()
		defer mu.Unlock()
		given, status = token, code
	}
	if err := c.Ping(t.Context()); !errors.Is(err, ovh.ErrCredentials) || bridge.IsPermanent(err) || !strings.Contains(err.Error(), "the service account") {
		t.Errorf("an old token: %v", err)
	}
	set("sim-ovh-token", http.StatusOK)
	for range 3 {
		if err := c.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
	o.Revoke(true)
	if err := c.Ping(t.Context()); err == nil {
		t.Error("revoked")
	}
	set("", http.StatusUnauthorized)
	if err := c.Ping(t.Context()); !errors.Is(err, ovh.ErrCredentials) || !bridge.IsPermanent(err) || strings.Contains(err.Error(), "client-secret") {
		t.Errorf("a refused account: %v", err)
	}
	set("", http.StatusBadGateway)
	if err := c.Ping(t.Context()); errors.Is(err, ovh.ErrCredentials) || bridge.IsPermanent(err) || !bridge.IsNotDone(err) {
		t.Errorf("no tokens at present: %v", err)
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

// TestEnums: the description's values are found, and what of a profile they lack.
func TestEnums(t *testing.T) {
	t.Parallel()
	o, url, _ := simulated(t)
	enums, err := newClient(t, keys(url)).Enums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"assistance", "billing", "incident"}, enums["category"]); diff != "" || len(enums) != 6 {
		t.Errorf("%s %v", diff, enums)
	}
	if r := o.Requests(); len(r) != 1 || r[0].Path != "/1.0/support.json" {
		t.Errorf("requests %v", r)
	}
	p := &mapping.Profile{Forms: []mapping.Form{
		{ID: "one", Filing: mapping.Filing{Category: "incident", Product: "hosting", Type: "genericRequest"}},
		{ID: "two", Filing: mapping.Filing{Category: "assistence", Choices: map[string]map[string]mapping.Filing{
			"enquiry": {"mail": {Product: "exchange"}, "dns": {Product: "dns"}},
		}}},
	}}
	const category, product = "category", "product"
	want := []ovh.Unknown{
		{At: "forms[two].filing.category", Value: "assistence", Nearest: "assistance", Known: []string{"assistance", "billing", "incident"}},
		{At: "forms[two].filing.choices.enquiry.dns.product", Value: "dns", Nearest: "cdn", Known: enums[product]},
	}
	if diff := cmp.Diff(want, ovh.Check(enums, p)); diff != "" {
		t.Error(diff)
	}
	delete(enums, category)
	if diff := cmp.Diff(want[1:], ovh.Check(enums, p)); diff != "" {
		t.Error(diff)
	}
	for _, body := range []string{`{}`, `{"apis":[{"path":"/support/tickets/create","operations":[{"httpMethod":"POST"}]}]}`, `[]`} {
		url := served(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		if got, err := newClient(t, keys(url)).Enums(t.Context()); err == nil {
			t.Errorf("%s: %v", body, got)
		}
	}
}

// TestProfiles: what the profiles of the program file is taken.
func TestProfiles(t *testing.T) {
	t.Parallel()
	_, url, _ := simulated(t)
	enums, err := newClient(t, keys(url)).Enums(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for i := range profiles {
		if wrong := ovh.Check(enums, &profiles[i]); len(wrong) > 0 {
			t.Errorf("%s: %v", profiles[i].ID, wrong)
		}
		for _, f := range profiles[i].Forms {
			if f.Filing.Category != "" {
				found++
			}
		}
	}
	if found == 0 {
		t.Error("no form says how it is filed")
	}
}

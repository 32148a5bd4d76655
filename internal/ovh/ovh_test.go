package ovh_test

import (
	"encoding/json"
	"errors"
	"fmt"
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

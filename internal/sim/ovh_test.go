package sim_test

import (
	"crypto/sha1"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// signed logs in as OVHcloud's customers do, with a signature of that time.
func signed(secret string, at func() time.Time) func(*http.Request) {
	return func(r *http.Request) {
		body := ""
		if r.GetBody != nil {
			reader, _ := r.GetBody()
			raw, _ := io.ReadAll(reader)
			body = string(raw)
		}
		when := strconv.FormatInt(at().Unix(), 10)
		sum := sha1.Sum([]byte(strings.Join([]string{secret, "sim-consumer-key", r.Method, r.URL.String(), body, when}, "+")))
		r.Header.Set("X-Ovh-Application", "sim-app-key")
		r.Header.Set("X-Ovh-Consumer", "sim-consumer-key")
		r.Header.Set("X-Ovh-Timestamp", when)
		r.Header.Set("X-Ovh-Signature", "$1$"+hex.EncodeToString(sum[:]))
	}
}

// newOVH starts the API and its mail system on a clock, and a caller who is logged in.
func newOVH(t *testing.T, cfg sim.OVHConfig, now *clock) (*sim.OVH, *caller) {
	t.Helper()
	cfg.Now = now.now
	o := sim.NewOVH(cfg, nil)
	url, err := o.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o, &caller{t: t, base: url, client: newClient(t), auth: signed("sim-app-secret", now.now)}
}

func TestOVHLogin(t *testing.T) {
	t.Parallel()
	now := &clock{at: morning}
	o, good := newOVH(t, sim.OVHConfig{}, now)
	bearer := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
	}
	with := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			good.auth(r)
			r.Header.Set(name, value)
		}
	}
	for name, test := range map[string]struct {
		auth    func(*http.Request)
		status  int
		message string
	}{
		"signed":            {good.auth, 200, ""},
		"token":             {bearer("sim-ovh-token"), 200, ""},
		"29 seconds off":    {signed("sim-app-secret", func() time.Time { return morning.Add(29 * time.Second) }), 200, ""},
		"nobody":            {nil, 401, "You must login first"},
		"another token":     {bearer("x"), 401, "Invalid token"},
		"another key":       {with("X-Ovh-Application", "x"), 403, "This application key is invalid"},
		"another customer":  {with("X-Ovh-Consumer", "x"), 403, "This credential is not valid"},
		"another secret":    {signed("x", now.now), 400, "Invalid signature"},
		"another signature": {with("X-Ovh-Signature", "$1$x"), 400, "Invalid signature"},
		"too late":          {signed("sim-app-secret", func() time.Time { return morning.Add(-time.Minute) }), 400, "Query out of time"},
		"too early":         {signed("sim-app-secret", func() time.Time { return morning.Add(time.Minute) }), 400, "Query out of time"},
		"no time":           {with("X-Ovh-Timestamp", "now"), 400, "Query out of time"},
	} {
		c := *good
		c.auth = test.auth
		got := c.want(test.status, "GET", "/support/tickets?subject=a%20b&archived=true", nil)
		if test.message == "" {
			if string(got.body) != "[]" {
				t.Errorf("%s: %s", name, got.body)
			}
			continue
		}
		d := got.doc(t)
		if d["message"] != test.message || d["class"] == "" || d["errorCode"] == "" || got.header.Get("X-Ovh-Queryid") == "" {
			t.Errorf("%s: %v", name, d)
		}
	}
	o.Revoke(true)
	good.want(403, "GET", "/support/tickets", nil)
	o.Revoke(false)
	good.want(200, "GET", "/support/tickets", nil)
	// The time and the description are anybody's.
	anybody := *good
	anybody.auth = nil
	if got := anybody.want(200, "GET", "/auth/time", nil); string(got.body) != strconv.FormatInt(morning.Unix(), 10) {
		t.Errorf("time %s", got.body)
	}
	anybody.want(200, "GET", "/support.json", nil)
}

// TestOVHSchema: every parameter of a new ticket whose type is of the models has its
// values there.
func TestOVHSchema(t *testing.T) {
	t.Parallel()
	_, c := newOVH(t, sim.OVHConfig{}, &clock{at: morning})
	schema := c.want(200, "GET", "/support.json", nil).doc(t)
	var found []string
	for _, one := range schema["apis"].([]any) {
		if one.(doc)["path"] != "/support/tickets/create" {
			continue
		}
		for _, p := range at(t, one, "operations", 0, "parameters").([]any) {
			name, kind := p.(doc)["name"].(string), p.(doc)["dataType"].(string)
			if kind == "string" {
				continue
			}
			found = append(found, name)
			if values := at(t, schema, "models", kind, "enum").([]any); len(values) < 2 {
				t.Errorf("%s: %v", name, values)
			}
		}
	}
	if diff := cmp.Diff([]string{"category", "impact", "product", "subcategory", "type", "urgency"}, found); diff != "" {
		t.Error(diff)
	}
}

func TestOVHCreateRefuses(t *testing.T) {
	t.Parallel()
	o, c := newOVH(t, sim.OVHConfig{}, &clock{at: morning})
	for name, test := range map[string]struct {
		body   any
		status int
		says   string
	}{
		"no subject":       {doc{"body": "b"}, 400, "[subject]"},
		"a blank body":     {doc{"subject": "s", "body": " \n"}, 400, "[body]"},
		"unknown category": {doc{"subject": "s", "body": "b", "category": "incidence"}, 400, "TicketCategoryEnum"},
		"unknown impact":   {doc{"subject": "s", "body": "b", "impact": "huge"}, 400, "TicketImpactEnum"},
		"unknown service":  {doc{"subject": "s", "body": "b", "serviceName": "other.test"}, 404, "service"},
		"VIP":              {doc{"subject": "s", "body": "b", "type": "criticalIntervention"}, 403, "VIP"},
		"unknown member":   {doc{"subject": "s", "body": "b", "idempotency": "1"}, 400, "idempotency"},
		"long subject":     {doc{"subject": strings.Repeat("ñ", 256), "body": "b"}, 400, "[subject]"},
		"long body":        {doc{"subject": "s", "body": strings.Repeat("b", 65_536)}, 400, "[body]"},
		"no JSON":          {"{", 400, "JSON"},
	} {
		got := c.want(test.status, "POST", "/support/tickets/create", test.body).doc(t)
		if message, _ := got["message"].(string); !strings.Contains(message, test.says) || !strings.HasPrefix(got["class"].(string), "Client::") {
			t.Errorf("%s: %v", name, got)
		}
	}
	if n := len(o.Tickets()); n != 0 {
		t.Errorf("%d tickets", n)
	}
}

// TestOVHTicket walks through the life of a ticket.
func TestOVHTicket(t *testing.T) {
	t.Parallel()
	now := &clock{at: morning}
	o, c := newOVH(t, sim.OVHConfig{}, now)
	info := c.want(200, "POST", "/support/tickets/create", doc{
		"subject": "[AOC ST-1] Web", "body": "No responde.", "category": "incident", "type": "genericRequest", "serviceName": "aoc-web.test",
	}).doc(t)
	id := int64(info["ticketId"].(float64))
	path := "/support/tickets/" + strconv.FormatInt(id, 10)
	number := int64(info["ticketNumber"].(float64))
	if number == id || info["messageId"] == nil {
		t.Fatalf("new ticket %v", info)
	}
	void := func(path string, body any) {
		t.Helper()
		if got := c.want(200, "POST", path, body); string(got.body) != "null" {
			t.Errorf("%s answers %s", path, got.body)
		}
	}
	now.at = now.at.Add(time.Minute)
	void(path+"/reply", doc{"body": "Más datos."})
	if err := o.Answer(number, "Lo miramos."); err != nil {
		t.Fatal(err)
	}
	if err := o.Pass(id, "assistance"); err != nil {
		t.Fatal(err)
	}
	got := c.want(200, "GET", path, nil).doc(t)
	want := doc{
		"accountId": "ab12345-ovh", "canBeClosed": true, "category": "assistance", "creationDate": "2026-10-21T08:12:00Z", "lastMessageFrom": "support",
		"product": nil, "score": nil, "serviceName": "aoc-web.test", "state": "open", "subject": "[AOC ST-1] Web", "ticketId": float64(id),
		"ticketNumber": float64(number), "type": "genericRequest", "updateDate": "2026-10-21T08:13:00Z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var messages []struct {
		ID   int64  `json:"messageId"`
		From string `json:"from"`
		Body string `json:"body"`
	}
	c.want(200, "GET", path+"/messages", nil).into(t, &messages)
	slices.Reverse(messages)
	if len(messages) != 4 || messages[0].From != "customer" || messages[1].Body != "Más datos." || messages[2].Body != "Lo miramos." || messages[3].From != "support" {
		t.Errorf("messages %+v", messages)
	}
	c.want(409, "POST", path+"/reopen", doc{"body": "x"})
	c.want(200, "GET", path+"/canBeScored", nil)
	void(path+"/close", nil)
	c.want(409, "POST", path+"/close", nil)
	c.want(409, "POST", path+"/reply", doc{"body": "x"})
	if got := c.want(200, "GET", path+"/canBeScored", nil); string(got.body) != "true" {
		t.Errorf("can be scored: %s", got.body)
	}
	c.want(400, "POST", path+"/score", doc{"score": "9"})
	void(path+"/score", doc{"score": "5", "scoreComment": "Bien."})
	c.want(409, "POST", path+"/score", doc{"score": "4"})
	void(path+"/reopen", doc{"body": "Vuelve a fallar."})
	c.want(400, "POST", path+"/reply", doc{"body": ""})
	c.want(404, "GET", "/support/tickets/"+strconv.FormatInt(number, 10), nil) // a number is no id
	c.want(400, "GET", "/support/tickets/x", nil)
	c.want(404, "GET", "/support/other", nil)
	if creations := slices.DeleteFunc(o.Requests(), func(r sim.Request) bool { return r.Path != "/1.0/support/tickets/create" }); len(creations) != 1 || creations[0].Status != 200 {
		t.Errorf("creations %+v", creations)
	}
}

func TestOVHList(t *testing.T) {
	t.Parallel()
	now := &clock{at: morning}
	o, c := newOVH(t, sim.OVHConfig{}, now)
	var ids []int64
	for _, n := range []sim.NewTicket{
		{Subject: "[AOC ST-1] Web", Body: "b", Category: "incident", Product: "hosting", Service: "aoc-web.test"},
		{Subject: "[AOC ST-1] Web otra vez", Body: "b", Category: "assistance"},
		{Subject: "Factura", Body: "b", Category: "billing"},
	} {
		ticket, err := o.Enter(n)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, ticket.ID)
		now.at = now.at.Add(time.Hour)
	}
	if err := o.Archive(ids[2]); err == nil {
		t.Error("an open ticket was archived")
	}
	if err := o.Shut(ids[2], "Cerrado."); err != nil {
		t.Fatal(err)
	}
	if err := o.Archive(ids[2]); err != nil {
		t.Fatal(err)
	}
	second, err := o.Ticket(ids[1])
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]int64{
		"":                                       {ids[1], ids[0]},
		"archived=true":                          {ids[2]},
		"subject=" + url.QueryEscape("aoc st-1"): {ids[1], ids[0]},
		"subject=otra":                           {ids[1]},
		"category=incident&product=hosting":      {ids[0]},
		"serviceName=aoc-web.test":               {ids[0]},
		"status=closed":                          {},
		"status=closed&archived=true":            {ids[2]},
		"ticketNumber=" + strconv.FormatInt(second.Number, 10): {ids[1]},
		"minCreationDate=2026-10-21T09:00:00Z":                 {ids[1]},
		"maxCreationDate=2026-10-21T10:12:00%2B02:00":          {ids[0]},
	} {
		var got []int64
		c.want(200, "GET", "/support/tickets?"+query, nil).into(t, &got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	c.want(400, "GET", "/support/tickets?status=new", nil)
	c.want(400, "GET", "/support/tickets?minCreationDate=today", nil)
}

// TestOVHOverControl: people and faults through the control API, and the robot's mails.
func TestOVHOverControl(t *testing.T) {
	t.Parallel()
	w, control := newWorld(t, sim.WorldConfig{OVH: sim.OVHConfig{Notify: bridge}})
	info := control.want(200, "GET", "/sim/world", nil).doc(t)["ovh"].(doc)
	api := *control
	api.base = info["url"].(string)
	api.auth = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+info["token"].(string)) }
	if !strings.HasSuffix(api.base, "/1.0") || info["account"] != "ab12345-ovh" {
		t.Fatalf("info %v", info)
	}
	ticket := control.want(200, "POST", "/sim/ovh/tickets", doc{"subject": "Web", "body": "No responde.", "category": "incident"}).doc(t)
	path := "/sim/ovh/tickets/" + strconv.FormatInt(int64(ticket["ticketNumber"].(float64)), 10)
	control.want(400, "POST", "/sim/ovh/tickets", doc{"subject": "Web", "body": "b", "category": "x"})
	control.want(200, "POST", path+"/answer", doc{"text": "Lo miramos."})
	control.want(200, "POST", path+"/pass", doc{"category": "assistance"})
	control.want(400, "POST", path+"/pass", doc{"category": "assistance"})
	control.want(404, "POST", path+"/pass", doc{"category": "x"})
	control.want(200, "POST", path+"/write", doc{"text": "Gracias."})
	control.want(200, "POST", path+"/close", doc{"text": "Resuelto."})
	control.want(400, "POST", path+"/write", doc{"text": "Otra cosa."})
	control.want(200, "POST", path+"/reopen", nil)
	control.want(400, "POST", path+"/archive", nil)
	control.want(404, "GET", "/sim/ovh/tickets/7", nil)
	control.want(404, "POST", "/sim/ovh/tickets/x/answer", doc{"text": "a"})
	got := control.want(200, "GET", path, nil).doc(t)
	if got["category"] != "assistance" || got["state"] != "open" || len(got["messages"].([]any)) != 5 {
		t.Errorf("ticket %v", got)
	}
	control.want(200, "POST", "/sim/ovh/credentials/revoke", nil)
	api.want(401, "GET", "/support/tickets", nil)
	control.want(200, "POST", "/sim/ovh/credentials/renew", nil)
	// The answer is lost after the ticket was opened; the next request is refused.
	control.want(200, "POST", "/sim/ovh/faults", doc{"method": "POST", "path": "/1.0/support/tickets/create", "fault": doc{"drop": "after"}})
	if _, err := api.send("POST", "/support/tickets/create", doc{"subject": "Correo", "body": "b"}); err == nil {
		t.Error("an answer over a dropped connection")
	}
	control.want(200, "POST", "/sim/ovh/faults", doc{"fault": doc{"status": 503, "times": -1}})
	api.want(503, "GET", "/support/tickets", nil)
	control.want(200, "DELETE", "/sim/ovh/faults", nil)
	api.want(200, "GET", "/support/tickets", nil)
	var tickets []sim.OVHTicket
	control.want(200, "GET", "/sim/ovh/tickets", nil).into(t, &tickets)
	var requests []sim.Request
	control.want(200, "GET", "/sim/ovh/requests", nil).into(t, &requests)
	if len(tickets) != 2 || len(requests) != 4 || requests[1].Status != 0 || requests[2].Status != 503 {
		t.Errorf("tickets %+v, requests %+v", tickets, requests)
	}
	var mails []sim.Summary
	control.want(200, "GET", "/sim/mail/boxes/"+bridge, nil).into(t, &mails)
	if len(mails) != 5 || !strings.Contains(mails[0].Subject, strconv.FormatInt(tickets[0].Number, 10)) || !strings.Contains(mails[0].From, "support@ovh.test") {
		t.Errorf("mails %+v", mails)
	}
	raw := string(w.Mail.Delivered(bridge)[1])
	if !strings.Contains(raw, "Auto-Submitted: auto-generated") || !strings.Contains(raw, "Lo miramos.") || strings.Contains(raw, "In-Reply-To") {
		t.Errorf("mail %s", raw)
	}
}

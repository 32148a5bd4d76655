package sim_test

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// newWorld starts a world on a clock that stands still, and a caller of its
// control listener.
func newWorld(t *testing.T, cfg sim.WorldConfig) (*sim.World, *caller) {
	t.Helper()
	cfg.Now = (&clock{at: morning}).now
	w, err := sim.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, &caller{t: t, base: w.Info.ControlURL, client: newClient(t)}
}

// escalate sends the bridge's mail to the desk, with its copy to itself.
func escalate(t *testing.T, w *sim.World, token string) {
	t.Helper()
	c, err := smtp.Dial(w.Info.SMTPAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SendMail(bridge, []string{css, bridge}, bytes.NewReader(raw(token, bridge))); err != nil {
		t.Fatal(err)
	}
}

// TestStoryOverControl walks the whole story as another process would.
func TestStoryOverControl(t *testing.T) {
	t.Parallel()
	_, control := newWorld(t, sim.WorldConfig{Jira: sim.JiraConfig{Cloud: true}})
	info := control.want(http.StatusOK, "GET", "/sim/world", nil).doc(t)
	if info["controlURL"] != control.base || info["cloud"] != true || !strings.Contains(info["caPEM"].(string), "BEGIN CERTIFICATE") {
		t.Fatalf("world %v", info)
	}
	jira := &caller{t: t, base: info["jiraURL"].(string), client: control.client, auth: func(r *http.Request) {
		r.SetBasicAuth(info["jiraEmail"].(string), info["jiraToken"].(string))
	}}

	// A person opens an issue and corrects it; the bridge sees it by REST.
	issue := control.want(http.StatusOK, "POST", "/sim/issues", doc{
		"user": "marta.puig", "summary": "e-NOTUM no respon", "labels": []string{"escalar-claranet-sistemes"},
	}).doc(t)
	key := issue["key"].(string)
	control.want(http.StatusOK, "PATCH", "/sim/issues/"+key, doc{"user": "marta.puig", "fields": doc{"description": "Aplicació afectada: e-NOTUM"}})
	control.want(http.StatusNotFound, "PATCH", "/sim/issues/AOC-9", doc{"user": "marta.puig", "fields": doc{"summary": "x"}})
	control.want(http.StatusNotFound, "PATCH", "/sim/issues/"+key, doc{"fields": doc{"misspelt": "x"}})
	control.want(http.StatusBadRequest, "PATCH", "/sim/issues/"+key, doc{"misspelt": 1})
	control.want(http.StatusOK, "POST", "/sim/issues/"+key+"/labels", doc{"user": "marta.puig", "add": []string{"urgent"}, "remove": []string{"escalar-claranet-sistemes"}})
	control.want(http.StatusOK, "POST", "/sim/issues/"+key+"/comments", doc{"user": "pere", "body": "escalat trucat 123", "visibility": doc{"type": "role", "value": "Developers"}})
	file := control.want(http.StatusOK, "POST", "/sim/issues/"+key+"/attachments", doc{"user": "pere", "name": "a.txt", "type": "text/plain", "content": []byte("hola")}).doc(t)
	if got := control.want(http.StatusOK, "GET", "/sim/attachments/"+file["id"].(string), nil); string(got.body) != "hola" {
		t.Errorf("content %q", got.body)
	}
	seen := jira.want(http.StatusOK, "GET", "/rest/api/2/issue/"+issue["id"].(string), nil).doc(t)
	if diff := cmp.Diff([]any{"urgent"}, at(t, seen, "fields", "labels")); diff != "" {
		t.Error(diff)
	}
	if at(t, seen, "fields", "comment", "comments", 0, "visibility", "value") != "Developers" {
		t.Errorf("comment %v", at(t, seen, "fields", "comment"))
	}

	// Faults and counting from outside.
	control.want(http.StatusOK, "POST", "/sim/faults", doc{"method": "POST", "path": "/rest/api/2/issue/", "fault": doc{"drop": "after"}})
	if _, err := jira.send("POST", "/rest/api/2/issue/"+key+"/comment", doc{"body": "una vegada"}); err == nil {
		t.Error("an answer over a dropped connection")
	}
	var comments []sim.Comment
	control.want(http.StatusOK, "GET", "/sim/issues/"+key+"/comments", nil).into(t, &comments)
	if len(comments) != 2 || comments[1].Body != "una vegada" {
		t.Errorf("comments %+v", comments)
	}
	control.want(http.StatusOK, "POST", "/sim/faults", doc{"fault": doc{"status": 503, "times": -1}})
	control.want(http.StatusOK, "DELETE", "/sim/faults", nil)
	jira.want(http.StatusOK, "GET", "/rest/api/2/myself", nil)
	// The same API stands on Jira's own listener.
	jira.want(http.StatusOK, "GET", "/sim/issues", nil)
	var requests []sim.Request
	control.want(http.StatusOK, "GET", "/sim/requests", nil).into(t, &requests)
	if len(requests) != 3 || requests[1].Status != 0 {
		t.Errorf("requests %+v", requests)
	}
}

func TestDeskOverControl(t *testing.T) {
	t.Parallel()
	w, control := newWorld(t, sim.WorldConfig{})
	escalate(t, w, "m1")
	var letters []sim.Letter
	control.want(http.StatusOK, "GET", "/sim/desks/claranet/letters", nil).into(t, &letters)
	if len(letters) != 1 || letters[0].MessageID != "m1@aoc.test" || letters[0].Text != "Buenos días:\n\n.Se ha caído e-NOTUM.\n" {
		t.Fatalf("letters %+v", letters)
	}
	ack := control.want(http.StatusOK, "POST", "/sim/desks/Claranet/acknowledgements", doc{"messageID": "m1@aoc.test"}).doc(t)
	if ack["ticket"] != "1000001" {
		t.Errorf("acknowledgement %v", ack)
	}
	reply := control.want(http.StatusOK, "POST", "/sim/desks/Claranet/replies", doc{
		"messageID": "<m1@aoc.test>", "text": "Reiniciado.", "style": "gmail",
		"attachments": []doc{{"name": "informe à.txt", "type": "text/plain", "content": []byte("todo bien")}},
	}).doc(t)
	control.want(http.StatusNotFound, "POST", "/sim/desks/Claranet/replies", doc{"messageID": "no", "text": "x"})
	control.want(http.StatusNotFound, "POST", "/sim/desks/Claranet/replies", doc{"messageID": "m1@aoc.test", "text": "x", "style": "lotus"})
	control.want(http.StatusNotFound, "GET", "/sim/desks/ovh/letters", nil)

	var box []sim.Summary
	control.want(http.StatusOK, "GET", "/sim/mail/boxes/"+bridge, nil).into(t, &box)
	if len(box) != 3 || box[2].MessageID != reply["messageID"] || box[2].InReplyTo != "m1@aoc.test" {
		t.Fatalf("box %+v", box)
	}
	if box[2].From != "Laura Gómez – Soporte Claranet <css@claranet.test>" || box[2].Subject != "Re: [Ticket#1000001] [AOC AOC-1] Incidencia" {
		t.Errorf("reply %+v", box[2])
	}
	if diff := cmp.Diff([]string{"m1@aoc.test"}, box[1].References); diff != "" {
		t.Error(diff)
	}
	mail := control.want(http.StatusOK, "GET", "/sim/mail/boxes/"+bridge+"/3", nil)
	if !bytes.Equal(mail.body, w.Mail.Delivered(bridge)[2]) {
		t.Error("the mail is another")
	}
	control.want(http.StatusNotFound, "GET", "/sim/mail/boxes/"+bridge+"/4", nil)

	forgery := string(raw("f1", css))
	control.want(http.StatusOK, "POST", "/sim/mail/boxes/"+bridge+"?from="+css, forgery)
	control.want(http.StatusOK, "POST", "/sim/mail/boxes/"+bridge+"?path=direct", forgery)
	control.want(http.StatusBadRequest, "POST", "/sim/mail/boxes/"+bridge+"?path=tunnel", forgery)
	all := w.Mail.Delivered(bridge)
	if !strings.Contains(string(all[3]), "dmarc=fail header.from=claranet.test") || string(all[4]) != forgery {
		t.Errorf("injected:\n%s\n%s", all[3], all[4])
	}
	var transactions []sim.Transaction
	control.want(http.StatusOK, "GET", "/sim/mail/transactions", nil).into(t, &transactions)
	if len(transactions) != 4 {
		t.Errorf("%d transactions, want 4", len(transactions))
	}
	control.want(http.StatusOK, "POST", "/sim/mail/faults", doc{"method": "data", "fault": doc{"status": 451, "text": "later"}})
	control.want(http.StatusOK, "DELETE", "/sim/mail/faults", nil)
	escalate(t, w, "m2")
	control.want(http.StatusOK, "POST", "/sim/mail/boxes/"+bridge+"/uidvalidity", nil)
	control.want(http.StatusOK, "POST", "/sim/mail/drop", doc{"protocol": "imap"})
}

// TestReplyStyles holds the mails that a desk writes, as they travel.
func TestReplyStyles(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t, sim.WorldConfig{})
	desk := w.Desk("Claranet")
	escalate(t, w, "m1")
	files := []sim.File{{Name: "captura.png", Type: "image/png", Content: []byte(strings.Repeat("PNG", 40))}}
	for _, step := range []struct {
		name string
		act  func() error
	}{
		{"acknowledgement", func() error { _, _, err := desk.Acknowledge("m1@aoc.test"); return err }},
		{"outlook", func() error {
			_, err := desk.Reply("m1@aoc.test", sim.Reply{Text: "Buenos días:\n\nHemos reiniciado el servicio."})
			return err
		}},
		{"gmail", func() error {
			_, err := desk.Reply("m1@aoc.test", sim.Reply{Text: "Hecho.", Style: sim.Gmail, Files: files})
			return err
		}},
		{"plain-forged", func() error {
			_, err := desk.Reply("m1@aoc.test", sim.Reply{Text: "Hecho.", Style: sim.Plain, Forged: true})
			return err
		}},
	} {
		if err := step.act(); err != nil {
			t.Fatal(err)
		}
		all := w.Mail.Delivered(bridge)
		golden(t, step.name+".eml", all[len(all)-1])
	}
	// Asked twice, the robot gives the same ticket.
	_, ticket, err := desk.Acknowledge("m1@aoc.test")
	if err != nil || ticket != "1000001" {
		t.Errorf("ticket %q, %v", ticket, err)
	}
}

var queueID = regexp.MustCompile(`id SIM\d+`)

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	got = queueID.ReplaceAll(got, []byte("id SIM"))
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

func TestWorldEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	w, err := sim.Start(ctx, sim.WorldConfig{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if _, err := smtp.Dial(w.Info.SMTPAddr); err == nil {
		t.Error("SMTP still listens")
	}
}

func TestStartThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	first, _ := newWorld(t, sim.WorldConfig{})
	taken := strings.TrimPrefix(first.Info.ControlURL, "http://")
	for name, cfg := range map[string]sim.WorldConfig{
		"control": {ControlAddr: taken},
		"jira":    {JiraAddr: taken, Jira: sim.JiraConfig{Cloud: true}},
		"imaps":   {Mail: sim.MailConfig{IMAPSAddr: taken}},
	} {
		if w, err := sim.Start(t.Context(), cfg); err == nil {
			t.Errorf("%s: started on a taken port", name)
			_ = w.Close()
		}
	}
}

package sim_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"escalat/internal/sim"
)

// post sends a form, as curl -F does.
func (c *caller) post(status int, path string, values map[string]string, files ...sim.File) reply {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, v := range values {
		if err := w.WriteField(name, v); err != nil {
			c.t.Fatal(err)
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile("file", f.Name)
		if err != nil {
			c.t.Fatal(err)
		}
		_, _ = part.Write(f.Content)
	}
	_ = w.Close()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, &body)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	resp, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		c.t.Fatalf("POST %s: status %d, want %d: %s, %v", path, resp.StatusCode, status, raw, err)
	}
	return reply{resp.StatusCode, resp.Header, raw}
}

// TestForms: files come in as a shell sends them.
func TestForms(t *testing.T) {
	t.Parallel()
	w, control := newWorld(t, sim.WorldConfig{})
	_, key := w.Jira.CreateIssue("marta.puig", "AOC", "Prova", "")
	path := "/sim/issues/" + key + "/attachments"
	got := control.post(http.StatusOK, path, map[string]string{"user": "marta.puig"},
		sim.File{Name: "a.log", Content: []byte("u")}, sim.File{Name: "captura à.png", Content: []byte("dos")}).doc(t)
	files := w.Jira.Attachments(key)
	if len(files) != 2 || files[1].Name != "captura à.png" || string(files[1].Content) != "dos" || files[1].ID != got["id"] || files[0].Author != "marta.puig" {
		t.Errorf("%+v, %v", files, got)
	}
	for name, answered := range map[string]reply{
		"a misspelt field":  control.post(http.StatusBadRequest, path, map[string]string{"usre": "x"}, sim.File{Name: "b"}),
		"no file":           control.post(http.StatusBadRequest, path, map[string]string{"user": "marta.puig"}),
		"an unknown issue":  control.post(http.StatusNotFound, "/sim/issues/AOC-9/attachments", nil, sim.File{Name: "b"}),
		"an unknown letter": control.post(http.StatusNotFound, "/sim/desks/claranet/replies", map[string]string{"messageID": "m9@aoc.test"}),
	} {
		if answered.doc(t)["error"] == "" {
			t.Errorf("%s: %s", name, answered.body)
		}
	}
	if _, err := w.Jira.AddComment("joan.ferrer", key, "Hola"); err != nil {
		t.Fatal(err)
	}
	text := string(control.want(http.StatusOK, "GET", "/sim/issues/"+key+".txt", nil).body)
	for _, part := range []string{key + "  Prova\n", "Attached by marta.puig: captura à.png (3 bytes, /sim/attachments/" + files[1].ID, "\n--- joan.ferrer, ", "\nHola\n"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
	control.want(http.StatusNotFound, "GET", "/sim/issues/AOC-9.txt", nil)
	escalate(t, w, "m1")
	control.post(http.StatusNotFound, "/sim/desks/claranet/replies", map[string]string{"letter": "2", "text": "x"})
	control.want(http.StatusOK, "POST", "/sim/desks/claranet/acknowledgements", doc{"letter": 1})
	control.post(http.StatusOK, "/sim/desks/claranet/replies", map[string]string{"letter": "1", "text": "Hecho.", "style": "gmail"},
		sim.File{Name: "informe.txt", Content: []byte("todo bien")})
	all := w.Mail.Delivered(bridge)
	if last := string(all[len(all)-1]); !strings.Contains(last, "Hecho.") || !strings.Contains(last, "informe.txt") {
		t.Errorf("the reply is\n%s", last)
	}
}

const twoForms = "From: Suport <%[1]s>\r\nTo: <%[2]s>\r\nSubject: [AOC AOC-1] =?utf-8?q?Ca=C3=ADda_<b>?=\r\nMessage-ID: <%[3]s@aoc.test>\r\n" +
	"In-Reply-To: <%[4]s>\r\nReferences: <%[4]s>\r\nDate: Wed, 21 Oct 2026 08:12:00 +0000\r\n" +
	"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n" +
	"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHola\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p title=\"x\">Hola</p>\r\n--a--\r\n" +
	"--m\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=\"web.log\"\r\n\r\nregistre\r\n--m--\r\n"

// TestLettersInABrowser shows a letter in each form that the control API has.
func TestLettersInABrowser(t *testing.T) {
	t.Parallel()
	w, control := newWorld(t, sim.WorldConfig{})
	escalate(t, w, "m1")
	_, ticket, err := w.Desk("Claranet").Acknowledge("m1@aoc.test")
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.Dial(w.Info.SMTPAddr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	follow := fmt.Sprintf(twoForms, bridge, css, "m2", "m1@aoc.test")
	if err := c.SendMail(bridge, []string{css}, strings.NewReader(follow)); err != nil {
		t.Fatal(err)
	}
	const letters = "/sim/desks/claranet/letters/"
	var l sim.Letter
	control.want(http.StatusOK, "GET", letters+"2", nil).into(t, &l)
	if l.Text != "Hola\n" && l.Text != "Hola" || !strings.Contains(l.HTML, "<p title=\"x\">Hola</p>") || len(l.Files) != 1 || l.Ticket != ticket {
		t.Errorf("read as %+v", l)
	}
	html := control.want(http.StatusOK, "GET", letters+"2.html", nil)
	for _, part := range []string{"Caída &lt;b&gt;", "&lt;p title=&#34;x&#34;&gt;Hola", "<iframe sandbox", `href="2/files/1">web.log</a> (8 bytes)`, ticket} {
		if !strings.Contains(string(html.body), part) {
			t.Errorf("the page has no %s:\n%s", part, html.body)
		}
	}
	if plain := control.want(http.StatusOK, "GET", letters+"1.html", nil); !strings.Contains(string(plain.body), "<pre>Buenos días:") {
		t.Errorf("a letter without HTML is shown as\n%s", plain.body)
	}
	if got := control.want(http.StatusOK, "GET", letters+"2/files/1", nil); string(got.body) != "registre" {
		t.Errorf("the file is %q", got.body)
	}
	if got := control.want(http.StatusOK, "GET", letters+"2.eml", nil); !bytes.Equal(got.body, w.Mail.Delivered(css)[1]) {
		t.Errorf("as received: %s", got.body)
	}
	if got := control.want(http.StatusOK, "GET", letters+"1.txt", nil); !strings.HasPrefix(string(got.body), "Buenos días:") {
		t.Errorf("as text: %s", got.body)
	}
	for _, path := range []string{"3.html", "0", "x", "1.pdf", "1/files/1", "2/files/2", "3/files/1"} {
		control.want(http.StatusNotFound, "GET", letters+path, nil)
	}
}

// TestTicketOfAConversation: what answers a mail with a ticket has the same one, and
// so has what names it; another conversation has another.
func TestTicketOfAConversation(t *testing.T) {
	t.Parallel()
	w, _ := newWorld(t, sim.WorldConfig{})
	desk := w.Desk("Claranet")
	escalate(t, w, "m1")
	escalate(t, w, "m2")
	tickets := map[string]string{}
	for _, id := range []string{"m1", "m2", "m1"} {
		_, ticket, err := desk.Acknowledge(id + "@aoc.test")
		if err != nil || tickets[id] != "" && tickets[id] != ticket {
			t.Errorf("%s has the tickets %q and %q, %v", id, tickets[id], ticket, err)
		}
		tickets[id] = ticket
	}
	if tickets["m1"] == tickets["m2"] {
		t.Errorf("both have %s", tickets["m1"])
	}
	if _, err := desk.Reply("m1@aoc.test", sim.Reply{Text: "Hecho."}); err != nil {
		t.Fatal(err)
	}
	all := w.Mail.Delivered(bridge)
	if want := "RE: [Ticket#" + tickets["m1"] + "] [AOC AOC-1] Incidencia"; !strings.Contains(string(all[len(all)-1]), "Subject: "+want) {
		t.Errorf("the answer does not say %s:\n%s", want, all[len(all)-1])
	}
}

package send_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/mapping"
)

// ovhForms are issues that say everything of each of OVH's forms, by its id.
func ovhForms() map[string]string {
	const common = "Referència del servei: ns1234567.ip-198-51-100.eu\nPersona de contacte: Núria Puig, 934 000 000\n"
	const enquiry = common + "Tipus de consulta: %s\nConsulta: %s\n"
	const task = common + "Què cal fer:\n# recompilar el PHP 8.2 amb l'extensió *imap*\n# reiniciar {{php-fpm}}\nPressupost: %s\n"
	return map[string]string{
		"incidencia": common + "Tipus d’incidència: servidor\nQuè falla: no respon el ping ni el port 443\n" +
			"Des de quan: 20/11/2026 a les 9.35 h\nImpacte: 40 ajuntaments no poden tramitar\nProves realitzades:\n{noformat}\nping 198.51.100.7: 100% packet loss\n{noformat}\n",
		"tecnica":               fmt.Sprintf(enquiry, "DNS", "com es canvien les DNS de *exemple.cat*?"),
		"comercial":             fmt.Sprintf(enquiry, "factura", "no trobem la factura d'octubre"),
		"infogerencia":          fmt.Sprintf(task, "no n'hi ha"),
		"infogerencia-accepted": fmt.Sprintf(task, "acceptat, encara no s'ha pagat"),
		"infogerencia-paid":     fmt.Sprintf(task, "acceptat i pagat"),
	}
}

// newOVH is a bench of a provider that takes no mail.
func newOVH(t *testing.T, form string, by bridge.Channel) *bench {
	t.Helper()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "ovh" })
	p := profiles[i]
	p.Identifier = "ab12345-ovh"
	b := newBench(t)
	for _, told := range []*send.Telling{&b.composer.Telling, &b.transmitter.Telling} {
		told.Providers = map[string]send.Provider{"ovh": {Profile: &p, Channel: by}}
	}
	kind, _, _ := strings.Cut(form, "-")
	b.c.Provider, b.c.Kind = "ovh", kind
	b.issue.Labels, b.issue.Description = []string{p.LabelOf(p.Form(kind))}, ovhForms()[form]
	return b
}

// portals composes and settles, and returns what follows.
func (b *bench) portals(t *testing.T, e bridge.Effect) (bridge.Notice, bridge.Outcome) {
	t.Helper()
	r := b.run(t, e)
	raw, _ := json.Marshal(r)
	o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	b.c = o.Case
	return r.Notice, o
}

// uploadText adds a text file of the team.
func (b *bench) uploadText(id, name, content string) {
	b.upload(id, name, content)
	b.issue.Attachments[len(b.issue.Attachments)-1].MIMEType = "text/plain"
}

func TestGoldenPortal(t *testing.T) {
	t.Parallel()
	for form := range ovhForms() {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			b := newOVH(t, form, bridge.ByPortal)
			if form == "incidencia" {
				b.upload("1", "captura.png", strings.Repeat("p", 182_400))
				b.upload("2", "eina.exe", "MZ")
				b.uploadText("3", "mtr.txt", "HOST: bastió   Loss%\n  1.|-- 192.0.2.1   0.0%\n")
			}
			n, o := b.portals(t, composing())
			if _, body := told(t, o); true {
				golden(t, "portal-"+form, "Subject: "+n.Subject+"\n\n"+n.Body+"\n")
				golden(t, "portal-"+form+".comment", body+"\n")
			}
			if o.Case.State != bridge.Handed || b.blobs["b1"] != nil || n.Size != int64(len(n.Body)) || n.MessageID == "" {
				t.Errorf("%s, %+v", o.Case.State, n)
			}
		})
	}
}

// TestGoldenPortalLater: what follows by the portal is text for the ticket that is there.
func TestGoldenPortalLater(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*testing.T, *bench) bridge.Effect{
		"portal-words": func(_ *testing.T, b *bench) bridge.Effect {
			b.says("7", strings.Replace(words, "Claranet", "OVH", 1))
			a := b.issue.Addressed(b.composer.Providers["ovh"].Profile)[0]
			b.c.Relay("7", a.Digest)
			return about(2, bridge.ComposeBody{About: bridge.AboutWords, Comment: "7", Digest: a.Digest})
		},
		"portal-claim": func(*testing.T, *bench) bridge.Effect { return about(2, bridge.ComposeBody{About: bridge.AboutClaim}) },
		"portal-close": func(_ *testing.T, b *bench) bridge.Effect {
			b.c.State, b.c.Closing = bridge.Closed, bridge.ByCommand
			return about(2, bridge.ComposeBody{About: bridge.AboutClose})
		},
		"portal-reopen": func(_ *testing.T, b *bench) bridge.Effect {
			b.c.ReopenedAt = day
			return about(2, bridge.ComposeBody{About: bridge.AboutReopen})
		},
		"portal-paid": func(_ *testing.T, b *bench) bridge.Effect {
			b.issue.Description = ovhForms()["infogerencia-paid"]
			return adding(2, "quote")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newOVH(t, "infogerencia", bridge.ByPortal)
			b.portals(t, composing())
			if !b.c.Entered(day) || b.c.Entered(day) {
				t.Fatal("nothing was to be entered")
			}
			b.c.State, b.c.References, b.c.Pending = bridge.Sent, []string{"1234567"}, nil
			_, o := b.portals(t, make(t, b))
			n := o.Case.Notices[1]
			if _, body := told(t, o); o.Case.State == bridge.Handed || n.Channel != bridge.ByPortal {
				t.Errorf("%s, %+v", o.Case.State, n)
			} else {
				golden(t, name+".comment", body+"\n")
			}
		})
	}
}

// TestThroughIsPending: what is asked for by another form's ticket says so, and what it
// waits for is pending until it is there.
func TestThroughIsPending(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "infogerencia", bridge.ByAPI)
	n, o := b.portals(t, composing())
	if diff := cmp.Diff([]string{"quote"}, o.Case.Pending); diff != "" || n.Form != "comercial" || n.Kind != "infogerencia" || n.Told["quote"] == "" {
		t.Errorf("%s: %+v", diff, n)
	}
	if n.Filed == nil || n.Filed.Category != "assistance" || n.Filed.Service != "ns1234567.ip-198-51-100.eu" {
		t.Errorf("filed as %+v", n.Filed)
	}
	b.c.State, b.c.Notices[0].SentAt = bridge.Sent, day
	// The same answer brings nothing.
	b.c.Pending = nil
	if r := b.run(t, adding(2, "quote")); !r.Nothing {
		t.Errorf("%+v", r)
	}
	b.issue.Description = ovhForms()["infogerencia-accepted"]
	n, o = b.portals(t, adding(2, "quote"))
	if diff := cmp.Diff([]string{"quote"}, o.Case.Pending); diff != "" || strings.Contains(n.Body, "programen") || !strings.Contains(n.Body, "Aceptado sin pagar") {
		t.Errorf("%s:\n%s", diff, n.Body)
	}
	b.c.Pending = nil
	b.issue.Description = ovhForms()["infogerencia-paid"]
	n, o = b.portals(t, adding(3, "quote"))
	if len(o.Case.Pending) != 0 || !strings.Contains(n.Body, "les rogamos que programen la intervención") {
		t.Errorf("%v:\n%s", o.Case.Pending, n.Body)
	}
}

// TestTicketEffects: at an API each notice has its own deed, whose text stands in the case.
func TestTicketEffects(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "incidencia", bridge.ByAPI)
	n, o := b.portals(t, composing())
	want := bridge.TicketBody{MessageID: n.MessageID, Form: "incidencia"}
	check := func(o bridge.Outcome, kind bridge.Kind, key string, want bridge.TicketBody) {
		t.Helper()
		var body bridge.TicketBody
		if len(o.Effects) != 1 || o.Effects[0].Target != bridge.ToTickets || o.Effects[0].Kind != kind || o.Effects[0].Key != key || len(o.Keep) != 0 {
			t.Fatalf("%+v", o)
		}
		if err := o.Effects[0].Decode(&body); err != nil || body != want {
			t.Errorf("%+v, %v", body, err)
		}
	}
	check(o, bridge.OpenTicket, "transmit/10001/ovh/1/1", want)
	if o.Case.State != bridge.Sending || o.Case.Notices[0].Body == "" || o.Case.Notices[0].Channel != bridge.ByAPI || n.To != nil {
		t.Errorf("%+v", o.Case)
	}
	b.c.State, b.c.Notices[0].SentAt, b.c.Ticket = bridge.Sent, day, bridge.Ticket{ID: 7}
	for what, kind := range map[bridge.About]bridge.Kind{
		bridge.AboutClaim: bridge.ReplyTicket, bridge.AboutAgain: bridge.ReplyTicket, bridge.AboutClose: bridge.CloseTicket, bridge.AboutReopen: bridge.ReopenTicket,
	} {
		before := b.c
		if what == bridge.AboutClose {
			b.c.Closing = bridge.ByCommand
		}
		n, o := b.portals(t, about(2, bridge.ComposeBody{About: what}))
		check(o, kind, "transmit/10001/claranet/1/2", bridge.TicketBody{MessageID: n.MessageID, Form: n.Kind})
		b.c = before
	}
	// Entered by hand at last, it goes on by hand, until the API knows the ticket.
	b.c.Notices[0].Channel, b.c.Ticket = bridge.ByPortal, bridge.Ticket{}
	if n, o := b.portals(t, about(3, bridge.ComposeBody{About: bridge.AboutClaim})); n.Channel != bridge.ByPortal || o.Effects[0].Kind != bridge.PostComment {
		t.Errorf("%+v", n)
	}
	b.c.Ticket.ID = 7
	if n, _ := b.portals(t, about(4, bridge.ComposeBody{About: bridge.AboutClaim})); n.Channel != bridge.ByAPI {
		t.Errorf("%+v", n)
	}
}

// TestRedirectedAPI: in mode redirect nothing goes to an API; the own address gets a mail.
func TestRedirectedAPI(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "incidencia", bridge.ByAPI)
	b.composer.Redirect = "test@aoc.cat"
	e := b.follows(t, composing())
	var body bridge.TransmitBody
	if err := e.Decode(&body); err != nil || !slices.Equal(body.To, []string{"test@aoc.cat"}) || b.c.Notices[0].Channel != "" {
		t.Errorf("%+v, %v", body, err)
	}
	if text := b.mail(t).Text; !strings.Contains(text, "Identificador de cliente (NIC): ab12345-ovh") {
		t.Errorf("mail:\n%s", text)
	}
	b = newOVH(t, "incidencia", bridge.ByAPI) // the first went in earnest
	b.portals(t, composing())
	b.c.State, b.c.Notices[0].SentAt = bridge.Sent, day
	b.composer.Redirect = "test@aoc.cat"
	if _, err := b.composer.Do(t.Context(), b.c, about(2, bridge.ComposeBody{About: bridge.AboutClaim})); !errors.Is(err, send.ErrFirstReal) {
		t.Errorf("%v", err)
	}
	b = newOVH(t, "incidencia", bridge.ByPortal)
	b.composer.Redirect = "test@aoc.cat"
	if _, o := b.portals(t, composing()); o.Case.State != bridge.Handed {
		t.Errorf("%+v", o.Case)
	} else if _, text := told(t, o); !strings.Contains(text, "no ho entreu de debò") {
		t.Errorf("by hand:\n%s", text)
	}
}

// TestShadowPortal: in mode shadow nothing waits for a person, who sees no comment.
func TestShadowPortal(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "incidencia", bridge.ByPortal)
	b.composer.Shadow = true
	if _, o := b.portals(t, composing()); o.Case.State != bridge.Sent || !o.Case.Notices[0].Shadow || !o.Case.ToldAt().IsZero() {
		t.Errorf("%+v", o.Case)
	}
}

// TestCut: of a text that is too long for a ticket the end is cut off, and the team is told.
func TestCut(t *testing.T) {
	t.Parallel()
	for _, long := range []bool{true, false} {
		b := newOVH(t, "infogerencia", bridge.ByPortal)
		n, o := b.portals(t, composing())
		if _, body := told(t, o); n.Cut || strings.Contains(body, "massa llarg") {
			t.Fatalf("it is not long: %v\n%s", n.Cut, body)
		}
		b.c.Entered(day)
		b.c.State, b.c.References, b.c.Pending = bridge.Sent, []string{"1234567"}, nil
		lines := 100
		if long {
			lines = 900
		}
		b.says("7", "Per a OVH: "+strings.Repeat("una línia del registre\n", lines)+"i s'acaba aquí")
		a := b.issue.Addressed(b.composer.Providers["ovh"].Profile)[0]
		b.c.Relay("7", a.Digest)
		n, o = b.portals(t, about(2, bridge.ComposeBody{About: bridge.AboutWords, Comment: "7", Digest: a.Digest}))
		_, body := told(t, o)
		if n.Cut != long || strings.Contains(n.Body, "i s'acaba aquí") == long || strings.Contains(body, "{{Per a OVH:}}") != long || len(n.Body) > 15_000 {
			t.Errorf("long %v: cut %v, %d bytes\n%s", long, n.Cut, len(n.Body), body[strings.LastIndex(body, "{noformat}"):])
		}
	}
}

// TestInside: the content of small text files stands in the text of a ticket, as much as
// has room; the others are to be uploaded by hand.
func TestInside(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "incidencia", bridge.ByAPI)
	b.uploadText("1", "un.txt", "\ufeffu\r\n  dos\n##- Por favor\n")
	b.uploadText("2", "gran.txt", strings.Repeat("línia\n", 2000))
	b.uploadText("3", "binari.txt", "a\x00b")
	b.uploadText("4", "llati.txt", "\xe0")
	b.uploadText("5", "curt.txt", "curt")
	b.issue.Attachments[4].Size = 400 // less than Jira says
	b.uploadText("6", "buit.txt", "")
	b.upload("7", "imatge.png", "png")
	b.uploadText("8", "perdut.txt", "x")
	b.lost["8"] = errors.New("503")
	b.uploadText("9", "client.txt", "privat")
	b.issue.Attachments[8].Author.Customer = true
	r := b.run(t, composing())
	n := r.Notice
	if len(n.Files) != 1 || n.Files[0].Name != "un.txt" || n.Files[0].Digest == "" {
		t.Errorf("inside: %+v", n.Files)
	}
	want := map[string]bridge.LeftOut{"client.txt": bridge.LeftForeign}
	for _, name := range []string{"gran.txt", "binari.txt", "llati.txt", "curt.txt", "buit.txt", "imatge.png", "perdut.txt"} {
		want[name] = bridge.LeftChannel
	}
	if diff := cmp.Diff(want, reasons(n.Omitted)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(n.Body, "Contenido de un.txt (26 bytes):\n\nu\n  dos\n##- Por favor\n") || strings.Contains(n.Body, "client.txt") {
		t.Errorf("body:\n%s", n.Body)
	}
	b = newOVH(t, "incidencia", bridge.ByAPI)
	b.uploadText("1", "web.LOG", "error 503") // a browser does not know every kind of text
	b.issue.Attachments[0].MIMEType = "application/octet-stream"
	b.uploadText("2", "bolcat.bin", "a")
	b.issue.Attachments[1].MIMEType = "application/octet-stream"
	b.uploadText("3", "pdf.log", "a")
	b.issue.Attachments[2].MIMEType = "application/pdf"
	if n = b.run(t, composing()).Notice; len(n.Files) != 1 || n.Files[0].Name != "web.LOG" {
		t.Errorf("by its name: %+v", n.Files)
	}
	b = newOVH(t, "incidencia", bridge.ByAPI)
	for i := range 5 {
		b.uploadText(fmt.Sprint(i), fmt.Sprintf("%d.txt", i), strings.Repeat("línia de registre\n", 350))
	}
	if n = b.run(t, composing()).Notice; len(n.Files) != 2 || len(n.Body) > 15_000 || len(n.Omitted) != 3 {
		t.Errorf("%d files, %d omitted, %d bytes", len(n.Files), len(n.Omitted), len(n.Body))
	}
	b.issue.Description += "\n" + strings.Repeat("Paraula rere paraula à. ", 900) + "\n" + strings.Repeat("línia à\n", 900)
	if n = b.run(t, composing()).Notice; len(n.Files) != 0 || len(n.Body) > 15_000 || !strings.HasSuffix(n.Body, "\n\n(El texto continúa. Si necesitan el resto, pídannoslo.)") {
		t.Errorf("%d files, %d bytes: %s", len(n.Files), len(n.Body), n.Body[max(0, len(n.Body)-100):])
	}
}

// TestOutdated: what is to go to an API is held against the issue like a mail.
func TestOutdated(t *testing.T) {
	t.Parallel()
	b := newOVH(t, "incidencia", bridge.ByAPI)
	n, _ := b.portals(t, composing())
	if why, changed := b.composer.Outdated(b.c, n, b.issue); why != "" || changed {
		t.Errorf("as it is: %s, %v", why, changed)
	}
	b.issue.Summary += "!"
	if _, changed := b.composer.Outdated(b.c, n, b.issue); !changed {
		t.Error("another summary")
	}
	if why, changed := b.composer.Outdated(b.c, bridge.Notice{Serial: 2, About: bridge.AboutWords, Comment: "7", Source: "x"}, b.issue); why != bridge.FaultGone || changed {
		t.Errorf("a comment that is gone: %s, %v", why, changed)
	}
	if why, changed := b.composer.Outdated(bridge.Case{}, n, b.issue); why != "" || changed {
		t.Errorf("a provider that is off: %s, %v", why, changed)
	}
}

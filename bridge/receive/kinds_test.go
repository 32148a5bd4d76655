package receive_test

import (
	"os"
	"path/filepath"
	"testing"

	"escalat/bridge"
)

// TestKindsOfPeople: none of the mails that the texts are read from is taken for anything
// but a person's, save those of desks, and of these none for what would not be posted.
func TestKindsOfPeople(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	files, err := filepath.Glob("testdata/corpus/*/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := b.Read(t.Context(), opener(string(raw)), 0)
		if err != nil {
			t.Fatal(err)
		}
		desk := filepath.Base(filepath.Dir(name)) == "desks" && (m.Kind == bridge.KindUpdate || m.Kind == bridge.KindAcknowledgement)
		if m.Kind != "" && !desk {
			t.Errorf("%s: %q, %s", name, m.Kind, m.Sign)
		}
	}
}

// TestKindsOfPages: a page is told by what it shows.
func TestKindsOfPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const exchange = "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: a@claranet.es\n"
	for name, test := range map[string]struct {
		header, subject, page string
		want                  bridge.MailKind
	}{
		"away": {
			exchange, "Re: [AOC SUP-42] Portal",
			"<html><head><style>p{margin:0}</style></head><body><p>Buenos d&iacute;as:</p><p>&nbsp;</p><p>Estoy <b>fuera de la oficina</b> hasta el 9 de marzo. El ticket lo lleva Joan.</p></body></html>", bridge.KindAbsence,
		},
		"away, unseen": {
			exchange, "Re: [AOC SUP-42] Portal",
			"<div style='display:none'>Estoy fuera de la oficina hasta el 9 de marzo.</div><p>El ticket 4471 está resuelto.</p>", bridge.KindUpdate,
		},
		"taken in": {
			"Auto-Submitted: auto-generated\n", "Re: [AOC SUP-42] Portal", "<table><tr><td>Su solicitud ha sido registrada con el número 12345.</td></tr></table>", bridge.KindAcknowledgement,
		},
		"a bounce": {
			"Return-Path: <>\nX-Failed-Recipients: css@claranet.es\n", "Undeliverable: [AOC SUP-42] Portal", "<p>Delivery has failed to these recipients or groups:</p><p>css@claranet.es</p>", bridge.KindBounce,
		},
		"a receipt": {
			"", "Leído: Portal", "<p>Su mensaje</p><p>&nbsp;&nbsp;&nbsp;Para: css@claranet.es<br>&nbsp;&nbsp;&nbsp;Asunto: Portal</p><p>se leyó el lunes, 2 de marzo de 2026 10:20:00.</p>", bridge.KindReceipt,
		},
		"a receipt that says more": {
			"", "Leído: Portal", "<p>Su mensaje</p><p>Asunto: Portal</p><p>se leyó el lunes.</p><p>Hemos reiniciado el balanceador.</p>", "",
		},
	} {
		raw := border("css@claranet.es") + test.header + "Subject: " + test.subject + "\nContent-Type: text/html; charset=utf-8\n\n" + test.page + "\n"
		if _, m := b.decide(raw, nil); m.Kind != test.want {
			t.Errorf("%s: %q, %s; %q", name, m.Kind, m.Sign, m.Text)
		}
	}
}

// TestNewsIsPosted: what a desk's program sends with somebody's journey in it, and what
// looks like a receipt and is none, ends on the issue.
func TestNewsIsPosted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	answer := "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n"
	post := func(header, body string) {
		t.Helper()
		v, m := b.decide(border("css@claranet.es")+answer+header+"\n"+body, b.theCase())
		if v.Outcome != bridge.MailPosted {
			t.Errorf("%q: %s, %s, %q, %s; %q", header, v.Outcome, v.Reason, m.Kind, m.Sign, body)
		}
	}
	for _, header := range []string{"X-OTRS-Loop: yes\n", "Precedence: bulk\n", "Auto-Submitted: auto-generated\n", "List-Id: <x>\n"} {
		for _, body := range []string{
			"Hola,\n\nNo estaré disponible hasta las 18 h. El enlace ya va por la ruta alternativa; confirmad si funciona.\n",
			"Buenos dias,\n\nEstamos de viaje hacia el CPD; llegamos a las 11 y cambiamos la tarjeta.\n\nMarta\n",
			"Hola,\n\nEl router está fuera de servicio.\n\nVolveré a escribir a las 12. Estaré fuera del despacho hasta las 12, llamad al móvil.\n",
			"Hola,\n\nEstaremos fuera hasta mañana, pero el servicio ya está restablecido: reiniciad el router.\n\nJoan\n",
		} {
			post(header+"Subject: RE: [AOC SUP-42] Portal\n", body)
		}
		post(header+"Subject: =?utf-8?q?Le=C3=ADdo?=: [AOC SUP-42] Portal\n", "Su mensaje ha sido leído por el técnico de guardia.\n\nAsunto: Portal\n\nHemos reiniciado el balanceador; confirmad.\n")
	}
	post("Subject: Read: [AOC SUP-42] Portal\n", "Your message was read by our NOC.\n\nWe restarted the balancer, please confirm.\n")
	post("Subject: Aceptado: [AOC SUP-42] Ventana\nContent-Type: multipart/mixed; boundary=b\n",
		"--b\nContent-Type: text/plain; charset=utf-8\n\nMarta ha aceptado la invitación.\n\nPero traed la llave del rack, sin ella no podremos entrar.\n--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--b--\n")
}

package classify_test

import (
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/receive/classify"
)

// stockTexts are what programs write into receipts of [AOC SUP-42] Portal.
func stockTexts() []string {
	return []string{
		"Su mensaje\n\n   Para: css@proveedor.example\n   Asunto: [AOC SUP-42] Portal\n   Enviados: lunes, 2 de marzo de 2026 10:14:55 (UTC+01:00) Bruselas, Copenhague, Madrid, París\n\nse leyó el lunes, 2 de marzo de 2026 10:20:00 (UTC+01:00) Bruselas, Copenhague, Madrid, París.\n",
		"El mensaje\n\nPara: Soporte Portal\nAsunto: Portal\n\nfue eliminado sin ser leído el lunes, 2 de marzo de 2026 10:20.\n",
		"Se ha entregado el mensaje a los siguientes destinatarios:\n\ncss@proveedor.example\n\nAsunto: [AOC SUP-42] Portal\n",
		"El vostre missatge\n\n   Per a: css@proveedor.example\n   Assumpte: [AOC SUP-42] Portal\n\n s’ha llegit dilluns, 2 de març de 2026.\n",
		"Your message\n\n   To: Suport; css@proveedor.example\n   Subject: [AOC SUP-42] Portal\n   Sent: Monday, March 2, 2026 10:14:55 AM (UTC+01:00) Brussels, Copenhagen, Madrid, Paris\n\n was read on Monday, March 2, 2026 10:20:00 AM (UTC+01:00) Brussels, Copenhagen, Madrid, Paris.\n",
		"Your message\n\nSubject: Portal\n\nwas deleted without being read on Monday.\n\n> Hola,\n> el portal no funciona.\n",
		"This is a Return Receipt for the mail that you sent to css@proveedor.example.\nSubject: Portal\n\nNote: This Return Receipt only acknowledges that the message was displayed on the recipient's computer. There is no guarantee that the recipient has read or understood the message contents.\n",
		"Este es un acuse de recibo para el correo que envió a css@proveedor.example.\nAsunto: Portal\n\nNota: Este acuse de recibo sólo confirma que el mensaje ha sido mostrado en el ordenador del destinatario. No hay ninguna garantía de que el destinatario haya leído o comprendido el contenido del mensaje.\n",
		"Votre message\n\n   À : css@proveedor.example\n   Objet : Portal\n   Envoyé : lundi 2 mars 2026 10:14:55\n\n a été lu le lundi 2 mars 2026 10:20:00.\n",
		"Ihre Nachricht\n\n   An: css@proveedor.example\n   Betreff: Portal\n   Gesendet: Montag, 2. März 2026 10:14:55\n\nwurde am Montag, 2. März 2026 10:20:00 gelesen.\n",
		"Il messaggio\n\n   A: css@proveedor.example\n   Oggetto: Portal\n   Inviato: lunedì 2 marzo 2026 10:14:55\n\nè stato letto in data lunedì 2 marzo 2026 10:20:00.\n",
		"A sua mensagem\n\n   Para: css@proveedor.example\n   Assunto: Portal\n\nfoi lida em segunda-feira, 2 de março de 2026 10:20:00.\n",
	}
}

// more is what people and desks write besides.
func more() []string {
	return []string{
		"Hemos reiniciado el balanceador; confirmad.", "We restarted the balancer, please confirm.", "Traieu la clau del rack.", "Asunto: llamad al 600 000 000 antes de las 12",
		"Para: quien esté de guardia, que reinicie el balanceador", "4471", "https://proveedor.example/4471",
	}
}

func mdn(subject, text string) string {
	return "From: Anna <anna@proveedor.example>\nSubject: " + subject + "\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text +
		"\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;anna@proveedor.example\nDisposition: automatic-action/MDN-sent-automatically; displayed\n--b--\n"
}

// TestReceipts: a receipt holds nothing but what programs write into one.
func TestReceipts(t *testing.T) {
	t.Parallel()
	const subject = "Leído: [AOC SUP-42] Portal"
	is := func(raw string) bool { return verdict(t, raw, nil).Kind == bridge.KindReceipt }
	for _, text := range stockTexts() {
		for _, header := range []string{"", program} {
			if !is(with(header, subject, text)) {
				t.Errorf("%q: no receipt:\n%s", header, text)
			}
			if is(with(header, "RE: [AOC SUP-42] Portal", text)) {
				t.Errorf("%q: a receipt that answers:\n%s", header, text)
			}
		}
		if !is(mdn(subject, text)) {
			t.Errorf("no receipt of a machine:\n%s", text)
		}
		for _, m := range more() {
			for _, said := range []string{text + "\n" + m + "\n", m + "\n\n" + text} {
				if is(with("", subject, said)) || is(with(program, subject, said)) || is(mdn(subject, said)) {
					t.Errorf("a receipt that says more:\n%s", said)
				}
			}
		}
	}
	for _, text := range []string{
		"Su mensaje ha sido leído por el técnico de guardia.\n\nAsunto: Portal\n\nHemos reiniciado el balanceador; confirmad.",
		"Your message was read by our NOC.\n\nWe restarted the balancer, please confirm.",
		"Your message was read.\n\n" + strings.Repeat("> quoted\n", 1000),
		"已读。",
	} {
		if is(with("", subject, text)) || is(with(program, subject, text)) || is(mdn(subject, text)) {
			t.Errorf("a receipt that says more:\n%s", text)
		}
	}
	if is(with("", subject, "Su mensaje ha sido entregado.")) || is(with("", subject, "")) {
		t.Error("a person's words are a receipt")
	}
	if !is(with(program, subject, "")) || !is(mdn(subject, "")) {
		t.Error("an empty receipt is none")
	}
}

func reply(text, more string) string {
	return "From: Marta <marta@proveedor.example>\nSubject: Aceptado: [AOC SUP-42] Ventana @ mar 3 mar 2026\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n" + text +
		"\n--b\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n" + more + "--b--\n"
}

// TestCalendarReplies: so with an answer to an invitation.
func TestCalendarReplies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                                  true,
		"Marta ha aceptado la invitación.":  true,
		"Marta ha acceptat la invitació.\n": true,
		"Marta Example has accepted this invitation.\n\n[AOC SUP-42] Ventana\nTuesday 3 Mar 2026 ⋅ 10am – 11am\n\nInvitation from Google Calendar: https://calendar.google.com/calendar/": true,
		"Marta ha aceptado la invitación.\n\nPero traed la llave del rack, sin ella no podremos entrar.":                                                                                  false,
		"Pero traed la llave del rack.\n\nMarta ha aceptado la invitación.":                                                                                                               false,
		"Marta ha aceptado la invitación, pero a las 17 h.":                                                                                                                               false,
		"Mejor a las 17 h.": false,
	} {
		if got := verdict(t, reply(text, ""), nil); (got.Kind == bridge.KindReceipt) != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
	if got := verdict(t, reply("", "--b\nContent-Type: application/pdf; name=pla.pdf\nContent-Disposition: attachment\n\nx\n"), nil); got.Kind == bridge.KindReceipt {
		t.Errorf("a receipt with a file: %+v", got)
	}
}

// TestSubjectsOfMore: who answers or passes on what a robot wrote is no robot by that, but
// what teaches nothing.
func TestSubjectsOfMore(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{"WG: Automatic reply: x", "TR: Réponse automatique : x", "AW: Undeliverable: x", "RE[2]: Fora de l’oficina", "Ausencia: x", "Mail delivery failed"} {
		if !classify.Robot(parse(t, with("", subject, "Hola"))) {
			t.Errorf("%q: no robot", subject)
		}
	}
}

// TestMailServer: the names under which mail servers report.
func TestMailServer(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"MAILER-DAEMON@mx.example": true, "mailer_daemon@mx.example": true, "MAILER-DAEMON": true, "mdaemon@mx.example": true, "Postmaster@mx.example": true,
		"MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.onmicrosoft.example": true,
		"": false, "css@postmaster.example": false, "the.postmaster@mx.example": false, "microsoft@mx.example": false,
	} {
		if got := classify.MailServer(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}

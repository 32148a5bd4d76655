package reply_test

import (
	"strings"
	"testing"

	"escalat/bridge/message"
	"escalat/bridge/receive/reply"
)

const deskLine = "##- Escriba su respuesta por encima de esta línea -##\n\n"

// TestEntries: of a ticket that a desk tells from its newest entry, that one stays.
func TestEntries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ newest, earlier string }{
		"ServiceNow, zone": {
			"Comentarios:\n\n23-11-2026 12:40:11 CET - Carmen Figurada (Comentarios adicionales)\nHecho.",
			"23-11-2026 11:02:40 CET - Suport AOC (Comentarios adicionales)\nSigue igual.\n\nRef:MSG8812045_kQz7aLm2",
		},
		"ServiceNow, no zone":  {"23-11-2026 12:40:11 - Carmen Figurada (Comentaris addicionals)\nFet.", "23-11-2026 11:02:40 - Suport AOC (Comentaris addicionals)\nEncara falla."},
		"ServiceNow, ISO":      {"2026-11-23 12:40:11 - Carmen Figurada (Additional comments)\nDone.", "2026-11-22 18:02:40 - Suport AOC (Additional comments)\nIt fails."},
		"ServiceNow, Customer": {"11/23/2026 01:40:11 PM CET - Carmen Figurada (Customer comments)\nDone.", "11/23/2026 11:02:40 AM CET - Suport AOC (Customer comments)\nIt fails."},
		"ServiceNow, over a ruler": {
			"23-11-2026 12:40:11 CET - Carmen Figurada (Comentarios adicionales)\nHecho.", "________\n23-11-2026 11:02:40 CET - Suport AOC (Comentarios adicionales)\nSigue igual.",
		},
		"GLPI ca": {
			"Nombre de seguiments : 2\n\n [23-11-2026 12:44] Seguiment\n Autor : Queralt Hipotètica\n Descripció : Fet.",
			" [23-11-2026 10:31] Seguiment\n Autor : Suport AOC\n Descripció : Encara surt en blanc.\n\nGenerat per GLPI",
		},
		"GLPI es": {"[ 23-11-2026 12:44 ] Seguimiento\nAutor: Q H\nDescripción: Hecho.", "[ 23-11-2026 10:31 ] Seguimiento\nAutor: Suport AOC\nDescripción: Sigue."},
		"GLPI en, date below": {
			"Followup\nWriter : Q H\nDescription : Done.\nDate : 2026-11-23 12:44", "Followup\nWriter : Suport AOC\nDescription : It fails.\nDate : 2026-11-23 10:31",
		},
		"GLPI, who on the line": {deskLine + "[ 23-11-2026 12:44 ] Seguimiento de Q H\n\nHecho ya.", "[ 23-11-2026 10:31 ] Seguimiento de Suport AOC\n\nSigue."},
		"Zendesk":               {deskLine + "Elena Ficción, 23 nov 2026, 11:20 CET\n\nYa podéis anular los duplicados.", "----------\n\nSuport AOC, 23 nov 2026, 9:30 CET\n\nHay duplicados."},
		"Zendesk, name above":   {deskLine + "Elena Ficción (Padronal)\n23 nov 2026, 11:20 CET\n\nYa podéis anular los duplicados.", "Suport AOC\n23 nov 2026, 9:30 CET\n\nHay duplicados."},
		"Zendesk, room between": {deskLine + "Elena Ficción\n\n23 de nov. de 2026, 11:20\n\nJa podeu anul·lar els duplicats.", "Suport AOC\n\n23 de nov. de 2026, 9:30\n\nHi ha duplicats."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.TrimSpace(strings.TrimPrefix(test.newest, deskLine))
			only(t, "Caso 88213 actualizado.\n\n"+want, deskOf(test.newest)+"Caso 88213 actualizado.\n\n"+want+"\n\n"+test.earlier)
			// Told from its beginning the newest is the last, and nothing goes.
			told := strings.TrimSpace(test.earlier) + "\n\n" + want
			if got := plainly(deskOf(test.newest) + told).Reply; !strings.Contains(got, lastLine(want)) {
				t.Errorf("the newest entry is cut:\n%s", got)
			}
		})
	}
}

func deskOf(s string) string {
	if strings.HasPrefix(s, deskLine) {
		return deskLine
	}
	return ""
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

// TestNoEntries: what only looks like the entries of a ticket stays.
func TestNoEntries(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Actualizado: 23/11/2026 12:40\nEstado: en curso\nCreado: 22/11/2026 10:00\n\nHemos cambiado la fuente.",
		"Última Actualización\n23/11/2026 12:40\n\nAsignada a la guardia de noche.\n\nFecha De Alta\n22/11/2026 10:00\n\nHemos cambiado la fuente.",
		"Elena Ficción, 23 nov 2026, 11:20 CET\n\nSuport AOC, 23 nov 2026, 9:30 CET\n\nSon las dos personas que lo han visto.",
		"Elena Ficción\n23 nov 2026, 11:20 CET\n\nHemos cambiado la fuente.\n\nSuport AOC\n23 nov 2026, 11:20 CET\n\nGracias por ello.",
		"11/12/2026 01:40 PM - Carmen Figurada (Additional comments)\nOne of them.\n\n12/11/2026 02:40 PM - Suport AOC (Additional comments)\nThe other one.",
		"31/31/2026 12:40 - Carmen Figurada (Additional comments)\nOne of them.\n\n30/30/2026 02:40 - Suport AOC (Additional comments)\nThe other one.",
		"23-11-2026 12:40:11 CET - Carmen Figurada (Comentarios adicionales)\n\n23-11-2026 11:40:11 CET - Carmen Figurada (Comentarios adicionales)\nHecho.",
	} {
		if got := plainly(deskLine + text); got.Reply != text {
			t.Errorf("%q is left of\n%s", got.Reply, text)
		}
	}
}

// TestEntryAbove: in bold, the name above the time goes with the earlier comment that our
// line begins, and where nothing marks it, it may be that of the text above.
func TestEntryAbove(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]string{
		"<p>Ya responde.</p><p>Elena</p><p><strong>Suport AOC</strong> (AOC)</p><p>23 nov 2026, 9:30 CET</p><p>" + marker + "</p><p>Aplicación</p>": "Ya responde. Elena",
		"<p>Ya responde.</p><p>Elena Ficción</p><p>23 nov 2026, 9:30 CET</p><p>" + marker + "</p><p>Aplicación</p>":                                 "Ya responde. Elena Ficción",
	} {
		if got := collapse(reply.Read([]message.Piece{{HTML: html}}, options).Reply); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestClosings: some programs say where the quoted mail ends.
func TestClosings(t *testing.T) {
	t.Parallel()
	quote := "\n\nSuport AOC <suport@aoc.cat> escribió:\n\n> Aplicación\n> Impacto\n\n\n"
	for _, line := range []string{
		"----- Terminar mensaje de Suport AOC <suport@aoc.cat> -----", "----- End message from Suport AOC <suport@aoc.cat> -----", "----- Fin del mensaje de suport@aoc.cat -----",
		"----- Finalizar mensaje de suport@aoc.cat -----", "----- Fi del missatge de suport@aoc.cat -----", "----- Acaba el missatge de suport@aoc.cat -----", "--- End of message ---",
	} {
		only(t, "Hecho.", "Hecho."+quote+line)
		only(t, "Hecho.", "Hecho."+quote+line+"\n\n-- \nX Y\nSistemas")
		only(t, line, line)
	}
	text := "Esto da el programa:\n\n----- Fin del mensaje de error -----\n\ny se para."
	only(t, text, text)
}

// TestReceived: a header may say when the mail was received, not the source of a mail.
func TestReceived(t *testing.T) {
	t.Parallel()
	for _, when := range []string{
		"Recibido: Mon Nov 23 2026 02:10:00 GMT+0100 (hora estándar de Europa central)", "Recibido el: lunes, 23 de noviembre de 2026 2:10", "Rebut: dilluns, 23 de novembre de 2026 2:10",
		"Received: Mon Nov 23 2026 02:10:00 GMT+0100 (Central European Standard Time)", "Received: 11/23/2026 2:10 AM",
	} {
		only(t, "Hecho.", "Hecho.\n\nDe: Suport AOC;\n"+when+"\nPara: Soporte; soporte@portalia.example;\nAsunto: [AOC SUP-42] e-NOTUM\n\nAplicación")
	}
	for _, text := range []string{
		"Received: from mx.a.example by mx.b.example; Mon, 23 Nov 2026 02:10:00 +0100\nFrom: x@a.example\nDate: Mon, 23 Nov 2026 02:10:00 +0100\nTo: y@b.example\nSubject: z\n\nEs la cabecera que nos llega.",
		"Hecho.\n\nDe: almacén\nRecibido: hoy\nAsunto: albarán\n\nLo firmo yo.",
	} {
		only(t, text, text)
	}
}

// TestBannerEnds: a warning ends with its own sentences, whatever stands below.
func TestBannerEnds(t *testing.T) {
	t.Parallel()
	for _, banner := range []string{
		"[EXTERNAL] This message came from outside the organisation. Do not open links or attachments unless you know the sender.",
		"[EXTERN] Aquest missatge prové de fora de l'organització. No obriu enllaços ni adjunts si no en coneixeu el remitent.",
		"[EXTERNO] Este mensaje procede de fuera de la organización. No abra enlaces ni adjuntos si no conoce al remitente.",
		"Correo externo: este mensaje procede de fuera de la organización. No abra adjuntos ni enlaces si no reconoce al remitente.",
		"CAUTION: This email originated from outside of the organization. Do not\nclick links or open attachments unless you recognize the sender and know\nthe content is safe.",
		"ATENCIÓ: correu extern.\nNo cliqueu els enllaços ni obriu els adjunts si no coneixeu el remitent.",
		"ATENCIÓN: este correo viene de fuera de la organización. No abra los adjuntos. En caso de duda, contacte con el CAU.",
		"You don't often get email from css@claranet.example. Learn why this is important<https://aka.ms/LearnAboutSenderIdentification>",
		"[EXTERN]\n[EXTERNAL] This message came from outside the organisation. Be careful with links and attachments.", "[EXTERNO]", "[EXTERN]",
		"⚠ Correo de origen externo. No pulse en enlaces ni abra adjuntos si no reconoce al remitente.", "EXTERNAL: Do not click links or open attachments unless you recognize the sender.",
		"AVÍS: Correu electrònic rebut de fora de l'Ajuntament. Vigileu amb els enllaços i els fitxers adjunts.", "[EXT] This e-mail was sent from an external address.",
		"EXTERNAL SENDER\nPlease do not click on links or open attachments unless you trust the sender.",
	} {
		for _, said := range []string{
			"Bon dia, Marc,\nHem revisat els equips del tram.\n\nGemma", "hola marc, ja està fet\n\ngemma", "Hecho.", "Adjunto el informe del enlace.", "Os paso el enlace: https://claranet.example/informe",
			"Este correo es para confirmar el cambio. No abráis otro caso.", "1. Hecho.\n2. También.", "Atención: el correo externo ya sale bien.", "Please do not open the attachment that we sent yesterday.", "No abran los adjuntos del correo de ayer.",
			"Correo externo: sale bien desde las 10.", "No hagan nada hasta las 10. El enlace de Sils está cortado.",
		} {
			only(t, said, banner+"\n"+said)
			only(t, said, banner+"\n\n"+said)
			html := "<div>" + strings.ReplaceAll(banner, "\n", "</div><div>") + "</div><div>" + strings.ReplaceAll(said, "\n", "</div><div>") + "</div>"
			if got := reply.Read([]message.Piece{{HTML: html}}, options).Reply; collapse(got) != collapse(said) && !strings.Contains(banner, "\n") {
				t.Errorf("%q is left of %s", got, html)
			}
		}
	}
	for _, text := range []string{
		"[EXTERN] Bon dia, Marc, ja està fet.", "[EXTERNAL] This message came from outside the organisation. Bon dia, Marc, ja està fet.",
		"CAUTION: This email originated from outside of the organization. Do not click links. Hemos reiniciado el servidor.", "Externo: no abran los adjuntos del correo de ayer.", "[EXTERN] No obriu el port 443.",
	} {
		only(t, text+"\n\nGemma", text+"\n\nGemma")
	}
}

package reply_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
	"escalat/bridge/receive/reply"
)

// plainly reads a plain text.
func plainly(text string) reply.Result {
	return reply.Read([]message.Piece{{Plain: text}}, options)
}

// only checks that nothing but want is left.
func only(t *testing.T, want, text string) {
	t.Helper()
	if diff := cmp.Diff(want, plainly(text).Reply); diff != "" {
		t.Errorf("(-want +got):\n%s\nof\n%s", diff, text)
	}
}

// wrote are lines that say who wrote and that nobody but a mail program writes.
var wrote = []string{
	"El mar, 3 feb 2026 a las 10:12, X Y <a@b.example> escribió:",
	"El mar., 3 feb. 2026 10:12 a. m., X Y (<a@b.example>) escribió:",
	"El mar, 3 feb 2026 a las 10:12, X Y (\n<a@b.example>) escribió:",
	"El martes, 3 de febrero de 2026, 10:12:33 CET, X Y <a@b.example> escribió:",
	"El 3 feb 2026, a las 10:12, X Y <a@b.example> escribió:",
	"El 3 feb 2026, a las 10:12, soporte de red <a@b.example> escribió:",
	"El 03/02/2026 a las 10:12, X Y escribió:",
	"El 3/2/26 a las 10:12, X Y (Servei de Suport) escribió:",
	"El 3 feb 2026, en 10:12, X Y <a@b.example> ha escrito:",
	"Missatge de X Y <a@b.example> del dia dl., 4 de nov. 2019 a les 18:42:",
	"Missatge de X Y de l'Administració Oberta de Catalunya <a@b.example> del dia\ndl., 4 de nov. 2019 a les 18:42:",
	"El 15/07/2017 a les 07:06, X Y ha escrit:",
	"El dc., 4 de març 2026, 10:12, X Y <a@b.example> va escriure:",
	"El dc., 4 de març 2026, 10:12, X Y va escriure:",
	"El dimecres, 4 de març de 2026, 10:12:00 CET, X Y <a@b.example> va escriure:",
	"X Y <a@b.example> escribió el 3/2/2026 10:12:",
	"X Y <a@b.example> va escriure el dia 3/2/2026 a les 10:12:",
	"X Y <a@b.example> wrote on 3/2/2026 10:12:",
	"On Tue, Feb 3, 2026 at 10:12 AM X Y <a@b.example> wrote:",
	"On Tue, 3 Feb 2026 at 10:12, X Y <a@b.example>\nwrote:",
	"On 2026-02-03 10:12, X Y <a@b.example> wrote:",
	"Le mar. 3 févr. 2026 à 10:12, X Y <a@b.example> a écrit :",
	"Le mar. 3 févr. 2026 à 10:12, X Y <a@b.example> a écrit :",
	"Il giorno mar 3 feb 2026 alle ore 10:12 X Y <a@b.example> ha scritto:",
	"Am 3.2.2026 um 10:12 schrieb X Y <a@b.example>:",
	"Em ter., 3 de fev. de 2026 às 10:12, X Y <a@b.example> escreveu:",
	"2026-02-03 10:12 GMT+01:00 X Y <a@b.example>:",
	"---- El mar, 03 feb 2026 10:12:00 +0100 X Y <a@b.example> escribió ----",
	"---- El mar, 03 feb 2026 10:12:00 +0100 <a@b.example> escribió ---",
}

func TestAttributions(t *testing.T) {
	t.Parallel()
	for _, line := range wrote {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			only(t, "Hecho.", "Hecho.\n\n"+line+"\n\nAplicación afectada\nImpacto")
			only(t, "Hecho.", "Hecho.\n\n"+line+"\n> Aplicación afectada\n> Impacto\n")
			only(t, "Hecho.", "Hecho.\n"+line+"\n\n> Aplicación afectada\n> Impacto\n")
			only(t, "Hecho.", line+"\n> Aplicación afectada\n> Impacto\n\nHecho.")
			only(t, "Hecho.", "Hecho.\n\n> "+strings.ReplaceAll(line, "\n", "\n> ")+"\n>\n> Aplicación afectada\n")
			only(t, "> ¿Cuándo?\nAhora.", line+"\n> Hola:\n>\n> ¿Cuándo?\nAhora.\n> ¿Y el informe de mañana?\n")
			if line[0] != '2' { // it may go on with the line above
				only(t, "Lo hemos hecho entre los dos turnos y queda bien, X Y", "Lo hemos hecho entre los dos turnos y queda bien, X Y\n"+line+"\n\nAplicación afectada")
			}
			if got := plainly("El fabricante nos dice esto:\n\n" + line + "\n\nArreglado."); got.Cut != "" {
				t.Errorf("what is announced is cut: %q", got.Cut)
			}
			only(t, "Hecho.\n\n__", "Hecho.\n\n__\n\n"+line+"\n\nAplicación")
		})
	}
}

// blocks are header lines as programs put them above a quote.
var blocks = []string{
	"De: X Y <a@b.example>\nEnviado el: martes, 3 de febrero de 2026 10:12\nPara: C\nCC: D\nAsunto: e-NOTUM",
	"De: X Y\nEnviado: martes, 3 de febrero de 2026 10:12\nPara: C\nAsunto: e-NOTUM",
	"De : X Y <a@b.example>\nEnviado el : martes, 3 de febrero de 2026 10:12\nPara : C\nAsunto : e-NOTUM",
	"*De:* X Y <a@b.example>\n*Enviado el:* martes\n*Para:* C\n*Asunto:* e-NOTUM",
	"**De:** X Y <a@b.example>\n**Enviado el:** martes\n**Para:** C\n**Asunto:** e-NOTUM",
	"*De: *X Y <a@b.example>\n*Fecha: *martes, 3 de febrero de 2026, 10:12\n*Para: *C\n*Asunto: *e-NOTUM",
	"De: X Y <a@b.example>\nEnviat el: dimarts, 3 de febrer de 2026 10:12\nPer a: C\nA/c: D\nTema: e-NOTUM",
	"De: X Y <a@b.example>\nEnviat: dimarts, 3 de febrer de 2026 10:12\nPer a: C\nAssumpte: e-NOTUM",
	"De: X Y <a@b.example>\nData: dimarts, 3 de febrer de 2026 10:12\nA: C\nAssumpte: e-NOTUM",
	"From: X Y <a@b.example>\nSent: Tuesday, February 3, 2026 10:12 AM\nTo: C\nCc: D\nSubject: e-NOTUM",
	"From: X Y <a@b.example>\nDate: Tuesday, February 3, 2026 at 10:12 AM\nTo: C\nSubject: e-NOTUM",
	"De: X Y\n<a@b.example>\nEnviado el: martes, 3 de febrero de 2026 10:12\nPara: uno <uno@c.example>;\n dos <dos@c.example>; tres\n<tres@c.example>\nAsunto: e-NOTUM que\nno responde",
	"De : X Y <a@b.example>\nEnvoyé : mardi 3 février 2026 10:12\nÀ : C\nObjet : e-NOTUM",
	"Da: X Y <a@b.example>\nInviato: martedì 3 febbraio 2026 10:12\nA: C\nOggetto: e-NOTUM",
	"Von: X Y <a@b.example>\nGesendet: Dienstag, 3. Februar 2026 10:12\nAn: C\nBetreff: e-NOTUM",
	"Message du : 03/02/2026 10:12\nDe : X Y <a@b.example>\nA : C\nCopie à : D\nSujet : e-NOTUM",
}

func TestHeaderBlocks(t *testing.T) {
	t.Parallel()
	for _, block := range blocks {
		t.Run(strings.ReplaceAll(block, "\n", " "), func(t *testing.T) {
			t.Parallel()
			for _, above := range []string{
				"\n", "\n\n________________________________\n", "\n________________________________\n\n", "\n\n-----Mensaje original-----\n", "\n\n-----Missatge original-----\n\n",
				"\n\n-- \nX Y\nSistemas\n\n", "\n\nEnviat des del meu iPhone\n\n", "\n\n===\n\n",
			} {
				only(t, "Hecho.", "Hecho.\n"+above+block+"\n\nAplicación\nImpacto")
			}
			only(t, block+"\n\nAplicación", block+"\n\nAplicación")
			if got := plainly("Este es el correo que nos llega:\n\n" + block + "\n\nAplicación"); got.Cut != "" {
				t.Errorf("what is announced is cut: %q", got.Cut)
			}
		})
	}
}

// dividers end the new text by themselves.
func TestDividers(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"-----Mensaje original-----", "----- Mensaje original -----", "-------- Mensaje original --------", "-----Missatge original-----", "--------- Missatge original ---------",
		"*-----Mensaje original-----*", "-----Original Message-----", "-------- Original message --------", "_____ Original Message _____", "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
		"-------- Message d'origine --------", "-----Message d’origine-----", "-----Ursprüngliche Nachricht-----", "-----Messaggio originale-----", "-----MENSAJE ORIGINAL-----",
		"------ Mensaje original ------:",
	} {
		only(t, "Hecho.", "Hecho.\n\n"+line+"\nDe: X\nAsunto: y\n\nAplicación")
		only(t, "Hecho.", "Hecho.\n"+line+"\nAplicación")
	}
}

func TestForwardsStay(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"---------- Forwarded message ---------", "---------- Mensaje reenviado ---------", "---------- Missatge reenviat ---------", "-------- Mensaje reenviado --------",
		"Inicio del mensaje reenviado:", "Inici del missatge reenviat:", "Begin forwarded message:", "----- Mensaje reenviado de X Y <a@b.example> -----",
	} {
		for _, block := range blocks {
			text := "Os paso lo del fabricante.\n\n" + line + "\n" + block + "\n\nArreglado.\n\nEl mar, 3 feb 2026 a las 10:12, X Y <a@b.example> escribió:\n> vale"
			only(t, text, text)
			if got := plainly("Os paso esto.\n\n" + line + "\n" + block + "\n\nArreglado.\n\n" + marker + "\n\nAplicación").Cut; !strings.HasSuffix(got, marker+"\n\nAplicación") || strings.Contains(got, "Arreglado") {
				t.Errorf("behind our marker goes %q", got)
			}
		}
		quoted := "Ya está.\n\n> " + line + "\n>\n> De: X Y <a@b.example>\n> Asunto: fin\n>\n> Arreglado."
		only(t, quoted, quoted)
	}
}

func TestMobile(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"Enviado desde mi iPhone", "Enviado desde mi iPad.", "Enviado desde mi smartphone Samsung Galaxy.", "Enviado desde mi Xiaomi Redmi Note 8", "Enviado desde mi HUAWEI P30 lite",
		"Enviado desde mi dispositivo Android con K-9 Mail. Por favor, disculpa mi brevedad.", "Enviado desde Outlook para Android", "Enviado desde Outlook para iOS<https://aka.ms/o0ukef>",
		"Enviado desde Correo para Windows 10", "Enviado desde Yahoo Mail para Android", "Enviado desde el móvil", "Enviado con el correo electrónico seguro de Proton Mail.",
		"Obtén Outlook para Android", "Obtener Outlook para iOS<https://aka.ms/o0ukef>", "Obtener BlueMail para Android",
		"Enviat des del meu iPhone", "Enviat des del meu telèfon intel·ligent Samsung Galaxy.", "Enviat des de l'Outlook per a Android", "Enviat des d'un dispositiu mòbil", "Obtén l'Outlook per a Android",
		"Obteniu l'Outlook per a iOS", "Baixeu l'Outlook per a l'iOS", "Enviat amb Proton Mail", "Obtén Outlook per a Android",
		"Sent from my iPhone", "Sent from my Galaxy", "Sent from my mobile phone", "Get Outlook for Android", "Sent from Mail for Windows 10", "Sent with Proton Mail secure email.", "*Enviado desde mi iPhone*", "[Enviado desde mi iPhone]",
	} {
		only(t, "Hecho.", "Hecho.\n\n"+line)
		only(t, "Hecho.", "Hecho.\n"+line+"\n\n> El 3 feb 2026, a las 10:12, X <a@b.example> escribió:\n> \n> Aplicación")
		only(t, line, line)
	}
	for _, line := range []string{
		"Enviado desde mi punto de vista, el problema es de red.", "Enviado desde mi oficina, con prisa", "Enviado desde mi móvil el informe de la incidencia.", "Enviado desde el servidor principal",
		"Enviado con éxito", "Enviat des del servidor principal", "Enviat amb èxit", "Sent from my desk, is much easier then my mobile phone.", "Obtener los registros", "Get the logs", "Enviado con copia a todos",
		"Enviado desde mi iPhone, el correo no llega.",
	} {
		only(t, "Hecho.\n\n"+line, "Hecho.\n\n"+line)
	}
}

// notices are legal notices as organisations put them below their mails.
var notices = []string{
	"Este mensaje y sus archivos adjuntos van dirigidos exclusivamente a su destinatario.",
	"Este mensaje y sus archivos adjuntos van dirigidos exclusivamente a su destinatario, pudiendo contener información\nconfidencial sometida a secreto profesional. No está permitida su reproducción o distribución sin la autorización expresa\nde Claranet. Si usted no es el destinatario final, por favor, elimínelo e infórmenos por esta vía.",
	"AVISO LEGAL: Este mensaje contiene información confidencial destinada exclusivamente a su destinatario. Si lo ha recibido por error, rogamos lo comunique al remitente y proceda a su eliminación.",
	"AVISO LEGAL\n\nLa información contenida en este correo es confidencial y de uso exclusivo del destinatario. Queda prohibida su divulgación.",
	"CONFIDENCIALIDAD: El contenido de este mensaje es confidencial y para uso exclusivo de la persona a la que va dirigido. Queda prohibida su copia.",
	"________________________________\n\nProtección de datos: de conformidad con el RGPD, le informamos de que el responsable del tratamiento es Claranet. Puede ejercer sus derechos de acceso, rectificación y supresión en dpd@claranet.example.",
	"Aquest missatge i els fitxers annexos són confidencials i s'adrecen exclusivament al seu destinatari. Si l'heu rebut per error, us preguem que ho comuniqueu al remitent i l'elimineu.",
	"Aquest missatge i els fitxers annexos poden contenir informació confidencial. Queda prohibida la seva difusió.",
	"AVÍS LEGAL\nAquest correu és confidencial i per a ús exclusiu de la persona a qui s'adreça. Si no en sou el destinatari, us informem que la seva utilització està prohibida.",
	"Protecció de dades: d'acord amb el RGPD, el responsable del tractament és Claranet. Podeu exercir els vostres drets d'accés, rectificació i supressió.",
	"This message and any attachments are confidential and intended solely for the addressee. If you have received it in error, please notify the sender and delete it.",
	"CONFIDENTIALITY NOTICE: The information contained in this e-mail is privileged and for the intended recipient only. Unauthorized use is prohibited.",
	"Antes de imprimir este mensaje, piense en el medio ambiente.",
	"Antes de imprimir este correo asegúrese de que es necesario.",
	"Abans d'imprimir aquest correu, penseu en el medi ambient.",
	"Please consider the environment before printing this e-mail.",
}

func TestNotices(t *testing.T) {
	t.Parallel()
	for _, notice := range notices {
		only(t, "Hecho.", "Hecho.\n\n"+notice)
		only(t, "Hecho.", "Hecho.\n\n-- \nX Y\nSistemas\n\n"+notice+"\n\n"+outlook)
		only(t, "Hecho.\n\nUn saludo,\nX Y", "Hecho.\n\nUn saludo,\nX Y\n"+notice)
		only(t, "Hecho.", "El 3/2/26 a las 10:12, X Y escribió:\n> Aplicación\n> Impacto\n\nHecho.\n\n"+notice)
		only(t, notice, notice)
		if got := plainly("Su servidor añade esto, que no debería:\n\n" + notice); got.Cut != "" && !strings.HasPrefix(notice, "_") {
			t.Errorf("what is shown is cut: %q", got.Cut)
		}
	}
	only(t, "Hecho.", "Hecho.\n\n"+strings.Join(notices, "\n\n"))
}

func TestBanners(t *testing.T) {
	t.Parallel()
	for _, banner := range []string{
		"CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you recognize the sender.",
		"[EXTERNAL]", "EXTERNAL EMAIL", "CORREO EXTERNO", "Correu extern:",
		"ATENCIÓN: Este correo electrónico procede de fuera de la organización. No haga clic en los enlaces ni abra los adjuntos.",
		"Correo externo. No haga clic en enlaces ni abra adjuntos si no conoce al remitente.",
		"ATENCIÓ: aquest correu prové de fora de l'organització. No cliqueu els enllaços.",
		"You don't often get email from css@claranet.example. Learn why this is important<https://aka.ms/LearnAboutSenderIdentification>",
		"No suele recibir correo electrónico de css@claranet.example. Por qué esto es importante",
	} {
		only(t, "Hecho.", banner+"\n\nHecho.")
		only(t, "Hecho.", "________________\n"+banner+"\n________________\n\nHecho.\n\n"+outlook)
		only(t, banner, banner)
	}
}

func TestDesks(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"Por favor, escriba su respuesta por encima de esta línea", "##- Please type your reply above this line -##", "--- Responda, por favor, por encima de esta línea ---", "Responeu per sobre d'aquesta línia.",
		"##- Escriviu la vostra resposta per sobre d'aquesta línia -##", "=-=-=-= Para responder por correo electrónico, escriba por encima de esta línea =-=-=-=", "-- reply above this line --",
		"————— Please reply above this line —————",
	} {
		only(t, "Se ha actualizado el caso 88213.\n\nHecho.", line+"\n\nSe ha actualizado el caso 88213.\n\nHecho.")
		only(t, "Se ha actualizado el caso 88213.\n\nHecho.", "—-—-—\n"+line+"\n\nSe ha actualizado el caso 88213.\n\nHecho.")
		only(t, "Lo hemos reiniciado y ya responde bien.", "Lo hemos reiniciado y ya responde bien.\n\n"+line+"\n\nSu caso 88213")
		only(t, "Claranet\n\nSe ha actualizado el caso 88213.", "Claranet\n"+line+"\n\nSe ha actualizado el caso 88213.")
	}
	for _, history := range []string{
		"Historial del ticket\n\nRespondido por X Y el 03/02/2026 10:12:\nvale", "Historial del ticket:\n[03/02/2026 10:12] X Y\nvale", "=== Comentarios anteriores ===\nX Y: vale",
		"Històric del tiquet\n\n3/2/2026 10:12 - X Y\nd'acord", "----- Comentaris anteriors -----\nd'acord", "Ticket history:\n2026-02-03 10:12 CET - X Y (Additional comments)\nok", "#### Mensajes anteriores ####\nvale",
	} {
		only(t, "Se ha añadido un comentario a la incidencia: ya responde.", "Se ha añadido un comentario a la incidencia: ya responde.\n\n"+history)
		only(t, history, history)
	}
	entry := "Se ha añadido un comentario.\n\nÓscar Ficticio, 3 feb 2026, 12:55 CET\n\nYa responde.\n\n"
	for _, above := range []string{"Suport AOC, 3 feb 2026, 10:00 CET\n\n", "----------\n\nSuport AOC, 3 feb 2026, 10:00 CET\n\n", "2026-02-03 10:00:07 CET - Suport AOC (Comentarios adicionales)\n", "Suport AOC\n3 de febr. de 2026, 10:00 CET\n\n"} {
		only(t, strings.TrimSpace(entry), entry+above+marker+"\n\nAplicación")
	}
	only(t, "Lo vimos el 3/2/2026 a las 10:12.", "Lo vimos el 3/2/2026 a las 10:12.\n"+marker+"\nAplicación")
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, signature := range []string{
		"-- \nX Y\nSistemas | Claranet\nTel. 900 000 000\nhttps://claranet.example", "--\nX Y\nSistemas", "-- \nUna línea de la firma que termina en punto. Y otra frase.",
		"_______________________________________________\nguardia mailing list\nguardia@lists.example\nhttps://lists.example/mailman/listinfo/guardia", "-- \nX\n\n--\nY",
	} {
		only(t, "Hecho.", "Hecho.\n\n"+signature)
		only(t, "Hecho.", "Hecho.\n\n"+signature+"\n\nEnviado desde mi iPhone\n")
		only(t, signature, signature)
	}
	for _, text := range []string{
		"Hecho.\n\n--\n\nY además hemos cambiado la fuente de alimentación del armario.", "INSERT:\n-- \n-- Tabla\n-- \nCREATE TABLE x (id int);",
		"Hecho.\n-- " + strings.Repeat("\nUna línea más de lo que hemos hecho hoy.", 30),
	} {
		only(t, text, text)
	}
}

func TestFooters(t *testing.T) {
	t.Parallel()
	o := reply.Options{Marker: marker, Footers: []string{"Claranet | Service Desk", "Este buzón no admite respuestas"}}
	for name, test := range map[string][2]string{
		"at the end":       {"Hecho.\n\nCLARANET | Service  Desk\nTel. 900\n\nwww.claranet.example", "Hecho."},
		"below the text":   {"Hecho.\nClaranet | Service Desk - Tel. 900\n\n" + outlook, "Hecho."},
		"nothing else":     {"Claranet | Service Desk", "Claranet | Service Desk"},
		"within a line":    {"Llamad a Claranet | Service Desk.", "Llamad a Claranet | Service Desk."},
		"one of two":       {"Hecho.\n\nEste buzón no admite respuestas.", "Hecho."},
		"far from the end": {"Hecho.\n\nClaranet | Service Desk\n\n" + strings.Repeat("Más texto.\n\n", 60), "Hecho.\n\n" + strings.TrimSpace(strings.Repeat("Más texto.\n\n", 60))},
	} {
		if got := reply.Read([]message.Piece{{Plain: test[0]}}, o).Reply; got != test[1] {
			t.Errorf("%s: %q, want %q", name, got, test[1])
		}
	}
}

// TestAnswersInside: the answers stand in the earlier mail, where nothing marks them.
func TestAnswersInside(t *testing.T) {
	t.Parallel()
	for _, says := range []string{
		"Os respondo abajo, en rojo.", "Us contesto entre línies.", "Respuestas en rojo más abajo.", "My answers are inline below.", "Us responc en vermell.\n\nSalut,\nMireia",
	} {
		text := says + "\n\n" + outlook + "\n¿Desde cuándo? Desde las diez."
		only(t, text, text)
	}
	only(t, "Os respondo:\n\n1. Sí.", "Os respondo:\n\n1. Sí.\n\n"+outlook)
}

package text

import (
	"fmt"
	"time"
)

// noBreak is a space at which no line ends.
const noBreak = "\u00a0"

// oClock stands behind a time, on the same line.
const oClock = noBreak + "h"

// words is one language: sentences with their gaps, and how it writes numbers.
// The gaps are numbered, because languages order them differently.
type words struct {
	lang    string
	decimal string
	when    func(time.Time) string
	hour    func(minutes int) string
	hours   string // from, to

	call         string // provider, numbers, hours, what then
	now          string
	callDontWait string
	callAlso     string // the mail has gone out
	callNow      string // it has not, or perhaps not

	askOne, askMany           string // provider, form
	example                   string
	copyOne, copyMany         string
	thenSentOne, thenSentMany string // provider

	sent, redirected string // provider, recipients, time, subject
	byCopy           string
	copyRefused      string // the server's words

	sendFailed, sendDelayed, sendUnknown, sendAgain, sendStuck, withdrawn string // provider

	ifUrgent              string
	phone, phones, portal string

	reason string

	replied   string // provider, sender, time
	shortened string
	noText    string
	whole     string // file
	seeFiles  string
	files     string

	quarantined                               string // provider, sender, time, why
	notAllowed, notAuthentic, ambiguousSender string
	noSender                                  string
	fileFailed                                string // provider, name, size
	commentFailed                             string // provider
}

var catalan = words{
	lang:    "ca",
	decimal: ",",
	when:    func(t time.Time) string { return dayAt(t, "a la", "a les", ".") + oClock },
	hour:    func(m int) string { return shortHour(m, ".") + oClock },
	hours:   "de %s a %s",

	call:         "(!) *TRUQUEU ARA a %[1]s: %[2]s.* %[3]s les incidències s’hi notifiquen per telèfon. %[4]s",
	now:          "ara",
	callDontWait: "No espereu a tenir totes les dades.",
	callAlso:     "El correu només en deixa constància.",
	callNow:      "No espereu el correu.",

	askOne:       "per escalar aquesta incidència a %[1]s (%[2]s) falta una dada:",
	askMany:      "per escalar aquesta incidència a %[1]s (%[2]s) falten aquestes dades:",
	example:      "(p. ex.: _%s_)",
	copyOne:      "Copieu aquesta línia a la descripció i ompliu-la. També podeu contestar-la en un comentari, amb la mateixa etiqueta al davant.",
	copyMany:     "Copieu aquestes línies a la descripció i ompliu-les. També podeu contestar-les en un comentari, amb la mateixa etiqueta al davant.",
	thenSentOne:  "Quan hi sigui, la incidència s’enviarà tota sola a %s.",
	thenSentMany: "Quan hi siguin totes, la incidència s’enviarà tota sola a %s.",

	sent:        "enviat a %[1]s (%[2]s) el %[3]s, amb l’assumpte «%[4]s». La resposta sortirà aquí com a comentari.",
	redirected:  "*prova, %[1]s no ha rebut res:* el correu ha anat a %[2]s el %[3]s, amb l’assumpte «%[4]s».",
	byCopy:      "La confirmació del servidor de correu es va perdre, però ens n’ha arribat la còpia: el correu va sortir.",
	copyRefused: "Atenció: la nostra bústia no ha acceptat la còpia del correu («%s»). Aviseu qui manté escalat: sense la còpia no es pot comprovar un enviament dubtós.",

	sendFailed:  "*el correu a %s NO s’ha enviat:* no es tornarà a provar sol. Aviseu-los per telèfon o pel portal. Quan el motiu estigui resolt, traieu l’etiqueta i torneu-la a posar: s’hi enviarà de nou.",
	sendDelayed: "el correu a %s encara no s’ha pogut lliurar al servidor de correu. Es torna a provar tot sol i, quan surti, us ho direm aquí. Pel que fa al correu, no cal que feu res.",
	sendUnknown: "no sabem si el correu a %s ha sortit, perquè s’ha perdut la confirmació del servidor. Ho estem comprovant i us ho direm aquí; de moment no l’envieu a mà.",
	sendAgain:   "no hi ha cap prova que el correu a %s hagi sortit. El tornem a enviar, idèntic i una sola vegada: si els arriba dues vegades, és el mateix.",
	sendStuck:   "*cal que ho decidiu vosaltres:* continuem sense cap prova que el correu a %s hagi sortit i no es tornarà a enviar sol. Truqueu-los i pregunteu si l’han rebut. Si no, traieu l’etiqueta i torneu-la a posar: s’hi enviarà de nou.",
	withdrawn:   "s’ha tret l’etiqueta abans d’enviar res, així que a %s no s’ha enviat res. Si encara cal escalar-ho, torneu a posar-la.",

	ifUrgent: "Si corre pressa, truqueu-los.",
	phone:    "Telèfon: %s",
	phones:   "Telèfons: %s",
	portal:   "Portal: %s",

	reason: "Motiu: %s",

	replied:   "*%[1]s ha respost* (%[2]s, %[3]s)",
	shortened: "El missatge és massa gran per mostrar-lo tot aquí.",
	noText:    "La resposta no té text.",
	whole:     "Teniu el correu sencer al fitxer adjunt %s.",
	seeFiles:  "Mireu els fitxers adjunts.",
	files:     "Fitxers adjunts: %s",

	quarantined:     "ha arribat un correu sobre aquesta incidència que diu que l’envia %[1]s (%[2]s, %[3]s), però %[4]s. Per seguretat no es mostra aquí. Mireu-lo a la bústia i, abans de fer-ne cas, confirmeu-lo amb ells per telèfon.",
	notAllowed:      "l’adreça no és a la llista de remitents admesos",
	notAuthentic:    "no s’ha pogut confirmar que vingui del seu domini",
	ambiguousSender: "no té un únic remitent",
	noSender:        "sense remitent",
	fileFailed:      "no s’ha pogut adjuntar el fitxer «%[2]s» (%[3]s) que ha enviat %[1]s. El teniu al correu original, a la bústia.",
	commentFailed:   "Aquí falta un comentari sobre %[1]s: Jira ha rebutjat el que escalat hi volia publicar. Mireu la bústia o demaneu el registre a qui manté escalat; si teniu cap dubte, truqueu a %[1]s.",
}

var spanish = words{
	lang:    "es",
	decimal: ",",
	when:    func(t time.Time) string { return dayAt(t, "a la", "a las", ":") + oClock },
	hour:    func(m int) string { return shortHour(m, ":") + oClock },
	hours:   "de %s a %s",

	call:         "(!) *LLAMAD AHORA a %[1]s: %[2]s.* %[3]s las incidencias se les notifican por teléfono. %[4]s",
	now:          "ahora",
	callDontWait: "No esperéis a tener todos los datos.",
	callAlso:     "El correo solo deja constancia.",
	callNow:      "No esperéis al correo.",

	askOne:       "para escalar esta incidencia a %[1]s (%[2]s) falta un dato:",
	askMany:      "para escalar esta incidencia a %[1]s (%[2]s) faltan estos datos:",
	example:      "(p. ej.: _%s_)",
	copyOne:      "Copiad esta línea en la descripción y rellenadla. También podéis contestarla en un comentario, con la misma etiqueta delante.",
	copyMany:     "Copiad estas líneas en la descripción y rellenadlas. También podéis contestarlas en un comentario, con la misma etiqueta delante.",
	thenSentOne:  "Cuando esté, la incidencia se enviará sola a %s.",
	thenSentMany: "Cuando estén todos, la incidencia se enviará sola a %s.",

	sent:        "enviado a %[1]s (%[2]s) el %[3]s, con el asunto «%[4]s». La respuesta aparecerá aquí como comentario.",
	redirected:  "*prueba, %[1]s no ha recibido nada:* el correo ha ido a %[2]s el %[3]s, con el asunto «%[4]s».",
	byCopy:      "La confirmación del servidor de correo se perdió, pero nos ha llegado la copia: el correo salió.",
	copyRefused: "Atención: nuestro buzón no ha aceptado la copia del correo («%s»). Avisad a quien mantiene escalat: sin la copia no se puede comprobar un envío dudoso.",

	sendFailed:  "*el correo a %s NO se ha enviado:* no se volverá a intentar solo. Avisadlos por teléfono o por el portal. Cuando el motivo esté resuelto, quitad la etiqueta y volved a ponerla: se les enviará de nuevo.",
	sendDelayed: "el correo a %s todavía no se ha podido entregar al servidor de correo. Se vuelve a intentar solo y, cuando salga, os lo diremos aquí. En cuanto al correo, no tenéis que hacer nada.",
	sendUnknown: "no sabemos si el correo a %s ha salido, porque se ha perdido la confirmación del servidor. Lo estamos comprobando y os lo diremos aquí; de momento no lo enviéis a mano.",
	sendAgain:   "no hay ninguna prueba de que el correo a %s haya salido. Lo volvemos a enviar, idéntico y una sola vez: si les llega dos veces, es el mismo.",
	sendStuck:   "*tenéis que decidirlo vosotros:* seguimos sin ninguna prueba de que el correo a %s haya salido y no se volverá a enviar solo. Llamadlos y preguntad si lo han recibido. Si no, quitad la etiqueta y volved a ponerla: se les enviará de nuevo.",
	withdrawn:   "se ha quitado la etiqueta antes de enviar nada, así que a %s no se le ha enviado nada. Si todavía hay que escalarlo, volved a ponerla.",

	ifUrgent: "Si corre prisa, llamadlos.",
	phone:    "Teléfono: %s",
	phones:   "Teléfonos: %s",
	portal:   "Portal: %s",

	reason: "Motivo: %s",

	replied:   "*%[1]s ha respondido* (%[2]s, %[3]s)",
	shortened: "El mensaje es demasiado grande para mostrarlo todo aquí.",
	noText:    "La respuesta no tiene texto.",
	whole:     "Tenéis el correo entero en el fichero adjunto %s.",
	seeFiles:  "Mirad los ficheros adjuntos.",
	files:     "Ficheros adjuntos: %s",

	quarantined:     "ha llegado un correo sobre esta incidencia que dice ser de %[1]s (%[2]s, %[3]s), pero %[4]s. Por seguridad no se muestra aquí. Miradlo en el buzón y, antes de hacerle caso, confirmadlo con ellos por teléfono.",
	notAllowed:      "la dirección no está en la lista de remitentes admitidos",
	notAuthentic:    "no se ha podido confirmar que venga de su dominio",
	ambiguousSender: "no tiene un único remitente",
	noSender:        "sin remitente",
	fileFailed:      "no se ha podido adjuntar el fichero «%[2]s» (%[3]s) que ha enviado %[1]s. Lo tenéis en el correo original, en el buzón.",
	commentFailed:   "Aquí falta un comentario sobre %[1]s: Jira ha rechazado el que escalat quería publicar. Mirad el buzón o pedid el registro a quien mantiene escalat; ante la duda, llamad a %[1]s.",
}

var english = words{
	lang:    "en",
	decimal: ".",
	when:    func(t time.Time) string { return t.Format("2 January 2006, 15:04") },
	hour:    func(m int) string { return fmt.Sprintf("%d:%02d", m/60, m%60) },
	hours:   "from %s to %s",

	call:         "(!) *CALL %[1]s NOW: %[2]s.* %[3]s they take incidents by telephone. %[4]s",
	now:          "now",
	callDontWait: "Do not wait until all the data is there.",
	callAlso:     "The mail is only the written record.",
	callNow:      "Do not wait for the mail.",

	askOne:       "to escalate this issue to %[1]s (%[2]s) one thing is missing:",
	askMany:      "to escalate this issue to %[1]s (%[2]s) this is missing:",
	example:      "(e.g. _%s_)",
	copyOne:      "Copy this line into the description and fill it in. You can also answer in a comment, with the same label in front.",
	copyMany:     "Copy these lines into the description and fill them in. You can also answer in a comment, with the same label in front.",
	thenSentOne:  "Once it is there, the issue goes to %s by itself.",
	thenSentMany: "Once everything is there, the issue goes to %s by itself.",

	sent:        "sent to %[1]s (%[2]s) on %[3]s, with the subject “%[4]s”. The answer will appear here as a comment.",
	redirected:  "*test, %[1]s has received nothing:* the mail went to %[2]s on %[3]s, with the subject “%[4]s”.",
	byCopy:      "The mail server’s confirmation was lost, but our own copy has arrived: the mail did go out.",
	copyRefused: "Note: our mailbox did not accept the copy of the mail (“%s”). Tell whoever runs escalat: without the copy a doubtful sending cannot be verified.",

	sendFailed:  "*the mail to %s was NOT sent:* it will not be tried again by itself. Tell them by telephone or through the portal. When the reason is mended, take the label off and put it on again: it will be sent anew.",
	sendDelayed: "the mail to %s could not be handed to the mail server yet. It is being tried again by itself, and once it is out we will tell you here. You need not do anything about the mail.",
	sendUnknown: "we do not know whether the mail to %s went out, because the server’s confirmation was lost. We are checking and will tell you here; for now, do not send it by hand.",
	sendAgain:   "there is no proof that the mail to %s went out. We are sending it again, identical and only once: if they get it twice, it is the same one.",
	sendStuck:   "*this needs your decision:* there is still no proof that the mail to %s went out, and it will not be sent again by itself. Call them and ask whether they have received it. If not, take the label off and put it on again: it will be sent anew.",
	withdrawn:   "the label was removed before anything was sent, so nothing was sent to %s. If it must still be escalated, put the label back.",

	ifUrgent: "If it is urgent, call them.",
	phone:    "Telephone: %s",
	phones:   "Telephones: %s",
	portal:   "Portal: %s",

	reason: "Reason: %s",

	replied:   "*%[1]s has answered* (%[2]s, %[3]s)",
	shortened: "The message is too large to show all of it here.",
	noText:    "The answer has no text.",
	whole:     "The whole mail is in the attached file %s.",
	seeFiles:  "See the attached files.",
	files:     "Attached files: %s",

	quarantined:     "a mail about this issue has arrived that claims to be from %[1]s (%[2]s, %[3]s), but %[4]s. For safety it is not shown here. Look at it in the mailbox and, before acting on it, check with them by telephone.",
	notAllowed:      "its address is not on the list of allowed senders",
	notAuthentic:    "we could not confirm that it comes from their domain",
	ambiguousSender: "it has no single sender",
	noSender:        "no sender",
	fileFailed:      "the file “%[2]s” (%[3]s) that %[1]s sent could not be attached. You will find it in the original mail, in the mailbox.",
	commentFailed:   "A comment about %[1]s is missing here: Jira refused the one that escalat wanted to post. Look at the mailbox or ask whoever runs escalat for the log; if in doubt, call %[1]s.",
}

// dayAt writes a day and an hour; one o'clock is singular in Catalan and
// Spanish.
func dayAt(t time.Time, one, many, separator string) string {
	at := many
	if t.Hour() == 1 {
		at = one
	}
	return fmt.Sprintf("%s %s %d%s%02d", t.Format("2/1/2006"), at, t.Hour(), separator, t.Minute())
}

// shortHour writes minutes after midnight, without minutes at the full hour.
func shortHour(minutes int, separator string) string {
	if minutes%60 == 0 {
		return fmt.Sprint(minutes / 60)
	}
	return fmt.Sprintf("%d%s%02d", minutes/60, separator, minutes%60)
}

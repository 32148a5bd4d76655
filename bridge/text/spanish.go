package text

import (
	"strings"
	"time"
)

var spanish = words{
	lang:    "es",
	decimal: ",",
	when:    func(t time.Time) string { return dayAt(t, "a la", "a las", ":") + oClock },
	hour:    func(m int) string { return shortHour(m, ":") + oClock },
	hours:   "de %s a %s",

	call:          "(!) *LLAMAD AHORA a %[1]s: %[2]s.* %[3]s las incidencias se les notifican por teléfono. %[4]s",
	now:           "ahora",
	callDontWait:  "No esperéis a tener todos los datos.",
	callAlso:      "El correo solo deja constancia.",
	callNow:       "No esperéis al correo.",
	callAlsoAdded: "Decidles lo que faltaba: el correo solo deja constancia.",
	callNowAdded:  "Decidles lo que faltaba sin esperar al correo.",
	callWithdrawn: "Decidles lo que faltaba: el correo no va a salir.",

	askOne:         "para escalar esta incidencia a %[1]s (%[2]s) falta un dato:",
	askMany:        "para escalar esta incidencia a %[1]s (%[2]s) faltan estos datos:",
	example:        "(p. ej.: _%s_)",
	thanks:         "gracias. ",
	againOne:       "para escalar esta incidencia a %[1]s (%[2]s) todavía falta un dato:",
	againMany:      "para escalar esta incidencia a %[1]s (%[2]s) todavía faltan estos datos:",
	askKind:        "*¿%[2]s?* Para escalar esta incidencia a %[1]s hay que saber de qué tipo es, %[3]s",
	kindNone:       "y no se dice en ninguna parte.",
	kindStillNone:  "y todavía no se dice en ninguna parte.",
	kindBoth:       "y se pide más de uno.",
	or:             spanishOr,
	answerKind:     "Contestad con una línea, en la descripción o en un comentario, o con la etiqueta de Jira:",
	answerKindBoth: "Contestad con una línea, en la descripción o en un comentario, o dejad solo la etiqueta de Jira que corresponda:",
	kindLabel:      "o etiqueta {{%s}}",
	alsoOne:        "Además, falta un dato:",
	alsoMany:       "Además, faltan estos datos:",
	instead:        "pone «%s», que no es una respuesta.",
	checkToo:       "Revisad también (no impide el envío):",
	copyOne:        "Copiad esta línea en la descripción o en un comentario y rellenadla:",
	copyMany:       "Copiad estas líneas en la descripción o en un comentario y rellenadlas:",
	thenSent:       "Cuando no falte nada, la incidencia se enviará sola a %s.",
	thenTrial:      "Modo de pruebas: cuando no falte nada, el correo irá a una dirección nuestra y %s no recibirá nada.",
	kindMayNeed:    "Según el tipo, puede hacer falta algún dato más.",
	sendNow:        "Si no podéis esperar, haced un comentario que diga solo {{%s}}: se enviará enseguida, y lo que falte constará como «pendiente de confirmar».",

	sent:        "enviado a %[1]s (%[2]s) el %[3]s, con el asunto «%[4]s». La respuesta aparecerá aquí como comentario.",
	redirected:  "*prueba, %[1]s no ha recibido nada:* el correo ha ido a %[2]s el %[3]s, con el asunto «%[4]s».",
	byCopy:      "La confirmación del servidor de correo se perdió, pero nos ha llegado la copia: el correo salió.",
	copyRefused: "Atención: nuestro buzón no ha aceptado la copia del correo («%s»). Avisad a quien mantiene escalat: sin la copia no se puede comprobar un envío dudoso.",

	pendingOne:      "*Ha salido incompleto, como habéis pedido:* este dato consta como «pendiente de confirmar». Cuando lo rellenéis en la descripción o en un comentario, se enviará solo.",
	pendingMany:     "*Ha salido incompleto, como habéis pedido:* estos datos constan como «pendiente de confirmar». Cuando los rellenéis en la descripción o en un comentario, se enviarán solos.",
	stillOne:        "Este dato todavía consta como «pendiente de confirmar». Cuando lo rellenéis en la descripción o en un comentario, se enviará solo.",
	stillMany:       "Estos datos todavía constan como «pendiente de confirmar». Cuando los rellenéis en la descripción o en un comentario, se enviarán solos.",
	sentAsIs:        "Esto se ha enviado tal como lo habéis escrito, pero revisadlo:",
	tellByDay:       "Si hay algún error, decídselo a %s por teléfono o por el portal: si solo lo cambiáis aquí, no se enterarán.",
	tellInCall:      "Si hay algún error, decídselo a %s cuando llaméis: si solo lo cambiáis aquí, no se enterarán.",
	added:           "lo que faltaba ya se ha enviado a %[1]s (%[2]s) el %[3]s: %[4]s.",
	addedPart:       "una parte de lo que faltaba ya se ha enviado a %[1]s (%[2]s) el %[3]s: %[4]s.",
	addedRedirected: "*prueba, %[1]s no ha recibido nada:* el correo con lo que faltaba ha ido a %[2]s el %[3]s: %[4]s.",
	nothingMissing:  "Ya no falta nada.",

	sendFailed:  "*el correo a %[1]s NO se ha enviado:* no se volverá a intentar solo. Avisadlos por teléfono o por el portal. Cuando el motivo esté resuelto, quitad la etiqueta y volved a ponerla: se les enviará de nuevo.",
	sendDelayed: "el correo a %[1]s%[2]s todavía no se ha podido entregar al servidor de correo. Se vuelve a intentar solo y, cuando salga, os lo diremos aquí. En cuanto al correo, no tenéis que hacer nada.",
	sendUnknown: "no sabemos si el correo a %[1]s%[2]s ha salido, porque se ha perdido la confirmación del servidor. Lo estamos comprobando y os lo diremos aquí; de momento no lo enviéis a mano.",
	sendAgain:   "no hay ninguna prueba de que el correo a %[1]s%[2]s haya salido. Lo volvemos a enviar, idéntico y una sola vez: si les llega dos veces, es el mismo.",
	sendStuck:   "*tenéis que decidirlo vosotros:* seguimos sin ninguna prueba de que el correo a %[1]s haya salido y no se volverá a enviar solo. Llamadlos y preguntad si lo han recibido. Si no, quitad la etiqueta y volved a ponerla: se les enviará de nuevo.",
	withdrawn:   "se ha quitado la etiqueta antes de enviar nada, así que a %[1]s no se le ha enviado nada. Si todavía hay que escalarlo, volved a ponerla.",

	withMissing:     " con lo que faltaba",
	wasMissing:      "Lo que faltaba: %s",
	addFailed:       "*el correo a %[1]s con lo que faltaba NO se ha enviado:* no se volverá a intentar solo. Decídselo %[3]s. No volváis a poner la etiqueta: se les enviaría todo de nuevo.",
	addStuck:        "*tenéis que decidirlo vosotros:* seguimos sin ninguna prueba de que el correo a %[1]s con lo que faltaba haya salido y no se volverá a enviar solo. Llamadlos y preguntad si lo han recibido. Si no, dadles los datos en la misma llamada. No volváis a poner la etiqueta: se les enviaría todo de nuevo.",
	addWithdrawn:    "se ha quitado la etiqueta antes de enviar lo que faltaba, así que a %[1]s no se le ha enviado nada de ello. Si todavía lo necesitan, decídselo %[3]s.",
	byPhone:         "por teléfono",
	byPhoneOrPortal: "por teléfono o por el portal",

	notAdded:          "*lo que faltaba NO se ha enviado a %[1]s:* %[2]s, y sin ese correo no sabrían de qué se trata. Para que lo reciban todo, quitad la etiqueta y volved a ponerla: se les enviará de nuevo, con todos los datos.",
	firstUnsent:       "no consta que el primer correo de esta incidencia haya salido",
	firstSimulated:    "el primer correo de esta incidencia no salió, porque escalat todavía trabajaba sin enviar nada",
	firstElsewhere:    "el primer correo de esta incidencia fue a %[1]s",
	already:           "esta incidencia ya se envió a %[1]s (%[2]s) el %[3]s.",
	alreadyRedirected: "el correo de esta incidencia ya salió el %[3]s, como prueba y hacia %[2]s: %[1]s no ha recibido nada.",
	alreadySimulated:  "esta incidencia no se ha enviado a %[1]s, porque escalat todavía trabajaba sin enviar nada. Para que se envíe, quitad la etiqueta y volved a ponerla.",
	sendAnew:          "Si hay que enviarla entera de nuevo, quitad la etiqueta y volved a ponerla.",
	unheard:           "no se ha enviado nada: {{%[1]s}} no cuenta en un comentario que ven los clientes, ni en uno restringido a un rol o a un grupo. Escribidlo en un comentario interno sin restricciones y se enviará enseguida.",
	kindChanged:       "la etiqueta dice ahora *%[3]s*, pero %[1]s tiene esta incidencia como *%[2]s* y no sabe que la habéis cambiado. Decídselo %[4]s. Si hay que enviarla de nuevo como %[3]s, quitad la etiqueta y, cuando ya no esté, volved a ponerla.",

	callBarred:      "Si es urgente, no esperéis el permiso.",
	barredLabel:     "*no se ha enviado nada a %[1]s:* para escalar incidencias hace falta permiso, y quien ha puesto la etiqueta no lo tiene. Pedid a alguien que lo tenga que la quite y la vuelva a poner.",
	barredCommand:   "*no se ha hecho nada:* para dar órdenes sobre lo que se escala a %[1]s hace falta permiso, y quien ha escrito esta no lo tiene. Pedid a alguien que lo tenga que la escriba en otro comentario.",
	braked:          "*esta incidencia está retenida: NO se ha enviado nada a %[1]s.* Se ha superado el límite de incidencias escaladas (%[2]d en %[3]s) y escalat retiene las demás por si es un error. Para dejar pasar esta, haced un comentario que diga solo {{%[4]s}}. Para dejarlas pasar todas, avisad a quien mantiene escalat.",
	minute:          "%d minuto",
	minutes:         "%d minutos",
	resolved:        "esta incidencia se ha resuelto aquí, pero en %[1]s sigue abierta%[2]s. Decidles %[3]s que la cierren.",
	resolvedAnew:    "Si hay que escalarla de nuevo, volved a poner la etiqueta {{%s}}.",
	joined:          "esta incidencia va con %[2]s, que ya está escalada a %[1]s%[3]s: no se enviará ningún otro correo y las respuestas aparecerán en las dos.",
	joinedLeave:     "Para escalarla por separado, quitad la etiqueta {{%s}} y volved a ponerla.",
	joinNoKey:       "no se ha hecho nada: detrás de la orden tiene que ir la clave de la otra incidencia. Escribidlo en otro comentario, por ejemplo {{%s}}.",
	joinNoCase:      "esta incidencia sigue por su cuenta: %[2]s no está escalada a %[1]s. Si queríais decir otra clave, escribid la orden en otro comentario.",
	joinAlreadySent: "esta incidencia sigue por su cuenta, porque ya se había enviado a %[1]s. Si es la misma que %[2]s, decídselo por teléfono o por el portal.",
	noted:           "la referencia *%[2]s* de %[1]s queda anotada. No tenéis que hacer nada más.",

	ifUrgent: "Si corre prisa, llamadlos.",
	phone:    "Teléfono: %s",
	phones:   "Teléfonos: %s",
	portal:   "Portal: %s",

	reason: "Motivo: %s",

	replied:   "*%[1]s ha respondido* (%[2]s, %[3]s)",
	closed:    "(i) Aquí esta incidencia ya no está escalada. Si todavía necesitáis a %[1]s, volved a poner la etiqueta: se les enviará de nuevo.",
	shortened: "El mensaje es demasiado grande para mostrarlo todo aquí.",
	noText:    "La respuesta no tiene texto.",
	whole:     "Tenéis el correo entero en el fichero adjunto %s.",
	wholeAt:   "Tenéis el correo entero en %[1]s, en el fichero adjunto %[2]s.",
	seeFiles:  "Mirad los ficheros adjuntos.",
	files:     "Ficheros adjuntos: %s",
	filesAt:   "Ficheros adjuntos en %[1]s: %[2]s",

	cutShort:     "Este comentario era demasiado largo para Jira. Lo tenéis entero en el fichero adjunto %s.",
	wholeComment: "comentario",
	relationship: "escalado a %s",

	quarantined:       "ha llegado un correo sobre esta incidencia que dice ser de %[1]s (%[2]s, %[3]s), pero %[4]s. Por seguridad no se muestra aquí. Miradlo en el buzón y, antes de hacerle caso, confirmadlo con ellos por teléfono.",
	notAllowed:        "la dirección no está en la lista de remitentes admitidos",
	notAuthentic:      "no se ha podido confirmar que venga de su dominio",
	ambiguousSender:   "no tiene un único remitente",
	noSender:          "sin remitente",
	fileFailed:        "no se ha podido adjuntar el fichero «%[2]s» (%[3]s) que ha enviado %[1]s. Lo tenéis en el correo original, en el buzón.",
	commentFileFailed: "no se ha podido adjuntar el fichero «%[2]s» (%[3]s), con el comentario entero sobre %[1]s. Pedídselo a quien mantiene escalat.",
	commentFailed:     "Aquí falta un comentario sobre %[1]s: Jira ha rechazado el que escalat quería publicar. Mirad el buzón o pedid el registro a quien mantiene escalat; ante la duda, llamad a %[1]s.",

	problems: map[string]string{
		"absent":      "falta la respuesta",
		"placeholder": "lo que hay escrito no es una respuesta",
		"ambiguous":   "se pide más de uno y solo puede haber uno",
	},
	problemElse: "hay que revisarlo",
	doubts: map[string]doubt{
		"unreadable":   {"no se lee ninguna fecha", "Escribid el día y la hora, por ejemplo 31/1/2020 a las 9:35 h."},
		"no-time":      {"falta la hora", "Añadidla, aunque sea aproximada."},
		"future":       {"esta fecha todavía no ha llegado", "Comprobad el día y la hora."},
		"several":      {"hay más de una fecha u hora", "Dejad solo la del inicio."},
		"unsure":       {"no queda del todo claro qué día o qué hora quiere decir", "Escribid el día completo y la hora de 0 a 24."},
		"long-ago":     {"hace mucho tiempo de esta fecha", "Comprobad el mes y el año."},
		"no-address":   {"no puede ser una dirección IP ni una red", "Comprobad los números."},
		"no-host":      {"no parece una dirección IP ni un nombre de servidor", "Escribid la dirección o el nombre completo."},
		"no-route":     {"no parece el resultado de MTR, TRACEPATH o traceroute", "Pegadlo entero o adjuntadlo en un fichero."},
		"no-choice":    {"no es ninguna de las opciones, o hay más de una", "Elegid una sola."},
		"no-person":    {"no se lee ningún nombre de persona", "Escribid quién es y a qué teléfono se le puede llamar."},
		"kind-differs": {"el texto dice un tipo de problema y la etiqueta de Jira, otro; vale la etiqueta", "Corregid lo que esté mal."},
	},
	doubtElse: doubt{"este valor parece equivocado", "Comprobadlo."},
	valued:    "%[1]s («%[2]s»): %[3]s",
	noAnswer:  "«%s» no es una respuesta",

	complete:   "%s: no falta nada.",
	incomplete: "%s: falta información.",
	lacksOne:   "%s: falta un dato.",
	lacksMany:  "%[1]s: faltan %[2]d datos.",
	noKind:     "Tipo de problema por determinar",
	toReview:   "Por revisar (no impide el envío):",
}

// spanishOr is or before that word: u before the sound of an o.
func spanishOr(next string) string {
	next = strings.TrimPrefix(strings.ToLower(next), "h")
	if strings.HasPrefix(next, "o") || strings.HasPrefix(next, "ó") {
		return " u "
	}
	return " o "
}

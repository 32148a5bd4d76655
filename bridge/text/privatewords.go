package text

// guardWords are the words of what did not leave as it is.
type guardWords struct {
	hiddenOne, hiddenMany  string               // what
	withheld               string               // heading
	anyway                 string               // provider, command
	imageOne, imageMany    string               // provider, names, command
	kinds                  map[string][2]string // of one and of several
	places                 map[string]string
	closed                 map[string]string
	line, page             [2]string
	and                    string
	stopped, stoppedForm   string // provider, what, command
	stoppedWords           string // likewise
	stoppedOrder           string // likewise
	answers                map[AnywayWhat]string
	added, addedRedirected string             // provider, addresses, time
	left                   map[string]leftOut // as in words
}

func (t Texts) guarding() guardWords {
	switch t.words.lang {
	case "es":
		return guardSpanish()
	case "en":
		return guardEnglish()
	}
	return guardCatalan()
}

func guardCatalan() guardWords {
	return guardWords{
		hiddenOne:  "S’hi ha amagat %[1]s.",
		hiddenMany: "S’hi han amagat %[1]s.",
		withheld:   "No s’hi ha adjuntat, per si conté dades confidencials:",
		anyway:     "Si %[1]s ho necessita, feu un comentari que digui {{%[2]s}}.",
		imageOne:   "No s’hi ha adjuntat la imatge %[2]s, perquè el text no l’esmenta. Si %[1]s l’ha de tenir, escriviu {{%[3]s}} en un comentari, seguit del nom.",
		imageMany:  "No s’hi han adjuntat les imatges %[2]s, perquè el text no les esmenta. Si %[1]s les ha de tenir, escriviu {{%[3]s}} en un comentari, seguit dels noms.",
		kinds: map[string][2]string{
			"password":   {"contrasenya", "contrasenyes"},
			"key":        {"clau privada", "claus privades"},
			"token":      {"credencial", "credencials"},
			"connection": {"cadena de connexió", "cadenes de connexió"},
			"identity":   {"DNI o NIE", "DNI o NIE"},
			"account":    {"IBAN", "IBAN"},
			"social":     {"número de la Seguretat Social", "números de la Seguretat Social"},
			"card":       {"número de targeta", "números de targeta"},
			"health":     {"CIP de targeta sanitària", "CIP de targeta sanitària"},
			"person":     {"registre de dades personals", "registres de dades personals"},
		},
		places: map[string]string{"summary": "títol", "rest": "resta de la descripció", "words": "el vostre text"},
		closed: map[string]string{
			"encrypted": "està xifrat i no s’ha pogut revisar",
			"too-large": "és massa gran per revisar-lo",
			"unknown":   "és d’un tipus que no es pot revisar",
			"broken":    "està malmès o no és del tipus que diu",
			"":          "no s’ha pogut revisar",
		},
		line: [2]string{"línia", "línies"}, page: [2]string{"pàgina", "pàgines"}, and: " i ",
		stopped:      "*a %[1]s NO s’ha enviat res:* a la incidència hi ha %[2]s, i això no pot sortir si ningú no ho diu. Traieu-ho i s’enviarà tot sol; si %[1]s ho necessita, feu un comentari que digui {{%[3]s}}.",
		stoppedForm:  "*els canvis NO s’han enviat a %[1]s:* hi ha %[2]s, i això no pot sortir si ningú no ho diu. Traieu-ho i feu un comentari que digui només {{escalat envia-canvis}}; si %[1]s ho necessita, feu-ne un que digui {{%[3]s}}.",
		stoppedWords: "*el vostre text NO s’ha enviat a %[1]s:* hi ha %[2]s, i això no pot sortir si ningú no ho diu. Editeu el comentari per treure-ho i s’enviarà tot sol; si %[1]s ho necessita, feu un comentari que digui {{%[3]s}}.",
		stoppedOrder: "*el que heu demanat NO s’ha enviat a %[1]s:* hi ha %[2]s, i això no pot sortir si ningú no ho diu. Traieu-ho o, si %[1]s ho necessita, feu un comentari que digui {{%[3]s}}; després torneu a escriure l’ordre.",
		answers: map[AnywayWhat]string{
			AnywayReason:  "no s’ha fet res: darrere l’ordre hi ha d’anar el motiu, que queda registrat. Feu un altre comentari que digui {{%[2]s}}.",
			AnywayNothing: "no s’ha fet res: no hi ha res amagat ni cap fitxer retingut que %[1]s no tingui.",
			AnywayNoted:   "queda registrat, amb el motiu: el que ara s’amaga anirà a %[1]s tal com està escrit quan se’ls enviï. El que escriviu a partir d’ara es tornarà a revisar.",
			AnywayLate:    "no s’ha fet res, perquè l’ordre és de fa més d’un dia. Si encara cal, feu un altre comentari que digui {{%[2]s}}.",
		},
		added:           "el que s’havia amagat o retingut ja s’ha enviat a %[1]s (%[2]s) el %[3]s, com heu demanat.",
		addedRedirected: "*prova, %[1]s no ha rebut res:* el correu amb el que s’havia amagat o retingut ha anat a %[2]s el %[3]s.",
		left: map[string]leftOut{
			"private": {"per contenir dades que semblen confidencials", "si %[2]s l’ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}.", "si %[2]s els ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}."},
			"closed":  {"perquè no se n’ha pogut revisar el contingut", "si %[2]s l’ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}.", "si %[2]s els ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}."},
			"image":   {"perquè el text no ho esmenta", "si %[2]s l’ha de tenir, escriviu {{%[1]s}} en un comentari, seguit del nom.", "si %[2]s els ha de tenir, escriviu {{%[1]s}} en un comentari, seguit dels noms."},
		},
	}
}

func guardSpanish() guardWords {
	return guardWords{
		hiddenOne:  "Se ha ocultado %[1]s.",
		hiddenMany: "Se han ocultado %[1]s.",
		withheld:   "No se ha adjuntado, por si contiene datos confidenciales:",
		anyway:     "Si %[1]s lo necesita, haced un comentario que diga {{%[2]s}}.",
		imageOne:   "No se ha adjuntado la imagen %[2]s, porque el texto no la menciona. Si %[1]s tiene que tenerla, escribid {{%[3]s}} en un comentario, seguido del nombre.",
		imageMany:  "No se han adjuntado las imágenes %[2]s, porque el texto no las menciona. Si %[1]s tiene que tenerlas, escribid {{%[3]s}} en un comentario, seguido de los nombres.",
		kinds: map[string][2]string{
			"password":   {"contraseña", "contraseñas"},
			"key":        {"clave privada", "claves privadas"},
			"token":      {"credencial", "credenciales"},
			"connection": {"cadena de conexión", "cadenas de conexión"},
			"identity":   {"DNI o NIE", "DNI o NIE"},
			"account":    {"IBAN", "IBAN"},
			"social":     {"número de la Seguridad Social", "números de la Seguridad Social"},
			"card":       {"número de tarjeta", "números de tarjeta"},
			"health":     {"CIP de tarjeta sanitaria", "CIP de tarjeta sanitaria"},
			"person":     {"registro de datos personales", "registros de datos personales"},
		},
		places: map[string]string{"summary": "título", "rest": "resto de la descripción", "words": "vuestro texto"},
		closed: map[string]string{
			"encrypted": "está cifrado y no se ha podido revisar",
			"too-large": "es demasiado grande para revisarlo",
			"unknown":   "es de un tipo que no se puede revisar",
			"broken":    "está dañado o no es del tipo que dice",
			"":          "no se ha podido revisar",
		},
		line: [2]string{"línea", "líneas"}, page: [2]string{"página", "páginas"}, and: " y ",
		stopped:      "*a %[1]s NO se ha enviado nada:* en la incidencia hay %[2]s, y eso no puede salir si nadie lo dice. Quitadlo y se enviará solo; si %[1]s lo necesita, haced un comentario que diga {{%[3]s}}.",
		stoppedForm:  "*los cambios NO se han enviado a %[1]s:* hay %[2]s, y eso no puede salir si nadie lo dice. Quitadlo y haced un comentario que diga solo {{escalat envia-canvis}}; si %[1]s lo necesita, haced uno que diga {{%[3]s}}.",
		stoppedWords: "*vuestro texto NO se ha enviado a %[1]s:* hay %[2]s, y eso no puede salir si nadie lo dice. Editad el comentario para quitarlo y se enviará solo; si %[1]s lo necesita, haced un comentario que diga {{%[3]s}}.",
		stoppedOrder: "*lo que habéis pedido NO se ha enviado a %[1]s:* hay %[2]s, y eso no puede salir si nadie lo dice. Quitadlo o, si %[1]s lo necesita, haced un comentario que diga {{%[3]s}}; después volved a escribir la orden.",
		answers: map[AnywayWhat]string{
			AnywayReason:  "no se ha hecho nada: detrás de la orden tiene que ir el motivo, que queda registrado. Haced otro comentario que diga {{%[2]s}}.",
			AnywayNothing: "no se ha hecho nada: no hay nada oculto ni ningún fichero retenido que %[1]s no tenga.",
			AnywayNoted:   "queda registrado, con el motivo: lo que ahora se oculta irá a %[1]s tal como está escrito cuando se les envíe. Lo que escribáis a partir de ahora se volverá a revisar.",
			AnywayLate:    "no se ha hecho nada, porque la orden es de hace más de un día. Si todavía hace falta, haced otro comentario que diga {{%[2]s}}.",
		},
		added:           "lo que se había ocultado o retenido ya se ha enviado a %[1]s (%[2]s) el %[3]s, como habéis pedido.",
		addedRedirected: "*prueba, %[1]s no ha recibido nada:* el correo con lo que se había ocultado o retenido ha ido a %[2]s el %[3]s.",
		left: map[string]leftOut{
			"private": {"por contener datos que parecen confidenciales", "si %[2]s tiene que tenerlo, haced un comentario que diga {{escalat envia-igualment MOTIVO}}.", "si %[2]s tiene que tenerlos, haced un comentario que diga {{escalat envia-igualment MOTIVO}}."},
			"closed":  {"porque no se ha podido revisar su contenido", "si %[2]s tiene que tenerlo, haced un comentario que diga {{escalat envia-igualment MOTIVO}}.", "si %[2]s tiene que tenerlos, haced un comentario que diga {{escalat envia-igualment MOTIVO}}."},
			"image":   {"porque el texto no lo menciona", "si %[2]s tiene que tenerlo, escribid {{%[1]s}} en un comentario, seguido del nombre.", "si %[2]s tiene que tenerlos, escribid {{%[1]s}} en un comentario, seguido de los nombres."},
		},
	}
}

func guardEnglish() guardWords {
	return guardWords{
		hiddenOne:  "%[1]s was hidden in it.",
		hiddenMany: "%[1]s were hidden in it.",
		withheld:   "Not attached, in case it holds confidential data:",
		anyway:     "If %[1]s needs it, write a comment that says {{%[2]s}}.",
		imageOne:   "The picture %[2]s was not attached, because the text does not mention it. If %[1]s is to have it, write {{%[3]s}} in a comment, followed by its name.",
		imageMany:  "The pictures %[2]s were not attached, because the text does not mention them. If %[1]s is to have them, write {{%[3]s}} in a comment, followed by their names.",
		kinds: map[string][2]string{
			"password":   {"password", "passwords"},
			"key":        {"private key", "private keys"},
			"token":      {"credential", "credentials"},
			"connection": {"connection string", "connection strings"},
			"identity":   {"DNI or NIE", "DNI or NIE numbers"},
			"account":    {"IBAN", "IBANs"},
			"social":     {"social security number", "social security numbers"},
			"card":       {"card number", "card numbers"},
			"health":     {"health card number (CIP)", "health card numbers (CIP)"},
			"person":     {"record of personal data", "records of personal data"},
		},
		places: map[string]string{"summary": "title", "rest": "rest of the description", "words": "your text"},
		closed: map[string]string{
			"encrypted": "it is encrypted and could not be checked",
			"too-large": "it is too large to be checked",
			"unknown":   "files of its type cannot be checked",
			"broken":    "it is damaged, or not what its type says",
			"":          "it could not be checked",
		},
		line: [2]string{"line", "lines"}, page: [2]string{"page", "pages"}, and: " and ",
		stopped:      "*nothing was sent to %[1]s:* the issue holds %[2]s, and that may not leave unless somebody says so. Take it out and the issue is sent by itself; if %[1]s needs it, write a comment that says {{%[3]s}}.",
		stoppedForm:  "*the changes were NOT sent to %[1]s:* they hold %[2]s, and that may not leave unless somebody says so. Take it out and write a comment that says only {{escalat envia-canvis}}; if %[1]s needs it, write one that says {{%[3]s}}.",
		stoppedWords: "*your text was NOT sent to %[1]s:* it holds %[2]s, and that may not leave unless somebody says so. Edit the comment to take it out and it is sent by itself; if %[1]s needs it, write a comment that says {{%[3]s}}.",
		stoppedOrder: "*what you asked for was NOT sent to %[1]s:* it holds %[2]s, and that may not leave unless somebody says so. Take it out or, if %[1]s needs it, write a comment that says {{%[3]s}}; then write the command again.",
		answers: map[AnywayWhat]string{
			AnywayReason:  "nothing was done: the command must be followed by the reason, which is recorded. Write another comment that says {{%[2]s}}.",
			AnywayNothing: "nothing was done: nothing is hidden and no file is withheld that %[1]s does not have.",
			AnywayNoted:   "recorded, with the reason: what is hidden now goes to %[1]s as it is written when it is sent to them. What you write from now on is checked again.",
			AnywayLate:    "nothing was done, because the command is more than a day old. If it is still needed, write another comment that says {{%[2]s}}.",
		},
		added:           "what had been hidden or withheld was sent to %[1]s (%[2]s) on %[3]s, as you asked.",
		addedRedirected: "*test, %[1]s has received nothing:* the mail with what had been hidden or withheld went to %[2]s on %[3]s.",
		left: map[string]leftOut{
			"private": {"because of data that looks confidential", "if %[2]s is to have it, write a comment that says {{escalat envia-igualment REASON}}.", "if %[2]s is to have them, write a comment that says {{escalat envia-igualment REASON}}."},
			"closed":  {"because the content could not be checked", "if %[2]s is to have it, write a comment that says {{escalat envia-igualment REASON}}.", "if %[2]s is to have them, write a comment that says {{escalat envia-igualment REASON}}."},
			"image":   {"not being mentioned in the text", "if %[2]s is to have it, write {{%[1]s}} in a comment, followed by its name.", "if %[2]s is to have them, write {{%[1]s}} in a comment, followed by their names."},
		},
	}
}

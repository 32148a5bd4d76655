package text

// shadowWords are the words of the report of mode shadow. A pair is what is said of one and
// of several, with the gap of how many.
type shadowWords struct {
	title, nothing                                 string // title: from, to
	would, came, hands, private, wrong, next       string
	noIssues                                       string
	issues, listed, refused, braked, waiting       [2]string
	noneSent                                       string
	sent, further, ofIssues                        [2]string
	requests                                       [2]string // of how many issues
	fields                                         string    // names
	calls                                          string    // provider, of how many issues
	written                                        string    // what
	comments, files, labels, others, onCall        [2]string
	mails, noMails                                 string // what came
	posted, acknowledged, absent, bounced          [2]string
	quarantined                                    [2]string
	nothingByHand, howKnown                        string
	before, after                                  string // by hand, escalat, how long
	same, onlyEscalat, noLabel, handOnly           string // when
	lacked, notJudged                              string // names
	unsure                                         map[string]string
	medianBefore, medianAfter, medianSame          string // of how many issues, how long
	hidden, noPrivate                              string // what
	withheld, images, stopped                      [2]string
	translated, noTranslator, away, partly, denied [2]string
	failed, unreadable                             [2]string
	noneWrong                                      string
	over                                           string
	stepWait, stepWrong, stepQuarantine, stepLabel string
	stepForm, stepPrivate, stepTranslator          string
	stepRedirect, stepLive, stepBacklog            string
}

func (t Texts) shadowed() shadowWords {
	switch t.words.lang {
	case "es":
		return shadowSpanish()
	case "en":
		return shadowEnglish()
	}
	return shadowCatalan()
}

func shadowCatalan() shadowWords {
	return shadowWords{
		title:   "Informe del mode ombra, del %s al %s.",
		nothing: "En aquest temps escalat només ha llegit: no ha escrit res a Jira ni a la bústia, i no ha enviat res a ningú.",
		would:   "Què hauria fet escalat", came: "Què ha arribat dels proveïdors", hands: "Què heu fet a mà",
		private: "Què no hauria sortit tal com és", wrong: "Problemes", next: "Abans de posar-lo en marxa",
		noIssues: "No s’ha etiquetat cap incidència.",
		issues:   [2]string{"S’ha etiquetat una incidència.", "S’han etiquetat %d incidències."},
		listed:   [2]string{"Una ja estava etiquetada abans de començar i no l’hauria tocada.", "%d ja estaven etiquetades abans de començar i no les hauria tocades."},
		refused:  [2]string{"Una la va etiquetar algú que no pot escalar.", "%d les va etiquetar algú que no pot escalar."},
		braked:   [2]string{"Una hauria quedat retinguda pel fre, perquè n’hi havia massa de cop.", "%d haurien quedat retingudes pel fre, perquè n’hi havia massa de cop."},
		waiting:  [2]string{"A una encara li falten dades.", "A %d encara els falten dades."},
		noneSent: "No n’hauria escalat cap.",
		sent:     [2]string{"N’hauria escalat una:", "N’hauria escalat %d:"},
		further:  [2]string{"Després hauria enviat un missatge més en els mateixos fils.", "Després hauria enviat %d missatges més en els mateixos fils."},
		ofIssues: [2]string{"una incidència", "%d incidències"},
		requests: [2]string{"Hauria demanat una vegada les dades que faltaven, en %s.", "Hauria demanat %d vegades les dades que faltaven, en %%s."},
		fields:   "El que més sovint falta: %s.",
		calls:    "Fora de l’horari d’atenció, hauria fet trucar a %s per %s.",
		written:  "A Jira hauria escrit %s.",
		comments: [2]string{"un comentari", "%d comentaris"}, files: [2]string{"un fitxer", "%d fitxers"},
		labels: [2]string{"un canvi d’etiquetes", "%d canvis d’etiquetes"}, others: [2]string{"un canvi més (enllaços, camps o estat)", "%d canvis més (enllaços, camps o estat)"},
		onCall: [2]string{"Hauria avisat una vegada la guàrdia.", "Hauria avisat %d vegades la guàrdia."},
		mails:  "Hauria portat a Jira %s.", noMails: "No ha arribat cap correu que fos d’un cas.",
		posted: [2]string{"una resposta", "%d respostes"}, acknowledged: [2]string{"una confirmació automàtica", "%d confirmacions automàtiques"},
		absent: [2]string{"un avís d’absència", "%d avisos d’absència"}, bounced: [2]string{"un correu retornat", "%d correus retornats"},
		quarantined:   [2]string{"Un correu ha quedat en quarantena.", "%d correus han quedat en quarantena."},
		nothingByHand: "No hi ha res per comparar: ni s’hauria escalat res, ni s’ha vist cap correu vostre a un proveïdor amb la clau d’una incidència a l’assumpte.",
		howKnown:      "Compta com a fet a mà un correu vostre a un proveïdor amb la clau de la incidència a l’assumpte. El que heu fet per telèfon, per un portal o des d’una altra bústia no es veu.",
		before:        "a mà, el %[1]s; escalat, %[3]s abans, el %[2]s.",
		after:         "a mà, el %[1]s; escalat, %[3]s després, el %[2]s.",
		same:          "a mà i per escalat al mateix temps, el %s.",
		onlyEscalat:   "escalat l’hauria enviada el %s; no s’ha vist cap correu a mà.",
		noLabel:       "a mà, el %s, sense etiqueta; escalat no n’hauria fet res.",
		handOnly:      "a mà, el %s; escalat encara espera dades.",
		lacked:        "En el moment d’enviar-la faltava: %s.",
		notJudged:     "No se sap si hi faltava res.",
		unsure: map[string]string{
			"before": "no es pot dir: s’havia etiquetat abans de començar.", "answers": "no es pot dir: els correus que s’han vist continuen una conversa anterior.",
			"channel": "no es pot dir què heu fet: amb aquest proveïdor es parla pel seu portal.",
			"held":    "a mà; escalat l’hauria retinguda fins que algú amb permís ho digués.", "unsent": "no es pot dir: es va retirar l’etiqueta o encara era massa d’hora.",
		},
		medianBefore: "En %s que heu enviat vosaltres i escalat, escalat hauria anat normalment %s abans.",
		medianAfter:  "En %s que heu enviat vosaltres i escalat, escalat hauria anat normalment %s després.",
		medianSame:   "En %s que heu enviat vosaltres i escalat, escalat hauria anat normalment al mateix temps.",
		hidden:       "Hauria amagat %s.", noPrivate: "No s’ha vist res que semblés privat.",
		withheld:   [2]string{"No hauria enviat un fitxer, perquè conté dades privades o no s’hi pot mirar.", "No hauria enviat %d fitxers, perquè contenen dades privades o no s’hi pot mirar."},
		images:     [2]string{"No hauria enviat una imatge que cap text anomena.", "No hauria enviat %d imatges que cap text anomena."},
		stopped:    [2]string{"Una incidència esperaria que algú decidís si pot sortir.", "%d incidències esperarien que algú decidís si poden sortir."},
		translated: [2]string{"Hauria traduït un missatge.", "Hauria traduït %d missatges."},
		noTranslator: [2]string{
			"Un missatge hauria anat sense traduir, perquè no hi ha cap traductor configurat.",
			"%d missatges haurien anat sense traduir, perquè no hi ha cap traductor configurat.",
		},
		away:   [2]string{"Un missatge hauria anat sense traduir, perquè el traductor no responia.", "%d missatges haurien anat sense traduir, perquè el traductor no responia."},
		partly: [2]string{"Un missatge hauria anat traduït només en part.", "%d missatges haurien anat traduïts només en part."},
		denied: [2]string{"Un missatge hauria anat sense traduir, perquè contenia dades privades i el traductor és de fora.", "%d missatges haurien anat sense traduir, perquè contenien dades privades i el traductor és de fora."},
		failed: [2]string{"Un pas ha fallat: el registre diu per què.", "%d passos han fallat: el registre diu per què."},
		unreadable: [2]string{
			"Un correu no s’ha pogut llegir.", "%d correus no s’han pogut llegir.",
		},
		noneWrong:      "Cap.",
		over:           "  El mode ombra ja s’ha acabat: el que s’havia etiquetat fins llavors ha quedat a la llista i no se n’ha enviat res. «escalat reconcile» ho ensenya.",
		stepWait:       "Deixeu-lo en mode ombra una setmana laborable sencera, amb alguna nit de guàrdia.",
		stepWrong:      "Mireu què ha fallat: «escalat mails --outcome unreadable» i el registre.",
		stepQuarantine: "Mireu la quarantena: «escalat quarantine». Si hi ha correus bons, reviseu els remitents del proveïdor.",
		stepLabel:      "Acordeu que qui escala una incidència hi posa l’etiqueta: sense etiqueta, escalat no fa res.",
		stepForm:       "Doneu el formulari a qui escala: «escalat form» l’escriu. Amb les dades des del principi no es perd temps.",
		stepPrivate:    "Aviseu l’equip que les contrasenyes i les dades personals no van a la incidència; el que s’amaga, el proveïdor no ho veu.",
		stepTranslator: "Configureu un traductor, o accepteu que el proveïdor rebrà els textos com els escriviu.",
		stepRedirect:   "Proveu els correus de debò amb ESCALAT_MODE=redirect: van a una adreça vostra.",
		stepLive:       "Atureu tots els processos i engegueu-lo amb ESCALAT_MODE=live. Pot ser sobre la mateixa base de dades.",
		stepBacklog:    "Escaleu a mà el que estigui etiquetat fins a aquell moment: escalat no n’enviarà res. Una etiqueta nova o «escalat endavant» en un comentari sí que escalen.",
	}
}

func shadowSpanish() shadowWords {
	return shadowWords{
		title:   "Informe del modo sombra, del %s al %s.",
		nothing: "En este tiempo escalat solo ha leído: no ha escrito nada en Jira ni en el buzón, y no ha enviado nada a nadie.",
		would:   "Qué habría hecho escalat", came: "Qué ha llegado de los proveedores", hands: "Qué habéis hecho a mano",
		private: "Qué no habría salido tal como está", wrong: "Problemas", next: "Antes de ponerlo en marcha",
		noIssues: "No se ha etiquetado ninguna incidencia.",
		issues:   [2]string{"Se ha etiquetado una incidencia.", "Se han etiquetado %d incidencias."},
		listed:   [2]string{"Una ya estaba etiquetada antes de empezar y no la habría tocado.", "%d ya estaban etiquetadas antes de empezar y no las habría tocado."},
		refused:  [2]string{"Una la etiquetó alguien que no puede escalar.", "%d las etiquetó alguien que no puede escalar."},
		braked:   [2]string{"Una habría quedado retenida por el freno, porque había demasiadas de golpe.", "%d habrían quedado retenidas por el freno, porque había demasiadas de golpe."},
		waiting:  [2]string{"A una todavía le faltan datos.", "A %d todavía les faltan datos."},
		noneSent: "No habría escalado ninguna.",
		sent:     [2]string{"Habría escalado una:", "Habría escalado %d:"},
		further:  [2]string{"Después habría enviado un mensaje más en los mismos hilos.", "Después habría enviado %d mensajes más en los mismos hilos."},
		ofIssues: [2]string{"una incidencia", "%d incidencias"},
		requests: [2]string{"Habría pedido una vez los datos que faltaban, en %s.", "Habría pedido %d veces los datos que faltaban, en %%s."},
		fields:   "Lo que falta más a menudo: %s.",
		calls:    "Fuera del horario de atención, habría hecho llamar a %s por %s.",
		written:  "En Jira habría escrito %s.",
		comments: [2]string{"un comentario", "%d comentarios"}, files: [2]string{"un fichero", "%d ficheros"},
		labels: [2]string{"un cambio de etiquetas", "%d cambios de etiquetas"}, others: [2]string{"un cambio más (enlaces, campos o estado)", "%d cambios más (enlaces, campos o estado)"},
		onCall: [2]string{"Habría avisado una vez a la guardia.", "Habría avisado %d veces a la guardia."},
		mails:  "Habría llevado a Jira %s.", noMails: "No ha llegado ningún correo que fuera de un caso.",
		posted: [2]string{"una respuesta", "%d respuestas"}, acknowledged: [2]string{"una confirmación automática", "%d confirmaciones automáticas"},
		absent: [2]string{"un aviso de ausencia", "%d avisos de ausencia"}, bounced: [2]string{"un correo devuelto", "%d correos devueltos"},
		quarantined:   [2]string{"Un correo ha quedado en cuarentena.", "%d correos han quedado en cuarentena."},
		nothingByHand: "No hay nada que comparar: ni se habría escalado nada, ni se ha visto ningún correo vuestro a un proveedor con la clave de una incidencia en el asunto.",
		howKnown:      "Cuenta como hecho a mano un correo vuestro a un proveedor con la clave de la incidencia en el asunto. Lo que habéis hecho por teléfono, por un portal o desde otro buzón no se ve.",
		before:        "a mano, el %[1]s; escalat, %[3]s antes, el %[2]s.",
		after:         "a mano, el %[1]s; escalat, %[3]s después, el %[2]s.",
		same:          "a mano y por escalat al mismo tiempo, el %s.",
		onlyEscalat:   "escalat la habría enviado el %s; no se ha visto ningún correo a mano.",
		noLabel:       "a mano, el %s, sin etiqueta; escalat no habría hecho nada.",
		handOnly:      "a mano, el %s; escalat todavía espera datos.",
		lacked:        "En el momento de enviarla faltaba: %s.",
		notJudged:     "No se sabe si faltaba algo.",
		unsure: map[string]string{
			"before": "no se puede decir: se había etiquetado antes de empezar.", "answers": "no se puede decir: los correos que se han visto continúan una conversación anterior.",
			"channel": "no se puede decir qué habéis hecho: con este proveedor se habla por su portal.",
			"held":    "a mano; escalat la habría retenido hasta que alguien con permiso lo dijera.", "unsent": "no se puede decir: se retiró la etiqueta o todavía era demasiado pronto.",
		},
		medianBefore: "En %s que habéis enviado vosotros y escalat, escalat habría ido normalmente %s antes.",
		medianAfter:  "En %s que habéis enviado vosotros y escalat, escalat habría ido normalmente %s después.",
		medianSame:   "En %s que habéis enviado vosotros y escalat, escalat habría ido normalmente al mismo tiempo.",
		hidden:       "Habría ocultado %s.", noPrivate: "No se ha visto nada que pareciera privado.",
		withheld:   [2]string{"No habría enviado un fichero, porque contiene datos privados o no se puede mirar.", "No habría enviado %d ficheros, porque contienen datos privados o no se pueden mirar."},
		images:     [2]string{"No habría enviado una imagen que ningún texto nombra.", "No habría enviado %d imágenes que ningún texto nombra."},
		stopped:    [2]string{"Una incidencia esperaría a que alguien decidiera si puede salir.", "%d incidencias esperarían a que alguien decidiera si pueden salir."},
		translated: [2]string{"Habría traducido un mensaje.", "Habría traducido %d mensajes."},
		noTranslator: [2]string{
			"Un mensaje habría ido sin traducir, porque no hay ningún traductor configurado.",
			"%d mensajes habrían ido sin traducir, porque no hay ningún traductor configurado.",
		},
		away:   [2]string{"Un mensaje habría ido sin traducir, porque el traductor no respondía.", "%d mensajes habrían ido sin traducir, porque el traductor no respondía."},
		partly: [2]string{"Un mensaje habría ido traducido solo en parte.", "%d mensajes habrían ido traducidos solo en parte."},
		denied: [2]string{"Un mensaje habría ido sin traducir, porque contenía datos privados y el traductor es de fuera.", "%d mensajes habrían ido sin traducir, porque contenían datos privados y el traductor es de fuera."},
		failed: [2]string{"Un paso ha fallado: el registro dice por qué.", "%d pasos han fallado: el registro dice por qué."},
		unreadable: [2]string{
			"Un correo no se ha podido leer.", "%d correos no se han podido leer.",
		},
		noneWrong:      "Ninguno.",
		over:           "  El modo sombra ya ha terminado: lo que se había etiquetado hasta entonces ha quedado en la lista y no se ha enviado nada de ello. «escalat reconcile» lo muestra.",
		stepWait:       "Dejadlo en modo sombra una semana laborable entera, con alguna noche de guardia.",
		stepWrong:      "Mirad qué ha fallado: «escalat mails --outcome unreadable» y el registro.",
		stepQuarantine: "Mirad la cuarentena: «escalat quarantine». Si hay correos buenos, revisad los remitentes del proveedor.",
		stepLabel:      "Acordad que quien escala una incidencia le pone la etiqueta: sin etiqueta, escalat no hace nada.",
		stepForm:       "Dad el formulario a quien escala: «escalat form» lo escribe. Con los datos desde el principio no se pierde tiempo.",
		stepPrivate:    "Avisad al equipo de que las contraseñas y los datos personales no van en la incidencia; lo que se oculta, el proveedor no lo ve.",
		stepTranslator: "Configurad un traductor, o aceptad que el proveedor recibirá los textos como los escribís.",
		stepRedirect:   "Probad los correos de verdad con ESCALAT_MODE=redirect: van a una dirección vuestra.",
		stepLive:       "Parad todos los procesos y arrancadlo con ESCALAT_MODE=live. Puede ser sobre la misma base de datos.",
		stepBacklog:    "Escalad a mano lo que esté etiquetado hasta ese momento: escalat no enviará nada de ello. Una etiqueta nueva o «escalat endavant» en un comentario sí que escalan.",
	}
}

func shadowEnglish() shadowWords {
	return shadowWords{
		title:   "Report of mode shadow, from %s to %s.",
		nothing: "In this time escalat has only read: it wrote nothing to Jira or to the mailbox, and sent nothing to anybody.",
		would:   "What escalat would have done", came: "What came from the providers", hands: "What you did by hand",
		private: "What would not have left as it is", wrong: "Problems", next: "Before you let it work",
		noIssues: "No issue was labelled.",
		issues:   [2]string{"One issue was labelled.", "%d issues were labelled."},
		listed:   [2]string{"One had been labelled before the beginning; it would not have been touched.", "%d had been labelled before the beginning; they would not have been touched."},
		refused:  [2]string{"One was labelled by somebody who may not escalate.", "%d were labelled by somebody who may not escalate."},
		braked:   [2]string{"One would have been held by the brake, because there were too many at once.", "%d would have been held by the brake, because there were too many at once."},
		waiting:  [2]string{"One still lacks data.", "%d still lack data."},
		noneSent: "It would have escalated none.",
		sent:     [2]string{"It would have escalated one:", "It would have escalated %d:"},
		further:  [2]string{"Afterwards it would have sent one more message in the same threads.", "Afterwards it would have sent %d more messages in the same threads."},
		ofIssues: [2]string{"one issue", "%d issues"},
		requests: [2]string{"It would have asked for missing data once, on %s.", "It would have asked for missing data %d times, on %%s."},
		fields:   "Missing most often: %s.",
		calls:    "Outside support hours, it would have had people call %s about %s.",
		written:  "In Jira it would have written %s.",
		comments: [2]string{"one comment", "%d comments"}, files: [2]string{"one file", "%d files"},
		labels: [2]string{"one change of labels", "%d changes of labels"}, others: [2]string{"one further change (links, fields or status)", "%d further changes (links, fields or status)"},
		onCall: [2]string{"It would have told who is on call once.", "It would have told who is on call %d times."},
		mails:  "It would have brought to Jira %s.", noMails: "No mail came that belongs to a case.",
		posted: [2]string{"one reply", "%d replies"}, acknowledged: [2]string{"one automatic confirmation", "%d automatic confirmations"},
		absent: [2]string{"one out-of-office notice", "%d out-of-office notices"}, bounced: [2]string{"one returned mail", "%d returned mails"},
		quarantined:   [2]string{"One mail is in quarantine.", "%d mails are in quarantine."},
		nothingByHand: "There is nothing to compare: nothing would have been escalated, and no mail of yours to a provider with the key of an issue in its subject was seen.",
		howKnown:      "What counts as done by hand is a mail of yours to a provider with the issue’s key in its subject. What you did by telephone, in a portal or from another mailbox is not seen.",
		before:        "by hand, %[1]s; escalat, %[3]s earlier, %[2]s.",
		after:         "by hand, %[1]s; escalat, %[3]s later, %[2]s.",
		same:          "by hand and by escalat at the same time, %s.",
		onlyEscalat:   "escalat would have sent it, %s; no mail by hand was seen.",
		noLabel:       "by hand, %s, without a label; escalat would have done nothing.",
		handOnly:      "by hand, %s; escalat still waits for data.",
		lacked:        "Missing when it was sent: %s.",
		notJudged:     "Whether anything was missing is not known.",
		unsure: map[string]string{
			"before": "cannot be told: it had been labelled before the beginning.", "answers": "cannot be told: the mails that were seen continue an earlier conversation.",
			"channel": "what you did cannot be told: one talks to this provider in its portal.",
			"held":    "by hand; escalat would have held it until somebody who may said so.", "unsent": "cannot be told: the label was taken off, or it was still too early.",
		},
		medianBefore: "With %s sent both by you and by escalat, escalat would usually have been %s earlier.",
		medianAfter:  "With %s sent both by you and by escalat, escalat would usually have been %s later.",
		medianSame:   "With %s sent both by you and by escalat, escalat would usually have been at the same time.",
		hidden:       "It would have masked %s.", noPrivate: "Nothing was seen that looked private.",
		withheld:   [2]string{"It would not have sent one file, because it holds private data or cannot be looked into.", "It would not have sent %d files, because they hold private data or cannot be looked into."},
		images:     [2]string{"It would not have sent one picture that no text names.", "It would not have sent %d pictures that no text names."},
		stopped:    [2]string{"One issue would wait for somebody to decide whether it may leave.", "%d issues would wait for somebody to decide whether they may leave."},
		translated: [2]string{"It would have translated one message.", "It would have translated %d messages."},
		noTranslator: [2]string{
			"One message would have gone untranslated, because no translator is configured.",
			"%d messages would have gone untranslated, because no translator is configured.",
		},
		away:   [2]string{"One message would have gone untranslated, because the translator did not answer.", "%d messages would have gone untranslated, because the translator did not answer."},
		partly: [2]string{"One message would have gone translated only in part.", "%d messages would have gone translated only in part."},
		denied: [2]string{"One message would have gone untranslated, because it held private data and the translator is somebody else’s.", "%d messages would have gone untranslated, because they held private data and the translator is somebody else’s."},
		failed: [2]string{"One step failed: the log says why.", "%d steps failed: the log says why."},
		unreadable: [2]string{
			"One mail could not be read.", "%d mails could not be read.",
		},
		noneWrong:      "None.",
		over:           "  Mode shadow is over: what had been labelled until then is listed, and nothing of it was sent. “escalat reconcile” shows it.",
		stepWait:       "Leave it in mode shadow for a whole working week, with a night on call in it.",
		stepWrong:      "Look at what failed: “escalat mails --outcome unreadable”, and the log.",
		stepQuarantine: "Look at the quarantine: “escalat quarantine”. If good mails are in it, check the provider’s senders.",
		stepLabel:      "Agree that whoever escalates an issue labels it: without a label escalat does nothing.",
		stepForm:       "Give the form to those who escalate: “escalat form” prints it. With the data there from the start no time is lost.",
		stepPrivate:    "Tell the team that passwords and personal data do not belong on an issue; what is masked, the provider does not see.",
		stepTranslator: "Configure a translator, or accept that the provider gets your texts as you write them.",
		stepRedirect:   "Try real mails with ESCALAT_MODE=redirect: they go to an address of yours.",
		stepLive:       "Stop every process and start it with ESCALAT_MODE=live. The same database will do.",
		stepBacklog:    "Escalate by hand what is labelled until that moment: escalat will send nothing of it. A new label, or “escalat endavant” in a comment, does escalate.",
	}
}

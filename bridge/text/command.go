package text

import "time"

// Ordered answers a command about a case with a provider. What is not set has no part in
// the answer.
type Ordered struct {
	MentionMarkup string
	Provider      string
	At            time.Time // already in the zone to be shown
	Until         time.Time // likewise
	Reference     string    // the provider's ticket number
	Leader        string    // key of the issue whose escalation is shared
	Label         string    // the escalation label
	Turn          Turn      // how long it was whose turn
	// Phones and Portal are how the provider is told at this hour.
	Phones []string
	Portal string
}

// Order says what became of a command.
type Order string

// What becomes of commands.
const (
	// An answer by telephone was noted: of a case that was sent, of one of which nothing
	// was, and of one that is still to be entered in the provider's portal.
	HasAnswered          Order = "answered"
	HasAnsweredUnsent    Order = "answered-unsent"
	HasAnsweredUnentered Order = "answered-unentered"

	NotUrgent Order = "not-urgent" // nobody is to be called any more

	Entered        Order = "entered"          // it stands in the provider's portal, under Reference
	EnteredFurther Order = "entered-further"  // so does what followed it
	NothingToEnter Order = "nothing-to-enter" // the number was noted
	NumberLacking  Order = "number-lacking"   // the command lacks the ticket number

	ClosedTold    Order = "closed-told"    // closed, and the provider is told
	ClosedPortal  Order = "closed-portal"  // closed, and how to close it in the portal is told apart
	ClosedUntold  Order = "closed-untold"  // closed; nothing says that the provider has it
	ClosedShared  Order = "closed-shared"  // it shares no other issue's escalation any more
	ClosedUnsent  Order = "closed-unsent"  // nothing was sent, and nothing will be
	ClosedAlready Order = "closed-already" // it was closed before
	ClosedNothing Order = "closed-nothing" // nothing was sent, and nothing was going to be

	Reopened            Order = "reopened"             // open again, and the provider is told
	ReopenedPortal      Order = "reopened-portal"      // how to open it in the portal is told apart
	ReopenedUnsent      Order = "reopened-unsent"      // nothing was sent yet
	ReopenedUndelivered Order = "reopened-undelivered" // nothing says that the provider has it
	ReopenedUnentered   Order = "reopened-unentered"   // it is still to be entered in the portal
	ReopenedShared      Order = "reopened-shared"      // it shares the escalation of Leader again
	ReopenedUnlabelled  Order = "reopened-unlabelled"  // nothing was ever sent; the label begins it
	ReopenedAlready     Order = "reopened-already"     // it is open

	// Nothing was done, and why.
	RefusedUnsent      Order = "refused-unsent"
	RefusedSending     Order = "refused-sending"
	RefusedClosed      Order = "refused-closed"
	RefusedUndelivered Order = "refused-undelivered"
	RefusedUnentered   Order = "refused-unentered"
	RefusedByPortal    Order = "refused-by-portal"
	RefusedTooSoon     Order = "refused-too-soon"
	RefusedElsewhere   Order = "refused-elsewhere" // it shares the escalation of Leader
)

// How the commands are written that the answers name.
const (
	statusCommand = "escalat estat"
	reopenCommand = "escalat reobre"
	againCommand  = "escalat reenvia"
	numberExample = "escalat portal 12345"
)

// names is the command that an answer names, or empty.
func (o Order) names() string {
	switch o {
	case HasAnsweredUnsent, ReopenedAlready, RefusedUnsent:
		return statusCommand
	case HasAnsweredUnentered, NumberLacking, ReopenedUnentered, RefusedUnentered:
		return numberExample
	case ClosedTold, ClosedPortal, ClosedUntold, ClosedShared, ClosedUnsent, ClosedAlready, RefusedClosed:
		return reopenCommand
	case ReopenedUndelivered, RefusedUndelivered:
		return againCommand
	}
	return ""
}

// Ordered writes the answer.
func (t Texts) Ordered(what Order, o Ordered) string {
	told := t.sentence(t.orders()[what], o.Provider, what.names(), t.when(o.At), o.Reference, o.Leader, o.Label, t.when(o.Until))
	var b builder
	b.paragraph(address(o.MentionMarkup, told))
	switch what {
	case ClosedTold, ClosedPortal:
		b.paragraph(t.Turn(o.Turn))
	case ClosedUntold:
		b.paragraph(t.Turn(o.Turn))
		b.paragraph(t.desk(o.Phones, o.Portal))
	case RefusedTooSoon, RefusedUndelivered:
		b.paragraph(t.desk(o.Phones, o.Portal))
	}
	return b.String()
}

// orders are the answers, of provider, command, time, reference, leader, label, and until
// when.
func (t Texts) orders() map[Order]string {
	switch t.words.lang {
	case "es":
		return map[Order]string{
			HasAnswered:          "queda anotado que %[1]s ha contestado por teléfono (%[3]s). Ya no hace falta llamarles ni esperar respuesta: os toca a vosotros.",
			HasAnsweredUnsent:    "queda anotado que %[1]s ha contestado por teléfono (%[3]s) y no hace falta llamarles más. Por escrito todavía no se les ha enviado nada; para ver qué falta, escribid {{%[2]s}} en un comentario.",
			HasAnsweredUnentered: "queda anotado que %[1]s ha contestado por teléfono (%[3]s) y no hace falta llamarles más. Todavía hay que introducirlo en el portal; cuando esté, escribid el número en un comentario, como {{%[2]s}}.",
			NotUrgent:            "queda anotado que no es urgente: no se pedirá más que llaméis a %[1]s por esta incidencia.",
			Entered:              "queda anotado que %[1]s tiene la incidencia con el número de ticket *%[4]s*. Las respuestas saldrán aquí.",
			EnteredFurther:       "queda anotado que también está en el ticket *%[4]s* de %[1]s. Las respuestas saldrán aquí.",
			NothingToEnter:       "queda anotado el número de ticket de %[1]s: *%[4]s*. Ahora mismo no hay nada pendiente de introducir en su portal.",
			NumberLacking:        "no se ha hecho nada: detrás de la orden tiene que ir el número de ticket de %[1]s. Escribidlo en otro comentario, como {{%[2]s}}.",
			ClosedTold:           "el caso con %[1]s queda cerrado y se les avisa. Si hay que reabrirlo, haced un comentario que diga solo {{%[2]s}}.",
			ClosedPortal:         "el caso con %[1]s queda cerrado aquí. En otro comentario os decimos cómo cerrarlo en su portal. Si hay que reabrirlo, haced un comentario que diga solo {{%[2]s}}.",
			ClosedUntold:         "el caso con %[1]s queda cerrado. No se les ha avisado porque no consta que lo tengan: si lo tienen, decidles que lo cierren. Si hay que reabrirlo, haced un comentario que diga solo {{%[2]s}}.",
			ClosedShared:         "esta incidencia ya no va con %[5]s: las respuestas de %[1]s saldrán solo allí. Para volver a juntarlas, haced un comentario que diga solo {{%[2]s}}.",
			ClosedUnsent:         "a %[1]s no se ha enviado nada y no se enviará. Si cambiáis de idea, haced un comentario que diga solo {{%[2]s}}.",
			ClosedAlready:        "el caso con %[1]s ya estaba cerrado. Si hay que reabrirlo, haced un comentario que diga solo {{%[2]s}}.",
			ClosedNothing:        "no había nada que cerrar: a %[1]s no se ha enviado nada.",
			Reopened:             "el caso con %[1]s vuelve a estar abierto y se les avisa. No hace falta volver a poner la etiqueta.",
			ReopenedPortal:       "el caso con %[1]s vuelve a estar abierto aquí. En otro comentario os decimos cómo reabrirlo en su portal. No hace falta volver a poner la etiqueta.",
			ReopenedUnsent:       "el caso con %[1]s vuelve a estar abierto: se enviará cuando no falte nada.",
			ReopenedUndelivered:  "el caso con %[1]s vuelve a estar abierto, pero no consta que tengan el correo. Para enviárselo otra vez, haced un comentario que diga solo {{%[2]s}}.",
			ReopenedUnentered:    "el caso con %[1]s vuelve a estar abierto. Todavía hay que introducirlo en el portal: el texto está en un comentario anterior. Cuando esté, escribid el número en un comentario, como {{%[2]s}}.",
			ReopenedShared:       "esta incidencia vuelve a ir con %[5]s: las respuestas de %[1]s saldrán en las dos.",
			ReopenedUnlabelled:   "no se ha hecho nada: de este caso no se envió nada a %[1]s. Para que se envíe, volved a poner la etiqueta {{%[6]s}}.",
			ReopenedAlready:      "el caso con %[1]s ya está abierto. Para ver cómo está, haced un comentario que diga solo {{%[2]s}}.",
			RefusedUnsent:        "no se ha hecho nada: a %[1]s todavía no se le ha enviado nada. Para ver qué falta, haced un comentario que diga solo {{%[2]s}}.",
			RefusedSending:       "no se ha hecho nada: el envío a %[1]s está en curso. Cuando conste como enviado, volved a escribir la orden en otro comentario.",
			RefusedClosed:        "no se ha hecho nada: el caso con %[1]s está cerrado. Si hay que reabrirlo, haced un comentario que diga solo {{%[2]s}}.",
			RefusedUndelivered:   "no se ha hecho nada: no consta que %[1]s tenga el correo. Para enviárselo otra vez, haced un comentario que diga solo {{%[2]s}}; si corre prisa, llamadles.",
			RefusedUnentered:     "no se ha hecho nada: el caso todavía no consta en el portal de %[1]s. El texto está en un comentario anterior; cuando lo hayáis introducido, escribid el número en otro comentario, como {{%[2]s}}.",
			RefusedByPortal:      "no se ha reenviado nada: a %[1]s no se le envía por correo. El texto que hay que introducir en su portal está en un comentario anterior.",
			RefusedTooSoon:       "no se ha reclamado otra vez: a %[1]s ya se le pidió una respuesta el %[3]s. Podéis volver a hacerlo a partir del %[7]s; si corre prisa, llamadles.",
			RefusedElsewhere:     "no se ha hecho nada: esta incidencia va con %[5]s. Escribid allí la orden.",
		}
	case "en":
		return map[Order]string{
			HasAnswered:          "it is noted that %[1]s answered by telephone (%[3]s). There is no need to call them or wait for an answer any more: it is your turn.",
			HasAnsweredUnsent:    "it is noted that %[1]s answered by telephone (%[3]s), and there is no need to call them any more. Nothing has been sent to them in writing yet; to see what is missing, write {{%[2]s}} in a comment.",
			HasAnsweredUnentered: "it is noted that %[1]s answered by telephone (%[3]s), and there is no need to call them any more. It still has to be entered in the portal; once it is, write the number in a comment, as in {{%[2]s}}.",
			NotUrgent:            "it is noted that this is not urgent: you will not be asked again to call %[1]s about this issue.",
			Entered:              "it is noted that %[1]s has the issue under ticket number *%[4]s*. Their answers will appear here.",
			EnteredFurther:       "it is noted that this is in %[1]s’s ticket *%[4]s* too. Their answers will appear here.",
			NothingToEnter:       "%[1]s’s ticket number has been noted: *%[4]s*. At the moment there is nothing to be entered in their portal.",
			NumberLacking:        "nothing was done: %[1]s’s ticket number must follow the command. Write it in another comment, as in {{%[2]s}}.",
			ClosedTold:           "the case with %[1]s is closed, and they are being told. To open it again, write a comment that says only {{%[2]s}}.",
			ClosedPortal:         "the case with %[1]s is closed here. Another comment says how to close it in their portal. To open it again, write a comment that says only {{%[2]s}}.",
			ClosedUntold:         "the case with %[1]s is closed. They were not told, because nothing shows that they have it: if they do, ask them to close it. To open it again, write a comment that says only {{%[2]s}}.",
			ClosedShared:         "this issue no longer goes with %[5]s: %[1]s’s answers will appear only there. To join them again, write a comment that says only {{%[2]s}}.",
			ClosedUnsent:         "nothing was sent to %[1]s, and nothing will be. If you change your mind, write a comment that says only {{%[2]s}}.",
			ClosedAlready:        "the case with %[1]s was closed already. To open it again, write a comment that says only {{%[2]s}}.",
			ClosedNothing:        "there was nothing to close: nothing was sent to %[1]s.",
			Reopened:             "the case with %[1]s is open again, and they are being told. There is no need to put the label on again.",
			ReopenedPortal:       "the case with %[1]s is open again here. Another comment says how to open it again in their portal. There is no need to put the label on again.",
			ReopenedUnsent:       "the case with %[1]s is open again: it will be sent when nothing is missing.",
			ReopenedUndelivered:  "the case with %[1]s is open again, but nothing shows that they have the mail. To send it to them once more, write a comment that says only {{%[2]s}}.",
			ReopenedUnentered:    "the case with %[1]s is open again. It still has to be entered in the portal: the text is in an earlier comment. Once it is, write the number in a comment, as in {{%[2]s}}.",
			ReopenedShared:       "this issue goes with %[5]s again: %[1]s’s answers will appear in both.",
			ReopenedUnlabelled:   "nothing was done: nothing of this case was ever sent to %[1]s. To have it sent, put the label {{%[6]s}} on again.",
			ReopenedAlready:      "the case with %[1]s is open already. To see how it stands, write a comment that says only {{%[2]s}}.",
			RefusedUnsent:        "nothing was done: nothing has been sent to %[1]s yet. To see what is missing, write a comment that says only {{%[2]s}}.",
			RefusedSending:       "nothing was done: it is being sent to %[1]s right now. Once it shows as sent, write the command again in another comment.",
			RefusedClosed:        "nothing was done: the case with %[1]s is closed. To open it again, write a comment that says only {{%[2]s}}.",
			RefusedUndelivered:   "nothing was done: nothing shows that %[1]s has the mail. To send it to them once more, write a comment that says only {{%[2]s}}; if it is urgent, call them.",
			RefusedUnentered:     "nothing was done: the case does not show as entered in %[1]s’s portal yet. The text is in an earlier comment; once you have entered it, write the number in another comment, as in {{%[2]s}}.",
			RefusedByPortal:      "nothing was sent again: nothing goes to %[1]s by mail. The text to be entered in their portal is in an earlier comment.",
			RefusedTooSoon:       "no further claim was made: %[1]s was asked for an answer on %[3]s. You can do it again from %[7]s on; if it is urgent, call them.",
			RefusedElsewhere:     "nothing was done: this issue goes with %[5]s. Write the command there.",
		}
	}
	return map[Order]string{
		HasAnswered:          "queda anotat que %[1]s ha contestat per telèfon (%[3]s). Ja no cal trucar-los ni esperar-ne resposta: us toca a vosaltres.",
		HasAnsweredUnsent:    "queda anotat que %[1]s ha contestat per telèfon (%[3]s) i no cal trucar-los més. Per escrit encara no se’ls ha enviat res; per veure què hi falta, escriviu {{%[2]s}} en un comentari.",
		HasAnsweredUnentered: "queda anotat que %[1]s ha contestat per telèfon (%[3]s) i no cal trucar-los més. Encara s’ha d’entrar al portal; quan hi sigui, escriviu el número en un comentari, com ara {{%[2]s}}.",
		NotUrgent:            "queda anotat que no és urgent: no es demanarà més que truqueu a %[1]s per aquesta incidència.",
		Entered:              "queda anotat que %[1]s té la incidència amb el número de tiquet *%[4]s*. Les respostes sortiran aquí.",
		EnteredFurther:       "queda anotat que també és al tiquet *%[4]s* de %[1]s. Les respostes sortiran aquí.",
		NothingToEnter:       "queda anotat el número de tiquet de %[1]s: *%[4]s*. Ara mateix no hi ha res pendent d’entrar al seu portal.",
		NumberLacking:        "no s’ha fet res: darrere l’ordre hi ha d’anar el número de tiquet de %[1]s. Escriviu-ho en un altre comentari, com ara {{%[2]s}}.",
		ClosedTold:           "el cas amb %[1]s queda tancat i se’ls avisa. Si cal reobrir-lo, feu un comentari que digui només {{%[2]s}}.",
		ClosedPortal:         "el cas amb %[1]s queda tancat aquí. En un altre comentari us diem com tancar-lo al seu portal. Si cal reobrir-lo, feu un comentari que digui només {{%[2]s}}.",
		ClosedUntold:         "el cas amb %[1]s queda tancat. No se’ls ha avisat perquè no consta que el tinguin: si el tenen, digueu-los que el tanquin. Si cal reobrir-lo, feu un comentari que digui només {{%[2]s}}.",
		ClosedShared:         "aquesta incidència ja no va amb %[5]s: les respostes de %[1]s sortiran només allà. Per tornar-les a ajuntar, feu un comentari que digui només {{%[2]s}}.",
		ClosedUnsent:         "a %[1]s no s’ha enviat res i no s’enviarà. Si canvieu d’idea, feu un comentari que digui només {{%[2]s}}.",
		ClosedAlready:        "el cas amb %[1]s ja estava tancat. Si cal reobrir-lo, feu un comentari que digui només {{%[2]s}}.",
		ClosedNothing:        "no hi havia res per tancar: a %[1]s no s’ha enviat res.",
		Reopened:             "el cas amb %[1]s torna a estar obert i se’ls avisa. No cal tornar a posar l’etiqueta.",
		ReopenedPortal:       "el cas amb %[1]s torna a estar obert aquí. En un altre comentari us diem com reobrir-lo al seu portal. No cal tornar a posar l’etiqueta.",
		ReopenedUnsent:       "el cas amb %[1]s torna a estar obert: s’enviarà quan no hi falti res.",
		ReopenedUndelivered:  "el cas amb %[1]s torna a estar obert, però no consta que tinguin el correu. Per enviar-los-el un altre cop, feu un comentari que digui només {{%[2]s}}.",
		ReopenedUnentered:    "el cas amb %[1]s torna a estar obert. Encara s’ha d’entrar al portal: el text és en un comentari anterior. Quan hi sigui, escriviu el número en un comentari, com ara {{%[2]s}}.",
		ReopenedShared:       "aquesta incidència torna a anar amb %[5]s: les respostes de %[1]s sortiran a totes dues.",
		ReopenedUnlabelled:   "no s’ha fet res: d’aquest cas no es va enviar res a %[1]s. Perquè s’enviï, torneu a posar l’etiqueta {{%[6]s}}.",
		ReopenedAlready:      "el cas amb %[1]s ja està obert. Per veure com està, feu un comentari que digui només {{%[2]s}}.",
		RefusedUnsent:        "no s’ha fet res: a %[1]s encara no s’ha enviat res. Per veure què hi falta, feu un comentari que digui només {{%[2]s}}.",
		RefusedSending:       "no s’ha fet res: l’enviament a %[1]s està en curs. Quan consti com a enviat, torneu a escriure l’ordre en un altre comentari.",
		RefusedClosed:        "no s’ha fet res: el cas amb %[1]s està tancat. Si cal reobrir-lo, feu un comentari que digui només {{%[2]s}}.",
		RefusedUndelivered:   "no s’ha fet res: no consta que %[1]s tingui el correu. Per enviar-los-el un altre cop, feu un comentari que digui només {{%[2]s}}; si corre pressa, truqueu-los.",
		RefusedUnentered:     "no s’ha fet res: el cas encara no consta al portal de %[1]s. El text és en un comentari anterior; quan l’hàgiu entrat, escriviu el número en un altre comentari, com ara {{%[2]s}}.",
		RefusedByPortal:      "no s’ha reenviat res: a %[1]s no s’hi envia per correu. El text que s’ha d’entrar al seu portal és en un comentari anterior.",
		RefusedTooSoon:       "no s’ha tornat a reclamar: a %[1]s ja se li va demanar una resposta el %[3]s. Podeu tornar-hi a partir del %[7]s; si corre pressa, truqueu-los.",
		RefusedElsewhere:     "no s’ha fet res: aquesta incidència va amb %[5]s. Escriviu l’ordre allà.",
	}
}

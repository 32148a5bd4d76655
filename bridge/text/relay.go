package text

import (
	"fmt"
	"time"
)

// Told says that the provider's server took a notice that brings nothing of the form: a
// text of the team, a claim, the first notice once more, or that the case is closed or
// opened again.
type Told struct {
	MentionMarkup string
	Provider      string
	About         string // a code, one of bridge.About
	To            []string
	Cc            []string // names or addresses of others who have it
	At            time.Time
	// Author is who wrote the text, and Written when; of a text of the team.
	Author    string
	Written   time.Time
	MessageID string
	Files     []string // names of the attachments that it brings
	Left      []LeftFile
	SendFiles string
	Private   Private // what did not leave as it is
	// Untranslated is a code, one of bridge.Untranslated.
	Untranslated string
	Pending      []string // labels of what it tells to be confirmed
	ByCopy       bool
	CopyRefused  string
	Redirected   bool
	Call         *Call
}

// Told writes it.
func (t Texts) Told(o Told) string {
	w, asked := t.both(), o.Call
	format := w.told[o.About]
	if o.Redirected {
		asked, format = nil, w.toldTrial
	}
	told := t.sentence(format, o.Provider, t.list(o.To), t.when(o.At), t.writtenBy(o.Author, o.Written), markup(w.of[o.About]))
	if len(o.Cc) > 0 && !o.Redirected {
		told += " " + t.sentence(w.withCopy, t.list(o.Cc))
	}
	var b builder
	also := t.words.callAlsoAdded
	if o.About == "again" { // there is nothing new in it
		also = t.words.callAlso
	}
	b.paragraph(t.call(asked, also))
	b.paragraph(lines(address(o.MentionMarkup, told), t.attached(o.Files)))
	b.paragraph(t.left(t.words.notAttached, o.Left, o.SendFiles, o.Provider))
	b.paragraph(t.private(o.Private, o.Provider))
	b.paragraph(t.untranslated(o.Untranslated, o.Provider, o.Redirected || o.About == "close"))
	b.paragraph(t.pending(o.Pending, t.words.stillOne, t.words.stillMany))
	if next := w.next[o.About]; next != "" && !o.Redirected {
		b.paragraph(next)
	}
	t.proof(&b, o.ByCopy, o.CopyRefused, o.MessageID)
	return b.String()
}

// writtenBy names whose text it is and of when.
func (t Texts) writtenBy(author string, written time.Time) markup {
	switch {
	case written.IsZero():
		return t.list([]string{author})
	case author == "":
		return t.when(written)
	}
	return markup(t.escape(oneLine(author, maxName))) + ", " + t.when(written)
}

// NotRelayed says that a text for the provider is not sent, or not yet, why, and what to do.
type NotRelayed struct {
	MentionMarkup string
	Provider      string
	Why           NotRelayedWhy
	Leader        string    // key of the issue whose escalation is shared
	Command       string    // that lets it go out
	Label         string    // that escalates to the provider
	Many          int       // how many there were already
	At            time.Time // when it goes out; already in the zone to be shown
	// Phones and Portal are how the provider is told at this hour; either may be empty.
	// They are not shown together with Call.
	Phones []string
	Portal string
	Call   *Call
}

// NotRelayedWhy says why.
type NotRelayedWhy string

// The reasons.
const (
	RelayUnclear     NotRelayedWhy = "unclear"     // it may be for the provider or about it
	RelayEmpty       NotRelayedWhy = "empty"       // nothing stands behind the provider's name
	RelayHidden      NotRelayedWhy = "hidden"      // not all of the team see it, or customers do
	RelayBarred      NotRelayedWhy = "barred"      // who wrote it may not
	RelayGone        NotRelayedWhy = "gone"        // it was deleted before it left
	RelayEdited      NotRelayedWhy = "edited"      // after it had left
	RelayEarly       NotRelayedWhy = "early"       // written before the issue was escalated
	RelayOld         NotRelayedWhy = "old"         // written long ago
	RelayFirst       NotRelayedWhy = "first"       // it follows the first notice, which has not left
	RelayAsked       NotRelayedWhy = "asked"       // likewise, and something is missing
	RelayPortal      NotRelayedWhy = "portal"      // likewise, which a person is to enter
	RelayHeld        NotRelayedWhy = "held"        // the escalation waits for Command
	RelayRefused     NotRelayedWhy = "refused"     // who labelled may not escalate
	RelayUndelivered NotRelayedWhy = "undelivered" // the provider does not have the first notice
	RelayWithdrawn   NotRelayedWhy = "withdrawn"   // the issue is not escalated any more
	RelayClosed      NotRelayedWhy = "closed"      // the case is closed; Command opens it
	RelayJoined      NotRelayedWhy = "joined"      // it shares the escalation of Leader
	RelayNowhere     NotRelayedWhy = "nowhere"     // the issue was never escalated there; Label does
	RelayDay         NotRelayedWhy = "day"         // there were Many within a day
	RelayCase        NotRelayedWhy = "case"        // there were Many
	// RelayCommand is of no text: the comment that commanded a notice is gone, or hidden.
	RelayCommand NotRelayedWhy = "command"
)

// NotRelayed writes it.
func (t Texts) NotRelayed(n NotRelayed) string {
	w := t.both()
	format, ok := w.not[n.Why]
	if !ok {
		format = w.not[RelayUnclear]
	}
	how := t.words.byPhoneOrPortal
	if n.Portal == "" || n.Call != nil {
		how = t.words.byPhone
	}
	var b builder
	b.paragraph(t.call(n.Call, t.words.callNow))
	b.paragraph(address(n.MentionMarkup, t.sentence(format, n.Provider, fmt.Sprintf(w.begin, n.Provider), n.Leader, n.Command, n.Many, t.when(n.At), markup(how), n.Label)))
	if n.Call == nil && (n.Why == RelayUndelivered || n.Why == RelayCase) {
		b.paragraph(t.desk(n.Phones, n.Portal))
	}
	return b.String()
}

// bothWords are of what goes to the provider at the team's word.
type bothWords struct {
	begin     string            // provider
	of        map[string]string // by what it is about, behind «the mail to …»
	told      map[string]string // provider, recipients, time, whose text
	toldTrial string            // provider, recipients, time, what it is
	withCopy  string            // names
	next      map[string]string
	// Provider, how a text begins, leader, command, how many, time, how to tell the provider, label.
	not map[NotRelayedWhy]string
}

func (t Texts) both() bothWords {
	switch t.words.lang {
	case "es":
		return bothSpanish()
	case "en":
		return bothEnglish()
	}
	return bothCatalan()
}

func bothCatalan() bothWords {
	return bothWords{
		begin: "Per a %s:",
		of: map[string]string{
			"words": " amb el vostre text", "claim": " per reclamar resposta", "again": " per reenviar la incidència", "close": " per tancar la incidència", "reopen": " per reobrir la incidència",
		},
		told: map[string]string{
			"words":  "el text per a %[1]s (%[4]s) ja ha sortit cap a %[2]s el %[3]s.",
			"claim":  "s’ha reclamat resposta a %[1]s (%[2]s) el %[3]s.",
			"again":  "la incidència s’ha tornat a enviar a %[1]s (%[2]s) el %[3]s, amb totes les dades d’ara.",
			"close":  "s’ha dit a %[1]s (%[2]s) el %[3]s que donem la incidència per tancada.",
			"reopen": "s’ha dit a %[1]s (%[2]s) el %[3]s que tornem a obrir la incidència.",
		},
		toldTrial: "*prova, %[1]s no ha rebut res:* el correu%[5]s ha anat a %[2]s el %[3]s.",
		withCopy:  "Amb còpia a: %s.",
		next: map[string]string{
			"words": "Si ara canvieu aquell comentari, el canvi no s’enviarà: feu-ne un altre.",
			"claim": "La resposta sortirà aquí com a comentari.",
			"again": "La resposta sortirà aquí com a comentari.",
			"close": "Si responen, ho veureu aquí.",
		},
		not: map[NotRelayedWhy]string{
			RelayUnclear:     "aquest comentari no s’ha enviat a %[1]s, perquè no queda clar si és per a ells. Si ho és, feu-ne un altre que comenci per «%[2]s», amb els dos punts.",
			RelayEmpty:       "no s’ha enviat res a %[1]s: darrere de «%[2]s» no hi ha cap text. Feu un altre comentari amb el text darrere.",
			RelayHidden:      "aquest text no s’ha enviat a %[1]s: el que hi ha en un comentari que veuen els clients, o en un de restringit a un rol o a un grup, no surt. Escriviu-lo en un comentari intern sense restriccions.",
			RelayBarred:      "*aquest text no s’ha enviat a %[1]s:* per escriure’ls cal permís, i qui l’ha escrit no en té. Demaneu a algú que en tingui que l’escrigui en un altre comentari.",
			RelayGone:        "el text per a %[1]s no ha sortit, perquè s’ha esborrat el comentari o ja no comença per «%[2]s». Si encara l’han de rebre, escriviu-ne un altre.",
			RelayEdited:      "el que heu canviat en el comentari per a %[1]s no s’ha enviat: ells tenen el text d’abans. Perquè sàpiguen el canvi, feu-ne un altre que comenci per «%[2]s».",
			RelayEarly:       "el text per a %[1]s no s’ha enviat, perquè és d’abans que s’escalés la incidència. Si l’han de rebre, feu-ne un altre que comenci per «%[2]s».",
			RelayOld:         "el text per a %[1]s no s’ha enviat, perquè fa dies que es va escriure. Si encara val, feu-ne un altre que comenci per «%[2]s».",
			RelayFirst:       "el text per a %[1]s sortirà tot sol darrere del primer correu, que encara no ha sortit.",
			RelayAsked:       "el text per a %[1]s sortirà tot sol quan s’hi hagi enviat la incidència. Per enviar-la encara falten les dades que us hem demanat.",
			RelayPortal:      "el text per a %[1]s espera que obriu el tiquet. Quan hàgiu escrit {{%[4]s}} amb el número, continuarà tot sol.",
			RelayHeld:        "el text per a %[1]s no ha sortit: la incidència està retinguda. Quan algú hi escrigui {{%[4]s}} i s’enviï, el text sortirà darrere.",
			RelayRefused:     "el text per a %[1]s no ha sortit, perquè qui va escalar la incidència no en té permís. Quan l’escali algú que en tingui, torneu a escriure el text.",
			RelayUndelivered: "*el text per a %[1]s no s’ha enviat:* no consta que hagin rebut la incidència, i sense ella no sabrien de què va. Digueu-los-ho %[7]s. Quan s’hi hagi enviat de nou, torneu a escriure el text.",
			RelayWithdrawn:   "el text per a %[1]s no s’ha enviat, perquè la incidència no s’hi escala. Torneu a posar l’etiqueta i, quan s’hagi enviat, torneu a escriure el text.",
			RelayClosed:      "el text per a %[1]s no s’ha enviat, perquè la incidència ja no s’hi escala. Perquè surti, feu un comentari que digui només {{%[4]s}}: el text sortirà darrere.",
			RelayJoined:      "el text per a %[1]s no s’ha enviat, perquè aquesta incidència va amb %[3]s. Escriviu-lo allà.",
			RelayNowhere:     "el text per a %[1]s no s’ha enviat, perquè aquesta incidència no hi està escalada. Poseu-hi l’etiqueta {{%[8]s}} i, quan se’ls hagi enviat, torneu a escriure el text en un altre comentari.",
			RelayDay:         "el text per a %[1]s sortirà el %[6]s: en les últimes 24 hores ja n’han sortit %[5]d d’aquesta incidència. Si corre pressa, truqueu-los.",
			RelayCommand:     "no s’ha enviat res a %[1]s, perquè el comentari que ho demanava s’ha esborrat, s’ha canviat o ja no el veu tot l’equip. Si encara cal, torneu a escriure l’ordre.",
			RelayCase:        "*el text per a %[1]s no s’ha enviat:* d’aquesta incidència ja n’han sortit %[5]d i no en surten més. Digueu-los-ho %[7]s.",
		},
	}
}

func bothSpanish() bothWords {
	return bothWords{
		begin: "Para %s:",
		of: map[string]string{
			"words": " con vuestro texto", "claim": " para reclamar respuesta", "again": " para reenviar la incidencia", "close": " para cerrar la incidencia", "reopen": " para reabrir la incidencia",
		},
		told: map[string]string{
			"words":  "el texto para %[1]s (%[4]s) ya ha salido hacia %[2]s el %[3]s.",
			"claim":  "se ha reclamado respuesta a %[1]s (%[2]s) el %[3]s.",
			"again":  "la incidencia se ha vuelto a enviar a %[1]s (%[2]s) el %[3]s, con todos los datos de ahora.",
			"close":  "se ha dicho a %[1]s (%[2]s) el %[3]s que damos la incidencia por cerrada.",
			"reopen": "se ha dicho a %[1]s (%[2]s) el %[3]s que volvemos a abrir la incidencia.",
		},
		toldTrial: "*prueba, %[1]s no ha recibido nada:* el correo%[5]s ha ido a %[2]s el %[3]s.",
		withCopy:  "Con copia a: %s.",
		next: map[string]string{
			"words": "Si ahora cambiáis ese comentario, el cambio no se enviará: haced otro.",
			"claim": "La respuesta aparecerá aquí como comentario.",
			"again": "La respuesta aparecerá aquí como comentario.",
			"close": "Si responden, lo veréis aquí.",
		},
		not: map[NotRelayedWhy]string{
			RelayUnclear:     "este comentario no se ha enviado a %[1]s, porque no queda claro si es para ellos. Si lo es, haced otro que empiece por «%[2]s», con los dos puntos.",
			RelayEmpty:       "no se ha enviado nada a %[1]s: detrás de «%[2]s» no hay ningún texto. Haced otro comentario con el texto detrás.",
			RelayHidden:      "este texto no se ha enviado a %[1]s: lo que hay en un comentario que ven los clientes, o en uno restringido a un rol o a un grupo, no sale. Escribidlo en un comentario interno sin restricciones.",
			RelayBarred:      "*este texto no se ha enviado a %[1]s:* para escribirles hace falta permiso, y quien lo ha escrito no lo tiene. Pedid a alguien que lo tenga que lo escriba en otro comentario.",
			RelayGone:        "el texto para %[1]s no ha salido, porque se ha borrado el comentario o ya no empieza por «%[2]s». Si todavía lo tienen que recibir, escribid otro.",
			RelayEdited:      "lo que habéis cambiado en el comentario para %[1]s no se ha enviado: ellos tienen el texto de antes. Para que sepan el cambio, haced otro que empiece por «%[2]s».",
			RelayEarly:       "el texto para %[1]s no se ha enviado, porque es de antes de que se escalara la incidencia. Si lo tienen que recibir, haced otro que empiece por «%[2]s».",
			RelayOld:         "el texto para %[1]s no se ha enviado, porque hace días que se escribió. Si todavía vale, haced otro que empiece por «%[2]s».",
			RelayFirst:       "el texto para %[1]s saldrá solo detrás del primer correo, que todavía no ha salido.",
			RelayAsked:       "el texto para %[1]s saldrá solo cuando se les haya enviado la incidencia. Para enviarla todavía faltan los datos que os hemos pedido.",
			RelayPortal:      "el texto para %[1]s espera a que abráis el ticket. Cuando hayáis escrito {{%[4]s}} con el número, seguirá solo.",
			RelayHeld:        "el texto para %[1]s no ha salido: la incidencia está retenida. Cuando alguien escriba {{%[4]s}} y se envíe, el texto saldrá detrás.",
			RelayRefused:     "el texto para %[1]s no ha salido, porque quien escaló la incidencia no tiene permiso. Cuando la escale alguien que lo tenga, volved a escribir el texto.",
			RelayUndelivered: "*el texto para %[1]s no se ha enviado:* no consta que hayan recibido la incidencia, y sin ella no sabrían de qué se trata. Decídselo %[7]s. Cuando se les haya enviado de nuevo, volved a escribir el texto.",
			RelayWithdrawn:   "el texto para %[1]s no se ha enviado, porque la incidencia no se escala allí. Volved a poner la etiqueta y, cuando se haya enviado, volved a escribir el texto.",
			RelayClosed:      "el texto para %[1]s no se ha enviado, porque la incidencia ya no se escala allí. Para que salga, haced un comentario que diga solo {{%[4]s}}: el texto saldrá detrás.",
			RelayJoined:      "el texto para %[1]s no se ha enviado, porque esta incidencia va con %[3]s. Escribidlo allí.",
			RelayNowhere:     "el texto para %[1]s no se ha enviado, porque esta incidencia no está escalada allí. Poned la etiqueta {{%[8]s}} y, cuando se les haya enviado, volved a escribir el texto en otro comentario.",
			RelayDay:         "el texto para %[1]s saldrá el %[6]s: en las últimas 24 horas ya han salido %[5]d de esta incidencia. Si corre prisa, llamadlos.",
			RelayCommand:     "no se ha enviado nada a %[1]s, porque el comentario que lo pedía se ha borrado, se ha cambiado o ya no lo ve todo el equipo. Si todavía hace falta, volved a escribir la orden.",
			RelayCase:        "*el texto para %[1]s no se ha enviado:* de esta incidencia ya han salido %[5]d y no salen más. Decídselo %[7]s.",
		},
	}
}

func bothEnglish() bothWords {
	return bothWords{
		begin: "For %s:",
		of: map[string]string{
			"words": " with your text", "claim": " that claims an answer", "again": " with the issue once more", "close": " that closes the issue", "reopen": " that opens the issue again",
		},
		told: map[string]string{
			"words":  "the text for %[1]s (%[4]s) went out to %[2]s on %[3]s.",
			"claim":  "an answer was claimed from %[1]s (%[2]s) on %[3]s.",
			"again":  "the issue was sent to %[1]s (%[2]s) once more on %[3]s, with everything that it says now.",
			"close":  "%[1]s (%[2]s) was told on %[3]s that the issue is closed for us.",
			"reopen": "%[1]s (%[2]s) was told on %[3]s that we are opening the issue again.",
		},
		toldTrial: "*test, %[1]s has received nothing:* the mail%[5]s went to %[2]s on %[3]s.",
		withCopy:  "With a copy to: %s.",
		next: map[string]string{
			"words": "If you change that comment now, the change will not be sent: write another one.",
			"claim": "The answer will appear here as a comment.",
			"again": "The answer will appear here as a comment.",
			"close": "If they answer, you will see it here.",
		},
		not: map[NotRelayedWhy]string{
			RelayUnclear:     "this comment was not sent to %[1]s, because it is not clear whether it is for them. If it is, write another one that begins with “%[2]s”, with the colon.",
			RelayEmpty:       "nothing was sent to %[1]s: there is no text behind “%[2]s”. Write another comment with the text behind it.",
			RelayHidden:      "this text was not sent to %[1]s: what stands in a comment that customers see, or that is restricted to a role or a group, does not leave. Write it in an internal comment without restrictions.",
			RelayBarred:      "*this text was not sent to %[1]s:* writing to them needs a permission that its author does not have. Ask somebody who has it to write it in another comment.",
			RelayGone:        "the text for %[1]s did not go out, because the comment was deleted or no longer begins with “%[2]s”. If they should still have it, write another one.",
			RelayEdited:      "what you changed in the comment for %[1]s was not sent: they have the text as it was before. To let them know of the change, write another comment that begins with “%[2]s”.",
			RelayEarly:       "the text for %[1]s was not sent, because it is from before the issue was escalated. If they should have it, write another one that begins with “%[2]s”.",
			RelayOld:         "the text for %[1]s was not sent, because it was written days ago. If it still holds, write another one that begins with “%[2]s”.",
			RelayFirst:       "the text for %[1]s will go out by itself behind the first mail, which has not left yet.",
			RelayAsked:       "the text for %[1]s will go out by itself once the issue has been sent to them. For that, the information that we asked you for is still missing.",
			RelayPortal:      "the text for %[1]s waits for you to open the ticket. Once you have written {{%[4]s}} with the number, it goes on by itself.",
			RelayHeld:        "the text for %[1]s did not go out: the issue is being held back. Once somebody writes {{%[4]s}} and it is sent, the text will follow.",
			RelayRefused:     "the text for %[1]s did not go out, because whoever escalated the issue lacks the permission. Once somebody who has it escalates it, write the text again.",
			RelayUndelivered: "*the text for %[1]s was not sent:* nothing says that they have received the issue, and without it they would not know what it is about. Tell them %[7]s. Once it has been sent again, write the text again.",
			RelayWithdrawn:   "the text for %[1]s was not sent, because the issue is not escalated to them. Put the label back and, once it has been sent, write the text again.",
			RelayClosed:      "the text for %[1]s was not sent, because the issue is no longer escalated to them. For it to go out, write a comment that says only {{%[4]s}}: the text will follow.",
			RelayJoined:      "the text for %[1]s was not sent, because this issue goes with %[3]s. Write it there.",
			RelayNowhere:     "the text for %[1]s was not sent, because this issue is not escalated to them. Put the label {{%[8]s}} on and, once it has been sent to them, write the text again in another comment.",
			RelayDay:         "the text for %[1]s will go out on %[6]s: in the last 24 hours %[5]d of this issue went out already. If it is urgent, call them.",
			RelayCommand:     "nothing was sent to %[1]s, because the comment that asked for it was deleted or changed, or not all of the team see it any more. If it is still needed, write the command again.",
			RelayCase:        "*the text for %[1]s was not sent:* %[5]d of this issue went out already, and no more will. Tell them %[7]s.",
		},
	}
}

package text

import (
	"strings"
	"time"
)

// Status says how a case stands. What is zero or empty is not told.
type Status struct {
	MentionMarkup string
	Provider      string
	Standing      Standing
	Leader        string    // key of the issue whose escalation is shared
	SentAt        time.Time // of the first notice; all times are already in the zone to be shown
	ConfirmedAt   time.Time
	LastSentAt    time.Time // of the newest notice, where that is another
	HeardAt       time.Time // when somebody of the provider was last heard
	References    []string
	Missing       []string // labels of what was asked for
	Pending       []string // labels of what is to be confirmed
	Turn          Turn
	// UsualFrom and UsualTo are how long an answer usually takes, while one is waited for.
	UsualFrom, UsualTo time.Duration
	Call               *Call // set while the provider must be called
	RemindAt           time.Time
	NotUrgent          bool
	Test               bool // mode redirect or shadow: the provider has nothing of it
}

// Standing says where a case stands.
type Standing string

// Where it stands.
const (
	StandsSettling    Standing = "settling"
	StandsAsked       Standing = "asked"
	StandsSending     Standing = "sending"
	StandsHanded      Standing = "handed"
	StandsSent        Standing = "sent"
	StandsAnswered    Standing = "answered"
	StandsUndelivered Standing = "undelivered"
	StandsHeld        Standing = "held"
	StandsRefused     Standing = "refused"
	StandsJoined      Standing = "joined"
	StandsClosed      Standing = "closed"
	StandsWithdrawn   Standing = "withdrawn"
	StandsStopped     Standing = "stopped" // something private stands in it that must not leave
)

// goOnCommand is how a person has go on what is held.
const goOnCommand = "escalat endavant"

// names is the command that a person needs next, or empty.
func (s Standing) names() string {
	switch s {
	case StandsHanded:
		return numberExample
	case StandsUndelivered:
		return againCommand
	case StandsHeld, StandsRefused:
		return goOnCommand
	case StandsClosed:
		return reopenCommand
	case StandsStopped:
		return "escalat " + anywayCommand
	}
	return ""
}

// Status writes it: what there is to do first, then what is known.
func (t Texts) Status(s Status) string {
	w := t.status()
	var b builder
	then := t.words.callAlso
	if s.SentAt.IsZero() {
		then = t.words.callDontWait
	}
	b.paragraph(t.call(s.Call, then))
	b.paragraph(address(s.MentionMarkup, t.sentence(w.standing[s.Standing], s.Provider, s.Standing.names(), s.Leader)))
	if s.Test {
		b.paragraph(t.sentence(w.test, s.Provider))
	}
	var facts []string
	fact := func(set bool, told string) {
		if set {
			facts = append(facts, "* "+told)
		}
	}
	fact(!s.SentAt.IsZero(), t.sentence(w.sentAt, t.when(s.SentAt)))
	fact(!s.ConfirmedAt.IsZero(), t.sentence(w.confirmedAt, t.when(s.ConfirmedAt), s.Provider))
	fact(!s.LastSentAt.IsZero(), t.sentence(w.lastSentAt, t.when(s.LastSentAt)))
	fact(!s.HeardAt.IsZero(), t.sentence(w.heardAt, t.when(s.HeardAt), s.Provider))
	fact(len(s.References) == 1, t.sentence(t.words.ticket, t.bold(s.References)))
	fact(len(s.References) > 1, t.sentence(t.words.tickets, t.bold(s.References)))
	fact(len(s.Missing) > 0, t.sentence(w.missing, t.bold(s.Missing)))
	fact(len(s.Pending) > 0, t.sentence(w.pending, t.bold(s.Pending)))
	fact(s.UsualTo > 0, t.sentence(w.usual, s.Provider, markup(t.lapse(s.UsualFrom)), markup(t.lapse(s.UsualTo))))
	fact(s.Call != nil && !s.RemindAt.IsZero(), t.sentence(w.remindAt, t.when(s.RemindAt)))
	fact(s.NotUrgent, w.notUrgent)
	b.paragraph(strings.Join(facts, "\n"))
	b.paragraph(t.Turn(s.Turn))
	return b.String()
}

type statusWords struct {
	standing    map[Standing]string // provider, command, leader
	test        string              // provider
	sentAt      string              // time
	confirmedAt string              // time, provider
	lastSentAt  string              // time
	heardAt     string              // time, provider
	missing     string              // labels
	pending     string              // labels
	usual       string              // provider, from, to
	remindAt    string              // time
	notUrgent   string
}

func (t Texts) status() statusWords {
	switch t.words.lang {
	case "es":
		return statusWords{
			standing: map[Standing]string{
				StandsSettling:    "a %[1]s todavía no se ha enviado nada: en cuanto dejéis de editar la incidencia se revisará si falta algo.",
				StandsAsked:       "a %[1]s todavía no se ha enviado nada: se enviará cuando estén los datos que faltan.",
				StandsSending:     "se está enviando a %[1]s.",
				StandsHanded:      "*hay que introducirlo en el portal de %[1]s:* el texto está en un comentario anterior. Cuando esté, escribid el número en un comentario, como {{%[2]s}}.",
				StandsSent:        "está enviado a %[1]s y se espera su respuesta.",
				StandsAnswered:    "%[1]s ha contestado; el caso sigue abierto.",
				StandsUndelivered: "*no consta que %[1]s lo tenga.* Llamadles, o haced un comentario que diga solo {{%[2]s}} para enviárselo otra vez.",
				StandsStopped:     "*está retenido: a %[1]s no se ha enviado nada,* porque hay datos que parecen confidenciales. Quitadlos y se enviará solo; si %[1]s los necesita, haced un comentario que diga {{%[2]s MOTIVO}}.",
				StandsHeld:        "*está retenido: a %[1]s no se ha enviado nada.* Para que se envíe, haced un comentario que diga solo {{%[2]s}}.",
				StandsRefused:     "*a %[1]s no se ha enviado nada,* porque quien puso la etiqueta no tiene permiso. Para que se envíe, que alguien con permiso haga un comentario que diga solo {{%[2]s}}.",
				StandsJoined:      "esta incidencia va con %[3]s, que es la que está escalada a %[1]s. Para ver cómo está, preguntadlo allí.",
				StandsClosed:      "el caso con %[1]s está cerrado. Si hay que reabrirlo, haced un comentario que diga solo {{%[2]s}}.",
				StandsWithdrawn:   "a %[1]s no se ha enviado nada: el caso se retiró antes.",
			},
			test:        "Es una prueba: %[1]s no ha recibido nada.",
			sentAt:      "Enviado: %[1]s",
			confirmedAt: "Confirmado por %[2]s: %[1]s",
			lastSentAt:  "Último envío: %[1]s",
			heardAt:     "Última respuesta de %[2]s: %[1]s",
			missing:     "Falta: %[1]s",
			pending:     "Enviado como «pendiente de confirmar»: %[1]s",
			usual:       "%[1]s suele tardar en contestar entre %[2]s y %[3]s de su horario",
			remindAt:    "Próximo recordatorio de la llamada: %[1]s",
			notUrgent:   "Marcado como no urgente: no se pide llamar",
		}
	case "en":
		return statusWords{
			standing: map[Standing]string{
				StandsSettling:    "nothing has been sent to %[1]s yet: as soon as nobody edits the issue any more, it will be checked for what is missing.",
				StandsAsked:       "nothing has been sent to %[1]s yet: it will be sent once the missing data is there.",
				StandsSending:     "it is being sent to %[1]s.",
				StandsHanded:      "*it has to be entered in %[1]s’s portal:* the text is in an earlier comment. Once it is, write the number in a comment, as in {{%[2]s}}.",
				StandsSent:        "it was sent to %[1]s, and their answer is awaited.",
				StandsAnswered:    "%[1]s has answered; the case is still open.",
				StandsUndelivered: "*nothing shows that %[1]s has it.* Call them, or write a comment that says only {{%[2]s}} to send it to them once more.",
				StandsStopped:     "*it is held: nothing has been sent to %[1]s,* because of data that looks confidential. Take it out and it is sent by itself; if %[1]s needs it, write a comment that says {{%[2]s REASON}}.",
				StandsHeld:        "*it is held: nothing has been sent to %[1]s.* To have it sent, write a comment that says only {{%[2]s}}.",
				StandsRefused:     "*nothing has been sent to %[1]s,* because whoever put the label on may not escalate. To have it sent, ask somebody who may to write a comment that says only {{%[2]s}}.",
				StandsJoined:      "this issue goes with %[3]s, which is the one that was escalated to %[1]s. To see how it stands, ask there.",
				StandsClosed:      "the case with %[1]s is closed. To open it again, write a comment that says only {{%[2]s}}.",
				StandsWithdrawn:   "nothing was sent to %[1]s: the case was withdrawn before.",
			},
			test:        "This is a test: %[1]s has received nothing.",
			sentAt:      "Sent: %[1]s",
			confirmedAt: "Confirmed by %[2]s: %[1]s",
			lastSentAt:  "Last sent: %[1]s",
			heardAt:     "Last answer from %[2]s: %[1]s",
			missing:     "Missing: %[1]s",
			pending:     "Sent as «pendiente de confirmar»: %[1]s",
			usual:       "%[1]s usually takes between %[2]s and %[3]s of its hours to answer",
			remindAt:    "Next reminder of the call: %[1]s",
			notUrgent:   "Marked as not urgent: nobody is asked to call",
		}
	}
	return statusWords{
		standing: map[Standing]string{
			StandsSettling:    "a %[1]s encara no s’ha enviat res: quan deixeu d’editar la incidència es revisarà si hi falta alguna cosa.",
			StandsAsked:       "a %[1]s encara no s’ha enviat res: s’enviarà quan hi hagi les dades que falten.",
			StandsSending:     "s’està enviant a %[1]s.",
			StandsHanded:      "*s’ha d’entrar al portal de %[1]s:* el text és en un comentari anterior. Quan hi sigui, escriviu el número en un comentari, com ara {{%[2]s}}.",
			StandsSent:        "està enviat a %[1]s i se n’espera la resposta.",
			StandsAnswered:    "%[1]s ha contestat; el cas continua obert.",
			StandsUndelivered: "*no consta que %[1]s ho tingui.* Truqueu-los, o feu un comentari que digui només {{%[2]s}} per enviar-los-ho un altre cop.",
			StandsStopped:     "*està retingut: a %[1]s no s’ha enviat res,* perquè hi ha dades que semblen confidencials. Traieu-les i s’enviarà tot sol; si %[1]s les necessita, feu un comentari que digui {{%[2]s MOTIU}}.",
			StandsHeld:        "*està retingut: a %[1]s no s’ha enviat res.* Perquè s’enviï, feu un comentari que digui només {{%[2]s}}.",
			StandsRefused:     "*a %[1]s no s’ha enviat res,* perquè qui va posar l’etiqueta no té permís. Perquè s’enviï, que algú que en tingui faci un comentari que digui només {{%[2]s}}.",
			StandsJoined:      "aquesta incidència va amb %[3]s, que és la que està escalada a %[1]s. Per veure com està, pregunteu-ho allà.",
			StandsClosed:      "el cas amb %[1]s està tancat. Si cal reobrir-lo, feu un comentari que digui només {{%[2]s}}.",
			StandsWithdrawn:   "a %[1]s no s’ha enviat res: el cas es va retirar abans.",
		},
		test:        "És una prova: %[1]s no ha rebut res.",
		sentAt:      "Enviat: %[1]s",
		confirmedAt: "Confirmat per %[2]s: %[1]s",
		lastSentAt:  "Últim enviament: %[1]s",
		heardAt:     "Última resposta de %[2]s: %[1]s",
		missing:     "Hi falta: %[1]s",
		pending:     "Enviat com a «pendiente de confirmar»: %[1]s",
		usual:       "%[1]s sol trigar a contestar entre %[2]s i %[3]s del seu horari",
		remindAt:    "Pròxim recordatori de la trucada: %[1]s",
		notUrgent:   "Marcat com a no urgent: no es demana trucar",
	}
}

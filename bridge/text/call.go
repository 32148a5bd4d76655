package text

import "time"

// Owed says why the provider is still to be called, or told by day.
type Owed string

// The reasons.
const (
	OwedUnsent      Owed = "unsent"      // nothing was sent yet
	OwedSending     Owed = "sending"     // it is on its way
	OwedRecord      Owed = "record"      // it was sent at night, when only a call counts
	OwedUnconfirmed Owed = "unconfirmed" // it was sent by day, and nobody has confirmed it
	OwedUndelivered Owed = "undelivered" // it was not delivered, or nobody can say
	OwedHanded      Owed = "handed"      // a person is to enter it in the provider's portal
)

// Reminder reminds that the provider is to be called.
type Reminder struct {
	MentionMarkup string
	Call          Call
	// For is how long it has been due; zero: the provider's desk has just closed.
	For    time.Duration
	Why    Owed
	SentAt time.Time // of what is unconfirmed; already in the zone to be shown
}

// Reminder writes it: the numbers and what to say first.
func (t Texts) Reminder(r Reminder) string {
	w := t.calling()
	due := w.closed
	if r.For > 0 {
		due = t.sentence(w.waiting, markup(t.lapse(r.For)))
	}
	if why := t.owed(r.Why, r.SentAt); why != "" {
		due += " " + why
	}
	var b builder
	b.paragraph(t.call(&r.Call, due))
	b.paragraph(address(r.MentionMarkup, t.sentence(w.quiet, notUrgent)))
	return b.String()
}

// notUrgent is how the command that ends the reminders is written.
const notUrgent = "escalat no-urgent"

// DeskOpen says that the provider's desk is open again, and that nobody has called while
// it was closed.
type DeskOpen struct {
	MentionMarkup string
	Provider      string
	Why           Owed
	SentAt        time.Time // as in Reminder
	Phones        []string
	Portal        string // may be empty
}

// DeskOpen writes it: what is still not known, and how to tell them now.
func (t Texts) DeskOpen(d DeskOpen) string {
	w := t.calling()
	how := t.words.byPhoneOrPortal
	if d.Portal == "" {
		how = t.words.byPhone
	}
	told := t.sentence(w.open, d.Provider)
	if why := t.owed(d.Why, d.SentAt); why != "" {
		told += " " + why
	}
	told += " " + t.sentence(w.tellNow, markup(how), phoned)
	var b builder
	b.paragraph(address(d.MentionMarkup, told))
	b.paragraph(t.desk(d.Phones, d.Portal))
	return b.String()
}

// owed is why the provider is still to be called, in a sentence.
func (t Texts) owed(why Owed, sentAt time.Time) string {
	switch w := t.calling(); why {
	case OwedUnsent:
		return w.unsent
	case OwedSending:
		return w.sending
	case OwedRecord:
		return w.record
	case OwedUnconfirmed:
		return t.sentence(w.unconfirmed, t.when(sentAt))
	case OwedUndelivered:
		return w.undelivered
	case OwedHanded:
		return w.handed
	}
	return ""
}

// callingWords is one language.
type callingWords struct {
	closed      string
	waiting     string // how long
	quiet       string // command
	open        string // provider
	tellNow     string // how to tell the provider, command
	unsent      string
	sending     string
	record      string
	unconfirmed string // time
	undelivered string
	handed      string
}

func (t Texts) calling() callingWords {
	switch t.words.lang {
	case "es":
		return callingWords{
			closed:      "Acaban de cerrar.",
			waiting:     "Hace %[1]s que hay que llamarlos y aquí no consta que nadie lo haya hecho.",
			quiet:       "si no hace falta llamarlos, escribid {{%[1]s}} en un comentario y no os lo recordaremos más.",
			open:        "*%[1]s vuelve a atender, y mientras tenía cerrado no consta que nadie haya llamado.*",
			tellNow:     "Avisadlos ahora %[1]s. Después escribid {{%[2]s}} en un comentario, seguido del número de ticket si os lo dan.",
			unsent:      "Todavía no se ha enviado nada: no esperéis a tener todos los datos.",
			sending:     "No esperéis a que salga el aviso.",
			record:      "El aviso por escrito no sustituye a la llamada, aunque lo confirmen automáticamente.",
			unconfirmed: "Todavía no han confirmado que hayan recibido la incidencia, enviada el %[1]s.",
			undelivered: "No consta que la incidencia les haya llegado.",
			handed:      "Todavía no consta que la incidencia esté en su portal.",
		}
	case "en":
		return callingWords{
			closed:      "They have just closed.",
			waiting:     "The call has been due for %[1]s and nobody has noted one here.",
			quiet:       "if they need not be called, write {{%[1]s}} in a comment and you will not be reminded again.",
			open:        "*%[1]s is open again, and nobody has noted a call while it was closed.*",
			tellNow:     "Tell them now %[1]s. Then write {{%[2]s}} in a comment, followed by the ticket number if they give you one.",
			unsent:      "Nothing has been sent yet: do not wait until all the data is there.",
			sending:     "Do not wait until the notice has left.",
			record:      "The written notice does not replace the call, even if it is confirmed automatically.",
			unconfirmed: "They have not confirmed yet that they received the incident, sent on %[1]s.",
			undelivered: "Nothing shows that the incident reached them.",
			handed:      "Nothing shows yet that the incident is in their portal.",
		}
	}
	return callingWords{
		closed:      "Acaben de tancar.",
		waiting:     "Fa %[1]s que s’hi ha de trucar i aquí no consta que ningú ho hagi fet.",
		quiet:       "si no cal trucar-hi, escriviu {{%[1]s}} en un comentari i no us ho recordarem més.",
		open:        "*%[1]s torna a atendre, i mentre tenia tancat no consta que ningú hi hagi trucat.*",
		tellNow:     "Aviseu-los ara %[1]s. Després escriviu {{%[2]s}} en un comentari, seguit del número de tiquet si us el donen.",
		unsent:      "Encara no s’hi ha enviat res: no espereu a tenir totes les dades.",
		sending:     "No espereu que surti l’avís.",
		record:      "L’avís per escrit no substitueix la trucada, encara que el confirmin automàticament.",
		unconfirmed: "Encara no han confirmat que hagin rebut la incidència, enviada el %[1]s.",
		undelivered: "No consta que la incidència els hagi arribat.",
		handed:      "Encara no consta que la incidència sigui al seu portal.",
	}
}

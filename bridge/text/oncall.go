package text

import (
	"fmt"
	"strings"
	"time"
)

// Outage says that Jira is away while something waits for it. All of it is plain text,
// and nothing of it is what an issue says.
type Outage struct {
	Since   time.Time // already in the zone to be shown
	Waiting int       // comments that cannot be posted
	Calls   []DueCall // in the order to be told
}

// DueCall is a provider that must be called now.
type DueCall struct {
	Key      string // of the issue
	Provider string
	Numbers  []string  // in the order to be tried
	Until    time.Time // already in the zone to be shown; zero: until somebody has called
	// References are the provider's ticket numbers; may be empty.
	References []string
}

// Back says that Jira is there again.
type Back struct {
	Since, Until time.Time // already in the zone to be shown
}

// OnCallFailed says on an issue that the people on call could not be told of it.
type OnCallFailed struct {
	Provider string
	Subject  string // of what they were to be told
	Reason   string // may be empty
}

const (
	maxCalls   = 50  // calls that a mail names
	maxSubject = 150 // characters
	// maxCallLine bounds a line about a call, in characters.
	maxCallLine = 300
)

// JiraAway is the subject and the text of a mail to the people on call.
func (t Texts) JiraAway(o Outage) (subject, text string) {
	w := t.oncall()
	subject = w.awaySubject
	if n := len(o.Calls); n > 0 {
		subject = fmt.Sprintf(count(n, w.awaySubjectCall, w.awaySubjectCalls), n)
	}
	var b builder
	b.paragraph(fmt.Sprintf(w.away, t.words.when(o.Since)))
	if o.Waiting > 0 {
		b.paragraph(fmt.Sprintf(count(o.Waiting, w.waitsOne, w.waitsMany), o.Waiting))
	}
	if len(o.Calls) > 0 {
		b.paragraph(lines(count(len(o.Calls), w.callOne, w.callMany), t.dueCalls(o.Calls)))
		b.paragraph(w.whenCalled)
	}
	b.paragraph(w.awayDo)
	b.paragraph(w.awayThen)
	return oneLine(subject, maxSubject), b.String() + "\n"
}

// dueCalls are the calls, a line each.
func (t Texts) dueCalls(calls []DueCall) string {
	w := t.oncall()
	var all []string
	for i, c := range calls {
		if i == maxCalls {
			all = append(all, fmt.Sprintf(w.more, len(calls)-i))
			break
		}
		parts := []string{c.Key, c.Provider, strings.Join(c.Numbers, " / ")}
		if len(c.References) > 0 {
			parts = append(parts, fmt.Sprintf(w.reference, strings.Join(c.References, ", ")))
		}
		if !c.Until.IsZero() {
			parts = append(parts, fmt.Sprintf(w.until, t.words.when(c.Until)))
		}
		all = append(all, "- "+oneLine(strings.Join(parts, " – "), maxCallLine))
	}
	return strings.Join(all, "\n")
}

// JiraBack is the subject and the text of the mail that follows JiraAway.
func (t Texts) JiraBack(r Back) (subject, text string) {
	w := t.oncall()
	var b builder
	b.paragraph(fmt.Sprintf(w.back, t.words.when(r.Until), t.words.when(r.Since)))
	b.paragraph(w.backDo)
	return oneLine(w.backSubject, maxSubject), b.String() + "\n"
}

// OnCallFailed says that nobody on call was told, and what to do.
func (t Texts) OnCallFailed(f OnCallFailed) string {
	w := t.oncall()
	var b builder
	b.paragraph(upperFirst(t.sentence(w.failed, oneLine(f.Subject, maxSubject), f.Provider)))
	if reason := oneLine(f.Reason, maxReason); reason != "" {
		b.paragraph(t.sentence(t.words.reason, reason))
	}
	return b.String()
}

// oncallWords is one language.
type oncallWords struct {
	awaySubject                       string
	awaySubjectCall, awaySubjectCalls string // how many
	away                              string // time
	waitsOne, waitsMany               string // how many
	callOne, callMany                 string
	reference, until, more            string
	whenCalled                        string
	awayDo, awayThen                  string
	backSubject                       string
	back                              string // time, time
	backDo                            string
	failed                            string // subject, provider
}

func (t Texts) oncall() oncallWords {
	switch t.words.lang {
	case "es":
		return oncallWords{
			awaySubject:      "Jira no responde y hay mensajes esperando",
			awaySubjectCall:  "Hay que llamar ya a un proveedor: Jira no responde (%d llamada)",
			awaySubjectCalls: "Hay que llamar ya a los proveedores: Jira no responde (%d llamadas)",
			away:             "Jira no responde, o rechaza todo lo que se le envía, desde el %s.",
			waitsOne:         "Hay %d comentario que no se puede publicar: puede ser la respuesta de un proveedor.",
			waitsMany:        "Hay %d comentarios que no se pueden publicar: puede haber respuestas de proveedores.",
			callOne:          "Hay que llamar ya, y en Jira nadie puede verlo:",
			callMany:         "Hay que hacer ya estas llamadas, y en Jira nadie puede verlas:",
			reference:        "ticket %s",
			until:            "hasta el %s",
			more:             "- y %d más",
			whenCalled:       "Cuando hayáis llamado, apuntadlo: cuando Jira vuelva, escribid «escalat trucat» en un comentario de la incidencia, seguido del número de ticket si os lo dan.",
			awayDo:           "Avisad a quien lleva Jira. Si esperáis la respuesta de un proveedor que corre prisa, llamadlo o miradlo en su portal.",
			awayThen:         "No se pierde nada: lo que espera se publicará solo cuando Jira vuelva, y os lo diremos. Hasta entonces no os escribiremos más por este motivo.",
			backSubject:      "Jira vuelve a responder",
			back:             "Jira vuelve a responder desde el %[1]s. No respondía desde el %[2]s.",
			backDo:           "Lo que esperaba se está publicando solo. Si habéis llamado a algún proveedor, decidlo en la incidencia con un comentario: «escalat trucat», seguido del número de ticket si lo tenéis.",
			failed:           "*no se ha podido avisar a las personas de guardia* de «%[1]s» (%[2]s). Avisadlas vosotros, por teléfono si corre prisa, y decídselo a quien mantiene escalat.",
		}
	case "en":
		return oncallWords{
			awaySubject:      "Jira does not answer, and messages are waiting",
			awaySubjectCall:  "A provider must be called now: Jira does not answer (%d call)",
			awaySubjectCalls: "Providers must be called now: Jira does not answer (%d calls)",
			away:             "Jira has not answered, or has refused everything, since %s.",
			waitsOne:         "%d comment cannot be posted: it may be a provider’s answer.",
			waitsMany:        "%d comments cannot be posted: there may be providers’ answers among them.",
			callOne:          "This call must be made now, and nobody can see that in Jira:",
			callMany:         "These calls must be made now, and nobody can see that in Jira:",
			reference:        "ticket %s",
			until:            "until %s",
			more:             "- and %d more",
			whenCalled:       "When you have called, note it down: once Jira is back, write “escalat trucat” in a comment on the issue, followed by the ticket number if you were given one.",
			awayDo:           "Tell whoever runs Jira. If you are waiting for an urgent answer from a provider, call them or look in their portal.",
			awayThen:         "Nothing is lost: what is waiting will be posted by itself when Jira is back, and we will tell you. Until then we will not write to you again about this.",
			backSubject:      "Jira answers again",
			back:             "Jira has been answering again since %[1]s. It had not answered since %[2]s.",
			backDo:           "What was waiting is being posted by itself. If you have called a provider, say so on the issue in a comment: “escalat trucat”, followed by the ticket number if you have one.",
			failed:           "*the people on call could not be told* of “%[1]s” (%[2]s). Tell them yourselves, by telephone if it is urgent, and let whoever runs escalat know.",
		}
	}
	return oncallWords{
		awaySubject:      "El Jira no respon i hi ha missatges esperant",
		awaySubjectCall:  "Cal trucar ja a un proveïdor: el Jira no respon (%d trucada)",
		awaySubjectCalls: "Cal trucar ja als proveïdors: el Jira no respon (%d trucades)",
		away:             "El Jira no respon, o rebutja tot el que se li envia, des del %s.",
		waitsOne:         "Hi ha %d comentari que no es pot publicar: pot ser la resposta d’un proveïdor.",
		waitsMany:        "Hi ha %d comentaris que no es poden publicar: hi pot haver respostes de proveïdors.",
		callOne:          "Cal trucar ja, i al Jira ningú no ho pot veure:",
		callMany:         "Cal fer ja aquestes trucades, i al Jira ningú no les pot veure:",
		reference:        "tiquet %s",
		until:            "fins al %s",
		more:             "- i %d més",
		whenCalled:       "Quan hàgiu trucat, apunteu-ho: quan el Jira torni, escriviu «escalat trucat» en un comentari de la incidència, seguit del número de tiquet si us el donen.",
		awayDo:           "Aviseu qui porta el Jira. Si espereu la resposta d’un proveïdor que corre pressa, truqueu-li o mireu-ho al seu portal.",
		awayThen:         "No es perd res: el que espera es publicarà tot sol quan el Jira torni, i us ho direm. Fins aleshores no us escriurem més per aquest motiu.",
		backSubject:      "El Jira torna a respondre",
		back:             "El Jira torna a respondre des del %[1]s. No responia des del %[2]s.",
		backDo:           "El que esperava s’està publicant tot sol. Si heu trucat a algun proveïdor, digueu-ho a la incidència en un comentari: «escalat trucat», seguit del número de tiquet si el teniu.",
		failed:           "*no s’ha pogut avisar les persones de guàrdia* de «%[1]s» (%[2]s). Aviseu-les vosaltres, per telèfon si corre pressa, i digueu-ho a qui manté escalat.",
	}
}

package classify

import (
	"regexp"
	"strings"
	"unicode"
)

// maxStock is how many bytes of a receipt's text there may be. A receipt is short.
const maxStock = 4 << 10

// Pieces of the sentences of receipts, as fold gives them.
const (
	// moment is a time of the day, in the words of the calendar and of the zones.
	moment = `(?:(?:[0-9]{1,2}\. (?:januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember)|[0-9]{1,4}(?:st|nd|rd|th|h)?|` +
		`lunes|martes|miercoles|jueves|viernes|sabado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|` +
		`dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge|gener|febrer|marc|abril|maig|juny|juliol|agost|setembre|octubre|novembre|desembre|` +
		`(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|` +
		`lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|decembre|` +
		`montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|januar|februar|marz|juni|juli|oktober|dezember|uhr|` +
		`lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|` +
		`(?:segunda|terca|quarta|quinta|sexta)(?:-feira)?|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro|` +
		`de|del|d'|of|a las?|a les|at|on|el|um|am|as|alle|ore|le|a|utc|gmt|ces?t|wes?t|[ap]\.? ?m\.?|` +
		`bruselas|brussel[·.]?les|copenhag(?:ue|uen|en)|madrid|paris|brussels|bruxelles|amsterdam|berlin|bern|roma?e?|stockholm|estocolmo?|viena|vienna|wien|lisboa|lisbon|londres|london|dublin|edimburg[oh]?|edinburgh)` +
		`|[():+,/–⋅-]|[0-9]{1,2}(?:[.:][0-9]{2,4}){1,2})(?: ?(?:[():+,/–⋅-] ?)*)`
	moments = `(?:` + moment + `)+`
	mail    = `<?[^\s<>"',;:()]+@[^\s<>"',;:()]*[^\s<>"',;:().]>?`
	// who is a name or an address. A name has few words.
	who = `(?:"?[\pL'-]+(?: [\pL'-]+){0,3}"? )?` + mail + `|"?[\pL'-]+(?: [\pL'-]+){0,3}"?`
	// ends is where a sentence does.
	ends = `(?:[.:!]+(?: |$)|$)`
)

// receipts are the sentences with which programs confirm that a mail arrived, was read or
// was thrown away.
var receipts = regexp.MustCompile(`^(?:` +
	`(?:su|tu|el|este) mensaje(?: (?:para|a) (?:` + who + `))?(?: enviado (?:el )?` + moments + `)? ?(?:se (?:ha )?(?:leyo|leido|mostro|mostrado|entrego|entregado|elimino|eliminado|retransmitio|retransmitido)|(?:fue|ha sido) (?:leido|mostrado|entregado|eliminado|retransmitido))(?: correctamente| sin (?:leer(?:se|lo)?|ser leido|haberse leido))?(?: a los (?:siguientes destinatarios|destinatarios siguientes)(?: o grupos)?)?(?: ` + moments + `)?|` +
	`se ha (?:completado la entrega|entregado el mensaje) a (?:los (?:siguientes destinatarios|destinatarios siguientes)|estos destinatarios)(?: o grupos)?(?:, pero el servidor de destino no (?:ha enviado|envio) (?:ninguna|una) notificacion de entrega)?|` +
	`(?:este|esto) es (?:un|el) acuse de (?:recibo|lectura) (?:de|para|del) (?:su mensaje|(?:el )?(?:correo|mensaje) que (?:ha enviado|envio|enviaste)(?: a (?:` + who + `))?)|` +
	`(?:nota: )?este acuse de (?:recibo|lectura) solo (?:confirma|indica|acredita) que el mensaje (?:ha sido|fue|se ha) mostrado en (?:el ordenador|el equipo|la computadora) del destinatario|no hay (?:ninguna )?garantia de que el destinatario haya leido o (?:comprendido|entendido) el contenido del mensaje|` +
	`(?:el vostre|el teu|el seu|el) missatge(?: (?:per a|a) (?:` + who + `))?(?: enviat (?:el )?` + moments + `)? ?(?:s'ha|va ser|ha estat|es va) (?:llegit|mostrat|lliurat|entregat|eliminat|retransmes|llegir|lliurar|eliminar)(?: correctament| sense (?:llegir(?:-lo|-se)?|haver-lo llegit|ser llegit))?(?: als (?:destinataris seguents|seguents destinataris)(?: o grups)?)?(?: ` + moments + `)?|` +
	`s'ha (?:completat el lliurament|lliurat el missatge) a(?:ls (?:destinataris seguents|seguents destinataris)|quests destinataris)(?: o grups)?(?:, pero el servidor de destinacio no ha enviat cap notificacio de lliurament)?|` +
	`aix[o]? es (?:un|una|el|la) (?:justificant|confirmacio|acus) de (?:lectura|recepcio|rebuda) del (?:vostre missatge|(?:correu|missatge) que (?:heu|has) enviat(?: a (?:` + who + `))?)|` +
	`(?:nota: )?aquest(?:a)? (?:justificant|confirmacio|acus) de (?:lectura|recepcio|rebuda) nomes (?:indica|confirma) que el missatge (?:s'ha|ha estat) mostrat (?:a|en) l'ordinador del destinatari|no hi ha cap garantia que el destinatari hagi llegit o entes el contingut del missatge|` +
	`your message(?: to (?:` + who + `))?(?:,? (?:sent|of) (?:on |at )?` + moments + `)? ?(?:was|has been) (?:successfully )?(?:read|displayed|opened|delivered|relayed|deleted)(?: without being (?:read|displayed))?(?: to the following (?:recipients?|groups?)(?: or (?:groups|distribution lists))?)?(?: ` + moments + `)?|` +
	`delivery to these recipients or groups is complete(?:, but no delivery notification was sent by the destination server)?|` +
	`th(?:is|e) is a (?:return |read |delivery )?receipt for (?:your message|the (?:e-?mail|mail|message) (?:that )?you sent(?: to (?:` + who + `))?(?: ` + moments + `)?)|` +
	`(?:note: )?this (?:return |read )?receipt (?:only acknowledges|verifies) that the message (?:was|has been) displayed on the recipient's (?:computer|machine)(?: ` + moments + `)?|there is no guarantee that the (?:recipient|message) has (?:read or understood the message contents|been read or understood)|` +
	`(?:votre|le) message(?: (?:envoye|a) (?:` + who + `))? ?(?:a ete|est) (?:lu|affiche|remis|supprime)(?: sans (?:etre|avoir ete) lu)?(?: aux destinataires suivants)?(?: ` + moments + `)?|ceci est un accuse de (?:reception|lecture) pour (?:votre message|le (?:courrier|message) que vous avez envoye(?: a (?:` + who + `))?)|` +
	`(?:note ?: )?cet accuse de (?:reception|lecture) indique uniquement que le message a ete affiche sur l'ordinateur du destinataire|il n'y a aucune garantie que le destinataire ait lu ou compris le contenu du message|` +
	`(?:ihre|die) nachricht(?: an (?:` + who + `))? ?wurde(?: ` + moments + `)? ?(?:gelesen|angezeigt|zugestellt|ungelesen geloscht)|dies ist eine (?:lese|empfangs)bestatigung fur (?:ihre nachricht|die nachricht, die sie an (?:` + who + `) gesendet haben)|` +
	`(?:il(?: suo| tuo)?|la sua) messaggio(?: (?:inviato )?a (?:` + who + `))? ?(?:e stato|e) (?:letto|visualizzato|recapitato|consegnato|eliminato)(?: senza essere (?:stato )?letto)?(?: (?:in data )?` + moments + `)?|questa e una (?:conferma di lettura|ricevuta di ritorno) per (?:il messaggio inviato(?: a (?:` + who + `))?|il suo messaggio)|` +
	`(?:a (?:sua|tua) |a )?mensagem(?: para (?:` + who + `))? ?foi (?:lida|mostrada|entregue|eliminada|excluida)(?: sem ser lida)?(?: (?:em )?` + moments + `)?|este e um (?:recibo|aviso) de (?:leitura|recepcao) (?:da|para a) (?:sua mensagem|mensagem que (?:enviou|voce enviou)(?: para (?:` + who + `))?)` +
	`)` + ends)

// invitations are the sentences that calendars write into answers to an invitation.
var invitations = regexp.MustCompile(`^(?:` +
	`(?:` + who + `) ha (?:aceptado|rechazado|respondido (?:["«]?(?:si|no|quizas?)["»]? )?a|aceptado provisionalmente) (?:esta|la|tu|su) invitacion|` +
	`(?:` + who + `) ha (?:acceptat|rebutjat|respost (?:["«]?(?:si|no|potser)["»]? )?a|acceptat provisionalment) (?:aquesta|la|la teva|la vostra) (?:invitacio|convidacio)|` +
	`(?:` + who + `) has (?:accepted|declined|tentatively accepted|replied (?:["“]?(?:yes|no|maybe)["”]? )?to) (?:this|the|your) invitation|` +
	`(?:invitation from google calendar|invitacion de google calendar|invitacio de google calendar): https://calendar\.google\.com/\S*` +
	`)` + ends)

// Lines that receipts copy of the other mail.
var (
	subjectLine = regexp.MustCompile(`^(?:asunto|assumpte|subject|betreff|objet|oggetto|assunto) ?: ?(.*)$`)
	peopleLine  = regexp.MustCompile(`^(?:para|per a|to|an|a|pour|cc|de|from|von|da) ?: ?(?:` + who + `)(?:; ?(?:` + who + `))*$`)
	timeLine    = regexp.MustCompile(`^(?:(?:enviados?|enviado el|enviada|enviat|enviats|sent|sent on|gesendet|envoye|inviato|fecha|data|date|datum|cuando|quan|when) ?: ?)?` + moments + `$`)
	dated       = regexp.MustCompile(`[a-z]{3}|[0-9][:/][0-9]`) // no number alone
	mailLine    = regexp.MustCompile(`^[*•-]? ?(?:(?:` + who + `) )?` + mail + `$`)
)

// receiptWords reports whether a text holds nothing but what receipts say by themselves.
func receiptWords(subject, text string) bool { return stock(subject, text, receipts) }

// calendarWords reports it of the answers of calendars.
func calendarWords(subject, text string) bool { return stock(subject, text, invitations) }

// stock reports whether a text is made of such sentences alone, beside what it copies of
// the other mail's header, which the subject must show, and what it quotes.
func stock(subject, text string, sentences *regexp.Regexp) bool {
	if text = strings.TrimSpace(text); len(text) > maxStock {
		return false
	}
	subject = fold(beginning(subject, maxSaid))
	var rest []string
	for line := range strings.Lines(text) {
		if folded := fold(line); !copies(subject, folded) {
			rest = append(rest, folded)
		}
	}
	for said := strings.Join(rest, " "); said != ""; {
		found := sentences.FindString(said)
		if found == "" {
			return false
		}
		said = strings.TrimSpace(said[len(found):])
	}
	return true
}

// copies reports whether a line says nothing by itself.
func copies(subject, folded string) bool {
	const least = 4 // letters that are no accident
	if strings.HasPrefix(folded, ">") || !strings.ContainsFunc(folded, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return true
	}
	if found := subjectLine.FindStringSubmatch(folded); found != nil {
		return strings.Contains(subject, found[1])
	}
	return peopleLine.MatchString(folded) || timeLine.MatchString(folded) && dated.MatchString(folded) || mailLine.MatchString(folded) || len(folded) >= least && strings.Contains(subject, folded)
}

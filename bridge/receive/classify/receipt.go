package classify

import (
	"regexp"
	"slices"
	"strings"

	"escalat/bridge/message"
)

// receiptSubject begins the subjects with which mailboxes confirm that a mail arrived, was
// read or was thrown away.
var receiptSubject = regexp.MustCompile(`^(?:` +
	`(?:no )?leid[oa]|eliminado sin leer|vist[oa]|entregad[oa]|retransmitid[oa]|confirmacion de (?:lectura|entrega)|acuse de (?:lectura|recibo)|` +
	`(?:no )?llegi(?:t|da)|eliminat sense llegir|lliura(?:t|da)|retransmes|confirmacio de (?:lectura|lliurament)|(?:justificant|acus) de (?:lectura|recepcio)|` +
	`(?:not )?read|deleted without being read|seen|delivered|relayed|(?:read|return|delivery) receipt(?: \(displayed\))?|` +
	`lu|non lu|gelesen|ungelesen|lesebestatigung|zugestellt|letto|confer?ma di lettura|lid[oa]|entregue|recibo de leitura` +
	`) ?[:(–-]`)

// receiptText is what such a mail says of the other.
var receiptText = regexp.MustCompile(`^(?:` +
	`(?:su|tu|el) mensaje\b.{0,300}?(?:se (?:ha )?(?:leyo|leido|entrego|entregado|elimino)|fue (?:leido|entregado|eliminado)|ha sido (?:leido|entregado|mostrado|eliminado))|` +
	`se ha (?:completado la entrega|entregado el mensaje)|(?:este|esto) es (?:un|el) acuse de (?:recibo|lectura)|esta es una confirmacion de (?:lectura|entrega)|` +
	`(?:el vostre|el teu|el seu|el) missatge\b.{0,300}?(?:s'ha (?:llegit|lliurat|eliminat)|va ser (?:llegit|lliurat|eliminat)|ha estat (?:llegit|lliurat|mostrat|eliminat))|` +
	`s'ha (?:completat el lliurament|lliurat el missatge)|aquest(?:a)? es (?:un|una|el|la) (?:justificant|confirmacio) de (?:lectura|recepcio|lliurament)|` +
	`your message\b.{0,300}?(?:was (?:read|displayed|delivered|deleted)|has been (?:read|displayed|delivered|deleted))|delivery to these recipients or groups is complete|` +
	`th(?:is|e) (?:is a )?(?:return|read) receipt|this is a (?:return|read|delivery) receipt` +
	`)`)

// headed is the header of the other mail in such a text. Without it, a person may say so.
var headed = regexp.MustCompile(`\b(?:asunto|assumpte|subject|betreff|objet|oggetto|assunto) ?:`)

// invited begins the subjects of the answers to an invitation.
var invited = regexp.MustCompile(`^(?:` +
	`aceptad[oa]|rechazad[oa]|declinad[oa]|provisional|tentativ[oa]|acepta(?:cion)? provisional(?:mente)?|` +
	`accepta(?:t|da)|rebutja(?:t|da)|declina(?:t|da)|provisionalment|` +
	`accepted|declined|tentative(?:ly accepted)?|accepte|refuse|provisoire|zugesagt|abgesagt|abgelehnt|mit vorbehalt|accettato|rifiutato|aceite|recusado` +
	`) ?: `)

// invitedText is what calendars write into such answers by themselves.
var invitedText = regexp.MustCompile(`(?:ha (?:aceptado|rechazado|respondido|acceptat|rebutjat|respost)\b.{0,60} (?:invitacion?|convidacio)|has (?:accepted|declined|tentatively accepted|replied)\b.{0,60} invitation)`)

// receipt is by what sign the mail only confirms something, in constant words; empty: it
// does not, or says more. An answer to an invitation is one as long as nothing is written
// in it; an invitation is news.
func receipt(m message.Mail, t text, sign string) string {
	subject := fold(begins(m.Subject))
	calendar := func(p message.Part) bool { return p.Type == "text/calendar" || p.Type == "application/ics" }
	switch {
	case len(t.folded) == 0 || t.one(invitedText):
		if invited.MatchString(subject) && (slices.ContainsFunc(m.Parts, calendar) || method(m.Header) == "reply") {
			return "calendar: reply"
		}
	}
	switch {
	case !receiptSubject.MatchString(subject):
	case receiptText.MatchString(t.all) && (sign != "" || headed.MatchString(t.all)):
		return "subject: receipt; text: receipt"
	case sign != "" && len(t.folded) == 0:
		return "subject: receipt; " + sign
	}
	return ""
}

// method is that of a mail that is a calendar's object as a whole (RFC 6047).
func method(header []message.Field) string {
	for _, f := range header {
		if value := strings.ToLower(f.Value); f.Is("Content-Type") && strings.HasPrefix(value, "text/calendar") {
			_, after, _ := strings.Cut(value, "method=")
			return strings.Trim(word(after), `" `)
		}
	}
	return ""
}

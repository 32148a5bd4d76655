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

// invited begins the subjects of the answers to an invitation.
var invited = regexp.MustCompile(`^(?:` +
	`aceptad[oa]|rechazad[oa]|declinad[oa]|provisional|tentativ[oa]|acepta(?:cion)? provisional(?:mente)?|` +
	`accepta(?:t|da)|rebutja(?:t|da)|declina(?:t|da)|provisionalment|` +
	`accepted|declined|tentative(?:ly accepted)?|accepte|refuse|provisoire|zugesagt|abgesagt|abgelehnt|mit vorbehalt|accettato|rifiutato|aceite|recusado` +
	`) ?: `)

// receipt is by what sign the mail only confirms something, in constant words; empty: it
// does not, or says more. It is one as long as nothing is written in it but what programs
// write themselves; an invitation is news. What it carries besides is more as well.
func receipt(m message.Mail, text, sign string) string {
	if slices.ContainsFunc(m.Parts, file) {
		return ""
	}
	subject := fold(begins(m.Subject))
	if invited.MatchString(subject) && (slices.ContainsFunc(m.Parts, calendar) || method(m.Header) == "reply") && calendarWords(m.Subject, text) {
		return "calendar: reply"
	}
	switch {
	case !receiptSubject.MatchString(subject) || !receiptWords(m.Subject, text):
	case strings.TrimSpace(text) != "" && (sign != "" || headed.MatchString(fold(beginning(text, maxStock)))):
		return "subject: receipt; text: receipt"
	case sign != "":
		return "subject: receipt; " + sign
	}
	return ""
}

func calendar(p message.Part) bool { return p.Type == "text/calendar" || p.Type == "application/ics" }

// file reports whether a part is something that a person sends.
func file(p message.Part) bool {
	return !calendar(p) && !p.Signature && !strings.HasPrefix(p.Type, "message/") && p.Type != "text/rfc822-headers" && (!p.Inline || !strings.HasPrefix(p.Type, "image/"))
}

// headed is the header of the other mail in such a text. Without it, a person may say so.
var headed = regexp.MustCompile(`\b(?:asunto|assumpte|subject|betreff|objet|oggetto|assunto) ?:`)

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

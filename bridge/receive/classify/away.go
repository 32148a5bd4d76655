package classify

import (
	"regexp"
	"slices"
	"strings"

	"escalat/bridge/message"
)

// before are what stands before what a mail has to say: greetings and thanks, and that it
// is an automatic answer.
var before = regexp.MustCompile(`^(?:` +
	`(?:muy )?(?:buen[oa]s(?: (?:dias|tardes|noches))?|buen dia|hola|estimad\S+|apreciad\S+|saludos)\b|` +
	`bon(?:a)? (?:dia|tarda|vespre)|benvolgu\S+|apreciat\S*|distingi\S+|` +
	`(?:dear|hello|hi|good (?:morning|afternoon|evening|day))\b|bonjour|guten (?:tag|morgen)|hallo|sehr geehrte|buongiorno|gentile|bom dia|boa tarde|(?:ola|caro|cara|prezado)\b|` +
	`(?:muchas |moltes |many )?(?:gracias|gracies|thank(?:s| you)|merci|danke|vielen dank|grazie|obrigad[oa])\b|` +
	`(?:he|hem|hemos|i have|we have|i've) (?:recibido|rebut|received)\b|` +
	`(?:este|aquest|this) (?:es|is) (?:un|an) |(?:respuesta|mensaje|resposta|missatge|automatic) (?:automatic[oa]?|reply|response)` +
	`)`)

// absence is what the sentence of somebody away names: when he is back, where he is missed,
// or why he may be.
var absence = regexp.MustCompile(`\b(?:hasta|fins|until|till?|jusqu|bis|fino|ate|del \d|from|desde|des del?|` +
	`vuel|volver|regres|reincorpor|torn(?:o|are|arem)\b|back\b|return|` +
	`oficina|despacho|despatx|office|bureau|buro|ufficio|escritorio|` +
	`vacaciones|vacances|vacation|holiday|leave\b|urlaub|ferie|ferias|conges|baja\b|baixa\b|permiso|permis\b|festa\b|excedencia|ausen|absen|abwesen|assen)`)

// journey is the way to work: to a data centre, to the customer.
var journey = regexp.MustCompile(`\b(?:de viaje|de viatge|travell?ing) (?:hacia|rumbo|a |al |a l'|para |cap |per |to\b|towards?\b)`)

// away reports whether a mail begins with somebody's absence: behind greetings and thanks
// and nothing else. Who has something to say besides says it first.
func (t text) away() bool {
	for i, folded := range t.folded {
		said := fold(t.parts[i])
		if away.MatchString(folded) {
			sentence := folded
			if end := endOfSentence.FindStringIndex(folded); end != nil {
				sentence = folded[:end[0]]
			}
			return absence.MatchString(sentence) && !journey.MatchString(sentence)
		}
		if !before.MatchString(said) && !t.addresses(i) {
			return false
		}
	}
	return false
}

// addresses reports whether a part of a sentence may be whom the mail addresses.
func (t text) addresses(i int) bool {
	const longest = 40
	return i < 3 && len(t.parts[i]) <= longest && strings.ContainsAny(t.parts[i][len(t.parts[i])-1:], ",:!")
}

var endOfSentence = regexp.MustCompile(`[.!?;](?: |$)`)

// numbered is a desk's own number in a subject. Ours, [AOC KEY-1], has no such name.
var numbered = regexp.MustCompile(`(?:^|[\s\[(:])(?:\[?#[0-9]{4,18}\b|(?:ticket|tiquet|incidencia|incident|solicitud|peticion|peticio|caso?|case|request|inc|ritm|req|sctask|chg|cas|cs)[ \-_.:nº°]{0,3}#? ?[0-9]{4,18}\b|[0-9]{6,18} ?[-–:])`)

// looksDesk reports whether the mail looks like one of a desk: by its header or by a number
// in its subject.
func looksDesk(m message.Mail) bool {
	return numbered.MatchString(fold(beginning(m.Subject, maxSaid))) || slices.ContainsFunc(m.Header, func(f message.Field) bool {
		switch strings.ToLower(f.Name) {
		case "x-otrs-loop", "x-znuny-loop", "x-fc-machinegenerated", "x-freshdesk-id", "x-zammad-send-auto-response":
			value := word(f.Value)
			return value != "" && value != "no" && value != "false"
		case "x-mailer", "x-powered-by":
			return written.MatchString(f.Value)
		}
		return ticketed(f)
	})
}

// written are programs with which the people of desks write.
var written = regexp.MustCompile(`(?i)\b(?:otrs|znuny|otobo|zammad|freshdesk|zendesk|servicenow|glpi|kayako|request tracker)\b`)

// answersItself reports whether the header is that of a mailbox that answers by itself.
func answersItself(f message.Field) bool {
	return responder(f) != "" || submitted(f) == "auto-submitted: auto-replied" || precedence(f) == "precedence: auto_reply"
}

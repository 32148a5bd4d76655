package reply

import (
	"regexp"
	"strings"
)

// What mail clients write around a quote, in the languages that the two sides
// use and in their neighbours'.
const (
	monthWords = `ene|feb|mar|abr|may|mai|jun|jul|ago|sep|set|oct|okt|nov|dic|dec|gen|febr|març|abril|maig|juny|juliol|ag|agost|jan|apr|aug|dez|` +
		`enero|febrero|marzo|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|gener|febrer|setembre|octubre|desembre|des|` +
		`january|february|march|april|june|july|august|september|october|november|december|janv|févr|fév|avr|juin|juil|août|déc|` +
		`janeiro|fevereiro|março|julho|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|grudnia|грудня|lokakuuta`
	writeWords = `escribió|escribio|ha escrito|va escriure|ha escrit|escrigué|wrote|writes|a écrit|schrieb|ha scritto|escreveu|schreef|` +
		`skrev|kirjoitti|napisał(?:\(a\)|a)?|написав|написала`
	fromWords     = `de|from|von|da|van|fra|发件人`
	dateWords     = `enviado(?: el)?|enviat(?: el)?|sent|date|fecha|data|envoyé(?: le)?|gesendet|inviato|verzonden|datum|dato|发送时间`
	toWords       = `para|per a|a|to|à|an|aan|til|收件人`
	copyWords     = `cc|c/c|cco|copie à|kopie`
	subjectWords  = `asunto|assumpte|tema|subject|objet|sujet|betreff|oggetto|onderwerp|emne|主题`
	originalWords = `mensaje original|missatge original|original message|message d'origine|ursprüngliche nachricht|messaggio originale|` +
		`mensagem original|oprindelig besked|correo original|correu original`
	forwardWords = `mensaje reenviado|missatge reenviat|forwarded message|inicio del mensaje reenviado|inici del missatge reenviat|` +
		`begin forwarded message|correo reenviado|correu reenviat`
	mobileWords = `enviado desde (?:mi|outlook|correo|el|yahoo)\b|enviat des d(?:e|el)\b|sent from (?:my|mail|outlook|yahoo)\b|sent from typeapp$|` +
		`obtener outlook|obtén outlook|descargar outlook|obteniu (?:l')?outlook|obtén l'outlook|baixeu (?:l')?outlook|get outlook for|` +
		`gesendet von (?:outlook|mein)|envoyé (?:de mon|à partir de outlook)|inviato da`
)

var (
	original  = regexp.MustCompile(`(?i)^\W*-{2,}\s*(?:` + originalWords + `)\s*-{2,}\W*$`)
	forwarded = regexp.MustCompile(`(?i)^[\s\-_=*]*(?:` + forwardWords + `)\s*:?[\s\-_=*]*$`)
	mobile    = regexp.MustCompile(`(?i)^(?:` + mobileWords + `)`)
	// divider is a ruler; it counts only right above a quote.
	divider = regexp.MustCompile(`^[_\-=*]{3,}$`)
	ruler   = regexp.MustCompile(`^_{2,}$`)

	date    = regexp.MustCompile(`(?i)\b\d{1,2}[/.\-]\d{1,2}[/.\-](?:20)?\d\d\b|\b20\d\d-\d\d-\d\d\b|\b20\d\d\b|\d{1,2}\.? (?:de |d')?(?:` + monthWords + `)\b`)
	clock   = regexp.MustCompile(`\b\d{1,2}[:.h]\d{2}\b`)
	mailbox = regexp.MustCompile(`[^\s<>"(),;:]+@[^\s<>"(),;:]+`)
	// opens begins the line that says who wrote.
	opens = regexp.MustCompile(`(?i)^(?:el|en|na|l'|la|on|le|am|il|in data|em|op|w dniu|dnia|den|missatge de|mensaje de)\s`)
	// begins is opens, or a date.
	begins = regexp.MustCompile(`(?i)^[-* ]*(?:(?:el|en|na|l'|la|on|le|am|il|in data|em|op|w dniu|dnia|den|missatge de|mensaje de)\s|\d|\pL{2,4}[.,] )`)
	wrote  = regexp.MustCompile(`(?i)(?:^|\s|\))(?:` + writeWords + `)\s*:?$`)
	// wroteWho is the order of the Germanic languages: the verb, then the name.
	wroteWho = regexp.MustCompile(`(?i)\s(?:` + writeWords + `)\s.*[>"]\s*:$`)
	// endsMailbox is a line that ends in the mailbox of who wrote.
	endsMailbox = regexp.MustCompile(`[<(\[][^<>]*@[^<>]*[>)\]]\s*:$`)
	messageOf   = regexp.MustCompile(`(?i)^(?:missatge|mensaje) de\s.*@.*:$`)
	// clockComma is how clients, and not people, write the time before a name.
	clockComma = regexp.MustCompile(`\b\d{1,2}[:.h]\d{2}\b[^,]{0,12},\s*\S`)

	label = regexp.MustCompile(`(?i)^\**(?:(` + fromWords + `)|(` + dateWords + `)|(` + toWords + `)|(` + copyWords + `)|(` + subjectWords + `))\**\s*:\**(?:\s|$|\S)`)
)

const (
	maxAttribution = 3   // lines
	maxLine        = 300 // bytes of a line that says who wrote
)

// attribution reports how many lines, from the first, say who wrote what
// follows, or 0; sure tells that nothing but a mail client writes so.
func attribution(lines []line) (n int, sure bool) {
	if len(lines) == 0 || lines[0].blank() {
		return 0, false
	}
	joined := ""
	for n < len(lines) && n < maxAttribution && !lines[n].blank() && lines[n].quoted == lines[0].quoted && len(joined) < maxLine {
		joined = strings.TrimSpace(joined + " " + lines[n].body)
		n++
		if ok, sure := saysWhoWrote(joined); ok {
			// It begins at the last line that makes it whole: what stands right
			// above it is text.
			for later := 1; later < n; later++ {
				if got, _ := attribution(lines[later:n]); got > 0 && begins.MatchString(lines[later].body) {
					return 0, false
				}
			}
			return n, sure
		}
	}
	return 0, false
}

// attributionBefore is attribution for the last lines.
func attributionBefore(lines []line) int {
	for n := 1; n <= maxAttribution && n <= len(lines); n++ {
		if got, _ := attribution(lines[len(lines)-n:]); got == n {
			return n
		}
	}
	return 0
}

func saysWhoWrote(s string) (ok, sure bool) {
	s = strings.Trim(s, "-*_ ")
	colon := strings.HasSuffix(s, ":")
	if len(s) > maxLine || !colon && !strings.Contains(s, "@") {
		return false, false
	}
	hasDate, hasClock, hasMailbox := date.MatchString(s), clock.MatchString(s), mailbox.MatchString(s)
	switch {
	case wrote.MatchString(s), wroteWho.MatchString(s):
		sure = hasDate && hasMailbox && (colon || hasClock) ||
			colon && hasDate && opens.MatchString(s) && clockComma.MatchString(s)
		return sure || colon && (hasDate || hasMailbox || opens.MatchString(s)), sure
	case endsMailbox.MatchString(s), messageOf.MatchString(s):
		sure = hasDate && hasClock
		return sure, sure
	}
	return false, false
}

// maxHeaderBlock is how many lines a block of header lines may have.
const maxHeaderBlock = 14

// isHeaderBlock reports whether the lines begin with the header lines that
// Outlook and others put above a quote: who, when or to whom, and the subject.
func isHeaderBlock(lines []line) bool {
	var seen [6]bool
	for i, l := range lines {
		if i >= maxHeaderBlock || l.blank() || l.quoted != lines[0].quoted {
			break
		}
		if i == 0 && !strings.Contains(l.body, ":") {
			return false
		}
		m := label.FindStringSubmatch(l.body)
		if i == 0 && (m == nil || m[1] == "") {
			return false
		}
		for kind := range m {
			seen[kind] = seen[kind] || m[kind] != ""
		}
	}
	return seen[1] && (seen[2] || seen[3]) && seen[5]
}

package reply

import "regexp"

// What mail programs write around a quote, in the languages that the two sides use
// and in their neighbours', in small letters and without accents.
const (
	monthWords = `ene(?:ro)?|feb(?:r|rer|rero|ruary|braio)?|mar(?:c|zo|ch|co|s)?|abr(?:il)?|may(?:o)?|mai(?:g|o)?|jun(?:io|y|e|ho)?|juin|jul(?:io|iol|y|ho)?|juil(?:let)?|` +
		`ag(?:o|ost|osto)?|aug(?:ust)?|aout|sep(?:t|tiembre|tember|tembre)?|set(?:embre|tembre|embro)?|oct(?:ubre|ober|obre)?|okt(?:ober)?|out(?:ubro)?|ott(?:obre)?|` +
		`nov(?:iembre|embre|ember|embro)?|dic(?:iembre|embre)?|des(?:embre)?|dec(?:ember|embre)?|dez(?:embro|ember)?|gen(?:er|naio)?|jan(?:uary|eiro|v|vier|uar)?|` +
		`fev(?:r|rier|ereiro)?|apr(?:il|ile)?|avr(?:il)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|marz|mei|maj|grudnia|грудня|апр|lokakuuta`
	dayWords = `lun(?:es)?|mar(?:tes)?|mie(?:rcoles)?|jue(?:ves)?|vie(?:rnes)?|sab(?:ado)?|dom(?:ingo)?|dl|dt|dc|dj|dv|ds|dg|dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge|` +
		`lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|pe|ma|ti|ke|to|la|su|tir|man|ons|tor|fre|lor|son|пн|вт|ср|чт|пт|сб|вс|a\.?m|p\.?m|cet|cest|gmt|utc|wet|est|edt|pst|pdt`
	writeWords = `escribio|ha escrito|va escriure|ha escrit|escrigue|wrote|writes|a ecrit|schrieb|ha scritto|escreveu|schreef|skrev|kirjoitti|napisał|napisała|` +
		`написав|написала|написал|пишет`
	originalWords = `mensaje original|missatge original|original message|message d'origine|ursprungliche nachricht|messaggio originale|` +
		`mensagem original|oprindelig besked|oorspronkelijk bericht|correo original|correu original|reply message|mensaje de respuesta|missatge de resposta`
	forwardWords = `mensaje reenviado|missatge reenviat|forwarded message|inicio del mensaje reenviado|inici del missatge reenviat|` +
		`comienzo del mensaje reenviado|principi del missatge reenviat|begin forwarded message|correo reenviado|correu reenviat|` +
		`message transfere|debut du message reexpedie|messaggio inoltrato|weitergeleitete nachricht|mensagem encaminhada`
)

var (
	original  = regexp.MustCompile(`^\W*[-=_]{2,}\s*(?:` + originalWords + `)\s*:?\s*[-=_]{2,}\W*$`)
	forwarded = regexp.MustCompile(`^[\s\-_=*>]*(?:` + forwardWords + `)\s*:?[\s\-_=*]*$|^[\-_=*]{2,}\s*(?:` + forwardWords + `) (?:de|por|per|from|by) .{1,100}$`)
	// divider is a ruler; it counts only beside what is cut.
	divider = regexp.MustCompile(`^(?:[_\-=*#~·—–]\s?){3,}$`)

	date = regexp.MustCompile(`\b\d{1,2}[/.\-]\d{1,2}[/.\-](?:20)?\d\d\b|\b20\d\d[-/.]\d\d?[-/.]\d\d?\b|\b20\d\d\b|年|` +
		`\b\d{1,2}\.?[ -](?:de |d')?(?:` + monthWords + `)(?:[^\pL]|$)|(?:^|[^\pL])(?:` + monthWords + `)\.? \d{1,2}\b`)
	clock = regexp.MustCompile(`\b\d{1,2}:\d{2}\b|(?:^|[^.\d])\d{1,2}[.h]\d{2}(?:[^.\d]|$)`)
	// clockComma is how programs, and not people, write the time before a name.
	clockComma = regexp.MustCompile(`(?:\b\d{1,2}:\d{2}\b|(?:^|[^.\d])\d{1,2}[.h]\d{2})[^,@<]{0,12},\s*\S`)
	// opens begins the line that says who wrote.
	opens = regexp.MustCompile(`^[-* ]*(?:el|en|na|l'|la|on|le|am|il|in data|em|op|w dniu|dnia|den|a|missatge de|mensaje de)\s`)
	// begins is opens, or a date.
	begins = regexp.MustCompile(`^[-* ]*(?:(?:el|en|na|l'|la|on|le|am|il|in data|em|op|w dniu|dnia|den|missatge de|mensaje de)\s|\d|\pL{2,4}[.,] |\pL{2,3} \d|\pL+, \d)`)

	mailbox = regexp.MustCompile(`[^\s<>"(),;:]+@[^\s<>"(),;:]+`)
	// wroteThen is a line that goes on behind the verb.
	wroteThen = regexp.MustCompile(`[\s)>\]"](?:` + writeWords + `)\s+(.+)$`)
	// dated begins what stands behind a verb: when it was written.
	dated = regexp.MustCompile(`^(?:el |on |le |am |il |em |a |en )?(?:el |dia |el dia |data |\pL+\.?,? )?\d`)
	// endsMailbox is a line that ends in the mailbox of who wrote.
	endsMailbox = regexp.MustCompile(`(?:[<(\[][^<>()]*@[^<>()]*[>)\]]|[^\s<>]@[^\s<>@]+\.[^\s<>@]+)$`)
	bracketed   = regexp.MustCompile(`[<(\["'][^<>()]*@[^<>()]*[>)\]"']+\W*$`)
	messageOf   = regexp.MustCompile(`^(?:missatge|mensaje|message) (?:de|from)\s.*@.*\b(?:dia|dia del?|el|del|on)\s`)
	// citing is a line that names who wrote, but not when.
	citing = regexp.MustCompile(`^(?:citant|citando|mensaje citado|missatge citat|quoting|zitat von|en resposta a|en respuesta a)\s.*@`)
	// calendar are the small words of a date.
	calendar = regexp.MustCompile(`^(?:` + monthWords + `|` + dayWords + `)$`)
	// person stands between people and what they write, not in what programs say.
	person = regexp.MustCompile(`^(?:nos|me|os|te|le|les|lo|la|se|ens|em|us|li|els|ho|hi|m'ha|ens ha|ya|ja|tambien|tambe|no|que|qui|quien|who|also|then|you)$`)
)

// label is what a header line tells.
type label uint8

const (
	noLabel label = iota
	fromLabel
	dateLabel // as only a mail program writes it: Enviado el
	whenLabel // Fecha, which forms have too
	toLabel
	copyLabel
	subjectLabel
	otherLabel // what a mail program may have beside them
	rawLabel   // what only the source of a mail has
)

// labelNamed returns what a header line of that name tells.
func labelNamed(name string) label {
	switch name {
	case "de", "from", "von", "da", "van", "fra", "发件人", "remitente", "remitent", "от":
		return fromLabel
	case "enviado", "enviado el", "enviat", "enviat el", "sent", "envoye", "envoye le", "gesendet", "inviato", "verzonden", "发送时间", "message du",
		"enviado a las", "enviada em", "enviado em", "mensaje del", "missatge del",
		"fecha de envio", "data d'enviament":
		return dateLabel
	case "date", "fecha", "data", "datum", "dato", "dia", "fecha y hora", "recibido", "recibido el", "rebut", "rebut el", "received on":
		return whenLabel
	case "para", "per a", "a", "to", "an", "aan", "til", "收件人", "per", "destinatario", "destinatari":
		return toLabel
	case "cc", "c/c", "a/c", "cco", "c.c.", "copie a", "copia", "copia a", "kopie", "bcc", "en copia", "amb copia":
		return copyLabel
	case "asunto", "assumpte", "tema", "subject", "objet", "sujet", "betreff", "oggetto", "onderwerp", "emne", "主题", "assunto":
		return subjectLabel
	case "importancia", "importance", "prioridad", "prioritat", "priority", "datos adjuntos", "fitxers adjunts", "adjunts", "adjuntos", "archivos adjuntos",
		"attachments", "responder a", "respon a", "reply-to", "organizacion", "organitzacio", "categorias", "sensibilidad", "confidencialidad":
		return otherLabel
	case "received", "message-id", "return-path", "mime-version", "content-type", "content-transfer-encoding", "dkim-signature", "authentication-results",
		"delivered-to", "in-reply-to", "references", "received-spf", "arc-seal", "user-agent", "x-mailer", "x-spam-status", "envelope-to":
		return rawLabel
	}
	return noLabel
}

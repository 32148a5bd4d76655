package classify

import (
	"regexp"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/message"
)

const (
	maxReturned = 64 << 10 // bytes of a bounce's text that are looked through
	maxLines    = 400      // of what the server says in it
)

// daemon is by what sign a mail server wrote the mail, in constant words; empty: by none.
func daemon(m message.Mail) string {
	if m.ReportType == "delivery-status" && contentType(m.Header) == "multipart/report" {
		return byReport
	}
	if sign := server(m); sign != "" {
		return sign
	}
	if pathless(m) {
		return emptyPath
	}
	return ""
}

// server is by what sign only mail servers wrote the mail, in constant words; empty: by
// none.
func server(m message.Mail) string {
	for _, f := range m.Header {
		switch {
		case f.Is("X-Failed-Recipients"):
			return "x-failed-recipients"
		case f.Is("X-MS-Exchange-Message-Is-Ndr"):
			return "x-ms-exchange-message-is-ndr"
		}
	}
	from := []string{strings.Trim(first(m.Header, "Return-Path"), "<> ")}
	for _, a := range m.From {
		from = append(from, a.Address)
	}
	for _, a := range from {
		if sign := serverAddress(a); sign != "" {
			return sign
		}
	}
	return ""
}

// pathless reports whether the mail has no sender in its envelope. Desks send so as well.
func pathless(m message.Mail) bool {
	return slices.ContainsFunc(m.Header, func(f message.Field) bool { return returnPath(f) != "" })
}

// returnedSubject begins the subjects of the bounces that are written for people.
var returnedSubject = regexp.MustCompile(`^(?:` +
	`no se (?:pudo|puede|ha podido) entregar|no entregado|error (?:de|en la|al) entrega|mensaje (?:no entregado|devuelto)|correo (?:no entregado|devuelto)|notificacion (?:de|sobre) (?:el )?(?:estado|error|fallo)(?: de| en)? (?:la )?entrega|entrega (?:retrasada|demorada|con retraso)|(?:aviso|advertencia).{0,20}(?:entrega|retras)|devuelto|` +
	`no (?:es pot|s'ha pogut|es va poder) (?:lliurar|entregar)|no lliurat|error (?:de|en el|al) lliurament|missatge (?:no lliurat|retornat)|correu (?:no lliurat|retornat)|notificacio (?:de l'|sobre l'|d')?(?:estat|error)(?: de| del)? lliurament|lliurament (?:endarrerit|retardat)|avis.{0,20}(?:lliurament|retard)|` +
	`undeliver(?:able|ed)\b|undelivered mail|(?:e-?)?mail delivery (?:failed|failure|delayed|system|subsystem|status|problem|report)|mail system error|message (?:delayed|undeliverable|not delivered|delivery failure)|delivery (?:status notification|failure|failed|report|delayed|has (?:failed|been delayed)|problem|notification)|(?:returned|bounced) (?:mail|message)|failure notice|failed (?:mail|delivery)|non[- ]?delivery|warning: (?:message|could not send|e-?mail)|nondeliverable|your (?:message|e-?mail) (?:to|could not|was not|couldn't|wasn't)|delayed:|could not deliver|non remis|echec de la remise|message non remis|unzustellbar|nicht zugestellt|mail konnte nicht|mancato recapito|non recapitabile|nao entregue|nao e possivel entregar|falha na entrega` +
	`)`)

// returnedText begins the texts of bounces.
var returnedText = regexp.MustCompile(`^(?:` +
	`hi\. this is the (?:qmail-send|mail|.{1,40}) program|i(?:'m| am) (?:sorry to have to inform you|afraid i wasn't able to deliver)|` +
	`this (?:message was created automatically by mail delivery software|is the mail system at host|report relates to a message you sent|is (?:an automatically generated|a permanent error|a courtesy)|is a delivery (?:status|failure))|` +
	`a message that you (?:have )?sent (?:could not be|has not yet been|was undeliverable)|the (?:original message was received at|following (?:message|recipients?|addresse?s?)|(?:message|e-?mail) you (?:sent|e-?mailed))|the e-?mail (?:message )?(?:system was unable|you sent)|` +
	`(?:message |mail )?delivery (?:has failed|to (?:these|the following) recipients|failed|is delayed)|(?:the delivery of )?your (?:message|e-?mail)\b.{0,200}(?:(?:could|can|has) ?not|couldn't|can't|wasn't|was not|did not|hasn't|blocked|rejected|undeliver|delayed)|` +
	`sorry,? (?:we were|i was|i wasn't|your message)|address not found|message (?:not delivered|blocked|rejected|too large)|recipient (?:inbox full|not found)|(?:an error occurred|we were unable|unable to deliver|failed to deliver|could not deliver)|` +
	`(?:no se (?:pudo|ha podido|puede) entregar|error (?:de|en la) entrega|no se ha encontrado la direccion|el (?:mensaje|correo)(?: electronico)?\b.{0,120}no (?:se (?:pudo|ha podido|puede)|pudo|ha podido|ha sido)|(?:su|tu|vuestro) (?:mensaje|correo)\b.{0,200}no (?:se (?:pudo|ha podido|ha entregado)|pudo|ha podido|ha sido|puede|llego)|la entrega (?:de|a)|lo sentimos|mensaje (?:no entregado|bloqueado)|este es un mensaje (?:generado )?automatic.{0,80}(?:entreg|correo))|` +
	`(?:no s'ha pogut (?:lliurar|entregar)|no es (?:va poder|pot) lliurar|error (?:de|en el) lliurament|no s'ha trobat l'adreca|(?:el vostre|el teu|el seu|el) (?:missatge|correu)\b.{0,200}no (?:s'ha (?:pogut|lliurat)|es (?:va poder|pot)|ha (?:pogut|estat))|el lliurament (?:de|a)|missatge (?:no lliurat|bloquejat))|` +
	`votre message|ihre nachricht|il messaggio|la tua mensagem|a sua mensagem|diagnostic information for administrators|informacion de diagnostico para|informacio de diagnostic per` +
	`)`)

// late is how servers say that they go on trying; gaveUp, that they do not.
var (
	late = regexp.MustCompile(`(?:has been |is |was )?delayed|not yet been delivered|could not be delivered (?:yet|for)|still (?:trying|undelivered)|will (?:continue|keep|be retried|try again|retry)|no action is required|warning message only|delivery attempts will continue|temporary failure|temporarily deferred` +
		`|con retraso|retrasad[oa]|demorad[oa]|todavia no|aun no se ha|seguir(?:a|emos) intentand|se (?:volvera|seguira) a? ?intenta|no es necesario (?:que )?(?:haga|reenvi|volver)` +
		`|endarreri|retarda|encara no|(?:continuar|seguir)(?:a|em) intentant|es tornara a (?:intentar|provar)|no cal que`)
	gaveUp = regexp.MustCompile(`permanent (?:error|failure|fatal)|giv(?:en|ing) up|i've given up|not going to try again|will not (?:be retried|try)|retry time(?:out)? (?:not reached|exceeded)|too long|has failed|couldn't be delivered|could not be delivered to (?:one or more|the following)` +
		`|no se (?:pudo|ha podido) entregar|error permanente|no s'ha pogut lliurar|se ha dejado de intentar|s'ha deixat d'intentar`)
)

// returned reads a bounce that was written for people: of Exchange, Gmail, qmail and their
// like. Both are needed, that a mail server wrote it and that it says so; what people
// write about one stands behind Re: and its like.
func returned(m message.Mail, said string, t text) (Verdict, bool) {
	sign := daemon(m)
	if sign == "" {
		return Verdict{}, false
	}
	subject := fold(begins(m.Subject))
	prefix, _ := message.CutPrefix(begins(m.Subject))
	says := returnedSubject.MatchString(subject) || slices.ContainsFunc(t.folded[:min(len(t.folded), 4)], returnedText.MatchString)
	if sign != byReport && (!says || prefix != message.NoPrefix) {
		return Verdict{}, false
	}
	b := &bridge.Bounce{}
	whole := beginning(said, maxReturned)
	told := lines(whole)
	if sign == emptyPath && !shows(m, whole, told) {
		return Verdict{}, false
	}
	b.Diagnostic = diagnosis(because(told))
	b.Status = status("", b.Diagnostic)
	for _, a := range recipients(m, told) {
		if b.Recipient == "" {
			b.Recipient = a
		} else {
			further(b, a)
		}
	}
	b.Hard = hard(subject+" "+fold(strings.Join(told, " ")), b.Status)
	b.Originals = originals(m, nil, whole)
	return Verdict{Kind: bridge.KindBounce, Reason: "bounce in words; " + sign, Bounce: b}, true
}

// shows reports whether a mail shows what was returned or what the server said. Desks too
// send without a sender, and speak of deliveries.
func shows(m message.Mail, whole string, told []string) bool {
	return len(returnedIDs(m)) > 0 || shownID.MatchString(whole) || slices.ContainsFunc(told, replied.MatchString)
}

// hard reports whether the words and the status mean that nothing is tried any more.
func hard(folded, status string) bool {
	switch {
	case late.MatchString(folded) && !strings.HasPrefix(status, "5."):
		return gaveUp.MatchString(folded) && !strings.Contains(folded, "warning")
	case strings.HasPrefix(status, "4."):
		return gaveUp.MatchString(folded)
	}
	return true
}

// copied begins the copy of the mail that is returned.
var copied = regexp.MustCompile(`^(?:-+ ?(?:this is a copy|below this line|original message|the (?:body|(?:message )?header)|message header|returned message|mensaje original|missatge original|forwarded|inici del missatge)|original message (?:headers|follows)|encabezados (?:de|del) (?:los )?mensajes? original|(?:les )?capcaleres (?:de|del)s? missatges? original|encapcalaments (?:de|del)s? missatges? original|received: from|return-path:)`)

// lines are those that the server wrote, up to the copy of the mail.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if len(out) == maxLines || copied.MatchString(fold(beginning(strings.Trim(line, " \t>"), 100))) {
			break
		}
		out = append(out, strings.TrimRight(beginning(line, 2000), " \t\r\n"))
	}
	return out
}

var (
	// alone is a line that is or begins with an address.
	alone = regexp.MustCompile(`^[ \t*•-]*(?i:(?:to|rcpt to|para|per a|destinatari[oa]?|recipient|user|usuario?|[a-z ]{0,30} userid) ?: ?)?[<"']?((?:mailto:)?[^\s<>"',;:()\[\]]{1,64}@[^\s<>"',;:()\[\]]{1,255}\.[^\s<>"',;:()\[\]]{2,63}|[^\s<>"',;:()\[\]]{1,64}@localhost)[>"']?(?:\.{3}|[.:])?(?:$|[ \t(:<])`)
	// whither is a sentence that names whom a mail did not reach.
	whither = regexp.MustCompile(`(?i:deliver\w*|sent|message|entreg\w+|lliura\w*|mensaje|missatge|correo)\b[^@]{0,80}?\b(?i:to|al?|para|per a)[: ]+<?([^\s<>"',;:()\[\]]{1,64}@[^\s<>"',;:()\[\]]{1,255})`)
)

// recipients are those whom a bounce names as not reached. Who gets the bounce is named
// in many as the sender.
func recipients(m message.Mail, told []string) []string {
	var found []string
	for _, f := range m.Header {
		if f.Is("X-Failed-Recipients") {
			found = append(found, strings.FieldsFunc(f.Value, func(r rune) bool { return r == ',' || r == ' ' })...)
		}
	}
	for _, e := range []*regexp.Regexp{alone, whither} {
		for _, line := range told {
			if f := e.FindStringSubmatch(line); f != nil && len(found) <= maxFurther {
				found = append(found, f[1])
			}
		}
	}
	to := strings.ToLower(first(m.Header, "To"))
	var out []string
	for _, f := range found {
		if a := address(f); a != "" && !strings.Contains(to, strings.ToLower(a)) && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

var (
	// replied is a server's reply in a line (RFC 5321, section 4.2).
	replied = regexp.MustCompile(`(?:^|[\s'"«“#<:(])[45][0-9]{2}[ -]+(?:#?[45]\.[0-9]{1,3}\.[0-9]{1,3}|[A-Za-z'"<])|(?:^|[\s'"«“#<:(])#?[45]\.[0-9]{1,3}\.[0-9]{1,3}(?:[\s;:)'"»]|$)`)
	// reason is a line behind which the reason stands.
	reason = regexp.MustCompile(`^(?:because|reason|porque|motivo|causa|perque|motiu|the reason|for the following reason|la razon|la respuesta (?:del servidor )?(?:remoto )?(?:fue|es|ha sido)|technical details|the response (?:from the remote server )?was|la resposta (?:del servidor )?(?:remot )?(?:ha estat|es|va ser)|remote server returned)[^:]{0,60}:\s*`)
	// refused is a line that says in words what happened.
	refused = regexp.MustCompile(`blocked|rejected|refused|not accepted|could ?n[o']t be|(?:is|was) full|over (?:its )?quota|bloquead|rechazad|no (?:se )?(?:pudo|ha podido)|esta llen[oa]|superado (?:la|su) cuota|bloquejat|rebutjat|no s'ha pogut|es plen?a?\b`)
)

// because is what the bounce gives as the reason: the server's reply, else what stands
// behind "because", else the line behind the recipient.
func because(told []string) string {
	for i, line := range told {
		if at := replied.FindStringIndex(line); at != nil && !strings.HasPrefix(fold(line), "status:") {
			return sentence(told, i, at[0])
		}
	}
	for i, line := range told {
		if found := reason.FindString(fold(line)); found != "" {
			if rest := strings.TrimSpace(afterColon(line)); rest != "" {
				return rest
			}
			return next(told, i)
		}
	}
	for i, line := range told {
		if rest, ok := behindAddress(line); ok && rest != "" {
			return rest
		} else if ok {
			if said := next(told, i); said != "" {
				return said
			}
		}
	}
	for i, line := range told {
		if refused.MatchString(fold(line)) {
			return sentence(told, i, 0)
		}
	}
	for _, line := range told {
		if said := strings.TrimSpace(line); said != "" && !strings.HasPrefix(said, "--") && !returnedText.MatchString(fold(said)) {
			return said
		}
	}
	return ""
}

// sentence is a server's reply and what follows it in its paragraph. What stands before
// the reply says who said it, where it is short.
func sentence(told []string, i, at int) string {
	out := told[i]
	if at > 200 || alone.MatchString(out) {
		out = out[at:]
	}
	out = strings.TrimSpace(out)
	if said := strings.TrimLeft(out, "'\"<«“#:(- "); said != out {
		out = strings.TrimRight(said, "'\"»”)# ")
	}
	for _, line := range told[i+1:] {
		further := strings.TrimSpace(line)
		if further == "" || len(out) > maxDiagnosed || alone.MatchString(line) && indent(line) <= indent(told[i]) || strings.HasPrefix(further, "Giving up on") {
			break
		}
		out += " " + further
	}
	return out
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// when is the time behind an address, which is no reason.
var when = regexp.MustCompile(`^(?:on|el|em|le|am) .{0,40}[0-9]`)

// behindAddress is what follows the address that a line begins with.
func behindAddress(line string) (rest string, ok bool) {
	at := alone.FindStringSubmatchIndex(line)
	if at == nil || strings.Contains(line[:at[2]], ":") {
		return "", false
	}
	rest = strings.Trim(line[at[3]:], " \t<>()\"':.")
	if strings.HasPrefix(rest, "mailto:") || when.MatchString(rest) {
		rest = ""
	}
	return rest, true
}

func afterColon(line string) string {
	_, after, _ := strings.Cut(line, ":")
	return after
}

// next is the next line with something in it.
func next(told []string, i int) string {
	for _, line := range told[i+1 : min(i+4, len(told))] {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") && !alone.MatchString(line) {
			return line
		}
	}
	return ""
}

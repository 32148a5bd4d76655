package reply

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"escalat/bridge/receive/page"
)

var (
	mobile = regexp.MustCompile(`^(?:enviado (?:desde|con|mediante|a traves de|do|via)|enviat (?:des de|des del|des d'|amb|mitjancant)|sent (?:from|with|via|using)|` +
		`(?:obtener|obten|obtenga|descargar|descarga|descarregueu|descarrega|obteniu|obte|baixeu|baixa|get|download) (?:l')?(?:outlook|bluemail|spark|typeapp|yahoo)\b|` +
		`gesendet (?:von|mit)|envoye (?:de|depuis|a partir)|inviato (?:da|dal|con)|verzonden (?:vanaf|met)|отправлено (?:с|из))`)
	// device are small words of what telephones say of themselves.
	device = regexp.MustCompile(`^(?:de|des|del|desde|con|amb|a|al|als|per|para|pel|el|la|l|mi|meu|meva|mon|ma|my|mein|meinem|mio|un|una|y|i|for|from|with|via|using|on|by|fur|pour|partir|von|traves|` +
		`mediante|mitjancant|do|dal|met|vanaf|mijn|с|из|movil|mobil|mobile|telefon|telefono|telephone|phone|smartphone|tablet|tableta|tauleta|ordenador|ordinador|computer|laptop|portatil|` +
		`dispositiu|dispositivo|device|handheld|wireless|correo|correu|mail|mailbox|electronico|electronic|seguro|segur|segura|secure|email|e-mail|cifrado|xifrat|app|aplicacion|aplicacio|` +
		`inteligente|intel·ligent|apple|android|ios|outlook|yahoo|gmail|typeapp|bluemail|webmail|lite|pro|plus|max|mini|ultra|note|neo|edge|prime)$`)
	// address is what a link leads to.
	address = regexp.MustCompile(`\s?[<(\[](?:https?|mailto):[^>)\]]*[>)\]]?`)
	// contact is how somebody of a signature is reached.
	contact = regexp.MustCompile(`@|https?://|www\.|(?i:\btel\b|\btf)|\+\d\d|\b\d{3}[ .]\d{2,3}[ .]\d{2,3}`)
	excuse  = regexp.MustCompile(`(?:disculp|perdon|brevedad|brevetat|excuse|brevity|typos|errata)`)
	// closing ends the quote of some programs.
	closing = regexp.MustCompile(`^[-=_*~]{2,}\s*(?:fin(?:al|alizar)?|terminar?|termina|cerrar|fi|final|finalitza(?:r)?|acaba(?:r)?|tancar?|end(?: of)?|finish|fin du)\s+(?:(?:del?|of|the|el)\s+){0,2}` +
		`(?:mensaje|missatge|message|correo|correu|e-?mail)\b.{0,120}?\s*[-=_*~]{2,}$`)
	// listed is what the programs of mailing lists put at the end.
	listed = regexp.MustCompile(`(?:mailing list|llista de correu|lista de correo|/listinfo/|listinfo|google groups|lists?\.)`)
)

const (
	maxMobile    = 120 // bytes
	maxSignature = 15  // lines behind a delimiter
	maxTail      = 80  // lines from the end where a signature may begin, with blank ones
	maxSigned    = 80  // bytes of a signature's line
)

// footerStart returns how many of the lines, given by their numbers, stay when what
// programs add at the end goes: signatures after their delimiter (RFC 3676, section
// 4.3), what a telephone says of itself, lists. Below a quote there need be nothing
// above the delimiter, and a ruler is one too.
func (d *division) footerStart(at []int, belowQuote bool) int {
	first := slices.IndexFunc(at, d.isText)
	signed := false // nobody signs twice
	for n := len(at); ; {
		for n > 0 && d.lines[at[n-1]].blank() {
			n--
		}
		got := d.added(at[:n])
		if got == n && !signed {
			signed = true
			got = d.signature(at[:n], belowQuote)
		}
		if got == n && signed || !belowQuote && (first < 0 || first >= got) {
			return n
		}
		n = got
	}
}

// added returns how many of the lines stay without the last of what programs put there.
func (d *division) added(at []int) int {
	n := len(at)
	if n == 0 {
		return 0
	}
	last := &d.lines[at[n-1]]
	switch {
	case last.quoted:
	case last.mark == page.Signature:
		for n > 0 && (d.lines[at[n-1]].mark == page.Signature || d.lines[at[n-1]].blank()) && !d.lines[at[n-1]].quoted {
			n--
		}
		if len(at)-n > maxTail {
			return len(at)
		}
	case isMobile(last.body), isDelimiter(last), isClosing(last), divider.MatchString(last.body) && d.cutBelow(at[n-1]):
		n--
	}
	return n
}

// cutBelow reports whether what stands right below line i is cut.
func (d *division) cutBelow(i int) bool {
	for i++; i < len(d.lines); i++ {
		if d.cut[i] || !d.lines[i].blank() {
			return d.cut[i]
		}
	}
	return false
}

// isClosing reports whether the line says that a quoted mail ends.
func isClosing(l *line) bool {
	return len(l.body) <= maxHeading && strings.ContainsAny(l.body[:min(len(l.body), 1)], "-=_*~") && closing.MatchString(fold(l.body))
}

// isDelimiter reports whether a signature may begin below the line.
func isDelimiter(l *line) bool { return l.raw == "-- " || l.body == "--" }

// signature returns where a signature begins.
func (d *division) signature(at []int, belowQuote bool) int {
	found, signed, short, reached := len(at), 0, true, false
	for i := len(at) - 1; i >= 0 && len(at)-i <= maxTail && signed <= maxSignature; i-- {
		l := &d.lines[at[i]]
		if l.quoted {
			break
		}
		if l.blank() {
			continue
		}
		apart := i == 0 || d.lines[at[i-1]].blank() || at[i-1]+1 != at[i]
		switch {
		case signed == 0:
		case l.raw == "-- " && !d.comments(at, i), l.body == "--" && short && (apart || reached) && !d.comments(at, i),
			belowQuote && apart && strings.Trim(l.body, "_") == "" && len(l.body) > 1:
			found = i
		case len(at)-i <= maxFooter && divider.MatchString(l.body+l.body) && strings.Trim(l.body, "_-") == "" && d.isList(at[i+1:]):
			found = i
		}
		signed++
		short = short && len(l.body) <= maxSigned && !endsSentence(l.body)
		reached = reached || contact.MatchString(l.body)
	}
	return found
}

// comments reports whether the line is one of several that begin with two dashes, as
// in SQL.
func (d *division) comments(at []int, i int) bool {
	if i > 0 && strings.HasPrefix(d.lines[at[i-1]].body, "--") {
		return true
	}
	for _, j := range at[i+1:] {
		if l := &d.lines[j]; !l.blank() {
			return strings.HasPrefix(l.body, "--") && !divider.MatchString(l.body)
		}
	}
	return false
}

// isList reports whether the lines are what a mailing list adds.
func (d *division) isList(at []int) bool {
	lines, found := 0, false
	for _, j := range at {
		if l := &d.lines[j]; !l.blank() {
			lines++
			found = found || listed.MatchString(opening(l.body))
		}
	}
	return found && lines <= 4
}

// endsSentence reports whether people ended a sentence there: no name and no telephone
// number ends so.
func endsSentence(body string) bool {
	words := 0
	for word := range strings.FieldsSeq(body) {
		if strings.ContainsFunc(word, unicode.IsLetter) {
			words++
		}
	}
	return words > 3 && strings.ContainsAny(body[len(body)-1:], ".!?;:") || words > 9
}

// isMobile reports whether the line is what a telephone says of itself: nothing but
// names and words for devices follow.
func isMobile(body string) bool {
	body = strings.Trim(body, "*_-–—|[]() ")
	if len(body) > 3*maxMobile {
		return false
	}
	body = strings.TrimSpace(address.ReplaceAllString(body, ""))
	low := fold(body)
	if strings.HasPrefix(low, "yahoo mail: ") {
		return len(low) <= maxMobile
	}
	m := mobile.FindString(low)
	if m == "" || len(body) > maxMobile {
		return false
	}
	first, rest, _ := strings.Cut(low, ". ")
	if rest != "" && !excuse.MatchString(rest) || strings.ContainsAny(first, ";:?") {
		return false
	}
	first, rest, _ = strings.Cut(first, ",")
	if rest != "" && !excuse.MatchString(rest) {
		return false
	}
	words := strings.Fields(strings.TrimRight(first, ". "))
	for i, word := range strings.Fields(body) {
		if i < 2 || i >= len(words) {
			continue
		}
		if !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsDigit(r) }) && !device.MatchString(strings.TrimPrefix(strings.Trim(words[i], ".,'!*"), "d'")) {
			return false
		}
	}
	return len(words) > 2 || strings.HasSuffix(m, "outlook")
}

package reply

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge/receive/page"
)

var (
	// replyAbove is the line that the mails of ticket desks begin with.
	replyAbove = regexp.MustCompile(`^\W*(?:[^.]{0,60}, |(?:por favor|si us plau|please|recuerde|recordeu)\W+)?(?:responda|responeu|responded|responde|responder|respongui|respongueu|` +
		`conteste|contesteu|contesta|escriba|escriban|escribe|introduzca|escriviu|escrigui|reply|respond|type|write|enter|add)\b.{0,60}\b(?:above|over|encima|arriba|sobre|damunt|dalt)\b` +
		`.{0,12}\b(?:this|esta|d'?aquesta|aquesta|la|the)\s+(?:linea|linia|line)\W*$|` +
		`^\W*(?:no (?:escriba|edite|modifique|escriviu|modifiqueu)|do not (?:edit|write|type))\b.{0,40}\b(?:below|debajo|sota)\b.{0,12}\b(?:linea|linia|line)\W*$`)
	// history heads what was said before on the desk's ticket.
	history = regexp.MustCompile(`^\W*(?:(?:historial|historic|historia)(?: (?:del?|de la|d'|de l'|dels|de los) ?(?:ticket|tiquet|tiquets|caso|cas|incidencia|solicitud|peticion|sol·licitud|peticio|` +
		`conversacion|conversa|mensajes|missatges|comentarios|comentaris))|(?:comentarios|comentaris|mensajes|missatges|respuestas|respostes|correos|correus|notas|notes) anteriors?(?:es)?|` +
		`(?:conversacion|conversa|conversacio) anterior|(?:previous|earlier) (?:comments|messages|replies|conversation|e-?mails|discussion)|` +
		`(?:ticket|conversation|message|comment) history)\W*$`)
	decorated = regexp.MustCompile(`^[-=*#_~+>|]{2,}.*[-=*#_~+<|]{2,}$`)
)

const (
	// saidAbove is how many words stand above a line of a desk's mail that ends the new
	// text: below fewer it may only begin.
	saidAbove = 6
	// entryWithin is how far below its heading a history begins, in lines.
	entryWithin = 5
	// maxHeading is how many bytes a heading has at most.
	maxHeading = 160
)

// isReplyAbove reports whether the line asks to answer above it.
func isReplyAbove(l *line) bool {
	return len(l.body) <= maxHeading && replyAbove.MatchString(fold(l.body))
}

// isHistory reports whether what was said before begins with line i. A heading that
// people could write needs the time of an entry below.
func isHistory(lines []line, i int) bool {
	l := &lines[i]
	if len(l.body) > maxHeading || !history.MatchString(fold(l.body)) {
		return false
	}
	if decorated.MatchString(l.body) || l.mark == page.Earlier {
		return true
	}
	for _, below := range lines[i+1 : min(len(lines), i+1+entryWithin)] {
		if isEntry(&below) || below.quoted {
			return true
		}
	}
	return false
}

// entryOpens begins the line that says who wrote an entry.
var entryOpens = regexp.MustCompile(`^\W*(?:(?:respondido|respuesta|comentario|comentado|escrito|anadido|actualizado|seguimiento|nota|mensaje)\b|` +
	`(?:respost|resposta|comentari|comentat|escrit|afegit|actualitzat|seguiment|missatge)\b|(?:replied|reply|comment|commented|added|updated|note|message)\b|\d)`)

// isEntry reports whether the line says who wrote an entry of a history, and when.
func isEntry(l *line) bool {
	low := fold(l.body)
	return len(low) <= maxEntry && timed(low) && !strings.HasSuffix(low, ".") && (titled(l.body) || entryOpens.MatchString(low))
}

// maxEntry is how many bytes the line has that says who wrote an entry, and when.
const maxEntry = 120

// entryBefore returns how many lines, right before end, say who wrote an entry of a
// desk's history, and when: one line, or the name above the time.
func entryBefore(lines []line, end int) int {
	if end == 0 {
		return 0
	}
	l := &lines[end-1]
	if l.quoted || !isEntry(l) || !titled(l.body) {
		return 0
	}
	if n := nameAbove(lines, end-1); n > 0 && isTime(l.body) {
		return n + 1
	}
	if end < 2 || lines[end-2].blank() || lines[end-2].quoted || !titled(lines[end-2].body) || end > 2 && !lines[end-3].blank() {
		return 1
	}
	return 2
}

// nameAbove returns how many lines lead from the name of who wrote to the time at line at:
// one in bold, and an empty one below it. Where nothing marks it the name may be that
// under the text above.
func nameAbove(lines []line, at int) int {
	n := 1
	if at > 1 && lines[at-1].blank() && !lines[at-1].quoted {
		n = 2
	}
	if at < n {
		return 0
	}
	if name := &lines[at-n]; !name.blank() && !name.quoted && name.isStrong() && titled(name.body) && !endsSentence(name.body) {
		return n
	}
	return 0
}

// titled reports whether a line holds names and times only; what stands in brackets
// may be anything.
func titled(body string) bool {
	if at := strings.IndexByte(body, '('); at > 0 && strings.HasSuffix(body, ")") {
		body = body[:at]
	}
	words := strings.Fields(body)
	for _, word := range words {
		word = strings.Trim(word, `.,:;"'()[]<>*-|`)
		low := fold(word)
		first, _ := utf8.DecodeRuneInString(word)
		if word != "" && unicode.IsLower(first) && !particle(low) && !calendar.MatchString(low) {
			return false
		}
	}
	return len(body) <= maxEntry && len(words) <= 12
}

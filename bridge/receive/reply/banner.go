package reply

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	fromOutside = regexp.MustCompile(`originated (?:from )?(?:outside|an external)|(?:external|outside) (?:sender|source|e-?mail|message|organi[sz]ation|address|domain|account)|(?:from|comes from|came from) (?:the )?outside|` +
		`outside (?:of )?(?:the|your|our) (?:organi[sz]ation|company|network)|` +
		`(?:correo|correo electronico|remitente|origen|mensaje|emisor|dominio) externo|(?:direccion|cuenta) externa|(?:adreca|compte) externa?|(?:procede|proviene|viene|enviado|origina\S*|recibido|llega|ha sido) (?:\S+ ){0,3}(?:de fuera|desde fuera|fuera de|del exterior|externo|externa)|` +
		`(?:de )?fuera de (?:la|su|nuestra|vuestra|tu) (?:organizacion|empresa|entidad|red)|` +
		`(?:correu|correu electronic|remitent|origen|missatge|emissor) extern|(?:prove|procedeix|ve|enviat|rebut|s'ha originat|originat|arriba|ha estat) (?:\S+ ){0,3}(?:de fora|des de fora|fora de|de l'exterior|extern|externa)|` +
		`fora de (?:la |l'|la vostra |la nostra ) ?(?:organitzacio|empresa|entitat|xarxa)|` +
		`you don't often get e-?mail from|no suele(?:s)? recibir correo|no sueles? recibir mensajes|no (?:soleu|acostumeu a) rebre (?:correu|missatges)`)
	// warns begins a warning.
	warns = regexp.MustCompile(`^[\W_]*(?:caution|warning|attention|alert|atencion|precaucion|advertencia|aviso|alerta|cuidado|atencio|precaucio|avis|advertiment|compte|external|externo|extern|ext|(?:correo|mensaje) de origen externo|(?:correu|missatge) d'origen extern|` +
		`correo externo|correo electronico externo|correu extern|correu electronic extern|mensaje externo|missatge extern|remitente externo|remitent extern|origen externo|origen extern|` +
		`you don't often|no suele|no soleu|no acostumeu)(?:[^\pL]|$)`)
	careful = regexp.MustCompile(`\b(?:este|esta|this|aquest) (?:correo|mensaje|e-?mail|message|correu|missatge)\b|(?:do not|don't|no) (?:click|open|haga|hagas|abra|abras|pulse|pulses|responda|feu|obriu|cliqueu|respongueu)|` +
		`learn why|por que (?:esto )?es importante|por que esto|per que (?:aixo )?es important|` +
		`\b(?:avoid|never|evite|nunca|eviteu|mai|be careful|use caution|vigil\w+|cuidado|cura|precaucio\w*|verifi\w+|comprueb\w+|comprov\w+)\b`)
	// wholeBanner is a warning by itself.
	wholeBanner = regexp.MustCompile(`^[\W_]*(?:(?:caution|warning|attention|atencion|atencio|aviso|avis|alerta)\W+)?(?:external(?: e-?mail| sender| message)?|correo externo|correu extern|remitente externo|remitent extern|mensaje externo|missatge extern|` +
		`correo electronico externo|correu electronic extern|[\[(<{]+\s*(?:externo?|ext)\s*[\])>}]+)[\W_]*$`)

	// prudence tells the reader what to do with links, files and who sent them. Only
	// warnings say so of things that they do not name.
	prudence = regexp.MustCompile(`^(?:please,? |por favor,? |si us plau,? )?(?:do not|don't|never|avoid|no|nunca|mai|evite|eviteu|eviti)\s+(?:(?:click|open|follow|download|reply|respond)\w*|` +
		`haga|hagas|haced|hacer|abra|abras|abran|abrir|pulse|pulses|pinche|pinches|siga|sigas|descargue|descargues|responda|respondas|responder|` +
		`feu|fer|faci|obriu|obri|obris|obrir|cliqueu|cliqui|clicar|premeu|descarregueu|seguiu|respongueu|responeu)\b.{0,80}` +
		`\b(?:link|attachment|hyperlink|enlace|vinculo|hipervinculo|adjunto|archivo|fichero|enllac|vincle|adjunt|fitxer|arxiu|document)\w*|` +
		`\b(?:be careful|(?:use|exercise|with) (?:\w+ )?caution|take care|be (?:wary|cautious)|tenga (?:\S+ )?(?:cuidado|precaucion)|extrem[ea]\w* (?:las? |les )?precauci\w*|tingueu (?:cura|precaucio)|aneu amb (?:compte|cura)|vigil\w+|` +
		`proceda con|procediu amb|verifi\w+|compr(?:ueb|ov)\w+|check|make sure|asegure\w*|assegureu\w*)\b.{0,80}` +
		`\b(?:sender|link|attachment|remitente|remitent|enlace|adjunto|enllac|adjunt)\w*|` +
		`^(?:if|si|unless|salvo|excepto|llevat|tret)\b.{0,60}\b(?:(?:recogni[sz]e|know|trust|conoce|reconoce|confia|coneix\w*|reconeix\w*|confi\w*)\b.{0,20}\b(?:sender|remitente|remitent)|phish\w*|suspicious|sospechos\w*|sospitos\w*)|` +
		`\b(?:report|notif\w+|comuni\w+|reenvi\w*)\b.{0,60}\b(?:phish\w*|suspicious|sospechos\w*|sospitos\w*|spam)|` +
		`\blearn why|(?:por que (?:esto )?|per que (?:aixo )?)es important`)
	// external is a word that warns and says of what.
	external = regexp.MustCompile(`^[\W_]*ext(?:ern(?:al|o|a)?)?(?:[^\pL]|$)`)
	// general speaks of who sent the mail, of links and files alike, or of no more.
	general = regexp.MustCompile(`\b(?:sender|remitente|remitent|phish\w*|suspicious|sospechos\w*|sospitos\w*|learn why)\b|es importan|` +
		`\b(?:link|hyperlink|enlace|vinculo|hipervinculo|enllac|vincle)\w*\b.{0,40}\b(?:attachment|adjunto|adjunt|archivo|arxiu|fichero|fitxer|document)\w*|` +
		`\b(?:attachment|adjunto|adjunt|archivo|arxiu|fichero|fitxer|document)\w*\b.{0,40}\b(?:link|hyperlink|enlace|vinculo|hipervinculo|enllac|vincle)\w*|` +
		`\b(?:links|attachments|enlaces|adjuntos|enllacos|adjunts)\W*$`)
	// aside is what a warning says beside it, on the same line.
	aside = regexp.MustCompile(`\b(?:in (?:case of )?doubt|when in doubt|if (?:you are |you're )?(?:unsure|in doubt)|(?:en caso de|si tiene|ante la|ante cualquier) duda\w*|(?:en cas de|si teniu|davant del|si tens) dubte\w*|` +
		`phish\w*|suspicious|sospechos\w*|sospitos\w*|(?:this|the|este|el|aquest) (?:sender|remitente|remitent)|` +
		`cau|help ?desk|service ?desk|security team|seguridad|seguretat|contrasenas?|contrasenyes|contrasenya|passwords?|credential\w*|credencial\w*|content is safe|contenido es seguro|contingut es segur)\b`)
	// unfinished are words that a warning goes on with in the next line.
	unfinished = regexp.MustCompile(`(?:link|attach|sender|organi|company|network|enlace|enllac|vincul|adjunt|remitent|conten|content|safe|know|expect|recogni|trust|coneix|reconeix|confi|conoce|reconoce|` +
		`espera|seguro|segur|mail|correo|correu|missatge|mensaje|message|click|clic|open|outside|extern|empresa|entidad|entitat|archivo|fichero|fitxer)`)
	// sentenceEnd ends one, and so does the bracket of a word that warns.
	sentenceEnd = regexp.MustCompile(`[.!?:]["')\]*_]*(?:\s|$)|\]\s`)
)

const (
	maxBanner      = 600 // bytes
	maxBannerLines = 10
	// brokenAt is how many bytes a line has at most that a program broke.
	brokenAt = 100
)

// banner cuts what a border puts above a mail from outside, in two parts or languages at
// most. It ends with the last line of its own sentences: what its author wrote may stand
// right below, and stays whole where it stands on the same line.
func (d *division) banner() {
	for round := range 2 {
		start := 0
		for start < len(d.lines) && (d.gone(start) || divider.MatchString(d.lines[start].body)) {
			start++
		}
		end := d.bannerEnd(start, round > 0)
		if end == start {
			return
		}
		for end < len(d.lines) && (d.gone(end) || divider.MatchString(d.lines[end].body)) {
			end++
		}
		d.drop(0, end)
	}
}

// bannerEnd returns where the warning ends that begins with line start, or start. Below
// is whether a part of it stands above.
func (d *division) bannerEnd(start int, below bool) int {
	end, said := start, ""
	for i := start; i < len(d.lines) && i < start+maxBannerLines && !d.gone(i) && !d.lines[i].quoted; {
		next := i + 1
		for next < len(d.lines) && d.bannerGoesOn(next) {
			next++
		}
		unit := d.text(paragraph{i, next}, maxBanner+1)
		if said = strings.TrimSpace(said + " " + unit); len(said) > maxBanner {
			break
		}
		switch {
		case below && (advises(unit) || warnsOnly(unit) && isBanner(unit)), !below && warnsOnly(unit) && isBanner(said):
			end, below = next, true
		case below || !warnsOnly(unit):
			return end
		}
		i = next
	}
	return end
}

// bannerGoesOn reports whether a program broke the line of a warning above line i: its
// sentence is not at its end, and what is here reads like the rest of one.
func (d *division) bannerGoesOn(i int) bool {
	above, l := d.lines[i-1].body, &d.lines[i]
	if d.gone(i) || l.quoted || len(above) < fullLine || len(above) > brokenAt {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(above)
	begin, _ := utf8.DecodeRuneInString(l.body)
	rest := opening(l.body)
	if at := sentenceEnd.FindStringIndex(rest); at != nil {
		rest = rest[:at[0]]
	}
	return (unicode.IsLetter(end) || end == ',') && unicode.IsLower(begin) && unfinished.MatchString(rest)
}

// sentence takes the first sentence off a text.
func sentence(text string) (first, rest string) {
	if at := sentenceEnd.FindStringIndex(text); at != nil {
		text, rest = text[:at[1]], text[at[1]:]
	}
	return strings.TrimSpace(strings.TrimLeftFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })), rest
}

// warnsOnly reports whether all sentences of a line belong to a warning.
func warnsOnly(unit string) bool {
	warned := false
	for s, rest := sentence(unit); s != "" || rest != ""; s, rest = sentence(rest) {
		tag := warns.FindString(s)
		switch {
		case !strings.ContainsFunc(s[len(tag):], unicode.IsLetter):
		case prudence.MatchString(s), fromOutside.MatchString(s), warned && aside.MatchString(s):
			warned = true
		default:
			return false
		}
	}
	return true
}

// advises reports whether all sentences of a line tell what to do with any link and any
// file: of some that it names its author may speak.
func advises(unit string) bool {
	for s, rest := sentence(unit); s != "" || rest != ""; s, rest = sentence(rest) {
		if !prudence.MatchString(s) || !general.MatchString(s) {
			return false
		}
	}
	return strings.ContainsFunc(unit, unicode.IsLetter)
}

func isBanner(s string) bool {
	return wholeBanner.MatchString(s) || warns.MatchString(s) && careful.MatchString(s) && (fromOutside.MatchString(s) || external.MatchString(s) && general.MatchString(s))
}

package reply

import (
	"regexp"
	"strings"
)

var (
	// legalOpens begins a legal notice, or a paragraph of one.
	legalOpens = regexp.MustCompile(`^[\W_]*(?:` +
		`(?:aviso|nota|clausula|advertencia) (?:legal|de confidencialidad|de privacidad|sobre (?:confidencialidad|proteccion de datos))|confidencialidad|` +
		`(?:avis|nota|clausula|advertiment) (?:legal|de confidencialitat|de privacitat|sobre (?:confidencialitat|proteccio de dades))|confidencialitat|` +
		`(?:confidentiality|legal|privacy|privileged?)\b.{0,30}(?:notice|note|disclaimer|warning|information|statement)|disclaimer|confidential\b|` +
		`(?:informacion basica sobre )?proteccion de datos|(?:informacio basica sobre )?proteccio de dades|data protection|` +
		`(?:este|el presente) (?:mensaje|correo|e-?mail|comunicado)|(?:la |toda la )?informacion (?:contenida|incluida|que contiene)|el contenido de est|los datos (?:personales|de caracter personal)|` +
		`(?:aquest|el present) (?:missatge|correu|e-?mail)|(?:la |tota la )?informacio (?:continguda|inclosa|que conte)|el contingut d'aquest|les (?:seves |vostres )?dades (?:personals|de caracter personal)|` +
		`(?:this|the above) (?:message|e-?mail|communication|transmission)|the (?:information|contents?) (?:contained|included|transmitted|in|of)|` +
		`si (?:usted )?(?:no es|ha recibido|no fuera|recibe)|si (?:vosaltres )?(?:no (?:en |n')?(?:sou|es)|heu rebut|ha rebut|rebeu)|if you (?:are not|have received|received)|` +
		`(?:de conformidad|de acuerdo|en cumplimiento|en virtud|a los efectos|conforme)\b|(?:de conformitat|d'acord|en compliment|en virtut|als efectes)\b|in accordance with|` +
		`(?:le|les|os) informamos|(?:us|l'|li) ?informem|se informa|s'informa|responsable(?: del tratamiento| del tractament)?:|` +
		`(?:ce|cet) (?:message|courriel|e-?mail)|le informazioni contenute|questo messaggio|diese (?:e-?mail|nachricht)|esta mensagem` +
		`)`)
	// legalSays are the phrases that only lawyers write; of a notice there are several.
	legalSays = regexp.MustCompile(
		`(?:dirig|adrec|destinad|destinat|addressed|intended)\S* (?:de (?:forma|manera) |\S+ [iyo] )?(?:exclusiv|unic|solely|only|for the)\S*|` +
			`(?:uso|us|use) (?:exclusiv|confidencial|unic|esclusiv|of the (?:individual|addressee|person|intended))\S*|per uso esclusivo|usage exclusif|` +
			`(?:archivos|ficheros|documentos|fitxers|arxius|documents|files|any) (?:\S+ )?(?:adjunt|annex|anex|attach|transmitted)\S*|y (?:sus )?(?:adjuntos|anexos)|i (?:els seus )?(?:annexos|adjunts)|` +
			`(?:confidencial|privilegiad|privilegi|confidential|privileged|riservat|vertraulich)\S*|` +
			`prohib\S*|proibit\S*|interdit\S*|untersagt|no (?:autorizad|autoritzad)\S*|unauthori[sz]ed|` +
			`(?:intended|named) (?:recipient|addressee)|(?:no|not) \S*\s?(?:es|en sou|n'es|sou|are|the)\s?\S* (?:el |la |vostre |seu |su )?(?:persona )?(?:destinatari|intended)\S*|destinatari\S* (?:indicad|final|del m|de este|d'aquest)\S*|` +
			`(?:recibid|rebut|received|ricevut|recu)\S* (?:\S+ ){0,4}(?:por error|per error|in error|by mistake|per errore|par erreur)|por error,? |` +
			`(?:rogamos|ruego|ruega|preguem|demanem|please|notifi\S+|comuni\S+|avis\S+|inform\S+) (?:\S+ ){0,6}(?:inmediat|immediat|remitent|remitente|emissor|emisor|sender|mateixa via|misma via|esta via)\S*|` +
			`proced\S* a (?:su |la seva |la )?(?:destruccion|eliminacion|destruccio|eliminacio|borrado)\S*|(?:elimin|borr|destru|esborr|delet|destroy)\S* (?:\S+ ){0,4}(?:mensaje|correo|missatge|correu|message|e-?mail|copia|copies|original)\S*|` +
			`secreto profesional|secret professional|legislacion vigente|legislacio vigent|normativa vigent\S*|` +
			`rgpd|gdpr|lopd\S*|lssi\S*|2016/679|3/2018|15/1999|proteccion de datos|proteccio de dades|data protection|responsable del trat\S*|responsable del tract\S*|` +
			`(?:derechos|drets) d(?:e |')(?:acces|acceso)\S*|supresion|supressio|rectificacion|rectificacio|delegado de proteccion|delegat de proteccio|` +
			`(?:copia|difusion|divulgacion|distribucion|reproduccion|copying|disclosure|distribution|dissemination|difusio|divulgacio|distribucio|reproduccio)\S* (?:\S+ ){0,3}(?:total|parcial|no |without|sin |sense |esta|queda|is |of this)|` +
			`no se hace responsable|no es fa responsable|accepts? no (?:liability|responsibility)|(?:libre|lliure|free) (?:de|of|from) virus|no (?:garanti[zt]a|garanteix)\S*|exento de (?:errores|virus)`)
	// spare asks not to print.
	spare = regexp.MustCompile(`^[\W_]*(?:p )?(?:antes de imprimir|abans d'imprimir|before (?:you )?print|piense|piensa|penseu|pensa|no imprim|please (?:consider|think|don't print|do not print)|` +
		`think before|cuida|cuide|cuidem|protege|protegim|respet|respect|considere|considera|considereu|evit)` +
		`.{0,100}(?:medio ambiente|medi ambient|entorn\b|environment|(?:este|aquest|this) (?:correo|mensaje|e-?mail|correu|missatge|message)\b|(?:es|sea|cal|es) (?:realmente |realment )?(?:necesario|necessari))`)
	// served says why a program sent the mail, and how to have no more of them.
	served = regexp.MustCompile(`^[\W_]*(?:you(?:'re| are) receiving this (?:e-?mail |message )?because|you received this (?:e-?mail |message )?because|` +
		`(?:ha|has|usted ha|estas) recib(?:ido|iendo) este (?:mensaje|correo|e-?mail) (?:porque|por que|debido)|(?:heu|ha|has) rebut aquest (?:missatge|correu|e-?mail) perque|` +
		`to unsubscribe\b|para darse de baja\b|per donar-(?:vos|se) de baixa\b|` +
		`este (?:mensaje|correo) (?:se )?ha (?:sido )?(?:generado|enviado) (?:de forma )?automatica|aquest (?:missatge|correu) (?:s')?ha (?:estat )?(?:generat|enviat) (?:de forma )?automatica)`)
)

const (
	maxParagraph = 6000 // bytes of a paragraph that are looked at
	maxOpening   = 160  // bytes of a line
	longLine     = 140  // bytes of a line that no program broke: it is a paragraph
	// legalPhrases is how many a notice has at least.
	legalPhrases = 2
	// maxNotices is how many paragraphs are looked at for them.
	maxNotices = 100
	// maxFooter is how many lines may follow the beginning of a provider's footer.
	maxFooter = 25
)

// paragraph is a stretch of lines without an empty one.
type paragraph struct{ start, end int }

// text joins a paragraph's lines, without case and accents.
func (d *division) text(p paragraph, limit int) string {
	var b strings.Builder
	for i := p.start; i < p.end && b.Len() < limit; i++ {
		body := d.lines[i].body
		b.WriteString(body[:min(len(body), limit)] + " ")
	}
	return strings.Join(strings.Fields(fold(strings.ToValidUTF8(b.String(), ""))), " ")
}

// opening is the beginning of a line, without case and accents.
func opening(body string) string {
	return fold(strings.ToValidUTF8(body[:min(len(body), maxOpening)], ""))
}

// paragraphs divides what is not quoted before end. One also begins where a notice does, and
// below a line that is one by its length.
func (d *division) paragraphs(end int) []paragraph {
	var all []paragraph
	open := false
	for i := range d.lines[:end] {
		l := &d.lines[i]
		if l.blank() || l.quoted || d.cut[i] {
			open = false
			continue
		}
		if !open || len(d.lines[i-1].body) > longLine || !continues(d.lines, i) && d.notice(l) {
			all = append(all, paragraph{start: i})
			open = true
		}
		all[len(all)-1].end = i + 1
	}
	return all
}

func (d *division) notice(l *line) bool {
	s := opening(l.body)
	return legalOpens.MatchString(s) || spare.MatchString(s) || d.isFooter(s)
}

// isFooter reports whether one of the provider's footers begins so.
func (d *division) isFooter(folded string) bool {
	words := strings.Join(strings.Fields(folded), " ")
	for _, f := range d.footers {
		if f != "" && strings.HasPrefix(words, f[:min(len(f), maxOpening/2)]) {
			return true
		}
	}
	return false
}

// legal cuts legal notices, requests not to print and the provider's footers.
func (d *division) legal(end int) {
	all := d.paragraphs(end)
	within := false // what stood above was a notice
	for i, p := range all {
		first := opening(d.lines[p.start].body)
		switch {
		case d.isFooter(first):
			if p.start > 0 && end-p.start <= 3*maxFooter {
				d.drop(p.start, end)
				return
			}
			within = true
		case d.announced(p.start), i > 0 && d.isHeading(all[i-1]) && d.announced(all[i-1].start):
			within = false
		case within:
			within = d.goesOn(p)
		default:
			within = d.isNotice(p, first, i+1 == len(all))
		}
		if !within {
			continue
		}
		d.drop(p.start, p.end)
		if i > 0 && d.isHeading(all[i-1]) {
			d.drop(all[i-1].start, all[i-1].end)
		}
	}
}

// isNotice reports whether a notice begins with the paragraph.
func (d *division) isNotice(p paragraph, first string, last bool) bool {
	if spare.MatchString(first) || last && served.MatchString(first) {
		return p.end-p.start <= 4
	}
	return legalOpens.MatchString(first) && d.legalese(p)
}

// goesOn reports whether a notice that stands above goes on in the paragraph.
func (d *division) goesOn(p paragraph) bool {
	return d.isHeading(p) || spare.MatchString(opening(d.lines[p.start].body)) || d.legalese(p)
}

// isHeading reports whether a paragraph is nothing but the title of a notice, or a ruler.
func (d *division) isHeading(p paragraph) bool {
	if p.end-p.start > 1 || d.lines[p.start].quoted {
		return false
	}
	body := d.lines[p.start].body
	return divider.MatchString(body) || len(body) <= 60 && legalTitle.MatchString(opening(body))
}

// legalTitle is a line that is nothing but the title of a notice.
var legalTitle = regexp.MustCompile(`^[\W_]*(?:aviso legal|avis legal|legal notice|disclaimer|confidencialidad|confidencialitat|confidentiality(?: notice)?|` +
	`(?:aviso|nota|clausula) de confidencialidad|(?:avis|nota|clausula) de confidencialitat|proteccion de datos|proteccio de dades|data protection|privacidad|privacitat)[\W_]*$`)

// legalese reports whether a paragraph has several of the phrases of a notice.
func (d *division) legalese(p paragraph) bool {
	if d.notices++; d.notices > maxNotices {
		return false
	}
	seen := map[string]bool{}
	for _, phrase := range legalSays.FindAllString(d.text(p, maxParagraph), maxFooter) {
		seen[phrase[:min(len(phrase), 6)]] = true
	}
	return len(seen) >= legalPhrases
}

// announced reports whether the line above says that what follows is shown.
func (d *division) announced(i int) bool {
	for n := 0; i > 0 && n < maxTail; n++ {
		if i--; !d.gone(i) {
			return strings.HasSuffix(d.lines[i].body, ":") && !legalOpens.MatchString(opening(d.lines[i].body))
		}
	}
	return false
}

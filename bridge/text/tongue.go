package text

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tongue is the language that somebody wrote in.
type Tongue string

// The tongues. The empty one is a text that is technical, or that nobody can tell.
const (
	Catalan Tongue = "ca"
	Spanish Tongue = "es"
	English Tongue = "en"
)

// LanguageOf returns the language of a text: Catalan, Spanish or English, by how its
// words are written. It sees words alone: addresses, paths, identifiers, acronyms and
// numbers tell nothing. Where they are too few or do not decide, as in "ok, perfecte",
// the text is in the language of what was said before it, the prior; without one it is
// in none. So is a text without any word, whatever the prior.
func LanguageOf(s string, prior Tongue) Tongue {
	var t tally
	t.read(s[:min(len(s), maxTongue)])
	if t.words == 0 {
		return ""
	}
	best, margin := t.best()
	switch {
	case prior == "" || prior == best:
		if margin > 0 {
			return best
		}
	case margin >= t.doubt():
		return best
	}
	return prior
}

// maxTongue bounds how much of a text is read, in bytes, maxTongueWord a word.
const (
	maxTongue     = 4096
	maxTongueWord = 40
)

// tongues are those that are told apart, in the order of the weights.
var tongues = [...]Tongue{Catalan, Spanish, English}

// weights say how much a part of a word speaks for each of the tongues.
type weights [len(tongues)]int

// tally is what the words of a text say.
type tally struct {
	words int // that were read
	known int // that hold something with a weight
	sum   weights
}

// best is the tongue that most speaks for, and by how much more than for the next.
func (t *tally) best() (Tongue, int) {
	first, second := 0, -1
	for i := 1; i < len(tongues); i++ {
		switch {
		case t.sum[i] > t.sum[first]:
			first, second = i, first
		case second < 0 || t.sum[i] > t.sum[second]:
			second = i
		}
	}
	return tongues[first], t.sum[first] - t.sum[second]
}

// doubt is the margin from which the words are believed against what the prior says:
// the fewer they are, the more each must tell.
func (t *tally) doubt() int {
	const clear, scant = 10, 16
	return clear + scant/max(t.known, 1)
}

// read adds the words of a text.
func (t *tally) read(s string) {
	shouted := isShouted(s)
	for word := range strings.FieldsSeq(s) {
		word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if strings.ContainsAny(word, "/:,;()") && !strings.ContainsAny(word, "0123456789.@_=\\") && !strings.Contains(word, "//") {
			for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return strings.ContainsRune("/:,;()", r) }) {
				t.word(part, shouted)
			}
			continue
		}
		t.word(word, shouted)
	}
}

// isShouted says whether most of a text's words are in capitals: then they are no
// acronyms.
func isShouted(s string) bool {
	words, capitals := 0, 0
	for word := range strings.FieldsSeq(s) {
		words++
		if isAcronym(word) {
			capitals++
		}
	}
	return 2*capitals > words
}

// isAcronym says whether a word has several letters and none of them is small.
func isAcronym(word string) bool {
	letters := 0
	for _, r := range word {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 1
}

// word adds a word, unless it is an identifier or an acronym.
func (t *tally) word(word string, shouted bool) {
	if word == "" || len(word) > maxTongueWord || !isSpoken(word) || !shouted && isAcronym(word) {
		return
	}
	t.words++
	padded := "_" + strings.ReplaceAll(strings.ToLower(word), "’", "'") + "_"
	if w, ok := tongueWeights[padded]; ok && w == (weights{}) {
		return
	}
	before := t.sum
	t.add(padded)
	at := [2]int{} // where the last two characters begin
	seen := 0
	for i, r := range padded {
		if r > unicode.MaxASCII {
			t.add(padded[i : i+utf8.RuneLen(r)])
		}
		if seen > 1 && i+utf8.RuneLen(r)-at[0] < len(padded) {
			t.add(padded[at[0] : i+utf8.RuneLen(r)])
		}
		at[0], at[1] = at[1], i
		seen++
	}
	if t.sum != before {
		t.known++
	}
}

// isSpoken says whether a word is written as words are: letters, with apostrophes,
// hyphens and points in the middle of its line, and no capital inside but behind those.
func isSpoken(word string) bool {
	last := rune('-')
	lower := false
	for _, r := range word {
		switch {
		case unicode.IsLetter(r):
			if lower && unicode.IsUpper(r) && unicode.IsLetter(last) {
				return false
			}
			lower = lower || unicode.IsLower(r)
		case !strings.ContainsRune("'’·-", r):
			return false
		}
		last = r
	}
	return true
}

// add adds the weights of a part of a word.
func (t *tally) add(part string) {
	w := tongueWeights[part]
	for i := range w {
		t.sum[i] += w[i]
	}
}

// tongueTable holds the weights: three letters of a word, or a whole short one, each with
// what it says for Catalan, Spanish and English. The low line is the word's edge. They
// were learned from the messages of programs.
//
//go:embed tongue.txt
var tongueTable string

var tongueWeights = readWeights(tongueTable)

// readWeights reads the table, entries parted by semicolons or lines, and adds the words
// of desks.
func readWeights(table string) map[string]weights {
	m := make(map[string]weights, 3500)
	for entry := range strings.FieldsFuncSeq(table, func(r rune) bool { return r == ';' || r == '\n' }) {
		fields := strings.Fields(entry)
		if len(fields) != 1+len(tongues) {
			continue
		}
		var w weights
		for i := range w {
			w[i], _ = strconv.Atoi(fields[1+i])
		}
		m[fields[0]] = w
	}
	for i, words := range deskWords {
		for word := range strings.FieldsSeq(words) {
			w := m["_"+word+"_"]
			for k := range w {
				w[k] -= alien
			}
			w[i] += alien + atHome
			m["_"+word+"_"] = w
		}
	}
	for word := range strings.FieldsSeq(neutralWords) {
		m["_"+word+"_"] = weights{}
	}
	return m
}

// What a word of a desk weighs for its own tongue and against the others.
const (
	atHome = 12
	alien  = 6
)

// deskWords are what people write to a support desk and programs do not say, by tongue:
// words that exist in one of the three alone, also without their accents.
var deskWords = [len(tongues)]string{
	`encara ens hem heu fem feu vam vau ho em et ja avui ahir demà dema vespre tarda matí mati nit gràcies gracies sisplau si bon bona
		dijous dilluns dimarts dimecres divendres dissabte diumenge tiquet tiquets incidència mirem mireu torna tornem torneu passem passeu
		quedem podeu podem voleu volem cal caldria respon responen funciona funcionen perfecte d'acord dacord vist fet feta fets tancat tancar
		tanquem tanqueu obert oberta obrim truqueu trucar trucada proveu provem provat però perquè perque també tambe tampoc ningú ningu res
		cap gaire molt molta massa mateix mateixa altre altres tots totes tothom qui què quan quin quina doncs aleshores llavors mentre
		mentrestant sense amb fins cop vegada vegades lloc seu nosaltres vosaltres vostre vostra nostre nostra meu meva seva aquest aquesta
		això aixo allò allo dins fora dalt baix sembla crec sento hola adéu adeu tall talls caigut caiguda caigudes cau cauen xarxa línia equip
		equips correu correus contrasenya usuari usuaris servei serveis tornat rebut enviat enviem envieu adjunt adjuntem deixem deixa donem
		dones treballs avís avis na els`,
	`todavía todavia nos hemos habéis habeis hacemos hacen lo ya hoy ayer mañana manana noche gracias porfa favor buenos buenas jueves lunes
		martes miércoles miercoles viernes domingo ticket miramos miren vuelve volvemos pasamos pasen quedamos podéis podeis pueden podemos
		quieren queremos hay habría responde responden perfecto vale visto hecho hecha cerrado cerrar cerramos cierren abierto abierta abrimos
		llamen llamar llamada prueben probamos probado porque también tambien tampoco nadie nada ningún ninguna mucho mucha muy demasiado mismo
		misma otro otros otra todos todas quién quien qué cuándo cuando cuál dónde donde pues entonces mientras sin con hasta vez veces lugar
		sede nosotros ustedes vuestro vuestra nuestro nuestra mío este esto eso dentro fuera arriba abajo parece creo siento adiós corte cortes
		caído caída caen línea equipo equipos correo correos contraseña usuario usuarios servicio servicios vuelto recibido enviado enviamos
		envíen adjuntamos dejamos damos trabajos aviso los las y`,
	`still we you they our your it its the and but because also nobody nothing none very much same other others everyone who what when which
		where then meanwhile without with until again place please thanks thank hello regards yes yesterday today tomorrow morning evening
		night monday tuesday wednesday thursday friday saturday sunday works working worked tried try restarted closed open opened call called
		sent send attached attach waiting seen done issue outage outages is are was were has have had been not does did can cannot will would
		should this that there`,
}

// neutralWords are those that all write.
const neutralWords = `ok okay router switch firewall internet email mail web online backup link ping stop test server proxy wifi no si
	error total normal general urgent local adjunto incidencia`

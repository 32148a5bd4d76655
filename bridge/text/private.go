package text

import (
	"fmt"
	"slices"
	"strings"
)

// Private is what did not leave as it is, because it looks private: what was masked, which
// files were withheld, and which pictures nobody had named. It never holds a value.
type Private struct {
	Hidden []Hidden
	Files  []Withheld
	Images []LeftFile
}

// Hidden is something that was masked.
type Hidden struct {
	Kind string // a code, one of bridge.Private
	// Place is a code, one of bridge.Place…, or empty where Label says which field it is, as
	// the team calls it.
	Place string
	Label string
	Line  int  // of that text, from 1; 0: it has none
	Page  bool // Line counts pages
}

// Withheld is a file that was not sent.
type Withheld struct {
	Name   string
	Size   int64    // 0: not known
	Inside []Hidden // what stands in it: Label is the path within it, or empty
	Closed string   // why nobody can look into it, a code, one of bridge.Opaque
}

// anywayCommand lets leave what was masked or withheld.
const anywayCommand = "envia-igualment"

// mostPlaces bounds the places that a line names, mostWithheld the files of a list.
const (
	mostPlaces   = 6
	mostWithheld = 12
)

// private says what did not leave, and how it does; nothing where there is nothing.
func (t Texts) private(p Private, provider string) string {
	w := t.guarding()
	var told []string
	if n := len(p.Hidden); n > 0 {
		told = append(told, t.sentence(count(n, w.hiddenOne, w.hiddenMany), markup(t.found(p.Hidden))))
	}
	if len(p.Files) > 0 {
		told = append(told, lines(w.withheld, t.withheld(p.Files)))
	}
	if len(told) > 0 {
		told = append(told, t.sentence(w.anyway, provider, t.usage(anywayCommand)))
	}
	if len(p.Images) > 0 {
		var names []string
		more := 0
		for _, f := range p.Images {
			if more += f.More; f.More == 0 {
				names = append(names, f.Name)
			}
		}
		told = append(told, t.sentence(count(len(names)+more, w.imageOne, w.imageMany), provider, t.someNames(names, more), sendFiles))
	}
	return lines(told...)
}

// found counts what was found, by its kind, with where it stands.
func (t Texts) found(all []Hidden) string {
	var kinds []string
	places := map[string][]Hidden{}
	for _, h := range all {
		if places[h.Kind] == nil {
			kinds = append(kinds, h.Kind)
		}
		places[h.Kind] = append(places[h.Kind], h)
	}
	w := t.guarding()
	var told []string
	for _, kind := range kinds {
		noun, known := w.kinds[kind]
		if !known {
			noun = w.kinds["person"]
		}
		n := len(places[kind])
		said := fmt.Sprintf("%d %s", n, count(n, noun[0], noun[1]))
		if where := t.places(places[kind]); where != "" {
			said += " (" + where + ")"
		}
		told = append(told, said)
	}
	if last := len(told) - 1; last > 0 {
		return strings.Join(told[:last], ", ") + w.and + told[last]
	}
	return strings.Join(told, "")
}

// places names where something stands: the lines of each text together.
func (t Texts) places(all []Hidden) string {
	w := t.guarding()
	var labels []string
	at := map[string][]string{}
	unit := map[string][2]string{}
	for _, h := range all {
		label := t.placed(h)
		if _, known := at[label]; !known {
			labels = append(labels, label)
			at[label] = []string{}
		}
		if line := fmt.Sprint(h.Line); h.Line > 0 && !slices.Contains(at[label], line) {
			at[label] = append(at[label], line)
		}
		if unit[label] = w.line; h.Page {
			unit[label] = w.page
		}
	}
	more := max(0, len(labels)-mostPlaces)
	var told []string
	for _, label := range labels[:len(labels)-more] {
		var said []string
		if label != "" {
			said = append(said, label)
		}
		if n := len(at[label]); n > 0 {
			said = append(said, count(n, unit[label][0], unit[label][1])+" "+t.few(at[label]))
		}
		if len(said) > 0 {
			told = append(told, strings.Join(said, ", "))
		}
	}
	if more > 0 {
		told = append(told, fmt.Sprintf(t.words.more, more))
	}
	return strings.Join(told, "; ")
}

// few joins numbers, the first of a great many.
func (t Texts) few(numbers []string) string {
	if more := len(numbers) - mostPlaces; more > 0 {
		return strings.Join(numbers[:mostPlaces], ", ") + " " + fmt.Sprintf(t.words.more, more)
	}
	if last := len(numbers) - 1; last > 0 {
		return strings.Join(numbers[:last], ", ") + t.guarding().and + numbers[last]
	}
	return numbers[0]
}

// placed is the text or the file in which something stands, escaped.
func (t Texts) placed(h Hidden) string {
	if place, known := t.guarding().places[h.Place]; known {
		return place
	}
	if label := oneLine(h.Label, maxLabel); label != "" {
		return t.escape(label)
	}
	return ""
}

// withheld lists files that were not sent, each with why.
func (t Texts) withheld(files []Withheld) string {
	w := t.guarding()
	var list []string
	for _, f := range files[:min(len(files), mostWithheld)] {
		said := "* " + t.escape(oneLine(f.Name, maxName))
		if f.Size > 0 {
			said += " (" + string(t.size(f.Size)) + ")"
		}
		why, known := w.closed[f.Closed]
		switch {
		case len(f.Inside) > 0:
			why = t.found(f.Inside)
		case !known:
			why = w.closed[""]
		}
		list = append(list, said+": "+why)
	}
	if more := len(files) - mostWithheld; more > 0 {
		list = append(list, "* "+fmt.Sprintf(t.words.more, more))
	}
	return lines(list...)
}

// Stopped says that a notice is held up by something private that must not leave, not even
// masked.
type Stopped struct {
	MentionMarkup string
	Provider      string
	About         string // what the notice is, a code, one of bridge.About
	First         bool   // it is the first notice
	Hidden        []Hidden
	Call          *Call
}

// Stopped writes it.
func (t Texts) Stopped(s Stopped) string {
	w := t.guarding()
	format := w.stoppedOrder
	switch {
	case s.First:
		format = w.stopped
	case s.About == "":
		format = w.stoppedForm
	case s.About == "words":
		format = w.stoppedWords
	}
	var b builder
	b.paragraph(t.call(s.Call, t.words.callDontWait))
	b.paragraph(address(s.MentionMarkup, t.sentence(format, s.Provider, markup(t.found(s.Hidden)), t.usage(anywayCommand))))
	return b.String()
}

// Anyway answers a command to send what was masked or withheld.
type Anyway struct {
	MentionMarkup string
	Provider      string
	What          AnywayWhat
}

// AnywayWhat says what became of it.
type AnywayWhat string

// What becomes of it.
const (
	AnywayReason  AnywayWhat = "reason"  // nothing: it lacks its reason
	AnywayNothing AnywayWhat = "nothing" // nothing is masked or withheld
	AnywayNoted   AnywayWhat = "noted"   // what is sent from now on brings it
	AnywayLate    AnywayWhat = "late"    // nothing: it was written too long ago
)

// Anyway writes the answer.
func (t Texts) Anyway(a Anyway) string {
	return address(a.MentionMarkup, t.sentence(t.guarding().answers[a.What], a.Provider, t.usage(anywayCommand)))
}

// allowed says that an addition brought what had been masked or withheld.
func (t Texts) allowed(a Added) string {
	w := t.guarding()
	format := w.added
	if a.Redirected {
		format = w.addedRedirected
	}
	return lines(
		t.sentence(format, a.Provider, t.list(a.To), t.when(a.At)), t.changed(slices.Concat(a.Labels, a.Changed)), t.attached(a.Files),
	)
}

type guardWords struct {
	hiddenOne, hiddenMany  string               // what
	withheld               string               // heading
	anyway                 string               // provider, command
	imageOne, imageMany    string               // provider, names, command
	kinds                  map[string][2]string // of one and of several
	places                 map[string]string
	closed                 map[string]string
	line, page             [2]string
	and                    string
	stopped, stoppedForm   string // provider, what, command
	stoppedWords           string // likewise
	stoppedOrder           string // likewise
	answers                map[AnywayWhat]string
	added, addedRedirected string             // provider, addresses, time
	left                   map[string]leftOut // as in words
}

func (t Texts) guarding() guardWords {
	switch t.words.lang {
	case "es":
		return guardSpanish()
	case "en":
		return guardEnglish()
	}
	return guardCatalan()
}

func guardCatalan() guardWords {
	return guardWords{
		hiddenOne:  "S’hi ha amagat %[1]s.",
		hiddenMany: "S’hi han amagat %[1]s.",
		withheld:   "No s’hi ha adjuntat, per si conté dades confidencials:",
		anyway:     "Si %[1]s ho necessita, feu un comentari que digui {{%[2]s}}.",
		imageOne:   "No s’hi ha adjuntat la imatge %[2]s, perquè el text no l’esmenta. Si %[1]s l’ha de tenir, escriviu {{%[3]s}} en un comentari, seguit del nom.",
		imageMany:  "No s’hi han adjuntat les imatges %[2]s, perquè el text no les esmenta. Si %[1]s les ha de tenir, escriviu {{%[3]s}} en un comentari, seguit dels noms.",
		kinds: map[string][2]string{
			"password":   {"contrasenya", "contrasenyes"},
			"key":        {"clau privada", "claus privades"},
			"token":      {"credencial", "credencials"},
			"connection": {"cadena de connexió", "cadenes de connexió"},
			"identity":   {"DNI o NIE", "DNI o NIE"},
			"account":    {"IBAN", "IBAN"},
			"social":     {"número de la Seguretat Social", "números de la Seguretat Social"},
			"card":       {"número de targeta", "números de targeta"},
			"health":     {"CIP de targeta sanitària", "CIP de targeta sanitària"},
			"person":     {"registre de dades personals", "registres de dades personals"},
		},
		places: map[string]string{"summary": "títol", "rest": "resta de la descripció", "words": "el vostre text"},
		closed: map[string]string{
			"encrypted": "està xifrat i no s’ha pogut revisar",
			"too-large": "és massa gran per revisar-lo",
			"unknown":   "és d’un tipus que no es pot revisar",
			"broken":    "està malmès o no és del tipus que diu",
			"":          "no s’ha pogut revisar",
		},
		line: [2]string{"línia", "línies"}, page: [2]string{"pàgina", "pàgines"}, and: " i ",
		stopped:      "*a %[1]s NO s’ha enviat res:* a la incidència hi ha %[2]s, i això no pot sortir si ningú no ho diu. Traieu-ho i s’enviarà tot sol; si %[1]s ho necessita, feu un comentari que digui {{%[3]s}}.",
		stoppedForm:  "*els canvis NO s’han enviat a %[1]s:* hi ha %[2]s, i això no pot sortir si ningú no ho diu. Traieu-ho i feu un comentari que digui només {{escalat envia-canvis}}; si %[1]s ho necessita, feu-ne un que digui {{%[3]s}}.",
		stoppedWords: "*el vostre text NO s’ha enviat a %[1]s:* hi ha %[2]s, i això no pot sortir si ningú no ho diu. Editeu el comentari per treure-ho i s’enviarà tot sol; si %[1]s ho necessita, feu un comentari que digui {{%[3]s}}.",
		stoppedOrder: "*el que heu demanat NO s’ha enviat a %[1]s:* hi ha %[2]s, i això no pot sortir si ningú no ho diu. Traieu-ho o, si %[1]s ho necessita, feu un comentari que digui {{%[3]s}}; després torneu a escriure l’ordre.",
		answers: map[AnywayWhat]string{
			AnywayReason:  "no s’ha fet res: darrere l’ordre hi ha d’anar el motiu, que queda registrat. Feu un altre comentari que digui {{%[2]s}}.",
			AnywayNothing: "no s’ha fet res: no hi ha res amagat ni cap fitxer retingut que %[1]s no tingui.",
			AnywayNoted:   "queda registrat, amb el motiu: el que ara s’amaga anirà a %[1]s tal com està escrit quan se’ls enviï. El que escriviu a partir d’ara es tornarà a revisar.",
			AnywayLate:    "no s’ha fet res, perquè l’ordre és de fa més d’un dia. Si encara cal, feu un altre comentari que digui {{%[2]s}}.",
		},
		added:           "el que s’havia amagat o retingut ja s’ha enviat a %[1]s (%[2]s) el %[3]s, com heu demanat.",
		addedRedirected: "*prova, %[1]s no ha rebut res:* el correu amb el que s’havia amagat o retingut ha anat a %[2]s el %[3]s.",
		left: map[string]leftOut{
			"private": {"per contenir dades que semblen confidencials", "si %[2]s l’ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}.", "si %[2]s els ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}."},
			"closed":  {"perquè no se n’ha pogut revisar el contingut", "si %[2]s l’ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}.", "si %[2]s els ha de tenir, feu un comentari que digui {{escalat envia-igualment MOTIU}}."},
			"image":   {"perquè el text no ho esmenta", "si %[2]s l’ha de tenir, escriviu {{%[1]s}} en un comentari, seguit del nom.", "si %[2]s els ha de tenir, escriviu {{%[1]s}} en un comentari, seguit dels noms."},
		},
	}
}

func guardSpanish() guardWords {
	return guardWords{
		hiddenOne:  "Se ha ocultado %[1]s.",
		hiddenMany: "Se han ocultado %[1]s.",
		withheld:   "No se ha adjuntado, por si contiene datos confidenciales:",
		anyway:     "Si %[1]s lo necesita, haced un comentario que diga {{%[2]s}}.",
		imageOne:   "No se ha adjuntado la imagen %[2]s, porque el texto no la menciona. Si %[1]s tiene que tenerla, escribid {{%[3]s}} en un comentario, seguido del nombre.",
		imageMany:  "No se han adjuntado las imágenes %[2]s, porque el texto no las menciona. Si %[1]s tiene que tenerlas, escribid {{%[3]s}} en un comentario, seguido de los nombres.",
		kinds: map[string][2]string{
			"password":   {"contraseña", "contraseñas"},
			"key":        {"clave privada", "claves privadas"},
			"token":      {"credencial", "credenciales"},
			"connection": {"cadena de conexión", "cadenas de conexión"},
			"identity":   {"DNI o NIE", "DNI o NIE"},
			"account":    {"IBAN", "IBAN"},
			"social":     {"número de la Seguridad Social", "números de la Seguridad Social"},
			"card":       {"número de tarjeta", "números de tarjeta"},
			"health":     {"CIP de tarjeta sanitaria", "CIP de tarjeta sanitaria"},
			"person":     {"registro de datos personales", "registros de datos personales"},
		},
		places: map[string]string{"summary": "título", "rest": "resto de la descripción", "words": "vuestro texto"},
		closed: map[string]string{
			"encrypted": "está cifrado y no se ha podido revisar",
			"too-large": "es demasiado grande para revisarlo",
			"unknown":   "es de un tipo que no se puede revisar",
			"broken":    "está dañado o no es del tipo que dice",
			"":          "no se ha podido revisar",
		},
		line: [2]string{"línea", "líneas"}, page: [2]string{"página", "páginas"}, and: " y ",
		stopped:      "*a %[1]s NO se ha enviado nada:* en la incidencia hay %[2]s, y eso no puede salir si nadie lo dice. Quitadlo y se enviará solo; si %[1]s lo necesita, haced un comentario que diga {{%[3]s}}.",
		stoppedForm:  "*los cambios NO se han enviado a %[1]s:* hay %[2]s, y eso no puede salir si nadie lo dice. Quitadlo y haced un comentario que diga solo {{escalat envia-canvis}}; si %[1]s lo necesita, haced uno que diga {{%[3]s}}.",
		stoppedWords: "*vuestro texto NO se ha enviado a %[1]s:* hay %[2]s, y eso no puede salir si nadie lo dice. Editad el comentario para quitarlo y se enviará solo; si %[1]s lo necesita, haced un comentario que diga {{%[3]s}}.",
		stoppedOrder: "*lo que habéis pedido NO se ha enviado a %[1]s:* hay %[2]s, y eso no puede salir si nadie lo dice. Quitadlo o, si %[1]s lo necesita, haced un comentario que diga {{%[3]s}}; después volved a escribir la orden.",
		answers: map[AnywayWhat]string{
			AnywayReason:  "no se ha hecho nada: detrás de la orden tiene que ir el motivo, que queda registrado. Haced otro comentario que diga {{%[2]s}}.",
			AnywayNothing: "no se ha hecho nada: no hay nada oculto ni ningún fichero retenido que %[1]s no tenga.",
			AnywayNoted:   "queda registrado, con el motivo: lo que ahora se oculta irá a %[1]s tal como está escrito cuando se les envíe. Lo que escribáis a partir de ahora se volverá a revisar.",
			AnywayLate:    "no se ha hecho nada, porque la orden es de hace más de un día. Si todavía hace falta, haced otro comentario que diga {{%[2]s}}.",
		},
		added:           "lo que se había ocultado o retenido ya se ha enviado a %[1]s (%[2]s) el %[3]s, como habéis pedido.",
		addedRedirected: "*prueba, %[1]s no ha recibido nada:* el correo con lo que se había ocultado o retenido ha ido a %[2]s el %[3]s.",
		left: map[string]leftOut{
			"private": {"por contener datos que parecen confidenciales", "si %[2]s tiene que tenerlo, haced un comentario que diga {{escalat envia-igualment MOTIVO}}.", "si %[2]s tiene que tenerlos, haced un comentario que diga {{escalat envia-igualment MOTIVO}}."},
			"closed":  {"porque no se ha podido revisar su contenido", "si %[2]s tiene que tenerlo, haced un comentario que diga {{escalat envia-igualment MOTIVO}}.", "si %[2]s tiene que tenerlos, haced un comentario que diga {{escalat envia-igualment MOTIVO}}."},
			"image":   {"porque el texto no lo menciona", "si %[2]s tiene que tenerlo, escribid {{%[1]s}} en un comentario, seguido del nombre.", "si %[2]s tiene que tenerlos, escribid {{%[1]s}} en un comentario, seguido de los nombres."},
		},
	}
}

func guardEnglish() guardWords {
	return guardWords{
		hiddenOne:  "%[1]s was hidden in it.",
		hiddenMany: "%[1]s were hidden in it.",
		withheld:   "Not attached, in case it holds confidential data:",
		anyway:     "If %[1]s needs it, write a comment that says {{%[2]s}}.",
		imageOne:   "The picture %[2]s was not attached, because the text does not mention it. If %[1]s is to have it, write {{%[3]s}} in a comment, followed by its name.",
		imageMany:  "The pictures %[2]s were not attached, because the text does not mention them. If %[1]s is to have them, write {{%[3]s}} in a comment, followed by their names.",
		kinds: map[string][2]string{
			"password":   {"password", "passwords"},
			"key":        {"private key", "private keys"},
			"token":      {"credential", "credentials"},
			"connection": {"connection string", "connection strings"},
			"identity":   {"DNI or NIE", "DNI or NIE numbers"},
			"account":    {"IBAN", "IBANs"},
			"social":     {"social security number", "social security numbers"},
			"card":       {"card number", "card numbers"},
			"health":     {"health card number (CIP)", "health card numbers (CIP)"},
			"person":     {"record of personal data", "records of personal data"},
		},
		places: map[string]string{"summary": "title", "rest": "rest of the description", "words": "your text"},
		closed: map[string]string{
			"encrypted": "it is encrypted and could not be checked",
			"too-large": "it is too large to be checked",
			"unknown":   "files of its type cannot be checked",
			"broken":    "it is damaged, or not what its type says",
			"":          "it could not be checked",
		},
		line: [2]string{"line", "lines"}, page: [2]string{"page", "pages"}, and: " and ",
		stopped:      "*nothing was sent to %[1]s:* the issue holds %[2]s, and that may not leave unless somebody says so. Take it out and the issue is sent by itself; if %[1]s needs it, write a comment that says {{%[3]s}}.",
		stoppedForm:  "*the changes were NOT sent to %[1]s:* they hold %[2]s, and that may not leave unless somebody says so. Take it out and write a comment that says only {{escalat envia-canvis}}; if %[1]s needs it, write one that says {{%[3]s}}.",
		stoppedWords: "*your text was NOT sent to %[1]s:* it holds %[2]s, and that may not leave unless somebody says so. Edit the comment to take it out and it is sent by itself; if %[1]s needs it, write a comment that says {{%[3]s}}.",
		stoppedOrder: "*what you asked for was NOT sent to %[1]s:* it holds %[2]s, and that may not leave unless somebody says so. Take it out or, if %[1]s needs it, write a comment that says {{%[3]s}}; then write the command again.",
		answers: map[AnywayWhat]string{
			AnywayReason:  "nothing was done: the command must be followed by the reason, which is recorded. Write another comment that says {{%[2]s}}.",
			AnywayNothing: "nothing was done: nothing is hidden and no file is withheld that %[1]s does not have.",
			AnywayNoted:   "recorded, with the reason: what is hidden now goes to %[1]s as it is written when it is sent to them. What you write from now on is checked again.",
			AnywayLate:    "nothing was done, because the command is more than a day old. If it is still needed, write another comment that says {{%[2]s}}.",
		},
		added:           "what had been hidden or withheld was sent to %[1]s (%[2]s) on %[3]s, as you asked.",
		addedRedirected: "*test, %[1]s has received nothing:* the mail with what had been hidden or withheld went to %[2]s on %[3]s.",
		left: map[string]leftOut{
			"private": {"because of data that looks confidential", "if %[2]s is to have it, write a comment that says {{escalat envia-igualment REASON}}.", "if %[2]s is to have them, write a comment that says {{escalat envia-igualment REASON}}."},
			"closed":  {"because the content could not be checked", "if %[2]s is to have it, write a comment that says {{escalat envia-igualment REASON}}.", "if %[2]s is to have them, write a comment that says {{escalat envia-igualment REASON}}."},
			"image":   {"not being mentioned in the text", "if %[2]s is to have it, write {{%[1]s}} in a comment, followed by its name.", "if %[2]s is to have them, write {{%[1]s}} in a comment, followed by their names."},
		},
	}
}

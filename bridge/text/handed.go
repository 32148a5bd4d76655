package text

import (
	"fmt"
	"strings"
	"time"
)

// Handed gives a person what is to be entered in the provider's portal.
type Handed struct {
	MentionMarkup string
	Provider      string
	Why           HandedWhy
	Reason        string // what the provider's API said; may be empty
	// Further: it goes into the ticket of that number, which may be empty; else a ticket
	// is to be opened. Closes and Reopens: that ticket is to be closed, or opened again.
	Further bool
	Number  string
	Closes  bool
	Reopens bool
	// Author is who wrote the text, and Written when, where it is of a comment.
	Author  string
	Written time.Time
	// Link leads to the portal, Menu is where it is entered there and Choice what is
	// chosen, in the provider's words; each may be empty.
	Link, Menu, Choice string
	// Account is what the provider calls the customer's identifier, Identifier is that, and
	// Service the reference of the contracted service; each may be empty.
	Account, Identifier, Service string
	Phones                       []string
	// SubjectMarkup and TextMarkup show what is to be copied, in a fixed width.
	SubjectMarkup, TextMarkup string
	Inside                    []string   // names of the files whose content stands in the text
	Upload                    []LeftFile // what is to be uploaded by hand
	Pending                   []string   // labels of what it tells to be confirmed
	Doubts                    []Doubtful
	Private                   Private // what did not leave as it is
	Untranslated              string  // a code, one of bridge.Untranslated
	Cut                       bool    // the end of the text is not in it
	Call                      *Call
	Trial                     bool // mode redirect: it is not to be entered in earnest
}

// HandedWhy says why a person is to enter it.
type HandedWhy string

// The reasons. Empty: that is how the provider is told.
const (
	HandedRefused HandedWhy = "refused" // its API has refused it
	HandedAway    HandedWhy = "away"    // its API has been away for too long
	// HandedUnsure: nobody can say whether it got there by the API.
	HandedUnsure HandedWhy = "unsure"
)

// portalCommand is how a person tells the number of what was entered.
const portalCommand = "escalat portal"

// Handed writes it.
func (t Texts) Handed(h Handed) string {
	w := t.handing()
	asked := h.Call
	if h.Trial {
		asked = nil
	}
	var b builder
	b.paragraph(t.call(asked, w.call))
	b.paragraph(address(h.MentionMarkup, lines(t.handedWhy(h)+t.handedWhose(h), t.reasonOf(h.Reason))))
	b.paragraph(t.steps(h))
	if h.SubjectMarkup != "" {
		b.paragraph(w.subject + "\n" + h.SubjectMarkup)
	}
	if h.TextMarkup != "" {
		b.paragraph(w.text + "\n" + h.TextMarkup)
	}
	if h.Cut {
		b.paragraph(t.sentence(w.cut, h.Provider))
	}
	b.paragraph(t.atHand(h, asked != nil))
	b.paragraph(t.private(h.Private, h.Provider))
	b.paragraph(t.untranslated(h.Untranslated, h.Provider, h.Trial || h.Closes))
	b.paragraph(t.pending(h.Pending, w.pendingOne, w.pendingMany))
	b.paragraph(t.doubtful(w.asWritten, h.Doubts, false))
	return b.String()
}

// Unentered reminds that what a person was given is not yet in the provider's portal.
type Unentered struct {
	MentionMarkup string
	Provider      string
	For           time.Duration // since it was given
	Link          string        // to the portal; may be empty
}

// Unentered writes it.
func (t Texts) Unentered(u Unentered) string {
	w := t.handing()
	where := ""
	if u.Link != "" {
		where = t.sentence(w.unenteredAt, u.Link)
	}
	told := t.sentence(w.unentered, u.Provider, markup(t.lapse(u.For)), markup(where), portalCommand+" "+w.number)
	return lines(address(u.MentionMarkup, told), t.sentence(w.unenteredQuiet, notUrgent))
}

// handedWhy says what is to be done, and why by a person.
func (t Texts) handedWhy(h Handed) string {
	w := t.handing()
	say := func(format string) string {
		number := markup("")
		if h.Number != "" {
			number = markup(" " + t.escape(h.Number))
		}
		return t.sentence(format, h.Provider, number, t.ofName(h.Provider))
	}
	does := w.open
	switch {
	case h.Trial:
		does = w.trial
	case h.Closes:
		does = w.closes
	case h.Reopens:
		does = w.reopens
	case h.Further:
		does = w.paste
	}
	why := map[HandedWhy]string{HandedRefused: w.refused, HandedAway: w.away, HandedUnsure: w.unsure}[h.Why]
	switch {
	case why == "":
		return say(does)
	case h.Why == HandedUnsure && !h.Trial: // perhaps nothing is to be done
		return say(why)
	}
	return say(why) + " " + upperFirst(say(does))
}

// handedWhose says whose text it is, and that this is how it stays.
func (t Texts) handedWhose(h Handed) string {
	if h.Author == "" {
		return ""
	}
	return " " + t.sentence(t.handing().whose, t.ofName(oneLine(h.Author, maxName)), t.when(h.Written))
}

// ofName is the word of with a name behind it.
func (t Texts) ofName(name string) markup {
	switch {
	case t.words.lang == "en":
		return markup("of " + t.escape(name))
	case t.words.lang == "ca" && strings.ContainsRune("aeiouàèéíòóúAEIOUÀÈÉÍÒÓÚ", first(name)):
		return markup("d’" + t.escape(name))
	}
	return markup("de " + t.escape(name))
}

func first(s string) rune {
	for _, r := range s {
		return r
	}
	return ' '
}

// ticketOf names a ticket behind the word for it, or is nothing.
func (t Texts) ticketOf(number string) markup {
	if number == "" {
		return ""
	}
	return markup(" *" + t.escape(number) + "*")
}

func (t Texts) reasonOf(reason string) string {
	if reason == "" {
		return ""
	}
	return t.sentence(t.words.reason, reason)
}

// steps are what to do, one behind the other.
func (t Texts) steps(h Handed) string {
	w := t.handing()
	var steps []string
	if h.Link != "" {
		steps = append(steps, t.sentence(w.enter, h.Provider, h.Link, t.ofName(h.Provider)))
	}
	switch {
	case h.Further:
		steps = append(steps, t.sentence(w.find, t.ticketOf(h.Number)))
	case h.Menu != "" && h.Choice != "":
		steps = append(steps, t.sentence(w.menuChoice, h.Menu, h.Choice))
	case h.Menu != "":
		steps = append(steps, t.sentence(w.menu, h.Menu))
	case h.Choice != "":
		steps = append(steps, t.sentence(w.choice, h.Choice))
	}
	if !h.Further {
		steps = append(steps, w.copyBoth)
	} else if h.TextMarkup != "" {
		steps = append(steps, w.copyText)
	}
	if len(h.Upload) > 0 {
		steps = append(steps, t.sentence(w.upload, t.uploads(h.Upload)))
	}
	switch {
	case h.Closes:
		steps = append(steps, w.close)
	case !h.Further:
		steps = append(steps, t.sentence(w.tell, portalCommand+" "+w.number))
	case h.Number != "":
		steps = append(steps, t.sentence(w.tellAgain, portalCommand+" "+h.Number))
	}
	for i, s := range steps {
		steps[i] = "# " + s
	}
	inside := ""
	if len(h.Inside) > 0 {
		inside = t.sentence(w.inside, t.names(h.Inside))
	}
	return strings.Join(steps, "\n") + strings.TrimSuffix("\n\n"+inside, "\n\n")
}

// uploads names files with their sizes, the first few of a great many.
func (t Texts) uploads(files []LeftFile) markup {
	var shown []string
	more := 0
	for _, f := range files {
		switch {
		case f.More > 0:
			more += f.More
		case len(shown) == maxNames:
			more++
		case f.Size > 0:
			shown = append(shown, t.escape(oneLine(f.Name, maxName))+" ("+string(t.size(f.Size))+")")
		default:
			shown = append(shown, t.escape(oneLine(f.Name, maxName)))
		}
	}
	out := strings.Join(shown, ", ")
	if more > 0 {
		out += " " + fmt.Sprintf(t.words.more, more)
	}
	return markup(out)
}

// atHand says whom to call about it, unless that stands above, and what they ask for then.
func (t Texts) atHand(h Handed, calling bool) string {
	w := t.handing()
	if len(h.Phones) == 0 && !calling {
		return ""
	}
	var told, have []string
	if h.Account != "" && h.Identifier != "" {
		have = append(have, t.sentence(w.identifier, h.Account, h.Identifier))
	}
	if h.Service != "" {
		have = append(have, t.sentence(w.service, h.Service))
	}
	if !calling { // else it is said above whom to call
		told = append(told, t.sentence(w.phone, t.numbers(h.Phones)))
	}
	if len(have) > 0 {
		told = append(told, t.sentence(w.have, markup(strings.Join(have, w.and))))
	}
	return strings.Join(told, " ")
}

// numbers are telephone numbers as a person dials them.
func (t Texts) numbers(all []string) markup {
	escaped := make([]string, len(all))
	for i, n := range all {
		escaped[i] = t.escape(n)
	}
	return markup(strings.Join(escaped, " · "))
}

type handingWords struct {
	call                    string
	open                    string // provider
	paste, closes, reopens  string // provider, ticket
	trial                   string // provider
	refused, away, unsure   string // provider
	enter                   string // provider, link
	find                    string // ticket
	menu, choice            string
	menuChoice              string // menu, choice
	copyBoth, copyText      string
	upload                  string // files
	inside                  string // files
	close                   string
	tell, tellAgain         string // command
	number                  string
	subject, text           string
	phone                   string // numbers
	have                    string // what
	identifier              string // account, identifier
	service                 string // reference
	and, asWritten          string
	whose                   string // of whom, time
	pendingOne, pendingMany string
	cut                     string // provider
	unentered               string // provider, how long, where, command
	unenteredAt             string // link
	unenteredQuiet          string // command
}

func (t Texts) handing() handingWords {
	switch t.words.lang {
	case "es":
		return handingWords{
			call:           "Abrid el ticket además de llamar: deja constancia por escrito.",
			open:           "*falta un paso vuestro: abrid el ticket en %[1]s con el texto de abajo.* Mientras no lo hagáis, %[1]s no sabe nada.",
			paste:          "*falta un paso vuestro: pegad el texto de abajo en el ticket%[2]s de %[1]s.* Mientras no lo hagáis, %[1]s no sabe nada de esto.",
			closes:         "*falta un paso vuestro: cerrad el ticket%[2]s de %[1]s.*",
			reopens:        "*falta un paso vuestro: volved a abrir el ticket%[2]s de %[1]s con el texto de abajo.*",
			trial:          "*prueba: no lo introduzcáis de verdad.* En modo real tendríais que introducir este texto en el portal de %[1]s.",
			refused:        "*%[1]s no ha aceptado lo que le enviábamos por su API.*",
			away:           "*hace demasiado que la API de %[1]s no responde y esto no puede esperar más.*",
			unsure:         "*no sabemos si esto ha llegado a %[1]s, porque su API no ha dado ninguna confirmación.* Mirad en el portal si ya está. Si no está, introducid el texto de abajo.",
			enter:          "Entrad en el portal de %[1]s: %[2]s",
			find:           "Abrid el ticket%[1]s.",
			menu:           "Id a *%[1]s*.",
			choice:         "Elegid *%[1]s*.",
			menuChoice:     "Id a *%[1]s* y elegid *%[2]s*.",
			copyBoth:       "Copiad el asunto y el texto de abajo, tal como están.",
			copyText:       "Copiad el texto de abajo como respuesta, tal como está.",
			upload:         "Adjuntad a mano: %[1]s",
			inside:         "No hace falta adjuntar esto, porque ya va dentro del texto: %[1]s",
			close:          "Cerradlo.",
			tell:           "Cuando os den el número de ticket, escribid {{%[1]s}} en un comentario: entonces las respuestas aparecerán aquí.",
			tellAgain:      "Cuando esté hecho, escribid {{%[1]s}} en un comentario: así sabremos desde cuándo esperamos respuesta.",
			number:         "NÚMERO",
			subject:        "Asunto:",
			text:           "Texto:",
			phone:          "Si preferís llamar: %[1]s.",
			have:           "Tened a mano: %[1]s.",
			identifier:     "%[1]s, *%[2]s*",
			service:        "referencia del servicio, *%[1]s*",
			and:            "; ",
			whose:          "Es el texto %[1]s, del %[2]s; si ahora cambiáis ese comentario, aquí no cambia.",
			asWritten:      "Esto va tal como lo habéis escrito; revisadlo antes de copiarlo:",
			pendingOne:     "*Queda incompleto, como habéis pedido:* este dato consta en él como «pendiente de confirmar». Cuando lo rellenéis en la descripción o en un comentario, os daremos el texto para añadirlo.",
			pendingMany:    "*Queda incompleto, como habéis pedido:* estos datos constan en él como «pendiente de confirmar». Cuando los rellenéis en la descripción o en un comentario, os daremos el texto para añadirlos.",
			cut:            "*El texto era demasiado largo y está cortado por el final.* Enviad lo que falta en otro comentario que empiece por {{Para %[1]s:}}, o adjuntadlo al ticket como fichero.",
			unentered:      "*el ticket todavía no consta abierto en %[1]s,* y mientras no lo esté no saben nada. Hace %[2]s que tenéis el texto aquí, más arriba: pegadlo en su portal%[3]s y escribid {{%[4]s}} en un comentario.",
			unenteredAt:    " (%[1]s)",
			unenteredQuiet: "Si no corre prisa, escribid {{%[1]s}} en un comentario y no os lo recordaremos más.",
		}
	case "en":
		return handingWords{
			call:           "Open the ticket as well as calling: it is the written record.",
			open:           "*one step is yours: open the ticket at %[1]s with the text below.* Until you do, %[1]s knows nothing of it.",
			paste:          "*one step is yours: paste the text below into %[1]s’s ticket%[2]s.* Until you do, %[1]s knows nothing of this.",
			closes:         "*one step is yours: close %[1]s’s ticket%[2]s.*",
			reopens:        "*one step is yours: open %[1]s’s ticket%[2]s again with the text below.*",
			trial:          "*test: do not enter it in earnest.* In live mode you would have to enter this text in %[1]s’s portal.",
			refused:        "*%[1]s has not accepted what we sent through its API.*",
			away:           "*%[1]s’s API has not answered for too long, and this cannot wait any longer.*",
			unsure:         "*we do not know whether this reached %[1]s, because its API gave no confirmation.* Look in the portal whether it is there already. If it is not, enter the text below.",
			enter:          "Go to %[1]s’s portal: %[2]s",
			find:           "Open the ticket%[1]s.",
			menu:           "Go to *%[1]s*.",
			choice:         "Choose *%[1]s*.",
			menuChoice:     "Go to *%[1]s* and choose *%[2]s*.",
			copyBoth:       "Copy the subject and the text below, just as they are.",
			copyText:       "Copy the text below as a reply, just as it is.",
			upload:         "Attach by hand: %[1]s",
			inside:         "There is no need to attach this, because it is already in the text: %[1]s",
			close:          "Close it.",
			tell:           "When you have the ticket number, write {{%[1]s}} in a comment: the replies will then appear here.",
			tellAgain:      "When it is done, write {{%[1]s}} in a comment: then we know since when we have been waiting for a reply.",
			number:         "NUMBER",
			subject:        "Subject:",
			text:           "Text:",
			phone:          "If you would rather call: %[1]s.",
			have:           "Have at hand: %[1]s.",
			identifier:     "%[1]s, *%[2]s*",
			service:        "reference of the service, *%[1]s*",
			and:            "; ",
			whose:          "It is the text %[1]s, of %[2]s; if you change that comment now, this does not change.",
			asWritten:      "This stands as you wrote it; check it before you copy it:",
			pendingOne:     "*It is incomplete, as you asked:* this piece of information stands there as «pendiente de confirmar». When you fill it in, in the description or in a comment, we will give you the text to add.",
			pendingMany:    "*It is incomplete, as you asked:* this information stands there as «pendiente de confirmar». When you fill it in, in the description or in a comment, we will give you the text to add.",
			cut:            "*The text was too long, and its end is cut off.* Send what is missing in another comment that begins with {{Para %[1]s:}}, or attach it to the ticket as a file.",
			unentered:      "*nothing shows yet that the ticket is open at %[1]s,* and until it is they know nothing. You have had the text here, further up, for %[2]s: paste it into their portal%[3]s and write {{%[4]s}} in a comment.",
			unenteredAt:    " (%[1]s)",
			unenteredQuiet: "If it can wait, write {{%[1]s}} in a comment and you will not be reminded again.",
		}
	}
	return handingWords{
		call:           "Obriu el tiquet a més de trucar: és la constància per escrit.",
		open:           "*hi falta un pas vostre: obriu el tiquet a %[1]s amb el text de sota.* Mentre no ho feu, %[1]s no en sap res.",
		paste:          "*hi falta un pas vostre: enganxeu el text de sota al tiquet%[2]s %[3]s.* Mentre no ho feu, %[1]s no en sap res.",
		closes:         "*hi falta un pas vostre: tanqueu el tiquet%[2]s %[3]s.*",
		reopens:        "*hi falta un pas vostre: torneu a obrir el tiquet%[2]s %[3]s amb el text de sota.*",
		trial:          "*prova: no ho entreu de debò.* En mode real hauríeu d’entrar aquest text al portal %[3]s.",
		refused:        "*%[1]s no ha acceptat el que li enviàvem per la seva API.*",
		away:           "*fa massa estona que l’API %[3]s no respon i això no pot esperar més.*",
		unsure:         "*no sabem si això ha arribat a %[1]s, perquè la seva API no n’ha donat cap confirmació.* Mireu al portal si ja hi és. Si no hi és, entreu-hi el text de sota.",
		enter:          "Entreu al portal %[3]s: %[2]s",
		find:           "Obriu el tiquet%[1]s.",
		menu:           "Aneu a *%[1]s*.",
		choice:         "Trieu *%[1]s*.",
		menuChoice:     "Aneu a *%[1]s* i trieu *%[2]s*.",
		copyBoth:       "Copieu-hi l’assumpte i el text de sota, tal com estan.",
		copyText:       "Copieu-hi el text de sota com a resposta, tal com està.",
		upload:         "Adjunteu-hi a mà: %[1]s",
		inside:         "Això no cal adjuntar-ho, perquè ja va dins del text: %[1]s",
		close:          "Tanqueu-lo.",
		tell:           "Quan us donin el número de tiquet, escriviu {{%[1]s}} en un comentari: llavors les respostes sortiran aquí.",
		tellAgain:      "Quan estigui fet, escriviu {{%[1]s}} en un comentari: així sabrem des de quan n’esperem resposta.",
		number:         "NÚMERO",
		subject:        "Assumpte:",
		text:           "Text:",
		phone:          "Si preferiu trucar: %[1]s.",
		have:           "Tingueu a mà: %[1]s.",
		identifier:     "%[1]s, *%[2]s*",
		service:        "referència del servei, *%[1]s*",
		and:            "; ",
		whose:          "És el text %[1]s, del %[2]s; si ara canvieu aquell comentari, aquí no canvia.",
		asWritten:      "Això hi va tal com ho heu escrit; reviseu-ho abans de copiar-ho:",
		pendingOne:     "*Queda incompleta, com heu demanat:* aquesta dada hi consta com a «pendiente de confirmar». Quan l’ompliu a la descripció o en un comentari, us donarem el text per afegir-la.",
		pendingMany:    "*Queda incompleta, com heu demanat:* aquestes dades hi consten com a «pendiente de confirmar». Quan les ompliu a la descripció o en un comentari, us donarem el text per afegir-les.",
		cut:            "*El text era massa llarg i s’ha tallat pel final.* Envieu el que hi falta en un altre comentari que comenci per {{Per a %[1]s:}}, o pengeu-ho al tiquet com a fitxer.",
		unentered:      "*el tiquet encara no consta obert a %[1]s,* i mentre no ho estigui no en saben res. Fa %[2]s que teniu el text aquí, més amunt: enganxeu-lo al seu portal%[3]s i escriviu {{%[4]s}} en un comentari.",
		unenteredAt:    " (%[1]s)",
		unenteredQuiet: "Si no corre pressa, escriviu {{%[1]s}} en un comentari i no us ho recordarem més.",
	}
}

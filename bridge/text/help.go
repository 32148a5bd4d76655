package text

import (
	"fmt"
	"strings"
)

// Help says which commands there are.
type Help struct {
	MentionMarkup string
	Provider      string
	// Several are, where the issue is escalated to more than one provider, how a command
	// names one.
	Several []string
}

// Help writes the list.
func (t Texts) Help(h Help) string {
	w := t.help()
	rows := make([]string, len(w.commands))
	for i, c := range w.commands {
		rows[i] = "* {{escalat " + t.escape(c[0]) + "}}: " + strings.ReplaceAll(c[1], "%s", t.escape(h.Provider))
	}
	var b builder
	b.paragraph(address(h.MentionMarkup, w.intro) + "\n" + strings.Join(rows, "\n"))
	if len(h.Several) > 1 {
		b.paragraph(t.sentence(w.several, "escalat trucat "+h.Several[0]))
	}
	b.paragraph(t.sentence(w.colon, "escalat reclama:") + " " + t.sentence(w.writes, fmt.Sprintf(w.begins, h.Provider)))
	return b.String()
}

// Mistaken answers what looks like a command and is none.
type Mistaken struct {
	MentionMarkup string
	Said          string // as it was written, without escalat
	Meant         string // the command that comes nearest to it; may be empty
	// Beside: Meant is what was written, and what stands beside it was not understood.
	Beside   bool
	Provider string // with Beside
}

// Mistaken says so, and how to see what there is.
func (t Texts) Mistaken(m Mistaken) string {
	w := t.help()
	told := t.sentence(w.mistaken, "escalat "+oneLine(m.Said, maxName))
	switch {
	case m.Beside:
		told = t.sentence(w.beside, "escalat "+oneLine(m.Said, maxName)) + " " + t.rightly(m.Meant, m.Provider)
	case m.Meant != "":
		told += " " + t.sentence(w.meant, t.usage(m.Meant))
	}
	return address(m.MentionMarkup, told+" "+t.sentence(w.all, "escalat ajuda"))
}

// rightly says how to write the command behind which something else was written, and how
// the provider is told that.
func (t Texts) rightly(command, provider string) string {
	w := t.help()
	switch usage := "escalat " + command; command {
	case "reclama", "tanca":
		return t.sentence(w.bareOrColon, usage, provider)
	case "reobre":
		return t.sentence(w.bareOrWrite, usage, provider, fmt.Sprintf(w.begins, provider))
	case "contestat":
		return t.sentence(w.colonOnly, usage, provider)
	}
	return t.sentence(w.written, t.usage(command))
}

// usage is how a command is written, with what follows it.
func (t Texts) usage(command string) string {
	for _, c := range t.help().commands {
		if name, _, _ := strings.Cut(c[0], " "); name == command {
			return "escalat " + c[0]
		}
	}
	return "escalat " + command
}

// Which asks for which provider a command is meant, or says that it is for none of the
// issue's.
type Which struct {
	MentionMarkup string
	// Commands are how it is written for each; none: the issue is not escalated to Named.
	Commands []string
	Named    string
}

// Which writes it.
func (t Texts) Which(o Which) string {
	w := t.help()
	if len(o.Commands) == 0 {
		return address(o.MentionMarkup, t.sentence(w.nobody, o.Named))
	}
	ways := make([]string, len(o.Commands))
	for i, c := range o.Commands {
		ways[i] = "{{" + t.escape(c) + "}}"
	}
	last := len(ways) - 1
	all := ways[last]
	if last > 0 {
		all = strings.Join(ways[:last], ", ") + w.or + ways[last]
	}
	return address(o.MentionMarkup, t.sentence(w.which, markup(all)))
}

type helpWords struct {
	intro    string
	commands [][2]string // how it is written, and what it does, of provider
	several  string      // example
	colon    string      // example
	writes   string      // how a text for the provider begins
	begins   string      // provider
	mistaken string      // what was written
	meant    string      // command
	beside   string      // what was written
	// How it is written: of command, provider, and how a text for that begins.
	bareOrColon, bareOrWrite, colonOnly, written string
	all                                          string // command
	which                                        string // commands
	or                                           string
	nobody                                       string // what was named
}

func (t Texts) help() helpWords {
	switch t.words.lang {
	case "es":
		return helpWords{
			intro: "escribid una de estas órdenes, sola en una línea de un comentario interno:",
			commands: [][2]string{
				{"estat", "cómo está el caso con %s"},
				{"envia-ja", "envía lo que hay, aunque falten datos"},
				{"envia-canvis", "envía los datos que han cambiado"},
				{"envia-adjunts [NOMBRE]", "envía los ficheros que %s no tiene"},
				{"envia-igualment MOTIVO", "envía también lo que se ha ocultado o retenido por parecer confidencial"},
				{"reenvia", "envía otra vez el mismo correo"},
				{"trucat [NÚMERO]", "habéis llamado a %s (y os han dado este número de ticket)"},
				{"contestat [QUÉ HAN DICHO]", "%s ha contestado por teléfono"},
				{"no-urgent", "no hace falta llamar"},
				{"referencia NÚMERO", "el número de ticket de %s"},
				{"portal NÚMERO", "lo habéis introducido en el portal de %s con este número"},
				{"reclama", "pide una respuesta a %s"},
				{"tanca", "cierra el caso y avisa a %s"},
				{"reobre", "vuelve a abrirlo"},
				{"igual-que ABC-123", "es la misma que otra incidencia ya escalada"},
				{"endavant", "deja continuar lo que está retenido"},
			},
			several:  "Si está escalada a más de un proveedor, añadid cuál: {{%[1]s}}.",
			colon:    "Si al reclamar o cerrar queréis decirles algo más, ponedlo detrás de dos puntos, como en {{%[1]s TEXTO}}: se les envía.",
			writes:   "Para escribirles cualquier otra cosa, empezad un comentario por {{%[1]s}}.",
			begins:   "Para %s:",
			mistaken: "no se ha hecho nada: {{%[1]s}} no es ninguna orden.",
			meant:    "¿Queríais decir {{%[1]s}}?",

			beside:      "no se ha hecho nada, porque la orden {{%[1]s}} no se entiende.",
			bareOrColon: "Escribid solo {{%[1]s}} o, si se lo queréis decir a %[2]s, {{%[1]s: TEXTO}}.",
			bareOrWrite: "Escribid solo {{%[1]s}}; lo que queráis decir a %[2]s, en un comentario que empiece por {{%[3]s}}.",
			colonOnly:   "Si es lo que ha dicho %[2]s, escribidlo detrás de dos puntos: {{%[1]s: TEXTO}}.",
			written:     "La orden se escribe así, sola en una línea: {{%[1]s}}.",

			all:    "Para verlas todas, escribid {{%[1]s}}.",
			which:  "no se ha hecho nada: no queda claro de qué proveedor habláis. Escribidlo en otro comentario: %[1]s.",
			or:     " o ",
			nobody: "no se ha hecho nada: esta incidencia no está escalada a *%[1]s*.",
		}
	case "en":
		return helpWords{
			intro: "write one of these commands, alone on a line of an internal comment:",
			commands: [][2]string{
				{"estat", "how the case with %s stands"},
				{"envia-ja", "sends what there is, even if data is missing"},
				{"envia-canvis", "sends the data that was changed"},
				{"envia-adjunts [NAME]", "sends the files that %s does not have"},
				{"envia-igualment REASON", "also sends what was hidden or withheld because it looks confidential"},
				{"reenvia", "sends the same mail once more"},
				{"trucat [NUMBER]", "you called %s (and they gave you this ticket number)"},
				{"contestat [WHAT THEY SAID]", "%s answered by telephone"},
				{"no-urgent", "nobody needs to call"},
				{"referencia NUMBER", "%s’s ticket number"},
				{"portal NUMBER", "you entered it in %s’s portal under this number"},
				{"reclama", "asks %s for an answer"},
				{"tanca", "closes the case and tells %s"},
				{"reobre", "opens it again"},
				{"igual-que ABC-123", "it is the same as another issue that is escalated already"},
				{"endavant", "lets go on what is held"},
			},
			several:  "If it is escalated to more than one provider, say which: {{%[1]s}}.",
			colon:    "To tell them something else when you claim or close, put it behind a colon, as in {{%[1]s TEXT}}: it is sent to them.",
			writes:   "To write to them about anything else, begin a comment with {{%[1]s}}.",
			begins:   "Para %s:",
			mistaken: "nothing was done: {{%[1]s}} is no command.",
			meant:    "Did you mean {{%[1]s}}?",

			beside:      "nothing was done, because the command {{%[1]s}} was not understood.",
			bareOrColon: "Write only {{%[1]s}} or, to tell %[2]s so, {{%[1]s: TEXT}}.",
			bareOrWrite: "Write only {{%[1]s}}; what you want to tell %[2]s, in a comment that begins with {{%[3]s}}.",
			colonOnly:   "If it is what %[2]s said, write it behind a colon: {{%[1]s: TEXT}}.",
			written:     "The command is written like this, alone on a line: {{%[1]s}}.",

			all:    "To see them all, write {{%[1]s}}.",
			which:  "nothing was done: it is not clear which provider you mean. Write it in another comment: %[1]s.",
			or:     " or ",
			nobody: "nothing was done: this issue is not escalated to *%[1]s*.",
		}
	}
	return helpWords{
		intro: "escriviu una d’aquestes ordres, sola en una línia d’un comentari intern:",
		commands: [][2]string{
			{"estat", "com està el cas amb %s"},
			{"envia-ja", "envia el que hi ha, encara que faltin dades"},
			{"envia-canvis", "envia les dades que han canviat"},
			{"envia-adjunts [NOM]", "envia els fitxers que %s no té"},
			{"envia-igualment MOTIU", "envia també el que s’ha amagat o retingut perquè sembla confidencial"},
			{"reenvia", "envia un altre cop el mateix correu"},
			{"trucat [NÚMERO]", "heu trucat a %s (i us han donat aquest número de tiquet)"},
			{"contestat [QUÈ HAN DIT]", "%s ha contestat per telèfon"},
			{"no-urgent", "no cal trucar"},
			{"referencia NÚMERO", "el número de tiquet de %s"},
			{"portal NÚMERO", "ho heu entrat al portal de %s amb aquest número"},
			{"reclama", "demana una resposta a %s"},
			{"tanca", "tanca el cas i avisa %s"},
			{"reobre", "el torna a obrir"},
			{"igual-que ABC-123", "és la mateixa que una altra incidència ja escalada"},
			{"endavant", "deixa continuar el que està retingut"},
		},
		several:  "Si està escalada a més d’un proveïdor, afegiu-hi quin: {{%[1]s}}.",
		colon:    "Si en reclamar o tancar els voleu dir alguna cosa més, poseu-la darrere dos punts, com a {{%[1]s TEXT}}: se’ls envia.",
		writes:   "Per escriure’ls qualsevol altra cosa, comenceu un comentari per {{%[1]s}}.",
		begins:   "Per a %s:",
		mistaken: "no s’ha fet res: {{%[1]s}} no és cap ordre.",
		meant:    "Volíeu dir {{%[1]s}}?",

		beside:      "no s’ha fet res, perquè l’ordre {{%[1]s}} no s’entén.",
		bareOrColon: "Escriviu només {{%[1]s}} o, si ho voleu dir a %[2]s, {{%[1]s: TEXT}}.",
		bareOrWrite: "Escriviu només {{%[1]s}}; el que vulgueu dir a %[2]s, en un comentari que comenci per {{%[3]s}}.",
		colonOnly:   "Si és el que ha dit %[2]s, escriviu-ho darrere de dos punts: {{%[1]s: TEXT}}.",
		written:     "L’ordre s’escriu així, sola en una línia: {{%[1]s}}.",

		all:    "Per veure-les totes, escriviu {{%[1]s}}.",
		which:  "no s’ha fet res: no queda clar de quin proveïdor parleu. Escriviu-ho en un altre comentari: %[1]s.",
		or:     " o ",
		nobody: "no s’ha fet res: aquesta incidència no està escalada a *%[1]s*.",
	}
}

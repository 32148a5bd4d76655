package text

import "time"

// Filed says that the provider's API has what we wrote into a ticket: a new one, or one
// that was there.
type Filed struct {
	MentionMarkup string
	Provider      string
	Number        string    // of the ticket
	At            time.Time // already in the zone to be shown
	Subject       string    // of a new ticket
	As            string    // the kind of ticket, as the team calls it; may be empty
	Service       string    // the reference that the provider did not know, without which it was opened
	Link          string    // to the portal; may be empty
	Found         bool      // the API's answer was lost; it was found there
	Call          *Call
	Inside        []string   // names of the files whose content stands in the text
	Upload        []LeftFile // what is to be uploaded by hand
	Pending       []string   // labels of what it tells to be confirmed
	Doubts        []Doubtful // sent as they stand
	Private       Private    // what did not leave as it is
	Untranslated  string     // a code, one of bridge.Untranslated
	Cut           bool       // the text was too long: its end is not in the ticket
	// Follows: what is changed or uploaded later is sent by itself; else it is offered.
	Follows bool

	// Further: it went into a ticket that was there. The rest is of that only. About says
	// what it is, a code, one of bridge.About; Reopened: the ticket had been closed.
	Further        bool
	About          string
	Reopened       bool
	Added, Changed []string // labels of the fields that it brings
	Author         string   // who wrote the text, and Written when; of a text of the team
	Written        time.Time
}

// Filed writes it.
func (t Texts) Filed(f Filed) string {
	w, asked := t.filing(), f.Call
	var b builder
	if f.Further {
		b.paragraph(t.call(asked, w.callFurther))
	} else {
		b.paragraph(t.call(asked, w.call))
	}
	told := t.opened(f)
	if f.Further {
		told = t.furthered(f)
	}
	b.paragraph(lines(address(f.MentionMarkup, told), t.brings(SendProblem{Added: f.Added, Changed: f.Changed})))
	if f.Service != "" {
		b.paragraph(t.sentence(w.service, f.Provider, f.Service))
	}
	if f.Cut {
		b.paragraph(t.sentence(t.handing().cut, f.Provider))
	}
	b.paragraph(t.byHand(f))
	if len(f.Inside) > 0 {
		b.paragraph(t.sentence(t.handing().inside, t.names(f.Inside)))
	}
	b.paragraph(t.private(f.Private, f.Provider))
	b.paragraph(t.untranslated(f.Untranslated, f.Provider, f.About == "close"))
	if f.Further {
		b.paragraph(t.pending(f.Pending, t.words.stillOne, t.words.stillMany))
	} else {
		b.paragraph(t.pending(f.Pending, t.words.pendingOne, t.words.pendingMany))
	}
	b.paragraph(t.sentAsIs(f.Doubts, f.Provider, asked != nil, false))
	b.paragraph(t.follows(f))
	return b.String()
}

// opened says which ticket was opened.
func (t Texts) opened(f Filed) string {
	w := t.filing()
	format := w.opened
	if f.As == "" {
		format = w.openedPlain
	}
	told := t.sentence(format, f.Provider, f.Number, t.when(f.At), f.As, f.Subject)
	if f.Found {
		told += " " + w.found
	}
	return told
}

// furthered says what was done with a ticket that was there.
func (t Texts) furthered(f Filed) string {
	w := t.filing()
	format, ok := w.further[f.About]
	if !ok {
		format = w.further[""]
	}
	told := t.sentence(format, f.Provider, f.Number, t.when(f.At), t.writtenBy(f.Author, f.Written), t.ofName(f.Provider))
	if f.Reopened {
		told += " " + w.reopened
	}
	if f.Found {
		told += " " + w.foundFurther
	}
	return told
}

// byHand names what a person is to upload, or is nothing.
func (t Texts) byHand(f Filed) string {
	if len(f.Upload) == 0 {
		return ""
	}
	w := t.filing()
	told := t.sentence(w.upload, t.uploads(f.Upload))
	if f.Link != "" {
		told += "\n" + t.sentence(w.uploadAt, f.Provider, f.Link, f.Number, t.ofName(f.Provider))
	}
	return told
}

// follows says what happens next.
func (t Texts) follows(f Filed) string {
	switch {
	case f.Further && f.About != "":
		return t.both().next[f.About]
	case f.Further && len(f.Pending) == 0 && len(f.Added) > 0:
		return t.words.nothingMissing
	case f.Further:
		return ""
	case f.Follows:
		return t.filing().answerHere + " " + t.words.laterFollows
	}
	return t.filing().answerHere + " " + t.words.later
}

// TicketTrouble says that what was to go into a ticket by the provider's API is not there,
// or perhaps not.
type TicketTrouble struct {
	MentionMarkup string
	Provider      string
	Reason        string // the API's words; may be empty
	Call          *Call
	// Until is when a person gets the text instead, in the zone to be shown; zero: soon.
	Until time.Time
	// Further: it is to go into the ticket of that number, which may be empty; else one is
	// to be opened. About says what it is, a code, one of bridge.About.
	Further bool
	Number  string
	About   string
	// Phones and Portal are how the provider is told at this hour; either may be empty.
	// They are not shown together with Call.
	Phones []string
	Portal string
}

// TicketDelayed says that it is being tried again.
func (t Texts) TicketDelayed(p TicketTrouble) string {
	w := t.filing()
	format, then := w.delayed, w.thenOpen
	if p.Further {
		format, then = w.delayedFurther, w.thenPaste
	}
	told := t.troubled(format, p) + " "
	if p.Until.IsZero() {
		told += t.sentence(w.soon, markup(then))
	} else {
		told += t.sentence(w.until, t.when(p.Until), markup(then))
	}
	return t.trouble(p, told)
}

// TicketUnknown says that nobody can tell yet whether it is there.
func (t Texts) TicketUnknown(p TicketTrouble) string {
	w := t.filing()
	if p.Further {
		return t.trouble(p, t.troubled(w.unknownFurther, p))
	}
	return t.trouble(p, t.troubled(w.unknown, p))
}

// TicketWithdrawn says that the label was removed before an addition went into the ticket.
func (t Texts) TicketWithdrawn(p TicketTrouble) string {
	w, how := t.filing(), t.words.byPhoneOrPortal
	if p.Call != nil || p.Portal == "" {
		how = t.words.byPhone
	}
	var b builder
	b.paragraph(address(p.MentionMarkup, t.sentence(w.withdrawn, p.Provider, t.ticketOf(p.Number), t.ofName(p.Provider), t.ofWhat(p.About), markup(how))))
	b.paragraph(t.desk(p.Phones, p.Portal))
	return b.String()
}

func (t Texts) troubled(format string, p TicketTrouble) string {
	return t.sentence(format, p.Provider, t.ticketOf(p.Number), t.ofName(p.Provider), t.ofWhat(p.About))
}

// ofWhat names what was to go into the ticket.
func (t Texts) ofWhat(about string) markup {
	what := t.filing().what
	if what[about] == "" {
		about = ""
	}
	return markup(what[about])
}

// trouble adds to what is told how the provider is reached, and the reason.
func (t Texts) trouble(p TicketTrouble, told string) string {
	w := t.filing()
	then := w.callNow
	if p.Further {
		then = w.callNowFurther
	}
	var b builder
	b.paragraph(t.call(p.Call, then))
	if p.Call == nil {
		told += " " + t.words.ifUrgent
	}
	b.paragraph(address(p.MentionMarkup, told))
	if p.Call == nil {
		b.paragraph(t.desk(p.Phones, p.Portal))
	}
	b.paragraph(t.reasonOf(p.Reason))
	return b.String()
}

type filingWords struct {
	call, callFurther       string
	callNow, callNowFurther string
	opened                  string // provider, number, time, kind, subject
	openedPlain             string // likewise
	found, foundFurther     string
	service                 string // provider, reference
	upload                  string // files
	uploadAt                string // provider, link, number, of the provider
	answerHere              string
	further                 map[string]string // provider, number, time, whose text, of the provider
	reopened                string
	// Provider, ticket, of the provider, what it is.
	delayed, delayedFurther string
	unknown, unknownFurther string
	withdrawn               string            // and how the provider is told
	what                    map[string]string // by what it is about
	until                   string            // time, then
	soon                    string            // then
	thenOpen, thenPaste     string
}

func (t Texts) filing() filingWords {
	switch t.words.lang {
	case "es":
		return filingSpanish()
	case "en":
		return filingEnglish()
	}
	return filingCatalan()
}

func filingCatalan() filingWords {
	return filingWords{
		call:           "El tiquet només en deixa constància.",
		callFurther:    "Expliqueu-los què hi ha de nou: el tiquet només en deixa constància.",
		callNow:        "No espereu que s’obri el tiquet.",
		callNowFurther: "Expliqueu-los què hi ha de nou sense esperar.",
		opened:         "s’ha obert el tiquet *%[2]s* a %[1]s el %[3]s, com a *%[4]s* i amb l’assumpte «%[5]s».",
		openedPlain:    "s’ha obert el tiquet *%[2]s* a %[1]s el %[3]s, amb l’assumpte «%[5]s».",
		found:          "La seva API no ens ho va arribar a confirmar, però el tiquet està obert.",
		foundFurther:   "La seva API no ens ho va arribar a confirmar, però hi és.",
		service:        "%[1]s no ha reconegut la referència de servei «%[2]s» i el tiquet s’ha obert sense. Si us la demanen, doneu-los el nom que té al seu portal.",
		upload:         "*Hi falta un pas vostre:* la seva API no admet fitxers. Adjunteu a mà al tiquet: %[1]s",
		uploadAt:       "Portal %[4]s: %[2]s",
		answerHere:     "La resposta sortirà aquí com a comentari.",
		further: map[string]string{
			"":       "el tiquet *%[2]s* %[5]s té les dades noves des del %[3]s.",
			"words":  "el text per a %[1]s (%[4]s) és al tiquet *%[2]s* des del %[3]s.",
			"claim":  "s’ha reclamat resposta a %[1]s al tiquet *%[2]s* el %[3]s.",
			"again":  "la incidència s’ha tornat a enviar a %[1]s dins del tiquet *%[2]s* el %[3]s, amb totes les dades d’ara.",
			"close":  "s’ha tancat el tiquet *%[2]s* %[5]s el %[3]s.",
			"reopen": "s’ha tornat a obrir el tiquet *%[2]s* %[5]s el %[3]s.",
		},
		reopened:       "Estava tancat i amb això s’ha tornat a obrir.",
		delayed:        "el tiquet encara no s’ha pogut obrir a %[1]s, perquè la seva API ara no funciona. Es torna a provar tot sol.",
		delayedFurther: "%[4]s encara no ha arribat al tiquet%[2]s %[3]s, perquè la seva API ara no funciona. Es torna a provar tot sol.",
		unknown:        "no sabem si el tiquet s’ha obert a %[1]s, perquè s’ha perdut la resposta de la seva API. Ho estem comprovant i us ho direm aquí; de moment no l’obriu a mà.",
		unknownFurther: "no sabem si %[4]s ha arribat al tiquet%[2]s %[3]s, perquè s’ha perdut la resposta de la seva API. Ho estem comprovant i us ho direm aquí; de moment no hi escriviu res a mà.",
		withdrawn:      "s’ha tret l’etiqueta i %[4]s ja no anirà al tiquet%[2]s %[3]s. Si encara ho necessiten, digueu-los-ho %[5]s.",
		what: map[string]string{
			"": "l’ampliació", "words": "el vostre text", "claim": "la reclamació", "again": "el reenviament", "close": "el tancament", "reopen": "la reobertura",
		},
		until:     "Si el %[1]s encara no ha pogut ser, us donarem el text perquè %[2]s a mà.",
		soon:      "Si no pot ser aviat, us donarem el text perquè %[1]s a mà.",
		thenOpen:  "l’obriu",
		thenPaste: "l’hi afegiu",
	}
}

func filingSpanish() filingWords {
	return filingWords{
		call:           "El ticket solo deja constancia.",
		callFurther:    "Explicadles qué hay de nuevo: el ticket solo deja constancia.",
		callNow:        "No esperéis a que se abra el ticket.",
		callNowFurther: "Explicadles qué hay de nuevo sin esperar.",
		opened:         "se ha abierto el ticket *%[2]s* en %[1]s el %[3]s, como *%[4]s* y con el asunto «%[5]s».",
		openedPlain:    "se ha abierto el ticket *%[2]s* en %[1]s el %[3]s, con el asunto «%[5]s».",
		found:          "Su API no llegó a confirmárnoslo, pero el ticket está abierto.",
		foundFurther:   "Su API no llegó a confirmárnoslo, pero ahí está.",
		service:        "%[1]s no ha reconocido la referencia de servicio «%[2]s» y el ticket se ha abierto sin ella. Si os la piden, dadles el nombre que tiene en su portal.",
		upload:         "*Falta un paso vuestro:* su API no admite ficheros. Adjuntad a mano en el ticket: %[1]s",
		uploadAt:       "Portal %[4]s: %[2]s",
		answerHere:     "La respuesta aparecerá aquí como comentario.",
		further: map[string]string{
			"":       "el ticket *%[2]s* %[5]s tiene los datos nuevos desde el %[3]s.",
			"words":  "el texto para %[1]s (%[4]s) está en el ticket *%[2]s* desde el %[3]s.",
			"claim":  "se ha reclamado respuesta a %[1]s en el ticket *%[2]s* el %[3]s.",
			"again":  "la incidencia se ha vuelto a enviar a %[1]s en el ticket *%[2]s* el %[3]s, con todos los datos de ahora.",
			"close":  "se ha cerrado el ticket *%[2]s* %[5]s el %[3]s.",
			"reopen": "se ha vuelto a abrir el ticket *%[2]s* %[5]s el %[3]s.",
		},
		reopened:       "Estaba cerrado y con esto se ha vuelto a abrir.",
		delayed:        "el ticket todavía no se ha podido abrir en %[1]s, porque su API ahora no funciona. Se vuelve a intentar solo.",
		delayedFurther: "%[4]s todavía no ha llegado al ticket%[2]s %[3]s, porque su API ahora no funciona. Se vuelve a intentar solo.",
		unknown:        "no sabemos si el ticket se ha abierto en %[1]s, porque se ha perdido la respuesta de su API. Lo estamos comprobando y os lo diremos aquí; de momento no lo abráis a mano.",
		unknownFurther: "no sabemos si %[4]s ha llegado al ticket%[2]s %[3]s, porque se ha perdido la respuesta de su API. Lo estamos comprobando y os lo diremos aquí; de momento no escribáis nada en él a mano.",
		withdrawn:      "se ha quitado la etiqueta y %[4]s ya no irá al ticket%[2]s %[3]s. Si todavía lo necesitan, decídselo %[5]s.",
		what: map[string]string{
			"": "la ampliación", "words": "vuestro texto", "claim": "la reclamación", "again": "el reenvío", "close": "el cierre", "reopen": "la reapertura",
		},
		until:     "Si el %[1]s todavía no ha podido ser, os daremos el texto para que %[2]s a mano.",
		soon:      "Si no puede ser pronto, os daremos el texto para que %[1]s a mano.",
		thenOpen:  "lo abráis",
		thenPaste: "lo añadáis",
	}
}

func filingEnglish() filingWords {
	return filingWords{
		call:           "The ticket is only the written record.",
		callFurther:    "Tell them what is new: the ticket is only the written record.",
		callNow:        "Do not wait for the ticket to be opened.",
		callNowFurther: "Tell them what is new without waiting.",
		opened:         "ticket *%[2]s* was opened at %[1]s on %[3]s as *%[4]s*, with the subject “%[5]s”.",
		openedPlain:    "ticket *%[2]s* was opened at %[1]s on %[3]s, with the subject “%[5]s”.",
		found:          "Their API never confirmed it to us, but the ticket is there.",
		foundFurther:   "Their API never confirmed it to us, but it is there.",
		service:        "%[1]s did not know the service reference “%[2]s”, and the ticket was opened without it. If they ask for it, give them the name that it has in their portal.",
		upload:         "*One step is yours:* their API takes no files. Attach to the ticket by hand: %[1]s",
		uploadAt:       "The portal %[4]s: %[2]s",
		answerHere:     "The answer will appear here as a comment.",
		further: map[string]string{
			"":       "ticket *%[2]s* %[5]s has had the new information since %[3]s.",
			"words":  "the text for %[1]s (%[4]s) has been in ticket *%[2]s* since %[3]s.",
			"claim":  "an answer was claimed from %[1]s in ticket *%[2]s* on %[3]s.",
			"again":  "the issue was sent to %[1]s once more in ticket *%[2]s* on %[3]s, with everything that it says now.",
			"close":  "ticket *%[2]s* %[5]s was closed on %[3]s.",
			"reopen": "ticket *%[2]s* %[5]s was opened again on %[3]s.",
		},
		reopened:       "It had been closed, and this opened it again.",
		delayed:        "the ticket could not be opened at %[1]s yet, because their API does not work at present. It is being tried again by itself.",
		delayedFurther: "%[4]s did not get into ticket%[2]s %[3]s yet, because their API does not work at present. It is being tried again by itself.",
		unknown:        "we do not know whether the ticket was opened at %[1]s, because their API’s answer was lost. We are checking and will tell you here; do not open it by hand for now.",
		unknownFurther: "we do not know whether %[4]s got into ticket%[2]s %[3]s, because their API’s answer was lost. We are checking and will tell you here; do not write anything there by hand for now.",
		withdrawn:      "the label was removed, so %[4]s will not go into ticket%[2]s %[3]s. If they still need it, tell them %[5]s.",
		what: map[string]string{
			"": "the addition", "words": "your text", "claim": "the claim", "again": "the issue sent once more", "close": "the closing", "reopen": "the reopening",
		},
		until:     "If that has not worked by %[1]s, we will give you the text so that you can %[2]s by hand.",
		soon:      "If it does not work soon, we will give you the text so that you can %[1]s by hand.",
		thenOpen:  "open it",
		thenPaste: "add it",
	}
}

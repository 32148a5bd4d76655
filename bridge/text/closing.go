package text

// Solved says that the provider holds the case to be solved. It closes nothing.
type Solved struct {
	MentionMarkup string
	Provider      string
	Ticket        string // the number of the ticket that it has closed; empty: it only wrote so
	Close         string // the command that closes the case
}

// Solved proposes to close the case, or to go on.
func (t Texts) Solved(s Solved) string {
	w := t.closing()
	told := t.sentence(w.solved, s.Provider)
	if s.Ticket != "" {
		told = t.sentence(w.closedThere, s.Provider, s.Ticket)
	}
	to := t.sentence(w.begins, s.Provider)
	return address(s.MentionMarkup, told+" "+t.sentence(w.choose, s.Provider, s.Close, markup(to)))
}

// TicketReopened says that the provider's ticket, which was closed there, is open again.
type TicketReopened struct {
	MentionMarkup string
	Provider      string
	Ticket        string // its number
	Close         string // the command that closes the case
	// Case: the case was closed, and is open again with it.
	Case bool
}

// TicketReopened tells it.
func (t Texts) TicketReopened(r TicketReopened) string {
	w := t.closing()
	told := t.sentence(w.ticketReopened, r.Provider, r.Ticket)
	if r.Case {
		told += " " + t.sentence(w.caseToo, r.Close)
	}
	return address(r.MentionMarkup, told)
}

// reopened says that an answer has opened a case again, or is nothing.
func (t Texts) reopened(r Reply) string {
	if !r.Reopened {
		return ""
	}
	return address(r.MentionMarkup, t.sentence(t.closing().reopened, r.Provider, r.Close))
}

type closingWords struct {
	solved         string // provider
	closedThere    string // provider, ticket
	choose         string // provider, command, how a text for the provider begins
	begins         string // provider
	ticketReopened string // provider, ticket
	caseToo        string // command
	reopened       string // provider, command
	closed         string // provider, command
}

func (t Texts) closing() closingWords {
	switch t.words.lang {
	case "es":
		return closingWords{
			solved:         "*%[1]s da la incidencia por resuelta.*",
			closedThere:    "*%[1]s ha cerrado el ticket %[2]s.*",
			choose:         "Si para vosotros la incidencia también está resuelta, haced un comentario que diga solo {{%[2]s}}: se avisará a %[1]s y dejará de seguirse. Si no, contestadles con un comentario que empiece por {{%[3]s}}.",
			begins:         "Para %[1]s:",
			ticketReopened: "*%[1]s ha vuelto a abrir el ticket %[2]s.*",
			caseToo:        "Aquí el caso estaba cerrado y se ha reabierto. Si ya no hace falta nada más, haced un comentario que diga solo {{%[1]s}}.",
			reopened:       "*este caso con %[1]s estaba cerrado; la respuesta lo ha reabierto.* No hace falta volver a poner la etiqueta. Si ya está todo, haced un comentario que diga solo {{%[2]s}}.",
			closed:         "(i) Este caso con %[1]s ya está cerrado. Si todavía los necesitáis, haced un comentario que diga solo {{%[2]s}}.",
		}
	case "en":
		return closingWords{
			solved:         "*%[1]s considers the issue solved.*",
			closedThere:    "*%[1]s has closed ticket %[2]s.*",
			choose:         "If it is solved for you too, write a comment that says only {{%[2]s}}: %[1]s will be told and the issue will no longer be followed. If not, answer them in a comment that begins with {{%[3]s}}.",
			begins:         "Para %[1]s:",
			ticketReopened: "*%[1]s has opened ticket %[2]s again.*",
			caseToo:        "Here the case was closed, and it is open again. If nothing more is needed, write a comment that says only {{%[1]s}}.",
			reopened:       "*this case with %[1]s was closed; the answer has opened it again.* There is no need to put the label on again. If everything is done, write a comment that says only {{%[2]s}}.",
			closed:         "(i) This case with %[1]s is closed. If you still need them, write a comment that says only {{%[2]s}}.",
		}
	}
	return closingWords{
		solved:         "*%[1]s dona la incidència per resolta.*",
		closedThere:    "*%[1]s ha tancat el tiquet %[2]s.*",
		choose:         "Si per a vosaltres la incidència també està resolta, feu un comentari que digui només {{%[2]s}}: s’avisarà %[1]s i es deixarà de seguir. Si no, contesteu-los amb un comentari que comenci per {{%[3]s}}.",
		begins:         "Per a %[1]s:",
		ticketReopened: "*%[1]s ha tornat a obrir el tiquet %[2]s.*",
		caseToo:        "Aquí el cas estava tancat i s’ha reobert. Si ja no cal res més, feu un comentari que digui només {{%[1]s}}.",
		reopened:       "*aquest cas amb %[1]s estava tancat; la resposta l’ha reobert.* No cal tornar a posar l’etiqueta. Si ja està tot, feu un comentari que digui només {{%[2]s}}.",
		closed:         "(i) Aquest cas amb %[1]s ja està tancat. Si encara els necessiteu, feu un comentari que digui només {{%[2]s}}.",
	}
}

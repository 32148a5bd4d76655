package text

import "time"

// OpsWords are the words of the page for who is on call: plain text, with gaps where a
// comment names what they take.
type OpsWords struct {
	Lang, Title, Heading   string
	AsOf, Reload           string // AsOf: time
	Calls, NoCalls         string
	DueSince               string // time
	Dial, Say              string
	Name, Ticket, Optional string
	Phoned                 string
	More                   string // how many
	Cases, NoCases         string
	Issue, Provider, State string
	Turn, References       string
	TurnMeans              string
	States                 map[string]string // by the state's id
	Numbers                string
	Writing, Runs          string
	Held, Jira, Answers    string
	Away                   string // time
	Quarantined, SetAside  string
	Oldest                 string // how many, since when
	Braked, Undelivered    string
	Late                   string
	Proof, ProofMeans      string
	ProofSince             string // time
	Weakest, NoProof       string
	DMARC, SPF, Address    string

	Noted         string // issue
	NeedName      string
	NameTooLong   string // how many characters at most
	TicketTooLong string // how many characters at most
	NoTicket      string // provider
	Expired       string // the button
	NotDue        string
	NotNoted      string // command, issue
	NoCasesNow    string
	NotNow        string
	NoNumbersNow  string
	OtherSite     string
	Unreadable    string
	Login         string
	TooOften      string
	Back          string
}

// When writes a time, which is in the zone to be shown already.
func (t Texts) When(at time.Time) string { return t.words.when(at) }

// Ops returns the words of the page for who is on call.
func (t Texts) Ops() OpsWords {
	switch t.words.lang {
	case "es":
		return opsSpanish()
	case "en":
		return opsEnglish()
	}
	return opsCatalan()
}

func opsCatalan() OpsWords {
	return OpsWords{
		Lang: "ca", Title: "Guàrdia · escalat", Heading: "Guàrdia",
		AsOf: "Dades del %s.", Reload: "Actualitza",
		Calls: "Trucades pendents", NoCalls: "No cal trucar a ningú.",
		DueSince: "Cal trucar-hi des del %s.",
		Dial:     "Truqueu al", Say: "Digueu-los",
		Name: "Qui ha trucat", Ticket: "Número de tiquet", Optional: "si us l’han donat",
		Phoned: "He trucat",
		More:   "… i %d més",
		Cases:  "Casos oberts", NoCases: "No hi ha cap cas obert.",
		Issue: "Incidència", Provider: "Proveïdor", State: "Estat", Turn: "Qui ho té", References: "Tiquets",
		TurnMeans: "Entre parèntesis, el temps dins l’horari d’atenció del proveïdor.",
		States: map[string]string{
			"settling": "Acabada d’etiquetar", "asked": "Falten dades", "sending": "S’està enviant", "sent": "Enviat",
			"answered": "Amb resposta", "handed": "A punt per entrar al portal", "undelivered": "No lliurat",
			"listed": "Anterior a escalat: cal demanar-ho de nou", "refused": "Sense permís per escalar", "braked": "Aturat pel fre",
			"joined": "Comparteix el cas d’una altra incidència", "withdrawn": "Retirat", "closed": "Tancat",
		},
		Numbers: "Com està escalat",
		Writing: "Enviaments", Runs: "en marxa",
		Held: "aturats: la base de dades i Jira no es corresponen; executeu «escalat reconcile»",
		Jira: "Jira", Answers: "respon", Away: "no respon des del %s",
		Quarantined: "Correus en quarantena", SetAside: "Correus apartats sense llegir", Oldest: "%[1]d, el més antic del %[2]s",
		Braked: "Casos aturats pel fre", Undelivered: "Casos amb un correu no lliurat", Late: "Casos en què el proveïdor fa tard",
		Proof:      "Prova del remitent",
		ProofMeans: "Correus acceptats de cada proveïdor, segons com s’ha provat que eren seus.",
		ProofSince: "Comptats des del %s.",
		Weakest:    "Prova mínima exigida", NoProof: "Encara no s’ha acceptat cap correu.",
		DMARC: "DMARC", SPF: "SPF", Address: "Només l’adreça",

		Noted:         "Queda anotat que s’ha trucat per %s.",
		NeedName:      "Escriviu qui ha trucat: encara no s’ha anotat res.",
		NameTooLong:   "El nom pot tenir %d caràcters com a màxim: encara no s’ha anotat res.",
		TicketTooLong: "El número de tiquet pot tenir %d caràcters com a màxim: encara no s’ha anotat res.",
		NoTicket:      "%s no fa servir números de tiquet com aquest. Reviseu-lo o deixeu el camp buit: encara no s’ha anotat res.",
		Expired:       "El formulari havia caducat i no s’ha anotat res. Torneu a prémer «%s».",
		NotDue:        "Aquesta trucada ja consta o ja no cal fer-la: no s’ha anotat res de nou.",
		NotNoted:      "No s’ha pogut anotar la trucada. Torneu-ho a provar, o escriviu «%[1]s» en un comentari a %[2]s.",
		NoCasesNow:    "Ara mateix no es poden llegir els casos. Torneu a carregar la pàgina d’aquí a un minut; mentrestant, trobareu les trucades pendents als comentaris de cada incidència.",
		NotNow:        "Ara mateix no es poden llegir els casos i no s’ha anotat res. Torneu-ho a provar d’aquí a un minut.",
		NoNumbersNow:  "Ara mateix no es pot saber. Torneu a carregar la pàgina d’aquí a un minut.",
		OtherSite:     "La petició no venia d’aquesta pàgina i no s’ha anotat res. Obriu la pàgina i torneu-ho a provar.",
		Unreadable:    "El formulari no es pot llegir i no s’ha anotat res. Obriu la pàgina i torneu-ho a provar.",
		Login:         "Cal la contrasenya. Torneu a carregar la pàgina i escriviu-la; com a usuari, poseu-hi el vostre nom.",
		TooOften:      "S’han provat massa contrasenyes incorrectes. Espereu un minut i torneu-ho a provar.",
		Back:          "Obre la pàgina",
	}
}

func opsSpanish() OpsWords {
	return OpsWords{
		Lang: "es", Title: "Guardia · escalat", Heading: "Guardia",
		AsOf: "Datos del %s.", Reload: "Actualizar",
		Calls: "Llamadas pendientes", NoCalls: "No hay que llamar a nadie.",
		DueSince: "Hay que llamar desde el %s.",
		Dial:     "Llamad al", Say: "Decidles",
		Name: "Quién ha llamado", Ticket: "Número de ticket", Optional: "si os lo han dado",
		Phoned: "He llamado",
		More:   "… y %d más",
		Cases:  "Casos abiertos", NoCases: "No hay ningún caso abierto.",
		Issue: "Incidencia", Provider: "Proveedor", State: "Estado", Turn: "Quién lo tiene", References: "Tickets",
		TurnMeans: "Entre paréntesis, el tiempo dentro del horario de atención del proveedor.",
		States: map[string]string{
			"settling": "Recién etiquetada", "asked": "Faltan datos", "sending": "Enviándose", "sent": "Enviado",
			"answered": "Con respuesta", "handed": "Listo para el portal", "undelivered": "No entregado",
			"listed": "Anterior a escalat: hay que pedirlo de nuevo", "refused": "Sin permiso para escalar", "braked": "Detenido por el freno",
			"joined": "Comparte el caso de otra incidencia", "withdrawn": "Retirado", "closed": "Cerrado",
		},
		Numbers: "Cómo está escalat",
		Writing: "Envíos", Runs: "en marcha",
		Held: "detenidos: la base de datos y Jira no se corresponden; ejecutad «escalat reconcile»",
		Jira: "Jira", Answers: "responde", Away: "no responde desde el %s",
		Quarantined: "Correos en cuarentena", SetAside: "Correos apartados sin leer", Oldest: "%[1]d, el más antiguo del %[2]s",
		Braked: "Casos detenidos por el freno", Undelivered: "Casos con un correo no entregado", Late: "Casos en los que el proveedor se retrasa",
		Proof:      "Prueba del remitente",
		ProofMeans: "Correos aceptados de cada proveedor, según cómo se ha probado que eran suyos.",
		ProofSince: "Contados desde el %s.",
		Weakest:    "Prueba mínima exigida", NoProof: "Todavía no se ha aceptado ningún correo.",
		DMARC: "DMARC", SPF: "SPF", Address: "Solo la dirección",

		Noted:         "Queda anotado que se ha llamado por %s.",
		NeedName:      "Escribid quién ha llamado: todavía no se ha anotado nada.",
		NameTooLong:   "El nombre puede tener %d caracteres como máximo: todavía no se ha anotado nada.",
		TicketTooLong: "El número de ticket puede tener %d caracteres como máximo: todavía no se ha anotado nada.",
		NoTicket:      "%s no usa números de ticket como ese. Revisadlo o dejad el campo vacío: todavía no se ha anotado nada.",
		Expired:       "El formulario había caducado y no se ha anotado nada. Volved a pulsar «%s».",
		NotDue:        "Esta llamada ya consta o ya no hace falta: no se ha anotado nada nuevo.",
		NotNoted:      "No se ha podido anotar la llamada. Volved a intentarlo, o escribid «%[1]s» en un comentario en %[2]s.",
		NoCasesNow:    "Ahora mismo no se pueden leer los casos. Volved a cargar la página dentro de un minuto; mientras tanto, encontraréis las llamadas pendientes en los comentarios de cada incidencia.",
		NotNow:        "Ahora mismo no se pueden leer los casos y no se ha anotado nada. Volved a intentarlo dentro de un minuto.",
		NoNumbersNow:  "Ahora mismo no se puede saber. Volved a cargar la página dentro de un minuto.",
		OtherSite:     "La petición no venía de esta página y no se ha anotado nada. Abrid la página y volved a intentarlo.",
		Unreadable:    "El formulario no se puede leer y no se ha anotado nada. Abrid la página y volved a intentarlo.",
		Login:         "Hace falta la contraseña. Volved a cargar la página y escribidla; como usuario, poned vuestro nombre.",
		TooOften:      "Se han probado demasiadas contraseñas incorrectas. Esperad un minuto y volved a intentarlo.",
		Back:          "Abrir la página",
	}
}

func opsEnglish() OpsWords {
	return OpsWords{
		Lang: "en", Title: "On call · escalat", Heading: "On call",
		AsOf: "As of %s.", Reload: "Refresh",
		Calls: "Calls to make", NoCalls: "Nobody needs to be called.",
		DueSince: "To be called since %s.",
		Dial:     "Call", Say: "Tell them",
		Name: "Who called", Ticket: "Ticket number", Optional: "if they gave you one",
		Phoned: "I have called",
		More:   "… and %d more",
		Cases:  "Open cases", NoCases: "There is no open case.",
		Issue: "Issue", Provider: "Provider", State: "State", Turn: "Who has it", References: "Tickets",
		TurnMeans: "In brackets, the time within the provider’s support hours.",
		States: map[string]string{
			"settling": "Just labelled", "asked": "Data missing", "sending": "Being sent", "sent": "Sent",
			"answered": "Answered", "handed": "Ready for the portal", "undelivered": "Not delivered",
			"listed": "Older than escalat: ask for it anew", "refused": "Not allowed to escalate", "braked": "Held by the brake",
			"joined": "Shares the case of another issue", "withdrawn": "Withdrawn", "closed": "Closed",
		},
		Numbers: "How escalat is doing",
		Writing: "Sending", Runs: "running",
		Held: "held: the database and Jira do not belong together; run “escalat reconcile”",
		Jira: "Jira", Answers: "answers", Away: "has not answered since %s",
		Quarantined: "Mails in quarantine", SetAside: "Mails set aside unread", Oldest: "%[1]d, the oldest from %[2]s",
		Braked: "Cases held by the brake", Undelivered: "Cases with a mail that was not delivered", Late: "Cases in which the provider is late",
		Proof:      "Proof of the sender",
		ProofMeans: "Mails accepted from each provider, by how it was proved that they were theirs.",
		ProofSince: "Counted since %s.",
		Weakest:    "Weakest proof accepted", NoProof: "No mail has been accepted yet.",
		DMARC: "DMARC", SPF: "SPF", Address: "Address only",

		Noted:         "It is noted that the call about %s was made.",
		NeedName:      "Enter who called: nothing has been noted yet.",
		NameTooLong:   "The name may have %d characters at most: nothing has been noted yet.",
		TicketTooLong: "The ticket number may have %d characters at most: nothing has been noted yet.",
		NoTicket:      "%s does not use ticket numbers like that. Check it or leave the field empty: nothing has been noted yet.",
		Expired:       "The form had expired and nothing was noted. Press “%s” again.",
		NotDue:        "This call has been noted already or is no longer needed: nothing new was noted.",
		NotNoted:      "The call could not be noted. Try again, or write “%[1]s” in a comment on %[2]s.",
		NoCasesNow:    "The cases cannot be read right now. Reload the page in a minute; meanwhile the comments on each issue say which calls are due.",
		NotNow:        "The cases cannot be read right now and nothing was noted. Try again in a minute.",
		NoNumbersNow:  "This cannot be told right now. Reload the page in a minute.",
		OtherSite:     "The request did not come from this page and nothing was noted. Open the page and try again.",
		Unreadable:    "The form cannot be read and nothing was noted. Open the page and try again.",
		Login:         "The password is needed. Reload the page and enter it; as user name, enter your own.",
		TooOften:      "Too many wrong passwords were tried. Wait a minute and try again.",
		Back:          "Open the page",
	}
}

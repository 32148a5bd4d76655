package mapping

import (
	"strings"
	"testing"
)

// TestCloses: which words of a desk hold a case to be solved or closed.
func TestCloses(t *testing.T) {
	t.Parallel()
	for id, texts := range map[string]map[string]bool{
		"claranet": {
			"Damos por resuelta la incidencia.":                            true,
			"Buenos días,\n\nDamos por\nresuelta la incidencia. Un saludo": true,
			"Procedemos al cierre del ticket.":                             true,
			"Al no recibir respuesta procedemos a cerrar el caso":          true,
			"La incidencia INC-12345 ha quedado solucionada":               true,
			"TICKET CERRADO": true,
			"Estado del caso. Ticket nº 1000001 cerrado":         true,
			"Hemos solucionado la incidencia":                    true,
			"Donem per resolta la incidència":                    true,
			"El tiquet s’ha tancat":                              true,
			"La petició ha estat resolta":                        true,
			"Your case 1000001 has been closed":                  true,
			"No damos por resuelta la incidencia":                false,
			"No la damos por cerrada":                            false,
			"Todavía no damos la incidencia por resuelta":        false,
			"Si damos por resuelta la incidencia les avisaremos": false,
			"Cuando la incidencia quede resuelta les avisaremos": false,
			"La incidencia no está resuelta":                     false,
			"Seguimos trabajando en la incidencia":               false,
			"¿Puede confirmar si el problema se ha resuelto?":    false,
			"Necesitamos una ventana para cerrar el puerto":      false,
			"": false,
			strings.Repeat("x", maxHeeded) + " Damos por resuelta la incidencia": false,
		},
		"ovh": {
			"Su ticket CS1234567 ha sido cerrado.":           true,
			"El ticket queda cerrado":                        true,
			"Damos este tiquet por cerrado":                  true,
			"Hemos cerrado el ticket":                        true,
			"La intervención se ha realizado":                true,
			"Votre ticket 1234567 a été clôturé":             true,
			"Nous clôturons ce ticket":                       true,
			"Your request has been resolved":                 true,
			"We are closing this ticket":                     true,
			"No hemos cerrado el ticket":                     false,
			"La intervención se programará mañana":           false,
			"Hemos recibido su ticket y lo estamos mirando.": false,
			"Your ticket is open":                            false,
		},
	} {
		m := loadEmbedded(t, id).Mail
		for text, want := range texts {
			if got := m.Closes(text); got != want {
				t.Errorf("%s: %.60q closes: %v", id, text, got)
			}
			if (Mail{Closings: m.Closings}).Closes(text) {
				t.Errorf("a profile that was not loaded knows %.60q", text)
			}
		}
	}
}

// TestIsSurvey: a mail that only asks how it was says so in its subject, or first.
func TestIsSurvey(t *testing.T) {
	t.Parallel()
	m := loadEmbedded(t, "ovh").Mail
	for _, tt := range []struct {
		subject, text string
		want          bool
	}{
		{"Encuesta de satisfacción", "Hola", true},
		{"Re: [Ticket#1] Enquête de satisfaction", "", true},
		{"Su ticket 1234567", "Estimado cliente:\n\nDíganos su opinión sobre nuestro soporte.", true},
		{"Su ticket 1234567", "Valore nuestro\nsoporte en un minuto", true},
		{"Your ticket", "Dear customer,\nHello!\n\nRate our support", true},
		{"Su ticket 1234567", "Estimado cliente:\n\nHemos cambiado el disco.\n\nValore nuestro soporte", false},
		{"Su ticket 1234567", "El servidor funciona.", false},
		{"", "", false},
		{"", strings.Repeat("Hola,\n", 10000), false},
	} {
		if got := m.IsSurvey(tt.subject, tt.text); got != tt.want {
			t.Errorf("%q, %.40q: %v", tt.subject, tt.text, got)
		}
	}
}

// TestPassesTo: by which words a ticket goes to another level.
func TestPassesTo(t *testing.T) {
	t.Parallel()
	m := loadEmbedded(t, "ovh").Mail
	for text, want := range map[string]string{
		"Su solicitud ha sido transferida al soporte de asistencia.":           "tecnica",
		"Hemos pasado\nla incidencia: trasladada al nivel 2":                   "tecnica",
		"Su consulta no se considera un incidente":                             "tecnica",
		"Votre demande a été transférée au support d’assistance":               "tecnica",
		"Your request has been transferred to our technical assistance team":   "tecnica",
		"Su solicitud ha sido transferida al servicio de asistencia comercial": "comercial",
		"Tiquet derivado a la asistencia comercial":                            "comercial",
		"Your ticket has been forwarded to the sales team":                     "comercial",
		"Esta operación requiere una intervención de infogerencia":             "infogerencia",
		"Su tiquet ha sido pasado a la infogerencia":                           "infogerencia",
		"Escalada al soporte de nivel 3":                                       "infogerencia",
		"Se ha abierto un ticket de incidencia":                                "incidencia",
		"Su consulta ha sido transferida al soporte de incidencias":            "incidencia",
		"Un ticket d’incident a été ouvert":                                    "incidencia",
		"No ha sido transferida al soporte de asistencia":                      "",
		"Hemos revisado el servidor y responde":                                "",
		"":                                                                     "",
	} {
		form, ok := m.PassesTo(text)
		if form != want || ok != (want != "") {
			t.Errorf("%q passes to %q, want %q", text, form, want)
		}
	}
	if form, ok := loadClaranet(t).Mail.PassesTo("transferida al soporte de asistencia"); ok {
		t.Errorf("a provider without levels passes to %q", form)
	}
}

// FuzzMail: whatever a mail holds, reading it ends.
func FuzzMail(f *testing.F) {
	for _, s := range []string{"Damos por resuelta la incidencia", "no se\nconsidera un incidente", "\xff,\n:", "Hola,\n\nValore nuestro soporte", " \u00a0\n!", "no la damos por cerrada"} {
		f.Add(s, s)
	}
	mails := []Mail{loadClaranet(f).Mail, loadEmbedded(f, "ovh").Mail}
	f.Fuzz(func(t *testing.T, subject, text string) {
		for _, m := range mails {
			m.Closes(text)
			m.IsSurvey(subject, text)
			if form, ok := m.PassesTo(text); ok != (form != "") {
				t.Fatalf("%q passes to %q: %v", text, form, ok)
			}
		}
	})
}

package mapping

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestOVH holds the embedded profile to the provider's document.
func TestOVH(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	if p.Channel != "manual" || p.Account.ES != "Identificador de cliente (NIC)" || p.Location().String() != "Europe/Madrid" {
		t.Errorf("channel %q, account %q in %s", p.Channel, p.Account.ES, p.Location())
	}
	working := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	level2 := Expected{From: Duration(12 * time.Hour), To: Duration(24 * time.Hour), Late: Duration(27 * time.Hour)}
	for _, tt := range []struct {
		form   string
		level  int
		phone  string
		always bool
		days   []time.Weekday
		answer Expected
	}{
		{"incidencia", 1, "902 906 033", true, nil, Expected{From: Duration(time.Hour), To: Duration(6 * time.Hour), Late: Duration(8 * time.Hour)}},
		{"tecnica", 2, "902 106 113", false, working, level2},
		{"comercial", 2, "902 106 113", false, working, level2},
		{"infogerencia", 3, "902 106 113", false, working, level2},
	} {
		hours := p.HoursOf(tt.form)
		if got := p.PhonesOf(tt.form); len(got) != 1 || got[0] != tt.phone {
			t.Errorf("%s: telephones %v", tt.form, got)
		}
		if f := p.Form(tt.form); f.Level != tt.level || hours.closes() == tt.always {
			t.Errorf("%s: level %d, hours %+v", tt.form, f.Level, hours)
		}
		if diff := cmp.Diff(tt.days, hours.Weekdays()); diff != "" {
			t.Errorf("%s: days (-want +got):\n%s", tt.form, diff)
		}
		if diff := cmp.Diff(tt.answer, p.ExpectOf(tt.form).Answer); diff != "" {
			t.Errorf("%s: answer (-want +got):\n%s", tt.form, diff)
		}
	}
	if p.Contacts.General.Phones[0] != "902 106 113" || p.PhonesOf("")[0] != "902 906 033" || p.HoursOf("").closes() {
		t.Errorf("contacts %+v", p.Contacts)
	}
}

// TestOVHForms holds the forms to what each level needs, and their texts to the team's
// languages.
func TestOVHForms(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	want := map[string]string{
		"incidencia": `Referencia del servicio: text!
Tipo de incidencia: choice!
Qué falla: longtext!
Desde cuándo: datetime!
Impacto: longtext!
Persona de contacto: person!
Pruebas realizadas: longtext!
`,
		"tecnica": `Referencia del servicio: text!
Tipo de consulta: choice!
Consulta: longtext!
Persona de contacto: person!
`,
		"comercial": `Referencia del servicio: text!
Tipo de consulta: choice!
Consulta: longtext!
Persona de contacto: person!
`,
		"infogerencia": `Referencia del servicio: text!
Qué hay que hacer: longtext!
Presupuesto: choice!
Persona de contacto: person!
`,
	}
	phrases := []Phrase{p.Account}
	for _, rule := range p.Proposals {
		phrases = append(phrases, rule.Reason)
	}
	for _, form := range p.Forms {
		var b strings.Builder
		outline(&b, form.Fields, "")
		if diff := cmp.Diff(want[form.ID], b.String()); diff != "" {
			t.Errorf("form %s (-want +got):\n%s", form.ID, diff)
		}
		phrases = append(phrases, form.Name)
		for _, through := range form.Through {
			phrases = append(phrases, through.Tell)
		}
		for _, f := range append(form.All(), &p.Kind) {
			phrases = append(phrases, f.Label, f.Help, f.Example)
			for _, o := range f.Choices {
				phrases = append(phrases, o.Name)
			}
			for _, a := range f.Answers {
				phrases = append(phrases, a.Name)
			}
		}
	}
	for _, ph := range phrases {
		if ph.CA == "" || ph.ES == "" || ph.EN == "" {
			t.Errorf("a text is missing in some language: %+v", ph)
		}
	}
}

// TestOVHLabels: each level has its label, in both languages of the team.
func TestOVHLabels(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	for label, want := range map[string]string{
		"escalar-ovh": "", "escalar-ovh-incidencia": "incidencia", "escalat-ovh-Incident": "incidencia", "escalar-ovh-nivell1": "incidencia",
		"escalar-ovh-assistencia": "tecnica", "escalar-ovh-asistencia": "tecnica", "escalar-ovh-nivel2": "tecnica",
		"escalar-ovh-comercial": "comercial", "escalar-ovh-infogerencia": "infogerencia", "escalar-ovh-infogestio": "infogerencia",
	} {
		if got := p.Judge(Input{Now: day(9), Labels: []string{label}}).Form.ID; got != want {
			t.Errorf("%s means %q, want %q", label, got, want)
		}
	}
	for line, want := range map[string]string{
		"Tipus de suport: Incidència":            "incidencia",
		"Tipo de soporte: asistencia comercial":  "comercial",
		"Nivell: infogerència":                   "infogerencia",
		"Nivel: 2":                               "",
		"Tipus de suport: assistència tècnica":   "tecnica",
		"Nivell de suport: nivell 1, incidència": "incidencia",
		// Words that stand above any issue's text are no answer.
		"h3. Incidència\n\nEl servidor no respon": "",
		"*Incidencia*\nEl servidor no responde":   "",
		"Tipus: Incidència":                       "",
	} {
		if got := p.Judge(Input{Now: day(9), Sources: sources(line)}).Form.ID; got != want {
			t.Errorf("%q means %q, want %q", line, got, want)
		}
	}
}

// TestOVHRead: a whole incident is read and nothing of it is doubted.
func TestOVHRead(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	in := Input{Now: day(9), Labels: []string{"escalar-ovh-incidencia"}, Summary: "El servidor de l’arxiu no respon", Sources: sources(
		"Bon dia,\n\n*Referència del servei:* ns123456.ip-192-0-2.eu\n*Tipus d’incidència:* servidor\n*Què falla:* no respon al ping ni per SSH\n" +
			"*Des de quan:* 2/11/2026 a les 9.20\n*Impacte:* ningú no pot arxivar\n*Contacte:* Nom Exemple, 900 000 000\n*Proves:* no se n’han fet")}
	r := p.Judge(in)
	if !r.Complete() || len(r.Doubts) > 0 || r.Against != nil || r.Through != nil {
		t.Errorf("problems %v, doubts %v, against %v, through %v", r.Problems, doubts(r), r.Against, r.Through)
	}
	if a := r.Values.ByField["tests"].Answer; a == nil || a.Name.ES != "no se han hecho" {
		t.Errorf("tests %+v", r.Values.ByField["tests"])
	}
	in.Sources = sources("Tipus de suport:\nServei:\nQuè falla:")
	if got := p.Judge(in); len(got.Problems) != 7 || got.Values.Rest != "" {
		t.Errorf("of an empty form %d problems, rest %q", len(got.Problems), got.Values.Rest)
	}
}

// TestOVHService: a reference is one word with a dot or a digit; else it is doubted, and
// filed only when one word of the answer is one.
func TestOVHService(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	for answer, want := range map[string]struct{ service, doubt string }{
		"ns123456.ip-192-0-2.eu":               {"ns123456.ip-192-0-2.eu", ""},
		"NS123456.ovh.net":                     {"NS123456.ovh.net", ""},
		"vps-1a2b3c4d.vps.ovh.net":             {"vps-1a2b3c4d.vps.ovh.net", ""},
		"exemple.cat":                          {"exemple.cat", ""},
		"administració.exemple.cat":            {"administració.exemple.cat", ""},
		"hosted-ab12345-1":                     {"hosted-ab12345-1", ""},
		"pcc-192-0-2-10":                       {"pcc-192-0-2-10", ""},
		"0123456789abcdef0123456789abcdef":     {"0123456789abcdef0123456789abcdef", ""},
		"ip-192.0.2.0/24":                      {"ip-192.0.2.0/24", ""},
		"{{ns123456.ovh.net}}":                 {"ns123456.ovh.net", ""},
		"ns123456.ovh.net (servidor d’arxiu)":  {"ns123456.ovh.net", "service no-pattern: ns123456.ovh.net (servidor d’arxiu)"},
		"ns1234.ovh.net i ns5678.ovh.net":      {"", "service no-pattern: ns1234.ovh.net i ns5678.ovh.net"},
		"el servidor de l’arxiu":               {"", "service no-pattern: el servidor de l’arxiu"},
		"exemple":                              {"", "service no-pattern: exemple"},
		"ns123456.ovh.net, ns123456.ovh.net":   {"ns123456.ovh.net", "service no-pattern: ns123456.ovh.net, ns123456.ovh.net"},
		strings.Repeat("a.", 5000) + "exemple": {"", "service no-pattern: " + strings.Repeat("a.", 59) + "a…"},
	} {
		r := p.Judge(Input{Now: day(9), Labels: []string{"escalar-ovh-incidencia"}, Sources: sources("Servei: " + answer)})
		if got := p.FilingOf(r).Service; got != want.service {
			t.Errorf("%.40q: service %q, want %q", answer, got, want.service)
		}
		if got := strings.Join(doubts(r), "\n"); got != want.doubt {
			t.Errorf("%.40q: doubts %q, want %q", answer, got, want.doubt)
		}
	}
	r := p.Judge(Input{Now: day(9), Labels: []string{"escalar-ovh-comercial"}, Sources: sources("Servei: servei nou")})
	if got := p.FilingOf(r); got.Service != "" || len(r.Doubts) > 0 {
		t.Errorf("a new service: %q, doubts %v", got.Service, doubts(r))
	}
}

// TestOVHInfogerencia: by which ticket level 3 is asked for, and what is told of it.
func TestOVHInfogerencia(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	type asked struct{ form, heading, pending, choice, category string }
	paid := asked{
		"tecnica", "Solicitud de infogerencia (presupuesto aceptado y pagado)", "",
		"Asistencia técnica – infogerencia con presupuesto pagado", "assistance",
	}
	accepted := asked{
		"comercial", "Infogerencia con presupuesto aceptado, pendiente de pago", "quote",
		"Asistencia comercial – pago de un presupuesto de infogerencia", "billing",
	}
	none := asked{
		"comercial", "Solicitud de presupuesto de infogerencia", "quote",
		"Asistencia comercial – presupuesto de infogerencia", "assistance",
	}
	for answer, want := range map[string]asked{
		"Acceptat i pagat":                   paid,
		"aceptado y pagado el 3/11/2026":     paid,
		"acceptat el dia 3 i pagat el dia 5": paid,
		"Acceptat, sense pagar":              accepted,
		"acceptat però encara no s’ha pagat": accepted,
		"aceptado, pendiente de pago":        accepted,
		"No n’hi ha":                         none,
		"todavía no":                         none,
		"cap":                                none,
		"":                                   none,
		"dimarts":                            none,
		"pagat? encara no s’ha pagat, ho farem": none, // it says both
	} {
		r := p.Judge(Input{Now: day(9), Labels: []string{"escalar-ovh-infogerencia"}, Sources: sources("Servei: ns123456.ovh.net\nPressupost: " + answer)})
		if r.Through == nil {
			t.Errorf("%q: through nothing", answer)
			continue
		}
		filed := p.FilingOf(r)
		got := asked{r.Through.Form, r.Through.Heading, strings.Join(r.Through.Pending, " "), filed.Choice, filed.Category}
		if got != want {
			t.Errorf("%q: %+v, want %+v", answer, got, want)
		}
		if by := p.FiledBy(r); by.ID != want.form || filed.Menu != by.Filing.Menu || filed.Service != "ns123456.ovh.net" {
			t.Errorf("%q: filed by %s as %+v", answer, by.ID, filed)
		}
	}
}

// TestOVHFiling: where a form is entered in the Manager, and what the API calls it.
func TestOVHFiling(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	const manager = "https://www.ovh.com/manager/"
	incident := Filing{
		Menu: "Mis productos → Soporte → Declarar un incidente", Link: manager, Type: "genericRequest", Category: "incident",
		Subcategory: "down", Impact: "high", Urgency: "high",
	}
	with := func(f Filing, change func(*Filing)) Filing { change(&f); return f }
	for _, tt := range []struct {
		label, text string
		want        Filing
	}{
		{"incidencia", "", incident},
		{"incidencia", "Servei: exemple.cat\nTipus d’incidència: DNS", with(incident, func(f *Filing) {
			f.Service, f.Choice, f.Product = "exemple.cat", "Fallo de DNS en un dominio registrado", "domain"
		})},
		{"incidencia", "Tipus d’incidència: una altra", with(incident, func(f *Filing) { f.Choice, f.Subcategory = "Otra incidencia", "other" })},
		{"assistencia", "Tipo de consulta: correo", Filing{
			Menu: "Mis productos → Soporte → Soporte asistencia", Link: manager, Choice: "Asistencia técnica – correo", Type: "genericRequest",
			Category: "assistance", Subcategory: "usage", Product: "mail", Impact: "medium", Urgency: "medium",
		}},
		{"comercial", "Tipus de consulta: factura", Filing{
			Menu: "Mis productos → Soporte → Soporte asistencia", Link: manager, Choice: "Asistencia comercial – factura o pago", Type: "genericRequest",
			Category: "billing", Subcategory: "bill", Impact: "low", Urgency: "medium",
		}},
	} {
		r := p.Judge(Input{Now: day(9), Labels: []string{"escalar-ovh-" + tt.label}, Sources: sources(tt.text)})
		if diff := cmp.Diff(tt.want, p.FilingOf(r)); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", tt.label, tt.text, diff)
		}
	}
	if diff := cmp.Diff(Filing{Link: manager}, p.FilingOf(p.Judge(Input{Now: day(9)}))); diff != "" {
		t.Errorf("of no form (-want +got):\n%s", diff)
	}
	if got := (&Profile{}).FilingOf(Report{}); got.Link != "" || got.Service != "" {
		t.Errorf("of nothing %+v", got)
	}
}

// TestOVHTickets: how its ticket numbers are known.
func TestOVHTickets(t *testing.T) {
	t.Parallel()
	r := loadEmbedded(t, "ovh").References
	for text, want := range map[string]string{
		"[Ticket#2026030210000012] Incidencia":                 "2026030210000012",
		"Re: [Ticket 1234567890] Servidor sin ping":            "1234567890",
		"[CS1234567] Your request":                             "CS1234567",
		"Su ticket CS1234567 ha sido actualizado":              "CS1234567",
		"Ticket 1234567890":                                    "1234567890",
		"Se ha creado el ticket número 1234567":                "1234567",
		"Your ticket number 1234567 has been created":          "1234567",
		"Tiquet de incidencia 1234567 abierto":                 "1234567",
		"Número de ticket: 1234567890":                         "1234567890",
		"Incidencia nº 1234567 registrada":                     "1234567",
		"La demande n° 1234567 est en cours":                   "1234567",
		"[AOC KEY-12345] ns123456.ovh.net – no responde":       "",
		"El servidor ns3012345.ip-51-210-1.eu, ip 51.210.1.17": "",
		"Llamen al 902 906 033 o al 902106113":                 "",
		"La factura 2026 y el pedido 20261122":                 "",
		"ABCS1234567":                                          "",
	} {
		var got []string
		for _, f := range r.Tickets(text) {
			got = append(got, f.Number)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOVHProposals: which level the facts speak for.
func TestOVHProposals(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	for text, want := range map[string]string{
		// The examples of the document, in both languages.
		"Servidor no hace ping":                         "incidencia",
		"El servidor no fa ping des d’aquest matí":      "incidencia",
		"Un alojamiento no está accesible":              "incidencia",
		"L’allotjament no és accessible":                "incidencia",
		"El alojamiento no es accesible":                "incidencia",
		"La cuenta de correo no envía correos":          "incidencia",
		"El compte no envia correus":                    "incidencia",
		"Fallo de DNS en un dominio registrado":         "incidencia",
		"El DNS falla i el domini no es resol":          "incidencia",
		"Configurar mi cuenta de correo":                "tecnica",
		"Instal·lar un lloc web al servidor":            "tecnica",
		"Cambiar las DNS de un dominio":                 "tecnica",
		"Canviar les DNS d’un domini":                   "tecnica",
		"Recompilar el PHP de mi servidor":              "infogerencia",
		"Instalar el Zend optimizer":                    "infogerencia tecnica",
		"Reconfigurar un multidominio":                  "infogerencia",
		"Cal buidar la cua de Qmail":                    "infogerencia",
		"Vaciar la cola de Qmail, no se envían correos": "infogerencia incidencia",
		"Falta la factura de maig":                      "comercial",
		"Volem contractar un servidor: pressupost?":     "comercial",
		"Ayuda para elegir qué producto OVH":            "comercial",

		// A server that answers is no incident to OVH.
		"El servidor respon al ping però la web no respon":   "tecnica",
		"La web no carga, pero el servidor hace ping":        "tecnica",
		"No respon al ping; l’altre servidor sí que fa ping": "incidencia tecnica",
		"Ja fa ping, però no envia correus":                  "tecnica",

		// As words, in any letter case, without accents; not within words.
		"EL SERVIDOR NO RESPONDE\nAL PING": "incidencia",
		"refacturació":                     "",
		"Bon dia, us passem el cas":        "",
		"":                                 "",

		// A label, a line of the kind and what is no answer speak for nothing.
		"Tipus de suport: infogerència":                                 "",
		"Pressupost:\nFactura":                                          "comercial",
		"Pressupost: acceptat i pagat":                                  "",
		"Què falla: res, és una factura":                                "comercial",
		"*Què falla:* el servidor no fa ping":                           "incidencia",
		"Què falla: El servidor d’exemple no respon al ping ni per SSH": "",
	} {
		for _, in := range []Input{
			{Now: day(9), Summary: text},
			{Now: day(9), Sources: sources(text)},
			{Now: day(9), Sources: sources("Bon dia", text)},
			{Now: day(9), Labels: []string{"escalar-ovh-comercial"}, Sources: sources(text)},
		} {
			if in.Summary != "" && strings.Contains(text, ":") {
				continue
			}
			var ids []string
			for _, o := range p.Propose(in) {
				ids = append(ids, o.Form)
				if o.Reason.CA == "" || len(o.Words) == 0 {
					t.Errorf("%q: %+v", text, o)
				}
			}
			if got := strings.Join(ids, " "); got != want {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
			if diff := cmp.Diff(p.Propose(in), p.Judge(in).Proposed); diff != "" {
				t.Errorf("%q: judged (-proposed +judged):\n%s", text, diff)
			}
		}
	}
	if got := loadClaranet(t).Propose(Input{Summary: "no fa ping"}); got != nil {
		t.Errorf("a profile without rules proposes %v", got)
	}
	if got := (&Profile{Proposals: p.Proposals}).Propose(Input{Summary: "no fa ping"}); got != nil {
		t.Errorf("a profile that was not loaded proposes %v", got)
	}
}

// TestOVHAgainst: the facts speak against what a person chose, by label or in a line.
func TestOVHAgainst(t *testing.T) {
	t.Parallel()
	p := loadEmbedded(t, "ovh")
	for name, tt := range map[string]struct{ label, text, want string }{
		"nothing chosen":       {"escalar-ovh", "El servidor no fa ping", ""},
		"as chosen":            {"escalar-ovh-incidencia", "El servidor no fa ping", ""},
		"another by label":     {"escalar-ovh-assistencia", "El servidor no fa ping", "incidencia"},
		"another by line":      {"escalar-ovh", "Tipus de suport: assistència comercial\n\nEl servidor no fa ping", "incidencia"},
		"an incident is none":  {"escalar-ovh-incidencia", "El servidor fa ping, la web no respon", "tecnica"},
		"through what it says": {"escalar-ovh-infogerencia", "Demanem pressupost", ""},
		"not the other way":    {"escalar-ovh-comercial", "Cal recompilar el PHP", "infogerencia"},
		"nothing speaks":       {"escalar-ovh-incidencia", "Bon dia", ""},
	} {
		r := p.Judge(Input{Now: day(9), Labels: []string{tt.label}, Sources: sources(tt.text)})
		got := ""
		if r.Against != nil {
			got = r.Against.Form
		}
		if got != tt.want {
			t.Errorf("%s: against %q, want %q", name, got, tt.want)
		}
	}
}

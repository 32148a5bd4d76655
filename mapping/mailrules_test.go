package mapping

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestMailRules: what is wrong in how a provider's mails are read is told with its place.
func TestMailRules(t *testing.T) {
	t.Parallel()
	many := func(n int, format string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(format, i))
		}
		return strings.Join(all, ", ")
	}
	long := strings.Repeat("a", 301)
	for name, test := range map[string]struct{ mail, want string }{
		"empty":                    {`{}`, ""},
		"all of it":                {`{proof: spf, acknowledgements: ['Hemos recibido (su|tu) correo'], footers: [Este mensaje es confidencial]}`, ""},
		"each proof":               {`{proof: address}`, ""},
		"as much as there may be":  {`{acknowledgements: [` + many(20, "'expresión %d'") + `], footers: [` + many(50, "'pie de página %d'") + `]}`, ""},
		"unknown key":              {`{prof: spf}`, `8:8: unknown key "prof"; the nearest known is "proof"`},
		"unknown proof":            {`{proof: dkim}`, `8:15: proof "dkim" is unknown; the nearest known is "dmarc"`},
		"no expression":            {`{acknowledgements: ['(Recibido']}`, "8:27: expression \"(Recibido\" is no regular expression: error parsing regexp: missing closing ): `(Recibido`"},
		"an expression behind its": {`{acknowledgements: ['Recibido)(?:su correo']}`, "8:27: expression \"Recibido)(?:su correo\" is no regular expression: error parsing regexp: unexpected ): `Recibido)(?:su correo`"},
		"what finds everything":    {`{acknowledgements: ['.*']}`, `8:27: expression ".*" must find at least 8 characters: what is shorter begins other mails too`},
		"one short way of two":     {`{acknowledgements: ['Hemos recibido|Hola']}`, `8:27: expression "Hemos recibido|Hola" must find at least 8 characters: what is shorter begins other mails too`},
		"a long expression":        {`{acknowledgements: [` + long + `]}`, `8:27: expression "` + long + `" must be at most 300 bytes`},
		"an expression twice":      {`{acknowledgements: [Recibido el, Recibido el]}`, `8:40: expression "Recibido el" stands twice`},
		"many expressions":         {`{acknowledgements: [` + many(21, "'expresión %d'") + `]}`, `8:26: acknowledgements must be at most 20`},
		"a short footer":           {`{footers: ['-- Saludo']}`, `8:18: footer "-- Saludo" must have at least 8 letters and digits: what is shorter begins other paragraphs too`},
		"a long footer":            {`{footers: [` + long + `]}`, `8:18: footer "` + long + `" must be at most 200 bytes: its beginning is enough`},
		"a footer twice":           {`{footers: [Aviso legal, 'AVISO: légal']}`, `8:31: footer "AVISO: légal" stands twice`},
		"many footers":             {`{footers: [` + many(51, "'pie de página %d'") + `]}`, `8:17: footers must be at most 50`},
		"all that is wrong":        {`{proof: none, footers: ['']}`, "8:15: proof \"none\" is unknown; the nearest known is \"spf\"\nacme.yaml:8:31: footer \"\" must have at least 8 letters and digits: what is shorter begins other paragraphs too"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			profile := strings.Replace(double, "contacts:\n", "mail: "+test.mail+"\ncontacts:\n", 1)
			got := ""
			if _, err := Load(fstest.MapFS{"acme.yaml": {Data: []byte(profile)}}); err != nil {
				got = strings.TrimPrefix(err.Error(), "load profiles: acme.yaml:")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAcknowledges: an expression holds from the beginning, in any letter case, and by
// nothing where the profile has none.
func TestAcknowledges(t *testing.T) {
	t.Parallel()
	profile := strings.Replace(double, "contacts:\n", "mail: {acknowledgements: ['Recibido: (su|tu) correo|Alta del ticket']}\ncontacts:\n", 1)
	loaded, err := Load(fstest.MapFS{"acme.yaml": {Data: []byte(profile)}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"Recibido: su correo del lunes": true,
		"RECIBIDO: TU CORREO":           true,
		"alta del ticket 1":             true,
		"":                              false,
		"Es el alta del ticket 1":       false,
		"Hola\nAlta del ticket 1":       false,
		"Recibido":                      false,
	} {
		if got := loaded[0].Mail.Acknowledges(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
		if (Mail{Acknowledgements: []string{"Recibido: su correo"}}).Acknowledges(text) {
			t.Errorf("a profile that was not loaded knows %q", text)
		}
	}
}

// TestClaranetAcknowledges: the expressions of the embedded profile name the provider's
// own doing, not what its people write.
func TestClaranetAcknowledges(t *testing.T) {
	t.Parallel()
	m := loadClaranet(t).Mail
	for text, want := range map[string]bool{
		"Claranet ha registrado su incidencia con el número 1000001":            true,
		"El Centro de Soporte de Claranet ha recibido su solicitud":             true,
		"El equipo de Soporte Claranet ha abierto el ticket 1000001":            true,
		"Su petición ha quedado registrada en Claranet con el número 1000001":   true,
		"La vostra sol·licitud ha quedat registrada a Claranet":                 true,
		"Claranet ha registrat la vostra incidència amb el número 1000001":      true,
		"Your request has been registered at Claranet":                          true,
		"Claranet Support has received your request":                            true,
		"Gracias por contactar con Claranet. El corte se debe a un cortafuegos": false,
		"Claranet ha reiniciado el servicio":                                    false,
		"Su petición ha quedado resuelta":                                       false,
		"":                                                                      false,
	} {
		if got := m.Acknowledges(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if m.Proof != "dmarc" {
		t.Errorf("the proof is %q: the weaker ones are said, not fallen into", m.Proof)
	}
}

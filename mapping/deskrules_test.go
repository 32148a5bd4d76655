package mapping

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// acme is the invented provider, with texts replaced.
func acme(t testing.TB, oldnew ...string) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/providers/acme.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(text, oldnew[i]) {
			t.Fatalf("the profile does not contain %q", oldnew[i])
		}
		text = strings.Replace(text, oldnew[i], oldnew[i+1], 1)
	}
	return text
}

// TestDeskRules: what is wrong in how a provider is reached, when it works, what is
// usual, what speaks for a form and how it is filed is told with its place.
func TestDeskRules(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 301)
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	local := func(n int) string {
		var days []string
		for i := range n {
			days = append(days, fmt.Sprintf("20%02d-01-02", i))
		}
		return "[" + strings.Join(days, ", ") + "]"
	}
	const matrix = "    after: 1h\n    without: acknowledgement\n"
	const quote = "      - when: {field: order, filled: false}\n"
	tests := []struct{ name, old, new, want string }{
		{"a channel", "channel: mail", "channel: post", `8:10: channel "post" is unknown; the nearest known is "api"`},
		{"account in one language", "{es: Número de contrato, ca: Número de contracte,", "{es: Número de contrato,", `9:11: ca is missing`},
		{"identifier in the file", "account:", "identifier: 1\naccount:", `9:1: unknown key "identifier"; the nearest known is "senders"`},
		{"each channel", "channel: mail", "channel: api", ""},
		{"no night of a portal", "channel: mail", "channel: manual", ""},
		{"a page", "https://portal.acme.example/\n", "portal.acme.example\n", `19:11: portal "portal.acme.example" must begin with https://`},
		{"a long page", "https://portal.acme.example/\n", "https://" + strings.Repeat("a", 493) + "\n", `19:11: "https://` + strings.Repeat("a", 493) + `" must be one line of at most 500 characters`},
		{"an hour of a form", "{from: \"00:00\"", "{from: \"0:00\"", `107:19: hour "0:00" must be written as 08:00`},
		{"a day", "days: [mon,", "days: [mun,", `14:10: day "mun" is unknown; the nearest known is "mon"`},
		{"a day twice", "thu, fri]", "thu, thu]", `14:30: day "thu" stands twice`},
		{"a region", "[es, es-ct]", "[es, es-vc]", `15:18: region "es-vc" is unknown; the nearest known is "es-ct"`},
		{"a region twice", "[es, es-ct]", "[es, es]", `15:18: region "es" stands twice`},
		{"a local day", "[09-24,", "[31-09,", `16:11: day "31-09" must be one of every year, as 06-24, or of one, as 2027-09-24`},
		{"a local day that never comes", "2027-02-12", "2027-02-30", `16:18: day "2027-02-30" must be one of every year, as 06-24, or of one, as 2027-09-24`},
		{"29 February of every year", "[09-24,", "[02-29,", ""},
		{"a local day twice", "2027-02-12", "09-24", `16:18: day "09-24" stands twice`},
		{"local days without end", "[09-24, 2027-02-12]", local(61), `16:10: local days must be at most 60`},
		{"as many local days as there may be", "[09-24, 2027-02-12]", local(60), ""},
		{"a telephone of a form", "phones: [\"900 000 011\"]\n    expect", "phones: [call me]\n    expect", `108:14: "call me" is no telephone number`},
		{"many telephones", "day:\n    email: soporte@acme.example\n    phones: [", "day:\n    email: soporte@acme.example\n    phones: [" + many(10, "900 000 000, "), `22:13: phones must be at most 10`},
		{"a level", "level: 1", "level: 10", `104:12: level must be from 0 to 9`},
		{"a time", "{late: 30m}", "{late: 30}", `50:27: time "30" must be written as 90m, 6h or 1h30m`},
		{"a time of words", "{late: 30m}", "{late: half an hour}", `50:27: time "half an hour" must be written as 90m, 6h or 1h30m`},
		{"a time that is none", "{late: 30m}", "{late: 0m}", `50:27: time "0m" must be written as 90m, 6h or 1h30m`},
		{"a negative time", "{late: 30m}", "{late: -1h}", `50:27: time "-1h" must be written as 90m, 6h or 1h30m`},
		{"a short time", "{late: 30m}", "{late: 30s}", `50:27: time "30s" must be from 1m to 1000h`},
		{"a long time", "{late: 30m}", "{late: 1001h}", `50:27: time "1001h" must be from 1m to 1000h`},
		{"a time that is a list", "{late: 30m}", "{late: [1h]}", `50:27: cannot unmarshal []interface {} into Go struct field Profile.Expect of type string`},
		{"usual from the longer", "{from: 2h, to: 4h", "{from: 5h, to: 4h", `51:12: from must not be longer than to`},
		{"late while it is usual", "late: 6h", "late: 3h", `51:12: late must not be shorter than to: it would be late while it is usual`},
		{"half of what is usual", "{from: 2h, to: 4h", "{from: 2h", `51:12: what is usual must have both from and to`},
		{"a form's part that does not fit the profile's", "answer: {from: 30m, to: 2h, late: 3h}", "answer: {from: 5h}", `110:16: from must not be longer than to`},
		{"an unknown word of expect", "  silence:", "  silense:", `52:3: unknown key "silense"; the nearest known is "silence"`},
		{"a step without an id", "  - id: desk\n    after", "  - after", `55:5: id "" must be a lower-case word`},
		{"a step twice", "id: chief", "id: desk", `61:9: step "desk" stands twice`},
		{"a step that does not wait", matrix, "    without: acknowledgement\n", `55:5: after is missing: how long the step waits`},
		{"a step's time", "after: 1h", "after: soon", `56:12: time "soon" must be written as 90m, 6h or 1h30m`},
		{"a step before the one before it", "without: answer\n", "without: acknowledgement\n", ""},
		{"steps out of order", "    after: 6h\n    without: answer\n", "    after: 30m\n    without: acknowledgement\n", `62:12: step "chief" must not come before step "desk": steps stand in their order`},
		{"what a step waits for", "without: answer", "without: anser", `63:14: without "anser" is unknown; the nearest known is "answer"`},
		{"nothing that a step waits for", "    without: answer\n", "", `61:5: without is missing`},
		{"a way", "[propose, mail,", "[propose, fax,", `64:21: way "fax" is unknown; the nearest known is "mail"`},
		{"a way twice", "[propose, mail,", "[propose, propose,", `64:21: way "propose" stands twice`},
		{"a mail to nobody", "        email: responsable@acme.example\n", "", `64:11: the way mail needs somebody with an e-mail`},
		{"an address that is none", "responsable@acme.example", "responsable", `69:16: "responsable" is no address`},
		{"somebody without a name", "name: Turno de Ejemplo", "name: ''", `59:15: name is missing`},
		{"a name of two lines", "name: Turno de Ejemplo", "name: \"Turno\\nEjemplo\"", `59:15: "Turno\nEjemplo" must be one line of at most 100 characters`},
		{"a role in one language", "{es: Responsable del servicio, ca: Responsable del servei,", "{ca: Responsable del servei,", `67:16: es is missing`},
		{"a telephone of somebody", "[\"900 000 013\"]", "[\"nine\"]", `60:18: "nine" is no telephone number`},
		{"many people", "      - name: Turno de Ejemplo\n", many(11, "      - name: Turno de Ejemplo\n"), `59:7: people must be at most 10`},
		{"many steps", "matrix:\n", "matrix:\n" + many(19, "  - {id: a, after: 1h, without: news}\n"), `55:3: steps must be at most 20`},
		{"an unknown word of a step", "    ways:", "    way:", `64:5: unknown key "way"; the nearest known is "ways"`},

		{"a proposal's form", "  - form: aviso\n    says: broken", "  - form: avis\n    says: broken", `83:11: form "avis" is unknown; the nearest known is "aviso"`},
		{"a proposal's words", "says: broken", "says: brocken", `84:11: list of words "brocken" is unknown; the nearest known is "broken"`},
		{"a proposal without words", "    says: broken\n", "", `83:5: says is missing`},
		{"a proposal's exception", "unless: mended", "unless: mendet", `85:13: list of words "mendet" is unknown; the nearest known is "mended"`},
		{"a proposal without a reason", "      es: hay algo que no funciona\n", "", `87:7: es is missing`},
		{"many proposals", "proposals:\n", "proposals:\n" + many(39, "  - {form: aviso, says: asks, reason: {ca: a, es: a}}\n"), `83:3: proposals must be at most 40`},

		{"a closing that is no expression", "damos por cerrado el aviso", "(damos por cerrado", "41:14: expression \"(damos por cerrado\" is no regular expression: error parsing regexp: missing closing ): `(damos por cerrado`"},
		{"a closing that finds everything", "damos por cerrado el aviso", ".*", `41:14: expression ".*" must find at least 8 characters: what is shorter begins other mails too`},
		{"a long closing", "damos por cerrado el aviso", long, `41:14: expression "` + long + `" must be at most 300 bytes`},
		{"a closing twice", "su consulta ha quedado resuelta", "damos por cerrado el aviso", `41:44: expression "damos por cerrado el aviso" stands twice`},
		{"many closings", "closings: [", "closings: [" + many(19, "aaaaaaaa, "), `41:13: closings must be at most 20`},
		{"a short survey", "cuéntenos cómo ha ido", "gracias", `42:13: expression "gracias" must find at least 8 characters: what is shorter begins other mails too`},
		{"a survey behind its group", "cuéntenos cómo ha ido", "cuéntenos)(?:cómo ha ido", "42:13: expression \"cuéntenos)(?:cómo ha ido\" is no regular expression: error parsing regexp: unexpected ): `cuéntenos)(?:cómo ha ido`"},
		{"a pass to no form", "    - form: aviso\n", "    - form: avisos\n", `46:13: form "avisos" is unknown; the nearest known is "aviso"`},
		{"a pass that nothing says", "says: ['tratamos su consulta como aviso']", "says: []", `46:7: says must hold at least one expression`},
		{"a pass of a short phrase", "tratamos su consulta como aviso", "aviso", `47:14: expression "aviso" must find at least 8 characters: what is shorter begins other mails too`},
		{"many passes", "passes:\n", "passes:\n" + many(19, "    - {form: aviso, says: [tratamos su caso]}\n"), `44:5: passes must be at most 20`},

		{"a pattern", "acme-[0-9]{3}", "acme-[0-9{3}", "132:18: pattern \"acme-[0-9{3}\" is no regular expression: error parsing regexp: missing closing ]: `[0-9{3}`"},
		{"a pattern behind its group", "acme-[0-9]{3}", "acme)|(?:[0-9]{3}", "132:18: pattern \"acme)|(?:[0-9]{3}\" is no regular expression: error parsing regexp: unexpected ): `acme)|(?:[0-9]{3}`"},
		{"a pattern that fits nothing said", "acme-[0-9]{3}", "[0-9]*", `132:18: pattern "[0-9]*" must not fit an empty answer`},
		{"a long pattern", "acme-[0-9]{3}", long, `132:18: pattern "` + long + `" must be at most 300 bytes`},
		{"a pattern of a choice", "        type: choice\n", "        type: choice\n        pattern: 'acme-[0-9]{3}'\n", `136:18: pattern belongs to a field of type text or host`},
		{"a pattern of the kind", "kind:\n", "kind:\n  pattern: a\n", `72:12: kind must have no pattern: it follows from the forms`},

		{"a service that is no field", "service: machine\n      choices", "service: machin\n      choices", `115:16: field "machin" is unknown; the nearest known is "machine"`},
		{"a choice of no field", "        what:\n", "        waht:\n", `118:11: field "waht" is unknown; the nearest known is "what"`},
		{"a choice of a text", "        what:\n", "        machine:\n", `118:11: choices are those of a field of type choice; field "machine" is of type text`},
		{"an option of none", "          mail: {choice", "          mial: {choice", `118:18: option "mial" is unknown; the nearest known is "mail"`},
		{"an unknown word of a choice", "mail: {choice: Correo, product: mail}", "mail: {choice: Correo, prodct: mail}", `118:34: unknown key "prodct"; the nearest known is "product"`},
		{"a choice that changes the service", "mail: {choice: Correo, product: mail}", "mail: {service: machine}", `118:18: service and choices cannot be changed`},
		{"choices within a choice", "mail: {choice: Correo, product: mail}", "mail: {choices: {what: {}}}", `118:18: service and choices cannot be changed`},
		{"a word of the API", "category: incident", "category: an incident", `114:17: "an incident" must be a word of letters, digits and hyphens`},
		{"a menu of two lines", "menu: Soporte → Nuevo aviso", "menu: \"Soporte\\nNuevo\"", `112:13: "Soporte\nNuevo" must be one line of at most 200 characters`},
		{"a long menu", "menu: Soporte → Nuevo aviso", "menu: " + long, `112:13: "` + long + `" must be one line of at most 200 characters`},
		{"a link", "https://portal.acme.example/web", "http://portal.acme.example/web", `119:61: link "http://portal.acme.example/web" must begin with https://`},

		{"a service of what it goes through", "        heading: Petición", "        filing: {service: machine}\n        heading: Petición", `164:18: service and choices cannot be changed`},
		{"a word of the API of what it goes through", "        heading: Petición", "        filing: {category: a b}\n        heading: Petición", `164:28: "a b" must be a word of letters, digits and hyphens`},
		{"through no form", "        form: consulta\n", "        form: consultas\n", `163:15: form "consultas" is unknown; the nearest known is "consulta"`},
		{"through itself", "        form: consulta\n", "        form: obra\n", `163:15: form "obra" is asked for through itself: obra → obra`},
		{"through a circle", "    filing:\n      menu: Soporte → Nueva consulta\n", "    through: [{form: obra, heading: Obra, tell: {ca: a, es: a}}]\n    filing:\n      menu: Soporte → Nueva consulta\n", "145:22: form \"consulta\" is asked for through itself: consulta → obra → consulta\nacme.yaml:164:15: form \"obra\" is asked for through itself: obra → consulta → obra"},
		{"through on no field", "{field: order, filled: false}", "{field: oder, filled: false}", `162:23: field "oder" is unknown; the nearest known is "order"`},
		{"through on nothing", "{field: order, filled: false}", "{field: order}", `162:16: condition on field "order" must have exactly one of is, says and filled`},
		{"through without a heading", "        heading: Petición de una obra\n", "", `162:9: heading is missing`},
		{"through without a word", "          es: Las obras se piden primero con una consulta.\n", "", `167:11: es is missing`},
		{"pending that is no field", "pending: [order]", "pending: [question]", `165:19: field "question" is unknown; the nearest known is "machine"`},
		{"what follows never counts", quote + "        form: consulta\n        heading: Petición", "      - {form: aviso, heading: Otra, tell: {ca: a, es: a}}\n      - form: consulta\n        heading: Petición", `162:10: what follows never counts: this has no when`},
		{"many ways through", "    through:\n", "    through:\n" + many(5, "      - {when: {field: task, filled: true}, form: aviso, heading: Otra, tell: {ca: a, es: a}}\n"), `162:7: through must be at most 5`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if _, err := Load(fstest.MapFS{"acme.yaml": {Data: []byte(acme(t, tt.old, tt.new))}}); err != nil {
				got = strings.TrimPrefix(err.Error(), "load profiles: acme.yaml:")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

package bridge

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// named are the words by which commands name the providers of the tests.
func named() map[string]string {
	return map[string]string{"claranet": "claranet", "ovh": "ovh", "ovhcloud": "ovh", "telefònica": "tef"}
}

// heard is what the first command of a comment says, in one line: its name, its provider
// behind @, its arguments, and its text behind a colon; in the end ! when it is sure.
func heard(body string) string {
	got := Issue{Named: named(), Comments: []Comment{{ID: "7", Body: body}}}.Commands()
	if len(got) == 0 {
		return ""
	}
	c := got[0]
	out := c.Name
	if c.Provider != "" {
		out += " @" + c.Provider
	}
	if len(c.Args) > 0 {
		out += " " + strings.Join(c.Args, "|")
	}
	if c.Text != "" {
		out += ": " + c.Text
	}
	if c.Sure {
		out += " !"
	}
	return out
}

// TestNewerCommands: each in three languages, with what people write around it.
func TestNewerCommands(t *testing.T) {
	t.Parallel()
	for want, bodies := range map[string][]string{
		"estat !": {
			"escalat estat", "/escalat Estat", "Escalat estat", "ESCALAT ESTAT", "escalat: estat", "escalat estat?", "escalat estat, si us plau", "*escalat estat*", "escalat *estat*", "escalat estado", "escalat status please", "escalat estat actual",
			"* escalat estat", "escalat estado ahora",
		},
		"estat @ovh !":                 {"escalat estat ovh", "escalat ovh estat", "escalat OVH: estat", "escalat estat de OVHcloud", "escalat estado de OVH, gracias", "/escalat status of ovh", "escalat estat (ovh)", "escalat *ovh* estat"},
		"estat @tef !":                 {"escalat estat Telefònica", "escalat telefònica estat"},
		"estat @claranet !":            {"escalat estat a Claranet", "escalat estat amb claranet?"},
		"reenvia !":                    {"escalat reenvia", "escalat reenvía", "escalat reenviar", "escalat reenvia-ho", "escalat reenvia'l", "escalat reenvíalo", "escalat resend", "escalat reenvia el correu, gràcies", "escalat reenvía el correo ya"},
		"reenvia":                      {"escalat renvia", "escalat reeenvia", "escalat reenvira"},
		"reenvia @ovh !":               {"escalat reenvia ovh", "escalat reenvia a OVH", "escalat ovh reenvía el correo"},
		"no-urgent !":                  {"escalat no-urgent", "escalat no urgent", "escalat no és urgent", "escalat no-urgente", "escalat no es urgente, gracias", "escalat not urgent", "escalat nourgent", "escalat no\u2011urgent"},
		"no-urgent perquè|ja|ho|saben": {"escalat no-urgent perquè ja ho saben"},
		"no-urgent @claranet !":        {"escalat no-urgent claranet", "escalat claranet no urgent"},
		"no-urgent":                    {"escalat no-urgeent"},
		"portal 123456 !":              {"escalat portal 123456", "escalat portal #123456.", "/escalat Portal 123456, gràcies", "escalat portal: 123456", "escalat *portal* (123456)"},
		"portal @ovh CS1234567 !":      {"escalat portal ovh CS1234567", "escalat ovh portal CS1234567", "escalat OVH: portal CS1234567"},
		"portal !":                     {"escalat portal", "/escalat portal!", "escalat portal, gràcies"},
		"reclama !":                    {"escalat reclama", "escalat reclamar", "escalat reclama-ho", "escalat reclámalo", "escalat claim", "escalat reclama resposta", "escalat reclama una resposta, si us plau", "escalat reclama ja", "escalat reclameu"},
		"reclama @claranet !":          {"escalat reclama claranet", "escalat reclama a Claranet", "escalat claranet reclama", "escalat reclama a Claranet, gràcies"},
		"reclama: Quan ho *tindreu*? !": {
			"escalat reclama: Quan ho *tindreu*?", "escalat reclama : Quan ho *tindreu*?", "/escalat reclama Quan ho *tindreu*?", "escalat reclama:\nQuan ho *tindreu*?", "escalat reclama:Quan ho *tindreu*?", "bon dia\nescalat reclama: Quan ho *tindreu*?\n\nper a nosaltres: res",
			"escalat reclama: Quan ho *tindreu*?\nescalat estat", "escalat reclama: Quan ho *tindreu*?\n----\nres", "escalat reclama: Quan ho *tindreu*?\n{quote}\nres\n{quote}",
		},
		"reclama @ovh: Quan? !":                           {"escalat reclama ovh: Quan?", "escalat ovh reclama: Quan?", "escalat ovh: reclama: Quan?", "escalat reclama a OVH: Quan?"},
		`reclama: Quan? \*a\* !`:                          {`*escalat reclama: Quan? \*a\**`, `*escalat* reclama: Quan? \*a\*`},
		"reclama: a\n* b\n* c !":                          {"escalat reclama: a\n* b\n* c\n\nd"},
		"reclama: mtr:\n{noformat}\n1\n\n2\n{noformat} !": {"escalat reclama: mtr:\n{noformat}\n1\n\n2\n{noformat}\n\nAnna"},
		"reclama: a !":                                    {"escalat reclama: a\n* escalat trucat 12345"},
		"tanca !":                                         {"escalat tanca", "escalat tancar", "escalat tanca el tiquet", "escalat tanca la incidència, gràcies", "escalat cierra el caso", "escalat ciérralo", "escalat close", "escalat close the ticket please", "escalat tanca-ho ja"},
		"tanca @ovh !":                                    {"escalat tanca ovh", "escalat ovh tanca el tiquet"},
		"tanca: Ja funciona, gràcies. !":                  {"escalat tanca: Ja funciona, gràcies."},
		"tanca @ovh: Ja funciona. !":                      {"/escalat tanca ovh Ja funciona."},
		"reobre !":                                        {"escalat reobre", "escalat re-obre", "escalat reobrir el cas", "escalat reobre-ho", "escalat reabre", "escalat reabrir el ticket", "escalat reopen please"},
		"ajuda !":                                         {"escalat ajuda", "escalat ayuda", "escalat help", "/escalat ajuda?", "escalat ordres"},
		"contestat !":                                     {"escalat contestat", "escalat contestado", "escalat answered", "/escalat Contestat", "escalat contestat, gràcies", "escalat contestat ja"},
		"contestat":                                       {"escalat contestat a les 10.30", "escalat contestado a las 22:15 h", "escalat contesatt"},
		"contestat @ovh !":                                {"escalat contestat ovh", "escalat ovh contestat"},
		"contestat: sí":                                   {"escalat contestat sí"},
		"contestat: Sí, ho miren":                         {"escalat contestat Sí, ho miren"},
		"contestat: Hoy reinician el nodo":                {"escalat contestat Hoy reinician el nodo"},
		"contestat: 2 tècnics hi treballen":               {"escalat contestat 2 tècnics hi treballen"},
		"contestat: dos técnicos están en ello":           {"escalat contestado dos técnicos están en ello"},
		"contestat: a les 23.10 diuen que reinicien":      {"escalat contestat a les 23.10 diuen que reinicien"},
		"contestat: avui a les 10:30 h reinicien":         {"escalat contestat avui a les 10:30 h reinicien"},
		"portal 8800001 !": {
			"escalat portal nº 8800001", "escalat portal nº8800001", "escalat portal tiquet 8800001", "escalat portal el 8800001", "escalat portal és el 8800001", "escalat portal ticket núm. 8800001", "escalat portal: ref. 8800001",
			"escalat portal el número de tiquet 8800001", "escalat portal 8800001 a les 23:10", "escalat portal con el ticket 8800001, gracias",
		},
		"portal @ovh 8800001 !":                 {"escalat portal ovh tiquet 8800001", "escalat ovh portal nº 8800001"},
		"trucat @ovh 12345 !":                   {"escalat trucat ovh tiquet 12345", "escalat trucat tiquet ovh 12345", "escalat ovh trucat ref. 12345 a les 23:10"},
		"contestat: ho estan mirant":            {"escalat contestat ho estan mirant"},
		"contestat: que reinicien el servidor":  {"escalat contestat que reinicien el servidor"},
		"contestat: que lo revisan mañana":      {"escalat contestado que lo revisan mañana"},
		"contestat: no poden fer-ho avui":       {"escalat contestat no poden fer-ho avui"},
		"contestat: en Joan diu que demà":       {"escalat contestat en Joan diu que demà"},
		"contestat: el servidor torna a anar":   {"escalat contestat el servidor torna a anar"},
		"contestat: per telèfon que hi són":     {"escalat contestat per telèfon que hi són"},
		"contestat @claranet: diuen que demà":   {"escalat contestat claranet diuen que demà", "escalat claranet contestat diuen que demà"},
		"contestat: quina IP és? !":             {"escalat contestat: quina IP és?"},
		"contestat: ahir, per correu !":         {"escalat contestat: ahir, per correu"},
		"contestat: ho miren\nla resta demà":    {"escalat contestat ho miren\nla resta demà\n\nAnna"},
		"contestat: han vist “[x]” i !a.png! !": {"escalat contestat: han vist “[x]” i !a.png!"},
		"trucat @ovh CS123 !":                   {"escalat trucat ovh CS123", "escalat ovh trucat CS123", "escalat OVH: trucat CS123"},
		"trucat @claranet !":                    {"escalat trucat claranet", "escalat claranet trucat", "escalat trucat Claranet, gràcies"},
		"envia-ja @ovh !":                       {"escalat ovh envia-ja", "escalat envia-ja ovh", "escalat envia ja ovh"},
		"envia-canvis @ovh !":                   {"escalat envia-canvis ovh", "escalat ovh envia els canvis", "escalat envia canvis ovh"},
		"envia-adjunts @ovh a.png|b.png !":      {"escalat envia-adjunts ovh a.png b.png", "escalat ovh envia-adjunts a.png, b.png", "escalat envia adjunts ovh a.png b.png"},
		"envia-adjunts @ovh !":                  {"escalat envia-adjunts ovh"},
		"referencia @ovh CS123 !":               {"escalat referencia ovh CS123", "escalat ovh referència CS123"},
		"igual-que @ovh ST-12 !":                {"escalat igual-que ovh ST-12", "escalat ovh igual-que ST-12"},
		"endavant @claranet !":                  {"escalat endavant claranet", "escalat claranet endavant"},
		"envia-igualment: El proveïdor ho necessita !": {
			"escalat envia-igualment El proveïdor ho necessita", "/escalat envia-igualment: El proveïdor ho necessita", "escalat envía-igualmente El proveïdor ho necessita", "escalat envia-igualmente El proveïdor ho necessita", "escalat send-anyway El proveïdor ho necessita",
			"Escalat Envia-Igualment El proveïdor ho necessita", "escalat envia-igualment\nEl proveïdor ho necessita", "escalat envia igualment: El proveïdor ho necessita", "escalat envia-ho igualment: El proveïdor ho necessita", "/escalat send anyway El proveïdor ho necessita",
		},
		"envia-igualment: Claranet ho necessita !":      {"escalat envia-igualment Claranet ho necessita"},
		"envia-igualment @ovh: ho cal !":                {"escalat envia-igualment ovh: ho cal", "escalat ovh envia-igualment ho cal"},
		"envia-igualment !":                             {"escalat envia-igualment", "escalat envía igualmente", "escalat envia-igualment, gràcies", "escalat send-anyway\n\nEl motiu no és aquí"},
		"envia-igualment: ho cal":                       {"escalat envia-igualmnt ho cal"},
		"? envia igualment els correus|envia-igualment": {"escalat envia igualment els correus"},
		"? tanquis|tanca":                               {"/escalat tanquis"},
		"? tiquet":                                      {"/escalat tiquet"},
		"? envia tot|envia-ja":                          {"/escalat envia tot"},
		"? no-urgetn|no-urgent":                         {"escalat no-urgetn"},
		"? reobri|reobre":                               {"escalat reobri", "escalat reobri, si us plau"},
		"? reclami|reclama":                             {"escalat reclami"},
		"? referencia|referencia":                       {"escalat referencia"},
		"? @ovh reobri|reobre":                          {"escalat ovh reobri", "escalat reobri ovh"},
		"? portl CS123|portal":                          {"escalat portl CS123"},
	} {
		for _, body := range bodies {
			if diff := cmp.Diff(want, heard(body)); diff != "" {
				t.Errorf("%q: %s", body, diff)
			}
		}
	}
}

// TestProseCommandsNothing: what people write of what they have done.
func TestProseCommandsNothing(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		// Catalan
		"escalat tancat ahir", "escalat tancat", "Escalat. Tancat.", "escalat i tancat", "escalat tancada la incidència", "Escalat, tanca Claranet demà", "Escalat. Tanca el tiquet quan puguis, Anna",
		"Escalat, tanca.", "escalat tancant", "escalat tanca ahir", "escalat tanquem demà", "escalat tasca", "Escalat tasca nova",
		"escalat contestat per Claranet ahir?", "escalat contestat per Claranet", "escalat contestat ahir", "escalat contestat?  no", "escalat contestat no", "escalat contestat ja fa dues hores no?", "Escalat, contestat per correu", "Escalat. Contestat a les 10", "escalat contestat per un robot",
		"escalat contestat automàticament", "escalat contestat fa dues hores", "escalat contestat dues vegades", "escalat contestat encara no", "escalat contestat que encara no ho saben", "escalat contestat i reclamat", "escalat contestat el dilluns", "escalat contestat en 2 hores",
		"escalat contestat avui", "escalat contestat pel seu comercial", "escalat contestat ningú", "escalat contestant", "escalat contesta", "escalat contesten demà", "escalat contestarà l'Anna", "escalat contestat a la trucada", "escalat contestat amb retard", "escalat contestat tard i malament",
		"escalat a OVH, esperem resposta", "escalat a OVH", "escalat ovh", "Escalat Claranet", "escalat claranet ahir", "Escalat: OVH", "escalat a Claranet i a OVH", "escalat OVH ahir a la tarda",
		"escalat estat: pendent", "escalat estat pendent", "Escalat. Estat: resolt", "escalat, estat?", "escalat estat:", "escalat estat del servei caigut", "escalat estat crític", "Escalat. Estat de Claranet", "escalat estem pendents", "escalat estava", "escalat estant de guàrdia",
		"escalat reclamat ahir", "escalat reclamada", "Escalat, reclama a Claranet", "Escalat. Reclama.", "escalat reclama ahir", "escalat reclamem demà", "escalat reclamació feta",
		"escalat reenviat ahir", "escalat reenviat", "Escalat. Reenvia el correu a l'Anna", "Escalat, reenvia.", "escalat reenviarà l'Anna", "escalat reenviem demà",
		"escalat reobert", "escalat reobert ahir", "escalat recobre el servei", "Escalat. Reobre.", "escalat reobrirà Claranet",
		"escalat portal caigut", "escalat portal del client", "escalat pel portal 12345", "Escalat. Portal 12345", "escalat portada", "escalat porta",
		"escalat no urgent per a demà", "escalat no urgeix", "Escalat. No urgent", "escalat no", "escalat no contesten", "escalat no va", "Escalat, no és urgent", "escalat no és urgent però molesta",
		"escalat ajuda a l'Anna", "Escalat. Ajuda!", "escalat ajudant", "escalat ara", "escalat avui", "escalat resolt", "escalat ok", "escalat pendent", "escalat fet", "escalat urgent", "escalat nivell 2", "escalat tiquet", "escalat tiquet 12345", "escalat INC12345", "escalat per telèfon",
		// Spanish
		"escalado y cerrado", "escalat cerrado ayer", "escalat cerrado", "Escalat. Cerrado.", "Escalat, cierra Claranet mañana", "escalat contestado por Claranet", "escalat contestado ayer", "escalat contestado por correo", "escalat contestando",
		"escalat contestado ¿no?", "escalat contestado hace dos horas", "escalat contestado todavía no", "escalat estado: pendiente", "escalat estado crítico", "escalat estado del servicio", "Escalat. Estado: resuelto", "escalat estando de guardia", "escalat reclamado ayer",
		"Escalat. Reclama a OVH", "escalat reenviado", "escalat reabierto", "escalat reabrirán mañana", "escalat no urgente hasta mañana", "Escalat, no urgente", "escalat ayuda de Claranet", "escalat ayudando", "escalat portal caído",
		"escalat a OVH por el portal", "escalat pendiente", "escalat listo", "escalat mañana", "escalat hecho", "escalat cerrando",
		// English
		"escalat closed yesterday", "escalat answered by Claranet", "escalat status: waiting", "escalat reopened", "escalat claims made",
		// Marks and others
		"bq. escalat tanca", "{noformat}\nescalat tanca\n{noformat}", "-escalat tanca-", "[~anna] escalat tanca", "escalats tanca", "escalat-tanca", "/escalat", "/escalat a", "/escalat tancat ahir pel client", "escalat " + strings.Repeat("a", 300) + " tanca",
		"escalat\ntanca", "Escalat tanca " + strings.Repeat("ja ", 200),
		// As sentences they say nothing, however they go on.
		"Escalat a Claranet ahir", "Escalat tanca ja funciona", "Escalat reclama el client", "Escalat, reobre ha tornat a fallar", "Escalat trucat dues vegades i no contesten", "Escalat portal 12345 obert", "Escalat referència oberta",
		"escalat trucat ahir", "escalat trucat dilluns al matí", "escalat tanca dilluns", "escalat contestat per la Marta", "escalat contestat 2 cops", "escalat contestat tres veces", "escalat contestat 3 hores tard", "escalat contestat 22/11/2026 al matí",
		"escalat contestat a les 23.10 per Claranet", "escalat contestat hoy por correo", "escalat contestat avui ningú", "escalat contestat si cal", "escalat contestat ja?", "escalat contestat?", "escalat referència a Claranet", "escalat no urgente hasta el lunes",
		"escalat ajuda amb el client", "escalat portal de tràmits caigut", "escalat estat del portal crític des d'ahir al vespre",
	} {
		if got := heard(body); got != "" {
			t.Errorf("%q: %q", body, got)
		}
	}
}

// TestBesideACommand: a line that begins with escalat in lower case and has a command's
// name is explained where what stands behind it is not read, and does nothing.
func TestBesideACommand(t *testing.T) {
	t.Parallel()
	for command, lines := range map[string][]string{
		Close: {
			"tanca ja funciona", "tanca perquè ja va", "cierra ya está resuelto", "close it works again", "tanca el client la connexió", "tanca a les 10", "cierra la sesión sola", "tanca, ovh", "tanca Resuelto, gracias.", "tanca " + strings.Repeat("ja ", 200),
		},
		Claim:       {"reclama necessitem resposta avui", "reclama el client", "reclama que no va", "reclama el cliente", "claim we need it today"},
		Reopen:      {"reobre ha tornat a fallar", "reobre: ha tornat a fallar", "reobre demà", "reobre el tiquet, ha tornat a fallar", "reabre vuelve a fallar"},
		Again:       {"reenvia el correu a l'Anna", "reenvía Anna mañana", "reenvia: demà"},
		Portal:      {"portal 10.30", "portal 22/11/2026", "portal 24", "portal 12345 ahir", "portal fet", "portal 12345 i 67890"},
		Phoned:      {"trucat 2 cops", "trucat, m'han donat el 12345", "trucat 12345 ahir", "trucat i han dit que sí", "trucat a les 10.30 ningú contesta", "llamado dos veces", "called twice", "trucat INC77 i ningú contesta"},
		HasAnswered: {"contestat per la Marta, que ho reinicien demà", "contestat Con el técnico Juan, reinician ahora", "contestat ahir al vespre que ho miraven"},
		Reference:   {"referencia INC(1)2", "reference unknown"},
		NotUrgent:   {"no urgent ho mirarem"},
		Help:        {"ajuda ràpida"},
	} {
		for _, line := range lines {
			for _, start := range []string{"escalat ", "* escalat ", "/escalat "} {
				got := Issue{Named: named(), Comments: []Comment{{Body: "Bon dia\n\n" + start + line + "\n\nAnna"}}}.Commands()
				// Behind a stroke nobody tells a story, and what follows is a text.
				texts := start == "/escalat " && slices.Contains([]string{Close, Claim, HasAnswered}, command)
				switch {
				case len(got) != 1:
					t.Errorf("%q: %+v", start+line, got)
				case texts && (got[0].Name == NotKnown || got[0].Text == ""),
					!texts && (got[0].Name != NotKnown || !got[0].Beside || len(got[0].Args) != 2 || got[0].Args[1] != command || got[0].Sure || got[0].Text != "" || !strings.HasPrefix(line, got[0].Args[0])):
					t.Errorf("%q: %+v", start+line, got)
				}
			}
			if got := heard("Escalat " + line); got != "" {
				t.Errorf("as a sentence, %q: %q", line, got)
			}
		}
	}
}

// TestTextsAreBounded: a text may be longer than a line that commands, and a comment of
// nothing but texts holds each part of it once.
func TestTextsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("servei caigut ", 100)
	if got := heard("escalat reclama: " + long); got != "reclama: "+strings.TrimSpace(long)+" !" {
		t.Errorf("%q", got)
	}
	body := strings.Repeat("escalat reclama: a\nb\n", 1000)
	size := 0
	for _, c := range (Issue{Comments: []Comment{{Body: body}}}).Commands() {
		if size += len(c.Text); c.Text != "a\nb" {
			t.Fatalf("%q", c.Text)
		}
	}
	if size > len(body) {
		t.Errorf("%d bytes of %d", size, len(body))
	}
}

// TestOverheardNewer: what is overheard keeps its name, and prose with a text is none.
func TestOverheardNewer(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{"escalat tanca": Close, "escalat estat ovh": Status, "escalat contestat ho miren": "", "escalat contestat: ho miren": HasAnswered, "/escalat tanquis": ""} {
		got := ""
		for _, c := range (Issue{Named: named(), Comments: []Comment{{Body: body, Restricted: true}}}).Overheard() {
			got = c.Name
		}
		if got != want {
			t.Errorf("%q: %q", body, got)
		}
	}
}

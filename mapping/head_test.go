package mapping

import (
	"strings"
	"testing"
)

// headTests: what only headed what was taken goes with it; what somebody wrote stays.
var headTests = []readTest{
	{"a head of columns", "||Camp||Resposta||\n|Impacte|alt|\n|Contacte|Anna|", "contact=Anna\nimpact=alt", ""},
	{"a head of columns in Spanish", "||Campo||Respuesta del proveedor||\n|Impacte|alt|", "impact=alt", ""},
	{"a first row that heads columns", "|*Camp*|*Resposta*|\n|Impacte|alt|", "impact=alt", ""},
	{"a head above answers that are missing", "||Camp||Resposta||\n|Impacte| |\n|Contacte|-|", "", ""},
	{"a head with an empty cell", "||Dades de la incidència|| ||\n|Impacte|alt|", "impact=alt", ""},
	{"a head of three columns", "||Camp||Resposta||Observacions||\n|Impacte|alt| |\n|Contacte|Anna| |", "contact=Anna\nimpact=alt", ""},
	{"a title above a head", "||Formulari d’escalat||\n||Camp||Resposta||\n|Impacte|alt|", "impact=alt", ""},
	{"a head with a row that stays", "||Camp||Resposta||\n|Impacte|alt|\n|Versió|4.2|", "impact=alt", "||Camp||Resposta||\n|Versió|4.2|"},
	{"a head with a note that stays", "||Camp||Resposta||Notes||\n|Impacte|alt|trucar abans|", "impact=alt", "||Camp||Resposta||Notes||\n|trucar abans|"},
	{"a head that says something", "||Atenció||Ha tornat a caure||\n|Impacte|alt|", "impact=alt", "||Atenció||Ha tornat a caure||"},
	{"a first row that says something", "|Element|Formulari|\n|Impacte|alt|", "impact=alt", "|Element|Formulari|"},
	{"a first row with words of heads and more", "||Informació||La base de dades també cau||\n|Impacte|alt|", "impact=alt", "||Informació||La base de dades també cau||"},
	{"a head of another table", "||Camp||Resposta||\n|Impacte|alt|\n\n||Camp||Valor||\n|Versió|4.2|", "impact=alt", "||Camp||Valor||\n|Versió|4.2|"},
	{"nothing but a head", "||Camp||Resposta||\n\nImpacte: alt", "impact=alt", "||Camp||Resposta||"},
	{"a head without any answer", "||Camp||Resposta||", "", "||Camp||Resposta||"},

	{"a title of the form", "h2. Formulari\nImpacte: alt\nContacte: Anna", "contact=Anna\nimpact=alt", ""},
	{"a title with words between", "h3. 1. Dades de la incidència per al proveïdor\n\nImpacte: alt", "impact=alt", ""},
	{"a title in bold", "*Dades de la incidència:*\nImpacte: alt", "impact=alt", ""},
	{"a title with a colon", "Formulari:\n\nImpacte: alt", "impact=alt", ""},
	{"a title above headings that are labels", "h2. Formulari\n\nh3. Impacte\nalt\n\nh3. Contacte\nAnna", "contact=Anna\nimpact=alt", ""},
	{"a title above labels of its level", "h2. Formulari\n\nh2. Impacte\nalt", "impact=alt", ""},
	{"titles one below the other", "h1. Informació\n\nh2. Formulari\n\nImpacte: alt", "impact=alt", ""},
	{"a title above a table", "Hola\n\nh2. Formulari\n||Camp||Resposta||\n|Impacte|alt|", "impact=alt", "Hola"},
	{"a title in a panel", "{panel}\n*Formulari*\nImpacte: alt\n{panel}\nGràcies", "impact=alt", "Gràcies"},
	{"a title with text below", "h2. Formulari\nImpacte: alt\n\nDes d’ahir.", "impact=alt", "h2. Formulari\n\nDes d’ahir."},
	{"a title with a section below", "h2. Formulari\nImpacte: alt\n\nh3. Proveïm\nDes d’ahir.", "impact=alt", "h2. Formulari\n\nh3. Proveïm\nDes d’ahir."},
	{"a title with another beside it", "h2. Formulari\nImpacte: alt\n\nh2. Context\nDes d’ahir.", "impact=alt", "h2. Context\nDes d’ahir."},
	{"a title of nothing", "Impacte: alt\n\nh2. Informació", "impact=alt", "h2. Informació"},
	{"a title that is a sentence", "Falla el formulari.\n\nImpacte: alt", "impact=alt", "Falla el formulari."},
	{"a title that says something", "h2. Caiguda de la VPN\nImpacte: alt", "impact=alt", "h2. Caiguda de la VPN"},
	{"a word of titles that is text", "Formulari\n\nImpacte: alt", "impact=alt", "Formulari"},
	{"a title shown as it is", "{noformat}\nFormulari:\n{noformat}\nImpacte: alt", "impact=alt", "{noformat}\nFormulari:\n{noformat}"},
}

// TestHeadNamesProvider: the names of the provider and of its customer say nothing in
// a title that is addressed to it.
func TestHeadNamesProvider(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	for text, want := range map[string]string{
		"h2. Dades per a Claranet\nImpacte: alt":             "",
		"||Camp||Resposta de l’AOC||\n|Impacte|alt|":         "",
		"h2. Claranet\nImpacte: alt":                         "h2. Claranet",
		"h2. Dades per a un altre proveïdor\nImpacte: alt":   "h2. Dades per a un altre proveïdor",
		"h2. Formulari de Claranet, urgent!\nContacte: Anna": "h2. Formulari de Claranet, urgent!",
	} {
		in := Input{Now: day(9), Labels: []string{"escalar-claranet-xarxa"}, Sources: sources(text)}
		if got := p.Judge(in).Values.Rest; got != want {
			t.Errorf("%q leaves %q, want %q", text, got, want)
		}
	}
}

// TestManyHeads: titles and tables without end are looked at once.
func TestManyHeads(t *testing.T) {
	t.Parallel()
	const n = 20_000
	for name, text := range map[string]string{
		"titles": strings.Repeat("*Formulari*\n", n) + "Impacte: alt",
		"tables": strings.Repeat("||Camp||\n\n", n) + "Impacte: alt",
		"rows":   strings.Repeat("||Camp||\n", n/10) + "|Impacte|alt|",
	} {
		v := readForm(t, "sistemas", text)
		if got := v.ByField["impact"].Text; got != "alt" {
			t.Errorf("%s: impact %q", name, got)
		}
		if lost := v.Rest == ""; lost != (name != "tables") {
			t.Errorf("%s: rest of %d bytes", name, len(v.Rest))
		}
	}
}

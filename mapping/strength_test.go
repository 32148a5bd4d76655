package mapping

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// strengthTests: of several answers of one source, which one counts.
var strengthTests = []readTest{
	{"a single word gives way to a long label", "Impacte en negoci: alt\nImpacte: baix", "impact=alt", "Impacte: baix"},
	{"whatever the order", "Impacte: baix\nImpacte en negoci: alt", "impact=alt", "Impacte: baix"},
	{"of single words the last counts", "Impacte: baix\nAfectació: alt", "impact=alt", "Impacte: baix"},
	{"a blank long label does not win", "Impacte: baix\nImpacte en negoci: pendent", "impact=baix", ""},
	{
		"redes: HTTP headers", "Servei afectat: Portal\nProves realitzades: curl -v\n\nGET / HTTP/1.1\nHost: portal.exemple.cat\nServer: nginx\nOrigin: https://a.exemple.cat\nContact: x",
		"application=Portal\ntests=curl -v", "GET / HTTP/1.1\nHost: portal.exemple.cat\nServer: nginx\nOrigin: https://a.exemple.cat\nContact: x",
	},
	{
		"YAML", "Persona de contacte: Anna\nAplicació afectada: Portal\n\nservicio: nginx\ncontacto: root@localhost\n", "application=Portal\ncontact=Anna",
		"servicio: nginx\ncontacto: root@localhost",
	},
	{"a label with a slip gives way to one without", "Impacte: alt\nImpacte en negcoi: baix", "impact=alt", "Impacte en negcoi: baix"},
	{"a single word takes no slips", "Aplicació: Portal\n\nServer: nginx", "application=Portal", "Server: nginx"},

	{"a day and an hour", "Data d’inici: 22/11/2026\nHora d’inici: 9.20", "started=22/11/2026 9.20", ""},
	{"an hour and a day", "*Hora d'inici:* 9.20 h\nImpacte: alt\n*Data d'inici:* _22/11/2026_", "impact=alt\nstarted=_22/11/2026_ 9.20 h", ""},
	{"a day and an hour in cells", "|Fecha de inicio|ayer|\n|Hora de inicio|a las 18h|", "started=ayer a las 18h", ""},
	{"a day and an hour under labels of any length", "Hora de inicio: 18:05\nInicio: 21 de noviembre", "started=21 de noviembre 18:05", ""},
	{"a day and a number", "Data d’inici: 22/11/2026\nHora d’inici: 3 vegades", "started=3 vegades", "Data d’inici: 22/11/2026"},
	{"a day and an hour on a line", "Data d’inici: 22/11/2026, Hora d’inici: 9:20", "started=22/11/2026 9:20", ""},
	{"two days", "Data d’inici: 22/11/2026\nData inici: 23/11/2026", "started=23/11/2026", "Data d’inici: 22/11/2026"},
	{"two hours", "Hora d’inici: 9.20\nHora inici: 9.30", "started=9.30", "Hora d’inici: 9.20"},
	{"a moment and an hour", "Data d’inici: 22/11/2026 9:00\nHora d’inici: 9.20", "started=9.20", "Data d’inici: 22/11/2026 9:00"},
	{"a day and a moment", "Data d’inici: 22/11/2026\nHora d’inici: ahir a les 9.20", "started=ahir a les 9.20", "Data d’inici: 22/11/2026"},
	{"a day and no hour", "Data d’inici: 22/11/2026\nHora d’inici: pendent", "started=22/11/2026", ""},
	{"a part of the day is no hour", "Data d’inici: 22/11/2026\nHora d’inici: al matí", "started=al matí", "Data d’inici: 22/11/2026"},

	{"a struck-out value", "Impacte: -alt-\nContacte: -Pau- Anna", "contact=Anna", ""},
	{"a struck-out part", "Impacte: -el director està de viatge- tots\nContacte: Anna -o Pau-\n\nAplicació: Portal -de- la Seu", "application=Portal la Seu\ncontact=Anna\nimpact=tots", ""},
	{"redes: a choice of two with one struck out", "És intermitent o constant?: -intermitent- / constant", "constancy=constant", ""},

	{"brackets that say something", "Impacte (crític, 40 ajuntaments): no poden signar", "impact=(crític, 40 ajuntaments) no poden signar", ""},
	{"brackets that say all", "Data i hora d’inici (21/11/2026 9:20):\nContacte (pendent): Anna", "contact=Anna\nstarted=(21/11/2026 9:20)", ""},
	{"brackets that say all before a blank", "Impacte (crític): pendent", "impact=(crític)", ""},
	{"brackets of a form", "Impacte (opcional): alt\nRedeploy (si escau):\nAplicació (nom): \nInici (dd/mm/aaaa): ahir\nContacte (qui?): Anna", "contact=Anna\nimpact=alt\nstarted=ahir", ""},
	{"brackets beside a date", "Data i hora d’inici (UTC): 22/11/2026 9:20", "started=22/11/2026 9:20 (UTC)", ""},
	{"brackets in a cell", "|Impacte (crític)|alt|", "impact=(crític) alt", ""},
	{"brackets behind a slip", "Impacte en negcoi (crític): alt", "impact=(crític) alt", ""},

	{"a blank that tells from whom", "Impacte: pendent de resposta del client\nContacte: pendent de confirmar\nInici: ahir", "started=ahir", "Impacte: pendent de resposta del client"},

	{"a label before .-", "1.- APLICACIÓ AFECTADA.- Portal\n2.- IMPACTE.- alt", "application=Portal\nimpact=alt", ""},
	{"a label in bold before its value", "*Aplicació afectada* Portal de Tràmits\n* *Impacte en negoci* tots\n\n*Contacte* Anna", "application=Portal de Tràmits\nimpact=tots", "*Contacte* Anna"},
	{"a dash below a label", "Aplicació afectada: Portal\nContacte - Laia", "application=Portal\ncontact=Laia", ""},
	{"a dash below nothing", "Contacte - Laia", "", "Contacte - Laia"},
	{"a dash below a bare label", "Evidències:\nServidor - x\nContacte - y", "evidence=Servidor - x\nContacte - y", ""},
	{
		"redes: a route with empty lines", "Resultat de MTR o TRACEPATH: Traza a 10.0.0.2\nsobre un máximo de 30 saltos:\n\n  1    <1 ms    <1 ms    <1 ms  10.0.0.1\n\n  2     *        *        *     Tiempo de espera agotado para esta solicitud.\n\nTraza completa.\n\nGràcies a tots",
		"route=Traza a 10.0.0.2\nsobre un máximo de 30 saltos:\n\n  1    <1 ms    <1 ms    <1 ms  10.0.0.1\n\n  2     *        *        *     Tiempo de espera agotado para esta solicitud.\n\nTraza completa.", "Gràcies a tots",
	},
	{
		"a log in an answer", "Evidències: curl -v\n> GET / HTTP/1.1\n> Host: portal.exemple.cat\nOrigen: x\nContacto: root\n\nContacte: Anna",
		"contact=Anna\nevidence=curl -v\n> GET / HTTP/1.1\n> Host: portal.exemple.cat\nOrigen: x\nContacto: root", "",
	},
	{"single words below an answer of some lines", "Impacte: alt\ni molt\ni més\nContacte: Anna", "contact=Anna\nimpact=alt\ni molt\ni més", ""},
	{"a column of notes", "||Camp||Valor||Notes||\n|Impacte|alt|secret|\n|Contacte|Anna|secret|", "contact=Anna\nimpact=alt", "||Camp||Valor||Notes||\n|secret|\n|secret|"},
	{"further cells", "|Impacte|alt|molt|", "impact=alt\nmolt", ""},
	{"a kind of something else", "Tipus: Incidència de xarxa greu\nImpacte: alt", "impact=alt", "Tipus: Incidència de xarxa greu"},
	{"a kind", "Tipus: Xarxa", "kind=Xarxa", ""},
	{"a name of a kind in a value", "Impacte en negoci: alt\nComunicacions:\ntallades", "impact=alt\nComunicacions:\ntallades", ""},

	{"a struck-out line", "Contacte: Anna\n-Impacte: alt-\nInici: ahir", "contact=Anna\nstarted=ahir", "-Impacte: alt-"},
	{"a struck-out line before another", "-Impacte: alt-\nImpacte: baix", "impact=baix", "-Impacte: alt-"},
	{"a struck-out label with its answer below", "*-Impacte:-*\nalt\nContacte: Anna", "contact=Anna", "*-Impacte:-*\nalt"},
	{"struck-out cells", "|-Impacte-|alt|\n|Contacte|-Anna-|", "", "|-Impacte-|alt|"},
	{"redes: a struck-out choice", "És intermitent o constant?: -constant-", "", ""},
	{"a struck-out kind", "h3. -Redes-\nImpacte: alt", "impact=alt", "h3. -Redes-"},

	{"a signature", "Impacte: alt\n--\nAnna Exemple\nCap de servei", "impact=alt", "--\nAnna Exemple\nCap de servei"},
	{"a signature with a blank", "Impacte: alt\n\nContacte: Anna\n-- \nTel. 900", "contact=Anna\nimpact=alt", "-- \nTel. 900"},
	{"a line of underscores", "Impacte: alt\ni molt\n____________\nDe: Anna", "impact=alt\ni molt", "____________\nDe: Anna"},
	{"a signature below a heading", "h3. Impacte\nalt\n\n--\nAnna", "impact=alt", "--\nAnna"},
	{"a line to write on", "Impacte:\n____\nContacte:\n--\nInici: ahir", "started=ahir", ""},
	{"labels below a signature", "Impacte: alt\n--\nAnna\nContacte: Anna", "contact=Anna\nimpact=alt", "--\nAnna"},
	{"signs in a block", "Evidències:\n{noformat}\na\n--\nb\n{noformat}", "evidence={noformat}\na\n--\nb\n{noformat}", ""},

	{"a panel under a label", "{panel:title=Impacte en negoci}\nningú no entra\n\n* a\n* b\n{panel}\nText", "impact=ningú no entra\n\n* a\n* b", "Text"},
	{"panels and a part to expand under labels", "{panel:title=*Impacte en negoci*|bgColor=#fff}alt{panel}{expand:Persona de contacte:}Anna{expand}", "contact=Anna\nimpact=alt", ""},
	{"a panel under a label of one word", "{panel:title=Impacte}\nalt\n{panel}", "", "{panel:title=Impacte}\nalt\n{panel}"},
	{"a panel under a label with others in it", "{panel:title=Test realizados}\nping bien\n*Comportamiento anómalo:* lento\n{panel}", "anomaly=lento\ntests=ping bien", ""},
	{"a panel under a label with a block", "{panel:title=Evidències de l’error}\n{noformat}\na: b\n\nc\n{noformat}\n{panel}", "evidence={noformat}\na: b\n\nc\n{noformat}", ""},
	{"a panel under a label with a table", "{panel:title=Evidències de l’error}\n||hora||codi||\n|9:35|503|\n{panel}", "evidence=||hora||codi||\n|9:35|503|", ""},
	{"a panel under a label with more than the answer", "{panel:title=Impacte en negoci}\nalt\n--\nAnna\n{panel}", "impact=alt", "--\nAnna"},
	{
		"a panel under a label that does not count", "{panel:title=Impacte en negoci}\nbaix\n\n* Contacte: Anna\n{panel}\nImpacte en negoci: alt", "contact=Anna\nimpact=alt",
		"{panel:title=Impacte en negoci}\nbaix\n\n{panel}",
	},
	{"an empty panel under a label", "{panel:title=Impacte en negoci}\n{panel}\nText", "", "{panel:title=Impacte en negoci}\n{panel}\nText"},
	{"a panel under a label, not filled in", "{panel:title=Impacte en negoci}\npendent\n{panel}\nText", "", "Text"},
	{"the form in a part to expand", "{expand:Dades}\nImpacte: alt\nContacte: Anna\n{expand}\nText", "contact=Anna\nimpact=alt", "Text"},
	{"a part to expand that is a value", "Evidències:\n{expand}\na\n\nb\n{expand}\nContacte: Anna", "contact=Anna\nevidence={expand}\na\n\nb\n{expand}", ""},
}

// slipTests: a slip is one letter of a long word; another word makes another
// label.
var slipTests = []readTest{
	{"slips in two words", "Aplicacio afectda: Portal\nComportamient anómalo detectdo: lent\nEvidencies de l'eror: captura", "anomaly=lent\napplication=Portal\nevidence=captura", ""},
	{"a swap", "Impacte en negcoi: alt", "impact=alt", ""},
	{"an article left out", "Data i hora inici problema: ahir\nPersona responsable de contacto AOC: Anna", "contact=Anna", "Data i hora inici problema: ahir"},
	{"an apostrophe left out", "persona responsable de contacte de laoc: Anna\nevidencies de lerror: captura", "contact=Anna\nevidence=captura", ""},
	{"an article more", "Persona responsable de contacte de la AOC: Anna", "contact=Anna", ""},
	{"redes: the opposite", "Servidor al que sí se accede: 10.0.0.2", "", "Servidor al que sí se accede: 10.0.0.2"},
	{"not", "Aplicacions no afectades: Seu\nUsuarios no afectados: 3\nPruebas no realizadas: ping", "", "Aplicacions no afectades: Seu\nUsuarios no afectados: 3\nPruebas no realizadas: ping"},
	{"somebody else's contact", "Persona de contacto de OVH: Pau", "", "Persona de contacto de OVH: Pau"},
	{"redes: a port is no host", "Port origen: 443\nPort destí: 443", "", "Port origen: 443\nPort destí: 443"},
	{"two slips in a word", "Comportament anòmal dtecat: lent", "", "Comportament anòmal dtecat: lent"},
}

// quoteTests: what somebody quotes fills a gap and no more.
var quoteTests = []readTest{
	{"a form that is quoted", "{quote}\nImpacte: alt\nContacte: Anna\n{quote}", "contact=Anna\nimpact=alt", ""},
	{"a quoted answer below one's own", "Impacte en negoci: alt\n{quote}\nImpacte en negoci: baix\n{quote}", "impact=alt", "{quote}\nImpacte en negoci: baix\n{quote}"},
	{"one's own under a single word", "bq. Impacte en negoci: baix\nImpacte: alt", "impact=alt", "bq. Impacte en negoci: baix"},
	{"quoted below as in a mail", "Impacte en negoci: alt\n> Impacte en negoci: baix\n> Contacte: Anna", "contact=Anna\nimpact=alt", "> Impacte en negoci: baix"},
	{"an answer below a quoted label is one's own", "> Impacte en negoci:\nalt\n\nbq. Impacte en negoci: baix", "impact=alt", "bq. Impacte en negoci: baix"},
	{"a quote as the answer is one's own", "Evidències: {quote}error 503{quote}\n{quote}Evidències de l’error: cap{quote}", "evidence={quote}error 503{quote}", "{quote}Evidències de l’error: cap{quote}"},

	{"empty lines of a mail's quote", "> Impacte: alt\n>\n> Contacte: Anna\n> \n>> \n> Gràcies", "contact=Anna\nimpact=alt", "> Gràcies"},
	{"further lines of a mail's quote", "> Impacte: alt\n> i molt\n>\n> Hola\n>\n> Adéu", "impact=alt\ni molt", "> Hola\n>\n> Adéu"},
	{"an answer below, in a mail's quote", "> Impacte:\n> alt\n> > i molt\n> Contacte: Anna\nText", "contact=Anna\nText\nimpact=alt\ni molt", ""},
	{"empty lines of a mail's quote before the form", "Hola,\n>\n> Impacte: alt\n>", "impact=alt", "Hola,"},
	{"signs that are an answer", "Impacte: > 500 usuaris\n> 300 ajuntaments", "impact=> 500 usuaris\n> 300 ajuntaments", ""},
	{"a signature in a mail's quote", "> Impacte: alt\n> --\n> Anna", "impact=alt", "> --\n> Anna"},
}

// TestQuotedInComments: what the description quotes fills a gap and stands over no
// words of one's own; what a comment quotes answers nothing.
func TestQuotedInComments(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		texts []string
		want  string
	}{
		{"newer", []string{"Impacte: alt", "{quote}\nImpacte en negoci: baix\nContacte: Anna\n{quote}"}, "impact=alt"},
		{"quoted twice", []string{"", "> Impacte: alt", "> Impacte: baix"}, ""},
		{"an older answer of one's own", []string{"{quote}Impacte en negoci: alt{quote}", "Impacte: baix", "bq. Impacte: res"}, "impact=baix"},
		{"one's own below the quote", []string{"Contacte: Anna", "bq. Contacte: qui?\nContacte: Pau"}, "contact=Pau"},
		{"a label that names a part", []string{"Impacte: alt", "Usuaris afectats: 3"}, "impact=alt"},
		{"a label that names a part, alone", []string{"", "Usuaris afectats: 3"}, "impact=3"},
		{"a label that names a part, before the whole", []string{"Usuaris afectats: 3", "Impacte: alt"}, "impact=alt"},
		{"the secret below a mail's quote", []string{"", "> Impacte: alt\n> i molt\n>\n> secret intern"}, ""},
		{"a panel under a label", []string{"", "{panel:title=Impacte en negoci}\nalt\n\nsecret intern\n{panel}"}, "impact=alt"},
		{"a signature", []string{"", "Impacte: alt\n--\nsecret intern"}, "impact=alt"},
		{"struck out", []string{"Impacte: alt", "Impacte: -baix-\n-Contacte: secret intern-"}, "impact=alt"},
		{"a day here and an hour there", []string{"Data d’inici: 22/11/2026", "Hora d’inici: 9.20"}, "started=22/11/2026 9.20"},
		{"another hour of that day", []string{"Inici: 20/11/2026 9:20", "Hora d’inici: 8:50"}, "started=20/11/2026 8:50"},
		{"another day and hour", []string{"Inici: 20/11/2026 9:20", "Inici: ahir a les 8:50"}, "started=ahir a les 8:50"},
		{"an hour after no day", []string{"Inici: desconegut", "Inici: 8:50"}, "started=8:50"},
		{"a day and an hour", []string{"", "Data d’inici: 22/11/2026; Hora d’inici: 9.20"}, "started=22/11/2026 9.20"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, said(readForm(t, "sistemas", tt.texts...))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

package mapping

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/mapping/wiki"
)

// readForm reads texts as Judge does for that form: the description first.
func readForm(t testing.TB, form string, texts ...string) Values {
	t.Helper()
	p := loadClaranet(t)
	var in Input
	for i, text := range texts {
		in.Sources = append(in.Sources, Source{Text: text, Origin: strconv.Itoa(i)})
	}
	fields := append([]*Field{&p.Kind}, p.Form(form).All()...)
	return readFields(fields, p.others(fields), in)
}

// answers returns the texts of the answers by field.
func answers(v Values) map[string]string {
	out := map[string]string{}
	for id, value := range v.ByField {
		out[id] = value.Text
	}
	return out
}

// said returns the answers as lines: id=text.
func said(v Values) string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(v.ByField)) {
		out = append(out, id+"="+v.ByField[id].Text)
	}
	return strings.Join(out, "\n")
}

type readTest struct {
	name, text string
	want       string // of answers
	rest       string
}

func TestRead(t *testing.T) {
	t.Parallel()
	tests := slices.Concat(labelTests, markupTests, extentTests, tableTests, lineTests, blockTests, kindTests)
	names := map[string]bool{}
	for _, tt := range tests {
		if names[tt.name] {
			t.Errorf("two cases are called %q", tt.name)
		}
		names[tt.name] = true
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			form := "sistemas"
			if strings.HasPrefix(tt.name, "redes:") {
				form = "redes"
			}
			v := readForm(t, form, tt.text)
			if diff := cmp.Diff(tt.want, said(v)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.rest, v.Rest); diff != "" {
				t.Errorf("rest (-want +got):\n%s", diff)
			}
		})
	}
}

var labelTests = []readTest{
	{"nothing", "", "", ""},
	{
		"the document's form in Spanish", "*Sistemas:*\r\n* Aplicación afectada: Portal\r\n* Fecha y hora de inicio del problema: 22/11/2026 09:35\r\n* Impacto en negocio: alto\r\n" +
			"* Persona responsable de contacto de AOC: Anna, 93 1\r\n* Test realizados\r\n** Comportamiento anómalo detectado\r\nerror 503\r\n" +
			"** Evidencias del error alertado (sonda, servicio integrador...) Si es una sonda, el detalle de que comprueba la sonda.\r\nsonda web",
		"anomaly=error 503\napplication=Portal\ncontact=Anna, 93 1\nevidence=sonda web\nimpact=alto\nkind=Sistemas\nstarted=22/11/2026 09:35", "",
	},
	{
		"redes: the document's form", "*Redes*\n* Aplicación afectada: VPN\n* Test realizados: ping\n* IP origen o servidor origen donde no hay conectividad: 10.0.0.1\n** IP destino o servidor al que no se accede: 10.0.0.2\n" +
			"** Si es un servidor, enviar resultado de MTR o TRACEPATH\n{noformat}\n 1. gw\n\n 2. x\n{noformat}\n** ¿Es intermitente o constante? Constante",
		"application=VPN\nconstancy=Constante\nkind=Redes\nroute={noformat}\n 1. gw\n\n 2. x\n{noformat}\nsource=10.0.0.1\ntarget=10.0.0.2\ntests=ping", "",
	},
	{
		"accents, case and signs do not matter", "APLICACIO AFECTADA: Portal\nData i hora d'inici del problema : ahir\nImpacte en el negoci: mitja\u0300\nPersona responsable de contacte de l\u2019AOC: Pau",
		"application=Portal\ncontact=Pau\nimpact=mitja\u0300\nstarted=ahir", "",
	},
	{"a decomposed label", "Aplicacio\u0301 afectada: Portal", "application=Portal", ""},
	{"a soft hyphen and a joiner in a label", "Apli\u00adcació\u200b afec\u2060tada: Portal", "application=Portal", ""},
	{"spaces that do not break and what shows as nothing", "\u00a0Aplicació\u00a0afectada\u00a0:\u00a0\u200bPortal\u00a0", "application=Portal", ""},
	{"no space behind the colon", "Impacte:alt", "impact=alt", ""},
	{"two colons", "Impacte:: alt", "impact=alt", ""},
	{"a full-width colon", "Impacte：alt", "impact=alt", ""},
	{"brackets are no part of a label", "Impacto en negocio (a quién afecta: todos): alto\nImpacte [baix, alt]: alt", "impact=alt", "Impacto en negocio (a quién afecta: todos): alto"},
	{"optional, as the block says", "Redeploy o reinici del servei (opcional): cal", "restart=cal", ""},
	{"help in brackets behind a label", "Impacte en negoci (A qui afecta i què no poden fer.): tothom", "impact=tothom", ""},
	{"help behind a label, the answer below", "Impacte en negoci. A qui afecta i què no poden fer.\ntothom", "impact=tothom", ""},
	{"help behind the colon", "Impacte en negoci: A qui afecta i què no poden fer. Tothom", "impact=Tothom", ""},
	{"help below the label", "Impacte en negoci:\n_A qui afecta i què no poden fer._\nTothom", "impact=Tothom", ""},
	{"nothing but help", "Impacte en negoci: _A qui afecta i què no poden fer_", "", ""},
	{"a dash", "Aplicació afectada - Portal\nImpacte en negoci – alt\nPersona de contacte— Anna", "application=Portal\ncontact=Anna\nimpact=alt", ""},
	{"an arrow and an equals sign", "Aplicació afectada → Portal\nImpacte en negoci = alt\nPersona de contacte -> Anna\nComportament anòmal => lent", "anomaly=lent\napplication=Portal\ncontact=Anna\nimpact=alt", ""},
	{"a tab", "Aplicació afectada\tPortal\nImpacte en negoci\t\talt", "application=Portal\nimpact=alt", ""},
	{"a single word needs a colon", "Impacte - alt\nContacte = Anna\nServei", "", "Impacte - alt\nContacte = Anna\nServei"},
	{"redes: a question", "¿Es intermitente o constante? Constante\nIP origen: 10.0.0.1", "constancy=Constante\nsource=10.0.0.1", ""},
	{"redes: a question without its first sign", "Es intermitente o constante? Intermitente", "constancy=Intermitente", ""},
	{"redes: a question with a colon", "És intermitent o constant?: constant", "constancy=constant", ""},
	{"redes: a question and the answer below", "¿Es intermitente o constante?\nConstante", "constancy=Constante", ""},
	{"a question that is an alias", "¿Qué ocurre? No abre\n¿Desde cuándo? Ayer a las 18 h", "anomaly=No abre\nstarted=Ayer a las 18 h", ""},
	{"small slips", "Aplicasió afectada: Portal\nImpate: alt\nPersona reponsable de contate: Anna\nFecha y hora de incio del probelma: hoy", "application=Portal\ncontact=Anna\nimpact=alt\nstarted=hoy", ""},
	{"a slip in a heading and in a bold line", "h3. Impcate en negoci\nalt\n*Aplicaciò afetcada*\nPortal", "application=Portal\nimpact=alt", ""},
	{"an article before the label", "L’aplicació afectada: Portal", "application=Portal", ""},
	{"too many slips", "Aplcasio afctda: Portal\nImacta: x\nInpate: y", "", "Aplcasio afctda: Portal\nImacta: x\nInpate: y"},
	{"redes: short labels forgive nothing", "MRT: x\nMTS: y", "", "MRT: x\nMTS: y"},
	{"a slip needs a colon", "Impcate alt", "", "Impcate alt"},
	{"no labels", "https://impacte.cat: x\nL'impacte: res\nhora 10:15\nImpacte\nnegoci\nC:\\impacte\\x\nimpacte://x", "", "https://impacte.cat: x\nL'impacte: res\nhora 10:15\nImpacte\nnegoci\nC:\\impacte\\x\nimpacte://x"},
	{"an own label in a sentence", "L’impacte en negoci és alt", "", "L’impacte en negoci és alt"},
	{"other forms' labels end a value and stay", "Impacte: alt\nIP destí: 10.0.0.2\nport 443\nContacte: Anna", "contact=Anna\nimpact=alt", "IP destí: 10.0.0.2\nport 443"},
}

var markupTests = []readTest{
	{"bold", "*Aplicació afectada:* Portal\n*Impacte*: *molt* alt\n*Contacte* : Anna", "application=Portal\ncontact=Anna\nimpact=*molt* alt", ""},
	{"a whole bold line", "*Aplicació afectada: Portal*", "application=Portal", ""},
	{"a whole bold line with a bold value within", "*Impacte: molt* alt", "impact=molt alt", ""},
	{"italic, underlined, struck out, small", "_Aplicació afectada:_ Portal\n+Impacte+: alt\n-Contacte-: Anna\n~Redeploy:~ cal", "application=Portal\ncontact=Anna\nimpact=alt\nrestart=cal", ""},
	{"marks in marks", "*_+Aplicació afectada+_:* Portal\n{color:red}*_Impacte: alt_*{color}", "application=Portal\nimpact=alt", ""},
	{"colours", "{color:#172b4d}*Redeploy:*{color} cal\n{color:red}Impacte: {color:blue}alt{color}{color}", "impact={color:blue}alt{color}\nrestart=cal", ""},
	{"half a colour", "{color:red}Impacte: alt\n\nHola{color}", "impact=alt", "Hola"},
	{"forced marks", "{*}Comportament anòmal:{*}lent\n{_}Impacte{_}: alt", "anomaly=lent\nimpact=alt", ""},
	{"stars that are no marks", "*Impacte:*molt alt\n**Contacte**: Anna", "contact=Anna\nimpact=molt alt", ""},
	{"headings", "h1. Aplicació afectada\nPortal\nh3. *Impacte:*\nalt\n\ni molt\nh6. Altres\nres", "application=Portal\nimpact=alt\n\ni molt", "h6. Altres\nres"},
	{"a heading that says all", "h3. Impacte: alt\nText lliure", "impact=alt", "Text lliure"},
	{"bullets", "* *Impacte*: alt\n- Contacte: Anna\n• Redeploy: cal\n– Aplicació: Portal", "application=Portal\ncontact=Anna\nimpact=alt\nrestart=cal", ""},
	{"numbers", "# Impacte: alt\n1. Contacte: Anna\n2) Redeploy: cal\n3.- Aplicació: Portal\n(4) Síntoma: lento\na) Inici: ahir\n6.1 Logs: cap", "anomaly=lento\napplication=Portal\ncontact=Anna\nevidence=cap\nimpact=alt\nrestart=cal\nstarted=ahir", ""},
	{"emoji and emoticons", "📌 *Impacte:* alt\n(/) Contacte: Anna\n1️⃣ Aplicació: Portal\n⚠️ Redeploy: cal", "application=Portal\ncontact=Anna\nimpact=alt\nrestart=cal", ""},
	{"boxes to tick", "[x] Impacte: alt\n[ ] Contacte: Anna\n☑ Redeploy: cal", "contact=Anna\nimpact=alt\nrestart=cal", ""},
	{
		"links, mentions, images and files as values", "Aplicació: [el portal|https://exemple.cat]\nContacte: [~accountid:5b10]\nEvidències: !captura 1.png|thumbnail!\nLogs: [^a.log]\nImpacte: https://exemple.cat/a:b",
		"application=[el portal|https://exemple.cat]\ncontact=[~accountid:5b10]\nevidence=[^a.log]\nimpact=https://exemple.cat/a:b", "Evidències: !captura 1.png|thumbnail!",
	},
	{"a label that is a link", "[Impacte|https://exemple.cat/wiki]: alt", "impact=alt", ""},
	{"a label inside of a link", "[veure Impacte: alt|https://exemple.cat]", "", "[veure Impacte: alt|https://exemple.cat]"},
	{"escaped signs", `Impacte: \[alt\] \- 50 \% \{x\}`, `impact=\[alt\] \- 50 \% \{x\}`, ""},
	{"references", "Impacte:&nbsp;a &lt; b &amp; c", "impact=a &lt; b &amp; c", ""},
	{"a fixed width", "{{Impacte}}: {{ls -l}}", "impact={{ls -l}}", ""},
	{"the editor's line breaks", `*Impacte:* alt \\ *Contacte:* Anna\\Redeploy: cal`, "contact=Anna\nimpact=alt\nrestart=cal", ""},
	{"Windows and old line ends", "Impacte: alt\r\nmolt\r\rContacte: Anna\rText", "contact=Anna\nText\nimpact=alt\nmolt", ""},
}

var extentTests = []readTest{
	{"to the next label or empty line", "Intro\nImpacte: línia 1\nlínia 2: dos\n\nno és impacte\nEvidències:\nlog\nRedeploy: sí", "evidence=log\nimpact=línia 1\nlínia 2: dos\nrestart=sí", "Intro\n\nno és impacte"},
	{"a line of invisible blanks is empty", "Impacte: a\n\u00a0\u200b\nb", "impact=a", "b"},
	{"to the next heading", "Impacte: a\nh3. Context\nb", "impact=a", "h3. Context\nb"},
	{"to a horizontal line", "Impacte: a\n----\nb", "impact=a", "b"},
	{"of two answers the later counts and the earlier is not lost", "Impacte: primer\nImpacte: segon\nImpacte: -", "impact=segon", "Impacte: primer"},
	{"the same answer twice is one", "*Impacte:* Molt alt\nh2. Impacte\nmolt alt.", "impact=molt alt.", ""},
	{"paragraphs of the editor", "*Aplicació afectada:*\n\nPortal\n\n*Impacte:*\n\nalt\n\nText", "application=Portal\nimpact=alt", "Text"},
	{"an optional field takes nothing over an empty line", "Redeploy o reinici del servei:\n\nText lliure", "", "Text lliure"},
	{"an optional field under its heading", "h3. Redeploy\n\ncal\n\ni aviat", "restart=cal\n\ni aviat", ""},
	{"a sign-off is no answer", "Evidències:\n\nGràcies,\nAnna", "", "Gràcies,\nAnna"},
	{"a sign-off right below", "Impacte: alt\nContacte:\nSalutacions cordials\nAnna", "impact=alt", "Salutacions cordials\nAnna"},
	{"a sign-off ends a heading's text", "h3. Impacte\nalt\n\nMoltes gràcies per la vostra ajuda!\nAnna", "impact=alt", "Moltes gràcies per la vostra ajuda!\nAnna"},
	{"thanks in an answer", "Impacte: no arriben els correus de\ngràcies a la ciutadania", "impact=no arriben els correus de\ngràcies a la ciutadania", ""},
	{"only one block over an empty line", "Evidències:\n\nprimer\nmés\n\nsegon", "evidence=primer\nmés", "segon"},
	{"a list over an empty line", "Evidències:\n\n* a\n* b\n\nsegon", "evidence=* a\n* b", "segon"},
	{"deeper items belong to the item", "* Impacte: alt\n** a\n*** b\n** c\n* altra cosa\n* Contacte: Anna", "contact=Anna\nimpact=alt\n** a\n*** b\n** c", "* altra cosa"},
	{"the answer is the only deeper item", "* Impacte:\n** alt\n* Contacte:\n** Anna", "contact=Anna\nimpact=alt", ""},
	{"lines of an item", "* Impacte: alt\ni molt\n* Contacte: Anna", "contact=Anna\nimpact=alt\ni molt", ""},
	{"another list below an item", "* Evidències:\n# u\n# dos\n* Contacte: Anna", "contact=Anna\nevidence=# u\n# dos", ""},
	{"a sibling is no answer", "* Evidències:\n\n* altra cosa", "", "* altra cosa"},
	{"a label among lines of an item", "* Dades\nImpacte: alt\nContacte: Anna", "contact=Anna\nimpact=alt", "* Dades"},
	{"a list below a label", "Impacte:\n* a\n* b\nContacte: Anna", "contact=Anna\nimpact=* a\n* b", ""},
	{"heading of parts with text of its own", "Proves realitzades: ping correcte\n- Comportament anòmal: lent", "anomaly=lent\ntests=ping correcte", ""},
	{"parts below their heading", "* Proves realitzades:\n** ping correcte\n** Comportament anòmal: lent", "anomaly=lent\ntests=ping correcte", ""},
	{"text around", "Bon dia,\n\nImpacte: alt\n\nGràcies", "impact=alt", "Bon dia,\n\nGràcies"},
	{"items around", "* a\n* Impacte: alt\n* b\nh2. Contacte\nAnna", "contact=Anna\nimpact=alt", "* a\n* b"},
	{"what followed a heading does not run into a list", "* a\nh2. Contacte: Anna\nb", "contact=Anna", "* a\n\nb"},
	{"an empty label before another", "Impacte:\n\nContacte:\n\nAnna", "contact=Anna", ""},
	{"a placeholder is taken away", "Impacte: pendent\nContacte: ____\nInici: [omplir]\n\nText", "", "Text"},
}

var tableTests = []readTest{
	{"rows", "|Aplicació afectada|Portal|\n|Impacte|alt|\n|Altres|x|", "application=Portal\nimpact=alt", "|Altres|x|"},
	{"rows with headings and marks", "||*Aplicació afectada:*||Portal||\n|| Impacte || alt ||", "application=Portal\nimpact=alt", ""},
	{"four columns", "|Aplicació|Portal|Impacte|alt|\n|Contacte|Anna|Inici|ahir|", "application=Portal\ncontact=Anna\nimpact=alt\nstarted=ahir", ""},
	{"four columns of headings", "||Aplicació||Portal||Impacte||alt||", "application=Portal\nimpact=alt", ""},
	{"a row of labels", "||Aplicació||Impacte||Nota||\n|Portal|alt|x|\n|Seu|baix| |", "application=Portal\nSeu\nimpact=alt\nbaix", "||Nota||\n|x|"},
	{"a row of labels without headings", "|Aplicació|Impacte|Contacte|\n|Portal|alt|Anna|", "application=Portal\ncontact=Anna\nimpact=alt", ""},
	{"rows of labels one below the other", "||Aplicació||Impacte||\n|Portal|alt|\n||Contacte||Inici||\n|Anna|ahir|", "application=Portal\ncontact=Anna\nimpact=alt\nstarted=ahir", ""},
	{"a row of labels alone", "||Aplicació||Impacte||Contacte||", "", ""},
	{"one column", "|Impacte|\n|molt alt|", "impact=molt alt", ""},
	{"the label and the value in a cell", "|Aplicació: Portal|Impacte: alt|\n|Contacte: Anna|nota|", "application=Portal\ncontact=Anna\nimpact=alt", "|nota|"},
	{"a column of help", "||Camp||Descripció||Valor||\n|Impacte en negoci|A qui afecta i què no poden fer.|tothom|", "impact=tothom", "||Camp||Descripció||Valor||"},
	{"an answer over two rows", "|Impacte|alt|\n| |i molt|\n|Contacte|Anna|", "contact=Anna\nimpact=alt\ni molt", ""},
	{"an answer that is called like a label", "|Proves|Redeploy|\n|Impacte|alt|", "impact=alt\ntests=Redeploy", ""},
	{"blocks in a cell", "|Evidències|{noformat}\na | b\n\nc\n{noformat}|\n|Impacte|* a\n* b|", "evidence={noformat}\na | b\n\nc\n{noformat}\nimpact=* a\n* b", ""},
	{"an empty cell", "|Impacte| |\n|Contacte|-|\n\nText", "", "Text"},
	{"slips and emoji in cells", "|📌 Impcate:|alt|\n|(!) Aplicasió|Portal|", "application=Portal\nimpact=alt", ""},
	{"a table that is a value", "Evidències:\n||hora||codi||\n|9:35|503|\nContacte: Anna", "contact=Anna\nevidence=||hora||codi||\n|9:35|503|", ""},
	{"a label behind a table", "|Impacte|alt|\nContacte: Anna", "contact=Anna\nimpact=alt", ""},
}

var lineTests = []readTest{
	{"semicolons and full stops", "Aplicació: P1; Impacte: Y. Contacte: Z", "application=P1\ncontact=Z\nimpact=Y", ""},
	{"commas in small letters", "aplicació: P1, impacte: Y, contacte: Z", "application=P1\ncontact=Z\nimpact=Y", ""},
	{"bars, bullets, tabs and blanks", "Aplicació: P1 | Impacte: Y • Contacte: Z\tRedeploy: cal  Inici: ahir", "application=P1\ncontact=Z\nimpact=Y\nrestart=cal\nstarted=ahir", ""},
	{"dashes", "Aplicació: P1 - Impacte: Y – Contacte: Z", "application=P1\ncontact=Z\nimpact=Y", ""},
	{"a space before a long label", "Aplicació: P1 Impacte en negoci: Y Persona de contacte: Z", "application=P1\ncontact=Z\nimpact=Y", ""},
	{"a space before a short label", "Impacte: la web mostra Servei: 503", "impact=la web mostra Servei: 503", ""},
	{"bold labels in a line", "*Aplicació:* P1 *Impacte en negoci:* Y; *Contacte:* Z", "application=P1\ncontact=Z\nimpact=Y", ""},
	{"emoji between", "📌 Aplicació: P1 🔥 Impacte: Y (/) Contacte: Z", "application=P1\ncontact=Z\nimpact=Y", ""},
	{"a value that holds the word", "Impacte: La web mostra l’error d’aplicació: 503", "impact=La web mostra l’error d’aplicació: 503", ""},
	{"an alias in small letters in a sentence", "Impacte: no va, servei: caigut", "impact=no va, servei: caigut", ""},
	{"in brackets", "Contacte: Anna (93 1; Impacte: alt) o Pau", "contact=Anna (93 1; Impacte: alt) o Pau", ""},
	{"in quotes", "Comportament anòmal: surt «Impacte: alt»", "anomaly=surt «Impacte: alt»", ""},
	{"after prose", "Hola, bon dia. Aplicació afectada: Portal\nGràcies", "application=Portal", "Hola, bon dia.\nGràcies"},
	{"after a mention", "[~anna] Impacte: alt", "impact=alt", "[~anna]"},
	{"after a picture", "!logo.png! Impacte: alt", "impact=alt", "!logo.png!"},
	{"slips in a line", "Aplicació: P1; Impcate: Y", "application=P1\nimpact=Y", ""},
	{"times, addresses and paths", "Impacte: des de les 9:35, http://servei:8080/x; C:\\logs: res", "impact=des de les 9:35, http://servei:8080/x; C:\\logs: res", ""},
	{"redes: a question in a line", "IP origen: 10.0.0.1; ¿Es intermitente o constante? Constante. IP destino: 10.0.0.2", "constancy=Constante\nsource=10.0.0.1\ntarget=10.0.0.2", ""},
	{"a value on further lines", "Aplicació: P1; Impacte: Y\ni més", "application=P1\nimpact=Y\ni més", ""},
	{"an empty value in a line", "Aplicació: ; Impacte: Y", "impact=Y", ""},
}

var blockTests = []readTest{
	{"a code block in a value is part of it, whatever it holds", "Evidències: veure {code:java}\nImpacte: x\n\nb\n{code} fi\nImpacte: gran", "evidence=veure {code:java}\nImpacte: x\n\nb\n{code} fi\nimpact=gran", ""},
	{"the form inside the frame it was copied from", "Hola\n{noformat}\nAplicació afectada: Portal\nRedeploy o reinici del servei (opcional): {noformat}\nAdéu", "application=Portal", "Hola\nAdéu"},
	{"the form in a frame, with marks", "{code:title=x}\n*Aplicació afectada:* Portal *.log {x}\nh3. Impacte en negoci\n| alt\n{code}", `application=Portal \*.log \{x\}` + "\nimpact=\\| alt", ""},
	{"several lines in the frame", "{noformat}\nImpacte en negoci: a\n  b\nContacte: Anna\n\nText\n{noformat}", "contact=Anna\nimpact={noformat}\na\n  b {noformat}", "{noformat}\n\nText\n{noformat}"},
	{"the form in a frame below its announcement", "Proves:\n{noformat}\nAplicació afectada: Portal\nImpacte en negoci: alt\n{noformat}", "application=Portal\nimpact=alt", ""},
	{"a log alone", "{noformat}\nservei: x\n{noformat}", "", "{noformat}\nservei: x\n{noformat}"},
	{"a block that never ends", "Evidències: a\n{noformat}\nImpacte: b", "evidence=a\n{noformat}\nImpacte: b", ""},
	{"a panel", "{panel:title=Dades}\n*Impacte:* alt\n\nText\n*Contacte:* Anna\n{panel}\nFi", "contact=Anna\nimpact=alt", "{panel:title=Dades}\n\nText\n{panel}\nFi"},
	{"a panel that holds nothing else", "A\n{panel}\nImpacte: alt\n{panel}\nB", "impact=alt", "A\nB"},
	{"a panel that is a value", "Impacte:\n{panel}\na\n\nb\n{panel}\nContacte: Anna", "contact=Anna\nimpact={panel}\na\n\nb\n{panel}", ""},
	{"a value ends with the panel", "{panel}Impacte: alt{panel}\nText", "impact=alt", "Text"},
	{"quoted labels", "{quote}Impacte:{quote}\nalt\n\n{quote}Contacte:{quote}\n\nAnna\nbq. Inici:\nahir", "contact=Anna\nimpact=alt\nstarted=ahir", ""},
	{"a quoted form", "{quote}\nImpacte: alt\nContacte:\n{quote}\nNo ho sé pas", "impact=alt", "No ho sé pas"},
	{"quoted as in a mail", "> Impacte:\nalt\n> Contacte: Anna", "contact=Anna\nimpact=alt", ""},
	{"a quote that is a value", "Evidències: {quote}error 503{quote}\nContacte: Anna", "contact=Anna\nevidence={quote}error 503{quote}", ""},
}

var kindTests = []readTest{
	{"kind by its label", "Tipus de problema: Xarxa\nImpacte: alt", "impact=alt\nkind=Xarxa", ""},
	{"kind as a heading", "h3. Redes\nImpacte: alt", "impact=alt\nkind=Redes", ""},
	{"kind in bold", "Hola\n* *Problema de xarxa*\nImpacte: alt", "impact=alt\nkind=Problema de xarxa", "Hola"},
	{"kind before a colon", "Hola\nSISTEMES:\nImpacte: alt", "impact=alt\nkind=SISTEMES", "Hola"},
	{"kind as the first line", "Redes\nNo llega", "kind=Redes", "No llega"},
	{"the word in a text is no kind", "Hola\nSistemes\nEls sistemes: cauen\n*Sistemes* diu", "", "Hola\nSistemes\nEls sistemes: cauen\n*Sistemes* diu"},
	{"both kinds", "*Sistemas:*\n*Redes:*\nImpacte: alt", "impact=alt\nkind=Sistemas\nRedes", ""},
	{
		"both templates, one filled in", "*Sistemas:*\n* Aplicación afectada: Portal\n* Impacto en negocio: alto\n\n*Redes*\n* Aplicación afectada:\n* Impacto en negocio:\n* IP origen: ",
		"application=Portal\nimpact=alto\nkind=Sistemas", "* IP origen:",
	},
	{"both templates, both filled in", "*Sistemas:*\n* Aplicación afectada: Portal\n\n*Redes*\n* Impacto en negocio: alto", "application=Portal\nimpact=alto\nkind=Sistemas\nRedes", ""},
}

// TestReadComments: a person's comment is not meant for the provider, except for
// what stands under a label.
func TestReadComments(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"no label", "El client no paga, no corre pressa", ""},
		{"to the first empty line", "Hola\nImpacte: molt\nmés\n\nsecret intern", "impact=molt\nmés"},
		{"an empty label takes nothing over an empty line", "Impacte:\n\nsecret intern", ""},
		{"an empty label in bold", "*Impacte en negoci*\n\nsecret intern", ""},
		{"an empty heading", "h3. Impacte\n\nsecret intern", ""},
		{"a heading's text", "h3. Impacte\nalt\n\nsecret intern\nh3. Contacte\nAnna", "contact=Anna\nimpact=alt"},
		{"an empty item", "* Impacte:\n\nsecret intern", ""},
		{"an empty item and a deeper one", "* Impacte:\n\n** secret intern", ""},
		{"a sibling", "* Impacte: alt\n* secret intern", "impact=alt"},
		{"behind a list", "Impacte:\n* a\n* b\n\nsecret intern", "impact=* a\n* b"},
		{"a line of blanks that do not break", "Impacte: alt\n\u00a0\nsecret intern", "impact=alt"},
		{"a line of what shows as nothing", "Impacte: alt\n\u200b\nsecret intern", "impact=alt"},
		{"a line of a joiner", "Impacte: alt\n\u2060\nsecret intern", "impact=alt"},
		{"an empty line by marks", "Impacte: alt\\\\ \\\\ secret intern", "impact=alt"},
		{"an empty line of references", "Impacte: alt\n&nbsp;\nsecret intern", "impact=alt"},
		{"old and new line ends", "Impacte: alt\r\rsecret intern", "impact=alt"},
		{"lines by other characters", "Impacte: alt\u2028\u2029secret intern", "impact=alt"},
		{"inside a panel", "{panel}\nImpacte: alt\n\nsecret intern\n{panel}", "impact=alt"},
		{"a panel below a label", "Impacte:\n{panel}\nalt\n\nsecret intern\n{panel}", "impact=alt"},
		{"an empty line at a panel's beginning", "Impacte:\n{panel}\n\nsecret intern\n{panel}", ""},
		{"inside a quote", "Impacte:\n{quote}\nalt\n\nsecret intern\n{quote}", "impact=alt"},
		{"behind a quoted label", "{quote}Impacte:{quote}\n\nsecret intern", ""},
		{"below a quoted label", "{quote}Impacte:{quote}\nalt\nmés\n\nsecret intern", "impact=alt\nmés"},
		{"in a cell", "|Impacte|alt\n\nsecret intern|", "impact=alt"},
		{"behind a table", "|Impacte|alt|\nsecret intern", "impact=alt"},
		{"a block shown as it is holds empty lines", "Evidències: {noformat}\nlog\n\nmés\n{noformat}\n\nsecret intern", "evidence={noformat}\nlog\n\nmés\n{noformat}"},
		{"one with an empty line at its beginning", "Evidències:\n{code}\n\nlog\n{code}\n\nsecret intern", "evidence={code}\n\nlog\n{code}"},
		{"one below an empty line", "Evidències:\n\n{noformat}\nsecret intern\n{noformat}", ""},
		{"one that never ends", "Evidències:\n{noformat}\nlog\n\nsecret intern", "evidence=log"},
		{"the form in a frame", "{noformat}\nImpacte en negoci: alt\n\nsecret intern\n{noformat}", "impact=alt"},
		{"an empty label in a frame", "{noformat}\nImpacte en negoci:\n\nsecret intern\n{noformat}", ""},
		{"a sign-off", "Impacte: alt\nGràcies\nsecret intern", "impact=alt"},
		{"a command", "Impacte: alt\nescalat envia-ja", "impact=alt"},
		{"a command with a bar", "Contacte: Anna\n/escalat trucat 123\nsecret", "contact=Anna"},
		{"what is for the provider", "Impacte: alt\nPer a Claranet:\nhola", "impact=alt"},
		{"another form's label", "Impacte: alt\nIP destí: 10.0.0.2", "impact=alt"},
		{"a horizontal line", "Impacte: alt\n----\nsecret intern", "impact=alt"},
		{"before a label", "secret intern. Impacte: alt", "impact=alt"},
		{"a colour around all", "{color:red}Impacte: alt\n\nsecret intern{color}", "impact=alt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := readForm(t, "sistemas", "Descripció", tt.text)
			if diff := cmp.Diff(tt.want, said(v)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if v.Rest != "Descripció" {
				t.Errorf("rest %q", v.Rest)
			}
			for id, blank := range v.Blanks {
				if strings.Contains(blank.Text, "secret") {
					t.Errorf("blank %s is %q", id, blank.Text)
				}
			}
		})
	}
}

func readSources(t *testing.T, in Input) Values {
	t.Helper()
	return readFields(sistemas(t).All(), nil, in)
}

func sistemas(t testing.TB) *Form {
	t.Helper()
	f := loadClaranet(t).Form("sistemas")
	if f == nil {
		t.Fatal("no form sistemas")
	}
	return f
}

func TestReadSeveralSources(t *testing.T) {
	t.Parallel()
	v := readSources(t, Input{Sources: []Source{
		{Text: "Impacte: poc\nContacte AOC: Anna\nRedeploy: sí\nText lliure\n\nMés text", At: day(1), Origin: "description"},
		{Text: "Hola\nImpacte: molt\nmés\n\nsecret intern\nContacte AOC: pendent", At: day(2), Origin: "comment 7"},
		{Text: "Redeploy:\nInici: -\nEvidències: {noformat}\nlog\n{noformat}", At: day(3), Origin: "comment 8"},
	}})
	want := map[string]Value{
		"impact":   {Text: "molt\nmés", At: day(2), Origin: "comment 7"},
		"contact":  {Text: "Anna", At: day(1), Origin: "description"},
		"restart":  {Text: "sí\nText lliure", At: day(1), Origin: "description"},
		"evidence": {Text: "{noformat}\nlog\n{noformat}", At: day(3), Origin: "comment 8"},
	}
	if diff := cmp.Diff(want, v.ByField); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]Value{"started": {Text: `-`, At: day(3), Origin: "comment 8"}}, v.Blanks); diff != "" {
		t.Errorf("blanks (-want +got):\n%s", diff)
	}
	if v.Rest != "Més text" {
		t.Errorf("rest %q", v.Rest)
	}
}

// TestReadEditedDescription: an edit elsewhere in the description puts no old
// value over a newer comment; an edit of the value does.
func TestReadEditedDescription(t *testing.T) {
	t.Parallel()
	in := Input{Sources: []Source{
		{
			Text: "Text corregit\n*Impacte:* poc\nContacte: Pau\nAplicació: Seu\nInici: ahir", At: day(9), Origin: "description", Born: day(1),
			Former: []Revision{
				{Text: "Tetx\nImpacte: Poc.\nContacte: Anna\nAplicació: Seu", Until: day(3)},
				{Text: "Tetx\nImpacte: poc\nContacte: Pau\nAplicació: Portal", Until: day(7)},
			},
		},
		{Text: "Impacte: molt\nContacte: Joan\nAplicació: Tauler", At: day(5), Origin: "comment 1"},
	}}
	v := readSources(t, in)
	want := map[string]Value{
		"impact":      {Text: "molt", At: day(5), Origin: "comment 1"},
		"contact":     {Text: "Joan", At: day(5), Origin: "comment 1"},
		"application": {Text: "Seu", At: day(9), Origin: "description"},
		"started":     {Text: "ahir", At: day(9), Origin: "description"},
	}
	if diff := cmp.Diff(want, v.ByField); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	in.Sources = in.Sources[:1]
	v = readSources(t, in)
	if got := []time.Time{v.ByField["impact"].At, v.ByField["contact"].At}; !got[0].Equal(day(1)) || !got[1].Equal(day(3)) {
		t.Errorf("values count from %v", got)
	}
	in.Sources[0].Born = time.Time{}
	if at := readSources(t, in).ByField["impact"].At; !at.Equal(day(3)) {
		t.Errorf("a value of unknown birth counts from %v", at)
	}
}

func TestReadManyRevisions(t *testing.T) {
	t.Parallel()
	src := Source{Text: "Impacte: poc", At: day(28), Origin: "description", Born: day(1)}
	for i := range 100 {
		src.Former = append(src.Former, Revision{Text: strconv.Itoa(i) + "\n\nImpacte: poc", Until: day(1).Add(time.Duration(i) * time.Hour)})
	}
	v := readSources(t, Input{Sources: []Source{src}})
	if got := v.ByField["impact"].At; !got.Equal(src.Former[100-maxFormer-1].Until) {
		t.Errorf("the value counts from %v", got)
	}
}

// TestReadCustomFields: a custom field's answer stands over every text.
func TestReadCustomFields(t *testing.T) {
	t.Parallel()
	v := readSources(t, Input{
		Sources: []Source{{Text: "Impacte: poc\nContacte: Anna", At: day(5), Origin: "description"}},
		Fields: map[string]Source{
			"impact":      {Text: " *molt* ", At: day(1), Origin: "field Impacte"},
			"contact":     {Text: "pendent", At: day(6), Origin: "field Contacte"},
			"application": {Text: "???", At: day(6), Origin: "field Aplicació"},
			"unknown":     {Text: "x"},
		},
	})
	want := Values{
		ByField: map[string]Value{
			"impact":  {Text: "*molt*", At: day(1), Origin: "field Impacte"},
			"contact": {Text: "Anna", At: day(5), Origin: "description"},
		},
		Blanks: map[string]Value{"application": {Text: "???", At: day(6), Origin: "field Aplicació"}},
	}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestReadLabelsOfOneField: the first field keeps a label that two have, and a
// slip that is as near to two means neither.
func TestReadLabelsOfOneField(t *testing.T) {
	t.Parallel()
	one := &Field{ID: "one", Label: Phrase{ES: "Matrícula del coche"}, Aliases: []string{"Placa"}, Required: true}
	two := &Field{ID: "two", Label: Phrase{ES: "Matrículas del coche"}, Aliases: []string{"Placa", "Color"}}
	tests := []struct{ text, want string }{
		{"Matrícula del coche: 1", "one=1"},
		{"Matrículas del coche: 2", "two=2"},
		{"Matricola del coche: 1", "one=1"},
		{"Matrículax del coche: 1", ""}, // as near to one as to the other
		{"Placa: 1\nColor: 2", "one=1\ntwo=2"},
	}
	for _, tt := range tests {
		v := readFields([]*Field{one, two}, nil, Input{Sources: []Source{{Text: tt.text}}})
		if got := said(v); got != tt.want {
			t.Errorf("%q gives %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestReadBounds: of many sources the newest are read, and a long value is cut at
// a line, with whole marks.
func TestReadBounds(t *testing.T) {
	t.Parallel()
	in := Input{Sources: []Source{{Text: "Impacte: descripció"}, {Text: "Contacte: massa antic"}}}
	for range maxSources - 1 {
		in.Sources = append(in.Sources, Source{Text: "Hola"})
	}
	if got := said(readSources(t, in)); got != "impact=descripció" {
		t.Errorf("got %q", got)
	}
	long := strings.Repeat("una línia del registre\n", 8000)
	for _, text := range []string{
		"Evidències: {noformat}\n" + long + "{noformat}", "Evidències:\n" + long, "Evidències:\n* a\n" + strings.ReplaceAll(long, "una", "* una"),
		"Evidències: *" + strings.Repeat("molt ", 40000) + "fi*", "Evidències: " + strings.Repeat("é", 200000), "|Evidències|" + long + "|",
	} {
		v := readSources(t, Input{Sources: []Source{{Text: text}}, Fields: map[string]Source{"impact": {Text: long}}})
		for _, id := range []string{"evidence", "impact"} {
			got := v.ByField[id].Text
			if len(got) > maxValue+10 || len(got) < maxValue/2 || !strings.HasSuffix(got, "…") {
				t.Errorf("%.40q: %s has %d bytes and ends with %q", text, id, len(got), got[max(0, len(got)-20):])
			}
			if plain := wiki.Plain(got); strings.Contains(plain, "{") || strings.Contains(plain, "*") {
				t.Errorf("%.40q: a mark is left", text)
			}
		}
		if v.Rest != "" {
			t.Errorf("%.40q: rest of %d bytes", text, len(v.Rest))
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	field := func(id string) *Field {
		for _, form := range slices.Backward(p.Forms) {
			for _, f := range form.All() {
				if f.ID == id {
					return f
				}
			}
		}
		t.Fatalf("no field %s", id)
		return nil
	}
	blank := map[string][]string{
		"impact": {
			"", "-", "—", "…", "...", "???", "¿?", "____", "xxx", "X", "XX/XX", "N/A", "n.a.", "*Pendent*", "<pendiente>", "[omplir]", "<a qui afecta>", "«impacte»",
			"{color:red}tbd{color}", "desconegut", "no aplica", "40 AJUNTAMENTS d'exemple no poden registrar entrades.", "p. ex. 40 ajuntaments d’exemple no poden registrar entrades",
			"A qui afecta i què no poden fer", "Impacto en negocio", "pendent de confirmar", "Pendiente de definir con negocio", "per confirmar", "por definir", "a completar",
			"cal omplir", "falta", "omplir aquí", "pendent de resposta del client", "pendiente de que lo confirmen", "no ho sé", "{noformat}\n{noformat}", "* -", "☐", "(?)", "(pendent)", "null",
			"dd/mm/aaaa", "\u200b", "&nbsp;",
		},
		"started":     {"pendent", "31/01/2020 a las 9:35 h", "dd/mm/aaaa hh:mm", "Data i hora d’inici del problema"},
		"constancy":   {"¿?", "pendent"},
		"route":       {"-", "xxxx"},
		"restart":     {"Redeploy o reinici del servei", "?"},
		"probe":       {"..."},
		"target":      {"<ip>", "x.x.x.x"},
		"source":      {"[ip origen]"},
		"contact":     {"Nom Cognom, 900 000 000", "[nom i telèfon]"},
		"anomaly":     {"per exemple: La pàgina d’exemple dona error 503 en lloc d’obrir-se"},
		"tests":       {"Què heu provat i amb quin resultat."},
		"application": {"(per omplir)"},
	}
	filled := map[string][]string{
		"impact":      {"cap", "0", "tot", "todo", "pendent de la sonda", "pendent d’enviar 400 notificacions", "per a tothom", "[ERROR] caigut", "[503]", "✅", "🔥", "(/)", "(!)", "no"},
		"started":     {"desconegut", "Desconocido.", "no aplica", "<desconegut>", "9:35"},
		"evidence":    {"!captura.png|thumbnail!", "[^log.txt]", "[captura|https://exemple.cat/x.png]"},
		"contact":     {"[~accountid:5b10]", "[anna@example.org]", "<anna@example.org>", "[~anna]"},
		"restart":     {"Reinici", "✅", "x favor, sí"},
		"route":       {"no aplica", "No procede.", "not applicable"},
		"constancy":   {"constante", "intermitent"},
		"target":      {"10.0.0.1", "[10.0.0.1]", "x1"},
		"application": {"Portal", "[Portal|https://exemple.cat]", "EACAT"},
	}
	for want, list := range map[bool]map[string][]string{true: blank, false: filled} {
		for id, texts := range list {
			for _, text := range texts {
				if got := field(id).isPlaceholder(text); got != want {
					t.Errorf("%s: isPlaceholder(%q) = %v", id, text, got)
				}
			}
		}
	}
}

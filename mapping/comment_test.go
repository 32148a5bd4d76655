package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		{"a single word behind talk", "secret intern. Impacte: alt", ""},
		{"before a label", "secret intern. Impacte en negoci: alt", "impact=alt"},
		{"a single word behind a mention", "[~anna] Impacte: alt", "impact=alt"},
		{"a single word behind another label", "Impacte: alt. Contacte: Anna", "contact=Anna\nimpact=alt"},
		{"a single word behind a bar", "Resum | Impacte: alt", ""},
		{"rhetorical questions", "Què passa? secret\nDes de quan? Pere, tu ho saps?\n¿Qué pasa? secret\nDes de quan passa?\nsecret", ""},
		{"a question with a colon", "Des de quan passa?: ahir", "started=ahir"},
		{"data", `{"servicio": "padro", "impacto": "bajo"}` + "\n\"impacte en negoci\": \"baix\"\n'contacte de l’AOC': x", ""},
		{"two single words in a block", "{noformat}\nImpacte: alt\nContacte: Anna\n{noformat}", ""},
		{"a long label in a block", "{code}\nImpacte en negoci: alt\nContacte: Anna\n{code}", "contact=Anna\nimpact=alt"},
		{"a quote", "{quote}\nImpacte en negoci: alt\n{quote}\nbq. Contacte: Anna\n> Aplicació: Portal", ""},
		{"below a mail's header", "Impacte en negoci: alt\nDe: Pau <pau@example.org>\nEnviat el: dilluns\nAssumpte: RE: x\n\nContacte de l’AOC: secret", "impact=alt"},
		{"below a mail's header in bold", "Contacte: Anna\n*From:* Pau\n*Sent:* Monday\nImpacte en negoci: secret", "contact=Anna"},
		{"below who has written", "Contacte: Anna\nEl dl., 22 de nov. 2026 a les 9:20, Pau va escriure:\nImpacte en negoci: secret", "contact=Anna"},
		{"below who has written, on two lines", "Contacte: Anna\nOn Mon, Nov 22, 2026 at 9:20 Pau\n<pau@example.org> wrote:\nImpacte en negoci: secret", "contact=Anna"},
		{"a person who is spoken to", "Impacte: alt\n[~pau] secret intern", "impact=alt"},
		{"a person as the answer", "Contacte:\n[~pau] 900 000 000", "contact=[~pau] 900 000 000"},
		{"a name that is spoken to", "Impacte: alt\n@Pau secret intern", "impact=alt"},
		{"copies", "Impacte: alt\ncc: Pau secret", "impact=alt"},
		{"a postscript", "Impacte: alt\nPD: secret", "impact=alt"},
		{"a postscript with points", "Impacte: alt\nP.D. secret", "impact=alt"},
		{"a note", "Impacte: alt\nNota interna: secret", "impact=alt"},
		{"a note in brackets", "Impacte: alt\n(intern: secret)", "impact=alt"},
		{"what is said to the provider", "Impacte: alt\nPer a Claranet, secret", "impact=alt"},
		{"what is said to the provider's team", "Impacte: alt\nPer a l’equip de Claranet: secret", "impact=alt"},
		{"who is affected", "Impacte: alt\nPer a tothom, sempre", "impact=alt\nPer a tothom, sempre"},
		{"a command with a slip", "Impacte: alt\nescalta envia-ja", "impact=alt"},
		{"behind a block", "Evidències:\n{noformat}\nlog\n{noformat} i més\nsecret", "evidence={noformat}\nlog\n{noformat} i més"},
		{"below a block", "Evidències:\n{noformat}\nlog\n{noformat}\nsecret", "evidence={noformat}\nlog\n{noformat}"},
		{"two blocks", "Evidències:\n{noformat}\nlog\n{noformat}\n{code}\na\n{code}", "evidence={noformat}\nlog\n{noformat}\n{code}\na\n{code}"},
		{"a block over an empty line", "Comportament anòmal detectat\n\n{noformat}\na\n\nb\n{noformat}\nsecret", "anomaly={noformat}\na\n\nb\n{noformat}"},
		{"an image over an empty line", "*Evidències de l’error:*\n\n!a.png|thumbnail!\nsecret", "evidence=!a.png|thumbnail!"},
		{"a file over an empty line", "Evidències de l’error:\n\n[^a.log]\n\n[^b.log]", "evidence=[^a.log]"},
		{"a block over two empty lines", "Evidències de l’error:\n\n\n{noformat}\nsecret\n{noformat}", ""},
		{"an image with talk over an empty line", "Evidències de l’error:\n\n!a.png! secret", ""},
		{"further cells", "|Impacte|alt|secret|\n||x|secret|", "impact=alt"},
		{"further rows", "||Impacte||Contacte||\n|alt|Anna|\n|secret|secret|", "contact=Anna\nimpact=alt"},
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

// TestReadOwnQuestion: a comment's question is a label where one of its choices
// answers it.
func TestReadOwnQuestion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"És intermitent o constant? Constant":                        "constancy=Constant",
		"¿Es intermitente o constante? es intermitente, cada 10 min": "constancy=es intermitente, cada 10 min",
		"És intermitent o constant?\nconstant":                       "constancy=constant",
		"És intermitent o constant? Pere, mira si és constant":       "",
		"És intermitent o constant? Tu què en saps":                  "",
		"Intermitent o constant? ni idea, pregunta-ho":               "",
	} {
		if got := said(readForm(t, "redes", "Descripció", text)); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

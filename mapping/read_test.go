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
	return newLabels(fields, p.others(fields)).values(in)
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
	tests := slices.Concat(labelTests, markupTests, extentTests, tableTests, lineTests, blockTests, kindTests, strengthTests, slipTests, quoteTests, headTests)
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

func readSources(t *testing.T, in Input) Values {
	t.Helper()
	return newLabels(sistemas(t).All(), nil).values(in)
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
		v := newLabels([]*Field{one, two}, nil).values(Input{Sources: []Source{{Text: tt.text}}})
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
	in = Input{Sources: []Source{{Text: "Impacte: descripció"}, {Text: "Contacte: massa antic"}}}
	for range 5 {
		in.Sources = append(in.Sources, Source{Text: strings.Repeat("x", maxBytes/5)})
	}
	in.Sources = append(in.Sources, Source{Text: "Redeploy: cal"})
	if got := said(readSources(t, in)); got != "impact=descripció\nrestart=cal" {
		t.Errorf("of much text: %q", got)
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
			"dd/mm/aaaa", "\u200b", "&nbsp;", "pte", "Pdte.", "pdt.", "pte. de confirmar", "(adjuntar)", strings.ToUpper("todo"), "quina?", "Quin?", "per determinar", "pendent revisar",
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
		"application": {"(per omplir)", "«pendent»", "‹omplir›", "«...»", "Nom de l’aplicació i entorn.", "-Portal-", "*-Portal-* -i més-"},
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
		"anomaly":     {"Pendent de validar expedients", "pendent que es validin els expedients", "cal reiniciar"},
		"application": {"Validar", "Consultar", "Portal", "[Portal|https://exemple.cat]", "EACAT", "«timestamp no vàlid»", "‹Registre›", "«Portal» i «Seu»", "-Portal- Seu", "-Portal- [Seu|https://exemple.cat]", "-Portal- !x.png!"},
		"tests":       {"a-b", "-a- b", "{noformat}\n-a-\n{noformat}"},
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

package mapping

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func day(d int) time.Time { return time.Date(2026, 11, d, 10, 0, 0, 0, time.UTC) }

// sources are a description and comments of the following days.
func sources(texts ...string) []Source {
	var out []Source
	for i, text := range texts {
		out = append(out, Source{Text: text, At: day(i + 1), Origin: []string{"description", "comment 1", "comment 2", "comment 3"}[i]})
	}
	return out
}

func TestKind(t *testing.T) {
	t.Parallel()
	const (
		systems = "escalar-claranet-sistemes"
		network = "Escalat-Claranet-XARXA"
		neither = "escalar-claranet"
	)
	tests := []struct {
		name   string
		labels []string
		field  string
		texts  []string
		want   string // form, and what is the matter
	}{
		{"label", []string{"urgent", systems}, "", nil, "sistemas"},
		{"every label of a form", []string{"escalat-claranet-sistema", "escalar-claranet-sistemas"}, "", nil, "sistemas"},
		{"escalat and capitals", []string{network}, "", nil, "redes"},
		{"the plain label beside one with a kind", []string{neither, network}, "", nil, "redes"},
		{"no kind", []string{neither}, "", []string{"Aplicació: Portal"}, " absent"},
		{"no label at all", nil, "", nil, " absent"},
		{"another provider's label", []string{"escalar-ovh-xarxa"}, "", nil, " absent"},
		{"two labels", []string{systems, network}, "", nil, " ambiguous"},

		{"field", []string{neither}, "Xarxa", nil, "redes"},
		{"field over text", []string{neither}, "Xarxa", []string{"Tipus: Sistemes"}, "redes"},
		{"field that is blank", []string{neither}, "-", []string{"Tipus: Sistemes"}, "sistemas"},
		{"field between two labels", []string{systems, network}, "Redes", nil, "redes"},
		{"label over field", []string{systems}, "Redes", nil, "sistemas differs: Redes"},

		{"line", []string{neither}, "", []string{"Hola\nTipus de problema: Xarxa\nImpacte: a"}, "redes"},
		{"line in Spanish, in a sentence", nil, "", []string{"*Tipo de problema:* es un problema de sistemas"}, "sistemas"},
		{"line in English", nil, "", []string{"Kind of problem: Network"}, "redes"},
		{"line in a comment", []string{neither}, "", []string{"res", "Tipus: red"}, "redes"},
		{"the newer line", nil, "", []string{"Tipus: Sistemes", "Tipus: Xarxa", "gràcies"}, "redes"},
		{"a newer line that says nothing", nil, "", []string{"Tipus: Sistemes", "Tipus: urgent"}, "sistemas"},
		{"a newer line that says both", nil, "", []string{"Tipus: Sistemes", "Tipus: sistemes o xarxa"}, "sistemas"},
		{"the newest of the clear ones", nil, "", []string{"Tipus: Sistemes", "Tipus: Xarxa", "Tipus: urgent"}, "redes"},
		{"a newer blank", nil, "", []string{"Tipus: Sistemes", "Tipus: pendent"}, "sistemas"},
		{"both in one line", nil, "", []string{"Tipus: Sistemes / Xarxa"}, " ambiguous"},
		{"nothing known", nil, "", []string{"Tipus: Incidència"}, " absent"},
		{"line between two labels", []string{systems, network}, "", []string{"Tipus: Xarxa"}, "redes"},
		{"line against the label", []string{systems}, "", []string{"", "Tipus: Xarxa (VPN)"}, "sistemas differs: Xarxa (VPN)"},
		{"line of both beside a label", []string{systems}, "", []string{"Tipus: Sistemes i xarxa"}, "sistemas"},
		{"line as the label", []string{systems}, "", []string{"Tipus: sistemes"}, "sistemas"},
		{"the example is none", nil, "", []string{"Tipus: Xarxa (no s'arriba al servidor d'exemple)"}, " absent"},

		{"heading", nil, "", []string{"Bon dia\n\n*Sistemas:*\n* Aplicación afectada: Portal"}, "sistemas"},
		{"heading of Confluence", nil, "", []string{"h3. Redes\nAplicación afectada: Portal"}, "redes"},
		{"first line", nil, "", []string{"Problema de Xarxa\nAplicació afectada: Portal"}, "redes"},
		{"the whole document", nil, "", []string{"*Sistemas:*\n* Aplicación afectada:\n\n*Redes*\n* Aplicación afectada:"}, " ambiguous"},
		{"a word in the text is no heading", nil, "", []string{"Bon dia,\nxarxa\nno va"}, " absent"},
		{"a heading against a line", nil, "", []string{"*Redes*\nTipus: Sistemes"}, "sistemas"},
		{"the answer alone in a comment", nil, "", []string{"res", "*Redes*"}, "redes"},
	}
	p := loadClaranet(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := Input{Now: day(9), Labels: tt.labels, Sources: sources(tt.texts...)}
			if tt.field != "" {
				in.Fields = map[string]Source{KindID: {Text: tt.field, At: day(1), Origin: "field customfield_1"}}
			}
			r := p.Judge(in)
			got := r.Form.ID
			for i, problem := range r.Problems {
				if problem.Field.ID == KindID {
					got += " " + string(problem.Code)
					if i > 0 {
						t.Error("the kind does not come first")
					}
				}
			}
			for _, d := range r.Doubts {
				if d.Code == KindDiffers {
					got += " differs: " + d.Value
				}
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if v, ok := r.Values.ByField[KindID]; ok && v.Option == nil {
				t.Errorf("the kind's value %+v says nothing", v)
			}
		})
	}
}

// TestKindDetail: what the line says beside the kind is not lost.
func TestKindDetail(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	for text, want := range map[string]string{
		"Tipus: Xarxa.\n\nHola":                     "Hola",
		"Tipus: Xarxa, la *VPN* no va\n\nHola":      "Tipus: Xarxa, la *VPN* no va\n\nHola",
		"Tipus: Incidència greu\nAplicació: Portal": "Tipus: Incidència greu",
		"Tipus: -\nAplicació: Portal":               "",
	} {
		in := Input{Now: day(9), Labels: []string{"escalar-claranet-xarxa"}, Sources: sources(text, "Impacte: molt")}
		if got := p.Judge(in).Values.Rest; got != want {
			t.Errorf("%q leaves %q, want %q", text, got, want)
		}
	}
	// A kind of something else neither asks nor doubts, whatever a comment says.
	for _, line := range []string{"Tipus: Incidència", "Tipo: Error", "*Tipus d'incidència:* crítica"} {
		for _, comment := range []string{"", "Tipus: Xarxa", "Tipus: urgent"} {
			r := p.Judge(Input{Now: day(9), Labels: []string{"escalar-claranet-xarxa"}, Sources: sources("Contacte: Anna, 900 000 000\n"+line+"\nImpacte: molt", comment)})
			if r.Values.Rest != line || r.Form.ID != "redes" || len(r.Doubts) > 0 || r.Problems[0].Field.ID == KindID || len(textsOf(r.Values)) < 2 {
				t.Errorf("%q, %q: form %q, rest %q, problems %v, doubts %v", line, comment, r.Form.ID, r.Values.Rest, r.Problems, doubts(r))
			}
		}
	}
	in := Input{Now: day(9), Labels: []string{"escalar-claranet-xarxa"}, Sources: sources("Hola", "Tipus: Xarxa, i més")}
	if got := p.Judge(in).Values.Rest; got != "Hola" {
		t.Errorf("what a comment says goes to the further text: %q", got)
	}
}

// TestCommonForm: while the kind is not known, what all forms share is read, and
// what all of them demand is asked for.
func TestCommonForm(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	r := p.Judge(Input{Now: day(9), Sources: sources(
		"Aplicació: Portal\nProves: ping\nIP origen: 10.0.0.1\nComportament: lent\nImpacte: molt",
	)})
	var ids, problems []string
	for _, f := range r.Form.All() {
		ids = append(ids, f.ID)
	}
	for _, p := range r.Problems {
		problems = append(problems, p.Field.ID)
	}
	if diff := cmp.Diff([]string{"application", "started", "impact", "contact", "tests", "restart"}, ids); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"kind", "started", "contact"}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"application": "Portal", "tests": "ping", "impact": "molt"}, textsOf(r.Values)); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if p.Judge(Input{Now: day(9)}).Form != r.Form {
		t.Error("the common form is made anew")
	}
}

// TestCommonParts: a part that all forms share stays, without the field it
// belongs to when that is not shared.
func TestCommonParts(t *testing.T) {
	t.Parallel()
	a := Field{ID: "a", Required: true}
	c := Field{ID: "c", Required: true, When: &Condition{Field: "b", Says: "x"}}
	p := Profile{Forms: []Form{
		{ID: "x", Fields: []Field{{ID: "only", Fields: []Field{a}}, {ID: "b", Required: true}, c, {ID: "d"}}},
		{ID: "y", Fields: []Field{{ID: "b", Fields: []Field{a}}, c, {ID: "d"}}},
	}}
	p.complete()
	var got []string
	for _, f := range p.common.All() {
		got = append(got, f.ID)
		if f.Required != (f.ID == "a") || f.When != nil || f.varies != (f.ID == "b" || f.ID == "c") {
			t.Errorf("%+v", f)
		}
	}
	if !slices.Equal(got, []string{"a", "b", "c", "d"}) {
		t.Errorf("got %v", got)
	}
}

// TestOneForm: a provider with one form asks for no kind, whatever stands on the
// label.
func TestOneForm(t *testing.T) {
	t.Parallel()
	p := loadOne(t, small)
	r := p.Judge(Input{Now: day(1), Labels: []string{"escalar-acme"}, Sources: sources("Qué: això")})
	if r.Form.ID != "incident" || !r.Complete() || r.Values.ByField["what"].Text != "això" || p.Forms[0].Block("es") != "Qué:" {
		t.Errorf("%+v\n%s", r, p.Forms[0].Block("es"))
	}
}

// textsOf are the texts of the answers, by field.
func textsOf(v Values) map[string]string {
	out := map[string]string{}
	for id, value := range v.ByField {
		out[id] = value.Text
	}
	return out
}

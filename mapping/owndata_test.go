package mapping

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// edited loads the embedded profile and, in its place, a copy in which texts are
// replaced: what an organisation does with a folder of its own.
func edited(t *testing.T, oldnew ...string) *Profile {
	t.Helper()
	raw, err := fs.ReadFile(Embedded(), "claranet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(oldnew); i += 2 {
		if strings.Count(text, oldnew[i]) != 1 {
			t.Fatalf("the profile does not contain exactly one %q", oldnew[i])
		}
		text = strings.Replace(text, oldnew[i], oldnew[i+1], 1)
	}
	profiles, err := Load(Embedded(), fstest.MapFS{"ours.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(profiles, func(p Profile) bool { return p.ID == "claranet" })
	if i < 0 || len(profiles) != 2 {
		t.Fatalf("%d profiles, claranet at %d", len(profiles), i)
	}
	return &profiles[i]
}

const ours = `    fields:
      - *application
      - id: floor
        label: {es: Planta, ca: Planta}
        aliases: [Pis]
        required: true
        when: {field: source, says: offices}
      - *started
      - *impact
`

// TestFieldAddedByData: a field of one's own with a condition of one's own.
func TestFieldAddedByData(t *testing.T) {
	t.Parallel()
	p := edited(t, "    fields:\n      - *application\n      - *started\n      - *impact\n", ours, "\nwords:\n", "\nwords:\n  offices: [oficina, seu]\n")
	in := Input{Now: day(9), Labels: []string{"escalar-claranet-xarxa"}, Sources: sources("Origen: la seu (10.0.0.1)")}
	r := p.Judge(in)
	if len(r.Problems) < 2 || r.Problems[1].Field.ID != "floor" || r.Problems[1].Code != Absent {
		t.Errorf("problems %v", r.Problems)
	}
	if !strings.HasPrefix(r.Block("ca"), "Aplicació afectada:\nPlanta:\nData i hora") {
		t.Errorf("block\n%s", r.Block("ca"))
	}
	in.Sources = sources("Origen: la seu (10.0.0.1)\nPis: tercera")
	if r := p.Judge(in); r.Values.ByField["floor"].Text != "tercera" || r.Problems[1].Field.ID != "started" {
		t.Errorf("values %v, problems %v", r.Values.ByField, r.Problems)
	}
	in.Sources = sources("Origen: 10.0.0.1")
	if r := p.Judge(in); r.Problems[1].Field.ID != "started" {
		t.Errorf("the condition does not hold, and yet: %v", r.Problems)
	}
}

const third = `forms:
  - id: telefonia
    name: {es: Telefonía, ca: Telefonia, en: Telephony}
    labels: [telefonia, veu]
    words: [VoIP, centraleta]
    fields:
      - id: extension
        label: {es: Extensión, ca: Extensió}
        type: choice
        required: true
        choices:
          - {id: all, name: {es: Todas, ca: Totes}}
          - {id: some, name: {es: Algunas, ca: Algunes}}
      - id: contact
        type: person
        label: {es: Persona responsable de contacto de AOC, ca: Persona responsable de contacte de l’AOC}
        required: true

`

// TestKindAddedByData: a third form is asked for, chosen by label and by line,
// read and judged.
func TestKindAddedByData(t *testing.T) {
	t.Parallel()
	p := edited(t, "\nforms:\n", "\n"+third)
	for name, in := range map[string]Input{
		"label": {Labels: []string{"escalar-claranet-veu"}, Sources: sources("Extensió: totes les de la planta\nContacte: Nom Exemple, 900 000 000")},
		"line":  {Labels: []string{"escalar-claranet"}, Sources: sources("Tipus: centraleta\nExtensió: totes\nContacte: Nom Exemple, 900 000 000")},
	} {
		in.Now = day(9)
		r := p.Judge(in)
		if r.Form.ID != "telefonia" || !r.Complete() || len(r.Doubts) > 0 {
			t.Fatalf("%s: form %q, problems %v, doubts %v", name, r.Form.ID, r.Problems, r.Doubts)
		}
		if o := r.Values.ByField["extension"].Option; o == nil || o.ID != "all" {
			t.Errorf("%s: option %v", name, o)
		}
	}
	if got := p.EscalationLabels([]string{"escalar-claranet-veu", "escalar-claranet-fax"}); len(got) != 1 {
		t.Errorf("labels %v", got)
	}
	if diff := cmp.Diff("Tipus de problema: Telefonia\nExtensió:\nPersona responsable de contacte de l’AOC:", p.Form("telefonia").Block("ca")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// What all three share is little.
	r := p.Judge(Input{Now: day(9)})
	if diff := cmp.Diff("Tipus de problema:\nPersona responsable de contacte de l’AOC:", r.Block("ca")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAliasAddedByData: a label of one's own is read, in both forms.
func TestAliasAddedByData(t *testing.T) {
	t.Parallel()
	const text = "Dany causat: no es pot registrar"
	own := edited(t, "          - Usuarios afectados\n", "          - Usuarios afectados\n          - Dany causat\n")
	for _, label := range []string{"escalar-claranet-sistemes", "escalar-claranet-xarxa"} {
		in := Input{Now: day(9), Labels: []string{label}, Sources: sources(text)}
		if got := own.Judge(in).Values.ByField["impact"].Text; got != "no es pot registrar" {
			t.Errorf("%s: %q", label, got)
		}
		if got := loadClaranet(t).Judge(in).Values; len(got.ByField) > 0 || got.Rest != text {
			t.Errorf("%s: without the alias: %v", label, got)
		}
	}
}

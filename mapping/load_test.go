package mapping

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func loadClaranet(t testing.TB) *Profile {
	t.Helper()
	return loadEmbedded(t, "claranet")
}

func loadEmbedded(t testing.TB, id string) *Profile {
	t.Helper()
	profiles, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for i := range profiles {
		if profiles[i].ID == id {
			return &profiles[i]
		}
	}
	t.Fatalf("no profile %s", id)
	return nil
}

// TestClaranet holds the embedded profile to the provider's document.
func TestClaranet(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	want := Contacts{
		Portal:  "https://online.claranet.es/",
		Day:     Desk{Email: "css@claranet.es", Phones: []string{"+34 902 884 622", "+34 934 452 663", "+34 933 933 991"}},
		Night:   Desk{Phones: []string{"902 886 336", "+34 934 452 699", "+34 933 933 991"}},
		General: Desk{Email: "info@claranet.es", Phones: []string{"902 884 633", "+34 934 452 650"}},
	}
	if diff := cmp.Diff(want, p.Contacts); diff != "" {
		t.Errorf("contacts (-want +got):\n%s", diff)
	}
	if from, to := p.Hours.Minutes(); from != 8*60 || to != 17*60 || p.Location().String() != "Europe/Madrid" {
		t.Errorf("hours %d to %d in %s", from, to, p.Location())
	}
	if p.Kind.Label.ES == "" || len(p.Kind.Choices) != 2 {
		t.Errorf("kind %+v", p.Kind)
	}
}

// TestClaranetForms holds the forms to the provider's document: its words, its
// order, what stands below what. (…) is where a condition says when.
func TestClaranetForms(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	want := map[string]string{
		"sistemas": `Aplicación afectada: text!
Fecha y hora de inicio del problema: datetime!
Impacto en negocio: longtext!
Persona responsable de contacto de AOC: person!
Test realizados: longtext
  Comportamiento anómalo detectado: longtext!
  Evidencias del error alertado (sonda, servicio integrador…): evidence!
    Detalle de qué comprueba la sonda: longtext!(…)
Redeploy o reinicio del servicio: text
`,
		"redes": `Aplicación afectada: text!
Fecha y hora de inicio del problema: datetime!
Impacto en negocio: longtext!
Persona responsable de contacto de AOC: person!
Test realizados: longtext!
IP origen o servidor origen donde no hay conectividad: host!
  IP destino o servidor al que no se accede: host!
  Si es un servidor, enviar resultado de MTR o TRACEPATH: evidence!
  ¿Es intermitente o constante?: choice!
Redeploy o reinicio del servicio: text
`,
	}
	for _, form := range p.Forms {
		var b strings.Builder
		outline(&b, form.Fields, "")
		if diff := cmp.Diff(want[form.ID], b.String()); diff != "" {
			t.Errorf("form %s (-want +got):\n%s", form.ID, diff)
		}
		for _, f := range append(form.All(), &p.Kind) {
			phrases := []Phrase{f.Label, f.Help, f.Example}
			if f.heading() {
				phrases = phrases[:1]
			}
			for _, o := range f.Choices {
				phrases = append(phrases, o.Name)
			}
			for _, ph := range phrases {
				if ph.CA == "" || ph.ES == "" || ph.EN == "" {
					t.Errorf("%s lacks a text in some language: %+v", f.ID, ph)
				}
			}
		}
	}
}

// outline writes each field's label, its type, and whether it is demanded.
func outline(b *strings.Builder, fields []Field, indent string) {
	for _, f := range fields {
		b.WriteString(indent + f.Label.ES + ": " + string(f.Type))
		if f.Required {
			b.WriteString("!")
		}
		if f.When != nil {
			b.WriteString("(…)")
		}
		b.WriteString("\n")
		outline(b, f.Fields, indent+"  ")
	}
}

const small = `id: acme
name: Acme
label: acme
language: es
tag: AOC
zone: Europe/Madrid
hours: {from: "08:00", to: "17:00"}
contacts:
  night: {phones: ["902 000 000"]}
senders: [acme.example]
forms:
  - id: incident
    name: {es: Incidencia}
    labels: [incident]
    fields:
      - id: what
        label: {es: Qué}
        required: true
`

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	change := func(old, new string) string {
		if !strings.Contains(small, old) {
			t.Fatalf("the profile does not contain %q", old)
		}
		return strings.Replace(small, old, new, 1)
	}
	tests := []struct{ name, yaml, want string }{
		{"unknown key", change("senders:", "sender:"), `acme.yaml:10:1: unknown key "sender"; the nearest known is "senders"`},
		{"unknown key inside", change("required:", "requierd:"), `acme.yaml:18:9: unknown key "requierd"; the nearest known is "required"`},
		{"unknown language", change("{es: Qué}", "{es: Qué, cat: Què}"), `acme.yaml:17:26: unknown key "cat"; the nearest known is "ca"`},
		{"wrong type", change("required: true", "required: [1]"), `acme.yaml:18:19: `},
		{"doubled key", change("tag: AOC", "tag: AOC\ntag: B"), `acme.yaml:6:1: `},
		{"no YAML", "id: [", `acme.yaml:1:5: `},
		{"empty", "", `acme.yaml: one YAML document is expected`},
		{"bad id", change("id: acme", "id: Acme"), `acme.yaml:1:5: id "Acme" must be a lower-case word`},
		{"no zone", change("Europe/Madrid", "Europe/Barcelona"), `acme.yaml:6:7: "Europe/Barcelona" is no zone; an example is Europe/Madrid`},
		{"bad hour", change("17:00", "5 pm"), `acme.yaml:7:28: hour "5 pm" must be written as 08:00`},
		{"no telephone", change(`["902 000 000"]`, "[]"), `acme.yaml:9:11: night must name a telephone`},
		{"bad sender", change("acme.example]", `"@acme"]`), `acme.yaml:10:11: sender "@acme" must be a domain or an address`},
		{"no label", change("label: {es: Qué}", "label: {ca: Què}"), `acme.yaml:17:17: es is missing`},
		{"label of two", small + "      - id: other\n        label: {es: QUE}\n", `label "QUE" belongs to field "what" already`},
		{"doubled id", small + "      - id: what\n        label: {es: Otro}\n", `acme.yaml:19:13: field "what" stands twice`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(fstest.MapFS{"acme.yaml": {Data: []byte(tt.yaml)}})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is\n%v\nwant it to contain\n%s", err, tt.want)
			}
		})
	}
}

func TestLoadReportsEverything(t *testing.T) {
	t.Parallel()
	bad := strings.NewReplacer("tag: AOC", "tag: aoc", "language: es", "language: fr", "acme.example", "acme").Replace(small)
	_, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(bad)}, "b.yml": {Data: []byte("nonsense: 1")}, "readme.txt": {}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"a.yaml:5:6:", "a.yaml:4:11:", "a.yaml:10:11:", `b.yml:1:1: unknown key "nonsense"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
}

func TestLoadReplaces(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{"mine.yaml": {Data: []byte(strings.ReplaceAll(strings.Replace(small, "acme", "claranet", 2), "label: acme", "label: claranet"))}}
	profiles, err := Load(Embedded(), own, fstest.MapFS{"acme.yaml": {Data: []byte(small)}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range profiles {
		got = append(got, p.ID+"/"+p.Name)
	}
	if diff := cmp.Diff([]string{"acme/Acme", "claranet/Acme", "ovh/OVH"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(small)}, "b.yaml": {Data: []byte(small)}}); err == nil {
		t.Error("the same id twice in a folder is no error")
	}
}

// loadOne loads a profile from a text.
func loadOne(t testing.TB, text string) *Profile {
	t.Helper()
	profiles, err := Load(fstest.MapFS{"one.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return &profiles[0]
}

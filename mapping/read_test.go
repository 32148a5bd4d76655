package mapping

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func sistemas(t testing.TB) *Form {
	t.Helper()
	f := loadClaranet(t).Form("sistemas")
	if f == nil {
		t.Fatal("no form sistemas")
	}
	return f
}

// answers returns the texts of the answers by field.
func answers(v Values) map[string]string {
	out := map[string]string{}
	for id, value := range v.ByField {
		out[id] = value.Text
	}
	return out
}

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       map[string]string
		rest       string
	}{
		{
			name: "the document's form in Spanish",
			text: "Aplicación afectada: Portal\r\nFecha y hora de inicio del problema: 22/11/2026 09:35\r\nImpacto en negocio: alto\r\n" +
				"Persona responsable de contacto de AOC: Anna, 93 1\r\nTest realizados\r\n" +
				"** Comportamiento anómalo detectado: error 503\r\n** Evidencias del error alertado (sonda, servicio integrador...): sonda web",
			want: map[string]string{
				"application": "Portal", "started": "22/11/2026 09:35", "impact": "alto", "contact": "Anna, 93 1",
				"anomaly": "error 503", "evidence": "sonda web",
			},
		},
		{
			name: "Catalan, accents, case and signs do not matter",
			text: "APLICACIO AFECTADA: Portal\nData i hora d'inici del problema : ahir\nImpacte en el negoci: mitja\u0300\nPersona responsable de contacte de l\u2019AOC: Pau",
			want: map[string]string{"application": "Portal", "started": "ahir", "impact": "mitja\u0300", "contact": "Pau"},
		},
		{
			name: "bold, bullets, numbers, headings and colours",
			text: "*Aplicació afectada:* Portal\n* *Impacte*: *molt* alt\n1. _Contacte AOC:_ Pau\nh3. Evidències: una\n{color:#172b4d}*Redeploy:*{color} cal\n{*}Comportament anòmal:{*}lent",
			want: map[string]string{"application": "Portal", "impact": "*molt* alt", "contact": "Pau", "evidence": "una", "restart": "cal", "anomaly": "lent"},
		},
		{
			name: "a whole bold line",
			text: "*Aplicació afectada: Portal*",
			want: map[string]string{"application": "Portal"},
		},
		{
			name: "no-break spaces and what shows as nothing",
			text: "\u00a0Aplicació\u00a0afectada\u00a0:\u00a0\u200bPortal\u00a0",
			want: map[string]string{"application": "Portal"},
		},
		{
			name: "a value goes on to the next label or blank line",
			text: "Intro\nImpacte: línia 1\nlínia 2: dos\n\nno és impacte\nEvidències:\nlog\nRedeploy: sí",
			want: map[string]string{"impact": "línia 1\nlínia 2: dos", "evidence": "log", "restart": "sí"},
			rest: "Intro\n\nno és impacte",
		},
		{
			name: "a code block in a value is part of it, whatever it holds",
			text: "Evidències: veure {code:java}\nImpacte: x\n\nb\n{code} fi\nImpacte: gran",
			want: map[string]string{"evidence": "veure\n{code:java}\nImpacte: x\n\nb\n{code}\n fi", "impact": "gran"},
		},
		{
			name: "the form inside the frame it was copied from",
			text: "Hola\n{noformat}\nAplicació afectada: Portal\nRedeploy o reinici del servei (opcional): {noformat}\nAdéu",
			want: map[string]string{"application": "Portal"},
			rest: "Hola\nAdéu",
		},
		{
			name: "a block that never ends",
			text: "Evidències: a\n{noformat}\nImpacte: b",
			want: map[string]string{"evidence": "a\n{noformat}", "impact": "b"},
		},
		{
			name: "of two answers the later counts and the earlier is not lost",
			text: "Impacte: primer\nImpacte: segon\nImpacte: -",
			want: map[string]string{"impact": "segon"},
			rest: "Impacte: primer",
		},
		{
			name: "heading with text of its own",
			text: "Proves realitzades: ping correcte\n- Comportament anòmal: lent",
			want: map[string]string{"tests": "ping correcte", "anomaly": "lent"},
		},
		{
			name: "what looks like a label but is none",
			text: "https://impacte.cat: x\nL'impacte: res\nhora 10:15\nImpacte\nnegoci",
			want: map[string]string{},
			rest: "https://impacte.cat: x\nL'impacte: res\nhora 10:15\nImpacte\nnegoci",
		},
		{name: "empty", want: map[string]string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := sistemas(t).Read([]Source{{Text: tt.text}})
			if diff := cmp.Diff(tt.want, answers(v)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.rest, v.Rest); diff != "" {
				t.Errorf("rest (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadSeveralSources(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	v := sistemas(t).Read([]Source{
		{Text: "Impacte: poc\nContacte AOC: Anna\nRedeploy: sí\nText lliure", At: day(1), Origin: "description"},
		{Text: "Hola\nImpacte: molt\nmés\n\nsecret intern\nContacte AOC: pendent", At: day(2), Origin: "comment 7"},
		{Text: "Redeploy:\nEvidències: {noformat}\nlog\n\nsecret\n{noformat}", At: day(3), Origin: "comment 8"},
	})
	want := map[string]Value{
		"impact":   {"molt\nmés", day(2), "comment 7"},
		"contact":  {"Anna", day(1), "description"},
		"restart":  {"sí\nText lliure", day(1), "description"},
		"evidence": {"{noformat}\nlog", day(3), "comment 8"},
	}
	if diff := cmp.Diff(want, v.ByField); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if v.Rest != "" || len(v.Blanks) != 0 {
		t.Errorf("rest %q, blanks %v; want none", v.Rest, v.Blanks)
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	form := sistemas(t)
	field := func(id string) *Field {
		for _, f := range form.All() {
			if f.ID == id {
				return f
			}
		}
		t.Fatalf("no field %s", id)
		return nil
	}
	tests := []struct {
		field, text string
		want        bool
	}{
		{"impact", "", true},
		{"impact", "-", true},
		{"impact", "…", true},
		{"impact", "???", true},
		{"impact", "xxx", true},
		{"impact", "X", true},
		{"impact", "N/A", true},
		{"impact", "*Pendent*", true},
		{"impact", "<pendiente>", true},
		{"impact", "{color:red}tbd{color}", true},
		{"impact", "desconegut", true},
		{"impact", "40 AJUNTAMENTS d'exemple no poden registrar entrades.", true},
		{"started", "desconegut", false},
		{"started", "Desconocido.", false},
		{"started", "pendent", true},
		{"started", "31/01/2020 a las 9:35 h", true},
		{"impact", "cap", false},
		{"impact", "0", false},
		{"impact", "tot", false},
		{"impact", "todo", false},
		{"impact", "pendent de la sonda", false},
		{"evidence", "!captura.png|thumbnail!", false},
		{"evidence", "[^log.txt]", false},
		{"contact", "[~accountid:5b10]", false},
		{"restart", "✅", false},
		{"impact", "{noformat}\n{noformat}", true},
	}
	for _, tt := range tests {
		if got := field(tt.field).isPlaceholder(tt.text); got != tt.want {
			t.Errorf("%s: isPlaceholder(%q) = %v, want %v", tt.field, tt.text, got, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	form := sistemas(t)
	v := form.Read([]Source{{Text: "Aplicació afectada: Portal\nImpacte: pendent\nEvidències:\nRedeploy: -\nContacte AOC: Anna"}})
	var got []string
	for _, p := range form.Check(v) {
		got = append(got, p.Field.ID+" "+string(p.Code))
	}
	if diff := cmp.Diff([]string{"started absent", "impact placeholder", "anomaly absent", "evidence absent"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBlockIsRead: the block, filled in, has no problem; as it is, it answers
// nothing.
func TestBlockIsRead(t *testing.T) {
	t.Parallel()
	form := sistemas(t)
	for _, lang := range []string{"ca", "es", "en"} {
		block := form.Block(lang)
		if v := form.Read([]Source{{Text: block}}); len(v.ByField) > 0 || v.Rest != "" {
			t.Errorf("%s: the empty block gives %v and %q", lang, v.ByField, v.Rest)
		}
		v := form.Read([]Source{{Text: strings.ReplaceAll(block, ":\n", ": valor\n") + " valor"}})
		if problems := form.Check(v); len(problems) > 0 || len(v.ByField) != len(form.All()) {
			t.Errorf("%s: the full block has %d problems and %d answers\n%s", lang, len(problems), len(v.ByField), block)
		}
	}
	const want = "Aplicació afectada:\nData i hora d’inici del problema:\nImpacte en negoci:\nPersona responsable de contacte de l’AOC:\n" +
		"Proves realitzades:\n- Comportament anòmal detectat:\n- Evidències de l’error alertat (sonda, servei integrador…):\nRedeploy o reinici del servei (opcional):"
	if diff := cmp.Diff(want, form.Block("ca")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBlockFor(t *testing.T) {
	t.Parallel()
	form := sistemas(t)
	v := form.Read([]Source{{Text: "Aplicació: a\nInici del problema: b\nImpacte: c\nContacte AOC: d\nComportament anòmal: e"}})
	const want = "Proves realitzades:\n- Evidències de l’error alertat (sonda, servei integrador…):\nRedeploy o reinici del servei (opcional):"
	if diff := cmp.Diff(want, form.BlockFor("ca", form.Check(v), v)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"Impacte: a\n{code}\nb\n\n{code}", "*Aplicació afectada:* x", "{noformat}{noformat}", "(((: Impacte", "* * * h1. 1) Impacte: x",
		"Redeploy：x\r\n\r\nEvidències: {code}{noformat}{code}", "\xff: \u2028Impacte:", "{noformat}\nImpacte: x\n{code}\n{noformat}\n{code}",
	} {
		f.Add(s, s)
	}
	form := sistemas(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		v := form.Read([]Source{{Text: first, Origin: "1"}, {Text: second, Origin: "2"}})
		for id, value := range v.ByField {
			if _, both := v.Blanks[id]; both {
				t.Fatalf("%s is answered and blank", id)
			}
			if strings.TrimSpace(value.Text) != value.Text || value.Text == "" {
				t.Fatalf("%s = %q", id, value.Text)
			}
			if value.Origin == "2" && strings.Contains(value.Text, "\n\n") {
				t.Fatalf("%s = %q goes over a blank line of a comment", id, value.Text)
			}
		}
		if len(form.Check(v))+len(v.ByField) < 6 {
			t.Fatalf("a mandatory field is neither answered nor a problem: %v", v)
		}
		if utf8.ValidString(first) && len(v.Rest) > len(first)+8 {
			t.Fatalf("rest %q is longer than %q", v.Rest, first)
		}
	})
}

package translate

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/sentence"
)

var update = flag.Bool("update", false, "write the golden files anew")

// names are what an organisation would say are people and applications.
var names = []string{
	"Marta Vidal", "Jordi Puig", "Pere Soler", "Núria Ferrer", "Núria", "Pau Riera", "Registre d'entrada", "GestDoc",
}

// real is the Apertium of this machine. Without it there is nothing to be shown.
func real(t testing.TB, parallel int) *Apertium {
	t.Helper()
	if err := Installed(""); err != nil {
		t.Skipf("NOT TESTED against the real Apertium: %v", err)
	}
	a := NewApertium(ApertiumConfig{Parallel: parallel})
	t.Cleanup(func() { _ = a.Close() })
	return a
}

// incident is a text of a support team.
type incident struct{ title, text string }

func readIncidents(t testing.TB, path string) []incident {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []incident
	for _, part := range strings.Split("\n"+string(raw), "\n=== ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		all = append(all, incident{title, strings.TrimSuffix(text, "\n")})
	}
	return all
}

func terms(t testing.TB) *sentence.Glossary {
	t.Helper()
	g, err := sentence.NewGlossary()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestIncidents: what a support team writes comes out as the reviewed Spanish.
func TestIncidents(t *testing.T) {
	t.Parallel()
	a := real(t, 2)
	glossary := terms(t)
	var b strings.Builder
	for _, in := range readIncidents(t, "testdata/incidents/ca.txt") {
		text := sentence.Divide(in.text, sentence.Options{Glossary: glossary, Names: names})
		out, err := a.Translate(t.Context(), "ca", "es", text.Sentences())
		if err != nil {
			t.Fatalf("%s: %v", in.title, err)
		}
		spanish, kept := text.With(out)
		for _, n := range kept {
			t.Errorf("%s: not translated: %s", in.title, text.Original(n))
		}
		intact(t, in, spanish)
		noCatalan(t, in, spanish)
		b.WriteString("=== " + in.title + "\n" + spanish + "\n")
	}
	const golden = "testdata/incidents/es.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); diff != "" {
		t.Error(diff)
	}
}

// technical is what no translation may touch, found by its looks alone: blocks of code,
// addresses, hosts, paths, names with digits or signs in them, acronyms.
var technical = regexp.MustCompile(`(?s)\{(?:noformat|code[^}]*)\}.*?\{(?:noformat|code)\}|\{\{.*?\}\}|https?://[^\s|]*[\w/]|[\w.+-]+@[\w.-]*\w|[\w./\\:-]*\d[\w./:-]*\w|\d|[\w-]+(?:\.[\w-]+)+|(?:/\w+){2,}|\b\w+_\w+\b`)

// intact says whether everything technical of an incident stands in its translation, in
// order. It knows nothing of how things are protected.
func intact(t *testing.T, in incident, spanish string) {
	t.Helper()
	rest := spanish
	for _, token := range technical.FindAllString(in.text, -1) {
		i := strings.Index(rest, token)
		if i < 0 {
			t.Errorf("%s: %q is lost or out of place", in.title, token)
			continue
		}
		rest = rest[i+len(token):]
	}
	if acronyms := regexp.MustCompile(`\b[A-Z]{2,}\b`); in.text != strings.ToUpper(in.text) {
		for _, a := range acronyms.FindAllString(in.text, -1) {
			if line := in.text; !strings.Contains(spanish, a) && !strings.Contains(line, "NO FUNCIONA") {
				t.Errorf("%s: %q is lost", in.title, a)
			}
		}
	}
}

var (
	// quoted is what stands in Spanish as it is in Catalan: code, and what a screen says.
	quoted = regexp.MustCompile(`(?s)\{(?:noformat|code[^}]*)\}.*?\{(?:noformat|code)\}|\{\{.*?\}\}|«[^»]*»|"[^"]*"|https?://\S+|\S*@\S+|\S*[/_]\S*|\w+(?:[.-]\w+)+`)
	// catalan are words and letters that Spanish does not have.
	catalan = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(amb|els|és|són|però|perquè|aquest|aquesta|aquests|aquestes|dels|pels|pel|també|hi|tampoc|cap|i|ens|us|està|fins|des|quan|nosaltres|vosaltres|molt|més|això|ho|tot|tots|cal|avui|ahir|demà|on|ni cap|seva|nostra|fem|feu|fer|node|nodes|estat|camp|obriu|poseu|mateu|envieu|reviseu|desa|desar|si us plau)(?:$|[^\p{L}])|[àèòïç]|l·l`)
	// vosotros is how nobody writes to a desk.
	vosotros = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(\p{L}+[áé]is|\p{L}{3,}(?:ad|ed|id)(?:nos|lo|la|los|las|me)?|os|vosotros|vuestr[oa]s?)(?:$|[^\p{L}])`)
)

// nouns end like commands to vosotros.
var nouns = []string{"red", "usted", "velocidad", "seguridad", "caducidad", "identidad", "prioridad", "ciudad", "universidad", "unidad", "calidad", "pared", "actividad", "posibilidad", "cantidad", "necesidad", "mitad", "dificultad", "verdad", "disponibilidad", "conectividad", "novedad"}

// noCatalan says whether a translation is Spanish, and polite.
func noCatalan(t *testing.T, in incident, spanish string) {
	t.Helper()
	text := quoted.ReplaceAllString(spanish, " ")
	for _, n := range names {
		text = strings.ReplaceAll(text, n, "")
	}
	for _, m := range catalan.FindAllString(text, -1) {
		t.Errorf("%s: %q is Catalan", in.title, m)
	}
	for _, m := range vosotros.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(nouns, strings.ToLower(m[1])) {
			t.Errorf("%s: %q is said to vosotros", in.title, m[1])
		}
	}
}

package translate

import (
	"flag"
	"os"
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
	if _, err := readMode(defaultModes + "/cat-spa.mode"); err != nil {
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
	more, err := os.ReadFile("testdata/more-terms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g, err := sentence.NewGlossary(more)
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

package sentence_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/sentence"
)

var update = flag.Bool("update", false, "write the golden files")

// own is the glossary of the program with what the cases add.
func own(t testing.TB) *sentence.Glossary {
	t.Helper()
	g, err := sentence.NewGlossary()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// shown is a sentence with its fixed pieces in brackets.
func shown(s sentence.Sentence) string {
	var b strings.Builder
	for _, p := range s {
		if p.Fixed {
			b.WriteString("⟦" + strings.ReplaceAll(p.Text, "\n", "⏎") + "⟧")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestLines(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/lines.txt")
	if err != nil {
		t.Fatal(err)
	}
	o := sentence.Options{Masks: []string{"(contraseña oculta)"}, Names: []string{"GestDoc", "Ona Puig"}, Glossary: own(t)}
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		b.WriteString(line + "\n")
		for _, s := range sentence.Divide(line, o).Sentences() {
			b.WriteString("    " + shown(s) + "\n")
		}
	}
	golden(t, "testdata/lines.golden", b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

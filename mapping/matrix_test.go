package mapping

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLoadMatrix: an organisation's own steps take the place of the profile's, under the
// same rules.
func TestLoadMatrix(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	const own = `# ours
steps:
  - id: desk
    after: 1h30m
    without: acknowledgement
    ways: [propose, oncall]
    people:
      - &shift
        name: Nombre Ejemplo
        role: {es: Turno, ca: Torn}
        phones: ["900 000 001"]
        email: turno@example.org
  - id: chief
    after: 4h
    without: answer
    ways: [mail]
    people: [*shift]
`
	if err := LoadMatrix("matrix.yaml", []byte(own), p); err != nil {
		t.Fatal(err)
	}
	shift := []Contact{{Name: "Nombre Ejemplo", Role: Phrase{ES: "Turno", CA: "Torn"}, Phones: []string{"900 000 001"}, Email: "turno@example.org"}}
	want := []Step{
		{ID: "desk", After: Duration(90 * time.Minute), Without: WithoutAcknowledgement, Ways: []string{WayPropose, WayOnCall}, People: shift},
		{ID: "chief", After: Duration(4 * time.Hour), Without: WithoutAnswer, Ways: []string{WayMail}, People: shift},
	}
	if diff := cmp.Diff(want, p.Matrix); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	for name, tt := range map[string]struct{ data, want string }{
		"nothing":           {"", "m.yaml: one YAML document is expected"},
		"two documents":     {"steps: []\n---\nsteps: []\n", "m.yaml: one YAML document is expected"},
		"no YAML":           {"steps: [", "m.yaml:1:8: "},
		"no steps":          {"a text", "m.yaml:1:1: "},
		"an unknown key":    {"step: []", `m.yaml:1:1: unknown key "step"; the nearest known is "steps"`},
		"a key of a step":   {"steps:\n  - id: a\n    afer: 1h", `m.yaml:3:5: unknown key "afer"; the nearest known is "after"`},
		"a large file":      {strings.Repeat("#", maxFile+1), "m.yaml: larger than 1048576 bytes"},
		"all that is wrong": {"steps:\n  - {id: A, after: x, without: b, ways: [c]}", "m.yaml:2:10: id \"A\" must be a lower-case word\nm.yaml:2:20: time \"x\" must be written as 90m, 6h or 1h30m\nm.yaml:2:32: without \"b\" is unknown; the nearest known is \"news\"\nm.yaml:2:42: way \"c\" is unknown; the nearest known is \"mail\""},
	} {
		err := LoadMatrix("m.yaml", []byte(tt.data), p)
		if err == nil || !strings.HasPrefix(err.Error(), "load matrix of claranet: "+tt.want) {
			t.Errorf("%s: error is\n%v\nwant\n%s", name, err, tt.want)
		}
	}
	if diff := cmp.Diff(want, p.Matrix); diff != "" {
		t.Errorf("after an error (-want +got):\n%s", diff)
	}
	if err := LoadMatrix("m.yaml", []byte("steps: []"), p); err != nil || len(p.Matrix) != 0 {
		t.Errorf("no steps: %v, %v", err, p.Matrix)
	}
}

// TestMatrixExample: the example in the embedded profile's comment is one.
func TestMatrixExample(t *testing.T) {
	t.Parallel()
	raw, err := embedded.ReadFile("profiles/claranet.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, example, found := strings.Cut(string(raw), "#   matrix:\n")
	if !found {
		t.Fatal("there is no example")
	}
	example, _, _ = strings.Cut(example, "\nmatrix: []")
	p := Profile{ID: "claranet"}
	if err := LoadMatrix("example", []byte("steps:\n"+strings.ReplaceAll(example, "#   ", "")), &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Matrix) != 3 || len(p.Matrix[2].People) != 1 {
		t.Errorf("%+v", p.Matrix)
	}
}

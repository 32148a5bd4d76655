package mapping

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestBlocks: the whole forms, and what is asked for in several situations.
func TestBlocks(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	judge := func(label string, texts ...string) Report {
		return p.Judge(Input{Now: day(9), Labels: []string{label}, Sources: sources(texts...)})
	}
	const (
		unknown  = "escalar-claranet"
		sistemas = "escalar-claranet-sistemes"
		redes    = "escalar-claranet-xarxa"
	)
	blocks := map[string]func(lang string) string{
		"form-sistemas":    p.Form("sistemas").Block,
		"form-redes":       p.Form("redes").Block,
		"kind":             judge(unknown).Block,
		"kind-half":        judge(unknown, "Aplicació: Portal\nInici: 1/11 9:00\nImpacte: -").Block,
		"sistemas-nothing": judge(sistemas).Block,
		"sistemas-probe":   judge(sistemas, "Aplicació: a\nInici: b\nImpacte: c\nContacte: d\nComportament: e\nEvidències: la sonda falla\nRedeploy: no").Block,
		"sistemas-half":    judge(sistemas, "Aplicació: a\nInici: b\nImpacte: c\nContacte: d\nComportament: e\nRedeploy: no").Block,
		"redes-nothing":    judge(redes).Block,
		"redes-parts":      judge(redes, "Aplicació: a\nInici: b\nImpacte: c\nContacte: d\nProves: e\nOrigen: 10.0.0.1\nConstant o intermitent: constant").Block,
		"redes-source":     judge(redes, "Aplicació: a\nInici: b\nImpacte: c\nContacte: d\nProves: e\nDestí: 10.0.0.1\nConstant o intermitent: constant\nMTR: no aplica").Block,
		"complete":         judge(redes, "Aplicació: a\nInici: b\nImpacte: c\nContacte: d\nProves: e\nOrigen: f\nDestí: g\nConstant o intermitent: h\nMTR: i\nRedeploy: j").Block,
	}
	for name, block := range blocks {
		for _, lang := range []string{"ca", "es", "en"} {
			file := filepath.Join("testdata", "blocks", lang, name+".txt")
			got := block(lang) + "\n"
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got), -update writes it anew:\n%s", file, diff)
			}
		}
	}
}

// TestBlockIsRead: a block as it is answers nothing but the kind; with every line
// filled in, nothing is missing and every field has its line.
func TestBlockIsRead(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	for _, form := range p.Forms {
		for _, lang := range []string{"ca", "es", "en"} {
			block := form.Block(lang)
			empty := p.Judge(Input{Now: day(9), Sources: sources(block)})
			if len(empty.Values.ByField) != 1 || empty.Form.ID != form.ID || empty.Values.Rest != "" || empty.Complete() {
				t.Errorf("%s: the empty block gives %v of form %q and %q", lang, empty.Values.ByField, empty.Form.ID, empty.Values.Rest)
			}
			full, want := fillIn(block)
			for where, in := range map[string][]Source{
				"the description": sources(full),
				"a comment":       sources("Bon dia", full),
				"a frame":         sources("{noformat}\n" + full + "\n{noformat}"),
			} {
				r := p.Judge(Input{Now: day(9), Sources: in})
				if r.Form.ID != form.ID || !r.Complete() || len(r.Values.ByField) != len(form.All())+1 {
					t.Errorf("%s, in %s: form %q, problems %v, values %v", lang, where, r.Form.ID, r.Problems, r.Values.ByField)
				}
				for i, f := range form.All() {
					if got := r.Values.ByField[f.ID].Text; got != want[i] {
						t.Errorf("%s, in %s: %s is %q, want %q", lang, where, f.ID, got, want[i])
					}
				}
			}
		}
	}
}

// fillIn writes an answer behind every label of a block that has none, and
// returns the answers.
func fillIn(block string) (full string, answers []string) {
	var lines []string
	for line := range strings.SplitSeq(block, "\n") {
		if strings.HasSuffix(line, ":") {
			answers = append(answers, "resposta "+string(rune('a'+len(answers))))
			line += " " + answers[len(answers)-1]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), answers
}

// TestRequestIsAnswered: what a request asks for, filled in below in a comment, is
// all that was missing.
func TestRequestIsAnswered(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	texts := []string{
		"", "Aplicació: Portal", "Impacte: pendent\nEvidències: la sonda falla", "Origen: 10.0.0.1\nProves: ping", "Comportament: e\nEvidències: f",
		"MTR: no aplica\nDestí: 10.0.0.2",
	}
	for _, label := range []string{"escalar-claranet-sistemes", "escalar-claranet-xarxa"} {
		for _, text := range texts {
			for _, lang := range []string{"ca", "es", "en"} {
				in := Input{Now: day(9), Labels: []string{label}, Sources: sources(text)}
				full, _ := fillIn(p.Judge(in).Block(lang))
				in.Sources = sources(text, full)
				if r := p.Judge(in); !r.Complete() {
					t.Errorf("%s of %q in %s: still missing %v\n%s", label, text, lang, r.Problems, full)
				}
			}
		}
	}
	unknown := Input{Now: day(9), Labels: []string{"escalar-claranet"}}
	block := strings.Replace(p.Judge(unknown).Block("ca"), "problema:", "problema: xarxa", 1)
	full, _ := fillIn(block)
	unknown.Sources = sources(full)
	if r := p.Judge(unknown); r.Form.ID != "redes" || len(r.Problems) != 5 {
		t.Errorf("after the kind: form %q, problems %v", r.Form.ID, r.Problems)
	}
}

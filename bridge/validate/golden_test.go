package validate

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGoldenRequest shows whole requests: the provider's form in the words of the
// team.
func TestGoldenRequest(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*Input){
		"sistemas": func(in *Input) {
			in.Issue.Description = strings.Replace(without("contact", "evidence"), "Impacte: alt", "Impacte: pendent", 1)
		},
		"redes-night": func(in *Input) {
			in.Now, in.Issue.Labels = at(22, 0), []string{"escalar-claranet-xarxa"}
			in.Case.IssueKey, in.Issue.Summary = "ST-1", "La VPN no connecta"
			in.Issue.Description = "Aplicació afectada: VPN\nData i hora d'inici: demà a les 9.30 h\nIP origen: 198.51.100.300\nÉs intermitent o constant? depèn"
		},
		"kind-none": func(in *Input) {
			in.Issue.Labels, in.Issue.Description = []string{"escalar-claranet"}, "No va res."
			in.Case.OpenedBy, in.Team = bridge.User{}, "[~guardia]"
		},
		"kind-both": func(in *Input) {
			in.Issue.Labels = []string{"escalar-claranet-sistemes", "escalar-claranet-xarxa"}
		},
		"again": func(in *Input) {
			in.Issue.Description = without("impact", "contact")
			in.Case = Decide(*in).Case
			in.Issue.Description = without("contact")
		},
	}
	for name, change := range tests {
		for _, lang := range []string{"ca", "es", "en"} {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				in := input(t, full)
				texts, err := text.For(lang, wiki.EscapeLine)
				if err != nil {
					t.Fatal(err)
				}
				in.Texts = texts
				change(&in)
				_, got := comment(t, Decide(in))
				path := filepath.Join("testdata", lang, name+".golden")
				if *update {
					if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/mapping/wiki"
)

// TestLexicon: words are found as words, the longest that begins at a word first, and
// are used up.
func TestLexicon(t *testing.T) {
	t.Parallel()
	p := &Profile{
		Words: map[string][]string{
			"down": {"no fa ping", "Cau", "ping perdut del tot"}, "up": {"fa ping", "cau"}, "else": {"ping"},
			"many": {"u", "dos", "tres", "quatre", "cinc", "sis"},
		},
		Proposals: []Proposal{{Says: "down", Unless: "up"}, {Says: "else"}, {Says: "many"}},
	}
	l := newLexicon(p)
	for text, want := range map[string]map[string][]string{
		"No fa  PING":                {"down": {"no fa ping"}},
		"sí que fa ping":             {"up": {"fa ping"}},
		"no fa ping; ara fa ping":    {"down": {"no fa ping"}, "up": {"fa ping"}},
		"cau i torna a caure, cau":   {"down": {"Cau"}, "up": {"cau"}},
		"ping perdut del 3%":         {"else": {"ping"}},
		"no fa pings":                {},
		"sis cinc quatre tres dos u": {"many": {"sis", "cinc", "quatre", "tres", "dos"}},
		"":                           {},
	} {
		got := map[string][]string{}
		if l.find(text, got); cmp.Diff(want, got) != "" {
			t.Errorf("%q (-want +got):\n%s", text, cmp.Diff(want, got))
		}
	}
}

// TestProposedOfAnywhere: the facts are those of the summary and of every text, but a
// profile that was given other forms proposes none that it has not.
func TestProposedOfAnywhere(t *testing.T) {
	t.Parallel()
	p := loadOne(t, acme(t))
	in := Input{Now: day(9), Summary: "La web no respon", Sources: sources("Com es", "reinicia?\n\n{code}\nno funciona\n{code}")}
	want := []Proposed{{Form: "aviso", Reason: p.Proposals[0].Reason, Words: []string{"no respon", "no funciona"}}, {Form: "consulta", Reason: p.Proposals[1].Reason, Words: []string{"com es"}}}
	if diff := cmp.Diff(want, p.Propose(in)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	in.Sources = append(in.Sources, Source{Text: "ja funciona", At: day(3)})
	if diff := cmp.Diff(want[1:], p.Propose(in)); diff != "" {
		t.Errorf("with an exception (-want +got):\n%s", diff)
	}
	less := *p
	less.Forms = p.Forms[1:]
	if got := less.Propose(Input{Summary: "no respon"}); got != nil {
		t.Errorf("a form that is not there: %v", got)
	}
}

// FuzzPropose: whatever the texts hold, what is proposed is of the profile, each form
// once, by words that stand in a text.
func FuzzPropose(f *testing.F) {
	for _, s := range []string{"no fa ping", "Pressupost: acceptat\n\n*Què falla:*", "|Servei|no respon|", "\xffno fa\u00a0ping", "h3. Incidència\nconfigurar {code}DNS falla{code}"} {
		f.Add(s, s)
	}
	p := loadEmbedded(f, "ovh")
	f.Fuzz(func(t *testing.T, summary, text string) {
		r := p.Judge(Input{Now: day(9), Summary: summary, Sources: sources(text), Labels: []string{"escalar-ovh-comercial"}})
		seen := map[string]bool{}
		for _, o := range r.Proposed {
			if seen[o.Form] || p.Form(o.Form) == nil || len(o.Words) == 0 || len(o.Words) > maxFound {
				t.Fatalf("proposed %+v", r.Proposed)
			}
			seen[o.Form] = true
			for _, w := range o.Words {
				if all := normal(summary) + " " + normal(wiki.Plain(text)); !strings.Contains(all, strings.Fields(normal(w))[0]) {
					t.Fatalf("%q stands neither in %q nor in %q", w, summary, text)
				}
			}
		}
		if r.Against != nil && r.Against.Form == "comercial" {
			t.Fatal("what was chosen speaks against itself")
		}
		p.FilingOf(r)
	})
}

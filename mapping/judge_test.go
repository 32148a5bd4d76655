package mapping

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestJudge: the way of one issue, from an unfinished description to the answer
// in a comment.
func TestJudge(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	in := Input{
		Now: day(3), Labels: []string{"suport", "escalar-claranet"}, Summary: "No s'arriba a l'arxiu",
		Sources: sources("Tipus: Xarxa\nAplicació: Arxiu\nData: ahir\nContacte: pendent\nProves realitzades: ping sense resposta\nIP origen: 10.0.0.1\n\nGràcies"),
	}
	r := p.Judge(in)
	var problems []string
	for _, p := range r.Problems {
		problems = append(problems, p.Field.ID+" "+string(p.Code))
	}
	want := []string{"started absent", "impact absent", "contact placeholder", "target absent", "route absent", "constancy absent"}
	if diff := cmp.Diff(want, problems); diff != "" || r.Form.ID != "redes" {
		t.Errorf("problems of form %q (-want +got):\n%s", r.Form.ID, diff)
	}
	if r.Values.Blanks["contact"].Text != "pendent" || r.Values.ByField["tests"].Text != "ping sense resposta" {
		t.Errorf("values %+v", r.Values)
	}

	in.Sources = append(in.Sources, Source{
		Text: "Inici: ahir a les 18 h\nImpacte: ningú no pot arxivar\nContacte: Nom Exemple, 900 000 000\nDestí: arxiu.exemple.cat\nIntermitent o constant: constant",
		At:   day(3), Origin: "comment 1",
	})
	in.Files = []File{{Name: "mtr.txt", At: day(3)}}
	r = p.Judge(in)
	if !r.Complete() || len(r.Doubts) > 0 {
		t.Errorf("problems %v, doubts %v", r.Problems, doubts(r))
	}
	if at := r.Values.ByField["started"].Date.At; !at.Equal(time.Date(2026, 11, 2, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("started at %s", at)
	}

	in.Fields = map[string]Source{"impact": {Text: "Crític", At: day(1), Origin: "field customfield_1"}, "started": {Text: " ", Origin: "field customfield_2"}}
	r = p.Judge(in)
	if got := r.Values.ByField["impact"]; got.Text != "Crític" || got.Origin != "field customfield_1" {
		t.Errorf("the custom field does not stand over the texts: %+v", got)
	}
	if got := r.Values.ByField["started"]; got.Origin != "comment 1" {
		t.Errorf("an empty custom field answers: %+v", got)
	}
}

// TestJudgeOtherFormsLabels: a line of another form's field is no part of a value.
func TestJudgeOtherFormsLabels(t *testing.T) {
	t.Parallel()
	r := loadClaranet(t).Judge(Input{
		Now: day(3), Labels: []string{"escalar-claranet-sistemes"},
		Sources: sources("Impacte: molt\nIP origen: 10.0.0.1\nComportament: lent\nTipus: Sistemes"),
	})
	if diff := cmp.Diff(map[string]string{"impact": "molt", "anomaly": "lent", "kind": "Sistemes"}, textsOf(r.Values)); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestJudgeUnloaded: a profile that nobody loaded has no form, and reads nothing.
func TestJudgeUnloaded(t *testing.T) {
	t.Parallel()
	r := (&Profile{}).Judge(Input{Now: day(1), Sources: sources("Impacte: a")})
	if r.Form == nil || len(r.Form.Fields) > 0 || len(r.Values.ByField) > 0 || r.Values.Rest != "Impacte: a" {
		t.Errorf("%+v", r)
	}
}

func FuzzJudge(f *testing.F) {
	for _, s := range []string{
		"Tipus: Xarxa\nInici: demà\nOrigen: 10.0.0.300\nMTR: x\nIntermitent o constant: els dos", "*Sistemas:*\nEvidències: la sonda falla\n{code}\nTipus: Redes",
		"h3. Redes\n|Tipus|Sistemes|", "\xff*\n*\nh1.", "*", "Tipus: \u2028*",
	} {
		f.Add(s, s, "escalar-claranet", "mtr.png", s)
		f.Add(s, "", "escalar-claranet-xarxa", "[.log", "")
	}
	p := loadClaranet(f)
	f.Fuzz(func(t *testing.T, first, second, label, file, kind string) {
		r := p.Judge(Input{
			Now: day(9), Labels: []string{label}, Summary: first, Sources: sources(first, second),
			Fields: map[string]Source{KindID: {Text: kind}}, Files: []File{{Name: file, At: day(2)}},
		})
		asked := slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Field.ID == KindID })
		if asked != (r.Form.ID == "") {
			t.Fatalf("form %q, problems %v", r.Form.ID, r.Problems)
		}
		for _, problem := range r.Problems {
			if _, ok := r.Values.ByField[problem.Field.ID]; ok {
				t.Fatalf("%s is missing and answered", problem.Field.ID)
			}
		}
		for id, v := range r.Values.ByField {
			if _, both := r.Values.Blanks[id]; both || v.Text == "" {
				t.Fatalf("%s is %q and %q", id, v.Text, r.Values.Blanks[id].Text)
			}
		}
		for _, d := range r.Doubts {
			if _, ok := r.Values.ByField[d.Field.ID]; !ok || len([]rune(d.Value)) > maxDoubt {
				t.Fatalf("doubt %s of %s: %q", d.Code, d.Field.ID, d.Value)
			}
		}
		r.Block("ca")
	})
}

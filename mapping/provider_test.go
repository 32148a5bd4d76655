package mapping

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestThirdProvider: one more provider is data alone, whatever its channel: it loads, is
// labelled for, proposes, judges, files, and its mails are read.
func TestThirdProvider(t *testing.T) {
	t.Parallel()
	for _, channel := range Channels() {
		p := loadOne(t, acme(t, "channel: mail", "channel: "+channel))
		if p.Channel != channel || p.ID != "acme" {
			t.Fatalf("%s by %s", p.ID, p.Channel)
		}
		in := Input{
			Now: day(9), Labels: []string{"suport", "escalar-acme"}, Summary: "La màquina no respon",
			Sources: sources("*Màquina:* acme-012\n*Què falla:* el web\n\nGràcies"),
		}
		r := p.Judge(in)
		if len(r.Problems) != 1 || r.Problems[0].Field.ID != KindID || len(r.Proposed) != 1 || r.Proposed[0].Form != "aviso" {
			t.Fatalf("problems %v, proposed %v", r.Problems, r.Proposed)
		}
		in.Labels = []string{p.LabelOf(p.Form(r.Proposed[0].Form))}
		r = p.Judge(in)
		if !r.Complete() || len(r.Doubts) > 0 || r.Against != nil {
			t.Errorf("problems %v, doubts %v, against %v", r.Problems, doubts(r), r.Against)
		}
		want := Filing{
			Menu: "Soporte → Nuevo aviso", Choice: "Sitio web", Link: "https://portal.acme.example/web",
			Type: "genericRequest", Category: "incident", Product: "hosting", Service: "acme-012",
		}
		if diff := cmp.Diff(want, p.FilingOf(r)); diff != "" {
			t.Errorf("filing (-want +got):\n%s", diff)
		}
		in.Labels = []string{"escalat-acme-consulta"}
		if r := p.Judge(in); r.Against == nil || r.Against.Form != "aviso" || r.Form.ID != "consulta" {
			t.Errorf("form %s, against %v", r.Form.ID, r.Against)
		}
	}
}

// TestThirdProviderThrough: a form that is asked for by another's ticket is filed as that
// one, with its own answers.
func TestThirdProviderThrough(t *testing.T) {
	t.Parallel()
	p := loadOne(t, acme(t))
	in := Input{Now: day(9), Labels: []string{"escalar-acme-obra"}, Sources: sources("Màquina: acme-7\nTasca: canviar el disc")}
	r := p.Judge(in)
	if r.Through == nil || p.FiledBy(r).ID != "consulta" || r.Through.Pending[0] != "order" {
		t.Fatalf("through %+v", r.Through)
	}
	if diff := cmp.Diff(Filing{Menu: "Soporte → Nueva consulta", Link: "https://portal.acme.example/", Category: "assistance"}, p.FilingOf(r)); diff != "" {
		t.Errorf("filing (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"machine no-pattern: acme-7"}, doubts(r)); diff != "" {
		t.Errorf("doubts (-want +got):\n%s", diff)
	}
	in.Sources = append(in.Sources, Source{Text: "Número de comanda: 12", At: day(2)})
	if r := p.Judge(in); r.Through != nil || p.FiledBy(r).ID != "obra" {
		t.Errorf("with an order through %+v", r.Through)
	}
}

// TestThirdProviderDesk: who works on which form, when, and what is usual.
func TestThirdProviderDesk(t *testing.T) {
	t.Parallel()
	p := loadOne(t, acme(t))
	if from, to := p.HoursOf("aviso").Minutes(); from != 0 || to != 1440 || p.HoursOf("aviso").closes() {
		t.Errorf("hours %+v", p.HoursOf("aviso"))
	}
	own := p.HoursOf("consulta")
	if days := own.Weekdays(); len(days) != 5 || days[0] != time.Monday || days[4] != time.Friday || !own.closes() {
		t.Errorf("hours %+v", own)
	}
	want := Expect{
		Acknowledgement: Expected{Late: Duration(30 * time.Minute)},
		Answer:          Expected{From: Duration(30 * time.Minute), To: Duration(2 * time.Hour), Late: Duration(3 * time.Hour)},
		Silence:         Expected{Late: Duration(12 * time.Hour)},
	}
	if diff := cmp.Diff(want, p.ExpectOf("aviso")); diff != "" {
		t.Errorf("expect (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(p.Expect, p.ExpectOf("consulta")); diff != "" {
		t.Errorf("expect of a form without its own (-want +got):\n%s", diff)
	}
	if got := append(p.PhonesOf("aviso"), p.PhonesOf("obra")...); strings.Join(got, " ") != "900 000 011 900 000 010" {
		t.Errorf("telephones %v", got)
	}
	if len(p.Matrix) != 2 || p.Matrix[1].After != Duration(6*time.Hour) {
		t.Errorf("matrix %+v", p.Matrix)
	}
}

// TestThirdProviderMail: how its mails are read.
func TestThirdProviderMail(t *testing.T) {
	t.Parallel()
	p := loadOne(t, acme(t))
	if form, _ := p.Mail.PassesTo("Su aviso ha pasado al equipo de consultas."); form != "consulta" {
		t.Errorf("passes to %q", form)
	}
	if !p.Mail.Closes("Damos por cerrado el aviso") || !p.Mail.IsSurvey("Cuéntenos cómo ha ido", "") || !p.Mail.Acknowledges("Acme ha registrado su aviso") {
		t.Error("its phrases are not known")
	}
	if got := p.References.Tickets("RE: [Aviso 1234567] La màquina"); len(got) != 1 || got[0].Number != "1234567" {
		t.Errorf("tickets %v", got)
	}
}

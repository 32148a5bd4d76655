package mapping

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// doubts are a report's doubts as field, code and value.
func doubts(r Report) []string {
	var out []string
	for _, d := range r.Doubts {
		out = append(out, d.Field.ID+" "+string(d.Code)+": "+d.Value)
	}
	return out
}

func redes(p *Profile, now time.Time, texts ...string) Report {
	return p.Judge(Input{Now: now, Labels: []string{"escalar-claranet-xarxa"}, Sources: sources(texts...)})
}

func TestDoubts(t *testing.T) {
	t.Parallel()
	const mtr = "MTR:\n{noformat}\nStart: 2026-11-22T09:35:00+0100\nHOST: web01      Loss%   Snt   Last   Avg  Best  Wrst StDev\n" +
		"  1.|-- 10.0.0.1   0.0%    10    0.3   0.4   0.3   0.6   0.1\n  2.|-- 10.9.0.1   0.0%    10    1.3   1.4   1.3   1.6   0.1\n{noformat}"
	tests := []struct{ name, text, want string }{
		{"a full date", "Inici: 01/11/2026 a les 9.35 h", ""},
		{"today", "Inici: avui a les 9.30", ""},
		{"an hour of two", "Inici: 31/10/2026 a les 5", "started unsure: 31/10/2026 a les 5 → 31/10/2026 05:00"},
		{"two moments", "Inici: 31/10/2026 a les 9.00 h. Avisat 31/10/2026 a les 9.40 h", "started several: 31/10/2026 a les 9.00 h. Avisat 31/10/2026 a les 9.40 h → 31/10/2026 09:00"},
		{"a day", "Inici: 30/10/2026", "started no-time: 30/10/2026"},
		{"no date", "Inici: fa molt", "started unreadable: fa molt"},
		{"no such day", "Inici: 31/02/2026 9:00", "started unreadable: 31/02/2026 9:00"},
		{"a day that has not come", "Inici: demà passat a les 19 h", "started future: demà passat a les 19 h"},
		{"one digit wrong", "Inici: 01/11/2025 9:35", "started long-ago: 01/11/2025 9:35"},
		{"almost a year", "Inici: 05/11/2025 9:35", ""},
		{"unknown", "Inici: Desconegut.", ""},
		{"unknown, in a sentence", "Inici: no se sabe, quizá de madrugada", ""},
		{"not applicable", "Inici: no s'aplica", ""},
		{"a placeholder is no doubt", "Inici: pendent", ""},

		{"a name", "Contacte: Nom Exemple, 900 000 000", ""},
		{"a mention", "Contacte: [~accountid:5b10]", "contact no-phone: "},
		{"a mention of many digits", "Contacte: [~accountid:557058:1234567890] i l’Anna", "contact no-phone: "},
		{"a mention with a number", "Contacte: [~pau] 600000000", ""},
		{"a name without number", "Contacte: Marta Puig", "contact no-phone: Marta Puig"},
		{"a number in groups", "Contacte: Marta Puig (+34 93.272.40.00)", ""},
		{"a number with a slash", "Contacte: Marta Puig, 93/2724000", ""},
		{"a number that is a link", "Contacte: [Marta Puig|tel:+34600000000]", ""},
		{"a number on a line of its own", "Contacte: Marta Puig\nTelèfon: 600 000 000", ""},
		{"an extension", "Contacte: Marta Puig, ext. 123", ""},
		{"an extension with a word between", "Contacte: Marta Puig (extensió núm. 4021)", ""},
		{"an extension right behind its word", "Contacte: Marta Puig, tel.4021", ""},
		{"few digits that nobody calls", "Contacte: Marta Puig, planta 12", "contact no-phone: Marta Puig, planta 12"},
		{"a word of telephones without number", "Contacte: Marta Puig, telèfon a la intranet", "contact no-phone: Marta Puig, telèfon a la intranet"},
		{"an address of mail", "Contacte: Marta Puig, puig20261122@exemple.cat", "contact no-phone: Marta Puig, puig20261122@exemple.cat"},
		{"an address of a page", "Contacte: Marta Puig, https://exemple.cat/600000000", "contact no-phone: Marta Puig, https://exemple.cat/600000000"},
		{"a day and an hour", "Contacte: Marta Puig, des del 22/11/2026 a les 9:35", "contact no-phone: Marta Puig, des del 22/11/2026 a les 9:35"},
		{"somebody unknown", "Contacte: desconegut", ""},
		{"a row of the telephone", "|Contacte|Marta Puig|\n|Telèfon|600 000 000|\n|Impacte|alt|", ""},
		{"a number in the rest", "Contacte: Marta Puig\n\nHem trucat al 900 000 000 i res.", "contact no-phone: Marta Puig"},
		{"a number alone", "Contacte: 900 000 000", "contact no-person: 900 000 000"},

		{"option", "Intermitent o constant: INTERMITENTE", ""},
		{"option in a sentence", "Intermitent o constant: és intermitent, cada 10 min", ""},
		{"both options", "Intermitent o constant: constant o intermitent", "constancy no-choice: constant o intermitent"},
		{"no option", "Intermitent o constant: dimarts", "constancy no-choice: dimarts"},
		{"a denied option", "Intermitent o constant: no és constant", ""},

		{"an address", "Origen: 10.0.0.1 (web01)", ""},
		{"a network", "Origen: 10.0.0.0/24", ""},
		{"a host name", "Origen: web01.exemple.cat", ""},
		{"an impossible address", "Origen: servidor web01.exemple.cat (10.0.0.300)", "source no-address: 10.0.0.300"},
		{"an impossible network", "Destí: 10.0.0.0/40", "target no-address: 10.0.0.0/40"},
		{"several impossible ones", "Destí: 10.0.0.300, 10.0.0.1 i 10.0.0.999, 10.0.0.300", "target no-address: 10.0.0.300, 10.0.0.999"},
		{"a page", "Destí: [el portal|https://portal.exemple.cat/inici]", ""},
		{"no host", "Destí: ???, el de sempre", "target no-host: ???, el de sempre"},

		{"route", mtr, ""},
		{"no route", "MTR: tot bé", "route no-route: tot bé"},
		{"route in a file", "MTR: [^resultat.txt]", ""},
		{"route in a picture", "MTR: !captura.png|thumbnail!", ""},
		{"route not applicable", "MTR: No aplica", ""},
	}
	p := loadClaranet(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := redes(p, day(3), tt.text)
			if got := strings.Join(doubts(r), "\n"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestDoubtsInOrder: the kind first, then as in the form; of optional fields too.
func TestDoubtsInOrder(t *testing.T) {
	t.Parallel()
	r := redes(loadClaranet(t), day(3), "És intermitent o constant?: no\nContacte: 1\nTipus: Sistemes\nInici: mai")
	want := []string{"kind kind-differs: Sistemes", "started unreadable: mai", "contact no-person: 1", "constancy no-choice: no"}
	if diff := cmp.Diff(want, doubts(r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFuture: clocks may differ a little.
func TestFuture(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC) // ten in Madrid
	p := loadClaranet(t)
	for text, future := range map[string]bool{"01/11/2026 10:10": false, "01/11/2026 10:11": true, "02/11/2026": true, "01/11/2026 10:00 CET": false} {
		got := doubts(redes(p, at, "Inici: "+text))
		if slices.Contains(got, "started future: "+text) != future {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// TestUnderstood: what was understood stands beside the value, whose text stays
// as it is; a time is relative to when it was written.
func TestUnderstood(t *testing.T) {
	t.Parallel()
	r := redes(loadClaranet(t), day(9), "Inici: ahir a les 9.30\nConstant o intermitent: és _constant_", "Inici: avui a les 8")
	started, constancy := r.Values.ByField["started"], r.Values.ByField["constancy"]
	want := time.Date(2026, 11, 2, 7, 0, 0, 0, time.UTC)
	if !started.Date.At.Equal(want) || started.Text != "avui a les 8" || started.Origin != "comment 1" {
		t.Errorf("started %+v, want %s", started, want)
	}
	if constancy.Option == nil || constancy.Option.ID != "constante" || constancy.Text != "és _constant_" {
		t.Errorf("constancy %+v", constancy)
	}
}

func TestChosen(t *testing.T) {
	t.Parallel()
	var f *Field
	for _, field := range loadClaranet(t).Form("redes").All() {
		if field.ID == "constancy" {
			f = field
		}
	}
	tests := map[string]string{
		"Intermitent":                            "intermitente",
		"és intermitent, cada 10 min":            "intermitente",
		"va i ve":                                "intermitente",
		"no és constant":                         "intermitente",
		"no es constante, va y viene":            "intermitente",
		"És constant: des de les 9 no hi ha res": "constante",
		"no és intermitent":                      "constante",
		"CONTÍNUA":                               "constante",
		"intermitent, i a la nit constant":       "intermitente constante",
		"constant constant":                      "constante",
		"inconstant":                             "",
		"":                                       "",
	}
	for text, want := range tests {
		var ids []string
		for _, o := range f.chosen(text) {
			ids = append(ids, o.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestFilesAnswer: a file with the right name answers what no text does.
func TestFilesAnswer(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	file := func(d int, name string) File { return File{Name: name, At: day(d)} }
	tests := []struct {
		name, text string
		files      []File
		field      string
		want       Value
	}{
		{"one", "", []File{file(2, "MTR-web01.TXT"), file(3, "altra.pdf")}, "route", Value{Text: "[^MTR-web01.TXT]", At: day(2), Origin: "attachment"}},
		{"several", "", []File{file(2, "mtr1.txt"), file(3, "tracert.png")}, "route", Value{Text: "[^mtr1.txt]\n[^tracert.png]", At: day(3), Origin: "attachment"}},
		{"instead of a placeholder", "MTR: pendent", []File{file(2, "mtr.txt")}, "route", Value{Text: "[^mtr.txt]", At: day(2), Origin: "attachment"}},
		{"text stands over files", "MTR: adjunt", []File{file(2, "mtr.txt")}, "route", Value{Text: "adjunt", At: day(1), Origin: "description"}},
		{"a name that no link can hold", "", []File{file(2, "mtr [1].txt")}, "route", Value{Text: `mtr \[1\].txt`, At: day(2), Origin: "attachment"}},
		{"no such name", "", []File{file(2, "acta.pdf")}, "route", Value{}},
		{"a field without patterns", "", []File{file(2, "mtr.txt")}, "target", Value{}},
	}
	for _, tt := range tests {
		r := p.Judge(Input{Now: day(9), Labels: []string{"escalar-claranet-xarxa"}, Sources: sources(tt.text), Files: tt.files})
		if diff := cmp.Diff(tt.want, r.Values.ByField[tt.field]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if v, both := r.Values.Blanks[tt.field]; both && tt.want.Text != "" {
			t.Errorf("%s: answered and blank: %+v", tt.name, v)
		}
		missing := slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Field.ID == tt.field })
		if missing == (tt.want.Text != "") || len(r.Doubts) > 0 {
			t.Errorf("%s: problems %v, doubts %v", tt.name, r.Problems, r.Doubts)
		}
	}
	signature := []File{file(1, "image001.png"), file(2, "Logo_AOC.png"), file(3, "image-20261122-082011.png")}
	signed := p.Judge(Input{Now: day(9), Labels: []string{"escalar-claranet-sistemes"}, Files: signature})
	if got := signed.Values.ByField["evidence"].Text; got != "[^image-20261122-082011.png]" {
		t.Errorf("evidence of a mail's signature: %q", got)
	}
	many := make([]File, 50)
	for i := range many {
		many[i] = file(1, "a.png")
	}
	r := p.Judge(Input{Now: day(9), Labels: []string{"escalar-claranet-sistemes"}, Files: append(many, file(2, "última.jpg"))})
	if got := strings.Split(r.Values.ByField["evidence"].Text, "\n"); len(got) != maxFiles || got[maxFiles-1] != "[^última.jpg]" {
		t.Errorf("evidence of many files: %q", got)
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"a\n b\t c", "a b c"},
		{strings.Repeat("à", maxDoubt), strings.Repeat("à", maxDoubt)},
		{strings.Repeat("à", maxDoubt+1), strings.Repeat("à", maxDoubt-1) + "…"},
		{strings.Repeat("x ", 100_000), strings.Repeat("x ", (maxDoubt-2)/2) + "x…"},
		{"\xff", ""},
	} {
		if got := shorten(tt.text); got != tt.want {
			t.Errorf("shorten(%.20q…) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

package mapping

import (
	"strings"
	"testing"
)

// TestStandardAnswers: a value says which standard answer it is, and that it is
// nothing else.
func TestStandardAnswers(t *testing.T) {
	t.Parallel()
	p := loadClaranet(t)
	tests := []struct {
		text, field, want string
		only              bool
	}{
		{"Inici: desconegut", "started", "desconocido", true},
		{"Inici: *Desconocida.*", "started", "desconocido", true},
		{"Inici: unknown", "started", "desconocido", true},
		{"Inici: No ho sé, potser ahir", "started", "desconocido", false},
		{"Inici: no s'aplica", "started", "no aplica", true},
		{"MTR: No procedeix: és un balancejador", "route", "no aplica", false},
		{"MTR: not applicable", "route", "no aplica", true},
		{"Inici: ahir a les 9 h", "started", "", false},
		{"Inici: desconegudes", "started", "", false},
		{"Destí: no aplica", "target", "", false},
	}
	for _, tt := range tests {
		r := redes(p, day(3), tt.text)
		v := r.Values.ByField[tt.field]
		got, only := "", false
		if v.Answer != nil {
			got, only = v.Answer.Name.In("es"), v.Answer.Says(strings.Trim(v.Text, "*"))
		}
		if got != tt.want || only != tt.only {
			t.Errorf("%q is answer %q, alone %v", tt.text, got, only)
		}
	}
}

// TestStandardAnswerOfSeveral: of two that begin alike the longer is meant.
func TestStandardAnswerOfSeveral(t *testing.T) {
	t.Parallel()
	p := loadOne(t, small+"        answers: [{name: {es: No}, words: [cap]}, {name: {es: No lo sé, ca: No ho sé}}]\n")
	for text, want := range map[string]string{"no": "No", "No, gràcies": "No", "no ho sé pas": "No lo sé", "cap": "No", "noves": ""} {
		got := ""
		if a := p.Forms[0].Fields[0].excuse(text); a != nil {
			got = a.Name.ES
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

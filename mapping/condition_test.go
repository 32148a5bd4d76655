package mapping

import (
	"strings"
	"testing"
)

func TestCondition(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	known := facts{
		summary: "La sonda ha avisat",
		words:   map[string][]string{"probe": {"sonda", "health check", "Nagios"}},
		values: Values{
			ByField: map[string]Value{
				"what":  {Text: "{noformat}\nEl *HEALTH-CHECK* falla\n{noformat}"},
				"often": {Text: "és constant", Option: &Option{ID: "always"}},
				"why":   {Text: "Ningú ho sap."},
			},
			Blanks: map[string]Value{"blank": {Text: "pendent"}},
		},
	}
	what := Condition{Field: "what", Says: "probe"}
	never := Condition{Field: "often", Is: []string{"never"}}
	tests := []struct {
		name string
		c    Condition
		want bool
	}{
		{"words across signs", what, true},
		{"no word", Condition{Field: "why", Says: "probe"}, false},
		{"part of a word", Condition{Field: "part", Says: "probe"}, false},
		{"words of an absent field", Condition{Field: "blank", Says: "probe"}, false},
		{"words of the summary", Condition{Field: "summary", Says: "probe"}, true},
		{"summary filled", Condition{Field: "summary", Filled: &yes}, true},
		{"option", Condition{Field: "often", Is: []string{"never", "always"}}, true},
		{"other option", never, false},
		{"option by its text", Condition{Field: "often", Is: []string{"és constant"}}, false},
		{"whole answer", Condition{Field: "why", Is: []string{"ningu ho sap"}}, true},
		{"part of an answer", Condition{Field: "why", Is: []string{"ningú"}}, false},
		{"answer of an absent field", Condition{Field: "blank", Is: []string{"pendent"}}, false},
		{"filled", Condition{Field: "why", Filled: &yes}, true},
		{"blank is not filled", Condition{Field: "blank", Filled: &yes}, false},
		{"not filled", Condition{Field: "blank", Filled: &no}, true},
		{"filled and must not", Condition{Field: "why", Filled: &no}, false},
		{"not", Condition{Not: &what}, false},
		{"not not", Condition{Not: &Condition{Not: &what}}, true},
		{"all", Condition{All: []Condition{what, {Not: &never}}}, true},
		{"not all", Condition{All: []Condition{what, never}}, false},
		{"any", Condition{Any: []Condition{never, what}}, true},
		{"none", Condition{Any: []Condition{never, never}}, false},
	}
	for _, tt := range tests {
		if got := tt.c.holds(known); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestProbe: what the probe checks is asked for where a probe gave the alarm, and
// where nobody has said it yet.
func TestProbe(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       string // code of the problem; "" for none
	}{
		{"none", "Evidències: error 503\nComportament anòmal: lent", ""},
		{"a probe in the evidence", "Evidències: avisa la SONDA des de les 9", "absent"},
		{"a probe in the anomaly", "Comportament: Uptime-Kuma en vermell", "absent"},
		{"by name", "Evidències: alerta de *Nagios*", "absent"},
		{"in a log", "Evidències:\n{noformat}\nZabbix: PROBLEM: healthcheck failed\n{noformat}", "absent"},
		{"by the name of a file", "Evidències: [^nagios.png]", "absent"},
		{"said in Catalan", "Evidències: la sonda, que comprova que el portal respon 200, falla", ""},
		{"said in Spanish", "Comportamiento: error\nEvidencias: Nagios verifica el puerto 443 y falla", ""},
		{"said beside the other", "Comportament: la sonda falla\nEvidències: la sonda verifica el port 443", ""},
		{"answered", "Evidències: la sonda falla\nQuè comprova la sonda: la pàgina inicial", ""},
		{"promised", "Evidències: la sonda falla\nQuè comprova la sonda: pendent", "placeholder"},
		{"not applicable", "Evidències: la sonda falla\nQuè comprova la sonda: no aplica", ""},
		{"said that there is none", "Evidències: no hi ha cap sonda, truca un usuari", ""},
		{"somebody's screen", "Comportament: el monitor de l’usuari no va\nEvidències: captura", ""},
		{"an application that watches", "Aplicació: Zabbix\nEvidències: captura", ""},
		{"no probe", "Evidències: sonda: no", ""},
		{"a probe that sees nothing", "Evidències: la sonda no ho detecta", ""},
		{"said by what it gets", "Evidències: la sonda espera 200 i rep 503", ""},
		{"said by what it looks at", "Evidències: la sonda mira el login i falla", ""},
		{"another word for it", "Evidències: monitoratge en vermell", "absent"},
		{"in brackets behind the label", "Evidències (avisa Nagios): captura", "absent"},
		{"a word inside another", "Evidències: sondatge", ""},
	}
	const label = "escalar-claranet-sistemes"
	p := loadClaranet(t)
	for _, tt := range tests {
		r := p.Judge(Input{Now: day(9), Labels: []string{label}, Sources: sources(tt.text)})
		got := ""
		for _, problem := range r.Problems {
			if problem.Field.ID == "probe" {
				got = string(problem.Code)
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	r := p.Judge(Input{Now: day(9), Labels: []string{label}, Summary: "[Zabbix] PROBLEM: web01", Sources: sources("Evidències: captura")})
	if !strings.Contains(r.Block("ca"), "Detall de què comprova la sonda:") {
		t.Errorf("the summary speaks of a probe, and yet:\n%s", r.Block("ca"))
	}
}

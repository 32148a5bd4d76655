package send_test

import (
	"strings"
	"testing"

	"escalat/bridge"
)

// TestValuesGoOutUnderstood: what the desk must not read wrongly is said in its
// own words, and what was written stands beside it where it says more.
func TestValuesGoOutUnderstood(t *testing.T) {
	t.Parallel()
	const started, constancy = "Fecha y hora de inicio del problema: ", "¿Es intermitente o constante? "
	tests := map[string]struct{ was, is, want string }{
		"a date in full":              {"hoy a las 9.35 h, quizá antes", "20/11/2026 9:35", started + "20/11/2026 a las 9:35 h (hora de Madrid, CET, UTC+1)\n"},
		"a date of the clock":         {"hoy a las 9.35 h, quizá antes", "2026-11-20T08:35:00Z", started + "20/11/2026 a las 9:35 h (hora de Madrid, CET, UTC+1)\n"},
		"a date and more":             {"hoy a las 9.35 h, quizá antes", "20/11/2026 a les 9.35 h, segons la sonda", "(hora de Madrid, CET, UTC+1) («20/11/2026 a les 9.35 h, segons la sonda» en el original)\n"},
		"a date of today":             {"hoy a las 9.35 h, quizá antes", "avui a les 9.35", "(hora de Madrid, CET, UTC+1) («avui a les 9.35» en el original)\n"},
		"a date without its year":     {"hoy a las 9.35 h, quizá antes", "20/11 a les 9.35", "(hora de Madrid, CET, UTC+1) («20/11 a les 9.35» en el original)\n"},
		"a date that nobody knows":    {"hoy a las 9.35 h, quizá antes", "desconocido", started + "desconocido\n"},
		"what is no date":             {"hoy a las 9.35 h, quizá antes", "fa estona", started + "fa estona\n"},
		"a choice":                    {"De manera intermitent, sobretot als matins", "*Constant*.", constancy + "Constante\n"},
		"a choice in another's words": {"De manera intermitent, sobretot als matins", "és constant des d'ahir", constancy + "Constante («és constant des d'ahir» en el original)\n"},
		"a choice with lines":         {"De manera intermitent, sobretot als matins", "intermitent:\n* al matí\n* a la tarda", "    ¿Es intermitente o constante?\n        Intermitente\n        Texto original:\n        intermitent:\n        - al matí\n        - a la tarda\n"},
		"what is no choice":           {"De manera intermitent, sobretot als matins", "depèn", constancy + "depèn\n"},
		"somebody who is mentioned":   {"[~npuig], 934 000 000", "[~npuig] o [~altri]", "Núria Puig o altri\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.issue.Labels, b.issue.Created = []string{"escalar-claranet-xarxa"}, day
			b.issue.People = map[string]string{"npuig": "Núria Puig"}
			b.issue.Description = strings.Replace(redes, test.was, test.is, 1)
			if b.issue.Description == redes {
				t.Fatal("nothing was replaced")
			}
			if r := b.compose(t); r.Incomplete {
				t.Fatal("incomplete")
			}
			if got := b.shown(t); !strings.Contains(got, test.want) {
				t.Errorf("%q is not in\n%s", test.want, got)
			}
		})
	}
}

// TestNothingIsLostWithoutAKind: what stands in comments under the labels of one
// kind goes out as well.
func TestNothingIsLostWithoutAKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Labels = []string{"escalar-claranet"}
	b.issue.Comments = []bridge.Comment{{ID: "1", Body: "IP origen: 198.51.100.7", Created: day}}
	b.force()
	b.compose(t)
	got := b.shown(t)
	for _, want := range []string{"IP origen o servidor origen donde no hay conectividad: 198.51.100.7\n", "Comportamiento anómalo detectado: error 503 en obrir la pàgina\n"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q stands %d times in\n%s", want, strings.Count(got, want), got)
		}
	}
}

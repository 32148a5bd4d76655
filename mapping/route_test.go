package mapping

import (
	"strings"
	"testing"
)

const (
	mtrLines = "HOST: web01      Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1.|-- 10.0.0.1   0.0%    10    0.3   0.4   0.3   0.6   0.1"
	mtrBlock = "{noformat}\n" + mtrLines + "\n\n  2.|-- 10.9.0.1   0.0%    10    1.3   1.4   1.3   1.6   0.1\n{noformat}"
)

// TestRouteWithoutLabel: what a tool printed answers by itself, in the description.
func TestRouteWithoutLabel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		texts      []string
		want, rest string
	}{
		{"a block", []string{"Hola\n" + mtrBlock + "\nGràcies"}, mtrBlock, "Hola\nGràcies"},
		{"a block of code", []string{"{code:title=mtr}\n" + mtrLines + "\n{code}"}, "{code:title=mtr}\n" + mtrLines + "\n{code}", ""},
		{"a paragraph", []string{"Hola\n\n" + mtrLines + "\n\nGràcies"}, mtrLines, "Hola\n\nGràcies"},
		{"in a panel", []string{"{panel:title=Xarxa}\n" + mtrBlock + "\n{panel}\nGràcies"}, "{panel:title=Xarxa}\n" + mtrBlock + "\n{panel}", "Gràcies"},
		{"in a part to expand beside other text", []string{"{expand}\nHola\n" + mtrBlock + "\n{expand}"}, mtrBlock, "{expand}\nHola\n{expand}"},
		{"two blocks", []string{"{noformat}" + mtrLines + "{noformat}\ni\n" + mtrBlock}, "{noformat}" + mtrLines + "{noformat}\n" + mtrBlock, "i"},
		{"under another label", []string{"Proves realitzades: mtr\n" + mtrBlock}, "", ""},
		{"a blank label", []string{"MTR: pendent\n\n" + mtrBlock}, mtrBlock, ""},
		{"an answer", []string{"MTR: no aplica\n\n" + mtrBlock}, "no aplica", mtrBlock},
		{"an answer in a comment", []string{mtrBlock, "MTR: no aplica"}, "no aplica", mtrBlock},
		{"a comment", []string{"Hola", mtrBlock}, "", "Hola"},
		{"ping", []string{"{noformat}\n64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.5 ms\n{noformat}"}, "", "{noformat}\n64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.5 ms\n{noformat}"},
		{"too far behind", []string{strings.Repeat("Hola\n\n", maxRoute/4) + mtrBlock}, "", strings.Repeat("Hola\n\n", maxRoute/4) + mtrBlock},
	}
	p := loadClaranet(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := redes(p, day(9), tt.texts...)
			v, answered := r.Values.ByField["route"]
			if v.Text != tt.want || r.Values.Rest != tt.rest {
				t.Errorf("route %q, rest %.200q", v.Text, r.Values.Rest)
			}
			if answered && len(tt.texts) == 1 && (v.Origin != "description" || !v.At.Equal(day(1)) || len(doubts(r)) > 0) {
				t.Errorf("%+v, doubts %q", v, doubts(r))
			}
			if _, blank := r.Values.Blanks["route"]; blank && answered {
				t.Error("answered and blank")
			}
		})
	}
	if v := p.Judge(Input{Now: day(9), Labels: []string{"escalar-claranet-sistemes"}, Sources: sources(mtrBlock)}).Values; v.Rest != mtrBlock || len(v.ByField) > 0 {
		t.Errorf("a form that asks for no route takes one: %+v", v)
	}
}

package mapping

import "testing"

// Every label that is searched for escalates, and the one that people are told is
// among them.
func TestLabelsEscalate(t *testing.T) {
	t.Parallel()
	p := Profile{Label: "claranet", Forms: []Form{{ID: "sistemas", Labels: []string{"sistemes", "sistemas"}}, {ID: "redes", Labels: []string{"xarxa"}}}}
	labels := p.Labels()
	if got := p.EscalationLabels(labels); len(got) != len(labels) || len(labels) != 8 {
		t.Errorf("%q of %q escalate", got, labels)
	}
	for i := range p.Forms {
		told := p.LabelOf(&p.Forms[i])
		found := false
		for _, l := range labels {
			found = found || l == told
		}
		if !found {
			t.Errorf("%q is not among %q", told, labels)
		}
	}
}

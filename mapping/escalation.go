package mapping

import (
	"slices"
	"strings"
)

// EscalationLabels returns those of an issue's labels that escalate to the
// provider, as they are written there: escalar-claranet, and with the kind of one
// of its forms escalar-claranet-sistemes. escalat- means the same, and so does any
// letter case.
func (p *Profile) EscalationLabels(labels []string) []string {
	var out []string
	for _, l := range labels {
		if kind, ok := p.kindOf(l); ok && (kind == "" || p.formOf(l) != nil) {
			out = append(out, l)
		}
	}
	return out
}

// kindOf returns what stands behind the provider in an escalation label.
func (p *Profile) kindOf(label string) (kind string, ok bool) {
	l := strings.ToLower(strings.TrimSpace(label))
	rest, ok := strings.CutPrefix(l, escalate+p.Label)
	if !ok {
		rest, ok = strings.CutPrefix(l, escalated+p.Label)
	}
	if !ok || rest != "" && rest[0] != '-' {
		return "", false
	}
	return strings.TrimPrefix(rest, "-"), true
}

// LabelOf returns the label that escalates to the provider in the form's kind.
func (p *Profile) LabelOf(f *Form) string {
	label := escalate + p.Label
	if len(f.Labels) > 0 {
		label += "-" + f.Labels[0]
	}
	return label
}

// Labels returns every label that escalates to the provider, in lower case: without
// a kind and with that of each form, as it is written and as it is often miswritten.
func (p *Profile) Labels() []string {
	var out []string
	for _, begins := range []string{escalate, escalated} {
		out = append(out, begins+p.Label)
		for i := range p.Forms {
			for _, kind := range p.Forms[i].Labels {
				out = append(out, begins+p.Label+"-"+kind)
			}
		}
	}
	return out
}

// What begins an escalation label.
const (
	escalate  = "escalar-"
	escalated = "escalat-"
)

// formOf returns the form whose kind the label names, or nil.
func (p *Profile) formOf(label string) *Form {
	kind, _ := p.kindOf(label)
	for i := range p.Forms {
		if slices.Contains(p.Forms[i].Labels, kind) {
			return &p.Forms[i]
		}
	}
	return nil
}

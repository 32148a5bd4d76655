package mapping

import "escalat/mapping/wiki"

// Judge reads what an issue says of the provider's form and says what is missing
// or looks wrong. What is written under the labels of the provider's other forms
// is no part of a value.
func (p *Profile) Judge(in Input) Report {
	m := p.meant(in)
	r := Report{Form: m.form}
	if r.Form == nil {
		r.Form = p.common
		r.Problems = append(r.Problems, Problem{Field: &p.Kind, Code: m.code})
	}
	if r.Form == nil { // a profile that was not loaded
		r.Form = &Form{}
	}
	g := p.labelsOf(r.Form).gather(in)
	r.Values = g.Values
	r.takeRoute(in)
	r.Doubts = append(p.settle(&r.Values, m), r.Form.understand(&r.Values, in, p.Location())...)
	known := facts{summary: in.Summary, values: r.Values, words: r.Form.words}
	r.Problems = append(r.Problems, r.Form.check(known)...)
	r.Through = r.Form.through(known)
	r.Proposed = p.proposed(in.Summary, g.said)
	r.Against = p.against(m.form, r.Proposed)
	return r
}

// settle puts what decides the kind among the values, and tells when it says
// another kind than the label.
func (p *Profile) settle(v *Values, m meant) []Doubt {
	delete(v.ByField, KindID)
	switch {
	case m.line.Text == "":
		return nil
	case len(m.named) != 1: // it answers nothing
		v.Blanks[KindID] = m.line
		return nil
	}
	delete(v.Blanks, KindID)
	m.line.Option = m.named[0]
	v.ByField[KindID] = m.line
	if m.form == nil || m.named[0].ID == m.form.ID {
		return nil
	}
	return []Doubt{{Field: &p.Kind, Code: KindDiffers, Value: shorten(wiki.Plain(m.line.Text))}}
}

// check returns the form's problems in the form's order. Only absence is one.
func (f *Form) check(known facts) []Problem {
	v := known.values
	var problems []Problem
	for _, field := range f.All() {
		if _, ok := v.ByField[field.ID]; ok || !field.demanded(known) {
			continue
		}
		code := Absent
		if v.Blanks[field.ID].Text != "" {
			code = Placeholder
		}
		problems = append(problems, Problem{Field: field, Code: code})
	}
	return problems
}

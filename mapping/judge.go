package mapping

// Judge reads what an issue says of the provider's form and says what is missing
// or looks wrong.
func (p *Profile) Judge(in Input) Report {
	form, _, ok := p.FormForLabel(in.Labels)
	if !ok {
		form = &Form{}
	}
	values := form.Read(in.Sources)
	return Report{Form: form, Values: values, Problems: form.Check(values)}
}

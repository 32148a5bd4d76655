package mapping

// HoursOf are those of the provider's desk for the form with that id; of no form those
// of the profile.
func (p *Profile) HoursOf(form string) Hours {
	if f := p.Form(form); f != nil && f.Hours != nil {
		return *f.Hours
	}
	return p.Hours
}

// PhonesOf are those of the desk for the form with that id, in order of preference.
func (p *Profile) PhonesOf(form string) []string {
	if f := p.Form(form); f != nil && len(f.Phones) > 0 {
		return f.Phones
	}
	return p.Contacts.Day.Phones
}

// PortalOf leads to where the form with that id is entered; may be empty.
func (p *Profile) PortalOf(form string) string {
	if f := p.Form(form); f != nil && f.Filing.Link != "" {
		return f.Filing.Link
	}
	return p.Contacts.Portal
}

// ExpectOf is what is usual and what is late of the form with that id.
func (p *Profile) ExpectOf(form string) Expect {
	if f := p.Form(form); f != nil {
		return p.expects(f)
	}
	return p.Expect
}

func (p *Profile) expects(f *Form) Expect {
	return Expect{
		Acknowledgement: f.Expect.Acknowledgement.or(p.Expect.Acknowledgement),
		Answer:          f.Expect.Answer.or(p.Expect.Answer),
		Silence:         f.Expect.Silence.or(p.Expect.Silence),
	}
}

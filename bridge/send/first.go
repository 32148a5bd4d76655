package send

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/send/letter"
	"escalat/mapping"
)

// first is the first notice.
type first struct {
	spanish

	// further are the fields with an answer that not every form has, while it is
	// not known which form is meant.
	further []*mapping.Field
}

func firstMail(m spanish, now time.Time) first { return formMail(m, m.issue.Input(now, m.profile)) }

func formMail(m spanish, in mapping.Input) first {
	m.report = m.profile.Judge(in)
	mail := first{spanish: m}
	if m.report.Form.ID != "" || len(m.profile.Forms) == 0 {
		return mail
	}
	// What is written under the labels of any form is read as such: nothing of it
	// may be lost because nobody says which one is meant.
	every, further := together(m.profile, m.report.Form)
	whole := every.Judge(in)
	mail.report.Values, mail.report.Doubts = whole.Values, whole.Doubts
	for _, f := range further {
		if _, answered := whole.Values.ByField[f.ID]; answered {
			mail.further = append(mail.further, f)
		}
	}
	return mail
}

// together is the provider with one form that has the fields of all, and what that
// one has besides those that all share.
func together(p *mapping.Profile, shared *mapping.Form) (*mapping.Profile, []*mapping.Field) {
	whole := *p
	form := p.Forms[0]
	form.Fields = slices.Clone(shared.Fields)
	known := map[string]bool{}
	for _, f := range shared.All() {
		known[f.ID] = true
	}
	var further []*mapping.Field
	for i := range p.Forms {
		for _, f := range p.Forms[i].All() {
			if !known[f.ID] {
				known[f.ID] = true
				alone := *f
				alone.Fields = nil
				form.Fields, further = append(form.Fields, alone), append(further, f)
			}
		}
	}
	whole.Forms = []mapping.Form{form}
	return &whole, further
}

// fields are those that the mail may bring.
func (m first) fields() []*mapping.Field { return append(m.report.Form.All(), m.further...) }

// notice says what is known of the mail besides its text.
func (m first) notice() bridge.Notice {
	n := bridge.Notice{
		Subject: m.subject(), Kind: m.report.Form.ID, Told: m.told(m.fields()),
		Doubts: doubts(m.report, func(string) bool { return true }),
	}
	for _, p := range m.report.Problems {
		n.Pending = append(n.Pending, p.Field.ID)
	}
	if t := m.report.Through; t != nil { // what follows when it gets another answer
		n.Form = t.Form
		for _, id := range t.Pending {
			if !slices.Contains(n.Pending, id) {
				n.Pending = append(n.Pending, id)
			}
		}
	}
	if m.report.Form.ID != "" {
		return n
	}
	for _, f := range m.fields() {
		if _, answered := m.report.Values.ByField[f.ID]; answered {
			n.Fields = append(n.Fields, f.ID)
		}
	}
	return n
}

// leaving are the texts that go out, in the order in which they do.
func (m first) leaving() []string {
	return append(m.markup(m.fields()), m.report.Values.Rest)
}

// blocks are the mail's text.
func (m first) blocks(files, omitted []bridge.Evidence) []letter.Block {
	return m.translated(m.body(files, omitted))
}

// body is the mail's text in one language.
func (m first) body(files, omitted []bridge.Evidence) []letter.Block {
	blocks := []letter.Block{{Kind: letter.Marker, Text: Marker}}
	alerts, told := m.alerts(m.fields())
	blocks = append(blocks, alert(append(alerts, m.circumstances()...))...)
	blocks = append(append(append(blocks, m.asks()...), line(m.kindLabel(), m.kind())), m.head()...)
	blocks = append(blocks, paragraph("")) // sets the form apart
	for i := range m.report.Form.Fields {
		if b, ok := m.field(&m.report.Form.Fields[i], told); ok {
			blocks = append(blocks, b)
		}
	}
	for _, f := range m.further {
		alone := *f
		alone.Fields = nil
		if b, ok := m.field(&alone, told); ok {
			blocks = append(blocks, b)
		}
	}
	blocks = append(blocks, m.listed(files, omitted)...)
	return append(append(blocks, m.described(m.report.Values.Rest)...), m.foot())
}

// described is what the description says besides the form.
func (m spanish) described(rest string) []letter.Block {
	if strings.TrimSpace(m.shown(rest)) == "" {
		return nil
	}
	return []letter.Block{heading("Descripción adicional:"), {Kind: letter.Markup, Markup: m.inSpanish(rest)}}
}

// circumstances say how the incident reaches the desk, where that is out of the
// ordinary.
func (m first) circumstances() []string {
	var lines []string
	if aware := m.c.AwareAt; aware.After(m.c.HeardAt) { // a person called
		lines = append(lines, "Notificado también por teléfono el "+clock(aware.In(m.profile.Location()))+".")
	}
	if !m.report.Complete() {
		lines = append(lines, "Información incompleta: lo que falta consta como «"+toConfirm+"» y lo enviaremos en respuesta a este "+m.mail()+".")
	}
	return lines
}

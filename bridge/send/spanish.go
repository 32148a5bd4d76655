package send

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/mapping"
)

// maxSubject bounds a subject, in letters: what desks show in their lists.
const maxSubject = 150

// Marker is the line above which the provider answers; a reply is cut there.
const Marker = "##- Por favor, escriban su respuesta por encima de esta línea -##"

// kindLabel begins the line that says which form this is.
const kindLabel = "Tipo de problema"

// toConfirm stands in the place of what nobody knows yet.
const toConfirm = "pendiente de confirmar"

// spanish is what is common to the mails that the provider's desk reads. Claranet
// and OVH want them in Spanish; the sentences around the form are therefore here
// and nowhere else.
type spanish struct {
	profile *mapping.Profile
	issue   bridge.Issue
	report  mapping.Report
}

// first is the first notice.
type first struct {
	spanish

	// further are the fields with an answer that not every form has, while it is
	// not known which form is meant.
	further []*mapping.Field
}

func firstMail(p *mapping.Profile, issue bridge.Issue, now time.Time) first {
	in := issue.Input(now, p)
	m := first{spanish: spanish{profile: p, issue: issue, report: p.Judge(in)}}
	if m.report.Form.ID != "" || len(p.Forms) == 0 {
		return m
	}
	// What is written under the labels of any form is read as such: nothing of it
	// may be lost because nobody says which one is meant.
	every, further := together(p, m.report.Form)
	whole := every.Judge(in)
	m.report.Values, m.report.Doubts = whole.Values, whole.Doubts
	for _, f := range further {
		if _, answered := whole.Values.ByField[f.ID]; answered {
			m.further = append(m.further, f)
		}
	}
	return m
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

// notice says what is known of the mail besides its text.
func (m first) notice() bridge.Notice {
	n := bridge.Notice{Subject: m.subject(), Kind: m.report.Form.ID, Doubts: doubts(m.report, func(string) bool { return true })}
	for _, p := range m.report.Problems {
		n.Pending = append(n.Pending, p.Field.ID)
	}
	if m.report.Form.ID != "" {
		return n
	}
	for _, f := range append(m.report.Form.All(), m.further...) {
		if _, answered := m.report.Values.ByField[f.ID]; answered {
			n.Fields = append(n.Fields, f.ID)
		}
	}
	return n
}

// subject is "[AOC KEY-123] Sistemas – application – summary".
func (m first) subject() string {
	parts := []string{m.report.Form.Name.In("es")}
	if m.report.Form.ID == "" {
		parts[0] = "Tipo " + toConfirm
	}
	if fields := m.report.Form.All(); len(fields) > 0 {
		if v := oneLine(m.plain(fields[0])); v != "" {
			parts = append(parts, v)
		}
	}
	parts = append(parts, oneLine(m.issue.Summary))
	return cut("["+m.profile.Tag+" "+m.issue.Key+"] "+strings.Join(parts, " – "), maxSubject)
}

func (m first) text() string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line(Marker)
	line()
	line(kindLabel, ": ", m.kind())
	line("Incidencia de ", m.profile.Tag, ": ", m.issue.Key, " – ", oneLine(m.issue.Summary))
	line()
	for i := range m.report.Form.Fields {
		m.field(&b, &m.report.Form.Fields[i], "")
	}
	for _, f := range m.further {
		labelled(&b, "", f, m.said(f))
	}
	if !m.report.Complete() {
		line()
		line("Los datos que faltan, marcados como «", toConfirm, "», se enviarán en respuesta a este correo.")
	}
	if rest := strings.TrimSpace(m.markup(m.report.Values.Rest)); rest != "" {
		line()
		line("Descripción adicional:")
		line()
		line(rest)
	}
	m.foot(&b)
	return b.String()
}

// kind is which form this is, or between which it is still to be confirmed.
func (m spanish) kind() string {
	if m.report.Form.ID != "" {
		return m.report.Form.Name.In("es")
	}
	var names []string
	for _, f := range m.profile.Forms {
		names = append(names, f.Name.In("es"))
	}
	if len(names) == 0 {
		return toConfirm
	}
	return toConfirm + " (" + strings.Join(names, " o ") + ")"
}

// field writes a field as the form names it, with its parts below and indented.
// An optional field without a value is left out, and so is a heading without
// parts.
func (m spanish) field(b *strings.Builder, f *mapping.Field, indent string) {
	var parts strings.Builder
	for i := range f.Fields {
		m.field(&parts, &f.Fields[i], indent+"    ")
	}
	v := m.said(f)
	if v == "" && m.missing(f.ID) {
		v = toConfirm
	}
	if v != "" || parts.Len() > 0 {
		labelled(b, indent, f, v)
		b.WriteString(parts.String())
	}
}

func (m spanish) missing(id string) bool {
	return slices.ContainsFunc(m.report.Problems, func(p mapping.Problem) bool { return p.Field.ID == id })
}

// labelled writes a value behind its label, or below it when it has several lines.
func labelled(b *strings.Builder, indent string, f *mapping.Field, v string) {
	b.WriteString(indent + withColon(f.Label.In("es")))
	switch {
	case strings.Contains(v, "\n"):
		b.WriteString("\n")
		for l := range strings.SplitSeq(v, "\n") {
			b.WriteString(strings.TrimRight(indent+"    "+l, " ") + "\n")
		}
	case v != "":
		b.WriteString(" " + v + "\n")
	default:
		b.WriteString("\n")
	}
}

// withColon ends a label; a question ends by itself.
func withColon(label string) string {
	if strings.HasSuffix(label, "?") {
		return label
	}
	return label + ":"
}

// foot says how to answer.
func (m spanish) foot(b *strings.Builder) {
	b.WriteString("\n-- \nPara responder, contesten a este correo sin cambiar el asunto: la respuesta llega a la incidencia " + m.issue.Key + ".\n")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut shortens s to at most n letters, at a word where there is one.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n-1]
	short := string(r)
	if i := strings.LastIndex(short, " "); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimRight(short, " –-,;:") + "…"
}

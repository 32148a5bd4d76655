package send

import (
	"strings"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// maxSubject bounds a subject, in letters: what desks show in their lists.
const maxSubject = 150

// Marker is the line above which the provider answers; a reply is cut there.
const Marker = "##- Por favor, escriban su respuesta por encima de esta línea -##"

// spanish is the mail that the provider's desk reads. Claranet and OVH want it in
// Spanish; the sentences around the form are therefore here and nowhere else.
type spanish struct {
	profile *mapping.Profile
	form    *mapping.Form
	issue   bridge.Issue
	values  mapping.Values
}

// subject is "[AOC KEY-123] Sistemas – application – summary".
func (m spanish) subject() string {
	parts := []string{m.form.Name.In("es")}
	if fields := m.form.All(); len(fields) > 0 {
		if v := oneLine(m.plain(fields[0])); v != "" {
			parts = append(parts, v)
		}
	}
	parts = append(parts, oneLine(m.issue.Summary))
	return cut("["+m.profile.Tag+" "+m.issue.Key+"] "+strings.Join(parts, " – "), maxSubject)
}

func (m spanish) text() string {
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, "") + "\n") }
	line(Marker)
	line()
	line("Tipo de problema: ", m.form.Name.In("es"))
	line("Incidencia de ", m.profile.Tag, ": ", m.issue.Key, " – ", oneLine(m.issue.Summary))
	line()
	for i := range m.form.Fields {
		m.field(&b, &m.form.Fields[i], "")
	}
	if rest := strings.TrimSpace(wiki.Plain(m.values.Rest)); rest != "" {
		line()
		line("Descripción adicional:")
		line()
		line(rest)
	}
	line()
	line("-- ")
	line("Para responder, contesten a este correo sin cambiar el asunto: la respuesta llega a la incidencia ", m.issue.Key, ".")
	return b.String()
}

// field writes a field as the form names it, with its parts below and indented.
// An optional field without a value is left out.
func (m spanish) field(b *strings.Builder, f *mapping.Field, indent string) {
	v := m.plain(f)
	if v == "" && len(f.Fields) == 0 {
		return
	}
	b.WriteString(indent + f.Label.In("es") + ":")
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
	for i := range f.Fields {
		m.field(b, &f.Fields[i], indent+"    ")
	}
}

func (m spanish) plain(f *mapping.Field) string {
	return strings.TrimSpace(wiki.Plain(m.values.ByField[f.ID].Text))
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

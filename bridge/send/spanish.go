package send

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/send/letter"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Marker is the line above which the provider answers; a reply is cut there.
const Marker = "##- Por favor, escriban su respuesta por encima de esta línea -##"

// toConfirm stands in the place of what nobody knows yet.
const toConfirm = "pendiente de confirmar"

const (
	maxAlert   = 300 // letters of what stands before everything else
	maxContact = 200 // letters
)

// spanish is what is common to the mails that the provider's desk reads. Claranet
// and OVH want them in Spanish; the sentences around the form are therefore here
// and nowhere else.
type spanish struct {
	profile *mapping.Profile
	issue   bridge.Issue
	c       bridge.Case
	report  mapping.Report
	sender  string // our name
	portal  bool   // it is entered in the provider's portal or goes to its API: no mail
	turned  *turned
}

// names gives the letter the people whom texts mention.
func (m spanish) names() func(user string) string {
	return func(user string) string { return m.issue.People[user] }
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
	return toConfirm + " (" + either(names) + ")"
}

// kindLabel begins the line that says which form this is.
func (m spanish) kindLabel() string { return cmp.Or(m.profile.Kind.Label.In("es"), "Tipo") }

// matter is what the issue is to the provider: of a level above the first no incident, as
// it uses the word.
func (m spanish) matter() string {
	if f := m.profile.Form(cmp.Or(m.c.Passed, m.report.Form.ID, m.c.Kind)); f != nil && f.Level > 1 {
		return "solicitud"
	}
	return "incidencia"
}

// either names alternatives.
func either(names []string) string {
	var said strings.Builder
	for i, name := range names {
		if i > 0 {
			said.WriteString(text.SpanishOr(name))
		}
		said.WriteString(name)
	}
	return said.String()
}

// head are the lines before the form: which incident it is, on both sides.
func (m spanish) head() []letter.Block {
	ours := m.issue.Key
	if summary := m.summary(); summary != "" {
		ours += " – " + summary
	}
	lines := []letter.Block{line(titled(m.matter())+" de "+m.profile.Tag, ours)}
	if label := m.profile.Account.In("es"); label != "" && m.profile.Identifier != "" {
		lines = append(lines, line(label, m.profile.Identifier))
	}
	if theirs := spokenOf(m.c); theirs != "" {
		lines = append(lines, line("Su referencia", theirs))
	}
	return lines
}

// titled is one of our own words as a line begins with it.
func titled(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

func line(label, value string) letter.Block {
	return letter.Block{Kind: letter.Field, Label: withColon(label), Text: value}
}

// alert is what must be seen first, a line each; none where there is nothing.
func alert(lines []string) []letter.Block {
	if len(lines) == 0 {
		return nil
	}
	return []letter.Block{{Kind: letter.Alert, Text: strings.Join(lines, "\n")}}
}

func paragraph(text string) letter.Block { return letter.Block{Kind: letter.Paragraph, Text: text} }

func heading(text string) letter.Block { return letter.Block{Kind: letter.Heading, Text: text} }

// prominent says what must be seen first of a field, and whether that is all that
// it says. Empty: nothing; that nothing is to be done is no alert.
func (m spanish) prominent(f *mapping.Field) (text string, whole bool) {
	if !f.Prominent {
		return "", false
	}
	said := m.said(f)
	if answer := m.report.Values.ByField[f.ID].Answer; said == "" || answer != nil && answer.Says(m.plain(f)) {
		return "", false
	}
	label := withColon(f.Label.In("es")) + " "
	short := cut(oneLine(said), maxAlert)
	return label + short, short == said
}

// alerts are those of the fields, and the ids of those of which they say all.
func (m spanish) alerts(fields []*mapping.Field) (lines, told []string) {
	for _, f := range fields {
		text, whole := m.prominent(f)
		if text == "" {
			continue
		}
		if lines = append(lines, text); whole {
			told = append(told, f.ID)
		}
	}
	return lines, told
}

// field writes a field as the form names it, with its parts below. An optional
// field without a value is left out, and so are a heading without parts and what
// was told already.
func (m spanish) field(f *mapping.Field, told []string) (letter.Block, bool) {
	b := letter.Block{Kind: letter.Field, Label: withColon(f.Label.In("es")), Place: f.ID}
	for i := range f.Fields {
		if part, ok := m.field(&f.Fields[i], told); ok {
			b.Parts = append(b.Parts, part)
		}
	}
	shown := false
	if !slices.Contains(told, f.ID) {
		shown = m.fill(&b, f)
	}
	return b, shown || len(b.Parts) > 0
}

// fill writes a field's value, or that it is to be confirmed, and reports whether
// there is either.
func (m spanish) fill(b *letter.Block, f *mapping.Field) bool {
	if m.value(b, f) {
		return true
	}
	if m.missing(f.ID) {
		b.Text = toConfirm
		return true
	}
	return false
}

func (m spanish) missing(id string) bool {
	return slices.ContainsFunc(m.report.Problems, func(p mapping.Problem) bool { return p.Field.ID == id })
}

// foot says how to answer, who writes and whom to call.
func (m spanish) foot() letter.Block {
	lines := []string{"Respondan a este correo sin cambiar el asunto y su respuesta llegará a la incidencia " + m.issue.Key + "."}
	kind := letter.Foot
	if m.portal {
		lines, kind = nil, letter.Paragraph
	}
	if contact := m.contact(); contact != "" {
		lines = append(lines, "Contacto de "+m.profile.Tag+": "+contact)
	}
	return letter.Block{Kind: kind, Text: strings.Join(append(lines, m.who()), "\n")}
}

// mail is what the desk reads this in.
func (m spanish) mail() string {
	if m.portal {
		return "ticket"
	}
	return "correo"
}

// filing is how it is filed where it does not go by mail.
func (m spanish) filing() mapping.Filing { return m.profile.FilingOf(m.report) }

// waits reports whether the field follows when it gets another answer than it has.
func (m spanish) waits(id string) bool {
	return m.report.Through != nil && slices.Contains(m.report.Through.Pending, id)
}

// asks names what is asked for by another form's ticket, or is nothing.
func (m spanish) asks() []letter.Block {
	if t := m.report.Through; t != nil && t.Heading != "" {
		return []letter.Block{heading(t.Heading)}
	}
	return nil
}

// who is the sender, so that a stranger knows which organisation writes.
func (m spanish) who() string {
	switch name := oneLine(m.sender); {
	case name == "":
		return m.profile.Tag
	case within(name, m.profile.Tag):
		return name
	default:
		return name + " (" + m.profile.Tag + ")"
	}
}

// contact is whom the form names to be called, or nothing.
func (m spanish) contact() string {
	for _, f := range m.report.Form.All() {
		if v := m.report.Values.ByField[f.ID]; f.Type == mapping.Person && v.Answer == nil {
			lines := strings.FieldsFunc(m.reads(saying{text: m.inSpanish(v.Text)}), func(r rune) bool { return r == '\n' })
			if who := oneLine(strings.Join(lines, "; ")); who != "" {
				return cut(who, maxContact)
			}
		}
	}
	return ""
}

// markup are the texts of fields, as they were written.
func (m spanish) markup(fields []*mapping.Field) []string {
	var texts []string
	for _, f := range fields {
		if v, ok := m.report.Values.ByField[f.ID]; ok {
			texts = append(texts, v.Text)
		}
	}
	return texts
}

// told are digests of what the mail says of fields, by their ids.
func (m spanish) told(fields []*mapping.Field) map[string]string {
	told := map[string]string{}
	for _, f := range fields {
		if v, ok := m.report.Values.ByField[f.ID]; ok {
			told[f.ID] = digest(v)
		}
	}
	return told
}

// withColon ends a label; a question ends by itself.
func withColon(label string) string {
	if strings.HasSuffix(label, "?") {
		return label
	}
	return label + ":"
}

// clock is a time as it is told to a desk, in its own zone.
func clock(at time.Time) string {
	article := "a las"
	if at.Hour() == 1 {
		article = "a la"
	}
	return fmt.Sprintf("%s %s %d:%02d h", at.Format("02/01/2006"), article, at.Hour(), at.Minute())
}

package send

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/send/letter"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// note is a notice that brings nothing of the form: a text of the team, a claim, or that
// the case is closed or opened again.
type note struct {
	spanish

	about bridge.About
	text  string // of the team; markup
	said  string // besides; markup
	cc    []mapping.Contact
	now   time.Time
}

func noteMail(m spanish, body bridge.ComposeBody, now time.Time) note {
	m.report = m.profile.Judge(m.issue.Following(m.c, now, m.profile))
	return note{
		spanish: m, about: body.About, said: body.Said, cc: people(m.profile, body.Cc), now: now,
		text: m.issue.Says(m.profile, body.Comment, body.Digest).Text,
	}
}

// people are those of the provider's matrix who have those addresses.
func people(p *mapping.Profile, addresses []string) []mapping.Contact {
	var out []mapping.Contact
	for _, a := range addresses {
		if c, ok := inMatrix(p, a); ok {
			out = append(out, c)
		}
	}
	return out
}

// inMatrix returns who of the provider's matrix has that address.
func inMatrix(p *mapping.Profile, address string) (mapping.Contact, bool) {
	for _, s := range p.Matrix {
		for _, c := range s.People {
			if c.Email != "" && strings.EqualFold(c.Email, address) {
				return c, true
			}
		}
	}
	return mapping.Contact{}, false
}

// notice says what is known of the mail besides its text.
func (m note) notice() bridge.Notice {
	n := bridge.Notice{Subject: replying(m.c, m.profile), Said: m.said}
	if m.about == bridge.AboutWords {
		n.Said = ""
	}
	return n
}

// leaving are the texts that go out.
func (m note) leaving() []string {
	if m.about == bridge.AboutWords {
		return []string{m.text}
	}
	return []string{m.said}
}

// blocks are the mail's text.
func (m note) blocks(files, omitted []bridge.Evidence) []letter.Block {
	blocks := []letter.Block{{Kind: letter.Marker, Text: Marker}}
	switch m.about {
	case bridge.AboutWords:
		blocks = append(append(blocks, paragraph("Les escribimos sobre esta "+m.matter()+".")), m.head()...)
		blocks = append(blocks, heading("Mensaje:"), letter.Block{Kind: letter.Markup, Markup: m.inSpanish(m.text), Place: bridge.PlaceWords})
		blocks = append(blocks, m.listed(files, omitted)...)
	case bridge.AboutClaim:
		blocks = append(append(blocks, paragraph("Reclamamos su respuesta a esta "+m.matter()+".")), m.head()...)
		blocks = append(blocks, m.standing()...)
		blocks = append(blocks, paragraph("Les rogamos que nos respondan en qué punto está, qué están haciendo y cuándo prevén resolverla."))
		blocks = append(append(blocks, m.besides(m.said)...), m.copied()...)
	case bridge.AboutClose:
		blocks = append(append(blocks, paragraph("Por nuestra parte damos por cerrada esta "+m.matter()+".")), m.head()...)
		blocks = append(append(blocks, m.besides(m.said)...), paragraph("Ya no necesitamos nada más de ustedes: pueden cerrar su ticket. Gracias por su ayuda."))
	case bridge.AboutReopen:
		blocks = append(append(blocks, paragraph("Volvemos a abrir esta "+m.matter()+": para nosotros no está resuelta.")), m.head()...)
		blocks = append(append(blocks, m.besides(m.said)...), paragraph("Les rogamos que vuelvan a abrir su ticket y que nos digan cómo continúa."))
	}
	return m.translated(append(blocks, m.foot()))
}

// besides is what the person who asked for it wants said.
func (m spanish) besides(said string) []letter.Block {
	if strings.TrimSpace(m.shown(said)) == "" {
		return nil
	}
	return []letter.Block{heading("Mensaje:"), {Kind: letter.Markup, Markup: m.inSpanish(said), Place: bridge.PlaceWords}}
}

// copied says who else has the mail.
func (m note) copied() []letter.Block {
	var names []string
	for _, c := range m.cc {
		name := oneLine(c.Name)
		if role := oneLine(c.Role.In("es")); role != "" {
			name += " (" + role + ")"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil
	}
	return []letter.Block{paragraph("Ponemos en copia a " + enumerated(names) + ".")}
}

// enumerated names all of a list.
func enumerated(names []string) string {
	if n := len(names); n > 1 {
		last := names[n-1]
		and := " y "
		if low := strings.ToLower(last); strings.HasPrefix(low, "i") || strings.HasPrefix(low, "hi") || strings.HasPrefix(low, "í") {
			and = " e "
		}
		return strings.Join(names[:n-1], ", ") + and + last
	}
	return names[0]
}

// standing says what was told when, and since when nothing comes back.
func (m note) standing() []letter.Block {
	zone, c := m.profile.Location(), m.c
	var lines []string
	say := func(format string, at time.Time) {
		lines = append(lines, fmt.Sprintf(format, clock(at.In(zone))))
	}
	first, newest := c.First(), c.ToldAt()
	var notified time.Time
	if first != nil {
		notified = leftAt(*first)
	}
	if !notified.IsZero() {
		say("Se la notificamos el %s.", notified)
	}
	if newest.After(notified) {
		say("Lo último que les hemos enviado es del %s.", newest)
	}
	switch {
	case !c.HeardAt.IsZero():
		say("Su última respuesta es del %s.", c.HeardAt)
	case !c.ConfirmedAt.IsZero():
		say("Nos confirmaron que la habían recibido el %s, pero no nos consta ninguna respuesta.", c.ConfirmedAt)
	default:
		lines = append(lines, "No nos consta ninguna respuesta, ni que la hayan recibido.")
	}
	since, what := newest, "lo último que les enviamos"
	switch {
	case c.HeardAt.After(newest):
		since, what = c.HeardAt, "su última respuesta"
	case newest.Equal(notified):
		what = "que se la notificamos"
	}
	if !since.IsZero() && m.now.Sub(since) >= worthTelling {
		lines = append(lines, m.passed(since, what))
	}
	return []letter.Block{paragraph(strings.Join(lines, "\n"))}
}

// worthTelling is how long ago something was for that to be told: the times stand there
// anyway.
const worthTelling = 5 * time.Minute

// passed says how long ago that was, and how much of it within the desk's hours.
func (m note) passed(since time.Time, what string) string {
	wall := m.now.Sub(since)
	said := hasPassed(wall) + " desde " + what
	if working := wording.Hours(m.profile, m.c.Kind).Working(since, m.now); working < wall {
		said += ", " + ofThem(working) + " dentro de su horario de atención"
	}
	return said + "."
}

// hasPassed says a length of time in whole hours, or in minutes where it is none.
func hasPassed(d time.Duration) string {
	switch hours, minutes := int(d/time.Hour), int(d/time.Minute); {
	case hours == 1:
		return "Ha pasado 1 hora"
	case hours > 0:
		return fmt.Sprintf("Han pasado %d horas", hours)
	case minutes == 1:
		return "Ha pasado 1 minuto"
	default:
		return fmt.Sprintf("Han pasado %d minutos", minutes)
	}
}

func ofThem(d time.Duration) string {
	switch hours, minutes := int(d/time.Hour), int(d/time.Minute); {
	case hours == 1:
		return "1 hora de ellas"
	case hours > 0:
		return fmt.Sprintf("%d de ellas", hours)
	case minutes == 0:
		return "nada"
	case minutes == 1:
		return "1 minuto"
	default:
		return fmt.Sprintf("%d minutos", minutes)
	}
}

// leftAt is when a notice is known to have left, or zero.
func leftAt(n bridge.Notice) time.Time {
	switch {
	case !n.Left():
		return time.Time{}
	case n.SentAt.IsZero():
		return n.SeenAt
	}
	return n.SentAt
}

// again is the first notice once more, from what the issue says now.
type again struct {
	first

	said string // besides; markup
}

func againMail(m spanish, body bridge.ComposeBody, now time.Time) again {
	return again{formMail(m, m.issue.Following(m.c, now, m.profile)), body.Said}
}

// notice says what is known of the mail besides its text.
func (m again) notice() bridge.Notice {
	n := m.first.notice()
	tagged, text := parted(m.c, m.profile, n.Subject)
	n.Subject, n.Said = entitled("Re: "+tagged, ticket(m.c, m.profile), "Reenvío: "+text), m.said
	return n
}

// blocks are the mail's text.
func (m again) blocks(files, omitted []bridge.Evidence) []letter.Block {
	lines := []string{"Reenvío: les enviamos de nuevo esta " + m.matter() + ", con los datos que tenemos ahora."}
	if f := m.c.First(); f != nil && !leftAt(*f).IsZero() {
		lines = []string{"Reenvío: les enviamos de nuevo la " + m.matter() + " que les notificamos el " + clock(leftAt(*f).In(m.profile.Location())) + "."}
	}
	if changed := m.changed(); len(changed) > 0 {
		lines = append(lines, "Desde entonces ha cambiado: "+strings.Join(changed, ", ")+".")
	}
	if spokenOf(m.c) == "" {
		lines = append(lines, "Si ya la están atendiendo, respóndannos con su número de ticket.")
	} else {
		lines = append(lines, "Si la están atendiendo con otro número de ticket, dígannoslo.")
	}
	return m.translated(slices.Insert(m.body(files, omitted), 1, append(alert(lines), m.besides(m.said)...)...))
}

// changed are the labels of the fields of which the provider was told something else, or
// nothing.
func (m again) changed() []string {
	var labels []string
	for _, f := range m.fields() {
		v, answered := m.report.Values.ByField[f.ID]
		if answered && m.c.Told(f.ID) != "" && !m.knows(f.ID, v) {
			labels = append(labels, f.Label.In("es"))
		}
	}
	return labels
}

package send

import (
	"slices"
	"time"

	"escalat/bridge"
	"escalat/bridge/send/letter"
	"escalat/mapping"
)

// addition is a further notice: what the first one told was to be confirmed, what
// the provider was told otherwise, and files.
type addition struct {
	spanish

	fields []string // the ids of those that have an answer that the provider does not know
	change []string // those of them of which it was told another
	left   []string // of those that are still to be confirmed, in the form's order
	// anyway are the places of which it brings what was masked before, known or not.
	anyway []string
}

func additionMail(m spanish, body bridge.ComposeBody, now time.Time) addition {
	m.report = m.profile.Judge(m.issue.Following(m.c, now, m.profile))
	a, fields := addition{spanish: m, anyway: body.Anyway}, body.Fields
	for _, id := range fields {
		v, answered := a.report.Values.ByField[id]
		switch {
		case id == mapping.KindID:
			answered = a.report.Form.ID != ""
		case a.of(id) == nil || answered && m.knows(id, v) && !slices.Contains(a.anyway, id):
			answered = false
		case answered && m.c.Told(id) != "":
			a.change = append(a.change, id)
		}
		if answered {
			a.fields = append(a.fields, id)
		}
	}
	ids := []string{mapping.KindID}
	for _, f := range a.report.Form.All() {
		ids = append(ids, f.ID)
	}
	for _, id := range ids {
		gone := slices.Contains(fields, id) && !slices.Contains(a.fields, id) && m.c.Told(id) == ""
		stays := slices.Contains(a.fields, id) && a.waits(id)
		if stays || slices.Contains(m.c.Pending, id) || gone && (id == mapping.KindID || a.missing(id) || a.awaited(id)) {
			a.left = append(a.left, id)
		}
	}
	return a
}

// of returns the form's field with that id, or nil.
func (m addition) of(id string) *mapping.Field {
	for _, f := range m.report.Form.All() {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// all are the form's fields that the mail brings.
func (m addition) all() []*mapping.Field {
	var fields []*mapping.Field
	for _, id := range m.fields {
		if f := m.of(id); f != nil {
			fields = append(fields, f)
		}
	}
	return fields
}

// notice says what is known of the mail besides its text.
func (m addition) notice() bridge.Notice {
	about := func(id string) bool { return slices.Contains(m.fields, id) }
	return bridge.Notice{
		Subject: replying(m.c, m.profile), Kind: m.report.Form.ID, Fields: m.fields, Changed: m.change, Pending: m.left,
		Told: m.spanish.told(m.all()), Doubts: doubts(m.report, about), Anyway: m.anyway,
	}
}

// rest is the further description, where it brings that.
func (m addition) rest() string {
	if !slices.Contains(m.anyway, bridge.PlaceRest) {
		return ""
	}
	return m.report.Values.Rest
}

// leaving are the texts that go out.
func (m addition) leaving() []string {
	texts := m.markup(m.all())
	if rest := m.rest(); rest != "" {
		texts = append(texts, rest)
	}
	return texts
}

// blocks are the mail's text.
func (m addition) blocks(files, omitted []bridge.Evidence) []letter.Block {
	blocks := []letter.Block{{Kind: letter.Marker, Text: Marker}}
	alerts, told := m.alerts(m.all())
	blocks = append(append(blocks, alert(alerts)...), paragraph("Ampliamos la información de esta "+m.matter()+"."))
	if m.granted() {
		blocks = append(append(blocks, m.asks()...), paragraph("Ya se cumple lo que faltaba: les rogamos que programen la intervención."))
	}
	blocks = append(blocks, m.head()...)
	blocks = append(blocks, m.section("Datos actualizados:", told, m.corrected)...)
	blocks = append(blocks, m.section("Datos que estaban pendientes de confirmar:", told, m.awaited)...)
	blocks = append(blocks, m.section("Datos nuevos:", told, func(id string) bool { return !m.corrected(id) && !m.awaited(id) })...)
	blocks = append(append(blocks, m.described(m.rest())...), m.listed(files, omitted)...)
	var left []string
	for _, id := range m.left {
		if _, answered := m.report.Values.ByField[id]; answered && m.waits(id) {
			continue // it has an answer, and another one is waited for
		}
		if f := m.of(id); f != nil {
			left = append(left, f.Label.In("es"))
		} else {
			left = append(left, m.kindLabel())
		}
	}
	if len(left) > 0 {
		blocks = append(blocks, heading("Siguen pendientes de confirmar:"), letter.Block{Kind: letter.List, Items: left})
	}
	return m.translated(append(blocks, m.foot()))
}

// granted reports whether what was asked for by another form's ticket can be done now:
// the mail brings the answer that was waited for.
func (m addition) granted() bool {
	first := m.c.First()
	return first != nil && first.Form != "" && m.report.Form.ID != "" && slices.ContainsFunc(m.fields, func(id string) bool {
		return slices.Contains(first.Pending, id) && first.Told[id] != "" && !m.waits(id)
	})
}

// section are the fields of one sort, in the order in which they were asked for.
func (m addition) section(title string, told []string, of func(id string) bool) []letter.Block {
	var blocks []letter.Block
	for _, id := range m.fields {
		f := m.of(id)
		switch {
		case !of(id):
		case f == nil:
			blocks = append(blocks, line(m.kindLabel(), m.kind()))
		default:
			alone := *f
			alone.Fields = nil
			if b, ok := m.field(&alone, told); ok {
				blocks = append(blocks, b)
			}
		}
	}
	if len(blocks) == 0 {
		return nil
	}
	return append([]letter.Block{heading(title)}, blocks...)
}

func (m addition) corrected(id string) bool { return slices.Contains(m.change, id) }

// awaited reports whether the provider waits for the field: it was told so, or
// could not be told because the kind was to be confirmed.
func (m addition) awaited(id string) bool {
	if m.corrected(id) {
		return false
	}
	for _, n := range m.c.Notices {
		if slices.Contains(n.Pending, id) || slices.Contains(n.Pending, mapping.KindID) {
			return true
		}
	}
	return false
}

package send

import (
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// addition is a further notice: what the first one told was to be confirmed.
type addition struct {
	spanish

	fields []string // the ids of those that have an answer
	left   []string // of those that are still to be confirmed, in the form's order
}

func additionMail(p *mapping.Profile, issue bridge.Issue, c bridge.Case, fields []string, now time.Time) addition {
	m := addition{spanish: spanish{profile: p, issue: issue, report: p.Judge(issue.Following(c, now, p))}}
	for _, id := range fields {
		_, answered := m.report.Values.ByField[id]
		if id == mapping.KindID && m.report.Form.ID != "" || answered && m.of(id) != nil {
			m.fields = append(m.fields, id)
		}
	}
	ids := []string{mapping.KindID}
	for _, f := range m.report.Form.All() {
		ids = append(ids, f.ID)
	}
	for _, id := range ids {
		if slices.Contains(c.Pending, id) || slices.Contains(fields, id) && !slices.Contains(m.fields, id) {
			m.left = append(m.left, id)
		}
	}
	return m
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

// notice says what is known of the mail besides its text.
func (m addition) notice() bridge.Notice {
	about := func(id string) bool { return slices.Contains(m.fields, id) }
	return bridge.Notice{Kind: m.report.Form.ID, Fields: m.fields, Pending: m.left, Doubts: doubts(m.report, about)}
}

func (m addition) text() string {
	var b strings.Builder
	b.WriteString(Marker + "\n\nDatos que estaban pendientes de confirmar en nuestra incidencia [" + m.profile.Tag + " " + m.issue.Key + "] (" + oneLine(m.issue.Summary) + "):\n\n")
	for _, id := range m.fields {
		if f := m.of(id); f != nil {
			labelled(&b, "", f, m.said(f))
		} else {
			b.WriteString(kindLabel + ": " + m.kind() + "\n")
		}
	}
	if len(m.left) > 0 {
		b.WriteString("\nSiguen pendientes de confirmar:\n")
	}
	for _, id := range m.left {
		label := kindLabel
		if f := m.of(id); f != nil {
			label = f.Label.In("es")
		}
		b.WriteString("- " + label + "\n")
	}
	m.foot(&b)
	return b.String()
}

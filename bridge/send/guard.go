package send

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/mapping"
)

// Guard finds what is private. Text is of the text alone; kinds that may leave it does not
// report. File looks into a file: its only errors are those of reading it. Stops reports
// whether that kind holds a notice up, be it masked or not.
type Guard interface {
	Text(text string) []bridge.Hit
	File(ctx context.Context, name, mimeType string, size int64, r io.Reader) (bridge.Inspection, error)
	Stops(kind bridge.Private) bool
}

// mostHidden bounds what is noted of what was masked: nobody reads more.
const mostHidden = 200

// masked is what was masked where the issue was read, in the texts that a mail brings.
func masked(w writer) []bridge.Hidden {
	all := maskedIn(w)
	return all[:min(len(all), mostHidden)]
}

func maskedIn(w writer) []bridge.Hidden {
	switch w := w.(type) {
	case first:
		return w.masked(w.fields(), w.report.Values.Rest, "")
	case again:
		return w.masked(w.fields(), w.report.Values.Rest, w.said)
	case addition:
		return w.masked(w.all(), w.rest(), "")
	case note:
		return w.masked(nil, "", w.leaving()[0])
	}
	return nil
}

func (m spanish) masked(fields []*mapping.Field, rest, words string) []bridge.Hidden {
	out := bridge.Masks(m.issue.Summary, bridge.PlaceSummary)
	for _, f := range fields {
		out = append(out, bridge.Masks(m.report.Values.ByField[f.ID].Text, f.ID)...)
	}
	return slices.Concat(out, bridge.Masks(rest, bridge.PlaceRest), bridge.Masks(words, bridge.PlaceWords))
}

// stops are those of what was masked that hold the notice up.
func (s *Composer) stops(hidden []bridge.Hidden) []bridge.Hidden {
	if s.Guard == nil {
		return nil
	}
	stops := slices.DeleteFunc(slices.Clone(hidden), func(h bridge.Hidden) bool { return !s.Guard.Stops(h.Kind) })
	return stops[:min(len(stops), mostHidden)]
}

// frame is the last look at a notice: what it says around a value may give away what that
// is, as a label does that asks for a password.
type frame struct {
	find    func(text string) []bridge.Hit // nil: nothing is looked for
	allowed []string                       // prints
	names   func(user string) string
}

func (s *Composer) frame(c bridge.Case, names func(user string) string) frame {
	f := frame{allowed: c.Allowed.Prints, names: names}
	if s.Guard != nil {
		f.find = s.Guard.Text
	}
	return f
}

// hits are those in a text that are neither allowed nor masks.
func (f frame) hits(text string) []bridge.Hit {
	if f.find == nil {
		return nil
	}
	masks := maskSpans(text)
	return slices.DeleteFunc(bridge.Ordered(text, f.find(text)), func(h bridge.Hit) bool {
		mask := slices.ContainsFunc(masks, func(m span) bool { return m.start <= h.Start && h.End <= m.end })
		return mask || slices.Contains(f.allowed, h.Print)
	})
}

// subject masks what a subject says, and what the letter below it gives away.
func (f frame) subject(text string, values []value) (string, []framed) {
	var found []framed
	var out strings.Builder
	end := 0
	hits := f.hits(text)
	for _, v := range values {
		hits = append(hits, v.in(text)...)
	}
	for _, h := range bridge.Ordered(text, hits) {
		out.WriteString(text[end:h.Start] + h.Kind.Mask())
		end = h.End
		found = append(found, framed{bridge.Hidden{Kind: h.Kind, Place: bridge.PlaceSummary, Line: 1}, h.Print, false})
	}
	return out.String() + text[end:], found
}

// framed is what only the notice gave away.
type framed struct {
	bridge.Hidden

	print string
	sure  bool // it is known where it stands in the issue
}

// noted is what was hidden in a notice: what was masked before, and what only its frame
// gave away, each value once and where it is known to stand.
func (m *parcel) noted() {
	m.Hidden, m.Framed = masked(m.writer), nil
	found := slices.Concat(m.titled, m.framed)
	slices.SortStableFunc(found, func(a, b framed) int {
		switch {
		case a.sure == b.sure:
			return cmp.Compare(a.Line, b.Line)
		case a.sure:
			return -1
		}
		return 1
	})
	for _, f := range found {
		if _, known := m.Framed[f.print]; known || len(m.Framed) == mostHidden {
			continue
		}
		if m.Framed == nil {
			m.Framed = map[string]string{}
		}
		m.Framed[f.print] = f.Place
		m.Hidden = append(m.Hidden, f.Hidden)
	}
}

// span is a part of a text.
type span struct{ start, end int }

// maskSpans are where masks stand.
func maskSpans(text string) []span {
	var out []span
	for _, kind := range bridge.Privates() {
		mask := kind.Mask()
		for from := 0; ; {
			at := strings.Index(text[from:], mask)
			if at < 0 {
				break
			}
			out = append(out, span{from + at, from + at + len(mask)})
			from += at + len(mask)
		}
	}
	return out
}

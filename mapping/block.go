package mapping

import (
	"slices"
	"strings"
)

// standing is whether and how a field stands in a block.
type standing struct {
	shown bool
	note  Phrase // in brackets behind the label: no part of it
}

// What stands behind the label of a field that may be left empty.
func optional() Phrase { return Phrase{CA: "opcional", ES: "opcional", EN: "optional"} }

func ifSo() Phrase { return Phrase{CA: "si escau", ES: "si procede", EN: "if applicable"} }

// Block returns the whole form in that language (ca, es, en) as plain lines to
// copy and fill in, one "Label:" a line. Where the provider has several forms the
// first line says which this is.
func (f *Form) Block(lang string) string {
	b := block{lang: lang, stands: func(field *Field) standing {
		switch {
		case field.heading(), field.Required && field.When == nil:
			return standing{shown: true}
		case field.Required:
			return standing{shown: true, note: ifSo()}
		}
		return standing{shown: true, note: optional()}
	}}
	if label := f.kind.In(lang); label != "" {
		b.text.WriteString(label + ": " + f.Name.In(lang) + "\n")
	}
	b.write(f.Fields, "")
	return b.String()
}

// Block is Form.Block with only what is still open: the fields with a problem and
// the optional ones without an answer. While the kind is not known, the first
// line asks for it.
func (r Report) Block(lang string) string {
	missing := map[string]bool{}
	for _, p := range r.Problems {
		missing[p.Field.ID] = true
	}
	b := block{lang: lang, stands: func(field *Field) standing {
		_, answered := r.Values.ByField[field.ID]
		switch {
		case missing[field.ID]:
			return standing{shown: true}
		case answered || field.heading() || field.varies:
			return standing{}
		case !field.Required:
			return standing{shown: true, note: optional()}
		case field.When == nil:
			return standing{} // a report that was not made by Judge
		}
		// It is demanded only by an answer that is still to come.
		open := slices.ContainsFunc(field.When.asks(nil, 1), func(id string) bool { return missing[id] })
		return standing{shown: open, note: ifSo()}
	}}
	if len(r.Problems) > 0 && r.Problems[0].Field.ID == KindID {
		b.text.WriteString(r.Problems[0].Field.Label.In(lang) + ":\n")
	}
	b.write(r.Form.Fields, "")
	return b.String()
}

// heading reports whether the field is there for its parts.
func (f *Field) heading() bool { return !f.Required && len(f.Fields) > 0 }

// block writes the lines of a form.
type block struct {
	lang   string
	stands func(*Field) standing
	text   strings.Builder
}

func (b *block) String() string { return strings.TrimSuffix(b.text.String(), "\n") }

// write writes fields with their parts below. A heading stands where one of its
// parts does; the parts of another field that is not shown stand in its place.
func (b *block) write(fields []Field, indent string) {
	for i := range fields {
		f := &fields[i]
		s := b.stands(f)
		below := indent
		if s.shown || f.heading() && b.holds(f.Fields) {
			b.text.WriteString(indent + f.Label.In(b.lang))
			if note := s.note.In(b.lang); note != "" {
				b.text.WriteString(" (" + note + ")")
			}
			b.text.WriteString(":\n")
			below += "- "
		}
		b.write(f.Fields, below)
	}
}

// holds reports whether one of the fields or of their parts is shown.
func (b *block) holds(fields []Field) bool {
	return slices.ContainsFunc(flatten(nil, fields), func(f *Field) bool { return b.stands(f).shown })
}

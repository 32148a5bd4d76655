package mapping

import "strings"

// Code says what is the matter with a field.
type Code string

// The codes.
const (
	// Absent: nothing stands under the field's label, or the label is nowhere.
	Absent Code = "absent"
	// Placeholder: what stands there promises an answer but is none.
	Placeholder Code = "placeholder"
	// Ambiguous: several kinds are asked for.
	Ambiguous Code = "ambiguous"
)

// The codes of doubts.
const (
	Unreadable  Code = "unreadable"   // no date can be read of it
	NoTime      Code = "no-time"      // a day without an hour
	Future      Code = "future"       // a date that has not come
	LongAgo     Code = "long-ago"     // a date so old that a digit may be wrong
	NotAddress  Code = "no-address"   // an IP address or network that cannot be
	NotHost     Code = "no-host"      // neither an address nor a host name
	NotRoute    Code = "no-route"     // does not look like what MTR and the like print
	NotChoice   Code = "no-choice"    // none of the choices, or several
	NotPerson   Code = "no-person"    // names nobody
	KindDiffers Code = "kind-differs" // the text says another kind than the label
)

// Problem is a mandatory field without an answer.
type Problem struct {
	Field *Field
	Code  Code
}

// Check returns the form's problems in the form's order. Only absence is one.
func (f *Form) Check(v Values) []Problem {
	var problems []Problem
	for _, field := range f.All() {
		if !field.Required {
			continue
		}
		if _, ok := v.ByField[field.ID]; ok {
			continue
		}
		code := Absent
		if v.Blanks[field.ID].Text != "" {
			code = Placeholder
		}
		problems = append(problems, Problem{Field: field, Code: code})
	}
	return problems
}

// Block returns the whole form in that language (ca, es, en) as plain lines to
// copy and fill in, one "Label:" a line.
func (f *Form) Block(lang string) string {
	return blockOf(f.Fields, lang, func(*Field) bool { return true })
}

// BlockFor is Block with only what is still to be filled in: the fields with a
// problem and the optional ones without an answer.
func (f *Form) BlockFor(lang string, problems []Problem, v Values) string {
	open := map[*Field]bool{}
	for _, p := range problems {
		open[p.Field] = true
	}
	return blockOf(f.Fields, lang, func(field *Field) bool {
		_, answered := v.ByField[field.ID]
		return open[field] || !field.Required && len(field.Fields) == 0 && !answered
	})
}

func blockOf(fields []Field, lang string, include func(*Field) bool) string {
	var b strings.Builder
	writeBlock(&b, fields, lang, "", include)
	return strings.TrimSuffix(b.String(), "\n")
}

func writeBlock(b *strings.Builder, fields []Field, lang, indent string, include func(*Field) bool) {
	for i := range fields {
		f := &fields[i]
		var parts strings.Builder
		writeBlock(&parts, f.Fields, lang, indent+"- ", include)
		if !include(f) && parts.Len() == 0 {
			continue
		}
		b.WriteString(indent + f.Label.In(lang))
		if !f.Required && len(f.Fields) == 0 {
			b.WriteString(" (" + optional.In(lang) + ")")
		}
		b.WriteString(":\n" + parts.String())
	}
}

// optional marks a field in a block; brackets are no part of a label.
var optional = Phrase{CA: "opcional", ES: "opcional", EN: "optional"}

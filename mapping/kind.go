package mapping

import (
	"slices"
	"strings"

	"escalat/mapping/wiki"
)

// complete derives what follows from a profile's rules.
func (p *Profile) complete() {
	p.Kind.ID, p.Kind.Type, p.Kind.Required = KindID, Choice, true
	labels, also := map[string][]string{}, map[string][]string{}
	for i := range p.Forms {
		f := &p.Forms[i]
		f.words = p.Words
		p.Kind.Choices = append(p.Kind.Choices, Option{ID: f.ID, Name: f.Name, Words: slices.Concat(f.Labels, f.Words)})
		for _, field := range f.All() {
			field.Type = field.typed()
			labels[field.ID] = slices.Concat(labels[field.ID], field.Label.all(), field.Aliases)
			also[field.ID] = slices.Concat(also[field.ID], field.Also)
		}
	}
	for i := range p.Forms {
		if len(p.Forms) > 1 {
			p.Forms[i].kind = p.Kind.Label
		}
		// A label of a field in one form is a label of it in all.
		for _, field := range p.Forms[i].All() {
			own := slices.Concat(field.Label.all(), field.Aliases, field.Also)
			for _, l := range labels[field.ID] {
				if l != "" && !slices.Contains(own, l) {
					own = append(own, l)
					field.Aliases = append(slices.Clip(field.Aliases), l)
				}
			}
			for _, l := range also[field.ID] {
				if !slices.Contains(own, l) {
					own = append(own, l)
					field.Also = append(slices.Clip(field.Also), l)
				}
			}
		}
	}
	p.lexicon = newLexicon(p)
	p.common = p.shared()
	p.index = p.indexed(nil, p.labelsOfKind())
	for i := range p.Forms {
		f := &p.Forms[i]
		f.index = p.indexed(f.Fields, p.labelsOf(f))
	}
	p.common.index = p.indexed(p.common.Fields, p.labelsOf(p.common))
}

// index is what follows from the fields of a form and of the profile's other
// forms. A profile may be copied and given other forms: then it does not hold.
type index struct {
	*labels
	of    []Field
	among []Form
}

func (p *Profile) indexed(of []Field, x *labels) *index {
	return &index{labels: x, of: of, among: p.Forms}
}

func (x *index) holds(of []Field, among []Form) bool {
	return x != nil && same(x.of, of) && same(x.among, among)
}

// same says whether two slices are one.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// labelsOf returns the labels of a form's fields and of the kind, with those of
// all other fields. Those of a profile that was loaded are made once.
func (p *Profile) labelsOf(f *Form) *labels {
	if f.index.holds(f.Fields, p.Forms) {
		return f.index.labels
	}
	fields := f.All()
	if p.Kind.Label != (Phrase{}) {
		fields = append([]*Field{&p.Kind}, fields...)
	}
	x := newLabels(fields, p.others(fields))
	x.heeds = len(p.Proposals) > 0
	x.names = wordSet(strings.Fields(normal(p.Name + " " + p.Tag))...)
	return x
}

// labelsOfKind returns the labels of the kind, with those of all fields.
func (p *Profile) labelsOfKind() *labels {
	if p.index.holds(nil, p.Forms) {
		return p.index.labels
	}
	kind := []*Field{&p.Kind}
	return newLabels(kind, p.others(kind))
}

// shared makes the form of the fields that all forms have. What only some of
// them demand, it does not.
func (p *Profile) shared() *Form {
	form := &Form{words: p.Words}
	if len(p.Forms) == 0 {
		return form
	}
	stands, always, ever := map[string]int{}, map[string]int{}, map[string]bool{}
	for i := range p.Forms {
		for _, f := range p.Forms[i].All() {
			stands[f.ID]++
			ever[f.ID] = ever[f.ID] || f.Required
			if f.Required && f.When == nil {
				always[f.ID]++
			}
		}
	}
	var keep func(fields []Field) []Field
	keep = func(fields []Field) []Field {
		var kept []Field
		for _, f := range fields {
			parts := keep(f.Fields)
			if stands[f.ID] < len(p.Forms) {
				kept = append(kept, parts...)
				continue
			}
			f.Fields, f.Required, f.When = parts, always[f.ID] == len(p.Forms), nil
			f.varies = !f.Required && ever[f.ID]
			kept = append(kept, f)
		}
		return kept
	}
	form.Fields = keep(p.Forms[0].Fields)
	return form
}

// meant is which form an issue means, and how that is known.
type meant struct {
	form  *Form // nil while it is not known
	code  Code  // why it is not
	line  Value // what a text or custom field says of it; empty when nothing does
	named []*Option
}

// meant finds the form that is meant. A label says it before every text.
func (p *Profile) meant(in Input) meant {
	if len(p.Forms) == 1 {
		return meant{form: &p.Forms[0]}
	}
	m := p.said(in)
	labelled := p.labelled(in.Labels)
	switch {
	case len(labelled) == 1:
		m.form = labelled[0]
	case len(m.named) == 1:
		m.form = p.Form(m.named[0].ID)
	case len(labelled) > 1 || len(m.named) > 1:
		m.code = Ambiguous
	default:
		m.code = Absent
	}
	return m
}

// labelled returns the forms that the labels name, each once.
func (p *Profile) labelled(labels []string) []*Form {
	var forms []*Form
	for _, l := range labels {
		if f := p.formOf(l); f != nil && !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	return forms
}

// said finds what the custom field or the texts say of the kind: the newest line
// that names exactly one, else the newest.
func (p *Profile) said(in Input) meant {
	x := p.labelsOfKind()
	newest, clear := newGathering(), newGathering()
	for i, src := range newestOf(in.Sources) {
		s := x.read(src.Text, i == 0)
		line, ok := s.answers[KindID]
		if !ok {
			continue
		}
		v := Value{Text: line.text, At: x.since(src, s, i == 0)[KindID], Origin: src.Origin}
		newest.answer(KindID, v, line.weight)
		if len(p.Kind.chosen(wiki.Plain(v.Text))) == 1 {
			clear.answer(KindID, v, line.weight)
		}
	}
	newest.fields(x.fields, in)
	m := p.line(newest)
	if _, ok := clear.ByField[KindID]; ok && len(m.named) != 1 {
		return p.line(clear)
	}
	return m
}

// line reads the line of the kind that counts.
func (p *Profile) line(g gathering) meant {
	v := g.ByField[KindID]
	return meant{line: v, named: p.Kind.chosen(wiki.Plain(v.Text))}
}

// others returns the fields of the profile that are not among those, each id
// once: their labels end a value as well.
func (p *Profile) others(fields []*Field) []*Field {
	seen := map[string]bool{}
	for _, f := range fields {
		seen[f.ID] = true
	}
	var others []*Field
	add := func(f *Field) {
		if !seen[f.ID] && f.Label != (Phrase{}) {
			seen[f.ID] = true
			others = append(others, f)
		}
	}
	add(&p.Kind)
	for i := range p.Forms {
		for _, f := range p.Forms[i].All() {
			add(f)
		}
	}
	return others
}

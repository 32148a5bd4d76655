package mapping

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
)

// summaryID is how a condition names the summary.
const summaryID = "summary"

// taken is what the forms of a profile have used up.
type taken struct {
	forms, labels map[string]bool
	kinds         map[string]string // form by everything that says it, by normal
	owners        map[string]string // field by each of its labels, by labelKey
	fields        map[string]placed // the first field of an id
}

// placed is a field and the form in which it stands.
type placed struct {
	*Field
	form string
}

func (d *document) forms(p *Profile) {
	t := &taken{
		forms: map[string]bool{}, labels: map[string]bool{}, kinds: map[string]string{},
		owners: map[string]string{}, fields: map[string]placed{},
	}
	for i := range p.Forms {
		f, at := &p.Forms[i], fmt.Sprintf("$.forms[%d]", i)
		d.word(at+".id", f.ID)
		d.once(at+".id", "form", f.ID, t.forms)
		d.formNames(at, f, t)
		if len(f.Fields) == 0 {
			d.report(at+".fields", "fields must hold at least one field")
		}
		d.fields(at, f, f.Fields, map[string]bool{}, t, 1)
		d.inSubject(at, f)
		d.conditions(at, f, p.Words)
		d.desk(at, p, f)
		d.filing(at+".filing", f, f.Filing)
	}
	d.kind(p, t)
}

// inSubject reports a second field of a form for the subject of its mail.
func (d *document) inSubject(at string, f *Form) {
	first := ""
	for _, field := range f.All() {
		switch {
		case !field.Subject:
		case first == "":
			first = field.ID
		default:
			d.report(at+".fields", "field %q cannot stand in the subject as well: field %q does", field.ID, first)
		}
	}
}

// formNames checks how people and labels name a form.
func (d *document) formNames(at string, f *Form, t *taken) {
	d.present(at+".name.es", f.Name.ES)
	if len(f.Labels) == 0 {
		d.report(at+".labels", "labels must hold at least one word")
	}
	for i, l := range f.Labels {
		at := fmt.Sprintf("%s.labels[%d]", at, i)
		if !labelPattern.MatchString(l) {
			d.report(at, "label %q must be lower-case letters, digits and hyphens", l)
		}
		d.once(at, "form label", l, t.labels)
		d.says(at, l, f, t)
	}
	f.Name.each(func(lang, name string) { d.says(at+".name."+lang, name, f, t) })
	d.distinct(at+".words", f.Words, map[string]bool{})
	for i, w := range f.Words {
		d.says(fmt.Sprintf("%s.words[%d]", at, i), w, f, t)
	}
}

// says reports a word that would say two kinds.
func (d *document) says(at, word string, f *Form, t *taken) {
	key := normal(word)
	if other, is := t.kinds[key]; is && other != f.ID && key != "" {
		d.report(at, "%q says form %q already", word, other)
		return
	}
	t.kinds[key] = f.ID
}

// kind checks how a text says which form is meant. Its choices are the forms.
func (d *document) kind(p *Profile, t *taken) {
	k := &p.Kind
	if reflect.ValueOf(k).Elem().IsZero() {
		if len(p.Forms) > 1 {
			d.report("$.kind", "kind is missing: it tells the forms apart")
		}
		return
	}
	for key, given := range map[string]bool{
		"id": k.ID != "", "type": k.Type != "", "choices": k.Choices != nil, "answers": k.Answers != nil, "required": k.Required,
		"when": k.When != nil, "files": k.Files != nil, "formats": k.Formats != nil, "fields": k.Fields != nil,
		"subject": k.Subject, "pattern": k.Pattern != "",
	} {
		if given {
			d.report("$.kind."+key, "kind must have no %s: it follows from the forms", key)
		}
	}
	d.fieldLabels("$.kind", k, KindID, t)
	d.noChoice("$.kind.example", k.Example, func(word string) bool { return t.kinds[word] != "" })
}

// fields checks the fields at a path.
func (d *document) fields(at string, form *Form, fields []Field, ids map[string]bool, t *taken, depth int) {
	if depth > maxDepth && len(fields) > 0 {
		d.report(at, "fields go deeper than %d", maxDepth)
		return
	}
	for i := range fields {
		f, at := &fields[i], fmt.Sprintf("%s.fields[%d]", at, i)
		d.word(at+".id", f.ID)
		d.once(at+".id", "field", f.ID, ids)
		if f.ID == KindID || f.ID == summaryID {
			d.report(at+".id", "id %q has a meaning of its own", f.ID)
		}
		d.fieldLabels(at, f, f.ID, t)
		d.fieldType(at, f)
		d.pattern(at+".pattern", f)
		d.sameType(at, form.ID, f, t)
		d.fields(at, form, f.Fields, ids, t, depth+1)
	}
}

// fieldLabels checks under which labels a field is recognised.
func (d *document) fieldLabels(at string, f *Field, id string, t *taken) {
	d.present(at+".label.es", f.Label.ES)
	f.Label.each(func(lang, l string) { d.label(at+".label."+lang, l, id, t.owners) })
	for i, a := range f.Aliases {
		d.label(fmt.Sprintf("%s.aliases[%d]", at, i), a, id, t.owners)
	}
	for i, a := range f.Also {
		d.label(fmt.Sprintf("%s.also[%d]", at, i), a, id, t.owners)
	}
}

// label reports a label that could not be recognised or means two fields, be it
// in two forms: the same line must not change its meaning with the kind.
func (d *document) label(at, label, field string, owner map[string]string) {
	key := labelKey(label)
	switch other, is := owner[key]; {
	case key == "" || strings.ContainsAny(label, ":：\n") || len(label) > maxLabel:
		d.report(at, "label %q cannot be recognised in a text", label)
	case is && other != field:
		d.report(at, "label %q belongs to field %q already", label, other)
	default:
		owner[key] = field
	}
}

// fieldType checks the type and what depends on it.
func (d *document) fieldType(at string, f *Field) {
	if f.Type != "" && !d.known(at+".type", "type", string(f.Type), fieldTypes()) {
		return
	}
	d.answers(at, f)
	if f.Type == Choice {
		d.choices(at, f)
	} else if f.Choices != nil {
		d.report(at+".choices", "choices belong to a field of type choice")
	}
	for key, given := range map[string]bool{"files": f.Files != nil, "formats": f.Formats != nil} {
		if given && f.Type != Evidence {
			d.report(at+"."+key, "%s belong to a field of type evidence", key)
		}
	}
	for i, pattern := range f.Files {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			d.report(fmt.Sprintf("%s.files[%d]", at, i), "file pattern %q is malformed", pattern)
		}
	}
	for i, format := range f.Formats {
		d.known(fmt.Sprintf("%s.formats[%d]", at, i), "format", format, routeFormats())
	}
}

// answers checks that each standard answer says something of its own.
func (d *document) answers(at string, f *Field) {
	owner := map[string]int{}
	for i, a := range f.Answers {
		at := fmt.Sprintf("%s.answers[%d]", at, i)
		d.present(at+".name.es", a.Name.ES)
		d.distinct(at+".words", a.Words, map[string]bool{})
		says := func(at, word string) {
			key := normal(word)
			if other, is := owner[key]; is && other != i && key != "" {
				d.report(at, "%q says answer %q already", word, f.Answers[other].Name.In("es"))
				return
			}
			owner[key] = i
		}
		a.Name.each(func(lang, name string) { says(at+".name."+lang, name) })
		for j, w := range a.Words {
			says(fmt.Sprintf("%s.words[%d]", at, j), w)
		}
	}
}

func fieldTypes() []string {
	return []string{string(Text), string(LongText), string(DateTime), string(Person), string(Host), string(Choice), string(Evidence)}
}

func routeFormats() []string { return []string{"mtr", "tracepath", "traceroute"} }

// choices checks that every answer means one option.
func (d *document) choices(at string, f *Field) {
	if len(f.Choices) < 2 {
		d.report(at+".choices", "choices must hold at least two options")
	}
	ids, owner := map[string]bool{}, map[string]string{}
	for i, o := range f.Choices {
		at := fmt.Sprintf("%s.choices[%d]", at, i)
		d.word(at+".id", o.ID)
		d.once(at+".id", "option", o.ID, ids)
		d.present(at+".name.es", o.Name.ES)
		d.distinct(at+".words", o.Words, map[string]bool{})
		says := func(at, word string) {
			key := normal(word)
			if other, is := owner[key]; is && other != o.ID && key != "" {
				d.report(at, "%q says option %q already", word, other)
				return
			}
			owner[key] = o.ID
		}
		o.Name.each(func(lang, name string) { says(at+".name."+lang, name) })
		for j, w := range o.Words {
			says(fmt.Sprintf("%s.words[%d]", at, j), w)
		}
	}
	d.noChoice(at+".example", f.Example, func(word string) bool { return owner[word] != "" })
}

// noChoice reports an example that is a whole answer: it would be taken for a
// copy of the example.
func (d *document) noChoice(at string, example Phrase, chosen func(word string) bool) {
	example.each(func(lang, e string) {
		if chosen(normal(e)) {
			d.report(at+"."+lang, "example %q is a choice: an answer could not be told from it", e)
		}
	})
}

// sameType reports a field that is something else in another form.
func (d *document) sameType(at, form string, f *Field, t *taken) {
	first, is := t.fields[f.ID]
	if !is {
		t.fields[f.ID] = placed{f, form}
		return
	}
	if a, b := first.typed(), f.typed(); a != b {
		d.report(at+".type", "field %q is of type %s here, but of type %s in form %q", f.ID, b, a, first.form)
		return
	}
	same := func(a, b Option) bool { return a.ID == b.ID }
	if !slices.EqualFunc(first.Choices, f.Choices, same) {
		d.report(at+".choices", "field %q has other choices than in form %q", f.ID, first.form)
	}
}

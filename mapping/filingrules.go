package mapping

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

const (
	maxLevel   = 9
	maxThrough = 5
	maxFiling  = 200 // characters of one text
	maxTell    = 500 // characters
)

var apiPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// desk checks who works on a form, and when.
func (d *document) desk(at string, p *Profile, f *Form) {
	if f.Level < 0 || f.Level > maxLevel {
		d.report(at+".level", "level must be from 0 to %d", maxLevel)
	}
	if f.Hours != nil {
		d.hours(at+".hours", *f.Hours)
	}
	d.phones(at+".phones", f.Phones)
	d.expect(at+".expect", f.Expect, p.expects(f))
}

// filing checks how a form is filed.
func (d *document) filing(at string, f *Form, filed Filing) {
	d.line(at+".menu", filed.Menu, maxFiling)
	d.line(at+".choice", filed.Choice, maxFiling)
	d.page(at+".link", "link", filed.Link)
	for _, word := range [][2]string{
		{"type", filed.Type},
		{"category", filed.Category},
		{"subcategory", filed.Subcategory},
		{"product", filed.Product},
		{"impact", filed.Impact},
		{"urgency", filed.Urgency},
	} {
		if word[1] != "" && !apiPattern.MatchString(word[1]) {
			d.report(at+"."+word[0], "%q must be a word of letters, digits and hyphens", word[1])
		}
	}
	fields, ids := byID(f)
	if filed.Service != "" {
		d.known(at+".service", "field", filed.Service, ids)
	}
	for _, id := range slices.Sorted(maps.Keys(filed.Choices)) {
		at := at + ".choices." + id
		switch known := d.known(at, "field", id, ids); {
		case !known:
		case fields[id].Type != Choice:
			d.report(at, "choices are those of a field of type choice; field %q is of type %s", id, fields[id].typed())
		default:
			d.filedChoices(at, f, fields[id], filed.Choices[id])
		}
	}
}

func (d *document) filedChoices(at string, f *Form, field *Field, changes map[string]Filing) {
	var options []string
	for _, o := range field.Choices {
		options = append(options, o.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(changes)) {
		d.known(at+"."+id, "option", id, options)
		d.change(at+"."+id, f, changes[id])
	}
}

// change checks what is changed of how a form is filed.
func (d *document) change(at string, f *Form, change Filing) {
	if change.Service != "" || change.Choices != nil {
		d.report(at, "service and choices cannot be changed")
		return
	}
	d.filing(at, f, change)
}

// byID are a form's fields by their id, and the ids in the form's order.
func byID(f *Form) (fields map[string]*Field, ids []string) {
	fields = map[string]*Field{}
	for _, field := range f.All() {
		if fields[field.ID] == nil {
			fields[field.ID] = field
			ids = append(ids, field.ID)
		}
	}
	return fields, ids
}

// throughs checks by which other forms the forms are asked for.
func (d *document) throughs(p *Profile) {
	for i := range p.Forms {
		f, at := &p.Forms[i], fmt.Sprintf("$.forms[%d].through", i)
		if len(f.Through) > maxThrough {
			d.report(at, "through must be at most %d", maxThrough)
			continue
		}
		rules := d.rulesOf(f, p.Words)
		for j, t := range f.Through {
			at := fmt.Sprintf("%s[%d]", at, j)
			d.through(at, p, rules, t)
			if way := p.leads(t.Form, f.ID, nil); len(way) > 0 {
				d.report(at+".form", "form %q is asked for through itself: %s", f.ID, strings.Join(append([]string{f.ID}, way...), " → "))
			}
			if t.When == nil && j < len(f.Through)-1 {
				d.report(at, "what follows never counts: this has no when")
			}
		}
	}
}

func (d *document) through(at string, p *Profile, rules conditionRules, t Through) {
	d.known(at+".form", "form", t.Form, p.formIDs())
	if t.When != nil {
		rules.check(at+".when", t.When, 1)
	}
	d.change(at+".filing", &Form{}, t.Filing)
	d.present(at+".heading", t.Heading)
	d.line(at+".heading", t.Heading, maxFiling)
	for i, id := range t.Pending {
		d.known(fmt.Sprintf("%s.pending[%d]", at, i), "field", id, slices.Sorted(maps.Keys(rules.fields)))
	}
	d.phrase(at+".tell", t.Tell)
	t.Tell.each(func(lang, text string) { d.line(at+".tell."+lang, text, maxTell) })
}

// leads returns how one form is asked for through others up to that one, or nothing.
func (p *Profile) leads(from, to string, seen []string) []string {
	if from == to {
		return []string{to}
	}
	f := p.Form(from)
	if f == nil || slices.Contains(seen, from) {
		return nil
	}
	for _, t := range f.Through {
		if way := p.leads(t.Form, to, append(seen, from)); way != nil {
			return append([]string{from}, way...)
		}
	}
	return nil
}

func (p *Profile) formIDs() []string {
	var ids []string
	for i := range p.Forms {
		ids = append(ids, p.Forms[i].ID)
	}
	return ids
}

// pattern makes the expression that a field's answer should match as a whole.
func (d *document) pattern(at string, f *Field) {
	if f.Pattern == "" {
		return
	}
	if t := f.typed(); t != Text && t != Host {
		d.report(at, "pattern belongs to a field of type text or host")
		return
	}
	expr, err := wholePattern(f.Pattern)
	if err != nil {
		d.report(at, "pattern %q %v", f.Pattern, err)
		return
	}
	f.pattern = expr
}

func wholePattern(source string) (*regexp.Regexp, error) {
	if len(source) > maxExpression {
		return nil, fmt.Errorf("must be at most %d bytes", maxExpression)
	}
	if _, err := syntax.Parse(source, syntax.Perl|syntax.FoldCase); err != nil {
		return nil, fmt.Errorf("is no regular expression: %w", err)
	}
	expr, err := regexp.Compile(`\A(?i:` + source + `)\z`)
	if err != nil { // a group that is only closed behind ours
		return nil, errors.New("is no regular expression by itself")
	}
	if expr.MatchString("") {
		return nil, errors.New("must not fit an empty answer")
	}
	return expr, nil
}

package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxCondition bounds how deep a condition goes.
const maxCondition = 5

// conditions checks when the fields of a form are required.
func (d *document) conditions(at string, f *Form, words map[string][]string) {
	d.whens(at, f.Fields, d.rulesOf(f, words), 1)
}

// rulesOf are those for the conditions of a form.
func (d *document) rulesOf(f *Form, words map[string][]string) conditionRules {
	fields, _ := byID(f)
	return conditionRules{document: d, fields: fields, ids: append(slices.Sorted(maps.Keys(fields)), summaryID), lists: listsOf(words)}
}

func listsOf(words map[string][]string) []string { return slices.Sorted(maps.Keys(words)) }

// whens checks the conditions of the fields at a path, and of their parts.
func (d *document) whens(at string, fields []Field, rules conditionRules, depth int) {
	if depth > maxDepth {
		return // which is told already
	}
	for i := range fields {
		f, at := &fields[i], fmt.Sprintf("%s.fields[%d]", at, i)
		d.whens(at, f.Fields, rules, depth+1)
		if f.When == nil {
			continue
		}
		at += ".when"
		if !f.Required {
			d.report(at, "when belongs to a field with required: true")
		}
		rules.check(at, f.When, 1)
		if way := rules.circle(f.ID); len(way) > 0 {
			d.report(at, "field %q depends on itself: %s", f.ID, strings.Join(way, " → "))
		}
	}
}

// conditionRules checks the conditions of one form.
type conditionRules struct {
	*document
	fields map[string]*Field
	ids    []string // that a condition may name
	lists  []string // names of the lists of words
}

func (r conditionRules) check(at string, c *Condition, depth int) {
	if depth > maxCondition {
		r.report(at, "condition goes deeper than %d", maxCondition)
		return
	}
	if count(c.All != nil, c.Any != nil, c.Not != nil, c.Field != "") != 1 {
		r.report(at, "condition must have exactly one of all, any, not and field")
		return
	}
	if c.Field != "" {
		r.answer(at, c)
		return
	}
	if count(c.Is != nil, c.Says != "", c.Filled != nil) > 0 {
		r.report(at, "is, says and filled belong beside field")
	}
	switch {
	case c.Not != nil:
		r.check(at+".not", c.Not, depth+1)
	case c.All != nil:
		r.several(at+".all", c.All, depth)
	default:
		r.several(at+".any", c.Any, depth)
	}
}

func (r conditionRules) several(at string, parts []Condition, depth int) {
	if len(parts) == 0 {
		r.report(at, "%s must hold at least one condition", at[strings.LastIndexByte(at, '.')+1:])
	}
	for i := range parts {
		r.check(fmt.Sprintf("%s[%d]", at, i), &parts[i], depth+1)
	}
}

// answer checks a condition on one field.
func (r conditionRules) answer(at string, c *Condition) {
	known := r.known(at+".field", "field", c.Field, r.ids)
	if count(c.Is != nil, c.Says != "", c.Filled != nil) != 1 {
		r.report(at, "condition on field %q must have exactly one of is, says and filled", c.Field)
		return
	}
	if c.Says != "" {
		r.known(at+".says", "list of words", c.Says, r.lists)
	}
	if c.Is != nil && len(c.Is) == 0 {
		r.report(at+".is", "is must hold at least one answer")
	}
	for i, answer := range c.Is {
		at := fmt.Sprintf("%s.is[%d]", at, i)
		if f := r.fields[c.Field]; known && f != nil && f.Type == Choice {
			var options []string
			for _, o := range f.Choices {
				options = append(options, o.ID)
			}
			r.known(at, "option", answer, options)
		} else if normal(answer) == "" {
			r.report(at, "answer %q has no letter and no digit", answer)
		}
	}
}

// circle returns how a field's condition comes back to the field, or nothing.
func (r conditionRules) circle(id string) []string {
	seen := map[string]bool{}
	var from func(string) []string
	from = func(at string) []string {
		f := r.fields[at]
		if f == nil || f.When == nil || seen[at] {
			return nil
		}
		seen[at] = true
		for _, next := range f.When.asks(nil, 1) {
			if next == id {
				return []string{at, id}
			}
			if way := from(next); way != nil {
				return append([]string{at}, way...)
			}
		}
		return nil
	}
	return from(id)
}

func count(given ...bool) int {
	n := 0
	for _, g := range given {
		if g {
			n++
		}
	}
	return n
}

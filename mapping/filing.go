package mapping

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"escalat/mapping/wiki"
)

// Filing is how a form is filed at the provider.
type Filing struct {
	// Menu is where it is entered in the provider's portal, and Choice what is chosen
	// there, both in the provider's words. Link leads there; empty: Contacts.Portal.
	Menu   string `yaml:"menu"`
	Choice string `yaml:"choice"`
	Link   string `yaml:"link"`
	// What the API calls it.
	Type        string `yaml:"type"`
	Category    string `yaml:"category"`
	Subcategory string `yaml:"subcategory"`
	Product     string `yaml:"product"`
	Impact      string `yaml:"impact"`
	Urgency     string `yaml:"urgency"`
	// Service is the id of the field whose answer is the service's reference; Choices
	// says, by the id of a field of type Choice, what of this its options change:
	// kind: {mail: {product: exchange}}.
	Service string                       `yaml:"service"`
	Choices map[string]map[string]Filing `yaml:"choices"`
}

// Through says by which other form's ticket a form is asked for, while a condition holds.
type Through struct {
	When *Condition `yaml:"when"` // nil: always
	Form string     `yaml:"form"` // id
	// Filing is what it changes of how that form is filed.
	Filing Filing `yaml:"filing"`
	// Heading names what is asked for, in the provider's language.
	Heading string `yaml:"heading"`
	// Pending are the ids of fields that follow when they get another answer.
	Pending []string `yaml:"pending"`
	// Tell is what the team is told of it.
	Tell Phrase `yaml:"tell"`
}

// FiledBy is the form by whose ticket a report's is asked for: its own, or that of
// Report.Through.
func (p *Profile) FiledBy(r Report) *Form {
	if r.Through != nil {
		if f := p.Form(r.Through.Form); f != nil {
			return f
		}
	}
	return r.Form
}

// FilingOf is how what was reported is filed: with what the answers change of it, and in
// Service the service's reference itself, empty where none can be read.
func (p *Profile) FilingOf(r Report) Filing {
	by := p.FiledBy(r)
	if by == nil {
		return Filing{Link: p.Contacts.Portal}
	}
	filed := by.Filing
	for _, id := range slices.Sorted(maps.Keys(by.Filing.Choices)) {
		if o := r.Values.ByField[id].Option; o != nil {
			filed = by.Filing.Choices[id][o.ID].or(filed)
		}
	}
	if by != r.Form {
		filed = r.Through.Filing.or(filed)
	}
	filed.Link = cmp.Or(filed.Link, p.Contacts.Portal)
	filed.Service, filed.Choices = by.service(r.Values), nil
	return filed
}

// or is the filing, with what the other says where it says nothing.
func (f Filing) or(other Filing) Filing {
	return Filing{
		Menu: cmp.Or(f.Menu, other.Menu), Choice: cmp.Or(f.Choice, other.Choice), Link: cmp.Or(f.Link, other.Link),
		Type: cmp.Or(f.Type, other.Type), Category: cmp.Or(f.Category, other.Category), Subcategory: cmp.Or(f.Subcategory, other.Subcategory),
		Product: cmp.Or(f.Product, other.Product), Impact: cmp.Or(f.Impact, other.Impact), Urgency: cmp.Or(f.Urgency, other.Urgency),
		Service: other.Service, Choices: other.Choices,
	}
}

// service returns the reference of the service that the form's answer names. What the
// pattern does not fit as a whole may hold one word that it does: a wrong reference
// would be filed under another service, or refused.
func (f *Form) service(v Values) string {
	for _, field := range f.All() {
		value, ok := v.ByField[field.ID]
		if field.ID != f.Filing.Service || !ok || value.Answer != nil {
			continue
		}
		plain := strings.Join(strings.Fields(wiki.Plain(value.Text)), " ")
		if field.pattern == nil || field.pattern.MatchString(plain) {
			return plain
		}
		return onlyWord(plain, field.pattern)
	}
	return ""
}

// onlyWord returns the one word of a text that an expression fits, or nothing.
func onlyWord(text string, expr *regexp.Regexp) string {
	found := ""
	for w := range strings.FieldsSeq(text) {
		w = strings.Trim(w, "()[],;:.«»\"'")
		switch {
		case !expr.MatchString(w) || strings.EqualFold(w, found):
		case found != "":
			return ""
		default:
			found = w
		}
	}
	return found
}

// through returns the first of the tickets by which the form is asked for whose
// condition holds, or nil.
func (f *Form) through(k facts) *Through {
	for i := range f.Through {
		if t := &f.Through[i]; t.When == nil || t.When.holds(k) {
			return t
		}
	}
	return nil
}

package main

import (
	"fmt"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// toldBy says how a provider is told.
func toldBy(by bridge.Channel) string {
	return map[bridge.Channel]string{bridge.ByMail: "by mail", bridge.ByPortal: "by a person, in its portal", bridge.ByAPI: "by its API"}[by]
}

// does is what would be done with what is composed, and when.
func does(by bridge.Channel, when string) string {
	return map[bridge.Channel]string{
		bridge.ByMail:   "sent" + when,
		bridge.ByPortal: "given to a person" + when + ", in a comment, to be entered in the provider’s portal",
		bridge.ByAPI:    "asked of the provider’s API" + when,
	}[by]
}

// level says how the provider is told, of which level of its support the form is, and what
// the facts say of that choice. Of a provider that is told by mail and has no levels it
// says nothing.
func (p previewed) level() []string {
	var lines []string
	form, lang := p.Report.Form, p.checked.texts.Language()
	if p.Channel != bridge.ByMail {
		lines = append(lines, p.Provider.Name+" is told "+toldBy(p.Channel)+".")
	}
	if form.Level > 0 {
		lines = append(lines, fmt.Sprintf("This form is of level %d of its support.", form.Level))
	}
	if t := p.Report.Through; t != nil {
		if other := p.Provider.Form(t.Form); other != nil {
			lines = append(lines, "It is asked for by a ticket of "+other.Name.In(lang)+".")
		}
		if tell := t.Tell.In(lang); tell != "" {
			lines = append(lines, "The team would be told: "+tell)
		}
	}
	switch r := p.Report; {
	case r.Against != nil:
		lines = append(lines, fmt.Sprintf("The facts speak for %s: %s. The team would be told so first; then the choice is followed.",
			p.named(r.Against.Form), p.proposal(*r.Against).Reason))
	case form.ID == "" && len(r.Proposed) > 0:
		lines = append(lines, fmt.Sprintf("The facts speak for %s: %s.", p.named(r.Proposed[0].Form), p.proposal(r.Proposed[0]).Reason))
	}
	return lines
}

// named is the name of the form with that id.
func (p previewed) named(id string) string {
	if f := p.Provider.Form(id); f != nil {
		return f.Name.In(p.checked.texts.Language())
	}
	return id
}

func (p previewed) proposal(o mapping.Proposed) proposal {
	return proposal{o.Form, strings.TrimSuffix(o.Reason.In(p.checked.texts.Language()), "."), append([]string{}, o.Words...)}
}

// filed is what stands above the text of a ticket: how it is filed, and what does not go
// with it.
func (p previewed) filed(b *strings.Builder) {
	line := func(label, value string) {
		if value != "" {
			b.WriteString(label + ": " + printable(value) + "\n")
		}
	}
	e := p.entry()
	if t := p.Ticket; t != nil {
		for _, l := range [][2]string{
			{"Type", t.Type},
			{"Category", t.Category},
			{"Subcategory", t.Subcategory},
			{"Product", t.Product},
			{"Service", t.Service},
			{"Impact", t.Impact},
			{"Urgency", t.Urgency},
		} {
			line(l[0], l[1])
		}
		line("If that cannot be", "a person enters it by hand, "+strings.Join(slices.DeleteFunc([]string{e.Link, e.Menu, e.Choice}, func(s string) bool { return s == "" }), ", "))
	} else {
		line("Portal", e.Link)
		line("Where", e.Menu)
		line("What to choose", e.Choice)
		line("Service", e.Service)
	}
	line(firstOf(p.Provider.Account.In(p.checked.texts.Language()), "Customer identifier"), e.Account)
	line("Subject", e.Subject)
	for _, f := range e.Inside {
		line("In the text", fmt.Sprintf("%s (%s)", f.Name, text.Size(f.Size, ".")))
	}
	for _, f := range e.Upload {
		line("To be uploaded by hand", fmt.Sprintf("%s (%s)", f.Name, text.Size(f.Size, ".")))
	}
	for _, f := range e.Omitted {
		line("Left out", fmt.Sprintf("%s (%s): %s", f.Name, text.Size(f.Size, "."), whyLeft(f.Why)))
	}
	b.WriteString("\n")
}

package mapping

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	wordPattern   = regexp.MustCompile(`^[a-z][a-z0-9]{0,31}$`)
	labelPattern  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	tagPattern    = regexp.MustCompile(`^[A-Z0-9]{1,16}$`)
	domainPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)
	localPattern  = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+$`)
	phonePattern  = regexp.MustCompile(`^\+?[0-9][0-9 ]{2,}$`)
)

// maxAddress bounds the address of a page.
const maxAddress = 500

// maxDepth bounds how deep parts of fields go.
const maxDepth = 3

// check reports what a profile lacks or says wrongly.
func (d *document) check(p *Profile) {
	d.word("$.id", p.ID)
	d.present("$.name", p.Name)
	if !labelPattern.MatchString(p.Label) {
		d.report("$.label", "label %q must be lower-case letters, digits and hyphens", p.Label)
	}
	if p.Language != "es" {
		d.report("$.language", "language %q must be es: mails to providers are written in Spanish", p.Language)
	}
	if !tagPattern.MatchString(p.Tag) {
		d.report("$.tag", "tag %q must be capitals and digits", p.Tag)
	}
	d.hours("$.hours", p.Hours)
	d.contacts(p)
	if p.Channel != "" {
		d.known("$.channel", "channel", p.Channel, Channels())
	}
	if p.Account != (Phrase{}) {
		d.phrase("$.account", p.Account)
	}
	d.expect("$.expect", p.Expect, p.Expect)
	d.matrix("$.matrix", p.Matrix)
	if len(p.Senders) == 0 {
		d.report("$.senders", "senders must name at least one domain or address")
	}
	for i, s := range p.Senders {
		if !isDomain(s) && !isAddress(s) {
			d.report(fmt.Sprintf("$.senders[%d]", i), "sender %q must be a domain or an address, its domain in lower case", s)
		}
	}
	if len(p.Forms) == 0 {
		d.report("$.forms", "forms must hold at least one form")
	}
	d.references(&p.References)
	d.mail(&p.Mail)
	d.words(p.Words)
	d.glossary(p)
	d.forms(p)
	d.throughs(p)
	d.proposals(p)
	d.passes(p)
	d.jira(p)
}

// contacts checks how the provider is reached.
func (d *document) contacts(p *Profile) {
	c := p.Contacts
	d.page("$.contacts.portal", "portal", c.Portal)
	for _, desk := range []struct {
		name string
		Desk
	}{{"day", c.Day}, {"night", c.Night}, {"general", c.General}} {
		if desk.Email != "" && !isAddress(desk.Email) {
			d.report("$.contacts."+desk.name+".email", "%q is no address", desk.Email)
		}
		d.phones("$.contacts."+desk.name+".phones", desk.Phones)
	}
	if len(c.Night.Phones) == 0 && p.Hours.closes() && (p.Channel == "" || p.Channel == "mail") {
		d.report("$.contacts.night", "night must name a telephone: outside the hours nobody reads the mail")
	}
}

// page reports an address that is no page's.
func (d *document) page(at, what, address string) {
	if address != "" && !strings.HasPrefix(address, "https://") {
		d.report(at, "%s %q must begin with https://", what, address)
	}
	d.line(at, address, maxAddress)
}

// words checks the lists of words that conditions look for.
func (d *document) words(lists map[string][]string) {
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		at := "$.words." + name
		if !wordPattern.MatchString(name) {
			d.report(at, "name of a list %q must be a lower-case word", name)
		}
		if len(lists[name]) == 0 {
			d.report(at, "list %q must hold at least one word", name)
		}
		d.distinct(at, lists[name], map[string]bool{})
	}
}

// distinct reports words that could not be found in a text, or twice.
func (d *document) distinct(at string, words []string, seen map[string]bool) {
	for i, w := range words {
		at := fmt.Sprintf("%s[%d]", at, i)
		key := normal(w)
		if key == "" {
			d.report(at, "word %q has no letter and no digit", w)
			continue
		}
		if seen[key] {
			d.report(at, "word %q stands twice", w)
		}
		seen[key] = true
	}
}

// jira checks which custom fields of Jira hold values.
func (d *document) jira(p *Profile) {
	ids := []string{KindID}
	for i := range p.Forms {
		for _, f := range p.Forms[i].All() {
			ids = append(ids, f.ID)
		}
	}
	owner := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(p.Jira)) {
		at, name := "$.jira."+id, p.Jira[id]
		d.known(at, "field", id, ids)
		d.present(at, name)
		if other, taken := owner[name]; taken && name != "" {
			d.report(at, "custom field %q holds field %q already", name, other)
		}
		owner[name] = id
	}
}

func (d *document) word(at, s string) {
	if !wordPattern.MatchString(s) {
		d.report(at, "id %q must be a lower-case word", s)
	}
}

func (d *document) present(at, s string) {
	if strings.TrimSpace(s) == "" {
		d.report(at, "%s is missing", at[strings.LastIndexByte(at, '.')+1:])
	}
}

func (d *document) once(at, what, s string, seen map[string]bool) {
	if seen[s] {
		d.report(at, "%s %q stands twice", what, s)
	}
	seen[s] = true
}

func isDomain(s string) bool { return len(s) <= 253 && domainPattern.MatchString(s) }

func isAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && localPattern.MatchString(local) && isDomain(domain)
}

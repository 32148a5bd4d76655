package mapping

import (
	"fmt"
	"regexp"
	"strconv"
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
	d.hours(p.Hours)
	d.contacts(p.Contacts)
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
	d.forms(p.Forms)
}

func (d *document) hours(h Hours) {
	for at, s := range map[string]string{"$.hours.from": h.From, "$.hours.to": h.To} {
		if _, ok := clock(s); !ok {
			d.report(at, "hour %q must be written as 08:00", s)
		}
	}
}

func (d *document) contacts(c Contacts) {
	if c.Portal != "" && !strings.HasPrefix(c.Portal, "https://") {
		d.report("$.contacts.portal", "portal %q must begin with https://", c.Portal)
	}
	for _, desk := range []struct {
		name string
		Desk
	}{{"day", c.Day}, {"night", c.Night}, {"general", c.General}} {
		if desk.Email != "" && !isAddress(desk.Email) {
			d.report("$.contacts."+desk.name+".email", "%q is no address", desk.Email)
		}
		for i, n := range desk.Phones {
			if !phonePattern.MatchString(n) {
				d.report(fmt.Sprintf("$.contacts.%s.phones[%d]", desk.name, i), "%q is no telephone number", n)
			}
		}
	}
	if len(c.Night.Phones) == 0 {
		d.report("$.contacts.night", "night must name a telephone: outside the hours nobody reads the mail")
	}
}

func (d *document) forms(forms []Form) {
	ids, labels := map[string]bool{}, map[string]bool{}
	for i, f := range forms {
		at := fmt.Sprintf("$.forms[%d]", i)
		d.word(at+".id", f.ID)
		d.once(at+".id", "form", f.ID, ids)
		d.present(at+".name.es", f.Name.ES)
		if len(f.Labels) == 0 {
			d.report(at+".labels", "labels must hold at least one word")
		}
		for j, l := range f.Labels {
			at := fmt.Sprintf("%s.labels[%d]", at, j)
			if !labelPattern.MatchString(l) {
				d.report(at, "label %q must be lower-case letters, digits and hyphens", l)
			}
			d.once(at, "form label", l, labels)
		}
		if len(f.Fields) == 0 {
			d.report(at+".fields", "fields must hold at least one field")
		}
		d.fields(at, f.Fields, map[string]bool{}, map[string]string{}, 1)
	}
}

// fields checks the fields at a path. owner says which field has a label.
func (d *document) fields(at string, fields []Field, ids map[string]bool, owner map[string]string, depth int) {
	if depth > maxDepth {
		d.report(at, "fields go deeper than %d", maxDepth)
		return
	}
	for i, f := range fields {
		at := fmt.Sprintf("%s.fields[%d]", at, i)
		d.word(at+".id", f.ID)
		d.once(at+".id", "field", f.ID, ids)
		d.present(at+".label.es", f.Label.ES)
		for _, l := range f.Label.all() {
			if l != "" {
				d.label(at+".label", l, f.ID, owner)
			}
		}
		for j, a := range f.Aliases {
			d.label(fmt.Sprintf("%s.aliases[%d]", at, j), a, f.ID, owner)
		}
		d.fields(at, f.Fields, ids, owner, depth+1)
	}
}

// label reports a label that could not be recognised or means two fields.
func (d *document) label(at, label, field string, owner map[string]string) {
	key := labelKey(label)
	switch other, taken := owner[key]; {
	case key == "" || strings.ContainsAny(label, ":：\n") || len(label) > maxLabel:
		d.report(at, "label %q cannot be recognised in a text", label)
	case taken && other != field:
		d.report(at, "label %q belongs to field %q already", label, other)
	default:
		owner[key] = field
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

// clock reads 08:00 as minutes after midnight; 24:00 is the end of the day.
func clock(s string) (minutes int, ok bool) {
	hh, mm, found := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hh, 10, 8)
	m, err2 := strconv.ParseUint(mm, 10, 8)
	if !found || len(hh) != 2 || len(mm) != 2 || err1 != nil || err2 != nil || m > 59 || h > 24 || h == 24 && m > 0 {
		return 0, false
	}
	return int(h*60 + m), true
}

func isDomain(s string) bool { return len(s) <= 253 && domainPattern.MatchString(s) }

func isAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && localPattern.MatchString(local) && isDomain(domain)
}

package mapping

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// Step is one of a provider's steps of escalation.
type Step struct {
	ID    string   `yaml:"id"`
	After Duration `yaml:"after"` // of the desk's hours
	// Without is what has not come: acknowledgement, answer (both since the first notice)
	// or news (since what was last told).
	Without string    `yaml:"without"`
	People  []Contact `yaml:"people"`
	// Ways are what is done: propose (a comment), mail (in the thread, with the people's
	// addresses in Cc), oncall (a mail to who is on call here), webhook. Empty: propose.
	Ways []string `yaml:"ways"`
}

// Contact is somebody at the provider.
type Contact struct {
	Name   string   `yaml:"name"`
	Role   Phrase   `yaml:"role"`
	Phones []string `yaml:"phones"`
	Email  string   `yaml:"email"`
}

// What a step waits for.
const (
	WithoutAcknowledgement = "acknowledgement"
	WithoutAnswer          = "answer"
	WithoutNews            = "news"
)

// The ways of a step.
const (
	WayPropose = "propose"
	WayMail    = "mail"
	WayOnCall  = "oncall"
	WayWebhook = "webhook"
)

const (
	maxSteps  = 20
	maxPeople = 10 // of a step
	maxPhones = 10 // of a desk or of somebody
	maxName   = 100
)

// LoadMatrix puts the steps of an organisation's own file in the place of those of the
// profile. The file is YAML, with steps: and nothing else; what is wrong in it is an
// error with file:line:column, and then the profile stays as it was.
func LoadMatrix(name string, data []byte, p *Profile) error {
	var file struct {
		Steps []Step `yaml:"steps"`
	}
	d, err := parse(name, data)
	if err != nil {
		return fmt.Errorf("load matrix of %s: %w", p.ID, err)
	}
	d.unknownKeys(d.body, reflect.TypeOf(file))
	if len(d.faults) == 0 {
		if err := yaml.NodeToValue(d.body, &file, yaml.Strict()); err != nil {
			return fmt.Errorf("load matrix of %s: %w", p.ID, inFile(name, err))
		}
		d.matrix("$.steps", file.Steps)
	}
	if len(d.faults) > 0 {
		return fmt.Errorf("load matrix of %s: %w", p.ID, errors.Join(d.problems()...))
	}
	p.Matrix = file.Steps
	return nil
}

// parse reads a file that holds one YAML document.
func parse(name string, raw []byte) (*document, error) {
	if len(raw) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, maxFile)
	}
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return nil, inFile(name, err)
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: one YAML document is expected", name)
	}
	return &document{name: name, body: tree.Docs[0].Body}, nil
}

// matrix checks the steps of escalation.
func (d *document) matrix(at string, steps []Step) {
	if len(steps) > maxSteps {
		d.report(at, "steps must be at most %d", maxSteps)
		return
	}
	ids := map[string]bool{}
	last := map[string]Step{} // by what it waits for
	for i, s := range steps {
		at := fmt.Sprintf("%s[%d]", at, i)
		d.word(at+".id", s.ID)
		d.once(at+".id", "step", s.ID, ids)
		if s.After == 0 {
			d.report(at, "after is missing: how long the step waits")
		}
		timed := d.duration(at+".after", s.After)
		known := d.given(at, "without", s.Without) && d.known(at+".without", "without", s.Without, []string{WithoutAcknowledgement, WithoutAnswer, WithoutNews})
		if before := last[s.Without]; timed && known && s.After < before.After {
			d.report(at+".after", "step %q must not come before step %q: steps stand in their order", s.ID, before.ID)
		} else if timed && known {
			last[s.Without] = s
		}
		d.people(at, s.People)
		d.distinctOf(at+".ways", "way", s.Ways, []string{WayPropose, WayMail, WayOnCall, WayWebhook})
		if slices.Contains(s.Ways, WayMail) && !slices.ContainsFunc(s.People, func(c Contact) bool { return c.Email != "" }) {
			d.report(at+".ways", "the way mail needs somebody with an e-mail")
		}
	}
}

// people checks whom a step names.
func (d *document) people(at string, people []Contact) {
	if len(people) > maxPeople {
		d.report(at+".people", "people must be at most %d", maxPeople)
		return
	}
	for i, c := range people {
		at := fmt.Sprintf("%s.people[%d]", at, i)
		d.line(at+".name", c.Name, maxName)
		d.present(at+".name", c.Name)
		c.Role.each(func(lang, role string) { d.line(at+".role."+lang, role, maxName) })
		if c.Role != (Phrase{}) {
			d.phrase(at+".role", c.Role)
		}
		if c.Email != "" && !isAddress(c.Email) {
			d.report(at+".email", "%q is no address", c.Email)
		}
		d.phones(at+".phones", c.Phones)
	}
}

// phones checks telephone numbers.
func (d *document) phones(at string, phones []string) {
	if len(phones) > maxPhones {
		d.report(at, "phones must be at most %d", maxPhones)
	}
	for i, n := range phones {
		if !phonePattern.MatchString(n) {
			d.report(fmt.Sprintf("%s[%d]", at, i), "%q is no telephone number", n)
		}
	}
}

// given reports what must be said and is not, and whether it is.
func (d *document) given(at, key, s string) bool {
	if s == "" {
		d.report(at, "%s is missing", key)
	}
	return s != ""
}

// line reports a text that is no line, or a long one.
func (d *document) line(at, s string, most int) {
	if strings.ContainsFunc(s, unicode.IsControl) || utf8.RuneCountInString(s) > most {
		d.report(at, "%q must be one line of at most %d characters", s, most)
	}
}

// phrase reports a text that the team could not read: Catalan and Spanish must be there.
func (d *document) phrase(at string, p Phrase) {
	d.present(at+".ca", p.CA)
	d.present(at+".es", p.ES)
}

package mapping

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzLoad: whatever a profile's file holds, loading it ends; an error names the file, and
// what loads can be asked everything.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"claranet.yaml", "ovh.yaml"} {
		raw, err := fs.ReadFile(Embedded(), name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add(acme(f))
	f.Add(small)
	f.Add(double)
	for _, s := range []string{
		"hours: {local: [02-29]}", "matrix: [{people: [{role: {es: 1}}]}]", "forms: [{filing: {choices: {a: {b: {choices: {}}}}}}]", "expect: {answer: {late: 1e9h}}",
		"forms: [{id: a, through: [{form: a}]}]", "mail: {passes: [{says: [')(']}]}", "a: &a [*a]", "words: {a: {b: c}}", "<<: {id: a}", "proposals: [{says: [a]}]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64<<10 {
			return
		}
		own := Profile{ID: "own"}
		if err := LoadMatrix("matrix.yaml", []byte(text), &own); err != nil && !strings.Contains(err.Error(), "matrix.yaml") {
			t.Fatal(err)
		}
		profiles, err := Load(fstest.MapFS{"one.yaml": {Data: []byte(text)}})
		if err != nil {
			if !strings.Contains(err.Error(), "one.yaml") {
				t.Fatal(err)
			}
			return
		}
		p := &profiles[0]
		for i := range p.Forms {
			label := p.LabelOf(&p.Forms[i])
			r := p.Judge(Input{Now: day(9), Labels: []string{label}, Summary: text, Sources: sources(text)})
			p.FilingOf(r)
			p.ExpectOf(r.Form.ID)
			p.HoursOf(r.Form.ID).Weekdays()
		}
		p.Mail.Closes(text)
		p.Mail.PassesTo(text)
	})
}

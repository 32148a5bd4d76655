package mapping

import (
	"strings"
	"testing"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// FuzzRead: whatever a text holds, reading it ends, loses no word of the
// description, and takes nothing of a comment over an empty line.
func FuzzRead(f *testing.F) {
	for _, list := range [][]readTest{labelTests, markupTests, extentTests, tableTests, lineTests, blockTests, kindTests, strengthTests, slipTests, quoteTests, headTests} {
		for _, tt := range list {
			f.Add(tt.text, tt.text)
		}
	}
	for _, s := range []string{
		"*Aplicació afectada:* x", "{noformat}{noformat}", "(((: Impacte", "* * * h1. 1) Impacte: x", "|Impacte|a\nb|c|\n|| ||", "{quote}Impacte:{quote}{panel}a{panel}",
		"Redeploy：x\r\n\r\nEvidències: {code}{noformat}{code}", "\xff: \u2028Impacte:", "{noformat}\nImpacte: x\n{code}\n{noformat}\n{code}",
		"{color:red}* Impacte: a\n** b{color}\n|a|Contacte|\n", "[Impacte: x|y] !a.png!Contacte: b", "* Impacte: *a\n\n# b* {*}c",
		"mpACte:{Color:{Color}0}", "{quote}Impacte:{quote}\nalt\n\n{quote}bq.", "Impacte: bq. a", "Impacte: h1. a; Contacte: bq.",
		"Im&acte:&nbsp;a p", "Red\\:",
		"{quote}Impacte:{quote}\nalt\x0e\n{quote}bq.", "{quote}Impacte:{quote}\n\n{quote}bq.",
		"*mpacte:\x01\x00oalt+*IIIII**Co lat+*Cltntactete:*",
	} {
		f.Add(s, s)
	}
	p := loadClaranet(f)
	fields := append([]*Field{&p.Kind}, p.Form("redes").All()...)
	x := newLabels(fields, p.others(fields))
	f.Fuzz(func(t *testing.T, first, second string) {
		if !utf8.ValidString(first) {
			return
		}
		checkComment(t, x, second)
		checkDescription(t, x, first)
	})
}

// checkComment holds the answers of a comment against its paragraphs.
func checkComment(t *testing.T, x *labels, text string) {
	for id, found := range x.read(text, false).answers {
		value := found.text
		checkValue(t, id, value)
		if tree := wiki.Parse(value); !strings.ContainsAny(text, "*#{-") && strings.Contains(tree.Source, "\n\n") {
			t.Fatalf("%s = %q goes over an empty line of %q", id, value, text)
		}
	}
}

func checkValue(t *testing.T, id, value string) {
	if value == "" || strings.TrimFunc(value, isBlankRune) != value || !utf8.ValidString(value) {
		t.Fatalf("%s = %q", id, value)
	}
}

// checkDescription looks for each word that the description shows.
func checkDescription(t *testing.T, x *labels, text string) {
	r := reader{page: newPage(text), finder: newFinder(x), first: true}
	r.read()
	r.judge()
	s := x.read(text, true)
	var kept strings.Builder
	for id, found := range s.answers {
		value := found.text
		checkValue(t, id, value)
		if s.blanks[id] != "" {
			t.Fatalf("%s is answered and blank", id)
		}
		kept.WriteString(words(value) + " ")
	}
	kept.WriteString(words(s.rest) + " ")
	for i := range r.pieces {
		p := &r.pieces[i]
		kept.WriteString(normal(r.shown[p.from:p.to]) + " " + normal(r.shown[p.extra.from:p.extra.to]) + " ")
		if !p.replaced { // what is struck out of it is no answer
			kept.WriteString(words(r.markup(p.values)) + " ")
		}
		if p.blank || !p.replaced { // a placeholder, or an answer said twice
			kept.WriteString(words(p.text) + " ")
		}
	}
	have := map[string]bool{}
	for w := range strings.FieldsSeq(kept.String()) {
		have[w] = true
	}
	// A mark less may part a word in two.
	run := strings.ReplaceAll(kept.String(), " ", "")
	for _, l := range r.page.lines {
		if r.isTitleLine(&l) { // which says nothing of an incident
			continue
		}
		for w := range strings.FieldsSeq(normal(r.page.text(&l))) {
			if !have[w] && !strings.Contains(run, w) {
				t.Fatalf("%q is lost of %q: answers %+v, blanks %q, rest %q", w, text, s.answers, s.blanks, s.rest)
			}
		}
	}
}

// words are the words that markup shows.
func words(markup string) string {
	p := newPage(markup)
	var out []string
	for i := range p.lines {
		out = append(out, normal(p.text(&p.lines[i])))
	}
	return strings.Join(out, " ")
}

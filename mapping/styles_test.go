package mapping

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"escalat/mapping/wiki"
)

// answer is a field with what a person answers.
type answer struct {
	field *Field
	label string
	value string // markup
	raw   string // the same as plain text, where it is written in a block as it is
}

// style is one of the ways in which people fill in a form.
type style struct {
	name string
	// lines are how many lines a value may have: 1, or 2 for any; block says that
	// it may be a list or a literal block.
	lines int
	block bool
	write func(r *rand.Rand, answers []answer) string
	// needed: only fields that must be answered are read so.
	needed bool
	// last: what follows without a heading would be part of the last answer.
	last bool
	raw  bool
}

// each writes the answers one by one.
func each(sep string, write func(a answer) string) func(*rand.Rand, []answer) string {
	return func(_ *rand.Rand, answers []answer) string {
		var out []string
		for _, a := range answers {
			out = append(out, write(a))
		}
		return strings.Join(out, sep)
	}
}

func inline(format string) func(*rand.Rand, []answer) string {
	return each("\n", func(a answer) string { return fmt.Sprintf(format, a.label, a.value) })
}

var styles = []style{
	{name: "inline", lines: 2, block: true, write: inline("%s: %s")},
	{name: "inline, no blanks", lines: 2, write: inline("%s:%s")},
	{name: "bold with colon", lines: 2, block: true, write: inline("*%s:* %s")},
	{name: "bold without colon", lines: 2, block: true, write: inline("*%s*: %s")},
	{name: "bold italic", lines: 2, block: true, write: inline("*_%s_*: %s")},
	{name: "underlined", lines: 2, block: true, write: inline("+%s+: %s")},
	{name: "forced bold", lines: 2, block: true, write: inline("{*}%s:{*} %s")},
	{name: "coloured", lines: 2, block: true, write: inline("{color:#de350b}*%s:*{color} %s")},
	{name: "the whole line coloured", lines: 1, write: inline("{color:red}%s: %s{color}")},
	{name: "headings", lines: 2, block: true, last: true, write: inline("h3. %s\n%s")},
	{name: "headings with colons and empty lines", lines: 2, block: true, last: true, write: each("\n\n", func(a answer) string { return "h2. " + a.label + ":\n\n" + a.value })},
	{name: "bullets", lines: 2, write: inline("* %s: %s")},
	{name: "dashes", lines: 2, write: inline("- *%s*: %s")},
	{name: "bullets that are none", lines: 2, write: inline("• %s: %s")},
	{name: "bullets with the answer below", lines: 2, write: inline("* %s:\n** %s")},
	{name: "numbered list", lines: 2, write: inline("# %s: %s")},
	{name: "numbers", lines: 2, block: true, write: func(_ *rand.Rand, answers []answer) string {
		var out []string
		for i, a := range answers {
			out = append(out, fmt.Sprintf([]string{"%d. %s: %s", "%d) %s: %s", "%d.- %s: %s", "%d.1 %s: %s"}[i%4], i+1, a.label, a.value))
		}
		return strings.Join(out, "\n")
	}},
	{name: "letters", lines: 2, block: true, write: func(_ *rand.Rand, answers []answer) string {
		var out []string
		for i, a := range answers {
			out = append(out, fmt.Sprintf("%c) %s: %s", 'a'+i, a.label, a.value))
		}
		return strings.Join(out, "\n")
	}},
	{name: "table rows", lines: 2, block: true, write: inline("|%s|%s|")},
	{name: "table rows with headings", lines: 2, block: true, write: inline("||%s:||%s|")},
	{name: "table with a row of labels", lines: 2, block: true, write: func(_ *rand.Rand, answers []answer) string {
		var labels, values []string
		for _, a := range answers {
			labels, values = append(labels, a.label), append(values, a.value)
		}
		return "||" + strings.Join(labels, "||") + "||\n| " + strings.Join(values, " | ") + " |"
	}},
	{name: "table of four columns", lines: 2, block: true, write: func(_ *rand.Rand, answers []answer) string {
		var b strings.Builder
		for i, a := range answers {
			fmt.Fprintf(&b, "| *%s* | %s ", a.label, a.value)
			if i%2 == 1 || i == len(answers)-1 {
				b.WriteString("|\n")
			}
		}
		return b.String()
	}},
	{name: "label above", lines: 2, block: true, write: inline("%s:\n%s")},
	{name: "label above in bold", lines: 2, block: true, write: inline("*%s*\n%s")},
	{name: "label above, empty lines between", lines: 2, block: true, write: each("\n\n", func(a answer) string { return a.label + "\n" + a.value })},
	{name: "paragraphs of the editor", lines: 2, block: true, needed: true, write: each("\n\n", func(a answer) string { return "*" + a.label + ":*\n\n" + a.value })},
	{name: "panel", lines: 2, block: true, write: func(r *rand.Rand, answers []answer) string {
		return "{panel:title=Dades}\n" + inline("*%s:* %s")(r, answers) + "\n{panel}"
	}},
	{name: "quote", lines: 2, block: true, write: func(r *rand.Rand, answers []answer) string {
		return "{quote}\n" + inline("%s: %s")(r, answers) + "\n{quote}"
	}},
	{name: "quoted labels", lines: 2, block: true, write: inline("{quote}%s:{quote}\n%s")},
	{name: "labels quoted by line", lines: 2, block: true, write: inline("bq. %s:\n%s")},
	{name: "labels quoted as in a mail", lines: 2, block: true, write: inline("> %s:\n%s")},
	{name: "noformat", lines: 2, raw: true, write: func(_ *rand.Rand, answers []answer) string {
		return "{noformat}\n" + each("\n", func(a answer) string { return a.label + ": " + a.raw })(nil, answers) + "\n{noformat}"
	}},
	{name: "code, the label above", lines: 2, raw: true, write: func(_ *rand.Rand, answers []answer) string {
		return "{code:title=x|borderStyle=solid}\n" + each("\n\n", func(a answer) string { return "- " + a.label + ":\n" + a.raw })(nil, answers) + "\n{code}"
	}},
	{name: "several on a line, semicolons", lines: 1, write: each("; ", func(a answer) string { return a.label + ": " + a.value })},
	{name: "several on a line, bars", lines: 1, write: each(" | ", func(a answer) string { return a.label + ": " + a.value })},
	{name: "several on a line, bullets", lines: 1, write: each(" • ", func(a answer) string { return "*" + a.label + ":* " + a.value })},
	{name: "several on a line, sentences", lines: 1, write: each(". ", func(a answer) string { return a.label + ": " + a.value })},
	{name: "several on a line, blanks", lines: 1, write: each("   ", func(a answer) string { return a.label + ": " + a.value })},
	{name: "several on a line, tabs", lines: 1, write: each("\t", func(a answer) string { return a.label + ": " + a.value })},
	{name: "several on a line, a space", lines: 1, write: each(" ", func(a answer) string { return a.label + ": " + a.value })},
	{name: "dash", lines: 2, block: true, write: inline("%s - %s")},
	{name: "long dash", lines: 2, block: true, write: inline("%s – %s")},
	{name: "equals sign", lines: 2, block: true, write: inline("%s = %s")},
	{name: "arrow", lines: 2, block: true, write: inline("%s → %s")},
	{name: "wide colon", lines: 2, block: true, write: inline("%s：%s")},
	{name: "Windows", lines: 2, block: true, write: func(r *rand.Rand, answers []answer) string {
		return strings.ReplaceAll(inline("%s: %s")(r, answers), "\n", "\r\n")
	}},
	{name: "no-break spaces", lines: 2, block: true, write: each("\n", func(a answer) string {
		return "\u00a0" + strings.ReplaceAll(a.label, " ", "\u00a0") + "\u00a0:\u00a0" + a.value
	})},
	{name: "line breaks of the editor", lines: 1, write: each(`\\ `, func(a answer) string { return a.label + ": " + a.value })},
	{name: "emoji", lines: 2, block: true, write: inline("📌 *%s:* %s")},
	{name: "emoticon", lines: 2, block: true, write: inline("(/) %s: %s")},
	{name: "capitals without accents", lines: 2, block: true, write: each("\n", func(a answer) string { return plainCapitals(a.label) + ": " + a.value })},
	{name: "small letters", lines: 2, block: true, write: each("\n", func(a answer) string { return strings.ToLower(a.label) + ": " + a.value })},
	{name: "brackets", lines: 2, block: true, write: inline("%s (què passa? qui?): %s")},
	{name: "misspelt", lines: 2, block: true, write: func(r *rand.Rand, answers []answer) string {
		return each("\n", func(a answer) string { return misspell(r, a.label) + ": " + a.value })(r, answers)
	}},
}

func plainCapitals(s string) string { return strings.ToUpper(normal(s)) }

// misspell makes one slip in a label, inside of a long word.
func misspell(r *rand.Rand, label string) string {
	words := strings.Fields(label)
	for _, i := range r.Perm(len(words)) {
		w := []rune(words[i])
		if len(w) < 7 || strings.ContainsAny(words[i], "(…),.’?¿") {
			continue
		}
		at := 1 + r.IntN(len(w)-3)
		switch r.IntN(4) {
		case 0:
			w = slices.Delete(w, at, at+1)
		case 1:
			w[at], w[at+1] = w[at+1], w[at]
		case 2:
			w = slices.Insert(w, at, w[at])
		default:
			w[at] = 'x'
		}
		words[i] = string(w)
		break
	}
	return strings.Join(words, " ")
}

var (
	plainWords = strings.Fields("la web no respon des d’ahir al matí perquè el nou balancejador talla connexions; caigut año señal 10.20.30.40 10.0.0.0/8 " +
		"https://exemple.cat/a?b=c#d 9:35 9.35h C:\\temp\\x web01.exemple.cat ping=ok (503) «error» 100% a/b/c qüestió l’usuari x1 fe80::1 ;-) 50€ #42 a_b-c @equip")
	markedWords = []string{"*molt*", "_greu_", "[~accountid:5b10]", "[la web|https://exemple.cat]", "!captura.png|thumbnail!", "{{ls -l}}", "[^log.txt]", "{color:red}vermell{color}"}
	hostile     = []string{"{code}", "[~admin]", "*.log", "h1. x", "|a|", "{noformat}", "!x.png!", "- a", "\\\\srv\\x"}
	related     = []string{"Hola companys", "Ens ha escrit un ajuntament", "Us ho passo tal com ha arribat", "Buenos días a todos", "Vam fer un canvi dilluns"}
)

// sentence makes a line of some words, as plain text.
func sentence(r *rand.Rand) string {
	words := []string{"és"}
	for range 1 + r.IntN(6) {
		words = append(words, plainWords[r.IntN(len(plainWords))])
	}
	return strings.TrimRight(strings.Join(append(words, "fi"), " "), ".;")
}

// newAnswer makes an answer that the style can hold.
func newAnswer(r *rand.Rand, f *Field, s style) answer {
	labels := slices.DeleteFunc(slices.Clone(f.Label.all()), func(l string) bool { return l == "" })
	a := answer{field: f, label: labels[r.IntN(len(labels))]}
	lines := []string{sentence(r)}
	for range r.IntN(3) * (s.lines - 1) {
		lines = append(lines, sentence(r))
	}
	a.raw = strings.Join(lines, "\n")
	a.value = wiki.Escape(a.raw)
	switch {
	case s.raw:
	case s.block && r.IntN(5) == 0:
		a.value = "{noformat}\n$ mtr -rw 10.0.0.1\n\n  1.|-- 10.0.0.1   0.0%\n{noformat}"
	case s.block && r.IntN(6) == 0:
		a.value += "\n* primer " + wiki.Escape(sentence(r)) + "\n** segon"
	case r.IntN(4) == 0:
		a.value = "és " + markedWords[r.IntN(len(markedWords))] + " " + a.value
	case r.IntN(6) == 0:
		a.value = "és " + wiki.EscapeLine(hostile[r.IntN(len(hostile))]) + " " + a.value
	}
	return a
}

// allTypes is a form with a field of each type, beside the embedded ones.
const allTypes = `id: altre
name: Altre
label: altre
language: es
tag: ALT
zone: Europe/Madrid
hours: {from: "08:00", to: "17:00"}
contacts: {night: {phones: ["900 000 000"]}}
senders: [example.org]
forms:
  - id: gran
    name: {es: Grande, ca: Gran}
    labels: [gran]
    fields:
      - {id: what, label: {es: Objeto de la petición, ca: Objecte de la petició}, type: text, required: true}
      - {id: long, label: {es: Descripción detallada, ca: Descripció detallada}, type: longtext, required: true}
      - {id: since, label: {es: "¿Desde qué momento sucede?", ca: "Des de quin moment succeeix?"}, type: datetime, required: true}
      - {id: who, label: {es: Interlocutora principal, ca: Interlocutora principal de l’ens}, type: person, required: true}
      - {id: machine, label: {es: Nodo afectado, ca: Node afectat}, type: host}
      - id: color
        label: {es: Color del semáforo, ca: Color del semàfor}
        type: choice
        required: true
        choices:
          - {id: red, name: {es: Rojo, ca: Vermell}}
          - {id: green, name: {es: Verde, ca: Verd}}
      - {id: proof, label: {es: Prueba documental, ca: Prova documental}, type: evidence, required: true, files: ["*.png"]}
`

func propertyForms(t *testing.T) map[string][2][]*Field {
	t.Helper()
	forms := map[string][2][]*Field{}
	profiles, err := Load(Embedded(), fstest.MapFS{"altre.yaml": {Data: []byte(allTypes)}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range profiles {
		p := &profiles[i]
		for j := range p.Forms {
			fields := p.Forms[j].All()
			others := p.others(fields)
			forms[p.ID+" "+p.Forms[j].ID] = [2][]*Field{fields, others}
		}
	}
	return forms
}

// TestStyles fills in each form at random, writes it in each style among other
// text, and reads it back.
func TestStyles(t *testing.T) {
	t.Parallel()
	for name, form := range propertyForms(t) {
		for n, s := range styles {
			t.Run(name+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				for seed := range uint64(25) {
					r := rand.New(rand.NewPCG(seed, uint64(n)))
					if !readsBack(t, r, form[0], form[1], s) {
						t.Fatalf("seed %d", seed)
					}
				}
			})
		}
	}
}

func readsBack(t *testing.T, r *rand.Rand, fields, others []*Field, s style) bool {
	t.Helper()
	var answers []answer
	for _, i := range r.Perm(len(fields)) {
		if f := fields[i]; r.IntN(6) > 0 && (!s.needed || f.Required) {
			answers = append(answers, newAnswer(r, f, s))
		}
	}
	if len(answers) == 0 {
		return true
	}
	before, after := related[r.IntN(len(related))]+".", related[r.IntN(len(related))]+": res més."
	text := before + "\n\n" + s.write(r, answers) + "\n\n"
	if s.last {
		text += "h4. Altres coses\n"
		after = "h4. Altres coses\n" + after
		text += strings.TrimPrefix(after, "h4. Altres coses\n")
	} else {
		text += after
	}
	v := newLabels(fields, others).values(Input{Sources: []Source{{Text: text}}})
	want, got := map[string]string{}, map[string]string{}
	for _, a := range answers {
		want[a.field.ID] = wiki.Plain(a.value)
		if s.raw {
			want[a.field.ID] = a.raw
		}
	}
	for id, value := range v.ByField {
		got[id] = wiki.Plain(value.Text)
	}
	diff := cmp.Diff(want, got) + cmp.Diff(before+"\n\n"+after, v.Rest)
	if diff != "" {
		t.Errorf("(-want +got):\n%s\nof\n%s", diff, text)
	}
	return diff == ""
}

package mapping

import (
	"strings"
	"testing"
	"testing/fstest"
)

// double is a small profile with everything that the rules look at.
const double = `id: acme
name: Acme
label: acme
language: es
tag: AOC
zone: Europe/Madrid
hours: {from: "08:00", to: "17:00"}
contacts:
  night: {phones: ["902 000 000"]}
senders: [acme.example]
kind:
  label: {es: Tipo}
  example: {es: Uno de ejemplo}
words:
  probe: [sonda, monitor]
jira:
  what: customfield_10010
forms:
  - id: one
    name: {es: Uno, ca: Un}
    labels: [uno]
    words: [primero]
    fields:
      - &what
        id: what
        type: longtext
        label: {es: Qué}
        required: true
      - id: often
        type: choice
        label: {es: Cada cuánto}
        example: {es: Siempre de noche}
        choices:
          - {id: always, name: {es: Siempre}, words: [constante]}
          - {id: never, name: {es: Nunca}}
      - id: proof
        type: evidence
        label: {es: Prueba}
        files: ["*.png"]
        formats: [mtr]
        fields:
          - id: why
            label: {es: Por qué}
            required: true
            when: {any: [{field: what, says: probe}, {field: often, is: [always]}]}
  - id: two
    name: {es: Dos}
    labels: [dos]
    words: [segundo]
    fields:
      - *what
      - id: host
        type: host
        label: {es: Dónde}
        aliases: [Servidor]
`

// TestRules: each rule is told where it is broken, and nothing else is.
func TestRules(t *testing.T) {
	t.Parallel()
	if _, err := Load(fstest.MapFS{"acme.yaml": {Data: []byte(double)}}); err != nil {
		t.Fatal(err)
	}
	const when = "when: {any: [{field: what, says: probe}, {field: often, is: [always]}]}"
	const what = "        label: {es: Qué}\n"
	const refs = "kind:\n"
	with := func(patterns string) string { return "references: {patterns: " + patterns + "}\n" + refs }
	deep := "when: {not: {not: {not: {not: {not: {field: what, says: probe}}}}}}"
	tests := []struct{ name, old, new, want string }{
		{"type", "type: longtext", "type: longtxt", `26:15: type "longtxt" is unknown; the nearest known is "longtext"`},
		{"choices of a text", "type: choice", "type: text", `34:11: choices belong to a field of type choice`},
		{"one choice", "          - {id: never, name: {es: Nunca}}\n", "", `34:11: choices must hold at least two options`},
		{"no choices", "type: host", "type: choice", `52:9: choices must hold at least two options`},
		{"option twice", "id: never", "id: always", `35:18: option "always" stands twice`},
		{"option without a name", "{id: never, name: {es: Nunca}}", "{id: never, name: {ca: Mai}}", `35:32: es is missing`},
		{"word of two options", "{es: Nunca}", "{es: CONSTANTE}", `35:36: "CONSTANTE" says option "always" already`},
		{"word of an option twice", "words: [constante]", "words: [constante, Constánte]", `34:66: word "Constánte" stands twice`},
		{"example that is a choice", "Siempre de noche", "¡Siempre!", `32:23: example "¡Siempre!" is a choice: an answer could not be told from it`},
		{"files of a choice", "        choices:", "        files: [a]\n        choices:", `33:16: files belong to a field of type evidence`},
		{"formats of a text", "        required: true\n      - id: often", "        formats: [mtr]\n        required: true\n      - id: often", `28:18: formats belong to a field of type evidence`},
		{"file pattern", `"*.png"`, `"[a"`, `39:17: file pattern "[a" is malformed`},
		{"answer without a name", what, what + "        answers: [{words: [nada]}]\n", `28:20: es is missing`},
		{"answer that is a word", what, what + "        answers: [nada]\n", `28:19: `},
		{"answer with an unknown key", what, what + "        answers: [{es: nada}]\n", `28:20: unknown key "es"; the nearest known is "name"`},
		{"word of an answer without a letter", what, what + "        answers: [{name: {es: nada}, words: ['-']}]\n", `28:46: word "-" has no letter and no digit`},
		{"word of two answers", what, what + "        answers: [{name: {es: nada}}, {name: {es: todo}, words: [NADA]}]\n", `28:66: "NADA" says answer "nada" already`},
		{"kind with answers", "  label: {es: Tipo}\n", "  label: {es: Tipo}\n  answers: [{name: {es: nada}}]\n", `13:12: kind must have no answers: it follows from the forms`},
		{"format", "[mtr]", "[mrt]", `40:19: format "mrt" is unknown; the nearest known is "mtr"`},
		{"two for the subject", "        required: true\n      - id: often\n", "        required: true\n        subject: true\n      - id: often\n        subject: true\n", `24:7: field "often" cannot stand in the subject as well: field "what" does`},
		{"kind in the subject", "  label: {es: Tipo}\n", "  label: {es: Tipo}\n  subject: true\n", `13:12: kind must have no subject: it follows from the forms`},
		{"id with a meaning", "id: host", "id: summary", `52:13: id "summary" has a meaning of its own`},

		{"when without required", "            required: true\n", "", `44:20: when belongs to a field with required: true`},
		{"nothing in a condition", when, "when: {says: probe}", `45:20: condition must have exactly one of all, any, not and field`},
		{"two in a condition", when, "when: {field: what, says: probe, not: {field: often, filled: true}}", `45:20: condition must have exactly one of all, any, not and field`},
		{"two of a field", when, "when: {field: what, says: probe, filled: true}", `45:20: condition on field "what" must have exactly one of is, says and filled`},
		{"nothing of a field", when, "when: {field: what}", `45:20: condition on field "what" must have exactly one of is, says and filled`},
		{"says beside all", when, "when: {all: [{field: what, says: probe}], says: probe}", `45:20: is, says and filled belong beside field`},
		{"empty any", when, "when: {any: []}", `45:25: any must hold at least one condition`},
		{"unknown field", when, "when: {field: waht, says: probe}", `45:27: field "waht" is unknown; the nearest known is "what"`},
		{"field of another form", when, "when: {field: host, says: probe}", `45:27: field "host" is unknown; the nearest known is "what"`},
		{"unknown list", when, "when: {all: [{field: what, says: prove}]}", `45:46: list of words "prove" is unknown; the nearest known is "probe"`},
		{"no list at all", "words:\n  probe: [sonda, monitor]\n", "", `43:46: list of words "probe" is unknown; none is known`},
		{"unknown option", when, "when: {not: {field: often, is: [nevr]}}", `45:45: option "nevr" is unknown; the nearest known is "never"`},
		{"empty is", when, "when: {field: often, is: []}", `45:38: is must hold at least one answer`},
		{"answer without a letter", when, "when: {field: what, is: ['?']}", `45:38: answer "?" has no letter and no digit`},
		{"itself", when, "when: {field: why, filled: true}", `45:20: field "why" depends on itself: why → why`},
		{
			"a circle", "        choices:", "        required: true\n        when: {not: {field: why, filled: true}}\n        choices:",
			"34:16: field \"often\" depends on itself: often → why → often\nacme.yaml:47:20: field \"why\" depends on itself: why → often → why",
		},
		{"too deep", when, deep, `45:50: condition goes deeper than 5`},
		{"unknown key", when, "when: {feild: what}", `45:20: unknown key "feild"; the nearest known is "field"`},
		{"wrong type of a flag", when, "when: {field: what, filled: maybe}", `45:41: `},

		{"no kind", "kind:\n  label: {es: Tipo}\n  example: {es: Uno de ejemplo}\n", "", `1:1: kind is missing: it tells the forms apart`},
		{"kind without a label", "  label: {es: Tipo}\n", "", `12:3: es is missing`},
		{"kind with choices", "  label: {es: Tipo}\n", "  label: {es: Tipo}\n  choices: [{id: a}]\n", `13:12: kind must have no choices: it follows from the forms`},
		{"kind with a type", "  label: {es: Tipo}\n", "  label: {es: Tipo}\n  type: text\n", `13:9: kind must have no type: it follows from the forms`},
		{"kind's example is a form", "Uno de ejemplo", "uno", `13:17: example "uno" is a choice: an answer could not be told from it`},
		{"kind's label is a field's", "label: {es: Tipo}", "label: {es: DONDE}", `12:15: label "DONDE" belongs to field "host" already`},

		{"list with a name", "  probe:", "  Probe:", "15:10: name of a list \"Probe\" must be a lower-case word\nacme.yaml:45:46: list of words \"probe\" is unknown; the nearest known is \"Probe\""},
		{"empty list", "[sonda, monitor]", "[]", `15:10: list "probe" must hold at least one word`},
		{"word without a letter", "sonda,", "'--',", `15:11: word "--" has no letter and no digit`},
		{"word twice", "monitor]", "monitor, Sónda]", `15:27: word "Sónda" stands twice`},

		{"word to stay without a letter", refs, "glossary: [API, '-']\n" + refs, `11:17: word "-" must begin with a letter or a digit, and end in no blank`},
		{"word to stay twice", refs, "glossary: [API, api]\n" + refs, `11:17: word "api" stands twice`},
		{"long word to stay", refs, "glossary: [" + strings.Repeat("a", 101) + "]\n" + refs, `11:12: "` + strings.Repeat("a", 101) + `" must be one line of at most 100 characters`},
		{"glossary that is a map", refs, "glossary: {a: b}\n" + refs, `11:11: `},
		{"term without a translation", refs, "terms: {tall: ' '}\n" + refs, `11:9: term "tall" has no translation`},
		{"term that becomes markup", refs, "terms: {tall: '*corte*'}\n" + refs, `11:9: term "tall" becomes "*corte*", which may be markup`},
		{"term that becomes too much", refs, "terms: {tall: " + strings.Repeat("a", 101) + "}\n" + refs, `11:9: term "tall" becomes more than 100 characters`},
		{"term that stays", refs, "glossary: [Tall]\nterms: {tall: corte}\n" + refs, `12:9: term "tall" stays by the glossary`},

		{"names of two forms", "{es: Dos}", "{es: Dos, en: UNO}", `47:25: "UNO" says form "one" already`},
		{"word and name of two forms", "segundo", "Un", `49:13: "Un" says form "one" already`},
		{"label and word of two forms", "labels: [dos]", "labels: [primero]", `48:14: "primero" says form "one" already`},
		{"label of two fields of two forms", "[Servidor]", "[Servidor, cada cuanto]", `55:29: label "cada cuanto" belongs to field "often" already`},
		{"other type", "id: host\n        type: host", "id: often\n        type: host", `53:15: field "often" is of type host here, but of type choice in form "one"`},
		{"type not said", "id: host\n        type: host", "id: proof", `52:9: field "proof" is of type text here, but of type evidence in form "one"`},
		{
			"other choices", "id: host\n        type: host", "id: often\n        type: choice\n        choices: [{id: always, name: {es: Siempre}}, {id: rarely, name: {es: Raramente}}]",
			`54:18: field "often" has other choices than in form "one"`,
		},
		{"field behind an alias", "label: {es: Qué}", "label: {es: '?'}", `27:21: label "?" cannot be recognised in a text`},

		{"no expression", refs, with(`['(a']`), "11:25: pattern \"(a\" is no regular expression: error parsing regexp: missing closing ): `(a`"},
		{"no group", refs, with(`['a']`), `11:25: pattern "a" must have one group, the number; of others (?: makes none`},
		{"two groups", refs, with(`['a(b)', '(a)(b)']`), `11:33: pattern "(a)(b)" must have one group, the number; of others (?: makes none`},
		{"empty number", refs, with(`['a(b|[0-9]*c?)']`), `11:25: pattern "a(b|[0-9]*c?)" must not find an empty number`},
		{"empty text", refs, with(`['(?:a(b{2}))?']`), `11:25: pattern "(?:a(b{2}))?" must not find an empty number`},
		{"long pattern", refs, with(`['` + strings.Repeat("a", 201) + `']`), `11:25: pattern "` + strings.Repeat("a", 201) + `" must be at most 200 bytes`},
		{"many patterns", refs, with(`[` + strings.Repeat("(a), ", 21) + `]`), `11:24: patterns must be at most 20`},
		{"pattern that is a map", refs, with(`[{a: b}]`), `11:25: `},
		{"unknown key of references", refs, "references: {pattern: []}\n" + refs, `11:14: unknown key "pattern"; the nearest known is "patterns"`},
		{"subject without a place", refs, with(`['#([0-9]+)'], subject: "[#]"`), `11:48: subject "[#]" must hold {} once, where the number stands`},
		{"subject with two places", refs, with(`['#([0-9]+)'], subject: "#{}{}"`), `11:48: subject "#{}{}" must hold {} once, where the number stands`},
		{"subject beyond ASCII", refs, with(`['#([0-9]+)'], subject: "nº #{}"`), `11:48: subject "nº #{}" must be at most 40 letters, digits and signs of ASCII`},
		{"long subject", refs, with(`['#([0-9]+)'], subject: "#{}` + strings.Repeat("a", 40) + `"`), `11:48: subject "#{}` + strings.Repeat("a", 40) + `" must be at most 40 letters, digits and signs of ASCII`},
		{"subject that is not found", refs, with(`['#([0-9]+)'], subject: "[{}]"`), `11:48: no pattern finds the number in "[1234567]": an answer to it would not be known`},
		{"subject that is found in part", refs, with(`['#([0-9]{3})'], subject: "#{}"`), `11:50: no pattern finds the number in "#1234567": an answer to it would not be known`},

		{"unknown field of Jira", "  what: customfield_10010", "  waht: customfield_10010", `17:9: field "waht" is unknown; the nearest known is "what"`},
		{"custom field without a name", "customfield_10010", "''", `17:9: what is missing`},
		{"custom field of two", "  what: customfield_10010", "  what: c\n  host: c", `17:9: custom field "c" holds field "host" already`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(double, tt.old) {
				t.Fatalf("the profile does not contain %q", tt.old)
			}
			_, err := Load(fstest.MapFS{"acme.yaml": {Data: []byte(strings.Replace(double, tt.old, tt.new, 1))}})
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.TrimPrefix(err.Error(), "load profiles: ")
			want := "acme.yaml:" + tt.want
			begins := strings.HasSuffix(want, ": ") && strings.HasPrefix(got, want) // the rest are the library's words
			if got != want && !begins {
				t.Errorf("error is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestFaultsInOrder: everything that is wrong is told at once, from top to bottom,
// and a field that stands in two forms once.
func TestFaultsInOrder(t *testing.T) {
	t.Parallel()
	bad := strings.NewReplacer("type: longtext", "type: long", `"08:00"`, "8", "[dos]", "[]", "[mtr]", "[x, y]").Replace(double)
	_, err := Load(fstest.MapFS{"acme.yaml": {Data: []byte(bad)}})
	const want = `load profiles: acme.yaml:7:15: hour "8" must be written as 08:00
acme.yaml:26:15: type "long" is unknown; the nearest known is "host"
acme.yaml:40:19: format "x" is unknown; the nearest known is "mtr"
acme.yaml:40:22: format "y" is unknown; the nearest known is "mtr"
acme.yaml:48:13: labels must hold at least one word`
	if err == nil || err.Error() != want {
		t.Errorf("error is\n%v\nwant\n%s", err, want)
	}
}

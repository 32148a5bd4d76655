package sentence_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/sentence"
)

func free(text string) sentence.Piece  { return sentence.Piece{Text: text} }
func fixed(text string) sentence.Piece { return sentence.Piece{Text: text, Fixed: true} }

// TestWith: what can be used is used, what cannot leaves the original.
func TestWith(t *testing.T) {
	t.Parallel()
	const ping = "El servidor 10.1.1.1 no respon a 10.2.2.2 avui."
	for name, c := range map[string]struct {
		source     string
		translated sentence.Sentence
		want       string // empty: the original stays
	}{
		"a translation": {
			ping,
			sentence.Sentence{free("El servidor "), fixed("10.1.1.1"), free(" no responde a "), fixed("10.2.2.2"), free(" hoy.")},
			"El servidor 10.1.1.1 no responde a 10.2.2.2 hoy.",
		},
		"blanks were lost": {
			ping,
			sentence.Sentence{free("El servidor"), fixed("10.1.1.1"), free("no responde a"), fixed("10.2.2.2"), free("hoy.")},
			"El servidor 10.1.1.1 no responde a 10.2.2.2 hoy.",
		},
		"the free words came in parts": {
			ping,
			sentence.Sentence{free("El "), free("servidor"), fixed("10.1.1.1"), free("no responde "), free("a"), fixed("10.2.2.2"), free("hoy.")},
			"El servidor 10.1.1.1 no responde a 10.2.2.2 hoy.",
		},
		"a fixed piece is missing":       {ping, sentence.Sentence{free("El servidor "), fixed("10.1.1.1"), free(" no responde hoy.")}, ""},
		"a fixed piece changed":          {ping, sentence.Sentence{free("El servidor "), fixed("10.1.1.1"), free(" no responde a "), fixed("10.2.2.3"), free(" hoy.")}, ""},
		"fixed pieces changed places":    {ping, sentence.Sentence{free("El servidor "), fixed("10.2.2.2"), free(" no responde a "), fixed("10.1.1.1"), free(" hoy.")}, ""},
		"a fixed piece is double":        {ping, sentence.Sentence{free("El servidor "), fixed("10.1.1.1"), fixed("10.1.1.1"), free(" no responde a "), fixed("10.2.2.2"), free(" hoy.")}, ""},
		"a fixed piece also stands bare": {ping, sentence.Sentence{free("El servidor 10.2.2.2 "), fixed("10.1.1.1"), free(" no responde a "), fixed("10.2.2.2"), free(" hoy.")}, ""},
		"it came as free words":          {ping, sentence.Sentence{free("El servidor 10.1.1.1 no responde a 10.2.2.2 hoy.")}, ""},
		"nothing came":                   {"El servidor no respon avui.", nil, ""},
		"blanks came":                    {"El servidor no respon avui.", sentence.Sentence{free("  \n ")}, ""},
		"far too short":                  {strings.Repeat("paraules i més paraules ", 10) + "avui.", sentence.Sentence{free("Hoy.")}, ""},
		"far too long":                   {"Avui no.", sentence.Sentence{free(strings.Repeat("Hoy no. ", 20))}, ""},
		"emphasis came":                  {"El servidor no respon avui.", sentence.Sentence{free("El *servidor* no responde hoy.")}, ""},
		"a mark of unknown words came":   {"El servidor no respon avui.", sentence.Sentence{free("El servidor no *respon hoy.")}, ""},
		"a link came":                    {"El servidor no respon avui.", sentence.Sentence{free("El [servidor|http://exemple.cat] no responde hoy.")}, ""},
		"an address came":                {"El servidor no respon avui.", sentence.Sentence{free("El http://servidor no responde hoy.")}, ""},
		"a tag came":                     {"El servidor no respon avui.", sentence.Sentence{free("{code}El servidor no responde hoy.")}, ""},
		"a mention came":                 {"El servidor no respon avui.", sentence.Sentence{free("El ~servidor no responde hoy.")}, ""},
		"a heading came":                 {"El servidor no respon avui.", sentence.Sentence{free("h1. El servidor no responde hoy.")}, ""},
		"an item of a list came":         {"El servidor no respon avui.", sentence.Sentence{free("- El servidor no responde hoy.")}, ""},
		"an emoticon came":               {"El servidor no respon avui.", sentence.Sentence{free("El servidor no responde hoy :)")}, ""},
		"struck words came":              {"El servidor no respon avui.", sentence.Sentence{free("El -servidor no- responde hoy.")}, ""},
		"a bar in a table":               {"|El servidor no respon|avui|", sentence.Sentence{free("El servidor|no responde")}, ""},
		"a line end is a blank":          {"El servidor no respon avui.", sentence.Sentence{free("El servidor\nno responde hoy.")}, "El servidor no responde hoy."},
		"not UTF-8":                      {"El servidor no respon avui.", sentence.Sentence{free("El servidor no responde \xff.")}, ""},
		"a mark that turns the writing":  {"El servidor no respon avui.", sentence.Sentence{free("El servidor \u202eno responde hoy.")}, ""},
		"a vowel came back": {
			"La feina s'FTP va bé.", sentence.Sentence{free("El trabajo se"), fixed("FTP"), free("va bien.")}, "El trabajo se FTP va bien.",
		},
		"what is bold stays bold": {
			"El servidor *no* respon.",
			sentence.Sentence{free("El servidor"), fixed("*"), free("no"), fixed("*"), free("responde.")},
			"El servidor *no* responde.",
		},
		"what is bold is one word more": {
			"*Descripció del problema:* no va",
			sentence.Sentence{fixed("*"), free("Descripción del problema:"), fixed("*"), free(" no funciona")},
			"*Descripción del problema:* no funciona",
		},
		"what was bold holds nothing": {
			"El servidor *mateix* no respon.", sentence.Sentence{free("El servidor "), fixed("*"), fixed("*"), free(" no responde.")}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := sentence.Divide(c.source, sentence.Options{})
			translated := text.Sentences()
			translated[0] = c.translated
			got, kept := text.With(translated)
			want, wantKept := c.want, []int(nil)
			if want == "" {
				want, wantKept = c.source, []int{0}
			}
			if got != want || !slices.Equal(kept, wantKept) {
				t.Errorf("%q with %q\n got %q, kept %v\nwant %q, kept %v", shown(text.Sentences()[0]), shown(c.translated), got, kept, want, wantKept)
			}
		})
	}
}

// TestFewerTranslations: what did not come stays.
func TestFewerTranslations(t *testing.T) {
	t.Parallel()
	text := sentence.Divide("Bon dia.\n\nNo tenim servei.\nGràcies.", sentence.Options{})
	got, kept := text.With([]sentence.Sentence{{free("Buenos días.")}})
	if want := "Buenos días.\n\nNo tenim servei.\nGràcies."; got != want || !slices.Equal(kept, []int{1, 2}) {
		t.Errorf("got %q, kept %v", got, kept)
	}
}

// TestShapeOfAll: what spoils the markup of one sentence leaves the others of its block
// translated, and what does so only beside another one leaves the other blocks.
func TestShapeOfAll(t *testing.T) {
	t.Parallel()
	const source = "Primer paràgraf.\n\nSegon paràgraf. Un a part. Un b més.\n\nTercer paràgraf.\n\nQuart paràgraf."
	for name, c := range map[string]struct {
		said map[int]string
		want string
		kept []int
	}{
		"one sentence": {
			map[int]string{2: "Uno a parte :)"},
			"Primer párrafo.\n\nSegon párrafo. Un a part. Un b més.\n\nTercer párrafo.\n\nQuart párrafo.",
			[]int{2},
		},
		"two that pair": {
			map[int]string{2: "Uno -a parte.", 3: "Uno b- más."},
			"Primer párrafo.\n\nSegon paràgraf. Un a part. Un b més.\n\nTercer párrafo.\n\nQuart párrafo.",
			[]int{1, 2, 3},
		},
		"two of different blocks": {
			map[int]string{4: "- Tercer párrafo.", 0: "Primer párrafo :("},
			"Primer paràgraf.\n\nSegon párrafo. Un a part. Un b més.\n\nTercer paràgraf.\n\nQuart párrafo.",
			[]int{0, 4},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := sentence.Divide(source, sentence.Options{})
			translated := translate(text.Sentences(), func(s string) string { return strings.Replace(s, "paràgraf", "párrafo", 1) })
			for i, said := range c.said {
				translated[i] = sentence.Sentence{free(said)}
			}
			got, kept := text.With(translated)
			if got != c.want || !slices.Equal(kept, c.kept) {
				t.Errorf("got %q, kept %v", got, kept)
			}
		})
	}
}

// TestWant: of a mixed text only what is wanted is given, and what a program said in
// another language stays.
func TestWant(t *testing.T) {
	t.Parallel()
	o := sentence.Options{Want: func(s string) bool { return strings.Contains(s, "servei") || strings.Contains(s, "dia") }}
	text := sentence.Divide("Bon dia. El servicio no responde. El servei diu «connection refused» i «mal dia».\nThe service is down.", o)
	var got []string
	for _, s := range text.Sentences() {
		got = append(got, shown(s))
	}
	want := []string{"Bon dia.", "El servei diu ⟦«connection refused»⟧ i «mal dia»."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPage divides and translates a whole incident: see testdata/page.golden.
func TestPage(t *testing.T) {
	t.Parallel()
	o := sentence.Options{Glossary: own(t)}
	text := sentence.Divide(page, o)
	var b strings.Builder
	for _, s := range text.Sentences() {
		b.WriteString(shown(s) + "\n")
	}
	got, kept := text.With(translate(text.Sentences(), strings.ToUpper))
	if len(kept) > 0 {
		t.Errorf("kept %v", kept)
	}
	golden(t, "testdata/page.golden", b.String()+"\n=====\n\n"+got)
}

const page = `h2. Caiguda de l'enllaç
*Seu:* Biblioteca central
Des de les 8:15 no hi ha connexió amb la resta de la xarxa, i els equips de la planta baixa
tampoc no arriben al servidor de fitxers.

{code:bash}
# això no es toca
ping -c 3 10.1.1.1
{code}
El resultat del ping:
64 bytes from 10.1.1.1: icmp_seq=1 ttl=64 time=0.5 ms
64 bytes from 10.1.1.1: icmp_seq=2 ttl=64 time=0.6 ms

I el de l'mtr:
Start: 2026-05-12T10:03:11+0200
HOST: srv01                       Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 10.20.0.1                  0.0%    10    0.4   0.5   0.3   0.9   0.2
  2.|-- ???                       100.0    10    0.0   0.0   0.0   0.0   0.0

|| Equip || Adreça || Què li passa ||
| router principal | 10.20.0.1 | no respon |
| switch de planta | {{sw-pb-01}} | respon a estones |

* Hem reiniciat el router
** Sense èxit
# Hem canviat el cable
{quote}
Ens va dir que ho miraria en Pere Font.
{quote}
{panel:title=Nota}
És {color:red}molt urgent{color}, vegeu [la guia de la seu|https://wiki.exemple.cat/guia].
{panel}
Gràcies, [~joan.puig]! Us adjuntem !captura.png|thumbnail! i [^registre.log].
{noformat}
El servei ha caigut
{noformat}
`

func TestGlossary(t *testing.T) {
	t.Parallel()
	more := []byte("keep: [Gestor Únic]\nterms: {presa: toma, punt d'accés: punto de acceso, sonda: sonda nova}\nfeminine: [BDN]\n")
	g, err := sentence.NewGlossary(more)
	if err != nil {
		t.Fatal(err)
	}
	for source, want := range map[string]string{
		"La presa no va.":             "⟦La toma⟧ no va.",
		"LA PRESA NO VA":              "⟦LA TOMA⟧ NO VA",
		"El Punt d'accés no va.":      "⟦El Punto de acceso⟧ no va.",
		"El Gestor únic no va.":       "⟦El Gestor únic⟧ no va.",
		"L'accés a la BDN o de l'BDN": "L'accés a ⟦la BDN⟧ o ⟦de la BDN⟧",
		"La sonda de casa":            "⟦La sonda nova⟧ de casa",
	} {
		got := sentence.Divide(source, sentence.Options{Glossary: g}).Sentences()
		if len(got) != 1 || shown(got[0]) != want {
			t.Errorf("%q: got %v, want %s", source, got, want)
		}
	}
}

func TestGlossaryFaults(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"no YAML":        "keep: [",
		"unknown key":    "kept: [a]",
		"empty word":     "keep: ['']",
		"a sign":         "keep: ['*']",
		"becomes empty":  "terms: {a: ''}",
		"becomes markup": "terms: {a: '*b*'}",
		"long":           "keep: [" + strings.Repeat("a", 200) + "]",
		"huge":           "# " + strings.Repeat("a", 2<<20),
	} {
		if _, err := sentence.NewGlossary([]byte(data)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	var none *sentence.Glossary
	got := sentence.Divide("El tall de l'API", sentence.Options{Glossary: none}).Sentences()
	if len(got) != 1 || shown(got[0]) != "El tall de l'⟦API⟧" {
		t.Errorf("without a glossary: %v", got)
	}
}

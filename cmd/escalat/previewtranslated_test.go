package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/internal/app"
	"escalat/mapping"
)

func translations() []send.Translated {
	return []send.Translated{
		{Place: "summary", Label: "Resumen", Original: "La passarel·la de pagaments no respon des de les 9.35 h", Text: "La pasarela de pagos no responde desde las 9.35 h"},
		{
			Place: "anomaly", Label: "Comportamiento anómalo detectado",
			Original: "Dona error en obrir https://portal.example.cat/pagaments/entitats/llista?id=7\n\nTorna cada hora.",
			Text:     "Da error al abrir https://portal.example.cat/pagaments/entitats/llista?id=7\n\nTorna cada hora.", Why: bridge.PartlyTranslated,
		},
		{Place: "impact", Label: "Impacto en negocio", Original: "40 ajuntaments\x1b[2J", Text: "40 ajuntaments\x1b[2J", Why: bridge.NotPermitted},
	}
}

func TestTranslatedBeside(t *testing.T) {
	t.Parallel()
	p := previewed{Preview: app.Preview{Translated: translations()}}
	want := `
Translated from Catalan by a machine, as it was written and as it goes out:

Resumen:
  La passarel·la de pagaments no     │ La pasarela de pagos no responde
  respon des de les 9.35 h           │ desde las 9.35 h

Comportamiento anómalo detectado:
  Dona error en obrir                │ Da error al abrir
  https://portal.example.cat/pagamen │ https://portal.example.cat/pagamen
  ts/entitats/llista?id=7            │ ts/entitats/llista?id=7
                                     │
  Torna cada hora.                   │ Torna cada hora.
`
	if diff := cmp.Diff(want, p.translated(74)); diff != "" {
		t.Error(diff)
	}
	want = `
Translated from Catalan by a machine, as it was written and as it goes out:

Resumen:
  La passarel·la de pagaments no respon
  des de les 9.35 h
  ────────────────────
  La pasarela de pagos no responde desde
  las 9.35 h
`
	if got := p.translated(40); !strings.HasPrefix(got, want) {
		t.Error(got)
	}
	lines := []string{
		"In Catalan, as it was written: Impacto en negocio. A person let something private leave for the provider, or nobody looked for that: a service of others does not get it.",
		"In Catalan, as it was written: Comportamiento anómalo detectado. What of it stays would have been damaged, or was too long.",
	}
	if diff := cmp.Diff(lines, p.untranslated()); diff != "" {
		t.Error(diff)
	}
	for _, why := range []bridge.Untranslated{bridge.NoTranslator, bridge.TranslatorAway, bridge.PartlyTranslated, bridge.NotPermitted} {
		if whyUntranslated(why) == string(why) {
			t.Errorf("%s has no words", why)
		}
	}
	if p.Translated = nil; p.translated(80) != "" || p.untranslated() != nil {
		t.Error("nothing was translated")
	}
}

// TestTranslatedPage: the table is shown below the mail, and nothing of it is markup.
func TestTranslatedPage(t *testing.T) {
	t.Parallel()
	p := previewed{Preview: app.Preview{HTML: "<html><body><p>mail</p></body></html>\n", Translated: []send.Translated{{Label: "a<b", Original: "<script>\nx", Text: "&"}}}}
	want := "<html><body><p>mail</p><hr>\n<table border=\"1\" cellpadding=\"6\" cellspacing=\"0\">\n" +
		"<caption>Translated from Catalan by a machine; this table is no part of the mail</caption>\n" +
		"<tr><th></th><th>As it was written</th><th>As it goes out</th></tr>\n" +
		"<tr><th>a&lt;b</th><td lang=\"ca\">&lt;script&gt;<br>\nx</td><td lang=\"es\">&amp;</td></tr>\n</table>\n</body></html>\n"
	if diff := cmp.Diff(want, p.page()); diff != "" {
		t.Error(diff)
	}
	if p.Translated = translations()[2:]; p.page() != p.Preview.HTML {
		t.Error("what was not translated is no row")
	}
}

func TestTranslatedJSON(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", func(s string) string { return s })
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	p := previewed{Preview: app.Preview{Provider: &profiles[0], Channel: bridge.ByMail, Translated: translations()[1:2]}}
	p.Report = profiles[0].Judge(bridge.Issue{Key: "A-1", Labels: []string{"escalar-claranet-sistemes"}}.Input(p.Date, &profiles[0]))
	p.checked = checked{texts, p.Provider, p.Report, nil}
	var out bytes.Buffer
	if err := p.json(&out); err != nil {
		t.Fatal(err)
	}
	var shown struct {
		Translations []map[string]string `json:"translations"`
	}
	if err := json.Unmarshal(out.Bytes(), &shown); err != nil {
		t.Fatal(err)
	}
	one := translations()[1]
	want := []map[string]string{{"place": "anomaly", "label": one.Label, "original": one.Original, "translation": one.Text, "untranslated": "partly"}}
	if diff := cmp.Diff(want, shown.Translations); diff != "" {
		t.Error(diff)
	}
}

// TestWrapped: no line is longer than there is room, and no letter is lost.
func TestWrapped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aà·ñ €  \n"))).Draw(t, "s")
		most := rapid.IntRange(1, 12).Draw(t, "most")
		lines := wrapped(s, most)
		for _, line := range lines {
			if utf8.RuneCountInString(line) > most {
				t.Fatalf("%q is longer than %d", line, most)
			}
		}
		if got := strings.Join(strings.Fields(strings.Join(lines, "")), ""); got != strings.Join(strings.Fields(s), "") {
			t.Fatalf("%q became %q", s, lines)
		}
	})
}

func TestWidth(t *testing.T) {
	t.Parallel()
	for columns, want := range map[string]int{"": usualWidth, "COLUMNS=72": 72, "COLUMNS=0": usualWidth, "COLUMNS=x": usualWidth, "COLUMNS=9999": widest} {
		if got := (world{environ: []string{"A=b", columns}, out: &bytes.Buffer{}}).width(); got != want {
			t.Errorf("%s: %d", columns, got)
		}
	}
}
